-- PresenceScan, which reads the R-trees of presences and sightings in the place of index-only scans:
-- when it is used, what it sees of rows that change meanwhile, what it is asked again
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
SELECT scan('SELECT x.i, z.j FROM p AS x, LATERAL (SELECT x.i AS j FROM p AS y WHERE y.i = 3 OFFSET 0) AS z WHERE x.run @> ''2024-05-01Z'' AND x.run @+ ''[2024-03-01 00:00:00Z, 2024-05-02 00:00:00Z]''');
CREATE FUNCTION scan_json(query text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON, ANALYZE) ' || query INTO plan;
	RETURN plan->0->'Plan';
END $$;
SELECT x->>'Custom Plan Provider' AS provider, x->>'Index Name' AS index, x->>'Index Cond' AS condition, x->>'Heap Fetches' AS fetches
FROM scan_json('SELECT i FROM p WHERE run @> ''2024-05-01Z''') AS x;
-- nearest first, with a condition and without
SELECT scan('ANALYZE SELECT i FROM p WHERE run @> ''2024-05-01Z'' ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
SELECT scan('SELECT x.i FROM p AS x ORDER BY ''SRID=4326;POINT(36 35)''::geometry <-> run LIMIT 5');
-- the table is read where it is off or cannot serve: another column, nulls, by two distances
SET pg_sightings.enable_presence_scan = off;
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z''');
SELECT scan('SELECT i FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
SET pg_sightings.enable_presence_scan = on;
SELECT scan('SELECT i, day FROM p WHERE run @> ''2024-05-01Z''');
SELECT scan('SELECT i FROM p WHERE run IS NULL');
SELECT scan('SELECT i FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)'', run <-> ''SRID=4326;POINT(0 0)'' LIMIT 5');
SET enable_indexonlyscan = off;
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z''');
RESET enable_indexonlyscan;
-- an index-only scan of a tree is none, neither of its included columns alone nor of no column
SELECT scan('SELECT i FROM p');
SELECT scan('SELECT count(*) FROM p');
CREATE INDEX p_time ON p USING gist (run presence_gist_time_ops) INCLUDE (i, run);
SELECT scan('SELECT count(*) FROM p');
SELECT scan('SELECT i FROM p WHERE run @> ''2024-05-01Z'' ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
-- (a tree by place, not by time)
CREATE INDEX p_bare ON p USING gist (run presence_gist_time_ops);
SELECT scan('SELECT i, day FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
SELECT scan('SELECT i FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)'' LIMIT 5');
CREATE INDEX p_i ON p (i);
VACUUM p;
SELECT scan('SELECT count(*) FROM p');
DROP INDEX p_time, p_bare, p_i;
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
CREATE TEMP TABLE by_table AS SELECT at, i FROM dates JOIN p ON run @> at;
SELECT count(*), (SELECT count(*) FROM (TABLE by_workers EXCEPT ALL TABLE by_table) AS x) AS made_up FROM by_workers;
SELECT count(*) AS missed FROM (TABLE by_table EXCEPT ALL TABLE by_workers) AS x;
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

-- what arrived or departed lies in one rectangle of the question or in the other, and most pages meet one of them: also
-- of two questions, and of pages that split meanwhile
CREATE TABLE turned (i int, run presence) WITH (autovacuum_enabled = off);
INSERT INTO turned SELECT * FROM some_presences(1, 6000);
CREATE INDEX ON turned USING gist (run presence_gist_time_ops) INCLUDE (i);
VACUUM ANALYZE turned;
SELECT scan('SELECT i FROM turned WHERE run <~> ''[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]'' AND run <~> ''[2024-05-20 00:00:00Z, 2024-06-20 00:00:00Z]''');
CREATE TEMP TABLE turns AS SELECT i, verdict(run, '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]') AS first, verdict(run, '[2024-05-20 00:00:00Z, 2024-06-20 00:00:00Z]') AS then FROM turned;
SELECT count(*), (SELECT count(*) FROM turns WHERE first = 'arrived' AND turns.then = 'departed') AS expected FROM turned
WHERE run <~> '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]' AND run <~> '[2024-05-20 00:00:00Z, 2024-06-20 00:00:00Z]';
SELECT count(*), (SELECT count(*) FROM turns WHERE first = 'arrived' AND turns.then = 'departed') AS expected FROM turned
WHERE run <~> '[2024-05-20 00:00:00Z, 2024-06-20 00:00:00Z]' AND run <~> '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]';
BEGIN;
DECLARE turning CURSOR FOR SELECT i FROM turned WHERE run <~> '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]';
CREATE TEMP TABLE had ON COMMIT DROP AS SELECT read('turning', 1) AS i;
INSERT INTO turned SELECT -i, run FROM turned;
INSERT INTO had SELECT read('turning', 1000000);
SELECT count(*), (SELECT count(*) FROM turns WHERE first IN ('arrived', 'departed')) AS expected, count(DISTINCT i) AS apart, min(i) > 0 AS told FROM had;
ROLLBACK;
DROP TABLE turned, turns;
-- (a root that is a leaf meets both)
CREATE TABLE few AS SELECT * FROM some_presences(1, 60);
CREATE INDEX ON few USING gist (run) INCLUDE (i);
VACUUM ANALYZE few;
SELECT scan('SELECT i FROM few WHERE run <~> ''[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]''');
SELECT verdict(run, '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]'), count(*) FROM few WHERE run <~> '[2024-05-01 00:00:00Z, 2024-05-20 00:00:00Z]' GROUP BY 1 ORDER BY 1;
DROP TABLE few;

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
DROP TABLE fixed, taken, edge, p, dates, by_workers, by_table, was, fetched;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
RESET pg_sightings.enable_presence_scan;

