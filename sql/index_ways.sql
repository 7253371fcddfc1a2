-- Every operator class, whatever has happened to its table and however it is read, says
-- what a sequential scan says: each operator, mode, box and age, both directions
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;	-- a forbidden scan looks dear

\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
-- half of what presence_gist asks in full, of each kind some
DELETE FROM question WHERE (id + id / 8) % 2 = 1;
-- and at random: between times of the rows themselves or a microsecond beside them, every third with ends a microsecond
-- apart; boxes with sides at a row, many of them over the antimeridian, some up to a pole
CREATE FUNCTION times(presence) RETURNS timestamptz[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[not_seen_at($1), first_seen($1), last_seen($1), gone_by($1)]';
INSERT INTO question
SELECT 1000 + k, watch(least(a, b), greatest(a, b, least(a, b) + interval '1 microsecond'),
	CASE k % 4 WHEN 0 THEN -180 ELSE lon(one) END, CASE WHEN k % 4 = 0 OR k % 7 = 0 THEN -90 ELSE least(lat(one), lat(two)) END,
	CASE k % 4 WHEN 0 THEN 180 ELSE lon(two) END, CASE WHEN k % 4 = 0 OR k % 5 = 0 THEN 90 ELSE greatest(lat(one), lat(two)) END,
	(ARRAY['last_known', 'certain', 'possible'])[1 + k / 4 % 3], CASE WHEN k / 4 % 6 = 0 THEN last_seen(one) - first_seen(one) + interval '1 microsecond' END), greatest(a, b)
FROM (SELECT k, one, two, a, CASE k % 3 WHEN 0 THEN a + interval '1 microsecond' ELSE (times(two))[1 + k % 4] END AS b
	FROM (SELECT k, x.run AS one, y.run AS two, (times(x.run))[1 + k / 3 % 4] + (k % 5 / 2 - 1) * interval '1 microsecond' AS a
		FROM generate_series(1, 60) AS k, some_presences(k * 17, k * 17) AS x, some_presences(k * 23 + 1000, k * 23 + 1000) AS y OFFSET 0) AS drawn) AS dates
WHERE isfinite(a) AND isfinite(b);
SELECT count(*) AS questions, count(DISTINCT mode(w)) AS modes, count(DISTINCT max_age(w)) AS ages, count(*) FILTER (WHERE lon_min(w) > lon_max(w)) > 0 AS wrapping,
	count(*) FILTER (WHERE lat_min(w) = 90) > 0 AS polar, count(*) FILTER (WHERE lon_min(w) = lon_max(w) AND lat_min(w) = lat_max(w)) > 0 AS points,
	count(*) FILTER (WHERE lon_min(w) = -180 AND lon_max(w) = 180 AND lat_min(w) = -90) > 0 AS worlds,
	count(*) FILTER (WHERE from_date(w) + interval '1 microsecond' = to_date(w)) > 0 AS narrow FROM question;

-- a table for each, so that the planner has no choice; "plain" is what they are held against
CREATE TABLE kind (name text PRIMARY KEY, col text, def text, ways text[]);
INSERT INTO kind VALUES
	('plain', 'run', NULL, NULL), ('plain_seen', 'seen', NULL, NULL),
	('space', 'run', 'USING gist (run)', '{index,own,bitmap,generic,constant,parallel}'),
	('time', 'run', 'USING gist (run presence_gist_time_ops)', '{index,own,bitmap,generic,constant,parallel}'),
	('range', 'run', 'USING brin (run) WITH (pages_per_range = 1, autosummarize = off)', '{bitmap,generic,constant,parallel}'),
	('seen', 'seen', 'USING gist (seen)', '{index,own,bitmap,generic,constant,parallel}'),
	('seen_range', 'seen', 'USING brin (seen) WITH (pages_per_range = 1, autosummarize = off)', '{bitmap,generic,constant,parallel}');
INSERT INTO operator VALUES ('<~>', 'w'), ('@+', 'w'), ('@-', 'w'), ('@=', 'w'), ('@~', 'w'), ('&&', 'w'), ('@>', 'at');

-- Whichever way: what was answered to each question, as the number of rows and the sum of their hashes.
CREATE FUNCTION answers(k kind, o operator, way text) RETURNS TABLE (id bigint, n bigint, h numeric) LANGUAGE plpgsql AS $$
DECLARE
	hash text := CASE k.col WHEN 'run' THEN 'presence' ELSE 'sighting' END || '_hash_extended';
	asked text := format('SELECT count(*), sum(%s(t.%I, 0)) FROM %I t WHERE t.%2$I %4$s ', hash, k.col, k.name, o.op);
	joined text := format('SELECT q.id, count(*), sum(%s(t.%I, 0)) FROM question q JOIN %I t ON t.%2$I %4$s q.%5$I GROUP BY q.id', hash, k.col, k.name, o.op, o.probe);
	all_at_once text := (SELECT format('SELECT id, count(*), sum(h) FROM (%s) AS x GROUP BY id',
			string_agg(format('SELECT %s::bigint AS id, %s(t.%I, 0) AS h FROM %I t WHERE t.%3$I %5$s %6$L::%7$s', q.id, hash, k.col, k.name, o.op,
				CASE o.probe WHEN 'w' THEN q.w::text ELSE q.at::text END, CASE o.probe WHEN 'w' THEN 'watch' ELSE 'timestamptz' END), ' UNION ALL '))
		FROM question q WHERE q.id % 9 = 0);
	wanted text;
	plan text := '';
	line text;
	query text;
BEGIN
	PERFORM set_config('enable_seqscan', (way = 'scan')::text, true),
		set_config('enable_indexscan', (way ~ 'index|own|generic|constant')::text, true),
		set_config('enable_indexonlyscan', (way ~ 'own|generic|constant|parallel')::text, true),
		set_config('enable_bitmapscan', (way ~ 'bitmap|generic|constant|parallel')::text, true),
		set_config('max_parallel_workers_per_gather', CASE way WHEN 'parallel' THEN '2' ELSE '0' END, true),
		set_config('cpu_tuple_cost', CASE way WHEN 'parallel' THEN '1000' ELSE '0.01' END, true);
	query := CASE WHEN way = 'parallel' THEN all_at_once WHEN way = 'generic' THEN 'EXECUTE ask(NULL)'
		WHEN way = 'constant' THEN asked || CASE o.probe WHEN 'w' THEN quote_literal((SELECT q.w FROM question q ORDER BY q.id LIMIT 1)) || '::watch'
			ELSE quote_literal((SELECT q.at FROM question q ORDER BY q.id LIMIT 1)) || '::timestamptz' END
		ELSE joined END;
	IF way = 'generic' THEN
		EXECUTE format('PREPARE ask(%s) AS %s $1', CASE o.probe WHEN 'w' THEN 'watch' ELSE 'timestamptz' END, asked);
	END IF;
	-- it must be read as it is meant to be
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line;
	END LOOP;
	wanted := CASE way WHEN 'scan' THEN 'Seq Scan on plain' WHEN 'index' THEN 'Index Scan using ' || k.name || '_'
		WHEN 'bitmap' THEN 'Bitmap Index Scan on ' || k.name || '_'
		WHEN 'parallel' THEN 'Parallel Bitmap Heap Scan'
		WHEN 'own' THEN 'PresenceScan.* on "?' || k.name || '"? .*Index Name: ' || k.name || '_' ELSE '(Scan (using|on)|Index Name:) ' || k.name || '_' END;
	IF plan !~ wanted THEN
		RAISE EXCEPTION '% % %: %', k.name, o.op, way, plan;
	END IF;
	IF way = 'generic' OR way = 'constant' THEN
		FOR id, query IN SELECT q.id, CASE o.probe WHEN 'w' THEN quote_literal(q.w) || '::watch' ELSE quote_literal(q.at) || '::timestamptz' END FROM question q LOOP
			EXECUTE CASE way WHEN 'generic' THEN format('EXECUTE ask(%s)', query) ELSE asked || query END INTO n, h;
			IF n > 0 THEN
				RETURN NEXT;
			END IF;
		END LOOP;
	ELSE
		RETURN QUERY EXECUTE query;
	END IF;
	IF way = 'generic' THEN
		DEALLOCATE ask;
	END IF;
END
$$;

CREATE FUNCTION compare(ways_wanted text[], OUT indexes bigint, OUT comparisons bigint, OUT answered bigint, OUT wrong text[]) LANGUAGE plpgsql AS $$
DECLARE
	k kind;
	o operator;
	way text;
	missed bigint;
	made_up bigint;
BEGIN
	comparisons := 0;
	wrong := '{}';
	indexes := 0;
	answered := 0;
	CREATE TEMP TABLE expected ON COMMIT DROP AS
	SELECT p.col, operator.op, a.* FROM kind p, operator, answers(p, operator, 'scan') AS a
	WHERE p.def IS NULL AND (p.col = 'run' OR operator.op = '&&');
	CREATE TEMP TABLE given (id bigint, n bigint, h numeric) ON COMMIT DROP;
	FOR k IN SELECT * FROM kind WHERE def IS NOT NULL ORDER BY name LOOP
		indexes := indexes + 1;
		FOR o IN SELECT * FROM operator WHERE k.col = 'run' OR operator.op = '&&' LOOP
			FOREACH way IN ARRAY k.ways LOOP
				CONTINUE WHEN way <> ALL (ways_wanted);
				TRUNCATE given;
				INSERT INTO given SELECT * FROM answers(k, o, way);
				SELECT count(*) FROM (SELECT id, n, h FROM expected e WHERE e.col = k.col AND e.op = o.op AND (way <> 'parallel' OR id % 9 = 0) EXCEPT ALL TABLE given) AS d INTO missed;
				SELECT count(*) FROM (TABLE given EXCEPT ALL SELECT id, n, h FROM expected e WHERE e.col = k.col AND e.op = o.op) AS d INTO made_up;
				comparisons := comparisons + 1;
				answered := answered + (SELECT count(*) FROM given);
				IF missed + made_up > 0 THEN
					wrong := wrong || format('%s %s %s: %s missed, %s made up', k.name, o.op, way, missed, made_up);
				END IF;
			END LOOP;
		END LOOP;
	END LOOP;
	DROP TABLE expected, given;
END
$$;
SET plan_cache_mode = force_generic_plan;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;

-- row by row into empty indexes
SELECT format('CREATE TABLE %I (i int, %I %s) WITH (autovacuum_enabled = off)', name, col, CASE col WHEN 'run' THEN 'presence' ELSE 'sighting' END) FROM kind ORDER BY name \gexec
SELECT format('CREATE INDEX %I ON %I %s', name || '_index', name, def) FROM kind WHERE def IS NOT NULL ORDER BY name \gexec
CREATE FUNCTION add(tab text, first int, last int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %I SELECT * FROM %s($1, $2) UNION ALL SELECT -i, NULL FROM generate_series($1, $2, 50) AS i', tab,
		CASE WHEN tab IN ('seen', 'seen_range', 'plain_seen') THEN 'some_sightings' ELSE 'some_presences' END) USING first, last;
END
$$;
SELECT count(add(name, 1, 1000)) FROM kind;
SELECT * FROM compare('{index,own,bitmap}');
-- values changed, with and without room on the page; rows changed beside them; some deleted, some never committed
SELECT format('UPDATE %1$I SET %2$I = x.%2$I FROM %3$s(2001, 3000) AS x WHERE x.i = %1$I.i + 2000 AND %1$I.i %% 4 = 0', name, col,
	CASE col WHEN 'run' THEN 'some_presences' ELSE 'some_sightings' END) FROM kind ORDER BY name \gexec
SELECT format('UPDATE %1$I SET i = -i WHERE i %% 7 = 0', name) FROM kind ORDER BY name \gexec
BEGIN;
SELECT count(add(name, 3001, 3200)) FROM kind;
ROLLBACK;
SELECT * FROM compare('{own,bitmap}');
SELECT format('DELETE FROM %1$I WHERE abs(i) %% 3 = 0', name) FROM kind ORDER BY name \gexec
SELECT * FROM compare('{own,bitmap}');
SELECT format('VACUUM (INDEX_CLEANUP on) %I', name) FROM kind ORDER BY name \gexec
SELECT * FROM compare('{own,bitmap}');
-- new rows on the freed places; with statistics
SELECT count(add(name, 3201, 3600)) FROM kind;
SELECT format('ANALYZE %I', name) FROM kind ORDER BY name \gexec
SELECT * FROM compare('{index,own,bitmap,generic,constant,parallel}');
-- built anew: sorted, beside its use, unsorted, over a table in another order
SELECT format('REINDEX TABLE %I', name) FROM kind ORDER BY name \gexec
SELECT * FROM compare('{index,own,bitmap,generic,constant,parallel}');
SELECT format('REINDEX INDEX CONCURRENTLY %I', name || '_index') FROM kind WHERE def IS NOT NULL ORDER BY name \gexec
SELECT * FROM compare('{own,bitmap}');
SELECT format('ALTER INDEX %I SET (buffering = on)', name || '_index') FROM kind WHERE def LIKE '%gist%' ORDER BY name \gexec
SELECT format('REINDEX INDEX %I', name || '_index') FROM kind WHERE def LIKE '%gist%' ORDER BY name \gexec
SELECT * FROM compare('{own,bitmap}');
SELECT format('CLUSTER %I USING %1$s_index', name) FROM kind WHERE def IS NOT NULL AND def NOT LIKE '%brin%' ORDER BY name \gexec
SELECT format('VACUUM (FULL, ANALYZE) %I', name) FROM kind ORDER BY name \gexec
SELECT format('VACUUM %I', name) FROM kind ORDER BY name \gexec
SELECT * FROM compare('{index,own,bitmap,constant}');

SELECT format('DROP TABLE %I', name) FROM kind ORDER BY name \gexec
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of, compare, answers, add, times;
DROP TABLE kind, question, operator;
