-- the order, equality and hash
SELECT amname, opcname, amvalidate(c.oid)
FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE opcintype = 'presence'::regtype AND opcname IN ('presence_ops', 'presence_hash_ops') ORDER BY 1, 2;

CREATE TABLE p AS
SELECT i, presence(
    CASE WHEN i % 7 = 0 THEN '-infinity' ELSE '2024-01-01Z'::timestamptz + i % 10 * interval '1 hour' END,
    '2024-01-02Z'::timestamptz + i * 7919 % 50 * interval '1 hour',
    '2024-01-05Z'::timestamptz + i * 104729 % 3 * interval '1 hour',
    CASE WHEN i % 5 = 0 THEN 'infinity' ELSE '2024-01-06Z'::timestamptz + i % 11 * interval '1 hour' END,
    ST_SetSRID(ST_MakePoint(i % 13, i % 17), 4326), 1 + i % 3) AS p
FROM generate_series(1, 3000) AS i;

-- the order is the order of the fields
SELECT count(*) AS out_of_order
FROM (SELECT p, lag(p) OVER (ORDER BY first_seen(p), gone_by(p), last_seen(p), not_seen_at(p), lon(p), lat(p), count_min(p), count_max(p)) AS previous FROM p) AS x
WHERE NOT previous <= p;
SELECT count(*) AS cases,
       count(*) FILTER (WHERE (a.p < b.p) <> (presence_cmp(a.p, b.p) < 0) OR (a.p <= b.p) <> (presence_cmp(a.p, b.p) <= 0)
           OR (a.p = b.p) <> (presence_cmp(a.p, b.p) = 0) OR (a.p <> b.p) <> (presence_cmp(a.p, b.p) <> 0)
           OR (a.p >= b.p) <> (presence_cmp(a.p, b.p) >= 0) OR (a.p > b.p) <> (presence_cmp(a.p, b.p) > 0)
           OR (a.p = b.p) <> (a.p::text = b.p::text)
           OR (a.p = b.p AND (presence_hash(a.p) <> presence_hash(b.p) OR presence_hash_extended(a.p, 42) <> presence_hash_extended(b.p, 42)))) AS wrong
FROM p a, p b WHERE a.i <= 100 AND b.i % 20 = 0;

CREATE INDEX ON p (p);
SET enable_seqscan = off;
SELECT md5(string_agg(p::text, chr(10))) = (SELECT md5(string_agg(p::text, chr(10))) FROM (SELECT p FROM p ORDER BY first_seen(p), gone_by(p), last_seen(p), not_seen_at(p), lon(p), lat(p), count_min(p), count_max(p)) AS y) AS same_order
FROM (SELECT p FROM p ORDER BY p) AS x;
SELECT i FROM p WHERE p = (SELECT p FROM p WHERE i = 42);
SET enable_seqscan = on;
SELECT count(DISTINCT p) = count(DISTINCT p::text) AS same FROM p;

DROP TABLE p;

