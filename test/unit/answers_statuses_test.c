/*
 * answers_statuses_test.c: statuses of one class are states of the same things: what is carried of
 * each against every way to share out what is carried of all, the laws of narrowed answers, and
 * what is called certain against all worlds.
 *
 * A look sees some of each status and some of which it tells no status, and tells of all and of
 * each status what design says (sum of what it saw; no more than that if it is complete, but for
 * what may be hidden). A world is a history of how many there are in each status and in none of
 * those; an instant is a tick.
 */
#include "unit.h"
#include "answers_laws.h"

#include <stdio.h>
#include <string.h>

#define STATUSES 3
#define MOST_LOOKS 6
#define LONG_TICKS 9
#define HISTORIES 30000

#define WORLD_STATUSES 2
#define TICKS 3
#define TOP 2
#define WORLDS_OF 3000

/* Evidence of all, then of each status, in order of time. */
typedef struct Trial
{
	size_t		statuses;
	size_t		n[1 + STATUSES];
	Evidence	evidence[1 + STATUSES][MOST_LOOKS];
} Trial;

/*
 * Random looks
 */
static int32_t
add_up(int32_t a, int32_t b)
{
	return a == COUNT_UNBOUNDED || b == COUNT_UNBOUNDED ? COUNT_UNBOUNDED : a + b;
}

static Counts
random_seen(void)
{
	Counts		c = {(int32_t) (random_bits() % 2 == 0 ? 0 : random_between(1, 2)), 0};

	c.max = c.min + (random_bits() % 6 == 0);
	return c;
}

static void
add_look(Trial *trial, int32_t number, int64_t ticks)
{
	bool		complete = random_bits() % 2 == 0;
	int32_t		hidden = complete ? (int32_t) (random_bits() % 5 == 0) : COUNT_UNBOUNDED;
	Counts		untold = random_bits() % 2 == 0 ? (Counts) {0, 0} : random_seen();
	Counts		all = {untold.min, add_up(untold.max, hidden)};
	Evidence	look = {0};

	look.at = look.since = random_between(0, ticks - 1);
	if (random_bits() % 4 == 0)
		look.since = random_between(0, look.at);
	look.look = number;
	for (size_t i = 1; i <= trial->statuses; i++)
	{
		Counts		seen = random_seen();

		look.count = (Counts) {seen.min, add_up(seen.max, add_up(untold.max, hidden))};
		trial->evidence[i][trial->n[i]++] = look;
		all = (Counts) {all.min + seen.min, add_up(all.max, seen.max)};
	}
	look.count = all;
	trial->evidence[0][trial->n[0]++] = look;
}

static Trial
random_trial(size_t statuses, size_t most, int64_t ticks)
{
	Trial		trial = {0};
	int32_t		looks = (int32_t) random_between(1, (int64_t) most);

	trial.statuses = statuses;
	for (int32_t i = 0; i < looks; i++)
		add_look(&trial, i, ticks);
	for (size_t i = 0; i <= statuses; i++)
		trial.n[i] = evidence_in_order(trial.evidence[i], trial.n[i]);
	return trial;
}

static void
print_trial(const Trial *trial)
{
	for (size_t i = 0; i <= trial->statuses; i++)
		for (size_t j = 0; j < trial->n[i]; j++)
		{
			const Evidence *e = &trial->evidence[i][j];

			printf("    %s %d, look %d, %d to %d: %d..%d\n", i == 0 ? "all" : "status", (int) i, (int) e->look, (int) e->since, (int) e->at,
				   e->count.min, e->count.max);
		}
}

static void
know(const Trial *trial, int64_t at, Known *known)
{
	for (size_t i = 0; i <= trial->statuses; i++)
		known[i] = known_by(trial->evidence[i], trial->n[i], at);
}

/*
 * What is carried
 */

/* The most of a status in any way to share out no more than are carried of all, to others at least what they carry; none: 0. */
static int32_t
most_of(const Known *known, size_t statuses, size_t which)
{
	int32_t		most = 0;
	int32_t		count[1 + STATUSES] = {0};
	int32_t		limit = known[0].carried.max;

	for (;;)
	{
		int32_t		sum = 0;
		bool		allowed = true;
		size_t		next = 1;

		for (size_t i = 1; i <= statuses; i++)
		{
			sum += count[i];
			if (i != which && known[i].told && known[i].last.at >= known[which].last.at)
				allowed = allowed && count[i] >= known[i].carried.min;
		}
		if (allowed && sum <= limit && count[which] > most)
			most = count[which];
		while (next <= statuses && count[next] == limit)
			count[next++] = 0;
		if (next > statuses)
			return most;
		count[next]++;
	}
}

