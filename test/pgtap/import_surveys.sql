-- What surveys prove and what they do not: counts as people write them, days and time zones, rows that
-- add up and rows that do not, scope, corrections, other sources, and loads.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(42);

-- counts
CREATE TEMP TABLE said (n int, said text, count int4range);
INSERT INTO said VALUES (1, '7', '[7,7]'), (2, ' 7 ', '[7,7]'), (3, '7.0', '[7,7]'), (4, '0', '[0,0]'), (5, '3-5', '[3,5]'), (6, '3 - 5', '[3,5]'), (7, '3..5', '[3,5]'),
    (8, '3 to 5', '[3,5]'), (9, '4+', '[4,)'), (10, '4..', '[4,)'), (11, 'at least 4', '[4,)'), (12, '>= 4', '[4,)'), (13, '4 or more', '[4,)'), (14, 'more than 4', '[5,)'),
    (15, '>4', '[5,)'), (16, 'up to 4', '[0,4]'), (17, 'at most 4', '[0,4]'), (18, '<=4', '[0,4]'), (19, '<4', '[0,3]'), (20, 'fewer than 4', '[0,3]'), (21, 'X', '[1,)'),
    (22, 'present', '[1,)'), (23, '5-3', NULL), (24, '~10', NULL), (25, 'about 10', NULL), (26, '10?', NULL), (27, '-3', NULL), (28, '1,200', NULL), (29, '2.5', NULL),
    (30, 'many', NULL), (31, '', NULL), (32, NULL, NULL), (33, '99999999999', NULL), (34, '<0', NULL), (35, '3-5 or so', NULL), (36, '999999999', '[999999999,999999999]');
SELECT is_empty('SELECT n, said, count, import_count(said) FROM said WHERE import_count(said) IS DISTINCT FROM count', 'counts as people write them, and what is none');

-- days and times
CREATE TEMP TABLE told (said text, zone text, since timestamptz, until timestamptz);
INSERT INTO told VALUES ('2024-03-01', 'UTC', '2024-03-01 00:00Z', '2024-03-01 23:59:59.999999Z'), ('2024-03-01', 'Asia/Tokyo', '2024-02-29 15:00Z', '2024-03-01 14:59:59.999999Z'),
    ('2024-03-31', 'Europe/Berlin', '2024-03-30 23:00Z', '2024-03-31 21:59:59.999999Z'), ('2024-03-01T10:30', 'Asia/Tokyo', NULL, '2024-03-01 01:30Z'),
    ('2024-03-01 10:30:15.5', 'UTC', NULL, '2024-03-01 10:30:15.5Z'), ('2024-03-01T10:30Z', 'Asia/Tokyo', NULL, '2024-03-01 10:30Z'), ('2024-03-01 10:30:00+02', 'Asia/Tokyo', NULL, '2024-03-01 08:30Z'),
    ('2024-03-01T10:30:00+0530', 'UTC', NULL, '2024-03-01 05:00Z'), ('2024-03-01/2024-03-03', 'UTC', '2024-03-01Z', '2024-03-03 23:59:59.999999Z'),
    ('2024-03-01T08:00Z/2024-03-01T09:00Z', 'UTC', '2024-03-01 08:00Z', '2024-03-01 09:00Z'),
    ('2024-02-30', 'UTC', NULL, NULL), ('2024-13-01', 'UTC', NULL, NULL), ('01/03/2024', 'UTC', NULL, NULL), ('2024-03-01T25:00', 'UTC', NULL, NULL), ('yesterday', 'UTC', NULL, NULL),
    ('infinity', 'UTC', NULL, NULL), ('2024-03-01 10:30 PST', 'UTC', NULL, NULL), ('2024', 'UTC', NULL, NULL), ('', 'UTC', NULL, NULL), ('never/2024-03-01', 'UTC', NULL, NULL), ('/', 'UTC', NULL, NULL);
SELECT is_empty('SELECT t.*, w.* FROM told AS t, LATERAL import_when(t.said, t.zone) AS w WHERE (w.since, w.until) IS DISTINCT FROM (t.since, t.until)',
    'a date is a day in its time zone, a time an instant, and anything else nothing');

