/*
 * answers_laws.c: what must hold of every answer, whatever the evidence.
 *
 * Nothing here walks as answers.c does but known_by, whose result the unit test holds against
 * every split of the evidence into runs.
 */
#include "answers_laws.h"

#include <string.h>

#define LAW(holds, words) \
	do { \
		if (!(holds)) \
			return words; \
	} while (0)

Known
known_by(const Evidence *evidence, size_t n, int64_t at)
{
	Known		known = {0};

	for (size_t i = 0; i < n && evidence[i].at <= at; i++)
		known_take(&known, &evidence[i]);
	return known;
}

Known
status_by(Told all, const Told *statuses, size_t n, size_t which, int64_t at)
{
	Known		of_class = known_by(all.evidence, all.n, at);
	Known		known[MOST_STATUSES];

	for (size_t i = 0; i < n; i++)
		known[i] = known_by(statuses[i].evidence, statuses[i].n, at);
	statuses_narrow(&of_class, known, n);
	return known[which];
}

bool
same_known(const Known *a, const Known *b)
{
	return a->told == b->told && memcmp(&a->last, &b->last, sizeof(Evidence)) == 0 &&
		a->carried.min == b->carried.min && a->carried.max == b->carried.max && a->most_told == b->most_told &&
		a->carried_told == b->carried_told;
}

bool
ask_change(const Evidence *evidence, size_t n, const Question *question, ReadingMode mode, ChangeAnswer *answer)
{
	Known		from = known_by(evidence, n, question->from);
	Known		to = known_by(evidence, n, question->to);

	return change_answer(question->from, question->to, mode, question->max_age, &from, &to, from.runs == to.runs, answer);
}

bool
ask_inventory(const Evidence *evidence, size_t n, const Question *question, ReadingMode mode, InventoryAnswer *answer)
{
	Known		known = known_by(evidence, n, question->to);

	return inventory_answer(question->to, mode, question->max_age, &known, answer);
}

Turnover
ask_turnover(const Evidence *evidence, size_t n, const Question *question)
{
	Turnover	turnover = {0};
	size_t		first = 0;

	while (first + 1 < n && evidence[first + 1].at <= question->from)
		first++;
	for (size_t i = first; i < n && evidence[i].at <= question->to; i++)
		turnover_take(&turnover, &evidence[i]);
	return turnover;
}

bool
evidence_is_apart(const Evidence *evidence, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (evidence[i].since <= evidence[i - 1].at)
			return false;
	return true;
}

static bool
is_none(Counts c)
{
	return c.max == 0;
}

static bool
is_number(Counts c)
{
	return c.min == c.max;
}

static bool
is_minimum(Counts c)
{
	return c.max == COUNT_UNBOUNDED;
}

static bool
is_same(Counts a, Counts b)
{
	return a.min == b.min && a.max == b.max;
}

static bool
is_range(Counts c)
{
	return 0 <= c.min && c.min <= c.max && c.min < COUNT_UNBOUNDED;
}

static bool
is_within(Counts narrow, Counts wide)
{
	return wide.min <= narrow.min && narrow.max <= wide.max;
}

static bool
is_fewer(Counts a, Counts b)
{
	return a.max < b.min;
}

/* Up, down, or another number for each word that tells no direction. */
static int
direction(ReportVerdict verdict)
{
	switch (verdict)
	{
		case REPORT_ARRIVED:
		case REPORT_INCREASED:
			return 1;
		case REPORT_DEPARTED:
		case REPORT_DECREASED:
			return -1;
		default:
			return 10 + (int) verdict;
	}
}

static bool
is_change(ReportVerdict verdict)
{
	return verdict <= REPORT_DECREASED;
}

static bool
has(uint32_t doubt, Doubt code)
{
	return (doubt & DOUBT(code)) != 0;
}

/* (at - max_age, where that is a time at all) */
static bool
is_stale_by(const Known *known, int64_t at, int64_t max_age)
{
	return known->told && max_age != AGE_UNLIMITED && at >= INT64_MIN + max_age && known->last.at <= at - max_age;
}

