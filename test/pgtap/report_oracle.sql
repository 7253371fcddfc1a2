-- The answers of reports against an independent statement of what they must be: plain SQL over
-- the raw tables, no type or function of the extension, no code shared with it. One ledger of
-- seeded random looks: complete and partial, with a class tree, coarse pixels, ranges, minimums, low
-- confidence, looks of one instant that contradict each other, individuals seen at several
-- installations, evidence retracted and recorded late.
--
-- psql variables: looks, how many (default 200), and seed.
\set QUIET on
\if :{?looks} \else \set looks 200 \endif
\if :{?seed} \else \set seed 0.42 \endif
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET statement_timeout = '300s';
BEGIN;
SELECT plan(60);
SELECT setseed(:seed) \g /dev/null

CREATE SCHEMA oracle;
SET search_path = oracle, public;
SELECT create_ledger('report', min_confidence => 0.6) \g /dev/null
CREATE FUNCTION roll(low integer, high integer) RETURNS integer LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT low + floor(random() * (high - low + 1))::integer;
END;
CREATE FUNCTION one_of(choices text[]) RETURNS text LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT choices[roll(1, cardinality(choices))];
END;

--
-- The ledger
--
INSERT INTO report.source (name) VALUES ('Eye'), ('Ear');
INSERT INTO report.installation (name, location)
SELECT 'P' || i, ST_SetSRID(ST_MakePoint(10 * i + random(), 50 - i), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO report.asset_class (path, name, max_gsd_m) VALUES
	('air', 'aircraft', NULL), ('air.jet', 'jet', NULL), ('air.jet.big', 'big jet', NULL), ('air.glider', 'glider', 2),
	('ship', 'ship', NULL), ('ship.tug', 'tug', NULL);
-- at noon of every other day, so that looks of one instant are common; or at any hour
INSERT INTO report.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, recorded_at, retracted_at, retraction_reason)
SELECT o.installation_id, o.source_id, o.observed_at, o.completeness, o.scope, o.gsd_m, o.recorded_at, o.retracted_at,
	CASE WHEN o.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT l.*, CASE WHEN random() < 0.08 THEN l.recorded_at + roll(1, 20) * interval '24:00:00' END AS retracted_at
	FROM (
		SELECT roll(1, 6) AS installation_id, roll(1, 2) AS source_id, d.at AS observed_at, d.at + roll(0, 200) * interval '1 hour' AS recorded_at,
			one_of('{complete,complete,complete,partial,partial}') AS completeness,
			one_of('{"{air,ship}","{air,ship}","{air,ship}","{air}","{air.jet}","{ship}"}')::ltree[] AS scope,
			one_of('{0.5,0.5,5,NULL}')::numeric AS gsd_m
		FROM generate_series(1, :looks) AS i
		CROSS JOIN LATERAL (SELECT timestamptz '2024-01-01 12:00' + roll(0, 30) * interval '48:00:00'
			+ CASE WHEN i % 3 = 0 THEN roll(0, 47) * interval '1 hour' ELSE '0' END AS at) AS d) AS l) AS o;
-- what is there stays the same for a while
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence, recorded_at, retracted_at, retraction_reason)
SELECT s.installation_id, s.observation_id, s.asset_class_id, s.status, s.designation, s.count, s.confidence, s.recorded_at, s.retracted_at,
	CASE WHEN s.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT o.installation_id, o.observation_id, c.asset_class_id, one_of('{ready,ready,loading}') AS status, d.designation,
		CASE WHEN d.designation IS NOT NULL THEN one_of('{"[1,1]","[1,1]","[1,1]","[0,1]"}')
			ELSE one_of(ARRAY['[0,2]', '[1,2]', '[1,)', '[2,)', '[0,)'] || array_fill(format('[%s,%s]', n, n), ARRAY[9])) END::int4range AS count,
		one_of('{0.3,0.6,0.9,0.9,0.9,0.9,0.9}')::float8 AS confidence,
		o.recorded_at + roll(0, 1) * roll(0, 100) * interval '1 hour' AS recorded_at,
		CASE WHEN random() < 0.06 THEN o.recorded_at + roll(100, 400) * interval '1 hour' END AS retracted_at
	FROM report.observation AS o
	CROSS JOIN report.asset_class AS c
	CROSS JOIN LATERAL (SELECT abs(hashint4((o.installation_id * 100 + c.asset_class_id * 10)::int + extract(day FROM o.observed_at)::int / 11)) % 4 AS n) AS there
	CROSS JOIN LATERAL (
		SELECT CASE WHEN random() < 0.35 AND c.name <> 'ship' THEN one_of('{T1,T2,T3}') END AS designation
		FROM generate_series(1, CASE WHEN there.n = 0 THEN roll(-3, 1) WHEN c.name IN ('aircraft', 'ship') THEN roll(-2, 1) ELSE roll(0, 2) END)) AS d) AS s;
-- many that tell nothing, of one place
INSERT INTO report.observation (installation_id, source_id, observed_at, completeness)
SELECT 1, 1, timestamptz '2024-02-01 00:30' + i * interval '2 hours', 'partial' FROM generate_series(1, 150) AS i;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM report.verify()', 'the presences are what the evidence says');

--
-- What each look told of each subject: at least n, at most m; 2147483647: or more. (The rules of
-- evidence are held against the derivation by ledger_oracle.sql, which states them likewise.)
--
CREATE TABLE fact AS
SELECT s.installation_id, s.observation_id, o.observed_at, s.asset_class_id, s.status, s.designation, s.confidence >= 0.6 AS sure,
	lower(s.count)::bigint AS n, CASE WHEN upper_inf(s.count) THEN 2147483647 ELSE upper(s.count) - 1 END::bigint AS m
