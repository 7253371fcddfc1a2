-- What a transaction notes of what it touched lies in the backend's memory: whatever becomes of
-- its savepoints, whenever it derives, nothing of it may be lost and nothing left over. And the
-- ledger is found by the schema of its tables, whatever its name is now.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(26);

SELECT create_ledger('tx_test') \g /dev/null
INSERT INTO tx_test.source (name) VALUES ('eye');
INSERT INTO tx_test.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)'), ('south', 'SRID=4326;POINT(10 -50)');
INSERT INTO tx_test.asset_class (path, name) VALUES ('air.jet', 'jet'), ('air.heli', 'helicopter'), ('sea.ship', 'ship');

CREATE FUNCTION tx_look(i integer, day integer, n integer, tail text DEFAULT NULL) RETURNS bigint LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO tx_test.observation (installation_id, source_id, observed_at, completeness, scope)
	VALUES (i, 1, timestamptz '2024-01-01Z' + day * interval '24:00:00', CASE day % 4 WHEN 3 THEN 'partial' ELSE 'complete' END, '{air,sea}');
	INSERT INTO tx_test.sighting (installation_id, observation_id, asset_class_id, count, designation)
	SELECT i, m.id, v.class, v.count, v.designation
	FROM (SELECT max(o.observation_id) AS id FROM tx_test.observation o) AS m,
		(VALUES (1 + n % 3, int4range(1 + n % 2, 2 + n % 2), NULL), (1, '[1,1]', tail)) AS v(class, count, designation)
	WHERE n % 5 > 0 AND v.designation IS NULL OR v.designation = tail;
	SELECT max(o.observation_id) FROM tx_test.observation o;
END;

CREATE FUNCTION tx_pick(n integer) RETURNS integer LANGUAGE sql RETURN floor(random() * n)::integer;

