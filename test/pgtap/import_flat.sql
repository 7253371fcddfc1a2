-- One flat file: whatever its columns, separators and quotes; what of it proves that something was not
-- there, and what cannot be read.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(33);

-- records and cells
SELECT results_eq($$SELECT n, last, cells FROM import_lines(E'a,b,c\r\n1,"x, y",3\r\n2,"two\r\nlines, ""so""",4\r\n\r\n,,\r\n5,6\r\n')$$,
    $$VALUES (1::bigint, 1::bigint, '{a,b,c}'::text[]), (2, 2, '{1,"x, y",3}'), (3, 4, ARRAY['2', E'two\nlines, "so"', '4']), (7, 7, '{5,6}')$$, 'quotes, and lines within them; empty lines');
SELECT results_eq($$SELECT cells FROM import_lines(E'a;b\n"1;2";3,5')$$, $$VALUES ('{a,b}'::text[]), ('{1;2,"3,5"}')$$, 'semicolons');
SELECT results_eq($$SELECT cells FROM import_lines(E'a\tb, c\td\n1\t2')$$, $$VALUES (ARRAY['a', 'b, c', 'd']), ('{1,2}')$$, 'tabs');
SELECT results_eq($$SELECT cells FROM import_lines(U&'\FEFFa,b\000A1,\00E9')$$, $$VALUES ('{a,b}'::text[]), (ARRAY['1', U&'\00E9'])$$, 'a byte order mark');
SELECT results_eq($$SELECT cells IS NULL FROM import_lines(E'a,b\n1,5"\n2,3\n3,6"\n4,"x" y')$$, ARRAY[false, true, true], 'quotes that stand within a cell');
SELECT is_empty($$SELECT * FROM import_lines('')$$, 'nothing');

SELECT create_ledger('flat_test');
SET search_path = flat_test, public;
INSERT INTO installation (name, location) VALUES ('Quay', 'SRID=4326;POINT(10 50)');
INSERT INTO asset_class (path, name, aliases) VALUES ('vessel', 'vessel', '{}'), ('vessel.tug', 'tug', '{}'), ('vessel.ferry', 'ferry', '{}'), ('aircraft', 'aircraft', '{}');
CREATE FUNCTION pg_temp.said(at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(installation || ': ' || asset_class || ' ' || count_text(count_min, count_max), ', ' ORDER BY installation, asset_class)
    FROM flat_test.inventory_at(at, mode => 'possible') $$;

-- from any client: the text of a file
SELECT set_eq($$SELECT * FROM import_flat('me', file => E'count,Class,observer,DATE,Site,weather\n2,tug,Al,2024-01-01T10:00Z,Quay,fog\n"1",ferry,Al,2024-01-01T10:00Z,Quay,fog\n,,Al,2024-01-02T10:00Z,Quay,sun\n')$$,
    $$VALUES ('column', 'ignored', 'observer, weather', 2::bigint, 'observer'), ('site', 'loaded', NULL, 0, NULL), ('survey', 'loaded', NULL, 2, 'Quay 2024-01-01T10:00Z'),
             ('survey', 'proves no absence', 'without scope a count is at least so many, and only a count of 0 says none; scope => ''*'' means that every class was reported', 2, 'Quay 2024-01-01T10:00Z')$$,
    'columns in any order, more than are asked for');
SELECT results_eq('SELECT kind, what FROM load', $$VALUES ('counts', 'me')$$, 'one load');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.said('2024-01-03Z'), 'Quay: ferry 1.., Quay: tug 2..', 'a look that counted nothing proves nothing without scope');
SELECT set_has($$SELECT part, outcome, records FROM import_flat('me', '{vessel}', E'count,Class,observer,DATE,Site,weather\n2,tug,Al,2024-01-01T10:00Z,Quay,fog\n"1",ferry,Al,2024-01-01T10:00Z,Quay,fog\n,,Al,2024-01-02T10:00Z,Quay,sun\n')$$,
    $$VALUES ('survey', 'updated', 2::bigint)$$, 'with scope');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.said('2024-01-01 12:00Z'), 'Quay: ferry 1, Quay: tug 2', 'counts are what they are');
