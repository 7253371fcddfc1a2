
-- presence: one run of unchanged count with its evidence

CREATE TYPE presence;

CREATE FUNCTION presence_in(cstring) RETURNS presence
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_out(presence) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_recv(internal) RETURNS presence
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_send(presence) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE TYPE presence (
    INPUT = presence_in,
    OUTPUT = presence_out,
    RECEIVE = presence_recv,
    SEND = presence_send,
    INTERNALLENGTH = 48,
    ALIGNMENT = double
);
COMMENT ON TYPE presence IS
    'one run of unchanged count with its evidence: it began after not_seen_at and by first_seen, it ended after last_seen and by gone_by. Example: 2 POINT(35.9487 35.4008)@(2024-12-05 00:00:00+00, [2024-12-13 09:00:00+00, 2024-12-15 09:00:00+00], infinity)';

CREATE FUNCTION presence_from_ewkb(not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz,
                                   gone_by timestamptz, location bytea, count int4range) RETURNS presence
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION presence_from_ewkb(timestamptz, timestamptz, timestamptz, timestamptz, bytea, int4range) IS
    'internal: presence whose point is given as extended well-known binary; errors as presence(...)';

CREATE FUNCTION presence(not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz,
                         gone_by timestamptz, location geometry, count int4range) RETURNS presence
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'presence_of_range';
COMMENT ON FUNCTION presence(timestamptz, timestamptz, timestamptz, timestamptz, geometry, int4range) IS
    'presence of a count range at a Point with SRID 4326; not_seen_at < first_seen <= last_seen < gone_by, where not_seen_at may be -infinity (never looked before) and gone_by infinity (no look says that it left); errors 22S01 to 22S05';

CREATE FUNCTION presence(not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz,
                         gone_by timestamptz, location geometry, count int) RETURNS presence
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'presence_of_count';
COMMENT ON FUNCTION presence(timestamptz, timestamptz, timestamptz, timestamptz, geometry, int) IS
    'presence of an exact count at a Point with SRID 4326; times and errors as with a count range';

CREATE FUNCTION not_seen_at(presence) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION not_seen_at(presence) IS 'the last look before it that did not show it; -infinity: nobody had looked before';
CREATE FUNCTION first_seen(presence) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION first_seen(presence) IS 'the first look that showed it';
CREATE FUNCTION last_seen(presence) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION last_seen(presence) IS 'the last look that showed it';
CREATE FUNCTION gone_by(presence) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gone_by(presence) IS 'the first look after it that no longer showed it; infinity: no look says that it left';
CREATE FUNCTION lon(presence) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'presence_lon';
COMMENT ON FUNCTION lon(presence) IS 'longitude in degrees, WGS 84';
CREATE FUNCTION lat(presence) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'presence_lat';
COMMENT ON FUNCTION lat(presence) IS 'latitude in degrees, WGS 84';
CREATE FUNCTION count_min(presence) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'presence_count_min';
COMMENT ON FUNCTION count_min(presence) IS 'at least this many';
CREATE FUNCTION count_max(presence) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'presence_count_max';
COMMENT ON FUNCTION count_max(presence) IS 'at most this many; NULL: no upper limit is known';
CREATE FUNCTION count_range(presence) RETURNS int4range
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 8 AS 'MODULE_PATHNAME', 'presence_count_range';
COMMENT ON FUNCTION count_range(presence) IS 'the count as a range';
CREATE FUNCTION location(presence) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT ST_SetSRID(ST_MakePoint(lon($1), lat($1)), 4326);
END;
COMMENT ON FUNCTION location(presence) IS 'where it was last seen: Point, SRID 4326';

CREATE CAST (presence AS geometry) WITH FUNCTION location(presence) AS ASSIGNMENT;
COMMENT ON CAST (presence AS geometry) IS 'where it was last seen';

CREATE FUNCTION presence_hash(presence) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_hash_extended(presence, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