FROM report.sighting AS s JOIN report.observation AS o USING (installation_id, observation_id)
WHERE s.retracted_at IS NULL AND o.retracted_at IS NULL;
-- sightings of a class of which another is a kind: they may be of that one
CREATE TABLE vague AS
SELECT f.installation_id, f.observation_id, kind.asset_class_id, f.designation, f.m
FROM fact AS f
JOIN report.asset_class AS told USING (asset_class_id)
JOIN report.asset_class AS kind ON starts_with(kind.path::text, told.path::text || '.');
CREATE TABLE look AS
SELECT o.installation_id, o.observation_id, o.observed_at, c.asset_class_id,
	o.completeness = 'complete' AND EXISTS (SELECT FROM unnest(o.scope) AS part WHERE c.path <@ part)
		AND coalesce(o.gsd_m <= c.max_gsd_m, true) AS exhaustive
FROM report.observation AS o CROSS JOIN report.asset_class AS c
WHERE o.retracted_at IS NULL;
CREATE TABLE subject AS
SELECT row_number() OVER (ORDER BY installation_id, asset_class_id, individual, label)::int AS subject,
	installation_id, asset_class_id, individual, label, min(observed_at) AS first_sighted
FROM (SELECT *, false AS individual, status AS label FROM fact
	UNION ALL SELECT *, true, designation FROM fact WHERE designation IS NOT NULL) AS s
GROUP BY installation_id, asset_class_id, individual, label;
ANALYZE fact, vague, look, subject;

CREATE TABLE told AS
SELECT t.*, coalesce((SELECT sum(v.m) FROM vague AS v
		WHERE (v.installation_id, v.observation_id, v.asset_class_id) = (s.installation_id, t.observation_id, s.asset_class_id)), 0) > 0 AS less_closely
FROM (
	-- so many of a class and status, sighted or looked for
	SELECT s.subject, l.observed_at, l.observation_id, false AS elsewhere, coalesce(sum(f.n) FILTER (WHERE f.sure), 0)::bigint AS n,
		CASE WHEN NOT l.exhaustive THEN 2147483647
			ELSE least(coalesce(sum(f.m), 0) + coalesce((SELECT sum(v.m) FROM vague AS v
				WHERE (v.installation_id, v.observation_id, v.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id)), 0), 2147483647)
		END::bigint AS m
	FROM subject AS s JOIN look AS l USING (installation_id, asset_class_id)
	LEFT JOIN fact AS f ON f.status = s.label AND (f.installation_id, f.observation_id, f.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id)
	WHERE NOT s.individual
	GROUP BY s.subject, l.installation_id, l.observation_id, l.asset_class_id, l.observed_at, l.exhaustive
	UNION ALL
	-- an individual that a look shows
	SELECT s.subject, l.observed_at, l.observation_id, false, CASE WHEN bool_or(f.sure AND f.n > 0) THEN 1 ELSE 0 END,
		CASE WHEN l.exhaustive AND NOT bool_or(f.m > 0) THEN 0 WHEN l.exhaustive OR bool_or(f.sure AND f.n > 0) THEN 1 ELSE 2147483647 END
	FROM subject AS s JOIN look AS l USING (installation_id, asset_class_id)
	JOIN fact AS f ON f.designation = s.label AND (f.installation_id, f.observation_id, f.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id)
	WHERE s.individual
	GROUP BY s.subject, l.observation_id, l.observed_at, l.exhaustive
	UNION ALL
	-- an individual that it does not show, though it shows every number there is
	SELECT s.subject, l.observed_at, l.observation_id, false, 0, 0
	FROM subject AS s JOIN look AS l USING (installation_id, asset_class_id)
	WHERE s.individual AND l.exhaustive
		AND NOT EXISTS (SELECT FROM fact AS f WHERE (f.designation = s.label OR f.designation IS NULL AND f.m > 0)
			AND (f.installation_id, f.observation_id, f.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id))
		AND NOT EXISTS (SELECT FROM vague AS v WHERE v.m > 0 AND (v.designation IS NULL OR v.designation = s.label)
			AND (v.installation_id, v.observation_id, v.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id))
	UNION ALL
	-- or that was seen elsewhere
	SELECT DISTINCT s.subject, o.observed_at, o.observation_id, true, 0, 0
	FROM subject AS s
	JOIN fact AS f ON f.designation = s.label AND f.asset_class_id = s.asset_class_id AND f.installation_id <> s.installation_id AND f.sure AND f.n > 0
	JOIN report.observation AS o ON (o.installation_id, o.observation_id) = (f.installation_id, f.observation_id)
	WHERE s.individual
) AS t JOIN subject AS s USING (subject)
WHERE NOT (t.n = 0 AND t.m = 2147483647);

-- Of one moment: what all of it has in common or, where that is nothing, all that any of it allows.
-- It is the look that tells most which stands for it.
CREATE TABLE moment AS
SELECT subject, row_number() OVER (PARTITION BY subject ORDER BY at)::int AS i, at, n, m, (most).observation_id,
	-- why it is no single number: what that look itself says, if it tells all of it
	CASE WHEN (n, m) = ((most).n, (most).m) AND NOT disagree THEN (most).less_closely ELSE any_less_closely END AS less_closely, disagree
FROM (
	SELECT subject, observed_at AS at, max(n) > min(m) AS disagree, bool_or(less_closely) AS any_less_closely,
		CASE WHEN max(n) <= min(m) THEN max(n) ELSE min(n) END AS n, CASE WHEN max(n) <= min(m) THEN min(m) ELSE max(m) END AS m,
		(array_agg(told ORDER BY n DESC, m, elsewhere DESC, observation_id))[1] AS most
	FROM told GROUP BY subject, observed_at) AS merged
WHERE NOT (n = 0 AND m = 2147483647);

