/*
 * compat.h: the only file that tests PG_VERSION_NUM. PostgreSQL 15 to 19; 16 is not tested.
 */
#ifndef SIGHTINGS_COMPAT_H
#define SIGHTINGS_COMPAT_H

#include "postgres.h"
#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "pg_sightings needs PostgreSQL 15 or later"
#endif

/* The headers of 19 use a word that C has from C23 on; compilers know it by this name before. */
#if PG_VERSION_NUM >= 190000 && __STDC_VERSION__ < 202311L && !defined(typeof_unqual)
#define typeof_unqual __typeof_unqual__
#endif

/*
 * The library exports what SQL calls and nothing else (-fvisibility=hidden). From 16 on the server's
 * own macros say so.
 */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(name) \
extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_, name)(void); \
const Pg_finfo_record * \
CppConcat(pg_finfo_, name)(void) \
{ \
	static const Pg_finfo_record record = {1}; \
	return &record; \
} \
extern int no_such_variable
#endif

/* Soft input errors came with PostgreSQL 16; before it every error is hard. */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#define input_error(fcinfo, ...) ereturn((fcinfo)->context, (Datum) 0, __VA_ARGS__)
#else
#define input_error(fcinfo, ...) ereport(ERROR, __VA_ARGS__)
#endif

/* The seeded hash of raw bytes moved between headers; hash_bytes exists since 13. */
#include "common/hashfn.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* range_serialize learned to fail softly in 16. */
#if PG_VERSION_NUM >= 160000
#define range_serialize_compat(typcache, lower, upper) range_serialize(typcache, lower, upper, false, NULL)
#else
#define range_serialize_compat(typcache, lower, upper) range_serialize(typcache, lower, upper, false)
#endif

/*
 * The statistics target of a column being analysed, and the delay point of ANALYZE;
 * macros, so that only files that include commands/vacuum.h need it.
 */
#if PG_VERSION_NUM >= 170000
#define attribute_target(stats) ((stats)->attstattarget)
#else
#define attribute_target(stats) ((stats)->attr->attstattarget)
#endif
#if PG_VERSION_NUM >= 180000
#define vacuum_delay_point_compat() vacuum_delay_point(true)
#else
#define vacuum_delay_point_compat() vacuum_delay_point()
#endif

/* Macros: only files that include the headers need them. */
#if PG_VERSION_NUM >= 180000
#define primary_key_index(relation) RelationGetPrimaryKeyIndex(relation, false)
#else
#define primary_key_index(relation) RelationGetPrimaryKeyIndex(relation)
#endif

#if PG_VERSION_NUM >= 190000
#define index_beginscan_compat(table, index, snapshot, keys) index_beginscan(table, index, snapshot, NULL, keys, 0, SO_NONE)
#elif PG_VERSION_NUM >= 180000
#define index_beginscan_compat(table, index, snapshot, keys) index_beginscan(table, index, snapshot, NULL, keys, 0)
#else
#define index_beginscan_compat(table, index, snapshot, keys) index_beginscan(table, index, snapshot, keys, 0)
#endif

/* Tables are read, and rows changed, with flags from 19 on; ours wait, and move no row. */
#if PG_VERSION_NUM >= 190000
#define table_index_fetch_begin_compat(table) table_index_fetch_begin(table, SO_NONE)
#define table_tuple_delete_compat(table, tid, command, snapshot, failure) \
	table_tuple_delete(table, tid, command, 0, snapshot, InvalidSnapshot, true, failure)
#define table_tuple_update_compat(table, tid, slot, command, snapshot, failure, lock, which) \
	table_tuple_update(table, tid, slot, command, 0, snapshot, InvalidSnapshot, true, failure, lock, which)
#else
#define table_index_fetch_begin_compat(table) table_index_fetch_begin(table)
#define table_tuple_delete_compat(table, tid, command, snapshot, failure) \
	table_tuple_delete(table, tid, command, snapshot, InvalidSnapshot, true, failure, false)
#define table_tuple_update_compat(table, tid, slot, command, snapshot, failure, lock, which) \
	table_tuple_update(table, tid, slot, command, snapshot, InvalidSnapshot, true, failure, lock, which)
