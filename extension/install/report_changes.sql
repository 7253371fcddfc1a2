
/*
 * reports of a ledger: changes
 *
 * What stands in `presence` is one row per run: 2 seen, then 3 seen, is a departed run
 * of 2 and an arrived run of 3. What an analyst reads is one row per thing counted, its
 * key: (installation, class, status), or (installation, class, designation) for
 * individuals. So a row of changes() compares the count of one key at the earlier date
 * with that at the later one:
 *
 *   1. two arms, arrived and departed, find the runs that changed, each by its own index;
 *   2. the runs of one key are put together;
 *   3. the side on which no run was found is none, or not known (NULL), never guessed;
 *   4. the two counts give the verdict.
 *
 * Step 3 reads as last known. A side is NULL if nobody had looked, or if the evidence is
 * older than max_age; it is zero if the run's own evidence reaches that date
 * (not_seen_at <= from_time, gone_by <= to_time). Otherwise count_at() looks at the key's
 * other runs and at the observations: 2 first seen on the 6th and 3 on the 10th does not
 * mean that there were none on the 5th.
 *
 * A row is certain if its verdict holds in every simplest explanation of the evidence,
 * that is, if the ranges of what was possible at either date are apart. This is a little
 * stricter than the certain reading of one run, which it contains: where 0 was seen,
 * then 2, then 3, the run of 3 certainly arrived, but "0 before" need not be.
 *
 * It is one statement without SET, so that it is inlined into the query around it.
 * OFFSET 0 keeps what a step has computed from being computed again by the next, and
 * columns that nobody asks for are still left out.
 */
CREATE FUNCTION report_changes_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    result CONSTANT text := $columns$
        installation text, asset_class text, class_path text, designation text, status text,
        count_before_min int, count_before_max int, count_after_min int, count_after_max int,
        change_min int, change_max int, verdict text, certain boolean,
        not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz, gone_by timestamptz,
        sources text, what_is_not_known text,
        lon double precision, lat double precision, geom geometry(Point, 4326) $columns$;
