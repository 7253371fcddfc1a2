
/*
 * reports of a ledger: two doubts that a count cannot show, in words for what_is_not_known
 *
 * 1. What a look shows of a wider class (a transport) may be of any class below it (An-124):
 *    a look that would have counted [n, m] of it leaves [n, m + M] open, and "none" is
 *    no longer proved. The words name the wider classes.
 * 2. Nothing says that two statuses are of two objects. Seen in one status, then in a
 *    partial look in another: it may be the same object, which both statuses now count.
 *    A complete look would have ended the first. So a doubt is left where both are there
 *    as last known and no look has shown the one since the other was first seen.
 */
CREATE FUNCTION report_doubt_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM report_now_and_then(ledger, $sql$
CREATE OR REPLACE FUNCTION %1$I.told_less_closely(installation_id bigint, asset_class_id int, since timestamptz, until timestamptz)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
    SELECT coalesce(' (' || string_agg(DISTINCT wider.name, ', ' ORDER BY wider.name)
                    || ', told less closely, may be of this class)', '')
    FROM %1$I.observation AS o
    JOIN %1$I.asset_class AS c ON c.asset_class_id = told_less_closely.asset_class_id
    JOIN %1$I.sighting AS s ON s.installation_id = o.installation_id AND s.observation_id = o.observation_id
    JOIN %1$I.asset_class AS wider ON wider.asset_class_id = s.asset_class_id
    WHERE o.installation_id = told_less_closely.installation_id
        AND o.observed_at >= since AND o.observed_at <= until
        AND o.retracted_at IS NULL
        AND o.completeness = 'complete' AND can_show(o.scope, o.gsd_m, c.path, c.max_gsd_m)
        AND wider.path @> c.path AND wider.asset_class_id <> c.asset_class_id
        AND pg_catalog.upper(s.count) IS DISTINCT FROM 1
        AND s.retracted_at IS NULL;
END;
COMMENT ON FUNCTION %1$I.told_less_closely(bigint, int, timestamptz, timestamptz) IS
    'in words, the wider classes that looks from one instant to another showed, any of which may be of a class; empty: none';

CREATE OR REPLACE FUNCTION %1$I.other_status(installation_id bigint, asset_class_id int, status text, run presence, at timestamptz)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
    SELECT string_agg('may be among those of status ' || other.status
                      || CASE WHEN first_seen(other_status.run) > last_seen(other.run)
                          THEN ', last seen so ' || instant_text(last_seen(other.run))
                          ELSE ', first seen so ' || instant_text(first_seen(other.run)) END,
                      '; ' ORDER BY other.status)
    FROM (
        SELECT p.status, p.run
        FROM %1$I.presence AS p
        WHERE p.installation_id = other_status.installation_id
            AND gone_by(p.run) > at
            AND not_seen_at(p.run) < at
            AND p.asset_class_id = other_status.asset_class_id
            AND p.status <> other_status.status
    ) AS other
    WHERE first_seen(other.run) <= at
        AND first_seen(other_status.run) <= at AND gone_by(other_status.run) > at
        AND (first_seen(other_status.run) > last_seen(other.run) OR first_seen(other.run) > last_seen(other_status.run));
END;
COMMENT ON FUNCTION %1$I.other_status(bigint, int, text, presence, timestamptz) IS
    'in words, which other statuses may count the objects of a run at an instant, as no look has shown both; NULL: none';
$sql$::text, text '');
END;
$create$;
COMMENT ON FUNCTION report_doubt_create(name) IS
    'part of create_ledger: what two reports say of doubts that a count cannot show';
