/*
 * change.h: THE truth table, presence x watch. Pure C.
 *
 * A presence's real start S lies in (not_seen_at, first_seen], its real end E in
 * (last_seen, gone_by]. For two dates D1 < D2 exactly one of six verdicts is true of it.
 *
 * An index sees a presence as a point in four times (and two coordinates). Every verdict
 * in every mode is a rectangle in that space: a lower and an upper limit on each of the
 * four times. So the table is written once, as limits (verdict_limits), and everything
 * else follows from it. The operators test whether the point lies in the rectangle, an
 * index tests whether a bounding box of points meets it, and the planner counts how much
 * of a sample it covers.
 */
#ifndef SIGHTINGS_CHANGE_H
#define SIGHTINGS_CHANGE_H

#include "model.h"

typedef enum Verdict
{
	VERDICT_ARRIVED,			/* D1 < S <= D2 < E */
	VERDICT_DEPARTED,			/* S <= D1 < E <= D2 */
	VERDICT_STAYED,				/* S <= D1, D2 < E */
	VERDICT_PASSED,				/* D1 < S, E <= D2: came and went */
	VERDICT_BEFORE,				/* E <= D1 */
	VERDICT_AFTER				/* S > D2 */
} Verdict;

#define VERDICTS (VERDICT_AFTER + 1)

/* What an operator asks; each is a verdict or a union of verdicts, inside the box. */
typedef enum Question
{
	ASK_ARRIVED,				/* @+ */
	ASK_DEPARTED,				/* @- */
	ASK_STAYED,					/* @= */
	ASK_PASSED,					/* @~ */
	ASK_CHANGED,				/* <~>: arrived or departed */
	ASK_PRESENT,				/* &&: there at some time between the dates */
	QUESTIONS,					/* so many about presences */
	ASK_OBSERVED = QUESTIONS	/* about sightings: observed between the dates (&&) */
} Question;

/* The four times, in the order of the struct. */
enum
{
	NOT_SEEN_AT, FIRST_SEEN, LAST_SEEN, GONE_BY, TIMES
};

/* Closed limits on the four times; gone_by as max_age lets it be read. */
typedef struct TimeLimits
{
	int64_t		min[TIMES];
	int64_t		max[TIMES];
} TimeLimits;

/*
 * A question as rectangles: one, or two for ASK_CHANGED. `cap` is what max_age adds
 * to last_seen (AGE_UNLIMITED where it plays no part: max_age limits last-known
 * readings only).
 */
typedef struct ChangeLimits
{
	int			n;
	int64_t		cap;
	TimeLimits	times[2];
} ChangeLimits;

/* Bounds of a set of presences: an index page, a BRIN range, a histogram cell. */
typedef struct Bounds
{
	int32_t		lon_min, lat_min, lon_max, lat_max;
	int64_t		min[TIMES];
	int64_t		max[TIMES];
} Bounds;

extern const char *const verdict_names[VERDICTS];

/* The truth table itself. The watch must be valid (watch_check). */
extern TimeLimits verdict_limits(Verdict verdict, const Watch *w);
extern ChangeLimits change_limits(Question q, const Watch *w);
/* There at instant d, read in a mode; cap as in ChangeLimits. */
extern ChangeLimits instant_limits(int64_t d, ReadingMode mode, int64_t max_age);

/* gone_by as max_age lets it be read: min(gone_by, last_seen + cap). */
extern int64_t gone_by_capped(int64_t last_seen, int64_t gone_by, int64_t cap);

/* sighting && watch: observed between the dates, both included; modes do not matter. */
extern ChangeLimits observed_limits(const Watch *w);
extern bool sighting_answers(const Sighting *s, const Watch *w);

/* Leaf and inner test, neighbours: times only, the box is geography's. */
extern bool presence_within(const Presence *p, const ChangeLimits *limits);
extern bool bounds_may_meet(const Bounds *b, const ChangeLimits *limits);
/* True only if every presence within the bounds lies within the limits. */
extern bool bounds_all_within(const Bounds *b, const ChangeLimits *limits);

/* The operators: time and box. */
extern bool presence_answers(Question q, const Presence *p, const Watch *w);
extern bool presence_has(Verdict verdict, const Presence *p, const Watch *w);
extern bool presence_there(const Presence *p, int64_t d, ReadingMode mode, int64_t max_age);

/* A sum of counts, closed, either end possibly unbounded. */
typedef struct CountRange
{
	int64_t		min;
	int64_t		max;
	bool		min_unbounded;
	bool		max_unbounded;
} CountRange;

/*
 * What one presence adds to the difference between the two dates, and to the inventory
 * at an instant. Mode certain counts only what is certain; mode possible gives the range
 * over all that is possible.
 */
extern CountRange presence_net_change(const Presence *p, const Watch *w);
extern CountRange presence_inventory(const Presence *p, int64_t d, ReadingMode mode, int64_t max_age);

/* The only verdict that holds in the watch's mode, or -1: none or several, or outside the box. */
extern int	presence_verdict(const Presence *p, const Watch *w);

#endif
