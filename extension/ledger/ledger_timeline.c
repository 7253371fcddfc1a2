/*
 * ledger_timeline.c: the reports that walk from one date to another: how many at the end of every
 * step, how many came and left, how long a count stays.
 */
#include "ledger_report.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_timeline);
PG_FUNCTION_INFO_V1(ledger_told);
PG_FUNCTION_INFO_V1(ledger_turnover);
PG_FUNCTION_INFO_V1(ledger_persistence);

/* Calls `use` for all subjects of the installations in question, with their evidence, and `end` (or NULL) after each slice. */
static void
walk(Report *report, int64 from, int64 to, EvidenceUse use, void (*end) (void *state, Report *report), void *state)
{
	Place	   *places = places_between(report, from, to);
	bool		now = !reads_all(report);

	for (size_t first = 0; first < report->installations.n; first += SLICE_ALL)
	{
		begin_slice(report, Min(SLICE_ALL, report->installations.n - first));
		memcpy(report->places, places + first, sizeof(Place) * report->n_places);
		if (now)
		{
			take_all(report);
			keep_sighted(report, false);
		}
		say_places(report);
		learn_evidence(report, now ? LEARN_BOTH : LEARN_ALL, use, state);
		if (end != NULL)
			end(state, report);
	}
}

/*
 * Timeline
 */
enum
{
	STEP_FROM, STEP_TO, T_INSTALLATION, T_ASSET_CLASS, T_CLASS_PATH, T_DESIGNATION, T_STATUS,
	T_COUNT_MIN, T_COUNT_MAX, T_STATE, T_TOLD_MIN, T_TOLD_MAX, T_LOOKED_AT,
	T_PLACE, T_COLUMNS = T_PLACE + 3
};

/* More would be no report: who asks for years by the second has mistaken the step. */
#define MOST_STEPS 1000000

typedef struct Steps
{
	MemoryContext context;
	LIST(int64) ends;			/* where each begins, and where the last ends */
} Steps;

static void
put_step(Report *report, const Subject *subject, const Place *place, const ClassSaid *class, const Known *known, int64 from, int64 to)
{
	TimelineState state = timeline_state(from, to - 1, report->max_age, known);
	bool		counted = state == TIMELINE_OBSERVED || state == TIMELINE_LAST_KNOWN;
	Datum		values[T_COLUMNS];
	bool		nulls[T_COLUMNS] = {0};

	new_row(report);
	values[STEP_FROM] = TimestampTzGetDatum(from);
	values[STEP_TO] = TimestampTzGetDatum(to);
	values[T_INSTALLATION] = place->name;
	values[T_ASSET_CLASS] = class->name;
	values[T_CLASS_PATH] = class->path;
	values[T_DESIGNATION] = label_said(report, subject, OF_INDIVIDUAL, &nulls[T_DESIGNATION]);
	values[T_STATUS] = label_said(report, subject, OF_STATUS, &nulls[T_STATUS]);
	set_counts(values, nulls, T_COUNT_MIN, counted, known->carried);
	values[T_STATE] = CStringGetTextDatum(timeline_states[state].word);
	set_counts(values, nulls, T_TOLD_MIN, known->told, known->last.count);
	values[T_LOOKED_AT] = TimestampTzGetDatum(known->last.at);
	nulls[T_LOOKED_AT] = !known->told;
	set_place(values, T_PLACE, place);
	put_row(report, values, nulls, T_COLUMNS);
}

/* A step holds the looks from its beginning on and before its end. */
static void
put_steps(void *state, Report *report, const Subject *subject, const Work *work pg_attribute_unused(),
		  const Evidence *evidence, size_t n, size_t first)
{
	const Steps *steps = state;
	const Place *place = &report->places[subject->place];
	const ClassSaid *class = class_said(report, subject->class);
	Known		known = {0};

	if (!place->visible || class == NULL)
		return;
	for (size_t i = 0; i + 1 < steps->ends.n; i++)
	{
		while (first < n && evidence[first].at < steps->ends.at[i + 1])
			known_take(&known, &evidence[first++]);
		put_step(report, subject, place, class, &known, steps->ends.at[i], steps->ends.at[i + 1]);
	}
}

