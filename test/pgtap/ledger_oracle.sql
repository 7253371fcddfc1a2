-- The stored presences against an independent derivation, after every transaction of seeded random
-- operations (one to three in each): the rules as they stand in plain SQL, which share no code
-- with the derivation (verify(thorough => true)), and the derivation from scratch.
--
-- psql variables: steps, the number of transactions (default 400), and seed.
\if :{?steps} \else \set steps 400 \endif
\if :{?seed} \else \set seed 0.42 \endif
\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS oracle CASCADE;
DROP SCHEMA IF EXISTS "Ledger 'of' \ ""LEDGER""" CASCADE;
CREATE SCHEMA oracle;
SET search_path = oracle, public;
SELECT create_ledger('Ledger ''of'' \ "LEDGER"', min_confidence => 0.6) \g /dev/null
SET search_path = oracle, "Ledger 'of' \ ""LEDGER""", public;

CREATE FUNCTION roll(low integer, high integer) RETURNS integer
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT low + floor(random() * (high - low + 1))::integer;
END;

CREATE FUNCTION one_of(choices text[]) RETURNS text
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT choices[roll(1, cardinality(choices))];
END;

-- Days, so that looks of one instant are common; few, so that windows stay small.
CREATE FUNCTION some_day() RETURNS timestamptz
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT timestamptz '2024-01-01 00:00:00+00' + roll(0, 40) * interval '24:00:00';
END;

-- Most looks are of an instant; some end then and last for days, so that they overlap others.
CREATE FUNCTION some_beginning(ended timestamptz) RETURNS timestamptz
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT CASE WHEN random() < 0.25 THEN ended - roll(0, 3) * interval '24:00:00' END;
END;

CREATE FUNCTION some_source() RETURNS integer
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT source_id FROM source ORDER BY random() LIMIT 1;
END;

CREATE FUNCTION some_scope() RETURNS ltree[]
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT one_of(ARRAY['{air,ship}', '{air,ship}', '{air,ship}', '{air}', '{air.heavy}', '{ship}', '{}'])::ltree[];
END;

CREATE FUNCTION some_count() RETURNS int4range
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT one_of(ARRAY['[1,1]', '[1,1]', '[1,1]', '[2,2]', '[2,2]', '[3,3]', '[0,0]', '[0,2]', '[1,2]', '[2,3]', '[1,)', '[2,)', '[0,)'])::int4range;
END;

CREATE FUNCTION add_sightings(installation bigint, observation bigint, how_many integer) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
AS $$
BEGIN
	INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, designation, count, location, confidence)
	SELECT installation, observation, s.class, one_of('{ready,ready,loading,NULL,NULL}'), s.tail,
		CASE WHEN s.tail IS NULL THEN some_count() ELSE one_of('{"[1,1]","[1,1]","[0,1]"}')::int4range END,
		CASE WHEN random() < 0.5 THEN ST_SetSRID(ST_MakePoint(roll(-5, 5) / 8.0, roll(-5, 5) / 8.0), 4326) END,
		one_of('{0.3,0.6,0.9,0.9,0.9,0.9}')::float8
	FROM (SELECT (ARRAY(SELECT asset_class_id FROM asset_class ORDER BY name))[(ARRAY[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5])[roll(1, 11)]] AS class,
			CASE WHEN random() < 0.3 THEN one_of('{T1,T2}') END AS tail, i
		FROM generate_series(1, how_many) AS i) s
	WHERE s.class IS NOT NULL;
END
$$;

CREATE FUNCTION add_look(at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
AS $$
DECLARE
	place bigint := (SELECT installation_id FROM installation ORDER BY random() LIMIT 1);
	look bigint;
BEGIN
	INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
	VALUES (place, some_source(), some_beginning(at), at, one_of('{complete,complete,partial}'), some_scope(),
		one_of('{0,1,1,1,5,NULL}')::numeric)
	RETURNING observation_id INTO look;
	PERFORM add_sightings(place, look, roll(0, 4));
END
$$;

-- Where little is known: what a sighting in itself says nothing of (a doubtful one in a partial
-- look) and an ancestor's sighting together make is only seen at an installation that no
-- complete look had shown empty.
CREATE FUNCTION least_looked_at() RETURNS bigint
LANGUAGE sql VOLATILE
BEGIN ATOMIC
SELECT i.installation_id
FROM installation i LEFT JOIN observation o USING (installation_id)
GROUP BY i.installation_id ORDER BY count(o.observation_id), random() LIMIT 1;
END;

-- One look, in order, at such a place; sightings of the classes named, or of any.
CREATE FUNCTION glance(place bigint, complete boolean, confidence float8, classes text[]) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
WITH o AS (
	INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
	SELECT place, some_source(), coalesce((SELECT max(o.observed_at) FROM observation o WHERE o.installation_id = place),
			'2024-01-10 00:00:00+00') + roll(0, 2) * interval '24:00:00',
		CASE WHEN complete THEN 'complete' ELSE 'partial' END, CASE WHEN complete THEN '{air,ship}' ELSE '{}' END::ltree[], 0
	RETURNING installation_id, observation_id)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count, confidence)
