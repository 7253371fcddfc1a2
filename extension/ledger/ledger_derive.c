/*
 * ledger_derive.c: the derivation of a ledger's presences from its evidence.
 *
 * Theory of operation. Given are installations, and the span of instants touched at each.
 *
 * 1. A key is what is counted at an installation: all of a class, what of it is in a status, or
 *    one individual. A touched span can only change keys with a stored run whose not_seen_at ..
 *    gone_by meets it, keys seen in it, totals above what was seen, and other subjects of the
 *    installation of which the span tells that there may be some (ledger_keys.c). Where evidence was taken
 *    away it can change any subject of the installation: taking away a look that showed none
 *    can bring to light a doubtful sighting that it had explained.
 * 2. What each look of a window around the span (ledger_looks.c) says of each key
 *    (ledger_evidence.c): the evidence table of the ledger's documentation.
 * 3. The evidence of a key gives its runs (rederive.c), or tells that the window is too
 *    narrow; then again with a wider one, for the keys that are left.
 * 4. What differs from the stored runs is written (ledger_runs.c), and nothing else.
 *
 * Spans of one installation far from one another are derived one by one. What lies in another
 * span is touched as well, and the stored runs there are not right yet, so that windows end
 * before the next span. Keys that need more than that are derived once more, over all of the
 * installation's spans as one: a derivation of a wider span than was touched is right too.
 *
 * A key that is no longer sighted at all, or a class whose total is no longer kept, has no presences,
 * whatever looks at it allow.
 */
#include "ledger_derive.h"

#include "ledger_work.h"

/* How many looks before and after the span the windows of the rounds take; 0: all. */
static const int64 depths[] = {FIRST_DEPTH, 64, 1024, 16384, 0};

