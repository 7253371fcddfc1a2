-- inventory() and airlift(): what was there, how well that is known, what it could lift.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(20);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name, payload_t) VALUES
    ('air.big', 'Big', 100), ('air.small', 'Small', 10), ('air.helicopter', 'Helicopter', NULL);

-- on the 1st a complete look, on the 5th a partial one, on the 10th a complete one
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 101, 1, '2024-12-01', 'complete', '{air}'),
    (1, 105, 1, '2024-12-05', 'partial', '{}'),
    (1, 110, 1, '2024-12-10', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, status, count) VALUES
    (1, 101, 1, 'ready', '[2,2]'), (1, 101, 3, 'ready', '[1,1]'),
    (1, 105, 1, 'ready', '[2,2]'), (1, 105, 2, 'ready', '[3,3]'), (1, 105, 1, 'dismantled', '[1,1]'),
    (1, 110, 1, 'ready', '[1,1]'), (1, 110, 2, 'ready', '[3,3]');
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.told(on_date date, mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
    RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s: %s %s', count_text(count_min, count_max), asset_class, status, state)
    FROM report.inventory(on_date, mode => mode, max_age => max_age)
$$;
SELECT set_eq($$SELECT pg_temp.told('2024-11-30')$$, '{}'::text[], 'before the first look nothing is known');
SELECT set_eq($$SELECT pg_temp.told('2024-12-02')$$, ARRAY[
    '2 Big: ready seen', '1 Helicopter: ready last known'], 'between looks that agree it is seen, else last known');
SELECT set_eq($$SELECT pg_temp.told('2024-12-05')$$, ARRAY[
    '2 Big: ready last known', '1.. Big: dismantled last known', '3 Small: ready seen', '1 Helicopter: ready last known'],
    'a partial look that does not show the helicopter does not make it leave');
SELECT set_eq($$SELECT pg_temp.told('2024-12-10')$$, ARRAY['1 Big: ready last known', '3 Small: ready last known'],
    'a complete look does');
SELECT set_eq($$SELECT pg_temp.told('2024-12-04', 'possible')$$, ARRAY[
    '2 Big: ready seen', '0.. Big: dismantled possible', '0..3 Small: ready possible', '0..1 Helicopter: ready possible'],
    'possible lists what may have been there, perhaps none');
SELECT set_eq($$SELECT pg_temp.told('2024-12-04', 'certain')$$, ARRAY['2 Big: ready seen'],
    'certain lists what was seen before and after');
SELECT set_eq($$SELECT pg_temp.told('2024-12-08', 'last_known', '4 days')$$, ARRAY[
    '2 Big: ready last known', '1.. Big: dismantled last known', '3 Small: ready seen', '? Helicopter: ready expired'],
    'evidence older than max_age is listed as expired, with no count');
SELECT is((SELECT what_is_not_known FROM report.inventory('2024-12-08', asset => 'Helicopter', max_age => '4 days')),
    'last seen 2024-12-01 00:00, older than 4 days', 'and in words');
SELECT is((SELECT sources FROM report.inventory('2024-12-08', asset => 'Small')), 'Eye 2024-12-05, Eye 2024-12-10',
    'with its sources');
SELECT results_eq($$SELECT count(*) FILTER (WHERE certain), count(*) FROM report.inventory_at('2024-12-05')$$,
    'VALUES (3::bigint, 4::bigint)', 'at the instant of a look what it shows is certain');
-- a look of "at least 1" on the 15th fits 3 before it and 2 after: it renews, as the range of both
INSERT INTO report.asset_class (path, name) VALUES ('sub', 'Sub');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 201, 1, '2024-12-11', 'complete', '{sub}'), (1, 205, 1, '2024-12-15', 'partial', '{}'), (1, 210, 1, '2024-12-20', 'complete', '{sub}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count) VALUES
    (1, 201, 4, '[3,3]'), (1, 205, 4, '[1,1]'), (1, 210, 4, '[2,2]');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT day, i.state, count_text(count_min, count_max), what_is_not_known
                    FROM unnest('{2024-12-12,2024-12-14,2024-12-16,2024-12-18}'::date[]) AS day,
                        report.inventory_at(day, asset => 'Sub', max_age => '2 days') AS i ORDER BY day$$,
    $$VALUES (date '2024-12-12', 'last known', '3', 'last seen so 2024-12-11 00:00, no longer so 2024-12-20 00:00'),
        ('2024-12-14', 'expired', '?', 'last seen 2024-12-11 00:00, older than 2 days'),
        ('2024-12-16', 'last known', '2..3', 'last seen so 2024-12-11 00:00, no longer so 2024-12-20 00:00; the count is a range'),
        ('2024-12-18', 'expired', '?', 'last seen 2024-12-11 00:00, older than 2 days')$$,
    'a later look that fits two counts renews what is old, less exactly, for as long');
SELECT results_eq($$SELECT count_text(count_before_min, count_before_max), count_text(count_after_min, count_after_max), verdict, certain
                    FROM report.changes_between('2024-12-12', '2024-12-16', asset => 'Sub', max_age => '2 days')$$,
    $$VALUES ('3', '2..3', 'undecided', false)$$, 'changes: so whether it changed is undecided, where it was expired');
SELECT results_eq($$SELECT count_text(count_before_min, count_before_max), count_text(count_after_min, count_after_max), verdict
                    FROM report.changes_between('2024-12-16', '2024-12-21', asset => 'Sub', max_age => '2 days')$$,
    $$VALUES ('2..3', '2', 'undecided')$$, 'changes: likewise on the other side');
SELECT results_eq($$SELECT count_text(count_before_min, count_before_max), count_text(count_after_min, count_after_max), verdict
                    FROM report.changes_between('2024-12-12', '2024-12-18', asset => 'Sub', max_age => '2 days')$$,
    $$VALUES ('3', '?', 'expired')$$, 'changes: and expires when that look is old too');
SELECT results_eq($$SELECT count_min FROM report.timeline_between('2024-12-16', '2024-12-17', installation => 'Here', asset => 'Small', max_age => '1 hour')$$,
    ARRAY[NULL::int], 'timeline: none in three days after a look is not known');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 301, 1, '2024-12-15', 'complete', '{air}'), (1, 302, 1, '2024-12-25', 'complete', '{air}');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_min, count_max, state FROM report.timeline_between('2024-12-19', '2024-12-20', installation => 'Here', asset => 'Small', max_age => '1 hour')$$,
    $$VALUES (0, 0, 'last known')$$, 'but between looks that agree there were none, however far apart, as it would be with some');
SELECT throws_ok($$SELECT * FROM report.inventory('2024-12-08', asset => 'Zeppelin')$$, '22S07', NULL, 'unknown class');
SELECT throws_ok($$SELECT * FROM report.inventory(NULL)$$, '22S07', NULL, 'no date');

SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-12-05')$$,
    $$VALUES (230::numeric, 230::numeric, 5, 5, '2 Big, 3 Small')$$, 'airlift leaves out what is dismantled');
SELECT results_eq($$SELECT payload_min_t, payload_max_t FROM report.airlift('2024-12-08', max_age => '1 day')$$,
    $$VALUES (30::numeric, NULL::numeric)$$, 'and sets no upper limit when it rests on nothing');

SELECT * FROM finish();
ROLLBACK;
