-- The imports: what they load, what they refuse, and that a second time changes nothing.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(70);

SELECT create_ledger('import');
INSERT INTO import.installation (name, location, boundary) VALUES
    ('Base', ST_SetSRID(ST_MakePoint(35, 35), 4326), ST_MakeEnvelope(34.98, 34.98, 35.02, 35.02, 4326)),
    ('Port', ST_SetSRID(ST_MakePoint(35.5, 35), 4326), NULL);
INSERT INTO import.asset_class (path, name, aliases) VALUES
    ('air.big', 'Big', '{Giant}'), ('air.small', 'Small', '{}'), ('vessel', 'vessel', '{}');

-- STAC
CREATE FUNCTION pg_temp.item(id text, said jsonb, west float8 DEFAULT 34.9, east float8 DEFAULT 35.1) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', id, 'collection', 'images',
        'geometry', ST_AsGeoJSON(ST_MakeEnvelope(west, 34.9, east, 35.1, 4326))::jsonb,
        'properties', '{"gsd": 0.5, "platform": "eye-1", "providers": [{"name": "Host", "roles": ["host"]}, {"name": "Eye", "roles": ["producer"]}]}'::jsonb || said,
        'links', jsonb_build_array(jsonb_build_object('rel', 'self', 'href', 'https://example.com/' || id)), 'assets', '{}'::jsonb)
$$;
SELECT results_eq($$SELECT item_id, installation, outcome, reason FROM import.import_stac(pg_temp.item('clear',
        '{"datetime": "2024-12-05T09:00:00Z", "eo:cloud_cover": 3, "view:off_nadir": 12}'))$$,
    $$VALUES ('clear', 'Base', 'loaded', NULL::text)$$, 'an item is a look at the installation its footprint meets');
SELECT results_eq($$SELECT o.observed_at, o.completeness, o.scope, o.gsd_m, o.cloud_cover, o.url, s.name
                    FROM import.observation AS o JOIN import.source AS s USING (source_id)$$,
    $$VALUES (timestamptz '2024-12-05 09:00', 'complete', '{}'::ltree[], 0.5, 3::numeric, 'https://example.com/clear', 'Eye')$$,
    'complete, as it covers the boundary under a clear sky; scope only as stated');
SELECT results_eq($$SELECT detail #>> '{properties,view:off_nadir}', detail #>> '{properties,platform}' FROM import.image$$,
    $$VALUES ('12', 'eye-1')$$, 'what else the item says is kept');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.item('clear',
        '{"datetime": "2024-12-05T09:00:00Z", "eo:cloud_cover": 3, "view:off_nadir": 12}'))), 'unchanged', 'again: nothing changes');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.item('clear',
        '{"datetime": "2024-12-05T09:00:00Z", "eo:cloud_cover": 30}'))), 'updated', 'corrected: the look is corrected');
SELECT results_eq('SELECT count(*), min(completeness) FROM import.observation WHERE retracted_at IS NULL', $$VALUES (1::bigint, 'partial')$$,
    'it is still one look that counts, and too cloudy to be complete');
