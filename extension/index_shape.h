/*
 * index_shape.h: which presences should share an index page. Pure C.
 *
 * A page is good if few questions touch it. Questions about an area want pages that are
 * small in space, questions about the whole world want pages that are short in time,
 * and one tree cannot serve both (measured: what the one gains the other loses). Hence
 * two shapes. Both measure everything in degrees; what tells them apart is how many
 * degrees a day is worth, along which axes pages are cut, and in which order a build
 * sorts:
 *
 *   space   longitude, latitude, middle of the stay;    a day is worth 0.008 degrees
 *   time    longitude, latitude, arrival, departure;    a day is worth 20 degrees
 *
 * Stays that are still open lie apart from those that ended, in order of arrival.
 */
#ifndef SIGHTINGS_INDEX_SHAPE_H
#define SIGHTINGS_INDEX_SHAPE_H

#include "index_key.h"

#define SHAPE_AXES 4
#define SHAPE_TIME 2				/* the first axis of time */

typedef struct Shape
{
	int			axes;
	bool		by_ends;		/* time axes: arrival and departure, or else the middle */
	double		degrees_per_day;
} Shape;

extern const Shape shape_space;
extern const Shape shape_time;

/* The centre of the bounds along the shape's axes, in degrees, each at least 0. */
extern void shape_centre(const Shape *shape, const Bounds *b, double *at);

/*
 * By how much the margin of the bounds, the sum of their extents in degrees, grows if
 * `more` is added; the margin itself is given as well.
 */
extern double shape_growth(const Shape *shape, const CoarseBounds *b, const CoarseBounds *more,
						   double *margin);

/*
 * The place of a point (the centre of the bounds) in the order of the shape: points close
 * in it are close in space and time. The prefix is the beginning of the place, as much as
 * fits; the comparison decides in full.
 */
extern uint64_t curve_prefix(const Shape *shape, const Bounds *b);
extern int	curve_compare(const Shape *shape, const Bounds *a, const Bounds *b);

#endif
