/*
 * postgis.c: the few PostGIS functions that are called from C.
 *
 * PostGIS has no C interface that other extensions may link against. So its SQL functions
 * are called; they are found by name in the schema of the type geometry. Points are passed
 * as EWKB, a published form, and not in PostGIS's internal one.
 *
 * Functions are looked up through the syscache when first called and kept for the life
 * of a Postgis (one expression's state, or one planner call), so that a dropped or
 * moved PostGIS is noticed by the next query.
 */
#include "postgis.h"

#include <math.h>

#include "access/htup_details.h"
#include "area_gap.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "ewkb.h"
#include "geography.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define MAX_ARGS 4

static const struct
{
	const char *name;
	const char *args[MAX_ARGS];
}			functions[GIS_CALLS] = {
	[GIS_INTERSECTS] = {"st_intersects", {"geometry", "geometry"}},
	[GIS_FROM_BYTES] = {"geometry", {"bytea"}},
	[GIS_AS_BYTES] = {"st_asewkb", {"geometry"}},
	[GIS_SRID] = {"st_srid", {"geometry"}},
	[GIS_BOX] = {"box3d", {"geometry"}},
	[GIS_XMIN] = {"st_xmin", {"box3d"}},
	[GIS_YMIN] = {"st_ymin", {"box3d"}},
	[GIS_XMAX] = {"st_xmax", {"box3d"}},
	[GIS_YMAX] = {"st_ymax", {"box3d"}},
	[GIS_AREA] = {"st_area", {"geometry"}},
	[GIS_GEOGRAPHY] = {"geography", {"geometry"}},
	[GIS_DWITHIN] = {"st_dwithin", {"geography", "geography", "float8", "bool"}},
};

/* EWKB in this machine's byte order. */
#define EWKB_HEAD (1 + 4 + 4)	/* order, type, SRID */
#define EWKB_POINT_SIZE (EWKB_HEAD + 2 * 8)
#define RING_POINTS 5			/* of a box: its corners, and the first again */
#define WKB_RING_SIZE (4 + 4 + RING_POINTS * 2 * 8)	/* rings, points, points */
#define EWKB_BOX_SIZE (EWKB_HEAD + WKB_RING_SIZE)

#ifdef WORDS_BIGENDIAN
#define EWKB_ORDER 0
#else
#define EWKB_ORDER 1
#endif

void
postgis_init(Postgis *gis, Oid geometry_type, MemoryContext context)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(geometry_type));

	MemSet(gis, 0, sizeof(Postgis));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", geometry_type);
	gis->schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	gis->context = context;
	ReleaseSysCache(tuple);
}

static Oid
type_named(Oid schema, const char *name)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum(name), ObjectIdGetDatum(schema));

	if (!OidIsValid(type))
		type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
							   CStringGetDatum(name), ObjectIdGetDatum(PG_CATALOG_NAMESPACE));
	return type;
}

static void
find_function(Postgis *gis, PostgisCall call)
{
	Oid			types[MAX_ARGS];
	int			n = 0;
	Oid			found;

	for (; n < MAX_ARGS && functions[call].args[n] != NULL; n++)
		types[n] = type_named(gis->schema, functions[call].args[n]);
	found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
							CStringGetDatum(functions[call].name),
							PointerGetDatum(buildoidvector(types, n)),
							ObjectIdGetDatum(gis->schema));
	if (!OidIsValid(found))
		elog(ERROR, "PostGIS function %s not found", functions[call].name);
	fmgr_info_cxt(found, &gis->calls[call], gis->context);
}

Datum
postgis_call(Postgis *gis, PostgisCall call, int n, const Datum *args, bool *isnull)
{
	LOCAL_FCINFO(fcinfo, MAX_ARGS);
	Datum		result;

	if (!OidIsValid(gis->calls[call].fn_oid))
		find_function(gis, call);
	InitFunctionCallInfoData(*fcinfo, &gis->calls[call], n, InvalidOid, NULL, NULL);
	for (int i = 0; i < n; i++)
	{
		fcinfo->args[i].value = args[i];
		fcinfo->args[i].isnull = false;
	}
	result = FunctionCallInvoke(fcinfo);
	*isnull = fcinfo->isnull;
	return result;
}

static double
edge(Postgis *gis, PostgisCall call, Datum box)
{
	bool		isnull;

	return DatumGetFloat8(postgis_call(gis, call, 1, &box, &isnull));
}

static bool
srid_is_wgs84(Postgis *gis, Datum geometry)
{
	bool		isnull;

	return DatumGetInt32(postgis_call(gis, GIS_SRID, 1, &geometry, &isnull)) == SRID_WGS84;
}

