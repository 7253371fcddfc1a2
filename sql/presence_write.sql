-- Presences that a derivation writes without statements: by the table's access method, then into
-- its indexes. Each index says what a sequential scan says, and where users have put on the table
-- what has to be asked, statements write.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;
\set VERBOSITY terse
\set ECHO none
\i test/cases/index_rows.sql
\i test/cases/own_ledger.sql
\set ECHO all
DELETE FROM question WHERE id % 4 > 0;
INSERT INTO operator VALUES ('<~>', 'q.w'), ('@+', 'q.w'), ('@-', 'q.w'), ('@=', 'q.w'), ('@~', 'q.w'), ('&&', 'q.w'), ('@>', 'q.at');

CREATE TABLE site AS SELECT i, run FROM some_presences(1, 1200) WHERE last_seen(run) < '2026-01-01Z' AND i % 11 > 0;
-- one site after the other
DO $$
DECLARE
	s site;
BEGIN
	FOR s IN SELECT * FROM site WHERE i <= 900 ORDER BY i LOOP
		PERFORM visit(s.i, s.run, 10);
		COMMIT;
	END LOOP;
END
$$;
-- all of them in one derivation
TRUNCATE own.presence;
SELECT own.rederive() > 5000 AS many;

-- looks one by one, before and after those that are there; rows changed on and off their page, rolled
-- back, deleted, vacuumed, new on the freed places
\set ECHO none
\o /dev/null
SELECT format('SELECT look_at(%s, %s, %L)', s.i, 100 + n, '2024-01-01Z'::timestamptz + (random_row(n, 1))[1] * interval '400 days')
FROM generate_series(1, 300) AS n JOIN (SELECT i, row_number() OVER (ORDER BY i) AS nr FROM site WHERE i <= 900) AS s ON s.nr = 1 + n * 37 % 120 ORDER BY n \gexec
\o
\set ECHO all
BEGIN;
SELECT count(*) FROM site, LATERAL visit(i, run, 12) WHERE i BETWEEN 901 AND 950;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) > 500 AS many FROM own.presence WHERE installation_id > 900;
ROLLBACK;
UPDATE own.observation SET retracted_at = '2025-01-01Z', retraction_reason = 'other place' WHERE installation_id % 3 = 0 AND observation_id = 2;
DELETE FROM own.observation WHERE installation_id % 7 = 0 AND observation_id IN (3, 4);
VACUUM own.presence;
SELECT count(*) FROM site, LATERAL look_at(i, 500, '2024-12-31Z') WHERE i <= 900 AND i % 2 = 0;
SELECT count(*) FROM site, LATERAL visit(i, run, 12) WHERE i > 950;
SELECT count(*) FROM own.verify();
\i test/cases/own_trees.sql

-- What a derivation wrote in one go is of one command, what statements changed and added is of two.
-- A condition is tried with the indexes that can answer it, and by a scan.
CREATE FUNCTION compare(condition text DEFAULT 'run && watch(timestamptz ''2024-01-01Z'', timestamptz ''2026-01-01Z'')', OUT answered boolean, OUT same boolean)
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
	query text := 'SELECT array_agg(presence_id ORDER BY presence_id) FROM own.presence WHERE ' || condition;
	by_scan bigint[];
	by_index bigint[];
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
	EXECUTE query INTO by_index;
	PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
	EXECUTE query INTO by_scan;
	answered := by_scan IS NOT NULL;
	same := by_index IS NOT DISTINCT FROM by_scan;
END
$$;
CREATE FUNCTION look_and_tell(site integer, n integer, at timestamptz, verifies boolean DEFAULT true, OUT commands bigint, OUT wrong bigint, OUT answered boolean, OUT same boolean)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM look_at(site, n, at);
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
	SELECT count(DISTINCT p.cmin::text) INTO commands FROM own.presence p JOIN own.observation o ON p.xmin = o.xmin
	WHERE o.installation_id = site AND o.observation_id = n AND p.cmin::text::bigint > o.cmin::text::bigint;
	IF verifies THEN
		wrong := (SELECT count(*) FROM own.verify());
	END IF;
	SELECT c.answered, c.same INTO answered, same FROM compare() AS c;
END
$$;
SELECT * FROM look_and_tell(7, 1000, '2025-01-01Z');

