-- who may not read rows may not infer them from the planner's estimates
SET timezone = 'UTC';
CREATE TABLE hidden (owner text, p presence);
INSERT INTO hidden
SELECT 'somebody else', presence('-infinity', '2024-01-02Z'::timestamptz + i * interval '1 hour', '2024-06-01Z', 'infinity',
                                 ST_SetSRID(ST_MakePoint(35.5 + i % 1000 * 0.0005, 35), 4326), 1)
FROM generate_series(1, 2000) AS i;
ANALYZE hidden;
CREATE FUNCTION estimated_rows(lon float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM hidden WHERE p && watch(''2024-01-01Z'', ''2024-07-01Z'', %s, 34, %s, 36)', lon, lon + 2) INTO plan;
    RETURN plan -> 0 -> 'Plan' -> 'Plan Rows';
END $$;
SELECT estimated_rows(35) > 1000 AS seen_by_the_owner, estimated_rows(-100) < 100 AS nothing_elsewhere;
CREATE ROLE sightings_reader;
GRANT SELECT ON hidden TO sightings_reader;
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hidden USING (length(owner) = 0);
SET ROLE sightings_reader;
SELECT estimated_rows(35) = estimated_rows(-100) AS tells_nothing;
RESET ROLE;
DROP FUNCTION estimated_rows(float8);
DROP TABLE hidden;
DROP ROLE sightings_reader;
