
/*
 * reports of a ledger: what is usual, and what is not
 *
 * A baseline is of what looks told (ledger_told), so that a day on which nobody looked counts for
 * nothing. The k-th smallest of counts that lie in ranges lies between the k-th smallest of the
 * least and of the greatest counts: so each quartile is a range in which it is, whatever was there.
 * A look that told only that there were at least so many has no greatest count. It could be any
 * quartile: such looks are counted by themselves, and neither lower nor raise the others.
 */
CREATE FUNCTION report_usual_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    same_subject CONSTANT text := $on$ a.installation = b.installation AND a.class_path = b.class_path
            AND coalesce(a.designation, '') = coalesce(b.designation, '') AND coalesce(a.status, '') = coalesce(b.status, '') $on$;
BEGIN
    PERFORM ledger_execute(ledger, replace($sql$
CREATE OR REPLACE FUNCTION LEDGER.usual_between(
        from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.usual_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT t.installation, t.asset_class, t.class_path, t.designation, t.status,
           count(*) FILTER (WHERE t.count_max IS NOT NULL),
           min(t.count_min) FILTER (WHERE t.count_max IS NOT NULL), min(t.count_max),
           pg_catalog.percentile_disc(0.25::float8) WITHIN GROUP (ORDER BY t.count_min) FILTER (WHERE t.count_max IS NOT NULL),
           pg_catalog.percentile_disc(0.25::float8) WITHIN GROUP (ORDER BY t.count_max) FILTER (WHERE t.count_max IS NOT NULL),
           pg_catalog.percentile_disc(0.5::float8) WITHIN GROUP (ORDER BY t.count_min) FILTER (WHERE t.count_max IS NOT NULL),
           pg_catalog.percentile_disc(0.5::float8) WITHIN GROUP (ORDER BY t.count_max) FILTER (WHERE t.count_max IS NOT NULL),
           pg_catalog.percentile_disc(0.75::float8) WITHIN GROUP (ORDER BY t.count_min) FILTER (WHERE t.count_max IS NOT NULL),
           pg_catalog.percentile_disc(0.75::float8) WITHIN GROUP (ORDER BY t.count_max) FILTER (WHERE t.count_max IS NOT NULL),
           max(t.count_min) FILTER (WHERE t.count_max IS NOT NULL), max(t.count_max),
           count(*) FILTER (WHERE t.count_max IS NULL), max(t.count_min) FILTER (WHERE t.count_max IS NULL),
           min(t.observed_at), max(t.observed_at),
           min(t.lon), min(t.lat), (pg_catalog.array_agg(t.geom))[1]
    FROM LEDGER.told_between(usual_between.from_time, usual_between.to_time, usual_between.area,
                             usual_between.installation, usual_between.asset, usual_between.by, usual_between.known_at,
                             usual_between.total, usual_between.source, usual_between.within, usual_between.depth) AS t
    GROUP BY t.installation, t.asset_class, t.class_path, t.designation, t.status;
END;
COMMENT ON FUNCTION LEDGER.usual_between(timestamptz, timestamptz, geometry, text, text, text, timestamptz, text, text, double precision, int) IS
    'what is usual: of the looks from one instant to another, both included, that told how many there were at most, the least count, its quartiles and the greatest, each as a range in which it lies whatever was there (quartile: the smallest count that so many of the counts do not exceed); one row per installation and class, or as by, total and depth say. A time without a look counts for nothing. partial_looks: those that only told of at least so many; greatest_minimum: the most of these; they are in none of the others. Arguments and errors as of told_between()';

CREATE OR REPLACE FUNCTION LEDGER.usual(
        installation text DEFAULT NULL, asset text DEFAULT NULL, over interval DEFAULT '1 year', until date DEFAULT CURRENT_DATE,
        area geometry DEFAULT NULL, by text DEFAULT 'class', known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.usual_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT *
    FROM LEDGER.usual_between(end_of_day(usual.until) - usual.over + interval '1 microsecond', end_of_day(usual.until), usual.area,
                              usual.installation, usual.asset, usual.by, usual.known_at,
                              usual.total, usual.source, usual.within, usual.depth);
END;
COMMENT ON FUNCTION LEDGER.usual(text, text, interval, date, geometry, text, timestamptz, text, text, double precision, int) IS
    'what is usual in the time that ends with a day in the time zone of the session (until; over null: from the first look on); otherwise as usual_between(), which takes instants';

CREATE OR REPLACE FUNCTION LEDGER.unusual(
        from_date date, to_date date, over interval DEFAULT '1 year', fewest_looks int DEFAULT 8, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, mode text DEFAULT 'last_known', by text DEFAULT 'class',
        total text DEFAULT NULL, source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.unusual_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 20000 ROWS 20
BEGIN ATOMIC
    WITH a AS MATERIALIZED (
        SELECT *
        FROM LEDGER.changes(unusual.from_date, unusual.to_date, unusual.area, unusual.installation, unusual.asset, unusual.mode,
                            NULL::interval, unusual.by, NULL::timestamptz, unusual.total, unusual.source, unusual.within, unusual.depth)
    ), b AS MATERIALIZED (
        SELECT *
        FROM LEDGER.usual_between(end_of_day(unusual.from_date) - unusual.over + interval '1 microsecond', end_of_day(unusual.from_date),
                                  unusual.area, unusual.installation, unusual.asset, unusual.by, NULL::timestamptz,
                                  unusual.total, unusual.source, unusual.within, unusual.depth)
    ), c AS (
        SELECT CASE WHEN a.count_after_min > greatest(b.greatest_max, b.greatest_minimum) THEN text 'more than ever counted'
                   WHEN a.count_after_min > b.q3_max THEN text 'more than usual'
                   WHEN a.count_after_max < b.least_min THEN text 'fewer than ever counted'
                   WHEN a.count_after_max < b.q1_min THEN text 'fewer than usual' END AS unusual,
               b.counted_looks, b.least_min, b.q1_min, b.q3_max, b.greatest_max, a.*
        FROM a
        JOIN b ON SAME_SUBJECT
        WHERE b.counted_looks >= greatest(unusual.fewest_looks, 1)::bigint
    )
    SELECT c.*
    FROM c
    WHERE c.unusual IS NOT NULL;
END;
COMMENT ON FUNCTION LEDGER.unusual(date, date, interval, int, geometry, text, text, text, text, text, text, double precision, int) IS
    'of what changed between the ends of two days, as changes() tells it, what is unusual beside the looks of the time before (over, ending with the earlier day): the count afterwards is for sure above the third quartile of usual(), or below the first (more than usual, fewer than usual), or even above the greatest count, or below the least, that any look gave (more than ever counted, fewer than ever counted). Nothing is called unusual beside less than fewest_looks looks that told a count. Errors as of changes()';

CREATE OR REPLACE FUNCTION LEDGER.same_period(
        from_date date, to_date date, years int DEFAULT 1, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, by text DEFAULT 'class',
        total text DEFAULT NULL, source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.same_period_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 20000 ROWS 100
BEGIN ATOMIC
    WITH a AS MATERIALIZED (
        SELECT *
        FROM LEDGER.usual_between((same_period.from_date - pg_catalog.make_interval(years => same_period.years))::date::timestamptz,
                                  end_of_day((same_period.to_date - pg_catalog.make_interval(years => same_period.years))::date),
                                  same_period.area, same_period.installation, same_period.asset, same_period.by, NULL::timestamptz,
                                  same_period.total, same_period.source, same_period.within, same_period.depth)
    ), b AS MATERIALIZED (
        SELECT *
        FROM LEDGER.usual_between(same_period.from_date::timestamptz, end_of_day(same_period.to_date),
                                  same_period.area, same_period.installation, same_period.asset, same_period.by, NULL::timestamptz,
                                  same_period.total, same_period.source, same_period.within, same_period.depth)
    )
    SELECT coalesce(b.installation, a.installation), coalesce(b.asset_class, a.asset_class), coalesce(b.class_path, a.class_path),
           coalesce(b.designation, a.designation), coalesce(b.status, a.status),
           coalesce(a.counted_looks, 0), a.median_min, a.median_max, a.greatest_min, a.greatest_max,
           coalesce(b.counted_looks, 0), b.median_min, b.median_max, b.greatest_min, b.greatest_max,
           CASE WHEN b.median_min > a.median_max THEN text 'more' WHEN b.median_max < a.median_min THEN text 'fewer' END,
           coalesce(b.lon, a.lon), coalesce(b.lat, a.lat), coalesce(b.geom, a.geom)
    FROM a
    FULL JOIN b ON SAME_SUBJECT;
END;
COMMENT ON FUNCTION LEDGER.same_period(date, date, int, geometry, text, text, text, text, text, double precision, int) IS
    'year on year: what was usual from the beginning of one day to the end of another, beside the same days so many years before, in the time zone of the session; as usual_between() tells it. looks: how many told a count. difference: more or fewer where the medians are apart for sure; NULL: they are not, or nobody looked in one of the two';

CREATE OR REPLACE FUNCTION LEDGER.top_changes(
        from_date date, to_date date, n int DEFAULT 10, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, mode text DEFAULT 'last_known', by text DEFAULT 'class',
        total text DEFAULT NULL, source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.top_change_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10
BEGIN ATOMIC
    SELECT greatest(c.change_min, - c.change_max, 0) AS size, c.*
    FROM LEDGER.changes(top_changes.from_date, top_changes.to_date, top_changes.area, top_changes.installation, top_changes.asset,
                        top_changes.mode, NULL::interval, top_changes.by, NULL::timestamptz, top_changes.total,
                        top_changes.source, top_changes.within, top_changes.depth) AS c
    WHERE c.change_min > 0 OR c.change_max < 0
    ORDER BY size DESC, c.certain DESC, c.installation, c.class_path, c.status, c.designation
    LIMIT top_changes.n;
END;
COMMENT ON FUNCTION LEDGER.top_changes(date, date, int, geometry, text, text, text, text, text, text, double precision, int) IS
    'the largest changes between the ends of two days, as changes() tells them: by size, the fewest more or fewer that there are; of equal ones those that are certain first. A first look has no size. A class counts what is below it, which has rows of its own: depth => 2, or total, tells of each once. Errors as of changes()'
$sql$, 'SAME_SUBJECT', same_subject));
END;
$create$;
COMMENT ON FUNCTION report_usual_create(name) IS
    'part of create_ledger: the reports usual(), unusual(), same_period() and top_changes()';