-- The walk forward: what was believed goes on as long as there is a number that all of it allows.
CREATE TABLE known AS
WITH RECURSIVE walk AS (
	SELECT subject, i, 1 AS run, at AS run_since, n AS carried_n, m AS carried_m FROM moment WHERE i = 1
	UNION ALL
	SELECT e.subject, e.i,
		CASE WHEN fits THEN w.run ELSE w.run + 1 END, CASE WHEN fits THEN w.run_since ELSE e.at END,
		CASE WHEN fits THEN greatest(w.carried_n, e.n) ELSE e.n END, CASE WHEN fits THEN least(w.carried_m, e.m) ELSE e.m END
	FROM walk AS w JOIN moment AS e ON e.subject = w.subject AND e.i = w.i + 1
	CROSS JOIN LATERAL (SELECT greatest(w.carried_n, e.n) <= least(w.carried_m, e.m)) AS f(fits)
)
SELECT e.*, lead(e.at, 1, 'infinity') OVER (PARTITION BY subject ORDER BY i) AS until, w.run, w.run_since, w.carried_n, w.carried_m,
	-- the looks of the first run allowed none alone
	coalesce(min(e.m) FILTER (WHERE w.run = 1) OVER (PARTITION BY subject ORDER BY i) = 0, false) AS none_first,
	source.name || to_char(e.at, ' YYYY-MM-DD') AS source
FROM walk AS w JOIN moment AS e USING (subject, i)
JOIN report.observation AS o USING (observation_id)
JOIN report.source USING (source_id);
CREATE INDEX ON known (subject, at);
ANALYZE moment, known;
SELECT ok(count(*) FILTER (WHERE n < m AND m < 2147483647) > 100 AND count(*) FILTER (WHERE m = 2147483647) > 100
	AND count(*) FILTER (WHERE disagree) > 20 AND count(*) FILTER (WHERE less_closely) > 50
	AND count(*) FILTER (WHERE (carried_n, carried_m) <> (n, m)) > 100, format('evidence of every kind, %s pieces', count(*)))
FROM known;

-- Whatever stands in rows of a subject
CREATE VIEW said AS
SELECT s.subject, s.first_sighted, s.individual, i.name AS installation, c.name AS asset_class, c.path::text AS class_path,
	CASE WHEN s.individual THEN s.label END AS designation, CASE WHEN NOT s.individual THEN s.label END AS status,
	ST_X(i.location) AS lon, ST_Y(i.location) AS lat, i.location AS geom
FROM subject AS s JOIN report.installation AS i USING (installation_id) JOIN report.asset_class AS c USING (asset_class_id);
-- NULL: or more
CREATE FUNCTION most(m bigint) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN CASE WHEN m < 2147483647 THEN m::integer END;
-- two counts that have no number in common
CREATE FUNCTION word(before_n bigint, before_m bigint, after_n bigint, after_m bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
	WHEN before_m = 0 AND after_n > 0 THEN 'arrived'
	WHEN before_n > 0 AND after_m = 0 THEN 'departed'
	WHEN after_n > before_m THEN 'increased'
	WHEN after_m < before_n THEN 'decreased' END;
-- why a count is no number that the look told; side: '', '_before' or '_after'
CREATE FUNCTION why(side text, n bigint, m bigint, k known) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[
	CASE WHEN m = 2147483647 THEN 'minimum' || side WHEN n < m THEN 'range' || side END,
	CASE WHEN (n, m) <> (k.n, k.m) THEN 'carried' || side END,
	CASE WHEN n < m AND k.less_closely THEN 'told_less_closely' END,
	CASE WHEN k.disagree THEN 'readers_disagree' END];
CREATE FUNCTION in_order(codes text[]) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT DISTINCT code FROM unnest(codes) AS code WHERE code IS NOT NULL ORDER BY code);

-- EXCEPT ALL both ways: nothing is left of either, and so many rows were compared.
CREATE FUNCTION same_rows(what text, expected text, told text, at_least integer) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
	rows bigint;
	missing bigint;
	extra bigint;
	example text;
BEGIN
	EXECUTE format('SELECT count(*) FROM %s', expected) INTO rows;
	EXECUTE format('SELECT count(*), min(d::text) FROM (TABLE %s EXCEPT ALL TABLE %s) AS d', expected, told) INTO missing, example;
	EXECUTE format('SELECT count(*), coalesce(%L, min(d::text)) FROM (TABLE %s EXCEPT ALL TABLE %s) AS d', example, told, expected) INTO extra, example;
	RETURN ok(missing = 0 AND extra = 0 AND rows >= at_least, format('%s: %s rows compared', what, rows))
		|| CASE WHEN missing + extra > 0 THEN E'\n' || diag(format('%s missing, %s too many, such as %s', missing, extra, example)) ELSE '' END;
END
$body$;

--
-- Questions: instants of looks and others, near and far
--
CREATE TABLE question AS
SELECT row_number() OVER ()::int AS question, least(a, b) AS d1, greatest(a, b) AS d2
FROM (
	SELECT CASE WHEN i % 3 = 0 THEN (SELECT observed_at FROM report.observation WHERE i > 0 ORDER BY random() LIMIT 1)
			ELSE timestamptz '2023-12-30' + roll(0, 1500) * interval '1 hour' END AS a,
		CASE WHEN i % 2 = 0 THEN (SELECT observed_at FROM report.observation WHERE i > 0 ORDER BY random() LIMIT 1)
			ELSE timestamptz '2023-12-30' + roll(0, 1500) * interval '1 hour' END AS b
	FROM generate_series(1, 28) AS i) AS q
WHERE a <> b;
CREATE TABLE reading AS
SELECT mode, max_age FROM unnest('{last_known,certain,possible}'::text[]) AS mode, unnest('{NULL,"5 days"}'::interval[]) AS max_age;

