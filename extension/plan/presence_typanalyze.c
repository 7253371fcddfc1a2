/*
 * presence_typanalyze.c: what ANALYZE keeps of a column of presences.
 *
 * One slot holds a sample of the values themselves, for the estimators (presence_sample.c
 * says why), and the number of distinct locations in the table. ANALYZE reads many more
 * rows than are kept. Most of those kept are random ones; the rest are the longest stays.
 * Questions over months are answered by so few presences that a random sample would have one
 * of them only by luck.
 *
 * Another slot holds how well the order of the table follows the order of presences. The cost
 * of a btree scan depends on it. The number of distinct values is counted in that order.
 *
 * Of a column of sightings a sample is kept likewise, of watches a few, for joins; both
 * beside what ANALYZE keeps of any type.
 */
#include "presence_sample.h"

#include <math.h>

#include "catalog/pg_operator.h"
#include "commands/vacuum.h"
#include "miscadmin.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(presence_typanalyze);
PG_FUNCTION_INFO_V1(watch_typanalyze);
PG_FUNCTION_INFO_V1(sighting_typanalyze);

#define ROWS_PER_TARGET 300		/* as for any other type */
#define HEADS_PER_TAIL 8		/* to so many random values, one of the longest */

/* The slots of pg_statistic that a column of presences fills. */
enum
{
	SLOT_SAMPLE, SLOT_CORRELATION
};

typedef struct SampledRow
{
	const Presence *presence;
	int			row;			/* its place in the table, among the rows sampled */
} SampledRow;

/*
 * ANALYZE may read millions, and sorts them twice: each order lets go when asked. (The
 * server's qsort holds nothing that would be lost.)
 */
static int
by_place(const void *a, const void *b)
{
	const Presence *p = ((const SampledRow *) a)->presence;
	const Presence *q = ((const SampledRow *) b)->presence;

	CHECK_FOR_INTERRUPTS();
	if (p->lon != q->lon)
		return p->lon < q->lon ? -1 : 1;
	return p->lat < q->lat ? -1 : p->lat > q->lat;
}

static int
by_order(const void *a, const void *b)
{
	CHECK_FOR_INTERRUPTS();
	return presence_order(((const SampledRow *) a)->presence, ((const SampledRow *) b)->presence);
}

/*
 * Distinct ones of n rows that are sorted, in the table, by the estimator of Haas and Stokes that
 * ANALYZE uses for distinct values: n d / (n - f1 + f1 n / N), f1 those seen once.
 */
static double
count_distinct(const SampledRow *rows, int n, double total, int (*compare) (const void *, const void *))
{
	double		d = 0,
				once = 0;

	for (int i = 0; i < n;)
	{
		int			same = 1;

		while (i + same < n && compare(&rows[i], &rows[i + same]) == 0)
			same++;
		d++;
		once += same == 1;
		i += same;
	}
	return Min(n * d / (n - once + once * n / Max(total, n)), Max(total, n));
}

static double
count_locations(SampledRow *rows, int n, double total)
{
	qsort(rows, n, sizeof(SampledRow), by_place);
	return count_distinct(rows, n, total, by_place);
}

/* Correlation of the order `compare` with the place in the table; sorts the rows. */
static float4
correlation(SampledRow *rows, int n, int (*compare) (const void *, const void *))
{
	double		sum = n * (n - 1.0) / 2;
	double		squares = n * (n - 1.0) * (2.0 * n - 1) / 6;
	double		products = 0;

	qsort(rows, n, sizeof(SampledRow), compare);
	for (int i = 0; i < n; i++)
		products += (double) i * rows[i].row;
	return (n * products - sum * sum) / (n * squares - sum * sum);
}

static void
keep_correlation(VacAttrStats *stats, int slot, Oid less, float4 value)
{
	float4	   *number = MemoryContextAlloc(stats->anl_context, sizeof(float4));

	*number = value;
	stats->stakind[slot] = STATISTIC_KIND_CORRELATION;
	stats->staop[slot] = less;
	stats->stanumbers[slot] = number;
	stats->numnumbers[slot] = 1;
}

/*
 * One of each of `keep` equal stretches of the rows, which are in the table's order. Which
 * one is as good as random: every k-th would fall in step with data that repeats (every
 * class of a site, every site of a day), and never the same from one run to the next
 * would make plans waver for nothing.
 */
static int
row_kept(int i, int n, int keep)
{
	int			first = (int) ((int64_t) i * n / keep);
	int			next = (int) ((int64_t) (i + 1) * n / keep);

	return first + (int) (murmurhash32((uint32) i) % (uint32) (next - first));
}

/* How long a presence is known to last; one that is open lasts to the last look. */
typedef struct LongRow
{
	const SampledRow *row;
	int64_t		length;
} LongRow;

static int
longest_first(const void *a, const void *b)
{
	const LongRow *x = a;
	const LongRow *y = b;

	CHECK_FOR_INTERRUPTS();
	if (x->length != y->length)
		return x->length > y->length ? -1 : 1;
	return x->row->row - y->row->row;
}

