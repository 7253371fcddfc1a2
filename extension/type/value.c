/*
 * value.c: what the input, output and constructors of the three types share: faults as
 * errors with an SQLSTATE, points from PostGIS, counts from and to int4range.
 *
 * A point comes from PostGIS as EWKB, its public interchange form, not as the bytes of
 * its storage format: so it does not matter how a version of PostGIS stores one.
 */
#include "pg_sightings.h"

#include <string.h>

#include "catalog/pg_type.h"
#include "ewkb.h"
#include "geography.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

int
fault_sqlstate(Fault kind)
{
	switch (kind)
	{
		case FAULT_COORDINATE:
			return ERRCODE_SIGHTINGS_COORDINATE;
		case FAULT_COUNT:
			return ERRCODE_SIGHTINGS_COUNT;
		case FAULT_TIME:
		case FAULT_ORDER:
			return ERRCODE_SIGHTINGS_TIME;
		case FAULT_WATCH:
			return ERRCODE_SIGHTINGS_WATCH;
		case FAULT_SYNTAX:
		case FAULT_NONE:
			break;
	}
	return ERRCODE_INVALID_TEXT_REPRESENTATION;
}

/* Raise a fault that a model.h check found; constructors and binary input call it. */
void
check_value(Fault kind, const char *type, const char *reason)
{
	if (kind != FAULT_NONE)
		ereport(ERROR,
				(errcode(fault_sqlstate(kind)),
				 errmsg("invalid %s: %s", type, reason)));
}

int32_t
steps_from_degrees(double degrees, int32_t limit, const char *name)
{
	int32_t		steps;

	if (!degrees_to_steps(degrees, limit, &steps))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_COORDINATE),
				 errmsg("%s out of range: %.12g", name, degrees),
				 errdetail("It must be between %d and %d degrees.",
						   -(limit / DEGREE), limit / DEGREE)));
	return steps;
}

/* Reads little- or big-endian numbers out of EWKB; `left` guards every step. */
typedef struct EwkbReader
{
	const unsigned char *at;
	size_t		left;
	bool		big_endian;
} EwkbReader;

static uint64_t
ewkb_read(EwkbReader *r, size_t bytes)
{
	uint64_t	value = 0;

	if (r->left < bytes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("truncated EWKB")));
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t) r->at[r->big_endian ? bytes - 1 - i : i] << (8 * i);
	r->at += bytes;
	r->left -= bytes;
	return value;
}

static double
ewkb_read_double(EwkbReader *r)
{
	uint64_t	bits = ewkb_read(r, 8);
	double		value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

void
check_srid(int srid)
{
	if (srid != SRID_WGS84)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_SRID),
				 errmsg("geometry has SRID %d, expected 4326", srid),
				 errhint("Use ST_Transform(geometry, 4326), or ST_SetSRID if the coordinates are longitude and latitude already.")));
}

static void
reject_geometry(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_GEOMETRY),
			 errmsg("expected a point, but the geometry %s", what),
			 errhint("%s", hint)));
}

void
point_from_ewkb(const bytea *ewkb, int32_t *lon, int32_t *lat)
{
	EwkbReader	r = {(const unsigned char *) VARDATA_ANY(ewkb), VARSIZE_ANY_EXHDR(ewkb), false};
	uint32_t	kind;
	double		x;
	double		y;

	r.big_endian = ewkb_read(&r, 1) == 0;
	kind = (uint32_t) ewkb_read(&r, 4);
	check_srid(kind & EWKB_SRID ? (int) ewkb_read(&r, 4) : 0);
	if ((kind & ~(EWKB_Z | EWKB_M | EWKB_SRID)) != WKB_POINT)
		reject_geometry("is of another type", "ST_PointOnSurface gives a point of an area.");
	if (kind & (EWKB_Z | EWKB_M))
		reject_geometry("has Z or M", "ST_Force2D drops Z and M.");
	x = ewkb_read_double(&r);
	y = ewkb_read_double(&r);
	if (x != x && y != y)
		reject_geometry("is empty", "Give a longitude and a latitude.");
	*lon = steps_from_degrees(x, LON_LIMIT, "longitude");
	*lat = steps_from_degrees(y, LAT_LIMIT, "latitude");
}

/*
 * Of a geometry, which is read through the send function of its type: that gives EWKB, and no
 * storage format of PostGIS is relied on. The type is what the function was declared with.
 */
void
point_from_geometry(FunctionCallInfo fcinfo, int n, int32_t *lon, int32_t *lat)
{
	FmgrInfo   *send = fcinfo->flinfo->fn_extra;

	if (send == NULL)
	{
		Oid		   *types;
		int			n_types;
		Oid			function;
		bool		is_varlena;

		get_func_signature(fcinfo->flinfo->fn_oid, &types, &n_types);
		getTypeBinaryOutputInfo(types[n], &function, &is_varlena);
		send = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));
		fmgr_info_cxt(function, send, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = send;
	}
	point_from_ewkb(SendFunctionCall(send, PG_GETARG_DATUM(n)), lon, lat);
}

static TypeCacheEntry *
int4range_type(void)
{
	static TypeCacheEntry *found = NULL;	/* it stays as long as the session does */

	if (found == NULL)
		found = lookup_type_cache(INT4RANGEOID, TYPECACHE_RANGE_INFO);
	return found;
}

static void
reject_count(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_COUNT),
			 errmsg("count range %s", what),
			 errhint("%s", hint)));
}

void
count_from_range(Datum range, int32_t *count_min, int32_t *count_max)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(int4range_type(), DatumGetRangeTypeP(range), &lower, &upper, &empty);
	if (empty)
		reject_count("is empty", "The count 0 is int4range(0, 0, '[]').");
	if (lower.infinite)
		reject_count("has no lower bound", "Use 0 as the lower bound where nothing is known.");
	/* int4range is canonical: lower inclusive, upper exclusive */
	*count_min = DatumGetInt32(lower.val);
	*count_max = upper.infinite ? COUNT_UNBOUNDED : DatumGetInt32(upper.val) - 1;
	if (*count_min < 0)
		reject_count("is negative", "Counts start at 0.");
}

void
count_from_int(int32_t count, int32_t *count_min, int32_t *count_max)
{
	if (count < 0)
		reject_count("is negative", "Counts start at 0.");
	if (count == COUNT_UNBOUNDED)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("integer out of range")));
	*count_min = *count_max = count;
}

/* As int4range has it when it is canonical: the upper end is the first that is too many. */
static RangeBound
count_bound(int64_t value, bool unbounded, bool lower)
{
	RangeBound	b;

	if (!unbounded && (value < -COUNT_UNBOUNDED || value >= COUNT_UNBOUNDED))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum of counts out of range for int4range")));
	b.val = Int32GetDatum(unbounded ? 0 : (int32_t) value + (lower ? 0 : 1));
	b.infinite = unbounded;
	b.inclusive = lower && !unbounded;
	b.lower = lower;
	return b;
}

Datum
range_from_counts(CountRange c)
{
	RangeBound	lower = count_bound(c.min, c.min_unbounded, true);
	RangeBound	upper = count_bound(c.max, c.max_unbounded, false);

	/* a state that was made by hand; the next one would be read as the empty range */
	if (!c.min_unbounded && !c.max_unbounded && c.min > c.max)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("least count " INT64_FORMAT " is more than the most, " INT64_FORMAT, c.min, c.max)));
	return RangeTypePGetDatum(range_serialize_compat(int4range_type(), &lower, &upper));
}
