
/*
 * imports of a ledger: what they have in common
 *
 * What was delivered is kept as it was: `image` holds a STAC item, `reading` what a detector
 * found in one. Looks follow from both: an import puts in what it was given, and makes anew all
 * looks of the moments that this touches. So a second import of the same changes nothing, and
 * one of a corrected record, tile, boundary or radius corrects what follows from it.
 *
 * A look at an installation is of its area, installation_area(): only what lies there is counted,
 * and only images that cover all of it show that something is not there. Images of one
 * collection, source and moment are tiles: together they are one look. What each detector read
 * from them is another, at the same moment: two pieces of evidence, whose counts never add up.
 *
 * Theory of operation. pg_temp.pg_sightings_look has the looks that there should be, each of some
 * records; import_looks() finds by `imported` which of them are there, and puts in, corrects or
 * retracts. import_seen() does the same for what the looks show. Nothing goes row by row.
 */
CREATE FUNCTION import_circle(location geometry, radius_m double precision) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT CASE
        -- about a pole: all that lies beyond
        WHEN ST_Y(location) + degrees >= 89::float8 THEN ST_MakeEnvelope((-180)::float8, ST_Y(location) - degrees, 180::float8, 90::float8, 4326)
        WHEN ST_Y(location) - degrees <= (-89)::float8 THEN ST_MakeEnvelope((-180)::float8, (-90)::float8, 180::float8, ST_Y(location) + degrees, 4326)
        -- cut at the antimeridian, as boundaries and footprints are
        WHEN ST_XMax(whole::box3d) > 180::float8 THEN ST_WrapX(whole, 180::float8, (-360)::float8)
        WHEN ST_XMin(whole::box3d) < (-180)::float8 THEN ST_WrapX(whole, (-180)::float8, 360::float8)
        ELSE whole END
    FROM (SELECT radius_m / 110000::float8 AS degrees, ST_Translate(ST_MakePolygon(ST_MakeLine(ARRAY(
              SELECT ST_Project(ST_SetSRID(ST_MakePoint(0::float8, ST_Y(location)), 4326)::geography, radius_m, radians((corner % 64 * 5.625)::float8))::geometry
              FROM generate_series(0, 64) AS corner
              ORDER BY corner))), ST_X(location), 0::float8) AS whole
          OFFSET 0) AS round;
END;
COMMENT ON FUNCTION import_circle(geometry, double precision) IS
    'internal: a polygon of 64 corners about a point, each radius_m metres from it';

CREATE FUNCTION installation_area(location geometry, boundary geometry, radius_m double precision) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT CASE WHEN NOT ST_IsEmpty(drawn) THEN drawn ELSE import_circle(location, radius_m) END
    FROM (SELECT ST_CollectionExtract(ST_MakeValid(ST_CurveToLine(boundary, 32::float8, 0, 0)), 3) AS drawn OFFSET 0) AS b;
END;
COMMENT ON FUNCTION installation_area(geometry, geometry, double precision) IS
    'the area of an installation, in which what is seen counts as its, and which images must cover to show that something is not there: its boundary, or, if that has no area, all within radius_m metres of its location (a polygon of 64 corners)';

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
        WHEN ST_XMax(area::box3d) - ST_XMin(area::box3d) > 180::float8
            AND EXISTS (SELECT FROM ST_Dump(area) AS part WHERE ST_XMax(part.geom::box3d) - ST_XMin(part.geom::box3d) > 180::float8) THEN
            'its geometry is wider than 180 degrees: cut it at the antimeridian, as RFC 7946 asks'
    END;
EXCEPTION WHEN data_exception OR internal_error THEN
    fault := 'its geometry is not GeoJSON: ' || SQLERRM;
END;
$body$;
COMMENT ON FUNCTION import_geometry(jsonb) IS
    'internal: a GeoJSON geometry as PostGIS has it (SRID 4326, two dimensions), and what is wrong with it; NULL: nothing';

