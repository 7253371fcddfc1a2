/*
 * bounds_gist.c: how the GiST indexes of presences and sightings are laid out, and the
 * support functions that do not care which of the two they index.
 *
 * Theory of operation. A leaf entry is the packed value itself (index_key.h), so that a
 * scan decides exactly, needs no recheck and could return the value without the table; an
 * inner entry bounds what is below it: the box and the four times. That is all that a
 * search needs, because every question is a box and a rectangle over the four times
 * (change.h): descend where the bounds may meet it.
 *
 * There is no fetch function (9), so that the server never makes an index-only scan of its
 * own: that of GiST asks the visibility map about a row after it has let go of the page on
 * which it found the entry. If VACUUM meanwhile removes the row and marks its page, the
 * deleted row is returned. PresenceScan (presence_scan.c) returns values without the table.
 *
 * How many pages a search touches depends only on what shares a page (index_shape.h).
 * CREATE INDEX sorts in the order of the shape (bounds_sort.c) and fills pages in that order. From 15
 * on the server then takes four full pages at a time, splits them with our
 * picksplit and so makes up for the places where the order turns away; for that a
 * split must halve the *bytes* exactly: four pages' worth then becomes four full pages
 * again, whereas any split at an uneven place leaves holes (measured: 45% more pages at
 * a minimum fill of 40 to 45%). So picksplit cuts at the median, along the axis that leaves
 * the fewest questions to touch either side.
 *
 * Entries inserted later go where the margin of the bounds grows least; a page that
 * overflows then is cut as part_left says.
 *
 * Keys of inner pages are rounded outwards to whole seconds. Rounding is monotonous,
 * so that bounds that hold others still do afterwards.
 */
#include "bounds_gist.h"

#include "access/reloptions.h"

PG_FUNCTION_INFO_V1(bounds_gist_union);
PG_FUNCTION_INFO_V1(bounds_gist_same);
PG_FUNCTION_INFO_V1(space_gist_penalty);
PG_FUNCTION_INFO_V1(space_gist_picksplit);
PG_FUNCTION_INFO_V1(space_gist_options);
PG_FUNCTION_INFO_V1(time_gist_penalty);
PG_FUNCTION_INFO_V1(time_gist_picksplit);
PG_FUNCTION_INFO_V1(time_gist_options);

StaticAssertDecl(KEY_MAX <= VARATT_SHORT_MAX - VARHDRSZ_SHORT, "keys have a one-byte header on a page");

/* Keys */

bytea *
key_datum(const uint8_t *key, size_t length)
{
	bytea	   *datum = palloc(VARHDRSZ + length);

	SET_VARSIZE(datum, VARHDRSZ + length);
	memcpy(VARDATA(datum), key, length);
	return datum;
}

Bounds
bounds_from_datum(Datum key)
{
	Bounds		b;

	bounds_unpack(KEY_BYTES(key), KEY_LENGTH(key), &b);
	return b;
}

static bytea *
datum_from_bounds(const Bounds *b)
{
	uint8_t		key[KEY_MAX];

	return key_datum(key, bounds_pack(b, key));
}

GISTENTRY *
leaf_entry(GISTENTRY *entry, const uint8_t *key, size_t length)
{
	GISTENTRY  *made = palloc(sizeof(GISTENTRY));

	gistentryinit(*made, PointerGetDatum(key_datum(key, length)), entry->rel, entry->page, entry->offset, false);
	return made;
}

/* Union and equality */

/* In whole seconds, as they are packed: the bounds of rounded bounds are rounded bounds. */
Datum
bounds_gist_union(PG_FUNCTION_ARGS)
{
	GistEntryVector *entries = (GistEntryVector *) PG_GETARG_POINTER(0);
	int		   *size = (int *) PG_GETARG_POINTER(1);
	CoarseBounds all;
	uint8_t		key[KEY_MAX];
	bytea	   *datum;

	for (int i = 0; i < entries->n; i++)
	{
		Datum		entry = entries->vector[i].key;
		CoarseBounds more;

		coarse_unpack(KEY_BYTES(entry), KEY_LENGTH(entry), &more);
		if (i == 0)
			all = more;
		else
			coarse_add(&all, &more);
	}
	datum = key_datum(key, coarse_pack(&all, key));
	*size = VARSIZE(datum);
	PG_RETURN_BYTEA_P(datum);
}

