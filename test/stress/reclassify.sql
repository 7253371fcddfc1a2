\set s random(0, 1000)
UPDATE asset_class SET max_gsd_m = CASE WHEN :s % 2 = 0 THEN 2 END WHERE name = 'c';
