/*
 * ledger_evidence.c: what each look tells of each key: the only place where the rules of
 * evidence stand. A look is exhaustive for a class if it is complete, the class lies in its
 * scope, and its pixels are fine enough (reach_shows).
 */
#include "ledger_work.h"

/* The largest sum of lower counts; one more means "or more". */
#define COUNT_LARGEST (COUNT_UNBOUNDED - 1)

/* Sightings of one number that are gone through, before another way to find those of a window is tried. */
#define MOST_OF_A_NUMBER 300

/*
 * What looks show: facts of keys, and extras of classes (their ancestors', and whether an
 * individual may hide).
 */
static void
add_fact(Work *work, KeyId id, const Shown *shown)
{
	int32		key = key_number(work, id, false);

	if (key != NONE && !work->keys.at[key].settled)
		*APPEND(work->context, work->facts) = (Fact) {key, shown->look, shown->sure ? shown->n : 0, shown->m, false, false};
}

/* What was told less closely, in a class below; with another number it is no other individual. */
static void
add_below(Work *work, int32 span, int32 class, const Shown *shown)
{
	int32		key;

	*APPEND(work->context, work->extras) = (Fact) {class, shown->look, 0, shown->m,
	shown->designation == NONE && shown->m > 0, false};
	if (shown->designation == NONE || shown->m == 0)
		return;
	key = key_number(work, (KeyId) {span, work->classes.at[class].id, true, shown->designation}, false);
	if (key != NONE && !work->keys.at[key].settled)
		*APPEND(work->context, work->facts) = (Fact) {key, shown->look, 0, 0, false, true};
}

/* A number of the class could not be read. */
static void
add_unread(Work *work, int32 class, const Shown *shown)
{
	*APPEND(work->context, work->extras) = (Fact) {class, shown->look, 0, 0, shown->m > 0, false};
}

/*
 * Puts facts in order of their keys, which are numbers below `keys`. They come look by look, so that
 * those of one key stay in order of looks.
 */
static void
sort_facts(Work *work, Fact *facts, size_t n, size_t keys)
{
	size_t	   *place = MemoryContextAllocExtended(work->context, sizeof(size_t) * (keys + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	Fact	   *sorted = MemoryContextAllocHuge(work->context, sizeof(Fact) * Max(n, 1));

	for (size_t i = 0; i < n; i++)
		place[facts[i].key + 1]++;
	for (size_t k = 1; k <= keys; k++)
		place[k] += place[k - 1];
	for (size_t i = 0; i < n; i++)
		sorted[place[facts[i].key]++] = facts[i];
	memcpy(facts, sorted, sizeof(Fact) * n);
	pfree(sorted);
	pfree(place);
}

/* Facts of one key in one look become one. Individuals: one at most. */
static size_t
sum_facts(Fact *facts, size_t n, const Key *keys)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
	{
		Fact	   *sum = kept > 0 ? &facts[kept - 1] : NULL;
		const Fact *more = &facts[i];

		if (sum == NULL || sum->key != more->key || sum->look != more->look)
		{
			facts[kept++] = *more;
			continue;
		}
		if (keys != NULL && keys[more->key].id.individual)
		{
			sum->n = Max(sum->n, more->n);
			sum->m = Max(sum->m, more->m);
		}
		else
		{
			sum->n += more->n;
			sum->m += more->m;
		}
		sum->unread = sum->unread || more->unread;
		sum->vague = sum->vague && more->vague;
	}
	return kept;
}

void
gather_facts(Work *work, ClassNumbers *classes)
{
	for (size_t i = 0; i < work->keys.n; i++)
	{
		int32		class = class_number(classes, work->keys.at[i].id.class);

		if (class != NONE && work->keys.at[i].id.individual)
			work->classes.at[class].individuals = true;
	}
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		int32		span = work->looks.at[shown->look].span;
		int32		class = class_number(classes, shown->class);

		CHECK_FOR_INTERRUPTS();
		add_fact(work, (KeyId) {span, shown->class, false, shown->status}, shown);
		if (shown->designation != NONE)
			add_fact(work, (KeyId) {span, shown->class, true, shown->designation}, shown);
		if (class == NONE)
			continue;
		if (shown->designation == NONE && work->classes.at[class].individuals)
			add_unread(work, class, shown);
		for (int32 below = 1; below <= work->classes.at[class].below; below++)
			add_below(work, span, class + below, shown);
	}
	sort_facts(work, work->facts.at, work->facts.n, work->keys.n);
	sort_facts(work, work->extras.at, work->extras.n, work->classes.n);
	work->facts.n = sum_facts(work->facts.at, work->facts.n, work->keys.at);
	work->extras.n = sum_facts(work->extras.at, work->extras.n, NULL);
}

