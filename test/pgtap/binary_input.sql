-- Binary COPY of damaged bytes, sightings, presences, watches and arrays of them: each is
-- refused with an SQLSTATE, or is a value like any other, and has its place in every index.
-- The bytes are damaged by arithmetic, the same everywhere;
-- BINARY_MUTATIONS=200000 damages more.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
SELECT plan(17);
CREATE SCHEMA binary_input;
SET search_path = binary_input, public;

CREATE TABLE good (n int PRIMARY KEY, one sighting, run presence, question watch, ones sighting[], runs presence[], questions watch[]);
INSERT INTO good (n, one, run, question) VALUES
	(1, '2 POINT(35.9487 35.4008)@2024-12-13 09:00:00Z', '2..5 POINT(35.9487 35.4008)@(2024-12-05 00:00:00Z, [2024-12-13 09:00:00Z, 2024-12-15 09:00:00Z], infinity)',
		'[2024-12-05 00:00:00Z, 2024-12-13 23:59:59Z] BOX(35 34, 37 36) possible'),
	(2, '0.. POINT(-180 90)@4714-11-24 00:00:00Z BC', '1.. POINT(180 -90)@(-infinity, [4714-11-24 00:00:00Z BC, 294276-12-31 23:59:59Z], 294276-12-31 23:59:59.999999Z)',
		'[2024-12-05 00:00:00Z, 2024-12-13 23:59:59Z] BOX(170 -20, -170 20) certain max_age P3DT12H'),
	(3, NULL, '1 POINT(0 0)@(2024-01-01 00:00:00Z, [2024-01-01 00:00:00.000001Z, 2024-01-01 00:00:00.000002Z], 2024-01-01 00:00:00.000003Z)',
		'[4714-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z]');
UPDATE good SET ones = ARRAY[one, NULL, one], runs = ARRAY[run, run, NULL], questions = ARRAY[[question, NULL], [question, question]];

CREATE TABLE taken (one sighting, run presence, question watch, ones sighting[], runs presence[], questions watch[]);
CREATE INDEX taken_one_gist ON taken USING gist (one);
CREATE INDEX taken_one_btree ON taken (one);
CREATE INDEX taken_one_hash ON taken USING hash (one);
CREATE INDEX taken_one_brin ON taken USING brin (one) WITH (pages_per_range = 1, autosummarize = off);
CREATE INDEX taken_gist ON taken USING gist (run);
CREATE INDEX taken_time ON taken USING gist (run presence_gist_time_ops);
CREATE INDEX taken_btree ON taken (run);
CREATE INDEX taken_hash ON taken USING hash (run);
CREATE INDEX taken_brin ON taken USING brin (run) WITH (pages_per_range = 1, autosummarize = off);

\set file '/tmp/pg_sightings_binary_input_' :DBNAME '.copy'
SELECT set_config('binary_input.file', :'file', false) AS set \gset
-- what COPY writes of each row
CREATE TABLE written (n int, file bytea);
DO $$
DECLARE
	lob oid;
BEGIN
	FOR i IN 1 .. 3 LOOP
		EXECUTE format('COPY (SELECT one, run, question, ones, runs, questions FROM good WHERE n = %s) TO %L (FORMAT binary)', i, current_setting('binary_input.file'));
		lob := lo_import(current_setting('binary_input.file'));
		INSERT INTO written VALUES (i, lo_get(lob));
		PERFORM lo_unlink(lob);
	END LOOP;
END $$;