/* A value has exactly one key: equal keys are equal bytes. */
Datum
bounds_gist_same(PG_FUNCTION_ARGS)
{
	Datum		a = PG_GETARG_DATUM(0);
	Datum		b = PG_GETARG_DATUM(1);
	bool	   *same = (bool *) PG_GETARG_POINTER(2);

	*same = KEY_LENGTH(a) == KEY_LENGTH(b) &&
		memcmp(KEY_BYTES(a), KEY_BYTES(b), KEY_LENGTH(a)) == 0;
	PG_RETURN_POINTER(same);
}

/* Options */

typedef struct ShapeOptions
{
	int32		vl_len_;		/* varlena header, as reloptions want it */
	double		degrees_per_day;
} ShapeOptions;

static Datum
shaped_options(const Shape *shape, FunctionCallInfo fcinfo)
{
	local_relopts *relopts = (local_relopts *) PG_GETARG_POINTER(0);

	init_local_reloptions(relopts, sizeof(ShapeOptions));
	add_local_real_reloption(relopts, "degrees_per_day",
							 "how many degrees a day is worth when pages are split and entries placed",
							 shape->degrees_per_day, 0.0001, 10000,
							 offsetof(ShapeOptions, degrees_per_day));
	PG_RETURN_VOID();
}

static Shape
shape_with_options(const Shape *shape, FmgrInfo *function)
{
	Shape		own = *shape;

	if (has_fn_opclass_options(function))
		own.degrees_per_day = ((ShapeOptions *) get_fn_opclass_options(function))->degrees_per_day;
	return own;
}

/* Penalty */

/* A new entry is weighed against every entry of a page: what does not change is kept. */
typedef struct Weighed
{
	Shape		shape;
	size_t		length;
	uint8_t		key[KEY_MAX];
	CoarseBounds bounds;
} Weighed;

static pg_noinline const Weighed *
keep_weighed(const Shape *shape, FunctionCallInfo fcinfo, Datum key)
{
	Weighed    *kept = fcinfo->flinfo->fn_extra;

	if (KEY_LENGTH(key) > KEY_MAX)
		elog(ERROR, "index key of %zu bytes", KEY_LENGTH(key));
	if (kept == NULL)
	{
		fcinfo->flinfo->fn_extra = kept = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Weighed));
		kept->shape = shape_with_options(shape, fcinfo->flinfo);
	}
	kept->length = KEY_LENGTH(key);
	memcpy(kept->key, KEY_BYTES(key), kept->length);
	coarse_unpack(kept->key, kept->length, &kept->bounds);
	return kept;
}

/*
 * Which entry is weighed is told by its key alone: the server does not ask of every entry of a page,
 * not of one whose key is NULL.
 */
static inline const Weighed *
weighed(const Shape *shape, FunctionCallInfo fcinfo, Datum key)
{
	const Weighed *kept = fcinfo->flinfo->fn_extra;

	if (kept != NULL && kept->length == KEY_LENGTH(key) && memcmp(kept->key, KEY_BYTES(key), kept->length) == 0)
		return kept;
	return keep_weighed(shape, fcinfo, key);
}

/* Of an entry that is not simply bounds. */
static pg_noinline float
penalty_unpacked(const Weighed *new, Datum key)
{
	CoarseBounds bounds;

	coarse_unpack(KEY_BYTES(key), KEY_LENGTH(key), &bounds);
	return shape_penalty(&new->shape, &bounds, &new->bounds);
}

static inline Datum
shaped_penalty(const Shape *shape, FunctionCallInfo fcinfo)
{
	const GISTENTRY *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	Datum		old = entry->key;
	const Weighed *new = weighed(shape, fcinfo, ((GISTENTRY *) PG_GETARG_POINTER(1))->key);
	float	   *penalty = (float *) PG_GETARG_POINTER(2);
	const CoarseBounds *bounds = coarse_in_key(KEY_BYTES(old), KEY_LENGTH(old));

	*penalty = likely(bounds != NULL) ? shape_penalty(&new->shape, bounds, &new->bounds) : penalty_unpacked(new, old);
	PG_RETURN_POINTER(penalty);
}

