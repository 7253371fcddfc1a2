-- What the run found, as Markdown, and what the targets say of it.
-- psql -At -v size=10M -v settings='...' [-v other=FILE: the cells of a run at another size]
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET search_path = bench, public;
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;

-- Medians of a cell of the grid. The targets speak of the grid; `twenty` compares sizes.
CREATE TEMP TABLE cell AS
SELECT question, area, days, method, min(id) AS place, count(*) AS asked,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms, percentile_cont(0.5) WITHIN GROUP (ORDER BY plan_ms) AS plan_ms,
	avg(rows) AS rows, avg(buffers) AS buffers, avg(index_pages) AS pages,
	(SELECT string_agg(DISTINCT split_part(pg_get_indexdef(i.oid), ' USING ', 2), '; ')
		FROM pg_class AS i JOIN pg_index ON indexrelid = i.oid WHERE indrelid = to_regclass('bench.m_' || method) AND i.relname = ANY (
			SELECT unnest(indexes) FROM measured AS m WHERE (m.question, m.area, m.days, m.method) = (measured.question, measured.area, measured.days, measured.method))) AS plan
FROM measured GROUP BY question, area, days, method;
ALTER TABLE cell ADD grid bool;
UPDATE cell SET grid = area <> 'twenty' AND question <> 'net';

CREATE TEMP TABLE peer AS
SELECT id AS method, title, ordinality AS place FROM method JOIN unnest('{ours,a,b,c,d,f,e,g}'::text[]) WITH ORDINALITY AS o(id, ordinality) USING (id)
WHERE id IN (SELECT method FROM cell);

CREATE TEMP TABLE ratio AS
SELECT question, area, days, grid, peer.method, peer.ms / ours.ms AS ratio
FROM cell AS peer JOIN cell AS ours USING (question, area, days, grid)
WHERE ours.method = 'ours' AND peer.method <> 'ours';

CREATE TEMP TABLE relation AS
SELECT build.method, step, seconds, bytes FROM build WHERE step <> 'table';

-- Entries on a full leaf page of our densest index.
SELECT max(reltuples / relpages) AS leaf FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
WHERE indrelid = to_regclass('bench.m_ours') \gset

CREATE FUNCTION pg_temp.figure(float8) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN $1 IS NULL THEN '-' WHEN $1 >= 100 THEN round($1)::text WHEN $1 >= 10 THEN round($1::numeric, 1)::text ELSE round($1::numeric, 2)::text END;
CREATE FUNCTION pg_temp.name(question text, area text, days int) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN question || ', ' || area || CASE WHEN days > 0 THEN ', ' || days || ' d' ELSE '' END;

\echo '# Change:' :size :set
\echo
\echo :settings
\echo
SELECT format('%s presences (%s open) of %s installations; %s. Each cell: median of %s seeded questions (the world: %s), for each the median of 1 to 5 runs in turn after a first one (a run of seconds is itself the figure). Times are execution without planning and without waiting for a processor.',
	count(*), count(*) FILTER (WHERE gone_by = 'infinity'), (SELECT count(*) FROM installation), version(), :questions, (:questions + 1) / 2) FROM stay;
\echo
\echo '## Peers'
\echo
SELECT format('- %s: %s', method, title) FROM peer WHERE method <> 'ours' ORDER BY place;
SELECT '- not measured in this run: ' || string_agg(id || ' (' || title || ')', ', ' ORDER BY id) FROM method
	WHERE id NOT IN (SELECT method FROM cell) HAVING count(*) > 0;
\echo '- TimescaleDB, MobilityDB and DuckDB are in section peers'
\echo
\echo '## Median ms / shared buffers'
\echo
SELECT '| cell | rows | ' || string_agg(method, ' | ' ORDER BY place) || ' |' || E'\n|-|-|' || string_agg('-|', '') FROM peer WHERE method NOT IN ('e', 'g');
SELECT format('| %s | %s | %s |', pg_temp.name(question, area, days),
	round((max(rows))::numeric, 1), string_agg(coalesce(pg_temp.figure(ms) || ' / ' || round(buffers), '-'), ' | ' ORDER BY peer.place))
FROM (SELECT DISTINCT question, area, days FROM cell WHERE question <> 'net') AS c CROSS JOIN peer LEFT JOIN cell USING (question, area, days, method)
WHERE peer.method NOT IN ('e', 'g') GROUP BY question, area, days ORDER BY min(cell.place);
\echo
\echo '## Ratio peer / ours, our index pages against the lower bound, planning'
\echo
SELECT '| cell | ' || string_agg(method, ' | ' ORDER BY place) || ' | our index pages | rows / leaf | planning ours / f, ms | ours by |' || E'\n|-|' || string_agg('-|', '') || '-|-|-|-|'
FROM peer WHERE method NOT IN ('ours', 'e', 'g');
SELECT format('| %s | %s | %s | %s | %s / %s | %s |', pg_temp.name(question, area, days),
	string_agg(pg_temp.figure(ratio.ratio), ' | ' ORDER BY peer.place), round(ours.pages), pg_temp.figure(ours.rows / :leaf),
	pg_temp.figure(ours.plan_ms), pg_temp.figure(max(f.plan_ms)), replace(ours.plan, ' INCLUDE (installation, class)', ''))
