-- The answers of reports against an independent statement of what they must be: plain SQL over
-- the raw tables, no type or function of the extension, no code shared with it. One ledger of
-- seeded random looks: complete and partial, of an instant and lasting, with a class tree, coarse and
-- unknown pixels, ranges, minimums, low confidence, shelters, looks of one instant that contradict each
-- other, individuals seen at several installations, evidence retracted and recorded late.
--
-- psql variables: looks, how many (default 200), and seed.
\set QUIET on
\if :{?looks} \else \set looks 200 \endif
\if :{?seed} \else \set seed 0.42 \endif
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(121);
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
INSERT INTO report.source (name, min_confidence) VALUES ('Eye', NULL), ('Ear', 0.3), ('Nose', 0.95);
INSERT INTO report.installation (name, location)
SELECT 'P' || i, ST_SetSRID(ST_MakePoint(10 * i + random(), 50 - i), 4326) FROM generate_series(1, 6) AS i;
-- ("aircraft" and "ship" are told themselves only late: see below)
INSERT INTO report.asset_class (path, name, max_gsd_m, keep_total) VALUES
	('air', 'aircraft', NULL, true), ('air.jet', 'jet', NULL, false), ('air.jet.big', 'big jet', 2, false), ('air.glider', 'glider', 2, false),
	('ship', 'ship', NULL, false), ('ship.tug', 'tug', NULL, false);
INSERT INTO report.shelter (installation_id, asset_class_id, hidden_max)
SELECT i.installation_id, c.asset_class_id, s.hidden FROM (VALUES ('P2', 'big jet', 2), ('P4', 'ship', 1), ('P5', 'glider', 1), ('P5', 'tug', 3)) AS s(place, class, hidden)
JOIN report.installation AS i ON i.name = place JOIN report.asset_class AS c ON c.name = class;
-- at noon of every other day, so that looks of one instant are common; or at any hour; some last for days
INSERT INTO report.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m, recorded_at, retracted_at, retraction_reason)
SELECT o.installation_id, o.source_id, o.observed_from, o.observed_at, o.completeness, o.scope, o.gsd_m, o.recorded_at, o.retracted_at,
	CASE WHEN o.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT l.*, CASE WHEN random() < 0.08 THEN l.recorded_at + roll(1, 20) * interval '24:00:00' END AS retracted_at,
		CASE WHEN random() < 0.35 THEN l.observed_at - roll(0, 8) * interval '12:00:00' END AS observed_from
	FROM (
		SELECT roll(1, 6) AS installation_id, (ARRAY[1, 1, 2, 3])[roll(1, 4)] AS source_id, d.at AS observed_at, d.at + roll(0, 200) * interval '1 hour' AS recorded_at,
			one_of('{complete,complete,complete,partial,partial}') AS completeness,
			one_of('{"{air,ship}","{air,ship}","{air,ship}","{air}","{air.jet}","{ship}"}')::ltree[] AS scope,
			one_of('{0,0.5,0.5,5,NULL}')::numeric AS gsd_m
		FROM generate_series(1, :looks) AS i
		CROSS JOIN LATERAL (SELECT timestamptz '2024-01-01 12:00' + roll(0, 30) * interval '48:00:00'
			+ CASE WHEN i % 3 = 0 THEN roll(0, 47) * interval '1 hour' ELSE '0' END AS at) AS d) AS l) AS o;
-- what is there stays the same for a while
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence, recorded_at, retracted_at, retraction_reason)
SELECT s.installation_id, s.observation_id, s.asset_class_id, s.status, s.designation, s.count, s.confidence, s.recorded_at, s.retracted_at,
	CASE WHEN s.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT o.installation_id, o.observation_id, c.asset_class_id, one_of('{ready,ready,loading,NULL,NULL}') AS status, d.designation,
		CASE WHEN d.designation IS NOT NULL THEN one_of('{"[1,1]","[1,1]","[1,1]","[0,1]"}')
			ELSE one_of(ARRAY['[0,2]', '[1,2]', '[1,)', '[2,)', '[0,)'] || array_fill(format('[%s,%s]', n, n), ARRAY[9])) END::int4range AS count,
		one_of('{0.2,0.4,0.6,0.9,0.9,0.9,0.9,1,1}')::float8 AS confidence,
		o.recorded_at + roll(0, 1) * roll(0, 100) * interval '1 hour' AS recorded_at,
		CASE WHEN random() < 0.06 THEN o.recorded_at + roll(100, 400) * interval '1 hour' END AS retracted_at
	FROM report.observation AS o
	CROSS JOIN report.asset_class AS c
	CROSS JOIN LATERAL (SELECT abs(hashint4((o.installation_id * 100 + c.asset_class_id * 10)::int + extract(day FROM o.observed_at)::int / 11)) % 4 AS n) AS there
	CROSS JOIN LATERAL (
		SELECT CASE WHEN random() < 0.35 THEN one_of('{T1,T2,T3}') END AS designation
		FROM generate_series(1, CASE WHEN there.n = 0 THEN roll(-3, 1) WHEN c.name IN ('aircraft', 'ship') THEN roll(-2, 1) ELSE roll(0, 2) END)) AS d
	-- A class that is told itself only later is no subject before, though what lies below it was told. (The total of "aircraft" is kept.)
	WHERE NOT (c.name IN ('aircraft', 'ship') AND o.installation_id % 2 = 1 AND o.observed_at < '2024-02-10')) AS s;
-- many that tell nothing, of one place
INSERT INTO report.observation (installation_id, source_id, observed_at, completeness)
SELECT 1, 1, timestamptz '2024-02-01 00:30' + i * interval '2 hours', 'partial' FROM generate_series(1, 150) AS i;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM report.verify()', 'the presences are what the evidence says');

--
-- Subjects: all of a class, it in a status, an individual; and a total that is asked for.
--
CREATE TABLE asking AS
SELECT * FROM (VALUES ('class', 'class', NULL), ('status', 'status', NULL), ('individual', 'individual', NULL),
	('total of air', 'class', 'air'), ('total of air.jet', 'class', 'air.jet'), ('total of ship', 'class', 'ship')) AS a(kind, by, total);
-- b is at or below a
CREATE TABLE kin AS
SELECT a.asset_class_id AS a, b.asset_class_id AS b, a.path = b.path AS same
FROM report.asset_class AS a JOIN report.asset_class AS b ON starts_with(b.path::text || '.', a.path::text || '.');
CREATE TABLE subject AS
SELECT row_number() OVER (ORDER BY installation_id, asset_class_id, kind, label)::int AS subject, *
FROM (SELECT DISTINCT installation_id, a AS asset_class_id, kind,
		CASE kind WHEN 'status' THEN status WHEN 'individual' THEN designation ELSE '' END AS label
	FROM report.sighting JOIN kin ON b = asset_class_id CROSS JOIN (SELECT kind, total FROM asking) AS asking JOIN report.asset_class AS c ON c.asset_class_id = a
	WHERE CASE kind WHEN 'class' THEN same OR keep_total WHEN 'status' THEN same AND status IS NOT NULL
		WHEN 'individual' THEN same AND designation IS NOT NULL ELSE c.path::text = total END) AS s;
ALTER TABLE subject ADD COLUMN whole int;
UPDATE subject AS s SET whole = c.subject FROM subject AS c
WHERE s.kind = 'status' AND c.kind = 'class' AND (c.installation_id, c.asset_class_id) = (s.installation_id, s.asset_class_id);
ANALYZE kin, subject;
-- Whatever stands in rows of a subject
CREATE VIEW said AS
SELECT s.subject, s.kind, s.whole, i.name AS installation, c.name AS asset_class, c.path::text AS class_path,
	CASE WHEN s.kind = 'individual' THEN s.label END AS designation, CASE WHEN s.kind = 'status' THEN s.label END AS status,
	ST_X(i.location) AS lon, ST_Y(i.location) AS lat, i.location AS geom
FROM subject AS s JOIN report.installation AS i USING (installation_id) JOIN report.asset_class AS c USING (asset_class_id);

