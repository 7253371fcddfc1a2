/*
 * rederive_test.c: rederive against a derivation from scratch: a key's stored runs follow
 * from evidence; evidence of a span of time changes; whatever window is looked at, what takes
 * the place of stored runs makes them what follows from all the evidence, or the window is
 * said to be too narrow.
 */
#include "unit.h"
#include "derive.h"
#include "rederive.h"

#include <stdio.h>
#include <string.h>

#define HISTORIES 20000
#define MOST 96
#define LAST_TIME 40

typedef struct History
{
	size_t		n;
	Evidence	at[MOST];
} History;

typedef struct Runs
{
	size_t		n;
	Presence	at[MOST];
} Runs;

/* Of which kind a history's evidence is. */
typedef struct Kind
{
	int			exact;			/* of eight */
	bool		lasting;
	bool		minima;			/* mostly "at least" */
	bool		steady;			/* mostly one number */
} Kind;

static Kind
random_kind(void)
{
	return (Kind) {(int) random_between(0, 8), random_bits() % 2 == 0, random_bits() % 3 == 0, random_bits() % 3 == 0};
}

/* Mostly what looks say: exact, at least so many, between two, none. */
static Evidence
random_evidence(int64_t at, Kind kind)
{
	Evidence	e = {.since = at, .at = at};

	if (kind.lasting && random_bits() % 3 == 0)
		e.since -= random_between(0, 5);
	e.count.min = kind.steady && random_bits() % 16 > 0 ? 2 : (int32_t) random_between(0, 3);
	if ((int) (random_bits() % 8) < kind.exact)
		e.count.max = e.count.min;
	else if (random_bits() % 2 == 0 || kind.minima)
		e.count.max = COUNT_UNBOUNDED;
	else
		e.count.max = e.count.min + (int32_t) random_between(0, 3);
	return e;
}

static void
add(History *history, Evidence e)
{
	if (history->n < MOST)
		history->at[history->n++] = e;
}

/* What a reader hands out of [lo, hi]. */
static History
read_history(const History *history, int64_t lo, int64_t hi)
{
	History		seen = {0};

	for (size_t i = 0; i < history->n; i++)
		if (history->at[i].at >= lo && history->at[i].at <= hi)
			add(&seen, history->at[i]);
	seen.n = evidence_in_order(seen.at, seen.n);
	return seen;
}

static Runs
from_scratch(const History *history)
{
	History		all = read_history(history, TIME_BEGIN, TIME_END);
	size_t		scratch[2 * (MOST + 1)];
	Runs		runs;

	runs.n = derive_stored(all.at, all.n, scratch, runs.at);
	return runs;
}

/* Evidence within the span comes, goes and changes, or only goes. */
static void
change_within(History *history, int64_t since, int64_t until, Kind kind)
{
	History		old = *history;
	bool		goes = random_bits() % 3 == 0;

	history->n = 0;
	for (size_t i = 0; i < old.n; i++)
	{
		bool		touched = old.at[i].at >= since && old.at[i].at <= until;

		if (!touched || random_bits() % (goes ? 8 : 3) == 0)
			add(history, old.at[i]);
		else if (!goes && random_bits() % 2 == 0)
			add(history, random_evidence(old.at[i].at, kind));
	}
	for (int64_t more = goes ? 0 : random_between(0, 2); more > 0; more--)
		add(history, random_evidence(random_between(since, until), kind));
}

/* As a ledger writes it: of the stored runs that meet the window, those of [from, to] give way. */
static Runs
replace_runs(const Runs *stored, const Rederived *result)
{
	Runs		runs = {0};
	size_t		i = 0;

	while (i < stored->n && !run_meets(&stored->at[i], result->from, result->to) && stored->at[i].first_seen <= result->from)
		runs.at[runs.n++] = stored->at[i++];
	for (size_t j = 0; j < result->n; j++)
		runs.at[runs.n++] = result->runs[j];
	for (; i < stored->n; i++)
		if (!run_meets(&stored->at[i], result->from, result->to))
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
		printf("    %d to %d: %d..%d\n", (int) history->at[i].since, (int) history->at[i].at, history->at[i].count.min, history->at[i].count.max);
}

/* What is known of how the windows fared. */
typedef struct Tally
{
	size_t		wrong;
	size_t		undecided;		/* with all evidence */
	size_t		narrow;			/* narrow windows that were enough */
	size_t		appended;		/* of these, of evidence at the end */
	size_t		confirmed;		/* of these, that changed nothing */
	size_t		reopened;		/* that opened one that was over */
	size_t		moved;			/* that changed when an open run of the same count had reached it */
} Tally;

static void
tally_kinds(Tally *tally, const Window *window, const Rederived *result, const Runs *stored, const Runs *runs)
{
	const Presence *was = NULL;
	const Presence *is = runs->n > 0 ? &runs->at[runs->n - 1] : NULL;

	tally->narrow++;
	tally->appended += window->since > LAST_TIME;
	tally->confirmed += result->from > result->to;
	if (is == NULL || is->gone_by != TIME_END)
		return;
	for (size_t i = 0; i < stored->n; i++)
		if (stored->at[i].first_seen == is->first_seen)
			was = &stored->at[i];
	if (was == NULL)
		return;
	tally->reopened += was->gone_by != TIME_END;
	tally->moved += was->gone_by == TIME_END && was->last_seen != is->last_seen &&
		was->count_min == is->count_min && was->count_max == is->count_max;
}

