
/*
 * imports of a ledger: what they have in common
 *
 * `imported` remembers which look came from which foreign record, so that a second
 * import of the same record changes nothing, and one of a corrected record corrects the
 * look. Every record is loaded whole or rejected whole, with the reason.
 *
 * An image is one look, and what each detector read from it another, at the same instant:
 * two readers of one image are two pieces of evidence, whose counts never add up.
 */
CREATE FUNCTION import_geometry(geojson jsonb, OUT area geometry, OUT fault text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
    SET search_path FROM CURRENT
AS $body$
BEGIN
    area := ST_Force2D(ST_SetSRID(ST_GeomFromGeoJSON(nullif(geojson, 'null')), 4326));
    fault := CASE
        WHEN area IS NULL OR ST_IsEmpty(area) THEN 'no geometry'
        WHEN (ST_XMin(area::box3d) >= (-180)::float8 AND ST_XMax(area::box3d) <= 180::float8 AND ST_YMin(area::box3d) >= (-90)::float8 AND ST_YMax(area::box3d) <= 90::float8)
            IS NOT TRUE THEN 'its coordinates are not longitude and latitude in degrees'
        WHEN EXISTS (SELECT FROM ST_Dump(area) AS part WHERE ST_XMax(part.geom::box3d) - ST_XMin(part.geom::box3d) > 180::float8) THEN
            'its geometry is wider than 180 degrees: cut it at the antimeridian, as RFC 7946 asks'
    END;
EXCEPTION WHEN data_exception OR internal_error THEN
    fault := 'its geometry is not GeoJSON: ' || SQLERRM;
END;
$body$;
COMMENT ON FUNCTION import_geometry(jsonb) IS
    'internal: a GeoJSON geometry as PostGIS has it (SRID 4326, two dimensions), and what is wrong with it; NULL: nothing';

CREATE FUNCTION import_number(said jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN jsonb_typeof(said) IN ('number', 'string')
        AND said #>> '{}'::text[] ~ '^\s*[-+]?(\d{1,30}(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?\s*$' THEN (said #>> '{}'::text[])::numeric END;
END;
COMMENT ON FUNCTION import_number(jsonb) IS
    'internal: a number, which may stand there as a text; NULL if it is none';

CREATE FUNCTION import_look_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE TABLE IF NOT EXISTS %1$I.imported (
    installation_id bigint NOT NULL,
    origin text NOT NULL,
    record text NOT NULL,
    observation_id bigint NOT NULL,
    detail jsonb,
    PRIMARY KEY (installation_id, origin, record),
    FOREIGN KEY (installation_id, observation_id)
        REFERENCES %1$I.observation ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE %1$I.imported IS
    'which observation came from which foreign record (origin: a STAC collection, a detector, a set of surveys), with what else the record said; of what a detector read: the origin of the image';
CREATE INDEX IF NOT EXISTS imported_record ON %1$I.imported (record);
CREATE INDEX IF NOT EXISTS imported_site ON %1$I.imported (origin, (detail ->> text 'site'), installation_id) WHERE detail ->> text 'site' IS NOT NULL;

CREATE OR REPLACE FUNCTION %1$I.import_look(
        INOUT observation_id bigint, OUT outcome text,
        installation_id bigint, origin text, record text, source text, observed_from timestamptz, observed_at timestamptz,
        completeness text, scope ltree[], gsd_m numeric, cloud_cover numeric, footprint geometry, url text, note text,
        detail jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    ours constant text := 'the imported record %%';
BEGIN
    INSERT INTO %1$I.source AS s (name) VALUES (import_look.source) ON CONFLICT (name) DO NOTHING;
    SELECT i.observation_id INTO import_look.observation_id
    FROM %1$I.imported AS i
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record;
    IF import_look.observation_id IS NULL THEN
        INSERT INTO %1$I.observation AS o (installation_id, observed_from, observed_at, source_id, completeness, scope,
                                           gsd_m, cloud_cover, footprint, url, note)
        SELECT import_look.installation_id, import_look.observed_from, import_look.observed_at, s.source_id,
               import_look.completeness, coalesce(import_look.scope, '{}'), import_look.gsd_m, import_look.cloud_cover,
               import_look.footprint, import_look.url, import_look.note
        FROM %1$I.source AS s
        WHERE s.name = import_look.source
        RETURNING o.observation_id INTO import_look.observation_id;
        INSERT INTO %1$I.imported (installation_id, origin, record, observation_id, detail)
        VALUES (import_look.installation_id, import_look.origin, import_look.record, import_look.observation_id,
                import_look.detail);
        outcome := 'loaded';
        RETURN;
    END IF;
    UPDATE %1$I.observation AS o
    SET (observed_from, observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note,
         retracted_at, retraction_reason) =
        (SELECT import_look.observed_from, import_look.observed_at, s.source_id, import_look.completeness,
                coalesce(import_look.scope, o.scope), import_look.gsd_m, import_look.cloud_cover, import_look.footprint,
                import_look.url, import_look.note,
                CASE WHEN o.retraction_reason NOT LIKE ours THEN o.retracted_at END,
                CASE WHEN o.retraction_reason NOT LIKE ours THEN o.retraction_reason END
         FROM %1$I.source AS s WHERE s.name = import_look.source)
    WHERE o.installation_id = import_look.installation_id AND o.observation_id = import_look.observation_id
        AND (o.retraction_reason LIKE ours
             OR (o.observed_from, o.observed_at, o.completeness, o.scope::text, o.gsd_m, o.cloud_cover, ST_AsBinary(o.footprint),
                 o.url, o.note, (SELECT s.name FROM %1$I.source AS s WHERE s.source_id = o.source_id))
                IS DISTINCT FROM
                (import_look.observed_from, import_look.observed_at, import_look.completeness,
                 coalesce(import_look.scope, o.scope)::text, import_look.gsd_m, import_look.cloud_cover,
                 ST_AsBinary(import_look.footprint), import_look.url, import_look.note, import_look.source));
    outcome := CASE WHEN FOUND THEN 'updated' ELSE 'unchanged' END;
    UPDATE %1$I.imported AS i SET detail = import_look.detail
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record AND i.detail IS DISTINCT FROM import_look.detail;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_look IS
    'loads one look from a foreign record, or corrects it: loaded, updated or unchanged; scope NULL: as it is; what the imports call';

CREATE OR REPLACE FUNCTION %1$I.import_retract(origin text, record text, kept bigint[], why text)
    RETURNS TABLE (installation text, observation_id bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE %1$I.observation AS o SET retracted_at = now(), retraction_reason = 'the imported record ' || why
    FROM %1$I.imported AS i
    JOIN %1$I.installation AS site ON site.installation_id = i.installation_id
    WHERE i.origin = import_retract.origin AND i.record = import_retract.record AND i.installation_id <> ALL (kept)
        AND o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        AND o.retracted_at IS NULL
    RETURNING site.name, o.observation_id;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_retract(text, text, bigint[], text) IS
    'retracts the looks of a record but for those at the installations that are kept, and says which; a later import of the record takes it back';

CREATE OR REPLACE FUNCTION %1$I.import_readings(images text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
BEGIN
    UPDATE %1$I.observation AS o
    SET (observed_from, observed_at, completeness, gsd_m, cloud_cover, footprint, url, note, retracted_at, retraction_reason) =
        (taken.observed_from, taken.observed_at, taken.proven, taken.gsd_m, taken.cloud_cover, taken.footprint, taken.url,
         taken.note, CASE WHEN taken.why IS NOT NULL THEN coalesce(o.retracted_at, now()) END, taken.why)
    FROM (SELECT image.*, reading.observation_id AS reading_id,
                 -- of a complete image a detector may have told too little (import_detections)
                 CASE WHEN reading.detail ->> text 'partial' IS NULL THEN image.completeness ELSE 'partial' END AS proven,
                 -- what a person has retracted stays so
                 CASE WHEN known.retraction_reason NOT LIKE 'its image: %%' THEN known.retraction_reason
                     ELSE 'its image: ' || image.retraction_reason END AS why
          FROM %1$I.imported AS reading
          JOIN %1$I.observation AS known
              ON known.installation_id = reading.installation_id AND known.observation_id = reading.observation_id
          JOIN %1$I.imported AS i ON i.installation_id = reading.installation_id
              AND i.origin = reading.detail ->> text 'image' AND i.record = reading.record
          JOIN %1$I.observation AS image
              ON image.installation_id = i.installation_id AND image.observation_id = i.observation_id
          WHERE reading.record = ANY (images) AND reading.origin LIKE 'detector:%%') AS taken
    WHERE o.installation_id = taken.installation_id AND o.observation_id = taken.reading_id
        AND (o.observed_from, o.observed_at, o.completeness, o.gsd_m, o.cloud_cover, ST_AsBinary(o.footprint), o.url, o.note,
             o.retraction_reason)
            IS DISTINCT FROM
            (taken.observed_from, taken.observed_at, taken.proven, taken.gsd_m, taken.cloud_cover,
             ST_AsBinary(taken.footprint), taken.url, taken.note, taken.why);
END;
$body$;
COMMENT ON FUNCTION %1$I.import_readings(text[]) IS
    'makes the looks of detectors at images as the images'' own are: when, completeness (but for what was told in part), pixels, footprint, retracted or not';

CREATE OR REPLACE FUNCTION %1$I.import_sightings(installation_id bigint, observation_id bigint, mark text, seen jsonb)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    withdrawn constant text := 'the import no longer says so';
    changed boolean;
BEGIN
    WITH said AS (
        SELECT f.*, pg_catalog.row_number() OVER (PARTITION BY f.whole) AS n
        FROM (SELECT r.*, ROW(r.asset_class_id, r.status, r.count, r.confidence, r.location, r.designation)::text AS whole
              FROM (SELECT t.asset_class_id, t.designation, t.status,
                           int4range(t.count_min, t.count_max, '[]') AS count, t.location,
                           coalesce(t.confidence, 1) AS confidence
                    FROM jsonb_to_recordset(import_sightings.seen) AS t (asset_class_id int, designation text, status text,
                             count_min int, count_max int, location geometry, confidence float8)) AS r) AS f
    ), known AS (
        -- one that a person retracted is matched too, and so does not come back
        SELECT f.*, pg_catalog.row_number() OVER (PARTITION BY f.whole ORDER BY f.retracted_at NULLS FIRST, f.sighting_id) AS n
        FROM (SELECT s.sighting_id, s.retracted_at,
                     ROW(s.asset_class_id, s.status, s.count, s.confidence, s.location, s.designation)::text AS whole
              FROM %1$I.sighting AS s
              WHERE s.installation_id = import_sightings.installation_id
                  AND s.observation_id = import_sightings.observation_id AND s.note = mark
                  AND s.retraction_reason IS DISTINCT FROM withdrawn) AS f
    ), gone AS (
        UPDATE %1$I.sighting AS s SET retracted_at = now(), retraction_reason = withdrawn
        FROM known AS k
        WHERE s.installation_id = import_sightings.installation_id
            AND s.observation_id = import_sightings.observation_id AND s.sighting_id = k.sighting_id
            AND k.retracted_at IS NULL
            AND NOT EXISTS (SELECT FROM said AS t WHERE t.whole = k.whole AND t.n = k.n)
        RETURNING s.sighting_id
    ), come AS (
        INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location,
                                   confidence, note)
        SELECT import_sightings.installation_id, import_sightings.observation_id, t.asset_class_id, t.designation,
               t.status, t.count, t.location, t.confidence, mark
        FROM said AS t
        WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.whole = t.whole AND k.n = t.n)
        RETURNING sighting_id
    )
    SELECT EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM come) INTO changed;
    RETURN changed;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_sightings(bigint, bigint, text, jsonb) IS
    'makes the sightings of a look that carry a mark (in note) what the import says: what it no longer says is retracted, what a person retracted stays so; false if nothing was to do';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_look_create(name) IS
    'part of create_ledger: what the imports have in common';
