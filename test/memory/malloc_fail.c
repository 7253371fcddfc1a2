/*
 * malloc_fail.c: memory that runs out where a test says. Preloaded into the server, it
 * stands before malloc; loaded as a module as well, it is told by SQL which of the coming
 * allocations of this backend fails. Other processes never notice it.
 */
#define _GNU_SOURCE
#include "postgres.h"

#include <dlfcn.h>

#include "fmgr.h"

PG_MODULE_MAGIC;

static volatile int coming;		/* the one that fails, counted down; 0: none */
static int	failed;

static bool
fails(void)
{
	if (coming == 0 || --coming > 0)
		return false;
	failed++;
	return true;
}

/* glibc's own, by the names that it gives them for this */
extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *old, size_t size);

PGDLLEXPORT void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

PGDLLEXPORT void *
realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

/* Let the n-th allocation from here fail; 0: none. Returns how many did since last asked. */
PG_FUNCTION_INFO_V1(fail_malloc);
Datum
fail_malloc(PG_FUNCTION_ARGS)
{
	int			n = failed;

	failed = 0;
	coming = PG_GETARG_INT32(0);
	PG_RETURN_INT32(n);
}
