/*
 * presence_btree.c: the order of presences: first_seen leads, then gone_by, and in the end
 * every field.
 *
 * Sorting abbreviates a presence to its leading time, which settles most comparisons
 * without touching the value.
 */
#include "pg_sightings.h"

#include "utils/sortsupport.h"

PG_FUNCTION_INFO_V1(presence_cmp);
PG_FUNCTION_INFO_V1(presence_lt);
PG_FUNCTION_INFO_V1(presence_le);
PG_FUNCTION_INFO_V1(presence_eq);
PG_FUNCTION_INFO_V1(presence_ne);
PG_FUNCTION_INFO_V1(presence_ge);
PG_FUNCTION_INFO_V1(presence_gt);
PG_FUNCTION_INFO_V1(presence_sortsupport);

int
presence_order(const Presence *a, const Presence *b)
{
	ORDER(first_seen);
	ORDER(gone_by);
	ORDER(last_seen);
	ORDER(not_seen_at);
	ORDER(lon);
	ORDER(lat);
	ORDER(count_min);
	ORDER(count_max);
	return 0;
}

static int
order_args(FunctionCallInfo fcinfo)
{
	return presence_order(PG_GETARG_PRESENCE_P(0), PG_GETARG_PRESENCE_P(1));
}

Datum
presence_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(order_args(fcinfo));
}

Datum
presence_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) < 0);
}

Datum
presence_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) <= 0);
}

Datum
presence_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) == 0);
}

Datum
presence_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) != 0);
}

Datum
presence_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) >= 0);
}

Datum
presence_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(order_args(fcinfo) > 0);
}

static int
compare(Datum a, Datum b, SortSupport ssup pg_attribute_unused())
{
	return presence_order(DatumGetPresenceP(a), DatumGetPresenceP(b));
}

#if SIZEOF_DATUM == 8

static int
compare_times(Datum a, Datum b, SortSupport ssup pg_attribute_unused())
{
	int64		s = DatumGetInt64(a);
	int64		t = DatumGetInt64(b);

	return s < t ? -1 : s > t;
}

static Datum
abbreviate(Datum presence, SortSupport ssup pg_attribute_unused())
{
	return Int64GetDatum(DatumGetPresenceP(presence)->first_seen);
}

/* Even where every leading time is equal, an abbreviation costs next to nothing. */
static bool
never_abort(int count pg_attribute_unused(), SortSupport ssup pg_attribute_unused())
{
	return false;
}

#endif

Datum
presence_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = compare;
#if SIZEOF_DATUM == 8
	if (ssup->abbreviate)
	{
		ssup->comparator = compare_times;
		ssup->abbrev_converter = abbreviate;
		ssup->abbrev_abort = never_abort;
		ssup->abbrev_full_comparator = compare;
	}
#endif
	PG_RETURN_VOID();
}