SELECT o.installation_id, o.observation_id, c.asset_class_id, one_of('{ready,loading,NULL}'),
	one_of('{"[1,1]","[2,2]","[1,2]","[1,)"}')::int4range, confidence
FROM o JOIN asset_class c ON c.name = ANY (classes)
WHERE random() < 0.6;
END;

CREATE FUNCTION operate() RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
AS $$
DECLARE
	dice integer := roll(1, 1000);
	o observation;
	s sighting;
BEGIN
	SELECT * INTO o FROM observation ORDER BY random() LIMIT 1;
	SELECT * INTO s FROM sighting ORDER BY random() LIMIT 1;
	CASE
		WHEN dice <= 30 THEN
			-- on one day or the next, in a class or a wider one
			INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
			SELECT i.installation_id, some_source(), some_beginning(d.at), d.at + roll(0, 1) * interval '24:00:00', one_of('{complete,partial}'), '{air,ship}', 1
			FROM installation i, (SELECT some_day() AS at OFFSET 0) d;
			INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation, confidence)
			SELECT n.installation_id, n.observation_id, c.asset_class_id, 'T1', one_of('{0.6,0.9}')::float8
			FROM (SELECT * FROM observation ORDER BY observation_id DESC LIMIT (SELECT count(*) FROM installation)) n
			JOIN asset_class c ON c.name IN ('a', one_of('{a,b,e,d}')) AND random() < 0.6;
			RETURN 'number seen at several places';
		WHEN dice <= 180 THEN
			PERFORM add_look(coalesce((SELECT max(observed_at) FROM observation), '2024-01-01 00:00:00+00') + roll(0, 2) * interval '24:00:00');
			RETURN 'look in order';
		WHEN dice <= 330 THEN
			PERFORM add_look(some_day());
			RETURN 'late look';
		WHEN dice <= 345 THEN
			PERFORM add_look(some_day()) FROM generate_series(1, 6);
			RETURN 'bulk';
		WHEN dice <= 385 THEN
			DELETE FROM observation WHERE installation_id = o.installation_id;
			PERFORM glance(least_looked_at(), false, 0.3, '{a,b,c,e}');
			RETURN 'doubtful first look';
		WHEN dice <= 445 THEN
			PERFORM glance(least_looked_at(), true, 0.9, '{d,e}');
			RETURN 'look that tells less closely';
		WHEN dice <= 480 THEN
			IF o.observation_id IS NOT NULL THEN
				PERFORM add_sightings(o.installation_id, o.observation_id, roll(1, 2));
			END IF;
			RETURN 'sightings added to an old look';
		WHEN dice <= 530 THEN
			UPDATE sighting SET count = CASE WHEN designation IS NULL THEN some_count() ELSE count END,
				confidence = one_of('{0.3,0.6,0.9}')::float8, status = one_of('{ready,loading,NULL}')
			WHERE sighting_id = s.sighting_id;
			RETURN 'sighting corrected';
		WHEN dice <= 555 THEN
			UPDATE sighting SET designation = CASE WHEN upper(count) = 2 THEN one_of('{T1,T2,NULL}') END,
				asset_class_id = (SELECT asset_class_id FROM asset_class ORDER BY name IN ('d', 'e') AND random() < 0.7, random() LIMIT 1)
			WHERE sighting_id = s.sighting_id;
			RETURN 'sighting identified';
		WHEN dice <= 575 THEN
			UPDATE sighting SET observation_id = o.observation_id, installation_id = o.installation_id
			WHERE sighting_id = s.sighting_id AND o.observation_id IS NOT NULL;
			RETURN 'sighting moved to another look';
		WHEN dice <= 615 THEN
			UPDATE observation SET observed_from = some_beginning(d.at), observed_at = d.at
			FROM (SELECT some_day() AS at OFFSET 0) d
			WHERE observation_id = o.observation_id;
			RETURN 'look dated anew';
		WHEN dice <= 670 THEN
			UPDATE observation SET completeness = one_of('{complete,partial}'), scope = some_scope(),
				gsd_m = one_of('{0,1,5,NULL}')::numeric, source_id = some_source()
			WHERE observation_id = o.observation_id;
			RETURN 'completeness, scope or pixels corrected';
		WHEN dice <= 730 THEN
			DELETE FROM sighting WHERE sighting_id = s.sighting_id;
			RETURN 'sighting deleted';
		WHEN dice <= 790 THEN
			DELETE FROM observation WHERE observation_id = o.observation_id;
			RETURN 'look deleted';
		WHEN dice <= 830 THEN
			UPDATE observation SET retracted_at = now(), retraction_reason = 'wrong place' WHERE observation_id = o.observation_id;
			RETURN 'look retracted';
		WHEN dice <= 870 THEN
			UPDATE sighting SET retracted_at = now(), retraction_reason = 'a decoy' WHERE sighting_id = s.sighting_id;
			RETURN 'sighting retracted';
		WHEN dice <= 910 THEN
			UPDATE sighting SET retracted_at = NULL, retraction_reason = NULL WHERE random() < 0.5;
			UPDATE observation SET retracted_at = NULL, retraction_reason = NULL WHERE random() < 0.5;
			RETURN 'retractions taken back';
		WHEN dice <= 920 THEN
			UPDATE asset_class SET max_gsd_m = one_of('{1,2,5,NULL}')::numeric WHERE random() < 0.5;
			RETURN 'class harder to tell';
		WHEN dice <= 930 THEN
			UPDATE asset_class SET keep_total = NOT keep_total WHERE random() < 0.4;
			RETURN 'total kept or not';
		WHEN dice <= 945 THEN
			IF random() < 0.5 THEN
				UPDATE asset_class SET path = one_of('{air.heavy.b,air.light.b,ship.b}')::ltree,
					asset_class_id = asset_class_id + one_of('{0,0,100}')::integer WHERE name = 'b';
			ELSE
				UPDATE asset_class SET path = one_of('{air.heavy,air.light,ship}')::ltree WHERE name = 'e';
			END IF;
			RETURN 'class moved or numbered anew';
		WHEN dice <= 950 THEN
			UPDATE source SET min_confidence = one_of('{0.2,0.6,0.8,NULL}')::float8 WHERE random() < 0.5;
			RETURN 'source more or less sure';
		WHEN dice <= 960 THEN
			INSERT INTO shelter (installation_id, asset_class_id, hidden_max)
			SELECT i.installation_id, c.asset_class_id, roll(1, 2) FROM installation i, asset_class c ORDER BY random() LIMIT 1
			ON CONFLICT (installation_id, asset_class_id) DO UPDATE SET hidden_max = excluded.hidden_max;
			RETURN 'shelter built';
		WHEN dice <= 966 THEN
			DELETE FROM shelter WHERE random() < 0.5;
			RETURN 'shelter pulled down';
		WHEN dice <= 972 THEN
			UPDATE installation SET location = ST_SetSRID(ST_MakePoint(roll(20, 30), roll(-9, 9)), 4326), name = 'place ' || roll(1, 1000000000)
			WHERE installation_id = o.installation_id;
			RETURN 'installation moved and renamed';
		WHEN dice <= 977 THEN
			UPDATE observation SET installation_id = (SELECT installation_id FROM installation ORDER BY random() LIMIT 1)
			WHERE observation_id = o.observation_id;
			RETURN 'look given to another installation';
		WHEN dice <= 980 THEN
			UPDATE installation SET installation_id = installation_id + 100 WHERE installation_id = o.installation_id;
			RETURN 'installation numbered anew';
		WHEN dice <= 983 THEN
			DELETE FROM observation WHERE installation_id = o.installation_id;
			DELETE FROM installation WHERE installation_id = o.installation_id;
			INSERT INTO installation (name, location) VALUES ('new', 'SRID=4326;POINT(7 7)') ON CONFLICT DO NOTHING;
			RETURN 'installation deleted';
		WHEN dice <= 985 THEN
			TRUNCATE sighting;
			RETURN 'sightings truncated';
		WHEN dice <= 987 THEN
			TRUNCATE observation CASCADE;
			RETURN 'looks truncated';
		ELSE
			-- a savepoint that is rolled back leaves no trace
			BEGIN
				PERFORM add_look(some_day());
				DELETE FROM sighting WHERE random() < 0.3;
				RAISE division_by_zero;
			EXCEPTION WHEN division_by_zero THEN
				NULL;
			END;
			RETURN 'rolled back';
	END CASE;
