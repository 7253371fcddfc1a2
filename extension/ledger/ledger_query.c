/*
 * ledger_query.c: asks a ledger's tables what the derivation and the reports want to know.
 *
 * Each takes arrays, so that one query serves one installation or a thousand, and is
 * shaped so that the rows wanted are found by an index. Plans are kept for the life of the
 * session and of the ledger's name, generic, and made for large tables (ledger_planning.c);
 * what else they need of the session's settings is told at the head of ledger_rights.c. Rows
 * are handed to a function as they come: a ledger may have more of them than should lie in
 * memory twice.
 */
#include "ledger_query.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger_planning.h"
#include "ledger_shards.h"
#include "ledger_texts.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "model.h"
#include "pg_sightings.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

struct Ledger
{
	Oid			schema;			/* hash key */
	NameData	name;
	Oid			presence_type;
	Oid			path_type;
	Oid			geometry_type;
	bool		reads_only;
	NameData	table_name;		/* of its table that is named ledger, or of that one's shard */
	Oid			table;
	SPIPlanPtr	plans[LEDGER_QUERIES];
};

static HTAB *ledgers = NULL;

/* A letter's type; small: one, capital: an array. */
static Oid
type_oid(const Ledger *ledger, char letter)
{
	switch (letter)
	{
		case 'i':
			return INT4OID;
		case 'l':
			return INT8OID;
		case 't':
			return TIMESTAMPTZOID;
		case 'b':
			return BOOLOID;
		case 'x':
			return TEXTOID;
		case 'n':
			return NUMERICOID;
		case 'c':
			return TIDOID;
		case 'R':
			return ledger->presence_type;
		case 'g':
			return ledger->geometry_type;
		case 'f':
			return FLOAT8OID;
		case 'I':
			return INT4ARRAYOID;
		case 'L':
			return INT8ARRAYOID;
		case 'T':
			return TIMESTAMPTZARRAYOID;
		case 'B':
			return BOOLARRAYOID;
		case 'X':
			return TEXTARRAYOID;
		case 'P':
			return get_array_type(ledger->presence_type);
		case 'S':
			return get_array_type(ledger->path_type);
	}
	elog(ERROR, "unknown type letter \"%c\"", letter);
}

Datum
ledger_array(const Ledger *ledger, char type, const Datum *values, size_t n)
{
	Oid			element = get_element_type(type_oid(ledger, type));
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(element, &length, &by_value, &align);
	return PointerGetDatum(construct_array((Datum *) values, (int) n, element, length, by_value, align));
}

static void
refuse(const Ledger *ledger, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("schema \"%s\" is not that of a ledger", NameStr(ledger->name)),
			 errdetail("%s", detail)));
}

Oid
ledger_table_if_any(const Ledger *ledger, const char *name)
{
	return get_relname_relid(table_name_here(ledger->schema, name), ledger->schema);
}

Oid
ledger_table(const Ledger *ledger, const char *name)
{
	Oid			table = ledger_table_if_any(ledger, name);

	if (!OidIsValid(table))
		refuse(ledger, psprintf("It has no table \"%s\".", name));
	return table;
}

static Oid
column_type(const Ledger *ledger, const char *table_name, const char *name)
{
	Oid			table = ledger_table(ledger, table_name);
	AttrNumber	column = get_attnum(table, name);

	if (column == InvalidAttrNumber)
		refuse(ledger, psprintf("Its table \"%s\" has no column \"%s\".", table_name, name));
	return get_atttype(table, column);
}

static Oid
type_schema(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return schema;
}

static void
check_lies_here(Oid schema, const char *name)
{
	if (ledger_whereabouts(schema) == LEDGER_ELSEWHERE)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("ledger %s lies on another server", quote_identifier(name)),
				 errhint("Use the ledger's own functions, which ask there.")));
}

