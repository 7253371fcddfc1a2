-- known_at and changes_since(): the answers of a ledger that holds only what had been recorded and
-- not yet retracted at that instant; seeded random looks, recorded late, some retracted.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET timezone = 'UTC';
SELECT plan(154);
SELECT create_ledger('told') \g /dev/null
SELECT create_ledger('earlier') \g /dev/null

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
			CASE WHEN random() < 0.2 THEN 3 WHEN random() < 0.8 THEN 0.5 END AS gsd_m
		FROM generate_series(1, 160) AS i,
		LATERAL (SELECT timestamptz '2024-01-01' + i * interval '9 hours' AS observed_at) AS t) AS r) AS o;
INSERT INTO told.sighting (installation_id, observation_id, asset_class_id, status, count, designation, confidence, recorded_at, retracted_at, retraction_reason)
SELECT s.*, CASE WHEN s.retracted_at IS NOT NULL THEN 'wrong' END
FROM (
	SELECT o.installation_id, o.observation_id, c.asset_class_id, CASE WHEN random() < 0.6 THEN 'parked' WHEN random() < 0.7 THEN 'loading' END,
		CASE WHEN d.designation IS NULL THEN int4range(1 + (random() * 2)::int, 4 + (random() * 2)::int) ELSE '[1,1]' END,
		d.designation, CASE WHEN random() < 0.85 THEN 1 ELSE 0.3 END,
		o.recorded_at + random() * interval '3 days' AS recorded_at,
		CASE WHEN random() < 0.15 THEN o.recorded_at + interval '3 days' + random() * interval '9 days' END AS retracted_at
	FROM told.observation AS o, told.asset_class AS c,
	LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'RF-' || (random() * 2)::int END AS designation
		WHERE o.observation_id > 0 AND c.asset_class_id > 0 AND random() < CASE c.name WHEN 'vessel' THEN 0.15 ELSE 0.7 END) AS d) AS s;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

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
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
$body$;

SELECT ok(count(*) > 60, 'looks were retracted or recorded late enough to matter')
FROM told.observation WHERE retracted_at IS NOT NULL OR recorded_at > observed_at + interval '7 days';

-- A report of both ledgers, with its arguments: as known at an instant of the one, and of the other, equal
-- row by row; of many not what is known now.
CREATE TEMP TABLE compared (report text, rows bigint, differ_now bigint);
CREATE FUNCTION pg_temp.compare(report text, known_at timestamptz) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
	then_known text := format('SELECT * FROM told.%s, known_at => %L)', left(report, -1), known_at);
	known text := format('SELECT * FROM earlier.%s', report);
	differs bigint;
	rows bigint;
	now_differs bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) AS d', then_known, known) INTO differs;
	EXECUTE format('SELECT count(*) FROM (%s) AS r', known) INTO rows;
	EXECUTE format('SELECT count(*) FROM (%s EXCEPT ALL SELECT * FROM told.%s) AS d', known, report) INTO now_differs;
	INSERT INTO compared VALUES (report, rows, now_differs);
	RETURN is(differs, 0::bigint, format('known at %s: %s rows of %s', known_at::date, rows, report));
END;
$body$;
CREATE FUNCTION pg_temp.compare_all(known_at timestamptz) RETURNS SETOF text LANGUAGE sql AS $body$
	SELECT earlier.become(known_at);
	SELECT pg_temp.compare(report, known_at) FROM (
		SELECT format($$changes_between('2024-01-10 06:00', '2024-02-06 18:00', mode => %L, max_age => %L, by => %L)$$, mode, age, by)
		FROM (VALUES ('last_known', NULL::interval), ('last_known', '5 days'), ('certain', NULL), ('possible', NULL)) AS m(mode, age), unnest('{class,status,individual}'::text[]) AS by
		UNION ALL
		SELECT format($$inventory_at(%L, mode => %L, max_age => %L, by => %L)$$, known_at - interval '1 day', mode, age, by)
		FROM (VALUES ('last_known', NULL::interval), ('last_known', '2 days'), ('certain', NULL), ('possible', NULL)) AS m(mode, age), unnest('{class,status,individual}'::text[]) AS by
		UNION ALL VALUES
			($$timeline_between('2024-01-01', '2024-02-10', '12 hours', max_age => '2 days')$$),
			($$timeline_between('2024-01-05', '2024-01-12', '7 hours', 'place 2', 'air.jet')$$), ($$timeline_between('2024-01-05', '2024-01-12', '7 hours', by => 'status')$$),
			($$inventory_at('2024-02-02', total => 'ship')$$), ($$inventory('2024-02-02', asset => 'ship', by => 'status')$$), ($$inventory('2024-02-02', asset => 'tug', by => 'individual')$$), ($$changes('2024-01-10', '2024-02-06', total => 'ship')$$),
			($$turnover_between('2024-01-06', '2024-02-06')$$), ($$turnover_between('2024-01-06', '2024-02-06', by => 'individual')$$),
			($$turnover_between('2024-01-06', '2024-02-06', installation => 'place 1', asset => 'ship')$$),
			($$changes('2024-01-10', '2024-02-06', 'SRID=4326;POLYGON((0.5 49, 2.5 49, 2.5 51, 0.5 51, 0.5 49))')$$),
			($$changes('2024-01-10', '2024-02-06', installation => 'place 3', asset => 'ship', mode => 'possible')$$),
			($$inventory('2024-01-22', 'SRID=4326;POLYGON((0.5 49, 2.5 49, 2.5 51, 0.5 51, 0.5 49))')$$),
			($$told_between('2024-01-10', '2024-02-06')$$), ($$told_between(by => 'individual')$$),
			($$inventory('2024-02-02', installation => 'place 1', asset => 'ship')$$)) AS r(report);
