/*
 * presence_btree.c: the order of presences by arrival. first_seen leads, so that the
 * arrivals between two dates are one range of the index.
 */
#include "pg_sightings.h"

PG_FUNCTION_INFO_V1(presence_cmp);
PG_FUNCTION_INFO_V1(presence_lt);
PG_FUNCTION_INFO_V1(presence_le);
PG_FUNCTION_INFO_V1(presence_eq);
PG_FUNCTION_INFO_V1(presence_ne);
PG_FUNCTION_INFO_V1(presence_ge);
PG_FUNCTION_INFO_V1(presence_gt);

#define ORDER(field) if (a->field != b->field) return a->field < b->field ? -1 : 1

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