#endif

/* What the planner knows of a table may be changed by another hook from 19 on. */
#if PG_VERSION_NUM >= 190000
#define RELATION_INFO_HEADER "optimizer/pathnode.h"
#define relation_info_hook_type build_simple_rel_hook_type
#define relation_info_hook build_simple_rel_hook
#define RELATION_INFO_ARGS PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte
#define pass_relation_info(hook) (hook)(root, rel, rte)
#define RELATION_INFO_TABLE (rte->rtekind == RTE_RELATION ? rte->relid : InvalidOid)
#else
#define RELATION_INFO_HEADER "optimizer/plancat.h"
#define relation_info_hook_type get_relation_info_hook_type
#define relation_info_hook get_relation_info_hook
#define RELATION_INFO_ARGS PlannerInfo *root, Oid table, bool inherits, RelOptInfo *rel
#define pass_relation_info(hook) (hook)(root, table, inherits, rel)
#define RELATION_INFO_TABLE table
#endif

/* The planner is told how EXPLAIN wants a plan explained from 19 on. */
#if PG_VERSION_NUM >= 190000
#define PLANNER_ARGS Query *query, const char *text, int options, ParamListInfo parameters, ExplainState *explain
#define pass_to_planner(planner) (planner)(query, text, options, parameters, explain)
#else
#define PLANNER_ARGS Query *query, const char *text, int options, ParamListInfo parameters
#define pass_to_planner(planner) (planner)(query, text, options, parameters)
#endif

/* Does execution leave parts out? What tells of it stands beside the plans from 18 on. */
#if PG_VERSION_NUM >= 180000
#define leaves_out_parts(append) ((append)->part_prune_index >= 0)
#else
#define leaves_out_parts(append) ((append)->part_prune_info != NULL)
#endif

/* Whose rights a table is read with stands beside it in a query from 16 on. */
#if PG_VERSION_NUM >= 160000
#define name_table_of_rights(query, rte, table) \
	do { if ((rte)->perminfoindex > 0) getRTEPermissionInfo((query)->rteperminfos, rte)->relid = (table); } while (0)
#else
#define name_table_of_rights(query, rte, table) ((void) (query))
#endif

/* What EXPLAIN prints with has headers of its own from 18 on. */
#if PG_VERSION_NUM >= 180000
#define EXPLAIN_STATE_HEADER "commands/explain_state.h"
#define EXPLAIN_FORMAT_HEADER "commands/explain_format.h"
#else
#define EXPLAIN_STATE_HEADER "commands/explain.h"
#define EXPLAIN_FORMAT_HEADER "commands/explain.h"
#endif

/* What is switched off counts in a path of its own from 18 on, in its costs before. */
#if PG_VERSION_NUM >= 180000
#define copy_disabled_nodes(path, other) ((path)->disabled_nodes = (other)->disabled_nodes)
#else
#define copy_disabled_nodes(path, other) ((void) 0)
#endif

/* Snapshots that are too old went out of use with 17. */
#if PG_VERSION_NUM < 170000
#define test_for_old_snapshot(snapshot, relation, page) TestForOldSnapshot(snapshot, relation, page)
#else
#define test_for_old_snapshot(snapshot, relation, page) ((void) 0)
#endif

/* From 16 on a row can be changed so that only indexes that summarize (brin) must know. */
#if PG_VERSION_NUM >= 160000
#define UpdatedIndexes TU_UpdateIndexes
#define ALL_INDEXES TU_All
#define is_updated(index, which) ((which) == TU_All || ((which) == TU_Summarizing && (index)->rd_indam->amsummarizing))
#else
#define UpdatedIndexes bool
#define ALL_INDEXES true
#define is_updated(index, which) (which)
#endif

/* The sequence of an identity column: of a table that is open from 17 on. */
#if PG_VERSION_NUM >= 170000
#define identity_sequence(table, column) getIdentitySequence(table, column, false)
#else
#define identity_sequence(table, column) getIdentitySequence(RelationGetRelid(table), column, false)
#endif

#endif
