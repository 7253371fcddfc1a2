/*
 * presence_place.h: where in our R-trees entries belong, many at a time.
 *
 * (Theory at the head of presence_place.c.)
 */
#ifndef SIGHTINGS_PRESENCE_PLACE_H
#define SIGHTINGS_PRESENCE_PLACE_H

#include "postgres.h"

#include "access/gist_private.h"
#include "index_bounds.h"
#include "index_shape.h"

typedef struct Tree
{
	Relation	index;
	Relation	table;
	GISTSTATE  *state;
	Shape		shape;
} Tree;

typedef struct Newcomer
{
	IndexTuple	entry;
	CoarseBounds bounds;
	int			child;			/* which of a page's it goes to */
	bool		widens;			/* whose bounds do not hold it yet */
	bool		placed;
} Newcomer;

/* Puts them into the tree; their order changes. */
extern void place(const Tree *tree, Newcomer *newcomers, size_t n);

#endif
