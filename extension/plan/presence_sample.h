/*
 * presence_sample.h: the sample of presences that ANALYZE keeps, and what it says.
 */
#ifndef SIGHTINGS_PRESENCE_SAMPLE_H
#define SIGHTINGS_PRESENCE_SAMPLE_H

#include "pg_sightings.h"

#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

/*
 * Kind of our slot in pg_statistic (10000 and above are private). Its values are a sample of
 * presences, the last of which are the longest of a larger sample. Its numbers follow.
 */
#define STATISTIC_KIND_PRESENCE_SAMPLE 17301

enum
{
	NUMBER_LOCATIONS,			/* distinct ones in the table */
	NUMBER_TAIL,				/* so many of the values are the longest */
	NUMBER_TAIL_WEIGHT,			/* what each of these weighs */
	SAMPLE_NUMBERS
};

/* The same for sightings: some of them, and of the numbers the first. */
#define STATISTIC_KIND_SIGHTING_SAMPLE 17303

/* The same for watches; a few, to see how wide questions are. */
#define STATISTIC_KIND_WATCH_SAMPLE 17302
#define WATCHES_KEPT 100

/* Presences kept per unit of statistics target (100 by default). */
#define SAMPLE_PER_TARGET 10

/*
 * The most that is kept, whatever the target: every planning counts in all of it, and is to take no
 * longer than a question of a site does.
 */
#define SAMPLE_MOST 2000

/* How a question's times lie in the sample. */
typedef struct Tally
{
	int			hits;			/* presences that answer at some move */
	double		all;			/* sum of their shares, by weight */
	double		n_inside;		/* presences in the box, by weight */
	double		inside;
} Tally;

/* Where a presence of the sample is, and what it weighs. */
typedef struct SamplePoint
{
	int32_t		lon;
	int32_t		lat;
	double		weight;
} SamplePoint;

/* Answers that are kept with the sample: each index of a table asks the same again. */
#define ANSWERS_KEPT 16

typedef struct KnownSpace
{
	Watch		box;
	double		points;
} KnownSpace;

typedef struct KnownTimes
{
	ChangeLimits limits;
	Watch		w;
	Tally		tally;
} KnownTimes;

/* To the estimators a sighting is a presence all of whose times are observed_at. */
typedef struct Sample
{
	Presence   *rows;
	SamplePoint *points;		/* of the rows, from west to east */
	int			n;
	int			head;			/* the first ones, which weigh 1 */
	double		tail_weight;	/* of each of the others */
	double		total;			/* of all weights */
	double		locations;		/* distinct ones in the table */
	double		nonnull;		/* share of rows that are not NULL */
	int64_t		begin;			/* the looks span this time */
	int64_t		end;
	uint64		spaces_known;	/* so many so far, the last ANSWERS_KEPT of which are kept */
	uint64		times_known;
	KnownSpace	spaces[ANSWERS_KEPT];
	KnownTimes	times[ANSWERS_KEPT];
} Sample;

/* Reads the sample into the current memory context; NULL if there is none, or none that may be used. */
extern Sample *sample_read(VariableStatData *vardata);
extern double sample_weight(const Sample *sample, int i);
/* The share of presences in the box; fullness: the share of the box that counts. */
extern double sample_space(Sample *sample, const Watch *box, double fullness);
/* The share of a map in equal degrees that the box takes, for want of a sample. */
extern double box_share_of_globe(const Watch *box);
/* The share of presences within the limits that follow from the watch: of all, or in its box. */
extern double sample_time(Sample *sample, const ChangeLimits *limits, const Watch *w, bool in_box);

#endif
