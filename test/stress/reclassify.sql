\set s random(0, 1000)
UPDATE asset_class SET max_gsd_m = CASE WHEN :s % 2 = 0 THEN 2 END WHERE name = 'c' AND :s % 3 = 0;
UPDATE asset_class SET keep_total = NOT keep_total WHERE name = 'd' AND :s % 3 = 1;
UPDATE source SET min_confidence = CASE WHEN :s % 2 = 0 THEN 0.1 END WHERE name = 'optimist' AND :s % 3 = 2;
