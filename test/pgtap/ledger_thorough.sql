-- The rules in plain SQL, which verify(thorough => true) holds the stored presences against: what
-- each says of looks made for it, and that the derivation says so too; and that every kind of
-- wrong row is found.
\set QUIET on
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only true
BEGIN;
SET LOCAL jit = off;
SELECT create_ledger('thorough', min_confidence => 0.5) \g /dev/null
SET LOCAL search_path = thorough, public;

INSERT INTO source (name, min_confidence) VALUES ('eye', NULL), ('detector', 0.8), ('optimist', 0.2);
INSERT INTO asset_class (path, name, max_gsd_m, keep_total) VALUES ('air', 'aircraft', NULL, true), ('air.big', 'transport', NULL, false),
	('air.big.il', 'Il-76', NULL, false), ('air.big.an', 'An-124', 2, false), ('air.heli', 'Ka-52', NULL, false), ('sea', 'ship', NULL, false), ('seabird', 'gull', NULL, false);

-- A look at a place, made if need be, that ends on a day of 2024 (1: 1 January). It shows, say,
-- 'Il-76 [2,3] ready; Il-76 [1,1] #T1 0.3'.
CREATE FUNCTION pg_temp.look(place text, day integer, shown text, complete boolean DEFAULT true, gsd numeric DEFAULT 0,
	days integer DEFAULT NULL, scope ltree[] DEFAULT '{air,sea}', reader text DEFAULT 'eye') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	site bigint;
	look bigint;
BEGIN
	INSERT INTO installation (name, location) VALUES (place, ST_SetSRID(ST_MakePoint(10.123456789, 50), 4326)) ON CONFLICT DO NOTHING;
	SELECT installation_id INTO site FROM installation WHERE name = place;
	INSERT INTO observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m)
	SELECT site, source_id, timestamptz '2023-12-31Z' + (day - days) * interval '24 hours', timestamptz '2023-12-31Z' + day * interval '24 hours',
		CASE WHEN complete THEN 'complete' ELSE 'partial' END, scope, gsd
	FROM source WHERE name = reader
	RETURNING observation_id INTO look;
	INSERT INTO sighting (installation_id, observation_id, asset_class_id, count, status, designation, confidence)
	SELECT site, look, (SELECT asset_class_id FROM asset_class WHERE name = m[1]), m[2]::int4range, m[3], m[4], coalesce(m[5], '1')::float8
	FROM regexp_matches(shown, '(\S+) (\[\S+[\])])(?: ([a-z]+))?(?: #([A-Z0-9]+))?(?: (0\.\d+))?(?:;|$)', 'g') AS m;
END
$$;
CREATE FUNCTION pg_temp.day(at timestamptz) RETURNS text LANGUAGE sql AS
$$SELECT CASE WHEN isfinite(at) THEN round(extract(epoch FROM at - timestamptz '2023-12-31Z') / 86400)::text ELSE '' END$$;
CREATE FUNCTION pg_temp.numbers(low bigint, high bigint) RETURNS text LANGUAGE sql AS
$$SELECT CASE WHEN high = low THEN low::text WHEN high = 2147483647 THEN low || '..' ELSE low || '..' || high END$$;
CREATE FUNCTION pg_temp.evidence(place text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s: %s%s', d.name, coalesce(nullif(pg_temp.day(e.since), pg_temp.day(e.until)) || '-', '') || pg_temp.day(e.until),
		pg_temp.numbers(e.count_min, e.count_max), CASE WHEN e.contradicts THEN '!' END), ', ' ORDER BY c.name COLLATE "C", coalesce(e.status, '#' || e.designation) COLLATE "C" NULLS FIRST, e.until)
	FROM evidence_in_sql((SELECT installation_id FROM installation WHERE name = place)) e
	JOIN asset_class c USING (asset_class_id)
	CROSS JOIN LATERAL (SELECT c.name || coalesce(' ' || e.status, '') || coalesce(' #' || e.designation, '')) AS d(name)
