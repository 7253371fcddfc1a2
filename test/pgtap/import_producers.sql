-- Items and detections in the shapes of those who make them. Shapes only: names, places and figures
-- are made up, and what says nothing of a look is left out.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(34);

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

-- Maxar, open data: a strip cut into tiles of a grid, some of one second, some of the next; the id of a tile has slashes
SELECT is(pg_temp.load(jsonb_build_array(
    pg_temp.shape(34.9, 35) || '{"id": "36/021112/2024-01-02/10300100F0A0", "collection": "10300100F0A0", "properties": {"datetime": "2024-01-02T01:57:43Z", "platform": "WV02", "gsd": 0.54, "ard_metadata_version": "0.0.1",
        "catalog_id": "10300100F0A0", "utm_zone": 36, "quadkey": "021112", "view:off_nadir": 21.3, "view:azimuth": 3.8, "view:incidence_angle": 66.1, "proj:epsg": 32636, "grid:code": "MXRA-Z36-021112",
        "tile:data_area": 27.6, "tile:clouds_area": 0.1, "tile:clouds_percent": 0},
        "assets": {"visual": {"roles": ["visual"], "eo:bands": [{"name": "BAND_R", "common_name": "red"}], "proj:shape": [17408, 17408]}, "data-mask": {"roles": ["data-mask"]}}}',
    pg_temp.shape(35, 35.1) || '{"id": "36/021113/2024-01-02/10300100F0A0", "collection": "10300100F0A0", "properties": {"datetime": "2024-01-02T01:57:43Z", "platform": "WV02", "gsd": 0.56,
        "catalog_id": "10300100F0A0", "utm_zone": 36, "quadkey": "021113", "tile:clouds_percent": 4, "proj:epsg": 32636}, "assets": {}}',
    pg_temp.shape(35, 35.1) || '{"id": "36/021131/2024-01-02/10300100F0A0", "collection": "10300100F0A0", "properties": {"datetime": "2024-01-02T01:57:44Z", "platform": "WV02", "gsd": 0.57,
        "catalog_id": "10300100F0A0", "utm_zone": 36, "quadkey": "021131", "tile:clouds_percent": 0, "proj:epsg": 32636}, "assets": {}}')::text),
    '36/021112/2024-01-02/10300100F0A0 loaded, 36/021113/2024-01-02/10300100F0A0 loaded, 36/021131/2024-01-02/10300100F0A0 loaded', 'Maxar: tiles');
SELECT results_eq($$SELECT * FROM pg_temp.look('36/021113/2024-01-02/10300100F0A0')$$, $$VALUES ('WV02', NULL::timestamptz, timestamptz '2024-01-02 01:57:43', 'complete', 0.56, 4::numeric)$$,
    'two are one look, as coarse and cloudy as the worse');
SELECT results_eq($$SELECT completeness, observed_at FROM pg_temp.look('36/021131/2024-01-02/10300100F0A0')$$, $$VALUES ('partial', timestamptz '2024-01-02 01:57:44')$$,
    'that of another second is another one, which shows a part');

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
-- Sentinel-2 by the Planetary Computer: every class of its scene in percent, a gsd of each asset
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "S2B_MSIL2A_20240116T082449_R121_T36SYD_20240116T124342", "collection": "sentinel-2-l2a", "properties": {"datetime": "2024-01-16T08:24:49.024000Z",
    "platform": "Sentinel-2B", "constellation": "Sentinel 2", "instruments": ["msi"], "eo:cloud_cover": 0.62, "s2:mgrs_tile": "36SYD", "s2:cloud_shadow_percentage": 0.2, "s2:thin_cirrus_percentage": 0.5,
    "s2:medium_proba_clouds_percentage": 0.1, "s2:high_proba_clouds_percentage": 0.02, "s2:nodata_pixel_percentage": 43.1, "s2:snow_ice_percentage": 90, "s2:dark_features_percentage": 1.2,
    "s2:unclassified_percentage": 0.1, "s2:not_vegetated_percentage": 3, "s2:degraded_msi_data_percentage": 0.02}, "assets": {
    "B01": {"gsd": 60, "roles": ["data"]}, "B04": {"gsd": 10, "roles": ["data"], "eo:bands": [{"name": "B04", "common_name": "red"}]}, "preview": {"roles": ["thumbnail"]}, "safe-manifest": {"roles": ["metadata"]}}}')::text),
    'S2B_MSIL2A_20240116T082449_R121_T36SYD_20240116T124342 loaded', 'Sentinel-2 of another archive');
