/*
 * model_test.c: layouts, and every fault of every field with its neighbour that is none.
 */
#include "unit.h"

#define PLACE 10, 20

static void
check_sighting(Fault expected, Sighting s, const char *name)
{
	const char *reason = NULL;
	Fault		found = sighting_check(&s, &reason);

	check(found == expected && (reason != NULL) == (found != FAULT_NONE), "model: sighting with %s: %d", name, found);
}

static void
check_presence(Fault expected, Presence p, const char *name)
{
	const char *reason = NULL;
	Fault		found = presence_check(&p, &reason);

	check(found == expected && (reason != NULL) == (found != FAULT_NONE), "model: presence with %s: %d", name, found);
}

static void
check_watch(Fault expected, Watch w, const char *name)
{
	const char *reason = NULL;
	Fault		found = watch_check(&w, &reason);

	check(found == expected && (reason != NULL) == (found != FAULT_NONE), "model: watch with %s: %d", name, found);
}

static void
test_sighting(void)
{
	const int32_t more = COUNT_UNBOUNDED;

	check_sighting(FAULT_NONE, (Sighting) {0, LON_LIMIT, -LAT_LIMIT, 0, 0}, "extreme place");
	check_sighting(FAULT_NONE, (Sighting) {TIME_FIRST, PLACE, more - 1, more}, "largest count, first time");
	check_sighting(FAULT_NONE, (Sighting) {TIME_LAST, PLACE, 0, more}, "any count, last time");
	check_sighting(FAULT_COORDINATE, (Sighting) {0, LON_LIMIT + 1, 0, 1, 1}, "longitude too large");
	check_sighting(FAULT_COORDINATE, (Sighting) {0, -LON_LIMIT - 1, 0, 1, 1}, "longitude too small");
	check_sighting(FAULT_COORDINATE, (Sighting) {0, 0, LAT_LIMIT + 1, 1, 1}, "latitude too large");
	check_sighting(FAULT_COORDINATE, (Sighting) {0, INT32_MIN, 0, 1, 1}, "least longitude of all");
	check_sighting(FAULT_COUNT, (Sighting) {0, PLACE, -1, 1}, "negative count");
	check_sighting(FAULT_COUNT, (Sighting) {0, PLACE, 2, 1}, "reversed count");
	check_sighting(FAULT_COUNT, (Sighting) {0, PLACE, more, more}, "unbounded lower count");
	check_sighting(FAULT_TIME, (Sighting) {TIME_FIRST - 1, PLACE, 1, 1}, "time too early");
	check_sighting(FAULT_TIME, (Sighting) {TIME_LAST + 1, PLACE, 1, 1}, "time too late");
	check_sighting(FAULT_TIME, (Sighting) {TIME_BEGIN, PLACE, 1, 1}, "time -infinity");
	check_sighting(FAULT_TIME, (Sighting) {TIME_END, PLACE, 1, 1}, "time infinity");
}

static void
test_presence(void)
{
	check_presence(FAULT_NONE, (Presence) {TIME_BEGIN, 1, 1, TIME_END, PLACE, 0, 1}, "infinite ends");
	check_presence(FAULT_NONE, (Presence) {TIME_FIRST, 1, 2, TIME_LAST, PLACE, 1, COUNT_UNBOUNDED}, "extreme ends");
	check_presence(FAULT_COUNT, (Presence) {0, 1, 2, 3, PLACE, 0, 0}, "no count");
	check_presence(FAULT_COORDINATE, (Presence) {0, 1, 2, 3, 0, -LAT_LIMIT - 1, 1, 1}, "latitude too small");
	check_presence(FAULT_TIME, (Presence) {0, TIME_BEGIN, 2, 3, PLACE, 1, 1}, "first_seen -infinity");
	check_presence(FAULT_TIME, (Presence) {0, 1, TIME_END, TIME_END, PLACE, 1, 1}, "last_seen infinity");
	check_presence(FAULT_TIME, (Presence) {TIME_END, 1, 2, 3, PLACE, 1, 1}, "not_seen_at infinity");
	check_presence(FAULT_TIME, (Presence) {0, 1, 2, TIME_BEGIN, PLACE, 1, 1}, "gone_by -infinity");
	check_presence(FAULT_TIME, (Presence) {TIME_FIRST - 1, 1, 2, 3, PLACE, 1, 1}, "not_seen_at too early");
	check_presence(FAULT_TIME, (Presence) {0, 1, 2, TIME_LAST + 1, PLACE, 1, 1}, "gone_by too late");
	check_presence(FAULT_ORDER, (Presence) {1, 1, 2, 3, PLACE, 1, 1}, "not_seen_at at first_seen");
	check_presence(FAULT_ORDER, (Presence) {0, 2, 1, 3, PLACE, 1, 1}, "last_seen before first_seen");
	check_presence(FAULT_ORDER, (Presence) {0, 1, 3, 3, PLACE, 1, 1}, "gone_by at last_seen");
}

static void
test_watch(void)
{
	const int64_t any = AGE_UNLIMITED;

	check_watch(FAULT_NONE, (Watch) {0, 1, any, -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, 0, 0}, "the world");
	check_watch(FAULT_NONE, (Watch) {TIME_FIRST, TIME_LAST, 1, 5, 6, 5, 6, 2, 0}, "a point, extreme dates");
	check_watch(FAULT_NONE, (Watch) {0, 1, any, 7, 0, 6, 1, 1, 0}, "a wrapping box");
	check_watch(FAULT_COORDINATE, (Watch) {0, 1, any, 0, 0, LON_LIMIT + 1, 1, 0, 0}, "longitude too large");
	check_watch(FAULT_COORDINATE, (Watch) {0, 1, any, 0, -LAT_LIMIT - 1, 1, 1, 0, 0}, "latitude too small");
	check_watch(FAULT_WATCH, (Watch) {0, 1, any, 0, 2, 1, 1, 0, 0}, "a box upside down");
	check_watch(FAULT_TIME, (Watch) {TIME_BEGIN, 1, any, 0, 0, 1, 1, 0, 0}, "from_date -infinity");
	check_watch(FAULT_TIME, (Watch) {0, TIME_END, any, 0, 0, 1, 1, 0, 0}, "to_date infinity");
	check_watch(FAULT_ORDER, (Watch) {1, 1, any, 0, 0, 1, 1, 0, 0}, "equal dates");
	check_watch(FAULT_ORDER, (Watch) {2, 1, any, 0, 0, 1, 1, 0, 0}, "reversed dates");
	check_watch(FAULT_WATCH, (Watch) {0, 1, any, 0, 0, 1, 1, 3, 0}, "unknown mode");
	check_watch(FAULT_WATCH, (Watch) {0, 1, any, 0, 0, 1, 1, -1, 0}, "negative mode");
	check_watch(FAULT_WATCH, (Watch) {0, 1, 0, 0, 0, 1, 1, 0, 0}, "max_age 0");
	check_watch(FAULT_WATCH, (Watch) {0, 1, -1, 0, 0, 1, 1, 0, 0}, "negative max_age");
	check_watch(FAULT_WATCH, (Watch) {0, 1, any, 0, 0, 1, 1, 0, 1}, "reserved bytes set");
}

void
test_model(void)
{
	check(sizeof(Sighting) == 24 && sizeof(Presence) == 48 && sizeof(Watch) == 48, "model: sizes");
	check(offsetof(Presence, lon) == 32 && offsetof(Watch, lon_min) == 24 && offsetof(Watch, mode) == 40,
		  "model: offsets");
	test_sighting();
	test_presence();
	test_watch();
}
