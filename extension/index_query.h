/*
 * index_query.h: the right-hand side of an operator as an index reads it: limits on the
 * four times and a box. Shared by the GiST and BRIN operator classes.
 */
#ifndef SIGHTINGS_INDEX_QUERY_H
#define SIGHTINGS_INDEX_QUERY_H

#include "index_key.h"
#include "pg_sightings.h"

typedef struct IndexQuery
{
	Watch		watch;			/* box and what the limits were made from */
	ChangeLimits limits;
	bool		anywhere;		/* the box is the world */
} IndexQuery;

/* presence: the strategies of PresenceStrategy. */
extern IndexQuery presence_query(int strategy, Datum argument);
/* sighting && watch. */
extern IndexQuery sighting_query(Datum argument);

/* False if the key's place alone rules it out, which is soon told. */
extern bool query_reaches(const IndexQuery *q, const uint8_t *key, size_t length);
extern bool query_matches_presence(const IndexQuery *q, const Presence *p);
/* False only if nothing within the bounds matches. */
extern bool query_may_match(const IndexQuery *q, const Bounds *b);

#endif
