/*
 * ledger_shards.c: where a ledger's tables lie.
 *
 * Citus can put tables on other servers. What is left under their names is empty, triggers
 * fire elsewhere, and plans of ours would find nothing and say so of everything. Which tables
 * it has moved stands in a table of its own, in the schema of the catalog, which we read
 * without any part of Citus. Where there is no such table, to know that is all it costs.
 */
#include "ledger_shards.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "pg_sightings.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

static const char *const tables[] = {
	"ledger", "installation", "asset_class", "source", "observation", "sighting", "shelter", "presence",
	"subject", "derivation", "individual", "pending",
};

/* Its first column is the table. */
static bool
is_listed(Relation list, Oid index, Oid table)
{
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
	scan = systable_beginscan(list, index, OidIsValid(index), NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	return found;
}

void
check_not_distributed(Oid schema)
{
	Oid			id = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
	Oid			index;
	Relation	list;

	if (!OidIsValid(id))
		return;
	index = get_relname_relid("pg_dist_partition_logical_relid_index", PG_CATALOG_NAMESPACE);
	list = table_open(id, AccessShareLock);
	for (size_t i = 0; i < lengthof(tables); i++)
	{
		Oid			table = get_relname_relid(tables[i], schema);

		if (OidIsValid(table) && is_listed(list, index, table))
			ereport(ERROR,
					(errcode(ERRCODE_SIGHTINGS_LEDGER),
					 errmsg("table %s has been distributed by Citus", quote_qualified_identifier(get_namespace_name(schema), tables[i])),
					 errdetail("A ledger can neither derive nor answer without it."),
					 errhint("SELECT undistribute_table(...) brings it back.")));
	}
	table_close(list, AccessShareLock);
}
