-- The laws of the model on seeded random data. What is expected is found by plain SQL from
-- the raw sightings alone; of the extension it uses nothing.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;

-- the same "random" numbers everywhere and always: 0 .. below - 1
CREATE FUNCTION chance(below int, VARIADIC seed int[]) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || left(md5(seed::text), 7))::bit(28)::int % below) $$;
CREATE FUNCTION lon_in(lon float8, west float8, east float8) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN west <= east THEN lon BETWEEN west AND east ELSE lon >= west OR lon <= east END $$;
CREATE FUNCTION day(n float8) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT timestamptz '2024-01-01 00:00:00+00' + n * interval '1 day' $$;

-- Short, contradictory, vague evidence: ranges, some unbounded, several of one instant.
-- Every fourth site is counted exactly.
CREATE TABLE look AS
SELECT site, day(chance(10, 1, site, i)) AS at, chance(4, 2, site, i) AS lon, chance(4, 3, site, i) AS lat, lo,
    CASE WHEN site % 4 = 0 THEN lo WHEN chance(4, 4, site, i) = 0 THEN 2147483647 ELSE lo + chance(4, 5, site, i) END AS hi
FROM generate_series(1, 400) AS site, generate_series(1, 1 + chance(14, 6, site)) AS i,
    LATERAL (SELECT chance(5, 7, site, i) AS lo) AS counted;
CREATE TABLE run AS
SELECT site, unnest(presences(sighting(at, lon, lat, lo, nullif(hi, 2147483647)) ORDER BY md5(at::text || lon || lat))) AS p
FROM look GROUP BY site;

-- presences(): every way to split the evidence of a site into runs that agree is followed, from
-- both ends; core is what lies in the same run in each of those with the fewest runs.
CREATE TABLE evidence AS
WITH instant AS (
    SELECT site, at, max(lo) <= min(hi) AS agree, max(lo) AS max_lo, min(lo) AS min_lo, max(hi) AS max_hi, min(hi) AS min_hi,
        (array_agg(lon ORDER BY lo DESC, hi, lon, lat))[1] AS lon, (array_agg(lat ORDER BY lo DESC, hi, lon, lat))[1] AS lat
    FROM look WHERE lo > 0 OR hi < 2147483647 GROUP BY site, at
)
SELECT site, row_number() OVER (PARTITION BY site ORDER BY at)::int AS n, at, lon, lat, max_lo >= 1 AS seen,
    CASE WHEN agree THEN max_lo ELSE min_lo END AS lo, CASE WHEN agree THEN min_hi ELSE max_hi END AS hi
FROM instant
WHERE NOT (CASE WHEN agree THEN max_lo = 0 AND min_hi = 2147483647 ELSE min_lo = 0 AND max_hi = 2147483647 END);
CREATE TABLE agreeing AS
SELECT a.site, a.n AS first, b.n AS last
FROM evidence a JOIN evidence b ON b.site = a.site AND b.n >= a.n JOIN evidence m ON m.site = a.site AND m.n BETWEEN a.n AND b.n
GROUP BY a.site, a.n, b.n HAVING max(m.lo) <= min(m.hi);
CREATE INDEX ON agreeing (site, first);
CREATE INDEX ON agreeing (site, last);
ANALYZE evidence, agreeing;
CREATE TABLE oracle AS
WITH RECURSIVE up_to(site, n, runs) AS (
    SELECT DISTINCT site, 0, 0 FROM evidence
    UNION SELECT u.site, g.last, u.runs + 1 FROM up_to u JOIN agreeing g ON g.site = u.site AND g.first = u.n + 1
), down_to(site, n, runs) AS (
    SELECT site, max(n) + 1, 0 FROM evidence GROUP BY site
    UNION SELECT d.site, g.first, d.runs + 1 FROM down_to d JOIN agreeing g ON g.site = d.site AND g.last = d.n - 1
), before AS MATERIALIZED (
    SELECT site, n, min(runs) AS runs FROM up_to GROUP BY site, n
), after AS MATERIALIZED (
    SELECT site, n, min(runs) AS runs FROM down_to GROUP BY site, n
), core AS (
    SELECT e.*, min(b.runs) AS k
    FROM evidence e JOIN agreeing g ON g.site = e.site AND e.n BETWEEN g.first AND g.last
    JOIN before b ON b.site = g.site AND b.n = g.first - 1
    JOIN after a ON a.site = g.site AND a.n = g.last + 1
    JOIN after fewest ON fewest.site = g.site AND fewest.n = 1
    WHERE b.runs + 1 + a.runs = fewest.runs
    GROUP BY e.site, e.n, e.at, e.lon, e.lat, e.seen, e.lo, e.hi HAVING min(b.runs) = max(b.runs)
), cores AS (
    SELECT site, k, min(at) AS first_seen, max(at) AS last_seen, max(lo) AS lo, min(hi) AS hi,
        (array_agg(lon ORDER BY seen DESC, at DESC))[1] AS lon, (array_agg(lat ORDER BY seen DESC, at DESC))[1] AS lat
    FROM core GROUP BY site, k
), runs AS (
    SELECT *, lag(last_seen, 1, '-infinity') OVER site AS not_seen_at, lead(first_seen, 1, 'infinity') OVER site AS gone_by
    FROM cores WINDOW site AS (PARTITION BY site ORDER BY k)
)
SELECT site, not_seen_at, first_seen, last_seen, gone_by, lon::float8 AS lon, lat::float8 AS lat, lo, nullif(hi, 2147483647) AS hi
FROM runs WHERE hi > 0;

