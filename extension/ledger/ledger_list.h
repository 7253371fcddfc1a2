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
/* Of a sorted list, where the first stands that does not come before `one`. */
#define FIRST_FROM(list, by, one) first_from((list).at, (list).n, sizeof(*(list).at), by, one)

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

static inline size_t
first_from(const void *at, size_t n, size_t size, int (*order) (const void *, const void *), const void *one)
{
	size_t		low = 0;

	while (low < n)
	{
		size_t		middle = low + (n - low) / 2;

		if (order((const char *) at + middle * size, one) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

#endif
