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

/*
 * The columns of what queries answer, in the order of their texts. Those that are asked about rows
 * of arrays say in the first, ASKED, which of them, from 1 on: see asked_row().
 */
#define ASKED 0

/* QUERY_LOOKS; of QUERY_LOOKS_BEFORE all but the last two */
enum
{
	LOOK_SIDE = ASKED + 1, LOOK_OBSERVATION, LOOK_OBSERVED_AT, LOOK_COMPLETE, LOOK_SCOPE, LOOK_GSD, LOOK_SOURCE, LOOK_SINCE, LOOK_LON, LOOK_LAT
};
/* QUERY_SIGHTINGS */
enum
{
	SHOWN_CLASS = ASKED + 1, SHOWN_STATUS, SHOWN_DESIGNATION, SHOWN_LOWER, SHOWN_UPPER, SHOWN_CONFIDENCE
};
/* QUERY_THRESHOLDS */
enum
{
	THRESHOLD_SOURCE, THRESHOLD_MIN_CONFIDENCE
};
/* QUERY_SHELTERS */
enum
{
	SHELTER_CLASS = ASKED + 1, SHELTER_HIDDEN
};
/* QUERY_STORED */
enum
{
	STORED_PRESENCE_ID = ASKED + 1, STORED_CLASS, STORED_STATUS, STORED_DESIGNATION, STORED_RUN, STORED_ROW
};
/* QUERY_SUBJECTS, QUERY_SUBJECTS_SEEN */
enum
{
	SUBJECT_CLASS = ASKED + 1, SUBJECT_KIND, SUBJECT_LABEL
};
/* QUERY_CLASSES */
enum
{
	CLASS_ID, CLASS_PATH, CLASS_MAX_GSD, CLASS_KEEP_TOTAL
};
/* QUERY_ELSEWHERE, QUERY_ELSEWHERE_THEN */
enum
{
	ELSEWHERE_OBSERVED_AT = ASKED + 1, ELSEWHERE_OBSERVATION, ELSEWHERE_SOURCE, ELSEWHERE_SINCE
};
/* QUERY_INSTANTS, QUERY_LAST_LOOKS */
enum
{
	INSTANT_OBSERVED_AT = ASKED + 1
};
/* QUERY_NAMED */
enum
{
	NAMED_DESIGNATION = ASKED + 1
};
/* QUERY_OTHERS */
enum
{
	OTHER_INSTALLATION = ASKED + 1
};
/* QUERY_COUNT */
enum
{
	COUNT_LOOKS = ASKED + 1
};
/* QUERY_OVERLAPS, QUERY_APART */
enum
{
	OVERLAP_INSTALLATION, OVERLAP_SINCE, OVERLAP_UNTIL, OVERLAP_PLACE
};
/* QUERY_TOO_FAR */
enum
{
	FAR_INSTALLATION, FAR_CLASS, FAR_DESIGNATION, FAR_OBSERVED_AT, FAR_EVIDENCE
};
/* QUERY_ALERTS */
enum
{
	ALERT_ID = ASKED + 1, ALERT_PATH, ALERT_VERDICTS, ALERT_CERTAIN_ONLY, ALERT_NEW_LOOKS
};
/* QUERY_ALL, QUERY_OF_CLASSES, QUERY_OF_SOURCES, QUERY_PLACES_IN, QUERY_RECORDED_SINCE, and of names and classes the id: a single column */
enum
{
	ONLY_COLUMN
};
/* QUERY_CLASSES_NAMED */
enum
{
	CLASS_NAMED_ID, CLASS_NAMED_ITSELF
};
/* QUERY_CHANGED, QUERY_THERE, and the same in an area and at installations */
enum
{
	RUN_INSTALLATION, RUN_CLASS, RUN_LABEL, RUN_ITSELF
};
/* QUERY_PLACES */
enum
{
	PLACE_NAME = ASKED + 1, PLACE_LON, PLACE_LAT, PLACE_LOCATION
};
/* QUERY_OF_PLACES */
enum
{
	SIGHTED_CLASS = ASKED + 1, SIGHTED_LABEL
};
/* QUERY_CLASSES_SAID, QUERY_SOURCES_SAID, whose last is the name */
enum
{
	SAID_ID, SAID_NAME, SAID_PATH
};

typedef struct Ledger Ledger;

/* Receives a row; values by reference live only for the call. */
typedef void (*RowReceiver) (void *state, const Datum *values, const bool *nulls);

/* Which of the rows that were asked about a row answers, from 0 on. */
static inline int32
asked_row(const Datum *values)
{
	return DatumGetInt32(values[ASKED]) - 1;
}

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

/* Of a query that answers ASKED alone: sets these rows of an array of bool. */
extern void mark_asked(void *state, const Datum *values, const bool *nulls);

#define MOST_PARAMETERS 15

/* What a query is asked: a value, or an array of values of which none is null. */
typedef struct Parameter
{
	bool		is_array;
	bool		is_null;
	Datum		value;
	const Datum *values;
	size_t		n;
} Parameter;

static inline Parameter
value_of(Datum value)
{
	return (Parameter) {.value = value};
}

static inline Parameter
value_if(bool known, Datum value)
{
	return (Parameter) {.value = value, .is_null = !known};
}

static inline Parameter
array_of(const Datum *values, size_t n)
{
	return (Parameter) {.is_array = true, .values = values, .n = n};
}

/* An array in the memory of the caller; of which type its elements are, a letter of ledger_texts.h says. */
extern Datum ledger_array(const Ledger *ledger, char type, const Datum *values, size_t n);

/*
 * Within SPI. The parameters in the order in which ledger_texts.c states them, of the types that
 * it states; NULL: there are none. receive NULL: nothing is answered.
 */
extern uint64 ledger_ask(Ledger *ledger, LedgerQuery query, const Parameter *parameters, RowReceiver receive, void *state);

#endif