/*
 * Steps of statuses: what is known of one at the end of a step depends on the others of its class.
 */
static void
keep_evidence(void *state pg_attribute_unused(), Report *report, const Subject *subject, const Work *work pg_attribute_unused(),
			  const Evidence *evidence, size_t n, size_t first)
{
	Subject    *kept = &report->subjects.at[subject - report->subjects.at];

	kept->n_evidence = n - first;
	kept->evidence = MemoryContextAllocHuge(report->slice, sizeof(Evidence) * Max(kept->n_evidence, 1));
	memcpy(kept->evidence, evidence + first, sizeof(Evidence) * kept->n_evidence);
}

/* The whole, then its statuses. */
static void
put_group_steps(const Steps *steps, Report *report, const Subject *group, size_t n)
{
	const Place *place = &report->places[group->place];
	const ClassSaid *class = class_said(report, group->class);
	Known	   *known;
	Known	   *narrowed;
	size_t	   *next;

	if (!place->visible || class == NULL)
		return;
	known = palloc0(sizeof(Known) * n);
	narrowed = palloc(sizeof(Known) * n);
	next = palloc0(sizeof(size_t) * n);
	for (size_t i = 0; i + 1 < steps->ends.n; i++)
	{
		for (size_t k = 0; k < n; k++)
			while (next[k] < group[k].n_evidence && group[k].evidence[next[k]].at < steps->ends.at[i + 1])
				known_take(&known[k], &group[k].evidence[next[k]++]);
		memcpy(narrowed, known, sizeof(Known) * n);
		narrow_known(group, narrowed, n, steps->ends.at[i + 1] - 1);
		for (size_t k = 1; k < n; k++)
			put_step(report, &group[k], place, class, &narrowed[k], steps->ends.at[i], steps->ends.at[i + 1]);
	}
	pfree(known);
	pfree(narrowed);
	pfree(next);
}

static void
put_status_steps(void *state, Report *report)
{
	size_t		end;

	if (report->kind != OF_STATUS)
		return;
	SORT(report->subjects, subject_order);
	if (!reads_all(report))
		mark_told_before(report);
	for (size_t first = 0; first < report->subjects.n; first = end)
	{
		for (end = first + 1; end < report->subjects.n && report->subjects.at[end].kind == OF_STATUS; end++)
			;
		put_group_steps(state, report, &report->subjects.at[first], end - first);
	}
}

static void
refuse_step(Interval *step, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("invalid step: %s", step == NULL ? "null" : psprintf("'%s'", DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(step))))),
			 errdetail("%s", detail)));
}

/* Counted from the beginning, so that a day without a midnight moves no later step. */
static void
make_steps(Report *report, int64 from, int64 to, Interval *step, Steps *steps)
{
	Interval	none = {0};
	int64		at = from;

	if (step == NULL || DatumGetInt32(DirectFunctionCall2(interval_cmp, IntervalPGetDatum(step), IntervalPGetDatum(&none))) <= 0)
		refuse_step(step, "A step must be a positive interval.");
	steps->context = report->context;
	for (float8 i = 1; at < to; i++)
	{
		Datum		whole = DirectFunctionCall2(interval_mul, IntervalPGetDatum(step), Float8GetDatum(i));

		CHECK_FOR_INTERRUPTS();
		if (steps->ends.n == MOST_STEPS)
			refuse_step(step, psprintf("It makes more than %d steps.", MOST_STEPS));
		*APPEND(steps->context, steps->ends) = at;
		at = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval, TimestampTzGetDatum(from), whole));
		pfree(DatumGetPointer(whole));
	}
	*APPEND(steps->context, steps->ends) = to;
}

static void
receive_added(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;

	*APPEND(report->context, report->added) = DatumGetInt32(values[ONLY_COLUMN]);
}

/* The classes asked for, or all, are told of though they were never sighted. */
static void
add_unsighted(Report *report)
{
	Datum	   *classes;
	int			n;

	if (!report->has_classes)
	{
		ledger_ask(report->ledger, QUERY_ALL_CLASSES, NULL, receive_added, report);
		return;
	}
	deconstruct_array(DatumGetArrayTypeP(report->classes), INT4OID, 4, true, TYPALIGN_INT, &classes, NULL, &n);
	for (int i = 0; i < n; i++)
		receive_added(report, &classes[i], NULL);
}

