-- changes(): every verdict it can give, what it counts as known, what it refuses, and a
-- comparison with the looks themselves on seeded random data.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(34);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO report.source (name) VALUES ('Eye');

-- A look at one class only, so that every class is a story of its own. A NULL count: looked, and saw none.
CREATE FUNCTION pg_temp.look(class text, at timestamptz, n int, completeness text DEFAULT 'complete',
                             confidence float8 DEFAULT 1, place text DEFAULT 'Here') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO report.asset_class (path, name) VALUES (class::ltree, class) ON CONFLICT DO NOTHING;
    WITH looked AS (
        INSERT INTO report.observation (installation_id, source_id, observed_at, completeness, scope)
        SELECT installation_id, 1, at, completeness, ARRAY[class::ltree] FROM report.installation WHERE name = place
        RETURNING installation_id, observation_id)
    INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, confidence)
    SELECT looked.installation_id, looked.observation_id, c.asset_class_id, int4range(n, n, '[]'), confidence
    FROM looked, report.asset_class AS c
    WHERE c.name = class AND n IS NOT NULL;
$$;

CREATE TEMP VIEW story (class, at, n, completeness, confidence) AS VALUES
    ('first',     '2024-12-13 12:00', 2,    'partial',  1.0),
    ('surely',    '2024-12-04 00:00', NULL, 'complete', 1),
    ('surely',    '2024-12-06 00:00', NULL, 'complete', 1),
    ('surely',    '2024-12-10 00:00', 3,    'complete', 1),
    ('surely',    '2024-12-14 00:00', 3,    'complete', 1),
    ('maybe',     '2024-12-01 00:00', NULL, 'complete', 1),
    ('maybe',     '2024-12-10 00:00', 3,    'complete', 1),
    ('fresh',     '2024-12-06 00:00', NULL, 'complete', 1),
    ('fresh',     '2024-12-10 00:00', 3,    'complete', 1),
    ('fresh',     '2024-12-14 00:00', 3,    'complete', 1),
    ('late',      '2024-12-06 00:00', 2,    'complete', 1),
    ('late',      '2024-12-10 00:00', 3,    'complete', 1),
    ('late',      '2024-12-14 00:00', 3,    'complete', 1),
    ('up',        '2024-12-04 00:00', 2,    'complete', 1),
    ('up',        '2024-12-06 00:00', 2,    'complete', 1),
    ('up',        '2024-12-10 00:00', 3,    'complete', 1),
    ('up',        '2024-12-14 00:00', 3,    'complete', 1),
    ('down',      '2024-12-04 00:00', 5,    'complete', 1),
    ('down',      '2024-12-10 00:00', 3,    'complete', 1),
    ('gone',      '2024-12-01 00:00', 4,    'partial',  1),
    ('gone',      '2024-12-10 00:00', NULL, 'complete', 1),
    ('left',      '2024-12-04 00:00', 2,    'complete', 1),
    ('left',      '2024-12-06 00:00', 2,    'complete', 1),
    ('left',      '2024-12-10 00:00', NULL, 'complete', 1),
    ('back',      '2024-12-04 00:00', 2,    'complete', 1),
    ('back',      '2024-12-06 00:00', 2,    'complete', 1),
    ('back',      '2024-12-10 00:00', NULL, 'complete', 1),
    ('back',      '2024-12-20 00:00', 2,    'complete', 1),
    ('varied',    '2024-12-04 00:00', 2,    'complete', 1),
    ('varied',    '2024-12-06 00:00', 2,    'complete', 1),
    ('varied',    '2024-12-08 00:00', NULL, 'complete', 1),
    ('varied',    '2024-12-12 00:00', 2,    'complete', 1),
    ('varied',    '2024-12-14 00:00', 2,    'complete', 1),
    ('steps',     '2024-12-01 00:00', NULL, 'complete', 1),
    ('steps',     '2024-12-07 00:00', 2,    'complete', 1),
    ('steps',     '2024-12-10 00:00', 3,    'complete', 1),
    ('steps',     '2024-12-14 00:00', 3,    'complete', 1),
    ('open',      '2024-12-01 00:00', 2,    'partial',  1),
    ('followed',  '2024-12-04 00:00', 2,    'complete', 1),
    ('followed',  '2024-12-07 00:00', 3,    'complete', 1),
    ('passed',    '2024-12-04 00:00', NULL, 'complete', 1),
    ('passed',    '2024-12-08 00:00', 3,    'complete', 1),
    ('passed',    '2024-12-10 00:00', NULL, 'complete', 1),
    ('clouded',   '2024-12-04 00:00', 3,    'complete', 1),
    ('clouded',   '2024-12-08 00:00', 1,    'partial',  1),
    ('clouded',   '2024-12-14 00:00', 3,    'complete', 1),
    ('doubtful',  '2024-12-10 00:00', 2,    'complete', 0.2);
