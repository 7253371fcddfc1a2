-- Alerts. What a load raises is what changes_since() says of the time before it: seeded random
-- loads, late ones among them, of looks that are partial, coarse, last, or contradict one another.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(56);

SELECT create_ledger('alerts');
SELECT create_ledger('other');
INSERT INTO alerts.source (source_id, name) VALUES (1, 'Eye'), (2, 'Sky');
INSERT INTO alerts.installation (installation_id, name, location)
SELECT n, 'place ' || n, ST_SetSRID(ST_MakePoint(n, 50), 4326) FROM generate_series(1, 6) AS n;
INSERT INTO alerts.asset_class (asset_class_id, path, name, keep_total, max_gsd_m)
VALUES (1, 'ship', 'ship', true, NULL), (2, 'ship.tug', 'tug', false, NULL), (3, 'ship.ferry', 'ferry', false, 5), (4, 'jet', 'jet', false, NULL);
INSERT INTO alerts.shelter (installation_id, asset_class_id, hidden_max) VALUES (3, 4, 1);
SELECT alerts.alert_add('all') AS id \gset

CREATE TEMP TABLE load (n int, what text);
CREATE TEMP TABLE said (n int, by text, row text);

-- one load of looks, late or not, with what they show
CREATE FUNCTION load_looks(n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    recorded timestamptz := timestamptz '2024-06-01' + n * interval '1 hour';
    place bigint := 1 + floor(random() * 4);
    look bigint;
BEGIN
    FOR k IN 1 .. 1 + floor(random() * 2.5) LOOP
        look := n * 10 + k;
        INSERT INTO alerts.observation (installation_id, observation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m, recorded_at)
        SELECT place, look, 1 + look % 2, CASE WHEN random() < 0.1 THEN at - interval '2 days' END, at,
               CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END, CASE WHEN random() < 0.8 THEN '{ship,jet}' ELSE '{ship}' END::ltree[],
               (ARRAY[NULL, 1, 10])[1 + floor(random() * 3)], recorded
        FROM (SELECT timestamptz '2024-01-01' + floor(CASE WHEN random() < 0.7 THEN n ELSE random() * n END) * interval '8 hours' AS at) AS t;
        INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count, confidence, recorded_at)
        SELECT place, look, class, CASE WHEN random() < 0.8 THEN int4range(c, c, '[]') ELSE int4range(c, c + 2) END, CASE WHEN random() < 0.9 THEN 1 ELSE 0.2 END, recorded
        FROM (SELECT class, floor(random() * 3)::int AS c FROM generate_series(1, 4) AS class WHERE random() < 0.5) AS s;
    END LOOP;
END $$;

