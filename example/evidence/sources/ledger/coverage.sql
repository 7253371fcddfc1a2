-- who looked at each place, whatever the looks told
SELECT installation, looks, complete_looks, partial_looks, longest_blind_hours / 24 AS longest_days,
       to_char(blind_from, 'YYYY-MM-DD HH24:MI') AS since, to_char(blind_to, 'YYYY-MM-DD HH24:MI') AS until
FROM ${ledger}.coverage('${first_day}', '${last_day}')
ORDER BY installation
