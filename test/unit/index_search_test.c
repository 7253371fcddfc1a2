/*
 * index_search_test.c: a search of packed keys says what the operators say of presences.
 */
#include "unit.h"
#include "geography.h"
#include "index_search.h"

#define SAMPLES 100000

/* Dates near the presence's times as often as not; boxes near its place, and at all edges. */
static Watch
watch_near(const Presence *p)
{
	const int64_t times[] = {p->not_seen_at, p->first_seen, p->last_seen, p->gone_by};
	const int32_t lons[] = {p->lon, p->lon + 1, p->lon - 1, LON_LIMIT, -LON_LIMIT, 0};
	Watch		w;
	const char *reason;

	do
	{
		w = (Watch) {0, 0, AGE_UNLIMITED, -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, 0, 0};
		w.mode = (int32_t) (random_bits() % 3);
		if (random_bits() % 4 == 0 && w.mode == MODE_LAST_KNOWN)
			w.max_age = random_between(1, INT64_C(1) << random_between(1, 50));
		w.from_date = times[random_bits() % 4];
		w.from_date = random_bits() % 2 ? any_time(TIME_FIRST, TIME_LAST) :
			w.from_date == TIME_BEGIN || w.from_date == TIME_END ? 0 : w.from_date + random_between(-2, 2);
		w.to_date = random_bits() % 2 ? any_time_after(w.from_date) : w.from_date + random_between(1, 3);
		if (random_bits() % 2)
		{
			w.lon_min = lons[random_bits() % 6];
			w.lon_max = lons[random_bits() % 6];
			w.lat_min = (int32_t) random_between(-LAT_LIMIT, p->lat);
			w.lat_max = (int32_t) random_between(p->lat - 1, LAT_LIMIT);
		}
	} while (watch_check(&w, &reason) != FAULT_NONE);
	return w;
}

/* A search decides on packed keys; the operators on presences, and geography on boxes. */
static void
test_search(void)
{
	bool		leaf = true;
	bool		glance = true;
	bool		read_well = true;
	bool		inner = true;
	bool		same = true;
	int			found = 0;
	int			passed = 0;
	int			met_one = 0;
	uint8_t		key[KEY_MAX];
	uint8_t		leaf_key[KEY_MAX];

	for (int i = 0; i < SAMPLES; i++)
	{
		int			rectangles;
		Presence	p = any_presence();
		Presence	other = any_presence();
		Watch		w = watch_near(&p);
		Question	q = (Question) (random_bits() % QUESTIONS);
		ChangeLimits limits = change_limits(q, &w);
		KeySearch	s = key_search(&w, &limits);
		bool		answers = presence_answers(q, &p, &w);
		Bounds		b = bounds_of_presence(&p);
		Bounds		more = bounds_of_presence(&other);
		Bounds		packed;
		Presence	read;
		size_t		length = presence_pack(&p, key);

		found += answers;
		leaf = leaf && search_has_leaf(&s, key, length, &read) == answers;
		glance = glance && !(answers && glance_passes_over(&s.glance, key, ALL_RECTANGLES));
		passed += !answers && glance_passes_over(&s.glance, key, ALL_RECTANGLES);
		read_well = read_well && (!answers || memcmp(&read, &p, sizeof p) == 0);
		inner = inner && (search_meets(&s, key, length) != 0) >= answers;
		if (random_bits() % 2)
			bounds_add(&b, &more);
		memcpy(leaf_key, key, sizeof key);
		length = bounds_pack(&b, key);
		bounds_unpack(key, length, &packed);
		rectangles = search_meets(&s, key, length);
		glance = glance && !(answers && glance_passes_over(&s.glance, leaf_key, rectangles));
		met_one += limits.n == 2 && (rectangles == 1 || rectangles == 2);
		inner = inner && (rectangles != 0) >= answers;
		same = same && (rectangles != 0) ==
			(box_meets_bounds(&w, packed.lon_min, packed.lat_min, packed.lon_max, packed.lat_max) &&
			 bounds_may_meet(&packed, &limits));
	}
	check(leaf, "a search of leaf keys differs from the operator");
	check(glance, "a search passes over a key that answers");
	check(passed > SAMPLES / 20, "only %d presences were passed over", passed);
	check(met_one > SAMPLES / 100, "only %d bounds met one rectangle of two", met_one);
	check(read_well, "a search returns another presence than was packed");
	check(inner, "a search of bounds misses what they hold");
	check(same, "a search of packed bounds differs from that of the bounds");
	check(found > SAMPLES / 20, "only %d presences answered", found);
}

void
test_index_search(void)
{
	test_search();
}
