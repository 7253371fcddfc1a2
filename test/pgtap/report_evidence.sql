-- What reports make of evidence as people mean it, story by story, each at a place of its own: classes
-- count what is below them, statuses are states of the same things, unknown pixels prove nothing,
-- shelters hide, readers of one image never add up, looks may last.
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(107);

SELECT create_ledger('report') \g /dev/null
INSERT INTO report.source (name, min_confidence) VALUES ('Eye', NULL), ('Ear', NULL), ('Machine', 0.8);
INSERT INTO report.asset_class (path, name, aliases, payload_t, max_gsd_m, keep_total) VALUES
	('air', 'aircraft', '{}', NULL, NULL, true), ('air.transport', 'transport', '{}', 30, NULL, false), ('air.transport.an124', 'An-124', '{Ruslan,lifter}', 120, 3, false),
	('air.transport.il76', 'Il-76', '{lifter}', 50, 3, false), ('air.helicopter', 'helicopter', '{}', NULL, NULL, false), ('air.helicopter.ka52', 'Ka-52', '{}', NULL, 1, false),
	('ship', 'ship', '{}', NULL, NULL, false), ('ship.frigate', 'frigate', '{}', NULL, NULL, false);
-- A look of a day of 2024 at a place: 'complete' or 'partial', its pixels or '-', and since when it lasted; sightings
-- as 'class count [status] [designation] [confidence]', where '-' is not told.
CREATE FUNCTION pg_temp.look(place text, day date, how text, VARIADIC seen text[] DEFAULT '{}') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	h text[] := string_to_array(how, ' ');
	look bigint;
BEGIN
	INSERT INTO report.installation (name, location) VALUES (place, ST_SetSRID(ST_MakePoint(35, 35), 4326)) ON CONFLICT DO NOTHING;
	INSERT INTO report.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
	SELECT installation_id, (SELECT source_id FROM report.source WHERE name = coalesce(h[4], 'Eye')), nullif(h[3], '-')::timestamptz, day, h[1],
		CASE h[1] WHEN 'complete' THEN '{air,ship}' ELSE '{}' END::ltree[], nullif(h[2], '-')::numeric
	FROM report.installation WHERE name = place
	RETURNING observation_id INTO look;
	INSERT INTO report.sighting (installation_id, observation_id, asset_class_id, count, status, designation, confidence)
	SELECT o.installation_id, look, c.asset_class_id, CASE WHEN w[2] ~ '^\d+$' THEN format('[%1$s,%1$s]', w[2]) ELSE w[2] END::int4range,
		nullif(w[3], '-'), nullif(w[4], '-'), coalesce(w[5]::float8, 1)
	FROM report.observation AS o, unnest(seen) AS line, string_to_array(line, ' ') AS w JOIN report.asset_class AS c ON c.name = w[1]
	WHERE o.observation_id = look;
	RETURN look;
END $$;
-- "Il-76 loading 3..4 told {range}"
CREATE FUNCTION pg_temp.there(place text, day date, kind text DEFAULT 'class', mode text DEFAULT 'last_known', class text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', asset_class, status, designation, count_text(count_min, count_max), state, nullif(doubt::text, '{}')), ' | ' ORDER BY asset_class, status, designation)
	FROM report.inventory(day, installation => place, by => kind, mode => mode, asset => class)
$$;
-- "An-124 2 (1) -> 0 (5) departed certain {...}", the days of the year of the two looks
CREATE FUNCTION pg_temp.changed(place text, from_day date, to_day date, kind text DEFAULT 'class', mode text DEFAULT 'last_known', class text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', asset_class, status, designation, format('%s (%s) -> %s (%s)', count_text(count_before_min, count_before_max), extract(doy FROM before_looked_at),
			count_text(count_after_min, count_after_max), extract(doy FROM after_looked_at)), verdict, CASE WHEN certain THEN 'certain' END, nullif(doubt::text, '{}')), ' | ' ORDER BY asset_class, status, designation)
	FROM report.changes(from_day, to_day, installation => place, by => kind, mode => mode, asset => class)
