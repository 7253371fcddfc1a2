
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
 * records, and pg_sightings_seen what they show; import_looks() finds by `imported` which of them are
 * there, and puts in, corrects or retracts. As every load, it changes no look in place. Nothing goes row by row.
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
              ORDER BY corner))), ST_X(location), 0::float8, 0::float8) AS whole
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
CREATE FUNCTION import_tables(kind text, what text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
BEGIN
    CREATE TEMP TABLE pg_sightings_load ON COMMIT DROP AS SELECT import_tables.kind, import_tables.what, NULL::bigint AS load_id;
    CREATE TEMP TABLE pg_sightings_look (
        look bigint, moment bigint, installation_id bigint, source text, mark text, observed_from timestamptz, observed_at timestamptz, completeness text, said text,
        scope ltree[], known_scope ltree[], gsd_m numeric, cloud_cover numeric, footprint geometry, url text, note text, withdrawn text, observation_id bigint, former_id bigint, outcome text, why text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE pg_sightings_part (
        look bigint, installation_id bigint, origin text, record text, why text, was bigint, retracted boolean DEFAULT false
    ) ON COMMIT DROP;
    CREATE TEMP TABLE pg_sightings_seen (
        look bigint, asset_class_id int, count int4range, location geometry, confidence float8
    ) ON COMMIT DROP;
END;
$body$;
COMMENT ON FUNCTION import_tables(text, text) IS
    'internal: makes the temporary tables of an import. look: looks that there should be (scope NULL: as it is, or else known_scope; said: what completeness would be, had nobody made it partial; withdrawn: why their image does not count; mark: the note of their sightings); part: the records of each, and (look NULL, why) records that have none here; seen: what they show. observation_id, former_id, outcome (NULL: unchanged), why (it does not count), was and retracted are filled in';

-- (a collection may have a / in its name as well as an id)
CREATE FUNCTION import_read_record(image text, record text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT replace(replace(substr(image, 6), '%', '%25'), '/', '%2F') || '/' || record;
END;
COMMENT ON FUNCTION import_read_record(text, text) IS
    'internal: the record, in imported, of what a detector read from an image, by its origin and record: COLLECTION/ID, with % and / of the collection as in a URL';

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
    observation_id bigint NOT NULL,
    detail jsonb,
    PRIMARY KEY (installation_id, origin, record),
    FOREIGN KEY (installation_id, observation_id)
        REFERENCES LEDGER.observation ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE LEDGER.imported IS
    'which observation came from which foreign record (origin: a STAC collection, a detector, a set of surveys; record: its id, of what a detector read COLLECTION/ID of the image), with what else the record said';
CREATE INDEX IF NOT EXISTS imported_record ON LEDGER.imported (record);
CREATE INDEX IF NOT EXISTS imported_site ON LEDGER.imported (origin, (detail ->> text 'site'), installation_id) WHERE detail ->> text 'site' IS NOT NULL;

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
    load_id bigint NOT NULL,
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
    load_id bigint NOT NULL,
    PRIMARY KEY (origin, image, record),
    FOREIGN KEY (image, record) REFERENCES LEDGER.image ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE LEDGER.reading IS
    'what a detector (origin) found in an image (its origin and record), whose footprint was this then: of each feature the class, the score, how far it reaches from its middle in metres, and that middle. doubt: why no absence follows';
CREATE INDEX IF NOT EXISTS reading_image ON LEDGER.reading (image, record);

CREATE TABLE IF NOT EXISTS LEDGER.image_former (LIKE LEDGER.image, by_load bigint NOT NULL, PRIMARY KEY (by_load, origin, record));
COMMENT ON TABLE LEDGER.image_former IS
    'internal: the rows of image as they were before a load (by_load) corrected them; what undo_load() puts back';
CREATE TABLE IF NOT EXISTS LEDGER.reading_former (LIKE LEDGER.reading, by_load bigint NOT NULL, PRIMARY KEY (by_load, origin, image, record));
COMMENT ON TABLE LEDGER.reading_former IS
    'internal: the rows of reading as they were before a load (by_load) replaced them; what undo_load() puts back';

CREATE OR REPLACE FUNCTION LEDGER.import_load() RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    number bigint;
BEGIN
    SELECT l.load_id INTO number FROM pg_temp.pg_sightings_load AS l;
    IF number IS NULL THEN
        SELECT LEDGER.begin_load(l.kind, l.what) INTO number FROM pg_temp.pg_sightings_load AS l;
        UPDATE pg_temp.pg_sightings_load AS l SET load_id = number;
    END IF;
    RETURN number;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_load() IS
    'internal: the number of the load that runs; one that changes nothing has none';

CREATE OR REPLACE FUNCTION LEDGER.import_looks() RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    this_load bigint;
BEGIN
    IF (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_part AS p) THEN
        ANALYZE pg_temp.pg_sightings_look, pg_temp.pg_sightings_part, pg_temp.pg_sightings_seen;
    END IF;
    -- A look that is there stays itself. One whose records are now of several is the first's.
    UPDATE pg_temp.pg_sightings_part AS p SET was = i.observation_id
    FROM LEDGER.imported AS i
    WHERE i.installation_id = p.installation_id AND i.origin = p.origin AND i.record = p.record;
    UPDATE pg_temp.pg_sightings_look AS l SET observation_id = mine.observation_id
    FROM (SELECT DISTINCT ON (first.look) first.look, first.observation_id
          FROM (SELECT DISTINCT ON (p.installation_id, p.was) p.look, p.was AS observation_id
                FROM pg_temp.pg_sightings_part AS p
                WHERE p.was IS NOT NULL AND p.look IS NOT NULL
                ORDER BY p.installation_id, p.was, p.record, p.look) AS first
          ORDER BY first.look, first.observation_id) AS mine
    WHERE l.look = mine.look;

    -- what was stated of a look was not stated of a tile that joins it
    UPDATE pg_temp.pg_sightings_look AS l SET scope = CASE WHEN o.scope::text = l.known_scope::text THEN l.known_scope ELSE '{}' END
    FROM LEDGER.observation AS o
    WHERE l.scope IS NULL AND o.installation_id = l.installation_id AND o.observation_id = l.observation_id
        AND EXISTS (SELECT FROM pg_temp.pg_sightings_part AS p WHERE p.look = l.look AND p.was IS DISTINCT FROM l.observation_id);

    -- a look that somebody has made partial is not made complete again
    UPDATE pg_temp.pg_sightings_look AS l SET completeness = 'partial', said = 'complete'
    FROM LEDGER.observation AS o, LEDGER.imported AS i
    WHERE o.installation_id = l.installation_id AND o.observation_id = l.observation_id AND o.completeness = 'partial'
        AND i.installation_id = o.installation_id AND i.observation_id = o.observation_id AND i.detail ->> text 'completeness' = 'complete';

    -- what is new, and what differs in itself or in what it shows
    UPDATE pg_temp.pg_sightings_look AS l SET outcome = 'loaded' WHERE l.observation_id IS NULL;
    WITH shown AS MATERIALIZED (
        SELECT s.look, string_agg(s.shown, ' ' ORDER BY s.shown COLLATE pg_catalog."C") AS all_shown
        FROM (SELECT s.look, ROW(s.asset_class_id, s.count, s.confidence, s.location)::text AS shown FROM pg_temp.pg_sightings_seen AS s) AS s
        GROUP BY s.look
    ), known AS MATERIALIZED (
        -- (with what a person retracted of it, which so does not come back)
        SELECT s.look, string_agg(s.shown, ' ' ORDER BY s.shown COLLATE pg_catalog."C") AS all_shown
        FROM (SELECT l.look, ROW(s.asset_class_id, s.count, s.confidence, s.location)::text AS shown
              FROM pg_temp.pg_sightings_look AS l
              JOIN LEDGER.sighting AS s ON s.installation_id = l.installation_id AND s.observation_id = l.observation_id
              WHERE s.note = l.mark AND s.retracted_by_load IS NULL) AS s
        GROUP BY s.look
    ), compared AS (
        SELECT l.look, o.retracted_at, o.retraction_reason, o.retracted_by_load,
               o.retracted_at IS NOT NULL OR shown.all_shown IS DISTINCT FROM known.all_shown
               OR (o.observed_from, o.observed_at, s.name, o.completeness, o.scope::text, o.gsd_m, o.cloud_cover, ST_AsBinary(o.footprint), o.url, o.note)
                   IS DISTINCT FROM
                   (l.observed_from, l.observed_at, l.source, l.completeness, coalesce(l.scope, o.scope)::text, l.gsd_m, l.cloud_cover, ST_AsBinary(l.footprint),
                    l.url, l.note) AS differs,
               shown.all_shown IS DISTINCT FROM known.all_shown AS shows_other
        FROM pg_temp.pg_sightings_look AS l
        JOIN LEDGER.observation AS o ON o.installation_id = l.installation_id AND o.observation_id = l.observation_id
        JOIN LEDGER.source AS s ON s.source_id = o.source_id
        LEFT JOIN shown ON shown.look = l.look
        LEFT JOIN known ON known.look = l.look
    )
    UPDATE pg_temp.pg_sightings_look AS l
    -- what a person has retracted stays so
    SET outcome = CASE WHEN c.retracted_at IS NOT NULL AND c.retracted_by_load IS NULL THEN CASE WHEN c.shows_other THEN 'retracted' END
                       WHEN c.differs AND l.withdrawn IS NULL THEN 'updated' END,
        why = CASE WHEN c.retracted_at IS NOT NULL AND c.retracted_by_load IS NULL THEN coalesce(c.retraction_reason, 'no reason given') END
    FROM compared AS c WHERE c.look = l.look;
    -- of an image that does not count nothing does
    UPDATE pg_temp.pg_sightings_part AS p SET look = NULL, why = 'its image: ' || l.withdrawn
    FROM pg_temp.pg_sightings_look AS l WHERE l.look = p.look AND l.withdrawn IS NOT NULL;
    UPDATE pg_temp.pg_sightings_look AS l SET outcome = CASE WHEN l.outcome = 'loaded' THEN 'retracted' END, why = 'its image: ' || l.withdrawn
    WHERE l.withdrawn IS NOT NULL AND l.why IS NULL;

    CREATE TEMP TABLE pg_sightings_gone ON COMMIT DROP AS
    SELECT o.installation_id, o.observation_id, pg_catalog.min(gone.why) AS why
    FROM (SELECT l.installation_id, l.observation_id, 'the imported record was corrected' AS why
          FROM pg_temp.pg_sightings_look AS l WHERE l.outcome = 'updated'
          UNION ALL
          SELECT p.installation_id, p.was, coalesce(p.why, 'the imported record is part of another look now')
          FROM pg_temp.pg_sightings_part AS p
          WHERE p.was IS NOT NULL AND NOT EXISTS (
              SELECT FROM pg_temp.pg_sightings_look AS l
              WHERE l.installation_id = p.installation_id AND l.observation_id = p.was AND l.withdrawn IS NULL)) AS gone
    JOIN LEDGER.observation AS o ON o.installation_id = gone.installation_id AND o.observation_id = gone.observation_id
    WHERE o.retracted_at IS NULL
    GROUP BY o.installation_id, o.observation_id;
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_gone)
        OR EXISTS (SELECT FROM pg_temp.pg_sightings_look AS l WHERE l.outcome IN ('loaded', 'updated')) THEN
        this_load := LEDGER.import_load();
        UPDATE LEDGER.observation AS o SET retracted_at = now(), retraction_reason = g.why, retracted_by_load = this_load
        FROM pg_temp.pg_sightings_gone AS g
        WHERE o.installation_id = g.installation_id AND o.observation_id = g.observation_id;
        UPDATE pg_temp.pg_sightings_part AS p SET retracted = true
        FROM pg_temp.pg_sightings_gone AS g WHERE g.installation_id = p.installation_id AND g.observation_id = p.was;

        INSERT INTO LEDGER.source AS s (name)
        SELECT DISTINCT l.source FROM pg_temp.pg_sightings_look AS l
        WHERE NOT EXISTS (SELECT FROM LEDGER.source AS known WHERE known.name = l.source)
        ORDER BY l.source
        ON CONFLICT (name) DO NOTHING;
        -- numbers are given in the order of the rows
        WITH fresh AS (
            SELECT l.*, pg_catalog.row_number() OVER (ORDER BY l.look) AS n FROM pg_temp.pg_sightings_look AS l WHERE l.outcome IN ('loaded', 'updated')
        ), made AS (
            INSERT INTO LEDGER.observation AS o (installation_id, observed_from, observed_at, source_id, completeness, scope, gsd_m, cloud_cover, footprint, url, note,
                                                 load_id, recorded_by)
            SELECT f.installation_id, f.observed_from, f.observed_at, s.source_id, f.completeness, coalesce(f.scope, former.scope, f.known_scope, '{}'), f.gsd_m, f.cloud_cover,
                   f.footprint, f.url, f.note, this_load, NULL
            FROM fresh AS f
            JOIN LEDGER.source AS s ON s.name = f.source
            LEFT JOIN LEDGER.observation AS former ON former.installation_id = f.installation_id AND former.observation_id = f.observation_id
            ORDER BY f.n
            RETURNING o.installation_id, o.observation_id
        ), numbered AS (
            SELECT m.*, pg_catalog.row_number() OVER (ORDER BY m.observation_id) AS n FROM made AS m
        )
        UPDATE pg_temp.pg_sightings_look AS l SET former_id = l.observation_id, observation_id = m.observation_id
        FROM fresh AS f
        LEFT JOIN numbered AS m ON m.n = f.n AND m.installation_id = f.installation_id
        WHERE l.look = f.look;
        IF EXISTS (SELECT FROM pg_temp.pg_sightings_look AS l WHERE l.outcome IN ('loaded', 'updated') AND l.observation_id IS NULL) THEN
            RAISE EXCEPTION 'a look cannot be recorded'
                USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'A trigger on the table of observations passed over it, or changed it.';
        END IF;

        INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, count, location, confidence, note, load_id, recorded_by,
                                     retracted_at, retraction_reason)
        SELECT l.installation_id, l.observation_id, s.asset_class_id, s.count, s.location, s.confidence, l.mark, this_load, NULL, former.retracted_at,
               former.retraction_reason
        FROM pg_temp.pg_sightings_look AS l
        JOIN pg_temp.pg_sightings_seen AS s ON s.look = l.look
        LEFT JOIN LATERAL (
            SELECT t.retracted_at, t.retraction_reason
            FROM LEDGER.sighting AS t
            WHERE t.installation_id = l.installation_id AND t.observation_id = l.former_id AND t.note = l.mark AND t.retracted_at IS NOT NULL
                AND t.retracted_by_load IS NULL AND ROW(t.asset_class_id, t.count, t.confidence, t.location)::text = ROW(s.asset_class_id, s.count, s.confidence, s.location)::text
            LIMIT 1) AS former ON l.former_id IS NOT NULL
        WHERE l.outcome IN ('loaded', 'updated')
        ORDER BY l.look, s.asset_class_id;
        -- what people told of it goes along
        INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location, confidence, note, load_id, recorded_by)
        SELECT s.installation_id, l.observation_id, s.asset_class_id, s.designation, s.status, s.count, s.location, s.confidence, s.note, this_load, s.recorded_by
        FROM pg_temp.pg_sightings_look AS l
        JOIN LEDGER.sighting AS s ON s.installation_id = l.installation_id AND s.observation_id = l.former_id
        WHERE l.outcome = 'updated' AND s.note IS DISTINCT FROM l.mark AND s.retracted_at IS NULL
        ORDER BY s.installation_id, s.observation_id, s.sighting_id;

        INSERT INTO LEDGER.imported_former (load_id, installation_id, origin, record, observation_id, detail)
        SELECT this_load, i.installation_id, i.origin, i.record, i.observation_id, i.detail
        FROM pg_temp.pg_sightings_part AS p
        JOIN pg_temp.pg_sightings_look AS l ON l.look = p.look
        JOIN LEDGER.imported AS i ON i.installation_id = p.installation_id AND i.origin = p.origin AND i.record = p.record
        WHERE p.was <> l.observation_id;
        INSERT INTO LEDGER.imported AS i (installation_id, origin, record, observation_id, detail)
        SELECT p.installation_id, p.origin, p.record, l.observation_id, pg_catalog.jsonb_build_object('completeness', coalesce(l.said, l.completeness))
        FROM pg_temp.pg_sightings_part AS p
        JOIN pg_temp.pg_sightings_look AS l ON l.look = p.look
        WHERE p.was IS NULL OR p.was <> l.observation_id
        ON CONFLICT (installation_id, origin, record) DO UPDATE SET observation_id = EXCLUDED.observation_id, detail = EXCLUDED.detail;
    END IF;
    DROP TABLE pg_temp.pg_sightings_gone;
    IF (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_look AS l WHERE l.outcome = 'loaded') THEN
        PERFORM LEDGER.import_analyze((SELECT count(*) FROM pg_temp.pg_sightings_look AS l WHERE l.outcome = 'loaded'));
    END IF;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_looks() IS
    'internal: makes the looks of some records, and what they show, what pg_temp.pg_sightings_look, pg_sightings_part and pg_sightings_seen say; what the imports call. A look that differs is retracted and recorded anew, with what people added to it';

