-- usual(), unusual(), same_period(), top_changes() and site(): what is said holds in whatever
-- world the looks allow.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(47);

SELECT create_ledger('base');
INSERT INTO base.installation (installation_id, name, kind, location)
VALUES (1, 'Port', 'harbour', ST_SetSRID(ST_MakePoint(10, 50), 4326)), (2, 'Yard', NULL, ST_SetSRID(ST_MakePoint(11, 50), 4326)),
    (3, 'Unseen', NULL, ST_SetSRID(ST_MakePoint(12, 50), 4326));
INSERT INTO base.source (source_id, name) VALUES (1, 'Eye');
INSERT INTO base.asset_class (asset_class_id, path, name) VALUES (1, 'ship', 'ship'), (2, 'ship.tug', 'tug'), (3, 'jet', 'jet');
-- places 1 and 2 alike; the second has partial looks beside, and days without any
CREATE TEMP TABLE told (n int, least int, most int);
INSERT INTO told VALUES (1, 4, 4), (2, 5, 5), (3, 3, 6), (4, 5, 5), (5, 9, 9), (6, 4, 5), (7, 5, 7), (8, 2, 2), (9, 6, 6);
INSERT INTO base.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT place, place * 1000 + n, 1, timestamptz '2024-01-01 12:00' + n * CASE place WHEN 1 THEN interval '1 day' ELSE interval '11 days' END, 'complete', '{ship}'
FROM told, generate_series(1, 2) AS place;
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count)
SELECT place, place * 1000 + n, 1, int4range(least, most, '[]') FROM told, generate_series(1, 2) AS place;
INSERT INTO base.observation (installation_id, observation_id, source_id, observed_at, completeness)
SELECT 2, 2100 + n, 1, timestamptz '2024-01-01 18:00' + n * interval '11 days', 'partial' FROM generate_series(1, 20) AS n;
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count) SELECT 2, 2100 + n, 1, '[1,1]' FROM generate_series(1, 19) AS n;
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count) VALUES (2, 2120, 1, '[8,)');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

SELECT results_eq($$SELECT counted_looks, least_min, least_max, q1_min, q1_max, median_min, median_max, q3_min, q3_max, greatest_min, greatest_max,
                           partial_looks, greatest_minimum FROM base.usual('Port', 'ship', '1 year', '2024-12-01')$$,
    $$VALUES (9::bigint, 2, 2, 4, 5, 5, 5, 5, 6, 9, 9, 0::bigint, NULL::int)$$, 'of nine looks');
-- (of any nine counts in these ranges)
SELECT setseed(0.3) \g /dev/null
CREATE TEMP TABLE world AS
SELECT w, n, least + floor(random() * (most - least + 1))::int AS there FROM generate_series(1, 300) AS w, told;
SELECT ok(bool_and(low BETWEEN u.least_min AND u.least_max AND q1 BETWEEN u.q1_min AND u.q1_max AND median BETWEEN u.median_min AND u.median_max
                   AND q3 BETWEEN u.q3_min AND u.q3_max AND high BETWEEN u.greatest_min AND u.greatest_max), 'whatever was there, it is so')
FROM base.usual('Port', 'ship', '1 year', '2024-12-01') AS u, (
    SELECT min(there) AS low, percentile_disc(0.25) WITHIN GROUP (ORDER BY there) AS q1, percentile_disc(0.5) WITHIN GROUP (ORDER BY there) AS median,
           percentile_disc(0.75) WITHIN GROUP (ORDER BY there) AS q3, max(there) AS high FROM world GROUP BY w) AS x;
SELECT results_eq($$SELECT counted_looks, least_min, least_max, q1_min, q1_max, median_min, median_max, q3_min, q3_max, greatest_min, greatest_max
                    FROM base.usual('Yard', 'ship', '1 year', '2024-12-01')$$,
    $$SELECT counted_looks, least_min, least_max, q1_min, q1_max, median_min, median_max, q3_min, q3_max, greatest_min, greatest_max
      FROM base.usual('Port', 'ship', '1 year', '2024-12-01')$$, 'partial looks lower nothing, days without a look count for nothing');
