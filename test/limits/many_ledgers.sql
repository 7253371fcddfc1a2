-- A hundred ledgers in one database, with the server's own number of locks.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(9);
SELECT is(current_setting('max_locks_per_transaction'), '64', 'as many locks as a server has by default');
CREATE TABLE ledger_name AS SELECT 'many_' || n AS name FROM generate_series(1, 100) AS n;
SELECT format('DO $do$BEGIN PERFORM create_ledger(%L); END$do$', name) FROM ledger_name \gexec
SELECT is((SELECT count(*) FROM ledger_name WHERE to_regclass(name || '.presence') IS NOT NULL), 100::bigint, 'made');

CREATE FUNCTION in_each(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	ledger text;
	n bigint;
	total bigint := 0;
BEGIN
	FOR ledger IN SELECT name FROM ledger_name LOOP
		EXECUTE replace(statement, 'LEDGER', ledger) INTO n;
		total := total + coalesce(n, 0);
	END LOOP;
	RETURN total;
END $$;
-- a transaction in all of them
SELECT lives_ok($test$SELECT in_each($$
	INSERT INTO LEDGER.source (name) VALUES ('eye');
	INSERT INTO LEDGER.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
	INSERT INTO LEDGER.asset_class (path, name) VALUES ('air.jet', 'jet');
	INSERT INTO LEDGER.observation (installation_id, source_id, observed_at, completeness, scope)
	VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}');
	INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 2, 1, '[2,2]');
	SELECT 1$$)$test$, 'loaded in one transaction');
SELECT is(in_each('SELECT count(*) FROM LEDGER.changes(''2024-01-02'', ''2024-01-06'') WHERE verdict = ''arrived'''), 100::bigint, 'asked in one');
SELECT format('DO $do$BEGIN PERFORM upgrade_ledger(%L); END$do$', name) FROM ledger_name \gexec
SELECT is(in_each('SELECT count(*) FROM LEDGER.presence'), 100::bigint, 'upgraded one by one');
SELECT is(in_each('SELECT count(*) FROM LEDGER.verify()'), 0::bigint, 'and nothing is wrong');
-- some 300 locks for one: all at once need more than there are
SELECT throws_ok('SELECT count(drop_ledger(name)) FROM ledger_name', '53200', NULL, 'to drop all in one transaction takes more locks than there are');
SELECT is((SELECT count(*) FROM ledger_name WHERE to_regclass(name || '.presence') IS NOT NULL), 100::bigint, 'and loses none');
SELECT format('DO $do$BEGIN PERFORM drop_ledger(%L); END$do$', name) FROM ledger_name \gexec
SELECT is((SELECT count(*) FROM ledger_name WHERE to_regnamespace(name) IS NOT NULL), 0::bigint, 'dropped one by one');
SELECT * FROM finish();
