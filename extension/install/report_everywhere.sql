
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
    columns CONSTANT text := (
        SELECT string_agg(pg_catalog.format('q.%I', a.attname), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_type AS t
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE t.oid = pg_catalog.pg_typeof(row_type)::oid);
    asked CONSTANT text[] := ARRAY(
        SELECT ledger_check(l.name)::text FROM pg_catalog.unnest(ledgers) WITH ORDINALITY AS l(name, n) GROUP BY l.name ORDER BY min(l.n));
BEGIN
    IF question IS NULL OR pg_catalog.cardinality(asked) = 0 THEN
        RAISE EXCEPTION 'a question over ledgers needs a question and at least one ledger' USING ERRCODE = '22S07';
    END IF;
    IF columns IS NULL THEN
        RAISE EXCEPTION '% is no row type', pg_catalog.pg_typeof(row_type)
            USING ERRCODE = '22S07', HINT = 'Of a report that is one value the row has one column, of the report''s name.';
    END IF;
    FOREACH ledger IN ARRAY asked LOOP
        -- The row is made here: another server need not know its type. (A question may end with a comment.)
        FOR said IN EXECUTE pg_catalog.format(E'SELECT %s FROM (SELECT * FROM %I.%s\n) AS q', columns, ledger, question) LOOP
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION everywhere(anyelement, text[], text) IS
    'asks several ledgers the same, with the rights of the caller: SELECT ledger, (said).* FROM everywhere(NULL::a_row_type, ''{syria,black_sea}'', $$changes(''2024-12-05'', ''2024-12-13'')$$). question is SQL, what may stand behind FROM and the name of the ledger: a report or view, and WHERE, ORDER BY, LIMIT of each ledger; names of your own in it need their schema. row_type: a row type (also of a view or table), of which each column is one of the report''s. Each ledger once, in order; each answers of what it holds alone. Error 22S07: a ledger of that name is not there, or there is nothing to ask';
