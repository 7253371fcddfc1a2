-- Ledger `suez`: ships off Suez in March 2021, of test/data/suez; doc/suez.md tells the story. Run in
-- the folder of the repository: psql -d DATABASE -f example/suez.sql

\set QUIET on
SELECT create_ledger('suez') \g /dev/null
BEGIN;
CREATE TEMPORARY TABLE site (site_id text, name text, lon float8, lat float8, anchorages int) ON COMMIT DROP;
CREATE TEMPORARY TABLE hour (survey_id text, site_id text, t_from timestamp, t_to timestamp, covered int, positions int) ON COMMIT DROP;
CREATE TEMPORARY TABLE counted (survey_id text, site_id text, class text, n int) ON COMMIT DROP;
\copy site FROM 'test/data/suez/sites.csv' CSV HEADER
\copy hour FROM 'test/data/suez/surveys.csv' CSV HEADER
\copy counted FROM 'test/data/suez/counts.csv' CSV HEADER

INSERT INTO suez.asset_class (path, name) VALUES ('vessel', 'vessel');
INSERT INTO suez.survey_site SELECT site_id, name, lon, lat, 'anchorage' FROM site;
-- hours of a thin feed are partial looks
INSERT INTO suez.survey (survey_id, site_id, observed_at, sampled, partial, note)
SELECT survey_id, site_id, t_to AT TIME ZONE 'UTC', covered = 1, positions < 200, positions || ' positions in the feed' FROM hour;
INSERT INTO suez.survey_count (survey_id, class, n) SELECT survey_id, class, n FROM counted;
SELECT * FROM suez.import_surveys('AIS feed', '{vessel}') \g /dev/null
COMMIT;
