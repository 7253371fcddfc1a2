/*
 * presence_agg.c: the aggregates.
 *
 * net_change and inventory add up count ranges. Their state is an int8[] of four: sum
 * of the lower ends, sum of the upper ends, and how many of each were unbounded - an
 * ordinary type, so that partial sums travel between parallel workers and between the
 * nodes of a distributed database. Adding such states is all that combining takes.
 *
 * presences gathers sightings and derives runs from all of them at the end (derive.c). The
 * order of input does not matter, so partial states are simply put together. The place of a
 * run is that of the last sighting of its core that saw some or, if none did, of the last.
 */
#include "pg_sightings.h"

#include <string.h>

#include "catalog/pg_type.h"
#include "derive.h"
#include "miscadmin.h"
#include "text.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(net_change_accum);
PG_FUNCTION_INFO_V1(inventory_accum);
PG_FUNCTION_INFO_V1(inventory_mode_accum);
PG_FUNCTION_INFO_V1(count_sum_combine);
PG_FUNCTION_INFO_V1(count_sum_final);
PG_FUNCTION_INFO_V1(presences_accum);
PG_FUNCTION_INFO_V1(presences_combine);
PG_FUNCTION_INFO_V1(presences_serial);
PG_FUNCTION_INFO_V1(presences_deserial);
PG_FUNCTION_INFO_V1(presences_final);

enum
{
	SUM_MIN, SUM_MAX, UNBOUNDED_MIN, UNBOUNDED_MAX, SUM_FIELDS
};

/* The four numbers of a state; the state may have been made by hand, so it is checked. */
static int64 *
sum_fields(ArrayType *state)
{
	if (ARR_NDIM(state) != 1 || ARR_DIMS(state)[0] != SUM_FIELDS ||
		ARR_HASNULL(state) || ARR_ELEMTYPE(state) != INT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("state of a sum of counts must be four numbers")));
	return (int64 *) ARR_DATA_PTR(state);
}

/* As construct_array() would make it, in a third of the time: a state is made for each group. */
static ArrayType *
new_sum(void)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + SUM_FIELDS * sizeof(int64);
	ArrayType  *state = palloc0(size);

	SET_VARSIZE(state, size);
	state->ndim = 1;
	state->elemtype = INT8OID;
	ARR_DIMS(state)[0] = SUM_FIELDS;
	ARR_LBOUND(state)[0] = 1;
	return state;
}

/* The state to add to: in place inside an aggregate, a copy elsewhere. */
static ArrayType *
sum_state(FunctionCallInfo fcinfo, int arg)
{
	if (PG_ARGISNULL(arg))
		return new_sum();
	if (AggCheckCallContext(fcinfo, NULL))
		return PG_GETARG_ARRAYTYPE_P(arg);
	return PG_GETARG_ARRAYTYPE_P_COPY(arg);
}

static void
add_counts(int64 *sum, CountRange c)
{
	if (c.min_unbounded)
		sum[UNBOUNDED_MIN]++;
	else
		sum[SUM_MIN] += c.min;
	if (c.max_unbounded)
		sum[UNBOUNDED_MAX]++;
	else
		sum[SUM_MAX] += c.max;
}

static Datum
accumulate(FunctionCallInfo fcinfo, CountRange c)
{
	ArrayType  *state = sum_state(fcinfo, 0);

	add_counts(sum_fields(state), c);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* A NULL presence or question adds nothing. */
static Datum
unchanged_state(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

Datum
net_change_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return unchanged_state(fcinfo);
	return accumulate(fcinfo, presence_net_change(PG_GETARG_PRESENCE_P(1), PG_GETARG_WATCH_P(2)));
}

Datum
inventory_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return unchanged_state(fcinfo);
	return accumulate(fcinfo, presence_inventory(PG_GETARG_PRESENCE_P(1), PG_GETARG_TIMESTAMPTZ(2),
												 MODE_LAST_KNOWN, AGE_UNLIMITED));
}