/* One round over the keys that are not done; false if none is left. again: some of this was derived before. */
static bool
derive_round(Work *work, int64 depth, bool first, bool again)
{
	ClassNumbers *classes;
	bool		open = false;

	forget_evidence(work);
	work->stored.n = work->unsighted.n = work->changes.n = 0;
	work->reading_first = first;

	read_looks(work, depth, true, choose_derived_window);
	if (first && !again)
		note_new_looks(work);
	read_sightings(work);
	read_shelters(work);
	read_stored(work);
	if (first)
		read_subjects(work);
	classes = read_classes(work);
	if (first)
	{
		choose_keys_seen(work, classes);
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
		if (!work->keys.at[i].done)
			open = work->spans[work->keys.at[i].id.span].open = true;
	return open;
}

/*
 * Spans
 */
static void
join_spans(Span *span, const Span *next)
{
	span->window.until = next->window.until;
	span->removes = span->removes || next->removes;
}

/* Joins spans of an installation with few looks between them: one derivation costs more than they. */
static size_t
join_near(Ledger *ledger, Span *spans, size_t n)
{
	Datum	   *installations = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	Datum	   *since = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	Datum	   *until = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	bool	   *narrow = palloc_extended(n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	size_t		gaps = 0;
	size_t		gap = 0;
	size_t		kept = 0;

	for (size_t i = 1; i < n; i++)
		if (spans[i].installation == spans[i - 1].installation)
		{
			installations[gaps] = Int64GetDatum(spans[i].installation);
			since[gaps] = Int64GetDatum(spans[i - 1].window.until);
			until[gaps++] = Int64GetDatum(spans[i].window.since);
		}
	if (gaps > 0)
	{
		ledger_ask(ledger, QUERY_NARROW, (Parameter[]) {
			array_of(installations, gaps), array_of(since, gaps), array_of(until, gaps)
		}, mark_asked, narrow);
		for (size_t i = 0; i < n; i++)
		{
			if (i > 0 && spans[i].installation == spans[i - 1].installation && narrow[gap++])
				join_spans(&spans[kept - 1], &spans[i]);
			else
				spans[kept++] = spans[i];
		}
		n = kept;
	}
	pfree(installations);
	pfree(since);
	pfree(until);
	pfree(narrow);
	return n;
}

/* What is not derived yet is not to be seen. */
static void
bound_spans(Span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		Span	   *span = &spans[i];

		span->floor = TIME_BEGIN;
		span->ceiling = TIME_END;
		if (i > 0 && spans[i - 1].installation == span->installation)
			span->floor = spans[i - 1].window.until + 1;
		if (i + 1 < n && spans[i + 1].installation == span->installation)
			span->ceiling = spans[i + 1].window.since - 1;
	}
}

typedef struct Derivation
{
	Ledger	   *ledger;
	float8		min_confidence;
	const FreshLooks *fresh;
	bool		again;			/* over all of an installation, whose spans could not be derived one by one */
} Derivation;

/* Derives spans of different installations, in rounds; `all`: there are no others. Those that stay open need more than their bounds allow. */
static int64
derive_slice(const Derivation *derivation, Span *spans, size_t n, bool all)
{
	Work		work = {.ledger = derivation->ledger, .min_confidence = derivation->min_confidence, .known_at = TIME_END,
	.spans = spans, .n_spans = n, .knows_subjects = all, .fresh = derivation->fresh};

	work_begin(&work);
	read_alerts(&work);
	for (size_t i = 0; i < n; i++)
		spans[i].open = true;
	for (size_t i = 0; i < lengthof(depths); i++)
		if (!derive_round(&work, depths[i], i == 0, derivation->again))
			break;
	write_events(&work);
	work_end(&work);
	return work.changed;
}

/* Where all evidence is read: spans read together, at most. */
#define SLICE_SPANS 200

size_t
slice_of(const Span *spans, size_t n)
{
	size_t		looks = spans[0].looks;
	size_t		taken = 1;

	for (; taken < n && taken < SLICE_SPANS; taken++)
	{
		looks += spans[taken].looks;
		if (looks > SLICE_LOOKS)
			break;
	}
	return taken;
}

/* Installations derived together; between them a bulk load shows how far it is. */
#define SLICE_PLACES 1000

static void
receive_count(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	((Span *) state)[asked_row(values)].looks = (size_t) DatumGetInt64(values[COUNT_LOOKS]);
}

size_t
count_looks(Ledger *ledger, Span *spans, size_t n)
{
	Datum	   *installations = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	Datum	   *since = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	Datum	   *until = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	size_t		all = 0;

	for (size_t i = 0; i < n; i++)
	{
		installations[i] = Int64GetDatum(spans[i].installation);
		since[i] = Int64GetDatum(spans[i].window.since);
		until[i] = Int64GetDatum(spans[i].window.until);
	}
	ledger_ask(ledger, QUERY_COUNT, (Parameter[]) {
		array_of(installations, n), array_of(since, n), array_of(until, n), value_of(Int64GetDatum(SLICE_LOOKS))
	}, receive_count, spans);
	pfree(installations);
	pfree(since);
	pfree(until);
	for (size_t i = 0; i < n; i++)
		all += spans[i].looks;
	return all;
}

/*
 * For the view derivation_progress: an advisory lock that says the table and the percentage.
 * Anybody can take such locks: where it is not to be had, nothing is shown.
 */
static void
show_progress(const Ledger *ledger, size_t done, size_t all)
{
	DirectFunctionCall2(pg_try_advisory_xact_lock_shared_int4, Int32GetDatum((int32) ledger_table(ledger, "ledger")),
						Int32GetDatum((int32) (100 * done / all)));
}

/* Slice by slice; of an installation one span at a time, as each derivation reads what the last wrote. */
static int64
derive_in_slices(const Derivation *derivation, Span *spans, size_t n)
{
	Span	   *slice = palloc(sizeof(Span) * SLICE_PLACES);
	size_t	   *places = palloc(sizeof(size_t) * SLICE_PLACES);
	size_t		first = 0;
	size_t		done = 0;
	int64		changed = 0;
	bool		large = n > 1 && (count_looks(derivation->ledger, spans, n) > SLICE_LOOKS || n > SLICE_PLACES);

	while (done < n)
	{
		size_t		taken = 0;
		size_t		looks = 0;

		if (large)
			show_progress(derivation->ledger, done, n);
		while (first < n && spans[first].derived)
			first++;
		for (size_t i = first; i < n && taken < SLICE_PLACES; i++)
			if (!spans[i].derived && (taken == 0 || slice[taken - 1].installation != spans[i].installation))
			{
				looks += spans[i].looks;
				if (taken > 0 && looks > SLICE_LOOKS)
					break;
				places[taken] = i;
				slice[taken++] = spans[i];
			}
		changed += derive_slice(derivation, slice, taken, taken == n);
		for (size_t i = 0; i < taken; i++)
		{
			spans[places[i]].derived = true;
			spans[places[i]].open = slice[i].open;
			spans[places[i]].whole = slice[i].open && slice[i].whole;
		}
		done += taken;
	}
	return changed;
}

/* Where one of an installation's spans stayed open, all of them are one. */
static size_t
join_open(Span *spans, size_t n)
{
	size_t		kept = 0;
	size_t		next;

	for (size_t first = 0; first < n; first = next)
	{
		Span		joined = spans[first];
		bool		open = false;
		bool		whole = false;

		for (next = first; next < n && spans[next].installation == joined.installation; next++)
		{
			join_spans(&joined, &spans[next]);
			open = open || spans[next].open;
			whole = whole || spans[next].whole;
		}
		joined.derived = false;
		if (whole)
		{
			joined.window.since = TIME_BEGIN;
			joined.window.until = TIME_END;
		}
		if (open)
			spans[kept++] = joined;
	}
	return kept;
}

int64
derive_spans(Ledger *ledger, float8 min_confidence, const Note *notes, size_t n, const FreshLooks *fresh)
{
	Derivation	derivation = {.ledger = ledger, .min_confidence = min_confidence, .fresh = fresh};
	Span	   *spans = palloc_extended(sizeof(Span) * Max(n, 1), MCXT_ALLOC_HUGE);
	int64		changed;

	for (size_t i = 0; i < n; i++)
		spans[i] = (Span) {
			.installation = notes[i].installation,
			.window = {.since = notes[i].since, .until = notes[i].until},
			.removes = notes[i].removes
		};
	n = join_near(ledger, spans, n);
	bound_spans(spans, n);
	changed = derive_in_slices(&derivation, spans, n);
	n = join_open(spans, n);
	bound_spans(spans, n);
	derivation.again = true;
	return changed + derive_in_slices(&derivation, spans, n);
}
