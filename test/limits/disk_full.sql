-- The disk that the database is on is full: a load, or its derivation, fails with the server's
-- own error and loses nothing that was there; once there is room, it is done.
--
-- The database must be in the tablespace "small", on a small file system of its own.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(20);
SELECT create_ledger('disk') \g /dev/null
-- all but so many kB of the disk are taken
CREATE FUNCTION leave(kb int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE replace(format($copy$COPY (SELECT) TO PROGRAM 'rm -f PLACE/ballast; free=$(df --output=avail -k PLACE | tail -1); head -c $(((free - %s) * 1024)) /dev/zero > PLACE/ballast'$copy$, kb),
		'PLACE', (SELECT pg_tablespace_location(dattablespace) FROM pg_database WHERE datname = current_database()));
END $$;
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (SELECT count(*) FROM disk.observation), (SELECT count(*) FROM disk.sighting), (SELECT count(*) FROM disk.presence),
		(SELECT count(*) FROM disk.pending), (SELECT sum(hashtext(p::text)::bigint) FROM disk.presence AS p)) $$;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	SET CONSTRAINTS ALL IMMEDIATE;
	RETURN '00000';
EXCEPTION WHEN disk_full THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION load(first int, last int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO disk.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
	SELECT 1, n, 1, '2024-01-01Z'::timestamptz + n * interval '1 hour', 'complete', '{air}' FROM generate_series(first, last) AS n;
	INSERT INTO disk.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT 1, n, k, int4range(1 + n % 2, 1 + n % 2, '[]') FROM generate_series(first, last) AS n, generate_series(1, 10) AS k $$;
INSERT INTO disk.source (name) VALUES ('eye');
INSERT INTO disk.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO disk.asset_class (path, name) SELECT ('air.k' || k)::ltree, 'class ' || k FROM generate_series(1, 10) AS k;
SELECT load(1, 200) \g /dev/null
SELECT state() AS before \gset

-- It ends early in the load, late in it, in the derivation.
SELECT leave(40) \g /dev/null
SELECT tried('SELECT load(201, 1400)') AS code \gset
SELECT leave(30000) \g /dev/null
SELECT is(:'code'::text, '53100', 'a load that 40 kB are left for fails');
SELECT is(state(), :'before', 'and nothing is lost');
SELECT is_empty('SELECT FROM disk.verify()', 'nor wrong');
SELECT leave(700) \g /dev/null
SELECT tried('SELECT load(201, 1400)') AS code \gset
SELECT leave(30000) \g /dev/null
SELECT is(:'code'::text, '53100', 'a load that 700 kB are left for fails');
SELECT is(state(), :'before', 'and nothing is lost');
SELECT is_empty('SELECT FROM disk.verify()', 'nor wrong');
SELECT leave(1900) \g /dev/null
SELECT tried('SELECT load(201, 1400)') AS code \gset
SELECT leave(30000) \g /dev/null
SELECT is(:'code'::text, '53100', 'a load that 1900 kB are left for fails');
SELECT is(state(), :'before', 'and nothing is lost');
SELECT is_empty('SELECT FROM disk.verify()', 'nor wrong');

-- When it is committed: the room ends after the load
BEGIN;
SELECT load(201, 1400) \g /dev/null
SELECT leave(40) \g /dev/null
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
COMMIT;
\set code :SQLSTATE
\set ON_ERROR_STOP on
SELECT leave(30000) \g /dev/null
SELECT is(:'code'::text, '53100', 'COMMIT fails');
SELECT is(state(), :'before', 'and nothing is lost');
SELECT is_empty('SELECT FROM disk.verify()', 'nor wrong');

SELECT leave(40) \g /dev/null
SELECT tried('DELETE FROM disk.presence; SELECT disk.rederive()') AS code \gset
SELECT count(*) AS answers FROM disk.changes('2024-01-02', '2024-01-06') \gset
SELECT leave(30000) \g /dev/null
SELECT is(:'code'::text, '53100', 'rederive() fails');
SELECT is(:answers, 10, 'reports are answered');
SELECT is(state(), :'before', 'and nothing is lost');
SELECT is_empty('SELECT FROM disk.verify()', 'nor wrong');

SELECT is(tried('SELECT load(201, 1400)'), '00000', 'once there is room it is loaded');
SELECT is((SELECT count(*) FROM disk.sighting), 14000::bigint, 'all of it');
SELECT is_empty('SELECT FROM disk.verify()', 'and right');
SELECT leave(30000) \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM disk.presence), '>', 10000::bigint, 'each look has another number');
SELECT * FROM finish();
