-- An import that runs out of room for temporary files, early, late or when it is committed,
-- fails as a whole with the server's own error; with room the same import loads all.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(21);
SELECT create_ledger('import_room') \g /dev/null
INSERT INTO import_room.installation (name, location, boundary)
SELECT 'n' || i, ST_SetSRID(ST_MakePoint(i, i), 4326), ST_MakeEnvelope(i - 0.01, i - 0.01, i + 0.01, i + 0.01, 4326) FROM generate_series(1, 4) AS i;
INSERT INTO import_room.asset_class (path, name) SELECT ('air.k' || k)::ltree, 'class ' || k FROM generate_series(1, 5) AS k;
INSERT INTO import_room.survey_site SELECT 's' || i, 'cape ' || i, i, -i, 'plot' FROM generate_series(1, 40) AS i;
INSERT INTO import_room.survey SELECT 'v' || n, 's' || 1 + n % 40, '2024-01-01Z'::timestamptz + n * interval '1 hour', n % 50 > 0, false, repeat('as told ', 20)
FROM generate_series(1, 1000) AS n;
-- (that of a survey which did not take place is rejected)
INSERT INTO import_room.survey_count SELECT 'v' || n, 'class ' || k, (n / 40 + k) % 3 FROM generate_series(1, 1000) AS n, generate_series(1, 5) AS k;

CREATE TABLE document (name text PRIMARY KEY, text jsonb);
INSERT INTO document
SELECT 'items', jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0',
	'id', 'i' || n, 'collection', 'c', 'geometry', ST_AsGeoJSON(ST_MakeEnvelope(i - 0.1, i - 0.1, i + 0.1, i + 0.1, 4326))::jsonb,
	'properties', jsonb_build_object('datetime', to_char('2024-01-01Z'::timestamptz AT TIME ZONE 'UTC' + n * interval '7 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'eo:cloud_cover', 0, 'gsd', 0.5))))
FROM generate_series(1, 600) AS n, LATERAL (SELECT 1 + n % 4 AS i) AS site
UNION ALL
SELECT 'detections', jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object('type', 'Feature',
	'geometry', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(1 + n % 4, 1 + n % 4)),
	'properties', jsonb_build_object('image_id', 'i' || n, 'class', 'class ' || 1 + (n / 12 + k) % 5, 'score', 0.9))))
FROM generate_series(1, 600) AS n, generate_series(1, 4) AS k;
CREATE TABLE import (step int, name text, text text);
INSERT INTO import VALUES
	(1, 'import_surveys', 'import_room.import_surveys(''census'', ''{air}'')'),
	(2, 'import_stac', '(SELECT text FROM document WHERE name = ''items'') AS d, import_room.import_stac(d.text)'),
	(3, 'import_detections', '(SELECT text FROM document WHERE name = ''detections'') AS d, import_room.import_detections(d.text, ''net'', ''{air}'')');
CREATE TABLE loaded (name text, room text, outcome text, records bigint);
CREATE TABLE state_after (name text, room text, state text);
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (SELECT count(*) FROM import_room.observation), (SELECT count(*) FROM import_room.sighting), (SELECT count(*) FROM import_room.presence),
		(SELECT count(*) FROM import_room.imported), (SELECT count(*) FROM import_room.installation), (SELECT sum(cardinality(scope)) FROM import_room.observation),
		(SELECT count(*) FROM import_room.survey), (SELECT count(*) FROM import_room.survey_count), (SELECT count(*) FROM import_room.pending)) $$;

SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SET temp_file_limit = 0;
\set ON_ERROR_STOP off
SELECT count(*) FROM import_room.import_surveys('census') \g /dev/null
\set surveys :SQLSTATE
SELECT count(*) FROM document, import_room.import_stac(text) WHERE name = 'items' \g /dev/null
\set items :SQLSTATE
SELECT count(*) FROM document, import_room.import_detections(text, 'net') WHERE name = 'detections' \g /dev/null
\set detections :SQLSTATE
RESET temp_file_limit;
SELECT is(:'surveys'::text, '53400', 'import_surveys has no room');
SELECT is(:'items'::text, '53400', 'nor has import_stac');
SELECT is(:'detections'::text, '53400', 'nor has import_detections');

