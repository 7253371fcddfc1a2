-- GiST on presence: whatever the layout, an index says what a sequential scan says
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;

SELECT opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE amname = 'gist' AND opcintype = 'presence'::regtype ORDER BY opcname;
SELECT amopstrategy, amopopr::regoperator, amoppurpose
FROM pg_amop JOIN pg_opfamily f ON f.oid = amopfamily JOIN pg_am a ON a.oid = opfmethod
WHERE amname = 'gist' AND opfname = 'presence_gist_ops' ORDER BY amopstrategy;

\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
INSERT INTO operator VALUES ('<~>', 'q.w'), ('@+', 'q.w'), ('@-', 'q.w'), ('@=', 'q.w'), ('@~', 'q.w'), ('&&', 'q.w'), ('@>', 'q.at');

CREATE TABLE p AS SELECT * FROM some_presences(1, 6000);
INSERT INTO p VALUES (0, NULL);

-- sorted build
CREATE INDEX ON p USING gist (run) INCLUDE (i);
VACUUM ANALYZE p;
SELECT scan_of($$SELECT i, run FROM p WHERE run <~> '[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z]'$$);
SELECT scan_of($$SELECT run FROM p ORDER BY run <-> 'SRID=4326;POINT(36 35)' LIMIT 5$$);
SELECT * FROM compare_index('p', 'run');

