/*
 * ledger_touch.c: the statement triggers of a ledger's tables, which note what was touched.
 *
 * Theory of operation. A trigger reads the rows that its statement added, took away or
 * changed from the transition tables; rows of which no column that is evidence changed say
 * nothing. What it must know beside them - when looks were, and which designations were
 * sighted in them - it asks of the ledger's tables. Then it notes installations and instants
 * (ledger_notes.c), with the first note adds the row of `pending` whose deferred trigger
 * derives, and checks that scopes name classes.
 *
 * Sightings are mostly added to looks that the same transaction has just added. Those looks
 * are noted already, so that there is nothing to ask and nothing to note. A sighting added to
 * a look that was derived before can take evidence away: one without a designation, where the
 * look had shown that an individual is absent.
 */
#include "ledger_statement.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "ledger_here.h"
#include "ledger_known.h"
#include "ledger_notes.h"
#include "ledger_rights.h"
#include "ledger_shards.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_touch_observation);
PG_FUNCTION_INFO_V1(ledger_touch_sighting);
PG_FUNCTION_INFO_V1(ledger_touch_installation);
PG_FUNCTION_INFO_V1(ledger_touch_shelter);
PG_FUNCTION_INFO_V1(ledger_touch_asset_class);
PG_FUNCTION_INFO_V1(ledger_touch_source);
PG_FUNCTION_INFO_V1(ledger_touch_all);
PG_FUNCTION_INFO_V1(ledger_subject_once);

/* Scopes are checked when as many are at hand. */
#define MOST_SCOPES 256

/*
 * The columns that are evidence; what the code reads comes first. A look that lasted is noted
 * at its end, where its evidence lies.
 */
enum
{
	OBSERVATION_INSTALLATION, OBSERVATION_ID, OBSERVATION_AT, OBSERVATION_SCOPE, OBSERVATION_OTHERS
};
static const Column of_observation[MOST_COLUMNS + 1] = {
	[OBSERVATION_INSTALLATION] = {"installation_id", INT8OID, false},
	[OBSERVATION_ID] = {"observation_id", INT8OID, false},
	[OBSERVATION_AT] = {"observed_at", TIMESTAMPTZOID, false},
	[OBSERVATION_SCOPE] = {"scope", InvalidOid, false},
	[OBSERVATION_OTHERS] = {"observed_from", InvalidOid, true}, {"source_id", InvalidOid, true}, {"completeness", InvalidOid, true},
	{"gsd_m", InvalidOid, true}, {"retracted_at", InvalidOid, true},
};

enum
{
	SIGHTING_INSTALLATION, SIGHTING_OBSERVATION, SIGHTING_DESIGNATION, SIGHTING_OTHERS
};
static const Column of_sighting[MOST_COLUMNS + 1] = {
	[SIGHTING_INSTALLATION] = {"installation_id", INT8OID, false},
	[SIGHTING_OBSERVATION] = {"observation_id", INT8OID, false},
	[SIGHTING_DESIGNATION] = {"designation", TEXTOID, true},
	[SIGHTING_OTHERS] = {"asset_class_id", InvalidOid, false},
	{"status", InvalidOid, true}, {"count", InvalidOid, true}, {"confidence", InvalidOid, true}, {"retracted_at", InvalidOid, true},
};

/* Of the tables below the first says what has changed: an installation, a class, a source. */
enum
{
	CHANGED_ID, CHANGED_OTHERS
};
static const Column of_installation[MOST_COLUMNS + 1] = {
	[CHANGED_ID] = {"installation_id", INT8OID, false},
	[CHANGED_OTHERS] = {"location", InvalidOid, true},
};
static const Column of_shelter[MOST_COLUMNS + 1] = {
	[CHANGED_ID] = {"installation_id", INT8OID, false},
	[CHANGED_OTHERS] = {"asset_class_id", InvalidOid, false}, {"hidden_max", InvalidOid, false},
};
static const Column of_source[MOST_COLUMNS + 1] = {
	[CHANGED_ID] = {"source_id", INT4OID, false},
	[CHANGED_OTHERS] = {"min_confidence", InvalidOid, true},
};

