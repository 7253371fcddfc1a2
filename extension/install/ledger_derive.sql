-- The derivation: presence always equals what follows from the evidence.
--
-- Theory of operation.
--
-- 1. Statement triggers note what was touched: an installation and the span of instants.
--    The first note of a transaction adds a row to `pending`, whose deferred constraint
--    trigger derives once, at commit (or at SET CONSTRAINTS ALL IMMEDIATE). Notes carry
--    the transaction's id and are deleted when derived, so that none is ever committed.
-- 2. Derivations of one installation are serialised by an update of its row in
--    `derivation`, always in the order of installations, after the rows of the touched
--    designations in `individual`. Each statement after the lock sees what others
--    committed (READ COMMITTED) or the lock itself fails with 40001 (the levels above).
-- 3. What a span of instants can have changed, and how it is derived anew, is told at the
--    heads of ledger_derive.c and rederive.c.
-- OFFSET 0 keeps a table's rows being fetched by index, whatever the planner makes of
-- the number of rows of the common table expressions, of which it knows nothing.
CREATE FUNCTION ledger_evidence(live_look text, live_sighting text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
-- Common table expressions after `win` (installation_id, lo, hi) and `wanted` (the keys):
-- every piece of evidence on a wanted key within its window, as ledger_derive.c has it. Of several sightings of one
-- key in one look the westernmost, then southernmost, tells the place, those above the
-- threshold before others; it is packed into one number to let an aggregate choose.
SELECT replace(replace($sql$
looks AS MATERIALIZED (
	SELECT w.installation_id, o.observation_id, o.observed_at, o.scope, o.gsd_m, o.complete,
		i.location
	FROM win w
	CROSS JOIN LATERAL (
		SELECT o.observation_id, o.observed_at, o.scope, o.gsd_m,
			o.completeness = 'complete' AS complete
		FROM LEDGER.observation o
		WHERE o.installation_id = w.installation_id
			AND o.observed_at >= w.lo AND o.observed_at <= w.hi AND LIVE_LOOK
		OFFSET 0) o
	CROSS JOIN LATERAL (
		SELECT i.location FROM LEDGER.installation i
		WHERE i.installation_id = w.installation_id OFFSET 0) i
),
shown AS MATERIALIZED (
	SELECT l.installation_id, l.observation_id, s.asset_class_id, s.status, s.designation, s.n, s.m, s.sure,
		(round((ST_X(s.location) + 180::float8) * 1e7::float8)::bigint << 31) |
			round((ST_Y(s.location) + 90::float8) * 1e7::float8)::bigint AS place
	FROM looks l
	CROSS JOIN LATERAL (
		SELECT s.asset_class_id, s.status, s.designation, coalesce(s.location, l.location) AS location,
			pg_catalog.lower(s.count)::bigint AS n,
			CASE WHEN NOT pg_catalog.upper_inf(s.count)
				THEN pg_catalog.upper(s.count)::bigint - 1 END AS m,
			s.confidence >= MIN_CONFIDENCE AS sure
		FROM LEDGER.sighting s
		WHERE s.installation_id = l.installation_id AND s.observation_id = l.observation_id
			AND LIVE_SIGHTING
		OFFSET 0) s
),
counted AS (
	SELECT c.installation_id, c.observation_id, c.asset_class_id, false AS individual,
		c.status AS label,
		least(coalesce(sum(c.n) FILTER (WHERE c.sure), 0), 2147483646)::bigint AS n,
		CASE WHEN NOT bool_or(c.m IS NULL) AND sum(c.m) < 2147483647::numeric
			THEN sum(c.m)::bigint END AS m,
		coalesce(min(c.place) FILTER (WHERE c.sure), min(c.place)) AS place
	FROM shown c
	GROUP BY c.installation_id, c.observation_id, c.asset_class_id, c.status
	UNION ALL
	SELECT d.installation_id, d.observation_id, d.asset_class_id, true, d.designation,
		least(coalesce(max(d.n) FILTER (WHERE d.sure), 0), 1), least(max(coalesce(d.m, 1)), 1),
		coalesce(min(d.place) FILTER (WHERE d.sure), min(d.place))
	FROM shown d
	WHERE d.designation IS NOT NULL
	GROUP BY d.installation_id, d.observation_id, d.asset_class_id, d.designation
),
-- what was told less closely may be of any class below
wider AS (
	SELECT s.installation_id, s.observation_id, c.asset_class_id,
		CASE WHEN NOT bool_or(s.m IS NULL) THEN sum(s.m) END AS m,
		coalesce(min(s.place) FILTER (WHERE s.sure), min(s.place)) AS place,
		-- with another number it is no other individual
		bool_or(s.designation IS NULL AND (s.m IS NULL OR s.m > 0)) AS unread,
		pg_catalog.array_agg(s.designation) FILTER (WHERE s.m IS NULL OR s.m > 0) AS designations
	FROM shown s
	JOIN (SELECT a.asset_class_id AS above, b.asset_class_id
		FROM LEDGER.asset_class a JOIN LEDGER.asset_class b ON a.path @> b.path
		WHERE a.asset_class_id <> b.asset_class_id) c ON c.above = s.asset_class_id
	GROUP BY s.installation_id, s.observation_id, c.asset_class_id
),
anonymous AS (
	SELECT DISTINCT a.installation_id, a.observation_id, a.asset_class_id, true AS individual
	FROM shown a
	JOIN (SELECT DISTINCT k.installation_id, k.asset_class_id FROM wanted k WHERE k.individual) k
		ON k.installation_id = a.installation_id AND k.asset_class_id = a.asset_class_id
	WHERE a.designation IS NULL AND (a.m IS NULL OR a.m > 0)
),
told AS (
	SELECT k.installation_id, k.asset_class_id, k.individual, k.label, l.observation_id,
		l.observed_at, t.n,
		CASE WHEN k.individual THEN t.m
			WHEN v.asset_class_id IS NULL THEN CASE WHEN t.n IS NULL THEN 0 ELSE t.m END
			WHEN CASE WHEN t.n IS NULL THEN 0 ELSE t.m END::numeric + v.m < 2147483647::numeric
				THEN (CASE WHEN t.n IS NULL THEN 0 ELSE t.m END::numeric + v.m)::bigint END AS m,
		coalesce(t.place, CASE WHEN v.m > 0::numeric OR v.m IS NULL THEN v.place END) AS place,
		u.individual IS NOT NULL OR coalesce(v.unread OR k.label = ANY (v.designations), v.unread, false) AS unread,
		l.complete AND l.scope @> c.path
			AND (l.gsd_m <= c.max_gsd_m OR l.gsd_m IS NULL OR c.max_gsd_m IS NULL) AS exhaustive
	FROM wanted k
	JOIN LEDGER.asset_class c ON c.asset_class_id = k.asset_class_id
	JOIN looks l ON l.installation_id = k.installation_id
	LEFT JOIN counted t ON t.installation_id = l.installation_id
		AND t.observation_id = l.observation_id AND t.asset_class_id = k.asset_class_id
		AND t.individual = k.individual AND t.label = k.label
	LEFT JOIN anonymous u ON u.installation_id = l.installation_id
		AND u.observation_id = l.observation_id AND u.asset_class_id = k.asset_class_id
		AND u.individual = k.individual
	LEFT JOIN wider v ON v.installation_id = l.installation_id
		AND v.observation_id = l.observation_id AND v.asset_class_id = k.asset_class_id
),
evidence AS MATERIALIZED (
	SELECT e.installation_id, e.asset_class_id, e.individual, e.label, e.observation_id,
		e.observed_at,
		coalesce(e.n, 0)::integer AS n,
		(CASE WHEN e.individual AND e.n IS NULL THEN 0
			WHEN e.exhaustive THEN e.m
			WHEN e.individual THEN 1 END)::integer AS m,
		coalesce((e.place >> 31)::float8 / 1e7::float8 - 180::float8, 0) AS lon,
		coalesce((e.place & 2147483647::bigint)::float8 / 1e7::float8 - 90::float8, 0) AS lat
	FROM told e
	-- 0 or more says nothing, and must not lend its place to other evidence of the instant
	WHERE e.n > 0 OR (e.exhaustive
		AND CASE WHEN e.individual THEN e.n IS NOT NULL OR NOT e.unread ELSE e.m IS NOT NULL END)
	UNION ALL
	-- seen elsewhere at that instant, so not here
	SELECT k.installation_id, k.asset_class_id, true, k.label, s.observation_id,
		o.observed_at, 0, 0, 0, 0
	FROM wanted k
	JOIN win w ON w.installation_id = k.installation_id
	CROSS JOIN LATERAL (
		SELECT s.installation_id, s.observation_id
		FROM LEDGER.sighting s
		WHERE s.designation = k.label AND s.asset_class_id = k.asset_class_id
			AND s.installation_id <> k.installation_id
			AND s.confidence >= MIN_CONFIDENCE AND pg_catalog.lower(s.count) > 0 AND LIVE_SIGHTING
		OFFSET 0) s
	CROSS JOIN LATERAL (
		SELECT o.observed_at
		FROM LEDGER.observation o
		WHERE o.installation_id = s.installation_id AND o.observation_id = s.observation_id
			AND o.observed_at >= w.lo AND o.observed_at <= w.hi AND LIVE_LOOK
		OFFSET 0) o
	WHERE k.individual
)$sql$, 'LIVE_LOOK', live_look), 'LIVE_SIGHTING', live_sighting);
END;
COMMENT ON FUNCTION ledger_evidence(text, text) IS
'part of create_ledger: the query that turns observations and sightings into evidence';

-- Fills in a ledger's names and runs a statement that makes one of its objects.
CREATE FUNCTION ledger_execute(ledger name, statement text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
DECLARE
	threshold float8;
BEGIN
	EXECUTE pg_catalog.format('SELECT min_confidence FROM %I.ledger', ledger) INTO STRICT threshold;
	statement := replace(statement, 'MIN_CONFIDENCE', pg_catalog.format('%L::float8', threshold));
	-- piece by piece, as the name itself may contain either word
	EXECUTE (SELECT string_agg(replace(p.piece, 'LEDGER', quote_ident(ledger::text)), quote_literal(ledger::text) ORDER BY p.n)
		FROM pg_catalog.unnest(string_to_array(statement, 'LEDGER_NAME')) WITH ORDINALITY AS p(piece, n));
END
$part$;
COMMENT ON FUNCTION ledger_execute(name, text) IS
'part of create_ledger: runs a statement with LEDGER (as an identifier), LEDGER_NAME (as a literal) and MIN_CONFIDENCE replaced';

-- What the derivation needs beside the tables that people use.
CREATE FUNCTION ledger_work_tables_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
BEGIN
	EXECUTE pg_catalog.format($ddl$
CREATE UNLOGGED TABLE %1$I.touched (
	txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	installation_id bigint,
	asset_class_id integer,
	designation text,
	since timestamptz NOT NULL,
	until timestamptz NOT NULL,
	removes boolean NOT NULL
);
COMMENT ON TABLE %1$I.touched IS
'internal: what the running transaction has touched: a span at an installation, a designation there, or a class everywhere; never committed';
CREATE INDEX touched_txid ON %1$I.touched (txid);

CREATE UNLOGGED TABLE %1$I.pending (
	txid xid8 PRIMARY KEY DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE %1$I.pending IS
'internal: the running transaction has something to derive at commit; never committed';

CREATE TABLE %1$I.derivation (
	installation_id bigint PRIMARY KEY,
	derived_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE %1$I.derivation IS
'when each installation was last derived; the row serialises its derivations';

CREATE TABLE %1$I.individual (
	designation text,
	asset_class_id integer,
	derived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (designation, asset_class_id)
);
CREATE TABLE %1$I.subject (
	installation_id bigint NOT NULL,
	asset_class_id integer NOT NULL,
	individual boolean NOT NULL,
	label text NOT NULL,
	PRIMARY KEY (installation_id, asset_class_id, individual, label)
);
COMMENT ON TABLE %1$I.subject IS
'internal: every class and status (individual: every designation) ever sighted at an installation';
CREATE INDEX subject_designation ON %1$I.subject (label, asset_class_id) WHERE individual;
CREATE INDEX subject_counted ON %1$I.subject (installation_id) WHERE NOT individual;
CREATE INDEX subject_class ON %1$I.subject (asset_class_id);

COMMENT ON TABLE %1$I.individual IS
'when each designation was last sighted by a load; the row serialises derivations that share it';
$ddl$, ledger);
END
$part$;
COMMENT ON FUNCTION ledger_work_tables_create(name) IS
'part of create_ledger: the tables of the derivation';

-- What ledgers made by an earlier version have otherwise.
CREATE FUNCTION ledger_work_tables_upgrade(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $part$
BEGIN
	PERFORM ledger_execute(ledger, $sql$
CREATE INDEX IF NOT EXISTS subject_counted ON LEDGER.subject (installation_id) WHERE NOT individual;
	$sql$);
	-- 0.1.0 derived in PL/pgSQL; who has built on that keeps it
	BEGIN
		PERFORM ledger_execute(ledger, $sql$
DROP FUNCTION IF EXISTS LEDGER.derive_slice(bigint[], timestamptz[], timestamptz[], boolean[]),
	LEDGER.subjects_few(bigint[], timestamptz[], timestamptz[], boolean[]),
	LEDGER.subjects_many(bigint[], timestamptz[], timestamptz[], boolean[]),
	LEDGER.derive_few(integer, bigint[], timestamptz[], timestamptz[], bigint[], integer[], boolean[], text[]),
	LEDGER.derive_many(integer, bigint[], timestamptz[], timestamptz[], bigint[], integer[], boolean[], text[]);
		$sql$);
	EXCEPTION WHEN dependent_objects_still_exist THEN
		NULL;
	END;
END
$part$;
COMMENT ON FUNCTION ledger_work_tables_upgrade(name) IS
'part of upgrade_ledger: the tables of the derivation, as create_ledger makes them now';

-- The triggers that note what was touched. Changes of columns that are not evidence
-- (note, url, ...) leave no note. Hash and merge joins and sequential scans are off: the
-- plan of the first statement is kept for the session, and must not read all of a table
-- on behalf of a single row.
CREATE FUNCTION ledger_touch_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
DECLARE
	head constant text := $sql$
CREATE OR REPLACE FUNCTION LEDGER.FUNCTION_NAME() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path FROM CURRENT
SET row_security = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $body$
BEGIN
	-- first of all: on a table of somebody else's, whose rows may have types with functions
	-- of their own, nothing of this may run with the owner's rights
	IF TG_TABLE_SCHEMA <> LEDGER_NAME THEN
		RAISE EXCEPTION 'ledger % was renamed from %', quote_ident(TG_TABLE_SCHEMA::text),
				quote_ident(LEDGER_NAME)
			USING ERRCODE = '22S07', HINT = pg_catalog.format('SELECT upgrade_ledger(%L)', TG_TABLE_SCHEMA);
	END IF;
	$sql$;
	tail constant text := $sql$
	IF FOUND THEN
		INSERT INTO LEDGER.pending SELECT pg_current_xact_id()
		WHERE NOT EXISTS (SELECT FROM LEDGER.pending p WHERE p.txid = pg_current_xact_id());
	END IF;
	RETURN NULL;
END
$body$
	$sql$;
	note constant text := $sql$
	INSERT INTO LEDGER.touched (installation_id, asset_class_id, designation, since, until, removes)
	$sql$;
	changed constant text := $sql$
		((SELECT COLUMNS FROM old_rows EXCEPT ALL SELECT COLUMNS FROM new_rows)
		UNION ALL
		(SELECT COLUMNS FROM new_rows EXCEPT ALL SELECT COLUMNS FROM old_rows))
	$sql$;
	-- a name that no class has or lies under is a slip of the pen, not a scope
	check_scope constant text := $sql$
	SELECT r.part INTO nowhere
	FROM (SELECT DISTINCT pg_catalog.unnest(n.scope) AS part
		FROM (SELECT DISTINCT w.scope FROM new_rows w KNOWN_SCOPES) n) r
	WHERE NOT EXISTS (SELECT FROM LEDGER.asset_class c WHERE c.path <@ r.part)
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'scope % names no asset class', quote_literal(nowhere::text) USING ERRCODE = '22S07';
	END IF;
	$sql$;
	-- looks that came, went or changed, and the designations sighted in them
	touch_looks constant text := note || $sql$
	SELECT r.installation_id, NULL, NULL, min(r.observed_at), max(r.observed_at), REMOVES
	FROM SOURCE r GROUP BY r.installation_id
	UNION ALL
	SELECT r.installation_id, s.asset_class_id, s.designation, min(r.observed_at),
		max(r.observed_at), REMOVES
	FROM SOURCE r JOIN LEDGER.sighting s ON s.installation_id = r.installation_id
		AND s.observation_id = r.observation_id
	WHERE s.designation IS NOT NULL AND NOT FRESH
	GROUP BY r.installation_id, s.asset_class_id, s.designation;
	$sql$;
	-- Sightings: of the instants of their looks. A look that is gone has been noted itself,
	-- but not when the designations that went with it had been seen.
	-- One added to a look that was derived before can take evidence away (an unread number
	-- where the look had shown that an individual is absent); not so in a new look.
	touch_sightings constant text := note || $sql$
	SELECT r.installation_id, NULL, NULL, min(o.observed_at), max(o.observed_at),
		REMOVES OR NOT bool_and(o.xmin = pg_current_xact_id()::xid AND o.recorded_at = now()
			AND NOT EXISTS (SELECT FROM LEDGER.derivation d
				WHERE d.installation_id = o.installation_id AND d.derived_at >= now()))
	FROM (SELECT DISTINCT t.installation_id, t.observation_id FROM SOURCE t) r
	JOIN LEDGER.observation o ON o.installation_id = r.installation_id
		AND o.observation_id = r.observation_id
	GROUP BY r.installation_id
	UNION ALL
	SELECT r.installation_id, r.asset_class_id, r.designation,
		min(coalesce(o.observed_at, '-infinity')), max(coalesce(o.observed_at, 'infinity')), REMOVES
	FROM SOURCE r
	LEFT JOIN LEDGER.observation o ON o.installation_id = r.installation_id
		AND o.observation_id = r.observation_id
	WHERE r.designation IS NOT NULL
	GROUP BY r.installation_id, r.asset_class_id, r.designation;
	$sql$;
	by_operation constant text := $sql$
	IF TG_OP = 'INSERT' THEN
		INSERTED
	ELSIF TG_OP = 'DELETE' THEN
		DELETED
	ELSE
		UPDATED
	END IF;
	$sql$;
	body text;
	columns text;
	event text;
	target text;
BEGIN
	columns := 'installation_id, observation_id, observed_at, completeness, scope, gsd_m, retracted_at';
	body := replace(head, 'BEGIN', 'DECLARE nowhere ltree; BEGIN') || by_operation || tail;
	body := replace(body, 'INSERTED', replace(check_scope, 'KNOWN_SCOPES', '') || replace(replace(replace(touch_looks, 'SOURCE', 'new_rows'), 'REMOVES', 'false'), 'FRESH', 'true'));
	body := replace(body, 'DELETED', replace(replace(replace(touch_looks, 'SOURCE', 'old_rows'), 'REMOVES', 'true'), 'FRESH', 'false'));
	body := replace(body, 'UPDATED', replace(check_scope, 'KNOWN_SCOPES', 'EXCEPT SELECT v.scope FROM old_rows v') || replace(replace(replace(touch_looks, 'SOURCE', replace(changed, 'COLUMNS', columns)), 'REMOVES', 'true'), 'FRESH', 'false'));
	body := replace(body, 'FUNCTION_NAME', 'touch_observation');
	PERFORM ledger_execute(ledger, body);

	columns := 'installation_id, sighting_id, observation_id, asset_class_id, designation, status, count, location, confidence, retracted_at';
	body := head || by_operation || tail;
	body := replace(body, 'INSERTED', replace(replace(touch_sightings, 'SOURCE', 'new_rows'), 'REMOVES', 'false'));
	body := replace(body, 'DELETED', replace(replace(touch_sightings, 'SOURCE', 'old_rows'), 'REMOVES', 'true'));
	body := replace(body, 'UPDATED', replace(replace(touch_sightings, 'SOURCE', replace(changed, 'COLUMNS', columns)), 'REMOVES', 'true'));
	body := replace(body, 'FUNCTION_NAME', 'touch_sighting');
	PERFORM ledger_execute(ledger, body);

	-- an installation moved, so did the sightings that have no place of their own
	body := head || by_operation || tail;
	body := replace(body, 'INSERTED', 'RETURN NULL;');
	body := replace(body, 'DELETED', note || $sql$
	SELECT r.installation_id, NULL, NULL, '-infinity', 'infinity', true FROM old_rows r;
	$sql$);
	body := replace(body, 'UPDATED', note || $sql$
	SELECT DISTINCT r.installation_id, NULL::integer, NULL, '-infinity'::timestamptz,
		'infinity'::timestamptz, true
	FROM $sql$ || replace(changed, 'COLUMNS', 'installation_id, location') || ' r;');
	body := replace(body, 'FUNCTION_NAME', 'touch_installation');
	PERFORM ledger_execute(ledger, body);

	-- a class moved in the tree, or became harder to tell: everywhere
	body := head || note || $sql$
	SELECT DISTINCT NULL::bigint, r.asset_class_id, NULL, '-infinity'::timestamptz,
		'infinity'::timestamptz, true
	FROM $sql$ || replace(changed, 'COLUMNS', 'asset_class_id, path, max_gsd_m') || ' r;' || tail;
	body := replace(body, 'FUNCTION_NAME', 'touch_asset_class');
	PERFORM ledger_execute(ledger, body);

	body := head || note || $sql$
	SELECT d.installation_id, NULL, NULL, '-infinity', 'infinity', true FROM LEDGER.derivation d;
	$sql$ || tail;
	body := replace(body, 'FUNCTION_NAME', 'touch_all');
	PERFORM ledger_execute(ledger, body);

	PERFORM ledger_execute(ledger, $sql$
COMMENT ON FUNCTION LEDGER.touch_observation() IS 'internal: trigger that notes which observations a statement touched';
COMMENT ON FUNCTION LEDGER.touch_sighting() IS 'internal: trigger that notes which sightings a statement touched';
COMMENT ON FUNCTION LEDGER.touch_installation() IS 'internal: trigger that notes which installations a statement moved or removed';
COMMENT ON FUNCTION LEDGER.touch_asset_class() IS 'internal: trigger that notes which classes a statement moved in the tree or made harder to tell';
COMMENT ON FUNCTION LEDGER.touch_all() IS 'internal: trigger that notes that a table was emptied by TRUNCATE';
	$sql$);

	FOREACH target IN ARRAY ARRAY['observation', 'sighting', 'installation', 'asset_class'] LOOP
		FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
			CONTINUE WHEN target = 'installation' AND event = 'insert'
				OR target = 'asset_class' AND event IN ('insert', 'delete');
			EXECUTE pg_catalog.format(
				'CREATE OR REPLACE TRIGGER %1$s_%2$s AFTER %2$s ON %5$I.%1$s %3$s FOR EACH STATEMENT EXECUTE FUNCTION %5$I.%4$s()',
				target, event,
				CASE event
					WHEN 'insert' THEN 'REFERENCING NEW TABLE AS new_rows'
					WHEN 'update' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
					WHEN 'delete' THEN 'REFERENCING OLD TABLE AS old_rows'
					ELSE '' END,
				CASE WHEN event = 'truncate' THEN 'touch_all' ELSE 'touch_' || target END,
				ledger);
		END LOOP;
	END LOOP;
	-- who fires a trigger needs no right to call its function; who makes one does
	FOREACH target IN ARRAY ARRAY['touch_observation', 'touch_sighting', 'touch_installation', 'touch_asset_class', 'touch_all'] LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %I.%I() FROM PUBLIC', ledger, target);
	END LOOP;
END
$part$;
COMMENT ON FUNCTION ledger_touch_create(name) IS
'part of create_ledger: the triggers that note what was touched';

CREATE FUNCTION ledger_derive_spans(ledger oid, min_confidence float8, installation_id bigint[],
	since timestamptz[], until timestamptz[], removes boolean[]) RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_derive_spans(oid, float8, bigint[], timestamptz[], timestamptz[], boolean[]) IS
'internal: derives the presences that spans of instants at installations can have changed; ledger: any of its tables; removes: evidence was taken away there. Returns how many presences changed';

-- The whole derivation of what the transaction touched.
CREATE FUNCTION ledger_derive_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $part$
BEGIN
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.derive() RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
SET row_security = off
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $body$
DECLARE
	notes LEDGER.touched[];
	isolated boolean := current_setting('transaction_isolation') <> 'read committed';
	wi bigint[];
	wa timestamptz[];
	wb timestamptz[];
	wr boolean[];
	changed bigint;
BEGIN
	DELETE FROM LEDGER.pending p WHERE p.txid = pg_current_xact_id();
	WITH gone AS (
		DELETE FROM LEDGER.touched t WHERE t.txid = pg_current_xact_id()
		RETURNING t.installation_id, t.asset_class_id, t.designation, t.since, t.until, t.removes)
	SELECT pg_catalog.array_agg(ROW(NULL, g.installation_id, g.asset_class_id, g.designation,
		g.since, g.until, g.removes)::LEDGER.touched)
	INTO notes
	FROM (SELECT t.installation_id, t.asset_class_id, t.designation, min(t.since) AS since,
			max(t.until) AS until, bool_or(t.removes) AS removes
		FROM gone t GROUP BY t.installation_id, t.asset_class_id, t.designation) g;
	IF notes IS NULL THEN
		RETURN 0;
	END IF;

	IF EXISTS (SELECT FROM pg_catalog.unnest(notes) AS t WHERE t.designation IS NOT NULL) THEN
		INSERT INTO LEDGER.individual AS i (designation, asset_class_id)
		SELECT DISTINCT t.designation, t.asset_class_id
		FROM pg_catalog.unnest(notes) AS t WHERE t.designation IS NOT NULL
		ORDER BY t.designation, t.asset_class_id
		ON CONFLICT (designation, asset_class_id) DO UPDATE SET derived_at = excluded.derived_at;
	END IF;

	-- A change of class concerns whatever others are loading just now: wait for them, hold
	-- back the next. A snapshot from before cannot see all of them, so it may not do this;
	-- one from before the change may not derive after it.
	IF EXISTS (SELECT FROM pg_catalog.unnest(notes) AS t WHERE t.installation_id IS NULL) THEN
		IF isolated THEN
			RAISE EXCEPTION 'path and max_gsd_m of an asset class can only be changed in a READ COMMITTED transaction'
				USING ERRCODE = 'object_not_in_prerequisite_state';
		END IF;
		LOCK TABLE LEDGER.derivation IN EXCLUSIVE MODE;
		UPDATE LEDGER.ledger SET classes_changed_at = clock_timestamp();
	ELSIF isolated THEN
		PERFORM FROM LEDGER.ledger FOR SHARE;
	END IF;

	SELECT pg_catalog.array_agg(w.installation_id ORDER BY w.installation_id),
		pg_catalog.array_agg(w.a ORDER BY w.installation_id),
		pg_catalog.array_agg(w.b ORDER BY w.installation_id),
		pg_catalog.array_agg(w.removes ORDER BY w.installation_id)
	INTO wi, wa, wb, wr
	FROM (
		SELECT v.installation_id, min(v.since) AS a, max(v.until) AS b, bool_or(v.removes) AS removes
		FROM (
			SELECT t.installation_id, t.since, t.until, t.removes
			FROM pg_catalog.unnest(notes) AS t
			WHERE t.installation_id IS NOT NULL
			UNION ALL
			SELECT s.installation_id, t.since, t.until, t.removes
			FROM pg_catalog.unnest(notes) AS t
			JOIN LEDGER.subject s ON s.asset_class_id = t.asset_class_id
			WHERE t.installation_id IS NULL
			UNION ALL
			SELECT s.installation_id, t.since, t.until, t.removes
			FROM pg_catalog.unnest(notes) AS t
			JOIN LEDGER.subject s ON s.individual AND s.label = t.designation
				AND s.asset_class_id = t.asset_class_id AND s.installation_id <> t.installation_id
			WHERE t.designation IS NOT NULL) v
		GROUP BY v.installation_id) w;
	IF wi IS NULL THEN
		RETURN 0;
	END IF;

	INSERT INTO LEDGER.derivation AS d (installation_id)
	SELECT w.i FROM pg_catalog.unnest(wi) AS w(i) ORDER BY w.i
	ON CONFLICT (installation_id) DO UPDATE SET derived_at = excluded.derived_at;

	changed := ledger_derive_spans((SELECT l.tableoid FROM LEDGER.ledger l), MIN_CONFIDENCE, wi, wa, wb, wr);

	DELETE FROM LEDGER.derivation d
	WHERE d.installation_id = ANY (wi)
		AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = d.installation_id);
	IF FOUND THEN
		DELETE FROM LEDGER.subject s
		WHERE s.installation_id = ANY (wi)
			AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = s.installation_id);
	END IF;
	RETURN changed;
END
$body$
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.derive_pending() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path FROM CURRENT
AS $body$
BEGIN
	PERFORM LEDGER.derive();
	RETURN NULL;
END
$body$
	$sql$);
	PERFORM ledger_execute(ledger, $sql$
DROP TRIGGER IF EXISTS derive_at_commit ON LEDGER.pending;
CREATE CONSTRAINT TRIGGER derive_at_commit AFTER INSERT ON LEDGER.pending
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION LEDGER.derive_pending();
REVOKE ALL ON FUNCTION LEDGER.derive_pending() FROM PUBLIC;
REVOKE ALL ON FUNCTION LEDGER.derive() FROM PUBLIC;
COMMENT ON FUNCTION LEDGER.derive() IS
'internal: derives what the running transaction has touched; returns how many presences changed';
COMMENT ON FUNCTION LEDGER.derive_pending() IS
'internal: trigger that derives at commit';
	$sql$);
END
$part$;
COMMENT ON FUNCTION ledger_derive_create(name) IS
'part of create_ledger: the derivation at commit';
