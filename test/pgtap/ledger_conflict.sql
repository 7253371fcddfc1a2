-- The view conflict: evidence that cannot all be true, of looks that overlap in time and of one
-- individual at two places; that of one instant is in ledger_evidence.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(22);

SELECT create_ledger('conflict_test') \g /dev/null
SET search_path = conflict_test, public;
INSERT INTO source (name, min_confidence) VALUES ('Eye', NULL), ('Careless', 0.2);
-- 111.3 km, and 1,113.2
INSERT INTO installation (name, location) VALUES
    ('A', 'SRID=4326;POINT(35 0)'), ('B', 'SRID=4326;POINT(36 0)'), ('C', 'SRID=4326;POINT(45 0)');
INSERT INTO asset_class (path, name, max_speed_kmh) VALUES
    ('ship', 'Ship', NULL), ('ship.tug', 'Tug', 20), ('ship.ferry', 'Ferry', NULL), ('ship.barge', 'Barge', 5);

-- A look from one day of January to another, and what it saw, as 'class count [designation [confidence]]'; a day is a number, 1.5 at noon.
CREATE FUNCTION look(since numeric, until numeric, completeness text, place text, VARIADIC seen text[]) RETURNS bigint
LANGUAGE sql VOLATILE
BEGIN ATOMIC
    WITH o AS (
        INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope)
        SELECT i.installation_id, 1, nullif(timestamptz '2023-12-31' + since * interval '1 day', timestamptz '2023-12-31' + until * interval '1 day'),
            timestamptz '2023-12-31' + until * interval '1 day', look.completeness, '{ship}'
        FROM installation i WHERE i.name = look.place
        RETURNING installation_id, observation_id),
    s AS (
        INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, designation, confidence)
        SELECT o.installation_id, o.observation_id, c.asset_class_id, w[2]::int4range, w[3], coalesce(w[4]::float8, 1)
        FROM o, unnest(look.seen) AS line, LATERAL string_to_array(line, ' ') AS w
        JOIN asset_class c ON c.name = w[1]
        WHERE line <> '')
    SELECT observation_id FROM o;
END;
-- as 'class designation problem day: least..most', and the numbers told
CREATE VIEW listed AS
SELECT string_agg(format('%s%s %s %s: %s..%s by %s', asset_class, ' ' || designation, problem, round(extract(epoch FROM observed_at - '2023-12-31')::numeric / 86400, 2)::float8,
    count_min, count_max, regexp_replace(evidence, ' \(observation \d+\)', '', 'g')), '; ' ORDER BY conflict_id) AS words
FROM conflict;
CREATE PROCEDURE clear() LANGUAGE sql
BEGIN ATOMIC
DELETE FROM observation;
END;

-- looks that overlap
SELECT look(1, 1, 'complete', 'A', 'Ferry [2,2]'), look(2, 2, 'complete', 'A', ''), look(3, 9, 'complete', 'A', 'Ferry [3,3]') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'one after the other they tell of what comes and goes');
SELECT look(10, 10, 'complete', 'A', 'Ferry [3,3]'), look(10, 60, 'complete', 'A', '') \g /dev/null
SELECT is((SELECT words FROM listed), 'Ferry looks overlap 60: 0..3 by 0, 3',
    'two months in which nothing was seen, and a ship within them: that they touch is enough');
CALL clear();
SELECT look(2, 60, 'complete', 'A', ''), look(1, 1, 'complete', 'A', 'Ferry [1,1]'), look(61, 61, 'complete', 'A', 'Ferry [1,1]') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'but not a ship before, or after');
SELECT look(5, 5, 'complete', 'B', 'Ferry [1,1]') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'or elsewhere');
CALL clear();
SELECT look(5, 5, 'complete', 'A', 'Ferry [1,3]'), look(1, 9, 'complete', 'A', 'Ferry [3,5]') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'ranges that meet are no contradiction');
CALL clear();
SELECT look(4, 4, 'partial', 'A', 'Ferry [1,1]'), look(1, 9, 'complete', 'A', '') \g /dev/null
SELECT is((SELECT words FROM listed), 'Ferry looks overlap 9: 0.. by 0, 1 or more', 'at least one is more than none');
CALL clear();
SELECT look(4, 4, 'complete', 'A', 'Ferry [1,1]'), look(1, 9, 'partial', 'A', 'Ferry [1,1]') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'at least one may be one');
CALL clear();
SELECT look(d, d, 'complete', 'A', format('Ferry [%1$s,%1$s]', n)) FROM (VALUES (2, 1), (3, 9), (4, 3), (5, 0), (6, 8), (7, 2)) AS v(d, n) \g /dev/null
SELECT look(3.5, 8, 'complete', 'A', 'Ferry [3,4]') \g /dev/null
SELECT is((SELECT words FROM listed), 'Ferry looks overlap 8: 0..8 by 0, 3 to 4, 8', 'of many that contradict it those which told the most and the fewest are named');
UPDATE observation SET retracted_at = now(), retraction_reason = 'wrong' WHERE observed_from IS NOT NULL;
SELECT is((SELECT words FROM listed), NULL, 'a look taken back contradicts nothing');
CALL clear();
SELECT look(1, 9, 'complete', 'A', ''), look(9, 9, 'complete', 'A', 'Ferry [1,1]') \g /dev/null
SELECT is((SELECT words FROM listed), 'Ferry one instant 9: 0..1 by 0, 1', 'what ends at one instant is of that instant');
CALL clear();
SELECT look(9, 9, 'complete', 'A', 'Ferry [1,1]'), look(9, 9, 'complete', 'A', ''), look(9, 20, 'complete', 'A', 'Ferry [1,1]') \g /dev/null
SELECT look(d, d, 'complete', 'A', 'Ferry [1,1]') FROM (VALUES (12), (14), (16)) AS v(d) \g /dev/null
SELECT is((SELECT words FROM listed), 'Ferry one instant 9: 0..1 by 0, 1; Ferry looks overlap 20: 0..1 by 0, 1', 'an instant at which another look began is listed once');
CALL clear();
SELECT look(4, 4, 'complete', 'A', 'Tug [1,1] T1'), look(1, 9, 'partial', 'B', 'Tug [1,1] T1') \g /dev/null
SELECT is((SELECT words FROM listed WHERE words LIKE '%Tug T1 looks overlap 9: 0..1 by 0, 1%'), (SELECT words FROM listed), 'an individual at two places in one time');
CALL clear();

