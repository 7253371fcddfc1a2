/*
 * presence_scanpath.c: when a plan reads an R-tree of presences or sightings by PresenceScan,
 * and that it is never read by an index-only scan of the server's, which is wrong while VACUUM
 * runs (bounds_gist.c).
 *
 * The server is asked for index-only scans of our trees as if they could return the value. In
 * place of each, our own scan (presence_scan.c) is offered. So the server still decides which
 * clauses the index may test and before which others, in which order rows come, and what is
 * left to be tested afterwards.
 *
 * Otherwise the server knows that the value cannot be returned. It plans an index-only scan
 * only for a query of included columns alone, or of none (count(*)). Such a query has no
 * condition that the tree could test, so that scan is left out.
 *
 * This library is there when it matters: the server loads it for the options of an operator
 * class when it first looks at an index.
 */
#include "presence_scan.h"

#include "access/gist.h"
#include "access/sysattr.h"
#include "catalog/pg_am.h"
#include "index_choice.h"
#include "indexed_functions.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "presence_scanpath.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* Of what an index-only scan costs, as measured; but what is fetched from the table costs the same. */
#define SHARE_OF_COST 0.5

static bool enable_presence_scan = true;
static set_rel_pathlist_hook_type next_hook = NULL;

/* ---- trees ---- */

extern Datum presence_gist_consistent(PG_FUNCTION_ARGS);
extern Datum sighting_gist_consistent(PG_FUNCTION_ARGS);

typedef enum TreeKind
{
	TREE_OF_OTHERS, TREE_OF_PRESENCES, TREE_OF_SIGHTINGS
} TreeKind;

static TreeKind
tree_kind(const IndexOptInfo *index, int column)
{
	Oid			type = index->opcintype[column];
	PGFunction	consistent;

	if (index->relam != GIST_AM_OID)
		return TREE_OF_OTHERS;
	consistent = function_address(get_opfamily_proc(index->opfamily[column], type, type, GIST_CONSISTENT_PROC));
	return consistent == presence_gist_consistent ? TREE_OF_PRESENCES :
		consistent == sighting_gist_consistent ? TREE_OF_SIGHTINGS : TREE_OF_OTHERS;
}

/* ---- plans ---- */

/* Does the predicate of a partial index hold the clause? Its columns may lie in the table alone. */
static bool
holds_by_predicate(const RelOptInfo *rel, const IndexOptInfo *index, const RestrictInfo *clause)
{
	return list_member_ptr(rel->baserestrictinfo, clause) && !list_member_ptr(index->indrestrictinfo, clause);
}

/* As the server does it for its own scans of an index. */
static bool
is_tested(const IndexPath *path, const RestrictInfo *clause, List *conditions)
{
	return clause->pseudoconstant || is_redundant_with_indexclauses((RestrictInfo *) clause, path->indexclauses) ||
		holds_by_predicate(path->path.parent, path->indexinfo, clause) ||
		(!contain_mutable_functions((Node *) clause->clause) &&
		 predicate_implied_by(list_make1(clause->clause), conditions, false));
}

static Plan *
plan_scan(PlannerInfo *root, RelOptInfo *rel, CustomPath *best, List *targets, List *clauses, List *children)
{
	IndexPath  *path = linitial(best->custom_private);
	CustomScan *scan = makeNode(CustomScan);
	List	   *strategies = NIL;
	ListCell   *lc;
	ListCell   *qual;

	(void) root;
	(void) children;
	foreach(lc, path->indexclauses)
		foreach(qual, lfirst_node(IndexClause, lc)->indexquals)
		{
			OpExpr	   *op = (OpExpr *) lfirst_node(RestrictInfo, qual)->clause;

			strategies = lappend_int(strategies, get_op_opfamily_strategy(op->opno, path->indexinfo->opfamily[0]));
			scan->custom_exprs = lappend(scan->custom_exprs, copyObject(op));
		}
	foreach(lc, clauses)
	{
		RestrictInfo *clause = lfirst_node(RestrictInfo, lc);

		if (!is_tested(path, clause, scan->custom_exprs))
			scan->scan.plan.qual = lappend(scan->scan.plan.qual, clause->clause);
	}
	scan->custom_exprs = list_concat(scan->custom_exprs, copyObject(path->indexorderbys));
	scan->scan.plan.targetlist = targets;
	scan->scan.scanrelid = rel->relid;
	scan->flags = best->flags;
	scan->custom_scan_tlist = copyObject(path->indexinfo->indextlist);
	scan->custom_private = presence_scan_private(path->indexinfo->indexoid,
												 tree_kind(path->indexinfo, 0) == TREE_OF_SIGHTINGS, strategies);
	scan->methods = &presence_scan_methods;
	return &scan->scan.plan;
}

