/*
 * geography.c: boxes and distances on the globe. Pure C; see geography.h.
 *
 * Distances rest on the auxiliary sphere: keep the longitude, and replace a latitude by
 * the reduced one, beta = atan(b/a tan(latitude)). On the spheroid a small step is
 * sqrt((a sin beta)^2 + (b cos beta)^2) d beta north and a cos beta d lon east. Neither
 * is less than b times the same step on the unit sphere, nor more than a times it, so
 * for every path, hence for the shortest ones:
 *
 *     b * angle on the auxiliary sphere <= metres <= a * the same angle
 *
 * and b and a differ by a third of a percent. So the bounds for an index, which need not be
 * exact, are plain spherical trigonometry. (A rectangle of longitudes and latitudes stays
 * one: the reduced latitude grows with the latitude.)
 */
#include "geography.h"

#include <math.h>

/* WGS 84 */
#define EQUATOR_RADIUS 6378137.0
#define FLATTENING (1 / 298.257223563)
#define POLE_RADIUS (EQUATOR_RADIUS * (1 - FLATTENING))

#define PI 3.14159265358979323846
#define RADIANS (PI / 180)

/* What the bounds leave for rounding, theirs and that of the distances compared with them. */
#define SLACK_METRES 1e-3

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

void
set_world_box(Watch *w)
{
	w->lon_min = -LON_LIMIT;
	w->lon_max = LON_LIMIT;
	w->lat_min = -LAT_LIMIT;
	w->lat_max = LAT_LIMIT;
}

void
copy_box(Watch *to, const Watch *from)
{
	to->lon_min = from->lon_min;
	to->lat_min = from->lat_min;
	to->lon_max = from->lon_max;
	to->lat_max = from->lat_max;
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

/* Rounds outwards (towards -1: down, towards +1: up), unless the difference is only rounding noise. */
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
	if (!edge_to_steps(lon_min, LON_LIMIT, -1, &w->lon_min) ||
		!edge_to_steps(lat_min, LAT_LIMIT, -1, &w->lat_min) ||
		!edge_to_steps(lon_max, LON_LIMIT, 1, &w->lon_max) ||
		!edge_to_steps(lat_max, LAT_LIMIT, 1, &w->lat_max))
		return false;
	/* what it leaves out is narrower than a step: the box goes all around the globe */
	if (lon_min > lon_max && w->lon_min <= w->lon_max)
	{
		w->lon_min = -LON_LIMIT;
		w->lon_max = LON_LIMIT;
	}
	return true;
}

/*
 * Distances
 */
static double
reduced_latitude(double lat)
{
	return atan2((1 - FLATTENING) * sin(lat * RADIANS), cos(lat * RADIANS));
}

static double
square(double x)
{
	return x * x;
}

/* From one longitude to another in degrees, either way: 0 to 180. */
static double
lon_gap(double lon1, double lon2)
{
	double		gap = fabs(lon1 - lon2);

	return gap > 180 ? 360 - gap : gap;
}

/* The angle between two points of the unit sphere (haversine: exact for small ones). */
static double
sphere_angle(double lat1, double lat2, double gap)
{
	double		h = square(sin((lat2 - lat1) / 2)) + cos(lat1) * cos(lat2) * square(sin(gap / 2));

	return 2 * asin(fmin(1, sqrt(h)));
}

/*
 * A geodesic is the image of a great circle of the auxiliary sphere, which leaves the
 * equator at an azimuth whose sine is sin_azimuth. It runs over an arc `arc`, whose two
 * ends, measured from that node, add up to `ends`.
 */
typedef struct GreatArc
{
	double		sin_azimuth;
	double		arc;
	double		ends;
} GreatArc;

/*
 * How much less longitude the geodesic covers than its great circle, and how long it
 * is: the usual nested series in the flattening, good to a tenth of a millimetre
 * (T. Vincenty, Survey Review 176, 1975).
 */
