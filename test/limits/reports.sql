-- Reports over a large ledger: each that takes long can be cancelled in the midst, within a
-- second, and what its backend needs for itself stays small, whatever it is asked. (Linux.)
\set QUIET on
SET client_min_messages = warning;
SET synchronous_commit = off;
\pset format unaligned
\pset tuples_only true
SELECT plan(44);
SELECT create_ledger('wide') \g /dev/null
INSERT INTO wide.source (name) SELECT 'eye ' || n FROM generate_series(1, 50) AS n;
INSERT INTO wide.installation (installation_id, name, location)
SELECT i, 'installation ' || i, ST_SetSRID(ST_MakePoint(i % 360 - 180, i % 170 - 85), 4326) FROM generate_series(1, 4000) AS i;
INSERT INTO wide.asset_class (asset_class_id, path, name, payload_t) SELECT k, format('air.k%s', k)::ltree, 'kind ' || k, 10 FROM generate_series(1, 10) AS k;
-- a look every tenth day, at which every third time there is another number, and a partial one between
BEGIN;
INSERT INTO wide.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT i, n, timestamptz '2020-01-01Z' + (n * 5 + i % 5) * interval '1 day', 1 + (i + n) % 50, CASE WHEN n % 2 = 0 THEN 'complete' ELSE 'partial' END, '{air}'
FROM generate_series(1, 4000) AS i, generate_series(1, 16) AS n;
INSERT INTO wide.sighting (installation_id, observation_id, asset_class_id, count, designation)
SELECT i, n, k, int4range(1 + (n + k) / 6 % 3, 1 + (n + k) / 6 % 3, '[]'), NULL FROM generate_series(1, 4000) AS i, generate_series(1, 16) AS n, generate_series(1, 10) AS k
WHERE n % 2 = 0 OR k < 3
UNION ALL SELECT i, n, 1, '[1,1]', 'T' || i FROM generate_series(1, 4000) AS i, generate_series(2, 16, 2) AS n;
COMMIT;
VACUUM ANALYZE wide.observation, wide.sighting, wide.presence, wide.subject;

CREATE FUNCTION pg_temp.status(wanted text) RETURNS numeric LANGUAGE sql
	RETURN (SELECT (regexp_match(pg_read_file('/proc/self/status'), wanted || ':\s+(\d+)'))[1]::numeric / 1024);
CREATE FUNCTION pg_temp.largest() RETURNS numeric LANGUAGE sql
	RETURN pg_temp.status('VmHWM') - pg_temp.status('RssShmem') - pg_temp.status('RssFile');
-- of the question that was asked last
CREATE FUNCTION pg_temp.is_cancelled(question text) RETURNS text LANGUAGE sql RETURN (
	SELECT ok(late < '1 s' AND current_setting('wide.answered') = 'no', question || ' is cancelled in time')
		|| E'\n' || diag(CASE current_setting('wide.answered') WHEN 'no' THEN trunc(1000 * extract(epoch FROM late)) || ' ms' ELSE 'it was done before' END)
	FROM (SELECT clock_timestamp() - current_setting('wide.asked')::timestamptz - interval '15 ms') AS l (late));
CREATE TEMP TABLE question (n int GENERATED ALWAYS AS IDENTITY, asked text);
INSERT INTO question (asked) VALUES
	('changes(''2020-01-20'', ''2020-03-10'')'), ('changes(''2020-01-20'', ''2020-03-10'', mode => ''possible'')'), ('changes(''2020-01-20'', ''2020-03-10'', mode => ''certain'')'),
	('changes(''2020-01-20'', ''2020-03-10'', known_at => now())'), ('changes(''2020-01-20'', ''2020-03-10'', ST_MakeEnvelope(-170, -80, 170, 80, 4326))'),
	('changes(''2020-01-20'', ''2020-03-10'', by => ''individual'', mode => ''possible'')'), ('changes_geojson(''2020-01-20'', ''2020-03-10'')'), ('movements(''2020-01-20'', ''2020-03-10'')'),
	('between_looks()'), ('between_looks(n => 12)'), ('changes_since(''2020-01-01'')'),
	('inventory(''2020-03-01'')'), ('inventory(''2020-03-01'', max_age => ''3 days'')'), ('inventory(''2020-03-01'', mode => ''possible'')'), ('inventory(''2020-03-01'', known_at => now())'),
	('airlift(''2020-03-01'')'), ('timeline(''2020-01-01'', ''2020-03-10'', ''10 days'')'), ('turnover(''2020-01-01'', ''2020-03-10'')'), ('persistence()'), ('stale(''2020-03-01'', ''1 day'')'), ('conflict');
-- (each in a message of its own, so that nothing else can be cancelled, however slow the machine)
\set ON_ERROR_STOP off
SELECT $$SELECT '# from ' || set_config('wide.asked', clock_timestamp()::text, false), set_config('wide.answered', 'no', false)$$,
	format($$SET LOCAL statement_timeout = '15ms'; SELECT set_config('wide.answered', 'yes', false) FROM (SELECT count(*) FROM wide.%s) AS q$$, asked),
	format('SELECT pg_temp.is_cancelled(%L)', asked)
FROM question ORDER BY n \gexec
\set ON_ERROR_STOP on
SELECT diag(format('%s MB before', round(pg_temp.largest())));
CREATE FUNCTION pg_temp.takes(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows bigint;
	begun timestamptz := clock_timestamp();
BEGIN
	EXECUTE 'SELECT count(*) FROM wide.' || question INTO rows;
	RETURN cmp_ok(pg_temp.largest(), '<', 100::numeric, format('%s: %s rows', question, rows))
		|| E'\n' || diag(format('%s ms, %s MB', trunc(1000 * extract(epoch FROM clock_timestamp() - begun)), round(pg_temp.largest())));
END $$;
-- (a GeoJSON document is one value, and lies in memory; movements() compares each departure with each arrival of a class)
SELECT pg_temp.takes(asked) FROM question WHERE asked !~ 'geojson|movements' ORDER BY n;
SELECT pg_temp.takes('changes(''2020-01-20'', ''2020-03-10'', installation => ''installation 7'')');
-- a million steps
SELECT pg_temp.takes('timeline(''2020-01-01'', ''2020-03-10'', ''1 minute'', installation => ''installation 7'')');
SELECT cmp_ok((SELECT count(*) FROM wide.changes('2020-01-20', '2020-03-10')), '>', 10000::bigint, 'there is something to tell');
SELECT is_empty('SELECT * FROM wide.verify()', 'the ledger is right');
SELECT * FROM finish();
SELECT drop_ledger('wide') \g /dev/null
