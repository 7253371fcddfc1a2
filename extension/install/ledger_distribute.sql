
-- A ledger on one of several servers, by Citus: its schema becomes a tenant, each of its tables
-- one shard, all on one worker.
--
-- Theory of operation.
--
-- 1. Citus moves tables first, and then lets functions, views and triggers follow that are made
--    on them: so these are dropped and made again. Its propagation has them on every node.
-- 2. A load goes to the shards, whose triggers note and derive there, in the same transaction:
--    the engine knows the shards by name (ledger_shards.c).
-- 3. On the coordinator, which holds nothing, each function is one that asks the function of the
--    same name where the ledger lies (ledger_elsewhere.c). It takes the session's time zone along,
--    by which days begin and end, and writes dates so that no setting there can misread them.
-- 4. There each statement of a function is given the shards before it is planned (ledger_here.c).
--    A function-level setting keeps the planner from inlining the functions of SQL, whose tables
--    would not be seen then.

-- Nothing that is not the ledger's own may go with its functions and views.
CREATE FUNCTION ledger_made_anew(ledger name) RETURNS SETOF text
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT format('function %s', p.oid::regprocedure) FROM pg_proc p
	UNION ALL
	SELECT format('view %s', c.oid::regclass) FROM pg_class c WHERE c.relkind IN ('v', 'm')
	UNION ALL
	SELECT format('trigger %s on %s', quote_ident(t.tgname), t.tgrelid::regclass) FROM pg_trigger t
	JOIN pg_class c ON c.oid = t.tgrelid
	JOIN pg_proc p ON p.oid = t.tgfoid
	WHERE NOT t.tgisinternal AND p.proname <> 'ledger_touch_all' AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1);
END;
COMMENT ON FUNCTION ledger_made_anew(name) IS
'part of distribute_ledger: functions, views and the ledger''s triggers, by name';

CREATE FUNCTION ledger_functions_drop(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made record;
	-- (their names, while they are there)
	functions constant text[] := ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p
		WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger));
	function text;
BEGIN
	FOR made IN SELECT t.tgname, t.tgrelid::regclass AS target FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger) AND NOT t.tgisinternal AND t.tgparentid = 0::oid
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.target);
	END LOOP;
	FOR made IN SELECT c.relname FROM pg_class c
		WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger) AND c.relkind = 'v'
	LOOP
		EXECUTE format('DROP VIEW IF EXISTS %I.%I CASCADE', ledger, made.relname);
	END LOOP;
	FOREACH function IN ARRAY functions LOOP
		EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', function);
	END LOOP;
END
$$;
COMMENT ON FUNCTION ledger_functions_drop(name) IS
'part of distribute_ledger: drops what ledger_functions_create makes';

CREATE FUNCTION ledger_is_tenant(ledger name) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found boolean := false;
BEGIN
	IF to_regclass('pg_catalog.pg_dist_schema') IS NOT NULL THEN
		EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_schema d JOIN pg_catalog.pg_namespace n ON n.oid = d.schemaid WHERE n.nspname = $1)'
			INTO found USING ledger;
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION ledger_is_tenant(name) IS
'part of distribute_ledger: has Citus made the ledger''s schema a tenant?';

CREATE FUNCTION ledger_ask_elsewhere(ledger regclass, function regprocedure, arguments text[]) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_ask_elsewhere(regclass, regprocedure, text[]) IS
'internal: asks a function of a ledger that lies on another server there, with these arguments and in the session''s time zone; its rows. Error 22S07';

CREATE FUNCTION ledger_answer_here(ledger regclass, writes boolean) RETURNS boolean
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_answer_here(regclass, boolean) IS
'internal: until the transaction ends, what is asked of a ledger''s tables on this server is asked of its shards; true';

-- In place of a ledger's function: one that asks it where the ledger lies.
-- (Types are named with their schemas, as this is read when it is called.)
CREATE FUNCTION ledger_function_elsewhere(ledger name, function oid) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $create$
DECLARE
	asked pg_proc%ROWTYPE;
	result constant text := pg_get_function_result(function);
	columns text;
