-- What an analyst may ask by mistake: every report says what is wrong, and a NULL where
-- there is a default means the default; none answers a wrong question with no rows.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(162);

SELECT create_ledger('report');
SELECT create_ledger('void');
INSERT INTO report.installation (name, location) VALUES
    ('Here', ST_SetSRID(ST_MakePoint(35, 35), 4326)), ('East', ST_SetSRID(ST_MakePoint(179.5, 0), 4326)),
    ('West', ST_SetSRID(ST_MakePoint(-179.5, 0), 4326));
INSERT INTO report.source (name) VALUES ('Eye');
INSERT INTO report.asset_class (path, name, payload_t) VALUES ('air.big', 'Big', 100);
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT place, place * 100 + day, 1, timestamptz '2024-12-01' + day * interval '1 day', 'complete', '{air}'
FROM generate_series(1, 3) AS place, unnest('{1,5,9}'::int[]) AS day;
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, designation)
SELECT place, place * 100 + day, 1, 'T' || place FROM generate_series(1, 3) AS place, unnest('{1,5}'::int[]) AS day;
SET CONSTRAINTS ALL IMMEDIATE;

-- every report, with its arguments in order; the first %s is what is asked wrongly
CREATE TEMP VIEW refused (call, state, why) AS VALUES
    -- a date that is missing, reversed or endless
    ('changes(NULL, ''2024-12-13'')', '22S07', 'no first date'),
    ('changes(''2024-12-05'', NULL)', '22S07', 'no last date'),
    ('changes(''2024-12-13'', ''2024-12-05'')', '22S05', 'reversed dates'),
    ('changes(''2024-12-13'', ''infinity'')', '22S05', 'an endless date'),
    ('changes_between(NULL, NULL)', '22S07', 'no instants'),
    ('changes_geojson(NULL, NULL)', '22S07', 'no dates'),
    ('changes_tile(0, 0, 0, NULL, ''2024-12-05'')', '22S07', 'no date'),
    ('inventory(NULL)', '22S07', 'no date'),
    ('inventory_at(''-infinity'')', '22S05', 'an endless date'),
    ('airlift(NULL)', '22S07', 'no date'),
    ('timeline(NULL, ''2024-12-05'')', '22S07', 'no first date'),
    ('timeline(''2024-12-05'', NULL)', '22S07', 'no last date'),
    ('timeline_between(''2024-12-05'', NULL)', '22S07', 'no last instant'),
    ('timeline(''2024-12-13'', ''2024-12-05'')', '22S05', 'reversed dates'),
    ('timeline(''-infinity'', ''2024-12-05'')', '22S05', 'an endless date'),
    ('timeline(''2024-12-05'', ''infinity'')', '22S05', 'an endless date'),
    ('coverage(NULL, ''2024-12-05'')', '22S07', 'no first date'),
    ('coverage(''2024-12-05'', NULL)', '22S07', 'no last date'),
    ('coverage(''2024-12-13'', ''2024-12-05'')', '22S05', 'reversed dates'),
    ('stale(NULL, ''1 day'')', '22S07', 'no date'),
    ('stale_at(NULL, ''1 day'')', '22S07', 'no instant'),
    ('movements(NULL, ''2024-12-05'')', '22S07', 'no first date'),
    ('movements(''2024-12-05'', NULL)', '22S07', 'no last date'),
    ('movements(''2024-12-13'', ''2024-12-05'')', '22S05', 'reversed dates'),
    ('expected_count(NULL)', '22S07', 'no date'),
    ('track(NULL)', '22S07', 'no designation'),
    -- a step, an age or a speed that leads nowhere
    ('timeline(''2024-12-01'', ''2024-12-05'', NULL)', '22S07', 'no step'),
    ('timeline(''2024-12-01'', ''2024-12-05'', ''0'')', '22S07', 'a step of nothing'),
    ('timeline(''2024-12-01'', ''2024-12-05'', ''-1 day'')', '22S07', 'a step backwards'),
    ('timeline(''2000-01-01'', ''2024-12-05'', ''1 us'')', '22S07', 'a step of which there are too many'),
    ('timeline(''2024-12-01'', ''2024-12-05'', max_age => ''0'')', '22S06', 'an age of nothing'),
    ('stale(''2024-12-05'', NULL)', '22S06', 'no age'),
    ('stale(''2024-12-05'', ''0'')', '22S06', 'an age of nothing'),
    ('stale(''2024-12-05'', ''-1 day'')', '22S06', 'a negative age'),
    ('changes(''2024-12-05'', ''2024-12-13'', max_age => ''0'')', '22S06', 'an age of nothing'),
    ('inventory(''2024-12-05'', max_age => ''0'')', '22S06', 'an age of nothing'),
    ('airlift(''2024-12-05'', max_age => ''-1 day'')', '22S06', 'a negative age'),
    ('movements(''2024-12-05'', ''2024-12-13'', 0)', '22S07', 'no speed at all'),
    ('movements(''2024-12-05'', ''2024-12-13'', -900)', '22S07', 'a negative speed'),
    ('movements(''2024-12-05'', ''2024-12-13'', ''NaN'')', '22S07', 'a speed that is no number'),
    -- names nobody knows, also where there is nothing to report
    ('track(''T1'', ''Zeppelin'')', '22S07', 'unknown class'),
    ('movements(''2024-12-05'', ''2024-12-13'', asset => ''Zeppelin'')', '22S07', 'unknown class'),
    ('expected_count(''2020-12-05'', asset => ''Zeppelin'')', '22S07', 'unknown class'),
    ('expected_count(''2020-12-05'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    ('airlift(''2020-12-05'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    ('stale(''2020-12-05'', ''1 day'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    ('timeline(''2020-12-05'', ''2020-12-05'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    ('coverage(''2020-12-05'', ''2020-12-05'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    -- areas
    ('changes(''2024-12-05'', ''2024-12-13'', ST_MakeEnvelope(0, 0, 1, 1))', '22S01', 'no SRID'),
    ('inventory(''2024-12-05'', ST_MakeEnvelope(0, 0, 1, 1, 3857))', '22S01', 'another SRID'),
    ('coverage(''2024-12-05'', ''2024-12-13'', ST_MakeEnvelope(0, 0, 1, 1, 3857))', '22S01', 'another SRID'),
    ('stale(''2024-12-05'', ''1 day'', ST_MakeEnvelope(0, 0, 1, 1, 3857))', '22S01', 'another SRID'),
    ('expected_count(''2024-12-05'', ST_MakeEnvelope(0, 0, 1, 1, 3857))', '22S01', 'another SRID'),
    ('coverage(''2024-12-05'', ''2024-12-13'', ''SRID=4326;POLYGON EMPTY'')', '22S02', 'an empty area'),
    ('changes(''2024-12-05'', ''2024-12-13'', ST_MakeEnvelope(170, -10, 190, 10, 4326))', '22S03', 'beyond 180 degrees'),
    ('coverage(''2024-12-05'', ''2024-12-13'', ST_MakeEnvelope(170, -10, 190, 10, 4326))', '22S03', 'beyond 180 degrees'),
    -- modes
    ('changes(''2024-12-05'', ''2024-12-13'', mode => ''sure'')', '22S06', 'unknown mode'),
    ('inventory(''2024-12-05'', mode => ''sure'')', '22S06', 'unknown mode'),
    ('between_looks(mode => ''sure'')', '22S06', 'unknown mode'),
    ('changes_since(''2024-12-05'', mode => ''sure'')', '22S06', 'unknown mode'),
    -- the reports of looks
    ('between_looks(''Nowhere'')', '22S07', 'unknown installation'),
    ('between_looks(asset => ''Zeppelin'')', '22S07', 'unknown class'),
    ('between_looks(n => 0)', '22S07', 'not even one look back'),
    ('between_looks(n => NULL)', '22S07', 'no number of looks'),
    ('between_looks(area => ST_MakeEnvelope(0, 0, 1, 1))', '22S01', 'no SRID'),
    ('changes_since(NULL)', '22S07', 'no instant'),
    ('changes_since(''infinity'')', '22S05', 'an endless instant'),
    ('changes_since(''2024-12-05'', installation => ''Nowhere'')', '22S07', 'unknown installation'),
    ('changes_since(''2024-12-05'', asset => ''Zeppelin'')', '22S07', 'unknown class'),
    ('turnover(''2024-12-13'', ''2024-12-05'')', '22S05', 'reversed dates'),
    ('turnover(''2024-12-05'', ''2024-12-05'')', '22S05', 'equal dates'),
    ('turnover(NULL, ''2024-12-05'')', '22S07', 'no first date'),
    ('turnover_between(''2024-12-05'', NULL)', '22S07', 'no last instant'),
    ('turnover(''2024-12-05'', ''2024-12-13'', ST_MakeEnvelope(0, 0, 1, 1, 3857))', '22S01', 'another SRID'),
    ('turnover(''2024-12-05'', ''2024-12-13'', asset => ''Zeppelin'')', '22S07', 'unknown class'),
    ('evidence(''Nowhere'', 1)', '22S07', 'unknown installation'),
    ('evidence(NULL, 1)', '22S07', 'no installation'),
    ('persistence(''Zeppelin'')', '22S07', 'unknown class');
SELECT throws_ok('SELECT * FROM report.' || call, state, NULL, call || ': ' || why) FROM refused;
SELECT throws_ok($$SELECT * FROM void.coverage('2024-12-05', '2024-12-13', installation => 'Here')$$, '22S07', NULL,
    'also in an empty ledger');
SELECT throws_ok($$SELECT * FROM void.timeline('2024-12-05', '2024-12-13', '0')$$, '22S07',
    'invalid step: ''00:00:00''', 'and a step');

-- an empty ledger answers
SELECT is_empty('SELECT * FROM void.' || call, 'nothing in an empty ledger: ' || call)
FROM unnest(ARRAY['changes(''2024-12-05'', ''2024-12-13'')', 'inventory(''2024-12-05'')', 'airlift(''2024-12-05'')',
    'timeline(''2024-12-05'', ''2024-12-13'')', 'coverage(''2024-12-05'', ''2024-12-13'')', 'stale(''2024-12-05'', ''1 day'')',
    'changes(''2024-12-05'', ''2024-12-13'', mode => ''possible'')', 'inventory(''2024-12-05'', max_age => ''1 day'')', 'between_looks()', 'changes_since(''2024-12-05'')',
    'turnover(''2024-12-05'', ''2024-12-13'')', 'persistence()', 'changes(''2024-12-05'', ''2024-12-13'', known_at => ''2024-12-06'')',
    'movements(''2024-12-05'', ''2024-12-13'')', 'expected_count(''2024-12-05'')', 'track(''T1'')',
    'current_inventory', 'presence_flat', 'change_log', 'latest_observation', 'stay_interval2', 'dwc_event', 'dwc_occurrence']) AS call;
SELECT is(void.changes_geojson('2024-12-05', '2024-12-13'), '{"type": "FeatureCollection", "features": []}', 'an empty collection');

-- NULL where there is a default
SELECT isnt_empty($$SELECT * FROM report.changes('2024-12-05', '2024-12-13')$$, 'there is something to report');
SELECT results_eq($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) ORDER BY installation$$,
    $$SELECT * FROM report.changes('2024-12-05', '2024-12-13') ORDER BY installation$$, 'changes: NULL means the default');
SELECT results_eq($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', NULL, NULL, NULL, NULL, NULL, NULL, '2999-01-01', NULL) ORDER BY installation$$,
    $$SELECT * FROM report.changes('2024-12-05', '2024-12-13', known_at => '2999-01-01') ORDER BY installation$$, 'also with known_at');
SELECT results_eq($$SELECT * FROM report.inventory('2024-12-05', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) ORDER BY installation$$,
    $$SELECT * FROM report.inventory('2024-12-05') ORDER BY installation$$, 'inventory: likewise');
SELECT results_eq($$SELECT * FROM report.airlift('2024-12-05', without_status => NULL) ORDER BY installation$$,
    $$SELECT * FROM report.airlift('2024-12-05', without_status => '{}') ORDER BY installation$$, 'airlift: no status is left out');
SELECT results_eq($$SELECT * FROM report.between_looks(NULL, 1, NULL, NULL, NULL, NULL, NULL) ORDER BY installation$$,
    $$SELECT * FROM report.between_looks() ORDER BY installation$$, 'between_looks: likewise');
SELECT results_eq($$SELECT * FROM report.changes_since('2024-12-02', NULL, NULL, NULL, NULL, NULL, NULL) ORDER BY installation$$,
    $$SELECT * FROM report.changes_since('2024-12-02') ORDER BY installation$$, 'changes_since: likewise');
SELECT results_eq($$SELECT * FROM report.turnover('2024-12-05', '2024-12-13', NULL, NULL, NULL, NULL, NULL, NULL) ORDER BY installation$$,
    $$SELECT * FROM report.turnover('2024-12-05', '2024-12-13') ORDER BY installation$$, 'turnover: likewise');
SELECT results_eq($$SELECT * FROM report.timeline('2024-12-05', '2024-12-13', '1 day', NULL, NULL, NULL, NULL, NULL, NULL, NULL) ORDER BY at, installation$$,
    $$SELECT * FROM report.timeline('2024-12-05', '2024-12-13') ORDER BY at, installation$$, 'timeline: likewise');
SELECT results_eq($$SELECT * FROM report.persistence(NULL)$$, $$SELECT * FROM report.persistence()$$, 'persistence: likewise');
SELECT results_eq($$SELECT * FROM report.movements('2024-12-01', '2024-12-13', NULL, NULL, NULL)$$,
    $$SELECT * FROM report.movements('2024-12-01', '2024-12-13')$$, 'movements: likewise');

-- names, as people write them
INSERT INTO report.installation (name, location) VALUES
    ('Ramstein Air Base', 'SRID=4326;POINT(7.6 49.4)'), ('Pier-1', 'SRID=4326;POINT(2 2)'), ('Pier 1', 'SRID=4326;POINT(3 3)'), ('PIER 2', 'SRID=4326;POINT(4 4)'), ('Pier 2', 'SRID=4326;POINT(5 5)');
INSERT INTO report.asset_class (path, name, aliases) VALUES ('lift', 'Lifter', '{}'), ('lift.an', 'An-124', '{Ruslan,Condor}'), ('lift.il', 'Il-76', '{Candid}'), ('lift.mi', 'Mi-8 MT', '{}'), ('lift.mi_other', 'Mi 8-MT', '{}');
INSERT INTO report.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT installation_id, installation_id * 100 + day, 1, timestamptz '2024-12-01' + day * interval '1 day', 'complete', '{lift}'
FROM report.installation, unnest('{1,5}'::int[]) AS day WHERE name ~* 'ramstein|pier';
INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, designation)
SELECT o.installation_id, o.observation_id, c.asset_class_id, CASE WHEN c.name = 'An-124' AND i.name LIKE 'Ram%' THEN 'RA-82035' END
FROM report.observation AS o JOIN report.installation AS i USING (installation_id), report.asset_class AS c
WHERE o.scope = '{lift}' AND o.observation_id % 100 = 5 AND c.path ~ 'lift.*' AND c.name <> 'Lifter';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq(format($$SELECT asset_class FROM report.inventory('2024-12-06', installation => 'Ramstein Air Base', asset => %L) ORDER BY 1$$, said), means, said || ' means ' || array_to_string(means, ', '))
FROM (VALUES ('An-124', '{An-124}'::text[]), ('an124', '{An-124}'), ('AN 124', '{An-124}'), ('aN-1 2-4', '{An-124}'), ('RUSLAN', '{An-124}'), ('condor', '{An-124}'), ('lift.an', '{An-124}'),
    ('il76', '{Il-76}'), ('lift', '{An-124,Il-76,"Mi 8-MT","Mi-8 MT"}'), ('lifter', '{An-124,Il-76,"Mi 8-MT","Mi-8 MT"}'),
    -- as it stands, before what is like it
    ('Mi-8 MT', '{"Mi-8 MT"}'), ('mi 8-mt', '{"Mi 8-MT"}'), ('mi8mt', '{"Mi 8-MT","Mi-8 MT"}')) AS v(said, means);
SELECT results_eq(format($$SELECT DISTINCT installation FROM report.inventory('2024-12-06', installation => %L)$$, said), ARRAY[means], said || ' is ' || means)
FROM (VALUES ('ramsteinairbase', 'Ramstein Air Base'), ('RAMSTEIN AIR-BASE', 'Ramstein Air Base'), ('Pier-1', 'Pier-1'), ('Pier 1', 'Pier 1'), ('PIER 2', 'PIER 2')) AS v(said, means);
SELECT throws_ok($$SELECT * FROM report.inventory('2024-12-06', installation => 'pier1')$$, '22S07', 'unknown installation "pier1"', 'of several that are like it none is meant');
SELECT results_eq(format($$SELECT installation FROM report.track(%L)$$, said), ARRAY['Ramstein Air Base'], 'track: ' || said) FROM unnest('{RA-82035,ra-82035,ra82035,"RA 82035"}'::text[]) AS said;
SELECT is_empty($$SELECT * FROM report.track('RA-8203')$$, 'track: not a part of it');

-- what is not known is told with its nearest or, where none is near, with where to look
CREATE FUNCTION pg_temp.hint(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
    tip text;
    place text;
BEGIN
    EXECUTE 'SELECT count(*) FROM report.' || question;
    RETURN 'no error';
EXCEPTION WHEN SQLSTATE '22S07' THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, tip = PG_EXCEPTION_HINT, place = PG_EXCEPTION_DETAIL;
    RETURN concat_ws('; ', said, nullif(tip, ''), CASE WHEN tip = '' THEN place END);
END $$;
SELECT is(pg_temp.hint(question), told, question) FROM (VALUES
    ('inventory(''2024-12-06'', asset => ''An-142'')', 'unknown asset class "An-142"; Perhaps you meant "An-124".'),
    ('inventory(''2024-12-06'', asset => ''Candit'')', 'unknown asset class "Candit"; Perhaps you meant "Candid".'),
    ('changes(''2024-12-06'', ''2024-12-07'', installation => ''Ramstein Airport'')', 'unknown installation "Ramstein Airport"; Perhaps you meant "Ramstein Air Base".'),
    ('timeline(''2024-12-06'', ''2024-12-07'', installation => ''Hero'')', 'unknown installation "Hero"; Perhaps you meant "Here".'),
    ('evidence(''Hre'', 1)', 'unknown installation "Hre"; Perhaps you meant "Here".'),
    ('persistence(''Bih'')', 'unknown asset class "Bih"; Perhaps you meant "Big".'),
    ('inventory(''2024-12-06'', asset => ''battleship'')', 'unknown asset class "battleship"; No row of report.asset_class has this name, alias or path.'),
    ('inventory(''2024-12-06'', asset => '''')', 'unknown asset class ""; No row of report.asset_class has this name, alias or path.'),
    ('inventory(''2024-12-06'', asset => '' - '')', 'unknown asset class " - "; No row of report.asset_class has this name, alias or path.'),
    ('inventory(''2024-12-06'', installation => repeat(''x'', 300))', 'unknown installation "' || repeat('x', 300) || '"; No row of report.installation has this name.')) AS v(question, told);

-- areas that are odd, but mean something
SELECT set_eq($$SELECT installation FROM report.changes('2024-12-05', '2024-12-13', 'SRID=4326;MULTIPOLYGON(((170 -10, 180 -10, 180 10, 170 10, 170 -10)),
        ((-180 -10, -170 -10, -170 10, -180 10, -180 -10)))')$$, ARRAY['East', 'West'], 'an area over the antimeridian, cut there');
SELECT set_eq($$SELECT installation FROM report.coverage('2024-12-05', '2024-12-13', 'SRID=4326;MULTIPOLYGON(((170 -10, 180 -10, 180 10, 170 10, 170 -10)),
        ((-180 -10, -170 -10, -170 10, -180 10, -180 -10)))')$$, ARRAY['East', 'West'], 'coverage too');
SELECT set_eq($$SELECT installation FROM report.changes('2024-12-05', '2024-12-13', 'SRID=4326;POLYGON((34 34, 36 36, 36 34, 34 36, 34 34))')$$,
    ARRAY['Here'], 'a polygon that crosses itself, at the crossing');

-- what was never seen is asked for by name
INSERT INTO report.installation (name, location) VALUES ('Never', ST_SetSRID(ST_MakePoint(1, 1), 4326));
INSERT INTO report.asset_class (path, name) VALUES ('air.small', 'Small'), ('sea', 'Sea');
SELECT results_eq($$SELECT asset_class, count_min, state FROM report.timeline('2024-12-05', '2024-12-06', installation => 'Never', asset => 'air')$$,
    $$VALUES ('Big', NULL::int, 'unobserved'), ('Big', NULL, 'unobserved'), ('Small', NULL, 'unobserved'), ('Small', NULL, 'unobserved')$$,
    'timeline: a place where nobody has looked is unobserved, not left out');
SELECT results_eq($$SELECT asset_class, count_min, state FROM report.timeline('2024-12-02', '2024-12-03', installation => 'Here', asset => 'Small')$$,
    $$VALUES ('Small', 0, 'observed'), ('Small', 0, 'last known')$$, 'timeline: a class that was looked for and never seen is none');
SELECT results_eq($$SELECT asset_class, count_min, state FROM report.timeline('2024-12-02', '2024-12-02', installation => 'Here', asset => 'Sea')$$,
    $$VALUES ('Sea', NULL::int, 'unobserved')$$, 'timeline: one that was not looked for is not');
SELECT results_eq($$SELECT count(*) FROM report.timeline('2024-12-01', '2024-12-13', '1000 years', installation => 'Here', asset => 'Big')$$,
    ARRAY[1::bigint], 'timeline: a step longer than the time asked for is one step');
SELECT results_eq($$SELECT step_from, step_to FROM report.timeline_between('2024-01-31', '2024-05-15', '1 month', installation => 'Here', asset => 'Big')$$,
    $$VALUES (timestamptz '2024-01-31', timestamptz '2024-02-29'), ('2024-02-29', '2024-03-31'), ('2024-03-31', '2024-04-30'), ('2024-04-30', '2024-05-15')$$,
    'timeline: months of different length');

-- days of 23 and of 25 hours, and one that has no midnight
SET TimeZone = 'Europe/Berlin';
SELECT results_eq($$SELECT at - lag(at) OVER (ORDER BY at) FROM report.timeline('2024-03-30', '2024-04-01', installation => 'Here', asset => 'Big')$$,
    ARRAY[NULL, interval '23 hours', '1 day'], 'timeline: the day on which summer time begins has 23 hours');
SELECT is((SELECT count(*) FROM report.timeline('2024-10-27', '2024-10-27', '1 hour', installation => 'Here', asset => 'Big')), 25::bigint,
    'timeline: the day on which it ends has 25');
SELECT results_eq($$SELECT longest_blind_hours FROM report.coverage('2024-10-27', '2024-10-27', installation => 'Here')$$, ARRAY[25.0],
    'coverage: 25 hours without a look');
SET TimeZone = 'America/Sao_Paulo';
SELECT results_eq($$SELECT at::text FROM report.timeline('2018-11-03', '2018-11-06', installation => 'Here', asset => 'Big')$$,
    ARRAY['2018-11-03 23:59:59.999999-03', '2018-11-04 23:59:59.999999-02', '2018-11-05 23:59:59.999999-02', '2018-11-06 23:59:59.999999-02'],
    'timeline: the day after one without a midnight begins at midnight again');
SET TimeZone = 'UTC';

-- known_at before anything was recorded
SELECT is_empty($$SELECT * FROM report.changes('2024-12-05', '2024-12-13', known_at => '1999-01-01')$$, 'before anything was recorded nothing was known');

SELECT * FROM finish();
ROLLBACK;
