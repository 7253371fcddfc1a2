/*
 * answers.c: what a report may say of one subject, from what the looks told of it. Pure C.
 *
 * Every rule of an answer stands here and nowhere else. Certain is only what two looks told,
 * each of its own instant. All else is what was last known, and says so.
 */
#include "answers.h"

#include <stdlib.h>
#include <string.h>

const Word doubts[DOUBTS] = {
	[NO_LOOK_BEFORE] = {"no_look_before", "no look by the earlier date told of it"},
	[NO_LOOK_AFTER] = {"no_look_after", "no look since the earlier date told of it"},
	[MINIMUM] = {"minimum", "the count is a minimum"},
	[MINIMUM_BEFORE] = {"minimum_before", "the count before is a minimum"},
	[MINIMUM_AFTER] = {"minimum_after", "the count after is a minimum"},
	[RANGE] = {"range", "the count is a range"},
	[RANGE_BEFORE] = {"range_before", "the count before is a range"},
	[RANGE_AFTER] = {"range_after", "the count after is a range"},
	[CARRIED] = {"carried", "the last look alone does not prove the count: earlier looks are carried forward"},
	[CARRIED_BEFORE] = {"carried_before", "the look before alone does not prove the count: earlier looks are carried forward"},
	[CARRIED_AFTER] = {"carried_after", "the look after alone does not prove the count: earlier looks are carried forward"},
	[STALE] = {"stale", "the last look that told of it is older than max_age"},
	[STALE_BEFORE] = {"stale_before", "the look before is older than max_age at the earlier date"},
	[STALE_AFTER] = {"stale_after", "the look after is older than max_age at the later date"},
	[LOOKS_OVERLAP] = {"looks_overlap", "the two looks overlap in time: which of the two counts came first is not known"},
	[CORRECTED] = {"corrected", "what was told before has been taken back or changed since: this need not be a change of what is there"},
	[TOLD_LESS_CLOSELY] = {"told_less_closely", "a look told of a class above, or of no status: that may be of this class, or in this status"},
	[READERS_DISAGREE] = {"readers_disagree", "looks of one instant contradict each other"},
	[SHELTER] = {"shelter", "some can stand under roofs, where no look sees them"},
	[PIXELS_UNKNOWN] = {"pixels_unknown", "the size of the pixels is not known, so that some may have been missed"},
	[STATUS_MAY_BE_SAME] = {"status_may_be_same", "the same things may be there in another status"},
};

const Word report_verdicts[REPORT_VERDICTS] = {
	[REPORT_ARRIVED] = {"arrived", "none before, some after"},
	[REPORT_DEPARTED] = {"departed", "some before, none after"},
	[REPORT_INCREASED] = {"increased", "more after than before"},
	[REPORT_DECREASED] = {"decreased", "fewer after than before"},
	[REPORT_VARIED] = {"varied", "the counts need not differ, but there was another number in between"},
	[REPORT_FIRST_LOOK] = {"first look", "nobody had looked by the earlier date, and the first look after it did not show that there were none"},
	[REPORT_NOT_LOOKED] = {"not looked", "no look since the earlier date told of it; only in mode possible"},
	[REPORT_UNDECIDED] = {"undecided", "the looks allow a change, and allow none; only in mode possible"},
};

const Word inventory_states[INVENTORY_STATES] = {
	[INVENTORY_TOLD] = {"told", "the count is what the last look told, of its own instant"},
	[INVENTORY_CARRIED] = {"carried", "the count follows from the last look and from earlier ones that it does not contradict"},
	[INVENTORY_STALE] = {"stale", "the last look that told of it is older than max_age: the count is not known"},
};

const Word timeline_states[TIMELINE_STATES] = {
	[TIMELINE_OBSERVED] = {"observed", "a look in this step, or those of one moment together, told this very count, and no later one contradicts it"},
	[TIMELINE_LAST_KNOWN] = {"last known", "no look in this step told this very count: it follows from earlier looks, or from those of several moments together"},
	[TIMELINE_STALE] = {"stale", "the last look that told of it is older than max_age: the count is not known"},
	[TIMELINE_UNOBSERVED] = {"unobserved", "nobody had looked: the count is not known"},
};

/*
 * Ranges
 */
static bool
is_exact(Counts c)
{
	return c.min == c.max;
}

static bool
is_same(Counts a, Counts b)
{
	return a.min == b.min && a.max == b.max;
}