BEGIN
	SELECT * INTO STRICT asked FROM pg_proc p WHERE p.oid = function;
	-- columns, rows of a table, or one value
	IF result LIKE 'TABLE(%' THEN
		columns := substr(result, length('TABLE(') , length(result));
	ELSE
		SELECT '(' || string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) || ')' INTO columns
		FROM pg_type y JOIN pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0::smallint AND NOT a.attisdropped
		WHERE y.oid = asked.prorettype AND y.typrelid <> 0::oid;
		columns := coalesce(columns, format('(said %s)', format_type(asked.prorettype, NULL::integer)));
	END IF;
	EXECUTE format('CREATE OR REPLACE FUNCTION %1$I.%2$I(%3$s) RETURNS %4$s LANGUAGE sql %5$s %6$s COST %7$s %8$s
		SET DateStyle = ''ISO, YMD'' SET IntervalStyle = ''postgres'' SET extra_float_digits = 3
		AS $body$ SELECT r.* FROM %12$s.ledger_ask_elsewhere(%13$L::pg_catalog.regclass, %9$L::pg_catalog.regprocedure, ARRAY[%10$s]::pg_catalog.text[]) AS r %11$s $body$',
		ledger, asked.proname, pg_get_function_arguments(function), result,
		CASE asked.provolatile WHEN 'v' THEN 'VOLATILE' WHEN 's' THEN 'STABLE' ELSE 'IMMUTABLE' END, CASE WHEN asked.proisstrict THEN 'STRICT' ELSE '' END,
		asked.procost, CASE WHEN asked.proretset THEN format('ROWS %s', asked.prorows) ELSE '' END,
		function::regprocedure, (SELECT coalesce(string_agg(format('$%s::pg_catalog.text', i), ', ' ORDER BY i), '') FROM generate_series(1, asked.pronargs::integer) AS i),
		columns, (SELECT e.extnamespace::regnamespace FROM pg_extension e WHERE e.extname = 'pg_sightings'), format('%I.ledger', ledger));
END
$create$;
COMMENT ON FUNCTION ledger_function_elsewhere(name, oid) IS
'part of distribute_ledger: puts a function in place of another, on this node alone, that asks the other where the ledger lies';

-- Functions of a tenant, after they were made.
CREATE FUNCTION ledger_functions_distribute(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	made record;
BEGIN
	-- (after Citus's own in the order of their names: truncate_trigger_...)
	FOR made IN SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger) AND t.tgname::text = c.relname::text || '_truncate'
	LOOP
		EXECUTE pg_catalog.format('DROP TRIGGER %I ON %I.%I', made.tgname, ledger, made.relname);
		EXECUTE pg_catalog.format('CREATE OR REPLACE TRIGGER %I AFTER TRUNCATE ON %I.%I FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_all()',
			'truncated_' || made.relname::text, ledger, made.relname);
	END LOOP;
	FOR made IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p
		WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger)
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s SET citus.allow_nested_distributed_execution = on', made.name);
	END LOOP;
	PERFORM pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true);
	-- (what returns nothing is part of another)
	FOR made IN SELECT p.oid FROM pg_proc p
		WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger) AND p.prorettype <> 'void'::regtype::oid
	LOOP
		PERFORM ledger_function_elsewhere(ledger, made.oid);
	END LOOP;
	PERFORM pg_catalog.set_config('citus.enable_ddl_propagation', 'on', true);
END
$$;
COMMENT ON FUNCTION ledger_functions_distribute(name) IS
'part of distribute_ledger and upgrade_ledger: the functions of a ledger that lies on another server';

