-- Asks both in turn, in one session: psql -v cells='%', a pattern of cells.
\set ON_ERROR_STOP on
SET search_path = bench, public;

CREATE FUNCTION took(words text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	waited float8 := bench.waited_ms();
	began float8 := bench.clock_ms();
	ended float8;
BEGIN
	EXECUTE words;
	ended := bench.clock_ms();
	RETURN ended - began - bench.waited_ms() + waited;
END;
$$;

CREATE FUNCTION first_run(words text, OUT rows bigint, OUT pages bigint) LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || words INTO plan;
	rows := plan->0->'Plan'->>'Actual Rows';
	pages := (plan->0->'Plan'->>'Shared Hit Blocks')::bigint + (plan->0->'Plan'->>'Shared Read Blocks')::bigint;
END;
$$;

-- A first run that is not timed, then 3 to 15 in turn, as many as a second holds.
CREATE PROCEDURE measure(cells text) LANGUAGE plpgsql AS $$
DECLARE
	a ask;
	ours text;
	hand text;
BEGIN
	FOR a IN SELECT * FROM ask WHERE cell LIKE cells ORDER BY id, n LOOP
		ours := wording(a, a.ours);
		hand := wording(a, a.hand);
		PERFORM set_config('plan_cache_mode', CASE WHEN a.prepared THEN 'force_generic_plan' ELSE 'auto' END, false);
		IF a.prepared THEN
			EXECUTE format('PREPARE ours (date, date, %s) AS %s', CASE WHEN a.ours LIKE '%{area}%' THEN 'geometry' ELSE 'text' END, ours);
			EXECUTE format('PREPARE hand (date, date, %s) AS %s', CASE WHEN a.ours LIKE '%{area}%' THEN 'geometry' ELSE 'text' END, hand);
			ours := format('EXECUTE ours (%L, %L, %L)', a.d1, a.d2, CASE WHEN a.ours LIKE '%{area}%' THEN 'SRID=4326;' || a.area ELSE a.site END);
			hand := replace(ours, 'ours', 'hand');
		END IF;
		SELECT * INTO a.rows, a.pages FROM first_run(ours);
		SELECT * INTO a.hand_rows, a.hand_pages FROM first_run(hand);
		FOR round IN 1 .. 15 LOOP
			EXIT WHEN round > 3 AND (SELECT sum(t) FROM unnest(a.ms || a.hand_ms) AS t) > 1000;
			a.ms := a.ms || took(ours);
			a.hand_ms := a.hand_ms || took(hand);
		END LOOP;
		UPDATE ask SET ms = a.ms, hand_ms = a.hand_ms, pages = a.pages, hand_pages = a.hand_pages, rows = a.rows, hand_rows = a.hand_rows
		WHERE id = a.id AND n = a.n;
		IF a.prepared THEN
			DEALLOCATE ours;
			DEALLOCATE hand;
		END IF;
		COMMIT;
	END LOOP;
END;
$$;
CALL measure(:'cells');
