/*
 * derive_test.c: derive_presences against brute force over every simplest explanation
 * of many short sequences (derive_oracle.c), and examples that show the rules.
 */
#include "unit.h"
#include "change.h"
#include "derive.h"
#include "derive_oracle.h"

#include <stdio.h>
#include <string.h>

#define SEQUENCES 60000
#define EXPLAINED 1000
#define MOST_EVIDENCE (3 * ORACLE_INSTANTS)

static Evidence
random_evidence(int64_t at, bool exact, bool lasting)
{
	Evidence	e = {.since = at, .at = at};

	if (lasting && random_bits() % 3 == 0)
		e.since -= random_between(0, 4);
	e.count.min = (int32_t) random_between(0, 4);
	e.count.max = exact ? e.count.min : e.count.min + (int32_t) random_between(0, 3);
	if (!exact && random_bits() % 4 == 0)
		e.count.max = COUNT_UNBOUNDED;
	return e;
}

/* In random order; some moments have two or three pieces. */
static size_t
random_sequence(Evidence *e, int64_t last_time)
{
	bool		exact = random_bits() % 4 == 0;
	bool		single = random_bits() % 2 == 0;
	bool		lasting = random_bits() % 2 == 0;
	size_t		n = 0;

	for (int64_t time = 0; time <= last_time; time++)
		do
			e[n++] = random_evidence(time, exact, lasting);
		while (!single && n < MOST_EVIDENCE - ORACLE_INSTANTS && random_bits() % 3 == 0);
	for (size_t i = n; i > 1; i--)
	{
		size_t		j = (size_t) random_between(0, (int64_t) i - 1);
		Evidence	swap = e[i - 1];

		e[i - 1] = e[j];
		e[j] = swap;
	}
	return n;
}

static void
print_sequence(const Evidence *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("  %d to %d: %d..%d\n", (int) e[i].since, (int) e[i].at, e[i].count.min, e[i].count.max);
}

static void
test_sequences(void)
{
	Evidence	given[MOST_EVIDENCE];
	Evidence	evidence[MOST_EVIDENCE];
	size_t		scratch[2 * (MOST_EVIDENCE + 1)];
	Presence	found[MOST_EVIDENCE];
	Presence	expected[ORACLE_INSTANTS];
	bool		same = true;
	bool		stored = true;
	bool		valid = true;
	bool		cores = true;
	int			earlier = 0;

	for (int i = 0; i < SEQUENCES && same && stored; i++)
	{
		int64_t		last_time = random_between(0, ORACLE_INSTANTS - 1);
		size_t		n = random_sequence(given, last_time);
		int64_t		reached = 0;
		int			should = derive_oracle(given, n, expected, &reached);
		size_t		ordered;
		size_t		is;
		const char *reason;

		memcpy(evidence, given, sizeof(given));
		ordered = evidence_in_order(evidence, n);
		is = derive_presences(evidence, ordered, scratch, found);
		cores &= should >= 0;
		same = should >= 0 && is == (size_t) should && memcmp(found, expected, is * sizeof(Presence)) == 0;
		for (size_t k = 0; k < is; k++)
			valid &= presence_check(&found[k], &reason) == FAULT_NONE;
		if (is > 0 && expected[is - 1].gone_by == TIME_END)
		{
			earlier += reached < expected[is - 1].last_seen;
			expected[is - 1].last_seen = reached;
		}
		stored = derive_stored(evidence, ordered, scratch, found) == is && memcmp(found, expected, is * sizeof(Presence)) == 0;
		if (!same || !stored)
			print_sequence(given, n);
	}
	check(same, "derive: every sequence as by brute force over all simplest explanations");
	check(stored, "derive: an open run is stored as of when its count was reached");
	check(earlier > SEQUENCES / 10, "derive: only %d open runs had reached their count before their last look", earlier);
	check(cores, "derive: no core is empty");
	check(valid, "derive: every presence is valid");
}

/* When it began and ended, lower and upper counts; expected as presences, and as stored. */
static void
check_stored(const char *name, const Evidence *e, size_t n, const Presence *expected, const Presence *stored, size_t runs)
{
	Evidence	evidence[8];
	size_t		scratch[18];
	Presence	found[8];
	size_t		ordered;
	size_t		is;

	memcpy(evidence, e, n * sizeof(Evidence));
	ordered = evidence_in_order(evidence, n);
	is = derive_presences(evidence, ordered, scratch, found);
	check(is == runs && memcmp(found, expected, runs * sizeof(Presence)) == 0, "derive: %s", name);
	is = derive_stored(evidence, ordered, scratch, found);
	check(is == runs && memcmp(found, stored, runs * sizeof(Presence)) == 0, "derive, as stored: %s", name);
}

