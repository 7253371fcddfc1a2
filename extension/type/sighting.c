/*
 * sighting.c: one piece of evidence: input, output, constructors, accessors, order.
 */
#include "pg_sightings.h"

#include "geography.h"
#include "libpq/pqformat.h"
#include "text.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(sighting_in);
PG_FUNCTION_INFO_V1(sighting_out);
PG_FUNCTION_INFO_V1(sighting_recv);
PG_FUNCTION_INFO_V1(sighting_send);
PG_FUNCTION_INFO_V1(sighting_from_ewkb);
PG_FUNCTION_INFO_V1(sighting_of_range);
PG_FUNCTION_INFO_V1(sighting_of_count);
PG_FUNCTION_INFO_V1(sighting_from_degrees);
PG_FUNCTION_INFO_V1(observed_at);
PG_FUNCTION_INFO_V1(sighting_lon);
PG_FUNCTION_INFO_V1(sighting_lat);
PG_FUNCTION_INFO_V1(sighting_count_min);
PG_FUNCTION_INFO_V1(sighting_count_max);
PG_FUNCTION_INFO_V1(sighting_count_range);
PG_FUNCTION_INFO_V1(sighting_cmp);
PG_FUNCTION_INFO_V1(sighting_lt);
PG_FUNCTION_INFO_V1(sighting_le);
PG_FUNCTION_INFO_V1(sighting_eq);
PG_FUNCTION_INFO_V1(sighting_ne);
PG_FUNCTION_INFO_V1(sighting_ge);
PG_FUNCTION_INFO_V1(sighting_gt);
PG_FUNCTION_INFO_V1(sighting_hash);
PG_FUNCTION_INFO_V1(sighting_hash_extended);

static Sighting *
sighting_checked(Sighting *s)
{
	const char *reason = NULL;
	Fault		kind = sighting_check(s, &reason);

	check_value(kind, "sighting", reason);
	return s;
}

Datum
sighting_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Sighting   *s = palloc0(sizeof(Sighting));
	TextFault	fault = sighting_parse(text, s);

	if (fault.kind != FAULT_NONE)
		PARSE_ERROR(fcinfo, "sighting", text, fault);
	PG_RETURN_POINTER(s);
}

Datum
sighting_out(PG_FUNCTION_ARGS)
{
	char	   *out = palloc(SIGHTING_TEXT);

	sighting_print(PG_GETARG_SIGHTING_P(0), out);
	PG_RETURN_CSTRING(out);
}

Datum
sighting_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Sighting   *s = palloc0(sizeof(Sighting));

	s->observed_at = pq_getmsgint64(buf);
	s->lon = (int32_t) pq_getmsgint(buf, 4);
	s->lat = (int32_t) pq_getmsgint(buf, 4);
	s->count_min = (int32_t) pq_getmsgint(buf, 4);
	s->count_max = (int32_t) pq_getmsgint(buf, 4);
	PG_RETURN_POINTER(sighting_checked(s));
}

Datum
sighting_send(PG_FUNCTION_ARGS)
{
	Sighting   *s = PG_GETARG_SIGHTING_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, s->observed_at);
	pq_sendint32(&buf, s->lon);
	pq_sendint32(&buf, s->lat);
	pq_sendint32(&buf, s->count_min);
	pq_sendint32(&buf, s->count_max);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* (observed_at, EWKB of a point, count range); strict */
Datum
sighting_from_ewkb(PG_FUNCTION_ARGS)
{
	Sighting   *s = palloc0(sizeof(Sighting));

	s->observed_at = PG_GETARG_TIMESTAMPTZ(0);
	point_from_ewkb(PG_GETARG_BYTEA_PP(1), &s->lon, &s->lat);
	count_from_range(PG_GETARG_DATUM(2), &s->count_min, &s->count_max);
	PG_RETURN_POINTER(sighting_checked(s));
}

