-- Better matches for everything that a ledger calls, planted in the schema of the extension
-- before the ledger is made: operators of the names in use on every pair of types, functions
-- with one argument or another of another type. Each raises an error when it is called.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(9);
SAVEPOINT nothing_planted;
-- The planted match the calls of this file, too, unless it finds them nowhere.
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE SCHEMA trap;
CREATE TEMP TABLE argument_type AS SELECT unnest('{text,name,integer,bigint,numeric,float8,timestamptz,interval,jsonb,text[],bigint[],int4range,record,
	public.ltree,public.ltree[],public.geometry}'::regtype[]) AS t;
CREATE FUNCTION pg_temp.raise() RETURNS text LANGUAGE sql AS $$SELECT 'BEGIN RAISE ''planted'' USING ERRCODE = ''TRAP0''; END'$$;

DO $$
DECLARE
	o record;
BEGIN
	FOR o IN SELECT a.t AS l, b.t AS r FROM argument_type a, argument_type b LOOP
		EXECUTE format('CREATE FUNCTION trap.to_bool(%s, %s) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS %L', o.l, o.r, pg_temp.raise());
		EXECUTE format('CREATE FUNCTION trap.to_text(%s, %s) RETURNS text LANGUAGE plpgsql IMMUTABLE AS %L', o.l, o.r, pg_temp.raise());
		EXECUTE format('CREATE FUNCTION trap.to_left(%s, %s) RETURNS %s LANGUAGE plpgsql IMMUTABLE AS %L', o.l, o.r, CASE o.l WHEN 'record'::regtype THEN 'text' ELSE o.l END, pg_temp.raise());
	END LOOP;
	FOR o IN
		SELECT DISTINCT known.oprname AS name, a.t AS l, b.t AS r, CASE WHEN bool_or(known.oprresult = 'boolean'::regtype) THEN 'to_bool'
			WHEN known.oprname ~ '>>$' THEN 'to_text' ELSE 'to_left' END AS f
		FROM pg_operator known, argument_type a, argument_type b
		WHERE known.oprname IN ('=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '||', '->', '->>', '#>', '#>>', '@>', '<@', '&', '|', '<<', '>>', '~', '!~', '~~')
			AND NOT EXISTS (SELECT FROM pg_operator p WHERE p.oprname = known.oprname AND p.oprleft = a.t AND p.oprright = b.t)
		GROUP BY known.oprname, a.t, b.t
	LOOP
		EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = trap.%s, LEFTARG = %s, RIGHTARG = %s)', o.name, o.f, o.l, o.r);
	END LOOP;
	-- what is in the catalog is compared by number
	FOR o IN SELECT n AS name, l, r FROM unnest('{=,<>}'::text[]) AS n, unnest('{oid,regclass,regtype,regnamespace,regproc,regrole}'::regtype[]) AS l,
			unnest('{oid,regclass,regtype,regnamespace,regproc,regrole}'::regtype[]) AS r WHERE NOT (l = 'oid'::regtype AND r = 'oid'::regtype) LOOP
		IF to_regprocedure(format('trap.to_bool(%s, %s)', o.l, o.r)) IS NULL THEN
			EXECUTE format('CREATE FUNCTION trap.to_bool(%s, %s) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS %L', o.l, o.r, pg_temp.raise());
		END IF;
		EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = trap.to_bool, LEFTARG = %s, RIGHTARG = %s)', o.name, o.l, o.r);
	END LOOP;
END $$;

-- Functions and aggregates of every name that stands before a parenthesis in what the
-- extension makes a ledger of.
CREATE TEMP TABLE known_function AS
SELECT p.* FROM pg_proc p
WHERE p.proname IN (SELECT lower(m[1]) FROM pg_proc s
		CROSS JOIN LATERAL regexp_matches(pg_get_functiondef(s.oid), '([a-zA-Z_][a-zA-Z_0-9]*)\(', 'g') AS m
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = s.oid AND d.deptype = 'e'
		JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_sightings'
		WHERE s.prokind = 'f' AND s.prolang <> (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c'))
	AND p.pronamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace) AND p.proname !~ '_create$'
	AND p.prokind IN ('f', 'a') AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype, 'cstring'::regtype)
	AND NOT p.proargtypes::oid[] && ARRAY['internal', 'cstring']::regtype[]::oid[];