/* What is asked for by name. */
static void
add_named(Report *report)
{
	if (report->has_installation && report->has_classes)
		add_unsighted(report);
}

/* The first arguments of its own, of each of these reports. */
enum
{
	ARG_FROM = REPORT_ARGUMENTS, ARG_TO, DATED_ARGUMENTS
};

Datum
ledger_timeline(PG_FUNCTION_ARGS)
{
	enum
	{
		STEP = DATED_ARGUMENTS, MAX_AGE
	};
	Report		report;
	Steps		steps = {0};
	int64		from;
	int64		to;

	report_begin(fcinfo, &report);
	report_dates(fcinfo, ARG_FROM, ARG_TO, NO_ARGUMENT, MAX_AGE, &report, &from, &to);
	make_steps(&report, from, to, PG_ARGISNULL(STEP) ? NULL : PG_GETARG_INTERVAL_P(STEP), &steps);
	add_named(&report);
	walk(&report, from - 1, to - 1, report.kind == OF_STATUS ? keep_evidence : put_steps, put_status_steps, &steps);
	report_end(&report);
	return (Datum) 0;
}

/*
 * What each look told
 */
enum
{
	OBSERVED_FROM = SUBJECT_COLUMNS, OBSERVED_AT, O_COUNT_MIN, O_COUNT_MAX, O_DOUBT, O_LOOK, O_PLACE, O_COLUMNS = O_PLACE + 3
};

static void
put_told(Report *report, const Subject *subject, const Work *work, const Evidence *e)
{
	LookSaid	look = look_said(work, e);
	Datum		values[O_COLUMNS];
	bool		nulls[O_COLUMNS] = {0};

	if (!new_subject_row(report, subject, values, nulls))
		return;
	values[OBSERVED_FROM] = TimestampTzGetDatum(e->since);
	values[OBSERVED_AT] = TimestampTzGetDatum(e->at);
	set_counts(values, nulls, O_COUNT_MIN, true, e->count);
	values[O_DOUBT] = Int32GetDatum((int32) e->doubt);
	values[O_LOOK] = Int64GetDatum(look.observation);
	set_place(values, O_PLACE, &report->places[subject->place]);
	put_row(report, values, nulls, O_COLUMNS);
}

static void
put_all_told(void *state pg_attribute_unused(), Report *report, const Subject *subject, const Work *work,
			 const Evidence *evidence, size_t n, size_t first)
{
	for (size_t i = first; is_wanted(report, subject) && i < n; i++)
		if (evidence[i].at >= report->places[subject->place].from)
			put_told(report, subject, work, &evidence[i]);
}

/* A date that is not given leaves nothing out. */
static void
take_span(FunctionCallInfo fcinfo, Report *report, int64 *from, int64 *to)
{
	if (!PG_ARGISNULL(ARG_FROM) && !PG_ARGISNULL(ARG_TO))
		report_dates(fcinfo, ARG_FROM, ARG_TO, NO_ARGUMENT, NO_ARGUMENT, report, from, to);
	*from = PG_ARGISNULL(ARG_FROM) ? TIME_FIRST : PG_GETARG_TIMESTAMPTZ(ARG_FROM);
	*to = PG_ARGISNULL(ARG_TO) ? TIME_LAST : PG_GETARG_TIMESTAMPTZ(ARG_TO);
}

Datum
ledger_told(PG_FUNCTION_ARGS)
{
	enum
	{
		EACH_LOOK = DATED_ARGUMENTS, UNSIGHTED
	};
	Report		report;
	int64		from;
	int64		to;

	report_begin(fcinfo, &report);
	take_span(fcinfo, &report, &from, &to);
	report.each_look = PG_GETARG_BOOL(EACH_LOOK);
	if (PG_GETARG_BOOL(UNSIGHTED))
		add_unsighted(&report);
	walk(&report, from, to, put_all_told, NULL, NULL);
	report_end(&report);
	return (Datum) 0;
}

/*
 * Turnover
 */
enum
{
	CAME = SUBJECT_COLUMNS, LEFT, LOOKS, FROM_LOOKED_AT, TO_LOOKED_AT, V_PLACE, V_COLUMNS = V_PLACE + 3
};