/* Of individuals to derive, the rows that a query had for each. */
typedef struct Asked
{
	Work	   *work;
	const int32 *keys;
	size_t	   *rows;
} Asked;

static void
receive_elsewhere(void *state, const Datum *values, const bool *nulls)
{
	const Asked *asked = state;
	size_t		k = (size_t) DatumGetInt32(values[0]) - 1;

	asked->rows[k]++;
	if (!nulls[1])
		*APPEND(asked->work->context, asked->work->elsewhere) = (Elsewhere) {asked->keys[k], DatumGetInt64(values[1]), DatumGetInt64(values[2]), DatumGetInt32(values[3])};
}

static int
elsewhere_order(const void *left, const void *right)
{
	const Elsewhere *a = left;
	const Elsewhere *b = right;

	BY(key);
	BY(observed_at);
	/* (of equal evidence that of the last is named in rows: of the look with the lowest number) */
	if (a->observation != b->observation)
		return a->observation > b->observation ? -1 : 1;
	BY(source);
	return 0;
}

static int
int32_order(const void *left, const void *right)
{
	int32		a = *(const int32 *) left;
	int32		b = *(const int32 *) right;

	return a < b ? -1 : a > b;
}

/* Those found from the first on, of some keys in order. */
static void
forget_elsewhere(Work *work, size_t first, const int32 *keys, size_t n)
{
	size_t		kept = first;

	for (size_t i = first; i < work->elsewhere.n; i++)
		if (bsearch(&work->elsewhere.at[i].key, keys, n, sizeof(int32), int32_order) == NULL)
			work->elsewhere.at[kept++] = work->elsewhere.at[i];
	work->elsewhere.n = kept;
}

/*
 * Asks a query of keys. Of those of which it read as many rows as it may, which may not be all, it is
 * forgotten what they were; they are left in `keys`. Returns how many.
 */
static size_t
ask_elsewhere(Work *work, LedgerQuery query, int32 *keys, size_t n, int64 most)
{
	Asked		asked = {work, keys, MemoryContextAllocExtended(work->context, sizeof(size_t) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO)};
	Datum	   *columns[5];
	Datum		values[8];
	char		nulls[] = "        ";
	size_t		left = 0;
	size_t		first = work->elsewhere.n;

	if (n == 0)
		return 0;
	for (int i = 0; i < 5; i++)
		columns[i] = new_values(work, n);
	for (size_t i = 0; i < n; i++)
	{
		KeyId		id = work->keys.at[keys[i]].id;
		const Span *span = &work->spans[id.span];

		columns[0][i] = Int64GetDatum(span->installation);
		columns[1][i] = Int32GetDatum(id.class);
		columns[2][i] = CStringGetTextDatum(label_text(work->labels, id.label));
		columns[3][i] = Int64GetDatum(span->window.lo);
		columns[4][i] = Int64GetDatum(span->window.hi);
	}
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_TEXT, columns[2], n);
	values[3] = parameter_array(work->ledger, P_TIME, columns[3], n);
	values[4] = parameter_array(work->ledger, P_TIME, columns[4], n);
	values[5] = Float8GetDatum(work->min_confidence);
	values[6] = Int64GetDatum(most);
	values[7] = Int64GetDatum(work->known_at);
	if (most == 0)
		nulls[6] = 'n';
	if (work->known_at == TIME_END)
		nulls[7] = 'n';
	ledger_ask(work->ledger, query, values, nulls, receive_elsewhere, &asked);
	for (size_t i = 0; i < n; i++)
		if (most > 0 && asked.rows[i] >= (size_t) most)
			keys[left++] = keys[i];
	if (left > 0)
		forget_elsewhere(work, first, keys, left);
	return left;
}

/*
 * When the individuals to derive were seen at other installations. By their number; of one that
 * has been sighted very often, look by look if the window holds few.
 */
void
read_elsewhere(Work *work)
{
	int32	   *keys = MemoryContextAllocHuge(work->context, sizeof(int32) * Max(work->keys.n, 1));
	size_t		n = 0;

	for (size_t i = 0; i < work->keys.n; i++)
		if (work->keys.at[i].id.individual && !work->keys.at[i].settled)
			keys[n++] = (int32) i;
	if (work->knows_subjects)
	{
		n = ask_elsewhere(work, QUERY_ELSEWHERE, keys, n, MOST_OF_A_NUMBER);
		n = ask_elsewhere(work, QUERY_ELSEWHERE_THEN, keys, n, MOST_OF_A_NUMBER);
	}
	ask_elsewhere(work, QUERY_ELSEWHERE, keys, n, 0);
	SORT(work->elsewhere, elsewhere_order);
}

