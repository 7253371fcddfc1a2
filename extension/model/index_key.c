/*
 * index_key.c: packing of values into leaf keys. Pure C; see index_key.h.
 *
 * Most of the 48 bytes of a presence say little: its times lie close together and are
 * whole seconds, its count is one small number. A leaf key is
 *
 *   tag | lon 4 | lat 4 | first_seen | last_seen - first_seen |
 *   first_seen - not_seen_at | gone_by - last_seen | count
 *
 * with the times in the coarsest unit that is exact for all of them (second,
 * millisecond, microsecond). The tag's low two bits name the unit; then three times two bits
 * choose the width of each difference, the width 0 standing for what is special:
 * last_seen = first_seen, not_seen_at = -infinity, gone_by = infinity. The count is one
 * byte, unless it is a range: COUNT_RANGE and both ends.
 *
 * A sighting has the same form without the differences; bounds, which are all that
 * inner keys hold (index_bounds.c), have a tag of their own.
 */
#include "index_key.h"

#include <string.h>

#define TAG_SIGHTING 0x43
#define TAG_KIND 0x43
#define TAG_SIGHTING_UNIT 2		/* the unit of a sighting lies here */

#define UNITS 3
#define COUNT_SOME 254			/* 1 or more */
#define COUNT_RANGE 255			/* both ends follow */

/* Of each unit: its length, the width of first_seen, the widths of a difference. */
static const struct
{
	int64_t		micros;
	uint8_t		start_width;
	uint8_t		widths[4];
}			units[UNITS] = {
	{MICROS_PER_SECOND, 4, SECOND_WIDTHS},
	{1000, 6, {0, 4, 5, 6}},
	{1, 8, {0, 5, 6, 8}}
};

/*
 * Writers append, scribbling up to seven bytes further (KEY_MAX allows for it). Readers
 * fetch the eight bytes that end with the number, so that they never read past the key;
 * a search decodes every entry of every page it visits, and copies nothing.
 */
typedef struct KeyReader
{
	const uint8_t *bytes;
	size_t		length;
	size_t		at;
} KeyReader;

static uint64_t
little_endian(uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(v);
#else
	return v;
#endif
}

static void
put(uint8_t **to, uint64_t value, unsigned width)
{
	value = little_endian(value);
	memcpy(*to, &value, sizeof value);
	*to += width;
}

/* Where eight bytes before the end are not to be had: at the start, or a damaged key. */
static uint64_t
get_bytewise(const KeyReader *r, size_t at, unsigned width)
{
	uint64_t	value = 0;

	for (unsigned i = 0; i < width && at + i < r->length; i++)
		value |= (uint64_t) r->bytes[at + i] << (8 * i);
	return value;
}

static inline uint64_t
get(KeyReader *r, unsigned width)
{
	size_t		end = r->at + width;
	uint64_t	value;

	r->at = end;
	if (width == 0 || end < sizeof value || end > r->length)
		return get_bytewise(r, end - width, width);
	memcpy(&value, r->bytes + end - sizeof value, sizeof value);
	return little_endian(value) >> (64 - 8 * width);
}

static KeyReader
read_from(const uint8_t *key, size_t length)
{
	KeyReader	r = {key, length, 0};

	return r;
}

KeyKind
key_kind(const uint8_t *key, size_t length)
{
	if (length == 0 || (key[0] & TAG_UNIT) != TAG_BOUNDS)
		return KEY_PRESENCE;
	return (key[0] & TAG_KIND) == TAG_SIGHTING ? KEY_SIGHTING : KEY_BOUNDS;
}

/* Signed values in a width: shifted to be never negative. */
static uint64_t
bias(unsigned width)
{
	return UINT64_C(1) << (8 * width - 1);
}

static bool
fits(uint64_t value, unsigned width)
{
	return width == 8 || value >> (8 * width) == 0;
}

/* A difference of times a < b that may exceed INT64_MAX. */
static uint64_t
span(int64_t a, int64_t b)
{
	return (uint64_t) b - (uint64_t) a;
}

static bool
start_fits(int64_t start, int u)
{
	unsigned	width = units[u].start_width;

	return width == 8 ||
		(start % units[u].micros == 0 &&
		 fits((uint64_t) (start / units[u].micros) + bias(width), width));
}

static bool
span_fits(uint64_t micros, int u)
{
	return micros % (uint64_t) units[u].micros == 0 &&
		fits(micros / (uint64_t) units[u].micros, units[u].widths[3]);
}

