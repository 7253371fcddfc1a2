/*
 * sample_memory.h: the samples that one planning has read.
 */
#ifndef SIGHTINGS_SAMPLE_MEMORY_H
#define SIGHTINGS_SAMPLE_MEMORY_H

#include "presence_sample.h"

#include "nodes/pathnodes.h"

/*
 * The sample of a variable, read once in a planning; NULL if there is none, or none that may be
 * used. It stays until another of the same planning is asked for.
 */
extern Sample *known_sample(PlannerInfo *root, VariableStatData *vardata);

#endif