SELECT results_eq($$SELECT partial_looks, greatest_minimum FROM base.usual('Yard', 'ship', '1 year', '2024-12-01')$$, $$VALUES (20::bigint, 8)$$, 'they stand beside');
SELECT results_eq($$SELECT installation, counted_looks FROM base.usual(until => '2024-01-10', over => '3 days') ORDER BY 1$$, $$VALUES ('Port', 3::bigint)$$,
    'a time of three days ends with a day, and begins with another');
SELECT results_eq($$SELECT from_looked_at, to_looked_at FROM base.usual('Port', until => '2024-01-10', over => '3 days')$$,
    $$VALUES (timestamptz '2024-01-08 12:00', timestamptz '2024-01-10 12:00')$$, 'which looks');
SELECT results_eq($$SELECT counted_looks FROM base.usual('Port', 'ship', NULL, '2024-12-01')$$, ARRAY[9::bigint], 'of all looks');
SELECT results_eq($$SELECT asset_class FROM base.usual('Port', depth => 1, until => '2024-12-01')$$, ARRAY['ship'], 'rolled up');
SELECT is_empty($$SELECT FROM base.usual('Unseen', until => '2024-12-01')$$, 'where nobody looked nothing is usual');
SELECT throws_ok($$SELECT FROM base.usual('Prt')$$, '22S07', NULL, 'an unknown place');
SELECT throws_ok($$SELECT FROM base.usual('Port', over => '-1 day')$$, '22S05', NULL, 'no time');

-- what is unusual
CREATE FUNCTION look(place int, at timestamptz, range int4range, how text DEFAULT 'complete') RETURNS void LANGUAGE sql AS $$
    INSERT INTO base.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
    VALUES (place, extract(epoch FROM at), 1, at, how, '{ship}');
    INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count) SELECT place, extract(epoch FROM at), 1, range WHERE NOT isempty(range);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
$$;
CREATE FUNCTION unusual_after(place int, range int4range, how text DEFAULT 'complete', fewest int DEFAULT 8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE word text;
BEGIN
    BEGIN
        PERFORM look(place, CASE place WHEN 1 THEN timestamptz '2024-01-20' ELSE '2024-09-20' END, range, how);
        SELECT u.unusual INTO word FROM base.unusual(CASE place WHEN 1 THEN '2024-01-15'::date ELSE '2024-09-01' END, '2024-09-30', fewest_looks => fewest) AS u
        WHERE asset_class = 'ship' AND installation = CASE place WHEN 1 THEN 'Port' ELSE 'Yard' END;
        RAISE EXCEPTION 'rolled back' USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
    END;
    RETURN word;
END $$;
SELECT is(unusual_after(1, '[10,10]'), 'more than ever counted', 'above the greatest');
SELECT is(unusual_after(1, '[9,12]'), 'more than usual', 'as many were counted');
SELECT is(unusual_after(1, '[7,7]'), 'more than usual', 'above the third quartile');
SELECT is(unusual_after(1, '[5,9]'), NULL, 'perhaps as usual');
SELECT is(unusual_after(1, '[3,3]'), 'fewer than usual', 'below the first quartile');
SELECT is(unusual_after(1, '[2,2]'), 'fewer than usual', 'as few as the least');
SELECT is(unusual_after(1, '[1,1]'), 'fewer than ever counted', 'below the least');
SELECT is(unusual_after(1, 'empty'), 'fewer than ever counted', 'none');
SELECT is(unusual_after(1, 'empty', 'partial'), NULL, 'a look that proves nothing');
SELECT is(unusual_after(1, '[11,11]', 'partial'), 'more than ever counted', 'a minimum proves there are more');
SELECT is(unusual_after(1, '[10,10]', fewest => 10), NULL, 'beside few looks nothing is unusual');
SELECT is(unusual_after(1, '[10,10]', fewest => 9), 'more than ever counted', 'beside as many as asked for');
SELECT is(unusual_after(2, '[12,12]'), NULL, 'of at least 8 and then 12 none came for sure');
INSERT INTO base.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (2, 1, 1, '2024-08-20', 'partial');
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count) VALUES (2, 1, 1, '[11,11]');
SELECT look(2, '2024-08-25', '[5,5]') \g /dev/null
SELECT is(unusual_after(2, '[10,10]'), 'more than usual', 'a minimum told of more');
SELECT is(unusual_after(2, '[12,12]'), 'more than ever counted', 'more than that minimum');
SELECT is(unusual_after(2, '[6,6]'), NULL, 'as many as the third quartile');
SELECT is(unusual_after(2, '[4,4]'), NULL, 'as few as the first');

