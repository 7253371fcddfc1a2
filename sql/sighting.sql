-- sighting: input, output, constructors, accessors, order, hash
\set SHOW_CONTEXT never
SELECT pg_backend_pid() AS pid \gset
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'iso_8601';

-- text: round trip, in every session setting alike
CREATE TABLE s (id int, s sighting);
INSERT INTO s VALUES
    (1, '2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00'),
    (2, '2..5 POINT(-0.0000001 0)@2024-12-13T12:30:00.5+03:30'),
    (3, '2.. POINT(180 90)@0044-03-15 12:00:00+00 BC'),
    (4, '0 POINT(-180 -90)@294276-12-31 23:59:59.999999Z'),
    (5, ' 0..0  point( 1 2 ) @ 2024-02-29 00:00:00-00 '),
    (6, NULL);
SELECT * FROM s ORDER BY id;
SET timezone = 'Pacific/Chatham';
SET datestyle = 'German, DMY';
SELECT count(*) AS differ FROM s WHERE s::text::sighting IS DISTINCT FROM s;
SELECT s FROM s WHERE id = 2;
SET datestyle = 'ISO';
SET timezone = 'UTC';

-- constructors and accessors
SELECT sighting('2024-12-13 09:00+00', ST_SetSRID(ST_MakePoint(35.9487, 35.4008), 4326), 2);
SELECT sighting('2024-12-13 09:00+00', 'SRID=4326;POINT(35.9487 35.4008)'::geometry, '[2,5]'::int4range);
SELECT sighting('2024-12-13 09:00+00', 'SRID=4326;POINT(35.9487 35.4008)'::geometry, '(1,)'::int4range);
SELECT sighting('2024-12-13 09:00+00', 35.9487, 35.4008, 2, NULL);
SELECT id, observed_at(s), lon(s), lat(s), count_min(s), count_max(s), count_range(s),
       ST_AsEWKT(location(s)) AS location
FROM s ORDER BY id;
SELECT ST_AsEWKT(s::geometry) FROM s WHERE id = 1;
-- a point of either byte order
SELECT sighting_from_ewkb('2024-12-13Z', ST_AsEWKB(g, 'XDR'), '[1,1]') = sighting_from_ewkb('2024-12-13Z', ST_AsEWKB(g, 'NDR'), '[1,1]') AS same
FROM (SELECT 'SRID=4326;POINT(35.9487 35.4008)'::geometry) AS p(g);
-- one count, and a range of one
SELECT count(*) AS n, bool_and(sighting(t, place, i) = sighting(t, place, int4range(i, i, '[]')) AND sighting(t, place, i) = sighting(t, st_x(place), st_y(place), i, i)) AS same
FROM generate_series(0, 500) AS i, LATERAL (SELECT '2024-01-01Z'::timestamptz + i * interval '1 hour' AS t, ST_SetSRID(ST_MakePoint(i % 361 - 180, i % 181 - 90), 4326) AS place) AS x;

-- NULLs
SELECT sighting(NULL, 'SRID=4326;POINT(1 2)'::geometry, 1), sighting(now(), NULL::geometry, 1),
       sighting(now(), 'SRID=4326;POINT(1 2)'::geometry, NULL::int), sighting(now(), NULL, 2, 3, 4);

-- errors, each with its SQLSTATE
SELECT sighting('2024-12-13Z', 'POINT(1 2)'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=3857;POINT(1 2)'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT EMPTY'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;LINESTRING(1 2, 3 4)'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT Z(1 2 3)'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(180.0000001 2)'::geometry, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(1 2)'::geometry, -1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(1 2)'::geometry, 2147483647);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 1, 'NaN', 1, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'Infinity', 2, 1, 1);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 1, 2, 3, 2);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 1, 2, -1, 2);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 1, 2, 2147483647, NULL);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(1 2)'::geometry, 'empty'::int4range);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(1 2)'::geometry, '(,3]'::int4range);
\echo :SQLSTATE
SELECT sighting('2024-12-13Z', 'SRID=4326;POINT(1 2)'::geometry, -2);
\echo :SQLSTATE
SELECT sighting('infinity', 1, 2, 1, 1);
\echo :SQLSTATE
SELECT sighting_from_ewkb('2024-12-13Z', '\x01', '[1,1]');
\echo :SQLSTATE
SELECT '2 POINT(35.9487 35.4008)@2024-12-13 09:00:00'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(35.9487)@2024-12-13 09:00:00Z'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(NaN 3)@2024-12-13 09:00:00Z'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(35 91)@2024-12-13 09:00:00Z'::sighting;
\echo :SQLSTATE
SELECT '5..2 POINT(35 35)@2024-12-13 09:00:00Z'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(35 35)@2024-02-30 09:00:00Z'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(35 35)@infinity'::sighting;
\echo :SQLSTATE
SELECT '2 POINT(35 35)@2024-02-20 09:00:00Z and more'::sighting;
\echo :SQLSTATE
SELECT ''::sighting;
\echo :SQLSTATE

-- arrays, domains, binary and text COPY
SELECT ARRAY(SELECT s FROM s WHERE id < 3 ORDER BY id);
CREATE DOMAIN counted AS sighting CHECK (count_min(VALUE) > 0);
SELECT '1 POINT(1 2)@2024-01-01 00:00:00Z'::counted;
SELECT '0 POINT(1 2)@2024-01-01 00:00:00Z'::counted;
\echo :SQLSTATE
COPY s TO STDOUT;
CREATE TABLE s_binary (LIKE s);
\set copied '/tmp/pg_sightings_sighting_' :pid '.copy'
COPY s TO :'copied' WITH (FORMAT binary);
COPY s_binary FROM :'copied' WITH (FORMAT binary);
(TABLE s EXCEPT ALL TABLE s_binary) UNION ALL (TABLE s_binary EXCEPT ALL TABLE s);
SELECT count(*) AS differ FROM s WHERE sighting_send(s) IS DISTINCT FROM sighting_send(s::text::sighting);
SELECT sighting_send(s) FROM s WHERE id = 2;

-- order and hash
SELECT amname, opcname, amvalidate(c.oid)
FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE opcintype = 'sighting'::regtype AND amname IN ('btree', 'hash') ORDER BY 1, 2;
SELECT id FROM s ORDER BY s DESC NULLS FIRST, id;
SELECT a.id, b.id, a.s < b.s AS lt, a.s <= b.s AS le, a.s = b.s AS eq, a.s <> b.s AS ne, a.s >= b.s AS ge, a.s > b.s AS gt
FROM s a, s b WHERE a.id IN (1, 2) AND b.id IN (1, 2) ORDER BY 1, 2;
CREATE UNIQUE INDEX ON s (s);
INSERT INTO s VALUES (7, '2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00');
\echo :SQLSTATE
SELECT count(*) FROM s a JOIN s b USING (s);
SELECT s, count(*) FROM (SELECT s FROM s UNION ALL SELECT s FROM s) AS twice GROUP BY s ORDER BY s NULLS FIRST;
DROP TABLE s, s_binary;
DROP DOMAIN counted;
\set remove 'cat > /dev/null; rm -f /tmp/pg_sightings_sighting_' :pid '.copy'
COPY (SELECT) TO PROGRAM :'remove';
