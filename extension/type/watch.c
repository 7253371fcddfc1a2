/*
 * watch.c: a question - two dates, a box, how to read uncertainty: input, output,
 * constructors, accessors.
 */
#include "pg_sightings.h"

#include "catalog/pg_type.h"
#include "geography.h"
#include "libpq/pqformat.h"
#include "text.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(watch_in);
PG_FUNCTION_INFO_V1(watch_out);
PG_FUNCTION_INFO_V1(watch_recv);
PG_FUNCTION_INFO_V1(watch_send);
PG_FUNCTION_INFO_V1(watch_from_edges);
PG_FUNCTION_INFO_V1(from_date);
PG_FUNCTION_INFO_V1(to_date);
PG_FUNCTION_INFO_V1(lon_min);
PG_FUNCTION_INFO_V1(lat_min);
PG_FUNCTION_INFO_V1(lon_max);
PG_FUNCTION_INFO_V1(lat_max);
PG_FUNCTION_INFO_V1(watch_mode);
PG_FUNCTION_INFO_V1(max_age);

static Watch *
watch_checked(Watch *w)
{
	const char *reason = NULL;
	Fault		kind = watch_check(w, &reason);

	check_value(kind, "watch", reason);
	return w;
}

Datum
watch_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Watch	   *w = palloc0(sizeof(Watch));
	TextFault	fault = watch_parse(text, w);

	if (fault.kind != FAULT_NONE)
		PARSE_ERROR(fcinfo, "watch", text, fault);
	PG_RETURN_POINTER(w);
}

Datum
watch_out(PG_FUNCTION_ARGS)
{
	char	   *out = palloc(WATCH_TEXT);

	watch_print(PG_GETARG_WATCH_P(0), out);
	PG_RETURN_CSTRING(out);
}

Datum
watch_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Watch	   *w = palloc0(sizeof(Watch));

	w->from_date = pq_getmsgint64(buf);
	w->to_date = pq_getmsgint64(buf);
	w->max_age = pq_getmsgint64(buf);
	w->lon_min = (int32_t) pq_getmsgint(buf, 4);
	w->lat_min = (int32_t) pq_getmsgint(buf, 4);
	w->lon_max = (int32_t) pq_getmsgint(buf, 4);
	w->lat_max = (int32_t) pq_getmsgint(buf, 4);
	w->mode = (int32_t) pq_getmsgint(buf, 4);
	PG_RETURN_POINTER(watch_checked(w));
}

Datum
watch_send(PG_FUNCTION_ARGS)
{
	Watch	   *w = PG_GETARG_WATCH_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, w->from_date);
	pq_sendint64(&buf, w->to_date);
	pq_sendint64(&buf, w->max_age);
	pq_sendint32(&buf, w->lon_min);
	pq_sendint32(&buf, w->lat_min);
	pq_sendint32(&buf, w->lon_max);
	pq_sendint32(&buf, w->lat_max);
	pq_sendint32(&buf, w->mode);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

int32_t
mode_from_text(text *word)
{
	char	   *name = text_to_cstring(word);
	int			mode = mode_parse(name);

	if (mode < 0)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_WATCH),
				 errmsg("unknown mode \"%s\"", name),
				 errhint("Use last_known, certain or possible.")));
	return mode;
}

/* A month counts 30 days and a day 24 hours, as where PostgreSQL compares intervals. */
const char *
age_of_interval(const Interval *age, int64_t *micros)
{
	int64_t		days = (int64_t) age->month * DAYS_PER_MONTH + age->day;

	if (__builtin_mul_overflow(days, USECS_PER_DAY, micros) ||
		__builtin_add_overflow(*micros, age->time, micros) || *micros == AGE_UNLIMITED)
		return "max_age out of range";
	return *micros <= 0 ? "max_age must be positive" : NULL;
}

int64_t
age_from_interval(Interval *age)
{
	int64_t		micros;
	const char *reason = age_of_interval(age, &micros);

	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_WATCH),
				 errmsg("%s", reason),
				 errhint("Give NULL for no limit.")));
	return micros;
}

/* In degrees, in the order of geography.h; west > east: over the antimeridian. */
static void
set_edges(Watch *w, ArrayType *edges)
{
	double	   *e = (double *) ARR_DATA_PTR(edges);

	if (ARR_NDIM(edges) != 1 || ARR_DIMS(edges)[0] != EDGES || ARR_ELEMTYPE(edges) != FLOAT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_WATCH),
				 errmsg("edges of a box must be four numbers")));
	if (array_contains_nulls(edges))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_GEOMETRY),
				 errmsg("area is empty or an edge of it is null"),
				 errhint("Give NULL as the area for the whole world.")));
	if (!box_from_degrees(e[WEST], e[SOUTH], e[EAST], e[NORTH], w))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_COORDINATE),
				 errmsg("area out of range: %.12g %.12g, %.12g %.12g", e[WEST], e[SOUTH], e[EAST], e[NORTH]),
				 errdetail("Longitudes must be between -180 and 180 degrees, latitudes between -90 and 90."),
				 errhint("Cut an area that crosses the antimeridian into parts on either side, as RFC 7946 asks.")));
}

/*
 * (from_date, to_date, SRID or NULL for the whole world, edges, mode, max_age).
 * NULL dates give NULL; a NULL mode is the default, a NULL max_age no limit.
 */
Datum
watch_from_edges(PG_FUNCTION_ARGS)
{
	Watch	   *w;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	w = palloc0(sizeof(Watch));
	w->from_date = PG_GETARG_TIMESTAMPTZ(0);
	w->to_date = PG_GETARG_TIMESTAMPTZ(1);
	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		set_world_box(w);
	else
	{
		check_srid(PG_GETARG_INT32(2));
		set_edges(w, PG_GETARG_ARRAYTYPE_P(3));
	}
	w->mode = PG_ARGISNULL(4) ? MODE_LAST_KNOWN : mode_from_text(PG_GETARG_TEXT_PP(4));
	w->max_age = PG_ARGISNULL(5) ? AGE_UNLIMITED : age_from_interval(PG_GETARG_INTERVAL_P(5));
	PG_RETURN_POINTER(watch_checked(w));
}

Datum
from_date(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_WATCH_P(0)->from_date);
}

Datum
to_date(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(PG_GETARG_WATCH_P(0)->to_date);
}

Datum
lon_min(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_WATCH_P(0)->lon_min));
}

Datum
lat_min(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_WATCH_P(0)->lat_min));
}

Datum
lon_max(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_WATCH_P(0)->lon_max));
}

Datum
lat_max(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(steps_to_degrees(PG_GETARG_WATCH_P(0)->lat_max));
}

Datum
watch_mode(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(mode_name(PG_GETARG_WATCH_P(0)->mode)));
}

/* NULL: no limit */
Datum
max_age(PG_FUNCTION_ARGS)
{
	Watch	   *w = PG_GETARG_WATCH_P(0);
	Interval   *age;

	if (w->max_age == AGE_UNLIMITED)
		PG_RETURN_NULL();
	age = palloc0(sizeof(Interval));
	age->day = (int32_t) (w->max_age / USECS_PER_DAY);
	age->time = w->max_age % USECS_PER_DAY;
	PG_RETURN_INTERVAL_P(age);
}
