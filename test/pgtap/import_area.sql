-- What an installation counts is what lies in its area, and only images that cover all of that show
-- that something is not there: boundaries, radii, areas in areas, areas that overlap, tiles.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(63);

SELECT create_ledger('area');
INSERT INTO area.asset_class (path, name) VALUES ('sea.ship', 'Ship'), ('sea.tug', 'Tug');
CREATE FUNCTION pg_temp.box(west float8, south float8, east float8, north float8) RETURNS geometry LANGUAGE sql AS $$
    SELECT ST_MakeEnvelope(west, south, east, north, 4326)
$$;
CREATE FUNCTION pg_temp.item(id text, day int, footprint geometry, said jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', id, 'collection', 'images', 'geometry', ST_AsGeoJSON(footprint)::jsonb,
        'properties', jsonb_build_object('datetime', to_char(day, '"2024-12-"FM00"T09:00:00Z"'), 'gsd', 0.5, 'eo:cloud_cover', 0, 'platform', 'eye-1') || said)
$$;
-- a feature: image, lon, lat, class, score, how far it reaches in degrees
CREATE FUNCTION pg_temp.seen(image text, lon float8, lat float8, class text DEFAULT 'Ship', score float8 DEFAULT 0.9, reach float8 DEFAULT 0.0001) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'geometry', ST_AsGeoJSON(ST_Expand(ST_MakePoint(lon, lat), reach), 9)::jsonb,
        'properties', jsonb_build_object('image_id', image, 'class', class, 'score', score))
$$;
CREATE FUNCTION pg_temp.load(detector text, images text[], VARIADIC features jsonb[]) RETURNS TABLE (image text, installation text, features bigint, outcome text, reason text)
LANGUAGE sql AS $$
    SELECT i.image, i.installation, i.features, i.outcome, i.reason
    FROM area.import_detections(to_jsonb(features), detector, scope => '{sea}', images => images, replace => true) AS i
$$;
-- what the looks that count tell
CREATE FUNCTION pg_temp.told(detector text, day int) RETURNS TABLE (installation text, completeness text, n text) LANGUAGE sql AS $$
    SELECT i.name, o.completeness, coalesce(string_agg(s.count::text, ' ' ORDER BY s.confidence DESC), 'none')
    FROM area.observation AS o JOIN area.installation AS i USING (installation_id) JOIN area.source AS r USING (source_id)
    LEFT JOIN area.sighting AS s ON (s.installation_id, s.observation_id) = (o.installation_id, o.observation_id) AND s.retracted_at IS NULL
    WHERE o.retracted_at IS NULL AND r.name = detector AND extract(day FROM o.observed_at) = day
    GROUP BY i.name, o.completeness ORDER BY 1
$$;

-- the area: a boundary, or what is within radius_m
SELECT ok(ST_Equals(installation_area(ST_SetSRID(ST_MakePoint(10, 50), 4326), pg_temp.box(9, 49, 11, 51), 1), pg_temp.box(9, 49, 11, 51)), 'a boundary is the area');
SELECT is((SELECT count(*) FROM ST_DumpPoints(installation_area(ST_SetSRID(ST_MakePoint(10, 50), 4326), NULL, 1000)) AS d
           WHERE abs(ST_Distance(d.geom::geography, 'SRID=4326;POINT(10 50)'::geography) - 1000) < 0.01), 65::bigint, 'without one it is round');