CREATE OR REPLACE FUNCTION LEDGER.import_step(percent integer) RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT FROM pg_catalog.pg_try_advisory_xact_lock_shared((SELECT l.tableoid FROM LEDGER.ledger AS l)::integer, 200 + import_step.percent) AS shown WHERE shown;
END;
COMMENT ON FUNCTION LEDGER.import_step(integer) IS
    'internal: how far an import is, for import_progress: an advisory lock that says the ledger and 200 more than the percentage';

-- (no table of the catalog, which Citus would read on another server than the locks)
CREATE OR REPLACE VIEW LEDGER.import_progress AS
SELECT k.pid, pg_catalog.pg_get_userbyid(a.usesysid)::text AS loader, a.xact_start AS since, max(k.objid::bigint)::integer - 200 AS percent
FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS own
JOIN pg_catalog.pg_locks AS k ON k.database = own.datid
JOIN pg_catalog.pg_stat_get_activity(NULL::integer) AS a ON a.pid = k.pid
WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 2 AND k.objid::bigint >= 200::bigint
    AND k.classid = (SELECT l.tableoid FROM LEDGER.ledger AS l)
GROUP BY k.pid, a.usesysid, a.xact_start;
COMMENT ON VIEW LEDGER.import_progress IS
    'how far the imports of items and detections are that run just now, in steps; at 100 the derivation is left, for which see derivation_progress';

