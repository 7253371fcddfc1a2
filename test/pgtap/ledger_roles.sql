-- Who may do what: an owner who is no superuser, a loader, a corrector, an analyst; with a
-- hostile search_path and objects of the same names planted in public.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
CREATE ROLE ledger_test_owner;
CREATE ROLE ledger_test_loader;
CREATE ROLE ledger_test_corrector;
CREATE ROLE ledger_test_analyst;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_test_owner', current_database()) \gexec

-- planted before the ledger is made, to be bound, and after, to be called
CREATE SCHEMA hostile;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
CREATE TABLE hostile.trace (word text);
GRANT ALL ON hostile.trace TO PUBLIC;
CREATE FUNCTION hostile.trap(word text) RETURNS void LANGUAGE sql AS $$INSERT INTO hostile.trace VALUES (word)$$;
CREATE FUNCTION public.unnest(bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$BEGIN PERFORM hostile.trap('unnest'); RETURN; END$$;
CREATE FUNCTION public.cardinality(bigint[]) RETURNS integer LANGUAGE plpgsql AS $$BEGIN PERFORM hostile.trap('cardinality'); RETURN 0; END$$;
CREATE FUNCTION public.lower(int4range) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN 77; END$$;
CREATE FUNCTION public.upper_inf(int4range) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN true; END$$;
CREATE FUNCTION public.times(float8, integer) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN 0; END$$;
CREATE OPERATOR public.+ (FUNCTION = public.times, LEFTARG = float8, RIGHTARG = integer);
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN PERFORM hostile.trap('now'); RETURN 'infinity'; END$$;
CREATE FUNCTION hostile.count_min(public.presence) RETURNS integer LANGUAGE plpgsql AS $$BEGIN PERFORM hostile.trap('count_min'); RETURN 0; END$$;
CREATE TABLE public.observation (observation_id bigint, observed_at timestamptz);
CREATE TABLE public.pending (txid xid8);

SET ROLE ledger_test_owner;
SET search_path = hostile, public, pg_catalog;
SELECT public.create_ledger('roles_test') \g /dev/null
GRANT USAGE ON SCHEMA roles_test TO ledger_test_loader, ledger_test_corrector, ledger_test_analyst;
GRANT SELECT ON roles_test.installation, roles_test.asset_class, roles_test.source, roles_test.observation, roles_test.sighting
TO ledger_test_loader, ledger_test_corrector, ledger_test_analyst;
GRANT SELECT ON roles_test.presence, roles_test.sighting_place, roles_test.shelter TO ledger_test_analyst;
GRANT INSERT ON roles_test.observation, roles_test.sighting TO ledger_test_loader;
GRANT UPDATE, DELETE ON roles_test.observation, roles_test.sighting TO ledger_test_corrector;
INSERT INTO roles_test.source (name) VALUES ('eye');
INSERT INTO roles_test.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)'), ('secret', 'SRID=4326;POINT(20 50)');
INSERT INTO roles_test.asset_class (path, name) VALUES ('air.jet', 'jet');
RESET ROLE;
RESET search_path;
SELECT plan(25);

SELECT is((SELECT tableowner FROM pg_tables WHERE schemaname = 'roles_test' AND tablename = 'presence'), 'ledger_test_owner'::name,
	'a ledger belongs to the caller');
SELECT is_empty($$SELECT d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
	WHERE d.deptype = 'e' AND c.relnamespace = 'roles_test'::regnamespace$$, 'no table of it is the extension''s');
SELECT is_empty($$SELECT d.objid FROM pg_depend d JOIN pg_trigger t ON t.oid = d.objid AND d.classid = 'pg_trigger'::regclass
	WHERE d.deptype IN ('e', 'x')$$, 'no trigger of it is either');

SET ROLE ledger_test_loader;
SET search_path = hostile, public, pg_catalog;
INSERT INTO roles_test.observation (installation_id, source_id, observed_at, completeness, scope)
SELECT i.installation_id, 1, '2024-01-01 00:00:00+00', 'complete', '{air}' FROM roles_test.installation i;
INSERT INTO roles_test.sighting (installation_id, observation_id, asset_class_id, count, designation)
VALUES (1, 1, 1, '[1,1]', 'T1'), (2, 2, 1, '[1,1]', 'T2');
RESET search_path;
SELECT throws_ok('SELECT * FROM roles_test.presence', '42501', 'permission denied for table presence', 'a loader loads');
SELECT throws_ok('INSERT INTO roles_test.presence DEFAULT VALUES', '42501', 'permission denied for table presence');
SELECT throws_ok('INSERT INTO roles_test.pending DEFAULT VALUES', '42501', 'permission denied for table pending');
SELECT throws_ok('UPDATE roles_test.sighting SET note = ''x''', '42501', 'permission denied for table sighting');
SELECT throws_ok('SELECT ledger_rederive(''roles_test.ledger'', 0.5, ''{1}'')', '42501', 'must be owner of a ledger');
SELECT throws_ok('SELECT roles_test.rederive()', '42501', 'permission denied for function rederive');
SELECT throws_ok('SELECT drop_ledger(''roles_test'')', '42501', 'must be owner of schema roles_test');
SET ROLE ledger_test_analyst;
SELECT is((SELECT count(*) FROM roles_test.presence WHERE count_range(run) = '[1,1]' AND lon(run) IN (10, 20)), 4::bigint,
	'presences were derived for the loader');
