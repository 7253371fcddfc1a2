-- the same question put to the ledger that holds only what the press reported
SELECT installation, asset_class, class_path,
       count_before_min, count_before_max, count_text(count_before_min, count_before_max) AS before,
       count_after_min, count_after_max, count_text(count_after_min, count_after_max) AS after,
       verdict, certain,
       coalesce(to_char(before_looked_at, 'YYYY-MM-DD'), '?') || ' → ' || to_char(after_looked_at, 'YYYY-MM-DD') AS looks,
       what_is_not_known, sources, lon, lat
FROM syria.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00')
ORDER BY installation, class_path
