-- timeline(), coverage(), stale(): gaps stay gaps, and never zero.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(25);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES
    ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326)), ('Never', ST_SetSRID(ST_MakePoint(36, 36), 4326));
INSERT INTO report.source (name) VALUES ('Eye'), ('Ear');
INSERT INTO report.asset_class (path, name) VALUES ('air.big', 'Big'), ('air.small', 'Small');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 103, 1, '2024-12-03 12:00', 'complete', '{air}'),
    (1, 105, 2, '2024-12-05 12:00', 'partial', '{}'),
    (1, 109, 1, '2024-12-09 12:00', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count) VALUES
    (1, 103, 1, '[2,2]'), (1, 105, 2, '[1,1]'), (1, 109, 2, '[3,3]');
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.told(asset text, max_age interval DEFAULT NULL) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s %s', extract(day FROM at), count_text(count_min, count_max), state)
    FROM report.timeline('2024-12-01', '2024-12-10', asset => asset, max_age => max_age)
$$;
SELECT results_eq($$SELECT pg_temp.told('Big')$$, ARRAY[
    '1 ? unobserved', '2 ? unobserved', '3 2 observed', '4 2 last known', '5 2 last known', '6 2 last known',
    '7 2 last known', '8 2 last known', '9 0 observed', '10 0 last known'],
    'a partial look that does not mention a class is no look at it; before the first look it is not zero');
SELECT results_eq($$SELECT pg_temp.told('Small')$$, ARRAY[
    '1 ? unobserved', '2 ? unobserved', '3 0 observed', '4 0 last known', '5 1.. observed', '6 1.. last known',
    '7 1.. last known', '8 1.. last known', '9 3 observed', '10 3 last known'],
    'one that does, is; what a later look shows changes nothing of what was known before');
SELECT results_eq($$SELECT extract(day FROM at)::int, count_text(told_min, told_max), looked_at FROM report.timeline('2024-12-02', '2024-12-06', asset => 'Small')$$,
    $$VALUES (2, '?', NULL::timestamptz), (3, '0', '2024-12-03 12:00'), (4, '0', '2024-12-03 12:00'), (5, '1..', '2024-12-05 12:00'), (6, '1..', '2024-12-05 12:00')$$,
    'beside the count stands what the last look told, and when');
SELECT results_eq($$SELECT pg_temp.told('Big', '2 days')$$, ARRAY[
    '1 ? unobserved', '2 ? unobserved', '3 2 observed', '4 2 last known', '5 ? stale', '6 ? stale',
    '7 ? stale', '8 ? stale', '9 0 observed', '10 0 last known'],
    'with max_age what was known becomes stale, which is neither a count nor zero');
SELECT results_eq($$SELECT pg_temp.told('Big', '12 hours')$$, ARRAY[
    '1 ? unobserved', '2 ? unobserved', '3 2 observed', '4 ? stale', '5 ? stale', '6 ? stale',
    '7 ? stale', '8 ? stale', '9 0 observed', '10 ? stale'],
    'whether something or nothing was there');
SELECT is((SELECT count(*) FROM report.timeline('2024-12-03', '2024-12-03', '1 hour', asset => 'Big')), 24::bigint,
    'a day has 24 steps of an hour');
SELECT is((SELECT count(*) FROM report.timeline('2024-12-03', '2024-12-03', '1 hour', asset => 'Big')
           WHERE state = 'observed'), 1::bigint, 'one of which is observed');
SELECT throws_ok($$SELECT * FROM report.timeline('2024-12-03', '2024-12-04', asset => 'Zeppelin')$$, '22S07', NULL,
    'unknown class');

-- the same from instants, as a dashboard asks for them
SELECT set_eq($$SELECT step_to - interval '1 microsecond', installation, asset_class, status, count_min, count_max, state
                FROM report.timeline_between('2024-12-01', '2024-12-11', max_age => '2 days')$$,
    $$SELECT at, installation, asset_class, status, count_min, count_max, state
      FROM report.timeline('2024-12-01', '2024-12-10', max_age => '2 days')$$,
    'timeline is timeline_between from midnight to midnight');
