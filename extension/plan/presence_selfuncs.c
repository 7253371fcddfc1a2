/*
 * presence_selfuncs.c: how many presences, or sightings, answer a question.
 *
 * Theory of operation
 *
 * Estimates are what a sample of whole presences says (presence_sample.c), for what the
 * planner knows of the question:
 *
 * A watch that is a column is as good as a sample of that column, over which the mean
 * is taken. What else is not known when planning (parameters, columns of other tables) is replaced by a
 * typical value: a month in the middle of the data; a twentieth of the presences, or
 * more (PARAMETER_SHARE).
 * Nothing here raises an error for what the user wrote: constants that make no watch
 * count as unknown, and are complained about when the query runs.
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
 * Of presences in an area that is not known: a column of another table, or a parameter.
 * The latter may be NULL, for the world. It is taken to be large, so that a plan made
 * without knowing it looks dear beside plans that know a small area, and is not chosen.
 */
#define TYPICAL_SHARE 0.05
#define PARAMETER_SHARE 0.3

/* Without statistics, by question: arrived, departed, stayed, passed, changed, present, observed. */
static const double default_shares[QUESTIONS + 1] = {0.01, 0.01, 0.05, 0.01, 0.02, 0.1, 0.02};

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
believe_times(Believed *b, QuestionForm form, NullableDatum *values, const bool *known)
{
	const FormLayout *layout = &form_layouts[form];
	const char *reason;
	bool		have_dates = known[0] && (layout->to_date < 0 || known[layout->to_date]);
	Watch		w = b->w;

	if (!have_dates)
		return;
	b->never = instant_is_infinite(form, values);
	b->dates_known = !b->never && read_times(form, values, &w, &reason) == 0;
	if (b->dates_known)
		b->w = w;
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
believe_space(Believed *b, QuestionForm form, NullableDatum *values, const bool *known, Node *area_arg)
{
	const FormLayout *layout = &form_layouts[form];
	const char *reason;
	Postgis		gis;
	Area		area;

	if (has_parameter(area_arg, NULL))
		b->unknown_share = PARAMETER_SHARE;
	if (!known[layout->area] || (layout->metres >= 0 && !known[layout->metres]))
		return;
	postgis_init(&gis, exprType(area_arg), CurrentMemoryContext);
	if (read_space(form, values, &gis, &area, &reason) != 0)
		return;
	b->space_known = true;
	copy_box(&b->w, &area.box);
	if (layout->metres >= 0)
		b->fullness = M_PI / 4;
	else if (!area.is_box)
		b->fullness = postgis_fullness(&gis, values[layout->area].value, &area.box);
}

static void
believe_arguments(Believed *b, PlannerInfo *root, QuestionForm form, List *args)
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
			b->never = true;
		n++;
	}
	if (b->never)
		return;
	believe_times(b, form, values, known);
	if (layout->area < 0)
		b->space_known = true;
	else
		believe_space(b, form, values, known, list_nth(args, layout->area));
}

static void
believe_watch(Believed *b, PlannerInfo *root, Node *watch)
{
	NullableDatum value;
	int			form = IsA(watch, FuncExpr) ? watch_function_form(((FuncExpr *) watch)->funcid) : -1;

	if (form >= 0)
	{
		believe_arguments(b, root, form, ((FuncExpr *) watch)->args);
		return;
	}
	if (has_parameter(watch, NULL))
		b->unknown_share = PARAMETER_SHARE;
	if (!known_value(root, watch, &value))
		return;
	b->never = value.isnull;
	if (b->never)
		return;
	b->w = *DatumGetWatchP(value.value);
	b->dates_known = b->space_known = true;
}

/* args: those after the presence. */
void
believe(Believed *b, PlannerInfo *root, QuestionForm form, List *args)
{
	MemSet(b, 0, sizeof(Believed));
	b->fullness = 1.0;
	b->unknown_share = TYPICAL_SHARE;
	b->w.max_age = AGE_UNLIMITED;
	set_world_box(&b->w);
	if (form == FORM_WATCH)
		believe_watch(b, root, linitial(args));
	else
		believe_arguments(b, root, form, args);
}

/* A month in the middle of the data, for dates that are not known. */
void
believe_typical(Believed *b, const Sample *sample, Question q)
{
	if (b->dates_known)
		return;
	b->w.from_date = sample->begin / 2 + sample->end / 2;
	b->w.to_date = b->w.from_date +
		(q == ASK_PRESENT ? 1 : (int64_t) TYPICAL_DAYS * USECS_PER_DAY);
}

/* ---- selectivity ---- */

double
believed_space(Sample *sample, const Believed *b)
{
	return b->space_known ? sample_space(sample, &b->w, b->fullness) : b->unknown_share;
}

double
believed_time(Sample *sample, const ChangeLimits *limits, const Believed *b)
{
	return sample_time(sample, limits, &b->w, b->space_known && !box_is_world(&b->w));
}

double
default_time(Question q)
{
	return default_shares[q];
}

static double
default_selectivity(Question q, const Believed *b)
{
	double		space = b->space_known ? Max(box_share_of_globe(&b->w), 1e-4) : b->unknown_share;

	return default_shares[q] * space;
}

static double
sample_selectivity(Sample *sample, Question q, Believed *b)
{
	ChangeLimits limits;

	believe_typical(b, sample, q);
	limits = change_limits(q, &b->w);
	return sample->nonnull * believed_space(sample, b) * believed_time(sample, &limits, b);
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
			Believed	b = {.fullness = 1.0, .dates_known = true, .space_known = true};

			b.w = *DatumGetWatchP(slot.values[(int64) i * slot.nvalues / n]);
			sum += sample_selectivity(sample, q, &b) / n;
		}
		free_attstatsslot(&slot);
	}
	ReleaseVariableStats(vardata);
	return sum;
}

static double
sampled_share(PlannerInfo *root, Sample *sample, const IndexedFunction *f, Believed *b,
			  List *args)
{
	double		share = -1;

	if (f->form == FORM_WATCH && !b->dates_known)
		share = mean_over_watches(root, sample, f->question, linitial(args));
	return share >= 0 ? share : sample_selectivity(sample, f->question, b);
}

Selectivity
question_selectivity(PlannerInfo *root, const IndexedFunction *f, List *args, int varRelid)
{
	VariableStatData vardata;
	Sample	   *sample;
	Believed	b;
	double		share;
	Node	   *presence = list_nth(args, f->presence_arg);

	believe(&b, root, f->form, question_args(f, args));
	if (b.never)
		return 0.0;
	examine_variable(root, presence, varRelid, &vardata);
	sample = known_sample(&vardata);
	if (sample != NULL)
		share = sampled_share(root, sample, f, &b, question_args(f, args));
	else
		share = default_selectivity(f->question, &b);
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
