-- Part one: what was reported, and nothing else.
--
-- On 13 December 2024 commercial satellites (Maxar, Planet Labs) imaged the Khmeimim air
-- base near Latakia, Syria: two An-124 heavy transports, one with its nose cone lifted,
-- three Il-76, three An-32, one An-72, a Ka-52 helicopter being taken apart, parts of an
-- S-400 air-defence unit. Media showed two frigates off the Tartus naval base.
--
-- The press tells what was seen; it does not claim that nothing else was there. So every
-- observation is `partial` and its scope is empty: "two An-124" is at least two, and what
-- is not mentioned is not known to be absent. Reports name a day, not an hour; noon UTC
-- stands for it. No day is named for the frigates; they are taken as of the same day.

SELECT create_ledger(:'ledger');
SET search_path = :"ledger", public;

BEGIN;

INSERT INTO source (name, kind) VALUES
    ('press on Maxar and Planet Labs images', 'press'),
    ('media on Tartus', 'press');

-- positions: general knowledge, not from the reports
INSERT INTO installation (name, kind, location) VALUES
    ('Khmeimim', 'air base', ST_SetSRID(ST_MakePoint(35.9487, 35.4008), 4326)),
    ('Tartus', 'naval base', ST_SetSRID(ST_MakePoint(35.874, 34.915), 4326));

-- The 150 t of an An-124 are the story's; the other payloads (rounded), and the coarsest
-- pixel at which a class can be told, are general knowledge. Of a class that has others below
-- it some are missed as soon as the smallest of them are.
INSERT INTO asset_class (path, name, aliases, payload_t, max_gsd_m) VALUES
    ('aircraft',                         'aircraft',          '{}',        NULL, 1),
    ('aircraft.transport',               'transport',         '{}',        NULL, 2),
    ('aircraft.transport.heavy.an124',   'An-124',            '{Ruslan}',   150, 5),
    ('aircraft.transport.heavy.il76',    'Il-76',             '{}',          50, 4),
    ('aircraft.transport.light.an72',    'An-72',             '{}',          10, 2),
    ('aircraft.transport.light.an32',    'An-32',             '{}',         6.7, 2),
    ('aircraft.helicopter',              'helicopter',        '{}',        NULL, 1),
    ('aircraft.helicopter.attack.ka52',  'Ka-52',             '{Alligator}', NULL, 1),
    ('air_defence.s400',                 'S-400 component',   '{}',        NULL, 1),
    ('ship.frigate',                     'frigate',           '{}',        NULL, 10);

INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, note)
SELECT installation_id, source_id, '2024-12-13 12:00+00', 'partial', '{}', look.note
FROM (VALUES
        ('Khmeimim', 'press on Maxar and Planet Labs images', 'satellite images of 13 December 2024'),
        ('Tartus', 'media on Tartus', 'shown by media; day assumed')
    ) AS look (installation, source, note)
JOIN installation ON installation.name = look.installation
JOIN source ON source.name = look.source;

-- no location: at the installation
INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count, location, note)
SELECT installation_id, observation_id, asset_class_id, seen.status, seen.count::int4range, seen.location, seen.note
FROM (VALUES
        ('Khmeimim', 'An-124', NULL, '[2,2]', NULL::geometry, 'one with its nose cone lifted'),
        ('Khmeimim', 'Il-76', NULL, '[3,3]', NULL, NULL),
        ('Khmeimim', 'An-32', NULL, '[3,3]', NULL, NULL),
        ('Khmeimim', 'An-72', NULL, '[1,1]', NULL, NULL),
        ('Khmeimim', 'Ka-52', 'dismantled', '[1,1]', NULL, 'being taken apart'),
        ('Khmeimim', 'S-400 component', NULL, '[1,)', NULL, 'parts of a unit; how many was not said'),
        ('Tartus', 'frigate', NULL, '[2,2]', ST_SetSRID(ST_MakePoint(35.80, 34.93), 4326),
         'off the base, not in it; the point is a guess')
    ) AS seen (installation, class, status, count, location, note)
JOIN installation ON installation.name = seen.installation
JOIN observation USING (installation_id)
JOIN asset_class ON asset_class.name = seen.class;

COMMIT;

RESET search_path;
