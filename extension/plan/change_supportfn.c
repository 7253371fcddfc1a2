/*
 * change_supportfn.c: what the planner may ask of the functions that ask what changed.
 *
 * Theory of operation
 *
 * indexed_functions.c lists these functions: which question each asks, and in which form.
 *
 * Asked for an index condition, a call is turned into what the operator families of GiST
 * and BRIN have: the operators themselves, `p @+ watch`. If the call has no watch, one is
 * made of its arguments by the watch_*() function of its form. Its box holds the area, so
 * that the condition is lossy unless the area is the box.
 *
 * (Tried and given up: the same as two btrees' ranges of first_seen and gone_by. Of a
 * million stays, whatever their length, they took longer than the tree by time from a
 * week on, and as long for a day, at twice the bytes.)
 *
 * The conditions are made of expressions, not of values, so that they are the same for
 * constants, parameters, columns of other tables and generic plans. They are not folded
 * when planning: what is wrong with a constant is raised by the function itself, when
 * the query runs. Only a watch whose arguments are all constant and right is made at once.
 *
 * Where a table has several indexes of ours, only those are offered that are best for
 * the question (index_choice.c). For an operator of the index's own family the planner does
 * not ask this function. So an operator is first turned into a call of its function.
 */
#include "pg_sightings.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "geography.h"
#include "index_choice.h"
#include "indexed_functions.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "presence_selfuncs.h"
#include "text.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(change_support);

/* Operators' worth of work for each presence. */
#define WORLD_COST 2
#define AREA_COST 10

/* ---- expressions ---- */

static Oid
function_named(const char *name, Oid schema, int n, const Oid *types)
{
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(types, n)),
						   ObjectIdGetDatum(schema));
}

/* A call of a function of ours that returns a type; NULL if it is not there. */
static Expr *
make_call(const char *name, Oid schema, Oid result, List *args)
{
	Oid			types[QUESTION_ARGS];
	ListCell   *lc;
	int			n = 0;
	Oid			function;

	foreach(lc, args)
		types[n++] = exprType(lfirst(lc));
	function = function_named(name, schema, n, types);
	if (!OidIsValid(function))
		return NULL;
	return (Expr *) makeFuncExpr(function, result, args, InvalidOid, DEFAULT_COLLATION_OID,
								 COERCE_EXPLICIT_CALL);
}

static bool
is_null_constant(const Node *arg)
{
	return IsA(arg, Const) && ((const Const *) arg)->constisnull;
}

/* The values of the arguments if all are constants. */
static bool
constant_values(List *args, NullableDatum *values)
{
	ListCell   *lc;
	int			n = 0;

	foreach(lc, args)
	{
		Const	   *c = lfirst(lc);

		if (!IsA(c, Const))
			return false;
		values[n].value = c->constvalue;
		values[n++].isnull = c->constisnull;
	}
	return true;
}

/* Is the area of the call exactly the box of the watch? */
static bool
box_is_area(QuestionForm form, List *args)
{
	const FormLayout *layout = &form_layouts[form];
	Node	   *arg;
	Area		area;
	Postgis		gis;
	const char *reason;

	if (layout->area < 0 || layout->metres >= 0)
		return false;
	arg = list_nth(args, layout->area);
	if (!IsA(arg, Const) || is_null_constant(arg))
		return is_null_constant(arg);
	postgis_init(&gis, exprType(arg), CurrentMemoryContext);
	return postgis_area(&gis, ((Const *) arg)->constvalue, &area, &reason) == 0 && area.is_box;
}

/*
 * What the watch of the arguments would be, made at once; NULL if it cannot be made or
 * has no answers, which is for the running query to find out.
 */
static Watch *
constant_watch(QuestionForm form, List *args)
{
	NullableDatum values[QUESTION_ARGS];
	Watch	   *w = palloc0(sizeof(Watch));
	Area		area;
	Postgis		gis;
	const char *reason;

	if (!constant_values(args, values) || question_is_null(form, values) ||
		instant_is_infinite(form, values) || read_times(form, values, w, &reason) != 0)
		return NULL;
	if (form_layouts[form].area >= 0)
		postgis_init(&gis, exprType(list_nth(args, form_layouts[form].area)),
					 CurrentMemoryContext);
	if (read_space(form, values, &gis, &area, &reason) != 0)
		return NULL;
	copy_box(w, &area.box);
	return w;
}

/*
 * The watch that a call is about, as an expression. `exact`: the operator with that
 * watch says the same as the call.
 */
static Expr *
watch_expression(const IndexedFunction *f, List *args, Oid schema, bool *exact)
{
	const char *name;
	Oid			type;
	Expr	   *call;
	Watch	   *constant;

	/* the watch of an instant holds a moment too much */
	*exact = f->form == FORM_WATCH ||
		(form_layouts[f->form].to_date >= 0 && box_is_area(f->form, args));
	if (f->form == FORM_WATCH)
		return linitial(args);
	name = form_layouts[f->form].watch_function;
	if (name == NULL)
		return NULL;
	type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("watch"),
						   ObjectIdGetDatum(schema));
	call = make_call(name, schema, type, args);
	constant = constant_watch(f->form, args);
	if (call == NULL || constant == NULL)
		return call;
	return (Expr *) makeConst(type, -1, InvalidOid, sizeof(Watch), PointerGetDatum(constant),
							  false, false);
}

static Expr *
compare(SupportRequestIndexCondition *req, int strategy, Node *presence, Expr *other)
{
	Oid			type = req->index->opcintype[req->indexcol];
	Oid			op = get_opfamily_member(req->opfamily, type, exprType((Node *) other), strategy);

	if (!OidIsValid(op))
		return NULL;
	return make_opclause(op, BOOLOID, false, (Expr *) presence, other, InvalidOid, InvalidOid);
}

