/*
 * planted.c: faults of each kind that test/memory/run looks for. It puts this at the end of one
 * of the extension's files, in its copy, and refuses to go on if they are not found there.
 */
#include <stdlib.h>

extern Datum planted_fault(PG_FUNCTION_ARGS);
PG_FUNCTION_INFO_V1(planted_fault);

/* Called with 1. */
Datum
planted_fault(PG_FUNCTION_ARGS)
{
	volatile int32 n = PG_GETARG_INT32(0);
	volatile int32 *freed = malloc(sizeof(int32));

	Assert(n != 1);
	free((void *) freed);
	n = 1 << (31 + n);
	n = *freed;
	PG_RETURN_INT32(n);
}
