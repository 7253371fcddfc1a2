/*
 * change_ops.c: the operators of presence x watch, one thin wrapper each. What they
 * mean is in change.c.
 */
#include "pg_sightings.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(changed);
PG_FUNCTION_INFO_V1(arrived);
PG_FUNCTION_INFO_V1(departed);
PG_FUNCTION_INFO_V1(stayed);
PG_FUNCTION_INFO_V1(passed);
PG_FUNCTION_INFO_V1(present_during);
PG_FUNCTION_INFO_V1(presence_contains);
PG_FUNCTION_INFO_V1(verdict);
PG_FUNCTION_INFO_V1(verdicts);
PG_FUNCTION_INFO_V1(watch_changed);
PG_FUNCTION_INFO_V1(watch_present_during);
PG_FUNCTION_INFO_V1(contained_by_presence);

static Datum
answer(Question q, FunctionCallInfo fcinfo)
{
	PG_RETURN_BOOL(presence_answers(q, PG_GETARG_PRESENCE_P(0), PG_GETARG_WATCH_P(1)));
}

Datum
changed(PG_FUNCTION_ARGS)
{
	return answer(ASK_CHANGED, fcinfo);
}

Datum
arrived(PG_FUNCTION_ARGS)
{
	return answer(ASK_ARRIVED, fcinfo);
}

Datum
departed(PG_FUNCTION_ARGS)
{
	return answer(ASK_DEPARTED, fcinfo);
}

Datum
stayed(PG_FUNCTION_ARGS)
{
	return answer(ASK_STAYED, fcinfo);
}

Datum
passed(PG_FUNCTION_ARGS)
{
	return answer(ASK_PASSED, fcinfo);
}

Datum
present_during(PG_FUNCTION_ARGS)
{
	return answer(ASK_PRESENT, fcinfo);
}

/* The swapped forms of the two operators that read the same both ways. */
Datum
watch_changed(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(presence_answers(ASK_CHANGED, PG_GETARG_PRESENCE_P(1), PG_GETARG_WATCH_P(0)));
}

Datum
watch_present_during(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(presence_answers(ASK_PRESENT, PG_GETARG_PRESENCE_P(1), PG_GETARG_WATCH_P(0)));
}

Datum
presence_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(presence_there(PG_GETARG_PRESENCE_P(0), PG_GETARG_TIMESTAMPTZ(1),
								  MODE_LAST_KNOWN, AGE_UNLIMITED));
}

Datum
contained_by_presence(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(presence_there(PG_GETARG_PRESENCE_P(1), PG_GETARG_TIMESTAMPTZ(0),
								  MODE_LAST_KNOWN, AGE_UNLIMITED));
}

/* NULL where the evidence does not decide, or outside the watch's box */
Datum
verdict(PG_FUNCTION_ARGS)
{
	int			found = presence_verdict(PG_GETARG_PRESENCE_P(0), PG_GETARG_WATCH_P(1));

	if (found < 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(verdict_names[found]));
}

Datum
verdicts(PG_FUNCTION_ARGS)
{
	Datum		names[VERDICTS];
	int			n = 0;

	for (int v = 0; v < VERDICTS; v++)
		if (presence_has((Verdict) v, PG_GETARG_PRESENCE_P(0), PG_GETARG_WATCH_P(1)))
			names[n++] = CStringGetTextDatum(verdict_names[v]);
	PG_RETURN_ARRAYTYPE_P(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}
