-- tonnes that the transports there at the end of the day of each moment can lift together
-- (one without an installation if there is none, for Evidence cannot read a source without rows)
SELECT to_char(on_date, 'YYYY-MM-DD') AS day, lift.installation, lift.payload_min_t,
       coalesce(lift.payload_max_t::text || ' t', 'not known') AS payload_max, lift.carriers
FROM (VALUES (timestamptz '${before}'), ('${after}'), ('${later}')) AS asked (moment)
LEFT JOIN LATERAL ${ledger}.airlift(asked.moment::date) AS lift ON true
ORDER BY on_date, lift.installation
