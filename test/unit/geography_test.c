/*
 * geography_test.c: boxes against their own definition on every combination of edges
 * where something happens, and distances against PostGIS's and by dense sampling.
 */
#include "unit.h"
#include "change.h"
#include "geography.h"

#include <math.h>
#include <stdio.h>

#define SAMPLES 20000

/* Longitudes and latitudes where something happens, in degrees. */
static const int32_t lons[] = {-180, -179, -1, 0, 1, 179, 180};
static const int32_t lats[] = {-90, 0, 1, 90};

#define LONS 7
#define LATS 4

static Watch
box(int32_t west, int32_t south, int32_t east, int32_t north)
{
	Watch		w = {0, 1, AGE_UNLIMITED, west * DEGREE, south * DEGREE, east * DEGREE, north * DEGREE, 0, 0};

	return w;
}

/* A wrapping box is the part east of its western edge and that west of its eastern one. */
static bool
lon_in(int32_t lon, int32_t west, int32_t east)
{
	if (west > east)
		return lon_in(lon, west, 180) || lon_in(lon, -180, east);
	return (west <= lon && lon <= east) || (lon == 180 && west == -180) || (lon == -180 && east == 180);
}

static void
test_points(void)
{
	bool		ok = true;

	for (int i = 0; i < LONS * LONS * LONS; i++)
	{
		int32_t		west = lons[i % LONS];
		int32_t		east = lons[i / LONS % LONS];
		int32_t		lon = lons[i / LONS / LONS];
		Watch		w = box(west, 0, east, 1);

		ok &= box_has_point(&w, lon * DEGREE, DEGREE) == lon_in(lon, west, east);
		ok &= !box_has_point(&w, lon * DEGREE, DEGREE + 1) && !box_has_point(&w, lon * DEGREE, -1);
	}
	check(ok, "geography: box_has_point is the definition on every combination of edges");
}

/* Does the box hold some of, all of the bounds' points on the grid of edges? */
static void
points_within(const Watch *w, int south, int north, int west, int east, bool *some, bool *all)
{
	*some = false;
	*all = true;
	for (int lat = south; lat <= north; lat++)
		for (int lon = west; lon <= east; lon++)
		{
			bool		in = box_has_point(w, lons[lon] * DEGREE, lats[lat] * DEGREE);

			*some |= in;
			*all &= in;
		}
}

static void
test_bounds_of(const Watch *w, bool *meets, bool *holds)
{
	for (int i = 0; i < LONS * LONS * LATS * LATS; i++)
	{
		int			west = i % LONS;
		int			east = i / LONS % LONS;
		int			south = i / LONS / LONS % LATS;
		int			north = i / LONS / LONS / LATS;
		bool		some;
		bool		all;

		if (west > east || south > north)
			continue;
		points_within(w, south, north, west, east, &some, &all);
		*meets &= some == box_meets_bounds(w, lons[west] * DEGREE, lats[south] * DEGREE,
										   lons[east] * DEGREE, lats[north] * DEGREE);
		*holds &= all || !box_holds_bounds(w, lons[west] * DEGREE, lats[south] * DEGREE,
										   lons[east] * DEGREE, lats[north] * DEGREE);
	}
}

/* Edges on the grid: what they have in common with the bounds has a corner on it. */
static void
test_bounds(void)
{
	bool		meets = true;
	bool		holds = true;

	for (int i = 0; i < LONS * LONS; i++)
	{
		Watch		w = box(lons[i % LONS], 0, lons[i / LONS], 1);

		test_bounds_of(&w, &meets, &holds);
	}
	check(meets, "geography: box_meets_bounds if and only if the box has a point of the bounds");
	check(holds, "geography: box_holds_bounds only if the box has every point of the bounds");
}