static bool
are_apart(Counts a, Counts b)
{
	return a.max < b.min || b.max < a.min;
}

static Counts
in_common(Counts a, Counts b)
{
	return (Counts) {a.min > b.min ? a.min : b.min, a.max < b.max ? a.max : b.max};
}

static Counts
hull(Counts a, Counts b)
{
	return (Counts) {a.min < b.min ? a.min : b.min, a.max > b.max ? a.max : b.max};
}

/*
 * Evidence
 */
static bool
tells_nothing(const Evidence *e)
{
	return e->count.min == 0 && e->count.max == COUNT_UNBOUNDED;
}

/* By count: the greatest least count first, then the smallest greatest one. */
static int
telling_order(const Evidence *a, const Evidence *b)
{
	if (a->count.min != b->count.min)
		return a->count.min > b->count.min ? -1 : 1;
	return (a->count.max > b->count.max) - (a->count.max < b->count.max);
}

/* By time; at one moment the shortest look first. */
static int
evidence_order(const void *left, const void *right)
{
	const Evidence *a = left;
	const Evidence *b = right;
	int			order;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->since != b->since)
		return a->since > b->since ? -1 : 1;
	order = telling_order(a, b);
	return order != 0 ? order : (a->look > b->look) - (a->look < b->look);
}

/*
 * What n pieces of evidence of one moment, sorted, tell together. The result names the look that
 * comes first in telling_order. It holds at some instant since the last look began that was needed
 * to tell it: things come and go one by one, so a count that moves from one range to another passes
 * through what the two have in common. A longer look that adds nothing does not begin the result.
 */
static Evidence
merge_moment(const Evidence *e, size_t n)
{
	Evidence	merged = e[0];
	const Evidence *most = &e[0];
	Counts		all = e[0].count;
	uint32_t	doubt = e[0].doubt;

	for (size_t i = 1; i < n; i++)
	{
		Counts		common = in_common(merged.count, e[i].count);

		if (!is_same(common, merged.count))
			merged.since = e[i].since;
		merged.count = common;
		all = hull(all, e[i].count);
		doubt |= e[i].doubt;
		if (telling_order(&e[i], most) < 0)
			most = &e[i];
	}
	merged.look = most->look;
	merged.doubt = is_same(merged.count, most->count) ? most->doubt : doubt;
	if (merged.count.min > merged.count.max)
	{
		merged.count = all;
		merged.since = e[n - 1].since;
		merged.doubt = doubt | DOUBT(READERS_DISAGREE);
	}
	else if (is_exact(merged.count))
		merged.doubt = 0;
	return merged;
}

bool
evidence_conflicts(const Evidence *evidence, size_t n, Evidence *merged)
{
	*merged = merge_moment(evidence, n);
	return (merged->doubt & DOUBT(READERS_DISAGREE)) != 0;
}

size_t
evidence_in_order(Evidence *evidence, size_t n)
{
	size_t		kept = 0;
	size_t		next;

	for (size_t i = 0; i < n; i++)
		if (!tells_nothing(&evidence[i]))
			evidence[kept++] = evidence[i];
	n = kept;
	kept = 0;
	for (size_t i = 1; i < n; i++)
		if (evidence_order(&evidence[i - 1], &evidence[i]) > 0)
		{
			qsort(evidence, n, sizeof(Evidence), evidence_order);
			break;
		}
	for (size_t i = 0; i < n; i = next)
	{
		Evidence	merged;

		for (next = i + 1; next < n && evidence[next].at == evidence[i].at; next++)
			;
		merged = merge_moment(&evidence[i], next - i);
		if (!tells_nothing(&merged))
			evidence[kept++] = merged;
	}
	return kept;
}

bool
evidence_last_exact(const Evidence *evidence, size_t n, int64_t at, size_t *last)
{
	for (size_t i = n; i-- > 0;)
		if (evidence[i].at <= at && is_exact(evidence[i].count))
		{
			*last = i;
			return true;
		}
	return false;
}

bool
evidence_still_tells(const Evidence *then, const Evidence *evidence, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (evidence[i].at == then->at && is_same(evidence[i].count, then->count))
			return true;
	return false;
}

