-- Part two: ILLUSTRATIVE. None of these looks took place and nothing in them was
-- reported by anyone; they are here to show what a ledger makes of
--
--   5 December   a complete look at the air base: one Ka-52 fit to fly, one An-32, one
--                An-72, no heavy transport
--  10 December   a look through clouds: only the An-72 could be made out
--  16 December   a 3 m image searched for helicopters, none reported; at 3 m nobody could
--                have told one
--  20 December   a complete look: the heavy transports are gone, one An-32 and the An-72
--                remain, and the Ka-52, dismantled
--
-- Only the complete looks of the 5th and the 20th can say that something was not there. The
-- looks of the 10th and the 16th are kept as what they are, and change nothing.

SET search_path = :"ledger", public;

BEGIN;

INSERT INTO source (name, kind) VALUES ('ILLUSTRATIVE, not real', 'example');

INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, cloud_cover, note)
SELECT installation_id, source_id, look.observed_at::timestamptz, look.completeness, look.scope::ltree[],
       look.gsd_m, look.cloud_cover, 'ILLUSTRATIVE: ' || look.note
FROM (VALUES
        ('2024-12-05 09:00+00', 'complete', '{aircraft,air_defence}', 0.5, 0, 'all of the base, clear'),
        ('2024-12-10 09:00+00', 'partial', '{}', 0.5, 80, 'through clouds'),
        ('2024-12-16 09:00+00', 'complete', '{aircraft.helicopter}', 3, 0, 'searched for helicopters, at 3 m'),
        ('2024-12-20 09:00+00', 'complete', '{aircraft,air_defence}', 0.5, 0, 'all of the base, clear')
    ) AS look (observed_at, completeness, scope, gsd_m, cloud_cover, note)
JOIN installation ON installation.name = 'Khmeimim'
JOIN source ON source.name = 'ILLUSTRATIVE, not real';

INSERT INTO sighting (installation_id, observation_id, asset_class_id, status, count)
SELECT installation_id, observation_id, asset_class_id, seen.status, seen.count::int4range
FROM (VALUES
        ('2024-12-05 09:00+00', 'Ka-52', 'operational', '[1,1]'),
        ('2024-12-05 09:00+00', 'An-32', NULL, '[1,1]'),
        ('2024-12-05 09:00+00', 'An-72', NULL, '[1,1]'),
        ('2024-12-05 09:00+00', 'S-400 component', NULL, '[4,4]'),
        ('2024-12-10 09:00+00', 'An-72', NULL, '[1,1]'),
        ('2024-12-20 09:00+00', 'Ka-52', 'dismantled', '[1,1]'),
        ('2024-12-20 09:00+00', 'An-32', NULL, '[1,1]'),
        ('2024-12-20 09:00+00', 'An-72', NULL, '[1,1]')
    ) AS seen (observed_at, class, status, count)
JOIN installation ON installation.name = 'Khmeimim'
JOIN observation USING (installation_id)
JOIN asset_class ON asset_class.name = seen.class
WHERE observation.observed_at = seen.observed_at::timestamptz;

COMMIT;

RESET search_path;