/* What was kept of a ledger that was renamed, made anew or moved is forgotten. */
Ledger *
ledger_open(Oid schema, Oid our_function, bool reads_only)
{
	char	   *name = get_namespace_name(schema);
	Oid			presence_type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("presence"),
												ObjectIdGetDatum(get_func_namespace(our_function)));
	const char *table_name;
	Oid			table;
	Ledger	   *ledger;
	bool		found;

	if (name == NULL)
		elog(ERROR, "there is no schema %u", schema);
	check_lies_here(schema, name);
	table_name = table_name_here(schema, "ledger");
	table = get_relname_relid(table_name, schema);
	if (ledgers == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Ledger)};

		ledgers = hash_create("pg_sightings ledgers", 8, &control, HASH_ELEM | HASH_BLOBS);
	}
	ledger = hash_search(ledgers, &schema, HASH_ENTER, &found);
	if (!found)
		memset((char *) ledger + sizeof(Oid), 0, sizeof(Ledger) - sizeof(Oid));
	if (strcmp(NameStr(ledger->name), name) != 0 || ledger->presence_type != presence_type ||
		ledger->table != table || strcmp(NameStr(ledger->table_name), table_name) != 0)
	{
		for (int i = 0; i < LEDGER_QUERIES; i++)
			if (ledger->plans[i] != NULL)
				SPI_freeplan(ledger->plans[i]);
		memset(ledger->plans, 0, sizeof(ledger->plans));
		ledger->presence_type = InvalidOid;
		namestrcpy(&ledger->name, name);
		ledger->path_type = column_type(ledger, "asset_class", "path");
		ledger->geometry_type = column_type(ledger, "installation", "location");
		ledger->presence_type = presence_type;
		ledger->table = table;
		namestrcpy(&ledger->table_name, table_name);
	}
	ledger->reads_only = reads_only;
	return ledger;
}

Oid
ledger_presence_type(const Ledger *ledger)
{
	return ledger->presence_type;
}

Oid
ledger_schema(const Ledger *ledger)
{
	return ledger->schema;
}

bool
ledger_reads_only(const Ledger *ledger)
{
	return ledger->reads_only;
}

Oid
ledger_geometry_type(const Ledger *ledger)
{
	return ledger->geometry_type;
}

Oid
ledger_path_type(const Ledger *ledger)
{
	return ledger->path_type;
}

static const char *
schema_text(Oid schema)
{
	return quote_identifier(get_namespace_name(schema));
}

/* Appends a ledger's table, of which the text has the name; what follows that. */
static const char *
append_table(StringInfo text, const Ledger *ledger, const char *at)
{
	size_t		length = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

	appendStringInfo(text, "%s.%s", schema_text(ledger->schema), table_name_here(ledger->schema, pnstrdup(at, length)));
	return at + length;
}

/* Shards have no numbers of their own: they take those of the table that they are of. */
static const char *
number_text(const Ledger *ledger, const char *table, const char *column)
{
	Relation	named;
	Oid			sequence;

	if (strcmp(table_name_here(ledger->schema, table), table) == 0)
		return "";
	named = table_open(get_relname_relid(table, ledger->schema), AccessShareLock);
	sequence = identity_sequence(named, get_attnum(RelationGetRelid(named), column));
	table_close(named, NoLock);
	return psprintf("pg_catalog.nextval(%u::pg_catalog.regclass), ", sequence);
}

static int
count_parameters(LedgerQuery query)
{
	int			n = 0;

	while (ledger_queries[query].parameters[n].name != NULL)
		n++;
	return n;
}

/* Appends $n for :name, of which the text has the name; what follows that. */
static const char *
append_parameter(StringInfo text, LedgerQuery query, const char *at)
{
	const QueryParameter *parameters = ledger_queries[query].parameters;
	size_t		length = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

	for (int i = 0; parameters[i].name != NULL; i++)
		if (strlen(parameters[i].name) == length && strncmp(parameters[i].name, at, length) == 0)
		{
			appendStringInfo(text, "$%d", i + 1);
			return at + length;
		}
	elog(ERROR, "query %d has no parameter \"%s\"", query, pnstrdup(at, length));
}

static char *
query_text(const Ledger *ledger, LedgerQuery query)
{
	const char *numbered = query == ADD_RUNS ? "presence_id" : "event_id";
	const char *number = query == ADD_RUNS ? number_text(ledger, "presence", numbered) :
		query == ADD_EVENTS ? number_text(ledger, "alert_event", numbered) : "";
	const struct
	{
		const char *word;
		const char *means;
	}			words[] = {
		{"OURS", schema_text(type_schema(ledger->presence_type))},
		{"LTREE", schema_text(type_schema(ledger->path_type))},
		{"POSTGIS", schema_text(type_schema(ledger->geometry_type))},
		{"NUMBERED", *number != '\0' ? psprintf("%s, ", numbered) : ""},
		{"NUMBER", number},
	};
	const char *at = ledger_queries[query].text;
	StringInfoData text;

	initStringInfo(&text);
	while (*at != '\0')
	{
		size_t		i = 0;

		if (strncmp(at, "LEDGER.", strlen("LEDGER.")) == 0)
		{
			at = append_table(&text, ledger, at + strlen("LEDGER."));
			continue;
		}
		if (strncmp(at, "::", 2) == 0)
		{
			appendStringInfoString(&text, "::");
			at += 2;
			continue;
		}
		if (at[0] == ':' && islower((unsigned char) at[1]))
		{
			at = append_parameter(&text, query, at + 1);
			continue;
		}
		while (i < lengthof(words) && strncmp(at, words[i].word, strlen(words[i].word)) != 0)
			i++;
		if (i == lengthof(words))
			appendStringInfoChar(&text, *at++);
		else
		{
			appendStringInfoString(&text, words[i].means);
			at += strlen(words[i].word);
		}
	}
	return text.data;
}

