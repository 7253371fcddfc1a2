-- Making, dropping and upgrading ledgers. Runs with the caller's rights: the ledger is
-- the caller's.
CREATE FUNCTION create_ledger(name text, min_confidence double precision DEFAULT 0.5, partitions integer DEFAULT 0)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
AS $$
DECLARE
	-- of no other collation than the catalog's, whatever the argument has
	ledger name COLLATE pg_catalog."C" := name;
BEGIN
	IF name IS NULL OR name = '' OR ledger::text <> name COLLATE pg_catalog."C" THEN
		RAISE EXCEPTION 'invalid ledger name: %', coalesce(quote_literal(name), 'null')
			USING ERRCODE = '22S07', DETAIL = 'A ledger''s name must have 1 to 63 bytes.';
	END IF;
	IF min_confidence IS NULL OR NOT min_confidence BETWEEN 0::float8 AND 1::float8 THEN
		RAISE EXCEPTION 'invalid min_confidence: %', coalesce(min_confidence::text, 'null')
			USING ERRCODE = '22S07', DETAIL = 'It must lie between 0 and 1.';
	END IF;
	IF partitions IS NULL OR NOT partitions BETWEEN 0 AND 1024 THEN
		RAISE EXCEPTION 'invalid partitions: %', coalesce(partitions::text, 'null')
			USING ERRCODE = '22S07', DETAIL = 'It must lie between 0, for none, and 1024.';
	END IF;
	IF EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = ledger) THEN
		RAISE EXCEPTION 'schema % already exists', quote_ident(ledger::text)
			USING ERRCODE = 'duplicate_schema',
				HINT = 'Choose another name, or call drop_ledger() if it is a ledger.';
	END IF;
	EXECUTE pg_catalog.format('CREATE SCHEMA %I', ledger);
	PERFORM ledger_tables_create(ledger, partitions);
	PERFORM ledger_work_tables_create(ledger);
	PERFORM alert_tables_create(ledger);
	EXECUTE pg_catalog.format('INSERT INTO %I.ledger(min_confidence, version) VALUES ($1, $2)', ledger)
		USING min_confidence, (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'pg_sightings');
	PERFORM ledger_functions_create(ledger);
END
$$;
COMMENT ON FUNCTION create_ledger(text, double precision, integer) IS
'makes a ledger: a schema of tables owned by the caller; sightings below min_confidence prove nothing. partitions: observation, sighting and presence each have so many parts, by hash of the installation. Error 22S07';

-- Everything that can be made again from the tables, in order; a new part adds its line.
CREATE FUNCTION ledger_functions_create(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $$
DECLARE
	propagation constant text := current_setting('citus.enable_ddl_propagation', true);
BEGIN
	-- the name goes into functions, whose bodies stand between $body$ and $body$
	IF strpos(ledger::text, '$') > 0 THEN
		RAISE EXCEPTION 'invalid ledger name: %', quote_literal(ledger::text)
			USING ERRCODE = '22S07', DETAIL = 'A ledger''s name must not contain a dollar sign.',
				HINT = 'ALTER SCHEMA ... RENAME TO gives a ledger another name.';
	END IF;
	IF ledger_is_tenant(ledger) THEN
		PERFORM pg_catalog.set_config('citus.enable_unsafe_triggers', 'on', true);
	END IF;
	-- Of a ledger that lies here Citus would bring types of rows to the workers, and the functions that name
	-- none of its tables, and refuse to change or replace them: it takes a type to depend on whatever is called
	-- by a function that names its columns. When a ledger is distributed it brings them all.
	IF propagation IS NOT NULL AND NOT ledger_is_tenant(ledger) THEN
		PERFORM pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true);
	END IF;
	PERFORM report_rows_create(ledger);
	PERFORM ledger_run_create(ledger);
	PERFORM ledger_touch_create(ledger);
	PERFORM ledger_derive_create(ledger);
	PERFORM ledger_thorough_create(ledger);
	PERFORM ledger_checks_create(ledger);
	PERFORM ledger_load_create(ledger);
	PERFORM report_changes_create(ledger);
	PERFORM report_inventory_create(ledger);
	PERFORM report_coverage_create(ledger);
	PERFORM report_usual_create(ledger);
	PERFORM report_site_create(ledger);
	PERFORM report_views_create(ledger);
	PERFORM report_alerts_create(ledger);
	PERFORM report_movements_create(ledger);
	PERFORM report_export_create(ledger);
	PERFORM report_page_create(ledger);
	PERFORM import_look_create(ledger);
	PERFORM import_reading_create(ledger);
	PERFORM import_stac_create(ledger);
	PERFORM import_detections_create(ledger);
	PERFORM import_surveys_create(ledger);
	PERFORM ledger_upkeep_create(ledger);
	PERFORM report_help_create(ledger);
	PERFORM import_flat_create(ledger);
	PERFORM ledger_columns_create(ledger);
	PERFORM ledger_schemas_check();
	PERFORM ledger_bindings_check(ledger);
	IF ledger_is_tenant(ledger) THEN
		PERFORM ledger_functions_distribute(ledger);
	ELSIF propagation IS NOT NULL THEN
		PERFORM pg_catalog.set_config('citus.enable_ddl_propagation', propagation, true);
	END IF;