--
-- What each look told of each subject, of what had been recorded by an instant and not yet retracted: at least
-- n, at most m; 2147483647: or more. In tables of the schema that is first in search_path.
--
CREATE TABLE knowing (subject int, i int, since timestamptz, at timestamptz, n bigint, m bigint, observation_id bigint,
	less_closely boolean, shelter boolean, pixels boolean, disagree boolean, until timestamptz, run int, run_since timestamptz,
	carried_n bigint, carried_m bigint, most_told timestamptz, none_first boolean, corrected boolean,
	told_at timestamptz);
CREATE FUNCTION look_at_evidence(known_at timestamptz) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
	CREATE TABLE fact AS
	SELECT s.installation_id, s.observation_id, o.observed_at, s.asset_class_id, s.status, s.designation,
		s.confidence >= coalesce(source.min_confidence, 0.6) AS sure,
		lower(s.count)::bigint AS n, CASE WHEN upper_inf(s.count) THEN 2147483647 ELSE upper(s.count) - 1 END::bigint AS m
	FROM report.sighting AS s JOIN report.observation AS o USING (installation_id, observation_id) JOIN report.source USING (source_id)
	WHERE s.recorded_at <= known_at AND coalesce(s.retracted_at > known_at, true) AND o.recorded_at <= known_at AND coalesce(o.retracted_at > known_at, true);
	CREATE TABLE look AS
	SELECT o.installation_id, o.observation_id, coalesce(o.observed_from, o.observed_at) AS since, o.observed_at, c.asset_class_id,
		-- which of the class would have been seen, had it been there: all or, if the pixels were fine enough, perhaps
		in_scope AND coalesce(o.gsd_m <= c.max_gsd_m, c.max_gsd_m IS NULL) AS exhaustive,
		in_scope AND o.gsd_m IS NULL AND c.max_gsd_m IS NOT NULL AS pixels,
		coalesce((SELECT sum(hidden_max) FROM report.shelter AS s WHERE s.installation_id = o.installation_id
			AND EXISTS (SELECT FROM kin WHERE (kin.a, kin.b) IN ((s.asset_class_id, c.asset_class_id), (c.asset_class_id, s.asset_class_id)))), 0) AS hidden
	FROM report.observation AS o CROSS JOIN report.asset_class AS c
	CROSS JOIN LATERAL (SELECT o.completeness = 'complete' AND EXISTS (SELECT FROM unnest(o.scope) AS part WHERE c.path <@ part) AS in_scope) AS s
	WHERE o.recorded_at <= known_at AND coalesce(o.retracted_at > known_at, true);
	-- A subject is one from when it was first told of, itself or, of a total, by what lies below it.
	CREATE TABLE first_told AS
	SELECT s.subject, min(f.observed_at) AS first_sighted
	FROM subject AS s JOIN report.asset_class AS c USING (asset_class_id) JOIN kin ON kin.a = s.asset_class_id
	JOIN fact AS f ON (f.installation_id, f.asset_class_id) = (s.installation_id, kin.b)
	WHERE CASE s.kind WHEN 'class' THEN same OR keep_total WHEN 'status' THEN same AND f.status = s.label
		WHEN 'individual' THEN same AND f.designation = s.label ELSE true END
	GROUP BY s.subject;
	ANALYZE fact, look, first_told;

	-- what lies at or below a class, and what was told less closely, above it
	CREATE TABLE near AS
	SELECT kin.a AS asset_class_id, false AS above, fact.installation_id, fact.observation_id, fact.status, fact.designation, sure, n, m FROM kin JOIN fact ON fact.asset_class_id = kin.b
	UNION ALL
	SELECT kin.b, true, fact.installation_id, fact.observation_id, fact.status, fact.designation, sure, n, m FROM kin JOIN fact ON fact.asset_class_id = kin.a WHERE NOT same;
	CREATE INDEX ON near (installation_id, observation_id, asset_class_id);
	ANALYZE near;
	CREATE TABLE told AS
	SELECT * FROM (
		SELECT s.subject, l.since, l.observed_at, l.observation_id, false AS elsewhere, x.n,
			CASE WHEN l.exhaustive THEN least(x.m + x.vague + l.hidden, 2147483647) ELSE 2147483647 END::bigint AS m,
			l.exhaustive AND x.vague > 0 AS less_closely, l.exhaustive AND l.hidden > 0 AS shelter, l.pixels
		FROM subject AS s JOIN look AS l USING (installation_id, asset_class_id)
		CROSS JOIN LATERAL (
			SELECT coalesce(sum(f.n) FILTER (WHERE f.sure AND NOT f.above AND is_it), 0)::bigint AS n,
				coalesce(sum(f.m) FILTER (WHERE NOT f.above AND is_it), 0)::bigint AS m,
				coalesce(sum(f.m) FILTER (WHERE f.above AND is_it OR may_be_it), 0)::bigint AS vague
			FROM near AS f
			CROSS JOIN LATERAL (SELECT s.kind <> 'status' OR coalesce(f.status = s.label, false) AS is_it, s.kind = 'status' AND f.status IS NULL AS may_be_it) AS i
			WHERE (f.installation_id, f.observation_id, f.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id)) AS x
		WHERE s.kind <> 'individual'
		UNION ALL
		-- an individual: what a look shows it to be, or not to be
		SELECT s.subject, l.since, l.observed_at, l.observation_id, false,
			CASE WHEN seen THEN 1 ELSE 0 END, CASE WHEN seen OR perhaps THEN 1 ELSE 0 END, false, false, false
		FROM subject AS s JOIN look AS l USING (installation_id, asset_class_id)
		CROSS JOIN LATERAL (
			SELECT coalesce(bool_or(NOT f.above AND f.designation = s.label AND f.sure AND f.n > 0), false) AS seen,
				coalesce(bool_or(NOT f.above AND f.designation = s.label AND f.m > 0), false) AS perhaps,
				coalesce(bool_or(f.above AND f.designation = s.label AND f.m > 0), false) AS vaguely,
				coalesce(bool_or(f.designation IS NULL AND f.m > 0), false) AS anonymous
			FROM near AS f WHERE (f.installation_id, f.observation_id, f.asset_class_id) = (l.installation_id, l.observation_id, l.asset_class_id)) AS x
		WHERE s.kind = 'individual'
			AND (seen OR l.exhaustive AND NOT vaguely AND (perhaps OR NOT anonymous AND l.hidden = 0))
		UNION ALL
		-- or that it is elsewhere
		SELECT DISTINCT s.subject, l.since, l.observed_at, l.observation_id, true, 0, 0, false, false, false
		FROM subject AS s
		JOIN kin ON kin.a = s.asset_class_id
		JOIN fact AS f ON f.designation = s.label AND f.asset_class_id = kin.b AND f.installation_id <> s.installation_id AND f.sure AND f.n > 0
		JOIN look AS l ON (l.installation_id, l.observation_id, l.asset_class_id) = (f.installation_id, f.observation_id, f.asset_class_id)
		WHERE s.kind = 'individual'
	) AS t
	WHERE NOT (n = 0 AND m = 2147483647);

	-- Of one moment: what all of it has in common or, where that is nothing, all that any of it allows.
	-- It is the look that tells most which stands for it. It was so since the shortest looks that tell it began.
	CREATE TABLE moment AS
	SELECT subject, row_number() OVER (PARTITION BY subject ORDER BY at)::int AS i, since, at, n, m, (most).observation_id,
		-- why it is no single number: what that look itself says, if it tells all of it
		n < m AND CASE WHEN is_one THEN (most).less_closely ELSE any_less_closely END AS less_closely,
		n < m AND CASE WHEN is_one THEN (most).shelter ELSE any_shelter END AS shelter,
		n < m AND CASE WHEN is_one THEN (most).pixels ELSE any_pixels END AS pixels, disagree
	FROM (
		SELECT g.*, CASE WHEN disagree THEN hull_n ELSE common_n END AS n, CASE WHEN disagree THEN hull_m ELSE common_m END AS m,
			NOT disagree AND (common_n, common_m) = ((most).n, (most).m) AS is_one
		FROM (
			SELECT subject, observed_at AS at, max(n) > min(m) AS disagree, max(n) AS common_n, min(m) AS common_m, min(n) AS hull_n, max(m) AS hull_m,
				bool_or(less_closely) AS any_less_closely, bool_or(shelter) AS any_shelter, bool_or(pixels) AS any_pixels,
				CASE WHEN max(n) > min(m) THEN min(since) ELSE min(since) FILTER (WHERE narrows) END AS since,
				(array_agg(p.told ORDER BY n DESC, m, since DESC, elsewhere DESC, observation_id))[1] AS most
			FROM (
				SELECT told, told.*, coalesce(n > max(n) OVER w OR m < min(m) OVER w, true) AS narrows
				FROM told
				WINDOW w AS (PARTITION BY subject, observed_at ORDER BY since DESC, n DESC, m, elsewhere DESC, observation_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS p
			GROUP BY subject, observed_at) AS g) AS merged
	WHERE NOT (n = 0 AND m = 2147483647);

	-- The walk forward: what was believed goes on as long as there is a number that all of it allows.
	CREATE TABLE known (LIKE knowing);
	INSERT INTO known
	WITH RECURSIVE walk AS (
		SELECT subject, i, 1 AS run, at AS run_since, n AS carried_n, m AS carried_m, at AS most_told FROM moment WHERE i = 1
		UNION ALL
		SELECT e.subject, e.i,
			CASE WHEN fits THEN w.run ELSE w.run + 1 END, CASE WHEN fits THEN w.run_since ELSE e.at END,
			CASE WHEN fits THEN greatest(w.carried_n, e.n) ELSE e.n END, CASE WHEN fits THEN least(w.carried_m, e.m) ELSE e.m END,
			-- when it was last told that there are no more
			CASE WHEN NOT fits OR e.m <= w.carried_m THEN e.at ELSE w.most_told END
		FROM walk AS w JOIN moment AS e ON e.subject = w.subject AND e.i = w.i + 1
		CROSS JOIN LATERAL (SELECT greatest(w.carried_n, e.n) <= least(w.carried_m, e.m)) AS f(fits)
	)
	SELECT e.*, lead(e.at, 1, 'infinity') OVER (PARTITION BY subject ORDER BY i) AS until, w.run, w.run_since, w.carried_n, w.carried_m, w.most_told,
		-- the looks of the first run allowed none alone
		coalesce(min(e.m) FILTER (WHERE w.run = 1) OVER (PARTITION BY subject ORDER BY i) = 0, false) AS none_first,
		false AS corrected, e.at AS told_at
	FROM walk AS w JOIN moment AS e USING (subject, i);
	CREATE INDEX ON known (subject, at);
	ANALYZE moment, known;
END
$body$;

-- What was known of the subjects there were by an instant, the horizon. Statuses of one class are states of the same
-- things: of what is carried of all of it each keeps what the others leave that the same look told of, or a
-- later one, but no less than its own last look told. Where a later look leaves it less, that is the look that is
-- named (of several of one moment the one that tells of all of the class), and by itself it tells nothing of the status. (One that was not told of this very class by then leaves the others as they are.)
SET check_function_bodies = off;
CREATE FUNCTION at_date(d timestamptz, horizon timestamptz, told_by timestamptz DEFAULT 'infinity') RETURNS SETOF knowing LANGUAGE sql STABLE AS $body$
	WITH k AS MATERIALIZED (
		SELECT k.*, s.whole, first_sighted <= told_by AS is_told FROM known AS k JOIN subject AS s USING (subject) JOIN first_told USING (subject)
		WHERE k.at <= d AND k.until > d AND first_sighted <= horizon
	), others AS (
		SELECT k.subject, sum(o.carried_n) AS n
		FROM k JOIN k AS o ON o.whole = k.whole AND o.subject <> k.subject AND o.is_told AND o.at >= k.at
		GROUP BY k.subject
	), say AS (
		SELECT DISTINCT ON (of) of, at AS say_at, since AS say_since, less_closely AS say_less_closely, shelter AS say_shelter, pixels AS say_pixels,
			disagree AS say_disagree, corrected AS say_corrected, observation_id AS say_look
		FROM (SELECT *, coalesce(whole, subject) AS of FROM k WHERE CASE WHEN whole IS NULL THEN at = most_told ELSE is_told AND carried_n > 0 END) AS s
		ORDER BY of, at DESC, whole DESC NULLS LAST, subject
	), status AS (
		SELECT k.*, t.carried_m - coalesce(others.n, 0) AS room, t.carried_m AS of_all, say.*, t.at AS whole_at, t.observation_id AS whole_look
		FROM k JOIN k AS t ON t.subject = k.whole LEFT JOIN others ON others.subject = k.subject LEFT JOIN say ON say.of = k.whole
	), narrow AS (
		SELECT *, greatest(room, CASE WHEN later THEN 0 ELSE n END) AS most
		FROM status CROSS JOIN LATERAL (SELECT coalesce(say_at > at, false) AS later) AS l
		WHERE of_all < 2147483647
	), narrower AS (
		SELECT * FROM narrow WHERE most < carried_m
	)
	SELECT subject, i, since, at, n, m, observation_id, less_closely, shelter, pixels, disagree, until, run, run_since,
		carried_n, carried_m, most_told, none_first, corrected, told_at
	FROM k WHERE subject NOT IN (SELECT subject FROM narrower)
	UNION ALL
	SELECT subject, i, CASE WHEN later THEN say_since ELSE since END, CASE WHEN later THEN say_at ELSE at END,
		CASE WHEN later THEN 0 ELSE n END, CASE WHEN later THEN 2147483647 ELSE m END, CASE WHEN NOT later THEN observation_id WHEN whole_at = say_at THEN whole_look ELSE say_look END,
		CASE WHEN later THEN say_less_closely ELSE less_closely END, CASE WHEN later THEN say_shelter ELSE shelter END,
		CASE WHEN later THEN say_pixels ELSE pixels END, CASE WHEN later THEN say_disagree ELSE disagree END,
		until, run, run_since, least(carried_n, most), most, most_told, none_first, corrected OR later AND say_corrected, told_at
	FROM narrower
$body$;
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
CREATE FUNCTION why(side text, n bigint, m bigint, k knowing) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[
	CASE WHEN m = 2147483647 THEN 'minimum' || side WHEN n < m THEN 'range' || side END,
	CASE WHEN (n, m) <> (k.n, k.m) THEN 'carried' || side END,
	CASE WHEN n < m AND k.less_closely THEN 'told_less_closely' END,
	CASE WHEN n < m AND k.shelter THEN 'shelter' END,
	CASE WHEN n < m AND k.pixels THEN 'pixels_unknown' END,
	CASE WHEN k.disagree THEN 'readers_disagree' END];
CREATE FUNCTION in_order(codes text[]) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT DISTINCT code FROM unnest(codes) AS code WHERE code IS NOT NULL ORDER BY code);
-- who looked, and when
CREATE FUNCTION by_whom(look bigint) RETURNS text LANGUAGE sql STABLE
RETURN (SELECT source.name || to_char(o.observed_at, ' YYYY-MM-DD') FROM report.observation AS o JOIN report.source USING (source_id) WHERE o.observation_id = look);
-- EXCEPT ALL both ways: nothing is left of either, and so many rows were compared.
CREATE FUNCTION same_rows(what text, expected text, told text, at_least integer, kinds text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
	rows bigint;
	missing bigint;
	extra bigint;
	example text;
	few text := CASE WHEN kinds IS NOT NULL THEN format(' WHERE kind LIKE %L', kinds) ELSE '' END;
BEGIN
	EXECUTE format('SELECT count(*) FROM %s%s', expected, few) INTO rows;
	EXECUTE format('SELECT count(*), min(d::text) FROM (SELECT * FROM %s%s EXCEPT ALL SELECT * FROM %s%s) AS d', expected, few, told, few) INTO missing, example;
	EXECUTE format('SELECT count(*), coalesce(%L, min(d::text)) FROM (SELECT * FROM %s%s EXCEPT ALL SELECT * FROM %s%s) AS d', example, told, few, expected, few) INTO extra, example;
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
	FROM generate_series(1, 24) AS i
	UNION ALL
	-- so near that looks of both overlap
	(SELECT observed_at, observed_at + roll(12, 72) * interval '1 hour' FROM report.observation ORDER BY random() LIMIT 10)) AS q
WHERE a <> b;
CREATE TABLE reading AS
SELECT mode, max_age FROM unnest('{last_known,certain,possible}'::text[]) AS mode, unnest('{NULL,"5 days"}'::interval[]) AS max_age;
CREATE TABLE instant AS SELECT DISTINCT d1 AS at FROM question WHERE question % 2 = 0;

--
-- The answers, of the evidence in the schema that is first in search_path
--
-- A row of changes: before and after, and beside a status all of its class. since: what was told then and what
-- is told now, so that whatever is known now was looked at.
CREATE FUNCTION change_row(mode text, max_age interval, d1 timestamptz, d2 timestamptz, since boolean, before knowing, after knowing, whole_before knowing, whole_after knowing)
RETURNS TABLE (count_before_min int, count_before_max int, count_after_min int, count_after_max int, change_min int, change_max int,
	verdict text, certain boolean, before_looked_at timestamptz, after_looked_at timestamptz, stale_before boolean, stale_after boolean,
	doubt text[], before_look bigint, after_look bigint, sources text, is_listed boolean)
LANGUAGE sql STABLE AS $body$
SELECT x.bn::int, most(x.bm), x.an::int, most(x.am),
	CASE WHEN x.bm < 2147483647 THEN (x.an - x.bm)::int END, CASE WHEN x.am < 2147483647 THEN (x.am - x.bn)::int END,
	v.verdict,
	-- word and numbers are what two looks told
	coalesce(v.verdict = t.word AND (x.bn, x.bm, x.an, x.am) = ((before).n, (before).m, (after).n, (after).m), false),
	(before).at, CASE WHEN x.an IS NOT NULL THEN (after).at END,
	coalesce(d1 - (before).at >= max_age, false), coalesce(looked AND d2 - (after).at >= max_age, false),
	in_order(CASE WHEN (before).at IS NULL THEN '{no_look_before}' ELSE why('_before', x.bn, x.bm, before) END
		|| CASE WHEN x.an IS NULL THEN '{no_look_after}' ELSE why('_after', x.an, x.am, after) END
		|| CASE WHEN d1 - (before).at >= max_age THEN 'stale_before' END || CASE WHEN looked AND d2 - (after).at >= max_age THEN 'stale_after' END
		|| CASE WHEN looked AND (before).corrected THEN 'corrected' WHEN looked AND overlap THEN 'looks_overlap' END
		-- the same may be there in another status, unless all of the class went the same way
		|| CASE WHEN whole_after IS NOT NULL AND v.verdict IN ('arrived', 'increased') AND w.word IS DISTINCT FROM 'more' THEN 'status_may_be_same'
			WHEN whole_after IS NOT NULL AND v.verdict IN ('departed', 'decreased') AND w.word IS DISTINCT FROM 'fewer' THEN 'status_may_be_same' END),
	(before).observation_id, CASE WHEN x.an IS NOT NULL THEN (after).observation_id END,
	CASE WHEN x.an IS NULL OR by_whom((before).observation_id) = by_whom((after).observation_id) THEN by_whom((before).observation_id)
		ELSE concat_ws(', ', by_whom((before).observation_id), by_whom((after).observation_id)) END,
	CASE
		WHEN (after).at IS NULL THEN false
		WHEN NOT looked THEN mode = 'possible'
		WHEN (before).at IS NULL AND mode = 'possible' THEN (after).m > 0
		WHEN (before).at IS NULL THEN mode = 'last_known' AND (after).carried_n > 0
		WHEN mode = 'certain' THEN t.word IS NOT NULL
		WHEN v.verdict = 'undecided' THEN mode = 'possible' AND NOT ((before).n = (before).m AND ((before).n, (before).m) = ((after).n, (after).m))
		ELSE true END
FROM (SELECT mode = 'last_known' AS carries, since OR (after).at > d1 AS looked, coalesce((after).since <= (before).at, false) AS overlap) AS r
-- what is shown: what was last known, or what the last look told; nothing where nobody had looked
CROSS JOIN LATERAL (SELECT
	CASE WHEN carries THEN (before).carried_n ELSE (before).n END AS bn, CASE WHEN carries THEN (before).carried_m ELSE (before).m END AS bm,
	CASE WHEN looked THEN CASE WHEN carries THEN (after).carried_n ELSE (after).n END END AS an,
	CASE WHEN looked THEN CASE WHEN carries THEN (after).carried_m ELSE (after).m END END AS am) AS x
CROSS JOIN LATERAL (SELECT CASE WHEN NOT overlap AND NOT (before).corrected THEN word((before).n, (before).m, (after).n, (after).m) END AS word) AS t
CROSS JOIN LATERAL (SELECT word((before).carried_n, (before).carried_m, (after).carried_n, (after).carried_m) AS word) AS c
CROSS JOIN LATERAL (SELECT CASE
	WHEN (whole_before).at IS NULL THEN CASE WHEN (whole_after).none_first AND (whole_after).carried_n > 0 THEN 'more' END
	WHEN (whole_after).carried_n > (whole_before).carried_m THEN 'more'
	WHEN (whole_after).carried_m < (whole_before).carried_n THEN 'fewer' END AS word) AS w
CROSS JOIN LATERAL (SELECT CASE WHEN since THEN (after).run_since <= (before).told_at ELSE (after).run = (before).run END AS same_stay) AS stay
CROSS JOIN LATERAL (SELECT CASE
	WHEN NOT looked THEN 'not looked'
	WHEN (before).at IS NULL THEN CASE WHEN NOT (after).none_first THEN 'first look' WHEN (after).carried_n > 0 THEN 'arrived' ELSE 'undecided' END
	WHEN mode = 'certain' THEN t.word
	WHEN c.word IS NOT NULL THEN c.word
	WHEN NOT same_stay AND greatest((before).carried_n, (after).carried_n) > 0 THEN 'varied'
	ELSE 'undecided' END AS verdict) AS v
$body$;
CREATE FUNCTION answer() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
	CREATE TABLE side AS
	SELECT question, d1 AS at, d2 AS horizon, at_date.subject, at_date AS k FROM question CROSS JOIN LATERAL at_date(d1, d2, d1)
	UNION ALL
	SELECT question, d2, d2, at_date.subject, at_date FROM question CROSS JOIN LATERAL at_date(d2, d2);
	CREATE INDEX ON side (question, at, subject);
	ANALYZE side;
	CREATE TABLE expected_change AS
	SELECT q.question, r.mode, r.max_age, kind, installation, asset_class, class_path, designation, status,
		count_before_min, count_before_max, count_after_min, count_after_max, change_min, change_max, verdict, certain,
		before_looked_at, after_looked_at, stale_before, stale_after, doubt, before_look, after_look, sources, lon, lat, geom
	FROM question AS q JOIN side AS a ON a.question = q.question AND a.at = q.d2 JOIN said USING (subject)
	LEFT JOIN side AS b ON b.question = q.question AND b.at = q.d1 AND b.subject = a.subject
	LEFT JOIN side AS wa ON wa.question = q.question AND wa.at = q.d2 AND wa.subject = said.whole
	LEFT JOIN side AS wb ON wb.question = q.question AND wb.at = q.d1 AND wb.subject = said.whole
	CROSS JOIN reading AS r
	CROSS JOIN LATERAL change_row(r.mode, r.max_age, d1, d2, false, b.k, a.k, wb.k, wa.k)
	WHERE is_listed;
	CREATE TABLE there AS SELECT d.at, at_date.subject, at_date AS k FROM instant AS d CROSS JOIN LATERAL at_date(d.at, d.at);
	CREATE TABLE expected_inventory AS
	SELECT d.at, mode, r.max_age, kind, installation, asset_class, class_path, designation, status,
		CASE WHEN NOT stale THEN x.n::int END AS count_min, CASE WHEN NOT stale THEN most(x.m) END AS count_max,
		CASE WHEN stale THEN 'stale' WHEN (x.n, x.m) = ((k).n, (k).m) THEN 'told' ELSE 'carried' END AS state,
		(k).n::int AS told_min, most((k).m) AS told_max, (k).at AS looked_at, CASE WHEN (k).carried_n > 0 THEN (k).run_since END AS first_seen,
		in_order(CASE WHEN stale THEN '{stale}' ELSE why('', x.n, x.m, k) END) AS doubt, (k).observation_id AS look, by_whom((k).observation_id) AS sources, lon, lat, geom
	FROM there AS d CROSS JOIN reading AS r JOIN said USING (subject)
	CROSS JOIN LATERAL (SELECT coalesce(d.at - (k).at >= r.max_age, false) AS stale) AS s
	CROSS JOIN LATERAL (SELECT CASE WHEN mode = 'last_known' THEN (k).carried_n ELSE (k).n END AS n, CASE WHEN mode = 'last_known' THEN (k).carried_m ELSE (k).m END AS m) AS x
	-- what was last told is listed when it is too old, none and some alike
	WHERE stale OR CASE WHEN mode = 'possible' THEN x.m > 0 ELSE x.n > 0 END;
	CREATE TABLE step AS
	SELECT step AS step_from, at_date.subject, at_date AS k
	FROM generate_series(timestamptz '2023-12-30 12:00', '2024-03-06', '36 hours') AS step CROSS JOIN LATERAL at_date(step + interval '36 hours' - interval '1 microsecond', '2024-03-07', step + interval '36 hours' - interval '1 microsecond');
	CREATE TABLE expected_timeline AS
	SELECT r.max_age, kind, step AS step_from, step + interval '36 hours' AS step_to, installation, asset_class, class_path, designation, status,
		CASE WHEN state IN ('observed', 'last known') THEN (k).carried_n::int END AS count_min,
		CASE WHEN state IN ('observed', 'last known') THEN most((k).carried_m) END AS count_max,
		state, (k).n::int AS told_min, most((k).m) AS told_max, (k).at AS looked_at, lon, lat, geom
	FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age)
	CROSS JOIN generate_series(timestamptz '2023-12-30 12:00', '2024-03-06', '36 hours') AS step
	CROSS JOIN said JOIN first_told USING (subject)
	LEFT JOIN step AS s ON s.subject = said.subject AND s.step_from = step
	CROSS JOIN LATERAL (SELECT CASE
		WHEN (k).at IS NULL THEN 'unobserved'
		WHEN step + interval '36 hours' - interval '1 microsecond' - (k).at >= r.max_age THEN 'stale'
		WHEN EXISTS (SELECT FROM known AS o WHERE o.subject = said.subject AND o.run = (k).run AND o.i <= (k).i AND o.at >= step
			AND (o.n, o.m) = ((k).carried_n, (k).carried_m)) THEN 'observed'
		ELSE 'last known' END AS state) AS st
	WHERE first_sighted < '2024-03-07';
	-- turnover: the one pass over the looks of what was told by each date. The number is kept as high, and
	-- as low, as they allow, so that it comes and goes as late as can be. Of looks that overlap in time nobody knows which came first.
	CREATE TABLE expected_turnover AS
	WITH RECURSIVE pass AS (
		-- told by the earlier date or, where nothing was, first told after it
		SELECT q.question, q.d2, f.subject, f.i, f.at AS taken, f.at AS first_at, f.n AS low, f.m AS high, 0::bigint AS came, 0::bigint AS gone, 1::bigint AS looks
		FROM question AS q CROSS JOIN LATERAL (
			SELECT DISTINCT ON (subject) k.* FROM known AS k WHERE k.until > q.d1 ORDER BY subject, i) AS f
		JOIN first_told AS t ON t.subject = f.subject AND t.first_sighted <= q.d2
		WHERE f.at <= q.d2
		UNION ALL
		SELECT p.question, p.d2, p.subject, k.i, CASE WHEN takes THEN k.at ELSE p.taken END, p.first_at,
			CASE WHEN takes THEN least(greatest(p.low, k.n), k.m) ELSE p.low END, CASE WHEN takes THEN greatest(least(p.high, k.m), k.n) ELSE p.high END,
			CASE WHEN takes THEN p.came + greatest(k.n - p.high, 0) ELSE p.came END, CASE WHEN takes THEN p.gone + greatest(p.low - k.m, 0) ELSE p.gone END,
			CASE WHEN takes THEN p.looks + 1 ELSE p.looks END
		FROM pass AS p JOIN known AS k ON k.subject = p.subject AND k.i = p.i + 1 AND k.at <= p.d2
		CROSS JOIN LATERAL (SELECT k.since > p.taken AS takes) AS t
	)
	SELECT DISTINCT ON (question, subject) question, kind, installation, asset_class, class_path, designation, status, came AS came_min, gone AS left_min, looks,
		first_at AS from_looked_at, taken AS to_looked_at, lon, lat, geom
	FROM pass JOIN said USING (subject)
	ORDER BY question, subject, i DESC;
	DELETE FROM expected_turnover WHERE came_min + left_min = 0;
