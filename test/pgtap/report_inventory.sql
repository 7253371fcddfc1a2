-- inventory() and airlift(): what was there, how well that is known, what it could lift.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(32);

SELECT create_ledger('report') \g /dev/null
INSERT INTO report.installation (name, location) VALUES ('Here', 'SRID=4326;POINT(35 35)'), ('There', 'SRID=4326;POINT(10 50)');
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name, payload_t) VALUES
    ('air.big', 'Big', 100), ('air.small', 'Small', 10), ('air.helicopter', 'Helicopter', NULL);

-- on the 1st a complete look, on the 5th a partial one, on the 10th a complete one
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 101, 1, '2024-12-01', 'complete', '{air}'),
    (1, 105, 1, '2024-12-05', 'partial', '{}'),
    (1, 110, 1, '2024-12-10', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, status, count, designation) VALUES
    (1, 101, 1, 'ready', '[1,1]', 'T1'), (1, 101, 1, 'ready', '[1,1]', NULL), (1, 101, 3, 'ready', '[1,1]', NULL),
    (1, 105, 1, 'ready', '[1,1]', NULL), (1, 105, 2, 'ready', '[3,3]', NULL), (1, 105, 1, 'dismantled', '[1,1]', 'T2'),
    (1, 110, 1, 'ready', '[1,1]', 'T1'), (1, 110, 2, 'ready', '[3,3]', NULL);
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.told(on_date date, mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'status')
    RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s %s: %s, told %s on %s, since %s %s', count_text(count_min, count_max), asset_class, coalesce(designation, status), state,
                  count_text(told_min, told_max), extract(day FROM looked_at), extract(day FROM first_seen), doubt)
    FROM report.inventory(on_date, mode => mode, max_age => max_age, by => by)
