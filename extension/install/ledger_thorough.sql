-- What the derivation must come to, said again: the rules of evidence and of stays in plain SQL
-- over a ledger's tables, for verify(thorough => true) and for nothing else. It shares no code
-- with the engine in C, so that what the engine gets wrong is seen.
--
-- "Below" a class is at or below it in the tree, "above" strictly above it. In counts
-- 2147483647 means "or more". An installation or, if null, all: by a range of keys, so that an
-- index serves one. Joins are by hash or by order, as what the planner expects of a chain of
-- steps may be far too few rows.
CREATE FUNCTION ledger_thorough_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
BEGIN
	-- Which subjects are counted where: each class told there, and each above it with
	-- keep_total; each status and each designation told of a class.
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.subject_in_sql(installation_id bigint DEFAULT NULL)
RETURNS TABLE (installation_id bigint, kind text, label text, asset_class_id integer)
LANGUAGE sql STABLE COST 100000 ROWS 1000
SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH told AS MATERIALIZED (
		SELECT DISTINCT s.installation_id, s.asset_class_id, s.status, s.designation
		FROM LEDGER.sighting s
		JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id
		WHERE s.installation_id BETWEEN coalesce(subject_in_sql.installation_id, -9223372036854775808) AND coalesce(subject_in_sql.installation_id, 9223372036854775807)
			AND s.retracted_at IS NULL AND o.retracted_at IS NULL
	),
	class_told AS MATERIALIZED (
		SELECT DISTINCT t.asset_class_id FROM told t
	),
	total AS (
		SELECT c.asset_class_id, above.asset_class_id AS total_id
		FROM class_told t
		JOIN LEDGER.asset_class c ON c.asset_class_id = t.asset_class_id
		JOIN LEDGER.asset_class above ON above.keep_total AND c.path <@ above.path
	)
	SELECT t.installation_id, 'class', '', t.asset_class_id FROM told t
	UNION
	SELECT t.installation_id, 'class', '', a.total_id FROM told t JOIN total a ON a.asset_class_id = t.asset_class_id
	UNION
	SELECT t.installation_id, 'status', t.status, t.asset_class_id FROM told t WHERE t.status IS NOT NULL
	UNION
	SELECT t.installation_id, 'individual', t.designation, t.asset_class_id FROM told t WHERE t.designation IS NOT NULL;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.subject_in_sql(bigint) IS
'internal: what is to be counted at an installation, or at all, said in plain SQL; for verify(thorough => true)'
	$sql$);

	-- (A subject that is told no longer stays noted, and does no harm.)
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.subject_missing(installation_id bigint DEFAULT NULL)
RETURNS TABLE (installation_id bigint, kind text, label text, asset_class_id integer)
LANGUAGE sql STABLE COST 100000 ROWS 10
SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	SELECT d.installation_id, d.kind, d.label, d.asset_class_id
	FROM LEDGER.subject_in_sql(subject_missing.installation_id) d
	WHERE NOT EXISTS (SELECT FROM LEDGER.subject s WHERE s.installation_id = d.installation_id
		AND s.kind = d.kind AND s.label = d.label AND s.asset_class_id = d.asset_class_id);
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.subject_missing(bigint) IS
'internal: what is to be counted at an installation, or at all, and is not noted in subject; for verify(thorough => true)'
	$sql$);

	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.evidence_in_sql(installation_id bigint DEFAULT NULL)