static void
test_steps(void)
{
	int32_t		steps = 0;
	bool		ok = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		int32_t		given = (int32_t) random_between(-LON_LIMIT, LON_LIMIT);

		ok &= degrees_to_steps(steps_to_degrees(given), LON_LIMIT, &steps) && steps == given;
	}
	check(ok, "geography: steps to degrees and back");
	check(degrees_to_steps(180, LON_LIMIT, &steps) && steps == LON_LIMIT, "geography: 180 degrees");
	check(degrees_to_steps(-90, LAT_LIMIT, &steps) && steps == -LAT_LIMIT, "geography: -90 degrees");
	check(!degrees_to_steps(180.00000001, LON_LIMIT, &steps), "geography: 180.00000001 degrees");
	check(!degrees_to_steps(-90.1, LAT_LIMIT, &steps), "geography: -90.1 degrees");
	check(!degrees_to_steps(NAN, LON_LIMIT, &steps), "geography: NaN degrees");
	check(!degrees_to_steps(INFINITY, LON_LIMIT, &steps), "geography: infinite degrees");
	check(!degrees_to_steps(-1e300, LON_LIMIT, &steps), "geography: -1e300 degrees");
}

static void
test_box_edges(void)
{
	Watch		w = {0};
	bool		ok = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		double		lon = random_part() * 300 - 150;
		double		lat = random_part() * 150 - 75;

		ok &= box_from_degrees(lon, lat, lon, lat, &w);
		ok &= w.lon_min <= lon * DEGREE + 1e-3 && w.lon_max >= lon * DEGREE - 1e-3;
		ok &= w.lat_min <= lat * DEGREE + 1e-3 && w.lat_max >= lat * DEGREE - 1e-3;
		ok &= w.lon_max - w.lon_min <= 1 && w.lat_max - w.lat_min <= 1;
	}
	check(ok, "geography: box edges go outwards, by less than a step");
	check(box_from_degrees(35.9487, 34, 37.1, 36.7, &w) && w.lon_min == 359487000 && w.lat_max == 367000000,
		  "geography: box edges that are whole steps stay");
	check(box_from_degrees(10.00000004, -90, 10, 90, &w) && box_is_world(&w), "a gap narrower than a step is none");
	check(box_from_degrees(10.0000002, -1, 10, 1, &w) && w.lon_min == 100000002 && w.lon_max == 100000000, "one of two steps stays");
	check(box_from_degrees(0.1 + 0.2, -60, 0.3, 60, &w) && w.lon_min == -LON_LIMIT && w.lon_max == LON_LIMIT, "nor one that is a rounding");
	check(!box_from_degrees(0, 0, 181, 1, &w) && !box_from_degrees(0, NAN, 1, 1, &w),
		  "geography: box edges out of range");
}

/* Lines of lon1 lat1 lon2 lat2 metres, made by PostGIS (test/cases/distance.sql). */
static void
test_distance_table(void)
{
	char		path[1024];
	double		v[5];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/distance.tsv", cases_directory);
	file = fopen(path, "r");
	if (!check(file != NULL, "geography: cannot read %s", path))
		return;
	while (fscanf(file, "%lf %lf %lf %lf %lf", &v[0], &v[1], &v[2], &v[3], &v[4]) == 5)
	{
		double		metres = distance_metres(v[0], v[1], v[2], v[3]);

		check(fabs(metres - v[4]) < 1e-3, "geography: distance from %.9g %.9g to %.9g %.9g is %.4f, not %.4f",
			  v[0], v[1], v[2], v[3], v[4], metres);
	}
	fclose(file);
}

/*
 * Found by fuzzing: almost opposite on the equator, give or take an atom's width. The
 * distance cannot change by more than the points move.
 */
static void
test_near_equator(void)
{
	static const double tiny[] = {0, 1e-300, 1e-81, 1e-20, 1e-17, 1e-12, 1e-9, 4e-7, -1e-300, -1e-81, -1e-12, -4e-7};
	static const double gaps[] = {178.4, 178.5, 179, 179.3, 179.396, 179.3965, 179.4, 179.5, 179.9, 180};
	const int	n = sizeof(tiny) / sizeof(tiny[0]);

	for (size_t gap = 0; gap < sizeof(gaps) / sizeof(gaps[0]); gap++)
		for (int i = 0; i < n * n; i++)
		{
			double		on_it = distance_metres(gaps[gap], 0, 0, 0);
			double		near_it = distance_metres(gaps[gap], tiny[i % n], 0, tiny[i / n]);

			check(fabs(near_it - on_it) < 0.1, "geography: %g degrees along the equator %.4f m, from %g to %g %.4f m",
				  gaps[gap], on_it, tiny[i % n], tiny[i / n], near_it);
		}
}

