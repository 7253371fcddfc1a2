-- one row per day, installation, class and status; what was last seen 4 days ago or more
-- is no longer taken for known
SELECT to_char(step_from, 'YYYY-MM-DD') AS day, installation, asset_class, class_path, status,
       count_min, count_max, count_text(count_min, count_max) AS count_text, state
FROM syria_illustrated.timeline_between('2024-12-04', '2024-12-25', '1 day', max_age => '4 days')
ORDER BY installation, class_path, status, step_from
