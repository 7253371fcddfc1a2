/*
 * ledger_scratch.c: a ledger's presences from scratch: all looks at an installation, all keys
 * ever sighted there, no window, no stored run. What each look says of each key is told by
 * the derivation's own code (ledger_evidence.c); what it chooses to derive anew, and what
 * it keeps of stored runs, is not used here, so that the two can be compared.
 *
 * Takes the time of looks times keys, and the room of one slice of installations, or of one with more looks.
 */
#include "ledger_work.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(ledger_presences_from_scratch);

/* Installations read together, at most. */
#define SLICE 200

/* How many of the spans are read together. */
static size_t
slice_of(const Span *spans, size_t n)
{
	size_t		looks = spans[0].looks;
	size_t		taken = 1;

	for (; taken < n && taken < SLICE; taken++)
	{
		looks += spans[taken].looks;
		if (looks > SLICE_LOOKS)
			break;
	}
	return taken;
}

typedef struct Rows
{
	Tuplestorestate *store;
	TupleDesc	desc;
} Rows;

/* (installation_id bigint, asset_class_id integer, status text, designation text, run presence) */
static void
put_run(Work *work, const Rows *rows, KeyId id, const Presence *run)
{
	Datum		values[5];
	bool		nulls[5] = {false, false, id.individual, !id.individual, false};
	Datum		label = CStringGetTextDatum(label_text(work->labels, id.label));

	values[0] = Int64GetDatum(work->spans[id.span].installation);
	values[1] = Int32GetDatum(id.class);
	values[2] = values[3] = label;
	values[4] = PointerGetDatum(run);
	tuplestore_putvalues(rows->store, rows->desc, values, nulls);
	pfree(DatumGetPointer(label));
}

static void
put_key(Work *work, const Rows *rows, int32 number, int32 class, Cursors *at)
{
	size_t		n = key_evidence(work, number, class, at);

	n = derive_presences(at->evidence, n, at->result.scratch, at->result.runs);
	for (size_t i = 0; i < n; i++)
		put_run(work, rows, work->keys.at[number].id, &at->result.runs[i]);
}

static void
put_slice(Work *work, const Rows *rows)
{
	HTAB	   *classes;
	Cursors		at = {0};

	read_looks(work, 0, true, choose_derived_window);
	read_sightings(work);
	choose_keys_seen(work);
	classes = read_classes(work);
	gather_facts(work, classes);
	read_elsewhere(work);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_key(work, rows, (int32) i, class_number(classes, work->keys.at[i].id.class), &at);
	}
}

static Rows
begin_rows(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext before;
	Rows		rows;

	if (result == NULL || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ledger_presences_from_scratch is called where no set of rows is wanted")));
	before = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &rows.desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "ledger_presences_from_scratch must return rows");
	rows.store = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	result->returnMode = SFRM_Materialize;
	result->setResult = rows.store;
	result->setDesc = rows.desc;
	MemoryContextSwitchTo(before);
	return rows;
}

/* (row type of the ledger's presence, min_confidence, installations bigint[]) -> rows like it */
Datum
ledger_presences_from_scratch(PG_FUNCTION_ARGS)
{
	Oid			schema = get_rel_namespace(get_typ_typrelid(PG_GETARG_OID(0)));
	float8		min_confidence = PG_GETARG_FLOAT8(1);
	ArrayType  *installations = PG_GETARG_ARRAYTYPE_P(2);
	const int64 *ids = (int64 *) ARR_DATA_PTR(installations);
	int			n = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	Rows		rows = begin_rows(fcinfo);
	Ledger	   *ledger;
	Span	   *spans;
	size_t		taken;

	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not the row type of a table", format_type_be(PG_GETARG_OID(0)))));
	if (ARR_HASNULL(installations))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("installations must not be null")));
	SPI_connect();
	ledger = ledger_open(schema, fcinfo->flinfo->fn_oid, true);
	spans = palloc_extended(sizeof(Span) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
		spans[i] = (Span) {.installation = ids[i], .window = {.since = TIME_BEGIN, .until = TIME_END}, .open = true, .floor = TIME_BEGIN, .ceiling = TIME_END};
	if (n > 1)
		count_looks(ledger, spans, n);
	for (size_t first = 0; first < (size_t) n; first += taken)
	{
		Work		work = {.ledger = ledger, .min_confidence = min_confidence, .spans = spans + first};

		work.n_spans = taken = slice_of(spans + first, n - first);
		work_begin(&work);
		put_slice(&work, &rows);
		work_end(&work);
	}
	SPI_finish();
	return (Datum) 0;
}
