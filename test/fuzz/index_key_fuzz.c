/*
 * index_key_fuzz.c: keys of an index page. A packed value unpacks to the same; damaged
 * bytes unpack to anything, and are searched, but without reading beyond them.
 */
#include "fuzz.h"
#include "index_bounds.h"
#include "index_search.h"

/* A plain box, one over the antimeridian, the world with an age; each question. */
static void
search_damaged(const uint8_t *key, size_t size)
{
	static const Watch watches[3] = {
		{-1, 1, AGE_UNLIMITED, -100, -100, 100, 100, MODE_CERTAIN, 0},
		{TIME_FIRST, TIME_LAST, AGE_UNLIMITED, 1700000000, -LAT_LIMIT, -1700000000, 0, MODE_POSSIBLE, 0},
		{0, INT64_C(86400000000), INT64_C(1000000), -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, MODE_LAST_KNOWN, 0}
	};

	for (int w = 0; w < 3; w++)
		for (int q = 0; q < QUESTIONS; q++)
		{
			ChangeLimits limits = change_limits((Question) q, &watches[w]);
			KeySearch	search = key_search(&watches[w], &limits);
			bool		met = search_meets(&search, key, size);
			Presence	found;

			if (key_kind(key, size) == KEY_PRESENCE)
				PROMISE(!search_has_leaf(&search, key, size, &found) || met, "what a leaf has its bounds meet");
			if (size >= KEY_GLANCE)
				glance_passes_over(&search.glance, key, ALL_RECTANGLES);
		}
}

static void
unpack_damaged(const uint8_t *data, size_t size)
{
	/* a key is told to be as long as it is; the buffer is no longer */
	uint8_t    *key = malloc(size);
	Presence	p;
	Sighting	s;
	Bounds		b;

	memcpy(key, data, size);
	switch (key_kind(key, size))
	{
		case KEY_PRESENCE:
			presence_unpack(key, size, &p);
			break;
		case KEY_SIGHTING:
			sighting_unpack(key, size, &s);
			break;
		case KEY_BOUNDS:
			break;
	}
	bounds_unpack(key, size, &b);
	search_damaged(key, size);
	free(key);
}

static void
check_bounds(const uint8_t *key, size_t length, const Bounds *exact)
{
	uint8_t		packed[KEY_MAX];
	Bounds		b;

	bounds_unpack(key, length, &b);
	PROMISE(memcmp(&b, exact, sizeof(b)) == 0, "a leaf key bounds itself, exactly");
	length = bounds_pack(exact, packed);
	PROMISE(length <= KEY_MAX && key_kind(packed, length) == KEY_BOUNDS, "bounds as a key");
	bounds_unpack(packed, length, &b);
	PROMISE(b.lon_min <= exact->lon_min && b.lat_min <= exact->lat_min &&
			b.lon_max >= exact->lon_max && b.lat_max >= exact->lat_max, "packed bounds hold the box");
	for (int t = 0; t < TIMES; t++)
		PROMISE(b.min[t] <= exact->min[t] && b.max[t] >= exact->max[t], "packed bounds hold the times");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t		key[KEY_MAX];
	const char *reason;
	size_t		length;
	Presence	p, p2;
	Sighting	s, s2;
	Bounds		exact;

	if (size > 0 && size <= KEY_MAX)
		unpack_damaged(data, size);
	if (size < sizeof(p))
		return 0;
	memcpy(&p, data, sizeof(p));
	memcpy(&s, data, sizeof(s));
	if (presence_check(&p, &reason) == FAULT_NONE)
	{
		length = presence_pack(&p, key);
		PROMISE(length <= KEY_MAX && key_kind(key, length) == KEY_PRESENCE, "a presence as a key");
		presence_unpack(key, length, &p2);
		PROMISE(memcmp(&p, &p2, sizeof(p)) == 0, "a presence packed and unpacked");
		exact = bounds_of_presence(&p);
		check_bounds(key, length, &exact);
	}
	if (sighting_check(&s, &reason) == FAULT_NONE)
	{
		length = sighting_pack(&s, key);
		PROMISE(length <= KEY_MAX && key_kind(key, length) == KEY_SIGHTING, "a sighting as a key");
		sighting_unpack(key, length, &s2);
		PROMISE(memcmp(&s, &s2, sizeof(s)) == 0, "a sighting packed and unpacked");
		exact = bounds_of_sighting(&s);
		check_bounds(key, length, &exact);
	}
	return 0;
}