-- what is asked by PresenceScan, and by sequential scan: both alike, rows that come nearest first in the same order of distances
CREATE TABLE asked (name text, query text);
CREATE FUNCTION compare(OUT name text, OUT scans text, OUT answered bigint, OUT missed bigint, OUT made_up bigint, OUT unsorted bigint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	a asked;
BEGIN
	FOR a IN SELECT * FROM asked ORDER BY asked.name LOOP
		name := a.name;
		PERFORM set_config('pg_sightings.enable_presence_scan', 'on', true), set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true);
		SELECT string_agg(DISTINCT substring(replace(s, 'Custom Scan (', ''), 'PresenceScan|[A-Z]\w+ ?\w* Scan'), ', ') FROM scan(a.query) AS s WHERE s ~ 'Scan' AND s !~ '(centre|asks)' INTO scans;
		EXECUTE 'CREATE TEMP TABLE by_index AS ' || a.query;
		PERFORM set_config('pg_sightings.enable_presence_scan', 'off', true), set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true);
		EXECUTE 'CREATE TEMP TABLE by_scan AS ' || a.query;
		SELECT count(*) FROM by_index INTO answered;
		SELECT count(*) FROM (TABLE by_scan EXCEPT ALL TABLE by_index) AS x INTO missed;
		SELECT count(*) FROM (TABLE by_index EXCEPT ALL TABLE by_scan) AS x INTO made_up;
		-- by_index is read as it was written
		SELECT count(*) FROM (SELECT d, lag(d) OVER (PARTITION BY g ORDER BY ctid) AS before
			FROM (SELECT coalesce(to_jsonb(x)->>'d', 'infinity')::float8 AS d, to_jsonb(x)->>'g' AS g, ctid FROM by_index AS x) AS x) AS x WHERE d < before INTO unsorted;
		DROP TABLE by_index, by_scan;
		RETURN NEXT;
	END LOOP;
	DELETE FROM asked;