/* Moves the `tail` longest of the rows to their end; the others stay in order. */
static void
part_longest(SampledRow *rows, int n, int tail)
{
	LongRow    *by_length = palloc(n * sizeof(LongRow));
	SampledRow *apart = palloc(n * sizeof(SampledRow));
	bool	   *is_long = palloc0(n * sizeof(bool));
	int64_t		last_look = TIME_BEGIN;
	int			ordinary = 0;
	int			late = n - tail;

	for (int i = 0; i < n; i++)
		last_look = Max(last_look, rows[i].presence->last_seen);
	for (int i = 0; i < n; i++)
	{
		const Presence *p = rows[i].presence;

		by_length[i].row = &rows[i];
		by_length[i].length = Min(p->gone_by, last_look) / 2 - p->first_seen / 2;
	}
	qsort(by_length, n, sizeof(LongRow), longest_first);
	for (int i = 0; i < tail; i++)
		is_long[by_length[i].row - rows] = true;
	for (int i = 0; i < n; i++)
		apart[is_long[i] ? late++ : ordinary++] = rows[i];
	memcpy(rows, apart, n * sizeof(SampledRow));
	pfree(by_length);
	pfree(apart);
	pfree(is_long);
}

/*
 * The values: the longest of all n rows, which stand for themselves only, come last; before
 * them a random sample of the rest. The numbers: locations, tail, and what a row of the
 * tail weighs if one of the others weighs 1.
 */
static void
keep_sample(VacAttrStats *stats, SampledRow *rows, int n, int head, double locations)
{
	int			tail = Min(head / HEADS_PER_TAIL, n - head);
	int			keep = head + tail;
	Datum	   *values = MemoryContextAlloc(stats->anl_context, keep * sizeof(Datum));
	float4	   *numbers = MemoryContextAlloc(stats->anl_context, SAMPLE_NUMBERS * sizeof(float4));

	if (tail > 0)
		part_longest(rows, n, tail);
	for (int i = 0; i < keep; i++)
	{
		Presence   *copy = MemoryContextAlloc(stats->anl_context, sizeof(Presence));

		*copy = *rows[i < head ? row_kept(i, n - tail, head) : n - keep + i].presence;
		values[i] = PointerGetDatum(copy);
	}
	numbers[NUMBER_LOCATIONS] = locations;
	numbers[NUMBER_TAIL] = tail;
	numbers[NUMBER_TAIL_WEIGHT] = head / (double) (n - tail);
	stats->stakind[SLOT_SAMPLE] = STATISTIC_KIND_PRESENCE_SAMPLE;
	stats->stavalues[SLOT_SAMPLE] = values;
	stats->numvalues[SLOT_SAMPLE] = keep;
	stats->stanumbers[SLOT_SAMPLE] = numbers;
	stats->numnumbers[SLOT_SAMPLE] = SAMPLE_NUMBERS;
}

/* The values of all rows but the nulls; how many. */
static int
fetch_values(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, Datum *values)
{
	int			found = 0;

	for (int i = 0; i < n; i++)
	{
		bool		isnull;
		Datum		value = fetch(stats, i, &isnull);

		vacuum_delay_point_compat();
		if (!isnull)
			values[found++] = value;
	}
	return found;
}

static Oid
operator_named(const char *name, const VacAttrStats *stats)
{
	Oid			type = stats->attrtypid;

	return GetSysCacheOid4(OPERNAMENSP, Anum_pg_operator_oid, CStringGetDatum(name),
						   ObjectIdGetDatum(type), ObjectIdGetDatum(type),
						   ObjectIdGetDatum(stats->attrtype->typnamespace));
}

/* As ANALYZE does: as a share of the rows where it is likely to grow with the table. */
static void
keep_distinct(VacAttrStats *stats, double distinct, double total)
{
	double		share = distinct / total * (1.0 - stats->stanullfrac);

	stats->stadistinct = share > 0.1 ? -share : rint(distinct);
}

static int
values_kept(const VacAttrStats *stats)
{
	return Min(SAMPLE_PER_TARGET * attribute_target(stats), SAMPLE_MOST);
}

static void
keep_everything(VacAttrStats *stats, SampledRow *rows, int n, double total)
{
	int			keep = Min(n, values_kept(stats));
	SampledRow *sorted = palloc(n * sizeof(SampledRow));
	double		locations;

	memcpy(sorted, rows, n * sizeof(SampledRow));
	locations = count_locations(sorted, n, total);
	keep_correlation(stats, SLOT_CORRELATION, operator_named("<", stats), correlation(sorted, n, by_order));
	keep_distinct(stats, count_distinct(sorted, n, total, by_order), total);
	keep_sample(stats, rows, n, keep, locations);
}

