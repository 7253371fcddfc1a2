/*
 * ledger_derive.c: the derivation of a ledger's presences from its evidence.
 *
 * Theory of operation. Given are installations, and the span of instants touched at each.
 *
 * 1. A key is (installation, class, status) for counts or (installation, class,
 *    designation) for individuals. A touched span can only change keys seen in it, keys
 *    with a stored run whose not_seen_at .. gone_by meets it and, where evidence was taken
 *    away, any key ever sighted there: taking away a look that showed none can bring to
 *    light a doubtful sighting that it had explained. So can a sighting of an ancestor of
 *    the key's class, which takes the look's "none" away (2); so keys ever sighted whose
 *    class lies below one seen in the span count too.
 * 2. What each look of a window around the span says of each key (tell_counts,
 *    tell_individual): the evidence table of the ledger's documentation.
 * 3. The evidence of a key gives its runs (rederive.c), or tells that the window is too
 *    narrow; then again with a wider one, for the keys that are left.
 * 4. What differs from the stored runs is written, and nothing else.
 *
 * A key that is no longer sighted at all has no presences, whatever looks at it allow.
 *
 * All that lies in memory is as it comes from the tables, for some installations at a
 * time: one key's evidence is made when it is derived.
 */
#include "pg_sightings.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "derive.h"
#include "executor/spi.h"
#include "ledger_query.h"
#include "miscadmin.h"
#include "rederive.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_derive_spans);

/* The largest sum of lower counts; one more means "or more". */
#define COUNT_LARGEST (COUNT_UNBOUNDED - 1)
#define NO_PLACE INT64_MAX
#define NONE (-1)

/* How many looks before and after the span the windows of the rounds take; 0: all. */
static const int64 depths[] = {8, 64, 1024, 16384, 0};

/* A growing array. */
#define LIST(type) struct { type *at; size_t n; size_t room; }
#define APPEND(work, list) \
	(reserve((work), (void **) &(list).at, (list).n, &(list).room, sizeof(*(list).at)), &(list).at[(list).n++])

typedef struct Span
{
	int64		installation;
	Window		window;
	bool		removes;		/* evidence was taken away */
	bool		open;			/* has keys to derive */
	size_t		first_look;
	size_t		looks;
} Span;

typedef struct Look
{
	int32		span;
	int32		reach;			/* what it could show */
	bool		complete;
	int8		side;
	int64		observation;
	int64		observed_at;
} Look;

/* Scope and pixels: many looks have the same. */
typedef struct Reach
{
	int32		parts;
	char	  **scope;
	Numeric		gsd;			/* NULL: not known, so fine enough */
	int8	   *shows;			/* by class: 1 yes, 0 no, -1 not asked yet */
} Reach;

typedef struct Class
{
	int32		id;
	char	   *path;			/* NULL: there is no such class */
	Numeric		max_gsd;		/* NULL: can be told at any */
	int32		below;			/* how many of the next in order lie below it */
	bool		individuals;	/* has keys of individuals */
} Class;

typedef struct Shown
{
	int32		look;
	int32		class;
	int32		status;			/* labels */
	int32		designation;	/* or NONE */
	int64		n;
	int64		m;				/* COUNT_UNBOUNDED or more: or more */
	bool		sure;
	int64		place;
} Shown;

typedef struct KeyId
{
	int32		span;
	int32		class;			/* id */
	int32		individual;
	int32		label;
} KeyId;

typedef struct Key
{
	KeyId		id;
	bool		settled;		/* nothing to derive, or no more */
	bool		seen;			/* in the span */
	bool		known;			/* as a subject */
	bool		sighted;		/* by a look of the window */
} Key;

/* What one look shows of one key, or of the ancestors of a class (summed). */
typedef struct Fact
{
	int32		key;			/* key, or class in order */
	int32		look;
	int64		n;
	int64		m;
	int64		place;
	bool		sure;			/* the place is that of a sighting above the threshold */
	bool		unread;			/* of a class: an individual of it may hide here */
} Fact;

typedef struct Stored
{
	int32		key;
	int64		presence_id;
	Presence	run;
} Stored;

/* A stored run that goes (gone), or changes; or one that comes (presence_id 0). */
typedef struct Change
{
	int32		key;
	bool		gone;
	int64		presence_id;
	Presence	run;
} Change;

typedef struct Elsewhere
{
	int32		key;
	int64		observed_at;
} Elsewhere;

typedef struct Work
{
	MemoryContext context;
	Ledger	   *ledger;
	float8		min_confidence;
	Span	   *spans;
	size_t		n_spans;
	HTAB	   *labels;
	HTAB	   *key_numbers;
	HTAB	   *reaches;
	LIST(char *) label_texts;
	LIST(Key) keys;
	LIST(Look) looks;
	LIST(Reach) reach;
	LIST(Shown) shown;
	LIST(Class) classes;
	LIST(Fact) facts;
	LIST(Fact) extras;
	LIST(Stored) stored;
	LIST(Elsewhere) elsewhere;
	bool		reading_first;	/* in the first round stored runs tell what to derive */
	LIST(int32) unsighted;		/* keys with runs that no sighting of the window explains */
	LIST(Change) changes;
	int64		changed;
} Work;

static void
reserve(Work *work, void **at, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return;
	*room = Max(2 * *room, 64);
	*at = *at == NULL ? MemoryContextAllocHuge(work->context, *room * size) : repalloc_huge(*at, *room * size);
}

#define SORT(list, by) qsort((list).at, (list).n, sizeof(*(list).at), by)
#define BY(field) if (a->field != b->field) return a->field < b->field ? -1 : 1

/*
 * Labels and keys by number
 */
typedef struct Label
{
	char	   *text;			/* hash key */
	int32		number;
} Label;

static uint32
label_hash(const void *key, Size size pg_attribute_unused())
{
	const char *text = *(char *const *) key;

	return hash_bytes((const unsigned char *) text, (int) strlen(text));
}