-- Whatever a transaction may do, within savepoints that end well or badly.
CREATE FUNCTION tx_play(depth integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	i integer;
BEGIN
	FOR n IN 1 .. 1 + tx_pick(5) LOOP
		i := 1 + tx_pick(2);
		CASE tx_pick(12)
			WHEN 0, 1, 2 THEN
				PERFORM tx_look(i, tx_pick(100), tx_pick(30), (ARRAY['T1', 'T2', NULL, NULL])[1 + tx_pick(4)]);
			WHEN 3 THEN
				-- of old and new looks at once
				UPDATE tx_test.observation SET observed_at = observed_at + interval '6:00:00'
				WHERE installation_id = i AND observation_id % 7 = tx_pick(7);
			WHEN 4 THEN
				DELETE FROM tx_test.sighting WHERE sighting_id IN (SELECT sighting_id FROM tx_test.sighting ORDER BY random() LIMIT 2);
			WHEN 5 THEN
				INSERT INTO tx_test.sighting (installation_id, observation_id, asset_class_id, designation)
				SELECT o.installation_id, o.observation_id, 1, (ARRAY['T1', 'T2', NULL])[1 + tx_pick(3)]
				FROM tx_test.observation o ORDER BY random() LIMIT 2;
			WHEN 6 THEN
				UPDATE tx_test.sighting SET retracted_at = now(), retraction_reason = 'misread'
				WHERE sighting_id IN (SELECT sighting_id FROM tx_test.sighting ORDER BY random() LIMIT 1);
			WHEN 7 THEN
				DELETE FROM tx_test.observation WHERE observation_id IN (SELECT observation_id FROM tx_test.observation ORDER BY random() LIMIT 1);
			WHEN 8 THEN
				SET CONSTRAINTS ALL IMMEDIATE;
				IF tx_pick(2) = 0 THEN
					SET CONSTRAINTS ALL DEFERRED;
				END IF;
			WHEN 9 THEN
				PERFORM tx_test.rederive('north');
			ELSE
				CONTINUE WHEN depth > 3;
				BEGIN
					PERFORM tx_play(depth + 1);
					IF tx_pick(2) = 0 THEN
						RAISE SQLSTATE 'UNDO0';
					END IF;
				EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
				END;
		END CASE;
	END LOOP;
END $$;

-- ledgers of two transactions, one after the other: what is verified was committed
CREATE PROCEDURE tx_run(transactions integer, INOUT wrong integer, INOUT left_over integer) LANGUAGE plpgsql AS $$
BEGIN
	wrong := 0;
	left_over := 0;
	FOR k IN 1 .. transactions LOOP
		PERFORM tx_play(0);
		COMMIT;
		IF EXISTS (SELECT FROM tx_test.verify()) THEN
			wrong := wrong + 1;
			PERFORM tx_test.rederive();
		END IF;
		left_over := left_over + (SELECT count(*) FROM tx_test.pending);
		COMMIT;
	END LOOP;
END $$;
SELECT setseed(0.4) \g /dev/null
CALL tx_run(100, NULL, NULL) \gset
SELECT is(:wrong, 0, 'savepoints: every transaction left what follows from the evidence');
SELECT is(:left_over, 0, 'and no row of pending');
SELECT cmp_ok((SELECT count(*) FROM tx_test.observation), '>', 50::bigint, 'there was evidence');
SELECT cmp_ok((SELECT count(*) FROM tx_test.presence), '>', 50::bigint, 'and presences');

-- the cases one by one
TRUNCATE tx_test.observation CASCADE;
SELECT is_empty('TABLE tx_test.presence', 'TRUNCATE leaves none');
BEGIN;
SELECT tx_look(1, 1, 1) \g /dev/null
SAVEPOINT a;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT isnt_empty('TABLE tx_test.presence', 'derived within a savepoint');
ROLLBACK TO a;
SELECT is_empty('TABLE tx_test.presence', 'undone with it');
COMMIT;
SELECT isnt_empty('TABLE tx_test.presence', 'and derived at commit all the same');
BEGIN;
SAVEPOINT a;
SELECT tx_look(1, 2, 2) \g /dev/null
ROLLBACK TO a;
SELECT tx_look(2, 3, 3) \g /dev/null
COMMIT;
SELECT is_empty('SELECT * FROM tx_test.verify()', 'the row of pending went with a savepoint: another came');
BEGIN;
SAVEPOINT a;
SELECT tx_look(1, 4, 4) \g /dev/null
SAVEPOINT b;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT tx_look(1, 5, 6) \g /dev/null
RELEASE b;
SELECT tx_look(2, 6, 7) \g /dev/null
ROLLBACK TO a;
SELECT tx_look(2, 7, 8) \g /dev/null
COMMIT;
SELECT is_empty('SELECT * FROM tx_test.verify()', 'released savepoints go with the one around them');
SELECT is((SELECT count(*) FROM tx_test.observation), 3::bigint, '(and so did their looks)');
BEGIN;
SELECT tx_look(1, 8, 9) \g /dev/null
SAVEPOINT a;
SELECT tx_test.rederive() \g /dev/null
ROLLBACK TO a;
COMMIT;
SELECT is_empty('SELECT * FROM tx_test.verify()', 'rederive() within a savepoint that was undone');
BEGIN;
SELECT tx_look(1, 9, 9) \g /dev/null
ROLLBACK;
BEGIN;
SELECT tx_look(1, 10, 9) \g /dev/null
COMMIT;
SELECT is_empty('SELECT * FROM tx_test.verify()', 'nothing of a transaction that was undone stays behind');
SELECT is((SELECT count(*) FROM tx_test.derivation), 2::bigint, '(each installation was derived)');

-- one statement that touches old and new looks
INSERT INTO tx_test.observation (installation_id, source_id, observed_at, completeness, scope)
SELECT 1, 1, timestamptz '2024-06-01Z' + n * interval '1:00:00', 'complete', '{air,sea}' FROM generate_series(1, 500) AS n;
INSERT INTO tx_test.sighting (installation_id, observation_id, asset_class_id, count)
SELECT o.installation_id, o.observation_id, 1, int4range(1, 2 + (o.observation_id / 100 % 2)::integer) FROM tx_test.observation o WHERE o.observed_at > '2024-06-01Z';
UPDATE tx_test.observation SET completeness = 'partial' WHERE observed_at < '2024-01-05Z' OR observed_at > '2024-06-20 12:00:00Z';
SELECT is_empty('SELECT * FROM tx_test.verify()', 'old and new looks at once, far apart');
-- no look between them tells a count, so that they are not apart for the class
UPDATE tx_test.observation SET completeness = 'partial';
UPDATE tx_test.sighting SET count = '[1,)';
DELETE FROM tx_test.sighting WHERE observation_id IN (SELECT observation_id FROM tx_test.observation WHERE observed_at BETWEEN '2024-06-03Z' AND '2024-06-19Z');
SELECT is_empty('SELECT * FROM tx_test.verify()', '(looks that only say "at least")');
INSERT INTO tx_test.sighting (installation_id, observation_id, asset_class_id, count)
SELECT o.installation_id, o.observation_id, 1, int4range(3, 4) FROM tx_test.observation o
WHERE o.observed_at IN ('2024-06-01 02:00:00Z', '2024-06-21 02:00:00Z');
SELECT is_empty('SELECT * FROM tx_test.verify()', 'nor when they change together');
UPDATE tx_test.observation SET completeness = 'complete' WHERE observed_at IN ('2024-06-01 02:00:00Z', '2024-06-21 02:00:00Z');
SELECT is_empty('SELECT * FROM tx_test.verify()', 'nor when they become complete');

-- Between two touched looks only ones that say "at least": what is derived around the first must
-- not end at the second, where the stored run is not right yet.
INSERT INTO tx_test.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT 2, 1000000 + n, 1, timestamptz '2024-08-01Z' + n * interval '24:00:00', CASE WHEN n IN (0, 70, 80, 90) THEN 'complete' ELSE 'partial' END, '{air}'
FROM generate_series(0, 90) AS n;
INSERT INTO tx_test.sighting (installation_id, observation_id, asset_class_id, count)
SELECT 2, 1000000 + n, 2, CASE WHEN n IN (0, 70, 80, 90) THEN int4range(2, 3) ELSE int4range(1, NULL) END FROM generate_series(0, 90) AS n;
UPDATE tx_test.sighting SET count = CASE observation_id WHEN 1000070 THEN int4range(0, 1) ELSE int4range(2, NULL) END
WHERE observation_id IN (1000010, 1000070);
SELECT is_empty('SELECT * FROM tx_test.verify()', 'nor do two changes with only vague looks between them meet');

-- a ledger of another name
ALTER SCHEMA tx_test RENAME TO tx_renamed;
INSERT INTO tx_renamed.observation (installation_id, source_id, observed_at, completeness, scope)
VALUES (1, 1, '2025-01-01Z', 'complete', '{air,sea}');
SELECT is_empty('SELECT FROM tx_renamed.presence WHERE installation_id = 1 AND gone_by(run) > ''2025-01-01Z''', 'renamed, it is derived as before');
CREATE SCHEMA tx_test;
SELECT throws_ok('INSERT INTO tx_renamed.observation (installation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, ''2025-01-02Z'', ''complete'', ''{land}'')',
	'22S07', 'scope ''land'' names no asset class', 'and checks its scopes');
UPDATE tx_renamed.installation SET location = 'SRID=4326;POINT(11 51)';
SELECT upgrade_ledger('tx_renamed') \g /dev/null
SELECT is_empty('SELECT * FROM tx_renamed.verify()', 'with another schema of the former name beside it');
SELECT is((SELECT count(*) FROM tx_renamed.pending), 0::bigint, 'nothing is pending');

-- many names in one look, in a ledger of which the planner knows nothing
SELECT create_ledger('tx_many') \g /dev/null
INSERT INTO tx_many.source (name) VALUES ('eye');
INSERT INTO tx_many.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO tx_many.asset_class (path, name) VALUES ('air.jet', 'jet');
INSERT INTO tx_many.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, 1, '2024-01-01Z', 'complete', '{air}');
BEGIN;
-- within some multiple of what it takes to store them, however slow the machine
SELECT clock_timestamp() AS begun \gset
INSERT INTO tx_many.sighting (installation_id, observation_id, asset_class_id, designation) SELECT 1, 1, 1, 'T' || n FROM generate_series(1, 15000) AS n;
SELECT set_config('statement_timeout', greatest(20000, ceil(40000 * extract(epoch FROM clock_timestamp() - :'begun')))::text, true) \g /dev/null
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', '15,000 names in one look are derived one by one, not each with all');
ROLLBACK;
-- (finish() knows of no test that was rolled back: if none followed it would miss one, which prove does not)
SELECT drop_ledger('tx_many') \g /dev/null

