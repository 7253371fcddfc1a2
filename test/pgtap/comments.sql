-- Every object of a ledger that a person can see says what it is: tables, views, functions and
-- each of their columns, with the unit where there is one. (Those of the extension: sql/catalog.)
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT plan(13);
SELECT create_ledger('told');

SELECT is_empty($$SELECT relname FROM pg_class WHERE relnamespace = 'told'::regnamespace AND relkind IN ('r', 'v', 'c')
                  AND obj_description(CASE relkind WHEN 'c' THEN reltype ELSE oid END, CASE relkind WHEN 'c' THEN 'pg_type' ELSE 'pg_class' END) IS NULL$$,
    'no table, view or type of rows without a comment');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'told'::regnamespace
                  AND obj_description(oid, 'pg_proc') IS NULL$$, 'no function');
SELECT is_empty($$SELECT relname, attname FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
                  WHERE relnamespace = 'told'::regnamespace AND relkind IN ('r', 'v', 'c') AND attnum > 0 AND NOT attisdropped
                      AND col_description(c.oid, attnum) IS NULL$$, 'no column of one');
SELECT is_empty($$SELECT proname, arg FROM pg_proc, unnest(proargnames, proargmodes) AS u(arg, mode)
                  WHERE pronamespace = 'told'::regnamespace AND mode IN ('t', 'o', 'b') AND obj_description(oid, 'pg_proc') !~ '^internal'
                      AND arg NOT IN (SELECT column_name FROM column_words())$$, 'no column that a function names itself without a word for it');
SELECT is_empty($$SELECT column_name, count(*) FROM column_words() GROUP BY 1 HAVING count(*) > 1$$, 'one word for a column');
SELECT is_empty($$SELECT column_name FROM column_words() AS w WHERE NOT EXISTS (
                      SELECT FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
                      WHERE relnamespace = 'told'::regnamespace AND w.column_name IN (attname, relname || '.' || attname))
                  AND NOT EXISTS (SELECT FROM pg_proc, unnest(proargnames, proargmodes) AS u(arg, mode)
                      WHERE pronamespace = 'told'::regnamespace AND mode IN ('t', 'o', 'b') AND w.column_name IN (arg, proname || '.' || arg))$$,
    'and no word without a column');

-- what \df shows of a ledger: reports, imports, checks, and what imports share; the rest is the extension's
SELECT set_eq($$SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'told'::regnamespace$$,
    '{changes,changes_between,between_looks,changes_since,turnover,turnover_between,told_between,evidence,persistence,inventory,inventory_at,airlift,
      usual,usual_between,unusual,same_period,top_changes,site,timeline,timeline_between,coverage,coverage_between,stale,stale_at,movements,track,expected_count,expected_count_at,
      alert_add,alert_blind,
      changes_geojson,changes_tile,changes_tile_query,page,import_stac,import_detections,import_surveys,import_flat,
      begin_load,undo_load,verify,rederive,presence_from_scratch,presence_known_at,
      subject_in_sql,subject_missing,evidence_in_sql,presence_in_sql,
      merge_installations,split_class,move_class,undo_upkeep,help,
      import_looks,import_load,import_step,import_analyze,import_found,import_readings,import_undo,import_counted,import_counted_end}'::text[], 'a ledger''s schema shows what people call');
SELECT is_empty($$SELECT oid::regprocedure, proparallel, provolatile FROM pg_proc WHERE pronamespace = 'told'::regnamespace
                  AND proname !~ '^(import_|alert_|begin_load$|undo_load$|rederive$|merge_installations$|split_class$|move_class$|undo_upkeep$)' AND NOT (provolatile = 's' AND proparallel IN ('r', 'u'))$$,
    'whose reports change nothing, and run in no parallel worker, as they ask a ledger''s tables');

-- A line of \df is not to hold a table; and a column can be added to a type alone. What changes a ledger by
-- hand returns a few numbers, help() two words: these name their columns.
SELECT is_empty($$SELECT oid::regprocedure, pg_get_function_result(oid) FROM pg_proc WHERE pronamespace = 'told'::regnamespace
                  AND length(pg_get_function_result(oid)) > 100$$, 'no result is too long for a terminal');
SELECT set_eq($$SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'told'::regnamespace AND proargmodes && '{t,o,b}'
                  AND obj_description(oid, 'pg_proc') !~ '^internal'$$,
    '{help,undo_load,merge_installations,split_class,move_class}'::text[], 'rows of reports and imports are of a type');

-- a measure says its unit
SELECT is_empty($$SELECT column_name, meaning FROM column_words()
    WHERE column_name ~* '(^|\.|_)(lon|lat|decimal.*|payload.*_t|gsd_m|distance_.*|.*_km.*|km_.*|.*speed.*|.*hours|days_.*|cloud_cover|percent|boundary|footprint.*)$'
        AND meaning !~ '(degrees|tonnes|metres|kilomet|hours|days|percent)'$$, 'a measure says its unit');
SELECT is_empty($$SELECT c.relname, a.attname, col_description(c.oid, attnum) FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
    WHERE relnamespace = 'told'::regnamespace AND attnum > 0 AND attname ~ '(_m|_t|_km|percent|cloud_cover|lon|lat)$'
        AND relkind IN ('r', 'v', 'c') AND col_description(c.oid, attnum) !~ '(degrees|tonnes|metres|percent)'$$, 'in the tables too');

-- what somebody wrote at a table stays
COMMENT ON COLUMN told.installation.kind IS 'our own words';
SELECT upgrade_ledger('told');
SELECT is(col_description('told.installation'::regclass, 3), 'our own words', 'a comment of the user outlives upgrade_ledger()');
SELECT * FROM finish();
ROLLBACK;
