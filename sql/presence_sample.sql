-- row estimates: near the truth with statistics, harmless without
SELECT FROM setseed(0.75);
CREATE TABLE p AS
SELECT i AS id, CASE WHEN i % 20 > 0 THEN presence(
	CASE WHEN i % 60 < 3 THEN '-infinity' ELSE t - (1 + random() * 100)::int * interval '1 hour' END, t,
	t + d * interval '1 hour',
	CASE WHEN i % 11 = 0 THEN 'infinity' ELSE t + d * interval '1 hour' + (1 + random() * 90)::int * interval '1 hour' END,
	ST_SetSRID(ST_MakePoint((CASE WHEN s < 70 THEN 20 ELSE 100 END) + s * 67 % 70, s * 41 % 50), 4326), 1 + i % 4) END AS run
FROM (SELECT i, i % 100 AS s, '2024-01-01Z'::timestamptz + (random() * 8000)::int * interval '1 hour' AS t, (random() * 700)::int AS d
	FROM generate_series(1, 20000) AS i) AS x;

CREATE FUNCTION estimate(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN (plan->0->'Plan'->>'Plan Rows')::float8;
END $$;
CREATE FUNCTION rows_of(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM (' || query || ') AS x' INTO n;
	RETURN n;
END $$;
CREATE TABLE query AS
SELECT format('SELECT FROM p WHERE ' || q || ', ''2024-07-01Z'', %L, %s%s)', to_date, area, mode) AS query
FROM unnest(ARRAY['arrived_between(run', 'departed_between(run', 'changed_between(run', 'stayed_between(run', 'passed_between(run']) AS q,
	unnest(ARRAY['2024-07-03Z', '2024-07-08Z', '2024-10-01Z']) AS to_date,
	unnest(ARRAY['NULL', 'ST_MakeEnvelope(10, 0, 60, 60, 4326)', 'ST_Buffer(''SRID=4326;POINT(120 20)''::geometry, 20)', 'ST_MakeEnvelope(86, 33, 88, 35, 4326)']) AS area,
	unnest(ARRAY['', ', ''possible''', ', max_age => ''10 days''']) AS mode
UNION ALL
SELECT 'SELECT FROM p WHERE ' || q
FROM unnest(ARRAY['run @> ''2024-07-01Z''::timestamptz', '''2024-07-01Z''::timestamptz <@ run', 'present_at(run, ''2024-07-01Z'')',
	'run <~> watch(''2024-07-01Z'', ''2024-07-09Z'')', 'run @+ ''[2024-07-01 00:00:00Z, 2024-07-09 00:00:00Z] BOX(0 0, 60 50)''',
	'present_within(run, ''2024-07-01Z'', ''SRID=4326;POINT(40 20)'', 2e6)', 'run && watch(''2024-07-01Z'', ''2024-07-09Z'', ''SRID=4326;POINT(40 20)'')']) AS q;

ANALYZE p;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY q) <= 1.5 AS median, percentile_cont(0.95) WITHIN GROUP (ORDER BY q) <= 4 AS most, max(q) <= 30 AS worst
FROM query, LATERAL (SELECT greatest(1, estimate(query)) AS e, greatest(1, rows_of(query)) AS n) AS r, LATERAL (SELECT greatest(e / n, n / e) AS q) AS f;
-- an area over the antimeridian
SELECT greatest(e / n, n / e) <= 1.5 AS near FROM (VALUES ('SELECT FROM p WHERE run && watch(''2024-07-01Z'', ''2024-07-03Z'', 100, -10, 60, 60)')) AS v(q),
	LATERAL (SELECT estimate(q) AS e, rows_of(q) AS n) AS r;
-- what is certain to have no answers
SELECT estimate('SELECT FROM p WHERE arrived_between(run, NULL, ''2024-07-01Z'')') AS null_date,
	estimate('SELECT FROM p WHERE run @+ NULL::watch') AS null_watch, estimate('SELECT FROM p WHERE present_at(run, ''infinity'')') AS never;
-- how well the table follows the order, and the locations, are counted
SELECT stakind1 AS kind, round(stanumbers1[1]) AS locations, round(stanullfrac::numeric, 2) AS nulls, stakind2 = 3 AS correlation
FROM pg_statistic WHERE starelid = 'p'::regclass AND staattnum = 2;

-- a dozen long stays among thousands of short ones are seen, whichever rows the sample has
CREATE TABLE p_long AS
SELECT presence('-infinity', t, t + d, t + d + interval '1 day', ST_SetSRID(ST_MakePoint(i % 100, i % 40), 4326), 1) AS run
FROM (SELECT i, '2024-01-01Z'::timestamptz + i % 300 * interval '1 day' AS t,
	CASE WHEN i % 2000 = 7 THEN interval '200 days' ELSE i % 20 * interval '1 day' END AS d FROM generate_series(1, 24000) AS i) AS x;
ANALYZE p_long;
SELECT rows_of(q) AS n, greatest(rows_of(q) / estimate(q), estimate(q) / rows_of(q)) <= 2 AS near
FROM (VALUES ('SELECT FROM p_long WHERE stayed_between(run, ''2024-03-01Z'', ''2024-06-01Z'')')) AS v(q);
SELECT stanumbers1[2] > 0 AS tail, stanumbers1[3] < 1 AS weighs_less FROM pg_statistic WHERE starelid = 'p_long'::regclass AND staattnum = 1;
DROP TABLE p_long;

-- joins, parameters, and columns without a single value or statistics
CREATE TABLE w AS SELECT watch('2024-07-01Z', '2024-07-09Z') AS w, '2024-07-01Z'::timestamptz AS d FROM generate_series(1, 10);
ANALYZE w;
-- a join with known watches is estimated by them
SELECT q, greatest(e / n, n / e) <= 1.5 AS near FROM unnest(ARRAY['run <~> w', 'w <~> run', 'run @+ w', 'departed(run, w)']) AS q,
	LATERAL (SELECT estimate('SELECT FROM p JOIN w ON ' || q) AS e, rows_of('SELECT FROM p JOIN w ON ' || q) AS n) AS r;
SELECT q, estimate('SELECT FROM p JOIN w ON ' || q) BETWEEN 1 AND 100000 AS plausible
FROM unnest(ARRAY['run <~> w', 'w <~> run', 'run @+ w', 'run @> d', 'arrived_between(run, d, d + interval ''1 day'')', 'arrived(run, w)', 'run < run']) AS q;
CREATE TABLE bare (id int, run presence);
SELECT count(*) AS estimated FROM query WHERE estimate(replace(query, 'FROM p', 'FROM bare')) >= 1;
INSERT INTO bare VALUES (1, NULL), (2, NULL);
ANALYZE bare;
SELECT count(*) AS estimated FROM query WHERE estimate(replace(query, 'FROM p', 'FROM bare')) >= 1;
INSERT INTO bare SELECT id, run FROM p WHERE id = 10001;
ANALYZE bare;
SELECT count(*) AS estimated FROM query WHERE estimate(replace(query, 'FROM p', 'FROM bare')) >= 1;
INSERT INTO bare SELECT id, run FROM p WHERE id = 10001;
ALTER TABLE bare ALTER run SET STATISTICS 0;
ANALYZE bare;
SELECT count(*) AS estimated FROM query WHERE estimate(replace(query, 'FROM p', 'FROM bare')) >= 1;
ALTER TABLE bare ALTER run SET STATISTICS 10000;
ANALYZE bare;
SELECT count(*) AS estimated FROM query WHERE estimate(replace(query, 'FROM p', 'FROM bare')) >= 1;

-- sightings: looks at a hundred sites every few days, for a year
CREATE TABLE s AS
SELECT i, CASE WHEN i % 20 > 0 THEN sighting('2024-01-01Z'::timestamptz + (random() * 8760)::int * interval '1 hour',
	(CASE WHEN n < 70 THEN 20 ELSE 100 END) + n * 67 % 70, n * 41 % 50, i % 3, i % 3) END AS seen
FROM (SELECT i, i % 100 AS n FROM generate_series(1, 30000) AS i) AS x;
CREATE TABLE s_query AS
SELECT format('SELECT FROM s WHERE ' || q, watch('2024-07-01Z', to_date, area)) AS query
FROM unnest(ARRAY['seen && %L::watch', '%L::watch && seen']) AS q, unnest(ARRAY['2024-07-01 06:00Z', '2024-07-03Z', '2024-07-11Z', '2024-12-01Z']::timestamptz[]) AS to_date,
	unnest(ARRAY[NULL, 'SRID=4326;POLYGON((10 0, 60 0, 60 60, 10 60, 10 0))', 'SRID=4326;POLYGON((86 33, 88 33, 88 35, 86 35, 86 33))']::geometry[]) AS area;
SELECT count(*) AS estimated FROM s_query WHERE estimate(query) >= 1;
ANALYZE s;
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY q) <= 1.5 AS median, percentile_cont(0.95) WITHIN GROUP (ORDER BY q) <= 4 AS most, max(q) <= 8 AS worst
FROM s_query, LATERAL (SELECT greatest(1, estimate(query)) AS e, greatest(1, rows_of(query)) AS n) AS r, LATERAL (SELECT greatest(e / n, n / e) AS q) AS f;
SELECT q, greatest(e / n, n / e) <= 1.5 AS near FROM unnest(ARRAY['seen && w', 'w && seen']) AS q,
	LATERAL (SELECT estimate('SELECT FROM s JOIN w ON ' || q) AS e, rows_of('SELECT FROM s JOIN w ON ' || q) AS n) AS r;
