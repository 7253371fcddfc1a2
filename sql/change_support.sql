-- whichever index is there, in whatever shape the question comes: the answers of a sequential scan
SET jit = off;	-- or thousands of small plans are compiled, because a forbidden scan makes them look dear
SELECT FROM setseed(0.5);
CREATE TABLE p AS
SELECT i AS id, presence(
	CASE WHEN i % 60 < 3 THEN '-infinity' ELSE t - (1 + random() * 100)::int * interval '1 hour' END, t,
	t + d * interval '1 hour',
	CASE WHEN i % 11 = 0 THEN 'infinity' ELSE t + d * interval '1 hour' + (1 + random() * 90)::int * interval '1 hour' END,
	ST_SetSRID(ST_MakePoint(CASE s WHEN 0 THEN 180 WHEN 1 THEN -180 ELSE -170 + s * 67 % 340 END, -80 + s * 41 % 160), 4326), 1 + i % 4) AS run
FROM (SELECT i, i % 100 AS s, '2024-01-01Z'::timestamptz + (random() * 8000)::int * interval '1 hour' AS t, (random() * 700)::int AS d
	FROM generate_series(1, 3000) AS i) AS x;
-- seen once, a moment before a date of the questions, and gone by it; gone a moment after it, seen within a day of it
INSERT INTO p VALUES (0, NULL),
	(-1, presence('2024-05-01Z', '2024-05-06 23:59:59.999999Z', '2024-05-06 23:59:59.999999Z', '2024-05-07Z', 'SRID=4326;POINT(0 0)', 1)),
	(-2, presence('2024-05-05 12:00Z', '2024-05-06Z', '2024-05-06 12:00Z', '2024-05-07 00:00:00.000001Z', 'SRID=4326;POINT(0 0)', 1));
CREATE INDEX p_gist ON p USING gist (run) INCLUDE (id);
CREATE INDEX p_brin ON p USING brin (run) WITH (pages_per_range = 2);
VACUUM ANALYZE p;

-- the node types and indexes of a plan, without its figures
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ '(Filter|Scan|Join|Nested Loop|Append|BitmapOr|BitmapAnd|Index Name)' THEN
			RETURN NEXT regexp_replace(line, 'Filter: .*', 'Filter');
		END IF;
	END LOOP;
END $$;

-- all rows of an answer as one value, whatever their order
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text;
BEGIN
	EXECUTE 'SELECT count(*) || '' '' || coalesce(md5(string_agg(x::text, '','' ORDER BY x::text)), '''') FROM (' || query || ') AS x' INTO rows;
	RETURN rows;
END $$;
-- how many questions there are, how many have answers, and which an index does not serve or answers unlike a sequential scan
CREATE FUNCTION compare(queries text[], OUT questions int, OUT answered bigint, OUT wrong text[]) LANGUAGE plpgsql AS $$
DECLARE
	indexes CONSTANT text[] := '{p_gist,p_brin}';
	answers text[];
	index text;
	other text;
	plan text;
BEGIN
	PERFORM set_config('enable_indexscan', 'off', false), set_config('enable_indexonlyscan', 'off', false),
		set_config('enable_bitmapscan', 'off', false), set_config('enable_seqscan', 'on', false);
	answers := ARRAY(SELECT answer(q) FROM unnest(queries) WITH ORDINALITY AS x(q, n) ORDER BY n);
	PERFORM set_config('enable_indexscan', 'on', false), set_config('enable_indexonlyscan', 'on', false),
		set_config('enable_bitmapscan', 'on', false), set_config('enable_seqscan', 'off', false);
	wrong := '{}';
	FOREACH index IN ARRAY indexes LOOP
		BEGIN
			FOREACH other IN ARRAY indexes LOOP
				IF other <> index THEN
					EXECUTE 'DROP INDEX ' || other;
				END IF;
			END LOOP;
			FOR i IN 1 .. cardinality(queries) LOOP
				plan := (SELECT string_agg(x, ' ') FROM plan(queries[i]) AS x);
				IF plan !~ index OR answer(queries[i]) <> answers[i] THEN
					wrong := wrong || (index || ': ' || queries[i] || ' ' || plan);
				END IF;
			END LOOP;
			RAISE SQLSTATE 'UNDO0';
		EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
		END;
	END LOOP;
	questions := cardinality(queries);
	answered := (SELECT count(*) FROM unnest(answers) AS a WHERE a NOT LIKE '0 %');
	PERFORM set_config('enable_seqscan', 'on', false);
END $$;

-- constants: each question, mode, age and area
SELECT c.* FROM (SELECT array_agg(format('SELECT id FROM p WHERE %s_between(run, %s, %s%s)', q, dates, area, mode)) AS queries
FROM unnest(ARRAY['changed', 'arrived', 'departed', 'stayed', 'passed']) AS q,
	(VALUES ('''2024-05-05Z'', ''2024-05-07Z'''), ('''2024-03-05Z'', ''2024-08-06Z''')) AS dates(dates),
	unnest(ARRAY['NULL', 'ST_MakeEnvelope(-50, -50, 60, 70.25, 4326)', 'ST_Buffer(ST_SetSRID(ST_MakePoint(150, 0), 4326), 29)',
		'ST_GeomFromText(''MULTIPOLYGON(((150 -60, 180 -60, 180 60, 150 60, 150 -60)), ((-180 -60, -150 -60, -150 60, -180 60, -180 -60)))'', 4326)']) AS area,
	unnest(ARRAY['', ', ''last_known'', ''1 day''', ', ''certain''', ', ''possible''', ', ''possible'', ''1 day''']) AS mode) AS x, compare(queries) AS c;