--
-- changes()
--
CREATE TABLE asked AS
SELECT q.*, s.subject, b AS before, a AS after
FROM question AS q CROSS JOIN subject AS s
LEFT JOIN known AS b ON b.subject = s.subject AND b.at <= q.d1 AND b.until > q.d1
JOIN known AS a ON a.subject = s.subject AND a.at <= q.d2 AND a.until > q.d2
-- (what a later look is the first to sight is no subject yet)
WHERE s.first_sighted <= q.d2;
CREATE TABLE expected_change AS
SELECT question, mode, max_age, individual, installation, asset_class, class_path, designation, status,
	x.bn::int AS count_before_min, most(x.bm) AS count_before_max, x.an::int AS count_after_min, most(x.am) AS count_after_max,
	CASE WHEN x.bm < 2147483647 THEN (x.an - x.bm)::int END AS change_min, CASE WHEN x.am < 2147483647 THEN (x.am - x.bn)::int END AS change_max,
	v.verdict,
	-- word and numbers are what two looks told
	coalesce(v.verdict = t.word AND (x.bn, x.bm, x.an, x.am) = ((before).n, (before).m, (after).n, (after).m), false) AS certain,
	(before).at AS before_looked_at, CASE WHEN x.an IS NOT NULL THEN (after).at END AS after_looked_at,
	coalesce(d1 - (before).at >= max_age, false) AS stale_before, coalesce(looked AND d2 - (after).at >= max_age, false) AS stale_after,
	in_order(CASE WHEN (before).at IS NULL THEN '{no_look_before}' ELSE why('_before', x.bn, x.bm, before) END
		|| CASE WHEN x.an IS NULL THEN '{no_look_after}' ELSE why('_after', x.an, x.am, after) END
		|| CASE WHEN d1 - (before).at >= max_age THEN 'stale_before' END || CASE WHEN looked AND d2 - (after).at >= max_age THEN 'stale_after' END) AS doubt,
	(before).observation_id AS before_look, CASE WHEN x.an IS NOT NULL THEN (after).observation_id END AS after_look,
	CASE WHEN x.an IS NULL OR (before).source = (after).source THEN (before).source ELSE concat_ws(', ', (before).source, (after).source) END AS sources,
	lon, lat, geom
FROM asked CROSS JOIN reading JOIN said USING (subject)
CROSS JOIN LATERAL (SELECT mode = 'last_known' AS carries, (after).at > d1 AS looked) AS r
-- what is shown: what was last known, or what the last look told; nothing where nobody had looked
CROSS JOIN LATERAL (SELECT
	CASE WHEN carries THEN (before).carried_n ELSE (before).n END AS bn, CASE WHEN carries THEN (before).carried_m ELSE (before).m END AS bm,
	CASE WHEN looked THEN CASE WHEN carries THEN (after).carried_n ELSE (after).n END END AS an,
	CASE WHEN looked THEN CASE WHEN carries THEN (after).carried_m ELSE (after).m END END AS am) AS x
CROSS JOIN LATERAL (SELECT word((before).n, (before).m, (after).n, (after).m) AS word) AS t
CROSS JOIN LATERAL (SELECT word((before).carried_n, (before).carried_m, (after).carried_n, (after).carried_m) AS word) AS c
CROSS JOIN LATERAL (SELECT CASE
	WHEN NOT looked THEN 'not looked'
	WHEN (before).at IS NULL THEN CASE WHEN NOT (after).none_first THEN 'first look' WHEN (after).carried_n > 0 THEN 'arrived' ELSE 'undecided' END
	WHEN mode = 'certain' THEN t.word
	WHEN c.word IS NOT NULL THEN c.word
	WHEN (after).run <> (before).run AND greatest((before).carried_n, (after).carried_n) > 0 THEN 'varied'
	ELSE 'undecided' END AS verdict) AS v
WHERE CASE
	WHEN NOT looked THEN mode = 'possible'
	WHEN (before).at IS NULL AND mode = 'possible' THEN (after).m > 0
	WHEN (before).at IS NULL THEN mode = 'last_known' AND (after).carried_n > 0
	WHEN mode = 'certain' THEN t.word IS NOT NULL
	WHEN v.verdict = 'undecided' THEN mode = 'possible' AND NOT ((before).n = (before).m AND ((before).n, (before).m) = ((after).n, (after).m))
	ELSE true END;
CREATE TABLE told_change AS
SELECT question, r.mode, r.max_age, individual, c.*
FROM question CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.changes_between(d1, d2, mode => r.mode, max_age => r.max_age, individuals => individual) AS c;
CREATE VIEW told_change_in_order AS
SELECT question, mode, max_age, individual, installation, asset_class, class_path, designation, status,
	count_before_min, count_before_max, count_after_min, count_after_max, change_min, change_max, verdict, certain,
	before_looked_at, after_looked_at, stale_before, stale_after, in_order(doubt) AS doubt, before_look, after_look, sources, lon, lat, geom
FROM told_change;
SELECT same_rows('changes, in three modes, with and without an age, of counts and of individuals', 'expected_change', 'told_change_in_order', 4000);
SELECT ok(count(c) >= w.at_least, format('%s that %s, in mode %s', count(*), w.verdict, w.mode))
FROM (VALUES ('last_known', 'arrived', 200), ('last_known', 'departed', 200), ('last_known', 'increased', 20), ('last_known', 'decreased', 20),
		('last_known', 'varied', 50), ('last_known', 'first look', 20), ('certain', 'arrived', 100), ('certain', 'departed', 100),
		('certain', 'increased', 20), ('certain', 'decreased', 20), ('possible', 'undecided', 200), ('possible', 'not looked', 200)) AS w(mode, verdict, at_least)
LEFT JOIN told_change AS c ON c.mode = w.mode AND c.verdict = w.verdict
GROUP BY w.mode, w.verdict, w.at_least ORDER BY w.mode, w.verdict;
SELECT ok(count(*) FILTER (WHERE certain) >= 500 AND count(*) FILTER (WHERE mode = 'last_known' AND NOT certain AND verdict IN ('arrived', 'departed', 'increased', 'decreased')) >= 50
	AND count(*) FILTER (WHERE verdict = 'arrived' AND count_before_min IS NULL) >= 50 AND count(*) FILTER (WHERE stale_before AND NOT stale_after) >= 50,
	format('%s of the changes are certain, of %s', count(*) FILTER (WHERE certain), count(*)))
FROM told_change;
SELECT ok(min(n) >= 20, 'each doubt of a change was told at least 20 times: ' || string_agg(code || ' ' || n, ', ' ORDER BY code))
FROM (SELECT w.word AS code, (SELECT count(*) FROM told_change WHERE w.word = ANY (doubt)) AS n
	FROM report_words() AS w WHERE w.about = 'doubt' AND w.word NOT IN ('minimum', 'range', 'carried', 'stale', 'looks_overlap', 'corrected')) AS d;
