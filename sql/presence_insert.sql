-- Presences that a ledger's own way puts into its two R-trees: each index says what a sequential
-- scan says, and finds its place as GiST does. A session that has derived uses it for whatever is
-- put into the ledger's presences, so also for presences of every kind.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;
\set ECHO none
\i test/cases/index_rows.sql
\i test/cases/own_ledger.sql
\set ECHO all
DELETE FROM question WHERE id % 4 > 0;
INSERT INTO operator VALUES ('<~>', 'q.w'), ('@+', 'q.w'), ('@-', 'q.w'), ('@=', 'q.w'), ('@~', 'q.w'), ('&&', 'q.w'), ('@>', 'q.at');

SELECT look(1);

-- rows one by one, changed on and off their page, rolled back, deleted, vacuumed, new on the freed places
INSERT INTO own.presence (installation_id, asset_class_id, status, run) SELECT 2 + i % 9, 1, 's' || i % 3, run FROM some_presences(1, 6000);
BEGIN;
INSERT INTO own.presence (installation_id, asset_class_id, status, run) SELECT 1, 1, 's', run FROM some_presences(20001, 21000);
ROLLBACK;
UPDATE own.presence SET run = presence(not_seen_at(run), first_seen(run), last_seen(run), 'infinity', location(run), count_range(run)) WHERE presence_id % 5 = 0;
DELETE FROM own.presence WHERE presence_id % 3 = 0;
VACUUM own.presence;
SELECT look(2);
INSERT INTO own.presence (installation_id, asset_class_id, designation, run) SELECT 2 + i % 9, 1, 'RA-' || i, run FROM some_presences(6001, 9000);
SELECT amname, count(*) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam
WHERE i.indrelid = 'own.presence'::regclass GROUP BY 1 ORDER BY 1;
\i test/cases/own_trees.sql

