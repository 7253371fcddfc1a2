
/*
 * exports of a ledger: changes as GeoJSON and as vector tiles, stays as interval-censored
 * data, looks and sightings in the terms of Darwin Core
 */
CREATE FUNCTION report_export_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    -- would the look have shown all that there was of the class?
    shows CONSTANT text := $shows$ (
        o.completeness = 'complete' AND o.scope @> class.path
        AND (class.max_gsd_m IS NULL OR o.gsd_m IS NOT NULL AND o.gsd_m <= class.max_gsd_m)
        AND NOT (roof.paths @> class.path OR roof.paths <@ class.path)) $shows$;
    roofs CONSTANT text := $roofs$ LATERAL (
        SELECT ARRAY(
            SELECT under.path
            FROM %1$I.shelter AS s
            JOIN %1$I.asset_class AS under ON under.asset_class_id = s.asset_class_id
            WHERE s.installation_id = o.installation_id) AS paths OFFSET 0) AS roof $roofs$;
BEGIN
    EXECUTE pg_catalog.format(replace(replace($sql$
CREATE OR REPLACE FUNCTION %1$I.changes_geojson(
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
    FROM %1$I.changes(from_date, to_date, changes_geojson.area, changes_geojson.installation, changes_geojson.asset,
                      changes_geojson.mode, changes_geojson.max_age, changes_geojson.by) AS change;
END;
COMMENT ON FUNCTION %1$I.changes_geojson(date, date, geometry, text, text, text, interval, text) IS
    'changes() as a GeoJSON FeatureCollection (RFC 7946): a point per row, the other columns as properties';

CREATE OR REPLACE FUNCTION %1$I.changes_tile(
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
        FROM %1$I.changes(from_date, to_date, (SELECT edge.area FROM edge),
                          asset => changes_tile.asset, mode => changes_tile.mode) AS change
        ORDER BY change.installation, change.class_path, change.status
    ) AS feature;
END;
COMMENT ON FUNCTION %1$I.changes_tile(int, int, int, date, date, text, text) IS
    'changes() as a Mapbox vector tile with one layer, changes, as pg_tileserv calls it; by default the last seven days';

CREATE OR REPLACE FUNCTION %1$I.changes_tile_query(z int, x int, y int, query json DEFAULT '{}') RETURNS bytea
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
        RAISE EXCEPTION 'a tile of changes has no parameter "%%"', unknown
            USING ERRCODE = '22S07', HINT = 'Its parameters are from_date, to_date, asset and mode.';
    END IF;
    RETURN %1$I.changes_tile(z, x, y,
        from_date => coalesce((query ->> text 'from_date')::date, current_date - 7),
        to_date => coalesce((query ->> text 'to_date')::date, current_date),
        asset => query ->> text 'asset', mode => coalesce(query ->> text 'mode', 'last_known'));
END;
$body$;
COMMENT ON FUNCTION %1$I.changes_tile_query(int, int, int, json) IS
    'changes_tile() as Martin calls it: the parameters of the URL as JSON (from_date, to_date, asset, mode); errors as changes(), 22S07 for another parameter';

CREATE OR REPLACE VIEW %1$I.stay_interval2 AS
SELECT p.presence_id, p.installation, p.asset_class, p.class_path, p.designation, p.status, p.by,
       nullif(round(extract(epoch FROM p.last_seen - p.first_seen) / 86400::numeric, 6), 0::numeric) AS days_left,
       round(extract(epoch FROM p.gone_by - p.not_seen_at) / 86400::numeric, 6) AS days_right,
       p.not_seen_at AS start_left, p.first_seen AS start_right, p.last_seen AS end_left, p.gone_by AS end_right,
       p.lon, p.lat, p.geom
FROM %1$I.presence_flat AS p;
COMMENT ON VIEW %1$I.stay_interval2 IS
    'how long each run lasted, as R reads it: Surv(days_left, days_right, type = "interval2"); in days; NULL (NA) on the left: seen at one instant only, so that no least duration is known; NULL on the right: right-censored; start and end as intervals (left, right] beside it; key: presence_id';

CREATE OR REPLACE VIEW %1$I.dwc_event AS
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
       o.completeness = 'complete' AND EXISTS (SELECT FROM %1$I.asset_class AS class WHERE SHOWS)
           AND NOT EXISTS (SELECT FROM %1$I.asset_class AS class WHERE o.scope @> class.path AND NOT SHOWS)
           AS "isTaxonomicScopeFullyReported",
       o.completeness = 'complete' AND EXISTS (SELECT FROM %1$I.asset_class AS class WHERE SHOWS) AS "isAbsenceReported",
       site.location::geometry(Point, 4326) AS geom
FROM %1$I.observation AS o
JOIN %1$I.installation AS site USING (installation_id)
JOIN %1$I.source USING (source_id)
CROSS JOIN ROOFS
WHERE o.retracted_at IS NULL;
COMMENT ON VIEW %1$I.dwc_event IS
    'looks as Darwin Core events with the terms of the Humboldt extension; key: observation_id';

CREATE OR REPLACE VIEW %1$I.dwc_occurrence AS
SELECT s.sighting_id AS occurrence_id, 'sighting:' || s.sighting_id::text AS "occurrenceID",
       'observation:' || s.observation_id::text AS "eventID",
       CASE WHEN o.gsd_m = numeric '0' THEN 'HumanObservation' WHEN o.gsd_m IS NOT NULL THEN 'MachineObservation' ELSE 'Occurrence' END AS "basisOfRecord",
       class.name AS "verbatimIdentification", class.path::text AS "higherClassification",
       'detected'::text AS "occurrenceStatus",
       CASE WHEN pg_catalog.upper(s.count) - pg_catalog.lower(s.count) = 1 THEN pg_catalog.lower(s.count) END AS "individualCount",
       count_text(pg_catalog.lower(s.count), pg_catalog.upper(s.count) - 1) AS "organismQuantity",
       'individuals'::text AS "organismQuantityType", s.designation AS "organismID", s.status AS "occurrenceRemarks",
       ST_Y(coalesce(s.location, site.location)) AS "decimalLatitude",
       ST_X(coalesce(s.location, site.location)) AS "decimalLongitude",
       coalesce(s.location, site.location)::geometry(Point, 4326) AS geom
FROM %1$I.sighting AS s
JOIN %1$I.observation AS o USING (installation_id, observation_id)
JOIN %1$I.installation AS site USING (installation_id)
JOIN %1$I.asset_class AS class USING (asset_class_id)
JOIN %1$I.source AS source ON source.source_id = o.source_id
WHERE s.retracted_at IS NULL AND o.retracted_at IS NULL
    -- readers take what is neither for detected
    AND pg_catalog.lower(s.count) > 0 AND s.confidence >= coalesce(source.min_confidence, (SELECT l.min_confidence FROM %1$I.ledger AS l))
UNION ALL
-- Of the classes ever seen there, those of which the look would have shown all, and showed
-- none, nor any that was told more or less closely. (OFFSET 0: what a look saw is read once
-- for it, and compared with these classes alone.)
SELECT -((o.observation_id << 31) | class.asset_class_id::bigint),
       'observation:' || o.observation_id::text || ':' || class.path::text, 'observation:' || o.observation_id::text,
       CASE WHEN o.gsd_m = numeric '0' THEN 'HumanObservation' WHEN o.gsd_m IS NOT NULL THEN 'MachineObservation' ELSE 'Occurrence' END,
       class.name, class.path::text, 'notDetected', 0, '0', 'individuals', NULL, NULL,
       ST_Y(site.location), ST_X(site.location), site.location
FROM %1$I.observation AS o
JOIN %1$I.installation AS site USING (installation_id)
CROSS JOIN ROOFS
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT told.path
        FROM %1$I.sighting AS s
        JOIN %1$I.asset_class AS told ON told.asset_class_id = s.asset_class_id
        WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id
            AND s.retracted_at IS NULL AND pg_catalog.upper(s.count) IS DISTINCT FROM 1) AS paths
    OFFSET 0) AS seen
CROSS JOIN LATERAL (
    SELECT class.asset_class_id, class.name, class.path
    FROM (SELECT known.*
          FROM %1$I.subject AS told
          JOIN %1$I.asset_class AS known ON known.asset_class_id = told.asset_class_id
          WHERE told.installation_id = o.installation_id AND told.kind = 'class'
          OFFSET 0) AS class
    WHERE SHOWS AND NOT (seen.paths @> class.path OR seen.paths <@ class.path)
    OFFSET 0) AS class
WHERE o.retracted_at IS NULL AND o.completeness = 'complete';
COMMENT ON VIEW %1$I.dwc_occurrence IS
    'sightings as Darwin Core occurrences, but for those that prove nothing (perhaps none, or below min_confidence); notDetected only where a look reported all of the class, at pixels known to show it, nothing of it can stand under a roof (see shelter), and none of it, nor of what is above or below it, was seen; key: occurrence_id (negative for what was not detected)';
$sql$, 'SHOWS', shows), 'ROOFS', roofs), ledger);
    PERFORM views_as_caller(ledger, 'stay_interval2', 'dwc_event', 'dwc_occurrence');
END;
$create$;
COMMENT ON FUNCTION report_export_create(name) IS
    'part of create_ledger: the exports changes_geojson(), changes_tile(), changes_tile_query(), stay_interval2, dwc_event and dwc_occurrence';
