-- Stays without structure for the bench of section "change": as many of each installation,
-- spread evenly over three years, each as long as the next within limits.
--
-- Needs change_places.sql. psql -v each=5 -v classes=5 -v shortest=200 -v longest=1000 (days)
--
-- A stay is seen within three days of its beginning, and missed within three of its end;
-- what reaches beyond the three years is open.
\set ON_ERROR_STOP on
SET search_path = bench, public;

CREATE UNLOGGED TABLE stay AS
SELECT row_number() OVER () AS id, *
FROM
(
	SELECT installation, class, n, instant(since - 0.1 - 3 * noise(number, 1, 10)) AS not_seen_at, instant(since) AS first_seen,
		instant(least(until - 0.1 - 3 * noise(number, 2, 10), 1095)) AS last_seen,
		CASE WHEN until < 1095 THEN instant(until) ELSE 'infinity' END AS gone_by
	FROM
	(
		SELECT installation.id AS installation, k % :classes AS class, 1 + floor(4 * noise(number, 3, 10))::int AS n, number,
			1095 * noise(number, 4, 10) AS since,
			1095 * noise(number, 4, 10) + :shortest + (:longest - :shortest) * noise(number, 5, 10) AS until
		FROM installation, generate_series(0, :each - 1) AS k, LATERAL (SELECT (installation.id - 1)::bigint * :each + k AS number) AS numbered
	) AS drawn
	ORDER BY first_seen, installation, class, number
) AS ordered;
ALTER TABLE stay ADD PRIMARY KEY (id);
VACUUM ANALYZE;

SELECT count(*) AS presences, count(*) FILTER (WHERE gone_by = 'infinity') AS open,
	avg(gone_by - first_seen) FILTER (WHERE gone_by < 'infinity') AS mean_stay
FROM stay;
