-- Ours and the peers: what each stores, how it is indexed, and its own best SQL.
--
-- {t} stands for the method's table; in queries {d1} and {d2} are the dates, {t1} and {t2} what is written of them within a literal, {box} is the
-- area as geometry and {west} {south} {east} {north} its sides. A query returns
-- (installation, class, n): n is signed, more is positive. The same question over the whole
-- world has a text of its own, because nobody would write the box then.
\set ON_ERROR_STOP on
SET search_path = bench, public;
SET client_min_messages = warning;
DROP TABLE IF EXISTS method, query CASCADE;

CREATE TABLE method
(
	id			text PRIMARY KEY,
	title		text NOT NULL,
	load		text[] NOT NULL,	-- makes {t} and whatever stands beside it
	index		text[] NOT NULL,
	append		text				-- adds the stays {from} to {to}, for insert rates
);

CREATE TABLE query
(
	method		text NOT NULL,
	question	text NOT NULL,		-- changed, net (per installation and class) or inventory
	world		bool NOT NULL,
	sql			text NOT NULL,
	PRIMARY KEY (method, question, world)
);

INSERT INTO method VALUES
('ours', 'pg_sightings', ARRAY[
	'CREATE TABLE {t} (installation int, class int, run presence)'],
	ARRAY[
	'CREATE INDEX ON {t} USING gist (run presence_gist_ops) INCLUDE (installation, class)',
	'CREATE INDEX ON {t} USING gist (run presence_gist_time_ops) INCLUDE (installation, class)'],
	'INSERT INTO {t} SELECT installation, class, presence(not_seen_at, first_seen, last_seen, gone_by, geom, n)
	FROM stay JOIN installation ON installation.id = installation WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('a', 'btree(s), btree(e), gist(geom)', ARRAY[
	'CREATE TABLE {t} (installation int, class int, n int, s timestamptz, e timestamptz, geom geometry(Point, 4326))'],
	ARRAY[
	'CREATE INDEX ON {t} (s)', 'CREATE INDEX ON {t} (e)', 'CREATE INDEX ON {t} USING gist (geom)'],
	'INSERT INTO {t} SELECT installation, class, n, first_seen, gone_by, geom
	FROM stay JOIN installation ON installation.id = installation WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('b', 'gist(geom, s), gist(geom, e)', ARRAY[
	'CREATE TABLE {t} (installation int, class int, n int, s timestamptz, e timestamptz, geom geometry(Point, 4326))'],
	ARRAY[
	'CREATE INDEX ON {t} USING gist (geom, s)', 'CREATE INDEX ON {t} USING gist (geom, e)'],
	'INSERT INTO {t} SELECT installation, class, n, first_seen, gone_by, geom
	FROM stay JOIN installation ON installation.id = installation WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('c', 'gist(geom, range), spgist(range)', ARRAY[
	'CREATE TABLE {t} (installation int, class int, n int, stay tstzrange, geom geometry(Point, 4326))'],
	ARRAY[
	'CREATE INDEX ON {t} USING gist (geom, stay)', 'CREATE INDEX ON {t} USING spgist (stay)'],
	'INSERT INTO {t} SELECT installation, class, n, tstzrange(first_seen, nullif(gone_by, ''infinity'')), geom
	FROM stay JOIN installation ON installation.id = installation WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('d', '3-D points of both events', ARRAY[
	'CREATE TABLE {t} (installation int, class int, n int, s timestamptz, e timestamptz,
	arrival geometry(PointZ, 4326), departure geometry(PointZ, 4326))'],
	ARRAY[
	'CREATE INDEX ON {t} USING gist (arrival gist_geometry_ops_nd)',
	'CREATE INDEX ON {t} USING gist (departure gist_geometry_ops_nd)'],
	'INSERT INTO {t} SELECT installation, class, n, first_seen, gone_by,
	ST_SetSRID(ST_MakePoint(lon, lat, day(first_seen)), 4326), ST_SetSRID(ST_MakePoint(lon, lat, day(gone_by)), 4326)
	FROM stay JOIN installation ON installation.id = installation WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('f', 'installations, covering btrees, two arms', ARRAY[
	'CREATE TABLE {t}_site (id int PRIMARY KEY, geom geometry(Point, 4326))',
	'INSERT INTO {t}_site SELECT id, geom FROM installation',
	'CREATE INDEX ON {t}_site USING gist (geom)',
	'CREATE TABLE {t} (installation int, class int, n int, s timestamptz, e timestamptz)'],
	ARRAY[
	'CREATE INDEX ON {t} (installation, s, e) INCLUDE (class, n)', 'CREATE INDEX ON {t} (installation, e, s) INCLUDE (class, n)',
	'CREATE INDEX ON {t} (s, e) INCLUDE (installation, class, n)', 'CREATE INDEX ON {t} (e, s) INCLUDE (installation, class, n)'],
	'INSERT INTO {t} SELECT installation, class, n, first_seen, gone_by
	FROM stay WHERE stay.id BETWEEN {from} AND {to} ORDER BY stay.id'),

('e', 'raw log, LATERAL as-of', ARRAY[
	'CREATE TABLE {t}_site (id int PRIMARY KEY, geom geometry(Point, 4326))',
	'INSERT INTO {t}_site SELECT id, geom FROM installation',
	'CREATE INDEX ON {t}_site USING gist (geom)',
	'CREATE TABLE {t}_holding (installation int, class int, PRIMARY KEY (installation, class))',
	'INSERT INTO {t}_holding SELECT installation, class FROM holding ORDER BY 1, 2',
	'CREATE TABLE {t} (installation int, class int, seen_at timestamptz, n int)',
	'INSERT INTO {t} SELECT installation, class, instant(day), counts[width_bucket(day, since)]
	FROM
	(
		SELECT installation, class, array_agg(stretches.since ORDER BY k) AS since, array_agg(n ORDER BY k) AS counts
		FROM holding, stretches(installation, class) GROUP BY installation, class
	) AS truth
	JOIN looks USING (installation), unnest(days) AS day
	ORDER BY day, installation, class'],
	ARRAY['CREATE INDEX ON {t} (installation, class, seen_at DESC) INCLUDE (n)'],
	NULL),

('g', 'raw log, DISTINCT ON', '{}', '{}', NULL);

-- days since the data begins; what has not ended lies far ahead
CREATE OR REPLACE FUNCTION day(timestamptz) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN $1 = 'infinity' THEN 100000 ELSE extract(epoch FROM $1)::float8 / 86400 - 18993 END;

-- One search finds both kinds of change.
INSERT INTO query
SELECT 'ours', question, world, replace(sql, '{area}', CASE WHEN world THEN '' ELSE ', {box}' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('changed', 'SELECT installation, class, CASE WHEN first_seen(run) > {d1} THEN count_min(run) ELSE -count_min(run) END AS n
	FROM {t} WHERE changed_between(run, {d1}, {d2}{area})'),
	('inventory', 'SELECT installation, class, count_min(run) AS n FROM {t} WHERE present_at(run, {d1}{area})')) AS q(question, sql);

INSERT INTO query
SELECT method, question, world, replace(replace(sql, '{area}', CASE WHEN world THEN '' ELSE area END), '{columns}', columns)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('a', 'installation, class, n', ' AND geom && {box}'), ('b', 'installation, class, n', ' AND geom && {box}')) AS m(method, columns, area), (VALUES
	('changed', 'SELECT installation, class, n FROM {t} WHERE s > {d1} AND s <= {d2} AND e > {d2}{area}
	UNION ALL SELECT installation, class, -n FROM {t} WHERE e > {d1} AND e <= {d2} AND s <= {d1}{area}'),
	('inventory', 'SELECT installation, class, n FROM {t} WHERE s <= {d1} AND e > {d1}{area}')) AS q(question, sql);

-- &> keeps what does not begin before, &< what does not end after: both are index operators of ranges.
INSERT INTO query
SELECT 'c', question, world, replace(sql, '{area}', CASE WHEN world THEN '' ELSE ' AND geom && {box}' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('changed', 'SELECT installation, class, n FROM {t} WHERE stay @> {d2} AND stay &> tstzrange({d1}, NULL, ''()''){area}
	UNION ALL SELECT installation, class, -n FROM {t} WHERE stay @> {d1} AND stay &< tstzrange(NULL, {d2}, ''[)''){area}'),
	('inventory', 'SELECT installation, class, n FROM {t} WHERE stay @> {d1}{area}')) AS q(question, sql);

-- The tree holds single precision, so the exact times are asked for beside it.
INSERT INTO query
SELECT 'd', question, world, replace(replace(replace(replace(sql, '{west}', coalesce(side[1], '{west}')),
	'{south}', coalesce(side[2], '{south}')), '{east}', coalesce(side[3], '{east}')), '{north}', coalesce(side[4], '{north}'))
FROM (VALUES (false, NULL::text[]), (true, '{-180,-90,180,90}')) AS w(world, side), (VALUES
	('changed', 'SELECT installation, class, n FROM {t} WHERE s > {d1} AND s <= {d2} AND e > {d2}
	AND arrival &&& ST_SetSRID(ST_3DMakeBox(ST_MakePoint({west}, {south}, day({d1})), ST_MakePoint({east}, {north}, day({d2}))), 4326)::geometry
	UNION ALL SELECT installation, class, -n FROM {t} WHERE e > {d1} AND e <= {d2} AND s <= {d1}
	AND departure &&& ST_SetSRID(ST_3DMakeBox(ST_MakePoint({west}, {south}, day({d1})), ST_MakePoint({east}, {north}, day({d2}))), 4326)::geometry'),
	('inventory', 'SELECT installation, class, n FROM {t} WHERE s <= {d1} AND e > {d1}
	AND arrival &&& ST_SetSRID(ST_3DMakeBox(ST_MakePoint({west}, {south}, -10), ST_MakePoint({east}, {north}, day({d1}))), 4326)::geometry')) AS q(question, sql);

INSERT INTO query VALUES
('f', 'changed', true, 'SELECT installation, class, n FROM {t} WHERE s > {d1} AND s <= {d2} AND e > {d2}
	UNION ALL SELECT installation, class, -n FROM {t} WHERE e > {d1} AND e <= {d2} AND s <= {d1}'),
('f', 'changed', false, 'SELECT installation, class, n FROM {t}_site AS site JOIN {t} ON installation = site.id
	WHERE geom && {box} AND s > {d1} AND s <= {d2} AND e > {d2}
	UNION ALL SELECT installation, class, -n FROM {t}_site AS site JOIN {t} ON installation = site.id
	WHERE geom && {box} AND e > {d1} AND e <= {d2} AND s <= {d1}'),
('f', 'inventory', true, 'SELECT installation, class, n FROM {t} WHERE s <= {d1} AND e > {d1}'),
('f', 'inventory', false, 'SELECT installation, class, n FROM {t}_site AS site JOIN {t} ON installation = site.id
	WHERE geom && {box} AND s <= {d1} AND e > {d1}');

-- The log: a class whose count of now differs from that of then.
INSERT INTO query
SELECT 'e', question, world, replace(sql, '{holding}', CASE WHEN world THEN 'bench.m_e_holding AS h'
	ELSE 'bench.m_e_site AS site JOIN bench.m_e_holding AS h ON h.installation = site.id AND site.geom && {box}' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('net', 'SELECT h.installation, h.class, coalesce(now.n, 0) - coalesce(was.n, 0) AS n FROM {holding}
	LEFT JOIN LATERAL (SELECT n FROM bench.m_e WHERE installation = h.installation AND class = h.class AND seen_at <= {d1}
		ORDER BY seen_at DESC LIMIT 1) AS was ON true
	LEFT JOIN LATERAL (SELECT n FROM bench.m_e WHERE installation = h.installation AND class = h.class AND seen_at <= {d2}
		ORDER BY seen_at DESC LIMIT 1) AS now ON true
	WHERE coalesce(now.n, 0) <> coalesce(was.n, 0)'),
	('inventory', 'SELECT h.installation, h.class, was.n FROM {holding}
	CROSS JOIN LATERAL (SELECT n FROM bench.m_e WHERE installation = h.installation AND class = h.class AND seen_at <= {d1}
		ORDER BY seen_at DESC LIMIT 1) AS was
	WHERE was.n > 0')) AS q(question, sql)
UNION ALL
SELECT 'g', question, world, replace(sql, '{where}', CASE WHEN world THEN '' ELSE
	'installation IN (SELECT id FROM bench.m_e_site WHERE geom && {box}) AND ' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('net', 'SELECT installation, class, coalesce(now.n, 0) - coalesce(was.n, 0) AS n
	FROM (SELECT DISTINCT ON (installation, class) installation, class, n FROM bench.m_e WHERE {where}seen_at <= {d1}
		ORDER BY installation, class, seen_at DESC) AS was
	FULL JOIN (SELECT DISTINCT ON (installation, class) installation, class, n FROM bench.m_e WHERE {where}seen_at <= {d2}
		ORDER BY installation, class, seen_at DESC) AS now USING (installation, class)
	WHERE coalesce(now.n, 0) <> coalesce(was.n, 0)'),
	('inventory', 'SELECT installation, class, n FROM (SELECT DISTINCT ON (installation, class) installation, class, n
		FROM bench.m_e WHERE {where}seen_at <= {d1} ORDER BY installation, class, seen_at DESC) AS was
	WHERE n > 0')) AS q(question, sql);

-- What follows from the changed rows: net changes, and the report that stands at the top.
INSERT INTO query
SELECT method, 'net', world, 'SELECT installation, class, sum(n) AS n FROM (' || sql || ') AS change
	GROUP BY installation, class HAVING sum(n) <> 0'
FROM query WHERE question = 'changed' AND method = 'ours'
UNION ALL
SELECT method, 'by class', world, 'SELECT 0 AS installation, class, sum(n) AS n FROM (' || sql || ') AS change GROUP BY class'
FROM query WHERE question = 'changed';

UPDATE query SET sql = replace(sql, '{t}', 'bench.m_' || method);
