-- Loads: each has its number, and can be taken back, after which the ledger says what it would say
-- had it never been loaded.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(46);

SELECT create_ledger('loads');
SET search_path = loads, public;
INSERT INTO installation (name, location) SELECT 'site ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 3) AS i;
INSERT INTO asset_class (path, name, keep_total) VALUES ('vessel', 'vessel', true), ('vessel.tug', 'tug', false), ('vessel.ferry', 'ferry', false);
INSERT INTO source (name) VALUES ('eye');

-- a loader as simple as one can be: of a record it is told what was seen ('complete tug=2 ferry=0'; NULL: it is withdrawn)
CREATE FUNCTION pg_temp.record(load bigint, at_record text, told text, anew boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    site bigint := split_part(at_record, '-', 1)::bigint;
    former imported := (SELECT i FROM imported AS i WHERE i.record = at_record);
    was bigint := (SELECT observation_id FROM observation WHERE observation_id = former.observation_id AND retracted_at IS NULL);
    look bigint := was;
BEGIN
    IF was IS NOT NULL AND (told IS NULL OR anew) THEN
        UPDATE observation SET retracted_at = now(), retraction_reason = 'told otherwise', retracted_by_load = load WHERE observation_id = was;
    END IF;
    IF told IS NULL THEN
        RETURN;
    END IF;
    IF was IS NULL OR anew THEN
        INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, load_id, recorded_by)
        VALUES (site, 1, '2024-01-01 12:00Z'::timestamptz + split_part(at_record, '-', 2)::int * interval '24:00:00', split_part(told, ' ', 1), '{vessel}', 0, load, NULL)
        RETURNING observation_id INTO look;
        IF former.observation_id IS NULL THEN
            INSERT INTO imported (installation_id, origin, record, observation_id, detail) VALUES (site, 'test', at_record, look, jsonb_build_object('load', load));
        ELSE
            INSERT INTO imported_former SELECT load, former.*;
            UPDATE imported SET observation_id = look, detail = jsonb_build_object('load', load) WHERE record = at_record;
        END IF;
    ELSE
        UPDATE sighting SET retracted_at = now(), retraction_reason = 'told otherwise', retracted_by_load = load
        WHERE observation_id = look AND retracted_at IS NULL;
    END IF;
    INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id, recorded_by)
    SELECT site, look, c.asset_class_id, int4range(n, n, '[]'), load, NULL
    FROM regexp_matches(told, '(\w+)=(\d+)', 'g') AS m, LATERAL (SELECT m[2]::int) AS v (n), asset_class AS c WHERE c.name = m[1];
END $$;
-- what the ledger holds of each record
CREATE VIEW pg_temp.held AS
SELECT i.record, o.completeness || coalesce((SELECT string_agg(' ' || c.name || '=' || lower(s.count), '' ORDER BY c.name DESC)
    FROM sighting AS s JOIN asset_class AS c USING (asset_class_id)
    WHERE s.observation_id = o.observation_id AND s.retracted_at IS NULL), '') AS told
FROM observation AS o LEFT JOIN imported AS i USING (installation_id, observation_id)
WHERE o.retracted_at IS NULL;
-- what it says
CREATE VIEW pg_temp.said AS
SELECT installation, asset_class, count_text, not_seen_at, first_seen, last_seen, gone_by FROM presence_flat
UNION ALL
SELECT installation, asset_class, format('%s..%s %s %s', count_min, count_max, state, doubt), NULL, first_seen, looked_at, NULL
FROM inventory('2024-01-20', mode => 'possible');

-- two loads of files, the second a corrected first
SELECT is(begin_load('test', 'first.csv'), 1::bigint, 'a load has a number');
SELECT pg_temp.record(1, '1-1', 'complete tug=2'), pg_temp.record(1, '1-2', 'complete tug=3 ferry=1'), pg_temp.record(1, '2-1', 'partial tug=1') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT set_eq($$SELECT loaded_at, loaded_by, kind, what, undone_at FROM load$$,
    $$VALUES (now(), current_user::text, 'test', 'first.csv', NULL::timestamptz)$$, 'of which when, by whom, how and from what is known');
