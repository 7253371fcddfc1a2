/*
 * answers_worlds_test.c: the laws of what a report may say, on random evidence with partial,
 * ranged, contradicting and lasting looks; and what is called certain against all worlds.
 *
 * A world is any history of counts that meets every look: some instant of the look has a number
 * that it allows, or, where looks of one moment contradict each other, one between theirs. Things
 * come and go one by one, so a history that is at 1 and then at 4 was at 2 and 3 in between. An
 * instant is a tick; counts go up to TOP, one more than any look tells.
 */
#include "unit.h"
#include "answers_laws.h"
#include "derive.h"

#include <stdio.h>
#include <string.h>

#define TICKS 6
#define TOP 4
#define MOST 8
#define WORLDS_OF 6000
#define HISTORIES 60000

/* What looks told, as given and in order of time. */
typedef struct Trial
{
	size_t		given;
	Evidence	look[MOST];
	size_t		n;
	Evidence	evidence[MOST + 1];
} Trial;

/*
 * Random evidence
 */
static Counts
random_counts(void)
{
	Counts		c = {(int32_t) random_between(0, TOP - 1), 0};

	switch (random_bits() % 8)
	{
		case 0:
		case 1:
			c.max = COUNT_UNBOUNDED;
			break;
		case 2:
		case 3:
			c.max = (int32_t) random_between(c.min, TOP - 1);
			break;
		default:
			c.max = c.min;
	}
	return c;
}

static Evidence
random_look(int32_t number, int64_t ticks, bool lasting)
{
	Evidence	e = {0};

	e.at = e.since = random_between(0, ticks - 1);
	if (lasting && random_bits() % 3 == 0)
		e.since = random_between(0, e.at);
	e.count = random_counts();
	e.look = number;
	return e;
}

static void
put_in_order(Trial *trial)
{
	memcpy(trial->evidence, trial->look, trial->given * sizeof(Evidence));
	trial->n = evidence_in_order(trial->evidence, trial->given);
}

static Trial
random_trial(size_t most, int64_t ticks, bool lasting)
{
	Trial		trial = {0};

	trial.given = (size_t) random_between(1, (int64_t) most);
	for (size_t i = 0; i < trial.given; i++)
		trial.look[i] = random_look((int32_t) i, ticks, lasting);
	put_in_order(&trial);
	return trial;
}

static void
print_trial(const Trial *trial)
{
	for (size_t i = 0; i < trial->given; i++)
		printf("    look %d, %d to %d: %d..%d\n", trial->look[i].look, (int) trial->look[i].since, (int) trial->look[i].at,
			   trial->look[i].count.min, trial->look[i].count.max);
}

/*
 * Worlds
 */

static Counts
all_counts(const Trial *trial, int64_t at, bool common)
{
	Counts		c = {-1, -1};

	for (size_t i = 0; i < trial->given; i++)
	{
		Counts		told = trial->look[i].count;

		if (trial->look[i].at != at || (told.min == 0 && told.max == COUNT_UNBOUNDED))
			continue;
		if (c.min < 0)
			c = told;
		c.min = (told.min > c.min) == common ? told.min : c.min;
		c.max = (told.max < c.max) == common ? told.max : c.max;
	}
	return c;
}

/* Are the looks that ended at this tick met? */
static bool
meets_looks(const Trial *trial, const int *world, int64_t at)
{
	Counts		common = all_counts(trial, at, true);
	bool		contradict = common.min > common.max;

	for (size_t i = 0; i < trial->given; i++)
	{
		const Evidence *look = &trial->look[i];
		Counts		met = contradict ? all_counts(trial, at, false) : look->count;

		if (look->at == at && !passes(world, look->since, at, met))
			return false;
	}
	return true;
}

/* What is said of the change from one piece of evidence to a later one, and what worlds say. */
typedef struct Pair
{
	Evidence	before;
	Evidence	after;
	bool		listed[3];
	ChangeAnswer row[3];
	Turnover	turnover;
	int64_t		came;			/* the fewest of any world */
	int64_t		left;
	bool		rises;			/* in some world */
	bool		falls;
	bool		equal;
	bool		constant;
} Pair;

typedef struct Worlds
{
	const Trial *trial;
	bool		apart;			/* no two looks overlap */
	bool		instants;
	size_t		pairs;
	Pair		pair[MOST * MOST];
	int			world[TICKS];
	long		tried;
	const char *broken;
	/* of all trials */
	long		certain[REPORT_VERDICTS];
	long		varied;
	long		exact_turnovers;
} Worlds;