-- year on year
SELECT look(1, timestamptz '2023-01-01 12:00' + n * interval '1 day', '[7,8]') FROM generate_series(1, 9) AS n \g /dev/null
SELECT results_eq($$SELECT looks_before, median_before_min, median_before_max, greatest_before_max, looks_after, median_after_min, median_after_max, greatest_after_max, difference
                    FROM base.same_period('2024-01-01', '2024-01-31', installation => 'Port')$$,
    $$VALUES (9::bigint, 7, 8, 8, 9::bigint, 5, 5, 9, 'fewer')$$, 'same_period');
SELECT results_eq($$SELECT installation, looks_before, difference FROM base.same_period('2024-01-01', '2024-01-31') ORDER BY 1$$,
    $$VALUES ('Port', 9::bigint, 'fewer'), ('Yard', 0, NULL)$$, 'where nobody looked in one of the two nothing is said');
SELECT results_eq($$SELECT difference FROM base.same_period('2023-01-01', '2023-01-31', years => -1, installation => 'Port')$$, ARRAY['more'], 'the other way round');
SELECT results_eq($$SELECT difference FROM base.same_period('2024-01-01', '2024-01-31', years => 0, installation => 'Port')$$, ARRAY[NULL]::text[], 'nothing differs from itself');
SELECT is_empty($$SELECT FROM base.same_period('2024-02-29', '2024-02-29', years => 4)$$, 'a leap day');

-- the largest
SELECT results_eq($$SELECT installation, size, change_min FROM base.top_changes('2024-01-05', '2024-01-09')$$, $$VALUES ('Port', 3, -3)$$, 'top_changes');
SELECT results_eq($$SELECT r.change_min, r.size FROM base.top_changes('2024-01-05', '2024-09-30', 1) AS r$$,
    $$SELECT c.change_min, c.change_min FROM base.changes('2024-01-05', '2024-09-30') AS c ORDER BY greatest(c.change_min, -c.change_max) DESC NULLS LAST LIMIT 1$$, 'the first of them');