$$;
CREATE PROCEDURE pg_temp.derive() LANGUAGE plpgsql AS $$ BEGIN SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; END $$;

--
-- The table of what must come out right
--
-- four, of which some are now loading, are four
SELECT pg_temp.look('loading', '2024-01-01', 'complete 0.5', 'Il-76 4'), pg_temp.look('loading', '2024-01-05', 'partial 0.5', 'Il-76 2 loading', 'Il-76 1 taxiing') \g /dev/null
CALL pg_temp.derive();
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-01-05', installation => 'loading')$$,
	$$VALUES (200::numeric, 200::numeric, 4, 4, '4 Il-76')$$, 'four complete, then two loading and one taxiing: airlift of four, at least and at most');
SELECT is(pg_temp.there('loading', '2024-01-05', class => 'Il-76'), 'Il-76 4 carried {carried}', 'four are there');
SELECT is(pg_temp.changed('loading', '2024-01-01', '2024-01-05'), NULL, 'and nothing has changed');

-- one that is dismantled is no second one
SELECT pg_temp.look('dismantling', '2024-01-05', 'complete 0.5', 'Ka-52 1 operational'), pg_temp.look('dismantling', '2024-01-13', 'partial 0.5', 'Ka-52 1 dismantled') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.there('dismantling', '2024-01-13', class => 'Ka-52'), 'Ka-52 1 carried {carried}', 'one operational, then one dismantled: one by class');
SELECT is(pg_temp.there('dismantling', '2024-01-13', 'status'), 'Ka-52 dismantled 1 carried {carried}', 'by status one that is dismantled, none operational');
SELECT results_eq($$SELECT status, count_min, count_max, told_min, told_max, looked_at FROM report.timeline('2024-01-13', '2024-01-13', installation => 'dismantling', by => 'status') ORDER BY 1$$,
	$$VALUES ('dismantled', 1, 1, 1, NULL::int, timestamptz '2024-01-13'), ('operational', 0, 0, 0, NULL, '2024-01-13')$$, 'a timeline says so of both: it is the later look that has the say');
SELECT is(pg_temp.changed('dismantling', '2024-01-05', '2024-01-13', 'status'),
	'Ka-52 dismantled 0 (5) -> 1 (13) arrived {carried_after,status_may_be_same} | Ka-52 operational 1 (5) -> 0 (13) departed {carried_after,status_may_be_same}',
	'which may be the same one, and no look alone proves');
SELECT is(pg_temp.changed('dismantling', '2024-01-05', '2024-01-13'), NULL, 'of the class nothing has changed');

-- told less closely
SELECT pg_temp.look('closer', '2024-01-01', 'complete 6', 'transport 2'), pg_temp.look('closer', '2024-01-05', 'partial 0.5', 'An-124 [2,)'), pg_temp.look('closer', '2024-01-09', 'complete 0.5', 'An-124 2') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('closer', '2024-01-01', '2024-01-09', mode => mode, class => 'transport'), NULLIF('An-124 ? () -> 2 (9) first look {no_look_before}', CASE mode WHEN 'certain' THEN 'An-124 ? () -> 2 (9) first look {no_look_before}' END),
	format('two transports, which are two An-124: of transports no row, of An-124 a first look; mode %s', mode)) FROM unnest('{last_known,certain,possible}'::text[]) AS mode;
SELECT is(pg_temp.there('closer', '2024-01-09', class => 'transport'), 'An-124 2 told | transport 2 told', 'two all the time');