/* The word against the counts shown, in the modes whose word is about them. */
static bool
word_fits(const ChangeAnswer *a)
{
	switch (a->verdict)
	{
		case REPORT_ARRIVED:
			return (!a->before_known || is_none(a->before)) && a->after.min > 0;
		case REPORT_DEPARTED:
			return a->before.min > 0 && is_none(a->after);
		case REPORT_INCREASED:
			return !is_none(a->before) && is_fewer(a->before, a->after);
		case REPORT_DECREASED:
			return is_fewer(a->after, a->before) && !is_none(a->after);
		case REPORT_VARIED:
			return !is_fewer(a->before, a->after) && !is_fewer(a->after, a->before) && (a->before.min > 0 || a->after.min > 0);
		case REPORT_FIRST_LOOK:
			return !a->before_known && a->after.min > 0;
		default:
			return false;
	}
}

static const char *
broken_doubt(const ChangeAnswer *a, const Known *from, const Known *to)
{
	bool		both = a->before_known && a->after_known;

	LAW(a->before_known != has(a->doubt, NO_LOOK_BEFORE) && a->after_known != has(a->doubt, NO_LOOK_AFTER), "no look is in doubt");
	LAW(a->stale_before == has(a->doubt, STALE_BEFORE) && a->stale_after == has(a->doubt, STALE_AFTER), "what is stale is in doubt");
	LAW(has(a->doubt, MINIMUM_BEFORE) == (a->before_known && is_minimum(a->before)), "minimum_before");
	LAW(has(a->doubt, MINIMUM_AFTER) == (a->after_known && is_minimum(a->after)), "minimum_after");
	LAW(has(a->doubt, RANGE_BEFORE) == (a->before_known && !is_minimum(a->before) && !is_number(a->before)), "range_before");
	LAW(has(a->doubt, RANGE_AFTER) == (a->after_known && !is_minimum(a->after) && !is_number(a->after)), "range_after");
	LAW(has(a->doubt, CARRIED_BEFORE) == (a->before_known && !is_same(a->before, from->last.count)), "carried_before");
	LAW(has(a->doubt, CARRIED_AFTER) == (a->after_known && !is_same(a->after, to->last.count)), "carried_after");
	LAW(has(a->doubt, LOOKS_OVERLAP) == (both && to->last.since <= from->last.at), "looks_overlap");
	LAW(!has(a->doubt, MINIMUM) && !has(a->doubt, RANGE) && !has(a->doubt, CARRIED) && !has(a->doubt, STALE), "a doubt of an inventory");
	return NULL;
}

static const char *
broken_numbers(const ChangeAnswer *a, ReadingMode mode, const Known *from, const Known *to)
{
	bool		both = a->before_known && a->after_known;
	bool		carried = mode == MODE_LAST_KNOWN;

	LAW(!a->before_known || is_range(a->before), "before is a range");
	LAW(!a->after_known || is_range(a->after), "after is a range");
	LAW(!a->before_known || is_same(a->before, carried ? from->carried : from->last.count), "before is as carried, or as told");
	LAW(!a->after_known || is_same(a->after, carried ? to->carried : to->last.count), "after is as carried, or as told");
	LAW(a->least_known == (both && !is_minimum(a->before)), "the least change is known if most before are");
	LAW(a->most_known == (both && !is_minimum(a->after)), "the most change is known if most after are");
	LAW(!a->least_known || a->least == (int64_t) a->after.min - a->before.max, "the least change");
	LAW(!a->most_known || a->most == (int64_t) a->after.max - a->before.min, "the most change");
	return NULL;
}

static const char *
broken_certainty(const ChangeAnswer *a, ReadingMode mode, const Known *from, const Known *to)
{
	const uint32_t reasons = DOUBT(NO_LOOK_BEFORE) | DOUBT(CARRIED_BEFORE) | DOUBT(CARRIED_AFTER) | DOUBT(LOOKS_OVERLAP);

	LAW(mode != MODE_CERTAIN || a->certain, "all of mode certain is certain");
	if (!a->certain)
	{
		LAW(mode != MODE_LAST_KNOWN || !is_change(a->verdict) || (a->doubt & reasons) != 0, "why it is not certain is told");
		return NULL;
	}
	LAW(is_same(a->before, from->last.count) && is_same(a->after, to->last.count), "certain is what two looks told");
	LAW(is_fewer(a->before, a->after) || is_fewer(a->after, a->before), "certain counts are apart");
	LAW(from->last.at < to->last.since, "certain looks are one after the other");
	LAW(is_change(a->verdict) && word_fits(a), "certain words fit the counts told");
	return NULL;
}