-- Each with more and more room, until it is enough. (What is said between is the server's.)
INSERT INTO state_after SELECT name, 'before', NULL FROM import;
\set VERBOSITY terse
SELECT CASE room WHEN first_value(room) OVER (PARTITION BY step ORDER BY n) THEN format('UPDATE state_after SET state = state() WHERE name = %L AND room = ''before''', name) END,
	format('SET temp_file_limit = %L', room),
	format('INSERT INTO loaded SELECT %L, %L, outcome, count(*) FROM %s GROUP BY outcome', name, room, text),
	'RESET temp_file_limit',
	format('INSERT INTO state_after VALUES (%L, %L, state())', name, room)
FROM import, unnest('{0,100kB,200kB,400kB,800kB,2MB,-1}'::text[]) WITH ORDINALITY AS r(room, n)
ORDER BY step, n \gexec
\set ON_ERROR_STOP on

SELECT diag(format('%s failed with %s', name, (SELECT string_agg(room, ', ' ORDER BY pg_size_bytes(room)) FROM state_after AS s
	WHERE s.name = i.name AND s.room <> 'before' AND NOT EXISTS (SELECT FROM loaded AS l WHERE (l.name, l.room) = (s.name, s.room))))) FROM import AS i ORDER BY step;
SELECT cmp_ok((SELECT count(*) FROM state_after AS s WHERE s.name = i.name AND s.room <> 'before'
	AND NOT EXISTS (SELECT FROM loaded AS l WHERE (l.name, l.room) = (s.name, s.room))), '>=', 2::bigint, name || ' fails more than once') FROM import AS i ORDER BY step;
SELECT is((SELECT string_agg(DISTINCT state, ', ') FROM state_after AS s WHERE s.name = i.name
	AND NOT EXISTS (SELECT FROM loaded AS l WHERE (l.name, l.room) = (s.name, s.room))), (SELECT state FROM state_after AS s WHERE s.name = i.name AND room = 'before'),
	name || ' leaves nothing when it fails') FROM import AS i ORDER BY step;
SELECT is((SELECT count(DISTINCT state) FROM state_after AS s JOIN loaded AS l USING (name, room) WHERE s.name = i.name), 1::bigint,
	name || ' does all or nothing') FROM import AS i ORDER BY step;
SELECT is((SELECT count(*) FROM loaded WHERE name = i.name AND outcome = 'loaded' AND room <> '-1' AND records > 0) <= 2, true,
	name || ' loads once') FROM import AS i ORDER BY step;
-- each survey that took place, each item, each detection
SELECT results_eq('SELECT sum(records)::int FROM loaded WHERE outcome = ''loaded'' AND name = ''import_stac''', 'VALUES (600)', 'all items are loaded');
SELECT results_eq('SELECT count(*)::int FROM import_room.imported WHERE origin = ''survey:census''', 'VALUES (980)', 'all surveys');
SELECT results_eq('SELECT count(*)::int, sum(upper(count) - 1)::int FROM import_room.sighting WHERE note = ''detected by net''', 'VALUES (2400, 2400)', 'all detections');
SELECT results_eq('SELECT count(*)::int FROM import_room.observation AS o JOIN import_room.imported AS i USING (installation_id, observation_id) WHERE i.origin = ''detector:net'' AND o.scope = ''{air}''',
	'VALUES (600)', 'and what the detector looked for');
SELECT is((SELECT count(*) FROM import_room.survey), 20::bigint, 'no survey is left but what is rejected');
SELECT is_empty('SELECT FROM import_room.verify()', 'and the ledger is right');
SELECT * FROM finish();