-- The same rows in the same order by GiST's way: no more pages, and no more of them read for a
-- question, to some percent (of places that are as good, GiST takes one at random).
CREATE FUNCTION pages(index regclass) RETURNS bigint LANGUAGE sql RETURN pg_relation_size(index) / 8192;
CREATE FUNCTION pages_read(tab regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
	n bigint := 0;
	w watch;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
	FOR w IN SELECT watch(t, t + interval '1 day', lon, 33, lon + 1, 35) FROM generate_series('2024-02-01Z', '2024-09-01Z', interval '7 days') AS t, generate_series(35, 38) AS lon LOOP
		EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT json) SELECT run FROM %s WHERE run <~> %L', tab, w) INTO plan;
		n := n + (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
	END LOOP;
	RETURN n;
END
$$;
CREATE TABLE theirs (LIKE own.presence INCLUDING INDEXES);
TRUNCATE own.presence;
SELECT look(3);
INSERT INTO own.presence (installation_id, asset_class_id, status, run) SELECT 2, 1, 'seen', run FROM some_presences(1, 9000) WHERE i % 11 > 0;
INSERT INTO theirs (installation_id, presence_id, asset_class_id, status, run) SELECT 2, i, 1, 'seen', run FROM some_presences(1, 9000) WHERE i % 11 > 0;
VACUUM ANALYZE own.presence, theirs;
SELECT pages('own.presence_run') <= 1.05 * pages('theirs_run_installation_id_asset_class_id_status_designatio_idx') AS place, pages('own.presence_time') <= 1.05 * pages('theirs_run_installation_id_asset_class_id_status_designati_idx1') AS time;
SELECT pages_read('own.presence') <= 1.05 * pages_read('theirs') AS no_more_read;
BEGIN;
DROP INDEX own.presence_run, theirs_run_installation_id_asset_class_id_status_designatio_idx;
SELECT pages_read('own.presence') <= 1.05 * pages_read('theirs') AS no_more_read;
ROLLBACK;

-- What a derivation writes comes into the trees together: many installations in one transaction, then
-- one look after the other, each before or after those that are there.
TRUNCATE own.presence;
SELECT own.rederive();
INSERT INTO own.asset_class (path, name) SELECT format('b.kind_%s', i)::ltree, 'kind ' || i FROM generate_series(1, 12) AS i;
INSERT INTO own.installation (name, location) SELECT 'site ' || i, location(run) FROM some_presences(1, 120);
CREATE FUNCTION look_at(site integer, n integer, at timestamptz) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO own.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
	VALUES (site, n, at, 1, CASE WHEN n % 5 = 0 THEN 'partial' ELSE 'complete' END, '{b}');
	INSERT INTO own.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT site, n, 2 + k, int4range(1 + (n + k) / 7 % 3, 2 + (n + k) / 7 % 3) FROM generate_series(0, 9) AS k;
END;
CREATE FUNCTION by_index_and_scan(OUT by_index bigint, OUT by_scan bigint) LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
	EXECUTE 'SELECT count(*) FROM own.presence WHERE run && watch(timestamptz ''2024-01-01Z'', timestamptz ''2025-01-01Z'')' INTO by_index;
	PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
	EXECUTE 'SELECT count(*) FROM own.presence WHERE run && watch(timestamptz ''2024-01-01Z'', timestamptz ''2025-01-01Z'')' INTO by_scan;
END
$$;
\set ECHO none
\o /dev/null
SELECT look_at(2 + i % 120, 100 + i, '2024-02-01Z'::timestamptz + i * interval '3 hours') FROM generate_series(1, 1200) AS i;
SELECT format('SELECT look_at(%s, %s, %L)', 2 + i * 37 % 120, 2000 + i, '2024-02-01Z'::timestamptz + (r[1] * 400) * interval '1 day')
FROM (SELECT i, random_row(i, 1) AS r FROM generate_series(1, 300) AS i) AS x \gexec
\o
\set ECHO all
SELECT count(*) > 5000 AS many FROM own.presence;
\i test/cases/own_trees.sql
SELECT count(*) FROM own.verify();
-- a derivation that fails half way takes what waits along
CREATE UNIQUE INDEX nine ON own.presence (installation_id) WHERE count_range(run) = int4range(9, 10);
DO $$
BEGIN
	BEGIN
		PERFORM look_at(5, 3001, '2025-06-01Z');
		UPDATE own.sighting SET count = int4range(9, 10) WHERE installation_id = 5 AND observation_id = 3001 AND asset_class_id IN (6, 8);
		SET CONSTRAINTS ALL IMMEDIATE;
		RAISE EXCEPTION 'it did not fail';
	EXCEPTION WHEN unique_violation THEN
		RAISE WARNING '%', sqlerrm;
	END;
	PERFORM look_at(5, 3002, '2025-06-02Z');
END
$$;
SELECT by_index > 0 AS some, by_index - by_scan AS difference FROM by_index_and_scan();
-- what is on the table finds by an index what was written just now: a trigger, a rule, a default, a check
CREATE TABLE found (by_index bigint, by_scan bigint);
CREATE FUNCTION find() RETURNS integer LANGUAGE sql VOLATILE
BEGIN ATOMIC
	INSERT INTO found SELECT by_index, by_scan FROM by_index_and_scan() RETURNING 1;
END;
CREATE FUNCTION find_by_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.find(); RETURN NULL; END';
CREATE TRIGGER find AFTER INSERT OR UPDATE ON own.presence FOR EACH STATEMENT EXECUTE FUNCTION find_by_trigger();
SELECT look_at(7, 4000, '2025-01-01Z');
DROP TRIGGER find ON own.presence;
SELECT count(*), sum(by_index - by_scan) FROM found;
CREATE RULE find AS ON INSERT TO own.presence DO ALSO SELECT find();
SELECT look_at(7, 4001, '2025-01-02Z');
DROP RULE find ON own.presence;
SELECT count(*), sum(by_index - by_scan) FROM found;
ALTER TABLE own.presence ADD COLUMN note integer;
ALTER TABLE own.presence ALTER note SET DEFAULT find();
SELECT look_at(7, 4002, '2025-01-03Z');
ALTER TABLE own.presence DROP COLUMN note;
SELECT count(*) > 2 AS more, sum(by_index - by_scan) FROM found;
TRUNCATE found;
ALTER TABLE own.presence ADD CONSTRAINT found CHECK (find() > 0) NOT VALID;
SELECT look_at(7, 4003, '2025-01-04Z');
ALTER TABLE own.presence DROP CONSTRAINT found;
SELECT count(*) > 2 AS more, sum(by_index - by_scan) FROM found;
SELECT count(*) FROM own.verify();
DROP FUNCTION look_at;
DROP FUNCTION look;
SELECT drop_ledger('own');
DROP FUNCTION find_by_trigger, find, by_index_and_scan, pages, pages_read, random_row, some_sightings, some_presences, compare_index, scan_of;
DROP TABLE theirs, question, operator, found;
