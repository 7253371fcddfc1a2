-- the longest stretch in which no look told of a class, however many looks there were
SELECT DISTINCT ON (installation, class_path) installation, asset_class, told,
       extract(epoch FROM until - since) / 86400 AS longest_days,
       to_char(since, 'YYYY-MM-DD HH24:MI') AS since, to_char(until, 'YYYY-MM-DD HH24:MI') AS until
FROM (
    SELECT installation, asset_class, class_path, at AS since,
           lead(at) OVER (PARTITION BY installation, class_path ORDER BY at) AS until,
           count(*) FILTER (WHERE is_look) OVER (PARTITION BY installation, class_path) AS told
    FROM (
        SELECT installation, asset_class, class_path, observed_at AS at, true AS is_look
        FROM ${ledger}.told_between('${first_day}', end_of_day('${last_day}'))
        UNION ALL
        SELECT DISTINCT installation, asset_class, class_path, edge.at, false
        FROM ${ledger}.told_between(to_time => end_of_day('${last_day}'))
        CROSS JOIN (VALUES (timestamptz '${first_day}'), (end_of_day('${last_day}'))) AS edge (at)
    ) AS mark
) AS stretch
WHERE until IS NOT NULL
ORDER BY installation, class_path, until - since DESC, since
