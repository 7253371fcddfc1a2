-- merge_installations(), split_class(), move_class(), undo_upkeep(): what is proven does not grow, the
-- derivation is right at once, and undoing leaves everything as it was.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET timezone = 'UTC';
SELECT plan(79);
SELECT create_ledger('keep') \g /dev/null
SET search_path = keep, public;

INSERT INTO source (name) VALUES ('eye'), ('other eye');
-- A and B are 1 km apart, C 111 km
INSERT INTO installation (installation_id, name, kind, location) VALUES (1, 'A', 'base', 'SRID=4326;POINT(35 0)'), (2, 'B', 'field', 'SRID=4326;POINT(35.01 0)'), (3, 'C', 'base', 'SRID=4326;POINT(36 0)');
INSERT INTO asset_class (path, name, aliases, max_gsd_m, payload_t, max_speed_kmh) VALUES
	('air', 'aircraft', '{}', 1, NULL, NULL), ('air.transport', 'transport', '{}', 2, NULL, NULL), ('air.transport.il76', 'Il-76', '{Candid}', 4, 50, 800),
	('air.transport.an32', 'An-32', '{}', 2, 6.7, NULL), ('air.tanker', 'tanker', '{}', 4, NULL, NULL), ('air.tanker.kc', 'KC', '{}', 4, NULL, NULL), ('ship', 'ship', '{}', NULL, NULL, NULL);
-- both have a look 1, on the 1st; on the 3rd they contradict each other
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, observed_from, completeness, scope, gsd_m, recorded_at) VALUES
	(1, 1, 1, '2024-01-01', NULL, 'complete', '{air}', 0.5, '2024-02-01'), (2, 1, 2, '2024-01-01', NULL, 'complete', '{air}', 0.5, '2024-02-01'),
	(1, 3, 1, '2024-01-03', NULL, 'complete', '{air,ship}', 0.5, '2024-02-01'), (2, 13, 2, '2024-01-03', NULL, 'complete', '{air}', 0.5, '2024-02-01'),
	(2, 15, 2, '2024-01-05', '2024-01-04 12:00', 'complete', '{air}', 0.5, '2024-02-01'), (2, 17, 2, '2024-01-07', NULL, 'partial', '{}', NULL, '2024-02-03'),
	(3, 33, 1, '2024-01-08', NULL, 'complete', '{air.transport}', 0.5, '2024-02-01');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, designation, status, recorded_at) VALUES
	(1, 1, 3, '[2,2]', NULL, NULL, '2024-02-01'), (2, 1, 3, '[2,2]', NULL, NULL, '2024-02-01'), (1, 3, 3, '[2,2]', NULL, NULL, '2024-02-01'), (2, 13, 3, '[3,3]', NULL, 'loading', '2024-02-01'),
	(1, 3, 4, '[1,1]', 'RA-1', NULL, '2024-02-01'), (2, 15, 4, '[1,1]', 'RA-1', NULL, '2024-02-01'), (2, 17, 3, '[4,4]', NULL, NULL, '2024-02-03'), (3, 33, 4, '[1,1]', 'RA-2', NULL, '2024-02-01');
INSERT INTO shelter (installation_id, asset_class_id, hidden_max, note) VALUES (1, 6, 2, 'north'), (2, 6, 3, 'south'), (2, 7, 1, NULL);
INSERT INTO imported (installation_id, origin, record, observation_id) VALUES (1, 'stac:x', 'item', 3), (2, 'stac:x', 'item', 13), (2, 'stac:x', 'other', 15);
SET CONSTRAINTS ALL IMMEDIATE;

INSERT INTO alert (name, installation_id, asset_class_id) VALUES ('B, all', 2, NULL), ('A, ships', 1, 7);

-- all that a ledger holds, but for the numbers of presences and of sightings, and upkeep
CREATE FUNCTION pg_temp.everything() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT i::text FROM installation i UNION ALL SELECT c::text FROM asset_class c UNION ALL SELECT o::text FROM observation o UNION ALL SELECT s::text FROM sighting s
	UNION ALL SELECT s::text FROM shelter s UNION ALL SELECT i::text FROM imported i UNION ALL SELECT a::text FROM alert a
	UNION ALL SELECT (installation_id, asset_class_id, status, designation, run)::text FROM presence
