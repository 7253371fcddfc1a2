-- catalog: what holds of every object the extension makes; each query lists exceptions
\set SHOW_CONTEXT never

CREATE TEMP VIEW ours AS
SELECT d.classid, d.objid
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_sightings';

CREATE TEMP VIEW our_functions AS
SELECT p.* FROM pg_proc p JOIN ours ON ours.classid = 'pg_proc'::regclass AND ours.objid = p.oid;

CREATE TEMP VIEW our_types AS
SELECT t.* FROM pg_type t JOIN ours ON ours.classid = 'pg_type'::regclass AND ours.objid = t.oid;

-- functions that only the server calls: they have no use in a query
CREATE TEMP VIEW internal_functions AS
SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typanalyze, typmodin, typmodout])::oid AS oid FROM our_types
UNION
SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn])::oid
FROM pg_aggregate WHERE aggfnoid IN (SELECT oid FROM our_functions)
UNION
SELECT amproc FROM pg_amproc
UNION
SELECT o.oprcode FROM pg_amop a JOIN pg_operator o ON o.oid = a.amopopr
WHERE a.amopmethod IN (SELECT oid FROM pg_am WHERE amname = 'btree')
UNION
SELECT n.oprcode FROM pg_operator o JOIN pg_operator n ON n.oid = o.oprnegate
WHERE o.oprcanhash
UNION
SELECT oid FROM our_functions WHERE 'internal'::regtype = ANY (proargtypes) OR prorettype = 'trigger'::regtype
    OR prorettype = 'internal'::regtype;

-- no public object without a comment
SELECT oid::regprocedure AS function_without_comment FROM our_functions
WHERE oid NOT IN (SELECT oid FROM internal_functions) AND obj_description(oid, 'pg_proc') IS NULL
ORDER BY 1::text;
SELECT oid::regtype AS type_without_comment FROM our_types
WHERE typtype <> 'p' AND typelem = 0 AND obj_description(oid, 'pg_type') IS NULL
ORDER BY 1::text;
SELECT o.oid::regoperator AS operator_without_comment
FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
WHERE obj_description(o.oid, 'pg_operator') IS NULL
ORDER BY 1::text;
SELECT c.opcname AS opclass_without_comment
FROM pg_opclass c JOIN ours ON ours.classid = 'pg_opclass'::regclass AND ours.objid = c.oid
WHERE obj_description(c.oid, 'pg_opclass') IS NULL
ORDER BY 1;
SELECT obj_description(oid, 'pg_extension') IS NOT NULL AS extension_has_comment
FROM pg_extension WHERE extname = 'pg_sightings';

-- a C symbol is the function's name; where that is overloaded, its type or types stand before it, or,
-- of a constructor, what is counted behind it
SELECT f.oid::regprocedure AS function, f.prosrc AS symbol
FROM our_functions f JOIN pg_language l ON l.oid = f.prolang
WHERE l.lanname = 'c' AND f.prosrc <> f.proname
    AND f.prosrc NOT IN (SELECT t.typname || '_' || f.proname FROM our_types t)
    AND f.prosrc <> (SELECT string_agg(t.typname, '_' ORDER BY i) || '_' || f.proname
                     FROM unnest(f.proargtypes) WITH ORDINALITY AS a (type, i) JOIN pg_type t ON t.oid = a.type)
    AND f.prosrc !~ ('^' || f.proname || '_of_')
ORDER BY 1::text;

-- nothing of the types, operators and words is volatile, or unsafe in a parallel worker; what asks a
-- ledger's tables is called ledger_*, is never asked in a worker, and changes nothing but for five, of which one asks another server, one answers it and one goes before a change
SELECT oid::regprocedure AS c_function, provolatile, proparallel
FROM our_functions
WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c') AND prorettype <> 'trigger'::regtype
    AND CASE WHEN proname IN ('ledger_rederive', 'ledger_notify', 'ledger_ask_elsewhere', 'ledger_answer_here', 'ledger_writes') THEN (provolatile, proparallel) <> ('v', 'u')
        WHEN proname ~ '^ledger_' THEN (provolatile, proparallel) <> ('s', 'r')
        ELSE provolatile = 'v' OR proparallel <> 's' END
