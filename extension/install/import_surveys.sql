
/*
 * imports of a ledger: surveys
 *
 * Three tables take what COPY brings, one row per site, per survey and per count; then
 * import_surveys() loads them all and empties them, or says of each row why not and keeps
 * it. A survey that was not sampled is no look at all: nothing is known, not even zero; one
 * that is corrected to that is retracted. A sampled one without a count of a class in its
 * scope found none of it. What people count they see by eye: no pixel is too coarse.
 * A site is known by its site_id as soon as a survey of it is loaded.
 *
 * import_counted() does the work for this and for import_flat(), set by set: it is given
 * three temporary tables, judges each row, compares what is left with what is known of it,
 * and writes what is new, as one load. A look that is corrected is retracted and recorded
 * anew, with what people have retracted of it or added to it.
 */
CREATE FUNCTION import_when(said text, zone text, OUT since timestamptz, OUT until timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
    SET search_path FROM CURRENT
AS $body$
DECLARE
    clock constant text := '[T ] ?\d{1,2}:\d\d(:\d\d(\.\d+)?)?';
BEGIN
    IF said ~ '^\d{4}-\d\d-\d\d$' THEN
        since := said::date::timestamp AT TIME ZONE zone;
        until := (said::date + 1)::timestamp AT TIME ZONE zone - interval '1 microsecond';
    ELSIF said ~ ('^\d{4}-\d\d-\d\d' || clock || '$') THEN
        until := said::timestamp AT TIME ZONE zone;
    ELSIF said ~ ('^\d{4}-\d\d-\d\d' || clock || ' ?(Z|[-+]\d\d(:?\d\d){0,2})$') THEN
        until := said::timestamptz;
    ELSIF said ~ '^[^/]+/[^/]+$' THEN
        since := (SELECT coalesce(w.since, w.until) FROM import_when(split_part(said, '/', 1), zone) AS w);
        until := (SELECT w.until FROM import_when(split_part(said, '/', 2), zone) AS w);
        IF since IS NULL THEN
            until := NULL;
        END IF;
    END IF;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
    since := NULL;
    until := NULL;
END;
$body$;
COMMENT ON FUNCTION import_when(text, text) IS
    'internal: a date, a time or from/to as ISO 8601 has them: of a date the whole day, in a time zone, as of what has no offset; since NULL: an instant; until NULL: none of these';

CREATE FUNCTION import_count(said text) RETURNS int4range
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE
        WHEN said ~ '^\d{1,9}$' THEN int4range(said::int, said::int, '[]')
        WHEN word ~ '^\d{1,9}(\.0+)?$' THEN int4range(least, least, '[]')
        WHEN word ~ '^\d{1,9} ?(-|\.\.|to) ?\d{1,9}$' AND least <= most THEN int4range(least, most, '[]')
        WHEN word ~ '^(\d{1,9} ?(\+|\.\.|or more)|(at least|>=) ?\d{1,9})$' THEN int4range(least, NULL)
        WHEN word ~ '^(more than|>) ?\d{1,9}$' THEN int4range(least + 1, NULL)
        WHEN word ~ '^(at most|up to|<=) ?\d{1,9}$' THEN int4range(0, least, '[]')
        WHEN word ~ '^(fewer than|less than|<) ?\d{1,9}$' AND least > 0 THEN int4range(0, least)
        WHEN word IN ('x', 'present') THEN int4range(1, NULL)
    END
    FROM (SELECT lower(btrim(said)) AS word, substring(said FROM '\d{1,9}')::int AS least, substring(said FROM '(\d{1,9})\D*$')::int AS most) AS w;
END;
COMMENT ON FUNCTION import_count(text) IS
    'internal: a count as people write it: 3; 3-5, 3..5, 3 to 5; 4+, 4.., at least 4, >= 4, 4 or more; more than 4, > 4; at most 4, up to 4, <= 4; fewer than 4, < 4; X, present (seen, not counted: at least 1). NULL: none of these, as a number with "about", which has no bounds';

CREATE FUNCTION import_surveys_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE TABLE IF NOT EXISTS %1$I.survey_site (
    site_id text, name text, lon double precision, lat double precision, kind text
);
COMMENT ON TABLE %1$I.survey_site IS
    'to be filled by COPY for import_surveys(): places, lon and lat in degrees (WGS 84)';
CREATE TABLE IF NOT EXISTS %1$I.survey (
    survey_id text, site_id text, observed_at text, sampled boolean DEFAULT true,
    partial boolean DEFAULT false, note text, observed_from text
);
COMMENT ON TABLE %1$I.survey IS
    'to be filled by COPY for import_surveys(): looks; observed_at: a time, or a date, which is a look that lasted that day; sampled not true: it did not take place; partial not false: not all was seen; observed_from: when one that lasted began';
CREATE TABLE IF NOT EXISTS %1$I.survey_count (
    survey_id text, class text, n text, designation text, status text, part text
);
COMMENT ON TABLE %1$I.survey_count IS
    'to be filled by COPY for import_surveys(): what was counted, n of a class (by name, alias or path) in a survey; n: 3, 3-5, 4+, at most 4, X (seen, not counted); part: what tells rows apart that add up, as sex or age';

CREATE OR REPLACE FUNCTION %1$I.import_counted(source text, scope text[], time_zone text, kind text, what text, new_classes boolean)
    RETURNS SETOF %1$I.import_row
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
    SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
    this_origin constant text := 'survey:' || source;
    mark constant text := 'counted by ' || source;
    zone constant text := coalesce(time_zone, pg_catalog.current_setting('TimeZone'));
    places ltree[] := '{}';
    lost bigint;
    word text;
    place ltree;
    this_load bigint;
    of_source integer;
    renames jsonb;
    records bigint;
BEGIN
    IF coalesce(source, '') = '' THEN
        RAISE EXCEPTION 'surveys need a source' USING ERRCODE = '22S07';
    END IF;
    IF octet_length(source) > 500 THEN
        RAISE EXCEPTION 'the name of a source is too long'
            USING ERRCODE = '22S07', DETAIL = 'It must have at most 500 bytes.';
    END IF;
    IF to_regclass('pg_temp.pg_sightings_count_said') IS NULL THEN
        RAISE EXCEPTION 'nothing was read that could be loaded'
            USING ERRCODE = '22S07', HINT = 'Call import_surveys() or import_flat().';
    END IF;
    PERFORM now() AT TIME ZONE zone;
    ANALYZE pg_temp.pg_sightings_site_said;
    ANALYZE pg_temp.pg_sightings_survey_said;
    ANALYZE pg_temp.pg_sightings_count_said;

    -- classes, by each word once
    CREATE TEMP TABLE pg_sightings_word ON COMMIT DROP AS
    SELECT w.word, min(k.asset_class_id) AS asset_class_id
    FROM (SELECT DISTINCT c.class AS word FROM pg_temp.pg_sightings_count_said AS c) AS w
    LEFT JOIN (
        SELECT pg_catalog.lower(c.name) AS word, c.asset_class_id FROM %1$I.asset_class AS c
        UNION ALL
        SELECT pg_catalog.lower(alias), c.asset_class_id FROM %1$I.asset_class AS c CROSS JOIN LATERAL pg_catalog.unnest(c.aliases) AS alias
        UNION ALL
        SELECT ltree2text(c.path), c.asset_class_id FROM %1$I.asset_class AS c) AS k ON k.word IN (w.word, pg_catalog.lower(w.word))
    GROUP BY w.word;
    ANALYZE pg_temp.pg_sightings_word;
    IF new_classes THEN
        WITH made AS (
            INSERT INTO %1$I.asset_class (path, name)
            SELECT text2ltree(CASE WHEN w.n = 1 AND NOT EXISTS (SELECT FROM %1$I.asset_class AS c WHERE ltree2text(c.path) = w.label) THEN w.label
                                   ELSE w.label || '_' || pg_catalog.left(pg_catalog.md5(w.word), 8) END), w.word
            FROM (SELECT l.*, pg_catalog.row_number() OVER (PARTITION BY l.label ORDER BY l.word) AS n
                  FROM (SELECT min(w.word) AS word, coalesce(nullif(pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.left(pg_catalog.lower(w.word), 200), '[^a-z0-9]+', '_', 'g'), '_'), ''), 'class') AS label
                        FROM pg_temp.pg_sightings_word AS w
                        WHERE w.asset_class_id IS NULL AND w.word <> ''
                        GROUP BY pg_catalog.lower(w.word)) AS l) AS w
            RETURNING name, asset_class_id)
        UPDATE pg_temp.pg_sightings_word AS w SET asset_class_id = made.asset_class_id
        FROM made
        WHERE pg_catalog.lower(made.name) = pg_catalog.lower(w.word);
        GET DIAGNOSTICS records = ROW_COUNT;
        IF records > 0::bigint THEN
            RETURN QUERY SELECT 'class', 'loaded', NULL::text, records, NULL::text;
        END IF;
    END IF;
    IF import_counted.scope IS NULL THEN
        places := ARRAY(SELECT DISTINCT c.path FROM pg_temp.pg_sightings_word AS w JOIN %1$I.asset_class AS c ON c.asset_class_id = w.asset_class_id ORDER BY c.path);
    END IF;
    FOREACH word IN ARRAY coalesce(import_counted.scope, '{}') LOOP
        IF word = '*' THEN
            places := pg_catalog.array_cat(places, ARRAY(SELECT DISTINCT subltree(c.path, 0, 1) AS top FROM %1$I.asset_class AS c ORDER BY top));
        ELSE
            SELECT c.path INTO place FROM %1$I.asset_class AS c
            WHERE pg_catalog.lower(word) = pg_catalog.lower(c.name) OR ltree2text(c.path) = word
            ORDER BY ltree2text(c.path) = word DESC
            LIMIT 1;
            -- (one that is above classes and none itself is checked as any look's)
            places := pg_catalog.array_append(places, coalesce(place, word::ltree));
        END IF;
    END LOOP;

    -- what the surveys of this source were of; one that was of several places is of none
    -- (rows are compared, and not each column, so that no index but that of sites can give the order)
    CREATE TEMP TABLE pg_sightings_known ON COMMIT DROP AS
    SELECT t.site_id, lowest.installation_id
    FROM (SELECT s.site_id FROM pg_temp.pg_sightings_survey_said AS s
          UNION
          SELECT t.site_id FROM pg_temp.pg_sightings_site_said AS t) AS t
    CROSS JOIN LATERAL (
        SELECT i.origin, i.detail ->> text 'site' AS site, i.installation_id
        FROM %1$I.imported AS i
        JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        WHERE (i.origin, i.detail ->> text 'site', i.installation_id) >= (this_origin, t.site_id, bigint '-9223372036854775808') AND i.detail ->> text 'site' IS NOT NULL
            AND o.retracted_at IS NULL
        ORDER BY i.origin, i.detail ->> text 'site', i.installation_id
        LIMIT 1) AS lowest
    CROSS JOIN LATERAL (
        SELECT i.origin, i.detail ->> text 'site' AS site, i.installation_id
        FROM %1$I.imported AS i
        JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
        WHERE (i.origin, i.detail ->> text 'site', i.installation_id) <= (this_origin, t.site_id, bigint '9223372036854775807') AND i.detail ->> text 'site' IS NOT NULL
            AND o.retracted_at IS NULL
        ORDER BY i.origin DESC, i.detail ->> text 'site' DESC, i.installation_id DESC
        LIMIT 1) AS highest
    WHERE lowest.origin = this_origin AND lowest.site = t.site_id AND highest.origin = this_origin AND highest.site = t.site_id AND highest.installation_id = lowest.installation_id;
    ANALYZE pg_temp.pg_sightings_known;
    -- (such a site need not be brought again, and may have another name now)
    CREATE TEMP TABLE pg_sightings_site ON COMMIT DROP AS
    SELECT t.*, k.installation_id AS known_id, coalesce(named.installation_id, k.installation_id) AS installation_id, known.name AS old_name,
           NULL::text AS fault,
           -- (of two that were merged neither gives the name)
           named.installation_id IS NULL AND k.installation_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM %1$I.imported AS i
               WHERE i.installation_id = k.installation_id AND i.origin = this_origin AND i.detail ->> text 'site' <> t.site_id) AS renamed,
           ST_Distance(known.location::geography, ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326)::geography, true) AS metres,
           (ST_X(named.location), ST_Y(named.location)) <> (t.lon, t.lat) AS elsewhere
    FROM (SELECT t.site_id, coalesce(min(nullif(t.name, '')), min(known.name), min(t.site_id)) AS name, min(t.lon) AS lon, min(t.lat) AS lat, min(nullif(t.kind, '')) AS kind,
                 greatest(pg_catalog.count(DISTINCT nullif(t.name, '')), pg_catalog.count(DISTINCT t.lon), pg_catalog.count(DISTINCT t.lat), pg_catalog.count(DISTINCT nullif(t.kind, ''))) AS told,
                 coalesce(bool_and(t.lon BETWEEN (-180)::float8 AND 180::float8 AND t.lat BETWEEN (-90)::float8 AND 90::float8)
                    FILTER (WHERE t.lon IS NOT NULL OR t.lat IS NOT NULL), false) AS on_globe,
                 bool_or(t.lon IS NOT NULL OR t.lat IS NOT NULL) AS placed
          FROM (SELECT t.site_id, t.name, t.lon, t.lat, t.kind FROM pg_temp.pg_sightings_site_said AS t
                UNION ALL
                SELECT k.site_id, NULL, NULL, NULL, NULL FROM pg_temp.pg_sightings_known AS k) AS t
          LEFT JOIN pg_temp.pg_sightings_known AS k ON k.site_id = t.site_id
          LEFT JOIN %1$I.installation AS known ON known.installation_id = k.installation_id
          GROUP BY t.site_id) AS t
    LEFT JOIN pg_temp.pg_sightings_known AS k ON k.site_id = t.site_id
    LEFT JOIN %1$I.installation AS known ON known.installation_id = k.installation_id
    LEFT JOIN %1$I.installation AS named ON named.name = t.name;
    UPDATE pg_temp.pg_sightings_site AS s SET fault = f.fault
    FROM (SELECT s.ctid AS place, CASE
              WHEN coalesce(s.site_id, '') = '' THEN 'a site needs a site_id'
              WHEN octet_length(s.name) > 2000 THEN 'its name has more than 2000 bytes'
              WHEN s.told > 1 THEN 'site_id occurs twice, told otherwise'
              -- (two that were merged have one)
              WHEN count(*) OVER (PARTITION BY s.name) > count(*) OVER (PARTITION BY s.name, s.known_id) OR s.known_id IS NULL AND count(*) OVER (PARTITION BY s.name) > 1
                  THEN 'name occurs twice'
              WHEN s.placed AND NOT s.on_globe THEN 'lon or lat out of range'
              WHEN s.renamed AND s.metres > 1000::float8 THEN 'site_id is known, of another name elsewhere'
              WHEN s.installation_id IS NULL AND NOT s.placed THEN 'a new site needs lon and lat'
          END AS fault
          FROM pg_temp.pg_sightings_site AS s) AS f
    WHERE f.place = s.ctid AND f.fault IS NOT NULL;
    ANALYZE pg_temp.pg_sightings_site;

    CREATE TEMP TABLE pg_sightings_survey ON COMMIT DROP AS
    SELECT s.survey_id, s.site_id, coalesce(begun.since, begun.until, w.since) AS observed_from, w.until AS observed_at, s.sampled, s.partial, s.note,
           CASE
               WHEN coalesce(s.survey_id, '') = '' THEN 'a survey needs a survey_id'
               WHEN octet_length(s.survey_id) > 2000 THEN 'survey_id has more than 2000 bytes'
               WHEN count(*) OVER (PARTITION BY s.survey_id) > 1 THEN 'survey_id occurs twice, told otherwise'
               WHEN t.site_id IS NULL THEN 'unknown site_id'
               WHEN t.fault IS NOT NULL THEN 'its site is rejected'
               WHEN coalesce(s.observed_at, '') = '' THEN 'no observed_at'
               WHEN w.until IS NULL THEN 'observed_at is not a date or a time of ISO 8601'
               -- (today is not over)
               WHEN coalesce(w.since, w.until) > now() OR w.until > now() + interval '24:00:00' THEN 'observed_at is in the future'
               WHEN s.observed_from <> '' AND (coalesce(begun.since, begun.until) <= w.until) IS NOT TRUE
                   THEN 'observed_from is not a date or a time before observed_at'
           END AS fault
    FROM (SELECT DISTINCT s.survey_id, s.site_id, s.observed_at, s.observed_from, s.sampled, s.partial, s.note FROM pg_temp.pg_sightings_survey_said AS s) AS s
    LEFT JOIN pg_temp.pg_sightings_site AS t ON t.site_id = s.site_id
    CROSS JOIN LATERAL import_when(s.observed_at, zone) AS w
    CROSS JOIN LATERAL import_when(nullif(s.observed_from, ''), zone) AS begun;
    ANALYZE pg_temp.pg_sightings_survey;

    CREATE TEMP TABLE pg_sightings_count ON COMMIT DROP AS
    SELECT c.survey_id, c.class, k.asset_class_id, nullif(c.designation, '') AS designation, nullif(c.status, '') AS status,
           -- of an individual it says that it was there
           CASE WHEN c.designation <> '' AND (coalesce(c.n, '') = '' OR pg_catalog.lower(n.count) = 1) THEN int4range(1, 1, '[]') ELSE n.count END AS count,
           mark || coalesce(': ' || nullif(c.part, ''), '') AS note,
           CASE
               WHEN s.survey_id IS NULL THEN 'unknown survey_id'
               WHEN s.sampled IS NOT TRUE THEN 'counted in a survey that was not sampled'
               WHEN k.asset_class_id IS NULL THEN 'unknown asset class'
               WHEN n.count IS NULL AND NOT (c.designation <> '' AND coalesce(c.n, '') = '') THEN 'n is not a count'
               WHEN greatest(octet_length(c.designation), octet_length(c.status), octet_length(c.part)) > 2000 THEN 'designation, status or part has more than 2000 bytes'
               WHEN c.designation <> '' AND (pg_catalog.lower(n.count) > 1 OR pg_catalog.lower(n.count) = 0 AND pg_catalog.upper(n.count) > 2) THEN 'more than one of a designation'
               WHEN count(*) OVER (PARTITION BY c.survey_id, pg_catalog.lower(c.class), coalesce(c.designation, ''), coalesce(c.status, ''), coalesce(c.part, '')) > 1
                   THEN 'the same class occurs twice: part tells rows apart that add up'
           END AS fault
    FROM pg_temp.pg_sightings_count_said AS c
    LEFT JOIN pg_temp.pg_sightings_word AS k ON k.word = c.class
    LEFT JOIN (SELECT s.survey_id, bool_and(s.sampled) AS sampled FROM pg_temp.pg_sightings_survey AS s GROUP BY s.survey_id) AS s ON s.survey_id = c.survey_id
    CROSS JOIN LATERAL (SELECT import_count(c.n) AS count OFFSET 0) AS n;
    CREATE INDEX ON pg_temp.pg_sightings_count (survey_id);
    ANALYZE pg_temp.pg_sightings_count;
    -- a count that cannot be loaded would read as none: its whole survey stays out
    UPDATE pg_temp.pg_sightings_survey AS s SET fault = 'one of its counts is rejected'
    WHERE s.fault IS NULL AND s.survey_id IN (SELECT c.survey_id FROM pg_temp.pg_sightings_count AS c WHERE c.fault IS NOT NULL);
    -- a line of a file that names neither site nor date may be of any of its looks
    SELECT count(*) INTO lost FROM pg_temp.pg_sightings_survey AS s
    WHERE kind = 'counts' AND (s.site_id IS NULL OR s.observed_at IS NULL OR s.fault IN ('unknown site_id', 'its site is rejected'));
    -- nor does a count whose survey is neither here nor known (one that has come meanwhile waits)
    SELECT lost + count(*) INTO lost FROM pg_temp.pg_sightings_count AS c
    WHERE c.fault = 'unknown survey_id'
        AND NOT EXISTS (SELECT FROM %1$I.imported AS i WHERE i.origin = this_origin AND i.record = c.survey_id)
        AND NOT EXISTS (SELECT FROM %1$I.survey AS s WHERE s.survey_id = c.survey_id);
    RETURN QUERY
    SELECT f.part, 'rejected', f.fault, count(*), min(f.id)
    FROM (SELECT 'site' AS part, s.site_id AS id, s.fault FROM pg_temp.pg_sightings_site AS s
          UNION ALL
          SELECT 'survey', s.survey_id, s.fault FROM pg_temp.pg_sightings_survey AS s
          UNION ALL
          SELECT 'count', pg_catalog.concat_ws(' ', c.survey_id, c.class), c.fault FROM pg_temp.pg_sightings_count AS c) AS f
    WHERE f.fault IS NOT NULL
    GROUP BY f.part, f.fault
    ORDER BY f.part, f.fault;

    -- a role that may not rename installations can still load surveys
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('installation_id', s.installation_id, 'was', s.old_name, 'name', s.name)) INTO renames
    FROM pg_temp.pg_sightings_site AS s WHERE s.renamed AND s.fault IS NULL;
    IF renames IS NOT NULL THEN
        UPDATE %1$I.installation AS i SET name = s.name
        FROM pg_temp.pg_sightings_site AS s
        WHERE s.renamed AND s.fault IS NULL AND i.installation_id = s.installation_id;
        RETURN QUERY
        SELECT 'site', 'renamed', 'was "' || s.old_name || '"', 1::bigint, s.site_id
        FROM pg_temp.pg_sightings_site AS s WHERE s.renamed AND s.fault IS NULL
        ORDER BY s.site_id;
    END IF;
    INSERT INTO %1$I.installation (name, kind, location)
    SELECT s.name, s.kind, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)
    FROM pg_temp.pg_sightings_site AS s
    WHERE s.fault IS NULL AND s.installation_id IS NULL
    ORDER BY s.name
    ON CONFLICT (name) DO NOTHING;
    GET DIAGNOSTICS records = ROW_COUNT;
    RETURN QUERY SELECT 'site', 'loaded', NULL::text, records, NULL::text;
    UPDATE pg_temp.pg_sightings_site AS s SET installation_id = i.installation_id
    FROM %1$I.installation AS i
    WHERE s.fault IS NULL AND s.installation_id IS NULL AND i.name = s.name;
    RETURN QUERY
    SELECT 'site', 'unchanged', 'an installation of this name lies elsewhere, and stays there', count(*), min(s.site_id)
    FROM pg_temp.pg_sightings_site AS s
    WHERE s.fault IS NULL AND s.elsewhere
    HAVING count(*) > 0;

    -- what is said of each look, and what is known of it
    CREATE TEMP TABLE pg_sightings_said ON COMMIT DROP AS
    SELECT s.survey_id AS record, t.installation_id, nullif(s.observed_from, s.observed_at) AS observed_from, s.observed_at,
           -- only what is said to be complete is
           CASE WHEN s.partial IS FALSE AND lost = 0 THEN 'complete' ELSE 'partial' END AS completeness,
           -- what was counted as none was looked for
           pg_catalog.array_cat(places, coalesce(none.paths, '{}')) AS scope, s.note,
           pg_catalog.jsonb_build_object('site', s.site_id, 'completeness', CASE WHEN s.partial IS FALSE AND lost = 0 THEN 'complete' ELSE 'partial' END) AS detail, shown.shown
    FROM pg_temp.pg_sightings_survey AS s
    JOIN pg_temp.pg_sightings_site AS t ON t.site_id = s.site_id
    LEFT JOIN (
        SELECT c.survey_id, pg_catalog.string_agg(row.shown, ',' ORDER BY row.shown COLLATE pg_catalog."C") AS shown
        FROM pg_temp.pg_sightings_count AS c
        CROSS JOIN LATERAL (SELECT ROW(c.asset_class_id, c.designation, c.status, c.count, c.note)::text AS shown) AS row
        GROUP BY c.survey_id) AS shown ON shown.survey_id = s.survey_id
    LEFT JOIN (
        SELECT c.survey_id, pg_catalog.array_agg(class.path ORDER BY class.path) AS paths
        FROM (SELECT c.survey_id, c.asset_class_id FROM pg_temp.pg_sightings_count AS c
              GROUP BY c.survey_id, c.asset_class_id
              HAVING bool_and(pg_catalog.upper(c.count) = 1 AND c.designation IS NULL AND c.status IS NULL)) AS c
        JOIN %1$I.asset_class AS class ON class.asset_class_id = c.asset_class_id
        WHERE NOT places @> class.path
            -- (beside some of what lies below it, none of a class means none that is not told more closely)
            AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_count AS other
                            JOIN %1$I.asset_class AS below ON below.asset_class_id = other.asset_class_id
                            WHERE other.survey_id = c.survey_id AND below.path <@ class.path AND pg_catalog.upper(other.count) IS DISTINCT FROM 1)
        GROUP BY c.survey_id) AS none ON none.survey_id = s.survey_id
    WHERE s.fault IS NULL AND s.sampled;
    ANALYZE pg_temp.pg_sightings_said;
    CREATE TEMP TABLE pg_sightings_former ON COMMIT DROP AS
    SELECT i.installation_id, i.record, i.observation_id, i.detail
    FROM pg_temp.pg_sightings_said AS l
    JOIN %1$I.imported AS i ON i.installation_id = l.installation_id AND i.origin = this_origin AND i.record = l.record;
    ANALYZE pg_temp.pg_sightings_former;
    -- a look that somebody has made partial is not made complete again
    UPDATE pg_temp.pg_sightings_said AS l SET completeness = 'partial', detail = f.detail || pg_catalog.jsonb_build_object('site', l.detail -> text 'site')
    FROM pg_temp.pg_sightings_former AS f
    JOIN %1$I.observation AS o ON o.installation_id = f.installation_id AND o.observation_id = f.observation_id
    WHERE l.installation_id = f.installation_id AND l.record = f.record AND o.completeness = 'partial' AND f.detail ->> text 'completeness' = 'complete';
    CREATE TEMP TABLE pg_sightings_shown ON COMMIT DROP AS
    SELECT f.installation_id, f.record, pg_catalog.string_agg(row.shown, ',' ORDER BY row.shown COLLATE pg_catalog."C") AS shown
    FROM pg_temp.pg_sightings_former AS f
    JOIN %1$I.sighting AS s ON s.installation_id = f.installation_id AND s.observation_id = f.observation_id
    CROSS JOIN LATERAL (SELECT ROW(s.asset_class_id, s.designation, s.status, s.count, s.note)::text AS shown) AS row
    WHERE pg_catalog.starts_with(s.note, mark)
        -- what a person retracted was said all the same
        AND (s.retracted_at IS NULL OR s.retracted_by_load IS NULL)
    GROUP BY f.installation_id, f.record;
    ANALYZE pg_temp.pg_sightings_shown;
    CREATE TEMP TABLE pg_sightings_look ON COMMIT DROP AS
    SELECT l.*, f.observation_id AS former_id, f.detail AS former_detail, NULL::bigint AS observation_id,
           CASE
               WHEN f.observation_id IS NULL THEN 'loaded'
               WHEN o.retracted_at IS NOT NULL AND o.retracted_by_load IS NULL THEN 'retracted by hand'
               WHEN o.retracted_at IS NULL AND f.detail IS NOT DISTINCT FROM l.detail AND k.shown IS NOT DISTINCT FROM l.shown
                   AND (o.observed_from, o.observed_at, o.completeness, o.scope::text, o.note, o.gsd_m)
                       IS NOT DISTINCT FROM (l.observed_from, l.observed_at, l.completeness, l.scope::text, l.note, 0::numeric) THEN 'unchanged'
               ELSE 'updated'
           END AS done
    FROM pg_temp.pg_sightings_said AS l
    LEFT JOIN pg_temp.pg_sightings_former AS f ON f.installation_id = l.installation_id AND f.record = l.record
    LEFT JOIN pg_temp.pg_sightings_shown AS k ON k.installation_id = l.installation_id AND k.record = l.record
    LEFT JOIN %1$I.observation AS o ON o.installation_id = f.installation_id AND o.observation_id = f.observation_id;
    ANALYZE pg_temp.pg_sightings_look;
    CREATE TEMP TABLE pg_sightings_gone ON COMMIT DROP AS
    SELECT o.installation_id, o.observation_id, gone.record, gone.why, gone.reason
    FROM (SELECT l.installation_id, l.former_id AS observation_id, l.record, 'was corrected' AS why, NULL AS reason
          FROM pg_temp.pg_sightings_look AS l WHERE l.done = 'updated'
          UNION ALL
          SELECT i.installation_id, i.observation_id, i.record, 'is of another place now', 'its site is another one now'
          FROM pg_temp.pg_sightings_look AS l
          JOIN %1$I.imported AS i ON i.record = l.record AND i.origin = this_origin AND i.installation_id <> l.installation_id
          UNION ALL
          SELECT i.installation_id, i.observation_id, i.record, 'was not sampled', 'it was not sampled'
          FROM pg_temp.pg_sightings_survey AS s
          JOIN %1$I.imported AS i ON i.record = s.survey_id AND i.origin = this_origin
          WHERE s.fault IS NULL AND s.sampled IS NOT TRUE) AS gone
    JOIN %1$I.observation AS o ON o.installation_id = gone.installation_id AND o.observation_id = gone.observation_id
    WHERE o.retracted_at IS NULL;

    IF renames IS NOT NULL OR EXISTS (SELECT FROM pg_temp.pg_sightings_gone)
        OR EXISTS (SELECT FROM pg_temp.pg_sightings_look AS l WHERE l.done IN ('loaded', 'updated')) THEN
        INSERT INTO %1$I.load AS l (kind, what, renamed) VALUES (import_counted.kind, import_counted.what, renames) RETURNING l.load_id INTO this_load;
        INSERT INTO %1$I.source AS s (name) VALUES (import_counted.source) ON CONFLICT (name) DO NOTHING;
        SELECT s.source_id INTO of_source FROM %1$I.source AS s WHERE s.name = import_counted.source;
        UPDATE %1$I.observation AS o
        SET retracted_at = now(), retraction_reason = 'the imported record ' || g.why, retracted_by_load = this_load
        FROM pg_temp.pg_sightings_gone AS g
        WHERE o.installation_id = g.installation_id AND o.observation_id = g.observation_id;

        WITH made AS (
            INSERT INTO %1$I.observation AS o (installation_id, observed_from, observed_at, source_id, completeness, scope, gsd_m, note, load_id, recorded_by)
            SELECT l.installation_id, l.observed_from, l.observed_at, of_source, l.completeness, l.scope, 0, l.note, this_load, NULL
            FROM pg_temp.pg_sightings_look AS l
            WHERE l.done IN ('loaded', 'updated')
            ORDER BY l.observed_at, l.installation_id, l.record
            RETURNING o.installation_id, o.observation_id),
        -- numbers are given in the order in which rows come
        new AS (SELECT m.*, pg_catalog.row_number() OVER (ORDER BY m.observation_id) AS n FROM made AS m),
        said AS (SELECT l.installation_id, l.record, pg_catalog.row_number() OVER (ORDER BY l.observed_at, l.installation_id, l.record) AS n
                 FROM pg_temp.pg_sightings_look AS l WHERE l.done IN ('loaded', 'updated'))
        UPDATE pg_temp.pg_sightings_look AS l SET observation_id = new.observation_id
        FROM said JOIN new ON new.n = said.n AND new.installation_id = said.installation_id
        WHERE l.installation_id = said.installation_id AND l.record = said.record;
        IF EXISTS (SELECT FROM pg_temp.pg_sightings_look AS l WHERE l.done IN ('loaded', 'updated') AND l.observation_id IS NULL) THEN
            RAISE EXCEPTION 'a look cannot be recorded'
                USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'A trigger on the table of observations passed over it, or changed it.';
        END IF;
        INSERT INTO %1$I.imported (installation_id, origin, record, observation_id, detail)
        SELECT l.installation_id, this_origin, l.record, l.observation_id, l.detail FROM pg_temp.pg_sightings_look AS l WHERE l.done = 'loaded';
        INSERT INTO %1$I.imported_former (load_id, installation_id, origin, record, observation_id, detail)
        SELECT this_load, l.installation_id, this_origin, l.record, l.former_id, l.former_detail FROM pg_temp.pg_sightings_look AS l WHERE l.done = 'updated';
        UPDATE %1$I.imported AS i SET observation_id = l.observation_id, detail = l.detail
        FROM pg_temp.pg_sightings_look AS l
        WHERE l.done = 'updated' AND i.installation_id = l.installation_id AND i.origin = this_origin AND i.record = l.record;

        INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, designation, status, count, note, load_id, recorded_by)
        SELECT l.installation_id, l.observation_id, c.asset_class_id, c.designation, c.status, c.count, c.note, this_load, NULL
        FROM pg_temp.pg_sightings_look AS l
        JOIN pg_temp.pg_sightings_count AS c ON c.survey_id = l.record
        WHERE l.done IN ('loaded', 'updated')
        ORDER BY l.observation_id;
        -- what a person retracted of a look stays so
        WITH former AS (
            SELECT l.installation_id, l.observation_id, s.retracted_at, s.retraction_reason,
                   ROW(s.asset_class_id, s.designation, s.status, s.count, s.note)::text AS shown,
                   pg_catalog.row_number() OVER (PARTITION BY l.observation_id, ROW(s.asset_class_id, s.designation, s.status, s.count, s.note)::text) AS n
            FROM pg_temp.pg_sightings_look AS l
            JOIN %1$I.sighting AS s ON s.installation_id = l.installation_id AND s.observation_id = l.former_id
            WHERE l.done = 'updated' AND pg_catalog.starts_with(s.note, mark) AND s.retracted_at IS NOT NULL AND s.retracted_by_load IS NULL),
        present AS (
            SELECT s.installation_id, s.observation_id, s.sighting_id, ROW(s.asset_class_id, s.designation, s.status, s.count, s.note)::text AS shown,
                   pg_catalog.row_number() OVER (PARTITION BY s.observation_id, ROW(s.asset_class_id, s.designation, s.status, s.count, s.note)::text) AS n
            FROM (SELECT DISTINCT f.installation_id, f.observation_id FROM former AS f) AS f
            JOIN %1$I.sighting AS s ON s.installation_id = f.installation_id AND s.observation_id = f.observation_id)
        UPDATE %1$I.sighting AS s SET retracted_at = now(), retraction_reason = f.retraction_reason
        FROM former AS f
        JOIN present AS p ON p.observation_id = f.observation_id AND p.shown = f.shown AND p.n = f.n
        WHERE s.installation_id = p.installation_id AND s.observation_id = p.observation_id AND s.sighting_id = p.sighting_id;
        -- and what a person added
        INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, designation, status, count, location, confidence, note, load_id, recorded_by)
        SELECT l.installation_id, l.observation_id, s.asset_class_id, s.designation, s.status, s.count, s.location, s.confidence, s.note, this_load, s.recorded_by
        FROM pg_temp.pg_sightings_look AS l
        JOIN %1$I.sighting AS s ON s.installation_id = l.installation_id AND s.observation_id = l.former_id
        WHERE l.done = 'updated' AND pg_catalog.starts_with(s.note, mark) IS NOT TRUE AND s.retracted_at IS NULL;
    END IF;

    RETURN QUERY
    SELECT 'survey', o.done, o.why, count(*), min(o.record)
    FROM (SELECT CASE l.done WHEN 'retracted by hand' THEN 'unchanged' ELSE l.done END AS done,
                 CASE l.done WHEN 'retracted by hand' THEN 'its look was retracted by hand, and stays so' END AS why, l.record
          FROM pg_temp.pg_sightings_look AS l
          UNION ALL
          SELECT 'retracted', g.reason, g.record FROM pg_temp.pg_sightings_gone AS g WHERE g.reason IS NOT NULL
          UNION ALL
          SELECT 'not sampled', 'nothing is known of it', s.survey_id FROM pg_temp.pg_sightings_survey AS s
          WHERE s.fault IS NULL AND s.sampled IS NOT TRUE) AS o
    GROUP BY o.done, o.why ORDER BY o.done, o.why;
    RETURN QUERY
    SELECT 'survey', 'lasting', 'dates without a time are days in the time zone ' || zone, count(*), min(l.record)
    FROM pg_temp.pg_sightings_look AS l
    JOIN (SELECT DISTINCT s.survey_id FROM pg_temp.pg_sightings_survey_said AS s WHERE s.observed_at ~ '^\d{4}-\d\d-\d\d$') AS s ON s.survey_id = l.record
    HAVING count(*) > 0;
    RETURN QUERY
    SELECT 'survey', 'proves no absence', 'what was rejected names no survey, site or date that is known, and may be of any look', count(*), min(l.record)
    FROM pg_temp.pg_sightings_look AS l
    WHERE lost > 0
    HAVING count(*) > 0;
    RETURN QUERY
    SELECT 'survey', 'proves no absence', 'without scope a count is at least so many, and only a count of 0 says none; scope => ''*'' means that every class was reported', count(*), min(l.record)
    FROM pg_temp.pg_sightings_look AS l
    WHERE pg_catalog.cardinality(places) = 0 AND l.completeness = 'complete'
    HAVING count(*) > 0;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_counted(text, text[], text, text, text, boolean) IS
    'internal: loads what import_surveys() and import_flat() have read into temporary tables';

