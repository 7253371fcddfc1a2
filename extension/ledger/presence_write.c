/*
 * presence_write.c: writes rows of a ledger's presences without statements.
 *
 * A look changes some dozen runs, whose rows the derivation has just read and has locked
 * against all others by its lock on the installation. Statements would be started for each
 * derivation, and find every row again by its key.
 * Here rows are written as logical replication writes those that it receives: by the table's
 * access method, then entry by entry into the indexes.
 *
 * What users have put on the table would have to be asked, or could ask for rows while they
 * are written: where there is any of that - a trigger, a rule, a policy, a further column, a
 * check that asks, a partition, an index with a condition - rows are written by statements.
 */
#include "presence_write.h"

#include "access/amapi.h"
#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "compat.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

typedef enum PresenceColumn
{
	INSTALLATION, PRESENCE_ID, CLASS, STATUS, DESIGNATION, RUN, PRESENCE_COLUMNS
} PresenceColumn;

typedef struct Entered
{
	Relation	index;
	IndexInfo  *info;
	bool		has_run;		/* changes whenever a run does */
} Entered;

struct PresenceWriter
{
	MemoryContext context;
	Relation	table;
	AttrNumber	numbers[PRESENCE_COLUMNS];
	Oid			sequence;
	EState	   *state;
	ResultRelInfo *target;
	TupleTableSlot *slot;
	int			n;
	Entered    *indexes;
};

/*
 * Tables that can be written so
 */
static bool
find_columns(Relation table, Oid presence_type, AttrNumber *numbers)
{
	const struct
	{
		const char *name;
		Oid			type;
	}			columns[PRESENCE_COLUMNS] = {
		[INSTALLATION] = {"installation_id", INT8OID},
		[PRESENCE_ID] = {"presence_id", INT8OID},
		[CLASS] = {"asset_class_id", INT4OID},
		[STATUS] = {"status", TEXTOID},
		[DESIGNATION] = {"designation", TEXTOID},
		[RUN] = {"run", presence_type},
	};
	TupleDesc	desc = RelationGetDescr(table);

	memset(numbers, 0, sizeof(AttrNumber) * PRESENCE_COLUMNS);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);
		int			column = 0;

		if (a->attisdropped)
			continue;
		while (column < PRESENCE_COLUMNS && strcmp(NameStr(a->attname), columns[column].name) != 0)
			column++;
		if (column == PRESENCE_COLUMNS || a->atttypid != columns[column].type || a->attgenerated != '\0' ||
			(column == PRESENCE_ID) != (a->attidentity != '\0'))
			return false;
		numbers[column] = a->attnum;
	}
	for (int column = 0; column < PRESENCE_COLUMNS; column++)
		if (numbers[column] == InvalidAttrNumber)
			return false;
	return true;
}

/* Could a check ask for more than the row? (Defaults are not called: all columns are given.) */
static bool
has_asking_check(Relation table)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;

	for (int i = 0; constraints != NULL && i < constraints->num_check; i++)
		if (contain_mutable_functions(stringToNode(constraints->check[i].ccbin)))
			return true;
	return false;
}

static bool
is_plain(Relation table)
{
	return table->rd_rel->relkind == RELKIND_RELATION && !table->rd_rel->relispartition && !table->rd_rel->relhassubclass &&
		table->trigdesc == NULL && table->rd_rules == NULL && !has_asking_check(table);
}

static bool
may_write(Relation table)
{
	const AclMode needed = ACL_INSERT | ACL_UPDATE | ACL_DELETE;

	return pg_class_aclmask(RelationGetRelid(table), GetUserId(), needed, ACLMASK_ALL) == needed &&
		check_enable_rls(RelationGetRelid(table), InvalidOid, true) != RLS_ENABLED;
}

/*
 * Indexes
 */
static bool
has_column(const IndexInfo *info, AttrNumber number)
{
	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] == number)
			return true;
	return false;
}

/* False: one of them takes more than to put every row's entry in. */
static bool
open_indexes(PresenceWriter *writer)
{
	bool		plain = true;

	writer->target = makeNode(ResultRelInfo);
	InitResultRelInfo(writer->target, writer->table, 0, NULL, 0);
	ExecOpenIndices(writer->target, false);
	writer->indexes = palloc0(sizeof(Entered) * Max(writer->target->ri_NumIndices, 1));
	for (int i = 0; i < writer->target->ri_NumIndices; i++)
	{
		IndexInfo  *info = writer->target->ri_IndexRelationInfo[i];
		Entered    *entered = &writer->indexes[writer->n];

		if (!info->ii_ReadyForInserts)
			continue;
		entered->index = writer->target->ri_IndexRelationDescs[i];
		entered->info = info;
		entered->has_run = info->ii_Expressions != NIL || has_column(info, writer->numbers[RUN]);
		plain = plain && info->ii_Predicate == NIL && info->ii_ExclusionOps == NULL;
		writer->n++;
	}
	return plain;
}

/*
 * Rows
 */
static void
close_all(PresenceWriter *writer)
{
	ExecCloseIndices(writer->target);
	ExecDropSingleTupleTableSlot(writer->slot);
	FreeExecutorState(writer->state);
	table_close(writer->table, NoLock);
	MemoryContextDelete(writer->context);
}

