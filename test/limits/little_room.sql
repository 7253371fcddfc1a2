-- Little memory for sorts and hashes gives the same answers; little room for their temporary
-- files the same answers or the server's own error, and nothing is lost.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(48);
SELECT create_ledger('room') \g /dev/null
INSERT INTO room.source (name) VALUES ('eye');
INSERT INTO room.installation (name, location) SELECT 'n' || i, ST_SetSRID(ST_MakePoint(i, i), 4326) FROM generate_series(1, 6) AS i;
INSERT INTO room.asset_class (path, name, payload_t) SELECT ('air.k' || k)::ltree, 'class ' || k, k FROM generate_series(1, 10) AS k;
CREATE FUNCTION pg_temp.load(looks int4range) RETURNS void LANGUAGE sql AS $$
	INSERT INTO room.observation (installation_id, observation_id, source_id, observed_at, completeness, scope)
	SELECT i, n, 1, '2024-01-01Z'::timestamptz + (n * 6 + i) * interval '1 hour', 'complete', '{air}'
	FROM generate_series(1, 6) AS i, generate_series(lower(looks), upper(looks) - 1) AS n;
	INSERT INTO room.sighting (installation_id, observation_id, asset_class_id, count, designation)
	SELECT i, n, k, int4range(v, v, '[]'), CASE WHEN v = 1 AND k < 3 THEN 'T' || n % 4 END
	FROM generate_series(1, 6) AS i, generate_series(lower(looks), upper(looks) - 1) AS n, generate_series(1, 10) AS k,
		LATERAL (SELECT 1 + abs(hashint8(i + 10 * (n / 3) + 100000 * k)) % 3 AS v) AS counted $$;
SELECT pg_temp.load('[1, 250)') \g /dev/null
ANALYZE room.observation, room.sighting, room.presence;

CREATE TEMP TABLE question AS SELECT * FROM (VALUES
	('changes', 'SELECT * FROM room.changes(''2024-02-01'', ''2024-03-01'')'),
	('changes of individuals', 'SELECT * FROM room.changes(''2024-02-01'', ''2024-03-01'', asset => ''class 1'', by => ''individual'')'),
	('changes as known', 'SELECT * FROM room.changes(''2024-02-01'', ''2024-03-01'', installation => ''n1'', asset => ''class 7'', known_at => now())'),
	('changes that may be', 'SELECT * FROM room.changes(''2024-02-01'', ''2024-03-01'', mode => ''possible'', by => ''individual'')'),
	('between looks', 'SELECT * FROM room.between_looks(n => 40)'),
	('changes since', 'SELECT * FROM room.changes_since(''2024-01-01'')'),
	('inventory', 'SELECT * FROM room.inventory(''2024-03-01'', mode => ''possible'')'),
	('inventory of an age', 'SELECT * FROM room.inventory(''2024-03-20'', max_age => ''5 days'')'),
	('timeline', 'SELECT * FROM room.timeline(''2024-02-01'', ''2024-03-01'')'),
	('turnover', 'SELECT * FROM room.turnover(''2024-02-01'', ''2024-03-01'')'),
	('persistence', 'SELECT * FROM room.persistence()'),
	('coverage', 'SELECT * FROM room.coverage(''2024-01-01'', ''2024-04-01'')'),
	('stale', 'SELECT * FROM room.stale(''2024-05-01'', ''1 day'')'),
	('movements', 'SELECT * FROM room.movements(''2024-02-01'', ''2024-02-02'')'),
	('expected_count', 'SELECT * FROM room.expected_count(''2024-02-03'')'),
	('change_log', 'SELECT * FROM room.change_log'),
	('presence_flat', 'SELECT * FROM room.presence_flat'),
	('dwc_occurrence', 'SELECT * FROM room.dwc_occurrence'),
	('from scratch', 'SELECT * FROM room.presence_from_scratch()'),
	('presences', 'SELECT presences(sighting(o.observed_at, i.location, s.count) ORDER BY s.sighting_id) FROM room.sighting AS s
		JOIN room.observation AS o USING (installation_id, observation_id) JOIN room.installation AS i USING (installation_id) GROUP BY i.name, s.asset_class_id')
	) AS q (name, text);
CREATE TEMP TABLE answer (name text, setting text, answer text);
CREATE FUNCTION pg_temp.ask(named text, setting text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (SELECT format('INSERT INTO answer SELECT %L, %L, q::text FROM (%s) AS q', name, setting, text) FROM question WHERE name = named);
	RETURN '00000';
EXCEPTION WHEN configuration_limit_exceeded THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.differing(named text, other text) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM (
		(SELECT answer FROM answer WHERE name = named AND setting = 'usual' EXCEPT ALL SELECT answer FROM answer WHERE name = named AND setting = other)
		UNION ALL
		(SELECT answer FROM answer WHERE name = named AND setting = other EXCEPT ALL SELECT answer FROM answer WHERE name = named AND setting = 'usual')) AS d $$;
SELECT pg_temp.ask(name, 'usual') FROM question \g /dev/null
SELECT is((SELECT count(DISTINCT name) FROM answer), (SELECT count(*) FROM question), 'every question has an answer');

SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SET maintenance_work_mem = '1MB';
SELECT pg_temp.ask(name, 'little memory') FROM question \g /dev/null
SET temp_file_limit = '128kB';
CREATE TEMP TABLE outcome AS SELECT name, pg_temp.ask(name, 'little room') AS code FROM question;
SELECT is_empty('SELECT FROM room.presence_from_scratch() LIMIT 0', 'the session goes on');
SELECT ok((SELECT count(*) FROM outcome WHERE code = '53400') BETWEEN 1 AND 19, 'some fail, some do not');
SELECT diag('failed: ' || string_agg(name, ', ')) FROM outcome WHERE code = '53400';
RESET temp_file_limit;
SELECT is(pg_temp.differing(name, 'little memory'), 0::bigint, name || ' with little memory') FROM question;
SELECT is(CASE WHEN code = '00000' THEN pg_temp.differing(name, 'little room') END, CASE WHEN code = '00000' THEN 0::bigint END,
	name || ' with little room: ' || code) FROM outcome;

-- loads
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (SELECT count(*) FROM room.observation), (SELECT count(*) FROM room.sighting), (SELECT count(*) FROM room.presence),
		(SELECT count(*) FROM room.pending)) $$;
-- Not within a subtransaction: the server itself then fails once more over a trigger's
-- transition table, and gives up the whole transaction.
SELECT pg_temp.state() AS before \gset
SET temp_file_limit = '128kB';
\set ON_ERROR_STOP off
SELECT pg_temp.load('[250, 800)') \g /dev/null
\set code :SQLSTATE
\set ON_ERROR_STOP on
RESET temp_file_limit;
SELECT is(:'code'::text, '53400', 'a load has no room');
SELECT is(pg_temp.state(), :'before', 'nothing is lost');
SELECT is_empty('SELECT FROM room.verify()', 'and nothing is wrong');
SELECT pg_temp.load('[250, 800)') \g /dev/null
SELECT is((SELECT count(*) FROM room.sighting), 6::bigint * 799 * 10, 'with little memory alone it is done');
SELECT is_empty('SELECT FROM room.verify()', 'and right');
SELECT * FROM finish();