FROM cell AS ours CROSS JOIN peer LEFT JOIN ratio USING (question, area, days) LEFT JOIN cell AS f USING (question, area, days)
WHERE ours.method = 'ours' AND ours.question <> 'net' AND f.method = 'f' AND peer.method NOT IN ('ours', 'e', 'g')
	AND (ratio.method = peer.method OR ratio.method IS NULL)
GROUP BY question, area, days, ours.place, ours.pages, ours.rows, ours.plan_ms, ours.plan ORDER BY ours.place;
\echo
\echo 'Geometric means over the grid:'
\echo
SELECT format('- %s: %s (least %s, in %s)', method, pg_temp.figure(exp(avg(ln(ratio)))), pg_temp.figure(min(ratio)),
	(array_agg(pg_temp.name(question, area, days) ORDER BY ratio))[1])
FROM ratio JOIN peer USING (method) WHERE grid AND method NOT IN ('e', 'g') GROUP BY method, place ORDER BY place;
\echo
SELECT E'## The raw log: net change by installation and class, and inventory\n\n| cell | rows | ours | LATERAL | DISTINCT ON | best log / ours |\n|-|-|-|-|-|-|' WHERE EXISTS (SELECT FROM cell WHERE method = 'e');
SELECT format('| %s | %s | %s | %s | %s | %s |', pg_temp.name(question, area, days), round(ours.rows::numeric, 1), pg_temp.figure(ours.ms),
	pg_temp.figure(e.ms), coalesce(pg_temp.figure(g.ms), ''), pg_temp.figure(least(e.ms, g.ms) / ours.ms))
FROM cell AS ours JOIN cell AS e USING (question, area, days)
	LEFT JOIN (SELECT * FROM cell WHERE method = 'g') AS g USING (question, area, days)
WHERE ours.method = 'ours' AND e.method = 'e' AND ours.area <> 'twenty' ORDER BY ours.place;
\echo
\echo '## Build and size'
\echo
\echo '| method | index | build s | MB |'
\echo '|-|-|-|-|'
SELECT format('| %s | %s | %s | %s |', replace(relation.method, 'bench.m_', ''), step, round(seconds), bytes / 1000000)
FROM relation JOIN peer ON relation.method = 'bench.m_' || peer.method ORDER BY place, step;
SELECT format('| %s | **all** | %s | %s, %s bytes a presence |', replace(relation.method, 'bench.m_', ''), round(sum(seconds)), round(sum(bytes) / 1000000),
	round(sum(bytes) / (SELECT count(*) FROM stay)))
FROM relation JOIN peer ON relation.method = 'bench.m_' || peer.method GROUP BY relation.method, place ORDER BY place;
\echo
\echo '## Insert into a table of 1 M, rows per second'
\echo
\echo '| method | bulk | one by one |'
\echo '|-|-|-|'
SELECT format('| %s | %s | %s |', method, round(bulk_rate), round(single_rate)) FROM inserted JOIN peer USING (method) ORDER BY place;

-- The targets of the grid. What this run cannot tell is said, not passed over.
CREATE TEMP TABLE target (id serial, words text, reached bool, found text);

INSERT INTO target (words, reached, found)
SELECT format('at least %s of (%s) in every %scell', bound, method, words), bool_and(ratio >= bound),
	count(*) FILTER (WHERE ratio < bound) || ' of ' || count(*) || ' cells below' ||
	coalesce(': ' || string_agg(pg_temp.name(question, area, days) || ' ' || pg_temp.figure(ratio), '; ' ORDER BY ratio) FILTER (WHERE ratio < bound), '')
FROM ratio JOIN (VALUES ('a', 1.0, ''), ('b', 1.0, ''), ('d', 1.0, '')) AS t(method, bound, words) USING (method) WHERE grid GROUP BY method, bound, words
UNION ALL
SELECT 'at least 1 of (c) in every cell, 0.9 in site cells', bool_and(ratio >= bound),
	count(*) FILTER (WHERE ratio < bound) || ' of ' || count(*) || ' cells below' ||
	coalesce(': ' || string_agg(pg_temp.name(question, area, days) || ' ' || pg_temp.figure(ratio), '; ' ORDER BY ratio) FILTER (WHERE ratio < bound), '')
FROM (SELECT *, CASE area WHEN 'site' THEN 0.9 ELSE 1 END AS bound FROM ratio) AS r WHERE grid AND method = 'c' HAVING count(*) > 0;
INSERT INTO target (words, reached, found)
SELECT 'geometric mean against (a), (b), (c), (d) at least 10', exp(avg(ln(ratio))) >= 10, pg_temp.figure(exp(avg(ln(ratio)))) || ' over ' || string_agg(DISTINCT method, ', ')
FROM ratio WHERE grid AND method IN ('a', 'b', 'c', 'd') HAVING count(*) > 0;
INSERT INTO target (words, reached, found)
SELECT 'at least 50 of (e) in the geometric mean of country and world', exp(avg(ln(least(e.ms, g.ms) / ours.ms))) >= 50,
	pg_temp.figure(exp(avg(ln(least(e.ms, g.ms) / ours.ms)))) || ', the better form of the query in each cell'