/* Are the bytes a polygon of one ring around the four edges, corner by corner? */
static bool
polygon_is_box(const bytea *ewkb, const double *edges)
{
	const char *bytes = VARDATA_ANY(ewkb);
	uint32_t	head[4];
	double		ring[RING_POINTS][2];

	if (VARSIZE_ANY_EXHDR(ewkb) != EWKB_BOX_SIZE || bytes[0] != EWKB_ORDER)
		return false;
	memcpy(head, bytes + 1, sizeof(head));
	memcpy(ring, bytes + EWKB_HEAD + 8, sizeof(ring));
	if (head[0] != (EWKB_SRID | WKB_POLYGON) || head[2] != 1 || head[3] != RING_POINTS)
		return false;
	for (int i = 0; i < RING_POINTS; i++)
	{
		bool		on_x = ring[i][0] == edges[WEST] || ring[i][0] == edges[EAST];
		bool		on_y = ring[i][1] == edges[SOUTH] || ring[i][1] == edges[NORTH];

		/* one coordinate changes at a time, x and y in turn */
		if (!on_x || !on_y ||
			(i > 0 && (ring[i][0] == ring[i - 1][0]) == (ring[i][1] == ring[i - 1][1])) ||
			(i > 1 && ring[i][0] == ring[i - 2][0]) ||
			(i > 1 && ring[i][1] == ring[i - 2][1]))
			return false;
	}
	return true;
}

/*
 * Moves the edges inwards to the steps inside them: a location lies in the rectangle if and
 * only if it lies in this box. False if nothing is left, or if only one of the antimeridian's
 * two names is inside. (Edges had been rounded outwards, by a step at most.)
 */
static bool
inner_box(Watch *box, const double *edges)
{
	Watch		in = *box;

	in.lon_min += steps_to_degrees(in.lon_min) < edges[WEST];
	in.lat_min += steps_to_degrees(in.lat_min) < edges[SOUTH];
	in.lon_max -= steps_to_degrees(in.lon_max) > edges[EAST];
	in.lat_max -= steps_to_degrees(in.lat_max) > edges[NORTH];
	if (in.lon_min > in.lon_max || in.lat_min > in.lat_max ||
		(in.lon_min == -LON_LIMIT) != (in.lon_max == LON_LIMIT))
		return false;
	*box = in;
	return true;
}

/* The box of an area all around the globe may do without the gap between its parts. */
static void
leave_out_gap(const bytea *ewkb, const double *edges, Watch *box)
{
	double		west,
				east;

	if (edges[WEST] == -180 && edges[EAST] == 180 &&
		multipolygon_gap(VARDATA_ANY(ewkb), VARSIZE_ANY_EXHDR(ewkb), &west, &east))
		box_from_degrees(east, edges[SOUTH], west, edges[NORTH], box);
}

int
postgis_area(Postgis *gis, Datum geometry, Area *area, const char **reason)
{
	bool		isnull;
	double		e[EDGES];
	Datum		box,
				bytes;

	if (!srid_is_wgs84(gis, geometry))
	{
		*reason = "area must have SRID 4326";
		return ERRCODE_SIGHTINGS_SRID;
	}
	box = postgis_call(gis, GIS_BOX, 1, &geometry, &isnull);
	if (isnull)
	{
		*reason = "area must not be empty";
		return ERRCODE_SIGHTINGS_GEOMETRY;
	}
	e[WEST] = edge(gis, GIS_XMIN, box);
	e[SOUTH] = edge(gis, GIS_YMIN, box);
	e[EAST] = edge(gis, GIS_XMAX, box);
	e[NORTH] = edge(gis, GIS_YMAX, box);
	if (!box_from_degrees(e[WEST], e[SOUTH], e[EAST], e[NORTH], &area->box))
	{
		*reason = "area must lie within -180 to 180 and -90 to 90 degrees";
		return ERRCODE_SIGHTINGS_COORDINATE;
	}
	bytes = postgis_call(gis, GIS_AS_BYTES, 1, &geometry, &isnull);
	area->is_box = polygon_is_box(DatumGetByteaPP(bytes), e) && inner_box(&area->box, e);
	leave_out_gap(DatumGetByteaPP(bytes), e, &area->box);
	return 0;
}

double
postgis_fullness(Postgis *gis, Datum geometry, const Watch *box)
{
	bool		isnull;
	double		area = DatumGetFloat8(postgis_call(gis, GIS_AREA, 1, &geometry, &isnull));
	double		width = steps_to_degrees(box->lon_max) - steps_to_degrees(box->lon_min) +
		(box->lon_max < box->lon_min ? 360 : 0);
	double		height = steps_to_degrees(box->lat_max) - steps_to_degrees(box->lat_min);

	if (!(area > 0) || !(width > 0) || !(height > 0))
		return 1.0;
	return Min(area / (width * height), 1.0);
}

