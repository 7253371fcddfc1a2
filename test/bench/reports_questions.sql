-- What is asked: of the ledger (ours) and of the analyst's tables (hand), as text with places
-- {d1} {d2} (dates) {site} {class} {area} (wkt) {z} {x} {y} {known} for reports_run.sql.
--
-- The analyst's rule: at a date counts the last complete look not after it; a later partial
-- look that shows more makes that the least. The two dates are joined in full. Of doubt, of
-- sources and of what came and went between the dates the analyst says nothing.
\set ON_ERROR_STOP on
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
SET search_path = bench, public;
\ir clock.sql

-- {at}: the instant before which looks count; {known}: '' or what was known
CREATE FUNCTION last_complete(at text, known text) RETURNS text LANGUAGE sql RETURN format($$
	LEFT JOIN LATERAL (
		SELECT id, observed_at FROM plain.observation AS o
		WHERE o.installation = i.id AND o.complete AND o.observed_at < %s %s
		ORDER BY o.observed_at DESC LIMIT 1)$$, at, known);

CREATE FUNCTION state(look text, at text, known text) RETURNS text LANGUAGE sql RETURN format($$
	SELECT site.id AS installation, s.class, max(s.n) AS least,
		CASE WHEN max(s.n) = max(s.n) FILTER (WHERE o.complete) THEN max(s.n) END AS most,
		max(o.observed_at) AS looked_at, max(o.id) AS look
	FROM site JOIN plain.observation AS o ON o.installation = site.id AND o.observed_at >= %1$s_at AND o.observed_at < %2$s %3$s
		JOIN plain.sighting AS s ON s.observation = o.id
	GROUP BY site.id, s.class$$, look, at, known);

-- filter chooses of plain.installation AS i
CREATE FUNCTION hand_changes(filter text, narrow bool DEFAULT false, known text DEFAULT '') RETURNS text LANGUAGE sql RETURN format($$
WITH site AS MATERIALIZED (
	SELECT i.*, c1.id AS look1, coalesce(c1.observed_at, '-infinity') AS look1_at, c2.id AS look2, coalesce(c2.observed_at, '-infinity') AS look2_at
	FROM plain.installation AS i %3$s AS c1 ON true %4$s AS c2 ON true
	WHERE %1$s AND i.id IN (SELECT o.installation FROM plain.observation AS o WHERE o.observed_at >= {t1} AND o.observed_at < {t2} %7$s)
),
before AS (%5$s),
after AS (%6$s),
both_dates AS (
	SELECT installation, class,
		CASE WHEN before.class IS NOT NULL THEN before.least WHEN look1 IS NOT NULL THEN 0 END AS count_before_min,
		CASE WHEN before.class IS NOT NULL THEN before.most WHEN look1 IS NOT NULL THEN 0 END AS count_before_max,
		CASE WHEN after.class IS NOT NULL THEN after.least WHEN look2 IS NOT NULL THEN 0 END AS count_after_min,
		CASE WHEN after.class IS NOT NULL THEN after.most WHEN look2 IS NOT NULL THEN 0 END AS count_after_max,
		coalesce(before.looked_at, look1_at) AS before_looked_at, coalesce(after.looked_at, look2_at) AS after_looked_at,
		coalesce(before.look, look1) AS before_look, coalesce(after.look, look2) AS after_look,
		look1_at, look2_at, name, location
	FROM before FULL JOIN after USING (installation, class) JOIN site ON site.id = installation
)
SELECT b.name AS installation, class.name AS asset_class, %2$s
	CASE WHEN count_before_min IS NULL THEN 'first look' WHEN count_after_min > count_before_max THEN
		CASE count_before_max WHEN 0 THEN 'arrived' ELSE 'increased' END ELSE
		CASE count_after_max WHEN 0 THEN 'departed' ELSE 'decreased' END END AS verdict
FROM both_dates AS b JOIN plain.class ON class.id = b.class
WHERE count_before_min IS NULL OR count_after_min > count_before_max OR count_after_max < count_before_min$$,
	filter, 'count_before_min, count_before_max, count_after_min, count_after_max, ' || CASE WHEN narrow THEN '' ELSE
	'class.path AS class_path, count_after_min - count_before_max AS change_min, count_after_max - count_before_min AS change_max,
	before_looked_at = look1_at AND after_looked_at = look2_at AS certain, before_looked_at, after_looked_at, before_look, after_look,
	ST_X(location) AS lon, ST_Y(location) AS lat, location AS geom,' END,
	last_complete('{t1}', known), last_complete('{t2}', known), state('look1', '{t1}', known), state('look2', '{t2}', known), known);

