/*
 * ledger_shards.h: where a ledger's tables lie, and under which names.
 *
 * (Theory at the head of ledger_shards.c.)
 */
#ifndef SIGHTINGS_LEDGER_SHARDS_H
#define SIGHTINGS_LEDGER_SHARDS_H

#include "postgres.h"

#include "catalog/pg_class.h"

typedef enum Whereabouts
{
	LEDGER_WHOLE,				/* its tables have their own names */
	LEDGER_AS_SHARDS,			/* they lie here, as shards */
	LEDGER_ELSEWHERE			/* they lie on another server */
} Whereabouts;

/* An error if Citus has moved a table of the ledger in this schema, but not the ledger. */
extern Whereabouts ledger_whereabouts(Oid schema);

/* What a ledger's table is called on this server, where it is not elsewhere. */
extern const char *table_name_here(Oid schema, const char *name);

/* Does it hold the rows of the ledger's table of this name, or bear its name? */
extern bool is_table_named(const FormData_pg_class *table, const char *name);

/* Does the table have nothing but the name, and its rows lie in a shard? */
extern bool is_name_only(const FormData_pg_class *table);

/* The shard on this server that has the rows of a table of a tenant; InvalidOid if there is none. */
extern Oid	shard_here(Oid table);

#endif
