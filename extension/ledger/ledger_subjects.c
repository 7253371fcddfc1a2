/*
 * ledger_subjects.c: which subjects a report is about. (Theory at the head of ledger_report.h, 1.)
 *
 * A change that may be told as last known ends or begins a run that is stored and is there at
 * just one of the two dates: where there may have been none at both, nothing is told (answers.c).
 * So what the indexes find is all.
 */
#include "ledger_report.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

static void
receive_candidate(void *state, const Datum *values, const bool *nulls)
{
	Report	   *report = state;
	const Presence *run = DatumGetPresenceP(values[RUN_ITSELF]);

	*APPEND(report->context, report->candidates) = (Candidate) {
		.installation = DatumGetInt64(values[RUN_INSTALLATION]),
		.class = DatumGetInt32(values[RUN_CLASS]),
		.label = nulls[RUN_LABEL] ? NONE : label_number(report->labels, values[RUN_LABEL]),
		.first_seen = run->first_seen,
		.is_first = run->not_seen_at == TIME_BEGIN
	};
}

static int
candidate_order(const void *left, const void *right)
{
	const Candidate *a = left;
	const Candidate *b = right;

	BY(installation);
	BY(class);
	BY(label);
	BY(first_seen);
	return 0;
}

/* Queries for runs take these last: what is wanted and, of those in an area, where. */
static void
add_wanted(const Report *report, bool in_area, Parameter *next)
{
	*next++ = value_of(CStringGetTextDatum(subject_kinds[report->kind]));
	*next++ = value_if(report->has_classes, report->classes);
	if (!in_area)
		return;
	/* an index is asked for the box around an area; which installations lie in it they say themselves */
	*next++ = value_of(report->around);
	*next++ = value_of(report->area);
	*next++ = value_if(report->has_within, Float8GetDatum(report->within));
}

void
find_changed(Report *report, int64 from, int64 to)
{
	Parameter	parameters[MOST_PARAMETERS];
	Parameter  *next = parameters;

	*next++ = value_of(Int64GetDatum(from));
	*next++ = value_of(Int64GetDatum(to));
	add_wanted(report, report->has_area, next);
	ledger_ask(report->ledger, report->has_area ? QUERY_CHANGED_IN : QUERY_CHANGED, parameters, receive_candidate, report);
	SORT(report->candidates, candidate_order);
}

void
find_changed_at(Report *report, const Place *places, size_t n)
{
	Datum	   *installations = MemoryContextAllocHuge(report->context, sizeof(Datum) * Max(n, 1));
	Datum	   *since = MemoryContextAllocHuge(report->context, sizeof(Datum) * Max(n, 1));
	Datum	   *until = MemoryContextAllocHuge(report->context, sizeof(Datum) * Max(n, 1));
	Parameter	parameters[MOST_PARAMETERS];
	Parameter  *next = parameters;

	for (size_t i = 0; i < n; i++)
	{
		installations[i] = Int64GetDatum(places[i].installation);
		since[i] = Int64GetDatum(places[i].from);
		until[i] = Int64GetDatum(places[i].to);
	}
	*next++ = array_of(installations, n);
	*next++ = array_of(since, n);
	*next++ = array_of(until, n);
	add_wanted(report, false, next);
	ledger_ask(report->ledger, QUERY_CHANGED_AT, parameters, receive_candidate, report);
	SORT(report->candidates, candidate_order);
	pfree(installations);
	pfree(since);
	pfree(until);
}

void
find_there(Report *report, int64 at)
{
	Datum		id = Int64GetDatum(report->installation);
	Parameter	parameters[MOST_PARAMETERS];
	Parameter  *next = parameters;

	if (report->has_installation)
		*next++ = array_of(&id, 1);
	*next++ = value_of(Int64GetDatum(at));
	add_wanted(report, report->has_area && !report->has_installation, next);
	ledger_ask(report->ledger, report->has_installation ? QUERY_THERE_AT : report->has_area ? QUERY_THERE_IN : QUERY_THERE,
			   parameters, receive_candidate, report);
	SORT(report->candidates, candidate_order);
}

static void
receive_installation(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;
	int64		id = DatumGetInt64(values[ONLY_COLUMN]);

	if (!report->has_installation || id == report->installation)
		*APPEND(report->context, report->installations) = id;
}

