
/*
 * exports of a ledger: changes as GeoJSON and as vector tiles, stays as interval-censored
 * data, looks and what they told in the terms of Darwin Core
 *
 * What a look proves is told by the engine (ledger_told), class by class, those too that were never
 * seen there: some, none, or nothing. A class counts all that is below it, as Humboldt's
 * isLeastSpecificTargetCategoryQuantityInclusive says; so no class is "not detected" beside one below it.
 */
CREATE FUNCTION report_export_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.changes_geojson(
        from_date date, to_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'class')
    RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
BEGIN ATOMIC
    SELECT pg_catalog.jsonb_build_object(
        'type', 'FeatureCollection',
        'features', coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'type', 'Feature',
            'geometry', ST_AsGeoJSON(change.geom, 7, 8)::jsonb,
            'properties', pg_catalog.to_jsonb(change) - text 'geom' - text 'lon' - text 'lat')
            ORDER BY change.installation, change.class_path, change.status, change.designation), '[]'))
    FROM LEDGER.changes(from_date, to_date, changes_geojson.area, changes_geojson.installation, changes_geojson.asset,
                      changes_geojson.mode, changes_geojson.max_age, changes_geojson.by) AS change;
END;
COMMENT ON FUNCTION LEDGER.changes_geojson(date, date, geometry, text, text, text, interval, text) IS
    'changes() as a GeoJSON FeatureCollection (RFC 7946): a point per row, the other columns as properties';

CREATE OR REPLACE FUNCTION LEDGER.changes_tile(
        z int, x int, y int, from_date date DEFAULT current_date - 7, to_date date DEFAULT current_date,
        asset text DEFAULT NULL, mode text DEFAULT 'last_known')
    RETURNS bytea
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000
BEGIN ATOMIC
    WITH edge AS MATERIALIZED (
        SELECT ST_Transform(tile.envelope, 4326) AS area, tile.envelope::box2d AS bounds
        FROM (SELECT CASE WHEN tile_is_known(z, x, y) THEN
                  ST_TileEnvelope(z, x, y, geometry 'SRID=3857;LINESTRING(-20037508.342789244 -20037508.342789244, 20037508.342789244 20037508.342789244)',
                                  float8 '0') END AS envelope) AS tile
    )
    SELECT ST_AsMVT(feature.*, 'changes')
    FROM (
        SELECT ST_AsMVTGeom(ST_Transform(change.geom, 3857), (SELECT edge.bounds FROM edge), 4096, 256, true) AS geom,
               change.installation, change.asset_class, change.status, change.verdict, change.certain,
               change.count_before_min, change.count_before_max, change.count_after_min, change.count_after_max,
               change.what_is_not_known
        FROM LEDGER.changes(from_date, to_date, (SELECT edge.area FROM edge),
                          asset => changes_tile.asset, mode => changes_tile.mode) AS change
        ORDER BY change.installation, change.class_path, change.status
    ) AS feature;
END;
COMMENT ON FUNCTION LEDGER.changes_tile(int, int, int, date, date, text, text) IS
    'changes() as a Mapbox vector tile with one layer, changes, as pg_tileserv calls it; by default the last seven days';

CREATE OR REPLACE FUNCTION LEDGER.changes_tile_query(z int, x int, y int, query json DEFAULT '{}') RETURNS bytea
    LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 10000
    SET search_path FROM CURRENT
AS $body$
DECLARE
    unknown text;
BEGIN
    IF json_typeof(query) <> 'object' THEN
        RAISE EXCEPTION 'the parameters of a tile must be a JSON object' USING ERRCODE = '22S07';
    END IF;
    SELECT pg_catalog.string_agg(key, ', ' ORDER BY key) INTO unknown
    FROM pg_catalog.json_object_keys(query) AS key
    WHERE key NOT IN ('from_date', 'to_date', 'asset', 'mode');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'a tile of changes has no parameter "%"', unknown
            USING ERRCODE = '22S07', HINT = 'Its parameters are from_date, to_date, asset and mode.';
    END IF;
    RETURN LEDGER.changes_tile(z, x, y,
        from_date => coalesce((query ->> text 'from_date')::date, current_date - 7),
        to_date => coalesce((query ->> text 'to_date')::date, current_date),
        asset => query ->> text 'asset', mode => coalesce(query ->> text 'mode', 'last_known'));
