/*
 * index_choice.h: which of a table's indexes is offered for a question.
 */
#ifndef SIGHTINGS_INDEX_CHOICE_H
#define SIGHTINGS_INDEX_CHOICE_H

#include "indexed_functions.h"

#include "nodes/pathnodes.h"

/* Defines the setting that switches the choice off; when the library is loaded. */
extern void index_choice_init(void);

extern bool is_tree_by_time(const IndexOptInfo *index);

/*
 * Is the column of the index as good for the question as that of any other index of the
 * table, which could be used in its stead? args: those beside the presence.
 */
extern bool index_is_best(PlannerInfo *root, IndexOptInfo *index, int column,
						  const IndexedFunction *f, Node *presence, List *args);

#endif