static void
put_turnover(void *state pg_attribute_unused(), Report *report, const Subject *subject, const Work *work pg_attribute_unused(),
			 const Evidence *evidence, size_t n, size_t first)
{
	const Place *place = &report->places[subject->place];
	Turnover	turnover = {0};
	Datum		values[V_COLUMNS];
	bool		nulls[V_COLUMNS] = {0};

	while (first + 1 < n && evidence[first + 1].at <= place->from)
		first++;
	for (size_t i = first; i < n; i++)
		turnover_take(&turnover, &evidence[i]);
	if (!is_wanted(report, subject) || turnover.came + turnover.left == 0 || !new_subject_row(report, subject, values, nulls))
		return;
	values[CAME] = Int64GetDatum(turnover.came);
	values[LEFT] = Int64GetDatum(turnover.left);
	values[LOOKS] = Int64GetDatum(turnover.looks);
	values[FROM_LOOKED_AT] = TimestampTzGetDatum(evidence[first].at);
	values[TO_LOOKED_AT] = TimestampTzGetDatum(turnover.until);
	set_place(values, V_PLACE, place);
	put_row(report, values, nulls, V_COLUMNS);
}

Datum
ledger_turnover(PG_FUNCTION_ARGS)
{
	Report		report;
	int64		from;
	int64		to;

	report_begin(fcinfo, &report);
	report_dates(fcinfo, ARG_FROM, ARG_TO, NO_ARGUMENT, NO_ARGUMENT, &report, &from, &to);
	walk(&report, from, to, put_turnover, NULL, NULL);
	report_end(&report);
	return (Datum) 0;
}

/*
 * Persistence
 */
typedef struct ClassPersistence
{
	int32		class;			/* hash key */
	Persistence persistence;
} ClassPersistence;

static void
add_persistence(void *state, Report *report, const Subject *subject, const Work *work pg_attribute_unused(),
				const Evidence *evidence, size_t n, size_t first pg_attribute_unused())
{
	bool		found;
	ClassPersistence *of;

	if (!is_wanted(report, subject))
		return;
	of = hash_search(state, &subject->class, HASH_ENTER, &found);
	if (!found)
		memset(&of->persistence, 0, sizeof(Persistence));
	persistence_take(&of->persistence, evidence, n);
}

enum
{
	P_ASSET_CLASS, P_CLASS_PATH, P_DAYS, P_PAIRS, P_SAME, P_WORD, P_COLUMNS
};

static void
put_gap(Report *report, const ClassSaid *class, int gap, int64 pairs, int64 same)
{
	Datum		values[P_COLUMNS];
	bool		nulls[P_COLUMNS] = {0};

	new_row(report);
	values[P_ASSET_CLASS] = class->name;
	values[P_CLASS_PATH] = class->path;
	values[P_DAYS] = Int32GetDatum(1 << gap);
	values[P_PAIRS] = Int64GetDatum(pairs);
	values[P_SAME] = Int64GetDatum(same);
	values[P_WORD] = text_or_null(persistence_word(same, pairs), &nulls[P_WORD]);
	put_row(report, values, nulls, P_COLUMNS);
}

static void
put_persistence(Report *report, const ClassPersistence *of)
{
	const ClassSaid *class = class_said(report, of->class);

	for (int gap = 0; class != NULL && gap < GAPS; gap++)
		if (of->persistence.pairs[gap] > 0)
			put_gap(report, class, gap, of->persistence.pairs[gap], of->persistence.same[gap]);
}

Datum
ledger_persistence(PG_FUNCTION_ARGS)
{
	Report		report;
	HTAB	   *classes;
	HASH_SEQ_STATUS scan;
	ClassPersistence *of;

	report_begin(fcinfo, &report);
	classes = new_hash(report.context, "persistence", sizeof(int32), sizeof(ClassPersistence), NULL, NULL);
	/* all evidence: nothing is told before the first date */
	walk(&report, TIME_FIRST, TIME_LAST, add_persistence, NULL, classes);
	hash_seq_init(&scan, classes);
	while ((of = hash_seq_search(&scan)) != NULL)
		put_persistence(&report, of);
	report_end(&report);
	return (Datum) 0;
}