END $$;
CREATE TABLE p (i int, run presence, seen sighting, kind text) WITH (autovacuum_enabled = off);
INSERT INTO p SELECT x.i, run, seen, nullif(repeat('k', x.i % 40), '') FROM some_presences(1, 4000) AS x JOIN some_sightings(1, 4000) AS y USING (i);
INSERT INTO p SELECT -i, NULL, NULL, 'none' FROM generate_series(1, 500) AS i;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET enable_memoize = off;
SET max_parallel_workers_per_gather = 0;
CREATE INDEX p_run ON p USING gist (run) INCLUDE (i, kind);
CREATE INDEX p_seen ON p USING gist (seen) INCLUDE (i);
VACUUM ANALYZE p;
DELETE FROM p WHERE i % 9 = 0;
CREATE TABLE centre AS SELECT n, ST_SetSRID(ST_MakePoint(x, y), 4326) AS g
FROM (VALUES (1, 36.0, 35.0), (2, 180, 0), (3, -180, 10), (4, 179.5, -5), (5, 0, 90), (6, 0, -90), (7, -144.3, 35.2), (8, NULL, NULL)) AS c(n, x, y);
-- (some of the pages are not all-visible)
INSERT INTO asked VALUES
	('nearest', 'SELECT i, run, kind, run <-> ''SRID=4326;POINT(36 35)'' AS d FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)'''),
	('nearest of some', 'SELECT i, run <-> ''SRID=4326;POINT(37 34)'' AS d FROM p WHERE run && ''[2024-03-01 00:00:00Z, 2024-09-02 00:00:00Z] BOX(36 33, 38 36)'' AND i % 2 = 0 ORDER BY run <-> ''SRID=4326;POINT(37 34)'''),
	('nearest few to each', 'SELECT n AS g, x.* FROM centre, LATERAL (SELECT run <-> g AS d FROM p ORDER BY run <-> g LIMIT n * 11) AS x WHERE n < 8'),
	('nearest to each', 'SELECT n AS g, x.* FROM centre, LATERAL (SELECT i, run <-> g AS d FROM p ORDER BY run <-> g LIMIT 5000) AS x'),
	('nearest sightings', 'SELECT n AS g, x.* FROM centre, LATERAL (SELECT i, seen, seen <-> g AS d FROM p ORDER BY seen <-> g LIMIT 5000) AS x'),
	('nearest sightings of some', 'SELECT i, seen <-> ''SRID=4326;POINT(36 35)'' AS d FROM p WHERE seen && ''[2024-03-01 00:00:00Z, 2024-05-02 00:00:00Z]'' ORDER BY seen <-> ''SRID=4326;POINT(36 35)''');
INSERT INTO asked SELECT 'sightings ' || id, format('SELECT i, seen FROM p WHERE seen && %L', w) FROM question WHERE mode(w) = 'last_known' AND max_age(w) IS NULL AND id % 4 = 0 AND lon_min(w) <> 0;
INSERT INTO asked VALUES ('sightings of each', 'SELECT asks.id, p.i, p.seen FROM question AS asks JOIN p ON p.seen && asks.w AND p.seen && ''[2024-02-01 00:00:00Z, 2024-08-02 00:00:00Z]''');
SELECT * FROM compare();
VACUUM p;
INSERT INTO asked VALUES ('nearest', 'SELECT i, run, kind, run <-> ''SRID=4326;POINT(36 35)'' AS d FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)''');
SELECT * FROM compare();
-- what is no point is an error
SELECT i FROM p ORDER BY run <-> 'SRID=4326;LINESTRING(0 0, 1 1)'::geometry LIMIT 1;