UPDATE observation SET recorded_at = now() - interval '2 hours'; UPDATE sighting SET recorded_at = now() - interval '2 hours';
CREATE TEMP TABLE first AS SELECT * FROM pg_temp.said;
SELECT is((SELECT count(*) FROM first), 12::bigint, 'there is something to say');
SELECT is(begin_load('test'), 2::bigint, 'another');
SELECT pg_temp.record(2, '1-2', 'complete tug=5'), pg_temp.record(2, '1-3', 'complete'), pg_temp.record(2, '2-1', NULL), pg_temp.record(2, '3-1', 'complete ferry=4') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
UPDATE observation SET recorded_at = now() - interval '1 hour' WHERE load_id = 2; UPDATE sighting SET recorded_at = now() - interval '1 hour' WHERE load_id = 2;
UPDATE observation SET retracted_at = now() - interval '1 hour' WHERE retracted_by_load = 2;
CREATE TEMP TABLE second AS SELECT * FROM pg_temp.said;
SELECT isnt_empty('TABLE first EXCEPT TABLE second', 'which changes what is said');
SELECT results_eq('SELECT * FROM undo_load(2)', $$VALUES ('look', 'recorded again', 2::bigint), ('sighting', 'recorded again', 3), ('sighting', 'retracted', 2), ('look', 'retracted', 3)$$,
    'it is taken back');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT bag_eq('TABLE pg_temp.said', 'TABLE first', 'and all is said as if it had never been');
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'which is what the evidence says');
SELECT set_eq('SELECT undone_at, undone_by FROM load', $$VALUES (NULL::timestamptz, NULL::text), (now(), current_user::text)$$, 'who undid it');
SELECT set_eq($$SELECT retraction_reason FROM observation WHERE load_id = 2 UNION SELECT retraction_reason FROM sighting WHERE load_id = 2$$, ARRAY['load 2 was undone'], 'its rows say why');
SELECT set_eq($$SELECT record, (detail ->> 'load')::int, load_id FROM imported JOIN observation USING (installation_id, observation_id)$$,
    $$VALUES ('1-1', 1, 1::bigint), ('1-2', 1, 1), ('2-1', 1, 1)$$, 'a record is what it was, or unknown');
SELECT set_eq($$SELECT recorded_by FROM observation WHERE retracted_at IS NULL$$, ARRAY[NULL::text], 'what is recorded again is its load''s');
SELECT results_eq($$SELECT told, count(*) FROM (VALUES (90), (30), (-1)) AS ago (minutes), LATERAL (
        SELECT string_agg(asset_class || ' ' || count_text(count_min, count_max), ', ' ORDER BY class_path) AS told
        FROM inventory('2024-01-20', installation => 'site 1', known_at => now() - minutes * interval '1 minute')) AS known
    GROUP BY told ORDER BY told$$,
    $$VALUES ('vessel 4, ferry 1, tug 3', 2::bigint), (NULL, 1)$$, 'what was known before it, with it, and now');
SELECT throws_ok('SELECT * FROM undo_load(2)', '22S07', format('load 2 was undone already, by %s at %s', current_user, now()), 'it is not undone twice');
SELECT throws_ok('SELECT * FROM undo_load(7)', '22S07', 'no load has the number 7', 'nor what was never loaded');
SELECT throws_ok('SELECT * FROM undo_load(NULL)', '22S07', 'no load has the number null', 'nor nothing');

