/*
 * presence_place.c: puts entries into the R-trees of presences, many at a time.
 *
 * A new entry is weighed against every entry of each inner page on its way down. GiST calls
 * three functions for each of these, which is most of what an index costs who loads a
 * ledger, and goes down from the root for each. Here the entries of a page are weighed in one
 * loop, by the same measure; and newcomers go down together as far as their ways are the
 * same: what a look changes lies at one place, and much of it begins or ends at one time, so
 * that few pages take all of it, each in one change. Those of several places do not: a page
 * that has no room for all of them would be widened for all of them, and then be split
 * (tried: questions about a site touch a half to two thirds more pages).
 *
 * Only finding the place is ours: forming an entry, changing a page and its WAL are GiST's
 * functions, and whatever is out of the ordinary is left to GiST's own insertion, from the
 * root: a page that is full, that was split or deleted since its parent was read or changed
 * while its lock was exchanged. One newcomer goes there, whereupon the others try again.
 * Leaving off halfway does no harm: bounds that were widened already bound what is below them
 * still.
 *
 * The rules are GiST's (README in the server's access/gist): one page is locked at a time; a
 * page that was split since its parent was read is known by its NSN, or by its mark that the
 * parent does not know of the split yet. The bounds of a page are widened before entries are
 * put below them, so that whoever searches meanwhile finds all that was there.
 */
#include "presence_place.h"

#include "access/xloginsert.h"
#include "bounds_gist.h"
#include "index_page.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"

/* Entries that a leaf takes in one change. */
#define AT_ONCE 64

/* More levels than a tree of any size has: only damaged pages lead in a circle. */
#define DEEPEST 40

/* Of an inner page. */
typedef struct Child
{
	CoarseBounds bounds;		/* with the newcomers that go there */
	BlockNumber block;			/* none: not to be chosen */
} Child;

static int
compare_children(const void *a, const void *b)
{
	return ((const Newcomer *) a)->child - ((const Newcomer *) b)->child;
}

/* Where they lie in the key, or unpacked. */
static inline CoarseBounds
bounds_of_key(const char *key)
{
	Datum		datum = PointerGetDatum(key);
	const CoarseBounds *bounds = coarse_in_key(KEY_BYTES(datum), KEY_LENGTH(datum));
	CoarseBounds unpacked;

	if (likely(bounds != NULL))
		return *bounds;
	coarse_unpack(KEY_BYTES(datum), KEY_LENGTH(datum), &unpacked);
	return unpacked;
}

/* The children of an inner page, in its order; NULL: one of them is not to be had so. */
static Child *
read_children(const Tree *tree, Page page, int *n)
{
	Child	   *children;

	*n = PageGetMaxOffsetNumber(page);
	if (unlikely(*n > MaxIndexTuplesPerPage))
		page_is_damaged(tree->index);
	children = palloc(sizeof(Child) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		IndexTuple	entry = entry_at(tree->index, page, PageGetItemId(page, FirstOffsetNumber + i));
		const char *key = entry_key(tree->index, entry);

		if (GistTupleIsInvalid(entry))
		{
			pfree(children);
			return NULL;
		}
		children[i].block = InvalidBlockNumber;
		if (key == NULL)
			continue;
		children[i].bounds = bounds_of_key(key);
		children[i].block = ItemPointerGetBlockNumber(&entry->t_tid);
	}
	return children;
}

/* The child that a newcomer fits into best; of equals the first one tried (or none: -1). */
static int
choose_child(const Tree *tree, const Child *children, int n, const CoarseBounds *newcomer, int try_first)
{
	int64		most_growth = PG_INT64_MAX;
	float		least = 0;
	int			best = -1;

	for (int i = -1; i < n; i++)
	{
		const Child *child = &children[i < 0 ? try_first : i];
		float		penalty;

		if (child->block == InvalidBlockNumber || shape_main_growth(&tree->shape, &child->bounds, newcomer) > most_growth)
			continue;
		penalty = shape_penalty(&tree->shape, &child->bounds, newcomer);
		if (best < 0 || penalty < least)
		{
			best = i < 0 ? try_first : i;
			least = penalty;
			most_growth = shape_most_growth(&tree->shape, least);
		}
	}
	return best;
}

