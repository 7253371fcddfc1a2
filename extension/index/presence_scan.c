/*
 * presence_scan.c: PresenceScan, which reads the R-trees of presences and sightings by itself.
 *
 * An index-only scan of GiST takes some 165 ns a row (measured), most of it in the
 * general machinery: a call for every entry on a page, a heap tuple formed of every
 * answer and taken apart again; and it is wrong while VACUUM runs (bounds_gist.c). Here a
 * page is read at once by the test of index_search.h, and of what it holds only the answers
 * are copied and unpacked. The tree is an ordinary GiST index: the server builds it, inserts
 * into it, vacuums it and replays its WAL; only reading is ours.
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
 * So is any row that a cursor may stand on: its entry tells the first of a chain of versions,
 * and of one that VACUUM has cut short UPDATE ... WHERE CURRENT OF finds nothing by that. (The
 * server's index-only scans have it so.)
 * A row that is handed out later than its page was read (nearest first) is still told by
 * what the map said then: a snapshot to which all of a page was visible goes on seeing it.
 *
 * Nearest first, pages and rows wait in one queue by distance, a page by the least that
 * anything below it may have. Presences that are null come last, as they sort.
 */
#include "presence_scan.h"

#include <math.h>

#include "access/genam.h"
#include "access/gist_private.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "bounds_gist.h"
#include "distance.h"
#include EXPLAIN_FORMAT_HEADER
#include EXPLAIN_STATE_HEADER
#include "executor/executor.h"
#include "index_page.h"
#include "index_query.h"
#include "lib/pairingheap.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "tcop/pquery.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"

/* So many answers of a page are copied one by one. */
#define FEW_ANSWERS 32

/*
 * A page to be read, the LSN of its parent when the parent was, and which rectangles of the first condition
 * the parent's bounds met: what is visible to the snapshot was within them then.
 */
typedef struct Visit
{
	BlockNumber block;
	int			rectangles;
	XLogRecPtr	parent;
} Visit;

typedef struct Condition
{
	int			strategy;
	ExprState  *argument;
	KeySearch	search;
} Condition;

typedef union Value
{
	Presence	presence;
	Sighting	sighting;
} Value;

/* An answer of the page: its entry in the copy, and the value that this holds. */
typedef struct Answer
{
	IndexTuple	entry;
	Value		value;
	OffsetNumber offset;
	bool		is_null;		/* nearest first only */
	bool		all_visible;
	bool		dead;			/* to all, as fetching its row has shown */
} Answer;

/* What waits for its turn when nearest is to come first: a page, or a row with a copy of its entry. */
typedef struct Waiting
{
	pairingheap_node node;
	double		metres;			/* infinite: null */
	Visit		visit;
	Answer		answer;			/* of a row; else its entry is NULL */
} Waiting;

typedef struct NearestFirst
{
	ExprState  *argument;
	Oid			type;			/* of the argument */
	FmgrInfo	reader;			/* remembers the argument last read */
	QueryPoint	from;
	bool		from_nowhere;	/* the argument is null, and so is every distance */
	pairingheap *queue;
	MemoryContext memory;		/* of the queue */
	Waiting    *taken;			/* the row handed out last */
} NearestFirst;

typedef struct PresenceScan
{
	CustomScanState css;		/* must be first */
	Oid			index_id;
	Relation	index;
	IndexFetchTableData *fetch;
	TupleTableSlot *heap_slot;
	Buffer		map;			/* the page of the visibility map last asked */
	bool		ignore_dead;
	bool		for_cursor;
	bool		of_sightings;
	bool		is_plain;		/* included columns are of fixed length */

	Condition  *conditions;
	int			n_conditions;
	bool		started;
	NearestFirst *nearest;		/* NULL: in any order */

	Visit	   *visits;			/* a stack; nearest first, there is a queue in its stead */
	int			n_visits;
	int			max_visits;

	BlockNumber block;			/* of the answers */
	XLogRecPtr	lsn;			/* its, then */
	Answer	   *answers;		/* room for those of a page */
	int			n_answers;
	int			next_answer;
	int			n_dead;
	char	   *copy;			/* of the page */
	uint64		heap_fetches;
} PresenceScan;

/* ---- nearest first ---- */

