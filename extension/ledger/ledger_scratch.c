/*
 * ledger_scratch.c: all evidence of all that was ever sighted: a ledger's presences from scratch,
 * and the looks that contradict each other. All looks at an installation, all keys sighted in
 * them, no window, no stored run. What each look tells of each key is told by the one reader of
 * evidence (ledger_evidence.c); what the derivation chooses to derive anew, and what it keeps of
 * stored runs, is not used here, so that the two can be compared.
 *
 * Takes the time of looks times keys, and the room of one slice of installations, or of one with more looks.
 */
#include "ledger_work.h"

#include "executor/spi.h"
#include "ledger_rights.h"
#include "row_set.h"
#include "utils/timestamp.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(ledger_presences_from_scratch);
PG_FUNCTION_INFO_V1(ledger_conflicts);

/* Installations read together, at most. */
#define SLICE 200

/* How many of the spans are read together. */
static size_t
slice_of(const Span *spans, size_t n)
{
	size_t		looks = spans[0].looks;
	size_t		taken = 1;

	for (; taken < n && taken < SLICE; taken++)
	{
		looks += spans[taken].looks;
		if (looks > SLICE_LOOKS)
			break;
	}
	return taken;
}

/* What is done with a key: its evidence is asked for in its turn. */
typedef void (*KeyUse) (void *state, Work *work, int32 key, int32 class, Cursors *at);

/* All that was ever sighted at the installations of a slice. */
static void
each_key(Work *work, KeyUse use, void *state)
{
	ClassNumbers *classes;
	Cursors		at = {0};

	read_looks(work, 0, true, choose_derived_window);
	read_sightings(work);
	read_shelters(work);
	classes = read_classes(work);
	choose_keys_seen(work, classes);
	gather_facts(work, classes);
	read_elsewhere(work);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		use(state, work, (int32) i, class_number(classes, work->keys.at[i].id.class), &at);
	}
}

typedef struct Rows
{
	Tuplestorestate *store;
	TupleDesc	desc;
} Rows;

/* (row type of the ledger's presence, min_confidence, installations bigint[], known_at timestamptz) */
static void
from_scratch(FunctionCallInfo fcinfo, KeyUse use)
{
	Oid			schema = get_rel_namespace(get_typ_typrelid(PG_GETARG_OID(0)));
	ArrayType  *installations = PG_GETARG_ARRAYTYPE_P(2);
	const int64 *ids = (int64 *) ARR_DATA_PTR(installations);
	int			n = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	Rows		rows;
	Ledger	   *ledger;
	Span	   *spans;
	size_t		taken;
	int			settings;

	rows.store = row_set_begin(fcinfo, &rows.desc);
	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not the row type of a table", format_type_be(PG_GETARG_OID(0)))));
	if (ARR_HASNULL(installations))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("installations must not be null")));
	SPI_connect();
	settings = settings_take();
	ledger = ledger_open(schema, fcinfo->flinfo->fn_oid, true);
	spans = palloc_extended(sizeof(Span) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
		spans[i] = (Span) {.installation = ids[i], .window = {.since = TIME_BEGIN, .until = TIME_END}, .open = true, .floor = TIME_BEGIN, .ceiling = TIME_END};
	if (n > 1)
		count_looks(ledger, spans, n);
	for (size_t first = 0; first < (size_t) n; first += taken)
	{
		Work		work = {.ledger = ledger, .min_confidence = PG_GETARG_FLOAT8(1), .known_at = PG_GETARG_TIMESTAMPTZ(3), .spans = spans + first};

		work.n_spans = taken = slice_of(spans + first, n - first);
		work_begin(&work);
		each_key(&work, use, &rows);
		work_end(&work);
	}
	settings_return(settings);
	SPI_finish();
}

/* The first four columns: installation, class, status, designation. */
static void
set_key(const Work *work, KeyId id, Datum *values, bool *nulls)
{
	values[0] = Int64GetDatum(work->spans[id.span].installation);
	values[1] = Int32GetDatum(id.class);
	values[2] = values[3] = label_datum(work->labels, id.label);
	nulls[2] = id.kind != OF_STATUS;
	nulls[3] = id.kind != OF_INDIVIDUAL;
}

static void
put_runs(void *state, Work *work, int32 key, int32 class, Cursors *at)
{
	const Rows *rows = state;
	size_t		n = key_told(work, key, class, at);
	Datum		values[5];
	bool		nulls[5] = {0};

	set_key(work, work->keys.at[key].id, values, nulls);
	n = derive_stored(at->told, evidence_in_order(at->told, n), at->result.scratch, at->result.runs);
	place_runs(&work->spans[work->keys.at[key].id.span], at->result.runs, n);
	for (size_t i = 0; i < n; i++)
	{
		values[4] = PointerGetDatum(&at->result.runs[i]);
		tuplestore_putvalues(rows->store, rows->desc, values, nulls);
	}
	pfree(DatumGetPointer(values[2]));
}

/* -> (installation_id bigint, asset_class_id integer, status text, designation text, run presence) */
Datum
ledger_presences_from_scratch(PG_FUNCTION_ARGS)
{
	from_scratch(fcinfo, put_runs);
	return (Datum) 0;
}

/*
 * Looks that contradict each other
 */
static int
count_order(const void *left, const void *right)
{
	const Evidence *a = left;
	const Evidence *b = right;

	BY(count.min);
	BY(count.max);
	BY(look);
	return 0;
}

