-- Reports that are made of others or of the looks, against plain SQL over the looks themselves, on
-- seeded random data: coverage() by trying every half hour, stale() and airlift() by what the last
-- look counted, expected_count() as interpolation between looks, movements() with the certainty of
-- each pair by brute force, changes() added up per group of classes.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(17);

SELECT create_ledger('report');
SELECT setseed(0.42);
INSERT INTO report.source (name) VALUES ('Eye');
-- E: every look is complete and exact; M: looks of all kinds
INSERT INTO report.installation (name, location)
SELECT kind || i, ST_SetSRID(ST_MakePoint(30 + 3 * i + random(), 20 + 2 * i + random()), 4326)
FROM unnest('{E,M}'::text[]) AS kind, generate_series(1, 4) AS i;
INSERT INTO report.asset_class (path, name, payload_t, max_gsd_m) VALUES
    ('ship.big', 'big', 100, NULL), ('ship.small', 'small', 10, NULL), ('air.jet', 'jet', NULL, 2), ('air.glider', 'glider', NULL, 1);
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m)
SELECT i.installation_id, i.installation_id * 1000 + look, 1,
       timestamptz '2024-01-01' + (look * 40 + floor(random() * 36)) * interval '1 hour',
       CASE WHEN i.name LIKE 'E%' OR random() < 0.6 THEN 'complete' ELSE 'partial' END,
       CASE WHEN i.name LIKE 'E%' THEN '{ship}' WHEN random() < 0.8 THEN '{air}' ELSE '{air.jet}' END::ltree[],
       CASE WHEN i.name LIKE 'M%' THEN CASE WHEN random() < 0.3 THEN 1.5 WHEN random() < 0.8 THEN 0 END END
FROM report.installation AS i, generate_series(1, 24) AS look
WHERE look > CASE i.name WHEN 'E4' THEN 6 ELSE 0 END;
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, confidence)
SELECT o.installation_id, o.observation_id, c.asset_class_id,
       CASE WHEN i.name LIKE 'M%' AND seen.how < 0.2 THEN int4range(seen.n, NULL)
            WHEN i.name LIKE 'M%' AND seen.how < 0.4 THEN int4range(seen.n, seen.n + 2, '[]')
            ELSE int4range(seen.n, seen.n, '[]') END,
       CASE WHEN i.name LIKE 'M%' AND seen.how > 0.8 THEN 0.3 ELSE 1 END
FROM report.observation AS o
JOIN report.installation AS i USING (installation_id)
JOIN report.asset_class AS c ON c.path <@ CASE WHEN i.name LIKE 'E%' THEN 'ship' ELSE 'air' END::ltree
CROSS JOIN LATERAL (SELECT floor(random() * 4)::int AS n, random() AS how
                    WHERE o.observation_id > 0 AND c.asset_class_id > 0) AS seen
WHERE seen.n > 0;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM report.verify()', 'the ledger is what its evidence says');

-- what each look said of each class: at least n, at most m (NULL: no limit)
CREATE TEMP TABLE evidence AS
SELECT i.name AS installation, c.name AS asset_class, o.observed_at,
       coalesce(CASE WHEN s.confidence < 0.5 THEN 0 ELSE lower(s.count) END, 0) AS n,
       CASE WHEN full_look THEN CASE WHEN s.count IS NULL THEN 0 ELSE upper(s.count) - 1 END END AS m
FROM report.observation AS o
JOIN report.installation AS i USING (installation_id)
CROSS JOIN report.asset_class AS c
LEFT JOIN report.sighting AS s USING (installation_id, observation_id, asset_class_id)
CROSS JOIN LATERAL (SELECT o.completeness = 'complete' AND c.path <@ ANY (o.scope)
                        AND coalesce(o.gsd_m <= c.max_gsd_m, c.max_gsd_m IS NULL) AS full_look) AS f
WHERE coalesce(s.confidence >= 0.5, false) OR (full_look AND (s.count IS NULL OR NOT upper_inf(s.count)));
CREATE INDEX ON evidence (installation, asset_class, observed_at);
SELECT ok(count(*) FILTER (WHERE m IS NULL) > 30 AND count(*) FILTER (WHERE m = 0) > 30 AND count(*) FILTER (WHERE n < m) > 10,
    'evidence of every kind') FROM evidence;

-- coverage(): the looks, and the longest stretch without one, found by trying every minute
CREATE TEMP TABLE minute AS
SELECT i.name AS installation, t AS at,
       (SELECT max(o.observed_at) FROM report.observation AS o
        WHERE o.installation_id = i.installation_id AND o.observed_at <= t AND o.observed_at >= '2024-01-10') AS before
