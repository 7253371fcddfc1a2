/*
 * derive.c: from evidence to presences. Pure C.
 *
 * Theory of operation. Each piece of evidence says that at one moment the count lay in a
 * range (answers.h). An explanation splits the evidence, in order of time, into runs; the
 * ranges of a run have a value in common. The explanations with the fewest runs are the
 * simplest. Only what all of the simplest agree on becomes a presence.
 *
 * 1. A part of a run is a run, so the greedy walk is the best one. A walk forward starts a
 *    run only where the next range has nothing in common with the run so far. It gives the
 *    fewest runs, and starts each as late as any simplest explanation does. A walk backward
 *    gives the same number of runs, and starts each as early as any does.
 * 2. So in every simplest explanation run k starts between backward[k] and forward[k], both
 *    included. The evidence from forward[k] to just before backward[k + 1] lies in run k in
 *    all of them: it is the core of the run. A core is never empty. If it were, the first k
 *    forward runs and the backward runs from k + 1 on would cover everything, with one run
 *    fewer.
 * 3. The core gives first_seen, last_seen and the count (its intersection). The cores beside
 *    it are the nearest evidence of another count: the last evidence of the core before gives
 *    not_seen_at, the first of the core after gives gone_by.
 * 4. Evidence may last. What was seen counts as seen at its end. Evidence of another count
 *    bounds the change by its beginning (not_seen_at) and by its end (gone_by).
 *
 * Runs that can only be 0 bound their neighbours and are not presences themselves.
 *
 * With exact counts both walks agree, and all this is plain run-length grouping.
 */
#include "derive.h"

/* Narrow `run` to what it has in common with `e`; false, and unchanged, if nothing. */
static bool
narrow(Counts *run, Counts e)
{
	Counts		common = {e.min > run->min ? e.min : run->min, e.max < run->max ? e.max : run->max};

	if (common.min > common.max)
		return false;
	*run = common;
	return true;
}

/* Writes where each run starts, as late as can be, and then n. Returns how many runs there are. */
static size_t
walk_forward(const Evidence *e, size_t n, size_t *starts)
{
	size_t		runs = 0;
	Counts		run = {0};

	for (size_t i = 0; i < n; i++)
	{
		if (runs > 0 && narrow(&run, e[i].count))
			continue;
		run = e[i].count;
		starts[runs++] = i;
	}
	starts[runs] = n;
	return runs;
}

/* The same, as early as can be. There are as many runs (head of file, 1). */
static void
walk_backward(const Evidence *e, size_t n, size_t runs, size_t *starts)
{
	size_t		k = runs;
	Counts		run = {0};

	starts[runs] = n;
	for (size_t i = n; i-- > 0;)
	{
		if (i + 1 == n || !narrow(&run, e[i].count))
		{
			run = e[i].count;
			k--;
		}
		starts[k] = i;
	}
}

size_t
derive_presences(const Evidence *evidence, size_t n, size_t *scratch, Presence *presences)
{
	size_t	   *forward = scratch;
	size_t	   *backward = scratch + n + 1;
	size_t		runs = walk_forward(evidence, n, forward);
	size_t		written = 0;

	walk_backward(evidence, n, runs, backward);
	for (size_t k = 0; k < runs; k++)
	{
		size_t		first = forward[k];
		size_t		after = backward[k + 1];
		Counts		count = evidence[first].count;
		Presence   *p = &presences[written];

		for (size_t i = first; i < after; i++)
			(void) narrow(&count, evidence[i].count);
		*p = (Presence) {.count_min = count.min, .count_max = count.max};
		p->not_seen_at = k == 0 ? TIME_BEGIN : evidence[backward[k] - 1].since;
		p->first_seen = evidence[first].at;
		p->last_seen = evidence[after - 1].at;
		p->gone_by = k + 1 == runs ? TIME_END : evidence[forward[k + 1]].at;
		if (p->count_max > 0)
			written++;
	}
	return written;
}

int64_t
count_reached(const Evidence *evidence, size_t n, const Presence *run)
{
	Counts		count = {0, COUNT_UNBOUNDED};
	size_t		i = 0;

	while (i < n && evidence[i].at < run->first_seen)
		i++;
	for (; i < n; i++)
	{
		(void) narrow(&count, evidence[i].count);
		if (count.min == run->count_min && count.max == run->count_max)
			return evidence[i].at;
	}
	return run->last_seen;
}

size_t
derive_stored(const Evidence *evidence, size_t n, size_t *scratch, Presence *presences)
{
	size_t		runs = derive_presences(evidence, n, scratch, presences);
	Presence   *last = runs > 0 ? &presences[runs - 1] : NULL;

	if (last != NULL && last->gone_by == TIME_END)
		last->last_seen = count_reached(evidence, n, last);
	return runs;
}