SELECT ok(ST_Equals(installation_area(ST_SetSRID(ST_MakePoint(10, 50), 4326), b, 1000), installation_area(ST_SetSRID(ST_MakePoint(10, 50), 4326), NULL, 1000)), 'as without an area')
FROM unnest(ARRAY['SRID=4326;POINT(10 50)', 'SRID=4326;LINESTRING(10 50, 11 50)', 'SRID=4326;POLYGON EMPTY']::geometry[]) AS b;
SELECT ok(ST_IsValid(a) AND ST_NumGeometries(a) = 2 AND ST_XMin(a) = -180 AND ST_XMax(a) = 180, 'cut at the antimeridian')
FROM unnest(ARRAY[179.999, -179.999]::float8[]) AS lon, installation_area(ST_SetSRID(ST_MakePoint(lon, 10), 4326), NULL, 1000) AS a;
SELECT ok(ST_Covers(installation_area(ST_SetSRID(ST_MakePoint(10, lat), 4326), NULL, 100000), ST_SetSRID(ST_MakePoint(-170, lat), 4326)), 'about a pole: beyond it too')
FROM unnest(ARRAY[89.9, -89.9]::float8[]) AS lat;
SELECT ok(ST_IsValid(installation_area(ST_SetSRID(ST_MakePoint(0.5, 0.5), 4326), 'SRID=4326;POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))', 1000)), 'a bow tie is two triangles');
SELECT throws_ok($$INSERT INTO area.installation (name, location, radius_m) VALUES ('nowhere', ST_SetSRID(ST_MakePoint(0, 0), 4326), 0)$$, '23514', NULL, 'nothing is within nothing');

INSERT INTO area.installation (name, location, boundary) VALUES
    ('Base', ST_SetSRID(ST_MakePoint(35, 35), 4326), pg_temp.box(34.98, 34.98, 35.02, 35.02));
INSERT INTO area.installation (name, location, radius_m) VALUES ('Port', ST_SetSRID(ST_MakePoint(36, 35), 4326), 1000);
SELECT set_eq($$SELECT item_id, installation, outcome FROM area.import_stac(jsonb_build_array(
        pg_temp.item('whole', 1, pg_temp.box(35.9, 34.9, 36.1, 35.1)), pg_temp.item('part', 2, pg_temp.box(35.9, 34.9, 36.01, 35.1)),
        pg_temp.item('edge', 3, pg_temp.box(36.005, 34.9, 36.1, 35.1)), pg_temp.item('beside', 4, pg_temp.box(36.02, 34.9, 36.1, 35.1))))$$,
    $$VALUES ('whole', 'Port', 'loaded'), ('part', 'Port', 'loaded'), ('edge', 'Port', 'loaded'), ('beside', NULL, 'rejected')$$, 'images of a port, all of it, parts, and none');
SELECT results_eq($$SELECT completeness FROM generate_series(1, 4) AS day, pg_temp.told('eye-1', day)$$, ARRAY['complete', 'partial', 'partial'], 'without a boundary all within the radius must be seen: 1,000 m are less than 0.011 degrees here');
SELECT set_eq($$SELECT * FROM pg_temp.load('far', '{whole}', pg_temp.seen('whole', 36.01, 35), pg_temp.seen('whole', 36.012, 35))$$,
    $$VALUES ('whole', 'Port', 1::bigint, 'loaded', NULL), ('whole', NULL, 1, 'rejected', 'outside every installation of the image')$$, 'and no more counts: 910 m, 1,090 m');
UPDATE area.installation SET radius_m = 2000 WHERE name = 'Port';
SELECT results_eq($$SELECT i.installation, i.outcome FROM area.import_stac(pg_temp.item('whole', 1, pg_temp.box(35.9, 34.9, 36.1, 35.1))) AS i$$, $$VALUES ('Port', 'unchanged')$$,
    'the item again, after the radius has been changed');
SELECT results_eq($$SELECT * FROM pg_temp.told('far', 1)$$, $$VALUES ('Port', 'complete', '[2,3)')$$, 'counts what lies there now');
SELECT area.import_stac(pg_temp.item('base', 5, pg_temp.box(34.97, 34.97, 35.03, 35.03)));
SELECT set_eq($$SELECT * FROM pg_temp.load('far', '{base}', pg_temp.seen('base', 35.021, 35))$$,
    $$VALUES ('base', 'Base', 0::bigint, 'loaded', 'nothing detected'), ('base', NULL, 1, 'rejected', 'outside every installation of the image')$$, 'a hundred metres off the boundary is not the base''s');