-- unknown pixels
SELECT pg_temp.look('pixels', '2024-01-01', 'complete 0.5', 'Ka-52 1', 'helicopter 1'), pg_temp.look('pixels', '2024-01-05', 'complete -') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('pixels', '2024-01-01', '2024-01-05', mode => mode, class => 'Ka-52'), CASE mode WHEN 'possible' THEN 'Ka-52 1..2 (1) -> ? () not looked {no_look_after,range_before,told_less_closely}' END,
	format('a look of unknown pixels, which showed none, is no departure of a class that is told at 1 m; mode %s', mode)) FROM unnest('{last_known,certain,possible}'::text[]) AS mode;
SELECT is(pg_temp.changed('pixels', '2024-01-01', '2024-01-05', class => 'helicopter'), 'helicopter 2 (1) -> 0 (5) departed certain', 'but of one that is told at any');
SELECT pg_temp.look('pixels', '2024-01-09', 'complete 0') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('pixels', '2024-01-05', '2024-01-09', class => 'Ka-52'), 'Ka-52 1..2 (1) -> 0 (9) departed certain {range_before,told_less_closely}', 'by eye it would have been seen');

-- roofs
INSERT INTO report.installation (name, location) VALUES ('roofs', 'SRID=4326;POINT(35 35)');
INSERT INTO report.shelter (installation_id, asset_class_id, hidden_max) SELECT installation_id, asset_class_id, 4 FROM report.installation AS i, report.asset_class AS c WHERE i.name = 'roofs' AND c.name = 'An-124';
SELECT pg_temp.look('roofs', '2024-01-01', 'complete 0.5', 'An-124 6'), pg_temp.look('roofs', '2024-01-05', 'complete 0.5', 'An-124 2') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('roofs', '2024-01-01', '2024-01-05', mode => mode, class => 'An-124'), CASE mode WHEN 'possible' THEN 'An-124 6..10 (1) -> 2..6 (5) undecided {range_before,range_after,shelter}' END,
	format('six in the open, then two, and shelter for four: not certain; mode %s', mode)) FROM unnest('{last_known,certain,possible}'::text[]) AS mode;
SELECT is(pg_temp.there('roofs', '2024-01-05', mode => 'certain', class => 'An-124'), 'An-124 2..6 told {range,shelter}', 'two to six');
SELECT is(pg_temp.there('roofs', '2024-01-05', class => 'An-124'), 'An-124 6 carried {carried}', 'and if none came, six');
DELETE FROM report.shelter;
CALL pg_temp.derive();
SELECT is(pg_temp.changed('roofs', '2024-01-01', '2024-01-05', class => 'An-124'), 'An-124 6 (1) -> 2 (5) decreased certain', 'without a roof four left');

-- readers of one image
SELECT pg_temp.look('two readers', '2024-01-01', 'complete 0.5 - Eye', 'ship 2'), pg_temp.look('two readers', '2024-01-01', 'complete 0.5 - Ear', 'ship 2'),
	pg_temp.look('two counts', '2024-01-01', 'complete 0.5 - Eye', 'ship 2'), pg_temp.look('two counts', '2024-01-01', 'complete 0.5 - Ear', 'ship 3') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.there('two readers', '2024-01-01'), 'ship 2 told', 'two detectors of the same two ships: two, not four');
SELECT is(pg_temp.there('two counts', '2024-01-01'), 'ship 2..3 told {range,readers_disagree}', 'two and three: two to three');
SELECT results_eq($$SELECT installation, asset_class, status, count_min, count_max FROM report.conflict$$, $$VALUES ('two counts', 'ship', NULL, 2, 3)$$, 'and listed');

-- a look that lasted
SELECT pg_temp.look('composite', '2024-01-10', 'complete 10', 'ship 1'), pg_temp.look('composite', '2024-03-15', 'complete 10 2024-01-15') \g /dev/null
SELECT pg_temp.look('inside', '2024-01-10', 'complete 10', 'ship 1'), pg_temp.look('inside', '2024-02-10', 'complete 10', 'ship 1'), pg_temp.look('inside', '2024-03-15', 'complete 10 2024-01-15') \g /dev/null
CALL pg_temp.derive();
SELECT is_empty(format($$SELECT * FROM (VALUES (date '2024-01-20', date '2024-02-20'), ('2024-01-10', '2024-03-14')) AS v(d1, d2), report.changes(d1, d2, installation => 'composite', mode => %L)$$, mode),
	format('a ship, then a composite of two months without one: nothing is known inside it; mode %s', mode)) FROM unnest('{last_known,certain}'::text[]) AS mode;
