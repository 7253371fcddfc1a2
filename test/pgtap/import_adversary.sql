-- What imports, upkeep and undoing do to each other's work: none of it may turn what was not seen into
-- what was not there, and what is taken back takes along what follows from it.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(43);

SELECT create_ledger('adversary') \g /dev/null
SET search_path = adversary, public;
INSERT INTO asset_class (path, name) VALUES ('air', 'aircraft'), ('air.big', 'Big'), ('air.small', 'Small'), ('air.third', 'Third');
INSERT INTO installation (name, location, boundary) VALUES ('Base', 'SRID=4326;POINT(35 35)', ST_MakeEnvelope(34.98, 34.98, 35.02, 35.02, 4326));
CREATE FUNCTION pg_temp.item(id text, day int, collection text DEFAULT 'images', said jsonb DEFAULT '{}', footprint geometry DEFAULT ST_MakeEnvelope(34.9, 34.9, 35.1, 35.1, 4326))
    RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', id, 'collection', collection, 'geometry', ST_AsGeoJSON(footprint)::jsonb,
        'properties', jsonb_build_object('datetime', format('2024-01-%sT10:00:00Z', to_char(day, 'FM00')), 'eo:cloud_cover', 0, 'gsd', 0.5, 'platform', 'eye-1') || said)
$$;
-- each 91 m east of the one before
CREATE FUNCTION pg_temp.found(VARIADIC what text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'FeatureCollection', 'features', coalesce(jsonb_agg(jsonb_build_object('type', 'Feature',
        'geometry', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(35 + 0.001 * n, 35)),
        'properties', jsonb_build_object('image_id', split_part(w, ' ', 1), 'class', split_part(w, ' ', 2), 'score', 0.9)) ORDER BY n), '[]'))
    FROM unnest(what) WITH ORDINALITY AS u (w, n) WHERE w <> ''
$$;
CREATE FUNCTION pg_temp.looks(day date) RETURNS TABLE (installation text, source text, completeness text, scope text, shown text) LANGUAGE sql AS $$
    SELECT i.name, r.name, o.completeness, o.scope::text,
           (SELECT string_agg(s.count::text || c.name, ' ' ORDER BY c.name)
            FROM sighting AS s JOIN asset_class AS c USING (asset_class_id)
            WHERE (s.installation_id, s.observation_id) = (o.installation_id, o.observation_id) AND s.retracted_at IS NULL)
    FROM observation AS o JOIN installation AS i USING (installation_id) JOIN source AS r USING (source_id)
    WHERE o.retracted_at IS NULL AND o.observed_at::date = day
$$;
CREATE FUNCTION pg_temp.sound(words text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN NEXT is_empty('SELECT * FROM verify(thorough => true) UNION ALL SELECT * FROM verify()', words);
END $$;

-- what somebody has made partial stays so, however often it is corrected
SELECT import_stac(pg_temp.item('a', 1), '{air}') \g /dev/null
UPDATE observation SET completeness = 'partial' WHERE retracted_at IS NULL;
SELECT import_stac(pg_temp.item('a', 1, said => '{"gsd": 0.6}'), '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-01-01')$$, ARRAY['partial'], 'partial by hand, corrected');
SELECT import_stac(pg_temp.item('a', 1, said => '{"gsd": 0.7, "eo:cloud_cover": 90}'), '{air}') \g /dev/null
SELECT import_stac(pg_temp.item('a', 1, said => '{"gsd": 0.8}'), '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-01-01')$$, ARRAY['partial'], 'and again, under clouds and without');
UPDATE observation SET completeness = 'complete' WHERE retracted_at IS NULL;
SELECT import_stac(pg_temp.item('a', 1, said => '{"gsd": 0.9}'), '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-01-01')$$, ARRAY['complete'], 'until somebody makes it complete');
INSERT INTO survey_site VALUES ('a', 'Plot A', 10, 0), ('b', 'Plot B', 10.005, 0);
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s1', 'a', '2024-02-01T10:00Z');
SELECT import_surveys('walker', '{air}') \g /dev/null
UPDATE observation SET completeness = 'partial' WHERE observed_at::date = '2024-02-01';
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s1', 'a', '2024-02-01T10:00Z');
SELECT set_eq($$SELECT outcome, records FROM import_surveys('walker', '{air}') WHERE part = 'survey'$$, $$VALUES ('unchanged', 1::bigint)$$, 'a survey too: the same again');
INSERT INTO survey (survey_id, site_id, observed_at, note) SELECT 's1', 'a', '2024-02-01T10:00Z', 'corrected';
SELECT set_eq($$SELECT outcome, records FROM import_surveys('walker', '{air}') WHERE part = 'survey'$$, $$VALUES ('updated', 1::bigint)$$, 'corrected');
INSERT INTO survey (survey_id, site_id, observed_at, note) SELECT 's1', 'a', '2024-02-01T10:00Z', 'corrected twice';
SELECT import_surveys('walker', '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-02-01')$$, ARRAY['partial'], 'twice');

