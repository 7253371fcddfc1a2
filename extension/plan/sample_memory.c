/*
 * sample_memory.c: the samples that a session has read.
 *
 * Each index of a table, for each clause, asks what a question would touch, and so does the
 * estimate of its rows. To unpack the sample of 50 kB and to count in it takes longer than all
 * the rest of planning a question of a site; so the last few samples are kept, each with what was
 * counted in it last.
 *
 * A sample is told by the row of pg_statistic that it came from: which column's, where it lies,
 * and which transaction wrote it. Two versions of a row never have all of that in common, as
 * a row that a transaction wrote keeps its place for as long as it runs. So nothing needs to be
 * told that it is out of date: a newer one is not found, and is read in the place of the one that
 * was read longest ago.
 *
 * Plannings may nest (a function that planning evaluates may run queries), and then one may take
 * the place of what another has read. So who asks for a sample does what may plan before, and
 * is done with it before anything is planned again.
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
	ItemPointerData place;
	TransactionId writer;
	MemoryContext context;
	Sample	   *sample;			/* NULL: none, or none that could be read */
	bool		is_read;
} KnownSample;

static KnownSample known_samples[SAMPLES_KEPT];
static uint64 samples_read = 0;

/* (Statistics that another extension has made up lie nowhere.) */
static bool
is_from(const KnownSample *known, HeapTuple statistics)
{
	Form_pg_statistic row = (Form_pg_statistic) GETSTRUCT(statistics);

	return known->is_read && ItemPointerIsValid(&statistics->t_self) && known->relation == row->starelid && known->column == row->staattnum &&
		known->inherit == row->stainherit && ItemPointerEquals((ItemPointer) &known->place, &statistics->t_self) &&
		known->writer == HeapTupleHeaderGetRawXmin(statistics->t_data);
}

/* Takes the place of the one that was read longest ago. */
static Sample *
read_into(KnownSample *known, VariableStatData *vardata)
{
	Form_pg_statistic row = (Form_pg_statistic) GETSTRUCT(vardata->statsTuple);
	MemoryContext caller;

	if (known->context == NULL)
		known->context = AllocSetContextCreate(CacheMemoryContext, "pg_sightings sample", ALLOCSET_DEFAULT_SIZES);
	known->is_read = false;
	MemoryContextReset(known->context);
	caller = MemoryContextSwitchTo(known->context);
	known->sample = sample_read(vardata);
	MemoryContextSwitchTo(caller);
	known->relation = row->starelid;
	known->column = row->staattnum;
	known->inherit = row->stainherit;
	known->place = vardata->statsTuple->t_self;
	known->writer = HeapTupleHeaderGetRawXmin(vardata->statsTuple->t_data);
	known->is_read = true;
	return known->sample;
}

Sample *
known_sample(VariableStatData *vardata)
{
	if (!HeapTupleIsValid(vardata->statsTuple) || !vardata->acl_ok)
		return NULL;
	for (int i = 0; i < SAMPLES_KEPT; i++)
		if (is_from(&known_samples[i], vardata->statsTuple))
			return known_samples[i].sample;
	return read_into(&known_samples[samples_read++ % SAMPLES_KEPT], vardata);
}