SELECT is(pg_temp.changed('composite', '2024-01-10', '2024-03-15'), 'ship 1 (10) -> 0 (75) departed certain', 'by its end the ship had left');
SELECT is(pg_temp.changed('inside', '2024-02-10', '2024-03-15'), 'ship 1 (41) -> 0 (75) departed {looks_overlap}', 'a ship seen while it lasted is not certain to have left');
SELECT is(pg_temp.changed('inside', '2024-02-10', '2024-03-15', mode => 'certain'), NULL, 'so mode certain does not say it');
SELECT is_empty($$SELECT * FROM report.turnover('2024-02-10', '2024-03-15', installation => 'inside')$$, 'nor does turnover');
SELECT results_eq($$SELECT left_min, looks FROM report.turnover('2024-01-10', '2024-03-15', installation => 'composite')$$, $$VALUES (1::bigint, 2::bigint)$$, 'which tells it of looks that do not overlap');

-- a survey that was corrected to "not sampled"
INSERT INTO report.survey_site VALUES ('s', 'plot', 35, 35, NULL);
INSERT INTO report.survey (survey_id, site_id, observed_at) VALUES ('1', 's', '2024-01-01'), ('2', 's', '2024-01-05');
INSERT INTO report.survey_count (survey_id, class, n) VALUES ('1', 'ship', 2);
SELECT * FROM report.import_surveys('Count', '{ship}') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('plot', '2024-01-01', '2024-01-05'), 'ship 2 (1) -> 0 (5) departed certain', 'a survey found none');
INSERT INTO report.survey_site VALUES ('s', 'plot', 35, 35, NULL);
INSERT INTO report.survey (survey_id, site_id, observed_at, sampled) VALUES ('2', 's', '2024-01-05', false);
SELECT * FROM report.import_surveys('Count', '{ship}') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('plot', '2024-01-01', '2024-01-05', mode => mode), CASE mode WHEN 'possible' THEN 'ship 2 (1) -> ? () not looked {no_look_after}' END,
	format('corrected to "not sampled" it is retracted, and nothing is known of that day; mode %s', mode)) FROM unnest('{last_known,certain,possible}'::text[]) AS mode;
SELECT is((SELECT count(*) FROM report.observation JOIN report.installation USING (installation_id) WHERE name = 'plot' AND retracted_at IS NULL), 1::bigint, 'one look is left');

--
-- Statuses
--
SELECT pg_temp.look('five', '2024-01-01', 'complete 0.5', 'Il-76 5 parked'), pg_temp.look('five', '2024-01-05', 'partial 0.5', 'Il-76 [3,) loading', 'Il-76 1 taxiing') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.there('five', '2024-01-05', 'status'), 'Il-76 loading 3..4 carried {range,carried} | Il-76 parked 1 carried {carried} | Il-76 taxiing 1..2 carried {range,carried}',
	'five, then at least three loading and one taxiing: loading 3 to 4, taxiing 1 to 2, and one still parked');
SELECT is(pg_temp.there('five', '2024-01-05', class => 'Il-76'), 'Il-76 5 carried {carried}', 'five in all');
SELECT is(pg_temp.changed('five', '2024-01-01', '2024-01-05', 'status'), 'Il-76 loading 0 (1) -> 3..4 (5) arrived {range_after,carried_after,status_may_be_same} | '
	'Il-76 parked 5 (1) -> 1 (5) decreased {carried_after,status_may_be_same} | Il-76 taxiing 0 (1) -> 1..2 (5) arrived {range_after,carried_after,status_may_be_same}',
	'the parked ones keep at most what is left, by the later look');
