-- PresenceScan, which reads the R-trees of presences in the place of index-only scans: when
-- it is used, what it sees of rows that change meanwhile, what it is asked again
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;

\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
CREATE TABLE p (i int, run presence, kind text, day date) WITH (autovacuum_enabled = off);
INSERT INTO p SELECT i, run, nullif(repeat('k', i % 40), ''), '2024-01-01'::date + i FROM some_presences(1, 3000);
INSERT INTO p SELECT -i, NULL, 'none' FROM generate_series(1, 2000) AS i;
CREATE INDEX p_run ON p USING gist (run) INCLUDE (i, kind);
VACUUM ANALYZE p;

CREATE FUNCTION scan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF, TIMING OFF, SUMMARY OFF' || CASE WHEN query LIKE 'ANALYZE %' THEN ', ANALYZE) ' ELSE ') ' END || replace(query, 'ANALYZE ', '') LOOP
		IF line ~ '(Scan|Name|Cond|Filter|Fetches|Order)' THEN
			RETURN NEXT regexp_replace(line, ' \(actual.*', '');
		END IF;
	END LOOP;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;

-- what EXPLAIN says of it
SELECT scan('ANALYZE SELECT i FROM p WHERE run && ''[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z] BOX(35 33, 36 34)'' AND kind > ''kkk''');
-- several conditions; an alias; as JSON, for tools
SELECT scan('SELECT x.i FROM p AS x, p AS y WHERE x.run @> ''2024-05-01Z'' AND x.run @+ ''[2024-03-01 00:00:00Z, 2024-05-02 00:00:00Z]'' AND y.i = 3');
CREATE FUNCTION scan_json(query text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON, ANALYZE) ' || query INTO plan;
	RETURN plan->0->'Plan';
END $$;
SELECT x->>'Custom Plan Provider' AS provider, x->>'Index Name' AS index, x->>'Index Cond' AS condition, x->>'Heap Fetches' AS fetches
FROM scan_json('SELECT i FROM p WHERE run @> ''2024-05-01Z''') AS x;
-- an index-only scan where it is off or cannot serve: another column, nearest first, nulls, part of the table
SET pg_sightings.enable_presence_scan = off;
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z''');
SET pg_sightings.enable_presence_scan = on;
SELECT scan('SELECT i, day FROM p WHERE run @> ''2024-05-01Z''');
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z'' ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
SELECT scan('SELECT i FROM p WHERE run IS NULL');
SET enable_indexonlyscan = off;
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z''');
RESET enable_indexonlyscan;
SET pg_sightings.enable_presence_scan = maybe;

-- values come back as they went in, those of other columns too
SELECT count(*), count(*) FILTER (WHERE (x.run, x.kind) IS NOT DISTINCT FROM (p.run, p.kind)) AS same
FROM (SELECT i, run, kind FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible' OFFSET 0) AS x JOIN p USING (i);
-- no columns at all, a whole index of nulls, an empty one
SELECT count(*) FROM p WHERE run @> '2024-05-01Z';
CREATE TABLE hollow (run presence);
CREATE INDEX ON hollow USING gist (run);
SELECT count(*) FROM hollow WHERE run @> '2024-05-01Z';
INSERT INTO hollow SELECT NULL FROM generate_series(1, 1000);
SELECT count(*) FROM hollow WHERE run @> '2024-05-01Z';
DROP TABLE hollow;

-- asked again with other values, and with none
SELECT at, (SELECT count(*) FROM p WHERE run @> at) AS there, (SELECT count(*) FROM (SELECT FROM p WHERE run @> at LIMIT 3) AS x) AS three
FROM (VALUES ('2024-05-01Z'::timestamptz), (NULL), ('1800-01-01Z'), ('2024-05-01Z'), ('infinity')) AS dates(at);
PREPARE there(timestamptz) AS SELECT count(*) FROM p WHERE run @> $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE there('2024-05-01Z');
EXECUTE there(NULL);
EXECUTE there('2024-06-01Z');
-- the index goes, and comes back
DROP INDEX p_run;
EXECUTE there('2024-06-01Z');
CREATE INDEX p_run ON p USING gist (run) INCLUDE (i, kind);
EXECUTE there('2024-06-01Z');
RESET plan_cache_mode;

-- in a worker's part of a plan
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE dates AS SELECT '2024-03-01Z'::timestamptz + n * interval '1 hour' AS at FROM generate_series(1, 2000) AS n;
ANALYZE dates;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET enable_memoize = off;
RESET enable_seqscan;
CREATE TEMP TABLE by_workers AS SELECT at, i FROM dates JOIN p ON run @> at;
SELECT scan('SELECT at, i FROM dates JOIN p ON run @> at');
SET pg_sightings.enable_presence_scan = off;
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE by_index_only AS SELECT at, i FROM dates JOIN p ON run @> at;
SELECT count(*), (SELECT count(*) FROM (TABLE by_workers EXCEPT ALL TABLE by_index_only) AS x) AS made_up FROM by_workers;
SELECT count(*) AS missed FROM (TABLE by_index_only EXCEPT ALL TABLE by_workers) AS x;
RESET ALL;
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET enable_seqscan = off;
SET enable_bitmapscan = off;

-- pages that split while they are read: the cursor has read the root, then the tree doubles and doubles again
CREATE FUNCTION read(cursor refcursor, rows int) RETURNS SETOF int LANGUAGE plpgsql AS $$
DECLARE
	row int;
BEGIN
	FOR k IN 1 .. rows LOOP
		FETCH cursor INTO row;
		EXIT WHEN NOT FOUND;
		RETURN NEXT row;
	END LOOP;
END $$;
CREATE TEMP TABLE was AS SELECT i FROM p WHERE run IS NOT NULL;
-- (rows that were rolled back lie between: a mark that an entry is dead must not hit another that has taken its place)
BEGIN;
INSERT INTO p SELECT i, run, 'gone' FROM some_presences(30001, 32000);
ROLLBACK;
BEGIN;
DECLARE reader CURSOR FOR SELECT i FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible';
CREATE TEMP TABLE got AS SELECT read('reader', 10) AS i;
INSERT INTO p SELECT i + k * 10000, run, repeat('k', i % 40) FROM some_presences(1, 3000), generate_series(1, 2) AS k;
INSERT INTO got SELECT read('reader', 500);
DELETE FROM p WHERE i % 2 = 0;
INSERT INTO p SELECT i, run, repeat('k', i % 40) FROM some_presences(20001, 26000);
INSERT INTO got SELECT read('reader', 1000000);
SELECT count(*), (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE got) AS x) AS missed, (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE was) AS x) AS made_up FROM got;
-- what this transaction has done it sees: a new scan
SELECT count(*) FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible';
SET LOCAL enable_seqscan = on;
SET LOCAL enable_indexscan = off;
SELECT count(*) FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible';
ROLLBACK;

-- what was rolled back is fetched once, found dead, and not fetched again; what lives on the same pages is
CREATE FUNCTION fetches() RETURNS int LANGUAGE sql AS
	$$ SELECT (x->>'Heap Fetches')::int FROM scan_json('SELECT i FROM p WHERE run && ''[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z] BOX(35 33, 36 34)''') AS x $$;
