
/*
 * reports of a ledger: inventory, and the airlift that stands in it
 *
 * One row per key (installation, class, status; or designation) with the run that is
 * there at the instant. A run whose evidence is older than max_age is not left out, as
 * if it had gone: it is listed as `expired`, its count not known.
 */
CREATE FUNCTION report_inventory_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    result CONSTANT text := $columns$
        installation text, asset_class text, class_path text, designation text, status text,
        count_min int, count_max int, state text, certain boolean,
        not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz, gone_by timestamptz,
        sources text, what_is_not_known text,
        lon double precision, lat double precision, geom geometry(Point, 4326) $columns$;
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE OR REPLACE FUNCTION %1$I.inventory_at(
        at timestamptz, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, individuals boolean DEFAULT false)
    RETURNS TABLE (%2$s)
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
    SELECT site.name, class.name, class.path::text, p.designation, p.status,
           CASE WHEN read.state = 'possible' THEN 0 ELSE count_min(read.count) END, count_max(read.count),
           read.state, read.state = 'seen',
           finite(not_seen_at(p.run)), first_seen(p.run), last_seen(p.run), finite(gone_by(p.run)),
           %1$I.evidence_sources(p.installation_id, p.asset_class_id, first_seen(p.run), last_seen(p.run)),
           nullif(pg_catalog.concat_ws('; ',
               CASE
                   WHEN read.state = 'expired' THEN
                       'last seen ' || instant_text(last_seen(p.run)) || ', older than ' || inventory_at.max_age::text
                   WHEN at < first_seen(p.run) AND isfinite(not_seen_at(p.run)) THEN
                       'not seen ' || instant_text(not_seen_at(p.run)) || ', first seen ' || instant_text(first_seen(p.run))
                   WHEN at < first_seen(p.run) THEN
                       no_look(p.designation) || ' before ' || instant_text(first_seen(p.run))
                       || %1$I.told_less_closely(p.installation_id, p.asset_class_id, '-infinity',
                                                 first_seen(p.run) - interval '1 microsecond')
                   WHEN at > last_seen(p.run) AND isfinite(gone_by(p.run)) THEN
                       'last seen so ' || instant_text(last_seen(p.run)) || ', no longer so ' || instant_text(gone_by(p.run))
                   WHEN at > last_seen(p.run) THEN
                       'no observation after ' || instant_text(last_seen(p.run)) || ' tells whether still there'
                       || %1$I.told_less_closely(p.installation_id, p.asset_class_id, last_seen(p.run), at)
               END,
               CASE
                   WHEN read.state IN ('expired', 'not known') THEN NULL
                   WHEN pg_catalog.upper_inf(read.count) THEN 'the count is a minimum'
                   WHEN count_min(read.count) < count_max(read.count) THEN 'the count is a range'
                       || %1$I.told_less_closely(p.installation_id, p.asset_class_id, first_seen(p.run), last_seen(p.run))
                   WHEN at >= first_seen(p.run)
                       AND first_seen(p.run) > coalesce(%1$I.last_look(p.installation_id, p.asset_class_id,
                                                                       p.status, p.designation, at), '-infinity') THEN
                       'first counted completely after ' || instant_text(at) || ': the count is that of a later look'
               END,
               CASE WHEN read.state IN ('seen', 'last known') THEN
                   %1$I.other_status(p.installation_id, p.asset_class_id, p.status, p.run, at) END), ''),
           lon(p.run), lat(p.run), location(p.run)::geometry(Point, 4326)
    FROM %1$I.presence AS p
    JOIN %1$I.installation AS site ON site.installation_id = p.installation_id
    JOIN %1$I.asset_class AS class ON class.asset_class_id = p.asset_class_id
    CROSS JOIN (SELECT coalesce(inventory_at.mode, 'last_known') AS mode) AS asked
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN at BETWEEN first_seen(p.run) AND last_seen(p.run) THEN 'seen'
            WHEN asked.mode = 'last_known' AND at - last_seen(p.run) >= inventory_at.max_age THEN 'expired'
            WHEN asked.mode = 'last_known' THEN 'last known'
            WHEN at < first_seen(p.run) AND not_seen_at(p.run) = '-infinity' THEN 'not known'
            ELSE 'possible'
        END AS state
        OFFSET 0) AS run
    CROSS JOIN LATERAL (
        -- a later look may renew what is expired, less exactly
        SELECT CASE run.state
            WHEN 'not known' THEN NULL
            WHEN 'expired' THEN %1$I.count_at(p.installation_id, p.asset_class_id, p.status, p.designation,
                                              at, 'last_known', inventory_at.max_age)
            ELSE count_range(p.run)
        END AS count
        OFFSET 0) AS known
    CROSS JOIN LATERAL (
        SELECT known.count, CASE WHEN run.state = 'expired' AND known.count IS NOT NULL THEN 'last known' ELSE run.state END AS state
        ) AS read
    WHERE present_at(p.run, at, inventory_at.area, asked.mode, NULL::interval)
        AND (inventory_at.installation IS NULL
             OR p.installation_id = (SELECT %1$I.installation_named(inventory_at.installation)))
        AND (inventory_at.asset IS NULL
             OR p.asset_class_id = ANY ((SELECT %1$I.classes_named(inventory_at.asset))::int[]))
        AND (p.designation IS NOT NULL) = coalesce(inventory_at.individuals, false)
        AND %1$I.arguments_are_known(at, at + interval '1 microsecond', inventory_at.area, inventory_at.installation,
                                     inventory_at.asset,
                                     asked.mode, inventory_at.max_age);
