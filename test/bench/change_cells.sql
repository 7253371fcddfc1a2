-- The medians of the cells, for the summary and for the report of a run at another size.
-- psql -v set=usual
SELECT set_config('bench.set', :'set', false) \gset
COPY (SELECT current_setting('bench.set'), question, area, days, method, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), avg(rows), min(id),
	avg(buffers), avg(index_pages), avg(rows) / (SELECT max(reltuples / relpages) FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
		WHERE indrelid = to_regclass('bench.m_ours')),
	(SELECT sum(bytes) / (SELECT count(*) FROM bench.stay) FROM bench.build WHERE build.method = 'bench.m_' || measured.method AND step <> 'table')
	FROM bench.measured GROUP BY question, area, days, method) TO STDOUT CSV;