/*
 * When the newest look ended that told that some are in another status, or that there are no more
 * in all; and the look that is named for it: the last of all of the class, if of that.
 */
static int64_t
say_of(const Trial *trial, const Known *known, size_t which, int64_t at, int64_t *named)
{
	int64_t		say = -1;

	for (size_t i = 1; i <= trial->statuses; i++)
		if (i != which && known[i].told && known[i].carried.min > 0 && known[i].last.at > say)
			*named = say = known[i].last.at;
	for (size_t i = 0; i < trial->n[0] && trial->evidence[0][i].at <= at; i++)
		if (trial->evidence[0][i].count.max == known[0].carried.max && trial->evidence[0][i].at > say)
		{
			say = trial->evidence[0][i].at;
			*named = known[0].last.at;
		}
	return say;
}

typedef struct Tally
{
	long		narrowed;
	long		overruled;			/* by a later look */
	long		kept;				/* what their own look told, though that is too many in all */
} Tally;

static const char *
broken_narrowing(const Trial *trial, int64_t at, Tally *tally)
{
	Known		before[1 + STATUSES];
	Known		after[1 + STATUSES];

	know(trial, at, before);
	memcpy(after, before, sizeof(before));
	statuses_narrow(&after[0], after + 1, trial->statuses);
	if (memcmp(&before[0], &after[0], sizeof(Known)) != 0)
		return "what is carried of all stays as it is";
	for (size_t i = 1; i <= trial->statuses; i++)
	{
		const Known *was = &before[i];
		const Known *is = &after[i];
		Counts		count = was->carried;
		bool		later;
		int64_t		named = -1;
		int32_t		most;

		if (!was->told || !before[0].told || before[0].carried.max == COUNT_UNBOUNDED)
		{
			if (memcmp(was, is, sizeof(Known)) != 0)
				return "what is not told, or not limited, is not narrowed";
			continue;
		}
		later = say_of(trial, before, i, at, &named) > was->last.at;
		most = most_of(before, trial->statuses, i);
		tally->kept += !later && most < was->last.count.min;
		if (!later && most < was->last.count.min)
			most = was->last.count.min;
		count.max = most < count.max ? most : count.max;
		count.min = count.min < count.max ? count.min : count.max;
		if (is->carried.min != count.min || is->carried.max != count.max)
			return "a status keeps what the others leave";
		if (count.max == was->carried.max || !later)
		{
			tally->narrowed += count.max < was->carried.max;
			if (memcmp(&was->last, &is->last, sizeof(Evidence)) != 0)
				return "its own look stays the last, where nothing changes or no later look decides";
			continue;
		}
		tally->overruled++;
		if (is->last.at != named || is->last.count.min != 0 || is->last.count.max != COUNT_UNBOUNDED)
			return "where a later look decides, it tells nothing of the status by itself";
		if (is->last.since > is->last.at || is->run_since != was->run_since || is->runs != was->runs)
			return "the run stays that of the status";
	}
	return NULL;
}

/* The order in which statuses are given does not matter. */
static const char *
broken_given(const Trial *trial, int64_t at)
{
	Known		known[1 + STATUSES];
	Known		backwards[STATUSES];

	know(trial, at, known);
	for (size_t i = 0; i < trial->statuses; i++)
		backwards[i] = known[trial->statuses - i];
	statuses_narrow(&known[0], known + 1, trial->statuses);
	statuses_narrow(&known[0], backwards, trial->statuses);
	for (size_t i = 0; i < trial->statuses; i++)
	{
		const Known *a = &known[trial->statuses - i];
		const Known *b = &backwards[i];

		if (a->carried.min != b->carried.min || a->carried.max != b->carried.max || a->last.at != b->last.at)
			return "the order in which statuses are given does not matter";
	}
	return NULL;
}

static int
direction_of(const ChangeAnswer *a)
{
	if (a->verdict == REPORT_ARRIVED || a->verdict == REPORT_INCREASED)
		return 1;
	return a->verdict == REPORT_DEPARTED || a->verdict == REPORT_DECREASED ? -1 : 0;
}

