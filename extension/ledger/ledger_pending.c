/*
 * ledger_pending.c: derives what the transaction has touched.
 *
 * Theory of operation.
 *
 * 1. It runs once for all that was noted: as the deferred trigger of a row in the ledger's
 *    table `pending` (ledger_notes.c), at SET CONSTRAINTS ... IMMEDIATE or at commit. The first
 *    of these triggers derives all ledgers that the transaction touched, in one order, or two
 *    transactions that touched them in opposite order would wait for each other.
 * 2. Derivations of one installation are serialised by an update of its row in `derivation`,
 *    always in the order of installations, after the rows of the touched designations in
 *    `individual`. Each statement after the lock sees what others committed (READ COMMITTED)
 *    or the lock itself fails with 40001 (the levels above).
 * 3. A designation that was sighted here is not elsewhere; a change of class or source concerns
 *    all installations where it, or what lies below it, was ever told: these are derived too.
 */
#include "pg_sightings.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger_derive.h"
#include "ledger_known.h"
#include "ledger_list.h"
#include "ledger_notes.h"
#include "ledger_query.h"
#include "ledger_shards.h"
#include "ledger_statement.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(ledger_derive_pending);
PG_FUNCTION_INFO_V1(ledger_rederive);

typedef struct Pending
{
	Ledger	   *ledger;
	MemoryContext context;
	Note	   *notes;			/* as they were noted */
	size_t		n;
	LIST(Note) spans;			/* what follows from them */
	FreshLooks *fresh;			/* NULL: no alerts are raised */
} Pending;

static void
add_everywhere(Pending *pending, int64 installation)
{
	*APPEND(pending->context, pending->spans) = (Note) {
		.kind = NOTE_SPAN, .installation = installation, .since = TIME_BEGIN, .until = TIME_END, .removes = true
	};
}

static void
receive_installation(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	add_everywhere(state, DatumGetInt64(values[ONLY_COLUMN]));
}

/*
 * A change of class or source concerns whatever others are loading just now: wait for them,
 * hold back the next. A snapshot from before cannot see all of them, so it may not do this; one
 * from before the change may not derive after it.
 */
static void
lock_classes(Pending *pending, bool change)
{
	if (!change)
	{
		if (IsolationUsesXactSnapshot())
			ledger_ask(pending->ledger, LOCK_CLASSES, NULL, NULL, NULL);
		return;
	}
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("path, max_gsd_m and keep_total of an asset class, and min_confidence of a source, can only be changed in a READ COMMITTED transaction")));
	/* (in the order in which a snapshot's derivation takes them, or each would wait for the other) */
	ledger_ask(pending->ledger, CHANGE_CLASSES, NULL, NULL, NULL);
	LockRelationOid(ledger_table(pending->ledger, "derivation"), ExclusiveLock);
}

/* Of one kind: columns for a query. */
typedef struct Columns
{
	size_t		n;
	Datum	   *installations;
	Datum	   *of;
	Datum	   *designations;
	const Note **notes;
} Columns;

