-- The derivation: presence always equals what follows from the evidence.
--
-- Theory of operation.
--
-- 1. Statement triggers note in memory what was touched: installations and instants
--    (ledger_touch.c, ledger_notes.c). The first note of a transaction adds a row to
--    `pending`, whose deferred constraint trigger derives once, at commit (or at
--    SET CONSTRAINTS ALL IMMEDIATE), and deletes the row, so that none is ever committed.
-- 2. How derivations are serialised is told at the head of ledger_pending.c; what a span of
--    instants can have changed, and how it is derived anew, at the heads of ledger_derive.c
--    and rederive.c.
-- 3. The triggers are a ledger's, their functions the extension's. They find the ledger by the
--    schema of the trigger's table, and run with the rights of its owner.

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
		-- each class looks its ancestors up: to try all pairs takes a minute for 10,000 classes
		FROM LEDGER.asset_class b
		CROSS JOIN LATERAL pg_catalog.generate_series(1, nlevel(b.path) - 1) AS n
		JOIN LEDGER.asset_class a ON ltree2text(a.path) = ltree2text(subpath(b.path, 0, n))
		) c ON c.above = s.asset_class_id
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
		l.complete AND can_show(l.scope, l.gsd_m, c.path, c.max_gsd_m) AS exhaustive
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
		WHERE s.designation = k.label AND s.asset_class_id + 0 = k.asset_class_id
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
CREATE UNLOGGED TABLE %1$I.pending (
	txid xid8 NOT NULL DEFAULT pg_current_xact_id()
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

-- The triggers that note what was touched. Changes of columns that are not evidence (note,
-- url, ...) leave no note.
CREATE FUNCTION ledger_touch_observation() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_observation() IS
'internal: trigger that notes which observations a statement touched';

CREATE FUNCTION ledger_touch_sighting() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_sighting() IS
'internal: trigger that notes which sightings a statement touched';

CREATE FUNCTION ledger_touch_installation() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_installation() IS
'internal: trigger that notes which installations a statement moved or removed';

CREATE FUNCTION ledger_touch_asset_class() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_asset_class() IS
'internal: trigger that notes which classes a statement moved in the tree or made harder to tell, and has sessions forget what they know of classes';

CREATE FUNCTION ledger_touch_all() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_all() IS
'internal: trigger that notes that a table was emptied by TRUNCATE';

CREATE FUNCTION ledger_derive_pending() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_derive_pending() IS
'internal: trigger that derives at commit; its argument is min_confidence';

CREATE FUNCTION ledger_rederive(ledger regclass, min_confidence float8, installation_id bigint[]) RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_rederive(regclass, float8, bigint[]) IS
'internal: derives installations from all evidence, for the owner of the table named ledger; returns how many presences changed';

CREATE FUNCTION ledger_touch_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
DECLARE
	event text;
	target text;
BEGIN
	FOREACH target IN ARRAY ARRAY['observation', 'sighting', 'installation', 'asset_class'] LOOP
		FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
			CONTINUE WHEN target = 'installation' AND event = 'insert';
			EXECUTE pg_catalog.format(
				'CREATE OR REPLACE TRIGGER %1$s_%2$s AFTER %2$s ON %5$I.%1$s %3$s FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_%4$s()',
				target, event,
				CASE event
					WHEN 'insert' THEN 'REFERENCING NEW TABLE AS new_rows'
					WHEN 'update' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
					WHEN 'delete' THEN 'REFERENCING OLD TABLE AS old_rows'
					ELSE '' END,
				CASE WHEN event = 'truncate' THEN 'all' ELSE target END,
				ledger);
		END LOOP;
	END LOOP;
END
$part$;
COMMENT ON FUNCTION ledger_touch_create(name) IS
'part of create_ledger: the triggers that note what was touched';

CREATE FUNCTION ledger_derive_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $part$
DECLARE
	threshold float8;
BEGIN
	EXECUTE pg_catalog.format('SELECT min_confidence FROM %I.ledger', ledger) INTO STRICT threshold;
	EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS derive_at_commit ON %I.pending', ledger);
	EXECUTE pg_catalog.format('CREATE CONSTRAINT TRIGGER derive_at_commit AFTER INSERT ON %I.pending
		DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_derive_pending(%L)', ledger, threshold);
END
$part$;
COMMENT ON FUNCTION ledger_derive_create(name) IS
'part of create_ledger: the derivation at commit';