static void
put_start(uint8_t **to, int64_t start, int u)
{
	unsigned	width = units[u].start_width;

	put(to, (uint64_t) (start / units[u].micros) + bias(width), width);
}

static int64_t
get_start(KeyReader *r, int u)
{
	unsigned	width = units[u].start_width;

	return (int64_t) ((get(r, width) - bias(width)) * (uint64_t) units[u].micros);
}

/* The narrowest width that holds the difference; code 0 where `special`. */
static int
put_span(uint8_t **to, uint64_t micros, bool special, int u)
{
	uint64_t	value = micros / (uint64_t) units[u].micros;
	int			code = 1;

	if (special)
		return 0;
	while (!fits(value, units[u].widths[code]))
		code++;
	put(to, value, units[u].widths[code]);
	return code;
}

static uint64_t
get_span(KeyReader *r, unsigned code, int u)
{
	return get(r, units[u].widths[code]) * (uint64_t) units[u].micros;
}

static void
put_count(uint8_t **to, int32_t count_min, int32_t count_max)
{
	if (count_min == count_max && count_min < COUNT_SOME)
		put(to, (uint64_t) count_min, 1);
	else if (count_min == 1 && count_max == COUNT_UNBOUNDED)
		put(to, COUNT_SOME, 1);
	else
	{
		put(to, COUNT_RANGE, 1);
		put(to, (uint32_t) count_min, 4);
		put(to, (uint32_t) count_max, 4);
	}
}

static void
get_count(KeyReader *r, int32_t *count_min, int32_t *count_max)
{
	int32_t		n = (int32_t) get(r, 1);

	*count_min = *count_max = n;
	if (n == COUNT_SOME)
	{
		*count_min = 1;
		*count_max = COUNT_UNBOUNDED;
	}
	else if (n == COUNT_RANGE)
	{
		*count_min = (int32_t) get(r, 4);
		*count_max = (int32_t) get(r, 4);
	}
}

static void
put_point(uint8_t **to, int32_t lon, int32_t lat)
{
	put(to, (uint32_t) lon, 4);
	put(to, (uint32_t) lat, 4);
}

static void
get_point(KeyReader *r, int32_t *lon, int32_t *lat)
{
	uint64_t	both = get(r, 8);

	*lon = (int32_t) both;
	*lat = (int32_t) (both >> 32);
}

/* The coarsest unit exact for all; microseconds always are. */
static int
presence_unit(const Presence *p)
{
	for (int u = 0; u < UNITS - 1; u++)
		if (start_fits(p->first_seen, u) &&
			span_fits(span(p->first_seen, p->last_seen), u) &&
			(p->not_seen_at == TIME_BEGIN || span_fits(span(p->not_seen_at, p->first_seen), u)) &&
			(p->gone_by == TIME_END || span_fits(span(p->last_seen, p->gone_by), u)))
			return u;
	return UNITS - 1;
}

size_t
presence_pack(const Presence *p, uint8_t *key)
{
	uint8_t    *to = key + 1;
	int			u = presence_unit(p);
	int			stay;
	int			before;
	int			after;

	put_point(&to, p->lon, p->lat);
	put_start(&to, p->first_seen, u);
	stay = put_span(&to, span(p->first_seen, p->last_seen), p->last_seen == p->first_seen, u);
	before = put_span(&to, span(p->not_seen_at, p->first_seen), p->not_seen_at == TIME_BEGIN, u);
	after = put_span(&to, span(p->last_seen, p->gone_by), p->gone_by == TIME_END, u);
	put_count(&to, p->count_min, p->count_max);
	key[0] = (uint8_t) (u | stay << TAG_STAY | before << TAG_BEFORE | after << TAG_AFTER);
	return (size_t) (to - key);
}

/* Sums are made unsigned: those of a valid key are in range, a damaged one may wrap. */
static int64_t
time_plus(int64_t t, uint64_t micros)
{
	return (int64_t) ((uint64_t) t + micros);
}