DO $$
BEGIN
    PERFORM pg_temp.look(class, at::timestamptz, n, completeness, confidence) FROM story;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.told(mode text DEFAULT 'last_known', max_age interval DEFAULT NULL) RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT format('%s %s -> %s %s%s', asset_class, count_text(count_before_min, count_before_max),
                  count_text(count_after_min, count_after_max), verdict, CASE WHEN certain THEN ', certain' END)
    FROM report.changes('2024-12-05', '2024-12-13', mode => mode, max_age => max_age)
$$;

SELECT set_eq('SELECT pg_temp.told()', ARRAY[
    'first ? -> 2.. first look',
    'surely 0 -> 3 arrived, certain',
    'maybe 0 -> 3 arrived',
    'fresh ? -> 3 arrived, certain',
    'late ? -> 3 first look',
    'up 2 -> 3 increased, certain',
    'down 5 -> 3 decreased',
    'gone 4.. -> 0 departed',
    'left 2 -> 0 departed, certain',
    'back 2 -> 0 departed',
    'varied 2 -> 2 varied, certain',
    'steps 0 -> 3 arrived',
    'followed 2 -> 3 increased',
    'doubtful ? -> 0..2 first look'],
    'last_known: one row per key, unknown sides are not zero, what passed or stayed is no change');

SELECT set_eq($$SELECT pg_temp.told('certain')$$, ARRAY[
    'surely 0 -> 3 arrived, certain',
    'fresh ? -> 3 arrived, certain',
    'up 2 -> 3 increased, certain',
    'left 2 -> 0 departed, certain',
    'varied 2 -> 2 varied, certain',
    'steps 0..2 -> 3 increased, certain'],
    'certain: only what the evidence leaves no other reading of');

SELECT set_has($$SELECT pg_temp.told('possible')$$, $$VALUES
    ('open 0.. -> 0.. undecided'),
    ('maybe 0..3 -> 0..3 undecided'),
    ('surely 0 -> 3 arrived, certain')$$,
    'possible: what may have changed is listed and stays undecided');

SELECT set_has($$SELECT pg_temp.told('last_known', '5 days')$$, $$VALUES
    ('open 2.. -> ? expired'),
    ('followed 2 -> ? expired'),
    ('maybe 0 -> 3 arrived')$$,
    'max_age: what rests on old evidence expires, it does not depart');
SELECT set_hasnt($$SELECT pg_temp.told('last_known', '5 days')$$, $$VALUES ('open 2.. -> 0 departed')$$,
    'and is not counted as none');
SELECT set_has($$SELECT pg_temp.told('last_known', '4 days')$$, $$VALUES ('maybe ? -> 3 undecided')$$,
    'max_age: an old look that saw none is no evidence of none either');

SELECT is((SELECT what_is_not_known FROM report.changes('2024-12-05', '2024-12-13', asset => 'first')),
    'no complete observation of this class before 2024-12-13 12:00; no observation after 2024-12-13 12:00 tells whether still there; the count after is a minimum',
    'a first look says that nobody had looked');
SELECT is((SELECT what_is_not_known FROM report.changes('2024-12-05', '2024-12-13', asset => 'maybe')),
    'may have come before 2024-12-05 23:59: not seen 2024-12-01 00:00, first seen 2024-12-10 00:00; no observation after 2024-12-10 00:00 tells whether still there',
    'an arrival says from when to when');
SELECT is((SELECT what_is_not_known FROM report.changes('2024-12-05', '2024-12-13', asset => 'up')), NULL,
    'nothing is unknown about a certain change');
