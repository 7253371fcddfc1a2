-- Reports and views as an analyst who may only read: row-level security holds in each of
-- them, and objects planted on the search_path are not used.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(90);

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
SELECT is_empty('SELECT * FROM report.verify()', 'and checks what it may see');

-- each report that gives rows of installations, once more where only the installations are hidden
RESET ROLE;
SET search_path = public;
CREATE TABLE questions_asked AS SELECT q FROM unnest(ARRAY['changes(''2024-12-02'', ''2024-12-05'')', 'changes(''2024-12-02'', ''2024-12-05'', mode => ''possible'')',
    'changes(''2024-12-02'', ''2024-12-05'', known_at => now())', 'changes(''2024-12-02'', ''2024-12-05'', ST_MakeEnvelope(30, -5, 40, 5, 4326))', 'between_looks(n => 3)', 'changes_since(''2000-01-01'')',
    'turnover(''2024-12-01'', ''2024-12-05'')', 'inventory(''2024-12-05'')', 'inventory(''2024-12-05'', mode => ''possible'')', 'inventory(''2024-12-15'', max_age => ''1 day'')',
    'inventory(''2024-12-05'', known_at => now())', 'airlift(''2024-12-05'')', 'stale(''2024-12-31'', ''1 day'')', 'timeline(''2024-12-02'', ''2024-12-05'')',
    'timeline(''2024-12-02'', ''2024-12-05'', known_at => now())', 'coverage(''2024-12-02'', ''2024-12-05'')', 'expected_count(''2024-12-03'')', 'evidence(''Open'', 101, 102, 201)']) AS q;
