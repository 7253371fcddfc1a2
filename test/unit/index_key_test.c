/*
 * index_key_test.c: keys unpack to what was packed, in the bytes promised, and the curve
 * orders all bounds.
 */
#include "unit.h"
#include "index_key.h"
#include "index_shape.h"

#include <string.h>

#define SAMPLES 100000

/* Whole seconds, milliseconds or microseconds; near and far; infinite ends. */
static Presence
random_presence(void)
{
	static const int64_t units[] = {1000000, 1000, 1};
	int64_t		unit = units[random_bits() % 3];
	int64_t		reach = random_bits() % 4 == 0 ? INT64_C(2000000000000000000) : INT64_C(100000000000000);
	const char *reason;
	Presence	p;

	do
	{
		p.first_seen = random_between(-reach / 20 / unit, reach / unit) * unit;
		p.last_seen = p.first_seen + (random_bits() % 3 ? random_between(0, reach / unit) * unit : 0);
		p.not_seen_at = random_bits() % 4 ? p.first_seen - random_between(1, reach / 20 / unit) * unit : TIME_BEGIN;
		p.gone_by = random_bits() % 4 ? p.last_seen + random_between(1, reach / unit) * unit : TIME_END;
		p.lon = (int32_t) random_between(-LON_LIMIT, LON_LIMIT);
		p.lat = (int32_t) random_between(-LAT_LIMIT, LAT_LIMIT);
		p.count_min = (int32_t) random_between(0, random_bits() % 2 ? 300 : COUNT_UNBOUNDED - 1);
		p.count_max = random_bits() % 2 ? p.count_min : COUNT_UNBOUNDED;
	} while (presence_check(&p, &reason) != FAULT_NONE);
	return p;
}

static bool
bounds_hold(const Bounds *outer, const Bounds *inner)
{
	bool		holds = outer->lon_min <= inner->lon_min && outer->lat_min <= inner->lat_min &&
		outer->lon_max >= inner->lon_max && outer->lat_max >= inner->lat_max;

	for (int t = 0; t < TIMES; t++)
		holds &= outer->min[t] <= inner->min[t] && outer->max[t] >= inner->max[t];
	return holds;
}

static void
test_leaf_keys(void)
{
	bool		presences = true;
	bool		sightings = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence(), p2;
		Sighting	s = {p.first_seen, p.lon, p.lat, p.count_min, p.count_max}, s2;
		size_t		length = presence_pack(&p, key);

		presence_unpack(key, length, &p2);
		presences &= length <= KEY_MAX && key_kind(key, length) == KEY_PRESENCE && memcmp(&p, &p2, sizeof(p)) == 0;
		length = sighting_pack(&s, key);
		sighting_unpack(key, length, &s2);
		sightings &= length <= KEY_MAX && key_kind(key, length) == KEY_SIGHTING && memcmp(&s, &s2, sizeof(s)) == 0;
	}
	check(presences, "index_key: presences packed and unpacked are the same");
	check(sightings, "index_key: sightings packed and unpacked are the same");
}

static void
test_bounds_keys(void)
{
	bool		leaf = true;
	bool		inner = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence();
		Presence	q = random_presence();
		Bounds		exact = bounds_of_presence(&p);
		Bounds		more = bounds_of_presence(&q);
		Bounds		unpacked;

		bounds_unpack(key, presence_pack(&p, key), &unpacked);
		leaf &= memcmp(&unpacked, &exact, sizeof(exact)) == 0;
		bounds_add(&exact, &more);
		leaf &= bounds_hold(&exact, &more) && bounds_hold(&exact, &unpacked);
		bounds_unpack(key, bounds_pack(&exact, key), &unpacked);
		inner &= bounds_hold(&unpacked, &exact);
	}
	check(leaf, "index_key: a leaf key bounds itself, and bounds added hold both");
	check(inner, "index_key: packed bounds hold what they bound");
}

static void
test_sizes(void)
{
	const int64_t second = 1000000;
	Presence	p = {0, 1000 * second, 2000 * second, 3000 * second, 1, 2, 3, 3};
	Sighting	s = {1000 * second, 1, 2, 3, 3};
	Bounds		b = bounds_of_presence(&p);
	uint8_t		key[KEY_MAX];

	check(presence_pack(&p, key) <= 23, "index_key: a presence of whole seconds in 23 bytes");
	check(sighting_pack(&s, key) <= 14, "index_key: a sighting of whole seconds in 14 bytes");
	check(bounds_pack(&b, key) == 49, "index_key: bounds in 49 bytes");
}

static void
test_curve(const Shape *shape, const char *name)
{
	bool		order = true;
	bool		prefix = true;

	for (int i = 0; i < SAMPLES / 10; i++)
	{
		Presence	p[3] = {random_presence(), random_presence(), random_presence()};
		Bounds		b[3] = {bounds_of_presence(&p[0]), bounds_of_presence(&p[1]), bounds_of_presence(&p[2])};
		int			ab = curve_compare(shape, &b[0], &b[1]);
		int			bc = curve_compare(shape, &b[1], &b[2]);
		int			ac = curve_compare(shape, &b[0], &b[2]);

		order &= curve_compare(shape, &b[0], &b[0]) == 0 && (ab < 0) == (curve_compare(shape, &b[1], &b[0]) > 0);
		order &= !(ab <= 0 && bc <= 0) || ac <= 0;
		prefix &= ab <= 0 ? curve_prefix(shape, &b[0]) <= curve_prefix(shape, &b[1]) :
			curve_prefix(shape, &b[0]) >= curve_prefix(shape, &b[1]);
	}
	check(order, "index_shape: the %s curve is an order", name);
	check(prefix, "index_shape: prefixes of the %s curve are in its order", name);
}

void
test_index_key(void)
{
	test_leaf_keys();
	test_bounds_keys();
	test_sizes();
	test_curve(&shape_space, "space");
	test_curve(&shape_time, "time");
}