enum
{
	CLASS_KEEPS_TOTAL = CHANGED_OTHERS, CLASS_OTHERS
};
static const Column of_asset_class[MOST_COLUMNS + 1] = {
	[CHANGED_ID] = {"asset_class_id", INT4OID, false},
	[CLASS_KEEPS_TOTAL] = {"keep_total", BOOLOID, false},
	[CLASS_OTHERS] = {"path", InvalidOid, true}, {"max_gsd_m", InvalidOid, true},
};

static void
note_span(const Statement *statement, int64 installation, int64 since, int64 until, bool removes)
{
	Note		note = {.kind = NOTE_SPAN, .installation = installation, .since = since, .until = until, .removes = removes};

	note_add(statement->schema, &note);
}

/* A statement's designations, each with the looks that it was sighted in. */
static void
note_named(const Statement *statement)
{
	for (size_t i = 0; i < statement->named.n; i++)
	{
		const Named *named = &statement->named.at[i];
		const TouchedLook *look = &statement->looks.at[named->look];
		Note		note = {
			.kind = NOTE_NAMED,
			.installation = look->installation,
			.designation = named->designation,
			.since = look->since,
			.until = look->until,
			.removes = !statement->inserts
		};

		note_add(statement->schema, &note);
	}
}

/* Asks a query about looks, which answers with their numbers from 1 on. */
static void
ask_looks(Statement *statement, LedgerQuery query, RowReceiver receive)
{
	size_t		n = statement->looks.n;
	Datum	   *installations = MemoryContextAllocHuge(statement->context, sizeof(Datum) * Max(n, 1));
	Datum	   *observations = MemoryContextAllocHuge(statement->context, sizeof(Datum) * Max(n, 1));

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
	{
		installations[i] = Int64GetDatum(statement->looks.at[i].installation);
		observations[i] = Int64GetDatum(statement->looks.at[i].observation);
	}
	ledger_ask(statement->ledger, query, (Parameter[]) {array_of(installations, n), array_of(observations, n)}, receive, statement);
}

/*
 * Looks
 */
static void
receive_named(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Statement  *statement = state;
	Named	   *named = APPEND(statement->context, statement->named);

	named->look = (size_t) asked_row(values);
	named->designation = MemoryContextStrdup(statement->context, TextDatumGetCString(values[NAMED_DESIGNATION]));
}

static void
receive_nowhere(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	*(int32 *) state = asked_row(values);
}

/* A name that no class has or lies under is a slip of the pen, not a scope. */
static void
check_scope(Statement *statement, Datum scope)
{
	Oid			type = ledger_path_type(statement->ledger);
	uint64		asked_at = known_generation();
	int32		nowhere = -1;
	Datum	   *items;
	Oid			output;
	bool		is_varlena;
	int16		length;
	bool		by_value;
	char		align;
	int			n;

	if (is_known_scope(statement->ledger, scope))
		return;
	ledger_ask(statement->ledger, QUERY_NOWHERE, (Parameter[]) {value_of(scope)}, receive_nowhere, &nowhere);
	if (nowhere == -1)
	{
		know_scope(statement->ledger, scope, asked_at);
		return;
	}
	get_typlenbyvalalign(type, &length, &by_value, &align);
	getTypeOutputInfo(type, &output, &is_varlena);
	deconstruct_array(DatumGetArrayTypeP(scope), type, length, by_value, align, &items, NULL, &n);
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("scope %s names no asset class", quote_literal_cstr(OidOutputFunctionCall(output, items[nowhere])))));
}