SELECT results_eq($$SELECT completeness, gsd_m, cloud_cover FROM pg_temp.look('S2B_MSIL2A_20240116T082449_R121_T36SYD_20240116T124342')$$, $$VALUES ('complete', 60::numeric, 0.82)$$, 'is as cloudy as its classes say');
-- Landsat by the Planetary Computer: its thermal band resampled to the pixels of the others; cloud cover of land unknown, -1
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "LC09_L2SP_174036_20240106_02_T1", "collection": "landsat-c2-l2", "properties": {"datetime": "2024-01-06T08:09:01.221Z", "platform": "landsat-9", "gsd": 30,
    "eo:cloud_cover": 7.5, "landsat:cloud_cover_land": -1, "proj:code": "EPSG:32636"}, "assets": {"lwir11": {"gsd": 100, "roles": ["data", "temperature"], "raster:bands": [{"unit": "kelvin", "nodata": 0, "spatial_resolution": 30}]},
    "red": {"roles": ["data", "reflectance"], "raster:bands": [{"nodata": 0, "spatial_resolution": 30}]}, "qa": {"roles": ["data"], "raster:bands": [{"spatial_resolution": 30}]}, "mtl.json": {"roles": ["metadata"]}}}')::text),
    'LC09_L2SP_174036_20240106_02_T1 loaded', 'Landsat');
SELECT results_eq($$SELECT completeness, gsd_m, cloud_cover FROM pg_temp.look('LC09_L2SP_174036_20240106_02_T1')$$, $$VALUES ('complete', 100::numeric, 7.5)$$, 'by what it knows');

-- Umbra, its archive: radar, some seconds long without an instant, heights in its footprint; only a thumbnail. What it tells apart is read as across the slant
SELECT is(pg_temp.load((jsonb_set(pg_temp.shape(34.9, 35.1), '{geometry}', ST_AsGeoJSON(ST_Force3D(ST_MakeEnvelope(34.9, 34.9, 35.1, 35.1, 4326), 14.3))::jsonb) || '{"id": "855f94e8-6d9b-4586-af13-b12053d905d1", "collection": "umbra-sar",
    "properties": {"datetime": null, "start_datetime": "2024-01-07T19:13:59+00:00", "end_datetime": "2024-01-07T19:14:04.903484+00:00", "created": "2024-01-08T10:00:00.425293+00:00", "platform": "Umbra-08",
    "sar:instrument_mode": "SPOTLIGHT", "sar:frequency_band": "X", "sar:polarizations": ["VV"], "sar:product_type": "GEC", "sar:looks_azimuth": 2, "sar:resolution_range": 0.5, "sar:resolution_azimuth": 0.25, "view:incidence_angle": 30,
    "umbra:task_id": "644cc5e9", "umbra:collect_ids": ["7cfa17f0"], "umbra:open-data-catalog": true, "umbra:grazing_angle_degrees": 60}, "assets": {"thumbnail": {"type": "image/png", "roles": ["thumbnail"]}}}')::text),
    '855f94e8-6d9b-4586-af13-b12053d905d1 loaded', 'Umbra');
SELECT results_eq($$SELECT * FROM pg_temp.look('855f94e8-6d9b-4586-af13-b12053d905d1')$$,
    $$VALUES ('Umbra-08', timestamptz '2024-01-07 19:13:59', timestamptz '2024-01-07 19:14:04.903484', 'complete', 1::numeric, 0::numeric)$$, 'sees through clouds, and lasts');
-- Umbra, its open data: of no collection, with a producer, and the instant of its start
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "2d1827a2-d04c-4e15-9319-3810d011540b", "stac_version": "1.1.0", "properties": {"datetime": "2024-01-17T02:10:12Z", "start_datetime": "2024-01-17T02:10:12Z",
    "end_datetime": "2024-01-17T02:10:14.632036Z", "providers": [{"name": "umbra", "roles": ["host", "processor", "producer", "licensor"]}], "platform": "UMBRA_04", "mission": "sample", "sar:product_type": "GEC",
    "sar:resolution_range": 0.4, "sar:resolution_azimuth": 0.9, "view:incidence_angle": 35.8}, "assets": {"metadata": {"roles": ["metadata"]}, "CPHD": {"roles": ["data"]}, "GEC": {"roles": ["data", "overview"]}}}')::text),
    '2d1827a2-d04c-4e15-9319-3810d011540b loaded', 'and once more');
