/*
 * ledger_changes.c: the reports of what changed: between two dates, between an installation's last
 * looks, since an instant.
 */
#include "ledger_report.h"

#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_changes);
PG_FUNCTION_INFO_V1(ledger_between_looks);
PG_FUNCTION_INFO_V1(ledger_changes_since);

/* The columns of a row. */
enum
{
	BEFORE_MIN = SUBJECT_COLUMNS, BEFORE_MAX, AFTER_MIN, AFTER_MAX, CHANGE_MIN, CHANGE_MAX,
	VERDICT, CERTAIN, BEFORE_LOOKED_AT, AFTER_LOOKED_AT, STALE_BEFORE_COLUMN, STALE_AFTER_COLUMN,
	DOUBT_COLUMN, BEFORE_LOOK, AFTER_LOOK, SOURCES, PLACE, COLUMNS = PLACE + 3
};

static void
set_difference(Datum *values, bool *nulls, int column, bool known, int64 difference)
{
	values[column] = Int32GetDatum((int32) difference);
	nulls[column] = !known;
}

static void
set_look(Datum *values, bool *nulls, int at, int id, const LookSaid *look)
{
	values[at] = TimestampTzGetDatum(look->observed_at);
	values[id] = Int64GetDatum(look->observation);
	nulls[at] = nulls[id] = !look->known;
}

static void
put_change(Report *report, const Subject *subject, const ChangeAnswer *answer)
{
	const Place *place = &report->places[subject->place];
	const LookSaid none = {0};
	const LookSaid *before = answer->before_known ? &subject->from_look : &none;
	const LookSaid *after = answer->after_known ? &subject->to_look : &none;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {0};

	if (!new_subject_row(report, subject, values, nulls))
		return;
	set_counts(values, nulls, BEFORE_MIN, answer->before_known, answer->before);
	set_counts(values, nulls, AFTER_MIN, answer->after_known, answer->after);
	set_difference(values, nulls, CHANGE_MIN, answer->least_known, answer->least);
	set_difference(values, nulls, CHANGE_MAX, answer->most_known, answer->most);
	values[VERDICT] = CStringGetTextDatum(report_verdicts[answer->verdict].word);
	values[CERTAIN] = BoolGetDatum(answer->certain);
	values[STALE_BEFORE_COLUMN] = BoolGetDatum(answer->stale_before);
	values[STALE_AFTER_COLUMN] = BoolGetDatum(answer->stale_after);
	values[DOUBT_COLUMN] = Int32GetDatum((int32) answer->doubt);
	set_look(values, nulls, BEFORE_LOOKED_AT, BEFORE_LOOK, before);
	set_look(values, nulls, AFTER_LOOKED_AT, AFTER_LOOK, after);
	values[SOURCES] = sources_said(report, before, after, &nulls[SOURCES]);
	set_place(values, PLACE, place);
	put_row(report, values, nulls, COLUMNS);
}

/* since: what was known at two times is compared, rather than at two dates. */
static void
put_changes(Report *report, bool since)
{
	say_places(report);
	say_subjects(report);
	for (size_t i = 0; i < report->subjects.n; i++)
	{
		const Subject *subject = &report->subjects.at[i];
		const Place *place = &report->places[subject->place];
		ChangeAnswer answer;

		if (!is_wanted(report, subject) ||
			!change_answer(since ? TIME_BEGIN : place->from, place->to, report->mode, report->max_age,
						   &subject->from, &subject->to, subject->same_stay, &answer))
			continue;
		if (subject->kind == OF_STATUS)
			change_of_status(&answer, &whole_of(subject)->from, &whole_of(subject)->to);
		put_change(report, subject, &answer);
	}
}

/* Was none told first? Asks it of subjects that nothing had told of by the earlier date, and that have a run at the later one. */
static void
learn_first_runs(Report *report)
{
	LIST(Subject) all = {0};
	size_t		open = 0;

	for (size_t i = 0; i < report->subjects.n; i++)
	{
		Subject    *subject = &report->subjects.at[i];

		if (!subject->from.told && !subject->first_run && subject->to_since != TIME_BEGIN)
			open++;
	}
	if (open == 0)
		return;
	memcpy(&all, &report->subjects, sizeof(all));
	memset(&report->subjects, 0, sizeof(report->subjects));
	for (size_t i = 0; i < all.n; i++)
		if (!all.at[i].from.told && !all.at[i].first_run && all.at[i].to_since != TIME_BEGIN)
			*APPEND(report->slice, report->subjects) = all.at[i];
	learn(report, LEARN_BOTH);
	for (size_t i = 0, k = 0; i < all.n; i++)
		if (!all.at[i].from.told && !all.at[i].first_run && all.at[i].to_since != TIME_BEGIN)
			all.at[i] = report->subjects.at[k++];
	memcpy(&report->subjects, &all, sizeof(all));
}

