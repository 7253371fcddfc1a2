-- The ledger that all clients work on: few installations and days, so that they collide.
SET client_min_messages = warning;
CREATE EXTENSION pg_sightings CASCADE;
SELECT create_ledger('stress');
SET search_path = stress, public;
INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location)
SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO asset_class (path, name, max_gsd_m) VALUES ('air.heavy', 'a', 2), ('air.light', 'b', NULL), ('ship', 'c', 2);

CREATE FUNCTION look(place bigint, day integer, seed integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	WITH o AS (
		INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
		VALUES (place, 1, timestamptz '2024-01-01 00:00:00+00' + day * interval '24:00:00',
			CASE WHEN seed % 3 = 0 THEN 'partial' ELSE 'complete' END,
			(ARRAY['{air,ship}', '{air}', '{ship}'])[1 + seed % 3]::ltree[], (ARRAY[1, 5, NULL])[1 + seed / 3 % 3])
		RETURNING installation_id, observation_id)
	INSERT INTO sighting (installation_id, observation_id, asset_class_id, designation, count, confidence)
	SELECT o.installation_id, o.observation_id, 1 + (seed + k) % 3,
		CASE WHEN (seed + k) % 4 = 0 THEN 'T' || seed % 3 END,
		CASE WHEN (seed + k) % 4 = 0 THEN int4range(1, 1, '[]') ELSE int4range((seed + k) % 3, (seed + k) % 5 + 2, '[]') END,
		CASE WHEN (seed + k) % 7 = 0 THEN 0.2 ELSE 1 END
	FROM o, generate_series(1, seed % 4) AS k;
END;