static void
columns_of(const Note *notes, size_t n, NoteKind kind, Columns *columns)
{
	columns->n = 0;
	columns->installations = palloc_extended(sizeof(Datum) * Max(n, 1), MCXT_ALLOC_HUGE);
	columns->of = palloc_extended(sizeof(Datum) * Max(n, 1), MCXT_ALLOC_HUGE);
	columns->designations = palloc_extended(sizeof(Datum) * Max(n, 1), MCXT_ALLOC_HUGE);
	columns->notes = palloc_extended(sizeof(Note *) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (size_t i = 0; i < n; i++)
	{
		const Note *note = &notes[i];

		if (note->kind != kind)
			continue;
		columns->installations[columns->n] = Int64GetDatum(note->installation);
		columns->of[columns->n] = Int32GetDatum(note->of);
		columns->designations[columns->n] = kind == NOTE_NAMED ? CStringGetTextDatum(note->designation) : (Datum) 0;
		columns->notes[columns->n++] = note;
	}
}

static void
lock_named(Pending *pending, const Columns *named)
{
	if (named->n > 0)
		ledger_ask(pending->ledger, LOCK_NAMED, (Parameter[]) {array_of(named->designations, named->n)}, NULL, NULL);
}

typedef struct Others
{
	Pending    *pending;
	const Columns *named;
} Others;

static void
receive_other(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Others	   *others = state;
	const Note *named = others->named->notes[asked_row(values)];

	*APPEND(others->pending->context, others->pending->spans) = (Note) {
		.kind = NOTE_SPAN, .installation = DatumGetInt64(values[OTHER_INSTALLATION]),
		.since = named->since, .until = named->until, .removes = named->removes
	};
}

static void
spread_everywhere(Pending *pending, LedgerQuery query, const Columns *changed)
{
	if (changed->n > 0)
		ledger_ask(pending->ledger, query, (Parameter[]) {array_of(changed->of, changed->n)}, receive_installation, pending);
}

/* What was noted of a designation, a class, a source or everything concerns these installations too; true if any. */
static bool
spread(Pending *pending, const Columns *named, const Columns *classes, const Columns *sources, bool everything)
{
	size_t		noted = pending->spans.n;
	Others		others = {pending, named};

	if (everything)
		ledger_ask(pending->ledger, QUERY_ALL, NULL, receive_installation, pending);
	spread_everywhere(pending, QUERY_OF_CLASSES, classes);
	spread_everywhere(pending, QUERY_OF_SOURCES, sources);
	if (named->n > 0)
		ledger_ask(pending->ledger, QUERY_OTHERS, (Parameter[]) {
			array_of(named->installations, named->n), array_of(named->designations, named->n)
		}, receive_other, &others);
	return pending->spans.n > noted;
}

/* Installations that are no more leave nothing behind. */
static void
forget_gone(Pending *pending, Parameter installations)
{
	if (ledger_ask(pending->ledger, FORGET_INSTALLATIONS, &installations, NULL, NULL) > 0)
		ledger_ask(pending->ledger, FORGET_SUBJECTS, &installations, NULL, NULL);
}

static Parameter
installations_of(Pending *pending)
{
	Columns		spans;

	columns_of(pending->spans.at, pending->spans.n, NOTE_SPAN, &spans);
	return array_of(spans.installations, spans.n);
}

/* Within SPI, with the owner's rights. */
static int64
derive_noted(Pending *pending, float8 min_confidence)
{
	Columns		named;
	Columns		classes;
	Columns		sources;
	Parameter	installations;
	bool		may_be_gone;
	int64		changed;

	columns_of(pending->notes, pending->n, NOTE_NAMED, &named);
	columns_of(pending->notes, pending->n, NOTE_CLASS, &classes);
	columns_of(pending->notes, pending->n, NOTE_SOURCE, &sources);
	lock_named(pending, &named);
	lock_classes(pending, classes.n + sources.n > 0);
	for (size_t i = 0; i < pending->n; i++)
		if (pending->notes[i].kind == NOTE_SPAN)
			*APPEND(pending->context, pending->spans) = pending->notes[i];
	may_be_gone = spread(pending, &named, &classes, &sources, pending->notes[pending->n - 1].kind == NOTE_ALL);
	pending->spans.n = notes_merge(pending->spans.at, pending->spans.n);
	if (pending->spans.n == 0)
		return 0;
	for (size_t i = 0; i < pending->spans.n && !may_be_gone; i++)
		may_be_gone = pending->spans.at[i].removes;
	installations = installations_of(pending);
	ledger_ask(pending->ledger, LOCK_INSTALLATIONS, &installations, NULL, NULL);
	changed = derive_spans(pending->ledger, min_confidence, pending->spans.at, pending->spans.n, pending->fresh);
	if (may_be_gone)
		forget_gone(pending, installations);
	return changed;
}

static int64
derive_pending(Oid schema, Oid our_function, Oid owner, float8 min_confidence, bool alerts)
{
	Pending		pending = {0};
	FreshLooks *fresh;
	Rights		before;
	MemoryContext old;
	int64		changed = 0;

	pending.context = AllocSetContextCreate(CurrentMemoryContext, "pending", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(pending.context);
	pending.notes = notes_take(schema, &pending.n, &fresh);
	pending.fresh = alerts ? fresh : NULL;
	if (pending.n > 0)
	{
		rights_take(&before, owner);
		SPI_connect();
		MemoryContextSwitchTo(pending.context);
		pending.ledger = ledger_open(schema, our_function, false);
		changed = derive_noted(&pending, min_confidence);
		SPI_finish();
		rights_return(&before);
	}
	fresh_looks_free(fresh);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(pending.context);
	return changed;
}

/* The row has done its duty. No trigger and no index of ours is on its table. */
static void
delete_row(TriggerData *trigger)
{
	TM_FailureData failure;
	TM_Result	result;

	/* fired at once, the trigger sees it just now inserted */
	CommandCounterIncrement();
	result = table_tuple_delete_compat(trigger->tg_relation, &trigger->tg_trigtuple->t_self,
									   GetCurrentCommandId(true), GetActiveSnapshot(), &failure);
	if (result != TM_Ok && result != TM_SelfModified && result != TM_Deleted)
		elog(ERROR, "a row of \"%s\" cannot be deleted: %d", RelationGetRelationName(trigger->tg_relation), result);
}

/* The threshold of a ledger, as the trigger on its table `pending` has it; false: that does not derive. */
static bool
find_min_confidence(Relation pending, Oid our_function, float8 *min_confidence)
{
	const TriggerDesc *triggers = pending->trigdesc;
	char		not_now = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ? TRIGGER_FIRES_ON_ORIGIN : TRIGGER_FIRES_ON_REPLICA;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgfoid != our_function || trigger->tgnargs != 1 ||
			trigger->tgenabled == TRIGGER_DISABLED || trigger->tgenabled == not_now)
			continue;
		*min_confidence = DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(trigger->tgargs[0])));
		return true;
	}
	return false;
}

