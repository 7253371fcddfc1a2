SELECT installation, asset_class, status, count_text(count_min, count_max) AS count_text, state,
       count_text(told_min, told_max) AS told, to_char(looked_at, 'YYYY-MM-DD HH24:MI') AS looked_at, what_is_not_known
FROM syria_illustrated.inventory('2024-12-20', by => 'status')
ORDER BY installation, class_path, status
