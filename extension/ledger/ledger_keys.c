/*
 * ledger_keys.c: which keys a touched span can have changed (head of ledger_derive.c, 1):
 * those with a stored run that meets it, those seen in it, those that are subjects there; and
 * those that are sighted no longer.
 */
#include "ledger_work.h"

/* k, presence_id, class, status, designation, run, row */
static void
receive_stored(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	const Presence *run = DatumGetPresenceP(values[5]);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[2]), OF_CLASS, NONE};
	const Window *w = &work->spans[id.span].window;
	int32		key;

	if (!nulls[3] || !nulls[4])
	{
		id.kind = nulls[3] ? OF_INDIVIDUAL : OF_STATUS;
		id.label = label_number(work->labels, nulls[3] ? values[4] : values[3]);
	}
	key = key_number(work, id, work->reading_first);
	if (key != NONE && (work->reading_first || !work->keys.at[key].settled))
	{
		*APPEND(work->context, work->stored) = (Stored) {key, DatumGetInt64(values[1]), *(ItemPointer) DatumGetPointer(values[6]), *run};
		if (work->reading_first)
		{
			work->keys.at[key].known = true;
			if (run->gone_by >= w->since && run->not_seen_at <= w->until)
				work->keys.at[key].settled = false;
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
	Datum		values[3];

	/* a span that is settled asks for nothing: lo > hi, and keeps its number */
	for (size_t i = 0; i < work->n_spans; i++)
	{
		const Span *span = &work->spans[i];

		installations[i] = Int64GetDatum(span->installation);
		lo[i] = Int64GetDatum(span->open ? span->window.lo : TIME_END);
		hi[i] = Int64GetDatum(span->open ? span->window.hi : TIME_BEGIN);
	}
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_TIME, lo, work->n_spans);
	values[2] = parameter_array(work->ledger, P_TIME, hi, work->n_spans);
	ledger_ask(work->ledger, QUERY_STORED, values, NULL, receive_stored, work);
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

/* k, class, kind, label */
static void
receive_subject(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[1]), kind_of(values[2]), NONE};
	int32		number;
	Key		   *key;

	if (id.kind != OF_CLASS)
		id.label = label_number(work->labels, values[3]);
	number = key_number(work, id, true);
	key = &work->keys.at[number];
	key->known = true;
	if (key->settled)
	{
		key->settled = false;
		key->if_told = !work->spans[id.span].removes;
	}
	MemoryContextSwitchTo(before);
}

/*
 * Subjects of the spans: all but individuals, of which a port has thousands; where something was
 * taken away those too, else those whose number was seen, as they may be sighted at a class above.
 */
void
read_subjects(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *removes = new_values(work, work->n_spans);
	LIST(Datum) seen = {0};
	int32		last = NONE;
	Datum		values[3];

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		removes[i] = BoolGetDatum(work->spans[i].removes);
	}
	for (size_t i = 0; i < work->shown.n; i++)
		if (work->shown.at[i].designation != NONE && work->shown.at[i].designation != last)
			*APPEND(work->context, seen) = label_datum(work->labels, last = work->shown.at[i].designation);
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_BOOL, removes, work->n_spans);
	values[2] = parameter_array(work->ledger, P_TEXT, seen.at, seen.n);
	ledger_ask(work->ledger, QUERY_SUBJECTS, values, NULL, receive_subject, work);
}

/* All but individuals, and of those the ones that were seen in each span itself. */
void
read_subjects_seen(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *removes = new_values(work, work->n_spans);
	LIST(Datum) numbers = {0};
	LIST(Datum) places = {0};
	LIST(Datum) seen = {0};
	Datum		values[3];

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		removes[i] = BoolGetDatum(false);
	}
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_BOOL, removes, work->n_spans);
	values[2] = parameter_array(work->ledger, P_TEXT, seen.at, 0);
	ledger_ask(work->ledger, QUERY_SUBJECTS, values, NULL, receive_subject, work);
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		int32		span = work->looks.at[shown->look].span;

		if (shown->designation == NONE)
			continue;
		*APPEND(work->context, numbers) = Int32GetDatum(span + 1);
		*APPEND(work->context, places) = installations[span];
		*APPEND(work->context, seen) = label_datum(work->labels, shown->designation);
	}
	values[0] = parameter_array(work->ledger, P_INT4, numbers.at, numbers.n);
	values[1] = parameter_array(work->ledger, P_INT8, places.at, numbers.n);
	values[2] = parameter_array(work->ledger, P_TEXT, seen.at, numbers.n);
	if (numbers.n > 0)
		ledger_ask(work->ledger, QUERY_SUBJECTS_SEEN, values, NULL, receive_subject, work);
}

static void
seen_key(Work *work, KeyId id)
{
	int32		number = key_number(work, id, true);
	Key		   *key = &work->keys.at[number];

	key->settled = key->if_told = false;
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
key_parameters(Work *work, const int32 *keys, size_t n, Datum *values)
{
	Datum	   *columns[KEY_PARAMETERS];

	for (int i = 0; i < KEY_PARAMETERS; i++)
		columns[i] = new_values(work, n);
	for (size_t i = 0; i < n; i++)
	{
		KeyId		id = work->keys.at[keys[i]].id;

		columns[0][i] = Int64GetDatum(work->spans[id.span].installation);
		columns[1][i] = Int32GetDatum(id.class);
		columns[2][i] = CStringGetTextDatum(subject_kinds[id.kind]);
		columns[3][i] = label_datum(work->labels, id.label);
	}
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_TEXT, columns[2], n);
	values[3] = parameter_array(work->ledger, P_TEXT, columns[3], n);
}

/* What was never sighted here before. */
void
add_subjects(Work *work)
{
	LIST(int32) new = {0};
	Datum		values[KEY_PARAMETERS];

	for (size_t i = 0; i < work->keys.n; i++)
		if (work->keys.at[i].seen && !work->keys.at[i].known)
			*APPEND(work->context, new) = (int32) i;
	if (new.n == 0)
		return;
	key_parameters(work, new.at, new.n, values);
	ledger_ask(work->ledger, ADD_SUBJECTS, values, NULL, NULL, NULL);
}

/*
 * Keys whose runs rest on looks that merely allow them: are they sighted at all, at any
 * time? Otherwise all that is stored of them goes.
 */
void
drop_unsighted(Work *work)
{
	size_t		n = work->unsighted.n;
	Datum		values[KEY_PARAMETERS];
	bool	   *sighted;
	bool	   *dropped;
	size_t		kept = 0;

	if (n == 0)
		return;
	sighted = palloc0(sizeof(bool) * n);
	dropped = palloc0(sizeof(bool) * work->keys.n);
	key_parameters(work, work->unsighted.at, n, values);
	ledger_ask(work->ledger, QUERY_IS_SIGHTED, values, NULL, mark_numbered, sighted);
	for (size_t i = 0; i < n; i++)
		if (!sighted[i])
		{
			dropped[work->unsighted.at[i]] = true;
			work->unsighted.at[kept++] = work->unsighted.at[i];
		}
	if (kept == 0)
		return;
	key_parameters(work, work->unsighted.at, kept, values);
	work->changed += ledger_ask(work->ledger, DELETE_KEYS, values, NULL, NULL, NULL);
	ledger_ask(work->ledger, FORGET_KEYS, values, NULL, NULL, NULL);
	n = work->changes.n;
	work->changes.n = 0;
	for (size_t i = 0; i < n; i++)
		if (!dropped[work->changes.at[i].key])
			work->changes.at[work->changes.n++] = work->changes.at[i];
}
