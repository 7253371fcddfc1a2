-- what was there when last looked at, too long before the end of the last day
-- (one without an installation if there is none, for Evidence cannot read a source without rows)
SELECT installation, asset_class, count_text(told_min, told_max) AS told,
       to_char(looked_at, 'YYYY-MM-DD HH24:MI') AS looked_at, days_since_looked, sources
FROM (VALUES (1)) AS always (one)
LEFT JOIN ${ledger}.stale('${last_day}', '${max_age}') ON true
ORDER BY installation, class_path
