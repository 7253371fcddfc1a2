/*
 * ledger_elsewhere.c: asks a function of a ledger where the ledger lies.
 *
 * On the coordinator each function of a ledger that lies elsewhere calls this one with itself
 * (ledger_distribute.sql). The question names one of the ledger's tables, which has one row:
 * so Citus sends it whole to where that is, in the same transaction, and the function of the
 * same name there answers it.
 *
 * Days begin and end, and are written, in the zone of the session that asks: it goes along, and
 * is set before the function is called, which takes its first argument from that. What is sent
 * is text, and written so that no setting there can misread it.
 */
#include "pg_sightings.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "row_set.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(ledger_ask_elsewhere);

/* Arguments of ours before those of the function. */
#define OURS 1

static const struct
{
	const char *name;
	const char *value;
}			unmistakable[] = {
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"extra_float_digits", "3"},
};

static int
write_unmistakably(void)
{
	int			level = NewGUCNestLevel();

	for (size_t i = 0; i < lengthof(unmistakable); i++)
		set_config_option(unmistakable[i].name, unmistakable[i].value, PGC_USERSET, PGC_S_SESSION,
						  GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* The zone is the parameter after all arguments. */
static char *
question_text(Form_pg_proc function, int n)
{
	const char *schema = quote_identifier(get_namespace_name(function->pronamespace));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT r.* FROM %s.ledger AS l"
					 " CROSS JOIN LATERAL (SELECT pg_catalog.set_config('TimeZone', $%d, true) AS zone OFFSET 0) AS z"
					 " CROSS JOIN LATERAL %s.%s(", schema, n + 1, schema, quote_identifier(NameStr(function->proname)));
	for (int i = 1; i <= n; i++)
	{
		appendStringInfo(&text, "%s%s", i > 1 ? ", " : "", i == n && OidIsValid(function->provariadic) ? "VARIADIC " : "");
		appendStringInfo(&text, i == 1 ? "CASE WHEN z.zone IS NOT NULL THEN $%d END" : "$%d", i);
	}
	appendStringInfoString(&text, ") AS r");
	return text.data;
}

static ParamListInfo
question_parameters(FunctionCallInfo fcinfo, Form_pg_proc function, int n)
{
	ParamListInfo parameters = makeParamList(n + 1);

	for (int i = 0; i <= n; i++)
	{
		ParamExternData *p = &parameters->params[i];

		p->pflags = PARAM_FLAG_CONST;
		p->isnull = i < n && PG_ARGISNULL(OURS + i);
		p->value = i == n ? CStringGetTextDatum(GetConfigOption("TimeZone", false, false)) : p->isnull ? (Datum) 0 : PG_GETARG_DATUM(OURS + i);
		p->ptype = i == n ? TEXTOID : function->proargtypes.values[i];
		if (i < n && get_fn_expr_argtype(fcinfo->flinfo, OURS + i) != p->ptype)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("argument %d of function %s is of another type", i + 1, NameStr(function->proname))));
	}
	return parameters;
}

static void
ask(char *text, ParamListInfo parameters, bool writes, Tuplestorestate *store)
{
	DestReceiver *receiver = CreateDestReceiver(DestTuplestore);
	SPIExecuteOptions options = {.params = parameters, .read_only = !writes, .dest = receiver};
	int			level = write_unmistakably();
	int			code;

	SetTuplestoreDestReceiverParams(receiver, store, CurrentMemoryContext, false, NULL, NULL);
	code = SPI_execute_extended(text, &options);
	if (code < 0)
		elog(ERROR, "a ledger's function cannot be asked elsewhere: %s", SPI_result_code_string(code));
	AtEOXact_GUC(true, level);
}

/* (function regprocedure, VARIADIC its arguments) -> its rows */
Datum
ledger_ask_elsewhere(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Tuplestorestate *store = row_set_begin(fcinfo, &desc);
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0)));
	Form_pg_proc function;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("there is no such function")));
	function = (Form_pg_proc) GETSTRUCT(tuple);
	if (function->pronargs != PG_NARGS() - OURS)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("function %s has %d arguments", NameStr(function->proname), function->pronargs)));
	SPI_connect();
	ask(question_text(function, function->pronargs), question_parameters(fcinfo, function, function->pronargs),
		function->provolatile == PROVOLATILE_VOLATILE, store);
	SPI_finish();
	ReleaseSysCache(tuple);
	return (Datum) 0;
}