SELECT create_ledger('surveys');
SET search_path = surveys, public;
INSERT INTO asset_class (path, name, aliases) VALUES ('bird', 'bird', '{}'), ('bird.gull', 'gull', '{male,female}'), ('bird.tern', 'tern', '{}'), ('seal', 'seal', '{}');
CREATE FUNCTION pg_temp.survey(id text, at_time text, counts text DEFAULT '', site text DEFAULT 'c', is_partial boolean DEFAULT false) RETURNS void LANGUAGE sql AS $$
    INSERT INTO surveys.survey_site SELECT s, 'site ' || s, ascii(s) - 90, 50 FROM (VALUES (site)) AS v (s);
    INSERT INTO surveys.survey (survey_id, site_id, observed_at, partial) VALUES (id, site, at_time, is_partial);
    INSERT INTO surveys.survey_count (survey_id, class, n, status, part)
    SELECT id, m[1], m[2], m[3], m[4] FROM regexp_split_to_table(nullif(counts, ''), ', ?') AS c, regexp_matches(c, '^(\w+)=([^!/]*)!?([^/]*)/?(.*)$') AS m;
$$;
CREATE FUNCTION pg_temp.said(day text, name text DEFAULT 'site c') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(asset_class || ' ' || count_text(count_min, count_max), ', ' ORDER BY asset_class)
    FROM surveys.inventory_at((day || ' 23:59:59.9999999Z')::timestamptz, installation => name, mode => 'possible') $$;

-- X, ranges, none; with scope and without
SELECT pg_temp.survey('a', '2024-01-01', 'gull=X, tern=3-5, seal=0') \g /dev/null
SELECT set_eq($$SELECT * FROM import_surveys('count')$$, $$VALUES ('site', 'loaded', NULL, 1::bigint, NULL), ('survey', 'loaded', NULL, 1, 'a'),
    ('survey', 'lasting', 'dates without a time are days in the time zone UTC', 1, 'a'),
    ('survey', 'proves no absence', 'without scope a count is at least so many, and only a count of 0 says none; scope => ''*'' means that every class was reported', 1, 'a')$$,
    'without scope it says what it does not prove');
SELECT results_eq($$SELECT observed_from, observed_at, completeness, scope FROM observation$$,
    $$VALUES (timestamptz '2024-01-01', timestamptz '2024-01-01 23:59:59.999999', 'complete', '{seal}'::ltree[])$$, 'a look of that day, that saw no seal');
SELECT results_eq($$SELECT name, count FROM sighting JOIN asset_class USING (asset_class_id) ORDER BY name$$,
    $$VALUES ('gull', '[1,)'::int4range), ('seal', '[0,0]'), ('tern', '[3,5]')$$, 'at least one, three to five, none');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.said('2024-01-01'), 'gull 1.., tern 3..', 'of which there may be more, but no seal');
SELECT pg_temp.survey('a', '2024-01-01', 'gull=X, tern=3-5, seal=0'), pg_temp.survey('b', '2024-01-02', 'seal=2') \g /dev/null
SELECT set_eq($$SELECT * FROM import_surveys('count', '{*}')$$, $$VALUES ('site', 'loaded', NULL, 0::bigint, NULL), ('survey', 'updated', NULL, 1, 'a'), ('survey', 'loaded', NULL, 1, 'b'),
    ('survey', 'lasting', 'dates without a time are days in the time zone UTC', 2, 'a')$$, 'scope *: nothing is left to say');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.said('2024-01-01'), 'gull 1.., tern 3..5', 'all classes were reported: no more than five terns');
SELECT is(pg_temp.said('2024-01-02'), 'seal 2', 'and the next day no bird, which nobody counted');
SELECT results_eq($$SELECT scope FROM observation WHERE retracted_at IS NULL ORDER BY observed_at$$, $$VALUES ('{bird,seal}'::ltree[]), ('{bird,seal}')$$, 'which its scope says');
SELECT pg_temp.survey('p', '2024-01-03', 'gull=2', is_partial => true), pg_temp.survey('q', '2024-01-04', 'male=2, FEMALE=2', 'd'), pg_temp.survey('r', '2024-01-04', 'gull=2, gull=3', 'e'),
    pg_temp.survey('s', '2024-01-04', 'gull=2/adult, gull=2/young', 'f'), pg_temp.survey('t', '2024-01-04', 'gull=2!breeding, gull=3', 'g'), pg_temp.survey('u', '2024-01-04', 'gull=~10', 'h') \g /dev/null
SELECT set_eq($$SELECT part, outcome, reason, records, example FROM import_surveys('count', '{Gull}') WHERE outcome <> 'lasting'$$, $$VALUES ('site', 'loaded', NULL, 5::bigint, NULL),
    ('survey', 'loaded', NULL, 4, 'p'), ('count', 'rejected', 'the same class occurs twice: part tells rows apart that add up', 2, 'r gull'), ('count', 'rejected', 'n is not a count', 1, 'u gull'),
    ('survey', 'rejected', 'one of its counts is rejected', 2, 'r')$$, 'rows add up where something tells them apart, else they are rejected');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq($$SELECT pg_temp.said('2024-01-04', 'site ' || s) FROM unnest('{d,f,g,e,h}'::text[]) AS s$$,
    $$VALUES ('gull 4'), ('gull 4'), ('gull 5'), (NULL), (NULL)$$, 'sexes, ages and states; what is rejected is not none');