static int
scope_order(const void *left, const void *right)
{
	const void *a = DatumGetPointer(*(const Datum *) left);
	const void *b = DatumGetPointer(*(const Datum *) right);

	if (VARSIZE(a) != VARSIZE(b))
		return VARSIZE(a) < VARSIZE(b) ? -1 : 1;
	return memcmp(a, b, VARSIZE(a));
}

static void
check_scopes(Statement *statement)
{
	SORT(statement->scopes, scope_order);
	for (size_t i = 0; i < statement->scopes.n; i++)
	{
		if (i + 1 == statement->scopes.n || scope_order(&statement->scopes.at[i], &statement->scopes.at[i + 1]) != 0)
			check_scope(statement, statement->scopes.at[i]);
		pfree(DatumGetPointer(statement->scopes.at[i]));
	}
	statement->scopes.n = 0;
}

static void
keep_scope(Statement *statement, TupleTableSlot *row)
{
	bool		isnull;
	Datum		scope = column_value(statement, row, OBSERVATION_SCOPE, &isnull);
	Form_pg_attribute type = TupleDescAttr(statement->desc, statement->numbers[OBSERVATION_SCOPE] - 1);

	if (get_element_type(type->atttypid) != ledger_path_type(statement->ledger) || type->attlen != -1)
		refuse_trigger(statement->trigger->tg_relation, "Its column \"scope\" is not an array of the type of \"path\" in \"asset_class\".");
	if (statement->scopes.n == 0 || !datum_image_eq(scope, statement->scopes.at[statement->scopes.n - 1], false, -1))
		*APPEND(statement->context, statement->scopes) = PointerGetDatum(PG_DETOAST_DATUM_COPY(scope));
	if (statement->scopes.n >= MOST_SCOPES)
		check_scopes(statement);
}

static void
touch_look(Statement *statement, TupleTableSlot *old, TupleTableSlot *new)
{
	for (int i = 0; i < 2; i++)
	{
		TupleTableSlot *row = i == 0 ? old : new;
		TouchedLook look = {0};

		if (row == NULL)
			continue;
		look.installation = int64_value(statement, row, OBSERVATION_INSTALLATION);
		look.observation = int64_value(statement, row, OBSERVATION_ID);
		look.since = look.until = int64_value(statement, row, OBSERVATION_AT);
		note_span(statement, look.installation, look.since, look.until, !statement->inserts);
		if (statement->inserts)
			fresh_look_add(statement->schema, look.installation, look.observation, look.since);
		else
		{
			fresh_look_forget(statement->schema, look.installation, look.observation);
			*APPEND(statement->context, statement->looks) = look;
		}
	}
	if (new != NULL && (old == NULL || !same_value(statement, old, new, OBSERVATION_SCOPE)))
		keep_scope(statement, new);
}

Datum
ledger_touch_observation(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "observation", of_observation);
	each_touched_row(&statement, touch_look);
	check_scopes(&statement);
	/* (new looks have no sightings yet) */
	ask_looks(&statement, QUERY_NAMED, receive_named);
	note_named(&statement);
	return end_statement(&statement);
}

/*
 * Sightings
 */
static void
receive_instant(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Statement  *statement = state;
	TouchedLook *look = &statement->looks.at[asked_row(values)];

	look->since = look->until = DatumGetInt64(values[INSTANT_OBSERVED_AT]);
}