SELECT results_eq($$SELECT step_from, step_to, count_text(count_min, count_max), state
                    FROM report.timeline_between('2024-12-02 12:00', '2024-12-04 18:00', '1 day', asset => 'Big')$$,
    $$VALUES (timestamptz '2024-12-02 12:00', timestamptz '2024-12-03 12:00', '?', 'unobserved'),
             ('2024-12-03 12:00', '2024-12-04 12:00', '2', 'observed'),
             ('2024-12-04 12:00', '2024-12-04 18:00', '2', 'last known')$$,
    'a look at the moment where two steps meet belongs to the later one; the last step ends at to_time');
SELECT is((SELECT count(*) FROM report.timeline_between('2024-12-01', '2024-12-11', '4 hours')), 2 * 60::bigint,
    'one row per step, installation, class and status');
SELECT is((SELECT bool_and(step_to = next_from)
           FROM (SELECT step_to, lead(step_from) OVER (PARTITION BY class_path ORDER BY step_from) AS next_from
                 FROM report.timeline_between('2024-12-01', '2024-12-09 05:00', '7 hours')) AS step
           WHERE next_from IS NOT NULL), true, 'steps leave no gap and do not overlap');
SELECT results_eq($$SELECT at FROM report.timeline('2024-12-01', '2024-12-10', '3 days', asset => 'Big')$$,
    ARRAY[timestamptz '2024-12-03 23:59:59.999999', '2024-12-06 23:59:59.999999', '2024-12-09 23:59:59.999999', '2024-12-10 23:59:59.999999'],
    'the last step ends with the last day, and is not left out');
SELECT throws_ok($$SELECT * FROM report.timeline_between('2024-12-03', '2024-12-04', '0 days')$$, '22S07', NULL, 'a step that does not move');
SELECT throws_ok($$SELECT * FROM report.timeline_between('2024-12-04', '2024-12-03')$$, '22S05', NULL, 'from later to earlier');

SELECT throws_ok($$SELECT * FROM report.timeline('2024-12-03', '2024-12-04', '-1 day')$$, '22S07', NULL, 'a step backwards');
SELECT throws_ok($$SELECT * FROM report.timeline('2024-12-03', '2024-12-04', NULL)$$, '22S07', NULL, 'no step');
SELECT throws_ok($$SELECT * FROM report.coverage('2024-12-03', '2024-12-04', ST_MakeEnvelope(0, 0, 1, 1, 3857))$$, '22S01', NULL,
    'an area in another projection');

SELECT results_eq($$SELECT installation, looks, complete_looks, partial_looks, sources, longest_blind_hours, blind_from
                    FROM report.coverage('2024-12-01', '2024-12-10')$$,
    $$VALUES ('Here', 3::bigint, 2::bigint, 1::bigint, 'Ear, Eye', 96.0, timestamptz '2024-12-05 12:00'),
             ('Never', 0, 0, 0, NULL, 240.0, '2024-12-01')$$,
    'coverage counts looks and names the longest blind stretch; nobody looked at the second place');
SELECT results_eq($$SELECT installation, looks, longest_blind_hours, blind_from, blind_to
                    FROM report.coverage_between('2024-12-03 12:00', '2024-12-06 00:00')$$,
    $$VALUES ('Here', 2::bigint, 48.0, timestamptz '2024-12-03 12:00', timestamptz '2024-12-05 12:00'),
             ('Never', 0, 60.0, '2024-12-03 12:00', '2024-12-06 00:00')$$,
    'the same between two instants');
SELECT throws_ok($$SELECT * FROM report.coverage_between('2024-12-04', NULL)$$, '22S07', NULL, 'until when?');
SELECT throws_ok($$SELECT * FROM report.coverage('2024-12-01', '2024-12-10', installation => 'Nowhere')$$, '22S07',
    NULL, 'unknown installation');

SELECT results_eq($$SELECT asset_class, told_min, told_max, looked_at, days_since_looked, sources FROM report.stale('2024-12-08', '4 days')$$,
    $$VALUES ('Big', 2, 2, timestamptz '2024-12-03 12:00', 5.5, 'Eye 2024-12-03')$$, 'stale lists what rests on old evidence');
SELECT is_empty($$SELECT * FROM report.stale('2024-12-08', '6 days')$$, 'and nothing that is younger');
SELECT set_eq($$SELECT asset_class FROM report.inventory('2024-12-08', max_age => '4 days') WHERE state = 'stale'$$,
    $$SELECT asset_class FROM report.stale('2024-12-08', '4 days')$$, 'which is what inventory() with this max_age calls stale');

SELECT * FROM finish();
ROLLBACK;
