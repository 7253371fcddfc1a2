/*
 * indexed_functions.c: which functions ask which question.
 *
 * The functions are many - arrived(p, watch) behind @+, arrived_between(p, dates, area),
 * arrived_within(p, dates, centre, metres), and so on - but each is one of six
 * questions (change.h; a seventh is about sightings) asked in one of six forms. This table
 * says which, for all of the planning code. A function is recognised by the address of its C
 * code, and not by its name or OID.
 */
#include "indexed_functions.h"

/* The functions, in the files of the operators and of the spelt-out questions. */
DECLARE(changed);
DECLARE(arrived);
DECLARE(departed);
DECLARE(stayed);
DECLARE(passed);
DECLARE(present_during);
DECLARE(presence_contains);
DECLARE(watch_changed);
DECLARE(watch_present_during);
DECLARE(contained_by_presence);
DECLARE(observed_during);
DECLARE(watch_observed_during);
DECLARE(changed_between);
DECLARE(arrived_between);
DECLARE(departed_between);
DECLARE(stayed_between);
DECLARE(passed_between);
DECLARE(present_at);
DECLARE(changed_within);
DECLARE(arrived_within);
DECLARE(departed_within);
DECLARE(stayed_within);
DECLARE(passed_within);
DECLARE(present_within);
DECLARE(watch_over);
DECLARE(watch_within);
DECLARE(watch_at);
DECLARE(watch_at_within);

static const IndexedFunction functions[] = {
	{changed, ASK_CHANGED, FORM_WATCH, 0, STRATEGY_CHANGED},
	{arrived, ASK_ARRIVED, FORM_WATCH, 0, STRATEGY_ARRIVED},
	{departed, ASK_DEPARTED, FORM_WATCH, 0, STRATEGY_DEPARTED},
	{stayed, ASK_STAYED, FORM_WATCH, 0, STRATEGY_STAYED},
	{passed, ASK_PASSED, FORM_WATCH, 0, STRATEGY_PASSED},
	{present_during, ASK_PRESENT, FORM_WATCH, 0, STRATEGY_PRESENT},
	{watch_changed, ASK_CHANGED, FORM_WATCH, 1, STRATEGY_CHANGED},
	{watch_present_during, ASK_PRESENT, FORM_WATCH, 1, STRATEGY_PRESENT},
	{presence_contains, ASK_PRESENT, FORM_AT, 0, STRATEGY_THERE},
	{contained_by_presence, ASK_PRESENT, FORM_AT, 1, STRATEGY_THERE},
	{observed_during, ASK_OBSERVED, FORM_WATCH, 0, STRATEGY_PRESENT},
	{watch_observed_during, ASK_OBSERVED, FORM_WATCH, 1, STRATEGY_PRESENT},
	{changed_between, ASK_CHANGED, FORM_AREA, 0, STRATEGY_CHANGED},
	{arrived_between, ASK_ARRIVED, FORM_AREA, 0, STRATEGY_ARRIVED},
	{departed_between, ASK_DEPARTED, FORM_AREA, 0, STRATEGY_DEPARTED},
	{stayed_between, ASK_STAYED, FORM_AREA, 0, STRATEGY_STAYED},
	{passed_between, ASK_PASSED, FORM_AREA, 0, STRATEGY_PASSED},
	{present_at, ASK_PRESENT, FORM_AT_AREA, 0, STRATEGY_PRESENT},
	{changed_within, ASK_CHANGED, FORM_RADIUS, 0, STRATEGY_CHANGED},
	{arrived_within, ASK_ARRIVED, FORM_RADIUS, 0, STRATEGY_ARRIVED},
	{departed_within, ASK_DEPARTED, FORM_RADIUS, 0, STRATEGY_DEPARTED},
	{stayed_within, ASK_STAYED, FORM_RADIUS, 0, STRATEGY_STAYED},
	{passed_within, ASK_PASSED, FORM_RADIUS, 0, STRATEGY_PASSED},
	{present_within, ASK_PRESENT, FORM_AT_RADIUS, 0, STRATEGY_PRESENT},
};

static const PGFunction watch_functions[] = {
	[FORM_AREA] = watch_over,
	[FORM_RADIUS] = watch_within,
	[FORM_AT_AREA] = watch_at,
	[FORM_AT_RADIUS] = watch_at_within,
};

PGFunction
function_address(Oid function)
{
	FmgrInfo	info;

	if (!OidIsValid(function))
		return NULL;
	fmgr_info(function, &info);
	return info.fn_addr;
}

const IndexedFunction *
indexed_function(Oid function)
{
	PGFunction	address = function_address(function);

	for (int i = 0; i < (int) lengthof(functions); i++)
		if (address != NULL && functions[i].function == address)
			return &functions[i];
	return NULL;
}

int
watch_function_form(Oid function)
{
	PGFunction	address = function_address(function);

	for (int i = 0; i < (int) lengthof(watch_functions); i++)
		if (address != NULL && watch_functions[i] == address)
			return i;
	return -1;
}

List *
question_args(const IndexedFunction *f, List *args)
{
	return list_delete_nth_cell(list_copy(args), f->presence_arg);
}
