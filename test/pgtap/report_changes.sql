-- changes() and its kin, story by story: each is the looks of one class at one installation, and
-- the row that a reader of these looks would write down. Whatever is told is exact: words,
-- numbers, instants and what is not known.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(98);

SELECT create_ledger('report') \g /dev/null
INSERT INTO report.installation (name, location) VALUES ('Here', 'SRID=4326;POINT(35 35)');
INSERT INTO report.source (name, url) VALUES ('Eye', 'https://eye.example'), ('Ear', NULL);

-- A look at 09:00 UTC at one class only, so that every class is a story of its own. '2': complete, and saw 2;
-- '2..': partial; '0': complete, and saw none; '1-3': complete, and could not tell how many.
CREATE FUNCTION pg_temp.look(class text, day date, said text, source int DEFAULT 1, recorded timestamptz DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    id bigint;
    lo int := split_part(split_part(said, '..', 1), '-', 1)::int;
    hi int := nullif(split_part(said, '-', 2), '')::int;
BEGIN
    INSERT INTO report.asset_class (path, name) VALUES (class::ltree, class) ON CONFLICT DO NOTHING;
    INSERT INTO report.observation (installation_id, source_id, observed_at, completeness, scope, recorded_at)
    VALUES (1, source, day + interval '9 hours', CASE WHEN said LIKE '%..' THEN 'partial' ELSE 'complete' END, ARRAY[class::ltree],
            coalesce(recorded, day + interval '12 hours'))
    RETURNING observation_id INTO id;
    IF said <> '0' THEN
        INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, recorded_at)
        SELECT 1, id, asset_class_id, int4range(lo, coalesce(hi, lo), '[]'), coalesce(recorded, day + interval '12 hours')
        FROM report.asset_class WHERE name = class;
    END IF;
    RETURN id;
END $$;
CREATE FUNCTION pg_temp.day(at timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(at, 'FMDD Mon') $$;

-- "2 (1 Jan) -> 5.. (2 Jan) +3..: increased, certain, stale after {minimum_after}"
CREATE FUNCTION pg_temp.changed(class text, from_date date, to_date date, mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s (%s) -> %s (%s) %s..%s: %s%s%s%s %s', count_text(count_before_min, count_before_max), pg_temp.day(before_looked_at),
                  count_text(count_after_min, count_after_max), pg_temp.day(after_looked_at), change_min, change_max, verdict,
                  CASE WHEN certain THEN ', certain' END, CASE WHEN stale_before THEN ', stale before' END,
                  CASE WHEN stale_after THEN ', stale after' END, doubt)
    FROM report.changes(from_date, to_date, asset => class, mode => mode, max_age => max_age)
$$;
-- "4 carried, told 1.. (2 Jan), since 1 Jan {carried}"
CREATE FUNCTION pg_temp.there(class text, on_date date, mode text DEFAULT 'last_known', max_age interval DEFAULT NULL)
RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s, told %s (%s), since %s %s', count_text(count_min, count_max), state, count_text(told_min, told_max),
                  pg_temp.day(looked_at), pg_temp.day(first_seen), doubt)
    FROM report.inventory(on_date, asset => class, mode => mode, max_age => max_age)
$$;

CREATE TEMP VIEW story (class, day, said) AS VALUES
    ('told', '2024-01-01', '0'), ('told', '2024-01-02', '1..'), ('told', '2024-01-30', '12'),
    ('carried', '2024-01-01', '4'), ('carried', '2024-01-05', '1..'), ('carried', '2024-01-09', '4'),
    ('apart', '2023-01-01', '2'), ('apart', '2024-06-01', '2'),
    ('gone', '2024-01-01', '2'), ('gone', '2024-01-05', '0'),
    ('fewer', '2024-01-01', '3'), ('fewer', '2024-03-01', '2'),
    ('daily', '2024-01-10', '2'), ('daily', '2024-01-11', '5'),
    ('rising', '2024-01-01', '0'), ('rising', '2024-01-05', '2'), ('rising', '2024-01-09', '3'),
    ('between', '2024-01-01', '1'), ('between', '2024-01-05', '3'), ('between', '2024-01-09', '5'),
    ('falling', '2024-01-01', '2'), ('falling', '2024-01-10', '1'),
    ('varied', '2024-01-01', '1'), ('varied', '2024-01-02', '0'), ('varied', '2024-01-03', '1'),
    ('passed', '2024-01-01', '0'), ('passed', '2024-01-05', '1'), ('passed', '2024-01-09', '0'),
    ('first', '2024-01-05', '2..'),
    ('found', '2024-01-03', '0'), ('found', '2024-01-05', '2'),
    ('empty', '2024-01-05', '0'), ('empty', '2024-02-05', '1'),
    ('unlooked', '2024-01-01', '2'),
    ('open', '2024-01-01', '2..'), ('open', '2024-01-05', '1..'),
    ('range', '2024-01-01', '1-3'), ('range', '2024-01-05', '2-4'), ('range', '2024-01-09', '5-6'),
    ('narrowed', '2024-01-01', '3'), ('narrowed', '2024-01-04', '1..'), ('narrowed', '2024-01-06', '1'),
    ('same', '2024-01-01', '2'), ('same', '2024-01-05', '2'), ('same', '2024-01-09', '2'),
    ('ancient', '1990-01-01', '3'),
    ('calm', '2023-02-01', '1'), ('calm', '2023-02-02', '1'), ('calm', '2023-02-03', '2'), ('calm', '2023-02-05', '2');
