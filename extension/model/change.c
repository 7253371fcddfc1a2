/*
 * change.c: the truth table and its tests. Pure C; see change.h for the idea.
 *
 * Each verdict in each mode is several comparisons of a time with a date, all of which must
 * hold: that makes a rectangle. Times are whole microseconds, so a strict comparison is the
 * same as a closed one a microsecond further on. The dates of a watch are finite, so this
 * step never overflows.
 */
#include "change.h"
#include "geography.h"

const char *const verdict_names[VERDICTS] = {
	[VERDICT_ARRIVED] = "arrived", [VERDICT_DEPARTED] = "departed", [VERDICT_STAYED] = "stayed",
	[VERDICT_PASSED] = "passed", [VERDICT_BEFORE] = "before", [VERDICT_AFTER] = "after"
};

static TimeLimits
no_limits(void)
{
	TimeLimits	l;

	for (int i = 0; i < TIMES; i++)
	{
		l.min[i] = TIME_BEGIN;
		l.max[i] = TIME_END;
	}
	return l;
}

/* These narrow a limit: "after" is an exclusive lower one, "by" an inclusive upper one. */
static void
is_after(TimeLimits *l, int field, int64_t d)
{
	if (l->min[field] < d + 1)
		l->min[field] = d + 1;
}

static void
is_not_before(TimeLimits *l, int field, int64_t d)
{
	is_after(l, field, d - 1);
}

static void
is_by(TimeLimits *l, int field, int64_t d)
{
	if (l->max[field] > d)
		l->max[field] = d;
}

static void
is_before(TimeLimits *l, int field, int64_t d)
{
	is_by(l, field, d - 1);
}

/*
 * The start is "by d" (S <= d) or "after d" (S > d); the end likewise. In each mode this
 * is one comparison of d with one of the four times:
 *
 *                last_known         certain            possible
 *   S <= d       first_seen <= d    first_seen <= d    not_seen_at < d
 *   S > d        first_seen > d     not_seen_at >= d   first_seen > d
 *   E <= d       gone_by <= d       gone_by <= d       last_seen < d
 *   E > d        gone_by > d        last_seen >= d     gone_by > d
 */
static void
start_by(TimeLimits *l, ReadingMode mode, int64_t d)
{
	if (mode == MODE_POSSIBLE)
		is_before(l, NOT_SEEN_AT, d);
	else
		is_by(l, FIRST_SEEN, d);
}

static void
start_after(TimeLimits *l, ReadingMode mode, int64_t d)
{
	if (mode == MODE_CERTAIN)
		is_not_before(l, NOT_SEEN_AT, d);
	else
		is_after(l, FIRST_SEEN, d);
}

static void
end_by(TimeLimits *l, ReadingMode mode, int64_t d)
{
	if (mode == MODE_POSSIBLE)
		is_before(l, LAST_SEEN, d);
	else
		is_by(l, GONE_BY, d);
}

static void
end_after(TimeLimits *l, ReadingMode mode, int64_t d)
{
	if (mode == MODE_CERTAIN)
		is_not_before(l, LAST_SEEN, d);
	else
		is_after(l, GONE_BY, d);
}

TimeLimits
verdict_limits(Verdict verdict, const Watch *w)
{
	TimeLimits	l = no_limits();
	ReadingMode		mode = (ReadingMode) w->mode;
	int64_t		d1 = w->from_date;
	int64_t		d2 = w->to_date;

	switch (verdict)
	{
		case VERDICT_ARRIVED:
			start_after(&l, mode, d1);
			start_by(&l, mode, d2);
			end_after(&l, mode, d2);
			break;
		case VERDICT_DEPARTED:
			start_by(&l, mode, d1);
			end_after(&l, mode, d1);
			end_by(&l, mode, d2);
			break;
		case VERDICT_STAYED:
			start_by(&l, mode, d1);
			end_after(&l, mode, d2);
			break;
		case VERDICT_PASSED:
			start_after(&l, mode, d1);
			end_by(&l, mode, d2);
			break;
		case VERDICT_BEFORE:
			end_by(&l, mode, d1);
			break;
		case VERDICT_AFTER:
			start_after(&l, mode, d2);
			break;
	}
	return l;
}

/* max_age is a limit on last-known readings only. */
static int64_t
cap_of(ReadingMode mode, int64_t max_age)
{
	return mode == MODE_LAST_KNOWN ? max_age : AGE_UNLIMITED;
}

