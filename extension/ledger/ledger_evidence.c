/*
 * ledger_evidence.c: what each look tells of each key: the only place where the rules of
 * evidence stand. A look is exhaustive for a class if it is complete, the class lies in its
 * scope, and its pixels are fine enough (reach_shows).
 */
#include "ledger_work.h"

/* The largest sum of lower counts; one more means "or more". */
#define COUNT_LARGEST (COUNT_UNBOUNDED - 1)

/* So many sightings of one individual are gone through; if there are more, the looks of the window are. */
#define MOST_OF_A_NUMBER 300

/*
 * What looks show: facts of keys of statuses and individuals, and of classes.
 */
static Fact *
add_key_fact(Work *work, KeyId id, int32 look)
{
	int32		key = id.label == NONE ? NONE : key_number(work, id, false);
	Fact	   *fact;

	if (key == NONE || work->keys.at[key].done)
		return NULL;
	fact = APPEND(work->context, work->facts);
	*fact = (Fact) {.key = key, .look = look};
	return fact;
}

/* What was sighted at the class, or below it. */
static void
add_at(Work *work, int32 span, int32 number, const Shown *shown)
{
	const Class *class = &work->classes.at[number];
	int64		sure = shown->sure ? shown->n : 0;
	bool		itself = class->id == shown->class;
	Fact	   *fact;

	*APPEND(work->context, work->class_facts) = (Fact) {
		.key = number, .look = shown->look, .n = sure, .m = shown->m,
		.untold = shown->status == NONE ? shown->m : 0,
		.own = itself || class->keep_total,
		.anonymous = shown->designation == NONE && shown->m > 0
	};
	if (class->asked[OF_STATUS] && (fact = add_key_fact(work, (KeyId) {span, class->id, OF_STATUS, shown->status}, shown->look)) != NULL)
		fact->n = sure, fact->m = shown->m, fact->own = itself;
	if (class->asked[OF_INDIVIDUAL] && (fact = add_key_fact(work, (KeyId) {span, class->id, OF_INDIVIDUAL, shown->designation}, shown->look)) != NULL)
		fact->n = sure, fact->m = shown->m, fact->own = itself;
}

/* What was sighted at a class above may be of this one, too. (An individual it can only be by its designation.) */
static void
add_above(Work *work, int32 span, int32 number, const Shown *shown)
{
	const Class *class = &work->classes.at[number];
	Fact	   *fact;

	*APPEND(work->context, work->class_facts) = (Fact) {
		.key = number, .look = shown->look, .above = shown->m,
		.untold = shown->status == NONE ? shown->m : 0,
		.anonymous = shown->designation == NONE && shown->m > 0
	};
	if (class->asked[OF_STATUS] && (fact = add_key_fact(work, (KeyId) {span, class->id, OF_STATUS, shown->status}, shown->look)) != NULL)
		fact->above = shown->m;
	if (class->asked[OF_INDIVIDUAL] && (fact = add_key_fact(work, (KeyId) {span, class->id, OF_INDIVIDUAL, shown->designation}, shown->look)) != NULL)
		fact->above = shown->m;
}

static bool
is_asked(const Class *class)
{
	return class->asked[OF_CLASS] || class->asked[OF_STATUS] || class->asked[OF_INDIVIDUAL];
}

/*
 * Puts facts in order of their keys, which are numbers below `keys`. They come look by look, so that
 * those of one key stay in order of looks.
 */
static void
sort_facts(Work *work, Fact *facts, size_t n, size_t keys)
{
	size_t	   *place;
	Fact	   *sorted;

	if (n == 0)
		return;
	place = MemoryContextAllocExtended(work->context, sizeof(size_t) * (keys + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	sorted = MemoryContextAllocHuge(work->context, sizeof(Fact) * n);
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

/* Facts of one key, or class, in one look become one. */
static size_t
sum_facts(Fact *facts, size_t n)
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
		sum->n += more->n;
		sum->m += more->m;
		sum->above += more->above;
		sum->untold += more->untold;
		sum->own = sum->own || more->own;
		sum->anonymous = sum->anonymous || more->anonymous;
	}
	return kept;
}

void
gather_facts(Work *work, ClassNumbers *classes)
{
	for (size_t i = 0; i < work->keys.n; i++)
	{
		const Key  *key = &work->keys.at[i];
		int32		class = class_number(classes, key->id.class);

		if (class != NONE && !key->done)
			work->classes.at[class].asked[key->id.kind] = true;
	}
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		int32		span = work->looks.at[shown->look].span;
		int32		class = class_number(classes, shown->class);

		CHECK_FOR_INTERRUPTS();
		if (class == NONE)
			continue;
		for (int32 at = class; at != NONE; at = work->classes.at[at].parent)
			if (is_asked(&work->classes.at[at]))
				add_at(work, span, at, shown);
		for (int32 below = class + 1; below <= class + work->classes.at[class].below; below++)
			if (is_asked(&work->classes.at[below]))
				add_above(work, span, below, shown);
	}
	sort_facts(work, work->facts.at, work->facts.n, work->keys.n);
	sort_facts(work, work->class_facts.at, work->class_facts.n, work->classes.n);
	work->facts.n = sum_facts(work->facts.at, work->facts.n);
	work->class_facts.n = sum_facts(work->class_facts.at, work->class_facts.n);
}