-- a number that is seen often, for the first time, at an installation that is derived later than
-- the one that it is gone from
SELECT create_ledger('tx_far') \g /dev/null
INSERT INTO tx_far.source (name) VALUES ('eye');
INSERT INTO tx_far.installation (name, location) SELECT 'site ' || i, 'SRID=4326;POINT(10 50)' FROM generate_series(1, 1100) AS i;
INSERT INTO tx_far.asset_class (path, name) VALUES ('air.jet', 'jet');
BEGIN;
INSERT INTO tx_far.observation (installation_id, observation_id, source_id, observed_at, completeness)
SELECT i, i, 1, '2024-01-01Z', 'partial' FROM generate_series(1, 1099) AS i
UNION ALL SELECT 1100, 10000 + n, 1, timestamptz '2024-01-02Z' + n * interval '1 hour', 'partial' FROM generate_series(1, 900) AS n;
INSERT INTO tx_far.sighting (installation_id, observation_id, asset_class_id, designation)
SELECT 1, 1, 1, 'T1' UNION ALL SELECT 1100, 10000 + n, 1, 'T1' FROM generate_series(1, 900) AS n;
COMMIT;
SELECT results_eq('SELECT installation_id, first_seen(run), gone_by(run) FROM tx_far.presence WHERE designation = ''T1'' ORDER BY 1',
	$$VALUES (1::bigint, timestamptz '2024-01-01Z', timestamptz '2024-01-02 01:00Z'), (1100, '2024-01-02 01:00Z', 'infinity')$$, 'seen elsewhere, so gone');
SELECT is_empty('SELECT * FROM tx_far.verify()', 'verify() finds nothing');
SELECT drop_ledger('tx_far') \g /dev/null

SELECT * FROM finish();
DROP PROCEDURE tx_run(integer, integer, integer);
DROP FUNCTION tx_play(integer), tx_look(integer, integer, integer, text), tx_pick(integer);
SELECT drop_ledger('tx_renamed') \g /dev/null
DROP SCHEMA tx_test;