SELECT results_eq($$SELECT source, completeness, gsd_m FROM pg_temp.look('2d1827a2-d04c-4e15-9319-3810d011540b')$$, $$VALUES ('umbra', 'complete', 0.9)$$, 'as coarse as the coarser direction');
-- Sentinel-1 by the Planetary Computer: pixels finer than what it tells apart; a blank between date and time
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "S1A_IW_GRDH_1SDV_20240118T045904_20240118T045916_053498_067DF2_rtc", "collection": "sentinel-1-rtc", "properties": {"datetime": "2024-01-18T04:59:10.436706Z",
    "start_datetime": "2024-01-18 04:59:04.220006+00:00", "end_datetime": "2024-01-18 04:59:16.653405+00:00", "platform": "SENTINEL-1A", "proj:epsg": 32636, "sar:product_type": "GRD", "sar:resolution_range": 20, "sar:resolution_azimuth": 22,
    "sar:pixel_spacing_range": 10, "sar:pixel_spacing_azimuth": 10, "sar:looks_range": 5}, "assets": {"vv": {"roles": ["data"], "raster:bands": [{"nodata": -32768, "spatial_resolution": 10}]}, "tilejson": {"roles": ["tiles"]}}}')::text),
    'S1A_IW_GRDH_1SDV_20240118T045904_20240118T045916_053498_067DF2_rtc loaded', 'Sentinel-1');
SELECT results_eq($$SELECT observed_from, completeness, gsd_m FROM pg_temp.look('S1A_IW_GRDH_1SDV_20240118T045904_20240118T045916_053498_067DF2_rtc')$$,
    $$VALUES (timestamptz '2024-01-18 04:59:04.220006', 'complete', 22::numeric)$$, 'is no finer than it tells apart');
-- without its angle, or one of its directions, nothing is known of it on the ground
SELECT results_eq($$SELECT import_pixels(jsonb_build_object('properties', said)) FROM (VALUES
    ('{"sar:resolution_range": 0.5, "sar:resolution_azimuth": 0.25}'::jsonb), ('{"sar:resolution_azimuth": 0.25, "view:incidence_angle": 30}'), ('{"sar:pixel_spacing_range": 0.35, "sar:pixel_spacing_azimuth": 0.35, "view:incidence_angle": 30}'),
    ('{"sar:resolution_range": 0.35, "sar:resolution_azimuth": 0.35, "view:incidence_angle": 0}'), ('{"sar:resolution_range": -1, "sar:resolution_azimuth": 0.25, "view:incidence_angle": 30}'), ('{"sar:resolution_azimuth": 3, "gsd": 1}'), ('{"sar:resolution_range": 0.2, "sar:resolution_azimuth": 0.3, "sar:pixel_spacing_azimuth": 0.8, "view:incidence_angle": 30}')) AS v (said)$$,
    ARRAY[NULL, NULL, NULL, NULL, NULL, 3, 0.8], 'half of it is not enough');
-- Capella (of which no whole item was at hand): two products of one collect are two images of one moment
SELECT is(pg_temp.load(jsonb_build_object('type', 'FeatureCollection', 'numberMatched', 2, 'features', jsonb_build_array(
    pg_temp.shape(34.9, 35.1) || '{"id": "CAPELLA_C02_SP_GEO_HH_20240108052305_20240108052329", "collection": "capella-archive", "properties": {"datetime": "2024-01-08T05:23:17Z", "start_datetime": "2024-01-08T05:23:05Z",
        "end_datetime": "2024-01-08T05:23:29Z", "platform": "capella-2", "sar:instrument_mode": "spotlight", "sar:product_type": "GEO", "capella:collect_id": "0a4722dc", "sar:pixel_spacing_range": 0.35}, "assets": {"HH": {"roles": ["data"]}}}',
    pg_temp.shape(34.9, 35.1) || '{"id": "CAPELLA_C02_SP_SICD_HH_20240108052305_20240108052329", "collection": "capella-archive", "properties": {"datetime": "2024-01-08T05:23:17Z", "start_datetime": "2024-01-08T05:23:05Z",
        "end_datetime": "2024-01-08T05:23:29Z", "platform": "capella-2", "sar:instrument_mode": "spotlight", "sar:product_type": "SICD", "capella:collect_id": "0a4722dc"}, "assets": {"HH": {"roles": ["data"]}}}'))::text),
    'CAPELLA_C02_SP_GEO_HH_20240108052305_20240108052329 loaded, CAPELLA_C02_SP_SICD_HH_20240108052305_20240108052329 loaded', 'Capella');
SELECT results_eq($$SELECT count(DISTINCT i.observation_id), min(o.completeness) FROM made.imported AS i JOIN made.observation AS o USING (installation_id, observation_id) WHERE i.origin = 'stac:capella-archive'$$,
    $$VALUES (1::bigint, 'complete')$$, 'one look');

