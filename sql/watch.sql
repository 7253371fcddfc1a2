-- watch: input, output, constructors, accessors
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'iso_8601';

CREATE TABLE w (id int, w watch);
INSERT INTO w VALUES
    (1, '[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00]'),
    (2, '[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 37 36) possible'),
    (3, '[2024-12-05 00:00:00+00,2024-12-13 23:59:59+00] box(170 -20,-170 20) certain max_age P3DT12H'),
    (4, '[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(-180 -90, 180 90) last_known max_age PT0.000001S'),
    (5, '[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 35 34)');
SELECT * FROM w ORDER BY id;
SELECT count(*) AS differ FROM w WHERE w::text::watch::text IS DISTINCT FROM w::text OR watch_send(w) <> watch_send(w::text::watch);

SELECT id, from_date(w), to_date(w), mode(w), max_age(w) FROM w ORDER BY id;
SELECT id, lon_min(w), lat_min(w), lon_max(w), lat_max(w), ST_AsEWKT(area(w)) FROM w ORDER BY id;
SELECT ST_AsEWKT(w::geometry) FROM w WHERE id = 2;

SELECT watch('2024-12-05Z', '2024-12-13Z');
SELECT watch('2024-12-05Z', '2024-12-13Z', ST_MakeEnvelope(35.3, 34, 36.1, 37.7, 4326), 'possible', '3 days 06:00');
SELECT watch('2024-12-05Z', '2024-12-13Z', 'SRID=4326;POLYGON((35 34, 36 35, 35 36, 35 34))'::geometry, max_age => '1 month');
-- edges go outwards, but not for rounding noise
SELECT watch('2024-12-05Z', '2024-12-13Z', 0.1 + 0.2, 0.00000004, 0.7 + 0.1, 0.00000004);
-- over the antimeridian: by edges, and as RFC 7946 cuts it
SELECT watch('2024-12-05Z', '2024-12-13Z', 170, -20, -170, 20);
SELECT watch('2024-12-05Z', '2024-12-13Z',
    ST_Collect(ST_MakeEnvelope(170, -20, 180, 20, 4326), ST_MakeEnvelope(-180, -10, -170, 25, 4326)));
SELECT watch('2024-12-05Z', '2024-12-13Z',
    ST_Collect(ARRAY[ST_MakeEnvelope(170, -20, 180, 20, 4326), ST_MakeEnvelope(-180, -10, -170, 25, 4326), ST_MakeEnvelope(-100, 0, -90, 1, 4326)]));
SELECT watch('2024-12-05Z', '2024-12-13Z', ST_MakeEnvelope(-180, -90, 180, 90, 4326));
-- a gap that is narrower than a step: all around the globe, and not the meridian in between
SELECT watch('2024-12-05Z', '2024-12-13Z', 10.00000004, -90, 10, 90);
SELECT watch('2024-12-05Z', '2024-12-13Z', 10.0000002, -90, 10, 90);
SELECT watch('2024-12-05Z', '2024-12-13Z',
    ST_SetSRID(ST_Collect(ST_MakeEnvelope(-180, -60, 0.3, 60), ST_MakeEnvelope(0.1::float8 + 0.2::float8, -60, 180, 60)), 4326));
SELECT g, count(*) FILTER (WHERE present_at(p, '2022-03-01Z', area)) AS found, count(*) FILTER (WHERE ST_Intersects(location(p), area)) AS intersect
FROM (VALUES ('a rounding', ST_SetSRID(ST_Collect(ST_MakeEnvelope(-180, -60, 0.3, 60), ST_MakeEnvelope(0.1::float8 + 0.2::float8, -60, 180, 60)), 4326)),
        ('half a step', ST_SetSRID(ST_Collect(ST_MakeEnvelope(-180, -60, 0.3, 60), ST_MakeEnvelope(0.30000005, -60, 180, 60)), 4326)),
        ('two steps', ST_SetSRID(ST_Collect(ST_MakeEnvelope(-180, -60, 0.3, 60), ST_MakeEnvelope(0.3000002, -60, 180, 60)), 4326)),
        ('a degree', ST_SetSRID(ST_Collect(ST_MakeEnvelope(-180, -60, 0, 60), ST_MakeEnvelope(1, -60, 180, 60)), 4326))) AS a(g, area),
    (SELECT presence('-infinity', '2022-01-01Z', '2022-06-01Z', 'infinity', ST_SetSRID(ST_MakePoint(lon, lat), 4326), 1)
     FROM unnest('{-180,-100,-0.1,0.2,0.3,0.3000001,0.3000002,0.5,1,90,179.9,180}'::float8[]) AS lon, unnest('{-61,-60,0,59,61}'::float8[]) AS lat) AS stay(p)
GROUP BY g ORDER BY g;
SELECT area_edges(ST_Collect(ST_MakeEnvelope(-180, 0, 10, 1, 4326), ST_MakeEnvelope(5, 0, 180, 1, 4326)));
SELECT watch(from_date, to_date, area, 'certain') IS NULL AS unknown, watch(from_date, to_date, area)
FROM (VALUES (NULL::timestamptz, '2024-12-13Z'::timestamptz, NULL::geometry), ('2024-12-05Z', NULL, NULL)) AS v(from_date, to_date, area);

-- days end where the session's day ends
SET timezone = 'Asia/Damascus';
SELECT watch_days('2024-12-05', '2024-12-13');
SET timezone = 'UTC';
SELECT watch_days('2024-12-05', '2024-12-13', mode => 'possible');
-- a day of 23 hours
SET timezone = 'Europe/Berlin';
SELECT end_of_day('2024-03-31') - end_of_day('2024-03-30') AS long;
SET timezone = 'UTC';

-- errors, each with its SQLSTATE
SELECT watch('2024-12-13Z', '2024-12-13Z');
\echo :SQLSTATE
SELECT watch('2024-12-14Z', '2024-12-13Z');
\echo :SQLSTATE
SELECT watch('-infinity', '2024-12-13Z');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', 'infinity');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', mode => 'certainly');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', max_age => '0');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', max_age => '-1 day');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', max_age => '178000000 years');
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 'POINT(1 1)'::geometry);
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 'SRID=4326;POLYGON EMPTY'::geometry);
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 'SRID=4326;LINESTRING(170 0, 190 1)'::geometry);
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 1, 2, 3, NULL);
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 1, 'NaN', 3, 3);
\echo :SQLSTATE
SELECT watch('2024-12-05Z', '2024-12-13Z', 1, 4, 3, 3);
\echo :SQLSTATE
SELECT watch_from_edges('2024-12-05Z', '2024-12-13Z', 4326, ARRAY[1, 2, 3]::float8[], NULL, NULL);
\echo :SQLSTATE
SELECT '[2024-12-05 00:00:00Z, 2024-12-13 00:00:00Z] BOX(1 2, 3 4) maybe'::watch;
\echo :SQLSTATE
SELECT '[2024-12-13 00:00:00Z, 2024-12-13 00:00:00Z]'::watch;
\echo :SQLSTATE
SELECT '[2024-12-05 00:00:00Z, 2024-12-13 00:00:00Z] BOX(1 5, 3 4)'::watch;
\echo :SQLSTATE
SELECT '[2024-12-05 00:00:00Z, 2024-12-13 00:00:00Z] max_age P0D'::watch;
\echo :SQLSTATE
SELECT '[2024-12-05 00:00:00Z'::watch;
\echo :SQLSTATE
DROP TABLE w;
