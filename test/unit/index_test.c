/*
 * index_test.c: index keys give back what went in, bounds hold what they bound, a search
 * of packed keys says what the operators say, and the orders are ones that never jump.
 */
#include "unit.h"
#include "geography.h"
#include "index_key.h"
#include "index_search.h"
#include "index_shape.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLES 100000

static int64_t
random_time(int64_t low, int64_t high)
{
	static const int64_t units[] = {1, 1000, 1000000, INT64_C(86400000000)};
	int64_t		unit = units[random_bits() % 4];
	int64_t		t = random_between(low, high);

	return t - t % unit >= low && t - t % unit <= high ? t - t % unit : t;
}

/* Half of the spans are short, half anything up to the ends of time. */
static int64_t
random_after(int64_t t)
{
	int64_t		reach = INT64_C(1) << random_between(1, 54);

	return random_time(t, random_bits() % 2 && t < TIME_LAST - reach ? t + reach : TIME_LAST);
}

static Presence
random_presence(void)
{
	Presence	p;
	const char *reason;

	do
	{
		p.not_seen_at = random_bits() % 4 ? random_time(-INT64_C(3000000000000000), INT64_C(3000000000000000)) : TIME_FIRST;
		p.first_seen = random_after(p.not_seen_at + 1);
		p.last_seen = random_bits() % 4 ? random_after(p.first_seen) : p.first_seen;
		p.gone_by = random_bits() % 4 && p.last_seen < TIME_LAST ? random_after(p.last_seen + 1) : TIME_END;
		if (random_bits() % 4 == 0)
			p.not_seen_at = TIME_BEGIN;
		p.lon = (int32_t) random_between(-LON_LIMIT, LON_LIMIT);
		p.lat = (int32_t) random_between(-LAT_LIMIT, LAT_LIMIT);
		p.count_min = (int32_t) random_between(0, random_bits() % 2 ? 300 : INT32_MAX - 1);
		p.count_max = random_bits() % 2 ? p.count_min : random_bits() % 2 ? COUNT_UNBOUNDED : p.count_min + 1;
	} while (presence_check(&p, &reason) != FAULT_NONE);
	return p;
}

static void
test_leaf_keys(void)
{
	bool		all = true;
	bool		short_enough = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; all && i < SAMPLES; i++)
	{
		Presence	p = random_presence();
		Presence	back;
		Sighting	s = {p.first_seen, p.lon, p.lat, p.count_min, p.count_max};
		Sighting	s_back;
		size_t		length = presence_pack(&p, key);

		presence_unpack(key, length, &back);
		all = key_kind(key, length) == KEY_PRESENCE && memcmp(&p, &back, sizeof p) == 0;
		short_enough = short_enough && length <= 50;
		length = sighting_pack(&s, key);
		sighting_unpack(key, length, &s_back);
		all = all && key_kind(key, length) == KEY_SIGHTING && memcmp(&s, &s_back, sizeof s) == 0;
	}
	check(all, "a leaf key gives back another value");
	check(short_enough, "a leaf key is longer than 50 bytes");
}

