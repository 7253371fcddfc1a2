-- The exports say no more than the ledger: what proves nothing is not exported as detected,
-- absence only where it was declared, and a stay seen once has no least duration.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(34);

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
          'geodeticDatum', 'targetTaxonomicScope', 'isTaxonomicScopeFullyReported', 'isAbsenceReported', 'isLeastSpecificTargetCategoryQuantityInclusive'], 'the terms of an event, as they are spelt');
SELECT results_eq($$SELECT "eventDate", "decimalLatitude", "decimalLongitude" FROM report.dwc_event WHERE observation_id = 101$$,
    $$VALUES ('2024-12-01T00:00:00Z', 35::float8, 35::float8)$$, 'an ISO 8601 instant');

-- What a look proves to be absent: of that alone an export says so.
INSERT INTO report.asset_class (path, name, max_gsd_m) VALUES ('air', 'Aircraft', NULL), ('sea.sub', 'Boat', 1);
INSERT INTO report.installation (installation_id, name, location) VALUES (3, 'Yard', ST_SetSRID(ST_MakePoint(36, 35), 4326));
INSERT INTO report.source (source_id, name, min_confidence) VALUES (3, 'Strict', 0.9);
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m) VALUES
    (3, 301, 3, NULL, '2024-11-01', 'partial', '{}', 2), (3, 302, 1, NULL, '2024-11-02', 'complete', '{air,sea}', 1),
    (3, 303, 1, NULL, '2024-11-03', 'complete', '{air,sea}', NULL), (3, 304, 1, NULL, '2024-11-04', 'complete', '{air,sea}', 0),
    (3, 305, 1, NULL, '2024-11-05', 'complete', '{air,sea}', 0.5), (3, 306, 1, NULL, '2024-11-06', 'complete', '{air,sea}', 0.5),
    (3, 307, 1, '2024-11-07', '2024-11-08', 'complete', '{sea}', 2), (3, 308, 1, NULL, '2024-11-09', 'complete', '{}', 0.5);
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, confidence)
SELECT 3, v.look, c.asset_class_id, int4range(v.n, v.n, '[]'), v.confidence
FROM (VALUES (301, 'Big', 1, 0.8), (301, 'Small', 1, 0.95), (301, 'Aircraft', 1, 0.95), (301, 'Boat', 1, 0.95), (305, 'Aircraft', 2, 1), (306, 'Big', 1, 1))
    AS v(look, class, n, confidence) JOIN report.asset_class AS c ON c.name = v.class;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION pg_temp.absent() RETURNS TABLE (look text, classes text) LANGUAGE sql AS $$
    SELECT split_part("eventID", ':', 2), string_agg("verbatimIdentification", ', ' ORDER BY "verbatimIdentification")
    FROM report.dwc_occurrence WHERE "occurrenceStatus" = 'notDetected' AND "eventID" LIKE '%:3__' GROUP BY 1 ORDER BY 1
$$;
SELECT results_eq('SELECT * FROM pg_temp.absent()',
    $$VALUES ('302', 'Aircraft, Big, Boat, Small'), ('303', 'Aircraft, Big, Small'), ('304', 'Aircraft, Big, Boat, Small'),
             ('305', 'Boat'), ('306', 'Boat, Small')$$,
    'notDetected: at pixels that are known to be fine enough, or by eye, and not where an aircraft may be of the class, or one of the class is an aircraft');
INSERT INTO report.shelter (installation_id, asset_class_id, hidden_max) SELECT 3, asset_class_id, 1 FROM report.asset_class WHERE name = 'Small';
SELECT results_eq('SELECT * FROM pg_temp.absent()',
    $$VALUES ('302', 'Big, Boat'), ('303', 'Big'), ('304', 'Big, Boat'), ('305', 'Boat'), ('306', 'Boat')$$, 'nor where it can stand under a roof');
SELECT results_eq($$SELECT "verbatimIdentification" FROM report.dwc_occurrence WHERE "eventID" = 'observation:301' ORDER BY 1$$,
    ARRAY['Aircraft', 'Boat', 'Small'], 'detected: as the source of the look is sure of it');
SELECT results_eq($$SELECT observation_id, "isTaxonomicScopeFullyReported", "isAbsenceReported" FROM report.dwc_event WHERE observation_id > 300 AND observation_id < 400 ORDER BY 1$$,
    $$VALUES (301::bigint, false, false), (302, false, true), (303, false, true), (304, false, true), (305, false, true), (306, false, true),
             (307, false, false), (308, false, false)$$, 'a scope of which a part can hide is not fully reported');
DELETE FROM report.shelter;
SELECT results_eq($$SELECT split_part("eventID", ':', 2), "verbatimIdentification", "occurrenceStatus", "organismQuantity" FROM report.dwc_occurrence
        WHERE "eventID" IN ('observation:305', 'observation:306') ORDER BY 1, "higherClassification"$$,
    $$VALUES ('305', 'Aircraft', 'detected', '2'), ('305', 'Boat', 'notDetected', '0'),
             ('306', 'Aircraft', 'detected', '1'), ('306', 'Big', 'detected', '1'), ('306', 'Small', 'notDetected', '0'), ('306', 'Boat', 'notDetected', '0')$$,
    'a class is detected with one below it, and counts it; which it is of two that may be, is not said');
