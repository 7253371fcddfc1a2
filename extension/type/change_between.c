/*
 * change_between.c: arrived_between() and its family, exact on areas and distances.
 *
 * Each answers for one presence. First the truth table (change.c) decides on its times, then
 * the box around the area on its place. Only a presence that passes both is given to PostGIS:
 * ST_Intersects(area, location), or ST_DWithin on the spheroid.
 *
 * What follows from the arguments alone (limits, box) is kept in fn_extra. Every call
 * compares it with its arguments, because one expression may be evaluated with several:
 * PL/pgSQL keeps expressions across calls, and a join passes columns. Only an area that is a
 * constant in the query's text is not compared again.
 *
 * The planner turns a call into what an index understands by way of the watch_*()
 * functions at the end (change_supportfn.c says how).
 */
#include "change_between.h"

#include <math.h>

#include "geography.h"
#include "nodes/primnodes.h"
#include "text.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(changed_between);
PG_FUNCTION_INFO_V1(arrived_between);
PG_FUNCTION_INFO_V1(departed_between);
PG_FUNCTION_INFO_V1(stayed_between);
PG_FUNCTION_INFO_V1(passed_between);
PG_FUNCTION_INFO_V1(present_at);
PG_FUNCTION_INFO_V1(changed_within);
PG_FUNCTION_INFO_V1(arrived_within);
PG_FUNCTION_INFO_V1(departed_within);
PG_FUNCTION_INFO_V1(stayed_within);
PG_FUNCTION_INFO_V1(passed_within);
PG_FUNCTION_INFO_V1(present_within);
PG_FUNCTION_INFO_V1(watch_over);
PG_FUNCTION_INFO_V1(watch_within);
PG_FUNCTION_INFO_V1(watch_at);
PG_FUNCTION_INFO_V1(watch_at_within);

const FormLayout form_layouts[] = {
	[FORM_AREA] = {.n = 5, .to_date = 1, .area = 2, .metres = NO_PLACE, .mode = 3, .max_age = 4, "watch_over"},
	[FORM_RADIUS] = {.n = 6, .to_date = 1, .area = 2, .metres = 3, .mode = 4, .max_age = 5, "watch_within"},
	[FORM_AT_AREA] = {.n = 4, .to_date = NO_PLACE, .area = 1, .metres = NO_PLACE, .mode = 2, .max_age = 3, "watch_at"},
	[FORM_AT_RADIUS] = {.n = 5, .to_date = NO_PLACE, .area = 1, .metres = 2, .mode = 3, .max_age = 4, "watch_at_within"},
	[FORM_AT] = {.n = 1, .to_date = NO_PLACE, .area = NO_PLACE, .metres = NO_PLACE, .mode = NO_PLACE, .max_age = NO_PLACE, NULL},
};

/* So near to the circle PostGIS is asked. */
#define RIM_METRES 1.0

/* The arguments as last seen, and what follows from them. */
typedef struct Arguments
{
	QuestionForm form;
	bool		times_known;
	Watch		w;				/* dates, mode, max_age; no box */
	ChangeLimits limits;
	bool		space_known;
	bool		space_constant; /* written in the query: never compared again */
	bool		constant;		/* all of it is */
	bool		world;
	Area		area;
	struct varlena *geometry;	/* copy of the argument */
	double		metres;
	Datum		geography;		/* of the centre */
	Postgis		gis;
} Arguments;

static void
complain(int sqlstate, const char *reason)
{
	ereport(ERROR, (errcode(sqlstate), errmsg("%s", reason)));
}

static bool
is_given(const NullableDatum *args, int argument)
{
	return argument >= 0 && !args[argument].isnull;
}

bool
question_is_null(QuestionForm form, const NullableDatum *args)
{
	const FormLayout *layout = &form_layouts[form];

	return args[0].isnull || (layout->to_date >= 0 && args[layout->to_date].isnull) ||
		(layout->metres >= 0 && (args[layout->metres].isnull || args[layout->area].isnull));
}

bool
instant_is_infinite(QuestionForm form, const NullableDatum *args)
{
	TimestampTz at = DatumGetTimestampTz(args[0].value);

	return form_layouts[form].to_date < 0 && (at == TIME_BEGIN || at == TIME_END);
}