$$;
SELECT is_empty($$SELECT pg_temp.told('2024-11-30', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, 'before the first look nothing is known');
SELECT set_eq($$SELECT pg_temp.told('2024-12-02')$$, ARRAY[
    '2 Big ready: told, told 2 on 1, since 1 {}', '1 Helicopter ready: told, told 1 on 1, since 1 {}'], 'what the last look told, of its own instant');
SELECT set_eq($$SELECT pg_temp.told('2024-12-05')$$, ARRAY[
    '1 Big ready: carried, told 1.. on 5, since 1 {carried}', '1 Big dismantled: carried, told 1.. on 5, since 5 {carried}',
    '3.. Small ready: told, told 3.. on 5, since 5 {minimum}', '1 Helicopter ready: told, told 1 on 1, since 1 {}'],
    'a partial look that shows one of two in another status, and no helicopter, makes none of them leave');
SELECT set_eq($$SELECT pg_temp.told('2024-12-05', by => 'class')$$, ARRAY['2 Big : carried, told 2.. on 5, since 1 {carried}', '3.. Small : told, told 3.. on 5, since 5 {minimum}', '1 Helicopter : told, told 1 on 1, since 1 {}'],
    'of the class there are two all the time');
SELECT set_eq($$SELECT pg_temp.told('2024-12-05', 'certain')$$, ARRAY[
    '1.. Big ready: told, told 1.. on 5, since 1 {minimum}', '1.. Big dismantled: told, told 1.. on 5, since 5 {minimum}',
    '3.. Small ready: told, told 3.. on 5, since 5 {minimum}', '1 Helicopter ready: told, told 1 on 1, since 1 {}'],
    'certain: what that look proves');
SELECT set_eq($$SELECT pg_temp.told('2024-12-05', 'possible')$$, $$SELECT pg_temp.told('2024-12-05', 'certain')$$, 'possible: the same, where it does not allow none');
SELECT set_eq($$SELECT pg_temp.told('2024-12-10')$$, ARRAY[
    '1 Big ready: told, told 1 on 10, since 10 {}', '3 Small ready: told, told 3 on 10, since 5 {}'], 'a complete look does; and what only adds to what was known began before');
SELECT set_eq($$SELECT pg_temp.told('2024-12-11', 'last_known', '2 days')$$, ARRAY[
    '1 Big ready: told, told 1 on 10, since 10 {}', '3 Small ready: told, told 3 on 10, since 5 {}'], 'an age that all are within lists no other');
SELECT set_eq($$SELECT pg_temp.told('2024-12-08', 'last_known', '4 days')$$, ARRAY[
    '1 Big ready: carried, told 1.. on 5, since 1 {carried}', '1 Big dismantled: carried, told 1.. on 5, since 5 {carried}',
    '3.. Small ready: told, told 3.. on 5, since 5 {minimum}', '? Helicopter ready: stale, told 1 on 1, since 1 {stale}'],
    'what nobody looked at for max_age is stale, with no count');
SELECT set_eq($$SELECT pg_temp.told('2024-12-20', mode, '2 days') FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, ARRAY[
    '? Big ready: stale, told 1 on 10, since 10 {stale}', '? Big dismantled: stale, told 0 on 10, since  {stale}',
    '? Small ready: stale, told 3 on 10, since 5 {stale}', '? Helicopter ready: stale, told 0 on 10, since  {stale}'],
    'none as well as some, in every mode');
SELECT results_eq($$SELECT what_is_not_known, sources, looked_at, look, count_max FROM report.inventory('2024-12-08', asset => 'Helicopter', max_age => '4 days')$$,
    $$VALUES ('the last look that told of it is older than max_age', 'Eye 2024-12-01', timestamptz '2024-12-01', 101::bigint, NULL::int)$$, 'in words, with its look and source');
SELECT results_eq($$SELECT what_is_not_known, sources FROM report.inventory('2024-12-08', asset => 'Big', by => 'status') ORDER BY status DESC$$,
    $$VALUES ('the last look alone does not prove the count: earlier looks are carried forward', 'Eye 2024-12-05'), ('the last look alone does not prove the count: earlier looks are carried forward', 'Eye 2024-12-05')$$, 'what is carried likewise');
SELECT results_eq($$SELECT installation, asset_class, class_path, designation, status, lon, lat, ST_AsEWKT(geom) FROM report.inventory('2024-12-02', asset => 'Helicopter', by => 'status')$$,
    $$VALUES ('Here', 'Helicopter', 'air.helicopter', NULL, 'ready', 35::float8, 35::float8, 'SRID=4326;POINT(35 35)')$$, 'who, what and where');

-- individuals
SELECT set_eq($$SELECT pg_temp.told('2024-12-06', mode, NULL, 'individual') FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, ARRAY[
    '1 Big T1: told, told 1 on 1, since 1 {}', '1 Big T2: told, told 1 on 5, since 5 {}'],
    'individuals: a partial look that does not show the one tells nothing of it');
SELECT set_eq($$SELECT pg_temp.told('2024-12-10', 'last_known', '9 days', 'individual')$$, ARRAY['1 Big T1: told, told 1 on 10, since 1 {}'],
    'nor is the one not there that was a number not read; a complete look of other numbers says that one is gone');

-- what may be there, perhaps none
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (2, 201, 1, '2024-12-01', 'complete', '{air}'), (2, 202, 1, '2024-12-11', 'complete', '{air}'), (2, 203, 1, '2024-12-21', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, confidence) VALUES
    (2, 201, 1, '[2,4]', 1), (2, 202, 1, '[0,3]', 1), (2, 203, 1, '[2,2]', 0.1), (2, 203, 2, '[2,2]', 1), (2, 203, 3, '[1,1]', 0.1);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT mode, count_text(count_min, count_max), state, doubt::text FROM unnest('{last_known,certain,possible}'::text[]) AS mode, report.inventory('2024-12-12', installation => 'There', mode => mode)$$,
    $$VALUES ('last_known', '2..3', 'carried', '{range,carried}'), ('possible', '0..3', 'told', '{range}')$$,
    '2 to 4, then 0 to 3: last known 2 to 3; the second look alone proves none');
SELECT results_eq($$SELECT mode, count_text(count_min, count_max), state, extract(day FROM first_seen)::int FROM unnest('{last_known,certain,possible}'::text[]) AS mode, report.inventory('2024-12-22', installation => 'There', asset => 'Big', mode => mode)$$,
    $$VALUES ('last_known', '2', 'carried', 1), ('possible', '0..2', 'told', 1)$$, 'a doubtful sighting proves nothing, but forbids "none"');
SELECT results_eq($$SELECT on_date, count(*) FROM unnest('{2024-12-20,2024-12-21}'::date[]) AS on_date, report.inventory(on_date, installation => 'There', asset => 'Small', mode => 'possible', max_age => '1 day') GROUP BY on_date$$,
    $$VALUES (date '2024-12-21', 1::bigint)$$, 'a class that only a later look was to show is not told of, though looks showed none');
