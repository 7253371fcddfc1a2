/*
 * indexed_functions.h: which functions ask which question, told by their C functions.
 */
#ifndef SIGHTINGS_INDEXED_FUNCTIONS_H
#define SIGHTINGS_INDEXED_FUNCTIONS_H

#include "change_between.h"

#include "nodes/pg_list.h"

/* Of a function of SQL that is known by its address. */
#define DECLARE(name) extern Datum name(PG_FUNCTION_ARGS)

typedef struct IndexedFunction
{
	PGFunction	function;
	Question	question;
	QuestionForm	form;
	int			presence_arg;	/* 0, or 1 where swapped */
	int			strategy;		/* of the operator that an R-tree knows */
} IndexedFunction;

/* The C function behind a function, or NULL where calls are wrapped. */
extern PGFunction function_address(Oid function);
/* NULL for a function that no index serves. */
extern const IndexedFunction *indexed_function(Oid function);
/* The arguments that are not the presence. */
extern List *question_args(const IndexedFunction *f, List *args);
/* The form of a watch_*() function, or -1. */
extern int	watch_function_form(Oid function);

#endif