/* Split */

typedef struct SplitEntry
{
	double		at[SHAPE_AXES];
	OffsetNumber offset;
	Size		bytes;
} SplitEntry;

/* What an entry takes on the page: tuple header and line pointer too. */
static Size
entry_bytes(Datum key)
{
	return MAXALIGN(sizeof(IndexTupleData) + VARHDRSZ_SHORT + KEY_LENGTH(key)) + sizeof(ItemIdData);
}

/* Along the axis, then by the others, then as they were: never undecided. */
static inline bool
is_before(const SplitEntry *x, const SplitEntry *y, int axis)
{
	if (x->at[axis] != y->at[axis])
		return x->at[axis] < y->at[axis];
	for (int i = 0; i < SHAPE_AXES; i++)
		if (x->at[i] != y->at[i])
			return x->at[i] < y->at[i];
	return x->offset < y->offset;
}

static void
swap_entries(SplitEntry *a, SplitEntry *b)
{
	SplitEntry	c = *a;

	*a = *b;
	*b = c;
}

/* Moves the middle one of the first, the middle and the last to the end. */
static void
choose_pivot(SplitEntry *entries, int n, int axis)
{
	SplitEntry *first = &entries[0];
	SplitEntry *middle = &entries[n / 2];
	SplitEntry *last = &entries[n - 1];

	if (is_before(middle, first, axis))
		swap_entries(middle, first);
	if (is_before(last, first, axis))
		swap_entries(last, first);
	if (is_before(middle, last, axis))
		swap_entries(middle, last);
}

/* What lies before the last entry comes first, then that entry; its new place, and their bytes. */
static int
part_at_last(SplitEntry *entries, int n, int axis, double *bytes)
{
	int			less = 0;

	*bytes = 0;
	for (int i = 0; i < n - 1; i++)
	{
		if (!is_before(&entries[i], &entries[n - 1], axis))
			continue;
		*bytes += entries[i].bytes;
		swap_entries(&entries[i], &entries[less++]);
	}
	swap_entries(&entries[less], &entries[n - 1]);
	return less;
}

/*
 * Moves those to the left that come first along the axis and take no more than a part of
 * the bytes, and counts them; at least one stays on either side. The rest is in no order:
 * this is run for every page that a build writes, and sorting would take four times as
 * long.
 */
static int
move_left(SplitEntry *entries, int n, int axis, double part)
{
	double		room = 0;
	int			from = 0;
	int			to = n;

	for (int i = 0; i < n; i++)
		room += entries[i].bytes * part;
	while (from < to)
	{
		double		bytes;
		int			at;

		choose_pivot(entries + from, to - from, axis);
		at = from + part_at_last(entries + from, to - from, axis, &bytes);
		if (bytes > room)
			to = at;
		else
		{
			room -= bytes + entries[at].bytes;
			from = room < 0 ? at : at + 1;
			to = room < 0 ? at : to;
		}
	}
	return Max(1, Min(from, n - 1));
}

/* Is what overflowed the page, its last entry, later than nearly all of it? */
static bool
is_news(const SplitEntry *entries, int n, int axis)
{
	int			before = 0;

	for (int i = 0; i < n - 1; i++)
		before += entries[i].at[axis] <= entries[n - 1].at[axis];
	return before >= 0.9 * (n - 1);
}

/*
 * Half, so that a sorted build packs. But a page that overflows by one entry has been
 * filled by insertion. If that entry is news, so will be what comes after it; cut along the
 * time that grows with it, the older part will hardly grow any more, and takes more. By place
 * that is the middle of the stay; by time the arrival, as departures go on on either side.
 * (Measured by place: nine tenths take a twentieth fewer pages than three quarters for rows
 * inserted in the order of time; by time a fifth more. Without asking whether it is news,
 * rows in no order take an eighth more, of either.)
 */
static double
part_left(const Shape *shape, GistEntryVector *vector, const SplitEntry *entries, int n, int axis)
{
	GISTENTRY  *any = &vector->vector[FirstOffsetNumber];
	bool		inserted = any->page != NULL && n <= (int) PageGetMaxOffsetNumber(any->page) + 1;

	return inserted && axis == shape->first_time && is_news(entries, n, axis) ? shape->older_part : 0.5;
}

