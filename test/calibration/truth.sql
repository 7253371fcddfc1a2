-- What is simulated, and how an answer is held against it. :stays is what simulate.pl left.
CREATE EXTENSION pg_sightings CASCADE;
CREATE SCHEMA calibration;
SET search_path = calibration, public;

CREATE TABLE run (run_id int PRIMARY KEY, run text, words text);
CREATE TABLE pair (pair_id int PRIMARY KEY, from_date date, to_date date);
-- label: a status, a designation, '' for all
CREATE TABLE stay (installation text, asset_class text, label text, since timestamptz, until timestamptz);
\i :stays

-- how many had come, and gone, from an instant on
CREATE TABLE truth AS
SELECT installation, asset_class, label, at, (sum(sum(came)) OVER so_far)::int AS came, (sum(sum(gone)) OVER so_far)::int AS gone
FROM stay
CROSS JOIN LATERAL (VALUES (since, 1, 0), (until, 0, 1)) AS happened (at, came, gone)
GROUP BY installation, asset_class, label, at
WINDOW so_far AS (PARTITION BY installation, asset_class, label ORDER BY at);
ALTER TABLE truth ADD PRIMARY KEY (installation, asset_class, label, at);
CREATE INDEX ON stay (installation, asset_class, label, until);

CREATE FUNCTION true_at(installation text, asset_class text, label text, at timestamptz)
RETURNS TABLE (n int, came int, gone int) LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT t.came - t.gone, t.came, t.gone
	FROM truth AS t
	WHERE t.installation = true_at.installation AND t.asset_class = true_at.asset_class
		AND t.label = true_at.label AND t.at <= true_at.at
	ORDER BY t.at DESC
	LIMIT 1;
END;

-- all counts that were, from one instant to another
CREATE FUNCTION true_between(installation text, asset_class text, label text, from_time timestamptz, to_time timestamptz)
RETURNS int[] LANGUAGE sql STABLE
RETURN (SELECT n FROM true_at(installation, asset_class, label, from_time)) || ARRAY(
	SELECT t.came - t.gone
	FROM truth AS t
	WHERE t.installation = true_between.installation AND t.asset_class = true_between.asset_class
		AND t.label = true_between.label AND t.at > from_time AND t.at <= to_time);

-- was one there all the time?
CREATE FUNCTION stayed(installation text, asset_class text, label text, from_time timestamptz, to_time timestamptz)
RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM stay AS s
	WHERE s.installation = stayed.installation AND s.asset_class = stayed.asset_class AND s.label = stayed.label
		AND s.since <= from_time AND s.until > to_time);

-- dates mean the day's end
CREATE FUNCTION day_end(day date) RETURNS timestamptz LANGUAGE sql STABLE
RETURN (day + 1)::timestamptz - interval '1 microsecond';

-- no max: or more
CREATE FUNCTION holds(min int, max int, n int) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN min <= n AND n <= coalesce(max, n);

-- is a verdict true of two true counts? null: it says nothing of them
CREATE FUNCTION holds(verdict text, before int, after int) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN CASE verdict
	WHEN 'arrived' THEN before = 0 AND after > 0
	WHEN 'departed' THEN before > 0 AND after = 0
	WHEN 'increased' THEN before < after
	WHEN 'decreased' THEN before > after
END;

CREATE FUNCTION label(status text, designation text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN coalesce(designation, status, '');

-- what the runs' reports said, each thing once, and how much of it was wrong
CREATE TABLE result (run_id int, what text, by text, said bigint, wrong bigint, PRIMARY KEY (run_id, what, by));
