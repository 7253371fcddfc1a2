/*
 * sample_memory.c: the samples that one planning has read.
 *
 * Each index of a table, for each clause, asks what a question would touch, and so does the
 * estimate of its rows. To unpack the sample of 50 kB and to count in it takes longer than all
 * the rest of planning; so it is done once, and the sample, with what was counted in it, is
 * kept until the planning ends.
 *
 * A planning is known by its PlannerGlobal, which lives as long as whatever else it makes. What
 * is kept here lies in a memory context below that one, and a callback forgets it when the
 * context goes, after an error as well. So a PlannerGlobal that is known here still exists, and
 * no other can have its address. Plannings may nest (a function that planning evaluates may run
 * queries): each has its own memory, and none frees what another one uses.
 *
 * Of the samples of a planning, the last few are kept: the partitions of a table may be
 * thousands. A sample is told by the row of pg_statistic that it came from, in the version that
 * it had.
 */
#include "sample_memory.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "utils/memutils.h"

#define SAMPLES_KEPT 8

typedef struct KnownSample
{
	Oid			relation;
	AttrNumber	column;
	bool		inherit;
	ItemPointerData version;
	MemoryContext context;
	Sample	   *sample;
} KnownSample;

typedef struct SampleMemory
{
	const PlannerGlobal *planning;
	MemoryContext context;
	MemoryContextCallback forget;
	struct SampleMemory *next;
	uint64		read;			/* so many samples so far */
	KnownSample known[SAMPLES_KEPT];
} SampleMemory;

/* Those of this backend whose plannings' memory still exists. */
static SampleMemory *memories = NULL;

static void
forget(void *memory)
{
	SampleMemory **link = &memories;

	while (*link != NULL && *link != memory)
		link = &(*link)->next;
	if (*link != NULL)
		*link = (*link)->next;
}

static SampleMemory *
new_memory(const PlannerGlobal *planning, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "pg_sightings samples", ALLOCSET_SMALL_SIZES);
	SampleMemory *memory = MemoryContextAllocZero(context, sizeof(SampleMemory));

	memory->planning = planning;
	memory->context = context;
	memory->forget.func = forget;
	memory->forget.arg = memory;
	MemoryContextRegisterResetCallback(context, &memory->forget);
	memory->next = memories;
	memories = memory;
	return memory;
}

static SampleMemory *
memory_of(PlannerInfo *root)
{
	for (SampleMemory *m = memories; m != NULL; m = m->next)
		if (m->planning == root->glob)
			return m;
	return new_memory(root->glob, GetMemoryChunkContext(root->glob));
}

static bool
is_from(KnownSample *known, HeapTuple statistics)
{
	Form_pg_statistic row = (Form_pg_statistic) GETSTRUCT(statistics);

	return known->sample != NULL && known->relation == row->starelid && known->column == row->staattnum &&
		known->inherit == row->stainherit && ItemPointerEquals(&known->version, &statistics->t_self);
}

/* Takes the place of the one that was read longest ago. */
static Sample *
read_into(SampleMemory *memory, VariableStatData *vardata)
{
	KnownSample *known = &memory->known[memory->read++ % SAMPLES_KEPT];
	Form_pg_statistic row = (Form_pg_statistic) GETSTRUCT(vardata->statsTuple);
	MemoryContext caller;

	if (known->context == NULL)
		known->context = AllocSetContextCreate(memory->context, "pg_sightings sample", ALLOCSET_DEFAULT_SIZES);
	known->sample = NULL;
	MemoryContextReset(known->context);
	caller = MemoryContextSwitchTo(known->context);
	known->sample = sample_read(vardata);
	MemoryContextSwitchTo(caller);
	known->relation = row->starelid;
	known->column = row->staattnum;
	known->inherit = row->stainherit;
	known->version = vardata->statsTuple->t_self;
	return known->sample;
}

Sample *
known_sample(PlannerInfo *root, VariableStatData *vardata)
{
	SampleMemory *memory;

	if (!HeapTupleIsValid(vardata->statsTuple) || !vardata->acl_ok)
		return NULL;
	memory = memory_of(root);
	for (int i = 0; i < SAMPLES_KEPT; i++)
		if (is_from(&memory->known[i], vardata->statsTuple))
			return memory->known[i].sample;
	return read_into(memory, vardata);
}
