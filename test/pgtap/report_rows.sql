-- The types of the rows that reports return can grow: those of a ledger by upgrade_ledger(), those of what
-- it calls by ALTER EXTENSION ... UPDATE, below ledgers that are not upgraded yet and in sessions whose
-- library is of before. (test/tap/upgrade.pl upgrades to a version that has further columns.)
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(21);
SELECT create_ledger('rows');
INSERT INTO rows.installation (name, location) VALUES ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326));
INSERT INTO rows.source (name) VALUES ('Eye');
INSERT INTO rows.asset_class (path, name) VALUES ('air', 'Air');
INSERT INTO rows.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT 1, day, 1, timestamptz '2024-12-01' + day * interval '1 day', 'complete', '{air}' FROM unnest('{1,2,3}'::int[]) AS day;
INSERT INTO rows.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 1, 1, '[2,2]'), (1, 3, 1, '[1,1]');
SET CONSTRAINTS ALL IMMEDIATE;

-- a type, made and grown
CREATE FUNCTION pg_temp.made() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT a.attnum || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute AS a WHERE a.attrelid = to_regclass('rows.made_row') AND a.attnum > 0 ORDER BY a.attnum
$$;
SELECT report_row_create('rows', 'made_row', 'made', 'n int, said text');
SELECT results_eq('SELECT * FROM pg_temp.made()', $$VALUES ('1 n integer'), ('2 said text')$$, 'a type is made');
SELECT report_row_create('rows', 'made_row', 'grown', 'n int, said text, geom geometry(Point,4326), size numeric');
SELECT results_eq('SELECT * FROM pg_temp.made()', $$VALUES ('1 n integer'), ('2 said text'), ('3 geom geometry(Point,4326)'), ('4 size numeric')$$,
    'what it has not is added, last');
SELECT is(obj_description('rows.made_row'::regtype, 'pg_type'), 'grown', 'and what it is said to be');
SELECT report_row_create('rows', 'made_row', 'grown', 'n int, said text, geom geometry(Point,4326), size numeric');
SELECT is((SELECT count(*) FROM pg_temp.made()), 4::bigint, 'nothing twice');
CREATE TABLE rows.taken_row (n int);
SELECT throws_ok($$SELECT report_row_create('rows', 'taken_row', 'taken', 'n int, said text')$$, '42809', NULL, 'a table of the name is none');

-- what stability.md says of a user's function and typed table
CREATE FUNCTION rows.own() RETURNS SETOF rows.made_row LANGUAGE sql STABLE AS $$ SELECT 1, 'a', NULL::geometry, 2::numeric $$;
CREATE TABLE rows.typed OF rows.made_row;
SELECT throws_ok($$SELECT report_row_create('rows', 'made_row', 'grown', 'n int, more int')$$, '2BP01', NULL, 'a typed table keeps a type from growing');
ALTER TABLE rows.typed NOT OF;
SELECT report_row_create('rows', 'made_row', 'grown', 'n int, more int');
SELECT throws_ok('SELECT * FROM rows.own()', '42P13', NULL, 'a function of four columns is none of five');

-- the geometry says what it is
CREATE TEMP VIEW seen AS SELECT geom FROM rows.changes('2024-12-02', '2024-12-04');
SELECT is((SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'seen'::regclass), 'geometry(Point,4326)', 'points of SRID 4326');

-- each report of the library's, before and after its type has grown
CREATE TEMP TABLE asked (report text, type text, call text);
INSERT INTO asked VALUES
    ('changes', 'change', $$changes('2024-12-02', '2024-12-04', mode => 'possible')$$),
    ('between_looks', 'change', 'between_looks(n => 2)'),
    ('changes_since', 'change', $$changes_since('2024-01-01')$$),
    ('inventory', 'inventory', $$inventory('2024-12-04')$$),
    ('timeline', 'timeline', $$timeline('2024-12-02', '2024-12-04')$$),
    ('told', 'told', 'told_between()'),
    ('turnover', 'turnover', $$turnover('2024-12-02', '2024-12-04')$$),
    ('persistence', 'persistence', 'persistence()');