/* What an index found, a slice of installations at a time; `dates`: of all, or of each. */
static void
put_candidates(Report *report, const Place *dates, size_t n_dates)
{
	size_t		end;

	for (size_t first = 0; first < report->candidates.n; first = end)
	{
		end = begin_candidates(report, first, &dates, &n_dates);
		take_changed(report, first, end);
		learn(report, LEARN_EACH);
		learn_first_runs(report);
		keep_sighted(report, true);
		put_changes(report, false);
	}
}

/* All that was ever sighted, or that the looks known at an earlier time sighted. */
static void
put_all(Report *report, const Place *dates, size_t n)
{
	for (size_t first = 0; first < n; first += SLICE_ALL)
	{
		begin_slice(report, Min(SLICE_ALL, n - first));
		memcpy(report->places, dates + first, sizeof(Place) * report->n_places);
		if (!reads_all(report))
			take_all(report);
		learn(report, reads_all(report) ? LEARN_ALL : LEARN_BOTH);
		/* (a status that a later look is the first to tell leaves the others as they are) */
		if (!reads_all(report))
		{
			keep_sighted(report, false);
			mark_told_before(report);
		}
		narrow_statuses(report);
		put_changes(report, false);
	}
}

Datum
ledger_changes(PG_FUNCTION_ARGS)
{
	enum
	{
		FROM = REPORT_ARGUMENTS, TO, MODE, MAX_AGE
	};
	Report		report;
	int64		from;
	int64		to;

	report_begin(fcinfo, &report);
	report_dates(fcinfo, FROM, TO, MODE, MAX_AGE, &report, &from, &to);
	if (reads_all(&report) || report.kind == OF_STATUS || report.mode == MODE_POSSIBLE)
	{
		Place	   *places = places_between(&report, from, to);

		put_all(&report, places, report.installations.n);
	}
	else if (report.has_installation)
	{
		Place	   *places = places_between(&report, from, to);

		find_changed_at(&report, places, report.installations.n);
		put_candidates(&report, places, report.installations.n);
	}
	else
	{
		const Place dates = {.from = from, .to = to};

		find_changed(&report, from, to);
		put_candidates(&report, &dates, 1);
	}
	report_end(&report);
	return (Datum) 0;
}

/*
 * Between looks
 */
typedef struct LastLooks
{
	Place	   *places;
	int32	   *found;
	int64		wanted;
} LastLooks;

/* They come the latest first, or in any order. */
static void
receive_last_look(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	LastLooks  *looks = state;
	int32		k = asked_row(values);
	int64		at = DatumGetTimestampTz(values[INSTANT_OBSERVED_AT]);
	Place	   *place = &looks->places[k];

	if (looks->found[k] == 0 || at > place->to)
		place->to = at;
	if (looks->found[k] == 0 || at < place->from)
		place->from = at;
	looks->found[k]++;
}

/* From the n-th look before the last to the last; with fewer, from before the first. */
static size_t
places_between_looks(Report *report, int64 n, Place **places)
{
	LastLooks	looks = {.wanted = n + 1};
	Datum	   *ids;
	size_t		kept = 0;

	looks.places = places_between(report, 0, 0);
	looks.found = MemoryContextAllocExtended(report->context, sizeof(int32) * Max(report->installations.n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	ids = MemoryContextAllocHuge(report->context, sizeof(Datum) * Max(report->installations.n, 1));
	for (size_t i = 0; i < report->installations.n; i++)
		ids[i] = Int64GetDatum(report->installations.at[i]);
	ledger_ask(report->ledger, QUERY_LAST_LOOKS, (Parameter[]) {
		array_of(ids, report->installations.n), value_of(Int64GetDatum(looks.wanted)), value_if(report->one_source, Int32GetDatum(report->source))
	}, receive_last_look, &looks);
	for (size_t i = 0; i < report->installations.n; i++)
		if (looks.found[i] > 0)
		{
			looks.places[kept] = looks.places[i];
			if (looks.found[i] < looks.wanted && looks.places[kept].from > TIME_FIRST)
				looks.places[kept].from--;
			kept++;
		}
	*places = looks.places;
	return kept;
}

Datum
ledger_between_looks(PG_FUNCTION_ARGS)
{
	enum
	{
		N = REPORT_ARGUMENTS, MODE
	};
	Report		report;
	Place	   *places;
	size_t		n;
	int32		looks = PG_ARGISNULL(N) ? 0 : PG_GETARG_INT32(N);

	report_begin(fcinfo, &report);
	if (looks < 1)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("invalid n: %s", PG_ARGISNULL(N) ? "null" : psprintf("%d", looks)),
				 errdetail("It says how many looks before the last one to compare with: 1 or more.")));
	if (!PG_ARGISNULL(MODE))
		report.mode = mode_from_text(PG_GETARG_TEXT_PP(MODE));
	n = places_between_looks(&report, looks, &places);
	if (reads_all(&report) || report.kind == OF_STATUS || report.mode == MODE_POSSIBLE)
		put_all(&report, places, n);
	else
	{
		find_changed_at(&report, places, n);
		put_candidates(&report, places, n);
	}
	report_end(&report);
	return (Datum) 0;
}

