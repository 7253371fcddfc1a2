-- A ledger `own` with twelve kinds of what can be seen and nothing seen yet; visit(), the looks
-- at a site of its own from which the ledger derives presences that begin and end when a given
-- one does, at its place, and where its times differ, some that change between; and look_at().
SELECT create_ledger('own') \g /dev/null
INSERT INTO own.source (name) VALUES ('eye');
INSERT INTO own.asset_class (path, name) SELECT format('a.kind_%s', i)::ltree, 'kind ' || i FROM generate_series(1, 12) AS i;
CREATE FUNCTION visit(site integer, run presence, kinds integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO own.installation (installation_id, name, location) VALUES (site, 'site ' || site, location(run));
	INSERT INTO own.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
	SELECT site, n, at, 1, 'complete', '{a}'
	FROM unnest(ARRAY[not_seen_at(run), first_seen(run), last_seen(run), gone_by(run)]) WITH ORDINALITY AS o(at, n)
	WHERE isfinite(at) AND at < '2026-01-01Z' AND (n <> 3 OR at > first_seen(run));
	INSERT INTO own.sighting (installation_id, observation_id, asset_class_id, status, designation, count)
	SELECT site, o.observation_id, k, CASE WHEN k % 5 = 0 THEN 'parked' ELSE 'seen' END, CASE WHEN k % 6 = 0 THEN 'RA-' || site END,
		CASE WHEN k % 6 = 0 THEN int4range(1, 2) WHEN k % 4 = 1 THEN int4range(1 + o.observation_id::integer, NULL) ELSE count_range(run) END
	FROM own.observation AS o CROSS JOIN generate_series(1, kinds) AS k
	WHERE o.installation_id = site AND o.observation_id IN (2, 3);
END;
-- the nth look at a site: ten kinds, some of whose counts are other than at any other look (one that only
-- confirmed would write nothing)
CREATE FUNCTION look_at(site integer, n integer, at timestamptz) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO own.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
	VALUES (site, n, at, 1, CASE WHEN n % 5 = 0 THEN 'partial' ELSE 'complete' END, '{a}');
	INSERT INTO own.sighting (installation_id, observation_id, asset_class_id, status, count)
	SELECT site, n, k, CASE WHEN k % 5 = 0 THEN 'parked' ELSE 'seen' END, int4range(1 + other, 2 + other)
	FROM generate_series(1, 10) AS k, LATERAL (SELECT (hashint4(n * 16 + k) & 1023) % 3 AS other) AS counted;
END;