-- a detector's features, as OversightML has them: classes in a list, heights, outlines also in pixels, and the image only as the file that was read
SELECT is(pg_temp.load((pg_temp.shape(34.9, 35.1) || '{"id": "scene-1", "collection": "mine", "properties": {"datetime": "2024-02-01T09:00:00Z", "gsd": 0.5, "eo:cloud_cover": 0, "platform": "eye-1"}}')::text), 'scene-1 loaded', 'an image');
SELECT set_eq($$SELECT asset_class, features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": "3963a1aa", "geometry": {"type": "Polygon", "coordinates": [[[35, 35, 0.35], [35.0001, 35, 0.35], [35.0001, 35.0001, 0.35], [35, 35.0001, 0.35], [35, 35, 0.35]]]}, "properties": {
        "imageGeometry": {"type": "Polygon", "coordinates": [[[250, 166], [249, 167], [248, 167], [250, 166]]]}, "featureClasses": [{"iri": "ground_motor_passenger_vehicle", "score": 0.296}], "center_longitude": 35.00005,
        "inferenceMetadata": {"jobId": "79a62b46", "inferenceDT": "2024-02-19T15:45:56Z"}, "sourceMetadata": [{"location": "s3://bucket/tile.ntf", "format": "NITF", "sourceId": "", "sourceDT": "2002-12-16T15:16:29Z"}]}},
    {"type": "Feature", "id": "3963a1ab", "geometry": {"type": "Polygon", "coordinates": [[[35.001, 35, 0], [35.002, 35, 0], [35.002, 35.0001, 0], [35.001, 35.0001, 0], [35.001, 35, 0]]]}, "properties": {
        "featureClasses": [{"iri": "boat", "score": 0.87}, {"iri": "ground_motor_passenger_vehicle", "score": 0.1}], "sourceMetadata": [{"location": "s3://bucket/tile.ntf"}]}},
    {"type": "Feature", "id": "3963a1ac", "geometry": {"type": "Point", "coordinates": [35.003, 35]}, "properties": {"featureClasses": [{"iri": "shed", "score": 0.9}]}}]}',
    'osml', scope => '{vessel,vehicle}', images => '{scene-1}', class_property => 'featureClasses[0].iri', score_property => 'featureClasses[0].score', class_names => '{"shed": null}')$$,
    $$VALUES ('shed', 1::bigint, 'ignored', NULL), ('Vessel', 1, 'loaded', NULL), ('Car', 1, 'loaded', '1 below the threshold')$$, 'features with a list of classes');
-- of an image without a place it says that all is at 0, 0
SELECT set_eq($$SELECT features, outcome, reason FROM made.import_detections('{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "3963a1ad", "geometry": {"type": "Point", "coordinates": [0.0, 0.0]},
    "properties": {"featureClasses": [{"iri": "boat", "score": 0.99}], "inferenceMetadata": {"jobId": "7a7b5db9"}}}]}',
    'osml-png', scope => '{vessel}', images => '{scene-1}', class_property => 'featureClasses[0].iri', score_property => 'featureClasses[0].score')$$,
    $$VALUES (1::bigint, 'rejected', 'far outside its image'), (0, 'loaded', 'nothing detected; no absence follows, as a feature lies far outside it')$$, 'without a place');
-- the ships of a scene (its table, by lines): a detector of one class names none
SELECT set_eq($$SELECT image, asset_class, features, outcome FROM made.import_detections(
    E'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.01, 35]}, "properties": {"score": 0.93, "vessel_length_m": 71.2, "heading_bucket_0": 0.1, "detect_id": "S2A_36SYD_20240105_0_L2A_0", "scene_id": "S2A_36SYD_20240105_0_L2A"}}\n'
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.012, 35]}, "properties": {"score": 0.71, "vessel_length_m": 15.1, "scene_id": "S2A_36SYD_20240105_0_L2A"}}\n'
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.06, 35]}, "properties": {"score": 0.71, "scene_id": "S2A_36SYD_20240105_0_L2A"}}\n',
    'sentinel-vessels', scope => '{vessel}', image_property => 'scene_id', class_names => '{"": "vessel"}')$$,
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
-- buildings of a segmentation: a probability, the image by its address; no class that is asked for is no class
SELECT set_eq($$SELECT class_names, outcome, reason FROM (VALUES ('{}'::jsonb), ('{"": null}'), ('{"": "aircraft"}')) AS v (class_names), made.import_detections('{"type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": [{"type": "Feature", "properties": {"p": 0.97, "rectangle_area": 637.0, "year": 2024, "date": "2024-2-1", "image_url": "scene-1"},
    "geometry": {"type": "Polygon", "coordinates": [[[35, 35], [35.0005, 35], [35.0005, 35.0005], [35, 35]]]}}]}',
    'segments-' || class_names::text, scope => '{aircraft}', score_property => 'p', image_property => 'image_url', class_names => class_names)$$,
    $$VALUES ('{}'::jsonb, 'rejected', 'no class'), ('{}', 'rejected', 'one of its features is rejected'), ('{"": null}', 'ignored', NULL), ('{"": null}', 'loaded', 'nothing detected'), ('{"": "aircraft"}', 'loaded', NULL)$$,
    'a class by none');
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