-- derives, and keeps what was raised and what changes_since() says of it
CREATE FUNCTION derive_load(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO said
    SELECT n, 'raised', (l.installation, l.class_path, l.verdict, l.certain, l.count_before_min, l.count_before_max, l.count_after_min, l.count_after_max,
                         l.before_looked_at, l.after_looked_at, l.before_look, l.after_look, l.what_is_not_known)::text
    FROM alerts.alert_log AS l WHERE l.alert = 'all';
    DELETE FROM alerts.alert_event;
    INSERT INTO said
    SELECT n, 'since', (c.installation, c.class_path, c.verdict, c.certain, c.count_before_min, c.count_before_max, c.count_after_min, c.count_after_max,
                        c.before_looked_at, c.after_looked_at, c.before_look, c.after_look, c.what_is_not_known)::text
    FROM alerts.changes_since(timestamptz '2024-06-01' + n * interval '1 hour' - interval '1 second') AS c;
END $$;
SELECT setseed(0.11) \g /dev/null
SELECT load_looks(n), derive_load(n) FROM generate_series(1, 260) AS n \g /dev/null

SELECT is_empty($$SELECT n, row FROM said WHERE by = 'raised' EXCEPT ALL SELECT n, row FROM said WHERE by = 'since'$$, 'nothing is raised that changes_since() does not say');
SELECT is_empty($$SELECT n, row FROM said WHERE by = 'since' EXCEPT ALL SELECT n, row FROM said WHERE by = 'raised'$$, 'and nothing is left out');
SELECT cmp_ok((SELECT count(*) FROM said WHERE by = 'raised'), '>', 200::bigint, 'much was raised');
SELECT cmp_ok((SELECT count(*) FROM said WHERE by = 'raised' AND row ~ v), '>', 2::bigint, v || ' among it')
FROM unnest(ARRAY['arrived', 'departed', 'increased', 'decreased', 'varied', 'first look', ',t,', ',f,']) AS v;
-- corrections: told as changes_since() tells them, or undecided; never certain
CREATE FUNCTION correct(n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    recorded timestamptz := timestamptz '2024-06-01' + n * interval '1 hour';
    place bigint;
    look bigint;
BEGIN
    SELECT installation_id, observation_id INTO place, look FROM alerts.observation WHERE retracted_at IS NULL ORDER BY observed_at + random() * interval '30 days' DESC LIMIT 1;
    CASE floor(random() * 3)
        WHEN 0 THEN UPDATE alerts.observation SET retracted_at = recorded, retraction_reason = 'wrong' WHERE installation_id = place AND observation_id = look;
        WHEN 1 THEN UPDATE alerts.sighting SET retracted_at = recorded, retraction_reason = 'wrong' WHERE installation_id = place AND observation_id = look AND retracted_at IS NULL;
        ELSE INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count, recorded_at) VALUES (place, look, 1 + floor(random() * 4), '[1,1]', recorded);
    END CASE;
END $$;
DELETE FROM said;
SELECT correct(n), derive_load(n) FROM generate_series(501, 640) AS n \g /dev/null
CREATE TEMP VIEW word AS
SELECT n, by, r[1] AS installation, r[2] AS class, r[3] AS verdict, r[4] AS certain
FROM (SELECT n, by, string_to_array(replace(btrim(row, '()'), '"', ''), ',') AS r FROM said) AS s;
SELECT cmp_ok((SELECT count(*) FROM word WHERE by = 'raised'), '>', 50::bigint, 'corrections raise events');
SELECT is_empty($$SELECT * FROM word WHERE by = 'raised' AND certain = 't'$$, 'none of them is certain');
SELECT is_empty($$SELECT n, installation, class FROM word WHERE by = 'since' AND verdict <> 'varied' EXCEPT SELECT n, installation, class FROM word WHERE by = 'raised'$$, 'none is lost');
SELECT is_empty($$SELECT * FROM word AS a JOIN word AS b USING (n, installation, class) WHERE a.by = 'raised' AND b.by = 'since'
    AND a.verdict <> b.verdict AND a.verdict <> 'undecided'$$, 'none says another word');

SELECT is_empty($$SELECT * FROM alerts.verify()$$, 'what is stored is right');

-- what an alert is of
DELETE FROM alerts.alert;
SELECT alerts.alert_add('site', 'place 5'), alerts.alert_add('class', 'Place5', 'SHIP'), alerts.alert_add('other class', 'place 5', 'jet'),
    alerts.alert_add('area', area => ST_MakeEnvelope(4.5, 49, 5.5, 51, 4326)), alerts.alert_add('other area', area => ST_MakeEnvelope(0, 49, 4.5, 51, 4326)),
    alerts.alert_add('other site', 'place 6'), alerts.alert_add('certain', certain_only => true), alerts.alert_add('gone', verdicts => '{departed}'),
    alerts.alert_add('looks', 'place 5', verdicts => '{}', new_looks => true), alerts.alert_add('off', 'place 5'), alerts.alert_add('area off', area => ST_MakeEnvelope(4.5, 49, 5.5, 51, 4326)), alerts.alert_add('all off'),
    -- (its box has place 5, it has not)
    alerts.alert_add('triangle', area => ST_GeomFromText('POLYGON((4 49, 5.5 49, 4 51, 4 49))', 4326)),
    alerts.alert_add('first', verdicts => '{"first look",arrived}') \g /dev/null
UPDATE alerts.alert SET enabled = false WHERE name ~ 'off$';
CREATE FUNCTION look(look bigint, at timestamptz, count int4range, place int DEFAULT 5, class int DEFAULT 2) RETURNS void LANGUAGE sql AS $$
    INSERT INTO alerts.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (place, look, 1, at, 'complete', '{ship}');
    INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count) SELECT place, look, class, count WHERE count <> '[0,0]';
