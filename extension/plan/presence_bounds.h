/*
 * presence_bounds.h: where in a btree's order the answers to a question lie.
 */
#ifndef SIGHTINGS_PRESENCE_BOUNDS_H
#define SIGHTINGS_PRESENCE_BOUNDS_H

#include "pg_sightings.h"

/* One of arrival_floor(), arrival_ceiling(), departure_floor(), departure_ceiling(). */
typedef struct BoundFunction
{
	PGFunction	function;
	int			field;			/* the time that leads the order */
	bool		ceiling;
	const char *name;
} BoundFunction;

extern const BoundFunction bound_functions[4];

/* -1 for a word that is no question. */
extern int	question_from_word(const char *word);
extern const char *question_word(Question q);

#endif