$$;
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.everything() AS line;
CREATE FUNCTION pg_temp.sound(words text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	SET CONSTRAINTS ALL IMMEDIATE;
	RETURN NEXT is_empty('SELECT * FROM verify(thorough => true) UNION ALL SELECT * FROM verify()', words);
END $$;

-- merging
SELECT throws_ok($$SELECT * FROM merge_installations('A', 'a')$$, '22S07', 'an installation cannot be merged with itself: "A"', 'with itself');
SELECT throws_ok($$SELECT * FROM merge_installations('A', 'nowhere')$$, '22S07', NULL, 'with what nobody knows');
SELECT throws_ok($$SELECT * FROM merge_installations('A', NULL)$$, '22S07', NULL, 'with nothing');
SELECT throws_ok($$SELECT * FROM merge_installations('A', 'C')$$, '22S07', '"A" and "C" are 111.3 km apart', 'what is far apart is not one place');
UPDATE installation SET boundary = ST_Buffer(location, 0.004) WHERE name IN ('A', 'B');
SELECT throws_ok($$SELECT * FROM merge_installations('A', 'B')$$, '22S07', 'the boundaries of "A" and "B" have nothing in common', 'nor is what lies side by side');
UPDATE installation SET boundary = NULL;
SELECT is((SELECT count(*) FROM upkeep), 0::bigint, 'nothing was done');
SELECT results_eq($$SELECT upkeep_id, looks, sightings, of_one_moment FROM merge_installations('a', 'B')$$, $$VALUES (1::bigint, 4::bigint, 4::bigint, 2::bigint)$$, 'B is A');
SELECT pg_temp.sound('derived right');
SELECT is((SELECT string_agg(name, ', ' ORDER BY name) FROM installation), 'A, C', 'one is gone');
SELECT is_empty($$SELECT FROM presence WHERE installation_id = 2 UNION ALL SELECT FROM subject WHERE installation_id = 2 UNION ALL SELECT FROM derivation WHERE installation_id = 2$$, 'and nothing of it is left');
SELECT set_eq($$SELECT observation_id, observed_at::date, completeness FROM observation WHERE installation_id = 1$$,
	$$VALUES (1::bigint, date '2024-01-01', 'complete'), (18, '2024-01-01', 'complete'), (3, '2024-01-03', 'complete'), (13, '2024-01-03', 'partial'), (15, '2024-01-05', 'complete'), (17, '2024-01-07', 'partial')$$,
	'a number that was taken is a new one; the look of an image that both had is no longer corrected with it, and proves no absence');
SELECT set_eq('SELECT name, installation_id FROM alert', $$VALUES ('B, all', 1::bigint), ('A, ships', 1)$$, 'what was watched there is watched still');
SELECT set_eq($$SELECT installation_id, record, observation_id FROM imported$$, $$VALUES (1::bigint, 'item', 3::bigint), (1, 'other', 15)$$, 'what came from where');
SELECT set_eq($$SELECT installation_id, asset_class_id, hidden_max FROM shelter$$, $$VALUES (1::bigint, 6, 5), (1, 7, 1)$$, 'roofs add up');
SELECT ok(EXISTS (SELECT FROM conflict WHERE asset_class = 'Il-76' AND status IS NULL AND observed_at = '2024-01-03'), 'looks of one moment that contradict each other are listed');
SELECT is((SELECT string_agg(installation || ' ' || first_seen::date || ' ' || last_seen::date, ', ') FROM presence_flat WHERE designation = 'RA-1'), 'A 2024-01-03 2024-01-05', 'an individual of both stayed');
SELECT results_eq($$SELECT observed_at::date, count_min, count_max FROM told_between(known_at => '2024-02-02', asset => 'Il-76', installation => 'A') ORDER BY 1$$,
	$$VALUES (date '2024-01-01', 2, 2), ('2024-01-03', 2, NULL), ('2024-01-05', 0, 0)$$, 'what was known before of both is known of the one that is kept');
SELECT is((SELECT max(observed_at)::date FROM told_between(asset => 'Il-76', installation => 'A')), '2024-01-07', 'and what is known now');
SELECT results_eq('SELECT what, detail, undone_at FROM upkeep', $$VALUES ('merge_installations', 'B into A', NULL::timestamptz)$$, 'it is noted');
INSERT INTO installation (installation_id, name, location) VALUES (9, 'B', 'SRID=4326;POINT(35.01 0)');
SELECT throws_ok('SELECT undo_upkeep(1)', '22S07', 'there is an installation "B" again', 'a name that is in use again is not taken');
DELETE FROM installation WHERE installation_id = 9;
SELECT is(undo_upkeep(1), 'undone: B into A', 'undone');
SELECT pg_temp.sound('derived right');
SELECT bag_eq('SELECT * FROM pg_temp.everything()', 'SELECT * FROM before', 'all is as it was');
SELECT throws_ok('SELECT undo_upkeep(1)', '22S07', 'upkeep 1 was undone already: B into A', 'once');
SELECT throws_ok('SELECT undo_upkeep(77)', '22S07', 'there is no upkeep 77', 'what was not done');
SELECT throws_ok('SELECT undo_upkeep(NULL)', '22S07', 'there is no upkeep null', 'or nothing');
-- what is added between stays with the one that is kept; what is gone is gone
SELECT upkeep_id AS second FROM merge_installations('B', 'A') \gset
SELECT results_eq('SELECT location FROM installation WHERE name = $$B$$', $$SELECT geometry 'SRID=4326;POINT(35.01 0)'$$, 'the one that is kept stays where it is');
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) VALUES (2, 50, 1, '2024-01-20', 'complete', '{air}', 0.5);
DELETE FROM observation WHERE installation_id = 2 AND observed_at = '2024-01-01';
SELECT undo_upkeep(:second) \g /dev/null
SELECT pg_temp.sound('undone after other changes');
SELECT results_eq($$SELECT i.name, count(*) FROM observation o JOIN installation i USING (installation_id) GROUP BY 1 ORDER BY 1$$, $$VALUES ('A', 1::bigint), ('B', 4), ('C', 1)$$, 'each has its own');
-- of three: the last first
SELECT upkeep_id AS third FROM merge_installations('B', 'A') \gset
UPDATE installation SET location = 'SRID=4326;POINT(35.02 0)' WHERE name = 'C';
SELECT upkeep_id AS fourth FROM merge_installations('C', 'B') \gset
SELECT throws_ok(format('SELECT undo_upkeep(%s)', :third), '22S07', 'the installation that was kept is gone itself: A into B', 'the last is undone first');
SELECT undo_upkeep(:fourth), undo_upkeep(:third) \g /dev/null
SELECT pg_temp.sound('undone from the last to the first');
SELECT is((SELECT count(*) FROM installation), 3::bigint, 'three again');
-- columns and tables of one's own
ALTER TABLE installation ADD COLUMN owner text;
CREATE TABLE visit (installation_id bigint REFERENCES installation);
INSERT INTO visit VALUES (2);
SELECT throws_ok($$SELECT merge_installations('A', 'B')$$, '23503', NULL, 'what refers to the one that is to go is not lost');
DROP TABLE visit;
UPDATE installation SET owner = 'air force' WHERE name = 'B';
SELECT undo_upkeep(upkeep_id) FROM merge_installations('A', 'B') \g /dev/null
SELECT is((SELECT owner FROM installation WHERE name = 'B'), 'air force', 'a column of one''s own comes back');
SELECT upkeep_id AS fifth FROM merge_installations('A', 'B') \gset
ALTER TABLE installation ADD COLUMN owner_too text;
SELECT throws_ok(format('SELECT undo_upkeep(%s)', :fifth), '22S07', 'the columns of installation have changed since: B into A', 'a row that no longer fits');
ALTER TABLE installation DROP COLUMN owner_too;
SELECT undo_upkeep(:fifth) \g /dev/null