$$;
-- derives, and says which alerts told what
CREATE FUNCTION raised() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    SELECT string_agg(format('%s: %s', alert, coalesce(asset_class || ' ' || verdict, kind)), ', ' ORDER BY alert, kind, class_path, event_id) INTO said FROM alerts.alert_log;
    DELETE FROM alerts.alert_event;
    RETURN said;
END $$;
CREATE FUNCTION raised_of(alert text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(s, ', ') FROM unnest(string_to_array(raised(), ', ')) AS s WHERE s ~ ('^' || alert || ':') $$;
SELECT look(9001, '2024-03-01', '[0,0]') \g /dev/null
SELECT is(raised(), 'looks: look', 'none at the first look');
SELECT look(9002, '2024-03-02', '[2,2]') \g /dev/null
SELECT is(raised(), 'area: ship arrived, area: tug arrived, certain: ship arrived, certain: tug arrived, class: ship arrived, class: tug arrived, '
    || 'first: ship arrived, first: tug arrived, looks: look, site: ship arrived, site: tug arrived', 'some at the next: who watches it is told');
SELECT look(9003, '2024-03-03', '[2,2]') \g /dev/null
SELECT is(raised(), 'looks: look', 'a look that confirms');
SELECT look(9004, '2024-03-02 12:00', '[2,2]') \g /dev/null
SELECT is(raised(), 'looks: look', 'a late look that changes nothing');
SELECT look(9005, '2024-02-20', '[7,7]') \g /dev/null
SELECT is(raised(), 'looks: look', 'a late look that changes the past');
SELECT look(9006, '2024-03-04', '[0,0]'), look(9007, '2024-03-05', '[2,2]') \g /dev/null
SELECT is(raised_of('(site|certain)'), 'site: ship varied, site: tug varied', 'two looks in one load: told once, from what was known before to what is known after');
SELECT look(9008, '2024-03-06', '[4,4]') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT look(9009, '2024-03-07', '[0,0]') \g /dev/null
SELECT is(raised_of('certain'), 'certain: ship increased, certain: ship departed, certain: tug increased, certain: tug departed', 'what was derived before is not told again');
SELECT is((SELECT count(*) FROM alerts.alert_event), 0::bigint, 'nothing waits');

-- savepoints
DO $$
BEGIN
    PERFORM look(9010, '2024-03-08', '[1,1]');
    BEGIN
        PERFORM look(9011, '2024-03-09', '[5,5]');
        SET CONSTRAINTS ALL IMMEDIATE;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
    END;
    BEGIN
        PERFORM look(9012, '2024-03-10', '[6,6]');
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
    END;
END $$;
SELECT is(raised_of('site'), 'site: ship arrived, site: tug arrived', 'what was undone raises nothing');
DO $$
BEGIN
    PERFORM look(9013, '2024-03-11', '[0,0]');
    BEGIN
        PERFORM look(9014, '2024-03-12', '[6,6]');
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
    END;
END $$;
SELECT is(raised_of('certain'), 'certain: ship departed, certain: tug departed', 'looks added before what was undone are known as new');

-- whoever loads
CREATE ROLE alerts_test_loader;
GRANT USAGE ON SCHEMA alerts TO alerts_test_loader;
GRANT INSERT ON alerts.observation, alerts.sighting TO alerts_test_loader;
SET LOCAL ROLE alerts_test_loader;
SELECT look(9020, '2024-03-20', '[3,3]') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT throws_ok('SELECT FROM alerts.alert_event', '42501', NULL, 'a loader need not be let see what he raises');
RESET ROLE;
SELECT is(raised_of('site'), 'site: ship arrived, site: tug arrived', 'and raises it all the same');

-- an area that an installation leaves
UPDATE alerts.installation SET location = ST_SetSRID(ST_MakePoint(1, 50), 4326) WHERE name = 'place 5';
SELECT raised() IS NULL \g /dev/null
SELECT look(9030, '2024-03-20 12:00', '[4,4]') \g /dev/null
SELECT is((SELECT string_agg(DISTINCT s, ' ') FROM unnest(string_to_array(raised(), ', ')) AS s WHERE s ~ 'area: tug'), 'other area: tug increased', 'it is in another then');
UPDATE alerts.installation SET location = ST_SetSRID(ST_MakePoint(5, 50), 4326) WHERE name = 'place 5';
SELECT raised() IS NULL \g /dev/null

-- changes that are no looks
UPDATE alerts.asset_class SET keep_total = false WHERE name = 'ship';
SELECT is(raised_of('certain'), NULL, 'a total that is no longer kept proves nothing');
SELECT alerts.rederive() \g /dev/null
SELECT is(raised(), NULL, 'to derive anew raises nothing');
SELECT look(9040, '2024-03-20 13:00', '[1,1]') \g /dev/null
SELECT alerts.rederive() \g /dev/null
SELECT is(raised_of('site'), 'site: tug decreased', 'but what was loaded before does');

-- a sighting added to a look that had told nothing of its class: whether it came nobody knows
INSERT INTO alerts.installation (installation_id, name, location) VALUES (8, 'place 8', ST_SetSRID(ST_MakePoint(20, 50), 4326));
SELECT alerts.alert_add('late', 'place 8') \g /dev/null
INSERT INTO alerts.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (8, 9050, 1, '2024-03-21', 'partial');
SELECT raised() IS NULL \g /dev/null
INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count) VALUES (8, 9050, 2, '[1,1]');
SELECT is(raised_of('late'), 'late: tug undecided', 'a late sighting is no arrival');

