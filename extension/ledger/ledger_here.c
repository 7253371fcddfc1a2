/*
 * ledger_here.c: a ledger's functions, asked on the server where the ledger lies.
 *
 * Theory of operation. The functions of a tenant name its tables, which are empty there as they
 * are anywhere: the rows lie in shards beside them (ledger_shards.c). Citus would plan each
 * statement of theirs as one of several servers, and refuses most that write. But all that a
 * ledger's function names lies on this server: so from when one is asked from elsewhere
 * (ledger_answer_here(), by ledger_elsewhere.c) to the end of the transaction, each query is
 * given the shards in place of the tables before it is planned, and so is what locks or analyses
 * a table. Then nothing of it is Citus's business, and all is as on a server by itself: triggers
 * of the shards, their constraints, and the rights and policies of tables, which Citus has
 * copied to them.
 *
 * What is inlined into a query is not seen here: a ledger's functions have a setting where it is
 * a tenant, by which none is (ledger_distribute.sql).
 */
#include "pg_sightings.h"

#include "ledger_here.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger_rights.h"
#include "ledger_shards.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/planner.h"
#include "parser/parse_relation.h"
#include "storage/lmgr.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(ledger_answer_here);
PG_FUNCTION_INFO_V1(ledger_writes);

static bool answering = false;
static planner_hook_type next_planner = NULL;
static ProcessUtility_hook_type next_utility = NULL;

/* Columns are asked for by their numbers. */
static bool
has_same_columns(Oid table, Oid shard)
{
	Relation	one = relation_open(table, AccessShareLock);
	Relation	other = relation_open(shard, NoLock);
	TupleDesc	a = RelationGetDescr(one);
	TupleDesc	b = RelationGetDescr(other);
	bool		same = a->natts == b->natts;

	for (int i = 0; same && i < a->natts; i++)
		same = TupleDescAttr(a, i)->atttypid == TupleDescAttr(b, i)->atttypid &&
			TupleDescAttr(a, i)->attisdropped == TupleDescAttr(b, i)->attisdropped;
	relation_close(other, NoLock);
	relation_close(one, NoLock);
	return same;
}

static void
name_shard(Query *query, RangeTblEntry *rte)
{
	Oid			shard = shard_here(rte->relid);

	if (!OidIsValid(shard))
		return;
	LockRelationOid(shard, rte->rellockmode);
	if (!has_same_columns(rte->relid, shard))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("table %s has other columns than its shard", quote_identifier(get_rel_name(rte->relid)))));
	name_table_of_rights(query, rte, shard);
	rte->relid = shard;
}

static bool
name_shards(Node *node, void *nothing)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		ListCell   *cell;

		foreach(cell, query->rtable)
		{
			RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

			if (rte->rtekind == RTE_RELATION)
				name_shard(query, rte);
		}
		return query_tree_walker(query, name_shards, nothing, 0);
	}
	return expression_tree_walker(node, name_shards, nothing);
}

static PlannedStmt *
plan_here(PLANNER_ARGS)
{
	if (answering)
		name_shards((Node *) query, NULL);
	return next_planner != NULL ? pass_to_planner(next_planner) : pass_to_planner(standard_planner);
}

static void
name_shard_of(RangeVar *name)
{
	Oid			table = name == NULL ? InvalidOid : RangeVarGetRelid(name, NoLock, true);
	Oid			shard = OidIsValid(table) ? shard_here(table) : InvalidOid;

	if (!OidIsValid(shard))
		return;
	name->schemaname = get_namespace_name(get_rel_namespace(shard));
	name->relname = get_rel_name(shard);
}

/* LOCK TABLE and ANALYZE; all else that a ledger's functions do is planned, or of temporary tables. */
static void
run_here(PlannedStmt *planned, const char *text, bool keep_tree, ProcessUtilityContext context, ParamListInfo parameters,
		 QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	ProcessUtility_hook_type next = next_utility != NULL ? next_utility : standard_ProcessUtility;

	if (answering && (IsA(planned->utilityStmt, LockStmt) || IsA(planned->utilityStmt, VacuumStmt)))
	{
		List	   *named;
		ListCell   *cell;

		planned = copyObject(planned);
		named = IsA(planned->utilityStmt, LockStmt) ? ((LockStmt *) planned->utilityStmt)->relations : ((VacuumStmt *) planned->utilityStmt)->rels;
		foreach(cell, named)
			name_shard_of(IsA(lfirst(cell), RangeVar) ? lfirst(cell) : ((VacuumRelation *) lfirst(cell))->relation);
	}
	next(planned, text, keep_tree, context, parameters, environment, receiver, completion);
}

void
ledger_here_init(void)
{
	next_planner = planner_hook;
	planner_hook = plan_here;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = run_here;
}

static void
at_transaction_end(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		answering = false;
}

/*
 * Numbers of type bigint each server gives out from a range of its own; those of type integer
 * Citus has given out by the coordinator alone. So the server where a ledger lies goes on after
 * what is there, and afterwards the coordinator.
 */
static void
number_forward(Oid table, const char *column)
{
	Relation	named;
	Oid			sequence;
	Oid			owner;
	Rights		before;
	Datum		last;
	bool		isnull;

	if (!OidIsValid(table) || pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return;
	named = table_open(table, AccessShareLock);
	sequence = identity_sequence(named, get_attnum(table, column));
	owner = named->rd_rel->relowner;
	table_close(named, NoLock);
	SPI_execute(psprintf("SELECT pg_catalog.max(%s) FROM %s", column,
						 quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), get_rel_name(table))), false, 1);
	last = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
		last = Int32GetDatum(0);
	rights_take(&before, owner);
	SPI_execute(psprintf("SELECT pg_catalog.setval(%u::pg_catalog.regclass, %d + 1, false) FROM %s AS s WHERE s.last_value <= %d OR s.last_value = %d",
						 sequence, DatumGetInt32(last),
						 quote_qualified_identifier(get_namespace_name(get_rel_namespace(sequence)), get_rel_name(sequence)),
						 DatumGetInt32(last), PG_INT32_MAX), false, 0);
	rights_return(&before);
}

void
numbers_forward(Oid schema)
{
	number_forward(get_relname_relid("source", schema), "source_id");
	number_forward(get_relname_relid("asset_class", schema), "asset_class_id");
}

bool
answer_here(bool answers)
{
	static bool registered = false;
	bool		before = answering;

	if (!registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		registered = true;
	}
	answering = answers;
	return before;
}

/* (ledger regclass, writes boolean) -> true */
Datum
ledger_answer_here(PG_FUNCTION_ARGS)
{
	answer_here(true);
	if (PG_GETARG_BOOL(1))
	{
		SPI_connect();
		numbers_forward(get_rel_namespace(PG_GETARG_OID(0)));
		SPI_finish();
	}
	PG_RETURN_BOOL(true);
}

/*
 * (ledger regclass) -> true. Citus sends a query over a ledger's tables to where they are, with
 * every function in it: that one of these writes, nobody has told it then (ledger_elsewhere.c).
 */
Datum
ledger_writes(PG_FUNCTION_ARGS)
{
	Oid			schema = get_rel_namespace(PG_GETARG_OID(0));

	if (!answering && ledger_whereabouts(schema) == LEDGER_AS_SHARDS)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("ledger %s lies here as a part of Citus, to which a function that writes must be told", quote_identifier(get_namespace_name(schema))),
				 errhint("Call it on the coordinator, in a query of its own that reads no table of the ledger.")));
	PG_RETURN_BOOL(true);
}
