-- presence: input, output, constructors, accessors
\set SHOW_CONTEXT never
SELECT pg_backend_pid() AS pid \gset
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'iso_8601';

CREATE TABLE p (id int, p presence);
INSERT INTO p VALUES
    (1, '2 POINT(35.9487 35.4008)@(2024-12-05 00:00:00+00, [2024-12-13 09:00:00+00, 2024-12-15 09:00:00+00], infinity)'),
    (2, '1..3 POINT(35.9487 35.4008)@(-infinity,[2024-12-13 09:00:00+00,2024-12-13 09:00:00+00],2024-12-20 09:00:00+02)'),
    (3, '0..  POINT(-179.9999999 -90)@(4713-01-01 00:00:00+00 BC, [0001-01-01 00:00:00+00, 294276-01-01 00:00:00.000001+00], 294276-12-31 23:59:59.999999+00)'),
    (4, NULL);
SELECT * FROM p ORDER BY id;
SET timezone = 'America/St_Johns';
SET datestyle = 'SQL, MDY';
SELECT count(*) AS differ FROM p WHERE p::text::presence IS DISTINCT FROM p;
SET datestyle = 'ISO';
SET timezone = 'UTC';

SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(35.9487 35.4008)'::geometry, 2);
SELECT presence('-infinity', '2024-12-13Z', '2024-12-15Z', '2024-12-16Z', 'SRID=4326;POINT(35.9487 35.4008)'::geometry, '[0,)'::int4range);
SELECT id, not_seen_at(p), first_seen(p), last_seen(p), gone_by(p) FROM p ORDER BY id;
SELECT id, lon(p), lat(p), count_min(p), count_max(p), count_range(p), ST_AsEWKT(location(p)) AS location FROM p ORDER BY id;
SELECT ST_AsEWKT(p::geometry) FROM p WHERE id = 1;
SELECT presence(NULL, '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);

-- the constructors are C, and say the same of one count and of a range of one, of points kept with a box, too
SELECT count(*) AS n, bool_and(exact = of_range AND exact = from_ewkb AND exact = boxed) AS same
FROM generate_series(1, 500) AS i, LATERAL (SELECT '2024-01-01Z'::timestamptz + i * interval '1 hour' AS t, ST_SetSRID(ST_MakePoint(i % 361 - 180, i % 181 - 90), 4326) AS place) AS x,
	LATERAL (SELECT presence('-infinity', t, t, 'infinity', place, i) AS exact, presence('-infinity', t, t, 'infinity', place, int4range(i, i, '[]')) AS of_range,
		presence_from_ewkb('-infinity', t, t, 'infinity', ST_AsEWKB(place), int4range(i, i + 1)) AS from_ewkb, presence('-infinity', t, t, 'infinity', PostGIS_AddBBox(place), i) AS boxed) AS p;
SELECT p.oid::regprocedure AS not_c FROM pg_proc AS p JOIN pg_language AS l ON l.oid = prolang
WHERE proname IN ('presence', 'sighting') AND 'geometry'::regtype = ANY (proargtypes::oid[]) AND lanname <> 'c';
-- in a generated column
CREATE TABLE made (t timestamptz, place geometry, run presence GENERATED ALWAYS AS (presence('-infinity', t, t, 'infinity', place, 2)) STORED);
INSERT INTO made VALUES ('2024-01-01Z', 'SRID=4326;POINT(1 2)');
SELECT run FROM made;
DROP TABLE made;

-- errors, each with its SQLSTATE
SELECT presence('2024-12-13Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-16Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', '2024-12-15Z', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '-infinity', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('infinity', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('-infinity', '2024-12-13Z', '2024-12-15Z', '-infinity', 'SRID=4326;POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 0);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, -1);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;POINT(1 2)'::geometry, 2147483647);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'POINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT presence('2024-12-05Z', '2024-12-13Z', '2024-12-15Z', 'infinity', 'SRID=4326;MULTIPOINT(1 2)'::geometry, 2);
\echo :SQLSTATE
SELECT '2 POINT(1 2)@(2024-12-05 00:00:00Z, 2024-12-13 09:00:00Z, infinity)'::presence;
\echo :SQLSTATE
SELECT '2 POINT(1 2)@(2024-12-05 00:00:00Z, [2024-12-13 09:00:00Z, 2024-12-12 09:00:00Z], infinity)'::presence;
\echo :SQLSTATE
SELECT '0 POINT(1 2)@(2024-12-05 00:00:00Z, [2024-12-13 09:00:00Z, 2024-12-13 09:00:00Z], infinity)'::presence;
\echo :SQLSTATE

-- binary input checks what text input checks: bytes of a valid value, then one field spoilt
SELECT presence_send(p) AS bytes FROM p WHERE id = 1;
CREATE TABLE p_binary (LIKE p);
\set copied '/tmp/pg_sightings_presence_' :pid '.copy'
COPY p TO :'copied' WITH (FORMAT binary);
COPY p_binary FROM :'copied' WITH (FORMAT binary);
(TABLE p EXCEPT ALL TABLE p_binary) UNION ALL (TABLE p_binary EXCEPT ALL TABLE p);
-- a one-column binary file: header, one row, one field of 48 bytes, trailer
CREATE FUNCTION try_binary(value bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file text := '/tmp/pg_sightings_binary_' || pg_backend_pid() || '.copy';
    lob oid;
BEGIN
    lob := lo_from_bytea(0, '\x5047434f50590aff0d0a000000000000000000'::bytea || '\x0001'::bytea
        || int4send(length(value)) || value || '\xffff'::bytea);
    PERFORM lo_export(lob, file);
    PERFORM lo_unlink(lob);
    CREATE TEMP TABLE tried (p presence) ON COMMIT DROP;
    EXECUTE format('COPY tried FROM %L WITH (FORMAT binary)', file);
    DROP TABLE tried;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT what, try_binary(value)
FROM (SELECT presence_send(p) AS good FROM p WHERE id = 1) AS x,
LATERAL (VALUES
    (1, 'as sent', good),
    (2, 'first_seen after last_seen', overlay(overlay(good placing substring(good from 17 for 8) from 9 for 8)
        placing substring(good from 9 for 8) from 17 for 8)),
    (3, 'longitude 2147483647', overlay(good placing '\x7fffffff'::bytea from 33 for 4)),
    (4, 'latitude -2147483648', overlay(good placing '\x80000000'::bytea from 37 for 4)),
    (5, 'count_min -1', overlay(good placing '\xffffffff'::bytea from 41 for 4)),
    (6, 'count_max 0', overlay(good placing '\x0000000000000000'::bytea from 41 for 8)),
    (7, 'time beyond the calendar', overlay(good placing '\x7ffffffffffffffe'::bytea from 25 for 8)),
    (8, 'one byte short', substring(good from 1 for 47)),
    (9, 'one byte long', good || '\x00'::bytea),
    (10, 'empty', ''::bytea)) AS c(n, what, value)
ORDER BY n;
DROP FUNCTION try_binary(bytea);
DROP TABLE p, p_binary;
\set remove 'cat > /dev/null; rm -f /tmp/pg_sightings_presence_' :pid '.copy /tmp/pg_sightings_binary_' :pid '.copy'
COPY (SELECT) TO PROGRAM :'remove';
