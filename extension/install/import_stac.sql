
/*
 * imports of a ledger: STAC items
 *
 * An item tells that an image was taken, not what is on it. So it becomes a look whose
 * scope is empty unless the caller states what was fully reported from the image; no
 * absence follows from the item alone. The look is complete only if the footprint covers
 * the boundary of the installation, the sky was clear enough and the image was taken within
 * an hour (one put together over days may show the same thing twice, or never); what the
 * item does not say counts as not so. The looks of detectors at the image follow it.
 */
CREATE FUNCTION import_stac_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE OR REPLACE FUNCTION %1$I.import_stac(item jsonb, scope text[] DEFAULT NULL, max_cloud_cover numeric DEFAULT 10)
    RETURNS TABLE (item_id text, installation text, outcome text, reason text, observation_id bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    one jsonb;
    said jsonb;
    area geometry;
    begun timestamptz;
    ended timestamptz;
    cloud numeric;
    met bigint[];
    fault text;
    site record;
    places ltree[];
BEGIN
    -- not stated is not nothing: somebody may have stated it at the look
    IF import_stac.scope IS NOT NULL THEN
        SELECT coalesce(pg_catalog.array_agg(s::ltree), '{}') INTO places FROM pg_catalog.unnest(import_stac.scope) AS s;
    END IF;
    FOR one IN
        SELECT i FROM jsonb_array_elements(CASE
            WHEN item ->> text 'type' = 'FeatureCollection' AND jsonb_typeof(item -> text 'features') = 'array' THEN item -> text 'features' ELSE pg_catalog.jsonb_build_array(item) END) AS i
    LOOP
        item_id := one ->> text 'id';
        said := one -> text 'properties';
        installation := NULL; observation_id := NULL; outcome := 'rejected'; reason := NULL;
        BEGIN
            -- the server would read much more as an instant: 'now', or a time without an offset
            SELECT 'not an instant with its offset, as RFC 3339 asks: "' || t || '"' INTO reason
            FROM pg_catalog.unnest(ARRAY[said ->> text 'datetime', said ->> text 'start_datetime', said ->> text 'end_datetime']) AS t
            WHERE t !~ '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$'
            LIMIT 1;
            IF reason IS NOT NULL THEN
                RETURN NEXT;
                CONTINUE;
            END IF;
            begun := said ->> text 'start_datetime';
            ended := said ->> text 'end_datetime';
            -- datetime beside both is but an instant in between
            IF begun IS NULL OR ended IS NULL THEN
                begun := said ->> text 'datetime';
                ended := begun;
            END IF;
            SELECT g.area, g.fault INTO area, fault FROM import_geometry(one -> text 'geometry') AS g;
            cloud := coalesce((said ->> text 'eo:cloud_cover')::numeric, 100::numeric - (said ->> text 'pl:clear_percent')::numeric);
            reason := CASE
                WHEN coalesce(one ->> text 'type', '') <> 'Feature' OR one -> text 'stac_version' IS NULL THEN 'not a STAC item'
                WHEN coalesce(item_id, '') = '' THEN 'no id'
                WHEN ended IS NULL THEN 'neither datetime nor start_datetime and end_datetime'
                WHEN ended < begun THEN 'end_datetime is before start_datetime'
                WHEN fault IS NOT NULL THEN fault
                WHEN NOT ST_IsValid(area) THEN 'its geometry is not valid: ' || ST_IsValidReason(area)
            END;
            IF reason IS NOT NULL THEN
                RETURN NEXT;
                CONTINUE;
            END IF;
            met := '{}';
            FOR site IN
                SELECT i.installation_id, i.name, i.boundary,
                       coalesce(ST_Covers(area, i.boundary), false) AND coalesce(cloud <= max_cloud_cover, false)
                           AND ended - begun <= interval '1 hour' AS complete
                FROM %1$I.installation AS i
                WHERE ST_Intersects(area, coalesce(i.boundary, i.location))
                ORDER BY i.name
            LOOP
                met := pg_catalog.array_append(met, site.installation_id);
                installation := site.name;
                SELECT l.observation_id, l.outcome INTO observation_id, outcome
                FROM %1$I.import_look(NULL, site.installation_id, 'stac:' || coalesce(one ->> text 'collection', ''), item_id,
                    coalesce(pg_catalog.jsonb_path_query_first(said, '$.providers[*] ? (@.roles[*] == "producer").name') #>> '{}'::text[],
                             pg_catalog.jsonb_path_query_first(said, '$.providers[0].name') #>> '{}'::text[],
                             said ->> text 'platform', one ->> text 'collection', 'unknown provider'),
                    nullif(begun, ended), ended, CASE WHEN site.complete THEN 'complete' ELSE 'partial' END, places,
                    (said ->> text 'gsd')::numeric, cloud, area,
                    pg_catalog.jsonb_path_query_first(one, '$.links[*] ? (@.rel == "self").href') #>> '{}'::text[],
                    pg_catalog.concat_ws('; ', 'STAC item ' || item_id, said ->> text 'platform'),
                    pg_catalog.jsonb_build_object('id', item_id, 'collection', one -> text 'collection', 'properties', said,
                                       'links', one -> text 'links', 'assets', one -> text 'assets')) AS l;
                RETURN NEXT;
            END LOOP;
            IF pg_catalog.cardinality(met) = 0 THEN
                reason := 'its footprint meets no installation';
                RETURN NEXT;
            END IF;
            FOR installation, observation_id IN
                SELECT r.installation, r.observation_id
                FROM %1$I.import_retract('stac:' || coalesce(one ->> text 'collection', ''), item_id, met,
                                         'is of another place now') AS r
            LOOP
                outcome := 'retracted'; reason := 'its footprint no longer meets this installation';
                RETURN NEXT;
            END LOOP;
            PERFORM %1$I.import_readings(ARRAY[item_id]);
        EXCEPTION WHEN program_limit_exceeded THEN
            installation := NULL; observation_id := NULL; outcome := 'rejected';
            reason := 'its id, collection or provider is too long: ' || SQLERRM;
            RETURN NEXT;
        WHEN data_exception OR integrity_constraint_violation OR internal_error THEN
            installation := NULL; observation_id := NULL; outcome := 'rejected'; reason := SQLERRM;
            RETURN NEXT;
        END;
    END LOOP;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_stac(jsonb, text[], numeric) IS
    'loads a STAC item, or all items of an ItemCollection, as looks at the installations their footprints meet. complete: the footprint covers the boundary, clouds are known and at most max_cloud_cover percent, and it was taken within an hour; with start_datetime and end_datetime it is a look that lasted; scope: the classes fully reported from the image; not stated: as it is, nothing at first. One row per item and installation: loaded, updated, unchanged, retracted (the item is of another place now), or rejected with the reason; the same item again changes nothing';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_stac_create(name) IS
    'part of create_ledger: the import of STAC items';
