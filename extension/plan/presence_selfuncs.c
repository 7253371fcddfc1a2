/*
 * presence_selfuncs.c: how many presences, or sightings, answer a question.
 *
 * Theory of operation
 *
 * Estimates are what a sample of whole presences says (presence_sample.c), for what the
 * planner knows of the question:
 *
 * Of a watch that is a column, the estimate is the mean over a sample of that column. Other
 * values that are not known when planning (parameters, columns of other tables) are replaced
 * by typical ones: dates by a month in the middle of the data, an area by a twentieth of the
 * presences or more (PARAMETER_SHARE).
 *
 * Nothing here raises an error for what the user wrote. Constants that make no watch count as
 * unknown; the error comes when the query runs.
 */
#include "presence_selfuncs.h"

#include <math.h>

#include "geography.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "sample_memory.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(presence_sel);
PG_FUNCTION_INFO_V1(presence_joinsel);

#define TYPICAL_DAYS 30
#define WATCHES_ASKED 8		/* of the sample of a column of watches */

/*
 * The share of presences in an area that is not known: a column of another table, or a
 * parameter. A parameter may be NULL, for the world. It is taken to be large, so that a plan
 * made without knowing it costs more than plans that know a small area, and is not chosen.
 */
#define TYPICAL_SHARE 0.05
#define PARAMETER_SHARE 0.3

/* Nobody asks about places where nothing is: of any area at least so much. */
#define LEAST_SHARE 1e-4

/* Without statistics. */
static const double default_shares[] = {
	[ASK_ARRIVED] = 0.01, [ASK_DEPARTED] = 0.01, [ASK_STAYED] = 0.05, [ASK_PASSED] = 0.01,
	[ASK_CHANGED] = 0.02, [ASK_PRESENT] = 0.1, [ASK_OBSERVED] = 0.02
};

/* ---- what is known of the question ---- */

/* Constants among the arguments, as far as planning may know them. */
static bool
known_value(PlannerInfo *root, Node *arg, NullableDatum *value)
{
	Node	   *estimate = estimate_expression_value(root, arg);

	value->isnull = true;
	if (!IsA(estimate, Const))
		return false;
	value->value = ((Const *) estimate)->constvalue;
	value->isnull = ((Const *) estimate)->constisnull;
	return true;
}

static void
learn_times(KnownQuestion *k, QuestionForm form, NullableDatum *values, const bool *known)
{
	const FormLayout *layout = &form_layouts[form];
	const char *reason;
	bool		have_dates = known[0] && (layout->to_date < 0 || known[layout->to_date]);
	Watch		w = k->w;

	if (!have_dates)
		return;
	k->never = instant_is_infinite(form, values);
	k->dates_known = !k->never && read_times(form, values, &w, &reason) == 0;
	if (k->dates_known)
		k->w = w;
}

/* Is a parameter of the statement among what the expression is made of? */
static bool
has_parameter(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return ((Param *) node)->paramkind == PARAM_EXTERN;
	return expression_tree_walker(node, has_parameter, context);
}

static void
learn_space(KnownQuestion *k, QuestionForm form, NullableDatum *values, const bool *known, Node *area_arg)
{
	const FormLayout *layout = &form_layouts[form];
	const char *reason;
	Postgis		gis;
	Area		area;

	if (has_parameter(area_arg, NULL))
		k->unknown_share = PARAMETER_SHARE;
	if (!known[layout->area] || (layout->metres >= 0 && !known[layout->metres]))
		return;
	postgis_init(&gis, exprType(area_arg), CurrentMemoryContext);
	if (read_space(form, values, &gis, &area, &reason) != 0)
		return;
	k->space_known = true;
	copy_box(&k->w, &area.box);
	if (layout->metres >= 0)
		k->fullness = M_PI / 4;
	else if (!area.is_box)
		k->fullness = postgis_fullness(&gis, values[layout->area].value, &area.box);
}

static void
learn_arguments(KnownQuestion *k, PlannerInfo *root, QuestionForm form, List *args)
{
	const FormLayout *layout = &form_layouts[form];
	NullableDatum values[QUESTION_ARGS];
	bool		known[QUESTION_ARGS];
	ListCell   *lc;
	int			n = 0;

	foreach(lc, args)
	{
		known[n] = known_value(root, lfirst(lc), &values[n]);
		if (known[n] && values[n].isnull &&
			(n == 0 || n == layout->to_date || n == layout->metres ||
			 (n == layout->area && layout->metres >= 0)))
			k->never = true;
		n++;
	}
	if (k->never)
		return;
	learn_times(k, form, values, known);
	if (layout->area < 0)
		k->space_known = true;
	else
		learn_space(k, form, values, known, list_nth(args, layout->area));
}

static void
learn_watch(KnownQuestion *k, PlannerInfo *root, Node *watch)
{
	NullableDatum value;
	int			form = IsA(watch, FuncExpr) ? watch_function_form(((FuncExpr *) watch)->funcid) : -1;

	if (form >= 0)
	{
		learn_arguments(k, root, form, ((FuncExpr *) watch)->args);
		return;
	}
	if (has_parameter(watch, NULL))
		k->unknown_share = PARAMETER_SHARE;
	if (!known_value(root, watch, &value))
		return;
	k->never = value.isnull;
	if (k->never)
		return;
	k->w = *DatumGetWatchP(value.value);
	k->dates_known = k->space_known = true;
}