static int
label_match(const void *a, const void *b, Size size pg_attribute_unused())
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static int32
label_number(Work *work, Datum datum)
{
	char	   *name = text_to_cstring(DatumGetTextPP(datum));
	bool		found;
	Label	   *label = hash_search(work->labels, &name, HASH_ENTER, &found);

	if (!found)
	{
		label->text = MemoryContextStrdup(work->context, name);
		label->number = (int32) work->label_texts.n;
		*APPEND(work, work->label_texts) = label->text;
	}
	pfree(name);
	return label->number;
}

typedef struct KeyNumber
{
	KeyId		id;				/* hash key */
	int32		number;
} KeyNumber;

static int32
key_number(Work *work, KeyId id, bool add)
{
	bool		found;
	KeyNumber  *entry = hash_search(work->key_numbers, &id, add ? HASH_ENTER : HASH_FIND, &found);

	if (!found && !add)
		return NONE;
	if (!found)
	{
		Key		   *key = APPEND(work, work->keys);

		*key = (Key) {.id = id, .settled = true};
		entry->number = (int32) work->keys.n - 1;
	}
	return entry->number;
}

/*
 * Reading. Each receiver runs in the query's context and switches to the round's.
 */
typedef struct ReachId
{
	char	   *bytes;			/* hash key: the scope's and gsd's */
	size_t		size;
	int32		number;
} ReachId;

static uint32
reach_hash(const void *key, Size size pg_attribute_unused())
{
	const ReachId *id = key;

	return hash_bytes((const unsigned char *) id->bytes, (int) id->size);
}

static int
reach_match(const void *a, const void *b, Size size pg_attribute_unused())
{
	const ReachId *x = a;
	const ReachId *y = b;

	return x->size == y->size ? memcmp(x->bytes, y->bytes, x->size) : 1;
}

static void
read_scope(Reach *reach, ArrayType *scope)
{
	Datum	   *parts;
	Oid			output;
	bool		is_varlena;
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(ARR_ELEMTYPE(scope), &length, &by_value, &align);
	getTypeOutputInfo(ARR_ELEMTYPE(scope), &output, &is_varlena);
	deconstruct_array(scope, ARR_ELEMTYPE(scope), length, by_value, align, &parts, NULL, &reach->parts);
	reach->scope = palloc(sizeof(char *) * Max(reach->parts, 1));
	for (int i = 0; i < reach->parts; i++)
		reach->scope[i] = OidOutputFunctionCall(output, parts[i]);
}

static int32
reach_number(Work *work, Datum scope_datum, Datum gsd_datum, bool gsd_null)
{
	ArrayType  *scope = DatumGetArrayTypeP(scope_datum);
	Numeric		gsd = gsd_null ? NULL : DatumGetNumeric(gsd_datum);
	size_t		scope_size = VARSIZE_ANY(scope);
	size_t		gsd_size = gsd_null ? 0 : VARSIZE_ANY(gsd);
	ReachId		id = {.size = scope_size + gsd_size};
	ReachId    *entry;
	Reach	   *reach;
	bool		found;

	id.bytes = palloc(id.size);
	memcpy(id.bytes, scope, scope_size);
	if (gsd != NULL)
		memcpy(id.bytes + scope_size, gsd, gsd_size);
	entry = hash_search(work->reaches, &id, HASH_ENTER, &found);
	if (found)
	{
		pfree(id.bytes);
		return entry->number;
	}
	entry->number = (int32) work->reach.n;
	reach = APPEND(work, work->reach);
	reach->gsd = gsd_null ? NULL : DatumGetNumericCopy(NumericGetDatum(gsd));
	reach->shows = NULL;
	read_scope(reach, scope);
	return entry->number;
}

/* k, side, observation_id, observed_at, complete, scope, gsd_m */
static void
receive_look(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Look	   *look = APPEND(work, work->looks);

	look->span = DatumGetInt32(values[0]) - 1;
	look->side = (int8) DatumGetInt32(values[1]);
	look->observation = DatumGetInt64(values[2]);
	look->observed_at = DatumGetInt64(values[3]);
	look->complete = DatumGetBool(values[4]);
	look->reach = look->complete ? reach_number(work, values[5], values[6], nulls[6]) : NONE;
	MemoryContextSwitchTo(before);
}

/* West, then south, as one number. */
static int64
place_number(float8 lon, float8 lat)
{
	return ((int64) rint((lon + 180) * 1e7) << 31) | (int64) rint((lat + 90) * 1e7);
}

/* k, class, status, designation, lower, upper, sure, lon, lat */
static void
receive_sighting(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Shown	   *shown = APPEND(work, work->shown);

	shown->look = DatumGetInt32(values[0]) - 1;
	shown->class = DatumGetInt32(values[1]);
	shown->status = label_number(work, values[2]);
	shown->designation = nulls[3] ? NONE : label_number(work, values[3]);
	shown->n = DatumGetInt32(values[4]);
	shown->m = nulls[5] ? COUNT_UNBOUNDED : (int64) DatumGetInt32(values[5]) - 1;
	shown->sure = DatumGetBool(values[6]);
	shown->place = place_number(DatumGetFloat8(values[7]), DatumGetFloat8(values[8]));
	MemoryContextSwitchTo(before);
}

/* k, presence_id, class, status, designation, run */
static void
receive_stored(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	const Presence *run = DatumGetPresenceP(values[5]);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[2]), nulls[3], 0};
	const Window *w = &work->spans[id.span].window;
	int32		key;

	id.label = label_number(work, nulls[3] ? values[4] : values[3]);
	key = key_number(work, id, work->reading_first);
	if (key != NONE && (work->reading_first || !work->keys.at[key].settled))
	{
		*APPEND(work, work->stored) = (Stored) {key, DatumGetInt64(values[1]), *run};
		if (work->reading_first)
		{
			work->keys.at[key].known = true;
			if (run->gone_by >= w->since && run->not_seen_at <= w->until)
				work->keys.at[key].settled = false;
		}
	}
	MemoryContextSwitchTo(before);
}

