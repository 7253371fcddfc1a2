/*
 * distance.h: metres from a geometry operand, for the operators and for nearest first.
 */
#ifndef SIGHTINGS_DISTANCE_H
#define SIGHTINGS_DISTANCE_H

#include "pg_sightings.h"

typedef struct QueryPoint
{
	double		lon;			/* degrees */
	double		lat;
} QueryPoint;

/* A geometry operand, of that type; the last one is remembered in flinfo. */
extern const QueryPoint *query_point(FmgrInfo *flinfo, Oid type, Datum geometry);

extern double metres_to(const QueryPoint *from, int32_t lon, int32_t lat);
/* No more than to any point within the bounds. */
extern double metres_to_bounds(const QueryPoint *from, const Bounds *b);

#endif
