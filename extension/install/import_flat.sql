
/*
 * imports of a ledger: one flat file
 *
 * A line for each count: site, date, class, count, and whatever else. The first line names the
 * columns, in any order; those that say nothing to a ledger are passed over, and named in the
 * result. So the table that takes a file has one column, a line of it: COPY never finds a column
 * too many. Lines of one site and one date (or of one survey_id) are one look. A line that names
 * no site and no date that can be read belongs to a look, but to which? Then no look of the file
 * proves that something was not there.
 */
CREATE FUNCTION import_lines(file text) RETURNS TABLE (n bigint, last bigint, cells text[])
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 1000
BEGIN ATOMIC
    WITH line AS (
        SELECT l.n, l.line, length(l.line) - length(replace(l.line, '"', '')) AS quotes
        FROM string_to_table(replace(replace(regexp_replace(file, '^[^\x01-\x7f]+', ''), E'\r\n', E'\n'), E'\r', E'\n'), E'\n') WITH ORDINALITY AS l (line, n)
    ),
    -- a record begins where no quotes are open
    begun AS (
        SELECT l.*, (sum(l.quotes) OVER (ORDER BY l.n ROWS UNBOUNDED PRECEDING) - l.quotes::bigint) % 2::bigint = 0::bigint AS begins FROM line AS l
    ),
    record AS (
        SELECT min(l.n) AS n, max(l.n) AS last, string_agg(l.line, E'\n' ORDER BY l.n) AS line
        FROM (SELECT b.*, count(*) FILTER (WHERE b.begins) OVER (ORDER BY b.n ROWS UNBOUNDED PRECEDING) AS record FROM begun AS b) AS l
        GROUP BY l.record
        HAVING btrim(string_agg(l.line, ''), E' \t,;') <> ''
    ),
    separator AS (
        SELECT s.mark, '"(?:[^"]|"")*"|[^"' || s.mark || ']*' AS cell
        FROM (SELECT r.line FROM record AS r ORDER BY r.n LIMIT 1) AS header
        CROSS JOIN (VALUES (',', 1), (';', 2), (E'\t', 3)) AS s (mark, preference)
        ORDER BY length(header.line) - length(replace(header.line, s.mark, '')) DESC, s.preference
        LIMIT 1)
    SELECT r.n, r.last, CASE
        WHEN strpos(r.line, '"') = 0 THEN string_to_array(r.line, s.mark)
        WHEN r.line || s.mark ~ ('^((' || s.cell || ')' || s.mark || ')*$') THEN ARRAY(
            SELECT CASE WHEN c.found[1] LIKE '"%' THEN replace(substr(c.found[1], 2, length(c.found[1]) - 2), '""', '"') ELSE c.found[1] END
            FROM regexp_matches(r.line || s.mark, '(' || s.cell || ')' || s.mark, 'g') WITH ORDINALITY AS c (found, place)
            ORDER BY c.place)
        END
    FROM record AS r CROSS JOIN separator AS s
    ORDER BY r.n;
END;
COMMENT ON FUNCTION import_lines(text) IS
    'internal: the records of a CSV file, with the numbers of their first and last line; cells are separated as in the first; NULL: quotes that are not closed, or stand within a cell';