SELECT is_empty($$SELECT FROM base.top_changes('2024-01-05', '2024-01-09', 0)$$, 'none asked for');
SELECT results_eq($$SELECT installation, size, change_min, change_max FROM base.top_changes('2023-06-01', '2024-01-02')$$, $$VALUES ('Port', 3, -4, -3)$$, 'the least that it was');
SELECT create_ledger('top') \g /dev/null
INSERT INTO top.installation (name, location) VALUES ('A', ST_SetSRID(ST_MakePoint(10, 50), 4326)), ('B', ST_SetSRID(ST_MakePoint(11, 50), 4326));
INSERT INTO top.source (name) VALUES ('Eye');
INSERT INTO top.asset_class (path, name) VALUES ('ship', 'ship');
INSERT INTO top.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT 1 + n / 10, n, 1, timestamptz '2024-01-01 12:00' + n % 10 * interval '1 day', 'complete', '{ship}' FROM unnest('{1,2,3,12,13}'::int[]) AS n;
INSERT INTO top.sighting (installation_id, observation_id, asset_class_id, count, status)
VALUES (1, 1, 1, '[2,4]', NULL), (1, 2, 1, '[1,2]', NULL), (1, 3, 1, '[4,4]', NULL), (2, 12, 1, '[2,2]', 'parked'), (2, 13, 1, '[4,4]', 'loading');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq($$SELECT installation, size, certain FROM top.top_changes('2024-01-03', '2024-01-04')$$, $$VALUES ('B', 2, true), ('A', 2, false)$$, 'of equal ones the certain first');
SELECT results_eq($$SELECT status, looks_before, looks_after FROM top.same_period('2024-01-01', '2024-01-31', years => 0, by => 'status') ORDER BY 1$$,
    $$VALUES ('loading', 2::bigint, 2::bigint), ('parked', 2, 2)$$, 'each status beside itself');

-- everything on one
INSERT INTO base.shelter (installation_id, asset_class_id, hidden_max) VALUES (1, 2, 3);
INSERT INTO base.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) VALUES (1, 77, 1, '2024-01-11', 'complete', '{ship}', 0);
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 77, 2, '[6,6]');
INSERT INTO base.sighting (installation_id, observation_id, asset_class_id, count, confidence) VALUES (1, 77, 3, '[1,1]', 0.1);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT part, what, count_text, said, looked_at::date FROM base.site('port', '2024-02-01', 2)$$,
    $$VALUES ('place', 'Port', NULL, 'harbour, 50 N 10 E, no boundary', NULL::date),
        ('there', 'ship', '6..9', 'told', '2024-01-11'), ('there', 'tug', '6..9', 'told', '2024-01-11'),
        ('changed', 'tug', '0..5 -> 6..9', 'increased', '2024-01-11'),
        ('look', 'Eye', NULL, 'complete, ship, by eye', '2024-01-11'), ('look', 'Eye', NULL, 'complete, ship', '2024-01-10'),
        ('shelter', 'tug', '0..3', 'so many can stand where no look sees them', NULL),
        ('not known', 'jet', '?', 'sighted there, but no look tells how many', NULL)$$, 'site');
SELECT results_eq($$SELECT part, said FROM base.site('Unseen', '2024-02-01')$$,
    $$VALUES ('place', '50 N 12 E, no boundary'), ('not known', 'nobody has looked there')$$, 'where nobody has looked');
SELECT results_eq($$SELECT part, what FROM base.site('Port', '2024-01-10') WHERE part = 'not known'$$, $$SELECT text 'x', text 'y' WHERE false$$, 'as of a day: nothing of later looks');
SELECT results_eq($$SELECT part, count_text, said FROM base.site('Yard', '2024-01-12') WHERE part = 'changed'$$, $$VALUES ('changed', '4 -> 4..', 'x') LIMIT 0$$, 'nothing changed');
SELECT throws_ok($$SELECT FROM base.site('Prt')$$, '22S07', NULL, 'an unknown place');
SELECT throws_ok($$SELECT FROM base.site(NULL)$$, '22S07', NULL, 'no place');

-- where nobody has ever looked
SELECT results_eq($$SELECT installation, looks, looked_before::date FROM base.coverage('2024-03-01', '2024-03-05')$$,
    $$VALUES ('Port', 0::bigint, date '2024-01-11'), ('Unseen', 0, NULL), ('Yard', 0, '2024-02-25')$$, 'coverage tells when it was looked at before, or never');
SELECT results_eq($$SELECT installation, looked_before::date FROM base.coverage('2024-01-03', '2024-03-05', installation => 'Port')$$,
    $$VALUES ('Port', date '2024-01-02')$$, 'before the time asked for');

SELECT * FROM finish();
ROLLBACK;
