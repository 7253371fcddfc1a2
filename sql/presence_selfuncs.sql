-- who may not read rows may not infer them from the planner's estimates
SET timezone = 'UTC';
CREATE TABLE hidden (owner text, p presence);
INSERT INTO hidden
SELECT 'somebody else', presence('-infinity', '2024-01-02Z'::timestamptz + i * interval '1 hour', '2024-06-01Z', 'infinity',
                                 ST_SetSRID(ST_MakePoint(35.5 + i % 1000 * 0.0005, 35), 4326), 1)
FROM generate_series(1, 2000) AS i;
ANALYZE hidden;
CREATE FUNCTION estimated_rows(lon float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM hidden WHERE p && watch(''2024-01-01Z'', ''2024-07-01Z'', %s, 34, %s, 36)', lon, lon + 2) INTO plan;
    RETURN plan -> 0 -> 'Plan' -> 'Plan Rows';
END $$;
SELECT estimated_rows(35) > 1000 AS seen_by_the_owner, estimated_rows(-100) < 100 AS nothing_elsewhere;
CREATE ROLE sightings_reader;
GRANT SELECT ON hidden TO sightings_reader;
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hidden USING (length(owner) = 0);
SET ROLE sightings_reader;
SELECT estimated_rows(35) = estimated_rows(-100) AS tells_nothing;
RESET ROLE;
DROP FUNCTION estimated_rows(float8);
DROP TABLE hidden;
DROP ROLE sightings_reader;

-- row security, and a view with security_barrier, leave the indexes on: the operators are leakproof
CREATE TABLE held AS
SELECT i AS id, i % 3 AS owner, i % 500 AS place,
       presence(t - interval '2 days', t, t + i % 90 * interval '1 day', CASE WHEN i % 9 = 0 THEN 'infinity' ELSE t + (i % 90 + 3) * interval '1 day' END,
                ST_SetSRID(ST_MakePoint(-170 + i % 50 * 7, -60 + i % 11 * 11), 4326), i % 4 + 1) AS run,
       sighting(t, ST_SetSRID(ST_MakePoint(-170 + i % 50 * 7, -60 + i % 11 * 11), 4326), i % 4) AS seen
FROM (SELECT i, '2022-01-01Z'::timestamptz + i * 7919 % 1000 * interval '1 day' AS t FROM generate_series(1, 6000) AS i) AS x;
-- a cheap function that could tell what it is shown: nothing that is not leakproof may come before it
CREATE FUNCTION tells(int) RETURNS bool LANGUAGE plpgsql COST 1 AS 'BEGIN RETURN true; END';
CREATE VIEW held_view WITH (security_barrier) AS SELECT * FROM held WHERE owner = 1 AND tells(place);
CREATE ROLE sightings_reader;
GRANT SELECT ON held, held_view TO sightings_reader;
ALTER TABLE held ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON held TO sightings_reader USING (owner = 1 AND tells(place));
-- is a question asked of an index, and does it answer as all rows do that are read without one?
CREATE FUNCTION asked(question text, OUT by_index bool, OUT same bool) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
    found bigint[];
    expected bigint[];
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE 'EXPLAIN (FORMAT json) SELECT id FROM ' || question INTO plan;
    by_index := plan::text ~ '"Index Cond"';
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM %s) AS found', question) INTO found;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM %s) AS found', question) INTO expected;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    same := found = expected AND cardinality(found) > 0;
END $$;
CREATE FUNCTION asked_all(questions text[]) RETURNS TABLE (relation text, question text, by_index bool, same bool) LANGUAGE sql AS $$
    SELECT r, q, a.* FROM unnest(ARRAY['held', 'held_view']) AS r, unnest(questions) WITH ORDINALITY AS questions(q, n), asked(r || ' WHERE ' || q) AS a ORDER BY r, n
$$;
CREATE INDEX held_place ON held USING gist (run);
CREATE INDEX held_seen ON held USING gist (seen);
VACUUM ANALYZE held;
SET ROLE sightings_reader;
SELECT * FROM asked_all(ARRAY[
    $$run <~> watch('2022-06-01Z', '2022-09-01Z')$$, $$run @+ watch('2022-06-01Z', '2022-09-01Z', 0, -90, 180, 90)$$, $$run @- watch('2022-06-01Z', '2022-09-01Z')$$,
    $$run @= watch('2022-06-01Z', '2022-07-01Z')$$, $$run @~ watch('2022-06-01Z', '2022-09-01Z')$$, $$run && watch('2022-06-01Z', '2022-09-01Z', mode => 'possible')$$,
    $$run @> '2022-06-01Z'::timestamptz$$, $$'2022-06-01Z'::timestamptz <@ run$$, $$watch('2022-06-01Z', '2022-09-01Z') <~> run$$, $$watch('2022-06-01Z', '2022-09-01Z') && run$$,
    $$arrived(run, watch('2022-06-01Z', '2022-09-01Z'))$$, $$presence_contains(run, '2022-06-01Z'::timestamptz)$$,
    $$seen && watch('2022-06-01Z', '2022-09-01Z')$$, $$watch('2022-06-01Z', '2022-09-01Z') && seen$$]);
-- of two trees the one that is best for the question, chosen without a look at the rows
RESET ROLE;
CREATE INDEX held_time ON held USING gist (run presence_gist_time_ops);
CREATE FUNCTION index_of(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE 'EXPLAIN (FORMAT json) SELECT id FROM ' || question INTO plan;
    RETURN (SELECT string_agg(DISTINCT hit[1], ' ') FROM regexp_matches(plan::text, '"Index Name": "([^"]*)"', 'g') AS hit);
END $$;
SET ROLE sightings_reader;
SELECT r, index_of(r || $$ WHERE run @+ watch('2022-06-01Z', '2022-09-01Z', 10, 10, 10.1, 10.1)$$) AS site, index_of(r || $$ WHERE run @+ watch('2022-06-01Z', '2022-06-08Z')$$) AS world
FROM unnest(ARRAY['held', 'held_view']) AS r;
RESET ROLE;
DROP INDEX held_time;
SET ROLE sightings_reader;
-- what has an area may raise, and waits behind the barrier
SELECT * FROM asked_all(ARRAY[$$arrived_between(run, '2022-06-01Z', '2022-09-01Z', ST_MakeEnvelope(0, -90, 180, 90, 4326))$$]);
RESET ROLE;
DROP INDEX held_place;
CREATE INDEX held_brin ON held USING brin (run);
SET ROLE sightings_reader;
SELECT * FROM asked_all(ARRAY[$$run @+ watch('2022-06-01Z', '2022-09-01Z')$$]);
RESET ROLE;
DROP FUNCTION asked_all, asked, index_of;
DROP VIEW held_view;
DROP TABLE held;
DROP FUNCTION tells;
DROP ROLE sightings_reader;
