/*
 * ledger_scratch.c: a ledger's presences from scratch. All looks at an installation, all keys sighted in
 * them, no window, no stored run. What each look tells of each key is told by the one reader of
 * evidence (ledger_evidence.c); what the derivation chooses to derive anew, and what it keeps of
 * stored runs, is not used here, so that the two can be compared.
 *
 * Takes the time of looks times keys, and the room of one slice of installations, or of one with more looks.
 */

#include "ledger_work.h"

#include "executor/spi.h"
#include "ledger_rights.h"
#include "row_set.h"
#include "utils/timestamp.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(ledger_presences_from_scratch);

typedef struct Rows
{
	Tuplestorestate *store;
	TupleDesc	desc;
} Rows;

enum
{
	INSTALLATION, ASSET_CLASS, STATUS, DESIGNATION, RUN, COLUMNS
};

static void
put_runs(const Rows *rows, Work *work, int32 key, int32 class, Cursors *at)
{
	KeyId		id = work->keys.at[key].id;
	size_t		n = key_told(work, key, class, at);
	Datum		label = label_datum(work->labels, id.label);
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {0};

	values[INSTALLATION] = Int64GetDatum(work->spans[id.span].installation);
	values[ASSET_CLASS] = Int32GetDatum(id.class);
	values[STATUS] = values[DESIGNATION] = label;
	nulls[STATUS] = id.kind != OF_STATUS;
	nulls[DESIGNATION] = id.kind != OF_INDIVIDUAL;
	n = derive_stored(at->told, evidence_in_order(at->told, n), at->result.scratch, at->result.runs);
	place_runs(&work->spans[id.span], at->result.runs, n);
	for (size_t i = 0; i < n; i++)
	{
		values[RUN] = PointerGetDatum(&at->result.runs[i]);
		tuplestore_putvalues(rows->store, rows->desc, values, nulls);
	}
	pfree(DatumGetPointer(label));
}

/* All that was ever sighted at the installations of a slice. */
static void
derive_whole(Work *work, const Rows *rows)
{
	ClassNumbers *classes;
	Cursors		at = {0};

	read_looks(work, 0, true, choose_derived_window);
	read_sightings(work);
	read_shelters(work);
	classes = read_classes(work);
	choose_keys_seen(work, classes);
	gather_facts(work, classes);
	read_elsewhere(work);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_runs(rows, work, (int32) i, class_number(classes, work->keys.at[i].id.class), &at);
	}
}

/* (row type of the ledger's presence, min_confidence, installations bigint[], known_at timestamptz) */
Datum
ledger_presences_from_scratch(PG_FUNCTION_ARGS)
{
	enum
	{
		ROW_TYPE, MIN_CONFIDENCE, INSTALLATIONS, KNOWN_AT
	};
	Oid			schema = get_rel_namespace(get_typ_typrelid(PG_GETARG_OID(ROW_TYPE)));
	ArrayType  *installations = PG_GETARG_ARRAYTYPE_P(INSTALLATIONS);
	const int64 *ids = (int64 *) ARR_DATA_PTR(installations);
	int			n = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	Rows		rows;
	Ledger	   *ledger;
	Span	   *spans;
	size_t		taken;
	int			settings;

	rows.store = row_set_begin(fcinfo, &rows.desc);
	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not the row type of a table", format_type_be(PG_GETARG_OID(ROW_TYPE)))));
	if (ARR_HASNULL(installations))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("installations must not be null")));
	SPI_connect();
	settings = settings_take();
	ledger = ledger_open(schema, fcinfo->flinfo->fn_oid, true);
	spans = palloc_extended(sizeof(Span) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
		spans[i] = (Span) {.installation = ids[i], .window = {.since = TIME_BEGIN, .until = TIME_END}, .open = true, .floor = TIME_BEGIN, .ceiling = TIME_END};
	if (n > 1)
		count_looks(ledger, spans, n);
	for (size_t first = 0; first < (size_t) n; first += taken)
	{
		Work		work = {.ledger = ledger, .min_confidence = PG_GETARG_FLOAT8(MIN_CONFIDENCE), .known_at = PG_GETARG_TIMESTAMPTZ(KNOWN_AT), .spans = spans + first};

		work.n_spans = taken = slice_of(spans + first, n - first);
		work_begin(&work);
		derive_whole(&work, &rows);
		work_end(&work);
	}
	settings_return(settings);
	SPI_finish();
	return (Datum) 0;
}