SELECT set_eq($$SELECT item_id, installation, outcome, reason FROM import.import_stac(jsonb_build_object('type', 'FeatureCollection', 'features',
        jsonb_build_array(
            pg_temp.item('clear', '{"datetime": "2024-12-05T09:00:00Z", "eo:cloud_cover": 3}'),
            pg_temp.item('wide', '{"datetime": "2024-12-06T09:00:00Z", "eo:cloud_cover": 3}', 34.9, 35.6),
            pg_temp.item('half', '{"datetime": "2024-12-07T09:00:00Z", "eo:cloud_cover": 3, "gsd": null}', 34.9, 35),
            pg_temp.item('sky', '{"datetime": "2024-12-08T09:00:00Z"}'),
            pg_temp.item('scan', '{"datetime": null, "start_datetime": "2024-12-09T09:00:00Z", "end_datetime": "2024-12-09T09:10:00Z", "pl:clear_percent": 95}'),
            pg_temp.item('month', '{"datetime": null, "start_datetime": "2024-12-01T00:00:00Z", "end_datetime": "2024-12-11T00:00:00Z", "eo:cloud_cover": 0}'),
            pg_temp.item('strip', '{"datetime": "2024-12-10T09:05:00Z", "start_datetime": "2024-12-10T09:00:00Z", "end_datetime": "2024-12-10T09:10:00Z", "eo:cloud_cover": 0}'),
            pg_temp.item('mosaic', '{"datetime": "2024-12-11T00:00:00Z", "start_datetime": "2024-12-10T00:00:00Z", "end_datetime": "2024-12-12T00:00:00Z", "eo:cloud_cover": 0}'),
            pg_temp.item('begun', '{"datetime": "2024-12-12T09:00:00Z", "start_datetime": "2024-12-12T09:00:00Z", "eo:cloud_cover": 0}'),
            pg_temp.item('back', '{"datetime": "2024-12-11T00:00:00Z", "start_datetime": "2024-12-12T00:00:00Z", "end_datetime": "2024-12-11T00:00:00Z"}'),
            pg_temp.item('far', '{"datetime": "2024-12-05T09:00:00Z"}', 10, 11),
            pg_temp.item('timeless', '{"datetime": null}'),
            pg_temp.item('wrong', '{"datetime": "yesterday-ish"}'),
            pg_temp.item('future', '{"datetime": "2999-01-01T00:00:00Z"}'),
            pg_temp.item('shapeless', '{"datetime": "2024-12-05T09:00:00Z"}') || '{"geometry": null}',
            pg_temp.item('cloudy', '{"datetime": "2024-12-04T09:00:00Z", "eo:cloud_cover": 120}'))))$$,
    $$VALUES ('clear', 'Base', 'updated', NULL), ('wide', 'Base', 'loaded', NULL), ('wide', 'Port', 'loaded', NULL),
             ('half', 'Base', 'loaded', NULL), ('sky', 'Base', 'loaded', NULL), ('scan', 'Base', 'loaded', NULL),
             ('month', 'Base', 'loaded', NULL), ('strip', 'Base', 'loaded', NULL), ('mosaic', 'Base', 'loaded', NULL),
             ('begun', 'Base', 'loaded', NULL),
             ('back', NULL, 'rejected', 'end_datetime is before start_datetime'),
             ('far', NULL, 'rejected', 'its footprint meets no installation'),
             ('timeless', NULL, 'rejected', 'neither datetime nor start_datetime and end_datetime'),
             ('wrong', NULL, 'rejected', 'not an instant with its offset, as RFC 3339 asks: "yesterday-ish"'),
             ('future', NULL, 'rejected', 'it is of the future'),
             ('shapeless', NULL, 'rejected', 'no geometry'),
             ('cloudy', 'Base', 'loaded', NULL)$$,
    'an ItemCollection: each item loaded, or rejected with its reason');
SELECT results_eq($$SELECT i.record, n.name, o.completeness FROM import.imported AS i
                    JOIN import.observation AS o USING (installation_id, observation_id)
                    JOIN import.installation AS n USING (installation_id) ORDER BY 1, 2$$,
    $$VALUES ('begun', 'Base', 'complete'), ('clear', 'Base', 'complete'), ('cloudy', 'Base', 'partial'), ('half', 'Base', 'partial'),
             ('month', 'Base', 'partial'), ('mosaic', 'Base', 'partial'), ('scan', 'Base', 'complete'), ('sky', 'Base', 'partial'),
             ('strip', 'Base', 'complete'), ('wide', 'Base', 'complete'), ('wide', 'Port', 'complete')$$,
    'half a boundary, an unknown sky (120 percent) or days on end are partial; without a boundary all within the radius is to be seen');
SELECT results_eq($$SELECT i.record, o.observed_from, o.observed_at FROM import.imported AS i
                    JOIN import.observation AS o USING (installation_id, observation_id)
                    WHERE i.record IN ('begun', 'clear', 'month', 'mosaic', 'scan', 'strip') ORDER BY 1$$,
    $$VALUES ('begun', NULL::timestamptz, timestamptz '2024-12-12 09:00'), ('clear', NULL, '2024-12-05 09:00'),
             ('month', '2024-12-01', '2024-12-11'), ('mosaic', '2024-12-10', '2024-12-12'),
             ('scan', '2024-12-09 09:00', '2024-12-09 09:10'), ('strip', '2024-12-10 09:00', '2024-12-10 09:10')$$,
    'an item with an interval is a look that lasts, with an instant beside it or not');
SELECT results_eq($$SELECT o.gsd_m FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id)
                    WHERE i.record IN ('clear', 'half') ORDER BY i.record$$, ARRAY[0.5, NULL], 'pixels that it does not tell are not known');
SELECT is((SELECT count(*) FROM import.observation WHERE retracted_at IS NULL), 11::bigint, 'nothing is half loaded');
SELECT is((SELECT reason FROM import.import_stac('{"type": "Feature"}')), 'not a STAC item', 'not a STAC item');