$$;
CREATE FUNCTION pg_temp.stays(place text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s (%s, %s-%s, %s)', d.name, pg_temp.numbers(count_min(p.run), coalesce(count_max(p.run), 2147483647)),
		pg_temp.day(not_seen_at(p.run)), pg_temp.day(first_seen(p.run)), pg_temp.day(last_seen(p.run)), pg_temp.day(gone_by(p.run))), ', '
		ORDER BY c.name COLLATE "C", coalesce(p.status, '#' || p.designation) COLLATE "C" NULLS FIRST, first_seen(p.run))
	FROM presence_in_sql((SELECT installation_id FROM installation WHERE name = place)) p
	JOIN asset_class c USING (asset_class_id)
	CROSS JOIN LATERAL (SELECT c.name || coalesce(' ' || p.status, '') || coalesce(' #' || p.designation, '')) AS d(name)
$$;

-- looks to each place, and what they tell
CREATE TEMP TABLE told (n serial, place text, evidence text, why text);
\set told 'INSERT INTO told (place, evidence, why) VALUES'

SELECT pg_temp.look('sum', 1, 'Il-76 [2,3]; Il-76 [1,) 0.4; An-124 [1,1]', false), pg_temp.look('sum', 2, 'Il-76 [2,3]; Il-76 [1,1] 0.4; An-124 [1,1]') \g /dev/null
:told ('sum', 'An-124 1: 1.., An-124 2: 1, Il-76 1: 2.., Il-76 2: 2..4, aircraft 1: 3.., aircraft 2: 3..5', 'what is sure adds up to the least, all to the most if the look is complete; a total is of what lies below');
SELECT pg_temp.look('above', 1, 'transport [2,3]; Il-76 [1,1]'), pg_temp.look('above', 2, 'An-124 [1,1]; Ka-52 [1,1]') \g /dev/null
:told ('above', 'An-124 1: 0..3, An-124 2: 1, Il-76 1: 1..4, Il-76 2: 0, Ka-52 1: 0, Ka-52 2: 1, aircraft 1: 3..4, aircraft 2: 2, transport 1: 3..4, transport 2: 1', 'what is told less closely may be of any class below');
SELECT pg_temp.look('scope', 1, 'Il-76 [1,1]; ship [1,1]', scope => '{air.big}'), pg_temp.look('scope', 2, '', scope => '{sea}'), pg_temp.look('scope', 3, '', scope => '{}') \g /dev/null
:told ('scope', 'Il-76 1: 1, aircraft 1: 1.., ship 1: 1.., ship 2: 0', 'a complete look bounds what lies in its scope alone');
SELECT pg_temp.look('alike', 1, 'gull [1,1]; ship [1,1]'), pg_temp.look('alike', 2, '', scope => '{sea}') \g /dev/null
:told ('alike', 'gull 1: 1.., ship 1: 1, ship 2: 0', 'not what only begins alike');
SELECT pg_temp.look('many', 1, 'ship [2000000000,2000000001] ready; ship [2000000000,2000000001]') \g /dev/null
:told ('many', 'ship 1: 2147483646.., ship ready 1: 2000000000..', 'nor are there more than can be counted');
SELECT pg_temp.look('pixels', 1, 'An-124 [1,1]; Il-76 [1,1]', gsd => 2), pg_temp.look('pixels', 2, '', gsd => 2.1), pg_temp.look('pixels', 3, '', gsd => NULL), pg_temp.look('pixels', 4, '', gsd => 0) \g /dev/null
:told ('pixels', 'An-124 1: 1, An-124 4: 0, Il-76 1: 1, Il-76 2: 0, Il-76 3: 0, Il-76 4: 0, aircraft 1: 2, aircraft 2: 0, aircraft 3: 0, aircraft 4: 0', 'coarse and unknown pixels prove no absence of a class with a limit; by eye is fine');
SELECT pg_temp.look('source', 1, 'ship [1,1] 0.3', reader => 'eye'), pg_temp.look('source', 2, 'ship [1,1] 0.3', reader => 'optimist'),
	pg_temp.look('source', 3, 'ship [1,1] 0.7', reader => 'detector'), pg_temp.look('source', 4, 'ship [1,1] 0.5'), pg_temp.look('source', 5, 'ship [1,1] 0.3', false) \g /dev/null
