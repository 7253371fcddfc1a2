/*
 * area_gap.c: the gap in an area that was cut at the antimeridian. Pure C.
 *
 * An area over the antimeridian comes as a MultiPolygon of parts on either side of it
 * (RFC 7946, section 3.1.9). The plain box of these parts goes all around the globe. A
 * question needs the other box: all longitudes but the widest gap between the parts.
 */
#include "area_gap.h"
#include "ewkb.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Degrees, beyond any longitude. */
#define BEYOND 1e9

typedef struct Reader
{
	const char *at;
	size_t		left;
	bool		bad;
} Reader;

typedef struct Part
{
	double		west;
	double		east;
} Part;

static void
take(Reader *r, void *to, size_t n)
{
	if (r->bad || r->left < n)
	{
		r->bad = true;
		memset(to, 0, n);
		return;
	}
	memcpy(to, r->at, n);
	r->at += n;
	r->left -= n;
}

static uint32_t
take_number(Reader *r)
{
	uint32_t	n;

	take(r, &n, sizeof(n));
	return n;
}

/* Byte order and type; false unless they are as expected. */
static bool
take_head(Reader *r, uint32_t type)
{
	const uint16_t one = 1;
	char		order;

	take(r, &order, 1);
	return take_number(r) == type && order == *(const char *) &one && !r->bad;
}

static void
take_ring(Reader *r, Part *part)
{
	uint32_t	points = take_number(r);

	for (uint32_t i = 0; i < points && !r->bad; i++)
	{
		double		xy[2];

		take(r, xy, sizeof(xy));
		if (xy[0] < part->west)
			part->west = xy[0];
		if (xy[0] > part->east)
			part->east = xy[0];
	}
}

static bool
take_part(Reader *r, Part *part)
{
	uint32_t	rings;

	if (!take_head(r, WKB_POLYGON))
		return false;
	part->west = BEYOND;
	part->east = -BEYOND;
	rings = take_number(r);
	for (uint32_t i = 0; i < rings && !r->bad; i++)
		take_ring(r, part);
	return !r->bad;
}

static int
by_west(const void *a, const void *b)
{
	double		s = ((const Part *) a)->west;
	double		t = ((const Part *) b)->west;

	return s < t ? -1 : s > t;
}

/* The parts are in order of their western ends; an empty one comes last. */
static bool
widest_gap(const Part *parts, uint32_t n, double *west, double *east)
{
	double		reached = n > 0 ? parts[0].east : 0;
	double		widest = 0;

	for (uint32_t i = 1; i < n && parts[i].west <= parts[i].east; i++)
	{
		if (parts[i].west - reached > widest)
		{
			widest = parts[i].west - reached;
			*west = reached;
			*east = parts[i].west;
		}
		if (parts[i].east > reached)
			reached = parts[i].east;
	}
	return widest > 0;
}

bool
multipolygon_gap(const char *ewkb, size_t size, double *west, double *east)
{
	Reader		r = {ewkb, size, false};
	uint32_t	n,
				read = 0;
	Part	   *parts;
	bool		found = false;

	if (!take_head(&r, EWKB_SRID | WKB_MULTIPOLYGON))
		return false;
	(void) take_number(&r);		/* SRID */
	n = take_number(&r);
	if (r.bad || n > r.left)
		return false;
	parts = malloc((n + 1) * sizeof(Part));
	if (parts == NULL)
		return false;
	while (read < n && take_part(&r, &parts[read]))
		read++;
	if (read == n)
	{
		qsort(parts, n, sizeof(Part), by_west);
		found = widest_gap(parts, n, west, east);
	}
	free(parts);
	return found;
}
