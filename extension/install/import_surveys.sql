
/*
 * imports of a ledger: surveys in long form
 *
 * Three tables take what COPY brings, one row per site, per survey and per count; then
 * import_surveys() loads them all and empties them, or says of each row why not and keeps
 * it. A survey that was not sampled is no look at all: nothing is known, not even zero; one
 * that is corrected to that is retracted. A sampled one without a count of a class in its
 * scope found none of it. What people count they see by eye: no pixel is too coarse.
 * A site is known by its site_id as soon as a survey of it is loaded.
 */
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
    survey_id text, site_id text, observed_at timestamptz, sampled boolean DEFAULT true,
    partial boolean DEFAULT false, note text, observed_from timestamptz
);
COMMENT ON TABLE %1$I.survey IS
    'to be filled by COPY for import_surveys(): looks; sampled not true: it did not take place; partial not false: not all was seen; observed_from: when one that lasted began';
CREATE TABLE IF NOT EXISTS %1$I.survey_count (
    survey_id text, class text, n int, designation text, status text
);
COMMENT ON TABLE %1$I.survey_count IS
    'to be filled by COPY for import_surveys(): what was counted, n of a class (by name, alias or path) in a survey';

CREATE OR REPLACE FUNCTION %1$I.import_surveys(source text, scope text[] DEFAULT '{}')
    RETURNS TABLE (part text, outcome text, reason text, records bigint, example text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    origin constant text := 'survey:' || source;
    mark constant text := 'counted by ' || source;
    places ltree[];
    look record;
    done text;
BEGIN
    IF coalesce(source, '') = '' THEN
        RAISE EXCEPTION 'surveys need a source' USING ERRCODE = '22S07';
    END IF;
    IF octet_length(source) > 500 THEN
        RAISE EXCEPTION 'the name of a source is too long'
            USING ERRCODE = '22S07', DETAIL = 'It must have at most 500 bytes.';
    END IF;
    SELECT coalesce(pg_catalog.array_agg(s::ltree), '{}') INTO places FROM pg_catalog.unnest(import_surveys.scope) AS s;

    -- What is there now, and no more: others may go on to fill the tables, and what they bring
    -- stays for the next time. In this order a survey comes with the counts and the site
    -- that were committed with it.
    CREATE TEMP TABLE pg_sightings_survey ON COMMIT DROP AS SELECT s.ctid AS kept_at, s.* FROM %1$I.survey AS s;
    CREATE TEMP TABLE pg_sightings_count ON COMMIT DROP AS
    SELECT c.ctid AS kept_at, c.survey_id, c.class, c.n, c.designation, c.status, named.asset_class_id
    FROM %1$I.survey_count AS c
    LEFT JOIN LATERAL (
        SELECT known.asset_class_id
        FROM %1$I.asset_class AS known
        WHERE pg_catalog.lower(c.class) IN (SELECT pg_catalog.lower(word) FROM pg_catalog.unnest(pg_catalog.array_prepend(known.name, known.aliases)) AS word)
            OR ltree2text(known.path) = c.class
        ORDER BY known.asset_class_id
        LIMIT 1
    ) AS named ON true;
    CREATE TEMP TABLE pg_sightings_site ON COMMIT DROP AS SELECT t.ctid AS kept_at, t.* FROM %1$I.survey_site AS t;
    CREATE INDEX ON pg_temp.pg_sightings_count (survey_id);

    -- what the surveys of this source were of; one that was of several places is of none
    CREATE TEMP TABLE pg_sightings_known ON COMMIT DROP AS
    SELECT k.site_id, min(k.installation_id) AS installation_id
    FROM (SELECT i.detail ->> text 'site' AS site_id, i.installation_id
          FROM %1$I.imported AS i
          JOIN %1$I.observation AS o ON o.installation_id = i.installation_id AND o.observation_id = i.observation_id
          WHERE i.origin = origin AND o.retracted_at IS NULL
              AND i.detail ->> text 'site' IN (SELECT s.site_id FROM pg_temp.pg_sightings_survey AS s
                                               UNION ALL SELECT t.site_id FROM pg_temp.pg_sightings_site AS t)) AS k
    GROUP BY k.site_id
    HAVING min(k.installation_id) = max(k.installation_id);
    -- such a site need not be brought again
    INSERT INTO pg_temp.pg_sightings_site (site_id, name, lon, lat, kind)
    SELECT k.site_id, i.name, ST_X(i.location), ST_Y(i.location), i.kind
    FROM pg_temp.pg_sightings_known AS k
    JOIN %1$I.installation AS i ON i.installation_id = k.installation_id
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_site AS t WHERE t.site_id = k.site_id);
    -- and may have another name now
    CREATE TEMP TABLE pg_sightings_renamed ON COMMIT DROP AS
    SELECT t.site_id, t.name, i.installation_id, i.name AS old_name,
           ST_Distance(i.location::geography, ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326)::geography, true) AS metres
    FROM pg_temp.pg_sightings_site AS t
    JOIN pg_temp.pg_sightings_known AS k ON k.site_id = t.site_id
    JOIN %1$I.installation AS i ON i.installation_id = k.installation_id
    WHERE t.lon BETWEEN (-180)::float8 AND 180::float8 AND t.lat BETWEEN (-90)::float8 AND 90::float8
        AND NOT EXISTS (SELECT FROM %1$I.installation AS other WHERE other.name = t.name);

    CREATE TEMP TABLE pg_sightings_fault ON COMMIT DROP AS
    SELECT 'site' AS part, s.site_id AS id, fault
    FROM (SELECT *, count(*) OVER (PARTITION BY site_id) AS ids, count(*) OVER (PARTITION BY name) AS names
          FROM pg_temp.pg_sightings_site) AS s
    CROSS JOIN LATERAL (SELECT CASE
        WHEN coalesce(s.site_id, '') = '' OR coalesce(s.name, '') = '' THEN 'a site needs a site_id and a name'
        WHEN octet_length(s.name) > 2000 THEN 'its name has more than 2000 bytes'
        WHEN s.ids > 1 THEN 'site_id occurs twice'
        WHEN s.names > 1 THEN 'name occurs twice'
        WHEN (s.lon BETWEEN (-180)::float8 AND 180::float8 AND s.lat BETWEEN (-90)::float8 AND 90::float8) IS NOT TRUE THEN 'lon or lat out of range'
        WHEN EXISTS (SELECT FROM pg_temp.pg_sightings_renamed AS r WHERE r.site_id = s.site_id AND r.metres > 1000::float8)
            THEN 'site_id is known, of another name elsewhere'
    END AS fault) AS f
    WHERE fault IS NOT NULL;
    INSERT INTO pg_temp.pg_sightings_fault
    SELECT 'survey', s.survey_id, fault
    FROM (SELECT *, count(*) OVER (PARTITION BY survey_id) AS ids FROM pg_temp.pg_sightings_survey) AS s
    CROSS JOIN LATERAL (SELECT CASE
        WHEN coalesce(s.survey_id, '') = '' THEN 'a survey needs a survey_id'
        WHEN octet_length(s.survey_id) > 2000 THEN 'survey_id has more than 2000 bytes'
        WHEN s.ids > 1 THEN 'survey_id occurs twice'
        WHEN NOT EXISTS (SELECT FROM pg_temp.pg_sightings_site AS t WHERE t.site_id = s.site_id) THEN 'unknown site_id'
        WHEN EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS t WHERE t.part = 'site' AND t.id = s.site_id) THEN 'its site is rejected'
        WHEN isfinite(s.observed_at) IS NOT TRUE THEN 'no observed_at'
        WHEN s.observed_at > now() THEN 'observed_at is in the future'
        WHEN (isfinite(s.observed_from) AND s.observed_from <= s.observed_at) IS FALSE THEN 'observed_from is not an instant before observed_at'
    END AS fault) AS f
    WHERE fault IS NOT NULL;
    INSERT INTO pg_temp.pg_sightings_fault
    SELECT 'count', pg_catalog.concat_ws(' ', c.survey_id, c.class), fault
    FROM (SELECT *, count(*) OVER (PARTITION BY survey_id, class, n, coalesce(designation, ''), coalesce(status, '')) AS times
          FROM pg_temp.pg_sightings_count) AS c
    CROSS JOIN LATERAL (SELECT CASE
        WHEN NOT EXISTS (SELECT FROM pg_temp.pg_sightings_survey AS s WHERE s.survey_id = c.survey_id) THEN 'unknown survey_id'
        WHEN EXISTS (SELECT FROM pg_temp.pg_sightings_survey AS s WHERE s.survey_id = c.survey_id AND s.sampled IS NOT TRUE)
            THEN 'counted in a survey that was not sampled'
        WHEN c.asset_class_id IS NULL THEN 'unknown asset class'
        WHEN (c.n >= 0) IS NOT TRUE THEN 'n is not a count'
        WHEN greatest(octet_length(c.designation), octet_length(c.status)) > 2000 THEN 'designation or status has more than 2000 bytes'
        WHEN c.designation <> '' AND c.n > 1 THEN 'more than one of a designation'
        WHEN c.times > 1 THEN 'the same row occurs twice'
    END AS fault) AS f
    WHERE fault IS NOT NULL;

    -- a count that cannot be loaded would read as none: its whole survey stays out
    INSERT INTO pg_temp.pg_sightings_fault
    SELECT DISTINCT 'survey', c.survey_id, 'one of its counts is rejected'
    FROM pg_temp.pg_sightings_count AS c
    JOIN pg_temp.pg_sightings_fault AS f ON f.part = 'count' AND f.id = pg_catalog.concat_ws(' ', c.survey_id, c.class)
    JOIN pg_temp.pg_sightings_survey AS s ON s.survey_id = c.survey_id
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS g WHERE g.part = 'survey' AND g.id = c.survey_id);
    RETURN QUERY
    SELECT f.part, 'rejected', f.fault, count(*), min(f.id)
    FROM pg_temp.pg_sightings_fault AS f
    GROUP BY f.part, f.fault
    ORDER BY f.part, f.fault;

    DELETE FROM pg_temp.pg_sightings_renamed AS r
    WHERE EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'site' AND f.id = r.site_id);
    -- a role that may not rename installations can still load surveys
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_renamed) THEN
        UPDATE %1$I.installation AS i SET name = r.name
        FROM pg_temp.pg_sightings_renamed AS r
        WHERE i.installation_id = r.installation_id;
        RETURN QUERY
        SELECT 'site', 'renamed', 'was "' || r.old_name || '"', 1::bigint, r.site_id
        FROM pg_temp.pg_sightings_renamed AS r
        ORDER BY r.site_id;
    END IF;
    INSERT INTO %1$I.installation (name, kind, location)
    SELECT s.name, s.kind, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)
    FROM pg_temp.pg_sightings_site AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'site' AND f.id IS NOT DISTINCT FROM s.site_id)
    ON CONFLICT (name) DO NOTHING;
    GET DIAGNOSTICS records = ROW_COUNT;
    part := 'site'; outcome := 'loaded'; reason := NULL; example := NULL;
    RETURN NEXT;
    RETURN QUERY
    SELECT 'site', 'unchanged', 'an installation of this name lies elsewhere, and stays there', count(*), min(s.site_id)
    FROM pg_temp.pg_sightings_site AS s
    JOIN %1$I.installation AS i ON i.name = s.name
    WHERE NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'site' AND f.id IS NOT DISTINCT FROM s.site_id)
        AND (ST_X(i.location), ST_Y(i.location)) <> (s.lon, s.lat)
    HAVING count(*) > 0;

    CREATE TEMP TABLE pg_sightings_outcome (done text, why text, survey_id text) ON COMMIT DROP;
    FOR look IN
        -- only what is said to be complete is
        SELECT s.survey_id, nullif(s.observed_from, s.observed_at) AS observed_from, s.observed_at,
               s.partial IS NOT FALSE AS partial, s.note, s.site_id, i.installation_id
        FROM pg_temp.pg_sightings_survey AS s
        JOIN pg_temp.pg_sightings_site AS t ON t.site_id = s.site_id
        JOIN %1$I.installation AS i ON i.name = t.name
        WHERE s.sampled
            AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'survey' AND f.id IS NOT DISTINCT FROM s.survey_id)
        ORDER BY s.observed_at, s.survey_id
    LOOP
        WITH loaded AS (
            SELECT l.observation_id, l.outcome
            FROM %1$I.import_look(NULL, look.installation_id, origin, look.survey_id, source, look.observed_from,
                look.observed_at, CASE WHEN look.partial THEN 'partial' ELSE 'complete' END,
                -- what was counted as none was looked for
                pg_catalog.array_cat(places, coalesce((
                    SELECT pg_catalog.array_agg(none.path ORDER BY none.path)
                    FROM (SELECT class.path
                          FROM pg_temp.pg_sightings_count AS c
                          JOIN %1$I.asset_class AS class ON class.asset_class_id = c.asset_class_id
                          WHERE c.survey_id = look.survey_id
                          GROUP BY class.path
                          HAVING bool_and(c.n = 0 AND coalesce(c.designation, '') = '' AND coalesce(c.status, '') = '')) AS none), '{}')),
                0::numeric, NULL, NULL, NULL, look.note, pg_catalog.jsonb_build_object('site', look.site_id)) AS l)
        SELECT CASE WHEN changed AND l.outcome = 'unchanged' THEN 'updated' ELSE l.outcome END INTO done
        FROM loaded AS l,
             LATERAL %1$I.import_sightings(look.installation_id, l.observation_id, mark,
                coalesce((SELECT pg_catalog.jsonb_agg(g)
                          FROM (SELECT c.asset_class_id,
                                       nullif(c.designation, '') AS designation, nullif(c.status, '') AS status,
                                       c.n AS count_min, c.n AS count_max
                                FROM pg_temp.pg_sightings_count AS c WHERE c.survey_id = look.survey_id) AS g), '[]')) AS changed;
        INSERT INTO pg_temp.pg_sightings_outcome VALUES (done, NULL, look.survey_id);
        INSERT INTO pg_temp.pg_sightings_outcome
        SELECT 'retracted', 'its site is another one now', look.survey_id
        FROM %1$I.import_retract(origin, look.survey_id, ARRAY[look.installation_id], 'is of another place now');
    END LOOP;
    INSERT INTO pg_temp.pg_sightings_outcome
    SELECT r.done, r.why, s.survey_id
    FROM pg_temp.pg_sightings_survey AS s
    CROSS JOIN LATERAL (
        SELECT 'not sampled' AS done, 'nothing is known of it' AS why
        UNION ALL
        SELECT 'retracted', 'it was not sampled' FROM %1$I.import_retract(origin, s.survey_id, '{}', 'was not sampled')) AS r
    WHERE s.sampled IS NOT TRUE
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'survey' AND f.id IS NOT DISTINCT FROM s.survey_id);
    RETURN QUERY
    SELECT 'survey', o.done, o.why, count(*), min(o.survey_id)
    FROM pg_temp.pg_sightings_outcome AS o GROUP BY o.done, o.why ORDER BY o.done, o.why;

    -- a row that has changed since is another one; a survey that stays keeps its counts, without
    -- which it would have seen nothing
    WITH done AS (
        DELETE FROM %1$I.survey AS kept
        USING pg_temp.pg_sightings_survey AS s
        WHERE kept.ctid = s.kept_at
            AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'survey' AND f.id IS NOT DISTINCT FROM s.survey_id)
        RETURNING kept.survey_id)
    DELETE FROM %1$I.survey_count AS kept
    USING pg_temp.pg_sightings_count AS c
    WHERE kept.ctid = c.kept_at AND c.survey_id IN (SELECT d.survey_id FROM done AS d);
    DELETE FROM %1$I.survey_site AS kept
    USING pg_temp.pg_sightings_site AS t
    -- a site that a survey still needs stays, unless it has been brought again
    WHERE kept.ctid = t.kept_at AND (NOT EXISTS (SELECT FROM %1$I.survey AS s WHERE s.site_id = t.site_id)
            OR EXISTS (SELECT FROM %1$I.survey_site AS other WHERE other.site_id = t.site_id AND other.ctid <> t.kept_at))
        AND NOT EXISTS (SELECT FROM pg_temp.pg_sightings_fault AS f WHERE f.part = 'site' AND f.id IS NOT DISTINCT FROM t.site_id);
    DROP TABLE pg_temp.pg_sightings_known, pg_temp.pg_sightings_renamed, pg_temp.pg_sightings_survey, pg_temp.pg_sightings_count, pg_temp.pg_sightings_site, pg_temp.pg_sightings_fault, pg_temp.pg_sightings_outcome;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_surveys(text, text[]) IS
    'loads what COPY has brought into survey_site, survey and survey_count as looks of a source and empties these tables; what is rejected stays there, with the reason in the result: a survey with a rejected count stays out whole. A site_id of which the source has a survey already is known: it need not be brought again, and with a new name, within a kilometre, it is renamed. Counts of a class in a survey add up (by sex, say), but a row that is there twice is rejected; a count of 0 of a class proves, if the survey was complete, that there was none. scope: the classes every survey reported fully. The same surveys again change nothing';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_surveys_create(name) IS
    'part of create_ledger: the import of surveys';