static double
lon_shortfall(const GreatArc *g)
{
	double		cos2 = 1 - square(g->sin_azimuth);
	double		c = FLATTENING / 16 * cos2 * (4 + FLATTENING * (4 - 3 * cos2));
	double		cos_ends = cos(g->ends);

	return (1 - c) * FLATTENING * g->sin_azimuth *
		(g->arc + c * sin(g->arc) * (cos_ends + c * cos(g->arc) * (2 * square(cos_ends) - 1)));
}

static double
arc_metres(const GreatArc *g)
{
	double		u2 = (1 - square(g->sin_azimuth)) * (square(EQUATOR_RADIUS / POLE_RADIUS) - 1);
	double		a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
	double		b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
	double		cos_ends = cos(g->ends);
	double		sin_arc = sin(g->arc);
	double		third = b / 6 * cos_ends * (4 * square(sin_arc) - 3) * (4 * square(cos_ends) - 3);
	double		second = b / 4 * (cos(g->arc) * (2 * square(cos_ends) - 1) - third);

	return POLE_RADIUS * a * (g->arc - b * sin_arc * (cos_ends + second));
}

/* The great arc between two points of the auxiliary sphere, `gap` apart in longitude. */
static GreatArc
arc_between(double lat1, double lat2, double gap)
{
	GreatArc	g = {0, 0, 0};
	double		east = cos(lat2) * sin(gap);
	double		north = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(gap);
	double		along = sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(gap);
	double		azimuth = atan2(east, north);

	g.arc = atan2(hypot(east, north), along);
	g.sin_azimuth = cos(lat1) * sin(azimuth);
	g.ends = 2 * atan2(sin(lat1), cos(lat1) * cos(azimuth)) + g.arc;
	return g;
}

/*
 * The great circle's longitudes are the geodesic's plus the shortfall, which depends on
 * the great circle: iterate. Each step gains three digits, except for points almost
 * opposite each other, which are not brought here.
 */
static double
ordinary_metres(double lat1, double lat2, double gap)
{
	double		stretched = gap;
	GreatArc	g = arc_between(lat1, lat2, gap);

	for (int i = 0; i < 30; i++)
	{
		double		last = stretched;

		stretched = gap + lon_shortfall(&g);
		g = arc_between(lat1, lat2, stretched);
		if (fabs(stretched - last) < 1e-14)
			break;
	}
	return arc_metres(&g);
}

/*
 * The great arc that leaves latitude lat1 < 0 in the direction that is `turn` to the
 * south of east, and ends where it comes north to lat2, -|lat1| <= lat2 <= |lat1|; and
 * the geodesic's longitude over it.
 */
static GreatArc
arc_towards(double lat1, double lat2, double turn, double *lon)
{
	GreatArc	g;
	double		north1 = -cos(lat1) * sin(turn);
	/* cos(lat2)^2 - cos(lat1)^2, without losing it where both are almost 1 */
	double		more = sin(lat1 + lat2) * sin(lat1 - lat2);
	double		north2 = sqrt(fmax(0, square(north1) + more));
	double		from = atan2(sin(lat1), north1);
	double		to = atan2(sin(lat2), north2);

	g.sin_azimuth = cos(lat1) * cos(turn);
	g.arc = to - from;
	g.ends = to + from;
	*lon = atan2(g.sin_azimuth * sin(lat2), north2) - atan2(g.sin_azimuth * sin(lat1), north1) -
		lon_shortfall(&g);
	return g;
}

/*
 * Almost opposite points: bisect the direction at the point farther from the equator,
 * put on the southern side. The longitude covered grows with the turn from due north, 0,
 * to over the south pole, half a circle. Close to the equator nearly all of that growth
 * happens close to due east; hence the turn is measured from there, where doubles are
 * fine, and halved as often as it takes. On the equator itself direction and longitude
 * lose each other: the point is moved off it by a few micrometres.
 */
