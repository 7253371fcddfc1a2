-- What takes long in a ledger can be cancelled, soon, and then the ledger is as it was.
--
-- cancelled.scale: how large (1 here; make limits takes more), cancelled.bound: how late a
-- cancel may come, far above the second that it may take where nothing else runs.
\set QUIET on
SET client_min_messages = warning;
SET synchronous_commit = off;
\pset format unaligned
\pset tuples_only true
SELECT coalesce(nullif(current_setting('cancelled.scale', true), ''), '1')::int AS scale,
	coalesce(nullif(current_setting('cancelled.bound', true), ''), '5 s')::interval AS bound \gset
SELECT plan(50);
SELECT create_ledger('cancelled') \g /dev/null
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (SELECT count(*) FROM cancelled.observation), (SELECT count(*) FROM cancelled.sighting),
		(SELECT count(*) FROM cancelled.sighting WHERE retracted_at IS NOT NULL), (SELECT count(*) FROM cancelled.presence),
		(SELECT count(*) FROM cancelled.imported), (SELECT count(*) FROM cancelled.source), (SELECT count(*) FROM cancelled.pending)) $$;
INSERT INTO cancelled.source (name) VALUES ('eye');
INSERT INTO cancelled.installation (name, location) SELECT 'n' || i, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM generate_series(1, 4) AS i;
INSERT INTO cancelled.asset_class (path, name) SELECT ('air.k' || k)::ltree, 'class ' || k FROM generate_series(1, 10) AS k;
-- looks at which each class is counted, every day another number
CREATE FUNCTION pg_temp.load(looks int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO cancelled.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
	SELECT i, n, 1, '2001-01-01Z'::timestamptz + n * interval '1 hour', 'complete', '{air}' FROM generate_series(1, 4) AS i, generate_series(1, looks) AS n;
	INSERT INTO cancelled.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT i, n, k, int4range(1 + n / 24 % 3, 1 + n / 24 % 3, '[]') FROM generate_series(1, 4) AS i, generate_series(1, looks) AS n, generate_series(1, 10) AS k $$;
SELECT pg_temp.state() AS before \gset

-- The derivation, when a large load is committed (by another session: the server lets no
-- statement_timeout end a COMMIT)
CREATE FUNCTION cancel_commit(backend int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	-- says that it is there
	PERFORM pg_advisory_lock(backend);
	FOR n IN 1 .. 6000 LOOP
		PERFORM pg_stat_clear_snapshot();
		EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend AND state = 'active' AND query = 'COMMIT;');
		PERFORM pg_sleep(0.01);
	END LOOP;
	PERFORM pg_sleep(0.02);
	RETURN pg_cancel_backend(backend);
END $$;
SELECT pg_backend_pid() AS backend, current_database() AS database \gset
\setenv BACKEND :backend
\setenv PGDATABASE :database
-- (it is there before the load: to start a client may take longer than load and COMMIT)
\! psql -X -q -c "SELECT cancel_commit($BACKEND)" > /dev/null &
DO $$
BEGIN
	FOR n IN 1 .. 6000 LOOP
		EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = pg_backend_pid() AND granted);
		PERFORM pg_sleep(0.01);
	END LOOP;
END $$;
BEGIN;
SELECT pg_temp.load(1000 * :scale) \g /dev/null
SELECT clock_timestamp() AS begun \gset
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
COMMIT;
\set code :SQLSTATE
\set ON_ERROR_STOP on
SELECT is(:'code'::text, '57014', 'COMMIT is cancelled');
SELECT cmp_ok(clock_timestamp() - :'begun' - interval '20 ms', '<', :'bound'::interval, 'in time');
SELECT is(pg_temp.state(), :'before', 'and nothing of the load is there');
SELECT is_empty('SELECT FROM cancelled.verify()', 'and the ledger is right');