SELECT is_empty('SELECT * FROM roles_test.verify()', 'an analyst may check them');
SELECT throws_ok('DELETE FROM roles_test.presence', '42501', 'permission denied for table presence');
SELECT throws_ok('DELETE FROM roles_test.sighting', '42501', 'permission denied for table sighting');

SET ROLE ledger_test_corrector;
SET search_path = hostile, public, pg_catalog;
UPDATE roles_test.sighting SET retracted_at = pg_catalog.now(), retraction_reason = 'misread' WHERE installation_id = 1;
RESET search_path;
SET ROLE ledger_test_analyst;
SELECT is((SELECT count(*) FROM roles_test.presence), 2::bigint, 'a corrector corrects');
RESET ROLE;
-- tables that only look like a ledger's
CREATE TABLE hostile.ledger (only_row boolean);
SELECT throws_ok('SELECT ledger_rederive(''hostile.ledger'', 0.5, ''{1}'')',
	'42804', 'schema "hostile" is not that of a ledger');
CREATE TABLE hostile.asset_class (asset_class_id integer, path ltree, max_gsd_m numeric, keep_total boolean);
CREATE TABLE hostile.installation (installation_id bigint, location geometry);
CREATE TABLE hostile.derivation (installation_id bigint PRIMARY KEY, derived_at timestamptz);
CREATE TABLE hostile.source (source_id integer, min_confidence bigint);
CREATE TABLE hostile.shelter (installation_id bigint, asset_class_id integer, hidden_max integer);
CREATE TABLE hostile.presence (installation_id bigint, presence_id bigint, asset_class_id integer, status text, designation text, run presence);
CREATE TABLE hostile.observation (installation_id bigint, observation_id bigint, observed_from timestamptz, observed_at timestamptz, completeness text, scope bigint, gsd_m bigint, source_id integer, recorded_at timestamptz, retracted_at timestamptz);
INSERT INTO hostile.observation VALUES (1, 1, NULL, '2024-01-01 00:00:00+00', 'complete', 77, 77, 1);
INSERT INTO hostile.installation VALUES (1, NULL);
SELECT throws_ok('SELECT ledger_rederive(''hostile.ledger'', 0.5, ''{1}'')',
	'42804', 'schema "hostile" is not that of a ledger', 'columns of other types');
ALTER TABLE hostile.observation ALTER scope TYPE ltree[] USING NULL, ALTER gsd_m TYPE numeric;
SELECT throws_ok('SELECT ledger_rederive(''hostile.ledger'', 0.5, ''{1}'')',
	'42804', 'schema "hostile" is not that of a ledger', 'a null where none can be');
ALTER TABLE roles_test.sighting ALTER count DROP NOT NULL;
SELECT throws_ok($test$DO $do$
	BEGIN
		INSERT INTO roles_test.sighting (installation_id, observation_id, asset_class_id, count) VALUES (2, 2, 1, NULL);
		SET CONSTRAINTS ALL IMMEDIATE;
	END $do$$test$, '42804', 'schema "roles_test" is not that of a ledger', 'an owner who dropped a constraint fells no server');
ALTER TABLE roles_test.sighting ALTER count SET NOT NULL;
SELECT is_empty('TABLE hostile.trace', 'no planted function was called');
SELECT is_empty('SELECT 1 FROM public.pending', 'no planted table was written');

-- row-level security
SET ROLE ledger_test_owner;
ALTER TABLE roles_test.installation ENABLE ROW LEVEL SECURITY;
ALTER TABLE roles_test.sighting ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON roles_test.installation USING (name <> 'secret');
CREATE POLICY open ON roles_test.sighting USING (installation_id <> 2);
SET ROLE ledger_test_analyst;
SELECT is_empty($$SELECT 1 FROM roles_test.presence_from_scratch() WHERE installation_id = 2$$,
	'who may not see an installation derives nothing of it');
SELECT set_eq('SELECT installation FROM roles_test.sighting_place', '{north}'::text[], 'nor reads of it in a view');
SELECT is_empty($$SELECT 1 FROM roles_test.presence_known_at('infinity') WHERE installation_id = 2$$, 'nor as known at');
RESET ROLE;
SET ROLE ledger_test_owner;
SELECT is_empty('SELECT * FROM roles_test.verify()', 'the derivation sees everything');
RESET ROLE;
SELECT * FROM finish();
SELECT drop_ledger('roles_test') \g /dev/null
DROP SCHEMA hostile CASCADE;
DROP TABLE public.observation, public.pending;
DROP OPERATOR public.+ (float8, integer);
DROP FUNCTION public.unnest(bigint[]), public.cardinality(bigint[]), public.lower(int4range), public.upper_inf(int4range), public.times(float8, integer);
SELECT format('REVOKE CREATE ON DATABASE %I FROM ledger_test_owner', current_database()) \gexec
DROP ROLE ledger_test_owner, ledger_test_loader, ledger_test_corrector, ledger_test_analyst;