int
installation_order(const void *left, const void *right)
{
	int64		a = *(const int64 *) left;
	int64		b = *(const int64 *) right;

	return (a > b) - (a < b);
}

void
find_installations(Report *report)
{
	if (report->has_installation && !report->has_area)
		*APPEND(report->context, report->installations) = report->installation;
	else
		ledger_ask(report->ledger, QUERY_PLACES_IN, (Parameter[]) {
			value_if(report->has_area, report->area), value_if(report->has_within, Float8GetDatum(report->within))
		}, receive_installation, report);
	SORT(report->installations, installation_order);
}

Place *
places_between(Report *report, int64 from, int64 to)
{
	Place	   *places;

	find_installations(report);
	places = MemoryContextAllocExtended(report->context, sizeof(Place) * Max(report->installations.n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (size_t i = 0; i < report->installations.n; i++)
		places[i] = (Place) {.installation = report->installations.at[i], .from = from, .to = to};
	return places;
}

/*
 * Of a slice
 */
static Subject *
add_subject(Report *report, int32 place, int32 class, SubjectKind kind, int32 label)
{
	Subject    *subject = APPEND(report->slice, report->subjects);

	*subject = (Subject) {.place = place, .class = class, .kind = kind, .label = label, .from_since = TIME_BEGIN, .to_since = TIME_BEGIN};
	return subject;
}

/* The subject of a candidate, in order of places; that of the one before, mostly. */
static Subject *
candidate_subject(Report *report, const Candidate *candidate, int32 *place)
{
	Subject    *last = report->subjects.n > 0 ? &report->subjects.at[report->subjects.n - 1] : NULL;

	while (report->places[*place].installation != candidate->installation)
		++*place;
	if (last != NULL && last->place == *place && last->class == candidate->class && last->label == candidate->label)
		return last;
	return add_subject(report, *place, candidate->class, report->kind, candidate->label);
}

size_t
begin_candidates(Report *report, size_t first, const Place **dates, size_t *n_dates)
{
	const Candidate *all = report->candidates.at;
	size_t		n = report->candidates.n;
	size_t		places = 0;
	size_t		end;

	for (end = first; end < n; end++)
		if (end == first || all[end].installation != all[end - 1].installation)
			if (places++ == SLICE_FEW)
				break;
	begin_slice(report, Min(places, SLICE_FEW));
	for (size_t i = first, p = 0; i < end; i++)
		if (i == first || all[i].installation != all[i - 1].installation)
		{
			while (*n_dates > 1 && (*dates)->installation < all[i].installation)
				(*dates)++, (*n_dates)--;
			report->places[p++] = (Place) {.installation = all[i].installation, .from = (*dates)->from, .to = (*dates)->to};
		}
	return end;
}

void
take_changed(Report *report, size_t first, size_t end)
{
	int32		place = 0;

	for (size_t i = first; i < end; i++)
	{
		const Candidate *run = &report->candidates.at[i];
		Subject    *subject = candidate_subject(report, run, &place);

		if (run->first_seen <= report->places[place].from)
			subject->from_since = run->first_seen;
		else
		{
			subject->to_since = run->first_seen;
			subject->first_run = run->is_first;
			subject->from_untold = subject->first_run;
		}
	}
}

void
take_there(Report *report, size_t first, size_t end)
{
	int32		place = 0;

	for (size_t i = first; i < end; i++)
		candidate_subject(report, &report->candidates.at[i], &place)->to_since = report->candidates.at[i].first_seen;
}

/* When the runs that an index found began, for subjects in order. */
void
take_beginnings(Report *report)
{
	size_t		k = 0;

	for (size_t i = 0; i < report->subjects.n; i++)
	{
		Subject    *subject = &report->subjects.at[i];
		Candidate	wanted = {report->places[subject->place].installation, subject->class, subject->label, TIME_BEGIN, false};

		while (k < report->candidates.n && candidate_order(&report->candidates.at[k], &wanted) < 0)
			k++;
		if (k < report->candidates.n && report->candidates.at[k].installation == wanted.installation &&
			report->candidates.at[k].class == wanted.class && report->candidates.at[k].label == wanted.label)
			subject->to_since = report->candidates.at[k].first_seen;
	}
}

static void
receive_subject(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;

	add_subject(report, asked_row(values), DatumGetInt32(values[SIGHTED_CLASS]), report->kind,
				report->kind == OF_CLASS ? NONE : label_number(report->labels, values[SIGHTED_LABEL]));
}

int
subject_order(const void *left, const void *right)
{
	const Subject *a = left;
	const Subject *b = right;

	BY(place);
	BY(class);
	BY(kind);
	BY(label);
	return 0;
}

static bool
same_subject(const Subject *a, const Subject *b)
{
	return a->place == b->place && a->class == b->class && a->kind == b->kind && a->label == b->label;
}

/* In order; what stands there twice, once. */
static void
sort_subjects(Report *report)
{
	size_t		kept = 0;

	SORT(report->subjects, subject_order);
	for (size_t i = 0; i < report->subjects.n; i++)
		if (i == 0 || !same_subject(&report->subjects.at[kept - 1], &report->subjects.at[i]))
			report->subjects.at[kept++] = report->subjects.at[i];
	report->subjects.n = kept;
}

/* A class that has no subject at a place yet gets one. */
static void
add_classes(Report *report)
{
	for (size_t place = 0; place < report->n_places; place++)
		for (size_t i = 0; i < report->added.n; i++)
			add_subject(report, (int32) place, report->added.at[i], OF_CLASS, NONE);
	sort_subjects(report);
}

void
take_all(Report *report)
{
	Datum	   *ids = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(report->n_places, 1));
	Parameter	parameters[MOST_PARAMETERS];
	Parameter  *next = parameters;

	for (size_t i = 0; i < report->n_places; i++)
		ids[i] = Int64GetDatum(report->places[i].installation);
	*next++ = array_of(ids, report->n_places);
	add_wanted(report, false, next);
	ledger_ask(report->ledger, QUERY_OF_PLACES, parameters, receive_subject, report);
	if (report->kind == OF_STATUS)
		for (size_t i = report->subjects.n; i-- > 0;)
		{
			Subject		status = report->subjects.at[i];

			add_subject(report, status.place, status.class, OF_CLASS, NONE);
		}
	sort_subjects(report);
}

bool
reads_all(const Report *report)
{
	return report->known_at != TIME_END || report->totals.n > 0 || report->one_source;
}

bool
is_wanted(const Report *report, const Subject *subject)
{
	return subject->kind == report->kind;
}

/*
 * Statuses
 */
const Subject *
whole_of(const Subject *status)
{
	const Subject *whole = status;

	while (whole->kind == OF_STATUS)
		whole--;
	Assert(whole->place == status->place && whole->class == status->class);
	return whole;
}

/* The look by which a status was narrowed is that of another of the group. */
static LookSaid
look_of(const Subject *group, size_t n, size_t offset, size_t look_offset, const Known *known, LookSaid otherwise)
{
	for (size_t i = 0; i < n; i++)
	{
		const Known *other = (const Known *) ((const char *) &group[i] + offset);
		const LookSaid *look = (const LookSaid *) ((const char *) &group[i] + look_offset);

		if (other->told && other->last.at == known->last.at && look->known && look->observed_at == known->last.at)
			return *look;
	}
	return otherwise;
}

void
narrow_known(const Subject *group, Known *known, size_t n, int64 date)
{
	int32	   *least = palloc(sizeof(int32) * n);

	for (size_t i = 1; i < n; i++)
	{
		least[i] = known[i].carried.min;
		if (group[i].has_below && group[i].told_since > date)
			known[i].carried.min = 0;
	}
	statuses_narrow(&known[0], known + 1, n - 1);
	for (size_t i = 1; i < n; i++)
		if (group[i].has_below && group[i].told_since > date)
			known[i].carried.min = Min(least[i], known[i].carried.max);
	pfree(least);
}

/* At one of the two dates. (By the later one all have been told: its date is TIME_END.) */
static void
narrow_group(Subject *group, size_t n, size_t offset, size_t look_offset, int64 date)
{
	Known	   *known = palloc(sizeof(Known) * n);

	for (size_t i = 0; i < n; i++)
		known[i] = *(Known *) ((char *) &group[i] + offset);
	narrow_known(group, known, n, date);
	for (size_t i = 1; i < n; i++)
	{
		LookSaid   *look = (LookSaid *) ((char *) &group[i] + look_offset);
		LookSaid	said = look_of(group, n, offset, look_offset, &known[i], *look);

		if (known[i].told && known[i].last.at != look->observed_at)
			*look = said;
	}
	for (size_t i = 1; i < n; i++)
		*(Known *) ((char *) &group[i] + offset) = known[i];
	pfree(known);
}

void
narrow_statuses(Report *report)
{
	size_t		end;

	if (report->kind != OF_STATUS)
		return;
	sort_subjects(report);
	for (size_t first = 0; first < report->subjects.n; first = end)
	{
		Subject    *group = &report->subjects.at[first];
		const int64 from = report->places[group->place].from;

		for (end = first + 1; end < report->subjects.n && report->subjects.at[end].kind == OF_STATUS; end++)
			;
		narrow_group(group, end - first, offsetof(Subject, from), offsetof(Subject, from_look), from);
		narrow_group(group, end - first, offsetof(Subject, to), offsetof(Subject, to_look), TIME_END);
	}
}

/* Which of some subjects, given by their numbers, had been sighted by the later date, or by the earlier? */
static bool *
ask_sighted(Report *report, const size_t *subjects, size_t n, bool earlier)
{
	Datum	   *installations = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(n, 1));
	Datum	   *classes = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(n, 1));
	Datum	   *labels = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(n, 1));
	Datum	   *until = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(n, 1));
	bool	   *sighted = MemoryContextAllocExtended(report->slice, Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (size_t i = 0; i < n; i++)
	{
		const Subject *subject = &report->subjects.at[subjects[i]];
		const Place *place = &report->places[subject->place];

		installations[i] = Int64GetDatum(place->installation);
		classes[i] = Int32GetDatum(subject->class);
		labels[i] = label_datum(report->labels, subject->label);
		until[i] = Int64GetDatum(earlier ? place->from : place->to);
	}
	if (n > 0)
		ledger_ask(report->ledger, report->kind == OF_INDIVIDUAL ? QUERY_NAMED_BY : QUERY_SIGHTED_BY, (Parameter[]) {
			array_of(installations, n), array_of(classes, n), array_of(labels, n), array_of(until, n)
		}, mark_asked, sighted);
	return sighted;
}