FROM report.installation AS i, generate_series(timestamptz '2024-01-10', '2024-01-31 23:59', '30 minutes') AS t;
SELECT set_eq($$SELECT installation, looks, complete_looks, longest_blind_hours FROM report.coverage('2024-01-10', '2024-01-31')$$,
    $$SELECT i.name, count(*) AS looks, count(*) FILTER (WHERE completeness = 'complete') AS complete_looks,
             (SELECT max(n) * 0.5 FROM (SELECT count(*)::numeric AS n FROM minute AS m
                                      WHERE m.installation = i.name GROUP BY m.before) AS stretch)::numeric(10,1)
      FROM report.installation AS i JOIN report.observation AS o USING (installation_id)
      WHERE o.observed_at BETWEEN '2024-01-10' AND '2024-02-01' GROUP BY i.name, i.installation_id$$,
    'coverage: looks, and the longest blind stretch');
SELECT is_empty($$SELECT * FROM report.coverage('2024-01-10', '2024-01-31') AS c JOIN report.installation AS i ON i.name = c.installation
                  JOIN report.observation AS o USING (installation_id)
                  WHERE o.observed_at > c.blind_from AND o.observed_at < c.blind_to$$, 'coverage: no look in the blind stretch');

-- stale(): what the last look that told of it showed, if that is so old
SELECT set_eq($$SELECT installation, asset_class, told_min, told_max, looked_at, days_since_looked FROM report.stale_at('2024-02-01 05:00', '20 hours')$$,
    $$SELECT installation, asset_class, n, m, observed_at, round(extract(epoch FROM timestamptz '2024-02-01 05:00' - observed_at) / 86400, 1) FROM (
          SELECT DISTINCT ON (installation, asset_class) e.* FROM evidence AS e
          WHERE observed_at <= '2024-02-01 05:00' AND (installation, asset_class) IN (SELECT installation, asset_class FROM report.presence_flat)
          ORDER BY installation, asset_class, observed_at DESC) AS last
      WHERE m IS DISTINCT FROM 0 AND observed_at <= timestamptz '2024-02-01 05:00' - interval '20 hours'$$,
    'stale: what nobody looked at for so long, and nothing else');

-- expected_count(): between two looks, the line from one count to the other
CREATE TEMP TABLE asked AS
SELECT timestamptz '2024-01-05 03:00' + i * interval '31 hours 17 minutes' AS at FROM generate_series(0, 30) AS i;
CREATE TEMP TABLE expected AS
SELECT a.at, e.* FROM asked AS a, report.expected_count_at(a.at) AS e;
SELECT set_eq($$SELECT at, installation, asset_class, expected_min, expected_max FROM expected
                WHERE installation LIKE 'E%' AND rests_on <> 'nobody had looked'$$,
    $$SELECT a.at, k.installation, k.asset_class, e AS lo, e AS hi
      FROM asked AS a
      CROSS JOIN (SELECT DISTINCT installation, asset_class FROM evidence WHERE installation LIKE 'E%' AND asset_class IN ('big', 'small')) AS k
      JOIN LATERAL (SELECT * FROM evidence AS x WHERE x.installation = k.installation AND x.asset_class = k.asset_class
                    AND x.observed_at <= a.at ORDER BY x.observed_at DESC LIMIT 1) AS before ON true
      LEFT JOIN LATERAL (SELECT * FROM evidence AS x WHERE x.installation = k.installation AND x.asset_class = k.asset_class
                    AND x.observed_at > a.at ORDER BY x.observed_at LIMIT 1) AS after ON true
      CROSS JOIN LATERAL (SELECT round((CASE WHEN after.n IS NULL THEN before.n ELSE before.n + (after.n - before.n) *
          extract(epoch FROM a.at - before.observed_at) / extract(epoch FROM after.observed_at - before.observed_at) END)::numeric, 3) AS e) AS line
      WHERE e > 0$$,
    'expected_count: the line between the looks that enclose the date');
SELECT is_empty($$SELECT * FROM expected WHERE expected_min < count_min OR expected_max > count_max OR expected_min > expected_max$$,
    'expected_count: between the least and the greatest number');
SELECT is_empty($$SELECT at, installation FROM expected WHERE count_min IS NOT NULL GROUP BY at, installation
                  HAVING sum(expected_min) < sum(count_min) OR
                      bool_and(count_max IS NOT NULL) AND sum(expected_max) > sum(count_max)$$, 'expected_count: and so are sums over classes');
SELECT ok(count(*) FILTER (WHERE installation LIKE 'M%' AND count_max > count_min) > 20
          AND count(*) FILTER (WHERE count_max IS NULL) > 5, 'expected_count: also of ranges') FROM expected;

-- airlift(): count times payload of what the last look counted
SELECT set_eq($$SELECT installation, payload_min_t, payload_max_t, carriers_min FROM report.airlift('2024-01-25')$$,
    $$SELECT installation, sum(n * t)::numeric AS lo, sum(n * t)::numeric AS hi, sum(n)::int AS n FROM (
          SELECT DISTINCT ON (installation, asset_class) installation, n, CASE asset_class WHEN 'big' THEN 100 ELSE 10 END AS t
          FROM evidence WHERE installation LIKE 'E%' AND asset_class IN ('big', 'small') AND observed_at < '2024-01-26'
          ORDER BY installation, asset_class, observed_at DESC) AS last
      GROUP BY installation HAVING sum(n) > 0$$, 'airlift: tonnes of all that is there');

