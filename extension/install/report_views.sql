
/*
 * views of a ledger, for tools that only see tables: each has a unique integer key, a
 * typed geometry and lon and lat beside it, and no column that such a tool would drop.
 * Counts stand there as numbers, to compute with, and as text, to show: a NULL maximum
 * shows as nothing. What a version adds to a view comes last: PostgreSQL replaces a view
 * only by one that begins with the same columns.
 *
 * change_log has one row per change of a count, whichever two dates one may ask about:
 * where one run ends in the look in which the next begins, the change is told once, by
 * the later run.
 */

-- A view reads with the rights of its owner, past row-level security, unless told not to;
-- before 15 there is no way to tell it.
CREATE FUNCTION views_as_caller(ledger name, VARIADIC views name[]) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    view name;
BEGIN
    IF current_setting('server_version_num')::int >= 150000 THEN
        FOREACH view IN ARRAY views LOOP
            EXECUTE pg_catalog.format('ALTER VIEW %I.%I SET (security_invoker = true)', ledger, view);
        END LOOP;
    END IF;
END;
$body$;
COMMENT ON FUNCTION views_as_caller(name, name[]) IS
    'part of create_ledger: lets views be read with the rights of who asks (PostgreSQL 15 and later)';

CREATE FUNCTION report_views_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    -- of a run that is not over the last look that showed it, which is not stored
    last_seen CONSTANT text := $column$CASE WHEN gone_by(p.run) = 'infinity' THEN greatest(last_seen(p.run), (
           SELECT o.observed_at
           FROM %1$I.observation AS o
           WHERE o.installation_id = p.installation_id AND o.retracted_at IS NULL AND EXISTS (
               SELECT
               FROM %1$I.sighting AS s
               JOIN %1$I.asset_class AS below ON below.asset_class_id = s.asset_class_id
               WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id AND s.retracted_at IS NULL
                   AND below.path <@ class.path
                   AND (p.status IS NULL OR s.status = p.status) AND (p.designation IS NULL OR s.designation = p.designation)
                   AND pg_catalog.lower(s.count) > 0
                   AND s.confidence >= coalesce((SELECT q.min_confidence FROM %1$I.source AS q WHERE q.source_id = o.source_id),
                                                (SELECT l.min_confidence FROM %1$I.ledger AS l)))
           ORDER BY o.observed_at DESC
           LIMIT 1)) ELSE last_seen(p.run) END$column$;