/* False: too narrow. */
static bool
rederive_within(const Window *window, const History *history, const Runs *stored, const Runs *expected, Tally *tally)
{
	History		seen = read_history(history, window->lo, window->hi);
	Runs		met = {0};
	Presence	new[MOST];
	size_t		scratch[2 * (MOST + 1)];
	Rederived	result = {.runs = new, .scratch = scratch};
	Runs		runs;

	for (size_t i = 0; i < stored->n; i++)
		if (stored->at[i].gone_by >= window->lo && stored->at[i].not_seen_at <= window->hi)
			met.at[met.n++] = stored->at[i];
	if (!rederive(window, seen.at, seen.n, met.at, met.n, &result))
		return false;
	runs = replace_runs(stored, &result);
	if (window->lo > TIME_BEGIN)
		tally_kinds(tally, window, &result, stored, &runs);
	if (!same_runs(&runs, expected) && tally->wrong++ == 0)
	{
		printf("  touched [%d, %d], window [%d, %d]\n", (int) window->since, (int) window->until, (int) window->lo, (int) window->hi);
		print_history("evidence", history);
	}
	return true;
}

static void
test_history(Tally *tally)
{
	Kind		kind = random_kind();
	History		before = {0};
	History		after;
	Runs		stored;
	Runs		expected;
	Window		window;

	for (int64_t time = 0; time <= LAST_TIME; time++)
		while (before.n < MOST / 2 && random_bits() % 2 == 0)
			add(&before, random_evidence(time, kind));
	stored = from_scratch(&before);
	window.since = random_bits() % 4 == 0 ? LAST_TIME + 1 : random_between(random_bits() % 3 == 0 ? LAST_TIME - 4 : 0, LAST_TIME);
	window.until = window.since + random_between(0, 3);
	after = before;
	change_within(&after, window.since, window.until, kind);
	expected = from_scratch(&after);
	for (int64_t reach = 0; reach <= LAST_TIME; reach = 2 * reach + 1)
	{
		window.lo = window.since - random_between(0, reach);
		window.hi = random_bits() % 4 == 0 ? TIME_END : window.until + random_between(0, reach);
		(void) rederive_within(&window, &after, &stored, &expected, tally);
	}
	window.lo = TIME_BEGIN;
	window.hi = TIME_END;
	tally->undecided += !rederive_within(&window, &after, &stored, &expected, tally);
}

/*
 * Windows of a ledger: evidence of one span after another, each from what the last one stored, in
 * windows that grow until they are enough.
 */
static void
test_growth(Tally *tally)
{
	Kind		kind = random_kind();
	History		history = {0};
	Runs		stored = {0};

	for (int step = 0; step < 30; step++)
	{
		Window		window;
		Runs		expected;
		int64_t		reach = 1;

		window.since = random_bits() % 3 == 0 ? random_between(0, LAST_TIME) : step;
		window.until = window.since + (random_bits() % 4 == 0);
		change_within(&history, window.since, window.until, kind);
		expected = from_scratch(&history);
		do
		{
			window.lo = reach > LAST_TIME ? TIME_BEGIN : window.since - reach;
			window.hi = reach > LAST_TIME ? TIME_END : window.until + reach;
			reach *= 4;
		}
		while (!rederive_within(&window, &history, &stored, &expected, tally) && window.lo > TIME_BEGIN);
		stored = expected;
	}
}

/* A key with one look a day, and then one more: nothing of it is stored anew, and nothing read. */
static void
test_confirming(void)
{
	const Presence open = {10, 20, 30, TIME_END, 7, 7, 2, 3};
	const Evidence confirming[] = {{10, 10, {0, 0}, 0, 0}, {40, 50, {2, COUNT_UNBOUNDED}, 0, 0}};
	const Evidence narrower[] = {{50, 50, {3, COUNT_UNBOUNDED}, 0, 0}};
	const Window window = {50, 50, 5, 55};
	Presence	runs[2];
	size_t		scratch[6];
	Rederived	result = {.runs = runs, .scratch = scratch};

	check(rederive(&window, confirming, 2, &open, 1, &result) && result.n == 0 && !run_meets(&open, result.from, result.to),
		  "rederive: a look that only confirms changes nothing");
	check(!rederive(&window, narrower, 1, &open, 1, &result), "rederive: one that narrows needs more of the past");
	check(rederive(&window, NULL, 0, &open, 1, &result) && result.n == 0, "rederive: neither does one that is taken away");
}

void
test_rederive(void)
{
	Tally		tally = {0};

	test_confirming();
	for (int round = 0; round < HISTORIES; round++)
	{
		test_history(&tally);
		if (round % 10 == 0)
			test_growth(&tally);
	}
	check(tally.wrong == 0, "rederive: %zu windows of %d histories have other runs than from scratch", tally.wrong, HISTORIES);
	check(tally.undecided == 0, "rederive: %zu histories stay undecided with all evidence", tally.undecided);
	check(tally.narrow > HISTORIES, "rederive: only %zu narrow windows were enough", tally.narrow);
	check(tally.appended > HISTORIES / 4, "rederive: only %zu narrow windows at the end were enough", tally.appended);
	check(tally.confirmed > HISTORIES / 4, "rederive: only %zu windows changed nothing", tally.confirmed);
	check(tally.reopened > 200, "rederive: only %zu runs became open again", tally.reopened);
	check(tally.moved > 50, "rederive: only %zu open runs of the same count reached it at another time", tally.moved);
}