CREATE FUNCTION hand_inventory(filter text) RETURNS text LANGUAGE sql RETURN format($$
WITH site AS MATERIALIZED (
	SELECT i.*, c.id AS look, coalesce(c.observed_at, '-infinity') AS look_at FROM plain.installation AS i %s AS c ON true WHERE %s
)
SELECT site.name AS installation, class.name AS asset_class, class.path AS class_path, least AS count_min, most AS count_max,
	CASE WHEN looked_at = look_at THEN 'told' ELSE 'carried' END AS state, looked_at, s.look,
	ST_X(location) AS lon, ST_Y(location) AS lat, location AS geom
FROM (%s) AS s JOIN site ON site.id = installation JOIN plain.class ON class.id = class$$,
	last_complete('{t2}', ''), filter, state('look', '{t2}', ''));

-- A site's looks from the last complete one before {since} on, in periods: each begins with a
-- complete look and ends at the next.
CREATE FUNCTION periods(since text, until text) RETURNS text LANGUAGE sql RETURN format($$
	SELECT o.*, count(*) FILTER (WHERE complete) OVER (ORDER BY observed_at) AS period,
		min(observed_at) FILTER (WHERE complete) OVER (ORDER BY observed_at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS ends
	FROM plain.observation AS o
	WHERE o.installation = i.id AND o.observed_at < %2$s AND o.observed_at >= coalesce(
		(SELECT max(observed_at) FROM plain.observation WHERE installation = i.id AND complete AND observed_at < %1$s), '-infinity')$$,
	since, until);

CREATE FUNCTION hand_timeline(filter text, of_class text) RETURNS text LANGUAGE sql RETURN format($$
SELECT day + interval '1 day' - interval '1 us' AS at, i.name AS installation, class.name AS asset_class, class.path AS class_path,
	least AS count_min, CASE WHEN most = least THEN most END AS count_max,
	CASE WHEN looked_at::date = day::date THEN 'observed' ELSE 'last known' END AS state, looked_at,
	ST_X(location) AS lon, ST_Y(location) AS lat, location AS geom
FROM plain.installation AS i CROSS JOIN LATERAL (
	SELECT s.class, observed_at AS looked_at, max(s.n) OVER told AS least, max(s.n) FILTER (WHERE complete) OVER told AS most,
		coalesce(lead(observed_at) OVER told, ends, 'infinity') AS until
	FROM (%s) AS o JOIN plain.sighting AS s ON s.observation = o.id %s
	WINDOW told AS (PARTITION BY period, s.class ORDER BY observed_at)
) AS seen CROSS JOIN LATERAL generate_series(greatest({d1}, looked_at::date), least({d2}, (until::date - 1)), interval '1 day') AS day
	JOIN plain.class ON class.id = seen.class
WHERE %s
ORDER BY i.name, class.path, day$$, periods('{t1}', '{t2}'), of_class, filter);

CREATE FUNCTION hand_log(filter text, since text, until text, of_class text DEFAULT '') RETURNS text LANGUAGE sql RETURN format($$
SELECT i.name AS installation, class.name AS asset_class, class.path AS class_path,
	CASE WHEN before_min IS NULL THEN 'first look' WHEN least > before_max THEN CASE before_max WHEN 0 THEN 'arrived' ELSE 'increased' END
		ELSE CASE most WHEN 0 THEN 'departed' ELSE 'decreased' END END AS verdict,
	before_min AS count_before_min, before_max AS count_before_max, least AS count_after_min, most AS count_after_max,
	happened_after, observed_at AS happened_by, ST_X(location) AS lon, ST_Y(location) AS lat, location AS geom
FROM plain.installation AS i CROSS JOIN LATERAL (
	WITH look AS (%s),
	seen AS (SELECT look.id, s.class, s.n FROM look JOIN plain.sighting AS s ON s.observation = look.id %s),
	told AS (
		SELECT class, observed_at, max(n) OVER told AS least, max(n) FILTER (WHERE complete) OVER told AS base
		FROM (
			SELECT look.*, class, coalesce(n, 0) AS n
			FROM (SELECT DISTINCT class FROM seen) AS known CROSS JOIN look LEFT JOIN seen USING (class, id)
			WHERE complete OR n IS NOT NULL
		) AS t WINDOW told AS (PARTITION BY class, period ORDER BY observed_at)
	),
	state AS (SELECT class, observed_at, least, CASE WHEN least = base THEN least END AS most FROM told)
	SELECT *, lag(least) OVER looks AS before_min, lag(most) OVER looks AS before_max, lag(observed_at) OVER looks AS happened_after
	FROM state WINDOW looks AS (PARTITION BY class ORDER BY observed_at)
) AS event JOIN plain.class ON class.id = event.class
WHERE %s AND observed_at >= %s AND (before_min IS NULL AND least > 0 OR least > before_max OR most < before_min)$$,
	periods(since, until), of_class, filter, since);

CREATE FUNCTION hand_movements() RETURNS text LANGUAGE sql RETURN format($$
WITH log AS MATERIALIZED (%s)
SELECT gone.asset_class, gone.class_path, gone.installation AS from_installation, come.installation AS to_installation,
	gone.happened_after AS left_after, gone.happened_by AS left_by, come.happened_after AS came_after, come.happened_by AS came_by,
	km AS distance_km, km / hours AS least_speed_kmh,
	least(gone.count_before_max - gone.count_after_min, come.count_after_max - coalesce(come.count_before_min, 0)) AS count_max,
	count(*) OVER (PARTITION BY gone.installation, gone.happened_by) + count(*) OVER (PARTITION BY come.installation, come.happened_by) - 1 AS candidates,
	gone.lon AS from_lon, gone.lat AS from_lat, come.lon AS to_lon, come.lat AS to_lat, ST_MakeLine(gone.geom, come.geom) AS geom
FROM log AS gone JOIN log AS come ON come.installation <> gone.installation AND come.happened_by > gone.happened_after,
	LATERAL (SELECT ST_Distance(gone.geom::geography, come.geom::geography) / 1000 AS km,
		extract(epoch FROM come.happened_by - gone.happened_after)::float8 / 3600 AS hours OFFSET 0) AS way
WHERE gone.verdict IN ('departed', 'decreased') AND gone.happened_after < {t2}
	AND come.verdict IN ('arrived', 'increased', 'first look') AND come.happened_by < {t2} AND km < 900 * hours$$,
	hand_log('true', '{d1}::timestamptz', '({t2} + interval ''30 days'')', 'AND s.class = (SELECT id FROM plain.class WHERE name = {class})'));

CREATE FUNCTION hand_tile() RETURNS text LANGUAGE sql RETURN format($$
SELECT ST_AsMVT(feature.*, 'changes') FROM (
	SELECT ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope({z}, {x}, {y}), 4096, 256, true) AS geom,
		installation, asset_class, verdict, certain, count_before_min, count_before_max, count_after_min, count_after_max
	FROM (%s) AS change
) AS feature$$, hand_changes('ST_Intersects(i.location, ST_Transform(ST_TileEnvelope({z}, {x}, {y}), 4326))'));