-- indexes of other kinds are kept as they would be by statements
CREATE INDEX by_class ON own.presence USING hash (asset_class_id);
CREATE INDEX by_label ON own.presence (lower(coalesce(designation, status)), count_min(run));
CREATE INDEX by_brin ON own.presence USING brin (run) WITH (pages_per_range = 1);
CREATE INDEX by_other_tree ON own.presence USING gist (presence('-infinity', first_seen(run), last_seen(run), 'infinity', location(run), count_range(run)));
CREATE UNIQUE INDEX ends_once ON own.presence (installation_id, asset_class_id, coalesce(designation, status), (designation IS NULL), last_seen(run));
\set ECHO none
\o /dev/null
SELECT format('SELECT look_at(%s, %s, %L)', s.i, 2000 + n, '2024-01-01Z'::timestamptz + (random_row(1000 + n, 1))[1] * interval '400 days')
FROM generate_series(1, 100) AS n JOIN (SELECT i, row_number() OVER (ORDER BY i) AS nr FROM site WHERE i <= 900) AS s ON s.nr = 1 + n * 41 % 50 ORDER BY n \gexec
\o
\set ECHO all
SELECT * FROM look_and_tell(7, 2211, '2025-01-02Z');
SELECT * FROM compare('asset_class_id = 3');
SELECT * FROM compare('lower(coalesce(designation, status)) = ''parked'' AND count_min(run) = 2');
SELECT * FROM compare('presence(''-infinity'', first_seen(run), last_seen(run), ''infinity'', location(run), count_range(run)) && watch(timestamptz ''2024-03-01Z'', timestamptz ''2024-06-01Z'')');
BEGIN;
DROP INDEX own.presence_run, own.presence_time, own.by_other_tree;
SELECT * FROM compare();
ROLLBACK;
-- one that was begun and not finished is left alone
CREATE INDEX CONCURRENTLY unfinished ON own.presence ((1 / (asset_class_id - asset_class_id)));
SELECT * FROM look_and_tell(7, 2206, '2025-01-02 12:00Z');
DROP INDEX own.unfinished;
DROP INDEX own.by_class, own.by_label, own.by_brin, own.by_other_tree, own.ends_once;

-- a derivation that fails half way leaves nothing behind
CREATE FUNCTION crowd(site bigint, run presence) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN CASE WHEN count_min(run) = 7777 THEN site END;
CREATE UNIQUE INDEX one_crowd ON own.presence (crowd(installation_id, run));
SELECT * FROM look_and_tell(7, 2204, '2025-01-06Z');
DO $$
BEGIN
	BEGIN
		PERFORM look_at(7, 3001, '2025-06-01Z');
		UPDATE own.sighting SET count = int4range(7777, 7778) WHERE installation_id = 7 AND observation_id = 3001 AND asset_class_id IN (6, 8);
		SET CONSTRAINTS ALL IMMEDIATE;
		RAISE EXCEPTION 'it did not fail';
	EXCEPTION WHEN unique_violation THEN
		RAISE WARNING '%', sqlerrm;
	END;
	PERFORM look_at(7, 3002, '2025-06-02Z');
END
$$;
SELECT * FROM compare();
SELECT count(*) FROM own.verify();
DROP INDEX own.one_crowd;

-- What is on the table is asked, and finds by an index what was written just now: a trigger, a rule,
-- a default, a check.
CREATE TABLE asked (answered boolean, same boolean);
CREATE FUNCTION ask() RETURNS integer LANGUAGE sql VOLATILE
BEGIN ATOMIC
	INSERT INTO asked SELECT answered, same FROM compare() RETURNING 1;
END;
CREATE FUNCTION ask_by_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.ask(); RETURN NULL; END';
BEGIN;
CREATE TRIGGER ask AFTER INSERT ON own.presence FOR EACH STATEMENT EXECUTE FUNCTION ask_by_trigger();
SELECT * FROM look_and_tell(7, 4000, '2025-07-01Z');
SELECT count(*), bool_and(answered) AS answered, bool_and(same) AS same FROM asked;
ROLLBACK;
BEGIN;
CREATE RULE ask AS ON INSERT TO own.presence DO ALSO SELECT ask();
SELECT * FROM look_and_tell(7, 4001, '2025-07-01Z');
SELECT count(*) > 0 AS asked, bool_and(answered) AS answered, bool_and(same) AS same FROM asked;
ROLLBACK;
BEGIN;
ALTER TABLE own.presence ADD note integer;
ALTER TABLE own.presence ALTER note SET DEFAULT ask();
SELECT * FROM look_and_tell(7, 4002, '2025-07-01Z', false);
SELECT count(*) > 0 AS asked, bool_and(answered) AS answered, bool_and(same) AS same FROM asked;
ROLLBACK;
BEGIN;
ALTER TABLE own.presence ADD CONSTRAINT written CHECK (ask() > 0) NOT VALID;
SELECT * FROM look_and_tell(7, 4003, '2025-07-01Z');
SELECT count(*) > 0 AS asked, bool_and(answered) AS answered, bool_and(same) AS same FROM asked;
ROLLBACK;
-- (one that asks of the row alone is on our way, and holds)
BEGIN;
ALTER TABLE own.presence ADD CONSTRAINT known CHECK (asset_class_id < 100);
SELECT * FROM look_and_tell(7, 4004, '2025-07-01Z');
ALTER TABLE own.presence DROP CONSTRAINT known, ADD CONSTRAINT known CHECK (asset_class_id < 3) NOT VALID;
SELECT * FROM look_and_tell(7, 4006, '2025-07-02Z');
ROLLBACK;

