
/*
 * a question over several ledgers: the same report of each, in one query
 *
 * What is asked is what may stand behind "FROM ledger.": a report, a view, and conditions on it. The caller
 * names a row type, as functions must know their columns before they are called; it is filled by the names of
 * its columns, and what it does not name is not computed. The ledgers are asked one after the other, by one
 * statement each, in the snapshot of the query; each answers where it lies (ledger_distribute.sql). All are
 * known before the first is asked: who mistypes a name is not told half an answer.
 */
CREATE FUNCTION everywhere(row_type anyelement, ledgers text[], question text)
    RETURNS TABLE (ledger text, said anyelement)
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
    SET search_path FROM CURRENT
AS $$
DECLARE
    wanted CONSTANT regtype := pg_catalog.pg_typeof(row_type);
    -- (what is no row is the one value that the report is)
    columns CONSTANT text := coalesce((
        SELECT pg_catalog.format('ROW(%s)::%s', string_agg(pg_catalog.format('q.%I', a.attname), ', ' ORDER BY a.attnum), wanted)
        FROM pg_catalog.pg_type AS t
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE t.oid = wanted HAVING count(*) > 0), 'q.*');
    asked CONSTANT text[] := ARRAY(
        SELECT ledger_check(l.name)::text FROM pg_catalog.unnest(ledgers) WITH ORDINALITY AS l(name, n) GROUP BY l.name ORDER BY min(l.n));
    name text;
BEGIN
    IF question IS NULL OR pg_catalog.cardinality(asked) = 0 THEN
        RAISE EXCEPTION 'a question over ledgers needs a question and at least one ledger' USING ERRCODE = '22S07';
    END IF;
    FOREACH name IN ARRAY asked LOOP
        -- (a question may end with a comment)
        RETURN QUERY EXECUTE pg_catalog.format(E'SELECT %L::pg_catalog.text, %s FROM (SELECT * FROM %I.%s\n) AS q', name, columns, name, question);
    END LOOP;
END
$$;
COMMENT ON FUNCTION everywhere(anyelement, text[], text) IS
    'asks several ledgers the same, with the rights of the caller: SELECT ledger, (said).* FROM everywhere(NULL::a_row_type, ''{syria,black_sea}'', $$changes(''2024-12-05'', ''2024-12-13'')$$). question is SQL, what may stand behind FROM and the name of the ledger: a report or view, and WHERE, ORDER BY, LIMIT of each ledger; names of your own in it need their schema. row_type: a row type (also of a view or table), of which each column is one of the report''s, or the type of the one value that it is. Each ledger once, in order; each answers of what it holds alone. Error 22S07: a ledger of that name is not there';