static double
opposite_metres(double lat1, double lat2, double gap)
{
	double		low = -PI / 2;
	double		high = PI / 2;
	double		lon;
	GreatArc	g;

	if (fabs(lat1) < fabs(lat2))
		return opposite_metres(lat2, lat1, gap);
	if (lat1 > 0)
		return opposite_metres(-lat1, -lat2, gap);
	lat1 = fmin(lat1, -1e-12);
	for (int i = 0; i < 100; i++)
	{
		double		middle = (low + high) / 2;

		(void) arc_towards(lat1, lat2, middle, &lon);
		if (lon < gap)
			low = middle;
		else
			high = middle;
	}
	g = arc_towards(lat1, lat2, (low + high) / 2, &lon);
	return arc_metres(&g);
}

double
distance_metres(double lon1, double lat1, double lon2, double lat2)
{
	double		beta1 = reduced_latitude(lat1);
	double		beta2 = reduced_latitude(lat2);
	double		gap = lon_gap(lon1, lon2) * RADIANS;

	if (lat1 == lat2 && gap == 0)
		return 0;
	/* within two degrees of opposite; trouble begins at less than one */
	if (sphere_angle(beta1, beta2, gap) > 178 * RADIANS)
		return opposite_metres(beta1, beta2, gap);
	return ordinary_metres(beta1, beta2, gap);
}

/*
 * The least angle from a point to an arc of a meridian, `gap` away. With the arc's
 * latitude t, the cosine of the angle is, up to a positive factor, cos(t - foot): it is
 * greatest at the foot of the perpendicular, or, if that is not on the arc, at an end.
 */
static double
meridian_angle(double lat, double gap, double south, double north)
{
	double		foot = atan2(sin(lat), cos(lat) * cos(gap));

	if (foot >= south && foot <= north)
		return sphere_angle(lat, foot, gap);
	return fmin(sphere_angle(lat, south, gap), sphere_angle(lat, north, gap));
}

/*
 * On the auxiliary sphere the nearest point of a rectangle is on the point's own
 * meridian, if the rectangle has part of it, and else on the nearer or the other of its
 * two sides: on a parallel, the nearer in longitude the nearer.
 */
double
distance_lower_bound(double lon, double lat, int32_t lon_min, int32_t lat_min,
					 int32_t lon_max, int32_t lat_max)
{
	double		west = steps_to_degrees(lon_min);
	double		east = steps_to_degrees(lon_max);
	double		south = reduced_latitude(steps_to_degrees(lat_min));
	double		north = reduced_latitude(steps_to_degrees(lat_max));
	double		beta = reduced_latitude(lat);
	double		angle;

	if (lon >= west && lon <= east)
		angle = fmax(0, fmax(south - beta, beta - north));
	else
		angle = fmin(meridian_angle(beta, lon_gap(lon, west) * RADIANS, south, north),
					 meridian_angle(beta, lon_gap(lon, east) * RADIANS, south, north));
	return fmax(0, angle * POLE_RADIUS - SLACK_METRES);
}

/* Back from the auxiliary sphere. */
static double
degrees_from_reduced(double beta)
{
	return atan2(sin(beta), (1 - FLATTENING) * cos(beta)) / RADIANS;
}

/* A box of all longitudes, from one latitude to another, cut at the poles. */
static void
box_around_pole(double south, double north, Watch *w)
{
	(void) box_from_degrees(-180, fmax(south, -90), 180, fmin(north, 90), w);
}

/*
 * A cap of the sphere: it reaches from lat - angle to lat + angle, and in longitude to
 * where a meridian touches it; none does if it holds a pole.
 */
bool
box_within_metres(double lon, double lat, double metres, Watch *w)
{
	double		angle = (metres + SLACK_METRES) / POLE_RADIUS;
	double		beta = reduced_latitude(lat);
	double		south = beta - angle > -PI / 2 ? degrees_from_reduced(beta - angle) : -90;
	double		north = beta + angle < PI / 2 ? degrees_from_reduced(beta + angle) : 90;
	double		reach;

	if (!(metres >= 0))
		return false;
	if (south <= -90 || north >= 90)
	{
		box_around_pole(south, north, w);
		return true;
	}
	reach = asin(fmin(1, sin(angle) / cos(beta))) / RADIANS;
	return box_from_degrees(lon - reach < -180 ? lon - reach + 360 : lon - reach, south,
							lon + reach > 180 ? lon + reach - 360 : lon + reach, north, w);
}
