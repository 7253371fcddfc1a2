/*
 * presence_insert.h: entries put into the R-trees of presences by ourselves.
 *
 * (Theory at the head of presence_insert.c.)
 */
#ifndef SIGHTINGS_PRESENCE_INSERT_H
#define SIGHTINGS_PRESENCE_INSERT_H

#include "postgres.h"

/*
 * Calls write(arg), which adds rows to that table, and has what comes into its R-trees come
 * there by our own way, all at once at the end; what the session adds later, row by row.
 */
extern void insert_by_own_way(Oid table, void (*write) (void *arg), void *arg);

#endif