ChangeLimits
change_limits(Question q, const Watch *w)
{
	ChangeLimits c;

	c.n = 1;
	c.cap = cap_of((ReadingMode) w->mode, w->max_age);
	switch (q)
	{
		case ASK_ARRIVED:
			c.times[0] = verdict_limits(VERDICT_ARRIVED, w);
			break;
		case ASK_DEPARTED:
			c.times[0] = verdict_limits(VERDICT_DEPARTED, w);
			break;
		case ASK_STAYED:
			c.times[0] = verdict_limits(VERDICT_STAYED, w);
			break;
		case ASK_PASSED:
			c.times[0] = verdict_limits(VERDICT_PASSED, w);
			break;
		case ASK_CHANGED:
			c.n = 2;
			c.times[0] = verdict_limits(VERDICT_ARRIVED, w);
			c.times[1] = verdict_limits(VERDICT_DEPARTED, w);
			break;
		case ASK_PRESENT:
			/* neither before nor after */
			c.times[0] = no_limits();
			start_by(&c.times[0], (ReadingMode) w->mode, w->to_date);
			end_after(&c.times[0], (ReadingMode) w->mode, w->from_date);
			break;
		case ASK_OBSERVED:
			return observed_limits(w);
	}
	return c;
}

ChangeLimits
instant_limits(int64_t d, ReadingMode mode, int64_t max_age)
{
	ChangeLimits c;

	c.n = 1;
	c.cap = cap_of(mode, max_age);
	c.times[0] = no_limits();
	if (d == TIME_BEGIN || d == TIME_END)
		c.n = 0;				/* nothing is known to be there at infinity */
	else
	{
		start_by(&c.times[0], mode, d);
		end_after(&c.times[0], mode, d);
	}
	return c;
}

/*
 * To an index a sighting is a presence whose four times all are observed_at. So these
 * limits on one of them, with bounds_may_meet, are the inner test of sighting_answers.
 */
ChangeLimits
observed_limits(const Watch *w)
{
	ChangeLimits c;

	c.n = 1;
	c.cap = AGE_UNLIMITED;
	c.times[0] = no_limits();
	is_not_before(&c.times[0], FIRST_SEEN, w->from_date);
	is_by(&c.times[0], FIRST_SEEN, w->to_date);
	return c;
}

bool
sighting_answers(const Sighting *s, const Watch *w)
{
	return s->observed_at >= w->from_date && s->observed_at <= w->to_date &&
		box_has_point(w, s->lon, s->lat);
}

int64_t
gone_by_capped(int64_t last_seen, int64_t gone_by, int64_t cap)
{
	int64_t		expires;

	if (cap == AGE_UNLIMITED || last_seen == TIME_END)
		return gone_by;
	if (last_seen == TIME_BEGIN || __builtin_add_overflow(last_seen, cap, &expires))
		return last_seen == TIME_BEGIN ? TIME_BEGIN : gone_by;
	return expires < gone_by ? expires : gone_by;
}

bool
presence_within(const Presence *p, const ChangeLimits *limits)
{
	int64_t		gone_by = gone_by_capped(p->last_seen, p->gone_by, limits->cap);

	for (int i = 0; i < limits->n; i++)
	{
		const TimeLimits *l = &limits->times[i];

		if (p->not_seen_at >= l->min[NOT_SEEN_AT] && p->not_seen_at <= l->max[NOT_SEEN_AT] &&
			p->first_seen >= l->min[FIRST_SEEN] && p->first_seen <= l->max[FIRST_SEEN] &&
			p->last_seen >= l->min[LAST_SEEN] && p->last_seen <= l->max[LAST_SEEN] &&
			gone_by >= l->min[GONE_BY] && gone_by <= l->max[GONE_BY])
			return true;
	}
	return false;
}

/*
 * May a presence within the bounds lie within the limits? If one does, each of its times
 * lies in the interval of the bounds and in that of the limits, so these overlap: if the
 * leaf test is true, this one is. The capped gone_by grows with last_seen and with gone_by,
 * so it lies between its values at the two corners.
 */
bool
bounds_may_meet(const Bounds *b, const ChangeLimits *limits)
{
	int64_t		gone_min = gone_by_capped(b->min[LAST_SEEN], b->min[GONE_BY], limits->cap);
	int64_t		gone_max = gone_by_capped(b->max[LAST_SEEN], b->max[GONE_BY], limits->cap);

	for (int i = 0; i < limits->n; i++)
	{
		const TimeLimits *l = &limits->times[i];

		if (b->max[NOT_SEEN_AT] >= l->min[NOT_SEEN_AT] && b->min[NOT_SEEN_AT] <= l->max[NOT_SEEN_AT] &&
			b->max[FIRST_SEEN] >= l->min[FIRST_SEEN] && b->min[FIRST_SEEN] <= l->max[FIRST_SEEN] &&
			b->max[LAST_SEEN] >= l->min[LAST_SEEN] && b->min[LAST_SEEN] <= l->max[LAST_SEEN] &&
			gone_max >= l->min[GONE_BY] && gone_min <= l->max[GONE_BY])
			return true;
	}
	return false;
}