:told ('source', 'ship 1: 0..1, ship 2: 1, ship 3: 0..1, ship 4: 1', 'each source is sure at its own confidence, else at the ledger''s');
SELECT pg_temp.look('status', 1, 'Il-76 [2,2] ready; Il-76 [1,1]; Il-76 [1,1] loading; transport [1,1] ready; transport [1,1] loading; transport [3,3]'), pg_temp.look('status', 2, 'Il-76 [1,1] loading', false),
	pg_temp.look('status', 3, 'Il-76 [1,1] ready') \g /dev/null
:told ('status', 'Il-76 1: 4..9, Il-76 2: 1.., Il-76 3: 1, Il-76 loading 1: 1..6, Il-76 loading 2: 1.., Il-76 loading 3: 0, Il-76 ready 1: 2..7, Il-76 ready 3: 1, aircraft 1: 9, aircraft 2: 1.., aircraft 3: 1, transport 1: 9, transport 2: 1.., transport 3: 1, transport loading 1: 2..6, transport loading 2: 1.., transport loading 3: 0, transport ready 1: 3..7, transport ready 3: 1', 'what was told in no status may be in any, what was told in another is not');
SELECT pg_temp.look('shelter', 1, 'Il-76 [1,1]; An-124 [1,1] #A1; ship [1,1]'), pg_temp.look('shelter', 2, '') \g /dev/null
INSERT INTO shelter (installation_id, asset_class_id, hidden_max) SELECT installation_id, asset_class_id, 2 FROM installation i, asset_class c WHERE i.name = 'shelter' AND c.name = 'transport';
INSERT INTO shelter (installation_id, asset_class_id, hidden_max) SELECT installation_id, asset_class_id, 3 FROM installation i, asset_class c WHERE i.name = 'shelter' AND c.name = 'Il-76';
:told ('shelter', 'An-124 1: 1..3, An-124 2: 0..2, An-124 #A1 1: 1, Il-76 1: 1..6, Il-76 2: 0..5, aircraft 1: 2..7, aircraft 2: 0..5, ship 1: 1, ship 2: 0', 'so many more may be under roofs, of a class below or above');
SELECT pg_temp.look('number', 1, 'Il-76 [1,1] #T1'), pg_temp.look('number', 2, 'Il-76 [1,1] #T2'), pg_temp.look('number', 3, 'Il-76 [2,2]'), pg_temp.look('number', 4, 'transport [0,1]'),
	pg_temp.look('number', 5, 'transport [1,1] #T1'), pg_temp.look('number', 6, 'Il-76 [1,1] #T1 0.3'), pg_temp.look('number', 7, 'Il-76 [0,1] #T1'), pg_temp.look('number', 8, 'Il-76 [1,1] #T1 0.3', false),
	pg_temp.look('number', 9, '', false), pg_temp.look('number', 10, 'Il-76 [0,0]; ship [1,1]'), pg_temp.look('number', 11, 'Il-76 [0,0] #T1') \g /dev/null
