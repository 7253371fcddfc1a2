-- told_between(): what looks told, against the reports that rest on it, and looks of one moment
-- against what is made of them; seeded random looks, two or three readers of one moment among them.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET timezone = 'UTC';
SELECT plan(22);
SELECT create_ledger('told') \g /dev/null

SELECT setseed(0.29) \g /dev/null
INSERT INTO told.source (name) VALUES ('eye'), ('other eye'), ('third eye');
INSERT INTO told.installation (name, location)
SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 4) AS i;
INSERT INTO told.asset_class (path, name, max_gsd_m) VALUES ('air.jet', 'jet', 2), ('ship.tug', 'tug', NULL), ('ship', 'vessel', NULL), ('ship.raft', 'raft', NULL), ('air.kite', 'kite', 1);
INSERT INTO told.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
SELECT 1 + i % 4, 1 + i % 3, CASE WHEN random() < 0.2 THEN t.at - interval '5 hours' END, t.at,
	CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END,
	CASE WHEN random() < 0.8 THEN '{air,ship}' ELSE '{ship}' END::ltree[],
	CASE WHEN random() < 0.2 THEN 3 WHEN random() < 0.8 THEN 0.5 END
FROM generate_series(1, 480) AS i,
LATERAL (SELECT timestamptz '2024-01-01' + (i / 12) * interval '19 hours' AS at) AS t;
INSERT INTO told.sighting (installation_id, observation_id, asset_class_id, status, count, designation, confidence)
SELECT o.installation_id, o.observation_id, c.asset_class_id, CASE WHEN random() < 0.6 THEN 'parked' WHEN random() < 0.7 THEN 'loading' END,
	CASE WHEN d.designation IS NULL THEN int4range(n.least, CASE WHEN random() < 0.2 THEN NULL ELSE n.least + 1 + (random() * 1.2)::int END) ELSE '[1,1]' END,
	d.designation, CASE WHEN random() < 0.85 THEN 1 ELSE 0.3 END
FROM told.observation AS o, (SELECT * FROM told.asset_class WHERE name IN ('jet', 'tug', 'vessel')) AS c,
LATERAL (SELECT (1 + random() * 2)::int AS least WHERE o.observation_id > 0 AND c.asset_class_id > 0) AS n,
LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'RF-' || (random() * 2)::int END AS designation
	WHERE random() < CASE c.name WHEN 'vessel' THEN 0.15 ELSE 0.7 END AND n.least > 0) AS d;
INSERT INTO told.shelter (installation_id, asset_class_id, hidden_max) VALUES (2, 1, 2);
SET CONSTRAINTS ALL IMMEDIATE;