/* The individuals that a query is asked about, and how many rows it had for each. */
typedef struct ElsewhereAsked
{
	Work	   *work;
	const int32 *keys;
	size_t	   *rows;
} ElsewhereAsked;

static void
receive_elsewhere(void *state, const Datum *values, const bool *nulls)
{
	const ElsewhereAsked *asked = state;
	int32		k = asked_row(values);

	asked->rows[k]++;
	if (!nulls[ELSEWHERE_OBSERVED_AT])
		*APPEND(asked->work->context, asked->work->elsewhere) = (Elsewhere) {
			.key = asked->keys[k],
			.since = DatumGetInt64(values[ELSEWHERE_SINCE]),
			.observed_at = DatumGetInt64(values[ELSEWHERE_OBSERVED_AT]),
			.observation = DatumGetInt64(values[ELSEWHERE_OBSERVATION]),
			.source = DatumGetInt32(values[ELSEWHERE_SOURCE])
		};
}

static int
elsewhere_order(const void *left, const void *right)
{
	const Elsewhere *a = left;
	const Elsewhere *b = right;

	BY(key);
	BY(observed_at);
	if (a->since != b->since)
		return a->since > b->since ? -1 : 1;
	/* (rows name the last of equal evidence: the look with the lowest number) */
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

/* Forgets what was found, from the first on, of some keys, which are in order. */
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
 * Asks a query about keys. Where it read `most` rows of one it may not have read all: what it found of
 * that one is forgotten, and the key is left in `keys`. Returns how many are left.
 */
static size_t
ask_elsewhere(Work *work, LedgerQuery query, int32 *keys, size_t n, int64 most)
{
	ElsewhereAsked asked = {work, keys, MemoryContextAllocExtended(work->context, sizeof(size_t) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO)};
	Datum	   *installations = new_values(work, n);
	Datum	   *classes = new_values(work, n);
	Datum	   *labels = new_values(work, n);
	Datum	   *lo = new_values(work, n);
	Datum	   *hi = new_values(work, n);
	size_t		left = 0;
	size_t		first = work->elsewhere.n;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
	{
		KeyId		id = work->keys.at[keys[i]].id;
		const Span *span = &work->spans[id.span];

		installations[i] = Int64GetDatum(span->installation);
		classes[i] = Int32GetDatum(id.class);
		labels[i] = label_datum(work->labels, id.label);
		lo[i] = Int64GetDatum(span->window.lo);
		hi[i] = Int64GetDatum(span->window.hi);
	}
	ledger_ask(work->ledger, query, (Parameter[]) {
		array_of(installations, n), array_of(classes, n), array_of(labels, n), array_of(lo, n), array_of(hi, n),
		value_of(Float8GetDatum(work->min_confidence)), value_if(most > 0, Int64GetDatum(most)), known_at_parameter(work), source_parameter(work)
	}, receive_elsewhere, &asked);
	for (size_t i = 0; i < n; i++)
		if (most > 0 && asked.rows[i] >= (size_t) most)
			keys[left++] = keys[i];
	if (left > 0)
		forget_elsewhere(work, first, keys, left);
	return left;
}

/*
 * Reads when individuals were seen at other installations: by their designation or, if one has been
 * sighted very often, look by look of a window that holds few.
 */
void
read_elsewhere(Work *work)
{
	int32	   *keys = MemoryContextAllocHuge(work->context, sizeof(int32) * Max(work->keys.n, 1));
	size_t		n = 0;

	for (size_t i = 0; i < work->keys.n; i++)
		if (work->keys.at[i].id.kind == OF_INDIVIDUAL && !work->keys.at[i].done)
			keys[n++] = (int32) i;
	if (n == 0)
		return;
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

/* What one look shows that bears on one key. Facts may be NULL: nothing was shown. */
typedef struct Showing
{
	Reaching	reach;
	int64		hidden;			/* in shelters */
	const Fact *fact;			/* of the key */
	const Fact *of_class;
} Showing;

/*
 * From n to m were shown. If the look would have shown all, there are no more than these, what else
 * may be of the key (perhaps), and what no look sees; if not, there are n or more.
 */
static bool
tell_count(Evidence *evidence, const Showing *showing, int64 n, int64 m, int64 perhaps)
{
	if (showing->reach == SHOWS)
		m += perhaps + showing->hidden;
	if (showing->reach != SHOWS || m > COUNT_LARGEST)
		m = COUNT_UNBOUNDED;
	n = Min(n, COUNT_LARGEST);
	evidence->count = (Counts) {(int32) n, (int32) m};
	if (showing->reach == SHOWS && perhaps > 0)
		evidence->doubt |= DOUBT(TOLD_LESS_CLOSELY);
	if (showing->reach == SHOWS && showing->hidden > 0)
		evidence->doubt |= DOUBT(SHELTER);
	if (showing->reach == SHOWS_PERHAPS)
		evidence->doubt |= DOUBT(PIXELS_UNKNOWN);
	return n > 0 || m < COUNT_UNBOUNDED;
}

/* One whose designation was not read may be this individual, and so may one of a class above that has its designation. */
static bool
tell_individual(Evidence *evidence, const Showing *showing)
{
	const Fact *fact = showing->fact;

	evidence->count = (Counts) {1, 1};
	if (fact != NULL && fact->n > 0)
		return true;
	evidence->count.min = 0;
	if (showing->reach != SHOWS || (fact != NULL && fact->above > 0))
		return false;
	if (fact != NULL && fact->m > 0)
		return true;
	evidence->count.max = 0;
	return (showing->of_class == NULL || !showing->of_class->anonymous) && showing->hidden == 0;
}

/* One look's evidence on a key; false if it tells nothing. */
static bool
tell(Evidence *evidence, const Look *look, SubjectKind kind, const Showing *showing)
{
	const Fact	none = {0};
	const Fact *fact = showing->fact != NULL ? showing->fact : &none;
	const Fact *of_class = showing->of_class != NULL ? showing->of_class : &none;

	*evidence = (Evidence) {.since = look->since, .at = look->observed_at};
	switch (kind)
	{
		case OF_INDIVIDUAL:
			return tell_individual(evidence, showing);
		case OF_STATUS:
			return tell_count(evidence, showing, fact->n, fact->m, fact->above + of_class->untold);
		default:
			return tell_count(evidence, showing, of_class->n, of_class->m, of_class->above);
	}
}

/* How many of a class, or of one that lies below or above it, can stand where no look sees them. */
static int64
hidden_of(const Work *work, const Span *span, int32 class)
{
	int64		hidden = 0;

	for (size_t i = span->first_shelter; i < span->first_shelter + span->shelters; i++)
	{
		int32		of = work->shelters.at[i].class;

		if (of != NONE && class != NONE && classes_related(work, of, class))
			hidden += work->shelters.at[i].hidden;
	}
	return hidden;
}

static int
told_order(const void *left, const void *right)
{
	const Evidence *a = left;
	const Evidence *b = right;

	BY(at);
	return 0;
}

static int
fact_order(const void *left, const void *right)
{
	const Fact *a = left;
	const Fact *b = right;

	BY(key);
	BY(look);
	return 0;
}

size_t
find_fact(const Fact *facts, size_t n, int32 key, int32 look)
{
	const Fact	first = {.key = key, .look = look};

	return first_from(facts, n, sizeof(Fact), fact_order, &first);
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
		const Elsewhere *elsewhere = &work->elsewhere.at[at->elsewhere];

		at->told[n++] = (Evidence) {elsewhere->since, elsewhere->observed_at, {0, 0}, 0, ELSEWHERE(at->elsewhere)};
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
	Showing		showing = {.hidden = hidden_of(work, span, class)};
	size_t		next = find_fact(work->class_facts.at, work->class_facts.n, class, (int32) span->first_look);
	size_t		n = 0;

	make_room(work, at, span->looks + count_elsewhere(work, at, number) + 1);
	key->sighted = false;
	for (size_t i = span->first_look; i < span->first_look + span->looks; i++)
	{
		const Look *look = &work->looks.at[i];

		showing.fact = showing.of_class = NULL;
		if (at->fact < work->facts.n && work->facts.at[at->fact].key == number && work->facts.at[at->fact].look == (int32) i)
			showing.fact = &work->facts.at[at->fact++];
		if (next < work->class_facts.n && work->class_facts.at[next].key == class && work->class_facts.at[next].look == (int32) i)
			showing.of_class = &work->class_facts.at[next++];
		if (key->id.kind == OF_CLASS ? showing.of_class != NULL && showing.of_class->own : showing.fact != NULL && showing.fact->own)
			key->sighted = true;
		showing.reach = look->complete && class != NONE ? reach_shows(work, look->reach, class) : SHOWS_NOT;
		if (tell(&at->told[n], look, key->id.kind, &showing))
			at->told[n++].look = (int32) i;
	}
	return add_elsewhere(work, number, at, n);
}

void
forget_evidence(Work *work)
{
	work->looks.n = work->shown.n = work->facts.n = work->class_facts.n = work->elsewhere.n = 0;
	for (size_t i = 0; i < work->reach.n; i++)
		work->reach.at[i].shows = NULL;
}
