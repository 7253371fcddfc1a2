-- The views and exports: unique integer keys, typed geometry, plain columns, and true.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(26);

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name, max_gsd_m) VALUES ('air.big', 'Big', NULL), ('air.small', 'Small', 1);
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m)
VALUES
    (1, 103, 1, '2024-12-03', 'complete', '{air}', 0.5),
    (1, 105, 1, '2024-12-05', 'partial', '{}', 0.5),
    (1, 107, 1, '2024-12-07', 'complete', '{air}', 3),
    (1, 109, 1, '2024-12-09', 'complete', '{air}', 0.5);
INSERT INTO report.sighting (installation_id, observation_id, sighting_id, asset_class_id, count) VALUES
    (1, 103, 1, 1, '[2,2]'), (1, 107, 2, 1, '[3,3]'), (1, 105, 3, 2, '[1,1]'), (1, 109, 4, 2, '[1,1]');
SET CONSTRAINTS ALL IMMEDIATE;

SELECT is((SELECT string_agg(f_table_name, ' ' ORDER BY f_table_name) FROM geometry_columns
           WHERE f_table_schema = 'report' AND srid = 4326 AND type = 'POINT' AND f_geometry_column = 'geom'),
    'alert_log change_log current_inventory dwc_event dwc_occurrence latest_observation observation_flat presence_flat stay_interval2',
    'every view has a typed geometry');
SELECT is((SELECT count(*) FROM information_schema.columns WHERE table_schema = 'report' AND table_name IN
           (SELECT table_name FROM information_schema.views WHERE table_schema = 'report'
               AND table_name IN ('alert_log', 'change_log', 'current_inventory', 'dwc_event', 'dwc_occurrence', 'latest_observation',
                                  'observation_flat', 'presence_flat', 'stay_interval2'))
           AND udt_name NOT IN ('text', 'int4', 'int8', 'bool', 'float8', 'numeric', 'timestamptz', 'geometry')),
    0::bigint, 'and plain columns only');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'report'::regnamespace
                  AND obj_description(oid, 'pg_proc') IS NULL$$, 'no function of a ledger without a comment');
SELECT is_empty($$SELECT oid::regclass FROM pg_class WHERE relnamespace = 'report'::regnamespace
                  AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL$$,
    'no table or view without one');
SELECT is((SELECT count(DISTINCT presence_id) = count(*) AND count(*) > 0 FROM report.presence_flat), true, 'presence_flat has a key');
SELECT is((SELECT count(DISTINCT presence_id) = count(*) AND count(*) > 0 FROM report.current_inventory), true, 'current_inventory too');
SELECT is((SELECT count(DISTINCT change_id) = count(*) AND count(*) > 0 FROM report.change_log), true, 'change_log too');
SELECT is((SELECT count(DISTINCT observation_id) = count(*) AND count(*) > 0 FROM report.dwc_event), true, 'dwc_event too');
SELECT is((SELECT count(DISTINCT occurrence_id) = count(*) AND count(*) > 0 FROM report.dwc_occurrence), true, 'dwc_occurrence too');

-- the same of the functions; what is made to be fetched as one document may be jsonb or bytea
CREATE TEMP VIEW result AS
SELECT p.proname::text AS report, u.name AS column_name, u.type::regtype::text AS column_type
FROM pg_proc AS p, unnest(p.proargnames, p.proargmodes, p.proallargtypes) AS u (name, mode, type)
WHERE p.pronamespace = 'report'::regnamespace AND p.proretset AND u.mode = 't'
UNION ALL
SELECT p.proname, a.attname, a.atttypid::regtype::text
FROM pg_proc AS p JOIN pg_type AS t ON t.oid = p.prorettype JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0
WHERE p.pronamespace = 'report'::regnamespace AND p.proretset;
SELECT is_empty($$SELECT report, column_name, column_type
                FROM result
                WHERE report NOT LIKE 'presence%' AND NOT (column_name = 'doubt' AND column_type = 'text[]')
                    AND column_type NOT IN ('text', 'integer', 'bigint', 'boolean', 'double precision', 'numeric',
                                                           'timestamp with time zone', 'date', 'geometry')$$,
    'reports return plain columns only, but for the codes of doubt');