/* The same of a partition, for rows of one of the other table's. */
static List *
for_rows_of_child(PlannerInfo *root, List *private, RelOptInfo *child)
{
	return list_make1(reparameterize_path_by_child(root, linitial(private), child));
}

static const CustomPathMethods path_methods = {
	.CustomName = PRESENCE_SCAN,
	.PlanCustomPath = plan_scan,
	.ReparameterizeCustomPathByChild = for_rows_of_child,
};

/* ---- paths ---- */

/* A presence on the left of an operator of the family, and nothing else. */
static bool
has_operators_only(const IndexPath *path)
{
	ListCell   *lc;
	ListCell   *qual;

	foreach(lc, path->indexclauses)
		foreach(qual, lfirst_node(IndexClause, lc)->indexquals)
			if (!IsA(lfirst_node(RestrictInfo, qual)->clause, OpExpr))
				return false;
	return true;
}

/* With something to test or to order by, and by what this can. */
static bool
can_scan(const Path *any)
{
	const IndexPath *path = (const IndexPath *) any;

	return IsA(any, IndexPath) && any->pathtype == T_IndexOnlyScan && has_operators_only(path) &&
		list_length(path->indexorderbys) <= 1 && (path->indexclauses != NIL || path->indexorderbys != NIL);
}

/*
 * Nearest first, the time goes into distances, which both take alike. A row that must be
 * fetched takes as long for both, too.
 */
static Cost
cost_saved(const RelOptInfo *rel, const IndexPath *index)
{
	Cost		run = index->path.total_cost - index->path.startup_cost;
	double		rows = clamp_row_est(index->indexselectivity * rel->tuples);
	Cost		in_index = index->indextotalcost + rows * cpu_tuple_cost * rel->allvisfrac;

	return index->indexorderbys != NIL ? 0 : Min(in_index, run) * (1 - SHARE_OF_COST);
}

static Path *
scan_path(RelOptInfo *rel, IndexPath *index)
{
	CustomPath *path = makeNode(CustomPath);
	const Path *like = &index->path;

	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	path->path.param_info = like->param_info;
	path->path.parallel_safe = like->parallel_safe;
	path->path.rows = like->rows;
	path->path.pathkeys = like->pathkeys;
	path->path.startup_cost = like->startup_cost;
	path->path.total_cost = like->total_cost - cost_saved(rel, index);
	copy_disabled_nodes(&path->path, like);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->custom_private = list_make1(index);
	path->methods = &path_methods;
	return &path->path;
}

/* All columns that are asked for, other than by what the predicate of a partial index says. */
static Bitmapset *
columns_needed(RelOptInfo *rel, const IndexOptInfo *index)
{
	Bitmapset  *needed = NULL;
	ListCell   *lc;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &needed);
	foreach(lc, index->indrestrictinfo)
		pull_varattnos((Node *) lfirst_node(RestrictInfo, lc)->clause, rel->relid, &needed);
	return needed;
}

static bool
has_columns(const IndexOptInfo *index, const Bitmapset *needed)
{
	Bitmapset  *has = NULL;

	for (int i = 0; i < index->ncolumns; i++)
		if (index->indexkeys[i] != 0)
			has = bms_add_member(has, index->indexkeys[i] - FirstLowInvalidHeapAttributeNumber);
	return bms_is_subset(needed, has);
}