/* "1 (observation 5), 2 to 3 (observation 6)" */
static char *
moment_text(const Work *work, const Evidence *e, size_t n)
{
	StringInfoData text;

	initStringInfo(&text);
	for (size_t i = 0; i < n; i++)
	{
		int64		look = e[i].look >= 0 ? work->looks.at[e[i].look].observation : work->elsewhere.at[ELSEWHERE_OF(e[i].look)].observation;

		appendStringInfo(&text, "%s%d", i > 0 ? ", " : "", e[i].count.min);
		if (e[i].count.max == COUNT_UNBOUNDED)
			appendStringInfoString(&text, " or more");
		else if (e[i].count.max > e[i].count.min)
			appendStringInfo(&text, " to %d", e[i].count.max);
		appendStringInfo(&text, " (observation " INT64_FORMAT ")", look);
	}
	return text.data;
}

/* Evidence that cannot all be true, or of one time; listed with all that any of it allows. */
static void
put_conflict(const Rows *rows, const Work *work, int32 key, Evidence *e, size_t n, const char *problem)
{
	Counts		all = e[0].count;
	Datum		values[9];
	bool		nulls[9] = {0};

	for (size_t i = 1; i < n; i++)
	{
		all.min = Min(all.min, e[i].count.min);
		all.max = Max(all.max, e[i].count.max);
	}
	set_key(work, work->keys.at[key].id, values, nulls);
	values[4] = CStringGetTextDatum(problem);
	values[5] = Int64GetDatum(e[0].at);
	values[6] = Int32GetDatum(all.min);
	values[7] = Int32GetDatum(all.max);
	nulls[7] = all.max == COUNT_UNBOUNDED;
	qsort(e, n, sizeof(Evidence), count_order);
	values[8] = CStringGetTextDatum(moment_text(work, e, n));
	tuplestore_putvalues(rows->store, rows->desc, values, nulls);
}

/* How much from one on is of the same moment. */
static size_t
moment_of(const Evidence *e, size_t n)
{
	size_t		next = 1;

	while (next < n && e[next].at == e[0].at)
		next++;
	return next;
}

static void
put_moments(const Rows *rows, const Work *work, int32 key, Evidence *told, size_t n)
{
	size_t		next;

	for (size_t i = 0; i < n; i += next)
	{
		Evidence	merged;

		next = moment_of(&told[i], n - i);
		if (evidence_conflicts(&told[i], next, &merged))
			put_conflict(rows, work, key, &told[i], next, "one instant");
	}
}

/*
 * Evidence in order of time, of which none that is later tells more, or as much: the first of them
 * since an instant tells the most of all since then.
 */
typedef struct Highest
{
	const Evidence *told;
	size_t		n;
	size_t	   *at;
	bool		fewest;			/* the least that a maximum tells, not the most that a minimum does */
} Highest;

static void
take_higher(Highest *h, size_t i)
{
	const Counts count = h->told[i].count;

	while (h->n > 0 && (h->fewest ? h->told[h->at[h->n - 1]].count.max >= count.max : h->told[h->at[h->n - 1]].count.min <= count.min))
		h->n--;
	h->at[h->n++] = i;
}

static const Evidence *
highest_since(const Highest *h, int64 since)
{
	size_t		first = 0;
	size_t		last = h->n;

	while (first < last)
	{
		size_t		middle = first + (last - first) / 2;

		if (h->told[h->at[middle]].at < since)
			first = middle + 1;
		else
			last = middle;
	}
	return first < h->n ? &h->told[h->at[first]] : NULL;
}

/*
 * A look that lasted, and what looks that ended since it began told, if both cannot be true of one
 * time: of all of those the ones that told the most and the fewest. (Of one moment: put_moments.)
 */
static void
put_overlaps(const Rows *rows, const Work *work, int32 key, const Evidence *told, size_t n)
{
	size_t	   *scratch = palloc_extended(2 * n * sizeof(size_t), MCXT_ALLOC_HUGE);
	Highest		most = {told, 0, scratch, false};
	Highest		fewest = {told, 0, scratch + n, true};
	size_t		next;

	for (size_t i = 0; i < n; i += next)
	{
		next = moment_of(&told[i], n - i);
		for (size_t k = i; k < i + next; k++)
		{
			Evidence	clash[3] = {told[k]};
			size_t		clashes = 1;
			const Evidence *other = highest_since(&most, told[k].since);

			if (other != NULL && other->count.min > told[k].count.max)
				clash[clashes++] = *other;
			other = highest_since(&fewest, told[k].since);
			if (other != NULL && other->count.max < told[k].count.min)
				clash[clashes++] = *other;
			if (clashes > 1)
				put_conflict(rows, work, key, clash, clashes, "looks overlap");
		}
		for (size_t k = i; k < i + next; k++)
		{
			take_higher(&most, k);
			take_higher(&fewest, k);
		}
	}
	pfree(scratch);
}

static void
put_conflicts(void *state, Work *work, int32 key, int32 class, Cursors *at)
{
	const Rows *rows = state;
	size_t		n = key_told(work, key, class, at);
	bool		lasting = false;

	for (size_t i = 0; i < n; i++)
		lasting = lasting || at->told[i].since < at->told[i].at;
	if (lasting)
		put_overlaps(rows, work, key, at->told, n);
	put_moments(rows, work, key, at->told, n);
}

/* -> (the key's columns, problem text, observed_at timestamptz, count_min integer, count_max integer, evidence text) */
Datum
ledger_conflicts(PG_FUNCTION_ARGS)
{
	from_scratch(fcinfo, put_conflicts);
	return (Datum) 0;
}
