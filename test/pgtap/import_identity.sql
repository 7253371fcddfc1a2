-- Who said what of which image, and what stands if it is said again: identity of items, images and
-- readers; what replaces what; and the ways in which files come.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(60);

SELECT create_ledger('named');
INSERT INTO named.asset_class (path, name) VALUES ('air.big', 'Big'), ('air.small', 'Small');
INSERT INTO named.installation (name, location, boundary) VALUES ('Base', ST_SetSRID(ST_MakePoint(35, 35), 4326), ST_MakeEnvelope(34.98, 34.98, 35.02, 35.02, 4326));
CREATE FUNCTION pg_temp.item(id text, day int, collection text DEFAULT 'images', said jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', id, 'collection', collection, 'geometry', ST_AsGeoJSON(ST_MakeEnvelope(34.9, 34.9, 35.1, 35.1, 4326))::jsonb,
        'properties', jsonb_build_object('datetime', to_char(day, '"2024-12-"FM00"T09:00:00Z"'), 'gsd', 0.5, 'eo:cloud_cover', 0, 'platform', 'eye-1') || said)
$$;
-- 'image class': one feature each, each elsewhere
CREATE FUNCTION pg_temp.found(VARIADIC what text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'Feature', 'geometry', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(35 + 0.001 * n, 35)),
        'properties', jsonb_build_object('image_id', split_part(w, ' ', 1), 'class', split_part(w, ' ', 2), 'score', 0.9)) ORDER BY n), '[]')
    FROM unnest(what) WITH ORDINALITY AS u (w, n) WHERE w <> ''
$$;
CREATE FUNCTION pg_temp.told(detector text, day int) RETURNS TABLE (completeness text, scope text, n text) LANGUAGE sql AS $$
    SELECT o.completeness, o.scope::text, coalesce(string_agg(s.count::text || c.name, ' ' ORDER BY c.name), 'none')
    FROM named.observation AS o JOIN named.source AS r USING (source_id)
    LEFT JOIN named.sighting AS s ON (s.installation_id, s.observation_id) = (o.installation_id, o.observation_id) AND s.retracted_at IS NULL
    LEFT JOIN named.asset_class AS c USING (asset_class_id)
    WHERE o.retracted_at IS NULL AND r.name = detector AND extract(day FROM o.observed_at) = day
    GROUP BY o.observation_id, o.completeness, o.scope
$$;

-- an id within its collection
SELECT is((SELECT count(*) FROM named.import_stac(jsonb_build_array(pg_temp.item('b', 1), pg_temp.item('b', 2, 'others'), pg_temp.item('c', 3))) WHERE outcome = 'loaded'), 3::bigint,
    'two images of one id, of two collections');
SELECT set_eq($$SELECT image, features, outcome, reason FROM named.import_detections(pg_temp.found('b Big', 'c Big'), 'r', '{air}')$$,
    $$VALUES ('b', 1::bigint, 'rejected', 'images of several collections are named "b": name the collection'), ('c', 1, 'loaded', NULL)$$, 'one detection of that id is refused');
SELECT is_empty($$SELECT * FROM pg_temp.told('r', 1) UNION ALL SELECT * FROM pg_temp.told('r', 2)$$, 'it is of neither');
SELECT set_eq($$SELECT image, features, outcome, reason FROM named.import_detections(pg_temp.found('b Big'), 'r', '{air}', collection => 'others')$$,
    $$VALUES ('b', 1::bigint, 'loaded', NULL)$$, 'with its collection it is taken');
SELECT results_eq($$SELECT * FROM pg_temp.told('r', 2)$$, $$VALUES ('complete', '{air}', '[1,2)Big')$$, 'for that');
SELECT set_eq($$SELECT image, features, outcome FROM named.import_detections(pg_temp.found('b Big', 'b Big'), 'r', '{air}', collection => 'images')$$,
    $$VALUES ('b', 2::bigint, 'loaded')$$, 'the other is another image');
SELECT results_eq($$SELECT d.day, t.n FROM generate_series(1, 2) AS d (day), pg_temp.told('r', d.day) AS t$$, $$VALUES (1, '[2,3)Big'), (2, '[1,2)Big')$$, 'neither takes the other''s place');
SELECT set_eq($$SELECT image, outcome, reason FROM named.import_detections(pg_temp.found('c Big'), 'r', '{air}', collection => 'others')$$,
    $$VALUES ('c', 'rejected', 'image "c" is not known: import its STAC item first')$$, 'nor is one of a collection that has none of it');
SELECT set_eq($$SELECT item_id, outcome, reason FROM named.import_stac(jsonb_build_array(pg_temp.item('d', 4), pg_temp.item('d', 5)))$$,
    $$VALUES ('d', 'rejected', 'its id occurs twice, at different times')$$, 'one id at two times is refused');
SELECT set_eq($$SELECT item_id, outcome FROM named.import_stac(jsonb_build_array(pg_temp.item('d', 4), pg_temp.item('d', 4, said => '{"eo:cloud_cover": 90}')))$$,
    $$VALUES ('d', 'loaded')$$, 'said twice of one image');