SELECT is_empty($$SELECT * FROM told_change WHERE what_is_not_known IS DISTINCT FROM doubt_text(doubt)$$, 'what is not known is told in words, too');

--
-- inventory()
--
CREATE TABLE instant AS SELECT DISTINCT d1 AS at FROM question WHERE question % 2 = 0;
CREATE TABLE expected_inventory AS
SELECT d.at, mode, r.max_age, individual, installation, asset_class, class_path, designation, status,
	CASE WHEN NOT stale THEN x.n::int END AS count_min, CASE WHEN NOT stale THEN most(x.m) END AS count_max,
	CASE WHEN stale THEN 'stale' WHEN (x.n, x.m) = (k.n, k.m) THEN 'told' ELSE 'carried' END AS state,
	k.n::int AS told_min, most(k.m) AS told_max, k.at AS looked_at, CASE WHEN k.carried_n > 0 THEN k.run_since END AS first_seen,
	in_order(CASE WHEN stale THEN '{stale}' ELSE why('', x.n, x.m, k) END) AS doubt, k.observation_id AS look, k.source AS sources, lon, lat, geom
FROM instant AS d JOIN known AS k ON k.at <= d.at AND k.until > d.at CROSS JOIN reading AS r JOIN said USING (subject)
CROSS JOIN LATERAL (SELECT coalesce(d.at - k.at >= r.max_age, false) AS stale) AS s
CROSS JOIN LATERAL (SELECT CASE WHEN mode = 'last_known' THEN k.carried_n ELSE k.n END AS n, CASE WHEN mode = 'last_known' THEN k.carried_m ELSE k.m END AS m) AS x
-- what was last told is listed when it is too old, none and some alike
WHERE first_sighted <= d.at AND (stale OR CASE WHEN mode = 'possible' THEN x.m > 0 ELSE x.n > 0 END);
CREATE TABLE told_inventory AS
SELECT d.at, r.mode, r.max_age, individual, i.*
FROM instant AS d CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.inventory_at(d.at, mode => r.mode, max_age => r.max_age, individuals => individual) AS i;
CREATE VIEW told_inventory_in_order AS
SELECT at, mode, max_age, individual, installation, asset_class, class_path, designation, status, count_min, count_max, state, told_min, told_max,
	looked_at, first_seen, in_order(doubt) AS doubt, look, sources, lon, lat, geom
FROM told_inventory;
SELECT same_rows('inventories likewise', 'expected_inventory', 'told_inventory_in_order', 2000);
SELECT ok(count(*) >= 100, format('%s that are %s', count(*), state)) FROM told_inventory GROUP BY state ORDER BY state;
SELECT is_empty($$SELECT * FROM told_inventory WHERE what_is_not_known IS DISTINCT FROM doubt_text(doubt)$$, 'what is not known is told in words, too');

--
-- timeline()
--
CREATE TABLE expected_timeline AS
SELECT r.max_age, step AS step_from, step + interval '36 hours' AS step_to, installation, asset_class, class_path, status,
	CASE WHEN state IN ('observed', 'last known') THEN k.carried_n::int END AS count_min,
	CASE WHEN state IN ('observed', 'last known') THEN most(k.carried_m) END AS count_max,
	state, k.n::int AS told_min, most(k.m) AS told_max, k.at AS looked_at, lon, lat, geom
FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age)
CROSS JOIN generate_series(timestamptz '2023-12-30 12:00', '2024-03-06', '36 hours') AS step CROSS JOIN said
LEFT JOIN known AS k ON k.subject = said.subject AND k.at < step + interval '36 hours' AND k.until >= step + interval '36 hours'
CROSS JOIN LATERAL (SELECT CASE
	WHEN k.at IS NULL THEN 'unobserved'
	WHEN step + interval '36 hours' - interval '1 microsecond' - k.at >= r.max_age THEN 'stale'
	WHEN k.at >= step AND (k.carried_n, k.carried_m) = (k.n, k.m) THEN 'observed'
	ELSE 'last known' END AS state) AS s
WHERE NOT said.individual;
CREATE TABLE told_timeline AS
SELECT r.max_age, t.* FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age)
CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', '2024-03-07', '36 hours', max_age => r.max_age) AS t;
SELECT same_rows('timelines', 'expected_timeline', 'told_timeline', 3000);
SELECT ok(count(*) >= 150, format('%s steps that are %s', count(*), state)) FROM told_timeline GROUP BY state ORDER BY state;

--
-- turnover(): the one pass over the looks of what was told by each date. The number is kept as high, and
-- as low, as they allow, so that it comes and goes as late as can be.
--
CREATE TABLE expected_turnover AS
WITH RECURSIVE pass AS (
	-- told by the earlier date or, where nothing was, first told after it
	SELECT q.question, q.d2, f.subject, f.i, f.at, f.at AS first_at, f.n AS low, f.m AS high, 0::bigint AS came, 0::bigint AS gone, 1::bigint AS looks
	FROM question AS q CROSS JOIN LATERAL (
		SELECT DISTINCT ON (subject) k.* FROM known AS k WHERE k.until > q.d1 ORDER BY subject, i) AS f
	WHERE f.at <= q.d2
	UNION ALL
	SELECT p.question, p.d2, p.subject, k.i, k.at, p.first_at, least(greatest(p.low, k.n), k.m), greatest(least(p.high, k.m), k.n),
		p.came + greatest(k.n - p.high, 0), p.gone + greatest(p.low - k.m, 0), p.looks + 1
	FROM pass AS p JOIN known AS k ON k.subject = p.subject AND k.i = p.i + 1 AND k.at <= p.d2
)
SELECT DISTINCT ON (question, subject) question, individual, installation, asset_class, class_path, designation, status, came AS came_min, gone AS left_min, looks,
	first_at AS from_looked_at, at AS to_looked_at, lon, lat, geom
