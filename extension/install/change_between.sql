
-- the questions spelt out: exact on areas and distances, with or without an index

CREATE FUNCTION watch_over(from_date timestamptz, to_date timestamptz, area geometry, mode text, max_age interval)
    RETURNS watch LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_over(timestamptz, timestamptz, geometry, text, interval) IS
    'internal: the watch that an index is asked for arrived_between(...) and its family';
CREATE FUNCTION watch_within(from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                             mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS watch LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_within(timestamptz, timestamptz, geometry, float8, text, interval) IS
    'watch of the box that holds every place within metres of a point (SRID 4326), also at the poles and over the antimeridian; NULL dates, centre or metres give NULL; errors as for watch(...)';
CREATE FUNCTION watch_at(at timestamptz, area geometry, mode text, max_age interval)
    RETURNS watch LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_at(timestamptz, geometry, text, interval) IS
    'internal: the watch that an index is asked for present_at(...)';
CREATE FUNCTION watch_at_within(at timestamptz, centre geometry, metres float8, mode text, max_age interval)
    RETURNS watch LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_at_within(timestamptz, geometry, float8, text, interval) IS
    'internal: the watch that an index is asked for present_within(...)';
CREATE FUNCTION changed_between(presence, from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION changed_between(presence, timestamptz, timestamptz, geometry, text, interval) IS
    'arrived or departed: there at exactly one of the two dates, inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or date gives NULL; uses GiST or BRIN indexes on the presence; errors as for watch(...)';
CREATE FUNCTION changed_within(presence, from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                       mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION changed_within(presence, timestamptz, timestamptz, geometry, float8, text, interval) IS
    'arrived or departed: there at exactly one of the two dates, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); NULLs, indexes and errors as for changed_between(...)';

CREATE FUNCTION arrived_between(presence, from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION arrived_between(presence, timestamptz, timestamptz, geometry, text, interval) IS
    'not there at the earlier date, there at the later, inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or date gives NULL; uses GiST or BRIN indexes on the presence; errors as for watch(...)';
CREATE FUNCTION arrived_within(presence, from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                       mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION arrived_within(presence, timestamptz, timestamptz, geometry, float8, text, interval) IS
    'not there at the earlier date, there at the later, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); NULLs, indexes and errors as for arrived_between(...)';

CREATE FUNCTION departed_between(presence, from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION departed_between(presence, timestamptz, timestamptz, geometry, text, interval) IS
    'there at the earlier date, not there at the later, inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or date gives NULL; uses GiST or BRIN indexes on the presence; errors as for watch(...)';
CREATE FUNCTION departed_within(presence, from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                       mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION departed_within(presence, timestamptz, timestamptz, geometry, float8, text, interval) IS
    'there at the earlier date, not there at the later, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); NULLs, indexes and errors as for departed_between(...)';

CREATE FUNCTION stayed_between(presence, from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION stayed_between(presence, timestamptz, timestamptz, geometry, text, interval) IS
    'there at both dates, inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or date gives NULL; uses GiST or BRIN indexes on the presence; errors as for watch(...)';
CREATE FUNCTION stayed_within(presence, from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                       mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION stayed_within(presence, timestamptz, timestamptz, geometry, float8, text, interval) IS
    'there at both dates, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); NULLs, indexes and errors as for stayed_between(...)';

CREATE FUNCTION passed_between(presence, from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION passed_between(presence, timestamptz, timestamptz, geometry, text, interval) IS
    'came after the earlier date and went by the later, inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or date gives NULL; uses GiST or BRIN indexes on the presence; errors as for watch(...)';
CREATE FUNCTION passed_within(presence, from_date timestamptz, to_date timestamptz, centre geometry, metres float8,
                       mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION passed_within(presence, timestamptz, timestamptz, geometry, float8, text, interval) IS
    'came after the earlier date and went by the later, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); NULLs, indexes and errors as for passed_between(...)';

CREATE FUNCTION present_at(presence, at timestamptz, area geometry DEFAULT NULL,
                           mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION present_at(presence, timestamptz, geometry, text, interval) IS
    'there at that instant (false at infinity), inside an area (SRID 4326, exactly, as ST_Intersects; NULL: the world); a NULL presence or instant gives NULL; uses GiST or BRIN indexes on the presence';
CREATE FUNCTION present_within(presence, at timestamptz, centre geometry, metres float8,
                               mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS bool LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION present_within(presence, timestamptz, geometry, float8, text, interval) IS
    'there at that instant, within metres of a point (SRID 4326, on the spheroid, as ST_DWithin of geographies); otherwise as present_at(...)';
