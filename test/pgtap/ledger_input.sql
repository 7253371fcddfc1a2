-- What a ledger refuses, with its SQLSTATE and message, and what it takes with a warning.
\set QUIET on
SET client_min_messages = warning;
SELECT create_ledger('input_test') \g /dev/null
SET search_path = input_test, public;
\pset format unaligned
\pset tuples_only true
SELECT plan(65);
-- one that cannot be compressed
CREATE FUNCTION pg_temp.text_of(bytes integer) RETURNS text LANGUAGE sql
	RETURN (SELECT left(string_agg(md5(i::text), ''), bytes) FROM generate_series(1, bytes / 32 + 1) AS i);

-- making and dropping
SELECT throws_ok('SELECT create_ledger(''input_test'')', '42P06', 'schema input_test already exists');
SELECT throws_ok('SELECT create_ledger(NULL)', '22S07', 'invalid ledger name: null');
SELECT throws_ok('SELECT create_ledger('''')', '22S07', 'invalid ledger name: ''''');
SELECT throws_ok('SELECT create_ledger(repeat(''x'', 64))', '22S07', format('invalid ledger name: %L', repeat('x', 64)));
SELECT throws_ok('SELECT create_ledger(''other'', 1.5)', '22S07', 'invalid min_confidence: 1.5');
SELECT throws_ok('SELECT create_ledger(''other'', ''NaN'')', '22S07', 'invalid min_confidence: NaN');
SELECT throws_ok('SELECT drop_ledger(''public'')', '22S07', 'no ledger is named ''public''');
SELECT throws_ok('SELECT drop_ledger(NULL)', '22S07', 'no ledger is named null');
SELECT throws_ok('SELECT upgrade_ledger(''nowhere'')', '22S07', 'no ledger is named ''nowhere''');
SELECT lives_ok($$SELECT create_ledger('Robert''); DROP SCHEMA input_test; --')$$, 'a name is quoted');
SELECT has_table('Robert''); DROP SCHEMA input_test; --'::name, 'observation'::name, 'and nothing else happens');
SELECT lives_ok($$SELECT drop_ledger('Robert''); DROP SCHEMA input_test; --')$$, 'also in drop_ledger');

INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO asset_class (path, name) VALUES ('air.jet', 'jet');
INSERT INTO observation (installation_id, source_id, observed_at, completeness) VALUES (1, 1, '2024-01-01', 'partial');

-- natural keys
SELECT throws_ok($$INSERT INTO installation (name, location) VALUES ('north', 'SRID=4326;POINT(0 0)')$$, '23505');
SELECT throws_ok($$INSERT INTO asset_class (path, name) VALUES ('air.jet', 'other')$$, '23505');
SELECT throws_ok($$INSERT INTO asset_class (path, name) VALUES ('air.other', 'jet')$$, '23505');
SELECT throws_ok($$INSERT INTO source (name) VALUES ('eye')$$, '23505');

-- places
SELECT throws_ok($$INSERT INTO installation (name, location) VALUES ('x', 'SRID=3857;POINT(0 0)')$$, '22023',
	'Geometry SRID (3857) does not match column SRID (4326)');
SELECT throws_ok($$INSERT INTO installation (name, location) VALUES ('x', 'SRID=4326;POINT EMPTY')$$, '23514');
SELECT throws_ok($$INSERT INTO installation (name, location) VALUES ('x', 'SRID=4326;POINT(181 0)')$$, '23514',
	'new row for relation "installation" violates check constraint "location_on_globe"');
SELECT throws_ok($$INSERT INTO installation (name, location) VALUES ('x', 'SRID=4326;POINT(NaN 0)')$$, '23514');
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, location) VALUES (1, 1, 1, 'SRID=4326;POINT(0 91)')$$, '23514');

-- observations
PREPARE look(timestamptz, text, ltree[], numeric, numeric) AS
INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, cloud_cover)
VALUES (1, 1, $1, $2, $3, $4, $5);
SELECT throws_ok($$EXECUTE look('-infinity', 'partial', '{}', 1, 0)$$, '23514',
	'new row for relation "observation" violates check constraint "observed_at_finite"');
SELECT throws_ok($$EXECUTE look(now() + interval '2 days', 'partial', '{}', 1, 0)$$, '23514',
	'new row for relation "observation" violates check constraint "not_from_the_future"');
