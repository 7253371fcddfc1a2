-- The exports say no more than the ledger: what proves nothing is not exported as detected,
-- absence only where it was declared, and a stay seen once has no least duration.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(19);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name) VALUES ('air.big', 'Big'), ('air.small', 'Small');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (1, 101, 1, '2024-12-01', 'complete', '{air}'), (1, 102, 1, '2024-12-02', 'partial', '{}'),
    (1, 103, 1, '2024-12-03', 'complete', '{air}'), (1, 104, 1, '2024-12-04', 'complete', '{air}'),
    (1, 105, 1, '2024-12-05', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, sighting_id, asset_class_id, count, confidence, status) VALUES
    (1, 101, 1, 1, '[2,2]', 1, 'ready'),
    (1, 102, 2, 1, '[0,0]', 1, 'ready'),                -- a partial look cannot say that there were none
    (1, 103, 3, 1, '[2,2]', 0.3, 'ready'),              -- too faint to prove any, or none
    (1, 104, 4, 1, '[0,3]', 1, 'ready'),                -- perhaps none
    (1, 105, 5, 1, '[0,0]', 1, 'ready'), (1, 105, 6, 2, '[1,)', 1, 'ready');
SET CONSTRAINTS ALL IMMEDIATE;

SELECT set_eq($$SELECT "eventID", "verbatimIdentification", "occurrenceStatus", "individualCount", "organismQuantity" FROM report.dwc_occurrence$$,
    $$VALUES ('observation:101', 'Big', 'detected', 2, '2'), ('observation:101', 'Small', 'notDetected', 0, '0'),
             ('observation:103', 'Small', 'notDetected', 0, '0'), ('observation:104', 'Small', 'notDetected', 0, '0'),
             ('observation:105', 'Big', 'notDetected', 0, '0'), ('observation:105', 'Small', 'detected', NULL, '1..')$$,
    'Darwin Core: what proves nothing is neither detected nor notDetected');
SELECT is((SELECT count(DISTINCT occurrence_id) = count(*) FROM report.dwc_occurrence), true, 'each with its own key');
SELECT is_empty($$SELECT "eventID" FROM report.dwc_occurrence EXCEPT SELECT "eventID" FROM report.dwc_event$$, 'each of an event');
SELECT set_eq($$SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'report' AND table_name = 'dwc_event'
                AND column_name ~ '[A-Z]'$$,
    ARRAY['eventID', 'eventDate', 'recordedBy', 'samplingEffort', 'footprintWKT', 'decimalLatitude', 'decimalLongitude',
          'geodeticDatum', 'targetTaxonomicScope', 'isTaxonomicScopeFullyReported', 'isAbsenceReported'], 'the terms of an event, as they are spelt');
SELECT results_eq($$SELECT "eventDate", "decimalLatitude", "decimalLongitude" FROM report.dwc_event WHERE observation_id = 101$$,
    $$VALUES ('2024-12-01T00:00:00Z', 35::float8, 35::float8)$$, 'an ISO 8601 instant');

SELECT results_eq($$SELECT asset_class, days_left, days_right, start_left, start_right, end_left, end_right FROM report.stay_interval2 ORDER BY 1$$,
    $$VALUES ('Big', NULL::numeric, NULL::numeric, NULL::timestamptz, timestamptz '2024-12-01', timestamptz '2024-12-01', timestamptz '2024-12-05'),
             ('Small', NULL, NULL, '2024-12-04', '2024-12-05', '2024-12-05', NULL)$$,
    'stays: NULL (NA) where nothing is known, never 0 days, which survreg() refuses');
SELECT is_empty($$SELECT * FROM report.stay_interval2 WHERE days_left >= days_right OR days_left <= 0$$, 'stays: left before right');

SELECT is(report.changes_geojson('2024-12-01', '2024-12-06', mode => 'possible') -> 'features' -> 0 -> 'properties' -> 'verdict' IS NOT NULL, true,
    'GeoJSON takes the arguments of changes()');
SELECT set_eq($$SELECT f -> 'properties' ->> 'verdict' FROM jsonb_array_elements(report.changes_geojson('2024-12-01', '2024-12-06') -> 'features') AS f$$,
    'SELECT verdict FROM report.changes(''2024-12-01'', ''2024-12-06'')', 'and has a feature for each of its rows');
-- An installation that the meridian of Greenwich, an edge of tiles, cuts in two: two west of it, then three east.
INSERT INTO report.installation (installation_id, name, location) VALUES (2, 'Edge', ST_SetSRID(ST_MakePoint(0.001, 51), 4326));
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES
    (2, 201, 1, '2024-12-01', 'complete', '{air}'), (2, 202, 1, '2024-12-05', 'complete', '{air}');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, location) VALUES
    (2, 201, 1, '[2,2]', ST_SetSRID(ST_MakePoint(-0.01, 51), 4326)), (2, 202, 1, '[3,3]', ST_SetSRID(ST_MakePoint(0.01, 51), 4326));
SET CONSTRAINTS ALL IMMEDIATE;
-- a tile holds each text once, as it is
CREATE FUNCTION pg_temp.holds(tile bytea, word text) RETURNS bool LANGUAGE sql AS $$ SELECT position(word::bytea IN tile) > 0 $$;
SELECT ok(pg_temp.holds(report.changes_tile(1, 1, 0, '2024-12-02', '2024-12-06', asset => 'Big'), 'increased'), 'the tile they came to shows an increase');
SELECT ok(NOT pg_temp.holds(report.changes_tile(1, 1, 0, '2024-12-02', '2024-12-06', asset => 'Big'), 'arrived'), 'and no arrival');
SELECT is(length(report.changes_tile(1, 0, 0, '2024-12-02', '2024-12-06', asset => 'Big')), 0, 'the tile they left does not show a departure');
SELECT ok(pg_temp.holds(report.changes_tile(0, 0, 0, '2024-12-02', '2024-12-06', asset => 'Big'), 'increased'), 'the world shows the increase');
SELECT is(report.changes_tile_query(1, 1, 0, '{"from_date": "2024-12-02", "to_date": "2024-12-06", "asset": "Big"}'),
    report.changes_tile(1, 1, 0, '2024-12-02', '2024-12-06', asset => 'Big'), 'the same from the parameters of a URL');
SELECT is(report.changes_tile_query(1, 1, 0), report.changes_tile(1, 1, 0), 'with the same defaults');
SELECT throws_ok($$SELECT report.changes_tile_query(1, 1, 0, '{"form_date": "2024-12-02"}')$$, '22S07',
    'a tile of changes has no parameter "form_date"', 'a parameter misspelt is not the default');
SELECT throws_ok($$SELECT report.changes_tile_query(1, 1, 0, '7')$$, '22S07', 'the parameters of a tile must be a JSON object', 'a number');
SELECT throws_ok($$SELECT report.changes_tile_query(1, 1, 0, '{"asset": "Zeppelin"}')$$, '22S07', NULL, 'an unknown class');

SELECT is_empty($$SELECT * FROM report.verify()$$, 'the ledger is what its evidence says');

SELECT * FROM finish();
ROLLBACK;
