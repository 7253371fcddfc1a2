
-- A ledger on one of several servers, by Citus: its schema becomes a tenant, each of its tables
-- one shard, all on one worker.
--
-- Theory of operation.
--
-- 1. Citus moves tables first, and then lets functions, views and triggers follow that are made
--    on them: so these are dropped and made again. Its propagation has them on every node.
-- 2. A load goes to the shards, whose triggers note and derive there, in the same transaction:
--    the engine knows the shards by name (ledger_shards.c).
-- 3. On the coordinator, which holds nothing, each function that reads is one that asks the
--    function of the same name where the ledger lies. It takes the session's time zone along, by
--    which days begin and end, and writes dates so that no setting there can misread them.
--    Functions that write many statements, the imports, run on the coordinator as they are.
-- 4. A function-level setting keeps the planner from inlining the functions of SQL: Citus plans
--    what one asks of its tables only when it is planned by itself. On the worker the bodies are
--    queries within a query; each of them lies wholly on the same worker.

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

-- In place of a ledger's function that reads: one that asks it where the ledger lies.
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
	FOR made IN SELECT p.oid FROM pg_proc p
		WHERE p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ledger)
			AND (p.provolatile <> 'v' OR p.proname = 'rederive')
	LOOP
		PERFORM ledger_function_elsewhere(ledger, made.oid);
	END LOOP;
	PERFORM pg_catalog.set_config('citus.enable_ddl_propagation', 'on', true);
END
$$;
COMMENT ON FUNCTION ledger_functions_distribute(name) IS
'part of distribute_ledger and upgrade_ledger: the functions of a ledger that lies on another server';

-- Citus puts none in place of another that others depend on: all go, and are made again.
CREATE FUNCTION ledger_functions_anew(ledger name, distribute boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET client_min_messages = warning
SET search_path FROM CURRENT
AS $$
DECLARE
	before constant text[] := ARRAY(SELECT ledger_made_anew(ledger));
	gone text;
BEGIN
	PERFORM pg_catalog.set_config('citus.enable_unsafe_triggers', 'on', true);
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
	PERFORM ledger_check_derived(ledger);
	PERFORM ledger_functions_anew(ledger, true);
END
$$;
COMMENT ON FUNCTION distribute_ledger(text) IS
'with Citus, on the coordinator: places a ledger whole on one worker. Loads and reports go on through the coordinator; Citus can move it. Does nothing for a ledger that is distributed already. Errors 22S07, 2BP01 (something else uses its functions or views)';