$body$;
SELECT pg_temp.compare_all('2024-01-20');
SELECT pg_temp.compare_all('2024-02-08');
SELECT pg_temp.compare_all('2024-02-20');
SELECT ok(count(*) FILTER (WHERE rows = 0) <= 5 AND count(*) FILTER (WHERE differ_now > 0) >= 50 AND sum(rows) >= 4000,
	format('of %s questions %s are answered otherwise now, %s with no row; %s rows', count(*), count(*) FILTER (WHERE differ_now > 0), count(*) FILTER (WHERE rows = 0), sum(rows))) FROM compared;

-- after all: what is known now; before all: nothing
SELECT results_eq('SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'', known_at => ''infinity'') ORDER BY 1, 2',
	'SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'') ORDER BY 1, 2', 'known at the end of time: as now');
SELECT results_eq('SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'', known_at => ''2999-01-01'') ORDER BY 1, 2',
	'SELECT * FROM told.changes(''2024-01-10'', ''2024-02-06'') ORDER BY 1, 2', 'known later than all was recorded: likewise');
SELECT is_empty($$SELECT * FROM told.inventory('2024-02-06', mode => 'possible', known_at => '-infinity')$$, 'known at the beginning of time: nothing');
SELECT is_empty($$SELECT * FROM told.changes('2024-01-10', '2024-02-06', mode => 'possible', known_at => '2024-01-01')$$, 'known before anything was recorded: nothing');

-- changes_since(): then, of the ledger as it was known, against now, of the whole
CREATE FUNCTION pg_temp.compare_since(since timestamptz, kind text) RETURNS SETOF text LANGUAGE plpgsql AS $body$
BEGIN
	DROP TABLE IF EXISTS expected, told_since;
	PERFORM earlier.become(since);
	CREATE TEMP TABLE expected AS
	SELECT known_then.count_min AS bn, known_then.count_max AS bm, known_now.count_min AS an, known_now.count_max AS am, known_then.looked_at AS before_at, known_now.looked_at AS after_at,
		installation, asset_class, known_now.status, stay.first_seen,
		coalesce(known_then.state <> 'unobserved', false) AS was_known
	FROM (SELECT *, coalesce(status, '-') AS label FROM told.timeline_between('2023-01-01', '2024-06-01', '100 years', by => kind)) AS known_now
	LEFT JOIN (SELECT *, coalesce(status, '-') AS label FROM earlier.timeline_between('2023-01-01', '2024-06-01', '100 years', by => kind)) AS known_then USING (installation, asset_class, label)
	LEFT JOIN (SELECT *, coalesce(status, '-') AS label FROM told.inventory_at('2024-06-01', by => kind)) AS stay USING (installation, asset_class, label)
	WHERE known_now.looked_at IS NOT NULL;
	CREATE TEMP TABLE told_since AS SELECT * FROM told.changes_since(since, by => kind);
	RETURN NEXT set_eq($$SELECT installation, asset_class, status, count_before_min, count_before_max, count_after_min, count_after_max, before_looked_at, after_looked_at, verdict
			FROM told_since WHERE verdict IN ('departed', 'increased', 'decreased', 'arrived') AND before_looked_at IS NOT NULL$$,
		$$SELECT installation, asset_class, status, bn, bm, an, am, before_at, after_at,
			CASE WHEN an > bm THEN CASE bm WHEN 0 THEN 'arrived' ELSE 'increased' END ELSE CASE am WHEN 0 THEN 'departed' ELSE 'decreased' END END
			FROM expected WHERE was_known AND (an > bm OR am < bn)$$, format('since %s, by %s: what is otherwise now', since::date, kind));
	RETURN NEXT set_eq($$SELECT installation, asset_class, status FROM told_since WHERE verdict = 'varied' AND count_after_min > 0$$,
		$$SELECT installation, asset_class, status FROM expected
			WHERE was_known AND an > 0 AND NOT (coalesce(an > bm, false) OR coalesce(am < bn, false)) AND first_seen > before_at$$, 'since then: what is so again');
	RETURN NEXT set_eq($$SELECT installation, asset_class, status, count_after_min FROM told_since WHERE before_looked_at IS NULL$$,
		$$SELECT installation, asset_class, status, an FROM expected WHERE NOT was_known AND an > 0$$, 'since then: what was looked at first');
	RETURN NEXT ok((SELECT count(*) FROM told_since) >= 3, format('since then: %s rows', (SELECT count(*) FROM told_since)));
END
$body$;
SELECT pg_temp.compare_since(since, kind) FROM unnest('{2024-01-04,2024-01-20,2024-02-08}'::timestamptz[]) AS since, unnest('{class,status}'::text[]) AS kind;
SELECT is_empty($$SELECT * FROM told.changes_since('2024-06-01')$$, 'since all was recorded: nothing');
SELECT results_eq($$SELECT DISTINCT installation FROM told.changes_since('2024-01-20', installation => 'place 3')$$, ARRAY['place 3'], 'of one installation');
SELECT set_eq($$SELECT * FROM told.changes_since('2024-01-20', 'SRID=4326;POLYGON((0.5 49, 2.5 49, 2.5 51, 0.5 51, 0.5 49))', asset => 'ship')$$,
	$$SELECT * FROM told.changes_since('2024-01-20') WHERE lon < 2.5 AND class_path ~ '^ship'$$, 'of an area, of a class');
SELECT isnt_empty($$SELECT * FROM told.changes_since('2024-01-20', by => 'individual') WHERE designation IS NOT NULL$$, 'of individuals');

SELECT * FROM finish();
ROLLBACK;
