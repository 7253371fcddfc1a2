/*
 * derive_oracle.h: what derive_presences should give, by brute force. For the unit test
 * and the fuzz target.
 */
#ifndef SIGHTINGS_DERIVE_ORACLE_H
#define SIGHTINGS_DERIVE_ORACLE_H

#include "model.h"

/* Times of the evidence are 0 .. ORACLE_INSTANTS - 1. */
#define ORACLE_INSTANTS 9

/*
 * Writes at most ORACLE_INSTANTS presences and returns how many; -1 if a core is empty,
 * which must not be.
 */
extern int	derive_oracle(const Sighting *s, size_t n, Presence *expected);

#endif