/* Rows mostly come look by look. A fresh look is of interest only for its designations. */
static void
touch_sighting(Statement *statement, TupleTableSlot *old, TupleTableSlot *new)
{
	TouchedLook *last = &statement->last;

	for (int i = 0; i < 2; i++)
	{
		TupleTableSlot *row = i == 0 ? old : new;
		int64		installation;
		int64		observation;
		bool		unnamed;
		Datum		designation;

		if (row == NULL)
			continue;
		installation = int64_value(statement, row, SIGHTING_INSTALLATION);
		observation = int64_value(statement, row, SIGHTING_OBSERVATION);
		designation = column_value(statement, row, SIGHTING_DESIGNATION, &unnamed);
		if (last->installation != installation || last->observation != observation || (!last->fresh && !last->listed))
		{
			*last = (TouchedLook) {installation, observation, TIME_BEGIN, TIME_END, false, false};
			last->fresh = statement->inserts && fresh_look_find(statement->schema, installation, observation, &last->since);
			if (last->fresh)
				last->until = last->since;
		}
		if (!last->listed && (!last->fresh || !unnamed))
		{
			last->listed = true;
			*APPEND(statement->context, statement->looks) = *last;
		}
		if (!unnamed)
			*APPEND(statement->context, statement->named) = (Named) {statement->looks.n - 1, TextDatumGetCString(designation)};
	}
}

/* Asks when looks were that are not fresh. (One that is gone has been noted itself; its designations are noted at any time.) */
static void
date_looks(Statement *statement)
{
	bool		ask = false;

	for (size_t i = 0; i < statement->looks.n && !ask; i++)
		ask = !statement->looks.at[i].fresh;
	if (!ask)
		return;
	ask_looks(statement, QUERY_INSTANTS, receive_instant);
	for (size_t i = 0; i < statement->looks.n; i++)
	{
		const TouchedLook *look = &statement->looks.at[i];

		if (!look->fresh && look->since == look->until)
			note_span(statement, look->installation, look->since, look->until, true);
	}
}

Datum
ledger_touch_sighting(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "sighting", of_sighting);
	each_touched_row(&statement, touch_sighting);
	date_looks(&statement);
	note_named(&statement);
	return end_statement(&statement);
}

/*
 * An installation moved, and its presences with it; or it is gone. What can stand under its
 * roofs bounds what all of its looks prove.
 */
static void
touch_installation(Statement *statement, TupleTableSlot *old, TupleTableSlot *new)
{
	if (old != NULL)
		note_span(statement, int64_value(statement, old, CHANGED_ID), TIME_BEGIN, TIME_END, true);
	if (new != NULL)
		note_span(statement, int64_value(statement, new, CHANGED_ID), TIME_BEGIN, TIME_END, true);
}

Datum
ledger_touch_installation(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "installation", of_installation);
	/* (a new one has no looks yet) */
	if (!statement.inserts)
	{
		forget_alerts(statement.ledger);
		each_touched_row(&statement, touch_installation);
	}
	return end_statement(&statement);
}

Datum
ledger_touch_shelter(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "shelter", of_shelter);
	each_touched_row(&statement, touch_installation);
	return end_statement(&statement);
}

/*
 * A class or a source has changed: everywhere.
 */
static void
note_everywhere(Statement *statement, NoteKind kind, TupleTableSlot *row)
{
	Note		note = {.kind = kind, .of = int32_value(statement, row, CHANGED_ID)};

	note_add(statement->schema, &note);
}

static bool
keeps_total(Statement *statement, TupleTableSlot *row)
{
	bool		isnull;

	return DatumGetBool(column_value(statement, row, CLASS_KEEPS_TOTAL, &isnull));
}

/* A new one has no sightings yet, of one that is gone there are none; but what lies below may be added up for it. */
static void
touch_class(Statement *statement, TupleTableSlot *old, TupleTableSlot *new)
{
	bool		update = TRIGGER_FIRED_BY_UPDATE(statement->trigger->tg_event);

	if (old != NULL && (update || keeps_total(statement, old)))
		note_everywhere(statement, NOTE_CLASS, old);
	if (new != NULL && (update || keeps_total(statement, new)))
		note_everywhere(statement, NOTE_CLASS, new);
}

Datum
ledger_touch_asset_class(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "asset_class", of_asset_class);
	forget_classes(ledger_table(statement.ledger, "asset_class"));
	each_touched_row(&statement, touch_class);
	return end_statement(&statement);
}

