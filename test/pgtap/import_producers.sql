-- Items and detections in the shapes of those who make them. Shapes only: names, places and figures
-- are made up, and what says nothing of a look is left out.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(24);

SELECT create_ledger('made');
INSERT INTO made.asset_class (path, name, aliases, max_gsd_m) VALUES ('vessel', 'Vessel', '{boat,ship}', 10), ('vehicle.car', 'Car', '{ground_motor_passenger_vehicle}', 1), ('aircraft', 'Aircraft', '{}', 3);
INSERT INTO made.installation (name, location, boundary) VALUES ('Bay', ST_SetSRID(ST_MakePoint(35, 35), 4326), ST_MakeEnvelope(34.98, 34.98, 35.02, 35.02, 4326));
CREATE FUNCTION pg_temp.shape(west float8, east float8) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'geometry', ST_AsGeoJSON(ST_MakeEnvelope(west, 34.9, east, 35.1, 4326))::jsonb, 'links', '[]'::jsonb)
$$;
CREATE FUNCTION pg_temp.load(item text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', item_id, outcome, reason), ', ' ORDER BY item_id) FROM made.import_stac(item)
$$;
CREATE FUNCTION pg_temp.look(id text) RETURNS TABLE (source text, observed_from timestamptz, observed_at timestamptz, completeness text, gsd_m numeric, cloud_cover numeric)
LANGUAGE sql AS $$
    SELECT s.name, o.observed_from, o.observed_at, o.completeness, o.gsd_m, o.cloud_cover
    FROM made.imported AS i JOIN made.observation AS o USING (installation_id, observation_id) JOIN made.source AS s USING (source_id)
    WHERE i.record = id AND i.origin LIKE 'stac:%'
$$;

-- Maxar, open data: a strip cut into tiles of a grid, all of its instant; the id of a tile has slashes; a blank between date and time
SELECT is(pg_temp.load(jsonb_build_array(
    pg_temp.shape(34.9, 35) || '{"id": "36/021112/2024-01-02/10300100F0A0", "collection": "10300100F0A0", "properties": {"datetime": "2024-01-02 01:57:43Z", "platform": "WV02", "gsd": 0.54,
        "catalog_id": "10300100F0A0", "utm_zone": 36, "quadkey": "021112", "view:off_nadir": 21.3, "tile:data_area": 27.6, "tile:clouds_area": 0.1, "tile:clouds_percent": 0, "proj:epsg": 32636},
        "assets": {"visual": {"roles": ["visual"], "eo:bands": [{"name": "BAND_R", "common_name": "red"}], "proj:shape": [17408, 17408]}, "data-mask": {"roles": ["data-mask"]}}}',
    pg_temp.shape(35, 35.1) || '{"id": "36/021113/2024-01-02/10300100F0A0", "collection": "10300100F0A0", "properties": {"datetime": "2024-01-02 01:57:43Z", "platform": "WV02", "gsd": 0.56,
        "catalog_id": "10300100F0A0", "utm_zone": 36, "quadkey": "021113", "tile:clouds_percent": 4, "proj:epsg": 32636}, "assets": {}}')::text),
    '36/021112/2024-01-02/10300100F0A0 loaded, 36/021113/2024-01-02/10300100F0A0 loaded', 'Maxar: two tiles');
SELECT results_eq($$SELECT * FROM pg_temp.look('36/021113/2024-01-02/10300100F0A0')$$, $$VALUES ('WV02', NULL::timestamptz, timestamptz '2024-01-02 01:57:43', 'complete', 0.56, 4::numeric)$$,
    'one look, as coarse and cloudy as the worse');

-- Planet: no provider, a satellite for a platform; clear_percent beside a cloud cover of 0; metadata and masks among the assets
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "20240103_075546_73_2407", "collection": "PSScene", "properties": {"datetime": "2024-01-03T07:55:46.735959Z", "gsd": 3.9,
    "constellation": "planetscope", "platform": "2407", "instruments": ["PSB.SD"], "eo:cloud_cover": 0, "view:off_nadir": 5, "pl:item_type": "PSScene", "pl:pixel_resolution": 3, "pl:strip_id": "4107818",
    "pl:clear_percent": 28, "pl:clear_confidence_percent": 95, "pl:light_haze_percent": 72, "pl:ground_control": true}, "assets": {
    "metadata": {"roles": ["metadata"]}, "sr": {"roles": ["data", "reflectance"], "proj:epsg": 32636, "raster:bands": [{"data_type": "uint16", "spatial_resolution": 3.0, "scale": 0.0001}],
    "eo:bands": [{"name": "Green I", "center_wavelength": 0.531}]}, "udm2": {"roles": ["data", "cloud"], "proj:epsg": 32636, "raster:bands": [{"spatial_resolution": 3.0}]}}}')::text),
    '20240103_075546_73_2407 loaded', 'Planet');
