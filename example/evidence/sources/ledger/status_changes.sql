-- what changed status from one look to another: a row per period, installation, class and status
SELECT change.period, change.installation, change.asset_class, change.class_path, change.status,
       count_text(change.count_before_min, change.count_before_max) AS before,
       count_text(change.count_after_min, change.count_after_max) AS after, change.verdict,
       coalesce(to_char(before_looked_at, 'YYYY-MM-DD'), '?') || ' → ' || to_char(after_looked_at, 'YYYY-MM-DD') AS looks,
       change.what_is_not_known
FROM (
    SELECT '5 to 13 December' AS period, c.*
    FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00', by => 'status') AS c
    UNION ALL
    SELECT '13 to 20 December', c.*
    FROM syria_illustrated.changes_between('2024-12-13 12:00+00', '2024-12-20 09:00+00', by => 'status') AS c
    UNION ALL
    SELECT '5 to 13 December, press', c.*
    FROM syria.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00', by => 'status') AS c
) AS change
ORDER BY change.period, change.installation, change.class_path, change.status
