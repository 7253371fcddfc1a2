-- 50 images, each of the same 20 installations, and what a detector found in them, as files.
CREATE EXTENSION pg_sightings CASCADE;
SELECT create_ledger('import') \g /dev/null
INSERT INTO import.asset_class (path, name) SELECT ('air.k' || k)::ltree, 'class ' || k FROM generate_series(1, 10) AS k;
INSERT INTO import.installation (name, location, boundary)
SELECT 'place ' || i, p, ST_Expand(p, 0.01) FROM generate_series(0, 19) AS i, LATERAL (SELECT ST_SetSRID(ST_MakePoint(10 + i % 5 * 0.1, 50 + i / 5 * 0.1), 4326) AS p) AS at;
COPY (SELECT jsonb_build_object('type', 'Feature', 'stac_version', '1.0.0', 'id', 'image_' || n, 'collection', 'bench', 'geometry',
		ST_AsGeoJSON(ST_MakeEnvelope(9.9, 49.9, 10.5, 50.4, 4326))::jsonb,
		'properties', jsonb_build_object('datetime', to_char(timestamp '2024-01-01' + n * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'gsd', 0.5, 'eo:cloud_cover', 0))
	FROM generate_series(1, 50) AS n) TO STDOUT \g :files/items.ndjson
COPY (SELECT '{"type": "FeatureCollection", "features": ['
	UNION ALL
	SELECT format('{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[%1$s, %2$s], [%3$s, %2$s], [%3$s, %4$s], [%1$s, %4$s], [%1$s, %2$s]]]}, "properties": {"image_id": "image_%5$s", "class": "class %6$s", "score": %7$s, "detector": "net", "epoch": 12, "checked": null, "model": "r50", "tile": "%8$s"}}%9$s',
		lon, lat, lon + 0.0004, lat + 0.0003, 1 + n % 50, 1 + hashint8(n + 3)::bigint % 5 + 5 - 1, round((0.3 + (n * 7919 % 7000)::numeric / 10000), 4), md5(n::text),
		CASE WHEN n < :features - 1 THEN ',' END)
	FROM generate_series(0, :features - 1) AS n,
		LATERAL (SELECT round((10 + n / 50 % 20 % 5 * 0.1 + ((n::bigint * 104729) % 17989 - 9000)::numeric / 1000000), 6) AS lon,
			round((50 + n / 50 % 20 / 5 * 0.1 + ((n::bigint * 1299709) % 17977 - 9000)::numeric / 1000000), 6) AS lat) AS at
	UNION ALL
	SELECT ']}') TO STDOUT \g :files/detections.json
