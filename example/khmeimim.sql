-- The example: Khmeimim air base and Tartus naval base, December 2024.
--
--     psql -d DATABASE -c 'CREATE EXTENSION pg_sightings CASCADE' -f khmeimim.sql
--     psql -d DATABASE -f reports.sql
--
-- It makes two ledgers, so that what was reported and what is made up never mix:
--
--     syria               part one, story.sql: only what the press reported
--     syria_illustrated   the same, and part two, illustrative.sql: looks that never
--                         took place, to show what a ledger does with them

\set ledger syria
\ir story.sql

\set ledger syria_illustrated
\ir story.sql
\ir illustrative.sql