static void
heed_world(Worlds *w, Pair *pair)
{
	int64_t		came = 0;
	int64_t		left = 0;
	int			x = w->world[pair->before.at];
	int			y = w->world[pair->after.at];
	bool		constant = true;

	for (int64_t tick = pair->before.since + 1; tick <= pair->after.at; tick++)
	{
		int			more = w->world[tick] - w->world[tick - 1];

		came += more > 0 ? more : 0;
		left += more < 0 ? -more : 0;
		constant = constant && more == 0;
	}
	pair->came = came < pair->came ? came : pair->came;
	pair->left = left < pair->left ? left : pair->left;
	pair->rises = pair->rises || y > x;
	pair->falls = pair->falls || y < x;
	pair->equal = pair->equal || y == x;
	pair->constant = pair->constant || constant;
	for (int mode = 0; mode < 3; mode++)
		if (pair->listed[mode] && pair->row[mode].certain && !row_is_true(w->world, &pair->before, &pair->after, &pair->row[mode]))
			w->broken = "a certain row is true in every world";
}

/* All histories that meet the looks which ended before the tick and are as w->world until then. */
static void
try_worlds(Worlds *w, int64_t tick)
{
	if (tick == TICKS)
	{
		w->tried++;
		for (size_t i = 0; i < w->pairs; i++)
			heed_world(w, &w->pair[i]);
		return;
	}
	for (w->world[tick] = 0; w->world[tick] <= TOP; w->world[tick]++)
		if (meets_looks(w->trial, w->world, tick))
			try_worlds(w, tick + 1);
}

static void
ask_pairs(Worlds *w)
{
	const Trial *trial = w->trial;

	w->pairs = 0;
	for (size_t i = 0; i < trial->n; i++)
		for (size_t j = i + 1; j < trial->n; j++)
		{
			Pair	   *pair = &w->pair[w->pairs++];
			Question	q = {trial->evidence[i].at, trial->evidence[j].at, AGE_UNLIMITED};

			memset(pair, 0, sizeof(*pair));
			pair->before = trial->evidence[i];
			pair->after = trial->evidence[j];
			pair->came = pair->left = INT64_MAX;
			for (int mode = 0; mode < 3; mode++)
				pair->listed[mode] = ask_change(trial->evidence, trial->n, &q, (ReadingMode) mode, &pair->row[mode]);
			pair->turnover = ask_turnover(trial->evidence, trial->n, &q);
		}
}

/* Do looks of one end that tell something begin together, and no others overlap? */
static bool
looks_are_simple(const Trial *trial, bool instants)
{
	for (size_t i = 0; i < trial->given; i++)
		for (size_t j = 0; j < trial->given; j++)
		{
			const Evidence *a = &trial->look[i];
			const Evidence *b = &trial->look[j];

			if (instants ? a->since < a->at : a->at == b->at ? a->since != b->since : a->at < b->at && b->since <= a->at)
				return false;
		}
	return true;
}

static const char *
broken_pair(Worlds *w, const Pair *pair)
{
	const ChangeAnswer *row = pair->row;
	bool		certain = pair->listed[MODE_CERTAIN];

	if (pair->turnover.came > pair->came || pair->turnover.left > pair->left)
		return "no world has fewer that came, or left, than turnover";
	if (w->apart && (pair->turnover.came < pair->came || pair->turnover.left < pair->left))
		return "some world has as few that came, and left, as turnover, where no looks overlap";
	if (w->instants && certain != (pair->rises + pair->falls + pair->equal == 1 && !pair->equal))
		return "mode certain lists what differs, and in one direction, in every world";
	if (w->apart && pair->listed[MODE_LAST_KNOWN] && row[MODE_LAST_KNOWN].verdict == REPORT_VARIED)
	{
		w->varied++;
		if (pair->constant)
			return "where the word is varied, no world stays as it was";
	}
	w->exact_turnovers += w->apart && pair->turnover.looks > 2;
	if (certain)
		w->certain[row[MODE_CERTAIN].verdict]++;
	return NULL;
}

static void
test_worlds(void)
{
	Worlds		w = {0};
	long		none = 0;

	for (int round = 0; round < WORLDS_OF && w.broken == NULL; round++)
	{
		Trial		trial = random_trial(5, TICKS, round % 2 == 0);

		w.trial = &trial;
		w.apart = looks_are_simple(&trial, false);
		w.instants = looks_are_simple(&trial, true);
		w.tried = 0;
		ask_pairs(&w);
		try_worlds(&w, 0);
		none += w.tried == 0;
		for (size_t i = 0; w.tried > 0 && i < w.pairs && w.broken == NULL; i++)
			w.broken = broken_pair(&w, &w.pair[i]);
		if (w.broken != NULL)
			print_trial(&trial);
	}
	check(w.broken == NULL, "answers: %s", w.broken);
	check(none < WORLDS_OF / 100, "answers: %ld of %d have no world", none, WORLDS_OF);
	for (int v = REPORT_ARRIVED; v <= REPORT_DECREASED; v++)
		check(w.certain[v] > 100, "answers: only %ld certain rows say %s", w.certain[v], report_verdicts[v].word);
	check(w.varied > 100, "answers: only %ld rows say varied", w.varied);
	check(w.exact_turnovers > 1000, "answers: only %ld turnovers are compared", w.exact_turnovers);
}