-- what was stated of one tile was not stated of another that joins it
SELECT import_stac(pg_temp.item('left', 12, footprint => ST_MakeEnvelope(34.9, 34.9, 35, 35.1, 4326)), '{air}') \g /dev/null
SELECT import_stac(pg_temp.item('right', 12, footprint => ST_MakeEnvelope(35, 34.9, 35.1, 35.1, 4326))) \g /dev/null
SELECT results_eq($$SELECT completeness, scope FROM pg_temp.looks('2024-01-12')$$, $$VALUES ('complete', '{}')$$, 'the two are complete, of what nobody stated');
SELECT import_stac(pg_temp.item('right', 12, footprint => ST_MakeEnvelope(35, 34.9, 35.1, 35.1, 4326)), '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness, scope FROM pg_temp.looks('2024-01-12')$$, $$VALUES ('complete', '{air}')$$, 'once it is stated of both');
SELECT import_stac(pg_temp.item('right', 12, said => '{"gsd": 0.4}', footprint => ST_MakeEnvelope(35, 34.9, 35.1, 35.1, 4326))) \g /dev/null
SELECT results_eq($$SELECT completeness, scope FROM pg_temp.looks('2024-01-12')$$, $$VALUES ('complete', '{air}')$$, 'it stays so when one is corrected');

-- what the edge between two tiles cuts is found twice
CREATE FUNCTION pg_temp.boxes(VARIADIC what text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object('type', 'Feature',
        'geometry', ST_AsGeoJSON(ST_MakeEnvelope(split_part(w, ' ', 2)::float8, split_part(w, ' ', 3)::float8, split_part(w, ' ', 4)::float8, split_part(w, ' ', 5)::float8, 4326))::jsonb,
        'properties', jsonb_build_object('image_id', split_part(w, ' ', 1), 'class', 'Big', 'score', 0.9))))
    FROM unnest(what) AS w
$$;
SELECT import_detections(pg_temp.boxes('left 34.9985 35 35 35.0003', 'right 35 35 35.0015 35.0003', 'right 35.01 35 35.013 35.0003'), 'boxes', '{air}', '{left,right}') \g /dev/null
SELECT results_eq($$SELECT completeness, shown FROM pg_temp.looks('2024-01-12') WHERE source = 'boxes'$$, $$VALUES ('complete', '[2,4)Big')$$, 'two halves at the edge may be one; what is farther off is another');

-- an image, or what was read of it, is not taken back while looks that another load made of it stand
SELECT import_stac(pg_temp.item('z', 2), '{air}') \g /dev/null
SELECT max(load_id) AS items FROM load \gset
SELECT import_detections(pg_temp.found('z Big'), 'reader', '{air}') \g /dev/null
SELECT max(load_id) AS detections FROM load \gset
INSERT INTO installation (name, location, boundary) VALUES ('Late', 'SRID=4326;POINT(35 35.05)', ST_MakeEnvelope(34.99, 35.04, 35.01, 35.06, 4326));
SELECT import_stac(pg_temp.item('z', 2)) \g /dev/null
SELECT max(load_id) AS later FROM load \gset
SELECT throws_ok(format('SELECT undo_load(%s)', :detections), '55000', format('load %s rests on load %s', :later, :detections), 'a reading of which a later load made a look');
SELECT throws_ok(format('SELECT undo_load(%s)', :items), '55000', NULL, 'an image');
SELECT undo_load(:later), undo_load(:detections) \g /dev/null
SELECT set_eq($$SELECT installation, source FROM pg_temp.looks('2024-01-02')$$, $$VALUES ('Base', 'eye-1')$$, 'the last first');
SELECT undo_load(:items) \g /dev/null
SELECT is_empty($$SELECT * FROM pg_temp.looks('2024-01-02')$$, 'nothing is left of it');
DELETE FROM installation WHERE name = 'Late' AND NOT EXISTS (SELECT FROM observation AS o WHERE o.installation_id = installation.installation_id);
UPDATE installation SET (location, boundary) = ('SRID=4326;POINT(-100 -50)', NULL) WHERE name = 'Late';
SELECT pg_temp.sound('derived right after undoing');