-- entries come back as they went in, to the microsecond
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT scan_of($$SELECT i, run FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible'$$);
SELECT count(*), count(*) FILTER (WHERE x.run = p.run) AS same
FROM (SELECT i, run FROM p WHERE run && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible' OFFSET 0) AS x JOIN p USING (i);
RESET enable_seqscan;
RESET enable_bitmapscan;

-- inserts, splits, deletes, vacuum and updates on top of it, then anew; every third question does
DELETE FROM question WHERE id % 3 > 0;
INSERT INTO p SELECT * FROM some_presences(6001, 9000);
DELETE FROM p WHERE i % 3 = 0;
VACUUM p;
UPDATE p SET run = x.run FROM some_presences(20000, 30000) AS x WHERE x.i = p.i + 20000 AND p.i % 4 = 0;
INSERT INTO p SELECT * FROM some_presences(9001, 10000);
SELECT * FROM compare_index('p', 'run');
REINDEX TABLE p;
SELECT * FROM compare_index('p', 'run');

-- row by row into an empty index; the time-shaped class; options
CREATE TABLE p_inserted (run presence);
CREATE INDEX ON p_inserted USING gist (run presence_gist_ops(degrees_per_day = 0.5));
INSERT INTO p_inserted SELECT run FROM p;
SELECT * FROM compare_index('p_inserted', 'run');
CREATE TABLE p_time AS SELECT run FROM p;
CREATE INDEX ON p_time USING gist (run presence_gist_time_ops);
INSERT INTO p_time SELECT run FROM some_presences(10001, 13000);
SELECT * FROM compare_index('p_time', 'run');
CREATE INDEX ON p_time USING gist (run presence_gist_ops(degrees_per_day = 0));

-- many times the same value
CREATE TABLE p_same AS SELECT run FROM some_presences(42, 42), generate_series(1, 3000);
CREATE INDEX ON p_same USING gist (run);
INSERT INTO p_same SELECT run FROM some_presences(42, 42), generate_series(1, 3000);
SELECT * FROM compare_index('p_same', 'run') WHERE answers > 0;

-- three levels, bounds of bounds: each is found where and when it is and nothing else
CREATE TABLE p_deep AS
SELECT i, presence(t - interval '1 day', t, t + interval '1 hour', t + interval '2 days',
                   ST_SetSRID(ST_MakePoint(i * 7919 % 36007 / 100.1 - 179.9, i * 10007 % 17011 / 100.1 - 85), 4326), 1) AS run
FROM generate_series(1, 40000) AS i, LATERAL (SELECT timestamptz '2020-01-01 00:00:00Z' + i * 101 % 40009 * interval '1 hour' AS t) AS moment;
CREATE INDEX p_deep_run ON p_deep USING gist (run) WHERE i <= 30000;
CREATE INDEX p_deep_time ON p_deep USING gist (run presence_gist_time_ops) WHERE i > 10000;
SET enable_seqscan = off;
SELECT count(*) FROM p_deep AS x WHERE i <= 30000 AND i % 10 = 0 AND EXISTS (SELECT FROM p_deep AS y
    WHERE y.i <= 30000 AND y.run @+ watch(not_seen_at(x.run), first_seen(x.run), location(x.run)));
SELECT count(*) FROM p_deep AS x WHERE i > 10000 AND i % 10 = 0 AND EXISTS (SELECT FROM p_deep AS y
    WHERE y.i > 10000 AND y.run @- watch(last_seen(x.run), gone_by(x.run), location(x.run)));
-- and the same grown by rows
DROP INDEX p_deep_time;
INSERT INTO p_deep SELECT i - 20000, run FROM p_deep WHERE i > 30000;
SELECT count(*) FROM p_deep AS x WHERE i <= 30000 AND i % 10 = 0 AND EXISTS (SELECT FROM p_deep AS y
    WHERE y.i <= 30000 AND y.run @+ watch(not_seen_at(x.run), first_seen(x.run), location(x.run)));
RESET enable_seqscan;
DROP TABLE p_deep;

-- nearest first: the same distances in the same order
CREATE TABLE centre AS SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS g
FROM (VALUES (36.0, 35.0), (180, 0), (-180, 10), (179.5, -5), (0, 90), (0, -90), (-144.3, 35.2), (37, 90), (36, -35)) AS c(x, y);
CREATE FUNCTION nearest(tab text) RETURNS TABLE (g geometry, d float8[]) LANGUAGE plpgsql AS $$
DECLARE
    c geometry;
BEGIN
    FOR c IN SELECT centre.g FROM centre LOOP
        RETURN QUERY EXECUTE format('SELECT $1, array_agg(d) FROM (SELECT $1 <-> run AS d FROM %I WHERE run IS NOT NULL ORDER BY run <-> $1) AS x', tab) USING c;
    END LOOP;
END
$$;
SET enable_seqscan = off;
CREATE TABLE by_index AS SELECT tab, n.* FROM (VALUES ('p'), ('p_inserted'), ('p_time')) AS t(tab), nearest(tab) AS n;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
CREATE TABLE by_scan AS SELECT tab, n.* FROM (VALUES ('p'), ('p_inserted'), ('p_time')) AS t(tab), nearest(tab) AS n;
RESET enable_indexscan;
RESET enable_indexonlyscan;
SELECT count(*), count(*) FILTER (WHERE a.d = b.d) AS same FROM by_index a JOIN by_scan b USING (tab, g);

-- <-> is metres, whichever way round; what is not a point is an error, with and without index
SELECT abs((run <-> g) - ST_Distance(location(run)::geography, g::geography)) < 0.002 AS as_postgis,
       (run <-> g) = (g <-> run) AS symmetric, count(*)
FROM p, centre WHERE run IS NOT NULL AND i % 10 = 0 GROUP BY 1, 2;
SELECT run FROM p ORDER BY run <-> 'SRID=4326;LINESTRING(0 0, 1 1)'::geometry LIMIT 1;
SELECT run FROM p ORDER BY run <-> 'SRID=3857;POINT(0 0)'::geometry LIMIT 1;
SELECT run FROM p WHERE i = 1 ORDER BY run <-> 'SRID=4326;POINT EMPTY'::geometry;
SELECT count(*) FROM (SELECT run FROM p ORDER BY run <-> NULL LIMIT 3) AS x;

-- what is put in after a null finds as good a place as without it, in either shape
CREATE FUNCTION pages_read(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (plan->0->'Plan'->>'Shared Hit Blocks')::int + (plan->0->'Plan'->>'Shared Read Blocks')::int;
END $$;
CREATE TABLE before (run presence, again presence) WITH (autovacuum_enabled = off);
CREATE INDEX ON before USING gist (run);
CREATE INDEX ON before USING gist (again presence_gist_time_ops);
CREATE TABLE after (LIKE before INCLUDING INDEXES) WITH (autovacuum_enabled = off);
INSERT INTO after VALUES (NULL, NULL);
INSERT INTO before SELECT run, run FROM some_presences(1, 6000);
INSERT INTO after SELECT run, run FROM some_presences(1, 6000);
VACUUM before, after;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT col, pages_read(format(ask, col, 'before')) BETWEEN 3 AND 60 AS few, pages_read(format(ask, col, 'after')) <= 3 * pages_read(format(ask, col, 'before')) + 2 AS as_few
FROM (VALUES ('run', 'SELECT %1$I FROM %2$I WHERE %1$I && ''[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z] BOX(36 34, 36.5 34.5)'''),
	('again', 'SELECT %1$I FROM %2$I WHERE %1$I @+ ''[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z]''')) AS asks(col, ask);
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP TABLE before, after;
DROP FUNCTION pages_read;

-- rows in the order of time leave pages behind that are nearly full, rows in no order halves
CREATE TABLE told AS SELECT i, presence(t - interval '1 day', t, t + length - interval '1 day', t + length, ST_SetSRID(ST_MakePoint(i * 7919 % 41 * 3, i * 7919 % 41), 4326), 1) AS run
FROM generate_series(1, 20000) AS i, LATERAL (SELECT timestamptz '2020-01-01 00:00:00Z' + i * interval '1 hour' AS t, interval '4 days' + i * 10007 % 613 * interval '2 hours' AS length) AS stay;
CREATE FUNCTION fill(by text) RETURNS TABLE (place float8, "time" float8) LANGUAGE plpgsql AS $$
DECLARE
	place_bytes float8;
	time_bytes float8;
BEGIN
	CREATE TABLE grown (run presence);
	CREATE INDEX grown_place ON grown USING gist (run);
	CREATE INDEX grown_time ON grown USING gist (run presence_gist_time_ops);
	EXECUTE 'INSERT INTO grown SELECT run FROM told ORDER BY ' || by;
	place_bytes := pg_relation_size('grown_place');
	time_bytes := pg_relation_size('grown_time');
	REINDEX TABLE grown;
	RETURN QUERY SELECT pg_relation_size('grown_place') / place_bytes, pg_relation_size('grown_time') / time_bytes;
	DROP TABLE grown;
END $$;
SELECT place > 0.74 AS place, "time" > 0.82 AS "time" FROM fill('i');
SELECT place > 0.6 AS place, "time" > 0.6 AS "time" FROM fill('hashint4extended(i, 0)');
DROP TABLE told;
DROP FUNCTION fill;

-- what does not fit into memory is merged from runs, into the same order
CREATE TABLE merged AS SELECT presence(t, t + interval '1 day', t + interval '20 days', t + interval '22 days',
	ST_SetSRID(ST_MakePoint(hashint8extended(i, 1) % 60, hashint8extended(i, 2) % 60), 4326), 1) AS run
FROM (SELECT i, '2024-01-01Z'::timestamptz + (hashint8extended(i, 3) & 1048575) * interval '30 seconds' AS t FROM generate_series(1, 60000) AS i) AS x;
CREATE FUNCTION pages_read() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) SELECT run FROM merged WHERE run && ''[2024-05-01 00:00:00Z, 2024-05-02 00:00:00Z] BOX(0 0, 10 10)''' INTO plan;
	RETURN (plan->0->'Plan'->>'Shared Hit Blocks')::int + (plan->0->'Plan'->>'Shared Read Blocks')::int;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE INDEX merged_run ON merged USING gist (run);
VACUUM ANALYZE merged;
CREATE TEMP TABLE built AS SELECT pages_read() AS pages, pg_relation_size('merged_run') AS bytes;
DROP INDEX merged_run;
SET maintenance_work_mem = '1MB';
CREATE INDEX merged_run ON merged USING gist (run);
SELECT pages BETWEEN 5 AND 100 AS few, pages_read() BETWEEN 0.9 * pages AND 1.1 * pages AS as_many, pg_relation_size('merged_run') = bytes AS as_large FROM built;
RESET maintenance_work_mem;
RESET enable_bitmapscan;
DROP TABLE merged, built;
DROP FUNCTION pages_read;

-- what is nowhere comes last, by each way down the tree
CREATE TABLE nowhere (run presence);
INSERT INTO nowhere VALUES (NULL), (NULL);
INSERT INTO nowhere SELECT run FROM some_presences(1, 3);
CREATE INDEX ON nowhere USING gist (run);
VACUUM ANALYZE nowhere;
SET enable_seqscan = off;
SELECT scan_of($$SELECT run FROM nowhere ORDER BY run <-> 'SRID=4326;POINT(36 35)'$$), (SELECT array_agg(run IS NULL) FROM (SELECT run FROM nowhere ORDER BY run <-> 'SRID=4326;POINT(36 35)') AS x) AS nowhere;
SET pg_sightings.enable_presence_scan = off;
SELECT scan_of($$SELECT run FROM nowhere ORDER BY run <-> 'SRID=4326;POINT(36 35)'$$), (SELECT array_agg(run IS NULL) FROM (SELECT run FROM nowhere ORDER BY run <-> 'SRID=4326;POINT(36 35)') AS x) AS nowhere;
RESET pg_sightings.enable_presence_scan;
RESET enable_seqscan;
DROP TABLE nowhere;

DROP TABLE p, p_inserted, p_time, p_same, centre, by_index, by_scan, question, operator;
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of, nearest;
