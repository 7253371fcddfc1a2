-- The examples of the reference, one for each public function: doc/site/reference runs them on
-- the example of this repository, each in a transaction of its own that is rolled back, and
-- puts what psql prints beside the function. A line "-- NAME, NAME:" says whose example follows;
-- one that "(needs ...)" something is not run. Below "-- Of a ledger." the names are those of a
-- ledger's own functions.

-- area:
SELECT ST_AsText(area('[2024-12-05 00:00Z, 2024-12-13 00:00Z] BOX(35 34, 37 36)'::watch));
-- area_edges:
SELECT area_edges(ST_GeomFromText('MULTIPOLYGON(((170 10, 180 10, 180 20, 170 20, 170 10)), ((-180 10, -170 10, -170 20, -180 20, -180 10)))', 4326));
-- arrived, departed, changed, stayed, passed, present_during, watch_changed, watch_present_during:
SELECT arrived(run, w), departed(run, w), changed(run, w), stayed(run, w), passed(run, w), present_during(run, w),
       watch_changed(w, run), watch_present_during(w, run)
FROM (SELECT '2 POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], 2024-12-20 09:00Z)'::presence,
             '[2024-12-06 00:00Z, 2024-12-14 00:00Z]'::watch) AS asked (run, w);
-- arrived_between, departed_between, changed_between, stayed_between, passed_between:
SELECT name, count_text(count_min(run), count_max(run)) AS count, arrived_between(run, d1, d2, base) AS arrived, departed_between(run, d1, d2, base) AS departed,
       changed_between(run, d1, d2, base) AS changed, stayed_between(run, d1, d2, base) AS stayed, passed_between(run, d1, d2, base) AS passed
FROM (SELECT '2024-12-05 12:00Z'::timestamptz, '2024-12-13 13:00Z'::timestamptz, ST_MakeEnvelope(35, 35, 36, 36, 4326)) AS asked (d1, d2, base),
     syria_illustrated.presence JOIN syria_illustrated.asset_class USING (asset_class_id)
WHERE name LIKE 'An-%' AND changed_between(run, d1, d2, base) ORDER BY path, run;
-- arrived_within, departed_within, changed_within, stayed_within, passed_within:
SELECT name, count_text(count_min(run), count_max(run)) AS count, arrived_within(run, d1, d2, base, 5000) AS arrived, departed_within(run, d1, d2, base, 5000) AS departed,
       changed_within(run, d1, d2, base, 5000) AS changed, stayed_within(run, d1, d2, base, 5000) AS stayed, passed_within(run, d1, d2, base, 5000) AS passed
FROM (SELECT '2024-12-05 12:00Z'::timestamptz, '2024-12-13 13:00Z'::timestamptz, ST_Point(35.95, 35.4, 4326)) AS asked (d1, d2, base),
     syria_illustrated.presence JOIN syria_illustrated.asset_class USING (asset_class_id)
WHERE name LIKE 'An-%' AND changed_within(run, d1, d2, base, 5000) ORDER BY path, run;
-- column_words:
SELECT * FROM column_words() WHERE column_name IN ('count_min', 'gsd_m') ORDER BY column_name;
-- presence_contains, contained_by_presence:
SELECT presence_contains(run, '2024-12-14 00:00Z'), contained_by_presence('2024-12-21 00:00Z', run)
FROM (SELECT '2 POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], 2024-12-20 09:00Z)'::presence) AS stays (run);
-- count_min, count_max, count_range, count_text:
SELECT count_min(run), count_max(run), count_range(run), count_text(count_min(run), count_max(run))
FROM (VALUES ('2 POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], infinity)'::presence),
             ('2.. POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], infinity)')) AS stays (run);
