/*
 * presence_selfuncs.h: what ANALYZE keeps of a column of presences, and what the
 * planner knows of a question.
 */
#ifndef SIGHTINGS_PRESENCE_SELFUNCS_H
#define SIGHTINGS_PRESENCE_SELFUNCS_H

#include "change_supportfn.h"

#include "nodes/pathnodes.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

/*
 * Kind of our slot in pg_statistic (10000 and above are private): values are a random
 * sample of presences, numbers the count of distinct locations in the table.
 */
#define STATISTIC_KIND_PRESENCE_SAMPLE 17301

/* Presences kept per unit of statistics target (100 by default). */
#define SAMPLE_PER_TARGET 10

typedef struct Sample
{
	AttStatsSlot slot;
	int			n;
	double		locations;		/* distinct ones in the table */
	double		nonnull;		/* share of rows that are not NULL */
	int64_t		begin;			/* the looks span this time */
	int64_t		end;
} Sample;

/* A question as far as it is known when planning. */
typedef struct Believed
{
	bool		never;			/* a NULL argument: no row answers */
	bool		dates_known;
	bool		space_known;
	Watch		w;
	double		fullness;		/* share of the box that the area fills */
} Believed;

extern bool sample_load(Sample *sample, VariableStatData *vardata);
extern void sample_free(Sample *sample);
extern double sample_space(const Sample *sample, const Believed *b);
extern double sample_time(const Sample *sample, const ChangeLimits *limits, const Believed *b,
						  bool in_box);
/* What the limits say of one time, as limits of their own. */
extern ChangeLimits span_limits(const ChangeLimits *limits, int field);
extern void believe(Believed *b, PlannerInfo *root, QuestionForm form, List *args);
extern void believe_typical(Believed *b, const Sample *sample, Question q);
extern Selectivity question_selectivity(PlannerInfo *root, const IndexedFunction *f,
										List *args, int varRelid);

#endif
