
-- <-> in metres along the WGS 84 spheroid: nearest first

CREATE FUNCTION distance(presence, geometry) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 60 AS 'MODULE_PATHNAME', 'presence_distance';
COMMENT ON FUNCTION distance(presence, geometry) IS 'metres to a Point with SRID 4326, along the WGS 84 spheroid';
CREATE FUNCTION distance(geometry, presence) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 60 AS 'MODULE_PATHNAME', 'geometry_presence_distance';
COMMENT ON FUNCTION distance(geometry, presence) IS 'metres to a Point with SRID 4326, along the WGS 84 spheroid';
CREATE OPERATOR <-> (LEFTARG = presence, RIGHTARG = geometry, FUNCTION = distance, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (presence, geometry) IS 'metres to a Point with SRID 4326; ORDER BY it finds the nearest through an index';
CREATE OPERATOR <-> (LEFTARG = geometry, RIGHTARG = presence, FUNCTION = distance, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (geometry, presence) IS 'metres to a Point with SRID 4326; ORDER BY it finds the nearest through an index';
CREATE FUNCTION distance(sighting, geometry) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 60 AS 'MODULE_PATHNAME', 'sighting_distance';
COMMENT ON FUNCTION distance(sighting, geometry) IS 'metres to a Point with SRID 4326, along the WGS 84 spheroid';
CREATE FUNCTION distance(geometry, sighting) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 60 AS 'MODULE_PATHNAME', 'geometry_sighting_distance';
COMMENT ON FUNCTION distance(geometry, sighting) IS 'metres to a Point with SRID 4326, along the WGS 84 spheroid';
CREATE OPERATOR <-> (LEFTARG = sighting, RIGHTARG = geometry, FUNCTION = distance, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (sighting, geometry) IS 'metres to a Point with SRID 4326; ORDER BY it finds the nearest through an index';
CREATE OPERATOR <-> (LEFTARG = geometry, RIGHTARG = sighting, FUNCTION = distance, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (geometry, sighting) IS 'metres to a Point with SRID 4326; ORDER BY it finds the nearest through an index';
