/*
 * index_key.h: how presences and sightings lie in an index. Pure C.
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

/* No key is longer; packing may scribble on all of it. */
#define KEY_MAX 56

/* Where the parts of a leaf key of a presence in whole seconds begin (head of index_key.c). */
enum
{
	KEY_LON = 1, KEY_LAT = KEY_LON + 4, KEY_FIRST_SEEN = KEY_LAT + 4, KEY_DIFFERENCES = KEY_FIRST_SEEN + 4
};

/* The low bits of a tag name the unit; these are no unit. */
#define TAG_UNIT 0x03
#define TAG_BOUNDS 0x03

/* Where the bits lie that choose the width of each difference. */
enum
{
	TAG_STAY = 2, TAG_BEFORE = 4, TAG_AFTER = 6
};

static inline unsigned
tag_width(unsigned tag, int difference)
{
	return tag >> difference & 3;
}

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

/* The key must be of the kind; a damaged one gives a wrong value, never a wild read. */
extern void presence_unpack(const uint8_t *key, size_t length, Presence *p);
extern void sighting_unpack(const uint8_t *key, size_t length, Sighting *s);

static inline int32_t
key_int32(const uint8_t *at)
{
	uint32_t	value;

	memcpy(&value, at, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap32(value);
#endif
	return (int32_t) value;
}

/*
 * Every kind of key begins with a place: a value with its own, bounds with the lower corner.
 * This is inline, because most keys are passed over for their place. A key that is too short
 * gives 0, 0.
 */
static inline void
key_place(const uint8_t *key, size_t length, int32_t *lon, int32_t *lat)
{
	*lon = length >= KEY_FIRST_SEEN ? key_int32(key + KEY_LON) : 0;
	*lat = length >= KEY_FIRST_SEEN ? key_int32(key + KEY_LAT) : 0;
}

/* Widths in bytes of a difference of whole seconds, by its two bits in the tag. */
#define SECOND_WIDTHS {0, 2, 3, 4}
#define SECOND_BIAS (INT64_C(1) << 31)

/* Bytes from which key_end() reads, though a key may be shorter. */
#define KEY_GLANCE 25

/* Later than any time in whole seconds. */
#define NEVER_ENDS (INT64_C(1) << 40)

/* When a stay began, in whole seconds plus SECOND_BIAS, if key_in_seconds(). */
static inline int64_t
key_start(const uint8_t *key)
{
	return (uint32_t) key_int32(key + KEY_FIRST_SEEN);
}

/* When it ended, likewise; NEVER_ENDS for infinity. Without branches, as a search asks it of most keys. */
static inline int64_t
key_end(const uint8_t *key)
{
	static const uint8_t widths[4] = SECOND_WIDTHS;
	static const uint32_t masks[4] = {0, 0xffff, 0xffffff, 0xffffffff};
	const uint8_t *differences = key + KEY_DIFFERENCES;
	unsigned	stay = tag_width(key[0], TAG_STAY);
	unsigned	before = tag_width(key[0], TAG_BEFORE);
	unsigned	after = tag_width(key[0], TAG_AFTER);
	int64_t		end = key_start(key) + ((uint32_t) key_int32(differences) & masks[stay]) +
		((uint32_t) key_int32(differences + widths[stay] + widths[before]) & masks[after]);

	return after == 0 ? NEVER_ENDS : end;
}

/* Of a presence, and no time finer than a second. */
static inline bool
key_in_seconds(const uint8_t *key)
{
	return (key[0] & TAG_UNIT) == 0;
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
extern void presence_from_seconds(const PresenceSeconds *seconds, const uint8_t *key, size_t length, Presence *p);

#endif