static bool
can_answer(RelOptInfo *rel, const IndexOptInfo *index)
{
	return index->nkeycolumns == 1 && index->indexkeys[0] != 0 && !index->hypothetical &&
		tree_kind(index, 0) != TREE_OF_OTHERS && has_columns(index, columns_needed(rel, index));
}

typedef struct Ability
{
	bool		gets_tuples;
	bool		gets_bitmaps;
	bool		answers;
} Ability;

/* Only the trees of ours that can answer, or one of them, are read, and only by index-only scans. */
static bool
pretend(RelOptInfo *rel, const IndexOptInfo *only, Ability *abilities)
{
	Ability    *ability = abilities;
	bool		any = false;
	ListCell   *lc;

	foreach(lc, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(lc);

		*ability = (Ability) {index->amhasgettuple, index->amhasgetbitmap,
			(only == NULL || index == only) && can_answer(rel, index)};
		any |= ability->answers;
		if (ability->answers)
			memset(index->canreturn, true, index->ncolumns * sizeof(bool));
		else
			index->amhasgettuple = false;
		index->amhasgetbitmap = false;
		ability++;
	}
	return any;
}

static void
end_pretence(RelOptInfo *rel, const Ability *ability)
{
	ListCell   *lc;

	foreach(lc, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(lc);

		index->amhasgettuple = ability->gets_tuples;
		index->amhasgetbitmap = ability->gets_bitmaps;
		if (ability->answers)
			memset(index->canreturn, false, index->ncolumns * sizeof(bool));
		ability++;
	}
}

/*
 * The index-only scans of our trees that the server would make if they returned the value. The
 * other indexes stay in the list, as the choice among ours is made there (index_choice.c).
 */
static List *
index_only_paths(PlannerInfo *root, RelOptInfo *rel, const IndexOptInfo *only)
{
	Ability    *abilities = palloc(list_length(rel->indexlist) * sizeof(Ability));
	List	   *paths = rel->pathlist;
	List	   *found = NIL;

	if (pretend(rel, only, abilities))
	{
		rel->pathlist = NIL;
		create_index_paths(root, rel);
		found = rel->pathlist;
		rel->pathlist = paths;
	}
	end_pretence(rel, abilities);
	pfree(abilities);
	return found;
}

static const IndexedFunction *
function_of_operator(const Expr *clause)
{
	return IsA(clause, OpExpr) ? indexed_function(get_opcode(((const OpExpr *) clause)->opno)) : NULL;
}

/* By no operator that another tree of the table serves better. */
static bool
is_by_best_tree(PlannerInfo *root, const IndexPath *path)
{
	ListCell   *lc;

	foreach(lc, path->indexclauses)
	{
		const Expr *clause = lfirst_node(IndexClause, lc)->rinfo->clause;
		const IndexedFunction *f = function_of_operator(clause);
		List	   *args = f ? ((const OpExpr *) clause)->args : NIL;

		if (f != NULL && !index_is_best(root, path->indexinfo, 0, f, list_nth(args, f->presence_arg), question_args(f, args)))
			return false;
	}
	return true;
}

/* Is it joined by an operator? Others have become calls (change_supportfn.c). */
static bool
has_operator_join(const RelOptInfo *rel)
{
	ListCell   *lc;

	foreach(lc, rel->joininfo)
		if (function_of_operator(lfirst_node(RestrictInfo, lc)->clause) != NULL)
			return true;
	return false;
}

static void
offer_scans_by(PlannerInfo *root, RelOptInfo *rel, const IndexOptInfo *only)
{
	ListCell   *path;

	foreach(path, index_only_paths(root, rel, only))
		if (can_scan(lfirst(path)) && is_by_best_tree(root, lfirst(path)))
			add_path(rel, scan_path(rel, lfirst(path)));
}

