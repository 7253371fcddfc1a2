/*
 * ledger_work.h: what a derivation or a report holds in memory of looks and sightings: the one
 * reader of evidence. (Theory at the heads of ledger_derive.c and ledger_report.h.)
 *
 * All is as it comes from the tables, for some installations at a time: one key's evidence
 * is made when it is asked for.
 */
#ifndef SIGHTINGS_LEDGER_WORK_H
#define SIGHTINGS_LEDGER_WORK_H

#include "pg_sightings.h"

#include "answers.h"
#include "derive.h"
#include "ledger_known.h"
#include "ledger_list.h"
#include "ledger_notes.h"
#include "ledger_query.h"
#include "miscadmin.h"
#include "rederive.h"
#include "storage/itemptr.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#define NONE (-1)

/* How many looks before and after the span the windows of the first round take. */
#define FIRST_DEPTH 8

/* What is counted: all of a class, what of it is in a status, or one individual; and what it is called in a ledger. */
typedef enum SubjectKind
{
	OF_CLASS, OF_STATUS, OF_INDIVIDUAL,
	SUBJECT_KINDS
} SubjectKind;

extern const char *const subject_kinds[SUBJECT_KINDS];

typedef struct Span
{
	int64		installation;
	Window		window;
	bool		removes;		/* evidence was taken away */
	bool		open;			/* has keys to derive */
	bool		whole;			/* has keys to derive from the first look to the last */
	bool		derived;
	int64		floor;			/* the window does not reach beyond */
	int64		ceiling;
	int32		lon;			/* where the installation is, and so its presences */
	int32		lat;
	int32		completes;		/* how many complete looks the last window before it held */
	size_t		first_look;
	size_t		looks;
	size_t		first_shelter;
	size_t		shelters;
} Span;

typedef struct Look
{
	int32		span;
	int32		reach;			/* what it could show */
	bool		complete;
	int8		side;
	int64		observation;
	int64		since;			/* it began; the same instant, mostly */
	int64		observed_at;	/* and ended */
	int32		source;
	float8		min_confidence; /* of sightings that are sure */
} Look;

/* Scope and pixels: many looks have the same. */
typedef struct Reach
{
	int32		parts;
	char	  **scope;
	Numeric		gsd;			/* NULL: not known */
	int8	   *shows;			/* by class: Reaching, -1: not asked yet */
} Reach;

/* Would looks of a reach have shown a class? SHOWS_PERHAPS: if their pixels, whose size is not known, are fine enough. */
typedef enum Reaching
{
	SHOWS_NOT, SHOWS_PERHAPS, SHOWS
} Reaching;

typedef struct Class
{
	int32		id;
	char	   *path;			/* NULL: there is no such class */
	Numeric		max_gsd;		/* NULL: can be told at any */
	bool		keep_total;
	int32		below;			/* how many of the next in order lie below it */
	int32		parent;			/* the nearest in order above it; NONE */
	bool		asked[SUBJECT_KINDS];	/* there are such keys of it */
} Class;

typedef struct Shown
{
	int32		look;
	int32		class;
	int32		status;			/* labels, or NONE */
	int32		designation;
	int64		n;
	int64		m;				/* COUNT_UNBOUNDED or more: or more */
	bool		sure;
} Shown;

typedef struct KeyId
{
	int32		span;
	int32		class;			/* id */
	int32		kind;
	int32		label;			/* or NONE */
} KeyId;

/* So many can stand where no look sees them. */
typedef struct Shelter
{
	int32		span;
	int32		class;			/* id; when classes are read, their number in order */
	int64		hidden;
} Shelter;

/* Numbers of keys, and of classes in the order of the tree. */
typedef struct KeyNumber
{
	KeyId		id;				/* hash key */
	int32		number;
	char		status;
} KeyNumber;

typedef struct ClassNumber
{
	int32		id;				/* hash key */
	int32		number;
	char		status;
} ClassNumber;

struct key_numbers_hash;
struct class_numbers_hash;
typedef struct class_numbers_hash ClassNumbers;

