/*
 * presence_sample.c: what a sample of presences says of a question.
 *
 * Theory of operation
 *
 * A presence is a point in six dimensions, a question a box in it, and the four times
 * are strongly correlated, so that histograms of single times multiply to nonsense.
 * ANALYZE therefore keeps a sample of whole presences (presence_typanalyze.c: random
 * ones, and the longest, which weigh less) and the estimate is what the operators
 * themselves say about the sample (change.c).
 *
 * A sample of a few thousand says little about a question that one row in a hundred
 * thousand answers. Two facts help:
 *
 * - Time is locally alike: what happens in a day happens at nearly the same rate in the
 *   weeks around it. If few of the sample answer, the question is moved back and forth by
 *   up to h. For each presence the share of moves at which it answers is added up, instead
 *   of yes or no. That share has a closed form, as every question is a rectangle: a presence
 *   answers at a move d if and only if t - max <= d <= t - min for each of its times. h grows
 *   until enough of the sample takes part; moves do not leave the span of the data.
 * - Places repeat: looks are at installations. A small area that holds any presence
 *   holds at least one location's, hence 1 / (number of locations) of the rows; nobody
 *   asks about places where nothing is. Above that, a box with few sample points takes
 *   its density from the surroundings.
 *
 * The two are multiplied as share of the area times share of the time within the
 * area; the latter is drawn to the share of the whole world as strongly as if
 * LOCAL_PRIOR answers had been seen there where the world lets expect as many. (Answers,
 * not presences: a continent may hold hundreds of the sample, of which a date finds four
 * or, by luck, none.)
 */
#include "presence_sample.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "geography.h"
#include "utils/lsyscache.h"

#define ENOUGH_HITS 30			/* sample presences that make an estimate */
#define ENOUGH_POINTS 8
#define PRIOR_SHAPE 0.5
#define LOCAL_PRIOR 4.0
#define LAST_MOVE_PARTS 8		/* h is at most the span of the data / this */
#define UNSEEN 0.0003			/* presences of the sample, if none of it answers */
#define RECTANGLES ((int) lengthof(((ChangeLimits *) NULL)->times))

/* ---- the sample ---- */

static Presence *
rows_of_presences(const AttStatsSlot *slot)
{
	Presence   *rows = palloc(slot->nvalues * sizeof(Presence));

	for (int i = 0; i < slot->nvalues; i++)
		rows[i] = *DatumGetPresenceP(slot->values[i]);
	return rows;
}

static Presence *
rows_of_sightings(const AttStatsSlot *slot)
{
	Presence   *rows = palloc0(slot->nvalues * sizeof(Presence));

	for (int i = 0; i < slot->nvalues; i++)
	{
		const Sighting *s = DatumGetSightingP(slot->values[i]);

		rows[i].not_seen_at = rows[i].first_seen = rows[i].last_seen = rows[i].gone_by = s->observed_at;
		rows[i].lon = s->lon;
		rows[i].lat = s->lat;
	}
	return rows;
}

static void
find_span(Sample *sample)
{
	sample->begin = TIME_END;
	sample->end = TIME_BEGIN;
	for (int i = 0; i < sample->n; i++)
	{
		sample->begin = Min(sample->begin, sample->rows[i].first_seen);
		sample->end = Max(sample->end, sample->rows[i].last_seen);
	}
}

/* The sample is of rows: whoever may not read them may not infer them from estimates. */
static bool
find_slot(AttStatsSlot *slot, VariableStatData *vardata, int kind)
{
	return HeapTupleIsValid(vardata->statsTuple) && vardata->acl_ok &&
		get_attstatsslot(slot, vardata->statsTuple, kind, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS);
}

static int
from_west_to_east(const void *a, const void *b)
{
	int32_t		x = ((const SamplePoint *) a)->lon;
	int32_t		y = ((const SamplePoint *) b)->lon;

	return (x > y) - (x < y);
}

static void
find_points(Sample *sample)
{
	sample->points = palloc(sample->n * sizeof(SamplePoint));
	for (int i = 0; i < sample->n; i++)
		sample->points[i] = (SamplePoint) {sample->rows[i].lon, sample->rows[i].lat, sample_weight(sample, i)};
	qsort(sample->points, sample->n, sizeof(SamplePoint), from_west_to_east);
}

