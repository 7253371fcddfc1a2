/*
 * derive_test.c: derive_presences against brute force over every simplest explanation.
 *
 * The oracle shares nothing with the walks of derive.c: it tries every split of the
 * evidence into runs, keeps those with the fewest, and calls core what lies in run k in
 * each of them.
 */
#include "unit.h"
#include "derive.h"

#include <stdio.h>
#include <string.h>

#define SEQUENCES 60000
#define MOST 9					/* instants in a sequence */
#define MOST_SIGHTINGS (3 * MOST)

/* Evidence of one instant, as the oracle sees it. */
typedef struct Look
{
	int64_t		time;
	int32_t		count_min;
	int32_t		count_max;
	bool		seen;			/* some sighting of it says at least one */
	int32_t		lon;
	int32_t		lat;
} Look;

static int32_t
smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t
larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Is the location of a to be preferred to that of b, at the same instant? */
static bool
preferred(const Sighting *a, const Sighting *b)
{
	if (a->count_min != b->count_min)
		return a->count_min > b->count_min;
	if (a->count_max != b->count_max)
		return a->count_max > b->count_max;
	if (a->lon != b->lon)
		return a->lon < b->lon;
	return a->lat < b->lat;
}

/* All sightings of an instant as one look; false if there is none, or it says nothing. */
static bool
look_at(const Sighting *s, size_t n, int64_t time, Look *look)
{
	const Sighting *best = NULL;
	int32_t		min_min = INT32_MAX, max_min = 0, min_max = INT32_MAX, max_max = 0;

	for (size_t i = 0; i < n; i++)
	{
		if (s[i].observed_at != time)
			continue;
		if (best == NULL || preferred(&s[i], best))
			best = &s[i];
		min_min = smaller(min_min, s[i].count_min);
		max_min = larger(max_min, s[i].count_min);
		min_max = smaller(min_max, s[i].count_max);
		max_max = larger(max_max, s[i].count_max);
	}
	if (best == NULL)
		return false;
	look->time = time;
	look->count_min = max_min <= min_max ? max_min : min_min;
	look->count_max = max_min <= min_max ? min_max : max_max;
	look->seen = max_min >= 1;
	look->lon = best->lon;
	look->lat = best->lat;
	return look->count_min > 0 || look->count_max < COUNT_UNBOUNDED;
}

/* Split i of n looks: bit k set means that a run starts at look k + 1. */
static bool
explains(const Look *look, int n, unsigned split)
{
	int32_t		low = 0;
	int32_t		high = INT32_MAX;

	for (int i = 0; i < n; i++)
	{
		if (i > 0 && (split >> (i - 1) & 1))
		{
			low = 0;
			high = INT32_MAX;
		}
		low = larger(low, look[i].count_min);
		high = smaller(high, look[i].count_max);
		if (low > high)
			return false;
	}
	return true;
}

static int
runs_of(unsigned split)
{
	int			runs = 1;

	for (; split != 0; split &= split - 1)
		runs++;
	return runs;
}

/*
 * Marks in core[i] the run of look i if it is the same in every simplest explanation,
 * else -1. Returns the number of runs.
 */
static int
find_cores(const Look *look, int n, int *core)
{
	int			fewest = n + 1;

	for (unsigned split = 0; split < 1u << (n - 1); split++)
	{
		int			runs = runs_of(split);
		int			run = 0;

		if (runs > fewest || !explains(look, n, split))
			continue;
		for (int i = 0; i < n; i++)
		{
			run += i > 0 && (split >> (i - 1) & 1);
			if (runs < fewest)
				core[i] = run;
			else if (core[i] != run)
				core[i] = -1;
		}
		fewest = runs;
	}
	return fewest;
}

/* First and last look of a core; false if it is empty. */
static bool
core_ends(const int *core, int n, int run, int *first, int *last)
{
	*first = -1;
	for (int i = 0; i < n; i++)
		if (core[i] == run)
		{
			if (*first < 0)
				*first = i;
			*last = i;
		}
	return *first >= 0;
}

static Presence
describe(const Look *look, const int *core, int n, int run)
{
	Presence	p = {TIME_BEGIN, 0, 0, TIME_END, 0, 0, 0, INT32_MAX};
	int			place = -1;

	for (int i = 0; i < n; i++)
		if (core[i] == run)
		{
			p.count_min = larger(p.count_min, look[i].count_min);
			p.count_max = smaller(p.count_max, look[i].count_max);
			if (look[i].seen || place < 0 || !look[place].seen)
				place = i;
		}
	p.lon = look[place].lon;
	p.lat = look[place].lat;
	return p;
}

/* What derive_presences should give; -1 if a core is empty, which must not be. */
static int
oracle(const Sighting *s, size_t n, int64_t last_time, Presence *expected)
{
	Look		look[MOST];
	int			core[MOST];
	int			looks = 0;
	int			runs;
	int			written = 0;
	int			first, last;

	for (int64_t time = 0; time <= last_time; time++)
		looks += look_at(s, n, time, &look[looks]);
	if (looks == 0)
		return 0;
	runs = find_cores(look, looks, core);
	for (int run = 0; run < runs; run++)
	{
		Presence	p = describe(look, core, looks, run);

		if (!core_ends(core, looks, run, &first, &last))
			return -1;
		p.first_seen = look[first].time;
		p.last_seen = look[last].time;
		if (run > 0 && core_ends(core, looks, run - 1, &first, &last))
			p.not_seen_at = look[last].time;
		if (run + 1 < runs && core_ends(core, looks, run + 1, &first, &last))
			p.gone_by = look[first].time;
		if (p.count_max > 0)
			expected[written++] = p;
	}
	return written;
}

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
		while (!single && n < MOST_SIGHTINGS - MOST && random_bits() % 3 == 0);
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
	Presence	expected[MOST];
	bool		same = true;
	bool		valid = true;
	bool		cores = true;

	for (int i = 0; i < SEQUENCES && same; i++)
	{
		int64_t		last_time = random_between(0, MOST - 1);
		size_t		n = random_sequence(given, last_time);
		int			should = oracle(given, n, last_time, expected);
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

void
test_derive(void)
{
	test_examples();
	test_sequences();
}