SELECT results_eq($$SELECT * FROM pg_temp.look('20240103_075546_73_2407')$$, $$VALUES ('2407', NULL::timestamptz, timestamptz '2024-01-03 07:55:46.735959', 'partial', 3.9, 72::numeric)$$, 'through haze');
-- Planet Fusion: days put together; of each place an item of the same id, and nothing said of clouds
SELECT is(pg_temp.load(jsonb_build_array(
    pg_temp.shape(34.9, 35.1) || '{"id": "2024-01-04", "collection": "planet/fusion/36N/29E", "properties": {"datetime": "2024-01-04T00:00:00+00:00", "gsd": 3, "platform": "planet", "proj:epsg": 32636}}',
    pg_temp.shape(34.95, 35.1) || '{"id": "2024-01-04", "collection": "planet/fusion/36N/30E", "properties": {"datetime": "2024-01-04T00:00:00+00:00", "gsd": 3, "platform": "planet", "proj:epsg": 32636}}')::text),
    '2024-01-04 loaded, 2024-01-04 loaded', 'Planet Fusion');
SELECT results_eq($$SELECT DISTINCT completeness, gsd_m, cloud_cover FROM pg_temp.look('2024-01-04')$$, $$VALUES ('partial', 3::numeric, NULL::numeric)$$, 'proves no absence');
SELECT is((SELECT reason FROM made.import_detections('[{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35, 35]}, "properties": {"image_id": "2024-01-04", "class": "ship", "score": 1}}]', 'net')),
    'images of several collections are named "2024-01-04": name the collection', 'and must be told apart');

-- Sentinel-2 by Earth Search: parts of clouds, bands of 10, 20 and 60 m, a thumbnail
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "S2A_36SYD_20240105_0_L2A", "collection": "sentinel-2-l2a", "properties": {"datetime": "2024-01-05T08:24:41.632000Z", "platform": "sentinel-2a",
    "constellation": "sentinel-2", "eo:cloud_cover": 4.025, "proj:epsg": 32636, "grid:code": "MGRS-36SYD", "s2:cloud_shadow_percentage": 0.5, "s2:medium_proba_clouds_percentage": 0.128,
    "s2:high_proba_clouds_percentage": 0.132, "s2:thin_cirrus_percentage": 3.764, "s2:snow_ice_percentage": 0, "s2:nodata_pixel_percentage": 0, "s2:water_percentage": 60,
    "earthsearch:boa_offset_applied": true, "processing:software": {"sentinel2-to-stac": "0.1.0"}}, "assets": {
    "red": {"gsd": 10, "roles": ["data"], "eo:bands": [{"name": "red", "common_name": "red"}], "raster:bands": [{"nodata": 0, "spatial_resolution": 10}]},
    "coastal": {"gsd": 60, "roles": ["data"], "raster:bands": [{"spatial_resolution": 60}]}, "thumbnail": {"roles": ["thumbnail"], "gsd": 320}, "granule_metadata": {"roles": ["metadata"]}}}')::text),
    'S2A_36SYD_20240105_0_L2A loaded', 'Sentinel-2');
SELECT results_eq($$SELECT * FROM pg_temp.look('S2A_36SYD_20240105_0_L2A')$$, $$VALUES ('sentinel-2a', NULL::timestamptz, timestamptz '2024-01-05 08:24:41.632', 'complete', 60::numeric, 4.524)$$,
    'clouds and their shadows; as coarse as its coarsest band');
-- Landsat by the Planetary Computer: cloud cover of land unknown, -1
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "LC09_L2SP_174036_20240106_02_T1", "collection": "landsat-c2-l2", "properties": {"datetime": "2024-01-06T08:09:01.221Z", "platform": "landsat-9", "gsd": 30,
    "eo:cloud_cover": 7.5, "landsat:cloud_cover_land": -1, "proj:code": "EPSG:32636"}, "assets": {"lwir11": {"gsd": 100, "roles": ["data", "temperature"]}, "red": {"gsd": 30, "roles": ["data"]}}}')::text),
    'LC09_L2SP_174036_20240106_02_T1 loaded', 'Landsat');
