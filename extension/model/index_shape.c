/*
 * index_shape.c: distances and the orders by which an index is laid out. Pure C; see
 * index_shape.h.
 *
 * Both orders walk Hilbert curves through planes of 2^32 cells along each axis, from
 * the whole plane inwards: at each level the point lies in one of four quarters, whose
 * rank along the curve is two bits of the point's place; then the quarter is turned so
 * that the curve through it runs like the one through the whole.
 *
 * By time: the plane of arrival and departure, and nothing else. What arrived, or
 * departed, in a window is a strip of that plane, so that a page, a small square of it,
 * serves both. (Tried on 10 million presences: of a curve through longitude, latitude,
 * arrival and departure the world's day reads three times the pages.)
 *
 * By place: cells. A question about an area touches more pages if each page holds fewer
 * sites (a country has many), and more pages if each spans fewer days (a stay reaches from
 * one page into the next). Along one curve through place and time both would depend on how
 * densely sites lie. So the order is nested: first the cell of a fixed grid along a plane
 * curve, and within a cell the order by time. Every other cell runs backwards, so that a
 * page that reaches over an edge holds neighbours. Pages divide the place too, because a
 * build splits a few pages' worth of that order anew, along the axis that pays most
 * (bounds_gist.c).
 *
 * (Tried on 10 million presences: one curve through longitude, latitude and middle of the
 * stay, and cells of a degree with slices of 64 days by that middle, both read fewer pages
 * of a site, and a third to a half more of a country and a continent. Smaller cells, and
 * days worth less, read fewer pages of a site and more of a country. With cells of four
 * degrees, split along the longest axis, a site's changes over a year take three pages more.)
 */
#include "index_shape.h"

/* Times count from 78 years before 2000 to 78 years after it; what lies beyond is cut off. */
#define HORIZON_DAYS 28490
#define CURVE_LEVELS 32

/* The plane of times to five minutes, less than a page spans. */
#define TIME_LEVELS 24

/* The plane of places is 384 degrees wide: cells of three degrees. */
#define PLANE_DEGREES 384
#define CELL_LEVELS 7

/* The typical question to pages by place: half a country, and five days, in degrees at the default worth of a day. */
#define QUESTION_DEGREES 2.5
#define QUESTION_TIME 0.15

const Shape shape_space = {3, 2, 0.03, 0.9};
const Shape shape_time = {2, 0, 20, 0.75};

static double
days(int64_t t)
{
	double		d = (double) t / MICROS_PER_DAY + HORIZON_DAYS;

	if (d < 0)
		return 0;
	return d > 2 * HORIZON_DAYS ? 2 * HORIZON_DAYS : d;
}

/* Open stays lie a whole horizon further on, beyond all stays that ended. */
static double
middle(const Bounds *b)
{
	double		start = days(b->min[FIRST_SEEN] / 2 + b->max[FIRST_SEEN] / 2);

	if (b->min[GONE_BY] == TIME_END)
		return 2 * HORIZON_DAYS + start;
	return (days(b->min[FIRST_SEEN]) + days(b->max[GONE_BY])) / 2;
}

static inline bool
is_by_time(const Shape *shape)
{
	return shape->first_time == 0;
}

void
shape_centre(const Shape *shape, const Bounds *b, double *at)
{
	if (is_by_time(shape))
	{
		at[0] = (days(b->min[FIRST_SEEN]) + days(b->max[FIRST_SEEN])) / 2;
		at[1] = (days(b->min[GONE_BY]) + days(b->max[GONE_BY])) / 2;
		return;
	}
	at[0] = ((double) b->lon_min + b->lon_max) / 2 / DEGREE + 180;
	at[1] = ((double) b->lat_min + b->lat_max) / 2 / DEGREE + 90;
	at[2] = shape->degrees_per_day * middle(b);
}

/* For stays that are still open only the arrivals matter to a question. */
double
shape_touched(const Shape *shape, const Bounds *b)
{
	double		first = days(b->min[FIRST_SEEN]);
	double		last = days(b->min[GONE_BY] == TIME_END ? b->max[FIRST_SEEN] : b->max[GONE_BY]);
	double		lon = ((double) b->lon_max - b->lon_min) / DEGREE;
	double		lat = ((double) b->lat_max - b->lat_min) / DEGREE;

	if (is_by_time(shape))
		return days(b->max[FIRST_SEEN]) - first + days(b->max[GONE_BY]) - days(b->min[GONE_BY]);
	return (lon + QUESTION_DEGREES) * (lat + QUESTION_DEGREES) *
		((last - first) * shape->degrees_per_day + QUESTION_TIME);
}

static uint32_t
cell_of(double at, double length)
{
	double		cell = at / length * 4294967296.0;

	if (!(cell > 0))			/* only if the key is damaged */
		return 0;
	return cell >= 4294967295.0 ? UINT32_MAX : (uint32_t) cell;
}

/*
 * The place along the curve through the plane of the shape's first two axes, which is so
 * long, to so many levels. The lower quarters are mirrored, and turned if they lie on the
 * right. There are no branches, as a processor could not predict them.
 */
static uint64_t
walk_curve(const Shape *shape, const Bounds *b, double length, int levels)
{
	double		centre[SHAPE_AXES];
	uint32_t	x;
	uint32_t	y;
	uint64_t	place = 0;

	shape_centre(shape, b, centre);
	x = cell_of(centre[0], length);
	y = cell_of(centre[1], length);
	for (int level = CURVE_LEVELS - 1; level >= CURVE_LEVELS - levels; level--)
	{
		uint32_t	right = x >> level & 1;
		uint32_t	upper = y >> level & 1;
		uint32_t	lower = upper - 1;	/* all bits or none */
		uint32_t	change = ((x ^ y) & lower) ^ (-right & lower);

		x ^= change;
		y ^= change;
		place = place << 2 | ((3 * right) ^ upper);
	}
	return place;
}

static uint64_t
time_place(const Bounds *b)
{
	return walk_curve(&shape_time, b, 2.0 * HORIZON_DAYS, TIME_LEVELS);
}

static uint64_t
cell_place(const Bounds *b)
{
	uint64_t	cell = walk_curve(&shape_space, b, PLANE_DEGREES, CELL_LEVELS);
	uint64_t	moment = time_place(b);

	if (cell % 2 == 1)
		moment = (UINT64_C(1) << 2 * TIME_LEVELS) - 1 - moment;
	return cell << 2 * TIME_LEVELS | moment;
}

uint64_t
curve_place(const Shape *shape, const Bounds *b)
{
	return is_by_time(shape) ? time_place(b) : cell_place(b);
}
