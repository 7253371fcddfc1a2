
/*
 * imports of a ledger: detections as GeoJSON
 *
 * The features of a detector are kept by image, as its readings, from which its looks follow
 * (import_reading). The image must be known already, as a STAC item: from it comes when and where
 * it was looked. `images` names all images the detector ran over, also those without a
 * detection, and `scope` the classes it looks for: only there does no detection mean that
 * there was none. Detections below the detector's min_confidence, or else the ledger's, are
 * loaded as such: they do not prove a presence, but forbid an absence.
 *
 * Absence follows only where every feature found its image. One that names none, or none that
 * is known and listed, may be of any: then no look of the call is complete. One that lies far
 * outside its image (its axes swapped, or in pixels) says that where that image's are is not known.
 *
 * A detector reads an image once. Another file of it about the same image may be the other half,
 * and put in its place would say that the first half is gone: it is refused, unless the caller
 * says that it replaces. That it leaves in doubt what was complete needs no permission.
 */
-- A property, or a path into properties such as found[0].name; a property of that very name comes first.
CREATE FUNCTION import_property(properties jsonb, name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT coalesce(properties -> name,
                    CASE WHEN name COLLATE pg_catalog."C" ~ '[.\[]' THEN properties #> pg_catalog.string_to_array(pg_catalog.regexp_replace(name COLLATE pg_catalog."C", '\[(\d+)\]', '.\1', 'g'), '.') END);
END;
COMMENT ON FUNCTION import_property(jsonb, text) IS
    'internal: what a feature has for a property, or for a path into its properties';

CREATE FUNCTION import_detections_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.import_detections(
        detections text, detector text, scope text[] DEFAULT '{}', images text[] DEFAULT NULL,
        class_property text DEFAULT 'class', score_property text DEFAULT 'score', image_property text DEFAULT 'image_id',
        class_names jsonb DEFAULT '{}', score_scale double precision DEFAULT 1, collection text DEFAULT NULL,
        replace boolean DEFAULT false)
    RETURNS SETOF LEDGER.import_detections_row
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 100
    SET search_path FROM CURRENT
    SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
    reader constant text := 'detector:' || detector;
    threshold constant float8 := coalesce((SELECT s.min_confidence FROM LEDGER.source AS s WHERE s.name = detector),
                                          (SELECT l.min_confidence FROM LEDGER.ledger AS l));
    -- what names no image is of the only one
    only_image constant text := (SELECT min(one) FROM pg_catalog.unnest(images) AS one HAVING pg_catalog.count(DISTINCT one) = 1);
    astray constant text := 'far outside its image';
    lost boolean;
    this_load bigint;
    many boolean;
    sought ltree[];
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    IF coalesce(class_property, '') = '' OR coalesce(image_property, '') = '' THEN
        RAISE EXCEPTION 'detections need the names of the properties that hold the class and the image'
            USING ERRCODE = '22S07';
    END IF;
    IF coalesce(detector, '') = '' OR coalesce(detections, '') COLLATE pg_catalog."C" !~ '^[\s\x1e]*[\[{]' THEN
        RAISE EXCEPTION 'detections must be GeoJSON features of a named detector' USING ERRCODE = '22S07';
    END IF;
    IF (score_scale > 0::float8 AND score_scale < 'infinity'::float8) IS NOT TRUE THEN
        RAISE EXCEPTION 'score_scale must be the score of what is certain: 1, or 100' USING ERRCODE = '22S07';
    END IF;
    IF octet_length(detector) > 500 THEN
        RAISE EXCEPTION 'the name of a detector is too long'
            USING ERRCODE = '22S07', DETAIL = 'It must have at most 500 bytes.';
    END IF;
    SELECT coalesce(pg_catalog.array_agg(s::ltree), '{}') INTO sought FROM pg_catalog.unnest(import_detections.scope) AS s;

    PERFORM LEDGER.import_step(0);
    -- one after the other, as readings of tiles may come at once; in the order of undo_load()
    LOCK TABLE LEDGER.load IN ROW EXCLUSIVE MODE;
    LOCK TABLE LEDGER.image IN SHARE ROW EXCLUSIVE MODE;
    CREATE TEMP TABLE pg_sightings_feature ON COMMIT DROP AS
    SELECT f.n, jsonb_typeof(f.said -> text 'properties') = 'object' AS proper, coalesce(import_property(f.said -> text 'properties', image_property) #>> '{}'::text[], only_image) AS image,
           import_property(f.said -> text 'properties', class_property) #>> '{}'::text[] AS class, false AS ignored, NULL::int AS asset_class_id,
           CASE WHEN score_property IS NULL THEN 1::float8
               ELSE import_number(import_property(f.said -> text 'properties', score_property))::float8 / score_scale END AS score,
           -- the middle of what is cut at the antimeridian is not on the other side of the globe
           CASE WHEN ST_XMax(g.area::box3d) - ST_XMin(g.area::box3d) > 180::float8
               THEN ST_WrapX(ST_Centroid(ST_ShiftLongitude(g.area)), 180::float8, (-360)::float8)
               ELSE ST_Centroid(g.area) END AS place,
           CASE WHEN ST_XMax(g.area::box3d) - ST_XMin(g.area::box3d) > 180::float8 THEN 0::float8
               ELSE ST_DistanceSphere(ST_SetSRID(ST_MakePoint(ST_XMin(g.area::box3d), ST_YMin(g.area::box3d)), 4326),
                                      ST_SetSRID(ST_MakePoint(ST_XMax(g.area::box3d), ST_YMax(g.area::box3d)), 4326)) / 2::float8 END AS reach,
           pg_catalog.md5(ST_AsBinary(g.area)) AS shape, g.fault, 1::bigint AS times, NULL::bigint AS rank
    FROM import_features(detections COLLATE pg_catalog."C") WITH ORDINALITY AS f (said, n)
    CROSS JOIN LATERAL import_geometry(f.said -> text 'geometry') AS g;
    IF (SELECT count(*) = 1::bigint AND bool_and(f.proper IS NOT TRUE) FROM pg_temp.pg_sightings_feature AS f) THEN
        RAISE EXCEPTION 'detections must be GeoJSON features of a named detector' USING ERRCODE = '22S07';
    END IF;
    many := (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_feature AS f);
    IF many THEN
        CREATE INDEX ON pg_temp.pg_sightings_feature (image);
        ANALYZE pg_temp.pg_sightings_feature;
    END IF;
    UPDATE pg_temp.pg_sightings_feature AS f
    SET class = coalesce(class_names ->> coalesce(f.class, ''), f.class), ignored = class_names -> coalesce(f.class, '') = 'null'
    WHERE class_names -> coalesce(f.class, '') IS NOT NULL;
    UPDATE pg_temp.pg_sightings_feature AS f SET asset_class_id = named.asset_class_id
    FROM (SELECT DISTINCT c.class FROM pg_temp.pg_sightings_feature AS c) AS said
    CROSS JOIN LATERAL (
        SELECT known.asset_class_id
        FROM LEDGER.asset_class AS known
        WHERE pg_catalog.lower(said.class) IN (SELECT pg_catalog.lower(word) FROM pg_catalog.unnest(pg_catalog.array_prepend(known.name, known.aliases)) AS word)
            OR ltree2text(known.path) = said.class
        ORDER BY known.asset_class_id
        LIMIT 1
    ) AS named
    WHERE f.class = said.class;

    PERFORM LEDGER.import_step(40);
    CREATE TEMP TABLE pg_sightings_image ON COMMIT DROP AS
    SELECT asked.image, min(i.origin) FILTER (WHERE i.counts) AS origin, NULL::text AS doubt, NULL::text AS replaced,
           CASE
               WHEN pg_catalog.count(i.origin) = 0::bigint THEN 'image "' || asked.image || '" is not known: import its STAC item first'
               WHEN count(*) FILTER (WHERE i.counts) = 0::bigint THEN 'image "' || asked.image || '" was retracted: ' || min(i.why)
               WHEN count(*) FILTER (WHERE i.counts) > 1::bigint THEN 'images of several collections are named "' || asked.image || '": name the collection'
               WHEN images IS NOT NULL AND (asked.image = ANY (images)) IS NOT TRUE THEN 'image "' || asked.image || '" is not listed in images'
           END AS fault,
           asked.image = ANY (images) OR images IS NULL AND pg_catalog.count(i.origin) > 0::bigint AS found
    FROM (SELECT pg_catalog.unnest(images) AS image
          UNION
          SELECT f.image FROM pg_temp.pg_sightings_feature AS f) AS asked
    LEFT JOIN LATERAL (
        SELECT i.origin, min(o.retraction_reason) AS why, pg_catalog.count(o.observation_id) = 0::bigint OR bool_or(o.retracted_at IS NULL) AS counts
        FROM LEDGER.image AS i
        LEFT JOIN LEDGER.imported AS known ON known.origin = i.origin AND known.record = i.record
        LEFT JOIN LEDGER.observation AS o ON o.installation_id = known.installation_id AND o.observation_id = known.observation_id
        WHERE i.record = asked.image AND (collection IS NULL OR i.origin = 'stac:' || collection)
        GROUP BY i.origin) AS i ON true
    WHERE asked.image IS NOT NULL
    GROUP BY asked.image;
    IF many THEN
        CREATE INDEX ON pg_temp.pg_sightings_image (image);
        ANALYZE pg_temp.pg_sightings_image;
    END IF;

    UPDATE pg_temp.pg_sightings_feature AS f
    SET fault = CASE
        WHEN f.ignored THEN NULL
        WHEN f.image IS NULL THEN 'no ' || image_property
        WHEN f.class IS NULL THEN 'no ' || class_property
        WHEN (f.score BETWEEN 0::float8 AND 1::float8) IS NOT TRUE THEN pg_catalog.concat(score_property, ' is not between 0 and ', score_scale)
        WHEN f.fault IS NOT NULL THEN f.fault
        WHEN f.asset_class_id IS NULL THEN 'unknown asset class "' || f.class || '"'
        ELSE (SELECT asked.fault FROM pg_temp.pg_sightings_image AS asked WHERE asked.image = f.image) END;
    UPDATE pg_temp.pg_sightings_feature AS f SET fault = astray
    FROM pg_temp.pg_sightings_image AS asked
    JOIN LEDGER.image AS i ON i.origin = asked.origin AND i.record = asked.image
    WHERE asked.image = f.image AND f.fault IS NULL AND NOT f.ignored AND NOT ST_Covers(i.footprint, f.place)
        AND ST_Distance(f.place::geography, i.footprint::geography, true) > 1000::float8;
    RETURN QUERY
    -- (what is returned must not be stored in a table that is dropped, as long texts are: hence || '')
    SELECT f.image || '', NULL::text, f.class || '', count(*), CASE WHEN f.ignored THEN 'ignored' ELSE 'rejected' END, f.fault || ''
    FROM pg_temp.pg_sightings_feature AS f
    WHERE f.fault IS NOT NULL OR f.ignored
    GROUP BY f.image, f.class, f.ignored, f.fault
    ORDER BY f.image, f.class, f.fault;

    -- a feature that cannot be loaded would read as none: its whole image stays out
    UPDATE pg_temp.pg_sightings_image AS asked SET fault = 'one of its features is rejected'
    WHERE asked.fault IS NULL AND asked.image IN (
        SELECT f.image FROM pg_temp.pg_sightings_feature AS f WHERE f.fault <> astray);
    -- and one that found no image, or not its place in it, is missing where it should be
    lost := EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f
                    LEFT JOIN pg_temp.pg_sightings_image AS its ON its.image = f.image
                    WHERE NOT f.ignored AND its.found IS NOT TRUE);
    UPDATE pg_temp.pg_sightings_image AS asked
    SET doubt = nullif(pg_catalog.concat_ws(', ',
        CASE WHEN EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f WHERE f.image = asked.image AND f.fault = astray) THEN 'a feature lies far outside it' END,
        CASE WHEN lost THEN 'a feature found no image' END), '');

    -- the same twice is one; in an order of their own, by which the same file is known again
    UPDATE pg_temp.pg_sightings_feature AS f SET rank = same.rank, times = same.times
    FROM (SELECT s.n, pg_catalog.row_number() OVER (PARTITION BY s.image ORDER BY s.asset_class_id, s.score, s.shape) AS rank, s.times
          FROM (SELECT g.image, g.asset_class_id, g.score, g.shape, min(g.n) AS n, count(*) AS times
                FROM pg_temp.pg_sightings_feature AS g
                JOIN pg_temp.pg_sightings_image AS asked ON asked.image = g.image
                WHERE g.fault IS NULL AND NOT g.ignored AND asked.fault IS NULL
                GROUP BY g.image, g.asset_class_id, g.score, g.shape) AS s) AS same
    WHERE f.n = same.n;
    CREATE TEMP TABLE pg_sightings_reading ON COMMIT DROP AS
    SELECT asked.image, asked.origin, asked.doubt, i.footprint, coalesce(f.classes, '{}') AS classes, coalesce(f.scores, '{}') AS scores, coalesce(f.reaches, '{}') AS reaches, f.places,
           old.record IS NOT NULL AS again, old.doubt AS old_doubt, ST_AsBinary(old.footprint) IS DISTINCT FROM ST_AsBinary(i.footprint) AS moved,
           (old.scope::text, old.classes::text, old.scores::text, old.reaches::text, ST_AsBinary(old.places))
               IS DISTINCT FROM (sought::text, coalesce(f.classes::text, '{}'), coalesce(f.scores::text, '{}'), coalesce(f.reaches::text, '{}'), ST_AsBinary(f.places)) AS differs,
           CASE WHEN old.record IS NOT NULL THEN pg_catalog.concat_ws(' ', coalesce((
               SELECT string_agg(pg_catalog.concat(c.n, ' ', class.name), ', ' ORDER BY class.name)
               FROM (SELECT id, count(*) AS n FROM pg_catalog.unnest(old.classes) AS id GROUP BY id) AS c
               JOIN LEDGER.asset_class AS class ON class.asset_class_id = c.id), 'nothing detected'),
               CASE WHEN old.scope::text <> '{}' THEN 'of ' || pg_catalog.array_to_string(old.scope::text[], ', ') END) END AS told
    FROM pg_temp.pg_sightings_image AS asked
    JOIN LEDGER.image AS i ON i.origin = asked.origin AND i.record = asked.image
    LEFT JOIN (
        SELECT f.image, pg_catalog.array_agg(f.asset_class_id ORDER BY f.rank) AS classes, pg_catalog.array_agg(f.score ORDER BY f.rank) AS scores,
               pg_catalog.array_agg(f.reach ORDER BY f.rank) AS reaches, ST_Collect(pg_catalog.array_agg(f.place ORDER BY f.rank)) AS places
        FROM pg_temp.pg_sightings_feature AS f WHERE f.rank IS NOT NULL
        GROUP BY f.image) AS f ON f.image = asked.image
    LEFT JOIN LEDGER.reading AS old ON old.origin = reader AND old.image = asked.origin AND old.record = asked.image
    WHERE asked.fault IS NULL;
    UPDATE pg_temp.pg_sightings_image AS asked
    SET fault = CASE WHEN (r.differs OR r.old_doubt IS NOT NULL AND r.doubt IS NULL) AND NOT replace
                    THEN 'the detector has read it before: ' || r.told || coalesce(' (' || r.old_doubt || ')', '') || '; replace => true puts this in its place' END,
        replaced = CASE WHEN r.differs THEN 'replaces ' || r.told END
    FROM pg_temp.pg_sightings_reading AS r
    WHERE r.image = asked.image AND r.again;
    RETURN QUERY
    SELECT asked.image || '', NULL::text, NULL::text, 0::bigint, 'rejected', asked.fault || ''
    FROM pg_temp.pg_sightings_image AS asked
    WHERE asked.fault IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f WHERE f.image = asked.image AND f.fault = asked.fault)
    ORDER BY asked.image;

    PERFORM import_tables(text 'detections', detector);
    DELETE FROM pg_temp.pg_sightings_reading AS r
    USING pg_temp.pg_sightings_image AS asked
    WHERE asked.image = r.image AND (asked.fault IS NOT NULL OR r.again AND NOT r.differs AND NOT r.moved AND r.doubt IS NOT DISTINCT FROM r.old_doubt);
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_reading) THEN
        this_load := LEDGER.import_load();
        INSERT INTO LEDGER.reading_former
        SELECT old.*, this_load
        FROM LEDGER.reading AS old
        JOIN pg_temp.pg_sightings_reading AS r ON old.origin = reader AND old.image = r.origin AND old.record = r.image;
        INSERT INTO LEDGER.reading (origin, image, record, footprint, scope, doubt, classes, scores, reaches, places, load_id)
        SELECT reader, r.origin, r.image, r.footprint, sought, r.doubt, r.classes, r.scores, r.reaches, r.places, this_load
        FROM pg_temp.pg_sightings_reading AS r
        ON CONFLICT (origin, image, record) DO UPDATE
        SET (footprint, scope, doubt, classes, scores, reaches, places, load_id) =
            (EXCLUDED.footprint, EXCLUDED.scope, EXCLUDED.doubt, EXCLUDED.classes, EXCLUDED.scores, EXCLUDED.reaches, EXCLUDED.places, EXCLUDED.load_id);
    END IF;
    CREATE TEMP TABLE pg_sightings_moment ON COMMIT DROP AS
    SELECT DISTINCT i.origin, i.source, i.observed_from, i.observed_at
    FROM pg_temp.pg_sightings_image AS asked
    JOIN LEDGER.image AS i ON i.origin = asked.origin AND i.record = asked.image
    WHERE asked.fault IS NULL;
    PERFORM LEDGER.import_step(60);
    IF many THEN
        ANALYZE pg_temp.pg_sightings_image, pg_temp.pg_sightings_feature, pg_temp.pg_sightings_reading, pg_temp.pg_sightings_moment;
    END IF;
    PERFORM LEDGER.import_readings(reader);
    IF many THEN
        ANALYZE pg_temp.pg_sightings_read, pg_temp.pg_sightings_found, pg_temp.pg_sightings_met, pg_temp.pg_sightings_look;
    END IF;
    PERFORM LEDGER.import_step(100);

    CREATE TEMP TABLE pg_sightings_told ON COMMIT DROP AS
    SELECT asked.image, l.installation_id, site.name, CASE WHEN l.outcome = 'updated' AND EXISTS (SELECT FROM pg_temp.pg_sightings_reading AS new WHERE new.image = asked.image AND NOT new.again) THEN 'loaded'
               ELSE coalesce(l.outcome, 'unchanged') END AS outcome,
           pg_catalog.concat_ws('; ', asked.replaced, 'no absence follows, as ' || asked.doubt, 'this look was retracted: ' || l.why) AS words, r.read
    FROM pg_temp.pg_sightings_image AS asked
    JOIN pg_temp.pg_sightings_read AS r ON r.origin = asked.origin AND r.record = asked.image
    JOIN pg_temp.pg_sightings_met AS met ON met.read = r.read
    JOIN pg_temp.pg_sightings_look AS l ON l.look = met.look
    JOIN LEDGER.installation AS site ON site.installation_id = l.installation_id
    WHERE asked.fault IS NULL;
    RETURN QUERY
    SELECT f.image || '', NULL::text, f.class || '', sum(f.times)::bigint, 'rejected', 'outside every installation of the image'
    FROM pg_temp.pg_sightings_feature AS f
    JOIN pg_temp.pg_sightings_image AS asked ON asked.image = f.image
    LEFT JOIN pg_temp.pg_sightings_read AS r ON r.origin = asked.origin AND r.record = f.image
    WHERE f.rank IS NOT NULL AND asked.fault IS NULL
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_found AS found
                        JOIN pg_temp.pg_sightings_told AS t ON t.read = found.read AND t.installation_id = found.installation_id
                        WHERE found.read = r.read AND found.n = f.rank)
    GROUP BY f.image, f.class
    ORDER BY f.image, f.class;
    RETURN QUERY
    SELECT t.image || '', t.name || '', class.name, coalesce(c.n, 0), t.outcome,
           nullif(pg_catalog.concat_ws('; ', CASE WHEN c.n IS NULL THEN 'nothing detected' END, nullif(c.words, ''), nullif(t.words, '')), '')
    FROM pg_temp.pg_sightings_told AS t
    LEFT JOIN (
        SELECT found.read, found.installation_id, found.class, count(*) AS n,
               pg_catalog.concat_ws('; ',
                   nullif(pg_catalog.concat(count(*) FILTER (WHERE found.score < threshold), ' below the threshold'), '0 below the threshold'),
                   nullif(pg_catalog.concat(sum(f.times - 1::bigint), ' of them again'), '0 of them again'),
                   nullif(pg_catalog.concat(count(*) FILTER (WHERE found.again), ' of them in another tile'), '0 of them in another tile')) AS words
        FROM pg_temp.pg_sightings_found AS found
        JOIN pg_temp.pg_sightings_read AS r ON r.read = found.read
        JOIN pg_temp.pg_sightings_feature AS f ON f.image = r.record AND f.rank = found.n
        GROUP BY found.read, found.installation_id, found.class) AS c ON c.read = t.read AND c.installation_id = t.installation_id
    LEFT JOIN LEDGER.asset_class AS class ON class.asset_class_id = c.class
    ORDER BY t.image, t.name, class.name;
    RETURN QUERY
    SELECT asked.image || '', NULL::text, NULL::text, 0::bigint, 'rejected', 'its footprint meets no installation'
    FROM pg_temp.pg_sightings_image AS asked
    WHERE asked.fault IS NULL AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_told AS t WHERE t.image = asked.image)
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_feature AS f WHERE f.image = asked.image AND f.rank IS NOT NULL)
    ORDER BY asked.image;
    DROP TABLE pg_temp.pg_sightings_feature, pg_temp.pg_sightings_image, pg_temp.pg_sightings_reading, pg_temp.pg_sightings_moment, pg_temp.pg_sightings_load, pg_temp.pg_sightings_met, pg_temp.pg_sightings_read,
        pg_temp.pg_sightings_found, pg_temp.pg_sightings_look, pg_temp.pg_sightings_part, pg_temp.pg_sightings_seen, pg_temp.pg_sightings_told;