FROM pass JOIN said USING (subject)
ORDER BY question, subject, i DESC;
DELETE FROM expected_turnover WHERE came_min + left_min = 0;
CREATE TABLE told_turnover AS
SELECT question, individual, t.* FROM question CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.turnover_between(d1, d2, individuals => individual) AS t;
SELECT same_rows('turnover', 'expected_turnover', 'told_turnover', 500);
SELECT ok(count(*) FILTER (WHERE came_min > 0 AND left_min > 0) >= 200 AND count(*) FILTER (WHERE came_min > left_min + 1) >= 50 AND max(looks) > 10,
	'turnover: what came and left, and more than one') FROM told_turnover;
SELECT ok(count(*) >= 50, format('turnover: %s that changes() does not list, as there were none before and after', count(*)))
FROM told_turnover AS t WHERE NOT EXISTS (SELECT FROM told_change AS c WHERE c.mode = 'last_known' AND c.max_age IS NULL
	AND (c.question, c.individual, c.installation, c.class_path) = (t.question, t.individual, t.installation, t.class_path)
	AND coalesce(c.status, c.designation) = coalesce(t.status, t.designation));

--
-- The same answers by another way: all looks read and walked over, as for what was known at an
-- earlier time, in place of stored runs and the few looks around each date. (known_at => 'infinity' is now.)
--
CREATE TABLE some_question AS SELECT * FROM question WHERE question % 5 = 1;
CREATE TABLE some_instant AS SELECT * FROM instant ORDER BY at OFFSET 4 LIMIT 4;
CREATE VIEW told_change_some AS SELECT c.* FROM told_change AS c JOIN some_question USING (question);
CREATE TABLE walked_change AS
SELECT question, r.mode, r.max_age, individual, c.*
FROM some_question CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.changes_between(d1, d2, mode => r.mode, max_age => r.max_age, individuals => individual, known_at => '2999-01-01') AS c;
SELECT same_rows('changes as known at a time when all was known', 'told_change_some', 'walked_change', 1000);
CREATE TABLE walked_inventory AS
SELECT d.at, r.mode, r.max_age, individual, i.*
FROM instant AS d CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.inventory_at(d.at, mode => r.mode, max_age => r.max_age, individuals => individual, known_at => '2999-01-01') AS i;
SELECT same_rows('inventories likewise', 'told_inventory', 'walked_inventory', 2000);
CREATE TABLE walked_timeline AS
SELECT r.max_age, t.* FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age)
CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', '2024-03-07', '36 hours', max_age => r.max_age, known_at => '2999-01-01') AS t;
SELECT same_rows('timelines likewise', 'told_timeline', 'walked_timeline', 3000);
CREATE VIEW told_turnover_some AS SELECT t.* FROM told_turnover AS t JOIN some_question USING (question);
CREATE TABLE walked_turnover AS
SELECT question, individual, t.* FROM some_question CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.turnover_between(d1, d2, individuals => individual, known_at => '2999-01-01') AS t;
SELECT same_rows('turnover likewise', 'told_turnover_some', 'walked_turnover', 200);
SELECT is_empty($$(SELECT * FROM report.changes('2024-01-10', '2024-02-10', known_at => 'infinity') EXCEPT ALL SELECT * FROM report.changes('2024-01-10', '2024-02-10'))
	UNION ALL (SELECT * FROM report.changes('2024-01-10', '2024-02-10') EXCEPT ALL SELECT * FROM report.changes('2024-01-10', '2024-02-10', known_at => 'infinity'))$$,
	'known at the end of time: now');

--
-- An area, an installation, a class: the rows of these among all rows.
--
CREATE TABLE part AS
SELECT row_number() OVER ()::int AS part, area::geometry, place, asset FROM (VALUES
	('SRID=4326;POLYGON((5 40, 45 40, 45 60, 5 60, 5 40))', NULL, NULL),
	('SRID=4326;POLYGON((5 48.5, 30 40, 70 60, 5 48.5))', NULL, 'air'),
	('SRID=4326;MULTIPOLYGON(((0 48.5, 15 48.5, 15 55, 0 55, 0 48.5)), ((50 40, 80 40, 80 46.5, 50 46.5, 50 40)))', NULL, NULL),
	(NULL, 'P3', NULL), (NULL, 'P2', 'ship'), (NULL, NULL, 'air.jet'), (NULL, NULL, 'glider'),
	('SRID=4326;POLYGON((5 40, 45 40, 45 60, 5 60, 5 40))', 'P4', NULL), ('SRID=4326;POLYGON((5 40, 45 40, 45 60, 5 60, 5 40))', 'P6', NULL)) AS v(area, place, asset);
-- an installation is in an area that ends where it lies, to the last digit
INSERT INTO part
SELECT 10, ST_MakeEnvelope(ST_X(a.location), ST_Y(b.location), ST_X(b.location), ST_Y(a.location), 4326), NULL::text, NULL::text
FROM report.installation AS a, report.installation AS b WHERE (a.name, b.name) = ('P2', 'P4')
UNION ALL
SELECT 11, location, NULL, NULL FROM report.installation WHERE name = 'P3'
UNION ALL
SELECT 12, ST_MakePolygon(ST_MakeLine(ARRAY[a.location, ST_Translate(a.location, 5, 20), b.location, a.location])), NULL, NULL
FROM report.installation AS a, report.installation AS b WHERE (a.name, b.name) = ('P1', 'P5')
UNION ALL
-- and not in one that does not
SELECT 13, ST_Union(ST_Translate(a.location, 2e-8, 0), b.location), NULL, NULL FROM report.installation AS a, report.installation AS b WHERE (a.name, b.name) = ('P4', 'P6');
CREATE FUNCTION is_of(part part, installation text, class_path text, geom geometry) RETURNS boolean LANGUAGE sql STABLE
RETURN (part.area IS NULL OR ST_Intersects(part.area, geom)) AND coalesce(part.place = installation, true)
	AND coalesce(starts_with(class_path || '.', CASE part.asset WHEN 'glider' THEN 'air.glider' ELSE part.asset END || '.'), true);
