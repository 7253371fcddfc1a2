/*
 * ledger_alert.c: tells at commit what a load has changed of what somebody watches.
 *
 * Theory of operation. A ledger's table `alert` says what to watch. Before a slice is derived it is
 * asked which alerts there are for its installations, or the session knows (ledger_known.c); with none,
 * all of this costs a glance at an empty table. If a class is watched, the derivation tells more than the runs to write:
 *
 * 1. A load changes what is known now only if it changes a run that is open, or opens or closes
 *    one. A late look that changes nothing but the past raises nothing.
 * 2. What was known before the load and what is known after it are walked over the evidence at
 *    hand, and answers.c says what changed between the two, as in changes_since(). After it all
 *    evidence counts; before it, that of looks which the transaction has not added.
 * 3. Where evidence was corrected or taken away what it told is gone. What was known before are then
 *    the stored runs or, without any, what looks beside the span told: never certain, and undecided
 *    if that tells nothing.
 * 4. A walk may begin at the first look, or at a single number (evidence_last_exact). If the
 *    window holds neither it is too narrow, and is widened as for a derivation.
 *
 * Rows of `alert_event` are written with the runs. A notification tells listeners of a ledger's
 * rows by its name and the transaction; who may not read the rows learns no more. It is sent before
 * commit, not before PREPARE TRANSACTION, which cannot: then there are the rows alone.
 */
#include "ledger_work.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(ledger_notify);
PG_FUNCTION_INFO_V1(ledger_touch_alert);

#define CHANNEL "pg_sightings_alert"

/*
 * Which alerts there are
 */
static uint32
verdicts_of(Datum words)
{
	Datum	   *items;
	int			n;
	uint32		verdicts = 0;

	deconstruct_array(DatumGetArrayTypeP(words), TEXTOID, -1, false, TYPALIGN_INT, &items, NULL, &n);
	for (int i = 0; i < n; i++)
		for (int verdict = 0; verdict < REPORT_VERDICTS; verdict++)
			if (strcmp(TextDatumGetCString(items[i]), report_verdicts[verdict].word) == 0)
				verdicts |= UINT32_C(1) << verdict;
	return verdicts;
}

static void
receive_alert(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);

	*APPEND(work->context, work->alerts) = (Alert) {work->span_of[asked_row(values)], {
		.id = DatumGetInt64(values[ALERT_ID]),
		.path = nulls[ALERT_PATH] ? NULL : text_to_cstring(DatumGetTextPP(values[ALERT_PATH])),
		.verdicts = verdicts_of(values[ALERT_VERDICTS]),
		.certain_only = DatumGetBool(values[ALERT_CERTAIN_ONLY]),
		.new_looks = DatumGetBool(values[ALERT_NEW_LOOKS])
	}};
	MemoryContextSwitchTo(before);
}

static int
alert_order(const void *left, const void *right)
{
	const Alert *a = left;
	const Alert *b = right;

	BY(span);
	BY(alert.id);
	return 0;
}

/* Most ledgers have no alerts: then nobody asks for them. */
static bool
has_alerts(const Ledger *ledger)
{
	Oid			id = ledger_table_if_any(ledger, "alert");
	Relation	table = OidIsValid(id) ? try_relation_open(id, AccessShareLock) : NULL;
	bool		has = false;

	if (table == NULL)
		return false;
	has = table->rd_rel->relkind == RELKIND_RELATION && RelationGetNumberOfBlocks(table) > 0;
	relation_close(table, NoLock);
	return has;
}

/* Where the alerts of a span begin; there may be none. */
static size_t
first_alert(const Work *work, int32 span)
{
	const Alert first = {.span = span, .alert = {.id = PG_INT64_MIN}};

	return FIRST_FROM(work->alerts, alert_order, &first);
}

/* Those that are asked for become known. */
static void
ask_alerts(Work *work, const int32 *spans, size_t n)
{
	Datum	   *installations = new_values(work, n);
	uint64		asked_at = known_generation();

	for (size_t i = 0; i < n; i++)
		installations[i] = Int64GetDatum(work->spans[spans[i]].installation);
	work->span_of = spans;
	ledger_ask(work->ledger, QUERY_ALERTS, (Parameter[]) {array_of(installations, n)}, receive_alert, work);
	SORT(work->alerts, alert_order);
	for (size_t i = 0; i < n; i++)
	{
		size_t		first = first_alert(work, spans[i]);
		size_t		end = first_alert(work, spans[i] + 1);
		KnownAlert *alerts = palloc(sizeof(KnownAlert) * Max(end - first, 1));

		for (size_t k = first; k < end; k++)
			alerts[k - first] = work->alerts.at[k].alert;
		know_alerts(work->ledger, work->spans[spans[i]].installation, alerts, end - first, asked_at);
		pfree(alerts);
	}
}

