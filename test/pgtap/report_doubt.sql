-- What a count cannot show, in words: that what was told less closely may be of the class,
-- and that two statuses may be of one object.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(32);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name) VALUES ('air', 'aircraft'), ('air.jet', 'jet'), ('ship', 'ship');

-- A look on a day of December 2024; sightings as 'class status count [designation]'.
CREATE FUNCTION pg_temp.look(day int, completeness text, VARIADIC seen text[]) RETURNS void LANGUAGE sql AS $$
    WITH o AS (
        INSERT INTO report.observation (installation_id, source_id, observed_at, completeness, scope)
        SELECT 1, 1, timestamptz '2024-11-30' + day * interval '1 day', completeness, CASE completeness WHEN 'complete' THEN '{air}' ELSE '{}' END::ltree[]
        RETURNING installation_id, observation_id)
    INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, status, count, designation)
    SELECT o.installation_id, o.observation_id, c.asset_class_id, w[2], w[3]::int4range, w[4]
    FROM o, unnest(seen) AS line, string_to_array(line, ' ') AS w, report.asset_class AS c
    WHERE c.name = w[1];
$$;
CREATE FUNCTION pg_temp.clear() RETURNS void LANGUAGE sql AS $$ DELETE FROM report.observation $$;
CREATE FUNCTION pg_temp.day(day int) RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2024-11-30' + day * interval '1 day' $$;
CREATE FUNCTION pg_temp.doubt(from_day int, to_day int, class text, individuals boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(what_is_not_known, ' | ' ORDER BY status)
    FROM report.changes_between(pg_temp.day(from_day), pg_temp.day(to_day), asset => class, individuals => individuals) WHERE asset_class = class
$$;
CREATE FUNCTION pg_temp.doubt(day int, class text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(coalesce(what_is_not_known, '-'), ' | ' ORDER BY status)
    FROM report.inventory_at(pg_temp.day(day), asset => class) WHERE asset_class = class
$$;

-- told less closely
SELECT pg_temp.look(1, 'complete', 'jet ready [2,2]'), pg_temp.look(3, 'complete', 'aircraft ready [1,1]');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(pg_temp.doubt(1, 3, 'jet'), 'the count after is a range (aircraft, told less closely, may be of this class)',
    'changes: an aircraft in a complete look may be a jet');
SELECT is(pg_temp.doubt(3, 'jet'), 'the count is a range (aircraft, told less closely, may be of this class)', 'inventory: likewise');
SELECT pg_temp.look(5, 'complete', 'jet ready [4,4]');
SELECT is(pg_temp.doubt(3, 5, 'jet'), 'the count before is a range (aircraft, told less closely, may be of this class)',
    'changes: also of the count before');
SELECT is(pg_temp.doubt(1, 5, 'jet'), NULL, 'a count that was told closely is not doubted');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,2]'), pg_temp.look(3, 'complete', 'ship ready [1,1]');
SELECT is(pg_temp.doubt(1, 'jet'), 'the count is a range', 'another class has no part in it');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,2]'), pg_temp.look(3, 'complete', 'aircraft ready [1,)'), pg_temp.look(4, 'partial', 'aircraft ready [1,)');
SELECT is(pg_temp.doubt(4, 'jet'),
    'no observation after 2024-12-01 00:00 tells whether still there (aircraft, told less closely, may be of this class)',
    'why a complete look does not tell that the jets are gone');
SELECT is((SELECT count_min FROM report.inventory_at(pg_temp.day(4), asset => 'jet')), 2, 'which are there as last known');
UPDATE report.sighting SET retracted_at = now(), retraction_reason = 'a shadow' WHERE count = '[1,)';
SELECT is(pg_temp.doubt(4, 'jet'), NULL, 'and are gone once that is retracted');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'aircraft ready [1,)'), pg_temp.look(3, 'complete', 'jet ready [2,2]'), pg_temp.look(5, 'complete', 'jet ready [3,3]');
SELECT results_eq($$SELECT count_before_min, verdict FROM report.changes_between(pg_temp.day(2), pg_temp.day(3), asset => 'jet')$$,
    $$VALUES (NULL::int, 'first look')$$, 'before a look that tells nothing of jets nothing is known');
SELECT is(pg_temp.doubt(2, 3, 'jet'),
    'no complete observation of this class before 2024-12-03 00:00 (aircraft, told less closely, may be of this class)',
    'though there was a complete look, which does not tell');
SELECT results_eq($$SELECT count_before_min, count_after_min, verdict FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (NULL::int, 3, 'first look')$$, 'nor is it zero before the second count');
SELECT is(pg_temp.doubt(2, 5, 'jet'),
    'no complete observation of this class by 2024-12-02 00:00 (aircraft, told less closely, may be of this class)', 'and why');
