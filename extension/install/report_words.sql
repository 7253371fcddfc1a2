
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

CREATE FUNCTION no_look(designation text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2
BEGIN ATOMIC
    -- a complete look at the class need not tell of an individual: a number may be unreadable
    SELECT CASE WHEN designation IS NULL THEN 'no complete observation of this class'
        ELSE 'no observation that tells of this one' END;
END;
COMMENT ON FUNCTION no_look(text) IS
    'what a report says where no look could have shown that a class, or an individual (by its designation), was absent';

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