int
postgis_point(Postgis *gis, Datum geometry, double *lon, double *lat, const char **reason)
{
	bool		isnull;
	bytea	   *ewkb;
	uint32_t	type;
	double		xy[2];

	if (!srid_is_wgs84(gis, geometry))
	{
		*reason = "centre must have SRID 4326";
		return ERRCODE_SIGHTINGS_SRID;
	}
	ewkb = DatumGetByteaPP(postgis_call(gis, GIS_AS_BYTES, 1, &geometry, &isnull));
	memcpy(&type, VARDATA_ANY(ewkb) + 1, sizeof(type));
	if (VARSIZE_ANY_EXHDR(ewkb) != EWKB_POINT_SIZE || type != (EWKB_SRID | WKB_POINT))
	{
		*reason = "centre must be a two-dimensional point";
		return ERRCODE_SIGHTINGS_GEOMETRY;
	}
	memcpy(xy, VARDATA_ANY(ewkb) + EWKB_HEAD, sizeof(xy));
	*lon = xy[0];
	*lat = xy[1];
	if (fabs(*lon) <= 180 && fabs(*lat) <= 90)
		return 0;
	*reason = isnan(*lon) ? "centre must not be empty" :
		"centre must lie within -180 to 180 and -90 to 90 degrees";
	return isnan(*lon) ? ERRCODE_SIGHTINGS_GEOMETRY : ERRCODE_SIGHTINGS_COORDINATE;
}

Datum
postgis_location(Postgis *gis, const Presence *p)
{
	bytea	   *ewkb = palloc(VARHDRSZ + EWKB_POINT_SIZE);
	char	   *bytes = VARDATA(ewkb);
	uint32_t	head[2] = {EWKB_SRID | WKB_POINT, SRID_WGS84};
	double		xy[2] = {steps_to_degrees(p->lon), steps_to_degrees(p->lat)};
	Datum		arg = PointerGetDatum(ewkb);
	bool		isnull;

	SET_VARSIZE(ewkb, VARHDRSZ + EWKB_POINT_SIZE);
	bytes[0] = EWKB_ORDER;
	memcpy(bytes + 1, head, sizeof(head));
	memcpy(bytes + EWKB_HEAD, xy, sizeof(xy));
	return postgis_call(gis, GIS_FROM_BYTES, 1, &arg, &isnull);
}

/* The ring around four edges; returns where the bytes go on. */
static char *
put_ring(char *bytes, double west, double south, double east, double north)
{
	const uint32_t counts[2] = {1, RING_POINTS};
	const double ring[RING_POINTS][2] = {{west, south}, {west, north}, {east, north}, {east, south}, {west, south}};

	memcpy(bytes, counts, sizeof(counts));
	memcpy(bytes + sizeof(counts), ring, sizeof(ring));
	return bytes + WKB_RING_SIZE;
}

static char *
put_head(char *bytes, uint32_t type, uint32_t number)
{
	bytes[0] = EWKB_ORDER;
	memcpy(bytes + 1, &type, sizeof(type));
	memcpy(bytes + 5, &number, sizeof(number));
	return bytes + 1 + 4 + 4;
}

/* Of one part or two: an EWKB polygon, or a multipolygon of two polygons without an SRID. */
Datum
postgis_around(Postgis *gis, const Watch *box)
{
	const uint32_t two = 2;
	const double margin = 2.0 / DEGREE;
	const double west = fmax(steps_to_degrees(box->lon_min) - margin, -180);
	const double south = fmax(steps_to_degrees(box->lat_min) - margin, -90);
	const double east = fmin(steps_to_degrees(box->lon_max) + margin, 180);
	const double north = fmin(steps_to_degrees(box->lat_max) + margin, 90);
	bytea	   *ewkb = palloc(VARHDRSZ + EWKB_HEAD + 4 + 2 * (1 + 4 + WKB_RING_SIZE));
	char	   *end;
	Datum		arg = PointerGetDatum(ewkb);
	bool		isnull;

	if (box->lon_min <= box->lon_max)
		end = put_ring(put_head(VARDATA(ewkb), EWKB_SRID | WKB_POLYGON, SRID_WGS84), west, south, east, north);
	else
	{
		end = put_head(VARDATA(ewkb), EWKB_SRID | WKB_MULTIPOLYGON, SRID_WGS84);
		memcpy(end, &two, sizeof(two));
		end += sizeof(two);
		for (int part = 0; part < 2; part++)
		{
			/* (a part has its rings where the whole has its SRID) */
			end = put_head(end, WKB_POLYGON, 0) - 4;
			end = part == 0 ? put_ring(end, -180, south, east, north) : put_ring(end, west, south, 180, north);
		}
	}
	SET_VARSIZE(ewkb, end - (char *) ewkb);
	return postgis_call(gis, GIS_FROM_BYTES, 1, &arg, &isnull);
}
