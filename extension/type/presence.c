/*
 * presence.c: one run of unchanged count with its evidence: input, output,
 * constructors, accessors, hash. Its order is in presence_btree.c.
 */
#include "pg_sightings.h"

#include "geography.h"
#include "libpq/pqformat.h"
#include "text.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(presence_in);
PG_FUNCTION_INFO_V1(presence_out);
PG_FUNCTION_INFO_V1(presence_recv);
PG_FUNCTION_INFO_V1(presence_send);
PG_FUNCTION_INFO_V1(presence_from_ewkb);
PG_FUNCTION_INFO_V1(presence_of_range);
PG_FUNCTION_INFO_V1(presence_of_count);
PG_FUNCTION_INFO_V1(not_seen_at);
PG_FUNCTION_INFO_V1(first_seen);
PG_FUNCTION_INFO_V1(last_seen);
PG_FUNCTION_INFO_V1(gone_by);
PG_FUNCTION_INFO_V1(presence_lon);
PG_FUNCTION_INFO_V1(presence_lat);
PG_FUNCTION_INFO_V1(presence_count_min);
PG_FUNCTION_INFO_V1(presence_count_max);
PG_FUNCTION_INFO_V1(presence_count_range);
PG_FUNCTION_INFO_V1(presence_hash);
PG_FUNCTION_INFO_V1(presence_hash_extended);

static Presence *
presence_checked(Presence *p)
{
	const char *reason = NULL;
	Fault		kind = presence_check(p, &reason);

	check_value(kind, "presence", reason);
	return p;
}

Datum
presence_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Presence   *p = palloc0(sizeof(Presence));
	TextFault	fault = presence_parse(text, p);

	if (fault.kind != FAULT_NONE)
		PARSE_ERROR(fcinfo, "presence", text, fault);
	PG_RETURN_POINTER(p);
}

Datum
presence_out(PG_FUNCTION_ARGS)
{
	char	   *out = palloc(PRESENCE_TEXT);

	presence_print(PG_GETARG_PRESENCE_P(0), out);
	PG_RETURN_CSTRING(out);
}

Datum
presence_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Presence   *p = palloc0(sizeof(Presence));

	p->not_seen_at = pq_getmsgint64(buf);
	p->first_seen = pq_getmsgint64(buf);
	p->last_seen = pq_getmsgint64(buf);
	p->gone_by = pq_getmsgint64(buf);
	p->lon = (int32_t) pq_getmsgint(buf, 4);
	p->lat = (int32_t) pq_getmsgint(buf, 4);
	p->count_min = (int32_t) pq_getmsgint(buf, 4);
	p->count_max = (int32_t) pq_getmsgint(buf, 4);
	PG_RETURN_POINTER(presence_checked(p));
}

Datum
presence_send(PG_FUNCTION_ARGS)
{
	Presence   *p = PG_GETARG_PRESENCE_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, p->not_seen_at);
	pq_sendint64(&buf, p->first_seen);
	pq_sendint64(&buf, p->last_seen);
	pq_sendint64(&buf, p->gone_by);
	pq_sendint32(&buf, p->lon);
	pq_sendint32(&buf, p->lat);
	pq_sendint32(&buf, p->count_min);
	pq_sendint32(&buf, p->count_max);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* The first four arguments of each constructor. */
static Presence *
presence_of_times(FunctionCallInfo fcinfo)
{
	Presence   *p = palloc0(sizeof(Presence));

	p->not_seen_at = PG_GETARG_TIMESTAMPTZ(0);
	p->first_seen = PG_GETARG_TIMESTAMPTZ(1);
	p->last_seen = PG_GETARG_TIMESTAMPTZ(2);
	p->gone_by = PG_GETARG_TIMESTAMPTZ(3);
	return p;
}

/* (not_seen_at, first_seen, last_seen, gone_by, EWKB of a point, count range); strict */
Datum
presence_from_ewkb(PG_FUNCTION_ARGS)
{
	Presence   *p = presence_of_times(fcinfo);

	point_from_ewkb(PG_GETARG_BYTEA_PP(4), &p->lon, &p->lat);
	count_from_range(PG_GETARG_DATUM(5), &p->count_min, &p->count_max);
	PG_RETURN_POINTER(presence_checked(p));
}

/* The same with a geometry. */
Datum
presence_of_range(PG_FUNCTION_ARGS)
{
	Presence   *p = presence_of_times(fcinfo);

	point_from_geometry(fcinfo, 4, &p->lon, &p->lat);
	count_from_range(PG_GETARG_DATUM(5), &p->count_min, &p->count_max);
	PG_RETURN_POINTER(presence_checked(p));
}

/* The same with an exact count. */
Datum
presence_of_count(PG_FUNCTION_ARGS)
{
	Presence   *p = presence_of_times(fcinfo);

	point_from_geometry(fcinfo, 4, &p->lon, &p->lat);
	count_from_int(PG_GETARG_INT32(5), &p->count_min, &p->count_max);
	PG_RETURN_POINTER(presence_checked(p));
}

Datum
not_seen_at(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_PRESENCE_P(0)->not_seen_at);
}

Datum
first_seen(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_PRESENCE_P(0)->first_seen);
}

Datum
last_seen(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_PRESENCE_P(0)->last_seen);
}

Datum
gone_by(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_PRESENCE_P(0)->gone_by);
}

Datum
presence_lon(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_PRESENCE_P(0)->lon));
}

Datum
presence_lat(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_PRESENCE_P(0)->lat));
}

Datum
presence_count_min(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_PRESENCE_P(0)->count_min);
}

/* NULL: no upper limit */
Datum
presence_count_max(PG_FUNCTION_ARGS)
{
	Presence   *p = PG_GETARG_PRESENCE_P(0);

	if (p->count_max == COUNT_UNBOUNDED)
		PG_RETURN_NULL();
	PG_RETURN_INT32(p->count_max);
}

Datum
presence_count_range(PG_FUNCTION_ARGS)
{
	Presence   *p = PG_GETARG_PRESENCE_P(0);
	CountRange	c = {p->count_min, p->count_max, false, p->count_max == COUNT_UNBOUNDED};

	PG_RETURN_DATUM(range_from_counts(c));
}

/* No padding, so that equal values are equal bytes. */
Datum
presence_hash(PG_FUNCTION_ARGS)
{
	return hash_any((const unsigned char *) PG_GETARG_PRESENCE_P(0), sizeof(Presence));
}

Datum
presence_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((const unsigned char *) PG_GETARG_PRESENCE_P(0), sizeof(Presence),
							 PG_GETARG_INT64(1));
}