-- images whose collections and ids read alike when joined
SELECT import_stac(jsonb_build_array(pg_temp.item('b/c', 3, 'a'), pg_temp.item('c', 4, 'a/b')), '{air}') \g /dev/null
SELECT import_detections(pg_temp.found('b/c Big'), 'reader', '{air}'), import_detections(pg_temp.found('c Big', 'c Big'), 'reader', '{air}') \g /dev/null
SELECT results_eq($$SELECT d.day, l.shown FROM generate_series(3, 4) AS d (day), pg_temp.looks(date '2024-01-01' + d.day - 1) AS l WHERE l.source = 'reader'$$,
    $$VALUES (3, '[1,2)Big'), (4, '[2,3)Big')$$, 'what was read of one does not take the place of what was read of another');

-- two names of one place, of which one is but a part: images of the part prove no absence of the whole
INSERT INTO installation (name, location, boundary) VALUES ('Apron', 'SRID=4326;POINT(35.002 35)', ST_MakeEnvelope(35, 34.999, 35.004, 35.001, 4326));
-- (before there was the whole)
UPDATE installation SET boundary = ST_Translate(boundary, 1, 0) WHERE name = 'Base';
SELECT import_stac(pg_temp.item('part', 7, footprint => ST_MakeEnvelope(34.995, 34.995, 35.005, 35.005, 4326)), '{air}') \g /dev/null
SELECT import_detections(pg_temp.found(''), 'reader', '{air}', '{part}') \g /dev/null
SELECT import_stac(pg_temp.item('all', 8), '{air}') \g /dev/null
UPDATE installation SET boundary = ST_Translate(boundary, -1, 0) WHERE name = 'Base';
SELECT set_eq($$SELECT installation, source, completeness FROM pg_temp.looks('2024-01-07')$$, $$VALUES ('Apron', 'eye-1', 'complete'), ('Apron', 'reader', 'complete')$$, 'the part is covered');
CREATE TEMP TABLE before_merge AS
SELECT o::text FROM observation AS o UNION ALL SELECT s::text FROM sighting AS s UNION ALL SELECT i::text FROM imported AS i;
SELECT upkeep_id AS merged FROM merge_installations('Base', 'Apron') \gset
SELECT set_eq($$SELECT installation, source, completeness FROM pg_temp.looks('2024-01-07')$$, $$VALUES ('Base', 'eye-1', 'partial'), ('Base', 'reader', 'partial')$$, 'the whole is not');
SELECT set_eq($$SELECT installation, completeness FROM pg_temp.looks('2024-01-08')$$, $$VALUES ('Base', 'partial')$$, 'nor does an image that covers it tell of more than was counted');
SELECT pg_temp.sound('derived right after merging');
SELECT undo_upkeep(:merged) \g /dev/null
SELECT bag_eq('SELECT o::text FROM observation AS o UNION ALL SELECT s::text FROM sighting AS s UNION ALL SELECT i::text FROM imported AS i', 'SELECT * FROM before_merge', 'undone');
SELECT merge_installations('Base', 'Apron') \g /dev/null
SELECT import_stac(pg_temp.item('all', 8)) \g /dev/null
SELECT set_eq($$SELECT installation, completeness FROM pg_temp.looks('2024-01-08')$$, $$VALUES ('Base', 'complete')$$, 'delivered again it is of the whole');
SELECT import_stac(pg_temp.item('part', 7), '{air}') \g /dev/null
SELECT set_eq($$SELECT installation, source, completeness FROM pg_temp.looks('2024-01-07')$$, $$VALUES ('Base', 'eye-1', 'complete'), ('Base', 'reader', 'partial')$$,
    'an item corrected to a larger footprint covers it; the reading is of the former');
