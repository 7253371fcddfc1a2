-- A ledger of which Citus has moved a table says so, and is not silent. In place of Citus stands
-- the table in which it lists what it has distributed; what Citus itself does, test/citus tries.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(81);
SELECT create_ledger('moved'), create_ledger('unmoved') \g /dev/null
SELECT format($$
	INSERT INTO %1$I.source (name) VALUES ('eye');
	INSERT INTO %1$I.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
	INSERT INTO %1$I.asset_class (path, name, payload_t, max_speed_kmh) VALUES ('air', 'aircraft', 10, 100);
	INSERT INTO %1$I.observation (installation_id, source_id, observed_at, completeness, scope)
	SELECT 1, 1, timestamptz '2024-01-01 00:00:00+00' + i * interval '24:00:00', 'complete', '{air}' FROM generate_series(1, 3) AS i;
	INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES (1, 1, 1, '[1,1]', 'T1'), (1, 2, 1, '[2,2]', NULL);
$$, l) FROM unnest('{moved,unmoved}'::text[]) AS l \gexec
SET CONSTRAINTS ALL IMMEDIATE;

CREATE FUNCTION pg_temp.refused(statement text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT throws_ok(statement, '22S07', 'table moved.presence has been distributed by Citus', statement) $$;

CREATE FUNCTION pg_temp.alone(relation oid, name name) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM pg_catalog.pg_dist_partition;
	INSERT INTO pg_catalog.pg_dist_partition VALUES (relation, 'n');
	RETURN QUERY SELECT throws_ok('SELECT * FROM moved.verify()', '22S07', format('table moved.%I has been distributed by Citus', name), name::text);
END
$$;

-- (a list without an index is read through)
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass NOT NULL, partmethod "char" NOT NULL);
SELECT lives_ok($$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$, 'Citus is there and has moved nothing');
INSERT INTO pg_catalog.pg_dist_partition VALUES ('pg_class', 'n'), ('unmoved.conflict', 'n'), ('moved.presence', 'n');

