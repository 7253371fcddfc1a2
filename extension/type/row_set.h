/*
 * row_set.h: the rows that a function returns, all at once.
 */
#ifndef SIGHTINGS_ROW_SET_H
#define SIGHTINGS_ROW_SET_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/tuplestore.h"

/* What the caller will read; an error if he wants no set of rows. Goes to disk past work_mem. */
extern Tuplestorestate *row_set_begin(FunctionCallInfo fcinfo, TupleDesc *desc);

#endif
