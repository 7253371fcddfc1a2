-- Looks, and the stays that they show, of realistic shape for the bench of section "change".
--
-- Needs change_places.sql: 2,000 installations have about 1.2 million presences.
--
-- An installation holds 30 of 60 classes. For three years it is looked at about every 3 days
-- (1.5 to 4.5), and 3 of 100 gaps are 5 to 13 days. A class's true count is drawn anew every
-- 20 to 30 days (0 in 46 of 100 draws, else 1 to 4); it is known only as the looks show it.
\set ON_ERROR_STOP on
SET search_path = bench, public;

-- The days of an installation's looks, in order.
CREATE TABLE looks AS
SELECT id AS installation, array_agg(day ORDER BY day) AS days
FROM
(
	SELECT id, floor(86400 * sum(CASE WHEN noise(id, k, 3) < 0.03 THEN 5 + 8 * noise(id, k, 4)
		ELSE 1.5 + 3 * noise(id, k, 4) END) OVER (PARTITION BY id ORDER BY k)) / 86400 AS day
	FROM installation, generate_series(1, 480) AS k
) AS walk
WHERE day < 1095
GROUP BY id;

CREATE TABLE holding AS
SELECT id AS installation, class
FROM installation, generate_series(0, 59) AS class
WHERE (class * 7 + id * 13) % 60 < 30;

-- The true counts of a class: from `since` (a day) on there are n.
CREATE FUNCTION stretches(installation int, class int, OUT k int, OUT since float8, OUT n int) RETURNS SETOF record
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT k,
			CASE WHEN k = 0 THEN -1 ELSE 25 * (k - noise(installation * 64 + class, 0, 5))
				+ 2.5 * (2 * noise(installation * 64 + class, k, 5) - 1) END,
			CASE WHEN noise(installation * 64 + class, k, 6) < 0.46 THEN 0
				ELSE 1 + floor(4 * noise(installation * 64 + class, k, 7))::int END
		FROM generate_series(0, 45) AS k;
	END;

-- What the looks make of them: runs of the same count above zero, numbered by their looks.
CREATE UNLOGGED TABLE run AS
SELECT holding.installation, class, run.n,
	coalesce(instant(days[first_look - 1]), '-infinity') AS not_seen_at,
	instant(days[first_look]) AS first_seen,
	instant(days[next_look - 1]) AS last_seen,
	coalesce(instant(days[next_look]), 'infinity') AS gone_by
FROM holding JOIN looks USING (installation),
LATERAL
(
	SELECT n, first_look, coalesce(lead(first_look) OVER (ORDER BY first_look), cardinality(days) + 1) AS next_look
	FROM
	(
		SELECT n, first_look, lag(n) OVER (ORDER BY first_look) AS n_before
		FROM
		(
			SELECT n, width_bucket(since, days) + 1 AS first_look,
				lead(width_bucket(since, days) + 1) OVER (ORDER BY k) AS next_look
			FROM stretches(installation, class)
		) AS seen
		WHERE first_look <= cardinality(days) AND first_look IS DISTINCT FROM next_look
	) AS turn
	WHERE n IS DISTINCT FROM n_before
) AS run
WHERE run.n > 0;

-- In the order in which they became known.
CREATE UNLOGGED TABLE stay AS
SELECT row_number() OVER () AS id, *
FROM (SELECT * FROM run ORDER BY first_seen, installation, class) AS ordered;
DROP TABLE run;
ALTER TABLE stay ADD PRIMARY KEY (id);
VACUUM ANALYZE;

SELECT count(*) AS presences, count(*) FILTER (WHERE gone_by = 'infinity') AS open,
	avg(gone_by - first_seen) FILTER (WHERE gone_by < 'infinity') AS mean_stay,
	(SELECT sum(cardinality(days)) FROM looks) AS looks
FROM stay;