-- splitting
DELETE FROM before;
INSERT INTO before SELECT * FROM pg_temp.everything();
SELECT throws_ok($$SELECT split_class('Il-76', 'one')$$, '22S07', 'a class is split into two parts at least', 'into one');
SELECT throws_ok($$SELECT split_class('Zeppelin', 'one', 'two')$$, '22S07', NULL, 'what nobody knows');
SELECT throws_ok($$SELECT split_class('Il-76', 'An-32', 'two')$$, '22S07', 'there is a class "An-32" already', 'into what there is');
SELECT throws_ok($$SELECT split_class('Il-76', 'Ил', 'two')$$, '22S07', 'no label of a path can be made of ''Ил''', 'into what makes no label');
SELECT results_eq($$SELECT asset_class, class_path FROM split_class('candid', 'Il-76MD', 'Il-76TD')$$, $$VALUES ('Il-76MD', 'air.transport.il76.il76md'), ('Il-76TD', 'air.transport.il76.il76td')$$, 'two kinds of Il-76');
SELECT pg_temp.sound('derived right');
SELECT results_eq($$SELECT payload_t, max_gsd_m, max_speed_kmh FROM asset_class WHERE name = 'Il-76TD'$$, $$VALUES (50::numeric, 4::numeric, 800::numeric)$$, 'each like the whole');
SELECT results_eq($$SELECT asset_class, count_min, count_max FROM ledger_told('keep.ledger', 0.5, NULL, 'A', 'Il-76MD', 'class', NULL, NULL, NULL, NULL, NULL, '2024-01-03', '2024-01-03 01:00', true, true)$$, $$VALUES ('Il-76MD', 0, 2)$$, 'either may be what was told less closely');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) SELECT 3, 33, asset_class_id, '[1,1]' FROM asset_class WHERE name = 'Il-76TD';
SELECT throws_ok('SELECT undo_upkeep(max(upkeep_id)) FROM upkeep', '22S07', 'the split cannot be undone: there are sightings, shelter, alerts, scopes or classes of "Il-76TD"', 'what was sighted is not lost');
DELETE FROM sighting WHERE observation_id = 33 AND asset_class_id > 7;
SELECT alert_add('tails', asset => 'Il-76TD') \g /dev/null
SELECT throws_ok('SELECT undo_upkeep(max(upkeep_id)) FROM upkeep', '22S07', 'the split cannot be undone: there are sightings, shelter, alerts, scopes or classes of "Il-76TD"', 'nor what is watched');
DELETE FROM alert WHERE name = 'tails';
SELECT undo_upkeep(max(upkeep_id)) FROM upkeep \g /dev/null
SELECT pg_temp.sound('derived right');
SELECT bag_eq('SELECT * FROM pg_temp.everything()', 'SELECT * FROM before', 'all is as it was');

