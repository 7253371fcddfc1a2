-- What an attacker tries: names and texts that are SQL, the triggers' functions on tables of
-- his own, a ledger of his own for a superuser to upgrade, columns and rows he may not read.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(33);

-- Ledger names. What each is used for must work, and nothing else may happen.
CREATE TABLE public.canary AS SELECT 1 AS alive;
CREATE TABLE hostile_name AS
SELECT row_number() OVER () AS n, name FROM (VALUES
	('Robert''); DROP TABLE public.canary; --'), ('a"b''c'), ('%s %I %L %%'), ('back\slash'), ('both \" and \'' too'), ('LEDGER LEDGER_TABLE'),
	('MIN_CONFIDENCE LEDGER_TABLE RESULT SAID'), ('select'), (repeat('ü', 31) || 'x'), ('/* --')) AS v(name);

CREATE FUNCTION use_ledger(ledger text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	view text;
	problems bigint;
BEGIN
	PERFORM create_ledger(ledger);
	EXECUTE format($sql$
		INSERT INTO %1$I.source (name) VALUES ('eye');
		INSERT INTO %1$I.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
		INSERT INTO %1$I.asset_class (path, name) VALUES ('air.jet', 'jet');
		INSERT INTO %1$I.observation (installation_id, source_id, observed_at, completeness, scope)
		VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}');
		INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count, designation)
		VALUES (1, 2, 1, '[1,1]', 'T1'), (1, 2, 1, '[2,3]', NULL);
	$sql$, ledger);
	SET CONSTRAINTS ALL IMMEDIATE;
	PERFORM upgrade_ledger(ledger);
	EXECUTE format('SELECT count(*) FROM %I.verify()', ledger) INTO problems;
	IF problems > 0 THEN
		RETURN 'verify() finds something';
	END IF;
	FOR view IN SELECT format('%I.%I', ledger, relname) FROM pg_class
			WHERE relnamespace = quote_ident(ledger)::regnamespace AND relkind = 'v' LOOP
		EXECUTE 'SELECT count(*) FROM ' || view;
	END LOOP;
	-- each report, by its ledger's own table
	FOR view IN SELECT format('%I.%I(%s)', ledger, r.name, r.arguments) FROM (VALUES
			('changes', '''2024-01-02'', ''2024-01-06'', mode => ''possible'''), ('between_looks', ''), ('changes_since', '''2024-01-02'''),
			('inventory', '''2024-01-06'', asset => ''jet'''), ('timeline', '''2024-01-02'', ''2024-01-06'', installation => ''north'''), ('turnover', '''2024-01-01'', ''2024-01-06'''),
			('coverage', '''2024-01-02'', ''2024-01-06'', installation => ''north'''), ('stale', '''2024-01-09'', ''1 day'''), ('evidence', '''north'', 1, 2'), ('persistence', ''),
			('movements', '''2024-01-02'', ''2024-01-06'', asset => ''jet'''), ('track', '''T1'''), ('expected_count', '''2024-01-06''')) AS r(name, arguments) LOOP
		EXECUTE 'SELECT count(*) FROM ' || view INTO problems;
		IF problems = 0 AND view !~ 'movements|persistence' THEN
			RETURN view || ' is empty';
		END IF;
	END LOOP;
	EXECUTE format('SELECT verdict FROM %I.changes(''2024-01-02'', ''2024-01-06'')', ledger) INTO view;
	BEGIN
		EXECUTE format('SELECT FROM %I.changes(''2024-01-02'', ''2024-01-06'', installation => ''nowhere'')', ledger);
		RETURN 'an unknown installation was taken';
	EXCEPTION WHEN SQLSTATE '22S07' THEN
		NULL;
	END;
	BEGIN
		EXECUTE format('INSERT INTO %I.observation (installation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, ''2024-01-01Z'', ''complete'', ''{tank}'')', ledger);
		RETURN 'an unknown scope was taken';
	EXCEPTION WHEN SQLSTATE '22S07' THEN
		NULL;
	END;
	PERFORM drop_ledger(ledger);
	RETURN view;
END $$;
CREATE TABLE schemas AS SELECT nspname FROM pg_namespace;
SELECT is(use_ledger(name), 'arrived', format('a ledger named %L works', name)) FROM hostile_name ORDER BY n;
SELECT throws_ok(format('SELECT create_ledger(%L)', name), '22S07', format('invalid ledger name: %L', name))
FROM (VALUES ('$body$'), ('a$body$ LANGUAGE sql; DROP TABLE public.canary; --'), ('$$'), ('a$b')) AS v(name);
SELECT results_eq('SELECT nspname FROM pg_namespace ORDER BY 1', 'SELECT nspname FROM schemas ORDER BY 1', 'no schema more or less');
SELECT is((SELECT alive FROM public.canary), 1, 'nothing else was dropped');

-- Every text that any function takes, of the extension and of a ledger: what it says of it may be
-- an error, but none that shows that it was read as SQL.
SELECT create_ledger('text_test') \g /dev/null
INSERT INTO text_test.source (name) VALUES ('eye');
INSERT INTO text_test.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO text_test.asset_class (path, name) VALUES ('air.jet', 'jet');
CREATE FUNCTION try_texts(OUT calls bigint, OUT suspicious text[]) LANGUAGE plpgsql AS $$
DECLARE
	f record;
	nasty text;
BEGIN
	calls := 0;
	FOR f IN
		SELECT p.oid::regprocedure AS f, p.provariadic <> 0 AS variadic, p.prorettype = 'record'::regtype AND p.proargmodes IS NULL AS rows, p.proargtypes::oid[] AS types, n.nspname, p.proname
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE p.prokind = 'f' AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype)
			AND p.proargtypes::oid[] && ARRAY['text', 'name', 'text[]', 'jsonb', 'json', 'ltree', 'cstring']::regtype[]::oid[]
			AND NOT p.proargtypes::oid[] && ARRAY['internal']::regtype[]::oid[]
			AND (n.nspname = 'text_test' OR EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
				AND d.refobjid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'pg_sightings')))
			-- parts of create_ledger, which take its name or a statement: see above
			AND p.proname !~ '_create$' AND p.proname NOT IN ('ledger_execute', 'views_as_caller', 'drop_ledger')
			-- what works on tables that an import has made first
			AND p.proname NOT IN ('import_found', 'import_readings')
	LOOP
		FOREACH nasty IN ARRAY ARRAY['''; DROP TABLE public.canary; --', '"; DROP TABLE public.canary; --', '$body$; DROP TABLE public.canary; --',
				'%s %I %L %1$s', 'back\slash\', '{"a": "''"', '', E'\u00fc\U0001F6E9', repeat('x', 10000)] LOOP
			DECLARE
				call text := format('SELECT * FROM %I.%I(%s)' || CASE WHEN f.rows THEN ' AS r (said text)' ELSE '' END, f.nspname, f.proname, (SELECT string_agg(CASE WHEN f.variadic AND i = cardinality(f.types) THEN 'VARIADIC ' ELSE '' END || CASE
					WHEN t IN ('text'::regtype, 'name'::regtype, 'cstring'::regtype) THEN format('%L::%s', nasty, t::regtype)
					WHEN t = 'text[]'::regtype THEN format('ARRAY[%L]', nasty)
					WHEN t IN ('jsonb'::regtype, 'json'::regtype) THEN format('%s::%s', CASE WHEN i % 2 = 0 THEN format('to_json(%L::text)', nasty) ELSE
						format('json_build_object(''type'', %1$L, ''properties'', json_build_object(''datetime'', %1$L), ''features'', json_build_array(%1$L), %2$L, 1)', nasty, left(nasty, 50) || 'k') END, t::regtype)
					WHEN t = 'ltree'::regtype THEN '''air''::ltree'
					WHEN t = 'date'::regtype THEN format('date ''2024-01-0%s''', i)
					WHEN t = 'timestamptz'::regtype THEN format('timestamptz ''2024-01-0%s''', i)
					WHEN t = 'boolean'::regtype THEN 'true'
					WHEN t = 'regclass'::regtype THEN '''text_test.ledger''::regclass'
					WHEN t = 'bigint[]'::regtype THEN '''{1,2}''::bigint[]'
					WHEN t IN ('integer'::regtype, 'bigint'::regtype, 'float8'::regtype, 'numeric'::regtype) THEN format('1::%s', t::regtype)
					ELSE format('NULL::%s', t::regtype) END, ', ' ORDER BY i)
					FROM unnest(f.types) WITH ORDINALITY AS a(t, i)));
			BEGIN
				calls := calls + 1;
				EXECUTE call;
				RAISE SQLSTATE 'UNDO0';
			EXCEPTION
				WHEN SQLSTATE 'UNDO0' THEN NULL;
				WHEN OTHERS THEN
					IF SQLSTATE ~ '^(42601|42P01|42703|42702|42883|XX)' AND SQLERRM !~ '^ltree syntax error'
						OR SQLSTATE = '22023' AND SQLERRM ~ 'format' THEN
						suspicious := suspicious || format('%s %L: %s %s', f.f, left(nasty, 40), SQLSTATE, left(SQLERRM, 200));
					END IF;
			END;
		END LOOP;
	END LOOP;
END $$;
SELECT calls AS tried, coalesce(suspicious::text, 'none') AS suspicious FROM try_texts() \gset
SELECT cmp_ok(:tried, '>', 500, 'many calls with nasty texts');
SELECT is(:'suspicious'::text, 'none', 'none was read as SQL');
SELECT is((SELECT alive FROM public.canary), 1, 'nothing was dropped');
SELECT is_empty('SELECT * FROM text_test.verify()', 'nothing was broken');
SELECT drop_ledger('text_test') \g /dev/null

-- The functions of a ledger's triggers are everybody's to hang on a table of his own. There they
-- run with the rights of that table's owner and do nothing, unless it is a ledger's.
CREATE ROLE hostile_attacker;
CREATE SCHEMA lair AUTHORIZATION hostile_attacker;
SELECT create_ledger('trigger_test') \g /dev/null
INSERT INTO trigger_test.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
GRANT USAGE, CREATE ON SCHEMA trigger_test TO hostile_attacker;
CREATE TABLE public.proof (who text);
GRANT INSERT ON public.proof TO PUBLIC;
SET ROLE hostile_attacker;
CREATE TYPE lair.bait AS ENUM ('x');
CREATE FUNCTION lair.evil(lair.bait) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.proof VALUES (current_user); RETURN 1; END$$;
CREATE CAST (lair.bait AS bigint) WITH FUNCTION lair.evil(lair.bait) AS IMPLICIT;
CREATE TABLE lair.installation (installation_id lair.bait, location int);
INSERT INTO lair.installation VALUES ('x');
CREATE TRIGGER t AFTER DELETE ON lair.installation REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_installation();
RESET ROLE;
SELECT throws_ok('DELETE FROM lair.installation', '22S07', 'table lair.installation is not a ledger''s', 'columns of other types');
SET ROLE hostile_attacker;
ALTER TABLE lair.installation ALTER installation_id TYPE bigint USING 1;
RESET ROLE;
SELECT throws_ok('DELETE FROM lair.installation', '42804', 'schema "lair" is not that of a ledger', 'no ledger around it');
SET ROLE hostile_attacker;
CREATE TABLE lair.asset_class (path ltree);
ALTER TABLE lair.installation ALTER location TYPE geometry USING NULL;
CREATE FUNCTION lair.evil_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.proof VALUES (current_user); RETURN NEW; END$$;
CREATE TABLE lair.pending (txid xid8);
CREATE TRIGGER evil BEFORE INSERT ON lair.pending FOR EACH ROW EXECUTE FUNCTION lair.evil_row();
RESET ROLE;
DELETE FROM lair.installation;
SELECT results_eq('TABLE public.proof', '{hostile_attacker}'::text[], 'what looks like a ledger runs with the rights of its owner, not of who writes');
TRUNCATE public.proof;
-- in the ledger's own schema, where somebody may create tables
SET ROLE hostile_attacker;
CREATE TABLE trigger_test.mine (installation_id bigint, location geometry);
CREATE TRIGGER t AFTER INSERT ON trigger_test.mine REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_observation();
CREATE TRIGGER t2 AFTER TRUNCATE ON trigger_test.mine FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_all();
CREATE TRIGGER t3 AFTER UPDATE ON trigger_test.mine FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_asset_class();
CREATE TRIGGER t4 AFTER DELETE ON trigger_test.mine FOR EACH ROW EXECUTE FUNCTION ledger_touch_sighting();
CREATE TRIGGER t5 AFTER UPDATE ON trigger_test.mine FOR EACH ROW EXECUTE FUNCTION ledger_derive_pending('0.5');
SELECT throws_ok('INSERT INTO trigger_test.mine VALUES (1)', '22S07', 'table trigger_test.mine is not a ledger''s', 'a table of another name');
SELECT throws_ok('TRUNCATE trigger_test.mine', '42501', 'permission denied for table pending', 'whose owner may not write the ledger');
ALTER TABLE trigger_test.mine DISABLE TRIGGER t;
INSERT INTO trigger_test.mine VALUES (1);
SELECT throws_ok('UPDATE trigger_test.mine SET location = NULL', '39P01',
	'function must be called by a trigger AFTER INSERT FOR EACH ROW, with min_confidence');
DROP TRIGGER t5 ON trigger_test.mine;
SELECT throws_ok('UPDATE trigger_test.mine SET location = NULL', '22S07', 'table trigger_test.mine is not a ledger''s');
SELECT throws_ok('DELETE FROM trigger_test.mine', '39P01', 'function must be called by a trigger AFTER a statement', 'for each row');
SELECT throws_ok('SELECT ledger_touch_all()', '39P01', 'function must be called by a trigger AFTER a statement');
DROP TABLE trigger_test.mine;
RESET ROLE;
SELECT is_empty('TABLE public.proof', 'nothing of the attacker''s ran as the owner');
SELECT drop_ledger('trigger_test') \g /dev/null

-- A superuser is not lured into making functions for somebody else.
SELECT format('GRANT CREATE ON DATABASE %I TO hostile_attacker', current_database()) \gexec
SET ROLE hostile_attacker;
SELECT create_ledger('lure') \g /dev/null
CREATE FUNCTION lair.evil() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.proof VALUES (current_user); RETURN NULL; END$$;
CREATE TRIGGER evil AFTER UPDATE ON lure.ledger FOR EACH STATEMENT EXECUTE FUNCTION lair.evil();
DROP TRIGGER observation_insert ON lure.observation;
RESET ROLE;
SELECT throws_ok('SELECT upgrade_ledger(''lure'')', '42501', 'must be owner of ledger lure');
SELECT is_empty('TABLE public.proof', 'nothing of the attacker''s ran as a superuser');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'lure'::regnamespace AND p.proowner <> 'hostile_attacker'::regrole$$,
	'no function of the ledger is the superuser''s');

SELECT * FROM finish();
DROP OWNED BY hostile_attacker CASCADE;
DROP ROLE hostile_attacker;
DROP TABLE public.canary, public.proof, hostile_name, schemas;
DROP FUNCTION use_ledger(text), try_texts();