:told ('number', 'Il-76 1: 1, Il-76 2: 1, Il-76 3: 2, Il-76 4: 0..1, Il-76 5: 0..1, Il-76 6: 0..1, Il-76 7: 0..1, Il-76 10: 0, Il-76 11: 0, Il-76 #T1 1: 1, Il-76 #T1 2: 0, Il-76 #T1 6: 0..1, Il-76 #T1 7: 0..1, Il-76 #T1 10: 0, Il-76 #T1 11: 0, Il-76 #T2 1: 0, Il-76 #T2 2: 1, Il-76 #T2 5: 0, Il-76 #T2 6: 0, Il-76 #T2 7: 0, Il-76 #T2 10: 0, Il-76 #T2 11: 0, aircraft 1: 1, aircraft 2: 1, aircraft 3: 2, aircraft 4: 0..1, aircraft 5: 1, aircraft 6: 0..1, aircraft 7: 0..1, aircraft 10: 0, aircraft 11: 0, ship 1: 0, ship 2: 0, ship 3: 0, ship 4: 0, ship 5: 0, ship 6: 0, ship 7: 0, ship 10: 1, ship 11: 0, transport 1: 1, transport 2: 1, transport 3: 2, transport 4: 0..1, transport 5: 1, transport 6: 0..1, transport 7: 0..1, transport 10: 0, transport 11: 0, transport #T1 1: 1, transport #T1 2: 0, transport #T1 5: 1, transport #T1 6: 0..1, transport #T1 7: 0..1, transport #T1 10: 0, transport #T1 11: 0',
	'an individual is gone if all numbers could be read and its own was not among them');
SELECT pg_temp.look('here', 1, 'transport [1,1] #E1; An-124 [1,1] #E1', false), pg_temp.look('there', 4, 'Il-76 [1,1] #E1', false, days => 2), pg_temp.look('there', 5, 'An-124 [1,1] #E1 0.4; An-124 [0,1] #E1', false),
	pg_temp.look('there', 1, 'An-124 [1,1] #E1', false) \g /dev/null
:told ('here', 'An-124 1: 1.., An-124 #E1 1: 0..1!, aircraft 1: 2.., transport 1: 2.., transport #E1 1: 0..1!, transport #E1 2-4: 0', 'nor is it where it was not, when it was elsewhere: for sure, in a class below');
SELECT pg_temp.look('together', 1, 'ship [1,3]'), pg_temp.look('together', 1, 'ship [2,5]'), pg_temp.look('together', 2, 'ship [1,1]'), pg_temp.look('together', 2, 'ship [4,4]'),
	pg_temp.look('together', 3, 'ship [3,)', false), pg_temp.look('together', 3, ''), pg_temp.look('together', 9, 'ship [2,4]', days => 3), pg_temp.look('together', 9, 'ship [1,3]'),
	pg_temp.look('together', 9, 'ship [0,9]', days => 5), pg_temp.look('together', 14, 'ship [1,1]', days => 2), pg_temp.look('together', 14, 'ship [2,2]', days => 1) \g /dev/null
:told ('together', 'ship 1: 2..3, ship 2: 1..4!, ship 3: 0..!, ship 6-9: 2..3, ship 12-14: 1..2!', 'of one moment: what they have in common, from when it was so; or all that they span, which may tell nothing');
SELECT pg_temp.look('retracted', 1, 'ship [1,1]; Il-76 [1,1] ready #R1'), pg_temp.look('retracted', 2, 'Ka-52 [1,1]'), pg_temp.look('retracted', 3, '') \g /dev/null
UPDATE sighting SET retracted_at = now(), retraction_reason = 'a decoy' WHERE designation = 'R1';
UPDATE observation SET retracted_at = now(), retraction_reason = 'elsewhere' WHERE installation_id = (SELECT installation_id FROM installation WHERE name = 'retracted') AND observed_at = '2024-01-02Z';
:told ('retracted', 'ship 1: 1, ship 3: 0', 'what was taken back tells nothing, and is not counted');

