-- A ledger as a page: what is in the file. What the page answers and how it looks: test/page.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(31);

CREATE FUNCTION pg_temp.data(page text) RETURNS jsonb LANGUAGE sql AS
$$ SELECT substring(page FROM '<script type="application/json" id="data">(.*?)</script>')::jsonb $$;

-- the template
SELECT matches(page_template(), '^[\x01-\x7e]*$', 'the template is ASCII, and so the same in every encoding');
SELECT is((SELECT count(*) FROM regexp_matches(page_template(), '@(TITLE|DATA)@', 'g')), 2::bigint, 'two places are to be filled');
SELECT is((SELECT count(*) FROM regexp_matches(page_template(), '@[A-Z]+@', 'g')), 2::bigint, 'and no others');
SELECT is((SELECT array_agg(m[1]) FROM regexp_matches(page_template(), '(https?:[^"'' ]*)', 'g') AS m), NULL, 'nothing is fetched from anywhere');
SELECT is(substring(page_template() FROM 'sha256-([^'']+)'),
    encode(sha256(convert_to(substring(page_template() FROM '<script>(.*)</script>'), 'UTF8')), 'base64'), 'only the script of the template runs');

-- a ledger without looks
SELECT create_ledger('pg');
SELECT ok(pg_temp.data(pg.page()) @> '{"ledger": "pg", "times": [], "sites": [], "looks": [], "subjects": [], "map": null}', 'an empty ledger makes a page');

INSERT INTO pg.source (name) VALUES ('eye');
INSERT INTO pg.installation (name, kind, location) VALUES
    ('A', 'port', ST_SetSRID(ST_MakePoint(10, 50), 4326)), ('</script><script>alert(1)</script>', '"', ST_SetSRID(ST_MakePoint(11, 51), 4326));
INSERT INTO pg.asset_class (path, name, keep_total) VALUES ('ship', 'ship', true), ('ship.tug', E'<!-- \\ "tug" @DATA@', false), ('air', 'air', false);
INSERT INTO pg.observation (installation_id, observation_id, source_id, observed_from, observed_at, completeness, scope, note, url) VALUES
    (1, 1, 1, NULL, '2024-01-01 09:00', 'complete', '{ship}', NULL, NULL), (1, 2, 1, '2024-01-02 09:00', '2024-01-03 09:00', 'partial', '{}', '<note>', 'https://x'),
    (1, 3, 1, NULL, '2024-01-04 09:00:00.000001', 'complete', '{ship}', NULL, NULL), (2, 4, 1, NULL, '2024-01-04 09:00', 'complete', '{ship,air}', NULL, NULL);
INSERT INTO pg.sighting (installation_id, observation_id, asset_class_id, count, status, note) VALUES
    (1, 1, 2, '[3,3]', NULL, NULL), (1, 2, 2, '[1,1]', 'loading', 'seen'), (1, 3, 2, '[5,5]', NULL, NULL), (2, 4, 3, '[0,2]', NULL, NULL);
SET CONSTRAINTS ALL IMMEDIATE;

CREATE TEMP TABLE made AS SELECT page, pg_temp.data(page) AS data FROM pg.page() AS page;