static size_t *
new_numbers(const Report *report)
{
	return MemoryContextAllocHuge(report->slice, sizeof(size_t) * Max(report->subjects.n, 1));
}

void
mark_told_before(Report *report)
{
	size_t	   *asked = new_numbers(report);
	const bool *sighted;
	size_t		n = 0;

	for (size_t i = 0; i < report->subjects.n; i++)
	{
		const Subject *subject = &report->subjects.at[i];

		if (subject->kind == OF_STATUS && subject->has_below && subject->told_since > report->places[subject->place].from)
			asked[n++] = i;
	}
	sighted = ask_sighted(report, asked, n, true);
	for (size_t i = 0; i < n; i++)
		if (sighted[i])
			report->subjects.at[asked[i]].told_since = TIME_BEGIN;
}

/*
 * Must it be asked whether a subject had been sighted? Not if some are there, or an index found it; but
 * that may be by what lies below its class alone.
 */
static bool
is_doubtful(const Report *report, const Subject *subject, bool stored)
{
	return is_wanted(report, subject) && (subject->has_below || (!stored && subject->to.carried.min == 0));
}

void
keep_sighted(Report *report, bool stored)
{
	size_t	   *asked = new_numbers(report);
	const bool *sighted;
	size_t		n = 0;
	size_t		next = 0;
	size_t		kept = 0;

	for (size_t i = 0; i < report->subjects.n; i++)
		if (is_doubtful(report, &report->subjects.at[i], stored))
			asked[n++] = i;
	sighted = ask_sighted(report, asked, n, false);
	for (size_t i = 0; i < report->subjects.n; i++)
	{
		bool		is_asked = next < n && asked[next] == i;

		if (!is_asked || sighted[next])
			report->subjects.at[kept++] = report->subjects.at[i];
		next += is_asked;
	}
	report->subjects.n = kept;
	if (report->added.n > 0 && report->kind == OF_CLASS)
		add_classes(report);
}
