/*
 * sighting_gist.c: the operator sighting && watch, and the GiST operator class of
 * sighting. Layout and keys are those of presences (bounds_gist.c): to the index a
 * sighting is a presence all of whose four times are observed_at.
 */
#include "bounds_gist.h"
#include "distance.h"
#include "index_query.h"

PG_FUNCTION_INFO_V1(observed_during);
PG_FUNCTION_INFO_V1(watch_observed_during);
PG_FUNCTION_INFO_V1(sighting_gist_consistent);
PG_FUNCTION_INFO_V1(sighting_gist_compress);
PG_FUNCTION_INFO_V1(sighting_gist_distance);

Datum
observed_during(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_answers(PG_GETARG_SIGHTING_P(0), PG_GETARG_WATCH_P(1)));
}

Datum
watch_observed_during(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sighting_answers(PG_GETARG_SIGHTING_P(1), PG_GETARG_WATCH_P(0)));
}

static Sighting
sighting_of(GISTENTRY *entry)
{
	Sighting	s;

	sighting_unpack(KEY_BYTES(entry->key), KEY_LENGTH(entry->key), &s);
	return s;
}

Datum
sighting_gist_compress(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	uint8_t		key[KEY_MAX];

	if (!entry->leafkey)
		PG_RETURN_POINTER(entry);
	PG_RETURN_POINTER(leaf_entry(entry, key, sighting_pack(DatumGetSightingP(entry->key), key)));
}

/* The limits cost less to make than to look up; there is one operator only. */
Datum
sighting_gist_consistent(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(SEARCH_ENTRY);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(SEARCH_RECHECK);
	KeySearch	query;
	Sighting	s;

	*recheck = false;
	if (GIST_LEAF(entry))
	{
		s = sighting_of(entry);
		PG_RETURN_BOOL(sighting_answers(&s, PG_GETARG_WATCH_P(SEARCH_QUERY)));
	}
	query = sighting_query(PG_GETARG_DATUM(SEARCH_QUERY));
	PG_RETURN_BOOL(search_meets(&query, KEY_BYTES(entry->key), KEY_LENGTH(entry->key)));
}

/* Metres to a point: exact on leaves, a lower bound on inner entries. */
Datum
sighting_gist_distance(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(SEARCH_ENTRY);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(SEARCH_RECHECK);
	const QueryPoint *from = query_point(fcinfo->flinfo, PG_GETARG_OID(SEARCH_SUBTYPE), PG_GETARG_DATUM(SEARCH_QUERY));
	Sighting	s;
	Bounds		b;

	*recheck = false;
	if (!GIST_LEAF(entry))
	{
		b = bounds_from_datum(entry->key);
		PG_RETURN_FLOAT8(metres_to_bounds(from, &b));
	}
	s = sighting_of(entry);
	PG_RETURN_FLOAT8(metres_to(from, s.lon, s.lat));
}