SELECT is(pg_temp.there('five', '2024-01-01', 'status'), 'Il-76 parked 5 told', 'before it all were parked');
-- of which the others are told, and a status is not
SELECT pg_temp.look('untold', '2024-01-01', 'complete 0.5', 'Il-76 2 loading', 'Il-76 3') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.there('untold', '2024-01-01', 'status'), 'Il-76 loading 2..5 told {range,told_less_closely}', 'of whom no status was told may be in this one');
SELECT is(pg_temp.there('untold', '2024-01-01', class => 'Il-76'), 'Il-76 5 told', 'all are of the class');
-- new ones in a status: certain, as all of the class grew as well
SELECT pg_temp.look('grown', '2024-01-01', 'complete 0.5', 'Il-76 1 parked'), pg_temp.look('grown', '2024-01-05', 'complete 0.5', 'Il-76 1 parked', 'Il-76 2 loading') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('grown', '2024-01-01', '2024-01-05', 'status'), 'Il-76 loading 0 (1) -> 2 (5) arrived certain', 'who are loading now came, if all have become more');
-- a status that a later look is the first to tell of a class
SELECT pg_temp.look('later', '2024-01-01', 'complete 0.5', 'An-124 1 parked T1', 'An-124 1 parked'), pg_temp.look('later', '2024-01-05', 'complete 0.5', 'transport 1 parked T1') \g /dev/null
CALL pg_temp.derive();
SELECT set_eq(format($$SELECT asset_class FROM report.inventory('2024-01-03', installation => 'later', by => %L, mode => %L) WHERE asset_class <> 'aircraft'$$, kind, mode), '{An-124}'::text[],
	format('a class that is told itself only later is no subject yet, by %s, in mode %s', kind, mode))
FROM unnest('{class,status,individual}'::text[]) AS kind, unnest('{last_known,certain,possible}'::text[]) AS mode;
SELECT set_eq(format($$SELECT asset_class FROM report.changes('2023-12-31', '2024-01-03', installation => 'later', by => %L) WHERE asset_class <> 'aircraft'$$, kind), '{An-124}'::text[],
	format('nor does it change, by %s', kind))
FROM unnest('{class,status,individual}'::text[]) AS kind;

-- What lies below a class is in a status that the class itself is told in only later: until then it narrows no other status.
SELECT pg_temp.look('fleet', '2024-01-01', 'complete 0.5', 'ship 3 moored'), pg_temp.look('fleet', '2024-01-03', 'partial', 'frigate 2 sailing'), pg_temp.look('fleet', '2024-01-09', 'partial', 'ship 1 sailing') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.there('fleet', day, 'status', class => 'ship'), said, format('ships by status on the %s', day))
FROM (VALUES (date '2024-01-05', 'frigate sailing 2..3 carried {range,carried} | ship moored 3 told'), ('2024-01-09', 'frigate sailing 2..3 carried {range,carried} | ship moored 1 carried {carried} | ship sailing 2..3 carried {range,carried}')) AS v(day, said);
SELECT results_eq(format($$SELECT at::date, status, count_min FROM report.timeline('2024-01-01', '2024-01-09', '4 days', installation => 'fleet', by => 'status', known_at => %L) WHERE asset_class = 'ship' AND status = 'moored' ORDER BY 1$$, known_at),
	$$VALUES (date '2024-01-04', 'moored', 3), ('2024-01-08', 'moored', 3), ('2024-01-09', 'moored', 1)$$, 'likewise a timeline, known at ' || coalesce(known_at, 'now')) FROM unnest('{NULL,2999-01-01}'::text[]) AS known_at;
SELECT results_eq(format($$SELECT count_before_min, count_after_min, verdict FROM report.changes('2024-01-05', '2024-01-09', installation => 'fleet', by => 'status', known_at => %L) WHERE asset_class = 'ship' AND status = 'moored'$$, known_at),
	$$VALUES (3, 1, 'decreased')$$, 'and what was there before a change, known at ' || coalesce(known_at, 'now')) FROM unnest('{NULL,2999-01-01}'::text[]) AS known_at;
