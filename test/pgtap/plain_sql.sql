-- The query of doc/clouds.md, on random looks at classes that are not parts of others, against what
-- a ledger with the same looks calls certain.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(4);
SELECT setseed(0.42);

CREATE TEMP TABLE look (look_id int PRIMARY KEY, site text, looked_at timestamptz, complete boolean);
CREATE TEMP TABLE seen (look_id int REFERENCES look, class text, at_least int, at_most int, PRIMARY KEY (look_id, class));
INSERT INTO look
SELECT i, 'site ' || i % 60, timestamptz '2024-12-01Z' + i * interval '97 minutes', random() < 0.6 FROM generate_series(1, 300) AS i;
INSERT INTO seen
SELECT look_id, 'class ' || c, n, CASE WHEN random() < 0.7 THEN n + (random() < 0.3)::int END
FROM look, generate_series(1, 4) AS c, LATERAL (SELECT (random() * 3)::int + 0 * look_id * c AS n) AS counted WHERE random() < 0.5 AND n > 0;

SELECT create_ledger('plain');
INSERT INTO plain.installation (name, location)
SELECT site, ST_SetSRID(ST_MakePoint(substr(site, 6)::int, 35), 4326) FROM (SELECT DISTINCT site FROM look) AS s;
INSERT INTO plain.source (name) VALUES ('Eye');
INSERT INTO plain.asset_class (path, name) SELECT ('class_' || c)::ltree, 'class ' || c FROM generate_series(1, 4) AS c;
INSERT INTO plain.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
SELECT installation_id, look_id, 1, looked_at, CASE WHEN complete THEN 'complete' ELSE 'partial' END,
    CASE WHEN complete THEN (SELECT array_agg(path) FROM plain.asset_class) ELSE '{}' END
FROM look JOIN plain.installation ON name = site;
INSERT INTO plain.sighting (installation_id, observation_id, asset_class_id, count)
SELECT installation_id, look_id, asset_class_id, int4range(at_least, at_most, '[]')
FROM seen JOIN look USING (look_id) JOIN plain.installation i ON i.name = site JOIN plain.asset_class c ON c.name = class;
SET CONSTRAINTS ALL IMMEDIATE;

\set query `sed -n '/^demo=> WITH/,/;$/p' doc/clouds.md | sed 's/^demo=> //; s/;$//'`
CREATE TEMP TABLE by_hand AS :query;
CREATE TEMP TABLE by_ledger AS
SELECT installation AS site, asset_class AS class, before_looked_at::date, count_before_min AS before_min, count_before_max AS before_max,
    after_looked_at::date, count_after_min AS after_min, count_after_max AS after_max
FROM plain.changes_between('2024-12-06Z', '2024-12-14Z', mode => 'certain');

SELECT cmp_ok((SELECT count(*) FROM by_hand), '>', 20::bigint, 'there is something to compare');
SELECT is_empty('SELECT * FROM by_hand EXCEPT ALL SELECT * FROM by_ledger', 'what the query says a ledger says');
SELECT is_empty('SELECT * FROM by_ledger EXCEPT ALL SELECT * FROM by_hand', 'what a ledger says the query says');
SELECT is((SELECT count(*) FROM by_ledger WHERE before_max IS NULL OR after_max IS NULL) > 0, true, 'also where a count is open');

SELECT * FROM finish();
ROLLBACK;
