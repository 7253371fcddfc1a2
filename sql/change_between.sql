-- the questions spelt out mean what the operators and PostGIS say
SELECT setseed(0.25);
CREATE TABLE p AS
SELECT i, presence(
	CASE WHEN i % 9 = 0 THEN '-infinity' ELSE t - (1 + r[1] * 100)::int * interval '1 hour' END, t,
	t + (r[2] * 300)::int * interval '1 hour',
	CASE WHEN i % 6 = 0 THEN 'infinity' ELSE t + (r[2] * 300)::int * interval '1 hour' + (1 + r[3] * 90)::int * interval '1 hour' END,
	ST_SetSRID(ST_MakePoint(CASE i % 50 WHEN 0 THEN 180 WHEN 1 THEN -180 ELSE round((r[4] * 360 - 180)::numeric, 3) END,
							CASE i % 50 WHEN 2 THEN 90 WHEN 3 THEN -90 ELSE round((r[5] * 180 - 90)::numeric, 3) END), 4326), 1 + i % 4) AS run
FROM (SELECT i, '2024-01-01Z'::timestamptz + (i * 7919 % 1500) * interval '1 hour' AS t,
		ARRAY[random(), random(), random(), random(), random()] AS r
	FROM generate_series(1, 1500) AS i) AS x;

CREATE TABLE question AS
SELECT row_number() OVER (ORDER BY d1, d2, mode, max_age, a) AS q, *
FROM (VALUES ('2024-01-20Z'::timestamptz, '2024-01-21Z'::timestamptz), ('2024-01-25Z', '2024-02-20Z'),
		('2023-12-01Z', '2024-06-01Z')) AS dates(d1, d2),
	unnest(ARRAY['last_known', 'certain', 'possible']) AS mode,
	(VALUES (NULL::interval), ('1 hour'), ('3 days'), ('1 month')) AS age(max_age),
	(VALUES (1, NULL::geometry), (2, ST_MakeEnvelope(-20, -30, 40.5, 35, 4326)), (3, ST_MakeEnvelope(-180, -90, 180, 90, 4326)),
		(4, ST_Buffer(ST_SetSRID(ST_MakePoint(10, 10), 4326), 45)), (5, ST_MakeEnvelope(100, -90, 180, 90, 4326)),
		(6, ST_GeomFromText('MULTIPOLYGON(((170 -60, 180 -60, 180 60, 170 60, 170 -60)), ((-180 -60, -150 -60, -150 60, -180 60, -180 -60)))', 4326)))
		AS areas(a, area);

SELECT count(*) AS cases,
	count(*) FILTER (WHERE arrived_between(run, d1, d2, area, mode, max_age) <> (run @+ w AND inside)) AS arrived,
	count(*) FILTER (WHERE departed_between(run, d1, d2, area, mode, max_age) <> (run @- w AND inside)) AS departed,
	count(*) FILTER (WHERE changed_between(run, d1, d2, area, mode, max_age) <> (run <~> w AND inside)) AS changed,
	count(*) FILTER (WHERE stayed_between(run, d1, d2, area, mode, max_age) <> (run @= w AND inside)) AS stayed,
	count(*) FILTER (WHERE passed_between(run, d1, d2, area, mode, max_age) <> (run @~ w AND inside)) AS passed,
	count(*) FILTER (WHERE mode = 'last_known' AND max_age IS NULL AND
		present_at(run, d1, area) <> (run @> d1 AND inside)) AS present,
	count(*) FILTER (WHERE inside) AS inside
FROM question, watch(d1, d2, NULL, mode, max_age) AS w, p, coalesce(ST_Intersects(area, location(run)), true) AS inside;

-- distances on the spheroid, at the poles and over the antimeridian
SELECT count(*) AS cases,
	count(*) FILTER (WHERE arrived_within(run, d1, d2, c, m) <> (run @+ watch(d1, d2) AND near)) AS arrived,
	count(*) FILTER (WHERE departed_within(run, d1, d2, c, m) <> (run @- watch(d1, d2) AND near)) AS departed,
	count(*) FILTER (WHERE changed_within(run, d1, d2, c, m) <> (run <~> watch(d1, d2) AND near)) AS changed,
	count(*) FILTER (WHERE stayed_within(run, d1, d2, c, m, 'possible') <> (run @= watch(d1, d2, NULL, 'possible') AND near)) AS stayed,
	count(*) FILTER (WHERE passed_within(run, d1, d2, c, m, max_age => '1 hour') <> (run @~ watch(d1, d2, max_age => '1 hour') AND near)) AS passed,
	count(*) FILTER (WHERE present_within(run, d1, c, m) <> (run @> d1 AND near)) AS present,
	count(*) FILTER (WHERE near) AS near,
	count(*) FILTER (WHERE near AND run @+ watch(d1, d2) AND NOT run @+ watch_within(d1, d2, c, m)) AS outside_the_box
