/*
 * geography.c: boxes and distances on the globe. Pure C; see geography.h.
 */
#include "geography.h"

#include <math.h>

static bool
lon_between(int32_t lon, int32_t west, int32_t east)
{
	if (west <= east)
		return lon >= west && lon <= east;
	return lon >= west || lon <= east;
}

bool
box_has_point(const Watch *w, int32_t lon, int32_t lat)
{
	if (lat < w->lat_min || lat > w->lat_max)
		return false;
	if (lon_between(lon, w->lon_min, w->lon_max))
		return true;
	/* the antimeridian's other name */
	return (lon == LON_LIMIT || lon == -LON_LIMIT) &&
		lon_between(-lon, w->lon_min, w->lon_max);
}

/*
 * If the box holds some point of the bounds, then that point's latitude lies in both
 * ranges, and its longitude (or its other name, which then is an edge of the world)
 * in both as well: box_has_point true implies this true.
 */
bool
box_meets_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
				 int32_t lon_max, int32_t lat_max)
{
	if (lat_max < w->lat_min || lat_min > w->lat_max)
		return false;
	if (w->lon_min <= w->lon_max)
	{
		if (lon_max >= w->lon_min && lon_min <= w->lon_max)
			return true;
	}
	else if (lon_max >= w->lon_min || lon_min <= w->lon_max)
		return true;
	return (lon_max == LON_LIMIT && lon_between(-LON_LIMIT, w->lon_min, w->lon_max)) ||
		(lon_min == -LON_LIMIT && lon_between(LON_LIMIT, w->lon_min, w->lon_max));
}

bool
box_holds_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
				 int32_t lon_max, int32_t lat_max)
{
	if (lat_min < w->lat_min || lat_max > w->lat_max)
		return false;
	if (w->lon_min <= w->lon_max)
		return lon_min >= w->lon_min && lon_max <= w->lon_max;
	return lon_min >= w->lon_min || lon_max <= w->lon_max;
}

bool
box_is_world(const Watch *w)
{
	return w->lon_min == -LON_LIMIT && w->lon_max == LON_LIMIT &&
		w->lat_min == -LAT_LIMIT && w->lat_max == LAT_LIMIT;
}

bool
degrees_to_steps(double degrees, int32_t limit, int32_t *steps)
{
	double		scaled = rint(degrees * DEGREE);

	if (isnan(degrees) || fabs(degrees) > (double) limit / DEGREE)
		return false;
	*steps = (int32_t) scaled;
	return true;
}

double
steps_to_degrees(int32_t steps)
{
	return (double) steps / DEGREE;
}

/* Outwards (towards -1: down, towards +1: up), but not for mere rounding noise. */
static bool
edge_to_steps(double degrees, int32_t limit, int towards, int32_t *steps)
{
	double		scaled = degrees * DEGREE;
	double		nearest = rint(scaled);

	if (!degrees_to_steps(degrees, limit, steps))
		return false;
	if (fabs(scaled - nearest) > 1e-3)
		*steps = (int32_t) (towards < 0 ? floor(scaled) : ceil(scaled));
	return true;
}

bool
box_from_degrees(double lon_min, double lat_min, double lon_max, double lat_max, Watch *w)
{
	return edge_to_steps(lon_min, LON_LIMIT, -1, &w->lon_min) &&
		edge_to_steps(lat_min, LAT_LIMIT, -1, &w->lat_min) &&
		edge_to_steps(lon_max, LON_LIMIT, 1, &w->lon_max) &&
		edge_to_steps(lat_max, LAT_LIMIT, 1, &w->lat_max);
}
