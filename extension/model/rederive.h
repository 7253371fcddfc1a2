/*
 * rederive.h: the part of one key's past that touched evidence can have changed, derived
 * anew. Pure C. (Theory at the head of rederive.c.)
 */
#ifndef SIGHTINGS_REDERIVE_H
#define SIGHTINGS_REDERIVE_H

#include "model.h"

/* Evidence of [since, until] was touched; all evidence of [lo, hi] is at hand. */
typedef struct Window
{
	int64_t		since;
	int64_t		until;
	int64_t		lo;				/* TIME_BEGIN: from the first on */
	int64_t		hi;				/* TIME_END: to the last */
} Window;

/* What takes the place of the stored runs that meet [from, to]. */
typedef struct Rederived
{
	int64_t		from;
	int64_t		to;
	size_t		n;
	Presence   *runs;			/* in order of time; room for the evidence and one */
	Sighting   *facts;			/* scratch: room for the evidence and one */
	size_t	   *scratch;		/* room for 2 * (evidence + 2) */
} Rederived;

/*
 * `evidence` is sorted by time. `stored` are the key's stored runs that meet [lo, hi],
 * sorted. False: the window is too narrow to tell.
 */
extern bool rederive(const Window *window, const Sighting *evidence, size_t n,
					 const Presence *stored, size_t n_stored, Rederived *result);

#endif