RETURNS SETOF LEDGER.evidence_in_sql_row
LANGUAGE sql STABLE COST 1000000 ROWS 100000
SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH subject AS MATERIALIZED (
		SELECT d.installation_id, d.asset_class_id, CASE d.kind WHEN 'status' THEN d.label END AS status,
			CASE d.kind WHEN 'individual' THEN d.label END AS designation
		FROM LEDGER.subject_in_sql(evidence_in_sql.installation_id) d
	),
	counted AS MATERIALIZED (
		SELECT DISTINCT d.installation_id, d.asset_class_id FROM subject d
	),
	-- of each class counted, which others bear on it: those below it and those above
	related AS MATERIALIZED (
		SELECT c.asset_class_id, other.asset_class_id AS told_id, other.path <@ c.path AS below
		FROM LEDGER.asset_class c
		JOIN LEDGER.asset_class other ON other.path <@ c.path OR c.path <@ other.path
		WHERE c.asset_class_id IN (SELECT k.asset_class_id FROM counted k)
	),
	look AS MATERIALIZED (
		SELECT o.installation_id, o.observation_id, coalesce(o.observed_from, o.observed_at) AS since, o.observed_at AS until,
			o.completeness = 'complete' AS complete, o.scope, o.gsd_m
		FROM LEDGER.observation o
		WHERE o.installation_id BETWEEN coalesce(evidence_in_sql.installation_id, -9223372036854775808) AND coalesce(evidence_in_sql.installation_id, 9223372036854775807)
			AND o.retracted_at IS NULL
	),
	-- each look, for each class counted at its place: is it exhaustive?
	look_for AS (
		SELECT l.installation_id, l.observation_id, k.asset_class_id, l.since, l.until,
			l.complete AND c.path <@ l.scope AND (c.max_gsd_m IS NULL OR l.gsd_m IS NOT NULL AND l.gsd_m <= c.max_gsd_m) AS exhaustive
		FROM look l
		JOIN counted k ON k.installation_id = l.installation_id
		JOIN LEDGER.asset_class c ON c.asset_class_id = k.asset_class_id
	),
	hidden AS (
		SELECT k.installation_id, k.asset_class_id, sum(h.hidden_max) AS most
		FROM counted k
		JOIN LEDGER.shelter h ON h.installation_id = k.installation_id
		JOIN related r ON r.asset_class_id = k.asset_class_id AND r.told_id = h.asset_class_id
		GROUP BY k.installation_id, k.asset_class_id
	),
	-- each sighting, for each class counted at its place on which it bears
	shown AS MATERIALIZED (
		SELECT s.installation_id, s.observation_id, k.asset_class_id, r.below, s.status, s.designation,
			s.confidence >= coalesce(c.min_confidence, MIN_CONFIDENCE) AS sure, pg_catalog.lower(s.count) AS n,
			CASE WHEN pg_catalog.upper_inf(s.count) THEN 2147483647 ELSE pg_catalog.upper(s.count) - 1 END AS m
		FROM LEDGER.sighting s
		JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id
		JOIN LEDGER.source c ON c.source_id = o.source_id
		JOIN related r ON r.told_id = s.asset_class_id
		JOIN counted k ON k.installation_id = s.installation_id AND k.asset_class_id = r.asset_class_id
		WHERE s.retracted_at IS NULL AND o.retracted_at IS NULL
	),
	-- what a look shows of a class, or of it in a status; what it tells of a class above, or of no status, may be of it
	sums AS (
		SELECT d.installation_id, d.asset_class_id, d.status, s.observation_id,
			sum(s.n) FILTER (WHERE s.below AND s.sure AND (d.status IS NULL OR s.status = d.status)) AS n,
			sum(s.m) FILTER (WHERE d.status IS NULL OR s.status IS NULL OR s.status = d.status) AS m
		FROM subject d
		JOIN shown s ON s.installation_id = d.installation_id AND s.asset_class_id = d.asset_class_id
		WHERE d.designation IS NULL
		GROUP BY d.installation_id, d.asset_class_id, d.status, s.observation_id
	),
	-- of an individual
	numbers AS (
		SELECT d.installation_id, d.asset_class_id, d.designation, s.observation_id,
			bool_or(s.below AND s.sure AND s.n > 0) AS sighted, bool_or(s.below AND s.m > 0) AS perhaps,
			bool_or(NOT s.below AND s.m > 0) AS told_above
		FROM subject d
		JOIN shown s ON s.installation_id = d.installation_id AND s.asset_class_id = d.asset_class_id AND s.designation = d.designation
		GROUP BY d.installation_id, d.asset_class_id, d.designation, s.observation_id
	),
	-- and where its number may not have been read
	anonymous AS (
		SELECT DISTINCT s.installation_id, s.asset_class_id, s.observation_id
		FROM shown s
		WHERE s.designation IS NULL AND s.m > 0
	),
	evidence AS (
		SELECT d.installation_id, d.asset_class_id, d.status, d.designation, l.since, l.until,
			least(coalesce(s.n, 0), 2147483646) AS n,
			CASE WHEN l.exhaustive THEN least(coalesce(s.m, 0) + coalesce(h.most, 0), 2147483647) ELSE 2147483647 END AS m
		FROM subject d
		JOIN look_for l ON l.installation_id = d.installation_id AND l.asset_class_id = d.asset_class_id
		LEFT JOIN hidden h ON h.installation_id = d.installation_id AND h.asset_class_id = d.asset_class_id
		LEFT JOIN sums s ON s.installation_id = d.installation_id AND s.asset_class_id = d.asset_class_id
			AND s.status IS NOT DISTINCT FROM d.status AND s.observation_id = l.observation_id
		WHERE d.designation IS NULL
		UNION ALL
		SELECT d.installation_id, d.asset_class_id, d.status, d.designation, l.since, l.until,
			CASE WHEN s.sighted THEN 1 ELSE 0 END,
			CASE WHEN s.sighted THEN 1
				WHEN s.told_above OR NOT l.exhaustive THEN 2147483647
				WHEN s.perhaps THEN 1
				WHEN a.observation_id IS NOT NULL OR h.most > 0 THEN 2147483647
				ELSE 0 END
		FROM subject d
		JOIN look_for l ON l.installation_id = d.installation_id AND l.asset_class_id = d.asset_class_id
		LEFT JOIN hidden h ON h.installation_id = d.installation_id AND h.asset_class_id = d.asset_class_id
		LEFT JOIN numbers s ON s.installation_id = d.installation_id AND s.asset_class_id = d.asset_class_id
			AND s.designation = d.designation AND s.observation_id = l.observation_id
		LEFT JOIN anonymous a ON a.installation_id = d.installation_id AND a.asset_class_id = d.asset_class_id
			AND a.observation_id = l.observation_id
		WHERE d.designation IS NOT NULL
		UNION ALL
		-- an individual sighted at another installation was not here
		SELECT d.installation_id, d.asset_class_id, d.status, d.designation,
			coalesce(o.observed_from, o.observed_at), o.observed_at, 0, 0
		FROM subject d
		JOIN LEDGER.sighting s ON s.designation = d.designation AND s.installation_id <> d.installation_id
		JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id
		JOIN LEDGER.source c ON c.source_id = o.source_id
		JOIN related r ON r.asset_class_id = d.asset_class_id AND r.told_id = s.asset_class_id
		WHERE r.below AND s.confidence >= coalesce(c.min_confidence, MIN_CONFIDENCE) AND pg_catalog.lower(s.count) > 0
			AND s.retracted_at IS NULL AND o.retracted_at IS NULL
	),
	-- Evidence of equal ends is merged: what it has in common or, if nothing, all that it spans.
	-- The shorter looks come first: what they tell together was so since the last began that
	-- adds to it.
	moment AS (
		SELECT e.installation_id, e.asset_class_id, e.status, e.designation, e.since, e.until,
			max(e.n) OVER together AS low, min(e.m) OVER together AS high,
			min(e.n) OVER together AS least, max(e.m) OVER together AS most,
			max(e.n) OVER shorter AS low_so_far, min(e.m) OVER shorter AS high_so_far
		FROM evidence e
		WHERE e.n > 0 OR e.m < 2147483647
		WINDOW together AS (PARTITION BY e.installation_id, e.asset_class_id, e.status, e.designation, e.until),
			shorter AS (PARTITION BY e.installation_id, e.asset_class_id, e.status, e.designation, e.until ORDER BY e.since DESC)
	),
	merged AS (
		SELECT o.installation_id, o.asset_class_id, o.status, o.designation, o.until,
			CASE WHEN o.low <= o.high THEN max(o.since) FILTER (WHERE o.low_so_far = o.low AND o.high_so_far = o.high)
				ELSE min(o.since) END AS since,
			CASE WHEN o.low <= o.high THEN o.low ELSE o.least END AS n,
			CASE WHEN o.low <= o.high THEN o.high ELSE o.most END AS m,
			o.low > o.high AS contradicts
		FROM moment o
		GROUP BY o.installation_id, o.asset_class_id, o.status, o.designation, o.until, o.low, o.high, o.least, o.most
	)
	SELECT e.installation_id, e.asset_class_id, e.status, e.designation, e.since, e.until, e.n, e.m, e.contradicts
	FROM merged e
	-- (what contradicts may tell nothing)
	WHERE e.n > 0 OR e.m < 2147483647 OR e.contradicts;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.evidence_in_sql(bigint) IS
