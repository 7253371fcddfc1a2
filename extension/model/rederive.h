/*
 * rederive.h: the part of one key's past that touched evidence can have changed, derived
 * anew. Pure C. (Theory at the head of rederive.c.)
 */
#ifndef SIGHTINGS_REDERIVE_H
#define SIGHTINGS_REDERIVE_H

#include "answers.h"

/* Evidence of [since, until] was touched; all evidence of [lo, hi] is at hand, by its ends. */
typedef struct Window
{
	int64_t		since;
	int64_t		until;
	int64_t		lo;				/* TIME_BEGIN: from the first on */
	int64_t		hi;				/* TIME_END: to the last */
} Window;

/* What takes the place of the stored runs that meet [from, to]; from > to: of none. */
typedef struct Rederived
{
	int64_t		from;
	int64_t		to;
	size_t		n;
	Presence   *runs;			/* in order of time; room for the evidence */
	size_t	   *scratch;		/* room for 2 * (evidence + 1) */
} Rederived;

/* Does a stored run meet [from, to]? An open one reaches on, whatever last_seen it has. */
extern bool run_meets(const Presence *run, int64_t from, int64_t to);

/*
 * `evidence` is in order (evidence_in_order). `stored` are the key's stored runs that meet
 * [lo, hi], sorted, as derive_stored gave them. The new runs are as it would give them, their
 * place left 0. False: the window is too narrow to tell.
 */
extern bool rederive(const Window *window, const Evidence *evidence, size_t n,
					 const Presence *stored, size_t n_stored, Rederived *result);

#endif
