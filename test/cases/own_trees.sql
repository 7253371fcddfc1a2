-- Each of the ledger `own`'s R-trees alone, held against a sequential scan.
BEGIN;
DROP INDEX own.presence_time, own.presence_window;
SELECT op, answers > 0 AS some, missed, made_up FROM compare_index('own.presence', 'run');
ROLLBACK;
BEGIN;
DROP INDEX own.presence_run, own.presence_window;
SELECT op, answers > 0 AS some, missed, made_up FROM compare_index('own.presence', 'run');
ROLLBACK;