/* The same corners, the other way round: do all of the bounds lie in one rectangle? */
bool
bounds_all_within(const Bounds *b, const ChangeLimits *limits)
{
	int64_t		gone_min = gone_by_capped(b->min[LAST_SEEN], b->min[GONE_BY], limits->cap);
	int64_t		gone_max = gone_by_capped(b->max[LAST_SEEN], b->max[GONE_BY], limits->cap);

	for (int i = 0; i < limits->n; i++)
	{
		const TimeLimits *l = &limits->times[i];
		bool		all = gone_min >= l->min[GONE_BY] && gone_max <= l->max[GONE_BY];

		for (int t = NOT_SEEN_AT; all && t < GONE_BY; t++)
			all = b->min[t] >= l->min[t] && b->max[t] <= l->max[t];
		if (all)
			return true;
	}
	return false;
}

bool
presence_answers(Question q, const Presence *p, const Watch *w)
{
	ChangeLimits c;

	if (!box_has_point(w, p->lon, p->lat))
		return false;
	c = change_limits(q, w);
	return presence_within(p, &c);
}

bool
presence_has(Verdict verdict, const Presence *p, const Watch *w)
{
	ChangeLimits c;

	if (!box_has_point(w, p->lon, p->lat))
		return false;
	c.n = 1;
	c.cap = cap_of((ReadingMode) w->mode, w->max_age);
	c.times[0] = verdict_limits(verdict, w);
	return presence_within(p, &c);
}

bool
presence_there(const Presence *p, int64_t d, ReadingMode mode, int64_t max_age)
{
	ChangeLimits c = instant_limits(d, mode, max_age);

	return presence_within(p, &c);
}

int
presence_verdict(const Presence *p, const Watch *w)
{
	int			found = -1;

	for (int v = 0; v < VERDICTS; v++)
	{
		if (!presence_has((Verdict) v, p, w))
			continue;
		if (found >= 0)
			return -1;
		found = v;
	}
	return found;
}

static CountRange
counts_of(const Presence *p)
{
	CountRange	c = {p->count_min, p->count_max, false, p->count_max == COUNT_UNBOUNDED};

	return c;
}

static CountRange
negative(CountRange c)
{
	CountRange	n = {-c.max, -c.min, c.max_unbounded, c.min_unbounded};

	return n;
}

static CountRange
hull(CountRange a, CountRange b)
{
	CountRange	h;

	h.min = a.min < b.min ? a.min : b.min;
	h.max = a.max > b.max ? a.max : b.max;
	h.min_unbounded = a.min_unbounded || b.min_unbounded;
	h.max_unbounded = a.max_unbounded || b.max_unbounded;
	return h;
}

static CountRange
contribution(Verdict v, const Presence *p)
{
	CountRange	none = {0, 0, false, false};

	if (v == VERDICT_ARRIVED)
		return counts_of(p);
	if (v == VERDICT_DEPARTED)
		return negative(counts_of(p));
	return none;
}

/* In modes last_known and certain at most one verdict holds, and two alone add anything. Mode possible takes the hull of all that hold. */
CountRange
presence_net_change(const Presence *p, const Watch *w)
{
	CountRange	sum = {0, 0, false, false};
	bool		any = false;
	int			n = w->mode == MODE_POSSIBLE ? VERDICTS : VERDICT_DEPARTED + 1;

	for (int v = 0; v < n && !(any && n < VERDICTS); v++)
	{
		if (!presence_has((Verdict) v, p, w))
			continue;
		sum = any ? hull(sum, contribution((Verdict) v, p)) : contribution((Verdict) v, p);
		any = true;
	}
	return sum;
}

CountRange
presence_inventory(const Presence *p, int64_t d, ReadingMode mode, int64_t max_age)
{
	CountRange	none = {0, 0, false, false};

	if (!presence_there(p, d, mode, max_age))
		return none;
	if (mode == MODE_POSSIBLE && !presence_there(p, d, MODE_CERTAIN, max_age))
		return hull(none, counts_of(p));
	return counts_of(p);
}
