/*
 * part_cost.c: that a row of a ledger in parts is looked up by its key in one part, whatever the
 * planner expects.
 *
 * Theory of operation. PostgreSQL checks a foreign key by a query that it keeps: the row that is
 * referred to, locked. Whether it goes on with one plan, or plans the query anew for each row, it
 * decides by what both would cost. A plan without values names all parts of a table, of which
 * execution leaves out all but one; but it is taken for the sum of them, and so each row of a load
 * is planned by itself, which takes many times as long as to look it up. So such a plan of a
 * table of a ledger is given the cost of one part. It remains the same plan: only how dear it is
 * said to be changes, and only a query that locks what it reads of one table in parts is meant.
 *
 * A load finds this there from its second row on: the trigger of a table in parts, which each
 * row passes (ledger_touch_partition()), has the library loaded, and five rows are planned
 * by themselves in any case.
 */
#include "postgres.h"

#include "part_cost.h"

#include "catalog/pg_class.h"
#include "compat.h"
#include "nodes/plannodes.h"
#include "optimizer/planner.h"
#include "utils/lsyscache.h"

static planner_hook_type next_planner = NULL;

static bool
is_of_ledger(Oid table)
{
	Oid			schema = get_rel_namespace(table);

	return OidIsValid(get_relname_relid("ledger", schema)) && OidIsValid(get_relname_relid("presence", schema));
}

/* Locks what it finds by values that are not known yet, in one of several parts. */
static void
correct_cost(PlannedStmt *planned)
{
	LockRows   *locks = (LockRows *) planned->planTree;
	Append	   *parts;
	int			n;

	if (!IsA(locks, LockRows) || outerPlan(locks) == NULL || !IsA(outerPlan(locks), Append))
		return;
	parts = (Append *) outerPlan(locks);
	n = list_length(parts->appendplans);
	if (n > 1 && leaves_out_parts(parts) && is_of_ledger(linitial_node(RangeTblEntry, planned->rtable)->relid))
		locks->plan.total_cost /= n;
}

static PlannedStmt *
plan_parts(PLANNER_ARGS)
{
	bool		meant = query->commandType == CMD_SELECT && query->rowMarks != NIL && list_length(query->rtable) == 1 &&
		linitial_node(RangeTblEntry, query->rtable)->relkind == RELKIND_PARTITIONED_TABLE;
	PlannedStmt *planned = next_planner != NULL ? pass_to_planner(next_planner) : pass_to_planner(standard_planner);

	if (meant)
		correct_cost(planned);
	return planned;
}

void
part_cost_init(void)
{
	next_planner = planner_hook;
	planner_hook = plan_parts;
}