END
$body$;

-- The reports, as they tell it.
CREATE FUNCTION ask(known timestamptz) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
	CREATE TABLE told_change AS
	SELECT question, r.mode, r.max_age, kind, c.*
	FROM question CROSS JOIN reading AS r CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.changes_between(d1, d2, mode => r.mode, max_age => r.max_age, by => a.by, total => a.total, known_at => known) AS c;
	CREATE TABLE told_inventory AS
	SELECT d.at, r.mode, r.max_age, kind, i.*
	FROM instant AS d CROSS JOIN reading AS r CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.inventory_at(d.at, mode => r.mode, max_age => r.max_age, by => a.by, total => a.total, known_at => known) AS i;
	CREATE TABLE told_timeline AS
	SELECT r.max_age, kind, t.* FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age) CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', '2024-03-07', '36 hours', max_age => r.max_age, by => a.by, total => a.total, known_at => known) AS t;
	CREATE TABLE told_turnover AS
	SELECT question, kind, t.* FROM question CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.turnover_between(d1, d2, by => a.by, total => a.total, known_at => known) AS t;
	CREATE VIEW told_change_in_order AS
	SELECT question, mode, max_age, kind, installation, asset_class, class_path, designation, status,
		count_before_min, count_before_max, count_after_min, count_after_max, change_min, change_max, verdict, certain,
		before_looked_at, after_looked_at, stale_before, stale_after, in_order(doubt) AS doubt, before_look, after_look, sources, lon, lat, geom
	FROM told_change;
	CREATE VIEW told_inventory_in_order AS
	SELECT at, mode, max_age, kind, installation, asset_class, class_path, designation, status, count_min, count_max, state, told_min, told_max,
		looked_at, first_seen, in_order(doubt) AS doubt, look, sources, lon, lat, geom
	FROM told_inventory;