-- at_least: the target for hand / ours; below_ms: one for ours
CREATE TABLE cell (kind text, cell text, at_least float8, questions int, days int, ours text, hand text,
	below_ms float8, prepared bool DEFAULT false, id int GENERATED ALWAYS AS IDENTITY);

\set site '''i.name = {site}'''
\set area '''ST_Intersects(i.location, {area})'''
\set class '''AND s.class = (SELECT id FROM plain.class WHERE name = {class})'''
INSERT INTO cell
SELECT 'changes', format('changes, site, %s d', days), 1, 9, days,
	'SELECT * FROM ours.changes({d1}, {d2}, installation => {site})', hand_changes(:site) FROM unnest('{7,90}'::int[]) AS days;
INSERT INTO cell
SELECT 'changes', format('changes, polygon, %s d', days), 1, 7, days,
	'SELECT * FROM ours.changes({d1}, {d2}, {area})', hand_changes(:area) FROM unnest('{7,90}'::int[]) AS days;
INSERT INTO cell
SELECT 'changes', format('changes, world, %s d', days), 1, 3, days,
	'SELECT * FROM ours.changes({d1}, {d2})', hand_changes('true') FROM unnest('{1,7,30,90,365}'::int[]) AS days;
INSERT INTO cell
SELECT 'narrow', format('changes, world, %s d, narrow', days), NULL, 3, days,
	'SELECT installation, asset_class, count_before_min, count_before_max, count_after_min, count_after_max, verdict FROM ours.changes({d1}, {d2})',
	hand_changes('true', narrow => true) FROM unnest('{1,7,30,90,365}'::int[]) AS days;
