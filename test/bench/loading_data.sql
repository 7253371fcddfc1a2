-- Two sets of the same tables: a ledger, and bare ones with its foreign keys and indexes
-- but no derivation; and a small ledger. psql -v installations=10000
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT create_ledger('derived'), create_ledger('small') \g /dev/null
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.installation (LIKE derived.installation INCLUDING ALL);
CREATE TABLE bare.asset_class (LIKE derived.asset_class INCLUDING ALL);
CREATE TABLE bare.source (LIKE derived.source INCLUDING ALL);
CREATE TABLE bare.load (LIKE derived.load INCLUDING ALL);
CREATE TABLE bare.observation (LIKE derived.observation INCLUDING ALL);
CREATE TABLE bare.sighting (LIKE derived.sighting INCLUDING ALL);
SELECT format('ALTER TABLE bare.%I ADD %s', r.relname,
	replace(pg_get_constraintdef(c.oid), 'REFERENCES derived.', 'REFERENCES bare.'))
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE c.contype = 'f' AND c.connamespace = 'derived'::regnamespace
	AND r.relname IN ('observation', 'sighting') \gexec

CREATE FUNCTION bare.fill(ledger text, installations integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL search_path = %I, public', ledger);
	INSERT INTO source (name) VALUES ('eye');
	INSERT INTO installation (name, location)
	SELECT 'installation ' || i, ST_SetSRID(ST_MakePoint(i % 360 - 180, i % 170 - 85), 4326)
	FROM generate_series(1, installations) AS i;
	INSERT INTO asset_class (path, name, max_gsd_m)
	SELECT format('class_%s.kind_%s', i % 5, i)::ltree, 'kind ' || i, 1 + i % 3 FROM generate_series(1, 60) AS i;
END
$$;
-- looks that are appended must not meet the numbers of those that are loaded
ALTER TABLE derived.observation ALTER observation_id RESTART WITH 1000000000;
ALTER TABLE small.observation ALTER observation_id RESTART WITH 1000000000;
ALTER TABLE bare.observation ALTER observation_id RESTART WITH 1000000000;
SELECT bare.fill('derived', :installations), bare.fill('bare', :installations), bare.fill('small', 100) \g /dev/null

-- A look at an installation: 20 of its 30 classes, counts that change at one look in five;
-- one look in four is partial. Numbered by installation and look, so that any can be made
-- again.
CREATE FUNCTION bare.noise(a bigint, b bigint, salt integer) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashint8extended(a * 1000003 + b, salt) & 1048575) / 1048576.0;
CREATE FUNCTION bare.counted(installation bigint, look bigint, k integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN 1 + floor(3 * bare.noise(installation * 100 + k, (look + k) / 5, 3))::integer;
CREATE VIEW bare.look_made AS
SELECT i AS installation_id, i * 1000 + l AS observation_id,
	timestamptz '2010-01-01 00:00:00+00' + l * interval '72:00:00' + bare.noise(i, l, 1) * interval '48:00:00' AS observed_at,
	1 AS source_id, CASE WHEN bare.noise(i, l, 2) < 0.25 THEN 'partial' ELSE 'complete' END AS completeness,
	'{class_0,class_1,class_2,class_3,class_4}'::ltree[] AS scope, 0.5 AS gsd_m
FROM pg_catalog.generate_series(current_setting('bench.from_installation')::bigint, current_setting('bench.to_installation')::bigint) AS i,
	generate_series(current_setting('bench.from_look')::bigint, current_setting('bench.to_look')::bigint) AS l;
CREATE VIEW bare.sighting_made AS
SELECT o.installation_id, o.observation_id, 1 + ((o.installation_id * 7 + k) % 60)::integer AS asset_class_id,
	int4range(n, n, '[]') AS count
FROM bare.look_made o, generate_series(1, 20) AS k,
	LATERAL (SELECT bare.counted(o.installation_id, o.observation_id % 1000, k) AS n) AS c;