-- loaded again
SELECT begin_load('test') \g /dev/null
SELECT pg_temp.record(3, '1-2', 'complete tug=5'), pg_temp.record(3, '1-3', 'complete'), pg_temp.record(3, '2-1', NULL), pg_temp.record(3, '3-1', 'complete ferry=4') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT bag_eq('TABLE pg_temp.said', 'TABLE second', 'what was undone can be loaded again');
SELECT throws_ok('SELECT * FROM undo_load(1)', '55000', 'load 3 rests on load 1', 'what was corrected since is not undone');
SELECT begin_load('test'), pg_temp.record(4, '2-1', 'complete tug=9') \g /dev/null
SELECT throws_ok('SELECT * FROM undo_load(3)', '55000', 'load 4 rests on load 3', 'nor a withdrawal of what was brought again');
SELECT lives_ok('SELECT * FROM undo_load(4)', 'the last first');
SELECT lives_ok('SELECT * FROM undo_load(3)', 'then the one before');
SELECT lives_ok('SELECT * FROM undo_load(1)', 'then the first');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty('SELECT * FROM pg_temp.said UNION ALL SELECT installation, NULL, NULL, NULL, NULL, NULL, NULL FROM coverage(''2024-01-01'', ''2024-01-20'') WHERE looks > 0', 'and nothing is known');
SELECT is_empty('TABLE imported UNION ALL SELECT installation_id, origin, record, observation_id, detail FROM imported_former', 'nor remembered');
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'which is what the evidence says');

-- what people do by hand
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (1, 1000, 1, '2024-01-05Z', 'complete', '{vessel}');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 1000, 2, '[1,1]');
SELECT set_eq($$SELECT load_id, recorded_by FROM observation WHERE observation_id = 1000 UNION ALL SELECT load_id, recorded_by FROM sighting WHERE observation_id = 1000$$,
    $$VALUES (NULL::bigint, current_user::text)$$, 'what is written by hand is of no load, and of somebody');
SELECT throws_ok($$SELECT begin_load('')$$, '23514', NULL, 'a load says how it came');
SELECT throws_ok('UPDATE observation SET load_id = 77 WHERE observation_id = 1000', '23503', NULL, 'a load must have begun');
SELECT begin_load('test') AS load, pg_temp.record(currval('load_load_id_seq'), '1-6', 'complete tug=2'), pg_temp.record(currval('load_load_id_seq'), '1-7', 'complete tug=3') \gset
UPDATE observation SET retracted_at = now(), retraction_reason = 'elsewhere', retracted_by_load = :load WHERE observation_id = 1000;
-- (what was added to a look that nobody counts is not in the way)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) SELECT 1, observation_id, 2, '[1,1]' FROM observation WHERE load_id = :load AND observed_at = '2024-01-08 12:00Z';
UPDATE observation SET retracted_at = now(), retraction_reason = 'fog' WHERE load_id = :load AND observed_at = '2024-01-08 12:00Z';
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) SELECT 1, observation_id, 3, '[1,1]' FROM observation WHERE load_id = :load AND retracted_at IS NULL;
SELECT throws_ok(format('SELECT * FROM undo_load(%s)', :load), '55000', format('sightings were added by hand to looks of load %s', :load), 'what a person added is not lost');
UPDATE sighting SET retracted_at = now(), retraction_reason = 'no' WHERE load_id IS NULL AND asset_class_id = 3;
SELECT lives_ok(format('SELECT * FROM undo_load(%s)', :load), 'but retracted first');
SELECT set_eq($$SELECT retraction_reason FROM observation WHERE observed_at = '2024-01-08 12:00Z'$$, ARRAY['fog'], 'what a person retracted says why');
SELECT set_eq($$SELECT observed_at, recorded_by FROM observation WHERE retracted_at IS NULL$$, $$VALUES (timestamptz '2024-01-05', current_user::text)$$, 'a look by hand that a load retracted is back');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq('SELECT DISTINCT installation, asset_class, count_text FROM presence_flat', $$VALUES ('site 1', 'tug', '1'), ('site 1', 'vessel', '1')$$, 'with what it saw');