/* id, path, max_gsd_m */
static void
receive_class(void *state, const Datum *values, const bool *nulls)
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Class	   *class = APPEND(work, work->classes);

	memset(class, 0, sizeof(Class));
	class->id = DatumGetInt32(values[0]);
	class->path = text_to_cstring(DatumGetTextPP(values[1]));
	class->max_gsd = nulls[2] ? NULL : DatumGetNumericCopy(values[2]);
	MemoryContextSwitchTo(before);
}

static void
receive_elsewhere(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	Elsewhere  *elsewhere = APPEND(work, work->elsewhere);

	elsewhere->key = DatumGetInt32(values[0]) - 1;	/* the caller's order */
	elsewhere->observed_at = DatumGetInt64(values[1]);
	MemoryContextSwitchTo(before);
}

static Datum *
new_values(Work *work, size_t n)
{
	return MemoryContextAllocHuge(work->context, sizeof(Datum) * Max(n, 1));
}

static int
look_order(const void *left, const void *right)
{
	const Look *a = left;
	const Look *b = right;

	BY(span);
	BY(observed_at);
	BY(observation);
	return 0;
}

/*
 * One end of a span's window. `looks` are those on that side, nearest first, at most
 * `depth`; whoever is as far away as the last may have been cut off.
 */
static int64
window_end(const Look *looks, size_t n, int step, int64 depth, int64 at_none, int64 at_all)
{
	bool		all = depth == 0 || n < (size_t) depth;
	int64		end = all ? at_all : at_none;

	for (size_t i = 0; i < n; i++)
	{
		const Look *look = &looks[(ptrdiff_t) i * step];

		if (!all && look->observed_at == looks[(ptrdiff_t) (n - 1) * step].observed_at)
			break;
		if (depth == depths[0] && look->complete)
			return look->observed_at;
		if (!all)
			end = look->observed_at;
	}
	/* the first round does without the looks that show nothing for sure */
	return depth == depths[0] && !all ? at_none : end;
}

/* The window's ends, and the looks within it. */
static void
choose_window(Work *work, Span *span, const Look *looks, size_t n, int64 depth)
{
	size_t		before = 0;
	size_t		after = 0;

	while (before < n && looks[before].side < 0)
		before++;
	while (after < n && looks[n - 1 - after].side > 0)
		after++;
	span->window.lo = window_end(before > 0 ? looks + before - 1 : NULL, before, -1, depth, span->window.since, TIME_BEGIN);
	span->window.hi = window_end(looks + n - after, after, 1, depth, span->window.until, TIME_END);
	span->first_look = work->looks.n;
	for (size_t i = 0; i < n; i++)
		if (looks[i].observed_at >= span->window.lo && looks[i].observed_at <= span->window.hi)
			work->looks.at[work->looks.n++] = looks[i];
	span->looks = work->looks.n - span->first_look;
}

static void
read_looks(Work *work, int64 depth)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *since = new_values(work, work->n_spans);
	Datum	   *until = new_values(work, work->n_spans);
	Datum		values[4];
	size_t		open = 0;
	int32	   *span_of = palloc(sizeof(int32) * work->n_spans);
	size_t		n;
	size_t		next;

	for (size_t i = 0; i < work->n_spans; i++)
	{
		if (!work->spans[i].open)
			continue;
		span_of[open] = (int32) i;
		installations[open] = Int64GetDatum(work->spans[i].installation);
		since[open] = Int64GetDatum(work->spans[i].window.since);
		until[open++] = Int64GetDatum(work->spans[i].window.until);
	}
	values[0] = parameter_array(work->ledger, P_INT8, installations, open);
	values[1] = parameter_array(work->ledger, P_TIME, since, open);
	values[2] = parameter_array(work->ledger, P_TIME, until, open);
	values[3] = Int64GetDatum(depth);
	ledger_ask(work->ledger, QUERY_LOOKS, values, depth == 0 ? "   n" : NULL, receive_look, work);

	for (size_t i = 0; i < work->looks.n; i++)
		work->looks.at[i].span = span_of[work->looks.at[i].span];
	SORT(work->looks, look_order);
	n = work->looks.n;
	work->looks.n = 0;
	for (size_t i = 0; i < work->n_spans; i++)
		work->spans[i].looks = 0;
	for (size_t i = 0, s = 0; s < open; i = next, s++)
	{
		for (next = i; next < n && work->looks.at[next].span == span_of[s]; next++)
			;
		choose_window(work, &work->spans[span_of[s]], &work->looks.at[i], next - i, depth);
	}
}

static void
read_sightings(Work *work)
{
	size_t		n = work->looks.n;
	Datum	   *installations = new_values(work, n);
	Datum	   *observations = new_values(work, n);
	Datum		values[3];

	for (size_t i = 0; i < n; i++)
	{
		installations[i] = Int64GetDatum(work->spans[work->looks.at[i].span].installation);
		observations[i] = Int64GetDatum(work->looks.at[i].observation);
	}
	values[0] = parameter_array(work->ledger, P_INT8, installations, n);
	values[1] = parameter_array(work->ledger, P_INT8, observations, n);
	values[2] = Float8GetDatum(work->min_confidence);
	ledger_ask(work->ledger, QUERY_SIGHTINGS, values, NULL, receive_sighting, work);
}

static int
stored_order(const void *left, const void *right)
{
	const Stored *a = left;
	const Stored *b = right;

	BY(key);
	BY(run.first_seen);
	BY(presence_id);
	return 0;
}

static void
read_stored(Work *work)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *lo = new_values(work, work->n_spans);
	Datum	   *hi = new_values(work, work->n_spans);
	Datum		values[3];

	/* a span that is settled asks for nothing: lo > hi, and keeps its number */
	for (size_t i = 0; i < work->n_spans; i++)
	{
		const Span *span = &work->spans[i];

		installations[i] = Int64GetDatum(span->installation);
		lo[i] = Int64GetDatum(span->open ? span->window.lo : TIME_END);
		hi[i] = Int64GetDatum(span->open ? span->window.hi : TIME_BEGIN);
	}
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_TIME, lo, work->n_spans);
	values[2] = parameter_array(work->ledger, P_TIME, hi, work->n_spans);
	ledger_ask(work->ledger, QUERY_STORED, values, NULL, receive_stored, work);
	SORT(work->stored, stored_order);
}

