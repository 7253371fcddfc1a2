-- Rights given by columns, ledgers that change hands or names, roles that lack a right on
-- the database or on the extension's schema, and what statistics, leaky functions and
-- event triggers could tell or do.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(55);
CREATE ROLE access_owner;
CREATE ROLE access_heir;
CREATE ROLE access_loader;
CREATE ROLE access_analyst;
CREATE ROLE access_nobody;
SELECT format('GRANT CREATE ON DATABASE %I TO access_owner', current_database()) \gexec
SET ROLE access_owner;
SELECT create_ledger('access_test') \g /dev/null
GRANT USAGE ON SCHEMA access_test TO access_loader, access_analyst, access_heir;
INSERT INTO access_test.source (name) VALUES ('eye');
INSERT INTO access_test.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)'), ('secret', 'SRID=4326;POINT(20 50)');
INSERT INTO access_test.asset_class (path, name) VALUES ('air.jet', 'jet');
RESET ROLE;
CREATE FUNCTION look(ledger name, day date, n integer DEFAULT 2) RETURNS text LANGUAGE sql AS $$
	SELECT format('WITH o AS (INSERT INTO %1$I.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
			VALUES (1, %2$s, 1, %3$L, ''complete'', ''{air}''))
		INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, %2$s, 1, ''[%4$s,%4$s]'');
		SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED', ledger, day - '2023-12-31'::date, day::text || 'Z', n) $$;

-- columns
GRANT SELECT (installation_id, observation_id) ON access_test.observation TO access_loader;
GRANT INSERT (installation_id, observation_id, source_id, observed_at, completeness, scope) ON access_test.observation TO access_loader;
GRANT INSERT (installation_id, observation_id, asset_class_id, count), UPDATE (note) ON access_test.sighting TO access_loader;
SET ROLE access_loader;
SELECT lives_ok(look('access_test', '2024-01-02'), 'INSERT on some columns is enough to load');
SELECT throws_ok('INSERT INTO access_test.sighting (installation_id, observation_id, asset_class_id, recorded_at) VALUES (1, 2, 1, ''2020-01-01Z'')', '42501',
	'permission denied for table sighting', 'but not to say when it was recorded');
SELECT lives_ok('UPDATE access_test.sighting SET note = ''x''', 'a note may be written where UPDATE is given on it');
SELECT throws_ok('UPDATE access_test.sighting SET count = ''[9,9]''', '42501', 'permission denied for table sighting', 'but not a count');
SELECT throws_ok('SELECT observed_at FROM access_test.observation', '42501', 'permission denied for table observation');
RESET ROLE;
GRANT SELECT (installation_id, asset_class_id, status, designation) ON access_test.presence TO access_analyst;
GRANT SELECT ON access_test.installation, access_test.asset_class, access_test.observation, access_test.sighting, access_test.source, access_test.ledger TO access_analyst;
SET ROLE access_analyst;
SELECT lives_ok('SELECT status FROM access_test.presence', 'one column of presences');
SELECT throws_ok(format('SELECT * FROM access_test.%s', question), '42501', 'permission denied for table ' || refused, 'no report reads what its caller may not: ' || question)
FROM (VALUES ('changes(''2024-01-01'', ''2024-01-03'')', 'presence'), ('between_looks()', 'presence'), ('inventory(''2024-01-03'')', 'presence'), ('verify()', 'presence'),
	-- what was ever sighted stands in a table of its own
	('timeline(''2024-01-01'', ''2024-01-03'')', 'subject'), ('turnover(''2024-01-01'', ''2024-01-03'')', 'subject'), ('persistence()', 'subject'),
	('inventory(''2024-01-03'', mode => ''possible'')', 'presence'), ('changes(''2024-01-01'', ''2024-01-03'', mode => ''possible'')', 'subject')) AS v(question, refused);
