-- The view conflict reads only what lies about looks that overlap; held against each look with each
-- other look, on seeded random looks, and against the same with a class or a number told at another time.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET timezone = 'UTC';
SELECT plan(10);
SELECT create_ledger('clash') \g /dev/null

SELECT setseed(0.31) \g /dev/null
INSERT INTO clash.source (name, min_confidence) VALUES ('eye', NULL), ('other eye', 0.2);
INSERT INTO clash.installation (name, location)
SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO clash.asset_class (path, name, max_gsd_m, keep_total) VALUES ('air.jet', 'jet', 2, false), ('ship.tug', 'tug', NULL, false), ('ship', 'vessel', NULL, false), ('air', 'aircraft', NULL, true);
INSERT INTO clash.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
SELECT 1 + i % 6, 1 + i % 2, CASE WHEN random() < 0.1 THEN t.at - random() * interval '9 days' END, t.at,
	CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END,
	CASE WHEN random() < 0.8 THEN '{air,ship}' ELSE '{ship}' END::ltree[], CASE WHEN random() < 0.2 THEN 3 WHEN random() < 0.8 THEN 0.5 END
FROM generate_series(1, 900) AS i,
LATERAL (SELECT timestamptz '2024-01-01' + (i / 6) * interval '1 day' + CASE WHEN random() < 0.15 THEN interval '1 day' ELSE '0' END AS at WHERE i > 0) AS t;
INSERT INTO clash.sighting (installation_id, observation_id, asset_class_id, status, count, designation, confidence)
SELECT o.installation_id, o.observation_id, c.asset_class_id, CASE WHEN random() < 0.4 THEN 'parked' WHEN random() < 0.3 THEN 'loading' END,
	CASE WHEN d.designation IS NULL THEN int4range(n.least, CASE WHEN random() < 0.2 THEN NULL ELSE n.least + 1 + (random() * 1.2)::int END) ELSE '[1,1]' END,
	d.designation, CASE WHEN random() < 0.85 THEN 1 ELSE 0.3 END
FROM clash.observation AS o, (SELECT * FROM clash.asset_class WHERE name <> 'aircraft') AS c,
LATERAL (SELECT (1 + random())::int AS least WHERE o.observation_id > 0 AND c.asset_class_id > 0) AS n,
LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'RF-' || (random() * 8)::int END AS designation
	WHERE random() < CASE c.name WHEN 'vessel' THEN 0.05 ELSE 0.7 END AND n.least > 0) AS d;
INSERT INTO clash.shelter (installation_id, asset_class_id, hidden_max) VALUES (2, 1, 1);
SET CONSTRAINTS ALL IMMEDIATE;

CREATE VIEW pg_temp.listed AS
SELECT installation, asset_class, status, designation, problem, observed_at, CASE problem WHEN 'one instant' THEN format('%s..%s', count_min, count_max) END AS hull
FROM clash.conflict WHERE problem <> 'too far apart';
CREATE VIEW pg_temp.told AS
SELECT row_number() OVER () AS n, coalesce(r.count_max, 2147483647) AS most, r.*
FROM unnest('{class,status,individual}'::text[]) AS kind, ledger_told('clash.ledger', 0.5, NULL, NULL, NULL, kind, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, false) AS r;
CREATE FUNCTION pg_temp.clashes() RETURNS TABLE (installation text, asset_class text, status text, designation text, problem text, observed_at timestamptz, hull text)
LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE told_now ON COMMIT DROP AS SELECT * FROM pg_temp.told;
	RETURN QUERY
	SELECT t.installation, t.asset_class, t.status, t.designation, 'one instant', t.observed_at, format('%s..%s', min(t.count_min), nullif(max(t.most), 2147483647))
	FROM told_now AS t GROUP BY 1, 2, 3, 4, 6 HAVING max(t.count_min) > min(t.most)
	UNION ALL
	SELECT t.installation, t.asset_class, t.status, t.designation, 'looks overlap', t.observed_at, NULL
	FROM told_now AS t
	WHERE EXISTS (SELECT FROM told_now AS o WHERE (o.installation, o.asset_class) = (t.installation, t.asset_class)
		AND (o.status, o.designation) IS NOT DISTINCT FROM (t.status, t.designation)
		AND o.observed_at >= t.observed_from AND o.observed_at < t.observed_at AND (o.count_min > t.most OR o.most < t.count_min));
	DROP TABLE told_now;
