SELECT installation, kind, looks, complete_looks, partial_looks, longest_blind_hours / 24 AS longest_blind_days,
       to_char(blind_from, 'YYYY-MM-DD HH24:MI') AS blind_from, to_char(blind_to, 'YYYY-MM-DD HH24:MI') AS blind_to,
       lon, lat
FROM syria_illustrated.coverage('2024-12-04', '2024-12-24')
ORDER BY installation
