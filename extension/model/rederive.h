/*
 * rederive.h: derives anew the part of one subject's past that touched evidence can have
 * changed. Pure C. (Theory at the head of rederive.c.)
 */
#ifndef SIGHTINGS_REDERIVE_H
#define SIGHTINGS_REDERIVE_H

#include "answers.h"

/* Evidence that ended in [since, until] was touched; all evidence that ended in [lo, hi] is at hand. */
typedef struct Window
{
	int64_t		since;
	int64_t		until;
	int64_t		lo;				/* TIME_BEGIN: from the first on */
	int64_t		hi;				/* TIME_END: to the last */
} Window;

/* These runs replace the stored ones that meet [from, to]; from > to: they replace none. */
typedef struct Rederived
{
	int64_t		from;
	int64_t		to;
	size_t		n;
	Presence   *runs;			/* in order of time; room for the evidence */
	size_t	   *scratch;		/* room for 2 * (evidence + 1) */
} Rederived;

/* Does a stored run meet [from, to]? An open run has no end, whatever its last_seen is. */
extern bool run_meets(const Presence *run, int64_t from, int64_t to);

/*
 * `evidence` is in order (evidence_in_order). `stored` are the subject's stored runs that meet
 * [lo, hi], sorted, as derive_stored gave them. The new runs are as derive_stored would give
 * them, with their place left 0. False: the window is too narrow to tell.
 */
extern bool rederive(const Window *window, const Evidence *evidence, size_t n,
					 const Presence *stored, size_t n_stored, Rederived *result);

#endif
