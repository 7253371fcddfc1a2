
-- BRIN for presence and sighting: bounds of each block range, for tables in the order of time

CREATE FUNCTION bounds_brin_opcinfo(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION bounds_brin_union(internal, internal, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_brin_add_value(internal, internal, internal, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_brin_consistent(internal, internal, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_brin_add_value(internal, internal, internal, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_brin_consistent(internal, internal, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR CLASS presence_brin_ops DEFAULT FOR TYPE presence USING brin AS
    OPERATOR 1 <~> (presence, watch),
    OPERATOR 2 @+ (presence, watch),
    OPERATOR 3 @- (presence, watch),
    OPERATOR 4 @= (presence, watch),
    OPERATOR 5 @~ (presence, watch),
    OPERATOR 6 && (presence, watch),
    OPERATOR 7 @> (presence, timestamptz),
    FUNCTION 1 bounds_brin_opcinfo(internal),
    FUNCTION 2 presence_brin_add_value(internal, internal, internal, internal),
    FUNCTION 3 presence_brin_consistent(internal, internal, internal),
    FUNCTION 4 bounds_brin_union(internal, internal, internal),
    STORAGE bytea;
COMMENT ON OPERATOR CLASS presence_brin_ops USING brin IS
    'bounds in place and time of each block range of presences: tiny, for very large tables that grow in the order of time';

CREATE OPERATOR CLASS sighting_brin_ops DEFAULT FOR TYPE sighting USING brin AS
    OPERATOR 6 && (sighting, watch),
    FUNCTION 1 bounds_brin_opcinfo(internal),
    FUNCTION 2 sighting_brin_add_value(internal, internal, internal, internal),
    FUNCTION 3 sighting_brin_consistent(internal, internal, internal),
    FUNCTION 4 bounds_brin_union(internal, internal, internal),
    STORAGE bytea;
COMMENT ON OPERATOR CLASS sighting_brin_ops USING brin IS
    'bounds in place and time of each block range of sightings, as presence_brin_ops';