CREATE TEMP TABLE stay (n serial, place text, stays text, why text);
\set stay 'INSERT INTO stay (place, stays, why) VALUES'
SELECT pg_temp.look('plain', 1, ''), pg_temp.look('plain', 3, 'ship [2,2]'), pg_temp.look('plain', 4, '', false), pg_temp.look('plain', 5, 'ship [2,2]'), pg_temp.look('plain', 8, 'ship [1,1]'), pg_temp.look('plain', 9, ''), pg_temp.look('plain', 10, '') \g /dev/null
:stay ('plain', 'ship 2 (1, 3-5, 8), ship 1 (5, 8-8, 9)', 'runs of one count, none of 0');
SELECT pg_temp.look('open', 1, 'ship [1,3]'), pg_temp.look('open', 2, 'ship [2,3]'), pg_temp.look('open', 3, 'ship [1,2]'), pg_temp.look('open', 4, 'ship [2,2]'), pg_temp.look('open', 5, 'ship [1,1]', false) \g /dev/null
:stay ('open', 'ship 2 (, 1-3, )', 'of one that is not over the look that gave it its count');
SELECT pg_temp.look('torn', 1, 'ship [1,1]'), pg_temp.look('torn', 2, 'ship [1,2]'), pg_temp.look('torn', 3, 'ship [2,2]') \g /dev/null
:stay ('torn', 'ship 1 (, 1-1, 3), ship 2 (1, 3-3, )', 'a look that suits either run is in neither');
SELECT pg_temp.look('lasting', 3, '', days => 2), pg_temp.look('lasting', 6, 'ship [1,1]', days => 2), pg_temp.look('lasting', 8, 'ship [1,1]', days => 1), pg_temp.look('lasting', 12, '', days => 6), pg_temp.look('lasting', 13, 'ship [1,1]', days => 4) \g /dev/null
:stay ('lasting', 'ship 1 (1, 6-8, 12), ship 1 (6, 13-13, )', 'seen counts from the end of a look, not seen from its beginning');
SELECT pg_temp.look('maybe', 1, 'Il-76 [1,1]'), pg_temp.look('maybe', 2, 'transport [1,)'), pg_temp.look('maybe', 3, 'Il-76 [0,0]; transport [0,2]') \g /dev/null
:stay ('maybe', 'Il-76 1 (, 1-1, ), aircraft 1 (, 1-1, ), transport 1 (, 1-1, )', 'more that may be of the class leaves it as it was');
SELECT pg_temp.look('less closely', 1, 'Il-76 [1,1] #L1'), pg_temp.look('less closely', 3, 'transport [1,1] #L1') \g /dev/null
:stay ('less closely', 'Il-76 1 (, 1-1, ), Il-76 #L1 1 (, 1-1, ), aircraft 1 (, 1-1, ), transport 1 (, 1-1, ), transport #L1 1 (, 1-1, )', 'who is told less closely has not left');
SELECT pg_temp.look('just sure', 1, ''), pg_temp.look('just sure', 2, 'ship [1,1] 0.5') \g /dev/null
:stay ('just sure', 'ship 1 (1, 2-2, )', 'a confidence that is just reached is enough');
SELECT pg_temp.look('came from', 1, 'ship [1,1] #C1', false), pg_temp.look('was at', 5, 'ship [1,1] #C1', false, days => 3), pg_temp.look('came from', 8, 'ship [1,1] #C1', false) \g /dev/null
:stay ('came from', 'ship 1.. (, 1-1, ), ship #C1 1 (, 1-1, 5), ship #C1 1 (2, 8-8, )', 'nor was it here since it began to be elsewhere');
SELECT pg_temp.look('moments', 9, 'ship [2,4]', days => 3), pg_temp.look('moments', 9, 'ship [1,3]'), pg_temp.look('moments', 9, 'ship [0,9]', days => 5), pg_temp.look('moments', 12, 'ship [5,5]'),
	pg_temp.look('moments', 16, 'ship [1,1]', days => 2), pg_temp.look('moments', 16, 'ship [2,2]', days => 1), pg_temp.look('moments', 16, 'ship [1,2]', days => 3), pg_temp.look('moments', 18, 'ship [7,7]') \g /dev/null