SELECT is(pg_temp.said('2024-01-03'), 'gull 2.., seal 2', 'a partial survey is at least');
SELECT results_eq('SELECT survey_id, n FROM survey_count ORDER BY 1, 2', $$VALUES ('r', '2'), ('r', '3'), ('u', '~10')$$, 'what is rejected stays');
TRUNCATE survey, survey_count, survey_site;

-- time zones
SELECT pg_temp.survey('z1', '2024-02-01', 'seal=1', 'i'), pg_temp.survey('z2', '2024-02-02 10:00', 'seal=1', 'i'), pg_temp.survey('z3', '2024-02-03 10:00Z', 'seal=1', 'i') \g /dev/null
SELECT set_has($$SELECT outcome, reason, records FROM import_surveys('count', '{*}', 'Asia/Tokyo')$$, $$VALUES ('lasting', 'dates without a time are days in the time zone Asia/Tokyo', 1::bigint)$$, 'the time zone is told');
SELECT results_eq($$SELECT observed_from, observed_at FROM observation JOIN installation USING (installation_id) WHERE name = 'site i' ORDER BY observed_at$$,
    $$VALUES (timestamptz '2024-01-31 15:00', timestamptz '2024-02-01 14:59:59.999999'), (NULL, '2024-02-02 01:00'), (NULL, '2024-02-03 10:00')$$, 'and is that of what has no offset');
SELECT throws_ok($$SELECT * FROM import_surveys('count', '{*}', 'Nowhere')$$, '22023', 'time zone "Nowhere" not recognized', 'one that there is');
-- (now() is no clock: it is when this began)
SELECT pg_temp.survey('today', to_char(now(), 'YYYY-MM-DD'), 'seal=1', 'j'), pg_temp.survey('morrow', to_char(now() + interval '1 day', 'YYYY-MM-DD'), 'seal=1', 'j'),
    pg_temp.survey('soon', (now() + interval '1 hour')::text, 'seal=1', 'j'), pg_temp.survey('us', '03/04/2024', 'seal=1', 'j') \g /dev/null
SELECT set_eq($$SELECT outcome, reason, records, example FROM import_surveys('count', '{*}') WHERE part = 'survey' AND outcome <> 'lasting'$$,
    $$VALUES ('rejected', 'observed_at is in the future', 2::bigint, 'morrow'), ('rejected', 'observed_at is not a date or a time of ISO 8601', 1, 'us'), ('loaded', NULL, 1, 'today')$$, 'today is not over, but begun');
TRUNCATE survey, survey_count, survey_site;

-- rows that are there twice
SELECT pg_temp.survey('w1', '2024-02-05', 'seal=1', 'k'), pg_temp.survey('w2', '2024-02-06', '', 'k') \g /dev/null
INSERT INTO survey (survey_id, site_id, observed_at, partial) VALUES ('w1', 'k', '2024-02-05', false), ('w2', 'k', '2024-02-07', false);
INSERT INTO survey_site VALUES ('k', 'site k', 17, 50), ('k', NULL, NULL, NULL), ('l', 'site l', 18, 50), ('l', 'site l', 18, 51);
SELECT set_eq($$SELECT part, outcome, reason, records, example FROM import_surveys('count', '{*}') WHERE outcome <> 'lasting'$$,
    $$VALUES ('site', 'loaded', NULL, 1::bigint, NULL), ('site', 'rejected', 'site_id occurs twice, told otherwise', 1, 'l'), ('survey', 'rejected', 'survey_id occurs twice, told otherwise', 2, 'w2'), ('survey', 'loaded', NULL, 1, 'w1')$$,
    'sites and surveys that are equal are one, others are rejected');
SELECT results_eq('SELECT survey_id FROM survey ORDER BY 1', ARRAY['w2', 'w2'], 'both rows of what is loaded are gone');
TRUNCATE survey, survey_count, survey_site;

-- another source with the same keys is another
SELECT pg_temp.survey('a', '2024-01-01', 'seal=9', 'x'), pg_temp.survey('b', '2024-01-02', '', 'x') \g /dev/null
SELECT set_has($$SELECT outcome, records FROM import_surveys('other', '{*}')$$, $$VALUES ('loaded', 2::bigint)$$, 'surveys of another source');
SELECT is((SELECT count(*) FROM observation AS o JOIN installation USING (installation_id) WHERE name = 'site c' AND o.retracted_at IS NULL), 3::bigint, 'touch none of this one');
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('b', 'x', '2024-01-03');
SELECT set_has($$SELECT part, outcome, reason FROM import_surveys('count', '{*}')$$, $$VALUES ('survey', 'rejected', 'unknown site_id')$$, 'nor does it know the other''s sites');
TRUNCATE survey;

