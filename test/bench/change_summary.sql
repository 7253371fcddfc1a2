-- The grid of all data sets beside each other, ours against (f), as Markdown, with the goals.
-- Needs BENCH_CELLS: the files of change_cells.sql. The least pages are those that the rows
-- fill, and four on the way down.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;

CREATE TEMP TABLE cell (data text, question text, area text, days int, method text, ms float8, rows float8, place bigint,
	buffers float8, pages float8, least float8, bytes float8);
\copy cell FROM PROGRAM 'cat $BENCH_CELLS' CSV

CREATE FUNCTION pg_temp.figure(float8) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN coalesce(round($1::numeric, 2)::text, '-');

CREATE TEMP TABLE grid AS
SELECT data, question, area, days, ours.place, f.ms / ours.ms AS ratio, ours.buffers AS ours_buffers, f.buffers AS f_buffers, ours.pages, ours.least
FROM cell AS ours JOIN cell AS f USING (data, question, area, days)
WHERE ours.method = 'ours' AND f.method = 'f' AND area <> 'twenty' AND question <> 'net';

CREATE TEMP TABLE goal (words text, reached bool, found text);
INSERT INTO goal
SELECT 'at least 1 of (f) in every cell, ' || data, bool_and(ratio >= 1), count(*) FILTER (WHERE ratio < 1) || ' of ' || count(*) || ' below'
FROM grid GROUP BY data ORDER BY min(place);
INSERT INTO goal
SELECT 'geometric mean at least 2, ' || data, exp(avg(ln(ratio))) >= 2, pg_temp.figure(exp(avg(ln(ratio)))) FROM grid GROUP BY data;
INSERT INTO goal
SELECT 'geometric mean at least 2, all', exp(avg(ln(ratio))) >= 2, pg_temp.figure(exp(avg(ln(ratio)))) FROM grid HAVING count(DISTINCT data) > 1;
INSERT INTO goal
SELECT 'one day of the world: at most 2 x the least pages, ' || data, pages <= 2 * (least + 4), pg_temp.figure(pages / (least + 4)) || ' x (' || round(pages) || ')'
FROM grid WHERE question = 'changed' AND area = 'world' AND days = 1;
INSERT INTO goal
SELECT 'at most 130 bytes of index a presence, ' || data, bytes <= 130, round(bytes) || ', of (f) ' ||
	coalesce((SELECT round(max(f.bytes))::text FROM cell AS f WHERE f.data = ours.data AND f.method = 'f'), '-')
FROM (SELECT data, max(bytes) AS bytes FROM cell WHERE method = 'ours' GROUP BY data) AS ours;

\echo '# All data: (f) / ours, and shared buffers of both'
\echo
SELECT '| cell | ' || string_agg(data || ' | buffers ours / f', ' | ' ORDER BY data DESC) || ' |' || E'\n|-|' || string_agg('-|-|', '')
FROM (SELECT DISTINCT data FROM grid) AS d;
SELECT format('| %s, %s%s | %s |', question, area, CASE WHEN days > 0 THEN ', ' || days || ' d' ELSE '' END,
	string_agg(pg_temp.figure(ratio) || ' | ' || coalesce(round(ours_buffers) || ' / ' || round(f_buffers), '-'), ' | ' ORDER BY data DESC))
FROM (SELECT DISTINCT question, area, days FROM grid) AS c CROSS JOIN (SELECT DISTINCT data FROM grid) AS d LEFT JOIN grid USING (question, area, days, data)
GROUP BY question, area, days ORDER BY min(place);
SELECT format('| **geometric mean** | %s |', string_agg(pg_temp.figure(mean) || ' | ', ' | ' ORDER BY data DESC))
FROM (SELECT data, exp(avg(ln(ratio))) AS mean FROM grid GROUP BY data) AS m;
\echo
\echo '| goal | | found |'
\echo '|-|-|-|'
SELECT format('| %s | %s | %s |', words, CASE WHEN reached THEN 'reached' ELSE '**not reached**' END, found) FROM goal;
