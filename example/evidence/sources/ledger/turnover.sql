-- the fewest that came and left, whatever happened between the looks
-- (one without an installation if there is none, for Evidence cannot read a source without rows)
SELECT installation, asset_class, came_min, left_min, looks,
       to_char(from_looked_at, 'YYYY-MM-DD') AS from_look, to_char(to_looked_at, 'YYYY-MM-DD') AS to_look
FROM (VALUES (1)) AS always (one)
LEFT JOIN ${ledger}.turnover('${first_day}', '${last_day}') ON true
ORDER BY installation, class_path