-- beside it stands what ANALYZE keeps of any type
SELECT kind, round(numbers[1]) AS locations FROM pg_statistic,
	LATERAL (VALUES (stakind1, stanumbers1), (stakind2, stanumbers2), (stakind3, stanumbers3), (stakind4, stanumbers4)) AS v(kind, numbers)
WHERE starelid = 's'::regclass AND staattnum = 2 AND kind IN (2, 17303) ORDER BY kind;
SELECT estimate('SELECT FROM s WHERE seen && NULL::watch') AS null_watch;
ALTER TABLE s ALTER seen SET STATISTICS 0;
ANALYZE s;
UPDATE s SET seen = NULL;
ALTER TABLE s ALTER seen SET STATISTICS 100;
ANALYZE s;
SELECT count(*) AS estimated FROM s_query WHERE estimate(query) >= 1;
DROP TABLE s, s_query;

-- how many are distinct is counted: a few, all, and half of the rows, some of which are null
CREATE TABLE alike AS
SELECT presence('-infinity', t, t, 'infinity', 'SRID=4326;POINT(1 2)', 1) AS few, CASE WHEN i % 4 > 0 THEN presence('-infinity', t, t, 'infinity', 'SRID=4326;POINT(1 2)', i) END AS own,
	CASE WHEN i % 4 > 1 THEN presence('-infinity', t, t, 'infinity', 'SRID=4326;POINT(1 2)', i / 4 + 1) END AS pairs