INSERT INTO report.asset_class (path, name, max_gsd_m) VALUES ('sea.raft', 'Raft', NULL), ('sea.raft.rubber', 'Dinghy', 0.7);
SELECT results_eq($$SELECT split_part("eventID", ':', 2), string_agg("verbatimIdentification", ', ' ORDER BY "verbatimIdentification") FROM report.dwc_occurrence
        WHERE "occurrenceStatus" = 'notDetected' AND "verbatimIdentification" IN ('Raft', 'Dinghy') GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('302', 'Raft'), ('303', 'Raft'), ('304', 'Dinghy, Raft'), ('305', 'Dinghy, Raft'), ('306', 'Dinghy, Raft'), ('307', 'Raft')$$,
    'what was never seen anywhere is absent where a look would have shown it');
SELECT set_eq($$SELECT observation_id FROM report.dwc_event WHERE observation_id BETWEEN 301 AND 308 AND "isAbsenceReported"$$, $$VALUES (302::bigint), (303), (304), (305), (306), (307)$$,
    'which an event says');
SELECT is_empty($$SELECT a."occurrenceID", b."occurrenceID" FROM report.dwc_occurrence AS a JOIN report.dwc_occurrence AS b USING ("eventID")
        WHERE a."occurrenceStatus" = 'notDetected' AND b."occurrenceStatus" = 'detected' AND b."higherClassification"::ltree <@ a."higherClassification"::ltree$$,
    'no class is not detected beside one below it that is');
SELECT set_eq($$SELECT "eventID", "verbatimIdentification", "occurrenceRemarks" FROM report.dwc_occurrence WHERE "occurrenceRemarks" IS NOT NULL$$,
    $$VALUES ('observation:101', 'Big', '2 ready'), ('observation:105', 'Small', '1.. ready')$$, 'how many in which status');
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, designation, status) SELECT 3, 306, asset_class_id, '[1,1]', 'RA-1', 'loading' FROM report.asset_class WHERE name = 'Big';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT "verbatimIdentification", "organismID", "individualCount", "occurrenceRemarks" FROM report.dwc_occurrence WHERE "eventID" = 'observation:306' AND "occurrenceStatus" = 'detected' ORDER BY "higherClassification", "organismID" NULLS FIRST$$,
    $$VALUES ('Aircraft', NULL, 2, NULL), ('Big', NULL, 2, '1..2 loading'), ('Big', 'RA-1', 1, NULL)$$, 'an individual, which its class counts too');
DELETE FROM report.sighting WHERE designation = 'RA-1';
DELETE FROM report.asset_class WHERE path <@ 'sea.raft';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq($$SELECT observation_id, "isTaxonomicScopeFullyReported", "isAbsenceReported" FROM report.dwc_event WHERE observation_id > 300 AND observation_id < 400 ORDER BY 1$$,
    $$VALUES (301::bigint, false, false), (302, true, true), (303, false, true), (304, true, true), (305, true, true), (306, true, true),
             (307, false, false), (308, false, false)$$, 'nor one that the pixels may not show');
SELECT results_eq($$SELECT "eventDate", "samplingEffort" FROM report.dwc_event WHERE observation_id IN (303, 304, 307) ORDER BY observation_id$$,
    $$VALUES ('2024-11-03T00:00:00Z', 'complete'), ('2024-11-04T00:00:00Z', 'complete; by eye'),
             ('2024-11-07T00:00:00Z/2024-11-08T00:00:00Z', 'complete; ground sample distance 2 m')$$, 'an instant or an interval; by pixels or by eye');
SELECT results_eq($$SELECT DISTINCT "eventID", "basisOfRecord" FROM report.dwc_occurrence WHERE "eventID" IN ('observation:302', 'observation:303', 'observation:304') ORDER BY 1$$,
    $$VALUES ('observation:302', 'MachineObservation'), ('observation:303', 'Occurrence'), ('observation:304', 'HumanObservation')$$, 'which is what it rests on');

SELECT results_eq($$SELECT asset_class, days_left, days_right, start_left, start_right, end_left, end_right FROM report.stay_interval2 WHERE installation = 'Here' AND status IS NULL ORDER BY 1$$,
    $$VALUES ('Big', NULL::numeric, NULL::numeric, NULL::timestamptz, timestamptz '2024-12-01', timestamptz '2024-12-01', timestamptz '2024-12-05'),
             ('Small', NULL, NULL, '2024-12-04', '2024-12-05', '2024-12-05', NULL)$$,
    'stays: NULL (NA) where nothing is known, never 0 days, which survreg() refuses');
SELECT is_empty($$SELECT * FROM report.stay_interval2 WHERE days_left >= days_right OR days_left <= 0$$, 'stays: left before right');

SELECT is(report.changes_geojson('2024-12-01', '2024-12-06', mode => 'possible') -> 'features' -> 0 -> 'properties' -> 'verdict' IS NOT NULL, true,
    'GeoJSON takes the arguments of changes()');
SELECT set_eq($$SELECT f -> 'properties' ->> 'verdict' FROM jsonb_array_elements(report.changes_geojson('2024-12-01', '2024-12-06') -> 'features') AS f$$,
    'SELECT verdict FROM report.changes(''2024-12-01'', ''2024-12-06'')', 'and has a feature for each of its rows');
SELECT set_eq($$SELECT f -> 'properties' ->> 'status' FROM jsonb_array_elements(report.changes_geojson('2024-12-01', '2024-12-06', by => 'status') -> 'features') AS f$$,
    ARRAY['ready'], 'by status too');
SELECT is_empty($$SELECT f FROM jsonb_array_elements(report.changes_geojson('2024-12-01', '2024-12-06', by => 'individual') -> 'features') AS f$$, 'or by individual');
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
