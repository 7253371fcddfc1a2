\set p random(1, 6)
\set d random(0, 60)
\set s random(0, 1000)
BEGIN;
SELECT look(:p, :d, :s);
PREPARE TRANSACTION 'look of :client_id';
COMMIT PREPARED 'look of :client_id';
