/*
 * ledger_keys.c: which keys a touched span can have changed (head of ledger_derive.c, 1):
 * those with a stored run that meets it, those seen in it, those that are subjects there; and
 * those that are sighted no longer.
 */
#include "ledger_work.h"

static void
receive_stored(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	const Presence *run = DatumGetPresenceP(values[STORED_RUN]);
	KeyId		id = {asked_row(values), DatumGetInt32(values[STORED_CLASS]), OF_CLASS, NONE};
	const Window *w = &work->spans[id.span].window;
	int32		key;

	if (!nulls[STORED_STATUS] || !nulls[STORED_DESIGNATION])
	{
		id.kind = nulls[STORED_STATUS] ? OF_INDIVIDUAL : OF_STATUS;
		id.label = label_number(work->labels, values[nulls[STORED_STATUS] ? STORED_DESIGNATION : STORED_STATUS]);
	}
	key = key_number(work, id, work->reading_first);
	if (key != NONE && (work->reading_first || !work->keys.at[key].done))
	{
		*APPEND(work->context, work->stored) = (Stored) {
			key, DatumGetInt64(values[STORED_PRESENCE_ID]), *(ItemPointer) DatumGetPointer(values[STORED_ROW]), *run
		};
		if (work->reading_first)
		{
			work->keys.at[key].known = true;
			if (run->gone_by >= w->since && run->not_seen_at <= w->until)
				work->keys.at[key].done = false;
		}
	}
	MemoryContextSwitchTo(before);
}

static int
stored_order(const void *left, const void *right)
{
	const Stored *a = left;
	const Stored *b = right;

	BY(key);
	BY(run.first_seen);
	BY(presence_id);
	return 0;
}

void
read_stored(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *lo = new_values(work, work->n_spans);
	Datum	   *hi = new_values(work, work->n_spans);

	/* a span that is not open asks for nothing, by lo > hi, and keeps its number */
	for (size_t i = 0; i < work->n_spans; i++)
	{
		const Span *span = &work->spans[i];

		installations[i] = Int64GetDatum(span->installation);
		lo[i] = Int64GetDatum(span->open ? span->window.lo : TIME_END);
		hi[i] = Int64GetDatum(span->open ? span->window.hi : TIME_BEGIN);
	}
	ledger_ask(work->ledger, QUERY_STORED, (Parameter[]) {
		array_of(installations, work->n_spans), array_of(lo, work->n_spans), array_of(hi, work->n_spans)
	}, receive_stored, work);
	SORT(work->stored, stored_order);
}

/*
 * What is counted there
 */
static SubjectKind
kind_of(Datum name)
{
	const text *kind = DatumGetTextPP(name);

	for (int i = 0; i < SUBJECT_KINDS; i++)
		if (strlen(subject_kinds[i]) == VARSIZE_ANY_EXHDR(kind) && memcmp(subject_kinds[i], VARDATA_ANY(kind), VARSIZE_ANY_EXHDR(kind)) == 0)
			return (SubjectKind) i;
	elog(ERROR, "unknown kind of subject: %s", text_to_cstring(kind));
}

static void
receive_subject(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	KeyId		id = {asked_row(values), DatumGetInt32(values[SUBJECT_CLASS]), kind_of(values[SUBJECT_KIND]), NONE};
	int32		number;
	Key		   *key;

	if (id.kind != OF_CLASS)
		id.label = label_number(work->labels, values[SUBJECT_LABEL]);
	number = key_number(work, id, true);
	key = &work->keys.at[number];
	key->known = true;
	if (key->done)
	{
		key->done = false;
		key->if_told = !work->spans[id.span].removes;
	}
	MemoryContextSwitchTo(before);
}

/*
 * Subjects of the spans: all but individuals, of which a port has thousands. Individuals too where
 * something was taken away; else those whose designation was seen, as one may be sighted at a class above.
 */
void
read_subjects(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *removes = new_values(work, work->n_spans);
	LIST(Datum) seen = {0};
	int32		last = NONE;

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		removes[i] = BoolGetDatum(work->spans[i].removes);
	}
	for (size_t i = 0; i < work->shown.n; i++)
		if (work->shown.at[i].designation != NONE && work->shown.at[i].designation != last)
			*APPEND(work->context, seen) = label_datum(work->labels, last = work->shown.at[i].designation);
	ledger_ask(work->ledger, QUERY_SUBJECTS, (Parameter[]) {
		array_of(installations, work->n_spans), array_of(removes, work->n_spans), array_of(seen.at, seen.n)
	}, receive_subject, work);
}

