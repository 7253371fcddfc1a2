-- What a run of section "peers" found, as Markdown.
-- psql -At -v runs=FILE (of peers_ask) -v size=1M -v commit=... -v settings='...' -v questions=10 -v duckdb='version bytes'
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET search_path = bench, public;
SET client_min_messages = warning;

CREATE TEMP TABLE run (ask bigint, method text, cpu float8, wall float8, buffers bigint, rows bigint);
COPY run FROM :'runs';

-- A question's median, then the median of a cell's questions.
CREATE TEMP TABLE cell AS
SELECT question, area, days, method, min(ask) AS place, percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu) AS cpu,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY wall) AS wall, avg(buffers) AS buffers, avg(rows) AS rows
FROM
(
	SELECT ask, method, percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu) AS cpu, percentile_cont(0.5) WITHIN GROUP (ORDER BY wall) AS wall,
		max(buffers) AS buffers, max(rows) AS rows
	FROM run GROUP BY ask, method
) AS r JOIN ask ON ask.id = ask
GROUP BY question, area, days, method;

CREATE TEMP TABLE peer AS
SELECT id AS method, title, ordinality AS place FROM method JOIN unnest('{ours,e,timescaledb,mobilitydb,boxes,stays,asof}'::text[]) WITH ORDINALITY AS o(id, ordinality) USING (id)
WHERE id IN (SELECT method FROM cell);

CREATE FUNCTION pg_temp.figure(float8) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN $1 IS NULL THEN '-' WHEN $1 >= 100 THEN round($1)::text WHEN $1 >= 10 THEN round($1::numeric, 1)::text ELSE round($1::numeric, 2)::text END;
CREATE FUNCTION pg_temp.name(question text, area text, days int) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN question || ', ' || area || CASE WHEN days > 0 THEN ', ' || days || ' d' ELSE '' END;
CREATE FUNCTION pg_temp.extension(name text) RETURNS text LANGUAGE sql STABLE
	RETURN name || ' ' || coalesce((SELECT extversion FROM pg_extension WHERE extname = name), 'not in this run');

\echo '# Peers:' :size
\echo
SELECT format('Commit %s, %s; %s; %s; DuckDB: %s. Machine: %s. Settings: %s.', :'commit', split_part(version(), ' on ', 1), pg_temp.extension('timescaledb'),
	pg_temp.extension('mobilitydb'), coalesce(nullif(:'duckdb', ''), 'not in this run'),
	substring(pg_read_file('/proc/cpuinfo') FROM 'model name\s*: ([^\n]*)'), :'settings');
\echo
SELECT format('%s stays of %s looks at %s installations, of which the log has %s rows. Each cell: median of %s seeded questions (of the world: %s), of each the median of up to 5 runs in turns. Reading and planning the query is part of it; what DuckDB''s CLI does (one thread), too. All answers were written out and were the same, row for row.',
	(SELECT count(*) FROM stay), (SELECT sum(cardinality(days)) FROM looks), (SELECT count(*) FROM installation), (SELECT count(*) FROM m_e), :'questions', (:'questions'::int + 1) / 2);
\echo
SELECT format('- %s: %s', CASE method WHEN 'e' THEN 'log' ELSE method END, CASE method WHEN 'e' THEN 'PostgreSQL: the log, covering btree, LATERAL' ELSE title END)
FROM peer ORDER BY place;

\set of 'question, area, days'
\echo
\echo '## Milliseconds of the processor, and by the clock; buffers'
\echo
SELECT '| cell | rows | ' || string_agg(CASE method WHEN 'e' THEN 'log' ELSE method END, ' | ' ORDER BY place) || ' |' || E'\n|-|-|' || string_agg('-|', '') FROM peer;
SELECT format('| %s | %s | %s |', pg_temp.name(question, area, days), round(max(rows)),
	string_agg(coalesce(pg_temp.figure(cpu) || ', ' || pg_temp.figure(wall) || coalesce('; ' || round(buffers), ''), '-'), ' | ' ORDER BY peer.place))
FROM (SELECT DISTINCT question, area, days FROM cell) AS c CROSS JOIN peer LEFT JOIN cell USING (question, area, days, method)
GROUP BY question, area, days ORDER BY min(cell.place);

\echo
\echo '## Ratio peer / ours, of the processor'
\echo
SELECT '| cell | ' || string_agg(CASE method WHEN 'e' THEN 'log' ELSE method END, ' | ' ORDER BY place) || ' |' || E'\n|-|' || string_agg('-|', '') FROM peer WHERE method <> 'ours';
SELECT format('| %s | %s |', pg_temp.name(ours.question, ours.area, ours.days), string_agg(pg_temp.figure(other.cpu / ours.cpu), ' | ' ORDER BY peer.place))
FROM cell AS ours JOIN peer ON peer.method <> 'ours'
	LEFT JOIN cell AS other ON (other.question, other.area, other.days, other.method) = (ours.question, ours.area, ours.days, peer.method)
WHERE ours.method = 'ours' GROUP BY ours.question, ours.area, ours.days, ours.place ORDER BY ours.place;
\echo
SELECT format('Goal: no cell below 1. %s', coalesce('**Not reached**: ' || string_agg(format('%s, %s %s', method, pg_temp.name(question, area, days), pg_temp.figure(ratio)), '; ' ORDER BY ratio),
	'Reached.'))
FROM (SELECT other.*, other.cpu / ours.cpu AS ratio FROM cell AS ours JOIN cell AS other USING (question, area, days)
	WHERE ours.method = 'ours' AND other.method <> 'ours') AS r WHERE ratio < 1;

\echo
\echo '## Size'
\echo
\echo '| | MB |'
\echo '|-|-|'
WITH RECURSIVE part AS
(
	SELECT substring(relname FROM '^m_(ours|e|timescaledb|mobilitydb|boxes)(_|$)') AS method, substring(relname FROM '^m_[a-z]+_?(.*)') AS what, oid AS root, oid
	FROM pg_class WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r' AND relname ~ '^m_'
	UNION ALL
	SELECT method, what, root, inhrelid FROM part JOIN pg_inherits ON inhparent = oid
)
SELECT format('| %s: %s | %s tables, %s indexes |', CASE peer.method WHEN 'e' THEN 'log' ELSE peer.method END,
	CASE what WHEN '' THEN 'table' ELSE what END, round(sum(pg_table_size(oid)) / 1e6), round(sum(pg_indexes_size(oid)) / 1e6))
FROM part JOIN peer USING (method) GROUP BY peer.method, place, what ORDER BY place, what;
SELECT format('| duckdb, all of it | %s |', round(split_part(:'duckdb', ' ', -1)::numeric / 1e6)) WHERE :'duckdb' ~ ' \d+$';
