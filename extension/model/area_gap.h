/*
 * area_gap.h: the gap in an area that was cut at the antimeridian. Pure C.
 */
#ifndef SIGHTINGS_AREA_GAP_H
#define SIGHTINGS_AREA_GAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The widest range of longitudes that no part of a MultiPolygon touches. False if there is
 * none, or if the bytes are no EWKB of a two-dimensional MultiPolygon with an SRID, in
 * this machine's byte order. (`west` is where the gap begins.)
 */
extern bool multipolygon_gap(const char *ewkb, size_t size, double *west, double *east);

#endif
