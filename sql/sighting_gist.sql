-- sighting && watch, and GiST on sighting: an index says what a sequential scan says
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;

-- both dates included; the box; a look that saw none counts; modes do not
SELECT s, s && '[2024-12-05 00:00:00Z, 2024-12-13 00:00:00Z] BOX(35 34, 37 36)' AS "&&",
       '[2024-12-05 00:00:00Z, 2024-12-13 00:00:00Z] BOX(35 34, 37 36) certain'::watch && s AS swapped
FROM (VALUES ('1 POINT(36 35)@2024-12-05 00:00:00Z'::sighting), ('0 POINT(36 35)@2024-12-13 00:00:00Z'),
             ('1 POINT(36 35)@2024-12-04 23:59:59.999999Z'), ('1 POINT(36 35)@2024-12-13 00:00:00.000001Z'),
             ('1 POINT(37.0000001 35)@2024-12-10 00:00:00Z'), ('1 POINT(37 36)@2024-12-10 00:00:00Z')) AS v(s);

SELECT opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE amname = 'gist' AND opcintype = 'sighting'::regtype;

\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
DELETE FROM question WHERE mode(w) <> 'last_known' OR max_age(w) IS NOT NULL;
INSERT INTO operator VALUES ('&&', 'q.w');
CREATE TABLE s AS SELECT * FROM some_sightings(1, 6000);
INSERT INTO s VALUES (0, NULL);
CREATE INDEX ON s USING gist (seen) INCLUDE (i);
VACUUM ANALYZE s;
SET enable_seqscan = off;
SELECT scan_of($$SELECT i, seen FROM s WHERE seen && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z]'$$);
SELECT count(*), count(*) FILTER (WHERE x.seen = s.seen) AS same
FROM (SELECT i, seen FROM s WHERE seen && '[4713-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z]' OFFSET 0) AS x JOIN s USING (i);
RESET enable_seqscan;
SELECT * FROM compare_index('s', 'seen');
DELETE FROM s WHERE i % 3 = 0;
VACUUM s;
INSERT INTO s SELECT * FROM some_sightings(6001, 9000);
SELECT * FROM compare_index('s', 'seen');
CREATE TABLE s_inserted (seen sighting);
CREATE INDEX ON s_inserted USING gist (seen);
INSERT INTO s_inserted SELECT seen FROM s;
SELECT * FROM compare_index('s_inserted', 'seen');

-- nearest first
SET enable_seqscan = off;
SELECT scan_of($$SELECT seen FROM s ORDER BY seen <-> 'SRID=4326;POINT(179 0)' LIMIT 5$$);
CREATE TABLE by_index AS SELECT row_number() OVER () AS n, d FROM (SELECT seen <-> 'SRID=4326;POINT(179 0)' AS d FROM s WHERE seen IS NOT NULL ORDER BY seen <-> 'SRID=4326;POINT(179 0)') AS x;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
CREATE TABLE by_scan AS SELECT row_number() OVER () AS n, d FROM (SELECT 'SRID=4326;POINT(179 0)' <-> seen AS d FROM s WHERE seen IS NOT NULL ORDER BY seen <-> 'SRID=4326;POINT(179 0)') AS x;
SELECT count(*), count(*) FILTER (WHERE a.d = b.d) AS same FROM by_index a JOIN by_scan b USING (n);

-- what is put in after a null finds as good a place as without it
RESET enable_indexscan;
RESET enable_indexonlyscan;
CREATE FUNCTION pages_read(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (plan->0->'Plan'->>'Shared Hit Blocks')::int + (plan->0->'Plan'->>'Shared Read Blocks')::int;
END $$;
CREATE TABLE before (seen sighting) WITH (autovacuum_enabled = off);
CREATE INDEX ON before USING gist (seen);
CREATE TABLE after (LIKE before INCLUDING INDEXES) WITH (autovacuum_enabled = off);
INSERT INTO after VALUES (NULL);
INSERT INTO before SELECT seen FROM some_sightings(1, 6000);
INSERT INTO after SELECT seen FROM some_sightings(1, 6000);
VACUUM before, after;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT pages_read(format(ask, 'before')) BETWEEN 2 AND 40 AS few, pages_read(format(ask, 'after')) <= 3 * pages_read(format(ask, 'before')) + 2 AS as_few
FROM (VALUES ('SELECT seen FROM %I WHERE seen && ''[2024-05-01 00:00:00Z, 2024-05-12 00:00:00Z] BOX(36 34, 36.5 34.5)''')) AS asks(ask);
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP TABLE before, after;
DROP FUNCTION pages_read;

DROP TABLE s, s_inserted, by_index, by_scan, question, operator;
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of;
