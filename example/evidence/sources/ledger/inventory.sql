SELECT installation, asset_class, status, count_text(count_min, count_max) AS count_text, state,
       to_char(last_seen, 'YYYY-MM-DD HH24:MI') AS last_seen, what_is_not_known
FROM syria_illustrated.inventory('2024-12-20')
ORDER BY installation, class_path, status
