/*
 * presence_selfuncs.c: how many presences answer a question.
 *
 * Theory of operation
 *
 * A presence is a point in six dimensions, a question a box in it, and the four times
 * are strongly correlated, so that histograms of single times multiply to nonsense.
 * ANALYZE therefore keeps a random sample of whole presences (presence_typanalyze.c)
 * and the estimate is what the operators themselves say about the sample (change.c).
 *
 * A sample of a few thousand says little about a question that one row in a hundred
 * thousand answers. Two facts help:
 *
 * - Time is locally alike: what happens in a day happens at nearly the same rate in the
 *   weeks around it. If few of the sample answer, the question is moved to and fro by up
 *   to h and the share of the moves at which a presence answers is summed instead of
 *   yes and no. That share has a closed form, as every question is a rectangle: a move by
 *   d answers iff t - max <= d <= t - min for each time. h grows until enough of the
 *   sample takes part; moves do not leave the span of the data.
 * - Places repeat: looks are at installations. A small area that holds any presence
 *   holds at least one location's, hence 1 / (number of locations) of the rows; nobody
 *   asks about places where nothing is. Above that, a box with few sample points takes
 *   its density from the surroundings.
 *
 * The two are multiplied as share of the area times share of the time within the
 * area; the latter is drawn to the share of the whole world as strongly as if
 * LOCAL_PRIOR presences had been seen there behaving like the world.
 *
 * What is not known when planning (parameters, columns of other tables) is replaced by a
 * typical value: a month in the middle of the data; a twentieth of the presences.
 * Nothing here raises an error for what the user wrote: constants that make no watch
 * count as unknown, and are complained about when the query runs.
 */
#include "presence_selfuncs.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "geography.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "presence_bounds.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(presence_sel);
PG_FUNCTION_INFO_V1(presence_joinsel);
PG_FUNCTION_INFO_V1(presence_order_sel);

#define ENOUGH_HITS 30			/* sample presences that make an estimate */
#define ENOUGH_POINTS 8
#define LOCAL_PRIOR 15.0
#define FIRST_MOVE_PARTS 2048	/* first h = span of the data / this */
#define LAST_MOVE_PARTS 8
#define TYPICAL_DAYS 30
#define TYPICAL_SHARE 0.05		/* of presences in an area that is not known */
#define UNSEEN 0.005				/* presences of the sample, if none of it answers */

/* Without statistics, by question: arrived, departed, stayed, passed, changed, present. */
static const double default_shares[QUESTIONS] = {0.01, 0.01, 0.05, 0.01, 0.02, 0.1};

/* ---- the sample ---- */

static const Presence *
presence_of(const Sample *sample, int i)
{
	return DatumGetPresenceP(sample->slot.values[i]);
}

static void
find_span(Sample *sample)
{
	sample->begin = TIME_END;
	sample->end = TIME_BEGIN;
	for (int i = 0; i < sample->n; i++)
	{
		const Presence *p = presence_of(sample, i);

		sample->begin = Min(sample->begin, p->first_seen);
		sample->end = Max(sample->end, p->last_seen);
	}
}