SELECT ok(bool_and(n BETWEEN 1 AND 5), 'each area holds some installations, and not all')
FROM (SELECT (SELECT count(*) FROM report.installation WHERE ST_Intersects(area, location)) AS n FROM part WHERE area IS NOT NULL) AS held;
CREATE TABLE expected_part AS
SELECT p.part, c.* FROM part AS p JOIN told_change_some AS c ON is_of(p, installation, class_path, geom) WHERE NOT (individual AND max_age IS NOT NULL);
CREATE TABLE told_part AS
SELECT p.part, question, r.mode, r.max_age, individual, c.*
FROM part AS p CROSS JOIN some_question CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.changes_between(d1, d2, area, place, p.asset, mode => r.mode, max_age => r.max_age, individuals => individual) AS c
WHERE NOT (individual AND r.max_age IS NOT NULL);
SELECT same_rows('changes of an area, an installation, a class', 'expected_part', 'told_part', 2000);
SELECT ok(min(n) >= 10, format('each of %s such questions found some', count(*)))
FROM (SELECT (SELECT count(*) FROM expected_part AS e WHERE e.part = p.part) AS n FROM part AS p WHERE place IS DISTINCT FROM 'P6') AS found;
CREATE TABLE expected_inventory_part AS
SELECT p.part, i.* FROM part AS p JOIN told_inventory AS i ON is_of(p, installation, class_path, geom) JOIN some_instant USING (at) WHERE NOT individual;
CREATE TABLE told_inventory_part AS
SELECT p.part, d.at, r.mode, r.max_age, false, i.*
FROM part AS p CROSS JOIN some_instant AS d CROSS JOIN reading AS r
CROSS JOIN LATERAL report.inventory_at(d.at, area, place, p.asset, mode => r.mode, max_age => r.max_age) AS i;
SELECT same_rows('inventories likewise', 'expected_inventory_part', 'told_inventory_part', 2000);
CREATE TABLE expected_turnover_part AS
SELECT p.part, t.* FROM part AS p JOIN told_turnover_some AS t ON is_of(p, installation, class_path, geom);
CREATE TABLE told_turnover_part AS
SELECT p.part, question, individual, t.*
FROM part AS p CROSS JOIN some_question CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.turnover_between(d1, d2, area, place, p.asset, individuals => individual) AS t;
SELECT same_rows('turnover likewise', 'expected_turnover_part', 'told_turnover_part', 500);
CREATE TABLE expected_timeline_part AS
SELECT p.part, t.* FROM part AS p JOIN told_timeline AS t ON is_of(p, installation, class_path, geom) WHERE max_age IS NULL AND status IS NOT NULL;
CREATE TABLE told_timeline_part AS
SELECT p.part, NULL::interval AS max_age, t.*
FROM part AS p CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', '2024-03-07', '36 hours', place, p.asset, area => area) AS t
-- (of one installation a class named is told of though it was never sighted there)
WHERE EXISTS (SELECT FROM told_timeline AS s WHERE (s.installation, s.class_path) = (t.installation, t.class_path));
SELECT same_rows('timelines likewise', 'expected_timeline_part', 'told_timeline_part', 2000);

--
-- between_looks(): the changes between the instants of an installation's looks; with fewer, from before the first
--
CREATE TABLE last_look AS
SELECT i.name, o.observed_at, dense_rank() OVER (PARTITION BY i.name ORDER BY o.observed_at DESC) - 1 AS back
FROM (SELECT DISTINCT installation_id, observed_at FROM report.observation WHERE retracted_at IS NULL) AS o JOIN report.installation AS i USING (installation_id);
CREATE TABLE back AS SELECT n::int, mode, individual FROM unnest('{1,2,7,100}'::int[]) AS n, unnest('{last_known,certain,possible}'::text[]) AS mode, unnest('{false,true}'::boolean[]) AS individual;
CREATE TABLE expected_between AS
SELECT b.*, c.* FROM back AS b JOIN last_look AS a ON a.back = 0
CROSS JOIN LATERAL report.changes_between(coalesce((SELECT observed_at FROM last_look AS l WHERE l.name = a.name AND l.back = b.n),
		(SELECT min(observed_at) - interval '1 microsecond' FROM last_look AS l WHERE l.name = a.name)),
	a.observed_at, installation => a.name, mode => b.mode, individuals => b.individual) AS c;
CREATE TABLE told_between AS
SELECT b.*, c.* FROM back AS b CROSS JOIN LATERAL report.between_looks(n => b.n, mode => b.mode, individuals => b.individual) AS c;
SELECT same_rows('between looks', 'expected_between', 'told_between', 300);

--
-- The laws
--
CREATE VIEW told_direction AS
SELECT mode, question, max_age, individual, installation, class_path, status, designation, verdict,
	CASE WHEN verdict IN ('arrived', 'increased') THEN 'more' WHEN verdict IN ('departed', 'decreased') THEN 'fewer' END AS direction
FROM told_change;
SELECT is_empty($$SELECT question, max_age, individual, installation, class_path, status, designation, direction FROM told_direction WHERE mode = 'certain'
	EXCEPT SELECT question, max_age, individual, installation, class_path, status, designation, direction FROM told_direction WHERE mode = 'last_known'$$,
	'law 2: what is certain is last known, in the same direction');
SELECT is_empty($$SELECT question, max_age, individual, installation, class_path, status, designation, verdict FROM told_direction WHERE mode = 'last_known'
	EXCEPT SELECT question, max_age, individual, installation, class_path, status, designation, verdict FROM told_direction WHERE mode = 'possible'$$,
	'law 2: and what is last known is possible, with the same verdict');
