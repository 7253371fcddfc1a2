-- How fast rows go into a table of a million presences with each index set: 100,000 by one
-- INSERT ... SELECT, then 20,000 one by one; each followed by what it left to be written.
-- psql -v methods=ours,b,f
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;

CREATE TABLE IF NOT EXISTS inserted (method text PRIMARY KEY, bulk_rate float8, single_rate float8);
TRUNCATE inserted;

CREATE OR REPLACE PROCEDURE insert_rates(which text) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	command text;
	waited float8;
	began float8;
	bulk float8;
	single float8;
BEGIN
	CALL build(which, 'bench.i_' || which, 1000000);
	SELECT * INTO STRICT m FROM method WHERE id = which;
	FOREACH command IN ARRAY ARRAY['staged', 'staged_singly'] LOOP
		EXECUTE format('CREATE TEMP TABLE %I (LIKE bench.%I)', command, 'i_' || which);
	END LOOP;
	EXECUTE replace(replace(replace(m.append, '{t}', 'staged'), '{from}', '1000001'), '{to}', '1100000');
	EXECUTE replace(replace(replace(m.append, '{t}', 'staged_singly'), '{from}', '1100001'), '{to}', '1120000');
	COMMIT;
	CHECKPOINT;
	waited := waited_ms();
	began := clock_ms();
	EXECUTE format('INSERT INTO bench.%I SELECT * FROM staged', 'i_' || which);
	bulk := clock_ms() - began - waited_ms() + waited;
	COMMIT;
	waited := waited_ms();
	began := clock_ms();
	EXECUTE format('DO $do$ DECLARE r bench.%1$I; BEGIN FOR r IN SELECT * FROM staged_singly LOOP INSERT INTO bench.%1$I VALUES (r.*); END LOOP; END $do$',
		'i_' || which);
	single := clock_ms() - began - waited_ms() + waited;
	INSERT INTO inserted VALUES (which, 100000 * 1000 / bulk, 20000 * 1000 / single);
	DROP TABLE staged, staged_singly;
	EXECUTE format('DROP TABLE bench.%I', 'i_' || which);
	EXECUTE format('DROP TABLE IF EXISTS bench.%I, bench.%I', 'i_' || which || '_site', 'i_' || which || '_holding');
	DELETE FROM build WHERE method LIKE 'bench.i\_%';
	COMMIT;
END;
$$;

SELECT format('CALL insert_rates(%L)', which) FROM unnest(string_to_array(:'methods', ',')) AS which \gexec
