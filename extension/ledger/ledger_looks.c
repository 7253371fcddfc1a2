/*
 * ledger_looks.c: reads the looks of a window around each touched span, and what was sighted
 * in them. Each receiver runs in the query's context and switches to the work's.
 */
#include "ledger_work.h"

#include "geography.h"

static void
receive_look_before(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Look	   *look = APPEND(work->context, work->looks);

	look->span = work->span_of[asked_row(values)];
	look->side = (int8) DatumGetInt32(values[LOOK_SIDE]);
	look->observation = DatumGetInt64(values[LOOK_OBSERVATION]);
	look->observed_at = DatumGetInt64(values[LOOK_OBSERVED_AT]);
	look->complete = DatumGetBool(values[LOOK_COMPLETE]);
	look->source = DatumGetInt32(values[LOOK_SOURCE]);
	look->since = DatumGetInt64(values[LOOK_SINCE]);
	look->min_confidence = work->min_confidence;
	look->reach = look->complete ? reach_number(work, values[LOOK_SCOPE], values[LOOK_GSD], nulls[LOOK_GSD]) : NONE;
	MemoryContextSwitchTo(before);
}

static void
receive_look(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	Span	   *span = &work->spans[work->span_of[asked_row(values)]];

	receive_look_before(state, values, nulls);
	span->lon = steps_from_degrees(DatumGetFloat8(values[LOOK_LON]), LON_LIMIT, "longitude");
	span->lat = steps_from_degrees(DatumGetFloat8(values[LOOK_LAT]), LAT_LIMIT, "latitude");
}

static int
look_order(const void *left, const void *right)
{
	const Look *a = left;
	const Look *b = right;

	BY(span);
	BY(observed_at);
	BY(observation);
	return 0;
}

/*
 * One end of a span's window. `looks` are those on that side, nearest first, at most
 * `depth`; others at the instant of the farthest may have been cut off.
 */
static int64
window_end(const Look *looks, size_t n, int step, int64 depth, int64 at_none, int64 at_all)
{
	bool		all = depth == 0 || n < (size_t) depth;
	int64		end = all ? at_all : at_none;

	for (size_t i = 0; i < n; i++)
	{
		const Look *look = &looks[(ptrdiff_t) i * step];

		if (!all && look->observed_at == looks[(ptrdiff_t) (n - 1) * step].observed_at)
			break;
		if (depth == FIRST_DEPTH && look->complete)
			return look->observed_at;
		if (!all)
			end = look->observed_at;
	}
	/* the first round does without looks, where none of them is complete */
	return depth == FIRST_DEPTH && !all ? at_none : end;
}

void
choose_derived_window(Work *work pg_attribute_unused(), Span *span, const Look *looks, size_t n, int64 depth)
{
	size_t		before = 0;
	size_t		after = 0;

	while (before < n && looks[before].side < 0)
		before++;
	while (after < n && looks[n - 1 - after].side > 0)
		after++;
	span->window.lo = window_end(before > 0 ? looks + before - 1 : NULL, before, -1, depth, span->window.since, TIME_BEGIN);
	span->window.hi = window_end(looks + n - after, after, 1, depth, span->window.until, TIME_END);
	span->window.lo = Max(span->window.lo, span->floor);
	span->window.hi = Min(span->window.hi, span->ceiling);
}

/* The window's ends, and the looks within it. */
static void
take_window(Work *work, Span *span, const Look *looks, size_t n, int64 depth, WindowChoice choose)
{
	choose(work, span, looks, n, depth);
	span->first_look = work->looks.n;
	for (size_t i = 0; i < n; i++)
		if (looks[i].observed_at >= span->window.lo && looks[i].observed_at <= span->window.hi)
			work->looks.at[work->looks.n++] = looks[i];
	span->looks = work->looks.n - span->first_look;
}

/*
 * Spans that hold nothing, and nobody asks for what comes after them. (Who asks for one source alone
 * asks for all of its looks.)
 */
static void
ask_looks_before(Work *work, Parameter installations, Parameter since, int64 depth)
{
	Assert(!work->one_source);
	ledger_ask(work->ledger, QUERY_LOOKS_BEFORE, (Parameter[]) {
		installations, since, value_if(depth > 0, Int64GetDatum(depth)), known_at_parameter(work)
	}, receive_look_before, work);
}

static void
ask_looks(Work *work, Parameter installations, Parameter since, Parameter until, int64 depth, bool after)
{
	Parameter	limit = value_if(depth > 0, Int64GetDatum(depth));

	ledger_ask(work->ledger, QUERY_LOOKS, (Parameter[]) {
		installations, since, until, limit, after ? limit : value_of(Int64GetDatum(0)), known_at_parameter(work), source_parameter(work)
	}, receive_look, work);
}

void
read_looks(Work *work, int64 depth, bool after, WindowChoice choose)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *since = new_values(work, work->n_spans);
	Datum	   *until = new_values(work, work->n_spans);
	size_t		open = 0;
	int32	   *span_of = palloc(sizeof(int32) * work->n_spans);
	bool		empty = !after;
	size_t		n;
	size_t		next;

	for (size_t i = 0; i < work->n_spans; i++)
	{
		if (!work->spans[i].open)
			continue;
		span_of[open] = (int32) i;
		installations[open] = Int64GetDatum(work->spans[i].installation);
		since[open] = Int64GetDatum(work->spans[i].window.since);
		until[open++] = Int64GetDatum(work->spans[i].window.until);
		empty = empty && work->spans[i].window.since > work->spans[i].window.until;
	}
	work->span_of = span_of;
	if (empty)
		ask_looks_before(work, array_of(installations, open), array_of(since, open), depth);
	else
		ask_looks(work, array_of(installations, open), array_of(since, open), array_of(until, open), depth, after);
	SORT(work->looks, look_order);
	n = work->looks.n;
	work->looks.n = 0;
	for (size_t i = 0; i < work->n_spans; i++)
		work->spans[i].looks = 0;
	for (size_t i = 0, s = 0; s < open; i = next, s++)
	{
		for (next = i; next < n && work->looks.at[next].span == span_of[s]; next++)
			;
		take_window(work, &work->spans[span_of[s]], &work->looks.at[i], next - i, depth, choose);
	}
}

