-- Imports repeated, corrected, mixed, and given nonsense: nothing is lost, nothing doubled,
-- nothing half loaded, and nothing that could not be read is taken for none.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'America/New_York';
BEGIN;
SELECT plan(94);

SELECT create_ledger('import');
INSERT INTO import.installation (name, location, boundary) VALUES
    ('Base', ST_SetSRID(ST_MakePoint(35, 35), 4326), ST_MakeEnvelope(34.98, 34.98, 35.02, 35.02, 4326)),
    ('Port', ST_SetSRID(ST_MakePoint(36, 35), 4326), ST_MakeEnvelope(35.98, 34.98, 36.02, 35.02, 4326));
INSERT INTO import.asset_class (path, name) VALUES ('air.big', 'Big'), ('ship.tug', 'Tug'), ('vessel', 'vessel');

CREATE FUNCTION pg_temp.item(id text, said jsonb, west float8 DEFAULT 34.9, east float8 DEFAULT 35.1) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', id, 'collection', 'images',
        'geometry', ST_AsGeoJSON(ST_MakeEnvelope(west, 34.9, east, 35.1, 4326))::jsonb,
        'properties', '{"gsd": 0.5, "eo:cloud_cover": 0, "platform": "eye-1"}'::jsonb || said)
$$;
CREATE FUNCTION pg_temp.day(day int, west float8 DEFAULT 34.9, east float8 DEFAULT 35.1) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.item('d' || day, jsonb_build_object('datetime', to_char(day, '"2024-12-"FM00"T09:00:00Z"')), west, east)
$$;
CREATE FUNCTION pg_temp.found(VARIADIC what text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'FeatureCollection', 'features', coalesce(jsonb_agg(jsonb_build_object('type', 'Feature',
        -- one is not the other
        'geometry', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(35 + 0.0001 * n, 35)),
        'properties', jsonb_build_object('image_id', split_part(w, ' ', 1), 'class', split_part(w, ' ', 2),
                                         'score', nullif(split_part(w, ' ', 3), '')::float8)) ORDER BY i), '[]'))
    FROM (SELECT w, i, row_number() OVER (PARTITION BY w ORDER BY i) - 1 AS n FROM unnest(what) WITH ORDINALITY AS u (w, i) WHERE w <> '') AS one
$$;
-- who said what of an image, and by which looks that count
CREATE FUNCTION pg_temp.said(id text) RETURNS TABLE (reader text, scope text) LANGUAGE sql AS $$
    SELECT split_part(i.origin, ':', 2), o.scope::text FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id)
    WHERE regexp_replace(i.record, '.*/', '') = id AND o.retracted_at IS NULL ORDER BY 1
$$;
-- when, where and how the readers of an image looked, those that count
CREATE FUNCTION pg_temp.looked(id text) RETURNS TABLE (reader text, installation text, observed_from timestamptz, observed_at timestamptz, completeness text, west float8)
LANGUAGE sql AS $$
    SELECT split_part(i.origin, ':', 2), n.name, o.observed_from, o.observed_at, o.completeness, ST_XMin(o.footprint)
    FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id) JOIN import.installation AS n USING (installation_id)
    WHERE regexp_replace(i.record, '.*/', '') = id AND o.retracted_at IS NULL ORDER BY 1, 2
$$;

-- of names that the imports' own had once
DO $$ BEGIN
    FOR i IN 1..8 LOOP
        EXECUTE format('CREATE TEMP TABLE import_%s AS SELECT ''a table of mine'' AS note',
            ('{seen,feature,image,fault,outcome,survey,count,site}'::text[])[i]);
    END LOOP;
END $$;

-- two detectors and the catalog of images, each repeated by its own timer
SELECT results_eq($$SELECT outcome FROM generate_series(1, 3) AS d, import.import_stac(pg_temp.day(d))$$,
    ARRAY['loaded', 'loaded', 'loaded'], 'three images');
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d1 Big 0.9'), 'planes', scope => '{air}', images => '{d1,d2}')$$,
    'a detector of aircraft');
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d2 Tug 0.9'), 'ships', scope => '{ship}', images => '{d1,d2,d3}')$$,
    'a detector of ships');