-- how clear, how fine: the worst of what is said
CREATE TEMP TABLE told (n int, said jsonb, clouds numeric, pixels numeric);
INSERT INTO told VALUES
    (1, '{"properties": {"eo:cloud_cover": 0, "pl:clear_percent": 28}}', 72, NULL),
    (2, '{"properties": {"eo:cloud_cover": -1}}', NULL, NULL),
    (3, '{"properties": {"eo:cloud_cover": 101}}', NULL, NULL),
    (4, '{"properties": {"eo:cloud_cover": 4, "landsat:cloud_cover_land": -1}}', 4, NULL),
    (5, '{"properties": {"eo:cloud_cover": 0, "landsat:cloud_cover_land": 60}}', 60, NULL),
    (6, '{"properties": {"tile:clouds_percent": 90, "tile:clouds_area": 200}}', 90, NULL),
    (7, '{"properties": {"eo:cloud_cover": 9, "s2:high_proba_clouds_percentage": 4, "s2:medium_proba_clouds_percentage": 3, "s2:thin_cirrus_percentage": 2,
         "s2:cloud_shadow_percentage": 5}}', 14, NULL),
    (8, '{"properties": {"pl:cloud_percent": 0, "pl:light_haze_percent": 72, "pl:clear_confidence_percent": 59, "pl:visible_confidence_percent": 59}}', 72, NULL),
    (9, '{"properties": {"eo:cloud_cover": null, "pl:clear_percent": -1}}', NULL, NULL),
    (10, '{"properties": {"eo:cloud_cover": "3", "snow": 5}}', 3, NULL),
    (11, '{"properties": {"eo:cloud_cover": "none"}}', NULL, NULL),
    (12, '{"properties": {"eo:cloud_cover": 0}, "assets": {"a": {"eo:cloud_cover": 30}}}', 30, NULL),
    (13, '{"properties": {"sar:instrument_mode": "SM", "eo:cloud_cover": null}}', 0, NULL),
    (14, '{"properties": {"sar:instrument_mode": "SM"}, "assets": {"a": {"eo:bands": [{"name": "b", "common_name": "red"}]}}}', NULL, NULL),
    (15, '{"properties": {"sar:product_type": "GRD", "eo:cloud_cover": 40}}', 40, NULL),
    (16, '{"properties": {"gsd": 10}, "assets": {"a": {"gsd": 60}, "b": {"gsd": 20}, "t": {"gsd": 320, "roles": ["thumbnail"]}}}', NULL, 60),
    (17, '{"assets": {"a": {"raster:bands": [{"spatial_resolution": 3}, {"spatial_resolution": 12}]}}}', NULL, 12),
    (18, '{"assets": {"a": {"bands": [{"gsd": 2}, {"raster:spatial_resolution": 4}]}}}', NULL, 4),
    (19, '{"assets": {"a": {"raster:bands": [{"spatial_resolution": 0.0000045}]}}}', NULL, NULL),
    (20, '{"properties": {"proj:epsg": 4326}, "assets": {"a": {"raster:bands": [{"spatial_resolution": 0.05}]}}}', NULL, NULL),
    (21, '{"properties": {"proj:epsg": 4326, "gsd": 0.5}, "assets": {"a": {"proj:code": "EPSG:32636", "raster:bands": [{"spatial_resolution": 0.8}]}}}', NULL, 0.8),
    (22, '{"properties": {"gsd": 0}}', NULL, NULL),
    (23, '{"properties": {"gsd": "0.3"}, "assets": []}', NULL, 0.3),
    (24, '{"properties": [], "assets": 5}', NULL, NULL),
    (25, '{"properties": {"cloud_cover": 20, "clear_percent": 95}}', 20, NULL);
SELECT results_eq('SELECT n, import_clouds(said) FROM told ORDER BY n', 'SELECT n, clouds FROM told ORDER BY n', 'clouds: the worst of what is said');
SELECT results_eq('SELECT n, import_pixels(said) FROM told ORDER BY n', 'SELECT n, pixels FROM told ORDER BY n', 'pixels: the coarsest that is told');
SELECT is((SELECT count(*) FROM unnest(ARRAY['{"eo:cloud_cover": 0, "pl:clear_percent": 28}', '{"eo:cloud_cover": -1, "gsd": 0}',
        '{"sar:instrument_mode": "spotlight"}', '{"eo:cloud_cover": 0, "gsd": "sharp"}']::jsonb[]) WITH ORDINALITY AS s (said, n),
        LATERAL import.import_stac(pg_temp.item('worst' || n, jsonb_build_object('datetime', format('2024-10-0%sT09:00:00Z', n)) || said)) WHERE outcome = 'loaded'), 4::bigint,
    'hazy, unknown, by radar, of unknown pixels');
SELECT results_eq($$SELECT o.completeness, o.gsd_m, o.cloud_cover FROM import.imported AS i JOIN import.observation AS o USING (observation_id)
                    WHERE i.record LIKE 'worst%' ORDER BY i.record$$,
    $$VALUES ('partial', 0.5, 72::numeric), ('partial', NULL, NULL), ('complete', 0.5, 0), ('complete', NULL, 0)$$, 'which their looks are');
