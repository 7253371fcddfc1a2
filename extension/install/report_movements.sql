
/*
 * reports of a ledger: what may have moved from one installation to another, where one
 * individual was, and how many are to be expected in a gap
 *
 * A departure and an arrival of the same class elsewhere are a pair if the way between
 * them could be gone in time, at best: leaving just after left_after and coming at
 * came_by. A pair is a candidate, not a fact, unless the individual is the same; so
 * every row says how many other pairs its departure or its arrival takes part in.
 */
CREATE FUNCTION report_movements_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.movements(
        from_date date, to_date date, max_speed_kmh double precision DEFAULT NULL,
        asset text DEFAULT NULL, by text DEFAULT 'class')
    RETURNS SETOF LEDGER.movement_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    -- Once for both sides. Which row can be which is decided here, so that the planner takes
    -- neither side for a few rows, to be compared each with each: it joins by the class.
    WITH log AS MATERIALIZED (
        SELECT change.*, coalesce(movements.max_speed_kmh, class.max_speed_kmh::double precision, 900::float8) AS speed,
               change.verdict IN ('departed', 'decreased') AND change.happened_after <= end_of_day(to_date) AS may_be_departure,
               change.verdict IN ('arrived', 'increased', 'first look') AND change.happened_by <= end_of_day(to_date) AS may_be_arrival
        FROM LEDGER.change_log AS change
        JOIN LEDGER.asset_class AS class ON class.asset_class_id = change.asset_class_id
        WHERE change.by = coalesce(movements.by, text 'class')
            AND change.happened_by > from_date::timestamptz
            AND coalesce(change.happened_after, '-infinity') <= end_of_day(to_date)
            AND change.verdict IN ('departed', 'decreased', 'arrived', 'increased', 'first look')
            AND (movements.asset IS NULL OR change.asset_class_id = ANY ((SELECT ledger_classes_named(LEDGER_TABLE, movements.asset))::int[]))
    )
    SELECT pair.asset_class, pair.class_path, pair.designation, pair.from_installation, pair.to_installation,
           pair.left_after, pair.left_by, pair.came_after, pair.came_by,
           round(pair.km::numeric, 1), round((pair.km / pair.hours)::numeric, 1), pair.count_max,
           CASE
               WHEN pair.designation IS NOT NULL THEN 'same designation'
               WHEN pair.ways_out = 1 AND pair.ways_in = 1 THEN 'only candidate'
               ELSE 'one of ' || (pair.ways_out + pair.ways_in - 1)::text || ' candidates'
           END,
           pair.from_lon, pair.from_lat, pair.to_lon, pair.to_lat,
           ST_SetSRID(ST_MakeLine(ST_MakePoint(pair.from_lon, pair.from_lat),
                                  ST_MakePoint(pair.to_lon, pair.to_lat)), 4326)::geometry(LineString, 4326)
    FROM (
        SELECT gone.asset_class, gone.class_path, gone.designation,
               gone.installation AS from_installation, come.installation AS to_installation,
               gone.happened_after AS left_after, gone.happened_by AS left_by,
               come.happened_after AS came_after, come.happened_by AS came_by,
               way.km, way.hours,
               least(gone.count_before_max - gone.count_after_min,
                     come.count_after_max - coalesce(come.count_before_min, 0)) AS count_max,
               count(*) OVER (PARTITION BY gone.change_id) AS ways_out,
               count(*) OVER (PARTITION BY come.change_id) AS ways_in,
               rank() OVER (PARTITION BY gone.change_id ORDER BY come.happened_by) AS stop,
               gone.lon AS from_lon, gone.lat AS from_lat, come.lon AS to_lon, come.lat AS to_lat
        FROM log AS gone
        JOIN log AS come
            ON come.class_path = gone.class_path
            AND come.installation <> gone.installation
            AND come.designation IS NOT DISTINCT FROM gone.designation
        CROSS JOIN LATERAL (
            SELECT ST_Distance(gone.geom::geography, come.geom::geography, true) / 1000::float8 AS km,
                   extract(epoch FROM come.happened_by - gone.happened_after)::double precision / 3600::float8 AS hours
            OFFSET 0
        ) AS way
        WHERE gone.may_be_departure AND come.may_be_arrival
            AND come.happened_by > gone.happened_after
            AND way.km < way.hours * gone.speed
    ) AS pair
    WHERE (pair.designation IS NULL OR pair.stop = 1)   -- an individual goes from stop to stop
        AND ledger_arguments_are_known(LEDGER_TABLE, from_date::timestamptz, end_of_day(to_date), NULL::text, NULL::interval,
                                       NULL::geometry, NULL::text, movements.asset, NULL::text, NULL::float8)
        AND argument_is_known(coalesce(movements.by, text 'class') IN ('class', 'individual'), 'by', movements.by, 'What moves is of a class, or an individual.')
        AND argument_is_known((movements.max_speed_kmh > 0::float8 AND movements.max_speed_kmh <> 'NaN') IS NOT FALSE, 'max_speed_kmh',
                              movements.max_speed_kmh::text, 'A speed must be positive, in kilometres per hour.')
    ORDER BY pair.class_path, pair.came_by, pair.left_by, pair.from_installation, pair.to_installation;