-- changes(): a group's difference is that of the looks, where both dates are known
SELECT set_eq($$SELECT split_part(class_path, '.', 1), installation, sum(change_min) AS lo, sum(change_max) AS hi
                FROM report.changes_between('2024-01-10', '2024-02-10', asset => 'ship') GROUP BY 1, 2
                HAVING sum(change_min) <> 0$$,
    $$SELECT 'ship', installation, sum(later - before) AS lo, sum(later - before) AS hi FROM (
          SELECT DISTINCT k.installation, k.asset_class,
              (SELECT n FROM evidence AS e WHERE e.installation = k.installation AND e.asset_class = k.asset_class
               AND e.observed_at <= '2024-01-10' ORDER BY observed_at DESC LIMIT 1) AS before,
              (SELECT n FROM evidence AS e WHERE e.installation = k.installation AND e.asset_class = k.asset_class
               AND e.observed_at <= '2024-02-10' ORDER BY observed_at DESC LIMIT 1) AS later
          FROM evidence AS k WHERE installation LIKE 'E%' AND asset_class IN ('big', 'small')) AS difference
      GROUP BY installation HAVING sum(later - before) <> 0$$, 'changes: added up per group of classes');

-- movements(): every pair of a fall and a rise, tried one by one
CREATE TEMP TABLE event AS
SELECT row_number() OVER () AS event, e.*
FROM (SELECT installation, asset_class, lag(n) OVER way AS before, n AS later, lag(observed_at) OVER way AS since, observed_at AS by
      FROM evidence WHERE installation LIKE 'E%' AND asset_class IN ('big', 'small')
      WINDOW way AS (PARTITION BY installation, asset_class ORDER BY observed_at)) AS e
WHERE coalesce(before, 0) <> later;
CREATE TEMP TABLE pair AS
SELECT gone.event AS gone, come.event AS come, gone.asset_class, gone.installation AS from_installation, come.installation AS to_installation,
       gone.since AS left_after, gone.by AS left_by, come.since AS came_after, come.by AS came_by,
       least(gone.before - gone.later, come.later - coalesce(come.before, 0)) AS count_max,
       ST_DistanceSphere(a.location, b.location) / 1000 AS km, extract(epoch FROM come.by - gone.since) / 3600 AS hours
FROM event AS gone, event AS come, report.installation AS a, report.installation AS b
WHERE a.name = gone.installation AND b.name = come.installation AND gone.asset_class = come.asset_class
    AND gone.installation <> come.installation AND gone.later < gone.before AND come.later > coalesce(come.before, 0)
    AND come.by > gone.since
    AND gone.by > '2024-01-08' AND gone.since < '2024-01-29' AND come.by > '2024-01-08' AND come.by < '2024-01-29';
SELECT ok(min(abs(km / (hours * 20) - 1)) > 0.006, 'no pair so near the limit that a sphere and a spheroid differ') FROM pair;
DELETE FROM pair WHERE km >= hours * 20;
CREATE TEMP TABLE moved AS SELECT * FROM report.movements('2024-01-08', '2024-01-28', 20, 'ship');
SELECT ok(count(*) > 50 AND count(*) FILTER (WHERE came_after IS NULL) > 0, 'enough pairs, also first looks') FROM pair;
SELECT set_eq($$SELECT asset_class, from_installation, to_installation, left_after, left_by, came_after, came_by, count_max, certainty FROM moved$$,
    $$SELECT asset_class, from_installation, to_installation, left_after, left_by, came_after, came_by, count_max,
             CASE n WHEN 1 THEN 'only candidate' ELSE 'one of ' || n || ' candidates' END
      FROM pair AS p CROSS JOIN LATERAL (SELECT count(*) AS n FROM pair AS q WHERE q.gone = p.gone OR q.come = p.come) AS others$$,
    'movements: every pair, and of how many it is one');
SELECT is((SELECT count(*) FROM moved), (SELECT count(*) FROM pair), 'movements: each once');
SELECT is_empty($$SELECT * FROM moved AS m JOIN pair AS p USING (asset_class, from_installation, to_installation, left_after, came_by)
                  WHERE abs(m.distance_km / p.km - 1) > 0.006 OR abs(m.least_speed_kmh - m.distance_km / p.hours) > 0.06$$,
    'movements: distance and least speed');
SELECT is((SELECT count(*) FROM report.movements('2024-01-08', '2024-01-28', 'Infinity', 'ship')) >= (SELECT count(*) FROM moved), true,
    'movements: at any speed at least as many');

SELECT * FROM finish();
ROLLBACK;
