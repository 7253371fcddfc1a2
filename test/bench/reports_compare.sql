-- Rows of changes that only one of both has: where every look is complete, and of all sites.
-- That something came and went between the dates (varied) the analyst cannot say.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET search_path = bench, public;

CREATE FUNCTION pg_temp.differing(d1 date, d2 date, filter text, OUT rows bigint, OUT differing bigint) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($q$
		WITH hand AS MATERIALIZED (%s),
		ours AS MATERIALIZED (
			SELECT installation, asset_class, count_before_min, count_before_max, count_after_min, count_after_max, verdict
			FROM ours.changes(%L, %L) JOIN plain.installation AS i ON i.name = installation
			WHERE verdict <> 'varied' AND %s
		)
		SELECT (SELECT count(*) FROM hand), count(*)
		FROM ((TABLE ours EXCEPT ALL TABLE hand) UNION ALL (TABLE hand EXCEPT ALL TABLE ours)) AS odd$q$,
		replace(replace(bench.hand_changes(filter, true), '{t1}', quote_literal(d1 + 1) || '::timestamptz'), '{t2}', quote_literal(d2 + 1) || '::timestamptz'),
		d1, d2, filter) INTO rows, differing;
END;
$$;

\echo
\echo '| changes | all looks complete: rows | differing | target | | all sites: rows | differing |'
\echo '|---|---:|---:|---|---|---:|---:|'
SELECT format('| %s to %s | %s | %s | 0 | %s | %s | %s |', d1, d2, c.rows, c.differing,
	CASE WHEN c.differing = 0 AND c.rows > 0 THEN 'reached' ELSE '**not reached**' END, a.rows, a.differing)
FROM (VALUES (date '2022-06-01', date '2022-06-08'), ('2023-02-03', '2023-05-04'), ('2023-10-01', '2024-09-30')) AS t(d1, d2),
	pg_temp.differing(d1, d2, 'i.id % 10 = 0') AS c, pg_temp.differing(d1, d2, 'true') AS a;