static const char *
broken_row(const ChangeAnswer *a, ReadingMode mode, const Known *from, const Known *to, const Question *q)
{
	const char *law = broken_doubt(a, from, to);

	if (law == NULL)
		law = broken_numbers(a, mode, from, to);
	if (law == NULL)
		law = broken_certainty(a, mode, from, to);
	LAW(law == NULL, law);
	LAW(a->before_known == from->told, "before is known if a look by the earlier date told of it");
	LAW(a->after_known == (a->verdict != REPORT_NOT_LOOKED), "after is not known where nobody looked");
	LAW(a->after_known == (to->last.at > q->from), "what is after is told after the earlier date");
	LAW(mode == MODE_POSSIBLE || word_fits(a), "the word fits the counts");
	LAW(a->stale_before == is_stale_by(from, q->from, q->max_age), "stale_before is of the look before, at the earlier date");
	LAW(a->stale_after == (a->after_known && is_stale_by(to, q->to, q->max_age)), "stale_after is of the look after, at the later date");
	return NULL;
}

static const char *
broken_change(const Question *q, const Known *from, const Known *to)
{
	ChangeAnswer row[MODES];
	bool		listed[MODES];
	const char *law = NULL;

	for (int mode = 0; mode < MODES; mode++)
	{
		listed[mode] = change_answer(q->from, q->to, (ReadingMode) mode, q->max_age, from, to, from->runs == to->runs, &row[mode]);
		if (listed[mode] && law == NULL)
			law = broken_row(&row[mode], (ReadingMode) mode, from, to, q);
	}
	LAW(law == NULL, law);
	for (int mode = 0; mode < MODES; mode++)
		LAW(!listed[mode] || !row[mode].certain || listed[MODE_CERTAIN], "what is called certain is listed in mode certain");
	LAW(!listed[MODE_CERTAIN] || listed[MODE_LAST_KNOWN], "certain implies last known");
	LAW(!listed[MODE_LAST_KNOWN] || listed[MODE_POSSIBLE], "last known implies possible");
	LAW(!listed[MODE_CERTAIN] || direction(row[MODE_CERTAIN].verdict) == direction(row[MODE_LAST_KNOWN].verdict),
		"certain and last known tell the same direction");
	LAW(!listed[MODE_LAST_KNOWN] || row[MODE_LAST_KNOWN].verdict == row[MODE_POSSIBLE].verdict, "last known and possible tell the same word");
	LAW(!listed[MODE_CERTAIN] || (is_within(row[MODE_LAST_KNOWN].before, row[MODE_CERTAIN].before) &&
								  is_within(row[MODE_LAST_KNOWN].after, row[MODE_CERTAIN].after)), "last known is within what is certain");
	LAW(listed[MODE_POSSIBLE] || !from->told || !to->told || (is_number(from->last.count) && is_same(from->last.count, to->last.count)),
		"possible lists all that is not one and the same number");
	return NULL;
}

static const char *
broken_inventory(const Question *q, const Known *to)
{
	InventoryAnswer row[MODES];
	bool		listed[MODES];
	bool		stale = is_stale_by(to, q->to, q->max_age);

	for (int mode = 0; mode < MODES; mode++)
	{
		listed[mode] = inventory_answer(q->to, (ReadingMode) mode, q->max_age, to, &row[mode]);
		if (!listed[mode])
			continue;
		LAW(to->told && is_range(row[mode].count), "a count is a range");
		LAW((row[mode].state == INVENTORY_STALE) == stale && row[mode].known != stale, "what is stale is not known");
		LAW(has(row[mode].doubt, STALE) == stale, "what is stale is in doubt");
		LAW(is_same(row[mode].count, mode == MODE_LAST_KNOWN ? to->carried : to->last.count), "an inventory is what is carried, or told");
		LAW(stale || (row[mode].state == INVENTORY_TOLD) == is_same(row[mode].count, to->last.count), "a count is told, or carried");
		LAW(stale || (mode == MODE_POSSIBLE ? row[mode].count.max : row[mode].count.min) > 0, "an inventory lists some");
		LAW(stale || has(row[mode].doubt, CARRIED) == (row[mode].state == INVENTORY_CARRIED), "what is carried is in doubt");
		LAW(stale || has(row[mode].doubt, MINIMUM) == (row[mode].count.max == COUNT_UNBOUNDED), "minimum");
		LAW(stale || has(row[mode].doubt, RANGE) == (row[mode].count.max < COUNT_UNBOUNDED && !is_number(row[mode].count)), "range");
	}
	LAW(!listed[MODE_CERTAIN] || listed[MODE_LAST_KNOWN], "an inventory: certain implies last known");
	LAW(!listed[MODE_LAST_KNOWN] || listed[MODE_POSSIBLE], "an inventory: last known implies possible");
	LAW(listed[MODE_POSSIBLE] || !to->told || (is_none(to->last.count) && !stale), "an inventory: possible lists all that may be there");
	return NULL;
}