DO $$
BEGIN
    PERFORM pg_temp.look(class, day::date, said) FROM story;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;

-- what a look told counts, not what a later one showed
SELECT results_eq($$SELECT pg_temp.changed('told', '2024-01-01', '2024-01-02', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    array_fill('0 (1 Jan) -> 1.. (2 Jan) 1..: arrived, certain {minimum_after}'::text, ARRAY[3]),
    'none, at least 1, 12: from the 1st to the 2nd at least 1 arrived, in every mode');
SELECT results_eq($$SELECT pg_temp.there('told', day) FROM unnest('{2024-01-01,2024-01-02,2024-01-29,2024-01-30}'::date[]) AS day$$, ARRAY[
    '1.. told, told 1.. (2 Jan), since 2 Jan {minimum}',
    '1.. told, told 1.. (2 Jan), since 2 Jan {minimum}',
    '12 told, told 12 (30 Jan), since 2 Jan {}'], 'there were at least 1 from the 2nd on, and 12 only on the 30th');
SELECT results_eq($$SELECT pg_temp.changed('told', '2024-01-01', '2024-01-30')$$,
    ARRAY['0 (1 Jan) -> 12 (30 Jan) 12..12: arrived, certain {}'], 'by the 30th 12 arrived');
SELECT is_empty($$SELECT pg_temp.changed('told', '2024-01-02', '2024-01-30')$$, 'at least 1 and 12 may be the same');

SELECT results_eq($$SELECT pg_temp.there('carried', '2024-01-05', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, ARRAY[
    '4 carried, told 1.. (5 Jan), since 1 Jan {carried}', '1.. told, told 1.. (5 Jan), since 1 Jan {minimum}', '1.. told, told 1.. (5 Jan), since 1 Jan {minimum}'],
    '4, at least 1, 4: the second look is fit by 4, and proves 1');
SELECT is_empty($$SELECT pg_temp.changed('carried', '2024-01-01', day, mode)
    FROM unnest('{2024-01-05,2024-01-09}'::date[]) AS day, unnest('{last_known,certain}'::text[]) AS mode$$, 'so nothing changed');
SELECT results_eq($$SELECT pg_temp.changed('carried', '2024-01-01', '2024-01-05', 'possible')$$,
    ARRAY['4 (1 Jan) -> 1.. (5 Jan) -3..: undecided {minimum_after}'], 'though it is possible');
SELECT is_empty($$SELECT pg_temp.changed('carried', '2024-01-01', '2024-01-09', 'possible')$$, 'which it is not between two looks of the same number');

SELECT results_eq($$SELECT pg_temp.there('apart', '2024-03-01', mode, age) FROM (VALUES ('last_known', NULL), ('certain', NULL), ('possible', NULL),
        ('last_known', interval '30 days'), ('certain', '30 days')) AS v(mode, age)$$, ARRAY[
    '2 told, told 2 (1 Jan), since 1 Jan {}', '2 told, told 2 (1 Jan), since 1 Jan {}', '2 told, told 2 (1 Jan), since 1 Jan {}',
    '? stale, told 2 (1 Jan), since 1 Jan {stale}', '? stale, told 2 (1 Jan), since 1 Jan {stale}'],
    'two looks 17 months apart: in between what the first told, of its own instant, and not known if that is too old');
SELECT results_eq($$SELECT looked_at, told_min, told_max, count_min, count_max FROM report.inventory('2024-03-01', asset => 'apart', mode => 'certain')$$,
    $$VALUES (timestamptz '2023-01-01 09:00', 2, 2, 2, 2)$$, 'mode certain tells it of the look alone');
SELECT is_empty($$SELECT pg_temp.changed('apart', '2023-01-01', '2024-06-01', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    'and nothing changed');

SELECT results_eq($$SELECT pg_temp.changed('gone', '2024-01-01', '2024-12-31', 'last_known', '30 days')$$,
    ARRAY['2 (1 Jan) -> 0 (5 Jan) -2..-2: departed, certain, stale after {stale_after}'],
    'who departed in January did so, though nobody looked since');
SELECT results_eq($$SELECT before_looked_at, after_looked_at, stale_before, stale_after FROM report.changes('2024-01-01', '2024-12-31', asset => 'gone', max_age => '30 days')$$,
    $$VALUES (timestamptz '2024-01-01 09:00', timestamptz '2024-01-05 09:00', false, true)$$, 'with the instants of both looks');
SELECT results_eq($$SELECT pg_temp.changed('fewer', '2024-01-01', '2024-04-05', 'last_known', '10 days')$$,
    ARRAY['3 (1 Jan) -> 2 (1 Mar) -1..-1: decreased, certain, stale after {stale_after}'], 'likewise who are fewer');
SELECT results_eq($$SELECT pg_temp.changed('fewer', '2024-02-28', '2024-03-02', 'last_known', '10 days')$$,
    ARRAY['3 (1 Jan) -> 2 (1 Mar) -1..-1: decreased, certain, stale before {stale_before}'], 'and the look before may be old');
SELECT results_eq($$SELECT age, stale_before FROM unnest('{"1 day 14:59:59.999998","1 day 14:59:59.999999","1 day 15:00:00"}'::interval[]) AS age,
        report.changes('2024-01-02', '2024-03-01', asset => 'fewer', max_age => age)$$,
    $$VALUES (interval '1 day 14:59:59.999998', true), ('1 day 14:59:59.999999', true), ('1 day 15:00:00', false)$$, 'a look is stale when it is as old as that');

-- a day ends where the reader lives; the looks are of 9 o'clock in Greenwich
CREATE FUNCTION pg_temp.in_zones() RETURNS TABLE (zone text, expected text, told text) LANGUAGE plpgsql AS $$
BEGIN
    FOR zone IN SELECT name FROM (SELECT 'Etc/GMT' || CASE WHEN h >= 0 THEN '+' ELSE '' END || h FROM generate_series(-14, 12) AS h
                                  UNION ALL VALUES ('Asia/Kathmandu'), ('America/St_Johns'), ('Pacific/Chatham'), ('Pacific/Marquesas')) AS z(name)
    LOOP
        PERFORM set_config('TimeZone', zone, true);
        -- both lie before the end of their own day, and the second not before the end of the first
        expected := CASE WHEN timestamptz '2024-01-10 09:00Z' < timestamp '2024-01-11' AT TIME ZONE zone AND timestamptz '2024-01-11 09:00Z' < timestamp '2024-01-12' AT TIME ZONE zone
                             AND timestamptz '2024-01-11 09:00Z' >= timestamp '2024-01-11' AT TIME ZONE zone
            THEN '2 -> 5 increased true' ELSE 'none' END;
        told := coalesce((SELECT format('%s -> %s %s %s', count_before_min, count_after_max, verdict, certain::text) FROM report.changes('2024-01-10', '2024-01-11', asset => 'daily')), 'none');
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('TimeZone', 'UTC', true);
END $$;
CREATE TEMP TABLE zones AS SELECT * FROM pg_temp.in_zones();
SELECT is_empty('SELECT * FROM zones WHERE told <> expected', 'one look on each of two days: a certain change between the days, in every time zone in which they end so');
SELECT results_eq('SELECT told, count(*) FROM zones GROUP BY told ORDER BY told', $$VALUES ('2 -> 5 increased true', 27::bigint), ('none', 4)$$, 'which is in all but the far west');

SELECT results_eq($$SELECT pg_temp.changed('rising', '2024-01-01', '2024-01-09', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    array_fill('0 (1 Jan) -> 3 (9 Jan) 3..3: arrived, certain {}'::text, ARRAY[3]), 'none, 2, 3: 3 arrived, in every mode');
SELECT results_eq($$SELECT pg_temp.changed('between', '2024-01-01', '2024-01-07', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    array_fill('1 (1 Jan) -> 3 (5 Jan) 2..2: increased, certain {}'::text, ARRAY[3]), '1, 3, 5: by a date between the second and the third, as the second told');
SELECT results_eq($$SELECT after_looked_at, after_look, before_look FROM report.changes('2024-01-01', '2024-01-07', asset => 'between')$$,
    $$SELECT max(observed_at) FILTER (WHERE day = 5), max(observation_id) FILTER (WHERE day = 5), max(observation_id) FILTER (WHERE day = 1)
      FROM (SELECT *, extract(day FROM observed_at) AS day FROM report.observation WHERE scope = '{between}') AS o$$, 'and names these two looks');
SELECT results_eq($$SELECT pg_temp.there('falling', '2024-01-05', 'possible')$$, ARRAY['2 told, told 2 (1 Jan), since 1 Jan {}'],
    '2, then 1: between them 2 is the one row that is possible');
SELECT results_eq($$SELECT pg_temp.changed('varied', '2024-01-01', '2025-01-01', 'last_known', '30 days')$$,
    ARRAY['1 (1 Jan) -> 1 (3 Jan) 0..0: varied, stale after {stale_after}'], '1, 0, 1: varied, which two looks alone do not show');
SELECT is_empty($$SELECT pg_temp.changed('varied', '2024-01-01', '2025-01-01', 'certain')$$, 'and so is not certain');
SELECT is_empty($$SELECT pg_temp.changed('passed', '2024-01-01', '2024-01-09', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    '0, 1, 0: none before and after is no change');
SELECT results_eq($$SELECT came_min, left_min, looks, from_looked_at, to_looked_at, status, designation, lon FROM report.turnover('2024-01-01', '2024-01-09', asset => 'passed')$$,
    $$VALUES (1::bigint, 1::bigint, 3::bigint, timestamptz '2024-01-01 09:00', timestamptz '2024-01-09 09:00', NULL::text, NULL::text, 35::float8)$$, 'but turnover: one came, and left');
SELECT results_eq($$SELECT asset_class, came_min, left_min, looks FROM report.turnover('2023-12-01', '2024-01-31')
        WHERE asset_class IN ('told', 'carried', 'rising', 'varied', 'range', 'same', 'first', 'found', 'apart') ORDER BY asset_class$$,
    $$VALUES ('found', 2::bigint, 0::bigint, 2::bigint), ('range', 2, 0, 3), ('rising', 3, 0, 3), ('told', 12, 0, 3), ('varied', 1, 1, 3)$$,
    'turnover: the fewest that came and left, from the first look on, and no row where perhaps nothing did');

-- nobody had looked
SELECT results_eq($$SELECT pg_temp.changed('first', '2024-01-04', '2024-01-05')$$,
    ARRAY['? () -> 2.. (5 Jan) ..: first look {no_look_before,minimum_after}'], 'the first look is no arrival');
SELECT results_eq($$SELECT pg_temp.changed('found', '2024-01-02', '2024-01-05', mode) FROM unnest('{last_known,possible}'::text[]) AS mode$$,
    array_fill('? () -> 2 (5 Jan) ..: arrived {no_look_before}'::text, ARRAY[2]), 'unless a look before it had told none; how many before is not known');
SELECT is_empty($$SELECT pg_temp.changed('found', '2024-01-02', '2024-01-05', 'certain')$$, 'certain is of two looks');
SELECT is_empty($$SELECT pg_temp.changed('empty', '2024-01-04', '2024-01-05', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$,
    'a first look that shows none tells of no change');
SELECT results_eq($$SELECT pg_temp.changed('unlooked', '2024-01-02', '2024-02-01', 'possible', '10 days')$$,
    ARRAY['2 (1 Jan) -> ? () ..: not looked {no_look_after}'], 'nobody looked since: a row in mode possible');
SELECT is_empty($$SELECT pg_temp.changed('unlooked', '2024-01-02', '2024-02-01', mode) FROM unnest('{last_known,certain}'::text[]) AS mode$$, 'and in no other');
SELECT is_empty($$SELECT pg_temp.changed('unlooked', '2023-12-01', '2023-12-31', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, 'nor before anybody had looked');
SELECT results_eq($$SELECT pg_temp.changed('open', '2024-01-01', '2024-01-05', 'possible')$$,
    ARRAY['2.. (1 Jan) -> 1.. (5 Jan) ..: undecided {minimum_before,minimum_after}'], 'two minimums decide nothing');

-- ranges
SELECT results_eq($$SELECT pg_temp.changed('range', '2024-01-01', day, mode) FROM (VALUES (date '2024-01-05', 'possible'), ('2024-01-09', 'last_known'), ('2024-01-09', 'certain')) AS v(day, mode)$$, ARRAY[
    '1..3 (1 Jan) -> 2..4 (5 Jan) -1..3: undecided {range_before,range_after}',
    '1..3 (1 Jan) -> 5..6 (9 Jan) 2..5: increased, certain {range_before,range_after}',
    '1..3 (1 Jan) -> 5..6 (9 Jan) 2..5: increased, certain {range_before,range_after}'], 'ranges are apart or not');
SELECT results_eq($$SELECT pg_temp.changed('range', '2024-01-05', '2024-01-09', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, ARRAY[
    '2..3 (5 Jan) -> 5..6 (9 Jan) 2..4: increased {range_before,range_after,carried_before}',
    '2..4 (5 Jan) -> 5..6 (9 Jan) 1..4: increased, certain {range_before,range_after}',
    '2..4 (5 Jan) -> 5..6 (9 Jan) 1..4: increased, certain {range_before,range_after}'],
    'numbers that are narrower than what the look told are not certain, though the word is');
SELECT results_eq($$SELECT pg_temp.changed('narrowed', '2024-01-04', '2024-01-06', mode) FROM unnest('{last_known,certain,possible}'::text[]) AS mode$$, ARRAY[
    '3 (4 Jan) -> 1 (6 Jan) -2..-2: decreased {carried_before}',
    '1.. (4 Jan) -> 1 (6 Jan) ..0: decreased {minimum_before}'],
    'what only earlier looks prove is last known and possible, not certain');
SELECT results_eq($$SELECT what_is_not_known FROM report.changes('2024-01-05', '2024-01-09', asset => 'range')$$,
    ARRAY['the count before is a range; the count after is a range; the look before alone does not prove the count: earlier looks are carried forward'], 'codes have words');
SELECT results_eq($$SELECT count(*), count(DISTINCT word), bool_and(meaning <> '') FROM report_words() WHERE about = 'doubt'$$, $$VALUES (21::bigint, 21::bigint, true)$$, 'every code has');
SELECT is(doubt_text('{no_look_before,minimum_after,stale_after}'), 'no look by the earlier date told of it; the count after is a minimum; the look after is older than max_age at the later date', 'also as a function');
SELECT is(doubt_text('{}'), NULL, 'nothing is nothing');
SELECT throws_ok($$SELECT doubt_text('{doubtful}')$$, '22S07', 'unknown code of a doubt: "doubtful"', 'and what is no code is refused');

-- what else is not known
DO $$
BEGIN
    -- two readers of one image; a transport that may be a jet
    PERFORM pg_temp.look('disputed', '2024-01-01', '1'), pg_temp.look('disputed', '2024-01-05', '2', 1), pg_temp.look('disputed', '2024-01-05', '4', 2);
    PERFORM pg_temp.look('wide', '2024-01-01', '0'), pg_temp.look('wide.jet', '2024-01-02', '2');
    INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, recorded_at)
    VALUES (1, 9001, 1, '2024-01-05 09:00', 'complete', '{wide}', '2024-01-06');
    INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, recorded_at) SELECT 1, 9001, asset_class_id, '[1,1]', '2024-01-06' FROM report.asset_class WHERE path ~ 'wide.*';
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT pg_temp.changed('disputed', '2024-01-01', '2024-01-05')$$,
    ARRAY['1 (1 Jan) -> 2..4 (5 Jan) 1..3: increased, certain {range_after,readers_disagree}'], 'two that contradict each other are the range of both');
SELECT results_eq($$SELECT sources FROM report.changes('2024-01-01', '2024-01-05', asset => 'disputed')$$, ARRAY['Eye 2024-01-01, Ear 2024-01-05'], 'which the one that tells most stands for');
SELECT results_eq($$SELECT pg_temp.changed('wide.jet', '2024-01-02', '2024-01-05', mode) FROM unnest('{last_known,possible}'::text[]) AS mode$$,
    ARRAY['2 (2 Jan) -> 1..2 (5 Jan) -1..0: undecided {range_after,told_less_closely}'], 'what was told less closely may be of it');

-- the rest of a row
SELECT results_eq($$SELECT installation, asset_class, class_path, designation, status, change_min, change_max, sources, what_is_not_known, lon, lat, ST_AsEWKT(geom)
                    FROM report.changes('2024-01-01', '2024-01-07', asset => 'between')$$,
    $$VALUES ('Here', 'between', 'between', NULL, NULL, 2, 2, 'Eye 2024-01-01, Eye 2024-01-05', NULL, 35::float8, 35::float8, 'SRID=4326;POINT(35 35)')$$,
    'who, what, where, by whom');
SELECT results_eq($$SELECT before_look IS NULL, before_looked_at, sources FROM report.changes('2024-01-04', '2024-01-05', asset => 'first')$$,
    $$VALUES (true, NULL::timestamptz, 'Eye 2024-01-05')$$, 'no look is NULL');

-- dates and instants
SELECT is((SELECT count(*) FROM report.changes('2024-01-04', '2024-01-05', asset => 'first')), 1::bigint, 'changes() reads the end of a day: a look at 9 counts');
SELECT is((SELECT count(*) FROM report.changes_between('2024-01-04', '2024-01-05', asset => 'first')), 0::bigint, 'changes_between() reads the instants as they are');
SELECT results_eq($$SELECT at, verdict FROM unnest('{2024-01-05 08:59:59.999999,2024-01-05 09:00}'::timestamptz[]) AS at, report.changes_between('2024-01-01', at, asset => 'first')$$,
    $$VALUES (timestamptz '2024-01-05 09:00', 'first look')$$, 'to the microsecond');
SELECT results_eq($$SELECT at, count_before_min FROM unnest('{2024-01-05 08:59:59.999999,2024-01-05 09:00}'::timestamptz[]) AS at, report.changes_between(at, '2024-02-01', asset => 'between')$$,
    $$VALUES (timestamptz '2024-01-05 08:59:59.999999', 1), ('2024-01-05 09:00', 3)$$, 'at either end');

SELECT results_eq($$SELECT at, verdict FROM unnest('{2024-01-01 08:59:59.999999,2024-01-01 09:00}'::timestamptz[]) AS at, report.changes_between(at, '2024-02-01', asset => 'gone', mode => 'last_known')$$,
    $$VALUES (timestamptz '2024-01-01 09:00', 'departed')$$, 'also at the very first look');
SELECT results_eq($$SELECT asset_class, state FROM report.timeline_between('2024-01-03', '2024-01-05 09:00', '10 days') WHERE asset_class IN ('first', 'found', 'passed', 'unlooked', 'gone') ORDER BY 1$$,
    $$VALUES ('gone', 'last known'), ('unlooked', 'last known')$$, 'of a timeline the end is no more');

-- the ends of the calendar
SELECT results_eq($$SELECT state, count_min, told_min, looked_at FROM report.inventory_at('294276-12-31Z', asset => 'ancient', max_age => '1 day')$$,
    $$VALUES ('stale', NULL::int, 3, timestamptz '1990-01-01 09:00')$$, 'the last day there is: a look of 1990 is stale by then');
SELECT results_eq($$SELECT state, count_min FROM report.inventory_at('294276-12-31Z', asset => 'ancient', max_age => '292000 years')$$,
    $$VALUES ('stale', NULL::int)$$, 'also by the longest age that is shorter');
SELECT results_eq($$SELECT state, count_min FROM report.inventory_at('294276-12-31Z', asset => 'ancient')$$, $$VALUES ('told', 3)$$, 'without one it is told as of its instant');
SELECT results_eq($$SELECT verdict, stale_before, stale_after FROM report.changes_between('4714-11-24Z BC', '294276-12-31Z', asset => 'ancient', max_age => '1 day')$$,
    $$VALUES ('first look', false, true)$$, 'from the first day to the last');
SELECT results_eq($$SELECT count(*), count(DISTINCT state) FROM report.timeline_between('294276-12-01Z', '294276-12-31Z', installation => 'Here', asset => 'ancient', max_age => '1 day')$$,
    $$VALUES (30::bigint, 1::bigint)$$, 'a timeline too');

-- areas choose installations, by where these are: whole or not at all
INSERT INTO report.installation (name, location) VALUES ('Base', 'SRID=4326;POINT(10.01 50)');
INSERT INTO report.asset_class (path, name) VALUES ('moving', 'moving');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
VALUES (2, 8001, 1, '2024-01-01 09:00', 'complete', '{moving}'), (2, 8002, 1, '2024-01-05 09:00', 'complete', '{moving}'), (2, 8003, 1, '2024-01-09 09:00', 'complete', '{moving}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, location)
SELECT 2, v.look, asset_class_id, int4range(n, n, '[]'), v.location
FROM report.asset_class, (VALUES (8001, 6, 'SRID=4326;POINT(10.015 50)'::geometry), (8002, 6, 'SRID=4326;POINT(9.985 50)'), (8003, 5, 'SRID=4326;POINT(9.985 50)')) AS v(look, n, location)
WHERE name = 'moving';
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TEMP VIEW half (half, area) AS VALUES ('east', 'SRID=4326;POLYGON((10 49, 11 49, 11 51, 10 51, 10 49))'::geometry), ('west', 'SRID=4326;POLYGON((9 49, 10 49, 10 51, 9 51, 9 49))');
SELECT results_eq($$SELECT half, day, count_min, lon FROM half, unnest('{2024-01-02,2024-01-06}'::date[]) AS day, report.inventory(day, area => area) ORDER BY half, day$$,
    $$VALUES ('east', date '2024-01-02', 6, 10.01::float8), ('east', '2024-01-06', 6, 10.01)$$,
    '6 that moved 2 km within a base: the half that it lies in holds them before and after, the other never');
SELECT is_empty($$SELECT half, c.* FROM half, report.changes('2024-01-01', '2024-01-05', area => area, mode => 'possible') AS c$$, 'and none came or left');
SELECT results_eq($$SELECT half, verdict, change_min FROM half, report.changes('2024-01-05', '2024-01-09', area => area)$$, $$VALUES ('east', 'decreased', -1)$$,
    'the one that left did so in that half, wherever it stood');
CREATE TEMP VIEW corner (corner, area) AS VALUES
    ('on the edge', 'SRID=4326;POLYGON((34 34, 36 34, 36 36, 34 34))'::geometry),
    ('on it from the other side', 'SRID=4326;POLYGON((34 34, 36 36, 34 36.5, 34 34))'),
    ('in its box, not in it', 'SRID=4326;POLYGON((34 34, 36 34, 36 35.9, 34 34))'),
    ('a point', 'SRID=4326;POINT(35 35)');
SELECT results_eq($$SELECT corner, (SELECT count(*) FROM report.changes('2024-01-01', '2024-01-07', asset => 'between', area => area)) FROM corner$$,
    $$VALUES ('on the edge', 1::bigint), ('on it from the other side', 1), ('in its box, not in it', 0), ('a point', 1)$$, 'areas are exact');

-- between_looks()
SELECT results_eq($$SELECT asset_class, count_before_min, count_after_min, verdict, before_looked_at, after_looked_at FROM report.between_looks('Base')$$,
    $$VALUES ('moving', 6, 5, 'decreased', timestamptz '2024-01-05 09:00', timestamptz '2024-01-09 09:00')$$, 'between the last two looks');
SELECT is_empty($$SELECT * FROM report.between_looks('Base', 2) WHERE before_looked_at <> '2024-01-01 09:00'$$, 'or the last three');
SELECT results_eq($$SELECT verdict, count_before_min, count_after_min FROM report.between_looks('Base', 3)$$, $$VALUES ('first look', NULL::int, 5)$$,
    'or more than there are: from before the first');
-- looks of one instant are one
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (2, 8004, 2, '2024-01-09 09:00', 'partial', '{}');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT installation, count_before_min, count_after_min FROM report.between_looks(asset => 'moving')$$, $$VALUES ('Base', 6, 5)$$, 'looks of one instant are one');
SELECT results_eq($$SELECT mode, count(*) FROM unnest('{last_known,certain,possible}'::text[]) AS mode, report.between_looks('Here', 1, 'daily', mode) GROUP BY mode$$,
    $$VALUES ('possible', 1::bigint)$$, 'of what the last look did not tell there is no change');
SELECT throws_ok(format($$SELECT * FROM report.between_looks('Base', %s)$$, n), '22S07', 'invalid n: ' || lower(n), 'not to ' || n) FROM (VALUES ('0'), ('-1'), ('NULL')) AS v(n);

-- changes_since(): late evidence, a correction, a retraction; what only confirms is nothing new
DO $$
BEGIN
    PERFORM pg_temp.look('late', '2024-01-01', '1'), pg_temp.look('late', '2024-01-05', '4', recorded => '2024-08-01');
    PERFORM pg_temp.look('corrected', '2024-01-05', '2');
    PERFORM pg_temp.look('retracted', '2024-01-01', '2'), pg_temp.look('retracted', '2024-01-05', '0');
    PERFORM pg_temp.look('confirmed', '2024-01-05', '2'), pg_temp.look('confirmed', '2024-01-09', '2', recorded => '2024-08-01'),
        pg_temp.look('confirmed', '2024-01-01', '2', recorded => '2024-08-01');
    PERFORM pg_temp.look('returned', '2024-01-01', '1'), pg_temp.look('returned', '2024-01-05', '0', recorded => '2024-08-01'), pg_temp.look('returned', '2024-01-09', '1', recorded => '2024-08-01');
    PERFORM pg_temp.look('early', '2024-01-05', '2'), pg_temp.look('early', '2024-01-01', '0', recorded => '2024-08-01');
    PERFORM pg_temp.look('fresh', '2024-01-05', '2', recorded => '2024-08-01');
    UPDATE report.sighting SET retracted_at = '2024-08-01', retraction_reason = 'three' WHERE asset_class_id = (SELECT asset_class_id FROM report.asset_class WHERE name = 'corrected');
    INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, recorded_at)
    SELECT 1, observation_id, asset_class_id, '[3,3]', '2024-08-01' FROM report.sighting JOIN report.asset_class USING (asset_class_id) WHERE name = 'corrected';
    UPDATE report.observation SET retracted_at = '2024-08-01', retraction_reason = 'clouds' WHERE scope = '{retracted}' AND observed_at > '2024-01-02';
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT asset_class, count_text(count_before_min, count_before_max), count_text(count_after_min, count_after_max), verdict, certain, pg_temp.day(before_looked_at), pg_temp.day(after_looked_at), doubt::text
                    FROM report.changes_since('2024-07-01', installation => 'Here') ORDER BY asset_class$$,
    $$VALUES ('corrected', '2', '3', 'increased', false, '5 Jan', '5 Jan', '{corrected}'),
        ('fresh', '?', '2', 'first look', false, NULL, '5 Jan', '{no_look_before}'),
        ('late', '1', '4', 'increased', true, '1 Jan', '5 Jan', '{}'),
        ('retracted', '0', '2', 'arrived', false, '5 Jan', '1 Jan', '{corrected}'),
        ('returned', '1', '1', 'varied', false, '1 Jan', '9 Jan', '{}')$$,
    'since July: what was recorded late, corrected, retracted; not what only confirms');
SELECT is_empty($$SELECT * FROM report.changes_since('2024-08-01', installation => 'Here')$$, 'since August: nothing');
SELECT results_eq($$SELECT asset_class FROM report.changes_since('2024-07-01', installation => 'Here', mode => 'certain')$$, ARRAY['late'], 'of these two looks prove one');
SELECT results_eq($$SELECT asset_class FROM report.changes_since('2024-07-01', 'SRID=4326;POINT(35 35)', asset => 'returned')$$, ARRAY['returned'], 'of an area, of a class');
SELECT throws_ok($$SELECT * FROM report.changes_since(NULL)$$, '22S07', NULL, 'since when?');

-- evidence(): what stands behind a row
SELECT results_eq($$SELECT e.observed_at, e.source, e.url, e.completeness, e.scope, e.asset_class, e.status, e.count_min, e.count_max, e.confidence, e.lon
                    FROM report.changes('2024-01-01', '2024-01-02', asset => 'told') AS c, report.evidence(c.installation, c.before_look, c.after_look) AS e ORDER BY e.observed_at$$,
    $$VALUES (timestamptz '2024-01-01 09:00', 'Eye', 'https://eye.example', 'complete', 'told', NULL, NULL, NULL::int, NULL::int, NULL::float8, 35::float8),
        ('2024-01-02 09:00', 'Eye', 'https://eye.example', 'partial', 'told', 'told', NULL::text, 1, 1, 1, 35)$$,
    'evidence: both looks, with what they showed; one that showed nothing has a row too');
SELECT results_eq($$SELECT look, count_min, lon FROM report.evidence('base', 8003, 8001)$$, $$VALUES (8001::bigint, 6, 10.015::float8), (8003, 5, 9.985)$$, 'where it was seen, in order of time');
SELECT is_empty($$SELECT * FROM report.evidence('Here', 8001)$$, 'not of another installation');
SELECT is_empty($$SELECT * FROM report.evidence('Here', NULL, 0)$$, 'nor where there was no look');
SELECT throws_ok($$SELECT * FROM report.evidence('Nowhere', 1)$$, '22S07', NULL, 'an unknown installation');

-- persistence(): of looks that told one number, pairs so many days apart
SELECT results_eq($$SELECT asset_class, class_path, days, pairs, same, share FROM report.persistence('calm')$$,
    $$VALUES ('calm', 'calm', 1, 2::bigint, 1::bigint, 0.5), ('calm', 'calm', 2, 3, 1, 0.333), ('calm', 'calm', 4, 1, 0, 0)$$,
    'persistence: 1, 1, 2, two days later 2');
SELECT results_eq($$SELECT days, pairs, same FROM report.persistence('apart')$$, $$VALUES (512, 1::bigint, 1::bigint)$$, '17 months apart');
SELECT is_empty($$SELECT * FROM report.persistence('open')$$, 'minimums are no pair');
SELECT results_eq($$SELECT count(DISTINCT asset_class) > 10, bool_and(same <= pairs AND pairs > 0), bool_and(share BETWEEN 0 AND 1) FROM report.persistence()$$, 'VALUES (true, true, true)', 'of every class');

-- individuals: known by their number, which a complete look need not have read
INSERT INTO report.asset_class (path, name) VALUES ('named', 'named');
DO $$
DECLARE
    look record;
BEGIN
    FOR look IN SELECT * FROM (VALUES ('2024-01-04', NULL), ('2024-01-06', 'T1'), ('2024-01-10', NULL), ('2024-01-12', 'T2')) AS l (at, tail)
    LOOP
        PERFORM pg_temp.look('named', look.at::date, '1');
        UPDATE report.sighting SET designation = look.tail WHERE sighting_id = (SELECT max(sighting_id) FROM report.sighting);
    END LOOP;
    INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (2, 8010, 2, '2024-01-15 09:00', 'partial');
    INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, designation) SELECT 2, 8010, asset_class_id, 'T2' FROM report.asset_class WHERE name = 'named';
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', 'SRID=4326;POINT(35 35)', asset => 'named')$$, 'one at every look: the count does not change');
SELECT results_eq($$SELECT designation, status, verdict, count_before_min, count_after_min, certain, before_looked_at FROM report.changes('2024-01-05', '2024-01-13', installation => 'Here', asset => 'named', by => 'individual')$$,
    $$VALUES ('T2', NULL, 'arrived', NULL::int, 1, false, NULL::timestamptz)$$, 'T2 arrived, as the look that showed T1 alone did not show it; T1 came and went');
SELECT results_eq($$SELECT designation, verdict, certain FROM report.changes('2024-01-06', '2024-01-13', installation => 'Here', asset => 'named', by => 'individual') ORDER BY 1$$,
    $$VALUES ('T1', 'departed', true), ('T2', 'arrived', true)$$, 'from the look that showed T1 on');
SELECT results_eq($$SELECT installation, verdict, sources FROM report.changes('2024-01-13', '2024-01-16', asset => 'named', by => 'individual') ORDER BY 1$$,
    $$VALUES ('Base', 'arrived', 'Eye 2024-01-12, Ear 2024-01-15'), ('Here', 'departed', 'Eye 2024-01-12, Ear 2024-01-15')$$, 'who is seen elsewhere is not here');

-- what it refuses
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', asset => 'zeppelin')$$, '22S07', 'unknown asset class "zeppelin"', 'an unknown class is an error, not an empty report');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', installation => 'Nowhere')$$, '22S07', 'unknown installation "Nowhere"', 'an unknown installation likewise');
SELECT throws_ok($$SELECT * FROM report.changes('2030-01-05', '2030-01-13', installation => 'Nowhere', asset => 'between')$$, '22S07', NULL, 'also where there is nothing to report');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-13', '2024-01-05')$$, '22S05', NULL, 'reversed dates');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-13', '2024-01-13')$$, '22S05', NULL, 'equal dates');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-13', NULL)$$, '22S07', NULL, 'a missing date');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', mode => 'sure')$$, '22S06', NULL, 'an unknown mode');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', max_age => '-1 day')$$, '22S06', NULL, 'a negative age');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-05', '2024-01-13', area => ST_SetSRID(ST_MakePoint(1, 1), 3857))$$, '22S01', NULL, 'an area in another projection');

SELECT * FROM finish();
ROLLBACK;