-- of more new looks than are gone through when some are undone it is not known which were new
SELECT look(9051, '2024-04-02 00:00:30', '[2,2]', 8) \g /dev/null
SELECT raised() IS NULL \g /dev/null
DO $$
BEGIN
    INSERT INTO alerts.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
    SELECT 8, 10000 + n, 1, timestamptz '2024-04-01' + n * interval '1 minute', 'complete', '{ship,jet}' FROM generate_series(1, 4100) AS n;
    INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count) VALUES (8, 14100, 2, '[3,3]'), (8, 14100, 4, '[3,3]');
    BEGIN
        PERFORM look(9052, '2024-04-05', '[9,9]', 8);
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
    END;
END $$;
SELECT is(raised_of('late'), 'late: jet undecided, late: tug increased', 'before is what was stored, or nothing is known of it');

-- what was known before, by a look far back: since then looks told only that there were some
INSERT INTO alerts.observation (installation_id, observation_id, source_id, observed_at, completeness)
SELECT 8, 20000 + n, 1, timestamptz '2024-04-06' + n * interval '1 hour', 'partial' FROM generate_series(1, 200) AS n;
INSERT INTO alerts.sighting (installation_id, observation_id, asset_class_id, count) SELECT 8, 20000 + n, 2, '[1,1]' FROM generate_series(1, 200) AS n;
SELECT is(raised_of('late'), NULL, 'some of three');
SELECT look(9053, '2024-04-20', '[2,2]', 8) \g /dev/null
SELECT is(raised_of('late'), 'late: tug decreased', 'two of three');

