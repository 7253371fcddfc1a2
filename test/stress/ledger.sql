-- The ledger that all clients work on: few installations and days, so that they collide.
SET client_min_messages = warning;
CREATE EXTENSION pg_sightings CASCADE;
SELECT create_ledger('stress');
SET search_path = stress, public;
INSERT INTO source (name, min_confidence) VALUES ('eye', NULL), ('optimist', 0.1);
INSERT INTO installation (name, location)
SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO asset_class (path, name, max_gsd_m, keep_total) VALUES ('air.heavy', 'a', 2, false), ('air.light', 'b', NULL, false), ('ship', 'c', 2, false), ('air', 'd', NULL, true);
INSERT INTO shelter (installation_id, asset_class_id, hidden_max) VALUES (1, 1, 1), (2, 4, 2);

CREATE FUNCTION look(place bigint, day integer, seed integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	WITH o AS (
		INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
		VALUES (place, 1 + seed / 5 % 2, CASE WHEN seed % 11 = 0 THEN timestamptz '2024-01-01 00:00:00+00' + (day - 2) * interval '24:00:00' END,
			timestamptz '2024-01-01 00:00:00+00' + day * interval '24:00:00',
			CASE WHEN seed % 3 = 0 THEN 'partial' ELSE 'complete' END,
			(ARRAY['{air,ship}', '{air}', '{ship}'])[1 + seed % 3]::ltree[], (ARRAY[0, 1, 5, NULL])[1 + seed / 3 % 4])
		RETURNING installation_id, observation_id)
	INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence)
	SELECT o.installation_id, o.observation_id, CASE WHEN (seed + k) % 9 = 0 THEN 4 ELSE 1 + (seed + k) % 3 END,
		(ARRAY['ready', 'loading', NULL])[1 + (seed + 2 * k) % 3],
		CASE WHEN (seed + k) % 4 = 0 THEN 'T' || seed % 3 END,
		CASE WHEN (seed + k) % 4 = 0 THEN int4range(1, 1, '[]') ELSE int4range((seed + k) % 3, (seed + k) % 5 + 2, '[]') END,
		CASE WHEN (seed + k) % 7 = 0 THEN 0.2 ELSE 1 END
	FROM o, generate_series(1, seed % 4) AS k;
END;
