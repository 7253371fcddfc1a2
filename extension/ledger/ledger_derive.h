/*
 * ledger_derive.h: the derivation of a ledger's presences from its evidence.
 *
 * (Theory at the head of ledger_derive.c.)
 */
#ifndef SIGHTINGS_LEDGER_DERIVE_H
#define SIGHTINGS_LEDGER_DERIVE_H

#include "ledger_notes.h"
#include "ledger_query.h"

/*
 * Notes of spans, merged. Within SPI, with the rights of the ledger's owner. fresh: the looks that
 * were added, for alerts; NULL: none are raised. Returns how many presences changed.
 */
extern int64 derive_spans(Ledger *ledger, float8 min_confidence, const Note *notes, size_t n, const FreshLooks *fresh);

#endif