PresenceWriter *
presence_writer_begin(Oid table_id, Oid presence_type)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "presence writer", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	PresenceWriter *writer = palloc0(sizeof(PresenceWriter));

	writer->context = context;
	writer->table = table_open(table_id, RowExclusiveLock);
	if (!is_plain(writer->table) || !may_write(writer->table) || !find_columns(writer->table, presence_type, writer->numbers))
	{
		table_close(writer->table, NoLock);
		MemoryContextSwitchTo(before);
		MemoryContextDelete(context);
		return NULL;
	}
	PreventCommandIfReadOnly("UPDATE");
	writer->state = CreateExecutorState();
	writer->slot = MakeSingleTupleTableSlot(RelationGetDescr(writer->table), &TTSOpsVirtual);
	if (!open_indexes(writer))
	{
		MemoryContextSwitchTo(before);
		close_all(writer);
		return NULL;
	}
	writer->sequence = identity_sequence(writer->table, writer->numbers[PRESENCE_ID]);
	MemoryContextSwitchTo(before);
	return writer;
}

/* Puts the row in the slot into the indexes. */
static void
enter(PresenceWriter *writer, bool changed, UpdatedIndexes which)
{
	ItemPointer row = &writer->slot->tts_tid;
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	GetPerTupleExprContext(writer->state)->ecxt_scantuple = writer->slot;
	for (int i = 0; i < writer->n; i++)
	{
		Entered    *entered = &writer->indexes[i];

		if (!is_updated(entered->index, which))
			continue;
		FormIndexDatum(entered->info, writer->slot, writer->state, values, nulls);
		index_insert(entered->index, values, nulls, row, writer->table,
					 entered->index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO,
					 changed && !entered->has_run, entered->info);
	}
}

static void
set_text(TupleTableSlot *slot, AttrNumber column, const char *text)
{
	if (text == NULL)
		return;
	slot->tts_values[column - 1] = CStringGetTextDatum(text);
	slot->tts_isnull[column - 1] = false;
}

static void
fill_slot(PresenceWriter *writer, const PresenceRow *row, const Presence *run)
{
	TupleTableSlot *slot = writer->slot;
	const AttrNumber *numbers = writer->numbers;
	MemoryContext before;

	ResetPerTupleExprContext(writer->state);
	before = MemoryContextSwitchTo(GetPerTupleMemoryContext(writer->state));
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	slot->tts_values[numbers[INSTALLATION] - 1] = Int64GetDatum(row->installation);
	slot->tts_values[numbers[PRESENCE_ID] - 1] = Int64GetDatum(row->presence_id != 0 ? row->presence_id : nextval_internal(writer->sequence, false));
	slot->tts_values[numbers[CLASS] - 1] = Int32GetDatum(row->class);
	set_text(slot, numbers[STATUS], row->status);
	set_text(slot, numbers[DESIGNATION], row->designation);
	slot->tts_values[numbers[RUN] - 1] = PointerGetDatum(run);
	slot->tts_isnull[numbers[INSTALLATION] - 1] = slot->tts_isnull[numbers[PRESENCE_ID] - 1] = false;
	slot->tts_isnull[numbers[CLASS] - 1] = slot->tts_isnull[numbers[RUN] - 1] = false;
	ExecStoreVirtualTuple(slot);
	MemoryContextSwitchTo(before);
	slot->tts_tableOid = RelationGetRelid(writer->table);
	if (RelationGetDescr(writer->table)->constr != NULL)
		ExecConstraints(writer->target, slot, writer->state);
}

void
presence_writer_add(PresenceWriter *writer, const PresenceRow *row, const Presence *run)
{
	fill_slot(writer, row, run);
	table_tuple_insert(writer->table, writer->slot, GetCurrentCommandId(true), 0, NULL);
	enter(writer, false, ALL_INDEXES);
}

/* The derivation's lock keeps other derivations off, but not who writes by hand. */
static void
check_result(TM_Result result)
{
	if (result != TM_Ok)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
}

void
presence_writer_change(PresenceWriter *writer, const ItemPointerData *at, const PresenceRow *row, const Presence *run)
{
	ItemPointerData old = *at;
	TM_FailureData failure;
	LockTupleMode lock;
	UpdatedIndexes which;

	CheckCmdReplicaIdentity(writer->table, CMD_UPDATE);
	fill_slot(writer, row, run);
	check_result(table_tuple_update_compat(writer->table, &old, writer->slot, GetCurrentCommandId(true), GetActiveSnapshot(),
										   &failure, &lock, &which));
	enter(writer, true, which);
}

void
presence_writer_delete(PresenceWriter *writer, const ItemPointerData *at)
{
	ItemPointerData old = *at;
	TM_FailureData failure;

	CheckCmdReplicaIdentity(writer->table, CMD_DELETE);
	check_result(table_tuple_delete_compat(writer->table, &old, GetCurrentCommandId(true), GetActiveSnapshot(), &failure));
}

void
presence_writer_end(PresenceWriter *writer)
{
	close_all(writer);
	CommandCounterIncrement();
}
