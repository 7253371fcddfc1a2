/*
 * ledger_texts.h: the texts of the queries that are asked of a ledger's tables.
 */
#ifndef SIGHTINGS_LEDGER_TEXTS_H
#define SIGHTINGS_LEDGER_TEXTS_H

#include "ledger_query.h"

#define COLUMN(i) (1u << (i))

typedef struct LedgerQueryText
{
	const char *text;
	const char *types;			/* of its parameters, a letter each: see type_oid() */
	const char *result;			/* likewise; NULL: none */
	unsigned	nullable;		/* COLUMN(i) of the result may be null */
} LedgerQueryText;

extern const LedgerQueryText ledger_queries[LEDGER_QUERIES];

#endif
