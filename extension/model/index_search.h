/*
 * index_search.h: searching in packed keys. Pure C.
 *
 * A search asks every entry of every page that it visits. Most entries lie elsewhere, and
 * that is seen at once. So a question is first put into the units of the keys: steps of a
 * degree and whole seconds. Then a key is compared with it as it lies on the page. Where
 * this cannot tell (a box over the antimeridian, max_age, times finer than seconds), the key
 * is unpacked and the operators' own tests decide (change.h, geography.h). Both ways give
 * the same answer.
 */
#ifndef SIGHTINGS_INDEX_SEARCH_H
#define SIGHTINGS_INDEX_SEARCH_H

#include "geography.h"
#include "index_bounds.h"

/* Closed limits on the four times in whole seconds, infinities as those of int64. */
typedef struct SecondLimits
{
	int64_t		min[TIMES];
	int64_t		max[TIMES];
} SecondLimits;

/* Those of a question, at most two, as bits. */
#define ALL_RECTANGLES 3

/* Limits on an end of a stay, in the units of key_end(): a minimum, and how far above it. */
typedef struct EndLimits
{
	int64_t		min;
	uint64_t	range;
} EndLimits;

/* What can be asked of a leaf key at a glance. Small, to be copied where a loop needs it. */
typedef struct Glance
{
	bool		at_place;		/* the box asks for less than the world, and is plain */
	bool		at_ends;		/* the ends of stays are as their keys say */
	int32_t		lon_min,
				lat_min,
				lon_max,
				lat_max;
	EndLimits	start[2];		/* of either rectangle; nothing meets one that is not there */
	EndLimits	end[2];
} Glance;

typedef struct KeySearch
{
	Watch		watch;			/* box, and what the limits were made from */
	ChangeLimits limits;
	bool		box_is_plain;	/* does not wrap, nor ends at the antimeridian */
	bool		capped;			/* max_age plays a part */
	bool		ends_only;		/* not_seen_at and last_seen are not limited */
	CoarseBounds coarse[2];		/* bounds may meet limits: min <= theirs max and so on */
	SecondLimits seconds[2];
	Glance		glance;
} KeySearch;

extern KeySearch key_search(const Watch *w, const ChangeLimits *limits);

/* An int, as it is summed up without a branch. */
static inline int
end_within(const EndLimits *limits, int64_t end)
{
	return (uint64_t) (end - limits->min) <= limits->range;
}

/* Is the place of a leaf key in the box? */
static inline bool
glance_at_place(const Glance *g, const uint8_t *key)
{
	int32_t		lon = key_int32(key + KEY_LON);
	int32_t		lat = key_int32(key + KEY_LAT);

	return lon >= g->lon_min && lon <= g->lon_max && lat >= g->lat_min && lat <= g->lat_max;
}

/*
 * May its ends answer, as far as these rectangles tell? (1: the first, 2: the second, 3: both.) From the key on
 * KEY_GLANCE bytes must be readable.
 */
static inline bool
glance_at_ends(const Glance *g, const uint8_t *key, int rectangles)
{
	int64_t		start = key_start(key);

	if (!key_in_seconds(key))
		return true;
	return ((rectangles & 1) && end_within(&g->start[0], start) && end_within(&g->end[0], key_end(key))) ||
		((rectangles & 2) && end_within(&g->start[1], start) && end_within(&g->end[1], key_end(key)));
}

/* Can a leaf key be passed over, as its place or its ends show that it does not answer? Most of a page can. */
static inline bool
glance_passes_over(const Glance *g, const uint8_t *key, int rectangles)
{
	return (g->at_ends && !glance_at_ends(g, key, rectangles)) || (g->at_place && !glance_at_place(g, key));
}

/* A leaf key of a presence in the box: exactly whether its times answer; if so, *p is the presence. */
extern bool search_has_times(const KeySearch *s, const uint8_t *key, size_t length, Presence *p);

/*
 * A leaf key of a presence: exactly whether it answers; if so, *p is the presence. Inline as
 * far as the place, for which most keys of a page are passed over.
 */
static inline bool
search_has_leaf(const KeySearch *s, const uint8_t *key, size_t length, Presence *p)
{
	int32_t		lon;
	int32_t		lat;

	key_place(key, length, &lon, &lat);
	if (s->box_is_plain ?
		lon < s->watch.lon_min || lon > s->watch.lon_max || lat < s->watch.lat_min || lat > s->watch.lat_max :
		!box_has_point(&s->watch, lon, lat))
		return false;
	return search_has_times(s, key, length, p);
}

/*
 * A key of any kind: which rectangles of the question something within its bounds may lie in, one bit
 * each; 0 only if nothing within them answers.
 */
extern int	search_meets(const KeySearch *s, const uint8_t *key, size_t length);
/* The same of bounds that are not packed. */
extern bool search_meets_bounds(const KeySearch *s, const Bounds *b);

#endif