END
$body$;
SET check_function_bodies = on;
--
-- As it is known now
--
CREATE SCHEMA as_now;
SET search_path = as_now, oracle, public;
SELECT look_at_evidence('infinity') \g /dev/null
SELECT answer() \g /dev/null
SELECT ask(NULL) \g /dev/null
SELECT ok(count(*) FILTER (WHERE n < m AND m < 2147483647) > 100 AND count(*) FILTER (WHERE m = 2147483647) > 100 AND count(*) FILTER (WHERE disagree) > 5
	AND count(*) FILTER (WHERE less_closely) > 50 AND count(*) FILTER (WHERE shelter) > 50 AND count(*) FILTER (WHERE pixels) >= 5 AND count(*) FILTER (WHERE since < at) > 100
	AND count(*) FILTER (WHERE (carried_n, carried_m) <> (n, m)) > 100, format('evidence of every kind, %s pieces: %s disagree, %s less closely, %s shelter, %s pixels, %s last', count(*), count(*) FILTER (WHERE disagree), count(*) FILTER (WHERE less_closely), count(*) FILTER (WHERE shelter), count(*) FILTER (WHERE pixels), count(*) FILTER (WHERE since < at)))
FROM known;
SELECT ok(count(*) FILTER (WHERE (s.k).at > k.at) >= 5 AND count(*) FILTER (WHERE (s.k).at = k.at) >= 20,
	format('%s statuses are narrowed by what others leave, %s by a later look', count(*), count(*) FILTER (WHERE (s.k).at > k.at)))