/* Says of each newcomer which child it goes to, and sorts them by that; false: to none. */
static bool
choose_children(const Tree *tree, Child *children, int n_children, Newcomer *newcomers, size_t n)
{
	int			child = 0;

	if (n_children == 0)
		return false;
	for (size_t i = 0; i < n; i++)
	{
		Newcomer   *newcomer = &newcomers[i];

		/* (the next of its kind fits best where the last went, whose bounds hold it now) */
		if (i == 0 || !shape_is_same(&newcomer->bounds, &newcomers[i - 1].bounds))
			child = choose_child(tree, children, n_children, &newcomer->bounds, child);
		if (child < 0)
			return false;
		newcomer->child = child;
		newcomer->widens = !coarse_holds(&children[child].bounds, &newcomer->bounds);
		if (newcomer->widens)
			coarse_add(&children[child].bounds, &newcomer->bounds);
	}
	if (n > 1)
		qsort(newcomers, n, sizeof(Newcomer), compare_children);
	return true;
}

/* How many of the next newcomers go the same way. */
static size_t
count_together(const Newcomer *newcomers, size_t n)
{
	size_t		together = 1;

	while (together < n && newcomers[together].child == newcomers[0].child)
		together++;
	return together;
}

/* Was the page split or deleted since its parent was read? */
static bool
has_moved(Page page, BlockNumber block, XLogRecPtr parent)
{
	return GistFollowRight(page) || GistPageIsDeleted(page) ||
		(block != GIST_ROOT_BLKNO && parent < GistPageGetNSN(page));
}

/* Adds entries to a locked page on which there is room, or puts one in the place of another. */
static void
put_entries(const Tree *tree, Buffer buffer, IndexTuple *entries, int n, OffsetNumber instead_of)
{
	List	   *splits;

	CheckForSerializableConflictIn(tree->index, NULL, BufferGetBlockNumber(buffer));
	/* (GiST itself adds few at a time; the WAL takes an entry as a part of its own) */
	XLogEnsureRecordSpace(0, AT_ONCE + 4);
	gistplacetopage(tree->index, 0, tree->state, buffer, entries, n, instead_of, NULL,
					InvalidBuffer, &splits, true, tree->table, false);
}

/* Has each child's bounds on the locked page hold the newcomers that go there; false: no room. */
static bool
widen_children(const Tree *tree, Buffer buffer, const Newcomer *newcomers, size_t n)
{
	Page		page = BufferGetPage(buffer);

	for (size_t first = 0, together; first < n; first += together)
	{
		OffsetNumber offset = FirstOffsetNumber + newcomers[first].child;
		IndexTuple	wider = NULL;

		together = count_together(newcomers + first, n - first);
		for (size_t i = first; i < first + together; i++)
		{
			IndexTuple	now = wider != NULL ? wider : (IndexTuple) PageGetItem(page, PageGetItemId(page, offset));
			IndexTuple	next = newcomers[i].widens ? gistgetadjusted(tree->index, now, newcomers[i].entry, tree->state) : NULL;

			if (next != NULL)
				wider = next;
		}
		if (wider == NULL)
			continue;
		if (gistnospace(page, &wider, 1, offset, 0))
			return false;
		put_entries(tree, buffer, &wider, 1, offset);
	}
	return true;
}

/* Puts newcomers on a locked leaf, as many as there is room for. */
static void
fill_leaf(const Tree *tree, Buffer buffer, Newcomer *newcomers, size_t n)
{
	IndexTuple	entries[AT_ONCE];

	for (size_t done = 0, taken; done < n; done += taken)
	{
		taken = Min(n - done, AT_ONCE);
		for (size_t i = 0; i < taken; i++)
			entries[i] = newcomers[done + i].entry;
		while (taken > 0 && gistnospace(BufferGetPage(buffer), entries, (int) taken, InvalidOffsetNumber, 0))
			taken--;
		if (taken == 0)
			return;
		put_entries(tree, buffer, entries, (int) taken, InvalidOffsetNumber);
		for (size_t i = 0; i < taken; i++)
			newcomers[done + i].placed = true;
	}
}

static bool
any_widens(const Newcomer *newcomers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (newcomers[i].widens)
			return true;
	return false;
}

