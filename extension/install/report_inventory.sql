
/*
 * reports of a ledger: what was there, and the airlift that stands in it
 */
CREATE FUNCTION report_inventory_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    said CONSTANT text := $columns$
        r.installation, r.asset_class, r.class_path, r.designation, r.status,
        r.count_min, r.count_max, r.state, r.told_min, r.told_max,
        r.looked_at, r.first_seen, doubt_codes(r.doubt), r.look, r.sources, doubt_text(doubt_codes(r.doubt)),
        r.lon, r.lat, r.geom $columns$;
BEGIN
    PERFORM ledger_execute(ledger, replace($sql$
CREATE OR REPLACE FUNCTION LEDGER.inventory_at(
        at timestamptz, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.inventory_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_inventory(LEDGER_TABLE, MIN_CONFIDENCE, inventory_at.area, inventory_at.installation,
                          inventory_at.asset, inventory_at.by, inventory_at.total, inventory_at.known_at,
                          inventory_at.source, inventory_at.within, inventory_at.depth, inventory_at.at,
                          inventory_at.mode, inventory_at.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.inventory_at(timestamptz, geometry, text, text, text, interval, text, timestamptz, text, text, double precision, int) IS
    'what was there at an instant, as of the looks by then: one row per installation and class, with all that lies below the class (by => ''status'': and status; by => ''individual'': and designation; total => a class: of that class alone). mode last_known: what is carried forward from the looks; certain: at least one, as the last look told at looked_at; possible: what that look does not rule out. State: told (the count is that look''s), carried (earlier looks make it narrower), stale (looked_at is max_age or more before the instant: the count is not known; told_min and told_max are what was last told, be it none). A class without a row was not seen, or nobody looked for it: see coverage(). area chooses installations by their location; known_at answers from what had been recorded and not yet retracted then. Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.inventory(
        on_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.inventory_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_inventory(LEDGER_TABLE, MIN_CONFIDENCE, inventory.area, inventory.installation,
                          inventory.asset, inventory.by, inventory.total, inventory.known_at,
                          inventory.source, inventory.within, inventory.depth, end_of_day(inventory.on_date),
                          inventory.mode, inventory.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.inventory(date, geometry, text, text, text, interval, text, timestamptz, text, text, double precision, int) IS
    'what was there at the end of a day in the time zone of the session; otherwise as inventory_at(), which takes an instant';

CREATE OR REPLACE FUNCTION LEDGER.airlift(
        on_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL,
        without_status text[] DEFAULT '{dismantled,destroyed}',
        source text DEFAULT NULL, within double precision DEFAULT NULL)
    RETURNS SETOF LEDGER.airlift_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    WITH there AS (
        SELECT t.*, class.asset_class_id, class.path, class.payload_t
        FROM LEDGER.inventory(airlift.on_date, airlift.area, airlift.installation, airlift.asset, airlift.mode, airlift.max_age,
                              source => airlift.source, within => airlift.within) AS t
        JOIN LEDGER.asset_class AS class ON class.name = t.asset_class
        WHERE class.payload_t > 0::numeric
            -- what nobody looked at for too long, and was not there when last looked at, lifts nothing
            AND NOT (t.state = 'stale' AND t.told_max IS NOT DISTINCT FROM 0)
    ), in_status AS (
        SELECT t.installation, class.asset_class_id, t.status, t.count_min, t.count_max
        FROM LEDGER.inventory(airlift.on_date, airlift.area, airlift.installation, airlift.asset, airlift.mode, airlift.max_age, 'status',
                              source => airlift.source, within => airlift.within) AS t
        JOIN LEDGER.asset_class AS class ON class.name = t.asset_class
    -- the next class above that carries
    ), above AS (
        SELECT DISTINCT ON (class.asset_class_id) class.name AS asset_class, over.asset_class_id
        FROM LEDGER.asset_class AS class
        CROSS JOIN LATERAL pg_catalog.generate_series(1, nlevel(class.path) - 1) AS depth
        JOIN LEDGER.asset_class AS over ON ltree2text(over.path) = ltree2text(subpath(class.path, 0, depth)) AND over.payload_t > 0::numeric
        WHERE class.payload_t > 0::numeric
        ORDER BY class.asset_class_id, depth DESC
    -- of a class's count: what is in a status that lifts nothing, and what lies below it and is counted there
    ), part AS (
        SELECT most.installation, class.asset_class_id, true AS in_status, coalesce(least.count_min, 0) AS count_min,
               CASE WHEN least.status IS NULL THEN most.count_max ELSE least.count_max END AS count_max
        FROM LEDGER.inventory(airlift.on_date, airlift.area, airlift.installation, airlift.asset, 'possible', airlift.max_age, 'status',
                              source => airlift.source, within => airlift.within) AS most
        JOIN LEDGER.asset_class AS class ON class.name = most.asset_class
        LEFT JOIN in_status AS least
            ON (least.installation, least.asset_class_id, least.status) = (most.installation, class.asset_class_id, most.status)
        WHERE most.status = ANY (airlift.without_status)
        UNION ALL
        SELECT most.installation, above.asset_class_id, false, coalesce(least.count_min, 0),
               CASE WHEN least.asset_class IS NULL THEN most.count_max ELSE least.count_max END
        FROM LEDGER.inventory(airlift.on_date, airlift.area, airlift.installation, airlift.asset, 'possible', airlift.max_age,
                              source => airlift.source, within => airlift.within) AS most
        JOIN above ON above.asset_class = most.asset_class
        LEFT JOIN there AS least ON (least.installation, least.asset_class) = (most.installation, most.asset_class)
    ), less AS (
        SELECT p.installation, p.asset_class_id, sum(p.count_min) AS least,
               CASE WHEN bool_and(p.count_max IS NOT NULL) FILTER (WHERE p.in_status) IS NOT FALSE
                   THEN coalesce(sum(p.count_max) FILTER (WHERE p.in_status), 0) END AS in_status,
               CASE WHEN bool_and(p.count_max IS NOT NULL) FILTER (WHERE NOT p.in_status) IS NOT FALSE
                   THEN coalesce(sum(p.count_max) FILTER (WHERE NOT p.in_status), 0) END AS below
        FROM part AS p
        GROUP BY p.installation, p.asset_class_id
    ), others AS (
        SELECT s.installation, s.asset_class_id, sum(s.count_min) AS least
        FROM in_status AS s
        WHERE NOT coalesce(s.status = ANY (airlift.without_status), false)
        GROUP BY s.installation, s.asset_class_id
    ), carrier AS (
        -- at least: of all of it, or of what is in the other statuses, what is left if there is most of the rest
        SELECT there.*,
               CASE WHEN less.installation IS NULL THEN greatest(there.count_min::bigint, others.least, 0)
                   ELSE greatest(there.count_min::bigint - less.in_status - less.below, others.least - less.below, 0) END AS least,
               CASE WHEN there.count_max IS NOT NULL THEN greatest(there.count_max::bigint - coalesce(less.least, 0), 0) END AS most
        FROM there
        LEFT JOIN less ON (less.installation, less.asset_class_id) = (there.installation, there.asset_class_id)
        LEFT JOIN others ON (others.installation, others.asset_class_id) = (there.installation, there.asset_class_id)
    )
    SELECT c.installation, airlift.on_date, sum(c.least::numeric * c.payload_t),
           CASE WHEN bool_and(c.most IS NOT NULL) THEN sum(c.most::numeric * c.payload_t) END,
           sum(c.least)::int, CASE WHEN bool_and(c.most IS NOT NULL) THEN sum(c.most)::int END,
           string_agg(count_text(c.least::int, c.most::int) || ' ' || c.asset_class, ', ' ORDER BY c.payload_t DESC, c.asset_class),
           nullif(string_agg(c.asset_class || ': ' || c.what_is_not_known, '; ' ORDER BY c.payload_t DESC, c.asset_class), ''),
           min(c.lon), min(c.lat), (pg_catalog.array_agg(c.geom))[1]
    FROM carrier AS c
    WHERE c.most IS NULL OR c.most > 0
    GROUP BY c.installation;
END;
COMMENT ON FUNCTION LEDGER.airlift(date, geometry, text, text, text, interval, text[], text, double precision) IS
    'tonnes that the carriers present at the end of a day can lift together, per installation: count times asset_class.payload_t; a class without one carries nothing. Classes are added up, never statuses: what may be of a status without_status is taken off a class''s count, and so is what lies below it and is counted there. payload_max_t NULL: no upper limit is known. An installation without a row has no known carrier there, or was not looked at'
$sql$, 'SAID', said));
END;
$create$;
COMMENT ON FUNCTION report_inventory_create(name) IS
    'part of create_ledger: the reports inventory(), inventory_at() and airlift()';
