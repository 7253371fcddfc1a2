-- Makes distance.tsv with PostGIS 3.3: psql -XAt -F $'\t' -f distance.sql > distance.tsv
-- Hand-picked pairs first: short, poles, antimeridian, almost and exactly opposite.
SELECT setseed(0.5) \g /dev/null
WITH pair(lon1, lat1, lon2, lat2) AS (
	SELECT * FROM (VALUES
		(0::float8, 0::float8, 0::float8, 0::float8), (35.9487, 35.4008, 35.9487001, 35.4008), (35.9487, 35.4008, 37, 36),
		(180, 10, -180, 10), (179.99, -20, -179.99, -20), (0, 90, 77, 90), (0, 90, 0, -90), (10, 90, 20, 89.9999),
		(0, 0, 180, 0), (0, 0, 179.5, 0), (0, 0, 179.3, 0), (0, 0, 179.4, 0.1), (0, 1e-7, 179.7, 0), (0, 0, 179, 0),
		(0, 30, 180, -30), (0, 30, 179.9, -29.9), (0, 30, 178.5, -30), (-60, -89.9, 120, 89.9), (0, 45, 180, 45)) hand
	UNION ALL
	SELECT lon, lat, CASE WHEN n % 3 = 0 THEN lon - sign(lon) * 180 + random() ELSE random() * 360 - 180 END,
		CASE WHEN n % 3 = 0 THEN - lat * random() ELSE random() * 180 - 90 END
	FROM (SELECT n, random() * 358 - 179 AS lon, random() * 180 - 90 AS lat FROM generate_series(1, 80) n OFFSET 0) point
)
SELECT lon1, lat1, lon2, lat2,
	round(ST_Distance(ST_MakePoint(lon1, lat1)::geography, ST_MakePoint(lon2, lat2)::geography)::numeric, 6) FROM pair;
