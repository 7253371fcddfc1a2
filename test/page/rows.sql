-- What the reports say between every two looks of a ledger, and from before the first, in every
-- mode, by class, by status and of individuals: what a page must say. psql -v ledger=NAME
-- Each line: from, to, mode, by, then the columns of the row, parted by "|".
\pset format unaligned
\pset tuples_only on
\pset fieldsep '|'
\pset null ''
SET TimeZone = 'UTC';
SET search_path = :"ledger", public;

WITH moment AS MATERIALIZED (
    SELECT at, row_number() OVER (ORDER BY at) AS n
    FROM (SELECT observed_at AS at FROM observation WHERE retracted_at IS NULL
          UNION SELECT min(observed_at) - interval '1 microsecond' FROM observation WHERE retracted_at IS NULL) AS look
)
SELECT extract(epoch FROM f.at) AS f, extract(epoch FROM t.at) AS t, mode, by, c.installation, c.class_path, c.status, c.designation,
       c.count_before_min, c.count_before_max, c.count_after_min, c.count_after_max, c.change_min, c.change_max, c.verdict, c.certain,
       extract(epoch FROM c.before_looked_at), extract(epoch FROM c.after_looked_at), array_to_string(c.doubt, ' '), c.before_look, c.after_look
FROM moment AS f
JOIN moment AS t ON f.n < t.n
CROSS JOIN unnest(ARRAY['last_known', 'certain', 'possible']) AS mode
CROSS JOIN unnest(ARRAY['class', 'status', 'individual']) AS by
CROSS JOIN LATERAL changes_between(f.at, t.at, mode => mode, by => by) AS c
WHERE by = 'class' OR EXISTS (SELECT FROM subject WHERE kind = by);

SELECT 'turnover', extract(epoch FROM f.at) AS f, extract(epoch FROM t.at) AS t, by, c.installation, c.class_path, c.status, c.designation,
       c.came_min, c.left_min, c.looks
FROM (SELECT DISTINCT observed_at AS at FROM observation WHERE retracted_at IS NULL) AS f
JOIN (SELECT DISTINCT observed_at AS at FROM observation WHERE retracted_at IS NULL) AS t ON f.at < t.at
CROSS JOIN unnest(ARRAY['class', 'individual']) AS by
CROSS JOIN LATERAL turnover_between(f.at, t.at, by => by) AS c
WHERE by = 'class' OR EXISTS (SELECT FROM subject WHERE kind = by);