FROM (SELECT i, '2024-01-01Z'::timestamptz + i % 20 / 4 * interval '1 day' AS t FROM generate_series(0, 9999) AS i) AS x;
ANALYZE alike;
SELECT attname, n_distinct FROM pg_stats WHERE tablename = 'alike' ORDER BY 1;
SELECT estimate('SELECT few FROM alike GROUP BY few') AS groups;
DROP TABLE alike;

-- a session reads the sample of a column once, however many clauses, indexes and plannings ask it
CREATE TABLE many WITH (autovacuum_enabled = off) AS
SELECT i AS id, presence(t - interval '1 day', t, t + i % 90 * interval '1 day', t + (i % 90 + 1) * interval '1 day', ST_SetSRID(ST_MakePoint(i % 300 * 0.5, i % 40), 4326), i) AS run
FROM (SELECT i, '2024-01-01Z'::timestamptz + (hashint8extended(i, 1) & 65535) * interval '10 minutes' AS t FROM generate_series(1, 30000) AS i) AS x;
CREATE INDEX ON many USING gist (run);
CREATE INDEX ON many USING gist (run presence_gist_time_ops);
CREATE INDEX ON many USING gist (run);
CREATE INDEX ON many USING gist (run presence_gist_time_ops);
ANALYZE many;
CREATE VIEW kept AS SELECT count(*) AS samples FROM pg_backend_memory_contexts WHERE name = 'pg_sightings sample';
\c -
SELECT kept.* FROM kept
WHERE EXISTS (SELECT FROM many WHERE run @+ watch('2024-06-01Z', '2024-07-01Z', 10, 0, 12, 40) AND run && watch('2024-06-01Z', '2024-07-02Z'))
	AND EXISTS (SELECT FROM many WHERE changed_between(run, '2024-06-01Z', '2024-07-01Z', ST_MakeEnvelope(10, 0, 60, 20, 4326)) OR run @> '2024-07-02Z'::timestamptz);
