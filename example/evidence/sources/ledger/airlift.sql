-- tonnes that the transports there at the end of a day can lift together
SELECT to_char(on_date, 'YYYY-MM-DD') AS day, lift.installation, lift.payload_min_t,
       coalesce(lift.payload_max_t::text || ' t', 'not known') AS payload_max, lift.carriers
FROM (VALUES (date '2024-12-05'), ('2024-12-13'), ('2024-12-20')) AS days (day)
CROSS JOIN LATERAL syria_illustrated.airlift(day) AS lift
ORDER BY on_date, lift.installation
