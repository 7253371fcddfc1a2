-- What a count cannot show, as codes and in words: that what was told of a class above may be of the
-- class, that a look told a range, that earlier looks are carried forward, that readers disagree.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(40);

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
CREATE FUNCTION pg_temp.doubt(from_day int, to_day int, class text, by text DEFAULT 'status') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s: %s', coalesce(designation, status), array_to_string(doubt, ' ')), ' | ' ORDER BY status, designation)
    FROM report.changes_between(pg_temp.day(from_day), pg_temp.day(to_day), asset => class, by => by) WHERE asset_class = class
$$;
CREATE FUNCTION pg_temp.doubt(day int, class text, mode text DEFAULT 'last_known', max_age interval DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s: %s', count_text(count_min, count_max), status, array_to_string(doubt, ' ')), ' | ' ORDER BY status)
    FROM report.inventory_at(pg_temp.day(day), asset => class, mode => mode, max_age => max_age, by => 'status') WHERE asset_class = class
$$;

-- told less closely
SELECT pg_temp.look(1, 'complete', 'jet ready [2,2]'), pg_temp.look(3, 'complete', 'aircraft ready [1,1]');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_after_min, count_after_max, verdict, certain, what_is_not_known FROM report.changes_between(pg_temp.day(1), pg_temp.day(3), asset => 'jet') WHERE asset_class = 'jet'$$,
    $$VALUES (0, 1, 'decreased', true, 'the count after is a range; a look told of a class above, or of no status: that may be of this class, or in this status')$$, 'changes: an aircraft in a complete look may be a jet');
SELECT is(pg_temp.doubt(3, 'jet'), NULL, 'inventory: perhaps one, so none is listed as last known');
SELECT is(pg_temp.doubt(3, 'jet', 'possible'), '0..1 ready: range told_less_closely', 'but as possible');
SELECT pg_temp.look(5, 'complete', 'jet ready [4,4]');
SELECT is(pg_temp.doubt(3, 5, 'jet'), 'ready: range_before told_less_closely', 'changes: also of the count before');
SELECT is(pg_temp.doubt(1, 5, 'jet'), 'ready: ', 'a count that was told closely is not doubted');
SELECT is((SELECT what_is_not_known FROM report.changes_between(pg_temp.day(1), pg_temp.day(5), asset => 'jet')), NULL, 'nor are there words for it');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,2]'), pg_temp.look(3, 'complete', 'ship ready [1,1]');
SELECT is(pg_temp.doubt(1, 'jet'), '1..2 ready: range', 'another class has no part in it');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,2]'), pg_temp.look(3, 'complete', 'aircraft ready [1,)'), pg_temp.look(4, 'partial', 'aircraft ready [1,)');
SELECT results_eq($$SELECT count_min, count_max, state, looked_at FROM report.inventory_at(pg_temp.day(4), asset => 'jet')$$,
    $$VALUES (2, 2, 'told', pg_temp.day(1))$$, 'where any number may be of the class, a complete look tells nothing of it: the last one that does is older');
UPDATE report.sighting SET retracted_at = now(), retraction_reason = 'a shadow' WHERE count = '[1,)';
SELECT is(pg_temp.doubt(4, 'jet'), NULL, 'and none is there once that is retracted');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'aircraft ready [1,)'), pg_temp.look(3, 'complete', 'jet ready [2,2]'), pg_temp.look(5, 'complete', 'jet ready [3,3]');
SELECT results_eq($$SELECT count_before_min, verdict FROM report.changes_between(pg_temp.day(2), pg_temp.day(3), asset => 'jet')$$,
    $$VALUES (NULL::int, 'first look')$$, 'before a look that tells nothing of jets nothing is known');
SELECT is(pg_temp.doubt(2, 3, 'jet'), 'ready: no_look_before', 'though there was a complete look, which does not tell');
SELECT results_eq($$SELECT count_before_min, count_after_min, verdict FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (NULL::int, 3, 'first look')$$, 'nor is it zero before the second count');
SELECT is(pg_temp.doubt(2, 5, 'jet'), 'ready: no_look_before', 'and why');
SELECT results_eq($$SELECT state FROM report.timeline_between(pg_temp.day(1), pg_temp.day(4), installation => 'Here', asset => 'jet')$$,
    ARRAY['unobserved', 'unobserved', 'observed'], 'timeline: such a look observed no jets');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1] T1'), pg_temp.look(3, 'complete', 'aircraft ready [1,1]'), pg_temp.look(5, 'complete', 'jet ready [1,1] T2');
SELECT results_eq($$SELECT designation, verdict, certain, before_looked_at, doubt FROM report.changes_between(pg_temp.day(3), pg_temp.day(5), asset => 'jet', by => 'individual') ORDER BY 1$$,
    $$VALUES ('T1', 'departed', true, pg_temp.day(1), '{}'::text[]), ('T2', 'arrived', true, pg_temp.day(1), '{}')$$,
    'individuals: an aircraft without a number may be either, so the look before it tells');

SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'aircraft ready [1,1] T2'), pg_temp.look(3, 'complete', 'jet ready [1,1] T1'), pg_temp.look(5, 'complete', 'jet ready [1,1] T3');
SELECT results_eq($$SELECT designation, count_before_min, verdict, before_looked_at FROM report.changes_between(pg_temp.day(1), pg_temp.day(3), asset => 'jet', by => 'individual')$$,
    $$VALUES ('T1', 0, 'arrived', pg_temp.day(1))$$, 'but an aircraft of another number shows that this one was not there');