static Sample *
sample_of_slot(const AttStatsSlot *slot, Presence *rows)
{
	Sample	   *sample = palloc0(sizeof(Sample));

	sample->rows = rows;
	sample->n = slot->nvalues;
	sample->locations = Max(slot->numbers[NUMBER_LOCATIONS], 1.0);
	sample->head = sample->n;
	if (slot->nnumbers >= SAMPLE_NUMBERS && slot->numbers[NUMBER_TAIL] < sample->n)
	{
		sample->head -= (int) slot->numbers[NUMBER_TAIL];
		sample->tail_weight = slot->numbers[NUMBER_TAIL_WEIGHT];
	}
	sample->total = sample->head + (sample->n - sample->head) * sample->tail_weight;
	find_span(sample);
	find_points(sample);
	return sample;
}

Sample *
sample_read(VariableStatData *vardata)
{
	AttStatsSlot slot;
	bool		sightings = false;
	Sample	   *sample = NULL;

	if (!find_slot(&slot, vardata, STATISTIC_KIND_PRESENCE_SAMPLE))
	{
		sightings = find_slot(&slot, vardata, STATISTIC_KIND_SIGHTING_SAMPLE);
		if (!sightings)
			return NULL;
	}
	if (slot.nvalues > 0 && slot.nnumbers >= 1)
	{
		sample = sample_of_slot(&slot, sightings ? rows_of_sightings(&slot) : rows_of_presences(&slot));
		sample->nonnull = 1.0 - ((Form_pg_statistic) GETSTRUCT(vardata->statsTuple))->stanullfrac;
	}
	free_attstatsslot(&slot);
	return sample;
}

double
sample_weight(const Sample *sample, int i)
{
	return i < sample->head ? 1 : sample->tail_weight;
}

/* ---- space ---- */