CREATE TEMP TABLE planted_function AS
SELECT DISTINCT ON (made.proname, made.types) made.proname, made.prokind, made.proretset,
	array_to_string(made.types, ', ') AS arguments,
	CASE WHEN NOT made.prorettype::text ~ '^any' THEN made.prorettype::text
		WHEN made.types[1] = 'record'::regtype THEN 'text'
		WHEN made.prorettype = 'anyarray'::regtype THEN format_type(coalesce(nullif((SELECT y.typarray FROM pg_type y WHERE y.oid = made.types[1]), 0), made.types[1]), NULL)
		WHEN made.prorettype = 'anyelement'::regtype THEN format_type(coalesce(nullif((SELECT y.typelem FROM pg_type y WHERE y.oid = made.types[1]), 0), made.types[1]), NULL)
		ELSE made.types[1]::text END AS result
FROM (
	-- one argument replaced, the last ones left to their defaults
	SELECT k.proname, k.prokind, k.proretset, k.prorettype::regtype, k.pronargs = n AS whole, ARRAY(
		SELECT CASE WHEN i = replaced THEN a.t WHEN t = '"any"'::regtype THEN 'text' ELSE t::regtype END
		FROM unnest((k.proargtypes::oid[])[0:n - 1]) WITH ORDINALITY AS x(t, i) ORDER BY i) AS types
	FROM known_function k, generate_series(1, k.pronargs) AS n, generate_series(1, n) AS replaced, argument_type a
	WHERE a.t <> ALL ('{bigint,float8,interval,jsonb,int4range,public.ltree[]}'::regtype[])
	UNION ALL
	-- as many as there are
	SELECT k.proname, k.prokind, k.proretset, k.prorettype, false, ARRAY(
		SELECT CASE WHEN i % 2 = 1 THEN 'text' ELSE a.t END FROM generate_series(1, n) AS i)
	FROM known_function k, generate_series(2, 6) AS n, argument_type a
	WHERE k.provariadic <> 0) made
WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname = made.proname AND array_to_string(p.proargtypes::oid[], ' ') = array_to_string(made.types::oid[], ' '))
	AND NOT array_to_string(made.types, ' ') ~ 'any|internal'
ORDER BY made.proname, made.types, made.whole DESC, made.prorettype;
DO $$
DECLARE
	f record;
BEGIN
	FOR f IN SELECT * FROM planted_function LOOP
		IF f.prokind = 'a' THEN
			EXECUTE format('CREATE FUNCTION trap.%1$I(%3$s, %2$s) RETURNS %3$s LANGUAGE plpgsql IMMUTABLE AS %4$L', f.proname, f.arguments, f.result, pg_temp.raise());
			EXECUTE format('CREATE AGGREGATE public.%1$I(%2$s) (sfunc = trap.%1$I, stype = %3$s)', f.proname, f.arguments, f.result);
		ELSE
			EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s %s LANGUAGE plpgsql IMMUTABLE AS %L', f.proname, f.arguments,
				CASE WHEN f.proretset THEN 'SETOF' END, f.result, pg_temp.raise());
		END IF;
	END LOOP;
END $$;
SELECT format('SELECT pass(''%s functions, %s operators'')', (SELECT count(*) FROM planted_function),
	(SELECT count(*) FROM pg_operator o WHERE o.oprcode::regproc::text ~ '^trap\.')) AS planted \gset

CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	place text;
BEGIN
	EXECUTE statement INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS place = PG_EXCEPTION_CONTEXT;
	RETURN format('%s: %s%s', SQLSTATE, SQLERRM, CASE SQLSTATE WHEN 'TRAP0' THEN E'\n' || place END);