/* From a few centimetres to everywhere, each size as likely. */
static double
random_size(double most)
{
	return most * pow(10, -9 * random_part());
}

static int32_t
clamp(double degrees, int limit)
{
	return (int32_t) (fmax(-limit, fmin(limit, degrees)) * DEGREE);
}

static double
from_range(int32_t low, int32_t high, double part)
{
	return steps_to_degrees((int32_t) (low + part * ((double) high - low)));
}

/* A point near the bounds as often as far away; at the poles and on the edges of the world too. */
static void
random_point(const Bounds *b, double *lon, double *lat)
{
	static const double special[] = {-180, 180, 0, 90, -90};

	*lon = random_part() * 360 - 180;
	*lat = random_part() * 180 - 90;
	if (random_bits() % 2)
	{
		*lon = fmax(-180, fmin(180, steps_to_degrees(b->lon_min) + random_size(20) - random_size(20)));
		*lat = fmax(-90, fmin(90, steps_to_degrees(b->lat_max) + random_size(20) - random_size(20)));
	}
	if (random_bits() % 16 == 0)
		*lon = special[random_bits() % 3];
	if (random_bits() % 16 == 0)
		*lat = special[2 + random_bits() % 3];
}

static Bounds
random_bounds(void)
{
	Bounds		b = {0};
	double		lon = random_part() * 400 - 200;
	double		lat = random_part() * 200 - 100;

	b.lon_min = clamp(lon, 180);
	b.lat_min = clamp(lat, 90);
	b.lon_max = clamp(steps_to_degrees(b.lon_min) + random_size(360), 180);
	b.lat_max = clamp(steps_to_degrees(b.lat_min) + random_size(180), 90);
	return b;
}

/* The least distance to a grid of the bounds, edges included. */
static double
sampled_distance(double lon, double lat, const Bounds *b, int grid)
{
	double		least = INFINITY;

	for (int i = 0; i <= grid; i++)
		for (int j = 0; j <= grid; j++)
			least = fmin(least, distance_metres(lon, lat,
												from_range(b->lon_min, b->lon_max, (double) i / grid),
												from_range(b->lat_min, b->lat_max, (double) j / grid)));
	return least;
}

static void
test_lower_bound(void)
{
	bool		ok = true;

	for (int i = 0; i < SAMPLES && ok; i++)
	{
		Bounds		b = random_bounds();
		double		lon;
		double		lat;
		double		bound;
		double		least;

		random_point(&b, &lon, &lat);
		bound = distance_lower_bound(lon, lat, b.lon_min, b.lat_min, b.lon_max, b.lat_max);
		least = sampled_distance(lon, lat, &b, 10);
		ok = bound <= least;
		if (!ok)
			printf("%.9g %.9g to bounds %d %d %d %d: bound %.4f, distance %.4f\n", lon, lat,
				   b.lon_min, b.lat_min, b.lon_max, b.lat_max, bound, least);
	}
	check(ok, "geography: the bound is no more than the distance to any point of the bounds");
}

static void
test_point_bound(void)
{
	bool		below = true;
	bool		tight = true;

	for (int i = 0; i < SAMPLES * 10; i++)
	{
		Bounds		b = random_bounds();
		double		lon;
		double		lat;
		double		bound;
		double		metres;

		random_point(&b, &lon, &lat);
		bound = distance_lower_bound(lon, lat, b.lon_min, b.lat_min, b.lon_min, b.lat_min);
		metres = distance_metres(lon, lat, steps_to_degrees(b.lon_min), steps_to_degrees(b.lat_min));
		below &= bound <= metres;
		tight &= bound >= metres * 0.996 - 2e-3;
	}
	check(below, "geography: the bound of a single point is no more than its distance");
	check(tight, "geography: the bound of a single point is at least 99.6%% of its distance");
}

