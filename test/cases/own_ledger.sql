-- A ledger `own` with nothing in it, and look(n), the nth look there: what it sighted is derived,
-- after which the session puts presences into the ledger's R-trees by its own way, until it
-- forgets what it knows of these indexes.
SELECT create_ledger('own') \g /dev/null
INSERT INTO own.source (name) VALUES ('eye');
INSERT INTO own.asset_class (path, name) VALUES ('a', 'a');
INSERT INTO own.installation (name, location) VALUES ('here', 'SRID=4326;POINT(35 34)');
CREATE FUNCTION look(n integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO own.observation (installation_id, observation_id, observed_at, source_id, completeness) VALUES (1, n, timestamptz '2024-01-01Z' + n * interval '1 day', 1, 'partial');
	INSERT INTO own.sighting (installation_id, observation_id, asset_class_id) VALUES (1, n, 1);
END;