-- part of a table: what the predicate says need not be among its columns
CREATE INDEX p_part ON p USING gist (run) INCLUDE (i) WHERE kind > 'kkkk';
CREATE INDEX p_seen_part ON p USING gist (seen) WHERE kind > 'kkkk' AND i < 3000;
DROP INDEX p_run, p_seen;
INSERT INTO asked VALUES
	('1 part', 'SELECT i, run FROM p WHERE kind > ''kkkk'' AND run @> ''2024-05-01Z'''),
	('2 nearest of a part', 'SELECT i, run <-> ''SRID=4326;POINT(36 35)'' AS d FROM p WHERE kind > ''kkkk'' ORDER BY run <-> ''SRID=4326;POINT(36 35)'''),
	('3 part of sightings', 'SELECT seen FROM p WHERE kind > ''kkkk'' AND i < 3000 AND seen && ''[2024-05-01 00:00:00Z, 2024-07-01 00:00:00Z]'''),
	('4 less than a part', 'SELECT i, run FROM p WHERE kind > ''kkkkk'' AND run @> ''2024-05-01Z'''),
	('5 a row at a time', 'SELECT asks.id, i, run FROM question AS asks JOIN p ON run && asks.w WHERE kind > ''kkkk'''),
	('6 more than a part', 'SELECT i, run FROM p WHERE kind > ''kkk'' AND run @> ''2024-05-01Z''');
SELECT * FROM compare();

-- partitions, of both tables too
CREATE TABLE parted (k int, i int, run presence) PARTITION BY LIST (k);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN (0);
CREATE TABLE parted_1 (run presence, k int, i int);
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES IN (1);
CREATE INDEX ON parted USING gist (run) INCLUDE (k, i);
CREATE TABLE asks (id bigint, w watch, k int) PARTITION BY LIST (k);
CREATE TABLE asks_0 PARTITION OF asks FOR VALUES IN (0);
CREATE TABLE asks_1 (k int, id bigint, w watch);
ALTER TABLE asks ATTACH PARTITION asks_1 FOR VALUES IN (1);
INSERT INTO parted SELECT abs(i) % 2, i, run FROM p;
INSERT INTO asks SELECT id, w, id / 2 % 2 FROM question;
VACUUM ANALYZE parted, asks;
SET enable_partitionwise_join = on;
SET enable_seqscan = off;
INSERT INTO asked VALUES
	('1 a row at a time', 'SELECT id, i, run FROM question AS asks JOIN parted ON run && asks.w'),
	('2 of partitions', 'SELECT id, i, run FROM asks JOIN parted ON run && asks.w'),
	('3 by pairs', 'SELECT id, i, run FROM asks JOIN parted ON run && asks.w AND parted.k = asks.k'),
	('4 nearest', 'SELECT i, run <-> ''SRID=4326;POINT(36 35)'' AS d FROM parted ORDER BY run <-> ''SRID=4326;POINT(36 35)'''),
	('5 nearest to each', 'SELECT n AS g, x.* FROM centre, LATERAL (SELECT i, run <-> g AS d FROM parted WHERE run && ''[2024-03-01 00:00:00Z, 2024-05-02 00:00:00Z]'' ORDER BY run <-> g LIMIT 5000) AS x');
SELECT scan('SELECT id, i, run FROM asks JOIN parted ON run && asks.w AND parted.k = asks.k');
SELECT * FROM compare();

-- nearest first while the tree doubles, and its rows go
SET enable_bitmapscan = off;
CREATE INDEX p_run ON p USING gist (run) INCLUDE (i, kind);
VACUUM p;
CREATE TEMP TABLE was AS SELECT i FROM p;
BEGIN;
DECLARE reader CURSOR FOR SELECT i FROM p ORDER BY run <-> 'SRID=4326;POINT(36 35)';
SELECT scan('SELECT i FROM p ORDER BY run <-> ''SRID=4326;POINT(36 35)''');
CREATE TEMP TABLE got AS SELECT read('reader', 10) AS i;
INSERT INTO p SELECT i + k * 10000, run FROM some_presences(1, 3000), generate_series(1, 2) AS k;
INSERT INTO got SELECT read('reader', 500);
DELETE FROM p WHERE i % 2 = 0;
INSERT INTO p SELECT i, run FROM some_presences(40001, 46000);
INSERT INTO got SELECT read('reader', 1000000);
SELECT count(*), (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE got) AS x) AS missed, (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE was) AS x) AS made_up FROM got;
ROLLBACK;

