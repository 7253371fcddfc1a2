-- Asks every question of the grid, of ours and of the peers in turn, in one session.
-- psql -v methods=ours,a,b,c,d,f,e,g -v cells=% -v questions=10 (of each cell; of the world half)
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;

\ir change_asks.sql

DROP TABLE IF EXISTS result CASCADE;
CREATE TABLE result (ask bigint, method text, rows bigint, total bigint, mark bigint,
	ms float8[], plan_ms float8, buffers bigint, index_pages bigint, indexes text[]);

-- Pages of tables or of indexes that this transaction asked the buffer manager for.
CREATE OR REPLACE FUNCTION fetched(kind "char") RETURNS bigint LANGUAGE sql VOLATILE SET search_path = bench, public
BEGIN ATOMIC
	SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0)::bigint FROM pg_class
	WHERE relkind = kind AND relnamespace = 'bench'::regnamespace AND relname LIKE 'm\_%';
END;

-- One first run: it warms the cache, gives the answer, the pages and the plan.
CREATE OR REPLACE FUNCTION first_run(asked ask, which text) RETURNS void LANGUAGE plpgsql SET search_path = bench, public AS $$
DECLARE
	body text := 'SELECT count(*) AS rows, sum(n)::bigint AS total, sum((installation * 64 + class) * n)::bigint AS mark FROM ('
		|| wording(asked, which) || ') AS answer';
	plan json;
	r result;
	tables bigint;
	waited float8;
	began float8;
	ended float8;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON, SUMMARY) ' || body INTO plan;
	EXECUTE 'EXPLAIN (FORMAT JSON, SUMMARY) ' || body INTO plan;
	r.ask := asked.id;
	r.method := which;
	r.plan_ms := (plan->0->>'Planning Time')::float8;
	SELECT array_agg(DISTINCT hit[1]) INTO r.indexes FROM regexp_matches(plan::text, '"Index Name": "([^"]*)"', 'g') AS hit;
	EXECUTE 'PREPARE m_' || which || ' AS ' || body;	-- planned once: it has no parameters
	tables := fetched('r');
	r.index_pages := fetched('i');
	waited := waited_ms();
	began := clock_ms();
	EXECUTE 'EXECUTE m_' || which INTO r.rows, r.total, r.mark;
	ended := clock_ms();
	r.ms := ARRAY[ended - began - waited_ms() + waited];
	r.index_pages := fetched('i') - r.index_pages;
	r.buffers := r.index_pages + fetched('r') - tables;
	INSERT INTO result SELECT r.*;
END;
$$;

-- The first run does not count, unless it takes seconds and a second one would only take more.
CREATE OR REPLACE PROCEDURE measure(methods text[]) LANGUAGE plpgsql AS $$
DECLARE
	asked ask;
	which text;
	present text[];
	first_ms float8;
	waited float8;
	began float8;
	ended float8;
	odd record;
BEGIN
	FOR asked IN SELECT * FROM ask ORDER BY id LOOP
		present := ARRAY(SELECT method FROM query, unnest(methods) WITH ORDINALITY AS u(name, place)
			WHERE method = name AND question = asked.question AND world = (asked.area = 'world') ORDER BY place);
		CONTINUE WHEN cardinality(present) < 2 AND asked.question = 'net';
		FOREACH which IN ARRAY present LOOP
			PERFORM first_run(asked, which);
		END LOOP;
		SELECT a.method AS one, b.method AS other, a.rows AS rows, b.rows AS other_rows INTO odd FROM result AS a JOIN result AS b USING (ask)
		WHERE ask = asked.id AND (a.rows, a.total, a.mark) IS DISTINCT FROM (b.rows, b.total, b.mark) LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION 'answers differ: % % % days, number %: % has % rows, % has %',
				asked.question, asked.area, asked.days, asked.n, odd.one, odd.rows, odd.other, odd.other_rows;
		END IF;
		FOR round IN 1 .. 5 LOOP
			FOREACH which IN ARRAY present LOOP
				SELECT ms[1] INTO first_ms FROM result WHERE ask = asked.id AND method = which;
				CONTINUE WHEN first_ms > CASE round WHEN 1 THEN 3000 WHEN 2 THEN 500 WHEN 3 THEN 500 ELSE 100 END;
				waited := waited_ms();
				began := clock_ms();
				EXECUTE 'EXECUTE m_' || which;
				ended := clock_ms();
				UPDATE result SET ms = ms || (ended - began - waited_ms() + waited) WHERE ask = asked.id AND method = which;
			END LOOP;
		END LOOP;
		FOREACH which IN ARRAY present LOOP
			EXECUTE 'DEALLOCATE m_' || which;
		END LOOP;
		COMMIT;
	END LOOP;
END;
$$;

SET max_parallel_workers_per_gather = 0;
CALL measure(string_to_array(:'methods', ','));

-- What a question took one method: the median of its counted runs.
CREATE OR REPLACE VIEW measured AS
SELECT ask.*, method, rows, buffers, index_pages, plan_ms, indexes,
	(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(CASE WHEN cardinality(ms) > 1 THEN ms[2:] ELSE ms END) AS t) AS ms
FROM result JOIN ask ON ask.id = ask;