/*
 * Classes in the order of the tree: below a class lies what follows it, as far as `below`
 * says.
 */
static int
path_order(const void *left, const void *right)
{
	const unsigned char *a = (const unsigned char *) ((const Class *) left)->path;
	const unsigned char *b = (const unsigned char *) ((const Class *) right)->path;

	for (; *a == *b && *a != '\0'; a++, b++)
		;
	/* the end of a label before all that may stand in one */
	return (*a == '.' ? 1 : *a) - (*b == '.' ? 1 : *b);
}

/* Is `path` `ancestor`, or does it lie below it? */
static bool
lies_within(const char *path, const char *ancestor)
{
	size_t		length = strlen(ancestor);

	return strncmp(path, ancestor, length) == 0 && (path[length] == '.' || path[length] == '\0');
}

typedef struct ClassNumber
{
	int32		id;
	int32		number;
} ClassNumber;

/* The classes of keys and sightings. */
static HTAB *
read_classes(Work *work)
{
	HASHCTL		control = {.keysize = sizeof(int32), .entrysize = sizeof(ClassNumber), .hcxt = work->context};
	HTAB	   *numbers = hash_create("classes", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	LIST(Datum) ids = {0};
	Datum		value;
	bool		found;

	for (size_t i = 0; i < work->keys.n + work->shown.n; i++)
	{
		int32		id = i < work->keys.n ? work->keys.at[i].id.class : work->shown.at[i - work->keys.n].class;

		hash_search(numbers, &id, HASH_ENTER, &found);
		if (!found)
			*APPEND(work, ids) = Int32GetDatum(id);
	}
	value = parameter_array(work->ledger, P_INT4, ids.at, ids.n);
	work->classes.n = 0;
	ledger_ask(work->ledger, QUERY_CLASSES, &value, NULL, receive_class, work);
	SORT(work->classes, path_order);
	for (size_t i = 0; i < ids.n; i++)
	{
		int32		id = DatumGetInt32(ids.at[i]);

		((ClassNumber *) hash_search(numbers, &id, HASH_FIND, NULL))->number = NONE;
	}
	for (size_t i = 0; i < work->classes.n; i++)
	{
		Class	   *class = &work->classes.at[i];

		((ClassNumber *) hash_search(numbers, &class->id, HASH_FIND, NULL))->number = (int32) i;
		while (i + class->below + 1 < work->classes.n &&
			   lies_within(work->classes.at[i + class->below + 1].path, class->path))
			class->below++;
	}
	return numbers;
}

static int32
class_number(HTAB *numbers, int32 id)
{
	ClassNumber *entry = hash_search(numbers, &id, HASH_FIND, NULL);

	return entry == NULL ? NONE : entry->number;
}

/* Can looks of a reach show a class? */
static bool
shows(Work *work, int32 reach_number, int32 class_number)
{
	Reach	   *reach = &work->reach.at[reach_number];
	const Class *class = &work->classes.at[class_number];

	if (reach->shows == NULL)
	{
		reach->shows = palloc(work->classes.n);
		memset(reach->shows, -1, work->classes.n);
	}
	if (reach->shows[class_number] < 0)
	{
		bool		in_scope = false;

		for (int i = 0; i < reach->parts && !in_scope; i++)
			in_scope = lies_within(class->path, reach->scope[i]);
		reach->shows[class_number] = in_scope &&
			(reach->gsd == NULL || class->max_gsd == NULL ||
			 DatumGetBool(DirectFunctionCall2(numeric_le, NumericGetDatum(reach->gsd), NumericGetDatum(class->max_gsd))));
	}
	return reach->shows[class_number] == 1;
}

/*
 * What looks show: facts of keys, and extras of classes (their ancestors', and whether an
 * individual may hide).
 */
static void
add_fact(Work *work, KeyId id, const Shown *shown)
{
	int32		key = key_number(work, id, false);

	if (key != NONE && !work->keys.at[key].settled)
		*APPEND(work, work->facts) = (Fact) {key, shown->look, shown->sure ? shown->n : 0, shown->m,
		shown->place, shown->sure, false};
}

static void
add_extra(Work *work, int32 class, const Shown *shown, bool of_ancestor)
{
	*APPEND(work, work->extras) = (Fact) {class, shown->look, 0, of_ancestor ? shown->m : 0,
	of_ancestor ? shown->place : NO_PLACE, of_ancestor && shown->sure, shown->m > 0};
}

/* By key and look; of one look the fact whose place is to be believed first. */
static int
fact_order(const void *left, const void *right)
{
	const Fact *a = left;
	const Fact *b = right;

	BY(key);
	BY(look);
	BY(place);
	return 0;
}

/* Facts of one key in one look become one. Individuals: one at most. */
static size_t
sum_facts(Fact *facts, size_t n, const Key *keys)
{
	size_t		kept = 0;

	qsort(facts, n, sizeof(Fact), fact_order);
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
		if (more->sure && !sum->sure && more->place != NO_PLACE)
		{
			sum->sure = true;
			sum->place = more->place;
		}
	}
	return kept;
}

static void
gather_facts(Work *work, HTAB *classes)
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
			add_extra(work, class, shown, false);
		for (int32 below = 1; below <= work->classes.at[class].below; below++)
			add_extra(work, class + below, shown, true);
	}
	work->facts.n = sum_facts(work->facts.at, work->facts.n, work->keys.at);
	work->extras.n = sum_facts(work->extras.at, work->extras.n, NULL);
}

/*
 * The keys that a touched span can have changed (head of file, 1): those with a stored run
 * that meets it are there already.
 */