SELECT matches((SELECT what_is_not_known FROM report.changes('2024-12-05', '2024-12-13', asset => 'open', max_age => '5 days')),
    'the evidence at 2024-12-13 23:59 is older than 5 days: last seen 2024-12-01 00:00',
    'an expired row says how old its evidence is');

SELECT results_eq($$SELECT not_seen_at, first_seen, last_seen, gone_by, sources
                    FROM report.changes('2024-12-05', '2024-12-13', asset => 'up')$$,
    $$VALUES (timestamptz '2024-12-06', timestamptz '2024-12-10', timestamptz '2024-12-06', timestamptz '2024-12-10',
              'Eye 2024-12-06, Eye 2024-12-10')$$,
    'the evidence of both sides, and who gave it');
SELECT results_eq($$SELECT not_seen_at, first_seen, last_seen, gone_by
                    FROM report.changes('2024-12-05', '2024-12-13', asset => 'first')$$,
    $$VALUES (NULL::timestamptz, timestamptz '2024-12-13 12:00', NULL::timestamptz, NULL::timestamptz)$$,
    'no evidence is NULL, not infinity');
SELECT results_eq($$SELECT change_min, change_max, lon, lat, ST_AsEWKT(geom), status, class_path
                    FROM report.changes('2024-12-05', '2024-12-13', asset => 'up')$$,
    $$VALUES (1, 1, 35::float8, 35::float8, 'SRID=4326;POINT(35 35)', 'unspecified', 'up')$$,
    'the difference, the place and the class');

-- dates and instants
SELECT is((SELECT count(*) FROM report.changes('2024-12-12', '2024-12-13', asset => 'first')), 1::bigint,
    'changes() reads the end of a day: a look at noon counts');
SELECT is((SELECT count(*) FROM report.changes_between('2024-12-12', '2024-12-13', asset => 'first')), 0::bigint,
    'changes_between() reads the instants as they are');

-- areas are exact
SELECT is((SELECT count(*) FROM report.changes('2024-12-05', '2024-12-13', asset => 'up',
               area => ST_GeomFromText('POLYGON((34 34, 36 34, 36 36, 34 34))', 4326))), 1::bigint,
    'a place on the edge of the area is in it');
SELECT is((SELECT count(*) FROM report.changes('2024-12-05', '2024-12-13', asset => 'up',
               area => ST_GeomFromText('POLYGON((34 34, 36 36, 34 36.5, 34 34))', 4326))), 1::bigint,
    'the other side of the edge too');
SELECT is((SELECT count(*) FROM report.changes('2024-12-05', '2024-12-13', asset => 'up',
               area => ST_GeomFromText('POLYGON((34 34, 36 34, 36 35.9, 34 34))', 4326))), 0::bigint,
    'a place in the box but not in the polygon is not');

-- what it refuses
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', asset => 'zeppelin')$$, '22S07',
    'unknown asset class "zeppelin"', 'an unknown class is an error, not an empty report');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', installation => 'Nowhere')$$, '22S07',
    'unknown installation "Nowhere"', 'an unknown installation likewise');
SELECT throws_ok($$SELECT * FROM report.changes('2030-12-05', '2030-12-13', installation => 'Nowhere', asset => 'up')$$,
    '22S07', NULL, 'also where there is nothing to report');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-13', '2024-12-05')$$, '22S05', NULL, 'reversed dates');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-13', '2024-12-13')$$, '22S05', NULL, 'equal dates');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-13', NULL)$$, '22S07', NULL, 'a missing date');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', mode => 'sure')$$, '22S06', NULL,
    'an unknown mode');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', max_age => '-1 day')$$, '22S06', NULL,
    'a negative age');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', area => ST_SetSRID(ST_MakePoint(1, 1), 3857))$$,
    '22S01', NULL, 'an area in another projection');

-- individuals: known by their number, which a complete look need not have read
INSERT INTO report.asset_class (path, name) VALUES ('named', 'named');
DO $$
DECLARE
    look record;