-- or within the transaction, which then goes on
BEGIN;
SELECT pg_temp.load(1000 * :scale) \g /dev/null
\set ms 20
\set what 'SET CONSTRAINTS'
\set question 'SET CONSTRAINTS ALL IMMEDIATE'
\ir ../cases/cancelled.sql
SELECT is((SELECT count(*) FROM cancelled.presence), 0::bigint, 'and nothing is derived yet');
COMMIT;
SELECT is((SELECT count(*) FROM cancelled.sighting), 40000::bigint * :scale, 'the transaction commits');
SELECT is_empty('SELECT FROM cancelled.verify()', 'and all is derived');
SELECT setval(pg_get_serial_sequence('cancelled.observation', 'observation_id'), 1000 * :scale) \g /dev/null
ANALYZE cancelled.observation, cancelled.sighting, cancelled.presence;
SELECT pg_temp.state() AS before \gset

-- What looks at all of it, or changes it
\set ms 10
\set what 'verify()'
\set question 'SELECT count(*) FROM cancelled.verify()'
\ir ../cases/cancelled.sql
\set what 'rederive()'
\set question 'SELECT cancelled.rederive()'
\ir ../cases/cancelled.sql
\set what 'a retraction of everything'
\set question 'UPDATE cancelled.sighting SET retracted_at = now(), retraction_reason = ''none'' \\; SET CONSTRAINTS ALL IMMEDIATE'
\ir ../cases/cancelled.sql
\set what 'a deletion of everything'
\set question 'DELETE FROM cancelled.observation \\; SET CONSTRAINTS ALL IMMEDIATE'
\ir ../cases/cancelled.sql
\set what 'changes() as known at an instant'
\set question 'SELECT count(*) FROM cancelled.changes(''2001-01-02'', ''2001-03-01'', known_at => now())'
\ir ../cases/cancelled.sql
\set what 'timeline()'
\set question 'SELECT count(*) FROM cancelled.timeline(''2001-01-02'', ''2001-03-01'', ''1 minute'')'
\ir ../cases/cancelled.sql
\set what 'changes() that may be'
\set question 'SELECT count(*) FROM cancelled.changes(''2001-01-02'', ''2001-03-01'', mode => ''possible'')'
\ir ../cases/cancelled.sql
\set what 'changes_since()'
\set question 'SELECT count(*) FROM cancelled.changes_since(''2001-01-02'')'
\ir ../cases/cancelled.sql
\set what 'turnover()'
\set question 'SELECT count(*) FROM cancelled.turnover(''2001-01-02'', ''2001-03-01'')'
\ir ../cases/cancelled.sql
\set what 'persistence()'
\set question 'SELECT count(*) FROM cancelled.persistence()'
\ir ../cases/cancelled.sql
SELECT is(pg_temp.state(), :'before', 'nothing is changed');
BEGIN;
DELETE FROM cancelled.presence;
\set what 'rederive() of what is missing'
\set question 'SELECT cancelled.rederive()'
\ir ../cases/cancelled.sql
SELECT is((SELECT count(*) FROM cancelled.presence), 0::bigint, 'half of it is not there');
SELECT cmp_ok(cancelled.rederive(), '>', 1000::bigint, 'all is, the next time');
COMMIT;
SELECT is_empty('SELECT FROM cancelled.verify()', 'as it was');

-- Imports
CREATE TEMP TABLE given AS
SELECT jsonb_build_object('type', 'FeatureCollection', 'features', (
		SELECT jsonb_agg(jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', 'image ' || n, 'collection', 'images',
			'geometry', ST_AsGeoJSON(ST_MakeEnvelope(0.5, 0.5, 1.5, 1.5, 4326))::jsonb, 'links', '[]'::jsonb, 'assets', '{}'::jsonb,
			'properties', jsonb_build_object('datetime', '2023-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', 'platform', 'eye-1')))
		FROM generate_series(1, 3000 * :scale) AS n)) AS items,
	jsonb_build_object('type', 'FeatureCollection', 'features', (
		SELECT jsonb_agg(jsonb_build_object('type', 'Feature', 'geometry', ST_AsGeoJSON(ST_SetSRID(ST_MakePoint(1 + n % 10 * 0.001, 1), 4326))::jsonb,
			'properties', jsonb_build_object('class', 'class ' || 1 + n % 10, 'score', 0.9, 'image_id', 'image ' || 1 + n % 3)))
		FROM generate_series(1, 10000 * :scale) AS n)) AS features;
