-- reports inline into the query around them, and each of their arms takes its own best index
SELECT FROM create_ledger('plans');
INSERT INTO plans.installation (installation_id, name, location)
SELECT s, 'site ' || s, ST_SetSRID(ST_MakePoint(s * 67 % 340 - 170, s * 41 % 160 - 80), 4326) FROM generate_series(1, 100) AS s;
INSERT INTO plans.asset_class (asset_class_id, path, name) SELECT c, ('thing.c' || c)::ltree, 'class ' || c FROM generate_series(1, 10) AS c;
INSERT INTO plans.presence (installation_id, asset_class_id, status, run)
SELECT s, c, 'unspecified', presence(t - interval '1 day', t, t + interval '10 days' + s % 7 * interval '1 day', t + interval '18 days', location, 1 + c % 3)
FROM plans.installation, generate_series(1, 10) AS c, generate_series(1, 15) AS k,
	LATERAL (SELECT installation_id AS s, '2024-01-01Z'::timestamptz + (k * 20 + (installation_id * 7 + c * 3) % 19) * interval '1 day' AS t) AS x;
VACUUM ANALYZE plans.presence;

CREATE FUNCTION scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ '(on presence|Function Scan|Index Name)' THEN
			RETURN NEXT regexp_replace(line, '^[ >-]*', '');
		END IF;
	END LOOP;
END $$;
SELECT q, scans('SELECT installation, asset_class, verdict FROM plans.' || q)
FROM unnest(ARRAY['changes(''2024-05-05'', ''2024-05-06'')', 'changes_between(''2024-05-05Z'', ''2024-05-06Z'')',
	'changes(''2024-05-05'', ''2024-07-06'', ST_MakeEnvelope(10, 10, 40, 40, 4326))',
	'changes(''2024-05-05'', ''2024-07-06'', ST_Buffer(''SRID=4326;POINT(30 30)''::geometry, 10), mode => ''possible'')']) AS q;
SELECT q, scans('SELECT installation, asset_class FROM plans.' || q)
FROM unnest(ARRAY['inventory(''2024-05-05'', ST_MakeEnvelope(10, 10, 40, 40, 4326))', 'inventory_at(''2024-05-05Z'', ST_MakeEnvelope(10, 10, 40, 40, 4326))']) AS q;
-- grouped, as a parameter, and with a generic plan
SELECT scans('SELECT asset_class, count(*) FROM plans.changes(''2024-05-05'', ''2024-05-06'') GROUP BY 1');
SET plan_cache_mode = force_generic_plan;
PREPARE days(date, date) AS SELECT installation, asset_class, verdict FROM plans.changes($1, $2);
SELECT scans('EXECUTE days(''2024-05-05'', ''2024-05-06'')');
PREPARE of_area(date, date, geometry) AS SELECT installation, asset_class, verdict FROM plans.changes($1, $2, $3);
SET enable_seqscan = off;
SELECT scans('EXECUTE of_area(''2024-05-05'', ''2024-05-06'', NULL)');
RESET enable_seqscan;
RESET plan_cache_mode;
DEALLOCATE ALL;
DROP FUNCTION scans;
SELECT FROM drop_ledger('plans');