Datum
inventory_mode_accum(PG_FUNCTION_ARGS)
{
	ReadingMode		mode;
	int64		age;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return unchanged_state(fcinfo);
	mode = PG_ARGISNULL(3) ? MODE_LAST_KNOWN : (ReadingMode) mode_from_text(PG_GETARG_TEXT_PP(3));
	age = PG_ARGISNULL(4) ? AGE_UNLIMITED : age_from_interval(PG_GETARG_INTERVAL_P(4));
	return accumulate(fcinfo, presence_inventory(PG_GETARG_PRESENCE_P(1), PG_GETARG_TIMESTAMPTZ(2),
												 mode, age));
}

/* strict */
Datum
count_sum_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = sum_state(fcinfo, 0);
	int64	   *sum = sum_fields(state);
	int64	   *more = sum_fields(PG_GETARG_ARRAYTYPE_P(1));

	for (int i = 0; i < SUM_FIELDS; i++)
		sum[i] += more[i];
	PG_RETURN_ARRAYTYPE_P(state);
}

/* strict: no rows, no answer */
Datum
count_sum_final(PG_FUNCTION_ARGS)
{
	int64	   *sum = sum_fields(PG_GETARG_ARRAYTYPE_P(0));
	CountRange	c = {sum[SUM_MIN], sum[SUM_MAX], sum[UNBOUNDED_MIN] > 0, sum[UNBOUNDED_MAX] > 0};

	PG_RETURN_DATUM(range_from_counts(c));
}

typedef struct Gathering
{
	size_t		n;
	size_t		room;
	Sighting   *evidence;
} Gathering;

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo, const char *name)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "%s called outside an aggregate", name);
	return context;
}

static Gathering *
new_gathering(MemoryContext context, size_t room)
{
	Gathering  *g = MemoryContextAlloc(context, sizeof(Gathering));

	g->n = 0;
	g->room = Max(room, 8);
	g->evidence = MemoryContextAllocHuge(context, g->room * sizeof(Sighting));
	return g;
}

static void
gather(Gathering *g, const Sighting *more, size_t n)
{
	if (g->n + n > g->room)
	{
		g->room = Max(2 * g->room, g->n + n);
		g->evidence = repalloc_huge(g->evidence, g->room * sizeof(Sighting));
	}
	memcpy(g->evidence + g->n, more, n * sizeof(Sighting));
	g->n += n;
}

Datum
presences_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo, "presences_accum");
	Gathering  *g = PG_ARGISNULL(0) ? NULL : (Gathering *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1))
	{
		if (g == NULL)
			g = new_gathering(context, 0);
		gather(g, PG_GETARG_SIGHTING_P(1), 1);
	}
	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(g);
}

Datum
presences_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo, "presences_combine");
	Gathering  *g = PG_ARGISNULL(0) ? NULL : (Gathering *) PG_GETARG_POINTER(0);
	Gathering  *more = PG_ARGISNULL(1) ? NULL : (Gathering *) PG_GETARG_POINTER(1);

	if (g == NULL && more != NULL)
		g = new_gathering(context, more->n);
	if (more != NULL)
		gather(g, more->evidence, more->n);
	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(g);
}

/* strict */
Datum
presences_serial(PG_FUNCTION_ARGS)
{
	Gathering  *g;
	bytea	   *out;

	(void) aggregate_context(fcinfo, "presences_serial");
	g = (Gathering *) PG_GETARG_POINTER(0);
	out = palloc(VARHDRSZ + g->n * sizeof(Sighting));
	SET_VARSIZE(out, VARHDRSZ + g->n * sizeof(Sighting));
	memcpy(VARDATA(out), g->evidence, g->n * sizeof(Sighting));
	PG_RETURN_BYTEA_P(out);
}

/* strict */
Datum
presences_deserial(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo, "presences_deserial");
	bytea	   *in = PG_GETARG_BYTEA_PP(0);
	size_t		n = VARSIZE_ANY_EXHDR(in) / sizeof(Sighting);
	Gathering  *g = new_gathering(context, n);

	memcpy(g->evidence, VARDATA_ANY(in), n * sizeof(Sighting));
	g->n = n;
	PG_RETURN_POINTER(g);
}

