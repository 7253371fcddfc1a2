/*
 * sample_memory.h: the samples that a session has read.
 */
#ifndef SIGHTINGS_SAMPLE_MEMORY_H
#define SIGHTINGS_SAMPLE_MEMORY_H

#include "presence_sample.h"

/*
 * The sample of a variable; NULL if there is none, or none that may be used. It stays until
 * another one is asked for.
 */
extern Sample *known_sample(VariableStatData *vardata);

#endif