SELECT results_eq($$SELECT s.* FROM generate_series(1, 3) AS d, pg_temp.said('d' || d) AS s$$,
    $$VALUES ('images', '{}'), ('planes', '{air}'), ('ships', '{ship}'), ('images', '{}'), ('planes', '{air}'), ('ships', '{ship}'),
             ('images', '{}'), ('ships', '{ship}')$$, 'each looked for what it looked for');
CREATE TEMP TABLE before AS SELECT asset_class, count_min, count_max, first_seen, gone_by FROM import.presence_flat;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO before SELECT asset_class, count_min, count_max, first_seen, gone_by FROM import.presence_flat;
SELECT is((SELECT count(*) FROM before), 2::bigint, 'an aircraft and a ship');
SELECT results_eq($$SELECT outcome FROM generate_series(1, 3) AS d, import.import_stac(pg_temp.day(d))$$,
    ARRAY['unchanged', 'unchanged', 'unchanged'], 'the images again: unchanged');
SELECT is_empty($$SELECT * FROM import.import_detections(pg_temp.found('d1 Big 0.9'), 'planes', scope => '{air}', images => '{d1,d2}')
                  WHERE outcome <> 'unchanged'$$, 'the aircraft again: unchanged');
SELECT is_empty($$SELECT * FROM import.import_detections(pg_temp.found('d2 Tug 0.9'), 'ships', scope => '{ship}', images => '{d1,d2,d3}')
                  WHERE outcome <> 'unchanged'$$, 'the ships again: unchanged');
SELECT set_eq('SELECT asset_class, count_min, count_max, first_seen, gone_by FROM import.presence_flat', 'SELECT * FROM before',
    'and so is what follows from them');
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d1 Big 0.9'), 'planes', images => '{d1,d2}', replace => true)$$,
    'the first detector no longer claims to have reported all');
SELECT results_eq($$SELECT * FROM pg_temp.said('d1')$$, $$VALUES ('images', '{}'), ('planes', '{}'), ('ships', '{ship}')$$,
    'its claim is withdrawn, not the other''s');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.day(1), scope => '{air,ship}')), 'updated', 'the catalog may claim too');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.day(1))), 'unchanged', 'and what it does not say stays');
SELECT results_eq($$SELECT * FROM pg_temp.said('d1')$$, $$VALUES ('images', '{air,ship}'), ('planes', '{}'), ('ships', '{ship}')$$, 'as its own claim');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.day(1), scope => '{}')), 'updated', 'until it says that it was none');
SELECT results_eq($$SELECT * FROM pg_temp.said('d1') WHERE reader <> 'ships'$$, $$VALUES ('images', '{}'), ('planes', '{}')$$, 'which it then is not');

-- a corrected item
SELECT results_eq($$SELECT installation, outcome FROM import.import_stac(pg_temp.day(1, 34.8, 35.1))$$,
    $$VALUES ('Base', 'updated')$$, 'a corrected footprint is a correction');
SELECT results_eq($$SELECT reader, west FROM pg_temp.looked('d1')$$, $$VALUES ('images', 34.8::float8), ('planes', 34.9), ('ships', 34.9)$$,
    'which is kept; what was read from it was read where it was');
SELECT results_eq($$SELECT installation, outcome, reason FROM import.import_stac(pg_temp.day(1, 35.9, 36.1))$$,
    $$VALUES ('Port', 'loaded', NULL), ('Base', 'retracted', 'its footprint no longer meets this installation')$$,
    'an image that was of another place');
SELECT results_eq($$SELECT reader, installation FROM pg_temp.looked('d1')$$, $$VALUES ('images', 'Port')$$, 'what was read from it is no longer so');
SELECT results_eq($$SELECT DISTINCT o.retraction_reason FROM import.observation AS o JOIN import.imported AS i USING (installation_id, observation_id)
                    WHERE i.record = 'images/d1' AND i.origin LIKE 'detector:%'$$, ARRAY['its image: the imported record is of another place now'], 'with the reason');
SELECT results_eq($$SELECT installation, outcome FROM import.import_stac(pg_temp.day(1, 35.9, 36.1))$$,
    $$VALUES ('Port', 'unchanged')$$, 'again: unchanged');
