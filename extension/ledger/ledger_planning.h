/*
 * ledger_planning.h: the queries of the derivation are planned for large tables.
 *
 * (Theory at the head of ledger_planning.c.)
 */
#ifndef SIGHTINGS_LEDGER_PLANNING_H
#define SIGHTINGS_LEDGER_PLANNING_H

#include "postgres.h"

#include "executor/spi.h"

/* SPI_execute_plan_extended; should it plan, then for large tables in this schema. */
extern int	execute_for_large_tables(Oid schema, SPIPlanPtr plan, const SPIExecuteOptions *options);

#endif