SELECT results_eq($$SELECT completeness, gsd_m, cloud_cover FROM pg_temp.look('LC09_L2SP_174036_20240106_02_T1')$$, $$VALUES ('complete', 100::numeric, 7.5)$$, 'by what it knows');

-- Umbra: radar, some seconds long, with an instant beside; its pixels are not told as gsd
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "855f94e8-6d9b-4586-af13-b12053d905d1", "collection": "umbra-sar", "properties": {"datetime": "2024-01-07T19:13:59Z", "start_datetime": "2024-01-07T19:13:59Z",
    "end_datetime": "2024-01-07T19:14:04Z", "platform": "Umbra-08", "constellation": "Umbra", "sar:instrument_mode": "SPOTLIGHT", "sar:frequency_band": "X", "sar:polarizations": ["VV"], "sar:product_type": "GEC",
    "sar:resolution_range": 0.47, "sar:resolution_azimuth": 0.5, "umbra:task_id": "644cc5e9", "umbra:grazing_angle_degrees": 51.2}, "assets": {"2024-01-07-19-13-59_UMBRA-08_GEC.tif": {"roles": ["data"]}}}')::text),
    '855f94e8-6d9b-4586-af13-b12053d905d1 loaded', 'Umbra');
SELECT results_eq($$SELECT * FROM pg_temp.look('855f94e8-6d9b-4586-af13-b12053d905d1')$$,
    $$VALUES ('Umbra-08', timestamptz '2024-01-07 19:13:59', timestamptz '2024-01-07 19:14:04', 'complete', NULL::numeric, 0::numeric)$$, 'sees through clouds, and lasts');
-- Capella: two products of one collect are two images of one moment
SELECT is(pg_temp.load(jsonb_build_object('type', 'FeatureCollection', 'numberMatched', 2, 'features', jsonb_build_array(
    pg_temp.shape(34.9, 35.1) || '{"id": "CAPELLA_C02_SP_GEO_HH_20240108052305_20240108052329", "collection": "capella-archive", "properties": {"datetime": "2024-01-08T05:23:17Z", "start_datetime": "2024-01-08T05:23:05Z",
        "end_datetime": "2024-01-08T05:23:29Z", "platform": "capella-2", "sar:instrument_mode": "spotlight", "sar:product_type": "GEO", "capella:collect_id": "0a4722dc", "sar:pixel_spacing_range": 0.35}, "assets": {"HH": {"roles": ["data"]}}}',
    pg_temp.shape(34.9, 35.1) || '{"id": "CAPELLA_C02_SP_SICD_HH_20240108052305_20240108052329", "collection": "capella-archive", "properties": {"datetime": "2024-01-08T05:23:17Z", "start_datetime": "2024-01-08T05:23:05Z",
        "end_datetime": "2024-01-08T05:23:29Z", "platform": "capella-2", "sar:instrument_mode": "spotlight", "sar:product_type": "SICD", "capella:collect_id": "0a4722dc"}, "assets": {"HH": {"roles": ["data"]}}}'))::text),
    'CAPELLA_C02_SP_GEO_HH_20240108052305_20240108052329 loaded, CAPELLA_C02_SP_SICD_HH_20240108052305_20240108052329 loaded', 'Capella');
SELECT results_eq($$SELECT count(DISTINCT i.observation_id), min(o.completeness) FROM made.imported AS i JOIN made.observation AS o USING (installation_id, observation_id) WHERE i.origin = 'stac:capella-archive'$$,
    $$VALUES (1::bigint, 'complete')$$, 'one look');

-- a detector's features by tiles, as OversightML has them: classes in a list, the image by a path
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "scene-1", "collection": "mine", "properties": {"datetime": "2024-02-01T09:00:00Z", "gsd": 0.5, "eo:cloud_cover": 0, "platform": "eye-1"}}')::text), 'scene-1 loaded', 'an image');
SELECT set_eq($$SELECT asset_class, features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": "1cc5e6d6", "geometry": {"type": "Polygon", "coordinates": [[[35, 35], [35.0001, 35], [35.0001, 35.0001], [35, 35.0001], [35, 35]]]}, "properties": {
        "bounds_imcoords": [429, 553, 440, 561], "featureClasses": [{"iri": "ground_motor_passenger_vehicle", "score": 0.296}], "detection_score": 0.296, "image_id": "2pp5e6d6", "source": {"scene": {"id": "scene-1"}},
        "modelMetadata": {"modelName": "net", "ontologyName": "xview"}}},
    {"type": "Feature", "id": "1cc5e6d7", "geometry": {"type": "Polygon", "coordinates": [[[35.001, 35], [35.002, 35], [35.002, 35.0001], [35.001, 35.0001], [35.001, 35]]]}, "properties": {
        "featureClasses": [{"iri": "boat", "score": 0.87}, {"iri": "ground_motor_passenger_vehicle", "score": 0.1}], "source": {"scene": {"id": "scene-1"}}}},
    {"type": "Feature", "id": "1cc5e6d8", "geometry": {"type": "Point", "coordinates": [35.003, 35]}, "properties": {"featureClasses": [{"iri": "shed", "score": 0.9}], "source": {"scene": {"id": "scene-1"}}}}]}',
    'osml', scope => '{vessel,vehicle}', class_property => 'featureClasses[0].iri', score_property => 'featureClasses[0].score', image_property => 'source.scene.id', class_names => '{"shed": null}')$$,
    $$VALUES ('shed', 1::bigint, 'ignored', NULL), ('Vessel', 1, 'loaded', NULL), ('Car', 1, 'loaded', '1 below the threshold')$$, 'features with a list of classes');