/* The sample is of rows: whoever may not read them may not infer them from estimates. */
bool
sample_load(Sample *sample, VariableStatData *vardata)
{
	if (!HeapTupleIsValid(vardata->statsTuple) || !vardata->acl_ok ||
		!get_attstatsslot(&sample->slot, vardata->statsTuple, STATISTIC_KIND_PRESENCE_SAMPLE,
						  InvalidOid, ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
		return false;
	sample->n = sample->slot.nvalues;
	if (sample->n == 0 || sample->slot.nnumbers < 1)
	{
		free_attstatsslot(&sample->slot);
		return false;
	}
	sample->locations = Max(sample->slot.numbers[0], 1.0);
	sample->nonnull =
		1.0 - ((Form_pg_statistic) GETSTRUCT(vardata->statsTuple))->stanullfrac;
	find_span(sample);
	return true;
}

void
sample_free(Sample *sample)
{
	free_attstatsslot(&sample->slot);
}

/* ---- space ---- */

static int
points_in(const Sample *sample, const Watch *box)
{
	int			n = 0;

	for (int i = 0; i < sample->n; i++)
	{
		const Presence *p = presence_of(sample, i);

		n += box_has_point(box, p->lon, p->lat);
	}
	return n;
}

static double
edge_width(const Watch *box)
{
	double		width = (double) box->lon_max - box->lon_min;

	return width < 0 ? width + 2.0 * LON_LIMIT : width;
}

static double
edge_height(const Watch *box)
{
	return (double) box->lat_max - box->lat_min;
}

static int32_t
step_within(double step, int32_t limit)
{
	return (int32_t) rint(Max(-limit, Min(limit, step)));
}

/* The box about the same centre with longer sides; one that wraps stays as wide. */
static Watch
box_around(const Watch *box, double side)
{
	Watch		big = *box;
	double		lat = ((double) box->lat_min + box->lat_max) / 2;
	double		lon = ((double) box->lon_min + box->lon_max) / 2;
	double		width = Max(side, edge_width(box));
	double		height = Max(side, edge_height(box));

	big.lat_min = step_within(lat - height / 2, LAT_LIMIT);
	big.lat_max = step_within(lat + height / 2, LAT_LIMIT);
	if (box->lon_min <= box->lon_max)
	{
		big.lon_min = step_within(lon - width / 2, LON_LIMIT);
		big.lon_max = step_within(lon + width / 2, LON_LIMIT);
	}
	return big;
}

/* Points to expect in the box from the nearest surroundings that have enough. */
static double
points_expected(const Sample *sample, const Watch *box)
{
	double		area = edge_width(box) * edge_height(box);
	double		side = Max(Max(edge_width(box), edge_height(box)), DEGREE / 100);

	for (; side < 2.0 * LON_LIMIT; side *= 2)
	{
		Watch		big = box_around(box, side * 2);
		int			n = points_in(sample, &big);

		if (n >= ENOUGH_POINTS)
			return n * area / (edge_width(&big) * edge_height(&big));
	}
	return 0;
}

double
sample_space(const Sample *sample, const Believed *b)
{
	double		n;

	if (!b->space_known)
		return TYPICAL_SHARE;
	if (box_is_world(&b->w))
		return b->fullness;
	n = points_in(sample, &b->w);
	if (n < ENOUGH_POINTS)
		n = (n + Min(points_expected(sample, &b->w), 1.0)) * sample->n / (sample->n + 1.0);
	return Min(1.0, Max(n * b->fullness / sample->n, 1.0 / sample->locations));
}

/* ---- time ---- */

/* The moves d at which min <= t - d <= max, narrowing [*from, *to]. */
static void
narrow_moves(int64_t t, int64_t min, int64_t max, double *from, double *to)
{
	if (min != TIME_BEGIN)
	{
		if (t == TIME_BEGIN)
			*to = -INFINITY;
		else if (t != TIME_END)
			*to = Min(*to, (double) t - (double) min);
	}
	if (max != TIME_END)
	{
		if (t == TIME_END)
			*from = INFINITY;
		else if (t != TIME_BEGIN)
			*from = Max(*from, (double) t - (double) max);
	}
}

/* The share of the moves in [from, to] of the question at which p answers it. */
static double
share_of_moves(const Presence *p, const ChangeLimits *limits, double from, double to)
{
	int64_t		t[TIMES] = {p->not_seen_at, p->first_seen, p->last_seen,
	gone_by_capped(p->last_seen, p->gone_by, limits->cap)};
	double		sum = 0;

	for (int i = 0; i < limits->n; i++)
	{
		double		first = from,
					last = to;

		for (int field = 0; field < TIMES; field++)
			narrow_moves(t[field], limits->times[i].min[field], limits->times[i].max[field],
						 &first, &last);
		if (last > first)
			sum += (last - first) / (to - from);
	}
	return Min(sum, 1.0);
}

typedef struct Tally
{
	int			hits;			/* presences that answer at some move */
	double		all;			/* sum of their shares */
	int			n_inside;		/* presences in the box */
	double		inside;
} Tally;

static Tally
tally(const Sample *sample, const ChangeLimits *limits, const Watch *box, double from, double to)
{
	Tally		sum = {0};

	for (int i = 0; i < sample->n; i++)
	{
		const Presence *p = presence_of(sample, i);
		bool		inside = box_has_point(box, p->lon, p->lat);
		double		share = to > from ? share_of_moves(p, limits, from, to) :
			presence_within(p, limits);

		sum.hits += share > 0;
		sum.all += share;
		sum.n_inside += inside;
		sum.inside += inside ? share : 0;
	}
	return sum;
}

/* Tally with the least moves that let enough of the sample take part. */
static Tally
tally_smoothly(const Sample *sample, const ChangeLimits *limits, const Watch *w)
{
	double		span = (double) sample->end - (double) sample->begin;
	Tally		sum = tally(sample, limits, w, 0, 0);

	for (double h = span / FIRST_MOVE_PARTS;
		 sum.hits < ENOUGH_HITS && h > 0 && h <= span / LAST_MOVE_PARTS; h *= 4)
	{
		double		from = Min(0, Max(-h, (double) sample->begin - (double) w->from_date));
		double		to = Max(0, Min(h, (double) sample->end - (double) w->to_date));

		if (to > from)
			sum = tally(sample, limits, w, from, to);
	}
	return sum;
}

/* The share of presences within the limits: of all, or of those in the box. */
double
sample_time(const Sample *sample, const ChangeLimits *limits, const Believed *b, bool in_box)
{
	Tally		sum = tally_smoothly(sample, limits, &b->w);
	double		share = Max(sum.all, UNSEEN) / sample->n;

	if (in_box)
		share = (sum.inside + LOCAL_PRIOR * share) / (sum.n_inside + LOCAL_PRIOR);
	return share;
}

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
	b->dates_known = !instant_is_infinite(form, values) &&
		read_times(form, values, &w, &reason) == 0;
	if (b->dates_known)
		b->w = w;
}

static void
believe_space(Believed *b, QuestionForm form, NullableDatum *values, const bool *known,
			  Oid geometry_type)
{
	const FormLayout *layout = &form_layouts[form];
	const char *reason;
	Postgis		gis;
	Area		area;

	if (layout->area < 0)
		b->space_known = true;
	if (layout->area < 0 || !known[layout->area] ||
		(layout->metres >= 0 && !known[layout->metres]))
		return;
	postgis_init(&gis, geometry_type, CurrentMemoryContext);
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
	believe_space(b, form, values, known,
				  layout->area < 0 ? InvalidOid : exprType(list_nth(args, layout->area)));
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

static double
default_selectivity(Question q, const Believed *b)
{
	double		world = edge_width(&b->w) * edge_height(&b->w) /
		(2.0 * LON_LIMIT * 2.0 * LAT_LIMIT);

	return default_shares[q] * (b->space_known ? Max(world, 1e-4) : TYPICAL_SHARE);
}

static double
sample_selectivity(const Sample *sample, Question q, Believed *b)
{
	ChangeLimits limits;
	bool		in_box = b->space_known && !box_is_world(&b->w);

	believe_typical(b, sample, q);
	limits = change_limits(q, &b->w);
	return sample->nonnull * sample_space(sample, b) * sample_time(sample, &limits, b, in_box);
}

Selectivity
question_selectivity(PlannerInfo *root, const IndexedFunction *f, List *args, int varRelid)
{
	VariableStatData vardata;
	Sample		sample;
	Believed	b;
	double		share;
	Node	   *presence = list_nth(args, f->presence_arg);

	believe(&b, root, f->form, question_args(f, args));
	if (b.never)
		return 0.0;
	examine_variable(root, presence, varRelid, &vardata);
	if (sample_load(&sample, &vardata))
	{
		share = sample_selectivity(&sample, f->question, &b);
		sample_free(&sample);
	}
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

/* JOIN of the operators: the watch is another table's, and unknown. */
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

/* ---- the btree orders ---- */

static const BoundFunction *
bound_function(Node *node)
{
	PGFunction	function;

	if (!IsA(node, FuncExpr))
		return NULL;
	function = function_address(((FuncExpr *) node)->funcid);
	for (int i = 0; i < (int) lengthof(bound_functions); i++)
		if (function != NULL && function == bound_functions[i].function)
			return &bound_functions[i];
	return NULL;
}

ChangeLimits
span_limits(const ChangeLimits *limits, int field)
{
	ChangeLimits span;

	span.n = 1;
	span.cap = AGE_UNLIMITED;
	for (int i = 0; i < TIMES; i++)
	{
		span.times[0].min[i] = TIME_BEGIN;
		span.times[0].max[i] = TIME_END;
	}
	limits_span(limits, field, &span.times[0].min[field], &span.times[0].max[field]);
	return span;
}

/* The share of presences between a question's floor and ceiling. */
static double
span_share(PlannerInfo *root, const BoundFunction *bound, List *args, const Sample *sample)
{
	Believed	b;
	NullableDatum word;
	int			q = -1;
	ChangeLimits limits,
				span;

	if (known_value(root, linitial(args), &word) && !word.isnull)
		q = question_from_word(TextDatumGetCString(word.value));
	if (q < 0)
		return DEFAULT_INEQ_SEL;
	believe(&b, root, FORM_WATCH, list_make1(lsecond(args)));
	if (b.never)
		return 0;
	believe_typical(&b, sample, (Question) q);
	limits = change_limits((Question) q, &b.w);
	span = span_limits(&limits, bound->field);
	return sample->nonnull * sample_time(sample, &span, &b, false);
}

/* The share of the sample for which `presence op constant` is true. */
static double
compared_share(Oid comparison, Datum constant, const Sample *sample, bool presence_left)
{
	FmgrInfo	compare;
	int			n = 0;

	fmgr_info(comparison, &compare);
	for (int i = 0; i < sample->n; i++)
	{
		Datum		p = sample->slot.values[i];

		n += DatumGetBool(presence_left ? FunctionCall2(&compare, p, constant) :
						  FunctionCall2(&compare, constant, p));
	}
	return sample->nonnull * n / sample->n;
}

static double
order_share(PlannerInfo *root, Oid comparison, Node *other, const Sample *sample,
			bool presence_left)
{
	const BoundFunction *bound = bound_function(other);
	NullableDatum value;

	if (bound != NULL)
		/* floor and ceiling come in pairs, and the ceiling speaks for both */
		return bound->ceiling ?
			span_share(root, bound, ((FuncExpr *) other)->args, sample) : 1.0;
	if (!known_value(root, other, &value))
		return DEFAULT_INEQ_SEL;
	return value.isnull ? 0 : compared_share(comparison, value.value, sample, presence_left);
}

/* RESTRICT of the comparisons of both btree orders. */
Datum
presence_order_sel(PG_FUNCTION_ARGS)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	Oid			comparison = get_opcode(PG_GETARG_OID(1));
	List	   *args = (List *) PG_GETARG_POINTER(2);
	int			varRelid = PG_GETARG_INT32(3);
	bool		presence_left = NumRelids(root, linitial(args)) > 0;
	Node	   *presence = presence_left ? linitial(args) : lsecond(args);
	Node	   *other = presence_left ? lsecond(args) : linitial(args);
	VariableStatData vardata;
	Sample		sample;
	double		share = DEFAULT_INEQ_SEL;

	examine_variable(root, presence, varRelid, &vardata);
	if (sample_load(&sample, &vardata))
	{
		share = order_share(root, comparison, other, &sample, presence_left);
		sample_free(&sample);
	}
	ReleaseVariableStats(vardata);
	CLAMP_PROBABILITY(share);
	PG_RETURN_FLOAT8(share);
}
