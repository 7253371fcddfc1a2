/*
 * ledger_here.h: what the server is told when the library is loaded, so that a ledger's functions
 * find its shards.
 *
 * (Theory at the head of ledger_here.c.)
 */
#ifndef SIGHTINGS_LEDGER_HERE_H
#define SIGHTINGS_LEDGER_HERE_H

#include "postgres.h"

extern void ledger_here_init(void);

/* Until the transaction ends, what is asked of a ledger's tables is asked of their shards on this server; was it before? */
extern bool answer_here(bool answers);

/* Sources and classes that come are numbered after those that are there, as far as the caller may see them. */
extern void numbers_forward(Oid schema);

#endif
