-- What the reference must name, as it stands there: read by test/readme. The functions that
-- only the server calls (input, index support and the like) have no comment and are left out.
WITH ours AS (
    SELECT d.classid, d.objid FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_sightings'),
ledger AS (
    SELECT c.oid, c.relname, c.relkind FROM pg_class AS c
    WHERE c.relnamespace = 'syria'::regnamespace AND c.relkind IN ('r', 'v', 'c'))
SELECT '| `' || typname || '` |' FROM pg_type JOIN ours ON objid = pg_type.oid AND classid = 'pg_type'::regclass
WHERE typtype = 'b' AND typelem = 0
UNION
SELECT '`' || castsource::regtype || '::' || casttarget::regtype || '`' FROM pg_cast JOIN ours ON objid = oid AND classid = 'pg_cast'::regclass
UNION
SELECT ' ' || oprname || ' ' || replace(oprright::regtype::text, 'timestamp with time zone', 'timestamptz') || '` | `'
FROM pg_operator JOIN ours ON objid = oid AND classid = 'pg_operator'::regclass
UNION
SELECT '| `' || opcname || '` |' FROM pg_opclass JOIN ours ON objid = oid AND classid = 'pg_opclass'::regclass
UNION
SELECT '`' || proname || '(' FROM pg_proc
WHERE pronamespace = 'syria'::regnamespace
    OR oid IN (SELECT objid FROM ours WHERE classid = 'pg_proc'::regclass) AND obj_description(oid, 'pg_proc') IS NOT NULL
UNION
SELECT '#### ' || relname FROM ledger
UNION
SELECT '| `' || attname || '` | ' FROM ledger JOIN pg_attribute ON attrelid = ledger.oid AND attnum > 0 AND NOT attisdropped
UNION
SELECT '| `' || arg || '` | ' FROM pg_proc, unnest(proargnames, proargmodes) AS u(arg, mode)
WHERE pronamespace = 'syria'::regnamespace AND mode = 't' AND obj_description(oid, 'pg_proc') !~ '^internal' AND proname !~ '_then$'
ORDER BY 1;