/* args: those after the presence. */
void
learn_question(KnownQuestion *k, PlannerInfo *root, QuestionForm form, List *args)
{
	MemSet(k, 0, sizeof(KnownQuestion));
	k->fullness = 1.0;
	k->unknown_share = TYPICAL_SHARE;
	k->w.max_age = AGE_UNLIMITED;
	set_world_box(&k->w);
	if (form == FORM_WATCH)
		learn_watch(k, root, linitial(args));
	else
		learn_arguments(k, root, form, args);
}

/* A month in the middle of the data, for dates that are not known. */
void
assume_typical(KnownQuestion *k, const Sample *sample, Question q)
{
	if (k->dates_known)
		return;
	k->w.from_date = sample->begin / 2 + sample->end / 2;
	k->w.to_date = k->w.from_date +
		(q == ASK_PRESENT ? 1 : (int64_t) TYPICAL_DAYS * USECS_PER_DAY);
}

/* ---- selectivity ---- */

double
share_of_space(Sample *sample, const KnownQuestion *k)
{
	return k->space_known ? sample_space(sample, &k->w, k->fullness) : k->unknown_share;
}

double
share_of_time(Sample *sample, const ChangeLimits *limits, const KnownQuestion *k)
{
	return sample_time(sample, limits, &k->w, k->space_known && !box_is_world(&k->w));
}

double
default_time(Question q)
{
	return default_shares[q];
}

static double
default_selectivity(Question q, const KnownQuestion *k)
{
	double		space = k->space_known ? Max(box_share_of_globe(&k->w), LEAST_SHARE) : k->unknown_share;

	return default_shares[q] * space;
}

static double
sample_selectivity(Sample *sample, Question q, KnownQuestion *k)
{
	ChangeLimits limits;

	assume_typical(k, sample, q);
	limits = change_limits(q, &k->w);
	return sample->nonnull * share_of_space(sample, k) * share_of_time(sample, &limits, k);
}

/*
 * The mean over the watches that ANALYZE kept of a column; negative if it kept none.
 */
static double
mean_over_watches(PlannerInfo *root, Sample *sample, Question q, Node *watch)
{
	VariableStatData vardata;
	AttStatsSlot slot;
	double		sum = -1;

	examine_variable(root, watch, 0, &vardata);
	if (HeapTupleIsValid(vardata.statsTuple) && vardata.acl_ok &&
		get_attstatsslot(&slot, vardata.statsTuple, STATISTIC_KIND_WATCH_SAMPLE,
						 InvalidOid, ATTSTATSSLOT_VALUES))
	{
		int			n = Min(slot.nvalues, WATCHES_ASKED);

		sum = n > 0 ? 0 : -1;
		for (int i = 0; i < n; i++)
		{
			KnownQuestion	k = {.fullness = 1.0, .dates_known = true, .space_known = true};

			k.w = *DatumGetWatchP(slot.values[(int64) i * slot.nvalues / n]);
			sum += sample_selectivity(sample, q, &k) / n;
		}
		free_attstatsslot(&slot);
	}
	ReleaseVariableStats(vardata);
	return sum;
}

static double
sampled_share(PlannerInfo *root, Sample *sample, const IndexedFunction *f, KnownQuestion *k,
			  List *args)
{
	double		share = -1;

	if (f->form == FORM_WATCH && !k->dates_known)
		share = mean_over_watches(root, sample, f->question, linitial(args));
	return share >= 0 ? share : sample_selectivity(sample, f->question, k);
}

Selectivity
question_selectivity(PlannerInfo *root, const IndexedFunction *f, List *args, int varRelid)
{
	VariableStatData vardata;
	Sample	   *sample;
	KnownQuestion	k;
	double		share;
	Node	   *presence = list_nth(args, f->presence_arg);

	learn_question(&k, root, f->form, question_args(f, args));
	if (k.never)
		return 0.0;
	examine_variable(root, presence, varRelid, &vardata);
	sample = known_sample(&vardata);
	if (sample != NULL)
		share = sampled_share(root, sample, f, &k, question_args(f, args));
	else
		share = default_selectivity(f->question, &k);
	ReleaseVariableStats(vardata);
	CLAMP_PROBABILITY(share);
	return share;
}

/* RESTRICT of the operators. */
Datum
presence_sel(PG_FUNCTION_ARGS)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	const IndexedFunction *f = indexed_function(get_opcode(PG_GETARG_OID(1)));
	List	   *args = (List *) PG_GETARG_POINTER(2);

	if (f == NULL)
		PG_RETURN_FLOAT8(default_shares[ASK_CHANGED]);
	PG_RETURN_FLOAT8(question_selectivity(root, f, args, PG_GETARG_INT32(3)));
}

/* JOIN of the operators: the watch is a column of another table. */
Datum
presence_joinsel(PG_FUNCTION_ARGS)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	const IndexedFunction *f = indexed_function(get_opcode(PG_GETARG_OID(1)));
	List	   *args = (List *) PG_GETARG_POINTER(2);

	if (f == NULL)
		PG_RETURN_FLOAT8(default_shares[ASK_CHANGED]);
	PG_RETURN_FLOAT8(question_selectivity(root, f, args, 0));
}