SELECT count(*) FROM given, cancelled.import_stac(jsonb_set(items, '{features}', jsonb_path_query_array(items, '$.features[0 to 2]'))) \g /dev/null
INSERT INTO cancelled.survey_site SELECT 'site ' || i, 'place ' || i, i, i FROM generate_series(1, 10) AS i;
INSERT INTO cancelled.survey SELECT 'survey ' || n, 'site ' || 1 + n % 10, '2020-01-01Z'::timestamptz + n * interval '1 hour' FROM generate_series(1, 3000 * :scale) AS n;
INSERT INTO cancelled.survey_count SELECT 'survey ' || n, 'class ' || k, k FROM generate_series(1, 3000 * :scale) AS n, generate_series(1, 5) AS k;
SELECT pg_temp.state() AS before \gset
\set ms 200
\set what 'import_stac()'
\set question 'SELECT count(*) FROM given, cancelled.import_stac(items)'
\ir ../cases/cancelled.sql
\set what 'import_detections()'
\set question 'SELECT count(*) FROM given, cancelled.import_detections(features, ''model'', ''{air}'')'
\ir ../cases/cancelled.sql
\set what 'import_surveys()'
\set question 'SELECT count(*) FROM cancelled.import_surveys(''census'', ''{air}'')'
\ir ../cases/cancelled.sql
SELECT is(pg_temp.state(), :'before', 'no import leaves half of it');
SELECT is((SELECT count(*) FROM cancelled.survey_count), 15000::bigint * :scale, 'nor loses what was to be imported');
SELECT is_empty('SELECT FROM cancelled.verify()', 'and the ledger is right');
SELECT is((SELECT count(*) FROM given, cancelled.import_detections(features, 'model', '{air}') AS i WHERE i.outcome = 'loaded'), 30::bigint, 'the same detections are loaded, the next time');
SELECT is_empty('SELECT FROM cancelled.verify()', 'and derived');

-- presences() sorts what it was given once for each row of this window, and ANALYZE what it
-- read: to be cancelled in the midst of it
CREATE FUNCTION pg_temp.takes(question text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
BEGIN
	EXECUTE question;
	RETURN trunc(1000 * extract(epoch FROM clock_timestamp() - begun));
END $$;
CREATE TEMP TABLE evidence AS
SELECT n, sighting('2001-01-01Z'::timestamptz + (hashint4(n) & 1048575) * interval '1 s', 'SRID=4326;POINT(1 1)'::geometry, 1 + n % 3) AS s
FROM generate_series(1, 100000 * :scale * :scale) AS n;
SELECT 2 * pg_temp.takes('SELECT cardinality(presences(s)) FROM evidence') AS ms \gset
\set what 'presences()'
\set question 'SELECT sum(cardinality(p)) FROM (SELECT presences(s) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 100000000 FOLLOWING) AS p FROM evidence) AS e'
\ir ../cases/cancelled.sql
CREATE TEMP TABLE stay AS
SELECT presence('-infinity', t, t + interval '1 h', t + interval '1 day', ST_SetSRID(ST_MakePoint(n % 360 - 180, n % 180 - 90), 4326), 1) AS run
FROM (SELECT n, '2001-01-01Z'::timestamptz + (hashint4(n) & 1048575) * interval '1 s' AS t FROM generate_series(1, 100000 * :scale * :scale) AS n) AS made;
SET default_statistics_target = 10000;
-- (half of the least of three: something else may have made one or another slow)
SELECT trunc(least(pg_temp.takes('ANALYZE stay'), pg_temp.takes('ANALYZE stay'), pg_temp.takes('ANALYZE stay')) / 2) AS ms \gset
\set what 'ANALYZE'
\set question 'ANALYZE stay'
\ir ../cases/cancelled.sql
SELECT * FROM finish();
SELECT drop_ledger('cancelled') \g /dev/null