CREATE OR REPLACE FUNCTION LEDGER.import_analyze(loaded bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    grown text;
BEGIN
    FOR grown IN
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.oid = (SELECT l.relnamespace FROM pg_catalog.pg_class AS l WHERE l.oid = LEDGER_TABLE::oid)
            AND c.relname IN ('observation', 'sighting', 'imported', 'image', 'reading') AND c.reltuples < (5::bigint * loaded)::float4
            AND pg_catalog.pg_has_role(c.relowner, text 'USAGE')
    LOOP
        EXECUTE 'ANALYZE (SKIP_LOCKED) ' || grown;
    END LOOP;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_analyze(bigint) IS
    'internal: statistics of the tables that so many new looks have made much larger, if the caller may';

CREATE OR REPLACE FUNCTION LEDGER.import_undo(number bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    later bigint;
BEGIN
    SELECT pg_catalog.max(l.load_id) INTO later
    FROM (SELECT f.by_load AS load_id FROM LEDGER.image_former AS f WHERE f.load_id = number
          UNION ALL
          SELECT f.by_load FROM LEDGER.reading_former AS f WHERE f.load_id = number
          UNION ALL
          SELECT r.load_id FROM LEDGER.image AS i JOIN LEDGER.reading AS r ON r.image = i.origin AND r.record = i.record
          WHERE i.load_id = number AND r.load_id > number
          UNION ALL
          -- looks that another made of them, as at an installation that was not there before
          SELECT o.load_id
          FROM (SELECT i.origin, i.record FROM LEDGER.image AS i WHERE i.load_id = number
                UNION ALL
                SELECT r.origin, import_read_record(r.image, r.record) FROM LEDGER.reading AS r WHERE r.load_id = number) AS mine
          JOIN LEDGER.imported AS known ON known.origin = mine.origin AND known.record = mine.record
          JOIN LEDGER.observation AS o ON o.installation_id = known.installation_id AND o.observation_id = known.observation_id
          WHERE o.load_id > number AND o.retracted_at IS NULL) AS l;
    IF later IS NOT NULL THEN
        RAISE EXCEPTION 'load % rests on load %', later, number
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'It corrected or read images that that one brought, or made looks of them.',
                HINT = pg_catalog.format('Undo load %s first.', later);
    END IF;
    DELETE FROM LEDGER.reading AS r WHERE r.load_id = number;
    INSERT INTO LEDGER.reading (origin, image, record, footprint, scope, doubt, classes, scores, reaches, places, load_id)
    SELECT f.origin, f.image, f.record, f.footprint, f.scope, f.doubt, f.classes, f.scores, f.reaches, f.places, f.load_id
    FROM LEDGER.reading_former AS f WHERE f.by_load = number;
    UPDATE LEDGER.image AS i
    SET (source, observed_from, observed_at, clear, scope, gsd_m, cloud_cover, footprint, url, note, detail, load_id) =
        (f.source, f.observed_from, f.observed_at, f.clear, f.scope, f.gsd_m, f.cloud_cover, f.footprint, f.url, f.note, f.detail, f.load_id)
    FROM LEDGER.image_former AS f
    WHERE f.by_load = number AND i.origin = f.origin AND i.record = f.record;
    DELETE FROM LEDGER.image AS i WHERE i.load_id = number;
    DELETE FROM LEDGER.reading_former AS f WHERE f.by_load = number;
    DELETE FROM LEDGER.image_former AS f WHERE f.by_load = number;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_undo(bigint) IS
    'internal: part of undo_load(): what a load delivered of images and readings is as it was before; an error (55000) where a later load rests on it';

    $sql$);
END;
$create$;
COMMENT ON FUNCTION import_look_create(name) IS
    'part of create_ledger: what the imports have in common';
