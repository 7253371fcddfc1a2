-- the fewest that came and left, whatever happened between the looks
SELECT installation, asset_class, came_min, left_min, looks,
       to_char(from_looked_at, 'YYYY-MM-DD') AS from_look, to_char(to_looked_at, 'YYYY-MM-DD') AS to_look
FROM ${ledger}.turnover('${first_day}', '${last_day}')
ORDER BY installation, class_path