-- the last that was told by a date is what mode possible shows of it
CREATE FUNCTION pg_temp.compare(at timestamptz, kind text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT set_eq(format($q$SELECT installation, asset_class, designation, count_min, count_max, looked_at FROM told.inventory_at(%L, mode => 'possible', by => %L)$q$, at, kind),
		format($q$SELECT installation, asset_class, designation, count_min, count_max, observed_at
			FROM (SELECT DISTINCT ON (installation, asset_class, designation) * FROM told.told_between(NULL, %L, by => %L)
				ORDER BY installation, asset_class, designation, observed_at DESC) AS last
			WHERE count_max IS DISTINCT FROM 0$q$, at, kind), format('by %s, by %s', at::date, kind))
$$;
SELECT pg_temp.compare(at, kind) FROM unnest('{2024-01-02 12:00,2024-01-05,2024-01-09,2024-01-12,2024-02-01}'::timestamptz[]) AS at, unnest('{class,individual}'::text[]) AS kind;

-- what lies between is what all of it has between
SELECT ok((SELECT count(*) FROM told.told_between()) > 200, 'much was told');
SELECT set_eq($$SELECT * FROM told.told_between('2024-01-03 09:00', '2024-01-08 22:00')$$,
	$$SELECT * FROM told.told_between() WHERE observed_at BETWEEN '2024-01-03 09:00' AND '2024-01-08 22:00'$$, 'both instants are included');
SELECT set_eq($$SELECT * FROM told.told_between(asset => 'ship', installation => 'place 2')$$,
	$$SELECT * FROM told.told_between() WHERE class_path ~ '^ship' AND installation = 'place 2'$$, 'of a class and what is below it');
SELECT is_empty($$SELECT FROM told.told_between() WHERE count_min = 0 AND count_max IS NULL$$, 'what tells nothing is not told');
SELECT bag_eq($$SELECT DISTINCT status FROM told.told_between(by => 'status')$$, $$VALUES ('parked'), ('loading')$$, 'statuses stand alone');

-- of each look: what they have in common or, with nothing in common, all that any allows
CREATE TEMP TABLE each_look AS
SELECT r.* FROM ledger_told('told.ledger', 0.5, NULL, NULL, NULL, 'class', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, false) AS r;
SELECT ok(count(*) > 1.5 * count(DISTINCT (installation, asset_class, observed_at)), 'looks of one moment are told of apart') FROM each_look;
SELECT set_eq($$SELECT installation, asset_class, observed_at, count_min, count_max FROM told.told_between()$$,
	$$SELECT installation, asset_class, observed_at, merged.*
	FROM (SELECT installation, asset_class, observed_at, max(count_min) AS high, min(count_max) AS low, min(count_min) AS least, max(coalesce(count_max, 2147483647)) AS most
		FROM each_look GROUP BY 1, 2, 3) AS moment,
	LATERAL (SELECT CASE WHEN high <= coalesce(low, high) THEN high ELSE least END, CASE WHEN high <= coalesce(low, high) THEN low ELSE nullif(most, 2147483647) END) AS merged(count_min, count_max)
	WHERE count_min > 0 OR count_max IS NOT NULL$$, 'of them one is made');
SELECT ok(bool_and(o.observed_at = r.observed_at AND coalesce(o.observed_from, o.observed_at) = r.observed_from AND site.name = r.installation), 'each row names its look')
FROM each_look AS r JOIN told.observation AS o ON o.observation_id = r.look JOIN told.installation AS site USING (installation_id);

-- classes that were never sighted
SELECT set_eq($$SELECT r.look, r.asset_class, r.count_min, r.count_max FROM ledger_told('told.ledger', 0.5, NULL, NULL, NULL, 'class', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true) AS r
		WHERE asset_class IN ('raft', 'kite')$$,
	$$SELECT o.observation_id, class.name, 0, coalesce(above.most, 0)
	FROM told.observation AS o JOIN told.asset_class AS class ON o.scope @> class.path AND class.name IN ('raft', 'kite')
		AND (class.max_gsd_m IS NULL OR o.gsd_m <= class.max_gsd_m),
	LATERAL (SELECT sum(CASE WHEN upper_inf(s.count) THEN 2147483647 ELSE upper(s.count) - 1 END) AS most, bool_or(upper_inf(s.count)) AS unbounded FROM told.sighting AS s JOIN told.asset_class AS told USING (asset_class_id)
		WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id AND told.path @> class.path) AS above
	WHERE o.completeness = 'complete' AND unbounded IS NOT TRUE$$, 'what was never sighted was looked for all the same');
SELECT set_eq($$SELECT DISTINCT asset_class FROM ledger_told('told.ledger', 0.5, NULL, NULL, 'raft', 'class', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true) AS r$$, $$VALUES ('raft')$$, 'or of those asked for');

-- errors
SELECT throws_ok($$SELECT FROM told.told_between('2024-02-01', '2024-01-01')$$, '22S05', NULL, 'dates in order');
SELECT throws_ok($$SELECT FROM told.told_between(installation => 'nowhere')$$, '22S07', NULL, 'an unknown place');
SELECT * FROM finish();
ROLLBACK;