-- the k-th number below n of mutation i
CREATE FUNCTION chance(i int, k int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ((hashint8extended(i, k) & 4294967295) % n)::int $$;

-- One to three wounds. Numbers of four and eight bytes go where fields begin; 21 bytes come
-- before the first, and every length is a multiple of four.
CREATE FUNCTION damaged(file bytea, i int) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	whole CONSTANT int[] := '{0,1,-1,2,-2147483648,2147483647,2147483646,1800000000,1800000001,-1800000001,900000000,900000001,-900000001,3,255}';
	long CONSTANT bigint[] := '{0,1,-1,-9223372036854775808,-9223372036854775807,9223372036854775807,9223372036854775806,-211813488000000000,-211813488000000001,9223371331199999999,9223371331200000000,1000000}';
	at int;
	field int;
BEGIN
	FOR wound IN 1 .. 1 + chance(i, 1, 3) LOOP
		EXIT WHEN length(file) < 40;
		at := chance(i, 10 * wound, length(file));
		field := 21 + 4 * chance(i, 10 * wound, (length(file) - 32) / 4);
		CASE chance(i, 10 * wound + 1, 8)
			WHEN 0 THEN file := set_byte(file, at, chance(i, 10 * wound + 2, 256));
			WHEN 1 THEN file := set_bit(file, 8 * at + chance(i, 10 * wound + 2, 8), chance(i, 10 * wound + 3, 2));
			WHEN 2 THEN file := overlay(file PLACING int4send(whole[1 + chance(i, 10 * wound + 2, cardinality(whole))]) FROM field + 1);
			WHEN 3, 4 THEN file := overlay(file PLACING int8send(long[1 + chance(i, 10 * wound + 2, cardinality(long))]) FROM field + 1);
			WHEN 5 THEN file := overlay(file PLACING substring(file FROM 22 + 4 * chance(i, 10 * wound + 2, (length(file) - 32) / 4) FOR 8) FROM field + 1);
			WHEN 6 THEN file := overlay(file PLACING int8send(hashint8extended(i, 10 * wound + 2)) FROM field + 1);
			ELSE file := CASE WHEN chance(i, 10 * wound + 2, 2) = 0 THEN substring(file FOR at)
				ELSE overlay(file PLACING '\x00'::bytea FROM at + 1 FOR 0) END;
		END CASE;
	END LOOP;
	RETURN file;
END $$;

-- What becomes of it: NULL if it was taken, or SQLSTATE and message.
CREATE FUNCTION copied(file bytea, OUT code text, OUT message text) LANGUAGE plpgsql AS $$
DECLARE
	lob oid := lo_from_bytea(0, file);
BEGIN
	PERFORM lo_export(lob, current_setting('binary_input.file')), lo_unlink(lob);
	EXECUTE format('COPY taken FROM %L (FORMAT binary)', current_setting('binary_input.file'));
EXCEPTION WHEN OTHERS THEN
	code := sqlstate;
	message := sqlerrm;
END $$;

SELECT is((SELECT string_agg(coalesce(code, 'taken'), ' ') FROM written, copied(file)), 'taken taken taken', 'what is not damaged is taken');
TRUNCATE taken;
CREATE TABLE outcome (i int, code text, message text);
\set mutations `echo "${BINARY_MUTATIONS:-2000}"`
SELECT set_config('binary_input.mutations', :'mutations', false) AS set \gset
-- a transaction for each thousand: it holds a lock on every large object that it dropped
DO $$
DECLARE
	last CONSTANT int := current_setting('binary_input.mutations');
BEGIN
	FOR thousand IN 0 .. (last - 1) / 1000 LOOP
		INSERT INTO outcome
		SELECT i, damage.* FROM generate_series(1000 * thousand + 1, least(1000 * thousand + 1000, last)) AS i
		JOIN written ON n = 1 + i % 3, LATERAL copied(damaged(file, i)) AS damage;
		COMMIT;
	END LOOP;
END $$;

SELECT cmp_ok((SELECT count(*) FROM outcome WHERE code IS NULL), '>', (SELECT count(*) / 10 FROM outcome), 'a good part of it is still a value');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE code IS NOT NULL), '>', (SELECT count(*) / 10 FROM outcome), 'a good part of it is not');
SELECT is((SELECT string_agg(DISTINCT code, ' ' ORDER BY code) FROM outcome WHERE code LIKE '22S%'), '22S03 22S04 22S05 22S06', 'every check of ours refused something');
-- COPY's own and arrays' own besides: bad file, bad message, other element type, too large, zero bytes left over
SELECT is_empty($$SELECT code, message, min(i) FROM outcome WHERE code NOT LIKE '22S%' AND code NOT IN ('22P03', '22P04', '08P01', '42804', '54000', '2202E') GROUP BY 1, 2$$,
	'what is refused is refused as bad data');

-- What was taken is sound: the same from text and from binary, and as the model wants it.
ALTER TABLE taken ADD n serial;
SELECT is_empty($$SELECT n, one FROM taken WHERE sighting_send(one::text::sighting) IS DISTINCT FROM sighting_send(one)$$, 'sightings come back from text');
SELECT is_empty($$SELECT n, run FROM taken WHERE presence_send(run::text::presence) IS DISTINCT FROM presence_send(run)$$, 'presences come back from text');
SELECT is_empty($$SELECT n, question FROM taken WHERE watch_send(question::text::watch) IS DISTINCT FROM watch_send(question)$$, 'watches come back from text');
SELECT is_empty($$SELECT n FROM taken WHERE array_send(ones::text::sighting[]) IS DISTINCT FROM array_send(ones)
	OR array_send(runs::text::presence[]) IS DISTINCT FROM array_send(runs) OR array_send(questions::text::watch[]) IS DISTINCT FROM array_send(questions)$$, 'so do arrays');
CREATE TABLE again (LIKE taken);
COPY taken TO :'file' (FORMAT binary);
COPY again FROM :'file' (FORMAT binary);
SELECT is_empty($$SELECT n FROM taken FULL JOIN again USING (n) WHERE taken::text IS DISTINCT FROM again::text
	OR presence_send(taken.run) IS DISTINCT FROM presence_send(again.run)$$, 'and from binary COPY');