SELECT is(pg_temp.said('2024-01-03Z'), NULL, 'and nothing is none');
SELECT count(*) FROM undo_load(2) \g /dev/null
SELECT count(*) FROM undo_load(1) \g /dev/null

-- from psql: one column takes any file (what is read here is a file in which \copy finds it)
COPY flat (line) FROM STDIN WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
site;date;time;class;count;status;designation;complete;lon;lat;sex;remarks, and more
Quay;2024-02-01;10:00;Tug;3-5;;;yes;;;;"he said ""so"", twice"
Quay;2024-02-01;10:00;ferry;1;loading;;yes;;;;
Quay;2024-02-01;10:00;ferry;;;"Queen";yes;;;;
Mole;2024-02-01;;tug;1;;;yes;10,5;50,25;;
Mole;2024-02-02;;tug;0;;;yes;;;;"over
two lines"
Mole;2024-02-03;;tug;1;;;yes;;;;
Mole;2024-02-03;;;;;;;;;;
Mole;2024-02-04;;zeppelin;1;;;yes;;;;"no ship,
but there"
\.
SELECT set_eq($$SELECT * FROM import_flat('me') WHERE outcome <> 'ignored'$$,
    $$VALUES ('site', 'loaded', NULL, 1::bigint, NULL), ('survey', 'loaded', NULL, 4, 'Mole 2024-02-01'), ('count', 'rejected', 'unknown asset class', 1, 'Mole 2024-02-04 zeppelin'),
        ('survey', 'rejected', 'one of its counts is rejected', 1, 'Mole 2024-02-04'), ('survey', 'lasting', 'dates without a time are days in the time zone UTC', 3, 'Mole 2024-02-01')$$, 'a file that says what was complete');
SELECT results_eq('SELECT name, ST_X(location), ST_Y(location) FROM installation WHERE name = ''Mole''', $$VALUES ('Mole', 10.5::float8, 50.25::float8)$$, 'a new site');
SELECT results_eq($$SELECT name, observed_from, observed_at, completeness, scope FROM observation JOIN installation USING (installation_id) WHERE retracted_at IS NULL ORDER BY observed_at$$,
    $$VALUES ('Quay', NULL::timestamptz, timestamptz '2024-02-01 10:00', 'complete', '{vessel.ferry,vessel.tug}'::ltree[]), ('Mole', '2024-02-01', '2024-02-01 23:59:59.999999', 'complete', '{vessel.ferry,vessel.tug}'),
             ('Mole', '2024-02-02', '2024-02-02 23:59:59.999999', 'complete', '{vessel.ferry,vessel.tug}'), ('Mole', '2024-02-03', '2024-02-03 23:59:59.999999', 'partial', '{vessel.ferry,vessel.tug}')$$,
    'of the classes that it names; what not every line says to be complete is not');
SELECT results_eq($$SELECT c.name, s.status, s.designation, s.count FROM sighting AS s JOIN asset_class AS c USING (asset_class_id) JOIN installation USING (installation_id)
    WHERE s.retracted_at IS NULL AND installation.name = 'Quay' ORDER BY 1, 2$$,
    $$VALUES ('ferry', 'loading', NULL, '[1,1]'::int4range), ('ferry', NULL, 'Queen', '[1,1]'), ('tug', NULL, NULL, '[3,5]')$$, 'statuses and designations');
