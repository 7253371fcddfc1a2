-- The derivation from scratch: to check the stored presences, to make them again, and to tell what
-- would have been known at an earlier time; and the looks that contradict each other. By the one
-- reader of evidence, in C, as an installation may have a million looks.
CREATE FUNCTION ledger_presences_from_scratch(presence_row regtype, min_confidence float8, installations bigint[], known_at timestamptz)
RETURNS TABLE (installation_id bigint, asset_class_id integer, status text, designation text, run presence)
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100000
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_presences_from_scratch(regtype, float8, bigint[], timestamptz) IS
'internal: what presence must hold for these installations, derived from all evidence that had been recorded and not yet retracted at an instant (infinity: now); presence_row: the row type of the ledger''s presence';

CREATE FUNCTION ledger_conflicts(ledger regclass, min_confidence float8)
RETURNS TABLE (installation_id bigint, asset_class_id integer, status text, designation text, problem text, observed_at timestamptz,
	count_min integer, count_max integer, evidence text)
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_conflicts(regclass, float8) IS
'internal: evidence of one instant or of looks that overlap, that cannot all be true, and its hull; and individuals sighted at two places too far apart';

CREATE FUNCTION ledger_checks_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
DECLARE
	-- of a user's own columns of presence the derivation knows nothing; who adds one calls
	-- upgrade_ledger, as these functions return rows of the table
	own_columns constant text := (SELECT coalesce(string_agg(pg_catalog.format(', NULL::%s', format_type(a.atttypid, a.atttypmod)), '' ORDER BY a.attnum), '')
		FROM pg_catalog.pg_attribute a
		WHERE a.attrelid = pg_catalog.format('%I.presence', ledger)::regclass::oid AND a.attnum > 0 AND NOT a.attisdropped
			AND a.attname <> ALL ('{installation_id,presence_id,asset_class_id,status,designation,run}'::name[]));
BEGIN
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.presence_from_scratch(installation_id bigint DEFAULT NULL)
RETURNS SETOF LEDGER.presence LANGUAGE sql STABLE COST 1000000 ROWS 100000
SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
BEGIN ATOMIC
	SELECT s.installation_id, row_number() OVER (), s.asset_class_id, s.status, s.designation, s.run$sql$ || own_columns || $sql$
	FROM ledger_presences_from_scratch(pg_catalog.pg_typeof(NULL::LEDGER.presence), MIN_CONFIDENCE,
		ARRAY(SELECT i.installation_id FROM LEDGER.installation i
			WHERE presence_from_scratch.installation_id IS NULL OR i.installation_id = presence_from_scratch.installation_id
			ORDER BY i.installation_id), timestamptz 'infinity') AS s;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.presence_from_scratch(bigint) IS
'what presence must hold: derived from all evidence, of one installation or of all; presence_id is arbitrary'
	$sql$);

	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.presence_known_at(known_at timestamptz, installation_id bigint DEFAULT NULL)
RETURNS SETOF LEDGER.presence LANGUAGE sql STABLE COST 1000000 ROWS 100000
SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
BEGIN ATOMIC
	SELECT s.installation_id, row_number() OVER (), s.asset_class_id, s.status, s.designation, s.run$sql$ || own_columns || $sql$
	FROM ledger_presences_from_scratch(pg_catalog.pg_typeof(NULL::LEDGER.presence), MIN_CONFIDENCE,
		ARRAY(SELECT i.installation_id FROM LEDGER.installation i
			WHERE presence_known_at.installation_id IS NULL OR i.installation_id = presence_known_at.installation_id
			ORDER BY i.installation_id), presence_known_at.known_at) AS s;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.presence_known_at(timestamptz, bigint) IS
'presences as derived from what had been recorded and not yet retracted at an instant, of one installation or of all; presence_id is arbitrary'
	$sql$);

	-- Runs are compared as text. In a database that pg_upgrade makes, functions come before the
	-- operator classes of extensions, so that no function bound at its creation may need one.
	-- Both sides are counted in one aggregate, which goes to disk where memory is short; what
	-- EXCEPT ALL hashes stays in memory.
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.verify(installation text DEFAULT NULL, thorough boolean DEFAULT false)
RETURNS SETOF LEDGER.verify_row
LANGUAGE sql STABLE COST 1000000 ROWS 1
BEGIN ATOMIC
	WITH chosen AS (
		SELECT ledger_installation_named(LEDGER_TABLE, verify.installation) AS installation_id
	), wrong AS (
		SELECT b.installation_id, b.asset_class_id, b.status, b.designation, b.run, sum(b.side) AS surplus
		FROM (
			SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run::text AS run, 1 AS side
			FROM LEDGER.presence p CROSS JOIN chosen c
			WHERE c.installation_id IS NULL OR p.installation_id = c.installation_id
			UNION ALL
			SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run::text, -1
			FROM LEDGER.presence_from_scratch((SELECT c.installation_id FROM chosen c)) p
			WHERE verify.thorough IS NOT TRUE
			UNION ALL
			SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run::text, -1
			FROM LEDGER.presence_in_sql((SELECT c.installation_id FROM chosen c)) p
			WHERE verify.thorough) b
		GROUP BY 1, 2, 3, 4, 5
		HAVING sum(b.side) <> 0::bigint
	), listed AS (
		SELECT w.installation_id, w.asset_class_id, w.status, w.designation,
			CASE WHEN w.surplus > 0::bigint THEN 'unfounded' ELSE 'missing' END AS problem, w.run::presence AS run
		FROM wrong w CROSS JOIN LATERAL pg_catalog.generate_series(1::bigint, abs(w.surplus))
		UNION ALL
		SELECT s.installation_id, s.asset_class_id, CASE s.kind WHEN 'status' THEN s.label END,
			CASE s.kind WHEN 'individual' THEN s.label END, 'missing subject', NULL::presence
		FROM LEDGER.subject_missing((SELECT c.installation_id FROM chosen c)) s
		WHERE verify.thorough
	)
	SELECT coalesce(i.name, l.installation_id::text), coalesce(a.name, l.asset_class_id::text),
		l.status, l.designation, l.problem, not_seen_at(l.run), first_seen(l.run),
		last_seen(l.run), gone_by(l.run), count_min(l.run), count_max(l.run), lon(l.run), lat(l.run)
	FROM listed l
	LEFT JOIN LEDGER.installation i ON i.installation_id = l.installation_id
	LEFT JOIN LEDGER.asset_class a ON a.asset_class_id = l.asset_class_id
	ORDER BY 1, 2, 3, 4, 7, 5;
