-- what was there when last looked at, four days before the end of 24 December or more
SELECT installation, asset_class, count_text(told_min, told_max) AS told,
       to_char(looked_at, 'YYYY-MM-DD HH24:MI') AS looked_at, days_since_looked, sources
FROM syria_illustrated.stale('2024-12-24', '4 days')
ORDER BY installation, class_path
