/*
 * presence_selfuncs.h: what the planner knows of a question, and how many answer it.
 */
#ifndef SIGHTINGS_PRESENCE_SELFUNCS_H
#define SIGHTINGS_PRESENCE_SELFUNCS_H

#include "indexed_functions.h"

#include "nodes/pathnodes.h"
#include "presence_sample.h"

/* A question as far as it is known when planning. */
typedef struct KnownQuestion
{
	bool		never;			/* a NULL argument: no row answers */
	bool		dates_known;
	bool		space_known;
	Watch		w;
	double		fullness;		/* share of the box that the area fills */
	double		unknown_share;	/* of the presences, if the area is not known */
} KnownQuestion;

extern void learn_question(KnownQuestion *k, PlannerInfo *root, QuestionForm form, List *args);
/* Shares of the presences: in the area, at the times. */
extern double share_of_space(Sample *sample, const KnownQuestion *k);
extern double share_of_time(Sample *sample, const ChangeLimits *limits, const KnownQuestion *k);
/* The share that answers at the times, for want of a sample. */
extern double default_time(Question q);
extern void assume_typical(KnownQuestion *k, const Sample *sample, Question q);
extern Selectivity question_selectivity(PlannerInfo *root, const IndexedFunction *f,
										List *args, int varRelid);

#endif
