/*
 * ledger_statement.c: the rows that a statement added, took away or changed, for a statement
 * trigger of a ledger's table.
 *
 * Anyone may hang these triggers on a table of his own. They run with the rights of that
 * table's owner, refuse what is not a ledger's, and check that each column has the type that
 * it should have. Until the rights are taken, nothing runs that is anybody's but ours.
 *
 * A statement may name a partition instead of its table. Then only the partition's triggers
 * fire: so each has the same, made by upgrade_ledger(). One that came later has none; a row
 * trigger, which PostgreSQL gives to all partitions by itself, refuses its rows.
 */
#include "ledger_statement.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "ledger_notes.h"
#include "ledger_shards.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(ledger_touch_partition);

void
refuse_trigger(Relation table, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("table %s is not a ledger's", quote_qualified_identifier(get_namespace_name(RelationGetNamespace(table)), RelationGetRelationName(table))),
			 errdetail("%s", detail)));
}

static void
find_columns(Statement *statement, const Column *columns)
{
	statement->columns = columns;
	for (int i = 0; columns[i].name != NULL; i++)
	{
		AttrNumber	found = InvalidAttrNumber;

		for (int j = 0; j < statement->desc->natts && found == InvalidAttrNumber; j++)
		{
			Form_pg_attribute a = TupleDescAttr(statement->desc, j);

			if (!a->attisdropped && strcmp(NameStr(a->attname), columns[i].name) == 0 &&
				(columns[i].type == InvalidOid || columns[i].type == a->atttypid))
				found = a->attnum;
		}
		if (found == InvalidAttrNumber)
			refuse_trigger(statement->trigger->tg_relation, psprintf("A column is missing, or has another type than in a ledger: %s.", columns[i].name));
		statement->numbers[i] = found;
	}
}

/* That of a partition, or the table itself: its name, schema and owner. */
static FormData_pg_class
whole_table(Relation table)
{
	FormData_pg_class whole = *table->rd_rel;

	if (table->rd_rel->relispartition)
	{
		Oid			id = llast_oid(get_partition_ancestors(RelationGetRelid(table)));
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(id));

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for relation %u", id);
		whole = *(Form_pg_class) GETSTRUCT(tuple);
		ReleaseSysCache(tuple);
	}
	return whole;
}

void
begin_statement(Statement *statement, FunctionCallInfo fcinfo, const char *name, const Column *columns)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Relation	table;
	FormData_pg_class whole;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be called by a trigger AFTER a statement")));
	table = trigger->tg_relation;
	memset(statement, 0, sizeof(Statement));
	statement->trigger = trigger;
	statement->desc = RelationGetDescr(table);
	whole = whole_table(table);
	statement->schema = whole.relnamespace;
	statement->inserts = TRIGGER_FIRED_BY_INSERT(trigger->tg_event);
	if (name != NULL && !is_table_named(&whole, name))
		refuse_trigger(statement->trigger->tg_relation, psprintf("The trigger is made for tables named \"%s\".", name));
	if (columns != NULL)
	{
		find_columns(statement, columns);
		if ((trigger->tg_newtable == NULL && !TRIGGER_FIRED_BY_DELETE(trigger->tg_event)) ||
			(trigger->tg_oldtable == NULL && !statement->inserts))
			ereport(ERROR,
					(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					 errmsg("trigger \"%s\" must be declared with transition tables", trigger->tg_trigger->tgname)));
	}
	statement->context = AllocSetContextCreate(CurrentMemoryContext, "touched rows", ALLOCSET_DEFAULT_SIZES);
	rights_take(&statement->before, whole.relowner);
	SPI_connect();
	MemoryContextSwitchTo(statement->context);
	statement->ledger = ledger_open(statement->schema, fcinfo->flinfo->fn_oid, false);
}

Datum
end_statement(Statement *statement)
{
	if (note_first(statement->schema))
		ledger_ask(statement->ledger, ADD_PENDING, NULL, NULL, NULL);
	SPI_finish();
	rights_return(&statement->before);
	MemoryContextDelete(statement->context);
	return PointerGetDatum(NULL);
}

Datum
column_value(const Statement *statement, TupleTableSlot *row, int column, bool *isnull)
{
	Datum		found = slot_getattr(row, statement->numbers[column], isnull);

	if (*isnull && !statement->columns[column].nullable)
		refuse_trigger(statement->trigger->tg_relation, psprintf("A column is null that is not in a ledger: %s.", statement->columns[column].name));
	return found;
}