FROM (VALUES (0::float8, 0::float8), (179.9, 10), (-179.9, -80), (20, 89), (35, 33), (180, -90)) AS centre(lon, lat),
	(VALUES (0::float8), (1000), (250000), (2500000), (15000000), (30000000)) AS radius(m),
	(VALUES ('2024-01-20Z'::timestamptz, '2024-01-22Z'::timestamptz), ('2024-01-25Z', '2024-02-20Z')) AS dates(d1, d2),
	ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS c, p,
	ST_DWithin(c::geography, location(run)::geography, m) AS near;

-- the box that an index is asked for: of an area cut at the antimeridian, of a distance
SELECT watch_over('2024-01-01Z', '2024-02-01Z', area, NULL, NULL)
FROM unnest(ARRAY['POLYGON((0 0, 1.00000001 0, 1.00000001 1, 0 1, 0 0))', 'LINESTRING(0 0, 1.00000001 1)',
	'MULTIPOLYGON(((170 -60, 180 -60, 180 60, 170 60, 170 -60)), ((-180 -60, -150 -60, -150 60, -180 60, -180 -60)))',
	'MULTIPOLYGON(((-180 50, -170 50, -170 60, -180 50)), EMPTY, ((10 0, 20 0, 20 5, 10 0)), ((15 0, 30 0, 30 5, 15 0)), ((160 50, 180 50, 180 60, 160 50)))',
	'MULTIPOLYGON(((-180 50, 10 50, 10 60, -180 50)), ((5 0, 180 0, 180 5, 5 0)))', 'POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))',
	'MULTIPOLYGON Z(((170 -60 1, 180 -60 1, 180 60 1, 170 -60 1)), ((-180 -60 1, -150 -60 1, -150 60 1, -180 -60 1)))']) AS wkt, ST_SetSRID(wkt::geometry, 4326) AS area;
SELECT watch_within('2024-01-01Z', '2024-02-01Z', ST_SetSRID(ST_MakePoint(179.9, 70), 4326), 50000),
	watch_at('2024-01-01Z', NULL, 'certain', NULL), watch_at_within('294276-12-31 23:59:59.999999Z', 'SRID=4326;POINT(0 90)', 1000, NULL, '1 day');

-- NULLs: of the presence, a date, the centre or the metres; others mean no limit
SELECT arrived_between(NULL, d, d + interval '1 day') AS presence, arrived_between(run, NULL, d) AS from_date, arrived_between(run, d, NULL) AS to_date,
	present_at(run, NULL) AS at, arrived_within(run, d, d + interval '1 day', NULL, 5) AS centre,
	arrived_within(run, d, d + interval '1 day', ST_SetSRID(ST_MakePoint(0, 0), 4326), NULL) AS metres,
	arrived_between(run, d, d + interval '1 day', NULL, NULL, NULL) IS NOT NULL AS others
FROM p, (SELECT '2024-01-20Z'::timestamptz AS d) AS x WHERE i = 1;
SELECT present_at(run, 'infinity'), present_at(run, '-infinity'), present_within(run, 'infinity', ST_SetSRID(ST_MakePoint(0, 0), 4326), 1e9)
FROM p WHERE i = 6;

-- errors; also for constants, which the planner must not complain about
PREPARE wrong AS SELECT count(*) FROM p WHERE arrived_between(run, '2024-02-01Z', '2024-01-01Z');
\set SHOW_CONTEXT never
EXPLAIN (COSTS OFF) EXECUTE wrong;
DO $$
DECLARE
	call text;
BEGIN
	FOREACH call IN ARRAY ARRAY[
		'arrived_between(run, ''2024-02-01Z'', ''2024-01-01Z'')',
		'arrived_between(run, ''2024-02-01Z'', ''2024-02-01Z'')',
		'arrived_between(run, ''-infinity'', ''2024-01-01Z'')',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', mode => ''probable'')',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', max_age => ''-1 day'')',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', max_age => ''300000 years'')',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', ST_SetSRID(ST_MakePoint(1, 1), 3857))',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', ''SRID=4326;POLYGON EMPTY'')',
		'changed_between(run, ''2024-01-01Z'', ''2024-02-01Z'', ST_MakeEnvelope(0, 0, 190, 10, 4326))',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ST_SetSRID(ST_MakePoint(1, 1), 0), 5)',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ST_MakeEnvelope(0, 0, 1, 1, 4326), 5)',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ''SRID=4326;POINT EMPTY'', 5)',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ''SRID=4326;POINT(200 0)'', 5)',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ''SRID=4326;POINT(0 0)'', -5)',
		'changed_within(run, ''2024-01-01Z'', ''2024-02-01Z'', ''SRID=4326;POINT(0 0)'', ''nan'')',
		'present_at(run, ''2024-01-01Z'', mode => '''')'] LOOP
		EXECUTE 'EXPLAIN SELECT FROM p WHERE ' || call;
		BEGIN
			EXECUTE 'SELECT FROM p WHERE ' || call;
			RAISE NOTICE 'accepted: %', call;
		EXCEPTION WHEN OTHERS THEN
			RAISE NOTICE '% %', SQLSTATE, SQLERRM;
		END;
	END LOOP;
END $$;

DROP TABLE p, question;
