/*
 * derive.h: from evidence to presences, the fewest changes that explain it. Pure C.
 *
 * (Theory at the head of derive.c.)
 */
#ifndef SIGHTINGS_DERIVE_H
#define SIGHTINGS_DERIVE_H

#include "answers.h"

/*
 * Writes the presences of n pieces of evidence in order (evidence_in_order), in order of time.
 * Their place is not known here: it is left 0. `presences` has room for n, `scratch` for
 * 2 * (n + 1). Returns how many were written.
 */
extern size_t derive_presences(const Evidence *evidence, size_t n, size_t *scratch,
							   Presence *presences);

/*
 * The same as a ledger stores it: last_seen of an open run is when its count was reached. So a
 * look that only confirms the count changes nothing.
 */
extern size_t derive_stored(const Evidence *evidence, size_t n, size_t *scratch,
							Presence *presences);

/* When the evidence of the run's core, taken in order of time, first gave the run's count. */
extern int64_t count_reached(const Evidence *evidence, size_t n, const Presence *run);

#endif
