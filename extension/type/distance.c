/*
 * distance.c: <-> between a presence or a sighting and a PostGIS point, in metres.
 *
 * The operand is read through the send function of its type, which gives EWKB, as the
 * constructors read it (value.c): no storage format of PostGIS is relied on. A query
 * has one operand for many rows, so the last one is kept in fn_extra together with its
 * bytes. An operand that is not a point raises the same error from the operator and
 * from an index scan; it is the question that is wrong, never a stored value.
 */
#include "distance.h"

#include "geography.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(presence_distance);
PG_FUNCTION_INFO_V1(geometry_presence_distance);
PG_FUNCTION_INFO_V1(sighting_distance);
PG_FUNCTION_INFO_V1(geometry_sighting_distance);

/* A point is smaller than this; whatever is larger is read anew each time. */
#define KEPT_BYTES 64

typedef struct CachedPoint
{
	Oid			type;
	FmgrInfo	send;
	Size		length;
	char		bytes[KEPT_BYTES];
	QueryPoint	point;
} CachedPoint;

static CachedPoint *
point_cache(FmgrInfo *flinfo, Oid type)
{
	CachedPoint *cached = flinfo->fn_extra;
	Oid			send;
	bool		is_varlena;

	if (cached != NULL && cached->type == type)
		return cached;
	if (!OidIsValid(type))
		elog(ERROR, "could not determine the type of the operand of <->");
	cached = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(CachedPoint));
	getTypeBinaryOutputInfo(type, &send, &is_varlena);
	fmgr_info_cxt(send, &cached->send, flinfo->fn_mcxt);
	cached->type = type;
	flinfo->fn_extra = cached;
	return cached;
}

const QueryPoint *
query_point(FmgrInfo *flinfo, Oid type, Datum geometry)
{
	CachedPoint *cached = point_cache(flinfo, type);
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(geometry);
	Size		length = VARSIZE_ANY(bytes);
	int32_t		lon;
	int32_t		lat;

	if (cached->length == length && memcmp(cached->bytes, bytes, length) == 0)
		return &cached->point;
	cached->length = 0;
	point_from_ewkb(SendFunctionCall(&cached->send, geometry), &lon, &lat);
	cached->point.lon = steps_to_degrees(lon);
	cached->point.lat = steps_to_degrees(lat);
	if (length <= KEPT_BYTES)
	{
		memcpy(cached->bytes, bytes, length);
		cached->length = length;
	}
	return &cached->point;
}

double
metres_to(const QueryPoint *from, int32_t lon, int32_t lat)
{
	return distance_metres(from->lon, from->lat, steps_to_degrees(lon), steps_to_degrees(lat));
}

double
metres_to_bounds(const QueryPoint *from, const Bounds *b)
{
	return distance_lower_bound(from->lon, from->lat, b->lon_min, b->lat_min, b->lon_max, b->lat_max);
}

/* The geometry is argument n. */
static const QueryPoint *
point_arg(FunctionCallInfo fcinfo, int n)
{
	return query_point(fcinfo->flinfo, get_fn_expr_argtype(fcinfo->flinfo, n), PG_GETARG_DATUM(n));
}

Datum
presence_distance(PG_FUNCTION_ARGS)
{
	Presence   *p = PG_GETARG_PRESENCE_P(0);

	PG_RETURN_FLOAT8(metres_to(point_arg(fcinfo, 1), p->lon, p->lat));
}

Datum
geometry_presence_distance(PG_FUNCTION_ARGS)
{
	Presence   *p = PG_GETARG_PRESENCE_P(1);

	PG_RETURN_FLOAT8(metres_to(point_arg(fcinfo, 0), p->lon, p->lat));
}

Datum
sighting_distance(PG_FUNCTION_ARGS)
{
	Sighting   *s = PG_GETARG_SIGHTING_P(0);

	PG_RETURN_FLOAT8(metres_to(point_arg(fcinfo, 1), s->lon, s->lat));
}

Datum
geometry_sighting_distance(PG_FUNCTION_ARGS)
{
	Sighting   *s = PG_GETARG_SIGHTING_P(1);

	PG_RETURN_FLOAT8(metres_to(point_arg(fcinfo, 0), s->lon, s->lat));
}
