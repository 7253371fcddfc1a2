/*
 * index_shape.c: distances and the Hilbert curve by which an index is laid out. Pure C;
 * see index_shape.h.
 *
 * The curve runs through a cube of 2^32 cells along each axis. It is walked from the
 * whole cube inwards: at each level the point lies in one of 2^n subcubes; `entry` is the
 * corner of the current cube at which the curve comes in and `direction` the axis along
 * which it leaves, which together turn the subcube's corner bits into its rank along the
 * curve (the rank's Gray code is the corner, seen from the entry).
 */
#include "index_shape.h"

#include <string.h>

#define MICROS_PER_DAY (INT64_C(86400) * 1000000)

/* Times count from 78 years before 2000 to 78 years after it; what lies beyond is cut off. */
#define HORIZON_DAYS 28490
#define CURVE_LEVELS 32

const Shape shape_space = {3, false, 0.03};
const Shape shape_time = {4, true, 20};

static double
days(int64_t t)
{
	double		d = (double) t / MICROS_PER_DAY + HORIZON_DAYS;

	if (d < 0)
		return 0;
	return d > 2 * HORIZON_DAYS ? 2 * HORIZON_DAYS : d;
}

/* Open stays lie a whole horizon further on, where no stay that ended reaches. */
static double
middle(const Bounds *b)
{
	double		start = days(b->min[FIRST_SEEN] / 2 + b->max[FIRST_SEEN] / 2);

	if (b->min[GONE_BY] == TIME_END)
		return 2 * HORIZON_DAYS + start;
	return (days(b->min[FIRST_SEEN]) + days(b->max[GONE_BY])) / 2;
}

void
shape_centre(const Shape *shape, const Bounds *b, double *at)
{
	at[0] = ((double) b->lon_min + b->lon_max) / 2 / DEGREE + 180;
	at[1] = ((double) b->lat_min + b->lat_max) / 2 / DEGREE + 90;
	if (shape->by_ends)
	{
		at[2] = shape->degrees_per_day * (days(b->min[FIRST_SEEN]) + days(b->max[FIRST_SEEN])) / 2;
		at[3] = shape->degrees_per_day * (days(b->min[GONE_BY]) + days(b->max[GONE_BY])) / 2;
	}
	else
		at[2] = shape->degrees_per_day * middle(b);
}

static inline int64_t
extent(const CoarseBounds *b, int axis)
{
	return (int64_t) b->max[axis] - b->min[axis];
}

static inline int64_t
extent_growth(const CoarseBounds *b, const CoarseBounds *more, int axis)
{
	int64_t		above = (int64_t) more->max[axis] - b->max[axis];
	int64_t		below = (int64_t) b->min[axis] - more->min[axis];

	return (above > 0 ? above : 0) + (below > 0 ? below : 0);
}

/* How far off an infinity is does not matter, as long as it is far: here 68 years. */
double
shape_growth(const Shape *shape, const CoarseBounds *b, const CoarseBounds *more, double *margin)
{
	enum { LON = 0, LAT = 1, ARRIVAL = 2 + FIRST_SEEN, DEPARTURE = 2 + GONE_BY };
	double		per_step = 1.0 / DEGREE;
	double		per_second = shape->degrees_per_day / 86400;

	*margin = per_step * (double) (extent(b, LON) + extent(b, LAT)) +
		per_second * (double) (extent(b, ARRIVAL) + extent(b, DEPARTURE));
	return per_step * (double) (extent_growth(b, more, LON) + extent_growth(b, more, LAT)) +
		per_second * (double) (extent_growth(b, more, ARRIVAL) + extent_growth(b, more, DEPARTURE));
}

typedef struct CurveWalk
{
	int			axes;
	uint32_t	at[SHAPE_AXES];
	unsigned	entry;
	unsigned	direction;
} CurveWalk;

/* The cube is as long as the time axis, horizon and open stays, of which space is a part. */
static CurveWalk
curve_begin(const Shape *shape, const Bounds *b)
{
	double		centre[SHAPE_AXES];
	double		length = 4.0 * HORIZON_DAYS * shape->degrees_per_day;
	CurveWalk	walk = {shape->axes, {0}, 0, 0};

	shape_centre(shape, b, centre);
	for (int i = 0; i < shape->axes; i++)
	{
		double		cell = centre[i] / length * 4294967296.0;

		if (cell > 0)			/* less only if the key is damaged */
			walk.at[i] = cell >= 4294967295.0 ? UINT32_MAX : (uint32_t) cell;
	}
	return walk;
}

/* Rotates n bits by at most n. */
static inline unsigned
rotate_left(unsigned bits, unsigned by, unsigned n)
{
	return (bits << by | bits >> (n - by)) & ((1u << n) - 1);
}

static inline unsigned
gray(unsigned rank)
{
	return rank ^ rank >> 1;
}

static inline unsigned
gray_rank(unsigned code)
{
	unsigned	rank = code;

	for (unsigned shift = 1; shift < SHAPE_AXES; shift <<= 1)
		rank ^= rank >> shift;
	return rank;
}

/* The rank of the subcube at this level (31 = outermost), and on into it. */
static inline unsigned
curve_step(CurveWalk *walk, int level)
{
	unsigned	n = (unsigned) walk->axes;
	unsigned	leaving = walk->direction + 1 == n ? 0 : walk->direction + 1;
	unsigned	corner = 0;
	unsigned	rank;

	for (unsigned i = 0; i < n; i++)
		corner |= (walk->at[i] >> level & 1) << i;
	rank = gray_rank(rotate_left(corner ^ walk->entry, n - leaving, n));
	walk->direction = leaving;
	if (rank > 0)
	{
		/* the entry of subcube `rank`, and the axis its passage runs along */
		walk->entry ^= rotate_left(gray((rank - 1) & ~1u), leaving, n);
		walk->direction += (unsigned) __builtin_ctz(~(rank % 2 == 0 ? rank - 1 : rank));
		while (walk->direction >= n)
			walk->direction -= n;
	}
	return rank;
}

uint64_t
curve_prefix(const Shape *shape, const Bounds *b)
{
	CurveWalk	walk = curve_begin(shape, b);
	uint64_t	prefix = 0;

	for (int level = CURVE_LEVELS - 1; level >= CURVE_LEVELS - 64 / shape->axes; level--)
		prefix = prefix << shape->axes | curve_step(&walk, level);
	return prefix;
}

int
curve_compare(const Shape *shape, const Bounds *a, const Bounds *b)
{
	CurveWalk	walk_a = curve_begin(shape, a);
	CurveWalk	walk_b = curve_begin(shape, b);

	/* what was seen at the same looks is at one point of the curve: no rarity */
	if (memcmp(walk_a.at, walk_b.at, sizeof walk_a.at) == 0)
		return 0;
	for (int level = CURVE_LEVELS - 1; level >= 0; level--)
	{
		unsigned	rank_a = curve_step(&walk_a, level);
		unsigned	rank_b = curve_step(&walk_b, level);

		if (rank_a != rank_b)
			return rank_a < rank_b ? -1 : 1;
	}
	return 0;
}
