-- one row per day, installation and class; what was told 4 days ago or more is stale
SELECT to_char(step_from, 'YYYY-MM-DD') AS day, installation, asset_class, class_path,
       count_min, count_max, count_text(count_min, count_max) AS count_text, state,
       count_text(told_min, told_max) AS told, to_char(looked_at, 'YYYY-MM-DD') AS looked_at
FROM syria_illustrated.timeline_between('2024-12-04', '2024-12-25', '1 day', max_age => '4 days')
ORDER BY installation, class_path, step_from
