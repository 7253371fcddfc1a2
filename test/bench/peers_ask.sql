-- Every question of the grid in the SQL of everyone who has an answer to it, a line each:
-- number, question, method, database, SQL. psql -v peers='timescaledb mobilitydb duckdb' -v methods= (all, or some: ours,stays)
\set ON_ERROR_STOP on
SET search_path = bench, public;
COPY
(
	SELECT ask.id, format('%s, %s%s', question, area, CASE WHEN days > 0 THEN ', ' || days || ' d' ELSE '' END), method,
		CASE WHEN method IN ('stays', 'asof') THEN 'duckdb' ELSE 'postgresql' END, regexp_replace(wording(ask, method), '\s+', ' ', 'g')
	FROM ask JOIN query USING (question)
	WHERE world = (area = 'world') AND area <> 'twenty' AND (method IN ('ours', 'e') OR :'peers' ~
		CASE method WHEN 'boxes' THEN 'mobilitydb' WHEN 'stays' THEN 'duckdb' WHEN 'asof' THEN 'duckdb' ELSE method END)
		AND (:'methods' = '' OR method = ANY (string_to_array(:'methods', ',')))
	ORDER BY ask.id, array_position('{ours,e,timescaledb,mobilitydb,boxes,stays,asof}', method)
) TO STDOUT;