SELECT results_eq($$SELECT item_id, outcome FROM import.import_stac(jsonb_build_array(pg_temp.item('list1', '{"datetime": "2024-09-02T09:00:00Z"}'),
        pg_temp.item('list2', '{"datetime": "2024-09-03T09:00:00Z"}')))$$, $$VALUES ('list1', 'loaded'), ('list2', 'loaded')$$, 'a list of items: both');
SELECT results_eq($$SELECT item_id, outcome, reason FROM import.import_stac(jsonb_build_array(pg_temp.item('twin', '{"datetime": "2024-10-12T09:00:00Z"}', 34),
        pg_temp.item('twin', '{"datetime": "2024-10-12T09:00:00Z"}'), pg_temp.item('twin', '{"datetime": "2024-10-12T09:00:00Z"}') || '{"collection": "more"}'))$$,
    $$VALUES ('twin', 'rejected', 'its id occurs twice, with different footprints'), ('twin', 'rejected', 'its id occurs twice, with different footprints'),
             ('twin', 'loaded', NULL)$$, 'two images of one id, and one of another collection');

-- detections
CREATE FUNCTION pg_temp.found(VARIADIC what text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object('type', 'Feature',
        'geometry', CASE split_part(w, ' ', 4) WHEN 'far' THEN '{"type": "Point", "coordinates": [35.25, 35]}'::jsonb
                    WHEN 'swapped' THEN '{"type": "Point", "coordinates": [35, 35.5]}'
                    -- one is not the other
                    ELSE ST_AsGeoJSON(ST_Expand(ST_MakePoint(35.001, 35.001), 0.001 - n * 0.00001))::jsonb END,
        'properties', jsonb_build_object('image_id', split_part(w, ' ', 1), 'class', split_part(w, ' ', 2),
                                         'score', split_part(w, ' ', 3)::float8))))
    FROM unnest(what) WITH ORDINALITY AS u (w, n)
$$;
CREATE FUNCTION pg_temp.load() RETURNS TABLE (image text, installation text, asset_class text, features bigint, outcome text, reason text)
LANGUAGE sql AS $$
    SELECT * FROM import.import_detections(pg_temp.found('clear Big 0.9', 'clear giant 0.8', 'clear Big 0.3', 'half small 0.7',
        'scan 18 0.9', 'sky Zeppelin 0.9', 'lost Big 0.9', 'month Big 7', 'wide Big 0.9 far', 'clear car 0.9'),
        'net-1', scope => '{air}', images => '{clear,half,scan,wide,gone,lost,sky,month}', class_names => '{"18": "Small", "car": null}')
$$;
SELECT set_eq($$SELECT * FROM pg_temp.load()$$, $$VALUES
    ('clear', 'Base', 'Big', 3::bigint, 'loaded', '1 below the threshold'),
    ('half', 'Base', 'Small', 1, 'loaded', NULL),
    ('scan', 'Base', 'Small', 1, 'loaded', NULL),
    ('wide', 'Base', NULL, 0, 'loaded', 'nothing detected'),
    ('wide', 'Port', NULL, 0, 'loaded', 'nothing detected'),
    ('sky', NULL, 'Zeppelin', 1, 'rejected', 'unknown asset class "Zeppelin"'),
    ('sky', NULL, NULL, 0, 'rejected', 'one of its features is rejected'),
    ('clear', NULL, 'car', 1, 'ignored', NULL),
    ('lost', NULL, 'Big', 1, 'rejected', 'image "lost" is not known: import its STAC item first'),
    ('gone', NULL, NULL, 0, 'rejected', 'image "gone" is not known: import its STAC item first'),
    ('month', NULL, 'Big', 1, 'rejected', 'score is not between 0 and 1'),
    ('month', NULL, NULL, 0, 'rejected', 'one of its features is rejected'),
    ('wide', NULL, 'Big', 1, 'rejected', 'outside every installation of the image')$$,
    'detections are counted per image, installation and class, or rejected with the reason');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_eq($$SELECT i.origin, s.count, s.confidence, s.status, s.note, ST_AsText(s.location, 3) FROM import.sighting AS s
                JOIN import.imported AS i USING (installation_id, observation_id) WHERE i.record = 'images/clear'$$,
    $$VALUES ('detector:net-1', '[2,3)'::int4range, 0.85::float8, NULL::text, 'detected by net-1', 'POINT(35.001 35.001)'),
             ('detector:net-1', '[1,2)', 0.3, NULL, 'detected by net-1', 'POINT(35.001 35.001)')$$,
    'what is below the threshold is kept, as of lower confidence; no status is told');
