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
	EXECUTE (SELECT string_agg(replace(p.piece, 'LEDGER', quote_ident(ledger::text)), pg_catalog.format('%L::pg_catalog.regclass', pg_catalog.format('%I.ledger', ledger)) ORDER BY p.n)
		FROM pg_catalog.unnest(string_to_array(statement, 'LEDGER_TABLE')) WITH ORDINALITY AS p(piece, n));
END
$part$;
COMMENT ON FUNCTION ledger_execute(name, text) IS
'part of create_ledger: runs a statement with LEDGER (as an identifier), LEDGER_TABLE (its table named ledger, as a regclass) and MIN_CONFIDENCE replaced';

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
	designation text PRIMARY KEY,
	derived_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE %1$I.individual IS
'when each designation was last sighted by a load; the row serialises derivations that share it';

CREATE TABLE %1$I.subject (
	installation_id bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('class', 'status', 'individual')),
	label text NOT NULL,
	asset_class_id integer NOT NULL,
	PRIMARY KEY (installation_id, kind, label, asset_class_id)
);
COMMENT ON TABLE %1$I.subject IS
'internal: what is counted at an installation: each class ever told there and each above it with keep_total; each status and each designation (label) of a class ever told there';
CREATE INDEX subject_designation ON %1$I.subject (label) WHERE kind = 'individual';
CREATE INDEX subject_spelled ON %1$I.subject (pg_catalog.translate(pg_catalog.lower(label), ' -', '')) WHERE kind = 'individual';
CREATE INDEX subject_class ON %1$I.subject (asset_class_id);

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

CREATE FUNCTION ledger_touch_shelter() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_shelter() IS
'internal: trigger that notes at which installations a statement changed what shelter there is';

CREATE FUNCTION ledger_touch_source() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_source() IS
'internal: trigger that notes of which sources a statement changed what their sightings prove';

CREATE FUNCTION ledger_touch_asset_class() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_asset_class() IS
'internal: trigger that notes which classes a statement moved in the tree, made harder to tell or had added up, and has sessions forget what they know of classes';

CREATE FUNCTION ledger_touch_all() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_all() IS
'internal: trigger that notes that a table was emptied by TRUNCATE';

CREATE FUNCTION ledger_subject_once() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_subject_once() IS
'internal: trigger that passes over a row that its table has already';

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

CREATE FUNCTION ledger_writes(ledger regclass) RETURNS boolean
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_writes(regclass) IS
'internal: true; error 22S07 in a function that writes, where Citus has sent it to the server of the ledger within a query over its tables';

CREATE FUNCTION ledger_touch_alert() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_alert() IS
'internal: trigger that has sessions forget which alerts there are';

CREATE FUNCTION ledger_notify(ledger regclass, events bigint) RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_notify(regclass, bigint) IS
'internal: tells listeners at commit that so many rows were added to a ledger''s table alert_event; returns how many';

CREATE FUNCTION ledger_touch_partition() RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_touch_partition() IS
'internal: trigger that refuses rows of a partition that has no triggers of a ledger yet';

-- A statement that names a partition fires the triggers of that alone. PostgreSQL gives row
-- triggers, but not these, to partitions that come later.
CREATE FUNCTION ledger_touch_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $part$
DECLARE
	event text;
	target text;
	whole regclass;
	part regclass;
BEGIN
	FOREACH target IN ARRAY ARRAY['observation', 'sighting', 'installation', 'shelter', 'asset_class', 'source'] LOOP
		whole := pg_catalog.format('%I.%I', ledger, target)::regclass;
		FOR part IN SELECT whole UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(whole) p LOOP
			FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
				EXECUTE pg_catalog.format(
					'CREATE OR REPLACE TRIGGER %1$s_%2$s AFTER %2$s ON %5$s %3$s FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_%4$s()',
					target, event,
					CASE event
						WHEN 'insert' THEN 'REFERENCING NEW TABLE AS new_rows'
						WHEN 'update' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
						WHEN 'delete' THEN 'REFERENCING OLD TABLE AS old_rows'
						ELSE '' END,
					CASE WHEN event = 'truncate' THEN 'all' ELSE target END,
					part);
			END LOOP;
		END LOOP;
		IF EXISTS (SELECT FROM pg_class c WHERE c.oid = whole AND c.relkind = 'p') THEN
			EXECUTE pg_catalog.format(
				'CREATE OR REPLACE TRIGGER %1$s_partition AFTER INSERT OR UPDATE OR DELETE ON %2$s FOR EACH ROW EXECUTE FUNCTION ledger_touch_partition()',
				target, whole);
		END IF;
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
	-- (data restored after the evidence has been derived)
	EXECUTE pg_catalog.format('CREATE OR REPLACE TRIGGER subject_once BEFORE INSERT ON %I.subject
		FOR EACH ROW EXECUTE FUNCTION ledger_subject_once()', ledger);
	EXECUTE pg_catalog.format('CREATE OR REPLACE TRIGGER touch_alert AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I.alert
		FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_alert()', ledger);
	EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS derive_at_commit ON %I.pending', ledger);
	EXECUTE pg_catalog.format('CREATE CONSTRAINT TRIGGER derive_at_commit AFTER INSERT ON %I.pending
		DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_derive_pending(%L)', ledger, threshold);
END
$part$;
COMMENT ON FUNCTION ledger_derive_create(name) IS
'part of create_ledger: the derivation at commit';
