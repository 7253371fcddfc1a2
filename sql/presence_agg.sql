-- aggregates: presences, net_change, inventory
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'iso_8601';

CREATE TABLE look (id int, s sighting);
INSERT INTO look VALUES
    (1, '0 POINT(36 35)@2024-12-01 00:00:00Z'),
    (2, '3 POINT(36 35)@2024-12-05 00:00:00Z'),
    (3, '1.. POINT(36 35)@2024-12-06 00:00:00Z'),
    (4, '2 POINT(36.5 35)@2024-12-08 00:00:00Z'),
    (5, '0 POINT(36 35)@2024-12-12 00:00:00Z'),
    (6, NULL);
SELECT unnest(presences(s)) FROM look;
-- the order of input does not matter
SELECT (SELECT presences(s ORDER BY id) FROM look) = (SELECT presences(s ORDER BY id DESC) FROM look) AS same;
SELECT presences(s) AS none, presences(s) IS NULL AS is_null FROM look WHERE false;
SELECT presences(s) AS nobody_there FROM look WHERE id = 1;
SELECT presences(s) AS only_null FROM look WHERE id = 6;
-- evidence that says nothing
SELECT presences(s) FROM (VALUES ('0.. POINT(36 35)@2024-12-06 00:00:00Z'::sighting)) AS v(s);
-- the same instant: what both allow, or the hull of a contradiction
SELECT unnest(presences(s)) FROM (VALUES ('1..3 POINT(36 35)@2024-12-06 00:00:00Z'::sighting), ('2.. POINT(36 35)@2024-12-06 00:00:00Z')) AS v(s);
SELECT unnest(presences(s)) FROM (VALUES ('1 POINT(36 35)@2024-12-06 00:00:00Z'::sighting), ('4 POINT(36 35)@2024-12-06 00:00:00Z')) AS v(s);
-- as a window aggregate the state is asked again and again
SELECT id, array_length(presences(s) OVER (ORDER BY id), 1) AS runs FROM look ORDER BY id;

CREATE TABLE p AS SELECT unnest(presences(s)) AS p FROM look;
SELECT mode, net_change(p, watch('2024-12-02Z', '2024-12-09Z', NULL, mode)) AS "2 to 9",
       net_change(p, watch('2024-12-05Z', '2024-12-08Z', NULL, mode)) AS "5 to 8",
       net_change(p, watch('2024-12-08Z', '2024-12-13Z', NULL, mode)) AS "8 to 13"
FROM p, (VALUES ('last_known'), ('certain'), ('possible')) AS m(mode) GROUP BY mode ORDER BY mode;
SELECT day, inventory(p, day), inventory(p, day, 'certain', NULL) AS certain, inventory(p, day, 'possible', NULL) AS possible,
       inventory(p, day, NULL, '12 hours') AS fresh
FROM p, generate_series('2024-12-04Z', '2024-12-13Z'::timestamptz, '1 day') AS day GROUP BY day ORDER BY day;
-- unbounded counts stay unbounded, on the side they belong to
SELECT inventory(p, '2024-12-07Z'), net_change(p, watch('2024-12-01Z', '2024-12-07Z')) AS came, net_change(p, watch('2024-12-07Z', '2024-12-12Z')) AS went
FROM (VALUES ('2.. POINT(36 35)@(2024-12-05 00:00:00Z, [2024-12-06 00:00:00Z, 2024-12-07 00:00:00Z], 2024-12-08 00:00:00Z)'::presence)) AS v(p);
-- NULLs add nothing; no rows give no answer
SELECT inventory(p, NULL), inventory(NULL::presence, '2024-12-07Z'), net_change(p, NULL) FROM p;
SELECT inventory(p, '2024-12-07Z'), net_change(p, watch('2024-12-02Z', '2024-12-09Z')) FROM p WHERE false;
SELECT inventory(p, '2024-12-07Z', 'surely', NULL) FROM p;
\echo :SQLSTATE
SELECT inventory(p, '2024-12-07Z')
FROM (VALUES ('2147483646 POINT(36 35)@(2024-12-05 00:00:00Z, [2024-12-06 00:00:00Z, 2024-12-07 00:00:00Z], infinity)'::presence)) AS v(p), generate_series(1, 2);
\echo :SQLSTATE
-- states made by hand
SELECT count_sum_final('{1,2,3}');
\echo :SQLSTATE
SELECT count_sum_final('{1,2,NULL,0}');
\echo :SQLSTATE
SELECT count_sum_final('{3,2,0,0}');
\echo :SQLSTATE
SELECT count_sum_combine('{1,2,0,0}', '{10,20,0,1}'), count_sum_final('{1,2,0,1}');

-- parallel plans give the same answer as serial ones
CREATE TABLE many AS
SELECT i % 50 AS installation,
       sighting('2024-01-01Z'::timestamptz + (i * 7919 % 20011) * interval '1 minute', i % 50, 35, (i * 31 % 97) / 30, CASE WHEN i % 11 = 0 THEN NULL ELSE (i * 31 % 97) / 30 + i % 2 END) AS s
FROM generate_series(1, 40000) AS i;
CREATE TABLE stay AS SELECT installation, unnest(presences(s)) AS p FROM many GROUP BY installation;
ANALYZE many, stay;
CREATE TEMP TABLE serial AS SELECT 0 AS kind, installation, presences(s) AS runs, NULL::int4range AS net, NULL::int4range AS there FROM many GROUP BY installation
UNION ALL SELECT 1, installation, NULL, net_change(p, watch('2024-01-03Z', '2024-01-09Z')), inventory(p, '2024-01-07Z') FROM stay GROUP BY installation;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET enable_sort = off;
CREATE TEMP TABLE parallel AS SELECT 0 AS kind, installation, presences(s) AS runs, NULL::int4range AS net, NULL::int4range AS there FROM many GROUP BY installation
UNION ALL SELECT 1, installation, NULL, net_change(p, watch('2024-01-03Z', '2024-01-09Z')), inventory(p, '2024-01-07Z') FROM stay GROUP BY installation;
(TABLE serial EXCEPT ALL TABLE parallel) UNION ALL (TABLE parallel EXCEPT ALL TABLE serial);
SELECT count(*) AS groups, sum(array_length(runs, 1)) > 1000 AS many_runs FROM serial;
-- and they were parallel
CREATE FUNCTION plan_has(query text, node text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line LIKE '%' || node || '%' THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;
SELECT plan_has('SELECT installation, presences(s) FROM many GROUP BY installation', 'Partial') AS presences,
       plan_has('SELECT net_change(p, watch(''2024-01-03Z'', ''2024-01-09Z'')) FROM stay', 'Partial') AS net_change,
       plan_has('SELECT inventory(p, ''2024-01-07Z'') FROM stay', 'Partial') AS inventory;
DROP FUNCTION plan_has(text, text);
DROP TABLE look, p, many, stay, serial, parallel;
