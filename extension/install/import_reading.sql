
/*
 * imports of a ledger: what detectors read from images
 *
 * The features of a reading are counted by installation and class. Each counts at the
 * installations in whose areas its middle lies; of areas that are not nested, at the nearer one's.
 * So where something counts depends on where it is, and on no image.
 *
 * Readings of tiles are one look. Where tiles overlap, one thing may have been found in several:
 * features of one class that are the nearest to each other, and no farther apart than they
 * reach (or 10 m), are one. What was found there in one tile only may be the same as what was
 * found in another, a little farther off: so many at least as one tile has, as many at most as all have.
 * So may what two tiles show side by side, no farther apart than both reach: the edge may cut it.
 */
CREATE FUNCTION import_reading_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.import_found(detector text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    several bigint[];
    counted bigint[];
    site bigint;
BEGIN
    CREATE TEMP TABLE pg_sightings_read ON COMMIT DROP AS
    SELECT pg_catalog.row_number() OVER () AS read, pg_catalog.dense_rank() OVER (ORDER BY r.origin, i.origin, i.source, i.observed_from, i.observed_at) AS moment,
           r.origin AS reader, r.scope AS sought, r.doubt, i.origin, i.record, import_read_record(i.origin, i.record) AS read_record, i.source, i.observed_from, i.observed_at, i.clear, i.gsd_m, i.cloud_cover, i.url, i.note,
           -- what is of another place now was not read there
           CASE WHEN ST_AsBinary(r.footprint) = ST_AsBinary(i.footprint) THEN i.footprint ELSE ST_Intersection(i.footprint, r.footprint, (-1)::float8) END AS footprint,
           ST_Envelope(ST_Collect(r.footprint, r.places)) AS extent
    FROM pg_temp.pg_sightings_moment AS m
    JOIN LEDGER.image AS i ON i.observed_at = m.observed_at AND i.origin = m.origin AND i.observed_from = m.observed_from AND i.source = m.source
    JOIN LEDGER.reading AS r ON r.image = i.origin AND r.record = i.record
    WHERE import_found.detector IS NULL OR r.origin = import_found.detector;

    IF (SELECT count(*) > 100::bigint FROM pg_temp.pg_sightings_read AS r) THEN
        ANALYZE pg_temp.pg_sightings_read;
    END IF;
    CREATE TEMP TABLE pg_sightings_area ON COMMIT DROP AS
    SELECT i.installation_id, i.location, installation_area(i.location, i.boundary, i.radius_m) AS area
    FROM LEDGER.installation AS i
    WHERE i.installation_id IN (SELECT near.installation_id FROM pg_temp.pg_sightings_read AS r
                                JOIN LEDGER.installation AS near ON installation_area(near.location, near.boundary, near.radius_m) && r.extent);
    CREATE INDEX ON pg_temp.pg_sightings_area USING gist (area);
    ANALYZE pg_temp.pg_sightings_area;
    CREATE TEMP TABLE pg_sightings_found ON COMMIT DROP AS
    SELECT r.moment, r.read, f.n, f.class, f.score, f.reach, f.geom AS place, a.installation_id, false AS again, false AS alone
    FROM pg_temp.pg_sightings_read AS r
    JOIN LEDGER.reading AS g ON g.origin = r.reader AND g.image = r.origin AND g.record = r.record
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(g.classes), pg_catalog.unnest(g.scores), pg_catalog.unnest(g.reaches), ST_Dump(g.places))
        WITH ORDINALITY AS f (class, score, reach, path, geom, n)
    JOIN pg_temp.pg_sightings_area AS a ON ST_Covers(a.area, f.geom);

    -- the nearest first; each further one counts it if it is nested with all that do
    CREATE TEMP TABLE pg_sightings_several ON COMMIT DROP AS
    SELECT f.read, f.n, pg_catalog.array_agg(f.installation_id ORDER BY ST_Distance(f.place::geography, a.location::geography, false), f.installation_id) AS sites
    FROM pg_temp.pg_sightings_found AS f
    JOIN pg_temp.pg_sightings_area AS a ON a.installation_id = f.installation_id
    GROUP BY f.read, f.n
    HAVING count(*) > 1::bigint;
    FOR several IN SELECT DISTINCT s.sites FROM pg_temp.pg_sightings_several AS s LOOP
        counted := '{}';
        FOREACH site IN ARRAY several LOOP
            IF NOT EXISTS (SELECT FROM pg_temp.pg_sightings_area AS a
                           JOIN pg_temp.pg_sightings_area AS b ON b.installation_id = ANY (counted)
                           WHERE a.installation_id = site AND NOT ST_Covers(a.area, b.area) AND NOT ST_Covers(b.area, a.area)) THEN
                counted := pg_catalog.array_append(counted, site);
            END IF;
        END LOOP;
        DELETE FROM pg_temp.pg_sightings_found AS f
        USING pg_temp.pg_sightings_several AS s
        WHERE s.sites::text = several::text AND f.read = s.read AND f.n = s.n AND f.installation_id <> ALL (counted);
    END LOOP;

    IF EXISTS (SELECT FROM pg_temp.pg_sightings_read AS r GROUP BY r.moment HAVING count(*) > 1::bigint) THEN
        CREATE INDEX ON pg_temp.pg_sightings_found USING gist (place);
        CREATE INDEX ON pg_temp.pg_sightings_found (read, n);
        ANALYZE pg_temp.pg_sightings_found;
        CREATE TEMP TABLE pg_sightings_pair ON COMMIT DROP AS
        SELECT p.*, pg_catalog.row_number() OVER (PARTITION BY p.read, p.n, p.other ORDER BY p.metres <= greatest(f.reach, g.reach, 10::float8) DESC, p.metres, p.other_n) AS nearest,
               p.metres <= greatest(f.reach, g.reach, 10::float8) AS near, false AS same
        FROM (SELECT DISTINCT f.read, f.n, g.read AS other, g.n AS other_n, ST_DistanceSphere(f.place, g.place) AS metres,
                     (g.score, f.read) > (f.score, g.read) AS less
              FROM pg_temp.pg_sightings_found AS f
              CROSS JOIN LATERAL (SELECT pg_catalog.max(greatest(2::float8 * all_found.reach, 10::float8)) / 110000::float8 AS degrees FROM pg_temp.pg_sightings_found AS all_found) AS far
              JOIN pg_temp.pg_sightings_found AS g
                  ON g.place && ST_Expand(f.place, far.degrees / greatest(cos(radians(ST_Y(f.place))), 0.01::float8), far.degrees, 0::float8, 0::float8)
              WHERE g.moment = f.moment AND g.read <> f.read AND g.class = f.class) AS p
        JOIN pg_temp.pg_sightings_found AS f ON f.read = p.read AND f.n = p.n
        JOIN pg_temp.pg_sightings_found AS g ON g.read = p.other AND g.n = p.other_n
        WHERE p.metres <= greatest(f.reach + g.reach, 10::float8);
        UPDATE pg_temp.pg_sightings_pair AS p SET same = true
        FROM pg_temp.pg_sightings_pair AS q
        WHERE q.read = p.other AND q.n = p.other_n AND q.other = p.read AND q.other_n = p.n AND q.nearest = 1::bigint AND p.nearest = 1::bigint AND p.near;
        UPDATE pg_temp.pg_sightings_found AS f
        SET again = EXISTS (SELECT FROM pg_temp.pg_sightings_pair AS p WHERE p.read = f.read AND p.n = f.n AND p.less AND p.same),
            alone = NOT EXISTS (SELECT FROM pg_temp.pg_sightings_pair AS p WHERE p.read = f.read AND p.n = f.n AND p.same)
                AND (EXISTS (SELECT FROM pg_temp.pg_sightings_read AS r WHERE r.moment = f.moment AND r.read <> f.read AND ST_Covers(r.footprint, f.place))
                     OR EXISTS (SELECT FROM pg_temp.pg_sightings_pair AS p
                                WHERE p.read = f.read AND p.n = f.n AND NOT EXISTS (
                                    SELECT FROM pg_temp.pg_sightings_pair AS q WHERE q.read = p.other AND q.n = p.other_n AND q.same)));
        DROP TABLE pg_temp.pg_sightings_pair;
    END IF;
    DROP TABLE pg_temp.pg_sightings_several;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_found(text) IS
    'internal: what a detector (NULL: all) found in the images of pg_temp.pg_sightings_moment, by installation: pg_sightings_read, pg_sightings_area and pg_sightings_found. again: found better in another tile; alone: another tile shows the place, and not this, or what may be part of it';