FROM cell AS ours JOIN cell AS e USING (question, area, days)
	LEFT JOIN (SELECT * FROM cell WHERE method = 'g') AS g USING (question, area, days)
WHERE ours.method = 'ours' AND e.method = 'e' AND ours.area IN ('country', 'world') HAVING count(*) > 0;
INSERT INTO target (words, reached, found)
SELECT format('at least %s of (f) in %s', bound, words), bool_and(ratio >= bound),
	count(*) FILTER (WHERE ratio < bound) || ' of ' || count(*) || ' cells below' ||
	coalesce(': ' || string_agg(pg_temp.name(question, area, days) || ' ' || pg_temp.figure(ratio), '; ' ORDER BY ratio) FILTER (WHERE ratio < bound), '')
FROM (VALUES (2, 'country cells, 90 and 365 days of the world, its inventory', 1.5)) AS t(id, words, bound) JOIN ratio ON method = 'f' AND grid
	AND (area = 'country' OR (area = 'world' AND (days >= 90 OR question = 'inventory')))
GROUP BY t.id, bound, words ORDER BY t.id;
INSERT INTO target (words, reached, found)
SELECT 'fewer bytes of index than (f)', ours < f, round(ours / 1000000) || ' MB against ' || round(f / 1000000)
FROM (SELECT sum(bytes) FILTER (WHERE method = 'bench.m_ours') AS ours, sum(bytes) FILTER (WHERE method = 'bench.m_f') AS f FROM relation) AS s;
INSERT INTO target (words, reached, found)
SELECT 'index pages at most 4 x the lower bound + 20 in site and world cells', bool_and(pages <= 4 * rows / :leaf + 20),
	count(*) FILTER (WHERE pages > 4 * rows / :leaf + 20) || ' of ' || count(*) || ' cells above' ||
	coalesce(': ' || string_agg(pg_temp.name(question, area, days) || ' ' || round(pages), '; ') FILTER (WHERE pages > 4 * rows / :leaf + 20), '')
FROM cell WHERE method = 'ours' AND area IN ('site', 'world') AND question IN ('changed', 'inventory')
UNION ALL
SELECT 'index pages at most 100 in country cells', bool_and(pages <= 100), 'most ' || round(max(pages)) FROM cell
WHERE method = 'ours' AND area = 'country' AND question IN ('changed', 'inventory');
INSERT INTO target (words, reached, found)
SELECT 'indexes built in a quarter of the time of (b)', ours <= b / 4, round(ours) || ' s against ' || round(b) || ' s'
FROM (SELECT sum(seconds) FILTER (WHERE method = 'bench.m_ours') AS ours, sum(seconds) FILTER (WHERE method = 'bench.m_b') AS b FROM relation) AS s WHERE b IS NOT NULL;
INSERT INTO target (words, reached, found)
SELECT 'insert at least 0.8 of (b), in bulk and one by one', ours.bulk_rate >= 0.8 * b.bulk_rate AND ours.single_rate >= 0.8 * b.single_rate,
	pg_temp.figure(ours.bulk_rate / b.bulk_rate) || ' in bulk, ' || pg_temp.figure(ours.single_rate / b.single_rate) || ' one by one'
FROM inserted AS ours, inserted AS b WHERE ours.method = 'ours' AND b.method = 'b';

CREATE TEMP TABLE other (data text, question text, area text, days int, method text, ms float8, rows float8, place bigint, buffers float8, pages float8, least float8, bytes float8);
\if :{?other}
\copy other FROM PROGRAM 'cat "$BENCH_OTHER"' CSV
\endif
INSERT INTO target (words, reached, found)
SELECT 'as many rows from 1 M and 10 M: at most 1.5 x the time (one site, 20 sites)', bool_and(cell.ms <= 1.5 * other.ms),
	'geometric mean ' || pg_temp.figure(exp(avg(ln(cell.ms / other.ms)))) || ', ' || count(*) FILTER (WHERE cell.ms > 1.5 * other.ms) || ' of ' || count(*) || ' cells above' ||
	coalesce(': ' || string_agg(pg_temp.name(question, area, days) || ' ' || pg_temp.figure(cell.ms / other.ms), '; ') FILTER (WHERE cell.ms > 1.5 * other.ms), '')
FROM cell JOIN other USING (question, area, days, method) WHERE method = 'ours' AND area IN ('site', 'twenty') AND question <> 'net' HAVING count(*) > 0;

\echo
\echo '## Targets'
\echo
\echo '| target | | found |'
\echo '|-|-|-|'
SELECT format('| %s | %s | %s |', words, CASE WHEN reached THEN 'reached' WHEN NOT reached THEN '**not reached**' ELSE 'not measured' END, found) FROM target ORDER BY id;
