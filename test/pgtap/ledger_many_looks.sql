-- One installation with many looks: loading, appending, a late look and verify() end in time
-- (statement_timeout says so), and the runs are those of a plain query.
--
-- psql variable: looks, how many (default 20000; test/stress/many_looks takes a million).
\if :{?looks} \else \set looks 20000 \endif
\set QUIET on
SET client_min_messages = warning;
SELECT create_ledger('many') \g /dev/null
SET search_path = many, public;
SET synchronous_commit = off;
\pset format unaligned
\pset tuples_only true
SELECT plan(12);
CREATE TEMP TABLE took (step text, began timestamptz DEFAULT clock_timestamp(), ended timestamptz);
CREATE FUNCTION pg_temp.begin(step text) RETURNS void LANGUAGE sql AS 'INSERT INTO took (step) VALUES (step)';
CREATE FUNCTION pg_temp.done() RETURNS void LANGUAGE sql AS 'UPDATE took SET ended = clock_timestamp() WHERE ended IS NULL';

INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) VALUES ('port', 'SRID=4326;POINT(10 50)'), ('elsewhere', 'SRID=4326;POINT(20 50)');
INSERT INTO asset_class (path, name, max_gsd_m) VALUES
	('ship', 'ship', NULL), ('ship.tug', 'tug', 2), ('ship.ferry', 'ferry', NULL), ('crane', 'crane', NULL);

-- A look every minute: all complete for cranes; for ships one in four partial, two in five too
-- coarse for tugs, or perhaps, and now and then a ship that could not be told closer.
CREATE FUNCTION pg_temp.seed(look bigint, salt integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS 'SELECT abs(hashint8(look * 16 + salt))';
SELECT pg_temp.begin('load') \g /dev/null
BEGIN;
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m)
SELECT 1, i, 1, timestamptz '2001-01-01 00:00:00+00' + i * interval '1 minute', 'complete',
	CASE WHEN pg_temp.seed(i, 1) % 4 = 0 THEN '{crane}' ELSE '{crane,ship}' END::ltree[],
	CASE pg_temp.seed(i, 2) % 5 WHEN 0 THEN 5 WHEN 1 THEN NULL ELSE 1 END
FROM generate_series(1, :looks) AS i;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence)
SELECT 1, i, 4, 'still', NULL, int4range(1 + (i / 7 % 3)::integer, 1 + (i / 7 % 3)::integer, '[]'), 1
FROM generate_series(1, :looks) AS i
UNION ALL
SELECT 1, i, CASE WHEN pg_temp.seed(i, 3) % 40 = 0 THEN 1 ELSE 2 + pg_temp.seed(i, 3) % 2 END,
	CASE WHEN pg_temp.seed(i, 4) % 9 = 0 THEN 'moored' ELSE 'under way' END,
	CASE WHEN pg_temp.seed(i, 5) % 3 = 0 AND pg_temp.seed(i, 3) % 40 > 0 THEN 'T' || pg_temp.seed(i, 6) % 3 END,
	'[1,1]', CASE WHEN pg_temp.seed(i, 7) % 8 = 0 THEN 0.3 ELSE 1 END
FROM generate_series(1, :looks) AS i;
SET LOCAL statement_timeout = '15min';
COMMIT;
SELECT setval(pg_get_serial_sequence('observation', 'observation_id'), :looks) \g /dev/null
SELECT pg_temp.done() \g /dev/null
SELECT is((SELECT count(*) FROM observation), (:looks)::bigint, 'all looks are loaded');
ANALYZE observation, sighting, presence;

-- exact counts are run-length grouping
SELECT is_empty($$
	SELECT first_seen(run), CASE WHEN isfinite(gone_by(run)) THEN last_seen(run) END, count_min(run), count_max(run), label
	FROM presence CROSS JOIN LATERAL (SELECT coalesce(status, 'all') AS label) AS l WHERE asset_class_id = 4
	EXCEPT ALL
	SELECT min(observed_at), nullif(max(observed_at), (SELECT max(observed_at) FROM observation)), min(n), min(n), label
	FROM (SELECT *, row_number() OVER (ORDER BY observed_at) - row_number() OVER (PARTITION BY n ORDER BY observed_at) AS run
		FROM (SELECT o.observed_at, lower(s.count) AS n FROM observation o JOIN sighting s USING (installation_id, observation_id)
			WHERE s.asset_class_id = 4) AS e) AS e
	CROSS JOIN unnest('{all,still}'::text[]) AS label
	GROUP BY n, run, label$$, 'runs of exact counts are as a plain query groups them');