/* At most four bytes that end before `end`, which is at least 4. */
static inline uint64_t
number_before(const uint8_t *key, size_t end, unsigned width)
{
	uint32_t	value;

	memcpy(&value, key + end - sizeof value, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap32(value);
#endif
	return (uint64_t) value >> (32 - 8 * width);
}

/*
 * Nearly every key is of whole seconds with a plain count. Its length is known from the
 * tag, so that one look at it replaces a check of each number.
 */
bool
presence_seconds(const uint8_t *key, size_t length, PresenceSeconds *p)
{
	const size_t start = KEY_DIFFERENCES;
	unsigned	tag = length > start ? key[0] : TAG_UNIT;
	unsigned	stay = units[0].widths[tag_width(tag, TAG_STAY)];
	unsigned	before = units[0].widths[tag_width(tag, TAG_BEFORE)];
	unsigned	after = units[0].widths[tag_width(tag, TAG_AFTER)];
	size_t		end = start + stay + before + after;

	if ((tag & TAG_UNIT) != 0 || length != end + 1 || key[end] >= COUNT_SOME)
		return false;
	p->at[FIRST_SEEN] = (int64_t) number_before(key, start, 4) - (int64_t) bias(4);
	p->at[LAST_SEEN] = p->at[FIRST_SEEN] + (int64_t) number_before(key, start + stay, stay);
	p->at[NOT_SEEN_AT] = before == 0 ? TIME_BEGIN :
		p->at[FIRST_SEEN] - (int64_t) number_before(key, start + stay + before, before);
	p->at[GONE_BY] = after == 0 ? TIME_END :
		p->at[LAST_SEEN] + (int64_t) number_before(key, end, after);
	p->count = key[end];
	return true;
}

void
presence_from_seconds(const PresenceSeconds *seconds, const uint8_t *key, size_t length, Presence *p)
{
	key_place(key, length, &p->lon, &p->lat);
	p->first_seen = seconds->at[FIRST_SEEN] * MICROS_PER_SECOND;
	p->last_seen = seconds->at[LAST_SEEN] * MICROS_PER_SECOND;
	p->not_seen_at = seconds->at[NOT_SEEN_AT] == TIME_BEGIN ? TIME_BEGIN : seconds->at[NOT_SEEN_AT] * MICROS_PER_SECOND;
	p->gone_by = seconds->at[GONE_BY] == TIME_END ? TIME_END : seconds->at[GONE_BY] * MICROS_PER_SECOND;
	p->count_min = p->count_max = seconds->count;
}

void
presence_unpack(const uint8_t *key, size_t length, Presence *p)
{
	KeyReader	r = read_from(key, length);
	PresenceSeconds seconds;
	unsigned	tag;
	int			u;
	uint64_t	before;
	uint64_t	after;

	if (presence_seconds(key, length, &seconds))
	{
		presence_from_seconds(&seconds, key, length, p);
		return;
	}
	tag = length > 0 ? key[0] : 0;
	r.at = 1;
	u = (tag & TAG_UNIT) % UNITS;
	get_point(&r, &p->lon, &p->lat);
	p->first_seen = get_start(&r, u);
	p->last_seen = time_plus(p->first_seen, get_span(&r, tag_width(tag, TAG_STAY), u));
	before = get_span(&r, tag_width(tag, TAG_BEFORE), u);
	after = get_span(&r, tag_width(tag, TAG_AFTER), u);
	p->not_seen_at = tag_width(tag, TAG_BEFORE) ? time_plus(p->first_seen, -before) : TIME_BEGIN;
	p->gone_by = tag_width(tag, TAG_AFTER) ? time_plus(p->last_seen, after) : TIME_END;
	get_count(&r, &p->count_min, &p->count_max);
}

size_t
sighting_pack(const Sighting *s, uint8_t *key)
{
	uint8_t    *to = key + 1;
	int			u = 0;

	while (!start_fits(s->observed_at, u))
		u++;
	key[0] = (uint8_t) (TAG_SIGHTING | u << TAG_SIGHTING_UNIT);
	put_point(&to, s->lon, s->lat);
	put_start(&to, s->observed_at, u);
	put_count(&to, s->count_min, s->count_max);
	return (size_t) (to - key);
}

void
sighting_unpack(const uint8_t *key, size_t length, Sighting *s)
{
	KeyReader	r = read_from(key, length);
	int			u;

	u = (length > 0 ? key[0] >> TAG_SIGHTING_UNIT & TAG_UNIT : 0) % UNITS;
	r.at = 1;
	get_point(&r, &s->lon, &s->lat);
	s->observed_at = get_start(&r, u);
	get_count(&r, &s->count_min, &s->count_max);
}
