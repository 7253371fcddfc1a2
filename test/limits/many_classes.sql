-- Ten thousand classes in a tree, at twenty installations. A question that compares each
-- class with each takes minutes; the limit is far above what any takes.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(31);
SELECT create_ledger('many') \g /dev/null
INSERT INTO many.source (name) VALUES ('eye');
INSERT INTO many.installation (name, location) SELECT 'n' || i, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM generate_series(1, 20) AS i;
INSERT INTO many.asset_class (path, name, payload_t, aliases)
SELECT ('root.g' || g || CASE WHEN k > 0 THEN '.k' || k ELSE '' END)::ltree, concat_ws(' ', 'class', g, nullif(k, 0)), k, ARRAY[format('alias %s %s', g, k)]
FROM generate_series(1, 100) AS g, generate_series(0, 99) AS k;
INSERT INTO many.asset_class (path, name) VALUES ('root', 'everything');
INSERT INTO many.observation (installation_id, source_id, observed_at, completeness, scope)
SELECT i, 1, '2024-01-01Z'::timestamptz + d * interval '1 day', 'complete', '{root}' FROM generate_series(1, 20) AS i, generate_series(1, 5) AS d;
SET statement_timeout = '120s';
SELECT lives_ok($$INSERT INTO many.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT o.installation_id, o.observation_id, c, int4range(n, n, '[]') FROM many.observation AS o, generate_series(1, 10000) AS c,
		LATERAL (SELECT 1 + (c / 20 + extract(day FROM o.observed_at)::int) % 2) AS v(n)
	WHERE c % 20 = o.installation_id % 20$$, 'fifty thousand counts of ten thousand classes are loaded');
ANALYZE many.sighting, many.presence, many.observation, many.asset_class;
SET statement_timeout = '30s';
SELECT lives_ok('INSERT INTO many.observation (installation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, ''2024-01-08Z'', ''complete'', ''{root}'')', 'and a look');
SELECT is((SELECT count(*) FROM many.changes('2024-01-02', '2024-01-05', asset => v.asset)), v.n, format('changes of %s', coalesce(v.asset, 'all')))
FROM (VALUES (NULL, 9600::bigint), ('class 7 7', 1), ('alias 7 7', 1), ('root.g7', 96), ('everything', 9600)) AS v(asset, n);
SELECT is((SELECT count(*) FROM many.changes('2024-01-02', '2024-01-05', installation => 'n1')), (SELECT count(*) FROM many.changes('2024-01-02', '2024-01-05') WHERE installation = 'n1'), 'changes of one installation');
SELECT is((SELECT count(*) FROM many.inventory('2024-01-03', asset => v.asset)), v.n, format('inventory of %s', v.asset))
FROM (VALUES (NULL, 10000::bigint), ('root.g7', 100), ('everything', 10000)) AS v(asset, n);
SELECT is((SELECT count(*) FROM many.airlift('2024-01-03')), 20::bigint, 'airlift');
SELECT is((SELECT count(*) FROM many.timeline('2024-01-01', '2024-01-05', asset => 'root.g7')), 500::bigint, 'timeline of a class and what is below it');
SELECT is((SELECT count(*) FROM many.coverage('2024-01-01', '2024-01-07')), 20::bigint, 'coverage');
SELECT is((SELECT count(*) FROM many.timeline('2024-01-01', '2024-01-05')), 50000::bigint, 'timeline of all');
SELECT is((SELECT count(*) FROM many.timeline('2024-01-01', '2024-01-02', installation => 'n1', asset => 'everything')), 20002::bigint, 'timeline of an installation with all classes that were never seen there');
SELECT is((SELECT count(*) FROM many.turnover('2024-01-02', '2024-01-05')), 9600::bigint, 'turnover');
SELECT is((SELECT count(*) FROM many.between_looks()), (SELECT count(*) FROM many.between_looks(asset => 'everything')), 'between_looks');
SELECT cmp_ok((SELECT count(*) FROM many.persistence()), '>', 10000::bigint, 'persistence');
SELECT is((SELECT count(*) FROM many.inventory('2024-01-09', max_age => '1 day')), 10000::bigint, 'inventory of what is stale');
SELECT cmp_ok((SELECT count(*) FROM many.stale('2024-01-09', '1 day', asset => 'root.g7')), '>', 90::bigint, 'stale');
SELECT is((SELECT count(*) FROM many.expected_count('2024-01-03', asset => 'root.g7')), 100::bigint, 'expected_count');
SELECT is_empty('SELECT FROM many.movements(''2024-01-01'', ''2024-01-05'', asset => ''root.g7'')', 'movements of a class');
SELECT is_empty('SELECT FROM many.movements(''2024-01-01'', ''2024-01-05'')', 'movements of all');
SELECT cmp_ok((SELECT count(*) FROM many.dwc_occurrence), '>', 40000::bigint, 'Darwin Core');
SELECT is_empty('SELECT FROM many.verify()', 'verify');
SET statement_timeout = '120s';
SELECT is((SELECT count(*) FROM many.changes('2024-01-02', '2024-01-05', asset => 'root.g7', known_at => now())), 96::bigint, 'changes as known at an instant');
SELECT is((SELECT count(*) FROM many.changes_since('2024-01-01')), (SELECT count(*) FROM many.inventory('2024-01-09')), 'changes_since');
SELECT is_empty('SELECT FROM many.conflict', 'conflict');
SELECT lives_ok('SELECT upgrade_ledger(''many'')', 'upgrade');

-- many statuses below a class of which many are seen: within some multiple of what deriving those takes
BEGIN;
INSERT INTO many.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
VALUES (1, 100001, 1, '2024-01-10Z', 'complete', '{root}'), (1, 100002, 1, '2024-03-10Z', 'complete', '{root}');
INSERT INTO many.sighting (installation_id, observation_id, asset_class_id, status)
SELECT 1, 100001, (SELECT asset_class_id FROM many.asset_class WHERE path = 'root.g7.k7'), 's' || n FROM generate_series(1, 60000) AS n;
SELECT clock_timestamp() AS begun \gset
SET CONSTRAINTS ALL IMMEDIATE;
SELECT greatest(5000, ceil(3000 * extract(epoch FROM clock_timestamp() - :'begun'))) AS most \gset
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO many.sighting (installation_id, observation_id, asset_class_id, status)
SELECT 1, 100002, (SELECT asset_class_id FROM many.asset_class WHERE path = 'root.g7'), 's' || n FROM generate_series(1, 60000) AS n;
SET LOCAL statement_timeout = :'most';
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'statuses of a class are not compared each with each of a class below');
COMMIT;
SELECT * FROM finish();
