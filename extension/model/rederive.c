/*
 * rederive.c: derive anew only what touched evidence can have changed. Pure C.
 *
 * 1. An exact piece of evidence - a moment with one possible count - is a pivot: after it
 *    both walks of the derivation (derive.c) have the same state whatever came before, and
 *    it lies in the core of its run. So runs depend only on the evidence from the nearest
 *    pivot before the touched span to the nearest after it. The evidence between the two is
 *    derived by itself. The run that holds the left pivot keeps its stored beginning; the run
 *    that holds the right pivot keeps its stored end, if it is over. With complete looks the
 *    pivots are the neighbouring looks.
 * 2. The stored last_seen of an open run is when its count was reached. By then the walk
 *    forward has narrowed to that count. Later evidence that allows all of the count stops
 *    neither walk and narrows nothing, whether it is added or taken away. So a look that only
 *    confirms changes nothing, and no other evidence is needed to know this.
 * 3. An open run that holds the left pivot was over before: what ended it was taken away. (If
 *    it was not over, its count was reached by then, and 2 holds.) The search for when it
 *    reached its count starts at its beginning, which must lie in the window.
 * 4. Where none of this helps, the caller tries again with more of the past and the future,
 *    at last with all of it.
 */
#include "rederive.h"

#include "derive.h"

static bool
is_exact(const Evidence *e)
{
	return e->count.min == e->count.max;
}

/* The latest pivot before `since`. */
static bool
pivot_before(const Evidence *evidence, size_t n, int64_t since, size_t *pivot)
{
	for (size_t i = n; i-- > 0;)
		if (evidence[i].at < since && is_exact(&evidence[i]))
		{
			*pivot = i;
			return true;
		}
	return false;
}

/* The earliest pivot after `until`. */
static bool
pivot_after(const Evidence *evidence, size_t n, int64_t until, size_t *pivot)
{
	for (size_t i = 0; i < n; i++)
		if (evidence[i].at > until && is_exact(&evidence[i]))
		{
			*pivot = i;
			return true;
		}
	return false;
}

static bool
is_open(const Presence *run)
{
	return run->gone_by == TIME_END;
}

bool
run_meets(const Presence *run, int64_t from, int64_t to)
{
	return run->first_seen <= to && (run->last_seen >= from || is_open(run));
}

/* Does the touched evidence only confirm an open run? (2; later evidence does so anyway.) */
static bool
only_confirms(const Window *w, const Evidence *evidence, size_t n, const Presence *stored, size_t n_stored)
{
	const Presence *last = n_stored > 0 ? &stored[n_stored - 1] : NULL;

	if (last == NULL || !is_open(last) || last->last_seen >= w->since)
		return false;
	for (size_t i = 0; i < n; i++)
		if (evidence[i].at >= w->since &&
			(evidence[i].count.min > last->count_min || evidence[i].count.max < last->count_max))
			return false;
	return true;
}

static const Presence *
run_at(const Presence *stored, size_t n, int64_t at)
{
	for (size_t i = 0; i < n; i++)
		if (run_meets(&stored[i], at, at))
			return &stored[i];
	return NULL;
}

bool
rederive(const Window *w, const Evidence *evidence, size_t n,
		 const Presence *stored, size_t n_stored, Rederived *result)
{
	size_t		left = 0;
	size_t		right = n;
	bool		has_left = pivot_before(evidence, n, w->since, &left);
	bool		has_right = pivot_after(evidence, n, w->until, &right);
	const Presence *beginning = NULL;
	const Presence *end = NULL;
	Presence   *first;
	Presence   *last;

	result->n = 0;
	result->from = TIME_END;
	result->to = TIME_BEGIN;
	if (only_confirms(w, evidence, n, stored, n_stored))
		return true;
	if ((!has_left && w->lo > TIME_BEGIN) || (!has_right && w->hi < TIME_END))
		return false;

	result->from = has_left ? evidence[left].at : TIME_BEGIN;
	result->to = has_right ? evidence[right].at : TIME_END;
	result->n = derive_presences(evidence + left, right - left + has_right, result->scratch, result->runs);
	if (result->n == 0)
		return true;
	first = &result->runs[0];
	last = &result->runs[result->n - 1];
	if (has_left && first->first_seen == result->from)
		beginning = run_at(stored, n_stored, result->from);
	if (has_right && last->last_seen == result->to)
		end = run_at(stored, n_stored, result->to);
	if (beginning != NULL)
	{
		first->not_seen_at = beginning->not_seen_at;
		first->first_seen = beginning->first_seen;
	}
	if (end != NULL)
	{
		last->last_seen = end->last_seen;
		last->gone_by = end->gone_by;
	}
	if (!is_open(last))
		return true;
	last->last_seen = count_reached(evidence, n, last);
	return last->first_seen >= w->lo;
}
