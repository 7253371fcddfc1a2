/*
 * index_query.h: the right-hand side of an operator as an index searches for it. Shared by the GiST and BRIN operator classes.
 */
#ifndef SIGHTINGS_INDEX_QUERY_H
#define SIGHTINGS_INDEX_QUERY_H

#include "index_search.h"
#include "pg_sightings.h"

/* presence: the strategies of PresenceStrategy. */
extern KeySearch presence_query(int strategy, Datum argument);
/* sighting && watch. */
extern KeySearch sighting_query(Datum argument);

#endif
