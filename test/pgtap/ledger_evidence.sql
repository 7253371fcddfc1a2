-- The evidence rules of a ledger, one by one; and that a derivation writes what changed
-- and nothing else.
\set QUIET on
SET client_min_messages = warning;
SELECT create_ledger('evidence_test') \g /dev/null
SET search_path = evidence_test, public;
SET timezone = 'UTC';
\pset format unaligned
\pset tuples_only true
SELECT plan(65);

INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) VALUES
	('north', 'SRID=4326;POINT(10 50)'), ('south', 'SRID=4326;POINT(10 -50)');
INSERT INTO asset_class (path, name, max_gsd_m) VALUES ('air.jet', 'jet', 2), ('ship.tug', 'tug', NULL), ('air', 'aircraft', NULL);

-- A look on a day of January 2024; sightings as 'class status count [designation] [confidence]'.
CREATE FUNCTION look(day integer, completeness text, scope ltree[], gsd_m numeric, place text,
	VARIADIC seen text[]) RETURNS bigint
LANGUAGE sql VOLATILE
BEGIN ATOMIC
	WITH o AS (
		INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
		SELECT i.installation_id, s.source_id, timestamptz '2023-12-31 00:00:00+00' + look.day * interval '24:00:00',
			look.completeness, look.scope, look.gsd_m
		FROM installation i, source s WHERE i.name = look.place
		RETURNING installation_id, observation_id),
	s AS (
		INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count, designation, confidence)
		SELECT o.installation_id, o.observation_id, c.asset_class_id, w[2], w[3]::int4range,
			nullif(w[4], '-'), coalesce(w[5]::float8, 1)
		FROM o, unnest(look.seen) AS line, LATERAL string_to_array(line, ' ') AS w
		JOIN asset_class c ON c.name = w[1]
		WHERE line <> '')
	SELECT observation_id FROM o;
END;

-- runs as 'count (day, [day, day], day)'; of a status, of a number, or of 'all' of a class
CREATE VIEW run AS
SELECT i.name AS place, c.name AS class, p.status, p.designation,
	concat(count_min(run), CASE WHEN count_max(run) IS NULL THEN '..' WHEN count_max(run) > count_min(run) THEN '..' || count_max(run) END,
		' (', CASE WHEN isfinite(not_seen_at(run)) THEN extract(day FROM not_seen_at(run)) END,
		', [', extract(day FROM first_seen(run)), ', ', extract(day FROM last_seen(run)), '], ',
		CASE WHEN isfinite(gone_by(run)) THEN extract(day FROM gone_by(run)) END, ')') AS run,
	first_seen(run) AS first_seen
FROM presence p JOIN installation i USING (installation_id) JOIN asset_class c USING (asset_class_id);
CREATE FUNCTION runs(place text, class text, label text) RETURNS text
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT coalesce(string_agg(r.run, ' | ' ORDER BY r.first_seen), '') FROM run r
WHERE r.place = runs.place AND r.class = runs.class AND coalesce(r.designation, r.status, 'all') = runs.label;
END;
CREATE PROCEDURE clear() LANGUAGE sql
BEGIN ATOMIC
DELETE FROM observation;
END;

