-- The peers of section "peers": what each stores, how it is indexed, and its own best SQL; beside ours
-- and the plain log (e) of change_methods.sql, which says what the marks stand for.
--
-- An answer has (installation, class, n), n an int, and is that of all others, row for row.
-- The log has a look at every place at least every 13 days, with all classes of the place: so
-- who looks back 14 days finds the last count without looking further.
\set ON_ERROR_STOP on
\ir change_methods.sql

DELETE FROM method WHERE id NOT IN ('ours', 'e');
DELETE FROM query WHERE method NOT IN ('ours', 'e') OR question = 'by class';

-- Ours, as literals, which take least to read. Of an area the aggregate is planned in less time; over all of
-- the world the sum of numbers takes less for a group than that of ranges.
UPDATE query SET sql = replace(replace(CASE
	WHEN question = 'net' AND NOT world THEN 'SELECT installation, class, lower(net_change(run, {watch})) AS n FROM bench.m_ours WHERE run <~> {watch}
		GROUP BY installation, class HAVING net_change(run, {watch}) <> ''[0,0]'''
	WHEN question = 'net' THEN 'SELECT installation, class, sum({n})::int AS n FROM bench.m_ours WHERE run <~> {watch} GROUP BY installation, class HAVING sum({n}) <> 0'
	WHEN question = 'changed' THEN 'SELECT installation, class, {n} AS n FROM bench.m_ours WHERE run <~> {watch}'
	ELSE sql END,
	'{watch}', '''[{t1}, {t2}]' || CASE WHEN world THEN '' ELSE ' BOX({west} {south}, {east} {north})' END || ''''),
	'{n}', 'CASE WHEN first_seen(run) > {d1} THEN count_min(run) ELSE -count_min(run) END')
WHERE method = 'ours';

INSERT INTO method VALUES
('timescaledb', 'TimescaleDB: the log as a hypertable, last() looking back 14 days', ARRAY[
	'CREATE TABLE {t}_site (id int PRIMARY KEY, geom geometry(Point, 4326))',
	'INSERT INTO {t}_site SELECT id, geom FROM installation',
	'CREATE INDEX ON {t}_site USING gist (geom)',
	'CREATE TABLE {t} (installation int, class int, seen_at timestamptz NOT NULL, n int)',
	'SELECT create_hypertable(''{t}'', ''seen_at'', create_default_indexes => false)',
	'INSERT INTO {t} SELECT installation, class, seen_at, n FROM bench.m_e ORDER BY seen_at, installation, class'],
	ARRAY['CREATE INDEX ON {t} (installation, seen_at DESC) INCLUDE (class, n)'],
	NULL),

('mobilitydb', 'MobilityDB: a tint for each key', ARRAY[
	'CREATE TABLE {t}_site (id int PRIMARY KEY, geom geometry(Point, 4326))',
	'INSERT INTO {t}_site SELECT id, geom FROM installation',
	'CREATE INDEX ON {t}_site USING gist (geom)',
	'CREATE TABLE {t} (installation int, class int, counts tint, PRIMARY KEY (installation, class))',
	'INSERT INTO {t} SELECT installation, class, tintSeq(array_agg(tint(n, t) ORDER BY t), ''step'')
	FROM
	(
		SELECT DISTINCT ON (installation, class, t) installation, class, t, n
		FROM
		(
			SELECT installation, class, first_seen AS t, n FROM stay
			UNION ALL SELECT installation, class, gone_by, 0 FROM stay WHERE gone_by < ''infinity''
			UNION ALL SELECT installation, class, instant(days[1]), 0 FROM holding JOIN looks USING (installation)
			UNION ALL SELECT installation, class, instant(1200), coalesce(n, 0)
			FROM holding LEFT JOIN (SELECT * FROM stay WHERE gone_by = ''infinity'') AS open USING (installation, class)
		) AS turn
		ORDER BY installation, class, t, n DESC
	) AS turn
	GROUP BY installation, class ORDER BY installation, class'],
	'{}',
	NULL),

-- Nothing is known of boxes when planning, and without the order not to, areas are read row by row.
('boxes', 'MobilityDB: each arrival and departure as an stbox, by SP-GiST (enable_seqscan = off)', ARRAY[
	'CREATE TABLE {t} (installation int, class int, n int, other timestamptz, event stbox)',
	'INSERT INTO {t} SELECT installation, class, n, gone_by, stbox(geom, first_seen)
	FROM stay JOIN installation ON installation.id = installation ORDER BY stay.id',
	'INSERT INTO {t} SELECT installation, class, -n, first_seen, stbox(geom, gone_by)
	FROM stay JOIN installation ON installation.id = installation WHERE gone_by < ''infinity'' ORDER BY stay.id'],
	ARRAY['CREATE INDEX ON {t} USING spgist (event)'],
	NULL),

('stays', 'DuckDB: the stays, those that began or ended between the dates', '{}', '{}', NULL),
('asof', 'DuckDB: the log, ASOF', '{}', '{}', NULL);

INSERT INTO query
SELECT method, question, world, replace(replace(sql, '{log}', CASE WHEN world THEN 'bench.m_timescaledb AS log WHERE'
	ELSE 'bench.m_timescaledb_site AS site JOIN bench.m_timescaledb AS log ON installation = site.id WHERE geom && {box} AND' END),
	'{keys}', CASE WHEN world THEN 'bench.m_mobilitydb'
	ELSE 'bench.m_mobilitydb_site AS site JOIN bench.m_mobilitydb ON installation = site.id WHERE geom && {box}' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('timescaledb', 'net', 'SELECT installation, class, coalesce(now.n, 0) - coalesce(was.n, 0) AS n
	FROM (SELECT installation, class, last(n, seen_at) AS n FROM {log} seen_at > {d1} - interval ''14 days'' AND seen_at <= {d1}
		GROUP BY installation, class) AS was
	FULL JOIN (SELECT installation, class, last(n, seen_at) AS n FROM {log} seen_at > {d2} - interval ''14 days'' AND seen_at <= {d2}
		GROUP BY installation, class) AS now USING (installation, class)
	WHERE coalesce(now.n, 0) <> coalesce(was.n, 0)'),
	('timescaledb', 'inventory', 'SELECT installation, class, last(n, seen_at) AS n FROM {log} seen_at > {d1} - interval ''14 days'' AND seen_at <= {d1}
	GROUP BY installation, class HAVING last(n, seen_at) > 0'),
	('mobilitydb', 'net', 'SELECT installation, class, n
	FROM (SELECT installation, class, valueAtTimestamp(counts, {d2}) - valueAtTimestamp(counts, {d1}) AS n FROM {keys} OFFSET 0) AS change
	WHERE n <> 0'),
	('mobilitydb', 'inventory', 'SELECT installation, class, n
	FROM (SELECT installation, class, valueAtTimestamp(counts, {d1}) AS n FROM {keys} OFFSET 0) AS there
	WHERE n > 0')) AS q(method, question, sql);

INSERT INTO query
SELECT 'boxes', 'changed', world, replace('SELECT installation, class, n FROM bench.m_boxes
	WHERE event && {event} AND CASE WHEN n > 0 THEN Tmin(event) > {d1} AND other > {d2} ELSE Tmin(event) > {d1} AND other <= {d1} END',
	'{event}', CASE WHEN world THEN 'stbox(span({d1}, {d2}, true, true))' ELSE 'stbox({box}, span({d1}, {d2}, true, true))' END)
FROM (VALUES (false), (true)) AS w(world);

-- DuckDB looks for the sides of the box itself.
INSERT INTO query
SELECT method, question, world, replace(sql, '{site}', CASE WHEN world THEN ''
	ELSE ' AND installation IN (SELECT id FROM site WHERE lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north})' END)
FROM (VALUES (false), (true)) AS w(world), (VALUES
	('stays', 'changed', 'SELECT installation, class, n FROM stay WHERE s > {d1} AND s <= {d2} AND e > {d2}{site}
	UNION ALL SELECT installation, class, -n FROM stay WHERE e > {d1} AND e <= {d2} AND s <= {d1}{site}'),
	('stays', 'inventory', 'SELECT installation, class, n FROM stay WHERE s <= {d1} AND e > {d1}{site}'),
	('asof', 'net', 'SELECT h.installation, h.class, coalesce(now.n, 0) - coalesce(was.n, 0) AS n
	FROM (SELECT *, {d1} AS d1, {d2} AS d2 FROM holding WHERE true{site}) AS h
	ASOF LEFT JOIN (SELECT * FROM log WHERE true{site}) AS was ON was.installation = h.installation AND was.class = h.class AND was.seen_at <= h.d1
	ASOF LEFT JOIN (SELECT * FROM log WHERE true{site}) AS now ON now.installation = h.installation AND now.class = h.class AND now.seen_at <= h.d2
	WHERE coalesce(now.n, 0) <> coalesce(was.n, 0)'),
	('asof', 'inventory', 'SELECT h.installation, h.class, was.n FROM (SELECT *, {d1} AS d1 FROM holding WHERE true{site}) AS h
	ASOF JOIN (SELECT * FROM log WHERE true{site}) AS was ON was.installation = h.installation AND was.class = h.class AND was.seen_at <= h.d1 WHERE was.n > 0')) AS q(method, question, sql);
INSERT INTO query
SELECT method, 'net', world, 'SELECT installation, class, sum(n)::int AS n FROM (' || sql || ') AS change GROUP BY installation, class HAVING sum(n) <> 0'
FROM query WHERE method = 'stays' AND question = 'changed';
