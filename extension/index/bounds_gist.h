/*
 * bounds_gist.h: what the GiST operator classes of presence and sighting share. See
 * the head of bounds_gist.c for how an index is laid out.
 */
#ifndef SIGHTINGS_BOUNDS_GIST_H
#define SIGHTINGS_BOUNDS_GIST_H

#include "pg_sightings.h"

#include "access/gist.h"
#include "index_bounds.h"
#include "index_shape.h"

/* A key as a datum: bytea, with a one-byte header once it is on a page. */
#define KEY_BYTES(d) ((const uint8_t *) VARDATA_ANY(DatumGetPointer(d)))
#define KEY_LENGTH(d) ((size_t) VARSIZE_ANY_EXHDR(DatumGetPointer(d)))

/* The arguments of the support functions that search: consistent and distance. */
enum
{
	SEARCH_ENTRY, SEARCH_QUERY, SEARCH_STRATEGY, SEARCH_SUBTYPE, SEARCH_RECHECK
};

extern bytea *key_datum(const uint8_t *key, size_t length);
extern Bounds bounds_from_datum(Datum key);

/* A compressed leaf entry in the place of the original. */
extern GISTENTRY *leaf_entry(GISTENTRY *entry, const uint8_t *key, size_t length);

#endif
