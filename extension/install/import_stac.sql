
/*
 * imports of a ledger: STAC items
 *
 * An item tells that an image was taken, not what is on it. So it becomes a look whose
 * scope is empty unless the caller states what was fully reported from the image; no
 * absence follows from the item alone. The look is complete only if the footprint covers
 * the area of the installation, the sky was clear enough and the image was taken within
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
        SELECT import_number(g.said) AS metres, true AS known
        FROM part AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.jsonb_path_query(p.words, '$.gsd')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$.bands[*].gsd')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$."eo:bands"[*].gsd')) AS g (said)
        UNION ALL
        -- these are in metres too, but in degrees where the grid is (EPSG 4326 and its like)
        SELECT import_number(g.said), true
        FROM part AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.jsonb_path_query(p.words, '$."raster:spatial_resolution"')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$.bands[*]."raster:spatial_resolution"')
            UNION ALL
            SELECT pg_catalog.jsonb_path_query(p.words, '$."raster:bands"[*].spatial_resolution')) AS g (said)
        WHERE coalesce(p.asset ->> text 'proj:code', p.asset ->> text 'proj:epsg', item #>> '{properties,proj:code}'::text[],
                       item #>> '{properties,proj:epsg}'::text[], '') !~ '(^|:)(4\d\d\d|CRS\d+)$'
        UNION ALL
        -- what radar tells apart, of which its pixels may be finer parts; range may be that of the slant, which is coarser on the ground
        SELECT round(greatest(r.azimuth, r.range / coalesce(sin(radians(r.angle::float8))::numeric, 1::numeric)), 3), kind.tells AND r.azimuth >= 0.001 AND r.range >= 0.001 AND r.angle IS NOT NULL
        FROM part AS p
        CROSS JOIN (VALUES ('sar:resolution_', true), ('sar:pixel_spacing_', false)) AS kind (name, tells)
        CROSS JOIN LATERAL (
            SELECT import_number(p.words -> (kind.name || 'azimuth')) AS azimuth, import_number(p.words -> (kind.name || 'range')) AS range,
                   (SELECT a.angle FROM (SELECT import_number(coalesce(p.words -> text 'view:incidence_angle', item #> '{properties,view:incidence_angle}'::text[]))) AS a (angle)
                    WHERE a.angle BETWEEN 1::numeric AND 90::numeric) AS angle) AS r
    )
    -- a pixel of less than a millimetre is in degrees, or not known; 0 would be by eye
    SELECT CASE WHEN bool_or(t.known) THEN max(t.metres) END FROM told AS t WHERE t.metres >= 0.001;
END;
COMMENT ON FUNCTION import_pixels(jsonb) IS
    'internal: the coarsest pixel in metres that a STAC item tells, of itself, its assets or their bands, or what its radar tells apart on the ground (known by its resolution and incidence angle); NULL if it tells none';

CREATE FUNCTION import_item(item jsonb,
        OUT item_id text, OUT origin text, OUT source text, OUT observed_from timestamptz, OUT observed_at timestamptz,
        OUT footprint geometry, OUT url text, OUT note text, OUT detail jsonb, OUT fault text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    said constant jsonb := item -> text 'properties';
BEGIN
    item_id := item ->> text 'id';
    IF coalesce(item ->> text 'type', '') <> 'Feature' OR item -> text 'stac_version' IS NULL THEN
        fault := 'not a STAC item';
        RETURN;
    ELSIF coalesce(item_id, '') = '' THEN
        fault := 'no id';
        RETURN;
    END IF;
    -- the server would read much more as an instant: 'now', or a time without an offset
    SELECT 'not an instant with its offset, as RFC 3339 asks: "' || t || '"' INTO fault
    FROM pg_catalog.unnest(ARRAY[said ->> text 'datetime', said ->> text 'start_datetime', said ->> text 'end_datetime']) AS t
    WHERE t !~ '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$'
    LIMIT 1;
    IF fault IS NOT NULL THEN
        RETURN;
    END IF;
    observed_from := said ->> text 'start_datetime';
    observed_at := said ->> text 'end_datetime';
    -- datetime beside both is but an instant in between
    IF observed_from IS NULL OR observed_at IS NULL THEN
        observed_from := said ->> text 'datetime';
        observed_at := observed_from;
    END IF;
    SELECT g.area, g.fault INTO footprint, fault FROM import_geometry(item -> text 'geometry') AS g;
    origin := 'stac:' || coalesce(item ->> text 'collection', '');
    source := coalesce(nullif(pg_catalog.jsonb_path_query_first(said, '$.providers[*] ? (@.roles[*] == "producer").name') #>> '{}'::text[], ''),
                       nullif(pg_catalog.jsonb_path_query_first(said, '$.providers[0].name') #>> '{}'::text[], ''),
                       nullif(said ->> text 'platform', ''), nullif(item ->> text 'collection', ''), 'unknown provider');
    fault := CASE
        WHEN octet_length(item_id) > 1000 OR octet_length(origin) > 1000 OR octet_length(source) > 500 THEN 'its id, collection or provider is too long'
        WHEN observed_at IS NULL THEN 'neither datetime nor start_datetime and end_datetime'
        WHEN observed_at < observed_from THEN 'end_datetime is before start_datetime'
        WHEN observed_at > now() + interval '24:00:00' THEN 'it is of the future'
        WHEN fault IS NOT NULL THEN fault
        WHEN NOT ST_IsValid(footprint) THEN 'its geometry is not valid: ' || ST_IsValidReason(footprint)
    END;
    url := pg_catalog.jsonb_path_query_first(item, '$.links[*] ? (@.rel == "self").href') #>> '{}'::text[];
    note := pg_catalog.concat_ws('; ', 'STAC item ' || item_id, said ->> text 'platform');
    detail := pg_catalog.jsonb_build_object('id', item_id, 'collection', item -> text 'collection', 'properties', said,
                                            'links', item -> text 'links', 'assets', item -> text 'assets');
EXCEPTION WHEN data_exception OR internal_error THEN
    fault := SQLERRM;
END;
$body$;
COMMENT ON FUNCTION import_item(jsonb) IS
    'internal: what a STAC item says of an image but for clouds and pixels, and why it cannot be loaded; NULL: it can';

CREATE FUNCTION import_stac_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.import_stac(item text, scope text[] DEFAULT NULL, max_cloud_cover numeric DEFAULT 10)
    RETURNS SETOF LEDGER.import_stac_row
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
    SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
    places ltree[];
    this_load bigint;
    many boolean;
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    -- not stated is not nothing: somebody may have stated it at the look
    IF import_stac.scope IS NOT NULL THEN
        SELECT coalesce(pg_catalog.array_agg(s::ltree), '{}') INTO places FROM pg_catalog.unnest(import_stac.scope) AS s;
    END IF;
    PERFORM LEDGER.import_step(0);
    -- one after the other, as tiles may come at once; in the order of undo_load()
    LOCK TABLE LEDGER.load IN ROW EXCLUSIVE MODE;
    LOCK TABLE LEDGER.image IN SHARE ROW EXCLUSIVE MODE;
    CREATE TEMP TABLE pg_sightings_item ON COMMIT DROP AS
    SELECT f.n, i.*, f.gsd_m, f.cloud_cover, coalesce(f.cloud_cover <= max_cloud_cover, false) AND i.observed_at - i.observed_from <= interval '01:00:00' AS clear
    FROM (SELECT said, n, import_pixels(said) AS gsd_m, import_clouds(said) AS cloud_cover
          FROM import_features(item COLLATE pg_catalog."C") WITH ORDINALITY AS e (said, n) OFFSET 0) AS f
    CROSS JOIN LATERAL import_item(f.said) AS i;
    many := (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_item AS i);
    IF many THEN
        ANALYZE pg_temp.pg_sightings_item;
    END IF;
    IF item COLLATE pg_catalog."C" ~ '^\s*\[' AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_item) THEN
        INSERT INTO pg_temp.pg_sightings_item (n, fault) VALUES (1::bigint, 'not a STAC item');
    END IF;
    -- neither of two images of one name is the other corrected
    UPDATE pg_temp.pg_sightings_item AS i SET fault = CASE WHEN torn.shapes > 1::bigint THEN 'its id occurs twice, with different footprints' ELSE 'its id occurs twice, at different times' END
    FROM (SELECT t.origin, t.item_id, pg_catalog.count(DISTINCT ST_AsBinary(t.footprint)) AS shapes,
                 min(t.observed_from) < max(t.observed_from) OR min(t.observed_at) < max(t.observed_at) AS apart
          FROM pg_temp.pg_sightings_item AS t GROUP BY t.origin, t.item_id) AS torn
    WHERE i.origin = torn.origin AND i.item_id = torn.item_id AND (torn.shapes > 1::bigint OR torn.apart) AND i.fault IS NULL;
    -- (what is returned must not be stored in a table that is dropped, as long texts are: hence || '')
    RETURN QUERY SELECT i.item_id || '', NULL::text, 'rejected', i.fault || '', NULL::bigint FROM pg_temp.pg_sightings_item AS i WHERE i.fault IS NOT NULL ORDER BY i.n;
    -- of what is there twice, equal in that, the last counts
    DELETE FROM pg_temp.pg_sightings_item AS i
    WHERE i.fault IS NOT NULL
        OR EXISTS (SELECT FROM pg_temp.pg_sightings_item AS other WHERE other.origin = i.origin AND other.item_id = i.item_id AND other.n > i.n AND other.fault IS NULL);

    -- the moments of which the images are, and were
    CREATE TEMP TABLE pg_sightings_moment ON COMMIT DROP AS
    SELECT i.origin, i.source, i.observed_from, i.observed_at FROM pg_temp.pg_sightings_item AS i
    UNION
    SELECT i.origin, i.source, i.observed_from, i.observed_at
    FROM LEDGER.image AS i
    JOIN pg_temp.pg_sightings_item AS new ON new.origin = i.origin AND new.item_id = i.record;
    IF many THEN
        ANALYZE pg_temp.pg_sightings_item, pg_temp.pg_sightings_moment;
    END IF;
    PERFORM LEDGER.import_step(30);
    PERFORM import_tables(text 'items', NULL);
    -- what is new of them, or differs
    CREATE TEMP TABLE pg_sightings_image ON COMMIT DROP AS
    SELECT new.*, i.origin IS NOT NULL AS known
    FROM pg_temp.pg_sightings_item AS new
    LEFT JOIN LEDGER.image AS i ON i.origin = new.origin AND i.record = new.item_id
    WHERE (new.source, new.observed_from, new.observed_at, new.clear, coalesce(places, i.scope)::text, new.gsd_m, new.cloud_cover, ST_AsBinary(new.footprint), new.detail)
        IS DISTINCT FROM
        (i.source, i.observed_from, i.observed_at, i.clear, i.scope::text, i.gsd_m, i.cloud_cover, ST_AsBinary(i.footprint), i.detail);
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_image) THEN
        this_load := LEDGER.import_load();
        INSERT INTO LEDGER.image_former
        SELECT i.*, this_load FROM LEDGER.image AS i JOIN pg_temp.pg_sightings_image AS new ON new.origin = i.origin AND new.item_id = i.record;
        UPDATE LEDGER.image AS i
        SET (source, observed_from, observed_at, clear, scope, gsd_m, cloud_cover, footprint, url, note, detail, load_id) =
            (new.source, new.observed_from, new.observed_at, new.clear, coalesce(places, i.scope), new.gsd_m, new.cloud_cover, new.footprint, new.url, new.note,
             new.detail, this_load)
        FROM pg_temp.pg_sightings_image AS new
        WHERE i.origin = new.origin AND i.record = new.item_id;
        INSERT INTO LEDGER.image (origin, record, source, observed_from, observed_at, clear, scope, gsd_m, cloud_cover, footprint, url, note, detail, load_id)
        SELECT new.origin, new.item_id, new.source, new.observed_from, new.observed_at, new.clear, places, new.gsd_m, new.cloud_cover, new.footprint,
               new.url, new.note, new.detail, this_load
        FROM pg_temp.pg_sightings_image AS new
        WHERE NOT new.known;
    END IF;
    DROP TABLE pg_temp.pg_sightings_image;

    -- the looks that follow from all images of these moments
    CREATE TEMP TABLE pg_sightings_met ON COMMIT DROP AS
    SELECT pg_catalog.dense_rank() OVER (ORDER BY i.observed_at, i.origin, i.source, i.observed_from, site.installation_id) AS look, site.installation_id,
           i.*, installation_area(site.location, site.boundary, site.radius_m) AS area
    FROM pg_temp.pg_sightings_moment AS m
    JOIN LEDGER.image AS i ON i.observed_at = m.observed_at AND i.origin = m.origin AND i.observed_from = m.observed_from AND i.source = m.source
    JOIN LEDGER.installation AS site ON ST_Intersects(installation_area(site.location, site.boundary, site.radius_m), i.footprint);
    IF many THEN
        ANALYZE pg_temp.pg_sightings_met;
    END IF;
    INSERT INTO pg_temp.pg_sightings_look (look, installation_id, source, observed_from, observed_at, completeness, scope, known_scope, gsd_m, cloud_cover, footprint, url, note)
    SELECT i.look, min(i.installation_id), min(i.source), nullif(min(i.observed_from), min(i.observed_at)), min(i.observed_at),
           CASE WHEN bool_and(i.clear) AND ST_Covers(ST_Union(i.footprint), (pg_catalog.array_agg(i.area))[1]) THEN 'complete' ELSE 'partial' END,
           -- of tiles only what is said of each
           CASE WHEN places IS NOT NULL THEN i.known_scope END, i.known_scope,
           CASE WHEN pg_catalog.count(i.gsd_m) = count(*) THEN max(i.gsd_m) END, max(i.cloud_cover), ST_Union(i.footprint),
           (pg_catalog.array_agg(i.url ORDER BY i.record))[1], string_agg(i.note, '; ' ORDER BY i.record)
    FROM (SELECT met.*, CASE WHEN min(coalesce(met.scope::text, '{}')) OVER same = max(coalesce(met.scope::text, '{}')) OVER same THEN coalesce(met.scope, '{}') ELSE '{}' END AS known_scope
          FROM pg_temp.pg_sightings_met AS met WINDOW same AS (PARTITION BY met.look)) AS i
    GROUP BY i.look, i.known_scope;
    INSERT INTO pg_temp.pg_sightings_part (look, installation_id, origin, record)
    SELECT i.look, i.installation_id, i.origin, i.record FROM pg_temp.pg_sightings_met AS i;
    INSERT INTO pg_temp.pg_sightings_part (installation_id, origin, record, why)
    SELECT known.installation_id, i.origin, i.record, 'the imported record is of another place now'
    FROM pg_temp.pg_sightings_moment AS m
    JOIN LEDGER.image AS i ON i.observed_at = m.observed_at AND i.origin = m.origin AND i.observed_from = m.observed_from AND i.source = m.source
    JOIN LEDGER.imported AS known ON known.origin = i.origin AND known.record = i.record
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_met AS met
                      WHERE met.installation_id = known.installation_id AND met.origin = i.origin AND met.record = i.record);
    PERFORM LEDGER.import_step(60);
    PERFORM LEDGER.import_looks();
    RETURN QUERY
    SELECT i.item_id || '', site.name,
           CASE WHEN p.look IS NULL THEN 'retracted' WHEN p.was IS NULL THEN 'loaded' ELSE coalesce(l.outcome, 'unchanged') END,
           CASE WHEN p.look IS NULL THEN 'its footprint no longer meets this installation'
               WHEN l.why IS NOT NULL THEN 'this look was retracted: ' || l.why END,
           coalesce(l.observation_id, p.was)
    FROM pg_temp.pg_sightings_item AS i
    JOIN pg_temp.pg_sightings_part AS p ON p.origin = i.origin AND p.record = i.item_id AND (p.look IS NOT NULL OR p.retracted)
    JOIN LEDGER.installation AS site ON site.installation_id = p.installation_id
    LEFT JOIN pg_temp.pg_sightings_look AS l ON l.look = p.look
    ORDER BY i.n, p.look IS NULL, site.name;
    -- kept all the same, so that what a detector finds in it is not astray
    RETURN QUERY
    SELECT i.item_id || '', NULL::text, 'rejected', 'its footprint meets no installation', NULL::bigint
    FROM pg_temp.pg_sightings_item AS i
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_met AS met WHERE met.origin = i.origin AND met.record = i.item_id)
    ORDER BY i.n;
    DROP TABLE pg_temp.pg_sightings_item, pg_temp.pg_sightings_met;

    PERFORM LEDGER.import_step(80);
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_moment AS m
               JOIN LEDGER.image AS i ON i.observed_at = m.observed_at AND i.origin = m.origin AND i.observed_from = m.observed_from AND i.source = m.source
               JOIN LEDGER.reading AS r ON r.image = i.origin AND r.record = i.record) THEN
        DELETE FROM pg_temp.pg_sightings_look;
        DELETE FROM pg_temp.pg_sightings_part;
        PERFORM LEDGER.import_readings(NULL);
        DROP TABLE pg_temp.pg_sightings_met, pg_temp.pg_sightings_read, pg_temp.pg_sightings_found;
    END IF;
    PERFORM LEDGER.import_step(100);
    DROP TABLE pg_temp.pg_sightings_moment, pg_temp.pg_sightings_load, pg_temp.pg_sightings_look, pg_temp.pg_sightings_part, pg_temp.pg_sightings_seen;
END;
$body$;
CREATE OR REPLACE FUNCTION LEDGER.import_stac(item jsonb, scope text[] DEFAULT NULL, max_cloud_cover numeric DEFAULT 10)
    RETURNS SETOF LEDGER.import_stac_row
    LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 10
BEGIN ATOMIC
    SELECT s.item_id, s.installation, s.outcome, s.reason, s.observation_id
    FROM LEDGER.import_stac(item::text, import_stac.scope, import_stac.max_cloud_cover) AS s;
END;
    $sql$);
    PERFORM ledger_execute(ledger, pg_catalog.format('COMMENT ON FUNCTION LEDGER.import_stac(text, text[], numeric) IS %1$L; COMMENT ON FUNCTION LEDGER.import_stac(jsonb, text[], numeric) IS %1$L',
        'loads STAC items - one, an ItemCollection, a list, or newline-delimited ones - as looks at the installations whose areas their footprints meet. complete: the footprint covers the area (installation_area: the boundary, or radius_m about the location), clouds are known and at most max_cloud_cover percent by the worst that is said of them (radar has none), and it was taken within an hour; items of one collection, producer and moment are tiles, one look together; with start_datetime and end_datetime it is a look that lasted; scope: the classes fully reported from the image; not stated: as it is, nothing at first. One row per item and installation: loaded, updated, unchanged, retracted (the item is of another place now), or rejected with the reason, such as that its id occurs twice in the call, with different footprints; the same item again changes nothing'));
END;
$create$;
COMMENT ON FUNCTION import_stac_create(name) IS
    'part of create_ledger: the import of STAC items';