-- columns of one's own are kept, and whatever else a look is
ALTER TABLE observation ADD COLUMN brought text, ADD COLUMN twice text GENERATED ALWAYS AS (brought || brought) STORED;
ALTER TABLE sighting ADD COLUMN again text;
UPDATE observation SET (observed_from, note, url, brought, gsd_m, cloud_cover, footprint) =
    ROW ('2024-01-04Z'::timestamptz, 'n', 'u', 'mine', 0.5, 3, ST_MakeEnvelope(0, 0, 1, 1, 4326)) WHERE observation_id = (SELECT max(observation_id) FROM observation);
UPDATE sighting SET (designation, note, again, confidence, location) = ROW ('T1', 'm', 'too', 0.9, ST_SetSRID(ST_MakePoint(1, 50), 4326))
WHERE observation_id = (SELECT max(observation_id) FROM observation);
CREATE FUNCTION pg_temp.whole() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT (to_jsonb(o) - 'observation_id' || jsonb_build_object('saw', to_jsonb(s) - 'observation_id' - 'sighting_id'))::text
    FROM loads.observation AS o JOIN loads.sighting AS s USING (observation_id) WHERE o.retracted_at IS NULL AND s.retracted_at IS NULL $$;
CREATE TEMP TABLE whole AS SELECT * FROM pg_temp.whole();
SELECT begin_load('test') AS load \gset
UPDATE observation SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL;
SELECT undo_load(:load) \g /dev/null
SELECT bag_eq('SELECT * FROM pg_temp.whole()', 'TABLE whole', 'what is recorded again is the same');
SELECT begin_load('test') AS load \gset
UPDATE sighting SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL;
SELECT undo_load(:load) \g /dev/null
SELECT bag_eq('SELECT * FROM pg_temp.whole()', 'TABLE whole', 'a sighting too');
-- (and nothing twice)
SELECT begin_load('test') AS load \gset
UPDATE observation SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL;
UPDATE observation SET retracted_at = NULL, retraction_reason = NULL WHERE retracted_by_load = :load;
SELECT undo_load(:load) \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.whole()), 1::bigint, 'a look that a person had taken back before is there once');
SELECT begin_load('test') AS load \gset
UPDATE sighting SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL;
UPDATE sighting SET retracted_at = NULL, retraction_reason = NULL WHERE retracted_by_load = :load;
SELECT undo_load(:load) \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.whole()), 1::bigint, 'a sighting too');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'all of which is what the evidence says');
-- what a load has added to a look, and then taken away with it, does not come back
SELECT begin_load('test') AS load \gset
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id) SELECT installation_id, observation_id, 3, '[1,1]', :load FROM observation WHERE retracted_at IS NULL;
UPDATE sighting SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL AND load_id IS DISTINCT FROM :load;
UPDATE observation SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :load WHERE retracted_at IS NULL;
SELECT results_eq(format('SELECT * FROM undo_load(%s)', :load), $$VALUES ('look', 'recorded again', 1::bigint), ('sighting', 'recorded again', 3), ('sighting', 'retracted', 1), ('look', 'retracted', 0)$$,
    'the look, and what it had shown (with two that were retracted before)');
SELECT is((SELECT count(*) FROM pg_temp.whole()), 1::bigint, 'and no more');
-- whichever of two loads began first
SELECT begin_load('test') AS early \gset
SELECT begin_load('test') AS late \gset
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id)
SELECT installation_id, observation_id, 3, '[1,1]', :late FROM observation WHERE retracted_at IS NULL;
UPDATE sighting SET retracted_at = now(), retraction_reason = 'x', retracted_by_load = :early WHERE load_id = :late;
SELECT throws_ok(format('SELECT * FROM undo_load(%s)', :late), '55000', format('load %s rests on load %s', :early, :late), 'what another has retracted is not undone before');

