
-- GiST for presence: one index over place and time, in two shapes

CREATE FUNCTION presence_gist_consistent(internal, presence, smallint, oid, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_gist_compress(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_gist_distance(internal, presence, smallint, oid, internal) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR CLASS presence_gist_ops DEFAULT FOR TYPE presence USING gist AS
    STORAGE bytea,
    OPERATOR 1 <~> (presence, watch),
    OPERATOR 2 @+ (presence, watch),
    OPERATOR 3 @- (presence, watch),
    OPERATOR 4 @= (presence, watch),
    OPERATOR 5 @~ (presence, watch),
    OPERATOR 6 && (presence, watch),
    OPERATOR 7 @> (presence, timestamptz),
    OPERATOR 15 <-> (presence, geometry) FOR ORDER BY float_ops,
    FUNCTION 1 presence_gist_consistent(internal, presence, smallint, oid, internal),
    FUNCTION 2 bounds_gist_union(internal, internal),
    FUNCTION 3 presence_gist_compress(internal),
    FUNCTION 5 space_gist_penalty(internal, internal, internal),
    FUNCTION 6 space_gist_picksplit(internal, internal),
    FUNCTION 7 bounds_gist_same(bytea, bytea, internal),
    FUNCTION 8 presence_gist_distance(internal, presence, smallint, oid, internal),
    FUNCTION 10 space_gist_options(internal),
    FUNCTION 11 space_gist_sortsupport(internal);
COMMENT ON OPERATOR CLASS presence_gist_ops USING gist IS
    'presences by place, then time: questions about an area. Option degrees_per_day (0.03): how many degrees a day is worth where pages are split and entries placed; the order in which CREATE INDEX sorts existing rows does not depend on it';

CREATE OPERATOR CLASS presence_gist_time_ops FOR TYPE presence USING gist AS
    STORAGE bytea,
    OPERATOR 1 <~> (presence, watch),
    OPERATOR 2 @+ (presence, watch),
    OPERATOR 3 @- (presence, watch),
    OPERATOR 4 @= (presence, watch),
    OPERATOR 5 @~ (presence, watch),
    OPERATOR 6 && (presence, watch),
    OPERATOR 7 @> (presence, timestamptz),
    OPERATOR 15 <-> (presence, geometry) FOR ORDER BY float_ops,
    FUNCTION 1 presence_gist_consistent(internal, presence, smallint, oid, internal),
    FUNCTION 2 bounds_gist_union(internal, internal),
    FUNCTION 3 presence_gist_compress(internal),
    FUNCTION 5 time_gist_penalty(internal, internal, internal),
    FUNCTION 6 time_gist_picksplit(internal, internal),
    FUNCTION 7 bounds_gist_same(bytea, bytea, internal),
    FUNCTION 8 presence_gist_distance(internal, presence, smallint, oid, internal),
    FUNCTION 10 time_gist_options(internal),
    FUNCTION 11 time_gist_sortsupport(internal);
COMMENT ON OPERATOR CLASS presence_gist_time_ops USING gist IS
    'presences by arrival and departure: questions about the whole world. Option degrees_per_day (20): how many degrees a day is worth where entries are placed';