static void
derive_all_pending(Oid our_function)
{
	for (Oid schema = notes_next(InvalidOid); OidIsValid(schema); schema = notes_next(schema))
	{
		Oid			id = get_relname_relid(table_name_here(schema, "pending"), schema);
		Relation	table = OidIsValid(id) ? try_relation_open(id, RowExclusiveLock) : NULL;
		float8		min_confidence;

		if (table == NULL)
			continue;
		if (find_min_confidence(table, our_function, &min_confidence))
			derive_pending(schema, our_function, table->rd_rel->relowner, min_confidence, true);
		relation_close(table, NoLock);
	}
}

/* trigger (min_confidence) */
Datum
ledger_derive_pending(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Relation	table;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
		trigger->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be called by a trigger AFTER INSERT FOR EACH ROW, with min_confidence")));
	table = trigger->tg_relation;
	if (!is_table_named(table->rd_rel, "pending"))
		refuse_trigger(table, "The trigger is made for tables named \"pending\".");
	delete_row(trigger);
	derive_all_pending(fcinfo->flinfo->fn_oid);
	return PointerGetDatum(NULL);
}

/* (a ledger's table of that name, min_confidence, installations) -> changed rows; for the owner */
Datum
ledger_rederive(PG_FUNCTION_ARGS)
{
	enum
	{
		TABLE, MIN_CONFIDENCE, INSTALLATIONS
	};
	Oid			table = PG_GETARG_OID(TABLE);
	Oid			schema = get_rel_namespace(table);
	ArrayType  *installations = PG_GETARG_ARRAYTYPE_P(INSTALLATIONS);
	const int64 *ids = (const int64 *) ARR_DATA_PTR(installations);
	int			n = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Form_pg_class class;
	Oid			owner;
	int64		changed;
	Oid			classes;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", table)));
	class = (Form_pg_class) GETSTRUCT(tuple);
	owner = class->relowner;
	if (class->relkind != RELKIND_RELATION || !is_table_named(class, "ledger") ||
		!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of a ledger")));
	ReleaseSysCache(tuple);
	if (ARR_HASNULL(installations))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("installations must not be null")));
	/* (from what the tables hold, even if the triggers on that of classes were off; and so do others from now on) */
	forget_known();
	classes = get_relname_relid(table_name_here(schema, "asset_class"), schema);
	if (OidIsValid(classes))
		forget_classes(classes);
	/* (what the transaction has loaded is to be told by alerts) */
	changed = derive_pending(schema, fcinfo->flinfo->fn_oid, owner, PG_GETARG_FLOAT8(MIN_CONFIDENCE), true);
	for (int i = 0; i < n; i++)
	{
		Note		note = {.kind = NOTE_SPAN, .installation = ids[i], .since = TIME_BEGIN, .until = TIME_END, .removes = true};

		note_add(schema, &note);
	}
	PG_RETURN_INT64(changed + derive_pending(schema, fcinfo->flinfo->fn_oid, owner, PG_GETARG_FLOAT8(MIN_CONFIDENCE), false));
}
