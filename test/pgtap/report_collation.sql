-- Words in a collation to which case makes no difference: tables of one's own joined with
-- reports, and such words as arguments, mean what the collation says where columns are
-- compared, and otherwise what any text means. (No database has such a collation by default.)
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT plan(14);
CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT lives_ok('SELECT create_ledger(''Words'' COLLATE anycase)', 'a ledger is made');
INSERT INTO "Words".source (name) VALUES ('eye');
INSERT INTO "Words".installation (name, location) SELECT n, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM unnest('{North,South}'::text[]) WITH ORDINALITY AS s(n, i);
INSERT INTO "Words".asset_class (path, name, aliases) VALUES ('Air.Jet', 'Jet', '{Flyer}'), ('Air', 'Aircraft', '{}');
INSERT INTO "Words".observation (installation_id, source_id, observed_at, completeness, scope)
SELECT i, 1, d::timestamptz, 'complete', '{Air}' FROM unnest('{2024-01-01Z,2024-01-05Z}'::text[]) AS d, generate_series(1, 2) AS i;
INSERT INTO "Words".sighting (installation_id, observation_id, asset_class_id, count, designation, status)
SELECT installation_id, observation_id, 1, '[1,1]', d, 'Parked' COLLATE anycase FROM "Words".observation, unnest('{Tail,NULL}'::text[]) AS d WHERE observed_at > '2024-01-02' AND installation_id = 1;
SET CONSTRAINTS ALL IMMEDIATE;

CREATE TABLE mine (place text COLLATE anycase PRIMARY KEY, kind text COLLATE anycase, tail text COLLATE anycase, state text COLLATE anycase);
INSERT INTO mine VALUES ('NORTH', 'jet', 'TAIL', 'parked'), ('SOUTH', 'JET', 'tail', 'PARKED');
SELECT results_eq($$SELECT m.place COLLATE "default", c.installation FROM mine AS m JOIN "Words".changes('2024-01-02', '2024-01-06') AS c ON c.installation = m.place AND c.asset_class = m.kind$$,
	$$VALUES ('NORTH', 'North')$$, 'a join with changes()');
SELECT results_eq($$SELECT m.place COLLATE "default" FROM mine AS m JOIN "Words".inventory('2024-01-06', by => 'status') AS i ON i.installation = m.place AND i.status = m.state$$,
	$$VALUES ('NORTH')$$, 'with inventory()');
SELECT results_eq($$SELECT m.place COLLATE "default", count(*) FROM mine AS m JOIN "Words".presence_flat AS p ON p.installation = m.place GROUP BY m.place$$,
	$$VALUES ('NORTH', 3::bigint)$$, 'with a view');
SELECT results_eq($$SELECT m.place COLLATE "default" FROM mine AS m, LATERAL "Words".track('Tail' COLLATE anycase, 'Jet' COLLATE anycase) AS t WHERE t.installation = m.place$$,
	$$VALUES ('NORTH')$$, 'with track()');
SELECT set_eq($$SELECT (array_agg(installation))[1], count(*) FROM "Words".observation_flat GROUP BY installation COLLATE anycase$$, $$VALUES ('North', 2::bigint), ('South', 2)$$, 'a view grouped otherwise');
-- arguments name what they name in any case, whatever their collation
CREATE TABLE named (installation text COLLATE anycase, asset text COLLATE anycase, mode text COLLATE anycase);
INSERT INTO named VALUES ('North', 'JET', 'certain');
SELECT results_eq($$SELECT count(*), (SELECT count(*) FROM named, "Words".inventory('2024-01-06', NULL, named.installation, named.asset, named.mode)),
		(SELECT count(*) FROM named, "Words".changes('2024-01-02', '2024-01-06', known_at => 'infinity', installation => named.installation, asset => named.asset, mode => named.mode))
	FROM named, "Words".changes('2024-01-02', '2024-01-06', installation => named.installation, asset => named.asset, mode => named.mode)$$,
	$$SELECT count(*), (SELECT count(*) FROM "Words".inventory('2024-01-06', NULL, 'North', 'Jet', 'certain')),
		(SELECT count(*) FROM "Words".changes('2024-01-02', '2024-01-06', known_at => 'infinity', installation => 'North', asset => 'Jet', mode => 'certain'))
	FROM "Words".changes('2024-01-02', '2024-01-06', installation => 'North', asset => 'Jet', mode => 'certain')$$, 'as arguments');
SELECT results_eq($$SELECT i.installation, i.asset_class FROM "Words".inventory('2024-01-06', installation => 'NORTH' COLLATE anycase, asset => 'FLYER' COLLATE anycase, mode => 'CERTAIN' COLLATE anycase) AS i$$,
	$$VALUES ('North', 'Jet')$$, 'in another case');
-- two installations of which neither is meant by a name of other case
INSERT INTO "Words".installation (name, location) VALUES ('sou th', ST_SetSRID(ST_MakePoint(3, 3), 4326)), ('Sou-Th', ST_SetSRID(ST_MakePoint(3, 3), 4326));
SELECT throws_ok($$SELECT FROM "Words".inventory('2024-01-06', installation => 'SOUTH' COLLATE anycase)$$, '22S07', NULL, 'a name in another case that several have means none');
SELECT is((SELECT outcome FROM "Words".import_stac(jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', 'Image', 'collection', 'images',
	'geometry', ST_AsGeoJSON(ST_MakeEnvelope(0.5, 0.5, 1.5, 1.5, 4326))::jsonb, 'links', '[]'::jsonb, 'assets', '{}'::jsonb,
	'properties', '{"datetime": "2024-01-07T00:00:00Z"}'::jsonb), ARRAY['Air' COLLATE anycase])), 'loaded', 'an image is imported');
SELECT results_eq($$SELECT outcome, installation, asset_class FROM "Words".import_detections('{"type": "FeatureCollection", "features": [{"type": "Feature",
	"geometry": {"type": "Point", "coordinates": [1, 1]}, "properties": {"class": "flyer", "score": 0.9, "image_id": "Image"}}]}',
	'Model' COLLATE anycase, ARRAY['Air' COLLATE anycase], class_property => 'class' COLLATE anycase)$$, $$VALUES ('loaded', 'North', 'Jet')$$, 'detections too');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT FROM "Words".verify()', 'nothing is wrong');
SELECT lives_ok('SELECT upgrade_ledger(''Words'' COLLATE anycase)', 'upgraded');
SELECT lives_ok('SELECT drop_ledger(''Words'' COLLATE anycase)', 'dropped');
SELECT * FROM finish();
ROLLBACK;
