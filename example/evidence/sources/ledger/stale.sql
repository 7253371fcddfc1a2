-- what the picture of 24 December rests on that is four days old or more
SELECT installation, asset_class, status, count_text(count_min, count_max) AS count_text,
       to_char(last_seen, 'YYYY-MM-DD HH24:MI') AS last_seen, days_since_seen, sources
FROM syria_illustrated.stale('2024-12-24', '4 days')
ORDER BY installation, class_path, status
