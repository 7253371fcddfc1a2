-- Real ship counts off Suez, March 2021 (test/data/suez): thin hours of the feed are
-- partial looks, and a ship that they miss has not left.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(11);

SELECT create_ledger('suez');
INSERT INTO suez.asset_class (path, name) VALUES ('vessel', 'vessel');
CREATE TEMP TABLE site (site_id text, name text, lon float8, lat float8, anchorages int);
CREATE TEMP TABLE hour (survey_id text, site_id text, t_from timestamp, t_to timestamp, covered int, positions int);
CREATE TEMP TABLE counted (survey_id text, site_id text, class text, n int);
\copy site FROM 'test/data/suez/sites.csv' CSV HEADER
\copy hour FROM 'test/data/suez/surveys.csv' CSV HEADER
\copy counted FROM 'test/data/suez/counts.csv' CSV HEADER
INSERT INTO suez.survey_site SELECT site_id, name, lon, lat, 'anchorage' FROM site;
INSERT INTO suez.survey (survey_id, site_id, observed_at, sampled, partial, note)
SELECT survey_id, site_id, t_to AT TIME ZONE 'UTC', covered = 1, positions < 200, positions || ' positions in the feed'
FROM hour;
INSERT INTO suez.survey_count (survey_id, class, n) SELECT survey_id, class, n FROM counted;

SELECT results_eq($$SELECT part, outcome, records FROM suez.import_surveys('AIS feed', '{vessel}')$$,
    $$VALUES ('site', 'loaded', 12::bigint), ('survey', 'loaded', 1308)$$, 'all of it is loaded');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty($$SELECT * FROM suez.verify()$$, 'the ledger is what its evidence says');

-- before the grounding (23 March 05:40) and a day after, both in thick hours
CREATE FUNCTION pg_temp.told(from_time timestamptz, to_time timestamptz, site text) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s -> %s %s%s', count_text(count_before_min, count_before_max),
                  count_text(count_after_min, count_after_max), verdict, CASE WHEN certain THEN ', certain' END)
    FROM suez.changes_between(from_time, to_time, installation => site)
$$;
SELECT is(pg_temp.told('2021-03-21 12:00', '2021-03-24 10:00', 'PORT SAID'), '5 -> 16 increased, certain',
    'ships wait at the northern end');
SELECT is(pg_temp.told('2021-03-21 12:00', '2021-03-24 10:00', 'SUEZ SOUTH ANCHORAGE'), '9 -> 17 increased, certain',
    'and at the southern');
SELECT is(pg_temp.told('2021-03-21 12:00', '2021-03-24 10:00', 'SUEZ CANAL'), '4 -> 0 departed, certain',
    'and none is in the canal');

-- on 21 March at 18:00 the feed loses Port Said for a night
SELECT is((SELECT string_agg(coalesce(c.n, 0)::text, ' ' ORDER BY t_to) FROM hour LEFT JOIN counted AS c USING (survey_id, site_id)
           WHERE site_id = 'A04' AND t_to BETWEEN '2021-03-21 16:00' AND '2021-03-22 02:00'),
    '9 9 1 2 1 0 0 0 0 0 0', 'the raw counts fall from nine to none');
SELECT is(pg_temp.told('2021-03-21 17:00', '2021-03-22 02:00', 'PORT SAID'), NULL,
    'the ledger does not say that nine ships left');
SELECT results_eq($$SELECT count_text(count_before_min, count_before_max), verdict
                    FROM suez.changes_between('2021-03-21 17:00', '2021-03-22 02:00', installation => 'PORT SAID',
                                              mode => 'possible')$$,
    $$VALUES ('9', 'undecided')$$, 'only that they may have');
SELECT is((SELECT string_agg(DISTINCT state, ' ') FROM suez.timeline('2021-03-22', '2021-03-22', '1 hour',
               installation => 'PORT SAID', max_age => '6 hours') WHERE at BETWEEN '2021-03-22 02:00' AND '2021-03-22 07:00'),
    'stale', 'and with a limit of age, that nobody knows');

-- it takes nothing from later looks
SELECT is(pg_temp.told('2021-03-21 17:00', '2021-03-23 05:00', 'PORT SAID'), '9 -> 14.. increased',
    'at least 14, then 17, is 17 only from then on');
SELECT results_eq($$SELECT c.doubt, count_text(i.count_min, i.count_max), count_text(i.told_min, i.told_max), i.state
                    FROM suez.changes_between('2021-03-21 17:00', '2021-03-23 05:00', installation => 'PORT SAID') AS c,
                         suez.inventory_at('2021-03-23 05:00', installation => 'PORT SAID') AS i$$,
    $$VALUES ('{minimum_after,carried_after}'::text[], '14..', '1..', 'carried')$$, 'it says where the 14 come from');

SELECT * FROM finish();
ROLLBACK;