SELECT results_eq($$SELECT completeness FROM pg_temp.told('eye-1', 4)$$, ARRAY['partial'], 'the last word counts');

-- a second file of a detector about the same image
CREATE FUNCTION pg_temp.again(replace boolean, VARIADIC what text[]) RETURNS TABLE (features bigint, outcome text, reason text) LANGUAGE sql AS $$
    SELECT i.features, i.outcome, i.reason FROM named.import_detections(pg_temp.found(VARIADIC what), 'again', '{air}', '{c}', replace => replace) AS i
$$;
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Big', 'c Big')$$, $$VALUES (2::bigint, 'loaded', NULL)$$, 'a first file');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Big', 'c Big')$$, $$VALUES (2::bigint, 'unchanged', NULL)$$, 'the same again');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Small')$$,
    $$VALUES (0::bigint, 'rejected', 'the detector has read it before: 2 Big of air; replace => true puts this in its place')$$, 'another, of other classes, may be the other half');
SELECT results_eq($$SELECT * FROM pg_temp.told('again', 3)$$, $$VALUES ('complete', '{air}', '[2,3)Big')$$, 'so the first stays');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, '')$$,
    $$VALUES (0::bigint, 'rejected', 'the detector has read it before: 2 Big of air; replace => true puts this in its place')$$, 'so does an empty one not say that they left');
SELECT set_eq($$SELECT features, outcome, reason FROM named.import_detections(pg_temp.found('c Big', 'c Big'), 'again', '{air.big}', '{c}')$$,
    $$VALUES (0::bigint, 'rejected', 'the detector has read it before: 2 Big of air; replace => true puts this in its place')$$, 'nor one that looked for something else');
SELECT set_eq($$SELECT * FROM pg_temp.again(true, 'c Small')$$, $$VALUES (1::bigint, 'updated', 'replaces 2 Big of air')$$, 'unless it is said to replace, and then it says what');
SELECT results_eq($$SELECT * FROM pg_temp.told('again', 3)$$, $$VALUES ('complete', '{air}', '[1,2)Small')$$, 'which then counts');
SELECT set_eq($$SELECT * FROM pg_temp.again(true, 'c Small')$$, $$VALUES (1::bigint, 'unchanged', NULL)$$, 'the same again replaces nothing');
SELECT set_eq($$SELECT * FROM pg_temp.again(true, '')$$, $$VALUES (0::bigint, 'updated', 'nothing detected; replaces 1 Small of air')$$, 'by none');
SELECT set_eq($$SELECT * FROM pg_temp.again(true, 'c Big')$$, $$VALUES (1::bigint, 'updated', 'replaces nothing detected of air')$$, 'and none by one');
SELECT set_eq($$SELECT image, features, outcome, reason FROM named.import_detections(pg_temp.found('c Big', 'b.tif Big') , 'new', '{air}')$$,
    $$VALUES ('c', 1::bigint, 'loaded', 'no absence follows, as a feature found no image'), ('b.tif', 1, 'rejected', 'image "b.tif" is not known: import its STAC item first')$$, 'a file that is in doubt');
SELECT set_eq($$SELECT image, outcome, reason FROM named.import_detections(pg_temp.found('c Big') , 'new', '{air}')$$,
    $$VALUES ('c', 'rejected', 'the detector has read it before: 1 Big of air (a feature found no image); replace => true puts this in its place')$$, 'is not silently made sure');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Big', 'b.tif Big')$$,
    $$VALUES (1::bigint, 'updated', 'no absence follows, as a feature found no image'), (1, 'rejected', 'image "b.tif" is not known: import its STAC item first')$$, 'but one that was sure is in doubt');
SELECT results_eq($$SELECT * FROM pg_temp.told('again', 3)$$, $$VALUES ('partial', '{air}', '[1,2)Big')$$, 'and proves nothing any more');
SELECT is((SELECT outcome FROM named.import_detections(pg_temp.found('c Big', 'c Big'), 'again-2', '{air}')), 'loaded', 'another version is another reader');
SELECT results_eq($$SELECT (SELECT n FROM pg_temp.told('again', 3)), (SELECT n FROM pg_temp.told('again-2', 3))$$, $$VALUES ('[1,2)Big', '[2,3)Big')$$, 'each has its say');

SELECT results_eq($$SELECT percent, loader = current_user FROM named.import_progress WHERE pid = pg_backend_pid()$$, $$VALUES (100, true)$$, 'an import shows how far it is');
SELECT is_empty($$SELECT FROM named.derivation_progress WHERE pid = pg_backend_pid()$$, 'which is not how far a derivation is');