SELECT c.* FROM (SELECT array_agg(format('SELECT id FROM p WHERE %s, ''SRID=4326;POINT(%s)'', %s%s)', q, centre, metres, mode)) AS queries
FROM unnest(ARRAY['changed_within(run, ''2024-05-05Z'', ''2024-05-16Z''', 'arrived_within(run, ''2024-05-05Z'', ''2024-05-16Z''',
		'departed_within(run, ''2024-05-05Z'', ''2024-05-16Z''', 'stayed_within(run, ''2024-05-05Z'', ''2024-05-16Z''',
		'passed_within(run, ''2024-05-05Z'', ''2024-05-16Z''', 'present_within(run, ''2024-05-05Z''']) AS q,
	unnest(ARRAY['179 0', '0 85', '20 20']) AS centre, unnest(ARRAY['3e5', '5e6', '3e7']) AS metres,
	unnest(ARRAY['', ', max_age => ''2 days''', ', ''possible''', ', ''certain''']) AS mode) AS x, compare(queries) AS c;
SELECT c.* FROM (SELECT array_agg(format('SELECT id FROM p WHERE ' || q, at)) AS queries
FROM unnest(ARRAY['2024-05-05Z', '2023-01-01Z', '2025-07-01Z', 'infinity', '-infinity', '294276-12-31 23:59:59.999999Z', '4714-11-24 00:00:00Z BC']) AS at,
	unnest(ARRAY['present_at(run, %L)', 'present_at(run, %L, ST_MakeEnvelope(-50, -50, 60, 70, 4326))', 'present_at(run, %L, NULL, ''possible'')',
		'present_at(run, %L, NULL, ''certain'')', 'present_at(run, %L, max_age => ''3 days'')', 'run @> %L::timestamptz', '%L::timestamptz <@ run', 'presence_contains(run, %L)']) AS q) AS x, compare(queries) AS c;
-- operators and their functions, with a watch
SELECT c.* FROM (SELECT array_agg(format('SELECT id FROM p WHERE ' || q, w)) AS queries
FROM unnest(ARRAY['run <~> %L::watch', 'run @+ %L', 'run @- %L', 'run @= %L', 'run @~ %L', 'run && %L::watch', '%L::watch <~> run', '%L::watch && run',
		'changed(run, %L)', 'arrived(run, %L)', 'departed(run, %L)', 'stayed(run, %L)', 'passed(run, %L)', 'present_during(run, %L)']) AS q,
	unnest(ARRAY['[2024-05-05 00:00:00+00, 2024-05-16 00:00:00+00]', '[2024-05-05 00:00:00+00, 2024-05-16 00:00:00+00] BOX(150 -80, -130 85)',
		'[2024-05-05 00:00:00+00, 2024-05-16 00:00:00+00] max_age P2D', '[2024-05-05 00:00:00+00, 2024-09-16 00:00:00+00] certain',
		'[2024-05-05 00:00:00+00, 2024-05-06 00:00:00+00] BOX(0 0, 90 85) possible']) AS w) AS x, compare(queries) AS c;

-- other sources of the dates and areas: prepared statements with generic plans, PL/pgSQL, joins, stable functions
CREATE TABLE question AS
SELECT q, '2024-02-01Z'::timestamptz + q * interval '11 days' AS d1, '2024-02-01Z'::timestamptz + q * interval '11 days' + (1 + q % 5 * 9) * interval '1 day' AS d2,
	CASE q % 3 WHEN 0 THEN NULL WHEN 1 THEN ST_MakeEnvelope(-60 + q, -50, 60, 50, 4326) ELSE ST_Buffer(ST_SetSRID(ST_MakePoint(q, 0), 4326), 40 + q) END AS area,
	CASE q % 4 WHEN 0 THEN 'possible' WHEN 1 THEN 'certain' ELSE 'last_known' END AS mode,
	CASE WHEN q % 7 = 0 THEN interval '2 days' END AS max_age