/* -1 for an unknown word; as mode_parse, without a copy of the text. */
static int
mode_of(const text *word)
{
	for (int mode = 0; mode < (int) lengthof(mode_names); mode++)
		if (VARSIZE_ANY_EXHDR(word) == strlen(mode_names[mode]) &&
			memcmp(VARDATA_ANY(word), mode_names[mode], strlen(mode_names[mode])) == 0)
			return mode;
	return -1;
}

static void
read_dates(QuestionForm form, const NullableDatum *args, Watch *w)
{
	const FormLayout *layout = &form_layouts[form];

	w->from_date = DatumGetTimestampTz(args[0].value);
	if (layout->to_date >= 0)
		w->to_date = DatumGetTimestampTz(args[layout->to_date].value);
	else if (w->from_date < TIME_LAST)
		w->to_date = w->from_date + 1;
	else
		w->to_date = w->from_date--;	/* present between them: so at either */
}

int
read_times(QuestionForm form, const NullableDatum *args, Watch *w, const char **reason)
{
	const FormLayout *layout = &form_layouts[form];
	Fault		fault;

	read_dates(form, args, w);
	w->mode = MODE_LAST_KNOWN;
	if (is_given(args, layout->mode))
		w->mode = mode_of(DatumGetTextPP(args[layout->mode].value));
	w->max_age = AGE_UNLIMITED;
	*reason = NULL;
	if (is_given(args, layout->max_age))
		*reason = age_of_interval(DatumGetIntervalP(args[layout->max_age].value), &w->max_age);
	if (*reason != NULL)
		return ERRCODE_SIGHTINGS_WATCH;
	fault = watch_check(w, reason);
	return fault == FAULT_NONE ? 0 : fault_sqlstate(fault);
}

static int
read_circle(const FormLayout *layout, const NullableDatum *args, Postgis *gis,
			Area *area, const char **reason)
{
	double		metres = DatumGetFloat8(args[layout->metres].value);
	int			state = postgis_point(gis, args[layout->area].value, &area->lon, &area->lat,
									  reason);

	if (state != 0)
		return state;
	area->is_box = false;
	if (box_within_metres(area->lon, area->lat, metres, &area->box))
		return 0;
	*reason = "metres must be a distance";
	return ERRCODE_SIGHTINGS_WATCH;
}

int
read_space(QuestionForm form, const NullableDatum *args, Postgis *gis,
		   Area *area, const char **reason)
{
	const FormLayout *layout = &form_layouts[form];

	if (layout->metres >= 0)
		return read_circle(layout, args, gis, area, reason);
	if (is_given(args, layout->area))
		return postgis_area(gis, args[layout->area].value, area, reason);
	set_world_box(&area->box);
	area->is_box = true;
	return 0;
}

static Oid
geometry_type(FunctionCallInfo fcinfo, int argument)
{
	return get_fn_expr_argtype(fcinfo->flinfo, argument);
}

static bool
is_constant(FunctionCallInfo fcinfo, int argument)
{
	Node	   *call = fcinfo->flinfo->fn_expr;

	return call != NULL && IsA(call, FuncExpr) &&
		IsA(list_nth(((FuncExpr *) call)->args, argument), Const);
}

static Arguments *
asked_of(FunctionCallInfo fcinfo, QuestionForm form)
{
	Arguments  *asked = fcinfo->flinfo->fn_extra;
	const FormLayout *layout = &form_layouts[form];

	if (asked != NULL)
		return asked;
	asked = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Arguments));
	asked->form = form;
	asked->space_constant = is_constant(fcinfo, layout->area + 1) &&
		(layout->metres < 0 || is_constant(fcinfo, layout->metres + 1));
	asked->constant = true;
	for (int i = 0; i < layout->n; i++)
		asked->constant = asked->constant && is_constant(fcinfo, i + 1);
	postgis_init(&asked->gis, geometry_type(fcinfo, layout->area + 1), fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = asked;
	return asked;
}