/*
 * Laws over longer histories
 */
#define LONG_TICKS 12

static Question
random_question(void)
{
	Question	q = {random_between(-1, LONG_TICKS - 1), 0, AGE_UNLIMITED};

	q.to = random_between(q.from + 1, LONG_TICKS);
	if (random_bits() % 2 == 0)
		q.max_age = random_between(1, LONG_TICKS);
	return q;
}

/*
 * The run that ends the simplest explanations of n pieces of evidence, where it starts latest,
 * by trying every split: bit k of one is set where a run starts at piece k + 1.
 */
static Counts
carried_by_splits(const Evidence *evidence, size_t n, size_t *start)
{
	int			fewest = MOST + 1;
	Counts		best = {0, 0};

	*start = 0;
	for (unsigned split = 0; split < 1u << (n - 1); split++)
	{
		Counts		c = evidence[0].count;
		size_t		from = 0;
		int			runs = 1;
		bool		explains = true;

		for (size_t i = 1; i < n; i++)
		{
			bool		starts = (split >> (i - 1) & 1) != 0;

			from = starts ? i : from;
			runs += starts;
			c.min = starts || evidence[i].count.min > c.min ? evidence[i].count.min : c.min;
			c.max = starts || evidence[i].count.max < c.max ? evidence[i].count.max : c.max;
			explains = explains && c.min <= c.max;
		}
		if (!explains || runs > fewest || (runs == fewest && from < *start))
			continue;
		fewest = runs;
		*start = from;
		best = c;
	}
	return best;
}

/* What is carried is what ends the simplest explanation, and a walk may begin where it is told in full, or a run begins. */
static const char *
broken_walk(const Trial *trial)
{
	const Evidence *e = trial->evidence;

	for (size_t n = 1; n <= trial->n; n++)
	{
		Known		whole = known_by(e, n, LONG_TICKS);
		size_t		start;
		Counts		carried = carried_by_splits(e, n, &start);
		Known		run = known_by(e + start, n - start, LONG_TICKS);

		if (whole.carried.min != carried.min || whole.carried.max != carried.max || whole.run_since != e[start].at)
			return "what is carried ends the simplest explanation";
		if (!same_known(&whole, &run) || whole.run_since != run.run_since)
			return "a walk may begin where the run begins";
		for (size_t i = 0; i < n; i++)
		{
			Known		part = known_by(e + i, n - i, LONG_TICKS);
			Known		by = known_by(e, i + 1, LONG_TICKS);

			size_t		last;

			if (evidence_last_exact(e, i + 1, e[i].at, &last) && last == i && !same_known(&whole, &part))
				return "a walk may begin where one number is told";
			if (by.run_since == e[i].at && (!same_known(&whole, &part) || whole.run_since != part.run_since || whole.runs != by.runs + part.runs - 1))
				return "a walk may begin where any run begins";
		}
	}
	return NULL;
}

/* The runs that a walk finds begin where those that are stored do. */
static const char *
broken_runs(const Trial *trial)
{
	size_t		scratch[2 * (MOST + 2)];
	Presence	runs[MOST + 1];
	size_t		stored = derive_presences(trial->evidence, trial->n, scratch, runs);
	size_t		next = 0;

	for (size_t i = 0; i < trial->n; i++)
	{
		Known		by = known_by(trial->evidence, i + 1, LONG_TICKS);
		bool		ends = i + 1 == trial->n || known_by(trial->evidence, i + 2, LONG_TICKS).runs > by.runs;

		if (!ends)
			continue;
		if (next < stored && runs[next].first_seen == by.run_since)
		{
			if (by.carried.min < runs[next].count_min || by.carried.max > runs[next].count_max)
				return "what is carried is within the stored count";
			next++;
		}
		else if (by.carried.max > 0)
			return "a run of some is stored";
	}
	return next == stored ? NULL : "a stored run begins with a run of the walk";
}

static bool
same_change(const Trial *a, const Trial *b, const Question *q, ReadingMode mode)
{
	ChangeAnswer x;
	ChangeAnswer y;
	bool		listed = ask_change(a->evidence, a->n, q, mode, &x);

	return ask_change(b->evidence, b->n, q, mode, &y) == listed && (!listed || memcmp(&x, &y, sizeof(x)) == 0);
}

