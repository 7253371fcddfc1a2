/*
 * ledger_texts.h: the texts of the queries that are asked of a ledger's tables.
 */
#ifndef SIGHTINGS_LEDGER_TEXTS_H
#define SIGHTINGS_LEDGER_TEXTS_H

#include "ledger_query.h"

#define COLUMN(i) (1u << (i))

typedef struct QueryParameter
{
	const char *name;			/* :name in the text */
	char		type;			/* a letter: see type_oid() */
} QueryParameter;

typedef struct LedgerQueryText
{
	const char *text;
	QueryParameter parameters[MOST_PARAMETERS + 1]; /* a name that is NULL ends them */
	const char *result;			/* a letter for each column; NULL: none */
	unsigned	nullable;		/* COLUMN(i) of the result may be null */
} LedgerQueryText;

extern const LedgerQueryText ledger_queries[LEDGER_QUERIES];

#endif
