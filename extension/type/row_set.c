/*
 * row_set.c: the rows that a function returns, all at once.
 */
#include "row_set.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

Tuplestorestate *
row_set_begin(FunctionCallInfo fcinfo, TupleDesc *desc)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext before;

	if (result == NULL || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s is called where no set of rows is wanted", get_func_name(fcinfo->flinfo->fn_oid))));
	before = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "%s must return rows", get_func_name(fcinfo->flinfo->fn_oid));
	*desc = BlessTupleDesc(*desc);
	result->returnMode = SFRM_Materialize;
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	result->setDesc = *desc;
	MemoryContextSwitchTo(before);
	return result->setResult;
}