END
$$;
COMMENT ON FUNCTION ledger_functions_create(name) IS
'part of create_ledger and upgrade_ledger: functions, triggers and views';

-- Who may create in the extension's schema can plant a function there that matches the
-- arguments of a call better than the one that is meant. The parts of a ledger leave no
-- room for one: each argument is of the very type that a function of pg_catalog or of the
-- extensions takes, or the name is qualified. Where that cannot be (ST_AsMVT takes anything),
-- and should one be missed, this refuses what has just been made, before anybody calls it.
CREATE FUNCTION ledger_bindings_check(ledger name) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	schema constant oid := (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger);
	now_made constant xid := (SELECT p.xmin FROM pg_proc p
		WHERE p.pronamespace = schema AND p.proname = 'verify' AND p.pronargs = 2);
	planted text;
BEGIN
	SELECT min(pg_describe_object(d.refclassid, d.refobjid, 0)) INTO planted
	FROM (
		SELECT 'pg_proc'::regclass AS class, p.oid FROM pg_proc p
		WHERE p.pronamespace = schema AND p.xmin = now_made
		UNION ALL
		SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
		WHERE c.relnamespace = schema AND r.xmin = now_made
		UNION ALL
		SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k
		WHERE k.connamespace = schema AND k.xmin = now_made
		UNION ALL
		SELECT 'pg_attrdef'::regclass, a.oid FROM pg_attrdef a JOIN pg_class c ON c.oid = a.adrelid
		WHERE c.relnamespace = schema AND a.xmin = now_made
		UNION ALL
		SELECT 'pg_class'::regclass, c.oid FROM pg_class c
		WHERE c.relnamespace = schema AND c.relkind = 'i' AND c.xmin = now_made) made
	JOIN pg_depend d ON d.classid = made.class AND d.objid = made.oid
	LEFT JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
	LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
	WHERE coalesce(p.pronamespace, o.oprnamespace) NOT IN ('pg_catalog'::regnamespace, schema)
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid
			AND e.deptype = 'e');
	IF planted IS NOT NULL THEN
		RAISE EXCEPTION 'ledger % would call %, which is of no extension', quote_ident(ledger::text), planted
			USING ERRCODE = 'insufficient_privilege',
				HINT = 'Drop it, and let nobody else create objects in the schema of pg_sightings.';
	END IF;
END
$$;
COMMENT ON FUNCTION ledger_bindings_check(name) IS
'part of create_ledger and upgrade_ledger: an error if what was made calls a function or operator that somebody has planted';

-- Nobody can plant anything under the very name and arguments of a function of PostGIS or
-- ltree where these are; but if they lie in another schema than pg_sightings, what lies in the
-- schema that is searched before theirs would be called, also if planted later, with the
-- rights of the ledger's owner.
CREATE FUNCTION ledger_schemas_check() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	shared record;
BEGIN
	WITH searched AS (
		SELECT DISTINCT n.nspname, n.nspowner, n.nspacl FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname IN ('pg_sightings', 'postgis', 'ltree'))
	SELECT n.nspname, coalesce(quote_ident(r.rolname), 'PUBLIC') AS role INTO shared
	FROM searched n CROSS JOIN LATERAL aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
	WHERE (SELECT count(*) FROM searched) > 1 AND a.privilege_type = 'CREATE'
		AND a.grantee <> n.nspowner AND r.rolname IS DISTINCT FROM current_user AND r.rolsuper IS NOT TRUE
	ORDER BY n.nspname, role
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '% may create objects in schema %, which a ledger would call', shared.role, quote_ident(shared.nspname)
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = 'pg_sightings, PostGIS and ltree are not in one schema.',
				HINT = format('REVOKE CREATE ON SCHEMA %I FROM %s', shared.nspname, shared.role);
	END IF;
END
$$;
COMMENT ON FUNCTION ledger_schemas_check() IS
'part of create_ledger and upgrade_ledger: an error if others may create in the schemas of pg_sightings, PostGIS and ltree, and these are not one';

CREATE FUNCTION ledger_check(name text) RETURNS name
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100
SET search_path FROM CURRENT
AS $$
BEGIN
	IF name IS NULL OR to_regclass(pg_catalog.format('%I.ledger', name)) IS NULL
		OR to_regclass(pg_catalog.format('%I.observation', name)) IS NULL THEN
		RAISE EXCEPTION 'no ledger is named %', coalesce(quote_literal(name), 'null')
			USING ERRCODE = '22S07';
	END IF;
	RETURN name;
END
$$;
COMMENT ON FUNCTION ledger_check(text) IS 'the name, or an error if no ledger has it';