SELECT undo_upkeep(max(upkeep_id)) FROM upkeep \g /dev/null
-- a load that is undone between merging and its undoing can be brought again
INSERT INTO installation (name, location, boundary) VALUES ('North', 'SRID=4326;POINT(40 40)', ST_MakeEnvelope(39.98, 39.98, 40.02, 40.02, 4326)), ('South', 'SRID=4326;POINT(40 39.99)', ST_MakeEnvelope(39.98, 39.98, 40.02, 40.02, 4326));
SELECT import_stac(pg_temp.item('both', 9, footprint => ST_MakeEnvelope(39.9, 39.9, 40.1, 40.1, 4326)), '{air}') \g /dev/null
SELECT upkeep_id AS merged FROM merge_installations('North', 'South') \gset
SELECT undo_load(max(load_id)) FROM load \g /dev/null
SELECT undo_upkeep(:merged) \g /dev/null
SELECT set_eq($$SELECT installation, outcome FROM import_stac(pg_temp.item('both', 9, footprint => ST_MakeEnvelope(39.9, 39.9, 40.1, 40.1, 4326)), '{air}')$$,
    $$VALUES ('North', 'loaded'), ('South', 'loaded')$$, 'what was undone is no word of a person');
SELECT pg_temp.sound('derived right after both');

-- what was recorded again is of one of both
SELECT import_stac(pg_temp.item('both', 9, said => '{"gsd": 0.4}', footprint => ST_MakeEnvelope(39.9, 39.9, 40.1, 40.1, 4326))) \g /dev/null
SELECT upkeep_id AS merged FROM merge_installations('North', 'South') \gset
SELECT undo_load(max(load_id)) FROM load WHERE undone_at IS NULL \g /dev/null
SELECT throws_ok(format('SELECT undo_upkeep(%s)', :merged), '22S07', 'looks were recorded again since, as a load was undone: South into North', 'not known of which');
UPDATE observation SET (retracted_at, retraction_reason) = (now(), 'of which?') WHERE retracted_at IS NULL AND observed_at::date = '2024-01-09';
SELECT is(undo_upkeep(:merged), 'undone: South into North', 'until they are gone');
SELECT pg_temp.sound('derived right after that');

-- a class does not leave what was told less closely: retracted, or in a reading of which no look was made yet
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s2', 'a', '2024-02-02T10:00Z');
INSERT INTO survey_count (survey_id, class, n) VALUES ('s2', 'aircraft', '2');
SELECT import_surveys('walker', '{air}') \g /dev/null
UPDATE sighting SET (retracted_at, retraction_reason) = (now(), 'told closely') WHERE note LIKE 'counted by walker%';
SELECT throws_ok($$SELECT move_class('Big', NULL)$$, '22S07', '"Big" cannot leave what was told of classes above it: sightings, 1 of "aircraft"', 'known_at tells of it still');
UPDATE sighting SET asset_class_id = (SELECT asset_class_id FROM asset_class WHERE name = 'Big') WHERE note LIKE 'counted by walker%';
SELECT import_stac(pg_temp.item('far', 10, footprint => ST_MakeEnvelope(60, 60, 61, 61, 4326)), '{air}') \g /dev/null
SELECT import_detections(jsonb_build_object('type', 'Feature', 'geometry', '{"type": "Point", "coordinates": [60.5, 60.5]}'::jsonb, 'properties', '{"image_id": "far", "class": "aircraft", "score": 0.9}'::jsonb), 'reader', '{air}') \g /dev/null
SELECT throws_ok($$SELECT move_class('Big', NULL)$$, '22S07', '"Big" cannot leave what was told of classes above it: sightings, 1 of "aircraft"', 'nor what an installation will show that is not there yet');
SELECT undo_load(max(load_id)) FROM load \g /dev/null
SELECT is((SELECT class_path FROM move_class('Big', NULL)), 'big', 'when nothing is left of these it moves');
SELECT pg_temp.sound('derived right after moving');
SELECT undo_upkeep(max(upkeep_id)) FROM upkeep \g /dev/null

