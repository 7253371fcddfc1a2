/*
 * ledger_keys.c: which keys a touched span can have changed (head of ledger_derive.c, 1):
 * those with a stored run that meets it, those seen in it, those ever sighted; and those that
 * are sighted no longer.
 */
#include "ledger_work.h"

#include "ledger_known.h"

/* k, presence_id, class, status, designation, run, row */
static void
receive_stored(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	const Presence *run = DatumGetPresenceP(values[5]);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[2]), nulls[3], 0};
	const Window *w = &work->spans[id.span].window;
	int32		key;

	id.label = label_number(work->labels, nulls[3] ? values[4] : values[3]);
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
 * The keys that a touched span can have changed (head of file, 1): those with a stored run
 * that meets it are there already.
 */
static void
seen_key(Work *work, KeyId id)
{
	int32		number = key_number(work, id, true);

	work->keys.at[number].settled = false;
	work->keys.at[number].seen = true;
}

/* k, class, individual, label */
static void
receive_subject(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[1]), DatumGetBool(values[2]), 0};
	int32		key;

	id.label = label_number(work->labels, values[3]);
	key = key_number(work, id, true);
	work->keys.at[key].known = true;
	if (work->spans[id.span].removes)
		work->keys.at[key].settled = false;
	MemoryContextSwitchTo(before);
}

static void
read_subjects(Work *work, LedgerQuery query, bool removes)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *wanted = new_values(work, work->n_spans);
	Datum		values[2];
	bool		any = false;

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		wanted[i] = BoolGetDatum(work->spans[i].removes == removes);
		any = any || work->spans[i].removes == removes;
	}
	if (!any)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_BOOL, wanted, work->n_spans);
	ledger_ask(work->ledger, query, values, NULL, receive_subject, work);
}

/* Those seen in the span. */
void
choose_keys_seen(Work *work)
{
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		const Look *look = &work->looks.at[shown->look];
		const Window *w = &work->spans[look->span].window;

		if (look->observed_at < w->since || look->observed_at > w->until)
			continue;
		seen_key(work, (KeyId) {look->span, shown->class, false, shown->status});
		if (shown->designation != NONE)
			seen_key(work, (KeyId) {look->span, shown->class, true, shown->designation});
	}
}

/*
 * Of the subjects where nothing was taken away only those below a class seen are of interest,
 * and whether what was seen is one. Mostly it is, as it has runs, and nothing lies below it.
 */
static bool
needs_counted(const Work *work)
{
	for (size_t i = 0; i < work->keys.n; i++)
	{
		const Key  *key = &work->keys.at[i];
		const KnownClass *class;

		if (!key->seen)
			continue;
		if (!key->known && !key->id.individual)
			return true;
		class = known_class(work->ledger, key->id.class);
		if (class == NULL || class->is_parent)
			return true;
	}
	return false;
}

void
choose_keys(Work *work)
{
	choose_keys_seen(work);
	read_subjects(work, QUERY_SUBJECTS, true);
	if (needs_counted(work))
		read_subjects(work, QUERY_COUNTED, false);
}

/* Classes below one seen in a span: those after it in the order of the tree, up to the last. */
typedef struct Below
{
	int32		span;
	int32		above;
	int32		last;
} Below;

static int
below_order(const void *left, const void *right)
{
	const Below *a = left;
	const Below *b = right;

	BY(span);
	BY(above);
	return 0;
}

/* Of those in order, whose `last` is the furthest that any of the span so far reaches. */
static bool
lies_below(const Below *seen, size_t n, int32 span, int32 class)
{
	size_t		low = 0;
	size_t		high = n;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;

		if (seen[middle].span < span || (seen[middle].span == span && seen[middle].above < class))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && seen[low - 1].span == span && class <= seen[low - 1].last;
}

/*
 * Counts of what lies below a class seen in the span. (A new look takes no evidence from
 * individuals; where others changed, all subjects are wanted anyway.)
 */
void
choose_keys_below(Work *work, ClassNumbers *classes)
{
	LIST(Below) seen = {0};

	for (size_t i = 0; i < work->keys.n; i++)
	{
		const Key  *key = &work->keys.at[i];
		int32		class = key->seen ? class_number(classes, key->id.class) : NONE;

		if (class != NONE && work->classes.at[class].below > 0)
			*APPEND(work->context, seen) = (Below) {key->id.span, class, class + work->classes.at[class].below};
	}
	if (seen.n == 0)
		return;
	SORT(seen, below_order);
	for (size_t i = 1; i < seen.n; i++)
		if (seen.at[i].span == seen.at[i - 1].span)
			seen.at[i].last = Max(seen.at[i].last, seen.at[i - 1].last);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		Key		   *key = &work->keys.at[i];
		int32		class = key->settled && !key->id.individual ? class_number(classes, key->id.class) : NONE;

		if (class != NONE && lies_below(seen.at, seen.n, key->id.span, class))
			key->settled = false;
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
		columns[2][i] = BoolGetDatum(id.individual);
		columns[3][i] = CStringGetTextDatum(label_text(work->labels, id.label));
	}
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_BOOL, columns[2], n);
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
	n = work->changes.n;
	work->changes.n = 0;
	for (size_t i = 0; i < n; i++)
		if (!dropped[work->changes.at[i].key])
			work->changes.at[work->changes.n++] = work->changes.at[i];
}
