\echo Use "ALTER EXTENSION pg_sightings UPDATE" to load this file. \quit
-- What 0.2.0 changed, for a database that has 0.1.0. Ledgers follow by upgrade_ledger().
-- The functions of install/ledger*, report_* and import_* are added to this by the Makefile.

COMMENT ON OPERATOR CLASS presence_gist_ops USING gist IS
    'presences by place, then time: questions about an area. Option degrees_per_day (0.03): how many degrees a day is worth where pages are split and entries placed; the order in which CREATE INDEX sorts existing rows does not depend on it';
COMMENT ON OPERATOR CLASS presence_gist_time_ops USING gist IS
    'presences by arrival and departure: questions about the whole world. Option degrees_per_day (20): how many degrees a day is worth where entries are placed';

-- estimates of sighting && watch
CREATE FUNCTION sighting_typanalyze(internal) RETURNS bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION sighting_typanalyze(internal) IS 'what ANALYZE keeps of a column of sightings: what it keeps of any type, and a sample of whole values';
ALTER TYPE sighting SET (ANALYZE = sighting_typanalyze);
COMMENT ON FUNCTION presence_sel(internal, oid, internal, int) IS
    'share of the presences or sightings that answer a watch';
COMMENT ON FUNCTION presence_joinsel(internal, oid, internal, smallint, internal) IS
    'share of the pairs in which the presence or sighting answers the watch';
ALTER OPERATOR && (sighting, watch) SET (RESTRICT = presence_sel, JOIN = presence_joinsel);
ALTER OPERATOR && (watch, sighting) SET (RESTRICT = presence_sel, JOIN = presence_joinsel);

-- the derivation is in C now
DROP FUNCTION ledger_derive_keys_create(name);
