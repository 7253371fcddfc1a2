SELECT observation_id, installation, to_char(observed_at, 'YYYY-MM-DD HH24:MI') AS at, source, completeness,
       nullif(scope, '') AS scope, gsd_m, cloud_cover, note
FROM syria_illustrated.observation_flat
ORDER BY observed_at, installation
