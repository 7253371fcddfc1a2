-- Asks every question of the grid, of ours and of the peers in turn, in one session.
-- psql -v methods=ours,a,b,c,d,f,e,g -v cells=% -v questions=10 (of each cell; of the world half)
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;

DROP TABLE IF EXISTS ask, result CASCADE;

-- Sites lie on a grid of 1e-4 degree; a box's sides lie half-way between, so that the
-- single-precision boxes of PostGIS's indexes hold the same sites as exact ones.
CREATE OR REPLACE FUNCTION side(degree float8) RETURNS float8 LANGUAGE sql IMMUTABLE
	RETURN floor(degree * 10000) / 10000 + 0.00005;

CREATE TABLE ask AS
WITH place AS
(
	-- the 20 nearest sites: as many rows at every size of the data
	SELECT 'twenty' AS area, k AS n, lon - r AS west, lat - r AS south, lon + r AS east, lat + r AS north
	FROM generate_series(1, :questions) AS k
	JOIN installation ON id = 1 + floor(noise(k, 0, 20) * (SELECT count(*) FROM installation)),
	LATERAL (SELECT greatest(abs(o.lon - installation.lon), abs(o.lat - installation.lat)) + 0.0001 AS r
		FROM installation AS o ORDER BY 1 LIMIT 1 OFFSET 19) AS near
	WHERE r < 10
	UNION ALL
	SELECT area, k, lon - r, lat - r, lon + r, lat + r
	FROM (VALUES ('site', 0.025, 21), ('country', 2.5, 22)) AS a(area, r, salt), generate_series(1, :questions) AS k
	JOIN installation ON true
	WHERE id = 1 + floor(noise(k, 0, salt) * (SELECT count(*) FROM installation))
	UNION ALL
	SELECT 'continent', k, lon_min + dx, lat_min + dy, lon_max + dx, lat_max + dy
	FROM generate_series(1, :questions) AS k JOIN continent ON id = k % 7,
	LATERAL (SELECT 4 * noise(k, 1, 23) - 2 AS dx, 4 * noise(k, 2, 23) - 2 AS dy) AS shift
	UNION ALL
	SELECT 'world', k, NULL, NULL, NULL, NULL FROM generate_series(1, (:questions + 1) / 2) AS k
),
cell AS
(
	SELECT question, area, days FROM (VALUES ('changed'), ('net')) AS q(question),
		(VALUES ('site'), ('country'), ('continent'), ('world')) AS a(area), (VALUES (1), (7), (90), (365)) AS d(days)
	UNION ALL
	SELECT 'inventory', area, 0 FROM (VALUES ('site'), ('country'), ('continent'), ('world')) AS a(area)
	UNION ALL
	SELECT 'by class', area, 90 FROM (VALUES ('country'), ('continent'), ('world')) AS a(area)
	UNION ALL
	VALUES ('changed', 'twenty', 1), ('changed', 'twenty', 7), ('changed', 'twenty', 90), ('changed', 'twenty', 365), ('inventory', 'twenty', 0)
)
SELECT row_number() OVER (ORDER BY question, array_position('{site,twenty,country,continent,world}', area), days, n) AS id,
	question, area, days, n, instant(first_day) AS d1, instant(first_day + days) AS d2,
	side(west) AS west, side(south) AS south, side(east) AS east, side(north) AS north
FROM cell JOIN place USING (area), LATERAL (SELECT 300 + 400 * noise(n, days, 24) AS first_day) AS d
WHERE question || ' ' || area || ' ' || days LIKE :'cells';

CREATE TABLE result (ask bigint, method text, rows bigint, total bigint, mark bigint,
	ms float8[], plan_ms float8, buffers bigint, index_pages bigint, indexes text[]);

CREATE OR REPLACE FUNCTION wording(asked ask, which text) RETURNS text LANGUAGE sql STABLE SET search_path = bench, public
BEGIN ATOMIC
	SELECT replace(replace(replace(replace(replace(replace(replace(sql,
		'{box}', format('ST_MakeEnvelope(%s, %s, %s, %s, 4326)', asked.west, asked.south, asked.east, asked.north)),
		'{west}', coalesce(asked.west::text, '')), '{south}', coalesce(asked.south::text, '')),
		'{east}', coalesce(asked.east::text, '')), '{north}', coalesce(asked.north::text, '')),
		'{d1}', quote_literal(asked.d1) || '::timestamptz'), '{d2}', quote_literal(asked.d2) || '::timestamptz')
	FROM query WHERE method = which AND question = asked.question AND world = (asked.area = 'world');
END;

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