END
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.verify(text, boolean) IS
'every presence on which the stored rows and the derivation from scratch differ: none, ever; of an installation or of all. thorough: differ from the rules as they stand in plain SQL, not from what the engine derives, and every subject that is not noted'
	$sql$);

	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.rederive(installation text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
AS $body$
BEGIN
	PERFORM ledger_writes(LEDGER_TABLE);
	IF installation IS NOT NULL
		AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.name = rederive.installation) THEN
		RAISE EXCEPTION 'no installation is named %', quote_literal(installation)
			USING ERRCODE = '22S07';
	END IF;
	RETURN ledger_rederive((SELECT l.tableoid::regclass FROM LEDGER.ledger l), MIN_CONFIDENCE, ARRAY(
		SELECT i.installation_id FROM LEDGER.installation i
		WHERE rederive.installation IS NULL OR i.name = rederive.installation));
END
$body$
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
REVOKE ALL ON FUNCTION LEDGER.rederive(text) FROM PUBLIC;
COMMENT ON FUNCTION LEDGER.rederive(text) IS
'derives the presences of an installation, or of all, from all evidence; returns how many rows were wrong: none, ever'
	$sql$);

	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE VIEW LEDGER.conflict AS
SELECT row_number() OVER (ORDER BY i.name, c.name, e.designation IS NOT NULL, coalesce(e.status, e.designation), e.observed_at, e.problem, e.evidence) AS conflict_id,
	i.name AS installation, c.name AS asset_class, e.status, e.designation, e.problem, e.observed_at, e.count_min, e.count_max, e.evidence
FROM ledger_conflicts(LEDGER_TABLE, MIN_CONFIDENCE) e
JOIN LEDGER.installation i ON i.installation_id = e.installation_id
JOIN LEDGER.asset_class c ON c.asset_class_id = e.asset_class_id
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON VIEW LEDGER.conflict IS
'evidence that cannot all be true: of one instant (the derivation takes all from count_min to count_max for possible); of looks that overlap in time (it takes the later one from its end on); and one designation sighted at two installations farther apart than its class goes at max_speed_kmh, on the spheroid, in the most time that the two looks allow'
	$sql$);

	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE VIEW LEDGER.sighting_place AS
SELECT s.sighting_id, i.name AS installation, c.name AS asset_class, o.observed_at,
	coalesce(s.location, i.location)::geometry(Point, 4326) AS location,
	ST_X(coalesce(s.location, i.location)) AS lon, ST_Y(coalesce(s.location, i.location)) AS lat,
	d.metres AS distance_m, d.metres > 50000::float8 AS far_from_installation
FROM LEDGER.sighting s
JOIN LEDGER.installation i ON i.installation_id = s.installation_id
JOIN LEDGER.observation o ON o.installation_id = s.installation_id
	AND o.observation_id = s.observation_id
JOIN LEDGER.asset_class c ON c.asset_class_id = s.asset_class_id
CROSS JOIN LATERAL (SELECT ST_Distance(coalesce(i.boundary, i.location)::geography,
	coalesce(s.location, i.location)::geography, true)) AS d(metres)
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON VIEW LEDGER.sighting_place IS
'where each sighting is; far_from_installation warns of more than 50 km from its boundary or location'
	$sql$);

	PERFORM views_as_caller(ledger, 'conflict', 'sighting_place');

	PERFORM ledger_execute(ledger, $sql$
-- (no table of the catalog, which Citus would read on another server than the locks)
CREATE OR REPLACE VIEW LEDGER.derivation_progress AS
SELECT k.pid, pg_catalog.pg_get_userbyid(a.usesysid)::text AS loader, a.xact_start AS since, max(k.objid::bigint)::integer AS percent
FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) own
JOIN pg_catalog.pg_locks k ON k.database = own.datid
JOIN pg_catalog.pg_stat_get_activity(NULL::integer) a ON a.pid = k.pid
WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 2 AND k.objid::bigint <= 100::bigint
	AND k.classid = (SELECT l.tableoid FROM LEDGER.ledger l)
GROUP BY k.pid, a.usesysid, a.xact_start
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
COMMENT ON VIEW LEDGER.derivation_progress IS
'how far the derivations of bulk loads are that run just now; for the COPY before it see pg_stat_progress_copy'
	$sql$);
END
$part$;
COMMENT ON FUNCTION ledger_checks_create(name) IS
'part of create_ledger: derivation from scratch, verify, rederive, presence_known_at';