-- files: one feature, a list, a collection, line by line
SELECT is((SELECT count(*) FROM named.import_stac(item) WHERE outcome = 'loaded'), n::bigint, 'items: ' || what)
FROM (VALUES (1, 'one', pg_temp.item('f1', 6)::text), (2, 'a list', jsonb_build_array(pg_temp.item('f2', 7), pg_temp.item('f3', 8))::text),
        (1, 'an ItemCollection', jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_build_array(pg_temp.item('f4', 9)))::text),
        (2, 'a line each', E'\n' || pg_temp.item('f5', 10)::text || E'\r\n\n' || pg_temp.item('f6', 11)::text || E'\n'),
        (2, 'after a record separator each', E'\x1e' || pg_temp.item('f7', 12)::text || E'\n\x1e' || pg_temp.item('f8', 13)::text || E'\n')) AS v (n, what, item);
SELECT is((SELECT count(*) FROM named.import_detections(features, 'files') WHERE outcome = 'loaded'), n::bigint, 'features: ' || what)
FROM (VALUES (1, 'one', (pg_temp.found('f1 Big') -> 0)::text), (2, 'a list', pg_temp.found('f2 Big', 'f3 Big')::text),
        (1, 'a FeatureCollection', jsonb_build_object('type', 'FeatureCollection', 'features', pg_temp.found('f4 Big'))::text),
        (2, 'a line each', (pg_temp.found('f5 Big') -> 0)::text || E'\n' || (pg_temp.found('f6 Big') -> 0)::text)) AS v (n, what, features);
SELECT throws_ok($$SELECT * FROM named.import_stac(E'{"type": "Feature"}\n{"type":')$$, '22P02', NULL, 'a line that is torn');
SELECT throws_ok($$SELECT * FROM named.import_detections('[', 'files')$$, '22P02', NULL, 'or a list');
SELECT throws_ok($$SELECT * FROM named.import_detections('big', 'files')$$, '22S07', NULL, 'or no JSON at all');
SELECT is((SELECT count(*) FROM named.import_detections('[]', 'files', images => '{f1,f2}', replace => true) WHERE outcome = 'updated'), 2::bigint, 'none are none, in the images that are named');

SELECT lives_ok($$SELECT named.import_analyze(1000)$$, 'tables that have grown a thousandfold');
SELECT ok(reltuples > 0, 'are looked at: ' || relname) FROM pg_class WHERE relnamespace = 'named'::regnamespace AND relname IN ('image', 'reading', 'observation', 'sighting') ORDER BY relname;

-- loads, and what follows when they are undone
SELECT results_eq($$SELECT kind, what, count(*) FROM named.load GROUP BY 1, 2 HAVING what = 'again' OR what IS NULL ORDER BY 1$$,
    $$VALUES ('detections', 'again', 5::bigint), ('items', NULL, 7)$$, 'each file that changed something is a load');
SELECT lives_ok($$SELECT named.undo_load((SELECT max(load_id) FROM named.load WHERE what = 'again'))$$, 'the last one of a detector is undone');
SELECT results_eq($$SELECT * FROM pg_temp.told('again', 3)$$, $$VALUES ('complete', '{air}', '[1,2)Big')$$, 'what it had said before counts again');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Small')$$,
    $$VALUES (0::bigint, 'rejected', 'the detector has read it before: 1 Big of air; replace => true puts this in its place')$$, 'as what it has read');
SELECT set_eq($$SELECT * FROM pg_temp.again(false, 'c Big')$$, $$VALUES (1::bigint, 'unchanged', NULL)$$, 'and is known again');
SELECT throws_ok($$SELECT named.undo_load((SELECT min(load_id) FROM named.load))$$, '55000', NULL, 'items that were read are not undone before');
-- of which one shows no installation
SELECT named.import_stac(jsonb_build_array(pg_temp.item('z', 20), pg_temp.item('y', 20) || jsonb_build_object('geometry', ST_AsGeoJSON(ST_MakeEnvelope(1, 1, 2, 2, 4326))::jsonb))) \g /dev/null
SELECT max(load_id) AS first FROM named.load \gset
SELECT named.import_stac(pg_temp.item('y', 20, said => '{"gsd": 0.6}') || jsonb_build_object('geometry', ST_AsGeoJSON(ST_MakeEnvelope(1, 1, 2, 2, 4326))::jsonb)) \g /dev/null
SELECT max(load_id) AS second FROM named.load \gset
SELECT throws_ok(format('SELECT named.undo_load(%s)', :first), '55000', format('load %s rests on load %s', :second, :first), 'items that were corrected are not undone before');
SELECT lives_ok(format('SELECT named.undo_load(%s)', :second), 'the correction is undone');
SELECT results_eq($$SELECT gsd_m FROM named.image WHERE record = 'y'$$, ARRAY[0.5], 'and what was before it is known again');
SELECT lives_ok(format('SELECT named.undo_load(%s)', :first), 'then they are undone');
SELECT set_eq($$SELECT image, outcome, reason FROM named.import_detections(pg_temp.found('z Big'), 'late', '{air}')$$,
    $$VALUES ('z', 'rejected', 'image "z" is not known: import its STAC item first')$$, 'and not known any more');

SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM named.verify()', 'the ledger is what its evidence says');
SELECT * FROM finish();
ROLLBACK;
