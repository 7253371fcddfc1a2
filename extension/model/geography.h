/*
 * geography.h: boxes and distances on the globe. Pure C.
 *
 * A box is four edges in steps of 1e-7 degree. lon_min > lon_max means that it wraps
 * over the antimeridian (RFC 7946, section 5.2). Longitudes -180 and 180 are two names
 * of one meridian: a box that holds the one holds the other.
 *
 * A distance is that of the shortest path on the WGS 84 spheroid.
 */
#ifndef SIGHTINGS_GEOGRAPHY_H
#define SIGHTINGS_GEOGRAPHY_H

#include "model.h"

/* The edges of a box, in the order in which arrays hold them. */
enum
{
	WEST, SOUTH, EAST, NORTH, EDGES
};

/* Does the watch's box hold the point? */
extern bool box_has_point(const Watch *w, int32_t lon, int32_t lat);
/* May it hold a point of the (never wrapping) bounds? Neighbour of box_has_point. */
extern bool box_meets_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
							 int32_t lon_max, int32_t lat_max);
/* Does it hold all of the bounds? */
extern bool box_holds_bounds(const Watch *w, int32_t lon_min, int32_t lat_min,
							 int32_t lon_max, int32_t lat_max);
extern bool box_is_world(const Watch *w);
extern void set_world_box(Watch *w);
extern void copy_box(Watch *to, const Watch *from);

/* Degrees to steps: to the nearest; false on NaN or out of [-limit, limit]. */
extern bool degrees_to_steps(double degrees, int32_t limit, int32_t *steps);
extern double steps_to_degrees(int32_t steps);

/*
 * The edges of a box, outwards to the next step unless within 1e-10 degree of one, so
 * that a box holds every point the area it was made from holds.
 */
extern bool box_from_degrees(double lon_min, double lat_min, double lon_max, double lat_max,
							 Watch *w);

/*
 * The box, maybe over the antimeridian, maybe around a pole, that holds every point
 * within a distance of a point given in degrees; at most 0.4% larger than need be.
 * Sets the edges of `w` only. False if the distance is negative or NaN.
 */
extern bool box_within_metres(double lon, double lat, double metres, Watch *w);

/*
 * Metres between two points in degrees, along the geodesic of the WGS 84 spheroid: what
 * PostGIS gives for two of its geographies, to within a millimetre.
 */
extern double distance_metres(double lon1, double lat1, double lon2, double lat2);

/*
 * No more metres than to any point of the (never wrapping) bounds; 0 inside. Neighbour
 * of distance_metres, of which it gives at least 99.6%, less a millimetre.
 */
extern double distance_lower_bound(double lon, double lat, int32_t lon_min, int32_t lat_min,
								   int32_t lon_max, int32_t lat_max);

#endif
