-- BRIN on presence and sighting: an index says what a sequential scan says
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;

SELECT opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE amname = 'brin' AND opcintype IN ('presence'::regtype, 'sighting'::regtype) ORDER BY opcname;

\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
-- every third question: ranges answer slowly
DELETE FROM question WHERE id % 3 > 0;
INSERT INTO operator VALUES ('<~>', 'q.w'), ('@+', 'q.w'), ('@-', 'q.w'), ('@=', 'q.w'), ('@~', 'q.w'), ('&&', 'q.w'), ('@>', 'q.at');

CREATE TABLE p AS SELECT * FROM some_presences(1, 5000) ORDER BY first_seen(run);
-- autovacuum would summarize before we do
ALTER TABLE p SET (autovacuum_enabled = off);
INSERT INTO p SELECT i, NULL FROM generate_series(0, -500, -1) AS i;
CREATE INDEX p_brin ON p USING brin (run) WITH (pages_per_range = 1);
SELECT * FROM compare_index('p', 'run');

-- rows added to summarized ranges, to new ones, and summarized then
INSERT INTO p SELECT * FROM some_presences(5001, 6000);
DELETE FROM p WHERE i % 5 = 0;
VACUUM p;
INSERT INTO p SELECT * FROM some_presences(6001, 9000);
SELECT * FROM compare_index('p', 'run');
SELECT brin_summarize_new_values('p_brin') > 0 AS summarized;
SELECT * FROM compare_index('p', 'run');
SELECT brin_desummarize_range('p_brin', 0);
SELECT * FROM compare_index('p', 'run') WHERE missed > 0 OR made_up > 0;

-- it skips what is out of time: a stretch at the end of a table in order of time
CREATE TABLE ordered AS
SELECT presence('-infinity', t, t + interval '1 hour', t + interval '1 day', ST_SetSRID(ST_MakePoint(i % 40, i % 30), 4326), 1) AS run
FROM generate_series(1, 20000) AS i, LATERAL (SELECT '2024-01-01Z'::timestamptz + i * interval '1 minute') AS x(t);
CREATE INDEX ON ordered USING brin (run) WITH (pages_per_range = 4);
SET enable_seqscan = off;
CREATE FUNCTION blocks(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
    RETURN plan->0->'Plan'->>'Lossy Heap Blocks';
END
$$;
SELECT blocks($$SELECT * FROM ordered WHERE run <~> '[2024-01-10 00:00:00Z, 2024-01-10 01:00:00Z]'$$) * 5
       < pg_relation_size('ordered') / current_setting('block_size')::int AS skips;
RESET enable_seqscan;

-- sightings
TRUNCATE operator;
INSERT INTO operator VALUES ('&&', 'q.w');
CREATE TABLE s AS SELECT * FROM some_sightings(1, 5000) ORDER BY observed_at(seen);
CREATE INDEX ON s USING brin (seen) WITH (pages_per_range = 2);
SELECT * FROM compare_index('s', 'seen');
INSERT INTO s SELECT * FROM some_sightings(5001, 6000);
SELECT * FROM compare_index('s', 'seen');

DROP TABLE p, ordered, s, question, operator;
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of, blocks;
