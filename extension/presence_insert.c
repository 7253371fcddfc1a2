/*
 * presence_insert.c: puts entries into the R-trees of presences by itself.
 *
 * A new entry is weighed against every entry of each inner page on its way down. GiST calls
 * three functions for each of these, which is most of what an index costs who loads a
 * ledger. Here the entries of a page are weighed in one loop, by the same measure.
 *
 * Only finding the place is ours: forming the entry, changing a page and its WAL are GiST's
 * functions, and whatever is out of the ordinary is left to GiST's own insertion, from the
 * root: a page that is full, that was split or deleted since its parent was read or changed
 * while its lock was exchanged, an entry without a key. Leaving off halfway does no harm:
 * bounds that were widened already bound what is below them still.
 *
 * The rules are GiST's (README in the server's access/gist): one page is locked at a time; a
 * page that was split since its parent was read is known by its NSN, or by its mark that the
 * parent does not know of the split yet. The bounds of a page are widened before the entry is
 * put below them, so that whoever searches meanwhile finds all that was there.
 *
 * An index is entered through the functions of its access method, which the session keeps for
 * each index that it has open. There ours takes the place of GiST's, of the same contract.
 */
#include "presence_insert.h"

#include "access/genam.h"
#include "access/gist_private.h"
#include "access/table.h"
#include "bounds_gist.h"
#include "catalog/pg_am.h"
#include "index_page.h"
#include "nodes/execnodes.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/memutils.h"

typedef struct Newcomer
{
	Relation	index;
	Relation	table;
	GISTSTATE  *state;
	Shape		shape;
	IndexTuple	entry;
	CoarseBounds bounds;
} Newcomer;

typedef enum Step
{
	STEP_DOWN,					/* go on with the child */
	STEP_DONE,
	STEP_LEAVE					/* leave it to GiST */
} Step;

/* Where they lie in the key, or unpacked. */
static inline const CoarseBounds *
bounds_of_key(const char *key, CoarseBounds *unpacked)
{
	Datum		datum = PointerGetDatum(key);
	const CoarseBounds *bounds = coarse_in_key(KEY_BYTES(datum), KEY_LENGTH(datum));

	if (likely(bounds != NULL))
		return bounds;
	coarse_unpack(KEY_BYTES(datum), KEY_LENGTH(datum), unpacked);
	return unpacked;
}

/* The entry of an inner page below which the newcomer fits best; of equals the first. */
static OffsetNumber
choose_child(const Newcomer *new, Page page)
{
	OffsetNumber last = PageGetMaxOffsetNumber(page);
	OffsetNumber best = InvalidOffsetNumber;
	float		least = 0;
	int			axis = shape_main_axis(&new->shape);
	int64		most_growth = PG_INT64_MAX;

	if (unlikely(last > MaxIndexTuplesPerPage))
		page_is_damaged(new->index);
	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		const char *key = entry_key(new->index, entry_at(new->index, page, PageGetItemId(page, offset)));
		const CoarseBounds *bounds;
		CoarseBounds unpacked;
		float		penalty;

		if (key == NULL)
			continue;
		bounds = bounds_of_key(key, &unpacked);
		if (extent_growth(bounds, &new->bounds, axis) > most_growth)
			continue;
		penalty = shape_penalty(&new->shape, bounds, &new->bounds);
		if (best == InvalidOffsetNumber || penalty < least)
		{
			best = offset;
			least = penalty;
			most_growth = shape_most_growth(&new->shape, least);
		}
	}
	return best;
}

/* Was the page split or deleted since its parent was read? */
static bool
has_moved(Page page, BlockNumber block, XLogRecPtr parent)
{
	return GistFollowRight(page) || GistPageIsDeleted(page) ||
		(block != GIST_ROOT_BLKNO && parent < GistPageGetNSN(page));
}

/* Adds an entry to a locked page, or puts it in the place of another; false if it is full. */
static bool
put_entry(const Newcomer *new, Buffer buffer, IndexTuple entry, OffsetNumber instead_of)
{
	List	   *splits;

	if (gistnospace(BufferGetPage(buffer), &entry, 1, instead_of, 0))
		return false;
	CheckForSerializableConflictIn(new->index, NULL, BufferGetBlockNumber(buffer));
	gistplacetopage(new->index, 0, new->state, buffer, &entry, 1, instead_of, NULL,
					InvalidBuffer, &splits, true, new->table, false);
	return true;
}

static void
lock_for_change(Buffer buffer)
{
	LockBuffer(buffer, GIST_UNLOCK);
	LockBuffer(buffer, GIST_EXCLUSIVE);
}

