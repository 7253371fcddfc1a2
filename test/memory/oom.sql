-- What is tried while memory runs out: every kind of work that allocates in our code or for it.
SELECT count(*) FROM p WHERE run <~> watch('2024-03-01Z', '2024-09-01Z', 170, -60, -100, 60, 'possible')
SELECT run FROM p ORDER BY run <-> 'SRID=4326;POINT(10 50)' LIMIT 20
SELECT cardinality(presences(sighting('2024-01-01Z'::timestamptz + i * interval '1 hour', i % 360 - 180, 0, i % 3, NULL))) FROM generate_series(1, 50000) AS i
SELECT net_change(run, watch('2024-03-01Z', '2024-09-01Z')), inventory(run, '2024-06-01Z') FROM p
SELECT count(*) FROM p WHERE changed_between(run, '2024-03-01Z', '2024-09-01Z', ST_Buffer('SRID=4326;POINT(10 50)'::geometry, 60, 1000))
CREATE TABLE q AS TABLE p; CREATE INDEX ON q USING gist (run); CREATE INDEX ON q USING brin (run); CREATE INDEX ON q (run); DROP TABLE q
ANALYZE p
SELECT run::text::presence, first_seen(run), location(run), count_range(run) FROM p LIMIT 1000
SELECT * FROM syria.changes('2024-12-05', '2024-12-13')
SELECT * FROM syria.changes('2024-12-05', '2024-12-20', mode => 'possible', known_at => now())
SELECT * FROM syria_illustrated.between_looks(n => 2), syria_illustrated.changes_since('2024-12-01')
SELECT * FROM syria_illustrated.inventory('2024-12-20', ST_MakeEnvelope(35, 34, 37, 36, 4326), max_age => '2 days')
SELECT count(*) FROM syria_illustrated.timeline('2024-12-01', '2024-12-20', '1 minute', installation => 'Khmeimim', asset => 'aircraft')
SELECT * FROM syria_illustrated.turnover('2024-12-05', '2024-12-20'), syria_illustrated.persistence()
SELECT e.* FROM syria.changes('2024-12-05', '2024-12-13') AS c, LATERAL syria.evidence(c.installation, c.after_look) AS e
SELECT * FROM syria.changes('2024-12-05', '2024-12-13', installation => 'Khmeimin')
SELECT * FROM report_words(), syria.conflict
SELECT count(*) FROM syria.verify()
UPDATE syria.sighting SET count = count WHERE sighting_id = 1; UPDATE syria.sighting SET confidence = confidence / 1.0001
SELECT syria.rederive()
BEGIN; UPDATE syria.sighting SET count = int4range(lower(count) + 1, upper(count) + 1) WHERE designation IS NULL; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK
