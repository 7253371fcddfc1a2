-- How far the planner's row estimates are from the truth, over the grid of section "change".
-- Needs the tables of change_data.sql, and any table of presences:
-- psql -v relation=bench.m_ours -f test/bench/qerror.sql
--
-- The q-error is the greater of estimate / actual and actual / estimate, both at least 1. As
-- designed: at most 2 at the median and at most 8 at the 95th percentile.
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;

-- A tenth of the first sightings, for sighting && watch.
CREATE TEMP TABLE seen AS
SELECT sighting(first_seen, geom, n) AS s FROM stay JOIN installation ON installation.id = installation WHERE stay.id % 10 = 0;
ANALYZE seen;

CREATE TEMP TABLE asked AS
WITH place AS
(
	SELECT area, k AS n, ST_MakeEnvelope(lon - r, lat - r, lon + r, lat + r, 4326) AS box
	FROM (VALUES ('site', 0.025, 31), ('country', 2.5, 32)) AS a(area, r, salt), generate_series(1, 10) AS k
	JOIN installation ON true
	WHERE id = 1 + floor(noise(k, 0, salt) * (SELECT count(*) FROM installation))
	UNION ALL
	SELECT 'continent', k, ST_MakeEnvelope(lon_min + dx, lat_min + dy, lon_max + dx, lat_max + dy, 4326)
	FROM generate_series(1, 10) AS k JOIN continent ON id = k % 7,
	LATERAL (SELECT 4 * noise(k, 1, 33) - 2 AS dx, 4 * noise(k, 2, 33) - 2 AS dy) AS shift
	UNION ALL
	SELECT 'world', k, NULL FROM generate_series(1, 5) AS k
)
SELECT question, area, days, format('SELECT * FROM %s WHERE ', CASE question WHEN 'observed' THEN 'seen' ELSE :'relation' END) ||
	CASE question WHEN 'present' THEN format('present_at(run, %L, %L)', instant(first_day), box)
		WHEN 'observed' THEN format('s && %L::watch', watch(instant(first_day), instant(first_day + days), box))
		ELSE format('%s_between(run, %L, %L, %L)', question, instant(first_day), instant(first_day + days), box) END AS query,
	NULL::float8 AS estimate, NULL::float8 AS actual
FROM place, unnest(ARRAY[1, 7, 90, 365]) AS days, unnest(ARRAY['changed', 'arrived', 'departed', 'stayed', 'passed', 'present', 'observed']) AS question,
	LATERAL (SELECT 300 + 400 * noise(n, days, 34) AS first_day) AS d
WHERE question <> 'present' OR days = 1;

DO $$
DECLARE
	a record;
	plan json;
	n bigint;
BEGIN
	FOR a IN SELECT ctid, query FROM asked LOOP
		EXECUTE 'EXPLAIN (FORMAT JSON) ' || a.query INTO plan;
		EXECUTE replace(a.query, 'SELECT *', 'SELECT count(*)') INTO n;
		UPDATE asked SET estimate = greatest(1, (plan->0->'Plan'->>'Plan Rows')::float8), actual = greatest(1, n) WHERE ctid = a.ctid;
	END LOOP;
END $$;

\pset format unaligned
\pset tuples_only on
SELECT '| question | area | days | rows | median q-error | worst |';
SELECT '|-|-|-|-|-|-|';
SELECT format('| %s | %s | %s | %s | %s | %s |', question, area, CASE WHEN question <> 'present' THEN days::text END, round(avg(actual)),
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY q)::numeric, 2), round(max(q)::numeric, 2))
FROM asked, LATERAL (SELECT greatest(estimate / actual, actual / estimate) AS q) AS e
GROUP BY question, area, days
ORDER BY question, array_position('{site,country,continent,world}', area), days;
SELECT format('%s questions: q-error %s at the median, %s at the 95th percentile (aims: 2 and 8)', count(*),
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY q)::numeric, 2), round(percentile_cont(0.95) WITHIN GROUP (ORDER BY q)::numeric, 2))
FROM asked, LATERAL (SELECT greatest(estimate / actual, actual / estimate) AS q) AS e;
DROP TABLE asked, seen;
