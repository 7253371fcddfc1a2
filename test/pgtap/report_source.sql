-- What one source says, and places within metres of a point. What a report says with source =>
-- is what it says in a ledger that holds the looks of this source alone.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(75);

SELECT create_ledger('several');
SELECT create_ledger('one');

CREATE FUNCTION pick(a int, b int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS
    'SELECT ((a * 7919 + b * 104729 + (a * b) % 101 * 31) % 1009) % n';

CREATE PROCEDURE fill(ledger name, only_source int) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL search_path = %I, public', ledger);
    INSERT INTO installation (installation_id, name, location)
    SELECT n, 'Port ' || n, ST_SetSRID(ST_MakePoint(179.9 + n * 0.05 - CASE WHEN n > 2 THEN 360 ELSE 0 END, 60), 4326)
    FROM generate_series(1, 5) AS n;
    INSERT INTO source (source_id, name, min_confidence) VALUES (0, 'Eye', NULL), (7, 'Sky-Net', 0.8), (9, 'never', NULL);
    INSERT INTO asset_class (asset_class_id, path, name, keep_total, max_gsd_m)
    VALUES (1, 'ship', 'ship', true, NULL), (2, 'ship.war', 'warship', false, 5), (3, 'ship.trade', 'trader', false, NULL);
    INSERT INTO shelter (installation_id, asset_class_id, hidden_max) VALUES (2, 3, 1);
    INSERT INTO observation (installation_id, observation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m, recorded_at)
    SELECT place, look, CASE WHEN pick(look, 1, 2) = 0 THEN 0 ELSE 7 END,
           CASE WHEN pick(look, 2, 7) = 0 THEN at - interval '30 hours' END, at,
           CASE WHEN pick(look, 3, 3) = 0 THEN 'partial' ELSE 'complete' END, '{ship}',
           (ARRAY[NULL, 1, 10])[1 + pick(look, 4, 3)], timestamptz '2024-06-01' + pick(look, 5, 10) * interval '1 day'
    FROM generate_series(1, 150) AS look
    CROSS JOIN LATERAL (SELECT 1 + look % 5 AS place, timestamptz '2024-01-01' + (look / 2) * interval '17 hours' AS at) AS it
    WHERE only_source IS NULL OR CASE WHEN pick(look, 1, 2) = 0 THEN 0 ELSE 7 END = only_source;
    INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence, recorded_at)
    SELECT o.installation_id, o.observation_id, 1 + pick(o.observation_id::int, s + 10, 3),
           (ARRAY[NULL, 'moored', 'loading'])[1 + pick(o.observation_id::int, s + 20, 3)],
           CASE WHEN pick(o.observation_id::int, s + 30, 4) = 0 THEN 'N' || pick(o.observation_id::int, s + 40, 3) END,
           CASE WHEN pick(o.observation_id::int, s + 30, 4) = 0 THEN '[1,1]'
               ELSE int4range(pick(o.observation_id::int, s + 50, 3), 3 + pick(o.observation_id::int, s + 60, 3)) END,
           (ARRAY[1, 1, 0.7])[1 + pick(o.observation_id::int, s + 70, 3)], o.recorded_at
    FROM observation AS o
    CROSS JOIN generate_series(1, 3) AS s
    WHERE s <= pick(o.observation_id::int, 9, 4);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET LOCAL search_path = public;
END $$;
CALL fill('several', NULL);
CALL fill('one', 7);
SELECT cmp_ok((SELECT count(*) FROM several.observation WHERE source_id = 7), '>', 40::bigint, 'the source has looks');
SELECT cmp_ok((SELECT count(*) FROM several.observation WHERE source_id = 0), '>', 40::bigint, 'and so has another');