/* The same with a geometry. */
Datum
sighting_of_range(PG_FUNCTION_ARGS)
{
	Sighting   *s = palloc0(sizeof(Sighting));

	s->observed_at = PG_GETARG_TIMESTAMPTZ(0);
	point_from_geometry(fcinfo, 1, &s->lon, &s->lat);
	count_from_range(PG_GETARG_DATUM(2), &s->count_min, &s->count_max);
	PG_RETURN_POINTER(sighting_checked(s));
}

/* The same with an exact count. */
Datum
sighting_of_count(PG_FUNCTION_ARGS)
{
	Sighting   *s = palloc0(sizeof(Sighting));

	s->observed_at = PG_GETARG_TIMESTAMPTZ(0);
	point_from_geometry(fcinfo, 1, &s->lon, &s->lat);
	count_from_int(PG_GETARG_INT32(2), &s->count_min, &s->count_max);
	PG_RETURN_POINTER(sighting_checked(s));
}

/* (observed_at, lon, lat, count_min, count_max or NULL for "or more") */
Datum
sighting_from_degrees(PG_FUNCTION_ARGS)
{
	Sighting   *s;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	s = palloc0(sizeof(Sighting));
	s->observed_at = PG_GETARG_TIMESTAMPTZ(0);
	s->lon = steps_from_degrees(PG_GETARG_FLOAT8(1), LON_LIMIT, "longitude");
	s->lat = steps_from_degrees(PG_GETARG_FLOAT8(2), LAT_LIMIT, "latitude");
	s->count_min = PG_GETARG_INT32(3);
	s->count_max = PG_ARGISNULL(4) ? COUNT_UNBOUNDED : PG_GETARG_INT32(4);
	PG_RETURN_POINTER(sighting_checked(s));
}

Datum
observed_at(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_SIGHTING_P(0)->observed_at);
}

Datum
sighting_lon(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_SIGHTING_P(0)->lon));
}

Datum
sighting_lat(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_SIGHTING_P(0)->lat));
}

Datum
sighting_count_min(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_SIGHTING_P(0)->count_min);
}

/* NULL: no upper limit */
Datum
sighting_count_max(PG_FUNCTION_ARGS)
{
	Sighting   *s = PG_GETARG_SIGHTING_P(0);

	if (s->count_max == COUNT_UNBOUNDED)
		PG_RETURN_NULL();
	PG_RETURN_INT32(s->count_max);
}

Datum
sighting_count_range(PG_FUNCTION_ARGS)
{
	Sighting   *s = PG_GETARG_SIGHTING_P(0);
	CountRange	c = {s->count_min, s->count_max, false, s->count_max == COUNT_UNBOUNDED};

	PG_RETURN_DATUM(range_from_counts(c));
}

/* In order of time, then of place, then of count. */
static int
sighting_order(const Sighting *a, const Sighting *b)
{
	ORDER(observed_at);
	ORDER(lon);
	ORDER(lat);
	ORDER(count_min);
	ORDER(count_max);
	return 0;
}

static int
sighting_order_args(FunctionCallInfo fcinfo)
{
	return sighting_order(PG_GETARG_SIGHTING_P(0), PG_GETARG_SIGHTING_P(1));
}

Datum
sighting_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(sighting_order_args(fcinfo));
}

Datum
sighting_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) < 0);
}

Datum
sighting_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) <= 0);
}

Datum
sighting_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) == 0);
}

Datum
sighting_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) != 0);
}

Datum
sighting_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) >= 0);
}

Datum
sighting_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_order_args(fcinfo) > 0);
}

/* No padding, so that equal values are equal bytes. */
Datum
sighting_hash(PG_FUNCTION_ARGS)
{
	return hash_any((const unsigned char *) PG_GETARG_SIGHTING_P(0), sizeof(Sighting));
}

Datum
sighting_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((const unsigned char *) PG_GETARG_SIGHTING_P(0), sizeof(Sighting),
							 PG_GETARG_INT64(1));
}
