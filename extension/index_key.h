/*
 * index_key.h: how presences, sightings and bounds of them lie in an index. Pure C.
 *
 * Three kinds of key, told apart by their first byte, so that one set of index
 * functions handles leaf and inner pages of presences and sightings alike:
 *
 *   presence  leaf   lossless; 23 bytes where all times are whole seconds
 *   sighting  leaf   lossless; 14 bytes likewise
 *   bounds    inner  49 bytes: a box and the bounds of the four times in whole seconds,
 *                    rounded outwards; infinities stay exact
 *
 * To the index a sighting is a presence all of whose four times are observed_at.
 * Byte order is little-endian on every machine; nothing is aligned.
 */
#ifndef SIGHTINGS_INDEX_KEY_H
#define SIGHTINGS_INDEX_KEY_H

#include <string.h>

#include "change.h"

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

/* No key is longer; packing may scribble on all of it. */
#define KEY_MAX 56

typedef enum KeyKind
{
	KEY_PRESENCE,
	KEY_SIGHTING,
	KEY_BOUNDS
} KeyKind;

extern KeyKind key_kind(const uint8_t *key, size_t length);

/* Each writes a key of at most KEY_MAX bytes and returns its length. */
extern size_t presence_pack(const Presence *p, uint8_t *key);
extern size_t sighting_pack(const Sighting *s, uint8_t *key);
extern size_t bounds_pack(const Bounds *b, uint8_t *key);

/* The key must be of the kind; a damaged one gives a wrong value, never a wild read. */
extern void presence_unpack(const uint8_t *key, size_t length, Presence *p);
extern void sighting_unpack(const uint8_t *key, size_t length, Sighting *s);
/* Any kind: a leaf key bounds itself, exactly. */
extern void bounds_unpack(const uint8_t *key, size_t length, Bounds *b);

/*
 * Every kind of key has a place first: of a value its own, of bounds the lower corner.
 * Inline, as most keys are passed over for it. 0, 0 of a key that is too short.
 */
static inline void
key_place(const uint8_t *key, size_t length, int32_t *lon, int32_t *lat)
{
	int32_t		place[2] = {0, 0};

	if (length > sizeof place)
		memcpy(place, key + 1, sizeof place);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	*lon = (int32_t) __builtin_bswap32((uint32_t) place[0]);
	*lat = (int32_t) __builtin_bswap32((uint32_t) place[1]);
#else
	*lon = place[0];
	*lat = place[1];
#endif
}

/*
 * The times in whole seconds, if they are and the count is a plain number; infinities as
 * in Presence. False for any other key.
 */
typedef struct PresenceSeconds
{
	int64_t		at[TIMES];
	int32_t		count;
} PresenceSeconds;

extern bool presence_seconds(const uint8_t *key, size_t length, PresenceSeconds *p);

/* Any kind, rounded outwards. */
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
