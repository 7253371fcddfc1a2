-- A ledger whose large tables lie in parts says what one of whole tables says: the same seeded
-- statements to both - in order, late, corrected, retracted, moved, emptied, and by the names of
-- parts - and every report, view and table compared after each chapter, row for row.
\set QUIET on
SET client_min_messages = warning;
SET jit = off;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET timezone = 'UTC';
SELECT plan(260);
SELECT create_ledger('whole'), create_ledger('parted', partitions => 5) \g /dev/null
SELECT throws_ok(format('SELECT create_ledger(''none'', partitions => %s)', n), '22S07', 'invalid partitions: ' || n, n || ' partitions')
FROM unnest('{-1,1025,"null"}'::text[]) AS n;
SELECT lives_ok($$SELECT create_ledger('one', partitions => 1), drop_ledger('one')$$, 'one partition');
SELECT set_eq($$SELECT inhparent::regclass::text, count(*) FROM pg_inherits WHERE inhparent::regclass::text ~ '^parted\.[a-z]+$' GROUP BY 1$$,
	$$VALUES ('parted.observation', 5::bigint), ('parted.sighting', 5), ('parted.presence', 5)$$, 'the large tables lie in parts');

-- Statements run in both; LEDGER is the name.
CREATE FUNCTION pg_temp.both(statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	seed float8 := random() * 2 - 1;
	ledger text;
BEGIN
	FOREACH ledger IN ARRAY '{whole,parted}'::text[] LOOP
		PERFORM setseed(seed);
		EXECUTE replace(statement, 'LEDGER', ledger);
	END LOOP;
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
END
$$;
-- Numbers of rows and of events are not the same, nor need be.
CREATE FUNCTION pg_temp.same(question text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT results_eq(q.whole, q.parted, question)
	FROM (SELECT string_agg(format('SELECT (to_jsonb(r) - ''{presence_id,change_id,occurrence_id,occurrenceID,derived_at,version,classes_changed_at,pid}''::text[])::text AS said FROM (%s) AS r ORDER BY said',
			replace(question, 'LEDGER', l)), NULL ORDER BY l) FILTER (WHERE l = 'whole') AS whole,
		string_agg(format('SELECT (to_jsonb(r) - ''{presence_id,change_id,occurrence_id,occurrenceID,derived_at,version,classes_changed_at,pid}''::text[])::text AS said FROM (%s) AS r ORDER BY said',
			replace(question, 'LEDGER', l)), NULL ORDER BY l) FILTER (WHERE l = 'parted') AS parted
		FROM unnest('{whole,parted}'::text[]) AS l) AS q
$$;
CREATE TEMP TABLE question (words text);
\copy question FROM 'test/cases/report_questions.sql'
CREATE FUNCTION pg_temp.compared() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.same(q.words) FROM question AS q
	UNION ALL
	SELECT is_empty('SELECT * FROM parted.verify()', 'what is stored is what the evidence says')
$$;
-- looks of a number of days, and what they show
CREATE FUNCTION pg_temp.looked(first_day int, last_day int) RETURNS text LANGUAGE sql AS $$
	SELECT format($q$
		WITH o AS (
			INSERT INTO LEDGER.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m, recorded_at)
			SELECT 1 + (random() * 6)::int, 1 + (random() > 0.8)::int, CASE WHEN random() < 0.1 THEN t.at - interval '4 hours' END, t.at,
				CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END, CASE WHEN random() < 0.7 THEN '{air,sea}' ELSE '{air}' END::ltree[],
				CASE WHEN random() < 0.8 THEN 1 END, now() - interval '2 hours'
			FROM generate_series(%s * 4, %s * 4) AS i, LATERAL (SELECT timestamptz '2024-01-01' + i * interval '6 hours' AS at) AS t
			RETURNING installation_id, observation_id)
		INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, count, designation, status, confidence, recorded_at)
		SELECT o.installation_id, o.observation_id, 1 + (random() * 3)::int, CASE WHEN t.tail IS NULL THEN int4range(1, 2 + (random() * 3)::int) ELSE '[1,1]' END,
			t.tail, CASE WHEN random() < 0.4 THEN 'parked' END, CASE WHEN random() < 0.9 THEN 1 ELSE 0.3 END, now() - interval '2 hours'
		FROM o, generate_series(1, 2) AS k, LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'T' || (random() * 3)::int END AS tail WHERE k > 0) AS t
	$q$, first_day, last_day)
$$;