-- the right to call reports is not the right to read what they read; an owner's function lends it
SET ROLE access_owner;
REVOKE ALL ON ALL TABLES IN SCHEMA access_test FROM access_analyst;
CREATE FUNCTION access_test.published(day date) RETURNS TABLE (installation text, count_min integer) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp BEGIN ATOMIC SELECT i.installation, i.count_min FROM access_test.inventory(day) AS i; END;
SET ROLE access_analyst;
SELECT throws_ok('SELECT * FROM access_test.inventory(''2024-01-03'')', '42501', NULL, 'a report is no way around the tables');
SELECT results_eq('SELECT * FROM access_test.published(''2024-01-03'')', $$VALUES ('north', 2)$$, 'but a function of the owner''s own can be');

-- functions that run with the owner's rights
RESET ROLE;
SELECT set_eq($$SELECT p.proname::text FROM pg_proc p WHERE p.prosecdef AND p.proname <> 'published' AND (p.pronamespace = 'access_test'::regnamespace OR EXISTS (
		SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND e.extname = 'pg_sightings'))$$,
	$$SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'access_test'::regnamespace AND p.prorettype = 'trigger'::regtype$$,
	'only the functions of triggers run with the owner''s rights, none of the extension''s');
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'access_test'::regnamespace
		AND NOT coalesce(array_to_string(p.proconfig, ' ') ~ 'search_path=.*pg_temp$|search_path=.*pg_temp ', false)$$,
	'each with a search_path that ends in pg_temp');
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.proname <> 'published' AND p.pronamespace = 'access_test'::regnamespace
		AND has_function_privilege('access_nobody', p.oid, 'EXECUTE')$$, 'and closed to others');

-- dropped, derived or upgraded by somebody else
SET ROLE access_heir;
SELECT throws_ok('SELECT drop_ledger(''access_test'')', '42501', 'must be owner of schema access_test');
SELECT throws_ok('SELECT upgrade_ledger(''access_test'')', '42501', 'must be owner of ledger access_test');
SELECT throws_ok('SELECT create_ledger(''access_other'')', '42501', format('permission denied for database %s', quote_ident(current_database())), 'no right to create, no ledger');
RESET ROLE;
SELECT hasnt_schema('access_other', 'nor a part of one');

-- a new owner of the schema alone
ALTER SCHEMA access_test OWNER TO access_heir;
SET ROLE access_heir;
SELECT throws_ok('SELECT upgrade_ledger(''access_test'')', '42501', NULL, 'who owns the schema but not the tables upgrades nothing');
SET ROLE access_owner;
SELECT throws_ok('SELECT upgrade_ledger(''access_test'')', '42501', NULL, 'nor who owns the tables but not the schema');
RESET ROLE;
-- of one table alone: the derivation, which is the old owner's, may not write it
ALTER SCHEMA access_test OWNER TO access_owner;
ALTER TABLE access_test.presence OWNER TO access_heir;
SELECT throws_ok(look('access_test', '2024-01-03', 3), '42501', NULL, 'a load that cannot be derived fails');
SELECT is((SELECT count(*) FROM access_test.observation WHERE observed_at = '2024-01-03Z'), 0::bigint, 'as a whole');
ALTER TABLE access_test.presence OWNER TO access_owner;
SELECT lives_ok(look('access_test', '2024-01-03', 3), 'once the tables are of one hand again it does not');
-- of all
REASSIGN OWNED BY access_owner TO access_heir;
SELECT is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'access_test'::regnamespace AND c.relowner <> 'access_heir'::regrole
	UNION ALL SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'access_test'::regnamespace AND p.proowner <> 'access_heir'::regrole$$, 'REASSIGN OWNED leaves nothing behind');
SET ROLE access_loader;
SELECT lives_ok(look('access_test', '2024-01-04'), 'the loader loads on');
SET ROLE access_owner;
SELECT throws_ok('SELECT count(*) FROM access_test.presence', '42501', NULL, 'who was the owner is nobody');
SET ROLE access_heir;
SELECT is((SELECT count_before_min || ' ' || count_after_min FROM access_test.changes('2024-01-03', '2024-01-04')), '3 2', 'the heir asks');
SELECT lives_ok('SELECT upgrade_ledger(''access_test'')', 'upgrades');
SELECT is_empty('SELECT * FROM access_test.verify()', 'and finds nothing wrong');