/*
 * By time; at one instant the one with the most first, whose location counts. All fields take
 * part, so that the result does not depend on the input order. Millions take seconds to
 * sort, and must let go when asked. (The server's qsort, unlike the C library's, holds nothing
 * that would be lost.)
 */
static int
sighting_order(const void *left, const void *right)
{
	const Sighting *a = left;
	const Sighting *b = right;

	CHECK_FOR_INTERRUPTS();
	if (a->observed_at != b->observed_at)
		return a->observed_at < b->observed_at ? -1 : 1;
	if (a->count_min != b->count_min)
		return a->count_min > b->count_min ? -1 : 1;
	if (a->count_max != b->count_max)
		return a->count_max < b->count_max ? -1 : 1;
	if (a->lon != b->lon)
		return a->lon < b->lon ? -1 : 1;
	return (a->lat > b->lat) - (a->lat < b->lat);
}

/*
 * Where each run was: of the latest instant of its core at which some were seen, else of the
 * latest. Sightings and evidence are in order, and of each instant the first counts.
 */
static void
find_places(const Sighting *seen, const Evidence *evidence, size_t n, Presence *runs, size_t n_runs)
{
	size_t		run = 0;
	bool		saw_some = false;

	for (size_t i = 0; i < n && run < n_runs; i++)
	{
		while (seen->observed_at < evidence[i].at)
			seen++;
		if (evidence[i].at > runs[run].last_seen)
		{
			run++;
			saw_some = false;
		}
		if (run == n_runs || evidence[i].at < runs[run].first_seen || (saw_some && seen->count_min == 0))
			continue;
		runs[run].lon = seen->lon;
		runs[run].lat = seen->lat;
		saw_some = seen->count_min > 0;
	}
}

/* Derive from a copy: the state may be asked again, as a window aggregate's is. */
static Presence *
derive_copy(const Gathering *g, size_t *n)
{
	MemoryContext context = CurrentMemoryContext;
	Sighting   *seen = MemoryContextAllocHuge(context, Max(g->n, 1) * sizeof(Sighting));
	Evidence   *evidence = MemoryContextAllocHuge(context, Max(g->n, 1) * sizeof(Evidence));
	size_t	   *scratch = MemoryContextAllocHuge(context, 2 * (g->n + 1) * sizeof(size_t));
	Presence   *found = MemoryContextAllocHuge(context, Max(g->n, 1) * sizeof(Presence));
	size_t		kept;

	memcpy(seen, g->evidence, g->n * sizeof(Sighting));
	qsort(seen, g->n, sizeof(Sighting), sighting_order);
	for (size_t i = 0; i < g->n; i++)
		evidence[i] = (Evidence) {.since = seen[i].observed_at, .at = seen[i].observed_at, .count = {seen[i].count_min, seen[i].count_max}};
	kept = evidence_in_order(evidence, g->n);
	*n = derive_presences(evidence, kept, scratch, found);
	find_places(seen, evidence, kept, found, *n);
	pfree(seen);
	pfree(evidence);
	pfree(scratch);
	return found;
}

/* NULL without any evidence; an empty array where it shows nothing present. */
Datum
presences_final(PG_FUNCTION_ARGS)
{
	Oid			presence_type = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
	Presence   *found;
	Datum	   *elements;
	size_t		n;

	(void) aggregate_context(fcinfo, "presences_final");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	found = derive_copy((Gathering *) PG_GETARG_POINTER(0), &n);
	if (n > (MaxAllocSize - ARR_OVERHEAD_NONULLS(1)) / sizeof(Presence))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many presences for one array: %zu", n)));
	elements = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(Datum));
	for (size_t i = 0; i < n; i++)
		elements[i] = PointerGetDatum(&found[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, (int) n, presence_type, sizeof(Presence),
										  false, TYPALIGN_DOUBLE));
}