static size_t
count_elsewhere(const Work *work, const Cursors *at, int32 key)
{
	size_t		end = at->elsewhere;

	while (end < work->elsewhere.n && work->elsewhere.at[end].key == key)
		end++;
	return end - at->elsewhere;
}

/* Why a count is no single number. */
static uint32_t
why_open(const Fact *extra)
{
	return extra != NULL && extra->m > 0 ? DOUBT(TOLD_LESS_CLOSELY) : 0;
}

/* One look's evidence on a key; false if it tells nothing: 0 or more. */
static bool
tell(Evidence *evidence, const Look *look, bool individual, bool exhaustive, const Fact *fact, const Fact *extra)
{
	int64		n = fact == NULL ? 0 : Min(fact->n, COUNT_LARGEST);
	int64		m = fact == NULL ? 0 : fact->m;

	if (individual)
	{
		/* whose number was not read may be this one; whose class was not, if it has its number */
		if (fact == NULL && extra != NULL && extra->unread)
			return false;
		if (fact != NULL && fact->vague)
			return false;
		n = Min(n, 1);
		m = exhaustive ? Min(m, 1) : 1;
		if (n == 0 && !exhaustive)
			return false;
	}
	else
	{
		/* what could be told less closely may be of this class too */
		if (extra != NULL)
			m += extra->m;
		if (!exhaustive || m > COUNT_LARGEST)
			m = COUNT_UNBOUNDED;
		if (n == 0 && m == COUNT_UNBOUNDED)
			return false;
	}
	*evidence = (Evidence) {look->observed_at, look->observed_at, {(int32) n, (int32) m}, why_open(extra), 0};
	return true;
}

static int
told_order(const void *left, const void *right)
{
	const Evidence *a = left;
	const Evidence *b = right;

	BY(at);
	return 0;
}

/* The first extra of a class at the look, or after it. */
static size_t
find_extra(const Work *work, int32 class, int32 look)
{
	size_t		low = 0;
	size_t		high = work->extras.n;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;
		const Fact *extra = &work->extras.at[middle];

		if (extra->key < class || (extra->key == class && extra->look < look))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
make_room(Work *work, Cursors *at, size_t n)
{
	if (n <= at->room)
		return;
	at->room = Max(n, 2 * at->room);
	at->told = MemoryContextAllocHuge(work->context, at->room * sizeof(Evidence));
	at->result.runs = MemoryContextAllocHuge(work->context, at->room * sizeof(Presence));
	at->result.scratch = MemoryContextAllocHuge(work->context, 2 * (at->room + 1) * sizeof(size_t));
}

/* Seen at another installation, so not here. */
static size_t
add_elsewhere(Work *work, int32 number, Cursors *at, size_t n)
{
	size_t		before = n;

	for (; at->elsewhere < work->elsewhere.n && work->elsewhere.at[at->elsewhere].key == number; at->elsewhere++)
	{
		int64		when = work->elsewhere.at[at->elsewhere].observed_at;

		at->told[n++] = (Evidence) {when, when, {0, 0}, 0, ELSEWHERE(at->elsewhere)};
	}
	if (n > before)
		qsort(at->told, n, sizeof(Evidence), told_order);
	return n;
}

size_t
key_told(Work *work, int32 number, int32 class, Cursors *at)
{
	Key		   *key = &work->keys.at[number];
	const Span *span = &work->spans[key->id.span];
	size_t		extra = find_extra(work, class, (int32) span->first_look);
	size_t		n = 0;

	make_room(work, at, span->looks + count_elsewhere(work, at, number) + 1);
	key->sighted = false;
	for (size_t i = span->first_look; i < span->first_look + span->looks; i++)
	{
		const Look *look = &work->looks.at[i];
		const Fact *fact = NULL;
		const Fact *more = NULL;
		bool		exhaustive;

		if (at->fact < work->facts.n && work->facts.at[at->fact].key == number && work->facts.at[at->fact].look == (int32) i)
			fact = &work->facts.at[at->fact++];
		if (extra < work->extras.n && work->extras.at[extra].key == class && work->extras.at[extra].look == (int32) i)
			more = &work->extras.at[extra++];
		if (fact != NULL && !fact->vague)
			key->sighted = true;
		exhaustive = look->complete && class != NONE && reach_shows(work, look->reach, class);
		if ((fact != NULL || exhaustive) &&
			tell(&at->told[n], look, key->id.individual, exhaustive, fact, more))
			at->told[n++].look = (int32) i;
	}
	return add_elsewhere(work, number, at, n);
}

void
forget_evidence(Work *work)
{
	work->looks.n = work->shown.n = work->facts.n = work->extras.n = work->elsewhere.n = 0;
	for (size_t i = 0; i < work->reach.n; i++)
		work->reach.at[i].shows = NULL;
}
