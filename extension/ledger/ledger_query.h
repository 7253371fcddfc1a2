/*
 * ledger_query.h: the queries that the derivation asks of a ledger's tables.
 *
 * (Theory at the head of ledger_query.c.)
 */
#ifndef SIGHTINGS_LEDGER_QUERY_H
#define SIGHTINGS_LEDGER_QUERY_H

#include "postgres.h"

#include "executor/tuptable.h"

typedef enum LedgerQuery
{
	QUERY_LOOKS,
	QUERY_LOOKS_BEFORE,
	QUERY_SIGHTINGS,
	QUERY_THRESHOLDS,
	QUERY_SHELTERS,
	QUERY_STORED,
	QUERY_SUBJECTS,
	QUERY_SUBJECTS_SEEN,
	QUERY_CLASSES,
	QUERY_ELSEWHERE,
	QUERY_ELSEWHERE_THEN,
	QUERY_IS_SIGHTED,
	DELETE_KEYS,
	FORGET_KEYS,
	ADD_SUBJECTS,
	ADD_RUNS,
	CHANGE_RUNS,
	DELETE_RUNS,
	QUERY_NOWHERE,
	QUERY_INSTANTS,
	QUERY_NAMED,
	ADD_PENDING,
	LOCK_NAMED,
	LOCK_INSTALLATIONS,
	LOCK_CLASSES,
	CHANGE_CLASSES,
	QUERY_ALL,
	QUERY_OF_CLASSES,
	QUERY_OF_SOURCES,
	QUERY_OTHERS,
	QUERY_COUNT,
	QUERY_NARROW,
	FORGET_INSTALLATIONS,
	FORGET_SUBJECTS,
	/* of contradictions */
	QUERY_OVERLAPS,
	QUERY_APART,
	QUERY_TOO_FAR,
	QUERY_ALERTS,
	ADD_EVENTS,
	/* of reports */
	QUERY_INSTALLATION_NAMED,
	QUERY_INSTALLATION_NAMES,
	QUERY_SOURCE_NAMED,
	QUERY_SOURCE_NAMES,
	QUERY_CLASSES_NAMED,
	QUERY_CLASS_NAMES,
	QUERY_CLASSES_AT,
	QUERY_CHANGED,
	QUERY_CHANGED_IN,
	QUERY_CHANGED_AT,
	QUERY_THERE,
	QUERY_THERE_IN,
	QUERY_THERE_AT,
	QUERY_PLACES_IN,
	QUERY_PLACES,
	QUERY_OF_PLACES,
	QUERY_ALL_CLASSES,
	QUERY_CLASSES_SAID,
	QUERY_SOURCES_SAID,
	QUERY_LAST_LOOKS,
	QUERY_SIGHTED_BY,
	QUERY_NAMED_BY,
	QUERY_RECORDED_SINCE,
	LEDGER_QUERIES
} LedgerQuery;

typedef struct Ledger Ledger;

/* Receives a row; values by reference live only for the call. */
typedef void (*RowReceiver) (void *state, const Datum *values, const bool *nulls);

/*
 * our_function: any of the extension. reads_only: what is asked until the next call answers
 * from the snapshot of the query that calls, so that both see the same. An error if the schema
 * is not that of a ledger.
 */
extern Ledger *ledger_open(Oid schema, Oid our_function, bool reads_only);
extern Oid	ledger_table(const Ledger *ledger, const char *name);
/* Invalid: there is none. */
extern Oid	ledger_table_if_any(const Ledger *ledger, const char *name);
extern Oid	ledger_schema(const Ledger *ledger);
extern bool ledger_reads_only(const Ledger *ledger);
extern Oid	ledger_presence_type(const Ledger *ledger);
extern Oid	ledger_geometry_type(const Ledger *ledger);
extern Oid	ledger_path_type(const Ledger *ledger);

/* Of a query that answers with numbers from 1 on: sets those of an array of bool. */
extern void mark_numbered(void *state, const Datum *values, const bool *nulls);

/* An array of n values for one parameter, without nulls. */
typedef enum ParameterType
{
	P_INT4, P_INT8, P_TIME, P_BOOL, P_TEXT, P_PRESENCE
} ParameterType;
extern Datum parameter_array(Ledger *ledger, ParameterType type, const Datum *values, size_t n);

/* Within SPI. Every parameter but those of which `nulls` (may be NULL) says 'n'. */
extern uint64 ledger_ask(Ledger *ledger, LedgerQuery query, Datum *values, const char *nulls,
						 RowReceiver receive, void *state);

#endif