-- moving
SELECT throws_ok($$SELECT move_class('transport', 'Il-76')$$, '22S07', '"transport" cannot be moved to "air.transport.il76.transport"', 'below itself');
SELECT throws_ok($$SELECT move_class('Il-76', 'transport')$$, '22S07', '"Il-76" cannot be moved to "air.transport.il76"', 'to where it is');
SELECT throws_ok($$SELECT move_class('An-32', 'tanker')$$, '22S07', '"An-32" needs finer pixels than the max_gsd_m of "tanker"', 'below what coarser pixels show');
SELECT throws_ok($$SELECT move_class('An-32', 'ship')$$, '22S07', '"An-32" needs finer pixels than the max_gsd_m of "ship"', 'or any pixels');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) VALUES (3, 33, 2, '[2,2]');
SELECT throws_ok($$SELECT move_class('Il-76', 'tanker')$$, '22S07', '"Il-76" cannot leave what was told of classes above it: sightings, 1 of "transport"', 'two transports may be two Il-76');
DELETE FROM sighting WHERE asset_class_id = 2;
INSERT INTO shelter VALUES (3, 2, 1);
SELECT throws_ok($$SELECT move_class('Il-76', 'tanker')$$, '22S07', '"Il-76" cannot leave the shelter that there is for "transport"', 'one may stand under a roof');
DELETE FROM shelter WHERE installation_id = 3;
-- who looked for tankers did not look for Il-76
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m, recorded_at) VALUES
	(3, 40, 1, '2024-01-10', 'complete', '{air.tanker}', 0.5, '2024-02-01'), (3, 41, 1, '2024-01-12', 'complete', '{air.transport.il76,air.tanker}', 0.5, '2024-02-01');
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM before;
INSERT INTO before SELECT * FROM pg_temp.everything();
INSERT INTO image (origin, record, source, observed_from, observed_at, clear, scope, footprint, load_id)
SELECT 'stac:x', s, 'eye', '2024-01-01', '2024-01-01', true, s::ltree[], 'SRID=4326;POINT(1 1)', 1 FROM unnest('{"{air.tanker}","{air.transport}","{ship}",NULL}'::text[]) AS s WHERE s IS NOT NULL;
INSERT INTO reading (origin, image, record, footprint, scope, classes, scores, reaches, load_id) VALUES ('detector:d', 'stac:x', '{ship}', 'SRID=4326;POINT(1 1)', '{air.tanker}', '{}', '{}', '{}', 1);
INSERT INTO reading_former SELECT r.*, 7 FROM reading AS r;
INSERT INTO image_former SELECT i.*, 7 FROM image AS i WHERE record = '{air.tanker}';
CREATE VIEW pg_temp.proven AS SELECT installation, asset_class, observed_at, count_min, count_max FROM ledger_told('keep.ledger', 0.5, NULL, NULL, NULL, 'class', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true);
CREATE TEMP TABLE proven_before AS SELECT * FROM pg_temp.proven;
SELECT results_eq($$SELECT classes, looks, class_path FROM move_class('Il-76', 'tanker')$$, $$VALUES (1::bigint, 3::bigint, 'air.tanker.il76')$$, 'Il-76 are tankers');
SELECT pg_temp.sound('derived right');
SELECT set_eq('SELECT observation_id, scope::text FROM observation WHERE installation_id = 3',
	$$VALUES (33::bigint, '{air.tanker.il76,air.transport}'), (40, '{air.tanker.kc}'), (41, '{air.tanker,air.tanker.il76}')$$, 'scopes mean what they meant');