/* Rows before pages, as no page holds anything nearer. */
static int
compare_waiting(const pairingheap_node *a, const pairingheap_node *b, void *arg)
{
	const Waiting *x = pairingheap_const_container(Waiting, node, a);
	const Waiting *y = pairingheap_const_container(Waiting, node, b);

	(void) arg;
	if (x->metres != y->metres)
		return x->metres < y->metres ? 1 : -1;
	return (x->answer.entry != NULL) - (y->answer.entry != NULL);
}

static Waiting *
new_waiting(NearestFirst *nearest, double metres, Size more)
{
	Waiting    *new = MemoryContextAllocZero(nearest->memory, MAXALIGN(sizeof(Waiting)) + more);

	new->metres = metres;
	return new;
}

static void
queue_page(NearestFirst *nearest, Visit visit, double metres)
{
	Waiting    *new = new_waiting(nearest, metres, 0);

	new->visit = visit;
	pairingheap_add(nearest->queue, &new->node);
}

static void
queue_row(NearestFirst *nearest, const Answer *answer, IndexTuple entry, double metres)
{
	Waiting    *new = new_waiting(nearest, metres, IndexTupleSize(entry));

	new->answer = *answer;
	new->answer.entry = (IndexTuple) ((char *) new + MAXALIGN(sizeof(Waiting)));
	memcpy(new->answer.entry, entry, IndexTupleSize(entry));
	pairingheap_add(nearest->queue, &new->node);
}

static double
metres_to_leaf(const NearestFirst *nearest, const char *key)
{
	Datum		datum = PointerGetDatum(key);
	int32		lon;
	int32		lat;

	if (key == NULL || nearest->from_nowhere)
		return INFINITY;
	key_place(KEY_BYTES(datum), KEY_LENGTH(datum), &lon, &lat);
	return metres_to(&nearest->from, lon, lat);
}

static double
metres_to_inner(const NearestFirst *nearest, const char *key)
{
	Bounds		b;

	if (key == NULL || nearest->from_nowhere)
		return INFINITY;
	b = bounds_from_datum(PointerGetDatum(key));
	return metres_to_bounds(&nearest->from, &b);
}

/* The argument is gone with the row that it was computed for: what is needed of it is kept. */
static void
start_nearest(NearestFirst *nearest, ExprContext *context)
{
	Datum		argument = ExecEvalExprSwitchContext(nearest->argument, context, &nearest->from_nowhere);

	if (!nearest->from_nowhere)
		nearest->from = *query_point(&nearest->reader, nearest->type, argument);
	MemoryContextReset(nearest->memory);
	nearest->queue = pairingheap_allocate(compare_waiting, NULL);
	nearest->taken = NULL;
}

/* ---- pages ---- */

static void
visit_later(PresenceScan *scan, Visit visit, double metres)
{
	if (scan->nearest)
	{
		queue_page(scan->nearest, visit, metres);
		return;
	}
	if (scan->n_visits == scan->max_visits)
	{
		scan->max_visits *= 2;
		scan->visits = repalloc(scan->visits, scan->max_visits * sizeof(Visit));
	}
	scan->visits[scan->n_visits++] = visit;
}

/* The key of a leaf answers, and then holds *p. */
static inline bool
presence_meets_all(const PresenceScan *scan, Datum key, Presence *p)
{
	for (int i = 0; i < scan->n_conditions; i++)
		if (!search_has_leaf(&scan->conditions[i].search, KEY_BYTES(key), KEY_LENGTH(key), p))
			return false;
	if (scan->n_conditions == 0)
		presence_unpack(KEY_BYTES(key), KEY_LENGTH(key), p);
	return true;
}

static bool
sighting_meets_all(const PresenceScan *scan, Datum key, Sighting *s)
{
	sighting_unpack(KEY_BYTES(key), KEY_LENGTH(key), s);
	for (int i = 0; i < scan->n_conditions; i++)
		if (!sighting_answers(s, &scan->conditions[i].search.watch))
			return false;
	return true;
}

static inline bool
leaf_answers(const PresenceScan *scan, const char *key, Value *value)
{
	Datum		datum = PointerGetDatum(key);

	return scan->of_sightings ? sighting_meets_all(scan, datum, &value->sighting) :
		presence_meets_all(scan, datum, &value->presence);
}

