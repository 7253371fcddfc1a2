/*
 * index_shape.h: which presences should share an index page. Pure C.
 *
 * A page is good if few questions touch it. Questions about an area want pages that are
 * small in space, questions about the whole world want pages that are short in time,
 * and one tree cannot serve both (measured: what the one gains the other loses). Hence
 * two shapes, which differ in the axes along which pages are cut and by which a build
 * sorts:
 *
 *   place   longitude, latitude, middle of the stay;    a day is worth 0.008 degrees
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
} Shape;

extern const Shape shape_space;
extern const Shape shape_time;

/*
 * The centre of the bounds along the shape's axes, each at least 0: in degrees, or in
 * days if all axes are times.
 */
extern void shape_centre(const Shape *shape, const Bounds *b, double *at);

/* The sum of the extents of the bounds in degrees, and by how much it grows if `more` is added. */
extern double shape_margin(const Shape *shape, const CoarseBounds *b);
extern double shape_growth(const Shape *shape, const CoarseBounds *b, const CoarseBounds *more);

/*
 * The place of a point (the centre of the bounds) in the order of the shape: points close
 * in it are close in space and time.
 */
extern uint64_t curve_place(const Shape *shape, const Bounds *b);

#endif
