-- reports inline into the query around them, so that words cost nothing unless asked for; and what
-- their engine asks of a ledger it finds by the indexes made for it
SELECT FROM create_ledger('plans');
INSERT INTO plans.source (name) VALUES ('eye');
INSERT INTO plans.installation (installation_id, name, location)
SELECT s, 'site ' || s, ST_SetSRID(ST_MakePoint(s * 67 % 340 - 170, s * 41 % 160 - 80), 4326) FROM generate_series(1, 100) AS s;
INSERT INTO plans.asset_class (asset_class_id, path, name) SELECT c, ('thing.c' || c)::ltree, 'class ' || c FROM generate_series(1, 10) AS c;
-- at each a look every tenth day; each class has another number every second time
INSERT INTO plans.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT s, k, '2024-01-01Z'::timestamptz + (k * 10 + s % 10) * interval '1 day', 1, 'complete', '{thing}' FROM generate_series(1, 100) AS s, generate_series(1, 30) AS k;
INSERT INTO plans.sighting (installation_id, observation_id, asset_class_id, count)
SELECT s, k, c, int4range(1 + (k + c) / 2 % 3, 1 + (k + c) / 2 % 3, '[]') FROM generate_series(1, 100) AS s, generate_series(1, 30) AS k, generate_series(1, 10) AS c;
VACUUM ANALYZE plans.observation, plans.sighting, plans.presence, plans.subject, plans.installation;
SELECT count(*) FROM plans.presence;

CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF, VERBOSE) ' || query;
END $$;
SELECT q AS not_inlined FROM unnest(ARRAY['changes(''2024-05-05'', ''2024-05-06'')', 'changes_between(''2024-05-05Z'', ''2024-05-06Z'')', 'between_looks()', 'changes_since(''2024-05-05Z'')',
	'inventory(''2024-05-05'')', 'inventory_at(''2024-05-05Z'')', 'timeline(''2024-05-05'', ''2024-05-06'')', 'timeline_between(''2024-05-05Z'', ''2024-05-06Z'')',
	'turnover(''2024-05-05'', ''2024-05-06'')', 'turnover_between(''2024-05-05Z'', ''2024-05-06Z'')', 'told_between()', 'persistence()', 'stale(''2024-05-05'', ''1 day'')', 'stale_at(''2024-05-05Z'', ''1 day'')']) AS q
WHERE (SELECT string_agg(line, ' ') FROM plan_of('SELECT * FROM plans.' || q) AS line) !~ 'Function Scan on (public\.)?ledger_';
SELECT string_agg(m[1], ', ') AS words_asked_for FROM plan_of('SELECT installation, what_is_not_known FROM plans.changes(''2024-05-05'', ''2024-05-06'')') AS line, regexp_matches(line, '(doubt_\w+)', 'g') AS m;
SELECT string_agg(m[1], ', ') AS words_not_asked_for FROM plan_of('SELECT asset_class, count(*) FROM plans.changes(''2024-05-05'', ''2024-05-06'') GROUP BY 1') AS line, regexp_matches(line, '(doubt_\w+)', 'g') AS m;

-- What a question reads: the indexes and tables that are gone through and, in tenths of what is there,
-- how many of the entries.
CREATE VIEW scans AS SELECT c.relname::text AS name, pg_stat_get_xact_numscans(c.oid) AS scans, pg_stat_get_xact_tuples_returned(c.oid) AS tuples
FROM pg_class c WHERE c.relnamespace = 'plans'::regnamespace AND c.relkind IN ('r', 'i') AND c.relname !~ '^(source|asset_class|ledger|installation)';
CREATE FUNCTION reads(question text, OUT rows bigint, OUT scanned text, OUT presences numeric, OUT looks numeric, OUT sightings numeric) LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE scans_before AS SELECT * FROM scans;
	EXECUTE 'SELECT count(*) FROM plans.' || question INTO rows;
	SELECT string_agg(name, ' ' ORDER BY name COLLATE "C"),
		ceil(10.0 * sum(n.tuples - b.tuples) FILTER (WHERE name ~ '^presence') / (SELECT count(*) FROM plans.presence)),
		ceil(10.0 * sum(n.tuples - b.tuples) FILTER (WHERE name ~ '^observation') / (SELECT count(*) FROM plans.observation)),
		ceil(10.0 * sum(n.tuples - b.tuples) FILTER (WHERE name ~ '^sighting') / (SELECT count(*) FROM plans.sighting))
	INTO scanned, presences, looks, sightings FROM scans AS n JOIN scans_before AS b USING (name) WHERE n.scans > b.scans;
	DROP TABLE scans_before;
END $$;
SELECT q, r.* FROM unnest(ARRAY['changes(''2024-05-05'', ''2024-05-06'')', 'changes(''2024-05-05'', ''2024-05-25'', installation => ''site 7'')',
	'changes(''2024-05-05'', ''2024-05-25'', ST_MakeEnvelope(10, 10, 40, 40, 4326))', 'changes(''2024-05-05'', ''2024-05-25'', ST_Buffer(''SRID=4326;POINT(30 30)''::geometry, 10), mode => ''possible'')',
	'between_looks(''site 7'')', 'inventory(''2024-05-05'')', 'inventory(''2024-05-05'', ST_MakeEnvelope(10, 10, 40, 40, 4326))', 'inventory(''2024-05-05'', installation => ''site 7'')',
	'inventory(''2024-05-05'', installation => ''site 7'', max_age => ''2 days'')', 'timeline(''2024-05-05'', ''2024-05-25'', ''10 days'', ''site 7'')',
	'turnover(''2024-05-05'', ''2024-05-25'', installation => ''site 7'')', 'evidence(''site 7'', 3, 4)', 'coverage(''2024-05-05'', ''2024-05-25'', installation => ''site 7'')']) WITH ORDINALITY AS q(q, n), reads(q) AS r ORDER BY n;
-- as a prepared statement with a generic plan
SET plan_cache_mode = force_generic_plan;
PREPARE days(date, date) AS SELECT count(*) FROM plans.changes($1, $2);
CREATE FUNCTION plans.prepared() RETURNS SETOF bigint LANGUAGE plpgsql AS $$BEGIN RETURN QUERY EXECUTE 'EXECUTE days(''2024-05-05'', ''2024-05-06'')'; END$$;
SELECT * FROM reads('prepared()');
RESET plan_cache_mode;
DEALLOCATE ALL;
DROP FUNCTION reads, plan_of;
DROP VIEW scans;
SELECT FROM drop_ledger('plans');
