/*
 * bounds_sort.c: the sorting of CREATE INDEX, in the order of a shape (index_shape.h).
 *
 * The place in the order is 64 bits; a sort computes it once for each key as its
 * abbreviation. A merge of what did not fit into memory has no abbreviations, and compares a
 * key with several others before it is done with it: so the places found lately are kept
 * (found each time they took a quarter of a build).
 */
#include "bounds_gist.h"

#include "utils/sortsupport.h"

PG_FUNCTION_INFO_V1(space_gist_sortsupport);
PG_FUNCTION_INFO_V1(time_gist_sortsupport);

#define PLACES_KEPT 16

typedef struct KeptPlace
{
	uint64_t	place;
	size_t		length;			/* of the key; 0: none yet */
	uint8_t		key[KEY_MAX];
} KeptPlace;

/* What a sort keeps. */
typedef struct Order
{
	const Shape *shape;
	KeptPlace	kept[PLACES_KEPT];
} Order;

static uint64_t
place_of(const Order *order, Datum key)
{
	Bounds		b = bounds_from_datum(key);

	return curve_place(order->shape, &b);
}

static uint64_t
kept_place(Order *order, Datum key)
{
	size_t		length = KEY_LENGTH(key);
	KeptPlace  *kept;

	if (length > KEY_MAX)
		return place_of(order, key);
	kept = &order->kept[hash_bytes(KEY_BYTES(key), (int) length) % PLACES_KEPT];
	if (kept->length != length || memcmp(kept->key, KEY_BYTES(key), length) != 0)
	{
		kept->place = place_of(order, key);
		kept->length = length;
		memcpy(kept->key, KEY_BYTES(key), length);
	}
	return kept->place;
}

static int
compare(Datum x, Datum y, SortSupport ssup)
{
	uint64_t	a = kept_place(ssup->ssup_extra, x);
	uint64_t	b = kept_place(ssup->ssup_extra, y);

	return a < b ? -1 : a > b;
}

static Datum
abbreviate(Datum key, SortSupport ssup)
{
	return (Datum) place_of(ssup->ssup_extra, key);
}

static int
compare_abbreviated(Datum x, Datum y, SortSupport ssup)
{
	(void) ssup;
	return x < y ? -1 : x > y;
}

/* Always worth it: it is all that the comparison would compute. */
static bool
keep_abbreviations(int memtupcount, SortSupport ssup)
{
	(void) memtupcount;
	(void) ssup;
	return false;
}

static Datum
sort_by(const Shape *shape, SortSupport ssup)
{
	Order	   *order = MemoryContextAllocZero(ssup->ssup_cxt, sizeof(Order));

	order->shape = shape;
	ssup->ssup_extra = order;
	ssup->comparator = compare;
	if (ssup->abbreviate && sizeof(Datum) == sizeof(uint64_t))
	{
		ssup->comparator = compare_abbreviated;
		ssup->abbrev_converter = abbreviate;
		ssup->abbrev_abort = keep_abbreviations;
		ssup->abbrev_full_comparator = compare;
	}
	PG_RETURN_VOID();
}

Datum
space_gist_sortsupport(PG_FUNCTION_ARGS)
{
	return sort_by(&shape_space, (SortSupport) PG_GETARG_POINTER(0));
}

Datum
time_gist_sortsupport(PG_FUNCTION_ARGS)
{
	return sort_by(&shape_time, (SortSupport) PG_GETARG_POINTER(0));
}