-- and from then on it does, though no look since the last complete one told it again
SELECT pg_temp.look('fleet', '2024-01-12', 'complete 0.5', 'ship 3 moored'), pg_temp.look('fleet', '2024-01-13', 'partial', 'frigate 2 sailing'), pg_temp.look('fleet', '2024-01-17', 'complete 0.5', 'ship 3 moored') \g /dev/null
CALL pg_temp.derive();
SELECT results_eq($$SELECT at::date, count_min FROM report.timeline('2024-01-15', '2024-01-17', installation => 'fleet', by => 'status') WHERE asset_class = 'ship' AND status = 'moored' ORDER BY 1$$,
	$$VALUES (date '2024-01-15', 1), ('2024-01-16', 1), ('2024-01-17', 3)$$, 'a status that was told long ago');
SELECT results_eq($$SELECT count_before_min, count_after_min, verdict FROM report.changes('2024-01-15', '2024-01-17', installation => 'fleet', by => 'status') WHERE asset_class = 'ship' AND status = 'moored'$$,
	$$VALUES (1, 3, 'increased')$$, 'likewise before a change');

--
-- Totals
--
SELECT is(pg_temp.there('closer', '2024-01-09', class => 'aircraft'), 'An-124 2 told | aircraft 2 told | transport 2 told', 'a total that is kept of a class that nobody told');
SELECT results_eq(format($$SELECT at, count_min FROM unnest('{2023-12-31 23:59:59.999999,2024-01-01}'::timestamptz[]) AS at, report.inventory_at(at, installation => 'loading', asset => 'aircraft', known_at => %L) WHERE asset_class = 'aircraft'$$, known_at),
	$$VALUES (timestamptz '2024-01-01', 4)$$, 'from the look on that told what lies below it, known at ' || coalesce(known_at, 'now')) FROM unnest('{NULL,2999-01-01}'::text[]) AS known_at;
SELECT is_empty($$SELECT * FROM report.inventory('2024-01-05', installation => 'loading', asset => 'transport') WHERE asset_class = 'transport'$$, 'one that is not kept has no row');
SELECT results_eq($$SELECT asset_class, count_min, count_max, state FROM report.inventory('2024-01-05', installation => 'loading', total => 'transport')$$,
	$$VALUES ('transport', 4, 4, 'carried')$$, 'unless it is asked for');
SELECT set_eq($$SELECT DISTINCT asset_class FROM report.inventory('2024-01-13', total => 'ruslan')$$, '{An-124}'::text[], 'by an alias');
SELECT set_eq($$SELECT asset_class FROM report.changes('2024-01-01', '2024-02-01', total => 'helicopter')$$, '{helicopter}'::text[], 'a total is of one class alone');
SELECT results_eq($$SELECT came_min, left_min FROM report.turnover('2024-01-01', '2024-02-01', installation => 'roofs', total => 'air.transport')$$, $$VALUES (0::bigint, 4::bigint)$$, 'turnover of a total');
SELECT results_eq($$SELECT asset_class, count_min FROM report.timeline('2024-01-05', '2024-01-05', installation => 'roofs', total => 'air.transport')$$, $$VALUES ('transport', 2)$$, 'a timeline');
SELECT results_eq($$SELECT asset_class, verdict FROM report.between_looks('roofs', total => 'air.transport')$$, $$VALUES ('transport', 'decreased')$$, 'between looks');
SELECT set_eq($$SELECT DISTINCT asset_class FROM report.changes_since('2024-01-01', total => 'air.transport')$$, '{transport}'::text[], 'since an instant');
SELECT results_eq($$SELECT asset_class, verdict FROM report.changes('2024-01-01', '2024-01-05', installation => 'roofs', total => 'air.transport', known_at => '2999-01-01')$$, $$VALUES ('transport', 'decreased')$$, 'as known at one');

