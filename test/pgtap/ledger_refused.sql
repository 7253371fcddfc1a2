-- Bad input, one by one: its SQLSTATE, and that it takes nothing with it. Each statement is
-- tried in a transaction that has loaded before and loads after; the ledger is then what it
-- would be without it. What is merely odd is taken, and where it can be told, marked.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SELECT create_ledger('refused_test') \g /dev/null
SET search_path = refused_test, public;
\pset format unaligned
\pset tuples_only true
SELECT plan(45);

INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location, boundary) VALUES
	('north', 'SRID=4326;POINT(10 50)', 'SRID=4326;POLYGON((9 49, 11 49, 11 51, 9 51, 9 49))'), ('south', 'SRID=4326;POINT(10 -50)', NULL);
INSERT INTO asset_class (path, name, aliases) VALUES ('air', 'aircraft', '{}'), ('air.jet', 'jet', '{fighter}'), ('ship', 'ship', '{}');
CREATE FUNCTION look(day integer, n integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
WITH o AS (
	INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope)
	VALUES (1, 1, timestamptz '2024-01-01' + day * interval '1 day', 'complete', '{air,ship}') RETURNING observation_id)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) SELECT 1, observation_id, 2, int4range(n, n, '[]') FROM o;
END;
SELECT look(1, 1) \g /dev/null

-- all that a ledger holds, but for numbers that are drawn and not used, and for when
CREATE FUNCTION pg_temp.holds() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT md5(string_agg(line, '|' ORDER BY line COLLATE "C")) FROM (
		SELECT 'i' || i::text AS line FROM installation i UNION ALL SELECT 'c' || c::text FROM asset_class c
		UNION ALL SELECT 's' || s::text FROM source s
		UNION ALL SELECT 'o' || (o.installation_id, o.source_id, o.observed_at, o.completeness, o.scope, o.gsd_m, o.retracted_at)::text FROM observation o
		UNION ALL SELECT 'x' || (x.installation_id, x.asset_class_id, x.designation, x.status, x.count, x.location, x.retracted_at)::text FROM sighting x
		UNION ALL SELECT 'p' || (p.installation_id, p.asset_class_id, p.designation, p.status, p.run)::text FROM presence p
		UNION ALL SELECT 'n' || count(*)::text FROM pending) AS l