SELECT results_eq('SELECT line FROM flat ORDER BY n', $$VALUES ('site;date;time;class;count;status;designation;complete;lon;lat;sex;remarks, and more'), ('Mole;2024-02-04;;zeppelin;1;;;yes;;;;"no ship,'), ('but there"')$$, 'what is rejected stays, all its lines, below its first line');
SELECT set_has($$SELECT part, outcome, reason, records FROM import_flat('me', new_classes => true)$$, $$VALUES ('class', 'loaded', NULL, 1::bigint), ('survey', 'loaded', NULL, 1)$$, 'or makes a class');
SELECT is_empty('TABLE flat', 'and then does not');
SELECT results_eq($$SELECT path::text, name FROM asset_class WHERE name = 'zeppelin'$$, $$VALUES ('zeppelin', 'zeppelin')$$, 'of its name');
SELECT set_has($$SELECT outcome, records FROM import_flat('me', new_classes => true, file => E'site,date,class,count\nQuay,2024-02-09,Il-76,1\nQuay,2024-02-09,il 76,2\nQuay,2024-02-09,IL-76,0\nQuay,2024-02-09,"!",1')$$,
    $$VALUES ('rejected', 2::bigint), ('rejected', 1)$$, 'a class twice is still rejected');
SELECT results_eq($$SELECT path::text ~ '^(il_76(_[0-9a-f]{8})?|class)$', count(*), count(DISTINCT path) FROM asset_class WHERE name ~* '^(il|!)' GROUP BY 1$$, $$VALUES (true, 3::bigint, 3::bigint)$$, 'classes of much the same name are others');

-- a line that found no look may be of any
SELECT set_has($$SELECT outcome, reason, records FROM import_flat('lost', '{*}', E'site,date,class,count\nQuay,2024-03-01,tug,1\nQuya,2024-03-01,ferry,1')$$,
    $$VALUES ('proves no absence', 'what was rejected names no survey, site or date that is known, and may be of any look', 1::bigint), ('rejected', 'its site is rejected', 1), ('rejected', 'a new site needs lon and lat', 1), ('loaded', NULL, 1)$$, 'a site that nobody knows');
SELECT set_has($$SELECT outcome, reason, records FROM import_flat('lost', '{*}', E'site,date,class,count\nQuay,2024-03-01,tug,1\nQuay,2024-02-30,ferry,1')$$,
    $$VALUES ('proves no absence', 'what was rejected names no survey, site or date that is known, and may be of any look', 1::bigint), ('unchanged', NULL, 1)$$, 'a day that there is not');
SELECT set_eq($$SELECT completeness FROM observation JOIN source USING (source_id) WHERE source.name = 'lost'$$, ARRAY['partial'], 'so no look is complete');
SELECT set_has($$SELECT outcome, records FROM import_flat('lost', '{*}', E'site,date,class,count\nQuay,2024-03-01,tug,1\nQuay,2024-03-01,ferry,1')$$, $$VALUES ('updated', 1::bigint)$$, 'until it is put right');
-- a line without a class tells of a look, but not if it counts something
SELECT set_has($$SELECT part, outcome, records FROM import_flat('me', '{*}', E'site,date,class,count,designation\nQuay,2024-04-01,,2,\nQuay,2024-04-02,,,X-1')$$,
	$$VALUES ('count', 'rejected', 2::bigint), ('survey', 'rejected', 2)$$, 'a count of nothing is no look that saw none');

-- what cannot be read
SELECT throws_ok(format('SELECT * FROM import_flat(''me'', file => %L)', file), '22S07', words, words)
FROM (VALUES (E'site,date,class,count\nQuay,2024-03-01,tug,1,2', 'line 2 of the file cannot be read'),
             (E'site,date,class,count\nQuay,2024-03-01,"tug,1', 'line 2 of the file cannot be read'),
             (E'site,day,species\nQuay,2024-03-01,tug', 'the file has no column "count"'),
             (E'site,date,day,class,count\n', 'the file has more than one column "date"'),
             ('', 'the file has no column "date"')) AS v (file, words);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'all of it is what the evidence says');

SELECT * FROM finish();
ROLLBACK;