INSERT INTO cell VALUES
	('inventory', 'inventory, site', 1, 9, 7, 'SELECT * FROM ours.inventory({d2}, installation => {site})', hand_inventory(:site)),
	('inventory', 'inventory, polygon', 1, 7, 7, 'SELECT * FROM ours.inventory({d2}, {area})', hand_inventory(:area)),
	('inventory', 'inventory, world', 1, 3, 7, 'SELECT * FROM ours.inventory({d2})', hand_inventory('true')),
	('timeline', 'timeline, site, 30 d', 1, 7, 30, 'SELECT * FROM ours.timeline({d1}, {d2}, installation => {site})', hand_timeline(:site, '')),
	('timeline', 'timeline, a class, 30 d', 1, 3, 30, 'SELECT * FROM ours.timeline({d1}, {d2}, asset => {class})', hand_timeline('true', :class)),
	('change_log', 'change_log, site', 1, 7, 30, 'SELECT * FROM ours.change_log WHERE installation = {site} AND by = ''class''', hand_log(:site, '''-infinity''', '''infinity''')),
	('change_log', 'change_log, site, 30 d', 1, 7, 30,
		'SELECT * FROM ours.change_log WHERE installation = {site} AND by = ''class'' AND happened_by >= {d1}::timestamptz AND happened_by < {t2}',
		hand_log(:site, '{d1}::timestamptz', '{t2}')),
	('change_log', 'change_log, site, newest 100', 1, 7, 30, 'SELECT * FROM ours.change_log WHERE installation = {site} AND by = ''class'' ORDER BY happened_by DESC LIMIT 100',
		hand_log(:site, '''-infinity''', '''infinity''') || ' ORDER BY observed_at DESC LIMIT 100'),
	('change_log', 'change_log, any 100', 1, 3, 30, 'SELECT * FROM ours.change_log WHERE by = ''class'' LIMIT 100', hand_log('true', '''-infinity''', '''infinity''') || ' LIMIT 100'),
	('change_log', 'change_log, all, 7 d', 1, 3, 7, 'SELECT * FROM ours.change_log WHERE by = ''class'' AND happened_by >= {d1}::timestamptz AND happened_by < {t2}',
		hand_log('i.id IN (SELECT installation FROM plain.observation WHERE observed_at >= {d1}::timestamptz AND observed_at < {t2})',
			'{d1}::timestamptz', '{t2}')),
	('movements', 'movements, a class, 7 d', 0.5, 3, 7, 'SELECT * FROM ours.movements({d1}, {d2}, asset => {class})', hand_movements()),
	('known_at', 'changes, site, 90 d, known_at', 0.5, 7, 90, 'SELECT * FROM ours.changes({d1}, {d2}, installation => {site}, known_at => {known})',
		hand_changes(:site, known => 'AND o.recorded_at <= {known}'));
