-- Seeded places for the bench of section "change", and what makes numbers of a seed.
--
-- psql -v installations=2000
--
-- Installations lie in 200 clusters on seven continents. Everything is arithmetic on a hash
-- of the row's own numbers, so that no order of evaluation changes a row.
\set ON_ERROR_STOP on
CREATE SCHEMA bench;
SET search_path = bench, public;

-- A number in [0, 1) that depends on its three arguments alone.
CREATE FUNCTION noise(a bigint, b bigint, salt bigint) RETURNS float8
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (pg_catalog.hashint8extended(a * 1048576 + b, salt) & 2147483647)::float8 / 2147483648;

CREATE FUNCTION instant(day float8) RETURNS timestamptz
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN to_timestamp(1640995200 + floor(day * 86400));	-- 2022-01-01 00:00 UTC

CREATE TABLE continent AS
SELECT * FROM (VALUES
	(0, 'North America', -125, 25, -70, 55),
	(1, 'South America', -75, -35, -40, 5),
	(2, 'Europe', -10, 36, 40, 62),
	(3, 'Africa', -15, -30, 40, 30),
	(4, 'West Asia', 40, 12, 75, 45),
	(5, 'East Asia', 75, 5, 145, 50),
	(6, 'Oceania', 115, -45, 178, -10)) AS c(id, name, lon_min, lat_min, lon_max, lat_max);

CREATE TABLE installation AS
WITH cluster AS
(
	SELECT k AS id,
		lon_min + 2 + noise(k, 1, 1) * (lon_max - lon_min - 4) AS lon,
		lat_min + 2 + noise(k, 2, 1) * (lat_max - lat_min - 4) AS lat
	FROM generate_series(0, 199) AS k JOIN continent ON continent.id = k % 7
),
placed AS
(
	SELECT i AS id, cluster.id AS cluster,
		floor(10000 * (lon + 1.3 * (noise(i, 1, 2) + noise(i, 2, 2) + noise(i, 3, 2) - 1.5))) / 10000 AS lon,
		floor(10000 * (lat + 1.3 * (noise(i, 4, 2) + noise(i, 5, 2) + noise(i, 6, 2) - 1.5))) / 10000 AS lat
	FROM generate_series(1, :installations) AS i JOIN cluster ON cluster.id = i % 200
)
SELECT id, cluster, lon, lat, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geometry(Point, 4326) AS geom
FROM placed;
ALTER TABLE installation ADD PRIMARY KEY (id);