FROM there AS s JOIN known AS k ON k.subject = s.subject AND k.i = (s.k).i WHERE (s.k).carried_m < k.carried_m;
SELECT ok(count(DISTINCT l.installation_id) >= 2, 'some classes were told themselves later than what lies below them, and in a status, and of a number')
FROM subject AS l JOIN first_told USING (subject) JOIN subject AS t ON (t.installation_id, t.asset_class_id, t.kind) = (l.installation_id, l.asset_class_id, 'total of ship')
JOIN first_told AS f ON f.subject = t.subject
WHERE l.kind IN ('class', 'status', 'individual') AND f.first_sighted < first_told.first_sighted - interval '20 days';

--
-- changes()
--
SELECT same_rows('changes, in three modes, with and without an age, by ' || kind, 'expected_change', 'told_change_in_order', least, kind)
FROM (VALUES ('class', 2000), ('status', 2000), ('individual', 1000), ('total%', 1000)) AS k(kind, least);
SELECT ok(count(c) >= w.at_least, format('%s that %s, in mode %s', count(*), w.verdict, w.mode))
FROM (VALUES ('last_known', 'arrived', 200), ('last_known', 'departed', 200), ('last_known', 'increased', 100), ('last_known', 'decreased', 100),
		('last_known', 'varied', 50), ('last_known', 'first look', 50), ('certain', 'arrived', 100), ('certain', 'departed', 100),
		('certain', 'increased', 50), ('certain', 'decreased', 50), ('possible', 'undecided', 200), ('possible', 'not looked', 200)) AS w(mode, verdict, at_least)
