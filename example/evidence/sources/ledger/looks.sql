SELECT look.observation_id, look.installation, to_char(look.observed_at, 'YYYY-MM-DD HH24:MI') AS at, look.source,
       coalesce(source.kind = 'example', false) AS made_up, look.completeness, nullif(look.scope, '') AS scope, look.gsd_m,
       look.cloud_cover, look.note
FROM ${ledger}.observation_flat AS look
JOIN ${ledger}.source ON source.name = look.source
ORDER BY look.observed_at, look.installation