END
$$;

CREATE TABLE mismatch (step integer, operation text, problem text, line text);
CREATE TABLE done (operation text, mode text);

-- One to three operations a transaction, derived at commit or, one in four, at once.
CREATE PROCEDURE run(steps integer)
LANGUAGE plpgsql
AS $$
DECLARE
	what text;
	at_once boolean;
BEGIN
	SET search_path = oracle, "Ledger 'of' \ ""LEDGER""", public;
	FOR step IN 1 .. steps LOOP
		at_once := random() < 0.25;
		what := '';
		FOR i IN 1 .. CASE WHEN random() < 0.7 THEN 1 ELSE 3 END LOOP
			IF at_once THEN
				SET CONSTRAINTS ALL IMMEDIATE;
			END IF;
			what := what || operate() || '; ';
		END LOOP;
		COMMIT;
		INSERT INTO done VALUES (what, CASE WHEN at_once THEN 'at once' ELSE 'at commit' END);
		INSERT INTO mismatch SELECT step, what, 'from scratch', v::text FROM verify() v;
		INSERT INTO mismatch SELECT step, what, 'in plain SQL', v::text FROM verify(thorough => true) v;
		INSERT INTO mismatch SELECT step, what, 'no conflict', e::text
		FROM (SELECT i.name, c.name, e.status, e.designation, e.until, e.count_min, nullif(e.count_max, 2147483647)
			FROM evidence_in_sql() e JOIN installation i USING (installation_id) JOIN asset_class c USING (asset_class_id) WHERE e.contradicts
			EXCEPT SELECT installation, asset_class, status, designation, observed_at, count_min, count_max FROM conflict) e;
		EXIT WHEN EXISTS (SELECT FROM mismatch);
		-- keep the ledger small, so that windows and pivots matter but the oracle stays quick
		IF (SELECT count(*) FROM observation) > 30 THEN
			DELETE FROM observation WHERE random() < 0.4;
		END IF;
		COMMIT;
	END LOOP;