SELECT pg_temp.refused(q) FROM unnest(ARRAY[
	$$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.changes_between('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.between_looks()$$,
	$$SELECT * FROM moved.changes_since('2024-01-01')$$,
	$$SELECT * FROM moved.turnover('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.turnover_between('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.told_between()$$,
	$$SELECT * FROM moved.evidence('north', 1)$$,
	$$SELECT * FROM moved.persistence()$$,
	$$SELECT * FROM moved.inventory('2024-01-05')$$,
	$$SELECT * FROM moved.inventory_at('2024-01-05')$$,
	$$SELECT * FROM moved.airlift('2024-01-05')$$,
	$$SELECT * FROM moved.timeline('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.coverage('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.stale('2024-01-05', '1 day')$$,
	$$SELECT * FROM moved.movements('2024-01-01', '2024-01-05')$$,
	$$SELECT * FROM moved.expected_count('2024-01-05')$$,
	$$SELECT * FROM moved.verify()$$,
	$$SELECT * FROM moved.verify('north')$$,
	$$SELECT * FROM moved.conflict$$,
	$$SELECT moved.rederive()$$,
	$$SELECT upgrade_ledger('moved')$$,
	$$INSERT INTO moved.observation (installation_id, source_id, observed_at, completeness) VALUES (1, 1, '2024-02-01', 'partial')$$,
	$$UPDATE moved.sighting SET confidence = 0.9$$,
	$$UPDATE moved.asset_class SET max_gsd_m = 2$$,
	$$TRUNCATE moved.sighting$$]) AS q;

-- each of its tables alone; and not what is no part of it
SELECT pg_temp.alone(c.oid, c.relname) FROM pg_class AS c
WHERE c.relnamespace = 'moved'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ('{presence,imported,imported_former,survey,survey_site,survey_count,flat,image,image_former,reading,reading_former,load,upkeep}')
ORDER BY c.relname;

SELECT results_eq($$SELECT verdict, count_after_min FROM unmoved.changes('2024-01-01', '2024-01-03')$$, $$VALUES ('first look', 2)$$, 'another ledger answers');
SELECT is((SELECT count(*) FROM unmoved.verify()), 0::bigint, 'and derives');
CREATE INDEX pg_dist_partition_logical_relid_index ON pg_catalog.pg_dist_partition (logicalrelid);
SELECT throws_like($$SELECT * FROM moved.changes('2024-01-01', '2024-01-05')$$, 'table moved.% has been distributed by Citus', 'found by an index');
DELETE FROM pg_catalog.pg_dist_partition;
SELECT lives_ok($$UPDATE moved.sighting SET count = '[3,3]' WHERE designation IS NULL$$, 'what came back is derived');
SELECT is((SELECT count(*) FROM moved.verify()), 0::bigint, 'and answers');

-- A tenant: each table is the name of a shard, which has the rows and the triggers.
SELECT create_ledger('tenant'), create_ledger('whole') \g /dev/null
CREATE TABLE pg_catalog.pg_dist_schema (schemaid oid NOT NULL, colocationid integer NOT NULL);
CREATE TABLE pg_catalog.pg_dist_shard (logicalrelid regclass NOT NULL, shardid bigint NOT NULL);
CREATE TABLE pg_catalog.pg_dist_placement (shardid bigint NOT NULL, shardstate integer NOT NULL, groupid integer NOT NULL);
CREATE TABLE pg_catalog.pg_dist_local_group (groupid integer NOT NULL);
INSERT INTO pg_catalog.pg_dist_schema VALUES ('tenant'::regnamespace, 1);
INSERT INTO pg_catalog.pg_dist_local_group VALUES (4);
CREATE FUNCTION pg_temp.make_shard(name text, shard bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE tenant.%I RENAME TO %I', name, name || '_' || shard);
	EXECUTE format('CREATE TABLE tenant.%I (LIKE tenant.%I INCLUDING ALL)', name, name || '_' || shard);
	EXECUTE format('INSERT INTO pg_catalog.pg_dist_partition VALUES (''tenant.%I'', ''n'')', name);
	EXECUTE format('INSERT INTO pg_catalog.pg_dist_shard VALUES (''tenant.%I'', %s)', name, shard);
	INSERT INTO pg_catalog.pg_dist_placement VALUES (shard, 1, 4), (shard, 4, 2);
END
$$;
SELECT pg_temp.make_shard(t.name, 1000 + t.n) FROM unnest('{asset_class,derivation,individual,installation,ledger,observation,source,subject,pending,presence,imported,sighting,shelter,alert_event}'::text[])
	WITH ORDINALITY AS t(name, n) \g /dev/null
ALTER TABLE tenant.presence_1010 ALTER presence_id DROP IDENTITY;
ALTER TABLE tenant.alert_event_1014 ALTER event_id DROP IDENTITY;
ALTER SEQUENCE tenant.presence_presence_id_seq1 RESTART 5000;
SELECT results_eq($$SELECT logicalrelid::text, shardid FROM pg_catalog.pg_dist_shard WHERE logicalrelid::text ~ 'presence|pending|sighting$'$$,
	$$VALUES ('tenant.pending', 1009::bigint), ('tenant.presence', 1010), ('tenant.sighting', 1012)$$, 'shards have numbers');

CREATE FUNCTION pg_temp.in_both(statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE regexp_replace(statement, 'LEDGER\.', 'whole.', 'g');
	EXECUTE (SELECT string_agg(coalesce(piece || 'tenant.' || quote_ident(word || '_' || (SELECT s.shardid FROM pg_catalog.pg_dist_shard AS s WHERE s.logicalrelid = ('tenant.' || word)::regclass)), piece), '' ORDER BY n)
		FROM (SELECT n, split_part(rest, ' ', 1) AS word, rest, before AS piece FROM (
			SELECT n, lead(p) OVER (ORDER BY n) AS rest, CASE WHEN n = 1 THEN p ELSE substr(p, length(split_part(p, ' ', 1)) + 1) END AS before
			FROM regexp_split_to_table(statement, 'LEDGER\.') WITH ORDINALITY AS s(p, n)) AS x) AS y);
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
END
$$;
CREATE FUNCTION pg_temp.equal(words text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT results_eq('SELECT installation_id, asset_class_id, designation, run::text FROM tenant.presence_1010 ORDER BY 1, 2, 3, 4',
		'SELECT installation_id, asset_class_id, designation, run::text FROM whole.presence ORDER BY 1, 2, 3, 4', words || ': presences')
	UNION ALL
	SELECT results_eq('SELECT to_jsonb(r)::text AS r FROM tenant.told_between() AS r ORDER BY r', 'SELECT to_jsonb(r)::text AS r FROM whole.told_between() AS r ORDER BY r', words || ': told')
$$;
SELECT pg_temp.in_both($$INSERT INTO LEDGER.source (source_id, name) VALUES (1, 'eye')$$),
	pg_temp.in_both($$INSERT INTO LEDGER.installation (installation_id, name, location) VALUES (1, 'north', 'SRID=4326;POINT(10 50)'), (2, 'south', 'SRID=4326;POINT(10 -50)')$$),
	pg_temp.in_both($$INSERT INTO LEDGER.asset_class (asset_class_id, path, name) VALUES (1, 'air', 'aircraft'), (2, 'air.jet', 'jet')$$),
	pg_temp.in_both($$INSERT INTO LEDGER.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
		SELECT 1 + i % 2, i, 1, timestamptz '2024-01-01 00:00:00+00' + i * interval '12:00:00', 'complete', '{air}' FROM generate_series(1, 8) AS i$$),
	pg_temp.in_both($$INSERT INTO LEDGER.sighting (installation_id, observation_id, sighting_id, asset_class_id, count, designation)
		SELECT 1 + i % 2, i, i, 2, '[1,1]', CASE WHEN i % 3 = 0 THEN 'T1' END FROM generate_series(1, 6) AS i$$) \g /dev/null
SELECT pg_temp.equal('loaded');
SELECT cmp_ok((SELECT min(presence_id) FROM tenant.presence_1010), '>=', 5000::bigint, 'numbers are those of the table that the shard is of');
SELECT pg_temp.in_both($$UPDATE LEDGER.sighting SET count = '[2,2]', designation = NULL WHERE sighting_id = 3$$),
	pg_temp.in_both($$UPDATE LEDGER.asset_class SET keep_total = true WHERE asset_class_id = 1$$) \g /dev/null
SELECT pg_temp.equal('corrected');
SELECT is_empty('SELECT * FROM tenant.verify()', 'what is stored is what the evidence says');
CREATE TRIGGER t AFTER TRUNCATE ON tenant.sighting FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_all();
SELECT lives_ok('TRUNCATE tenant.sighting', 'what is emptied by its name is derived anew where the shards are');
SELECT throws_ok($$CREATE TRIGGER t AFTER INSERT ON tenant.sighting_1012 REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_observation();
	INSERT INTO tenant.sighting_1012 (installation_id, observation_id, sighting_id, asset_class_id) VALUES (1, 2, 100, 1)$$,
	'22S07', 'table tenant.sighting_1012 is not a ledger''s', 'a shard is a shard of its own table');
SELECT throws_ok($$ALTER TABLE tenant.shelter_1013 RENAME TO shelter_1014; INSERT INTO tenant.shelter_1014 VALUES (1, 1, 1)$$,
	'22S07', 'table tenant.shelter_1014 is not a ledger''s', 'of its own number');

-- placed elsewhere, and back
UPDATE pg_catalog.pg_dist_local_group SET groupid = 2;
SELECT throws_ok('SELECT * FROM tenant.told_between()', '22S07', 'ledger tenant lies on another server', 'a placement that is to go is none');
UPDATE pg_catalog.pg_dist_local_group SET groupid = 4;
SELECT pg_temp.equal('back');
UPDATE pg_catalog.pg_dist_shard SET shardid = shardid + 1000;
UPDATE pg_catalog.pg_dist_placement SET shardid = shardid + 1000;
SELECT format('ALTER TABLE tenant.%I RENAME TO %I', c.relname, regexp_replace(c.relname, '_1(0\d\d)$', '_2\1'))
FROM pg_class AS c WHERE c.relnamespace = 'tenant'::regnamespace AND c.relkind = 'r' AND c.relname ~ '_1\d\d\d$' \gexec
SELECT lives_ok($$UPDATE tenant.sighting_2012 SET count = '[4,4]' WHERE sighting_id = 3$$, 'shards with other names');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM tenant.verify()', 'are found');

-- What is emptied by its name and cannot be derived anew leaves nothing behind, as what follows shows.
SELECT throws_ok('ALTER TABLE tenant.ledger ADD COLUMN more int; TRUNCATE tenant.sighting', '22S07', 'table ledger has other columns than its shard', 'emptied, and not derived');

-- A function that is asked where the shards are works on them.
UPDATE whole.sighting SET count = '[4,4]' WHERE sighting_id = 3;
SELECT throws_ok(call, '22S07', 'ledger tenant lies here as a part of Citus, to which a function that writes must be told', 'not told: ' || call)
FROM unnest(ARRAY['SELECT tenant.rederive()', $$SELECT tenant.begin_load('by hand')$$, 'SELECT * FROM tenant.undo_load(1)', $$SELECT * FROM tenant.import_flat('lists', '{air}', E'site,date,class,count\nnorth,2024-02-01T10:00Z,jet,3')$$]) AS call;
SELECT is((SELECT count(*) FROM tenant.observation), 0::bigint, 'a table of that name is empty');
ALTER SEQUENCE tenant.observation_observation_id_seq1 RESTART 7000;
ALTER SEQUENCE tenant.sighting_sighting_id_seq1 RESTART 7000;
ALTER SEQUENCE whole.source_source_id_seq RESTART 2;
ALTER SEQUENCE whole.observation_observation_id_seq RESTART 7000;
ALTER SEQUENCE whole.sighting_sighting_id_seq RESTART 7000;
SELECT ok(ledger_answer_here('tenant.ledger', true), 'asked');
SELECT is((SELECT count(*) FROM tenant.observation), (SELECT count(*) FROM whole.observation), 'the rows of its shard, to the end of the transaction');
SELECT is((WITH o AS (SELECT * FROM tenant.observation) SELECT count(*) FROM o WHERE EXISTS (SELECT FROM tenant.sighting AS s WHERE s.observation_id = o.observation_id)),
	(SELECT count(DISTINCT observation_id) FROM tenant.sighting_2012), 'wherever in a query');
SELECT results_eq($$SELECT * FROM tenant.import_flat('lists', '{air}', E'site,date,class,count\nnorth,2024-02-01T10:00Z,jet,3\nsouth,2024-02-02T10:00Z,jet,0')$$,
	$$SELECT * FROM whole.import_flat('lists', '{air}', E'site,date,class,count\nnorth,2024-02-01T10:00Z,jet,3\nsouth,2024-02-02T10:00Z,jet,0')$$, 'an import says the same');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT to_jsonb(r)::text AS r FROM tenant.told_between() AS r ORDER BY r', 'SELECT to_jsonb(r)::text AS r FROM whole.told_between() AS r ORDER BY r', 'and brings the same');
SELECT results_eq('SELECT source_id, name FROM tenant.source_2007 ORDER BY 1', $$VALUES (1, 'eye'), (2, 'lists')$$, 'a source is numbered after those that are there');
ANALYZE tenant.observation;
SELECT set_eq($$SELECT relname::text, reltuples > 0 FROM pg_class WHERE oid IN ('tenant.observation'::regclass, 'tenant.observation_2006'::regclass)$$,
	$$VALUES ('observation', false), ('observation_2006', true)$$, 'ANALYZE is of the shard');
LOCK TABLE tenant.derivation IN ROW SHARE MODE;
SELECT results_eq($$SELECT relation::regclass::text FROM pg_locks WHERE mode = 'RowShareLock' AND relation::regclass::text ~ 'tenant.derivation' AND pid = pg_backend_pid()$$,
	$$VALUES ('tenant.derivation_2002')$$, 'LOCK TABLE is of the shard');
SELECT tenant.alert_add('all'), whole.alert_add('all') \g /dev/null
SELECT results_eq($$SELECT * FROM tenant.import_flat('lists', '{air}', E'site,date,class,count\nnorth,2024-02-03T10:00Z,jet,1')$$,
	$$SELECT * FROM whole.import_flat('lists', '{air}', E'site,date,class,count\nnorth,2024-02-03T10:00Z,jet,1')$$, 'imported with an alert');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT event_id, kind, verdict, count_after_max FROM tenant.alert_event_2014 ORDER BY 1, 2, 3', 'SELECT event_id, kind, verdict, count_after_max FROM whole.alert_event ORDER BY 1, 2, 3', 'which tells of it, by numbers of the table that the shard is of');
ALTER TABLE tenant.shelter ADD COLUMN built int;
SELECT throws_ok('SELECT * FROM tenant.shelter', '22S07', 'table shelter has other columns than its shard', 'columns are asked for by their numbers');
ALTER TABLE tenant.shelter_2013 ADD COLUMN built int;
SELECT is((SELECT count(built) FROM tenant.shelter), 0::bigint, 'which are the same again');
SELECT throws_ok($$SELECT distribute_ledger('whole')$$, '22S07', 'Citus is not installed in this database', 'without Citus nothing is distributed');

-- What is made of a ledger that lies here Citus is not told of; what comes after it is.
SET citus.enable_ddl_propagation = 'on';
CREATE TEMP TABLE propagated (tag text, setting text);
CREATE FUNCTION pg_temp.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pg_temp.propagated VALUES (tg_tag, current_setting('citus.enable_ddl_propagation'));
END
$$;
CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TYPE', 'ALTER TYPE', 'CREATE FUNCTION', 'CREATE VIEW') EXECUTE FUNCTION pg_temp.note();
SELECT create_ledger('last'), upgrade_ledger('last') \g /dev/null
SELECT set_eq('SELECT tag, setting FROM propagated', $$SELECT tag, 'off' FROM unnest('{CREATE TYPE,ALTER TYPE,CREATE FUNCTION,CREATE VIEW}'::text[]) AS tag$$, 'not told');
SELECT is(current_setting('citus.enable_ddl_propagation'), 'on', 'and told again');
SELECT * FROM finish();
ROLLBACK;