CREATE OR REPLACE FUNCTION %1$I.import_surveys(source text, scope text[] DEFAULT '{}', time_zone text DEFAULT NULL)
    RETURNS SETOF %1$I.import_row
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
    SET jit = off
AS $body$
#variable_conflict use_column
BEGIN
    PERFORM ledger_writes(pg_catalog.format('%%I.ledger', %1$L)::pg_catalog.regclass);
    -- an undoing waits for this load, or this for it; imports come one after the other
    LOCK TABLE %1$I.load IN ROW EXCLUSIVE MODE;
    LOCK TABLE %1$I.imported IN SHARE UPDATE EXCLUSIVE MODE;
    -- What is there now, and no more: others may go on to fill the tables, and what they bring
    -- stays for the next time. In this order a survey comes with the counts and the site
    -- that were committed with it.
    CREATE TEMP TABLE pg_sightings_survey_said ON COMMIT DROP AS SELECT s.ctid AS kept_at, s.* FROM %1$I.survey AS s;
    CREATE TEMP TABLE pg_sightings_count_said ON COMMIT DROP AS SELECT c.ctid AS kept_at, c.* FROM %1$I.survey_count AS c;
    CREATE TEMP TABLE pg_sightings_site_said ON COMMIT DROP AS SELECT t.ctid AS kept_at, t.* FROM %1$I.survey_site AS t;
    RETURN QUERY SELECT * FROM %1$I.import_counted(import_surveys.source, import_surveys.scope, import_surveys.time_zone, 'surveys', import_surveys.source, false);

    -- a row that has changed since is another one; a survey that stays keeps its counts, without
    -- which it would have seen nothing
    WITH done AS (
        DELETE FROM %1$I.survey AS kept
        USING pg_temp.pg_sightings_survey_said AS said
        JOIN pg_temp.pg_sightings_survey AS s ON s.survey_id = said.survey_id
        WHERE kept.ctid = said.kept_at AND s.fault IS NULL
        RETURNING kept.survey_id)
    DELETE FROM %1$I.survey_count AS kept
    USING pg_temp.pg_sightings_count_said AS c
    WHERE kept.ctid = c.kept_at AND c.survey_id IN (SELECT d.survey_id FROM done AS d);
    -- a site whose survey stays is needed then, unless another row tells of it
    DELETE FROM %1$I.survey_site AS kept
    USING pg_temp.pg_sightings_site_said AS said
    JOIN pg_temp.pg_sightings_site AS t ON t.site_id = said.site_id
    WHERE kept.ctid = said.kept_at AND t.fault IS NULL
        AND (NOT EXISTS (SELECT FROM %1$I.survey AS s WHERE s.site_id = t.site_id)
            OR EXISTS (SELECT FROM %1$I.survey_site AS other WHERE other.site_id = t.site_id AND other.ctid <> said.kept_at));
    PERFORM %1$I.import_counted_end();
