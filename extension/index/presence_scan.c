/*
 * presence_scan.c: PresenceScan, which reads the R-trees of presences by itself.
 *
 * An index-only scan of GiST takes some 165 ns a row (measured), most of it in the
 * general machinery: a call for every entry on a page, a heap tuple formed of every
 * answer and taken apart again. Here a page is read at once by the test of
 * index_search.h, and of what it holds only the answers are copied and unpacked. The
 * tree is an ordinary GiST index: the server builds it, inserts into it, vacuums it and
 * replays its WAL; only reading is ours.
 *
 * Reading follows GiST's own rules (README in the server's access/gist):
 *
 *   - No page stays locked while another is read. A page that was split since its parent
 *     was read is known by its NSN, or by its mark that the parent does not know of the
 *     split yet: then its right neighbour is read too, with the parent's LSN.
 *   - A deleted page holds nothing, but its neighbour may have to be read.
 *   - What is copied from a page was copied under its lock.
 *   - A serializable transaction locks each page it reads, and the heap page of each row
 *     that it takes from the index.
 *
 * A row is taken from the index alone if its heap page is all-visible. That is looked up
 * while the index page is locked: VACUUM removes an entry, under an exclusive lock,
 * before it can mark the heap page on which the row was; so whoever still finds the entry
 * does not find that mark. Any other row is fetched and must be visible to the snapshot.
 */
#include "presence_scan.h"

#include "access/genam.h"
#include "access/gist_private.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "bounds_gist.h"
#include EXPLAIN_FORMAT_HEADER
#include EXPLAIN_STATE_HEADER
#include "executor/executor.h"
#include "index_page.h"
#include "index_query.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"

/* A page to be read, and the LSN of its parent when the parent was. */
typedef struct Visit
{
	BlockNumber block;
	XLogRecPtr	parent;
} Visit;

typedef struct Condition
{
	int			strategy;
	ExprState  *argument;
	KeySearch	search;
} Condition;

/* An answer of the page: its entry in the copy, and the presence that this holds. */
typedef struct Answer
{
	IndexTuple	entry;
	Presence	value;
	OffsetNumber offset;
	bool		all_visible;
	bool		dead;			/* to all, as fetching its row has shown */
} Answer;

typedef struct PresenceScan
{
	CustomScanState css;		/* must be first */
	Oid			index_id;
	Relation	index;
	IndexFetchTableData *fetch;
	TupleTableSlot *heap_slot;
	Buffer		map;			/* the page of the visibility map last asked */
	bool		ignore_dead;
	bool		is_plain;		/* included columns are of fixed length */

	Condition  *conditions;
	int			n_conditions;
	bool		in_area;		/* the first asks for less than the world, and does not wrap */
	bool		started;

	Visit	   *visits;			/* a stack */
	int			n_visits;
	int			max_visits;

	BlockNumber block;			/* of the answers */
	XLogRecPtr	lsn;			/* its, then */
	Answer		answers[MaxIndexTuplesPerPage];
	int			n_answers;
	int			next_answer;
	int			n_dead;
	char	   *copy;			/* of the page */
	uint64		heap_fetches;
} PresenceScan;

/* ---- pages ---- */

static void
visit_later(PresenceScan *scan, BlockNumber block, XLogRecPtr parent)
{
	if (scan->n_visits == scan->max_visits)
	{
		scan->max_visits *= 2;
		scan->visits = repalloc(scan->visits, scan->max_visits * sizeof(Visit));
	}
	scan->visits[scan->n_visits++] = (Visit) {block, parent};
}

/* The key of a leaf answers, and then holds *value; where that is NULL: an inner key may. */
static inline bool
meets_all(const PresenceScan *scan, const char *key, Presence *value)
{
	Datum		datum = PointerGetDatum(key);

	for (int i = 0; i < scan->n_conditions; i++)
	{
		const KeySearch *search = &scan->conditions[i].search;

		if (value ? !search_has_leaf(search, KEY_BYTES(datum), KEY_LENGTH(datum), value) :
			!search_meets(search, KEY_BYTES(datum), KEY_LENGTH(datum)))
			return false;
	}
	return true;
}

/*
 * Is the entry of a leaf passed over for its longitude alone? Most are, if an area is asked
 * for, and the rest of such an entry is not worth a look.
 */
