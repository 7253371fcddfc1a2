\set p random(1, 6)
\set s random(0, 1000)
UPDATE observation SET retracted_at = CASE WHEN :s % 2 = 0 THEN now() END, retraction_reason = CASE WHEN :s % 2 = 0 THEN 'decoys' END
WHERE (installation_id, observation_id) IN (SELECT installation_id, observation_id FROM observation WHERE installation_id = :p ORDER BY observation_id * :s % 97 LIMIT 1);