void
known_take(Known *known, const Evidence *e)
{
	Counts		common = in_common(known->carried, e->count);

	if (!known->told || common.min > common.max)
	{
		common = e->count;
		known->run_since = e->at;
		known->runs++;
	}
	if (is_same(common, e->count))
		known->carried_told = e->at;
	else if (!is_same(common, known->carried))
		known->carried_told = TIME_BEGIN;
	known->carried = common;
	if (e->count.max == known->carried.max)
		known->most_told = e->at;
	if (known->runs == 1)
		known->none_first = known->carried.max == 0;
	known->told = true;
	known->last = *e;
}

bool
is_older(int64_t since, int64_t until, int64_t age)
{
	if (age == AGE_UNLIMITED || since > until)
		return false;
	return (uint64_t) until - (uint64_t) since >= (uint64_t) age;
}

static bool
is_stale(const Known *known, int64_t at, int64_t max_age)
{
	return known->told && is_older(known->last.at, at, max_age);
}

/* Mode last known shows what is carried, the others what the last look told. */
static Counts
shown(const Known *known, ReadingMode mode)
{
	return mode == MODE_LAST_KNOWN ? known->carried : known->last.count;
}

/* The doubts about the count shown at one date, by that date's codes. */
static uint32_t
doubt_of(const Known *known, ReadingMode mode, Doubt minimum, Doubt range, Doubt carried)
{
	Counts		count = shown(known, mode);
	uint32_t	doubt = known->last.doubt & DOUBT(READERS_DISAGREE);

	if (count.max == COUNT_UNBOUNDED)
		doubt |= DOUBT(minimum);
	else if (!is_exact(count))
		doubt |= DOUBT(range);
	if (!is_exact(count))
		doubt |= known->last.doubt;
	if (!is_same(count, known->last.count))
		doubt |= DOUBT(carried);
	return doubt;
}

/*
 * Statuses
 */

/* The newest look that limits how many there may be in statuses that it did not tell of. */
typedef struct Say
{
	int64_t		at;
	const Known *told;			/* the status, or all of the class, that it told of */
	Evidence	look;
} Say;

static Say
newest_say(const Known *all, const Known *statuses, size_t n)
{
	Say			say = {all->most_told, all, all->last};

	for (size_t i = 0; i < n; i++)
		if (statuses[i].told && statuses[i].carried.min > 0 && statuses[i].last.at >= say.at)
			say = (Say) {statuses[i].last.at, &statuses[i], statuses[i].last};
	return say;
}

static void
narrow(Known *status, int64_t left, const Say *say)
{
	bool		later = say->at > status->last.at;
	int32_t		least = later ? 0 : status->last.count.min;

	if (left < least)
		left = least;
	if (left >= status->carried.max)
		return;
	status->carried.max = (int32_t) left;
	status->carried_told = TIME_BEGIN;
	if (status->carried.min > status->carried.max)
		status->carried.min = status->carried.max;
	if (!later)
		return;
	status->last = say->look;
	status->last.count = (Counts) {0, COUNT_UNBOUNDED};
	status->corrected = status->corrected || say->told->corrected;
}

/* The latest look before an instant that was the last to tell of some status. */
static bool
look_before(const Known *statuses, size_t n, int64_t *at)
{
	int64_t		before = *at;
	bool		found = false;

	for (size_t i = 0; i < n; i++)
		if (statuses[i].told && statuses[i].last.at < before && (!found || statuses[i].last.at > *at))
		{
			*at = statuses[i].last.at;
			found = true;
		}
	return found;
}

/*
 * Walks from the look that told last to the one that told first. `told` adds up the least counts
 * of the statuses that it and later looks told. (A status that is narrowed gets no earlier look.)
 */
void
statuses_narrow(const Known *all_of_class, Known *statuses, size_t n)
{
	const int32_t most = all_of_class->carried.max;
	int64_t		at = INT64_MAX;
	int64_t		told = 0;
	Say			say;

	if (!all_of_class->told || most == COUNT_UNBOUNDED)
		return;
	say = newest_say(all_of_class, statuses, n);
	while (look_before(statuses, n, &at))
	{
		for (size_t i = 0; i < n; i++)
			if (statuses[i].told && statuses[i].last.at == at)
				told += statuses[i].carried.min;
		for (size_t i = 0; i < n; i++)
			if (statuses[i].told && statuses[i].last.at == at)
				narrow(&statuses[i], most - (told - statuses[i].carried.min), &say);
	}
}

/*
 * Changes
 */

/* The word for two counts that are apart. */
static ReportVerdict
apart_verdict(Counts before, Counts after)
{
	if (before.max < after.min)
		return before.max == 0 ? REPORT_ARRIVED : REPORT_INCREASED;
	return after.max == 0 ? REPORT_DEPARTED : REPORT_DECREASED;
}