LEFT JOIN told_change AS c ON c.mode = w.mode AND c.verdict = w.verdict
GROUP BY w.mode, w.verdict, w.at_least ORDER BY w.mode, w.verdict;
SELECT ok(count(*) FILTER (WHERE certain) >= 500 AND count(*) FILTER (WHERE mode = 'last_known' AND NOT certain AND verdict IN ('arrived', 'departed', 'increased', 'decreased')) >= 50
	AND count(*) FILTER (WHERE verdict = 'arrived' AND count_before_min IS NULL) >= 30 AND count(*) FILTER (WHERE stale_before AND NOT stale_after) >= 50,
	format('%s of the changes are certain, of %s', count(*) FILTER (WHERE certain), count(*)))
FROM told_change;
SELECT ok(min(n) >= 5, 'each doubt of a change was told at least 5 times: ' || string_agg(code || ' ' || n, ', ' ORDER BY code))
FROM (SELECT w.word AS code, (SELECT count(*) FROM told_change WHERE w.word = ANY (doubt)) AS n
	FROM report_words() AS w WHERE w.about = 'doubt' AND w.word NOT IN ('minimum', 'range', 'carried', 'stale', 'corrected')) AS d;
SELECT is_empty($$SELECT * FROM told_change WHERE what_is_not_known IS DISTINCT FROM doubt_text(doubt)$$, 'what is not known is told in words, too');

