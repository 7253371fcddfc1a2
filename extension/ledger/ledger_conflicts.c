/*
 * ledger_conflicts.c: evidence that cannot all be true: of looks of one instant, of looks that overlap in
 * time, and of one individual at two places too far apart.
 *
 * Looks that overlap no other contradict none. So the looks are gone through for those that do, and
 * the sightings of designations for those at two installations at one time (QUERY_OVERLAPS,
 * QUERY_APART); only what was sighted in the windows that these make is read, by the one reader of
 * evidence. Windows of an installation that meet, or have few looks between them, are one: so each
 * contradiction lies in one window, with all that it is one of.
 */
#include "ledger_work.h"

#include "executor/spi.h"
#include "ledger_rights.h"
#include "row_set.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_conflicts);

enum
{
	INSTALLATION, ASSET_CLASS, STATUS, DESIGNATION, PROBLEM, OBSERVED_AT, COUNT_MIN, COUNT_MAX, EVIDENCE, COLUMNS
};

typedef struct Row
{
	int32		key;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS];
} Row;

/* Looks at an installation that meet in time. */
typedef struct Overlap
{
	int64		installation;
	int64		since;
	int64		until;
	int64		place;			/* of the last look, among all at the installation in their order */
	bool		apart;			/* an individual was at another installation too; place is not known */
} Overlap;