static void
seen_key(Work *work, KeyId id)
{
	int32		number = key_number(work, id, true);

	work->keys.at[number].settled = false;
	work->keys.at[number].seen = true;
}

/* k, class, individual, label */
static void
receive_subject(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Work	   *work = state;
	MemoryContext before = MemoryContextSwitchTo(work->context);
	KeyId		id = {DatumGetInt32(values[0]) - 1, DatumGetInt32(values[1]), DatumGetBool(values[2]), 0};
	int32		key;

	id.label = label_number(work, values[3]);
	key = key_number(work, id, true);
	work->keys.at[key].known = true;
	if (work->spans[id.span].removes)
		work->keys.at[key].settled = false;
	MemoryContextSwitchTo(before);
}

static void
read_subjects(Work *work, LedgerQuery query, bool removes)
{
	Datum	   *installations = new_values(work, work->n_spans);
	Datum	   *wanted = new_values(work, work->n_spans);
	Datum		values[2];
	bool		any = false;

	for (size_t i = 0; i < work->n_spans; i++)
	{
		installations[i] = Int64GetDatum(work->spans[i].installation);
		wanted[i] = BoolGetDatum(work->spans[i].removes == removes);
		any = any || work->spans[i].removes == removes;
	}
	if (!any)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, installations, work->n_spans);
	values[1] = parameter_array(work->ledger, P_BOOL, wanted, work->n_spans);
	ledger_ask(work->ledger, query, values, NULL, receive_subject, work);
}

static void
choose_keys(Work *work)
{
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		const Look *look = &work->looks.at[shown->look];
		const Window *w = &work->spans[look->span].window;

		if (look->observed_at < w->since || look->observed_at > w->until)
			continue;
		seen_key(work, (KeyId) {look->span, shown->class, false, shown->status});
		if (shown->designation != NONE)
			seen_key(work, (KeyId) {look->span, shown->class, true, shown->designation});
	}
	read_subjects(work, QUERY_SUBJECTS, true);
	read_subjects(work, QUERY_COUNTED, false);
}

/*
 * Counts of what lies below a class seen in the span. (A new look takes no evidence from
 * individuals; where others changed, all subjects are wanted anyway.)
 */
static void
choose_keys_below(Work *work, HTAB *classes)
{
	size_t		n = work->keys.n;

	for (size_t i = 0; i < n; i++)
	{
		Key			above = work->keys.at[i];
		int32		class = above.seen ? class_number(classes, above.id.class) : NONE;

		if (class == NONE || work->classes.at[class].below == 0)
			continue;
		for (size_t j = 0; j < n; j++)
		{
			Key		   *key = &work->keys.at[j];

			if (key->settled && key->id.span == above.id.span && !key->id.individual)
			{
				int32		number = class_number(classes, key->id.class);

				if (number > class && number <= class + work->classes.at[class].below)
					key->settled = false;
			}
		}
	}
}

/* What was never sighted here before. */
static void
add_subjects(Work *work)
{
	Datum	   *columns[4];
	Datum		values[4];
	size_t		n = 0;

	for (int i = 0; i < 4; i++)
		columns[i] = new_values(work, work->keys.n);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		KeyId		id = work->keys.at[i].id;

		if (!work->keys.at[i].seen || work->keys.at[i].known)
			continue;
		columns[0][n] = Int64GetDatum(work->spans[id.span].installation);
		columns[1][n] = Int32GetDatum(id.class);
		columns[2][n] = BoolGetDatum(id.individual);
		columns[3][n++] = CStringGetTextDatum(work->label_texts.at[id.label]);
	}
	if (n == 0)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_BOOL, columns[2], n);
	values[3] = parameter_array(work->ledger, P_TEXT, columns[3], n);
	ledger_ask(work->ledger, ADD_SUBJECTS, values, NULL, NULL, NULL);
}

static int
elsewhere_order(const void *left, const void *right)
{
	const Elsewhere *a = left;
	const Elsewhere *b = right;

	BY(key);
	BY(observed_at);
	return 0;
}

/* When the individuals to derive were seen at other installations. */
static void
read_elsewhere(Work *work)
{
	int32	   *keys = MemoryContextAllocHuge(work->context, sizeof(int32) * Max(work->keys.n, 1));
	Datum	   *columns[5];
	Datum		values[6];
	size_t		n = 0;

	for (int i = 0; i < 5; i++)
		columns[i] = new_values(work, work->keys.n);
	for (size_t i = 0; i < work->keys.n; i++)
	{
		KeyId		id = work->keys.at[i].id;
		const Span *span = &work->spans[id.span];

		if (!id.individual || work->keys.at[i].settled)
			continue;
		columns[0][n] = Int64GetDatum(span->installation);
		columns[1][n] = Int32GetDatum(id.class);
		columns[2][n] = CStringGetTextDatum(work->label_texts.at[id.label]);
		columns[3][n] = Int64GetDatum(span->window.lo);
		columns[4][n] = Int64GetDatum(span->window.hi);
		keys[n++] = (int32) i;
	}
	if (n == 0)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_TEXT, columns[2], n);
	values[3] = parameter_array(work->ledger, P_TIME, columns[3], n);
	values[4] = parameter_array(work->ledger, P_TIME, columns[4], n);
	values[5] = Float8GetDatum(work->min_confidence);
	ledger_ask(work->ledger, QUERY_ELSEWHERE, values, NULL, receive_elsewhere, work);
	for (size_t i = 0; i < work->elsewhere.n; i++)
		work->elsewhere.at[i].key = keys[work->elsewhere.at[i].key];
	SORT(work->elsewhere, elsewhere_order);
}

/*
 * One look's evidence on a key; false if it says nothing: 0 or more must not lend its
 * place to other evidence of the instant.
 */
