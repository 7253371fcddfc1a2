/*
 * postgis.h: the few PostGIS functions that are called from C.
 */
#ifndef SIGHTINGS_POSTGIS_H
#define SIGHTINGS_POSTGIS_H

#include "pg_sightings.h"

typedef enum PostgisCall
{
	GIS_INTERSECTS, GIS_FROM_BYTES, GIS_AS_BYTES, GIS_SRID, GIS_BOX,
	GIS_XMIN, GIS_YMIN, GIS_XMAX, GIS_YMAX, GIS_AREA, GIS_GEOGRAPHY, GIS_DWITHIN,
	GIS_CALLS
} PostgisCall;

/* Looked up on first use; lives as long as the memory context that it was made in. */
typedef struct Postgis
{
	Oid			schema;
	MemoryContext context;
	FmgrInfo	calls[GIS_CALLS];
} Postgis;

/* An area as a question needs it. */
typedef struct Area
{
	Watch		box;			/* its four edges; nothing else of the watch is set */
	bool		is_box;			/* ST_Intersects(area, p) says what the box says */
	double		lon;			/* of a circle: its centre, in degrees */
	double		lat;
} Area;

extern void postgis_init(Postgis *gis, Oid geometry_type, MemoryContext context);
extern Datum postgis_call(Postgis *gis, PostgisCall call, int n, const Datum *args, bool *isnull);

/* Soft: 0, or the SQLSTATE of what is wrong with the geometry and a reason in words. */
extern int	postgis_area(Postgis *gis, Datum geometry, Area *area, const char **reason);
extern int	postgis_point(Postgis *gis, Datum geometry, double *lon, double *lat,
						  const char **reason);
/* The share of the area's box that the area fills; 1 for points and lines. */
extern double postgis_fullness(Postgis *gis, Datum geometry, const Watch *box);
/* A presence's location as a geometry. */
extern Datum postgis_location(Postgis *gis, const Presence *p);
/* A box, a little wider, as a geometry: of two parts if it lies over the antimeridian. */
extern Datum postgis_around(Postgis *gis, const Watch *box);

#endif