--
-- inventory(), timeline(), turnover()
--
SELECT same_rows('inventories likewise, by ' || kind, 'expected_inventory', 'told_inventory_in_order', 500, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
SELECT ok(count(*) >= 100, format('%s that are %s', count(*), state)) FROM told_inventory GROUP BY state ORDER BY state;
SELECT is_empty($$SELECT * FROM told_inventory WHERE what_is_not_known IS DISTINCT FROM doubt_text(doubt)$$, 'what is not known is told in words, too');
SELECT same_rows('timelines, by ' || kind, 'expected_timeline', 'told_timeline', 1000, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
SELECT ok(count(*) >= 150, format('%s steps that are %s', count(*), state)) FROM told_timeline GROUP BY state ORDER BY state;
SELECT same_rows('turnover, by ' || kind, 'expected_turnover', 'told_turnover', 200, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
SELECT ok(count(*) FILTER (WHERE came_min > 0 AND left_min > 0) >= 200 AND count(*) FILTER (WHERE came_min > left_min + 1) >= 50 AND max(looks) > 10,
	'turnover: what came and left, and more than one') FROM told_turnover;
SELECT ok(count(*) >= 50, format('turnover: %s that changes() does not list, as there were none before and after', count(*)))
FROM told_turnover AS t WHERE NOT EXISTS (SELECT FROM told_change AS c WHERE c.mode = 'last_known' AND c.max_age IS NULL
	AND (c.question, c.kind, c.installation, c.class_path) = (t.question, t.kind, t.installation, t.class_path)
	AND (c.status, c.designation) IS NOT DISTINCT FROM (t.status, t.designation));

--
-- The same answers by another way: all looks read and walked over, as for what was known at an earlier time, in
-- place of stored runs and the few looks around each date.
--
CREATE TABLE some_question AS SELECT * FROM question WHERE question % 5 = 1;
CREATE TABLE some_instant AS SELECT * FROM instant ORDER BY at OFFSET 4 LIMIT 4;
CREATE SCHEMA as_walked;
SET search_path = as_walked, oracle, public;
CREATE TABLE question AS SELECT * FROM as_now.some_question;
SELECT ask('2999-01-01') \g /dev/null
SELECT same_rows('changes as known at a time when all was known', '(SELECT c.* FROM as_now.told_change AS c JOIN question USING (question)) AS c', 'told_change', 1000);
SELECT same_rows('inventories likewise', 'as_now.told_inventory', 'told_inventory', 2000);
SELECT same_rows('timelines likewise', 'as_now.told_timeline', 'told_timeline', 3000);
SELECT same_rows('turnover likewise', '(SELECT t.* FROM as_now.told_turnover AS t JOIN question USING (question)) AS t', 'told_turnover', 200);
SELECT is_empty($$(SELECT * FROM report.changes('2024-01-10', '2024-02-10', known_at => 'infinity') EXCEPT ALL SELECT * FROM report.changes('2024-01-10', '2024-02-10'))
	UNION ALL (SELECT * FROM report.changes('2024-01-10', '2024-02-10') EXCEPT ALL SELECT * FROM report.changes('2024-01-10', '2024-02-10', known_at => 'infinity'))$$,
	'known at the end of time: now');

--
-- As was known at two instants; and what is new since then.
--
CREATE FUNCTION oracle.compare_known(instant timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $body$
BEGIN
	CREATE TABLE question AS SELECT * FROM as_now.some_question;
	CREATE TABLE instant AS SELECT * FROM as_now.some_instant;
	PERFORM look_at_evidence(instant), answer(), ask(instant);
	RETURN QUERY SELECT same_rows(format('as known at %s: changes, by %s', instant, kind), 'expected_change', 'told_change_in_order', 100, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
	RETURN QUERY SELECT same_rows(format('inventories, by %s', kind), 'expected_inventory', 'told_inventory_in_order', 100, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
	RETURN QUERY SELECT same_rows(format('timelines, by %s', kind), 'expected_timeline', 'told_timeline', 500, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
	RETURN QUERY SELECT same_rows(format('turnover, by %s', kind), 'expected_turnover', 'told_turnover', 10, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
	RETURN NEXT ok((SELECT count(*) FROM (TABLE told_change EXCEPT ALL TABLE as_now.told_change) AS d) >= 200, 'of which many are no answers of now');
	-- what was told then and nothing tells any more
	UPDATE known AS k SET corrected = NOT EXISTS (SELECT FROM as_now.known AS n WHERE (n.subject, n.at, n.n, n.m) = (k.subject, k.at, k.n, k.m));
	CREATE TABLE before AS SELECT at_date.subject, at_date AS k FROM at_date('2999-01-01', '2999-01-01');
	-- of whatever was a subject then, or is one now
	INSERT INTO first_told SELECT * FROM as_now.first_told AS n WHERE NOT EXISTS (SELECT FROM first_told AS f WHERE f.subject = n.subject);
	ALTER TABLE known RENAME TO known_then;
	CREATE TABLE known AS SELECT * FROM as_now.known;
	CREATE TABLE after AS SELECT at_date.subject, at_date AS k FROM at_date('2999-01-01', '2999-01-01');
	CREATE TABLE expected_since AS
	SELECT mode, kind, installation, asset_class, class_path, designation, status, r.*
	FROM unnest('{last_known,certain,possible}'::text[]) AS mode
	CROSS JOIN after AS a JOIN said USING (subject)
	LEFT JOIN before AS b USING (subject) LEFT JOIN after AS wa ON wa.subject = said.whole LEFT JOIN before AS wb ON wb.subject = said.whole
	CROSS JOIN LATERAL change_row(mode, NULL, '2999-01-01', '2999-01-01', true, b.k, a.k, wb.k, wa.k) AS r
	WHERE is_listed AND installation IN (SELECT i.name FROM report.installation AS i JOIN report.observation AS o USING (installation_id) LEFT JOIN report.sighting AS s USING (installation_id, observation_id)
		WHERE greatest(o.recorded_at, o.retracted_at, s.recorded_at, s.retracted_at) > instant);
	ALTER TABLE expected_since DROP COLUMN is_listed;
	CREATE TABLE told_since AS
	SELECT mode, kind, c.installation, c.asset_class, c.class_path, c.designation, c.status, c.count_before_min, c.count_before_max, c.count_after_min, c.count_after_max, c.change_min, c.change_max,
		c.verdict, c.certain, c.before_looked_at, c.after_looked_at, c.stale_before, c.stale_after, in_order(c.doubt) AS doubt, c.before_look, c.after_look, c.sources
	FROM asking AS a CROSS JOIN unnest('{last_known,certain,possible}'::text[]) AS mode CROSS JOIN LATERAL report.changes_since(instant, mode => mode, by => a.by, total => a.total) AS c;
	RETURN QUERY SELECT same_rows(format('changes since then, by %s', kind), 'expected_since', 'told_since', 20, kind) FROM unnest('{class,status,individual,total%}'::text[]) AS kind;
	RETURN NEXT ok((SELECT count(*) FROM told_since WHERE 'corrected' = ANY (doubt)) >= 3, format('of which %s are corrections', (SELECT count(*) FROM told_since WHERE 'corrected' = ANY (doubt))));
END
$body$;
CREATE SCHEMA as_of_january;
SET search_path = as_of_january, oracle, public;
SELECT compare_known('2024-01-28 12:00');
CREATE SCHEMA as_of_february;
SET search_path = as_of_february, oracle, public;
SELECT compare_known('2024-02-14');
SET search_path = as_now, oracle, public;

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
SELECT p.part, c.* FROM part AS p JOIN told_change AS c ON is_of(p, installation, class_path, geom) JOIN some_question USING (question)
WHERE max_age IS NULL AND NOT (kind LIKE 'total%' AND asset IS NOT NULL);
CREATE TABLE told_part AS
SELECT p.part, question, r.mode, r.max_age, kind, c.*
FROM part AS p CROSS JOIN some_question CROSS JOIN reading AS r JOIN asking AS a ON total IS NULL OR p.asset IS NULL
CROSS JOIN LATERAL report.changes_between(d1, d2, area, place, p.asset, mode => r.mode, by => a.by, total => a.total) AS c
WHERE r.max_age IS NULL;
SELECT same_rows('changes of an area, an installation, a class', 'expected_part', 'told_part', 2000);
SELECT ok(min(n) >= 10, format('each of %s such questions found some', count(*)))
FROM (SELECT (SELECT count(*) FROM expected_part AS e WHERE e.part = p.part) AS n FROM part AS p WHERE place IS DISTINCT FROM 'P6') AS found;
CREATE TABLE expected_inventory_part AS
SELECT p.part, i.* FROM part AS p JOIN told_inventory AS i ON is_of(p, installation, class_path, geom) JOIN some_instant USING (at) WHERE kind IN ('class', 'status');
CREATE TABLE told_inventory_part AS
SELECT p.part, d.at, r.mode, r.max_age, kind, i.*
FROM part AS p CROSS JOIN some_instant AS d CROSS JOIN reading AS r CROSS JOIN unnest('{class,status}'::text[]) AS kind
CROSS JOIN LATERAL report.inventory_at(d.at, area, place, p.asset, mode => r.mode, max_age => r.max_age, by => kind) AS i;
SELECT same_rows('inventories likewise', 'expected_inventory_part', 'told_inventory_part', 2000);
CREATE TABLE expected_turnover_part AS
SELECT p.part, t.* FROM part AS p JOIN told_turnover AS t ON is_of(p, installation, class_path, geom) JOIN some_question USING (question) WHERE NOT (kind LIKE 'total%' AND asset IS NOT NULL);
CREATE TABLE told_turnover_part AS
SELECT p.part, question, kind, t.*
FROM part AS p CROSS JOIN some_question JOIN asking AS a ON total IS NULL OR p.asset IS NULL
CROSS JOIN LATERAL report.turnover_between(d1, d2, area, place, p.asset, by => a.by, total => a.total) AS t;
SELECT same_rows('turnover likewise', 'expected_turnover_part', 'told_turnover_part', 500);
CREATE TABLE expected_timeline_part AS
SELECT p.part, t.* FROM part AS p JOIN told_timeline AS t ON is_of(p, installation, class_path, geom) WHERE max_age IS NULL AND kind IN ('class', 'status');
CREATE TABLE told_timeline_part AS
SELECT p.part, NULL::interval AS max_age, kind, t.*
FROM part AS p CROSS JOIN unnest('{class,status}'::text[]) AS kind
CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', '2024-03-07', '36 hours', place, p.asset, area => area, by => kind) AS t
-- (of one installation a class named is told of though it was never sighted there)
WHERE EXISTS (SELECT FROM told_timeline AS s WHERE (s.kind, s.installation, s.class_path) = (kind, t.installation, t.class_path));
SELECT same_rows('timelines likewise', 'expected_timeline_part', 'told_timeline_part', 2000);

--
-- between_looks(): the changes between the instants of an installation's looks; with fewer, from before the first
--
CREATE TABLE last_look AS
SELECT i.name, o.observed_at, dense_rank() OVER (PARTITION BY i.name ORDER BY o.observed_at DESC) - 1 AS back
FROM (SELECT DISTINCT installation_id, observed_at FROM report.observation WHERE retracted_at IS NULL) AS o JOIN report.installation AS i USING (installation_id);
CREATE TABLE back AS SELECT n::int, mode, asking.* FROM unnest('{1,2,7,100}'::int[]) AS n, unnest('{last_known,certain,possible}'::text[]) AS mode, asking;
CREATE TABLE expected_between AS
SELECT b.*, c.* FROM back AS b JOIN last_look AS a ON a.back = 0
CROSS JOIN LATERAL report.changes_between(coalesce((SELECT observed_at FROM last_look AS l WHERE l.name = a.name AND l.back = b.n),
		(SELECT min(observed_at) - interval '1 microsecond' FROM last_look AS l WHERE l.name = a.name)),
	a.observed_at, installation => a.name, mode => b.mode, by => b.by, total => b.total) AS c;
CREATE TABLE told_between AS
SELECT b.*, c.* FROM back AS b CROSS JOIN LATERAL report.between_looks(n => b.n, mode => b.mode, by => b.by, total => b.total) AS c;
SELECT same_rows('between looks', 'expected_between', 'told_between', 300);

--
-- The laws
--
CREATE VIEW told_direction AS
SELECT mode, question, max_age, kind, installation, class_path, status, designation, verdict,
	CASE WHEN verdict IN ('arrived', 'increased') THEN 'more' WHEN verdict IN ('departed', 'decreased') THEN 'fewer' END AS direction
FROM told_change;
SELECT is_empty($$SELECT question, max_age, kind, installation, class_path, status, designation, direction FROM told_direction WHERE mode = 'certain'
	EXCEPT SELECT question, max_age, kind, installation, class_path, status, designation, direction FROM told_direction WHERE mode = 'last_known'$$,
	'law 2: what is certain is last known, in the same direction');
SELECT is_empty($$SELECT question, max_age, kind, installation, class_path, status, designation, verdict FROM told_direction WHERE mode = 'last_known'
	EXCEPT SELECT question, max_age, kind, installation, class_path, status, designation, verdict FROM told_direction WHERE mode = 'possible'$$,
	'law 2: and what is last known is possible, with the same verdict');
SELECT is_empty($$SELECT * FROM told_change WHERE mode = 'certain' AND NOT certain$$, 'in mode certain each row is');
SELECT is_empty(format('SELECT at, max_age, kind, installation, class_path, status, designation FROM told_inventory WHERE mode = %L
		EXCEPT SELECT at, max_age, kind, installation, class_path, status, designation FROM told_inventory WHERE mode = %L', narrow, wide),
	format('law 2: what is in an inventory of mode %s is in that of mode %s', narrow, wide))
FROM (VALUES ('certain', 'last_known'), ('last_known', 'possible')) AS m(narrow, wide);
-- in what one look told by itself
CREATE TABLE shown AS
SELECT o.observed_at, k.kind, i.installation, i.class_path, sum(i.count_min) AS n
FROM (SELECT installation_id, observed_at FROM report.observation WHERE retracted_at IS NULL GROUP BY installation_id, observed_at HAVING count(*) = 1) AS o
JOIN report.installation AS p USING (installation_id) CROSS JOIN unnest('{class,status,individual}'::text[]) AS k(kind)
CROSS JOIN LATERAL report.inventory_at(o.observed_at, installation => p.name, mode => 'certain', by => k.kind) AS i
WHERE i.looked_at = o.observed_at
GROUP BY o.observed_at, k.kind, i.installation, i.class_path;
SELECT is_empty($$SELECT i.*, c.n FROM shown AS i LEFT JOIN shown AS c ON c.kind = 'class' AND (c.observed_at, c.installation, c.class_path) = (i.observed_at, i.installation, i.class_path)
	WHERE i.kind <> 'class' AND coalesce(c.n, 0) < i.n$$, 'law 5: in one look no more of a class have a designation, or are in some status, than are of it');
SELECT is_empty($$SELECT c.* FROM shown AS c WHERE c.kind = 'class' AND c.n < (SELECT sum(b.n) FROM shown AS b
	WHERE b.kind = 'class' AND (b.observed_at, b.installation) = (c.observed_at, c.installation) AND b.class_path ~ ('^' || c.class_path || '[.][^.]*$'))$$, 'law 5: nor are more of the classes below it');
SELECT ok(count(*) >= 30, format('law 5: in %s looks and classes, by %s', count(*), kind)) FROM shown GROUP BY kind ORDER BY kind;

CREATE TABLE exact AS
SELECT b.question, b.subject, kind, installation, class_path, status, designation
FROM side AS b JOIN side AS a ON a.question = b.question AND a.subject = b.subject AND a.at > b.at JOIN said ON said.subject = a.subject
WHERE (a.k).carried_n = (a.k).carried_m AND (b.k).carried_n = (b.k).carried_m
	-- (of statuses, if all of the class is known as well: else what narrowed one may be forgotten, though no look told of it)
	AND NOT EXISTS (SELECT FROM side AS w WHERE (w.question, w.subject) = (a.question, said.whole) AND (w.k).carried_n < (w.k).carried_m);
CREATE TABLE difference AS
SELECT e.*, coalesce((SELECT sum(change_min) FROM told_change AS c WHERE (c.question, c.kind, c.installation, c.class_path) = (e.question, e.kind, e.installation, e.class_path)
		AND (c.status, c.designation) IS NOT DISTINCT FROM (e.status, e.designation) AND c.mode = 'last_known' AND c.max_age IS NULL), 0) AS changed,
	coalesce(a.n, 0) - coalesce(b.n, 0) AS differs
FROM exact AS e
LEFT JOIN (SELECT question, kind, installation, class_path, coalesce(status, designation, '') AS label, count_min AS n FROM question CROSS JOIN asking CROSS JOIN LATERAL report.inventory_at(d1, by => asking.by, total => asking.total)) AS b
	ON (b.question, b.kind, b.installation, b.class_path, b.label) = (e.question, e.kind, e.installation, e.class_path, coalesce(e.status, e.designation, ''))
LEFT JOIN (SELECT question, kind, installation, class_path, coalesce(status, designation, '') AS label, count_min AS n FROM question CROSS JOIN asking CROSS JOIN LATERAL report.inventory_at(d2, by => asking.by, total => asking.total)) AS a
	ON (a.question, a.kind, a.installation, a.class_path, a.label) = (e.question, e.kind, e.installation, e.class_path, coalesce(e.status, e.designation, ''));
-- (what was not told of itself by the earlier date is in no inventory of it)
DELETE FROM difference AS d USING question AS q, first_told AS f WHERE q.question = d.question AND f.subject = d.subject AND f.first_sighted > q.d1;
SELECT is_empty('SELECT * FROM difference WHERE changed <> differs', 'law 7: the changes of a subject are the difference of its inventories');
SELECT ok(count(*) FILTER (WHERE changed <> 0) >= 50, format('law 7: of %s subjects at dates, with %s differences', count(*), count(*) FILTER (WHERE changed <> 0))) FROM difference;

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
	SELECT question, r.mode, r.max_age, kind, c.*
	FROM question CROSS JOIN reading AS r CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.changes_between(d1, d2, mode => r.mode, max_age => r.max_age, by => a.by, total => a.total) AS c
	WHERE d2 <= last AND r.max_age IS NULL;
	RETURN NEXT same_rows(format('law 3: changes by %s do not tell of later looks', last), 'before_last', 'up_to_last', 200);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT * FROM told_inventory WHERE at <= last;
	CREATE TABLE up_to_last AS
	SELECT d.at, r.mode, r.max_age, kind, i.*
	FROM instant AS d CROSS JOIN reading AS r CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.inventory_at(d.at, mode => r.mode, max_age => r.max_age, by => a.by, total => a.total) AS i
	WHERE d.at <= last;
	RETURN NEXT same_rows('law 3: nor do inventories', 'before_last', 'up_to_last', 1000);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT t.* FROM told_turnover AS t JOIN question USING (question) WHERE d2 <= last;
	CREATE TABLE up_to_last AS
	SELECT question, kind, t.* FROM question CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.turnover_between(d1, d2, by => a.by, total => a.total) AS t
	WHERE d2 <= last;
	RETURN NEXT same_rows('law 3: nor does turnover', 'before_last', 'up_to_last', 50);
	DROP TABLE before_last, up_to_last;
	CREATE TABLE before_last AS SELECT t.* FROM told_timeline AS t
	WHERE step_to <= last AND EXISTS (SELECT FROM said JOIN first_told USING (subject) WHERE (t.kind, t.installation, t.class_path) = (said.kind, said.installation, said.class_path)
			AND (t.status, t.designation) IS NOT DISTINCT FROM (said.status, said.designation) AND first_sighted < last);
	CREATE TABLE up_to_last AS SELECT r.max_age, kind, t.* FROM (VALUES (NULL::interval), ('5 days')) AS r(max_age) CROSS JOIN asking AS a
	CROSS JOIN LATERAL report.timeline_between('2023-12-30 12:00', last, '36 hours', max_age => r.max_age, by => a.by, total => a.total) AS t
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
