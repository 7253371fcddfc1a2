/*
 * derive.h: from evidence to presences, the fewest changes that explain it. Pure C.
 *
 * (Theory at the head of derive.c.)
 */
#ifndef SIGHTINGS_DERIVE_H
#define SIGHTINGS_DERIVE_H

#include "model.h"

/*
 * Sorts and merges `evidence` in place (n valid sightings, any order; the result does
 * not depend on it) and writes the presences in order of time. `presences` has room
 * for n, `scratch` for 2 * (n + 1). Returns how many were written.
 */
extern size_t derive_presences(Sighting *evidence, size_t n, size_t *scratch,
							   Presence *presences);

/* The order of evidence: qsort's. Evidence so sorted is derived in linear time. */
extern int	sighting_evidence_order(const void *left, const void *right);

#endif
