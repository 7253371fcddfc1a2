-- One question over several ledgers says what each says alone, with its name; nothing else is asked, and
-- with no more rights than the caller's. Where ledgers lie on other servers: test/citus/everywhere.pl.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(31);
SELECT create_ledger(l) FROM unnest(ARRAY['west', 'East "of" it']) AS l \g /dev/null
SELECT format($$
	INSERT INTO %1$I.source (name) VALUES ('eye');
	INSERT INTO %1$I.installation (name, location) VALUES (%2$L, ST_SetSRID(ST_MakePoint(%3$s, 50), 4326)), ('other ' || %2$L, ST_SetSRID(ST_MakePoint(%3$s, 51), 4326));
	INSERT INTO %1$I.asset_class (path, name, max_speed_kmh) VALUES ('air', 'aircraft', 900), ('air.big', 'big one', 900);
	INSERT INTO %1$I.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
	SELECT 1 + i %% 2, i, 1, timestamptz '2024-01-01 00:00:00+00' + i * interval '12:00:00', 'complete', '{air}' FROM generate_series(1, 12) AS i;
	INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT 1 + i %% 2, i, 1 + (i + %3$s) %% 2, int4range(i %% 4, i %% 4, '[]') FROM generate_series(1, 12) AS i;
	INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, designation)
	SELECT 1 + i %% 2, i, 2, 'T1' FROM generate_series(3, 4) AS i WHERE i %% 2 = %3$s %% 2;
$$, l, s, n) FROM (VALUES ('west', 'here', 3), ('East "of" it', 'there', 4)) AS v(l, s, n) \gexec
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TYPE change AS (installation text, asset_class text, verdict text, count_before_min int, count_after_min int, after_look bigint, geom geometry);
CREATE TYPE one_value AS (changes_geojson jsonb);
CREATE TYPE wrong AS (installation text, installations text);
CREATE TYPE spoiled AS (installation text, odd "char", verdict text);
ALTER TYPE spoiled DROP ATTRIBUTE odd;