END $$;
SELECT pg_temp.attempt('SELECT public.create_ledger(''planted_test''::text, 0.5::float8, 0)') AS refused \gset
DROP AGGREGATE public.st_asmvt(record, text);
SELECT pg_temp.attempt('SELECT public.create_ledger(''planted_test''::text, 0.5::float8, 0)') AS made \gset
SELECT coalesce(string_agg(DISTINCT format('%s of %s', pg_describe_object(d.refclassid, d.refobjid, 0), pg_describe_object(d.classid, d.objid, 0)), ', '), 'none') AS bound
FROM pg_depend d
JOIN (SELECT 'pg_proc'::regclass AS class, p.oid FROM pg_proc p WHERE p.prosrc ~ 'TRAP0'
	UNION ALL SELECT 'pg_proc'::regclass, g.aggfnoid FROM pg_aggregate g WHERE g.aggtransfn::text ~ '^trap\.'
	UNION ALL SELECT 'pg_operator'::regclass, o.oid FROM pg_operator o WHERE o.oprcode::regproc::text ~ '^trap\.') AS planted
	ON planted.class = d.refclassid AND planted.oid = d.refobjid
WHERE pg_describe_object(d.classid, d.objid, 0) ~ 'planted_test' \gset

-- All that a ledger does, by its owner.
SELECT coalesce(pg_temp.attempt($$
	INSERT INTO planted_test.source (name) VALUES ('eye');
	INSERT INTO planted_test.installation (name, location, boundary) VALUES ('north', 'SRID=4326;POINT(10 50)', 'SRID=4326;POLYGON((9.9 49.9, 10.1 49.9, 10.1 50.1, 9.9 50.1, 9.9 49.9))'),
		('south', 'SRID=4326;POINT(10 -50)', NULL);
	INSERT INTO planted_test.asset_class (path, name, payload_t, max_gsd_m) VALUES ('air.jet', 'jet', 10, 5), ('air', 'aircraft', NULL, NULL);
	INSERT INTO planted_test.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
	VALUES (1, 1, '2024-01-01Z', 'complete', '{air}', 1), (1, 1, '2024-01-05Z', 'complete', '{air}', 2), (1, 1, '2024-01-09Z', 'complete', '{air}', 2), (2, 1, '2024-01-10Z', 'partial', '{}', NULL);
	INSERT INTO planted_test.sighting (installation_id, observation_id, asset_class_id, count, designation)
	VALUES (1, 2, 1, '[1,1]', 'T1'), (1, 2, 1, '[2,3]', NULL), (1, 2, 2, '[1,1]', NULL), (2, 4, 1, '[1,]', NULL), (2, 4, 1, '[1,1]', 'T1');
	SET CONSTRAINTS ALL IMMEDIATE;
	UPDATE planted_test.observation SET cloud_cover = 5, gsd_m = 3 WHERE observation_id = 2;
	UPDATE planted_test.sighting SET retracted_at = pg_catalog.now(), retraction_reason = 'misread' WHERE sighting_id = 3;
	UPDATE planted_test.installation SET location = 'SRID=4326;POINT(10 49.95)' WHERE installation_id = 1;
	UPDATE planted_test.asset_class SET max_gsd_m = 6 WHERE asset_class_id = 1;
	DELETE FROM planted_test.sighting WHERE sighting_id = 3;
	SET CONSTRAINTS ALL IMMEDIATE;
	INSERT INTO planted_test.installation (name, location, boundary) VALUES ('beside', 'SRID=4326;POINT(10.1 50)', 'SRID=4326;POLYGON((10.05 49.9, 10.2 49.9, 10.2 50.1, 10.05 50.1, 10.05 49.9))');
	INSERT INTO planted_test.survey_site VALUES ('a', 'east', 20, 20, 'plot'), ('b', NULL, 200, 1, NULL), ('c', 'north', 10, 50, NULL);
	INSERT INTO planted_test.survey VALUES ('1', 'a', '2024-03-01Z', true, false, 'x'), ('2', 'a', '2024-03-02Z', false, false, NULL), ('3', 'b', NULL, true, true, NULL), ('4', 'c', '2024-03-05Z', true, true, NULL);
	INSERT INTO planted_test.survey_count VALUES ('1', 'jet', 3, NULL, NULL), ('1', 'air', 1, 'T9', 'new'), ('4', 'nothing', -1, NULL, NULL), ('4', 'jet', 2, 'T1', NULL);
	SELECT NULL::text$$), 'done') AS loaded \gset

