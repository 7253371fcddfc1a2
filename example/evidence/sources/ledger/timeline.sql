-- one row per day, installation and class
SELECT to_char(step_from, 'YYYY-MM-DD') AS day, installation, asset_class, class_path,
       count_min, count_max, count_text(count_min, count_max) AS count_text, state,
       count_text(told_min, told_max) AS told, to_char(looked_at, 'YYYY-MM-DD') AS looked_at
FROM ${ledger}.timeline_between('${first_day}', date '${last_day}' + 1, '1 day', max_age => '${max_age}')
ORDER BY installation, class_path, step_from