END;
$$;
SELECT bag_eq('SELECT * FROM pg_temp.listed', 'SELECT * FROM pg_temp.clashes()', 'each look with each other');
SELECT ok(count(*) > 100 AND count(*) FILTER (WHERE designation IS NOT NULL) > 20 AND count(*) FILTER (WHERE status IS NOT NULL) > 20
	AND count(*) FILTER (WHERE asset_class = 'aircraft') > 10, 'many, of each kind') FROM pg_temp.listed;
SELECT ok(count(*) > 5, 'some by what was seen elsewhere') FROM clash.conflict AS c
WHERE EXISTS (SELECT FROM regexp_matches(c.evidence, 'observation (\d+)', 'g') AS look JOIN clash.observation AS o ON o.observation_id = look[1]::bigint
	JOIN clash.installation AS i USING (installation_id) WHERE i.name <> c.installation) AND problem <> 'too far apart';
-- the same, where looks are fewer: windows apart from one another
UPDATE clash.observation SET retracted_at = now(), retraction_reason = 'thinned' WHERE observation_id % 7 > 1;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT bag_eq('SELECT * FROM pg_temp.listed', 'SELECT * FROM pg_temp.clashes()', 'where most looks were taken back');
SELECT ok(count(*) > 10, 'of those that are left') FROM pg_temp.listed;
UPDATE clash.observation SET retracted_at = NULL, retraction_reason = NULL WHERE observation_id % 7 <= 4;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT bag_eq('SELECT * FROM pg_temp.listed', 'SELECT * FROM pg_temp.clashes()', 'where some were given back');

-- what is counted there because it was told at another time
SELECT create_ledger('rare') \g /dev/null
INSERT INTO rare.source (name) VALUES ('eye');
INSERT INTO rare.installation (name, location) VALUES ('A', 'SRID=4326;POINT(35 0)'), ('B', 'SRID=4326;POINT(36 0)');
INSERT INTO rare.asset_class (path, name, max_gsd_m) VALUES ('ship', 'ship', NULL), ('ship.tug', 'tug', 1);
INSERT INTO rare.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) VALUES
	(1, 1, 1, '2024-01-01', 'partial', '{}', NULL),
	(1, 2, 1, '2024-03-01', 'complete', '{ship}', 2), (1, 3, 1, '2024-03-01', 'partial', '{}', NULL);
INSERT INTO rare.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES
	(1, 1, 1, '[1,1]', 'T1'), (1, 3, 2, '[1,1]', 'T1');
SET CONSTRAINTS ALL IMMEDIATE;
CREATE VIEW pg_temp.said AS SELECT asset_class, designation, problem, count_min, count_max FROM rare.conflict;
SELECT bag_eq('SELECT * FROM pg_temp.said', $$VALUES ('ship', NULL, 'one instant', 0, NULL::int), ('ship', 'T1', 'one instant', 0, 1)$$,
	'pixels too coarse for a tug: all the same there was no ship, which was told once, by this number too');
UPDATE rare.sighting SET retracted_at = now(), retraction_reason = 'misread' WHERE observation_id = 1;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM pg_temp.said', 'nobody told of ships: nothing is counted that contradicts itself');
INSERT INTO rare.subject (installation_id, kind, label, asset_class_id) VALUES (1, 'class', '', 1);
SELECT is_empty('SELECT * FROM pg_temp.said', 'nor if it is still noted');
UPDATE rare.sighting SET retracted_at = NULL, retraction_reason = NULL WHERE observation_id = 1;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is((SELECT count(*) FROM pg_temp.said), 2::bigint, 'and again');
SELECT * FROM finish();
ROLLBACK;
