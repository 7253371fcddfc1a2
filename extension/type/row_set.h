/*
 * row_set.h: the rows that a function returns, all at once.
 */
#ifndef SIGHTINGS_ROW_SET_H
#define SIGHTINGS_ROW_SET_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/tuplestore.h"

/* Makes the store that the caller will read; it goes to disk past work_mem. An error if the caller wants no set of rows. */
extern Tuplestorestate *row_set_begin(FunctionCallInfo fcinfo, TupleDesc *desc);

#endif