/* Whose child the newcomer becomes; `lsn` is the page's when that was read. */
static Step
pass_inner(const Newcomer *new, Buffer buffer, XLogRecPtr *lsn, BlockNumber *child)
{
	Page		page = BufferGetPage(buffer);
	OffsetNumber offset = choose_child(new, page);
	IndexTuple	entry;
	IndexTuple	wider;
	CoarseBounds unpacked;

	if (offset == InvalidOffsetNumber)
		return STEP_LEAVE;
	entry = (IndexTuple) PageGetItem(page, PageGetItemId(page, offset));
	if (GistTupleIsInvalid(entry))
		return STEP_LEAVE;
	*child = ItemPointerGetBlockNumber(&entry->t_tid);
	if (coarse_holds(bounds_of_key(entry_key(new->index, entry), &unpacked), &new->bounds))
		return STEP_DOWN;
	wider = gistgetadjusted(new->index, entry, new->entry, new->state);
	if (wider == NULL)
		return STEP_DOWN;
	lock_for_change(buffer);
	if (PageGetLSN(page) != *lsn || !put_entry(new, buffer, wider, offset))
		return STEP_LEAVE;
	*lsn = PageGetLSN(page);
	return STEP_DOWN;
}

static Step
enter_leaf(const Newcomer *new, Buffer buffer, BlockNumber block, XLogRecPtr parent)
{
	Page		page = BufferGetPage(buffer);

	lock_for_change(buffer);
	/* (the root may have become an inner page) */
	if (!GistPageIsLeaf(page) || has_moved(page, block, parent))
		return STEP_LEAVE;
	return put_entry(new, buffer, new->entry, InvalidOffsetNumber) ? STEP_DONE : STEP_LEAVE;
}

/* False: it is left to GiST. */
static bool
place(const Newcomer *new)
{
	BlockNumber block = GIST_ROOT_BLKNO;
	XLogRecPtr	parent = InvalidXLogRecPtr;

	for (;;)
	{
		Buffer		buffer = ReadBuffer(new->index, block);
		Page		page = BufferGetPage(buffer);
		BlockNumber child = InvalidBlockNumber;
		XLogRecPtr	lsn;
		Step		step;

		LockBuffer(buffer, GIST_SHARE);
		gistcheckpage(new->index, buffer);
		lsn = BufferGetLSNAtomic(buffer);
		if (has_moved(page, block, parent))
			step = STEP_LEAVE;
		else if (GistPageIsLeaf(page))
			step = enter_leaf(new, buffer, block, parent);
		else
			step = pass_inner(new, buffer, &lsn, &child);
		UnlockReleaseBuffer(buffer);
		if (step != STEP_DOWN)
			return step == STEP_DONE;
		parent = lsn;
		block = child;
	}
}

/* What GiST keeps for a statement, where it keeps it. */
static GISTSTATE *
state_of(Relation index, IndexInfo *info)
{
	if (info->ii_AmCache == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(info->ii_Context);
		GISTSTATE  *state = initGISTstate(index);

		state->tempCxt = createTempGistContext();
		info->ii_AmCache = state;
		MemoryContextSwitchTo(before);
	}
	return info->ii_AmCache;
}

static bool
insert(Relation index, Datum *values, bool *isnull, ItemPointer row, Relation table,
	   IndexUniqueCheck check_unique pg_attribute_unused(), bool unchanged pg_attribute_unused(), IndexInfo *info)
{
	GISTSTATE  *state = state_of(index, info);
	MemoryContext before = MemoryContextSwitchTo(state->tempCxt);
	Newcomer	new = {.index = index, .table = table, .state = state};
	const char *key;

	new.entry = gistFormTuple(state, index, values, isnull, true);
	new.entry->t_tid = *row;
	key = entry_key(index, new.entry);
	if (key != NULL)
		coarse_unpack(KEY_BYTES(PointerGetDatum(key)), KEY_LENGTH(PointerGetDatum(key)), &new.bounds);
	if (key == NULL || !shape_of_index(&state->penaltyFn[0], &new.shape) || !place(&new))
		gistdoinsert(index, new.entry, 0, state, table, false);
	MemoryContextSwitchTo(before);
	MemoryContextReset(state->tempCxt);
	return false;
}

static bool
is_ours(Relation index)
{
	Shape		shape;

	return index->rd_rel->relam == GIST_AM_OID && index->rd_indam->aminsert == gistinsert &&
		IndexRelationGetNumberOfKeyAttributes(index) == 1 &&
		shape_of_index(index_getprocinfo(index, 1, GIST_PENALTY_PROC), &shape);
}

void
insert_by_own_way(Oid table_id)
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
