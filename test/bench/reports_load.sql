-- The same rows in a ledger, a year in each transaction; the sightings of a year are derived
-- from as it commits.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pg_sightings CASCADE;
DROP SCHEMA IF EXISTS ours CASCADE;
CREATE EXTENSION pg_sightings CASCADE;
DROP TABLE IF EXISTS plain.loaded;
SELECT clock_timestamp() AS began \gset
SELECT create_ledger('ours') \g /dev/null
ALTER TABLE ours.observation ALTER observation_id RESTART WITH 1000000000;
INSERT INTO ours.source (name) VALUES ('eye');
INSERT INTO ours.installation (installation_id, name, location) SELECT * FROM plain.installation ORDER BY id;
INSERT INTO ours.asset_class (asset_class_id, name, path) SELECT id, name, path::ltree FROM plain.class ORDER BY id;

CREATE OR REPLACE PROCEDURE plain.load() LANGUAGE plpgsql AS $$
DECLARE
	first_id bigint;
	last_id bigint;
BEGIN
	FOR year IN 2022 .. 2024 LOOP
		SELECT min(id), max(id) INTO first_id, last_id FROM plain.observation WHERE extract(year FROM observed_at) = year;
		INSERT INTO ours.observation (installation_id, observation_id, observed_at, source_id, completeness, scope, gsd_m, recorded_at)
		SELECT installation, id, observed_at, 1, CASE WHEN complete THEN 'complete' ELSE 'partial' END, '{air,land,sea}', 0.5, recorded_at
		FROM plain.observation WHERE id BETWEEN first_id AND last_id ORDER BY id;
		INSERT INTO ours.sighting (installation_id, observation_id, asset_class_id, count, recorded_at)
		SELECT installation, id, class, int4range(n, n, '[]'), recorded_at
		FROM plain.sighting JOIN plain.observation ON id = observation
		WHERE observation BETWEEN first_id AND last_id ORDER BY observation, class;
		COMMIT;
	END LOOP;
END;
$$;
CALL plain.load();
CREATE TABLE plain.loaded AS SELECT extract(epoch FROM clock_timestamp() - :'began') AS seconds;
VACUUM ANALYZE;
