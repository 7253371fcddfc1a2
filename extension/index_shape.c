/*
 * index_shape.c: distances and the orders by which an index is laid out. Pure C; see
 * index_shape.h.
 *
 * Both orders walk a Hilbert curve through a cube of 2^32 cells along each axis (the
 * plane has two), from the whole cube inwards: at each level the point lies in one of
 * 2^n subcubes; `entry` is the corner of the current cube at which the curve comes in and
 * `direction` the axis along which it leaves, which together turn the subcube's corner
 * bits into its rank along the curve (the rank's Gray code is the corner, seen from the
 * entry).
 *
 * By time: one curve through longitude, latitude, arrival and departure.
 *
 * By place: bricks. A question about an area touches, of a page of k sites and T days,
 * the more pages the fewer sites they hold (a country has many) and the more of them the
 * fewer days they span (a stay reaches from one page into the next). Along one curve
 * through place and time both depend on how densely sites lie; so the order is nested
 * instead: the cell of a fixed grid along a plane curve, in it the slice of time, in the
 * slice the exact place along the same curve, and at the place the middle of the stay.
 * Where sites lie densely a slice of a cell fills many pages and these divide the place;
 * where they lie thinly a page takes several slices. Every other slice is walked
 * backwards in space and every other cell backwards in time, so that a page that reaches
 * over an edge holds neighbours. (Tried on 10 million presences against one curve through
 * longitude, latitude and middle: a third to a half fewer pages for a site, a fifth more
 * for a country. A day worth less makes pages longer in time: a little less for a site,
 * and again a fifth more for a country.)
 */
#include "index_shape.h"

#include <string.h>

#define MICROS_PER_DAY (INT64_C(86400) * 1000000)

/* Times count from 78 years before 2000 to 78 years after it; what lies beyond is cut off. */
#define HORIZON_DAYS 28490
#define CURVE_LEVELS 32

/* The plane is 512 degrees wide: cells of one degree. */
#define PLANE_DEGREES 512
#define CELL_LEVELS 9
#define SLICE_DAYS 64

const Shape shape_space = {3, false, 0.008};
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

static void
set_cell(CurveWalk *walk, int axis, double centre, double length)
{
	double		cell = centre / length * 4294967296.0;

	if (cell > 0)				/* less only if the key is damaged */
		walk->at[axis] = cell >= 4294967295.0 ? UINT32_MAX : (uint32_t) cell;
}

/* The cube is as long as the time axis, horizon and open stays, of which space is a part. */
static CurveWalk
cube_begin(const Shape *shape, const Bounds *b)
{
	double		centre[SHAPE_AXES];
	double		length = 4.0 * HORIZON_DAYS * shape->degrees_per_day;
	CurveWalk	walk = {shape->axes, {0}, 0, 0};

	shape_centre(shape, b, centre);
	for (int i = 0; i < shape->axes; i++)
		set_cell(&walk, i, centre[i], length);
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

static uint64_t
cube_prefix(const Shape *shape, const Bounds *b)
{
	CurveWalk	walk = cube_begin(shape, b);
	uint64_t	prefix = 0;

	for (int level = CURVE_LEVELS - 1; level >= CURVE_LEVELS - 64 / shape->axes; level--)
		prefix = prefix << shape->axes | curve_step(&walk, level);
	return prefix;
}

static int
cube_compare(const Shape *shape, const Bounds *a, const Bounds *b)
{
	CurveWalk	walk_a = cube_begin(shape, a);
	CurveWalk	walk_b = cube_begin(shape, b);

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

/*
 * Bits of the order by place: cell, slice, place within the cell (27 metres), then as
 * much as is left of the middle of the stay.
 */
#define CELL_BITS (2 * CELL_LEVELS)
#define SLICE_BITS 12
#define PLACE_BITS 24
#define MOMENT_BITS (64 - CELL_BITS - SLICE_BITS - PLACE_BITS)

static uint64_t
backwards(uint64_t rank, int bits)
{
	return (UINT64_C(1) << bits) - 1 - rank;
}

static uint64_t
brick_prefix(const Shape *shape, const Bounds *b)
{
	CurveWalk	walk = {2, {0}, 0, 0};
	double		centre[SHAPE_AXES];
	uint64_t	moment = (uint64_t) (middle(b) / SLICE_DAYS * (1 << MOMENT_BITS));
	uint64_t	slice = moment >> MOMENT_BITS;
	uint64_t	cell = 0;
	uint64_t	place = 0;
	int			level = CURVE_LEVELS;

	shape_centre(shape, b, centre);
	set_cell(&walk, 0, centre[0], PLANE_DEGREES);
	set_cell(&walk, 1, centre[1], PLANE_DEGREES);
	while (level > CURVE_LEVELS - CELL_LEVELS)
		cell = cell << 2 | curve_step(&walk, --level);
	while (level > CURVE_LEVELS - CELL_LEVELS - PLACE_BITS / 2)
		place = place << 2 | curve_step(&walk, --level);
	if (cell % 2 == 1)
		slice = backwards(slice, SLICE_BITS);
	if (slice % 2 == 1)
		place = backwards(place, PLACE_BITS);
	moment &= (1 << MOMENT_BITS) - 1;
	return ((cell << SLICE_BITS | slice) << PLACE_BITS | place) << MOMENT_BITS | moment;
}

static int
brick_compare(const Shape *shape, const Bounds *a, const Bounds *b)
{
	uint64_t	prefix_a = brick_prefix(shape, a);
	uint64_t	prefix_b = brick_prefix(shape, b);
	double		middle_a = middle(a);
	double		middle_b = middle(b);

	if (prefix_a != prefix_b)
		return prefix_a < prefix_b ? -1 : 1;
	return middle_a < middle_b ? -1 : middle_a > middle_b;
}

uint64_t
curve_prefix(const Shape *shape, const Bounds *b)
{
	return shape->by_ends ? cube_prefix(shape, b) : brick_prefix(shape, b);
}

int
curve_compare(const Shape *shape, const Bounds *a, const Bounds *b)
{
	return shape->by_ends ? cube_compare(shape, a, b) : brick_compare(shape, a, b);
}