-- looks of any length, against each pair of them
SELECT setseed(0.5) \g /dev/null
WITH o AS (
    INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope)
    SELECT 1, 1, CASE WHEN random() < 0.5 THEN at - random() * random() * interval '60 days' END, at, 'complete', '{ship}'
    FROM (SELECT timestamptz '2024-01-01' + n * interval '1 day' AS at FROM generate_series(1, 300) AS n) AS look
    RETURNING observation_id)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count)
SELECT 1, observation_id, 3, int4range(least, least + (random() * 3)::int, '[]') FROM (SELECT observation_id, (random() * 6)::int AS least FROM o) AS seen;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE VIEW told AS
SELECT coalesce(observed_from, observed_at) AS since, observed_at AS until, lower(count) AS least, upper(count) - 1 AS most
FROM observation JOIN sighting USING (installation_id, observation_id);
CREATE VIEW apart AS
SELECT b.until, least(b.least, min(a.least)) AS least, greatest(b.most, max(a.most)) AS most
FROM told b JOIN told a ON a.until < b.until AND a.until >= b.since AND (a.least > b.most OR a.most < b.least)
GROUP BY b.until, b.least, b.most;
SELECT results_eq($$SELECT observed_at FROM conflict WHERE asset_class = 'Ferry' ORDER BY observed_at$$,
    'SELECT until FROM apart ORDER BY until', 'each look that contradicts an earlier one is listed once, and no other');
SELECT cmp_ok((SELECT count(*) FROM apart), '>', 50::bigint, 'of which there are many');
CALL clear();

-- one individual at two places
SELECT look(1, 1, 'partial', 'A', 'Tug [1,1] T1'), look(1.2, 1.2, 'partial', 'B', 'Tug [1,1] T1') \g /dev/null
SELECT is((SELECT words FROM listed), 'Tug T1 too far apart 1.2: 0..1 by here, and at A: 111.3 km in 4.8 hours', 'a tug makes no 23 km in an hour');
UPDATE asset_class SET max_speed_kmh = 24 WHERE name = 'Tug';
SELECT is((SELECT words FROM listed), NULL, 'unless it does');
UPDATE asset_class SET max_speed_kmh = 20 WHERE name = 'Tug';
CALL clear();
SELECT look(1, 1, 'partial', 'A', 'Tug [1,1] T1'), look(1.25, 1.25, 'partial', 'B', 'Tug [1,1] T1'),
    look(1, 1, 'partial', 'A', 'Ferry [1,1] F1'), look(1.01, 1.01, 'partial', 'B', 'Ferry [1,1] F1'),
    look(2, 2, 'partial', 'A', 'Tug [1,1] X'), look(2.1, 2.1, 'partial', 'B', 'Barge [1,1] X'),
    look(3, 3, 'partial', 'A', 'Tug [1,1] Y'), look(3.1, 3.1, 'partial', 'B', 'Tug [1,1] Y 0.3') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'nor is what can be made, of a class of no known speed, of another class, or not sure');
UPDATE observation SET source_id = 2 WHERE observed_at BETWEEN '2024-01-03' AND '2024-01-03 12:00';
SELECT is((SELECT words FROM listed), 'Tug Y too far apart 3.1: 0..1 by here, and at A: 111.3 km in 2.4 hours', 'sure is what its source holds for sure');
UPDATE sighting SET retracted_at = now(), retraction_reason = 'misread' WHERE designation = 'Y';
SELECT is((SELECT words FROM listed), NULL, 'what was taken back is nowhere');
CALL clear();
SELECT look(0.7, 1, 'partial', 'A', 'Tug [1,1] T1'), look(1.1, 1.1, 'partial', 'B', 'Tug [1,1] T1') \g /dev/null
SELECT is((SELECT words FROM listed), NULL, 'a look that lasted may have seen it as it began');
CALL clear();
SELECT look(1, 1, 'partial', 'A', 'Tug [1,1] T1'), look(1.3, 1.3, 'partial', 'B', 'Tug [1,1] T1'), look(1.5, 1.5, 'partial', 'C', 'Tug [1,1] T1'),
    look(9, 9, 'partial', 'B', 'Tug [1,1] T1') \g /dev/null
SELECT is((SELECT words FROM listed), 'Tug T1 too far apart 1.5: 0..1 by here, and at B: 1001.9 km in 4.8 hours', 'it goes from stop to stop');
SELECT is((SELECT installation FROM conflict), 'C', 'and is listed where it was said to be then');
SELECT * FROM finish();
ROLLBACK;
