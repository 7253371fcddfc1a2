-- Reports and views as an analyst who may only read: row-level security holds in each of
-- them, and objects planted on the search_path are not used.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(18);

CREATE SCHEMA hostile;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
CREATE FUNCTION public.lower(int4range) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 77';
CREATE FUNCTION public.upper(int4range) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 78';
CREATE FUNCTION public.unnest(timestamptz[]) RETURNS SETOF timestamptz LANGUAGE sql IMMUTABLE AS 'SELECT NULL::timestamptz';
CREATE FUNCTION hostile.count_min(int4range) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 99';
CREATE FUNCTION hostile.end_of_day(date) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$SELECT timestamptz '1970-01-01'$$;
CREATE VIEW hostile.presence_flat AS SELECT 1;

SELECT create_ledger('report');
INSERT INTO report.installation (name, location) VALUES
    ('Open', ST_SetSRID(ST_MakePoint(35, 0), 4326)), ('Secret', ST_SetSRID(ST_MakePoint(36, 0), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name, payload_t) VALUES ('air', 'Air', 10);
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT place, place * 100 + day, 1, timestamptz '2024-12-01' + day * interval '1 day', 'complete', '{air}'
FROM generate_series(1, 2) AS place, generate_series(1, 5) AS day;
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count)
SELECT place, place * 100 + day, 1, int4range(n, n, '[]')
FROM (VALUES (1, 1, 2), (1, 2, 2), (1, 3, 3), (1, 4, 3), (1, 5, 3), (2, 1, 5), (2, 2, 5), (2, 4, 1), (2, 5, 1)) AS s (place, day, n);
SET CONSTRAINTS ALL IMMEDIATE;

CREATE ROLE report_test_analyst;
GRANT USAGE ON SCHEMA report TO report_test_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA report TO report_test_analyst;
DO $$
DECLARE t name;
BEGIN
    FOREACH t IN ARRAY '{observation,sighting,presence}'::name[] LOOP
        EXECUTE format('ALTER TABLE report.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY open ON report.%I USING (installation_id = 1)', t);
    END LOOP;
END $$;
ALTER TABLE report.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON report.installation USING (name <> 'Secret');
SET ROLE report_test_analyst;
SET search_path = hostile, public;

SELECT results_eq($$SELECT installation, count_before_min, count_after_max, change_min, verdict, certain, sources
                    FROM report.changes('2024-12-02', '2024-12-05')$$,
    $$VALUES ('Open', 2, 3, 1, 'increased', true, 'Eye 2024-12-02, Eye 2024-12-05')$$, 'changes');
SELECT results_eq($$SELECT installation, count_min, state FROM report.inventory('2024-12-05')$$,
    $$VALUES ('Open', 3, 'told')$$, 'inventory');
SELECT results_eq($$SELECT installation, payload_max_t FROM report.airlift('2024-12-05')$$, $$VALUES ('Open', 30::numeric)$$, 'airlift');
SELECT results_eq($$SELECT DISTINCT installation FROM report.timeline('2024-12-02', '2024-12-05')$$, ARRAY['Open'], 'timeline');
SELECT results_eq($$SELECT installation, looks FROM report.coverage('2024-12-02', '2024-12-05')$$, $$VALUES ('Open', 4::bigint)$$, 'coverage');
SELECT results_eq($$SELECT installation FROM report.stale('2024-12-31', '1 day')$$, ARRAY['Open'], 'stale');
SELECT is_empty($$SELECT * FROM report.movements('2024-12-01', '2024-12-31')$$, 'movements');
SELECT results_eq($$SELECT installation FROM report.expected_count('2024-12-03')$$, ARRAY['Open'], 'expected_count');
SELECT results_eq($$SELECT DISTINCT installation FROM report.presence_flat$$, ARRAY['Open'], 'presence_flat');
SELECT results_eq($$SELECT DISTINCT installation FROM report.current_inventory$$, ARRAY['Open'], 'current_inventory');
SELECT results_eq($$SELECT DISTINCT installation FROM report.change_log$$, ARRAY['Open'], 'change_log');
SELECT results_eq($$SELECT DISTINCT installation FROM report.latest_observation$$, ARRAY['Open'], 'latest_observation');
SELECT results_eq($$SELECT DISTINCT installation FROM report.stay_interval2$$, ARRAY['Open'], 'stay_interval2');
SELECT results_eq($$SELECT DISTINCT locality FROM report.dwc_event$$, ARRAY['Open'], 'dwc_event');
SELECT is((SELECT count(*) FROM report.dwc_occurrence WHERE "decimalLongitude" <> 35), 0::bigint, 'dwc_occurrence');
SELECT is(jsonb_array_length(report.changes_geojson('2024-12-02', '2024-12-05') -> 'features'), 1, 'changes_geojson');
SELECT throws_ok($$SELECT * FROM report.changes('2024-12-02', '2024-12-05', installation => 'Secret')$$, '22S07', NULL,
    'an installation that one may not see does not exist');
SELECT throws_ok($$INSERT INTO report.survey_site VALUES ('x')$$, '42501', NULL, 'an analyst loads nothing');

RESET ROLE;
SET search_path = public;
SELECT * FROM finish();
ROLLBACK;
