-- What reports_run.sql found, as Markdown.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET search_path = bench, public;

CREATE FUNCTION pg_temp.median(float8[]) RETURNS float8 LANGUAGE sql RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest($1) AS t);
CREATE FUNCTION pg_temp.figure(float8) RETURNS text LANGUAGE sql
	RETURN CASE WHEN $1 >= 100 THEN round($1)::text WHEN $1 >= 10 THEN round($1::numeric, 1)::text ELSE round($1::numeric, 2)::text END;
CREATE FUNCTION pg_temp.said(reached bool) RETURNS text LANGUAGE sql RETURN CASE WHEN reached THEN 'reached' WHEN NOT reached THEN '**not reached**' ELSE '' END;

CREATE TEMP TABLE found AS
SELECT *, hand_ms / ms AS ratio
FROM (
	SELECT id, kind, cell, at_least, below_ms, count(*) AS asked, avg(rows) AS rows, avg(hand_rows) AS hand_rows, avg(pages) AS pages, avg(hand_pages) AS hand_pages,
		pg_temp.median(array_agg(pg_temp.median(ms))) AS ms, pg_temp.median(array_agg(pg_temp.median(hand_ms))) AS hand_ms
	FROM ask WHERE ms <> '{}' GROUP BY id, kind, cell, at_least, below_ms
) AS f;

SELECT format('%s sightings of %s looks at %s installations, loaded and derived in %s s. %s', (SELECT count(*) FROM plain.sighting), count(*),
	(SELECT count(*) FROM plain.installation), (SELECT round(seconds) FROM plain.loaded), version())
FROM plain.observation;
\echo
\echo 'Medians of some questions, each the median of 3 to 15 runs in turn, planning included, without waiting for a processor. Pages: of a run in shared buffers.'
\echo
\echo '| report | questions | rows, ours | rows, hand | pages, ours | pages, hand | ours, ms | hand, ms | hand / ours | target | |'
\echo '|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|'
SELECT format('| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |', cell, asked, round(rows), round(hand_rows), round(pages), round(hand_pages),
	pg_temp.figure(ms), pg_temp.figure(hand_ms), pg_temp.figure(ratio), coalesce('>= ' || at_least, '< ' || below_ms || ' ms', ''),
	pg_temp.said(coalesce(ratio >= at_least, ms < below_ms)))
FROM found ORDER BY id;
SELECT format('| changes, world, narrow, geometric mean | | | | | | | | %s | >= 2 | %s |', pg_temp.figure(exp(avg(ln(ratio)))), pg_temp.said(exp(avg(ln(ratio))) >= 2))
FROM found WHERE kind = 'narrow' HAVING count(*) > 0;