-- another name
RESET ROLE;
ALTER SCHEMA access_test RENAME TO access_renamed;
SET ROLE access_heir;
SELECT throws_ok('SELECT drop_ledger(''access_test'')', '22S07', 'no ledger is named ''access_test''');
SELECT is((SELECT count_before_min || ' ' || count_after_min FROM access_renamed.changes('2024-01-03', '2024-01-04', installation => 'North')), '3 2',
	'reports know their ledger by its table, not by its name');
SELECT is((SELECT count(*) FROM access_renamed.evidence('north', 3, 4)), 2::bigint, 'and so does evidence()');
SELECT lives_ok('SELECT upgrade_ledger(''access_renamed'')', 'an upgrade under the new name');
SET ROLE access_loader;
SELECT lives_ok(look('access_renamed', '2024-01-05', 4), 'makes loads go on');
SET ROLE access_heir;
SELECT is((SELECT count_after_min FROM access_renamed.changes('2024-01-04', '2024-01-05')), 4, 'and reports');

-- row-level security that holds for the owner, too: the derivation sees all evidence, as foreign
-- keys do
ALTER TABLE access_renamed.sighting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY half ON access_renamed.sighting USING (sighting_id % 2 = 0) WITH CHECK (true);
SELECT lives_ok(look('access_renamed', '2024-01-06', 5), 'a load where half of the evidence is hidden from the owner');
ALTER TABLE access_renamed.sighting NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
SELECT is_empty('SELECT * FROM access_renamed.verify()', 'derived from all of it');

