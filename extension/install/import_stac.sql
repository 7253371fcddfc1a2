
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
-- Producers tell clouds by many names, of which some exclude haze, or shadow. Parts in percent
-- that one of them tells add up; the worst of all counts. -1 is how many write that they do not know.
CREATE FUNCTION import_clouds(item jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 50
BEGIN ATOMIC
    WITH part AS (
        SELECT said.n, pg_catalog.lower(one.key) AS name, import_number(one.value) AS percent
        FROM (SELECT item -> text 'properties' AS words, 0::bigint AS n
              UNION ALL
              SELECT a.asset, a.n
              FROM pg_catalog.jsonb_path_query(item, '$.assets.*') WITH ORDINALITY AS a (asset, n)) AS said
        CROSS JOIN LATERAL pg_catalog.jsonb_each(CASE WHEN jsonb_typeof(said.words) = 'object' THEN said.words ELSE '{}' END) AS one
        WHERE one.key !~* 'confidence'
    ), told AS (
        SELECT p.percent FROM part AS p WHERE p.name ~ '(^|:|_)clouds?_cover'
        UNION ALL
        SELECT 100::numeric - p.percent FROM part AS p WHERE p.name ~ '(^|:)(clear|visible)_percent(age)?$'
        UNION ALL
        SELECT least(100::numeric, sum(p.percent))
        FROM part AS p
        WHERE p.name ~ '(clouds?|cloudy|haze|cirrus|shadow)(_[a-z]+)*_percent(age)?$' AND p.percent BETWEEN 0::numeric AND 100::numeric
        GROUP BY p.n, pg_catalog.split_part(p.name, ':', 1)
    )
    SELECT coalesce(max(t.percent),
                    -- radar sees through clouds; what has colours too does not
                    CASE WHEN EXISTS (SELECT FROM part AS p WHERE p.n = 0::bigint AND p.name LIKE 'sar:%')
                        AND NOT pg_catalog.jsonb_path_exists(item, '$.assets.*.*[*] ? (exists (@.common_name) || exists (@."eo:common_name"))') THEN 0::numeric END)
    FROM told AS t
    WHERE t.percent BETWEEN 0::numeric AND 100::numeric;
END;
COMMENT ON FUNCTION import_clouds(jsonb) IS
    'internal: the percentage of clouds of a STAC item, the worst of all that it says of clouds, haze and their shadows; 0 for radar, NULL if it does not say';

CREATE FUNCTION import_pixels(item jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 50
BEGIN ATOMIC
    WITH part AS (
        SELECT item -> text 'properties' AS words, NULL::jsonb AS asset
        UNION ALL
        -- nobody looks for anything in a thumbnail
        SELECT a.asset, a.asset
        FROM pg_catalog.jsonb_path_query(item, '$.assets.*') AS a (asset)
        WHERE NOT pg_catalog.jsonb_path_exists(a.asset, '$.roles[*] ? (@ == "thumbnail" || @ == "metadata")')
            OR pg_catalog.jsonb_path_exists(a.asset, '$.roles[*] ? (@ == "data")')
    ), told AS (
        SELECT import_number(g.said) AS metres
        FROM part AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.jsonb_path_query(p.words, '$.gsd')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$.bands[*].gsd')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$."eo:bands"[*].gsd')) AS g (said)
        UNION ALL
        -- these are in metres too, but in degrees where the grid is (EPSG 4326 and its like)
        SELECT import_number(g.said)
        FROM part AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.jsonb_path_query(p.words, '$."raster:spatial_resolution"')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$.bands[*]."raster:spatial_resolution"')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$."raster:bands"[*].spatial_resolution')) AS g (said)
        WHERE coalesce(p.asset ->> text 'proj:code', p.asset ->> text 'proj:epsg', item #>> '{properties,proj:code}'::text[],
                       item #>> '{properties,proj:epsg}'::text[], '') !~ '(^|:)(4\d\d\d|CRS\d+)$'
    )
    -- a pixel of less than a millimetre is in degrees, or not known; 0 would be by eye
    SELECT max(t.metres) FROM told AS t WHERE t.metres >= 0.001;
END;
COMMENT ON FUNCTION import_pixels(jsonb) IS
    'internal: the coarsest pixel in metres that a STAC item tells, of itself, its assets or their bands; NULL if it tells none';

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
    every jsonb;
    torn text[];
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
    every := CASE
        WHEN item ->> text 'type' = 'FeatureCollection' AND jsonb_typeof(item -> text 'features') = 'array' THEN item -> text 'features'
        WHEN jsonb_typeof(item) = 'array' AND item <> '[]' THEN item ELSE pg_catalog.jsonb_build_array(item) END;
    -- neither of two images of one name is the other corrected
    SELECT coalesce(pg_catalog.array_agg(same.name), '{}') INTO torn
    FROM (SELECT pg_catalog.concat_ws('/', i ->> text 'collection', i ->> text 'id') AS name
          FROM jsonb_array_elements(every) AS i
          GROUP BY 1
          HAVING pg_catalog.count(DISTINCT i -> text 'geometry') > 1::bigint) AS same;
    FOR one IN SELECT i FROM jsonb_array_elements(every) AS i
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
            cloud := import_clouds(one);
            reason := CASE
                WHEN coalesce(one ->> text 'type', '') <> 'Feature' OR one -> text 'stac_version' IS NULL THEN 'not a STAC item'
                WHEN coalesce(item_id, '') = '' THEN 'no id'
                WHEN pg_catalog.concat_ws('/', one ->> text 'collection', item_id) = ANY (torn) THEN 'its id occurs twice, with different footprints'
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
                    import_pixels(one), cloud, area,
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
    'loads a STAC item, or all items of an ItemCollection or a list, as looks at the installations their footprints meet. complete: the footprint covers the boundary, clouds are known and at most max_cloud_cover percent by the worst that is said of them (radar has none), and it was taken within an hour; with start_datetime and end_datetime it is a look that lasted; scope: the classes fully reported from the image; not stated: as it is, nothing at first. One row per item and installation: loaded, updated, unchanged, retracted (the item is of another place now), or rejected with the reason, such as that its id occurs twice in the call, with different footprints; the same item again changes nothing';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_stac_create(name) IS
    'part of create_ledger: the import of STAC items';
