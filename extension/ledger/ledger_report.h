/*
 * ledger_report.h: what the reports of a ledger share.
 *
 * Theory of operation. A report asks of subjects, at one or two dates of each installation:
 *
 * 1. Which subjects? Those whose stored run changed between the dates, or is there at the date,
 *    found by the indexes of `presence` (ledger_subjects.c); or all that were ever sighted, where
 *    looks decide alone (mode possible, an age); or, for what was known at an earlier time or
 *    what one source told, all that those looks sighted.
 * 2. What was known of each by its dates? A slice of installations at a time, the few looks
 *    before each date are read, and more for those subjects of which they do not tell enough
 *    (ledger_learn.c), by the reader of evidence that the derivation uses.
 * 3. What may be said of it is told by answers.c; the rest is rows.
 *
 * All queries run with the caller's rights and in the snapshot of the query that calls.
 */
#ifndef SIGHTINGS_LEDGER_REPORT_H
#define SIGHTINGS_LEDGER_REPORT_H

#include "ledger_work.h"

#include "row_set.h"

/* An installation of a slice, and the dates that are asked about there. */
typedef struct Place
{
	int64		installation;
	int64		from;			/* the dates */
	int64		to;
	bool		visible;		/* the caller may see it */
	Datum		name;
	Datum		lon;
	Datum		lat;
	Datum		geometry;
} Place;

/* A look that a row names. */
typedef struct LookSaid
{
	bool		known;
	int64		observation;
	int64		observed_at;
	int32		source;
} LookSaid;

typedef struct LookText
{
	LookSaid	look;
	char	   *text;
} LookText;

typedef struct Subject
{
	int32		place;			/* number in the slice */
	int32		class;
	SubjectKind kind;
	int32		label;			/* NONE: of a class */
	int64		from_since;		/* when the stored run at the date began; TIME_BEGIN: there is none */
	int64		to_since;
	bool		from_untold;	/* nothing was told by the earlier date */
	bool		first_run;		/* the stored run at the later date is the first of all */
	bool		same_stay;
	int64		told_since;		/* a status was told itself; TIME_END: not in the looks that were read */
	bool		has_below;		/* other classes lie below its own, so that its count may rest on them alone */
	Known		from;
	Known		to;
	LookSaid	from_look;
	LookSaid	to_look;
	Evidence   *evidence;		/* where it is kept */
	size_t		n_evidence;
} Subject;

/* A stored run that an index found. */
typedef struct Candidate
{
	int64		installation;
	int32		class;
	int32		label;
	int64		first_seen;
	bool		is_first;		/* nobody had looked before */
} Candidate;

typedef struct ClassSaid
{
	int32		id;				/* hash key */
	Datum		name;
	Datum		path;
} ClassSaid;

typedef struct Report
{
	/* asked */
	Ledger	   *ledger;
	float8		min_confidence;
	bool		has_area;
	Datum		area;
	bool		has_within;		/* the area is a point, and what lies so many metres around it is meant */
	float8		within;
	Datum		around;			/* a box that holds it, with room for the rounding of presences */
	bool		has_installation;
	int64		installation;
	bool		has_classes;
	Datum		classes;		/* int4[] */
	SubjectKind kind;
	LIST(int32) totals;			/* classes of which all at or below is counted, and nothing else is told; in order */
	int64		known_at;		/* TIME_END: now */
	bool		one_source;		/* only what this one told */
	int32		source;
	ReadingMode mode;
	int64		max_age;
	/* found */
	MemoryContext context;
	MemoryContext caller;
	int			settings;
	Labels	   *labels;
	HTAB	   *classes_said;
	HTAB	   *sources_said;
	LIST(Candidate) candidates;
	LIST(int64) installations;
	/* one slice */
	MemoryContext slice;
	Place	   *places;
	size_t		n_places;
	LIST(Subject) subjects;
	LookText	first_text;		/* of the two looks that a row names, the texts of the row before */
	LookText	second_text;
	LIST(int32) added;			/* classes that are told of though they were never sighted there */
	bool		each_look;		/* what looks of one moment told is not made one */
	/* rows */
	Tuplestorestate *store;
	TupleDesc	desc;
	MemoryContext row;
} Report;

/* Installations of which all looks may be read together; those of which a few are. */
#define SLICE_ALL 64
#define SLICE_FEW 128

/* ledger_report.c. The first arguments of every report; its own come after them. */
enum
{
	ARG_LEDGER,					/* regclass */
	ARG_MIN_CONFIDENCE,			/* float8 */
	ARG_AREA,					/* geometry */
	ARG_INSTALLATION,			/* text */
	ARG_ASSET,					/* text */
	ARG_BY,						/* text */
	ARG_TOTAL,					/* text */
	ARG_KNOWN_AT,				/* timestamptz */
	ARG_SOURCE,					/* text */
	ARG_WITHIN,					/* float8 */
	ARG_DEPTH,					/* integer */
	REPORT_ARGUMENTS
};