typedef struct Key
{
	KeyId		id;
	bool		done;			/* nothing to derive, or no more */
	bool		if_told;		/* to derive only if the span tells of it */
	bool		seen;			/* in the span */
	bool		known;			/* as a subject */
	bool		sighted;		/* by a look of the window */
} Key;

/*
 * What one look shows of one key of a status or an individual, or of a class and what lies about it in
 * the tree, added up.
 */
typedef struct Fact
{
	int32		key;			/* key, or class in order */
	int32		look;
	int64		n;				/* at or below the class, sure */
	int64		m;				/* and at most */
	int64		above;			/* at a class above: may be of it */
	int64		untold;			/* of a class: below or above it, with no status told */
	bool		own;			/* this is what makes it a subject of the installation */
	bool		anonymous;		/* of a class: an individual may hide here */
} Fact;

typedef struct Stored
{
	int32		key;
	int64		presence_id;
	ItemPointerData row;
	Presence	run;
} Stored;

/* A stored run that goes (gone), or changes; or one that comes (presence_id 0). */
typedef struct Change
{
	int32		key;
	bool		gone;
	int64		presence_id;
	ItemPointerData row;
	Presence	run;
} Change;

typedef struct Elsewhere
{
	int32		key;
	int64		since;
	int64		observed_at;
	int64		observation;
	int32		source;
} Elsewhere;

/* What somebody watches at a span's installation. */
typedef struct Alert
{
	int32		span;
	KnownAlert	alert;
} Alert;

/* What an alert is to tell: that something changed, or of a new look. */
typedef struct AlertEvent
{
	int64		alert;
	int64		installation;
	bool		of_change;
	int32		class;
	ChangeAnswer answer;
	int64		before_at;		/* of looks; TIME_BEGIN: there is none */
	int64		after_at;
	int64		before_look;
	int64		after_look;
} AlertEvent;

/* Evidence of an individual seen elsewhere has this in place of a look's number. */
#define ELSEWHERE(i) (-2 - (int32) (i))
#define ELSEWHERE_OF(look) (-2 - (look))

/* Statuses and designations by number. */
typedef struct Labels
{
	MemoryContext context;
	HTAB	   *numbers;
	LIST(char *) texts;
	int32		last;			/* the number given out last */
} Labels;

typedef struct Work
{
	MemoryContext context;
	MemoryContext caller;
	Ledger	   *ledger;
	float8		min_confidence;
	int64		known_at;		/* as was known then; TIME_END: now */
	bool		one_source;		/* only what this one told */
	int32		source;
	Span	   *spans;
	size_t		n_spans;
	const int32 *span_of;		/* of the spans that looks are being read for */
	Labels	   *labels;
	struct key_numbers_hash *key_numbers;
	HTAB	   *reaches;
	HTAB	   *thresholds;		/* of sources that have their own */
	LIST(Key) keys;
	LIST(Look) looks;
	LIST(Reach) reach;
	LIST(Shown) shown;
	LIST(Shelter) shelters;
	LIST(Class) classes;
	const int32 *asked_classes; /* needed beside those of keys */
	size_t		n_asked;
	LIST(Fact) facts;			/* of keys */
	LIST(Fact) class_facts;
	LIST(Stored) stored;
	LIST(Elsewhere) elsewhere;
	bool		knows_subjects; /* who is sighted anywhere by what is derived is listed as a subject there */
	bool		reading_first;	/* in the first round stored runs tell what to derive */
	LIST(int32) unsighted;		/* keys with runs that no sighting of the window explains */
	LIST(Change) changes;
	int64		changed;
	const FreshLooks *fresh;	/* NULL: no alerts are raised */
	LIST(Alert) alerts;
	LIST(AlertEvent) events;
	Evidence   *before;			/* of the key being derived, what the transaction left as it was */
	size_t		before_n;
	size_t		before_room;
} Work;

/* Sets the ends of a span's window, from the looks found for it, which are in order of time. */
typedef void (*WindowChoice) (Work *work, Span *span, const Look *looks, size_t n, int64 depth);

/* How far the lists are read that are in order of keys: facts, stored runs, sightings elsewhere. And room for one key's evidence and runs. */
typedef struct Cursors
{
	size_t		fact;
	size_t		stored;
	size_t		elsewhere;
	Evidence   *told;
	size_t		room;
	Rederived	result;
} Cursors;