/* Looks that only touch count as overlapping: both may tell of one instant. */
static bool
looks_overlap(const Known *a, const Known *b)
{
	return b->last.since <= a->last.at;
}

/* Two looks prove it: one after the other, and no number would meet both. */
static bool
looks_are_apart(const Known *a, const Known *b)
{
	return !a->corrected && !looks_overlap(a, b) && are_apart(a->last.count, b->last.count);
}

/*
 * The verdict by what is carried, or REPORT_UNDECIDED if there is none. None before and none
 * after is no change between the dates, whatever was there in between: that is told by turnover.
 */
static ReportVerdict
carried_verdict(const Known *a, const Known *b, bool same_stay)
{
	if (are_apart(a->carried, b->carried))
		return apart_verdict(a->carried, b->carried);
	if (!same_stay && (a->carried.min > 0 || b->carried.min > 0))
		return REPORT_VARIED;
	return REPORT_UNDECIDED;
}

/* The word where nobody had looked before. */
static ReportVerdict
first_verdict(const Known *b)
{
	if (!b->none_first)
		return REPORT_FIRST_LOOK;
	return b->carried.min > 0 ? REPORT_ARRIVED : REPORT_UNDECIDED;
}

/* The verdict; false: no row. */
static bool
find_verdict(ReadingMode mode, int64_t from, const Known *a, const Known *b, bool same_stay, ReportVerdict *verdict)
{
	*verdict = REPORT_NOT_LOOKED;
	if (b->last.at <= from)
		return mode == MODE_POSSIBLE;
	if (!a->told)
	{
		*verdict = first_verdict(b);
		return mode == MODE_LAST_KNOWN ? b->carried.min > 0 : mode == MODE_POSSIBLE && b->last.count.max > 0;
	}
	if (mode == MODE_CERTAIN)
	{
		*verdict = looks_are_apart(a, b) ? apart_verdict(a->last.count, b->last.count) : REPORT_UNDECIDED;
		return *verdict != REPORT_UNDECIDED;
	}
	*verdict = carried_verdict(a, b, same_stay);
	if (*verdict != REPORT_UNDECIDED)
		return true;
	return mode == MODE_POSSIBLE && !(is_exact(a->last.count) && is_same(a->last.count, b->last.count));
}

bool
change_answer(int64_t from, int64_t to, ReadingMode mode, int64_t max_age,
			  const Known *by_from, const Known *by_to, bool same_stay, ChangeAnswer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (!by_to->told || !find_verdict(mode, from, by_from, by_to, same_stay, &answer->verdict))
		return false;
	answer->before_known = by_from->told;
	answer->after_known = answer->verdict != REPORT_NOT_LOOKED;
	answer->stale_before = is_stale(by_from, from, max_age);
	answer->stale_after = answer->after_known && is_stale(by_to, to, max_age);
	if (answer->stale_before)
		answer->doubt |= DOUBT(STALE_BEFORE);
	if (answer->stale_after)
		answer->doubt |= DOUBT(STALE_AFTER);
	if (answer->before_known)
	{
		answer->before = shown(by_from, mode);
		answer->doubt |= doubt_of(by_from, mode, MINIMUM_BEFORE, RANGE_BEFORE, CARRIED_BEFORE);
	}
	else
		answer->doubt |= DOUBT(NO_LOOK_BEFORE);
	if (answer->after_known)
	{
		answer->after = shown(by_to, mode);
		answer->doubt |= doubt_of(by_to, mode, MINIMUM_AFTER, RANGE_AFTER, CARRIED_AFTER);
	}
	else
		answer->doubt |= DOUBT(NO_LOOK_AFTER);
	if (answer->before_known && answer->after_known)
	{
		answer->least_known = answer->before.max < COUNT_UNBOUNDED;
		answer->most_known = answer->after.max < COUNT_UNBOUNDED;
		answer->least = (int64_t) answer->after.min - answer->before.max;
		answer->most = (int64_t) answer->after.max - answer->before.min;
		if (by_from->corrected)
			answer->doubt |= DOUBT(CORRECTED);
		else if (looks_overlap(by_from, by_to))
			answer->doubt |= DOUBT(LOOKS_OVERLAP);
		answer->certain = looks_are_apart(by_from, by_to) &&
			is_same(answer->before, by_from->last.count) && is_same(answer->after, by_to->last.count) &&
			answer->verdict == apart_verdict(answer->before, answer->after);
	}
	return true;
}

