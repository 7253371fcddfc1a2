/*
 * index_bounds.h: the bounds of what lies below an entry of an index. Pure C.
 *
 * On an inner page they lie in whole seconds, rounded outwards. Rounding is monotonous, so
 * that bounds that hold others still do afterwards.
 */
#ifndef SIGHTINGS_INDEX_BOUNDS_H
#define SIGHTINGS_INDEX_BOUNDS_H

#include "index_key.h"

/*
 * Bounds as they lie on an inner page: the longitude and the latitude in steps, then
 * the four times in whole seconds, 1931 to 2068. INT32_MIN and INT32_MAX stand for the
 * infinities.
 */
#define COARSE_AXES (2 + TIMES)

typedef struct CoarseBounds
{
	int32_t		min[COARSE_AXES];
	int32_t		max[COARSE_AXES];
} CoarseBounds;

/* A key of bounds that is not damaged; it is the tag and the bytes of CoarseBounds. */
static inline bool
is_bounds_key(const uint8_t *key, size_t length)
{
	return length == 1 + sizeof(CoarseBounds) && key[0] == TAG_BOUNDS;
}

/* At most KEY_MAX bytes; the length is returned. */
extern size_t bounds_pack(const Bounds *b, uint8_t *key);

/* A key of any kind; a leaf key bounds itself, exactly. */
extern void bounds_unpack(const uint8_t *key, size_t length, Bounds *b);
/* Of any kind, rounded outwards. */
extern void coarse_unpack(const uint8_t *key, size_t length, CoarseBounds *c);

/*
 * A box that does not wrap and limits on the times, rounded inwards: bounds may meet the
 * limits if and only if both, coarse, overlap along every axis.
 */
extern void coarse_from_limits(const Watch *w, const TimeLimits *limits, CoarseBounds *c);

extern Bounds bounds_of_presence(const Presence *p);
extern Bounds bounds_of_sighting(const Sighting *s);
extern void bounds_add(Bounds *b, const Bounds *more);

#endif