SELECT results_eq($$SELECT state FROM report.timeline_between(pg_temp.day(1), pg_temp.day(4), installation => 'Here', asset => 'jet')$$,
    ARRAY['unobserved', 'unobserved', 'observed'], 'timeline: such a look observed no jets');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1] T1'), pg_temp.look(3, 'complete', 'aircraft ready [1,1]'), pg_temp.look(5, 'complete', 'jet ready [1,1] T2');
SELECT matches(pg_temp.doubt(2, 5, 'jet', true), 'may have changed before 2024-12-02',
    'individuals: as ever where the look tells nothing of one');

SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'aircraft ready [1,1] T2'), pg_temp.look(3, 'complete', 'jet ready [1,1] T1'), pg_temp.look(5, 'complete', 'jet ready [1,1] T3');
SELECT results_eq($$SELECT designation, count_before_min, verdict FROM report.changes_between(pg_temp.day(1), pg_temp.day(3), asset => 'jet', individuals => true)$$,
    $$VALUES ('T1', 0, 'arrived')$$, 'but an aircraft of another number shows that this one was not there');
SELECT is((SELECT count_min FROM report.count_at(1, 2, NULL, 'T1', pg_temp.day(2), 'last_known', NULL) AS n, LATERAL (SELECT count_min(n)) AS c), 0, 'by the looks too');

-- perhaps one, perhaps any number
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,)'), pg_temp.look(3, 'complete', ''), pg_temp.look(5, 'complete', 'jet ready [2,2]');
UPDATE report.sighting SET confidence = 0.1 WHERE count = '[2,)';
SELECT results_eq($$SELECT count_before_min, verdict FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (NULL::int, 'arrived')$$, 'a doubtful sighting without a limit leaves the count before open');
SELECT results_eq($$SELECT count_before_min FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet', known_at => 'infinity')$$,
    ARRAY[NULL::int], 'also as known at an instant');
SELECT results_eq($$SELECT count_min, state FROM report.timeline_between(pg_temp.day(1), pg_temp.day(4), asset => 'jet')$$,
    $$VALUES (NULL::int, 'unobserved'), (NULL, 'unobserved'), (0, 'observed')$$, 'timeline: none only from the look on that says so');
SELECT is((SELECT count_max(report.count_at(1, 2, 'dismantled', NULL, pg_temp.day(2), 'last_known', NULL))), 0, 'of another status it says that there were none');
UPDATE report.sighting SET confidence = 0.1, count = '[2,3]' WHERE count = '[2,)';
SELECT results_eq($$SELECT count_before_min, count_before_max FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (0, 0)$$, 'with a limit it fits the look that saw none');

-- one object, two statuses
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1]'), pg_temp.look(3, 'partial', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(3, 'jet'),
    'the count is a minimum; may be among those of status ready, last seen so 2024-12-01 00:00'
    || ' | no observation after 2024-12-01 00:00 tells whether still there; may be among those of status dismantled, first seen so 2024-12-03 00:00',
    'inventory: ready as last known, then seen dismantled: perhaps one jet, counted in both');
SELECT is((SELECT string_agg(status || ' ' || count_min, ', ' ORDER BY status) FROM report.inventory_at(pg_temp.day(3), asset => 'jet')), 'dismantled 1, ready 1',
    'for each status is a count of its own');
SELECT is(pg_temp.doubt(1, 3, 'jet'), 'the count after is a minimum; after: may be among those of status ready, last seen so 2024-12-01 00:00',
    'changes: likewise');
SELECT matches((SELECT what_is_not_known FROM report.changes_between(pg_temp.day(1), pg_temp.day(3), asset => 'jet', known_at => 'infinity')),
    'after: may be among those of status ready', 'changes: also as known at an instant');
SELECT is(pg_temp.doubt(1, 'jet'), '-', 'before the second was seen there is no doubt');
SELECT pg_temp.look(6, 'complete', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(6, 'jet'), '-', 'a complete look that shows one status ends it');
SELECT is(pg_temp.doubt(4, 6, 'jet'), 'may have changed before 2024-12-04 00:00: 1 last seen 2024-12-01 00:00, no longer 2024-12-06 00:00'
    || '; before: may be among those of status dismantled, first seen so 2024-12-03 00:00', 'changes: the doubt stays where it was');
SELECT pg_temp.look(4, 'complete', 'jet ready [1,1]', 'jet dismantled [1,1]');
SELECT unalike(pg_temp.doubt(3, 'jet'), '%may be among%', 'a look that shows both shows that they are two');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1]'), pg_temp.look(3, 'complete', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(1, 3, 'jet'), NULL, 'between complete looks a change of status is a change');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1]'), pg_temp.look(3, 'partial', 'aircraft dismantled [1,1]');
SELECT is(pg_temp.doubt(3, 'jet'), 'no observation after 2024-12-01 00:00 tells whether still there', 'nor is it said of another class');
SELECT is_empty('SELECT * FROM report.verify()', 'verify() finds nothing');

SELECT * FROM finish();
ROLLBACK;
