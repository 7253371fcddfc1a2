/*
 * presence_bounds.c: where in a btree's order the answers to a question lie.
 *
 * A question limits first_seen and gone_by to a span (limits_span), whatever its mode
 * and max_age. In the order by arrival, every presence with first_seen in [a, b] lies
 * between the least presence with first_seen = a and the greatest with first_seen = b;
 * by departure likewise with gone_by. These two are ordinary, valid presences, so
 * that the comparison is the btree's own and no operator between types is needed.
 *
 * The functions run once per index scan. They are given the question as a word, so
 * that EXPLAIN can be read, and the watch as a value, so that parameters work.
 */
#include "presence_bounds.h"

#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(arrival_floor);
PG_FUNCTION_INFO_V1(arrival_ceiling);
PG_FUNCTION_INFO_V1(departure_floor);
PG_FUNCTION_INFO_V1(departure_ceiling);

const BoundFunction bound_functions[4] = {
	{arrival_floor, FIRST_SEEN, false, "arrival_floor"},
	{arrival_ceiling, FIRST_SEEN, true, "arrival_ceiling"},
	{departure_floor, GONE_BY, false, "departure_floor"},
	{departure_ceiling, GONE_BY, true, "departure_ceiling"},
};

static const char *const question_words[QUESTIONS] = {
	[ASK_ARRIVED] = "arrived", [ASK_DEPARTED] = "departed", [ASK_STAYED] = "stayed",
	[ASK_PASSED] = "passed", [ASK_CHANGED] = "changed", [ASK_PRESENT] = "present"
};

int
question_from_word(const char *word)
{
	for (int q = 0; q < QUESTIONS; q++)
		if (strcmp(word, question_words[q]) == 0)
			return q;
	return -1;
}

const char *
question_word(Question q)
{
	return question_words[q];
}

static int64_t
clamped(int64_t t, int64_t min, int64_t max)
{
	return t < min ? min : t > max ? max : t;
}

static Presence *
least_arrival(int64_t first_seen)
{
	Presence   *p = palloc0(sizeof(Presence));

	p->first_seen = p->last_seen = clamped(first_seen, TIME_FIRST, TIME_LAST);
	p->gone_by = p->last_seen < TIME_LAST ? p->last_seen + 1 : TIME_END;
	p->not_seen_at = TIME_BEGIN;
	p->lon = -LON_LIMIT;
	p->lat = -LAT_LIMIT;
	p->count_max = 1;
	return p;
}

static Presence *
least_departure(int64_t gone_by)
{
	Presence   *p = least_arrival(TIME_FIRST);

	p->gone_by = gone_by > TIME_LAST ? TIME_END : clamped(gone_by, TIME_FIRST + 1, TIME_LAST);
	return p;
}

/* Greatest in whatever is not a time, and in not_seen_at given first_seen. */
static Presence *
greatest(Presence *p)
{
	p->not_seen_at = p->first_seen > TIME_FIRST ? p->first_seen - 1 : TIME_BEGIN;
	p->lon = LON_LIMIT;
	p->lat = LAT_LIMIT;
	p->count_min = COUNT_UNBOUNDED - 1;
	p->count_max = COUNT_UNBOUNDED;
	return p;
}

static Presence *
greatest_arrival(int64_t first_seen)
{
	Presence   *p = palloc0(sizeof(Presence));

	p->first_seen = clamped(first_seen, TIME_FIRST, TIME_LAST);
	p->last_seen = TIME_LAST;
	p->gone_by = TIME_END;
	return greatest(p);
}

static Presence *
greatest_departure(int64_t gone_by)
{
	Presence   *p = least_departure(gone_by);

	p->first_seen = p->last_seen = p->gone_by == TIME_END ? TIME_LAST : p->gone_by - 1;
	return greatest(p);
}

/* The span of a field over which the question's answers lie. */
static void
asked_span(FunctionCallInfo fcinfo, int field, int64_t *min, int64_t *max)
{
	int			q = question_from_word(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	ChangeLimits limits;

	if (q < 0)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_WATCH),
				 errmsg("unknown question \"%s\"", text_to_cstring(PG_GETARG_TEXT_PP(0))),
				 errhint("Use arrived, departed, stayed, passed, changed or present.")));
	limits = change_limits((Question) q, PG_GETARG_WATCH_P(1));
	limits_span(&limits, field, min, max);
}

Datum
arrival_floor(PG_FUNCTION_ARGS)
{
	int64_t		min,
				max;

	asked_span(fcinfo, FIRST_SEEN, &min, &max);
	PG_RETURN_POINTER(least_arrival(min));
}

Datum
arrival_ceiling(PG_FUNCTION_ARGS)
{
	int64_t		min,
				max;

	asked_span(fcinfo, FIRST_SEEN, &min, &max);
	PG_RETURN_POINTER(greatest_arrival(max));
}

Datum
departure_floor(PG_FUNCTION_ARGS)
{
	int64_t		min,
				max;

	asked_span(fcinfo, GONE_BY, &min, &max);
	PG_RETURN_POINTER(least_departure(min));
}

Datum
departure_ceiling(PG_FUNCTION_ARGS)
{
	int64_t		min,
				max;

	asked_span(fcinfo, GONE_BY, &min, &max);
	PG_RETURN_POINTER(greatest_departure(max));
}