FROM generate_series(1, 24) AS q;
INSERT INTO question VALUES (25, NULL, '2024-03-01Z'), (26, '2024-03-01Z', NULL);
SELECT c.* FROM (SELECT array_agg(format('SELECT q, id FROM question, LATERAL (SELECT id FROM p WHERE %s_between(run, d1, d2, area, mode, max_age)) AS x', q)) AS queries
FROM unnest(ARRAY['changed', 'arrived', 'departed', 'stayed', 'passed']) AS q) AS x, compare(queries) AS c;
SELECT * FROM compare(ARRAY[
	'SELECT q, id FROM question, p WHERE present_at(run, d1, area, mode, max_age)',
	'SELECT q, id FROM question, p WHERE run @> d1',
	'SELECT q, id FROM question, p WHERE run @+ watch(d1, d2, area, mode, max_age)',
	'SELECT q, id FROM question, p WHERE departed(run, watch(d1, d2, area, mode, max_age))',
	'SELECT q, id FROM question, p WHERE q < 25 AND arrived_within(run, d1, d2, ''SRID=4326;POINT(0 0)'', q * 4e5, mode)',
	'SELECT id FROM p WHERE arrived(run, watch_days(''2024-05-05'', ''2024-05-09''))',
	'SELECT id FROM p WHERE departed_between(run, ''2024-05-09''::timestamptz - interval ''3 days'', (SELECT max(d2) FROM question))']);

SET plan_cache_mode = force_generic_plan;
PREPARE spelt(timestamptz, timestamptz, geometry, text, interval) AS
	SELECT count(*), sum(id) FROM p WHERE arrived_between(run, $1, $2, $3, $4, $5);
PREPARE watched(watch) AS SELECT count(*), sum(id) FROM p WHERE run @- $1;
CREATE FUNCTION passed_in(from_date timestamptz, to_date timestamptz, area geometry, mode text, max_age interval) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) || ' ' || coalesce(sum(id), 0) FROM p WHERE passed_between(run, from_date, to_date, area, mode, max_age));
END $$;
CREATE FUNCTION generic(OUT index text, OUT kind text, OUT answers text) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	q record;
	n bigint;
	s bigint;
	other text;
BEGIN
	FOREACH index IN ARRAY ARRAY['', 'p_gist', 'p_brin'] LOOP
		BEGIN
			FOREACH other IN ARRAY ARRAY['p_gist', 'p_brin'] LOOP
				IF other <> index THEN
					EXECUTE 'DROP INDEX ' || other;
				END IF;
			END LOOP;
			PERFORM set_config('enable_seqscan', (index = '')::text, false);
			FOREACH kind IN ARRAY ARRAY['spelt', 'watched', 'PL/pgSQL'] LOOP
				answers := '';
				FOR q IN SELECT * FROM question ORDER BY q LOOP
					IF kind = 'PL/pgSQL' THEN
						answers := answers || ' ' || passed_in(q.d1, q.d2, q.area, q.mode, q.max_age);
					ELSE
						IF kind = 'spelt' THEN
							EXECUTE format('EXECUTE spelt(%L, %L, %L, %L, %L)', q.d1, q.d2, q.area, q.mode, q.max_age) INTO n, s;
						ELSE
							EXECUTE format('EXECUTE watched(%L)', watch(q.d1, q.d2, q.area, q.mode, q.max_age)) INTO n, s;
						END IF;
						answers := answers || ' ' || n || ' ' || coalesce(s, 0);
					END IF;
				END LOOP;
				answers := md5(answers);
				RETURN NEXT;
			END LOOP;
			RAISE SQLSTATE 'UNDO0';
		EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
		END;
	END LOOP;
END $$;
SELECT kind, count(*) AS indexes, count(DISTINCT answers) AS answers FROM generic() GROUP BY 1 ORDER BY 1;
SET enable_seqscan = off;
SELECT plan('EXECUTE spelt(''2024-05-05Z'', ''2024-05-06Z'', NULL, ''last_known'', NULL)') AS generic_plan;
RESET plan_cache_mode;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