static bool
tell(Sighting *evidence, const Look *look, bool individual, bool exhaustive, const Fact *fact, const Fact *extra)
{
	int64		n = fact == NULL ? 0 : Min(fact->n, COUNT_LARGEST);
	int64		m = fact == NULL ? 0 : fact->m;
	int64		place = fact != NULL ? fact->place : NO_PLACE;

	if (individual)
	{
		/* whose number was not read, or whose class, may be this one */
		if (fact == NULL && extra != NULL && extra->unread)
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
		if (fact == NULL && extra != NULL && extra->m > 0)
			place = extra->place;
		if (!exhaustive || m > COUNT_LARGEST)
			m = COUNT_UNBOUNDED;
		if (n == 0 && m == COUNT_UNBOUNDED)
			return false;
	}
	*evidence = (Sighting) {look->observed_at, 0, 0, (int32) n, (int32) m};
	if (place != NO_PLACE)
	{
		evidence->lon = steps_from_degrees((float8) (place >> 31) / 1e7 - 180, LON_LIMIT, "longitude");
		evidence->lat = steps_from_degrees((float8) (place & INT32_MAX) / 1e7 - 90, LAT_LIMIT, "latitude");
	}
	return true;
}

/* Facts, extras, stored runs and sightings elsewhere are read in step with keys or looks. */
typedef struct Cursors
{
	size_t		fact;
	size_t		stored;
	size_t		elsewhere;
	Sighting   *evidence;
	size_t		room;
	Presence   *runs;
	Rederived	result;
} Cursors;

static int
evidence_order(const void *left, const void *right)
{
	const Sighting *a = left;
	const Sighting *b = right;

	BY(observed_at);
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

static size_t
key_evidence(Work *work, int32 number, int32 class, Cursors *at)
{
	Key		   *key = &work->keys.at[number];
	const Span *span = &work->spans[key->id.span];
	size_t		extra = find_extra(work, class, (int32) span->first_look);
	size_t		n = 0;

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
		if (fact != NULL)
			key->sighted = true;
		exhaustive = look->complete && class != NONE && shows(work, look->reach, class);
		if ((fact != NULL || exhaustive) &&
			tell(&at->evidence[n], look, key->id.individual, exhaustive, fact, more))
			n++;
	}
	if (at->elsewhere < work->elsewhere.n && work->elsewhere.at[at->elsewhere].key == number)
	{
		for (; at->elsewhere < work->elsewhere.n && work->elsewhere.at[at->elsewhere].key == number; at->elsewhere++)
			at->evidence[n++] = (Sighting) {work->elsewhere.at[at->elsewhere].observed_at, 0, 0, 0, 0};
		qsort(at->evidence, n, sizeof(Sighting), evidence_order);
	}
	return n;
}

/* What differs between a key's new runs and its stored ones of the same part of the past. */
static void
note_changes(Work *work, int32 key, const Rederived *result, const Stored *stored, size_t n)
{
	size_t		i = 0;
	size_t		j = 0;

	while (i < n || j < result->n)
	{
		const Presence *old = i < n ? &stored[i].run : NULL;
		const Presence *new = j < result->n ? &result->runs[j] : NULL;

		if (old != NULL && (old->last_seen < result->from || old->first_seen > result->to))
			i++;
		else if (new == NULL || (old != NULL && old->first_seen < new->first_seen))
			*APPEND(work, work->changes) = (Change) {key, true, stored[i++].presence_id, *old};
		else if (old == NULL || new->first_seen < old->first_seen)
			*APPEND(work, work->changes) = (Change) {key, false, 0, result->runs[j++]};
		else
		{
			if (memcmp(old, new, sizeof(Presence)) != 0)
				*APPEND(work, work->changes) = (Change) {key, false, stored[i].presence_id, *new};
			i++;
			j++;
		}
	}
}

static void
make_room(Work *work, Cursors *at, size_t n)
{
	if (n <= at->room)
		return;
	at->room = Max(n, 2 * at->room);
	at->evidence = MemoryContextAllocHuge(work->context, at->room * sizeof(Sighting));
	at->result.facts = MemoryContextAllocHuge(work->context, (at->room + 1) * sizeof(Sighting));
	at->result.runs = MemoryContextAllocHuge(work->context, (at->room + 1) * sizeof(Presence));
	at->result.scratch = MemoryContextAllocHuge(work->context, 2 * (at->room + 2) * sizeof(size_t));
}

static size_t
count_elsewhere(const Work *work, const Cursors *at, int32 key)
{
	size_t		end = at->elsewhere;

	while (end < work->elsewhere.n && work->elsewhere.at[end].key == key)
		end++;
	return end - at->elsewhere;
}

/* Derives one key anew; false: its window is too narrow. */
static bool
derive_key(Work *work, int32 number, int32 class, Cursors *at)
{
	Key		   *key = &work->keys.at[number];
	const Span *span = &work->spans[key->id.span];
	const Stored *stored = &work->stored.at[at->stored];
	Presence   *runs;
	size_t		n_stored = 0;
	size_t		n;

	make_room(work, at, span->looks + count_elsewhere(work, at, number) + 1);
	key->sighted = false;
	n = key_evidence(work, number, class, at);
	while (at->stored < work->stored.n && work->stored.at[at->stored].key == number)
	{
		at->stored++;
		n_stored++;
	}
	runs = palloc(sizeof(Presence) * Max(n_stored, 1));
	for (size_t i = 0; i < n_stored; i++)
		runs[i] = stored[i].run;
	if (!rederive(&span->window, at->evidence, n, runs, n_stored, &at->result))
	{
		pfree(runs);
		return false;
	}
	pfree(runs);
	if (at->result.n > 0 && !key->sighted && (span->removes || n_stored == 0))
		*APPEND(work, work->unsighted) = number;
	note_changes(work, number, &at->result, stored, n_stored);
	return true;
}

static void
derive_keys(Work *work, HTAB *classes)
{
	Cursors		at = {0};

	for (size_t i = 0; i < work->keys.n; i++)
	{
		Key		   *key = &work->keys.at[i];

		CHECK_FOR_INTERRUPTS();
		if (!key->settled)
			key->settled = derive_key(work, (int32) i, class_number(classes, key->id.class), &at);
		/* (of stored runs, those of keys that need nothing are passed over) */
		while (at.stored < work->stored.n && work->stored.at[at.stored].key <= (int32) i)
			at.stored++;
	}
}