SELECT coalesce(string_agg(answer, E'\n' ORDER BY answer), 'no error') AS asked
FROM (
	SELECT pg_temp.attempt('SELECT NULL::text FROM (SELECT count(*) AS n FROM (SELECT * FROM planted_test.' || question || ') AS q) AS r') AS answer
	FROM unnest(ARRAY['changes(''2024-01-02'', ''2024-01-12'')', 'changes(''2024-01-02'', ''2024-01-12'', NULL, ''north'', ''jet'', ''possible'', NULL, by => ''individual'')',
		'changes(''2024-01-02'', ''2024-01-12'', NULL, NULL, ''air'', ''certain'')', 'changes(''2024-01-02'', ''2024-01-12'', max_age => ''1 day'')',
		'changes(''2024-01-02'', ''2024-01-12'', known_at => ''2024-01-20'')', 'changes_geojson(''2024-01-02'', ''2024-01-12'')', 'changes_tile(0, 0, 0, ''2024-01-02'', ''2024-01-12'')',
		'changes_tile_query(0, 0, 0, ''{"from_date": "2024-01-02", "to_date": "2024-01-12"}'')',
		'inventory(''2024-01-06'')', 'inventory(''2024-01-06'', NULL, NULL, ''aircraft'', ''possible'', NULL)', 'inventory(''2024-01-08'', max_age => ''1 day'')', 'airlift(''2024-01-06'')',
		'timeline(''2024-01-01'', ''2024-01-09'')', 'timeline(''2024-01-01'', ''2024-01-09'', ''12 hours'', ''north'', ''jet'', ''1 day'')', 'coverage(''2024-01-01'', ''2024-01-09'')',
		'stale(''2024-01-09'', ''1 day'')', 'movements(''2024-01-01'', ''2024-01-20'')', 'movements(''2024-01-01'', ''2024-01-20'', 900, by => ''individual'')', 'track(''T1'')', 'expected_count(''2024-01-03'')',
		'import_stac(''{"type": "Feature", "stac_version": "1.0.0", "id": "i1", "collection": "c", "geometry": {"type": "Polygon", "coordinates": [[[9,49],[11,49],[11,51],[9,51],[9,49]]]}, "properties": {"datetime": "2024-02-01T10:00:00Z", "eo:cloud_cover": 3, "gsd": 0.5}}''::jsonb, ''{air}'')',
		'import_stac(''{"type": "Feature", "stac_version": "1.0.0", "id": "i1", "collection": "c", "geometry": {"type": "Polygon", "coordinates": [[[9,49],[11,49],[11,51],[9,51],[9,49]]]}, "properties": {"datetime": null, "start_datetime": "2024-02-01T10:00:00Z", "end_datetime": "2024-02-01T10:10:00Z", "pl:clear_percent": 93}}''::jsonb, ''{air.jet}'')',
		'import_stac(''{"type": "Feature", "stac_version": "1.0.0", "id": "i1", "collection": "c", "geometry": {"type": "Polygon", "coordinates": [[[9,-51],[11,-51],[11,-49],[9,-49],[9,-51]]]}, "properties": {"datetime": "2024-02-01T10:00:00Z"}}''::jsonb)',
		'import_detections(''{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [10, -50]}, "properties": {"class": "jet", "score": 0.9, "image_id": "i1"}}, {"type": "Feature", "geometry": null, "properties": {"class": "18", "score": 0.9, "image_id": "i2"}}]}''::jsonb, ''d'', ''{air}'', ''{i1,i3}'', class_names => ''{"18": "jet"}'')',
		'import_detections(''{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [10, -50]}, "properties": {"class": "jet", "score": 0.3, "image_id": "i1"}}]}''::jsonb, ''d'', ''{air.jet}'', ''{i1}'', replace => true)',
		'import_stac(E''{"type": "Feature", "stac_version": "1.0.0", "id": "i4", "collection": "c", "geometry": {"type": "Polygon", "coordinates": [[[9,49],[11,49],[11,51],[9,51],[9,49]]]}, "properties": {"datetime": "2024-02-03T10:00:00Z", "eo:cloud_cover": 3, "gsd": 0.5}}\n{"type": "Feature", "stac_version": "1.0.0", "id": "i5", "collection": "c", "geometry": {"type": "Polygon", "coordinates": [[[9,49],[11,49],[11,51],[9,51],[9,49]]]}, "properties": {"datetime": "2024-02-03T10:00:00Z", "eo:cloud_cover": 3, "gsd": 0.5}}'')',
		'import_detections(''[{"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.07, 50]}, "properties": {"class": "jet", "score": 0.9, "image_id": "i4"}}, {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.07, 50]}, "properties": {"class": "jet", "score": 0.9, "image_id": "i5"}}, {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.06, 50]}, "properties": {"class": "jet", "score": 0.9, "image_id": "i5"}}]'', ''d'', collection => ''c'')',
		'import_detections(''[{"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.07, 50]}, "properties": {"class": "jet", "score": 0.9, "image_id": "i4"}}]'', ''d'', replace => true)',
		'import_surveys(''census'', ''{air}'')', 'import_surveys(''census'', ''{air}'')',
		'import_flat(''tally'', ''{*}'', E''site;date;class;count;lon;lat;sex;x-ray\nquay;2024-01-03;crane;2-3;9;9;m;1\nquay;2024-01-04;"crane";0;9;9;m;1'', ''UTC'', true)', 'import_flat(''tally'', ''{*}'', E''site;date;class;count\nquay;2024-01-03;crane;5'')',
		'undo_load((SELECT max(l.load_id) FROM planted_test.load AS l))', 'help()',
		'merge_installations(''north'', ''beside'')', 'undo_upkeep(1)', 'split_class(''jet''::text, ''a jet''::text, ''b jet''::text)', 'undo_upkeep(2)', 'move_class(''crane'', ''jet'')',
		'verify()', 'verify(''north'', thorough => true)', 'verify(thorough => true)', 'presence_known_at(''2024-01-20'')', 'rederive(''north'')', 'rederive()']) AS question
	UNION ALL
	SELECT pg_temp.attempt($$SELECT NULL::text FROM (SELECT count(*) AS n FROM public.everywhere(row_type => NULL::planted_test.change_row, ledgers => '{planted_test}'::text[], question => 'changes(''2024-01-02'', ''2024-01-12'')'::text) AS q) AS r$$)
	UNION ALL
	SELECT pg_temp.attempt(format('SELECT NULL::text FROM (SELECT count(*) AS n FROM (SELECT * FROM planted_test.%I) AS q) AS r', c.relname))
	FROM pg_class c WHERE c.relnamespace = to_regnamespace('planted_test') AND c.relkind = 'v') AS answers \gset