$$;
-- loads, tries, loads, and derives; then all of it is undone
CREATE FUNCTION pg_temp.held(statement text, OUT state text, OUT holds text) LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		PERFORM look(3, 2);
		BEGIN
			IF statement <> '' THEN
				EXECUTE statement;
				SET CONSTRAINTS ALL IMMEDIATE;
			END IF;
			state := 'none';
		EXCEPTION WHEN OTHERS THEN
			state := SQLSTATE;
		END;
		SET CONSTRAINTS ALL DEFERRED;
		PERFORM look(5, 3);
		SET CONSTRAINTS ALL IMMEDIATE;
		holds := pg_temp.holds();
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
END
$$;
CREATE FUNCTION pg_temp.refused(statement text, expected text, words text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	was text := pg_temp.holds();
	without text := (pg_temp.held('')).holds;
	got record := pg_temp.held(statement);
BEGIN
	RETURN is(format('%s, ledger %s, %s', got.state, CASE WHEN got.holds = without THEN 'as without it' ELSE 'changed' END,
		CASE WHEN pg_temp.holds() = was THEN 'undone' ELSE 'not undone' END), expected || ', ledger as without it, undone', words);
END
$$;
SELECT isnt((pg_temp.held('INSERT INTO source (name) VALUES (''ear'')')).holds, (pg_temp.held('')).holds, 'what is taken makes a difference');

-- times
SELECT pg_temp.refused($$INSERT INTO observation (installation_id, source_id, observed_at, completeness) VALUES (1, 1, $$ || t.at || $$, 'partial')$$, t.state, t.words)
FROM (VALUES ('now() + interval ''25:00:00''', '23514', 'a look in the future'), ('''infinity''', '23514', 'a look at infinity'),
	('''-infinity''', '23514', 'a look at minus infinity'), ('NULL', '23502', 'a look at no time'), ('''yesteryear''', '22007', 'a look at no date'),
	('''2024-02-30''', '22008', 'a look on a day that is not')) AS t (at, state, words);
SELECT pg_temp.refused('UPDATE observation SET observed_at = ''infinity''', '23514', 'a look moved to infinity');
SELECT pg_temp.refused($$SELECT look(d, 1) FROM generate_series(1, 300) AS d UNION ALL SELECT look(4000000, 1)$$, '23514', 'a bulk load with one in the future');

-- keys
SELECT pg_temp.refused(s.statement, '23505', s.words)
FROM (VALUES ('INSERT INTO installation (name, location) SELECT ''x'' || n, ''SRID=4326;POINT(1 1)'' FROM generate_series(1, 9) n UNION ALL SELECT ''north'', ''SRID=4326;POINT(1 1)''', 'an installation of a name that is taken, among others'),
	('INSERT INTO asset_class (path, name) VALUES (''land'', ''tank''), (''air.jet'', ''plane'')', 'a class of a path that is taken'),
	('INSERT INTO asset_class (path, name) VALUES (''land'', ''tank''), (''air.other'', ''jet'')', 'a class of a name that is taken'),
	('INSERT INTO source (name) VALUES (''ear''), (''eye'')', 'a source of a name that is taken'),
	('INSERT INTO observation SELECT * FROM observation', 'a look told twice under its number'),
	('INSERT INTO sighting SELECT * FROM sighting', 'a sighting told twice under its number'),
	('UPDATE asset_class SET path = ''air'' WHERE name = ''jet''', 'a class moved to where another is')) AS s (statement, words);
SELECT pg_temp.refused(s.statement, '23503', s.words)
FROM (VALUES ('INSERT INTO sighting (installation_id, observation_id, asset_class_id) SELECT installation_id, observation_id, c FROM observation, unnest(''{2,3,99}''::int[]) AS c', 'an unknown class, among others'),
	('UPDATE sighting SET asset_class_id = 99', 'a sighting made of an unknown class'),
	('INSERT INTO observation (installation_id, source_id, observed_at, completeness) VALUES (1, 9, ''2024-01-02'', ''partial'')', 'an unknown source'),
	('INSERT INTO observation (installation_id, source_id, observed_at, completeness) VALUES (9, 1, ''2024-01-02'', ''partial'')', 'an unknown installation'),
	('INSERT INTO sighting (installation_id, observation_id, asset_class_id) VALUES (2, 1, 1)', 'a look of another installation'),
	('DELETE FROM asset_class WHERE name = ''jet''', 'a class deleted that was sighted'),
	('DELETE FROM source', 'a source deleted that has looked'),
	('DELETE FROM installation WHERE name = ''north''', 'an installation deleted that was looked at')) AS s (statement, words);

-- scope, pixels, counts
SELECT pg_temp.refused(format('INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m) VALUES (1, 1, ''2024-01-02'', ''complete'', %s, %s)', s.scope, s.gsd),
	s.state, s.words)
FROM (VALUES ('''{air,tank}''', '1', '22S07', 'a scope that names no class'), ('''{air.jet.big}''', '1', '22S07', 'nor what would be below one'),
	('''{air,NULL}''', '1', '23514', 'a scope with a null'), ('''{air..jet}''', '1', '42601', 'a scope that is no path'), ('NULL', '1', '23502', 'no scope at all'),
	('''{air}''', '-1', '23514', 'pixels of -1 m'),
	('''{air}''', '''NaN''', '23514', 'pixels of NaN'), ('''{air}''', '''infinity''', '23514', 'pixels without end')) AS s (scope, gsd, state, words);
SELECT pg_temp.refused(s.statement, s.state, s.words)
FROM (VALUES ('UPDATE observation SET scope = ''{tank}''', '22S07', 'a scope corrected to none'), ('UPDATE observation SET gsd_m = -1', '23514', 'pixels corrected to -1 m'),
	('UPDATE sighting SET count = ''[-1,2]''', '23514', 'a count below 0'), ('UPDATE sighting SET count = ''empty''', '23514', 'a count of nothing'),
	('UPDATE sighting SET count = ''[2,1]''', '22000', 'a reversed count'), ('UPDATE sighting SET confidence = 1.01', '23514', 'more than sure'),
	('UPDATE sighting SET designation = ''RF-1'', count = ''[2,2]''', '23514', 'two of one number')) AS s (statement, state, words);

-- what is odd is taken
INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope) VALUES
	(1, 1, now() + interval '23:00:00', 'partial', '{}'), (1, 1, '2024-01-09', 'complete', '{air.jet,air}');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, location)
SELECT installation_id, observation_id, 3, v.status, v.location
FROM (SELECT * FROM observation ORDER BY observation_id DESC LIMIT 1) AS o, (VALUES ('far', geometry 'SRID=4326;POINT(-120 5)'), ('near', 'SRID=4326;POINT(11.1 50)'), ('here', NULL)) AS v (status, location);
SELECT is((SELECT count(*) FROM observation WHERE observed_at > now()), 1::bigint, 'a clock may be some hours ahead');
SELECT results_eq('SELECT count(*), count(*) FILTER (WHERE far_from_installation) FROM sighting_place JOIN sighting USING (sighting_id) WHERE asset_class_id = 3',
	'VALUES (3::bigint, 1::bigint)', 'a sighting far from its installation is taken, and marked; one just outside its boundary is not');
SELECT is((SELECT count(*) FROM presence WHERE asset_class_id = 3), 4::bigint, 'and counts as any other: in each status, and all of the class');

-- ten thousand sightings of as many numbers in one look, in a ledger never analyzed
SET statement_timeout = '60s';
WITH o AS (
	INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope) VALUES (2, 1, '2024-01-02', 'complete', '{air,ship}') RETURNING observation_id)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation)
SELECT 2, observation_id, 1 + n % 2, 'RF-' || n FROM o, generate_series(1, 10000) AS n;
SELECT results_eq('SELECT count(*) FILTER (WHERE designation IS NOT NULL), max(count_min(run)) FROM presence WHERE installation_id = 2',
	'VALUES (10000::bigint, 10000)', 'ten thousand numbers in one look');
SELECT results_eq('SELECT count_min(run), count_max(run) FROM presence WHERE installation_id = 2 AND designation IS NULL ORDER BY 1',
	'VALUES (5000, 10000), (10000, 10000)', 'and as many aircraft, of which half are told as jets, and all may be');
SELECT is_empty('SELECT * FROM verify()', 'verify() finds nothing');
SELECT * FROM finish();
RESET search_path;
SELECT drop_ledger('refused_test') \g /dev/null
