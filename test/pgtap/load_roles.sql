-- Who may load and who may take a load back, under rights and row-level security, and in a ledger
-- whose tables of evidence are partitioned.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(16);
CREATE ROLE load_owner;
CREATE ROLE load_loader;
CREATE ROLE load_corrector;
SELECT format('GRANT CREATE ON DATABASE %I TO load_owner', current_database()) \gexec
SET ROLE load_owner;
SELECT create_ledger('load_roles') \g /dev/null
SET search_path = load_roles, public;
INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)'), ('secret', 'SRID=4326;POINT(20 50)');
INSERT INTO asset_class (path, name) VALUES ('air.jet', 'jet');
GRANT USAGE ON SCHEMA load_roles TO load_loader, load_corrector;
GRANT INSERT ON observation, sighting TO load_loader;
GRANT INSERT, SELECT (load_id) ON load TO load_loader;
GRANT SELECT ON installation, load TO load_corrector;
GRANT SELECT, INSERT, UPDATE ON observation, sighting, imported TO load_corrector;
GRANT UPDATE ON load TO load_corrector;
GRANT DELETE ON imported TO load_corrector;
GRANT SELECT, DELETE ON imported_former TO load_corrector;

SET ROLE load_loader;
SELECT begin_load('by hand') AS load \gset
SELECT lives_ok(format($$INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope, load_id)
    SELECT site, 100 + site, 1, '2024-01-02Z', 'complete', '{air}', %1$s FROM generate_series(1, 2) AS site;
    INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id) SELECT site, 100 + site, 1, '[2,2]', %1$s FROM generate_series(1, 2) AS site;
    SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED$$, :load), 'a loader loads with a number');
SELECT throws_ok(format('SELECT * FROM undo_load(%s)', :load), '42501', NULL, 'and may not take a load back');
SELECT throws_ok('UPDATE load SET loaded_by = ''somebody''', '42501', NULL, 'nor say who loaded');
RESET ROLE;
SELECT set_eq('SELECT loaded_by FROM load UNION SELECT recorded_by FROM observation UNION SELECT recorded_by FROM sighting', ARRAY['load_loader'], 'who loaded is who it was');

-- hidden from who would take it back: all or nothing
SET ROLE load_owner;
ALTER TABLE sighting ENABLE ROW LEVEL SECURITY;
CREATE POLICY north ON sighting USING (installation_id = 1);
SET ROLE load_corrector;
SELECT throws_ok(format('SELECT * FROM undo_load(%s)', :load), '42501', NULL, 'of a load of which rows are hidden not a part is undone');
RESET ROLE;
SELECT is((SELECT count(*) FROM observation WHERE retracted_at IS NULL), 2::bigint, 'nothing is');
SET ROLE load_owner;
ALTER TABLE sighting DISABLE ROW LEVEL SECURITY;
SET ROLE load_corrector;
SELECT lives_ok(format('SELECT * FROM undo_load(%s); SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED', :load), 'who may correct may');
RESET ROLE;
SELECT is_empty('SELECT presence_id::text FROM presence UNION ALL SELECT installation FROM verify(thorough => true)', 'and what followed from it is gone');
SELECT is((SELECT undone_by FROM load), 'load_corrector', 'it is known who did');

-- functions and tables of the same names in front are not used
SET ROLE load_corrector;
SELECT throws_ok('SET search_path = pg_temp, load_roles, public; SELECT * FROM load_roles.undo_load(77)', '22S07', 'no load has the number 77', 'whatever the search_path');
RESET ROLE;

-- partitioned
SET ROLE load_owner;
SET search_path = load_roles, public;
ALTER TABLE sighting RENAME TO sighting_before;
CREATE TABLE sighting (LIKE sighting_before INCLUDING ALL) PARTITION BY HASH (installation_id);
CREATE TABLE sighting_0 PARTITION OF sighting FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sighting_1 PARTITION OF sighting FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO sighting SELECT * FROM sighting_before;
ALTER TABLE sighting ADD FOREIGN KEY (installation_id, observation_id) REFERENCES observation ON UPDATE CASCADE ON DELETE CASCADE;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT upgrade_ledger('load_roles') \g /dev/null
SELECT begin_load('parts') AS first \gset
INSERT INTO observation (installation_id, observation_id, source_id, observed_at, completeness, scope, load_id)
SELECT site, 200 + site, 1, '2024-01-02Z', 'complete', '{air}', :first FROM generate_series(1, 2) AS site;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id) SELECT site, 200 + site, 1, '[2,2]', :first FROM generate_series(1, 2) AS site;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
CREATE TEMP TABLE before AS SELECT installation, asset_class, count_text, first_seen FROM presence_flat;
SELECT is((SELECT count(*) FROM before), 2::bigint, 'two parts');
SELECT begin_load('parts') AS second \gset
UPDATE observation SET retracted_at = now(), retraction_reason = 'none', retracted_by_load = :second WHERE observation_id = 201;
UPDATE sighting SET retracted_at = now(), retraction_reason = 'none', retracted_by_load = :second WHERE observation_id = 202;
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, load_id) VALUES (2, 202, 1, '[5,5]', :second);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq('SELECT installation, count_text FROM presence_flat', $$VALUES ('secret', '5')$$, 'corrected');
SELECT throws_ok(format('SELECT * FROM undo_load(%s)', :first), '55000', format('load %s rests on load %s', :second, :first), 'of which one rests on the other');
SELECT results_eq(format('SELECT * FROM undo_load(%s)', :second), $$VALUES ('look', 'recorded again', 1::bigint), ('sighting', 'recorded again', 2), ('sighting', 'retracted', 1), ('look', 'retracted', 0)$$,
    'a load over parts is undone');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT bag_eq('SELECT installation, asset_class, count_text, first_seen FROM presence_flat', 'TABLE before', 'and all is as before');
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'as the evidence says');

SELECT * FROM finish();
ROLLBACK;
