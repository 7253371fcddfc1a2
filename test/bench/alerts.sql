-- What alerts cost a loader: see test/bench/alerts.
SET client_min_messages = warning;
CREATE EXTENSION pg_sightings CASCADE;
SELECT create_ledger('none'), create_ledger('apart'), create_ledger('all') \g /dev/null

CREATE PROCEDURE fill(ledger name) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL search_path = %I, public', ledger);
	INSERT INTO source (name) VALUES ('eye');
	INSERT INTO installation (name, location)
	SELECT 'installation ' || i, ST_SetSRID(ST_MakePoint(CASE WHEN i <= 500 THEN i % 90 ELSE - i % 90 END, i % 80), 4326) FROM generate_series(1, 1000) AS i;
	INSERT INTO asset_class (path, name) SELECT format('class_%s.kind_%s', i % 5, i)::ltree, 'kind ' || i FROM generate_series(1, 60) AS i;
	INSERT INTO asset_class (path, name) VALUES ('other', 'other');
	SET CONSTRAINTS ALL IMMEDIATE;
END
$$;
CALL fill('none');
CALL fill('apart');
CALL fill('all');
INSERT INTO apart.alert (name, installation_id) SELECT 'installation ' || i, i FROM generate_series(501, 1000) AS i, generate_series(1, 2) AS k WHERE k = 1;
INSERT INTO apart.alert (name, area) SELECT 'area ' || i, ST_MakeEnvelope(-90 + i % 60, 1, -89.5 + i % 60, 70, 4326) FROM generate_series(1, 480) AS i;
INSERT INTO apart.alert (name, asset_class_id) SELECT 'class ' || i, 61 FROM generate_series(1, 20) AS i;
SELECT "all".alert_add('everything', new_looks => true) \g /dev/null

-- n loads, from one on: at each installation a look a day; of two classes in five the count is another than before
CREATE PROCEDURE load_looks(ledger name, first int, n int) LANGUAGE plpgsql AS $$
DECLARE
	i int;
BEGIN
	FOR l IN first .. first + n - 1 LOOP
		i := 1 + l % 500;
		EXECUTE format('INSERT INTO %I.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
			VALUES ($1, $2, timestamptz ''2020-01-01Z'' + $2 * interval ''1 hour'', 1, ''complete'', ''{class_0,class_1,class_2,class_3,class_4}'')', ledger) USING i, l;
		EXECUTE format('INSERT INTO %I.sighting (installation_id, observation_id, asset_class_id, count)
			SELECT $1, $2, k, int4range(c, c, ''[]'') FROM generate_series(1, 20) AS k, LATERAL (SELECT 1 + (($2 / 500 * 2 + k) / 5) %% 3 AS c) AS c', ledger) USING i, l;
		COMMIT;
	END LOOP;
END
$$;
-- seconds of this process on a processor
CREATE FUNCTION cpu() RETURNS float8 LANGUAGE sql VOLATILE
	AS $$SELECT split_part(pg_read_file('/proc/' || pg_backend_pid() || '/schedstat'), ' ', 1)::float8 / 1e9$$;
CREATE TABLE turn (ledger text, number int, seconds float8);

CREATE PROCEDURE take_turn(ledger name, number int, loads int) LANGUAGE plpgsql AS $$
DECLARE
	begun float8 := cpu();
BEGIN
	CALL load_looks(ledger, number * loads, loads);
	INSERT INTO turn VALUES (ledger, number, cpu() - begun);
	COMMIT;
END
$$;
-- (the first is not counted: caches, plans, and no look before)
SELECT format('CALL take_turn(%L, %s, %s)', ledger, number, :loads)
FROM generate_series(0, :turns) AS number, unnest(ARRAY['none', 'apart', 'all']) WITH ORDINALITY AS l(ledger, n) ORDER BY number, n \gexec

\echo '| alerts | ms a load | ratio | events a load |'
\echo '|---|---:|---:|---:|'
WITH ratio AS (
	SELECT t.ledger, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds) AS seconds, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds / b.seconds) AS ratio
	FROM turn AS t JOIN turn AS b ON b.number = t.number AND b.ledger = 'none'
	WHERE t.number > 0 GROUP BY t.ledger)
SELECT format('| %s | %s | %s | %s |', CASE ledger WHEN 'none' THEN 'none' WHEN 'apart' THEN '1000 that do not match' ELSE 'one of everything' END,
	round((1000 * seconds / :loads)::numeric, 2), round(ratio::numeric, 3),
	round(CASE ledger WHEN 'apart' THEN (SELECT count(*) FROM apart.alert_event) WHEN 'all' THEN (SELECT count(*) FROM "all".alert_event) ELSE 0 END::numeric / :loads / (:turns + 1), 1))
FROM ratio ORDER BY ratio;