ORDER BY 1::text;
SELECT oid::regprocedure AS first_argument_is_no_ledger
FROM our_functions
WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c') AND prorettype <> 'trigger'::regtype AND proname ~ '^ledger_'
    AND NOT coalesce(proargtypes[0] IN ('regclass'::regtype, 'regtype'::regtype, 'regprocedure'::regtype), false)
ORDER BY 1::text;
SELECT a.aggfnoid::regprocedure AS aggregate_without_partial_mode
FROM pg_aggregate a JOIN our_functions f ON f.oid = a.aggfnoid
WHERE a.aggcombinefn = 0 OR f.proparallel <> 's'
    OR (a.aggtranstype = 'internal'::regtype AND (a.aggserialfn = 0 OR a.aggdeserialfn = 0))
ORDER BY 1::text;

-- leakproof is what compares two values or puts a question to one, as an operator, and nothing else
SELECT f.oid::regprocedure AS function, f.proleakproof
FROM our_functions f
WHERE f.proleakproof <> EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = f.oid AND o.oprresult = 'bool'::regtype)
ORDER BY 1::text;

-- what changes something runs in no worker; all else does, but for what checks while a ledger is made
SELECT oid::regprocedure AS function, provolatile, proparallel
FROM our_functions
WHERE (provolatile = 'v') <> (proparallel = 'u') AND proname !~ '^ledger_(.*_)?check$'
ORDER BY 1::text;

-- the default cost is C's alone, of what looks at one value; what reads a ledger costs hundreds, a report thousands
SELECT f.oid::regprocedure AS function, procost, proretset
FROM our_functions f JOIN pg_language l ON l.oid = f.prolang
WHERE provolatile <> 'v' AND prokind = 'f' AND CASE
    WHEN lanname = 'c' AND proname ~ '^ledger_' THEN procost < CASE WHEN proretset THEN 10000 ELSE 100 END
    WHEN lanname = 'c' THEN procost NOT BETWEEN 1 AND 100
    ELSE procost < 1 OR (procost < 2 AND lanname = 'sql') END
ORDER BY 1::text;

-- SQL functions are bound at creation; PL/pgSQL and SECURITY DEFINER set the search_path
SELECT oid::regprocedure AS unbound_sql_function FROM our_functions
WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql') AND prosqlbody IS NULL AND prokind = 'f'
ORDER BY 1::text;
SELECT f.oid::regprocedure AS function_without_search_path
FROM our_functions f JOIN pg_language l ON l.oid = f.prolang
WHERE (l.lanname = 'plpgsql' OR f.prosecdef)
    AND NOT coalesce(array_to_string(f.proconfig, ',') LIKE '%search_path=%pg_temp', false)
ORDER BY 1::text;

