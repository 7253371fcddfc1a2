-- Makes the table and the indexes of one method, and notes what that took.
-- psql -v method=a
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;
\ir clock.sql

CREATE TABLE IF NOT EXISTS build (method text, step text, seconds float8, bytes bigint);

CREATE OR REPLACE PROCEDURE build(which text, relation text, upto bigint) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	command text;
	waited float8;
	began float8;
	index_name regclass;
BEGIN
	SELECT * INTO STRICT m FROM method WHERE id = which;
	-- one by one: TimescaleDB drops its tables in no company
	FOREACH command IN ARRAY '{"",_site,_holding}'::text[] LOOP
		EXECUTE 'DROP TABLE IF EXISTS ' || relation || command;
	END LOOP;
	DELETE FROM build WHERE method = relation;
	COMMIT;
	waited := waited_ms();
	began := clock_ms();
	FOREACH command IN ARRAY m.load LOOP
		EXECUTE replace(command, '{t}', relation);
	END LOOP;
	IF m.append IS NOT NULL THEN
		EXECUTE replace(replace(replace(m.append, '{t}', relation), '{from}', '1'), '{to}', upto::text);
	END IF;
	IF m.load <> '{}' THEN
		INSERT INTO build VALUES (relation, 'table', (clock_ms() - began - waited_ms() + waited) / 1000, pg_table_size(relation::regclass));
	END IF;
	COMMIT;
	CHECKPOINT;
	FOREACH command IN ARRAY m.index LOOP
		waited := waited_ms();
		began := clock_ms();
		EXECUTE replace(command, '{t}', relation);
		SELECT max(indexrelid) INTO index_name FROM pg_index WHERE indrelid = relation::regclass;
		INSERT INTO build VALUES (relation, replace(command, 'CREATE INDEX ON {t} ', ''),
			(clock_ms() - began - waited_ms() + waited) / 1000, pg_relation_size(index_name));
		COMMIT;
	END LOOP;
END;
$$;

SELECT max(id) AS upto FROM stay \gset
CALL build(:'method', 'bench.m_' || :'method', :upto);
VACUUM ANALYZE;
