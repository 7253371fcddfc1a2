-- What the clock says, and how long this backend had to wait for a processor that others
-- used (0 where the system does not say). The latter is taken off, so that a busy machine
-- does not blur a comparison.
CREATE OR REPLACE FUNCTION clock_ms() RETURNS float8 LANGUAGE sql VOLATILE
	RETURN extract(epoch FROM clock_timestamp()) * 1000;

CREATE OR REPLACE FUNCTION waited_ms() RETURNS float8 LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 2)::float8 / 1000000;
EXCEPTION WHEN undefined_file THEN
	RETURN 0;
END;
$$;