/* What the sightings of a source prove depends on its threshold. */
static void
touch_source(Statement *statement, TupleTableSlot *old, TupleTableSlot *new)
{
	if (old != NULL)
		note_everywhere(statement, NOTE_SOURCE, old);
	if (new != NULL)
		note_everywhere(statement, NOTE_SOURCE, new);
}

Datum
ledger_touch_source(PG_FUNCTION_ARGS)
{
	Statement	statement;

	begin_statement(&statement, fcinfo, "source", of_source);
	/* (a new one has no looks yet, of one that is gone there are none) */
	if (TRIGGER_FIRED_BY_UPDATE(statement.trigger->tg_event))
		each_touched_row(&statement, touch_source);
	return end_statement(&statement);
}

/*
 * Shards have no triggers for TRUNCATE. That of the table whose rows lie in one comes after
 * Citus's, which has emptied it.
 */
static Datum
rederive_there(Relation name_only)
{
	Rights		before;
	char	   *question = psprintf("SELECT %s.rederive()", quote_identifier(get_namespace_name(RelationGetNamespace(name_only))));
	bool		answered = answer_here(true);	/* (Citus, which empties a table, knows that it is written) */

	/* an error may end no more than a subtransaction */
	PG_TRY();
	{
		rights_take(&before, name_only->rd_rel->relowner);
		SPI_connect();
		SPI_execute(question, false, 0);
		SPI_finish();
		rights_return(&before);
	}
	PG_FINALLY();
	{
		answer_here(answered);
	}
	PG_END_TRY();
	return PointerGetDatum(NULL);
}

/* After TRUNCATE. */
Datum
ledger_touch_all(PG_FUNCTION_ARGS)
{
	Statement	statement;
	Note		note = {.kind = NOTE_ALL};

	if (CALLED_AS_TRIGGER(fcinfo) && is_name_only(((TriggerData *) fcinfo->context)->tg_relation->rd_rel))
		return rederive_there(((TriggerData *) fcinfo->context)->tg_relation);
	begin_statement(&statement, fcinfo, NULL, NULL);
	note_add(statement.schema, &note);
	return end_statement(&statement);
}

/*
 * Not a note: a restore of data alone copies evidence, which is derived, and then the subjects
 * that were found by it before.
 */
static bool
is_in_table(Relation table, Relation index, TupleTableSlot *row)
{
	TupleTableSlot *found = table_slot_create(table, NULL);
	ScanKeyData keys[INDEX_MAX_KEYS];
	int			n = IndexRelationGetNumberOfKeyAttributes(index);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	IndexScanDesc scan;
	bool		is_there;

	for (int i = 0; i < n; i++)
	{
		Oid			type = index->rd_opcintype[i];
		Oid			equals = get_opfamily_member(index->rd_opfamily[i], type, type, BTEqualStrategyNumber);
		bool		isnull;
		Datum		value = slot_getattr(row, index->rd_index->indkey.values[i], &isnull);

		ScanKeyEntryInitialize(&keys[i], isnull ? SK_ISNULL : 0, (AttrNumber) (i + 1), BTEqualStrategyNumber, InvalidOid,
							   index->rd_indcollation[i], get_opcode(equals), value);
	}
	scan = index_beginscan_compat(table, index, snapshot, n);
	index_rescan(scan, keys, n, NULL, 0);
	is_there = index_getnext_slot(scan, ForwardScanDirection, found);
	index_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(found);
	return is_there;
}

Datum
ledger_subject_once(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			key;
	Relation	index;
	bool		is_there;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be called by a trigger BEFORE INSERT FOR EACH ROW")));
	key = primary_key_index(trigger->tg_relation);
	if (!OidIsValid(key))
		return PointerGetDatum(trigger->tg_trigtuple);
	index = index_open(key, AccessShareLock);
	is_there = is_in_table(trigger->tg_relation, index, trigger->tg_trigslot);
	index_close(index, NoLock);
	return PointerGetDatum(is_there ? NULL : trigger->tg_trigtuple);
}
