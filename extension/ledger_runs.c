/*
 * ledger_runs.c: derives the runs of each key from its evidence, and writes what differs
 * from the stored ones, and nothing else.
 */
#include "ledger_work.h"

/* What differs between a key's new runs and its stored ones of the same part of the past. */
static void
note_changes(Work *work, int32 key, const Rederived *result, const Stored *stored, size_t n)
{
	size_t		i = 0;
	size_t		j = 0;

	while (i < n || j < result->n)
	{
		const Presence *old = i < n ? &stored[i].run : NULL;
		const Presence *new = j < result->n ? &result->runs[j] : NULL;

		if (old != NULL && (old->last_seen < result->from || old->first_seen > result->to))
			i++;
		else if (new == NULL || (old != NULL && old->first_seen < new->first_seen))
			*APPEND(work->context, work->changes) = (Change) {key, true, stored[i++].presence_id, *old};
		else if (old == NULL || new->first_seen < old->first_seen)
			*APPEND(work->context, work->changes) = (Change) {key, false, 0, result->runs[j++]};
		else
		{
			if (memcmp(old, new, sizeof(Presence)) != 0)
				*APPEND(work->context, work->changes) = (Change) {key, false, stored[i].presence_id, *new};
			i++;
			j++;
		}
	}
}

void
make_room(Work *work, Cursors *at, size_t n)
{
	if (n <= at->room)
		return;
	at->room = Max(n, 2 * at->room);
	at->evidence = MemoryContextAllocHuge(work->context, at->room * sizeof(Sighting));
	at->result.facts = MemoryContextAllocHuge(work->context, (at->room + 1) * sizeof(Sighting));
	at->result.runs = MemoryContextAllocHuge(work->context, (at->room + 1) * sizeof(Presence));
	at->result.scratch = MemoryContextAllocHuge(work->context, 2 * (at->room + 2) * sizeof(size_t));
}

/* Derives one key anew; false: its window is too narrow. */
static bool
derive_key(Work *work, int32 number, int32 class, Cursors *at)
{
	Key		   *key = &work->keys.at[number];
	const Span *span = &work->spans[key->id.span];
	const Stored *stored = &work->stored.at[at->stored];
	Presence   *runs;
	size_t		n_stored = 0;
	size_t		n;

	make_room(work, at, span->looks + count_elsewhere(work, at, number) + 1);
	key->sighted = false;
	n = key_evidence(work, number, class, at);
	while (at->stored < work->stored.n && work->stored.at[at->stored].key == number)
	{
		at->stored++;
		n_stored++;
	}
	runs = palloc(sizeof(Presence) * Max(n_stored, 1));
	for (size_t i = 0; i < n_stored; i++)
		runs[i] = stored[i].run;
	if (!rederive(&span->window, at->evidence, n, runs, n_stored, &at->result))
	{
		pfree(runs);
		return false;
	}
	pfree(runs);
	if (at->result.n > 0 && !key->sighted && (span->removes || n_stored == 0))
		*APPEND(work->context, work->unsighted) = number;
	note_changes(work, number, &at->result, stored, n_stored);
	return true;
}

void
derive_keys(Work *work, HTAB *classes)
{
	Cursors		at = {0};

	for (size_t i = 0; i < work->keys.n; i++)
	{
		Key		   *key = &work->keys.at[i];

		CHECK_FOR_INTERRUPTS();
		if (!key->settled)
			key->settled = derive_key(work, (int32) i, class_number(classes, key->id.class), &at);
		/* (of stored runs, those of keys that need nothing are passed over) */
		while (at.stored < work->stored.n && work->stored.at[at.stored].key <= (int32) i)
			at.stored++;
	}
}

typedef enum ChangeKind
{
	RUN_GOES, RUN_CHANGES, RUN_COMES
} ChangeKind;

static ChangeKind
change_kind(const Change *change)
{
	return change->gone ? RUN_GOES : change->presence_id != 0 ? RUN_CHANGES : RUN_COMES;
}

static void
write_kind(Work *work, ChangeKind kind)
{
	Datum	   *columns[6];
	Datum		values[5];
	Datum		installations;
	size_t		n = 0;

	for (int i = 0; i < 6; i++)
		columns[i] = new_values(work, work->changes.n);
	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];
		KeyId		id = work->keys.at[change->key].id;

		if (change_kind(change) != kind)
			continue;
		columns[0][n] = Int64GetDatum(work->spans[id.span].installation);
		columns[1][n] = Int64GetDatum(change->presence_id);
		columns[2][n] = Int32GetDatum(id.class);
		columns[3][n] = BoolGetDatum(id.individual);
		if (kind == RUN_COMES)
			columns[4][n] = CStringGetTextDatum(work->label_texts.at[id.label]);
		columns[5][n++] = PointerGetDatum(&change->run);
	}
	if (n == 0)
		return;
	installations = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[0] = installations;
	if (kind == RUN_COMES)
	{
		values[1] = parameter_array(work->ledger, P_INT4, columns[2], n);
		values[2] = parameter_array(work->ledger, P_BOOL, columns[3], n);
		values[3] = parameter_array(work->ledger, P_TEXT, columns[4], n);
		values[4] = parameter_array(work->ledger, P_PRESENCE, columns[5], n);
	}
	else
	{
		values[1] = parameter_array(work->ledger, P_INT8, columns[1], n);
		values[2] = parameter_array(work->ledger, P_PRESENCE, columns[5], n);
	}
	work->changed += ledger_ask(work->ledger,
								kind == RUN_GOES ? DELETE_RUNS : kind == RUN_CHANGES ? CHANGE_RUNS : ADD_RUNS,
								values, NULL, NULL, NULL);
}

void
write_changes(Work *work)
{
	for (ChangeKind kind = RUN_GOES; kind <= RUN_COMES; kind++)
		write_kind(work, kind);
}