-- count_verdict:
SELECT count_verdict('[0,0]', '[2,)'), count_verdict('[1,1]', '[3,)'), count_verdict('[4,4]', '[1,)') AS undecided;
-- create_ledger, upgrade_ledger, drop_ledger:
SELECT create_ledger('harbour', min_confidence => 0.7);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT upgrade_ledger('harbour');
SELECT drop_ledger('harbour');
-- distance:
SELECT round(distance('2 POINT(35.9487 35.4008)@2024-12-13 09:00Z'::sighting, ST_Point(35.95, 35.4, 4326))) AS metres;
-- distribute_ledger (needs Citus):
SELECT distribute_ledger('syria');
-- doubt_text:
SELECT doubt_text('{no_look_before,minimum_after}');
-- end_of_day, finite, instant_text:
SELECT end_of_day('2024-12-13'), finite('infinity') AS not_shown, instant_text('2024-12-13 12:00:30Z');
-- not_seen_at, first_seen, last_seen, gone_by, lon, lat, location:
SELECT not_seen_at(run), first_seen(run), last_seen(run), gone_by(run), lon(run), lat(run), ST_AsText(location(run)) AS location
FROM (SELECT '2 POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], infinity)'::presence) AS stays (run);
-- everywhere:
SELECT ledger, (said).asset_class, (said).verdict
FROM everywhere(NULL::syria.change_row, '{syria,syria_illustrated}', $$changes('2024-12-05', '2024-12-13', asset => 'An-124')$$);
-- from_date, to_date, lon_min, lat_min, lon_max, lat_max, mode, max_age:
SELECT from_date(w), to_date(w), lon_min(w), lat_min(w), lon_max(w), lat_max(w), mode(w), max_age(w)
FROM (SELECT '[2024-12-05 00:00Z, 2024-12-13 00:00Z] BOX(35 34, 37 36) possible'::watch) AS asked (w);
-- installation_area:
SELECT ST_NPoints(installation_area(ST_Point(35.9487, 35.4008, 4326), NULL, 2500)) - 1 AS corners;
-- inventory:
SELECT name, inventory(run, '2024-12-14 00:00Z'), inventory(run, '2024-12-14 00:00Z', 'possible', NULL)
FROM syria_illustrated.presence JOIN syria_illustrated.asset_class USING (asset_class_id)
WHERE status IS NULL AND name LIKE 'An-%' GROUP BY name ORDER BY name;
-- net_change:
SELECT name, net_change(run, '[2024-12-06 00:00Z, 2024-12-14 00:00Z]'), net_change(run, '[2024-12-06 00:00Z, 2024-12-14 00:00Z] possible') AS possible
FROM syria_illustrated.presence JOIN syria_illustrated.asset_class USING (asset_class_id)
WHERE status IS NULL AND name LIKE 'An-%' GROUP BY name ORDER BY name;
-- observed_at, observed_during, watch_observed_during:
SELECT observed_at(seen), observed_during(seen, w), watch_observed_during(w, seen)
FROM (SELECT '2 POINT(35.9487 35.4008)@2024-12-13 09:00Z'::sighting, '[2024-12-06 00:00Z, 2024-12-14 00:00Z] BOX(35 34, 37 36)'::watch) AS asked (seen, w);
-- pg_sightings_help:
SELECT * FROM pg_sightings_help();
-- presence:
SELECT presence('2024-12-05 09:00Z', '2024-12-13 09:00Z', '2024-12-15 09:00Z', 'infinity', ST_Point(35.9487, 35.4008, 4326), '[2,)'::int4range);
-- presences:
SELECT unnest(presences(seen)) FROM (VALUES ('0 POINT(35.9487 35.4008)@2024-12-05 09:00Z'::sighting),
    ('2 POINT(35.9487 35.4008)@2024-12-13 09:00Z'), ('0 POINT(35.9487 35.4008)@2024-12-20 09:00Z')) AS sightings (seen);
-- present_at, present_within:
SELECT name, count_range(run) FROM syria_illustrated.presence JOIN syria_illustrated.asset_class USING (asset_class_id)
WHERE present_at(run, '2024-12-14 00:00Z', ST_MakeEnvelope(35, 34, 36, 36, 4326)) AND present_within(run, '2024-12-14 00:00Z', ST_Point(35.87, 34.91, 4326), 10000);
-- report_words:
SELECT * FROM report_words() WHERE about = 'state of an inventory';
-- sighting:
SELECT sighting('2024-12-13 09:00Z', ST_Point(35.9487, 35.4008, 4326), 2), sighting('2024-12-13 09:00Z', 35.9487, 35.4008, 2, NULL) AS at_least;
-- verdict, verdicts:
SELECT verdict(run, '[2024-12-06 00:00Z, 2024-12-14 00:00Z]'), verdicts(run, '[2024-12-06 00:00Z, 2024-12-18 00:00Z] possible')
FROM (SELECT '2 POINT(35.9487 35.4008)@(2024-12-05 09:00Z, [2024-12-13 09:00Z, 2024-12-15 09:00Z], 2024-12-20 09:00Z)'::presence) AS stays (run);
-- watch, watch_days, watch_within:
SELECT watch('2024-12-05 00:00Z', '2024-12-13 00:00Z', 35, 34, 37, 36, mode => 'certain')
UNION ALL SELECT watch_days('2024-12-05', '2024-12-13', ST_MakeEnvelope(35, 34, 37, 36, 4326))
UNION ALL SELECT watch_within('2024-12-05 00:00Z', '2024-12-13 00:00Z', ST_Point(35.95, 35.4, 4326), 5000);

-- Of a ledger.

