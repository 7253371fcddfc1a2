
-- sighting x watch: the raw evidence, by place and time

CREATE FUNCTION observed_during(sighting, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION observed_during(sighting, watch) IS
    'observed between the two dates, both included, inside the box; mode and max_age do not matter, and a look that saw none is an observation too';
CREATE FUNCTION watch_observed_during(watch, sighting) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_observed_during(watch, sighting) IS 'observed_during(sighting, watch), swapped';

CREATE OPERATOR && (LEFTARG = sighting, RIGHTARG = watch, FUNCTION = observed_during,
    COMMUTATOR = &&, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR && (sighting, watch) IS 'observed between the two dates, inside the box';
CREATE OPERATOR && (LEFTARG = watch, RIGHTARG = sighting, FUNCTION = watch_observed_during,
    COMMUTATOR = &&, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR && (watch, sighting) IS 'observed between the two dates, inside the box';

CREATE FUNCTION sighting_gist_consistent(internal, sighting, smallint, oid, internal) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_gist_compress(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION sighting_gist_distance(internal, sighting, smallint, oid, internal) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR CLASS sighting_gist_ops DEFAULT FOR TYPE sighting USING gist AS
    STORAGE bytea,
    OPERATOR 6 && (sighting, watch),
    OPERATOR 15 <-> (sighting, geometry) FOR ORDER BY float_ops,
    FUNCTION 1 sighting_gist_consistent(internal, sighting, smallint, oid, internal),
    FUNCTION 2 bounds_gist_union(internal, internal),
    FUNCTION 3 sighting_gist_compress(internal),
    FUNCTION 5 space_gist_penalty(internal, internal, internal),
    FUNCTION 6 space_gist_picksplit(internal, internal),
    FUNCTION 7 bounds_gist_same(bytea, bytea, internal),
    FUNCTION 8 sighting_gist_distance(internal, sighting, smallint, oid, internal),
    FUNCTION 10 space_gist_options(internal),
    FUNCTION 11 space_gist_sortsupport(internal);
COMMENT ON OPERATOR CLASS sighting_gist_ops USING gist IS
    'sightings by place, then time. Option degrees_per_day, as presence_gist_ops';
