-- what the pages ask, as the file .env says it
SELECT to_char(timestamptz '${before}', 'FMDD FMMonth YYYY, HH24:MI UTC') AS before,
       to_char(timestamptz '${after}', 'FMDD FMMonth YYYY, HH24:MI UTC') AS after,
       to_char(timestamptz '${later}', 'FMDD FMMonth YYYY, HH24:MI UTC') AS later,
       to_char(date '${first_day}', 'FMDD FMMonth YYYY') AS first_day,
       to_char(date '${last_day}', 'FMDD FMMonth YYYY') AS last_day, '${max_age}' AS max_age,
       '${ledger}' AS ledger, '${press_ledger}' AS press_ledger
