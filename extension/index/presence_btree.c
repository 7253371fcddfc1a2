/*
 * presence_btree.c: the two orders of presences, by arrival and by departure.
 *
 * By arrival first_seen leads, so that the arrivals between two dates are one range of
 * the index; by departure gone_by leads. Both compare every field in the end: they
 * share one equality.
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
PG_FUNCTION_INFO_V1(presence_departure_cmp);
PG_FUNCTION_INFO_V1(presence_departure_lt);
PG_FUNCTION_INFO_V1(presence_departure_le);
PG_FUNCTION_INFO_V1(presence_departure_ge);
PG_FUNCTION_INFO_V1(presence_departure_gt);
PG_FUNCTION_INFO_V1(presence_departure_sortsupport);

int
presence_arrival_order(const Presence *a, const Presence *b)
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

int
presence_departure_order(const Presence *a, const Presence *b)
{
	ORDER(gone_by);
	ORDER(first_seen);
	ORDER(last_seen);
	ORDER(not_seen_at);
	ORDER(lon);
	ORDER(lat);
	ORDER(count_min);
	ORDER(count_max);
	return 0;
}

static int
arrival_order_args(FunctionCallInfo fcinfo)
{
	return presence_arrival_order(PG_GETARG_PRESENCE_P(0), PG_GETARG_PRESENCE_P(1));
}

Datum
presence_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(arrival_order_args(fcinfo));
}

Datum
presence_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) < 0);
}

Datum
presence_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) <= 0);
}

Datum
presence_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) == 0);
}

Datum
presence_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) != 0);
}

Datum
presence_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) >= 0);
}

Datum
presence_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(arrival_order_args(fcinfo) > 0);
}

static int
departure_order_args(FunctionCallInfo fcinfo)
{
	return presence_departure_order(PG_GETARG_PRESENCE_P(0), PG_GETARG_PRESENCE_P(1));
}

Datum
presence_departure_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(departure_order_args(fcinfo));
}

Datum
presence_departure_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(departure_order_args(fcinfo) < 0);
}

Datum
presence_departure_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(departure_order_args(fcinfo) <= 0);
}

Datum
presence_departure_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(departure_order_args(fcinfo) >= 0);
}

Datum
presence_departure_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(departure_order_args(fcinfo) > 0);
}

static int
compare_arrivals(Datum a, Datum b, SortSupport ssup pg_attribute_unused())
{
	return presence_arrival_order(DatumGetPresenceP(a), DatumGetPresenceP(b));
}

static int
compare_departures(Datum a, Datum b, SortSupport ssup pg_attribute_unused())
{
	return presence_departure_order(DatumGetPresenceP(a), DatumGetPresenceP(b));
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
abbreviate_arrival(Datum presence, SortSupport ssup pg_attribute_unused())
{
	return Int64GetDatum(DatumGetPresenceP(presence)->first_seen);
}

static Datum
abbreviate_departure(Datum presence, SortSupport ssup pg_attribute_unused())
{
	return Int64GetDatum(DatumGetPresenceP(presence)->gone_by);
}

/* Even where every leading time is equal, an abbreviation costs next to nothing. */
static bool
never_abort(int count pg_attribute_unused(), SortSupport ssup pg_attribute_unused())
{
	return false;
}

#endif

static void
set_comparator(SortSupport ssup, int (*compare) (Datum, Datum, SortSupport),
			   Datum (*abbreviate) (Datum, SortSupport))
{
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
}

Datum
presence_sortsupport(PG_FUNCTION_ARGS)
{
	set_comparator((SortSupport) PG_GETARG_POINTER(0), compare_arrivals, abbreviate_arrival);
	PG_RETURN_VOID();
}

Datum
presence_departure_sortsupport(PG_FUNCTION_ARGS)
{
	set_comparator((SortSupport) PG_GETARG_POINTER(0), compare_departures, abbreviate_departure);
	PG_RETURN_VOID();
}