/* Subjects of the spans: all but individuals, and the individuals that were seen in the span itself. */
void
read_subjects_seen(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *none = new_values(work, work->n_spans);
	LIST(Datum) spans = {0};
	LIST(Datum) places = {0};
	LIST(Datum) seen = {0};

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		none[i] = BoolGetDatum(false);
	}
	ledger_ask(work->ledger, QUERY_SUBJECTS, (Parameter[]) {
		array_of(installations, work->n_spans), array_of(none, work->n_spans), array_of(NULL, 0)
	}, receive_subject, work);
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		int32		span = work->looks.at[shown->look].span;

		if (shown->designation == NONE)
			continue;
		*APPEND(work->context, spans) = Int32GetDatum(span + 1);
		*APPEND(work->context, places) = installations[span];
		*APPEND(work->context, seen) = label_datum(work->labels, shown->designation);
	}
	if (seen.n > 0)
		ledger_ask(work->ledger, QUERY_SUBJECTS_SEEN, (Parameter[]) {
			array_of(spans.at, spans.n), array_of(places.at, places.n), array_of(seen.at, seen.n)
		}, receive_subject, work);
}

static void
seen_key(Work *work, KeyId id)
{
	int32		number = key_number(work, id, true);
	Key		   *key = &work->keys.at[number];

	key->done = key->if_told = false;
	key->seen = true;
}

void
choose_keys_seen(Work *work, ClassNumbers *classes)
{
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		const Look *look = &work->looks.at[shown->look];
		const Window *w = &work->spans[look->span].window;
		int32		above = class_number(classes, shown->class);

		if (look->observed_at < w->since || look->observed_at > w->until || above == NONE)
			continue;
		seen_key(work, (KeyId) {look->span, shown->class, OF_CLASS, NONE});
		if (shown->status != NONE)
			seen_key(work, (KeyId) {look->span, shown->class, OF_STATUS, shown->status});
		if (shown->designation != NONE)
			seen_key(work, (KeyId) {look->span, shown->class, OF_INDIVIDUAL, shown->designation});
		while ((above = work->classes.at[above].parent) != NONE)
			if (work->classes.at[above].keep_total)
				seen_key(work, (KeyId) {look->span, work->classes.at[above].id, OF_CLASS, NONE});
	}
}

void
key_parameters(Work *work, const int32 *keys, size_t n, Parameter *parameters)
{
	Datum	   *installations = new_values(work, n);
	Datum	   *classes = new_values(work, n);
	Datum	   *kinds = new_values(work, n);
	Datum	   *labels = new_values(work, n);

	for (size_t i = 0; i < n; i++)
	{
		KeyId		id = work->keys.at[keys[i]].id;

		installations[i] = Int64GetDatum(work->spans[id.span].installation);
		classes[i] = Int32GetDatum(id.class);
		kinds[i] = CStringGetTextDatum(subject_kinds[id.kind]);
		labels[i] = label_datum(work->labels, id.label);
	}
	*parameters++ = array_of(installations, n);
	*parameters++ = array_of(classes, n);
	*parameters++ = array_of(kinds, n);
	*parameters++ = array_of(labels, n);
}

/* What was never sighted here before. */
void
add_subjects(Work *work)
{
	LIST(int32) new = {0};
	Parameter	parameters[KEY_PARAMETERS];

	for (size_t i = 0; i < work->keys.n; i++)
		if (work->keys.at[i].seen && !work->keys.at[i].known)
			*APPEND(work->context, new) = (int32) i;
	if (new.n == 0)
		return;
	key_parameters(work, new.at, new.n, parameters);
	ledger_ask(work->ledger, ADD_SUBJECTS, parameters, NULL, NULL);
}

/*
 * Keys whose runs rest on looks that merely allow them: are they sighted at all, at any
 * time? Otherwise all that is stored of them goes.
 */
void
drop_unsighted(Work *work)
{
	size_t		n = work->unsighted.n;
	Parameter	parameters[KEY_PARAMETERS];
	bool	   *sighted;
	bool	   *dropped;
	size_t		kept = 0;

	if (n == 0)
		return;
	sighted = palloc0(sizeof(bool) * n);
	dropped = palloc0(sizeof(bool) * work->keys.n);
	key_parameters(work, work->unsighted.at, n, parameters);
	ledger_ask(work->ledger, QUERY_IS_SIGHTED, parameters, mark_asked, sighted);
	for (size_t i = 0; i < n; i++)
		if (!sighted[i])
		{
			dropped[work->unsighted.at[i]] = true;
			work->unsighted.at[kept++] = work->unsighted.at[i];
		}
	if (kept == 0)
		return;
	key_parameters(work, work->unsighted.at, kept, parameters);
	work->changed += ledger_ask(work->ledger, DELETE_KEYS, parameters, NULL, NULL);
	ledger_ask(work->ledger, FORGET_KEYS, parameters, NULL, NULL);
	n = work->changes.n;
	work->changes.n = 0;
	for (size_t i = 0; i < n; i++)
		if (!dropped[work->changes.at[i].key])
			work->changes.at[work->changes.n++] = work->changes.at[i];
}