CREATE FUNCTION import_column(header text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT c.name
    FROM (VALUES
        ('site', '{site,sitename,name,place,locality,installation}'), ('site_id', '{siteid,locationid}'), ('survey_id', '{surveyid,eventid}'),
        ('date', '{date,day,datetime,observedat,eventdate,timestamp}'), ('time', '{time,eventtime}'), ('from', '{observedfrom}'),
        ('class', '{class,assetclass,type,species,scientificname}'), ('count', '{count,n,number,quantity,individualcount}'),
        ('status', '{status}'), ('designation', '{designation}'), ('complete', '{complete}'), ('part', '{part,sex,age,lifestage}'),
        ('lon', '{lon,lng,long,longitude,x,decimallongitude}'), ('lat', '{lat,latitude,y,decimallatitude}'), ('kind', '{kind}')) AS c (name, words)
    WHERE regexp_replace(lower(header), '[^a-z0-9]', '', 'g') = ANY (c.words::text[]);
END;
COMMENT ON FUNCTION import_column(text) IS
    'internal: which column of a flat file a header names; NULL: none';

CREATE FUNCTION import_degrees(said text) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE WHEN said ~ '^[-+]?\d{1,4}([.,]\d{0,30})?$' THEN replace(said, ',', '.')::float8 WHEN said <> '' THEN 'NaN'::float8 END;
END;
COMMENT ON FUNCTION import_degrees(text) IS
    'internal: degrees, with a decimal point or comma; NaN: something else; NULL: nothing';

CREATE FUNCTION import_flat_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE TABLE IF NOT EXISTS %1$I.flat (
    n bigint GENERATED ALWAYS AS IDENTITY,
    line text
);
COMMENT ON TABLE %1$I.flat IS
    'to be filled by COPY for import_flat(): a CSV file, line by line: (line) FROM ''FILE.csv'' WITH (FORMAT csv, DELIMITER E''\x01'', QUOTE E''\x02'')';

CREATE OR REPLACE FUNCTION %1$I.import_flat(source text, scope text[] DEFAULT NULL, file text DEFAULT NULL, time_zone text DEFAULT NULL,
                                             new_classes boolean DEFAULT false)
    RETURNS SETOF %1$I.import_row
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path FROM CURRENT
    SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
    headers text[];
    header text;
    names text[];
    wrong bigint;
BEGIN
    PERFORM ledger_writes(pg_catalog.format('%%I.ledger', %1$L)::pg_catalog.regclass);
    -- an undoing waits for this load, or this for it; imports come one after the other
    LOCK TABLE %1$I.load IN ROW EXCLUSIVE MODE;
    LOCK TABLE %1$I.imported IN SHARE UPDATE EXCLUSIVE MODE;
    CREATE TEMP TABLE pg_sightings_kept ON COMMIT DROP AS
    SELECT f.n AS kept_n, pg_catalog.row_number() OVER (ORDER BY f.n) AS n, f.line FROM %1$I.flat AS f WHERE import_flat.file IS NULL;
    CREATE TEMP TABLE pg_sightings_line ON COMMIT DROP AS
    SELECT l.n, l.last, l.cells, NULL::text AS survey_id
    FROM import_lines(coalesce(import_flat.file, (SELECT pg_catalog.string_agg(coalesce(k.line, ''), E'\n' ORDER BY k.n) FROM pg_temp.pg_sightings_kept AS k))) AS l;
    SELECT l.cells INTO headers FROM pg_temp.pg_sightings_line AS l ORDER BY l.n LIMIT 1;
    names := ARRAY(SELECT coalesce(import_column(h.header), '') FROM pg_catalog.unnest(headers) WITH ORDINALITY AS h (header, place) ORDER BY h.place);
    FOREACH header IN ARRAY '{date,class,count,site}'::text[] LOOP
        IF header <> ALL (names) AND NOT (header = 'site' AND 'site_id' = ANY (names)) THEN
            RAISE EXCEPTION 'the file has no column "%%"', header
                USING ERRCODE = '22S07', DETAIL = pg_catalog.format('Its first line is: %%s', coalesce(pg_catalog.left(pg_catalog.array_to_string(headers, ', '), 1000), 'missing'));
        END IF;
    END LOOP;
    SELECT h.name INTO header FROM pg_catalog.unnest(names) AS h (name) WHERE h.name NOT IN ('', 'part') GROUP BY h.name HAVING count(*) > 1 ORDER BY h.name LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the file has more than one column "%%"', header
            USING ERRCODE = '22S07', DETAIL = pg_catalog.format('Its first line is: %%s', pg_catalog.left(pg_catalog.array_to_string(headers, ', '), 1000));
    END IF;
    -- what cannot be read belongs to a look, but to which?
    SELECT min(l.n) INTO wrong FROM pg_temp.pg_sightings_line AS l WHERE l.cells IS NULL OR pg_catalog.btrim(pg_catalog.array_to_string(l.cells[pg_catalog.cardinality(headers) + 1:], '')) <> '';
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'line %% of the file cannot be read', wrong
            USING ERRCODE = '22S07', DETAIL = 'It has more cells than the first line, or quotes that are not closed or stand within a cell. Nothing was loaded.';
    END IF;

    CREATE TEMP TABLE pg_sightings_flat ON COMMIT DROP AS
    SELECT l.n, coalesce(nullif(l.survey_id, ''), pg_catalog.concat_ws(' ', coalesce(nullif(l.site_id, ''), l.site), l.began || '/', l.observed_at)) AS survey_id,
           coalesce(nullif(l.site_id, ''), l.site) AS site_id, l.site_id IS NOT NULL AS has_id, l.site, l.observed_at, l.began, l.class, l.count, l.status, l.designation, l.complete, l.part,
           import_degrees(l.lon) AS lon, import_degrees(l.lat) AS lat, l.kind
    FROM (SELECT l.n, t.survey_id, t.site_id, t.site, pg_catalog.concat_ws(' ', nullif(t.date, ''), nullif(t.time, '')) AS observed_at, nullif(t.began, '') AS began,
                 t.class, t.count, t.status, t.designation, t.complete, t.part, t.lon, t.lat, t.kind
          FROM pg_temp.pg_sightings_line AS l
          CROSS JOIN LATERAL (
              SELECT pg_catalog.btrim(l.cells[at[1]]) AS survey_id, pg_catalog.btrim(l.cells[at[2]]) AS site_id, pg_catalog.btrim(l.cells[at[3]]) AS site,
                     pg_catalog.btrim(l.cells[at[4]]) AS date, pg_catalog.btrim(l.cells[at[5]]) AS time, pg_catalog.btrim(l.cells[at[6]]) AS began,
                     pg_catalog.btrim(l.cells[at[7]]) AS class, pg_catalog.btrim(l.cells[at[8]]) AS count, pg_catalog.btrim(l.cells[at[9]]) AS status,
                     pg_catalog.btrim(l.cells[at[10]]) AS designation, pg_catalog.lower(pg_catalog.btrim(l.cells[at[11]])) AS complete,
                     pg_catalog.btrim(l.cells[at[12]]) AS lon, pg_catalog.btrim(l.cells[at[13]]) AS lat, pg_catalog.btrim(l.cells[at[14]]) AS kind,
                     CASE WHEN 'part' = ANY (names) THEN (
                         SELECT pg_catalog.string_agg(nullif(pg_catalog.btrim(l.cells[h.place]), ''), ', ' ORDER BY h.place)
                         FROM pg_catalog.unnest(names) WITH ORDINALITY AS h (name, place) WHERE h.name = 'part') END AS part
              FROM (SELECT ARRAY(SELECT pg_catalog.array_position(names, known.name)
                                 FROM pg_catalog.unnest('{survey_id,site_id,site,date,time,from,class,count,status,designation,complete,lon,lat,kind}'::text[])
                                     WITH ORDINALITY AS known (name, place) ORDER BY known.place) AS at) AS place) AS t
          WHERE pg_catalog.array_ne(l.cells, headers)) AS l;
    ANALYZE pg_temp.pg_sightings_flat;
    CREATE TEMP TABLE pg_sightings_site_said ON COMMIT DROP AS
    SELECT DISTINCT f.site_id, CASE WHEN f.has_id THEN f.site END AS name, f.lon, f.lat, f.kind
    FROM pg_temp.pg_sightings_flat AS f
    -- a known one need not say where it is
    WHERE f.site_id <> '';
    CREATE TEMP TABLE pg_sightings_survey_said ON COMMIT DROP AS
    SELECT f.survey_id, s.site_id, f.observed_at, f.began AS observed_from, true AS sampled,
           'complete' = ANY (names) AND NOT bool_and(coalesce(f.complete, '') IN ('true', 'yes', 'y', 't', '1', 'complete')) AS partial, NULL::text AS note
    FROM pg_temp.pg_sightings_flat AS f
    CROSS JOIN LATERAL (SELECT nullif(f.site_id, '') AS site_id) AS s
    GROUP BY f.survey_id, s.site_id, f.observed_at, f.began;
    CREATE TEMP TABLE pg_sightings_count_said ON COMMIT DROP AS
    SELECT f.survey_id, f.class, f.count AS n, f.designation, f.status, f.part
    FROM pg_temp.pg_sightings_flat AS f
    -- a line without a class tells of a look
    WHERE f.class <> '' OR coalesce(f.count, '') NOT IN ('', '0') OR f.designation <> '';
    RETURN QUERY
    SELECT 'column', 'ignored', pg_catalog.string_agg(h.header, ', ' ORDER BY h.place), count(*), min(h.header)
    FROM ROWS FROM (pg_catalog.unnest(headers), pg_catalog.unnest(names)) WITH ORDINALITY AS h (header, name, place) WHERE h.name = ''
    HAVING count(*) > 0;
    RETURN QUERY SELECT * FROM %1$I.import_counted(import_flat.source,
        CASE WHEN import_flat.scope IS NOT NULL OR 'complete' = ANY (names) THEN import_flat.scope ELSE '{}' END,
        import_flat.time_zone, 'counts', import_flat.source, import_flat.new_classes);

    -- what is rejected stays, below its first line
    DELETE FROM %1$I.flat AS f
    USING pg_temp.pg_sightings_kept AS k
    WHERE f.n = k.kept_n AND NOT EXISTS (
        SELECT FROM pg_temp.pg_sightings_survey AS s
        LEFT JOIN pg_temp.pg_sightings_flat AS said ON said.survey_id = s.survey_id
        LEFT JOIN pg_temp.pg_sightings_line AS l ON l.n = said.n
        WHERE s.fault IS NOT NULL AND (k.n BETWEEN l.n AND l.last OR k.n = (SELECT min(first.n) FROM pg_temp.pg_sightings_line AS first)));
    PERFORM %1$I.import_counted_end();
    DROP TABLE pg_temp.pg_sightings_kept, pg_temp.pg_sightings_line, pg_temp.pg_sightings_flat;
END;
$body$;
COMMENT ON FUNCTION %1$I.import_flat(text, text[], text, text, boolean) IS
    'loads a CSV file, its text (file) or what COPY has brought into flat, as looks of a source. Its first line names the columns: site (or site_id), date, class and count, and perhaps time, observed_from, survey_id, status, designation, complete, part (or sex, age), lon and lat in degrees (a new site needs them), kind; others are passed over, and named. scope: the classes each look reported fully, by path or name, * all; not given: those that the file names, if it has a column complete, else none. new_classes: makes classes that are not known. time_zone: of dates (a look of that day) and of times without offset; NULL: the session''s. The same file again changes nothing; undo_load() takes one back. A file that cannot be read is an error (22S07) that tells the line';
$sql$, ledger);
END;
$create$;
COMMENT ON FUNCTION import_flat_create(name) IS
    'part of create_ledger: the import of a flat file';
