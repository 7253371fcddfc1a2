-- Every way in which evidence can change is noted: the columns that say what looks prove, and
-- statements that name a partition in place of its table. And nothing else is.
\set QUIET on
SET client_min_messages = warning;
SET jit = off;
\pset format unaligned
\pset tuples_only true
SELECT plan(69);

SELECT create_ledger('ways_test') \g /dev/null
SET search_path = ways_test, public;
INSERT INTO source (name) VALUES ('eye'), ('bot');
INSERT INTO installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)'), ('south', 'SRID=4326;POINT(10 -50)'), ('west', 'SRID=4326;POINT(-10 0)');
INSERT INTO asset_class (path, name, max_gsd_m) VALUES ('air', 'aircraft', NULL), ('air.jet', 'jet', 2), ('air.jet.big', 'big jet', 2), ('sea', 'ship', NULL), ('sea.tug', 'tug', 2);
-- (whatever table has the name)
CREATE FUNCTION look(place bigint, day integer, class integer, n integer, tail text DEFAULT NULL, who integer DEFAULT 1, sure float8 DEFAULT 1) RETURNS bigint LANGUAGE sql SET search_path = ways_test, public
AS $$
	WITH o AS (
		INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
		VALUES (place, who, timestamptz '2023-12-31 00:00:00+00' + day * interval '24:00:00', 'complete', '{air,sea}', 1)
		RETURNING observation_id),
	s AS (
		INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, designation, confidence)
		SELECT place, o.observation_id, class, int4range(n, n, '[]'), tail, sure FROM o WHERE n > 0)
	SELECT o.observation_id FROM o;
$$;
CREATE FUNCTION runs(place bigint, class text) RETURNS text LANGUAGE sql
BEGIN ATOMIC
	SELECT string_agg(coalesce(p.status || ' ', '') || coalesce(p.designation || ' ', '') || count_min(p.run)::text || '..' || count_max(p.run)::text || ' '
		|| extract(day FROM first_seen(p.run) AT TIME ZONE 'UTC') || '-' || coalesce(extract(day FROM gone_by(p.run) AT TIME ZONE 'UTC')::text, ''), ', '
		ORDER BY p.status NULLS FIRST, p.designation NULLS FIRST, first_seen(p.run))
	FROM presence p JOIN asset_class c USING (asset_class_id) WHERE p.installation_id = place AND c.name = class;