/* 23 bytes is what makes 226 entries fit a page. */
static void
test_ordinary_size(void)
{
	Presence	p = {INT64_C(788000000) * 1000000, INT64_C(788300000) * 1000000, INT64_C(789000000) * 1000000,
		INT64_C(789300000) * 1000000, 359487000, 354008000, 2, 2};
	Sighting	s = {p.first_seen, p.lon, p.lat, 0, 0};
	uint8_t		key[KEY_MAX];

	check(presence_pack(&p, key) == 23, "an ordinary presence takes %zu bytes", presence_pack(&p, key));
	check(sighting_pack(&s, key) == 14, "an ordinary sighting takes %zu bytes", sighting_pack(&s, key));
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
	uint8_t		key[KEY_MAX];
	uint8_t		again[KEY_MAX];

	for (int i = 0; holds && i < SAMPLES / 10; i++)
	{
		Presence	p[5];
		Bounds		all;
		Bounds		packed;
		size_t		length;

		for (int n = 0; n < 5; n++)
		{
			Bounds		one;

			p[n] = random_presence();
			one = bounds_of_presence(&p[n]);
			if (n == 0)
				all = one;
			bounds_add(&all, &one);
		}
		length = bounds_pack(&all, key);
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
}

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
		w.from_date = random_bits() % 2 ? random_time(TIME_FIRST, TIME_LAST) :
			w.from_date == TIME_BEGIN || w.from_date == TIME_END ? 0 : w.from_date + random_between(-2, 2);
		w.to_date = random_bits() % 2 ? random_after(w.from_date) : w.from_date + random_between(1, 3);
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
	bool		inner = true;
	bool		same = true;
	int			found = 0;
	uint8_t		key[KEY_MAX];

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence();
		Presence	other = random_presence();
		Watch		w = watch_near(&p);
		Question	q = (Question) (random_bits() % QUESTIONS);
		ChangeLimits limits = change_limits(q, &w);
		KeySearch	s = key_search(&w, &limits);
		bool		answers = presence_answers(q, &p, &w);
		Bounds		b = bounds_of_presence(&p);
		Bounds		more = bounds_of_presence(&other);
		Bounds		packed;
		size_t		length = presence_pack(&p, key);

		found += answers;
		leaf = leaf && search_has_leaf(&s, key, length) == answers;
		inner = inner && search_meets(&s, key, length) >= answers;
		if (random_bits() % 2)
			bounds_add(&b, &more);
		length = bounds_pack(&b, key);
		bounds_unpack(key, length, &packed);
		inner = inner && search_meets(&s, key, length) >= answers;
		same = same && search_meets(&s, key, length) ==
			(box_meets_bounds(&w, packed.lon_min, packed.lat_min, packed.lon_max, packed.lat_max) &&
			 bounds_may_meet(&packed, &limits));
	}
	check(leaf, "a search of leaf keys differs from the operator");
	check(inner, "a search of bounds misses what they hold");
	check(same, "a search of packed bounds differs from that of the bounds");
	check(found > SAMPLES / 20, "only %d presences answered", found);
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
		double		at[SHAPE_AXES];

		for (size_t n = 0; n < length; n++)
			key[n] = (uint8_t) random_bits();
		bounds_unpack(key, length, &b);
		search_has_leaf(&search, key, length);
		search_meets(&search, key, length);
		free(key);
		shape_centre(&shape_space, &b, at);
		curve_prefix(&shape_time, &b);
		curve_compare(&shape_space, &b, &b);
	}
	check(true, "a damaged key");
}

/* The prefix never contradicts the full order. */
static void
test_curve(void)
{
	bool		agrees = true;
	const Shape *shapes[] = {&shape_space, &shape_time};

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence();
		Presence	q = random_presence();
		Bounds		a = bounds_of_presence(&p);
		Bounds		b = bounds_of_presence(&q);
		const Shape *shape = shapes[i % 2];
		uint64_t	x = curve_prefix(shape, &a);
		uint64_t	y = curve_prefix(shape, &b);
		int			order = curve_compare(shape, &a, &b);

		agrees = agrees && (x == y || (x < y) == (order < 0)) &&
			order == -curve_compare(shape, &b, &a) && curve_compare(shape, &a, &a) == 0;
	}
	check(agrees, "the curve's prefix and its full order disagree");
}

/* What is added costs what the margin grows by, and nothing where it lies inside. */
static void
test_growth(void)
{
	bool		right = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; right && i < SAMPLES / 10; i++)
	{
		Presence	p = random_presence();
		Presence	q = random_presence();
		Bounds		a = bounds_of_presence(&p);
		Bounds		b = bounds_of_presence(&q);
		CoarseBounds one;
		CoarseBounds other;
		CoarseBounds both;
		double		margin;
		double		margin_both;
		double		growth;

		coarse_unpack(key, bounds_pack(&a, key), &one);
		coarse_unpack(key, presence_pack(&q, key), &other);
		bounds_add(&a, &b);
		coarse_unpack(key, bounds_pack(&a, key), &both);
		growth = shape_growth(&shape_space, &one, &other, &margin);
		right = shape_growth(&shape_space, &both, &other, &margin_both) == 0 && growth >= 0 &&
			margin + growth - margin_both < 1e-6 && margin_both - margin - growth < 1e-6;
	}
	check(right, "growth is not what the margin grows by");
}