-- nested: each counts its own area
INSERT INTO area.installation (name, location, boundary) VALUES ('Apron', ST_SetSRID(ST_MakePoint(35.01, 35), 4326), pg_temp.box(35.005, 34.99, 35.015, 35.01));
SELECT area.import_stac(pg_temp.item('nested', 6, pg_temp.box(34.97, 34.97, 35.03, 35.03)));
SELECT is((SELECT count(*) FROM pg_temp.load('nest', '{nested}', pg_temp.seen('nested', 35.01, 35), pg_temp.seen('nested', 34.99, 35), pg_temp.seen('nested', 35.016, 35))), 2::bigint, 'a base and its apron');
SELECT results_eq($$SELECT * FROM pg_temp.told('nest', 6)$$, $$VALUES ('Apron', 'complete', '[1,2)'), ('Base', 'complete', '[3,4)')$$, 'one on the apron, three on the base');
-- an apron is seen where the base is not
SELECT area.import_stac(pg_temp.item('half', 7, pg_temp.box(35, 34.97, 35.03, 35.03)));
SELECT count(*) FROM pg_temp.load('nest', '{half}', pg_temp.seen('half', 35.01, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('nest', 7)$$, $$VALUES ('Apron', 'complete', '[1,2)'), ('Base', 'partial', '[1,2)')$$, 'half an image covers the apron');
-- not nested: once, at the nearer
INSERT INTO area.installation (name, location, boundary) VALUES ('Quay', ST_SetSRID(ST_MakePoint(35.03, 35), 4326), pg_temp.box(35.014, 34.98, 35.05, 35.02));
SELECT area.import_stac(jsonb_build_array(pg_temp.item('over', 8, pg_temp.box(34.9, 34.9, 35.1, 35.1)), pg_temp.item('west', 9, pg_temp.box(34.9, 34.9, 35.018, 35.1))));
SELECT count(*) FROM pg_temp.load('over', '{over}', pg_temp.seen('over', 35.0155, 35), pg_temp.seen('over', 35.0145, 35.001), pg_temp.seen('over', 35.019, 35), pg_temp.seen('over', 35.001, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('over', 8)$$, $$VALUES ('Apron', 'complete', '[1,2)'), ('Base', 'complete', '[2,3)'), ('Quay', 'complete', '[2,3)')$$,
    'where base and quay overlap: at the nearer; on the apron, which the quay cuts: at the apron and its base');
SELECT set_eq($$SELECT * FROM pg_temp.load('over', '{west}', pg_temp.seen('west', 35.0175, 35))$$,
    $$VALUES ('west', 'Apron', 0::bigint, 'loaded', 'nothing detected'), ('west', 'Base', 0, 'loaded', 'nothing detected'), ('west', 'Quay', 1, 'loaded', NULL)$$,
    'whatever image shows it');
SELECT results_eq($$SELECT * FROM pg_temp.told('over', 9)$$, $$VALUES ('Apron', 'complete', 'none'), ('Base', 'partial', 'none'), ('Quay', 'partial', '[1,2)')$$, 'the same place counts at the same installation');

-- tiles of one moment are one look
INSERT INTO area.installation (name, location, boundary) VALUES ('Roads', ST_SetSRID(ST_MakePoint(40, 35), 4326), pg_temp.box(39.98, 34.98, 40.02, 35.02));
SELECT set_eq($$SELECT item_id, outcome FROM area.import_stac(jsonb_build_array(pg_temp.item('t1', 10, pg_temp.box(39.9, 34.9, 40.001, 35.1)),
        pg_temp.item('t2', 10, pg_temp.box(39.999, 34.9, 40.1, 35.1))))$$,
    $$VALUES ('t1', 'loaded'), ('t2', 'loaded')$$, 'two tiles that cover it together');
SELECT results_eq($$SELECT * FROM pg_temp.told('eye-1', 10)$$, $$VALUES ('Roads', 'complete', 'none')$$, 'are one look, complete');
SELECT set_eq($$SELECT * FROM pg_temp.load('tiles', '{t1,t2}', pg_temp.seen('t1', 40, 35), pg_temp.seen('t2', 40.00001, 35, score => 0.8), pg_temp.seen('t1', 39.99, 35), pg_temp.seen('t2', 40.01, 35))$$,
    $$VALUES ('t1', 'Roads', 2::bigint, 'loaded', NULL), ('t2', 'Roads', 2, 'loaded', '1 of them in another tile')$$, 'one ship in each, and one in their overlap');
SELECT results_eq($$SELECT * FROM pg_temp.told('tiles', 10)$$, $$VALUES ('Roads', 'complete', '[3,4)')$$, 'are three ships');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT count_text(count_min, count_max) FROM area.inventory_at('2024-12-10 12:00Z', installation => 'Roads', asset => 'Ship', mode => 'certain')$$, ARRAY['3'], 'certainly');
SELECT count(*) FROM pg_temp.load('tile by tile', '{t1}', pg_temp.seen('t1', 40, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('tile by tile', 10)$$, $$VALUES ('Roads', 'partial', '[1,2)')$$, 'of one tile alone no absence follows');
SELECT count(*) FROM pg_temp.load('tile by tile', '{t2}', pg_temp.seen('t2', 40.00001, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('tile by tile', 10)$$, $$VALUES ('Roads', 'complete', '[1,2)')$$, 'once the other is read too, one ship in the overlap is one ship');
SELECT count(*) FROM pg_temp.load('apart', '{t1,t2}', pg_temp.seen('t1', 40, 35), pg_temp.seen('t2', 40.0005, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('apart', 10)$$, $$VALUES ('Roads', 'complete', '[1,3)')$$, 'fifty metres apart, each in one tile only: one or two');
SELECT count(*) FROM pg_temp.load('apart', '{t1,t2}', pg_temp.seen('t1', 40, 35), pg_temp.seen('t2', 40.0005, 35), pg_temp.seen('t1', 39.99, 35, reach => 0.002));
SELECT results_eq($$SELECT * FROM pg_temp.told('apart', 10)$$, $$VALUES ('Roads', 'complete', '[2,4)')$$, 'whatever large thing lies elsewhere');
SELECT count(*) FROM pg_temp.load('apart', '{t1,t2}', pg_temp.seen('t1', 40, 35, reach => 0.0005), pg_temp.seen('t2', 40.0005, 35, reach => 0.0005));
SELECT results_eq($$SELECT * FROM pg_temp.told('apart', 10)$$, $$VALUES ('Roads', 'complete', '[1,2)')$$, 'large ones are one');
SELECT count(*) FROM pg_temp.load('apart', '{t1,t2}', pg_temp.seen('t1', 40, 35), pg_temp.seen('t2', 40, 35, 'Tug'));
SELECT results_eq($$SELECT * FROM pg_temp.told('apart', 10)$$, $$VALUES ('Roads', 'complete', '[1,2) [1,2)')$$, 'of two classes they are two');
SELECT count(*) FROM pg_temp.load('apart', '{t1,t2}', pg_temp.seen('t1', 40, 35), pg_temp.seen('t1', 40.00005, 35), pg_temp.seen('t2', 40.00001, 35));
SELECT results_eq($$SELECT * FROM pg_temp.told('apart', 10)$$, $$VALUES ('Roads', 'complete', '[2,3)')$$, 'two moored together are not one that the other tile shows');
SELECT is((SELECT outcome FROM area.import_stac(pg_temp.item('t2', 10, pg_temp.box(39.999, 34.9, 40.1, 35.1), '{"eo:cloud_cover": 60}'))), 'updated', 'one tile is cloudy');
SELECT results_eq($$SELECT DISTINCT t.completeness FROM unnest('{eye-1,tiles}'::text[]) AS d, pg_temp.told(d, 10) AS t$$, ARRAY['partial'], 'then so is the look, and all that is read from it');
SELECT is((SELECT outcome FROM area.import_stac(pg_temp.item('t2', 11, pg_temp.box(39.999, 34.9, 40.1, 35.1)))), 'loaded', 'it is of another day');
SELECT results_eq($$SELECT * FROM pg_temp.told('tiles', 10)$$, $$VALUES ('Roads', 'partial', '[2,3)')$$, 'each tile has what is in it');
SELECT results_eq($$SELECT * FROM pg_temp.told('tiles', 11)$$, $$VALUES ('Roads', 'partial', '[2,3)')$$, 'on its day');
SELECT is((SELECT outcome FROM area.import_stac(pg_temp.item('t2', 10, pg_temp.box(39.999, 34.9, 40.1, 35.1)))), 'updated', 'and back');
SELECT results_eq($$SELECT * FROM pg_temp.told('tiles', 10)$$, $$VALUES ('Roads', 'complete', '[3,4)')$$, 'they are three');
SELECT is_empty($$SELECT * FROM pg_temp.told('tiles', 11)$$, 'and none on another day');
SELECT area.import_stac(jsonb_build_array(pg_temp.item('t3', 12, pg_temp.box(39.9, 34.9, 40.001, 35.1)), pg_temp.item('t4', 12, pg_temp.box(39.999, 34.9, 40.1, 35.1), '{"platform": "eye-2"}')));
SELECT results_eq($$SELECT * FROM pg_temp.told('eye-1', 12)$$, $$VALUES ('Roads', 'partial', 'none')$$, 'of two satellites they are no tiles');
SELECT area.import_stac(jsonb_build_array(pg_temp.item('t5', 13, pg_temp.box(39.9, 34.9, 39.999, 35.1)), pg_temp.item('t6', 13, pg_temp.box(40.001, 34.9, 40.1, 35.1))));
SELECT results_eq($$SELECT * FROM pg_temp.told('eye-1', 13)$$, $$VALUES ('Roads', 'partial', 'none')$$, 'with a gap between them they cover nothing');
-- of tiles only what is said of each
CREATE FUNCTION pg_temp.look(detector text, day int) RETURNS TABLE (completeness text, scope text, gsd_m numeric) LANGUAGE sql AS $$
    SELECT o.completeness, o.scope::text, o.gsd_m FROM area.observation AS o JOIN area.source AS r USING (source_id)
    WHERE o.retracted_at IS NULL AND r.name = detector AND extract(day FROM o.observed_at) = day
$$;
SELECT area.import_stac(pg_temp.item('t7', 14, pg_temp.box(39.9, 34.9, 40.001, 35.1)), scope => '{sea}') \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.look('eye-1', 14)$$, $$VALUES ('partial', '{sea}', 0.5)$$, 'one of two, of which all ships are reported');
SELECT area.import_stac(pg_temp.item('t8', 14, pg_temp.box(39.999, 34.9, 40.1, 35.1), '{"gsd": null}')) \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.look('eye-1', 14)$$, $$VALUES ('complete', '{}', NULL::numeric)$$, 'of the other nobody has said so, nor how large its pixels are');
SELECT area.import_stac(pg_temp.item('t8', 14, pg_temp.box(39.999, 34.9, 40.1, 35.1), '{"gsd": 3}'), scope => '{sea}') \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.look('eye-1', 14)$$, $$VALUES ('complete', '{sea}', 3::numeric)$$, 'now somebody has');
SELECT area.import_detections(to_jsonb(ARRAY[pg_temp.seen('t7', 39.99, 35)]), 'scopes', scope => '{sea.ship}', images => '{t7}'),
    area.import_detections(to_jsonb(ARRAY[pg_temp.seen('t8', 40.01, 35)]), 'scopes', scope => '{sea.tug}', images => '{t8}') \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.look('scopes', 14)$$, $$VALUES ('complete', '{}', 3::numeric)$$, 'a detector that sought ships in one and tugs in the other');