END;
$body$;
COMMENT ON FUNCTION LEDGER.changes_tile_query(int, int, int, json) IS
    'changes_tile() as Martin calls it: the parameters of the URL as JSON (from_date, to_date, asset, mode); errors as changes(), 22S07 for another parameter';

CREATE OR REPLACE VIEW LEDGER.stay_interval2 AS
SELECT p.presence_id, p.installation, p.asset_class, p.class_path, p.designation, p.status, p.by,
       nullif(round(extract(epoch FROM p.last_seen - p.first_seen) / 86400::numeric, 6), 0::numeric) AS days_left,
       round(extract(epoch FROM p.gone_by - p.not_seen_at) / 86400::numeric, 6) AS days_right,
       p.not_seen_at AS start_left, p.first_seen AS start_right, p.last_seen AS end_left, p.gone_by AS end_right,
       p.lon, p.lat, p.geom
FROM LEDGER.presence_flat AS p;
COMMENT ON VIEW LEDGER.stay_interval2 IS
    'how long each run lasted, as R reads it: Surv(days_left, days_right, type = "interval2"); in days; NULL (NA) on the left: seen at one instant only, so that no least duration is known; NULL on the right: right-censored; start and end as intervals (left, right] beside it; key: presence_id';

CREATE OR REPLACE VIEW LEDGER.dwc_event AS
SELECT o.observation_id, 'observation:' || o.observation_id::text AS "eventID",
       pg_catalog.concat_ws('/', to_char(o.observed_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                            to_char(o.observed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS "eventDate",
       site.name AS "locality", source.name AS "recordedBy",
       pg_catalog.concat_ws('; ', o.completeness,
                 CASE WHEN o.gsd_m = numeric '0' THEN 'by eye' ELSE 'ground sample distance ' || o.gsd_m::text || ' m' END,
                 'cloud cover ' || o.cloud_cover::text || ' percent') AS "samplingEffort",
       ST_AsText(o.footprint) AS "footprintWKT",
       ST_Y(site.location) AS "decimalLatitude", ST_X(site.location) AS "decimalLongitude",
       'EPSG:4326'::text AS "geodeticDatum",
       pg_catalog.array_to_string(o.scope, ' | ') AS "targetTaxonomicScope",
       told.whole > 0::bigint AND told.whole = (SELECT count(*) FROM LEDGER.asset_class AS class WHERE o.scope @> class.path) IS TRUE AS "isTaxonomicScopeFullyReported",
       coalesce(told.absent, false) AS "isAbsenceReported",
       site.location::geometry(Point, 4326) AS geom,
       true AS "isLeastSpecificTargetCategoryQuantityInclusive"
FROM LEDGER.observation AS o
JOIN LEDGER.installation AS site USING (installation_id)
JOIN LEDGER.source USING (source_id)
LEFT JOIN (
    SELECT r.installation, r.look, bool_or(r.count_max = 0) AS absent,
           count(*) FILTER (WHERE r.count_max IS NOT NULL AND NOT 'shelter' = ANY (doubt_codes(r.doubt))) AS whole
    FROM ledger_told(LEDGER_TABLE, MIN_CONFIDENCE, NULL::geometry, NULL::text, NULL::text, text 'class', NULL::text, NULL::timestamptz,
                     NULL::text, NULL::float8, NULL::int, NULL::timestamptz, NULL::timestamptz, true, true) AS r
    GROUP BY r.installation, r.look) AS told ON told.installation = site.name AND told.look = o.observation_id
WHERE o.retracted_at IS NULL;
COMMENT ON VIEW LEDGER.dwc_event IS
    'looks as Darwin Core events with the terms of the Humboldt extension; key: observation_id';

CREATE OR REPLACE VIEW LEDGER.dwc_occurrence AS
SELECT row_number() OVER (ORDER BY site.name, told.look, told.class_path, told.designation) AS occurrence_id,
       pg_catalog.concat_ws(':', 'observation', told.look::text, told.class_path, told.designation) AS "occurrenceID",
       'observation:' || told.look::text AS "eventID",
       CASE WHEN o.gsd_m = numeric '0' THEN 'HumanObservation' WHEN o.gsd_m IS NOT NULL THEN 'MachineObservation' ELSE 'Occurrence' END AS "basisOfRecord",
       told.asset_class AS "verbatimIdentification", told.class_path AS "higherClassification",
       CASE WHEN told.count_min > 0 THEN 'detected' ELSE 'notDetected' END AS "occurrenceStatus",
       CASE WHEN told.count_max = told.count_min THEN told.count_min END AS "individualCount",
       count_text(told.count_min, told.count_max) AS "organismQuantity",
       'individuals'::text AS "organismQuantityType", told.designation AS "organismID", status.remarks AS "occurrenceRemarks",
       ST_Y(site.location) AS "decimalLatitude", ST_X(site.location) AS "decimalLongitude",
       site.location::geometry(Point, 4326) AS geom
FROM (
    SELECT r.*
    FROM ledger_told(LEDGER_TABLE, MIN_CONFIDENCE, NULL::geometry, NULL::text, NULL::text, text 'class', NULL::text, NULL::timestamptz,
                     NULL::text, NULL::float8, NULL::int, NULL::timestamptz, NULL::timestamptz, true, true) AS r
    -- readers take what is neither for detected
    WHERE r.count_min > 0 OR r.count_max = 0
    UNION ALL
    SELECT r.*
    FROM ledger_told(LEDGER_TABLE, MIN_CONFIDENCE, NULL::geometry, NULL::text, NULL::text, text 'individual', NULL::text, NULL::timestamptz,
                     NULL::text, NULL::float8, NULL::int, NULL::timestamptz, NULL::timestamptz, true, false) AS r
    WHERE r.count_min > 0) AS told
JOIN LEDGER.installation AS site ON site.name = told.installation
JOIN LEDGER.observation AS o ON o.installation_id = site.installation_id AND o.observation_id = told.look
LEFT JOIN (
    SELECT r.installation, r.class_path, r.look,
           string_agg(count_text(r.count_min, r.count_max) || ' ' || r.status, ', ' ORDER BY r.status) AS remarks
    FROM ledger_told(LEDGER_TABLE, MIN_CONFIDENCE, NULL::geometry, NULL::text, NULL::text, text 'status', NULL::text, NULL::timestamptz,
                     NULL::text, NULL::float8, NULL::int, NULL::timestamptz, NULL::timestamptz, true, false) AS r
    WHERE r.count_min > 0 AND r.status IS NOT NULL
    GROUP BY r.installation, r.class_path, r.look) AS status
    ON told.designation IS NULL AND status.installation = told.installation AND status.class_path = told.class_path AND status.look = told.look;
COMMENT ON VIEW LEDGER.dwc_occurrence IS
    'what each look told as Darwin Core occurrences: detected, of a class with all that is below it (occurrenceRemarks: how many of them in which status) and of an individual (organismID), which its class counts too; notDetected, of each class, those never seen there too, of which the look proves that there was none; what may or may not have been there is neither; key: occurrence_id, as long as the evidence is the same'
$sql$);
    PERFORM views_as_caller(ledger, 'stay_interval2', 'dwc_event', 'dwc_occurrence');
END;
$create$;
COMMENT ON FUNCTION report_export_create(name) IS
    'part of create_ledger: the exports changes_geojson(), changes_tile(), changes_tile_query(), stay_interval2, dwc_event and dwc_occurrence';
