/*
 * ledger_derive.c: the derivation of a ledger's presences from its evidence.
 *
 * Theory of operation. Given are installations, and the span of instants touched at each.
 *
 * 1. A key is (installation, class, status) for counts or (installation, class,
 *    designation) for individuals. A touched span can only change keys seen in it, keys
 *    with a stored run whose not_seen_at .. gone_by meets it and, where evidence was taken
 *    away, any key ever sighted there (ledger_keys.c): taking away a look that showed none
 *    can bring to light a doubtful sighting that it had explained. So can a sighting of an
 *    ancestor of the key's class, which takes the look's "none" away (2); so keys ever
 *    sighted whose class lies below one seen in the span count too.
 * 2. What each look of a window around the span (ledger_looks.c) says of each key
 *    (ledger_evidence.c): the evidence table of the ledger's documentation.
 * 3. The evidence of a key gives its runs (rederive.c), or tells that the window is too
 *    narrow; then again with a wider one, for the keys that are left.
 * 4. What differs from the stored runs is written (ledger_runs.c), and nothing else.
 *
 * A key that is no longer sighted at all has no presences, whatever looks at it allow.
 */
#include "ledger_work.h"

#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_derive_spans);

/* How many looks before and after the span the windows of the rounds take; 0: all. */
static const int64 depths[] = {FIRST_DEPTH, 64, 1024, 16384, 0};

/* One round over the keys that are not settled; false if none are left. */
static bool
derive_round(Work *work, int64 depth, bool first)
{
	HTAB	   *classes;
	bool		open = false;

	work->looks.n = work->shown.n = work->stored.n = work->facts.n = work->extras.n = 0;
	work->elsewhere.n = work->unsighted.n = work->changes.n = 0;
	work->reading_first = first;
	for (size_t i = 0; i < work->reach.n; i++)
		work->reach.at[i].shows = NULL;

	read_looks(work, depth);
	read_sightings(work);
	read_stored(work);
	if (first)
		choose_keys(work);
	classes = read_classes(work);
	if (first)
	{
		choose_keys_below(work, classes);
		add_subjects(work);
	}
	gather_facts(work, classes);
	read_elsewhere(work);
	derive_keys(work, classes);
	drop_unsighted(work);
	write_changes(work);

	for (size_t i = 0; i < work->n_spans; i++)
		work->spans[i].open = false;
	for (size_t i = 0; i < work->keys.n; i++)
		if (!work->keys.at[i].settled)
			open = work->spans[work->keys.at[i].id.span].open = true;
	return open;
}

/*
 * Spans of one installation that meet are one; more than a few are too, with what lies
 * between them.
 */
#define MOST_SPANS 16

static int
span_order(const void *left, const void *right)
{
	const Span *a = left;
	const Span *b = right;

	BY(installation);
	BY(window.since);
	BY(window.until);
	return 0;
}

static size_t
merge_spans(Span *spans, size_t n, bool all)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
	{
		Span	   *last = kept > 0 ? &spans[kept - 1] : NULL;

		if (last != NULL && last->installation == spans[i].installation &&
			(all || spans[i].window.since <= last->window.until))
		{
			last->window.until = Max(last->window.until, spans[i].window.until);
			last->removes = last->removes || spans[i].removes;
		}
		else
			spans[kept++] = spans[i];
	}
	return kept;
}

/* By installation, in order of time. */
static Span *
read_spans(size_t *n, ArrayType *installations, ArrayType *since, ArrayType *until, ArrayType *removes)
{
	const int64 *i = (int64 *) ARR_DATA_PTR(installations);
	const int64 *a = (int64 *) ARR_DATA_PTR(since);
	const int64 *b = (int64 *) ARR_DATA_PTR(until);
	const bool *r = (bool *) ARR_DATA_PTR(removes);
	int			items = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	Span	   *spans = palloc(sizeof(Span) * Max(items, 1));
	size_t		kept = 0;

	if (ARR_HASNULL(installations) || ARR_HASNULL(since) || ARR_HASNULL(until) || ARR_HASNULL(removes) ||
		ArrayGetNItems(ARR_NDIM(since), ARR_DIMS(since)) != items ||
		ArrayGetNItems(ARR_NDIM(until), ARR_DIMS(until)) != items ||
		ArrayGetNItems(ARR_NDIM(removes), ARR_DIMS(removes)) != items)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("spans must be four arrays of the same length without nulls")));
	for (int k = 0; k < items; k++)
		spans[k] = (Span) {.installation = i[k], .window = {.since = a[k], .until = b[k]}, .removes = r[k], .open = true};
	qsort(spans, items, sizeof(Span), span_order);
	*n = merge_spans(spans, items, false);
	for (size_t first = 0, next; first < *n; first = next)
	{
		for (next = first + 1; next < *n && spans[next].installation == spans[first].installation; next++)
			;
		memmove(&spans[kept], &spans[first], sizeof(Span) * (next - first));
		kept += merge_spans(&spans[kept], next - first, next - first > MOST_SPANS);
	}
	*n = kept;
	return spans;
}

/* Derives spans of different installations, in rounds. */
static int64
derive_slice(Oid schema, Oid presence_type, float8 min_confidence, Span *spans, size_t n)
{
	Work		work = {.min_confidence = min_confidence, .spans = spans, .n_spans = n};

	work_begin(&work, schema, presence_type, false);
	for (size_t i = 0; i < lengthof(depths); i++)
		if (!derive_round(&work, depths[i], i == 0))
			break;
	work_end(&work);
	return work.changed;
}

/* Installations derived together; between them a bulk load shows how far it is. */
#define SLICE 1000

/* For the view derivation_progress: an advisory lock that says the table and the percentage. */
static void
show_progress(Oid table, size_t done, size_t all)
{
	if (all > SLICE)
		DirectFunctionCall2(pg_advisory_xact_lock_shared_int4, Int32GetDatum((int32) table),
							Int32GetDatum((int32) (100 * done / all)));
}

/* (a table of the ledger, min_confidence, installations bigint[], since and until timestamptz[], removes boolean[]) -> changed rows */
Datum
ledger_derive_spans(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);
	Oid			schema = get_rel_namespace(table);
	Oid			presence_type = own_presence_type(fcinfo);
	float8		min_confidence = PG_GETARG_FLOAT8(1);
	size_t		n;
	Span	   *spans = read_spans(&n, PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_ARRAYTYPE_P(3),
								   PG_GETARG_ARRAYTYPE_P(4), PG_GETARG_ARRAYTYPE_P(5));
	Span	   *slice = palloc(sizeof(Span) * SLICE);
	size_t		done = 0;
	int64		changed = 0;

	/* An installation's spans one after the other: each derivation reads what the last wrote. */
	while (n > 0)
	{
		size_t		taken = 0;
		size_t		kept = 0;
		size_t		i = 0;

		show_progress(table, done, done + n);
		for (; i < n && taken < SLICE; i++)
			if (taken == 0 || slice[taken - 1].installation != spans[i].installation)
				slice[taken++] = spans[i];
			else
				spans[kept++] = spans[i];
		memmove(&spans[kept], &spans[i], sizeof(Span) * (n - i));
		n = kept + n - i;
		done += taken;
		changed += derive_slice(schema, presence_type, min_confidence, slice, taken);
	}
	PG_RETURN_INT64(changed);
}