static bool
same_inventory(const Trial *a, const Trial *b, const Question *q, ReadingMode mode)
{
	InventoryAnswer x;
	InventoryAnswer y;
	bool		listed = ask_inventory(a->evidence, a->n, q, mode, &x);

	return ask_inventory(b->evidence, b->n, q, mode, &y) == listed && (!listed || memcmp(&x, &y, sizeof(x)) == 0);
}

static Trial
with_look(const Trial *trial, Evidence look)
{
	Trial		more = *trial;

	more.look[more.given++] = look;
	put_in_order(&more);
	return more;
}

/* Law 3: a look after the later date. */
static const char *
broken_by_later(const Trial *trial, const Question *q)
{
	Evidence	look = random_look(MOST, LONG_TICKS + 2, true);
	Trial		more;

	if (look.at <= q->to)
		return NULL;
	more = with_look(trial, look);
	for (int mode = 0; mode < 3; mode++)
		if (!same_change(trial, &more, q, (ReadingMode) mode) || !same_inventory(trial, &more, q, (ReadingMode) mode))
			return "a look after the later date changes no answer";
	return NULL;
}

static bool
tells_the_same(const Known *a, const Known *b)
{
	return a->told == b->told && a->last.at == b->last.at && a->last.count.min == b->last.count.min &&
		a->last.count.max == b->last.count.max && a->last.doubt == 0 && b->last.doubt == 0;
}

/* Law 4: any further look, as long as the row is about the same two. */
static const char *
broken_by_further(const Trial *trial, const Question *q, long *kept)
{
	ChangeAnswer before;
	ChangeAnswer after;
	Trial		more = with_look(trial, random_look(MOST, LONG_TICKS, true));
	Known		from = known_by(trial->evidence, trial->n, q->from);
	Known		to = known_by(trial->evidence, trial->n, q->to);
	Known		more_from = known_by(more.evidence, more.n, q->from);
	Known		more_to = known_by(more.evidence, more.n, q->to);

	if (!ask_change(trial->evidence, trial->n, q, MODE_CERTAIN, &before))
		return NULL;
	/* (told the same at their instants, whether the further look told of it too or not; where looks contradict, any may be right) */
	if (!tells_the_same(&from, &more_from) || !tells_the_same(&to, &more_to))
		return NULL;
	++*kept;
	if (!ask_change(more.evidence, more.n, q, MODE_CERTAIN, &after) || memcmp(&before, &after, sizeof(after)) != 0)
		return "a further look takes no row about the same two looks out of mode certain";
	return NULL;
}

/* The order in which looks are given does not matter, and in order they stay. */
static const char *
broken_given(const Trial *trial)
{
	Trial		backwards = *trial;
	Trial		again = *trial;

	for (size_t i = 0; i < trial->given; i++)
		backwards.look[i] = trial->look[trial->given - 1 - i];
	put_in_order(&backwards);
	if (backwards.n != trial->n || memcmp(backwards.evidence, trial->evidence, trial->n * sizeof(Evidence)) != 0)
		return "the order in which looks are given does not matter";
	if (evidence_in_order(again.evidence, again.n) != trial->n || memcmp(again.evidence, trial->evidence, trial->n * sizeof(Evidence)) != 0)
		return "evidence in order stays as it is";
	return broken_order(trial->evidence, trial->n);
}

static void
test_laws(void)
{
	const char *law = NULL;
	long		kept = 0;

	for (int round = 0; round < HISTORIES && law == NULL; round++)
	{
		Trial		trial = random_trial(MOST - 1, LONG_TICKS, round % 2 == 0);

		law = broken_given(&trial);
		if (law == NULL && trial.n > 0)
			law = broken_walk(&trial);
		if (law == NULL)
			law = broken_runs(&trial);
		for (int i = 0; i < 8 && law == NULL; i++)
		{
			Question	q = random_question();

			law = broken_law(trial.evidence, trial.n, &q);
			if (law == NULL)
				law = broken_by_later(&trial, &q);
			if (law == NULL)
				law = broken_by_further(&trial, &q, &kept);
			if (law != NULL)
				printf("  from %d to %d, max_age %lld\n", (int) q.from, (int) q.to, (long long) q.max_age);
		}
		if (law != NULL)
			print_trial(&trial);
	}
	check(law == NULL, "answers: %s", law);
	check(kept > HISTORIES / 10, "answers: only %ld certain rows were told of again with a further look", kept);
}

void
test_answers_worlds(void)
{
	test_worlds();
	test_laws();
}