CREATE VIEW derived AS
SELECT site, not_seen_at(p), first_seen(p), last_seen(p), gone_by(p), lon(p), lat(p), count_min(p) AS lo, count_max(p) AS hi FROM run;
SELECT 'only plain SQL' AS who, * FROM (TABLE oracle EXCEPT ALL TABLE derived) AS o
UNION ALL SELECT 'only presences()', * FROM (TABLE derived EXCEPT ALL TABLE oracle) AS d ORDER BY site, first_seen;
SELECT count(*) AS sightings, count(DISTINCT site) AS sites, (SELECT count(*) FROM run) AS presences FROM look;

-- The laws of the modes: every presence with every watch. The dates meet the times of the
-- evidence and lie between them; no box, a plain one and one over the antimeridian.
CREATE TABLE question AS
SELECT q, watch(d1, d2, w, -90, e, 90, 'last_known') AS known, watch(d1, d2, w, -90, e, 90, 'certain') AS certain,
    watch(d1, d2, w, -90, e, 90, 'possible') AS possible
FROM generate_series(1, 60) AS q,
    LATERAL (SELECT chance(20, 8, q) AS first, (ARRAY[-180, 0, 2])[1 + q % 3] AS w, (ARRAY[180, 2, 1])[1 + q % 3] AS e) AS chosen,
    LATERAL (SELECT day(first / 2.0 - 0.5) AS d1, day((first + 1 + chance(20 - first, 9, q)) / 2.0 - 0.5) AS d2) AS dates;
CREATE TABLE answer AS
SELECT site, p, q, verdicts(p, known) AS known, verdicts(p, certain) AS certain, verdicts(p, possible) AS possible,
    ARRAY[p @+ known, p @- known, p @= known, p @~ known] AS is_known,
    ARRAY[p @+ certain, p @- certain, p @= certain, p @~ certain] AS is_certain,
    ARRAY[p @+ possible, p @- possible, p @= possible, p @~ possible] AS is_possible,
    p <~> known AS changed, p <~> certain AS certainly_changed, p <~> possible AS possibly_changed
FROM run, question WHERE lon_in(lon(p), lon_min(known), lon_max(known));
SELECT count(*) > 20000 AS many, count(*) FILTER (WHERE cardinality(certain) = 1) > 5000 AS certain_ones,
    count(*) FILTER (WHERE cardinality(possible) > 1) > 5000 AS undecided_ones FROM answer;
SELECT law, count(*) AS broken, min(site) AS site, min(q) AS question
FROM answer, LATERAL (VALUES
    ('certain implies last_known', certain <@ known), ('last_known implies possible', known <@ possible),
    ('one of six in last_known', cardinality(known) = 1), ('at most one in certain', cardinality(certain) <= 1),
    ('at least one in possible', cardinality(possible) >= 1),
    ('the operators say so too', is_known = ARRAY['arrived' = ANY (known), 'departed' = ANY (known), 'stayed' = ANY (known), 'passed' = ANY (known)]
        AND is_certain = ARRAY['arrived' = ANY (certain), 'departed' = ANY (certain), 'stayed' = ANY (certain), 'passed' = ANY (certain)]
        AND is_possible = ARRAY['arrived' = ANY (possible), 'departed' = ANY (possible), 'stayed' = ANY (possible), 'passed' = ANY (possible)]),
    ('changed is arrived or departed', changed = (is_known[1] OR is_known[2]) AND certainly_changed = (is_certain[1] OR is_certain[2])
        AND possibly_changed = (is_possible[1] OR is_possible[2]))) AS l(law, holds)
WHERE holds IS NOT TRUE GROUP BY law ORDER BY law;
-- outside the box nothing holds
SELECT count(*) > 2000 AS some, count(*) FILTER (WHERE cardinality(verdicts(p, possible)) > 0) AS verdicts_outside
FROM run, question WHERE NOT lon_in(lon(p), lon_min(known), lon_max(known));

