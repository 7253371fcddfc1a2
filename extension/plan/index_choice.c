/*
 * index_choice.c: which of a table's indexes is offered for a question.
 *
 * Two kinds of R-tree serve the same questions at very different cost: those shaped by
 * place and those shaped by time. The planner assumes that rows which match lie side by side
 * on few pages. That holds only for the questions that a tree is shaped for, and an operator
 * class has no way to tell the planner what others cost. So the choice among our indexes is
 * made here, by the pages that each would touch, and the others are withheld.
 *
 * What they touch (measured on 1 and 12 million presences of 2,000 and 20,000 places;
 * N pages, area a share of the presences):
 *
 *   by place       a share of the pages about as large as the area: the pages of the
 *                  answers and those that a date cuts
 *   by time        the pages of the world's answers and those that a date cuts
 *
 * By either, pages are squares of the plane of arrival and departure (those of a cell of
 * the grid by place), and of N of them a date cuts about as many as the root of N.
 *
 * An index is withheld only for one of ours on the same column alone that has all of its
 * columns, so that no index-only scan is lost, and whose predicate (if it is partial)
 * holds. Dates that are not known when planning count as a month; an area that is not
 * known is taken for a country, although the estimates of rows take it for larger: read by
 * time a site costs a hundred times what it need, read by place the world ten times.
 *
 * pg_sightings.enable_index_choice = off leaves the choice to the planner.
 */
#include "index_choice.h"

#include <math.h>

#include "access/gist.h"
#include "catalog/pg_am.h"
#include "geography.h"
#include "presence_selfuncs.h"
#include "sample_memory.h"
#include "utils/guc.h"

/* Microseconds, as measured with PresenceScan; only their ratios matter. */
#define TREE_PAGE 3.5
#define TREE_ANSWER 0.07
#define DESCENT 10.0

#define UNKNOWN_AREA 0.01

/* Pages that a date cuts, of their number's root. */
#define PLACE_TREE_CUT 14.0
#define TIME_TREE_CUT 1.0
#define TIE 1.1

DECLARE(space_gist_penalty);
DECLARE(time_gist_penalty);

typedef enum IndexKind
{
	INDEX_OTHER, INDEX_PLACE, INDEX_TIME
} IndexKind;

/* A question to a table, and the shares of its presences that an index would touch. */
typedef struct Shares
{
	double		area;
	double		time;			/* that answer, of those in the area */
	double		world;			/* that answer, of all */
} Shares;

static bool enable_index_choice = true;

void
index_choice_init(void)
{
	DefineCustomBoolVariable("pg_sightings.enable_index_choice",
							 "Offers the planner only those indexes of presences that are best for a question.",
							 "Off, it is offered all, and goes by their costs.",
							 &enable_index_choice, true, PGC_USERSET, GUC_EXPLAIN, NULL, NULL, NULL);
}

static IndexKind
index_kind(const IndexOptInfo *index)
{
	Oid			type = index->opcintype[0];
	PGFunction	penalty = NULL;

	if (index->relam == GIST_AM_OID)
		penalty = function_address(get_opfamily_proc(index->opfamily[0], type, type, GIST_PENALTY_PROC));
	return penalty == NULL ? INDEX_OTHER :
		penalty == space_gist_penalty ? INDEX_PLACE : penalty == time_gist_penalty ? INDEX_TIME : INDEX_OTHER;
}

bool
is_tree_by_time(const IndexOptInfo *index)
{
	return index_kind(index) == INDEX_TIME;
}

static Shares
shares_of(Sample *sample, Question q, const KnownQuestion *k)
{
	ChangeLimits limits = change_limits(q, &k->w);

	return (Shares) {
		.area = k->space_known ? share_of_space(sample, k) : Min(k->unknown_share, UNKNOWN_AREA),
		.time = share_of_time(sample, &limits, k),
		.world = sample_time(sample, &limits, &k->w, false),
	};
}

/* For want of a sample: not analyzed yet, or hidden by a policy from who asks. */
static Shares
default_shares_of(Question q, const KnownQuestion *k)
{
	double		time = default_time(q);

	return (Shares) {
		.area = k->space_known ? box_share_of_globe(&k->w) : Min(k->unknown_share, UNKNOWN_AREA),
		.time = time,
		.world = time,
	};
}

/* Microseconds that the index would take. */
static double
index_time(const IndexOptInfo *index, IndexKind kind, const Shares *s)
{
	double		rows = index->rel->tuples;
	double		pages = index->pages;
	double		answers = DESCENT + rows * s->area * s->time * TREE_ANSWER;

	switch (kind)
	{
		case INDEX_PLACE:
			return answers +
				s->area * Min(pages, PLACE_TREE_CUT * sqrt(pages) + pages * s->time) * TREE_PAGE;
		case INDEX_TIME:
			return answers +
				(TIME_TREE_CUT * sqrt(pages) + pages * s->world) * TREE_PAGE;
		case INDEX_OTHER:
			break;
	}
	return INFINITY;
}

static bool
has_column(const IndexOptInfo *index, int attribute)
{
	for (int i = 0; i < index->ncolumns; i++)
		if (index->indexkeys[i] == attribute)
			return true;
	return false;
}

/* Can `other` do whatever `index` can for the column that both index alone? */
static bool
can_replace(const IndexOptInfo *other, const IndexOptInfo *index)
{
	if (other == index || other->nkeycolumns != 1 || other->indexkeys[0] == 0 ||
		other->indexkeys[0] != index->indexkeys[0] || (other->indpred != NIL && !other->predOK))
		return false;
	for (int i = 0; i < index->ncolumns; i++)
		if (!has_column(other, index->indexkeys[i]))
			return false;
	return true;
}

static bool
is_best(const IndexOptInfo *index, const Shares *s)
{
	double		mine = index_time(index, index_kind(index), s);
	ListCell   *lc;

	if (mine < DESCENT * TIE)
		return true;			/* no other takes less */
	foreach(lc, index->rel->indexlist)
	{
		IndexOptInfo *other = lfirst(lc);

		if (can_replace(other, index) && index_time(other, index_kind(other), s) * TIE < mine)
			return false;
	}
	return true;
}

bool
index_is_best(PlannerInfo *root, IndexOptInfo *index, int column, const IndexedFunction *f,
			  Node *presence, List *args)
{
	VariableStatData vardata;
	Sample	   *sample;
	KnownQuestion	k;
	Shares		s;
	bool		best;

	if (!enable_index_choice || column != 0 || index->nkeycolumns != 1 || index->indexkeys[0] == 0 ||
		list_length(index->rel->indexlist) < 2 || index_kind(index) == INDEX_OTHER)
		return true;
	learn_question(&k, root, f->form, args);
	if (k.never)
		return true;
	examine_variable(root, presence, index->rel->relid, &vardata);
	sample = known_sample(&vardata);
	if (sample != NULL)
	{
		assume_typical(&k, sample, f->question);
		s = shares_of(sample, f->question, &k);
	}
	else
		s = default_shares_of(f->question, &k);
	best = is_best(index, &s);
	ReleaseVariableStats(vardata);
	return best;
}
