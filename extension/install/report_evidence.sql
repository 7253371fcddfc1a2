
/*
 * reports of a ledger: the questions that every report asks of the evidence - which
 * installation and which classes a name means, when a class was last looked for, how
 * many there were at an instant and who says so.
 */
CREATE FUNCTION can_show(scope ltree[], gsd_m numeric, path ltree, max_gsd_m numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT scope @> path AND (max_gsd_m IS NULL OR gsd_m IS NULL OR gsd_m <= max_gsd_m);
END;
COMMENT ON FUNCTION can_show(ltree[], numeric, ltree, numeric) IS
    'would a complete look of a scope and pixel size show a class, of a path and told at pixels of at most max_gsd_m?';

/*
 * Reports as of an earlier time. What was known at an instant follows from what had been
 * recorded and not yet retracted then, by the same rules: so the functions below exist
 * twice, from one text. The second of each, count_at_then() of count_at(), takes that
 * instant first, looks at observations and sightings with its eyes, and calls the second of
 * the others. Presences of then are stored nowhere: changes_seen_then() derives them, once
 * (presence_known_at), and hands each key's to the functions that read presences, which take
 * them as an array. What stands in {then: } is for the second alone.
 */
CREATE FUNCTION report_then(statement text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    of_looks CONSTANT text := 'last_look|evidence_sources|was_looked_for|told_less_closely|changes_seen';
    of_presences CONSTANT text := 'may_be_there|count_at|other_status|change_verdict|change_is_certain|change_not_known';
    twins text;
    takes text;
    types text;
    gives text;
    result text := regexp_replace(statement, '\{then: (.*?)\}', '\1', 'g');
BEGIN
    FOR twins, takes, types, gives IN VALUES
        (of_looks, 'recorded_by timestamptz', 'timestamptz', 'recorded_by'),
        (of_presences, 'recorded_by timestamptz, known_runs %1$I.presence[]', 'timestamptz, %1$I.presence[]', 'recorded_by, known_runs')
    LOOP
        -- definitions, comments, calls, and arguments named after their function
        result := regexp_replace(result, '(CREATE OR REPLACE FUNCTION %1\$I\.(?:' || twins || '))\(', '\1_then(' || takes || ', ', 'g');
        result := regexp_replace(result, '(COMMENT ON FUNCTION %1\$I\.(?:' || twins || '))\(', '\1_then(' || types || ', ', 'g');
        result := regexp_replace(result, '(%1\$I\.(?:' || twins || '))\(', '\1_then(' || gives || ', ', 'g');
        result := regexp_replace(result, '\m(' || twins || ')\.', '\1_then.', 'g');
    END LOOP;
    -- what is read
    result := replace(result, '%1$I.presence AS p', 'pg_catalog.unnest(known_runs) AS p');
    result := regexp_replace(result, '\m([os])\.retracted_at IS NULL',
        '(\1.recorded_at <= recorded_by AND (\1.retracted_at IS NULL OR \1.retracted_at > recorded_by))', 'g');
    RETURN result;
END;
$body$;
COMMENT ON FUNCTION report_then(text) IS
    'part of create_ledger: the text of the functions that answer from what was known at an instant';

CREATE FUNCTION report_now_and_then(ledger name, statement text, columns text DEFAULT '') RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
BEGIN
    EXECUTE pg_catalog.format(regexp_replace(statement, '\{then: .*?\}', '', 'g'), ledger, columns);
    EXECUTE pg_catalog.format(report_then(statement), ledger, columns);
END;
$body$;
COMMENT ON FUNCTION report_now_and_then(name, text, text) IS
    'part of create_ledger: makes functions, and their twins that answer from what was known at an instant';

CREATE FUNCTION report_evidence_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM report_now_and_then(ledger, $sql$
CREATE OR REPLACE FUNCTION %1$I.installation_named(installation text) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 50
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found bigint;
BEGIN
    SELECT i.installation_id INTO found
    FROM %1$I.installation AS i
    WHERE i.name = installation_named.installation;
    IF found IS NULL AND installation IS NOT NULL THEN
        RAISE EXCEPTION 'unknown installation "%%"', installation
            USING ERRCODE = '22S07',
                  DETAIL = pg_catalog.format('No row of %%I.installation has this name.', %1$L);
    END IF;
    RETURN found;
END;
$body$;
COMMENT ON FUNCTION %1$I.installation_named(text) IS
    'key of the installation with a name; NULL for NULL; error 22S07 if there is none';

CREATE OR REPLACE FUNCTION %1$I.classes_named(asset text) RETURNS int[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
    SET search_path FROM CURRENT
AS $body$
DECLARE
    found int[];
BEGIN
    IF asset IS NULL THEN
        RETURN NULL;
    END IF;
    -- the array is made once, not for every class
    SELECT pg_catalog.array_agg(c.asset_class_id ORDER BY c.asset_class_id) INTO found
    FROM %1$I.asset_class AS c
    WHERE c.path <@ ARRAY(
            SELECT named.path
            FROM %1$I.asset_class AS named
            WHERE pg_catalog.lower(asset) IN (SELECT pg_catalog.lower(known) FROM pg_catalog.unnest(pg_catalog.array_prepend(named.name, named.aliases)) AS known))
        OR ltree2text(c.path) = asset
        OR starts_with(ltree2text(c.path), asset || '.');
    IF found IS NULL THEN
        RAISE EXCEPTION 'unknown asset class "%%"', asset
            USING ERRCODE = '22S07',
                  DETAIL = pg_catalog.format('No row of %%I.asset_class has this name, alias or path.', %1$L);
    END IF;
    RETURN found;
END;
$body$;
COMMENT ON FUNCTION %1$I.classes_named(text) IS
    'keys of the asset class with a name, an alias or a path (An-124, aircraft.transport) and of all below it; NULL for NULL; error 22S07 if there is none';

CREATE OR REPLACE FUNCTION %1$I.arguments_are_known(from_time timestamptz, to_time timestamptz, area geometry, installation text,
                                         asset text, mode text, max_age interval) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1
    SET search_path FROM CURRENT
AS $body$
BEGIN
    IF from_time IS NULL OR to_time IS NULL THEN
        RAISE EXCEPTION 'a report needs its dates'
            USING ERRCODE = '22S07', DETAIL = 'A date of the question is null.';
    END IF;
    PERFORM watch(from_time, to_time, area, mode, max_age);
    PERFORM %1$I.installation_named(installation), %1$I.classes_named(asset);
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION %1$I.arguments_are_known(timestamptz, timestamptz, geometry, text, text, text, interval) IS
    'true, or the error that says which argument of a report is unknown (22S07), out of order (22S05) or out of range (22S06): a report never answers a wrong question with no rows';

CREATE OR REPLACE FUNCTION %1$I.argument_is_known(valid boolean, argument text, said text, detail text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF valid IS NOT TRUE THEN
        RAISE EXCEPTION 'invalid %%: %%', argument, coalesce(quote_literal(said), 'null')
            USING ERRCODE = '22S07', DETAIL = detail;
    END IF;
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION %1$I.argument_is_known(boolean, text, text, text) IS
    'true, or error 22S07 with a detail for an argument of a report that is not valid';

CREATE OR REPLACE FUNCTION %1$I.last_look(installation_id bigint, asset_class_id int, status text, designation text, at timestamptz)
    RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 50
    SET search_path FROM CURRENT
    SET plan_cache_mode = force_generic_plan
AS $body$
#variable_conflict use_column
BEGIN
    -- PL/pgSQL keeps its plan; an SQL function called by another plans anew at every call,
    -- which takes far longer than the look-up
    RETURN greatest(
        (SELECT o.observed_at
         FROM %1$I.observation AS o
         JOIN %1$I.asset_class AS c ON c.asset_class_id = last_look.asset_class_id
         WHERE o.installation_id = last_look.installation_id
             AND o.observed_at <= last_look.at
             AND o.retracted_at IS NULL
             AND o.completeness = 'complete'
             -- CASE: the planner would take this for rare, and read all looks and all
             -- sightings to find one
             AND CASE WHEN can_show(o.scope, o.gsd_m, c.path, c.max_gsd_m) THEN
                 NOT EXISTS (
                     SELECT FROM %1$I.sighting AS s
                     JOIN %1$I.asset_class AS shown ON shown.asset_class_id = s.asset_class_id
                     WHERE s.installation_id = o.installation_id
                         AND s.observation_id = o.observation_id
                         AND pg_catalog.upper(s.count) IS DISTINCT FROM 1
                         AND s.retracted_at IS NULL
                         AND CASE WHEN shown.asset_class_id = c.asset_class_id AND last_look.designation IS NULL THEN
                             -- perhaps one, perhaps any number: that says nothing
                             pg_catalog.upper_inf(s.count) AND s.status = last_look.status
                         WHEN shown.asset_class_id = c.asset_class_id THEN
                             -- an individual may hide among those whose number could not be read
                             s.designation IS NULL
                         ELSE
                             -- and any of the class in what it shows of a wider one, but for another number
                             shown.path @> c.path
                                 AND (last_look.designation IS NULL OR s.designation IS NULL
                                      OR s.designation = last_look.designation)
                         END) END
         ORDER BY o.observed_at DESC
         LIMIT 1),
        -- an individual seen elsewhere was not here
        CASE WHEN last_look.designation IS NOT NULL THEN
            (SELECT max(o.observed_at)
             FROM %1$I.sighting AS s
             JOIN %1$I.observation AS o USING (installation_id, observation_id)
             WHERE s.designation = last_look.designation
                 AND s.asset_class_id + 0 = last_look.asset_class_id
                 AND s.installation_id <> last_look.installation_id
                 AND s.confidence >= (SELECT l.min_confidence FROM %1$I.ledger AS l)
                 AND pg_catalog.lower(s.count) > 0
                 AND o.observed_at <= last_look.at
                 AND o.retracted_at IS NULL AND s.retracted_at IS NULL)
        END);
END;
$body$;
COMMENT ON FUNCTION %1$I.last_look(bigint, int, text, text, timestamptz) IS
    'the last observation of an installation, not after an instant, that would have told how many of a class and status, or an individual, were there: complete, of pixels fine enough, and nothing in it that may be any number of them, or that is told less closely and may be of the class';

CREATE OR REPLACE FUNCTION %1$I.may_be_there(installation_id bigint, asset_class_id int, status text, designation text,
                                             at timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 20
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
BEGIN
    RETURN EXISTS (
        SELECT FROM %1$I.presence AS p
        WHERE p.installation_id = may_be_there.installation_id
            AND gone_by(p.run) > may_be_there.at
            AND not_seen_at(p.run) < may_be_there.at
            AND p.asset_class_id = may_be_there.asset_class_id
            AND p.status IS NOT DISTINCT FROM may_be_there.status
            AND p.designation IS NOT DISTINCT FROM may_be_there.designation);
END;
$body$;
COMMENT ON FUNCTION %1$I.may_be_there(bigint, int, text, text, timestamptz) IS
    'is any of one key possible at an instant? If not, none were there in any simplest explanation, or nobody had looked';

CREATE OR REPLACE FUNCTION %1$I.evidence_sources(installation_id bigint, asset_class_id int, VARIADIC at timestamptz[])
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
    SELECT string_agg(day.seen, ', ' ORDER BY day.observed_at, day.seen)
    FROM (
        SELECT source.name || ' ' || to_char(o.observed_at, 'YYYY-MM-DD') AS seen,
               min(o.observed_at) AS observed_at
        FROM %1$I.observation AS o
        JOIN %1$I.source USING (source_id)
        JOIN %1$I.asset_class AS c ON c.asset_class_id = evidence_sources.asset_class_id
        WHERE o.installation_id = evidence_sources.installation_id
            AND o.observed_at = ANY (at)
            AND o.retracted_at IS NULL
            AND ((o.completeness = 'complete' AND can_show(o.scope, o.gsd_m, c.path, c.max_gsd_m))
                 OR EXISTS (
                     SELECT FROM %1$I.sighting AS s
                     WHERE s.installation_id = o.installation_id
                         AND s.observation_id = o.observation_id
                         AND s.asset_class_id = c.asset_class_id
                         AND s.retracted_at IS NULL))
        GROUP BY 1
    ) AS day;
END;
COMMENT ON FUNCTION %1$I.evidence_sources(bigint, int, timestamptz[]) IS
    'who observed the installation at these instants, with the day, as far as the observation says something of the class: it shows it, or would have shown it, if only as perhaps among what it shows of a wider class';

CREATE OR REPLACE FUNCTION %1$I.was_looked_for(installation_id bigint, asset_class_id int, status text,
                                               after timestamptz, until timestamptz)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE COST 50
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM %1$I.observation AS o, %1$I.asset_class AS c
        WHERE c.asset_class_id = was_looked_for.asset_class_id
            AND o.installation_id = was_looked_for.installation_id
            AND o.observed_at > after AND o.observed_at <= until
            AND o.retracted_at IS NULL
            AND ((o.completeness = 'complete' AND can_show(o.scope, o.gsd_m, c.path, c.max_gsd_m)
                  -- perhaps one, perhaps any number: that says nothing
                  AND NOT EXISTS (
                     SELECT FROM %1$I.sighting AS s
                     WHERE s.installation_id = o.installation_id
                         AND s.observation_id = o.observation_id
                         AND s.asset_class_id = c.asset_class_id
                         AND s.status = was_looked_for.status
                         AND pg_catalog.upper_inf(s.count)
                         AND s.retracted_at IS NULL)
                  AND NOT EXISTS (
                     SELECT FROM %1$I.sighting AS s
                     JOIN %1$I.asset_class AS wider ON wider.asset_class_id = s.asset_class_id
                     WHERE s.installation_id = o.installation_id
                         AND s.observation_id = o.observation_id
                         AND wider.path @> c.path AND wider.asset_class_id <> c.asset_class_id
                         AND pg_catalog.upper_inf(s.count)
                         AND s.retracted_at IS NULL))
                 OR EXISTS (
                     SELECT FROM %1$I.sighting AS s
                     WHERE s.installation_id = o.installation_id
                         AND s.observation_id = o.observation_id
                         AND s.asset_class_id = c.asset_class_id
                         AND s.status = was_looked_for.status
                         AND pg_catalog.lower(s.count) > 0
                         AND s.confidence >= (SELECT l.min_confidence FROM %1$I.ledger AS l)
                         AND s.retracted_at IS NULL)));
END;
COMMENT ON FUNCTION %1$I.was_looked_for(bigint, int, text, timestamptz, timestamptz) IS
    'did an observation after one instant and not after another say how many of a class and status were there?';
$sql$::text, text '');
    PERFORM report_now_and_then(ledger, $sql$
CREATE OR REPLACE FUNCTION %1$I.count_at(installation_id bigint, asset_class_id int, status text, designation text,
                              at timestamptz, mode text, max_age interval) RETURNS int4range
    LANGUAGE sql STABLE PARALLEL SAFE COST 200
BEGIN ATOMIC
    SELECT CASE
        WHEN count_at.mode = 'last_known' AND key.known IS NOT NULL THEN
            CASE
                WHEN (at - key.known_at >= count_at.max_age) IS NOT TRUE THEN key.known
                -- a look since then fits this count and what came after: as fresh, less exact
                WHEN count_at.designation IS NULL
                    AND %1$I.was_looked_for(count_at.installation_id, count_at.asset_class_id, count_at.status,
                                            at - count_at.max_age, at) THEN may_be.count
            END
        WHEN count_at.mode = 'possible' AND key.runs > 0 THEN may_be.count
        ELSE
            (SELECT int4range(0, 0, '[]')
             FROM %1$I.last_look(count_at.installation_id, count_at.asset_class_id, count_at.status, count_at.designation, at) AS looked_at
             WHERE looked_at IS NOT NULL
                 AND (count_at.mode <> 'last_known' OR (at - looked_at >= count_at.max_age) IS NOT TRUE
                      -- looks before and after agree that there were none: that does not age
                      OR key.runs = 0 AND %1$I.last_look(count_at.installation_id, count_at.asset_class_id,
                                                         count_at.status, count_at.designation, 'infinity') > at))
    END
    FROM (
        -- the runs that may be there at that instant, by the index presence_window
        SELECT count(*) AS runs,
               pg_catalog.range_merge(pg_catalog.range_agg(count_range(p.run))) AS possible,
               pg_catalog.range_merge(pg_catalog.range_agg(count_range(p.run)) FILTER (WHERE first_seen(p.run) <= at)) AS known,
               max(last_seen(p.run)) FILTER (WHERE first_seen(p.run) <= at) AS known_at,
               pg_catalog.range_merge(pg_catalog.range_agg(count_range(p.run))
                           FILTER (WHERE at BETWEEN first_seen(p.run) AND last_seen(p.run))) AS seen,
               bool_or(first_seen(p.run) <= at OR isfinite(not_seen_at(p.run))) AS looked
        FROM %1$I.presence AS p
        WHERE p.installation_id = count_at.installation_id
            AND gone_by(p.run) > at
            AND not_seen_at(p.run) < at
            AND p.asset_class_id = count_at.asset_class_id
            AND p.status IS NOT DISTINCT FROM count_at.status
            AND p.designation IS NOT DISTINCT FROM count_at.designation
    ) AS key
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN key.seen IS NOT NULL THEN key.seen
            WHEN key.runs > 1 THEN key.possible         -- one run follows the other, without none between
            WHEN key.looked THEN pg_catalog.range_merge(key.possible, int4range(0, 0, '[]'))
        END AS count
    ) AS may_be;
END;
COMMENT ON FUNCTION %1$I.count_at(bigint, int, text, text, timestamptz, text, interval) IS
    'how many of one key were there at an instant: as last known (not on evidence older than max_age, but for what looks before and after agree on; a later look that fits this count and the next renews it, as the range of both), or the range of all that was possible; 0 only where a look says so; NULL: not known';
$sql$::text, text '');
END;
$create$;
COMMENT ON FUNCTION report_evidence_create(name) IS
    'part of create_ledger: what every report asks of the evidence';
