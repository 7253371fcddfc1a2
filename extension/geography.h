/*
 * geography.h: boxes and distances on the globe. Pure C.
 *
 * A box is four edges in steps of 1e-7 degree. lon_min > lon_max means that it wraps
 * over the antimeridian (RFC 7946, section 5.2). Longitudes -180 and 180 are two names
 * of one meridian: a box that holds the one holds the other.
 */
#ifndef SIGHTINGS_GEOGRAPHY_H
#define SIGHTINGS_GEOGRAPHY_H

#include "model.h"

/* Does the watch's box hold the point? */
extern bool box_has_point(const Watch *w, int32_t lon, int32_t lat);
/* May it hold a point of the (never wrapping) bounds? Neighbour of box_has_point. */
extern bool box_meets_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
							 int32_t lon_max, int32_t lat_max);
/* Does it hold all of the bounds? */
extern bool box_holds_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
							 int32_t lon_max, int32_t lat_max);
extern bool box_is_world(const Watch *w);

/* Degrees to steps: to the nearest; false on NaN or out of [-limit, limit]. */
extern bool degrees_to_steps(double degrees, int32_t limit, int32_t *steps);
extern double steps_to_degrees(int32_t steps);

/*
 * The edges of a box, outwards to the next step unless within 1e-10 degree of one, so
 * that a box holds every point the area it was made from holds.
 */
extern bool box_from_degrees(double lon_min, double lat_min, double lon_max, double lat_max,
							 Watch *w);

#endif