-- airlift:
SELECT installation, payload_min_t, payload_max_t, carriers FROM syria_illustrated.airlift('2024-12-13');
-- alert_add:
SELECT syria_illustrated.alert_add('heavy lift', 'Khmeimim', 'transport', certain_only => true) IS NOT NULL AS added;
-- alert_blind:
SELECT syria_illustrated.alert_add('nobody looks', 'Khmeimim', blind_after => '5 days') IS NOT NULL AS added;
SELECT syria_illustrated.alert_blind('2024-12-31');
-- begin_load, undo_load:
SELECT syria_illustrated.begin_load('by hand', 'a notebook') IS NOT NULL AS begun;
SELECT * FROM syria_illustrated.undo_load((SELECT max(load_id) FROM syria_illustrated.load)) ORDER BY part, outcome;
-- between_looks:
SELECT asset_class, count_text(count_before_min, count_before_max) AS before, count_text(count_after_min, count_after_max) AS after, verdict, certain
FROM syria_illustrated.between_looks('Khmeimim', asset => 'transport') ORDER BY class_path;
-- changes, changes_between:
SELECT asset_class, count_text(count_before_min, count_before_max) AS before, count_text(count_after_min, count_after_max) AS after, verdict, certain
FROM syria_illustrated.changes('2024-12-05', '2024-12-13') ORDER BY class_path;
SELECT count(*) FROM syria_illustrated.changes_between('2024-12-05 09:00Z', '2024-12-13 12:00Z', mode => 'certain');
-- changes_since:
UPDATE syria_illustrated.observation SET retracted_at = now(), retraction_reason = 'another day''s image' WHERE observed_at::date = '2024-12-20';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT asset_class, verdict, before_looked_at::date, after_looked_at::date
FROM syria_illustrated.changes_since(now() - interval '1 microsecond', asset => 'transport') ORDER BY class_path;
-- changes_geojson:
SELECT changes_geojson -> 'features' -> 0 -> 'properties' ->> 'verdict' AS verdict
FROM syria_illustrated.changes_geojson('2024-12-05', '2024-12-13', asset => 'An-124');
-- changes_tile, changes_tile_query:
SELECT length(syria_illustrated.changes_tile(0, 0, 0, '2024-12-05', '2024-12-13')) > 0 AS tile,
       length(syria_illustrated.changes_tile_query(0, 0, 0, '{"from_date": "2024-12-05", "to_date": "2024-12-13"}')) > 0 AS the_same;
-- coverage, coverage_between:
SELECT installation, looks, complete_looks, longest_blind_hours FROM syria_illustrated.coverage('2024-12-01', '2024-12-31') ORDER BY installation;
SELECT installation, looks FROM syria_illustrated.coverage_between('2024-12-06', '2024-12-15') ORDER BY installation;
-- evidence:
SELECT observed_at::date, source, asset_class, count_text(count_min, count_max) AS count
FROM syria_illustrated.evidence('Khmeimim', VARIADIC ARRAY(SELECT observation_id FROM syria_illustrated.observation WHERE observed_at = '2024-12-10 09:00Z'));
-- expected_count, expected_count_at:
SELECT asset_class, expected_min, expected_max FROM syria_illustrated.expected_count('2024-12-10', asset => 'An-72');
SELECT asset_class, expected_min, expected_max FROM syria_illustrated.expected_count_at('2024-12-10 12:00Z', asset => 'An-124');
-- help:
SELECT question, ask FROM syria_illustrated.help() LIMIT 3;
-- import_stac, import_detections:
SELECT item_id, installation, outcome FROM syria.import_stac('{"type": "Feature", "stac_version": "1.0.0", "id": "img-7", "collection": "demo",
    "geometry": {"type": "Polygon", "coordinates": [[[35.8, 35.3], [36.1, 35.3], [36.1, 35.5], [35.8, 35.5], [35.8, 35.3]]]},
    "properties": {"datetime": "2025-03-05T09:12:00Z", "gsd": 0.5, "eo:cloud_cover": 2}}');
SELECT installation, asset_class, features, outcome FROM syria.import_detections('{"type": "FeatureCollection", "features": [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [35.9487, 35.4008]}, "properties": {"image_id": "img-7", "class": "An-72", "score": 0.9}}]}',
    'net-1', scope => '{aircraft}', images => '{img-7}');
