/*
 * presence_insert.h: entries put into the R-trees of presences by ourselves.
 *
 * (Theory at the head of presence_insert.c.)
 */
#ifndef SIGHTINGS_PRESENCE_INSERT_H
#define SIGHTINGS_PRESENCE_INSERT_H

#include "postgres.h"

/* What the session adds to a table from now on comes into its R-trees by our own way. */
extern void insert_by_own_way(Oid table);

#endif