/* The bounds of an inner page must not be nearer than those of the page above. */
static void
test_nested_bounds(void)
{
	bool		ok = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		Bounds		b = random_bounds();
		Bounds		in = b;
		double		lon;
		double		lat;

		random_point(&b, &lon, &lat);
		in.lon_min = (int32_t) random_between(b.lon_min, b.lon_max);
		in.lon_max = (int32_t) random_between(in.lon_min, b.lon_max);
		in.lat_min = (int32_t) random_between(b.lat_min, b.lat_max);
		in.lat_max = (int32_t) random_between(in.lat_min, b.lat_max);
		ok &= distance_lower_bound(lon, lat, b.lon_min, b.lat_min, b.lon_max, b.lat_max) <=
			distance_lower_bound(lon, lat, in.lon_min, in.lat_min, in.lon_max, in.lat_max) + 1e-6;
	}
	check(ok, "geography: the bound grows as the bounds shrink");
}

/* Every point at hand as the farthest one that the box must hold. */
static void
test_box_within(void)
{
	bool		holds = true;
	bool		valid = true;

	for (int i = 0; i < SAMPLES * 10; i++)
	{
		Watch		w = box(0, 0, 0, 0);
		Bounds		b = random_bounds();
		const char *reason;
		double		lon;
		double		lat;
		double		metres;

		random_point(&b, &lon, &lat);
		metres = distance_metres(lon, lat, steps_to_degrees(b.lon_min), steps_to_degrees(b.lat_min));
		valid &= box_within_metres(lon, lat, metres, &w) && watch_check(&w, &reason) == FAULT_NONE;
		if (!box_has_point(&w, b.lon_min, b.lat_min))
		{
			if (holds)
				printf("%.9g %.9g within %.4f: box %d %d %d %d lacks %d %d\n", lon, lat, metres,
					   w.lon_min, w.lat_min, w.lon_max, w.lat_max, b.lon_min, b.lat_min);
			holds = false;
		}
	}
	check(holds, "geography: box_within_metres holds every point within the distance");
	check(valid, "geography: box_within_metres makes a valid box");
}

static void
test_box_within_forms(void)
{
	Watch		w = box(0, 0, 0, 0);

	check(box_within_metres(179.9, 10, 50000, &w) && w.lon_min > w.lon_max && w.lon_max < 0,
		  "geography: a box within 50 km of the antimeridian wraps");
	check(box_within_metres(20, 89.9, 50000, &w) && w.lon_min == -LON_LIMIT && w.lon_max == LON_LIMIT &&
		  w.lat_max == LAT_LIMIT && w.lat_min > 89 * DEGREE, "geography: a box over the north pole");
	check(box_within_metres(20, -89.9, 50000, &w) && w.lon_min == -LON_LIMIT && w.lat_min == -LAT_LIMIT &&
		  w.lat_max < -89 * DEGREE, "geography: a box over the south pole");
	check(box_within_metres(0, 0, 3e7, &w) && box_is_world(&w), "geography: within 30,000 km is the world");
	check(box_within_metres(0, 0, INFINITY, &w) && box_is_world(&w), "geography: within infinity is the world");
	check(box_within_metres(35, 34, 0, &w) && w.lon_max - w.lon_min <= 2 && w.lat_max - w.lat_min <= 2 &&
		  box_has_point(&w, 35 * DEGREE, 34 * DEGREE), "geography: within 0 metres");
	check(!box_within_metres(35, 34, -1, &w), "geography: within -1 metres");
	check(!box_within_metres(35, 34, NAN, &w), "geography: within NaN metres");
	check(box_within_metres(35, 60, 100000, &w) && w.lat_max < 609050000 && w.lat_min > 590950000 &&
		  w.lon_max < 368500000 && w.lon_min > 331500000, "geography: a box within 100 km is not much larger");
}

void
test_geography(void)
{
	test_points();
	test_bounds();
	test_steps();
	test_box_edges();
	test_distance_table();
	test_near_equator();
	test_lower_bound();
	test_point_bound();
	test_nested_bounds();
	test_box_within();
	test_box_within_forms();
}
