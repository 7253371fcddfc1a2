-- What a call takes: the time that count(call) needs of a table, without that of count(column), by the
-- quickest of many short runs, which no other process interrupts. The unit is a cheap operator: the middle of five. Run by test/bench/costs.
\ir clock.sql
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET TimeZone = 'UTC';

-- Stays of some days within a degree of a point, their places in a box of one degree, and so near its edge or not.
CREATE TEMP TABLE sample AS
SELECT i, j, t, u, t + interval '1 day' AS t1, u + interval '1 day' AS u1, place,
	presence(t, t + interval '1 day', u, u + interval '1 day', place, i % 9 + 1) AS p,
	sighting(t, place, i % 9 + 1) AS s, int4range(i % 9 + 1, i % 9 + 3) AS counts,
	presence(t, t + interval '1 day', u, u + interval '1 day', place, i % 9 + 1)::text AS written,
	doubt_codes(i % 64) AS codes
FROM (SELECT i, (i * 7919) % 100000 AS j, timestamptz '2024-01-01' + i % 3000 * interval '1 hour' AS t,
		timestamptz '2024-01-01' + i % 3000 * interval '1 hour' + (2 + i % 50) * interval '1 day' AS u,
		ST_SetSRID(ST_MakePoint(35 + (i * 31 % 1000) / 1000.0, 35 + (i * 17 % 1000) / 1000.0), 4326) AS place
	FROM generate_series(1, :rows) AS i) AS r;
VACUUM ANALYZE sample;
-- all that is asked of: two dates and modes, a box, a polygon with few corners and one with many
CREATE TEMP TABLE asked AS
SELECT watch('2024-01-20', '2024-04-01') AS w, watch('2024-01-20', '2024-04-01', ST_MakeEnvelope(35.1, 35.1, 35.9, 35.9, 4326), 'possible') AS boxed,
	ST_GeomFromText('POLYGON((35.1 35.1, 35.9 35.2, 35.7 35.9, 35.2 35.8, 35.1 35.1))', 4326) AS few,
	ST_Buffer(ST_SetSRID(ST_MakePoint(35.5, 35.5), 4326), 0.4, 32) AS many, ST_SetSRID(ST_MakePoint(35.5, 35.5), 4326) AS point;
SELECT quote_literal(w::text) AS w, quote_literal(boxed::text) AS boxed, quote_literal(few::text) AS few, quote_literal(many::text) AS many, quote_literal(point::text) AS point FROM asked \gset

CREATE TEMP TABLE call (no int GENERATED ALWAYS AS IDENTITY, call text, function text);
INSERT INTO call (call, function) VALUES
	('i < j', NULL), ('i + j', NULL), ('i = j', NULL), ('i <> j', NULL), ('t < u', NULL);
INSERT INTO call (call, function) SELECT replace(replace(replace(replace(replace(c.call,
		':watch', format('%L::watch', :w)), ':boxed', format('%L::watch', :boxed)), ':few', format('%L::geometry', :few)),
		':many', format('%L::geometry', :many)), ':point', format('%L::geometry', :point)), c.function
