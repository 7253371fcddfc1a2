-- what changed from one look to another: a row per period, installation and class
SELECT period.name AS period, change.installation, change.asset_class, change.class_path,
       change.count_before_min, change.count_before_max,
       count_text(change.count_before_min, change.count_before_max) AS before,
       change.count_after_min, change.count_after_max,
       count_text(change.count_after_min, change.count_after_max) AS after,
       change.verdict, change.certain,
       coalesce(to_char(before_looked_at, 'YYYY-MM-DD'), '?') || ' → ' || to_char(after_looked_at, 'YYYY-MM-DD') AS looks,
       change.what_is_not_known, change.sources, change.lon, change.lat
FROM (VALUES
        ('5 to 13 December', timestamptz '2024-12-05 09:00+00', timestamptz '2024-12-13 12:00+00'),
        ('13 to 20 December', '2024-12-13 12:00+00', '2024-12-20 09:00+00')
    ) AS period (name, from_time, to_time)
CROSS JOIN LATERAL syria_illustrated.changes_between(period.from_time, period.to_time) AS change
ORDER BY period.from_time, change.installation, change.class_path
