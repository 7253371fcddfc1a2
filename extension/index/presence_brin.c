/*
 * presence_brin.c: BRIN operator classes of presence and sighting.
 *
 * A block range is summarized by the bounds of what it holds, packed as on an inner
 * GiST page (index_key.h): one bytea of 49 bytes. For tables that grow in the order of
 * time, where a range of blocks is a stretch of time and the index stays tiny.
 */
#include "pg_sightings.h"

#include "access/brin_internal.h"
#include "access/brin_tuple.h"
#include "access/skey.h"
#include "bounds_gist.h"
#include "catalog/pg_type.h"
#include "index_query.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(bounds_brin_opcinfo);
PG_FUNCTION_INFO_V1(bounds_brin_union);
PG_FUNCTION_INFO_V1(presence_brin_add_value);
PG_FUNCTION_INFO_V1(presence_brin_consistent);
PG_FUNCTION_INFO_V1(sighting_brin_add_value);
PG_FUNCTION_INFO_V1(sighting_brin_consistent);

/* Of an indexed column one value is stored, the bounds; the arguments of what is called for it. */
#define STORED_BOUNDS 0
enum
{
	BRIN_DESC, BRIN_COLUMN, BRIN_VALUE
};

Datum
bounds_brin_opcinfo(PG_FUNCTION_ARGS)
{
	BrinOpcInfo *info = palloc0(MAXALIGN(SizeofBrinOpcInfo(STORED_BOUNDS + 1)));

	(void) fcinfo;
	info->oi_nstored = STORED_BOUNDS + 1;
	info->oi_regular_nulls = true;
	info->oi_typcache[STORED_BOUNDS] = lookup_type_cache(BYTEAOID, 0);
	PG_RETURN_POINTER(info);
}

/* Widens the summary; true if that changed it. The old value is the column's own copy. */
static bool
summary_add(BrinValues *column, const Bounds *more)
{
	Datum		old = column->bv_values[STORED_BOUNDS];
	Bounds		all = *more;
	uint8_t		key[KEY_MAX];
	size_t		length;

	if (!column->bv_allnulls)
	{
		all = bounds_from_datum(old);
		bounds_add(&all, more);
	}
	length = bounds_pack(&all, key);
	if (!column->bv_allnulls)
	{
		if (length == KEY_LENGTH(old) && memcmp(key, KEY_BYTES(old), length) == 0)
			return false;
		pfree(DatumGetPointer(old));
	}
	column->bv_values[STORED_BOUNDS] = PointerGetDatum(key_datum(key, length));
	column->bv_allnulls = false;
	return true;
}

Datum
bounds_brin_union(PG_FUNCTION_ARGS)
{
	BrinValues *to = (BrinValues *) PG_GETARG_POINTER(BRIN_COLUMN);
	BrinValues *from = (BrinValues *) PG_GETARG_POINTER(BRIN_VALUE);
	Bounds		more = bounds_from_datum(from->bv_values[STORED_BOUNDS]);

	PG_RETURN_BOOL(summary_add(to, &more));
}

Datum
presence_brin_add_value(PG_FUNCTION_ARGS)
{
	BrinValues *column = (BrinValues *) PG_GETARG_POINTER(BRIN_COLUMN);
	Bounds		more = bounds_of_presence(DatumGetPresenceP(PG_GETARG_DATUM(BRIN_VALUE)));

	PG_RETURN_BOOL(summary_add(column, &more));
}

Datum
sighting_brin_add_value(PG_FUNCTION_ARGS)
{
	BrinValues *column = (BrinValues *) PG_GETARG_POINTER(BRIN_COLUMN);
	Bounds		more = bounds_of_sighting(DatumGetSightingP(PG_GETARG_DATUM(BRIN_VALUE)));

	PG_RETURN_BOOL(summary_add(column, &more));
}

static Datum
may_match(const KeySearch *query, BrinValues *column)
{
	Bounds		b = bounds_from_datum(column->bv_values[STORED_BOUNDS]);

	PG_RETURN_BOOL(search_meets_bounds(query, &b));
}

Datum
presence_brin_consistent(PG_FUNCTION_ARGS)
{
	ScanKey		key = (ScanKey) PG_GETARG_POINTER(BRIN_VALUE);
	KeySearch	query = presence_query(key->sk_strategy, key->sk_argument);

	return may_match(&query, (BrinValues *) PG_GETARG_POINTER(BRIN_COLUMN));
}

Datum
sighting_brin_consistent(PG_FUNCTION_ARGS)
{
	ScanKey		key = (ScanKey) PG_GETARG_POINTER(BRIN_VALUE);
	KeySearch	query = sighting_query(key->sk_argument);

	return may_match(&query, (BrinValues *) PG_GETARG_POINTER(BRIN_COLUMN));
}