:stay ('moments', 'ship 2..3 (, 9-9, 12), ship 5 (6, 12-12, 16), ship 1..2 (12, 16-16, 18), ship 7 (13, 18-18, )', 'what a moment tells together was so since the last look began that was needed, or since the first');
SELECT pg_temp.look('called', 1, 'ship [1,1] #D1; ship [1,1] #D2', false), pg_temp.look('read otherwise', 3, 'ship [1,1] #D1 0.3', false, reader => 'optimist'), pg_temp.look('read otherwise', 4, 'ship [1,1] #D2 0.7', false, reader => 'detector') \g /dev/null
:stay ('called', 'ship 2.. (, 1-1, ), ship #D1 1 (, 1-1, 3), ship #D2 1 (, 1-1, )', 'nor if the source that saw it elsewhere is sure');
\set derive 'SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;'
:derive

-- What is told for the first time has a past: what was told otherwise is evidence of it, too.
SELECT pg_temp.look('first status', 1, 'Il-76 [5,5]') \g /dev/null
:derive
SELECT pg_temp.look('first status', 5, '') \g /dev/null
:derive
SELECT pg_temp.look('first status', 9, 'Il-76 [1,1] ready') \g /dev/null
:derive
SELECT pg_temp.look('first class', 1, 'transport [5,5]') \g /dev/null
:derive
SELECT pg_temp.look('first class', 5, '') \g /dev/null
:derive
SELECT pg_temp.look('first class', 9, 'Il-76 [1,1]') \g /dev/null
:derive
SELECT pg_temp.look('first above', 1, 'Il-76 [1,1] #F1') \g /dev/null
:derive
SELECT pg_temp.look('first above', 5, '') \g /dev/null
:derive
SELECT pg_temp.look('first above', 9, 'transport [1,1] ready #F1') \g /dev/null
:derive
SELECT pg_temp.look('first sheltered', 1, '') \g /dev/null
:derive
INSERT INTO shelter (installation_id, asset_class_id, hidden_max) SELECT installation_id, asset_class_id, 2 FROM installation i, asset_class c WHERE i.name = 'first sheltered' AND c.name = 'transport';
:derive
SELECT pg_temp.look('first sheltered', 5, 'Il-76 [2,2]', false), pg_temp.look('first sheltered', 5, '') \g /dev/null
:derive
UPDATE shelter SET hidden_max = 1 WHERE hidden_max = 2 AND installation_id = (SELECT installation_id FROM installation WHERE name = 'first sheltered');
:derive
SELECT pg_temp.look('first sheltered', 9, 'An-124 [1,1]') \g /dev/null
:derive
SELECT pg_temp.look('again below', 1, 'transport [1,1] ready') \g /dev/null
:derive
SELECT pg_temp.look('again below', 5, '') \g /dev/null
:derive
SELECT pg_temp.look('again below', 9, 'Il-76 [1,1] ready') \g /dev/null
:derive

-- What is told no longer is counted no longer, also where it had been seen by what lies below it.
SELECT pg_temp.look('told no longer', 1, 'Il-76 [1,1] ready #N1') \g /dev/null
:derive
SELECT pg_temp.look('told no longer', 3, ''), pg_temp.look('told no longer', 5, '') \g /dev/null
:derive
SELECT pg_temp.look('told no longer', 7, 'transport [0,0] ready; transport [0,1] #N1') \g /dev/null
:derive
SELECT pg_temp.look('told no longer', 9, ''), pg_temp.look('told no longer', 11, '') \g /dev/null
:derive
DELETE FROM sighting WHERE installation_id = (SELECT installation_id FROM installation WHERE name = 'told no longer') AND pg_catalog.lower(count) = 0;
:derive
SELECT pg_temp.look('never more', 1, 'Il-76 [0,0] ready; Il-76 [0,1] 0.4', false) \g /dev/null
:derive
DELETE FROM sighting WHERE installation_id = (SELECT installation_id FROM installation WHERE name = 'never more');
:derive
SELECT pg_temp.look('never more', 3, 'transport [2,2]') \g /dev/null
:derive
SELECT pg_temp.look('told below', 1, 'Il-76 [1,1] ready #B1'), pg_temp.look('told below', 2, 'transport [1,1] ready #B1'), pg_temp.look('told below', 3, 'Il-76 [1,1] ready #B1') \g /dev/null
:derive
DELETE FROM sighting WHERE installation_id = (SELECT installation_id FROM installation WHERE name = 'told below') AND asset_class_id = 2;
:derive