static inline bool
lies_elsewhere(const PresenceScan *scan, Page page, ItemId item)
{
	const KeySearch *search = &scan->conditions[0].search;
	Size		key = ItemIdGetOffset(item) + IndexInfoFindDataOffset(0) + VARHDRSZ_SHORT;
	int32		lon;

	if (!scan->in_area || key > BLCKSZ - KEY_MAX || IndexTupleHasNulls((IndexTuple) (page + ItemIdGetOffset(item))))
		return false;
	lon = key_int32((const uint8_t *) page + key + 1);
	return lon < search->watch.lon_min || lon > search->watch.lon_max;
}

/* Copies the page if it holds an answer: copied one by one, answers take longer. */
static void
read_leaf(PresenceScan *scan, Page page)
{
	Relation	table = scan->css.ss.ss_currentRelation;
	OffsetNumber last = PageGetMaxOffsetNumber(page);
	BlockNumber block = InvalidBlockNumber;
	bool		all_visible = false;

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		Answer	   *answer = &scan->answers[scan->n_answers];
		IndexTuple	entry;
		const char *key;

		if ((scan->ignore_dead && ItemIdIsDead(item)) || lies_elsewhere(scan, page, item))
			continue;
		entry = entry_at(scan->index, page, item);
		key = entry_key(scan->index, entry);
		if (key == NULL || !meets_all(scan, key, &answer->value))
			continue;
		/* stays that arrived one after the other often lie on one page of the table */
		if (ItemPointerGetBlockNumber(&entry->t_tid) != block)
		{
			block = ItemPointerGetBlockNumber(&entry->t_tid);
			all_visible = VM_ALL_VISIBLE(table, block, &scan->map);
		}
		answer->entry = (IndexTuple) (scan->copy + ItemIdGetOffset(item));
		answer->offset = offset;
		answer->all_visible = all_visible;
		answer->dead = false;
		scan->n_answers++;
	}
	if (scan->n_answers > 0)
		memcpy(scan->copy, page, BLCKSZ);
}

static void
read_inner(PresenceScan *scan, Page page)
{
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		IndexTuple	entry = entry_at(scan->index, page, PageGetItemId(page, offset));
		const char *key = entry_key(scan->index, entry);

		/* only presences are asked for, and above nulls alone there is no key */
		if (key != NULL && meets_all(scan, key, NULL))
			visit_later(scan, ItemPointerGetBlockNumber(&entry->t_tid), scan->lsn);
	}
}

static void
read_page(PresenceScan *scan, Visit visit)
{
	Snapshot	snapshot = scan->css.ss.ps.state->es_snapshot;
	Buffer		buffer = ReadBuffer(scan->index, visit.block);
	Page		page;

	LockBuffer(buffer, GIST_SHARE);
	PredicateLockPage(scan->index, visit.block, snapshot);
	gistcheckpage(scan->index, buffer);
	page = BufferGetPage(buffer);
	test_for_old_snapshot(snapshot, scan->index, page);
	if (unlikely(PageGetMaxOffsetNumber(page) > MaxIndexTuplesPerPage))
		page_is_damaged(scan->index);
	scan->block = visit.block;
	scan->lsn = BufferGetLSNAtomic(buffer);
	scan->n_answers = scan->next_answer = scan->n_dead = 0;
	if (!XLogRecPtrIsInvalid(visit.parent) &&
		(GistFollowRight(page) || visit.parent < GistPageGetNSN(page)) &&
		GistPageGetOpaque(page)->rightlink != InvalidBlockNumber)
		visit_later(scan, GistPageGetOpaque(page)->rightlink, visit.parent);
	if (!GistPageIsDeleted(page) && GistPageIsLeaf(page))
		read_leaf(scan, page);
	else if (!GistPageIsDeleted(page))
		read_inner(scan, page);
	UnlockReleaseBuffer(buffer);
	pgstat_count_index_tuples(scan->index, scan->n_answers);
}

/*
 * Marks the entries whose rows are dead to all, so that nobody fetches these again. It is
 * a hint: if the page has changed, an offset may mean another entry, and it is left.
 */
static void
leave_page(PresenceScan *scan)
{
	Buffer		buffer;
	Page		page;

	if (scan->n_dead == 0)
		return;
	buffer = ReadBuffer(scan->index, scan->block);
	LockBuffer(buffer, GIST_SHARE);
	page = BufferGetPage(buffer);
	if (BufferGetLSNAtomic(buffer) == scan->lsn)
	{
		for (int i = 0; i < scan->n_answers; i++)
			if (scan->answers[i].dead)
				ItemIdMarkDead(PageGetItemId(page, scan->answers[i].offset));
		GistMarkPageHasGarbage(page);
		MarkBufferDirtyHint(buffer, true);
	}
	UnlockReleaseBuffer(buffer);
	scan->n_dead = 0;
}

