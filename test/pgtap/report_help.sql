-- help(): every call of it runs as it stands, of any ledger, and fits a terminal.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SET timezone = 'UTC';
\ir ../../example/khmeimim.sql
BEGIN;
SELECT plan(16);
SELECT create_ledger('It''s "mine"'), create_ledger('bare') \g /dev/null
CREATE TABLE public.ledger (help text);
SELECT setseed(0.5) \g /dev/null
INSERT INTO "It's ""mine""".source (name) VALUES ('eye');
INSERT INTO "It's ""mine""".installation (name, location) VALUES ('O''Hare', 'SRID=4326;POINT(1 1)');
INSERT INTO "It's ""mine""".asset_class (path, name) VALUES ('a', 'A ''kind''');
INSERT INTO "It's ""mine""".observation (installation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, '2024-05-05', 'complete', '{a}');
INSERT INTO "It's ""mine""".sighting (installation_id, observation_id, asset_class_id, designation) VALUES (1, 1, 1, 'RA-82035');
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.answer(ask text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM ' || ask INTO n;
	RETURN n;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TEMP TABLE helped AS
SELECT 'syria' AS ledger, h.*, pg_temp.answer(h.ask) AS answer FROM syria.help() AS h
UNION ALL SELECT 'syria_illustrated', h.*, pg_temp.answer(h.ask) FROM syria_illustrated.help() AS h
UNION ALL SELECT 'mine', h.*, pg_temp.answer(h.ask) FROM "It's ""mine""".help() AS h
UNION ALL SELECT 'bare', h.*, pg_temp.answer(h.ask) FROM bare.help() AS h;
SELECT is_empty($$SELECT ask, answer FROM helped WHERE answer !~ '^\d+$' AND ledger <> 'bare'$$, 'every call runs as it stands');
SELECT is_empty($$SELECT ask, answer FROM helped WHERE answer !~ '^\d+$|NAME|CLASS' AND ledger = 'bare'$$, 'of a ledger that is empty, every one that needs no name');
SELECT cmp_ok(count(*), '>=', 20::bigint, 'twenty questions and more, of ' || ledger) FROM helped GROUP BY ledger;
SELECT cmp_ok(count(*) FILTER (WHERE answer <> '0'), '>', 13::bigint, 'most of which have an answer in the example') FROM helped WHERE ledger = 'syria_illustrated';
SELECT is_empty('SELECT question FROM helped GROUP BY question, ledger HAVING count(*) > 1', 'each once');
SELECT is((SELECT count(*) FROM helped WHERE ledger = 'mine' AND ask LIKE '%track%' AND answer = '1'), 1::bigint, 'with the designation of one that was seen');
SELECT cmp_ok(max(length(question) + length(ask) + 3), '<=', 100, 'no wider than a terminal') FROM helped WHERE ledger = 'syria';
-- every report is in it
SELECT set_eq($$SELECT DISTINCT p.proname::text FROM pg_proc AS p WHERE p.pronamespace = 'syria'::regnamespace AND p.provolatile = 's' AND p.proretset
		AND p.proname !~ '(_between|_at|_in_sql|_scratch|_missing)$' AND p.proname <> 'help'
	UNION SELECT 'told_between' UNION SELECT 'conflict' UNION SELECT 'load' UNION SELECT 'alert_log'$$,
	$$SELECT substring(ask FROM '\.(\w+)') FROM helped WHERE ledger = 'syria'$$, 'every report of a ledger is asked');
-- of the extension
SELECT is_empty($$SELECT ask FROM pg_sightings_help() WHERE ask !~ '^create' AND pg_temp.answer(ask) !~ '^\d+$'$$, 'every call of pg_sightings_help() runs');
SELECT set_eq($$SELECT ask FROM pg_sightings_help() WHERE ask LIKE '%help()'$$, $$VALUES ('syria.help()'), ('syria_illustrated.help()'), ('"It''s ""mine""".help()'), ('bare.help()')$$, 'each ledger is named');
SELECT is((SELECT pg_temp.answer(ask) FROM pg_sightings_help() WHERE ask LIKE 'everywhere%'),
	(SELECT ((SELECT count(*) FROM "It's ""mine""".current_inventory) + (SELECT count(*) FROM bare.current_inventory))::text), 'and two are asked at once');
ALTER SCHEMA syria RENAME TO levant;
SELECT is((SELECT ask FROM levant.help() LIMIT 1), 'levant.site(''Tartus'', ''2024-12-13'')', 'by the name that it has now');
-- by who may read only
CREATE ROLE help_nobody;
GRANT USAGE ON SCHEMA levant TO help_nobody;
SET LOCAL ROLE help_nobody;
SELECT throws_ok('SELECT * FROM levant.help()', '42501', NULL, 'not for who may not read the ledger');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
SELECT drop_ledger('syria'), drop_ledger('syria_illustrated') \g /dev/null
