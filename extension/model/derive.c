/*
 * derive.c: from evidence to presences. Pure C.
 *
 * Theory of operation. Each piece of evidence says that at one instant the count lay in
 * a range. A history explains the evidence if it is a split of it, in order of time,
 * into runs whose ranges have a value in common; the histories with the fewest runs are
 * the simplest explanations, and only what all of them agree on is claimed.
 *
 * 1. Evidence of one instant becomes one: the intersection of all its ranges or, where
 *    that is empty, the hull of all. What then says nothing (0 or more) is dropped.
 * 2. A part of a run is a run, so being greedy is optimal: walking forward and starting
 *    a run only when the next range has nothing in common with the run so far gives the
 *    fewest runs, and starts each as late as any simplest explanation can; walking
 *    backward gives the same number and starts each as early as any can.
 * 3. So run k starts, in every simplest explanation, between backward[k] and forward[k],
 *    both included, and what lies in it in all of them, its core, is the evidence from
 *    forward[k] to just before backward[k + 1]. It is never empty: otherwise the first k
 *    forward runs and the backward runs from k + 1 on would cover everything, with one
 *    run fewer.
 * 4. From the core come first_seen and last_seen, the count (its intersection) and the
 *    location. The neighbouring cores are the nearest evidence that it was otherwise:
 *    the last of the core before is not_seen_at, the first of the core after gone_by.
 *
 * Runs that can only be 0 bound their neighbours and are not presences themselves.
 *
 * With exact counts both walks agree, and all this is plain run-length grouping.
 */
#include "derive.h"

#include <stdlib.h>

/*
 * The lower count of a hull that reaches down to 0: it counts as 0, being less than
 * every other lower count, but tells that one of the contradicting looks did see some,
 * so that its location is that of a sighting and not of a mere possibility.
 */
#define CONTRADICTED (-1)

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/*
 * By time; at one instant the sighting whose location is to be believed first. All
 * fields take part, so that the result does not depend on the input order.
 */
int
sighting_evidence_order(const void *left, const void *right)
{
	const Sighting *a = left;
	const Sighting *b = right;
	int			c = compare(a->observed_at, b->observed_at);

	if (c == 0)
		c = compare(b->count_min, a->count_min);
	if (c == 0)
		c = compare(b->count_max, a->count_max);
	if (c == 0)
		c = compare(a->lon, b->lon);
	if (c == 0)
		c = compare(a->lat, b->lat);
	return c;
}

/* Narrow `run` to what it has in common with `e`; false, and unchanged, if nothing. */
static bool
narrow(Sighting *run, const Sighting *e)
{
	int32_t		lower = e->count_min > run->count_min ? e->count_min : run->count_min;
	int32_t		upper = e->count_max < run->count_max ? e->count_max : run->count_max;

	if (lower > upper)
		return false;
	run->count_min = lower;
	run->count_max = upper;
	return true;
}

/* Widen `hull` to hold `e` too. */
static void
widen(Sighting *hull, const Sighting *e)
{
	if (e->count_min < hull->count_min)
		hull->count_min = e->count_min;
	if (e->count_max > hull->count_max)
		hull->count_max = e->count_max;
}

/* The evidence of one instant as one, at the location of the first. */
static Sighting
merge_instant(const Sighting *e, size_t n)
{
	Sighting	common = e[0];
	Sighting	hull = e[0];
	bool		agree = true;

	for (size_t i = 1; i < n; i++)
	{
		agree = narrow(&common, &e[i]) && agree;
		widen(&hull, &e[i]);
	}
	if (agree)
		return common;
	if (hull.count_min == 0)
		hull.count_min = CONTRADICTED;
	return hull;
}

static bool
says_nothing(const Sighting *e)
{
	return e->count_min <= 0 && e->count_max == COUNT_UNBOUNDED;
}

/* Evidence mostly comes in order, and a caller may have sorted it already. */
static void
sort_evidence(Sighting *evidence, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (sighting_evidence_order(&evidence[i - 1], &evidence[i]) > 0)
		{
			qsort(evidence, n, sizeof(Sighting), sighting_evidence_order);
			return;
		}
}

/* Sort, make one of each instant, drop what says nothing; returns how many remain. */
static size_t
merge_instants(Sighting *evidence, size_t n)
{
	size_t		kept = 0;
	size_t		next;

	sort_evidence(evidence, n);
	for (size_t i = 0; i < n; i = next)
	{
		Sighting	merged;

		for (next = i + 1; next < n; next++)
			if (evidence[next].observed_at != evidence[i].observed_at)
				break;
		merged = merge_instant(&evidence[i], next - i);
		if (!says_nothing(&merged))
			evidence[kept++] = merged;
	}
	return kept;
}

/* Where each run starts, as late as can be, and then n; returns how many runs. */
static size_t
walk_forward(const Sighting *e, size_t n, size_t *starts)
{
	size_t		runs = 0;
	Sighting	run = {0};

	for (size_t i = 0; i < n; i++)
	{
		if (runs > 0 && narrow(&run, &e[i]))
			continue;
		run = e[i];
		starts[runs++] = i;
	}
	starts[runs] = n;
	return runs;
}

/* The same, as early as can be; there are as many (head of file, 2). */
static void
walk_backward(const Sighting *e, size_t n, size_t runs, size_t *starts)
{
	size_t		k = runs;
	Sighting	run = {0};

	starts[runs] = n;
	for (size_t i = n; i-- > 0;)
	{
		if (i + 1 == n || !narrow(&run, &e[i]))
		{
			run = e[i];
			k--;
		}
		starts[k] = i;
	}
}

/* The latest that saw some, else the latest. */
static const Sighting *
core_location(const Sighting *e, size_t n)
{
	for (size_t i = n; i-- > 0;)
		if (e[i].count_min != 0)
			return &e[i];
	return &e[n - 1];
}

/* Count and location of the core e[0 .. n - 1]. */
static void
describe_core(const Sighting *e, size_t n, Presence *p)
{
	Sighting	common = e[0];
	const Sighting *at = core_location(e, n);

	for (size_t i = 1; i < n; i++)
		(void) narrow(&common, &e[i]);
	p->count_min = common.count_min == CONTRADICTED ? 0 : common.count_min;
	p->count_max = common.count_max;
	p->lon = at->lon;
	p->lat = at->lat;
}

size_t
derive_presences(Sighting *evidence, size_t n, size_t *scratch, Presence *presences)
{
	size_t	   *forward = scratch;
	size_t	   *backward = scratch + n + 1;
	size_t		merged = merge_instants(evidence, n);
	size_t		runs = walk_forward(evidence, merged, forward);
	size_t		written = 0;

	walk_backward(evidence, merged, runs, backward);
	for (size_t k = 0; k < runs; k++)
	{
		size_t		first = forward[k];
		size_t		after = backward[k + 1];
		Presence   *p = &presences[written];

		describe_core(&evidence[first], after - first, p);
		p->not_seen_at = k == 0 ? TIME_BEGIN : evidence[backward[k] - 1].observed_at;
		p->first_seen = evidence[first].observed_at;
		p->last_seen = evidence[after - 1].observed_at;
		p->gone_by = k + 1 == runs ? TIME_END : evidence[forward[k + 1]].observed_at;
		if (p->count_max > 0)
			written++;
	}
	return written;
}