SELECT plan((SELECT count(*) FROM told)::integer + (SELECT count(*) FROM stay)::integer + 11);
SELECT is(pg_temp.evidence(place), evidence, why) FROM told ORDER BY n;
SELECT is(pg_temp.stays(place), stays, why) FROM stay ORDER BY n;
SELECT is_empty('SELECT * FROM verify(thorough => true)', 'the derivation says so too');
SELECT is_empty('SELECT * FROM verify()', 'and so does a derivation from scratch');
SELECT is_empty($$SELECT i.name, c.name, e.status, e.designation, e.until, e.count_min, nullif(e.count_max, 2147483647)
	FROM evidence_in_sql() e JOIN installation i USING (installation_id) JOIN asset_class c USING (asset_class_id) WHERE e.contradicts
	EXCEPT SELECT installation, asset_class, status, designation, observed_at, count_min, count_max FROM conflict$$, 'what contradicts is listed');

-- Wrong rows, one of each kind.
CREATE FUNCTION pg_temp.wrong(statement text, installation text DEFAULT NULL, thorough boolean DEFAULT true) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE statement;
	SELECT coalesce(string_agg(format('%s %s%s%s: %s', v.installation, v.asset_class, ' ' || v.status, ' #' || v.designation, v.problem), ', '
		ORDER BY v.installation, v.problem DESC), 'nothing') INTO found
	FROM verify(wrong.installation, wrong.thorough) v;
	RAISE 'undone' USING ERRCODE = 'U0000';
EXCEPTION WHEN SQLSTATE 'U0000' THEN
	RETURN found;
END
$$;
SELECT is(pg_temp.wrong(format($$UPDATE presence SET run = presence(not_seen_at(run), first_seen(run), %s, location(run), %s)
	WHERE installation_id = (SELECT installation_id FROM installation WHERE name = 'plain') AND count_min(run) = 2$$, times, count)),
	'plain ship: unfounded, plain ship: missing', why)
FROM (VALUES ('last_seen(run), gone_by(run)', '3', 'a wrong count'), ('last_seen(run), timestamptz ''2024-01-09Z''', '2', 'a wrong time'),
	('first_seen(run), gone_by(run)', '2', 'a last look that is not the last')) AS w(times, count, why);
SELECT is(pg_temp.wrong($$DELETE FROM presence WHERE designation = 'T2'; INSERT INTO presence (installation_id, asset_class_id, run) SELECT installation_id, asset_class_id, run FROM presence WHERE status = 'loading' AND asset_class_id = 2$$),
	'number Il-76 #T2: missing, status transport: unfounded', 'a stay that is not there, and one of another subject');
SELECT is(pg_temp.wrong($$DELETE FROM subject WHERE kind = 'status' AND label = 'loading' AND asset_class_id = 3$$), 'status Il-76 loading: missing subject', 'a subject that is not noted');
SELECT is(pg_temp.wrong($$DELETE FROM presence WHERE status IS NULL$$, 'torn'), 'torn ship: missing, torn ship: missing', 'of one installation');
SELECT is(pg_temp.wrong($$DELETE FROM presence WHERE status IS NULL$$, 'torn', false), 'torn ship: missing, torn ship: missing', 'by either way');
SELECT throws_ok($$SELECT * FROM verify('nowhere')$$, '22S07', NULL, 'of one that there is');
SELECT * FROM finish();
ROLLBACK;
