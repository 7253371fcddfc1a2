/*
 * index_key_test.c: index keys give back what went in, in the bytes promised; bounds hold
 * what they bound; damaged keys do no harm.
 */
#include "unit.h"
#include "index_bounds.h"
#include "index_search.h"
#include "index_shape.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLES 100000

/* Times are in this unit, or each in one of its own if it is 0. */
static int64_t common_unit;

int64_t
any_time(int64_t low, int64_t high)
{
	static const int64_t units[] = {1, 1000, 1000000, INT64_C(86400000000)};
	int64_t		unit = common_unit ? common_unit : units[random_bits() % 4];
	int64_t		t = random_between(low, high);

	return t - t % unit >= low && t - t % unit <= high ? t - t % unit : t;
}

/* Half of the spans are short, half anything up to the ends of time. */
int64_t
any_time_after(int64_t t)
{
	int64_t		reach = INT64_C(1) << random_between(1, 54);

	return any_time(t, random_bits() % 2 && t < TIME_LAST - reach ? t + reach : TIME_LAST);
}

Presence
any_presence(void)
{
	static const int64_t units[] = {0, 1, 1000, 1000000};
	Presence	p;
	const char *reason;

	common_unit = units[random_bits() % 4];
	do
	{
		p.not_seen_at = random_bits() % 4 ? any_time(-INT64_C(3000000000000000), INT64_C(3000000000000000)) : TIME_FIRST;
		p.first_seen = any_time_after(p.not_seen_at + 1);
		p.last_seen = random_bits() % 4 ? any_time_after(p.first_seen) : p.first_seen;
		p.gone_by = random_bits() % 4 && p.last_seen < TIME_LAST ? any_time_after(p.last_seen + 1) : TIME_END;
		if (random_bits() % 4 == 0)
			p.not_seen_at = TIME_BEGIN;
		p.lon = (int32_t) random_between(-LON_LIMIT, LON_LIMIT);
		p.lat = (int32_t) random_between(-LAT_LIMIT, LAT_LIMIT);
		p.count_min = (int32_t) random_between(0, random_bits() % 2 ? 300 : INT32_MAX - 1);
		p.count_max = random_bits() % 2 ? p.count_min : random_bits() % 2 ? COUNT_UNBOUNDED : p.count_min + 1;
	} while (presence_check(&p, &reason) != FAULT_NONE);
	common_unit = 0;
	return p;
}

static void
test_leaf_keys(void)
{
	bool		all = true;
	bool		short_enough = true;
	bool		bounds = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; all && i < SAMPLES; i++)
	{
		Presence	p = any_presence();
		Presence	back;
		Sighting	s = {p.first_seen, p.lon, p.lat, p.count_min, p.count_max};
		Sighting	s_back;
		Bounds		exact = bounds_of_presence(&p);
		Bounds		itself;
		size_t		length = presence_pack(&p, key);

		presence_unpack(key, length, &back);
		all = key_kind(key, length) == KEY_PRESENCE && memcmp(&p, &back, sizeof p) == 0;
		short_enough = short_enough && length <= 50;
		bounds_unpack(key, length, &itself);
		bounds = bounds && memcmp(&exact, &itself, sizeof exact) == 0;
		length = sighting_pack(&s, key);
		sighting_unpack(key, length, &s_back);
		all = all && key_kind(key, length) == KEY_SIGHTING && memcmp(&s, &s_back, sizeof s) == 0;
	}
	check(all, "a leaf key gives back another value");
	check(bounds, "a leaf key does not bound itself exactly");
	check(short_enough, "a leaf key is longer than 50 bytes");
}

/* What fits a page follows from it. */
static void
test_ordinary_size(void)
{
	Presence	p = {INT64_C(788000000) * 1000000, INT64_C(788300000) * 1000000, INT64_C(789000000) * 1000000,
		INT64_C(789300000) * 1000000, 359487000, 354008000, 2, 2};
	Sighting	s = {p.first_seen, p.lon, p.lat, 0, 0};
	Bounds		b = bounds_of_presence(&p);
	uint8_t		key[KEY_MAX];

	check(presence_pack(&p, key) == 23, "an ordinary presence takes %zu bytes", presence_pack(&p, key));
	check(sighting_pack(&s, key) == 14, "an ordinary sighting takes %zu bytes", sighting_pack(&s, key));
	check(bounds_pack(&b, key) == 49, "bounds take %zu bytes", bounds_pack(&b, key));
}

static bool
bounds_hold(const Bounds *outer, const Bounds *inner)
{
	Bounds		both = *outer;

	bounds_add(&both, inner);
	return memcmp(&both, outer, sizeof both) == 0;
}

/* A page of presences, its key, and that key once more one level up. */
static void
test_bounds(void)
{
	bool		holds = true;
	bool		stable = true;
	bool		infinite = true;
	bool		added = true;
	uint8_t		key[KEY_MAX];
	uint8_t		again[KEY_MAX];

	for (int i = 0; holds && i < SAMPLES / 10; i++)
	{
		Presence	p[5];
		Bounds		all;
		Bounds		packed;
		CoarseBounds coarse;
		size_t		length;

		for (int n = 0; n < 5; n++)
		{
			Bounds		one;
			CoarseBounds more;

			p[n] = any_presence();
			one = bounds_of_presence(&p[n]);
			coarse_unpack(key, presence_pack(&p[n], key), &more);
			if (n == 0)
			{
				all = one;
				coarse = more;
			}
			bounds_add(&all, &one);
			coarse_add(&coarse, &more);
		}
		length = bounds_pack(&all, key);
		added = added && coarse_pack(&coarse, again) == length && memcmp(key, again, length) == 0;
		bounds_unpack(key, length, &packed);
		holds = key_kind(key, length) == KEY_BOUNDS && bounds_hold(&packed, &all);
		stable = stable && bounds_pack(&packed, again) == length && memcmp(key, again, length) == 0;
		for (int t = 0; t < TIMES; t++)
			infinite = infinite && (packed.min[t] == TIME_END) == (all.min[t] == TIME_END) &&
				(packed.max[t] == TIME_BEGIN) == (all.max[t] == TIME_BEGIN) &&
				packed.min[t] <= all.min[t] && packed.max[t] >= all.max[t];
	}
	check(holds, "packed bounds do not hold what they bound");
	check(stable, "packing bounds twice changes them");
	check(infinite, "packed bounds lose an infinity");
	check(added, "bounds of rounded bounds are not those of what they bound, rounded");
}

/* A damaged key is read as something, within its bytes (the sanitizer watches). */
static void
test_damaged_keys(void)
{
	Watch		w = {0, 1, AGE_UNLIMITED, -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, 0, 0};
	ChangeLimits limits = change_limits(ASK_CHANGED, &w);
	KeySearch	search = key_search(&w, &limits);

	for (int i = 0; i < SAMPLES; i++)
	{
		size_t		length = random_bits() % (KEY_MAX + 8);
		uint8_t    *key = malloc(length);
		Bounds		b;
		Presence	p;

		for (size_t n = 0; n < length; n++)
			key[n] = (uint8_t) random_bits();
		bounds_unpack(key, length, &b);
		search_has_leaf(&search, key, length, &p);
		if (length >= KEY_GLANCE)
			glance_passes_over(&search.glance, key, ALL_RECTANGLES);
		search_meets(&search, key, length);
		free(key);
		curve_place(&shape_space, &b);
		curve_place(&shape_time, &b);
	}
	check(true, "a damaged key");
}

void
test_index_key(void)
{
	test_leaf_keys();
	test_ordinary_size();
	test_bounds();
	test_damaged_keys();
}