-- without USAGE on the extension's schema: what is bound works, what looks for names says so
RESET ROLE;
CREATE FUNCTION usage_revoked() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (SELECT format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', e.extnamespace::regnamespace) FROM pg_extension e WHERE e.extname = 'pg_sightings');
	EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %I TO access_heir', e.extnamespace::regnamespace) FROM pg_extension e WHERE e.extname = 'pg_sightings');
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA access_renamed TO access_analyst;
CREATE FUNCTION try(who text, what text, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', who);
	BEGIN
		EXECUTE statement;
		INSERT INTO pg_temp.outcome VALUES (who, what, 'done');
	EXCEPTION WHEN OTHERS THEN
		INSERT INTO pg_temp.outcome VALUES (who, what, SQLSTATE);
	END;
	RESET ROLE;
END $$;
CREATE TEMP TABLE outcome (who text, what text, state text);
GRANT INSERT ON outcome TO PUBLIC;
SELECT look('access_renamed', '2024-01-07', 6) AS load \gset
SELECT usage_revoked(), try('access_loader', 'load', :'load'),
	try('access_analyst', 'bound', 'SELECT * FROM access_renamed.current_inventory'),
	try('access_analyst', 'not bound', 'SELECT * FROM access_renamed.changes(''2024-01-04'', ''2024-01-05'')'),
	try('access_heir', 'granted', 'SELECT * FROM access_renamed.changes(''2024-01-04'', ''2024-01-05'')') \g /dev/null
DO $$BEGIN EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %I TO PUBLIC', e.extnamespace::regnamespace) FROM pg_extension e WHERE e.extname = 'pg_sightings'); END$$;
SELECT results_eq('SELECT what, state FROM outcome ORDER BY what', $$VALUES ('bound', 'done'), ('granted', 'done'), ('load', 'done'), ('not bound', '42501')$$,
	'without USAGE on the extension''s schema a role loads and reads views, and reports need it');

-- what leaks
SELECT set_eq($$SELECT p.proname::text FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_sightings' WHERE p.proleakproof$$,
	'{sighting_lt,sighting_le,sighting_eq,sighting_ne,sighting_ge,sighting_gt,presence_lt,presence_le,presence_eq,presence_ne,presence_ge,presence_gt,changed,arrived,departed,stayed,passed,present_during,presence_contains,watch_changed,watch_present_during,contained_by_presence,observed_during,watch_observed_during}'::text[],
	'only comparisons and what is behind operators, which look at nothing but two values and raise nothing, are leakproof');
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'access_renamed'::regnamespace AND p.proleakproof$$, 'nothing of a ledger is');
CREATE TABLE access_runs AS SELECT presence('-infinity', t, t, t + interval '1 day', ST_SetSRID(ST_MakePoint(10, 50), 4326), 1) AS run, n % 2 = 0 AS open
FROM (SELECT n, '2020-01-01Z'::timestamptz + n * interval '1 hour' AS t FROM generate_series(1, 4000) AS n) AS made;
CREATE INDEX ON access_runs USING gist (run);
ANALYZE access_runs;
CREATE VIEW access_open WITH (security_barrier) AS SELECT run FROM access_runs WHERE open;
GRANT SELECT ON access_open TO access_nobody;
GRANT SELECT (open) ON access_runs TO access_nobody;
CREATE FUNCTION estimated(question text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || question INTO plan;
	RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
CREATE FUNCTION overheard(run presence) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
	INSERT INTO access_heard VALUES (run);
	RETURN true;
END $$;
CREATE TABLE access_heard (run presence);
GRANT INSERT ON access_heard TO access_nobody;
SELECT isnt(estimated('SELECT FROM access_runs WHERE run @> ''2020-02-01Z''::timestamptz'), estimated('SELECT FROM access_runs WHERE run @> ''2030-02-01Z''::timestamptz'),
	'who may read the column gets estimates from its statistics');
-- (behind a barrier alone, the server estimates what is leakproof from the statistics, as its own operators)
ALTER TABLE access_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON access_runs TO access_nobody USING (open);
GRANT SELECT ON access_runs TO access_nobody;
SET ROLE access_nobody;
SELECT is(estimated('SELECT run FROM access_runs WHERE run ' || operator || ' ' || a), estimated('SELECT run FROM access_runs WHERE run ' || operator || ' ' || b),
	format('who may not gets the same whatever is there (%s)', operator))
FROM (VALUES ('@>', '''2020-02-01Z''::timestamptz', '''2030-02-01Z''::timestamptz'), ('<~>', 'watch(''2020-02-01Z'', ''2020-03-01Z'')', 'watch(''2030-02-01Z'', ''2030-03-01Z'')'),
	('&&', 'watch(''2020-02-01Z'', ''2020-02-02Z'', 9.0, 49, 11, 51)', 'watch(''2020-02-01Z'', ''2020-02-02Z'', 19.0, 49, 21, 51)')) AS v(operator, a, b);
SELECT is((SELECT count(*) FROM access_open WHERE overheard(run) AND run @> '2020-02-01Z'::timestamptz), 12::bigint, 'a security barrier holds for our operators');
RESET ROLE;
SELECT is_empty('SELECT run FROM access_heard h WHERE run NOT IN (SELECT run FROM access_runs r WHERE r.open)', 'nothing behind it was shown to a function that tells');

-- an event trigger that forbids drops: all or nothing
CREATE FUNCTION no_drops() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() d WHERE d.object_type = 'schema') THEN
		RAISE EXCEPTION 'nothing is dropped here';
	END IF;
END $$;
CREATE EVENT TRIGGER access_no_drops ON sql_drop EXECUTE FUNCTION no_drops();
SELECT throws_ok('SELECT drop_ledger(''access_renamed'')', 'P0001', 'nothing is dropped here');
SELECT is_empty('SELECT * FROM access_renamed.verify()', 'a ledger that an event trigger kept is whole');
DROP EVENT TRIGGER access_no_drops;
SET ROLE access_heir;
SELECT lives_ok('SELECT drop_ledger(''access_renamed'')', 'the heir drops it');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