static void
check_example(const char *name, const Evidence *e, size_t n, const Presence *expected, size_t runs)
{
	check_stored(name, e, n, expected, expected, runs);
}

static void
test_examples(void)
{
	const int32_t more = COUNT_UNBOUNDED;
	const Evidence ranged[] = {{1, 1, {3, 3}, 0, 0}, {2, 2, {1, more}, 0, 0}, {3, 3, {2, 2}, 0, 0}};
	const Presence claimed[] = {{TIME_BEGIN, 1, 1, 3, 0, 0, 3, 3}, {1, 3, 3, TIME_END, 0, 0, 2, 2}};
	const Evidence left[] = {{1, 1, {2, 2}, 0, 0}, {2, 2, {2, 2}, 0, 0}, {3, 3, {0, 0}, 0, 0}};
	const Presence gone[] = {{TIME_BEGIN, 1, 2, 3, 0, 0, 2, 2}};
	const Evidence contradiction[] = {{1, 1, {0, 0}, 0, 0}, {1, 1, {2, 2}, 0, 0}};
	const Presence hull[] = {{TIME_BEGIN, 1, 1, TIME_END, 0, 0, 0, 2}};
	const Evidence confirmed[] = {{1, 1, {1, more}, 0, 0}, {2, 2, {2, 2}, 0, 0}, {3, 3, {1, more}, 0, 0}, {4, 4, {2, 2}, 0, 0}};
	const Presence stays[] = {{TIME_BEGIN, 1, 4, TIME_END, 0, 0, 2, 2}};
	const Presence reached[] = {{TIME_BEGIN, 1, 2, TIME_END, 0, 0, 2, 2}};
	const Evidence composite[] = {{1, 1, {1, 1}, 0, 0}, {0, 8, {0, 0}, 0, 0}, {9, 9, {1, 1}, 0, 0}};
	const Presence inside[] = {{TIME_BEGIN, 1, 1, 8, 0, 0, 1, 1}, {0, 9, 9, TIME_END, 0, 0, 1, 1}};
	const Evidence nothing[] = {{1, 1, {0, more}, 0, 0}, {2, 2, {0, 0}, 0, 0}, {2, 2, {3, more}, 0, 0}};
	const Evidence zeros[] = {{1, 1, {0, 0}, 0, 0}, {2, 2, {0, 0}, 0, 0}};
	const Evidence most[] = {{1, 1, {more - 1, more - 1}, 0, 0}, {2, 2, {more - 1, more}, 0, 0}};
	const Presence many[] = {{TIME_BEGIN, 1, 2, TIME_END, 0, 0, more - 1, more - 1}};
	const Presence many_reached[] = {{TIME_BEGIN, 1, 1, TIME_END, 0, 0, more - 1, more - 1}};
	const Evidence limits[] = {{TIME_FIRST, TIME_FIRST, {1, 1}, 0, 0}, {TIME_LAST, TIME_LAST, {2, 2}, 0, 0}};
	const Presence longest[] = {{TIME_BEGIN, TIME_FIRST, TIME_FIRST, TIME_LAST, 0, 0, 1, 1},
	{TIME_FIRST, TIME_LAST, TIME_LAST, TIME_END, 0, 0, 2, 2}};

	check_example("3 | at least 1 | 2 claims nothing of the second look", ranged, 3, claimed, 2);
	check_example("a look that saw none ends a run", left, 3, gone, 1);
	check_example("contradicting looks give their hull", contradiction, 2, hull, 1);
	check_stored("an open run that later looks only confirm", confirmed, 4, stays, reached, 1);
	check_example("a look that lasts: not there since it began, gone by its end", composite, 3, inside, 2);
	check_example("0 or more, or a hull of it, says nothing", nothing, 3, gone, 0);
	check_example("zeros are no presence", zeros, 2, gone, 0);
	check_example("no evidence", zeros, 0, gone, 0);
	check_stored("the largest counts", most, 2, many, many_reached, 1);
	check_example("the first and the last time", limits, 2, longest, 2);
}

