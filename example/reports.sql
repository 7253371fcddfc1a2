-- The reports of the example; load khmeimim.sql first.

\set QUIET on
\pset footer off
\pset null ''
SET TimeZone = 'UTC';

\echo
\echo 'How to read counts: 2 is two, "2.." at least two, "0..1" none or one, "?" not known.'
\echo 'certain: two looks told the verdict and both numbers. Of the gap between two looks nothing is.'
\echo
\echo '==================== Part one: what the press reported ===================='
\echo
\echo '1. What changed between 5 and 13 December 2024?'
\echo '   The ledger holds no look before the 13th: all are first looks, and nothing is said'
\echo '   to have arrived.'
\echo
SELECT installation, asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain
FROM syria.changes('2024-12-05', '2024-12-13')
ORDER BY installation, class_path;

\echo '   What is not known about these rows:'
\echo
SELECT unknown AS what_is_not_known, count(*) AS rows
FROM syria.changes('2024-12-05', '2024-12-13'), string_to_table(what_is_not_known, '; ') AS unknown
GROUP BY unknown
ORDER BY unknown;

\echo '2. What was there at the end of 13 December, and who says so?'
\echo
SELECT installation, asset_class AS class, count_text(count_min, count_max) AS count, state, sources
FROM syria.inventory('2024-12-13')
ORDER BY installation, class_path;

\echo '3. How many tonnes could the transports seen there lift together?'
\echo
SELECT installation, on_date, payload_min_t AS at_least,
       coalesce(payload_max_t::text, 'not known') AS at_most, carriers
FROM syria.airlift('2024-12-13');

\echo '====== Part two: ILLUSTRATIVE looks are added; none of them took place ======'
\echo
\echo '4. From the complete look of 5 December to the images of 13 December: now that'
\echo '   somebody had looked before, they arrived. Two looks told it, so it is certain.'
\echo
SELECT asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain,
       before_looked_at::date, after_looked_at::date, what_is_not_known
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00', installation => 'Khmeimim')
ORDER BY class_path;

\echo '   A class counts all that is below it. Transports of whatever type:'
\echo
SELECT asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00', installation => 'Khmeimim',
                                       total => 'transport');

\echo '5. From the images of 13 December to the complete look of 20 December: the heavy'
\echo '   transports left.'
\echo
SELECT asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain
FROM syria_illustrated.changes_between('2024-12-13 12:00+00', '2024-12-20 09:00+00', installation => 'Khmeimim')
ORDER BY class_path;

\echo '   Why one row is not certain: the images of the 13th told of at least one, that there'
\echo '   were four the look of the 5th. What the two looks prove, mode "certain" says:'
\echo
SELECT mode, asset_class AS class, count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain, what_is_not_known
FROM (VALUES ('last_known'), ('certain')) AS modes (mode),
     syria_illustrated.changes_between('2024-12-13 12:00+00', '2024-12-20 09:00+00', asset => 'S-400 component', mode => mode);

\echo '6. The helicopter is in none of these tables: as last known, one Ka-52 was there all the'
\echo '   time. What state it was in, by => ''status'' tells:'
\echo
SELECT day, asset_class AS class, status, count_text(count_min, count_max) AS count
FROM (VALUES (date '2024-12-05'), ('2024-12-13'), ('2024-12-20')) AS days (day),
     syria_illustrated.inventory(day, asset => 'Ka-52', by => 'status')
ORDER BY day;

SELECT asset_class AS class, status,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain, what_is_not_known
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-20 09:00+00', asset => 'Ka-52', by => 'status')
ORDER BY status;

\echo '7. From one complete look to the other, 5 to 20 December. "varied" says that there was'
\echo '   another number of An-32 in between.'
\echo
SELECT asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, CASE WHEN certain THEN 'yes' ELSE 'no' END AS certain
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-20 09:00+00', installation => 'Khmeimim')
ORDER BY class_path;

\echo '   What came and went in between is in neither picture. At least so many did:'
\echo
SELECT asset_class AS class, came_min AS came, left_min AS "left", looks
FROM syria_illustrated.turnover_between('2024-12-05 09:00+00', '2024-12-20 09:00+00', installation => 'Khmeimim')
ORDER BY class_path;

\echo '8. Two looks that showed less and prove nothing: clouds on 10 December, a 3 m pixel'
\echo '   on 16 December. Changes that the ledger reports from the look before to them:'
\echo
SELECT look, (SELECT count(*) FROM syria_illustrated.changes(look - days, look)) AS changes
FROM (VALUES (date '2024-12-10', 5), ('2024-12-16', 3)) AS looks (look, days);

\echo '9. So no row is no proof that nothing changed from the 5th to the 10th. What nobody'
\echo '   looked at again, and what the look of the 10th leaves open:'
\echo
SELECT asset_class AS class,
       count_text(count_before_min, count_before_max) AS before,
       count_text(count_after_min, count_after_max) AS after,
       verdict, what_is_not_known
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-10 09:00+00', installation => 'Khmeimim',
                                       mode => 'possible')
ORDER BY class_path;

\echo '10. Tonnes that the transports present at the end of each of these days could lift:'
\echo
SELECT on_date, lift.installation, payload_min_t AS at_least,
       coalesce(payload_max_t::text, 'not known') AS at_most, carriers
FROM (VALUES (date '2024-12-05'), ('2024-12-13'), ('2024-12-20')) AS days (day)
CROSS JOIN LATERAL syria_illustrated.airlift(day) AS lift
ORDER BY on_date;

\echo '11. What stands behind "An-124, 0 to 2.., arrived"?'
\echo
SELECT e.observed_at::date AS look, e.completeness, e.scope, e.source, e.asset_class AS class, e.status,
       count_text(e.count_min, e.count_max) AS count, e.note
FROM syria_illustrated.changes_between('2024-12-05 09:00+00', '2024-12-13 12:00+00', asset => 'An-124') AS c
CROSS JOIN LATERAL syria_illustrated.evidence(c.installation, c.before_look, c.after_look) AS e
ORDER BY e.observed_at, e.class_path;