static SPIPlanPtr
query_plan(Ledger *ledger, LedgerQuery query)
{
	Oid			types[MOST_PARAMETERS];
	int			n = count_parameters(query);
	SPIPlanPtr	plan;

	if (ledger->plans[query] != NULL)
		return ledger->plans[query];
	/* (whose rows have no place) */
	if (query == QUERY_STORED && get_rel_relkind(ledger_table(ledger, "presence")) == RELKIND_VIEW)
		refuse(ledger, "Its \"presence\" is not a table.");
	for (int i = 0; i < n; i++)
		types[i] = type_oid(ledger, ledger_queries[query].parameters[i].type);
	plan = SPI_prepare_cursor(query_text(ledger, query), n, types, CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "query %d cannot be prepared: %s", query, SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	ledger->plans[query] = plan;
	return plan;
}

typedef struct RowDestination
{
	DestReceiver pub;
	Ledger	   *ledger;
	LedgerQuery query;
	RowReceiver receive;
	void	   *state;
} RowDestination;

/*
 * The tables are the user's, who may have made others of their names or dropped a
 * constraint: so it is checked that what comes from them has the types that it must have, and
 * is not null.
 */
static bool
receive_slot(TupleTableSlot *slot, DestReceiver *self)
{
	RowDestination *destination = (RowDestination *) self;
	unsigned	nullable = ledger_queries[destination->query].nullable;

	CHECK_FOR_INTERRUPTS();
	slot_getallattrs(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (slot->tts_isnull[i] && !(nullable & COLUMN(i)))
			refuse(destination->ledger, psprintf("A column is null that is not in a ledger: %s.",
											   NameStr(TupleDescAttr(slot->tts_tupleDescriptor, i)->attname)));
	destination->receive(destination->state, slot->tts_values, slot->tts_isnull);
	return true;
}

/* S: an array. */
static void
receive_startup(DestReceiver *self, int operation pg_attribute_unused(), TupleDesc desc)
{
	RowDestination *destination = (RowDestination *) self;
	const char *result = ledger_queries[destination->query].result;

	Assert(desc->natts == (int) strlen(result));
	for (int i = 0; i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(desc, i)->atttypid;

		if (result[i] == 'S' ? !OidIsValid(get_element_type(type)) : type != type_oid(destination->ledger, result[i]))
			refuse(destination->ledger, psprintf("A column has another type than in a ledger: %s.", format_type_be(type)));
	}
}

static void
receive_end(DestReceiver *self pg_attribute_unused())
{
}

void
mark_asked(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	((bool *) state)[asked_row(values)] = true;
}

static void
set_parameter(const Ledger *ledger, char type, const Parameter *given, ParamExternData *parameter)
{
	parameter->value = given->is_array ? ledger_array(ledger, type, given->values, given->n) : given->value;
	parameter->isnull = given->is_null;
	parameter->pflags = PARAM_FLAG_CONST;
	parameter->ptype = type_oid(ledger, type);
}

uint64
ledger_ask(Ledger *ledger, LedgerQuery query, const Parameter *parameters, RowReceiver receive, void *state)
{
	SPIPlanPtr	plan = query_plan(ledger, query);
	int			n = count_parameters(query);
	/* (none in place of an empty list: a planner beside the server's own may take one for parameters) */
	ParamListInfo list = n > 0 ? makeParamList(n) : NULL;
	RowDestination destination = {
		.pub = {receive_slot, receive_startup, receive_end, receive_end, DestNone},
		.ledger = ledger,
		.query = query,
		.receive = receive,
		.state = state
	};
	SPIExecuteOptions options = {.params = list, .read_only = ledger->reads_only};
	MemoryContext before = CurrentMemoryContext;
	int			code;

	for (int i = 0; i < n; i++)
		set_parameter(ledger, ledger_queries[query].parameters[i].type, &parameters[i], &list->params[i]);
	if (receive != NULL)
		options.dest = &destination.pub;
	code = execute_for_large_tables(ledger->schema, plan, &options);
	/* SPI leaves its own, of which nothing is freed before the last query was asked */
	MemoryContextSwitchTo(before);
	if (code < 0)
		elog(ERROR, "query %d failed: %s", query, SPI_result_code_string(code));
	return SPI_processed;
}