-- (of what a detector read the record has the collection too)
CREATE VIEW pg_temp.reader AS
SELECT regexp_replace(i.record, '.*/', '') AS record, i.origin, o.*, s.name
FROM import.imported AS i JOIN import.observation AS o USING (installation_id, observation_id) JOIN import.source AS s USING (source_id);
SELECT results_eq($$SELECT name, completeness, scope::text FROM pg_temp.reader WHERE record = 'clear' ORDER BY 1$$,
    $$VALUES ('Eye', 'complete', '{}'), ('net-1', 'complete', '{air}')$$, 'the image is one look, what a detector read from it another');
SELECT is_empty($$SELECT record FROM pg_temp.reader WHERE record IN (SELECT record FROM pg_temp.reader WHERE name = 'net-1') GROUP BY record, installation_id
    HAVING count(*) <> 2 OR count(DISTINCT (observed_from, observed_at, completeness, gsd_m, cloud_cover, ST_AsText(footprint), url, note)) <> 1$$,
    'taken as the image was');
SELECT results_eq($$SELECT asset_class, count_text(count_min, count_max), first_seen, gone_by FROM import.presence_flat ORDER BY 1, 3$$,
    $$VALUES ('Big', '2..3', timestamptz '2024-12-05 09:00', timestamptz '2024-12-06 09:00'),
             ('Small', '1', '2024-12-07 09:00', NULL)$$,
    'an image without detections is a look that saw nothing');
SELECT is((SELECT count(*) FROM pg_temp.load() WHERE outcome = 'loaded'), 0::bigint, 'again: nothing changes');
SELECT throws_ok($$SELECT * FROM import.import_detections('{"type": "Feature"}', 'net-1')$$, '22S07', NULL, 'not a FeatureCollection');

-- several readers of one image
CREATE FUNCTION pg_temp.big() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT count_text FROM import.presence_flat WHERE asset_class = 'Big' AND first_seen = '2024-12-05 09:00Z'
$$;
SELECT is((SELECT outcome FROM import.import_detections(pg_temp.found('clear Big 0.9', 'clear Big 0.9'), 'net-2', scope => '{air}')), 'loaded',
    'another detector sees the same two');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT pg_temp.big()', ARRAY['2'], 'which are two: not four, and what one of them doubted the other did not see');
SELECT is((SELECT outcome FROM import.import_detections(pg_temp.found('clear Big 0.9', 'clear Big 0.9', 'clear Big 0.9', 'clear Big 0.9'), 'net-2',
    scope => '{air}', replace => true)), 'updated', 'or it sees four');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT pg_temp.big()', ARRAY['2..4'], 'and then nobody knows');
INSERT INTO import.source (name, min_confidence) VALUES ('net-3', 0.95);
SELECT results_eq($$SELECT outcome, reason FROM import.import_detections(pg_temp.found('wide Big 0.9'), 'net-3', scope => '{air}') WHERE installation = 'Base'$$,
    $$VALUES ('loaded', '1 below the threshold')$$, 'a detector may have a threshold of its own');
SELECT is((SELECT outcome FROM import.import_stac(pg_temp.item('wide', '{"datetime": "2024-12-30T09:00:00Z"}') || '{"collection": "others"}')), 'loaded',
    'an item of the same id in another collection is another image');
SELECT set_eq($$SELECT * FROM import.import_detections(pg_temp.found('wide Big 0.9'), 'net-2', images => '{wide}')$$,
    $$VALUES ('wide', NULL::text, 'Big', 1::bigint, 'rejected', 'images of several collections are named "wide": name the collection')$$, 'and detections do not say of which');
SELECT set_eq($$SELECT * FROM import.import_detections('{"features": []}', 'net-2', images => '{wide}')$$,
    $$VALUES ('wide', NULL::text, NULL::text, 0::bigint, 'rejected', 'images of several collections are named "wide": name the collection')$$, 'nor does none');

-- No absence follows where a feature did not find its image, or its place in it.
CREATE FUNCTION pg_temp.fleet(features jsonb, images text[] DEFAULT '{clear,half2}', scale float8 DEFAULT 1)
RETURNS TABLE (image text, features bigint, outcome text, reason text) LANGUAGE sql AS $$
    SELECT i.image, i.features, i.outcome, i.reason FROM import.import_detections(features, 'net-4', scope => '{air}', images => images, score_scale => scale, replace => true) AS i
$$;
SELECT import.import_stac(pg_temp.item('half2', '{"datetime": "2024-12-15T09:00:00Z", "eo:cloud_cover": 0}'));
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9'))$$, $$VALUES ('clear', 1::bigint, 'loaded', NULL), ('half2', 0, 'loaded', 'nothing detected')$$,
    'one, then none');
CREATE FUNCTION pg_temp.proven() RETURNS TABLE (record text, completeness text) LANGUAGE sql AS $$
    SELECT record, completeness FROM pg_temp.reader WHERE name = 'net-4' AND record IN ('clear', 'half2') ORDER BY 1