-- counts
SELECT look(1, 'complete', '{air}', 1, 'north', ''), look(3, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'),
	look(5, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'), look(8, 'complete', '{air}', 1, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 8)', 'a complete look shows what is there and what is not');
SELECT look(6, 'partial', '{}', 1, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 8)', 'a partial look shows no absence');
SELECT look(6, 'complete', '{ship}', 1, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 8)', 'a look at other classes shows no absence');
SELECT look(6, 'complete', '{air}', 3, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 8)', 'pixels too coarse for the class show no absence');
SELECT look(6, 'complete', '{air}', 2, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 6)', 'pixels just fine enough show it');
DELETE FROM observation WHERE gsd_m = 2;
SELECT look(7, 'partial', '{}', 1, 'north', 'jet ready [1,1]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 7], 8)', 'a partial look means at least: it agrees with more');
SELECT look(7, 'partial', '{}', 1, 'north', 'jet ready [3,3]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (1, [3, 5], 7) | 3.. (5, [7, 7], 8)', 'and disagrees with fewer');
CALL clear();
SELECT is((SELECT count(*) FROM presence), 0::bigint, 'without evidence there are no presences');

SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [1,1]', 'jet ready [1,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2..3 (, [1, 1], )', 'sightings of one key in one look are summed');
SELECT look(2, 'complete', '{air}', 1, 'north', 'jet ready [2,2]', 'jet ready [1,1] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2..3 (, [1, 1], )', 'a doubtful sighting may or may not add to the sum');
SELECT look(3, 'partial', '{}', 1, 'north', 'jet ready [9,9] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2..3 (, [1, 1], )', 'a doubtful sighting in a partial look says nothing');
SELECT look(4, 'complete', '{air}', 1, 'north', 'jet ready [2,2] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 4], )', 'a doubtful sighting in a complete look is 0 to n');
SELECT look(5, 'complete', '{air}', 1, 'north', 'jet dismantled [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready') || ' / ' || runs('north', 'jet', 'dismantled'),
	'2..3 (, [1, 2], 5) / 2 (4, [5, 5], )', 'a change of status is a change; the doubtful look fits either side');
CALL clear();

SELECT look(1, 'partial', '{}', 1, 'north', 'jet ready [1,1] - 0.5'), look(2, 'partial', '{}', 1, 'north', 'jet ready [2,2] - 0.4999') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '1.. (, [1, 1], )', 'who is as confident as the threshold is believed');
CALL clear();

-- windows: a derivation first reads eight looks to either side, which may all say nothing
SELECT look(d, 'partial', '{}', 1, 'north', '') FROM generate_series(2, 9) AS d \g /dev/null
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]') \g /dev/null
SELECT look(10, 'complete', '{air}', 1, 'north', 'jet ready [3,3]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], 10) | 3 (1, [10, 10], )', 'eight looks that say nothing, and one before them that does');
DELETE FROM observation WHERE observed_at = '2024-01-01 00:00:00+00';
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], 10) | 3 (1, [10, 10], )', 'and one after them');
CALL clear();
SELECT look(d, 'partial', '{}', 1, 'north', '') FROM generate_series(2, 8) AS d \g /dev/null
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'), look(1, 'complete', '{air}', 1, 'north', 'jet ready [4,4]') \g /dev/null
SELECT look(9, 'complete', '{air}', 1, 'north', 'jet ready [3,3]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '3 (, [1, 9], )', 'of two looks of one instant both are read, or none: before');
CALL clear();
SELECT look(d, 'partial', '{}', 1, 'north', '') FROM generate_series(2, 8) AS d \g /dev/null
SELECT look(9, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'), look(9, 'complete', '{air}', 1, 'north', 'jet ready [4,4]') \g /dev/null
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [3,3]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '3 (, [1, 1], )', 'and after');
CALL clear();
-- a contradiction that some were seen keeps its place, though all that is stored of it is "perhaps none"
SELECT look(d, 'partial', '{}', 1, 'north', '') FROM generate_series(2, 10) AS d \g /dev/null
SELECT look(1, 'complete', '{air}', 1, 'north', ''), look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]') \g /dev/null
WITH o AS (SELECT look(11, 'complete', '{air}', 1, 'north', '') AS id)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count, confidence, location)
SELECT 1, o.id, 1, 'ready', '[2,2]', 0.3, 'SRID=4326;POINT(11 51)' FROM o;
SELECT is(runs('north', 'jet', 'ready') || (SELECT ' at ' || lon(run) FROM presence WHERE status = 'ready'), '0..2 (, [1, 1], ) at 10', 'the place of a contradiction');
CALL clear();

-- one instant
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [1,3]'), look(1, 'partial', '{}', 1, 'north', 'jet ready [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2..3 (, [1, 1], )', 'evidence of one instant is intersected');
SELECT is_empty('TABLE conflict', 'which is no conflict');
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [5,5]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '1.. (, [1, 1], )', 'a contradiction is believed as its hull');
SELECT results_eq('SELECT installation, asset_class, status, observed_at, count_min, count_max FROM conflict ORDER BY status NULLS FIRST',
	$$VALUES ('north', 'jet', NULL, timestamptz '2024-01-01 00:00:00+00', 1, NULL::int), ('north', 'jet', 'ready', '2024-01-01 00:00:00+00', 1, NULL)$$, 'and listed');
