/*
 * ledger_shards.h: where a ledger's tables lie.
 *
 * (Theory at the head of ledger_shards.c.)
 */
#ifndef SIGHTINGS_LEDGER_SHARDS_H
#define SIGHTINGS_LEDGER_SHARDS_H

#include "postgres.h"

/* An error if Citus has distributed a table of the ledger in this schema. */
extern void check_not_distributed(Oid schema);

#endif