typedef struct Conflicts
{
	MemoryContext context;
	Tuplestorestate *store;
	TupleDesc	desc;
	LIST(Overlap) overlaps;
	LIST(Row) rows;				/* of a slice */
} Conflicts;

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
put_conflict(Conflicts *conflicts, const Work *work, int32 key, Evidence *e, size_t n, const char *problem)
{
	KeyId		id = work->keys.at[key].id;
	Counts		all = e[0].count;
	Row		   *row = APPEND(work->context, conflicts->rows);

	for (size_t i = 1; i < n; i++)
	{
		all.min = Min(all.min, e[i].count.min);
		all.max = Max(all.max, e[i].count.max);
	}
	*row = (Row) {.key = key};
	row->values[INSTALLATION] = Int64GetDatum(work->spans[id.span].installation);
	row->values[ASSET_CLASS] = Int32GetDatum(id.class);
	row->values[STATUS] = row->values[DESIGNATION] = label_datum(work->labels, id.label);
	row->nulls[STATUS] = id.kind != OF_STATUS;
	row->nulls[DESIGNATION] = id.kind != OF_INDIVIDUAL;
	row->values[PROBLEM] = CStringGetTextDatum(problem);
	row->values[OBSERVED_AT] = Int64GetDatum(e[0].at);
	row->values[COUNT_MIN] = Int32GetDatum(all.min);
	row->values[COUNT_MAX] = Int32GetDatum(all.max);
	row->nulls[COUNT_MAX] = all.max == COUNT_UNBOUNDED;
	qsort(e, n, sizeof(Evidence), count_order);
	row->values[EVIDENCE] = CStringGetTextDatum(moment_text(work, e, n));
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
put_moments(Conflicts *conflicts, const Work *work, int32 key, Evidence *told, size_t n)
{
	size_t		next;

	for (size_t i = 0; i < n; i += next)
	{
		Evidence	merged;

		next = moment_of(&told[i], n - i);
		if (evidence_conflicts(&told[i], next, &merged))
			put_conflict(conflicts, work, key, &told[i], next, "one instant");
	}
}

/*
 * Evidence in order of time that no later evidence outdoes or equals. So the first of it since an instant
 * is the highest of all since then.
 */
typedef struct Highest
{
	const Evidence *told;
	size_t		n;
	size_t	   *at;
	bool		fewest;			/* of maxima the lowest; else of minima the highest */
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
 * Puts a look that lasted beside looks that ended since it began, if they cannot all be true: of those
 * the one that told the most, and the one that told the fewest. (For looks of one moment: put_moments.)
 */
static void
put_overlaps(Conflicts *conflicts, const Work *work, int32 key, const Evidence *told, size_t n)
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
				put_conflict(conflicts, work, key, clash, clashes, "looks overlap");
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
put_key(Conflicts *conflicts, Work *work, int32 key, int32 class, Cursors *at)
{
	size_t		n = key_told(work, key, class, at);
	bool		lasting = false;

	for (size_t i = 0; i < n; i++)
		lasting = lasting || at->told[i].since < at->told[i].at;
	if (lasting)
		put_overlaps(conflicts, work, key, at->told, n);
	put_moments(conflicts, work, key, at->told, n);
}

/* Are subjects that are listed, but not seen in the window, sighted at all? (A subject stays listed when it no longer is.) */
static void
drop_rows_unsighted(Conflicts *conflicts, Work *work)
{
	LIST(int32) keys = {0};
	bool	   *sighted;
	size_t		kept = 0;
	size_t		k = 0;
	Parameter	parameters[KEY_PARAMETERS];

	for (size_t i = 0; i < conflicts->rows.n; i++)
		if (!work->keys.at[conflicts->rows.at[i].key].seen)
			*APPEND(work->context, keys) = conflicts->rows.at[i].key;
	if (keys.n == 0)
		return;
	sighted = palloc0(sizeof(bool) * keys.n);
	key_parameters(work, keys.at, keys.n, parameters);
	ledger_ask(work->ledger, QUERY_IS_SIGHTED, parameters, mark_asked, sighted);
	for (size_t i = 0; i < conflicts->rows.n; i++)
		if (work->keys.at[conflicts->rows.at[i].key].seen || sighted[k++])
			conflicts->rows.at[kept++] = conflicts->rows.at[i];
	conflicts->rows.n = kept;
}

static void
choose_exactly(Work *work pg_attribute_unused(), Span *span, const Look *looks pg_attribute_unused(),
			   size_t n pg_attribute_unused(), int64 depth pg_attribute_unused())
{
	span->window.lo = span->window.since;
	span->window.hi = span->window.until;
}

/* What was sighted in the windows of a slice, and what else is counted there. */
static void
put_slice(Conflicts *conflicts, Work *work, bool apart)
{
	ClassNumbers *classes;
	Cursors		at = {0};

	read_looks(work, 1, false, choose_exactly);
	read_sightings(work);
	read_shelters(work);
	read_subjects_seen(work);
	classes = read_classes(work);
	choose_keys_seen(work, classes);
	gather_facts(work, classes);
	if (apart)
		read_elsewhere(work);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!work->keys.at[i].done)
			put_key(conflicts, work, (int32) i, class_number(classes, work->keys.at[i].id.class), &at);
	}
	drop_rows_unsighted(conflicts, work);
	for (size_t i = 0; i < conflicts->rows.n; i++)
		tuplestore_putvalues(conflicts->store, conflicts->desc, conflicts->rows.at[i].values, conflicts->rows.at[i].nulls);
	memset(&conflicts->rows, 0, sizeof(conflicts->rows));
}

/*
 * Windows
 */

static void
receive_overlap(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Conflicts  *conflicts = state;

	*APPEND(conflicts->context, conflicts->overlaps) = (Overlap) {
		.installation = DatumGetInt64(values[OVERLAP_INSTALLATION]),
		.since = DatumGetInt64(values[OVERLAP_SINCE]),
		.until = DatumGetInt64(values[OVERLAP_UNTIL]),
		.place = DatumGetInt64(values[OVERLAP_PLACE]),
		.apart = DatumGetInt64(values[OVERLAP_PLACE]) == 0
	};
}

static int
overlap_order(const void *left, const void *right)
{
	const Overlap *a = left;
	const Overlap *b = right;

	BY(installation);
	BY(since);
	BY(until);
	return 0;
}

/* Two windows with no more looks than this between them are read as one. */
#define NEAR 2

/* Windows that meet, or lie near, are one. (But a window that is apart stays small: for each of its individuals it is asked where else it was seen.) */
static bool
joins(const Overlap *last, const Overlap *next)
{
	return last->installation == next->installation &&
		(next->since <= last->until || (!last->apart && !next->apart && next->place - last->place <= NEAR));
}