static void
compute_presence_stats(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, double total)
{
	SampledRow *rows;
	Datum	   *values;
	int			found;

	if (n == 0)
		return;
	rows = palloc(n * sizeof(SampledRow));
	values = palloc(n * sizeof(Datum));
	found = fetch_values(stats, fetch, n, values);
	for (int i = 0; i < found; i++)
		rows[i] = (SampledRow) {.presence = DatumGetPresenceP(values[i]), .row = i};
	pfree(values);
	stats->stats_valid = true;
	stats->stanullfrac = (n - found) / (double) n;
	stats->stawidth = sizeof(Presence);
	stats->stadistinct = -(1.0 - stats->stanullfrac);
	if (found > 1)
		keep_everything(stats, rows, found, total * (1.0 - stats->stanullfrac));
}

Datum
presence_typanalyze(PG_FUNCTION_ARGS)
{
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);

	if (attribute_target(stats) < 0)
		attribute_target(stats) = default_statistics_target;
	stats->compute_stats = compute_presence_stats;
	stats->minrows = ROWS_PER_TARGET * attribute_target(stats);
	PG_RETURN_BOOL(true);
}

/*
 * Watches and sightings: what ANALYZE keeps of any type, which is done first, and a
 * sample of the values in a slot that this leaves free.
 */
typedef void (*KeepValues) (VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, double total, int slot);

typedef struct Standard
{
	AnalyzeAttrComputeStatsFunc compute_stats;
	void	   *extra_data;
	KeepValues	keep;
} Standard;

static int
free_slot(const VacAttrStats *stats)
{
	for (int slot = 0; slot < STATISTIC_NUM_SLOTS; slot++)
		if (stats->stakind[slot] == 0)
			return slot;
	return -1;
}

static void
compute_more_stats(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, double total)
{
	Standard   *standard = stats->extra_data;
	int			slot;

	stats->extra_data = standard->extra_data;
	standard->compute_stats(stats, fetch, n, total);
	stats->extra_data = standard;
	slot = free_slot(stats);
	if (stats->stats_valid && slot >= 0 && n > 0)
		standard->keep(stats, fetch, n, total, slot);
}

static bool
typanalyze_more(VacAttrStats *stats, KeepValues keep)
{
	Standard   *standard;

	if (!std_typanalyze(stats))
		return false;
	standard = palloc(sizeof(Standard));
	standard->compute_stats = stats->compute_stats;
	standard->extra_data = stats->extra_data;
	standard->keep = keep;
	stats->compute_stats = compute_more_stats;
	stats->extra_data = standard;
	return true;
}

/* Copies so many of the rows, of `width` bytes each, to where ANALYZE keeps what it found. */
static Datum *
copy_some(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, int keep, Size width, int *kept)
{
	Datum	   *values = MemoryContextAlloc(stats->anl_context, keep * sizeof(Datum));

	*kept = 0;
	for (int i = 0; i < keep; i++)
	{
		bool		isnull;
		Datum		value = fetch(stats, row_kept(i, n, keep), &isnull);
		void	   *copy;

		if (isnull)
			continue;
		copy = MemoryContextAlloc(stats->anl_context, width);
		memcpy(copy, DatumGetPointer(value), width);
		values[(*kept)++] = PointerGetDatum(copy);
	}
	return values;
}

static void
keep_watches(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, double total, int slot)
{
	(void) total;
	stats->stavalues[slot] = copy_some(stats, fetch, n, Min(n, WATCHES_KEPT), sizeof(Watch),
									   &stats->numvalues[slot]);
	if (stats->numvalues[slot] > 0)
		stats->stakind[slot] = STATISTIC_KIND_WATCH_SAMPLE;
}

static void
keep_sightings(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int n, double total, int slot)
{
	Presence   *places = palloc0(n * sizeof(Presence));	/* as count_locations wants them */
	SampledRow *rows = palloc(n * sizeof(SampledRow));
	Datum	   *values = palloc(n * sizeof(Datum));
	float4	   *locations = MemoryContextAlloc(stats->anl_context, sizeof(float4));
	int			found = fetch_values(stats, fetch, n, values);

	for (int i = 0; i < found; i++)
	{
		places[i].lon = DatumGetSightingP(values[i])->lon;
		places[i].lat = DatumGetSightingP(values[i])->lat;
		rows[i] = (SampledRow) {.presence = &places[i], .row = i};
	}
	stats->stavalues[slot] = copy_some(stats, fetch, n, Min(n, values_kept(stats)),
									   sizeof(Sighting), &stats->numvalues[slot]);
	if (stats->numvalues[slot] == 0)
		return;
	*locations = count_locations(rows, found, total * (1.0 - stats->stanullfrac));
	stats->stakind[slot] = STATISTIC_KIND_SIGHTING_SAMPLE;
	stats->stanumbers[slot] = locations;
	stats->numnumbers[slot] = 1;
}

Datum
watch_typanalyze(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(typanalyze_more((VacAttrStats *) PG_GETARG_POINTER(0), keep_watches));
}

Datum
sighting_typanalyze(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(typanalyze_more((VacAttrStats *) PG_GETARG_POINTER(0), keep_sightings));
}
