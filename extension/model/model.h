/*
 * model.h: the three values of pg_sightings, as they lie in memory and on disk.
 *
 * Pure C: no file of this folder needs a PostgreSQL header. So they are unit-tested and
 * fuzzed without a server. The layouts are final from version 1.0.0: fixed size, no
 * implicit padding, host byte order, eight-byte alignment.
 *
 * Time is microseconds since 2000-01-01 00:00:00 UTC, as in PostgreSQL; the two
 * extreme values stand for -infinity and infinity. Longitude and latitude are WGS 84
 * in steps of 1e-7 degree (1.1 cm). Counts are closed ranges; COUNT_UNBOUNDED as the
 * upper end means "or more".
 */
#ifndef SIGHTINGS_MODEL_H
#define SIGHTINGS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_BEGIN INT64_MIN		/* -infinity */
#define TIME_END INT64_MAX			/* infinity */
#define TIME_FIRST INT64_C(-211813488000000000) /* 4714-11-24 00:00:00+00 BC */
#define TIME_LAST INT64_C(9223371331199999999)	/* 294276-12-31 23:59:59.999999+00 */

#define MICROS_PER_SECOND INT64_C(1000000)
#define MICROS_PER_DAY (86400 * MICROS_PER_SECOND)

#define DEGREE 10000000				/* steps in one degree */
#define DEGREE_DECIMALS 7
#define LON_LIMIT (180 * DEGREE)
#define LAT_LIMIT (90 * DEGREE)

#define COUNT_UNBOUNDED INT32_MAX
#define AGE_UNLIMITED INT64_MAX

/* One piece of evidence: at this instant, at this point, this many were seen. */
typedef struct Sighting
{
	int64_t		observed_at;	/*  0: finite */
	int32_t		lon;			/*  8 */
	int32_t		lat;			/* 12 */
	int32_t		count_min;		/* 16: >= 0 */
	int32_t		count_max;		/* 20: >= count_min, or COUNT_UNBOUNDED */
} Sighting;						/* 24 bytes */

/* A stay, one run of unchanged count: not_seen_at < first_seen <= last_seen < gone_by. */
typedef struct Presence
{
	int64_t		not_seen_at;	/*  0: may be TIME_BEGIN: never looked before */
	int64_t		first_seen;		/*  8: finite */
	int64_t		last_seen;		/* 16: finite */
	int64_t		gone_by;		/* 24: may be TIME_END: no look says that it left */
	int32_t		lon;			/* 32 */
	int32_t		lat;			/* 36 */
	int32_t		count_min;		/* 40: >= 0 */
	int32_t		count_max;		/* 44: >= 1 and >= count_min, or COUNT_UNBOUNDED */
} Presence;						/* 48 bytes */

/* How to read the uncertainty of a presence. */
typedef enum ReadingMode
{
	MODE_LAST_KNOWN = 0,		/* as the last look left it; the default */
	MODE_CERTAIN = 1,			/* so wherever between the looks the stay began and ended */
	MODE_POSSIBLE = 2			/* so for at least one such beginning and end */
} ReadingMode;

#define MODES (MODE_POSSIBLE + 1)

/* A question: what changed between two dates, inside a box. */
typedef struct Watch
{
	int64_t		from_date;		/*  0: finite */
	int64_t		to_date;		/*  8: finite, > from_date */
	int64_t		max_age;		/* 16: > 0 microseconds, or AGE_UNLIMITED */
	int32_t		lon_min;		/* 24: lon_min > lon_max: over the antimeridian */
	int32_t		lat_min;		/* 28 */
	int32_t		lon_max;		/* 32 */
	int32_t		lat_max;		/* 36: >= lat_min */
	int32_t		mode;			/* 40: a ReadingMode */
	int32_t		reserved;		/* 44: zero */
} Watch;						/* 48 bytes */

/*
 * What can be wrong with a value, in the order in which it is looked for. Each has
 * an SQLSTATE of its own (pg_sightings.h); the checks are shared by text input,
 * binary input and the constructors.
 */
typedef enum Fault
{
	FAULT_NONE = 0,
	FAULT_SYNTAX,				/* text that is not of the type's form */
	FAULT_COORDINATE,			/* longitude or latitude out of range, or NaN */
	FAULT_COUNT,				/* negative, reversed, or (presence) only zero */
	FAULT_TIME,					/* a time out of range, infinite where it may not be */
	FAULT_ORDER,				/* times out of order */
	FAULT_WATCH					/* unknown mode, max_age not positive, box upside down */
} Fault;

extern Fault sighting_check(const Sighting *s, const char **reason);
extern Fault presence_check(const Presence *p, const char **reason);
extern Fault watch_check(const Watch *w, const char **reason);

#endif
