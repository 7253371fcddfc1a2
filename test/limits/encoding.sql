-- Names in the encoding of the database, be it of one byte or several, known or not.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(9);
-- letters that the encoding has: of one byte above 127, of two, of one and none
CREATE TABLE word AS
SELECT CASE current_setting('server_encoding')
	WHEN 'EUC_JP' THEN convert_from('\xc5ecb5fe', 'EUC_JP')
	WHEN 'UTF8' THEN convert_from('\x54c3bc72c3a7f09f9ba9', 'UTF8')
	WHEN 'SQL_ASCII' THEN convert_from('\x54fc72e7ff', 'SQL_ASCII')
	ELSE convert_from('\x54fc72e7ff', 'LATIN1') END AS w;
SET client_encoding = 'SQL_ASCII';
SELECT create_ledger(w) FROM word \g /dev/null
SELECT is((SELECT count(*) FROM pg_namespace, word WHERE nspname = w), 1::bigint, 'a ledger of that name');
CREATE FUNCTION in_ledger(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE (SELECT replace(replace(statement, 'LEDGER', quote_ident(w)), 'WORD', quote_literal(w)) FROM word) INTO answer;
	RETURN answer;
END $$;
SELECT lives_ok($test$SELECT in_ledger($$
	INSERT INTO LEDGER.source (name) VALUES (WORD);
	INSERT INTO LEDGER.installation (name, location) VALUES (WORD, 'SRID=4326;POINT(10 50)');
	INSERT INTO LEDGER.asset_class (path, name, aliases) VALUES ('air.jet', WORD, ARRAY[WORD || 'x']);
	INSERT INTO LEDGER.observation (installation_id, source_id, observed_at, completeness, scope)
	VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}'), (1, 1, '2024-01-09Z', 'complete', '{air}');
	INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id, count, designation, status)
	VALUES (1, 2, 1, '[1,1]', WORD, WORD), (1, 2, 1, '[2,3]', NULL, WORD);
	SELECT 'done'$$)$test$, 'loaded');
SELECT is(in_ledger('SELECT i.installation || i.asset_class || i.status FROM LEDGER.inventory(''2024-01-06'', by => ''status'') AS i'), w || w || w, 'an inventory') FROM word;
SELECT is(in_ledger('SELECT count(*) FROM LEDGER.changes(''2024-01-02'', ''2024-01-06'', installation => WORD, asset => WORD)'), '1', 'changes by these names');
SELECT is(in_ledger('SELECT count(*) FROM LEDGER.track(WORD, WORD || ''x'')'), '1', 'an individual by its designation and an alias');
SELECT is(in_ledger('SELECT count(*) FROM LEDGER.verify()'), '0', 'nothing is wrong');
SELECT throws_ok($$SELECT in_ledger('SELECT FROM LEDGER.inventory(''2024-01-06'', asset => WORD || WORD)')$$, '22S07', NULL, 'an unknown name is said to be');
SELECT lives_ok('SELECT upgrade_ledger(w) FROM word', 'upgraded');
SELECT lives_ok('SELECT drop_ledger(w) FROM word', 'dropped');
SELECT * FROM finish();