extern void report_begin(FunctionCallInfo fcinfo, Report *report);
extern void report_end(Report *report);
extern bool is_total(const Report *report, int32 class);
/* Dates, mode and age, by the numbers of their arguments; NO_ARGUMENT: it has no mode, no age. Errors as of a watch. */
#define NO_ARGUMENT (-1)
extern void report_dates(FunctionCallInfo fcinfo, int from, int to, int mode, int max_age, Report *report, int64 *from_date, int64 *to_date);
/* Asks for the names that rows of a slice need. */
extern void say_places(Report *report);
extern void say_subjects(Report *report);
/* NULL: the caller may not see it. */
extern const ClassSaid *class_said(Report *report, int32 id);
extern Datum label_said(const Report *report, const Subject *subject, SubjectKind kind, bool *isnull);
extern Datum sources_said(Report *report, const LookSaid *a, const LookSaid *b, bool *isnull);
extern void set_counts(Datum *values, bool *nulls, int column, bool known, Counts count);
extern void set_place(Datum *values, int column, const Place *place);
extern void begin_slice(Report *report, size_t n);
extern void put_row(Report *report, const Datum *values, const bool *nulls, int n);
extern void new_row(Report *report);
/* The same, with its first columns. false: the caller may not see it. */
enum
{
	ROW_INSTALLATION, ROW_ASSET_CLASS, ROW_CLASS_PATH, ROW_DESIGNATION, ROW_STATUS,
	SUBJECT_COLUMNS
};
extern bool new_subject_row(Report *report, const Subject *subject, Datum *values, bool *nulls);
extern Datum text_or_null(const char *text, bool *isnull);

/* ledger_subjects.c */
/* Stored runs that changed between the dates, or are there at the date, into report->candidates, by place and subject. */
extern void find_changed(Report *report, int64 from, int64 to);
extern void find_changed_at(Report *report, const Place *places, size_t n);
extern void find_there(Report *report, int64 at);
/* Installations in question, into report->installations. */
extern void find_installations(Report *report);
/* The same, each with these dates, in the report's own context. */
extern Place *places_between(Report *report, int64 from, int64 to);
extern int	installation_order(const void *left, const void *right);
/*
 * A slice of the candidates from the first on, with its places; returns where the next begins. The
 * dates are those of all installations or, of each in order, its own.
 */
extern size_t begin_candidates(Report *report, size_t first, const Place **dates, size_t *n_dates);
/* The subjects of a slice: of candidates, or all that were ever sighted. */
extern void take_changed(Report *report, size_t first, size_t end);
extern void take_there(Report *report, size_t first, size_t end);
extern void take_all(Report *report);
/* Must all looks be read? Stored runs do not tell what was known at an earlier time, what one source told, or a total that is not kept. */
extern bool reads_all(const Report *report);
/* Was a subject asked for? (With statuses all of their class is learnt, too.) */
extern bool is_wanted(const Report *report, const Subject *subject);
/* Narrows what is known of each status by what is known of the others, and of all of the class. */
extern void narrow_statuses(Report *report);
/*
 * Before a status was told itself it narrows no other of its class, though what lies below the class may
 * have been in it. Marks those that had been told by the earlier date, before the looks that were read.
 */
extern void mark_told_before(Report *report);
/* All of a class, then its statuses, as far as known by a date. */
extern void narrow_known(const Subject *group, Known *known, size_t n, int64 date);
/* The subject that is all of a status's class. */
extern const Subject *whole_of(const Subject *status);
/*
 * Keeps the subjects that had been sighted by the later date: what a later look shows changes nothing
 * of an earlier date. It is asked of those only that may have been none by then. Adds those that are
 * told of because they are named. stored: an index found them.
 */
extern void keep_sighted(Report *report, bool stored);
extern void take_beginnings(Report *report);
extern int	subject_order(const void *left, const void *right);

/* ledger_learn.c */
typedef enum Learning
{
	LEARN_TO,					/* at the later date */
	LEARN_EACH,					/* at either date, from the looks before each */
	LEARN_BOTH,					/* at both, from all looks between them too */
	LEARN_ALL					/* likewise, and which subjects there are, from all looks */
} Learning;

extern void learn(Report *report, Learning learning);

/*
 * Calls for each subject with its evidence, merged and in order of time, up to the place's later
 * date; at least so much of it that what was known at the earlier date can be told: from `first`
 * on. The work's looks are those that the evidence names.
 */
typedef void (*EvidenceUse) (void *state, Report *report, const Subject *subject, const Work *work,
							 const Evidence *evidence, size_t n, size_t first);
extern void learn_evidence(Report *report, Learning learning, EvidenceUse use, void *state);

extern LookSaid look_said(const Work *work, const Evidence *e);

#endif