-- asks one ledger with source =>, the other without
CREATE FUNCTION same(report text, arguments text, what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
    excess bigint;
    n bigint;
BEGIN
    EXECUTE format('SELECT (SELECT count(*) FROM (SELECT r::text FROM one.%1$s(%2$s) AS r EXCEPT ALL SELECT r::text FROM several.%1$s(%2$s, source => %3$L) AS r) AS x),'
                   '(SELECT count(*) FROM (SELECT r::text FROM several.%1$s(%2$s, source => %3$L) AS r EXCEPT ALL SELECT r::text FROM one.%1$s(%2$s) AS r) AS x),'
                   '(SELECT count(*) FROM one.%1$s(%2$s) AS r)', report, arguments, 'sky net') INTO missing, excess, n;
    RETURN NEXT is(ARRAY[missing, excess], ARRAY[0, 0]::bigint[], report || what);
    RETURN NEXT cmp_ok(n, '>', 0::bigint, report || what || ' has rows');
END $$;

SELECT same('changes', format('''2024-01-10'', ''2024-02-03'', mode => %L, by => %L', mode, by), ' ' || mode || ' by ' || by)
FROM unnest(ARRAY['last_known', 'certain', 'possible']) AS mode, unnest(ARRAY['class', 'status', 'individual']) AS by;
SELECT same('inventory', format('''2024-01-30'', mode => %L, by => %L', mode, by), ' ' || mode || ' by ' || by)
FROM unnest(ARRAY['last_known', 'possible']) AS mode, unnest(ARRAY['class', 'status', 'individual']) AS by;
SELECT same('inventory', '''2024-01-30'', max_age => ''2 days''', ' with an age');
SELECT same('inventory', '''2024-02-15'', known_at => ''2024-06-05''', ' as was known');
SELECT same('between_looks', 'n => 2', '');
SELECT same('timeline', '''2024-01-01'', ''2024-02-03'', by => ''status''', ' by status');
SELECT same('turnover', '''2024-01-10'', ''2024-02-03''', '');
SELECT same('changes_since', '''2024-06-05''', '');
SELECT same('coverage', '''2024-01-10'', ''2024-02-03''', '');
SELECT same('told_between', 'by => ''individual''', ' by individual');
SELECT same('stale', '''2024-02-03'', ''1 day''', '');
SELECT is_empty($$SELECT * FROM several.changes('2024-01-10', '2024-02-03', source => 'never')$$, 'who never looked has told nothing');
SELECT isnt_empty($$SELECT * FROM several.inventory('2024-02-03', source => 'Eye')$$, 'a key of 0 is one');
SELECT throws_ok($$SELECT * FROM several.changes('2024-01-10', '2024-02-03', source => 'Skynt')$$, '22S07',
    'unknown source "Skynt"', 'an unknown source');

-- a roll-up: the totals of all classes at a depth
SELECT results_eq(format($$SELECT r::text COLLATE "C" FROM several.%s, depth => 2) AS r ORDER BY 1$$, report),
    format($$SELECT r::text COLLATE "C" FROM unnest(ARRAY['warship', 'trader']) AS class, several.%s, total => class) AS r ORDER BY 1$$, report), 'depth: ' || report)
FROM unnest(ARRAY[$$changes('2024-01-10', '2024-02-03', mode => 'possible'$$, $$inventory('2024-01-30'$$, $$turnover('2024-01-10', '2024-02-03'$$,
    $$timeline('2024-01-10', '2024-02-03'$$, $$told_between(source => 'Eye'$$]) AS report;
SELECT results_eq($$SELECT DISTINCT asset_class FROM several.inventory('2024-01-30', depth => 1)$$, ARRAY['ship'], 'what was told below the depth counts there');
SELECT results_eq($$SELECT DISTINCT asset_class FROM several.inventory('2024-01-30', asset => 'warship', depth => 2)$$, ARRAY['warship'], 'of the classes named');
SELECT throws_ok($$SELECT * FROM several.inventory('2024-01-30', asset => 'warship', depth => 1)$$, '22S07', 'no asset class lies at depth 1', 'none there');
SELECT throws_ok($$SELECT * FROM several.inventory('2024-01-30', total => 'warship', depth => 1)$$, '22S07', 'depth goes neither with total nor with by', 'with total');
SELECT throws_ok($$SELECT * FROM several.inventory('2024-01-30', by => 'status', depth => 1)$$, '22S07', NULL, 'with by');

-- within metres: what PostGIS says of places and the point, over the antimeridian
CREATE FUNCTION near(metres float8) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(name ORDER BY name) FROM several.installation
    WHERE ST_DWithin(location::geography, ST_SetSRID(ST_MakePoint(180, 60), 4326)::geography, metres) $$;
SELECT is(near(3000), ARRAY['Port 1', 'Port 2', 'Port 3'], 'three are near, on either side');
SELECT is((SELECT array_agg(DISTINCT installation ORDER BY installation)
           FROM several.inventory('2024-02-03', ST_SetSRID(ST_MakePoint(180, 60), 4326), mode => m, within => 3000)), near(3000), 'inventory, ' || m)
FROM unnest(ARRAY['last_known', 'possible']) AS m;
SELECT is((SELECT array_agg(DISTINCT installation ORDER BY installation)
           FROM several.inventory('2024-02-03', ST_SetSRID(ST_MakePoint(180, 60), 4326), within => m)), near(m), 'to the metre, on the ellipsoid: ' || m - floor(far) || ' beyond')
FROM several.installation, ST_Distance(location::geography, 'SRID=4326;POINT(180 60)'::geography) AS far, unnest(ARRAY[floor(far), ceil(far)]) AS m WHERE name = 'Port 1';
SELECT results_eq($$SELECT r::text COLLATE "C" FROM several.changes('2024-01-10', '2024-02-03', ST_SetSRID(ST_MakePoint(180, 60), 4326), within => 3000) AS r ORDER BY 1$$,
    $$SELECT r::text COLLATE "C" FROM several.changes('2024-01-10', '2024-02-03') AS r WHERE installation = ANY (near(3000)) ORDER BY 1$$, 'changes');
SELECT results_eq($$SELECT installation FROM several.coverage('2024-01-10', '2024-02-03', ST_SetSRID(ST_MakePoint(180, 60), 4326), within => 6000)$$,
    $$SELECT unnest(near(6000))$$, 'coverage');
SELECT throws_ok($$SELECT * FROM several.inventory('2024-02-03', within => 3000)$$, '22S07', 'within needs an area', 'metres of nothing');
SELECT throws_ok($$SELECT * FROM several.coverage('2024-01-10', '2024-02-03', within => 3000)$$, '22S07', 'within needs an area', 'of coverage too');
SELECT throws_ok($$SELECT * FROM several.inventory('2024-02-03', ST_MakeEnvelope(0, 0, 1, 1, 4326), within => 3000)$$, '22S02', NULL, 'metres of an area');
SELECT throws_ok(format($$SELECT * FROM several.inventory('2024-02-03', ST_SetSRID(ST_MakePoint(180, 60), 4326), within => %L)$$, m), '22S07', NULL, m || ' metres')
FROM unnest(ARRAY['-1', 'NaN']) AS m;

SELECT * FROM finish();
ROLLBACK;
