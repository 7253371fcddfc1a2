-- Asks :question (which is about :what), and lets the server cancel it after :ms milliseconds: it must
-- be, and at most :bound later. A message of its own, so that neither what sets the limit nor what
-- comes after it can be cancelled instead, however slow the machine.
SELECT clock_timestamp() AS begun \gset
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK on
SET LOCAL statement_timeout = :ms \; :question \g /dev/null
\set code :SQLSTATE
\set ON_ERROR_STOP on
SET statement_timeout = 0;
SELECT clock_timestamp() - :'begun' - :ms * interval '1 ms' AS late \gset
SELECT is(:'code'::text, '57014', :'what' || ' is cancelled');
SELECT cmp_ok(:'late'::interval, '<', :'bound'::interval, 'in time');