SELECT set_eq($$SELECT report FROM result GROUP BY report
                HAVING bool_or(column_name = 'geom') AND count(*) FILTER (WHERE column_name IN ('lon', 'lat')) < 2$$,
    ARRAY['movements'], 'and lon and lat beside the geometry, but for movements, which has those of either end');
SELECT is((SELECT count(DISTINCT observation_id) = count(*) AND count(*) = 4 FROM report.observation_flat), true,
    'observation_flat has a key, and every look');
SELECT results_eq($$SELECT count_text, kind, class_group FROM report.presence_flat WHERE asset_class = 'Big' ORDER BY first_seen$$,
    $$VALUES ('2', NULL::text, 'air'), ('3', NULL, 'air')$$, 'counts as text, and the top of the class path to group by');
SELECT results_eq($$SELECT count_before_text, count_after_text, class_group FROM report.change_log
                    WHERE asset_class = 'Big' ORDER BY happened_by$$,
    $$VALUES ('?', '2', 'air'), ('2', '3', 'air'), ('3', '0', 'air')$$, 'what is not known is ?, not an empty field');

SELECT results_eq($$SELECT observation_id, installation, source FROM report.latest_observation$$,
    $$VALUES (109::bigint, 'Here', 'Eye')$$, 'the latest look');
SELECT results_eq($$SELECT asset_class, count_min FROM report.current_inventory$$, $$VALUES ('Small', 1)$$,
    'what is there now');
SELECT results_eq($$SELECT asset_class, verdict, count_text(count_before_min, count_before_max),
                           count_text(count_after_min, count_after_max), happened_after, happened_by
                    FROM report.change_log ORDER BY asset_class, happened_by$$,
    $$VALUES ('Big', 'first look', '?', '2', NULL::timestamptz, timestamptz '2024-12-03'),
             ('Big', 'increased', '2', '3', '2024-12-03', '2024-12-07'),
             ('Big', 'departed', '3', '0', '2024-12-07', '2024-12-09'),
             ('Small', 'arrived', '0', '1', '2024-12-03', '2024-12-05')$$,
    'every change once, 2 -> 3 is one');

SELECT results_eq($$SELECT asset_class, days_left, days_right FROM report.stay_interval2 ORDER BY 1, first_value(start_right) OVER (PARTITION BY presence_id)$$,
    $$VALUES ('Big', NULL::numeric, NULL::numeric), ('Big', NULL, 6.000000), ('Small', 4.000000, NULL)$$,
    'stays as (left, right], NULL on the right where either end is open, on the left where it was seen once');
SELECT set_eq($$SELECT "eventID", "verbatimIdentification", "occurrenceStatus" FROM report.dwc_occurrence$$,
    $$VALUES ('observation:103', 'Big', 'detected'), ('observation:103', 'Small', 'notDetected'),
             ('observation:105', 'Small', 'detected'), ('observation:107', 'Big', 'detected'),
             ('observation:109', 'Big', 'notDetected'), ('observation:109', 'Small', 'detected')$$,
    'notDetected only where an exhaustive look would have shown it: not at 3 m, not in a partial look');
SELECT results_eq($$SELECT "eventID", "isTaxonomicScopeFullyReported" FROM report.dwc_event ORDER BY 1$$,
    $$VALUES ('observation:103', true), ('observation:105', false), ('observation:107', false), ('observation:109', true)$$,
    'all of the scope, where the pixels would show it');

SELECT is(report.changes_geojson('2024-12-04', '2024-12-08', asset => 'Big') #>> '{features,0,properties,verdict}',
    'increased', 'a feature per change');
SELECT is(report.changes_geojson('2024-12-04', '2024-12-08', asset => 'Big') #> '{features,0,geometry}',
    '{"type": "Point", "coordinates": [35, 35]}', 'with its place');
SELECT is(report.changes_geojson('2024-12-10', '2024-12-18'), '{"type": "FeatureCollection", "features": []}',
    'no change is an empty collection');
SELECT ok(length(report.changes_tile(0, 0, 0, '2024-12-04', '2024-12-08')) > 100, 'a tile with the changes');
SELECT is(length(report.changes_tile(1, 0, 0, '2024-12-04', '2024-12-08')), 0, 'the other half of the world is empty');
SELECT throws_ok($$SELECT report.changes_geojson('2024-12-04', '2024-12-08', asset => 'Zeppelin')$$, '22S07', NULL,
    'unknown class');

SELECT * FROM finish();
ROLLBACK;
