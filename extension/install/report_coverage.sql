
/*
 * reports of a ledger: when somebody looked, and what our picture rests on
 *
 * timeline_between() is count_at() at the end of every step; a step is `observed` only if in it
 * an observation said something of that key, so that no gap is painted over and what was
 * never looked for is not zero. coverage() and stale() are about the looks themselves.
 */
CREATE FUNCTION report_coverage_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE OR REPLACE FUNCTION %1$I.timeline_between(
        from_time timestamptz, to_time timestamptz, step interval DEFAULT '1 day',
        installation text DEFAULT NULL, asset text DEFAULT NULL, max_age interval DEFAULT NULL)
    RETURNS TABLE (step_from timestamptz, step_to timestamptz,
                   installation text, asset_class text, class_path text, status text,
                   count_min int, count_max int, state text,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
    SELECT point.step_from, point.step_to, site.name, class.name, class.path::text, point.status,
           count_min(point.count), count_max(point.count),
           CASE
               WHEN point.count IS NULL THEN 'unobserved'
               WHEN %1$I.was_looked_for(point.installation_id, point.asset_class_id, point.status,
                                        point.step_from - interval '1 microsecond', point.last) THEN 'observed'
               ELSE 'last known'
           END,
           ST_X(site.location), ST_Y(site.location), site.location
    FROM (
        SELECT key.*, step.step_from, step.step_to, step.last,
               known.count
        FROM (
            -- counted from the beginning, so that a day without a midnight moves no later step
            SELECT from_time + n::float8 * timeline_between.step AS step_from,
                   least(from_time + (n + 1)::float8 * timeline_between.step, to_time) AS step_to,
                   least(from_time + (n + 1)::float8 * timeline_between.step, to_time) - interval '1 microsecond' AS last
            FROM pg_catalog.generate_series(0::bigint, CASE
                WHEN %1$I.arguments_are_known(from_time, to_time, NULL, timeline_between.installation,
                                              timeline_between.asset, 'last_known', timeline_between.max_age)
                    AND %1$I.argument_is_known(timeline_between.step > interval '0', 'step', timeline_between.step::text,
                                               'A step must be a positive interval.') THEN
                    -- a month may be shorter than the 30 days that it counts
                    ceil(1.1 * (extract(epoch FROM to_time) - extract(epoch FROM from_time)) / nullif(extract(epoch FROM timeline_between.step), 0::numeric))::bigint
                END) AS n
            WHERE from_time + n::float8 * timeline_between.step < to_time
        ) AS step
        CROSS JOIN (
            SELECT DISTINCT p.installation_id, p.asset_class_id, p.status
            FROM %1$I.presence AS p
            WHERE p.designation IS NULL
                AND (timeline_between.installation IS NULL
                     OR p.installation_id = (SELECT %1$I.installation_named(timeline_between.installation)))
                AND (timeline_between.asset IS NULL
                     OR p.asset_class_id = ANY ((SELECT %1$I.classes_named(timeline_between.asset))::int[]))
            UNION ALL
            -- what was asked for by name, though never seen there; of a class with others
            -- below it no look can say that there were none
            SELECT site.installation_id, class.asset_class_id, 'unspecified'
            FROM %1$I.installation AS site, %1$I.asset_class AS class
            WHERE site.installation_id = (SELECT %1$I.installation_named(timeline_between.installation))
                AND class.asset_class_id = ANY ((SELECT %1$I.classes_named(timeline_between.asset))::int[])
                AND NOT EXISTS (SELECT FROM %1$I.asset_class AS below
                                WHERE below.path <@ class.path AND below.path <> class.path)
                AND NOT EXISTS (SELECT FROM %1$I.presence AS p
                                WHERE p.installation_id = site.installation_id
                                    AND p.asset_class_id = class.asset_class_id AND p.designation IS NULL)
        ) AS key
        CROSS JOIN LATERAL (
            SELECT %1$I.count_at(key.installation_id, key.asset_class_id, key.status, NULL, step.last, 'last_known',
                                 timeline_between.max_age) AS count
            OFFSET 0
        ) AS known
        OFFSET 0
    ) AS point
    JOIN %1$I.installation AS site ON site.installation_id = point.installation_id
    JOIN %1$I.asset_class AS class ON class.asset_class_id = point.asset_class_id
    ORDER BY site.name, pg_catalog.string_to_array(class.path::text, '.') COLLATE "C", point.status, point.step_from;
END;
COMMENT ON FUNCTION %1$I.timeline_between(timestamptz, timestamptz, interval, text, text, interval) IS
    'how many were there at the end of every step from one instant to another: one row per step and per installation, class and status ever seen, and, where both installation and asset are named, per class that was not. A step holds the looks from step_from on and before step_to; the last one ends at to_time. State: observed (a look in this step said something of the class), last known (an earlier look, not older than max_age, or looks before and after that agree), unobserved (counts NULL: nobody had looked, or too long ago)';

CREATE OR REPLACE FUNCTION %1$I.timeline(
        from_date date, to_date date, step interval DEFAULT '1 day',
        installation text DEFAULT NULL, asset text DEFAULT NULL, max_age interval DEFAULT NULL)
    RETURNS TABLE (at timestamptz, installation text, asset_class text, class_path text, status text,
                   count_min int, count_max int, state text,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
    SELECT step.step_to - interval '1 microsecond', step.installation, step.asset_class, step.class_path, step.status,
           step.count_min, step.count_max, step.state, step.lon, step.lat, step.geom
    FROM %1$I.timeline_between(from_date::timestamptz, end_of_day(to_date) + interval '1 microsecond', timeline.step,
                               timeline.installation, timeline.asset, timeline.max_age) AS step;
END;
COMMENT ON FUNCTION %1$I.timeline(date, date, interval, text, text, interval) IS
    'how many were there at the end of every step from the beginning of one day to the end of another, in the time zone of the session; at is the last microsecond of the step. Otherwise as timeline_between()';

CREATE OR REPLACE FUNCTION %1$I.coverage_between(from_time timestamptz, to_time timestamptz, area geometry DEFAULT NULL,
                                                 installation text DEFAULT NULL)
    RETURNS TABLE (installation text, kind text, looks bigint, complete_looks bigint, partial_looks bigint,
                   sources text, first_look timestamptz, last_look timestamptz,
                   longest_blind_hours numeric, blind_from timestamptz, blind_to timestamptz,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT site.name, site.kind, looked.looks, looked.complete_looks, looked.looks - looked.complete_looks,
           looked.sources, looked.first_look, looked.last_look,
           round(blind.seconds / 3600::numeric, 1), blind.since, blind.until,
           ST_X(site.location), ST_Y(site.location), site.location
    FROM %1$I.installation AS site
    CROSS JOIN LATERAL (
        SELECT count(*) AS looks, count(*) FILTER (WHERE o.completeness = 'complete') AS complete_looks,
               string_agg(DISTINCT source.name, ', ' ORDER BY source.name) AS sources,
               min(o.observed_at) AS first_look, max(o.observed_at) AS last_look
        FROM %1$I.observation AS o
        JOIN %1$I.source USING (source_id)
        WHERE o.installation_id = site.installation_id
            AND o.observed_at BETWEEN from_time AND to_time
            AND o.retracted_at IS NULL
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
                FROM %1$I.observation AS o
                WHERE o.installation_id = site.installation_id
                    AND o.observed_at BETWEEN from_time AND to_time
                    AND o.retracted_at IS NULL
            ) AS mark
        ) AS edge
        WHERE edge.until IS NOT NULL
        ORDER BY seconds DESC, edge.since
        LIMIT 1
    ) AS blind
    WHERE (coverage_between.area IS NULL OR ST_Intersects(coverage_between.area, site.location))
        AND (coverage_between.installation IS NULL
             OR site.installation_id = (SELECT %1$I.installation_named(coverage_between.installation)))
        AND %1$I.arguments_are_known(from_time, to_time, coverage_between.area, coverage_between.installation, NULL,
                                     'last_known', NULL)
    ORDER BY site.name;
END;
COMMENT ON FUNCTION %1$I.coverage_between(timestamptz, timestamptz, geometry, text) IS
    'how each installation was looked at from one instant to another: looks, complete and partial, by whom, and the longest stretch without any; an installation that nobody looked at has 0 looks and is blind all the time. A complete look tells of the classes in its scope that its pixels can show, but proves none absent of a class below one that it shows (a transport may be an An-124)';

CREATE OR REPLACE FUNCTION %1$I.coverage(from_date date, to_date date, area geometry DEFAULT NULL,
                                         installation text DEFAULT NULL)
    RETURNS TABLE (installation text, kind text, looks bigint, complete_looks bigint, partial_looks bigint,
                   sources text, first_look timestamptz, last_look timestamptz,
                   longest_blind_hours numeric, blind_from timestamptz, blind_to timestamptz,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT * FROM %1$I.coverage_between(from_date::timestamptz, end_of_day(to_date), coverage.area, coverage.installation);
END;
COMMENT ON FUNCTION %1$I.coverage(date, date, geometry, text) IS
    'how each installation was looked at from the beginning of one day to the end of another in the time zone of the session; otherwise as coverage_between()';

CREATE OR REPLACE FUNCTION %1$I.stale_at(at timestamptz, max_age interval, area geometry DEFAULT NULL,
                                         installation text DEFAULT NULL, asset text DEFAULT NULL)
    RETURNS TABLE (installation text, asset_class text, class_path text, status text, count_min int, count_max int,
                   last_seen timestamptz, days_since_seen numeric, sources text,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT there.installation, there.asset_class, there.class_path, there.status, there.count_min, there.count_max,
           there.last_seen, round(extract(epoch FROM at - there.last_seen) / 86400::numeric, 1), there.sources,
           there.lon, there.lat, there.geom
    FROM %1$I.inventory_at(at, stale_at.area, stale_at.installation, stale_at.asset) AS there
    JOIN %1$I.installation AS site ON site.name = there.installation
    JOIN %1$I.asset_class AS class ON class.name = there.asset_class
    -- a null must not fold to no rows, or nobody would check the arguments
    WHERE coalesce(at - there.last_seen >= coalesce(stale_at.max_age, interval '0'), true)
        -- a later look that fits this count renews it
        AND NOT %1$I.was_looked_for(site.installation_id, class.asset_class_id, there.status, at - stale_at.max_age, at)
        AND %1$I.arguments_are_known(at, at + interval '1 microsecond', stale_at.area, stale_at.installation,
                                     stale_at.asset, 'last_known', stale_at.max_age)
        AND %1$I.argument_is_known(stale_at.max_age IS NOT NULL, 'max_age', NULL, 'An age must be a positive interval.');
END;
COMMENT ON FUNCTION %1$I.stale_at(timestamptz, interval, geometry, text, text) IS
    'what is believed to be there at an instant on evidence at least max_age old: what max_age would let expire';

CREATE OR REPLACE FUNCTION %1$I.stale(on_date date, max_age interval, area geometry DEFAULT NULL,
                                      installation text DEFAULT NULL, asset text DEFAULT NULL)
    RETURNS TABLE (installation text, asset_class text, class_path text, status text, count_min int, count_max int,
                   last_seen timestamptz, days_since_seen numeric, sources text,
                   lon double precision, lat double precision, geom geometry(Point, 4326))
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT * FROM %1$I.stale_at(end_of_day(on_date), stale.max_age, stale.area, stale.installation, stale.asset);
END;
COMMENT ON FUNCTION %1$I.stale(date, interval, geometry, text, text) IS
    'what is believed to be there at the end of a day on evidence at least max_age old';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION report_coverage_create(name) IS
    'part of create_ledger: the reports timeline(), coverage() and stale(), and their forms that take instants';
