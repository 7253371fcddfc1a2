/*
 * derive_oracle.h: what derive_presences should give, by brute force. For the unit test
 * and the fuzz target.
 */
#ifndef SIGHTINGS_DERIVE_ORACLE_H
#define SIGHTINGS_DERIVE_ORACLE_H

#include "answers.h"

/* Evidence ends at 0 .. ORACLE_INSTANTS - 1. */
#define ORACLE_INSTANTS 9

/*
 * What n pieces of evidence, in any order, several of one moment, give. Writes at most
 * ORACLE_INSTANTS presences and returns how many; -1 if a core is empty, which must not be.
 * reached: of the last presence, when its count was reached.
 */
extern int	derive_oracle(const Evidence *e, size_t n, Presence *expected, int64_t *reached);

/*
 * Every real start and end that some simplest explanation allows the presence of number
 * `wanted`: on a grid of the instants (t is ORACLE_GRID_TIME(t)) and what lies between,
 * before and after them. count: the smallest range that holds its count in all of them.
 */
#define ORACLE_GRID_TIME(t) (2 * (t) + 1)
#define ORACLE_GRID (2 * ORACLE_INSTANTS + 2)
typedef struct Explained
{
	bool		ends[ORACLE_GRID][ORACLE_GRID];	/* [start][end] */
	int32_t		count_min;
	int32_t		count_max;
} Explained;

extern void derive_explained(const Evidence *e, size_t n, int wanted, Explained *explained);

#endif