/* The laws of answers; and where all of the class does not go the same way, the same things may be there in another status. */
static const char *
broken_answers(const Trial *trial, const Question *q)
{
	Known		from[1 + STATUSES];
	Known		to[1 + STATUSES];
	const char *law = NULL;
	ChangeAnswer all;
	int			up = 0;

	know(trial, q->from, from);
	know(trial, q->to, to);
	if (change_answer(q->from, q->to, MODE_LAST_KNOWN, q->max_age, &from[0], &to[0], from[0].runs == to[0].runs, &all))
		up = direction_of(&all);
	statuses_narrow(&from[0], from + 1, trial->statuses);
	statuses_narrow(&to[0], to + 1, trial->statuses);
	for (size_t i = 1; i <= trial->statuses && law == NULL; i++)
	{
		law = broken_law_of_known(&from[i], &to[i], q);
		for (int mode = 0; mode < 3 && law == NULL; mode++)
		{
			ChangeAnswer row;
			uint32_t	doubt;

			if (!change_answer(q->from, q->to, (ReadingMode) mode, q->max_age, &from[i], &to[i], from[i].runs == to[i].runs, &row))
				continue;
			doubt = row.doubt;
			if (direction_of(&row) != 0 && direction_of(&row) != up)
				doubt |= DOUBT(STATUS_MAY_BE_SAME);
			change_of_status(&row, &from[0], &to[0]);
			if (row.doubt != doubt)
				law = "a status may be the same unless all of the class goes the same way";
		}
	}
	return law;
}

static void
test_laws(void)
{
	const char *law = NULL;
	Tally		tally = {0};

	for (int round = 0; round < HISTORIES && law == NULL; round++)
	{
		Trial		trial = random_trial(STATUSES, MOST_LOOKS, LONG_TICKS);

		for (int i = 0; i < 4 && law == NULL; i++)
		{
			Question	q = {random_between(-1, LONG_TICKS - 2), 0, AGE_UNLIMITED};

			q.to = random_between(q.from + 1, LONG_TICKS - 1);
			if (random_bits() % 3 == 0)
				q.max_age = random_between(1, LONG_TICKS);
			law = broken_narrowing(&trial, q.to, &tally);
			if (law == NULL)
				law = broken_given(&trial, q.to);
			if (law == NULL)
				law = broken_answers(&trial, &q);
			if (law != NULL)
				printf("  from %d to %d, max_age %lld\n", (int) q.from, (int) q.to, (long long) q.max_age);
		}
		if (law != NULL)
			print_trial(&trial);
	}
	check(law == NULL, "answers: statuses: %s", law);
	check(tally.narrowed > 1000 && tally.overruled > 1000 && tally.kept > 100, "answers: only %ld statuses are narrowed, %ld overruled, %ld kept",
		  tally.narrowed, tally.overruled, tally.kept);
}

/*
 * Worlds
 */
#define PAIRS (TICKS * TICKS * WORLD_STATUSES)

/* A certain row about a status, and the two looks that told it. */
typedef struct Certain
{
	size_t		status;
	Evidence	before;
	Evidence	after;
	ChangeAnswer row;
} Certain;

/* What is known of a status by some date. */
typedef struct KnownStatus
{
	size_t		status;
	Known		known;
	bool		possible;			/* that some are there, says mode possible */
	bool		met;				/* by some world, at the last look */
} KnownStatus;

typedef struct Worlds
{
	const Trial *trial;
	int			world[1 + WORLD_STATUSES][TICKS];	/* all, and by status */
	long		tried;
	size_t		rows;
	Certain		row[PAIRS];
	size_t		n_known;
	KnownStatus	known[TICKS * WORLD_STATUSES];
	const char *broken;
	long		certain;			/* of all trials */
} Worlds;

static void
heed_world(Worlds *w)
{
	w->tried++;
	for (size_t i = 0; i < w->rows; i++)
		if (!row_is_true(w->world[w->row[i].status], &w->row[i].before, &w->row[i].after, &w->row[i].row))
			w->broken = "a certain row is true in every world";
	for (size_t i = 0; i < w->n_known; i++)
	{
		KnownStatus   *b = &w->known[i];
		const int  *world = w->world[b->status];
		const Evidence *last = &b->known.last;

		b->met = b->met || passes(world, last->since, last->at, b->known.carried);
		if (!passes(world, last->since, last->at, last->count))
			w->broken = "what the last look told is true in every world";
		if (!b->possible && !passes(world, last->since, last->at, (Counts) {0, 0}))
			w->broken = "what is there in some world is listed in mode possible";
	}
}