-- in any order: a record is as the last load that is not undone told it, and a load is undone if and
-- only if no later one that is not told of one of its records
TRUNCATE load, observation, sighting, imported, imported_former;
CREATE TEMP TABLE told (load bigint, record text, told text);
CREATE TEMP TABLE fault (what text);
CREATE FUNCTION pg_temp.any_order(steps int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
    refused boolean;
    rests boolean;
BEGIN
    FOR step IN 1 .. steps LOOP
        IF random() < 0.6 THEN
            number := begin_load('random');
            INSERT INTO pg_temp.told
            SELECT number, format('%s-%s', site, day), CASE WHEN random() < 0.75 THEN
                format('%s%s%s', CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END,
                    CASE WHEN random() < 0.6 THEN ' tug=' || floor(random() * 4) END, CASE WHEN random() < 0.4 THEN ' ferry=' || floor(random() * 3) END) END
            FROM generate_series(1, 2) AS site, generate_series(1, 4) AS day WHERE random() < 0.25;
            -- (what is so already is not touched)
            DELETE FROM pg_temp.told AS t WHERE t.load = number AND t.told IS NOT DISTINCT FROM (SELECT h.told FROM pg_temp.held AS h WHERE h.record = t.record);
            -- in place: as complete as it was
            PERFORM pg_temp.record(number, t.record, t.told, h.told IS NULL OR split_part(h.told, ' ', 1) <> split_part(t.told, ' ', 1) OR random() < 0.5)
            FROM pg_temp.told AS t LEFT JOIN pg_temp.held AS h USING (record) WHERE t.load = number;
        ELSE
            SELECT load_id INTO number FROM load WHERE undone_at IS NULL ORDER BY load_id DESC OFFSET floor(random() * 4) LIMIT 1;
            CONTINUE WHEN number IS NULL;
            rests := EXISTS (SELECT FROM pg_temp.told AS mine JOIN pg_temp.told AS other USING (record) JOIN load AS l ON l.load_id = other.load
                WHERE mine.load = number AND other.load > number AND l.undone_at IS NULL);
            BEGIN
                refused := false;
                PERFORM undo_load(number);
            EXCEPTION WHEN object_not_in_prerequisite_state THEN
                refused := true;
            END;
            IF refused <> rests THEN
                INSERT INTO pg_temp.fault VALUES (format('step %s: undoing load %s: refused %s', step, number, refused));
            END IF;
        END IF;
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
        INSERT INTO pg_temp.fault
        SELECT format('step %s: %s held %s, told %s', step, record, h.told, t.told)
        FROM pg_temp.held AS h
        FULL JOIN (SELECT DISTINCT ON (record) record, told FROM pg_temp.told JOIN load AS l ON l.load_id = told.load
                   WHERE l.undone_at IS NULL ORDER BY record, load DESC) AS t USING (record)
        WHERE h.told IS DISTINCT FROM t.told;
    END LOOP;
END $$;
SELECT setseed(0.18) \g /dev/null
SELECT pg_temp.any_order(250) \g /dev/null
SELECT is_empty('TABLE pg_temp.fault', 'loads and their undoing, in any order');
SELECT is((SELECT count(*) > 20 AND count(*) FILTER (WHERE undone_at IS NOT NULL) > 10 FROM load), true, 'there were enough of each');
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'and what follows was derived');
DO $$ BEGIN WHILE EXISTS (SELECT FROM load WHERE undone_at IS NULL) LOOP
    PERFORM undo_load(max(load_id)) FROM load WHERE undone_at IS NULL; END LOOP; END $$;
SELECT is_empty('SELECT 1 FROM observation WHERE retracted_at IS NULL UNION ALL SELECT 1 FROM imported UNION ALL SELECT 1 FROM imported_former', 'undone from the last to the first, nothing is left');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty('SELECT * FROM verify(thorough => true) UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM presence', 'nor is anything derived');

SELECT * FROM finish();
ROLLBACK;
