/*
 * index_search.c: searching in packed keys. Pure C; see index_search.h.
 *
 * Why whole seconds lose nothing. A whole second is at least t if it is at least t rounded
 * up, and at most t if it is at most t rounded down. Inner keys round their bounds outwards.
 * Limits rounded inwards, in the same units (index_key.h), tell the same of them; also of
 * infinities, because what is beyond the range of an inner key is moved outwards there and
 * inwards here.
 */
#include "index_search.h"

#include <string.h>

static int64_t
seconds_at_least(int64_t t)
{
	return t == TIME_BEGIN || t == TIME_END ? t : t / MICROS_PER_SECOND + (t % MICROS_PER_SECOND > 0);
}

static int64_t
seconds_at_most(int64_t t)
{
	return t == TIME_BEGIN || t == TIME_END ? t : t / MICROS_PER_SECOND - (t % MICROS_PER_SECOND < 0);
}

static bool
is_plain(const Watch *w)
{
	return box_is_world(w) ||
		(w->lon_min <= w->lon_max && w->lon_min > -LON_LIMIT && w->lon_max < LON_LIMIT);
}

static bool
limits_ends_only(const ChangeLimits *limits)
{
	for (int i = 0; i < limits->n; i++)
	{
		const TimeLimits *l = &limits->times[i];

		if (l->min[NOT_SEEN_AT] != TIME_BEGIN || l->max[NOT_SEEN_AT] != TIME_END ||
			l->min[LAST_SEEN] != TIME_BEGIN || l->max[LAST_SEEN] != TIME_END)
			return false;
	}
	return true;
}

/* Beyond all that key_end() returns: nothing meets it. */
static const EndLimits no_end = {2 * NEVER_ENDS, 0};

/* To the units of key_end(). */
static EndLimits
end_limits(int64_t min, int64_t max)
{
	const int64_t beyond = NEVER_ENDS - SECOND_BIAS;	/* any finite end */

	min = min >= beyond ? NEVER_ENDS : min < -SECOND_BIAS ? 0 : min + SECOND_BIAS;
	max = max == TIME_END ? NEVER_ENDS : max >= beyond ? NEVER_ENDS - 1 : max < -SECOND_BIAS ? -1 : max + SECOND_BIAS;
	return min > max ? no_end : (EndLimits) {min, (uint64_t) (max - min)};
}

static Glance
make_glance(const KeySearch *s)
{
	const Watch *w = &s->watch;
	Glance		g = {s->box_is_plain && !box_is_world(w), !s->capped,
		w->lon_min, w->lat_min, w->lon_max, w->lat_max, {no_end, no_end}, {no_end, no_end}};

	for (int i = 0; i < s->limits.n; i++)
	{
		const SecondLimits *l = &s->seconds[i];

		g.start[i] = end_limits(l->min[FIRST_SEEN], l->max[FIRST_SEEN]);
		g.end[i] = end_limits(l->min[GONE_BY], l->max[GONE_BY]);
	}
	return g;
}

KeySearch
key_search(const Watch *w, const ChangeLimits *limits)
{
	KeySearch	s = {.watch = *w, .limits = *limits};

	s.box_is_plain = is_plain(w);
	s.capped = limits->cap != AGE_UNLIMITED;
	s.ends_only = limits_ends_only(limits);
	for (int i = 0; i < limits->n; i++)
	{
		coarse_from_limits(w, &limits->times[i], &s.coarse[i]);
		for (int t = 0; t < TIMES; t++)
		{
			s.seconds[i].min[t] = seconds_at_least(limits->times[i].min[t]);
			s.seconds[i].max[t] = seconds_at_most(limits->times[i].max[t]);
		}
	}
	s.glance = make_glance(&s);
	return s;
}

static inline bool
within(const SecondLimits *l, int field, int64_t seconds)
{
	return seconds >= l->min[field] && seconds <= l->max[field];
}

static inline bool
has_seconds(const KeySearch *s, const PresenceSeconds *p)
{
	for (int i = 0; i < s->limits.n; i++)
	{
		const SecondLimits *l = &s->seconds[i];

		if (within(l, FIRST_SEEN, p->at[FIRST_SEEN]) && within(l, GONE_BY, p->at[GONE_BY]) &&
			(s->ends_only || (within(l, NOT_SEEN_AT, p->at[NOT_SEEN_AT]) && within(l, LAST_SEEN, p->at[LAST_SEEN]))))
			return true;
	}
	return false;
}

bool
search_has_times(const KeySearch *s, const uint8_t *key, size_t length, Presence *p)
{
	PresenceSeconds seconds;

	if (!s->capped && presence_seconds(key, length, &seconds))
	{
		if (!has_seconds(s, &seconds))
			return false;
		presence_from_seconds(&seconds, key, length, p);
		return true;
	}
	presence_unpack(key, length, p);
	return presence_within(p, &s->limits);
}

bool
search_meets_bounds(const KeySearch *s, const Bounds *b)
{
	return box_meets_bounds(&s->watch, b->lon_min, b->lat_min, b->lon_max, b->lat_max) &&
		bounds_may_meet(b, &s->limits);
}

/* The key's bytes are those of CoarseBounds; most entries lie elsewhere along some axis. */
static inline bool
meets_coarse(const CoarseBounds *asked, const uint8_t *min, const uint8_t *max)
{
	for (int i = 0; i < COARSE_AXES; i++)
		if (key_int32(max + 4 * i) < asked->min[i] || key_int32(min + 4 * i) > asked->max[i])
			return false;
	return true;
}

int
search_meets(const KeySearch *s, const uint8_t *key, size_t length)
{
	Bounds		b;
	int			rectangles = 0;

	if (s->box_is_plain && !s->capped && is_bounds_key(key, length))
	{
		const uint8_t *min = key + 1;
		const uint8_t *max = min + sizeof s->coarse[0].min;

		for (int i = 0; i < s->limits.n; i++)
			rectangles |= (int) meets_coarse(&s->coarse[i], min, max) << i;
		return rectangles;
	}
	bounds_unpack(key, length, &b);
	return search_meets_bounds(s, &b) ? ALL_RECTANGLES : 0;
}
