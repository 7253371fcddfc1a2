
-- reports: how a report says a count, an instant, a difference and a verdict

CREATE FUNCTION count_text(count_min int, count_max int) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT CASE
        WHEN count_min IS NULL THEN '?'
        WHEN count_max IS NULL THEN count_min::text || '..'
        WHEN count_min = count_max THEN count_min::text
        ELSE count_min::text || '..' || count_max::text
    END;
END;
COMMENT ON FUNCTION count_text(int, int) IS
    'a count as a report prints it: 2, 2..5, 2.. (at least 2), ? (not known: count_min is NULL)';

CREATE FUNCTION instant_text(at timestamptz) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT to_char(at, 'YYYY-MM-DD HH24:MI');
END;
COMMENT ON FUNCTION instant_text(timestamptz) IS
    'an instant to the minute in the time zone of the session';

CREATE FUNCTION finite(at timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT CASE WHEN isfinite(at) THEN at END;
END;
COMMENT ON FUNCTION finite(timestamptz) IS
    'the instant, or NULL for -infinity and infinity, which most clients cannot show';

CREATE FUNCTION count_min(count int4range) RETURNS int
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT pg_catalog.lower(count);
END;
COMMENT ON FUNCTION count_min(int4range) IS 'at least this many; NULL: not known';

CREATE FUNCTION count_max(count int4range) RETURNS int
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT pg_catalog.upper(count) - 1;
END;
COMMENT ON FUNCTION count_max(int4range) IS 'at most this many; NULL: no upper limit is known';

/*
 * The verdict on a pair of counts. Two counts decide only when their ranges do not
 * overlap; equal or overlapping ranges that a report nevertheless lists differ in the
 * time between.
 */
CREATE FUNCTION count_verdict(before int4range, after int4range) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT CASE
        WHEN before IS NULL OR after IS NULL THEN NULL
        WHEN before OPERATOR(pg_catalog.<<) after AND count_max(before) = 0 THEN 'arrived'
        WHEN before OPERATOR(pg_catalog.>>) after AND count_max(after) = 0 THEN 'departed'
        WHEN before OPERATOR(pg_catalog.<<) after THEN 'increased'
        WHEN before OPERATOR(pg_catalog.>>) after THEN 'decreased'
    END;
END;
COMMENT ON FUNCTION count_verdict(int4range, int4range) IS
    'what two counts say: arrived (none before), departed (none after), increased, decreased; NULL where one is not known or the ranges overlap, so that they do not decide';

CREATE FUNCTION report_words() RETURNS TABLE (about text, word text, meaning text)
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 ROWS 40 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION report_words() IS
    'the words that reports use: verdicts of changes, states of inventories and timelines, codes of what is not known, each with its meaning';

CREATE FUNCTION doubt_codes(doubt int) RETURNS text[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 8 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION doubt_codes(int) IS
    'internal: what is not known, as reports keep it in a number, as codes';

CREATE FUNCTION doubt_text(doubt text[]) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION doubt_text(text[]) IS
    'codes of what is not known (see report_words) in words; NULL: nothing; error 22S07 for an unknown code';

CREATE FUNCTION argument_is_known(valid boolean, argument text, said text, detail text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF valid IS NOT TRUE THEN
        RAISE EXCEPTION 'invalid %: %', argument, coalesce(quote_literal(said), 'null')
            USING ERRCODE = '22S07', DETAIL = detail;
    END IF;
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION argument_is_known(boolean, text, text, text) IS
    'internal: true, or error 22S07 with a detail for an argument of a report that is not valid';

CREATE FUNCTION tile_is_known(z int, x int, y int) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF (z BETWEEN 0 AND 31 AND x BETWEEN 0 AND (1::bigint << z) - 1 AND y BETWEEN 0 AND (1::bigint << z) - 1) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is no tile %/%/%', z, x, y
            USING ERRCODE = '22023', DETAIL = 'z must be 0 to 31, x and y 0 to 2^z - 1.';
    END IF;
    RETURN true;
END;
$body$;
COMMENT ON FUNCTION tile_is_known(int, int, int) IS
    'internal: true, or error 22023 for numbers that no tile has';
