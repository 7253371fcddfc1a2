/*
 * ledger_planning.c: the queries of the derivation are planned for large tables.
 *
 * Their plans are kept for the session, while the tables grow, and what is known of a table
 * may be wrong: a load that was rolled back and a vacuum leave it with a size, but without
 * rows. The planner would then compare each row that is given with each of the table, and
 * take any index for as good as another. So it is told that each table holds many rows while
 * such a query is asked, if it knows of fewer. That leads to the index which
 * finds what is wanted and nothing else, and costs little where a table is small indeed.
 *
 * (Tried without: settings alone, as ledger_rights.c makes them, do not tell one index from
 * another where each is expected to find at most a row. Twenty tests of test/tap/plans.pl
 * fail then; a load of 400 looks reads up to 6.8 million rows where 16,000 would do.)
 */
#include "ledger_planning.h"

#include "compat.h"
#include "nodes/pathnodes.h"
#include RELATION_INFO_HEADER
#include "utils/lsyscache.h"

/* More than lie in memory; with rows and entries of the sizes that a ledger has. */
#define MANY_ROWS 10000000.0
#define ROWS_ON_A_PAGE 60
#define ENTRIES_ON_A_PAGE 250
#define HEIGHT 2

static Oid	large_schema = InvalidOid;
static bool hooked = false;
static relation_info_hook_type next_hook = NULL;

static void
tell_large(RELATION_INFO_ARGS)
{
	ListCell   *cell;

	if (next_hook != NULL)
		pass_relation_info(next_hook);
	if (!OidIsValid(large_schema) || rel->tuples >= MANY_ROWS || get_rel_namespace(RELATION_INFO_TABLE) != large_schema)
		return;
	rel->tuples = MANY_ROWS;
	rel->pages = Max(rel->pages, (BlockNumber) (MANY_ROWS / ROWS_ON_A_PAGE));
	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(cell);

		index->tuples = MANY_ROWS;
		index->pages = Max(index->pages, (BlockNumber) (MANY_ROWS / ENTRIES_ON_A_PAGE));
		/* (-1: not a btree) */
		if (index->tree_height >= 0)
			index->tree_height = Max(index->tree_height, HEIGHT);
	}
}

int
execute_for_large_tables(Oid schema, SPIPlanPtr plan, const SPIExecuteOptions *options)
{
	Oid			before = large_schema;
	int			code;

	if (!hooked)
	{
		next_hook = relation_info_hook;
		relation_info_hook = tell_large;
		hooked = true;
	}
	large_schema = schema;
	PG_TRY();
	{
		code = SPI_execute_plan_extended(plan, options);
	}
	PG_FINALLY();
	{
		large_schema = before;
	}
	PG_END_TRY();
	return code;
}
