-- which of several indexes each question takes: names only, as costs differ between versions
SET timezone = 'UTC';
SET jit = off;
-- 300 sites in 20 clusters, 100 runs each in three years; as many rows as ANALYZE reads, so that it reads all
CREATE TABLE p AS
SELECT i AS id, presence(t - interval '3 days', t, t + d, CASE WHEN i % 40 = 0 THEN 'infinity' ELSE t + d + interval '3 days' END, site, 1 + i % 4) AS run
FROM (SELECT i, '2022-01-01Z'::timestamptz + (hashint8extended(i, 1) & 65535) / 65536.0 * interval '1095 days' AS t,
		(hashint8extended(i, 2) & 63) * interval '18 hours' AS d,
		ST_SetSRID(ST_MakePoint(-150 + i % 20 * 15 + i % 300 * 0.003, -50 + i % 20 * 37 % 100 + i % 300 % 17 * 0.05), 4326) AS site
	FROM generate_series(1, 30000) AS i) AS x;
CREATE TABLE cell AS
SELECT area, box, days, '2023-06-01Z'::timestamptz AS d1, '2023-06-01Z'::timestamptz + days * interval '1 day' AS d2
FROM (VALUES (1, 'site', ST_MakeEnvelope(-150.01, -50.01, -149.99, -49.94, 4326)), (2, 'country', ST_MakeEnvelope(-152, -52, -147, -47, 4326)),
		(3, 'continent', ST_MakeEnvelope(-152, -52, -100, 60, 4326)), (4, 'world', NULL)) AS a(n, area, box),
	unnest(ARRAY[1, 7, 90, 365]) AS days ORDER BY n, days;

CREATE FUNCTION indexes(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN coalesce((SELECT string_agg(DISTINCT hit[1], ' ') FROM regexp_matches(plan::text, '"Index Name": "([^"]*)"', 'g') AS hit), 'none');
END $$;
-- a question over the grid: in constants, and with dates, and dates and area, as parameters of a generic plan
CREATE FUNCTION choices(name text, OUT question text, OUT area text, OUT days text, OUT constants text, OUT dates text, OUT all_parameters text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	c record;
	call text;
BEGIN
	question := name;
	FOR c IN SELECT cell.area, cell.box, cell.d1, cell.d2, cell.days FROM cell WHERE cell.days = 1 OR name NOT LIKE 'present%' LOOP
		area := c.area;
		days := CASE WHEN name LIKE 'present%' THEN '' ELSE c.days::text END;
		call := format('SELECT id FROM p WHERE %s(run, $1%s, $3)', name, CASE WHEN name LIKE 'present%' THEN '' ELSE ', $2' END);
		constants := indexes(replace(replace(replace(call, '$1', quote_literal(c.d1)), '$2', quote_literal(c.d2)), '$3', quote_nullable(c.box::text)));
		SET LOCAL plan_cache_mode = force_generic_plan;
		EXECUTE 'PREPARE asked(timestamptz, timestamptz, geometry) AS ' || replace(call, '$3', quote_nullable(c.box::text));
		dates := indexes(format('EXECUTE asked(%L, %L, NULL)', c.d1, c.d2));
		DEALLOCATE asked;
		EXECUTE 'PREPARE asked(timestamptz, timestamptz, geometry) AS ' || call;
		all_parameters := indexes(format('EXECUTE asked(%L, %L, %L)', c.d1, c.d2, c.box));
		DEALLOCATE asked;
		RETURN NEXT;
	END LOOP;
END $$;

-- the set of a ledger: by place and by time
CREATE INDEX place ON p USING gist (run) INCLUDE (id);
CREATE INDEX "time" ON p USING gist (run presence_gist_time_ops) INCLUDE (id);
VACUUM ANALYZE p;
SELECT c.* FROM unnest(ARRAY['changed_between', 'arrived_between', 'departed_between', 'stayed_between', 'passed_between', 'present_at']) WITH ORDINALITY AS q(name, n), choices(name) AS c;
-- asked by another table, of which many rows ask the same: by the tree that fits, and each instant once
CREATE TABLE asks AS SELECT i AS id, '2022-06-01Z'::timestamptz + i % 5 * interval '10 days' AS at FROM generate_series(1, 500) AS i;
ANALYZE asks;
\set joined 'SELECT asks.id, p.id FROM asks JOIN p ON run @> at'
CREATE FUNCTION is_memoized(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN plan::text ~ '"Node Type": "Memoize"';
END $$;
SELECT indexes(:'joined'), is_memoized(:'joined');
DROP TABLE asks;
DROP FUNCTION is_memoized;
-- the switch leaves the choice to the planner, to which both trees cost the same: of such it takes the younger
DROP INDEX "time";
CREATE INDEX "time" ON p USING gist (run presence_gist_time_ops) INCLUDE (id);
VACUUM ANALYZE p;
\set site 'SELECT id FROM p WHERE run @+ watch(\'2023-06-01Z\', \'2023-06-08Z\', -150.01, -50.01, -149.99, -49.94)'
SELECT indexes(:'site') AS chosen;
SET pg_sightings.enable_index_choice = off;
SELECT indexes(:'site') AS not_chosen;
RESET pg_sightings.enable_index_choice;
DROP TABLE p, cell;
DROP FUNCTION indexes, choices;