BEGIN
    EXECUTE pg_catalog.format(replace($sql$
CREATE OR REPLACE VIEW %1$I.presence_flat AS
SELECT p.presence_id, site.name AS installation, class.name AS asset_class, class.path::text AS class_path,
       p.designation, p.status, CASE WHEN p.designation IS NOT NULL THEN 'individual' WHEN p.status IS NOT NULL THEN 'status' ELSE 'class' END AS by,
       count_min(p.run) AS count_min, count_max(p.run) AS count_max,
       finite(not_seen_at(p.run)) AS not_seen_at, first_seen(p.run) AS first_seen,
       LAST_SEEN AS last_seen, finite(gone_by(p.run)) AS gone_by,
       lon(p.run) AS lon, lat(p.run) AS lat, location(p.run)::geometry(Point, 4326) AS geom,
       count_text(count_min(p.run), count_max(p.run)) AS count_text, site.kind,
       split_part(class.path::text, '.', 1) AS class_group
FROM %1$I.presence AS p
JOIN %1$I.installation AS site USING (installation_id)
JOIN %1$I.asset_class AS class USING (asset_class_id);
COMMENT ON VIEW %1$I.presence_flat IS
    'every run with plain columns; key: presence_id; counts of classes, of statuses and of individuals (by) are never added';

CREATE OR REPLACE VIEW %1$I.current_inventory AS
SELECT p.presence_id, site.name AS installation, class.name AS asset_class, class.path::text AS class_path,
       p.designation, p.status, CASE WHEN p.designation IS NOT NULL THEN 'individual' WHEN p.status IS NOT NULL THEN 'status' ELSE 'class' END AS by,
       count_min(p.run) AS count_min, count_max(p.run) AS count_max,
       finite(not_seen_at(p.run)) AS not_seen_at, first_seen(p.run) AS first_seen, LAST_SEEN AS last_seen,
       lon(p.run) AS lon, lat(p.run) AS lat, location(p.run)::geometry(Point, 4326) AS geom,
       count_text(count_min(p.run), count_max(p.run)) AS count_text, site.kind,
       split_part(class.path::text, '.', 1) AS class_group
FROM %1$I.presence AS p
JOIN %1$I.installation AS site USING (installation_id)
JOIN %1$I.asset_class AS class USING (asset_class_id)
WHERE gone_by(p.run) = 'infinity';
COMMENT ON VIEW %1$I.current_inventory IS
    'what no look has shown to be gone, however old the evidence (last_seen); key: presence_id; counts of classes, of statuses and of individuals (by) are never added';

CREATE OR REPLACE VIEW %1$I.observation_flat AS
SELECT o.observation_id, site.name AS installation, site.kind, source.name AS source, o.observed_from, o.observed_at, o.completeness,
       pg_catalog.array_to_string(o.scope, ', ') AS scope, o.gsd_m, o.cloud_cover, o.url, o.note,
       ST_X(site.location) AS lon, ST_Y(site.location) AS lat, site.location::geometry(Point, 4326) AS geom
FROM %1$I.observation AS o
JOIN %1$I.installation AS site USING (installation_id)
JOIN %1$I.source USING (source_id)
WHERE o.retracted_at IS NULL;
COMMENT ON VIEW %1$I.observation_flat IS
    'every look that was not retracted, by whom, completely or not; key: observation_id; cloud_cover in percent, gsd_m in metres';

CREATE OR REPLACE VIEW %1$I.latest_observation AS
SELECT o.observation_id, site.name AS installation, site.kind, source.name AS source, o.observed_from, o.observed_at, o.completeness,
       pg_catalog.array_to_string(o.scope, ', ') AS scope, o.gsd_m, o.cloud_cover, o.url, o.note,
       ST_X(site.location) AS lon, ST_Y(site.location) AS lat, site.location::geometry(Point, 4326) AS geom
FROM %1$I.installation AS site
CROSS JOIN LATERAL (
    SELECT *
    FROM %1$I.observation AS o
    WHERE o.installation_id = site.installation_id AND o.retracted_at IS NULL
    ORDER BY o.observed_at DESC, o.observation_id DESC
    LIMIT 1) AS o
JOIN %1$I.source ON source.source_id = o.source_id;
COMMENT ON VIEW %1$I.latest_observation IS
    'the latest look at each installation; key: observation_id; an installation without a row was never looked at';

CREATE OR REPLACE VIEW %1$I.change_log AS
SELECT 2 * event.presence_id + event.ends::int AS change_id, site.name AS installation,
       class.name AS asset_class, class.path::text AS class_path,
       event.designation, event.status, CASE WHEN event.designation IS NOT NULL THEN 'individual' WHEN event.status IS NOT NULL THEN 'status' ELSE 'class' END AS by,
       CASE
           WHEN NOT event.ends AND not_seen_at(event.run) = '-infinity' THEN 'first look'
           ELSE coalesce(count_verdict(told.before, told.after), 'varied')
       END AS verdict,
       count_min(told.before) AS count_before_min, count_max(told.before) AS count_before_max,
       count_min(told.after) AS count_after_min, count_max(told.after) AS count_after_max,
       finite(CASE WHEN event.ends THEN last_seen(event.run) ELSE not_seen_at(event.run) END) AS happened_after,
       CASE WHEN event.ends THEN gone_by(event.run) ELSE first_seen(event.run) END AS happened_by,
       ST_X(site.location) AS lon, ST_Y(site.location) AS lat, site.location::geometry(Point, 4326) AS geom,
       count_text(count_min(told.before), count_max(told.before)) AS count_before_text,
       count_text(count_min(told.after), count_max(told.after)) AS count_after_text,
       site.kind, split_part(class.path::text, '.', 1) AS class_group, event.asset_class_id
-- (two arms without conditions: so the planner finds an installation's runs by index in each)
FROM (
    SELECT p.presence_id, p.installation_id, p.asset_class_id, p.designation, p.status, p.run, false AS ends
    FROM %1$I.presence AS p
    UNION ALL
    SELECT p.presence_id, p.installation_id, p.asset_class_id, p.designation, p.status, p.run, true
    FROM %1$I.presence AS p
) AS event
JOIN %1$I.installation AS site ON site.installation_id = event.installation_id
JOIN %1$I.asset_class AS class ON class.asset_class_id = event.asset_class_id
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN event.ends THEN count_range(event.run)
        WHEN isfinite(not_seen_at(event.run)) THEN coalesce((
            SELECT count_range(earlier.run)
            FROM %1$I.presence AS earlier
            WHERE earlier.installation_id = event.installation_id
                AND gone_by(earlier.run) = first_seen(event.run)
                AND earlier.asset_class_id = event.asset_class_id
                AND coalesce(earlier.status, '') = coalesce(event.status, '')
                AND coalesce(earlier.designation, '') = coalesce(event.designation, '')
            LIMIT 1), int4range(0, 0, '[]'))
    END AS before,
    CASE WHEN event.ends THEN int4range(0, 0, '[]') ELSE count_range(event.run) END AS after
    OFFSET 0) AS told
WHERE CASE WHEN event.ends THEN
        isfinite(gone_by(event.run))
        -- what is there when this one has gone, found by presence_window
        AND NOT EXISTS (
            SELECT FROM %1$I.presence AS later
            WHERE later.installation_id = event.installation_id
                AND gone_by(later.run) > gone_by(event.run) AND not_seen_at(later.run) < gone_by(event.run)
                AND first_seen(later.run) = gone_by(event.run)
                AND later.asset_class_id = event.asset_class_id
                AND coalesce(later.status, '') = coalesce(event.status, '')
                AND coalesce(later.designation, '') = coalesce(event.designation, ''))
    ELSE true END;
COMMENT ON VIEW %1$I.change_log IS
    'every change of a count, of a class, of a class in a status or of an individual (by): it happened after happened_after (NULL: nobody had looked before, the verdict is first look and the count before not known) and by happened_by; key: change_id, as long as the evidence is the same';
$sql$, 'LAST_SEEN', last_seen), ledger);
    PERFORM views_as_caller(ledger, 'presence_flat', 'current_inventory', 'observation_flat', 'latest_observation',
                            'change_log');
END;
$create$;
COMMENT ON FUNCTION report_views_create(name) IS
    'part of create_ledger: the views presence_flat, current_inventory, observation_flat, latest_observation and change_log';
