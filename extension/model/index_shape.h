/*
 * index_shape.h: which presences should share an index page. Pure C.
 *
 * A page is good if few questions touch it. Questions about an area want pages that are
 * small in space, questions about the whole world want pages that are short in time,
 * and one tree cannot serve both (measured: what the one gains the other loses). Hence
 * two shapes, which differ in the axes along which pages are cut, and in the order by
 * which a build sorts (index_shape.c):
 *
 *   place   longitude, latitude, middle of the stay;    a day is worth 0.03 degrees
 *   time    arrival, departure
 *
 * Stays that are still open lie apart from those that ended, in order of arrival.
 */
#ifndef SIGHTINGS_INDEX_SHAPE_H
#define SIGHTINGS_INDEX_SHAPE_H

#include "index_bounds.h"

#define SHAPE_AXES 3

typedef struct Shape
{
	int			axes;
	int			first_time;		/* the first axis of time: 0 if there are no others */
	double		degrees_per_day;
	double		older_part;		/* of a page that news overflow, what the older entries keep */
} Shape;

extern const Shape shape_space;
extern const Shape shape_time;

/*
 * The centre of the bounds along the shape's axes, each at least 0: in degrees, or in
 * days if all axes are times.
 */
extern void shape_centre(const Shape *shape, const Bounds *b, double *at);

/*
 * How often a page of these bounds is touched, beside others: grows with the bounds, and
 * with the size of the questions.
 */
extern double shape_touched(const Shape *shape, const Bounds *b);

/*
 * What follows is inline: a row that is added is weighed against every entry of every inner
 * page on its way down, which is most of what adding it costs.
 */

/* Beside longitude and latitude, the axes of coarse bounds that a margin counts. */
enum {AXIS_ARRIVAL = AXIS_TIMES + FIRST_SEEN, AXIS_DEPARTURE = AXIS_TIMES + GONE_BY};

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
static inline double
in_degrees(const Shape *shape, int64_t steps, int64_t seconds)
{
	return (double) steps * (1.0 / DEGREE) + (double) seconds * shape->degrees_per_day * ((double) MICROS_PER_SECOND / MICROS_PER_DAY);
}

/* The sum of the extents of the bounds in degrees, and by how much it grows if `more` is added. */
static inline double
shape_margin(const Shape *shape, const CoarseBounds *b)
{
	return in_degrees(shape, extent(b, AXIS_LON) + extent(b, AXIS_LAT),
					  extent(b, AXIS_ARRIVAL) + extent(b, AXIS_DEPARTURE));
}

static inline double
shape_growth(const Shape *shape, const CoarseBounds *b, const CoarseBounds *more)
{
	return in_degrees(shape, extent_growth(b, more, AXIS_LON) + extent_growth(b, more, AXIS_LAT),
					  extent_growth(b, more, AXIS_ARRIVAL) + extent_growth(b, more, AXIS_DEPARTURE));
}

/*
 * How little `more` fits into the bounds: by how much their margin grows. Where it does not
 * grow at all the smaller bounds are the better ones: such penalties lie below those of any
 * growth.
 */
static inline float
shape_penalty(const Shape *shape, const CoarseBounds *b, const CoarseBounds *more)
{
	double		growth = shape_growth(shape, b, more);
	double		margin;

	if (growth > 0)
		return (float) (1 + growth);
	margin = shape_margin(shape, b);
	return (float) (margin / (1 + margin));
}

/*
 * The place of a point (the centre of the bounds) in the order of the shape: points close
 * in it are close in space and time.
 */
extern uint64_t curve_place(const Shape *shape, const Bounds *b);

#endif
