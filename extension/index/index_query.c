/*
 * index_query.c: operators as rectangles, for the index access methods.
 *
 * A watch has a box; an instant (@>) is asked of the whole world. How keys are held
 * against the rectangles is index_search.c's.
 */
#include "index_query.h"

#include "geography.h"
#include "utils/timestamp.h"

static Question
question_of(int strategy)
{
	switch ((PresenceStrategy) strategy)
	{
		case STRATEGY_CHANGED:
			return ASK_CHANGED;
		case STRATEGY_ARRIVED:
			return ASK_ARRIVED;
		case STRATEGY_DEPARTED:
			return ASK_DEPARTED;
		case STRATEGY_STAYED:
			return ASK_STAYED;
		case STRATEGY_PASSED:
			return ASK_PASSED;
		case STRATEGY_PRESENT:
			return ASK_PRESENT;
		case STRATEGY_THERE:
		case STRATEGY_DISTANCE:
			break;
	}
	elog(ERROR, "unrecognized strategy number: %d", strategy);
}

static Watch
whole_world(void)
{
	Watch		w = {0};

	set_world_box(&w);
	return w;
}

KeySearch
presence_query(int strategy, Datum argument)
{
	Watch		w;
	ChangeLimits limits;

	if (strategy == STRATEGY_THERE)
	{
		w = whole_world();
		limits = instant_limits(DatumGetTimestampTz(argument), MODE_LAST_KNOWN, AGE_UNLIMITED);
	}
	else
	{
		w = *DatumGetWatchP(argument);
		limits = change_limits(question_of(strategy), &w);
	}
	return key_search(&w, &limits);
}

KeySearch
sighting_query(Datum argument)
{
	const Watch *w = DatumGetWatchP(argument);
	ChangeLimits limits = observed_limits(w);

	return key_search(w, &limits);
}
