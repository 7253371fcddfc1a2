/*
 * index_shape_test.c: the orders by which an index is built never jump, and what an entry
 * costs a page is what the page grows by.
 */
#include "unit.h"
#include "index_shape.h"

#define SAMPLES 10000

/* What is added costs what the margin grows by, and nothing where it lies inside. */
static void
test_growth(void)
{
	bool		right = true;
	uint8_t		key[KEY_MAX];

	for (int i = 0; right && i < SAMPLES; i++)
	{
		Presence	p = any_presence();
		Presence	q = any_presence();
		Bounds		a = bounds_of_presence(&p);
		Bounds		b = bounds_of_presence(&q);
		CoarseBounds one;
		CoarseBounds other;
		CoarseBounds both;
		double		growth;
		double		off;

		coarse_unpack(key, bounds_pack(&a, key), &one);
		coarse_unpack(key, presence_pack(&q, key), &other);
		bounds_add(&a, &b);
		coarse_unpack(key, bounds_pack(&a, key), &both);
		growth = shape_growth(&shape_space, &one, &other);
		off = shape_margin(&shape_space, &one) + growth - shape_margin(&shape_space, &both);
		right = shape_growth(&shape_space, &both, &other) == 0 && growth >= 0 && off < 1e-6 && off > -1e-6;
	}
	check(right, "growth is not what the margin grows by");
}

/* How many cells lie between the centres, along the axes. */
static int
steps_apart(const Shape *shape, const Bounds *a, const Bounds *b, const double *step)
{
	double		x[SHAPE_AXES];
	double		y[SHAPE_AXES];
	double		sum = 0;

	shape_centre(shape, a, x);
	shape_centre(shape, b, y);
	for (int axis = 0; axis < shape->axes; axis++)
		sum += (x[axis] > y[axis] ? x[axis] - y[axis] : y[axis] - x[axis]) / step[axis];
	return (int) (sum + 0.5);
}

static void
sort_by_place(const Shape *shape, Bounds *at, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && curve_place(shape, &at[j]) < curve_place(shape, &at[j - 1]); j--)
		{
			Bounds		swap = at[j];

			at[j] = at[j - 1];
			at[j - 1] = swap;
		}
}

/* Sorts, and counts the neighbours that are not one cell apart. */
static int
count_jumps(const Shape *shape, Bounds *cell, int n, const double *step)
{
	int			jumps = 0;

	sort_by_place(shape, cell, n);
	for (int i = 1; i < n; i++)
		jumps += steps_apart(shape, &cell[i - 1], &cell[i], step) != 1;
	return jumps;
}

static Bounds
bounds_at(double lon, double lat, double arrival, double departure)
{
	Presence	p = {TIME_BEGIN, 0, 0, 0, 0, 0, 1, 1};

	p.lon = (int32_t) ((lon - 180) * DEGREE);
	p.lat = (int32_t) ((lat - 90) * DEGREE);
	p.first_seen = p.last_seen = (int64_t) ((arrival - 28490) * 86400e6);
	p.gone_by = (int64_t) ((departure - 28490) * 86400e6);
	return bounds_of_presence(&p);
}

/*
 * A grid of cells of the curve by time: sorted, neighbours are one cell apart. The plane
 * is 2 * 28490 days long. Place plays no part.
 */
static void
test_curve_steps(void)
{
	enum { SIDE = 16, CELLS = SIDE * SIDE };
	static Bounds cell[CELLS];
	double		side = 2 * 28490.0 / (1 << 16);
	double		step[SHAPE_AXES] = {side, side};

	for (int i = 0; i < CELLS; i++)
		cell[i] = bounds_at((i * 7) % 360, (i * 11) % 180, (i % SIDE + 0.5) * side, (i / SIDE + 0.5) * side);
	check(count_jumps(&shape_time, cell, CELLS, step) == 0, "the curve by time jumps");
}

/* What is still there comes after all that has gone at about the same time, by arrival. */
static void
test_open_stays(void)
{
	bool		apart = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		double		arrival = 28490 + 4000 * random_part();
		Bounds		gone = bounds_at(0, 0, arrival, arrival + 100 * random_part());
		Bounds		open = gone;
		double		at_gone[SHAPE_AXES];
		double		at_open[SHAPE_AXES];

		open.min[GONE_BY] = open.max[GONE_BY] = TIME_END;
		shape_centre(&shape_space, &gone, at_gone);
		shape_centre(&shape_space, &open, at_open);
		apart = apart && at_open[2] - at_gone[2] > 20000 * shape_space.degrees_per_day;
		shape_centre(&shape_time, &gone, at_gone);
		shape_centre(&shape_time, &open, at_open);
		apart = apart && at_open[0] == at_gone[0] && at_open[1] - at_gone[1] > 20000;
	}
	check(apart, "stays that are open lie among those that ended");
}

/*
 * By place: a cell of the grid, three degrees wide, comes as a whole, in the order by time
 * or that order backwards; the one beside it the other way.
 */
static void
test_cells(void)
{
	enum { N = 400 };
	static Bounds at[N];
	int			cells = 1;
	int			turns = 0;
	int			way = 0;

	for (int i = 0; i < N; i++)
	{
		double		arrival = 28490 + 1000 * random_part();

		at[i] = bounds_at(201 + 6 * random_part(), 120 + 3 * random_part(), arrival, arrival + 50 * random_part());
	}
	sort_by_place(&shape_space, at, N);
	for (int i = 1; i < N; i++)
	{
		int			step = curve_place(&shape_time, &at[i]) > curve_place(&shape_time, &at[i - 1]) ? 1 : -1;

		if ((at[i].lon_min >= 24 * DEGREE) != (at[i - 1].lon_min >= 24 * DEGREE))
			cells++;
		else
		{
			turns += way == -step;
			way = step;
		}
	}
	check(cells == 2, "the order by place goes back to a cell");
	check(turns == 1, "the order by place turns %d times in time", turns);
}

void
test_index_shape(void)
{
	test_curve_steps();
	test_cells();
	test_open_stays();
	test_growth();
}
