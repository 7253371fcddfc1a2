/*
 * presence_scanpath.c: when a plan reads an R-tree of presences by PresenceScan.
 *
 * Wherever the planner found that an index-only scan of such a tree can answer, the same
 * scan is offered with our own reading (presence_scan.c): the same conditions, columns and
 * rows at a lower cost. So everything that decides on an index-only scan is the server's:
 * which clauses the index may test, and before which others, what is left to be tested
 * after it, which columns are needed.
 */
#include "presence_scan.h"

#include "access/gist.h"
#include "catalog/pg_am.h"
#include "index_choice.h"
#include "nodes/makefuncs.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* Of what an index-only scan costs, as measured. */
#define SHARE_OF_COST 0.5

extern void _PG_init(void);

static bool enable_presence_scan = true;
static set_rel_pathlist_hook_type next_hook = NULL;

/* ---- plans ---- */

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

		if (!clause->pseudoconstant && !is_redundant_with_indexclauses(clause, path->indexclauses))
			scan->scan.plan.qual = lappend(scan->scan.plan.qual, clause->clause);
	}
	scan->scan.plan.targetlist = targets;
	scan->scan.scanrelid = rel->relid;
	scan->flags = best->flags;
	scan->custom_scan_tlist = copyObject(path->indexinfo->indextlist);
	scan->custom_private = presence_scan_private(path->indexinfo->indexoid, strategies);
	scan->methods = &presence_scan_methods;
	return &scan->scan.plan;
}

static const CustomPathMethods path_methods = {
	.CustomName = PRESENCE_SCAN,
	.PlanCustomPath = plan_scan,
};

/* ---- paths ---- */

extern Datum presence_gist_consistent(PG_FUNCTION_ARGS);

static bool
is_presence_tree(const IndexOptInfo *index)
{
	Oid			type = index->opcintype[0];

	return index->relam == GIST_AM_OID && index->nkeycolumns == 1 &&
		function_address(get_opfamily_proc(index->opfamily[0], type, type, GIST_CONSISTENT_PROC)) ==
		presence_gist_consistent;
}

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
	return path->indexclauses != NIL;
}

static bool
returns_all(const IndexOptInfo *index)
{
	for (int i = 0; i < index->ncolumns; i++)
		if (!index->canreturn[i])
			return false;
	return true;
}

/*
 * Not of a partition for one row of another table at a time: such a path may be made
 * anew for partitions of the other table, which is not worth its code here.
 */
static bool
can_scan(const Path *any)
{
	const IndexPath *path = (const IndexPath *) any;

	return IsA(any, IndexPath) && any->pathtype == T_IndexOnlyScan && path->indexorderbys == NIL &&
		path->indexinfo->indexkeys[0] != 0 && path->indexinfo->indpred == NIL && !path->indexinfo->hypothetical &&
		(any->param_info == NULL || any->parent->reloptkind == RELOPT_BASEREL) &&
		is_presence_tree(path->indexinfo) && returns_all(path->indexinfo) &&
		has_operators_only(path);
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
	path->path.startup_cost = like->startup_cost;
	path->path.total_cost = like->startup_cost + (like->total_cost - like->startup_cost) * SHARE_OF_COST;
	copy_disabled_nodes(&path->path, like);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->custom_private = list_make1(index);
	path->methods = &path_methods;
	return &path->path;
}

static void
offer_scans(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	List	   *paths = NIL;
	ListCell   *lc;

	if (next_hook)
		next_hook(root, rel, rti, rte);
	if (!enable_presence_scan || rte->rtekind != RTE_RELATION)
		return;
	foreach(lc, rel->pathlist)
		if (can_scan(lfirst(lc)))
			paths = lappend(paths, lfirst(lc));
	foreach(lc, paths)
		add_path(rel, scan_path(rel, lfirst(lc)));
}

/* ---- the library ---- */

void
_PG_init(void)
{
	DefineCustomBoolVariable("pg_sightings.enable_presence_scan",
							 "Lets the planner read GiST indexes of presences by PresenceScan.",
							 "Off, it uses index-only scans in its stead.",
							 &enable_presence_scan, true, PGC_USERSET, GUC_EXPLAIN, NULL, NULL, NULL);
	index_choice_init();
	reserve_settings("pg_sightings");
	RegisterCustomScanMethods(&presence_scan_methods);
	next_hook = set_rel_pathlist_hook;
	set_rel_pathlist_hook = offer_scans;
}