FROM (VALUES
	('first_seen(p)', 'first_seen(presence)'), ('count_max(p)', 'count_max(presence)'), ('lon(p)', 'lon(presence)'), ('count_range(p)', 'count_range(presence)'),
	('p < p', 'presence_lt(presence,presence)'), ('presence_hash(p)', 'presence_hash(presence)'),
	('p::text', 'presence_out(presence)'), ('presence_send(p)', 'presence_send(presence)'), ('written::presence', 'presence_in(cstring)'),
	('p <~> :watch', 'changed(presence,watch)'), ('p <~> :boxed', 'changed(presence,watch)'), ('p @+ :watch', 'arrived(presence,watch)'), ('p && :watch', 'present_during(presence,watch)'),
	('p @> t', 'presence_contains(presence,timestamptz)'), ('verdict(p, :watch)', 'verdict(presence,watch)'), ('verdicts(p, :watch)', 'verdicts(presence,watch)'),
	('s && :watch', 'observed_during(sighting,watch)'), ('s::text', 'sighting_out(sighting)'),
	('p <-> :point', 'distance(presence,geometry)'), ('p <-> place', 'distance(presence,geometry)'), ('s <-> :point', 'distance(sighting,geometry)'),
	('changed_between(p, ''2024-01-20'', ''2024-04-01'')', 'changed_between(presence,timestamptz,timestamptz,geometry,text,interval)'),
	('changed_between(p, ''2024-01-20'', ''2024-04-01'', :few)', 'changed_between(presence,timestamptz,timestamptz,geometry,text,interval)'),
	('present_at(p, ''2024-02-10'')', 'present_at(presence,timestamptz,geometry,text,interval)'),
	('present_at(p, ''2024-02-10'', :few)', 'present_at(presence,timestamptz,geometry,text,interval)'),
	('present_at(p, ''2024-02-10'', :many)', 'present_at(presence,timestamptz,geometry,text,interval)'),
	('present_within(p, ''2024-02-10'', :point, 40000)', 'present_within(presence,timestamptz,geometry,float8,text,interval)'),
	('present_at(p, t1, :many)', 'present_at(presence,timestamptz,geometry,text,interval)'),
	('present_within(p, t1, :point, 40000)', 'present_within(presence,timestamptz,geometry,float8,text,interval)'),
	('sighting(t, place, 3)', 'sighting(timestamptz,geometry,integer)'), ('sighting(t, place, counts)', 'sighting(timestamptz,geometry,int4range)'),
	('presence(t, t1, u, u1, place, 3)', 'presence(timestamptz,timestamptz,timestamptz,timestamptz,geometry,integer)'),
	('presence(t, t1, u, u1, place, counts)', 'presence(timestamptz,timestamptz,timestamptz,timestamptz,geometry,int4range)'),
	('sighting_from_degrees(t, 35, 36, 1, 2)', 'sighting_from_degrees(timestamptz,float8,float8,integer,integer)'),
	('watch_over(t, u, NULL, ''last_known'', NULL)', 'watch_over(timestamptz,timestamptz,geometry,text,interval)'),
	('watch_over(t, u, place, ''last_known'', NULL)', 'watch_over(timestamptz,timestamptz,geometry,text,interval)'),
	('watch_within(t, u, place, 1000, ''last_known'', NULL)', 'watch_within(timestamptz,timestamptz,geometry,float8,text,interval)'),
	('doubt_codes(i % 64)', 'doubt_codes(integer)'), ('doubt_text(codes)', 'doubt_text(text[])')
) AS c (call, function);

CREATE TEMP TABLE took AS SELECT no, call, function, float8 'infinity' AS least FROM call;
INSERT INTO took VALUES (0, 'i', NULL, 'infinity');
-- in turns, so that each has its share of the quiet moments
DO $$
DECLARE
	one record;
	calls text;
	begun float8;
	taken float8;
BEGIN
	FOR round IN 1 .. 30 LOOP
		FOR one IN SELECT t.no, t.call FROM took AS t ORDER BY (t.no * 7 + round) % 45 LOOP
			calls := format('SELECT count(%s) FROM sample', one.call);
			EXECUTE calls;
			begun := clock_ms();
			EXECUTE calls;
			taken := clock_ms() - begun;
			UPDATE took AS t SET least = taken WHERE t.no = one.no AND taken < t.least;
		END LOOP;
	END LOOP;
END
$$;
CREATE TEMP VIEW cost AS
SELECT no, call, function, (least - (SELECT least FROM took WHERE no = 0)) * 1000 / :rows AS microseconds FROM took WHERE no > 0;
\echo '| call | microseconds | of a cheap operator | COST |'
\echo '|---|---|---|---|'
SELECT format('| `%s` | %s | %s | %s |', regexp_replace(call, '''0[^'']{60,}''', '''...'''), round(microseconds::numeric, 3),
	round((microseconds / (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) FROM cost WHERE function IS NULL))::numeric, 1),
	coalesce((SELECT procost::text FROM pg_proc WHERE oid = to_regprocedure(function)), CASE WHEN function IS NULL THEN '1' ELSE 'no such function' END))
FROM cost ORDER BY no;