CREATE TEMP TABLE fetched AS SELECT n, fetches() FROM generate_series(1, 3) AS n;
SELECT max(fetches) FILTER (WHERE n = 1) > 2 * max(fetches) FILTER (WHERE n = 2) AS fewer, min(fetches) > 0 AS some, count(DISTINCT fetches) FILTER (WHERE n > 1) AS then FROM fetched;
DELETE FROM p WHERE i % 3 = 0;
SELECT count(*) FROM p WHERE run @> '2024-05-01Z';
VACUUM p;
SELECT count(*) FROM p WHERE run @> '2024-05-01Z';
-- included columns of fixed length, by value and by reference, of every alignment; some null
CREATE TABLE fixed AS
SELECT run, i % 2 = 0 AS flag, (i % 7)::"char" AS letter, i::smallint AS two, 7 * i::bigint AS eight, md5(i::text)::uuid AS id,
	nullif(i % 5, 0) AS four, make_interval(secs => i) AS span, ('n' || i)::name AS word, i / 3.0::float8 AS real
FROM some_presences(1, 3000) WHERE run IS NOT NULL;
CREATE INDEX ON fixed USING gist (run) INCLUDE (flag, letter, two, eight, id, four, span, word, real);
VACUUM ANALYZE fixed;
SELECT scan('SELECT * FROM fixed WHERE run @> ''2024-05-01Z''');
-- boxes that begin or end exactly where a presence lies
CREATE TEMP TABLE edge AS
SELECT run AS other, watch('2024-01-01Z', '2025-01-01Z', x - a, y - a, x + b, y + b, 'possible') AS w
FROM (SELECT run, ST_X(location(run)) AS x, ST_Y(location(run)) AS y FROM fixed WHERE run && '[2024-01-01 00:00:00Z, 2025-01-01 00:00:00Z] possible') AS there,
	(VALUES (1, 0), (0, 1), (0, 0)) AS sides(a, b) WHERE abs(x) < 178 AND abs(y) < 88 LIMIT 300;
SELECT scan('SELECT FROM edge JOIN fixed ON run && w');
SELECT count(*) AS edges, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM fixed WHERE run && w AND run = other)) AS missed FROM edge;
CREATE TEMP TABLE taken AS SELECT * FROM fixed WHERE run @> '2024-05-01Z';
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET pg_sightings.enable_presence_scan = off;
SET enable_seqscan = on;
SELECT scan('SELECT * FROM fixed WHERE run @> ''2024-05-01Z''');
SELECT count(*) > 100 AS many, count(four) < count(*) AS some_null,
	(SELECT count(*) FROM (TABLE taken EXCEPT ALL SELECT * FROM fixed WHERE run @> '2024-05-01Z') AS x) AS made_up,
	(SELECT count(*) FROM (SELECT * FROM fixed WHERE run @> '2024-05-01Z' EXCEPT ALL TABLE taken) AS x) AS missed FROM taken;
DROP TABLE fixed, taken, edge, p, dates, by_workers, by_index_only, was, fetched, question, operator;
DROP FUNCTION fetches, scan, scan_json, read, random_row, some_sightings, some_presences, compare_index, scan_of;