SELECT throws_ok($$INSERT INTO observation (installation_id, source_id, observed_at, completeness, recorded_at) VALUES (1, 1, '2999-01-01', 'partial', 'infinity')$$, '23514',
	'new row for relation "observation" violates check constraint "recorded_at_finite"');
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, recorded_at) VALUES (1, 1, 1, 'infinity')$$, '23514',
	'new row for relation "sighting" violates check constraint "recorded_at_finite"');
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, recorded_at) VALUES (1, 1, 1, '-infinity')$$, '23514');
SELECT throws_ok($$INSERT INTO observation (installation_id, source_id, observed_at, completeness, recorded_at) VALUES (1, 1, '2999-01-01', 'partial', '2999-01-02')$$, '23514',
	'new row for relation "observation" violates check constraint "recorded_at_not_ahead"');
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, recorded_at) VALUES (1, 1, 1, now() + interval '25 hours')$$, '23514',
	'new row for relation "sighting" violates check constraint "recorded_at_not_ahead"');
SELECT throws_ok($$EXECUTE look(NULL, 'partial', '{}', 1, 0)$$, '23502');

-- texts that become keys
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, status) VALUES (1, 1, 1, pg_temp.text_of(2001))$$, '23514',
	'new row for relation "sighting" violates check constraint "status_length"');
SELECT throws_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation) VALUES (1, 1, 1, pg_temp.text_of(2001))$$, '23514',
	'new row for relation "sighting" violates check constraint "designation_length"');
SELECT lives_ok($$INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation, status) VALUES (1, 1, 1, pg_temp.text_of(2000), pg_temp.text_of(2000))$$,
	'as long as may be');
DELETE FROM sighting;
SELECT throws_ok($$EXECUTE look('2024-01-01', NULL, '{}', 1, 0)$$, '23502');
SELECT throws_ok($$EXECUTE look('2024-01-01', 'half', '{}', 1, 0)$$, '23514',
	'new row for relation "observation" violates check constraint "completeness_known"');
SELECT lives_ok($$EXECUTE look('2024-01-01', 'partial', '{}', 0, 0)$$, 'pixels of nothing: seen by eye');
SELECT throws_ok($$EXECUTE look('2024-01-01', 'partial', '{}', -1, 0)$$, '23514',
	'new row for relation "observation" violates check constraint "gsd_not_negative"');
SELECT throws_ok($$INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness) VALUES (1, 1, '2024-01-02', '2024-01-01', 'partial')$$, '23514',
	'new row for relation "observation" violates check constraint "observed_from_before_at"');
SELECT throws_ok($$INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness) VALUES (1, 1, '-infinity', '2024-01-01', 'partial')$$, '23514',
	'new row for relation "observation" violates check constraint "observed_from_before_at"');
SELECT throws_ok($$UPDATE source SET min_confidence = 1.1$$, '23514', 'new row for relation "source" violates check constraint "min_confidence_share"');
SELECT throws_ok($$INSERT INTO shelter (installation_id, asset_class_id, hidden_max) VALUES (1, 1, 0)$$, '23514',
	'new row for relation "shelter" violates check constraint "hidden_max_positive"');
SELECT throws_ok($$EXECUTE look('2024-01-01', 'partial', '{}', 1, 101)$$, '23514',
	'new row for relation "observation" violates check constraint "cloud_cover_percent"');
SELECT throws_ok($$EXECUTE look('2024-01-01', 'complete', '{air, NULL}', 1, 0)$$, '23514',
	'new row for relation "observation" violates check constraint "scope_without_null"');
SELECT throws_ok($$EXECUTE look('2024-01-01', 'complete', '{air, tank}', 1, 0)$$, '22S07',
	'scope ''tank'' names no asset class');
SELECT throws_ok($$INSERT INTO observation (installation_id, source_id, observed_at, completeness) VALUES (1, 9, '2024-01-01', 'partial')$$, '23503');
SELECT throws_ok($$UPDATE observation SET retracted_at = now()$$, '23514',
	'new row for relation "observation" violates check constraint "retraction_has_reason"');

-- sightings
PREPARE seen(int, int, int4range, text, float8) AS
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, designation, confidence)
VALUES (1, $1, $2, $3, $4, $5);
SELECT throws_ok($$EXECUTE seen(999, 1, '[1,1]', NULL, 1)$$, '23503');
SELECT throws_ok($$EXECUTE seen(1, 999, '[1,1]', NULL, 1)$$, '23503');
SELECT throws_ok($$EXECUTE seen(1, 1, 'empty', NULL, 1)$$, '23514',
	'new row for relation "sighting" violates check constraint "count_from_zero"');
SELECT throws_ok($$EXECUTE seen(1, 1, '[-1,1]', NULL, 1)$$, '23514');
SELECT throws_ok($$EXECUTE seen(1, 1, '(,1]', NULL, 1)$$, '23514');
SELECT throws_ok($$EXECUTE seen(1, 1, '[2,2]', 'RF-1', 1)$$, '23514',
	'new row for relation "sighting" violates check constraint "one_individual"');
SELECT throws_ok($$EXECUTE seen(1, 1, '[1,1]', NULL, 'NaN')$$, '23514');