/*
 * Keys whose runs rest on looks that merely allow them: are they sighted at all, at any
 * time? Otherwise all that is stored of them goes.
 */
static void
receive_sighted(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	((bool *) state)[DatumGetInt32(values[0]) - 1] = true;
}

static void
drop_unsighted(Work *work)
{
	size_t		n = work->unsighted.n;
	Datum	   *columns[4];
	Datum		values[4];
	bool	   *sighted;
	bool	   *dropped;
	size_t		kept = 0;

	if (n == 0)
		return;
	sighted = palloc0(sizeof(bool) * n);
	dropped = palloc0(sizeof(bool) * work->keys.n);
	for (int i = 0; i < 4; i++)
		columns[i] = new_values(work, n);
	for (size_t i = 0; i < n; i++)
	{
		KeyId		id = work->keys.at[work->unsighted.at[i]].id;

		columns[0][i] = Int64GetDatum(work->spans[id.span].installation);
		columns[1][i] = Int32GetDatum(id.class);
		columns[2][i] = BoolGetDatum(id.individual);
		columns[3][i] = CStringGetTextDatum(work->label_texts.at[id.label]);
	}
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], n);
	values[2] = parameter_array(work->ledger, P_BOOL, columns[2], n);
	values[3] = parameter_array(work->ledger, P_TEXT, columns[3], n);
	ledger_ask(work->ledger, QUERY_IS_SIGHTED, values, NULL, receive_sighted, sighted);
	for (size_t i = 0; i < n; i++)
		if (!sighted[i])
		{
			dropped[work->unsighted.at[i]] = true;
			columns[0][kept] = columns[0][i];
			columns[1][kept] = columns[1][i];
			columns[2][kept] = columns[2][i];
			columns[3][kept++] = columns[3][i];
		}
	if (kept == 0)
		return;
	values[0] = parameter_array(work->ledger, P_INT8, columns[0], kept);
	values[1] = parameter_array(work->ledger, P_INT4, columns[1], kept);
	values[2] = parameter_array(work->ledger, P_BOOL, columns[2], kept);
	values[3] = parameter_array(work->ledger, P_TEXT, columns[3], kept);
	work->changed += ledger_ask(work->ledger, DELETE_KEYS, values, NULL, NULL, NULL);
	n = work->changes.n;
	work->changes.n = 0;
	for (size_t i = 0; i < n; i++)
		if (!dropped[work->changes.at[i].key])
			work->changes.at[work->changes.n++] = work->changes.at[i];
}

/*
 * Writing
 */
typedef enum ChangeKind
{
	RUN_GOES, RUN_CHANGES, RUN_COMES
} ChangeKind;

static ChangeKind
change_kind(const Change *change)
{
	return change->gone ? RUN_GOES : change->presence_id != 0 ? RUN_CHANGES : RUN_COMES;
}

static void
write_changes(Work *work, ChangeKind kind)
{
	Datum	   *columns[6];
	Datum		values[5];
	Datum		installations;
	size_t		n = 0;

	for (int i = 0; i < 6; i++)
		columns[i] = new_values(work, work->changes.n);
	for (size_t i = 0; i < work->changes.n; i++)
	{
		Change	   *change = &work->changes.at[i];
		KeyId		id = work->keys.at[change->key].id;

		if (change_kind(change) != kind)
			continue;
		columns[0][n] = Int64GetDatum(work->spans[id.span].installation);
		columns[1][n] = Int64GetDatum(change->presence_id);
		columns[2][n] = Int32GetDatum(id.class);
		columns[3][n] = BoolGetDatum(id.individual);
		if (kind == RUN_COMES)
			columns[4][n] = CStringGetTextDatum(work->label_texts.at[id.label]);
		columns[5][n++] = PointerGetDatum(&change->run);
	}
	if (n == 0)
		return;
	installations = parameter_array(work->ledger, P_INT8, columns[0], n);
	values[0] = installations;
	if (kind == RUN_COMES)
	{
		values[1] = parameter_array(work->ledger, P_INT4, columns[2], n);
		values[2] = parameter_array(work->ledger, P_BOOL, columns[3], n);
		values[3] = parameter_array(work->ledger, P_TEXT, columns[4], n);
		values[4] = parameter_array(work->ledger, P_PRESENCE, columns[5], n);
	}
	else
	{
		values[1] = parameter_array(work->ledger, P_INT8, columns[1], n);
		values[2] = parameter_array(work->ledger, P_PRESENCE, columns[5], n);
	}
	work->changed += ledger_ask(work->ledger,
								kind == RUN_GOES ? DELETE_RUNS : kind == RUN_CHANGES ? CHANGE_RUNS : ADD_RUNS,
								values, NULL, NULL, NULL);
}

/* One round over the keys that are not settled; false if none are left. */
static bool
derive_round(Work *work, int64 depth, bool first)
{
	HTAB	   *classes;
	bool		open = false;

	work->looks.n = work->shown.n = work->stored.n = work->facts.n = work->extras.n = 0;
	work->elsewhere.n = work->unsighted.n = work->changes.n = 0;
	work->reading_first = first;
	for (size_t i = 0; i < work->reach.n; i++)
		work->reach.at[i].shows = NULL;

	read_looks(work, depth);
	read_sightings(work);
	read_stored(work);
	if (first)
		choose_keys(work);
	classes = read_classes(work);
	if (first)
	{
		choose_keys_below(work, classes);
		add_subjects(work);
	}
	gather_facts(work, classes);
	read_elsewhere(work);
	derive_keys(work, classes);
	drop_unsighted(work);
	for (ChangeKind kind = RUN_GOES; kind <= RUN_COMES; kind++)
		write_changes(work, kind);

	for (size_t i = 0; i < work->n_spans; i++)
		work->spans[i].open = false;
	for (size_t i = 0; i < work->keys.n; i++)
		if (!work->keys.at[i].settled)
			open = work->spans[work->keys.at[i].id.span].open = true;
	return open;
}