void
read_alerts(Work *work)
{
	int32	   *asked;
	size_t		n_asked = 0;

	if (work->fresh == NULL || !has_alerts(work->ledger))
		return;
	asked = MemoryContextAllocHuge(work->context, sizeof(int32) * work->n_spans);
	for (size_t i = 0; i < work->n_spans; i++)
	{
		const KnownAlert *alerts;
		size_t		n;

		if (!known_alerts(work->ledger, work->spans[i].installation, &alerts, &n))
		{
			asked[n_asked++] = (int32) i;
			continue;
		}
		for (size_t k = 0; k < n; k++)
		{
			Alert	   *alert = APPEND(work->context, work->alerts);

			*alert = (Alert) {(int32) i, alerts[k]};
			/* (what is known is so until the next is asked for) */
			if (alerts[k].path != NULL)
				alert->alert.path = MemoryContextStrdup(work->context, alerts[k].path);
		}
	}
	if (n_asked > 0)
		ask_alerts(work, asked, n_asked);
}

static bool
alert_is_of(const KnownAlert *alert, const char *path)
{
	return alert->verdicts != 0 && (alert->path == NULL || path_lies_within(path, alert->path));
}

bool
is_watched(const Work *work, const Key *key, int32 class)
{
	if (work->alerts.n == 0 || key->id.kind != OF_CLASS || class == NONE)
		return false;
	for (size_t i = first_alert(work, key->id.span); i < work->alerts.n && work->alerts.at[i].span == key->id.span; i++)
		if (alert_is_of(&work->alerts.at[i].alert, work->classes.at[class].path))
			return true;
	return false;
}

/* Sessions forget which alerts there are. */
Datum
ledger_touch_alert(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be called by a trigger AFTER a statement")));
	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}

/*
 * What was known before
 */

/* Evidence by what the transaction left as it was; in order. */
void
keep_told_before(Work *work, const Key *key, const Evidence *told, size_t n)
{
	const Span *span = &work->spans[key->id.span];
	bool		added = !span->removes && fresh_looks_are_all(work->fresh);

	if (n > work->before_room)
	{
		work->before_room = Max(n, 2 * work->before_room);
		work->before = MemoryContextAllocHuge(work->context, sizeof(Evidence) * work->before_room);
	}
	work->before_n = 0;
	for (size_t i = 0; i < n; i++)
		if (added ? !is_fresh_look(work->fresh, span->installation, work->looks.at[told[i].look].observation) :
			told[i].at < span->window.since || told[i].at > span->window.until)
			work->before[work->before_n++] = told[i];
	work->before_n = evidence_in_order(work->before, work->before_n);
}

/* What is known at the end of a window; it is to be walked from `at` on, or before. false: the window does not tell. */
static bool
walk_window(const Window *window, const Evidence *evidence, size_t n, int64 at, Known *known)
{
	size_t		first = 0;

	*known = (Known) {0};
	if (window->lo != TIME_BEGIN && !evidence_last_exact(evidence, n, at, &first))
		return false;
	for (size_t i = first; i < n; i++)
		known_take(known, &evidence[i]);
	return true;
}

/* What was known by a run, or by its end. */
static Known
known_of_run(int64 at, int64 since, Counts count)
{
	return (Known) {
		.told = true, .corrected = true, .carried = count, .run_since = since, .runs = 1,
		.last = {.since = at, .at = at, .count = count, .look = NONE}
	};
}

/* What was known before, by the stored runs: evidence that was corrected cannot be walked any more. */
static bool
known_by_runs(const Work *work, const Window *window, const Stored *stored, size_t n, Known *known)
{
	if (n > 0)
	{
		const Presence *run = &stored[n - 1].run;

		*known = run->gone_by == TIME_END ?
			known_of_run(run->last_seen, run->first_seen, (Counts) {run->count_min, run->count_max}) :
			known_of_run(run->gone_by, run->gone_by, (Counts) {0, 0});
		return true;
	}
	/* (what has no run had been told none, by whatever look told of it) */
	if (!walk_window(window, work->before, work->before_n, TIME_END, known))
		return false;
	if (known->told)
		*known = known_of_run(known->last.at, known->last.at, (Counts) {0, 0});
	return true;
}

/*
 * Events
 */
static bool
is_open(const Presence *run)
{
	return run->gone_by == TIME_END;
}

/* Is a change of runs one of what is known now? */
static bool
changes_the_present(const Work *work, size_t first, const Stored *stored, size_t n)
{
	for (size_t i = first; i < work->changes.n; i++)
		if (is_open(&work->changes.at[i].run))
			return true;
	/* (at most the last is open) */
	for (size_t i = first; n > 0 && is_open(&stored[n - 1].run) && i < work->changes.n; i++)
		if (work->changes.at[i].presence_id == stored[n - 1].presence_id)
			return true;
	return false;
}