static const char *
broken_turnover(const Evidence *evidence, size_t n, const Question *q, const Known *from, const Known *to)
{
	Turnover	t = ask_turnover(evidence, n, q);

	LAW(t.begun == to->told && t.begun == (t.looks > 0), "turnover begins with a look");
	if (!t.begun)
		return NULL;
	LAW(t.came >= 0 && t.left >= 0, "some came and left, or none");
	LAW(is_range((Counts) {t.low, t.high}), "the most and the fewest that are left there are a range");
	if (from->told && from->last.at < to->last.since && evidence_is_apart(evidence, n))
	{
		LAW(t.came >= (int64_t) to->last.count.min - from->last.count.max, "as many came as there are more");
		LAW(t.left >= (int64_t) from->last.count.min - to->last.count.max, "as many left as there are fewer");
	}
	return NULL;
}

const char *
broken_law_of_known(const Known *from, const Known *to, const Question *question)
{
	const char *law = NULL;

	LAW(!to->told || (is_range(to->carried) && is_within(to->carried, to->last.count)), "what is carried is within what was told last");
	LAW(!to->told || (to->run_since <= to->last.at && to->runs > 0), "a run begins with a look");
	law = broken_change(question, from, to);
	if (law == NULL)
		law = broken_inventory(question, to);
	return law;
}

const char *
broken_law(const Evidence *evidence, size_t n, const Question *question)
{
	Known		from = known_by(evidence, n, question->from);
	Known		to = known_by(evidence, n, question->to);
	const char *law = broken_law_of_known(&from, &to, question);

	return law != NULL ? law : broken_turnover(evidence, n, question, &from, &to);
}

const char *
broken_order(const Evidence *evidence, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		LAW(is_range(evidence[i].count), "evidence is a range");
		LAW(evidence[i].count.min > 0 || evidence[i].count.max < COUNT_UNBOUNDED, "evidence tells something");
		LAW(!is_number(evidence[i].count) || evidence[i].doubt == 0, "one number is in no doubt");
		LAW(evidence[i].since <= evidence[i].at, "a look begins before it ends");
		LAW(i == 0 || evidence[i - 1].at < evidence[i].at, "evidence is in order of time, one of each moment");
	}
	return NULL;
}

bool
passes(const int *world, int64_t since, int64_t at, Counts c)
{
	int			low = world[since];
	int			high = world[since];

	for (int64_t tick = since + 1; tick <= at; tick++)
	{
		low = world[tick] < low ? world[tick] : low;
		high = world[tick] > high ? world[tick] : high;
	}
	return low <= c.max && high >= c.min;
}

static Counts
numbers_within(const int *world, const Evidence *e, Counts c)
{
	Counts		within = {world[e->since], world[e->since]};

	for (int64_t tick = e->since + 1; tick <= e->at; tick++)
	{
		within.min = world[tick] < within.min ? world[tick] : within.min;
		within.max = world[tick] > within.max ? world[tick] : within.max;
	}
	return (Counts) {within.min > c.min ? within.min : c.min, within.max < c.max ? within.max : c.max};
}

bool
row_is_true(const int *world, const Evidence *before, const Evidence *after, const ChangeAnswer *row)
{
	Counts		x = numbers_within(world, before, row->before);
	Counts		y = numbers_within(world, after, row->after);

	if (x.min > x.max || y.min > y.max)
		return false;
	if ((row->least_known && y.min - x.max < row->least) || (row->most_known && y.max - x.min > row->most))
		return false;
	switch (row->verdict)
	{
		case REPORT_ARRIVED:
			return x.max == 0 && y.min > 0;
		case REPORT_DEPARTED:
			return x.min > 0 && y.max == 0;
		case REPORT_INCREASED:
			return x.max < y.min;
		case REPORT_DECREASED:
			return y.max < x.min;
		default:
			return false;
	}
}
