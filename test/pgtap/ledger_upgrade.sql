-- What pg_upgrade needs of a ledger (test/bare/pg_upgrade does it in earnest): it makes
-- functions before the operator classes of extensions, so a function whose body is bound
-- at its creation may sort, group or compare nothing by one.
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT plan(2);
SELECT create_ledger('upgrade_test') \g /dev/null
CREATE FUNCTION needs() RETURNS TABLE (function text, operator text) LANGUAGE sql AS $$
SELECT DISTINCT p.proname::text, o.oid::regoperator::text
FROM pg_proc p, regexp_matches(p.prosqlbody::text, ':(?:eqop|sortop) (\d+)', 'g') AS m
JOIN pg_operator o ON o.oid = m[1]::oid
WHERE o.oid >= 16384 AND (p.pronamespace = 'upgrade_test'::regnamespace OR EXISTS (
	SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
		AND d.refobjid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'pg_sightings')))
$$;
SELECT is_empty('SELECT * FROM needs()', 'no function is bound to an operator class of an extension');
CREATE FUNCTION upgrade_test.bound() RETURNS SETOF presence LANGUAGE sql BEGIN ATOMIC
	SELECT run FROM upgrade_test.presence ORDER BY run;
END;
SELECT is((SELECT count(DISTINCT function) FROM needs()), 1::bigint, 'one that is would be found');
SELECT * FROM finish();
ROLLBACK;