--
-- How sure a sighting must be is the source's to say, and otherwise the ledger's.
--
SELECT pg_temp.look('unsure', '2024-01-01', 'partial - - Machine', 'ship 1 - - 0.7'), pg_temp.look('unsure', '2024-01-05', 'partial - - Eye', 'ship 1 - - 0.7'), pg_temp.look('unsure', '2024-01-09', 'partial - - Machine', 'frigate 2 - - 0.8') \g /dev/null
CALL pg_temp.derive();
SELECT results_eq($$SELECT day, count_min, looked_at FROM unnest('{2024-01-01,2024-01-05,2024-01-09}'::date[]) AS day, report.inventory(day, installation => 'unsure', asset => 'ship') WHERE asset_class = 'ship'$$,
	$$VALUES (date '2024-01-05', 1, timestamptz '2024-01-05'), ('2024-01-09', 2, '2024-01-09')$$, 'what one source is not believed another is');

--
-- What is not known, each code in a row that shows it
--
SELECT pg_temp.look('vague', '2024-01-01', 'complete 0.5', 'An-124 2'), pg_temp.look('vague', '2024-01-05', 'complete 0.5', 'An-124 3', 'transport 1'), pg_temp.look('vague', '2024-01-09', 'complete -', 'An-124 1') \g /dev/null
CALL pg_temp.derive();
SELECT is(pg_temp.changed('vague', '2024-01-01', '2024-01-05', class => 'An-124'), 'An-124 2 (1) -> 3..4 (5) increased certain {range_after,told_less_closely}', 'told_less_closely');
SELECT is(pg_temp.there('vague', '2024-01-09', mode => 'certain', class => 'An-124'), 'An-124 1.. told {minimum,pixels_unknown}', 'pixels_unknown');
SELECT set_eq($$SELECT DISTINCT code FROM (SELECT doubt FROM report.installation AS i, unnest('{class,status}'::text[]) AS way, unnest('{last_known,certain}'::text[]) AS mode,
			unnest('{2024-01-01,2024-01-05,2024-01-09,2024-01-13}'::date[]) AS day, report.inventory(day, installation => i.name, by => way, mode => mode)
		UNION ALL SELECT doubt FROM unnest('{class,status}'::text[]) AS way, report.changes('2024-01-05', '2024-01-13', by => way)) AS rows, unnest(doubt) AS code
		WHERE code IN ('shelter', 'pixels_unknown', 'told_less_closely', 'status_may_be_same', 'readers_disagree')$$,
	'{pixels_unknown,told_less_closely,status_may_be_same,readers_disagree}'::text[], 'rows of all places tell these, but for shelter, as there is none any more');

--
-- Airlift
--
SELECT pg_temp.look('base', '2024-01-01', 'complete 0.5', 'Il-76 3 ready', 'Il-76 1 dismantled', 'An-124 2 ready', 'helicopter 5 ready'),
	pg_temp.look('vague base', '2024-01-01', 'complete 0.5', 'transport 3', 'An-124 1'),
	pg_temp.look('wrecks', '2024-01-01', 'complete 0.5', 'Il-76 2 dismantled'),
	pg_temp.look('untold wrecks', '2024-01-01', 'complete 0.5', 'Il-76 2', 'Il-76 1 destroyed'),
	pg_temp.look('at least', '2024-01-01', 'partial 0.5', 'Il-76 2') \g /dev/null
CALL pg_temp.derive();
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-01-01', installation => 'base')$$,
	$$VALUES (390::numeric, 390::numeric, 5, 5, '2 An-124, 3 Il-76')$$, 'airlift leaves out what is dismantled, and what carries nothing');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers FROM report.airlift('2024-01-01', installation => 'base', without_status => '{}')$$, $$VALUES (440::numeric, 440::numeric, '2 An-124, 4 Il-76')$$, 'unless it is told otherwise');
