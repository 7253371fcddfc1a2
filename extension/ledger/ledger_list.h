/*
 * ledger_list.h: an array that grows, in a memory context of its owner's.
 */
#ifndef SIGHTINGS_LEDGER_LIST_H
#define SIGHTINGS_LEDGER_LIST_H

#include "postgres.h"

#include "utils/memutils.h"

#define LIST(type) struct { type *at; size_t n; size_t room; }
#define APPEND(context, list) \
	(reserve((context), (void **) &(list).at, (list).n, &(list).room, sizeof(*(list).at)), &(list).at[(list).n++])
#define SORT(list, by) qsort((list).at, (list).n, sizeof(*(list).at), by)

/* In a function that compares *a with *b. */
#define BY(field) if (a->field != b->field) return a->field < b->field ? -1 : 1

static inline void
reserve(MemoryContext context, void **at, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return;
	*at = *at == NULL ? MemoryContextAllocHuge(context, 64 * size) : repalloc_huge(*at, 2 * *room * size);
	*room = *room == 0 ? 64 : 2 * *room;
}

#endif
