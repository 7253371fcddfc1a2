/*
 * index_bounds.c: bounds of presences and sightings, exact and as keys of inner pages.
 * Pure C; see index_bounds.h.
 */
#include "index_bounds.h"

/*
 * The ends of the range of seconds stand for the infinities; a finite time outside is
 * moved outwards: a lower bound down, an upper one up.
 */
static int32_t
seconds_down(int64_t t)
{
	int64_t		s = t / MICROS_PER_SECOND - (t % MICROS_PER_SECOND < 0);

	if (t == TIME_END)
		return INT32_MAX;
	if (s <= INT32_MIN)
		return INT32_MIN;
	return s >= INT32_MAX ? INT32_MAX - 1 : (int32_t) s;
}

static int32_t
seconds_up(int64_t t)
{
	int64_t		s = t / MICROS_PER_SECOND + (t % MICROS_PER_SECOND > 0);

	if (t == TIME_BEGIN)
		return INT32_MIN;
	if (s >= INT32_MAX)
		return INT32_MAX;
	return s <= INT32_MIN ? INT32_MIN + 1 : (int32_t) s;
}

static int64_t
seconds_time(int32_t s)
{
	if (s == INT32_MIN)
		return TIME_BEGIN;
	return s == INT32_MAX ? TIME_END : s * MICROS_PER_SECOND;
}

static void
coarse_from_bounds(const Bounds *b, CoarseBounds *c)
{
	c->min[AXIS_LON] = b->lon_min;
	c->min[AXIS_LAT] = b->lat_min;
	c->max[AXIS_LON] = b->lon_max;
	c->max[AXIS_LAT] = b->lat_max;
	for (int t = 0; t < TIMES; t++)
	{
		c->min[AXIS_TIMES + t] = seconds_down(b->min[t]);
		c->max[AXIS_TIMES + t] = seconds_up(b->max[t]);
	}
}

static void
bounds_from_coarse(const CoarseBounds *c, Bounds *b)
{
	b->lon_min = c->min[AXIS_LON];
	b->lat_min = c->min[AXIS_LAT];
	b->lon_max = c->max[AXIS_LON];
	b->lat_max = c->max[AXIS_LAT];
	for (int t = 0; t < TIMES; t++)
	{
		b->min[t] = seconds_time(c->min[AXIS_TIMES + t]);
		b->max[t] = seconds_time(c->max[AXIS_TIMES + t]);
	}
}

void
coarse_from_limits(const Watch *w, const TimeLimits *limits, CoarseBounds *c)
{
	c->min[AXIS_LON] = w->lon_min;
	c->min[AXIS_LAT] = w->lat_min;
	c->max[AXIS_LON] = w->lon_max;
	c->max[AXIS_LAT] = w->lat_max;
	for (int t = 0; t < TIMES; t++)
	{
		c->min[AXIS_TIMES + t] = seconds_up(limits->min[t]);
		c->max[AXIS_TIMES + t] = seconds_down(limits->max[t]);
	}
}

/* To the key's byte order, or back: the same of both. */
static void
little_endian_axes(CoarseBounds *c)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	for (int i = 0; i < COARSE_AXES; i++)
	{
		c->min[i] = (int32_t) __builtin_bswap32((uint32_t) c->min[i]);
		c->max[i] = (int32_t) __builtin_bswap32((uint32_t) c->max[i]);
	}
#else
	(void) c;
#endif
}

size_t
coarse_pack(const CoarseBounds *c, uint8_t *key)
{
	CoarseBounds turned = *c;

	key[0] = TAG_BOUNDS;
	little_endian_axes(&turned);
	memcpy(key + 1, &turned, sizeof turned);
	return 1 + sizeof turned;
}

size_t
bounds_pack(const Bounds *b, uint8_t *key)
{
	CoarseBounds c;

	coarse_from_bounds(b, &c);
	return coarse_pack(&c, key);
}

/* On most machines the key's bytes are the struct's. */
static void
inner_unpack(const uint8_t *key, size_t length, CoarseBounds *c)
{
	if (length == 1 + sizeof *c)
		memcpy(c, key + 1, sizeof *c);
	else						/* damaged */
	{
		memset(c, 0, sizeof *c);
		memcpy(c, key + 1, length - 1 < sizeof *c ? length - 1 : sizeof *c);
	}
	little_endian_axes(c);
}

void
coarse_unpack(const uint8_t *key, size_t length, CoarseBounds *c)
{
	Bounds		b;

	if (key_kind(key, length) == KEY_BOUNDS)
		inner_unpack(key, length, c);
	else
	{
		bounds_unpack(key, length, &b);
		coarse_from_bounds(&b, c);
	}
}

void
bounds_unpack(const uint8_t *key, size_t length, Bounds *b)
{
	Presence	p;
	Sighting	s;
	CoarseBounds c;

	switch (key_kind(key, length))
	{
		case KEY_PRESENCE:
			presence_unpack(key, length, &p);
			*b = bounds_of_presence(&p);
			break;
		case KEY_SIGHTING:
			sighting_unpack(key, length, &s);
			*b = bounds_of_sighting(&s);
			break;
		case KEY_BOUNDS:
			inner_unpack(key, length, &c);
			bounds_from_coarse(&c, b);
			break;
	}
}

Bounds
bounds_of_presence(const Presence *p)
{
	Bounds		b;

	b.lon_min = b.lon_max = p->lon;
	b.lat_min = b.lat_max = p->lat;
	b.min[NOT_SEEN_AT] = b.max[NOT_SEEN_AT] = p->not_seen_at;
	b.min[FIRST_SEEN] = b.max[FIRST_SEEN] = p->first_seen;
	b.min[LAST_SEEN] = b.max[LAST_SEEN] = p->last_seen;
	b.min[GONE_BY] = b.max[GONE_BY] = p->gone_by;
	return b;
}

Bounds
bounds_of_sighting(const Sighting *s)
{
	Bounds		b;

	b.lon_min = b.lon_max = s->lon;
	b.lat_min = b.lat_max = s->lat;
	for (int t = 0; t < TIMES; t++)
		b.min[t] = b.max[t] = s->observed_at;
	return b;
}

static void
widen_steps(int32_t *min, int32_t *max, int32_t more_min, int32_t more_max)
{
	if (*min > more_min)
		*min = more_min;
	if (*max < more_max)
		*max = more_max;
}

void
bounds_add(Bounds *b, const Bounds *more)
{
	widen_steps(&b->lon_min, &b->lon_max, more->lon_min, more->lon_max);
	widen_steps(&b->lat_min, &b->lat_max, more->lat_min, more->lat_max);
	for (int t = 0; t < TIMES; t++)
	{
		if (b->min[t] > more->min[t])
			b->min[t] = more->min[t];
		if (b->max[t] < more->max[t])
			b->max[t] = more->max[t];
	}
}

void
coarse_add(CoarseBounds *c, const CoarseBounds *more)
{
	for (int axis = 0; axis < COARSE_AXES; axis++)
	{
		if (c->min[axis] > more->min[axis])
			c->min[axis] = more->min[axis];
		if (c->max[axis] < more->max[axis])
			c->max[axis] = more->max[axis];
	}
}