SELECT setseed(0.21) \g /dev/null
SELECT pg_temp.both($$
	INSERT INTO LEDGER.source (name) VALUES ('eye'), ('other eye');
	INSERT INTO LEDGER.installation (name, location) SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 7) AS i;
	INSERT INTO LEDGER.asset_class (path, name, payload_t, max_speed_kmh, max_gsd_m) VALUES ('air', 'aircraft', NULL, 800, NULL), ('air.jet', 'jet', 10, NULL, 2), ('air.jet.big', 'big jet', 50, NULL, 2), ('sea', 'ship', NULL, NULL, NULL)$$) \g /dev/null
SELECT pg_temp.both(pg_temp.looked(day, day + 3)) FROM generate_series(1, 26, 5) AS day \g /dev/null
SELECT diag('in order');
SELECT pg_temp.compared();

SELECT pg_temp.both(pg_temp.looked(day, day)) FROM unnest('{20,4,14,9}'::int[]) AS day \g /dev/null
SELECT diag('late');
SELECT pg_temp.compared();

SELECT pg_temp.both($$UPDATE LEDGER.sighting SET count = '[1,1]', designation = 'T9', recorded_at = now() WHERE sighting_id % 7 = 0$$),
	pg_temp.both($$UPDATE LEDGER.observation SET retracted_at = now(), retraction_reason = 'wrong place' WHERE observation_id % 9 = 0$$),
	pg_temp.both($$UPDATE LEDGER.sighting SET retracted_at = now(), retraction_reason = 'a shadow' WHERE sighting_id % 11 = 0$$),
	pg_temp.both($$DELETE FROM LEDGER.sighting WHERE sighting_id % 13 = 0$$),
	pg_temp.both($$DELETE FROM LEDGER.observation WHERE observation_id % 17 = 0$$) \g /dev/null
SELECT diag('corrected');
SELECT pg_temp.compared();

-- a look that was of another installation goes from one part to another, and its sightings with it
SELECT pg_temp.both($$UPDATE LEDGER.observation SET installation_id = 1 + installation_id % 7 WHERE observation_id % 5 = 0$$),
	pg_temp.both($$UPDATE LEDGER.installation SET location = 'SRID=4326;POINT(2.5 50.5)' WHERE name = 'place 3'$$),
	pg_temp.both($$UPDATE LEDGER.installation SET installation_id = 40 WHERE name = 'place 6'$$),
	pg_temp.both($$UPDATE LEDGER.asset_class SET path = 'land', keep_total = true WHERE name = 'ship'$$),
	pg_temp.both($$UPDATE LEDGER.asset_class SET path = 'land.jet', asset_class_id = 20 WHERE name = 'big jet'$$) \g /dev/null
SELECT diag('moved');
SELECT pg_temp.compared();

-- by the names of parts
CREATE FUNCTION pg_temp.part_of(target text, installation bigint) RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
	part regclass;
BEGIN
	EXECUTE format('SELECT tableoid FROM parted.%I WHERE installation_id = $1 LIMIT 1', target) USING installation INTO part;
	RETURN part;