static ChangeLimits
limits_of(const Arguments *asked, Question q, const NullableDatum *args)
{
	if (form_layouts[asked->form].to_date >= 0)
		return change_limits(q, &asked->w);
	return instant_limits(DatumGetTimestampTz(args[0].value), (ReadingMode) asked->w.mode,
						  asked->w.max_age);
}

static void
take_times(Arguments *asked, Question q, const NullableDatum *args)
{
	Watch		fresh = {0};
	const char *reason;
	int			state = read_times(asked->form, args, &fresh, &reason);

	if (state != 0)
		complain(state, reason);
	if (asked->times_known && memcmp(&asked->w, &fresh, sizeof(Watch)) == 0)
		return;
	asked->w = fresh;
	asked->limits = limits_of(asked, q, args);
	asked->times_known = true;
}

static bool
same_space(const Arguments *asked, const struct varlena *geometry, double metres)
{
	if (!asked->space_known || asked->world != (geometry == NULL))
		return false;
	return asked->world ||
		(asked->metres == metres && VARSIZE_ANY(asked->geometry) == VARSIZE_ANY(geometry) &&
		 memcmp(asked->geometry, geometry, VARSIZE_ANY(geometry)) == 0);
}

static void
take_geometry(Arguments *asked, const struct varlena *geometry, double metres)
{
	MemoryContext old = MemoryContextSwitchTo(asked->gis.context);

	if (asked->geometry != NULL)
		pfree(asked->geometry);
	if (DatumGetPointer(asked->geography) != NULL)
		pfree(DatumGetPointer(asked->geography));
	asked->geography = (Datum) 0;
	asked->geometry = NULL;
	asked->world = geometry == NULL;
	asked->metres = metres;
	if (geometry != NULL)
		asked->geometry = (struct varlena *)
			DatumGetPointer(datumCopy(PointerGetDatum(geometry), false, -1));
	MemoryContextSwitchTo(old);
}

static void
take_space(Arguments *asked, const NullableDatum *args)
{
	const FormLayout *layout = &form_layouts[asked->form];
	struct varlena *geometry = NULL;
	double		metres = 0;
	const char *reason;
	int			state;

	if (asked->space_known && asked->space_constant)
		return;
	if (!args[layout->area].isnull)
		geometry = PG_DETOAST_DATUM(args[layout->area].value);
	if (layout->metres >= 0)
		metres = DatumGetFloat8(args[layout->metres].value);
	if (same_space(asked, geometry, metres))
		return;
	asked->space_known = false;
	state = read_space(asked->form, args, &asked->gis, &asked->area, &reason);
	if (state != 0)
		complain(state, reason);
	take_geometry(asked, geometry, metres);
	asked->space_known = true;
}

static bool
area_has(Arguments *asked, const Presence *p)
{
	Datum		args[2] = {PointerGetDatum(asked->geometry), postgis_location(&asked->gis, p)};
	bool		isnull;

	return DatumGetBool(postgis_call(&asked->gis, GIS_INTERSECTS, 2, args, &isnull)) && !isnull;
}

static Datum
geography_of(Arguments *asked, Datum geometry)
{
	bool		isnull;

	return postgis_call(&asked->gis, GIS_GEOGRAPHY, 1, &geometry, &isnull);
}

static bool
postgis_circle_has(Arguments *asked, const Presence *p)
{
	Datum		args[4];
	bool		isnull;

	if (DatumGetPointer(asked->geography) == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(asked->gis.context);

		asked->geography = geography_of(asked, PointerGetDatum(asked->geometry));
		MemoryContextSwitchTo(old);
	}
	args[0] = asked->geography;
	args[1] = geography_of(asked, postgis_location(&asked->gis, p));
	args[2] = Float8GetDatum(asked->metres);
	args[3] = BoolGetDatum(true);
	return DatumGetBool(postgis_call(&asked->gis, GIS_DWITHIN, 4, args, &isnull)) && !isnull;
}