BEGIN
    PERFORM report_now_and_then(ledger, $sql$
CREATE OR REPLACE FUNCTION %1$I.change_verdict(installation_id bigint, asset_class_id int, status text, designation text,
                                    from_time timestamptz, to_time timestamptz, mode text,
                                    before int4range, after int4range, departed presence, arrived presence)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE
        WHEN count_verdict(before, after) IS NOT NULL THEN count_verdict(before, after)
        WHEN before IS NOT NULL AND after IS NOT NULL THEN
            CASE
                -- max_age: a side is read from a look that fits two counts
                WHEN mode = 'last_known' AND arrived IS NULL AND gone_by(departed) > to_time THEN 'undecided'
                WHEN mode = 'last_known' AND departed IS NULL AND pg_catalog.upper(before) IS DISTINCT FROM 1 THEN 'undecided'
                WHEN mode = 'last_known' THEN 'varied'
                WHEN departed(departed, watch(from_time, to_time, mode => 'certain'))
                    AND arrived(arrived, watch(from_time, to_time, mode => 'certain')) THEN 'varied'
                ELSE 'undecided'
            END
        -- nobody knows the count at the earlier date, but none were there at some time between
        WHEN before IS NULL AND arrived(arrived, watch(from_time, to_time, mode =>
                CASE mode WHEN 'last_known' THEN mode ELSE 'certain' END))
            AND not_seen_at(arrived) > from_time
            AND coalesce(pg_catalog.upper(%1$I.count_at(installation_id, asset_class_id, status, designation,
                                             not_seen_at(arrived), 'last_known', NULL)), 1) = 1 THEN
            'arrived'
        WHEN before IS NULL AND arrived IS NOT NULL AND after IS NOT NULL
            AND (not_seen_at(arrived) = '-infinity'
                 OR %1$I.count_at(installation_id, asset_class_id, status, designation,
                                  from_time, 'last_known', NULL) IS NULL) THEN
            'first look'
        WHEN before IS NOT NULL AND gone_by(departed) <= to_time
            AND coalesce(pg_catalog.upper(%1$I.count_at(installation_id, asset_class_id, status, designation,
                                             gone_by(departed), 'last_known', NULL)), 1) = 1 THEN
            'departed'
        WHEN before IS NOT NULL THEN 'expired'
        ELSE 'undecided'
    END;
END;
COMMENT ON FUNCTION %1$I.change_verdict(bigint, int, text, text, timestamptz, timestamptz, text, int4range, int4range,
                                        presence, presence) IS
    'the word for a change from one count to another, as changes() reports it';

CREATE OR REPLACE FUNCTION %1$I.change_is_certain(installation_id bigint, asset_class_id int, status text, designation text,
                                       from_time timestamptz, to_time timestamptz, mode text, verdict text,
                                       before int4range, departed presence, arrived presence)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE
        WHEN verdict NOT IN ('arrived', 'departed', 'increased', 'decreased', 'varied') THEN false
        WHEN mode <> 'last_known' THEN true
        WHEN verdict = 'varied' THEN
            departed(departed, watch(from_time, to_time, mode => 'certain'))
            AND arrived(arrived, watch(from_time, to_time, mode => 'certain'))
        WHEN before IS NULL THEN arrived(arrived, watch(from_time, to_time, mode => 'certain'))
        -- the common cases: it may have come before, or left since; both counts were seen;
        -- one was, and on the other side there can have been none
        WHEN departed IS NULL AND not_seen_at(arrived) < from_time THEN false
        WHEN last_seen(arrived) < to_time AND gone_by(arrived) = 'infinity' AND verdict <> 'decreased' THEN false
        WHEN last_seen(departed) >= from_time AND last_seen(arrived) >= to_time THEN true
        WHEN arrived IS NULL AND last_seen(departed) >= from_time THEN
            NOT %1$I.may_be_there(installation_id, asset_class_id, status, designation, to_time)
        WHEN departed IS NULL AND last_seen(arrived) >= to_time THEN
            NOT %1$I.may_be_there(installation_id, asset_class_id, status, designation, from_time)
        ELSE coalesce(verdict = count_verdict(
                %1$I.count_at(installation_id, asset_class_id, status, designation, from_time, 'possible', NULL),
                %1$I.count_at(installation_id, asset_class_id, status, designation, to_time, 'possible', NULL)),
            false)
    END;
END;
COMMENT ON FUNCTION %1$I.change_is_certain(bigint, int, text, text, timestamptz, timestamptz, text, text, int4range,
                                           presence, presence) IS
    'does the verdict of a change hold in every simplest explanation of the evidence?';

CREATE OR REPLACE FUNCTION %1$I.change_not_known(installation_id bigint, asset_class_id int, status text, designation text,
                                      from_time timestamptz, to_time timestamptz, max_age interval,
                                      before int4range, after int4range, departed presence, arrived presence)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
    SELECT nullif(pg_catalog.concat_ws('; ',
        -- the earlier date
        CASE
            WHEN before IS NULL AND not_seen_at(coalesce(arrived, departed)) = '-infinity' THEN
                no_look(designation) || ' before ' || instant_text(first_seen(coalesce(arrived, departed)))
                || %1$I.told_less_closely(installation_id, asset_class_id, '-infinity',
                                          first_seen(coalesce(arrived, departed)) - interval '1 microsecond')
            WHEN before IS NULL AND max_age IS NOT NULL
                AND %1$I.count_at(installation_id, asset_class_id, status, designation,
                                  from_time, 'last_known', NULL) IS NOT NULL THEN
                'the evidence at ' || instant_text(from_time) || ' is older than ' || max_age::text
            WHEN before IS NULL THEN
                no_look(designation) || ' by ' || instant_text(from_time)
                || %1$I.told_less_closely(installation_id, asset_class_id, '-infinity', from_time)
        END,
        CASE
            WHEN last_seen(departed) < from_time AND from_time < gone_by(departed) AND isfinite(gone_by(departed)) THEN
                'may have changed before ' || instant_text(from_time) || ': ' || count_text(count_min(departed), count_max(departed))
                || ' last seen ' || instant_text(last_seen(departed)) || ', no longer ' || instant_text(gone_by(departed))
            WHEN before IS NOT NULL AND isfinite(not_seen_at(arrived))
                AND not_seen_at(arrived) < from_time AND from_time < first_seen(arrived) THEN
                'may have ' || CASE pg_catalog.upper(before) WHEN 1 THEN 'come' ELSE 'changed' END || ' before '
                || instant_text(from_time) || ': not seen ' || instant_text(not_seen_at(arrived))
                || ', first seen ' || instant_text(first_seen(arrived))
        END,
        -- the later date
        CASE
            WHEN after IS NULL AND max_age IS NOT NULL THEN
                'the evidence at ' || instant_text(to_time) || ' is older than ' || max_age::text
                || ': last seen ' || instant_text(last_seen(departed))
            WHEN after IS NULL THEN
                no_look(designation) || ' by ' || instant_text(to_time)
                || %1$I.told_less_closely(installation_id, asset_class_id, '-infinity', to_time)
            WHEN last_seen(coalesce(arrived, departed)) < to_time AND gone_by(coalesce(arrived, departed)) = 'infinity' THEN
                'no observation after ' || instant_text(last_seen(coalesce(arrived, departed))) || ' tells whether still there'
                || %1$I.told_less_closely(installation_id, asset_class_id, last_seen(coalesce(arrived, departed)), to_time)
            WHEN last_seen(coalesce(arrived, departed)) < to_time AND to_time < gone_by(coalesce(arrived, departed)) THEN
                'may have changed before ' || instant_text(to_time) || ': last seen so '
                || instant_text(last_seen(coalesce(arrived, departed))) || ', no longer so '
                || instant_text(gone_by(coalesce(arrived, departed)))
            WHEN to_time < first_seen(coalesce(arrived, departed)) THEN
                'may have ' || CASE pg_catalog.upper(before) WHEN 1 THEN 'come' ELSE 'changed' END || ' before '
                || instant_text(to_time) || ': not seen ' || instant_text(not_seen_at(coalesce(arrived, departed)))
                || ', first seen ' || instant_text(first_seen(coalesce(arrived, departed)))
        END,
        CASE
            WHEN pg_catalog.upper_inf(before) THEN 'the count before is a minimum'
            WHEN count_min(before) < count_max(before) THEN 'the count before is a range'
                || coalesce(%1$I.told_less_closely(installation_id, asset_class_id, first_seen(departed), last_seen(departed)), '')
            WHEN first_seen(departed) > coalesce(%1$I.last_look(installation_id, asset_class_id, status, designation, from_time),
                                                 '-infinity') THEN
                'first counted completely after ' || instant_text(from_time) || ': the count before is that of a later look'
        END,
        CASE
            WHEN pg_catalog.upper_inf(after) THEN 'the count after is a minimum'
            WHEN count_min(after) < count_max(after) THEN 'the count after is a range'
                || coalesce(%1$I.told_less_closely(installation_id, asset_class_id, first_seen(arrived), last_seen(arrived)), '')
            WHEN first_seen(arrived) > coalesce(%1$I.last_look(installation_id, asset_class_id, status, designation, to_time),
                                                '-infinity') THEN
                'first counted completely after ' || instant_text(to_time) || ': the count after is that of a later look'
        END,
        -- counted twice?
        'before: ' || CASE WHEN pg_catalog.upper(before) IS DISTINCT FROM 1 THEN
            %1$I.other_status(installation_id, asset_class_id, status, departed, from_time) END,
        'after: ' || CASE WHEN pg_catalog.upper(after) IS DISTINCT FROM 1 THEN
            %1$I.other_status(installation_id, asset_class_id, status, arrived, to_time) END), '');
END;
COMMENT ON FUNCTION %1$I.change_not_known(bigint, int, text, text, timestamptz, timestamptz, interval,
                                          int4range, int4range, presence, presence) IS
    'in words, what the evidence leaves open about a change; NULL: nothing';
$sql$::text, text '');

    PERFORM report_now_and_then(ledger, $sql$
CREATE OR REPLACE FUNCTION %1$I.changes_seen(
        from_time timestamptz, to_time timestamptz, area geometry, installation text, asset text,
        mode text, max_age interval, individuals boolean)
    RETURNS TABLE (%2$s)
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    {then: WITH known AS MATERIALIZED (
        -- the presences of each individual, or of all statuses of a class
        SELECT p.installation_id, p.asset_class_id, p.designation, pg_catalog.array_agg(p) AS known_runs
        FROM %1$I.presence_known_at(recorded_by, (SELECT %1$I.installation_named(changes_seen.installation))) AS p
        WHERE (p.designation IS NOT NULL) = changes_seen.individuals
        GROUP BY p.installation_id, p.asset_class_id, p.designation
    )}
    SELECT site.name, class.name, class.path::text, line.designation, line.status,
           count_min(line.before), count_max(line.before), count_min(line.after), count_max(line.after),
           count_min(line.after) - count_max(line.before), count_max(line.after) - count_min(line.before),
           line.verdict,
           changes_seen.mode = 'certain'
               OR %1$I.change_is_certain(line.installation_id, line.asset_class_id, line.status, line.designation,
                      from_time, to_time, changes_seen.mode, line.verdict, line.before, line.departed, line.arrived),
           finite(not_seen_at(line.arrived)), first_seen(line.arrived),
           last_seen(line.departed), finite(gone_by(line.departed)),
           %1$I.evidence_sources(line.installation_id, line.asset_class_id,
               not_seen_at(line.arrived), first_seen(line.arrived), last_seen(line.departed), gone_by(line.departed)),
           %1$I.change_not_known(line.installation_id, line.asset_class_id, line.status, line.designation,
               from_time, to_time, changes_seen.max_age, line.before, line.after, line.departed, line.arrived),
           lon(coalesce(line.arrived, line.departed)), lat(coalesce(line.arrived, line.departed)),
           location(coalesce(line.arrived, line.departed))::geometry(Point, 4326)
    FROM (
        SELECT side.*,
               %1$I.change_verdict(side.installation_id, side.asset_class_id, side.status, side.designation,
                   from_time, to_time, changes_seen.mode, side.before, side.after, side.departed, side.arrived)
                   AS verdict
        FROM (
            SELECT key.*, {then: known.known_runs,}
                   CASE
                       WHEN changes_seen.mode <> 'last_known' THEN
                           %1$I.count_at(key.installation_id, key.asset_class_id, key.status, key.designation,
                                         from_time, 'possible', NULL)
                       WHEN key.departed IS NOT NULL THEN count_range(key.departed)
                       WHEN not_seen_at(key.arrived) = '-infinity' THEN NULL
                       WHEN not_seen_at(key.arrived) <= from_time AND changes_seen.max_age IS NULL THEN
                           int4range(0, 0, '[]')
                       WHEN key.designation IS NULL AND changes_seen.max_age IS NULL THEN
                           -- no run is there, so none were, if anybody had looked
                           (SELECT int4range(0, 0, '[]')
                            FROM %1$I.observation AS o
                            JOIN %1$I.asset_class AS c ON c.asset_class_id = key.asset_class_id
                            WHERE o.installation_id = key.installation_id
                                AND o.observed_at <= from_time
                                AND o.retracted_at IS NULL
                                AND o.completeness = 'complete'
                                -- CASE: the planner would take this for rare
                                AND CASE WHEN can_show(o.scope, o.gsd_m, c.path, c.max_gsd_m) THEN
                                    -- what is told less closely may be of this class; perhaps one,
                                    -- perhaps any number says nothing
                                    NOT EXISTS (
                                        SELECT FROM %1$I.sighting AS s
                                        JOIN %1$I.asset_class AS wider ON wider.asset_class_id = s.asset_class_id
                                        WHERE s.installation_id = o.installation_id
                                            AND s.observation_id = o.observation_id
                                            AND pg_catalog.upper(s.count) IS DISTINCT FROM 1
                                            AND s.retracted_at IS NULL
                                            AND wider.path @> c.path
                                            AND (wider.asset_class_id <> c.asset_class_id
                                                 OR pg_catalog.upper_inf(s.count) AND s.status = key.status)) END
                            ORDER BY o.observed_at
                            LIMIT 1)
                       ELSE
                           %1$I.count_at(key.installation_id, key.asset_class_id, key.status, key.designation,
                                         from_time, 'last_known', changes_seen.max_age)
                   END AS before,
                   CASE
                       WHEN changes_seen.mode <> 'last_known' THEN
                           %1$I.count_at(key.installation_id, key.asset_class_id, key.status, key.designation,
                                         to_time, 'possible', NULL)
                       WHEN key.arrived IS NOT NULL THEN count_range(key.arrived)
                       WHEN changes_seen.max_age IS NULL THEN int4range(0, 0, '[]')
                       ELSE
                           %1$I.count_at(key.installation_id, key.asset_class_id, key.status, key.designation,
                                         to_time, 'last_known', changes_seen.max_age)
                   END AS after
            FROM (
                SELECT arm.installation_id, arm.asset_class_id, arm.status, arm.designation,
                       -- only in mode possible may an arm have several runs of a key
                       CASE changes_seen.mode WHEN 'possible'
                           THEN (pg_catalog.array_agg(arm.run ORDER BY first_seen(arm.run)) FILTER (WHERE NOT arm.arrives))[1]
                           ELSE (pg_catalog.array_agg(arm.run) FILTER (WHERE NOT arm.arrives))[1] END AS departed,
                       CASE changes_seen.mode WHEN 'possible'
                           THEN (pg_catalog.array_agg(arm.run ORDER BY first_seen(arm.run)) FILTER (WHERE arm.arrives))[1]
                           ELSE (pg_catalog.array_agg(arm.run) FILTER (WHERE arm.arrives))[1] END AS arrived
                FROM (
                    SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run, true AS arrives
                    FROM {then: known CROSS JOIN LATERAL} %1$I.presence AS p
                    WHERE arrived_between(p.run, from_time, to_time, changes_seen.area,
                              CASE changes_seen.mode WHEN 'certain' THEN 'last_known' ELSE changes_seen.mode END,
                              CASE changes_seen.mode WHEN 'last_known' THEN changes_seen.max_age END)
                        AND (changes_seen.installation IS NULL
                             OR p.installation_id = (SELECT %1$I.installation_named(changes_seen.installation)))
                        AND (changes_seen.asset IS NULL
                             OR p.asset_class_id = ANY ((SELECT %1$I.classes_named(changes_seen.asset))::int[]))
                        AND (p.designation IS NOT NULL) = changes_seen.individuals
                    UNION ALL
                    SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run, false
                    FROM {then: known CROSS JOIN LATERAL} %1$I.presence AS p
                    WHERE departed_between(p.run, from_time, to_time, changes_seen.area,
                              CASE changes_seen.mode WHEN 'certain' THEN 'last_known' ELSE changes_seen.mode END,
                              CASE changes_seen.mode WHEN 'last_known' THEN changes_seen.max_age END)
                        AND (changes_seen.installation IS NULL
                             OR p.installation_id = (SELECT %1$I.installation_named(changes_seen.installation)))
                        AND (changes_seen.asset IS NULL
                             OR p.asset_class_id = ANY ((SELECT %1$I.classes_named(changes_seen.asset))::int[]))
                        AND (p.designation IS NOT NULL) = changes_seen.individuals
                ) AS arm
                GROUP BY arm.installation_id, arm.asset_class_id, arm.status, arm.designation
            ) AS key
            {then: JOIN known ON known.installation_id = key.installation_id AND known.asset_class_id = key.asset_class_id
                -- none is the empty text
                AND coalesce(known.designation, '') = coalesce(key.designation, '')}
            OFFSET 0
        ) AS side
        OFFSET 0
    ) AS line
    JOIN %1$I.installation AS site ON site.installation_id = line.installation_id
    JOIN %1$I.asset_class AS class ON class.asset_class_id = line.asset_class_id
    WHERE (changes_seen.mode <> 'certain'
           OR line.verdict IN ('arrived', 'departed', 'increased', 'decreased', 'varied'))
        AND %1$I.arguments_are_known(from_time, to_time, changes_seen.area, changes_seen.installation, changes_seen.asset,
                                     changes_seen.mode, changes_seen.max_age);
END;
COMMENT ON FUNCTION %1$I.changes_seen(timestamptz, timestamptz, geometry, text, text, text, interval, boolean) IS
    'what changes_between() answers from: see there';
$sql$::text, result);

    EXECUTE pg_catalog.format($sql$
CREATE OR REPLACE FUNCTION %1$I.changes_between(
        from_time timestamptz, to_time timestamptz, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, individuals boolean DEFAULT false,
        known_at timestamptz DEFAULT NULL)
    RETURNS TABLE (%2$s)
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT *
    FROM %1$I.changes_seen(from_time, to_time, changes_between.area, changes_between.installation, changes_between.asset,
                           coalesce(changes_between.mode, 'last_known'), changes_between.max_age,
                           coalesce(changes_between.individuals, false))
    WHERE known_at IS NULL
    UNION ALL
    SELECT *
    FROM %1$I.changes_seen_then(known_at, from_time, to_time, changes_between.area, changes_between.installation,
                                changes_between.asset, coalesce(changes_between.mode, 'last_known'),
                                changes_between.max_age, coalesce(changes_between.individuals, false))
    WHERE known_at IS NOT NULL;
END;
COMMENT ON FUNCTION %1$I.changes_between(timestamptz, timestamptz, geometry, text, text, text, interval, boolean, timestamptz) IS
    'what changed between two instants: one row per installation, class and status (individuals => true: per designation), count before and after; NULL counts are not known. Verdicts: arrived, departed, increased, decreased, varied (the counts differed in between), first look (nobody had looked before), expired (evidence older than max_age), undecided. No row: as last known nothing changed; mode => ''possible'' lists what may have changed, ''certain'' what surely did. known_at answers from what had been recorded and not yet retracted at that instant. Errors 22S01, 22S05, 22S06, 22S07';

CREATE OR REPLACE FUNCTION %1$I.changes(
        from_date date, to_date date, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        mode text DEFAULT 'last_known', max_age interval DEFAULT NULL, individuals boolean DEFAULT false,
        known_at timestamptz DEFAULT NULL)
    RETURNS TABLE (%2$s)
    LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
    SELECT *
    FROM %1$I.changes_between(end_of_day(from_date), end_of_day(to_date), changes.area, changes.installation,
                              changes.asset, changes.mode, changes.max_age, changes.individuals, changes.known_at);
END;
COMMENT ON FUNCTION %1$I.changes(date, date, geometry, text, text, text, interval, boolean, timestamptz) IS
    'what changed between the end of one day and the end of another in the time zone of the session; otherwise as changes_between()';
$sql$, ledger, result);
END;
$create$;
COMMENT ON FUNCTION report_changes_create(name) IS
    'part of create_ledger: the reports changes() and changes_between()';