END
$$;

INSERT INTO source (name, min_confidence) VALUES ('eye', NULL), ('detector', 0.8), ('optimist', 0.2);
INSERT INTO installation (name, location) VALUES
	('north', 'SRID=4326;POINT(1 1)'), ('south', 'SRID=4326;POINT(-1 -1)'), ('east', 'SRID=4326;POINT(3 0)');
INSERT INTO asset_class (path, name, max_gsd_m, keep_total) VALUES ('air.heavy.a', 'a', 2, false), ('air.light.b', 'b', NULL, false), ('ship.c', 'c', 2, false),
	('air', 'd', NULL, true), ('air.heavy', 'e', 5, false);
SELECT setseed(:seed) \g /dev/null
SET client_min_messages = error;
SET synchronous_commit = off;
SET jit = off;
CALL run(:steps);
SET client_min_messages = warning;

\pset format unaligned
\pset tuples_only true
SELECT plan(7);
SELECT is_empty('SELECT * FROM mismatch', 'stored presences equal what the rules say after every transaction');
SELECT is((SELECT count(*) FROM done), (:steps)::bigint, 'all transactions ran');
SELECT cmp_ok((SELECT count(DISTINCT operation) FROM done WHERE operation NOT LIKE '%; %; %'), '>=', 24::bigint,
	'of every kind');
SELECT is_empty('SELECT * FROM verify()', 'verify() agrees');
SELECT is_empty($$
	(SELECT installation_id, asset_class_id, status, designation, run FROM presence
	EXCEPT ALL SELECT installation_id, asset_class_id, status, designation, run FROM presence_known_at('infinity'))
	UNION ALL
	(SELECT installation_id, asset_class_id, status, designation, run FROM presence_known_at('infinity')
	EXCEPT ALL SELECT installation_id, asset_class_id, status, designation, run FROM presence)$$, 'and so does what is known at the end of time');
SELECT is_empty('SELECT 1 FROM pending', 'no note is left behind');
SELECT is_empty('SELECT installation_id FROM derivation UNION SELECT installation_id FROM subject EXCEPT SELECT installation_id FROM installation',
	'nor anything of an installation that is gone');
SELECT * FROM finish();
RESET search_path;
SET client_min_messages = error;
SELECT drop_ledger('Ledger ''of'' \ "LEDGER"') \g /dev/null
DROP SCHEMA oracle CASCADE;
