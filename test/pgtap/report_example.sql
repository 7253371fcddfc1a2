-- The example says what its two parts support, and no more.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\o /dev/null
\ir ../../example/khmeimim.sql
\o
SELECT plan(15);

SELECT results_eq($$SELECT DISTINCT verdict, certain, count_before_min, count_before_max, count_after_max
                    FROM syria.changes('2024-12-05', '2024-12-13')$$,
    $$VALUES ('first look', false, NULL::int, NULL::int, NULL::int)$$,
    'part one: all is a first look, none of it certain, no count complete');
SELECT set_eq($$SELECT count_after_min || ' ' || asset_class FROM syria.changes('2024-12-05', '2024-12-13')$$,
    ARRAY['2 An-124', '3 Il-76', '3 An-32', '1 An-72', '1 Ka-52', '1 S-400 component', '2 frigate'],
    'part one: everything the story names');
SELECT results_eq($$SELECT DISTINCT doubt, before_looked_at, after_looked_at FROM syria.changes('2024-12-05', '2024-12-13')$$,
    $$VALUES ('{no_look_before,minimum_after}'::text[], NULL::timestamptz, timestamptz '2024-12-13 12:00')$$, 'part one: and why');
SELECT results_eq($$SELECT payload_min_t, payload_max_t FROM syria.airlift('2024-12-13')$$,
    $$VALUES (480.1, NULL::numeric)$$, 'part one: 2 x 150 + 3 x 50 + 3 x 6.7 + 10 tonnes at least');

SELECT set_eq($$SELECT asset_class || ' ' || verdict || ' ' || certain
                FROM syria_illustrated.changes_between('2024-12-05 09:00', '2024-12-13 12:00', installation => 'Khmeimim')$$,
    ARRAY['An-124 arrived true', 'Il-76 arrived true', 'An-32 increased true'], 'part two: certain arrivals');
SELECT results_eq($$SELECT asset_class, verdict, certain, count_before_min, count_before_max, count_after_min, count_after_max
                    FROM syria_illustrated.changes_between('2024-12-05 09:00', '2024-12-13 12:00', total => 'transport')$$,
    $$VALUES ('transport', 'increased', true, 2, 2, 9, NULL::int)$$, 'part two: transports of whatever type');
SELECT set_eq($$SELECT asset_class || ' ' || verdict || ' ' || certain
                FROM syria_illustrated.changes_between('2024-12-13 12:00', '2024-12-20 09:00', asset => 'transport')$$,
    ARRAY['An-124 departed true', 'Il-76 departed true', 'An-32 decreased true'], 'part two: the transports leave');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers FROM syria_illustrated.airlift('2024-12-13')$$,
    $$VALUES (480.1, NULL::numeric, '2.. An-124, 3.. Il-76, 1 An-72, 3.. An-32')$$, 'part two: what they lift while they are there');
SELECT is_empty($$SELECT day FROM (VALUES (date '2024-12-13'), ('2024-12-20')) AS days (day),
                  LATERAL syria_illustrated.changes('2024-12-05', day, asset => 'Ka-52')$$, 'part two: one Ka-52, dismantled or not');
SELECT results_eq($$SELECT day, status, count_min, count_max FROM (VALUES (date '2024-12-05'), ('2024-12-13'), ('2024-12-20')) AS days (day),
                    LATERAL syria_illustrated.inventory(day, asset => 'Ka-52', by => 'status') ORDER BY day$$,
    $$VALUES (date '2024-12-05', 'operational', 1, 1), ('2024-12-13', 'dismantled', 1, 1), ('2024-12-20', 'dismantled', 1, 1)$$,
    'part two: the newest look says in which status');
SELECT set_eq($$SELECT status || ' ' || verdict || ' ' || certain
                FROM syria_illustrated.changes_between('2024-12-05 09:00', '2024-12-20 09:00', asset => 'Ka-52', by => 'status')$$,
    ARRAY['operational departed true', 'dismantled arrived true'], 'part two: the Ka-52 changes its status');
SELECT is_empty($$SELECT * FROM syria_illustrated.changes('2024-12-05', '2024-12-10')$$,
    'part two: the clouded look changes nothing');
SELECT is_empty($$SELECT * FROM syria_illustrated.changes('2024-12-13', '2024-12-16')$$,
    'part two: the coarse image changes nothing');
SELECT is((SELECT count_min FROM syria_illustrated.inventory('2024-12-16', asset => 'Alligator')), 1, 'a helicopter that 3 m cannot show is still there as last known');
SELECT results_eq($$SELECT asset_class, verdict, count_before_min, count_after_max
                    FROM syria_illustrated.changes_between('2024-12-05 09:00', '2024-12-10 09:00', mode => 'possible',
                                                           asset => 'transport') ORDER BY 1$$,
    $$VALUES ('An-32', 'not looked', 1, NULL::int), ('An-72', 'undecided', 1, NULL)$$, 'what may have changed unseen is listed in mode possible');

SELECT * FROM finish();
\o /dev/null
SELECT drop_ledger('syria'), drop_ledger('syria_illustrated');