-- that nobody looks
DELETE FROM alerts.alert;
SELECT alerts.alert_add('blind', 'place 5', blind_after => '3 days'), alerts.alert_add('blind to jets', 'place 5', 'jet', blind_after => '3 days'),
    alerts.alert_add('blind somewhere', area => ST_MakeEnvelope(4.5, 49, 6.5, 51, 4326), blind_after => '30 days') \g /dev/null
SELECT is(alerts.alert_blind('2024-03-22'), 2::bigint, 'at a place that was never looked at, and of a class that no look told of');
SELECT results_eq($$SELECT alert, installation, asset_class, before_looked_at FROM alerts.alert_log ORDER BY 1$$,
    $$VALUES ('blind somewhere', 'place 6', NULL, NULL::timestamptz), ('blind to jets', 'place 5', 'jet', NULL)$$, 'which');
SELECT is(alerts.alert_blind('2024-03-22 12:00'), 0::bigint, 'told once');
SELECT is(alerts.alert_blind('2024-03-23 13:00'), 1::bigint, 'and where nobody looked for so long');
SELECT is(alerts.alert_blind('2024-03-26'), 0::bigint, 'once');
SELECT look(9021, '2024-03-25', '[3,3]') \g /dev/null
SELECT is(alerts.alert_blind('2024-03-27'), 0::bigint, 'until somebody looks');
SELECT is(alerts.alert_blind('2024-03-28'), 1::bigint, 'and then nobody for so long');
SELECT look(9022, '2024-04-01', '[3,3]') \g /dev/null
UPDATE alerts.observation SET retracted_at = now(), retraction_reason = 'wrong' WHERE observation_id = 9022;
SELECT is(alerts.alert_blind('2024-04-10'), 0::bigint, 'a look taken back is none');
INSERT INTO alerts.installation (installation_id, name, location) VALUES (7, 'place 7', ST_SetSRID(ST_MakePoint(6.2, 50), 4326));
SELECT is(alerts.alert_blind('2024-04-10'), 1::bigint, 'of each place in an area');
SELECT alerts.alert_add('blind then', 'place 5', blind_after => '3 days') \g /dev/null
SELECT is(alerts.alert_blind('2024-03-24'), 1::bigint, 'as of then: nobody had looked again');
UPDATE alerts.alert SET enabled = false;
SELECT is(alerts.alert_blind('2024-06-01'), 0::bigint, 'nothing that is switched off');

-- what is no alert
SELECT throws_ok($$SELECT alerts.alert_add('x', 'nowhere')$$, '22S07', NULL, 'an unknown place');
SELECT throws_ok($$SELECT alerts.alert_add('x', asset => 'nothing')$$, '22S07', NULL, 'an unknown class');
SELECT throws_ok($$SELECT alerts.alert_add('x', verdicts => '{gone}')$$, '23514', NULL, 'an unknown verdict');
SELECT throws_ok($$SELECT alerts.alert_add('x', 'place 5', area => ST_MakeEnvelope(4.5, 49, 6.5, 51, 4326))$$, '23514', NULL, 'a place and an area');
SELECT throws_ok($$SELECT alerts.alert_add('x', area => ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))', 4326))$$, '23514', NULL, 'a bow tie');
SELECT throws_ok($$SELECT alerts.alert_add('x', blind_after => '0')$$, '23514', NULL, 'no time');
SELECT throws_ok($$SELECT alerts.alert_add('blind')$$, '23505', NULL, 'a name that is taken');
SELECT throws_ok($$SELECT alerts.alert_add('x', area => ST_MakePoint(1, 2))$$, '22S01', NULL, 'an area in no system');
SELECT set_eq($$SELECT unnest(verdicts) FROM (SELECT (alerts.alert_add('every'), NULL)) AS x, alerts.alert WHERE name = 'blind'$$,
    $$SELECT word FROM report_words() WHERE about = 'verdict of a change' AND word <> 'not looked'$$, 'the verdicts are those of reports');

SELECT * FROM finish();
ROLLBACK;
