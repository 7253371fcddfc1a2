\echo Use "ALTER EXTENSION pg_sightings UPDATE" to load this file. \quit
-- What 0.2.0 changed, for a database that has 0.1.0. Ledgers follow by upgrade_ledger().
-- The functions of install/ledger*, report_* and import_* are added to this by the Makefile.
