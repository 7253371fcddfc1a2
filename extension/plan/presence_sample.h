/*
 * presence_sample.h: the sample of presences that ANALYZE keeps, and what it says.
 */
#ifndef SIGHTINGS_PRESENCE_SAMPLE_H
#define SIGHTINGS_PRESENCE_SAMPLE_H

#include "pg_sightings.h"

#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

/*
 * Kind of our slot in pg_statistic (10000 and above are private): values are a sample of
 * presences, numbers the count of distinct locations in the table, then how many of the
 * values, the last ones, are the longest of a larger sample, and what each of these
 * weighs.
 */
#define STATISTIC_KIND_PRESENCE_SAMPLE 17301

/* The same for sightings: some of them, and the count of distinct locations. */
#define STATISTIC_KIND_SIGHTING_SAMPLE 17303

/* The same for watches; a few, to see how wide questions are. */
#define STATISTIC_KIND_WATCH_SAMPLE 17302
#define WATCHES_KEPT 100

/* Presences kept per unit of statistics target (100 by default). */
#define SAMPLE_PER_TARGET 10

/* To the estimators a sighting is a presence all of whose times are observed_at. */
typedef struct Sample
{
	AttStatsSlot slot;
	Presence   *made;			/* of sightings, or NULL */
	int			n;
	int			head;			/* the first ones, which weigh 1 */
	double		tail_weight;	/* of each of the others */
	double		total;			/* of all weights */
	double		locations;		/* distinct ones in the table */
	double		nonnull;		/* share of rows that are not NULL */
	int64_t		begin;			/* the looks span this time */
	int64_t		end;
} Sample;

extern bool sample_load(Sample *sample, VariableStatData *vardata);
extern void sample_free(Sample *sample);
extern const Presence *sample_presence(const Sample *sample, int i);
extern double sample_weight(const Sample *sample, int i);
/* The share of presences in the box; fullness: the share of the box that counts. */
extern double sample_space(const Sample *sample, const Watch *box, double fullness);
/* The share of a map in equal degrees that the box takes, for want of a sample. */
extern double box_share_of_globe(const Watch *box);
/* The share of presences within the limits that follow from the watch: of all, or in its box. */
extern double sample_time(const Sample *sample, const ChangeLimits *limits, const Watch *w,
						  bool in_box);

#endif