/* The first point that is not west of it. */
static int
first_point(const Sample *sample, int32_t lon)
{
	int			from = 0;
	int			to = sample->n;

	while (from < to)
	{
		int			middle = (from + to) / 2;

		if (sample->points[middle].lon < lon)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* By weight. Of a box that does not touch the antimeridian only points between its sides are looked at. */
static double
points_in(const Sample *sample, const Watch *box)
{
	bool		between = -LON_LIMIT < box->lon_min && box->lon_min <= box->lon_max && box->lon_max < LON_LIMIT;
	double		n = 0;

	for (int i = between ? first_point(sample, box->lon_min) : 0; i < sample->n; i++)
	{
		const SamplePoint *p = &sample->points[i];

		if (between && p->lon > box->lon_max)
			break;
		n += box_has_point(box, p->lon, p->lat) ? p->weight : 0;
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
		double		n = points_in(sample, &big);

		if (n >= ENOUGH_POINTS)
			return n * area / (edge_width(&big) * edge_height(&big));
	}
	return 0;
}

/*
 * Points to assume where few were found: one point of a thousand in a small box is
 * rather luck than a thousandth of all presences. (The mean of a Poisson count, with a
 * gamma prior of the expected mean and PRIOR_SHAPE.)
 */
static double
points_assumed(double found, double expected)
{
	return (PRIOR_SHAPE + found) / (PRIOR_SHAPE / expected + 1);
}

static double
points_estimated(const Sample *sample, const Watch *box)
{
	double		n = points_in(sample, box);

	if (n >= ENOUGH_POINTS)
		return n;
	return points_assumed(n, Max(points_expected(sample, box), sample->total / sample->locations));
}

static bool
same_box(const Watch *a, const Watch *b)
{
	return a->lon_min == b->lon_min && a->lon_max == b->lon_max && a->lat_min == b->lat_min && a->lat_max == b->lat_max;
}

/* The same, found once for each box. */
static double
points_known(Sample *sample, const Watch *box)
{
	KnownSpace *known;

	for (int i = 0; i < (int) Min(sample->spaces_known, ANSWERS_KEPT); i++)
		if (same_box(&sample->spaces[i].box, box))
			return sample->spaces[i].points;
	known = &sample->spaces[sample->spaces_known++ % ANSWERS_KEPT];
	known->box = *box;
	known->points = points_estimated(sample, box);
	return known->points;
}

double
sample_space(Sample *sample, const Watch *box, double fullness)
{
	if (box_is_world(box))
		return fullness;
	return Min(1.0, Max(points_known(sample, box) * fullness / sample->total, 1.0 / sample->locations));
}

double
box_share_of_globe(const Watch *box)
{
	return edge_width(box) * edge_height(box) / (4.0 * LON_LIMIT * LAT_LIMIT);
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

/* A presence of the sample that answers if the question is moved by some of these moves. */
typedef struct Moves
{
	int			n;				/* of the question's rectangles, that it can lie in */
	double		first[RECTANGLES];
	double		last[RECTANGLES];
	double		weight;
	bool		inside;
} Moves;

static void
find_moves(Moves *moves, const Presence *p, const ChangeLimits *limits)
{
	int64_t		t[TIMES] = {p->not_seen_at, p->first_seen, p->last_seen,
	gone_by_capped(p->last_seen, p->gone_by, limits->cap)};

	moves->n = 0;
	for (int i = 0; i < limits->n; i++)
	{
		double		first = -INFINITY,
					last = INFINITY;

		for (int field = 0; field < TIMES; field++)
			narrow_moves(t[field], limits->times[i].min[field], limits->times[i].max[field],
						 &first, &last);
		if (last < first)
			continue;
		moves->first[moves->n] = first;
		moves->last[moves->n++] = last;
	}
}

/* The share of the moves in [from, to], or, if that is one move, whether it answers at this. */
static double
share_of_moves(const Moves *moves, double from, double to)
{
	double		sum = 0;

	for (int i = 0; i < moves->n; i++)
	{
		double		first = Max(from, moves->first[i]);
		double		last = Min(to, moves->last[i]);

		if (to <= from)
			sum += last >= first;
		else if (last > first)
			sum += (last - first) / (to - from);
	}
	return Min(sum, 1.0);
}

static Tally
tally(const Moves *moves, int n, double from, double to)
{
	Tally		sum = {0};

	for (int i = 0; i < n; i++)
	{
		double		share = share_of_moves(&moves[i], from, to);

		sum.hits += share > 0;
		sum.all += moves[i].weight * share;
		sum.inside += moves[i].inside ? moves[i].weight * share : 0;
	}
	return sum;
}

/* The moves of each presence of the sample that answers at some move; the weight of all in the box. */
static Moves *
all_moves(const Sample *sample, const ChangeLimits *limits, const Watch *box, int *n, double *n_inside)
{
	Moves	   *moves = palloc(sample->n * sizeof(Moves));

	*n = 0;
	*n_inside = 0;
	for (int i = 0; i < sample->n; i++)
	{
		const Presence *p = &sample->rows[i];
		Moves	   *m = &moves[*n];

		m->inside = box_has_point(box, p->lon, p->lat);
		m->weight = sample_weight(sample, i);
		*n_inside += m->inside ? m->weight : 0;
		find_moves(m, p, limits);
		if (m->n > 0)
			++*n;
	}
	return moves;
}

/*
 * Tally with moves that let enough of the sample take part. The first h tried is the one
 * that would do if one presence in the sample began, or ended, as often as any other.
 */
static Tally
tally_smoothly(const Sample *sample, const ChangeLimits *limits, const Watch *w)
{
	double		span = (double) sample->end - (double) sample->begin;
	int			n;
	double		n_inside;
	Moves	   *moves = all_moves(sample, limits, w, &n, &n_inside);
	Tally		sum = tally(moves, n, 0, 0);

	for (double h = span * ENOUGH_HITS / 2 / sample->n;
		 sum.hits < ENOUGH_HITS && h > 0 && h <= span / LAST_MOVE_PARTS; h *= 2)
	{
		double		from = Min(0, Max(-h, (double) sample->begin - (double) w->from_date));
		double		to = Max(0, Min(h, (double) sample->end - (double) w->to_date));

		if (to > from)
			sum = tally(moves, n, from, to);
	}
	pfree(moves);
	sum.n_inside = n_inside;
	return sum;
}

static bool
same_limits(const ChangeLimits *a, const ChangeLimits *b)
{
	return a->n == b->n && a->cap == b->cap && memcmp(a->times, b->times, a->n * sizeof(TimeLimits)) == 0;
}

/* The same, found once for each question. */
static Tally
tally_known(Sample *sample, const ChangeLimits *limits, const Watch *w)
{
	KnownTimes *known;

	for (int i = 0; i < (int) Min(sample->times_known, ANSWERS_KEPT); i++)
		if (same_limits(&sample->times[i].limits, limits) &&
			memcmp(&sample->times[i].w, w, sizeof(Watch)) == 0)
			return sample->times[i].tally;
	known = &sample->times[sample->times_known++ % ANSWERS_KEPT];
	known->limits = *limits;
	known->w = *w;
	known->tally = tally_smoothly(sample, limits, w);
	return known->tally;
}

/* The share of presences within the limits: of all, or of those in the box. */
double
sample_time(Sample *sample, const ChangeLimits *limits, const Watch *w, bool in_box)
{
	Tally		sum = tally_known(sample, limits, w);
	double		share = Max(sum.all, UNSEEN) / sample->total;

	if (in_box)
		share *= (sum.inside + LOCAL_PRIOR) / (sum.n_inside * share + LOCAL_PRIOR);
	return share;
}
