-- The truth table as data, which the C unit test reads as well; test/cases/change.py says
-- how it is made without the extension.
SET timezone = 'UTC';
SET datestyle = 'ISO';

CREATE TABLE change_case (
    line int GENERATED ALWAYS AS IDENTITY (START WITH 2), kind text, p_text text, w_text text,
    arrived bool, departed bool, stayed bool, passed bool, changed bool, present bool,
    verdict text, verdicts text[], there_from bool, there_to bool,
    p presence GENERATED ALWAYS AS (p_text::presence) STORED,
    w watch GENERATED ALWAYS AS (w_text::watch) STORED
);
\copy change_case (kind, p_text, w_text, arrived, departed, stayed, passed, changed, present, verdict, verdicts, there_from, there_to) FROM 'test/cases/change.tsv' (FORMAT csv, DELIMITER E'\t', QUOTE E'\b', NULL '\N', HEADER)
SELECT kind, count(*) AS cases FROM change_case GROUP BY ROLLUP (kind) ORDER BY kind;

-- each value is printed as it is written there
SELECT line FROM change_case WHERE p::text <> p_text OR w::text <> w_text ORDER BY line;

-- where an operator, its function or its commutator does not give what is expected: nowhere
SELECT line, what, expected, found
FROM change_case c, LATERAL (VALUES
    ('@+', c.arrived, p @+ w), ('arrived', c.arrived, arrived(p, w)),
    ('@-', c.departed, p @- w), ('departed', c.departed, departed(p, w)),
    ('@=', c.stayed, p @= w), ('stayed', c.stayed, stayed(p, w)),
    ('@~', c.passed, p @~ w), ('passed', c.passed, passed(p, w)),
    ('<~>', c.changed, p <~> w), ('changed', c.changed, changed(p, w)), ('<~> swapped', c.changed, w <~> p),
    ('&&', c.present, p && w), ('present_during', c.present, present_during(p, w)), ('&& swapped', c.present, w && p),
    ('verdict', true, verdict(p, w) IS NOT DISTINCT FROM c.verdict),
    ('verdicts', true, verdicts(p, w) IS NOT DISTINCT FROM c.verdicts)) AS v(what, expected, found)
WHERE expected IS DISTINCT FROM found ORDER BY line, what;

-- there at an instant: @> is last_known without a limit of age
SELECT line, what, expected, found
FROM change_case c, LATERAL (VALUES
    ('@> from', c.there_from, p @> from_date(w)), ('presence_contains from', c.there_from, presence_contains(p, from_date(w))),
    ('@> to', c.there_to, p @> to_date(w)), ('<@ to', c.there_to, to_date(w) <@ p)) AS v(what, expected, found)
WHERE mode(w) = 'last_known' AND max_age(w) IS NULL AND expected IS DISTINCT FROM found ORDER BY line, what;

-- and inventory reads it in each mode
SELECT line, bool_and(there_from) AS there_from, inventory(p, from_date(w), mode(w), max_age(w)) AS inventory_from,
    bool_and(there_to) AS there_to, inventory(p, to_date(w), mode(w), max_age(w)) AS inventory_to
FROM change_case GROUP BY line
HAVING bool_and(there_from) IS DISTINCT FROM (upper(inventory(p, from_date(w), mode(w), max_age(w))) > 1)
    OR bool_and(there_to) IS DISTINCT FROM (upper(inventory(p, to_date(w), mode(w), max_age(w))) > 1) ORDER BY line;

-- in binary the values travel unchanged
CREATE TABLE copied (line int, p presence, w watch);
\copy (SELECT line, p, w FROM change_case) TO 'results/change_cases.bin' (FORMAT binary)
\copy copied FROM 'results/change_cases.bin' (FORMAT binary)
SELECT count(*) AS same FROM copied JOIN change_case c USING (line) WHERE copied.p = c.p AND copied.w::text = c.w_text;
DROP TABLE copied, change_case;