CREATE OR REPLACE FUNCTION LEDGER.import_readings(detector text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
BEGIN
    PERFORM LEDGER.import_found(detector);
    CREATE TEMP TABLE pg_sightings_met ON COMMIT DROP AS
    SELECT pg_catalog.dense_rank() OVER (ORDER BY r.observed_at, r.moment, a.installation_id) AS look, a.installation_id, a.area, r.*
    FROM pg_temp.pg_sightings_read AS r
    JOIN pg_temp.pg_sightings_area AS a ON ST_Intersects(a.area, r.footprint);
    INSERT INTO pg_temp.pg_sightings_look (look, moment, installation_id, source, mark, observed_from, observed_at, completeness, scope, gsd_m, cloud_cover, footprint,
                                           url, note, withdrawn)
    SELECT r.look, min(r.moment), min(r.installation_id), substr(min(r.reader), 10), 'detected by ' || substr(min(r.reader), 10),
           nullif(min(r.observed_from), min(r.observed_at)), min(r.observed_at),
           CASE WHEN min(r.doubt) IS NULL AND bool_and(r.clear AND its.completeness IS DISTINCT FROM 'partial') AND ST_Covers(ST_Union(r.footprint), (pg_catalog.array_agg(r.area))[1]) THEN 'complete' ELSE 'partial' END,
           CASE WHEN min(r.sought::text) = max(r.sought::text) THEN min(r.sought::text)::ltree[] ELSE '{}' END,
           CASE WHEN pg_catalog.count(r.gsd_m) = count(*) THEN max(r.gsd_m) END, max(r.cloud_cover), ST_Union(r.footprint),
           (pg_catalog.array_agg(r.url ORDER BY r.record))[1], string_agg(r.note, '; ' ORDER BY r.record),
           min(its.retraction_reason)
    FROM pg_temp.pg_sightings_met AS r
    -- what was read from an image is as its look is, by whosever word
    LEFT JOIN (LEDGER.imported AS i JOIN LEDGER.observation AS its ON its.installation_id = i.installation_id AND its.observation_id = i.observation_id)
        ON i.installation_id = r.installation_id AND i.origin = r.origin AND i.record = r.record
    GROUP BY r.look;
    INSERT INTO pg_temp.pg_sightings_part (look, installation_id, origin, record)
    SELECT r.look, r.installation_id, r.reader, r.read_record FROM pg_temp.pg_sightings_met AS r;
    INSERT INTO pg_temp.pg_sightings_part (installation_id, origin, record, why)
    SELECT known.installation_id, r.reader, r.read_record, 'its image: the imported record is of another place now'
    FROM pg_temp.pg_sightings_read AS r
    JOIN LEDGER.imported AS known ON known.origin = r.reader AND known.record = r.read_record
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_met AS met WHERE met.installation_id = known.installation_id AND met.read = r.read);
    INSERT INTO pg_temp.pg_sightings_seen (look, asset_class_id, count, location, confidence)
    SELECT l.look, c.class, int4range(sum(c.sure)::int + max(c.alone)::int, sum(c.sure + c.alone)::int, '[]'),
           (pg_catalog.array_agg(c.place ORDER BY c.best DESC, c.place))[1],
           -- rounded, but not over the threshold
           greatest(min(c.least), least(max(c.best), round((sum(c.scores) / sum(c.sure + c.alone)::float8)::numeric, 6)::float8))
    FROM (SELECT f.moment, f.installation_id, f.class, f.score >= coalesce(s.min_confidence, ledger.min_confidence) AS proves,
                 count(*) FILTER (WHERE NOT f.alone) AS sure, count(*) FILTER (WHERE f.alone) AS alone, sum(f.score) AS scores,
                 min(f.score) AS least, max(f.score) AS best, (pg_catalog.array_agg(f.place ORDER BY f.score DESC, f.place))[1] AS place
          FROM pg_temp.pg_sightings_found AS f
          JOIN pg_temp.pg_sightings_read AS r ON r.read = f.read
          CROSS JOIN LEDGER.ledger AS ledger
          LEFT JOIN LEDGER.source AS s ON s.name = substr(r.reader, 10)
          WHERE NOT f.again
          GROUP BY f.moment, f.read, f.installation_id, f.class, proves) AS c
    JOIN pg_temp.pg_sightings_look AS l ON l.moment = c.moment AND l.installation_id = c.installation_id
    GROUP BY l.look, c.class, c.proves;
    PERFORM LEDGER.import_step(80);
    PERFORM LEDGER.import_looks();
    DROP TABLE pg_temp.pg_sightings_area;
END;
$body$;
COMMENT ON FUNCTION LEDGER.import_readings(text) IS
    'internal: makes the looks of a detector (NULL: of all) at the images of pg_temp.pg_sightings_moment what its readings say; leaves pg_sightings_read, pg_sightings_found, pg_sightings_met and pg_sightings_look';
    $sql$);
END;
$create$;
COMMENT ON FUNCTION import_reading_create(name) IS
    'part of create_ledger: the looks that follow from what detectors read';