$$;
SELECT results_eq('SELECT * FROM pg_temp.proven()', $$VALUES ('clear', 'complete'), ('half2', 'complete')$$, 'each image was seen whole');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9', 'half2.tif Big 0.8'))$$,
    $$VALUES ('half2.tif', 1::bigint, 'rejected', 'image "half2.tif" is not known: import its STAC item first'),
             ('clear', 1, 'updated', 'no absence follows, as a feature found no image'),
             ('half2', 0, 'updated', 'nothing detected; no absence follows, as a feature found no image')$$, 'a feature of an image that nobody knows');
SELECT results_eq('SELECT * FROM pg_temp.proven()', $$VALUES ('clear', 'partial'), ('half2', 'partial')$$, 'it may be of any');
SELECT import.import_stac(pg_temp.item('half2', '{"datetime": "2024-12-15T09:30:00Z", "eo:cloud_cover": 0}'));
SELECT results_eq('SELECT * FROM pg_temp.proven()', $$VALUES ('clear', 'partial'), ('half2', 'partial')$$, 'whatever is said of the image');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9'))$$, $$VALUES ('clear', 1::bigint, 'updated', NULL), ('half2', 0, 'updated', 'nothing detected')$$,
    'until every feature finds its image');
SELECT results_eq('SELECT * FROM pg_temp.proven()', $$VALUES ('clear', 'complete'), ('half2', 'complete')$$, 'which proves again');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9', 'scan Big 0.8'))$$,
    $$VALUES ('scan', 1::bigint, 'rejected', 'image "scan" is not listed in images'),
             ('clear', 1, 'updated', 'no absence follows, as a feature found no image'),
             ('half2', 0, 'updated', 'nothing detected; no absence follows, as a feature found no image')$$, 'a feature of an image that is not listed');
SELECT set_has($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9', 'scan Big 0.8'), '{clear,half2,NULL}')$$,
    $$VALUES ('scan', 1::bigint, 'rejected', 'image "scan" is not listed in images')$$, 'a list with a hole is one too');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(jsonb_set(pg_temp.found('clear Big 0.9', 'x Big 0.8'), '{features,1,properties,image_id}', 'null'))$$,
    $$VALUES (NULL, 1::bigint, 'rejected', 'no image_id'),
             ('clear', 1, 'unchanged', 'no absence follows, as a feature found no image'),
             ('half2', 0, 'unchanged', 'nothing detected; no absence follows, as a feature found no image')$$, 'a feature without an image');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('clear Big 0.9', 'half2 Big 0.8 swapped'))$$,
    $$VALUES ('half2', 1::bigint, 'rejected', 'far outside its image'), ('clear', 1, 'updated', NULL),
             ('half2', 0, 'unchanged', 'nothing detected; no absence follows, as a feature lies far outside it')$$, 'a feature whose axes are swapped');
SELECT results_eq('SELECT * FROM pg_temp.proven()', $$VALUES ('clear', 'complete'), ('half2', 'partial')$$, 'only its image is in doubt');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(jsonb_set(pg_temp.found('half2 Big 0.8'), '{features,0,properties,image_id}', 'null'), '{half2}')$$,
    $$VALUES ('half2', 1::bigint, 'updated', 'replaces nothing detected of air')$$, 'where one image is listed, a feature that names none is of that');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(jsonb_set(pg_temp.found('half2 Big 0.8'), '{features,1}', pg_temp.found('half2 Big 0.8') -> 'features' -> 0))$$,
    $$VALUES ('half2', 1::bigint, 'unchanged', '1 of them again'), ('clear', 0, 'updated', 'nothing detected; replaces 1 Big of air')$$, 'the same feature twice is one');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(jsonb_set(pg_temp.found('half2 Big 0.8'), '{features,0,properties,score}', '"0.8"'), '{half2}')$$,
    $$VALUES ('half2', 1::bigint, 'unchanged', NULL)$$, 'a score may be a text');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('half2 Big 80'), '{half2}', 100)$$, $$VALUES ('half2', 1::bigint, 'unchanged', NULL)$$, 'or in percent, if that is said');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('half2 Big 101'), '{half2}', 100)$$, $$VALUES ('half2', 1::bigint, 'rejected', 'score is not between 0 and 100'),
    ('half2', 0, 'rejected', 'one of its features is rejected')$$, 'but not beyond');
SELECT set_eq($$SELECT features, outcome FROM import.import_detections(jsonb_set(pg_temp.found('half2 Big 0.8'), '{features,0,properties}',
        '{"in.image": "half2", "found": [{"name": "Big", "how": {"sure": 0.8}}]}'), 'net-4', scope => '{air}', images => '{half2}',
        class_property => 'found[0].name', score_property => 'found[0].how.sure', image_property => 'in.image', replace => true)$$, $$VALUES (1::bigint, 'unchanged')$$, 'deep in the properties');
