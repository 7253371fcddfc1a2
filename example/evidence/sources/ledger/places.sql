-- every place, and whether anybody looked there after the first of the two moments
SELECT asked.page, asked.installation, asked.kind, coalesce(asked.last_look > asked.from_time, false) AS looked,
       coalesce(to_char(coalesce(asked.last_look, asked.looked_before), 'YYYY-MM-DD'), 'never') AS last_look,
       asked.lon, asked.lat
FROM (
    SELECT period.page, period.from_time, seen.*
    FROM (VALUES
            ('index', timestamptz '${before}', timestamptz '${after}'),
            ('next', '${after}', '${later}')
        ) AS period (page, from_time, to_time)
    CROSS JOIN LATERAL ${ledger}.coverage_between(period.from_time, period.to_time) AS seen
    UNION ALL
    SELECT 'press', timestamptz '${before}', seen.*
    FROM ${press_ledger}.coverage_between('${before}', '${after}') AS seen
) AS asked
ORDER BY asked.page, asked.installation
