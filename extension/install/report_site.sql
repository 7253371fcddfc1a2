
/*
 * a report of a ledger: all that is known of one installation, to be read rather than computed with
 */
CREATE FUNCTION report_site_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.site(installation text, on_date date DEFAULT CURRENT_DATE, looks int DEFAULT 5)
    RETURNS SETOF LEDGER.site_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 30000 ROWS 30
BEGIN ATOMIC
    WITH place AS (
        SELECT i.*
        FROM LEDGER.installation AS i
        WHERE i.installation_id = (SELECT ledger_installation_named(LEDGER_TABLE, coalesce(site.installation, '')))
    ), look AS (
        SELECT o.observed_at, o.observation_id, o.completeness, o.scope, o.gsd_m, source.name AS source
        FROM LEDGER.observation AS o
        JOIN LEDGER.source USING (source_id)
        WHERE o.installation_id = (SELECT place.installation_id FROM place) AND o.retracted_at IS NULL
            AND o.observed_at <= end_of_day(site.on_date)
        ORDER BY o.observed_at DESC, o.observation_id DESC
        LIMIT site.looks
    ), there AS MATERIALIZED (
        SELECT t.*
        FROM LEDGER.inventory(site.on_date, installation => site.installation) AS t
    ), told AS MATERIALIZED (
        SELECT DISTINCT t.class_path
        FROM LEDGER.told_between(NULL::timestamptz, end_of_day(site.on_date), installation => site.installation) AS t
    ), last_two AS (
        SELECT DISTINCT o.observed_at
        FROM LEDGER.observation AS o
        WHERE o.installation_id = (SELECT place.installation_id FROM place) AND o.retracted_at IS NULL
            AND o.observed_at <= end_of_day(site.on_date)
        ORDER BY o.observed_at DESC
        LIMIT 2
    -- (with one look: from before it; with none, nothing changes in a moment)
    ), latest AS (
        SELECT CASE WHEN count(*) = 2::bigint THEN min(l.observed_at)
                   ELSE coalesce(min(l.observed_at), end_of_day(site.on_date)) - interval '1 microsecond' END AS since,
               coalesce(max(l.observed_at), end_of_day(site.on_date)) AS until
        FROM last_two AS l
    ), said AS (
        SELECT 1 AS number, text 'place' AS part, place.name AS what, NULL::text AS count_text,
               pg_catalog.concat_ws(', ', place.kind, ST_Y(place.location)::text || ' N ' || ST_X(place.location)::text || ' E',
                                    CASE WHEN place.boundary IS NULL THEN 'no boundary' ELSE 'with a boundary' END) AS said,
               NULL::timestamptz AS looked_at, NULL::text AS what_is_not_known, NULL::text AS class_path
        FROM place
        UNION ALL
        SELECT 2, text 'there', t.asset_class, count_text(t.count_min, t.count_max), t.state, t.looked_at, t.what_is_not_known, t.class_path
        FROM there AS t
        UNION ALL
        SELECT 3, text 'may be there', t.asset_class, count_text(t.count_min, t.count_max), t.state, t.looked_at, t.what_is_not_known, t.class_path
        FROM LEDGER.inventory(site.on_date, installation => site.installation, mode => 'possible') AS t
        WHERE NOT EXISTS (SELECT FROM there WHERE there.class_path = t.class_path)
        UNION ALL
        SELECT 4, text 'changed', c.asset_class,
               count_text(c.count_before_min, c.count_before_max) || ' -> ' || count_text(c.count_after_min, c.count_after_max),
               c.verdict || CASE WHEN c.certain THEN ', certain' ELSE '' END, c.after_looked_at, c.what_is_not_known, c.class_path
        FROM LEDGER.changes_between((SELECT p.since FROM latest AS p), (SELECT p.until FROM latest AS p), installation => site.installation) AS c
        UNION ALL
        SELECT 5, text 'look', l.source, NULL::text,
               pg_catalog.concat_ws(', ', l.completeness, nullif(pg_catalog.array_to_string(l.scope, ' '), ''),
                                    CASE WHEN l.gsd_m = 0::numeric THEN 'by eye' ELSE l.gsd_m::text || ' m' END), l.observed_at, NULL::text, NULL::text
        FROM look AS l
        UNION ALL
        SELECT 6, text 'shelter', class.name, count_text(0, s.hidden_max), coalesce(s.note, 'so many can stand where no look sees them'),
               NULL::timestamptz, NULL::text, ltree2text(class.path)
        FROM LEDGER.shelter AS s
        JOIN LEDGER.asset_class AS class USING (asset_class_id)
        WHERE s.installation_id = (SELECT place.installation_id FROM place)
        UNION ALL
        SELECT 7, text 'not known', class.name, text '?', text 'sighted there, but no look tells how many', NULL::timestamptz, NULL::text, ltree2text(class.path)
        FROM (SELECT DISTINCT s.asset_class_id
              FROM LEDGER.sighting AS s
              JOIN LEDGER.observation AS o USING (installation_id, observation_id)
              WHERE s.installation_id = (SELECT place.installation_id FROM place) AND s.retracted_at IS NULL AND o.retracted_at IS NULL
                  AND o.observed_at <= end_of_day(site.on_date)) AS s
        JOIN LEDGER.asset_class AS class USING (asset_class_id)
        WHERE NOT EXISTS (SELECT FROM told WHERE told.class_path = ltree2text(class.path))
        UNION ALL
        SELECT 8, text 'not known', NULL::text, text '?', text 'nobody has looked there', NULL::timestamptz, NULL::text, NULL::text
        FROM place
        WHERE NOT EXISTS (SELECT FROM last_two)
    )
    SELECT s.part, s.what, s.count_text, s.said, s.looked_at, s.what_is_not_known
    FROM said AS s
    ORDER BY s.number, s.class_path, s.looked_at DESC, s.what;
END;
COMMENT ON FUNCTION LEDGER.site(text, date, int) IS
    'everything on one installation, to be read, as of the end of a day in the time zone of the session. part: place; there: what is there as inventory() tells it; may be there: what its mode possible adds; changed: between its last two looks; look: the last ones; shelter; not known. looked_at: the look that tells of it. Errors 22S05, 22S07'
$sql$);
END;
$create$;
COMMENT ON FUNCTION report_site_create(name) IS
    'part of create_ledger: the report site()';
