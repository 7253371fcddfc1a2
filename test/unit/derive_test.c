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
#define MOST_SIGHTINGS (3 * ORACLE_INSTANTS)

static Sighting
random_sighting(int64_t time, bool exact)
{
	Sighting	s;

	s.observed_at = time;
	s.lon = (int32_t) random_between(0, 3);
	s.lat = (int32_t) random_between(0, 3);
	s.count_min = (int32_t) random_between(0, 4);
	s.count_max = exact ? s.count_min : s.count_min + (int32_t) random_between(0, 3);
	if (!exact && random_bits() % 4 == 0)
		s.count_max = COUNT_UNBOUNDED;
	return s;
}

/* In random order; some instants have two or three sightings. */
static size_t
random_sequence(Sighting *s, int64_t last_time)
{
	bool		exact = random_bits() % 4 == 0;
	bool		single = random_bits() % 2 == 0;
	size_t		n = 0;

	for (int64_t time = 0; time <= last_time; time++)
		do
			s[n++] = random_sighting(time, exact);
		while (!single && n < MOST_SIGHTINGS - ORACLE_INSTANTS && random_bits() % 3 == 0);
	for (size_t i = n; i > 1; i--)
	{
		size_t		j = (size_t) random_between(0, (int64_t) i - 1);
		Sighting	swap = s[i - 1];

		s[i - 1] = s[j];
		s[j] = swap;
	}
	return n;
}

static void
print_sequence(const Sighting *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("  at %d: %d..%d (%d %d)\n", (int) s[i].observed_at, s[i].count_min, s[i].count_max,
			   s[i].lon, s[i].lat);
}

static void
test_sequences(void)
{
	Sighting	given[MOST_SIGHTINGS];
	Sighting	evidence[MOST_SIGHTINGS];
	size_t		scratch[2 * (MOST_SIGHTINGS + 1)];
	Presence	found[MOST_SIGHTINGS];
	Presence	expected[ORACLE_INSTANTS];
	bool		same = true;
	bool		valid = true;
	bool		cores = true;

	for (int i = 0; i < SEQUENCES && same; i++)
	{
		int64_t		last_time = random_between(0, ORACLE_INSTANTS - 1);
		size_t		n = random_sequence(given, last_time);
		int			should = derive_oracle(given, n, expected);
		size_t		is;
		const char *reason;

		memcpy(evidence, given, sizeof(given));
		is = derive_presences(evidence, n, scratch, found);
		cores &= should >= 0;
		same = should >= 0 && is == (size_t) should && memcmp(found, expected, is * sizeof(Presence)) == 0;
		for (size_t k = 0; k < is; k++)
			valid &= presence_check(&found[k], &reason) == FAULT_NONE;
		if (!same)
			print_sequence(given, n);
	}
	check(same, "derive: every sequence as by brute force over all simplest explanations");
	check(cores, "derive: no core is empty");
	check(valid, "derive: every presence is valid");
}

/* Times, lower and upper counts, on one place each; expected as presences. */
static void
check_example(const char *name, const Sighting *s, size_t n, const Presence *expected, size_t runs)
{
	Sighting	evidence[8];
	size_t		scratch[18];
	Presence	found[8];
	size_t		is;

	memcpy(evidence, s, n * sizeof(Sighting));
	is = derive_presences(evidence, n, scratch, found);
	check(is == runs && memcmp(found, expected, runs * sizeof(Presence)) == 0, "derive: %s", name);
}

static void
test_examples(void)
{
	const int32_t more = COUNT_UNBOUNDED;
	const Sighting vague[] = {{1, 7, 7, 3, 3}, {2, 8, 8, 1, more}, {3, 9, 9, 2, 2}};
	const Presence claimed[] = {{TIME_BEGIN, 1, 1, 3, 7, 7, 3, 3}, {1, 3, 3, TIME_END, 9, 9, 2, 2}};
	const Sighting left[] = {{1, 7, 7, 2, 2}, {2, 7, 7, 2, 2}, {3, 0, 0, 0, 0}};
	const Presence gone[] = {{TIME_BEGIN, 1, 2, 3, 7, 7, 2, 2}};
	const Sighting contradiction[] = {{1, 5, 5, 0, 0}, {1, 6, 6, 2, 2}};
	const Presence hull[] = {{TIME_BEGIN, 1, 1, TIME_END, 6, 6, 0, 2}};
	const Sighting maybe_later[] = {{1, 5, 5, 1, 2}, {2, 6, 6, 0, 2}};
	const Presence seen_place[] = {{TIME_BEGIN, 1, 2, TIME_END, 5, 5, 1, 2}};
	const Sighting hull_later[] = {{1, 5, 5, 1, 2}, {2, 6, 6, 0, 0}, {2, 8, 8, 2, 2}};
	const Presence hull_place[] = {{TIME_BEGIN, 1, 2, TIME_END, 8, 8, 1, 2}};
	const Sighting nothing[] = {{1, 5, 5, 0, more}, {2, 6, 6, 0, 0}, {2, 6, 6, 3, more}};
	const Sighting zeros[] = {{1, 5, 5, 0, 0}, {2, 6, 6, 0, 0}};
	const Sighting most[] = {{1, 5, 5, more - 1, more - 1}, {2, 6, 6, more - 1, more}};
	const Presence many[] = {{TIME_BEGIN, 1, 2, TIME_END, 6, 6, more - 1, more - 1}};
	const Sighting limits[] = {{TIME_FIRST, 5, 5, 1, 1}, {TIME_LAST, 6, 6, 2, 2}};
	const Presence longest[] = {{TIME_BEGIN, TIME_FIRST, TIME_FIRST, TIME_LAST, 5, 5, 1, 1},
	{TIME_FIRST, TIME_LAST, TIME_LAST, TIME_END, 6, 6, 2, 2}};

	check_example("3 | at least 1 | 2 claims nothing of the second look", vague, 3, claimed, 2);
	check_example("a look that saw none ends a run", left, 3, gone, 1);
	check_example("contradicting looks give their hull, at the place of the one that saw some",
				  contradiction, 2, hull, 1);
	check_example("a later look that may have seen none does not move the run", maybe_later, 2, seen_place, 1);
	check_example("a later contradiction that saw some does", hull_later, 3, hull_place, 1);
	check_example("0 or more, or a hull of it, says nothing", nothing, 3, gone, 0);
	check_example("zeros are no presence", zeros, 2, gone, 0);
	check_example("no evidence", zeros, 0, gone, 0);
	check_example("the largest counts", most, 2, many, 1);
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
	Sighting	given[ORACLE_INSTANTS];
	Sighting	evidence[ORACLE_INSTANTS];
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
			given[k] = random_sighting((int64_t) k, true);
			if (random_bits() % 2 == 0)
				given[k].count_max = COUNT_UNBOUNDED;
			evidence[k] = given[k];
			evidence[k].observed_at = ORACLE_GRID_TIME((int64_t) k);
		}
		runs = derive_presences(evidence, n, scratch, found);
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