-- none of a class, beside some of what lies below it, is none that is not told more closely
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s3', 'a', '2024-02-03T10:00Z'), ('s4', 'a', '2024-02-04T10:00Z');
INSERT INTO survey_count (survey_id, class, n) VALUES ('s3', 'aircraft', '0'), ('s3', 'Small', '2'), ('s4', 'aircraft', '0'), ('s4', 'Small', '0');
SELECT import_surveys('walker') \g /dev/null
SELECT results_eq($$SELECT scope FROM pg_temp.looks('2024-02-03')$$, ARRAY['{}'], 'nobody said that there was no third kind');
SELECT results_eq($$SELECT scope FROM pg_temp.looks('2024-02-04')$$, ARRAY['{air,air.small}'], 'none at all is none of any kind');

-- a count whose survey nobody knows may be of any
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s5', 'a', '2024-02-05T10:00Z');
INSERT INTO survey_count (survey_id, class, n) VALUES ('S5', 'Small', '2');
SELECT set_eq($$SELECT part, outcome, records FROM import_surveys('walker', '{air}')$$,
    $$VALUES ('count', 'rejected', 1::bigint), ('site', 'loaded', 0), ('survey', 'loaded', 1), ('survey', 'proves no absence', 1)$$, 'its survey is told of as if it had none');
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-02-05')$$, ARRAY['partial'], 'and proves nothing by it');
UPDATE survey_count SET survey_id = 's5';
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s5', 'a', '2024-02-05T10:00Z');
SELECT import_surveys('walker', '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness, shown FROM pg_temp.looks('2024-02-05')$$, $$VALUES ('complete', '[2,3)Small')$$, 'once it is known');
INSERT INTO survey_count (survey_id, class, n) VALUES ('s5', 'Small', '2');
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('s6', 'a', '2024-02-06T10:00Z');
SELECT import_surveys('walker', '{air}') \g /dev/null
SELECT results_eq($$SELECT completeness FROM pg_temp.looks('2024-02-06')$$, ARRAY['complete'], 'a count of a survey that was loaded before is of that');
DELETE FROM survey_count;
-- lines that say nothing of it are not complete
SELECT import_flat('file', file => E'site,date,class,count,lon,lat,complete\nPlot A,2024-02-07,Small,2,10,0,yes\nPlot A,2024-02-07,Third,1,10,0\nPlot A,2024-02-08,Small,2,10,0,yes') \g /dev/null
SELECT results_eq($$SELECT d.day, l.completeness FROM generate_series(7, 8) AS d (day), pg_temp.looks(date '2024-02-01' + d.day - 1) AS l$$,
    $$VALUES (7, 'partial'), (8, 'complete')$$, 'a short line');

-- surveys of two sites that are one now
INSERT INTO survey_site VALUES ('b', 'Plot B', 10.005, 0);
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('b9', 'b', '2024-02-09T10:00Z');
SELECT import_surveys('walker', '{air}') \g /dev/null
SELECT import_flat('file', file => E'site,date,class,count,lon,lat\nPlot B,2024-02-09,Small,2,10.005,0') \g /dev/null
SELECT merge_installations('Plot A', 'Plot B') \g /dev/null
INSERT INTO survey_site VALUES ('a', 'Plot A', 10, 0), ('b', 'Plot B', 10.005, 0);
INSERT INTO survey (survey_id, site_id, observed_at) VALUES ('a10', 'a', '2024-02-10T10:00Z'), ('b10', 'b', '2024-02-10T10:00Z');
SELECT set_eq($$SELECT part, outcome, records FROM import_surveys('walker', '{air}')$$, $$VALUES ('site', 'loaded', 0::bigint), ('survey', 'loaded', 2)$$, 'are of that one');
SELECT is((SELECT count(*) FROM installation WHERE name LIKE 'Plot%' AND name <> 'Plot A'), 0::bigint, 'which keeps its name');
SELECT set_eq($$SELECT part, outcome, records FROM import_flat('file', file => E'site,date,class,count\nPlot A,2024-02-11,Small,2\nPlot B,2024-02-11,Small,3')$$,
    $$VALUES ('site', 'loaded', 0::bigint), ('survey', 'loaded', 2), ('survey', 'lasting', 2), ('survey', 'proves no absence', 2)$$, 'in a flat file too');
SELECT pg_temp.sound('derived right at the end');
SELECT * FROM finish();
ROLLBACK;