-- perhaps one, perhaps any number
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,)'), pg_temp.look(3, 'complete', ''), pg_temp.look(5, 'complete', 'jet ready [2,2]');
UPDATE report.sighting SET confidence = 0.1 WHERE count = '[2,)';
SELECT results_eq($$SELECT count_before_min, verdict, doubt FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (NULL::int, 'arrived', '{no_look_before}'::text[])$$, 'a doubtful sighting without a limit leaves the count before open');
SELECT results_eq($$SELECT count_before_min FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet', known_at => now())$$,
    ARRAY[NULL::int], 'also as known at an instant');
-- (which is the server's zero)
SELECT is_empty($$SELECT * FROM report.timeline_between(pg_temp.day(1), pg_temp.day(4), known_at => '2000-01-01Z')$$, 'nothing was recorded in the first instant of 2000');
SELECT results_eq($$SELECT count_min, state FROM report.timeline_between(pg_temp.day(1), pg_temp.day(4), asset => 'jet')$$,
    $$VALUES (NULL::int, 'unobserved'), (NULL, 'unobserved'), (0, 'observed')$$, 'timeline: none only from the look on that says so');
UPDATE report.sighting SET confidence = 0.1, count = '[2,3]' WHERE count = '[2,)';
SELECT results_eq($$SELECT count_before_min, count_before_max, count_after_min, verdict, certain, doubt FROM report.changes_between(pg_temp.day(2), pg_temp.day(5), asset => 'jet')$$,
    $$VALUES (0, 3, 2, 'varied', false, '{range_before}'::text[])$$, 'with a limit it is a range, which a later look makes no narrower');

-- what earlier looks add, readers, age
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,2]'), pg_temp.look(3, 'partial', 'jet ready [1,1]');
SELECT is(pg_temp.doubt(3, 'jet'), '2 ready: carried', 'one seen, two known before: the look alone does not prove two');
SELECT is(pg_temp.doubt(3, 'jet', 'certain'), '1.. ready: minimum', 'what it proves');
SELECT is(pg_temp.doubt(5, 'jet', max_age => '2 days'), '? ready: stale', 'too old');
SELECT pg_temp.look(4, 'complete', 'jet ready [3,3]'), pg_temp.look(4, 'complete', 'jet ready [5,5]');
SELECT is(pg_temp.doubt(4, 'jet'), '3..5 ready: range readers_disagree', 'looks of one instant that contradict each other');
SELECT is(pg_temp.doubt(1, 4, 'jet'), 'ready: range_after readers_disagree', 'likewise in changes');

-- one object, two statuses
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [2,3]'), pg_temp.look(6, 'partial', 'jet dismantled [1,1]');
UPDATE report.sighting SET confidence = 0.1 WHERE status = 'ready';
SELECT set_eq($$SELECT status, count_min, count_max, state FROM report.timeline_between(pg_temp.day(1), pg_temp.day(2), asset => 'jet', by => 'status')$$,
    $$VALUES ('ready', 0, 3, 'observed')$$, 'a doubtful sighting; of a status that only a later look sights nothing is told yet');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'partial', 'jet dismantled [1,1]'), pg_temp.look(2, 'complete', 'jet ready [2,3]');
UPDATE report.sighting SET confidence = 0.1 WHERE status = 'ready';
SELECT set_eq($$SELECT status, count_min, count_max, state FROM report.timeline_between(pg_temp.day(2), pg_temp.day(3), asset => 'jet', by => 'status')$$,
    $$VALUES ('dismantled', 0, 0, 'observed'), ('ready', 0, 3, 'observed')$$, 'of one that was sighted it says that there were none');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1]'), pg_temp.look(3, 'partial', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(3, 'jet'), '1 dismantled: carried', 'inventory: the one that is dismantled is the one that was ready');
SELECT is(pg_temp.doubt(1, 3, 'jet'), 'dismantled: carried_after status_may_be_same | ready: carried_after status_may_be_same', 'changes: likewise');
SELECT is(pg_temp.doubt(1, 3, 'jet', 'class'), NULL, 'and by class none has left');
SELECT pg_temp.look(6, 'complete', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(6, 'jet'), '1 dismantled: ', 'a complete look that shows one status leaves none of the other');
SELECT is(pg_temp.doubt(4, 6, 'jet'), NULL, 'changes: which is none, as there was none any more');
SELECT pg_temp.clear();
SELECT pg_temp.look(1, 'complete', 'jet ready [1,1]'), pg_temp.look(3, 'complete', 'jet dismantled [1,1]');
SELECT is(pg_temp.doubt(1, 3, 'jet'), 'dismantled: status_may_be_same | ready: status_may_be_same', 'between complete looks a change of status is a change, perhaps of the same one');

-- the words
SELECT is_empty($$SELECT word FROM report_words() WHERE meaning IS NULL OR meaning = '' OR about = 'doubt' AND doubt_text(ARRAY[word]) IS DISTINCT FROM meaning$$, 'each word has a meaning, which doubt_text() gives');
SELECT is_empty($$SELECT about, word FROM report_words() GROUP BY 1, 2 HAVING count(*) > 1$$, 'and stands once');
SELECT is(doubt_text('{stale,NULL,range}'), 'the last look that told of it is older than max_age; the count is a range', 'codes in words');
SELECT is(doubt_text('{}'), NULL, 'nothing is nothing');
SELECT throws_ok($$SELECT doubt_text('{doubtful}')$$, '22S07', 'unknown code of a doubt: "doubtful"');
SELECT is_empty('SELECT * FROM report.verify()', 'verify() finds nothing');

SELECT * FROM finish();
ROLLBACK;