SELECT area.import_stac(pg_temp.item('t8', 14, pg_temp.box(39.999, 34.9, 40.1, 35.1), '{"gsd": null}')) \g /dev/null
SELECT results_eq($$SELECT gsd_m FROM pg_temp.look('scopes', 14)$$, ARRAY[NULL::numeric], 'and pixels that are not known');
SELECT results_eq($$SELECT * FROM pg_temp.look('eye-1', 14)$$, $$VALUES ('complete', '{sea}', NULL::numeric)$$, 'what was said of the item before still is');

-- what a person has said of a look
SELECT is((SELECT count(*) FROM pg_temp.load('hand', '{t1,t2}', pg_temp.seen('t1', 40, 35))), 2::bigint, 'another reader');
SELECT results_eq($$SELECT completeness FROM unnest('{eye-1,hand}'::text[]) AS d, pg_temp.told(d, 10)$$, ARRAY['complete', 'complete'], 'of a complete image');
UPDATE area.observation AS o SET completeness = 'partial', scope = '{sea}' FROM area.source AS s WHERE s.source_id = o.source_id AND s.name = 'eye-1' AND o.observed_at = '2024-12-10 09:00Z' AND o.retracted_at IS NULL;
SELECT is((SELECT string_agg(outcome, ' ') FROM area.import_stac(pg_temp.item('t1', 10, pg_temp.box(39.9, 34.9, 40.001, 35.1)))), 'unchanged', 'which somebody has seen to be hazy');
SELECT results_eq($$SELECT completeness FROM unnest('{eye-1,hand,tiles}'::text[]) AS d, pg_temp.told(d, 10)$$, array_fill('partial'::text, ARRAY[3]), 'stays partial, with all that was read from it');
INSERT INTO area.sighting (installation_id, observation_id, asset_class_id, count, note)
SELECT o.installation_id, o.observation_id, c.asset_class_id, '[5,6)', 'by eye' FROM area.observation AS o JOIN area.source AS s USING (source_id), area.asset_class AS c
WHERE s.name = 'eye-1' AND o.observed_at = '2024-12-10 09:00Z' AND o.retracted_at IS NULL AND c.name = 'Tug';
SELECT is((SELECT string_agg(outcome, ' ') FROM area.import_stac(pg_temp.item('t1', 10, pg_temp.box(39.9, 34.9, 40.001, 35.1), '{"gsd": 0.6}'))), 'updated', 'the item is corrected');
SELECT results_eq($$SELECT * FROM pg_temp.told('eye-1', 10)$$, $$VALUES ('Roads', 'partial', '[5,6)')$$, 'and what people saw in it goes along');
SELECT results_eq($$SELECT scope::text FROM area.observation AS o JOIN area.source AS s USING (source_id) WHERE s.name = 'eye-1' AND o.observed_at = '2024-12-10 09:00Z' AND o.retracted_at IS NULL$$, ARRAY['{sea}'], 'so does what they were looking for');
UPDATE area.sighting SET retracted_at = now(), retraction_reason = 'misread' WHERE note = 'by eye' AND retracted_at IS NULL;
SELECT area.import_stac(pg_temp.item('t1', 10, pg_temp.box(39.9, 34.9, 40.001, 35.1), '{"gsd": 0.7}')) \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.told('eye-1', 10)$$, $$VALUES ('Roads', 'partial', 'none')$$, 'but not what they have taken back');

