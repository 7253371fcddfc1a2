/*
 * geography_fuzz.c: distances and boxes of any numbers. A bound is never more than the
 * distance to a point of the bounds, a box within a distance holds what is within it.
 */
#include "fuzz.h"
#include "geography.h"

#include <math.h>

static double
next_double(Input *in)
{
	uint64_t	bits = next_bytes(in, 8);
	double		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Into [-limit, limit], most doubles being far out. */
static double
into(double value, double limit)
{
	value = fmod(value, limit);
	return isnan(value) ? 0 : value;
}

static int32_t
between(int32_t low, int32_t high, uint64_t bits)
{
	return (int32_t) (low + (int64_t) (bits % (uint64_t) ((int64_t) high - low + 1)));
}

static void
check_any(double lon, double lat, double metres)
{
	Watch		w = {0, 1, AGE_UNLIMITED, 0, 0, 0, 0, 0, 0};
	const char *reason;
	int32_t		steps;

	if (degrees_to_steps(lon, LON_LIMIT, &steps))
		PROMISE(steps >= -LON_LIMIT && steps <= LON_LIMIT, "steps within the limit");
	if (box_from_degrees(lon, lat, lat, metres, &w) && w.lat_min <= w.lat_max)
		PROMISE(watch_check(&w, &reason) == FAULT_NONE, "a box from degrees is valid");
	if (box_within_metres(into(lon, 180), into(lat, 90), metres, &w))
		PROMISE(watch_check(&w, &reason) == FAULT_NONE, "a box within a distance is valid");
	else
		PROMISE(!(metres >= 0), "every distance has its box");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		in = {data, size};
	double		lon = next_double(&in);
	double		lat = next_double(&in);
	int32_t		a = between(-LON_LIMIT, LON_LIMIT, next_bytes(&in, 4));
	int32_t		b = between(-LAT_LIMIT, LAT_LIMIT, next_bytes(&in, 4));
	int32_t		c = between(a, LON_LIMIT, next_bytes(&in, 4));
	int32_t		d = between(b, LAT_LIMIT, next_bytes(&in, 4));
	int32_t		x = between(a, c, next_bytes(&in, 4));
	int32_t		y = between(b, d, next_bytes(&in, 4));
	Watch		w = {0, 1, AGE_UNLIMITED, 0, 0, 0, 0, 0, 0};
	double		metres;

	check_any(lon, lat, next_double(&in));
	lon = into(lon, 180);
	lat = into(lat, 90);
	metres = distance_metres(lon, lat, steps_to_degrees(x), steps_to_degrees(y));
	PROMISE(metres >= 0 && metres <= 20003931.5, "a distance is at most half way round");
	PROMISE(distance_lower_bound(lon, lat, a, b, c, d) <= metres, "a bound is no more than a distance");
	PROMISE(box_within_metres(lon, lat, metres, &w) && box_has_point(&w, x, y), "a box holds what is within");
	return 0;
}
