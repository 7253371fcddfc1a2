SELECT * FROM LEDGER.observation
SELECT * FROM LEDGER.sighting
SELECT * FROM LEDGER.presence
SELECT * FROM LEDGER.subject
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', by => 'status')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', by => 'individual', mode => 'possible')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', mode => 'certain')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', installation => 'place 3', max_age => '5 days')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', area => 'SRID=4326;POLYGON((1.5 49, 4.5 49, 4.5 51, 1.5 51, 1.5 49))')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', total => 'air')
SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', known_at => now() - interval '1 hour')
SELECT * FROM LEDGER.changes_since(now() - interval '1 hour')
SELECT * FROM LEDGER.between_looks(n => 2)
SELECT * FROM LEDGER.turnover('2024-01-03', '2024-01-25')
SELECT * FROM LEDGER.told_between()
SELECT * FROM LEDGER.evidence('place 2', VARIADIC ARRAY(SELECT observation_id FROM LEDGER.observation))
SELECT * FROM LEDGER.persistence()
SELECT * FROM LEDGER.inventory('2024-01-15')
SELECT * FROM LEDGER.inventory('2024-01-15', by => 'status', mode => 'possible')
SELECT * FROM LEDGER.inventory('2024-01-15', by => 'individual', max_age => '4 days')
SELECT * FROM LEDGER.airlift('2024-01-15')
SELECT * FROM LEDGER.timeline('2024-01-02', '2024-01-28', '3 days')
SELECT * FROM LEDGER.coverage('2024-01-02', '2024-01-28')
SELECT * FROM LEDGER.stale('2024-01-28', '2 days')
SELECT * FROM LEDGER.movements('2024-01-02', '2024-01-28')
SELECT * FROM LEDGER.track('T1')
SELECT * FROM LEDGER.expected_count('2024-01-15')
SELECT * FROM LEDGER.verify(thorough => true)
SELECT * FROM LEDGER.conflict
SELECT * FROM LEDGER.presence_flat
SELECT * FROM LEDGER.current_inventory
SELECT * FROM LEDGER.observation_flat
SELECT * FROM LEDGER.latest_observation
SELECT * FROM LEDGER.change_log
SELECT * FROM LEDGER.stay_interval2
SELECT * FROM LEDGER.dwc_event
SELECT * FROM LEDGER.sighting_place
SELECT LEDGER.changes_geojson('2024-01-05', '2024-01-20')