END
$$;
CREATE FUNCTION pg_temp.to_part(target text, installation bigint, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE replace(statement, 'TARGET', 'whole.' || target);
	EXECUTE replace(statement, 'TARGET', pg_temp.part_of(target, installation)::text);
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
END
$$;
SELECT pg_temp.to_part('observation', 2, $$INSERT INTO TARGET (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) VALUES (2, 10001, 1, '2024-01-12 03:00', 'complete', '{air}', 1), (2, 10002, 1, '2024-02-01', 'complete', '{air}', 1), (2, 10003, 2, '2024-01-12 03:00', 'complete', '{air}', 1)$$),
	pg_temp.to_part('sighting', 2, $$INSERT INTO TARGET (installation_id, observation_id, sighting_id, asset_class_id, count) VALUES (2, 10001, 10001, 2, '[8,8]')$$),
	pg_temp.to_part('sighting', 4, $$UPDATE TARGET SET count = '[7,7]' WHERE installation_id = 4 AND designation IS NULL AND sighting_id % 2 = 0$$),
	pg_temp.to_part('observation', 5, $$DELETE FROM TARGET WHERE installation_id = 5 AND observation_id % 2 = 0$$) \g /dev/null
SELECT diag('by the names of parts');
SELECT pg_temp.compared();

SELECT set_eq($$SELECT words FROM question AS q WHERE (xpath('/row/n/text()', query_to_xml(replace('SELECT count(*) AS n FROM (' || q.words || ') AS r', 'LEDGER', 'whole'), true, true, '')))[1]::text = '0'$$,
	$$VALUES ('SELECT * FROM LEDGER.verify(thorough => true)')$$, 'every question has an answer');

-- emptied
CREATE FUNCTION pg_temp.empty_part(installation bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	part regclass := pg_temp.part_of('sighting', installation);
	emptied bigint[];
BEGIN
	EXECUTE format('SELECT array_agg(DISTINCT installation_id) FROM %s', part) INTO emptied;
	EXECUTE format('TRUNCATE %s', part);
	DELETE FROM whole.sighting WHERE installation_id = ANY (emptied);
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
END
$$;
SELECT pg_temp.empty_part(3) \g /dev/null
SELECT diag('a part emptied');
SELECT pg_temp.compared();

-- Of one installation one part of each table is read; counted by the server.
CREATE FUNCTION pg_temp.read_parts(statement text, target text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before jsonb;
	n bigint;
BEGIN
	SELECT jsonb_object_agg(inhrelid::regclass, pg_stat_get_xact_numscans(inhrelid) +
		(SELECT sum(pg_stat_get_xact_numscans(x.indexrelid)) FROM pg_index AS x WHERE x.indrelid = inhrelid)) INTO before
	FROM pg_inherits WHERE inhparent = ('parted.' || target)::regclass;
	EXECUTE statement;
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
	SELECT count(*) INTO n
	FROM pg_inherits WHERE inhparent = ('parted.' || target)::regclass
		AND pg_stat_get_xact_numscans(inhrelid) + (SELECT sum(pg_stat_get_xact_numscans(x.indexrelid)) FROM pg_index AS x WHERE x.indrelid = inhrelid)
			<> (before ->> inhrelid::regclass::text)::bigint;
	RETURN n;
END
$$;
SELECT is(pg_temp.read_parts(s.statement, t.target), t.parts, s.words || ' reads ' || t.target || ' of one part')
FROM (VALUES
	('a report', $$SELECT FROM parted.changes('2024-01-05', '2024-01-20', installation => 'place 1')$$),
	('an inventory', $$SELECT FROM parted.inventory('2024-01-15', installation => 'place 1')$$),
	('a timeline', $$SELECT FROM parted.timeline('2024-01-02', '2024-01-28', '3 days', installation => 'place 1')$$)) AS s(words, statement),
	(VALUES ('observation', 1::bigint), ('sighting', 1)) AS t(target, parts);
-- (without individuals, who may be in any)
SELECT pg_temp.both($$INSERT INTO LEDGER.installation (installation_id, name, location) VALUES (80, 'place 80', 'SRID=4326;POINT(80 50)')$$) \g /dev/null
SELECT is(pg_temp.read_parts($$WITH o AS (INSERT INTO parted.observation (installation_id, source_id, observed_at, completeness, scope) VALUES (80, 1, '2024-02-03', 'complete', '{air}') RETURNING *)
	INSERT INTO parted.sighting (installation_id, observation_id, asset_class_id) SELECT installation_id, observation_id, 1 FROM o$$, t.target), 1::bigint,
	'a load reads ' || t.target || ' of one part')
FROM unnest('{observation,sighting,presence}'::text[]) AS t(target);

-- A row is looked up by its key, as foreign keys do, by one plan for all values; in what is no
-- ledger's PostgreSQL goes on to plan each by itself.
CREATE TABLE others (a bigint, b bigint, PRIMARY KEY (a, b)) PARTITION BY HASH (a);
SELECT format('CREATE TABLE others_%s PARTITION OF others FOR VALUES WITH (MODULUS 5, REMAINDER %s)', i, i) FROM generate_series(0, 4) AS i \gexec
INSERT INTO others SELECT i, j FROM generate_series(1, 100) AS i, generate_series(1, 50) AS j;
ANALYZE parted.observation, others;
-- (parts so small would be read through, at next to no cost)
SET enable_seqscan = off;
PREPARE looked_up(bigint, bigint) AS SELECT 1 FROM parted.observation AS x WHERE installation_id = $1 AND observation_id = $2 FOR KEY SHARE OF x;
PREPARE other_looked_up(bigint, bigint) AS SELECT 1 FROM others AS x WHERE a = $1 AND b = $2 FOR KEY SHARE OF x;
SELECT format('EXECUTE %s(%s, 1)', q, i) FROM unnest('{looked_up,other_looked_up}'::text[]) AS q, generate_series(1, 8) AS i \gexec
SELECT is((SELECT generic_plans FROM pg_prepared_statements WHERE name = 'looked_up'), 3::bigint, 'after five times a look is found by a plan that stays');
SELECT is((SELECT generic_plans FROM pg_prepared_statements WHERE name = 'other_looked_up'), 0::bigint, 'a table of one''s own is planned as ever');
RESET enable_seqscan;

SELECT lives_ok($$SELECT upgrade_ledger('parted')$$, 'upgraded');
SELECT is_empty('SELECT * FROM parted.verify()', 'and derived');
SELECT lives_ok($$SELECT drop_ledger('parted')$$, 'dropped');
SELECT * FROM finish();
ROLLBACK;