/* For a call each tree has a path if it is the best. For an operator all have, of which the server would keep any one. */
static void
offer_scans(PlannerInfo *root, RelOptInfo *rel)
{
	ListCell   *lc;

	if (!has_operator_join(rel))
		offer_scans_by(root, rel, NULL);
	else
		foreach(lc, rel->indexlist)
			offer_scans_by(root, rel, lfirst(lc));
}

/* ---- what the server is not to do ---- */

static bool
is_wrong(const Path *any)
{
	const IndexOptInfo *index = ((const IndexPath *) any)->indexinfo;

	if (!IsA(any, IndexPath))
		return false;
	if (((const IndexPath *) any)->indexorderbys != NIL && !index->amcanorderbyop)
		return true;
	if (any->pathtype != T_IndexOnlyScan)
		return false;
	for (int i = 0; i < index->nkeycolumns; i++)
		if (tree_kind(index, i) != TREE_OF_OTHERS)
			return true;
	return false;
}

static bool
is_there_by_place(const RelOptInfo *rel, const IndexOptInfo *by_time)
{
	ListCell   *lc;

	foreach(lc, rel->indexlist)
	{
		const IndexOptInfo *index = lfirst(lc);

		if (index->nkeycolumns == 1 && index->indexkeys[0] != 0 && index->indexkeys[0] == by_time->indexkeys[0] &&
			(index->indpred == NIL || index->predOK) && tree_kind(index, 0) != TREE_OF_OTHERS && !is_tree_by_time(index))
			return true;
	}
	return false;
}

/*
 * The nearest may be anywhere in a tree by time, so that nearly all of it is read before the first
 * row. The server thinks that one tree costs what another does.
 */
static void
leave_order_to_place(RelOptInfo *rel)
{
	ListCell   *lc;

	foreach(lc, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(lc);

		if (index->amcanorderbyop && is_tree_by_time(index) && is_there_by_place(rel, index))
			index->amcanorderbyop = false;
	}
}

/* Takes these and index-only scans of our trees away, so that they do not come again. */
static bool
take_away_wrong(RelOptInfo *rel)
{
	bool		found = false;
	ListCell   *lc;

	foreach(lc, rel->pathlist)
		if (is_wrong(lfirst(lc)))
		{
			IndexPath  *path = lfirst(lc);

			found = true;
			memset(path->indexinfo->canreturn, 0, path->indexinfo->ncolumns * sizeof(bool));
			/* without columns to return, it is the tree that must want a condition */
			path->indexinfo->amoptionalkey &= path->indexclauses != NIL || path->indexorderbys != NIL;
			rel->pathlist = foreach_delete_current(rel->pathlist, lc);
		}
	return found;
}

/*
 * Other paths are made again: the server had dropped them, as they cost more than the wrong
 * ones. A path of another tree may be among them.
 */
static void
refuse_wrong(PlannerInfo *root, RelOptInfo *rel)
{
	while (take_away_wrong(rel))
	{
		add_path(rel, create_seqscan_path(root, rel, rel->lateral_relids, 0));
		create_index_paths(root, rel);
		create_tidscan_paths(root, rel);
	}
}

static void
plan_table(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	/* (a table of parts is not read itself; from 16 on its indexes are listed, but can do nothing) */
	if (rte->rtekind == RTE_RELATION && !rte->inh && rel->indexlist != NIL)
	{
		leave_order_to_place(rel);
		refuse_wrong(root, rel);
		if (enable_presence_scan && enable_indexonlyscan)
			offer_scans(root, rel);
	}
	if (next_hook)
		next_hook(root, rel, rti, rte);
}

/* ---- the library ---- */

void
presence_scanpath_init(void)
{
	DefineCustomBoolVariable("pg_sightings.enable_presence_scan",
							 "Lets the planner read GiST indexes of presences and sightings by PresenceScan.",
							 "Off, it reads the table too.",
							 &enable_presence_scan, true, PGC_USERSET, GUC_EXPLAIN, NULL, NULL, NULL);
	RegisterCustomScanMethods(&presence_scan_methods);
	next_hook = set_rel_pathlist_hook;
	set_rel_pathlist_hook = plan_table;
}