-- What others may do with a ledger's functions and views; an object without "who" is there.
CREATE FUNCTION ledger_grants(ledger name) RETURNS SETOF jsonb
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH object AS (
		SELECT format('FUNCTION %s', p.oid::regprocedure) AS object, '' AS of_column, p.proowner AS owner, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
		FROM pg_proc p WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1)
		UNION ALL
		SELECT format('TABLE %s', c.oid::regclass), '', c.relowner, coalesce(c.relacl, acldefault('r', c.relowner))
		FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1)
		UNION ALL
		SELECT format('TABLE %s', c.oid::regclass), format(' (%I)', a.attname), c.relowner, a.attacl
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relkind = 'v' AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1) AND a.attacl IS NOT NULL
	)
	SELECT jsonb_build_object('object', o.object) FROM object o WHERE o.of_column = ''
	UNION ALL
	SELECT jsonb_build_object('object', o.object, 'what', format('%s%s ON %s', g.privilege_type, o.of_column, o.object),
		'who', coalesce(quote_ident(r.rolname), 'PUBLIC'), 'option', g.is_grantable)
	FROM object o CROSS JOIN LATERAL aclexplode(o.acl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
	WHERE g.grantee <> o.owner;
END;
COMMENT ON FUNCTION ledger_grants(name) IS
'part of distribute_ledger: who may do what with a ledger''s functions and views';

CREATE FUNCTION ledger_grants_again(ledger name, before jsonb[]) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path FROM CURRENT
AS $$
DECLARE
	given jsonb;
BEGIN
	FOR given IN SELECT ledger_grants(ledger) EXCEPT SELECT pg_catalog.unnest(before) LOOP
		IF given ? 'who' AND pg_catalog.jsonb_build_object('object', given -> 'object') = ANY (before) THEN
			EXECUTE pg_catalog.format('REVOKE %s FROM %s', given ->> 'what', given ->> 'who');
		END IF;
	END LOOP;
	FOR given IN SELECT pg_catalog.unnest(before) EXCEPT SELECT ledger_grants(ledger) LOOP
		IF given ? 'who' AND pg_catalog.jsonb_build_object('object', given -> 'object') IN (SELECT ledger_grants(ledger)) THEN
			EXECUTE pg_catalog.format('GRANT %s TO %s%s', given ->> 'what', given ->> 'who', CASE WHEN (given ->> 'option')::boolean THEN ' WITH GRANT OPTION' ELSE '' END);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION ledger_grants_again(name, jsonb[]) IS
'part of distribute_ledger and upgrade_ledger: functions and views that were made anew may be used by whom they could be used before';

-- Before Citus takes them: a table that is moved while it is written needs something to know its
-- rows by, and to be in the log. The one more has no rows, ever.
CREATE FUNCTION ledger_tables_ready(ledger name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	made record;
BEGIN
	PERFORM ledger_check(ledger::text);
	EXECUTE pg_catalog.format($ddl$
		CREATE TABLE IF NOT EXISTS %1$I.asked (writes boolean);
		COMMENT ON TABLE %1$I.asked IS
		'internal: without rows, ever. By an UPDATE of it Citus is told that the function that is asked next may write';
		GRANT UPDATE ON %1$I.asked TO PUBLIC $ddl$, ledger);
	FOR made IN SELECT c.oid::regclass AS name, c.relpersistence = 'u' AS unlogged, c.relreplident <> 'f' AND NOT EXISTS (
			SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS keyless
		FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger)
	LOOP
		IF made.unlogged THEN
			EXECUTE pg_catalog.format('ALTER TABLE %s SET LOGGED', made.name);
		END IF;
		IF made.keyless THEN
			EXECUTE pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY FULL', made.name);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION ledger_tables_ready(name) IS
'part of distribute_ledger and upgrade_ledger: what Citus needs of a ledger''s tables';

-- Citus puts none in place of another that others depend on: all go, and are made again.
CREATE FUNCTION ledger_functions_anew(ledger name, distribute boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	before constant text[] := ARRAY(SELECT ledger_made_anew(ledger));
	given constant jsonb[] := ARRAY(SELECT ledger_grants(ledger));
	gone text;
BEGIN
	PERFORM pg_catalog.set_config('citus.enable_unsafe_triggers', 'on', true);
	PERFORM ledger_tables_ready(ledger);
	PERFORM ledger_functions_drop(ledger);
	IF distribute THEN
		EXECUTE pg_catalog.format('SELECT citus_schema_distribute(%L::regnamespace)', quote_ident(ledger::text));
	END IF;
	PERFORM ledger_functions_create(ledger);
	SELECT pg_catalog.min(b.made) INTO gone
	FROM (SELECT pg_catalog.unnest(before) AS made EXCEPT SELECT ledger_made_anew(ledger)) AS b;
	IF gone IS NOT NULL THEN
		RAISE EXCEPTION '% uses functions or views of ledger %', gone, quote_ident(ledger::text)
			USING ERRCODE = '2BP01', HINT = 'Drop it, and make it again when this is done.';
	END IF;
	PERFORM ledger_grants_again(ledger, given);
END
$$;
COMMENT ON FUNCTION ledger_functions_anew(name, boolean) IS
'part of distribute_ledger and upgrade_ledger: drops functions, views and triggers, distributes the tables, and makes them again; an error if anything else went with them';

CREATE FUNCTION distribute_ledger(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	ledger name COLLATE pg_catalog."C" := ledger_check(name);
BEGIN
	IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'citus') THEN
		RAISE EXCEPTION 'Citus is not installed in this database'
			USING ERRCODE = '22S07', HINT = 'CREATE EXTENSION citus, here and on the workers.';
	END IF;
	IF ledger_is_tenant(ledger) THEN
		RETURN;
	END IF;
	-- (its triggers know the parts of a table by name, which shards of parts do not have)
	IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ledger AND c.relkind = 'p') THEN
		RAISE EXCEPTION 'ledger % lies in parts, and cannot be distributed', quote_ident(ledger::text)
			USING ERRCODE = '22S07', HINT = 'Make one without partitions, and copy its tables.';
	END IF;
	PERFORM ledger_check_derived(ledger);
	PERFORM ledger_functions_anew(ledger, true);
END
$$;
COMMENT ON FUNCTION distribute_ledger(text) IS
'with Citus, on the coordinator: places a ledger whole on one worker. Loads and reports go on through the coordinator; Citus can move it. Does nothing for a ledger that is distributed already. Errors 22S07, 2BP01 (something else uses its functions or views)';