/* In which rectangles of the first condition something below may answer all; in any if there is none. */
static inline int
inner_may_answer(const PresenceScan *scan, const char *key)
{
	Datum		datum = PointerGetDatum(key);
	int			rectangles = ALL_RECTANGLES;

	for (int i = scan->n_conditions - 1; i >= 0 && rectangles != 0; i--)
		rectangles = search_meets(&scan->conditions[i].search, KEY_BYTES(datum), KEY_LENGTH(datum));
	return rectangles;
}

static pg_attribute_always_inline int
glance_at_leaf(const Glance glance, int rectangles, Page page, bool some_dead, OffsetNumber *found)
{
	const OffsetNumber last = PageGetMaxOffsetNumber(page);
	const Size	start = IndexInfoFindDataOffset(0) + VARHDRSZ_SHORT;
	int			n = 0;

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		Size		at = ItemIdGetOffset(item);

		found[n] = offset;
		if (some_dead && ItemIdIsDead(item))
			continue;
		n += at + start > BLCKSZ - KEY_GLANCE || IndexTupleHasNulls((IndexTuple) (page + at)) ||
			!glance_passes_over(&glance, (const uint8_t *) page + at + start, rectangles);
	}
	return n;
}

/*
 * The entries that are worth more than a glance. Most of most pages get no further, and most pages have to do
 * with one rectangle only: each has a loop of its own, and what that needs stays in registers.
 */
static pg_noinline int
worth_more(const PresenceScan *scan, int rectangles, Page page, OffsetNumber *found)
{
	const Glance glance = scan->n_conditions > 0 ? scan->conditions[0].search.glance : (Glance) {0};
	const bool	some_dead = scan->ignore_dead && GistPageHasGarbage(page);

	if (!glance.at_ends || some_dead)
		return glance_at_leaf(glance, rectangles, page, some_dead, found);
	switch (rectangles)
	{
		case 1:
			return glance_at_leaf(glance, 1, page, false, found);
		case 2:
			return glance_at_leaf(glance, 2, page, false, found);
		default:
			return glance_at_leaf(glance, ALL_RECTANGLES, page, false, found);
	}
}

/* Many are sooner copied with all that lies between them. */
static void
copy_answers(PresenceScan *scan, Page page)
{
	if (scan->n_answers > FEW_ANSWERS)
	{
		memcpy(scan->copy, page, BLCKSZ);
		return;
	}
	for (int i = 0; i < scan->n_answers; i++)
	{
		Size		at = (const char *) scan->answers[i].entry - scan->copy;

		memcpy(scan->copy + at, page + at, IndexTupleSize((IndexTuple) (page + at)));
	}
}

static void
read_leaf(PresenceScan *scan, Page page, int rectangles)
{
	Relation	table = scan->css.ss.ss_currentRelation;
	OffsetNumber found[MaxIndexTuplesPerPage];
	int			n = worth_more(scan, rectangles, page, found);
	BlockNumber block = InvalidBlockNumber;
	bool		all_visible = false;

	for (int i = 0; i < n; i++)
	{
		ItemId		item = PageGetItemId(page, found[i]);
		Answer	   *answer = &scan->answers[scan->n_answers];
		IndexTuple	entry = entry_at(scan->index, page, item);
		const char *key = entry_key(scan->index, entry);

		answer->is_null = key == NULL;
		if (key == NULL ? scan->n_conditions > 0 : !leaf_answers(scan, key, &answer->value))
			continue;
		/* stays that arrived one after the other often lie on one page of the table */
		if (ItemPointerGetBlockNumber(&entry->t_tid) != block)
		{
			block = ItemPointerGetBlockNumber(&entry->t_tid);
			all_visible = !scan->for_cursor && VM_ALL_VISIBLE(table, block, &scan->map);
		}
		answer->all_visible = all_visible;
		answer->dead = false;
		if (scan->nearest)
		{
			queue_row(scan->nearest, answer, entry, metres_to_leaf(scan->nearest, key));
			continue;
		}
		answer->entry = (IndexTuple) (scan->copy + ItemIdGetOffset(item));
		answer->offset = found[i];
		scan->n_answers++;
	}
	copy_answers(scan, page);
}