-- Exact counts: what changed adds up to the difference of two as-of look-ups in the raw
-- sightings, whatever the dates; places stay where they are, one look at an instant.
CREATE TABLE exact AS
SELECT DISTINCT ON (site, at) site, day(chance(60, 11, site, i) / 2.0) AS at, chance(3, 12, site, i) AS n
FROM generate_series(1, 150) AS site, generate_series(1, 1 + chance(40, 10, site)) AS i ORDER BY site, at, i;
CREATE INDEX ON exact (site, at);
CREATE TABLE stay AS
SELECT site, unnest(presences(sighting(at, site % 40 - 20, site % 7, n, n))) AS p FROM exact GROUP BY site;
CREATE TABLE dates AS
SELECT q, day(first / 4.0) AS d1, day((first + 1 + chance(130, 13, q)) / 4.0) AS d2, (ARRAY[-180, -10, 15])[1 + q % 3] AS w, (ARRAY[180, 5, -15])[1 + q % 3] AS e
FROM generate_series(1, 200) AS q, LATERAL (SELECT chance(130, 14, q) - 4 AS first) AS chosen;
-- look-ups: the last look by an instant, and the next one after it
CREATE FUNCTION last_look(which int, by_then timestamptz) RETURNS exact LANGUAGE sql STABLE AS
$$ SELECT x FROM exact x WHERE site = which AND at <= by_then ORDER BY at DESC LIMIT 1 $$;
CREATE FUNCTION next_look(which int, after timestamptz) RETURNS exact LANGUAGE sql STABLE AS
$$ SELECT x FROM exact x WHERE site = which AND at > after ORDER BY at LIMIT 1 $$;
CREATE TABLE counted AS
SELECT q, site, lon, n1, n2, CASE WHEN n1 > 0 AND (seen1 = d1 OR after1 = n1) THEN n1 ELSE 0 END AS certain1,
    CASE WHEN n1 > 0 AND (after1 = n1 OR d1 < seen1 + interval '36 hours') THEN n1 ELSE 0 END AS fresh1,
    CASE WHEN n2 > 0 AND (after2 = n2 OR d2 < seen2 + interval '36 hours') THEN n2 ELSE 0 END AS fresh2
FROM dates, (SELECT DISTINCT site, site % 40 - 20 AS lon FROM exact) AS sites,
    LATERAL (SELECT coalesce((last_look(site, d1)).n, 0) AS n1, coalesce((last_look(site, d2)).n, 0) AS n2,
        (last_look(site, d1)).at AS seen1, (last_look(site, d2)).at AS seen2,
        (next_look(site, d1)).n AS after1, (next_look(site, d2)).n AS after2) AS looks
WHERE lon_in(lon, w, e);
CREATE TABLE totals AS
SELECT q, sum(n2) - sum(n1) AS change, sum(fresh2) - sum(fresh1) AS fresh_change, sum(n1) AS there1, sum(n2) AS there2, sum(certain1) AS certain1, sum(fresh1) AS fresh1
FROM counted GROUP BY q;

CREATE FUNCTION exactly(n bigint) RETURNS int4range LANGUAGE sql IMMUTABLE AS $$ SELECT int4range(n::int, n::int, '[]') $$;
CREATE TABLE reported AS
SELECT q, net_change(p, k) AS change, net_change(p, k) FILTER (WHERE p <~> k) AS changed_only,
    sum(CASE WHEN p @+ k THEN count_min(p) WHEN p @- k THEN - count_min(p) ELSE 0 END) AS signed,
    net_change(p, f) AS fresh_change, inventory(p, d1) FILTER (WHERE in_box) AS there1, inventory(p, d2) FILTER (WHERE in_box) AS there2,
    inventory(p, d1, 'certain', NULL) FILTER (WHERE in_box) AS certain1, inventory(p, d1, 'last_known', '36 hours') FILTER (WHERE in_box) AS fresh1,
    sum(count_min(p)) FILTER (WHERE in_box AND p @> d1) AS contained1
FROM stay, dates, LATERAL (SELECT watch(d1, d2, w, -90, e, 90) AS k, watch(d1, d2, w, -90, e, 90, 'last_known', '36 hours') AS f,
    lon_in(lon(p), w, e) AS in_box) AS asked
GROUP BY q;
SELECT count(*) AS questions, count(*) FILTER (WHERE change <> 0) > 150 AS most_with_changes, count(*) FILTER (WHERE fresh1 NOT IN (0, there1)) > 100 AS many_expired FROM totals;
SELECT what, q, expected, found
FROM totals t JOIN reported r USING (q), LATERAL (VALUES
    ('net_change', exactly(t.change), r.change), ('net_change of the changed', exactly(t.change), coalesce(changed_only, exactly(0))),
    ('sum of signed counts', exactly(t.change), exactly(signed)), ('net_change with max_age', exactly(t.fresh_change), r.fresh_change),
    ('inventory at the first date', exactly(t.there1), r.there1), ('inventory at the second', exactly(t.there2), r.there2),
    ('certain inventory', exactly(t.certain1), r.certain1), ('inventory with max_age', exactly(t.fresh1), r.fresh1),
    ('presences that contain the date', exactly(t.there1), exactly(coalesce(contained1, 0)))) AS v(what, expected, found)
WHERE expected IS DISTINCT FROM found ORDER BY what, q;

DROP TABLE look, evidence, agreeing, oracle, question, answer, exact, stay, dates, counted, totals, reported, run CASCADE;
DROP FUNCTION chance(int, int[]), lon_in(float8, float8, float8), day(float8), exactly(bigint);
