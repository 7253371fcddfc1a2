/*
 * answers.h: what a report may say of one subject, from what the looks told of it. Pure C.
 *
 * A subject is what is counted at a place: a class in a status, or one individual. What one
 * moment's looks tell of it is a closed range of counts. At a date D
 *
 *   told(D)     is the last evidence not after D: an instant, and what was proven of it;
 *   carried(D)  is the counts that the evidence up to D allows together, back to where it
 *               last disagreed. It needs no evidence after D.
 *
 * A report compares told and carried of two dates. It calls certain only what two looks told.
 * The caller walks over the evidence in order of time (known_take) and keeps what was known at
 * its dates. The walk need not begin at the first look. It may begin at evidence of one exact
 * number (evidence_last_exact), or at the evidence with which a stored run begins: what was
 * carried before does not matter from there on. (But only a walk that begins where the run
 * began, or before, knows run_since; only one from the first look knows none_first.)
 */
#ifndef SIGHTINGS_ANSWERS_H
#define SIGHTINGS_ANSWERS_H

#include "model.h"

/* A closed range; max COUNT_UNBOUNDED: or more. */
typedef struct Counts
{
	int32_t		min;
	int32_t		max;
} Counts;

/* What is not known of an answer: a bit for each. doubts[] has the codes and words. */
typedef enum Doubt
{
	NO_LOOK_BEFORE, NO_LOOK_AFTER,
	MINIMUM, MINIMUM_BEFORE, MINIMUM_AFTER,
	RANGE, RANGE_BEFORE, RANGE_AFTER,
	CARRIED, CARRIED_BEFORE, CARRIED_AFTER,
	STALE, STALE_BEFORE, STALE_AFTER,
	LOOKS_OVERLAP, CORRECTED,
	/* about the evidence itself: why it is no single number */
	TOLD_LESS_CLOSELY, READERS_DISAGREE, SHELTER, PIXELS_UNKNOWN,
	/* about a status */
	STATUS_MAY_BE_SAME,
	DOUBTS
} Doubt;

#define DOUBT(d) (UINT32_C(1) << (d))

typedef struct Word
{
	const char *word;
	const char *meaning;
} Word;

extern const Word doubts[DOUBTS];

/* What the looks of one moment tell of one subject. */
typedef struct Evidence
{
	int64_t		since;			/* when the look began; mostly the same instant */
	int64_t		at;				/* when it ended */
	Counts		count;
	uint32_t	doubt;
	int32_t		look;			/* the caller's number of the look */
} Evidence;

/* What is known of a subject so far; all zero before the first evidence. */
typedef struct Known
{
	bool		told;
	bool		corrected;		/* what was told last has been taken back or changed since */
	bool		none_first;		/* the first run told none */
	Evidence	last;
	Counts		carried;
	int64_t		run_since;		/* when the present run began */
	int64_t		most_told;		/* when it was last told that there are no more than carried.max */
	int64_t		carried_told;	/* when a look last told the very range that is carried; TIME_BEGIN: none did */
	uint64_t	runs;			/* how many began */
} Known;

typedef enum ReportVerdict
{
	REPORT_ARRIVED, REPORT_DEPARTED, REPORT_INCREASED, REPORT_DECREASED, REPORT_VARIED,
	REPORT_FIRST_LOOK, REPORT_NOT_LOOKED, REPORT_UNDECIDED,
	REPORT_VERDICTS
} ReportVerdict;

extern const Word report_verdicts[REPORT_VERDICTS];

typedef enum InventoryState
{
	INVENTORY_TOLD, INVENTORY_CARRIED, INVENTORY_STALE,
	INVENTORY_STATES
} InventoryState;

extern const Word inventory_states[INVENTORY_STATES];

typedef enum TimelineState
{
	TIMELINE_OBSERVED, TIMELINE_LAST_KNOWN, TIMELINE_STALE, TIMELINE_UNOBSERVED,
	TIMELINE_STATES
} TimelineState;

extern const Word timeline_states[TIMELINE_STATES];

