
-- watch: a question

CREATE TYPE watch;

CREATE FUNCTION watch_in(cstring) RETURNS watch
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION watch_out(watch) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION watch_recv(internal) RETURNS watch
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION watch_send(watch) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE TYPE watch (
    INPUT = watch_in,
    OUTPUT = watch_out,
    RECEIVE = watch_recv,
    SEND = watch_send,
    INTERNALLENGTH = 48,
    ALIGNMENT = double
);
COMMENT ON TYPE watch IS
    'a question: two dates, a box (none: the world; western edge greater than eastern: over the antimeridian), how to read uncertainty (last_known, certain, possible) and how old a last-known reading may be. Example: [2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 37 36) possible';

CREATE FUNCTION area_edges(area geometry) RETURNS float8[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE
        WHEN ST_IsEmpty(area) OR ST_NumGeometries(area) = 1 OR ST_XMin(area::box3d) > (-180)::float8 OR ST_XMax(area::box3d) < 180::float8
            THEN ARRAY[ST_XMin(area::box3d), ST_YMin(area::box3d), ST_XMax(area::box3d), ST_YMax(area::box3d)]
        -- an area cut at the antimeridian: leave out the widest gap between its parts
        ELSE (SELECT ARRAY[coalesce(max(gap.west), (-180)::float8), ST_YMin(area::box3d),
                           coalesce(max(gap.east), 180::float8), ST_YMax(area::box3d)]
              FROM (SELECT west, east
                    FROM (SELECT ST_XMin(part.geom::box3d) AS west,
                                 max(ST_XMax(part.geom::box3d)) OVER (ORDER BY ST_XMin(part.geom::box3d)
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS east
                          FROM ST_Dump(area) AS part
                          WHERE NOT ST_IsEmpty(part.geom)) AS parts
                    WHERE west > east
                    ORDER BY west - east DESC, west
                    LIMIT 1) AS gap)
    END;
END;
COMMENT ON FUNCTION area_edges(geometry) IS
    'western, southern, eastern and northern edge of an area in its own units; an area cut at the antimeridian into parts (RFC 7946, section 3.1.9) gives a western edge greater than the eastern; edges of an empty area are null';

CREATE FUNCTION watch_from_edges(from_date timestamptz, to_date timestamptz, srid int, edges float8[],
                                 mode text, max_age interval) RETURNS watch
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 2 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_from_edges(timestamptz, timestamptz, int, float8[], text, interval) IS
    'internal: watch from the edges of its box (west, south, east, north, in degrees); a NULL srid means the whole world; what the constructors watch(...) call';

CREATE FUNCTION watch(from_date timestamptz, to_date timestamptz, area geometry DEFAULT NULL,
                      mode text DEFAULT 'last_known', max_age interval DEFAULT NULL) RETURNS watch
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 25
BEGIN ATOMIC
    SELECT watch_from_edges(from_date, to_date, ST_SRID(area), area_edges(area), mode, max_age);
END;
COMMENT ON FUNCTION watch(timestamptz, timestamptz, geometry, text, interval) IS
    'a question about the time between two instants and the bounding box of an area (SRID 4326; NULL: the world); a NULL date gives NULL; max_age, a positive interval (a month counts 30 days), limits last-known readings; errors: 22S01 SRID, 22S02 empty area, 22S03 coordinates, 22S05 dates equal, reversed or infinite, 22S06 mode or max_age';

CREATE FUNCTION watch(from_date timestamptz, to_date timestamptz,
                      lon_min float8, lat_min float8, lon_max float8, lat_max float8,
                      mode text DEFAULT 'last_known', max_age interval DEFAULT NULL) RETURNS watch
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT watch_from_edges(from_date, to_date, 4326, ARRAY[lon_min, lat_min, lon_max, lat_max], mode, max_age);
END;
COMMENT ON FUNCTION watch(timestamptz, timestamptz, float8, float8, float8, float8, text, interval) IS
    'a question about the time between two instants and a box given by its edges in degrees; lon_min > lon_max: over the antimeridian; NULLs and errors as with an area';

CREATE FUNCTION end_of_day(day date) RETURNS timestamptz
    LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT (day + 1)::timestamptz - interval '1 microsecond';
END;
COMMENT ON FUNCTION end_of_day(date) IS
    'the last microsecond of a day in the time zone of the session';

CREATE FUNCTION watch_days(from_date date, to_date date, area geometry DEFAULT NULL,
                           mode text DEFAULT 'last_known', max_age interval DEFAULT NULL) RETURNS watch
    LANGUAGE sql STABLE PARALLEL SAFE COST 25
BEGIN ATOMIC
    SELECT watch(end_of_day(from_date), end_of_day(to_date), area, mode, max_age);
END;
COMMENT ON FUNCTION watch_days(date, date, geometry, text, interval) IS
    'a question that compares the picture at the end of one day with that at the end of another, in the time zone of the session; otherwise as watch(...)';

CREATE FUNCTION from_date(watch) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION from_date(watch) IS 'the earlier date';
CREATE FUNCTION to_date(watch) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION to_date(watch) IS 'the later date';
CREATE FUNCTION lon_min(watch) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION lon_min(watch) IS 'western edge of the box in degrees; greater than lon_max: the box crosses the antimeridian';
CREATE FUNCTION lat_min(watch) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION lat_min(watch) IS 'southern edge of the box in degrees';
CREATE FUNCTION lon_max(watch) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION lon_max(watch) IS 'eastern edge of the box in degrees';
CREATE FUNCTION lat_max(watch) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION lat_max(watch) IS 'northern edge of the box in degrees';
CREATE FUNCTION mode(watch) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'watch_mode';
COMMENT ON FUNCTION mode(watch) IS 'how uncertainty is read: last_known, certain or possible';
CREATE FUNCTION max_age(watch) RETURNS interval
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION max_age(watch) IS 'how long a last-known reading outlives its evidence; NULL: for ever';
CREATE FUNCTION area(watch) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT CASE WHEN lon_min($1) <= lon_max($1)
        THEN ST_MakeEnvelope(lon_min($1), lat_min($1), lon_max($1), lat_max($1), 4326)
        ELSE ST_Collect(ST_MakeEnvelope(lon_min($1), lat_min($1), 180::float8, lat_max($1), 4326),
                        ST_MakeEnvelope((-180)::float8, lat_min($1), lon_max($1), lat_max($1), 4326))
    END;
END;
COMMENT ON FUNCTION area(watch) IS
    'the box as a Polygon, or a MultiPolygon cut at the antimeridian, SRID 4326';

CREATE CAST (watch AS geometry) WITH FUNCTION area(watch) AS ASSIGNMENT;
COMMENT ON CAST (watch AS geometry) IS 'the box of the question';