BEGIN
    FOR look IN SELECT * FROM (VALUES ('2024-12-04', NULL), ('2024-12-06', 'T1'), ('2024-12-10', NULL), ('2024-12-12', 'T2')) AS l (at, tail)
    LOOP
        PERFORM pg_temp.look('named', look.at::timestamptz, 1);
        UPDATE report.sighting SET designation = look.tail WHERE sighting_id = (SELECT max(sighting_id) FROM report.sighting);
    END LOOP;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', asset => 'named')$$,
    'one at every look: the count does not change');
SELECT set_eq($$SELECT designation, verdict, count_after_min
                FROM report.changes('2024-12-05', '2024-12-13', asset => 'named', individuals => true)$$,
    $$VALUES ('T2', 'arrived', 1)$$, 'T2 arrived, as the look that showed T1 alone did not show it; T1 came and went');
SELECT is((SELECT what_is_not_known FROM report.changes('2024-12-05', '2024-12-07', asset => 'named', individuals => true)),
    'no observation that tells of this one before 2024-12-06 00:00; may have changed before 2024-12-07 23:59: last seen so 2024-12-06 00:00, no longer so 2024-12-12 00:00',
    'of T1 nobody could tell before: a look that read no number says nothing of it');

-- Random looks, complete and exact: the report must say what the looks themselves say.
CREATE TEMP TABLE looked AS
SELECT place, class, timestamptz '2024-01-01' + look * interval '2 days' + (hash % 40) * interval '1 hour' AS at,
       (hash / 64) % 4 AS n
FROM generate_series(1, 3) AS place, generate_series(1, 4) AS class, generate_series(1, 12) AS look,
     LATERAL (SELECT abs(hashint4(place * 10000 + class * 100 + look)) AS hash) AS seeded
WHERE hash % 5 > 0;
INSERT INTO report.installation (name, location)
SELECT 'P' || place, ST_SetSRID(ST_MakePoint(place, place), 4326) FROM generate_series(1, 3) AS place;
DO $$
BEGIN
    PERFORM pg_temp.look('c' || class, at, nullif(n, 0), place => 'P' || place) FROM looked;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.last(place int, class int, by timestamptz) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT n FROM looked WHERE looked.place = $1 AND looked.class = $2 AND at <= by ORDER BY at DESC LIMIT 1
$$;
CREATE TEMP TABLE question AS
SELECT timestamptz '2024-01-01' + a * interval '1 day' AS d1, timestamptz '2024-01-01' + (a + b) * interval '1 day' AS d2
FROM generate_series(0, 24, 2) AS a, unnest('{1,3,7,15}'::int[]) AS b;
CREATE TEMP TABLE expected AS
SELECT d1, d2, 'P' || place AS place, 'c' || class AS class, before, after
FROM question, generate_series(1, 3) AS place, generate_series(1, 4) AS class,
     LATERAL (SELECT pg_temp.last(place, class, d1) AS before, pg_temp.last(place, class, d2) AS after) AS counts
WHERE before <> after OR (before IS NULL AND after > 0);
CREATE TEMP TABLE reported AS
SELECT d1, d2, c.*
FROM question, LATERAL report.changes_between(d1, d2) AS c
WHERE installation LIKE 'P%';

SELECT ok(count(*) > 200, 'enough changes to compare') FROM expected;
SELECT set_eq($$SELECT d1, d2, installation, asset_class, count_before_min, count_before_max, count_after_min, count_after_max
                FROM reported WHERE verdict <> 'varied'$$,
    $$SELECT d1, d2, place, class, before, before AS b, after, after AS a FROM expected$$,
    'every change of the looks, and nothing else, is reported');
SELECT is_empty($$
    SELECT r.* FROM reported AS r
    WHERE r.certain AND r.verdict <> 'varied' AND r.count_before_min IS NOT NULL AND NOT EXISTS (
        SELECT FROM report.changes_between(r.d1, r.d2, installation => r.installation, asset => r.asset_class, mode => 'certain') AS c
        WHERE c.verdict = r.verdict)$$,
    'what is marked certain is there in mode certain');

SELECT is_empty($$
    SELECT r.* FROM reported AS r
    WHERE NOT r.certain AND EXISTS (
        SELECT FROM report.changes_between(r.d1, r.d2, installation => r.installation, asset => r.asset_class, mode => 'certain') AS c
        WHERE c.verdict = r.verdict)$$,
    'and what is there is marked');

SELECT * FROM finish();
ROLLBACK;