'internal: what each moment tells of each subject of an installation, or of all, said in plain SQL; for verify(thorough => true)'
	$sql$);

	-- The fewest runs that explain the evidence (head of derive.c): a walk forward starts each as
	-- late as can be, a walk backward as early; what lies between in both, its core, is the stay.
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.presence_in_sql(installation_id bigint DEFAULT NULL)
RETURNS TABLE (installation_id bigint, asset_class_id integer, status text, designation text, run presence)
LANGUAGE sql STABLE COST 1000000 ROWS 100000
SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH story AS (
		SELECT e.installation_id, e.asset_class_id, e.status, e.designation, count(*)::integer AS looks,
			pg_catalog.array_agg(e.since ORDER BY e.until) AS since, pg_catalog.array_agg(e.until ORDER BY e.until) AS until,
			pg_catalog.array_agg(e.count_min ORDER BY e.until) AS n, pg_catalog.array_agg(e.count_max ORDER BY e.until) AS m
		FROM LEDGER.evidence_in_sql(presence_in_sql.installation_id) e
		WHERE e.count_min > 0 OR e.count_max < 2147483647
		GROUP BY e.installation_id, e.asset_class_id, e.status, e.designation
	),
	-- which of the looks starts each run, by either walk
	split AS (
		SELECT t.installation_id, t.asset_class_id, t.status, t.designation, t.since, t.until, t.n, t.m, t.looks,
			forth.starts AS latest_start, back.starts AS earliest_start
		FROM story t
		CROSS JOIN LATERAL (
			WITH RECURSIVE walk(i, run, low, high) AS (
				SELECT 1, 1, t.n[1], t.m[1]
				UNION ALL
				SELECT w.i + 1, CASE WHEN f.fits THEN w.run ELSE w.run + 1 END,
					CASE WHEN f.fits THEN common.low ELSE t.n[w.i + 1] END, CASE WHEN f.fits THEN common.high ELSE t.m[w.i + 1] END
				FROM walk w
				CROSS JOIN LATERAL (SELECT greatest(w.low, t.n[w.i + 1]), least(w.high, t.m[w.i + 1])) AS common(low, high)
				CROSS JOIN LATERAL (SELECT common.low <= common.high) AS f(fits)
				WHERE w.i < t.looks)
			SELECT pg_catalog.array_agg(r.start ORDER BY r.start) AS starts
			FROM (SELECT min(w.i) AS start FROM walk w GROUP BY w.run) r
		) AS forth
		CROSS JOIN LATERAL (
			WITH RECURSIVE walk(i, run, low, high) AS (
				SELECT t.looks, 1, t.n[t.looks], t.m[t.looks]
				UNION ALL
				SELECT w.i - 1, CASE WHEN f.fits THEN w.run ELSE w.run + 1 END,
					CASE WHEN f.fits THEN common.low ELSE t.n[w.i - 1] END, CASE WHEN f.fits THEN common.high ELSE t.m[w.i - 1] END
				FROM walk w
				CROSS JOIN LATERAL (SELECT greatest(w.low, t.n[w.i - 1]), least(w.high, t.m[w.i - 1])) AS common(low, high)
				CROSS JOIN LATERAL (SELECT common.low <= common.high) AS f(fits)
				WHERE w.i > 1)
			SELECT pg_catalog.array_agg(r.start ORDER BY r.start) AS starts
			FROM (SELECT min(w.i) AS start FROM walk w GROUP BY w.run) r
		) AS back
	),
	stay AS (
		SELECT s.installation_id, s.asset_class_id, s.status, s.designation,
			coalesce(s.since[s.earliest_start[k.run] - 1], '-infinity') AS not_seen_at,
			s.until[core.first] AS first_seen,
			-- of one that is not over, the look that gave it its count
			s.until[CASE WHEN s.latest_start[k.run + 1] IS NULL THEN greatest(known.low_from, known.high_from) ELSE core.last END] AS last_seen,
			coalesce(s.until[s.latest_start[k.run + 1]], 'infinity') AS gone_by,
			core.low, core.high
		FROM split s
		CROSS JOIN LATERAL pg_catalog.generate_series(1, pg_catalog.cardinality(s.latest_start)) AS k(run)
		CROSS JOIN LATERAL (
			SELECT min(l.i) AS first, max(l.i) AS last, max(s.n[l.i]) AS low, min(s.m[l.i]) AS high
			FROM pg_catalog.generate_series(s.latest_start[k.run], coalesce(s.earliest_start[k.run + 1] - 1, s.looks)) AS l(i)
		) AS core
		CROSS JOIN LATERAL (
			SELECT min(l.i) FILTER (WHERE s.n[l.i] = core.low) AS low_from, min(l.i) FILTER (WHERE s.m[l.i] = core.high) AS high_from
			FROM pg_catalog.generate_series(core.first, core.last) AS l(i)
		) AS known
	)
	SELECT s.installation_id, s.asset_class_id, s.status, s.designation,
		presence_from_ewkb(s.not_seen_at, s.first_seen, s.last_seen, s.gone_by, ST_AsEWKB(i.location),
			pg_catalog.int4range(s.low::integer, CASE WHEN s.high < 2147483647 THEN s.high::integer END, '[]'))
	FROM stay s
	JOIN LEDGER.installation i ON i.installation_id = s.installation_id
	WHERE s.high > 0;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.presence_in_sql(bigint) IS
'internal: what presence must hold of an installation, or of all, said in plain SQL; for verify(thorough => true)'
	$sql$);
END
$part$;
COMMENT ON FUNCTION ledger_thorough_create(name) IS
'part of create_ledger: the rules of evidence and of stays in plain SQL';