INSERT INTO cell
SELECT 'tile', 'tile, z' || z, 0.5, 5, 7, replace('SELECT ours.changes_tile({z}, {x}, {y}, {d1}, {d2})', '{z}', z), replace(hand_tile(), '{z}', z)
FROM unnest('{2,5,8}'::text[]) AS z;
INSERT INTO cell VALUES
	-- north of all sites
	('tile', 'tile, z8, empty', NULL, 5, 7, 'SELECT ours.changes_tile(8, 100, 5, {d1}, {d2})',
		replace(replace(replace(hand_tile(), '{z}', '8'), '{x}', '100'), '{y}', '5'), 2, false),
	('plan', 'changes, site, 7 d, generic plan', NULL, 9, 7, 'SELECT * FROM ours.changes({d1}, {d2}, installation => {site})', hand_changes(:site), NULL, true),
	('plan', 'changes, polygon, 7 d, generic plan', NULL, 7, 7, 'SELECT * FROM ours.changes({d1}, {d2}, {area})', hand_changes(:area), NULL, true),
	('plan', 'changes, polygon, 7 d, area from a subselect', NULL, 7, 7, 'SELECT * FROM ours.changes({d1}, {d2}, area => (SELECT {area}))',
		hand_changes('ST_Intersects(i.location, (SELECT {area}))'), NULL, false);

-- Sites, classes, areas and dates are drawn by number and days alone: cells of as many days ask the same.
CREATE TABLE ask AS
SELECT cell.*, n, i.name AS site, 'kind ' || 1 + floor(30 * plain.noise(n, 1, 31)) AS class,
	ST_AsText(ST_Buffer(i.location, 4, 2), 4) AS area, d1, d1 + days AS d2, ST_X(i.location) AS lon, ST_Y(i.location) AS lat
FROM cell, generate_series(1, questions) AS n, LATERAL (SELECT date '2022-03-01' + floor(600 * plain.noise(n, days, 32))::int AS d1) AS d,
	plain.installation AS i
WHERE i.id = 1 + floor(plain.noise(n, 2, 33) * (SELECT count(*) FROM plain.installation))::bigint;

ALTER TABLE ask ADD ms float8[] DEFAULT '{}', ADD hand_ms float8[] DEFAULT '{}', ADD pages bigint, ADD hand_pages bigint,
	ADD rows bigint, ADD hand_rows bigint;

-- of prepared questions the parameters are $1, $2 (dates) and $3
CREATE FUNCTION wording(a ask, words text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	z int := substring(words FROM '(?:ST_TileEnvelope|changes_tile)\((\d+)');
	place text[] := ARRAY['site', quote_literal(a.site), 'class', quote_literal(a.class), 'area', format('%L::geometry', 'SRID=4326;' || a.area),
		'd1', format('date %L', a.d1), 'd2', format('date %L', a.d2), 't1', format('timestamptz %L', a.d1 + 1), 't2', format('timestamptz %L', a.d2 + 1),
		'known', format('timestamptz %L', a.d2 + time '12:00'), 'x', floor((a.lon + 180) / 360 * 2 ^ z)::text,
		'y', floor((1 - asinh(tand(a.lat)) / pi()) / 2 * 2 ^ z)::text];
BEGIN
	IF a.prepared THEN
		place := '{site,$3,area,$3,d1,$1,d2,$2,t1,($1 + 1)::timestamptz,t2,($2 + 1)::timestamptz}';
	END IF;
	FOR k IN 1 .. cardinality(place) BY 2 LOOP
		words := replace(words, '{' || place[k] || '}', coalesce(place[k + 1], ''));
	END LOOP;
	RETURN words;
END;
$$;
