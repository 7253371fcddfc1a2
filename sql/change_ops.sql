-- the operators and their functions, on one presence of every kind around one question
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'iso_8601';

CREATE TABLE kind (name text PRIMARY KEY, p presence);
INSERT INTO kind VALUES
    ('arrived', '2 POINT(36 35)@(2024-12-06 00:00:00Z, [2024-12-08 00:00:00Z, 2024-12-15 00:00:00Z], infinity)'),
    ('departed', '3 POINT(36 35)@(-infinity, [2024-12-01 00:00:00Z, 2024-12-06 00:00:00Z], 2024-12-08 00:00:00Z)'),
    ('stayed', '1 POINT(36 35)@(2024-11-01 00:00:00Z, [2024-12-01 00:00:00Z, 2024-12-15 00:00:00Z], infinity)'),
    ('passed', '5 POINT(36 35)@(2024-12-06 00:00:00Z, [2024-12-07 00:00:00Z, 2024-12-07 00:00:00Z], 2024-12-08 00:00:00Z)'),
    ('before', '1 POINT(36 35)@(2024-11-01 00:00:00Z, [2024-11-02 00:00:00Z, 2024-11-03 00:00:00Z], 2024-12-05 00:00:00Z)'),
    ('after', '1 POINT(36 35)@(2024-12-13 00:00:00Z, [2024-12-14 00:00:00Z, 2024-12-15 00:00:00Z], infinity)'),
    ('arrived, perhaps', '2 POINT(36 35)@(2024-12-01 00:00:00Z, [2024-12-08 00:00:00Z, 2024-12-09 00:00:00Z], 2024-12-20 00:00:00Z)'),
    ('first look', '2 POINT(36 35)@(-infinity, [2024-12-08 00:00:00Z, 2024-12-15 00:00:00Z], infinity)'),
    ('elsewhere', '2 POINT(40 35)@(2024-12-06 00:00:00Z, [2024-12-08 00:00:00Z, 2024-12-15 00:00:00Z], infinity)');

\set box 'ST_MakeEnvelope(35, 34, 37, 36, 4326)'
SELECT mode, name, p <~> w AS "<~>", p @+ w AS "@+", p @- w AS "@-", p @= w AS "@=", p @~ w AS "@~", p && w AS "&&",
       verdict(p, w), verdicts(p, w)
FROM kind, (VALUES ('last_known'), ('certain'), ('possible')) AS m(mode),
LATERAL watch('2024-12-05Z', '2024-12-13Z', :box, mode) AS w
ORDER BY mode, name;

-- each operator has a function of the same meaning, and the swapped forms agree
SELECT count(*) AS cases,
       count(*) FILTER (WHERE (p <~> w) <> changed(p, w) OR (p @+ w) <> arrived(p, w) OR (p @- w) <> departed(p, w)
           OR (p @= w) <> stayed(p, w) OR (p @~ w) <> passed(p, w) OR (p && w) <> present_during(p, w)
           OR (w <~> p) <> (p <~> w) OR (w && p) <> (p && w)
           OR (p @> from_date(w)) <> presence_contains(p, from_date(w)) OR (from_date(w) <@ p) <> (p @> from_date(w))) AS differ
FROM kind, (VALUES ('last_known'), ('certain'), ('possible')) AS m(mode),
LATERAL watch('2024-12-05Z', '2024-12-13Z', NULL, mode) AS w;

-- there at an instant
SELECT name, p @> '2024-12-05Z'::timestamptz AS "5", p @> '2024-12-08Z'::timestamptz AS "8",
       p @> '-infinity'::timestamptz AS "-inf", p @> 'infinity'::timestamptz AS inf
FROM kind ORDER BY name;

-- max_age: a last-known reading does not outlive its evidence; other modes do not rest on it
SELECT mode, age, verdict(p, watch('2024-12-16Z', '2024-12-25Z', NULL, mode, age))
FROM kind, (VALUES ('last_known'), ('certain'), ('possible')) AS m(mode), (VALUES (NULL::interval), ('1 day'), ('5 days'), ('10 days')) AS a(age)
WHERE name = 'arrived' ORDER BY mode, age NULLS FIRST;

-- boxes over the antimeridian, and the two names of that meridian
SELECT lon, p && watch('2024-12-05Z', '2024-12-13Z', 170, -20, -170, 20) AS wrapping,
       p && watch('2024-12-05Z', '2024-12-13Z', 170, -20, 180, 20) AS west_of,
       p && watch('2024-12-05Z', '2024-12-13Z', -180, -20, -170, 20) AS east_of,
       p && watch('2024-12-05Z', '2024-12-13Z', -170, -20, 170, 20) AS other_side
FROM (VALUES (169.9999999), (170), (179), (180), (-180), (-179), (-170), (-169.9999999)) AS l(lon),
LATERAL presence('-infinity', '2024-12-08Z', '2024-12-09Z', 'infinity', ST_SetSRID(ST_MakePoint(lon, 0), 4326), 1) AS p;

-- NULLs
SELECT NULL::presence <~> watch('2024-12-05Z', '2024-12-13Z') AS p, p <~> NULL::watch AS w, p @> NULL AS at FROM kind WHERE name = 'arrived';

-- no operator of ours has a question mark, which JDBC would take for a parameter
SELECT count(*) FROM pg_operator o JOIN pg_depend d ON d.objid = o.oid AND d.classid = 'pg_operator'::regclass
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_sightings' WHERE oprname LIKE '%?%';
DROP TABLE kind;
