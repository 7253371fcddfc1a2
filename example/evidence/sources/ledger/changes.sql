-- what changed from one moment to another: a row per page, installation and class, and one per
-- status
SELECT asked.page, asked.kind, asked.installation, asked.asset_class, asked.class_path, asked.status,
       asked.count_before_min, asked.count_before_max,
       count_text(asked.count_before_min, asked.count_before_max) AS before,
       asked.count_after_min, asked.count_after_max,
       count_text(asked.count_after_min, asked.count_after_max) AS after,
       asked.verdict, asked.certain,
       coalesce(to_char(asked.before_looked_at, 'YYYY-MM-DD'), '?') || ' → ' ||
           coalesce(to_char(asked.after_looked_at, 'YYYY-MM-DD'), '?') AS looks,
       asked.what_is_not_known
FROM (
    SELECT period.page, counted.kind, change.*
    FROM (VALUES
            ('index', timestamptz '${before}', timestamptz '${after}'),
            ('next', '${after}', '${later}')
        ) AS period (page, from_time, to_time)
    CROSS JOIN (VALUES ('class'), ('status')) AS counted (kind)
    CROSS JOIN LATERAL ${ledger}.changes_between(period.from_time, period.to_time, by => counted.kind) AS change
    UNION ALL
    SELECT 'press', counted.kind, change.*
    FROM (VALUES ('class'), ('status')) AS counted (kind)
    CROSS JOIN LATERAL ${press_ledger}.changes_between('${before}', '${after}', by => counted.kind) AS change
) AS asked
ORDER BY asked.page, asked.kind, asked.installation, asked.class_path, asked.status
