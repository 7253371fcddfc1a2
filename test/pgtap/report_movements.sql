-- movements(), track(), expected_count(): what may be said about the time nobody looked.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(24);

SELECT create_ledger('report');
-- about 111 km between neighbours
INSERT INTO report.installation (name, location) VALUES
    ('A', ST_SetSRID(ST_MakePoint(35, 0), 4326)), ('B', ST_SetSRID(ST_MakePoint(36, 0), 4326)),
    ('C', ST_SetSRID(ST_MakePoint(37, 0), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name) VALUES ('ship.big', 'Big'), ('ship.small', 'Small');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT place, place * 100 + day, 1, timestamptz '2024-12-01' + day * interval '1 day', 'complete', '{ship}'
FROM generate_series(1, 3) AS place, unnest('{1,3,5,7}'::int[]) AS day;
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES
    -- three big ones at A, from the 5th only one; at B none, then one; at C none, then two
    (1, 101, 1, '[3,3]', NULL), (1, 103, 1, '[3,3]', NULL), (1, 105, 1, '[1,1]', NULL), (1, 107, 1, '[1,1]', NULL),
    (2, 207, 1, '[1,1]', NULL), (3, 305, 1, '[2,2]', NULL), (3, 307, 1, '[2,2]', NULL),
    -- one small one with a name: at A, then at C, then at B
    (1, 101, 2, '[1,1]', 'Anna'), (3, 303, 2, '[1,1]', 'Anna'), (2, 207, 2, '[1,1]', 'Anna');
SET CONSTRAINTS ALL IMMEDIATE;

SELECT results_eq($$SELECT from_installation, to_installation, left_after, left_by, came_after, came_by, count_max, certainty
                    FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big')$$,
    $$VALUES ('A', 'C', timestamptz '2024-12-04', timestamptz '2024-12-06', timestamptz '2024-12-04',
              timestamptz '2024-12-06', 2, 'one of 2 candidates'),
             ('A', 'B', '2024-12-04', '2024-12-06', '2024-12-06', '2024-12-08', 1, 'one of 2 candidates')$$,
    'a departure and the arrivals elsewhere that it may be, at most as many as left and came');
SELECT results_eq($$SELECT distance_km, least_speed_kmh FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big')
                    WHERE to_installation = 'B'$$, $$VALUES (111.3, 1.2)$$, 'with the way and the least speed');
SELECT is((SELECT count(*) FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big', max_speed_kmh => 2)), 1::bigint,
    'what cannot be reached in time is no candidate');
SELECT is((SELECT certainty FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big', max_speed_kmh => 2)),
    'only candidate', 'then the other is the only one');
SELECT results_eq($$SELECT designation, from_installation, to_installation, certainty
                    FROM report.movements('2024-12-01', '2024-12-31', by => 'individual')$$,
    $$VALUES ('Anna', 'A', 'C', 'same designation'), ('Anna', 'C', 'B', 'same designation')$$,
    'individuals are known by their designation, and go from stop to stop');
SELECT is((SELECT count(*) FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big', max_speed_kmh => NULL)), 2::bigint,
    'where no speed is known, it is that of an aircraft');
UPDATE report.asset_class SET max_speed_kmh = 2 WHERE name = 'Big';
SELECT results_eq($$SELECT to_installation, certainty FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big')$$,
    $$VALUES ('B', 'only candidate')$$, 'nor is what its class cannot make in time');
SELECT is((SELECT count(*) FROM report.movements('2024-12-01', '2024-12-31', asset => 'Big', max_speed_kmh => 900)), 2::bigint,
    'unless another speed is asked for');
SELECT is((SELECT count(*) FROM report.movements('2024-12-01', '2024-12-31', by => 'individual')), 2::bigint, 'each class has its own');
SELECT throws_ok(format('SELECT * FROM report.movements(%L, %L, max_speed_kmh => %L)', '2024-12-01', '2024-12-31', speed), '22S07', NULL,
    'no speed: ' || speed)
FROM unnest('{-1,NaN}'::float8[]) AS speed;
UPDATE report.asset_class SET max_speed_kmh = NULL;
SELECT is_empty($$SELECT * FROM report.movements('2024-12-10', '2024-12-31')$$, 'no arrival, no movement');
SELECT throws_ok($$SELECT * FROM report.movements('2024-12-01', '2024-12-31', asset => 'Zeppelin')$$, '22S07', NULL,
    'unknown class');

SELECT results_eq($$SELECT stop, installation, first_seen, km_from_last_stop FROM report.track('Anna')$$,
    $$VALUES (1, 'A', timestamptz '2024-12-02', NULL::numeric), (2, 'C', '2024-12-04', 222.6), (3, 'B', '2024-12-08', 111.3)$$,
    'a track, stop by stop');

-- whatever the spelling, but for one that is spelt so; by an index of who was seen where
SELECT is((SELECT count(*) FROM report.track('AN-na')), 3::bigint, 'a track, however it is spelt');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES (1, 107, 2, '[1,1]', 'AN-na');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT stop, installation, first_seen FROM report.track('AN-na')$$, $$VALUES (1, 'A', timestamptz '2024-12-08')$$, 'as it stands, if there is one');
DELETE FROM report.sighting WHERE designation = 'AN-na';
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION pg_temp.plan(question text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) ' || question; END $$;
SET LOCAL enable_seqscan = off;
SELECT matches(string_agg(line, E'\n'), 'subject_spelled.*installation_name_key|installation_name_key.*subject_spelled', 'a track is found by indexes') FROM pg_temp.plan($$SELECT * FROM report.track('anna')$$) AS line;
SET LOCAL enable_seqscan = on;

-- A: 3 until the 4th, 1 from the 6th; half way it is 2
SELECT results_eq($$SELECT count_min, count_max, expected_min, expected_max, rests_on
                    FROM report.expected_count_at('2024-12-05', installation => 'A', asset => 'Big')$$,
    $$VALUES (1, 3, 2.000, 2.000, 'changes spread evenly between looks')$$, 'half way between 3 and 1 are 2');
SELECT results_eq($$SELECT count_min, count_max, expected_min, expected_max
                    FROM report.expected_count_at('2024-12-05 12:00', installation => 'C', asset => 'Big')$$,
    $$VALUES (0, 2, 1.500, 1.500)$$, 'three quarters of the way from none to 2');
SELECT results_eq($$SELECT count_min, count_max, expected_min, expected_max, rests_on
                    FROM report.expected_count_at('2024-12-05', installation => 'B', asset => 'Big')$$,
    $$SELECT 0, 0, 0.0, 0.0, '' WHERE false$$, 'nothing is expected where looks before and after saw none');
SELECT results_eq($$SELECT expected_min, rests_on FROM report.expected_count('2024-12-20', installation => 'C', asset => 'Big')$$,
    $$VALUES (2.000, 'last known: no look since has told otherwise')$$, 'after the last look it is taken to be still there');
SELECT results_eq($$SELECT count_min, count_max, expected_min, expected_max, rests_on
                    FROM report.expected_count('2024-11-20', installation => 'A', asset => 'Big')$$,
    $$VALUES (NULL::int, NULL::int, NULL::numeric, NULL::numeric, 'nobody had looked')$$, 'before the first look nothing can be expected');
SELECT ok(bool_and(expected_min BETWEEN count_min AND count_max), 'the expectation lies between least and greatest')
FROM generate_series(timestamptz '2024-12-02', '2024-12-08', '7 hours') AS at, LATERAL report.expected_count_at(at);
SELECT is_empty($$SELECT * FROM report.verify()$$, 'the ledger is what its evidence says');

SELECT * FROM finish();
ROLLBACK;
