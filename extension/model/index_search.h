/*
 * index_search.h: searching in packed keys. Pure C.
 *
 * A search asks every entry of every page it visits, and of most it learns at once that
 * they lie elsewhere. So a question is first put into the units of the keys: steps of a
 * degree and whole seconds; then a key is held against it as it lies on the page. Only
 * what this cannot tell (a box over the antimeridian, max_age, times finer than seconds)
 * is unpacked and left to the operators' own tests (change.h, geography.h), from which
 * neither test may differ.
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

/* What a rectangle says of both ends of a stay, in the units of key_ends(): from a minimum on, so far. */
typedef struct EndLimits
{
	int64_t		start_min;
	uint64_t	start_range;
	int64_t		end_min;
	uint64_t	end_range;
} EndLimits;

typedef struct KeySearch
{
	Watch		watch;			/* box, and what the limits were made from */
	ChangeLimits limits;
	bool		box_is_plain;	/* does not wrap, nor ends at the antimeridian */
	bool		in_area;		/* and asks for less than the world */
	bool		capped;			/* max_age plays a part */
	bool		ends_only;		/* not_seen_at and last_seen are not limited */
	CoarseBounds coarse[2];		/* bounds may meet limits: min <= theirs max and so on */
	SecondLimits seconds[2];
	EndLimits	ends[2];
} KeySearch;

extern KeySearch key_search(const Watch *w, const ChangeLimits *limits);

/*
 * Can a leaf key of a presence be passed over, as its place or its ends show that it does not
 * answer? Most of a page can. From the key on KEY_GLANCE bytes must be readable.
 */
static inline bool
search_passes_over(const KeySearch *s, const uint8_t *key)
{
	int64_t		start;
	int64_t		end;
	bool		meets = false;

	if (s->in_area)
	{
		int32_t		lon = key_int32(key + 1);
		int32_t		lat = key_int32(key + 5);

		if (lon < s->watch.lon_min || lon > s->watch.lon_max || lat < s->watch.lat_min || lat > s->watch.lat_max)
			return true;
	}
	if (s->capped || !key_ends(key, &start, &end))
		return false;
	for (int i = 0; i < s->limits.n; i++)
		meets |= ((uint64_t) (start - s->ends[i].start_min) <= s->ends[i].start_range) &
			((uint64_t) (end - s->ends[i].end_min) <= s->ends[i].end_range);
	return !meets;
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

/* A key of any kind: false only if nothing within its bounds answers. */
extern bool search_meets(const KeySearch *s, const uint8_t *key, size_t length);
/* The same of bounds that are not packed. */
extern bool search_meets_bounds(const KeySearch *s, const Bounds *b);

#endif
