-- what was there at the last of the moments: a row per installation and class, and one per status
SELECT counted.kind, there.installation, there.asset_class, there.status,
       count_text(there.count_min, there.count_max) AS count_text, there.state,
       count_text(there.told_min, there.told_max) AS told, to_char(there.looked_at, 'YYYY-MM-DD HH24:MI') AS looked_at,
       there.what_is_not_known
FROM (VALUES ('class'), ('status')) AS counted (kind)
CROSS JOIN LATERAL ${ledger}.inventory_at('${later}', by => counted.kind) AS there
ORDER BY counted.kind, there.installation, there.class_path, there.status
