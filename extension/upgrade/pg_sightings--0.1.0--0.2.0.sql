\echo Use "ALTER EXTENSION pg_sightings UPDATE" to load this file. \quit
-- What 0.2.0 changed, for a database that has 0.1.0. Ledgers follow by upgrade_ledger().
-- The functions of install/ledger*, report_* and import_* are added to this by the Makefile.

COMMENT ON OPERATOR CLASS presence_gist_ops USING gist IS
    'presences by place, then time: questions about an area. Option degrees_per_day (0.008): how many degrees a day is worth where pages are split and entries placed; CREATE INDEX on existing rows sorts by the default';
COMMENT ON OPERATOR CLASS presence_gist_time_ops USING gist IS
    'presences by arrival and departure: questions about the whole world. Option degrees_per_day (20): how many degrees a day is worth where entries are placed';

-- the derivation is in C now
DROP FUNCTION ledger_derive_keys_create(name);