SELECT is((SELECT count(*) FROM regexp_matches((SELECT page FROM made), '</script', 'gi')), 2::bigint, 'no name ends the data');
SELECT is((SELECT count(*) FROM regexp_matches(substring((SELECT page FROM made) FROM 'id="data">(.*?)</script>'), '<', 'g')), 0::bigint, 'there is no < in them');
SELECT is((SELECT data FROM made) #>> '{sites,0,0}', '</script><script>alert(1)</script>', 'a name is what it is');
SELECT is((SELECT data FROM made) #>> '{classes,2,0}', E'<!-- \\ "tug" @DATA@', 'so is a class');
SELECT is(pg_temp.data(pg.page(note => E'<b>"\\')) ->> 'note', E'<b>"\\', 'and the note');
SELECT alike(page_fill('<&@DATA@', '{"a": "@TITLE@"}'), '%<title>What changed: &lt;&amp;@DATA@</title>%{"a": "@TITLE@"}</script>%', 'the title is escaped, and neither it nor the data looked at again');
SELECT is((SELECT data FROM made) -> 'times', '[1704099600, 1704186000, 1704272400, 1704358800, 1704358800.000001]', 'instants are exact, and in order');
SELECT is((SELECT data FROM made) #> '{looks,1}', '[1, 2, 1, 0, 1, 2, null, null, "", "<note>", "https://x"]', 'a look that lasted');
SELECT is((SELECT data FROM made) -> 'notes', '[[1, 2, "1 <!-- \\ \"tug\" @DATA@ loading", "seen"]]', 'the note of a sighting');
SELECT results_eq($$SELECT s ->> 0, s ->> 1, s ->> 2, s ->> 3, s ->> 4, s ->> 5 FROM jsonb_array_elements((SELECT data FROM made) -> 'subjects') AS s$$,
    $$VALUES ('0', '0', '0', NULL, '3', '[3, 3, 0, 2, 0, 2]'),
             ('1', '1', '0', NULL, '0', '[0, 0, 3, 3, 0, 0, 2, 1, 1, -1, 0, 1, 4, 4, 5, 5, 0, 3]'),
             ('1', '2', '0', NULL, '0', '[0, 0, 3, 3, 0, 0, 2, 1, 1, -1, 0, 1, 4, 4, 5, 5, 0, 3]'),
             ('1', '2', '1', 'loading', '2', '[0, 0, 0, 3, 1, 0, 2, 1, 1, -1, 0, 1, 4, 4, 0, 5, 1, 3]')$$,
    'what each look told of each subject, the class above of which a total is kept, and since when it was sighted');
SELECT results_eq($$SELECT s ->> 1, s ->> 2, s ->> 5 FROM jsonb_array_elements(pg_temp.data(pg.page(since => '2024-01-02', asset => 'ship')) -> 'subjects') AS s$$,
    $$VALUES ('1', '0', '[0, 0, 3, 3, 0, 0, 2, 1, 1, -1, 0, 1, 4, 4, 5, 5, 0, 3]'), ('2', '0', '[0, 0, 3, 3, 0, 0, 2, 1, 1, -1, 0, 1, 4, 4, 5, 5, 0, 3]'),
             ('2', '1', '[0, 0, 0, 3, 1, 0, 2, 1, 1, -1, 0, 1, 4, 4, 0, 5, 1, 3]')$$, 'since an instant: with what was known by then');
SELECT is(jsonb_array_length(pg_temp.data(pg.page(since => '2024-01-04 09:00:00.000002', asset => 'ship')) #> '{subjects,0,5}'), 6, 'back to the last exact number');
SELECT is(jsonb_array_length(pg_temp.data(pg.page(until => '2024-01-03 08:00')) -> 'looks'), 1, 'until an instant');
SELECT is(jsonb_array_length(pg_temp.data(pg.page(installation => 'a')) -> 'sites'), 1, 'of one place');
SELECT is(jsonb_array_length(pg_temp.data(pg.page(area => ST_MakeEnvelope(10.5, 50, 12, 52, 4326))) -> 'sites'), 1, 'of an area');

-- what it cannot make
PREPARE large AS SELECT pg.page(note => repeat('x', 5000001));
SELECT throws_ok('large', '54000', 'too much for one page: at least 5.0 MB', 'no page is larger than 5 MB');
SELECT throws_ok($$SELECT pg.page(installation => 'nowhere')$$, '22S07', NULL, 'a place that nobody knows');
SELECT throws_ok($$SELECT pg.page(asset => 'shp')$$, '22S07', NULL, 'a class that nobody knows');
SELECT throws_ok($$SELECT pg.page('2024-02-01', '2024-01-01')$$, '22S05', NULL, 'dates in the wrong order');
SELECT throws_ok($$SELECT pg.page(since => '2024-02-01', until => '2024-01-01')$$, '22S05', NULL, 'and so the looks');
SELECT throws_ok($$SELECT pg.page(area => ST_MakeEnvelope(0, 0, 1, 1, 3857))$$, '22S01', NULL, 'an area in another projection');
SELECT lives_ok($$SELECT pg.page('4714-11-24 BC', '294276-12-31 23:59:59.999999')$$, 'all of time');

-- who may see what
CREATE ROLE page_reader;
GRANT USAGE ON SCHEMA pg TO page_reader;
SET ROLE page_reader;
SELECT throws_ok('SELECT pg.page()', '42501', NULL, 'who may read no table makes no page');
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA pg TO page_reader;
ALTER TABLE pg.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_a ON pg.installation FOR SELECT USING (name = 'A');
SET ROLE page_reader;
SELECT matches(pg.page(), '"A"', 'who may see one place makes a page of it');
SELECT doesnt_match(pg.page(), 'alert[(]1[)]', 'and nothing of another');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
