-- A ledger `random` of seeded random looks, for answers that a story would not ask for: a tree of
-- classes, statuses, individuals, ranges, coarse and unknown pixels, shelters, looks that last,
-- that overlap, that contradict each other at one instant. psql -v seed=0.7 asks others.
\if :{?seed} \else \set seed 0.19 \endif
SET TimeZone = 'UTC';
SELECT setseed(:seed) \g /dev/null
SELECT create_ledger('random', min_confidence => 0.6) \g /dev/null
SET search_path = random, public;
BEGIN;
CREATE FUNCTION pg_temp.roll(low int, high int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT low + floor(random() * (high - low + 1))::int';
CREATE FUNCTION pg_temp.one_of(choices text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT choices[pg_temp.roll(1, cardinality(choices))]';
INSERT INTO source (name) VALUES ('eye'), ('ear');
INSERT INTO installation (name, location) SELECT 'P' || i, ST_SetSRID(ST_MakePoint(10 + i, 50 - i), 4326) FROM generate_series(1, 3) AS i;
INSERT INTO asset_class (path, name, max_gsd_m, keep_total) VALUES
    ('air', 'aircraft', NULL, true), ('air.jet', 'jet', NULL, false), ('air.jet.big', 'big jet', 2, false), ('ship', 'ship', NULL, false), ('ship.tug', 'tug', NULL, false);
INSERT INTO shelter (installation_id, asset_class_id, hidden_max) VALUES (2, 3, 2), (3, 4, 1);
INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
SELECT o.site, o.source, CASE WHEN random() < 0.35 THEN o.at - pg_temp.roll(0, 8) * interval '6 hours' END, o.at,
       pg_temp.one_of('{complete,complete,partial}'), pg_temp.one_of('{"{air,ship}","{air,ship}","{air}","{air.jet}","{ship}"}')::ltree[], pg_temp.one_of('{0,0.5,5,NULL}')::numeric
FROM (SELECT pg_temp.roll(1, 3) AS site, pg_temp.roll(1, 2) AS source, timestamptz '2024-01-01 12:00' + pg_temp.roll(0, 26) * interval '12 hours' AS at
      FROM generate_series(1, 70)) AS o;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence)
SELECT o.installation_id, o.observation_id, c.asset_class_id, pg_temp.one_of('{ready,ready,loading,NULL,NULL}'), d.designation,
       CASE WHEN d.designation IS NOT NULL THEN pg_temp.one_of('{"[1,1]","[1,1]","[0,1]"}')
            ELSE pg_temp.one_of('{"[0,2]","[1,2]","[1,)","[2,)","[1,1]","[1,1]","[2,2]","[2,2]","[3,3]"}') END::int4range,
       pg_temp.one_of('{0.2,0.6,0.9,1,1,1}')::float8
FROM observation AS o
CROSS JOIN asset_class AS c
CROSS JOIN LATERAL (SELECT CASE WHEN random() < 0.3 THEN pg_temp.one_of('{T1,T2}') END AS designation, c.path
                    FROM generate_series(1, pg_temp.roll(-1, 2) + o.observation_id::int * 0)) AS d
-- (told themselves only later)
WHERE NOT (c.name IN ('aircraft', 'ship') AND o.observed_at < '2024-01-07');
COMMIT;