/* The verdict of one real start and end. */
static Verdict
real_verdict(int start, int end, const Watch *w)
{
	bool		before = start <= w->from_date && w->from_date < end;
	bool		after = start <= w->to_date && w->to_date < end;

	if (before || after)
		return before && after ? VERDICT_STAYED : before ? VERDICT_DEPARTED : VERDICT_ARRIVED;
	return end <= w->from_date ? VERDICT_BEFORE : start > w->to_date ? VERDICT_AFTER : VERDICT_PASSED;
}

typedef struct Readings
{
	bool		certain;		/* as of every simplest explanation, and no more often */
	bool		possible;		/* wherever some explanation has it so */
	bool		possible_only;	/* and nowhere else, but for stayed */
	long		cases[VERDICTS];	/* certain ones */
} Readings;

/* All pairs of dates, all verdicts, of one presence. */
static void
compare_readings(const Presence *p, const Explained *explained, Readings *readings)
{
	Watch		w = {.max_age = AGE_UNLIMITED, .lon_min = -LON_LIMIT, .lat_min = -LAT_LIMIT, .lon_max = LON_LIMIT, .lat_max = LAT_LIMIT};

	for (w.from_date = 0; w.from_date < ORACLE_GRID - 2; w.from_date++)
		for (w.to_date = w.from_date + 1; w.to_date < ORACLE_GRID - 1; w.to_date++)
		{
			bool		some[VERDICTS] = {false};
			int			kinds = 0;

			for (int start = 0; start < ORACLE_GRID; start++)
				for (int end = start + 1; end < ORACLE_GRID; end++)
					if (explained->ends[start][end])
						some[real_verdict(start, end, &w)] = true;
			for (int v = 0; v < VERDICTS; v++)
				kinds += some[v];
			for (Verdict v = VERDICT_ARRIVED; v <= VERDICT_PASSED; v++)
			{
				w.mode = MODE_CERTAIN;
				readings->certain &= presence_has(v, p, &w) == (some[v] && kinds == 1);
				readings->cases[v] += some[v] && kinds == 1;
				w.mode = MODE_POSSIBLE;
				readings->possible &= presence_has(v, p, &w) || !some[v];
				readings->possible_only &= v == VERDICT_STAYED || presence_has(v, p, &w) == some[v];
			}
		}
}

/* Looks half of which say "at least": what the modes read of the presences is what explanations say. */
static void
test_readings(void)
{
	Evidence	given[ORACLE_INSTANTS];
	Evidence	evidence[ORACLE_INSTANTS];
	size_t		scratch[2 * (ORACLE_INSTANTS + 1)];
	Presence	found[ORACLE_INSTANTS];
	Explained	explained;
	Readings	readings = {true, true, true, {0}};
	bool		counts = true;

	for (int i = 0; i < EXPLAINED; i++)
	{
		size_t		n = (size_t) random_between(2, ORACLE_INSTANTS - 2);
		size_t		runs;

		for (size_t k = 0; k < n; k++)
		{
			given[k] = random_evidence((int64_t) k, true, false);
			if (random_bits() % 2 == 0)
				given[k].count.max = COUNT_UNBOUNDED;
			evidence[k] = given[k];
			evidence[k].since = evidence[k].at = ORACLE_GRID_TIME((int64_t) k);
		}
		runs = derive_presences(evidence, evidence_in_order(evidence, n), scratch, found);
		for (size_t k = 0; k < runs; k++)
		{
			derive_explained(given, n, (int) k, &explained);
			compare_readings(&found[k], &explained, &readings);
			counts &= found[k].count_min <= explained.count_min && explained.count_max <= found[k].count_max;
		}
	}
	check(readings.certain, "derive: certain is what holds in every simplest explanation, over looks of \"at least\" too");
	check(readings.possible, "derive: possible is at least what holds in one");
	check(readings.possible_only, "derive: and no more, but for a stay whose both ends reach as far as either can");
	check(counts, "derive: the count of every explanation lies in the presence's");
	for (Verdict v = VERDICT_ARRIVED; v <= VERDICT_PASSED; v++)
		check(readings.cases[v] > 1000, "derive: there are certain cases of %s", verdict_names[v]);
}

void
test_derive(void)
{
	test_examples();
	test_sequences();
	test_readings();
}