SELECT results_eq($$SELECT at, count_text(count_min, count_max) FROM unnest('{2024-12-20 23:59:59.999999,2024-12-21}'::timestamptz[]) AS at, report.inventory_at(at, installation => 'There', asset => 'Helicopter', mode => 'possible', max_age => '1 day')$$,
    $$VALUES (timestamptz '2024-12-21', '0..1')$$, 'one that a look is the first to show, and doubtfully, is from that look on');

-- dates and instants
SELECT results_eq($$SELECT at, count_max FROM unnest('{2024-12-09 23:59:59.999999,2024-12-10}'::timestamptz[]) AS at, report.inventory_at(at, asset => 'Big', mode => 'certain', by => 'status') WHERE status = 'ready' AND installation = 'Here'$$,
    $$VALUES (timestamptz '2024-12-09 23:59:59.999999', NULL::int), ('2024-12-10', 1)$$, 'instants are taken as they are');
SELECT results_eq($$SELECT at, looked_at FROM unnest('{2024-12-09 23:59:59.999999,2024-12-10}'::timestamptz[]) AS at, report.inventory_at(at, installation => 'Here', asset => 'Small')$$,
    $$VALUES (timestamptz '2024-12-09 23:59:59.999999', timestamptz '2024-12-05'), ('2024-12-10', '2024-12-10')$$, 'a look counts from its own on');
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT results_eq($$SELECT on_date, count_min, looked_at FROM unnest('{2024-12-09,2024-12-10}'::date[]) AS on_date, report.inventory(on_date, installation => 'Here', asset => 'Small')$$,
    $$VALUES (date '2024-12-09', 3, timestamptz '2024-12-05Z'), ('2024-12-10', 3, '2024-12-10Z')$$, 'a day ends where the reader lives');
SET LOCAL TimeZone = 'America/New_York';
SELECT results_eq($$SELECT on_date, looked_at FROM unnest('{2024-12-08,2024-12-09}'::date[]) AS on_date, report.inventory(on_date, installation => 'Here', asset => 'Small')$$,
    $$VALUES (date '2024-12-08', timestamptz '2024-12-05Z'), ('2024-12-09', '2024-12-10Z')$$, 'so a look of midnight is of the day before');
SET LOCAL TimeZone = 'UTC';

-- what it refuses
SELECT throws_ok($$SELECT * FROM report.inventory('2024-12-08', asset => 'Zeppelin')$$, '22S07', 'unknown asset class "Zeppelin"', 'unknown class');
SELECT throws_ok($$SELECT * FROM report.inventory(NULL)$$, '22S07', NULL, 'no date');

-- airlift(): count times payload
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-12-05', installation => 'Here')$$,
    $$VALUES (130::numeric, NULL::numeric, 4, NULL::int, '1 Big, 3.. Small')$$, 'airlift leaves out what is dismantled');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, what_is_not_known FROM report.airlift('2024-12-10', installation => 'Here')$$,
    $$VALUES (130::numeric, 130::numeric, 4, 4, NULL)$$, 'after a complete look there is an upper limit');
SELECT results_eq($$SELECT carriers FROM report.airlift('2024-12-05', installation => 'Here', without_status => '{}')$$, ARRAY['2 Big, 3.. Small'], 'unless it is told otherwise');
SELECT results_eq($$SELECT carriers, what_is_not_known FROM report.airlift('2024-12-05', installation => 'Here', mode => 'certain')$$,
    $$VALUES ('1.. Big, 3.. Small', 'Big: the count is a minimum; Small: the count is a minimum')$$, 'in mode certain it adds up what the last looks proved');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, what_is_not_known FROM report.airlift('2024-12-08', installation => 'Here', max_age => '1 day')$$,
    $$VALUES (0::numeric, NULL::numeric, 0, 'Big: the last look that told of it is older than max_age; Small: the last look that told of it is older than max_age')$$,
    'and sets no upper limit when it rests on nothing');
SELECT results_eq($$SELECT installation, payload_min_t, payload_max_t FROM report.airlift('2024-12-12') ORDER BY 1$$,
    $$VALUES ('Here', 130::numeric, 130::numeric), ('There', 200, 300)$$, 'each installation has a row');
SELECT is_empty($$SELECT * FROM report.airlift('2024-11-30')$$, 'and none where nobody had looked');

SELECT * FROM finish();
ROLLBACK;
