
/*
 * reports of a ledger: how many there were step by step, when somebody looked, and what our
 * picture rests on
 *
 * A step of a timeline is `observed` only if a look in it told the very count that stands there,
 * so that no gap is painted over and what was never looked for is not zero. coverage() and
 * stale() are about the looks themselves.
 */
CREATE FUNCTION report_coverage_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.timeline_between(
        from_time timestamptz, to_time timestamptz, step interval DEFAULT '1 day',
        installation text DEFAULT NULL, asset text DEFAULT NULL, max_age interval DEFAULT NULL,
        known_at timestamptz DEFAULT NULL, area geometry DEFAULT NULL,
        by text DEFAULT 'class', total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.timeline_between_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
BEGIN ATOMIC
    SELECT r.step_from, r.step_to, r.installation, r.asset_class, r.class_path, r.designation, r.status,
           r.count_min, r.count_max, r.state, r.told_min, r.told_max, r.looked_at, r.lon, r.lat, r.geom
    FROM ledger_timeline(LEDGER_TABLE, MIN_CONFIDENCE, timeline_between.area, timeline_between.installation,
                         timeline_between.asset, timeline_between.by, timeline_between.total, timeline_between.known_at,
                         timeline_between.source, timeline_between.within, timeline_between.depth, timeline_between.from_time,
                         timeline_between.to_time, timeline_between.step, timeline_between.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.timeline_between(timestamptz, timestamptz, interval, text, text, interval, timestamptz, geometry, text, text, text, double precision, int) IS
    'how many were there at the end of every step from one instant to another, as of the looks by then: one row per step and per installation and class ever seen, with all that lies below the class (by => ''status'': and status; ''individual'': and designation; total => a class: of that class alone), and, where both installation and asset are named, per class that was not. A step holds the looks from step_from on and before step_to; the last one ends at to_time. State: observed (a look in this step told this count), last known (it follows from earlier looks), stale (the last look is max_age or more before the end of the step: counts NULL), unobserved (nobody had looked: counts NULL). told_min, told_max and looked_at: what the last look told, and when. Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.timeline(
        from_date date, to_date date, step interval DEFAULT '1 day',
        installation text DEFAULT NULL, asset text DEFAULT NULL, max_age interval DEFAULT NULL,
        known_at timestamptz DEFAULT NULL, area geometry DEFAULT NULL,
        by text DEFAULT 'class', total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.timeline_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
BEGIN ATOMIC
    SELECT r.step_to - interval '1 microsecond', r.installation, r.asset_class, r.class_path, r.designation, r.status,
           r.count_min, r.count_max, r.state, r.told_min, r.told_max, r.looked_at, r.lon, r.lat, r.geom
    FROM ledger_timeline(LEDGER_TABLE, MIN_CONFIDENCE, timeline.area, timeline.installation,
                         timeline.asset, timeline.by, timeline.total, timeline.known_at,
                         timeline.source, timeline.within, timeline.depth, timeline.from_date::timestamptz,
                         end_of_day(timeline.to_date) + interval '1 microsecond', timeline.step, timeline.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.timeline(date, date, interval, text, text, interval, timestamptz, geometry, text, text, text, double precision, int) IS
    'how many were there at the end of every step from the beginning of one day to the end of another, in the time zone of the session; at is the last microsecond of the step. Otherwise as timeline_between()';

CREATE OR REPLACE FUNCTION LEDGER.coverage_between(from_time timestamptz, to_time timestamptz, area geometry DEFAULT NULL,
                                                 installation text DEFAULT NULL, source text DEFAULT NULL, within double precision DEFAULT NULL)
    RETURNS SETOF LEDGER.coverage_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT site.name, site.kind, looked.looks, looked.complete_looks, looked.looks - looked.complete_looks,
           looked.sources, looked.first_look, looked.last_look, earlier.looked_before,
           round(blind.seconds / 3600::numeric, 1), blind.since, blind.until,
           ST_X(site.location), ST_Y(site.location), site.location
    FROM LEDGER.installation AS site
    CROSS JOIN (SELECT ledger_source_named(LEDGER_TABLE, coverage_between.source) AS source_id) AS teller
    LEFT JOIN LATERAL (
        SELECT o.observed_at AS looked_before
        FROM LEDGER.observation AS o
        WHERE o.installation_id = site.installation_id
            AND o.observed_at < from_time
            AND o.retracted_at IS NULL
            AND (teller.source_id IS NULL OR o.source_id = teller.source_id)
        ORDER BY o.observed_at DESC
        LIMIT 1
    ) AS earlier ON true
    CROSS JOIN LATERAL (
        SELECT count(*) AS looks, count(*) FILTER (WHERE o.completeness = 'complete') AS complete_looks,
               string_agg(DISTINCT source.name, ', ' ORDER BY source.name) AS sources,
               min(o.observed_at) AS first_look, max(o.observed_at) AS last_look
        FROM LEDGER.observation AS o
        JOIN LEDGER.source USING (source_id)
        WHERE o.installation_id = site.installation_id
            AND o.observed_at BETWEEN from_time AND to_time
            AND o.retracted_at IS NULL
            AND (teller.source_id IS NULL OR o.source_id = teller.source_id)
    ) AS looked
    CROSS JOIN LATERAL (
        -- between looks, and from the first instant and to the last
        -- (an interval does not hold all of time)
        SELECT edge.since, edge.until, extract(epoch FROM edge.until) - extract(epoch FROM edge.since) AS seconds
        FROM (
            SELECT mark.at AS since, pg_catalog.lead(mark.at) OVER (ORDER BY mark.at) AS until
            FROM (
                SELECT from_time AS at
                UNION ALL
                SELECT to_time
                UNION ALL
                SELECT o.observed_at
                FROM LEDGER.observation AS o
                WHERE o.installation_id = site.installation_id
                    AND o.observed_at BETWEEN from_time AND to_time
                    AND o.retracted_at IS NULL
                    AND (teller.source_id IS NULL OR o.source_id = teller.source_id)
            ) AS mark
        ) AS edge
        WHERE edge.until IS NOT NULL
        ORDER BY seconds DESC, edge.since
        LIMIT 1
    ) AS blind
    WHERE CASE WHEN coverage_between.area IS NULL THEN true
               WHEN coverage_between.within IS NULL THEN ST_Intersects(coverage_between.area, site.location)
               ELSE ST_DWithin(geography(coverage_between.area), geography(site.location), coverage_between.within, true) END
        AND (coverage_between.installation IS NULL
             OR site.installation_id = (SELECT ledger_installation_named(LEDGER_TABLE, coverage_between.installation)))
        AND ledger_arguments_are_known(LEDGER_TABLE, from_time, to_time, NULL::text, NULL::interval, coverage_between.area,
                                       coverage_between.installation, NULL::text, coverage_between.source, coverage_between.within)
    ORDER BY site.name;
END;
COMMENT ON FUNCTION LEDGER.coverage_between(timestamptz, timestamptz, geometry, text, text, double precision) IS
    'how each installation was looked at from one instant to another: looks, complete and partial, by whom, and the longest stretch without any; an installation that nobody looked at has 0 looks and is blind all the time; looked_before is the last look before the time asked for, null with 0 looks: nobody has looked there yet. source => a name: the looks of that source alone. A complete look tells of the classes in its scope that its pixels can show, but proves none absent of a class below one that it shows (a transport may be an An-124)';

CREATE OR REPLACE FUNCTION LEDGER.coverage(from_date date, to_date date, area geometry DEFAULT NULL,
                                         installation text DEFAULT NULL, source text DEFAULT NULL, within double precision DEFAULT NULL)
    RETURNS SETOF LEDGER.coverage_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT * FROM LEDGER.coverage_between(from_date::timestamptz, end_of_day(to_date), coverage.area, coverage.installation, coverage.source, coverage.within);
END;
COMMENT ON FUNCTION LEDGER.coverage(date, date, geometry, text, text, double precision) IS
    'how each installation was looked at from the beginning of one day to the end of another in the time zone of the session; otherwise as coverage_between()';

CREATE OR REPLACE FUNCTION LEDGER.stale_at(at timestamptz, max_age interval, area geometry DEFAULT NULL,
                                         installation text DEFAULT NULL, asset text DEFAULT NULL,
                                         source text DEFAULT NULL, within double precision DEFAULT NULL)
    RETURNS SETOF LEDGER.stale_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT there.installation, there.asset_class, there.class_path, there.told_min, there.told_max,
           there.looked_at, round((extract(epoch FROM stale_at.at) - extract(epoch FROM there.looked_at)) / 86400::numeric, 1),
           there.sources, there.lon, there.lat, there.geom
    -- a null is no age
    FROM LEDGER.inventory_at(stale_at.at, stale_at.area, stale_at.installation, stale_at.asset,
                             max_age => coalesce(stale_at.max_age, interval '0'),
                             source => stale_at.source, within => stale_at.within) AS there
    WHERE there.state = 'stale' AND there.told_max IS DISTINCT FROM 0;
END;
COMMENT ON FUNCTION LEDGER.stale_at(timestamptz, interval, geometry, text, text, text, double precision) IS
    'what was there when last looked at, max_age or more before an instant, with what was told then: what inventory_at() with this max_age calls stale. Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.stale(on_date date, max_age interval, area geometry DEFAULT NULL,
                                      installation text DEFAULT NULL, asset text DEFAULT NULL,
                                         source text DEFAULT NULL, within double precision DEFAULT NULL)
    RETURNS SETOF LEDGER.stale_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT * FROM LEDGER.stale_at(end_of_day(on_date), stale.max_age, stale.area, stale.installation, stale.asset,
                                  stale.source, stale.within);
END;
COMMENT ON FUNCTION LEDGER.stale(date, interval, geometry, text, text, text, double precision) IS
    'what was there when last looked at, max_age or more before the end of a day in the time zone of the session; otherwise as stale_at()'
$sql$);
END;
$create$;
COMMENT ON FUNCTION report_coverage_create(name) IS
    'part of create_ledger: the reports timeline(), coverage() and stale(), and their forms that take instants';