CREATE FUNCTION import_number(said jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE WHEN jsonb_typeof(said) IN ('number', 'string')
        AND said #>> '{}'::text[] ~ '^\s*[-+]?(\d{1,30}(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?\s*$' THEN (said #>> '{}'::text[])::numeric END;
END;
COMMENT ON FUNCTION import_number(jsonb) IS
    'internal: a number, which may stand there as a text; NULL if it is none';

-- As json, not jsonb: of a large file only one feature after the other is taken apart.
CREATE FUNCTION import_features(said text) RETURNS SETOF jsonb
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 ROWS 1000
    SET search_path FROM CURRENT
AS $body$
DECLARE
    whole json;
    line text;
BEGIN
    BEGIN
        whole := said::json;
    EXCEPTION WHEN invalid_text_representation THEN
        -- newline-delimited (RFC 8142 puts a record separator before each line)
        IF strpos(pg_catalog.btrim(said, E' \t\r\n'), E'\n') = 0 THEN
            RAISE;
        END IF;
        FOR line IN SELECT pg_catalog.btrim(l, E'\x1e \t\r') FROM pg_catalog.string_to_table(said, E'\n') AS l LOOP
            IF line <> '' THEN
                RETURN QUERY SELECT f FROM import_features(line) AS f;
            END IF;
        END LOOP;
        RETURN;
    END;
    IF json_typeof(whole) = 'object' THEN
        IF json_typeof(whole -> text 'features') = 'array' THEN
            whole := whole -> text 'features';
        ELSE
            whole := pg_catalog.json_build_array(whole);
        END IF;
    ELSIF json_typeof(whole) IS DISTINCT FROM 'array' THEN
        whole := pg_catalog.json_build_array(whole);
    END IF;
    RETURN QUERY SELECT e::jsonb FROM json_array_elements(whole) AS e;
END;
$body$;
COMMENT ON FUNCTION import_features(text) IS
    'internal: the features, or items, of a FeatureCollection, a list, a single one, or newline-delimited ones';

-- Dropped by the import that had them made.
CREATE FUNCTION import_tables() RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
BEGIN
    CREATE TEMP TABLE pg_sightings_look (
        look bigint, moment bigint, installation_id bigint, source text, mark text, observed_from timestamptz, observed_at timestamptz, completeness text,
        scope ltree[], gsd_m numeric, cloud_cover numeric, footprint geometry, url text, note text, withdrawn text, observation_id bigint, outcome text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE pg_sightings_part (
        look bigint, installation_id bigint, origin text, record text, image text DEFAULT '', detail jsonb, why text, was bigint, retracted boolean DEFAULT false
    ) ON COMMIT DROP;
    CREATE TEMP TABLE pg_sightings_seen (
        look bigint, asset_class_id int, designation text, status text, count int4range, location geometry, confidence float8
    ) ON COMMIT DROP;
END;
$body$;
COMMENT ON FUNCTION import_tables() IS
    'internal: makes the temporary tables of an import. look: looks that there should be (scope NULL: as it is; withdrawn: why their image does not count; mark: the note of their sightings); part: the records of each, and (look NULL, why) records that have none here; seen: what they show. observation_id, outcome (NULL: unchanged), was and retracted are filled in';

CREATE FUNCTION import_look_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE INDEX IF NOT EXISTS installation_area ON LEDGER.installation USING gist (installation_area(location, boundary, radius_m));

CREATE TABLE IF NOT EXISTS LEDGER.imported (
    installation_id bigint NOT NULL,
    origin text NOT NULL,
    record text NOT NULL,
    image text NOT NULL DEFAULT '',
    observation_id bigint NOT NULL,
    detail jsonb,
    PRIMARY KEY (installation_id, origin, record, image),
    FOREIGN KEY (installation_id, observation_id)
        REFERENCES LEDGER.observation ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE LEDGER.imported IS
    'which observation came from which foreign record (origin: a STAC collection, a detector, a set of surveys; image: of what a detector read, the origin of the image), with what else the record said';
CREATE INDEX IF NOT EXISTS imported_record ON LEDGER.imported (record);
CREATE INDEX IF NOT EXISTS imported_site ON LEDGER.imported (origin, (detail ->> text 'site')) WHERE detail ->> text 'site' IS NOT NULL;

CREATE TABLE IF NOT EXISTS LEDGER.image (
    origin text NOT NULL,
    record text NOT NULL,
    source text NOT NULL,
    observed_from timestamptz NOT NULL,
    observed_at timestamptz NOT NULL,
    clear boolean NOT NULL,
    scope ltree[],
    gsd_m numeric,
    cloud_cover numeric,
    footprint geometry(Geometry, 4326) NOT NULL,
    url text,
    note text,
    detail jsonb,
    PRIMARY KEY (origin, record)
);
COMMENT ON TABLE LEDGER.image IS
    'STAC items as they were delivered (origin: stac: and the collection; record: the id): the looks at installations follow from them. clear: of a moment, under a sky known to be clear; scope: the classes said to be fully reported from it, NULL: not said';
CREATE INDEX IF NOT EXISTS image_record ON LEDGER.image (record);
CREATE INDEX IF NOT EXISTS image_moment ON LEDGER.image (observed_at, origin);

CREATE TABLE IF NOT EXISTS LEDGER.reading (
    origin text NOT NULL,
    image text NOT NULL,
    record text NOT NULL,
    footprint geometry(Geometry, 4326) NOT NULL,
    scope ltree[] NOT NULL,
    doubt text,
    classes int[] NOT NULL,
    scores float8[] NOT NULL,
    reaches float8[] NOT NULL,
    places geometry(MultiPoint, 4326),
    PRIMARY KEY (origin, image, record),
    FOREIGN KEY (image, record) REFERENCES LEDGER.image ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE LEDGER.reading IS
    'what a detector (origin) found in an image (its origin and record), whose footprint was this then: of each feature the class, the score, how far it reaches from its middle in metres, and that middle. doubt: why no absence follows';
CREATE INDEX IF NOT EXISTS reading_image ON LEDGER.reading (image, record);

CREATE OR REPLACE FUNCTION LEDGER.import_looks() RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    -- what an import has retracted it may take back
    ours constant text := '^(the imported record|its image:) ';
BEGIN
    IF (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_part AS p) THEN
        ANALYZE pg_temp.pg_sightings_look, pg_temp.pg_sightings_part;
    END IF;
    INSERT INTO LEDGER.source AS s (name)
    SELECT DISTINCT l.source FROM pg_temp.pg_sightings_look AS l
    WHERE NOT EXISTS (SELECT FROM LEDGER.source AS known WHERE known.name = l.source)
    ORDER BY l.source
    ON CONFLICT (name) DO NOTHING;

    -- A look that is there stays itself. One whose records are now of several is the first's.
    UPDATE pg_temp.pg_sightings_part AS p SET was = i.observation_id
    FROM LEDGER.imported AS i
    WHERE i.installation_id = p.installation_id AND i.origin = p.origin AND i.record = p.record AND i.image = p.image;
    UPDATE pg_temp.pg_sightings_look AS l SET observation_id = mine.observation_id
    FROM (SELECT DISTINCT ON (first.look) first.look, first.observation_id
          FROM (SELECT DISTINCT ON (p.installation_id, p.was) p.look, p.was AS observation_id
                FROM pg_temp.pg_sightings_part AS p
                WHERE p.was IS NOT NULL AND p.look IS NOT NULL
                ORDER BY p.installation_id, p.was, p.record, p.look) AS first
          ORDER BY first.look, first.observation_id) AS mine
    WHERE l.look = mine.look;

    WITH gone AS (
        SELECT p.installation_id, p.was AS observation_id, pg_catalog.max(p.why) AS why
        FROM pg_temp.pg_sightings_part AS p
        WHERE p.was IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_look AS l WHERE l.installation_id = p.installation_id AND l.observation_id = p.was)
        GROUP BY p.installation_id, p.was
    ), retracted AS (
        UPDATE LEDGER.observation AS o SET retracted_at = now(), retraction_reason = coalesce(g.why, 'the imported record is part of another look now')
        FROM gone AS g
        WHERE o.installation_id = g.installation_id AND o.observation_id = g.observation_id AND o.retracted_at IS NULL
        RETURNING o.installation_id, o.observation_id
    )
    UPDATE pg_temp.pg_sightings_part AS p SET retracted = true
    FROM retracted AS r WHERE r.installation_id = p.installation_id AND r.observation_id = p.was;

    WITH told AS (
        SELECT l.look, o.observation_id, o.installation_id, l.observed_from, l.observed_at, s.source_id, l.completeness, coalesce(l.scope, o.scope) AS scope,
               l.gsd_m, l.cloud_cover, l.footprint, l.url, l.note,
               -- what a person has retracted stays so
               CASE WHEN o.retraction_reason !~ ours THEN o.retraction_reason ELSE 'its image: ' || l.withdrawn END AS why,
               o.retracted_at AS since
        FROM pg_temp.pg_sightings_look AS l
        JOIN LEDGER.observation AS o ON o.installation_id = l.installation_id AND o.observation_id = l.observation_id
        JOIN LEDGER.source AS s ON s.name = l.source
    ), changed AS (
        UPDATE LEDGER.observation AS o
        SET (observed_from, observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note, retracted_at, retraction_reason) =
            (t.observed_from, t.observed_at, t.source_id, t.completeness, t.scope, t.gsd_m, t.cloud_cover, t.footprint, t.url, t.note,
             CASE WHEN t.why IS NOT NULL THEN coalesce(t.since, now()) END, t.why)
        FROM told AS t
        WHERE o.installation_id = t.installation_id AND o.observation_id = t.observation_id
            AND (o.observed_from, o.observed_at, o.source_id, o.completeness, o.scope::text, o.gsd_m, o.cloud_cover, ST_AsBinary(o.footprint), o.url, o.note,
                 o.retraction_reason)
                IS DISTINCT FROM
                (t.observed_from, t.observed_at, t.source_id, t.completeness, t.scope::text, t.gsd_m, t.cloud_cover, ST_AsBinary(t.footprint), t.url, t.note, t.why)
        RETURNING t.look
    )
    UPDATE pg_temp.pg_sightings_look AS l SET outcome = 'updated' FROM changed AS c WHERE c.look = l.look;

    -- numbers are given in the order of the rows
    WITH fresh AS (
        SELECT l.*, pg_catalog.row_number() OVER (ORDER BY l.look) AS n FROM pg_temp.pg_sightings_look AS l WHERE l.observation_id IS NULL
    ), loaded AS (
        INSERT INTO LEDGER.observation AS o (installation_id, observed_from, observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note,
                                             retracted_at, retraction_reason)
        SELECT f.installation_id, f.observed_from, f.observed_at, s.source_id, f.completeness, coalesce(f.scope, '{}'), f.gsd_m, f.cloud_cover, f.footprint, f.url,
               f.note, CASE WHEN f.withdrawn IS NOT NULL THEN now() END, 'its image: ' || f.withdrawn
        FROM fresh AS f
        JOIN LEDGER.source AS s ON s.name = f.source
        ORDER BY f.n
        RETURNING o.observation_id
    ), numbered AS (
        SELECT o.observation_id, pg_catalog.row_number() OVER (ORDER BY o.observation_id) AS n FROM loaded AS o
    )
    UPDATE pg_temp.pg_sightings_look AS l SET observation_id = o.observation_id, outcome = 'loaded'
    FROM fresh AS f
    JOIN numbered AS o ON o.n = f.n
    WHERE l.look = f.look;

    INSERT INTO LEDGER.imported AS i (installation_id, origin, record, image, observation_id, detail)
    SELECT p.installation_id, p.origin, p.record, p.image, l.observation_id, p.detail
    FROM pg_temp.pg_sightings_part AS p
    JOIN pg_temp.pg_sightings_look AS l ON l.look = p.look
    ON CONFLICT (installation_id, origin, record, image) DO UPDATE SET observation_id = EXCLUDED.observation_id, detail = EXCLUDED.detail
    WHERE i.observation_id <> EXCLUDED.observation_id OR i.detail IS DISTINCT FROM EXCLUDED.detail;
    -- a tile that has left a look which others still make
    DELETE FROM LEDGER.imported AS i
    USING pg_temp.pg_sightings_part AS p
    JOIN pg_temp.pg_sightings_look AS l ON l.installation_id = p.installation_id AND l.observation_id = p.was
    WHERE p.look IS NULL
        AND i.installation_id = p.installation_id AND i.origin = p.origin AND i.record = p.record AND i.image = p.image;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_looks() IS
    'internal: makes the looks of some records what pg_temp.pg_sightings_look and pg_sightings_part say; what the imports call';

CREATE OR REPLACE FUNCTION LEDGER.import_seen() RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    taken_back constant text := 'the import no longer says so';
BEGIN
    IF (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_look AS l) THEN
        ANALYZE pg_temp.pg_sightings_look, pg_temp.pg_sightings_seen;
    END IF;
    WITH said AS (
        SELECT f.*, pg_catalog.row_number() OVER (PARTITION BY f.look, f.whole) AS n
        FROM (SELECT s.*, l.installation_id, l.observation_id, l.mark,
                     ROW(s.asset_class_id, s.status, s.count, s.confidence, s.location, s.designation)::text AS whole
              FROM pg_temp.pg_sightings_seen AS s
              JOIN pg_temp.pg_sightings_look AS l ON l.look = s.look) AS f
    ), known AS (
        -- one that a person retracted is matched too, and so does not come back
        SELECT f.*, pg_catalog.row_number() OVER (PARTITION BY f.look, f.whole ORDER BY f.retracted_at NULLS FIRST, f.sighting_id) AS n
        FROM (SELECT l.look, s.installation_id, s.observation_id, s.sighting_id, s.retracted_at,
                     ROW(s.asset_class_id, s.status, s.count, s.confidence, s.location, s.designation)::text AS whole
              FROM pg_temp.pg_sightings_look AS l
              JOIN LEDGER.sighting AS s ON s.installation_id = l.installation_id AND s.observation_id = l.observation_id AND s.note = l.mark
              WHERE l.outcome IS DISTINCT FROM 'loaded' AND s.retraction_reason IS DISTINCT FROM taken_back) AS f
    ), apart AS (
        SELECT coalesce(t.look, k.look) AS look, t.look IS NOT NULL AS told, t.mark, t.asset_class_id, t.designation, t.status, t.count, t.location, t.confidence,
               coalesce(t.installation_id, k.installation_id) AS installation_id, coalesce(t.observation_id, k.observation_id) AS observation_id, k.sighting_id
        FROM said AS t
        FULL JOIN known AS k ON k.look = t.look AND k.whole = t.whole AND k.n = t.n
        WHERE t.look IS NULL AND k.retracted_at IS NULL OR k.look IS NULL
    ), gone AS (
        UPDATE LEDGER.sighting AS s SET retracted_at = now(), retraction_reason = taken_back
        FROM apart AS a
        WHERE NOT a.told AND s.installation_id = a.installation_id AND s.observation_id = a.observation_id AND s.sighting_id = a.sighting_id
    ), loaded AS (
        INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location, confidence, note)
        SELECT a.installation_id, a.observation_id, a.asset_class_id, a.designation, a.status, a.count, a.location, a.confidence, a.mark
        FROM apart AS a
        WHERE a.told
        ORDER BY a.look, a.asset_class_id
    )
    UPDATE pg_temp.pg_sightings_look AS l SET outcome = 'updated'
    WHERE l.outcome IS NULL AND l.look IN (SELECT a.look FROM apart AS a);
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_seen() IS
    'internal: makes the sightings of pg_temp.pg_sightings_look, those that carry the mark of the look in note, what pg_sightings_seen says: what is no longer said is retracted, what a person retracted stays so';

CREATE OR REPLACE FUNCTION LEDGER.import_look(
        INOUT observation_id bigint, OUT outcome text,
        installation_id bigint, origin text, record text, source text, observed_from timestamptz, observed_at timestamptz,
        completeness text, scope ltree[], gsd_m numeric, cloud_cover numeric, footprint geometry, url text, note text,
        detail jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    ours constant text := 'the imported record %';
BEGIN
    INSERT INTO LEDGER.source AS s (name) VALUES (import_look.source) ON CONFLICT (name) DO NOTHING;
    SELECT i.observation_id INTO import_look.observation_id
    FROM LEDGER.imported AS i
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record;
    IF import_look.observation_id IS NULL THEN
        INSERT INTO LEDGER.observation AS o (installation_id, observed_from, observed_at, source_id, completeness, scope,
                                           gsd_m, cloud_cover, footprint, url, note)
        SELECT import_look.installation_id, import_look.observed_from, import_look.observed_at, s.source_id,
               import_look.completeness, coalesce(import_look.scope, '{}'), import_look.gsd_m, import_look.cloud_cover,
               import_look.footprint, import_look.url, import_look.note
        FROM LEDGER.source AS s
        WHERE s.name = import_look.source
        RETURNING o.observation_id INTO import_look.observation_id;
        INSERT INTO LEDGER.imported (installation_id, origin, record, observation_id, detail)
        VALUES (import_look.installation_id, import_look.origin, import_look.record, import_look.observation_id,
                import_look.detail);
        outcome := 'loaded';
        RETURN;
    END IF;
    UPDATE LEDGER.observation AS o
    SET (observed_from, observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note,
         retracted_at, retraction_reason) =
        (SELECT import_look.observed_from, import_look.observed_at, s.source_id, import_look.completeness,
                coalesce(import_look.scope, o.scope), import_look.gsd_m, import_look.cloud_cover, import_look.footprint,
                import_look.url, import_look.note,
                CASE WHEN o.retraction_reason NOT LIKE ours THEN o.retracted_at END,
                CASE WHEN o.retraction_reason NOT LIKE ours THEN o.retraction_reason END
         FROM LEDGER.source AS s WHERE s.name = import_look.source)
    WHERE o.installation_id = import_look.installation_id AND o.observation_id = import_look.observation_id
        AND (o.retraction_reason LIKE ours
             OR (o.observed_from, o.observed_at, o.completeness, o.scope::text, o.gsd_m, o.cloud_cover, ST_AsBinary(o.footprint),
                 o.url, o.note, (SELECT s.name FROM LEDGER.source AS s WHERE s.source_id = o.source_id))
                IS DISTINCT FROM
                (import_look.observed_from, import_look.observed_at, import_look.completeness,
                 coalesce(import_look.scope, o.scope)::text, import_look.gsd_m, import_look.cloud_cover,
                 ST_AsBinary(import_look.footprint), import_look.url, import_look.note, import_look.source));
    outcome := CASE WHEN FOUND THEN 'updated' ELSE 'unchanged' END;
    UPDATE LEDGER.imported AS i SET detail = import_look.detail
    WHERE i.installation_id = import_look.installation_id AND i.origin = import_look.origin
        AND i.record = import_look.record AND i.detail IS DISTINCT FROM import_look.detail;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_look IS
    'loads one look from a foreign record, or corrects it: loaded, updated or unchanged; scope NULL: as it is; what the imports call';

CREATE OR REPLACE FUNCTION LEDGER.import_retract(origin text, record text, kept bigint[], why text)
    RETURNS TABLE (installation text, observation_id bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE LEDGER.observation AS o SET retracted_at = now(), retraction_reason = 'the imported record ' || why
    FROM LEDGER.imported AS i
    JOIN LEDGER.installation AS site ON site.installation_id = i.installation_id
    WHERE i.origin = import_retract.origin AND i.record = import_retract.record AND i.installation_id <> ALL (kept)
        AND o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        AND o.retracted_at IS NULL
    RETURNING site.name, o.observation_id;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_retract(text, text, bigint[], text) IS
    'retracts the looks of a record but for those at the installations that are kept, and says which; a later import of the record takes it back';

CREATE OR REPLACE FUNCTION LEDGER.import_sightings(installation_id bigint, observation_id bigint, mark text, seen jsonb)
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
              FROM LEDGER.sighting AS s
              WHERE s.installation_id = import_sightings.installation_id
                  AND s.observation_id = import_sightings.observation_id AND s.note = mark
                  AND s.retraction_reason IS DISTINCT FROM withdrawn) AS f
    ), gone AS (
        UPDATE LEDGER.sighting AS s SET retracted_at = now(), retraction_reason = withdrawn
        FROM known AS k
        WHERE s.installation_id = import_sightings.installation_id
            AND s.observation_id = import_sightings.observation_id AND s.sighting_id = k.sighting_id
            AND k.retracted_at IS NULL
            AND NOT EXISTS (SELECT FROM said AS t WHERE t.whole = k.whole AND t.n = k.n)
        RETURNING s.sighting_id
    ), come AS (
        INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location,
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
COMMENT ON FUNCTION LEDGER.import_sightings(bigint, bigint, text, jsonb) IS
    'makes the sightings of a look that carry a mark (in note) what the import says: what it no longer says is retracted, what a person retracted stays so; false if nothing was to do';
    $sql$);
END;
$create$;
COMMENT ON FUNCTION import_look_create(name) IS
    'part of create_ledger: what the imports have in common';