static void
receive_sighting(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Shown	   *shown = APPEND(work->context, work->shown);

	shown->look = asked_row(values);
	shown->class = DatumGetInt32(values[SHOWN_CLASS]);
	shown->status = nulls[SHOWN_STATUS] ? NONE : label_number(work->labels, values[SHOWN_STATUS]);
	shown->designation = nulls[SHOWN_DESIGNATION] ? NONE : label_number(work->labels, values[SHOWN_DESIGNATION]);
	shown->n = DatumGetInt32(values[SHOWN_LOWER]);
	shown->m = nulls[SHOWN_UPPER] ? COUNT_UNBOUNDED : (int64) DatumGetInt32(values[SHOWN_UPPER]) - 1;
	shown->sure = DatumGetFloat8(values[SHOWN_CONFIDENCE]) >= work->looks.at[shown->look].min_confidence;
	MemoryContextSwitchTo(before);
}

static int
shown_order(const void *left, const void *right)
{
	const Shown *a = left;
	const Shown *b = right;

	BY(look);
	return 0;
}

/* They are to be in order of looks, as the query asks for them, whatever plan there is. */
static void
sort_shown(Work *work)
{
	for (size_t i = 1; i < work->shown.n; i++)
		if (work->shown.at[i].look < work->shown.at[i - 1].look)
		{
			SORT(work->shown, shown_order);
			return;
		}
}

/*
 * What a source says of its own confidence
 */
typedef struct Threshold
{
	int32		source;			/* hash key */
	float8		min_confidence;
} Threshold;

static void
receive_threshold(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	const Work *work = state;
	int32		source = DatumGetInt32(values[THRESHOLD_SOURCE]);
	Threshold  *threshold = hash_search(work->thresholds, &source, HASH_FIND, NULL);

	if (threshold != NULL)
		threshold->min_confidence = DatumGetFloat8(values[THRESHOLD_MIN_CONFIDENCE]);
}

/* Sources not met before are asked for; then each look has its own. */
static void
read_thresholds(Work *work)
{
	LIST(Datum) new = {0};

	if (work->thresholds == NULL)
		work->thresholds = new_hash(work->context, "thresholds", sizeof(int32), sizeof(Threshold), NULL, NULL);
	for (size_t i = 0; i < work->looks.n; i++)
	{
		bool		found;
		Threshold  *threshold = hash_search(work->thresholds, &work->looks.at[i].source, HASH_ENTER, &found);

		if (found)
			continue;
		threshold->min_confidence = work->min_confidence;
		*APPEND(work->context, new) = Int32GetDatum(threshold->source);
	}
	if (new.n > 0)
		ledger_ask(work->ledger, QUERY_THRESHOLDS, (Parameter[]) {array_of(new.at, new.n)}, receive_threshold, work);
	for (size_t i = 0; i < work->looks.n; i++)
		work->looks.at[i].min_confidence = ((Threshold *) hash_search(work->thresholds, &work->looks.at[i].source, HASH_FIND, NULL))->min_confidence;
}

/*
 * What can stand where no look sees it
 */

static void
receive_shelter(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);

	*APPEND(work->context, work->shelters) = (Shelter) {
		asked_row(values), DatumGetInt32(values[SHELTER_CLASS]), DatumGetInt32(values[SHELTER_HIDDEN])
	};
	MemoryContextSwitchTo(before);
}

static int
shelter_order(const void *left, const void *right)
{
	const Shelter *a = left;
	const Shelter *b = right;

	BY(span);
	BY(class);
	return 0;
}

void
read_shelters(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	size_t		at = 0;

	work->shelters.n = 0;
	for (size_t i = 0; i < work->n_spans; i++)
		installations[i] = Int64GetDatum(work->spans[i].installation);
	ledger_ask(work->ledger, QUERY_SHELTERS, (Parameter[]) {array_of(installations, work->n_spans)}, receive_shelter, work);
	SORT(work->shelters, shelter_order);
	for (size_t i = 0; i < work->n_spans; i++)
	{
		Span	   *span = &work->spans[i];

		for (span->first_shelter = at; at < work->shelters.n && work->shelters.at[at].span == (int32) i; at++)
			;
		span->shelters = at - span->first_shelter;
	}
}

void
read_sightings(Work *work)
{
	size_t		n = work->looks.n;
	Datum	   *installations = new_values(work, n);
	Datum	   *observations = new_values(work, n);

	read_thresholds(work);
	for (size_t i = 0; i < n; i++)
	{
		installations[i] = Int64GetDatum(work->spans[work->looks.at[i].span].installation);
		observations[i] = Int64GetDatum(work->looks.at[i].observation);
	}
	ledger_ask(work->ledger, QUERY_SIGHTINGS, (Parameter[]) {
		array_of(installations, n), array_of(observations, n), known_at_parameter(work)
	}, receive_sighting, work);
	sort_shown(work);
}