/* ---- rows ---- */

/* False if an argument is null: then nothing answers. */
static bool
ask(PresenceScan *scan)
{
	ExprContext *context = scan->css.ss.ps.ps_ExprContext;

	for (int i = 0; i < scan->n_conditions; i++)
	{
		Condition  *c = &scan->conditions[i];
		bool		is_null;
		Datum		argument = ExecEvalExprSwitchContext(c->argument, context, &is_null);

		if (is_null)
			return false;
		c->search = presence_query(c->strategy, argument);
	}
	scan->in_area = scan->conditions[0].search.box_is_plain && !box_is_world(&scan->conditions[0].search.watch);
	return true;
}

static void
start(PresenceScan *scan)
{
	if (!IsMVCCSnapshot(scan->css.ss.ps.state->es_snapshot))
		elog(ERROR, "a " PRESENCE_SCAN " needs an MVCC snapshot");
	scan->started = true;
	scan->n_visits = scan->n_answers = scan->next_answer = scan->n_dead = 0;
	if (!ask(scan))
		return;
	pgstat_count_index_scan(scan->index);
	visit_later(scan, GIST_ROOT_BLKNO, InvalidXLogRecPtr);
}

/* Is the row visible? */
static bool
has_row(PresenceScan *scan, Answer *answer)
{
	Snapshot	snapshot = scan->css.ss.ps.state->es_snapshot;
	ItemPointerData tid = answer->entry->t_tid;
	bool		again = false;
	bool		dead = false;

	if (answer->all_visible)
	{
		PredicateLockPage(scan->css.ss.ss_currentRelation, ItemPointerGetBlockNumber(&tid), snapshot);
		return true;
	}
	scan->heap_fetches++;
	if (!table_index_fetch_tuple(scan->fetch, &tid, snapshot, scan->heap_slot, &again, &dead))
	{
		/* what is dead here may live on the primary, for which a standby's entries are */
		answer->dead = dead && scan->ignore_dead;
		scan->n_dead += answer->dead;
		return false;
	}
	pgstat_count_heap_fetch(scan->index);
	ExecClearTuple(scan->heap_slot);
	return true;
}

/* Included columns of fixed length, of an entry without nulls. */
static void
take_plain(const PresenceScan *scan, const Answer *answer, TupleTableSlot *slot)
{
	TupleDesc	shape = RelationGetDescr(scan->index);
	const char *entry = (const char *) answer->entry;
	Size		at = IndexInfoFindDataOffset(0);

	at += VARSIZE_SHORT(entry + at);
	slot->tts_isnull[0] = false;
	for (int i = 1; i < shape->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);

		at = att_align_nominal(at, column->attalign);
		if (unlikely(at + column->attlen > IndexTupleSize(answer->entry)))
			page_is_damaged(scan->index);
		slot->tts_values[i] = fetchatt(column, entry + at);
		slot->tts_isnull[i] = false;
		at += column->attlen;
	}
}

static TupleTableSlot *
return_row(PresenceScan *scan, Answer *answer)
{
	TupleTableSlot *slot = scan->css.ss.ss_ScanTupleSlot;

	ExecClearTuple(slot);
	if (scan->is_plain && !IndexTupleHasNulls(answer->entry))
		take_plain(scan, answer, slot);
	else
		index_deform_tuple(answer->entry, RelationGetDescr(scan->index), slot->tts_values, slot->tts_isnull);
	slot->tts_values[0] = PointerGetDatum(&answer->value);
	return ExecStoreVirtualTuple(slot);
}

static TupleTableSlot *
next_row(ScanState *ss)
{
	PresenceScan *scan = (PresenceScan *) ss;

	if (!scan->started)
		start(scan);
	for (;;)
	{
		while (scan->next_answer < scan->n_answers)
		{
			Answer	   *answer = &scan->answers[scan->next_answer++];

			if (has_row(scan, answer))
				return return_row(scan, answer);
		}
		leave_page(scan);
		if (scan->n_visits == 0)
			return ExecClearTuple(ss->ss_ScanTupleSlot);
		CHECK_FOR_INTERRUPTS();
		read_page(scan, scan->visits[--scan->n_visits]);
	}
}

/* A row to be locked is never read from an index alone. */
static bool
recheck(ScanState *ss, TupleTableSlot *slot)
{
	(void) ss;
	(void) slot;
	elog(ERROR, "a " PRESENCE_SCAN " has no row to check again");
	return false;
}