SELECT kept.* FROM kept WHERE EXISTS (SELECT FROM many WHERE run @> '2024-07-03Z'::timestamptz);
-- and anew what ANALYZE has made anew, also twice in a transaction that then comes to nothing
\set question 'SELECT FROM many WHERE run @> \'2024-07-03Z\'::timestamptz'
SELECT estimate(:'question') AS before \gset
BEGIN;
UPDATE many SET run = NULL WHERE id % 10 > 0;
ANALYZE many;
SELECT estimate(:'question') / :before BETWEEN 0.05 AND 0.2 AS a_tenth;
UPDATE many SET run = NULL WHERE id % 100 > 0;
ANALYZE many;
SELECT estimate(:'question') / :before BETWEEN 0.002 AND 0.03 AS a_hundredth;
ROLLBACK;
SELECT estimate(:'question') = :before AS as_before;
-- a larger target keeps no more than all plannings want to count in
ALTER TABLE many ALTER run SET STATISTICS 1000;
ANALYZE many;
SELECT count(*) AS values_kept FROM pg_statistic, unnest(stavalues1::text::text[]) WHERE starelid = 'many'::regclass AND staattnum = 2;
-- what one index counted in it the others do not count again (else twelve times as long)
CREATE FUNCTION fastest_planning(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	plan json;
	fastest float8;
BEGIN
	FOR i IN 1..40 LOOP
		EXECUTE 'EXPLAIN (FORMAT json, SUMMARY) ' || query INTO plan;
		fastest := least(fastest, (plan->0->>'Planning Time')::float8);
	END LOOP;
	RETURN fastest;
END $$;
\set question 'SELECT FROM many WHERE run @+ watch(\'2024-06-01Z\', \'2024-06-02Z\', 10, 0, 12, 40)'
SELECT fastest_planning(:'question') AS by_four \gset
BEGIN;
DROP INDEX many_run_idx1, many_run_idx2, many_run_idx3;
SELECT :by_four < 6 * fastest_planning(:'question') AS counted_once;
ROLLBACK;
DROP FUNCTION fastest_planning;
-- plannings within plannings, some of which fail, and of more columns than a session keeps samples of
CREATE FUNCTION asked_meanwhile(fails bool) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
	PERFORM FROM many WHERE run @+ watch('2024-06-01Z', '2024-06-02Z', 10, 0, 12, 4) AND arrived_between(run, now(), now() + interval '1 day');
	IF fails THEN
		EXECUTE 'SELECT FROM many WHERE run @> ''2024-06-01Z''::timestamptz AND run @+ watch(''2024-06-02Z'', ''2024-06-01Z'')';
	END IF;
	RETURN '2024-06-01Z';
EXCEPTION WHEN OTHERS THEN
	RETURN '2024-06-01Z';
END $$;
CREATE TABLE parts (id int, run presence) PARTITION BY HASH (id);
DO $$ BEGIN FOR i IN 0..19 LOOP EXECUTE format('CREATE TABLE part%s PARTITION OF parts FOR VALUES WITH (MODULUS 20, REMAINDER %s)', i, i); END LOOP; END $$;
CREATE INDEX ON parts USING gist (run);
CREATE INDEX ON parts USING gist (run presence_gist_time_ops);
INSERT INTO parts SELECT id, run FROM many;
ANALYZE parts;
CREATE FUNCTION planned(query text, OUT estimate float8, OUT n bigint) LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	estimate := plan->0->'Plan'->>'Plan Rows';
	EXECUTE format('SELECT count(*) FROM (%s) AS x', query) INTO n;
END $$;
SELECT relation, fails, a.estimate = b.estimate AS same_estimate, a.n = b.n AND a.n > 0 AS same
FROM unnest(ARRAY['many', 'parts', 'many AS m JOIN parts USING (run)']) AS relation, unnest(ARRAY[false, true]) AS fails,
	format('SELECT FROM %s WHERE run <~> watch(%%1$s, ''2024-06-05Z'') AND present_at(run, %%1$s) AND run && watch(''2024-05-20Z'', %%1$s, 0, 0, 90, 40)', relation) AS query,
	planned(format(query, format('asked_meanwhile(%L)', fails))) AS a, planned(format(query, '''2024-06-01Z''::timestamptz')) AS b;
SELECT kept.* FROM kept WHERE NOT EXISTS (SELECT FROM parts WHERE run @+ watch('1990-06-01Z', '1990-06-02Z', 10, 0, 12, 4));
DROP VIEW kept;
DROP TABLE many, parts;
DROP FUNCTION asked_meanwhile, planned;

DROP TABLE p, w, query, bare;
DROP FUNCTION estimate, rows_of;
