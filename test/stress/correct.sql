\set p random(1, 6)
\set s random(0, 1000)
UPDATE sighting SET count = '[2,2]', designation = NULL, status = CASE WHEN :s % 2 = 0 THEN 'loading' ELSE 'ready' END
WHERE (installation_id, sighting_id) IN (SELECT installation_id, sighting_id FROM sighting WHERE installation_id = :p ORDER BY sighting_id * :s % 97 LIMIT 1);
