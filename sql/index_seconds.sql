-- Keys of inner pages hold whole seconds, moved outwards, and what a question implies of one time
-- follows from the others: many rows within one second, before and after 2000 and where a
-- page's seconds begin, so that the bounds of a page lie as near to the questions as the rows.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET client_min_messages = warning;
\set ECHO none
\i test/cases/index_rows.sql
\set ECHO all
CREATE TABLE instant AS
SELECT i, timestamptz '2000-01-01Z' + (i - 1500) * interval '2.6 milliseconds' AS t FROM generate_series(1, 3000) AS i
UNION ALL SELECT i, timestamptz '1931-12-13 20:45:52Z' FROM generate_series(3001, 3600) AS i;
CREATE TABLE s AS SELECT format('1 POINT(%s 10)@%s', CASE WHEN i > 3000 THEN 15 ELSE i % 7 END, t)::sighting AS seen FROM instant;
CREATE TABLE p AS
SELECT presence(t - (i % 3) * interval '20 milliseconds' - interval '1 microsecond', t, t + (i % 5) * interval '1 millisecond',
                CASE WHEN i % 4 > 0 THEN t + (i % 4) * interval '40 milliseconds' ELSE 'infinity' END, ST_SetSRID(ST_MakePoint(i % 7, 10), 4326), 1) AS run
FROM instant WHERE i <= 3000
UNION ALL
SELECT presence('-infinity', t, t, CASE WHEN i % 2 = 0 THEN t + interval '1 microsecond' ELSE 'infinity' END, ST_SetSRID(ST_MakePoint(15, 10), 4326), 1)
FROM instant WHERE i > 3000;
CREATE TABLE p_time AS TABLE p;
CREATE INDEX ON s USING gist (seen);
CREATE INDEX ON p USING gist (run);
CREATE INDEX ON p_time USING gist (run presence_gist_time_ops);
TRUNCATE question;
INSERT INTO question (id, w)
SELECT row_number() OVER (), watch(d1, d1 + span, ST_MakeEnvelope(0, 0, 20, 20, 4326), mode, age)
FROM (SELECT timestamptz '2000-01-01Z' + i * interval '126.2 milliseconds' AS d1 FROM generate_series(-32, 32) AS i
      UNION ALL VALUES (timestamptz '1931-12-01Z'), ('1931-12-13 20:45:51.5Z'), ('1931-12-13 20:45:52Z'), ('1931-12-13 20:45:53Z')) AS d,
     unnest('{1 microsecond,90 milliseconds}'::interval[]) AS span,
     (VALUES ('last_known', NULL::interval), ('last_known', '30 milliseconds'), ('last_known', '2 seconds'), ('certain', NULL), ('possible', NULL)) AS m(mode, age);
INSERT INTO operator VALUES ('&&', 'q.w');
SELECT * FROM compare_index('s', 'seen');
INSERT INTO operator SELECT unnest('{<~>,@+,@-,@=,@~}'::text[]), 'q.w';
SELECT op, missed, made_up FROM compare_index('p', 'run');
SELECT op, missed, made_up FROM compare_index('p_time', 'run');
DROP TABLE instant, s, p, p_time, question, operator;
DROP FUNCTION random_row, some_sightings, some_presences, compare_index, scan_of;
