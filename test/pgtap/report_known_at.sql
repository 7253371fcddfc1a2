-- changes(known_at): the answers of a ledger that holds only what had been recorded and
-- not yet retracted at that instant; seeded random looks, recorded late, some retracted.
\set QUIET on
SET client_min_messages = warning;
SELECT create_ledger('told') \g /dev/null
SELECT create_ledger('earlier') \g /dev/null
SET timezone = 'UTC';
\pset format unaligned
\pset tuples_only true
SELECT plan(28);

SELECT setseed(0.17) \g /dev/null
INSERT INTO told.source (name) VALUES ('eye');
INSERT INTO told.installation (name, location)
SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 4) AS i;
INSERT INTO told.asset_class (path, name, max_gsd_m) VALUES ('air.jet', 'jet', 2), ('ship.tug', 'tug', NULL), ('ship', 'vessel', NULL);
INSERT INTO told.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, recorded_at, retracted_at, retraction_reason)
SELECT o.installation_id, 1, o.observed_at, o.completeness, o.scope, o.gsd_m, o.recorded_at,
	o.retracted_at, CASE WHEN o.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT r.*, CASE WHEN random() < 0.15 THEN r.recorded_at + random() * interval '20 days' END AS retracted_at
	FROM (
		SELECT 1 + i % 4 AS installation_id, t.observed_at, t.observed_at + random() * interval '15 days' AS recorded_at,
			CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END AS completeness,
			CASE WHEN random() < 0.8 THEN '{air,ship}' ELSE '{ship}' END::ltree[] AS scope,
			CASE WHEN random() < 0.2 THEN 3 END AS gsd_m
		FROM generate_series(1, 160) AS i,
		LATERAL (SELECT timestamptz '2024-01-01' + i * interval '9 hours' AS observed_at) AS t) AS r) AS o;
INSERT INTO told.sighting (installation_id, observation_id, asset_class_id, status, count, designation, confidence, recorded_at, retracted_at, retraction_reason)
SELECT s.*, CASE WHEN s.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT o.installation_id, o.observation_id, c.asset_class_id, CASE WHEN random() < 0.8 THEN 'parked' ELSE 'loading' END,
		CASE WHEN d.designation IS NULL THEN int4range(1 + (random() * 2)::int, 4 + (random() * 2)::int) ELSE '[1,1]' END,
		d.designation, CASE WHEN random() < 0.85 THEN 1 ELSE 0.3 END,
		o.recorded_at + random() * interval '3 days' AS recorded_at,
		CASE WHEN random() < 0.15 THEN o.recorded_at + interval '3 days' + random() * interval '9 days' END AS retracted_at
	FROM told.observation AS o, told.asset_class AS c,
	LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'RF-' || (random() * 2)::int END AS designation
		WHERE o.observation_id > 0 AND c.asset_class_id > 0 AND random() < CASE c.name WHEN 'vessel' THEN 0.15 ELSE 0.7 END) AS d) AS s;

-- the ledger as it was known at an instant
CREATE FUNCTION earlier.become(known_at timestamptz) RETURNS void LANGUAGE sql VOLATILE AS $body$
	DELETE FROM earlier.observation;
	INSERT INTO earlier.source SELECT * FROM told.source ON CONFLICT DO NOTHING;
	INSERT INTO earlier.installation SELECT * FROM told.installation ON CONFLICT DO NOTHING;
	INSERT INTO earlier.asset_class SELECT * FROM told.asset_class ON CONFLICT DO NOTHING;
	INSERT INTO earlier.observation SELECT (jsonb_populate_record(o, '{"retracted_at": null, "retraction_reason": null}')).*
	FROM told.observation AS o WHERE o.recorded_at <= known_at AND (o.retracted_at IS NULL OR o.retracted_at > known_at);
	INSERT INTO earlier.sighting SELECT (jsonb_populate_record(s, '{"retracted_at": null, "retraction_reason": null}')).*
	FROM told.sighting AS s JOIN earlier.observation USING (installation_id, observation_id)
	WHERE s.recorded_at <= known_at AND (s.retracted_at IS NULL OR s.retracted_at > known_at);
$body$;

SELECT ok(count(*) > 60, 'looks were retracted or recorded late enough to matter')
FROM told.observation WHERE retracted_at IS NOT NULL OR recorded_at > observed_at + interval '7 days';

CREATE FUNCTION compare(known_at timestamptz, mode text, max_age interval, individuals boolean) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
	args text := format($$('2024-01-10 06:00', '2024-02-06 18:00', mode => %L, max_age => %L, individuals => %L$$, mode, max_age, individuals);
BEGIN
	RETURN results_eq(
		format('SELECT * FROM told.changes_between%s, known_at => %L) ORDER BY installation, asset_class, status, designation', args, known_at),
		format('SELECT * FROM earlier.changes_between%s) ORDER BY installation, asset_class, status, designation', args),
		format('known at %s, mode %s, max_age %s, individuals %s', known_at::date, mode, max_age, individuals));
END;
$body$;

SELECT earlier.become('2024-01-20') \g /dev/null
SELECT compare('2024-01-20', mode, age, individuals)
FROM (VALUES ('last_known', NULL::interval), ('last_known', '5 days'), ('certain', NULL), ('possible', NULL)) AS m(mode, age),
	(VALUES (false), (true)) AS i(individuals);
SELECT earlier.become('2024-02-08') \g /dev/null
SELECT compare('2024-02-08', mode, age, individuals)
FROM (VALUES ('last_known', NULL::interval), ('last_known', '5 days'), ('certain', NULL), ('possible', NULL)) AS m(mode, age),
	(VALUES (false), (true)) AS i(individuals);
SELECT earlier.become('2024-02-20') \g /dev/null
SELECT compare('2024-02-20', mode, age, individuals)
FROM (VALUES ('last_known', NULL::interval), ('last_known', '5 days'), ('certain', NULL), ('possible', NULL)) AS m(mode, age),
	(VALUES (false), (true)) AS i(individuals);

-- after all: what is known now
SELECT results_eq('SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'', known_at => ''infinity'') ORDER BY 1, 2, 5',
	'SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'') ORDER BY 1, 2, 5', 'known at the end of time: as now');
SELECT isnt_empty('SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'')
	EXCEPT SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'', known_at => ''2024-02-08'')', 'which is more than was known then');

-- what was known is derived once, not anew for the words of each row
BEGIN;
SET LOCAL track_functions = 'all';
SELECT count(what_is_not_known) > 2 AND count(sources) > 2 AS many
FROM told.changes('2024-01-10', '2024-02-06', known_at => '2024-02-08', mode => 'possible') \gset
SELECT is(calls, 1::bigint, 'the presences known at an instant are derived once')
FROM pg_stat_xact_user_functions WHERE :'many' AND schemaname = 'told' AND funcname = 'presence_known_at';
COMMIT;
SELECT * FROM finish();