static void
set_look(const Work *work, const Known *known, int64 *at, int64 *look)
{
	if (!known->told)
		return;
	*at = known->last.at;
	if (known->last.look != NONE)
		*look = work->looks.at[known->last.look].observation;
}

static void
add_events(Work *work, const Key *key, int32 class, const Known *before, const Known *after, const ChangeAnswer *answer)
{
	const char *path = work->classes.at[class].path;
	AlertEvent	event = {
		.installation = work->spans[key->id.span].installation, .class = key->id.class, .of_change = true, .answer = *answer,
		.before_at = TIME_BEGIN, .after_at = TIME_BEGIN, .before_look = NONE, .after_look = NONE
	};

	set_look(work, before, &event.before_at, &event.before_look);
	set_look(work, after, &event.after_at, &event.after_look);
	for (size_t i = first_alert(work, key->id.span); i < work->alerts.n && work->alerts.at[i].span == key->id.span; i++)
	{
		const KnownAlert *alert = &work->alerts.at[i].alert;

		if (!alert_is_of(alert, path) || (alert->verdicts & (UINT32_C(1) << answer->verdict)) == 0 || (alert->certain_only && !answer->certain))
			continue;
		event.alert = alert->id;
		*APPEND(work->context, work->events) = event;
	}
}

/* Nothing tells whether anybody had looked before: no word for what changed. */
static void
undecide(ChangeAnswer *answer)
{
	answer->verdict = REPORT_UNDECIDED;
	answer->doubt = (answer->doubt & ~DOUBT(NO_LOOK_BEFORE)) | DOUBT(CORRECTED);
}

bool
note_events(Work *work, const Key *key, int32 class, const Evidence *told, size_t n, size_t first_change, const Stored *stored, size_t n_stored)
{
	const Span *span = &work->spans[key->id.span];
	bool		added = !span->removes && fresh_looks_are_all(work->fresh);
	Known		before;
	Known		after;
	ChangeAnswer answer;

	if (!changes_the_present(work, first_change, stored, n_stored))
		return true;
	if (span->window.hi != TIME_END ||
		!(added ? walk_window(&span->window, work->before, work->before_n, TIME_END, &before) :
		  known_by_runs(work, &span->window, stored, n_stored, &before)) ||
		!walk_window(&span->window, told, n, before.told ? before.last.at : TIME_END, &after))
		return false;
	before.corrected = before.corrected || (before.told && !evidence_still_tells(&before.last, told, n));
	if (!change_answer(TIME_BEGIN, TIME_LAST, MODE_LAST_KNOWN, AGE_UNLIMITED, &before, &after,
					   before.told && after.told && after.run_since <= before.last.at, &answer))
		return true;
	if (!added && !before.told)
		undecide(&answer);
	add_events(work, key, class, &before, &after, &answer);
	return true;
}

void
note_new_looks(Work *work)
{
	for (size_t i = 0; i < work->alerts.n; i++)
	{
		const KnownAlert *alert = &work->alerts.at[i].alert;
		const Span *span = &work->spans[work->alerts.at[i].span];

		for (size_t k = span->first_look; alert->new_looks && k < span->first_look + span->looks; k++)
			if (is_fresh_look(work->fresh, span->installation, work->looks.at[k].observation))
				*APPEND(work->context, work->events) = (AlertEvent) {
					.alert = alert->id, .installation = span->installation, .before_at = TIME_BEGIN,
					.after_at = work->looks.at[k].observed_at, .after_look = work->looks.at[k].observation
				};
	}
}

/*
 * Notifications
 */
typedef struct Notification
{
	struct Notification *next;
	Oid			schema;
	SubTransactionId made_in;
	int64		events;
} Notification;

/* Of the running transaction; in its memory. */
static Notification *notifications = NULL;

/* Tells the listeners of one ledger of all events that are left. */
static void
notify_ledger(Oid schema)
{
	const char *name = get_namespace_name(schema);
	StringInfoData text;
	int64		events = 0;

	for (Notification *one = notifications; one != NULL; one = one->next)
		if (one->schema == schema)
		{
			events += one->events;
			one->events = 0;
		}
	if (name == NULL || events == 0)
		return;
	initStringInfo(&text);
	appendStringInfoString(&text, "{\"ledger\": ");
	escape_json(&text, name);
	appendStringInfo(&text, ", \"txid\": \"" UINT64_FORMAT "\", \"events\": " INT64_FORMAT "}",
					 U64FromFullTransactionId(GetTopFullTransactionId()), events);
	Async_Notify(CHANNEL, text.data);
	pfree(text.data);
}