-- Tables whose triggers wait for the commit can neither be changed nor dropped.
CREATE FUNCTION ledger_check_derived(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $$
DECLARE
	waits boolean;
BEGIN
	-- (who may not read what waits may not drop it either, which is said next)
	IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = ledger COLLATE pg_catalog."C" AND c.relname = 'pending' AND pg_catalog.has_table_privilege(c.oid, text 'SELECT')) THEN
		RETURN;
	END IF;
	EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %I.pending)', ledger) INTO waits;
	IF waits THEN
		RAISE EXCEPTION 'this transaction has changed ledger % and not yet derived it', quote_ident(ledger::text)
			USING ERRCODE = 'object_in_use', HINT = 'SET CONSTRAINTS ALL IMMEDIATE derives it.';
	END IF;
END
$$;
COMMENT ON FUNCTION ledger_check_derived(name) IS
'part of drop_ledger and upgrade_ledger: an error if the running transaction has something to derive at commit';

-- A subscriber of a logical publication, and a table in place of another, have rows from
-- elsewhere and sequences that stand at the beginning.
CREATE FUNCTION ledger_sequences_forward(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $$
DECLARE
	numbered record;
BEGIN
	FOR numbered IN
		SELECT c.oid::regclass AS whole, a.attname AS number,
			pg_get_serial_sequence(pg_catalog.format('%I.%I', ledger, c.relname), a.attname::text)::regclass AS sequence
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = quote_ident(ledger::text)::regnamespace::oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND a.attnum > 0 AND a.attidentity <> ''
		ORDER BY c.oid
	LOOP
		EXECUTE pg_catalog.format(
			'SELECT pg_catalog.setval(%1$L, n.last::bigint) FROM (SELECT pg_catalog.max(t.%2$I) AS last FROM %3$s t%5$s) n, %4$s s
			WHERE n.last > s.last_value OR n.last = s.last_value AND NOT s.is_called',
			numbered.sequence, numbered.number, numbered.whole, numbered.sequence,
			-- (those that the other servers give out, by Citus)
			CASE WHEN ledger_is_tenant(ledger) THEN pg_catalog.format(' WHERE t.%I < 281474976710656', numbered.number) ELSE '' END);
	END LOOP;
END
$$;
COMMENT ON FUNCTION ledger_sequences_forward(name) IS
'part of upgrade_ledger: numbers go on after the highest that is taken';

CREATE FUNCTION drop_ledger(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	kept text;
BEGIN
	PERFORM ledger_check_derived(ledger_check(name));
	-- (what is of a type that goes, goes with it: a view can be made again, rows that were kept cannot)
	WITH RECURSIVE types(oid) AS (
		SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = drop_ledger.name COLLATE pg_catalog."C"
		UNION
		SELECT d.objid FROM types JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass::oid AND d.refobjid = types.oid AND d.classid = 'pg_type'::regclass::oid)
	SELECT min(pg_describe_object(d.classid, d.objid, d.objsubid)) INTO kept
	FROM types JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass::oid AND d.refobjid = types.oid AND d.classid = 'pg_class'::regclass::oid
	JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'f', 'c') JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname <> drop_ledger.name COLLATE pg_catalog."C";
	IF kept IS NOT NULL THEN
		RAISE EXCEPTION '% is of a type of ledger %', kept, quote_ident(name)
			USING ERRCODE = '2BP01', HINT = 'Drop it, or give it another type: to_jsonb() keeps a row.';
	END IF;
	EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', name);
END
$$;
COMMENT ON FUNCTION drop_ledger(text) IS
'drops a ledger with all it holds, and views and functions that use it. Error 2BP01: a table elsewhere keeps rows of its reports or tables';

CREATE FUNCTION upgrade_ledger(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	ledger name COLLATE pg_catalog."C" := ledger_check(name);
	owner text := (SELECT n.nspowner::regrole::text FROM pg_namespace n WHERE n.nspname = ledger);
BEGIN
	-- Not even a superuser: new functions would be the caller's, and run with the caller's
	-- rights over tables on which the owner may have put anything.
	IF owner <> current_user::regrole::text THEN
		RAISE EXCEPTION 'must be owner of ledger %', quote_ident(ledger::text)
			USING ERRCODE = 'insufficient_privilege', HINT = pg_catalog.format('SET ROLE %s', owner);
	END IF;
	PERFORM ledger_check_derived(ledger);
	IF ledger_is_tenant(ledger) THEN
		PERFORM ledger_functions_anew(ledger);
	ELSE
		PERFORM ledger_functions_create(ledger);
	END IF;
	PERFORM ledger_sequences_forward(ledger);
	EXECUTE pg_catalog.format('UPDATE %I.ledger SET version = $1', ledger)
		USING (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'pg_sightings');
	EXECUTE pg_catalog.format('SELECT %I.rederive()', ledger);
END
$$;
COMMENT ON FUNCTION upgrade_ledger(text) IS
'brings a ledger up to the installed version, its present name, partitions and min_confidence, and derives it again; its data stay';