END;
COMMENT ON FUNCTION LEDGER.movements(date, date, double precision, text, text) IS
    'departures from one installation that may be arrivals at another between the beginning of one day and the end of another: same class (by => ''individual'': same designation), reachable at max_speed_kmh (kilometres per hour; NULL: what the class has as max_speed_kmh or, where that is NULL, 900) by the shortest way on the spheroid at the best times that the evidence allows. certainty: same designation, only candidate, one of n candidates; count_max: at most so many can have moved (NULL: no limit known)';

CREATE OR REPLACE FUNCTION LEDGER.track(designation text, asset text DEFAULT NULL)
    RETURNS SETOF LEDGER.track_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 20
BEGIN ATOMIC
    -- who is known where, by index; as it stands, else whatever its case, spaces and hyphens (OFFSET 0: then
    -- the runs of each, not all runs)
    WITH known AS MATERIALIZED (
        SELECT s.label, s.installation_id, s.asset_class_id
        FROM LEDGER.subject AS s
        WHERE s.kind = 'individual'
            AND pg_catalog.translate(pg_catalog.lower(s.label), ' -', '') = pg_catalog.translate(pg_catalog.lower(track.designation), ' -', '')
            AND (track.asset IS NULL OR s.asset_class_id = ANY ((SELECT ledger_classes_named(LEDGER_TABLE, track.asset))::int[]))
    )
    SELECT (row_number() OVER way)::int, stay.installation, stay.asset_class, stay.not_seen_at, stay.first_seen,
           stay.last_seen, stay.gone_by,
           round((ST_Distance(stay.geom::geography, (pg_catalog.lag(stay.geom) OVER way)::geography, true) / 1000::float8)::numeric, 1),
           stay.lon, stay.lat, stay.geom
    FROM known AS s
    JOIN LEDGER.installation AS site ON site.installation_id = s.installation_id
    JOIN LEDGER.asset_class AS class ON class.asset_class_id = s.asset_class_id
    CROSS JOIN LATERAL (
        SELECT flat.* FROM LEDGER.presence_flat AS flat
        WHERE flat.installation = site.name AND flat.asset_class = class.name AND flat.designation = s.label
        OFFSET 0) AS stay
    WHERE (s.label = track.designation OR NOT EXISTS (SELECT FROM known AS exact WHERE exact.label = track.designation))
        AND argument_is_known(track.designation <> '', 'designation', track.designation,
                              'A track needs the designation of an individual.')
        AND (track.asset IS NULL OR ledger_classes_named(LEDGER_TABLE, track.asset) IS NOT NULL)
    WINDOW way AS (PARTITION BY stay.class_path ORDER BY stay.first_seen)
    ORDER BY stay.class_path, stay.first_seen;
END;
COMMENT ON FUNCTION LEDGER.track(text, text) IS
    'where an individual was seen, stop by stop, with the evidence of each stay; whatever the case, spaces and hyphens of its designation, unless there is one as it stands';