SELECT set_eq('SELECT record, scope::text FROM image', $$VALUES ('{air.tanker}', '{air.tanker.kc}'), ('{air.transport}', '{air.tanker.il76,air.transport}'), ('{ship}', '{ship}')$$, 'of images too, as looks may be made of them yet');
SELECT bag_eq('SELECT scope::text FROM reading UNION ALL SELECT scope::text FROM reading_former UNION ALL SELECT scope::text FROM image_former', $$VALUES ('{air.tanker.kc}'), ('{air.tanker.kc}'), ('{air.tanker.kc}')$$, 'of what was read from them, and what may be put back');
SELECT set_eq($$SELECT * FROM pg_temp.proven WHERE asset_class NOT IN ('tanker', 'transport')$$, $$SELECT * FROM proven_before WHERE asset_class NOT IN ('tanker', 'transport')$$, 'no look proves more or less of any class but those above');
SELECT is_empty($$SELECT FROM pg_temp.proven WHERE asset_class = 'tanker' AND observed_at = '2024-01-10'$$, 'and not that there were no tankers, if an Il-76 is one');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) VALUES (3, 41, 5, '[1,1]');
SELECT throws_ok('SELECT undo_upkeep(max(upkeep_id)) FROM upkeep', '22S07', '"Il-76" cannot leave what was told of classes above it: sightings, 1 of "tanker"', 'a tanker told of since may be one');
DELETE FROM sighting WHERE asset_class_id = 5;
-- (one that was told of before the move meant no Il-76)
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, recorded_at) VALUES (3, 41, 5, '[1,1]', '2024-02-01');
UPDATE observation SET scope = '{air}' WHERE observation_id = 33;
SELECT undo_upkeep(max(upkeep_id)) FROM upkeep \g /dev/null
DELETE FROM sighting WHERE asset_class_id = 5;
SELECT is((SELECT scope::text FROM observation WHERE observation_id = 33), '{air}', 'a scope that was corrected since stays corrected');
UPDATE observation SET scope = '{air.transport}' WHERE observation_id = 33;
SELECT pg_temp.sound('undone');
SELECT bag_eq('SELECT * FROM pg_temp.everything()', 'SELECT * FROM before', 'all else is as it was');
SELECT set_eq('SELECT record, scope::text FROM image', $$VALUES ('{air.tanker}', '{air.tanker.kc}'), ('{air.transport}', '{air.transport,air.transport.il76}'), ('{ship}', '{ship}')$$, 'of images what they prove, or less');
SELECT is((SELECT class_path FROM move_class('Il-76', NULL)), 'il76', 'to the top');
SELECT pg_temp.sound('derived right');

-- scopes at random, of a tree in which b.c, with what is below it, moves to d.e.c
CREATE TEMP TABLE tree AS SELECT p::ltree AS path FROM unnest('{a,b,b.c,b.c.x,b.c.x.y,b.f,d,d.e,d.e.g,d.e.g.h,d.k,d.k.l}'::text[]) AS p;
CREATE TEMP TABLE scopes AS
SELECT array_agg(DISTINCT t.path) AS scope FROM generate_series(1, 400) AS n CROSS JOIN LATERAL (SELECT path FROM tree WHERE n > 0 ORDER BY md5(n || path::text) LIMIT 1 + n % 4) AS t GROUP BY n;
CREATE TEMP TABLE told AS
SELECT s.scope @> t.path AS before, scope_moved(s.scope, 'b.c', 'd.e.c', moved.paths) @> t.now AS after, s.scope @> 'b.c'::ltree AS whole, t.now @> 'd.e.c' AND t.now <> 'd.e.c' AS above
FROM scopes AS s, (SELECT array_agg(CASE WHEN path = 'b.c' THEN 'd.e.c' WHEN path <@ 'b.c' THEN 'd.e.c' || subpath(path, 2) ELSE path END) AS paths FROM tree) AS moved,
	(SELECT path, CASE WHEN path = 'b.c' THEN 'd.e.c' WHEN path <@ 'b.c' THEN 'd.e.c' || subpath(path, 2) ELSE path END AS now FROM tree) AS t;
