-- Limits: the first and the last instant there is, any setting of dates and zones, a day
-- that has no hour two, and questions that are cancelled.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(16);

-- Presences at the ends of time, and every question about them, by index and by scan.
CREATE TABLE instant AS SELECT n, t FROM unnest(ARRAY['4714-11-24 00:00:00+00 BC', '4713-01-01 00:00:00+00 BC',
	'0001-01-01 00:00:00+00', '1900-01-01 00:00:00+00', '1931-12-14 00:00:00+00', '2000-01-01 00:00:00+00', '2068-01-19 03:14:07+00',
	'9999-12-31 23:59:59.999999+00', '294276-12-31 23:59:59.999999+00']::timestamptz[]) WITH ORDINALITY AS i(t, n);
CREATE TABLE extreme AS
SELECT presence(coalesce(a.t, '-infinity'), b.t, c.t, coalesce(d.t, 'infinity'),
	ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326), int4range(1, NULL)) AS run
FROM instant b JOIN instant c ON c.t >= b.t
CROSS JOIN (VALUES (180.0, 90.0), (-180, -90), (0, 0)) AS p(lon, lat)
LEFT JOIN instant a ON a.t < b.t AND a.n % 2 = 0
LEFT JOIN instant d ON d.t > c.t AND d.n % 2 = 1;
SELECT cmp_ok((SELECT count(*) FROM extreme), '>', 300::bigint, 'presences at the ends of time');
SELECT is_empty('SELECT FROM extreme WHERE run::text::presence <> run', 'their text comes back');
SELECT is_empty('SELECT FROM extreme WHERE presence_in(textin(textout(run::text))::cstring) <> run', 'by the input function too');

CREATE TABLE asked AS
SELECT watch(a.t, b.t, box, mode) AS w
FROM instant a JOIN instant b ON b.t > a.t
CROSS JOIN unnest(ARRAY['last_known', 'certain', 'possible']) AS mode
CROSS JOIN unnest(ARRAY[NULL, 'SRID=4326;POLYGON((170 80, 180 80, 180 90, 170 90, 170 80))'::geometry]) AS box;
CREATE FUNCTION counted() RETURNS TABLE (w watch, counts text) LANGUAGE sql AS $$
	SELECT w, (SELECT format('%s %s %s %s %s %s', (SELECT count(*) FROM extreme WHERE run <~> w), (SELECT count(*) FROM extreme WHERE run @+ w),
		(SELECT count(*) FROM extreme WHERE run @- w), (SELECT count(*) FROM extreme WHERE run @= w),
		(SELECT count(*) FROM extreme WHERE run @~ w), (SELECT count(*) FROM extreme WHERE run && w))) FROM asked $$;
CREATE TABLE by_scan AS SELECT * FROM counted();
CREATE FUNCTION disagreeing() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM ((SELECT w::text, counts FROM counted() EXCEPT ALL SELECT w::text, counts FROM by_scan)
		UNION ALL (SELECT w::text, counts FROM by_scan EXCEPT ALL SELECT w::text, counts FROM counted())) AS d $$;
SET enable_seqscan = off;
CREATE INDEX extreme_index ON extreme USING gist (run);
SELECT is(disagreeing(), 0::bigint, 'GiST by place agrees with the scan');
DROP INDEX extreme_index;
CREATE INDEX extreme_index ON extreme USING gist (run presence_gist_time_ops);
SELECT is(disagreeing(), 0::bigint, 'GiST by time agrees with the scan');
DROP INDEX extreme_index;
CREATE INDEX extreme_index ON extreme USING brin (run);
SELECT is(disagreeing(), 0::bigint, 'BRIN agrees with the scan');
RESET enable_seqscan;
ANALYZE extreme;
SELECT is(disagreeing(), 0::bigint, 'and whatever the planner takes with statistics');

-- The text of a value depends on no setting.
CREATE FUNCTION printed() RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(run::text, '|' ORDER BY run) || (SELECT string_agg(w::text, '|' ORDER BY w::text COLLATE "C") FROM asked)) FROM extreme $$;
CREATE FUNCTION printed_under(setting text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('DateStyle', setting[1], true), set_config('TimeZone', setting[2], true),
		set_config('IntervalStyle', setting[3], true), set_config('extra_float_digits', setting[4], true);
	RETURN printed();
END $$;
SELECT is_empty($$SELECT FROM unnest('{ISO,SQL,German,"Postgres, DMY"}'::text[]) AS d,
	unnest('{UTC,America/St_Johns,Pacific/Apia,Asia/Kathmandu,"<+1400>-14"}'::text[]) AS z, unnest('{iso_8601,sql_standard}'::text[]) AS i,
	unnest('{-15,3}'::text[]) AS f WHERE printed_under(ARRAY[d, z, i, f]) <> printed()$$, 'whatever the style of dates, the zone and the digits');

-- Days that have 23 and 25 hours end when they end.
SET TimeZone = 'Europe/Berlin';
SELECT is((SELECT ROW(from_date(w), to_date(w))::text FROM watch_days('2024-03-30', '2024-03-31') AS w),
	ROW('2024-03-31 00:00+01'::timestamptz - interval '1 us', '2024-04-01 00:00+02'::timestamptz - interval '1 us')::text, 'a day of 23 hours');
SELECT is((SELECT ROW(from_date(w), to_date(w))::text FROM watch_days('2024-10-26', '2024-10-27') AS w),
	ROW('2024-10-27 00:00+02'::timestamptz - interval '1 us', '2024-10-28 00:00+01'::timestamptz - interval '1 us')::text, 'a day of 25 hours');
RESET TimeZone;

-- What takes long can be cancelled; each of these takes seconds if it is not.
CREATE TABLE many AS SELECT presence('-infinity', t, t, t + interval '1 day', ST_SetSRID(ST_MakePoint(n % 360 - 180, n % 180 - 90), 4326), 1) AS run
FROM (SELECT n, '2020-01-01Z'::timestamptz + n * interval '1 min' AS t FROM generate_series(1, 150000) AS n) AS made;
\set ms 100
\set bound '10 s'
\set what 'an aggregate over very many'
\set question 'SELECT cardinality(presences(sighting(t, ''SRID=4326;POINT(1 1)''::geometry, (extract(epoch FROM t)::bigint % 3)::int))) FROM generate_series(''2000-01-01Z''::timestamptz, ''2023-01-01Z'', ''10 s'') AS t'
\ir ../cases/cancelled.sql
\set what 'an index that is built'
\set question 'CREATE INDEX ON many USING gist (run)'
\ir ../cases/cancelled.sql
\set what 'a join of answers'
\set question 'SELECT count(*) FROM many a JOIN many b ON a.run <~> watch(''2020-02-01Z'', ''2020-03-01Z'') AND b.run <~> watch(''2020-02-01Z'', ''2020-03-01Z'')'
\ir ../cases/cancelled.sql
SELECT * FROM finish();