-- operators: no question mark (JDBC's parameter), an estimator for each condition, commutators that agree
SELECT o.oid::regoperator AS operator, 'question mark' AS fault
FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
WHERE o.oprname LIKE '%?%'
UNION ALL
SELECT o.oid::regoperator, 'no estimator'
FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
WHERE o.oprresult = 'bool'::regtype AND (o.oprrest = 0 OR o.oprjoin = 0)
UNION ALL
SELECT o.oid::regoperator, 'a commutator with another name for its commutator'
FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
    JOIN pg_operator c ON c.oid = o.oprcom
WHERE c.oprcom <> o.oid
UNION ALL
SELECT o.oid::regoperator, 'a shell'
FROM pg_operator o
WHERE o.oprcode = 0
ORDER BY 1, 2;

-- each operator stands for a function of the extension
SELECT o.oid::regoperator AS operator_of_a_function_not_ours
FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
WHERE o.oprcode::oid NOT IN (SELECT oid FROM our_functions)
ORDER BY 1::text;

-- every operator class is complete
WITH our_opclasses AS MATERIALIZED (
    SELECT c.* FROM pg_opclass c JOIN ours ON ours.classid = 'pg_opclass'::regclass AND ours.objid = c.oid)
SELECT m.amname, c.opcname AS incomplete_opclass
FROM our_opclasses c JOIN pg_am m ON m.oid = c.opcmethod
WHERE NOT amvalidate(c.oid)
ORDER BY 1, 2;

-- every function that the C files export is one of SQL's
\set declared `cat "${PG_ABS_SRCDIR:-.}"/extension/*/*.c | sed -n 's/^PG_FUNCTION_INFO_V1(\([a-z0-9_]*\));.*/\1/p'`
SELECT symbol AS exported_but_not_called
FROM regexp_split_to_table(:'declared', '\n') AS symbol
WHERE symbol NOT IN (SELECT prosrc FROM our_functions) ORDER BY 1;
SELECT count(*) > 100 AS there_are_some FROM regexp_split_to_table(:'declared', '\n') AS symbol;

-- strategy numbers: the enum in C against the digits of CREATE OPERATOR CLASS
\set strategies `sed -n 's/.*STRATEGY_[A-Z_]* = \([0-9]*\).*\/\* \(<~>\|@+\|@-\|@=\|@~\|&&\|@>\|<->\).*/\1 \2/p' "${PG_ABS_SRCDIR:-.}"/extension/type/pg_sightings.h`
CREATE TEMP TABLE c_strategy AS
SELECT split_part(line, ' ', 1)::int AS number, split_part(line, ' ', 2) AS operator
FROM regexp_split_to_table(:'strategies', '\n') AS line;
SELECT count(*) AS strategies FROM c_strategy;
SELECT m.amname, f.opfname, a.amopopr::regoperator AS operator, a.amopstrategy, s.number
FROM pg_amop a JOIN pg_opfamily f ON f.oid = a.amopfamily
    JOIN ours ON ours.classid = 'pg_opfamily'::regclass AND ours.objid = f.oid
    JOIN pg_am m ON m.oid = f.opfmethod
    JOIN pg_operator o ON o.oid = a.amopopr
    LEFT JOIN c_strategy s ON s.operator = o.oprname
WHERE m.amname NOT IN ('btree', 'hash') AND a.amopstrategy IS DISTINCT FROM s.number
ORDER BY 1, 2, 4;

-- fixed size, aligned, passed by reference: nothing to toast
SELECT typname, typlen, typbyval, typalign, typstorage FROM our_types
WHERE typname IN ('sighting', 'presence', 'watch') ORDER BY typname;

-- dropping the extension leaves nothing behind, and it can be made in any schema
CREATE DATABASE catalog_again;
\set home :DBNAME
\c catalog_again
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION ltree;
CREATE FUNCTION catalog_rows() RETURNS TABLE (catalog text, n bigint) LANGUAGE sql AS $$
    SELECT 'pg_proc', count(*) FROM pg_proc UNION ALL
    SELECT 'pg_type', count(*) FROM pg_type UNION ALL
    SELECT 'pg_class', count(*) FROM pg_class UNION ALL
    SELECT 'pg_operator', count(*) FROM pg_operator UNION ALL
    SELECT 'pg_opclass', count(*) FROM pg_opclass UNION ALL
    SELECT 'pg_opfamily', count(*) FROM pg_opfamily UNION ALL
    SELECT 'pg_amop', count(*) FROM pg_amop UNION ALL
    SELECT 'pg_amproc', count(*) FROM pg_amproc UNION ALL
    SELECT 'pg_cast', count(*) FROM pg_cast UNION ALL
    SELECT 'pg_trigger', count(*) FROM pg_trigger UNION ALL
    SELECT 'pg_event_trigger', count(*) FROM pg_event_trigger UNION ALL
    SELECT 'pg_namespace', count(*) FROM pg_namespace
$$;
CREATE TABLE at_first (catalog text, n bigint);
INSERT INTO at_first SELECT * FROM catalog_rows();
CREATE EXTENSION pg_sightings;
DROP EXTENSION pg_sightings;
SELECT * FROM catalog_rows() EXCEPT SELECT * FROM at_first;
CREATE SCHEMA "Odd ""schema""";
CREATE EXTENSION pg_sightings SCHEMA "Odd ""schema""";
SET timezone = 'UTC';
SELECT "Odd ""schema""".first_seen('2 POINT(35 34)@(-infinity, [2024-12-13 00:00:00Z, 2024-12-14 00:00:00Z], infinity)');
ALTER EXTENSION pg_sightings SET SCHEMA public;
DROP EXTENSION pg_sightings;
DROP SCHEMA "Odd ""schema""";
SELECT * FROM catalog_rows() EXCEPT SELECT * FROM at_first;
\c :home
DROP DATABASE catalog_again;
