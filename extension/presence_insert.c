/*
 * presence_insert.c: the derivation's entries come into the R-trees of presences by our own
 * way (presence_place.c), together.
 *
 * An index is entered through the functions of its access method, which the session keeps for
 * each index that it has open. There ours takes the place of GiST's, of the same contract.
 *
 * PostgreSQL hands an index its entries one by one, as rows are written. They are formed and
 * wait until the derivation has written all, or many wait; then they go down the tree together.
 * Nobody misses them before: others see what the transaction wrote when it has ended, and the
 * derivation asks the table again only later. What a user has put on the table could ask
 * earlier: where there is any of that, no entry waits.
 */
#include "presence_insert.h"

#include "access/genam.h"
#include "access/table.h"
#include "bounds_gist.h"
#include "catalog/pg_am.h"
#include "index_page.h"
#include "ledger_list.h"
#include "nodes/execnodes.h"
#include "presence_place.h"
#include "utils/memutils.h"

/* So many of an index's entries wait at most. */
#define MOST_WAITING 1000

/* What waits for one index. */
typedef struct Queue
{
	Oid			index;
	MemoryContext entries;
	LIST(Newcomer) newcomers;
} Queue;

typedef struct Waiting
{
	Oid			table;
	MemoryContext context;
	LIST(Queue) queues;
} Waiting;

static Waiting *waiting = NULL;

/* False: not one of ours. */
static bool
tree_of(Relation index, Relation table, GISTSTATE *state, Tree *tree)
{
	*tree = (Tree) {.index = index, .table = table, .state = state};
	return shape_of_index(&state->penaltyFn[0], &tree->shape);
}

/* What GiST keeps for a statement. */
static GISTSTATE *
new_state(Relation index)
{
	GISTSTATE  *state = initGISTstate(index);

	state->tempCxt = createTempGistContext();
	return state;
}

/* The statement's, where GiST keeps it. */
static GISTSTATE *
state_of(Relation index, IndexInfo *info)
{
	if (info->ii_AmCache == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(info->ii_Context);

		info->ii_AmCache = new_state(index);
		MemoryContextSwitchTo(before);
	}
	return info->ii_AmCache;
}

static Queue *
queue_of(Oid index)
{
	Queue	   *queue;

	for (size_t i = 0; i < waiting->queues.n; i++)
		if (waiting->queues.at[i].index == index)
			return &waiting->queues.at[i];
	queue = APPEND(waiting->context, waiting->queues);
	*queue = (Queue) {
		.index = index,
		.entries = AllocSetContextCreate(waiting->context, "entries that wait", ALLOCSET_DEFAULT_SIZES)
	};
	return queue;
}

static void
place_queue(const Tree *tree, Queue *queue)
{
	place(tree, queue->newcomers.at, queue->newcomers.n);
	queue->newcomers.n = 0;
	MemoryContextReset(queue->entries);
}

static void
add_to_queue(const Tree *tree, const Newcomer *newcomer)
{
	Queue	   *queue = queue_of(RelationGetRelid(tree->index));
	Newcomer   *added = APPEND(waiting->context, queue->newcomers);
	MemoryContext before = MemoryContextSwitchTo(queue->entries);

	*added = *newcomer;
	added->entry = CopyIndexTuple(newcomer->entry);
	MemoryContextSwitchTo(before);
	if (queue->newcomers.n == MOST_WAITING)
		place_queue(tree, queue);
}

/* A trigger, a rule, the function of a default or of a check other than the ledger's one_facet. */
static bool
may_be_asked_early(Relation table)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;

	return table->trigdesc != NULL || table->rd_rules != NULL ||
		(constraints != NULL && (constraints->num_defval > 0 || constraints->num_check > 1));
}

static bool
insert(Relation index, Datum *values, bool *isnull, ItemPointer row, Relation table,
	   IndexUniqueCheck check_unique pg_attribute_unused(), bool unchanged pg_attribute_unused(), IndexInfo *info)
{
	GISTSTATE  *state = state_of(index, info);
	MemoryContext before = MemoryContextSwitchTo(state->tempCxt);
	Newcomer	newcomer = {.entry = gistFormTuple(state, index, values, isnull, true)};
	const char *key = entry_key(index, newcomer.entry);
	Tree		tree;

	newcomer.entry->t_tid = *row;
	if (key != NULL)
		coarse_unpack(KEY_BYTES(PointerGetDatum(key)), KEY_LENGTH(PointerGetDatum(key)), &newcomer.bounds);
	if (key == NULL || !tree_of(index, table, state, &tree))
		gistdoinsert(index, newcomer.entry, 0, state, table, false);
	else if (waiting != NULL && waiting->table == RelationGetRelid(table) && !may_be_asked_early(table))
		add_to_queue(&tree, &newcomer);
	else
		place(&tree, &newcomer, 1);
	MemoryContextSwitchTo(before);
	MemoryContextReset(state->tempCxt);
	return false;
}

static void
place_waiting(void)
{
	for (size_t i = 0; i < waiting->queues.n; i++)
	{
		Queue	   *queue = &waiting->queues.at[i];
		Relation	table;
		Relation	index;
		GISTSTATE  *state;
		MemoryContext before;
		Tree		tree;

		if (queue->newcomers.n == 0)
			continue;
		table = table_open(waiting->table, RowExclusiveLock);
		index = index_open(queue->index, RowExclusiveLock);
		state = new_state(index);
		before = MemoryContextSwitchTo(state->tempCxt);
		if (!tree_of(index, table, state, &tree))
			elog(ERROR, "index \"%s\" is no R-tree of presences any more", RelationGetRelationName(index));
		place_queue(&tree, queue);
		MemoryContextSwitchTo(before);
		MemoryContextDelete(state->tempCxt);
		freeGISTstate(state);
		index_close(index, NoLock);
		table_close(table, NoLock);
	}
}

static bool
is_ours(Relation index)
{
	Shape		shape;

	return index->rd_rel->relam == GIST_AM_OID && index->rd_indam->aminsert == gistinsert &&
		IndexRelationGetNumberOfKeyAttributes(index) == 1 &&
		shape_of_index(index_getprocinfo(index, 1, GIST_PENALTY_PROC), &shape);
}

static void
enter_by_own_way(Oid table_id)
{
	Relation	table = table_open(table_id, AccessShareLock);
	List	   *indexes = RelationGetIndexList(table);
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_ours(index))
			index->rd_indam->aminsert = insert;
		index_close(index, NoLock);
	}
	list_free(indexes);
	table_close(table, NoLock);
}

void
insert_by_own_way(Oid table, void (*write) (void *arg), void *arg)
{
	Waiting    *outer = waiting;
	Waiting		own = {
		.table = table,
		.context = AllocSetContextCreate(CurrentMemoryContext, "entries that wait", ALLOCSET_DEFAULT_SIZES)
	};

	enter_by_own_way(table);
	waiting = &own;
	PG_TRY();
	{
		write(arg);
		place_waiting();
	}
	PG_FINALLY();
	{
		waiting = outer;
	}
	PG_END_TRY();
	MemoryContextDelete(own.context);
}