static void
enter_leaf(const Tree *tree, Buffer buffer, XLogRecPtr parent, Newcomer *newcomers, size_t n)
{
	Page		page = BufferGetPage(buffer);

	LockBuffer(buffer, GIST_UNLOCK);
	LockBuffer(buffer, GIST_EXCLUSIVE);
	/* (the root may have become an inner page) */
	if (GistPageIsLeaf(page) && !has_moved(page, BufferGetBlockNumber(buffer), parent))
		fill_leaf(tree, buffer, newcomers, n);
	UnlockReleaseBuffer(buffer);
}

static void place_below(const Tree *tree, BlockNumber block, XLogRecPtr parent, int depth, Newcomer *newcomers, size_t n);

static void
pass_inner(const Tree *tree, Buffer buffer, int depth, Newcomer *newcomers, size_t n)
{
	Page		page = BufferGetPage(buffer);
	XLogRecPtr	lsn = BufferGetLSNAtomic(buffer);
	int			n_children;
	Child	   *children = read_children(tree, page, &n_children);
	bool		passed;

	/* (they are weighed with the page unlocked: it is changed only if nobody else has) */
	LockBuffer(buffer, GIST_UNLOCK);
	passed = children != NULL && choose_children(tree, children, n_children, newcomers, n);
	if (passed && any_widens(newcomers, n))
	{
		LockBuffer(buffer, GIST_EXCLUSIVE);
		passed = PageGetLSN(page) == lsn && widen_children(tree, buffer, newcomers, n);
		lsn = PageGetLSN(page);
		LockBuffer(buffer, GIST_UNLOCK);
	}
	ReleaseBuffer(buffer);
	for (size_t first = 0, together; passed && first < n; first += together)
	{
		together = count_together(newcomers + first, n - first);
		place_below(tree, children[newcomers[first].child].block, lsn, depth + 1, newcomers + first, together);
	}
	if (children != NULL)
		pfree(children);
}

/*
 * Puts newcomers below a page, whose parent had that LSN when it told of the page. Those that
 * cannot be placed here, for whatever reason, stay unplaced.
 */
static void
place_below(const Tree *tree, BlockNumber block, XLogRecPtr parent, int depth, Newcomer *newcomers, size_t n)
{
	Buffer		buffer = ReadBuffer(tree->index, block);
	Page		page = BufferGetPage(buffer);

	CHECK_FOR_INTERRUPTS();
	if (unlikely(depth > DEEPEST))
		page_is_damaged(tree->index);
	LockBuffer(buffer, GIST_SHARE);
	gistcheckpage(tree->index, buffer);
	if (has_moved(page, block, parent))
		UnlockReleaseBuffer(buffer);
	else if (GistPageIsLeaf(page))
		enter_leaf(tree, buffer, parent, newcomers, n);
	else
		pass_inner(tree, buffer, depth, newcomers, n);
}

/* Moves those that are not placed to the front; returns how many. */
static size_t
keep_unplaced(Newcomer *newcomers, size_t n)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!newcomers[i].placed)
			newcomers[kept++] = newcomers[i];
	return kept;
}

/* How many of the next newcomers lie at one place. */
static size_t
count_at_place(const Newcomer *newcomers, size_t n)
{
	size_t		count = 1;

	while (count < n && newcomers[count].bounds.min[LON] == newcomers[0].bounds.min[LON] &&
		   newcomers[count].bounds.min[LAT] == newcomers[0].bounds.min[LAT])
		count++;
	return count;
}

static void
place_together(const Tree *tree, Newcomer *newcomers, size_t n)
{
	while (n > 0)
	{
		place_below(tree, GIST_ROOT_BLKNO, InvalidXLogRecPtr, 0, newcomers, n);
		n = keep_unplaced(newcomers, n);
		if (n > 0)
			gistdoinsert(tree->index, newcomers[--n].entry, 0, tree->state, tree->table, false);
	}
}

void
place(const Tree *tree, Newcomer *newcomers, size_t n)
{
	for (size_t first = 0, together; first < n; first += together)
	{
		together = count_at_place(newcomers + first, n - first);
		place_together(tree, newcomers + first, together);
	}
}