-- a file of one scene whose features do not name it, by lines; points, a category
SELECT set_eq($$SELECT image, asset_class, features, outcome FROM made.import_detections(
    E'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.01, 35]}, "properties": {"score": 0.93, "category": "vessel", "length": 71.2, "heading_bucket_probs": [0.1, 0.9]}}\n'
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.012, 35]}, "properties": {"score": 0.71, "category": "vessel", "length": 15.1}}\n'
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.06, 35]}, "properties": {"score": 0.71, "category": "vessel"}}\n',
    'sentinel-vessels', scope => '{vessel}', images => '{S2A_36SYD_20240105_0_L2A}', class_property => 'category')$$,
    $$VALUES ('S2A_36SYD_20240105_0_L2A', 'Vessel', 2::bigint, 'loaded'), ('S2A_36SYD_20240105_0_L2A', 'vessel', 1, 'rejected')$$, 'vessels of one scene');
-- a desktop's table of objects: percent, names with capitals, a number for a class
SELECT set_eq($$SELECT asset_class, features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "name": "Detected_Objects", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": [
    {"type": "Feature", "properties": {"OBJECTID": 1, "Class": 1, "Confidence": 97.85, "Image": "scene-1"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[35, 35], [35.0005, 35], [35.0005, 35.0005], [35, 35]]]]}},
    {"type": "Feature", "properties": {"OBJECTID": 2, "Class": 1, "Confidence": "49.99999", "Image": "scene-1"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[35.01, 35], [35.0105, 35], [35.0105, 35.0005], [35.01, 35]]]]}}]}',
    'desktop', scope => '{aircraft}', class_property => 'Class', score_property => 'Confidence', image_property => 'Image', score_scale => 100, class_names => '{"1": "Aircraft"}')$$,
    $$VALUES ('Aircraft', 2::bigint, 'loaded', '1 below the threshold')$$, 'in percent');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT asset_class, count_text(count_min, count_max) FROM made.inventory_at('2024-02-01 12:00Z', mode => 'possible') WHERE looked_at = '2024-02-01 09:00Z' ORDER BY 1$$,
    $$VALUES ('Aircraft', '1..2'), ('Car', '0..1'), ('Vessel', '1')$$, 'what they say together');
-- pixels for degrees, and axes swapped, in files of both kinds
SELECT set_eq($$SELECT image, features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [429, 553]},
    "properties": {"class": "ship", "score": 0.9, "image_id": "scene-1"}}]}', 'pixels', scope => '{vessel}')$$,
    $$VALUES ('scene-1', 1::bigint, 'rejected', 'its coordinates are not longitude and latitude in degrees'), ('scene-1', 0, 'rejected', 'one of its features is rejected')$$, 'pixels beyond the globe');
SELECT set_eq($$SELECT image, features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [42, 55]},
    "properties": {"class": "ship", "score": 0.9, "image_id": "scene-1"}}]}', 'pixels', scope => '{vessel}')$$,
    $$VALUES ('scene-1', 1::bigint, 'rejected', 'far outside its image'), ('scene-1', 0, 'loaded', 'nothing detected; no absence follows, as a feature lies far outside it')$$, 'or on it');
SELECT is((SELECT completeness FROM made.observation AS o JOIN made.source AS s USING (source_id) WHERE s.name = 'pixels' AND o.retracted_at IS NULL), 'partial', 'prove nothing');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM made.verify()', 'the ledger is what its evidence says');
SELECT * FROM finish();
ROLLBACK;
