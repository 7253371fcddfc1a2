-- What doc/site/drawing draws: five looks at a place, and what a ledger makes of them. Hours from
-- the first look on. Each row: what it is, then its hours and words.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\pset fieldsep '\t'
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT FROM create_ledger('drawing') \g /dev/null
SET LOCAL search_path = drawing, public;
INSERT INTO asset_class (path, name) VALUES ('ship', 'ship');
INSERT INTO source (name, kind) VALUES ('made up', 'example');
INSERT INTO installation (name, location) VALUES ('pier', 'SRID=4326;POINT(35 35)');
CREATE FUNCTION pg_temp.hour(at timestamptz) RETURNS int LANGUAGE sql AS $$SELECT extract(epoch FROM at - '2025-01-01 00:00Z')::int / 3600$$;
INSERT INTO observation (observation_id, installation_id, source_id, observed_at, completeness, scope, cloud_cover)
SELECT n, 1, 1, timestamptz '2025-01-01 00:00Z' + hour * interval '1 hour', kind, CASE kind WHEN 'complete' THEN '{ship}'::ltree[] ELSE '{}' END, cloud
FROM (VALUES (1, 0, 'complete', 0), (2, 120, 'complete', 0), (3, 210, 'partial', 90), (4, 300, 'complete', 0), (5, 540, 'complete', 0)) AS looks (n, hour, kind, cloud);
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 2, 1, '[2,2]'), (1, 4, 1, '[2,2]');
SET CONSTRAINTS ALL IMMEDIATE;

SELECT 'look', pg_temp.hour(o.observed_at), CASE WHEN o.cloud_cover > 50 THEN 'clouded' ELSE o.completeness END, count_text(t.count_min, t.count_max)
FROM observation AS o LEFT JOIN told_between() AS t USING (observed_at) ORDER BY o.observed_at;

SELECT 'certain', pg_temp.hour(c.before_looked_at), pg_temp.hour(c.after_looked_at),
       count_text(c.count_before_min, c.count_before_max) || ' → ' || count_text(c.count_after_min, c.count_after_max) || ' ' || c.verdict
FROM (SELECT a.observed_at AS since, min(b.observed_at) AS until FROM observation AS a JOIN observation AS b ON b.observed_at > a.observed_at GROUP BY 1) AS pairs,
     changes_between(since, until) AS c WHERE c.certain ORDER BY c.after_looked_at;

SELECT kind, min(hour), max(hour) + 1, said FROM (
    SELECT kind, hour, said, count(*) FILTER (WHERE is_new) OVER (PARTITION BY kind ORDER BY hour) AS stretch
    FROM (SELECT kind, hour, said, said IS DISTINCT FROM lag(said) OVER (PARTITION BY kind ORDER BY hour) AS is_new
          FROM (SELECT kind, pg_temp.hour(t.step_from) AS hour, CASE t.state WHEN 'stale' THEN 'stale' ELSE count_text(t.count_min, t.count_max) END AS said
                FROM (VALUES ('carried', NULL::interval), ('with max_age', '190 hours')) AS asked (kind, age),
                     timeline_between('2025-01-01 00:00Z', timestamptz '2025-01-01 00:00Z' + interval '608 hours', '1 hour',
                                      installation => 'pier', asset => 'ship', max_age => age) AS t) AS steps) AS marked) AS stretches
GROUP BY kind, stretch, said ORDER BY kind, min(hour);

SELECT 'presence', pg_temp.hour(not_seen_at), pg_temp.hour(first_seen), pg_temp.hour(last_seen), pg_temp.hour(gone_by), count_text
FROM presence_flat WHERE "by" = 'class';
ROLLBACK;