SELECT is_empty($$SELECT * FROM told_change WHERE mode = 'certain' AND NOT certain$$, 'in mode certain each row is');
SELECT is_empty(format('SELECT at, max_age, individual, installation, class_path, status, designation FROM told_inventory WHERE mode = %L
		EXCEPT SELECT at, max_age, individual, installation, class_path, status, designation FROM told_inventory WHERE mode = %L', narrow, wide),
	format('law 2: what is in an inventory of mode %s is in that of mode %s', narrow, wide))
FROM (VALUES ('certain', 'last_known'), ('last_known', 'possible')) AS m(narrow, wide);
-- (as far as there are subjects for it: a class in all statuses is none yet)
CREATE TABLE shown AS
SELECT o.observed_at, individual, i.installation, i.class_path, sum(i.count_min) AS n, bool_or(i.looked_at = o.observed_at) AS by_it
FROM (SELECT installation_id, observed_at FROM report.observation WHERE retracted_at IS NULL GROUP BY installation_id, observed_at HAVING count(*) = 1) AS o
JOIN report.installation AS p USING (installation_id) CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
CROSS JOIN LATERAL report.inventory_at(o.observed_at, installation => p.name, mode => 'certain', individuals => individual) AS i
WHERE i.looked_at = o.observed_at
GROUP BY o.observed_at, individual, i.installation, i.class_path;
SELECT is_empty($$SELECT i.*, c.n FROM shown AS i LEFT JOIN shown AS c ON NOT c.individual AND (c.observed_at, c.installation, c.class_path) = (i.observed_at, i.installation, i.class_path)
	WHERE i.individual AND coalesce(c.n, 0) < i.n$$, 'law 5: in one look no more of a class have a designation than are of it');
SELECT ok(count(*) >= 30, format('law 5: in %s looks and classes', count(*))) FROM shown WHERE individual;

CREATE TABLE exact AS
SELECT a.question, installation, class_path
FROM asked AS a JOIN said USING (subject)
WHERE NOT individual
GROUP BY a.question, installation, class_path
HAVING bool_and(coalesce((before).carried_n = (before).carried_m AND (after).carried_n = (after).carried_m, false));
CREATE TABLE difference AS
SELECT e.*, coalesce((SELECT sum(change_min) FROM told_change AS c WHERE (c.question, c.installation, c.class_path) = (e.question, e.installation, e.class_path)
		AND c.mode = 'last_known' AND c.max_age IS NULL AND NOT c.individual), 0) AS changed,
	coalesce(a.n, 0) - coalesce(b.n, 0) AS differs
FROM exact AS e
LEFT JOIN (SELECT question, installation, class_path, sum(count_min) AS n FROM question CROSS JOIN LATERAL report.inventory_at(d1) GROUP BY 1, 2, 3) AS b USING (question, installation, class_path)
LEFT JOIN (SELECT question, installation, class_path, sum(count_min) AS n FROM question CROSS JOIN LATERAL report.inventory_at(d2) GROUP BY 1, 2, 3) AS a USING (question, installation, class_path);
SELECT is_empty('SELECT * FROM difference WHERE changed <> differs', 'law 7: the changes of a class are the difference of its inventories');
SELECT ok(count(*) FILTER (WHERE changed <> 0) >= 50, format('law 7: of %s classes at dates, with %s differences', count(*), count(*) FILTER (WHERE changed <> 0))) FROM difference;

-- Law 3, last, as it takes looks away: a look after a date changes no answer about dates up to it.
CREATE FUNCTION forget_after(last timestamptz, deletes boolean) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
	IF deletes THEN
		DELETE FROM report.observation WHERE observed_at > last;
	ELSE
		UPDATE report.observation SET retracted_at = now(), retraction_reason = 'forgotten' WHERE observed_at > last AND retracted_at IS NULL;
	END IF;
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
END
$body$;
CREATE FUNCTION compare_up_to(last timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $body$
BEGIN
	DROP TABLE IF EXISTS before_last, up_to_last;
	CREATE TABLE before_last AS SELECT c.* FROM told_change AS c JOIN question USING (question) WHERE d2 <= last AND max_age IS NULL;
	CREATE TABLE up_to_last AS
	SELECT question, r.mode, r.max_age, individual, c.*
	FROM question CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
	CROSS JOIN LATERAL report.changes_between(d1, d2, mode => r.mode, max_age => r.max_age, individuals => individual) AS c
	WHERE d2 <= last AND r.max_age IS NULL;
	RETURN NEXT same_rows(format('law 3: changes by %s do not tell of later looks', last), 'before_last', 'up_to_last', 200);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT * FROM told_inventory WHERE at <= last;
	CREATE TABLE up_to_last AS
	SELECT d.at, r.mode, r.max_age, individual, i.*
	FROM instant AS d CROSS JOIN reading AS r CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
	CROSS JOIN LATERAL report.inventory_at(d.at, mode => r.mode, max_age => r.max_age, individuals => individual) AS i
	WHERE d.at <= last;
	RETURN NEXT same_rows('law 3: nor do inventories', 'before_last', 'up_to_last', 1000);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT t.* FROM told_turnover AS t JOIN question USING (question) WHERE d2 <= last;
	CREATE TABLE up_to_last AS
	SELECT question, individual, t.* FROM question CROSS JOIN unnest('{false,true}'::boolean[]) AS individual
	CROSS JOIN LATERAL report.turnover_between(d1, d2, individuals => individual) AS t
	WHERE d2 <= last;
	RETURN NEXT same_rows('law 3: nor does turnover', 'before_last', 'up_to_last', 50);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT t.* FROM told_timeline AS t
	WHERE step_to <= last AND EXISTS (SELECT FROM said WHERE (t.installation, t.class_path, t.status) = (said.installation, said.class_path, said.status) AND first_sighted < last);
	CREATE TABLE up_to_last AS SELECT r.max_age, t.* FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age)
	CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', last, '36 hours', max_age => r.max_age) AS t
	WHERE step_to <= last AND step_to = step_from + interval '36 hours';
	RETURN NEXT same_rows('law 3: nor does a timeline', 'before_last', 'up_to_last', 500);
END
$body$;
SELECT forget_after('2024-02-18 18:00', false) \g /dev/null
SELECT compare_up_to('2024-02-18 18:00');
SELECT forget_after('2024-02-02 12:00', true) \g /dev/null
SELECT compare_up_to('2024-02-02 12:00');

SELECT * FROM finish();
ROLLBACK;