END;
$body$;
CREATE OR REPLACE FUNCTION LEDGER.import_detections(
        detections jsonb, detector text, scope text[] DEFAULT '{}', images text[] DEFAULT NULL,
        class_property text DEFAULT 'class', score_property text DEFAULT 'score', image_property text DEFAULT 'image_id',
        class_names jsonb DEFAULT '{}', score_scale double precision DEFAULT 1, collection text DEFAULT NULL,
        replace boolean DEFAULT false)
    RETURNS SETOF LEDGER.import_detections_row
    LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
    SELECT d.image, d.installation, d.asset_class, d.features, d.outcome, d.reason
    FROM LEDGER.import_detections(detections::text, import_detections.detector, import_detections.scope, import_detections.images,
        import_detections.class_property, import_detections.score_property, import_detections.image_property, import_detections.class_names,
        import_detections.score_scale, import_detections.collection, import_detections.replace) AS d;
END;
    $sql$);
    PERFORM ledger_execute(ledger, pg_catalog.format('COMMENT ON FUNCTION LEDGER.import_detections(text, text, text[], text[], text, text, text, jsonb, double precision, text, boolean) IS %1$L;
        COMMENT ON FUNCTION LEDGER.import_detections(jsonb, text, text[], text[], text, text, text, jsonb, double precision, text, boolean) IS %1$L',
        'loads detections - a GeoJSON FeatureCollection, a list of features, or newline-delimited ones - counted per image, installation and class, as looks of the detector (its version in its name, if two versions are two readers) at the image''s time and place. images: all that the detector ran over, so that one without a detection is a look that saw nothing; collection: of which the images are, where their ids are not enough; scope: the classes it looks for; class_property, score_property and image_property may be paths into properties, such as found[0].name; class_names: from its names to ours, such as {"18": "An-124", "19": null}, where null ignores a class, and "" names what has no class; score_property NULL: no scores, all are certain; score_scale: the score of what is certain (100 for percent). Images must be loaded as STAC items before; an image with a rejected feature stays out whole. A feature counts at the installations in whose area its middle lies (of areas that are not nested, at the nearer); others are only listed. If a feature found no image (none named, unknown or not in images) the looks of the call are partial, and that at an image is if a feature lies more than a kilometre outside it. The same feature twice is one. What the detector said of an image before stays, unless replace is true; then the reason says what was replaced. One row per image, installation and class: loaded, updated, unchanged, retracted (somebody has retracted that look), ignored, or rejected with the reason; the same detections again change nothing'));
END;
$create$;
COMMENT ON FUNCTION import_detections_create(name) IS
    'part of create_ledger: the import of detections';
