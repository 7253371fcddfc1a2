
-- sighting: one piece of evidence

CREATE TYPE sighting;

CREATE FUNCTION sighting_in(cstring) RETURNS sighting
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_out(sighting) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_recv(internal) RETURNS sighting
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_send(sighting) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE TYPE sighting (
    INPUT = sighting_in,
    OUTPUT = sighting_out,
    RECEIVE = sighting_recv,
    SEND = sighting_send,
    INTERNALLENGTH = 24,
    ALIGNMENT = double
);
COMMENT ON TYPE sighting IS
    'one piece of evidence: at this instant, at this point (longitude and latitude, WGS 84, steps of 1e-7 degree), this many were seen; a count of 0 says: looked, and saw none. Example: 2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00';

CREATE FUNCTION sighting_from_ewkb(observed_at timestamptz, location bytea, count int4range) RETURNS sighting
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION sighting_from_ewkb(timestamptz, bytea, int4range) IS
    'internal: sighting whose point is given as extended well-known binary; errors as sighting(timestamptz, geometry, int4range)';

CREATE FUNCTION sighting(observed_at timestamptz, location geometry, count int4range) RETURNS sighting
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'sighting_of_range';
COMMENT ON FUNCTION sighting(timestamptz, geometry, int4range) IS
    'sighting of a count range at a Point with SRID 4326; errors: 22S01 another SRID, 22S02 empty or not a plain point, 22S03 coordinate out of range, 22S04 empty, negative or lower-unbounded count, 22S05 infinite time';

CREATE FUNCTION sighting(observed_at timestamptz, location geometry, count int) RETURNS sighting
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'sighting_of_count';
COMMENT ON FUNCTION sighting(timestamptz, geometry, int) IS
    'sighting of an exact count at a Point with SRID 4326; errors as sighting(timestamptz, geometry, int4range)';

CREATE FUNCTION sighting_from_degrees(observed_at timestamptz, lon float8, lat float8, count_min int, count_max int) RETURNS sighting
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 2 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION sighting_from_degrees(timestamptz, float8, float8, int, int) IS
    'internal: sighting from longitude and latitude in degrees (WGS 84) and the ends of its count; count_max NULL: or more; any other NULL gives NULL; errors 22S03, 22S04, 22S05';

CREATE FUNCTION sighting(observed_at timestamptz, lon float8, lat float8, count_min int, count_max int) RETURNS sighting
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT sighting_from_degrees(observed_at, lon, lat, count_min, count_max);
END;
COMMENT ON FUNCTION sighting(timestamptz, float8, float8, int, int) IS
    'sighting from longitude and latitude in degrees (WGS 84) and the ends of its count; count_max NULL: or more; any other NULL gives NULL; errors 22S03, 22S04, 22S05';

CREATE FUNCTION observed_at(sighting) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION observed_at(sighting) IS 'when it was seen';
CREATE FUNCTION lon(sighting) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sighting_lon';
COMMENT ON FUNCTION lon(sighting) IS 'longitude in degrees, WGS 84';
CREATE FUNCTION lat(sighting) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sighting_lat';
COMMENT ON FUNCTION lat(sighting) IS 'latitude in degrees, WGS 84';
CREATE FUNCTION count_min(sighting) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sighting_count_min';
COMMENT ON FUNCTION count_min(sighting) IS 'at least this many';
CREATE FUNCTION count_max(sighting) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sighting_count_max';
COMMENT ON FUNCTION count_max(sighting) IS 'at most this many; NULL: no upper limit is known';
CREATE FUNCTION count_range(sighting) RETURNS int4range
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 8 AS 'MODULE_PATHNAME', 'sighting_count_range';
COMMENT ON FUNCTION count_range(sighting) IS 'the count as a range';
CREATE FUNCTION location(sighting) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT ST_SetSRID(ST_MakePoint(lon($1), lat($1)), 4326);
END;
COMMENT ON FUNCTION location(sighting) IS 'where it was seen: Point, SRID 4326';

CREATE CAST (sighting AS geometry) WITH FUNCTION location(sighting) AS ASSIGNMENT;
COMMENT ON CAST (sighting AS geometry) IS 'where it was seen';

-- order: by time, then place, then count

CREATE FUNCTION sighting_cmp(sighting, sighting) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_lt(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_le(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_eq(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_ne(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_ge(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_gt(sighting, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR < (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = sighting, RIGHTARG = sighting, FUNCTION = sighting_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

COMMENT ON OPERATOR < (sighting, sighting) IS 'before, in order of time, then place, then count';
COMMENT ON OPERATOR <= (sighting, sighting) IS 'before or the same, in order of time, then place, then count';
COMMENT ON OPERATOR = (sighting, sighting) IS 'the same in every field';
COMMENT ON OPERATOR <> (sighting, sighting) IS 'not the same in every field';
COMMENT ON OPERATOR >= (sighting, sighting) IS 'after or the same, in order of time, then place, then count';
COMMENT ON OPERATOR > (sighting, sighting) IS 'after, in order of time, then place, then count';

CREATE OPERATOR CLASS sighting_ops DEFAULT FOR TYPE sighting USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 sighting_cmp(sighting, sighting);
COMMENT ON OPERATOR CLASS sighting_ops USING btree IS 'sightings in order of time, then place, then count';

CREATE FUNCTION sighting_hash(sighting) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_hash_extended(sighting, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR CLASS sighting_hash_ops DEFAULT FOR TYPE sighting USING hash AS
    OPERATOR 1 =, FUNCTION 1 sighting_hash(sighting), FUNCTION 2 sighting_hash_extended(sighting, bigint);
COMMENT ON OPERATOR CLASS sighting_hash_ops USING hash IS 'equal sightings';