SELECT results_eq($$SELECT installation, outcome FROM import.import_stac(pg_temp.day(1))$$,
    $$VALUES ('Base', 'updated'), ('Port', 'retracted')$$, 'and back');
SELECT results_eq($$SELECT reader, installation FROM pg_temp.looked('d1')$$, $$VALUES ('images', 'Base'), ('planes', 'Base'), ('ships', 'Base')$$,
    'with what was read from it');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_eq('SELECT asset_class, count_min, count_max, first_seen, gone_by FROM import.presence_flat', 'SELECT * FROM before WHERE asset_class = ''Tug''
    UNION ALL SELECT asset_class, count_min, NULL, first_seen, NULL FROM before WHERE asset_class = ''Big''', 'and what follows from them, where claims have not been withdrawn');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.item('d1', '{"datetime": "2024-12-01T10:00:00Z", "start_datetime": "2024-12-01T08:00:00Z",
    "end_datetime": "2024-12-01T11:00:00Z"}'))), 'updated', 'it took three hours');
SELECT results_eq($$SELECT reader, observed_from, observed_at, completeness FROM pg_temp.looked('d1')$$,
    $$SELECT r, timestamptz '2024-12-01 08:00Z', timestamptz '2024-12-01 11:00Z', 'partial' FROM unnest('{images,planes,ships}'::text[]) AS r$$,
    'so did what was read from it');
SELECT is_empty($$SELECT * FROM import.import_detections(pg_temp.found('d1 Big 0.9'), 'planes', images => '{d1,d2}') WHERE outcome <> 'unchanged'$$,
    'and the detector says nothing new');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.day(1))), 'updated', 'no, a moment');
SELECT results_eq($$SELECT reader, observed_from, observed_at, completeness FROM pg_temp.looked('d1')$$,
    $$SELECT r, NULL::timestamptz, timestamptz '2024-12-01 09:00Z', 'complete' FROM unnest('{images,planes,ships}'::text[]) AS r$$, 'for all of them');
UPDATE import.observation SET retracted_at = now(), retraction_reason = 'not of this base' WHERE observation_id =
    (SELECT observation_id FROM import.imported WHERE record = 'd3' AND origin LIKE 'stac:%');
UPDATE import.observation SET retracted_at = now(), retraction_reason = 'clouds for ships' WHERE observation_id =
    (SELECT observation_id FROM import.imported WHERE record = 'images/d2' AND origin = 'detector:planes');
SELECT results_eq($$SELECT outcome FROM import.import_stac(pg_temp.day(3))$$, ARRAY['unchanged'], 'what a person retracted');
SELECT is_empty($$SELECT * FROM pg_temp.said('d3')$$, 'stays retracted, and what was read from it now is too');
SELECT set_eq($$SELECT image, installation, outcome, reason FROM import.import_detections(pg_temp.found('d3 Big 0.9', 'd2 Big 0.9'), 'planes', scope => '{air}', replace => true)$$,
    $$VALUES ('d3', NULL, 'rejected', 'image "d3" was retracted: not of this base'), ('d2', 'Base', 'retracted', 'replaces nothing detected; this look was retracted: clouds for ships')$$, 'nobody can read an image that is not one');
SELECT set_eq($$SELECT outcome FROM import.import_detections(pg_temp.found('d2 Big 0.9'), 'planes', scope => '{air}')$$, ARRAY['retracted'], 'again: the same');
SELECT results_eq($$SELECT reader FROM pg_temp.said('d2')$$, ARRAY['images', 'ships'], 'what a person retracted of one reader');
UPDATE import.observation SET retracted_at = NULL, retraction_reason = NULL WHERE retraction_reason = 'not of this base';
SELECT results_eq($$SELECT outcome FROM import.import_stac(pg_temp.day(3))$$, ARRAY['unchanged'], 'it was of this base');
SELECT results_eq($$SELECT reader FROM pg_temp.said('d3')$$, ARRAY['images', 'ships'], 'and counts again, with all who read it');

-- items that are none
SELECT results_eq($$SELECT reason FROM unnest(ARRAY[NULL, '"x"', '[]', '{"type": "FeatureCollection"}', '{"type": "FeatureCollection", "features": 5}']::jsonb[])
                        WITH ORDINALITY AS i(item, n), LATERAL import.import_stac(i.item) ORDER BY n$$,
    array_fill('not a STAC item'::text, ARRAY[5]), 'nothing, a word, a list, a collection of nothing');
SELECT results_eq($$SELECT t.reason FROM unnest('{now,infinity,2024-12-05T09:00:00,2024-12-05,20241205T090000Z}'::text[]) AS d,
                    LATERAL import.import_stac(pg_temp.item('odd', jsonb_build_object('datetime', d))) AS t$$,
    $$SELECT 'not an instant with its offset, as RFC 3339 asks: "' || d || '"' FROM unnest('{now,infinity,2024-12-05T09:00:00,2024-12-05,20241205T090000Z}'::text[]) AS d$$,
    'an instant that would depend on when or where it is read');
SELECT set_eq($$SELECT regexp_replace(reason, '(not GeoJSON: |not valid: ).*', '\1') FROM unnest(ARRAY['{"type": "Polygon", "coordinates": "x"}', '{"type": "Point", "coordinates": [500, 0]}',
        '{"type": "Polygon", "coordinates": [[[-170, 30], [170, 30], [170, 40], [-170, 40], [-170, 30]]]}',
        '{"type": "Polygon", "coordinates": [[[34, 34], [36, 36], [36, 34], [34, 36], [34, 34]]]}', '7']::jsonb[]) AS g,
        LATERAL import.import_stac(pg_temp.day(5) || jsonb_build_object('geometry', g))$$,
    ARRAY['its geometry is not GeoJSON: ', 'its coordinates are not longitude and latitude in degrees',
          'its geometry is wider than 180 degrees: cut it at the antimeridian, as RFC 7946 asks',
          'its geometry is not valid: '], 'shapes that are none');
SELECT results_eq($$SELECT outcome FROM import.import_stac(pg_temp.day(6) || '{"geometry": {"type": "Polygon",
        "coordinates": [[[34, 34, 9], [35.5, 34, 9], [35.5, 36, 9], [34, 36, 9], [34, 34, 9]]]}}')$$, ARRAY['loaded'],
    'a footprint with heights');
SELECT throws_ok($$SELECT * FROM import.import_stac(pg_temp.day(7), scope => '{a b}')$$, '42601', NULL, 'a scope that is no path');

-- detections that cannot be read are not none
SELECT lives_ok($$SELECT * FROM import.import_stac(pg_temp.day(8)); SELECT * FROM import.import_stac(pg_temp.day(9))$$, 'two more images');
SELECT set_eq($$SELECT image, asset_class, outcome, reason FROM import.import_detections(
        jsonb_set(pg_temp.found('d8 Big 0.9', 'd9 Big 0.9', 'd9 Big'), '{features,1,geometry}', '{"type": "Point", "coordinates": []}'),
        'planes', scope => '{air}', images => '{d8,d9,NULL}')$$,
    $$VALUES ('d8', 'Big', 'loaded', NULL), ('d9', NULL, 'rejected', 'one of its features is rejected'),
             ('d9', 'Big', 'rejected', 'no geometry'), ('d9', 'Big', 'rejected', 'score is not between 0 and 1')$$,
    'one bad feature keeps its image out, and no other');
SELECT results_eq($$SELECT * FROM pg_temp.said('d9')$$, $$VALUES ('images', '{}')$$, 'of which nothing is said');
SELECT set_eq($$SELECT image, outcome FROM import.import_detections(pg_temp.found('d9 Big'), 'hand', scope => '{air}', score_property => NULL)$$,
    $$VALUES ('d9', 'loaded')$$, 'no scores: all are certain');
SELECT is((SELECT min(confidence) FROM import.sighting WHERE note = 'detected by hand'), 1::float8, 'that is, of confidence 1');
SELECT throws_ok($$SELECT * FROM import.import_detections(pg_temp.found('d9 Big'), 'hand', class_property => NULL)$$, '22S07', NULL,
    'no property for the class');
SELECT throws_ok($$SELECT * FROM import.import_detections(NULL, 'hand')$$, '22S07', NULL, 'no detections');

-- another run of a detector: what it no longer says is retracted, not lost
CREATE FUNCTION pg_temp.run_of_two() RETURNS TABLE (n int, was text, look text) LANGUAGE sql AS $$
    SELECT upper(s.count) - 1, s.retraction_reason, o.retraction_reason FROM import.sighting AS s JOIN import.observation AS o USING (installation_id, observation_id)
    WHERE s.note = 'detected by two' ORDER BY s.sighting_id
$$;
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d8 Big 0.9', 'd8 Tug 0.8'), 'two')$$, 'a first run');
UPDATE import.sighting AS s SET retracted_at = now(), retraction_reason = 'a crane'
FROM import.asset_class AS c WHERE c.asset_class_id = s.asset_class_id AND c.name = 'Tug' AND s.note = 'detected by two';
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d8 Big 0.9', 'd8 Big 0.9', 'd8 Tug 0.8'), 'two', replace => true)$$,
    'a second sees one more');
SELECT results_eq('SELECT * FROM pg_temp.run_of_two()',
    $$VALUES (1, NULL, 'the imported record was corrected'), (1, 'a crane', 'the imported record was corrected'), (2, NULL, NULL), (1, 'a crane', NULL)$$, 'its count counts, and the crane stays a crane');
SELECT set_eq($$SELECT outcome FROM import.import_detections(pg_temp.found('d8 Big 0.9', 'd8 Big 0.9', 'd8 Tug 0.8'), 'two')$$,
    ARRAY['unchanged'], 'again: unchanged');
SELECT lives_ok($$SELECT * FROM import.import_detections(pg_temp.found('d8 Big 0.9', 'd8 Tug 0.8'), 'two', replace => true)$$, 'a third agrees with the first');
SELECT results_eq('SELECT * FROM pg_temp.run_of_two()',
    $$SELECT n, was, 'the imported record was corrected' FROM (VALUES (1, NULL), (1, 'a crane'), (2, NULL), (1, 'a crane')) AS v (n, was) UNION ALL VALUES (1, NULL, NULL), (1, 'a crane', NULL)$$,
    'every word of it is kept');

-- surveys from files, whose columns stand in another order
COPY import.survey_site (lat, lon, site_id, name) FROM STDIN CSV HEADER;
lat,lon,site_id,name
10,10,s1,Site 1
11,11,s2,Site 2
12,12,s3,Twin
13,13,s4,Twin
35.5,35,s5,Base
\.
COPY import.survey (partial, observed_at, site_id, survey_id) FROM STDIN CSV HEADER;
partial,observed_at,site_id,survey_id
f,2021-03-20T10:00Z,s1,a
,2021-03-20T11:00Z,s1,b
f,2021-03-20T10:00Z,s2,c
f,2021-03-20T10:00Z,s3,d
f,2021-03-20T10:00Z,s5,e
\.
COPY import.survey_count (n, class, survey_id, status, designation) FROM STDIN CSV HEADER;
n,class,survey_id,status,designation
3,vessel,a,"",""
2,vessel,c,,
2,vessel,c,,
\.
SELECT set_eq($$SELECT part, outcome, reason, records, example FROM import.import_surveys('Count', '{vessel}')$$, $$VALUES
    ('site', 'loaded', NULL, 2::bigint, NULL),
    ('site', 'unchanged', 'an installation of this name lies elsewhere, and stays there', 1, 's5'),
    ('site', 'rejected', 'name occurs twice', 2, 's3'), ('survey', 'rejected', 'its site is rejected', 1, 'd'),
    ('count', 'rejected', 'the same class occurs twice: part tells rows apart that add up', 2, 'c vessel'), ('survey', 'rejected', 'one of its counts is rejected', 1, 'c'),
    ('survey', 'loaded', NULL, 3, 'a')$$, 'loaded, or rejected with the reason');
SELECT results_eq($$SELECT i.record, o.completeness FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id)
                    WHERE i.origin = 'survey:Count' ORDER BY 1$$,
    $$VALUES ('a', 'complete'), ('b', 'partial'), ('e', 'complete')$$, 'complete only if it is said to be');
SELECT results_eq($$SELECT ST_AsText(location) FROM import.installation WHERE name = 'Base'$$, ARRAY['POINT(35 35)'],
    'a known installation is not moved');
INSERT INTO import.survey (survey_id, site_id, observed_at, partial) VALUES ('a', 's2', '2021-03-20 10:00Z', false);
INSERT INTO import.survey_site VALUES ('s1', 'Site 1', 10, 10);
SELECT set_has($$SELECT part, outcome, reason, example FROM import.import_surveys('Count', '{vessel}')$$,
    $$VALUES ('survey', 'retracted', 'its site is another one now', 'a')$$, 'a survey that was of another site');

-- a survey that turns out not to have taken place, and then to have
CREATE FUNCTION pg_temp.count_of(day text, sampled boolean, n int) RETURNS TABLE (outcome text, reason text) LANGUAGE sql AS $$
    INSERT INTO import.survey_site VALUES ('s6', 'Site 6', 16, 16);
    INSERT INTO import.survey (survey_id, site_id, observed_at, sampled) VALUES (day, 's6', (day || ' 10:00Z')::timestamptz, sampled);
    INSERT INTO import.survey_count SELECT day, 'vessel', n WHERE n > 0;
    SELECT i.outcome, i.reason FROM import.import_surveys('Watch', '{vessel}') AS i WHERE i.part = 'survey' AND i.outcome <> 'rejected';
$$;
CREATE FUNCTION pg_temp.vessels() RETURNS TABLE (day text, n text) LANGUAGE sql AS $$
    SELECT to_char(first_seen AT TIME ZONE 'UTC', 'FMDD'), count_text FROM import.presence_flat WHERE installation = 'Site 6' AND asset_class = 'vessel' ORDER BY first_seen
$$;
SELECT results_eq($$SELECT outcome FROM pg_temp.count_of('2021-05-01', true, 3) UNION ALL SELECT outcome FROM pg_temp.count_of('2021-05-02', true, 0)
                    UNION ALL SELECT outcome FROM pg_temp.count_of('2021-05-03', true, 2)$$, array_fill('loaded'::text, ARRAY[3]), 'three, none, two');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT * FROM pg_temp.vessels()', $$VALUES ('1', '3'), ('3', '2')$$, 'they left, and two came');
SELECT set_eq($$SELECT * FROM pg_temp.count_of('2021-05-02', false, 0)$$,
    $$VALUES ('not sampled', 'nothing is known of it'), ('retracted', 'it was not sampled')$$, 'there was no survey between');
SELECT set_eq($$SELECT o.retraction_reason FROM import.observation AS o JOIN import.imported AS i USING (installation_id, observation_id)
                WHERE i.origin = 'survey:Watch' AND o.retracted_at IS NOT NULL$$, ARRAY['the imported record was not sampled'], 'its look says why it no longer counts');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_text(count_before_min, count_before_max), count_text(count_after_min, count_after_max), verdict
                    FROM import.changes_between('2021-05-01 12:00Z', '2021-05-02 12:00Z', installation => 'Site 6', mode => 'possible')$$,
    $$VALUES ('3', '?', 'not looked')$$, 'so nothing is known of that day');
SELECT set_eq($$SELECT * FROM pg_temp.count_of('2021-05-02', false, 0)$$, $$VALUES ('not sampled', 'nothing is known of it')$$, 'again: nothing changes');
SELECT set_eq($$SELECT outcome FROM pg_temp.count_of('2021-05-02', true, 0)$$, ARRAY['updated'], 'there was one after all');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT * FROM pg_temp.vessels()', $$VALUES ('1', '3'), ('3', '2')$$, 'and it saw none');
UPDATE import.observation AS o SET retracted_at = now(), retraction_reason = 'fog' FROM import.imported AS i
WHERE i.observation_id = o.observation_id AND i.origin = 'survey:Watch' AND i.record = '2021-05-02';
SELECT set_eq($$SELECT outcome FROM pg_temp.count_of('2021-05-02', true, 0)$$, ARRAY['unchanged'], 'what a person retracted');
SELECT is((SELECT retraction_reason FROM import.observation JOIN import.imported AS i USING (installation_id, observation_id)
    WHERE i.origin = 'survey:Watch' AND i.record = '2021-05-02'), 'fog', 'stays so');

-- a site is known by its id, whatever its name
INSERT INTO import.survey_site VALUES ('s6', 'Site Six', 16, 16.001), ('s7', 'Site 7', 17, 17);
INSERT INTO import.survey (survey_id, site_id, observed_at) VALUES ('r1', 's6', '2021-05-04 10:00Z'), ('r2', 's7', '2021-05-04 10:00Z');
INSERT INTO import.survey_count VALUES ('r1', 'vessel', 1);
SELECT set_has($$SELECT part, outcome, reason, records, example FROM import.import_surveys('Watch', '{vessel}')$$,
    $$VALUES ('site', 'renamed', 'was "Site 6"', 1::bigint, 's6'), ('site', 'loaded', NULL, 1, NULL)$$, 'of another name it is the same site');
SELECT results_eq($$SELECT count(*) FROM import.observation JOIN import.installation AS n USING (installation_id) WHERE n.name = 'Site Six'$$, ARRAY[5::bigint],
    'with all that was seen there, and what was retracted');
INSERT INTO import.survey (survey_id, site_id, observed_at, partial) VALUES ('r3', 's6', '2021-05-05 10:00Z', false);
INSERT INTO import.survey_count VALUES ('r3', 'vessel', 4);
SELECT set_has($$SELECT part, outcome, records, example FROM import.import_surveys('Watch', '{vessel}')$$,
    $$VALUES ('survey', 'loaded', 1::bigint, 'r3')$$, 'it need not be brought again');
INSERT INTO import.survey_site VALUES ('s6', 'Seamount', 26, 16);
SELECT set_has($$SELECT part, outcome, reason, example FROM import.import_surveys('Watch', '{vessel}')$$,
    $$VALUES ('site', 'rejected', 'site_id is known, of another name elsewhere', 's6')$$, 'another place is another site');
SELECT results_eq($$SELECT name FROM import.installation WHERE name IN ('Seamount', 'Site 6', 'Site Six')$$, ARRAY['Site Six'], 'which it is not made');
DELETE FROM import.survey_site WHERE site_id = 's6';
INSERT INTO import.survey_site VALUES ('s6', 'Site 6', 16, 16);
SELECT set_has($$SELECT part, outcome, reason FROM import.import_surveys('Other', '{vessel}')$$, $$VALUES ('site', 'loaded', NULL)$$, 'another source has other ids');

-- what is counted twice, and what is counted as none
DELETE FROM import.survey; DELETE FROM import.survey_count; DELETE FROM import.survey_site;
INSERT INTO import.survey (survey_id, site_id, observed_at, partial) VALUES
    ('t1', 's7', '2021-06-01 10:00Z', false), ('t2', 's7', '2021-06-02 10:00Z', false), ('t3', 's7', '2021-06-03 10:00Z', true), ('t4', 's7', '2021-06-04 10:00Z', false);
UPDATE import.asset_class SET aliases = '{female,male}' WHERE name = 'vessel';
INSERT INTO import.survey_count VALUES ('t1', 'female', 2), ('t1', 'male', 2), ('t2', 'vessel', 2), ('t2', 'vessel', 2), ('t2', 'vessel', 3), ('t3', 'vessel', 0), ('t4', 'vessel', 0), ('t4', 'Tug', 1);
SELECT set_eq($$SELECT part, outcome, reason, records, example FROM import.import_surveys('Watch') WHERE example ~ '^t'$$, $$VALUES
    ('count', 'rejected', 'the same class occurs twice: part tells rows apart that add up', 3::bigint, 't2 vessel'),
    ('survey', 'rejected', 'one of its counts is rejected', 1, 't2'), ('survey', 'loaded', NULL, 3, 't1'), ('survey', 'proves no absence', 'without scope a count is at least so many, and only a count of 0 says none; scope => ''*'' means that every class was reported', 2, 't1')$$, 'the same row, or two that add up');
SELECT results_eq($$SELECT i.record, o.scope::text FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id)
                    WHERE i.record ~ '^t' AND i.origin = 'survey:Watch' ORDER BY 1$$, $$VALUES ('t1', '{}'), ('t3', '{vessel}'), ('t4', '{vessel}')$$, 'a class that was counted was looked for');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_text, first_seen, gone_by FROM import.presence_flat WHERE installation = 'Site 7' AND asset_class = 'vessel'$$,
    $$VALUES ('4..', timestamptz '2021-06-01 10:00Z', timestamptz '2021-06-04 10:00Z')$$, 'at least four, then none, when all was seen');
DELETE FROM import.survey; DELETE FROM import.survey_count; DELETE FROM import.survey_site;

-- nothing half loaded: what fails undoes all of it
SAVEPOINT whole;
CREATE TEMP TABLE was AS SELECT count(*) AS looks FROM import.observation;
INSERT INTO import.survey_site VALUES ('s9', 'Site 9', 9, 9);
INSERT INTO import.survey (survey_id, site_id, observed_at) VALUES ('z', 's9', '2021-03-20 10:00Z');
SELECT throws_ok($$SELECT * FROM import.import_surveys('Count', '{whale}')$$, '22S07', 'scope ''whale'' names no asset class',
    'a scope that nobody knows stops the import');
SELECT ok((SELECT count(*) FROM import.observation) = (SELECT looks FROM was)
          AND NOT EXISTS (SELECT FROM import.installation WHERE name = 'Site 9'), 'and nothing of it is loaded');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM import.verify()', 'the ledger is what its evidence says');

-- texts too long for a key: of one record, which is rejected; of the import, which ends
CREATE FUNCTION pg_temp.long(size int) RETURNS text LANGUAGE sql AS $$
    SELECT left(string_agg(md5(i::text), ''), size) FROM generate_series(1, 1 + size / 32) AS i
$$;
SELECT set_eq($$SELECT left(item_id, 3), outcome, reason FROM import.import_stac(jsonb_build_object('type', 'FeatureCollection',
        'features', jsonb_build_array(pg_temp.day(20), pg_temp.day(21) || jsonb_build_object('id', pg_temp.long(1000000)), pg_temp.day(22))))$$,
    $$VALUES ('d20', 'loaded', NULL), (left(md5('1'), 3), 'rejected', 'its id, collection or provider is too long'), ('d22', 'loaded', NULL)$$,
    'a megabyte for an id: the other items are loaded');
SELECT throws_ok($$SELECT * FROM import.import_detections('{"features": []}', pg_temp.long(501))$$, '22S07', 'the name of a detector is too long', 'a detector');
SELECT throws_ok($$SELECT * FROM import.import_surveys(pg_temp.long(501))$$, '22S07', 'the name of a source is too long', 'a source');
TRUNCATE import.survey_site, import.survey, import.survey_count;
INSERT INTO import.survey_site VALUES ('l1', pg_temp.long(3000), 5, 5), ('l2', pg_temp.long(2000), 6, 6);
INSERT INTO import.survey (survey_id, site_id, observed_at) VALUES
    (pg_temp.long(3000), 'l2', '2021-03-20 10:00Z'), (pg_temp.long(2000), 'l2', '2021-03-21 10:00Z'), ('l3', 'l2', '2021-03-22 10:00Z');
INSERT INTO import.survey_count (survey_id, class, n, designation, status) VALUES ('l3', 'Tug', 1, NULL, pg_temp.long(3000)),
    (pg_temp.long(2000), 'Tug', 1, pg_temp.long(2000), NULL), (pg_temp.long(2000), 'Tug', 2, NULL, pg_temp.long(2000));
SELECT set_has($$SELECT part, outcome, reason, records FROM import.import_surveys(pg_temp.long(500), '{ship}')$$,
    $$VALUES ('site', 'rejected', 'its name has more than 2000 bytes', 1::bigint), ('survey', 'rejected', 'survey_id has more than 2000 bytes', 1),
             ('count', 'rejected', 'designation, status or part has more than 2000 bytes', 1), ('survey', 'rejected', 'one of its counts is rejected', 1),
             ('survey', 'loaded', NULL, 1)$$, 'surveys: each row for itself, and the longest are loaded');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM import.verify()', 'and derived');

SELECT results_eq(format('SELECT DISTINCT note FROM pg_temp.%I', name), ARRAY['a table of mine'], 'imports leave temporary tables alone: ' || name)
FROM unnest('{import_seen,import_feature,import_image,import_fault,import_outcome,import_survey,import_count,import_site}'::text[]) AS name;

SELECT * FROM finish();
ROLLBACK;