-- further columns: what somebody noted stays
BEGIN;
ALTER TABLE own.presence ADD note text;
UPDATE own.presence SET note = 'seen by eye' WHERE installation_id = 7;
SELECT * FROM look_and_tell(7, 4005, '2025-07-01Z', false);
SELECT count(*) > 0 AS noted FROM own.presence WHERE installation_id = 7 AND note IS NOT NULL AND gone_by(run) = '2025-07-01Z';
ALTER TABLE own.presence DROP note;
SELECT count(*) FROM own.verify();
ROLLBACK;
-- numbers that are somebody's own, or nobody's
BEGIN;
CREATE SEQUENCE own.numbers START 1000001;
ALTER TABLE own.presence ALTER presence_id DROP IDENTITY;
ALTER TABLE own.presence ALTER presence_id SET DEFAULT nextval('own.numbers');
SELECT * FROM look_and_tell(7, 4007, '2025-07-01Z');
SELECT max(presence_id) > 1000000 AS theirs FROM own.presence;
ROLLBACK;
BEGIN;
ALTER TABLE own.presence ALTER presence_id DROP IDENTITY;
SELECT * FROM look_and_tell(7, 4008, '2025-07-01Z');
ROLLBACK;

-- indexes with a condition, which most rows do not meet; a constraint that takes a search
BEGIN;
CREATE UNIQUE INDEX one_crowd ON own.presence (installation_id) WHERE count_min(run) = 7777;
SELECT * FROM look_and_tell(7, 4019, '2025-07-01Z');
UPDATE own.sighting SET count = int4range(7777, 7778) WHERE installation_id = 7 AND observation_id = 4019 AND asset_class_id IN (6, 8);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
BEGIN;
ALTER TABLE own.presence ADD CONSTRAINT one_crowd EXCLUDE USING btree (crowd(installation_id, run) WITH =);
SELECT * FROM look_and_tell(7, 4011, '2025-07-01Z');
UPDATE own.sighting SET count = int4range(7777, 7778) WHERE installation_id = 7 AND observation_id = 4011 AND asset_class_id IN (6, 8);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;

-- tables below: rows that lie there change there
BEGIN;
CREATE TABLE own.elsewhere () INHERITS (own.presence);
WITH moved AS (DELETE FROM ONLY own.presence WHERE installation_id = 7 RETURNING *) INSERT INTO own.elsewhere SELECT * FROM moved;
SELECT * FROM look_and_tell(7, 4012, '2025-07-01Z');
SELECT count(*) > 0 AS elsewhere FROM own.elsewhere WHERE gone_by(run) = '2025-07-01Z';
ROLLBACK;
-- parts of a table
BEGIN;
CREATE TABLE own.every_presence (LIKE own.presence INCLUDING IDENTITY) PARTITION BY RANGE (installation_id);
ALTER TABLE own.every_presence ALTER presence_id RESTART WITH 1000001;
-- (from 17 on a part has the numbers of the whole)
DO $$ BEGIN IF current_setting('server_version_num')::integer >= 170000 THEN ALTER TABLE own.presence ALTER presence_id DROP IDENTITY; END IF; END $$;
ALTER TABLE own.every_presence ATTACH PARTITION own.presence FOR VALUES FROM (1) TO (10000);
SELECT * FROM look_and_tell(7, 4013, '2025-07-01Z');
SELECT visit(10000, run, 1) FROM some_presences(12, 12);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
BEGIN;
ALTER TABLE own.presence RENAME TO former;
CREATE TABLE own.presence (LIKE own.former INCLUDING IDENTITY) PARTITION BY RANGE (installation_id);
SAVEPOINT no_part;
SELECT look_at(7, 4014, '2025-07-01Z');
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO no_part;
CREATE TABLE own.presence_part PARTITION OF own.presence FOR VALUES FROM (1) TO (1000);
CREATE TABLE own.presence_rest PARTITION OF own.presence DEFAULT;
INSERT INTO own.presence SELECT * FROM own.former;
ALTER TABLE own.presence ALTER presence_id RESTART WITH 1000001;
SELECT look_at(7, 4014, '2025-07-01Z');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) > 0 AS in_part FROM own.presence_part WHERE last_seen(run) = '2025-07-01Z';
ROLLBACK;