static size_t
join_overlaps(Overlap *overlaps, size_t n)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
	{
		Overlap    *last = &overlaps[kept > 0 ? kept - 1 : 0];

		if (kept == 0 || !joins(last, &overlaps[i]))
		{
			overlaps[kept++] = overlaps[i];
			continue;
		}
		last->until = Max(last->until, overlaps[i].until);
		last->place = Max(last->place, overlaps[i].place);
		last->apart = last->apart || overlaps[i].apart;
	}
	return kept;
}

static void
put_windows(Conflicts *conflicts, Ledger *ledger, float8 min_confidence, bool apart)
{
	Span	   *spans = palloc_extended(sizeof(Span) * Max(conflicts->overlaps.n, 1), MCXT_ALLOC_HUGE);
	size_t		n = 0;
	size_t		taken;

	for (size_t i = 0; i < conflicts->overlaps.n; i++)
	{
		const Overlap *overlap = &conflicts->overlaps.at[i];

		if (overlap->apart == apart)
			spans[n++] = (Span) {.installation = overlap->installation, .window = {.since = overlap->since, .until = overlap->until}, .open = true};
	}
	if (n > 1)
		count_looks(ledger, spans, n);
	for (size_t first = 0; first < n; first += taken)
	{
		Work		work = {.ledger = ledger, .min_confidence = min_confidence, .known_at = TIME_END, .spans = spans + first, .knows_subjects = true};

		work.n_spans = taken = slice_of(spans + first, n - first);
		work_begin(&work);
		put_slice(conflicts, &work, apart);
		work_end(&work);
	}
}

static void
receive_too_far(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	const Conflicts *conflicts = state;
	Datum		row[COLUMNS] = {
		[INSTALLATION] = values[FAR_INSTALLATION],
		[ASSET_CLASS] = values[FAR_CLASS],
		[DESIGNATION] = values[FAR_DESIGNATION],
		[PROBLEM] = CStringGetTextDatum("too far apart"),
		[OBSERVED_AT] = values[FAR_OBSERVED_AT],
		[COUNT_MIN] = Int32GetDatum(0),
		[COUNT_MAX] = Int32GetDatum(1),
		[EVIDENCE] = values[FAR_EVIDENCE]
	};
	bool		none[COLUMNS] = {[STATUS] = true};

	tuplestore_putvalues(conflicts->store, conflicts->desc, row, none);
}

/* (ledger regclass, min_confidence float8) */
Datum
ledger_conflicts(PG_FUNCTION_ARGS)
{
	enum
	{
		LEDGER, MIN_CONFIDENCE
	};
	Oid			schema = get_rel_namespace(PG_GETARG_OID(LEDGER));
	Conflicts	conflicts = {0};
	Datum		min_confidence = PG_GETARG_DATUM(MIN_CONFIDENCE);
	Ledger	   *ledger;
	int			settings;

	conflicts.store = row_set_begin(fcinfo, &conflicts.desc);
	if (!OidIsValid(schema))
		ereport(ERROR, (errcode(ERRCODE_SIGHTINGS_LEDGER), errmsg("there is no table with OID %u", PG_GETARG_OID(LEDGER))));
	SPI_connect();
	conflicts.context = CurrentMemoryContext;
	settings = settings_take();
	ledger = ledger_open(schema, fcinfo->flinfo->fn_oid, true);
	ledger_ask(ledger, QUERY_OVERLAPS, NULL, receive_overlap, &conflicts);
	ledger_ask(ledger, QUERY_APART, NULL, receive_overlap, &conflicts);
	SORT(conflicts.overlaps, overlap_order);
	conflicts.overlaps.n = join_overlaps(conflicts.overlaps.at, conflicts.overlaps.n);
	put_windows(&conflicts, ledger, DatumGetFloat8(min_confidence), false);
	put_windows(&conflicts, ledger, DatumGetFloat8(min_confidence), true);
	ledger_ask(ledger, QUERY_TOO_FAR, (Parameter[]) {value_of(min_confidence)}, receive_too_far, &conflicts);
	settings_return(settings);
	SPI_finish();
	return (Datum) 0;
}
