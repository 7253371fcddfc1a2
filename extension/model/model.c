/*
 * model.c: is this value one that the type may hold? Pure C.
 *
 * One check per type, called by text input, binary input and the constructors, so
 * that no way into the database is laxer than another. Each returns the first fault
 * found and a reason in words (lower case, a static string).
 */
#include "model.h"

static Fault
fault(Fault kind, const char **reason, const char *words)
{
	*reason = words;
	return kind;
}

static bool
finite_time(int64_t t)
{
	return t >= TIME_FIRST && t <= TIME_LAST;
}

static Fault
point_check(int32_t lon, int32_t lat, const char **reason)
{
	if (lon < -LON_LIMIT || lon > LON_LIMIT)
		return fault(FAULT_COORDINATE, reason, "longitude must be between -180 and 180 degrees");
	if (lat < -LAT_LIMIT || lat > LAT_LIMIT)
		return fault(FAULT_COORDINATE, reason, "latitude must be between -90 and 90 degrees");
	return FAULT_NONE;
}

static Fault
count_check(int32_t count_min, int32_t count_max, const char **reason)
{
	if (count_min < 0)
		return fault(FAULT_COUNT, reason, "a count must not be negative");
	if (count_min == COUNT_UNBOUNDED)
		return fault(FAULT_COUNT, reason, "a count must be less than 2147483647");
	if (count_max < count_min)
		return fault(FAULT_COUNT, reason, "the lower count must not exceed the upper count");
	return FAULT_NONE;
}

Fault
sighting_check(const Sighting *s, const char **reason)
{
	Fault		found = point_check(s->lon, s->lat, reason);

	if (found == FAULT_NONE)
		found = count_check(s->count_min, s->count_max, reason);
	if (found != FAULT_NONE)
		return found;
	if (!finite_time(s->observed_at))
		return fault(FAULT_TIME, reason, "observed_at must be a finite time");
	return FAULT_NONE;
}

Fault
presence_check(const Presence *p, const char **reason)
{
	Fault		found = point_check(p->lon, p->lat, reason);

	if (found == FAULT_NONE)
		found = count_check(p->count_min, p->count_max, reason);
	if (found != FAULT_NONE)
		return found;
	if (p->count_max < 1)
		return fault(FAULT_COUNT, reason, "a presence must allow a count of at least 1");
	if (!finite_time(p->first_seen) || !finite_time(p->last_seen))
		return fault(FAULT_TIME, reason, "first_seen and last_seen must be finite times");
	if (p->not_seen_at != TIME_BEGIN && !finite_time(p->not_seen_at))
		return fault(FAULT_TIME, reason, "not_seen_at must be a finite time or -infinity");
	if (p->gone_by != TIME_END && !finite_time(p->gone_by))
		return fault(FAULT_TIME, reason, "gone_by must be a finite time or infinity");
	if (p->not_seen_at >= p->first_seen)
		return fault(FAULT_ORDER, reason, "not_seen_at must be before first_seen");
	if (p->first_seen > p->last_seen)
		return fault(FAULT_ORDER, reason, "first_seen must not be after last_seen");
	if (p->last_seen >= p->gone_by)
		return fault(FAULT_ORDER, reason, "last_seen must be before gone_by");
	return FAULT_NONE;
}

Fault
watch_check(const Watch *w, const char **reason)
{
	Fault		found = point_check(w->lon_min, w->lat_min, reason);

	if (found == FAULT_NONE)
		found = point_check(w->lon_max, w->lat_max, reason);
	if (found != FAULT_NONE)
		return found;
	if (w->lat_min > w->lat_max)
		return fault(FAULT_WATCH, reason, "the southern edge of a box must not be north of its northern edge");
	if (!finite_time(w->from_date) || !finite_time(w->to_date))
		return fault(FAULT_TIME, reason, "the dates of a watch must be finite");
	if (w->from_date >= w->to_date)
		return fault(FAULT_ORDER, reason, "from_date must be before to_date");
	if (w->mode < MODE_LAST_KNOWN || w->mode > MODE_POSSIBLE)
		return fault(FAULT_WATCH, reason, "mode must be last_known, certain or possible");
	if (w->max_age <= 0)
		return fault(FAULT_WATCH, reason, "max_age must be positive");
	if (w->reserved != 0)
		return fault(FAULT_WATCH, reason, "reserved bytes of a watch must be zero");
	return FAULT_NONE;
}
