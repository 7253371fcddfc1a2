-- The medians of our cells, for the report of a run at another size.
COPY (SELECT question, area, days, method, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), avg(rows)
	FROM bench.measured WHERE method = 'ours' GROUP BY question, area, days, method) TO STDOUT CSV;
