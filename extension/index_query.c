/*
 * index_query.c: operators as rectangles, for the index access methods.
 *
 * A watch has a box; an instant (@>) is asked of the whole world. The tests are those
 * of the operators themselves (change.h, geography.h), so that an index and a
 * sequential scan cannot disagree.
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

IndexQuery
presence_query(int strategy, Datum argument)
{
	IndexQuery	q;

	if (strategy == STRATEGY_THERE)
	{
		q.watch = whole_world();
		q.limits = instant_limits(DatumGetTimestampTz(argument), MODE_LAST_KNOWN, AGE_UNLIMITED);
	}
	else
	{
		q.watch = *DatumGetWatchP(argument);
		q.limits = change_limits(question_of(strategy), &q.watch);
	}
	q.anywhere = box_is_world(&q.watch);
	return q;
}

IndexQuery
sighting_query(Datum argument)
{
	IndexQuery	q;

	q.watch = *DatumGetWatchP(argument);
	q.limits = observed_limits(&q.watch);
	q.anywhere = box_is_world(&q.watch);
	return q;
}

bool
query_reaches(const IndexQuery *q, const uint8_t *key, size_t length)
{
	KeyBox		box;

	if (q->anywhere)
		return true;
	key_box(key, length, &box);
	return box_meets_bounds(&q->watch, box.lon_min, box.lat_min, box.lon_max, box.lat_max);
}

bool
query_matches_presence(const IndexQuery *q, const Presence *p)
{
	return box_has_point(&q->watch, p->lon, p->lat) && presence_within(p, &q->limits);
}

bool
query_may_match(const IndexQuery *q, const Bounds *b)
{
	return box_meets_bounds(&q->watch, b->lon_min, b->lat_min, b->lon_max, b->lat_max) &&
		bounds_may_meet(b, &q->limits);
}
