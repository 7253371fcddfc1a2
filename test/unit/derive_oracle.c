/*
 * derive_oracle.c: what derive_presences should give, by brute force.
 *
 * It shares nothing with the walks of derive.c: it tries every split of the evidence
 * into runs, keeps those with the fewest, and calls core what lies in run k in each of
 * them.
 */
#include "derive_oracle.h"

/* Evidence of one moment, as the oracle sees it. */
typedef struct Look
{
	int64_t		since;
	int64_t		time;
	int32_t		count_min;
	int32_t		count_max;
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

/* What all evidence of a moment that began at `since` or later allows together; false if there is none. */
static bool
common_since(const Evidence *e, size_t n, int64_t time, int64_t since, Look *look)
{
	bool		any = false;

	*look = (Look) {since, time, 0, INT32_MAX};
	for (size_t i = 0; i < n; i++)
	{
		if (e[i].at != time || e[i].since < since || (e[i].count.min == 0 && e[i].count.max == COUNT_UNBOUNDED))
			continue;
		any = true;
		look->count_min = larger(look->count_min, e[i].count.min);
		look->count_max = smaller(look->count_max, e[i].count.max);
	}
	return any;
}

/*
 * All evidence of a moment as one look; false if there is none, or it says nothing. It began with
 * the last piece without which the others would say as much or, where they contradict each other,
 * with the first.
 */
static bool
look_at(const Evidence *e, size_t n, int64_t time, Look *look)
{
	Look		part;

	if (!common_since(e, n, time, TIME_BEGIN, look))
		return false;
	if (look->count_min > look->count_max)
	{
		*look = (Look) {INT64_MAX, time, INT32_MAX, 0};
		for (size_t i = 0; i < n; i++)
			if (e[i].at == time && (e[i].count.min > 0 || e[i].count.max < COUNT_UNBOUNDED))
			{
				look->since = e[i].since < look->since ? e[i].since : look->since;
				look->count_min = smaller(look->count_min, e[i].count.min);
				look->count_max = larger(look->count_max, e[i].count.max);
			}
	}
	else
	{
		look->since = time;
		while (!common_since(e, n, time, look->since, &part) ||
			   part.count_min != look->count_min || part.count_max != look->count_max)
			look->since--;
	}
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

/* The count of a core, and the first look with which it is told. */
static Presence
describe(const Look *look, const int *core, int n, int run, int64_t *reached)
{
	Presence	p = {TIME_BEGIN, 0, 0, TIME_END, 0, 0, 0, INT32_MAX};

	for (int i = 0; i < n; i++)
		if (core[i] == run)
		{
			if (look[i].count_min > p.count_min || look[i].count_max < p.count_max)
				*reached = look[i].time;
			p.count_min = larger(p.count_min, look[i].count_min);
			p.count_max = smaller(p.count_max, look[i].count_max);
		}
	return p;
}

int
derive_oracle(const Evidence *e, size_t n, Presence *expected, int64_t *reached)
{
	Look		look[ORACLE_INSTANTS];
	int			core[ORACLE_INSTANTS];
	int			looks = 0;
	int			runs;
	int			written = 0;
	int			first, last;

	for (int64_t time = 0; time < ORACLE_INSTANTS; time++)
		looks += look_at(e, n, time, &look[looks]);
	if (looks == 0)
		return 0;
	runs = find_cores(look, looks, core);
	for (int run = 0; run < runs; run++)
	{
		Presence	p = describe(look, core, looks, run, reached);

		if (!core_ends(core, looks, run, &first, &last))
			return -1;
		p.first_seen = look[first].time;
		p.last_seen = look[last].time;
		if (run > 0 && core_ends(core, looks, run - 1, &first, &last))
			p.not_seen_at = look[last].since;
		if (run + 1 < runs && core_ends(core, looks, run + 1, &first, &last))
			p.gone_by = look[first].time;
		if (p.count_max > 0)
			expected[written++] = p;
	}
	return written;
}

/* Run `run` of one explanation: adds its possible ends and counts. */
static void
add_explanation(const Look *look, int n, unsigned split, int run, Explained *explained)
{
	int			k = 0;
	int			first = -1;
	int			last = -1;
	int32_t		low = 0;
	int32_t		high = INT32_MAX;
	int			start, end, start_until, end_until;

	for (int i = 0; i < n; i++)
	{
		k += i > 0 && (split >> (i - 1) & 1);
		if (k != run)
			continue;
		if (first < 0)
			first = i;
		last = i;
		low = larger(low, look[i].count_min);
		high = smaller(high, look[i].count_max);
	}
	explained->count_min = smaller(explained->count_min, low);
	explained->count_max = larger(explained->count_max, high);
	start_until = (int) ORACLE_GRID_TIME(look[first].time);
	end_until = last + 1 < n ? (int) ORACLE_GRID_TIME(look[last + 1].time) : ORACLE_GRID - 1;
	for (start = first > 0 ? (int) ORACLE_GRID_TIME(look[first - 1].time) + 1 : 0; start <= start_until; start++)
		for (end = (int) ORACLE_GRID_TIME(look[last].time) + 1; end <= end_until; end++)
			explained->ends[start][end] = true;
}

void
derive_explained(const Evidence *e, size_t n, int wanted, Explained *explained)
{
	Look		look[ORACLE_INSTANTS];
	int			core[ORACLE_INSTANTS];
	int			looks = 0;
	int			runs;
	int			run = 0;
	int64_t		reached;

	*explained = (Explained) {.count_min = INT32_MAX};
	for (int64_t time = 0; time < ORACLE_INSTANTS; time++)
		looks += look_at(e, n, time, &look[looks]);
	runs = find_cores(look, looks, core);
	/* runs that can only be 0 are no presences */
	for (; run < runs; run++)
		if (describe(look, core, looks, run, &reached).count_max > 0 && wanted-- == 0)
			break;
	for (unsigned split = 0; split < 1u << (looks - 1); split++)
		if (runs_of(split) == runs && explains(look, looks, split))
			add_explanation(look, looks, split, run, explained);
}