/* ---- index conditions ---- */

/* Is `p @> at` what the call says of the times? */
static bool
is_plain_instant(const IndexedFunction *f, List *args)
{
	const FormLayout *layout = &form_layouts[FORM_AT_AREA];
	Const	   *mode;

	if (f->form == FORM_AT)
		return true;
	if (f->form != FORM_AT_AREA || !is_null_constant(list_nth(args, layout->max_age)))
		return false;
	mode = list_nth(args, layout->mode);
	return IsA(mode, Const) && (mode->constisnull ||
								strcmp(TextDatumGetCString(mode->constvalue),
									   mode_names[MODE_LAST_KNOWN]) == 0);
}

static bool
is_whole_world(const IndexedFunction *f, List *args)
{
	const FormLayout *layout = &form_layouts[f->form];

	return layout->area < 0 || is_null_constant(list_nth(args, layout->area));
}

/*
 * For an instant in a box there is no operator: the watch tells the box, and all but the
 * moment that it holds too much; the instant tells that. So nothing is left to recheck.
 */
static List *
tree_condition(SupportRequestIndexCondition *req, const IndexedFunction *f, Node *presence,
			   List *args)
{
	bool		exact;
	Expr	   *watch,
			   *condition,
			   *there = NULL;

	if (is_plain_instant(f, args))
		there = compare(req, STRATEGY_THERE, presence, linitial(args));
	if (there && is_whole_world(f, args))
	{
		req->lossy = false;
		return list_make1(there);
	}
	watch = watch_expression(f, args, get_func_namespace(req->funcid), &exact);
	condition = watch ? compare(req, f->strategy, presence, watch) : NULL;
	if (condition == NULL)
		return NIL;
	req->lossy = !exact && !(there && box_is_area(f->form, args));
	return there && !req->lossy ? list_make2(condition, there) : list_make1(condition);
}

/* Values that do not change while the index is scanned. */
static bool
are_index_constants(SupportRequestIndexCondition *req, List *args)
{
	ListCell   *lc;

	foreach(lc, args)
		if (!is_pseudo_constant_for_index(req->root, lfirst(lc), req->index))
			return false;
	return true;
}

static List *
call_args(Node *call)
{
	if (IsA(call, FuncExpr))
		return ((FuncExpr *) call)->args;
	if (IsA(call, OpExpr))
		return ((OpExpr *) call)->args;
	return NIL;
}

static List *
index_condition(SupportRequestIndexCondition *req)
{
	const IndexedFunction *f = indexed_function(req->funcid);
	List	   *all = call_args(req->node);
	List	   *args;
	Node	   *presence;

	if (f == NULL || req->indexarg != f->presence_arg || list_length(all) <= req->indexarg)
		return NIL;
	presence = list_nth(all, f->presence_arg);
	args = question_args(f, all);
	if (!are_index_constants(req, args) ||
		!index_is_best(req->root, req->index, req->indexcol, f, presence, args))
		return NIL;
	return tree_condition(req, f, presence, args);
}

/* ---- other requests ---- */

/* Is the instant a column of another table? */
static bool
is_asked_by_table(PlannerInfo *root, const IndexedFunction *f, List *args)
{
	Relids		presence = pull_varnos(root, list_nth(args, f->presence_arg));

	return !bms_is_subset(pull_varnos(root, list_nth(args, 1 - f->presence_arg)), presence);
}

/*
 * An operator becomes a call of its function, because for a call the planner asks which
 * indexes serve it; of an operator in an index's own family it does not. In predicates
 * of indexes too, or else these would no longer match. But a join by an instant stays an
 * operator: Memoize, which looks up the same instant once, knows nothing else (and of
 * watches nothing, as these are not hashed). There the choice is made among the paths
 * (presence_scanpath.c).
 */
static Node *
simplified(SupportRequestSimplify *req)
{
	FuncExpr   *call = req->fcall;
	const IndexedFunction *f = indexed_function(call->funcid);

	if (f == NULL || (f->form == FORM_AT && is_asked_by_table(req->root, f, call->args)))
		return NULL;
	return (Node *) makeFuncExpr(call->funcid, call->funcresulttype, call->args,
								 call->funccollid, call->inputcollid, COERCE_EXPLICIT_CALL);
}

static Node *
selectivity(SupportRequestSelectivity *req)
{
	const IndexedFunction *f = indexed_function(req->funcid);

	if (f == NULL)
		return NULL;
	req->selectivity = question_selectivity(req->root, f, req->args, req->varRelid);
	return (Node *) req;
}

/*
 * A question costs about as much as two operators; where PostGIS has to decide on some
 * of the presences, more. (Measured: 50 ns, and 1.3 us for each that gets that far.)
 */
static Node *
cost(SupportRequestCost *req)
{
	const IndexedFunction *f = indexed_function(req->funcid);
	int			area = f && f->form != FORM_WATCH ? form_layouts[f->form].area + 1 : 0;
	Node	   *arg = area > 0 && req->node ? list_nth(call_args(req->node), area) : NULL;

	if (f == NULL)
		return NULL;
	req->startup = 0;
	req->per_tuple = WORLD_COST * cpu_operator_cost;
	if (arg != NULL && !is_null_constant(arg))
		req->per_tuple = AREA_COST * cpu_operator_cost;
	return (Node *) req;
}

/* ---- the support function ---- */

Datum
change_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request));
	if (IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(simplified((SupportRequestSimplify *) request));
	if (IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(selectivity((SupportRequestSelectivity *) request));
	if (IsA(request, SupportRequestCost))
		PG_RETURN_POINTER(cost((SupportRequestCost *) request));
	PG_RETURN_POINTER(NULL);
}
