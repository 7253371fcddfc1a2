-- What a careless user asks: names that are taken, texts of megabytes, areas of every kind, dates at the ends
-- of time, steps and ages of nothing and less, JSON of no use: an answer, or an error that says why.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET LOCAL TimeZone = 'UTC';
SELECT plan(113);
SELECT create_ledger('careless') \g /dev/null
INSERT INTO careless.source (name) VALUES ('eye');
INSERT INTO careless.installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO careless.asset_class (path, name, payload_t) VALUES ('air.jet', 'jet', 1);
INSERT INTO careless.observation (installation_id, source_id, observed_at, completeness, scope)
VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}');
INSERT INTO careless.sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 2, 1, '[2,2]');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
CREATE FUNCTION outcome(question text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT count(*) FROM (SELECT * FROM ' || question || ' OFFSET 0) AS q';
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SELECT is(outcome(question), expected, left(question, 100)) FROM (VALUES
	('create_ledger(''pg_temp'')', '42939'),
	('create_ledger(''pg_x'')', '42939'),
	('create_ledger(''information_schema'')', '42P06'),
	('create_ledger(''pg_catalog'')', '42P06'),
	('create_ledger(''public'')', '42P06'),
	('drop_ledger(''public'')', '22S07'),
	('drop_ledger(''pg_catalog'')', '22S07'),
	('upgrade_ledger(''information_schema'')', '22S07'),
	('create_ledger('''')', '22S07'),
	('create_ledger(NULL)', '22S07'),
	('create_ledger(''nan'', ''NaN'')', '22S07'),
	('careless.airlift(''2024-01-06'', without_status => array_fill(''x''::text, array[1000000]))', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON Z((0 0 1, 20 0 1, 20 60 1, 0 60 1, 0 0 1))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON M((0 0 1, 20 0 1, 20 60 1, 0 60 1, 0 0 1))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;CURVEPOLYGON(CIRCULARSTRING(0 0, 20 60, 40 0, 20 -60, 0 0))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON EMPTY'')', '22S02'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;GEOMETRYCOLLECTION(POINT(10 50))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POLYGON((0 0, 20 0, 20 60, 0 60, 0 0))))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON((0 0, 20 60, 20 0, 0 60, 0 0))'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''POLYGON((0 0, 20 0, 20 60, 0 60, 0 0))'')', '22S01'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=3857;POLYGON((0 0, 20 0, 20 60, 0 60, 0 0))'')', '22S01'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON((0 0, 200 0, 200 60, 0 60, 0 0))'')', '22S03'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POINT(NaN NaN)'')', '22S03'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', max_age => ''-1 day'')', '22S06'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', max_age => ''0'')', '22S06'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', max_age => ''178000000 years'')', '22S06'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', max_age => ''1 month -30 days'')', '22S06'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', max_age => ''1 month -29 days'')', 'ok'),
	('careless.changes(''-infinity'', ''infinity'')', '22S05'),
	('careless.changes(''4713-01-01 BC'', ''294276-12-31'')', '22008'),
	('careless.changes(''4713-01-01 BC'', ''5874897-12-31'')', '22008'),
	('careless.inventory(''5874897-12-31'')', '22008'),
	('careless.inventory(''infinity'')', '22S05'),
	('careless.inventory(''-infinity'')', '22S05'),
	('careless.inventory_at(''294276-12-31 23:59:59.999999Z'')', 'ok'),
	('careless.inventory_at(''294276-12-31 23:59:59.999999Z'', max_age => ''1 day'', mode => ''possible'')', 'ok'),
	('careless.changes_between(''4714-11-24 00:00:00Z BC'', ''294276-12-31 23:59:59.999999Z'', max_age => ''1 day'')', 'ok'),
	('careless.inventory_at(''4714-11-24 00:00:00Z BC'')', 'ok'),
	('careless.timeline(''2024-01-01'', ''2024-01-06'', ''0'')', '22S07'),
	('careless.timeline(''2024-01-01'', ''2024-01-06'', ''-1 day'')', '22S07'),
	('careless.timeline(''2024-01-01'', ''2024-01-06'', ''178000000 years'')', '22008'),
	('careless.timeline(''2024-01-01'', ''2024-01-06'', ''1 month -30 days'')', '22S07'),
	('careless.timeline(''2024-01-01'', ''2024-01-06'', ''1 month -31 days'')', '22S07'),
	('careless.timeline(''4713-01-01 BC'', ''294276-01-06'', ''1 us'')', '22S07'),
	('careless.timeline(''2024-01-01'', ''2024-01-02'', ''0.1 s'')', '22S07'),
	('careless.timeline(''4713-01-01 BC'', ''294276-01-06'', ''100000 years'')', '22008'),
	('careless.timeline_between(''-infinity'', ''infinity'')', '22S05'),
	('careless.coverage(''4713-01-01 BC'', ''294276-01-06'')', 'ok'),
	('careless.coverage_between(''-infinity'', ''infinity'')', '22S05'),
	('careless.coverage(''2024-01-01'', ''2024-01-06'', ''SRID=3857;POINT(1 1)'')', '22S01'),
	('careless.coverage(''2024-01-01'', ''2024-01-06'', ''SRID=4326;POINT EMPTY'')', '22S02'),
	('careless.stale(''2024-01-06'', ''-1 day'')', '22S06'),
	('careless.stale(''294276-01-06'', ''1 day'')', 'ok'),
	('careless.stale_at(''infinity'', ''1 day'')', '22S05'),
	('careless.movements(''2024-01-01'', ''2024-01-06'', ''NaN'')', '22S07'),
	('careless.movements(''2024-01-01'', ''2024-01-06'', -1)', '22S07'),
	('careless.expected_count(''294276-01-06'')', 'ok'),
	('careless.expected_count(''infinity'')', '22S05'),
	('careless.track(repeat(''x'', 1000000))', 'ok'),
	('careless.changes_tile(-1, 0, 0, ''2024-01-02'', ''2024-01-06'')', '22023'),
	('careless.changes_tile(40, 0, 0, ''2024-01-02'', ''2024-01-06'')', '22023'),
	('careless.changes_tile(3, 100, 0, ''2024-01-02'', ''2024-01-06'')', '22023'),
	('careless.changes_tile_query(0, 0, 0, ''[1]'')', '22S07'),
	('careless.changes_tile_query(0, 0, 0, ''{"from_date": {"a": 1}}'')', '22007'),
	('careless.import_stac(''null'')', 'ok'),
	('careless.import_stac(''[]'')', 'ok'),
	('careless.import_stac(''"x"'')', 'ok'),
	('careless.import_stac(''1e400'')', 'ok'),
	('careless.import_stac((repeat(''['', 3000) || repeat('']'', 3000))::jsonb)', 'ok'),
	('careless.import_stac((repeat(''{"features":'', 3000) || ''1'' || repeat(''}'', 3000))::jsonb)', 'ok'),
	('careless.import_stac(''{"type": "Feature", "stac_version": "1", "id": "a", "geometry": {"type": "Polygon", "coordinates": [[[1e400, 0], [1, 1], [2, 2], [1e400, 0]]]}, "properties": {"datetime": "2024-01-01T00:00:00Z", "gsd": 1e400, "eo:cloud_cover": "NaN"}}'')', 'ok'),
	('careless.import_stac(''{"type": "Feature", "stac_version": "1", "id": "a", "geometry": {"type": "Point", "coordinates": [10, 50]}, "properties": {"datetime": "2024-01-01T00:00:00Z", "gsd": "Infinity"}}'')', 'ok'),
	('careless.import_stac(''{"type": "Feature", "stac_version": "1", "id": "a", "geometry": {"type": "Point", "coordinates": [10, 50]}, "properties": {"datetime": "294277-01-01T00:00:00Z"}}'')', 'ok'),
	('careless.import_stac(''{"type": "Feature", "stac_version": "1", "id": "b", "geometry": {"type": "Point", "coordinates": [10, 50]}, "properties": {"datetime": "2024-01-01T00:00:00Z", "gsd": -1}}'')', 'ok'),
	('careless.import_stac(jsonb_build_object(''type'', ''Feature'', ''stac_version'', ''1'', ''id'', repeat(''x'', 1000000), ''geometry'', ''{"type": "Point", "coordinates": [10, 50]}''::jsonb, ''properties'', ''{"datetime": "2024-01-01T00:00:00Z"}''::jsonb))', 'ok'),
	('careless.import_stac(''{}'', array_fill(''air''::text, array[100000]))', 'ok'),
	('careless.import_stac(''{}'', ARRAY[repeat(''a.'', 70000) || ''a''])', '54000'),
	('careless.import_detections(''{"features": []}'', repeat(''x'', 1000000))', '22S07'),
	('careless.import_detections(''{"type":"FeatureCollection","features": [1, null, "x", [], {}]}'', ''d'')', 'ok'),
	('careless.import_detections(''{"type":"FeatureCollection","features": []}'', ''d'', score_scale => ''NaN'')', '22S07'),
	('careless.import_surveys(repeat(''x'', 100000))', '22S07'),
	('careless.rederive(repeat(''x'', 1000000))', '22S07'),
	('careless.presence_known_at(NULL)', 'ok'),
	('careless.presence_known_at(''-infinity'')', 'ok'),
	('careless.changes(''2024-01-02'', ''2024-01-06'', known_at => ''-infinity'')', 'ok'),
	('watch_days(''infinity'', ''infinity'')', '22S05'),
	('careless.inventory(''2024-01-06'', known_at => ''infinity'')', 'ok'),
	('careless.turnover(''-infinity'', ''infinity'')', '22S05'),
	('careless.turnover_between(''4714-11-24 00:00:00Z BC'', ''294276-12-31 23:59:59.999999Z'')', 'ok'),
	('careless.turnover(''2024-01-02'', ''2024-01-06'', ''SRID=4326;POLYGON EMPTY'')', '22S02'),
	('careless.between_looks(n => 2147483647)', 'ok'),
	('careless.between_looks(n => -2147483648)', '22S07'),
	('careless.between_looks(n => 2147483647, mode => ''possible'')', 'ok'),
	('careless.changes_since(''-infinity'')', '22S05'),
	('careless.changes_since(''4714-11-24 00:00:00Z BC'')', 'ok'),
	('careless.changes_since(''294276-12-31 23:59:59.999999Z'')', 'ok'),
	('careless.evidence(''north'', VARIADIC NULL)', 'ok'),
	('careless.evidence(''north'', VARIADIC array_fill(9223372036854775807::bigint, array[100000]))', 'ok'),
	('careless.persistence(repeat(''x'', 1000000))', '22S07'),
	('careless.inventory(''2024-01-06'', asset => repeat(''x'', 1000000))', '22S07'),
	('careless.inventory(''2024-01-06'', installation => repeat(''x '', 1000000))', '22S07'),
	('doubt_text(array_fill(''x''::text, array[100000]))', '22S07'),
	('doubt_text(''{NULL}'')', 'ok'),
	('careless.import_undo(NULL)', 'ok'),
	('careless.import_readings(NULL)', '42P01'), ('careless.import_looks()', '42P01'), ('careless.import_load()', '42P01'), ('careless.import_found(NULL)', '42P01')
) AS v(question, expected);
SELECT is_empty('SELECT * FROM careless.verify()', 'nothing of it harmed the presences');
-- many steps: long, but it lets go
\set ms 100
\set bound '10 s'
\set what 'a timeline of a year by minutes'
\set question 'SELECT count(*) FROM careless.timeline(''2023-01-01'', ''2024-01-06'', ''1 minute'')'
\ir ../cases/cancelled.sql
\set what 'a timeline of 24 years by less than an hour'
\set question 'SELECT count(*) FROM careless.timeline(''2000-01-01'', ''2024-01-06'', ''14 minutes'')'
\ir ../cases/cancelled.sql
SELECT * FROM finish();
ROLLBACK;
