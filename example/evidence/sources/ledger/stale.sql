-- what was there when last looked at, too long before the end of the last day
SELECT installation, asset_class, count_text(told_min, told_max) AS told,
       to_char(looked_at, 'YYYY-MM-DD HH24:MI') AS looked_at, days_since_looked, sources
FROM ${ledger}.stale('${last_day}', '${max_age}')
ORDER BY installation, class_path