SELECT throws_ok($$SELECT * FROM pg_temp.fleet(pg_temp.found('half2 Big 1'), '{half2}', 0)$$, '22S07', NULL, 'nor of nothing');
SELECT set_eq($$SELECT * FROM pg_temp.fleet(pg_temp.found('half2 Big 0.4999999'), '{half2}')$$, $$VALUES ('half2', 1::bigint, 'updated', '1 below the threshold; replaces 1 Big of air')$$, 'just below the threshold');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_text(count_min, count_max) FROM import.inventory_at('2024-12-15 12:00Z', installation => 'Base', asset => 'Big', mode => 'possible')$$,
    ARRAY['0..1'], 'is below it');
INSERT INTO import.installation (name, location, boundary) VALUES
    ('Strait', ST_SetSRID(ST_MakePoint(180, 10), 4326), ST_SetSRID('MULTIPOLYGON(((179.9 9.9, 180 9.9, 180 10.1, 179.9 10.1, 179.9 9.9)), ((-180 9.9, -179.9 9.9, -179.9 10.1, -180 10.1, -180 9.9)))'::geometry, 4326));
SELECT import.import_stac(pg_temp.item('date line', '{"datetime": "2024-12-15T09:00:00Z"}') || '{"geometry": {"type": "MultiPolygon", "coordinates":
    [[[[179, 9], [180, 9], [180, 11], [179, 11], [179, 9]]], [[[-180, 9], [-179, 9], [-179, 11], [-180, 11], [-180, 9]]]]}}');
SELECT results_eq($$SELECT installation, features, outcome, reason FROM import.import_detections('{"type": "FeatureCollection", "features": [{"type": "Feature",
    "properties": {"class": "Big", "score": "0.93"}, "geometry": {"type": "MultiPolygon", "coordinates":
        [[[[179.998, 10], [180, 10], [180, 10.002], [179.998, 10.002], [179.998, 10]]], [[[-180, 10], [-179.999, 10], [-179.999, 10.002], [-180, 10.002], [-180, 10]]]]}}]}',
    'net-4', images => '{date line}')$$, $$VALUES ('Strait', 1::bigint, 'loaded', NULL)$$, 'what is cut at the antimeridian lies there');
SELECT results_eq($$SELECT ST_AsText(location, 4) FROM import.sighting WHERE location IS NOT NULL AND ST_Y(location) < 11$$, ARRAY['POINT(179.9995 10.001)'], 'in one piece');

-- Pixels of unknown size show no absence of what is told at a metre.
INSERT INTO import.asset_class (path, name, max_gsd_m) VALUES ('sea.tug', 'Tug', 1);
CREATE FUNCTION pg_temp.tug() RETURNS TABLE (count_text text, gone_by timestamptz) LANGUAGE sql AS $$
    SELECT count_text, gone_by FROM import.presence_flat WHERE asset_class = 'Tug'
$$;
SELECT lives_ok($$SELECT import.import_stac(pg_temp.item('sharp', '{"datetime": "2024-11-01T09:00:00Z", "eo:cloud_cover": 0}'));
    SELECT import.import_stac(pg_temp.item('blurred', '{"datetime": "2024-11-02T09:00:00Z", "eo:cloud_cover": 0, "gsd": null}'));
    SELECT import.import_detections(pg_temp.found('sharp Tug 0.9'), 'net-1', scope => '{sea}', images => '{sharp,blurred}')$$, 'a tug, and an image without its pixel size');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT * FROM pg_temp.tug()', $$VALUES ('1', NULL::timestamptz)$$, 'does not show that it has left');
