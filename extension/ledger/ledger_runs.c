/*
 * ledger_runs.c: derives the runs of each key from its evidence, and writes what differs
 * from the stored ones, and nothing else.
 */
#include "ledger_work.h"

#include "presence_write.h"

void
place_runs(const Span *span, Presence *runs, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		runs[i].lon = span->lon;
		runs[i].lat = span->lat;
	}
}

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

		if (old != NULL && !run_meets(old, result->from, result->to))
			i++;
		else if (new == NULL || (old != NULL && old->first_seen < new->first_seen))
		{
			*APPEND(work->context, work->changes) = (Change) {key, true, stored[i].presence_id, stored[i].row, *old};
			i++;
		}
		else if (old == NULL || new->first_seen < old->first_seen)
			*APPEND(work->context, work->changes) = (Change) {.key = key, .run = result->runs[j++]};
		else
		{
			if (memcmp(old, new, sizeof(Presence)) != 0)
				*APPEND(work->context, work->changes) = (Change) {key, false, stored[i].presence_id, stored[i].row, *new};
			i++;
			j++;
		}
	}
}

/* Does the span tell that there may be some? (That there are none changes nothing of a key without a run there.) */
static bool
is_told_in_span(const Window *w, const Evidence *told, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (told[i].at >= w->since && told[i].at <= w->until && told[i].count.max > 0)
			return true;
	return false;
}

static bool
is_above(const Work *work, int32 class)
{
	return class != NONE && work->classes.at[class].below > 0;
}

/* A class that is told for the first time here counts what was told below it before. */
static bool
is_new_above(const Work *work, const Key *key, int32 class)
{
	return key->seen && !key->known && is_above(work, class);
}

/* Derives one key anew; false: its window is too narrow. */
static bool
derive_key(Work *work, int32 number, int32 class, Cursors *at)
{
	Key		   *key = &work->keys.at[number];
	Span	   *span = &work->spans[key->id.span];
	Window		window = span->window;
	const Stored *stored = &work->stored.at[at->stored];
	const size_t first_change = work->changes.n;
	bool		watched = is_watched(work, key, class);
	Presence   *runs;
	size_t		n_stored = 0;
	size_t		n;

	n = key_told(work, number, class, at);
	if (watched)
		keep_told_before(work, key, at->told, n);
	n = evidence_in_order(at->told, n);
	while (at->stored < work->stored.n && work->stored.at[at->stored].key == number)
	{
		at->stored++;
		n_stored++;
	}
	if (key->if_told && !is_told_in_span(&span->window, at->told, n))
		return true;
	if (is_new_above(work, key, class))
	{
		window.since = TIME_BEGIN;
		window.until = TIME_END;
		span->whole = window.lo > TIME_BEGIN || window.hi < TIME_END;
		if (span->whole)
			return false;
	}
	runs = palloc(sizeof(Presence) * Max(n_stored, 1));
	for (size_t i = 0; i < n_stored; i++)
		runs[i] = stored[i].run;
	if (!rederive(&window, at->told, n, runs, n_stored, &at->result))
	{
		pfree(runs);
		return false;
	}
	pfree(runs);
	place_runs(span, at->result.runs, at->result.n);
	note_changes(work, number, &at->result, stored, n_stored);
	if (watched && work->changes.n > first_change &&
		!note_events(work, key, class, at->told, n, first_change, stored, n_stored))
	{
		work->changes.n = first_change;
		return false;
	}
	/*
	 * (What was taken away may have been its only sighting, even where no run changes; and of what was
	 * told below it there may be runs elsewhere.)
	 */
	if (!key->sighted &&
		(at->result.n + n_stored > 0 ? span->removes || n_stored == 0 : span->removes && is_above(work, class)))
		*APPEND(work->context, work->unsighted) = number;
	return true;
}

void
derive_keys(Work *work, ClassNumbers *classes)
{
	Cursors		at = {0};

	for (size_t i = 0; i < work->keys.n; i++)
	{
		Key		   *key = &work->keys.at[i];

		CHECK_FOR_INTERRUPTS();
		if (!key->done)
			key->done = derive_key(work, (int32) i, class_number(classes, key->id.class), &at);
		/* (of stored runs, those of keys that need nothing are passed over) */
		while (at.stored < work->stored.n && work->stored.at[at.stored].key <= (int32) i)
			at.stored++;
	}
}

/* Rows that go, then those that change, then those that come: none is in the way of another. */
typedef enum Turn
{
	GO, CHANGE, COME, TURNS
} Turn;

static Turn
turn_of(const Change *change)
{
	return change->gone ? GO : change->presence_id != 0 ? CHANGE : COME;
}

static void
write_rows(Work *work, PresenceWriter *writer)
{
	for (Turn turn = GO; turn < TURNS; turn++)
		for (size_t i = 0; i < work->changes.n; i++)
		{
			Change	   *change = &work->changes.at[i];
			KeyId		id = work->keys.at[change->key].id;
			const char *label = id.kind == OF_CLASS ? NULL : label_text(work->labels, id.label);
			PresenceRow row = {work->spans[id.span].installation, change->presence_id, id.class,
			id.kind == OF_STATUS ? label : NULL, id.kind == OF_INDIVIDUAL ? label : NULL};

			if (turn_of(change) != turn)
				continue;
			CHECK_FOR_INTERRUPTS();
			if (turn == GO)
				presence_writer_delete(writer, &change->row);
			else if (turn == CHANGE)
				presence_writer_change(writer, &change->row, &row, &change->run);
			else
				presence_writer_add(writer, &row, &change->run);
		}
	work->changed += (int64) work->changes.n;
}

/*
 * By statements
 */
static void
add_by_statement(Work *work)
{
	LIST(int32) keys = {0};
	LIST(Datum) runs = {0};
	Parameter	parameters[KEY_PARAMETERS + 1];

	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];

		if (turn_of(change) != COME)
			continue;
		*APPEND(work->context, keys) = change->key;
		*APPEND(work->context, runs) = PointerGetDatum(&change->run);
	}
	if (keys.n == 0)
		return;
	key_parameters(work, keys.at, keys.n, parameters);
	parameters[KEY_PARAMETERS] = array_of(runs.at, runs.n);
	work->changed += ledger_ask(work->ledger, ADD_RUNS, parameters, NULL, NULL);
}

/* Stored rows that go, or change. */
static void
write_by_statement(Work *work, Turn turn)
{
	Datum	   *installations = new_values(work, work->changes.n);
	Datum	   *presences = new_values(work, work->changes.n);
	Datum	   *runs = new_values(work, work->changes.n);
	size_t		n = 0;

	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];

		if (turn_of(change) != turn)
			continue;
		installations[n] = Int64GetDatum(work->spans[work->keys.at[change->key].id.span].installation);
		presences[n] = Int64GetDatum(change->presence_id);
		runs[n++] = PointerGetDatum(&change->run);
	}
	if (n == 0)
		return;
	/* (who deletes takes no runs) */
	work->changed += ledger_ask(work->ledger, turn == GO ? DELETE_RUNS : CHANGE_RUNS, (Parameter[]) {
		array_of(installations, n), array_of(presences, n), array_of(runs, n)
	}, NULL, NULL);
}

void
write_changes(Work *work)
{
	PresenceWriter *writer;

	if (work->changes.n == 0)
		return;
	writer = presence_writer_begin(ledger_table(work->ledger, "presence"), ledger_presence_type(work->ledger));
	if (writer != NULL)
	{
		write_rows(work, writer);
		presence_writer_end(writer);
		return;
	}
	write_by_statement(work, GO);
	write_by_statement(work, CHANGE);
	add_by_statement(work);
}
