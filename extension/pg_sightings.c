/*
 * pg_sightings.c: the library as the server loads it: its magic block and what it sets up, which
 * each file states itself.
 */
#include "pg_sightings.h"

#include "index_choice.h"
#include "ledger_here.h"
#include "part_cost.h"
#include "presence_scanpath.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	presence_scanpath_init();
	index_choice_init();
	part_cost_init();
	ledger_here_init();
	MarkGUCPrefixReserved("pg_sightings");
}