-- the row on which a cursor stands is changed, whether it was fetched or not
BEGIN;
DECLARE reader CURSOR FOR SELECT i FROM p WHERE run @> '2024-05-01Z';
DECLARE near CURSOR FOR SELECT i FROM p ORDER BY run <-> 'SRID=4326;POINT(36 35)';
DECLARE seer CURSOR FOR SELECT seen FROM p WHERE kind > 'kkkk' AND i < 3000 AND seen && '[2024-05-01 00:00:00Z, 2024-07-01 00:00:00Z]';
DECLARE parts CURSOR FOR SELECT i FROM parted WHERE run && '[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z]';
CREATE TEMP TABLE stood (i int);
INSERT INTO stood SELECT read('reader', 3) OFFSET 2;
INSERT INTO stood SELECT read('near', 7) OFFSET 6;
UPDATE p SET kind = 'here' WHERE CURRENT OF reader RETURNING i IN (TABLE stood) AS right;
DELETE FROM p WHERE CURRENT OF near RETURNING i IN (TABLE stood) AS right;
-- by now its page is not all-visible
INSERT INTO stood SELECT read('reader', 1);
UPDATE p SET kind = 'here too' WHERE CURRENT OF reader RETURNING i IN (TABLE stood) AS right;
FETCH 1 IN seer \gset
FETCH 1 IN seer \gset
UPDATE p SET kind = 'seen' WHERE CURRENT OF seer RETURNING seen = :'seen' AS right;
TRUNCATE stood;
INSERT INTO stood SELECT read('parts', 2) OFFSET 1;
UPDATE parted SET i = i WHERE CURRENT OF parts RETURNING i IN (TABLE stood) AS right;
ROLLBACK;
-- and if VACUUM has cut its chain of versions short, on a page that is all-visible again
CREATE TABLE changed_often (i int, kind text, run presence) WITH (fillfactor = 50, autovacuum_enabled = off);
INSERT INTO changed_often SELECT i, 'a', run FROM some_presences(1, 200);
CREATE INDEX ON changed_often USING gist (run) INCLUDE (i);
UPDATE changed_often SET kind = 'b';
VACUUM ANALYZE changed_often;
BEGIN;
DECLARE often CURSOR FOR SELECT i FROM changed_often WHERE run && '[2020-01-01 00:00:00Z, 2030-01-01 00:00:00Z]';
SELECT scan('SELECT i FROM changed_often WHERE run && ''[2020-01-01 00:00:00Z, 2030-01-01 00:00:00Z]''');
CREATE TEMP TABLE stood_on AS SELECT read('often', 3) AS i OFFSET 2;
UPDATE changed_often SET kind = 'c' WHERE CURRENT OF often RETURNING i IN (TABLE stood_on) AS right, kind;
CREATE FUNCTION change_each() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	often CURSOR FOR SELECT i FROM changed_often WHERE run && '[2020-01-01 00:00:00Z, 2030-01-01 00:00:00Z]';
	n bigint := 0;
	one bigint;
BEGIN
	FOR row IN often LOOP
		UPDATE changed_often SET kind = 'd' WHERE CURRENT OF often;
		GET DIAGNOSTICS one = ROW_COUNT;
		n := n + one;
	END LOOP;
	RETURN n;
END $$;
CLOSE often;
SELECT change_each() = count(*) AS each, count(*) > 50 AS many FROM changed_often WHERE run && '[2020-01-01 00:00:00Z, 2030-01-01 00:00:00Z]';
ROLLBACK;
DROP TABLE changed_often;
DROP TABLE p, centre, parted, asks, asked, was, question, operator;
DROP FUNCTION compare, fetches, scan, scan_json, read, random_row, some_sightings, some_presences, compare_index, scan_of;
