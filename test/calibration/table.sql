-- The results as a Markdown table, a row a run; by what was counted, of looks that are what they
-- say; and in three lines for README.
SET search_path = calibration, public;

CREATE TEMP VIEW cell AS
SELECT run_id, words, what, place, coalesce(wrong, 0) || ' of ' || coalesce(said, 0)
	|| CASE WHEN wrong > 0 THEN format(' (%s%%)', round(100.0 * wrong / said, 1)) ELSE '' END AS share
FROM run
CROSS JOIN unnest('{certain word,certain number,told,turnover,last known,departed,certain departed,naive departed}'::text[])
	WITH ORDINALITY AS asked (what, place)
LEFT JOIN (SELECT run_id, what, sum(said) AS said, sum(wrong) AS wrong FROM result GROUP BY run_id, what) AS result USING (run_id, what);

\echo '| how often false: | verdict of a certain change | its numbers | count told by one look | turnover | last known change, at the dates | last known `departed`, and one stayed | certain `departed`, and one stayed | naive `departed`, and one stayed |'
\echo '|---|--:|--:|--:|--:|--:|--:|--:|--:|'
SELECT format('| %s | %s |', words, string_agg(share, ' | ' ORDER BY place)) FROM cell GROUP BY run_id, words ORDER BY run_id;
\echo
\echo '| every look as declared, by | verdict of a certain change | its numbers | count told by one look | turnover |'
\echo '|---|--:|--:|--:|--:|'
SELECT format('| %s | %s |', by, string_agg(wrong || ' of ' || said, ' | ' ORDER BY place))
FROM unnest('{certain word,certain number,told,turnover}'::text[]) WITH ORDINALITY AS asked (what, place)
JOIN result USING (what)
WHERE run_id = 0
GROUP BY by
ORDER BY by;
\echo
SELECT format('naive: said `departed` though one was there all the time: %s', share) FROM cell WHERE run_id = 0 AND what = 'naive departed';
SELECT format('ours: said `departed` though one was there all the time: last known %s, certain %s',
	string_agg(share, '') FILTER (WHERE what = 'departed'), string_agg(share, '') FILTER (WHERE what = 'certain departed'))
FROM cell WHERE run_id = 0;
SELECT format('certain changes, false in word: %s, in number: %s; counts told by one look, false: %s; turnover, false: %s',
	string_agg(share, '') FILTER (WHERE what = 'certain word'), string_agg(share, '') FILTER (WHERE what = 'certain number'),
	string_agg(share, '') FILTER (WHERE what = 'told'), string_agg(share, '') FILTER (WHERE what = 'turnover'))
FROM cell WHERE run_id = 0;