CREATE FUNCTION pg_temp.answers() RETURNS TABLE (report text, said text) LANGUAGE plpgsql AS $$
DECLARE
    a record;
BEGIN
    FOR a IN TABLE asked LOOP
        RETURN QUERY EXECUTE format('SELECT %L, r::text FROM rows.%s AS r ORDER BY 2', a.report, a.call);
    END LOOP;
END;
$$;
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.answers();
SELECT is((SELECT count(DISTINCT report) FROM before), 8::bigint, 'each report has rows');
DO $$
DECLARE
    type text;
BEGIN
    FOREACH type IN ARRAY '{change,inventory,timeline,told,turnover,persistence}'::text[] LOOP
        EXECUTE format('ALTER TYPE ledger_%s_row %s', type, (SELECT string_agg(format('ADD ATTRIBUTE new_%s int', n), ', ') FROM generate_series(1, 30) AS n));
    END LOOP;
END;
$$;
SELECT results_eq('SELECT * FROM pg_temp.answers()', 'TABLE before', 'they answer the same when what they call has further columns');
CREATE FUNCTION pg_temp.new_columns(report text, arguments text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    known boolean;
BEGIN
    EXECUTE format('SELECT bool_or(num_nonnulls(%s) > 0) FROM ledger_%s(''rows.ledger'', 0.5, NULL, NULL, NULL, ''class'', NULL, NULL, NULL, NULL, NULL%s) AS r',
                   (SELECT string_agg(format('r.new_%s', n), ', ') FROM generate_series(1, 30) AS n), report, arguments) INTO known;
    RETURN known;
END;
$$;
SELECT is(pg_temp.new_columns('changes', $$, '2024-12-02', '2024-12-05', 'last_known', NULL$$), false, 'what the library does not know of a change is null');
SELECT is(pg_temp.new_columns('between_looks', $$, 2, NULL$$), false, 'of one between looks');
SELECT is(pg_temp.new_columns('inventory', $$, '2024-12-05', NULL, NULL$$), false, 'of what was there');
SELECT is(pg_temp.new_columns('timeline', $$, '2024-12-02', '2024-12-05', '1 day', NULL$$), false, 'of a step');
SELECT is(pg_temp.new_columns('told', $$, NULL, NULL, false, false$$), false, 'of what looks told');
SELECT is(pg_temp.new_columns('turnover', $$, '2024-12-02', '2024-12-05'$$), false, 'of what came and left');
SELECT is(pg_temp.new_columns('persistence', ''), false, 'of how fast it grows old');
-- rows that a user has kept do not go with the ledger
CREATE TABLE pg_temp.kept AS SELECT 1 AS n, r AS said FROM rows.inventory('2024-12-04') AS r;
SELECT throws_ok($$SELECT drop_ledger('rows')$$, '2BP01', 'column said of table kept is of a type of ledger rows', 'a row that a user has kept keeps the ledger');
CREATE DOMAIN pg_temp.some AS rows.inventory_row[];
ALTER TABLE pg_temp.kept ALTER said TYPE pg_temp.some USING ARRAY[said];
SELECT throws_ok($$SELECT drop_ledger('rows')$$, '2BP01', NULL, 'so do many, in a domain');
ALTER TABLE pg_temp.kept ALTER said TYPE jsonb USING to_jsonb(said);
DROP DOMAIN pg_temp.some;
SELECT drop_ledger('rows');
SELECT is(to_regnamespace('rows')::text, NULL, 'kept as JSON, they do not');
SELECT is((SELECT count(*) FROM pg_temp.kept WHERE jsonb_typeof(said -> 0 -> 'count_min') = 'number'), 1::bigint, 'and are there');
SELECT * FROM finish();
ROLLBACK;