CREATE VIEW every_presence AS SELECT run AS p FROM taken WHERE run IS NOT NULL UNION ALL SELECT p FROM taken, unnest(runs) AS p WHERE p IS NOT NULL;
SELECT is_empty($$SELECT p FROM every_presence WHERE ((not_seen_at(p) < first_seen(p) AND first_seen(p) <= last_seen(p) AND last_seen(p) < gone_by(p))
	AND (isfinite(first_seen(p)) AND isfinite(last_seen(p)) AND not_seen_at(p) < 'infinity' AND gone_by(p) > '-infinity')
	AND abs(lon(p)) <= 180 AND abs(lat(p)) <= 90 AND count_min(p) >= 0 AND (count_max(p) IS NULL OR count_max(p) >= greatest(count_min(p), 1))) IS NOT TRUE$$, 'presences are as they must be');
SELECT is_empty($$SELECT w FROM (SELECT question AS w FROM taken UNION ALL SELECT w FROM taken, unnest(questions) AS w) AS q WHERE w IS NOT NULL
	AND (isfinite(from_date(w)) AND isfinite(to_date(w)) AND from_date(w) < to_date(w) AND lat_min(w) <= lat_max(w) AND lon_min(w) BETWEEN -180 AND 180
	AND lon_max(w) BETWEEN -180 AND 180 AND lat_min(w) >= -90 AND lat_max(w) <= 90 AND mode(w) IN ('last_known', 'certain', 'possible')
	AND coalesce(max_age(w), '1 s') > '0') IS NOT TRUE$$, 'watches are as they must be');

-- Each watch that was taken, and a few more, of each value by scan and by the index.
CREATE TABLE asked AS
SELECT n, question AS w FROM taken WHERE question IS NOT NULL AND n % (SELECT 1 + count(*) / 40 FROM taken) = 0
UNION ALL SELECT -1, '[4714-11-24 00:00:00Z BC, 294276-12-31 23:59:59.999999Z] possible' UNION ALL SELECT -2, '[2024-12-13 00:00:00Z, 2024-12-14 00:00:00Z]';
CREATE TABLE by_scan AS
SELECT asked.n AS asked, taken.n, run, run <~> w AS changed, NULL::sighting AS one FROM asked JOIN taken ON run && w
UNION ALL SELECT asked.n, taken.n, NULL, NULL, one FROM asked JOIN taken ON one && w;
SELECT cmp_ok((SELECT count(*) FROM by_scan), '>', 1000::bigint, 'there are answers');
SET jit = off;	-- a forbidden scan looks dear
SET enable_seqscan = off;
CREATE FUNCTION differ(index text, col text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	other text;
	differ bigint;
BEGIN
	FOR other IN SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'taken'::regclass AND indexrelid::regclass::text <> index LOOP
		EXECUTE format('DROP INDEX %s', other);
	END LOOP;
	EXECUTE format($q$CREATE TEMP TABLE by_index AS SELECT asked.n AS asked, taken.n, %1$I FROM asked JOIN taken ON %1$I && w$q$, col);
	EXECUTE format($q$SELECT count(*) FROM (
		(SELECT asked, n, %1$I FROM by_scan WHERE %1$I IS NOT NULL EXCEPT ALL TABLE by_index)
		UNION ALL (TABLE by_index EXCEPT ALL SELECT asked, n, %1$I FROM by_scan WHERE %1$I IS NOT NULL)) AS d$q$, col) INTO differ;
	RAISE SQLSTATE 'UNDO0' USING MESSAGE = differ;
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN sqlerrm;
END $$;
CREATE VIEW disagreeing AS
SELECT index, differ(index, CASE WHEN index LIKE 'taken\_one%' THEN 'one' ELSE 'run' END) AS rows
FROM unnest(ARRAY['taken_one_gist', 'taken_one_brin', 'taken_gist', 'taken_time', 'taken_brin']) AS index;
SELECT is_empty('SELECT * FROM disagreeing WHERE rows <> 0', 'indexes that grew with it say what the scan says');
REINDEX TABLE taken;
SELECT is_empty('SELECT * FROM disagreeing WHERE rows <> 0', 'and when they are built anew');
SELECT is((SELECT count(*) FROM (SELECT run FROM taken WHERE run IS NOT NULL ORDER BY run) AS x), (SELECT count(run) FROM again), 'the order has all of them');
SELECT is_empty('SELECT a.n FROM again a WHERE run IS NOT NULL AND NOT EXISTS (SELECT FROM taken t WHERE t.run = a.run AND t.n = a.n)', 'each is found by equality');

\set remove 'cat > /dev/null; rm -f ' :file
COPY (SELECT) TO PROGRAM :'remove';
DROP SCHEMA binary_input CASCADE;
SELECT * FROM finish();
