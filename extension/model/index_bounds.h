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
 * infinities. Packed, as on a page they are not aligned.
 */
enum
{
	AXIS_LON, AXIS_LAT, AXIS_TIMES,	/* and the four times from there on */
	COARSE_AXES = AXIS_TIMES + TIMES
};

typedef struct __attribute__((packed)) CoarseBounds
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

/* Its bounds where they lie; NULL: of another kind, or another byte order than this machine's. */
static inline const CoarseBounds *
coarse_in_key(const uint8_t *key, size_t length)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (is_bounds_key(key, length))
		return (const CoarseBounds *) (key + 1);
#else
	(void) key;
	(void) length;
#endif
	return NULL;
}

/* At most KEY_MAX bytes; the length is returned. */
extern size_t bounds_pack(const Bounds *b, uint8_t *key);
extern size_t coarse_pack(const CoarseBounds *c, uint8_t *key);

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
extern void coarse_add(CoarseBounds *c, const CoarseBounds *more);

#endif