int64
int64_value(const Statement *statement, TupleTableSlot *row, int column)
{
	bool		isnull;

	return DatumGetInt64(column_value(statement, row, column, &isnull));
}

int32
int32_value(const Statement *statement, TupleTableSlot *row, int column)
{
	bool		isnull;

	return DatumGetInt32(column_value(statement, row, column, &isnull));
}

bool
same_value(const Statement *statement, TupleTableSlot *a, TupleTableSlot *b, int column)
{
	Form_pg_attribute type = TupleDescAttr(statement->desc, statement->numbers[column] - 1);
	bool		a_null;
	bool		b_null;
	Datum		x = slot_getattr(a, statement->numbers[column], &a_null);
	Datum		y = slot_getattr(b, statement->numbers[column], &b_null);

	return a_null == b_null && (a_null || datum_image_eq(x, y, type->attbyval, type->attlen));
}

static bool
same_evidence(const Statement *statement, TupleTableSlot *a, TupleTableSlot *b)
{
	for (int i = 0; statement->columns[i].name != NULL; i++)
		if (!same_value(statement, a, b, i))
			return false;
	return true;
}

static TupleTableSlot *
open_rows(const Statement *statement, Tuplestorestate *rows)
{
	int			pointer;

	if (rows == NULL)
		return NULL;
	/* others read them too */
	pointer = tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND);
	tuplestore_select_read_pointer(rows, pointer);
	tuplestore_rescan(rows);
	return MakeSingleTupleTableSlot(statement->desc, &TTSOpsMinimalTuple);
}

static bool
next_row(Tuplestorestate *rows, TupleTableSlot *slot)
{
	return slot != NULL && tuplestore_gettupleslot(rows, true, false, slot);
}

/*
 * Old and new rows of an update come in pairs. Should a trigger on a partition have
 * swallowed one, more rows than need be pass for changed.
 */
void
each_touched_row(Statement *statement, RowUse use)
{
	Tuplestorestate *old_rows = statement->inserts ? NULL : statement->trigger->tg_oldtable;
	Tuplestorestate *new_rows = TRIGGER_FIRED_BY_DELETE(statement->trigger->tg_event) ? NULL : statement->trigger->tg_newtable;
	TupleTableSlot *old = open_rows(statement, old_rows);
	TupleTableSlot *new = open_rows(statement, new_rows);

	for (;;)
	{
		bool		has_old = next_row(old_rows, old);
		bool		has_new = next_row(new_rows, new);

		CHECK_FOR_INTERRUPTS();
		if (!has_old && !has_new)
			break;
		if (!has_old || !has_new || !same_evidence(statement, old, new))
			use(statement, has_old ? old : NULL, has_new ? new : NULL);
	}
	if (old != NULL)
		ExecDropSingleTupleTableSlot(old);
	if (new != NULL)
		ExecDropSingleTupleTableSlot(new);
}

static bool
is_ours(Oid function, Oid schema)
{
	return get_func_namespace(function) == schema && strncmp(get_func_name(function), "ledger_touch_", strlen("ledger_touch_")) == 0;
}

/*
 * For each row of a partition, whatever table the statement named: is there a trigger for each
 * statement that could name the partition? Asked once for a statement.
 */
Datum
ledger_touch_partition(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	const TriggerDesc *triggers;
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	int			events = 0;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function must be called by a trigger AFTER ... FOR EACH ROW")));
	if (fcinfo->flinfo->fn_extra != NULL)
		return PointerGetDatum(NULL);
	triggers = trigger->tg_relation->trigdesc;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *t = &triggers->triggers[i];

		if (!TRIGGER_FOR_ROW(t->tgtype) && TRIGGER_FOR_AFTER(t->tgtype) && is_ours(t->tgfoid, schema))
			events |= t->tgtype & TRIGGER_TYPE_EVENT_MASK;
	}
	if (events != TRIGGER_TYPE_EVENT_MASK)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("partition %s is not yet known to its ledger",
						quote_qualified_identifier(get_namespace_name(RelationGetNamespace(trigger->tg_relation)), RelationGetRelationName(trigger->tg_relation))),
				 errhint("Call upgrade_ledger() after adding partitions.")));
	fcinfo->flinfo->fn_extra = fcinfo->flinfo;
	return PointerGetDatum(NULL);
}
