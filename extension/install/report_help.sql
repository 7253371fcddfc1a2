/*
 * help: what can be asked of a ledger, and how
 *
 * Every call can be run as it stands: its dates, names and numbers are the ledger's own.
 */
CREATE FUNCTION pg_sightings_help() RETURNS TABLE (question text, ask text)
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 10
    SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH made AS (
        SELECT n.nspname::text AS ledger
        FROM pg_proc AS p
        JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE p.proname = 'help' AND p.pronargs = 0
            AND EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'ledger'))
    SELECT a.question, a.ask
    FROM (
        SELECT 1 AS n, NULL::text AS ledger, 'How do I make a ledger?' AS question, 'create_ledger(''my_ledger'')' AS ask
        UNION ALL
        SELECT 2, m.ledger, 'What can I ask of ' || quote_ident(m.ledger) || '?', quote_ident(m.ledger) || '.help()'
        FROM made AS m
        UNION ALL
        SELECT 3, NULL, 'How do I ask several ledgers the same?',
            format('everywhere(NULL::%I.current_inventory, %L, ''current_inventory'')', min(m.ledger), (array_agg(m.ledger ORDER BY m.ledger))[1:2]::text)
        FROM made AS m HAVING count(*) > 1
        UNION ALL
        SELECT 4, NULL, 'What do the words mean?', 'report_words()'
        UNION ALL
        SELECT 5, NULL, 'What do the columns mean?', 'column_words()') AS a
    ORDER BY a.n, a.ledger;
END;
COMMENT ON FUNCTION pg_sightings_help() IS
    'where to begin: SELECT * FROM what stands in ask; each ledger has a help() of its own';

CREATE FUNCTION report_help_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.help()
    RETURNS TABLE (question text, ask text)
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 28
BEGIN ATOMIC
    WITH last AS (
        SELECT o.installation_id, o.observation_id, o.observed_at
        FROM LEDGER.observation AS o WHERE o.retracted_at IS NULL
        ORDER BY o.observed_at DESC, o.observation_id DESC LIMIT 1
    ), word AS (
        SELECT (SELECT quote_ident(n.nspname::text) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.oid = LEDGER_TABLE::oid) || '.' AS l,
               quote_literal(coalesce(last.observed_at::date, current_date)::text) AS d2,
               quote_literal(coalesce((SELECT max(o.observed_at)::date FROM LEDGER.observation AS o
                   WHERE o.installation_id = last.installation_id AND o.retracted_at IS NULL AND o.observed_at::date < last.observed_at::date),
                   last.observed_at::date - 7, current_date - 7)::text) AS d1,
               quote_literal(coalesce((SELECT i.name FROM LEDGER.installation AS i WHERE i.installation_id = last.installation_id), 'NAME')) AS site,
               quote_literal(coalesce((SELECT c.name FROM LEDGER.subject AS s JOIN LEDGER.asset_class AS c ON c.asset_class_id = s.asset_class_id
                   WHERE s.installation_id = last.installation_id AND s.kind = 'class' ORDER BY ltree2text(c.path) COLLATE pg_catalog."C" LIMIT 1), 'CLASS')) AS class,
               quote_literal(coalesce((SELECT min(s.label) FROM LEDGER.subject AS s WHERE s.kind = 'individual'), 'DESIGNATION')) AS who,
               coalesce(last.observation_id, 1::bigint)::text AS look
        FROM (VALUES (true)) AS one(one) LEFT JOIN last ON true
    )
    SELECT a.question, w.l || a.ask
    FROM word AS w
    CROSS JOIN LATERAL (VALUES
        (1, 'Everything on one place?', 'site(' || w.site || ', ' || w.d2 || ')'),
        (2, 'What changed between two dates?', 'changes(' || w.d1 || ', ' || w.d2 || ')'),
        (3, 'What changed for certain?', 'changes(' || w.d1 || ', ' || w.d2 || ', mode => ''certain'')'),
        (4, 'The largest changes?', 'top_changes(' || w.d1 || ', ' || w.d2 || ')'),
        (5, 'What changed that is not usual?', 'unusual(' || w.d1 || ', ' || w.d2 || ')'),
        (6, 'What is usual?', 'usual(' || w.site || ', until => ' || w.d2 || ')'),
        (7, 'And the same time a year ago?', 'same_period(' || w.d1 || ', ' || w.d2 || ')'),
        (8, 'What changed between its last looks?', 'between_looks(' || w.site || ')'),
        (9, 'What is new since yesterday?', 'changes_since(now() - interval ''1 day'')'),
        (10, 'What came and went in between?', 'turnover(' || w.d1 || ', ' || w.d2 || ')'),
        (11, 'What was there on a day?', 'inventory(' || w.d2 || ')'),
        (12, 'In which status?', 'inventory(' || w.d2 || ', by => ''status'')'),
        (13, 'How many of a class, all added up?', 'inventory(' || w.d2 || ', total => ' || w.class || ')'),
        (14, 'What did we know at a time?', 'inventory(' || w.d2 || ', known_at => now())'),
        (15, 'How much could they lift?', 'airlift(' || w.d2 || ')'),
        (16, 'How did it go, day by day?', 'timeline(' || w.d1 || ', ' || w.d2 || ', ''1 day'', ' || w.site || ')'),
        (17, 'What did each look tell?', 'told_between(installation => ' || w.site || ')'),
        (18, 'What stands behind a row?', 'evidence(' || w.site || ', ' || w.look || ')'),
        (19, 'Who looked, and where are gaps?', 'coverage(' || w.d1 || ', ' || w.d2 || ')'),
        (20, 'What is out of date?', 'stale(' || w.d2 || ', ''3 days'')'),
        (21, 'How fast does a picture grow old?', 'persistence()'),
        (22, 'Where was this one seen?', 'track(' || w.who || ')'),
        (23, 'Where may they have gone?', 'movements(' || w.d1 || ', ' || w.d2 || ')'),
        (24, 'How many are to be expected?', 'expected_count(' || w.d2 || ')'),
        (25, 'Which looks contradict each other?', 'conflict'),
        (26, 'What did alerts tell?', 'alert_log'),
        (27, 'What was brought in, and when?', 'load'),
        (28, 'Is what is stored right?', 'verify()')) AS a(n, question, ask)
    ORDER BY a.n;
END;
COMMENT ON FUNCTION LEDGER.help() IS
    'what can be asked, and how: SELECT * FROM what stands in ask. Dates, names and numbers are of the last look; put yours in their place'
$sql$);
END;
$create$;
COMMENT ON FUNCTION report_help_create(name) IS
    'part of create_ledger: help()';
