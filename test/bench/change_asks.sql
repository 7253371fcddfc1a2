-- The questions of the grid, seeded, and the text of each in every method's SQL (change_methods.sql).
-- psql -v cells=% -v questions=10 (of each cell; of the world half)
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;

DROP TABLE IF EXISTS ask CASCADE;

-- Sites lie on a grid of 1e-4 degree; a box's sides lie half-way between, so that the
-- single-precision boxes of PostGIS's indexes hold the same sites as exact ones.
CREATE OR REPLACE FUNCTION side(degree float8) RETURNS float8 LANGUAGE sql IMMUTABLE
	RETURN floor(degree * 10000) / 10000 + 0.00005;

CREATE TABLE ask AS
WITH place AS
(
	-- the 20 nearest sites: as many rows at every size of the data
	SELECT 'twenty' AS area, k AS n, lon - r AS west, lat - r AS south, lon + r AS east, lat + r AS north
	FROM generate_series(1, :questions) AS k
	JOIN installation ON id = 1 + floor(noise(k, 0, 20) * (SELECT count(*) FROM installation)),
	LATERAL (SELECT greatest(abs(o.lon - installation.lon), abs(o.lat - installation.lat)) + 0.0001 AS r
		FROM installation AS o ORDER BY 1 LIMIT 1 OFFSET 19) AS near
	WHERE r < 10
	UNION ALL
	SELECT area, k, lon - r, lat - r, lon + r, lat + r
	FROM (VALUES ('site', 0.025, 21), ('country', 2.5, 22)) AS a(area, r, salt), generate_series(1, :questions) AS k
	JOIN installation ON true
	WHERE id = 1 + floor(noise(k, 0, salt) * (SELECT count(*) FROM installation))
	UNION ALL
	SELECT 'continent', k, lon_min + dx, lat_min + dy, lon_max + dx, lat_max + dy
	FROM generate_series(1, :questions) AS k JOIN continent ON id = k % 7,
	LATERAL (SELECT 4 * noise(k, 1, 23) - 2 AS dx, 4 * noise(k, 2, 23) - 2 AS dy) AS shift
	UNION ALL
	SELECT 'world', k, NULL, NULL, NULL, NULL FROM generate_series(1, (:questions + 1) / 2) AS k
),
cell AS
(
	SELECT question, area, days FROM (VALUES ('changed'), ('net')) AS q(question),
		(VALUES ('site'), ('country'), ('continent'), ('world')) AS a(area), (VALUES (1), (7), (90), (365)) AS d(days)
	UNION ALL
	SELECT 'inventory', area, 0 FROM (VALUES ('site'), ('country'), ('continent'), ('world')) AS a(area)
	UNION ALL
	SELECT 'by class', area, 90 FROM (VALUES ('country'), ('continent'), ('world')) AS a(area)
	UNION ALL
	VALUES ('changed', 'twenty', 1), ('changed', 'twenty', 7), ('changed', 'twenty', 90), ('changed', 'twenty', 365), ('inventory', 'twenty', 0)
)
SELECT row_number() OVER (ORDER BY question, array_position('{site,twenty,country,continent,world}', area), days, n) AS id,
	question, area, days, n, instant(first_day) AS d1, instant(first_day + days) AS d2,
	side(west) AS west, side(south) AS south, side(east) AS east, side(north) AS north
FROM cell JOIN place USING (area), LATERAL (SELECT 300 + 400 * noise(n, days, 24) AS first_day) AS d
WHERE question || ' ' || area || ' ' || days LIKE :'cells';

CREATE OR REPLACE FUNCTION wording(asked ask, which text) RETURNS text LANGUAGE sql STABLE SET search_path = bench, public
BEGIN ATOMIC
	SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(sql,
		'{t1}', asked.d1::text), '{t2}', asked.d2::text),
		'{box}', format('ST_MakeEnvelope(%s, %s, %s, %s, 4326)', asked.west, asked.south, asked.east, asked.north)),
		'{west}', coalesce(asked.west::text, '')), '{south}', coalesce(asked.south::text, '')),
		'{east}', coalesce(asked.east::text, '')), '{north}', coalesce(asked.north::text, '')),
		'{d1}', quote_literal(asked.d1) || '::timestamptz'), '{d2}', quote_literal(asked.d2) || '::timestamptz')
	FROM query WHERE method = which AND question = asked.question AND world = (asked.area = 'world');
END;