CALL clear();

-- a zero run that hides a doubtful sighting
SELECT look(1, 'complete', '{air}', 1, 'north', ''), look(2, 'complete', '{air}', 1, 'north', 'jet ready [2,2] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '', 'none, then perhaps two: none throughout');
DELETE FROM observation WHERE observed_at = '2024-01-01 00:00:00+00';
SELECT is(runs('north', 'jet', 'ready'), '0..2 (, [2, 2], )', 'without the look that showed none, there may be two');
CALL clear();

-- individuals
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [1,1] T1'),
	look(2, 'complete', '{air}', 1, 'north', 'jet ready [1,1] -') \g /dev/null
SELECT is(runs('north', 'jet', 'T1') || ' / ' || runs('north', 'jet', 'ready'), '1 (, [1, 1], ) / 1 (, [1, 1], )',
	'a number that could not be read is neither a departure nor another one');
SELECT look(3, 'complete', '{air}', 1, 'north', 'jet ready [1,1] T2') \g /dev/null
SELECT is(runs('north', 'jet', 'T1') || ' / ' || runs('north', 'jet', 'T2'), '1 (, [1, 1], 3) / 1 (1, [3, 3], )',
	'when every number was read, the others are not there');
SELECT look(5, 'partial', '{}', 1, 'south', 'jet ready [1,1] T2') \g /dev/null
SELECT is(runs('north', 'jet', 'T2') || ' / ' || runs('south', 'jet', 'T2'), '1 (1, [3, 3], 5) / 1 (3, [5, 5], )',
	'who is seen elsewhere is not here');
UPDATE sighting SET retracted_at = now(), retraction_reason = 'misread'
WHERE observation_id = (SELECT max(observation_id) FROM observation);
SELECT is(runs('north', 'jet', 'T2') || ' / ' || runs('south', 'jet', 'T2'), '1 (1, [3, 3], ) / ',
	'and is again once that is retracted');
UPDATE sighting SET retracted_at = NULL, retraction_reason = NULL WHERE retracted_at IS NOT NULL;
SELECT is(runs('north', 'jet', 'T2'), '1 (1, [3, 3], 5)', 'and is not once the retraction is taken back');
UPDATE observation SET retracted_at = now(), retraction_reason = 'another day'
WHERE observation_id = (SELECT max(observation_id) FROM observation);
SELECT is(runs('north', 'jet', 'T2') || ' / ' || runs('south', 'jet', 'T2'), '1 (1, [3, 3], ) / ',
	'nor if the look elsewhere is retracted');
CALL clear();
-- the instant at the end of what is derived anew: seen at both places, so perhaps here
SELECT look(5, 'complete', '{air}', 1, 'north', 'jet ready [1,1] T1'), look(5, 'partial', '{}', 1, 'south', 'jet ready [1,1] T1') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '0..1 (, [5, 5], )', 'seen at two places at once: perhaps here');
SELECT look(3, 'complete', '{air}', 1, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '', 'and if it was not here before, it simply never was');
DELETE FROM observation WHERE observed_at = '2024-01-03';
SELECT look(7, 'complete', '{air}', 1, 'north', '') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '', 'nor if it was not here after');
CALL clear();

-- what was told less closely: an aircraft may be a jet
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'), look(2, 'complete', '{air}', 1, 'north', 'aircraft ready [1,1]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], 2) | 0..1 (1, [2, 2], )', 'an aircraft in a complete look forbids "no jet"');
SELECT look(3, 'complete', '{air}', 1, 'north', 'jet ready [2,2]', 'aircraft loading [1,1] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], 2) | 0..1 (1, [2, 2], 3) | 2 (2, [3, 3], )',
	'in another status it is none of those that are ready');