static void
at_transaction_end(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_PRE_COMMIT)
		for (const Notification *one = notifications; one != NULL; one = one->next)
			notify_ledger(one->schema);
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		notifications = NULL;
}

/* Numbers of subtransactions grow: what was made in the aborting one or in one with a greater number belongs to it, or to its children. */
static void
at_subtransaction_end(SubXactEvent event, SubTransactionId aborted,
					  SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	for (Notification *one = notifications; one != NULL; one = one->next)
		if (one->made_in >= aborted)
			one->events = 0;
}

static void
note_notification(Oid schema, int64 events)
{
	static bool registered = false;
	Notification *one = notifications;

	if (!registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
		registered = true;
	}
	while (one != NULL && (one->schema != schema || one->made_in != GetCurrentSubTransactionId()))
		one = one->next;
	if (one == NULL)
	{
		one = MemoryContextAllocZero(TopTransactionContext, sizeof(Notification));
		one->schema = schema;
		one->made_in = GetCurrentSubTransactionId();
		one->next = notifications;
		notifications = one;
	}
	one->events += events;
}

/* (a ledger's table, events) */
Datum
ledger_notify(PG_FUNCTION_ARGS)
{
	enum
	{
		TABLE, EVENTS
	};
	int64		events = PG_GETARG_INT64(EVENTS);

	if (events > 0)
		note_notification(get_rel_namespace(PG_GETARG_OID(TABLE)), events);
	PG_RETURN_INT64(events);
}

/*
 * Rows
 */

/* The parameters of ADD_EVENTS. */
enum
{
	EVENT_ALERT, EVENT_INSTALLATION, EVENT_OF_CHANGE, EVENT_CLASS, EVENT_VERDICT, EVENT_CERTAIN,
	EVENT_BEFORE_MIN, EVENT_BEFORE_MAX, EVENT_AFTER_MIN, EVENT_AFTER_MAX, EVENT_DOUBT,
	EVENT_BEFORE_AT, EVENT_AFTER_AT, EVENT_BEFORE_LOOK, EVENT_AFTER_LOOK,
	EVENT_COLUMNS
};

StaticAssertDecl(EVENT_COLUMNS <= MOST_PARAMETERS, "an event is written by one query");

/* What is not known: -1 of a count, '-infinity' of an instant; ADD_EVENTS makes it null. */
static void
event_values(const AlertEvent *event, Datum *values)
{
	const ChangeAnswer *answer = &event->answer;
	bool		before = event->of_change && answer->before_known;
	bool		after = event->of_change && answer->after_known;

	values[EVENT_ALERT] = Int64GetDatum(event->alert);
	values[EVENT_INSTALLATION] = Int64GetDatum(event->installation);
	values[EVENT_OF_CHANGE] = BoolGetDatum(event->of_change);
	values[EVENT_CLASS] = Int32GetDatum(event->class);
	values[EVENT_VERDICT] = CStringGetTextDatum(report_verdicts[answer->verdict].word);
	values[EVENT_CERTAIN] = BoolGetDatum(answer->certain);
	values[EVENT_BEFORE_MIN] = Int32GetDatum(before ? answer->before.min : -1);
	values[EVENT_BEFORE_MAX] = Int32GetDatum(before && answer->before.max != COUNT_UNBOUNDED ? answer->before.max : -1);
	values[EVENT_AFTER_MIN] = Int32GetDatum(after ? answer->after.min : -1);
	values[EVENT_AFTER_MAX] = Int32GetDatum(after && answer->after.max != COUNT_UNBOUNDED ? answer->after.max : -1);
	values[EVENT_DOUBT] = Int32GetDatum((int32) answer->doubt);
	values[EVENT_BEFORE_AT] = Int64GetDatum(event->before_at);
	values[EVENT_AFTER_AT] = Int64GetDatum(event->after_at);
	values[EVENT_BEFORE_LOOK] = Int64GetDatum(event->before_look);
	values[EVENT_AFTER_LOOK] = Int64GetDatum(event->after_look);
}

void
write_events(Work *work)
{
	size_t		n = work->events.n;
	Datum	   *columns;
	Datum		row[EVENT_COLUMNS];
	Parameter	parameters[EVENT_COLUMNS];

	if (n == 0)
		return;
	columns = new_values(work, n * EVENT_COLUMNS);
	for (size_t i = 0; i < n; i++)
	{
		event_values(&work->events.at[i], row);
		for (int c = 0; c < EVENT_COLUMNS; c++)
			columns[c * n + i] = row[c];
	}
	for (int c = 0; c < EVENT_COLUMNS; c++)
		parameters[c] = array_of(columns + c * n, n);
	note_notification(ledger_schema(work->ledger), (int64) ledger_ask(work->ledger, ADD_EVENTS, parameters, NULL, NULL));
}