/* Our own distance agrees with PostGIS's to a millimetre; close to the circle itself, PostGIS decides. */
static bool
circle_has(Arguments *asked, const Presence *p)
{
	double		metres = distance_metres(asked->area.lon, asked->area.lat,
										 steps_to_degrees(p->lon), steps_to_degrees(p->lat));

	if (fabs(metres - asked->metres) > RIM_METRES)
		return metres < asked->metres;
	return postgis_circle_has(asked, p);
}

static bool
space_has(Arguments *asked, const Presence *p)
{
	if (asked->world)
		return true;
	if (!box_has_point(&asked->area.box, p->lon, p->lat))
		return false;
	if (asked->area.is_box)
		return true;
	return form_layouts[asked->form].metres >= 0 ? circle_has(asked, p) : area_has(asked, p);
}

static Datum
answer(FunctionCallInfo fcinfo, Question q, QuestionForm form)
{
	const NullableDatum *args = &fcinfo->args[1];
	const Presence *p;
	Arguments  *asked;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = PG_GETARG_PRESENCE_P(0);
	asked = fcinfo->flinfo->fn_extra;
	if (asked != NULL && asked->constant && asked->times_known && asked->space_known)
		PG_RETURN_BOOL(presence_within(p, &asked->limits) && space_has(asked, p));
	if (question_is_null(form, args))
		PG_RETURN_NULL();
	if (instant_is_infinite(form, args))
		PG_RETURN_BOOL(false);
	asked = asked_of(fcinfo, form);
	take_times(asked, q, args);
	/* a wrong area is an error whichever presence comes first */
	if (!asked->space_known)
		take_space(asked, args);
	if (!presence_within(p, &asked->limits))
		PG_RETURN_BOOL(false);
	take_space(asked, args);
	PG_RETURN_BOOL(space_has(asked, p));
}

#define ANSWER(name, question, form) \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	return answer(fcinfo, question, form); \
}

ANSWER(changed_between, ASK_CHANGED, FORM_AREA)
ANSWER(arrived_between, ASK_ARRIVED, FORM_AREA)
ANSWER(departed_between, ASK_DEPARTED, FORM_AREA)
ANSWER(stayed_between, ASK_STAYED, FORM_AREA)
ANSWER(passed_between, ASK_PASSED, FORM_AREA)
ANSWER(present_at, ASK_PRESENT, FORM_AT_AREA)
ANSWER(changed_within, ASK_CHANGED, FORM_RADIUS)
ANSWER(arrived_within, ASK_ARRIVED, FORM_RADIUS)
ANSWER(departed_within, ASK_DEPARTED, FORM_RADIUS)
ANSWER(stayed_within, ASK_STAYED, FORM_RADIUS)
ANSWER(passed_within, ASK_PASSED, FORM_RADIUS)
ANSWER(present_within, ASK_PRESENT, FORM_AT_RADIUS)

/* The watch whose box and times hold every answer; for an instant, the moment around it. */
static Datum
make_watch(FunctionCallInfo fcinfo, QuestionForm form)
{
	const NullableDatum *args = fcinfo->args;
	Watch	   *w;
	Area		area;
	Postgis		gis;
	const char *reason;
	int			state;

	if (question_is_null(form, args) || instant_is_infinite(form, args))
		PG_RETURN_NULL();
	if (form_layouts[form].area >= 0)
		postgis_init(&gis, geometry_type(fcinfo, form_layouts[form].area), CurrentMemoryContext);
	state = read_space(form, args, &gis, &area, &reason);
	if (state != 0)
		complain(state, reason);
	w = palloc0(sizeof(Watch));
	copy_box(w, &area.box);
	state = read_times(form, args, w, &reason);
	if (state != 0)
		complain(state, reason);
	PG_RETURN_POINTER(w);
}

Datum
watch_over(PG_FUNCTION_ARGS)
{
	return make_watch(fcinfo, FORM_AREA);
}

Datum
watch_within(PG_FUNCTION_ARGS)
{
	return make_watch(fcinfo, FORM_RADIUS);
}

Datum
watch_at(PG_FUNCTION_ARGS)
{
	return make_watch(fcinfo, FORM_AT_AREA);
}

Datum
watch_at_within(PG_FUNCTION_ARGS)
{
	return make_watch(fcinfo, FORM_AT_RADIUS);
}
