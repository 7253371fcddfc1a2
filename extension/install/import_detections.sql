
/*
 * imports of a ledger: detections as GeoJSON
 *
 * The features of a detector are counted per image, installation and class. The image
 * must be known already, as the STAC item of that id: from it comes when and where it was
 * looked. `images` names all images the detector ran over, also those without a
 * detection, and `scope` the classes it looks for: only there does no detection mean that
 * there was none. Detections below the detector's min_confidence, or else the ledger's, are
 * loaded as such: they do not prove a presence, but forbid an absence. Each detector's look
 * at an image is its own, with its own scope; it follows the image's.
 *
 * Absence follows only where every feature found its image. One that names none, or none that
 * is known and listed, may be of any: then no look of the call is complete. One that lies far
 * outside its image (its axes swapped, or in pixels) says that where that image's are is not known.
 */
CREATE FUNCTION import_detections_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE OR REPLACE FUNCTION %1$I.import_detections(
        detections jsonb, detector text, scope text[] DEFAULT '{}', images text[] DEFAULT NULL,
        class_property text DEFAULT 'class', score_property text DEFAULT 'score', image_property text DEFAULT 'image_id',
        class_names jsonb DEFAULT '{}', max_distance_m double precision DEFAULT 5000,
        score_scale double precision DEFAULT 1)
    RETURNS TABLE (image text, installation text, asset_class text, features bigint, outcome text, reason text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 100
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    origin constant text := 'detector:' || detector;
    mark constant text := 'detected by ' || detector;
    threshold constant float8 := coalesce((SELECT s.min_confidence FROM %1$I.source AS s WHERE s.name = detector),
                                          (SELECT l.min_confidence FROM %1$I.ledger AS l));
    -- what names no image is of the only one
    only_image constant text := (SELECT min(one) FROM pg_catalog.unnest(images) AS one HAVING pg_catalog.count(DISTINCT one) = 1);
    elsewhere constant text := 'outside every installation of the image';
    astray constant text := 'far outside its image';
    class_path text[];
    score_path text[];
    image_path text[];
    places ltree[];
    withdrawn text;
    look record;
    reading bigint;
    done text;
    changed boolean;
BEGIN
    IF coalesce(class_property, '') = '' OR coalesce(image_property, '') = '' THEN
        RAISE EXCEPTION 'detections need the names of the properties that hold the class and the image'
            USING ERRCODE = '22S07';
    END IF;
    IF coalesce(detector, '') = '' OR jsonb_typeof(detections -> text 'features') IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'detections must be a GeoJSON FeatureCollection of a named detector' USING ERRCODE = '22S07';
    END IF;
    IF (score_scale > 0::float8 AND score_scale < 'infinity'::float8) IS NOT TRUE THEN
        RAISE EXCEPTION 'score_scale must be the score of what is certain: 1, or 100' USING ERRCODE = '22S07';
    END IF;
    IF octet_length(detector) > 500 THEN
        RAISE EXCEPTION 'the name of a detector is too long'
            USING ERRCODE = '22S07', DETAIL = 'It must have at most 500 bytes.';
    END IF;
    SELECT coalesce(pg_catalog.array_agg(s::ltree), '{}') INTO places FROM pg_catalog.unnest(import_detections.scope) AS s;

    -- a property, or a path into properties such as found[0].name
    SELECT pg_catalog.max(p.path) FILTER (WHERE p.n = 1::bigint), pg_catalog.max(p.path) FILTER (WHERE p.n = 2::bigint),
           pg_catalog.max(p.path) FILTER (WHERE p.n = 3::bigint)
    INTO class_path, score_path, image_path
    FROM (SELECT said.n, pg_catalog.array_prepend('properties'::text, CASE
              WHEN said.name !~ '[.\[]' OR EXISTS (
                  SELECT FROM jsonb_array_elements(detections -> text 'features') AS feature
                  WHERE jsonb_typeof(feature -> text 'properties' -> said.name) IS NOT NULL) THEN ARRAY[said.name]
              ELSE pg_catalog.string_to_array(pg_catalog.regexp_replace(said.name, '\[(\d+)\]', '.\1', 'g'), '.') END) AS path
          FROM pg_catalog.unnest(ARRAY[class_property COLLATE "C", score_property COLLATE "C", image_property COLLATE "C"]) WITH ORDINALITY AS said (name, n)) AS p;

    CREATE TEMP TABLE pg_sightings_image ON COMMIT DROP AS
    SELECT asked.image, NULL::text AS doubt,
           CASE
               WHEN pg_catalog.count(i.origin) = 0 THEN 'image "' || asked.image || '" is not known: import its STAC item first'
               WHEN count(*) FILTER (WHERE o.retracted_at IS NULL) = 0 THEN 'image "' || asked.image || '" was retracted: ' || min(o.retraction_reason)
               WHEN pg_catalog.count(DISTINCT i.origin) FILTER (WHERE o.retracted_at IS NULL) > 1 THEN 'images of several collections are named "' || asked.image || '"'
               WHEN images IS NOT NULL AND (asked.image = ANY (images)) IS NOT TRUE THEN 'image "' || asked.image || '" is not listed in images'
           END AS fault,
           asked.image = ANY (images) OR images IS NULL AND pg_catalog.count(i.origin) > 0 AS found
    FROM (SELECT pg_catalog.unnest(images) AS image
          UNION
          SELECT coalesce(feature #>> image_path, only_image)
          FROM jsonb_array_elements(detections -> text 'features') AS feature) AS asked
    LEFT JOIN %1$I.imported AS i ON i.record = asked.image AND i.origin LIKE 'stac:%%'
    LEFT JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
    WHERE asked.image IS NOT NULL
    GROUP BY asked.image;

    -- every feature with its look: the nearest installation that the image was loaded for
    CREATE TEMP TABLE pg_sightings_feature ON COMMIT DROP AS
    SELECT f.image, f.class, f.ignored, f.score, f.place, named.asset_class_id,
           near.installation_id, f.shape, false AS again,
           CASE
               WHEN f.ignored THEN NULL
               WHEN f.image IS NULL THEN 'no ' || image_property
               WHEN f.class IS NULL THEN 'no ' || class_property
               WHEN (f.score BETWEEN 0::float8 AND 1::float8) IS NOT TRUE THEN pg_catalog.concat(score_property, ' is not between 0 and ', score_scale)
               WHEN f.fault IS NOT NULL THEN f.fault
               WHEN named.asset_class_id IS NULL THEN 'unknown asset class "' || f.class || '"'
               WHEN asked.fault IS NOT NULL THEN asked.fault
               WHEN near.outside > 1000::float8 THEN astray
               WHEN near.metres > max_distance_m THEN elsewhere
           END AS fault
    FROM (
        SELECT coalesce(feature #>> image_path, only_image) AS image,
               coalesce(class_names ->> (feature #>> class_path),
                        feature #>> class_path) AS class,
               coalesce(class_names -> (feature #>> class_path) = 'null', false) AS ignored,
               CASE WHEN score_property IS NULL THEN 1
                   ELSE import_number(feature #> score_path)::float8 / score_scale END AS score,
               -- the middle of what is cut at the antimeridian is not on the other side of the globe
               CASE WHEN ST_XMax(g.area::box3d) - ST_XMin(g.area::box3d) > 180::float8
                   THEN ST_WrapX(ST_Centroid(ST_ShiftLongitude(g.area)), 180::float8, (-360)::float8)
                   ELSE ST_Centroid(g.area) END AS place,
               pg_catalog.md5(ST_AsBinary(g.area)) AS shape, g.fault
        FROM jsonb_array_elements(detections -> text 'features') AS feature
        CROSS JOIN LATERAL import_geometry(feature -> text 'geometry') AS g
    ) AS f
    LEFT JOIN LATERAL (
        SELECT known.asset_class_id
        FROM %1$I.asset_class AS known
        WHERE pg_catalog.lower(f.class) IN (SELECT pg_catalog.lower(word) FROM pg_catalog.unnest(pg_catalog.array_prepend(known.name, known.aliases)) AS word)
            OR ltree2text(known.path) = f.class
        ORDER BY known.asset_class_id
        LIMIT 1
    ) AS named ON true
    LEFT JOIN pg_temp.pg_sightings_image AS asked ON asked.image = f.image
    LEFT JOIN LATERAL (
        SELECT i.installation_id,
               ST_Distance(f.place::geography, coalesce(site.boundary, site.location)::geography, true) AS metres,
               CASE WHEN ST_Intersects(o.footprint, f.place) THEN 0::float8
                   ELSE ST_Distance(f.place::geography, o.footprint::geography, true) END AS outside
        FROM %1$I.imported AS i
        JOIN %1$I.installation AS site ON site.installation_id = i.installation_id
        JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        WHERE i.record = f.image AND i.origin LIKE 'stac:%%' AND o.retracted_at IS NULL
        ORDER BY metres, i.installation_id
        LIMIT 1
    ) AS near ON true;

    -- the same twice is one
    UPDATE pg_temp.pg_sightings_feature AS f SET again = true
    FROM (SELECT g.ctid AS at, pg_catalog.row_number() OVER (PARTITION BY g.image, g.asset_class_id, g.score, g.shape) AS n
          FROM pg_temp.pg_sightings_feature AS g
          WHERE g.fault IS NULL AND NOT g.ignored) AS same
    WHERE f.ctid = same.at AND same.n > 1::bigint;

    RETURN QUERY
    SELECT f.image, NULL::text, f.class, count(*), CASE WHEN f.ignored THEN 'ignored' ELSE 'rejected' END, f.fault
    FROM pg_temp.pg_sightings_feature AS f
    WHERE f.fault IS NOT NULL OR f.ignored
    GROUP BY f.image, f.class, f.ignored, f.fault
    ORDER BY f.image, f.class, f.fault;

    -- a feature that cannot be loaded would read as none: its whole image stays out. One
    -- outside the installations says nothing of them.
    UPDATE pg_temp.pg_sightings_image AS asked SET fault = 'one of its features is rejected'
    WHERE asked.fault IS NULL AND asked.image IN (
        SELECT f.image FROM pg_temp.pg_sightings_feature AS f WHERE f.fault NOT IN (elsewhere, astray));
    -- and one that found no image, or not its place in it, is missing where it should be
    UPDATE pg_temp.pg_sightings_image AS asked
    SET doubt = CASE WHEN EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f WHERE f.image = asked.image AND f.fault = astray)
        THEN 'a feature lies far outside it' END;
    UPDATE pg_temp.pg_sightings_image AS asked SET doubt = pg_catalog.concat_ws(', ', asked.doubt, 'a feature found no image')
    WHERE EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f
                  LEFT JOIN pg_temp.pg_sightings_image AS its ON its.image = f.image
                  WHERE NOT f.ignored AND its.found IS NOT TRUE);
    RETURN QUERY
    SELECT asked.image, NULL::text, NULL::text, 0::bigint, 'rejected', asked.fault
    FROM pg_temp.pg_sightings_image AS asked
    WHERE asked.fault IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f WHERE f.image = asked.image AND f.fault = asked.fault)
    ORDER BY asked.image;

    FOR look IN
        SELECT i.record AS image, i.origin, i.installation_id, site.name, o.observed_from, o.observed_at, o.completeness,
               o.gsd_m, o.cloud_cover, o.footprint, o.url, o.note, asked.doubt
        FROM pg_temp.pg_sightings_image AS asked
        JOIN %1$I.imported AS i ON i.record = asked.image
        JOIN %1$I.installation AS site ON site.installation_id = i.installation_id
        JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        WHERE i.origin LIKE 'stac:%%' AND o.retracted_at IS NULL AND asked.fault IS NULL
        ORDER BY i.record, site.name
    LOOP
        SELECT l.observation_id, l.outcome INTO reading, done
        FROM %1$I.import_look(NULL, look.installation_id, origin, look.image, detector, look.observed_from, look.observed_at,
            CASE WHEN look.doubt IS NULL THEN look.completeness ELSE 'partial' END, places, look.gsd_m, look.cloud_cover, look.footprint, look.url, look.note,
            pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('image', look.origin, 'partial', look.doubt))) AS l;
        SELECT 'this look was retracted: ' || coalesce(o.retraction_reason, 'no reason given') INTO withdrawn
        FROM %1$I.observation AS o
        WHERE o.installation_id = look.installation_id AND o.observation_id = reading AND o.retracted_at IS NOT NULL;
        changed := %1$I.import_sightings(look.installation_id, reading, mark,
            coalesce((SELECT pg_catalog.jsonb_agg(g)
                      FROM (SELECT f.asset_class_id, count(*) AS count_min, count(*) AS count_max,
                                   -- rounded, but not over the threshold
                                   greatest(min(f.score), least(max(f.score), round(avg(f.score)::numeric, 6)::float8)) AS confidence,
                                   (pg_catalog.array_agg(f.place ORDER BY f.score DESC, f.place))[1]::text AS location
                            FROM pg_temp.pg_sightings_feature AS f
                            WHERE f.fault IS NULL AND NOT f.ignored AND NOT f.again
                                AND f.image = look.image AND f.installation_id = look.installation_id
                            GROUP BY f.asset_class_id, f.score >= threshold) AS g), '[]'));
        IF changed AND done = 'unchanged' THEN
            done := 'updated';
        END IF;
        RETURN QUERY
        SELECT look.image, look.name, class.name, count(*) FILTER (WHERE NOT f.again), done,
               nullif(pg_catalog.concat_ws('; ',
                   nullif(pg_catalog.concat_ws(' ', count(*) FILTER (WHERE f.score < threshold AND NOT f.again), 'below the threshold'), '0 below the threshold'),
                   nullif(pg_catalog.concat_ws(' ', count(*) FILTER (WHERE f.again), 'of them again'), '0 of them again'),
                   'no absence follows, as ' || look.doubt, withdrawn), '')
        FROM pg_temp.pg_sightings_feature AS f
        JOIN %1$I.asset_class AS class USING (asset_class_id)
        WHERE f.fault IS NULL AND NOT f.ignored AND f.image = look.image AND f.installation_id = look.installation_id
        GROUP BY class.name
        ORDER BY class.name;
        IF NOT FOUND THEN
            image := look.image; installation := look.name; asset_class := NULL; features := 0; outcome := done;
            reason := pg_catalog.concat_ws('; ', 'nothing detected', 'no absence follows, as ' || look.doubt, withdrawn);
            RETURN NEXT;
        END IF;
    END LOOP;

    PERFORM %1$I.import_readings(ARRAY(SELECT f.image FROM pg_temp.pg_sightings_image AS f));
    DROP TABLE pg_temp.pg_sightings_feature, pg_temp.pg_sightings_image;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_detections(jsonb, text, text[], text[], text, text, text, jsonb, double precision, double precision) IS
    'loads the detections of a GeoJSON FeatureCollection, counted per image, installation and class, as looks of the detector (its version in its name, if two versions are two readers) at the image''s time and place. images: all that the detector ran over, so that one without a detection is a look that saw nothing; scope: the classes it looks for; class_property, score_property and image_property may be paths into properties, such as found[0].name; class_names: from its names to ours, such as {"18": "An-124", "19": null}, where null ignores a class; score_property NULL: no scores, all are certain; score_scale: the score of what is certain (100 for percent). Images must be loaded as STAC items before; an image with a rejected feature stays out whole, but features more than max_distance_m metres from its installations are only listed. If a feature found no image (none named, unknown or not in images) the looks of the call are partial, and that at an image is if a feature lies more than a kilometre outside it. The same feature twice is one. One row per image, installation and class: loaded, updated, unchanged, ignored, or rejected with the reason; the same detections again change nothing';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_detections_create(name) IS
    'part of create_ledger: the import of detections';
