-- Asks the reports of the ledger `looks`, loaded by run :run, and holds them against the truth:
-- what looks told against the truth at their instants (of one that lasted: at one of those that it
-- may have shown), what is last known against the truth at the dates.
SET search_path = looks, calibration, public;
ANALYZE;

CREATE TEMP TABLE change AS
SELECT pair.*, mode, by, label(status, designation) AS label, c.installation, c.asset_class, c.verdict, c.certain,
	c.count_before_min, c.count_before_max, c.count_after_min, c.count_after_max, c.change_min, c.change_max,
	c.before_looked_at, c.after_looked_at
FROM pair, unnest('{last_known,certain,possible}'::text[]) AS mode, unnest('{class,status,individual}'::text[]) AS by,
	changes(from_date, to_date, mode => mode, by => by) AS c;

CREATE TEMP TABLE stock AS
SELECT mode, by, label(status, designation) AS label, i.installation, i.asset_class, i.count_min, i.count_max,
	i.told_min, i.told_max, i.looked_at
FROM pair, unnest('{last_known,certain,possible}'::text[]) AS mode, unnest('{class,status,individual}'::text[]) AS by,
	inventory(to_date, mode => mode, by => by) AS i;

CREATE TEMP TABLE flow AS
SELECT by, label(status, designation) AS label, t.installation, t.asset_class, t.came_min, t.left_min,
	t.from_looked_at, t.to_looked_at
FROM pair, unnest('{class,status,individual}'::text[]) AS by, turnover(from_date, to_date, by => by) AS t
WHERE t.came_min + t.left_min > 0;

-- when the looks that ended at an instant began
CREATE TEMP TABLE span AS
SELECT site.name AS installation, observed_at AS at, min(coalesce(observed_from, observed_at)) AS since
FROM observation
JOIN installation AS site USING (installation_id)
GROUP BY site.name, observed_at;
CREATE INDEX ON span (at, installation);

-- (What was seen of an individual elsewhere is told by a look there.)
CREATE FUNCTION pg_temp.began(installation text, at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
RETURN coalesce((SELECT since FROM span WHERE span.at = began.at AND span.installation = began.installation),
                (SELECT min(since) FROM span WHERE span.at = began.at), at);

-- What was said, once however often, and whether it holds (null, of what there is no truth: no).
CREATE TEMP TABLE claim (what text, by text, said text, holds boolean);

CREATE TEMP VIEW of_looks AS
SELECT c.*, true_between(installation, asset_class, label, pg_temp.began(installation, before_looked_at), before_looked_at) AS before,
	true_between(installation, asset_class, label, pg_temp.began(installation, after_looked_at), after_looked_at) AS after
FROM change AS c;

CREATE TEMP VIEW of_dates AS
SELECT c.*, b.n AS before, a.n AS after
FROM change AS c
LEFT JOIN LATERAL true_at(installation, asset_class, label, day_end(from_date)) AS b ON true
LEFT JOIN LATERAL true_at(installation, asset_class, label, day_end(to_date)) AS a ON true;

INSERT INTO claim
SELECT 'certain word', by, (installation, asset_class, label, before_looked_at, after_looked_at, verdict)::text,
	EXISTS (SELECT FROM unnest(before) AS b, unnest(after) AS a WHERE holds(verdict, b, a))
FROM of_looks WHERE certain
UNION ALL
SELECT 'certain number', by, (installation, asset_class, label, before_looked_at, after_looked_at,
		count_before_min, count_before_max, count_after_min, count_after_max, change_min, change_max)::text,
	EXISTS (SELECT FROM unnest(before) AS b, unnest(after) AS a
		WHERE holds(count_before_min, count_before_max, b) AND holds(count_after_min, count_after_max, a)
			AND holds(coalesce(change_min, a - b), change_max, a - b))
FROM of_looks WHERE certain
UNION ALL
-- in mode possible both numbers are what one look told
SELECT 'told', by, (installation, asset_class, label, before_looked_at, count_before_min, count_before_max)::text,
	EXISTS (SELECT FROM unnest(before) AS n WHERE holds(count_before_min, count_before_max, n))
FROM of_looks WHERE mode = 'possible' AND count_before_min IS NOT NULL
UNION ALL
SELECT 'told', by, (installation, asset_class, label, after_looked_at, count_after_min, count_after_max)::text,
	EXISTS (SELECT FROM unnest(after) AS n WHERE holds(count_after_min, count_after_max, n))
FROM of_looks WHERE mode = 'possible' AND count_after_min IS NOT NULL
UNION ALL
SELECT 'last known', by, (pair_id, installation, asset_class, label, verdict)::text, holds(verdict, before, after)
FROM of_dates WHERE mode = 'last_known' AND count_before_min IS NOT NULL AND holds(verdict, 0, 0) IS NOT NULL
UNION ALL
-- wrong if one of those that were there is still there
SELECT kind, by, (pair_id, installation, asset_class, label)::text,
	NOT stayed(installation, asset_class, label, day_end(from_date), day_end(to_date))
FROM change, unnest(CASE WHEN certain THEN '{departed,certain departed}' ELSE '{departed}' END::text[]) AS kind
WHERE mode = 'last_known' AND verdict = 'departed' AND by = 'class';

-- in the two other modes the count itself is what one look told
INSERT INTO claim
SELECT 'told', by, (installation, asset_class, label, looked_at, told_min, told_max)::text,
	EXISTS (SELECT FROM unnest(true_between(installation, asset_class, label, pg_temp.began(installation, looked_at), looked_at)) AS n
		WHERE holds(told_min, told_max, n) AND (mode = 'last_known' OR holds(count_min, count_max, n)))
FROM stock;

INSERT INTO claim
SELECT 'turnover', by, flow::text, came_min <= until.came - since.came AND left_min <= until.gone - since.gone
FROM flow
LEFT JOIN LATERAL true_at(installation, asset_class, label, pg_temp.began(installation, from_looked_at)) AS since ON true
LEFT JOIN LATERAL true_at(installation, asset_class, label, to_looked_at) AS until ON true;

-- Who reads the last look alone, takes it for complete, and what is not in it for gone: how often
-- would that be wrong? (What the later look tells more or less closely is not even taken for gone.)
INSERT INTO claim
WITH look AS MATERIALIZED (
	SELECT pair.*, site.installation_id, site.name AS installation,
		(SELECT observation_id FROM observation AS o WHERE o.installation_id = site.installation_id
			AND observed_at <= day_end(from_date) ORDER BY observed_at DESC LIMIT 1) AS before,
		(SELECT observation_id FROM observation AS o WHERE o.installation_id = site.installation_id
			AND observed_at <= day_end(to_date) ORDER BY observed_at DESC LIMIT 1) AS after
	FROM pair, installation AS site
), shown AS (
	SELECT installation_id, observation_id, path, class.name AS asset_class
	FROM sighting
	JOIN asset_class AS class USING (asset_class_id)
	WHERE lower(count) > 0
)
SELECT 'naive departed', 'class', (pair_id, installation, asset_class)::text,
	NOT stayed(installation, asset_class, '', day_end(from_date), day_end(to_date))
FROM look
JOIN shown ON shown.installation_id = look.installation_id AND observation_id = before
WHERE NOT EXISTS (SELECT FROM shown AS later
	WHERE later.installation_id = look.installation_id AND later.observation_id = after
		AND (later.path @> shown.path OR later.path <@ shown.path));

INSERT INTO result
SELECT :run, what, by, count(DISTINCT said), count(DISTINCT said) FILTER (WHERE holds IS NOT TRUE) FROM claim GROUP BY what, by;
