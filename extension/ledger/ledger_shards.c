/*
 * ledger_shards.c: where a ledger's tables lie, and under which names.
 *
 * Theory of operation. Citus can put tables on other servers. What is left under their names
 * is empty; the rows lie in shards, which are tables of the same schema there, named after
 * the table and a number, with triggers of their own. What it has moved stands in tables of
 * its own in the schema of the catalog, which are read here without any part of Citus. Where
 * there are none, to know that is all it costs.
 *
 * 1. A whole schema can be a tenant (distribute_ledger()): each of its tables is one shard, all
 *    of them on one server. There the engine works as anywhere, on the shards: this is the one
 *    place that knows their names. A tenant may be moved to another server between any two
 *    transactions, so it is asked anew whenever a ledger is opened.
 * 2. On the other servers reports are passed on (ledger_elsewhere.c).
 * 3. A table that was moved otherwise takes the ledger apart: an error, as silence would be
 *    taken for "nothing was there".
 */
#include "ledger_shards.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "pg_sightings.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#define SHARD_ACTIVE 1

static const char *const tables[] = {
	"ledger", "installation", "asset_class", "source", "observation", "sighting", "shelter", "presence",
	"subject", "derivation", "individual", "pending", "alert", "alert_event",
};

static Oid
catalog_of(const char *name)
{
	return get_relname_relid(name, PG_CATALOG_NAMESPACE);
}

/* Columns of Citus's tables are numbers. */
static Datum
number_in(Relation catalog, HeapTuple row, const char *column)
{
	bool		isnull;
	AttrNumber	attribute = get_attnum(RelationGetRelid(catalog), column);
	Datum		value;

	if (attribute == InvalidAttrNumber)
		elog(ERROR, "table %s of Citus has no column \"%s\"", RelationGetRelationName(catalog), column);
	value = heap_getattr(row, attribute, RelationGetDescr(catalog), &isnull);
	return isnull ? (Datum) 0 : value;
}

typedef bool (*RowMatch) (Relation catalog, HeapTuple row, void *state);

/* The first row with a key (NULL: any) that matches; its wanted column. */
static bool
find_number(const char *name, const char *index, const char *key_column, RegProcedure equals, Datum key,
			RowMatch matches, void *state, const char *wanted, Datum *number)
{
	Oid			id = catalog_of(name);
	Relation	catalog;
	ScanKeyData keys[1];
	SysScanDesc scan;
	HeapTuple	row;
	Oid			by = index == NULL ? InvalidOid : catalog_of(index);

	if (!OidIsValid(id))
		return false;
	catalog = table_open(id, AccessShareLock);
	if (key_column != NULL)
		ScanKeyInit(&keys[0], get_attnum(id, key_column), BTEqualStrategyNumber, equals, key);
	scan = systable_beginscan(catalog, by, OidIsValid(by), NULL, key_column != NULL ? 1 : 0, keys);
	do
		row = systable_getnext(scan);
	while (HeapTupleIsValid(row) && matches != NULL && !matches(catalog, row, state));
	if (HeapTupleIsValid(row) && wanted != NULL)
		*number = number_in(catalog, row, wanted);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return HeapTupleIsValid(row);
}

static bool
is_distributed(Oid table)
{
	return find_number("pg_dist_partition", "pg_dist_partition_logical_relid_index", "logicalrelid", F_OIDEQ, ObjectIdGetDatum(table),
					   NULL, NULL, NULL, NULL);
}

static bool
is_tenant(Oid schema)
{
	return find_number("pg_dist_schema", "pg_dist_schema_pkey", "schemaid", F_OIDEQ, ObjectIdGetDatum(schema), NULL, NULL, NULL, NULL);
}

/* The number of a tenant's table's one shard. */
static bool
find_shard(Oid table, int64 *shard)
{
	Datum		number;

	if (!find_number("pg_dist_shard", "pg_dist_shard_logical_relid_index", "logicalrelid", F_OIDEQ, ObjectIdGetDatum(table),
					 NULL, NULL, "shardid", &number))
		return false;
	*shard = DatumGetInt64(number);
	return true;
}

static bool
is_active_in(Relation catalog, HeapTuple row, void *group)
{
	return DatumGetInt32(number_in(catalog, row, "groupid")) == *(int32 *) group &&
		DatumGetInt32(number_in(catalog, row, "shardstate")) == SHARD_ACTIVE;
}

static bool
is_placed_here(int64 shard)
{
	Datum		number;
	int32		here;

	if (!find_number("pg_dist_local_group", NULL, NULL, InvalidOid, (Datum) 0, NULL, NULL, "groupid", &number))
		return false;
	here = DatumGetInt32(number);
	return find_number("pg_dist_placement", "pg_dist_placement_shardid_index", "shardid", F_INT8EQ, Int64GetDatum(shard),
					   is_active_in, &here, NULL, NULL);
}

static void
check_not_distributed(Oid schema)
{
	for (size_t i = 0; i < lengthof(tables); i++)
	{
		Oid			table = get_relname_relid(tables[i], schema);

		if (OidIsValid(table) && is_distributed(table))
			ereport(ERROR,
					(errcode(ERRCODE_SIGHTINGS_LEDGER),
					 errmsg("table %s has been distributed by Citus", quote_qualified_identifier(get_namespace_name(schema), tables[i])),
					 errdetail("A ledger can neither derive nor answer without it."),
					 errhint("SELECT undistribute_table(...) brings it back; distribute_ledger() moves a ledger as a whole.")));
	}
}

Whereabouts
ledger_whereabouts(Oid schema)
{
	Oid			table;
	int64		shard;

	if (!OidIsValid(catalog_of("pg_dist_partition")))
		return LEDGER_WHOLE;
	if (!is_tenant(schema))
	{
		check_not_distributed(schema);
		return LEDGER_WHOLE;
	}
	table = get_relname_relid("ledger", schema);
	if (!OidIsValid(table) || !find_shard(table, &shard))
		return LEDGER_WHOLE;
	return is_placed_here(shard) ? LEDGER_AS_SHARDS : LEDGER_ELSEWHERE;
}

const char *
table_name_here(Oid schema, const char *name)
{
	Oid			table;
	int64		shard;

	if (!OidIsValid(catalog_of("pg_dist_schema")) || !is_tenant(schema))
		return name;
	table = get_relname_relid(name, schema);
	if (!OidIsValid(table) || !find_shard(table, &shard))
		return name;
	return psprintf("%s_" INT64_FORMAT, name, shard);
}

bool
is_table_named(const FormData_pg_class *table, const char *name)
{
	const char *found = NameStr(table->relname);

	return strcmp(found, name) == 0 ||
		(strncmp(found, name, strlen(name)) == 0 && strcmp(found, table_name_here(table->relnamespace, name)) == 0);
}

bool
is_name_only(const FormData_pg_class *table)
{
	int64		shard;

	return ledger_whereabouts(table->relnamespace) != LEDGER_WHOLE && find_shard(table->oid, &shard);
}

Oid
shard_here(Oid table)
{
	Oid			schema = get_rel_namespace(table);
	int64		shard;

	if (!OidIsValid(schema) || !OidIsValid(catalog_of("pg_dist_schema")) || !is_tenant(schema) || !find_shard(table, &shard) || !is_placed_here(shard))
		return InvalidOid;
	return get_relname_relid(psprintf("%s_" INT64_FORMAT, get_rel_name(table), shard), schema);
}