typedef struct SplitSide
{
	const SplitEntry *entries;
	int			n;
	Bounds		bounds;
} SplitSide;

static SplitSide
side_of(const SplitEntry *entries, int n, const Bounds *bounds)
{
	SplitSide	side = {entries, n, bounds[entries[0].offset]};

	for (int i = 1; i < n; i++)
		bounds_add(&side.bounds, &bounds[entries[i].offset]);
	return side;
}

static Datum
take_side(const SplitSide *side, OffsetNumber *offsets, int *count)
{
	for (int i = 0; i < side->n; i++)
		offsets[i] = side->entries[i].offset;
	*count = side->n;
	return PointerGetDatum(datum_from_bounds(&side->bounds));
}

static bool
differ_along(const SplitEntry *entries, int n, int axis)
{
	for (int i = 1; i < n; i++)
		if (entries[i].at[axis] != entries[0].at[axis])
			return true;
	return false;
}

/* Along the axis that leaves the fewest questions to touch either side, time rather than place. */
static Datum
shaped_picksplit(const Shape *shape, FunctionCallInfo fcinfo)
{
	GistEntryVector *vector = (GistEntryVector *) PG_GETARG_POINTER(0);
	GIST_SPLITVEC *split = (GIST_SPLITVEC *) PG_GETARG_POINTER(1);
	Shape		own = shape_with_options(shape, fcinfo->flinfo);
	int			n = vector->n - FirstOffsetNumber;
	SplitEntry *entries = palloc0(n * sizeof(SplitEntry));
	Bounds	   *bounds = palloc(vector->n * sizeof(Bounds));	/* by offset */
	double		least = 0;
	SplitSide	left = {0};
	SplitSide	right = {0};

	for (int i = 0; i < n; i++)
	{
		OffsetNumber offset = (OffsetNumber) (i + FirstOffsetNumber);
		Datum		key = vector->vector[offset].key;

		bounds[offset] = bounds_from_datum(key);
		shape_centre(&own, &bounds[offset], entries[i].at);
		entries[i].offset = offset;
		entries[i].bytes = entry_bytes(key);
	}
	for (int axis = own.axes - 1; axis >= 0; axis--)
	{
		SplitEntry *parted;
		int			at;
		SplitSide	one;
		SplitSide	other;
		double		touched;

		if (left.n > 0 && !differ_along(entries, n, axis))
			continue;
		parted = memcpy(palloc(n * sizeof(SplitEntry)), entries, n * sizeof(SplitEntry));
		at = move_left(parted, n, axis, part_left(&own, vector, entries, n, axis));
		one = side_of(parted, at, bounds);
		other = side_of(parted + at, n - at, bounds);
		touched = shape_touched(&own, &one.bounds) + shape_touched(&own, &other.bounds);
		if (left.n == 0 || touched < least)
		{
			least = touched;
			left = one;
			right = other;
		}
	}
	split->spl_left = palloc(n * sizeof(OffsetNumber));
	split->spl_right = palloc(n * sizeof(OffsetNumber));
	split->spl_ldatum = take_side(&left, split->spl_left, &split->spl_nleft);
	split->spl_rdatum = take_side(&right, split->spl_right, &split->spl_nright);
	PG_RETURN_POINTER(split);
}

/* The support functions of the two shapes */

Datum
space_gist_penalty(PG_FUNCTION_ARGS)
{
	return shaped_penalty(&shape_space, fcinfo);
}

Datum
space_gist_picksplit(PG_FUNCTION_ARGS)
{
	return shaped_picksplit(&shape_space, fcinfo);
}

Datum
space_gist_options(PG_FUNCTION_ARGS)
{
	return shaped_options(&shape_space, fcinfo);
}

Datum
time_gist_penalty(PG_FUNCTION_ARGS)
{
	return shaped_penalty(&shape_time, fcinfo);
}

Datum
time_gist_picksplit(PG_FUNCTION_ARGS)
{
	return shaped_picksplit(&shape_time, fcinfo);
}

Datum
time_gist_options(PG_FUNCTION_ARGS)
{
	return shaped_options(&shape_time, fcinfo);
}