END;
$body$;
COMMENT ON FUNCTION %1$I.import_surveys(text, text[], text) IS
    'loads what COPY has brought into survey_site, survey and survey_count as looks of a source and empties these tables; what is rejected stays there, with the reason in the result: a survey with a rejected count stays out whole. A site_id of which the source has a survey already is known: it need not be brought again, and with a new name, within a kilometre, it is renamed. Counts of a class in a survey add up where part, status, designation or the word for the class tells them apart; else they are rejected. A count of 0 of a class proves, if the survey was complete, that there was none. scope: the classes every survey reported fully, by path or name, or *: all. time_zone: of dates, and of times without offset (NULL: the session''s). The same surveys again change nothing';

CREATE OR REPLACE FUNCTION %1$I.import_counted_end() RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    loaded bigint;
BEGIN
    SELECT count(*) INTO loaded FROM pg_temp.pg_sightings_look AS l WHERE l.observation_id IS NOT NULL;
    -- what was little is much now
    IF loaded > 100 THEN
        PERFORM %1$I.import_analyze(loaded);
    END IF;
    DROP TABLE pg_temp.pg_sightings_word, pg_temp.pg_sightings_known, pg_temp.pg_sightings_site, pg_temp.pg_sightings_survey, pg_temp.pg_sightings_count,
        pg_temp.pg_sightings_said, pg_temp.pg_sightings_former, pg_temp.pg_sightings_shown, pg_temp.pg_sightings_look, pg_temp.pg_sightings_gone, pg_temp.pg_sightings_site_said, pg_temp.pg_sightings_survey_said, pg_temp.pg_sightings_count_said;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_counted_end() IS
    'internal: after import_counted(): statistics of tables that have grown much, and the end of its temporary tables';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_surveys_create(name) IS
    'part of create_ledger: the import of surveys';