/* Does the count of all of a class grow between two dates, by what is carried? 1: it grows, -1: it falls, 0: not known. */
static int
direction_of_all(const Known *from, const Known *to)
{
	if (!from->told)
		return first_verdict(to) == REPORT_ARRIVED;
	return (from->carried.max < to->carried.min) - (to->carried.max < from->carried.min);
}

void
change_of_status(ChangeAnswer *answer, const Known *all_from, const Known *all_to)
{
	bool		up = answer->verdict == REPORT_ARRIVED || answer->verdict == REPORT_INCREASED;
	bool		down = answer->verdict == REPORT_DEPARTED || answer->verdict == REPORT_DECREASED;

	if ((up || down) && direction_of_all(all_from, all_to) != (up ? 1 : -1))
		answer->doubt |= DOUBT(STATUS_MAY_BE_SAME);
}

bool
inventory_answer(int64_t at, ReadingMode mode, int64_t max_age, const Known *known, InventoryAnswer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (!known->told)
		return false;
	answer->count = shown(known, mode);
	answer->doubt = doubt_of(known, mode, MINIMUM, RANGE, CARRIED);
	if (is_stale(known, at, max_age))
	{
		answer->state = INVENTORY_STALE;
		answer->doubt = DOUBT(STALE);
		return true;
	}
	answer->known = true;
	answer->state = is_same(answer->count, known->last.count) ? INVENTORY_TOLD : INVENTORY_CARRIED;
	return mode == MODE_POSSIBLE ? answer->count.max > 0 : answer->count.min > 0;
}

TimelineState
timeline_state(int64_t from, int64_t at, int64_t max_age, const Known *known)
{
	if (!known->told)
		return TIMELINE_UNOBSERVED;
	if (is_stale(known, at, max_age))
		return TIMELINE_STALE;
	return known->carried_told >= from ? TIMELINE_OBSERVED : TIMELINE_LAST_KNOWN;
}

/*
 * Turnover: one number is kept as high as the looks allow, another as low. So arrivals and
 * departures are counted only when a look proves them: at least so many came, and so many left.
 */
void
turnover_take(Turnover *t, const Evidence *e)
{
	/* which of two looks that overlap came first is not known */
	if (t->begun && e->since <= t->until)
		return;
	t->looks++;
	t->until = e->at;
	if (!t->begun)
	{
		t->begun = true;
		t->high = e->count.max;
		t->low = e->count.min;
		return;
	}
	if (t->high > e->count.max)
		t->high = e->count.max;
	else if (t->high < e->count.min)
	{
		t->came += e->count.min - t->high;
		t->high = e->count.min;
	}
	if (t->low < e->count.min)
		t->low = e->count.min;
	else if (t->low > e->count.max)
	{
		t->left += t->low - e->count.max;
		t->low = e->count.max;
	}
}

/* Pairs each look that told one number with the first such look 2^k days later or more, but less than twice that. */
void
persistence_take(Persistence *persistence, const Evidence *evidence, size_t n)
{
	for (int k = 0; k < GAPS; k++)
	{
		const int64_t gap = MICROS_PER_DAY << k;
		size_t		later = 0;

		for (size_t i = 0; i < n; i++)
		{
			if (!is_exact(evidence[i].count))
				continue;
			if (later < i)
				later = i;
			while (later < n && (!is_exact(evidence[later].count) || !is_older(evidence[i].at, evidence[later].since, gap)))
				later++;
			if (later == n)
				break;
			if (is_older(evidence[i].at, evidence[later].since, 2 * gap))
				continue;
			persistence->pairs[k]++;
			if (is_same(evidence[i].count, evidence[later].count))
				persistence->same[k]++;
		}
	}
}

/* Each word's range begins at `from` percent and ends at the next. Nothing is certain, and nothing excluded. */
const char *
persistence_word(int64_t same, int64_t pairs)
{
	static const struct
	{
		int			from;
		const char *word;
	}			words[] = {
		{95, "almost certain"}, {80, "very likely"}, {55, "likely"}, {45, "roughly even chance"},
		{20, "unlikely"}, {5, "very unlikely"}, {0, "almost no chance"},
	};
	size_t		i = 0;

	if (pairs < FEWEST_PAIRS)
		return NULL;
	while (100 * same < words[i].from * pairs)
		i++;
	return words[i].word;
}