END;
COMMENT ON FUNCTION %1$I.inventory_at(timestamptz, geometry, text, text, text, interval, boolean) IS
    'what was there at an instant: one row per installation, class and status (individuals => true: per designation). State: seen (looks before and after agree), last known, possible (mode possible: perhaps none), not known (mode possible: nobody had looked yet), expired (evidence older than max_age, count not known). A class without a row was not seen, or not looked for: see coverage(). Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION %1$I.inventory(
        on_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, individuals boolean DEFAULT false)
    RETURNS TABLE (%2$s)
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
    SELECT *
    FROM %1$I.inventory_at(end_of_day(on_date), inventory.area, inventory.installation, inventory.asset,
                           inventory.mode, inventory.max_age, inventory.individuals);
END;
COMMENT ON FUNCTION %1$I.inventory(date, geometry, text, text, text, interval, boolean) IS
    'what was there at the end of a day in the time zone of the session; otherwise as inventory_at()';

CREATE OR REPLACE FUNCTION %1$I.airlift(
        on_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL,
        without_status text[] DEFAULT '{dismantled,destroyed}')
    RETURNS TABLE (installation text, on_date date, payload_min_t numeric, payload_max_t numeric,
                   carriers_min int, carriers_max int, carriers text, what_is_not_known text,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT there.installation, airlift.on_date,
           coalesce(sum(there.count_min::numeric * class.payload_t), 0),
           CASE WHEN bool_and(there.count_max IS NOT NULL) THEN sum(there.count_max::numeric * class.payload_t) END,
           coalesce(sum(there.count_min), 0)::int,
           CASE WHEN bool_and(there.count_max IS NOT NULL) THEN sum(there.count_max)::int END,
           string_agg(count_text(there.count_min, there.count_max) || ' ' || there.asset_class, ', '
                      ORDER BY class.payload_t DESC, there.asset_class, there.status),
           nullif(pg_catalog.concat_ws('; ',
               string_agg(there.asset_class || ': ' || there.what_is_not_known, '; '
                          ORDER BY class.payload_t DESC, there.asset_class, there.status)), ''),
           ST_X((pg_catalog.array_agg(site.location))[1]), ST_Y((pg_catalog.array_agg(site.location))[1]),
           (pg_catalog.array_agg(site.location))[1]
    FROM %1$I.inventory(airlift.on_date, airlift.area, airlift.installation, airlift.asset,
                        airlift.mode, airlift.max_age) AS there
    JOIN %1$I.asset_class AS class ON class.name = there.asset_class
    JOIN %1$I.installation AS site ON site.name = there.installation
    WHERE class.payload_t > 0::numeric
        AND there.status <> ALL (coalesce(airlift.without_status, '{}'))
    GROUP BY there.installation;
END;
COMMENT ON FUNCTION %1$I.airlift(date, geometry, text, text, text, interval, text[]) IS
    'tonnes that the carriers present at the end of a day can lift together, per installation: count times asset_class.payload_t; a class without one carries nothing; what is of a status without_status is left out; payload_max_t NULL: no upper limit is known. An installation without a row has no known carrier there, or was not looked at';
$sql$, ledger, result);
END;
$create$;
COMMENT ON FUNCTION report_inventory_create(name) IS
    'part of create_ledger: the reports inventory(), inventory_at() and airlift()';