static HTAB *
new_hash(Work *work, const char *name, Size key, Size entry, HashValueFunc hash, HashCompareFunc match)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hash = hash, .match = match, .hcxt = work->context};

	if (hash == NULL)
		return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return hash_create(name, 256, &control, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/*
 * Spans of one installation that meet are one; more than a few are too, with what lies
 * between them.
 */
#define MOST_SPANS 16

static int
span_order(const void *left, const void *right)
{
	const Span *a = left;
	const Span *b = right;

	BY(installation);
	BY(window.since);
	BY(window.until);
	return 0;
}

static size_t
merge_spans(Span *spans, size_t n, bool all)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
	{
		Span	   *last = kept > 0 ? &spans[kept - 1] : NULL;

		if (last != NULL && last->installation == spans[i].installation &&
			(all || spans[i].window.since <= last->window.until))
		{
			last->window.until = Max(last->window.until, spans[i].window.until);
			last->removes = last->removes || spans[i].removes;
		}
		else
			spans[kept++] = spans[i];
	}
	return kept;
}

/* By installation, in order of time. */
static Span *
read_spans(size_t *n, ArrayType *installations, ArrayType *since, ArrayType *until, ArrayType *removes)
{
	const int64 *i = (int64 *) ARR_DATA_PTR(installations);
	const int64 *a = (int64 *) ARR_DATA_PTR(since);
	const int64 *b = (int64 *) ARR_DATA_PTR(until);
	const bool *r = (bool *) ARR_DATA_PTR(removes);
	int			items = ArrayGetNItems(ARR_NDIM(installations), ARR_DIMS(installations));
	Span	   *spans = palloc(sizeof(Span) * Max(items, 1));
	size_t		kept = 0;

	if (ARR_HASNULL(installations) || ARR_HASNULL(since) || ARR_HASNULL(until) || ARR_HASNULL(removes) ||
		ArrayGetNItems(ARR_NDIM(since), ARR_DIMS(since)) != items ||
		ArrayGetNItems(ARR_NDIM(until), ARR_DIMS(until)) != items ||
		ArrayGetNItems(ARR_NDIM(removes), ARR_DIMS(removes)) != items)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("spans must be four arrays of the same length without nulls")));
	for (int k = 0; k < items; k++)
		spans[k] = (Span) {.installation = i[k], .window = {.since = a[k], .until = b[k]}, .removes = r[k], .open = true};
	qsort(spans, items, sizeof(Span), span_order);
	*n = merge_spans(spans, items, false);
	for (size_t first = 0, next; first < *n; first = next)
	{
		for (next = first + 1; next < *n && spans[next].installation == spans[first].installation; next++)
			;
		memmove(&spans[kept], &spans[first], sizeof(Span) * (next - first));
		kept += merge_spans(&spans[kept], next - first, next - first > MOST_SPANS);
	}
	*n = kept;
	return spans;
}

/* Derives spans of different installations, in rounds. */
static int64
derive_slice(Oid schema, Oid presence_type, float8 min_confidence, Span *spans, size_t n)
{
	Work		work = {.min_confidence = min_confidence, .spans = spans, .n_spans = n};
	MemoryContext before;

	work.context = AllocSetContextCreate(CurrentMemoryContext, "derivation", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	before = MemoryContextSwitchTo(work.context);
	work.labels = new_hash(&work, "labels", sizeof(char *), sizeof(Label), label_hash, label_match);
	work.key_numbers = new_hash(&work, "keys", sizeof(KeyId), sizeof(KeyNumber), NULL, NULL);
	work.reaches = new_hash(&work, "reaches", offsetof(ReachId, number), sizeof(ReachId), reach_hash, reach_match);
	work.ledger = ledger_open(schema, presence_type);
	for (size_t i = 0; i < lengthof(depths); i++)
		if (!derive_round(&work, depths[i], i == 0))
			break;
	MemoryContextSwitchTo(before);
	SPI_finish();
	MemoryContextDelete(work.context);
	return work.changed;
}

/* Installations derived together; between them a bulk load shows how far it is. */
#define SLICE 1000

/* For the view derivation_progress: an advisory lock that says the table and the percentage. */
static void
show_progress(Oid table, size_t done, size_t all)
{
	if (all > SLICE)
		DirectFunctionCall2(pg_advisory_xact_lock_shared_int4, Int32GetDatum((int32) table),
							Int32GetDatum((int32) (100 * done / all)));
}

/* (a table of the ledger, min_confidence, installations bigint[], since and until timestamptz[], removes boolean[]) -> changed rows */
Datum
ledger_derive_spans(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);
	Oid			schema = get_rel_namespace(table);
	Oid			presence_type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("presence"),
												ObjectIdGetDatum(get_func_namespace(fcinfo->flinfo->fn_oid)));
	float8		min_confidence = PG_GETARG_FLOAT8(1);
	size_t		n;
	Span	   *spans = read_spans(&n, PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_ARRAYTYPE_P(3),
								   PG_GETARG_ARRAYTYPE_P(4), PG_GETARG_ARRAYTYPE_P(5));
	Span	   *slice = palloc(sizeof(Span) * SLICE);
	size_t		done = 0;
	int64		changed = 0;

	/* An installation's spans one after the other: each derivation reads what the last wrote. */
	while (n > 0)
	{
		size_t		taken = 0;
		size_t		kept = 0;
		size_t		i = 0;

		show_progress(table, done, done + n);
		for (; i < n && taken < SLICE; i++)
			if (taken == 0 || slice[taken - 1].installation != spans[i].installation)
				slice[taken++] = spans[i];
			else
				spans[kept++] = spans[i];
		memmove(&spans[kept], &spans[i], sizeof(Span) * (n - i));
		n = kept + n - i;
		done += taken;
		changed += derive_slice(schema, presence_type, min_confidence, slice, taken);
	}
	PG_RETURN_INT64(changed);
}