-- nested, and nearer to the middle of the larger
INSERT INTO area.installation (name, location, boundary) VALUES ('Basin', ST_SetSRID(ST_MakePoint(39.991, 35.011), 4326), pg_temp.box(39.99, 35.004, 40, 35.012));
SELECT area.import_stac(pg_temp.item('basin', 15, pg_temp.box(39.9, 34.9, 40.1, 35.1))) \g /dev/null
SELECT count(*) FROM pg_temp.load('nest', '{basin}', pg_temp.seen('basin', 39.9995, 35.0045)) \g /dev/null
SELECT results_eq($$SELECT * FROM pg_temp.told('nest', 15)$$, $$VALUES ('Basin', 'complete', '[1,2)'), ('Roads', 'complete', '[1,2)')$$, 'counts at both');

-- what is as sure as it must be is sure, by its source or the ledger
INSERT INTO area.source (name, min_confidence) VALUES ('lenient', 0.4);
SELECT count(*) FROM unnest('{lenient,strict}'::text[]) AS d,
    pg_temp.load(d, '{basin}', pg_temp.seen('basin', 40.005, 35, score => 0.5), pg_temp.seen('basin', 40.006, 35, score => 0.4), pg_temp.seen('basin', 40.007, 35, score => 0.3)) \g /dev/null
SELECT results_eq($$SELECT n FROM pg_temp.told('strict', 15) WHERE installation = 'Roads'$$, ARRAY['[1,2) [2,3)'], 'one of three is');
SELECT results_eq($$SELECT n FROM pg_temp.told('lenient', 15) WHERE installation = 'Roads'$$, ARRAY['[2,3) [1,2)'], 'or two');

SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM area.verify()', 'the ledger is what its evidence says');
SELECT * FROM finish();
ROLLBACK;