/* ledger_work.c */
extern Datum *new_values(Work *work, size_t n);
/* As was known then, null: now; of this source alone, null: of all. */
extern Parameter known_at_parameter(const Work *work);
extern Parameter source_parameter(const Work *work);
extern HTAB *new_hash(MemoryContext context, const char *name, Size key, Size entry, HashValueFunc hash, HashCompareFunc match);
extern Labels *new_labels(MemoryContext context);
extern int32 label_number(Labels *labels, Datum datum);
extern const char *label_text(const Labels *labels, int32 number);
/* '' for NONE. */
extern Datum label_datum(const Labels *labels, int32 number);
extern int32 key_number(Work *work, KeyId id, bool add);
extern void work_begin(Work *work);
extern void work_end(Work *work);

/* ledger_looks.c */
/* depth: at most so many before each span (0: all), and after it if `after`. */
extern void read_looks(Work *work, int64 depth, bool after, WindowChoice choose);
extern void choose_derived_window(Work *work, Span *span, const Look *looks, size_t n, int64 depth);
extern void read_sightings(Work *work);
extern void read_shelters(Work *work);

/* ledger_classes.c */
extern int32 reach_number(Work *work, Datum scope, Datum gsd, bool gsd_null);
extern ClassNumbers *read_classes(Work *work);
extern int32 class_number(ClassNumbers *numbers, int32 id);
extern Reaching reach_shows(Work *work, int32 reach, int32 class);
extern bool path_lies_within(const char *path, const char *ancestor);
/* Does one lie at, below or above the other in the tree? Numbers in order. */
extern bool classes_related(const Work *work, int32 a, int32 b);

/* ledger_keys.c */
extern void read_stored(Work *work);
extern void read_subjects(Work *work);
extern void read_subjects_seen(Work *work);
/* What the spans saw, and totals above it. */
extern void choose_keys_seen(Work *work, ClassNumbers *classes);
/* As queries take keys: installations, classes, kinds, labels. */
#define KEY_PARAMETERS 4
extern void key_parameters(Work *work, const int32 *keys, size_t n, Parameter *parameters);
extern void add_subjects(Work *work);
extern void drop_unsighted(Work *work);

/* ledger_evidence.c */
extern void gather_facts(Work *work, ClassNumbers *classes);
extern void read_elsewhere(Work *work);
/* The first fact of a key, or of a class, at the look or after it; facts are in order of these. */
extern size_t find_fact(const Fact *facts, size_t n, int32 key, int32 look);
/* One key's evidence, in order of time, in at->told; returns how much. Keys in order of their numbers. */
extern size_t key_told(Work *work, int32 number, int32 class, Cursors *at);
/* What was read is forgotten, but for keys and labels. */
extern void forget_evidence(Work *work);

/* ledger_derive.c */
/*
 * How many looks the spans that are derived together may hold, if they are more than one: what
 * was sighted in them lies in memory.
 */
#define SLICE_LOOKS 8192
/* Says of each span how many looks lie in it, at most SLICE_LOOKS; returns their sum. */
extern size_t count_looks(Ledger *ledger, Span *spans, size_t n);
/* How many of the spans, whose looks are counted, are read together. */
extern size_t slice_of(const Span *spans, size_t n);

/* ledger_alert.c */
extern void read_alerts(Work *work);
extern bool is_watched(const Work *work, const Key *key, int32 class);
/* Of a key that is watched: its evidence before it is put in order. */
extern void keep_told_before(Work *work, const Key *key, const Evidence *told, size_t n);
/* And afterwards, with the changes from one on, and its stored runs; false: the window is too narrow. */
extern bool note_events(Work *work, const Key *key, int32 class, const Evidence *told, size_t n, size_t first_change,
						const Stored *stored, size_t n_stored);
extern void note_new_looks(Work *work);
extern void write_events(Work *work);

/* ledger_runs.c */
/* A presence is where its installation is. */
extern void place_runs(const Span *span, Presence *runs, size_t n);
extern void derive_keys(Work *work, ClassNumbers *classes);
extern void write_changes(Work *work);

#endif
