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

/* The place alone, of a key of any kind: what most entries are passed over for. */
typedef struct KeyBox
{
	int32_t		lon_min;
	int32_t		lat_min;
	int32_t		lon_max;
	int32_t		lat_max;
} KeyBox;

extern void key_box(const uint8_t *key, size_t length, KeyBox *box);

/* Any kind, rounded outwards. */
extern void coarse_unpack(const uint8_t *key, size_t length, CoarseBounds *c);

extern Bounds bounds_of_presence(const Presence *p);
extern Bounds bounds_of_sighting(const Sighting *s);
extern void bounds_add(Bounds *b, const Bounds *more);

#endif