/* ---- the node ---- */

List *
presence_scan_private(Oid index, List *strategies)
{
	return list_make2(list_make1_oid(index), strategies);
}

static bool
includes_fixed_only(TupleDesc shape)
{
	for (int i = 1; i < shape->natts; i++)
		if (TupleDescAttr(shape, i)->attlen <= 0)
			return false;
	return true;
}

static void
begin(CustomScanState *node, EState *estate, int eflags)
{
	PresenceScan *scan = (PresenceScan *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	List	   *strategies = lsecond(plan->custom_private);
	ListCell   *condition;
	ListCell   *strategy;
	int			n = 0;

	scan->index_id = linitial_oid(linitial(plan->custom_private));
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	scan->index = index_open(scan->index_id, exec_rt_fetch(plan->scan.scanrelid, estate)->rellockmode);
	scan->fetch = table_index_fetch_begin_compat(node->ss.ss_currentRelation);
	scan->heap_slot = table_slot_create(node->ss.ss_currentRelation, NULL);
	scan->ignore_dead = !TransactionStartedDuringRecovery();
	scan->is_plain = includes_fixed_only(RelationGetDescr(scan->index));
	scan->conditions = palloc0(list_length(strategies) * sizeof(Condition));
	forboth(condition, plan->custom_exprs, strategy, strategies)
	{
		Expr	   *argument = lsecond(((OpExpr *) lfirst(condition))->args);

		scan->conditions[n].strategy = lfirst_int(strategy);
		scan->conditions[n++].argument = ExecInitExpr(argument, &node->ss.ps);
	}
	scan->n_conditions = n;
	scan->max_visits = 64;
	scan->visits = palloc(scan->max_visits * sizeof(Visit));
	scan->copy = palloc(BLCKSZ);
}

/* Without anything to test, a row need only be projected. */
static TupleTableSlot *
execute(CustomScanState *node)
{
	PlanState  *ps = &node->ss.ps;
	TupleTableSlot *slot;

	if (ps->qual != NULL || ps->state->es_epq_active != NULL)
		return ExecScan(&node->ss, next_row, recheck);
	ResetExprContext(ps->ps_ExprContext);
	slot = next_row(&node->ss);
	if (ps->ps_ProjInfo == NULL || TupIsNull(slot))
		return slot;
	ps->ps_ExprContext->ecxt_scantuple = slot;
	return ExecProject(ps->ps_ProjInfo);
}

static void
rescan(CustomScanState *node)
{
	PresenceScan *scan = (PresenceScan *) node;

	leave_page(scan);
	scan->started = false;
	table_index_fetch_reset(scan->fetch);
	ExecScanReScan(&node->ss);
}

static void
end(CustomScanState *node)
{
	PresenceScan *scan = (PresenceScan *) node;

	if (scan->index == NULL)
		return;
	leave_page(scan);
	if (BufferIsValid(scan->map))
		ReleaseBuffer(scan->map);
	ExecDropSingleTupleTableSlot(scan->heap_slot);
	table_index_fetch_end(scan->fetch);
	index_close(scan->index, NoLock);
}

static void
explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
	PresenceScan *scan = (PresenceScan *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	List	   *context = set_deparse_context_plan(es->deparse_cxt, (Plan *) plan, ancestors);
	bool		use_prefix = list_length(es->rtable) > 1 || es->verbose;
	Node	   *condition = (Node *) make_ands_explicit(plan->custom_exprs);

	ExplainPropertyText("Index Name", get_rel_name(scan->index_id), es);
	ExplainPropertyText("Index Cond", deparse_expression(condition, context, use_prefix, false), es);
	if (es->analyze)
		ExplainPropertyUInteger("Heap Fetches", NULL, scan->heap_fetches, es);
}

static const CustomExecMethods exec_methods = {
	.CustomName = PRESENCE_SCAN,
	.BeginCustomScan = begin,
	.ExecCustomScan = execute,
	.EndCustomScan = end,
	.ReScanCustomScan = rescan,
	.ExplainCustomScan = explain,
};

static Node *
create_state(CustomScan *plan)
{
	PresenceScan *scan = palloc0(sizeof(PresenceScan));

	(void) plan;
	NodeSetTag(scan, T_CustomScanState);
	scan->css.methods = &exec_methods;
	return (Node *) scan;
}

const CustomScanMethods presence_scan_methods = {
	.CustomName = PRESENCE_SCAN,
	.CreateCustomScanState = create_state,
};
