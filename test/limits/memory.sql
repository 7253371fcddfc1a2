-- A transaction that adds a million sightings is derived some thousand looks at a time: what
-- its backend needs for itself, beside the server's shared memory, stays small. (Linux; the
-- foreign keys' own notes of a million rows are some 40 MB of it.)
\set QUIET 1
SET client_min_messages = warning;
SELECT plan(7);
SELECT create_ledger('heavy') \g /dev/null
INSERT INTO heavy.source (name) VALUES ('eye');
INSERT INTO heavy.installation (installation_id, name, location)
SELECT i, 'installation ' || i, ST_SetSRID(ST_MakePoint(i % 360 - 180, i % 170 - 85), 4326) FROM generate_series(1, 1000) AS i;
INSERT INTO heavy.asset_class (asset_class_id, path, name)
SELECT i, format('class_%s', i)::ltree, 'kind ' || i FROM generate_series(1, 20) AS i;

-- /proc's figures of this backend, in MB
CREATE FUNCTION pg_temp.status(wanted text) RETURNS numeric LANGUAGE sql
	RETURN (SELECT (regexp_match(pg_read_file('/proc/self/status'), wanted || ':\s+(\d+)'))[1]::numeric / 1024);
-- the largest it has ever been, less what it maps of shared memory and files
CREATE FUNCTION pg_temp.largest() RETURNS numeric LANGUAGE sql
	RETURN pg_temp.status('VmHWM') - pg_temp.status('RssShmem') - pg_temp.status('RssFile');

BEGIN;
INSERT INTO heavy.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT i, l, timestamptz '2020-01-01 00:00:00+00' + l * interval '1 day', 1, 'complete', (SELECT array_agg(path) FROM heavy.asset_class)
FROM generate_series(1, 1000) AS i, generate_series(1, 50) AS l;
INSERT INTO heavy.sighting (installation_id, observation_id, asset_class_id, count)
SELECT i, l, k, int4range(1 + (l + k) / 4 % 3, 1 + (l + k) / 4 % 3, '[]')
FROM generate_series(1, 1000) AS i, generate_series(1, 50) AS l, generate_series(1, 20) AS k;
COMMIT;
SELECT diag(format('%s MB after the load', round(pg_temp.largest())));
SELECT cmp_ok(pg_temp.largest(), '<', 100::numeric, 'a million sightings in one transaction');
SELECT cmp_ok((SELECT count(*) FROM heavy.presence), '>', 250000::bigint, 'of which many presences are derived');

UPDATE heavy.asset_class SET max_gsd_m = 3;
SELECT diag(format('%s MB after a change of every class', round(pg_temp.largest())));
SELECT diag(format('%s presences from scratch: %s MB', (SELECT count(*) FROM heavy.presence_from_scratch()), round(pg_temp.largest())));
SELECT cmp_ok(pg_temp.largest(), '<', 100::numeric, 'a change that derives all of it anew, and all of it from scratch');
SELECT is_empty('SELECT * FROM heavy.verify()', 'the presences are those of all evidence');
SELECT diag(format('%s MB after verify()', round(pg_temp.largest())));
SELECT cmp_ok(pg_temp.largest(), '<', 100::numeric, 'which compares all of both');
UPDATE heavy.presence SET status = 'other' WHERE presence_id % 2 = 0;
SELECT is((SELECT count(*) FROM heavy.verify()), 2 * (SELECT count(*) FROM heavy.presence WHERE status = 'other'), 'half of them changed: that many are wrong');
SELECT cmp_ok(pg_temp.largest(), '<', 100::numeric, 'which takes no more');
SELECT drop_ledger('heavy') \g /dev/null
SELECT * FROM finish();
