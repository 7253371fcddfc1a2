/*
 * ledger_statement.h: the rows that a statement added, took away or changed.
 *
 * (Theory at the head of ledger_statement.c.)
 */
#ifndef SIGHTINGS_LEDGER_STATEMENT_H
#define SIGHTINGS_LEDGER_STATEMENT_H

#include "pg_sightings.h"

#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "ledger_list.h"
#include "ledger_query.h"
#include "ledger_rights.h"

#define MOST_COLUMNS 10

typedef struct Column
{
	const char *name;			/* NULL: no more */
	Oid			type;			/* invalid: only compared */
	bool		nullable;
} Column;

/* A look that is to be asked about, or that designations were sighted in. */
typedef struct TouchedLook
{
	int64		installation;
	int64		observation;
	int64		since;			/* when; a look that is gone: at any time */
	int64		until;
	bool		fresh;			/* noted itself, and not yet derived */
	bool		listed;
} TouchedLook;

typedef struct Named
{
	size_t		look;
	char	   *designation;
} Named;

typedef struct Statement
{
	MemoryContext context;
	TriggerData *trigger;
	TupleDesc	desc;
	Ledger	   *ledger;
	Oid			schema;
	Rights		before;
	bool		inserts;
	const Column *columns;
	AttrNumber	numbers[MOST_COLUMNS];
	/* for ledger_touch.c */
	TouchedLook last;			/* of the sighting before */
	LIST(TouchedLook) looks;
	LIST(Named) named;
	LIST(Datum) scopes;			/* new ones, each different from the one before */
} Statement;

/* A row, or NULL: of a pair of old and new there are both. */
typedef void (*RowUse) (Statement *statement, TupleTableSlot *old, TupleTableSlot *new);

/* The first thing that a trigger does. name: that of the table it is made for; NULL: any. */
extern void begin_statement(Statement *statement, FunctionCallInfo fcinfo, const char *name, const Column *columns);
/* The last: what was noted will be derived. */
extern Datum end_statement(Statement *statement);

/* Rows of which no column differs between old and new are passed over. */
extern void each_touched_row(Statement *statement, RowUse use);

/* Of the column of that number in `columns`, which must be of the type that it has there. */
extern Datum column_value(const Statement *statement, TupleTableSlot *row, int column, bool *isnull);
extern int64 int64_value(const Statement *statement, TupleTableSlot *row, int column);
extern int32 int32_value(const Statement *statement, TupleTableSlot *row, int column);
extern bool same_value(const Statement *statement, TupleTableSlot *a, TupleTableSlot *b, int column);

extern void refuse_trigger(Relation table, const char *detail) __attribute__((noreturn));

#endif