SELECT is((SELECT count(*) FROM presence WHERE asset_class_id = 4), 2 * (:looks / 7 + 1)::bigint, 'and no fewer, of the class and of the status');
SELECT cmp_ok((SELECT count(DISTINCT (asset_class_id, status, designation)) FROM presence), '>=', 10::bigint, 'among many keys');

SELECT pg_temp.begin('append') \g /dev/null
SET statement_timeout = '20s';
WITH o AS (
	INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope)
	SELECT 1, 1, max(observed_at) + interval '1 minute', 'complete', '{crane,ship}' FROM observation WHERE installation_id = 1 RETURNING *)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) SELECT 1, observation_id, 3, '[4,4]' FROM o;
SELECT pg_temp.done() \g /dev/null
SELECT is((SELECT count_min(run) FROM presence WHERE asset_class_id = 3 AND status IS NULL AND designation IS NULL AND NOT isfinite(gone_by(run))), 4, 'a look is appended');
SELECT pg_temp.begin('late') \g /dev/null
WITH o AS (
	INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope)
	SELECT 1, 1, timestamptz '2001-01-01 00:00:30+00' + :looks / 2 * interval '1 minute', 'complete', '{crane,ship}' RETURNING *)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count) SELECT 1, observation_id, 4, 'still', '[9,9]' FROM o;
SELECT pg_temp.done() \g /dev/null
SELECT is((SELECT count_min(run) FROM presence WHERE asset_class_id = 4 AND status IS NULL
	AND first_seen(run) = timestamptz '2001-01-01 00:00:30+00' + :looks / 2 * interval '1 minute'), 9, 'a late look is derived');
RESET statement_timeout;

SELECT pg_temp.begin('verify') \g /dev/null
SET statement_timeout = '15min';
SELECT is_empty('SELECT * FROM verify()', 'verify() ends, and finds nothing');
SELECT pg_temp.done() \g /dev/null

-- what was written by hand is found, each way
DELETE FROM presence WHERE presence_id = (SELECT min(presence_id) FROM presence WHERE status = 'still');
UPDATE presence SET status = 'sunk' WHERE presence_id = (SELECT max(presence_id) FROM presence WHERE status = 'still');
INSERT INTO presence (installation_id, asset_class_id, status, run) SELECT 2, 4, 'still', run FROM presence WHERE asset_class_id = 4 AND status = 'sunk';
INSERT INTO presence (installation_id, asset_class_id, status, run)
SELECT installation_id, asset_class_id, status, run FROM presence WHERE status = 'still' ORDER BY presence_id LIMIT 1;
SELECT results_eq($$SELECT installation, status, problem, count(*) FROM verify() GROUP BY 1, 2, 3 ORDER BY 1, 2, 3$$,
	$$VALUES ('elsewhere', 'still', 'unfounded', 1::bigint), ('port', 'still', 'missing', 2), ('port', 'still', 'unfounded', 1), ('port', 'sunk', 'unfounded', 1)$$,
	'verify() finds what is missing, and what is unfounded, also what stands there twice');
DELETE FROM presence WHERE installation_id = 2;
SELECT cmp_ok(rederive('port'), '>=', 4::bigint, 'rederive() mends it');
SELECT is_empty('SELECT * FROM verify()', 'and nothing is left');
SELECT is(rederive(), 0::bigint, 'after which there is nothing to mend');
SELECT is((SELECT count(*) FROM pending), 0::bigint, 'no note is left behind');
SELECT diag(string_agg(format('%s %s s', step, round(extract(epoch FROM ended - began)::numeric, 2)), ', ' ORDER BY began)) FROM took;
SELECT * FROM finish();
RESET search_path;
SELECT drop_ledger('many') \g /dev/null