SELECT is(runs('north', 'jet', 'all'), '2 (, [1, 1], 2) | 0..1 (1, [2, 2], 3) | 2..3 (2, [3, 3], )',
	'but forbids an exact count of jets, in whatever status, however doubtful');
SELECT is(runs('north', 'aircraft', 'all'), '2 (, [1, 1], 2) | 1 (1, [2, 2], 3) | 2..3 (2, [3, 3], )', 'of aircraft there are those that were told less closely, and all jets');
SELECT is(runs('north', 'aircraft', 'ready'), '2 (, [1, 1], 2) | 1 (1, [2, 2], 3) | 2 (2, [3, 3], )', 'likewise of those that are ready');
UPDATE sighting s SET retracted_at = now(), retraction_reason = 'a shadow' FROM asset_class c
WHERE c.asset_class_id = s.asset_class_id AND c.name = 'aircraft';
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], 2) | 2 (2, [3, 3], )', 'not once it is retracted');
CALL clear();
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [2,2]'), look(2, 'complete', '{air}', 1, 'north', 'aircraft ready [1,)') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '2 (, [1, 1], )', 'an unknown number of aircraft leaves the look silent on jets');
CALL clear();
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [1,1] T1'), look(2, 'complete', '{air}', 1, 'north', 'aircraft ready [1,1]') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '1 (, [1, 1], )', 'an aircraft may be any jet');
SELECT look(4, 'complete', '{air}', 1, 'north', 'aircraft ready [1,1] T1') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '1 (, [1, 1], )', 'and surely if it has its number');
SELECT results_eq($$SELECT gone_by(run) FROM presence_known_at('infinity') WHERE designation = 'T1' AND asset_class_id = 1$$,
	ARRAY['infinity'::timestamptz], 'also as known at an instant');
