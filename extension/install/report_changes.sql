
/*
 * reports of a ledger: what changed
 *
 * One row per subject - installation and class; by status; or an individual - whose counts at two
 * dates differ. Everything is decided by ledger_changes() and its like (answers.c); these
 * functions give it the ledger, and put codes into words. Each is one statement without SET, so
 * that it is inlined into the query around it and words cost nothing unless they are asked for.
 */
CREATE FUNCTION report_changes_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    said CONSTANT text := $columns$
        r.installation, r.asset_class, r.class_path, r.designation, r.status,
        r.count_before_min, r.count_before_max, r.count_after_min, r.count_after_max,
        r.change_min, r.change_max, r.verdict, r.certain,
        r.before_looked_at, r.after_looked_at, r.stale_before, r.stale_after,
        doubt_codes(r.doubt), r.before_look, r.after_look, r.sources, doubt_text(doubt_codes(r.doubt)),
        r.lon, r.lat, r.geom $columns$;
BEGIN
    PERFORM ledger_execute(ledger, replace($sql$
CREATE OR REPLACE FUNCTION LEDGER.changes_between(
        from_time timestamptz, to_time timestamptz, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.change_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_changes(LEDGER_TABLE, MIN_CONFIDENCE, changes_between.area, changes_between.installation,
                        changes_between.asset, changes_between.by, changes_between.total, changes_between.known_at,
                        changes_between.source, changes_between.within, changes_between.depth,
                        changes_between.from_time, changes_between.to_time, changes_between.mode, changes_between.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.changes_between(timestamptz, timestamptz, geometry, text, text, text, interval, text, timestamptz, text, text, double precision, int) IS
    'what changed between two instants: one row per installation and class, with all that lies below the class (by => ''status'': and status; by => ''individual'': and designation; total => a class: of that class alone) with the count before and after; NULL counts are not known. Verdicts: see report_words(). certain: word and numbers are what two looks told, of before_looked_at and after_looked_at. mode last_known compares what was carried forward from the looks by each instant; certain what the last look by each told, and lists what two looks prove; possible lists what may have changed and what nobody looked at again. area chooses installations by their location. max_age sets stale_before and stale_after. known_at answers from what had been recorded and not yet retracted then. before_look and after_look are for evidence(). Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.changes(
        from_date date, to_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.change_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_changes(LEDGER_TABLE, MIN_CONFIDENCE, changes.area, changes.installation,
                        changes.asset, changes.by, changes.total, changes.known_at,
                        changes.source, changes.within, changes.depth,
                        end_of_day(changes.from_date), end_of_day(changes.to_date), changes.mode, changes.max_age) AS r;
END;
COMMENT ON FUNCTION LEDGER.changes(date, date, geometry, text, text, text, interval, text, timestamptz, text, text, double precision, int) IS
    'what changed between the end of one day and the end of another in the time zone of the session; otherwise as changes_between(), which takes instants';

CREATE OR REPLACE FUNCTION LEDGER.between_looks(
        installation text DEFAULT NULL, n int DEFAULT 1, asset text DEFAULT NULL, mode text DEFAULT 'last_known',
        by text DEFAULT 'class', area geometry DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.change_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_between_looks(LEDGER_TABLE, MIN_CONFIDENCE, between_looks.area, between_looks.installation,
                              between_looks.asset, between_looks.by, between_looks.total, NULL::timestamptz,
                              between_looks.source, between_looks.within, between_looks.depth, between_looks.n, between_looks.mode) AS r;
END;
COMMENT ON FUNCTION LEDGER.between_looks(text, int, text, text, text, geometry, text, text, double precision, int) IS
    'what changed at each installation between its last two looks, or since the n-th look before the last; looks of one instant count once. Columns and verdicts as of changes_between()';

CREATE OR REPLACE FUNCTION LEDGER.changes_since(
        since timestamptz, area geometry DEFAULT NULL, installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', by text DEFAULT 'class', total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.change_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT SAID
    FROM ledger_changes_since(LEDGER_TABLE, MIN_CONFIDENCE, changes_since.area, changes_since.installation,
                              changes_since.asset, changes_since.by, changes_since.total, NULL::timestamptz,
                              changes_since.source, changes_since.within, changes_since.depth, changes_since.since, changes_since.mode) AS r;
END;
COMMENT ON FUNCTION LEDGER.changes_since(timestamptz, geometry, text, text, text, text, text, text, double precision, int) IS
    'what is new since an instant: what was known then, from what had been recorded and not yet retracted, against what is known now. Late evidence of an earlier time counts, and so do corrections. Columns and verdicts as of changes_between()';

CREATE OR REPLACE FUNCTION LEDGER.turnover_between(
        from_time timestamptz, to_time timestamptz, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.turnover_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT r.installation, r.asset_class, r.class_path, r.designation, r.status, r.came_min, r.left_min, r.looks,
           r.from_looked_at, r.to_looked_at, r.lon, r.lat, r.geom
    FROM ledger_turnover(LEDGER_TABLE, MIN_CONFIDENCE, turnover_between.area, turnover_between.installation,
                         turnover_between.asset, turnover_between.by, turnover_between.total, turnover_between.known_at,
                         turnover_between.source, turnover_between.within, turnover_between.depth,
                         turnover_between.from_time, turnover_between.to_time) AS r;
END;
COMMENT ON FUNCTION LEDGER.turnover_between(timestamptz, timestamptz, geometry, text, text, text, timestamptz, text, text, double precision, int) IS
    'the fewest that came and the fewest that left, whatever happened between the looks, from the last look by the earlier instant to the last by the later: one row per installation and class, with all that lies below the class (by => ''status'': and status; by => ''individual'': and designation; total => a class: of that class alone) of which any did. So 0, 1, 0 is one that came and one that left, which changes_between() does not list. Errors 22S01, 22S05, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.turnover(
        from_date date, to_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.turnover_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 100
BEGIN ATOMIC
    SELECT *
    FROM LEDGER.turnover_between(end_of_day(turnover.from_date), end_of_day(turnover.to_date), turnover.area,
                                 turnover.installation, turnover.asset, turnover.by, turnover.known_at, turnover.total,
                                 turnover.source, turnover.within, turnover.depth);
END;
COMMENT ON FUNCTION LEDGER.turnover(date, date, geometry, text, text, text, timestamptz, text, text, double precision, int) IS
    'the fewest that came and left between the end of one day and the end of another in the time zone of the session; otherwise as turnover_between()';

CREATE OR REPLACE FUNCTION LEDGER.told_between(
        from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL, by text DEFAULT 'class',
        known_at timestamptz DEFAULT NULL, total text DEFAULT NULL,
        source text DEFAULT NULL, within double precision DEFAULT NULL, depth int DEFAULT NULL)
    RETURNS SETOF LEDGER.told_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000
BEGIN ATOMIC
    SELECT r.installation, r.asset_class, r.class_path, r.designation, r.status, r.observed_from, r.observed_at,
           r.count_min, r.count_max, doubt_codes(r.doubt), r.look, r.lon, r.lat, r.geom
    FROM ledger_told(LEDGER_TABLE, MIN_CONFIDENCE, told_between.area, told_between.installation, told_between.asset,
                     told_between.by, told_between.total, told_between.known_at,
                     told_between.source, told_between.within, told_between.depth, told_between.from_time, told_between.to_time,
                     false, false) AS r;
END;
COMMENT ON FUNCTION LEDGER.told_between(timestamptz, timestamptz, geometry, text, text, text, timestamptz, text, text, double precision, int) IS
    'what the looks told from one instant to another, both included (null: from the first look, to the last): one row per installation, class, with all that lies below the class (by => ''status'': and status; by => ''individual'': and designation; total => a class: of that class alone), and moment of which a look told anything. count_max null: or more. What looks of one moment told is made one: look is one of them. Errors 22S01, 22S05, 22S07';

CREATE OR REPLACE FUNCTION LEDGER.evidence(installation text, VARIADIC looks bigint[])
    RETURNS SETOF LEDGER.evidence_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 20
BEGIN ATOMIC
    SELECT o.observation_id, o.observed_from, o.observed_at, source.name, coalesce(o.url, source.url), o.completeness,
           pg_catalog.array_to_string(o.scope, ', '), o.gsd_m, o.cloud_cover,
           seen.asset_class, seen.class_path, seen.status, seen.designation, seen.count_min, seen.count_max, seen.confidence,
           coalesce(seen.note, o.note), ST_X(coalesce(seen.location, site.location)), ST_Y(coalesce(seen.location, site.location))
    FROM LEDGER.observation AS o
    JOIN LEDGER.installation AS site USING (installation_id)
    JOIN LEDGER.source USING (source_id)
    LEFT JOIN LATERAL (
        SELECT class.name AS asset_class, ltree2text(class.path) AS class_path, s.status, s.designation,
               count_min(s.count) AS count_min, count_max(s.count) AS count_max, s.confidence, s.note, s.location
        FROM LEDGER.sighting AS s
        JOIN LEDGER.asset_class AS class USING (asset_class_id)
        WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id AND s.retracted_at IS NULL
    ) AS seen ON true
    -- (SELECT: the planner may not ask, in a snapshot older than the query's)
    WHERE o.installation_id = (SELECT ledger_installation_named(LEDGER_TABLE, coalesce(evidence.installation, '')))
        AND o.observation_id = ANY (evidence.looks)
    ORDER BY o.observed_at, o.observation_id, seen.class_path, seen.status, seen.designation;
END;
COMMENT ON FUNCTION LEDGER.evidence(text, bigint[]) IS
    'what stands behind a row: each look at an installation, by the numbers that reports give in before_look, after_look and look, with its source and every sighting of it; a look that showed nothing has one row without a class. Error 22S07';

CREATE OR REPLACE FUNCTION LEDGER.persistence(asset text DEFAULT NULL)
    RETURNS SETOF LEDGER.persistence_row
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
BEGIN ATOMIC
    SELECT r.asset_class, r.class_path, r.days, r.pairs, r.same, round(r.same::numeric / r.pairs::numeric, 3), r.still_so
    FROM ledger_persistence(LEDGER_TABLE, MIN_CONFIDENCE, NULL::geometry, NULL::text, persistence.asset, text 'class', NULL::text, NULL::timestamptz,
                            NULL::text, NULL::float8, NULL::int) AS r
    ORDER BY r.class_path, r.days;
END;
COMMENT ON FUNCTION LEDGER.persistence(text) IS
    'how fast a picture of a class goes stale, by your own data: of looks that told one number, pairs that lie at least so many days apart and less than twice as many, and the share that told the same number; still_so: how likely it is that what was told is still so, in the words of ICD 203 (NULL: fewer than 20 pairs). A class whose share falls fast wants a small max_age. Error 22S07'
$sql$, 'SAID', said));
END;
$create$;
COMMENT ON FUNCTION report_changes_create(name) IS
    'part of create_ledger: the reports of changes, turnover, evidence and persistence';
