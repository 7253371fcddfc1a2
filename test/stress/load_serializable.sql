\set p random(1, 6)
\set d random(0, 60)
\set s random(0, 1000)
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT look(:p, :d, :s);
END;