/* How many cells lie between the centres, along the axes. */
static int
steps_apart(const Shape *shape, const Bounds *a, const Bounds *b, const double *step)
{
	double		x[SHAPE_AXES];
	double		y[SHAPE_AXES];
	double		sum = 0;

	shape_centre(shape, a, x);
	shape_centre(shape, b, y);
	for (int axis = 0; axis < shape->axes; axis++)
		sum += (x[axis] > y[axis] ? x[axis] - y[axis] : y[axis] - x[axis]) / step[axis];
	return (int) (sum + 0.5);
}

/* Sorts, and counts the neighbours that are not one cell apart. */
static int
count_jumps(const Shape *shape, Bounds *cell, int n, const double *step)
{
	int			jumps = 0;

	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && curve_compare(shape, &cell[j], &cell[j - 1]) < 0; j--)
		{
			Bounds		swap = cell[j];

			cell[j] = cell[j - 1];
			cell[j - 1] = swap;
		}
	for (int i = 1; i < n; i++)
		jumps += steps_apart(shape, &cell[i - 1], &cell[i], step) != 1;
	return jumps;
}

static Bounds
bounds_at(double lon, double lat, double arrival, double departure)
{
	Presence	p = {TIME_BEGIN, 0, 0, 0, 0, 0, 1, 1};

	p.lon = (int32_t) (lon * DEGREE) - LON_LIMIT;
	p.lat = (int32_t) (lat * DEGREE) - LAT_LIMIT;
	p.first_seen = p.last_seen = (int64_t) ((arrival - 28490) * 86400e6);
	p.gone_by = (int64_t) ((departure - 28490) * 86400e6);
	return bounds_of_presence(&p);
}

/*
 * A grid of cells of the curve by time, 4 each way: sorted, neighbours are one cell
 * apart. The cube is 4 * 28490 days long, at 20 degrees a day.
 */
static void
test_curve_steps(void)
{
	enum { SIDE = 4, CELLS = SIDE * SIDE * SIDE * SIDE };
	static Bounds cell[CELLS];
	double		side = 4 * 28490 * 20.0 / (1 << 16);
	double		step[SHAPE_AXES] = {side, side, side, side};

	for (int i = 0; i < CELLS; i++)
		cell[i] = bounds_at((i % SIDE + 0.5) * side, (i / SIDE % SIDE + 0.5) * side,
							(i / SIDE / SIDE % SIDE + 0.5) * side / 20,
							(i / SIDE / SIDE / SIDE + 0.5) * side / 20);
	check(count_jumps(&shape_time, cell, CELLS, step) == 0, "the curve by time jumps");
}

/*
 * By place: in a cell of the grid, a degree wide, the order goes from slice to slice and
 * from place to neighbouring place. In the cells of a row only each cell's end may jump.
 */
static void
test_bricks(void)
{
	enum { SIDE = 8, SLICES = 5, CELLS = SIDE * SIDE * SLICES };
	static Bounds cell[2 * CELLS];
	double		step[SHAPE_AXES] = {1.0 / SIDE, 1.0 / SIDE, shape_space.degrees_per_day * 64};
	int			n = 0;

	for (int degree = 0; degree < 2; degree++)
		for (int i = 0; i < CELLS; i++)
		{
			double		day = (i / SIDE / SIDE + 100.5) * 64;

			cell[n++] = bounds_at(200 + degree + (i % SIDE + 0.5) / SIDE,
								  120 + (i / SIDE % SIDE + 0.5) / SIDE, day - 7, day + 7);
		}
	check(count_jumps(&shape_space, cell, CELLS, step) == 0, "the order by place jumps within a cell");
	check(count_jumps(&shape_space, cell, n, step) <= 1, "the order by place mixes two cells");
}

void
test_index(void)
{
	test_leaf_keys();
	test_ordinary_size();
	test_bounds();
	test_search();
	test_damaged_keys();
	test_curve();
	test_curve_steps();
	test_bricks();
	test_growth();
}