-- the shapes of plans where one is much the best
SELECT q, plan('SELECT id FROM p WHERE ' || q)
FROM unnest(ARRAY['arrived_between(run, ''2024-05-05Z'', ''2024-05-06Z'')', 'departed_between(run, ''2024-05-05Z'', ''2024-05-06Z'')',
	'arrived_between(run, ''2024-05-05Z'', ''2024-07-06Z'', ST_MakeEnvelope(10, 10, 12, 12, 4326))',
	'changed_between(run, ''2024-05-05Z'', ''2024-07-06Z'', ST_MakeEnvelope(10, 10, 12, 12, 4326))',
	'run @+ ''[2024-05-05 00:00:00+00, 2024-07-16 00:00:00+00] BOX(10 10, 12 12)''']) AS q;
-- a box needs no look at the row, another area does
SELECT area, string_agg(plan, ',') LIKE '%Filter%' AS filtered
FROM unnest(ARRAY['ST_MakeEnvelope(10, 10, 12, 12, 4326)', 'ST_Buffer(ST_SetSRID(ST_MakePoint(11, 11), 4326), 1)']) AS area,
	plan(format('SELECT id FROM p WHERE changed_between(run, ''2024-05-05Z'', ''2024-05-06Z'', %s)', area))
GROUP BY area ORDER BY area;

-- a predicate written as an operator still matches
CREATE INDEX p_partial ON p (id) WHERE run @> '2024-06-01Z'::timestamptz;
SELECT plan('SELECT id FROM p WHERE run @> ''2024-06-01Z''::timestamptz AND id < 100');
SELECT plan('SELECT id FROM p WHERE presence_contains(run, ''2024-06-01Z'') AND id < 100');

-- an instant in a box: the index decides alone, also about what came or went a microsecond before or after
CREATE TABLE moment AS
SELECT f AS first, g AS gone, presence('-infinity', d + f * u, d + f * u, d + g * u, ST_SetSRID(ST_MakePoint(x, 10), 4326), 1) AS run
FROM (VALUES ('2024-05-05Z'::timestamptz, interval '1 microsecond')) AS v(d, u), generate_series(-2, 2) AS f, generate_series(f + 1, 3) AS g, unnest(ARRAY[10, 30]) AS x;
CREATE INDEX moment_gist ON moment USING gist (run) INCLUDE (first, gone);
VACUUM ANALYZE moment;
SET enable_seqscan = off;
SELECT plan('SELECT first FROM moment WHERE present_at(run, ''2024-05-05Z'', ST_MakeEnvelope(5, 5, 20, 20, 4326))');
SELECT plan('SELECT first FROM moment WHERE present_at(run, ''2024-05-05Z'', ST_MakeEnvelope(5, 5, 20, 20, 4326), ''possible'')');
SELECT first, gone FROM moment WHERE present_at(run, '2024-05-05Z', ST_MakeEnvelope(5, 5, 20, 20, 4326)) ORDER BY 1, 2;
SELECT count(*) AS rows, count(*) FILTER (WHERE first <= 0 AND gone > 0) AS right FROM moment WHERE present_at(run, '2024-05-05Z', ST_MakeEnvelope(5, 5, 40, 20, 4326));
RESET enable_seqscan;
DROP TABLE moment;

-- partitions, and parallel workers
CREATE TABLE parted (site int, id bigint, run presence) PARTITION BY HASH (site);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT id % 40, id, run FROM p, generate_series(1, 3);
CREATE INDEX parted_gist ON parted USING gist (run) INCLUDE (site, id);
VACUUM ANALYZE parted;
SELECT plan('SELECT id FROM parted WHERE departed_between(run, ''2024-05-05Z'', ''2024-05-06Z'')');
SELECT plan('SELECT id FROM parted WHERE departed_between(run, ''2024-05-05Z'', ''2024-05-06Z'') AND site = 7');
SELECT plan('SELECT id FROM parted WHERE changed_between(run, ''2024-05-05Z'', ''2024-07-06Z'', ST_MakeEnvelope(10, 10, 12, 12, 4326))');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
SELECT bool_or(line ~ 'Parallel') AS parallel FROM plan('SELECT count(*) FROM parted WHERE arrived_between(run, ''2024-05-05Z'', ''2024-05-16Z'', ST_Buffer(''SRID=4326;POINT(0 0)''::geometry, 80))') AS line;
SELECT parted.n = 3 * p.n AS same
FROM (SELECT count(*) AS n FROM parted WHERE arrived_between(run, '2024-05-05Z', '2024-05-16Z', ST_Buffer('SRID=4326;POINT(0 0)'::geometry, 80))) AS parted,
	(SELECT count(*) AS n FROM p WHERE run @+ watch('2024-05-05Z', '2024-05-16Z') AND ST_Intersects(ST_Buffer('SRID=4326;POINT(0 0)'::geometry, 80), location(run))) AS p;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;

DROP TABLE p, question, parted;
DROP FUNCTION plan, answer, compare, generic, passed_in;
