\set p random(1, 6)
\set s random(0, 1000)
DELETE FROM observation
WHERE (installation_id, observation_id) IN (SELECT installation_id, observation_id FROM observation WHERE installation_id = :p ORDER BY observation_id * :s % 97 LIMIT 1);
