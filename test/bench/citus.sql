-- The ledgers and tables, the questions, and the report as Markdown: see test/bench/citus.
SELECT create_ledger('whole'), create_ledger('tenant'), create_ledger('other') \g /dev/null
SELECT distribute_ledger('tenant'), distribute_ledger('other') \g /dev/null

-- A look at each site every five days of a year, complete, of ten classes; a true count lasts 40 days.
CREATE SCHEMA plain;
CREATE FUNCTION plain.noise(a bigint, b bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN pg_catalog.hashint8extended(a * 1048576 + b, 7) & 1048575;
CREATE TABLE plain.look AS
SELECT i AS site, i * 1000 + k AS id, k, timestamptz '2024-01-01 09:00' + (k * 5 + i % 5) * interval '1 day' AS at FROM generate_series(1, :sites) AS i, generate_series(1, 72) AS k;
CREATE TABLE plain.seen AS
SELECT site, id, k, c AS class, plain.noise(site * 16 + c, (k + c) / 8) % 4 AS n FROM plain.look, generate_series(1, 10) AS c;
ALTER TABLE plain.seen ADD PRIMARY KEY (id, class);
CREATE TABLE plain.timing (what text, of text, turn int, ms float8);
VACUUM ANALYZE;

-- What the processes of all three servers have used of the processors.
CREATE FUNCTION plain.used_ms() RETURNS float8 LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	pid text;
	used float8 := 0;
BEGIN
	-- (what a process has used is written down when it rests)
	PERFORM pg_sleep(0.002);
	FOR pid IN SELECT p FROM string_to_table(current_setting('bench.servers'), ',') AS s, LATERAL string_to_table(trim(pg_read_file(format('/proc/%s/task/%s/children', s, s))), ' ') AS p LOOP
		BEGIN
			used := used + split_part(pg_read_file(format('/proc/%s/schedstat', pid)), ' ', 1)::float8 / 1e6;
		EXCEPTION WHEN undefined_file OR io_error THEN
			NULL;
		END;
	END LOOP;
	RETURN used;
END
$$;
-- The commit counts: there a ledger derives.
CREATE PROCEDURE plain.timed(what text, of text, turn int, statement text) LANGUAGE plpgsql AS $$
DECLARE
	used CONSTANT float8 := plain.used_ms();
BEGIN
	EXECUTE statement;
	COMMIT;
	INSERT INTO plain.timing VALUES (what, of, turn, plain.used_ms() - used);
END
$$;

\set ledgers '(VALUES (1, ''whole''), (2, ''tenant''), (3, ''other'')) AS l(i, ledger)'
SELECT format('INSERT INTO %I.source (name) VALUES (''eye'')', ledger),
	format('INSERT INTO %I.asset_class (asset_class_id, path, name) SELECT c, (''air.c'' || c)::ltree, ''class '' || c FROM generate_series(1, 10) AS c', ledger),
	format('INSERT INTO %I.installation (installation_id, name, location) SELECT i, ''site '' || i, ST_SetSRID(ST_MakePoint(i * 37 %% 360 - 179.5, i * 17 %% 160 - 80), 4326) FROM (SELECT DISTINCT site AS i FROM plain.look) AS s', ledger)
FROM :ledgers \gexec

-- Six loads of ten looks of each site, and then looks one by one, in turns.
SELECT format('CALL plain.timed(%L, %L, %s, %L)', 'load, a thousand looks', ledger, n, format('
	INSERT INTO %1$I.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
	SELECT site, id, 1, at, ''complete'', ''{air}'' FROM plain.look WHERE k BETWEEN %2$s AND %3$s;
	INSERT INTO %1$I.sighting (installation_id, observation_id, sighting_id, asset_class_id, count)
	SELECT site, id, id * 16 + class, class, int4range(n, n, ''[]'') FROM plain.seen WHERE k BETWEEN %2$s AND %3$s AND n > 0', ledger, 10 * n - 9, 10 * n))
FROM generate_series(1, 6) AS n, :ledgers ORDER BY n, l.i \gexec
UPDATE plain.timing SET ms = ms / (:sites * 10 / 1000.0);
\! for port in $PORTS; do psql -Xq -p "$port" -c 'VACUUM ANALYZE'; done
SELECT format('CALL plain.timed(%L, %L, %s, %L)', 'load, one look', ledger, n, format('
	INSERT INTO %1$I.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (%2$s, %3$s, 1, %4$L, ''complete'', ''{air}'');
	INSERT INTO %1$I.sighting (installation_id, observation_id, sighting_id, asset_class_id, count) VALUES %5$s', ledger, site, id, at,
	(SELECT string_agg(format('(%s, %s, %s, %s, ''[%s,%s]'')', s.site, s.id, s.id * 16 + s.class, s.class, s.n, s.n), ', ') FROM plain.seen AS s WHERE s.id = o.id AND s.n > 0)))
FROM (SELECT *, row_number() OVER (ORDER BY site) AS n FROM plain.look WHERE k = 61 ORDER BY site LIMIT 10 * :turns) AS o, :ledgers WHERE l.i < 3 ORDER BY n, l.i \gexec

CREATE TYPE plain.brief AS (installation text, asset_class text, verdict text, change_min int, change_max int);
CREATE TABLE plain.question (i int, what text, ask text);
INSERT INTO plain.question VALUES
	(1, 'changes, a site, 7 days', 'SELECT * FROM LEDGER.changes(''2024-06-01'', ''2024-06-08'', installation => ''site 7'')'),
	(2, 'changes, the world, 7 days', 'SELECT * FROM LEDGER.changes(''2024-06-01'', ''2024-06-08'')'),
	(3, 'changes, the world, 90 days', 'SELECT * FROM LEDGER.changes(''2024-03-01'', ''2024-06-01'')'),
	(4, 'the same, five columns', 'SELECT installation, asset_class, verdict, change_min, change_max FROM LEDGER.changes(''2024-03-01'', ''2024-06-01'')'),
	(5, 'the same, by everywhere()', 'SELECT ledger, (said).* FROM everywhere(NULL::plain.brief, ''{LEDGER}'', $$changes(''2024-03-01'', ''2024-06-01'')$$)'),
	(6, 'inventory, a site', 'SELECT * FROM LEDGER.inventory(''2024-06-01'', installation => ''site 7'')'),
	(7, 'inventory, the world', 'SELECT * FROM LEDGER.inventory(''2024-06-01'')'),
	(8, 'timeline, a site, 30 days', 'SELECT * FROM LEDGER.timeline(''2024-05-01'', ''2024-06-01'', ''1 day'', ''site 7'')');
-- (the first turn is thrown away: it opens connections and reads catalogs)
SELECT format('CALL plain.timed(%L, %L, %s, %L)', q.what, ledger, n, replace(ask, 'LEDGER', ledger)) FROM generate_series(0, :turns) AS n, plain.question AS q, :ledgers WHERE l.i < 3 ORDER BY n, q.i, l.i \gexec
INSERT INTO plain.question VALUES
	(20, 'five columns of one', 'SELECT installation, asset_class, verdict, change_min, change_max FROM tenant.changes(''2024-03-01'', ''2024-06-01'')'),
	(21, 'five columns of the other', 'SELECT installation, asset_class, verdict, change_min, change_max FROM other.changes(''2024-03-01'', ''2024-06-01'')'),
	(22, 'of both, by everywhere()', 'SELECT ledger, (said).* FROM everywhere(NULL::plain.brief, ''{tenant,other}'', $$changes(''2024-03-01'', ''2024-06-01'')$$)');
SELECT format('CALL plain.timed(%L, %L, %s, %L)', what, 'both', n, ask) FROM generate_series(0, :turns) AS n, plain.question WHERE i BETWEEN 20 AND 22 ORDER BY n, i \gexec
DELETE FROM plain.timing WHERE turn = 0;
-- (what it takes to look at the clock is taken off)
SELECT format('CALL plain.timed(%L, NULL, %s, %L)', 'nothing', n, 'SELECT 1') FROM generate_series(1, 15) AS n \gexec
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS nothing FROM plain.timing WHERE what = 'nothing' \gset
CREATE VIEW plain.median AS SELECT what, of, greatest(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) - :nothing, 0) AS ms FROM plain.timing GROUP BY what, of;

\echo '## A ledger on another server'
\echo
SELECT format(E'%s looks with %s sightings, %s presences; medians of %s, in turns; ms of the processors, all servers together.\n', (SELECT count(*) FROM whole.observation), (SELECT count(*) FROM whole.sighting), (SELECT count(*) FROM whole.presence), :turns);
\echo '| | on the coordinator, ms | on a worker, ms | ratio |'
\echo '|---|---|---|---|'
SELECT format('| %s | %s | %s | %s |', what, round(a.ms::numeric, 1), round(b.ms::numeric, 1), round((b.ms / nullif(a.ms, 0))::numeric, 2))
FROM plain.median AS a JOIN plain.median AS b USING (what) LEFT JOIN plain.question AS q USING (what)
WHERE a.of = 'whole' AND b.of = 'tenant' ORDER BY coalesce(q.i, 0), what;
SELECT format(E'\nTwo ledgers on two workers, changes of 90 days: %s ms and %s ms, by everywhere() %s ms.', VARIADIC array_agg(round(ms::numeric, 1) ORDER BY i))
FROM plain.median JOIN plain.question USING (what) WHERE i BETWEEN 20 AND 22;

-- A table of presences: 600 at each site, of twenty classes, over three years; 3 to 34 days long.
CREATE TABLE one (site_id bigint NOT NULL, class int NOT NULL, run presence NOT NULL);
CREATE TABLE stay (LIKE one);
SELECT create_distributed_table('stay', 'site_id', shard_count => 8) \g /dev/null
SELECT format('CREATE INDEX ON %s USING gist (run %s) INCLUDE (site_id, class)', t, o) FROM unnest('{one,stay}'::regclass[]) AS t, unnest('{presence_gist_ops,presence_gist_time_ops}'::text[]) AS o \gexec
CREATE TABLE plain.run AS
SELECT i AS site_id, c AS class, presence(at - interval '2 days', at, at + l * interval '1 day', at + (l + 2) * interval '1 day', ST_SetSRID(ST_MakePoint(plain.noise(i, 1) % 360000 / 1000.0 - 180, plain.noise(i, 2) % 160000 / 1000.0 - 80), 4326), 1 + h % 4) AS run
FROM generate_series(1, :presences / 600) AS i, generate_series(1, 20) AS c, generate_series(0, 29) AS k,
	LATERAL (SELECT plain.noise(i * 32 + c, k) AS h) AS x, LATERAL (SELECT timestamptz '2022-01-01 09:00' + (k * 36 + h % 7) * interval '1 day' AS at, 1 + h % 30 AS l) AS t
ORDER BY k, plain.noise(i * 32 + c, k);
SELECT format('CALL plain.timed(%L, %L, %s, %L)', 'load', t, n, format('INSERT INTO %I SELECT * FROM plain.run WHERE site_id %% 6 = %s', t, n)) FROM generate_series(0, 5) AS n, unnest('{one,stay}'::text[]) AS t ORDER BY n, t \gexec
UPDATE plain.timing SET turn = turn + 1, ms = ms / (SELECT count(*) / 6e6 FROM plain.run) WHERE what = 'load';
REINDEX TABLE one;
REINDEX TABLE stay;
VACUUM ANALYZE one;
VACUUM ANALYZE stay;
SELECT ST_X(location(run)) - 0.0001 AS west, ST_Y(location(run)) - 0.0001 AS south, ST_X(location(run)) + 0.0001 AS east, ST_Y(location(run)) + 0.0001 AS north FROM plain.run WHERE site_id = 7 LIMIT 1 \gset
CREATE TABLE plain.asked (i int, what text, ask text, rows bigint, received bigint);
INSERT INTO plain.asked (i, what, ask)
SELECT v.i * 10 + d.i, format('%s, %s', what, days), format(ask, format('watch(''2023-06-01'', %L%s)', until, area))
FROM (VALUES (1, 'rows of a site', format(', ST_MakeEnvelope(%s, %s, %s, %s, 4326)', :west, :south, :east, :north), 'SELECT site_id, class, run FROM TABLE WHERE run <~> %s'),
		(2, 'rows of a country', ', ST_MakeEnvelope(20, 20, 35, 35, 4326)', 'SELECT site_id, class, run FROM TABLE WHERE run <~> %s'),
		(3, 'rows of the world', '', 'SELECT site_id, class, run FROM TABLE WHERE run <~> %s'),
		(4, 'net change of each class in the world', '', 'SELECT class, net_change(run, %1$s) FROM TABLE WHERE run <~> %1$s GROUP BY class')) AS v(i, what, area, ask),
	(VALUES (1, '1 day', '2023-06-02'), (2, '90 days', '2023-08-30')) AS d(i, days, until);
INSERT INTO plain.asked (i, what, ask) VALUES (51, 'inventory of the world', 'SELECT inventory(run, ''2023-06-01'') FROM TABLE WHERE run @> timestamptz ''2023-06-01''');
SELECT format('CALL plain.timed(%L, %L, %s, %L)', what, t, n, replace(ask, 'TABLE', t)) FROM generate_series(0, :turns) AS n, plain.asked, unnest('{one,stay}'::text[]) AS t ORDER BY n, i, t \gexec
DELETE FROM plain.timing WHERE turn = 0;

-- What the workers send, as EXPLAIN counts it; of aggregates Citus 13.2 cannot run EXPLAIN ANALYZE, and a state is small.
CREATE FUNCTION plain.explained(statement text, OUT rows bigint, OUT received bigint) LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
	received := pg_size_bytes((regexp_match(plan::text, '"Tuple data received from nodes": "([^"]*)"'))[1]);
	SELECT max(n[1]::float8::bigint) INTO rows FROM regexp_matches(plan::text, '"Custom Plan Provider": "Citus Adaptive".*?"Actual Rows": ([0-9.]+),', 'g') AS n;
END
$$;
SELECT format('UPDATE plain.asked SET (rows, received) = (SELECT e.rows, e.received FROM plain.explained(%L) AS e) WHERE i = %s', replace(ask, 'TABLE', 'stay'), i) FROM plain.asked WHERE i < 40 \gexec

\echo
\echo '## A table of presences in eight shards'
\echo
SELECT count(*) AS n, count(*) / 1e9 AS part FROM one \gset
SELECT pg_table_size('one') / :n::float8 AS heap, pg_indexes_size('one') / :n::float8 AS indexes,
	(SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c WHERE relnamespace = 'whole'::regnamespace AND relkind = 'r') / (SELECT count(*) FROM whole.presence) AS ledger,
	(SELECT count(*) FROM whole.observation)::float8 / (SELECT count(*) FROM whole.presence) AS looks,
	(SELECT ms FROM plain.median WHERE what = 'load' AND of = 'stay') / 1000 AS load,
	(SELECT ms FROM plain.median WHERE what = 'load, a thousand looks' AND of = 'tenant') / 1000 AS load_looks \gset
SELECT format(E'%s presences; each takes %s bytes in the table and %s in its two indexes. A million are loaded in %s s into one table, in %s s into shards.\n', :n, round(:heap), round(:indexes),
	(SELECT round(ms::numeric / 1000, 1) FROM plain.median WHERE what = 'load' AND of = 'one'), round(:load::numeric, 1));
\echo '| | rows sent | bytes sent | one table, ms | eight shards, ms | ratio |'
\echo '|---|---|---|---|---|---|'
SELECT format('| %s | %s | %s | %s | %s | %s |', what, coalesce(rows::text, 'states'), received, round(a.ms::numeric, 2), round(b.ms::numeric, 2), round((b.ms / nullif(a.ms, 0))::numeric, 2))
FROM plain.asked JOIN plain.median AS a USING (what) JOIN plain.median AS b USING (what) WHERE a.of = 'one' AND b.of = 'stay' ORDER BY i;

-- The same sites a thousand times over: a site answers as many rows, all else as many times more. What a question
-- of hardly any rows takes stays as it is; what one table takes more for the most rows is the work of one core for each,
-- and what shards take more than that table, what each costs to be sent and put together, by one.
\echo
\echo '## A thousand million presences, reckoned'
\echo
SELECT ceil(1e9 * :indexes / (48 * 2 ^ 30)) AS workers \gset
SELECT format('- As a table: %s GB and %s GB of indexes: %s workers of 64 GB, three quarters of which hold the indexes. Loaded in %s hours by one session.', round(:heap), round(:indexes), :workers, round((:load / 3.6)::numeric, 1));
SELECT format('- As ledgers: %s GB in all, of %s million looks, loaded in %s hours by a session for each of %s workers.', round(:ledger), round((1000 * :looks)::numeric), round((:load_looks * :looks * 1e6 / 3600 / :workers)::numeric, 1), :workers);
CREATE VIEW plain.both AS
SELECT i, what, rows, received, a.ms / 1000 AS one, b.ms / 1000 AS shards FROM plain.asked JOIN plain.median AS a USING (what) JOIN plain.median AS b USING (what) WHERE a.of = 'one' AND b.of = 'stay';
SELECT l.one AS least, l.shards AS least_shards, greatest((m.one - l.one) / m.rows, 0) AS found, greatest((m.shards - m.one - l.shards + l.one) / m.rows, 0) AS sent FROM plain.both AS l, plain.both AS m WHERE l.i = 11 AND m.i = 32 \gset
SELECT format(E'- To find a row costs %s microseconds, to send it %s; a question of hardly any %s ms.\n', round((:found * 1e6)::numeric, 2), round((:sent * 1e6)::numeric, 2), round((:least_shards * 1e3)::numeric, 1));
SELECT format('| | rows sent | MB sent | work of all cores, s | on %s workers of 16 cores, s | of it sending, s |', :workers);
\echo '|---|---|---|---|---|---|'
SELECT format('| %s | %s | %s | %s | %s | %s |', what, coalesce(round(rows * k)::text, 'states'), round((received * k / 1e6)::numeric, 3), round(work::numeric, 3),
	round((:least_shards + work / :workers / 16 + coalesce(:sent * rows * k, 0))::numeric, 3), round(coalesce(:sent * rows * k, 0)::numeric, 3))
FROM (SELECT *, k * CASE WHEN i < 40 THEN rows * :found ELSE greatest(one - :least, 0) END AS work FROM (SELECT *, CASE WHEN i < 20 THEN 1 ELSE 1 / :part END AS k FROM plain.both) AS b) AS q ORDER BY i;