CREATE OR REPLACE FUNCTION LEDGER.expected_count_at(at timestamptz, area geometry DEFAULT NULL,
                                                  installation text DEFAULT NULL, asset text DEFAULT NULL)
    RETURNS SETOF LEDGER.expected_count_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT site.name, class.name, ltree2text(class.path), there.count_min, there.count_max,
           there.expected_min, there.expected_max, there.rests_on,
           ST_X(site.location), ST_Y(site.location), site.location
    FROM (
        SELECT run.installation_id, run.asset_class_id,
               -- of two runs one follows the other, without none between; where nobody had looked, nothing is known
               CASE WHEN bool_or(run.share IS NULL) THEN NULL WHEN count(*) = 1 AND NOT bool_and(run.seen) THEN 0
                   ELSE min(run.count_min) END AS count_min,
               CASE WHEN bool_and(run.share * run.count_max::numeric IS NOT NULL) THEN max(run.count_max) END AS count_max,
               CASE WHEN bool_and(run.share IS NOT NULL) THEN round(sum(run.share * run.count_min::numeric), 3) END AS expected_min,
               CASE WHEN bool_and(run.share * run.count_max::numeric IS NOT NULL)
                   THEN round(sum(run.share * run.count_max::numeric), 3) END AS expected_max,
               min(run.rests_on) AS rests_on
        FROM (
            SELECT p.installation_id, p.asset_class_id, count_min(p.run) AS count_min, count_max(p.run) AS count_max,
                   expected_count_at.at BETWEEN first_seen(p.run) AND last_seen(p.run) AS seen,
                   CASE
                       WHEN expected_count_at.at BETWEEN first_seen(p.run) AND last_seen(p.run) THEN 1
                       WHEN expected_count_at.at < first_seen(p.run) AND isfinite(not_seen_at(p.run)) THEN
                           extract(epoch FROM expected_count_at.at - not_seen_at(p.run))
                               / extract(epoch FROM first_seen(p.run) - not_seen_at(p.run))
                       WHEN expected_count_at.at < first_seen(p.run) THEN NULL
                       WHEN NOT isfinite(gone_by(p.run)) THEN 1
                       ELSE extract(epoch FROM gone_by(p.run) - expected_count_at.at)
                           / extract(epoch FROM gone_by(p.run) - last_seen(p.run))
                   END AS share,
                   CASE
                       WHEN expected_count_at.at BETWEEN first_seen(p.run) AND last_seen(p.run) THEN 'seen before and after'
                       WHEN expected_count_at.at < first_seen(p.run) AND NOT isfinite(not_seen_at(p.run)) THEN 'nobody had looked'
                       WHEN expected_count_at.at > last_seen(p.run) AND NOT isfinite(gone_by(p.run)) THEN 'last known: no look since has told otherwise'
                       ELSE 'changes spread evenly between looks'
                   END AS rests_on
            FROM LEDGER.presence AS p
            WHERE p.designation IS NULL AND p.status IS NULL
                AND present_at(p.run, expected_count_at.at, expected_count_at.area, 'possible', NULL::interval)
                AND (expected_count_at.installation IS NULL OR p.installation_id
                    = (SELECT ledger_installation_named(LEDGER_TABLE, expected_count_at.installation)))
                AND (expected_count_at.asset IS NULL OR p.asset_class_id
                    = ANY ((SELECT ledger_classes_named(LEDGER_TABLE, expected_count_at.asset))::int[]))
        ) AS run
        GROUP BY run.installation_id, run.asset_class_id
    ) AS there
    JOIN LEDGER.installation AS site ON site.installation_id = there.installation_id
    JOIN LEDGER.asset_class AS class ON class.asset_class_id = there.asset_class_id
    WHERE ledger_arguments_are_known(LEDGER_TABLE, expected_count_at.at, expected_count_at.at + interval '1 microsecond',
        NULL::text, NULL::interval, expected_count_at.area, expected_count_at.installation, expected_count_at.asset,
        NULL::text, NULL::float8);
END;
COMMENT ON FUNCTION LEDGER.expected_count_at(timestamptz, geometry, text, text) IS
    'the number to be expected at an instant if each arrival and departure is equally likely at any time between the looks that enclose it, beside the least and the greatest number of the runs that may be there; where no later look encloses it, it is taken to be still there; where no earlier one does, nothing is known: NULL. An estimate: it uses looks after the instant';

CREATE OR REPLACE FUNCTION LEDGER.expected_count(on_date date, area geometry DEFAULT NULL,
                                               installation text DEFAULT NULL, asset text DEFAULT NULL)
    RETURNS SETOF LEDGER.expected_count_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT * FROM LEDGER.expected_count_at(end_of_day(on_date), expected_count.area, expected_count.installation,
                                         expected_count.asset);
END;
COMMENT ON FUNCTION LEDGER.expected_count(date, geometry, text, text) IS
    'the number to be expected at the end of a day; otherwise as expected_count_at()';
$sql$);
END;
$create$;
COMMENT ON FUNCTION report_movements_create(name) IS
    'part of create_ledger: the reports movements(), track() and expected_count()';