-- what each says alone
CREATE FUNCTION pg_temp.alike(row_type text, question text, fewest int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	said CONSTANT text := format('SELECT ledger, (said).* FROM everywhere(NULL::%s, ARRAY[''west'', ''East "of" it''], %L)', row_type, question);
	columns CONSTANT text := (SELECT string_agg(format('%I', attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = row_type::regclass AND attnum > 0 AND NOT attisdropped);
	n int;
BEGIN
	RETURN QUERY SELECT bag_eq(said, (SELECT string_agg(format('SELECT %L, %s FROM (SELECT * FROM %I.%s' || E'\n) AS q', l, columns, l, question), ' UNION ALL ')
		FROM unnest(ARRAY['west', 'East "of" it']) AS l), question);
	EXECUTE format('SELECT count(*) FROM (%s) AS b GROUP BY ledger ORDER BY 1 LIMIT 1', said) INTO n;
	RETURN QUERY SELECT cmp_ok(n, '>=', fewest, 'each says something: ' || question);
END
$$;
SELECT pg_temp.alike('change', $$changes('2024-01-02', '2024-01-05')$$, 2);
SELECT pg_temp.alike('west.change_row', $$changes('2024-01-02', '2024-01-05')$$, 2);
SELECT pg_temp.alike('change', $$changes('2024-01-02', '2024-01-05', area => ST_MakeEnvelope(0, 50.5, 9, 52, 4326), mode => 'possible')$$, 1);
SELECT pg_temp.alike('change', $$changes('2024-01-02', '2024-01-05') WHERE verdict <> 'departed' ORDER BY installation DESC, asset_class LIMIT 1 -- of each$$, 1);
SELECT pg_temp.alike('spoiled', $$changes('2024-01-02', '2024-01-05')$$, 2);
SELECT pg_temp.alike('west.current_inventory', 'current_inventory', 1);
SELECT pg_temp.alike('west.sighting', 'sighting', 12);

SELECT pg_temp.alike('one_value', $$changes_geojson('2024-01-02', '2024-01-05')$$, 1);
SELECT is((SELECT array_agg(DISTINCT n) FROM (SELECT ledger, count(*) AS n FROM everywhere(NULL::west.installation, '{west,west}', 'installation') GROUP BY 1) AS e), '{2}', 'a ledger that is named twice is asked once');
SELECT is((SELECT string_agg(ledger, ', ') FROM everywhere(NULL::west.source, ARRAY['west', 'East "of" it'], 'source')), 'west, East "of" it', 'in the order in which they are named');
SELECT is((SELECT string_agg(ledger, ', ') FROM everywhere(NULL::west.source, ARRAY['East "of" it', 'west'], 'source')), 'East "of" it, west', 'whichever that is');

-- an individual from ledger to ledger: what comes back can be joined
SELECT results_eq($$SELECT ledger, (said).installation, (said).first_seen FROM everywhere(NULL::west.presence_flat, ARRAY['west', 'East "of" it'], $q$presence_flat WHERE designation = 'T1'$q$) ORDER BY 3$$,
	$$VALUES ('west', 'other here', timestamptz '2024-01-02 12:00:00+00'), ('East "of" it', 'there', '2024-01-03 00:00:00+00')$$, 'an individual, from ledger to ledger');

-- a wrong question is an error, which says of which ledger
SELECT throws_ok($$SELECT * FROM everywhere(NULL::change, '{west,wset}', $q$changes('2024-01-02', '2024-01-05')$q$)$$, '22S07', 'no ledger is named ''wset''', 'an unknown ledger');
SELECT throws_ok($$SELECT * FROM everywhere(NULL::change, '{public}', 'geometry_columns')$$, '22S07', 'no ledger is named ''public''', 'a schema that is none');
SELECT throws_ok(format('SELECT * FROM everywhere(NULL::change, %L, %L)', l, q), '22S07', said, q || ' of ' || l)
FROM (VALUES ('{}', 'x', 'a question over ledgers needs a question and at least one ledger'), (NULL, 'x', 'a question over ledgers needs a question and at least one ledger'),
	('{west}', NULL, 'a question over ledgers needs a question and at least one ledger'), ('{west,NULL}', 'x', 'no ledger is named null')) AS v(l, q, said);
SELECT throws_ok($$SELECT * FROM everywhere(NULL::wrong, '{west}', $q$changes('2024-01-02', '2024-01-05')$q$)$$, '42703', 'column q.installations does not exist', 'a column that the report has not');
SELECT throws_ok($$SELECT * FROM everywhere(NULL::int, '{west}', $q$changes('2024-01-02', '2024-01-05')$q$)$$, '22S07', 'integer is no row type', 'what is no row');

-- it is one statement
SELECT throws_ok($$SELECT * FROM everywhere(NULL::change, '{west}', $q$changes('2024-01-02', '2024-01-05')) AS q; DROP TABLE west.alert; SELECT (1$q$)$$, '42P11', NULL, 'and no other');

-- by a role that may read one of them, but for one installation
CREATE ROLE everywhere_reader;
GRANT USAGE ON SCHEMA west TO everywhere_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA west TO everywhere_reader;
ALTER TABLE west.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_of_them ON west.installation USING (name = 'here');
SET ROLE everywhere_reader;
SELECT results_eq($$SELECT DISTINCT (said).installation FROM everywhere(NULL::change, '{west}', $q$changes('2024-01-01', '2024-01-06')$q$)$$, $$VALUES ('here')$$, 'what is hidden from the caller is not told');
SELECT throws_ok($$SELECT * FROM everywhere(NULL::change, ARRAY['west', 'East "of" it'], $q$changes('2024-01-01', '2024-01-06')$q$)$$, '42501', NULL, 'who may not read one of the ledgers is not told the others'' half');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