static void
read_inner(PresenceScan *scan, Page page)
{
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		IndexTuple	entry = entry_at(scan->index, page, PageGetItemId(page, offset));
		const char *key = entry_key(scan->index, entry);
		/* above nulls alone there is no key, and no condition holds of them */
		int			rectangles = key != NULL ? inner_may_answer(scan, key) : scan->n_conditions == 0 ? ALL_RECTANGLES : 0;

		if (rectangles != 0)
			visit_later(scan, (Visit) {ItemPointerGetBlockNumber(&entry->t_tid), rectangles, scan->lsn},
						scan->nearest ? metres_to_inner(scan->nearest, key) : 0);
	}
}

/* metres: how near what the page holds may be. */
static void
read_page(PresenceScan *scan, Visit visit, double metres)
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
		visit_later(scan, (Visit) {GistPageGetOpaque(page)->rightlink, visit.rectangles, visit.parent}, metres);
	if (!GistPageIsDeleted(page) && GistPageIsLeaf(page))
		read_leaf(scan, page, visit.rectangles);
	else if (!GistPageIsDeleted(page))
		read_inner(scan, page);
	UnlockReleaseBuffer(buffer);
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
		c->search = scan->of_sightings ? sighting_query(argument) : presence_query(c->strategy, argument);
	}
	return true;
}

static void
start(PresenceScan *scan)
{
	if (!IsMVCCSnapshot(scan->css.ss.ps.state->es_snapshot))
		elog(ERROR, "a " PRESENCE_SCAN " needs an MVCC snapshot");
	scan->started = true;
	scan->n_visits = scan->n_answers = scan->next_answer = scan->n_dead = 0;
	if (scan->nearest)
		start_nearest(scan->nearest, scan->css.ss.ps.ps_ExprContext);
	if (!ask(scan))
		return;
	pgstat_count_index_scan(scan->index);
	visit_later(scan, (Visit) {GIST_ROOT_BLKNO, ALL_RECTANGLES, InvalidXLogRecPtr}, 0);
}