-- what was refused left the rest intact; what is only odd is taken
INSERT INTO sighting (installation_id, observation_id, asset_class_id, location) VALUES (1, 1, 1, 'SRID=4326;POINT(-120 5)');
SELECT is((SELECT far_from_installation FROM sighting_place), true, 'a sighting far away is taken and marked');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count)
SELECT 1, 1, 1, '[2147483000,2147483000]' FROM generate_series(1, 10000);
SELECT results_eq('SELECT count_min(run), count_max(run) FROM presence', 'VALUES (2147483646, NULL::int)',
	'10,000 sightings in one look; their sum stops at the largest count');
SELECT is_empty('SELECT * FROM verify()', 'verify() finds nothing');

SELECT throws_ok($$SELECT * FROM ledger_presences_from_scratch('integer', 0.5, '{1}', 'infinity')$$, '42809',
	'"integer" is not the row type of a table');
SELECT throws_ok($$SELECT * FROM ledger_presences_from_scratch('presence', 0.5, '{1,NULL}', 'infinity')$$, '22004', 'installations must not be null');

-- what asks a ledger's tables, asked with a null for each argument, and of tables that are no ledger's
CREATE FUNCTION internals() RETURNS TABLE (call text, state text) LANGUAGE plpgsql AS $$
DECLARE
	f record;
	foreign_table constant text[] := '{pg_catalog.pg_class,public.no_ledger,public.spatial_ref_sys}';
BEGIN
	FOR f IN SELECT p.proname, p.pronargs, p.proargtypes::oid[] AS types, p.prorettype = 'record'::regtype AND p.proargmodes IS NULL AS rows FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
			WHERE p.proname ~ '^ledger_' AND l.lanname = 'c' AND p.prorettype <> 'trigger'::regtype LOOP
		FOR i IN -3 .. f.pronargs LOOP
			call := format('SELECT count(*) FROM %I(%s)' || CASE WHEN f.rows THEN ' AS r (said text)' ELSE '' END, f.proname, (SELECT string_agg(CASE WHEN i = n OR i = 0 THEN format('NULL::%s', t::regtype)
				WHEN t = 'regclass'::regtype THEN format('%L::regclass', coalesce(foreign_table[-i], 'input_test.ledger'))
				WHEN t = 'regtype'::regtype THEN format('%L::regtype', coalesce(foreign_table[-i], 'input_test.presence'))
				WHEN t = 'timestamptz'::regtype THEN format('timestamptz ''2024-01-%s''', n)
				ELSE format('%L::%s', CASE t::regtype::text WHEN 'geometry' THEN 'SRID=4326;POINT(10 50)' WHEN 'text' THEN 'possible' WHEN 'boolean' THEN 'true' WHEN 'interval' THEN '1 day' WHEN 'bigint[]' THEN '{1}' WHEN 'text[]' THEN '{1}' ELSE '1' END, t::regtype) END, ', ' ORDER BY n)
				FROM unnest(f.types) WITH ORDINALITY AS a(t, n)));
			BEGIN
				EXECUTE call;
				state := 'answered';
			EXCEPTION WHEN OTHERS THEN
				state := SQLSTATE || ' ' || SQLERRM;
			END;
			RETURN NEXT;
		END LOOP;
	END LOOP;
END $$;
CREATE TABLE public.no_ledger (only_row boolean);
SELECT is_empty('SELECT * FROM internals() WHERE state !~ ''^(answered|22S0[1-7] |42501 must be owner of a ledger|42809 |42804 schema "[a-z_]*" is not that of a ledger)''', 'nulls and other tables are refused or answered by what asks a ledger''s tables');
SELECT cmp_ok((SELECT count(*) FROM internals() WHERE state ~ '^42804'), '>=', 30::bigint, 'each refuses tables that are no ledger''s');
SELECT cmp_ok((SELECT count(*) FROM internals() WHERE state = 'answered'), '>=', 15::bigint, 'and answers some questions');
DROP TABLE public.no_ledger;
DROP FUNCTION internals();

-- another name, another threshold
ALTER SCHEMA input_test RENAME TO renamed_test;
SET search_path = renamed_test, public;
SELECT lives_ok('DELETE FROM sighting', 'a renamed ledger is written as before');
SELECT lives_ok('SELECT upgrade_ledger(''renamed_test'')', 'upgrade_ledger() brings its functions along');
DELETE FROM sighting;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, confidence) VALUES (1, 1, 1, '[2,2]', 0.6);
SELECT is((SELECT count(*) FROM presence), 1::bigint, 'which derives');
UPDATE ledger SET min_confidence = 0.7;
SELECT upgrade_ledger('renamed_test') \g /dev/null
SELECT is((SELECT count(*) FROM presence), 0::bigint, 'and takes a new min_confidence');
SELECT is_empty('SELECT * FROM verify()', 'verify() finds nothing');
SELECT * FROM finish();
RESET search_path;
SELECT drop_ledger('renamed_test') \g /dev/null