SELECT import.import_stac(pg_temp.item('blurred', '{"datetime": "2024-11-02T09:00:00Z", "eo:cloud_cover": 0, "gsd": 0.5}'));
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT * FROM pg_temp.tug()', $$VALUES ('1', timestamptz '2024-11-02 09:00Z')$$, 'until the item tells it');
SELECT import.import_stac(pg_temp.item('blurred', '{"datetime": "2024-11-02T09:20:00Z", "start_datetime": "2024-11-02T09:00:00Z", "end_datetime": "2024-11-02T09:40:00Z",
    "eo:cloud_cover": 0, "gsd": 0.5}'));
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT * FROM pg_temp.tug()', $$VALUES ('1', timestamptz '2024-11-02 09:40Z')$$, 'by the end of the look, if it lasted');

-- surveys
CREATE FUNCTION pg_temp.survey() RETURNS void LANGUAGE sql AS $$
    INSERT INTO import.survey_site VALUES ('s1', 'Site 1', 10, 10, 'plot'), ('s2', 'Site 2', 11, 10, 'plot'), ('s3', 'Site 3', 200, 10, 'plot');
    INSERT INTO import.survey VALUES
        ('a', 's1', '2021-03-20 10:00', true, false, NULL), ('b', 's1', '2021-03-20 11:00', true, true, 'thin'),
        ('c', 's1', '2021-03-20 12:00', false, false, NULL), ('d', 's1', '2021-03-20 13:00', true, false, NULL),
        ('e', 's2', '2021-03-20 10:00', true, false, NULL), ('f', 's3', '2021-03-20 10:00', true, false, NULL),
        ('g', 's9', '2021-03-20 10:00', true, false, NULL), ('h', 's2', 'infinity', true, false, NULL);
    INSERT INTO import.survey (survey_id, site_id, observed_at, observed_from) VALUES
        ('i', 's2', '2021-03-21 10:00', '2021-03-21 06:00'), ('j', 's2', '2021-03-22 10:00', '2021-03-22 11:00'),
        ('k', 's2', '2021-03-23 10:00', '-infinity');
    INSERT INTO import.survey_count VALUES ('a', 'vessel', 3), ('b', 'vessel', 1), ('e', 'vessel', 2), ('e', 'whale', 1);
$$;
SELECT pg_temp.survey();
SELECT set_eq($$SELECT part, outcome, reason, records, example FROM import.import_surveys('Count', '{vessel}')$$, $$VALUES
    ('site', 'loaded', NULL, 2::bigint, NULL), ('site', 'rejected', 'lon or lat out of range', 1, 's3'),
    ('survey', 'loaded', NULL, 4, 'a'), ('survey', 'rejected', 'observed_from is not a date or a time before observed_at', 2, 'j'),
    ('survey', 'not sampled', 'nothing is known of it', 1, 'c'),
    ('survey', 'rejected', 'its site is rejected', 1, 'f'), ('survey', 'rejected', 'unknown site_id', 1, 'g'),
    ('survey', 'rejected', 'observed_at is not a date or a time of ISO 8601', 1, 'h'), ('survey', 'rejected', 'one of its counts is rejected', 1, 'e'),
    ('count', 'rejected', 'unknown asset class', 1, 'e whale')$$,
    'surveys are loaded, or rejected with the reason');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT extract(hour FROM at)::int, count_text(count_min, count_max), state
                    FROM import.timeline('2021-03-20', '2021-03-20', '1 hour', installation => 'Site 1')
                    WHERE extract(hour FROM at) BETWEEN 9 AND 14$$,
    $$VALUES (9, '?', 'unobserved'), (10, '3', 'observed'), (11, '3', 'last known'), (12, '3', 'last known'),
             (13, '0', 'observed'), (14, '0', 'last known')$$,
    'a partial survey of one is no loss of two, one not sampled is no zero, one that found nothing is');
SELECT results_eq($$SELECT DISTINCT gsd_m FROM pg_temp.reader WHERE origin = 'survey:Count'$$, ARRAY[0::numeric], 'people count by eye');
SELECT results_eq($$SELECT observed_from, observed_at FROM pg_temp.reader WHERE origin = 'survey:Count' AND record IN ('a', 'i') ORDER BY record$$,
    $$VALUES (NULL::timestamptz, timestamptz '2021-03-20 10:00'), ('2021-03-21 06:00', '2021-03-21 10:00')$$, 'at an instant, or for hours');
SELECT results_eq($$SELECT survey_id FROM import.survey ORDER BY 1$$, ARRAY['e', 'f', 'g', 'h', 'j', 'k'], 'what is rejected stays');
SELECT results_eq($$SELECT survey_id FROM import.survey_count ORDER BY 1$$, ARRAY['e', 'e'], 'with its counts');
DELETE FROM import.survey_site; DELETE FROM import.survey; DELETE FROM import.survey_count;
SELECT pg_temp.survey();
SELECT set_eq($$SELECT outcome, records FROM import.import_surveys('Count', '{vessel}') WHERE part = 'survey' AND outcome NOT IN ('rejected', 'not sampled')$$,
    $$VALUES ('unchanged', 4::bigint)$$, 'again: nothing changes');
UPDATE import.survey_count SET (class, part) = ('vessel', 'by the quay') WHERE class = 'whale';
SELECT set_has($$SELECT part, outcome, records, example FROM import.import_surveys('Count', '{vessel}')$$,
    $$VALUES ('survey', 'loaded', 1::bigint, 'e')$$, 'a corrected record is loaded the next time');
SELECT throws_ok($$SELECT * FROM import.import_surveys('')$$, '22S07', NULL, 'surveys need a source');

SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty($$SELECT * FROM import.verify()$$, 'the ledger is what its evidence says');

SELECT * FROM finish();
ROLLBACK;