-- corrections: recorded anew, with what people did to the look
SELECT pg_temp.survey('m', '2024-03-01 10:00', 'seal=2, gull=3', 'm') \g /dev/null
SELECT count(*) FROM import_surveys('count', '{*}') \g /dev/null
UPDATE observation SET recorded_at = now() - interval '2 hours'; UPDATE sighting SET recorded_at = now() - interval '2 hours';
CREATE FUNCTION pg_temp.look() RETURNS TABLE (observation_id bigint) LANGUAGE sql AS $$
    SELECT observation_id FROM surveys.observation AS o JOIN surveys.installation USING (installation_id) WHERE name = 'site m' AND o.retracted_at IS NULL $$;
CREATE TEMP TABLE m AS SELECT * FROM pg_temp.look();
UPDATE sighting SET retracted_at = now() - interval '1 hour', retraction_reason = 'a buoy' FROM m WHERE sighting.observation_id = m.observation_id AND asset_class_id = 4;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation, note)
SELECT installation_id, observation_id, 3, ring, 'by me' FROM observation JOIN m USING (observation_id) CROSS JOIN (VALUES ('ring 1'), ('ring 7')) AS v (ring);
UPDATE sighting SET retracted_at = now() - interval '1 hour', retraction_reason = 'it is a 7' WHERE designation = 'ring 1';
SELECT pg_temp.survey('m', '2024-03-01 10:00', 'seal=2, gull=3', 'm') \g /dev/null
SELECT set_has($$SELECT outcome, records FROM import_surveys('count', '{*}')$$, $$VALUES ('unchanged', 1::bigint)$$, 'what a person did to a look is no correction of the survey');
SELECT pg_temp.survey('m', '2024-03-01 10:00', 'seal=2, gull=4', 'm') \g /dev/null
SELECT set_has($$SELECT outcome, records FROM import_surveys('count', '{*}')$$, $$VALUES ('updated', 1::bigint)$$, 'a count is corrected');
SELECT bag_eq($$SELECT c.name, s.count, s.designation, s.note, s.retraction_reason FROM sighting AS s JOIN asset_class AS c USING (asset_class_id) WHERE observation_id = (SELECT * FROM pg_temp.look())$$,
    $$VALUES ('seal', '[2,2]'::int4range, NULL, 'counted by count', 'a buoy'), ('gull', '[4,4]', NULL, 'counted by count', NULL), ('tern', '[1,1]', 'ring 7', 'by me', NULL)$$,
    'what a person retracted stays so, and what a person added stays, if it was not taken back');
SELECT isnt((SELECT * FROM pg_temp.look()), (SELECT * FROM m), 'in a look recorded anew');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq($$SELECT asset_class, count_min FROM inventory('2024-03-01', installation => 'site m', known_at => now() - interval '90 minutes') ORDER BY 1$$,
    $$VALUES ('gull', 3), ('seal', 2)$$, 'what was known before the correction is still known');
SELECT pg_temp.survey('m', '2024-03-01 10:00', 'seal=2, gull=4', 'm') \g /dev/null
SELECT set_has($$SELECT outcome, records FROM import_surveys('count', '{*}')$$, $$VALUES ('unchanged', 1::bigint)$$, 'again: nothing changes');
SELECT is((SELECT count(*) FROM load), (SELECT count(DISTINCT load_id) FROM (SELECT load_id FROM observation UNION SELECT retracted_by_load FROM observation) AS o WHERE load_id IS NOT NULL), 'and there is no load of nothing');

-- loads: a survey not sampled and a renamed site are taken back
CREATE VIEW pg_temp.state AS
SELECT installation, asset_class, designation, count_text, not_seen_at, first_seen, last_seen, gone_by FROM presence_flat;
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.state;
INSERT INTO survey_site VALUES ('m', 'Mole', 19, 50), ('n', 'Naze', 20, 50);
INSERT INTO survey (survey_id, site_id, observed_at, sampled) VALUES ('m', 'm', '2024-03-01 10:00', false), ('m2', 'm', '2024-03-02', true), ('n', 'n', '2024-03-02', true);
INSERT INTO survey_count VALUES ('m2', 'seal', '1'), ('n', 'seal', '1');
SELECT set_has($$SELECT part, outcome, reason, records, example FROM import_surveys('count', '{*}')$$, $$VALUES ('site', 'renamed', 'was "site m"', 1::bigint, 'm'),
    ('survey', 'retracted', 'it was not sampled', 1, 'm'), ('survey', 'not sampled', 'nothing is known of it', 1, 'm'), ('survey', 'loaded', NULL, 2, 'm2')$$, 'not sampled, renamed, loaded');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT isnt_empty('TABLE before EXCEPT TABLE pg_temp.state', 'which changes what is said');
