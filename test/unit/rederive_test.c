/*
 * rederive_test.c: rederive against derive_presences from scratch: a key's stored runs follow
 * from evidence; evidence of a span of time changes; whatever window is looked at, what takes
 * the place of stored runs makes them what follows from all the evidence, or the window is
 * said to be too narrow.
 */
#include "unit.h"
#include "derive.h"
#include "rederive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HISTORIES 20000
#define MOST 96
#define LAST_TIME 40

typedef struct History
{
	size_t		n;
	Sighting	at[MOST];
} History;

typedef struct Runs
{
	size_t		n;
	Presence	at[MOST + 1];
} Runs;

/* Mostly what looks say: exact, at least so many, between two, none. */
static Sighting
random_evidence(int64_t time, int exact_in_eight)
{
	Sighting	s = {time, (int32_t) random_between(0, 3), (int32_t) random_between(0, 3), 0, 0};

	s.count_min = (int32_t) random_between(0, 3);
	if ((int) (random_bits() % 8) < exact_in_eight)
		s.count_max = s.count_min;
	else if (random_bits() % 2 == 0 && s.count_min > 0)
		s.count_max = COUNT_UNBOUNDED;
	else
		s.count_max = s.count_min + (int32_t) random_between(0, 3);
	return s;
}

static void
add(History *history, Sighting s)
{
	size_t		i;

	if (history->n == MOST)
		return;
	for (i = history->n++; i > 0 && history->at[i - 1].observed_at > s.observed_at; i--)
		history->at[i] = history->at[i - 1];
	history->at[i] = s;
}

static Runs
from_scratch(const History *history)
{
	Sighting	evidence[MOST];
	size_t		scratch[2 * (MOST + 1)];
	Runs		runs;

	memcpy(evidence, history->at, sizeof(Sighting) * history->n);
	runs.n = derive_presences(evidence, history->n, scratch, runs.at);
	return runs;
}

/* Evidence within the span comes, goes and changes. */
static void
change_within(History *history, int64_t since, int64_t until, int exact)
{
	History		old = *history;

	history->n = 0;
	for (size_t i = 0; i < old.n; i++)
	{
		bool		touched = old.at[i].observed_at >= since && old.at[i].observed_at <= until;

		if (!touched || random_bits() % 3 == 0)
			add(history, old.at[i]);
		else if (random_bits() % 2 == 0)
			add(history, random_evidence(old.at[i].observed_at, exact));
	}
	for (int64_t more = random_between(0, 2); more > 0; more--)
		add(history, random_evidence(random_between(since, until), exact));
}

/* As a ledger writes it: of the stored runs that meet the window, those of [from, to] give way. */
static Runs
replace_runs(const Runs *stored, const Rederived *result)
{
	Runs		runs = {0};
	size_t		i = 0;

	while (i < stored->n && stored->at[i].last_seen < result->from)
		runs.at[runs.n++] = stored->at[i++];
	for (size_t j = 0; j < result->n; j++)
		runs.at[runs.n++] = result->runs[j];
	for (; i < stored->n; i++)
		if (stored->at[i].first_seen > result->to)
			runs.at[runs.n++] = stored->at[i];
	return runs;
}

static bool
same_runs(const Runs *a, const Runs *b)
{
	return a->n == b->n && memcmp(a->at, b->at, sizeof(Presence) * a->n) == 0;
}

static void
print_history(const char *words, const History *history)
{
	printf("  %s\n", words);
	for (size_t i = 0; i < history->n; i++)
		printf("    at %d: %d..%d (%d %d)\n", (int) history->at[i].observed_at, history->at[i].count_min, history->at[i].count_max,
			   history->at[i].lon, history->at[i].lat);
}

/* False: too narrow. */
static bool
rederive_within(const Window *window, const History *history, const Runs *stored, Runs *runs)
{
	History		seen = {0};
	Runs		met = {0};
	Presence	new[MOST + 1];
	Sighting	facts[MOST + 1];
	size_t		scratch[2 * (MOST + 2)];
	Rederived	result = {.runs = new, .facts = facts, .scratch = scratch};

	for (size_t i = 0; i < history->n; i++)
		if (history->at[i].observed_at >= window->lo && history->at[i].observed_at <= window->hi)
			seen.at[seen.n++] = history->at[i];
	for (size_t i = 0; i < stored->n; i++)
		if (stored->at[i].gone_by >= window->lo && stored->at[i].not_seen_at <= window->hi)
			met.at[met.n++] = stored->at[i];
	if (!rederive(window, seen.at, seen.n, met.at, met.n, &result))
		return false;
	*runs = replace_runs(stored, &result);
	return true;
}

void
test_rederive(void)
{
	size_t		wrong = 0;
	size_t		undecided = 0;
	size_t		narrow = 0;
	size_t		appended = 0;

	for (int round = 0; round < HISTORIES; round++)
	{
		int			exact = (int) random_between(0, 8);
		History		before = {0};
		History		after;
		Runs		stored;
		Runs		expected;
		Window		window;

		for (int64_t time = 0; time <= LAST_TIME; time++)
			while (before.n < MOST / 2 && random_bits() % 2 == 0)
				add(&before, random_evidence(time, exact));
		stored = from_scratch(&before);
		window.since = random_bits() % 4 == 0 ? LAST_TIME + 1 : random_between(0, LAST_TIME);
		window.until = window.since + random_between(0, 3);
		after = before;
		change_within(&after, window.since, window.until, exact);
		expected = from_scratch(&after);
		for (int64_t reach = 0; reach <= LAST_TIME; reach = 2 * reach + 1)
		{
			Runs		runs;

			window.lo = window.since - random_between(0, reach);
			window.hi = random_bits() % 4 == 0 ? TIME_END : window.until + random_between(0, reach);
			if (!rederive_within(&window, &after, &stored, &runs))
				continue;
			narrow += window.lo > TIME_BEGIN;
			appended += window.lo > TIME_BEGIN && window.since > LAST_TIME;
			if (!same_runs(&runs, &expected) && wrong++ == 0)
			{
				printf("  touched [%d, %d], window [%d, %d]\n", (int) window.since, (int) window.until, (int) window.lo, (int) window.hi);
				print_history("before", &before);
				print_history("after", &after);
			}
		}
		window.lo = TIME_BEGIN;
		window.hi = TIME_END;
		{
			Runs		runs;

			if (!rederive_within(&window, &after, &stored, &runs))
				undecided++;
			else if (!same_runs(&runs, &expected) && wrong++ == 0)
				print_history("all evidence", &after);
		}
	}
	check(wrong == 0, "rederive: %zu windows of %d histories have other runs than from scratch", wrong, HISTORIES);
	check(undecided == 0, "rederive: %zu histories stay undecided with all evidence", undecided);
	check(narrow > HISTORIES, "rederive: only %zu narrow windows were enough", narrow);
	check(appended > HISTORIES / 4, "rederive: only %zu narrow windows at the end were enough", appended);
}
