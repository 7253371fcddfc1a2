
-- aggregates

CREATE FUNCTION net_change_accum(bigint[], presence, watch) RETURNS bigint[]
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION inventory_accum(bigint[], presence, timestamptz) RETURNS bigint[]
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION inventory_mode_accum(bigint[], presence, timestamptz, text, interval) RETURNS bigint[]
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION count_sum_combine(bigint[], bigint[]) RETURNS bigint[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION count_sum_final(bigint[]) RETURNS int4range
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE AGGREGATE net_change(presence, watch) (
    SFUNC = net_change_accum, STYPE = bigint[], COMBINEFUNC = count_sum_combine,
    FINALFUNC = count_sum_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_change(presence, watch) IS
    'difference of the counts present at the two dates as a range: arrivals minus departures; in mode certain only what certainly changed, in mode possible the range over all that may have; NULL without rows; error 22003 beyond int4range';

CREATE AGGREGATE inventory(presence, timestamptz) (
    SFUNC = inventory_accum, STYPE = bigint[], COMBINEFUNC = count_sum_combine,
    FINALFUNC = count_sum_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE inventory(presence, timestamptz) IS
    'how many were there at an instant, as last known, as a range; NULL without rows; error 22003 beyond int4range';

CREATE AGGREGATE inventory(presence, timestamptz, text, interval) (
    SFUNC = inventory_mode_accum, STYPE = bigint[], COMBINEFUNC = count_sum_combine,
    FINALFUNC = count_sum_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE inventory(presence, timestamptz, text, interval) IS
    'how many were there at an instant, read in a mode (last_known, certain, possible) and not resting on evidence older than max_age; NULL without rows; errors 22S06, 22003';

CREATE FUNCTION presences_accum(internal, sighting) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presences_combine(internal, internal) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presences_serial(internal) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presences_deserial(bytea, internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presences_final(internal) RETURNS presence[]
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE AGGREGATE presences(sighting) (
    SFUNC = presences_accum, STYPE = internal, COMBINEFUNC = presences_combine,
    SERIALFUNC = presences_serial, DESERIALFUNC = presences_deserial,
    FINALFUNC = presences_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE presences(sighting) IS
    'the presences that explain all the evidence with the fewest changes, in order of time; the order of input does not matter; a run whose count can only be 0 is left out; NULL without evidence';
