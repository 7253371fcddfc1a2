
/*
 * imports of a ledger: what they have in common
 *
 * `imported` remembers which look came from which foreign record, so that a second
 * import of the same record changes nothing, and one of a corrected record corrects the
 * look. Every record is loaded whole or rejected whole, with the reason.
 */
CREATE FUNCTION import_look_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE format($sql$
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
    'which observation came from which foreign record (origin: a STAC collection, a set of surveys), with what else the record said';
CREATE INDEX IF NOT EXISTS imported_record ON %1$I.imported (record);

CREATE OR REPLACE FUNCTION %1$I.class_named(asset text) RETURNS int
    LANGUAGE sql STABLE PARALLEL SAFE COST 50
BEGIN ATOMIC
    SELECT c.asset_class_id
    FROM %1$I.asset_class AS c
    WHERE pg_catalog.lower(asset) IN (SELECT pg_catalog.lower(known) FROM pg_catalog.unnest(c.name || c.aliases) AS known) OR ltree2text(c.path) = asset
    ORDER BY c.asset_class_id
    LIMIT 1;
END;
COMMENT ON FUNCTION %1$I.class_named(text) IS
    'key of the asset class with a name, alias or path; NULL if there is none';

CREATE OR REPLACE FUNCTION %1$I.import_look(
        INOUT observation_id bigint, OUT outcome text,
        installation_id bigint, origin text, record text, source text, observed_at timestamptz, completeness text,
        scope ltree[], gsd_m numeric, cloud_cover numeric, footprint geometry, url text, note text, detail jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    look record;
BEGIN
    INSERT INTO %1$I.source AS s (name) VALUES (import_look.source) ON CONFLICT (name) DO NOTHING;
    SELECT i.observation_id INTO import_look.observation_id
    FROM %1$I.imported AS i
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record;
    IF import_look.observation_id IS NULL THEN
        INSERT INTO %1$I.observation AS o (installation_id, observed_at, source_id, completeness, scope, gsd_m,
                                           cloud_cover, footprint, url, note)
        SELECT import_look.installation_id, import_look.observed_at, s.source_id, import_look.completeness,
               import_look.scope, import_look.gsd_m, import_look.cloud_cover, import_look.footprint,
               import_look.url, import_look.note
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
    SET (observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note) =
        (SELECT import_look.observed_at, s.source_id, import_look.completeness, import_look.scope, import_look.gsd_m,
                import_look.cloud_cover, import_look.footprint, import_look.url, import_look.note
         FROM %1$I.source AS s WHERE s.name = import_look.source)
    WHERE o.installation_id = import_look.installation_id AND o.observation_id = import_look.observation_id
        AND (o.observed_at, o.completeness, o.scope, o.gsd_m, o.cloud_cover, o.url, o.note,
             (SELECT s.name FROM %1$I.source AS s WHERE s.source_id = o.source_id))
            IS DISTINCT FROM
            (import_look.observed_at, import_look.completeness, import_look.scope, import_look.gsd_m,
             import_look.cloud_cover, import_look.url, import_look.note, import_look.source);
    outcome := CASE WHEN FOUND THEN 'updated' ELSE 'unchanged' END;
    UPDATE %1$I.imported AS i SET detail = import_look.detail
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record AND i.detail IS DISTINCT FROM import_look.detail;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_look IS
    'loads one look from a foreign record, or corrects it: loaded, updated or unchanged; what the imports call';

CREATE OR REPLACE FUNCTION %1$I.import_sightings(installation_id bigint, observation_id bigint, mark text, seen jsonb)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    same boolean;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS import_seen (
        asset_class_id int, designation text, status text, count int4range, location geometry, confidence float8)
        ON COMMIT DROP;
    TRUNCATE pg_temp.import_seen;
    INSERT INTO pg_temp.import_seen
    SELECT r.asset_class_id, r.designation, coalesce(r.status, 'unspecified'),
           int4range(r.count_min, r.count_max, '[]'), r.location, coalesce(r.confidence, 1)
    FROM jsonb_to_recordset(import_sightings.seen) AS r (asset_class_id int, designation text, status text,
                                        count_min int, count_max int, location geometry, confidence float8);
    SELECT NOT EXISTS (
        (SELECT asset_class_id, designation, status, count, confidence FROM pg_temp.import_seen
         EXCEPT ALL
         SELECT s.asset_class_id, s.designation, s.status, s.count, s.confidence
         FROM %1$I.sighting AS s
         WHERE s.installation_id = import_sightings.installation_id
             AND s.observation_id = import_sightings.observation_id AND s.note = mark)
        UNION ALL
        (SELECT s.asset_class_id, s.designation, s.status, s.count, s.confidence
         FROM %1$I.sighting AS s
         WHERE s.installation_id = import_sightings.installation_id
             AND s.observation_id = import_sightings.observation_id AND s.note = mark
         EXCEPT ALL
         SELECT asset_class_id, designation, status, count, confidence FROM pg_temp.import_seen)) INTO same;
    IF same THEN
        RETURN false;
    END IF;
    DELETE FROM %1$I.sighting AS s
    WHERE s.installation_id = import_sightings.installation_id
        AND s.observation_id = import_sightings.observation_id AND s.note = mark;
    INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location,
                               confidence, note)
    SELECT import_sightings.installation_id, import_sightings.observation_id, asset_class_id, designation, status,
           count, location, confidence, mark
    FROM pg_temp.import_seen;
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_sightings(bigint, bigint, text, jsonb) IS
    'makes the sightings of a look that carry a mark (in note) what the import says; false if they were so already';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_look_create(name) IS
    'part of create_ledger: what the imports have in common';
