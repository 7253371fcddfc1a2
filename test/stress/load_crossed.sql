\set p random(1, 6)
\set q random(1, 6)
\set d random(0, 60)
\set s random(0, 1000)
BEGIN;
SELECT look(:p, :d, :s);
SELECT look(:q, :d, :s + 1);
END;