-- import_flat:
SELECT part, outcome, records FROM syria.import_flat('our desk', file => E'site,date,class,count,complete\nKhmeimim,2025-01-04,Il-76,2,true', time_zone => 'UTC');
-- import_surveys:
INSERT INTO syria.survey_site (site_id, name, lon, lat) VALUES ('K', 'Khmeimim', 35.9487, 35.4008);
INSERT INTO syria.survey (survey_id, site_id, observed_at, sampled, partial) VALUES ('K1', 'K', '2025-01-04 09:00Z', true, false);
INSERT INTO syria.survey_count (survey_id, class, n) VALUES ('K1', 'Il-76', '2-3');
SELECT part, outcome, records FROM syria.import_surveys('our desk', scope => '{aircraft}');
-- inventory:
SELECT asset_class, count_text(count_min, count_max) AS count, state, looked_at::date
FROM syria_illustrated.inventory('2024-12-13', asset => 'transport') ORDER BY class_path;
-- inventory_at:
SELECT asset_class, count_text(count_min, count_max) AS count FROM syria_illustrated.inventory_at('2024-12-13 12:00Z', total => 'aircraft');
-- merge_installations, undo_upkeep:
INSERT INTO syria.installation (name, location) VALUES ('Hmeimim', 'SRID=4326;POINT(35.95 35.41)');
SELECT looks, sightings FROM syria.merge_installations('Khmeimim', 'Hmeimim');
SELECT syria.undo_upkeep((SELECT max(upkeep_id) FROM syria.upkeep));
-- move_class:
SELECT classes, looks, class_path FROM syria_illustrated.move_class('frigate', NULL);
-- movements, track:
SELECT part, outcome, records FROM syria.import_flat('our desk', time_zone => 'UTC', file => E'site,date,class,count,designation,complete\n'
    'Khmeimim,2025-01-04 08:00,An-72,1,no. 7,true\nTartus,2025-01-04 09:00,An-72,0,,true\n'
    'Khmeimim,2025-01-06 08:00,An-72,0,,true\nTartus,2025-01-06 09:00,An-72,1,no. 7,true');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT asset_class, from_installation, to_installation, distance_km, certainty FROM syria.movements('2025-01-04', '2025-01-06', by => 'individual');
SELECT installation, first_seen, last_seen, gone_by FROM syria.track('no. 7') ORDER BY first_seen;
-- page:
SELECT length(syria_illustrated.page(note => 'made for the meeting')) > 10000 AS written;
-- persistence:
SELECT days, pairs, same, share, still_so FROM syria_illustrated.persistence('Ka-52');
-- presence_from_scratch, presence_known_at:
SELECT (SELECT count(*) FROM syria.presence_from_scratch()) AS now, (SELECT count(*) FROM syria.presence_known_at('2020-01-01')) AS known_in_2020;
-- rederive:
SELECT syria.rederive('Khmeimim');
-- same_period:
SELECT asset_class, looks_before, looks_after, difference FROM syria_illustrated.same_period('2024-12-01', '2024-12-31', asset => 'An-72');
-- site:
SELECT part, what, count_text, said FROM syria_illustrated.site('Khmeimim', '2024-12-20', looks => 1);
-- split_class:
SELECT asset_class, class_path FROM syria_illustrated.split_class('Il-76', 'Il-76MD', 'Il-76TD');
-- stale, stale_at:
SELECT asset_class, looked_at::date, days_since_looked FROM syria_illustrated.stale('2024-12-25', '6 days');
SELECT count(*) FROM syria_illustrated.stale_at('2024-12-31 12:00Z', '6 days');
-- timeline, timeline_between:
SELECT at::date, count_text(count_min, count_max) AS count, state FROM syria_illustrated.timeline('2024-12-12', '2024-12-14', '1 day', asset => 'An-124') ORDER BY at;
SELECT step_from, step_to, state FROM syria_illustrated.timeline_between('2024-12-13 00:00Z', '2024-12-14 00:00Z', '12 hours', asset => 'An-124') ORDER BY step_to;
-- told_between:
SELECT observed_at::date, count_text(count_min, count_max) AS told FROM syria_illustrated.told_between(asset => 'An-72') ORDER BY observed_at;
-- top_changes:
SELECT asset_class, size, verdict FROM syria_illustrated.top_changes('2024-12-05', '2024-12-20', 1);
-- turnover, turnover_between:
SELECT asset_class, came_min, left_min, looks FROM syria_illustrated.turnover('2024-12-05', '2024-12-20', asset => 'An-124');
SELECT asset_class, came_min, left_min, looks FROM syria_illustrated.turnover_between('2024-12-05 09:00Z', '2024-12-13 12:00Z', asset => 'An-124');
-- unusual:
SELECT asset_class, verdict, unusual FROM syria_illustrated.unusual('2024-12-10', '2024-12-13', fewest_looks => 1) ORDER BY class_path;
-- usual, usual_between:
SELECT counted_looks, count_text(median_min, median_max) AS median FROM syria_illustrated.usual('Khmeimim', 'An-72', over => '1 month', until => '2024-12-31');
SELECT counted_looks, partial_looks FROM syria_illustrated.usual_between('2024-12-01', '2024-12-31', installation => 'Khmeimim', asset => 'An-72');
-- verify:
SELECT count(*) AS wrong FROM syria.verify();