SELECT is_empty('SELECT FROM told WHERE NOT above AND before <> after', 'of a class that has nothing new below it each scope says what it said');
SELECT is_empty('SELECT FROM told WHERE above AND after <> (before AND whole)', 'of one that has, if both were looked for');

-- who may do it; a ledger with partitions
SELECT create_ledger('parts', partitions => 3) \g /dev/null
SET search_path = parts, public;
INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) SELECT 'site ' || i, ST_SetSRID(ST_MakePoint(35 + i * 0.01, 0), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO asset_class (path, name) VALUES ('a', 'a'), ('a.b', 'b'), ('c', 'c');
INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope)
SELECT 1 + n % 6, 1, timestamptz '2024-01-01' + n / 12 * interval '1 day', 'complete', '{a}' FROM generate_series(0, 239) AS n;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, designation)
SELECT installation_id, observation_id, 2, '[1,1]', CASE WHEN observation_id % 5 = 0 THEN 'T' || observation_id % 3 END FROM observation WHERE observation_id % 4 > 0;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TEMP TABLE parted AS SELECT o::text FROM observation o UNION ALL SELECT s::text FROM sighting s UNION ALL SELECT (installation_id, asset_class_id, status, designation, run)::text FROM presence;
CREATE ROLE upkeep_corrector;
CREATE ROLE upkeep_analyst;
GRANT USAGE ON SCHEMA parts TO upkeep_corrector, upkeep_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA parts TO upkeep_corrector, upkeep_analyst;
GRANT INSERT, UPDATE, DELETE ON installation, asset_class, observation, sighting, shelter, imported, imported_former, image, reading, image_former, reading_former, alert, alert_event, upkeep TO upkeep_corrector;
SET LOCAL ROLE upkeep_analyst;
SELECT throws_ok($$SELECT merge_installations('site 1', 'site 2')$$, '42501', NULL, 'not who may only read');
SELECT throws_ok($$SELECT move_class('b', 'c')$$, '42501', NULL, 'nor move a class');
SET LOCAL ROLE upkeep_corrector;
SELECT merge_installations('site 1', 'site 2'), move_class('b', 'c') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
RESET ROLE;
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'who corrects, in a ledger with partitions');
SELECT bag_eq('SELECT installation_id, count(*) FROM sighting WHERE installation_id < 3 GROUP BY 1', $$SELECT 1, count(*) FROM sighting WHERE installation_id = 1$$, 'rows went over to another partition');
SELECT bag_eq('SELECT DISTINCT scope::text FROM observation', $$VALUES ('{a,c.b}')$$, 'scopes too');
SELECT undo_upkeep(2), undo_upkeep(1) \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'undone');
SELECT bag_eq('SELECT o::text FROM observation o UNION ALL SELECT s::text FROM sighting s UNION ALL SELECT (installation_id, asset_class_id, status, designation, run)::text FROM presence',
	'SELECT * FROM parted', 'all as it was');
-- what is hidden from somebody would be forgotten
ALTER TABLE observation ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON observation FOR ALL TO upkeep_corrector USING (observation_id % 2 = 0);
SET LOCAL ROLE upkeep_corrector;
SELECT throws_ok($$SELECT move_class('b', 'c')$$, '42501', 'a class can be moved only by who sees all looks, sightings and shelter', 'scopes that nobody sees cannot be written anew');
SELECT throws_ok($$SELECT merge_installations('site 2', 'site 1')$$, '23503', NULL, 'looks that nobody sees cannot be brought');
RESET ROLE;
SELECT is((SELECT count(*) FROM installation), 6::bigint, 'nothing was done');
SELECT * FROM finish();
ROLLBACK;
