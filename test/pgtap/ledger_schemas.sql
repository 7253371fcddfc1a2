-- PostGIS and ltree in another schema than pg_sightings: a ledger works; but not if others may
-- create in one of these schemas, for they could plant what stands before a function of
-- PostGIS under its own name and arguments.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(12);
CREATE ROLE keeper;
CREATE ROLE intruder;
SELECT format('GRANT CREATE ON DATABASE %I TO keeper', current_database()) \gexec
SELECT lives_ok($$
	GRANT CREATE ON SCHEMA public TO PUBLIC;
	SET ROLE keeper;
	SELECT create_ledger('together');
	SELECT drop_ledger('together');
	RESET ROLE$$, 'in one schema all may create: see ledger_planted.sql');

DROP EXTENSION pg_sightings, postgis, ltree CASCADE;
CREATE SCHEMA gis;
GRANT USAGE ON SCHEMA gis TO PUBLIC;
CREATE EXTENSION postgis SCHEMA gis;
CREATE EXTENSION ltree SCHEMA gis;
CREATE EXTENSION pg_sightings SCHEMA public;

-- What is refused: with a function of PostGIS's own name and arguments in public
CREATE FUNCTION pg_temp.import_plants() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM create_ledger('apart');
	INSERT INTO apart.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
	PERFORM import_geometry('{"type": "Point", "coordinates": [10, 50]}');
	RETURN 'not called';
EXCEPTION WHEN SQLSTATE 'TRAP0' THEN
	RETURN 'called';
WHEN insufficient_privilege THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION public.st_geomfromgeojson(jsonb) RETURNS gis.geometry LANGUAGE plpgsql AS 'BEGIN RAISE ''planted'' USING ERRCODE = ''TRAP0''; END';
SET search_path = public, gis;
SELECT is(pg_temp.import_plants(), 'PUBLIC may create objects in schema public, which a ledger would call', 'PUBLIC may create in the schema of pg_sightings');
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO intruder;
SELECT is(pg_temp.import_plants(), 'intruder may create objects in schema public, which a ledger would call', 'somebody may');
REVOKE CREATE ON SCHEMA public FROM intruder;
SELECT is(pg_temp.import_plants(), 'called', 'it would be called indeed');
DROP FUNCTION public.st_geomfromgeojson(jsonb);
GRANT CREATE ON SCHEMA gis TO intruder;
SELECT throws_ok('SELECT create_ledger(''apart'')', '42501', 'intruder may create objects in schema gis, which a ledger would call', 'nor in that of PostGIS');
REVOKE CREATE ON SCHEMA gis FROM intruder;

-- whoever owns the ledger may
GRANT CREATE ON SCHEMA public TO keeper;
SET ROLE keeper;
SELECT lives_ok('SELECT create_ledger(''apart'')', 'the ledger''s owner may create there');
INSERT INTO apart.source (name) VALUES ('eye');
INSERT INTO apart.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO apart.asset_class (path, name) VALUES ('air.jet', 'jet');
INSERT INTO apart.observation (installation_id, source_id, observed_at, completeness, scope)
VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}');
INSERT INTO apart.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 2, 1, '[2,2]');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT change_min, installation, asset_class FROM apart.changes(''2024-01-02'', ''2024-01-06'')', $$VALUES (2, 'north'::text, 'jet'::text)$$, 'a ledger apart from PostGIS answers');
SELECT is_empty('SELECT FROM apart.verify()', 'and is right');
SELECT is((SELECT outcome FROM apart.import_stac('{"type": "Feature", "stac_version": "1.0.0", "id": "i1", "collection": "c", "geometry": {"type": "Point", "coordinates": [10, 50]}, "properties": {"datetime": "2024-02-01T10:00:00Z"}}')),
	'loaded', 'and imports');
RESET ROLE;
GRANT CREATE ON SCHEMA public TO intruder;
SET ROLE keeper;
SELECT throws_ok('SELECT upgrade_ledger(''apart'')', '42501', 'intruder may create objects in schema public, which a ledger would call', 'an upgrade refuses too');
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM intruder;
SET ROLE keeper;
SELECT lives_ok('SELECT upgrade_ledger(''apart'')', 'until it is revoked');
SELECT is_empty('SELECT FROM apart.verify()', 'and all is right');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
