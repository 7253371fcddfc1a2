/*
 * ledger_elsewhere.c: asks a function of a ledger where the ledger lies.
 *
 * On the coordinator each function of a ledger that lies elsewhere calls this one with itself
 * (ledger_distribute.sql). The question names one of the ledger's tables, which has one row:
 * so Citus sends it whole to where that is, in the same transaction, and the function of the
 * same name there answers it.
 *
 * Days begin and end, and are written, in the zone of the session that asks: it goes along, and
 * is set before the function is called, which takes its first argument from that. Arguments come
 * as text, written (by settings of the function that calls) so that no setting there can misread it.
 */
#include "pg_sightings.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "ledger_here.h"
#include "ledger_shards.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "row_set.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(ledger_ask_elsewhere);

static bool
writes(Form_pg_proc function)
{
	return function->provolatile == PROVOLATILE_VOLATILE;
}

/* $1: the arguments, $2: the zone. */
static char *
question_text(Form_pg_proc function, const char *ours)
{
	const char *schema = quote_identifier(get_namespace_name(function->pronamespace));
	int			n = function->pronargs;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT r.* FROM %s.ledger AS l"
					 " CROSS JOIN LATERAL (SELECT pg_catalog.set_config('TimeZone', $2, true) IS NOT NULL AND %s.ledger_answer_here(%s::pg_catalog.regclass, %s) AS now OFFSET 0) AS z"
					 " CROSS JOIN LATERAL (SELECT f.* FROM %s.%s(", schema, ours, quote_literal_cstr(psprintf("%s.ledger", schema)), writes(function) ? "true" : "false",
					 schema, quote_identifier(NameStr(function->proname)));
	for (int i = 1; i <= n; i++)
		appendStringInfo(&text, "%s%s($1)[%d]::%s", i > 1 ? ", " : "", i == n && OidIsValid(function->provariadic) ? "VARIADIC " : "",
						 i, format_type_be_qualified(function->proargtypes.values[i - 1]));
	appendStringInfoString(&text, ") AS f WHERE z.now OFFSET 0) AS r");
	return text.data;
}

static ParamListInfo
question_parameters(Datum arguments)
{
	ParamListInfo parameters = makeParamList(2);

	parameters->params[0] = (ParamExternData) {.value = arguments, .pflags = PARAM_FLAG_CONST, .ptype = TEXTARRAYOID};
	parameters->params[1] = (ParamExternData) {
		.value = CStringGetTextDatum(GetConfigOption("TimeZone", false, false)), .pflags = PARAM_FLAG_CONST, .ptype = TEXTOID
	};
	return parameters;
}

/* What comes must be of the types that the caller waits for; how a type is limited is nothing to it. */
static TupleDesc
types_of(TupleDesc desc)
{
	TupleDesc	types = CreateTupleDescCopy(desc);

	for (int i = 0; i < types->natts; i++)
		TupleDescAttr(types, i)->atttypmod = -1;
	return types;
}

static void
ask(char *text, ParamListInfo parameters, bool writes, Tuplestorestate *store, TupleDesc desc)
{
	DestReceiver *receiver = CreateDestReceiver(DestTuplestore);
	SPIExecuteOptions options = {.params = parameters, .read_only = !writes, .dest = receiver};
	int			code;

	SetTuplestoreDestReceiverParams(receiver, store, CurrentMemoryContext, false,
									types_of(desc), "the ledger's function returns other columns");
	code = SPI_execute_extended(text, &options);
	if (code < 0)
		elog(ERROR, "a ledger's function cannot be asked elsewhere: %s", SPI_result_code_string(code));
}

/*
 * To Citus a function that is asked is a query that reads. A statement of the same transaction, on a
 * table without rows that all may change, tells it otherwise: that the ledger must not be moved
 * meanwhile, and that what the other server does at commit, where loads are derived, can fail.
 */
static void
announce_writing(Oid schema)
{
	SPI_execute(psprintf("UPDATE %s.asked SET writes = true", quote_identifier(get_namespace_name(schema))), false, 0);
}

/* (ledger regclass, function regprocedure, its arguments text[]) -> its rows */
Datum
ledger_ask_elsewhere(PG_FUNCTION_ARGS)
{
	enum
	{
		LEDGER, FUNCTION, ARGUMENTS
	};
	TupleDesc	desc;
	Tuplestorestate *store = row_set_begin(fcinfo, &desc);
	Oid			schema = PG_ARGISNULL(LEDGER) ? InvalidOid : get_rel_namespace(PG_GETARG_OID(LEDGER));
	HeapTuple	tuple;
	Form_pg_proc function;

	if (!OidIsValid(schema) || PG_ARGISNULL(FUNCTION) || PG_ARGISNULL(ARGUMENTS))
		ereport(ERROR, (errcode(ERRCODE_SIGHTINGS_LEDGER), errmsg("a question needs its ledger, its function and arguments")));
	if (ledger_whereabouts(schema) != LEDGER_ELSEWHERE)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("ledger %s does not lie on another server", quote_identifier(get_namespace_name(schema))),
				 errhint("Where it was moved to the server that is asked, move it to a worker.")));
	tuple = SearchSysCache1(PROCOID, PG_GETARG_DATUM(FUNCTION));
	if (!HeapTupleIsValid(tuple) || ((Form_pg_proc) GETSTRUCT(tuple))->pronamespace != schema)
		ereport(ERROR, (errcode(ERRCODE_SIGHTINGS_LEDGER), errmsg("the ledger has no such function")));
	function = (Form_pg_proc) GETSTRUCT(tuple);
	SPI_connect();
	if (writes(function))
		announce_writing(schema);
	ask(question_text(function, quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid)))),
		question_parameters(PG_GETARG_DATUM(ARGUMENTS)), writes(function), store, desc);
	if (writes(function))
		numbers_forward(schema);
	SPI_finish();
	ReleaseSysCache(tuple);
	return (Datum) 0;
}