END;
CREATE FUNCTION sound(words text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT is((SELECT count(*) FROM ways_test.verify()), 0::bigint, words) $$;
-- what a statement does, in a transaction of its own that is undone, that derives nothing
CREATE FUNCTION noted(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	noted boolean;
BEGIN
	SET CONSTRAINTS ALL DEFERRED;
	EXECUTE statement;
	SELECT EXISTS (SELECT FROM ways_test.pending) INTO noted;
	RAISE SQLSTATE 'ZZ001' USING MESSAGE = noted::text;
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
	RETURN noted;
END
$$;
SELECT look(1, 1, 3, 2), look(1, 5, 2, 1, 'T1'), look(2, 1, 5, 1), look(2, 5, 3, 4, NULL, 2, 0.4), look(3, 5, 2, 1, 'T1') \g /dev/null
SELECT sound('loaded');

-- totals
UPDATE asset_class SET keep_total = true WHERE name IN ('aircraft', 'ship');
SELECT sound('totals are kept from now on');
SELECT is(runs(1, 'aircraft'), '2..2 1-5, 1..1 5-', 'of what lies below');
SELECT is(runs(2, 'ship'), '1..1 1-5', 'of each class with a total');
SELECT is(runs(3, 'ship'), NULL, 'and not where nothing of it was told');
UPDATE asset_class SET path = 'land' WHERE name = 'ship';
SELECT sound('what a total was of lies below it no longer');
SELECT is(runs(2, 'ship'), NULL, 'so it is gone');
UPDATE asset_class SET path = 'sea' WHERE name = 'ship';
SELECT sound('and now again');
SELECT is(runs(2, 'ship'), '1..1 1-5', 'so it is back');
UPDATE asset_class SET path = 'air.tug' WHERE name = 'tug';
SELECT sound('a class moved from below one total to below another');
SELECT is(runs(2, 'aircraft'), '1..1 1-', 'where it is added up');
UPDATE asset_class SET path = 'sea.tug' WHERE name = 'tug';
UPDATE asset_class SET keep_total = false WHERE name = 'ship';
SELECT sound('a total is kept no more');
SELECT is(runs(2, 'ship'), NULL, 'so it is gone');
INSERT INTO asset_class (path, name, keep_total) VALUES ('air.jet.big.a', 'nothing', true);
DELETE FROM asset_class WHERE name = 'nothing';
UPDATE asset_class SET path = 'sea.tug.t' WHERE name = 'tug';
INSERT INTO asset_class (path, name, keep_total) VALUES ('sea.tug', 'tugs', true);
SELECT sound('a new class with a total between two');
SELECT is(runs(2, 'tugs'), '1..1 1-5', 'has what is below it');
DELETE FROM asset_class WHERE name = 'tugs';
SELECT sound('a class with a total is gone');
SELECT is((SELECT count(*) FROM presence p WHERE NOT EXISTS (SELECT FROM asset_class c WHERE c.asset_class_id = p.asset_class_id)), 0::bigint, 'and left nothing');
UPDATE asset_class SET path = 'sea.tug' WHERE name = 'tug';
UPDATE asset_class SET asset_class_id = 100 WHERE name = 'aircraft';
UPDATE asset_class SET asset_class_id = 102 WHERE name = 'jet';
SELECT sound('other numbers');
SELECT is(runs(1, 'aircraft'), '2..2 1-5, 1..1 5-', 'of a total');
UPDATE asset_class SET asset_class_id = 1 WHERE name = 'aircraft';
UPDATE asset_class SET asset_class_id = 2 WHERE name = 'jet';

-- shelter
INSERT INTO shelter VALUES (1, 2, 3);
SELECT sound('shelter');
SELECT is(runs(1, 'jet'), '2..4 1-, T1 0..1 5-', 'what may stand there is not gone');
UPDATE shelter SET hidden_max = 1;
SELECT sound('less of it');
UPDATE shelter SET installation_id = 3;
SELECT sound('elsewhere');
UPDATE shelter SET asset_class_id = 5;
SELECT sound('of another class');
UPDATE asset_class SET path = 'air.tug' WHERE name = 'tug';
SELECT sound('which moved, and was never told there');
UPDATE asset_class SET path = 'sea.tug' WHERE name = 'tug';
DELETE FROM shelter;
SELECT sound('none');
INSERT INTO shelter VALUES (1, 2, 3);
TRUNCATE shelter;
SELECT sound('emptied');

-- sources
UPDATE source SET min_confidence = 0.3 WHERE name = 'bot';
SELECT sound('a source''s sightings prove more');
SELECT is(runs(2, 'big jet'), '4..4 5-', 'what was doubtful was there');
UPDATE source SET min_confidence = NULL;
SELECT sound('and now as little as the ledger''s');
UPDATE observation SET source_id = 1 WHERE source_id = 2;
UPDATE source SET min_confidence = 0.1 WHERE name = 'eye';
UPDATE observation SET source_id = 2 WHERE installation_id = 2;
SELECT sound('a look is another source''s');
UPDATE source SET min_confidence = NULL;

-- individuals of classes above and below
SELECT look(1, 8, 3, 1, 'B1'), look(2, 8, 2, 1, 'B1'), look(3, 8, 1, 1, 'B1') \g /dev/null
SELECT sound('one number in three classes at three installations');
SELECT look(1, 9, 3, 1, 'B2', 2) \g /dev/null
SELECT look(2, 9, 2, 0) \g /dev/null
SELECT look(3, 10, 1, 1, 'B2') \g /dev/null
SELECT look(2, 10, 3, 1, 'B2') \g /dev/null
SELECT sound('sighted below what knows it');
UPDATE asset_class SET path = 'sea.big' WHERE name = 'big jet';
SELECT sound('its class moved away');
UPDATE asset_class SET path = 'air.jet.big' WHERE name = 'big jet';
SELECT sound('and back');
UPDATE sighting SET confidence = 0.4 WHERE designation = 'B2' AND asset_class_id = 3;
SELECT sound('it was doubtful');
UPDATE source SET min_confidence = 0.4 WHERE name = 'bot';
SELECT sound('and is not, by its source');
UPDATE source SET min_confidence = NULL;

-- looks that last
UPDATE observation SET observed_from = observed_at - interval '30:00:00' WHERE observed_at = '2024-01-05Z';
SELECT sound('a look that lasted');
SELECT is(runs(1, 'aircraft'), '2..2 1-5, 1..1 5-', 'seen at its end');
UPDATE sighting SET status = CASE WHEN sighting_id % 3 > 0 THEN 'ready' END;
SELECT sound('states that some were in');
UPDATE sighting SET status = NULL;
SELECT sound('and nobody told');

-- what is not evidence
SELECT ok(NOT noted(s), s) FROM unnest(ARRAY[
	'UPDATE source SET name = upper(name)', 'INSERT INTO source (name) VALUES (''other'')', 'UPDATE asset_class SET max_speed_kmh = 900, payload_t = 3',
	'INSERT INTO asset_class (path, name) VALUES (''air.drone'', ''drone'')', 'UPDATE sighting SET location = ''SRID=4326;POINT(10.1 50)'', note = ''apron''',
	'INSERT INTO installation (name, location) VALUES (''east'', ''SRID=4326;POINT(90 0)'')']) AS s;
INSERT INTO shelter VALUES (1, 2, 3);
SELECT ok(NOT noted('UPDATE shelter SET note = ''by the fence'''), 'a note on a shelter');
SELECT ok(noted('UPDATE shelter SET hidden_max = 2'), '(what is evidence is found by the same test)');
DELETE FROM shelter;

-- partitions
ALTER TABLE sighting RENAME TO sighting_before;
CREATE TABLE sighting (LIKE sighting_before INCLUDING ALL) PARTITION BY HASH (installation_id);
CREATE SCHEMA ways_parts;
-- (with its columns in another order)
CREATE TABLE ways_parts.sighting_0 (LIKE sighting INCLUDING ALL EXCLUDING IDENTITY);
ALTER TABLE ways_parts.sighting_0 DROP COLUMN status, ADD COLUMN status text CONSTRAINT sighting_status_check CHECK (status <> '') CONSTRAINT status_length CHECK (octet_length(status) <= 2000);
ALTER TABLE sighting ATTACH PARTITION ways_parts.sighting_0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sighting_1 PARTITION OF sighting FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY HASH (installation_id);
CREATE TABLE sighting_10 PARTITION OF sighting_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sighting_11 PARTITION OF sighting_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO sighting SELECT * FROM sighting_before;
ALTER TABLE sighting ADD FOREIGN KEY (installation_id, observation_id) REFERENCES observation ON UPDATE CASCADE ON DELETE CASCADE,
	ADD FOREIGN KEY (asset_class_id) REFERENCES asset_class ON UPDATE CASCADE;
SELECT public.upgrade_ledger('ways_test'), public.upgrade_ledger('ways_test') \g /dev/null
DROP TABLE sighting_before;
SELECT sound('in partitions');
SELECT look(1, 11, 3, 1), look(2, 11, 3, 2), look(3, 11, 5, 3) \g /dev/null
SELECT sound('loaded by the name of the whole');
SELECT ok((SELECT count(DISTINCT tableoid) > 1 FROM sighting), 'into several');

CREATE FUNCTION each_part(statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	part regclass;
BEGIN
	FOR part IN SELECT p.relid FROM pg_partition_tree('ways_test.sighting') p WHERE p.level > 0 LOOP
		EXECUTE format(statement, part);
	END LOOP;
END
$$;
SELECT each_part('UPDATE %s SET count = ''[7,7]'' WHERE designation IS NULL') \g /dev/null
SELECT sound('changed by the names of partitions');
SELECT ok((SELECT bool_or(count_min(run) = 7) FROM presence), 'so presences are');
SELECT each_part('INSERT INTO %1$s (installation_id, sighting_id, observation_id, asset_class_id, designation)
	SELECT DISTINCT ON (installation_id) installation_id, nextval(pg_get_serial_sequence(''ways_test.sighting'', ''sighting_id'')), observation_id, 2, ''P1'' FROM %1$s') \g /dev/null
SELECT sound('sighted by the names of partitions');
SELECT ok((SELECT count(*) > 0 FROM presence WHERE designation = 'P1'), 'so presences are');
SELECT each_part('DELETE FROM %s WHERE designation = ''P1''') \g /dev/null
SELECT sound('deleted by the names of partitions');
SELECT each_part('TRUNCATE %s') \g /dev/null
SELECT is((SELECT count(*) FROM presence), 0::bigint, 'nothing is left of what was emptied');

-- a partition that the ledger does not know yet
DROP TABLE ways_parts.sighting_0;
CREATE TABLE ways_parts.sighting_new PARTITION OF sighting FOR VALUES WITH (MODULUS 2, REMAINDER 0);
SELECT throws_ok(format('INSERT INTO ways_parts.sighting_new (installation_id, sighting_id, observation_id, asset_class_id)
	SELECT installation_id, observation_id, observation_id, 2 FROM ways_test.observation WHERE satisfies_hash_partition(%s, 2, 0, installation_id)', 'ways_test.sighting'::regclass::oid),
	'22S07', 'partition ways_parts.sighting_new is not yet known to its ledger', 'no row comes into a new partition');
SELECT throws_ok('INSERT INTO ways_test.sighting (installation_id, observation_id, asset_class_id) SELECT installation_id, observation_id, 2 FROM ways_test.observation',
	'22S07', 'partition ways_parts.sighting_new is not yet known to its ledger', 'nor by the name of the whole');
SELECT public.upgrade_ledger('ways_test') \g /dev/null
INSERT INTO sighting (installation_id, observation_id, asset_class_id) SELECT installation_id, observation_id, 2 FROM observation;
SELECT sound('but after upgrade_ledger()');

-- one that is taken away, with its rows
ALTER TABLE sighting DETACH PARTITION ways_parts.sighting_new;
SELECT isnt_empty('SELECT * FROM ways_test.verify()', 'verify() finds what a partition took with it');
SELECT throws_ok('DELETE FROM ways_parts.sighting_new', '22S07', NULL, 'whose triggers know it no more');
ALTER TABLE sighting ATTACH PARTITION ways_parts.sighting_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
SELECT sound('and put in again');
SELECT ok(noted('DELETE FROM ways_parts.sighting_new'), 'it is as before');

-- in the transaction that loaded
BEGIN;
SELECT look(1, 20, 2, 1) \g /dev/null
SAVEPOINT loaded;
SELECT throws_ok($$SELECT public.drop_ledger('ways_test')$$, '55006', 'this transaction has changed ledger ways_test and not yet derived it', 'it is not dropped');
SELECT throws_ok($$SELECT public.upgrade_ledger('ways_test')$$, '55006', 'this transaction has changed ledger ways_test and not yet derived it', 'nor upgraded');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT lives_ok($$SELECT public.upgrade_ledger('ways_test')$$, 'before it is derived');
SELECT lives_ok($$SELECT public.drop_ledger('ways_test')$$, 'but then');
ROLLBACK;

RESET search_path;
SELECT drop_ledger('ways_test') \g /dev/null
DROP SCHEMA ways_parts CASCADE;