CREATE FUNCTION places(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    names text;
BEGIN
    EXECUTE format('SELECT string_agg(DISTINCT %s, '' '') FROM report.%s AS r', CASE WHEN question ~ '^evidence' THEN 'CASE lon WHEN 35 THEN ''Open'' ELSE ''Secret'' END' ELSE 'installation' END, question) INTO names;
    RETURN coalesce(names, 'none');
END $$;
GRANT SELECT ON questions_asked TO PUBLIC;
SELECT is(places(q), CASE WHEN q ~ '^evidence' THEN 'Open' ELSE 'Open Secret' END, 'the owner sees ' || q) FROM questions_asked;
SET ROLE report_test_analyst;
SELECT is(places(q), 'Open', 'an analyst sees of ' || q) FROM questions_asked;
SELECT is((SELECT sum(pairs) FROM report.persistence()), 8::numeric, 'persistence() counts the looks of one installation alone');
RESET ROLE;
DO $$
DECLARE t name;
BEGIN
    FOREACH t IN ARRAY '{observation,sighting,presence}'::name[] LOOP
        EXECUTE format('ALTER TABLE report.%I DISABLE ROW LEVEL SECURITY', t);
    END LOOP;
END $$;
SET ROLE report_test_analyst;
SELECT is(places(q), 'Open', 'where only installations are hidden, of ' || q) FROM questions_asked;
SELECT is((SELECT sum(pairs) FROM report.persistence()), 8::numeric, 'and persistence()');

-- What hidden looks told is told nowhere. (What was derived from them stands in presence, which has
-- rights of its own: that a stored count changed meanwhile may show, as varied.)
RESET ROLE;
ALTER TABLE report.observation ENABLE ROW LEVEL SECURITY;
CREATE POLICY late ON report.observation AS RESTRICTIVE TO report_test_analyst USING (observed_at < '2024-12-04');
SET ROLE report_test_analyst;
SELECT is_empty($$SELECT * FROM report.changes('2024-12-02', '2024-12-05') WHERE verdict <> 'varied' OR count_after_min <> 2 OR count_after_max <> 2 OR after_looked_at > '2024-12-03'$$, 'no change that a hidden look tells');
SELECT results_eq($$SELECT verdict, after_look FROM report.changes('2024-12-03', '2024-12-05', mode => 'possible')$$, $$VALUES ('not looked', NULL::bigint)$$, 'nobody looked again, as mode possible says');
SELECT results_eq($$SELECT count_min, count_max, state, looked_at FROM report.inventory('2024-12-05')$$,
    $$VALUES (2, 2, 'told', timestamptz '2024-12-03')$$, 'the last look that is not hidden tells');
SELECT results_eq($$SELECT count_min, count_max, state, looked_at, first_seen FROM report.inventory('2024-12-05', known_at => now())$$,
    $$VALUES (2, 2, 'told', timestamptz '2024-12-03', timestamptz '2024-12-02')$$, 'also as known at an instant');
SELECT results_eq($$SELECT count_min, state FROM report.timeline('2024-12-02', '2024-12-05') ORDER BY at$$, $$VALUES (2, 'observed'), (2, 'observed'), (2, 'last known'), (2, 'last known')$$, 'in a timeline too');
SELECT is_empty($$SELECT * FROM report.turnover('2024-12-01', '2024-12-05')$$, 'nothing came');
SELECT is_empty($$SELECT * FROM report.evidence('Open', 103, 104)$$, 'nor is there evidence');
RESET ROLE;
DROP POLICY late ON report.observation;
CREATE POLICY late ON report.observation AS RESTRICTIVE TO report_test_analyst USING (observed_at > '2024-12-04');
SET ROLE report_test_analyst;
SELECT is_empty($$SELECT * FROM report.inventory('2024-12-03')$$, 'where earlier looks are hidden, nothing is known of before');
SELECT results_eq($$SELECT count_min, looked_at FROM report.inventory('2024-12-05')$$, $$VALUES (3, timestamptz '2024-12-05')$$, 'and later ones tell');
SELECT results_eq($$SELECT verdict, count_before_min FROM report.changes('2024-12-03', '2024-12-05', mode => 'possible')$$, $$VALUES ('first look', NULL::int)$$, 'for the first time');
-- sightings likewise: a look that shows what is hidden shows nothing of it
RESET ROLE;
DROP POLICY late ON report.observation;
ALTER TABLE report.sighting ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_but ON report.sighting AS RESTRICTIVE TO report_test_analyst USING (count <> '[3,3]');
SET ROLE report_test_analyst;
SELECT is_empty($$SELECT * FROM report.inventory('2024-12-05')$$, 'nothing is sighted');
SELECT results_eq($$SELECT verdict, count_after_max FROM report.changes('2024-12-03', '2024-12-05')$$, $$VALUES ('departed', 0)$$, 'whoever hides sightings alone makes looks tell of none');

-- who may not read may not ask
RESET ROLE;
CREATE ROLE report_test_nobody;
GRANT USAGE ON SCHEMA report TO report_test_nobody;
CREATE FUNCTION refused() RETURNS TABLE (question text, state text) LANGUAGE plpgsql AS $$
BEGIN
    FOR question IN SELECT format('report.%I(%s)', p.proname, (SELECT string_agg(CASE WHEN a.t IN ('bigint[]'::regtype, 'text[]'::regtype) AND p.provariadic <> 0 THEN 'VARIADIC ' ELSE '' END ||
            CASE WHEN a.t = 'date'::regtype THEN format('date ''2024-12-0%s''', n) WHEN a.t = 'timestamptz'::regtype THEN format('timestamptz ''2024-12-0%s''', n)
                WHEN a.t = 'text'::regtype THEN '''Open''::text' WHEN a.t = 'interval'::regtype THEN '''1 day''::interval' WHEN a.t IN ('integer'::regtype, 'bigint'::regtype) THEN '0::' || a.t::regtype
                ELSE format('NULL::%s', a.t::regtype) END, ', ' ORDER BY n)
            FROM unnest(p.proargtypes[0:p.pronargs - p.pronargdefaults - 1]) WITH ORDINALITY AS a(t, n)))
        FROM pg_proc p WHERE p.pronamespace = 'report'::regnamespace AND p.proname !~ '^import' LOOP
        BEGIN
            EXECUTE 'SELECT count(*) FROM ' || question;
            state := 'no error';
        EXCEPTION WHEN OTHERS THEN
            state := SQLSTATE || ' ' || SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SET ROLE report_test_nobody;
SELECT is_empty('SELECT question, state FROM refused() WHERE state !~ ''^42501 permission denied for (table|view|function) ''', 'permission denied for each function of a ledger');
SELECT cmp_ok((SELECT count(*) FROM refused()), '>', 25::bigint, 'of which there are many');
RESET ROLE;
SELECT throws_ok('SET ROLE report_test_nobody; SELECT * FROM ledger_inventory(''report.ledger'', 0.5, NULL, NULL, NULL, ''class'', NULL, NULL, NULL, NULL, NULL, ''2024-12-05'', NULL, NULL)', '42501', NULL, 'nor what they call');

RESET ROLE;
SET search_path = public;
SELECT * FROM finish();
ROLLBACK;
