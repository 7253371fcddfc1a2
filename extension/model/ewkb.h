/*
 * ewkb.h: numbers of EWKB, the form in which PostGIS gives geometries away and takes them.
 */
#ifndef SIGHTINGS_EWKB_H
#define SIGHTINGS_EWKB_H

#define WKB_POINT 1
#define WKB_POLYGON 3
#define WKB_MULTIPOLYGON 6

/* Added to the type of a geometry that has a Z, an M, or its SRID behind the type. */
#define EWKB_Z 0x80000000U
#define EWKB_M 0x40000000U
#define EWKB_SRID 0x20000000U

/* The only SRID that is taken: longitude and latitude, WGS 84. */
#define SRID_WGS84 4326

#endif
