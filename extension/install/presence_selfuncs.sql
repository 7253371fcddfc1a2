
-- what the planner asks about presences and sightings; before the operators, which name these functions

CREATE FUNCTION presence_typanalyze(internal) RETURNS bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION presence_typanalyze(internal) IS 'internal: what ANALYZE keeps of a column of presences: a sample of whole values';
ALTER TYPE presence SET (ANALYZE = presence_typanalyze);
CREATE FUNCTION watch_typanalyze(internal) RETURNS bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_typanalyze(internal) IS 'internal: what ANALYZE keeps of a column of watches: what it keeps of any type, and some of the values';
ALTER TYPE watch SET (ANALYZE = watch_typanalyze);
CREATE FUNCTION sighting_typanalyze(internal) RETURNS bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION sighting_typanalyze(internal) IS 'internal: what ANALYZE keeps of a column of sightings: what it keeps of any type, and a sample of whole values';
ALTER TYPE sighting SET (ANALYZE = sighting_typanalyze);

CREATE FUNCTION presence_sel(internal, oid, internal, int) RETURNS float8
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION presence_sel(internal, oid, internal, int) IS
    'internal: share of the presences or sightings that answer a watch';
CREATE FUNCTION presence_joinsel(internal, oid, internal, smallint, internal) RETURNS float8
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION presence_joinsel(internal, oid, internal, smallint, internal) IS
    'internal: share of the pairs in which the presence or sighting answers the watch';

CREATE FUNCTION change_support(internal) RETURNS internal
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION change_support(internal) IS
    'internal: planner support of the functions that ask what changed: index conditions and selectivity';
