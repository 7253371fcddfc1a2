-- A ledger of which Citus has moved a table says so, and is not silent. In place of Citus stands
-- the table in which it lists what it has distributed; what Citus itself does, test/citus tries.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(43);
SELECT create_ledger('moved'), create_ledger('unmoved') \g /dev/null
SELECT format($$
	INSERT INTO %1$I.source (name) VALUES ('eye');
	INSERT INTO %1$I.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
	INSERT INTO %1$I.asset_class (path, name, payload_t, max_speed_kmh) VALUES ('air', 'aircraft', 10, 100);
	INSERT INTO %1$I.observation (installation_id, source_id, observed_at, completeness, scope)
	SELECT 1, 1, timestamptz '2024-01-01 00:00:00+00' + i * interval '24:00:00', 'complete', '{air}' FROM generate_series(1, 3) AS i;
	INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES (1, 1, 1, '[1,1]', 'T1'), (1, 2, 1, '[2,2]', NULL);
$$, l) FROM unnest('{moved,unmoved}'::text[]) AS l \gexec
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.refused(statement text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT throws_ok(statement, '22S07', 'table moved.presence has been distributed by Citus', statement) $$;

CREATE FUNCTION pg_temp.alone(relation oid, name name) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM pg_catalog.pg_dist_partition;
	INSERT INTO pg_catalog.pg_dist_partition VALUES (relation, 'n');
	RETURN QUERY SELECT throws_ok('SELECT * FROM moved.verify()', '22S07', format('table moved.%I has been distributed by Citus', name), name::text);
END
$$;

-- (a list without an index is read through)
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass NOT NULL, partmethod "char" NOT NULL);
SELECT lives_ok($$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$, 'Citus is there and has moved nothing');
INSERT INTO pg_catalog.pg_dist_partition VALUES ('pg_class', 'n'), ('unmoved.conflict', 'n'), ('moved.presence', 'n');

SELECT pg_temp.refused(q) FROM unnest(ARRAY[
	$$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.changes_between('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.between_looks()$$,
	$$SELECT * FROM moved.changes_since('2024-01-01')$$,
	$$SELECT * FROM moved.turnover('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.turnover_between('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.told_between()$$,
	$$SELECT * FROM moved.evidence('north', 1)$$,
	$$SELECT * FROM moved.persistence()$$,
	$$SELECT * FROM moved.inventory('2024-01-05')$$,
	$$SELECT * FROM moved.inventory_at('2024-01-05')$$,
	$$SELECT * FROM moved.airlift('2024-01-05')$$,
	$$SELECT * FROM moved.timeline('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.coverage('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.stale('2024-01-05', '1 day')$$,
	$$SELECT * FROM moved.movements('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.expected_count('2024-01-05')$$,
	$$SELECT * FROM moved.verify()$$,
	$$SELECT * FROM moved.verify('north')$$,
	$$SELECT * FROM moved.conflict$$,
	$$SELECT moved.rederive()$$,
	$$SELECT upgrade_ledger('moved')$$,
	$$INSERT INTO moved.observation (installation_id, source_id, observed_at, completeness) VALUES (1, 1, '2024-02-01', 'partial')$$,
	$$UPDATE moved.sighting SET confidence = 0.9$$,
	$$UPDATE moved.asset_class SET max_gsd_m = 2$$,
	$$TRUNCATE moved.sighting$$]) AS q;

-- each of its tables alone; and not what is no part of it
SELECT pg_temp.alone(c.oid, c.relname) FROM pg_class AS c
WHERE c.relnamespace = 'moved'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ('{presence,imported,survey,survey_site,survey_count}')
ORDER BY c.relname;

SELECT results_eq($$SELECT verdict, count_after_min FROM unmoved.changes('2024-01-01', '2024-01-03')$$, $$VALUES ('first look', 2)$$, 'another ledger answers');
SELECT is((SELECT count(*) FROM unmoved.verify()), 0::bigint, 'and derives');
CREATE INDEX pg_dist_partition_logical_relid_index ON pg_catalog.pg_dist_partition (logicalrelid);
SELECT throws_like($$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$, 'table moved.% has been distributed by Citus', 'found by an index');
DELETE FROM pg_catalog.pg_dist_partition;
SELECT lives_ok($$UPDATE moved.sighting SET count = '[3,3]' WHERE designation IS NULL$$, 'what came back is derived');
SELECT is((SELECT count(*) FROM moved.verify()), 0::bigint, 'and answers');
SELECT * FROM finish();
ROLLBACK;