-- where changes are published, rows that only come need no replica identity, others do
BEGIN;
SET LOCAL client_min_messages = error;
ALTER TABLE own.presence REPLICA IDENTITY NOTHING;
CREATE PUBLICATION regress_sightings_presences FOR TABLE own.presence;
SELECT visit(10000, run, 1) FROM some_presences(12, 12);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SAVEPOINT come;
SELECT look_at(10000, 1001, '2025-07-01Z');
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO come;
DELETE FROM own.observation WHERE installation_id = 10000;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;

-- another owner's table: what the ledger's owner may not do there, the derivation may not
BEGIN;
CREATE ROLE regress_sightings_keeper;
GRANT USAGE ON SCHEMA own TO regress_sightings_keeper;
DO $$
DECLARE
	t regclass;
BEGIN
	FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relkind = 'r' AND relname <> 'presence' LOOP
		EXECUTE format('ALTER TABLE %s OWNER TO regress_sightings_keeper', t);
	END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON own.presence TO regress_sightings_keeper;
SAVEPOINT granted;
SELECT look_at(7, 4015, '2025-07-01Z');
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE own.observation SET retracted_at = '2025-07-01Z', retraction_reason = 'other place' WHERE installation_id = 7 AND observation_id <> 4015;
ROLLBACK TO granted;
GRANT DELETE ON own.presence TO regress_sightings_keeper;
SELECT * FROM look_and_tell(7, 4016, '2025-07-01Z');
ALTER TABLE own.presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_seen ON own.presence TO regress_sightings_keeper USING (true) WITH CHECK (first_seen(run) < '2025-08-01Z');
SELECT * FROM look_and_tell(7, 4017, '2025-07-02Z');
SELECT look_at(7, 4026, '2025-08-01Z');
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;

SELECT * FROM look_and_tell(7, 5000, '2025-09-01Z');
-- Where an index is of what changes only if it is BRIN's, or none is, and there is room, rows change on their page
-- and the others must not know of it: their entries would lead to what comes there later.
ALTER TABLE own.presence SET (fillfactor = 50);
VACUUM FULL own.presence;
DROP INDEX own.presence_run, own.presence_time, own.presence_window;
CREATE INDEX by_brin ON own.presence USING brin (run) WITH (pages_per_range = 1);
SELECT count(*) FROM site, LATERAL look_at(i, 6000, '2025-09-02Z') WHERE i <= 900;
SELECT count(*) FROM site, LATERAL look_at(i, 6001, '2025-09-03Z') WHERE i <= 900;
SELECT * FROM compare();
DROP INDEX own.by_brin;
SELECT count(*) FROM site, LATERAL look_at(i, 6002, '2025-09-04Z') WHERE i <= 900;
SELECT count(*) FROM site, LATERAL look_at(i, 6003, '2025-09-05Z') WHERE i <= 900;
VACUUM own.presence;
ALTER TABLE own.presence RESET (fillfactor);
SELECT count(*) FROM site, LATERAL visit(i, run, 12) WHERE i BETWEEN 901 AND 950;
SELECT * FROM compare('installation_id <= 900');
SELECT * FROM look_and_tell(7, 6004, '2025-09-06Z');

-- a view in the table's place has no places
\c -
SET client_min_messages = warning;
ALTER TABLE own.presence RENAME TO runs;
CREATE VIEW own.presence AS TABLE own.runs;
SELECT look_at(7, 6005, '2025-09-07Z');
DROP VIEW own.presence;
ALTER TABLE own.runs RENAME TO presence;
SELECT look_at(7, 6005, '2025-09-07Z');
SELECT count(*) FROM own.verify();

DROP FUNCTION look_at, visit, look_and_tell;
SELECT drop_ledger('own');
DROP FUNCTION ask_by_trigger, ask, crowd, compare, random_row, some_sightings, some_presences, compare_index, scan_of;
DROP TABLE site, question, operator, asked;
