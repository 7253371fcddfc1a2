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

DROP TABLE s, s_inserted, by_index, by_scan, question, operator;
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of;
