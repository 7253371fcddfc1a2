-- What the index tests search: presences and watches of every kind the model allows, by
-- plain arithmetic (the same on every machine), and the comparison of an index with a
-- sequential scan. Read by the tests of the access methods with \i.

-- n pseudo-random numbers in [0, 1), the same for the same i
CREATE FUNCTION random_row(i int, n int) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((hashint8extended(i, k) & 4294967295) / 4294967296.0 ORDER BY k) FROM generate_series(1, n) AS k
$$;

-- Presences first to last: times whole seconds, milliseconds or microseconds, ordinary or extreme, either
-- end open or not, some at the very dates of the questions; places in clusters, spread out, on the antimeridian, the poles and their like.
-- OFFSET 0: each subquery is evaluated once.
CREATE FUNCTION some_presences(first int, last int) RETURNS TABLE (i int, run presence) LANGUAGE sql IMMUTABLE AS $$
    SELECT i, presence(
        CASE WHEN r[1] < 0.2 THEN '-infinity' WHEN i % 11 = 5 AND s > '2024-05-01Z' THEN '2024-05-01Z' WHEN i % 97 = 0 THEN '4713-01-01 00:00:00Z BC'
             ELSE s - date_trunc(unit, interval '1 microsecond' + r[2] * interval '20 days') - step END,
        s, e,
        CASE WHEN r[3] < 0.2 THEN 'infinity' WHEN i % 11 = 6 AND e < '2024-06-15 12:34:56Z' THEN '2024-06-15 12:34:56Z'
             WHEN i % 11 = 7 AND e < '2024-05-02Z' THEN '2024-05-02Z' WHEN i % 89 = 0 THEN '294276-12-31 23:59:59.999999Z'
             ELSE e + date_trunc(unit, r[4] * interval '20 days') + step END,
        ST_SetSRID(ST_MakePoint(
            CASE i % 11 WHEN 0 THEN (ARRAY[-180, 180, 179.9999999, -179.9999999, 0])[1 + i / 11 % 5]
                        WHEN 1 THEN r[5] * 360 - 180 ELSE 35 + r[5] * 4 END,
            CASE i % 13 WHEN 0 THEN (ARRAY[-90, 90, 0])[1 + i / 13 % 3]
                        WHEN 1 THEN r[6] * 180 - 90 ELSE 33 + r[6] * 4 END), 4326),
        CASE i % 5 WHEN 0 THEN int4range(0, 2 + i % 300) WHEN 1 THEN int4range(1, NULL) WHEN 2 THEN int4range(i, NULL)
                   ELSE int4range(1 + i % 600, 2 + i % 600) END)
    FROM (SELECT *, CASE WHEN i % 6 = 0 THEN s ELSE s + date_trunc(unit, r[7] * interval '60 days') END AS e
          FROM (SELECT *, CASE i % 101 WHEN 0 THEN '4712-01-01 00:00:00Z BC' WHEN 1 THEN '294200-01-01 00:00:00Z'
                                       WHEN 2 THEN '1900-01-01 00:00:00Z' WHEN 3 THEN '2100-01-01 00:00:00Z'
                                       WHEN 4 THEN '2024-05-01 00:00:00Z' WHEN 5 THEN '2024-05-02 00:00:00Z' WHEN 6 THEN '2024-03-01 00:00:00Z'
                                       WHEN 7 THEN '2024-06-15 12:34:56Z' WHEN 8 THEN '2024-06-15 12:34:57Z' WHEN 9 THEN '2024-06-15 12:34:56.789012Z'
                                       ELSE date_trunc(unit, '2024-01-01Z'::timestamptz + r[8] * interval '300 days') END AS s
                FROM (SELECT i, random_row(i, 8) AS r,
                             (ARRAY['second', 'milliseconds', 'microseconds'])[1 + i % 3] AS unit,
                             (ARRAY[interval '1 second', '1 millisecond', '1 microsecond'])[1 + i % 3] AS step
                      FROM generate_series(first, last) AS i OFFSET 0) AS u OFFSET 0) AS t OFFSET 0) AS v
$$;

CREATE FUNCTION some_sightings(first int, last int) RETURNS TABLE (i int, seen sighting) LANGUAGE sql IMMUTABLE AS $$
    SELECT i, sighting(first_seen(run), location(run), CASE WHEN i % 7 = 0 THEN int4range(0, 1) ELSE count_range(run) END)
    FROM some_presences(first, last)
$$;

-- modes x ages x dates x boxes
CREATE TABLE question AS
SELECT row_number() OVER (ORDER BY mode, age, d1, west, south, east, north) AS id, watch(d1, d2, west, south, east, north, mode, age) AS w, d2 AS at
FROM (VALUES ('last_known'), ('certain'), ('possible')) AS m(mode),
     (VALUES (NULL::interval), ('5 days'), ('200000 years')) AS a(age),
     (VALUES ('2024-05-01Z'::timestamptz, '2024-05-02Z'::timestamptz), ('2024-03-01Z', '2024-06-15 12:34:56.789012Z'),
             ('1950-01-01Z', '2090-01-01Z'), ('4713-11-24 00:00:00Z BC', '294276-12-31 23:59:59.999999Z')) AS d(d1, d2),
     (VALUES (-180, -90, 180, 90), (35, 33, 37.5, 35.5), (36.1, 34.1, 36.3, 34.2), (170, -20, -170, 20), (38, -90, 36, 90),
             (-180, 90, 180, 90), (180, -90, 180, 90), (0, 0, 0, 0)) AS b(west, south, east, north)
WHERE age IS NULL OR mode = 'last_known';

-- op: the operator; probe: what it is asked, an expression over question
CREATE TABLE operator (op text, probe text);

-- Every question by sequential scan, then by the index the settings allow: how many answers, and
-- how many of them the index missed or made up.
CREATE FUNCTION compare_index(tab regclass, col text, OUT op text, OUT answers bigint, OUT missed bigint, OUT made_up bigint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    o operator;
    kind text := (SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = tab AND attname = col);
    query text;
BEGIN
    FOR o IN SELECT * FROM operator LOOP
        query := format('SELECT q.id, %5$s(t.%1$I, 0) AS value FROM question q, %2$s t WHERE t.%1$I %3$s %4$s', col, tab, o.op, o.probe, kind || '_hash_extended');
        PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true),
                set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'on', true);
        EXECUTE 'CREATE TEMP TABLE by_scan AS ' || query;
        PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true),
                set_config('enable_bitmapscan', 'on', true), set_config('enable_seqscan', 'off', true);
        EXECUTE 'CREATE TEMP TABLE by_index AS ' || query;
        op := o.op;
        SELECT count(*) FROM by_scan INTO answers;
        SELECT count(*) FROM (TABLE by_scan EXCEPT ALL TABLE by_index) AS x INTO missed;
        SELECT count(*) FROM (TABLE by_index EXCEPT ALL TABLE by_scan) AS x INTO made_up;
        DROP TABLE by_scan, by_index;
        RETURN NEXT;
    END LOOP;
END
$$;

-- The scan node and the index condition of a plan, without its numbers.
CREATE FUNCTION scan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Scan|Order By' THEN
            RETURN NEXT regexp_replace(line, '^\W*|: .*', '', 'g');
        END IF;
    END LOOP;
END
$$;