SELECT set_has('SELECT * FROM undo_load((SELECT max(load_id) FROM load))', $$VALUES ('site', 'renamed', 1::bigint)$$, 'taken back');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT bag_eq('TABLE pg_temp.state', 'TABLE before', 'all is said as before');
SELECT set_eq('SELECT kind, what FROM load', $$VALUES ('surveys', 'count'), ('surveys', 'other')$$, 'loads tell what they were of');
SELECT pg_temp.survey('m', '2024-03-01 10:00', 'seal=2, gull=4', 'm') \g /dev/null
SELECT set_has($$SELECT outcome, records FROM import_surveys('count', '{*}')$$, $$VALUES ('unchanged', 1::bigint)$$, 'and the survey is known as it was');
INSERT INTO survey_site VALUES ('m', 'Mole', 19, 50);
SELECT import_surveys('count', '{*}') \g /dev/null
UPDATE installation SET name = 'Pier' WHERE name = 'Mole';
UPDATE sighting SET retracted_at = now(), retraction_reason = 'no' WHERE load_id IS NULL AND retracted_at IS NULL;
DO $$ BEGIN WHILE EXISTS (SELECT FROM load WHERE undone_at IS NULL) LOOP
    PERFORM undo_load(max(load_id)) FROM load WHERE undone_at IS NULL; END LOOP;
EXCEPTION WHEN object_not_in_prerequisite_state THEN RAISE EXCEPTION 'refused: %', SQLERRM; END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty('SELECT 1 FROM presence UNION ALL SELECT 1 FROM imported UNION ALL SELECT 1 FROM observation WHERE retracted_at IS NULL', 'all loads undone, nothing is left');
SELECT is((SELECT count(*) FROM installation WHERE name = 'Pier'), 1::bigint, 'a name that somebody has given since stays');
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'which is what the evidence says');

-- what each proves: only what is said to be complete is, and none of a status or of one number is not none of the class
SELECT create_ledger('proof') \g /dev/null
SET search_path = proof, public;
INSERT INTO asset_class (path, name) VALUES ('seal', 'seal');
INSERT INTO survey_site VALUES ('x', 'X', 1, 1);
INSERT INTO survey (survey_id, site_id, observed_at, partial) VALUES ('a', 'x', '2024-01-01 10:00', false), ('b', 'x', '2024-01-02 10:00', NULL), ('c', 'x', '2024-01-03 10:00', false), ('d', 'x', '2024-01-04 10:00', false);
INSERT INTO survey_count VALUES ('a', 'seal', '0', NULL, NULL), ('b', 'seal', '0', NULL, NULL), ('c', 'seal', '0', NULL, 'moulting'), ('d', 'seal', '0', 'S1', NULL);
SELECT import_surveys('count') \g /dev/null
SELECT results_eq('SELECT completeness, scope::text FROM observation ORDER BY observed_at', $$VALUES ('complete', '{seal}'), ('partial', '{seal}'), ('complete', '{}'), ('complete', '{}')$$, 'counts of none');

-- a site_id whose surveys were at two places: at which the next was nobody knows
INSERT INTO installation (name, location) VALUES ('Y', 'SRID=4326;POINT(2 2)');
INSERT INTO survey_site VALUES ('x', 'Y', 2, 2);
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('e', 'x', '2024-01-05 10:00');
SELECT import_surveys('count') \g /dev/null
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('f', 'x', '2024-01-06 10:00');
SELECT set_has($$SELECT part, outcome, reason, records, example FROM import_surveys('count')$$, $$VALUES ('survey', 'rejected', 'unknown site_id', 1::bigint, 'f')$$, 'of two places is of none');
UPDATE observation AS o SET retracted_at = now(), retraction_reason = 'not here' FROM installation AS i WHERE i.installation_id = o.installation_id AND i.name = 'X';
SELECT import_surveys('count') \g /dev/null
SELECT results_eq($$SELECT i.name FROM imported JOIN installation AS i USING (installation_id) WHERE record = 'f'$$, ARRAY['Y'], 'unless the surveys at one were taken back');

SELECT * FROM finish();
ROLLBACK;
