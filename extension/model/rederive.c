/*
 * rederive.c: derive anew only what touched evidence can have changed. Pure C.
 *
 * 1. An exact piece of evidence - an instant with one possible count - is a pivot: both
 *    walks of the derivation (derive.c) have the same state after it whatever came before,
 *    and it lies in the core of its run. So runs depend only on the evidence from the
 *    nearest pivot before the touched span to the nearest after it. The evidence between
 *    them is derived by itself; the run that holds the left pivot keeps its stored
 *    beginning, the one that holds the right pivot its stored end. With complete looks the
 *    pivots are the neighbouring looks.
 * 2. Without a pivot on the left, evidence after an open run that allows all of the run's
 *    count changes neither walk: it only extends the run. (What it must intersect, in
 *    either walk, is a part of that count.)
 * 3. Where neither helps, the caller tries again with more of the past and the future, at
 *    last with all of it.
 */
#include "rederive.h"

#include "derive.h"

/* Does the instant of evidence[i .. end - 1] allow one count only? */
static bool
is_exact(const Sighting *evidence, size_t i, size_t end)
{
	int32_t		lower = evidence[i].count_min;
	int32_t		upper = evidence[i].count_max;

	for (; i < end; i++)
	{
		if (evidence[i].count_min > lower)
			lower = evidence[i].count_min;
		if (evidence[i].count_max < upper)
			upper = evidence[i].count_max;
	}
	return lower == upper;
}

/* The latest pivot before `since`. */
static bool
pivot_before(const Sighting *evidence, size_t n, int64_t since, int64_t *at)
{
	size_t		end = 0;
	size_t		first;

	while (end < n && evidence[end].observed_at < since)
		end++;
	for (; end > 0; end = first)
	{
		for (first = end - 1; first > 0; first--)
			if (evidence[first - 1].observed_at != evidence[end - 1].observed_at)
				break;
		if (is_exact(evidence, first, end))
		{
			*at = evidence[first].observed_at;
			return true;
		}
	}
	return false;
}

/* The earliest pivot after `until`. */
static bool
pivot_after(const Sighting *evidence, size_t n, int64_t until, int64_t *at)
{
	size_t		first = n;
	size_t		end;

	while (first > 0 && evidence[first - 1].observed_at > until)
		first--;
	for (; first < n; first = end)
	{
		for (end = first + 1; end < n; end++)
			if (evidence[end].observed_at != evidence[first].observed_at)
				break;
		if (is_exact(evidence, first, end))
		{
			*at = evidence[first].observed_at;
			return true;
		}
	}
	return false;
}

/* The last stored run if it is open and ends before `since`, for rule 2. */
static const Presence *
open_run(const Presence *stored, size_t n, int64_t since)
{
	const Presence *last = n > 0 ? &stored[n - 1] : NULL;

	if (last != NULL && last->gone_by == TIME_END && last->last_seen < since && last->count_min > 0)
		return last;
	return NULL;
}

static const Presence *
run_at(const Presence *stored, size_t n, int64_t at)
{
	for (size_t i = 0; i < n; i++)
		if (stored[i].first_seen <= at && at <= stored[i].last_seen)
			return &stored[i];
	return NULL;
}

/* The open run as evidence, then the evidence of [from, to], derived. */
static void
derive_piece(const Sighting *evidence, size_t n, int64_t from, int64_t to,
			 const Presence *run, Rederived *result)
{
	size_t		facts = 0;

	if (run != NULL)
		result->facts[facts++] = (Sighting) {run->last_seen, run->lon, run->lat, run->count_min, run->count_max};
	for (size_t i = 0; i < n; i++)
		if (evidence[i].observed_at >= from && evidence[i].observed_at <= to)
			result->facts[facts++] = evidence[i];
	result->n = derive_presences(result->facts, facts, result->scratch, result->runs);
}

/* Rule 2 held: still one run, open, of the same count. */
static bool
only_extended(const Presence *run, const Rederived *result)
{
	return result->n == 1 && result->runs[0].gone_by == TIME_END &&
		result->runs[0].count_min == run->count_min && result->runs[0].count_max == run->count_max;
}

bool
rederive(const Window *w, const Sighting *evidence, size_t n,
		 const Presence *stored, size_t n_stored, Rederived *result)
{
	int64_t		left = TIME_BEGIN;
	int64_t		right = TIME_END;
	bool		has_left = pivot_before(evidence, n, w->since, &left);
	bool		has_right = pivot_after(evidence, n, w->until, &right);
	const Presence *run = NULL;
	const Presence *beginning;
	const Presence *end;

	if (!has_left && w->lo > TIME_BEGIN)
		run = open_run(stored, n_stored, w->since);
	if (!has_left && run == NULL && w->lo > TIME_BEGIN)
		return false;
	if (!has_right && run == NULL && w->hi < TIME_END)
		return false;
	derive_piece(evidence, n, run != NULL ? w->since : left, right, run, result);
	if (run != NULL && !only_extended(run, result))
		return false;

	if (run != NULL)
		left = run->last_seen;
	result->from = left;
	result->to = right;
	beginning = has_left || run != NULL ? run_at(stored, n_stored, left) : NULL;
	end = has_right ? run_at(stored, n_stored, right) : NULL;
	if (beginning != NULL && result->n > 0 && result->runs[0].first_seen == left)
	{
		result->runs[0].not_seen_at = beginning->not_seen_at;
		result->runs[0].first_seen = beginning->first_seen;
	}
	if (end != NULL && result->n > 0 && result->runs[result->n - 1].last_seen == right)
	{
		Presence   *last = &result->runs[result->n - 1];

		last->last_seen = end->last_seen;
		last->gone_by = end->gone_by;
		last->lon = end->lon;
		last->lat = end->lat;
	}
	return true;
}