static bool
meets_looks(const Worlds *w, int64_t at)
{
	for (size_t i = 0; i <= w->trial->statuses; i++)
		for (size_t j = 0; j < w->trial->n[i]; j++)
		{
			const Evidence *e = &w->trial->evidence[i][j];

			if (e->at == at && !passes(w->world[i], e->since, at, e->count))
				return false;
		}
	return true;
}

/* How many there are in each status at a tick: one way a number; false: no more ways. */
static bool
share_out(Worlds *w, int tick, int way)
{
	w->world[0][tick] = 0;
	for (int i = 0; i <= WORLD_STATUSES; i++, way /= TOP + 1)
	{
		w->world[0][tick] += way % (TOP + 1);
		if (i < WORLD_STATUSES)
			w->world[1 + i][tick] = way % (TOP + 1);
	}
	return way == 0;
}

static void
try_worlds(Worlds *w, int tick)
{
	if (tick == TICKS)
	{
		heed_world(w);
		return;
	}
	for (int way = 0; share_out(w, tick, way); way++)
		if (meets_looks(w, tick))
			try_worlds(w, tick + 1);
}

static void
ask(Worlds *w, int64_t from, int64_t to)
{
	Known		before[1 + STATUSES];
	Known		after[1 + STATUSES];
	const Question q = {from, to, AGE_UNLIMITED};

	know(w->trial, from, before);
	know(w->trial, to, after);
	statuses_narrow(&before[0], before + 1, w->trial->statuses);
	statuses_narrow(&after[0], after + 1, w->trial->statuses);
	for (size_t i = 1; i <= w->trial->statuses; i++)
		for (int mode = 0; mode < 3; mode++)
		{
			Certain    *c = &w->row[w->rows];

			if (mode == MODE_POSSIBLE || !change_answer(q.from, q.to, (ReadingMode) mode, q.max_age, &before[i], &after[i], false, &c->row) || !c->row.certain)
				continue;
			c->status = i;
			c->before = before[i].last;
			c->after = after[i].last;
			w->rows += mode == MODE_CERTAIN;
		}
}

static void
learn(Worlds *w, int64_t at)
{
	Known		known[1 + STATUSES];

	know(w->trial, at, known);
	statuses_narrow(&known[0], known + 1, w->trial->statuses);
	for (size_t i = 1; i <= w->trial->statuses; i++)
		if (known[i].told)
		{
			InventoryAnswer answer;

			w->known[w->n_known++] = (KnownStatus) {i, known[i],
				inventory_answer(at, MODE_POSSIBLE, AGE_UNLIMITED, &known[i], &answer), false};
		}
}

static bool
is_simple(const Trial *trial)
{
	for (size_t i = 0; i <= trial->statuses; i++)
		for (size_t j = 0; j < trial->n[i]; j++)
			if (trial->evidence[i][j].since < trial->evidence[i][j].at)
				return false;
	return true;
}

static void
test_worlds(void)
{
	Worlds		w = {0};
	long		none = 0;
	long		met = 0;

	for (int round = 0; round < WORLDS_OF && w.broken == NULL; round++)
	{
		Trial		trial = random_trial(WORLD_STATUSES, 3, TICKS);

		w.trial = &trial;
		w.rows = 0;
		w.n_known = 0;
		w.tried = 0;
		for (int64_t to = 0; to < TICKS; to++)
		{
			learn(&w, to);
			for (int64_t from = 0; from < to; from++)
				ask(&w, from, to);
		}
		try_worlds(&w, 0);
		w.certain += (long) w.rows;
		none += w.tried == 0;
		for (size_t i = 0; i < w.n_known && w.tried > 0 && is_simple(&trial); i++)
		{
			met++;
			if (!w.known[i].met)
				w.broken = "what is carried is so in some world";
		}
		if (w.broken != NULL)
			print_trial(&trial);
	}
	check(w.broken == NULL, "answers: statuses: %s", w.broken);
	check(none < WORLDS_OF / 4 && w.certain > 100 && met > 1000, "answers: %ld trials have no world, %ld rows are certain, %ld counts carried are tried",
		  none, w.certain, met);
}

void
test_answers_statuses(void)
{
	test_laws();
	test_worlds();
}