SELECT pg_temp.attempt('SELECT (SELECT count(*) FROM planted_test.presence) > 3 AND (SELECT count(*) FROM planted_test.verify()) = 0') AS right_ones \gset
SELECT pg_temp.attempt('SELECT public.upgrade_ledger(''planted_test''::text)') AS upgraded \gset
SELECT pg_temp.attempt('SELECT public.drop_ledger(''planted_test''::text)') AS dropped \gset

ROLLBACK TO nothing_planted;
:planted;
SELECT is(:'refused'::text, '42501: ledger planted_test would call function public.st_asmvt(record,text), which is of no extension',
	'a planted match of what takes any type is found when the ledger is made');
SELECT is(:'made'::text, '', 'any other stands behind what is meant');
SELECT is(:'bound'::text, 'none', 'nothing of the ledger is bound to what was planted');
SELECT is(:'loaded'::text, 'done', 'nor called by a load or a correction');
SELECT is(:'asked'::text, 'no error', 'by a report, a view, an import or a check');
SELECT is(:'right_ones'::text, 'true', 'and the presences are right');
SELECT is(:'upgraded'::text, '', 'nor by an upgrade');
SELECT is(:'dropped'::text, '', 'nor when it is dropped');
SELECT * FROM finish();
ROLLBACK;
