/*
 * ledger_runs.c: derives the runs of each key from its evidence, and writes what differs
 * from the stored ones, and nothing else.
 */
#include "ledger_work.h"

#include "presence_insert.h"

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
			*APPEND(work->context, work->changes) = (Change) {.key = key, .run = result->runs[j++]};
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

/* Runs that come. */
static void
write_new(Work *work)
{
	LIST(int32) keys = {0};
	LIST(Datum) runs = {0};
	Datum		values[KEY_PARAMETERS + 1];

	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];

		if (change->gone || change->presence_id != 0)
			continue;
		*APPEND(work->context, keys) = change->key;
		*APPEND(work->context, runs) = PointerGetDatum(&change->run);
	}
	if (keys.n == 0)
		return;
	key_parameters(work, keys.at, keys.n, values);
	values[KEY_PARAMETERS] = parameter_array(work->ledger, P_PRESENCE, runs.at, runs.n);
	work->changed += ledger_ask(work->ledger, ADD_RUNS, values, NULL, NULL, NULL);
}

/* Stored runs that go, or change. */
static void
write_stored(Work *work, bool gone)
{
	Datum	   *columns[3];
	Datum		values[3];
	size_t		n = 0;

	for (int i = 0; i < 3; i++)
		columns[i] = new_values(work, work->changes.n);
	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];

		if (change->gone != gone || change->presence_id == 0)
			continue;
		columns[0][n] = Int64GetDatum(work->spans[work->keys.at[change->key].id.span].installation);
		columns[1][n] = Int64GetDatum(change->presence_id);
		columns[2][n++] = PointerGetDatum(&change->run);
	}
	if (n == 0)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT8, columns[1], n);
	if (!gone)
		values[2] = parameter_array(work->ledger, P_PRESENCE, columns[2], n);
	work->changed += ledger_ask(work->ledger, gone ? DELETE_RUNS : CHANGE_RUNS, values, NULL, NULL, NULL);
}

static void
write_all(void *arg)
{
	Work	   *work = arg;

	write_stored(work, true);
	write_stored(work, false);
	write_new(work);
}

void
write_changes(Work *work)
{
	if (work->changes.n > 0)
		insert_by_own_way(ledger_table(work->ledger, "presence"), write_all, work);
}
