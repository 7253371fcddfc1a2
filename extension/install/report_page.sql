
/*
 * a ledger as a page: one HTML file with all that a reader needs to ask what changed, and no
 * server behind it
 *
 * The page holds the looks, and what each told of every subject as told_between() has it, and
 * answers in the browser (extension/page/answers.js). So nothing here, and nothing there, says what
 * a look proves. page_template() and page_coast() are made of extension/page/ when this script is.
 * Data go into the template as JSON; of what stands in them, "<" alone means something to HTML.
 */
CREATE FUNCTION page_map(lons float8[], lats float8[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000
BEGIN ATOMIC
    -- all but the widest gap, so that places on both sides of the antimeridian lie together
    WITH place AS (
        SELECT lon, pg_catalog.lead(lon) OVER (ORDER BY lon) AS next, pg_catalog.min(lon) OVER () AS first
        FROM pg_catalog.unnest(lons) AS lon
    ), range AS (
        SELECT coalesce(next, first + float8 '360') AS west, lon + float8 '360' AS east
        FROM place
        ORDER BY coalesce(next, first + float8 '360') - lon DESC, lon
        LIMIT 1
    ), middle AS (
        SELECT (west + east) / float8 '2' - CASE WHEN west + east > float8 '360' THEN float8 '360' ELSE float8 '0' END AS x,
               (south + north) / float8 '2' AS y, (east - west) / float8 '2' AS half_x, (north - south) / float8 '2' AS half_y,
               greatest(cosd((south + north) / float8 '2'), float8 '0.1') AS narrow
        FROM range CROSS JOIN (
            SELECT pg_catalog.min(lat) AS south, pg_catalog.max(lat) AS north FROM pg_catalog.unnest(lats) AS lat) AS height
    ), shown AS (
        -- (half sizes in degrees of latitude; the coast is no finer than two degrees across)
        SELECT x, y, narrow, greatest(half_x * narrow * float8 '1.2', float8 '0.8') AS half_x, greatest(half_y * float8 '1.2', float8 '0.8') AS half_y
        FROM middle
    ), clip AS (
        -- wider than the view of any screen
        SELECT x, y, half_x, half_y, narrow, greatest(half_x, half_y * float8 '2.2') / narrow AS wide, greatest(half_y, half_x * float8 '2.2') AS high
        FROM shown
    ), land AS (
        SELECT pg_catalog.string_agg(ST_AsSVG(ST_SnapToGrid(piece.geom, piece.grid), 1, CASE WHEN piece.grid < float8 '0.01' THEN 3 ELSE 2 END), ' ') AS path
        FROM clip
        CROSS JOIN (VALUES (float8 '-360'), (0), (360)) AS turn (by)
        CROSS JOIN LATERAL (
            SELECT part.geom, greatest(float8 '0.001', greatest(half_x, half_y) / float8 '2000') AS grid
            FROM ST_Dump(ST_ClipByBox2D(ST_Translate(ST_GeomFromTWKB(page_coast()), turn.by, float8 '0'),
                    ST_MakeEnvelope(x - wide, y - high, x + wide, y + high)::box2d)) AS whole
            CROSS JOIN LATERAL (SELECT ST_Simplify(whole.geom, greatest(half_x, half_y) / float8 '200') AS geom) AS part
            WHERE ST_Area(whole.geom) > power(greatest(half_x, half_y) / float8 '80', float8 '2')
        ) AS piece
        WHERE x + turn.by * float8 '-1' BETWEEN float8 '-180' - wide AND float8 '180' + wide AND NOT ST_IsEmpty(piece.geom)
    )
    SELECT pg_catalog.concat('[', pg_catalog.concat_ws(',', round(x::numeric, 6), round(y::numeric, 6), round(narrow::numeric, 6),
                                                       round(half_x::numeric, 6), round(half_y::numeric, 6)),
                             ',', coalesce(pg_catalog.to_json(land.path)::text, '""'), ']')
    FROM clip CROSS JOIN land;
END;
COMMENT ON FUNCTION page_map(float8[], float8[]) IS
    'internal: the map of a page that shows these places, given by longitudes and latitudes in degrees: a JSON array of its middle, the width of a degree there, its half sizes in degrees of latitude, and the land around as the data of an SVG path in degrees';

CREATE FUNCTION page_is_small(bytes bigint) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF bytes > 5000000 THEN
        RAISE EXCEPTION 'too much for one page: at least % MB', round(bytes / 1e6, 1)
            USING ERRCODE = 'program_limit_exceeded', DETAIL = 'A page holds at most 5 MB.',
                HINT = 'Narrow it by area, installation, asset, since or until.';
    END IF;
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION page_is_small(bigint) IS
    'internal: true, or error 54000 for more bytes than a page may have';

CREATE FUNCTION page_fill(title text, data text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    -- (what stands in the title or in the data is not looked at again)
    SELECT pg_catalog.concat(replace(split_part(code.html, '@DATA@', 1), '@TITLE@', replace(replace(title, '&', '&amp;'), '<', '&lt;')),
                             replace(data, '<', '\u003c'), split_part(code.html, '@DATA@', 2))
    FROM page_template() AS code (html)
    WHERE page_is_small(octet_length(data)::bigint);
END;
COMMENT ON FUNCTION page_fill(text, text) IS
    'internal: the template of a page with a title and data (JSON) in it; error 54000 if it would have more than 5 MB';

CREATE FUNCTION report_page_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE OR REPLACE FUNCTION LEDGER.page(
        from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL, area geometry DEFAULT NULL,
        installation text DEFAULT NULL, asset text DEFAULT NULL,
        since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, note text DEFAULT NULL)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000
BEGIN ATOMIC
    WITH site AS MATERIALIZED (
        SELECT s.installation_id, s.name, s.kind, ST_X(s.location) AS lon, ST_Y(s.location) AS lat,
               row_number() OVER (ORDER BY s.name, s.installation_id) - 1 AS n
        FROM LEDGER.installation AS s
        WHERE (page.area IS NULL OR ST_Intersects(page.area, s.location))
            AND (page.installation IS NULL OR s.installation_id = (SELECT ledger_installation_named(LEDGER_TABLE, page.installation)))
            AND ledger_arguments_are_known(LEDGER_TABLE, coalesce(page.since, '4714-11-24 00:00:00+00 BC'), coalesce(page.until, '294276-12-31 23:59:59.999999+00'),
                                           NULL::text, NULL::interval, page.area, page.installation, page.asset, NULL::text, NULL::float8)
            AND ledger_arguments_are_known(LEDGER_TABLE, coalesce(page.from_time, '4714-11-24 00:00:00+00 BC'), coalesce(page.to_time, '294276-12-31 23:59:59.999999+00'),
                                           NULL::text, NULL::interval, NULL::geometry, NULL::text, NULL::text, NULL::text, NULL::float8)
    ), class AS MATERIALIZED (
        SELECT c.asset_class_id, c.name, c.path, ltree2text(c.path) AS path_text, c.keep_total,
               EXISTS (SELECT FROM LEDGER.asset_class AS d WHERE d.path <@ c.path AND d.asset_class_id <> c.asset_class_id) AS has_below,
               row_number() OVER (ORDER BY ltree2text(c.path) COLLATE pg_catalog."C") - 1 AS n
        FROM LEDGER.asset_class AS c
    ), told AS MATERIALIZED (
        -- (after an exact count it does not matter what was carried before: see model/answers.h)
        SELECT * FROM (
            SELECT site.n AS site, class.n AS class, kind.n AS kind, coalesce(t.status, t.designation) AS label,
                   t.observed_from AS began, t.observed_at AS at, t.count_min, t.count_max, pg_catalog.array_to_string(t.doubt, ' ') AS doubt, t.look,
                   pg_catalog.max(t.observed_at) FILTER (WHERE t.count_min = t.count_max AND t.observed_at <= page.since)
                       OVER (PARTITION BY site.n, class.n, kind.n, coalesce(t.status, t.designation)) AS last_exact
            FROM (VALUES (0, text 'class'), (1, 'status'), (2, 'individual')) AS kind (n, by)
            CROSS JOIN LATERAL LEDGER.told_between(NULL, page.until, page.area, page.installation, page.asset, by => kind.by) AS t
            -- (left joins, here and below: the planner takes what a CTE joins for few rows, and then loops)
            LEFT JOIN site ON site.name = t.installation
            LEFT JOIN class ON class.path_text = t.class_path
            -- nothing is read where there are too many looks
            WHERE page_is_small((
                SELECT count(*) * 40
                FROM LEDGER.observation AS o
                JOIN site ON site.installation_id = o.installation_id
                WHERE o.retracted_at IS NULL AND (page.since IS NULL OR o.observed_at >= page.since)
                    AND (page.until IS NULL OR o.observed_at <= page.until)))
        ) AS all_told
        WHERE last_exact IS NULL OR at >= last_exact
    ), look AS MATERIALIZED (
        SELECT site.n AS site, o.observation_id, o.observed_at AS at, coalesce(o.observed_from, o.observed_at) AS began, o.completeness,
               o.source_id, o.gsd_m, o.cloud_cover, o.scope, o.note, o.url,
               row_number() OVER (ORDER BY o.observed_at, site.n, o.observation_id) - 1 AS n
        FROM LEDGER.observation AS o
        JOIN site ON site.installation_id = o.installation_id
        WHERE o.retracted_at IS NULL AND (page.until IS NULL OR o.observed_at <= page.until)
            AND (page.since IS NULL OR o.observed_at >= page.since OR o.observation_id IN (SELECT told.look FROM told))
    ), instant AS MATERIALIZED (
        SELECT at, row_number() OVER (ORDER BY at) - 1 AS n
        FROM (SELECT at FROM look UNION SELECT began FROM look UNION SELECT at FROM told UNION SELECT began FROM told) AS mark
    ), seen AS MATERIALIZED (
        SELECT site.n AS site, class.n AS class, s.status, s.designation, pg_catalog.min(o.observed_at) AS at
        FROM LEDGER.sighting AS s
        JOIN site ON site.installation_id = s.installation_id
        JOIN LEDGER.observation AS o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id
        LEFT JOIN class ON class.asset_class_id = s.asset_class_id
        WHERE s.retracted_at IS NULL AND o.retracted_at IS NULL AND (page.until IS NULL OR o.observed_at <= page.until)
        GROUP BY site.n, class.n, s.status, s.designation
    ), doubts AS MATERIALIZED (
        SELECT said.doubt, row_number() OVER (ORDER BY said.doubt) - 1 AS n FROM (SELECT DISTINCT told.doubt FROM told) AS said
    ), subject AS MATERIALIZED (
        -- what was told of each, and when it was first sighted
        SELECT one.site, one.class, one.kind, one.label, pg_catalog.min(one.seen) AS seen,
               pg_catalog.string_agg(one.told, ',' ORDER BY one.at) AS told
        FROM (
            SELECT told.site, told.class, told.kind, told.label, NULL::timestamptz AS seen, told.at,
                   pg_catalog.concat_ws(',', at.n, began.n, told.count_min, coalesce(told.count_max, -1), doubts.n, coalesce(look.n, elsewhere.n, -1)) AS told
            FROM told
            LEFT JOIN instant AS at ON at.at = told.at
            LEFT JOIN instant AS began ON began.at = told.began
            LEFT JOIN doubts ON doubts.doubt = told.doubt
            LEFT JOIN look ON look.observation_id = told.look AND look.site = told.site
            -- an individual may have been seen at another place meanwhile
            LEFT JOIN (SELECT look.observation_id, look.at, pg_catalog.min(look.n) AS n FROM look GROUP BY look.observation_id, look.at) AS elsewhere
                ON elsewhere.observation_id = told.look AND elsewhere.at = told.at
            UNION ALL
            SELECT seen.site, seen.class, 0, NULL, seen.at, NULL, NULL FROM seen
            UNION ALL
            SELECT seen.site, class.n, 0, NULL, seen.at, NULL, NULL FROM seen
            LEFT JOIN class AS below ON below.n = seen.class
            JOIN class ON class.keep_total AND below.path <@ class.path
            UNION ALL
            SELECT seen.site, seen.class, 1, seen.status, seen.at, NULL, NULL FROM seen WHERE seen.status IS NOT NULL
            UNION ALL
            SELECT seen.site, seen.class, 2, seen.designation, seen.at, NULL, NULL FROM seen WHERE seen.designation IS NOT NULL
        ) AS one
        GROUP BY one.site, one.class, one.kind, one.label
        HAVING pg_catalog.count(one.told) > 0
    )
    SELECT page_fill(name.ledger, pg_catalog.concat('{"ledger":', pg_catalog.to_json(name.ledger),
        ',"made":', trim_scale(extract(epoch FROM pg_catalog.now())),
        ',"from":', coalesce(trim_scale(extract(epoch FROM page.from_time))::text, 'null'),
        ',"to":', coalesce(trim_scale(extract(epoch FROM page.to_time))::text, 'null'),
        ',"since":', coalesce(trim_scale(extract(epoch FROM page.since))::text, 'null'),
        ',"note":', coalesce(pg_catalog.to_json(page.note)::text, 'null'),
        ',"map":', (SELECT coalesce(page_map(pg_catalog.array_agg(site.lon), pg_catalog.array_agg(site.lat)), 'null') FROM site),
        E',\n"times":[', (SELECT pg_catalog.string_agg(trim_scale(extract(epoch FROM instant.at))::text, ',' ORDER BY instant.n) FROM instant),
        E'],\n"sites":[', (SELECT pg_catalog.string_agg(pg_catalog.concat('[', pg_catalog.to_json(site.name), ',', coalesce(pg_catalog.to_json(site.kind)::text, 'null'), ',',
            site.lon, ',', site.lat, ']'), E',\n' ORDER BY site.n) FROM site),
        E'],\n"classes":[', (SELECT pg_catalog.string_agg(pg_catalog.concat('[', pg_catalog.to_json(class.name), ',', pg_catalog.to_json(class.path_text), ',', class.has_below::int, ']'),
            E',\n' ORDER BY class.n) FROM class),
        E'],\n"sources":{', (SELECT pg_catalog.string_agg(pg_catalog.concat('"', source.source_id, '":', pg_catalog.to_json(source.name)), E',\n' ORDER BY source.source_id)
            FROM LEDGER.source WHERE source.source_id IN (SELECT look.source_id FROM look)),
        E'},\n"looks":[', (SELECT pg_catalog.string_agg(pg_catalog.concat('[', look.site, ',', at.n, ',', began.n, ',', (look.completeness = 'complete')::int, ',', look.source_id, ',',
            look.observation_id, ',', coalesce(look.gsd_m::text, 'null'), ',', coalesce(look.cloud_cover::text, 'null'),
            CASE WHEN look.note IS NOT NULL OR look.url IS NOT NULL OR pg_catalog.cardinality(look.scope) > 0 THEN pg_catalog.concat(',',
                pg_catalog.to_json(pg_catalog.array_to_string(look.scope, ', ')), ',', coalesce(pg_catalog.to_json(look.note)::text, 'null'), ',', coalesce(pg_catalog.to_json(look.url)::text, 'null')) END, ']'), E',\n' ORDER BY look.n)
            FROM look LEFT JOIN instant AS at ON at.at = look.at LEFT JOIN instant AS began ON began.at = look.began),
        E'],\n"notes":[', (SELECT pg_catalog.string_agg(pg_catalog.concat('[', look.n, ',', class.n, ',', pg_catalog.to_json(pg_catalog.concat_ws(' ',
            count_text(pg_catalog.lower(s.count), pg_catalog.upper(s.count) - 1), class.name, s.status, s.designation)), ',', pg_catalog.to_json(s.note), ']'), E',\n' ORDER BY look.n, class.n, s.sighting_id)
            FROM LEDGER.sighting AS s
            JOIN site ON site.installation_id = s.installation_id
            JOIN look ON look.observation_id = s.observation_id AND look.site = site.n
            JOIN class ON class.asset_class_id = s.asset_class_id
            WHERE s.retracted_at IS NULL AND s.note IS NOT NULL),
        E'],\n"doubts":[', (SELECT pg_catalog.string_agg(pg_catalog.to_json(doubts.doubt)::text, ',' ORDER BY doubts.n) FROM doubts),
        E'],\n"subjects":[', (SELECT pg_catalog.string_agg(pg_catalog.concat('[', subject.site, ',', subject.class, ',', subject.kind, ',',
            coalesce(pg_catalog.to_json(subject.label)::text, 'null'), ',',
            -- (sighted before all looks of the page, or never)
            coalesce(instant.n, CASE WHEN subject.seen IS NULL THEN -1 ELSE 0 END), ',[', subject.told, ']]'), E',\n' ORDER BY subject.site, subject.class, subject.kind, subject.label)
            FROM subject LEFT JOIN instant ON instant.at = subject.seen),
        E'],\n"words":', (SELECT pg_catalog.json_object_agg(words.word, words.meaning) FROM report_words() AS words WHERE words.about IN ('verdict of a change', 'doubt')),
        '}'))
    FROM (SELECT n.nspname::text AS ledger FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
          WHERE c.oid = LEDGER_TABLE::oid) AS name;
END;
COMMENT ON FUNCTION LEDGER.page(timestamptz, timestamptz, geometry, text, text, timestamptz, timestamptz, text) IS
    'the ledger as one HTML page that answers what changed between any two looks, needs no server and fetches nothing: map, changes, who looked. It opens with the looks told last by from_time and to_time (by default the last look, and the first by which half of the places had been looked at). area chooses installations by their location; since and until, which looks it holds, beside what was known at since; note is shown above the answer. psql -XAtq with PGCLIENTENCODING=UTF8 writes it. Errors 22S01, 22S05, 22S06, 22S07; 54000 for more than 5 MB'
$sql$);
END;
$create$;
COMMENT ON FUNCTION report_page_create(name) IS
    'part of create_ledger: page()';
