-- The reference, as Markdown, made of the COMMENTs of every public object. doc/site/reference
-- calls it, and puts the meaning of each argument and an example where it says so; "make reference"
-- writes that into build/doc/reference.md.
--
-- It makes a ledger named LEDGER to read its tables, views and reports from, and takes it
-- back at the end.

\set QUIET on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
BEGIN;
SELECT create_ledger('LEDGER') \g /dev/null

-- the | of a table's cell must be told from its border
CREATE FUNCTION pg_temp.cell(said text) RETURNS text LANGUAGE sql AS
    $$SELECT replace(regexp_replace(coalesce(said, ''), '\s+', ' ', 'g'), '|', '\|')$$;
CREATE TEMP VIEW ours AS
SELECT d.classid, d.objid
FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_sightings';
CREATE TEMP VIEW said AS
SELECT p.oid, p.proname, p.prokind, obj_description(p.oid, 'pg_proc') AS meaning,
       regexp_replace(regexp_replace(pg_get_function_arguments(p.oid), 'timestamp with time zone', 'timestamptz', 'g'),
                      '::[a-z][a-z ]*(\[\])?(?=[,)]|$)', '', 'g') AS arguments,
       regexp_replace(pg_get_function_result(p.oid), 'timestamp with time zone', 'timestamptz', 'g') AS result,
       (SELECT string_agg(u.arg, ' ' ORDER BY u.n)
        FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS u(arg, mode, n)
        WHERE u.arg <> '' AND coalesce(u.mode, 'i') IN ('i', 'v')) AS names,
       p.pronamespace = '"LEDGER"'::regnamespace AS of_ledger,
       CASE WHEN p.pronamespace = '"LEDGER"'::regnamespace THEN obj_description(p.oid, 'pg_proc') !~ '^internal' AND p.proname !~ '_then$'
           ELSE obj_description(p.oid, 'pg_proc') !~ '^(internal|part of )' AND p.proname !~ '^ledger_' END AS public
FROM pg_proc AS p
WHERE p.pronamespace = '"LEDGER"'::regnamespace
    OR p.oid IN (SELECT objid FROM ours WHERE classid = 'pg_proc'::regclass);

SELECT '# Reference of pg_sightings ' || extversion FROM pg_extension WHERE extname = 'pg_sightings';
\qecho
SELECT upper(left(obj_description(oid, 'pg_extension'), 1)) || substr(obj_description(oid, 'pg_extension'), 2) || '. Made by `make reference` of the comments in the database;'
       || ' the examples were run on the [example](../../example/khmeimim.sql) of this repository.'
FROM pg_extension WHERE extname = 'pg_sightings';

\qecho
\qecho '## Types'
\qecho
\qecho '| type | bytes | what it is |'
\qecho '|---|---|---|'
SELECT format('| `%s` | %s | %s |', typname, typlen, pg_temp.cell(obj_description(t.oid, 'pg_type')))
FROM pg_type AS t
WHERE t.oid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass) AND typtype = 'b' AND typelem = 0
ORDER BY typname;

\qecho
\qecho '| cast | gives |'
\qecho '|---|---|'
SELECT format('| `%s::%s` | %s |', castsource::regtype, casttarget::regtype, pg_temp.cell(obj_description(c.oid, 'pg_cast')))
FROM pg_cast AS c WHERE c.oid IN (SELECT objid FROM ours WHERE classid = 'pg_cast'::regclass)
ORDER BY 1;

\qecho
\qecho '## Operators'
\qecho
\qecho '| operator | function | true if, or what it gives |'
\qecho '|---|---|---|'
SELECT format('| `%s` | `%s` | %s |',
              replace(concat_ws(' ', nullif(oprleft, 0)::regtype, oprname, oprright::regtype), 'timestamp with time zone', 'timestamptz'),
              p.proname, pg_temp.cell(obj_description(o.oid, 'pg_operator')))
FROM pg_operator AS o JOIN pg_proc AS p ON p.oid = o.oprcode
WHERE o.oid IN (SELECT objid FROM ours WHERE classid = 'pg_operator'::regclass)
ORDER BY oprleft::regtype::text, oprname, oprright::regtype::text;

\qecho
\qecho '## Operator classes'
\qecho
\qecho '| operator class | for | what it serves |'
\qecho '|---|---|---|'
SELECT format('| `%s` | %s, `%s`%s | %s |', opcname, amname, opcintype::regtype, CASE WHEN opcdefault THEN ', default' END,
              pg_temp.cell(obj_description(c.oid, 'pg_opclass')))