/* A row of changes. */
typedef struct ChangeAnswer
{
	bool		before_known;
	bool		after_known;
	bool		certain;
	bool		stale_before;
	bool		stale_after;
	ReportVerdict verdict;
	Counts		before;
	Counts		after;
	bool		least_known;
	bool		most_known;
	int64_t		least;			/* the change is at least this */
	int64_t		most;
	uint32_t	doubt;
} ChangeAnswer;

/* A row of an inventory. */
typedef struct InventoryAnswer
{
	InventoryState state;
	bool		known;			/* false: stale, the count is not known */
	Counts		count;
	uint32_t	doubt;
} InventoryAnswer;

/* The fewest that came and left. `high` and `low` are the counts after those. */
typedef struct Turnover
{
	bool		begun;
	int64_t		until;			/* the end of the last look taken */
	int64_t		came;
	int64_t		left;
	int32_t		high;
	int32_t		low;
	int64_t		looks;
} Turnover;

/* Pairs of looks 2^k days apart, and how many of them told the same number. */
#define GAPS 12
typedef struct Persistence
{
	int64_t		pairs[GAPS];
	int64_t		same[GAPS];
} Persistence;

/*
 * Puts evidence in order of time, merges what is of one moment, and drops what tells nothing.
 * Evidence is of one moment if it ends at one instant. Merged, it allows what all of it allows
 * or, where that is nothing, the range from the least to the greatest. Returns how many are left.
 */
extern size_t evidence_in_order(Evidence *evidence, size_t n);
/* Is there no number that n pieces of evidence of one moment allow together? What is made of them. */
extern bool evidence_conflicts(const Evidence *evidence, size_t n, Evidence *merged);

/*
 * The last evidence not after an instant that is one exact number. What was carried before does
 * not matter after it, so that a walk may begin there. false: there is none.
 */
extern bool evidence_last_exact(const Evidence *evidence, size_t n, int64_t at, size_t *last);

/* Does evidence in order still tell what it told before? If not, a look was taken back, or a further look of the moment tells otherwise. */
extern bool evidence_still_tells(const Evidence *then, const Evidence *evidence, size_t n);

/* The next evidence in order of time. */
extern void known_take(Known *known, const Evidence *e);

/* until - since >= age, for any times; never, for AGE_UNLIMITED. Ages are positive. */
extern bool is_older(int64_t since, int64_t until, int64_t age);

/*
 * What is said of a change between two dates, from what was known by each. same_stay: the run
 * at the later date is that of the earlier. false: nothing; no row.
 */
extern bool change_answer(int64_t from, int64_t to, ReadingMode mode, int64_t max_age,
						  const Known *by_from, const Known *by_to, bool same_stay, ChangeAnswer *answer);

/*
 * Statuses of one class are states of the same things. A status keeps, of what is carried of all
 * of the class, what the other statuses leave that were told by the same look or by a later one.
 * This narrows what is carried of n statuses of a class, all known by one date. Where a later look
 * than its own decides, that look becomes the last that told of the status; by itself it tells
 * nothing of it, [0, or more). Otherwise no status keeps less than its own last look told. So what
 * is carried stays within what was told last, and what follows from that holds here too.
 */
extern void statuses_narrow(const Known *all_of_class, Known *statuses, size_t n);

/* Adds a doubt to a row about a status if the same things may be there in another status. */
extern void change_of_status(ChangeAnswer *answer, const Known *all_from, const Known *all_to);

extern bool inventory_answer(int64_t at, ReadingMode mode, int64_t max_age, const Known *known, InventoryAnswer *answer);

/* The state at the end of a step that began at `from`. The count is `known->carried`, except in the last two states. */
extern TimelineState timeline_state(int64_t from, int64_t at, int64_t max_age, const Known *known);

/* The next evidence in order of time: first told(from), then all up to the later date. */
extern void turnover_take(Turnover *turnover, const Evidence *e);

/*
 * How likely it is that what was told is still so, in the words of ICD 203 (2015), by the share of
 * pairs that told the same. NULL: too few pairs.
 */
#define FEWEST_PAIRS 20
extern const char *persistence_word(int64_t same, int64_t pairs);

/* One subject's evidence in order of time. */
extern void persistence_take(Persistence *persistence, const Evidence *evidence, size_t n);

#endif