SELECT look(6, 'complete', '{air}', 1, 'north', 'aircraft ready [1,1] T2') \g /dev/null
SELECT is(runs('north', 'jet', 'T1') || ' / ' || runs('north', 'jet', 'ready'), '1 (, [1, 1], 6) / 1 (, [1, 1], )', 'but not if it has another one, though it may be a jet');
SELECT look(5, 'complete', '{air}', 1, 'north', 'aircraft ready [1,1] T2', 'aircraft loading [0,1] T1 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'T1'), '1 (, [1, 1], 6)', 'nor if it may have its number');
DELETE FROM observation WHERE observed_at > '2024-01-03';
SELECT look(3, 'complete', '{air}', 1, 'north', 'tug ready [1,1]', 'aircraft ready [0,0]') \g /dev/null
SELECT is(runs('north', 'jet', 'T1') || ' / ' || runs('north', 'jet', 'ready'), '1 (, [1, 1], 3) / 1 (, [1, 1], 3)', 'no aircraft is no jet');
CALL clear();
SELECT look(1, 'partial', '{}', 1, 'north', 'jet ready [1,1] - 0.3') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '', 'a doubtful jet in a partial look is none');
SELECT look(2, 'complete', '{air}', 1, 'north', 'aircraft ready [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '0..2 (, [2, 2], )', 'two aircraft in a new look may be jets, where jets have been sighted');
CALL clear();
SELECT look(1, 'partial', '{}', 1, 'north', 'aircraft ready [2,2]'), look(2, 'partial', '{}', 1, 'north', 'jet ready [1,1] - 0.3') \g /dev/null
SELECT look(3, 'complete', '{air}', 1, 'north', 'aircraft ready [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '0..2 (, [3, 3], )', 'also where aircraft are no news');
DELETE FROM sighting WHERE confidence < 0.5;
SELECT is(runs('north', 'jet', 'ready'), '', 'but not where none ever was');
CALL clear();

-- what was known when
SELECT look(1, 'complete', '{air}', 1, 'north', 'jet ready [1,1]'), look(2, 'complete', '{air}', 1, 'north', 'jet ready [4,4]') \g /dev/null
UPDATE observation SET recorded_at = observed_at;
UPDATE sighting s SET recorded_at = o.observed_at FROM observation o WHERE o.observation_id = s.observation_id;
UPDATE sighting SET retracted_at = '2024-01-05 00:00:00+00', retraction_reason = 'decoys' WHERE count = '[4,4]';
SELECT is(runs('north', 'jet', 'ready'), '1 (, [1, 1], 2)', 'a retracted sighting is no evidence');
SELECT results_eq($$SELECT DISTINCT count_min(run) FROM presence_known_at('2024-01-01 12:00:00+00') ORDER BY 1$$, '{1}'::int[], 'known at: before the second look was recorded');
SELECT results_eq($$SELECT DISTINCT count_min(run) FROM presence_known_at('2024-01-02 00:00:00+00') ORDER BY 1$$, '{1,4}'::int[], 'known at: from the instant on at which it was recorded');
SELECT results_eq($$SELECT DISTINCT count_min(run) FROM presence_known_at('2024-01-04 00:00:00+00') ORDER BY 1$$, '{1,4}'::int[], 'known at: before the retraction');
SELECT results_eq($$SELECT DISTINCT count_min(run) FROM presence_known_at('2024-01-05 00:00:00+00') ORDER BY 1$$, '{1}'::int[], 'known at: from the retraction on');
UPDATE observation SET retracted_at = '2024-01-06 00:00:00+00', retraction_reason = 'another place' WHERE observed_at = '2024-01-01 00:00:00+00';
SELECT results_eq($$SELECT DISTINCT count_min(run) FROM presence_known_at('2024-01-05 23:59:59+00') ORDER BY 1$$, '{1}'::int[], 'known at: before a look is retracted');
SELECT is_empty($$SELECT * FROM presence_known_at('2024-01-06 00:00:00+00')$$, 'known at: from the instant on at which it is');
CALL clear();

-- only what changed is written
SELECT look(d, 'complete', '{air,ship}', 1, 'north', 'jet ready [1,1]', format('tug ready [%1$s,%1$s]', d)) FROM generate_series(1, 9) AS d \g /dev/null
CREATE TABLE before AS SELECT presence_id, ctid AS place FROM presence;
SELECT look(10, 'complete', '{air,ship}', 1, 'north', 'jet ready [1,1]', 'tug ready [9,9]') \g /dev/null
SELECT results_eq('SELECT presence_id, ctid FROM presence ORDER BY 1', 'SELECT presence_id, place FROM before ORDER BY 1', 'an appended look that only confirms writes no run');
SELECT look(11, 'complete', '{air,ship}', 1, 'north', 'jet ready [1,1]', 'tug ready [10,10]') \g /dev/null
SELECT is((SELECT count(*) FROM before b JOIN presence p USING (presence_id) WHERE b.place = p.ctid), 18::bigint,
	'one that does not rewrites the runs that it ends, of the class and of the status, only');
SELECT is((SELECT count(*) FROM before b JOIN presence p USING (presence_id)), 20::bigint, 'in place');
SELECT is(runs('north', 'tug', 'ready'), (SELECT string_agg(format('%s (%s, [%s, %s], %s)', d, nullif(d - 1, 0), d, CASE d WHEN 9 THEN 10 ELSE d END, CASE d WHEN 9 THEN 11 ELSE d + 1 END), ' | ' ORDER BY d) FROM generate_series(1, 9) AS d) || ' | 10 (10, [11, 11], )', 'a run that is over has its true last look');
DELETE FROM before;
INSERT INTO before SELECT presence_id, ctid FROM presence;
UPDATE observation SET note = 'looked twice', url = 'https://example.org' WHERE observed_at < '2024-01-05';
SELECT is((SELECT count(*) FROM before b JOIN presence p USING (presence_id) WHERE b.place = p.ctid), 22::bigint,
	'a note is no evidence');
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT look(12, 'complete', '{air,ship}', 1, 'north', 'jet ready [2,2]') \g /dev/null
SELECT is(runs('north', 'jet', 'ready'), '1 (, [1, 11], 12) | 2 (11, [12, 12], )', 'SET CONSTRAINTS ALL IMMEDIATE derives at once');
ROLLBACK;
SELECT is_empty('SELECT * FROM verify()', 'verify() finds nothing');
SELECT * FROM finish();
RESET search_path;
SELECT drop_ledger('evidence_test') \g /dev/null