FROM pg_opclass AS c JOIN pg_am AS m ON m.oid = c.opcmethod
WHERE c.oid IN (SELECT objid FROM ours WHERE classid = 'pg_opclass'::regclass)
ORDER BY opcintype::regtype::text, amname, opcname;

-- A function: all that have the name, what their arguments mean, and an example.
CREATE TEMP VIEW told AS
SELECT of_ledger, prokind, proname,
       string_agg(format(E'`%s(%s)`%s%s.\n', proname, arguments, CASE WHEN result ~ '^SETOF "LEDGER"' THEN regexp_replace(result, '^SETOF "LEDGER"\.(\w+)$', E' gives rows of [`\\1`](#\\1)\n\n')
                                                                  ELSE format(E' gives `%s`\n\n', result) END, upper(left(meaning, 1)) || substr(meaning, 2)), E'\n' ORDER BY arguments)
       || coalesce(E'\n{arguments ' || CASE WHEN of_ledger THEN '.' ELSE '' END || proname || ' ' || string_agg(names, ' ' ORDER BY arguments) || E'}\n', '') AS head,
       (array_agg(said.oid ORDER BY arguments))[1] AS function,
       format(E'\n{example %s%s}\n', CASE WHEN of_ledger THEN '.' END, proname) AS example
FROM said WHERE public GROUP BY of_ledger, prokind, proname;

\qecho
\qecho '## Aggregates'
\qecho
SELECT '### ' || proname || E'\n\n' || head || example FROM told WHERE prokind = 'a' ORDER BY proname;

\qecho '## Functions'
\qecho
\qecho 'An error is named by its SQLSTATE; [README](../../README.md#errors) has the table.'
\qecho
SELECT '### ' || proname || E'\n\n' || head || example FROM told WHERE NOT of_ledger AND prokind = 'f' ORDER BY proname;

-- A table, view or type of rows of the ledger, with its columns.
CREATE TEMP VIEW of_columns AS
SELECT c.relkind, c.relname, m.meaning, E'#### ' || c.relname || E'\n\n' || m.meaning || E'.\n\n| column | type | what it holds |\n|---|---|---|\n'
       || (SELECT string_agg(format('| `%s` | %s | %s |', attname, replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz'),
                                    pg_temp.cell(col_description(c.oid, attnum))), E'\n' ORDER BY attnum)
           FROM pg_attribute AS a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped) || E'\n' AS said
FROM pg_class AS c, LATERAL (SELECT CASE c.relkind WHEN 'c' THEN obj_description(c.reltype, 'pg_type') ELSE obj_description(c.oid, 'pg_class') END) AS m(meaning)
WHERE c.relnamespace = '"LEDGER"'::regnamespace;

\qecho '## A ledger'
\qecho
\qecho 'What `create_ledger(name)` makes, in the schema `name`.'
\qecho
\qecho '### Tables'
\qecho
SELECT said FROM of_columns WHERE relkind = 'r' ORDER BY meaning LIKE 'internal%', relname;
\qecho '### Views'
\qecho
SELECT said FROM of_columns WHERE relkind = 'v' ORDER BY relname;

\qecho '### Rows'
\qecho
\qecho 'The types of what reports and imports return; which returns which, its head says.'
\qecho
SELECT said FROM of_columns WHERE relkind = 'c' ORDER BY relname;

\qecho '### Reports, imports and the like'
\qecho
\qecho 'Errors of all reports: 22S07 for a name that the ledger does not know, with the nearest one as a hint, and for a number or step'
\qecho 'that makes no sense; 22S05 for times out of order; 22S06 for an unknown mode or a max_age that is not positive. A function of which'
\qecho 'more is to be known says so itself.'
\qecho
-- (columns of those that have no type of rows)
SELECT '#### ' || proname || E'\n\n' || head
       || coalesce(E'\n| column | what it holds |\n|---|---|\n'
           || (SELECT string_agg(format('| `%s` | %s |', u.arg, pg_temp.cell((
                      SELECT w.meaning FROM column_words() AS w
                      WHERE w.column_name IN (u.arg, told.proname || '.' || u.arg)
                      ORDER BY length(w.column_name) DESC LIMIT 1))), E'\n' ORDER BY u.n)
               FROM pg_proc AS p, unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS u(arg, mode, n)
               WHERE p.oid = told.function AND u.mode IN ('t', 'o', 'b')) || E'\n', '')
       || example
FROM told
WHERE of_ledger
ORDER BY proname;

\qecho '## Inside'
\qecho
\qecho 'Functions that the above call. They are of no use by themselves, and may change with any version.'
\qecho
SELECT format('- `%s(%s)`: %s', proname, arguments, meaning)
FROM said WHERE NOT public
ORDER BY of_ledger, proname, arguments;
ROLLBACK;