/* Is the row visible? Then its entry tells which of a chain of versions it is. */
static bool
has_row(PresenceScan *scan, Answer *answer)
{
	Snapshot	snapshot = scan->css.ss.ps.state->es_snapshot;
	ItemPointer tid = &answer->entry->t_tid;
	bool		again = false;
	bool		dead = false;

	pgstat_count_index_tuples(scan->index, 1);
	if (answer->all_visible)
	{
		PredicateLockPage(scan->css.ss.ss_currentRelation, ItemPointerGetBlockNumber(tid), snapshot);
		return true;
	}
	scan->heap_fetches++;
	if (!table_index_fetch_tuple(scan->fetch, tid, snapshot, scan->heap_slot, &again, &dead))
	{
		/* what is dead here may live on the primary, for which a standby's entries are */
		answer->dead = dead && scan->ignore_dead;
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

/* (What clearing and storing a slot would do, without the calls.) Which row it is, UPDATE ... WHERE CURRENT OF wants to know. */
static TupleTableSlot *
return_row(PresenceScan *scan, Answer *answer)
{
	TupleTableSlot *slot = scan->css.ss.ss_ScanTupleSlot;

	if (unlikely(TTS_SHOULDFREE(slot)))
		ExecClearTuple(slot);
	if (likely(scan->is_plain && !IndexTupleHasNulls(answer->entry)))
		take_plain(scan, answer, slot);
	else
		index_deform_tuple(answer->entry, RelationGetDescr(scan->index), slot->tts_values, slot->tts_isnull);
	if (!answer->is_null)
		slot->tts_values[0] = PointerGetDatum(&answer->value);
	slot->tts_flags &= ~TTS_FLAG_EMPTY;
	slot->tts_nvalid = slot->tts_tupleDescriptor->natts;
	slot->tts_tid = answer->entry->t_tid;
	slot->tts_tableOid = RelationGetRelid(scan->css.ss.ss_currentRelation);
	return slot;
}

/* What a row handed out holds is gone when the next is asked for. */
static TupleTableSlot *
nearest_row(PresenceScan *scan)
{
	NearestFirst *nearest = scan->nearest;

	ExecClearTuple(scan->css.ss.ss_ScanTupleSlot);
	if (nearest->taken)
		pfree(nearest->taken);
	nearest->taken = NULL;
	while (!pairingheap_is_empty(nearest->queue))
	{
		Waiting    *next = pairingheap_container(Waiting, node, pairingheap_remove_first(nearest->queue));

		if (next->answer.entry != NULL && has_row(scan, &next->answer))
		{
			nearest->taken = next;
			return return_row(scan, &next->answer);
		}
		if (next->answer.entry == NULL)
		{
			CHECK_FOR_INTERRUPTS();
			read_page(scan, next->visit, next->metres);
		}
		pfree(next);
	}
	return scan->css.ss.ss_ScanTupleSlot;
}

static TupleTableSlot *
next_row(ScanState *ss)
{
	PresenceScan *scan = (PresenceScan *) ss;

	if (!scan->started)
		start(scan);
	if (scan->nearest)
		return nearest_row(scan);
	for (;;)
	{
		while (scan->next_answer < scan->n_answers)
		{
			Answer	   *answer = &scan->answers[scan->next_answer++];

			if (has_row(scan, answer))
				return return_row(scan, answer);
			scan->n_dead += answer->dead;
		}
		leave_page(scan);
		if (scan->n_visits == 0)
			return ExecClearTuple(ss->ss_ScanTupleSlot);
		CHECK_FOR_INTERRUPTS();
		read_page(scan, scan->visits[--scan->n_visits], 0);
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
presence_scan_private(Oid index, bool of_sightings, List *strategies)
{
	return list_make3(list_make1_oid(index), list_make1_int(of_sightings), strategies);
}

static List *
strategies_of(const CustomScan *plan)
{
	return lthird(plan->custom_private);
}

static List *
conditions_of(const CustomScan *plan)
{
	return list_truncate(list_copy(plan->custom_exprs), list_length(strategies_of(plan)));
}

/* NULL: in any order. */
static OpExpr *
distance_of(const CustomScan *plan)
{
	int			n = list_length(strategies_of(plan));

	return list_length(plan->custom_exprs) > n ? list_nth(plan->custom_exprs, n) : NULL;
}

static NearestFirst *
begin_nearest(const OpExpr *distance, PlanState *parent)
{
	NearestFirst *nearest = palloc0(sizeof(NearestFirst));
	Expr	   *argument = lsecond(distance->args);

	nearest->argument = ExecInitExpr(argument, parent);
	nearest->type = exprType((Node *) argument);
	nearest->reader.fn_mcxt = CurrentMemoryContext;
	nearest->memory = AllocSetContextCreate(CurrentMemoryContext, PRESENCE_SCAN, ALLOCSET_DEFAULT_SIZES);
	return nearest;
}

/* A cursor that was declared, or a portal that a client has named; a loop of PL/pgSQL is neither. */
static bool
is_for_cursor(void)
{
	const Portal portal = ActivePortal;

	return portal != NULL && ((portal->cursorOptions & CURSOR_OPT_FAST_PLAN) != 0 ||
							  (portal->name[0] != '\0' && portal->name[0] != '<'));
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
	List	   *strategies = strategies_of(plan);
	const OpExpr *distance = distance_of(plan);
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
	scan->for_cursor = is_for_cursor();
	scan->of_sightings = linitial_int(lsecond(plan->custom_private));
	scan->is_plain = includes_fixed_only(RelationGetDescr(scan->index));
	scan->conditions = palloc0(list_length(strategies) * sizeof(Condition));
	forboth(condition, plan->custom_exprs, strategy, strategies)
	{
		Expr	   *argument = lsecond(((OpExpr *) lfirst(condition))->args);

		scan->conditions[n].strategy = lfirst_int(strategy);
		scan->conditions[n++].argument = ExecInitExpr(argument, &node->ss.ps);
	}
	scan->n_conditions = n;
	if (distance)
		scan->nearest = begin_nearest(distance, &node->ss.ps);
	scan->max_visits = 64;
	scan->visits = palloc(scan->max_visits * sizeof(Visit));
	scan->answers = palloc(MaxIndexTuplesPerPage * sizeof(Answer));
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
	slot = next_row(&node->ss);
	if (ps->ps_ProjInfo == NULL || TupIsNull(slot))
		return slot;
	ResetExprContext(ps->ps_ExprContext);
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
	List	   *conditions = conditions_of(plan);
	Node	   *distance = (Node *) distance_of(plan);

	ExplainPropertyText("Index Name", get_rel_name(scan->index_id), es);
	if (conditions != NIL)
		ExplainPropertyText("Index Cond", deparse_expression((Node *) make_ands_explicit(conditions), context, use_prefix, false), es);
	if (distance)
		ExplainPropertyText("Order By", deparse_expression(distance, context, use_prefix, false), es);
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