-- of four transports one to four are An-124, and the others what they may be
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-01-01', installation => 'vague base')$$,
	$$VALUES (120::numeric, 570::numeric, 1, 7, '1..4 An-124, 0..3 transport')$$, 'what lies below a class and is counted there is not counted again');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers FROM report.airlift('2024-01-01', installation => 'untold wrecks')$$, $$VALUES (0::numeric, 100::numeric, '0..2 Il-76')$$, 'of whom no status was told may be destroyed');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers_min, carriers_max, carriers FROM report.airlift('2024-01-01', installation => 'at least')$$, $$VALUES (100::numeric, NULL::numeric, 2, NULL::int, '2.. Il-76')$$, 'without an upper limit there is none');
SELECT is_empty($$SELECT * FROM report.airlift('2024-01-01', installation => 'wrecks')$$, 'what is dismantled lifts nothing');
SELECT results_eq($$SELECT payload_min_t, payload_max_t, carriers FROM report.airlift('2024-01-01', installation => 'wrecks', without_status => '{}')$$, $$VALUES (100::numeric, 100::numeric, '2 Il-76')$$, 'unless it is told otherwise');

--
-- An individual of whom all that is known is one sighting, less sure than its source demands
--
SELECT pg_temp.look('perhaps', '2024-01-01', 'complete 0.5 - Machine', 'Ka-52 1 - Yellow-7 0.5') \g /dev/null
CALL pg_temp.derive();
SELECT results_eq($$SELECT designation, count_min, count_max FROM report.inventory_at('2024-01-01', installation => 'perhaps', by => 'individual', mode => 'possible')$$,
	$$VALUES ('Yellow-7', 0, 1)$$, 'at the instant of its look it may be there');
SELECT is_empty($$SELECT * FROM report.inventory_at('2023-12-31 23:59:59.999999', installation => 'perhaps', by => 'individual', mode => 'possible')$$, 'and nothing is known of it before');

--
-- What is refused
--
SELECT throws_ok(format($$SELECT * FROM report.%s, by => 'kind')$$, report), '22S07', 'invalid by: "kind"', report) FROM unnest(ARRAY[$$changes('2024-01-01', '2024-01-05'$$, $$inventory('2024-01-01'$$,
	$$turnover('2024-01-01', '2024-01-05'$$, $$timeline('2024-01-01', '2024-01-05'$$, $$between_looks('base'$$, $$changes_since('2024-01-01'$$, $$inventory_at('2024-01-01'$$, $$changes_between('2024-01-01', '2024-01-05'$$]) AS report;
SELECT throws_ok($$SELECT * FROM report.inventory('2024-01-01', by => 'Status')$$, '22S07', 'invalid by: "Status"', 'in small letters');
SELECT is((SELECT count(*) FROM report.inventory('2024-01-05', by => NULL)), (SELECT count(*) FROM report.inventory('2024-01-05')), 'by nothing is by class');
SELECT throws_ok(format($$SELECT * FROM report.inventory('2024-01-01', total => 'aircraft', %s)$$, beside), '22S07', 'total goes neither with asset nor with by', 'total with ' || beside)
FROM unnest(ARRAY[$$asset => 'ship'$$, $$by => 'status'$$, $$by => 'individual'$$]) AS beside;
SELECT lives_ok($$SELECT * FROM report.inventory('2024-01-01', total => 'aircraft', by => 'class')$$, 'by class is what a total is');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-01', '2024-01-05', total => 'zeppelin')$$, '22S07', 'unknown asset class "zeppelin"', 'a total of what is not known');
SELECT throws_ok($$SELECT * FROM report.changes('2024-01-01', '2024-01-05', total => 'lifter')$$, '22S07', '"lifter" names more than one asset class', 'of several');
SELECT is_empty('SELECT * FROM report.verify(thorough => true)', 'the presences are what the evidence says');

SELECT * FROM finish();
ROLLBACK;