/*
 * Since: what was known then, against what is known now.
 */
static void
receive_installation(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;

	*APPEND(report->context, report->installations) = DatumGetInt64(values[ONLY_COLUMN]);
}

/* Keeps what is known of a subject now, beside what was known then. */
static void
keep_now(void *state pg_attribute_unused(), Report *report, const Subject *subject, const Work *work,
		 const Evidence *evidence, size_t n, size_t first)
{
	Subject    *kept = &report->subjects.at[subject - report->subjects.at];

	for (size_t i = first; i < n; i++)
		known_take(&kept->to, &evidence[i]);
	if (kept->to.told)
		kept->to_look = look_said(work, &kept->to.last);
	kept->from.corrected = kept->from.told && !evidence_still_tells(&kept->from.last, evidence, n);
	/* what was carried then still is, at that look's instant */
	kept->same_stay = kept->to.told && kept->from.told && kept->to.run_since <= kept->from.last.at;
}

static void
learn_then_and_now(Report *report, int64 since)
{
	report->known_at = since;
	learn(report, LEARN_ALL);
	for (size_t i = 0; i < report->subjects.n; i++)
	{
		Subject    *subject = &report->subjects.at[i];

		subject->from = subject->to;
		subject->from_look = subject->to_look;
		subject->to = (Known) {0};
		subject->to_look = (LookSaid) {0};
	}
	report->known_at = TIME_END;
	learn_evidence(report, LEARN_ALL, keep_now, NULL);
	/* (what was told then may have been taken back since) */
	for (size_t i = 0; i < report->subjects.n; i++)
		report->subjects.at[i].told_since = TIME_BEGIN;
	SORT(report->subjects, subject_order);
	narrow_statuses(report);
}

Datum
ledger_changes_since(PG_FUNCTION_ARGS)
{
	enum
	{
		SINCE = REPORT_ARGUMENTS, MODE
	};
	Report		report;
	int64		since;
	int64		ignored;
	LIST(int64) wanted = {0};
	size_t		kept = 0;

	report_begin(fcinfo, &report);
	report_dates(fcinfo, SINCE, SINCE, MODE, NO_ARGUMENT, &report, &since, &ignored);
	find_installations(&report);
	memcpy(&wanted, &report.installations, sizeof(wanted));
	memset(&report.installations, 0, sizeof(report.installations));
	ledger_ask(report.ledger, QUERY_RECORDED_SINCE, (Parameter[]) {value_of(TimestampTzGetDatum(since))}, receive_installation, &report);
	SORT(report.installations, installation_order);
	/* of those in question, where something was recorded since */
	for (size_t i = 0, k = 0; i < wanted.n; i++)
	{
		while (k < report.installations.n && report.installations.at[k] < wanted.at[i])
			k++;
		if (k < report.installations.n && report.installations.at[k] == wanted.at[i])
			wanted.at[kept++] = wanted.at[i];
	}
	for (size_t first = 0; first < kept; first += SLICE_ALL)
	{
		begin_slice(&report, Min(SLICE_ALL, kept - first));
		for (size_t i = 0; i < report.n_places; i++)
			report.places[i] = (Place) {.installation = wanted.at[first + i], .from = TIME_LAST, .to = TIME_LAST};
		learn_then_and_now(&report, since);
		put_changes(&report, true);
	}
	report_end(&report);
	return (Datum) 0;
}
