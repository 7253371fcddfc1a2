/*
 * ledger_classes.c: the tree of classes, and which of them looks of a given scope and pixel
 * size can show.
 */
#include "ledger_work.h"

#include "ledger_known.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

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

int32
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

	if (work->reaches == NULL)
		work->reaches = new_hash(work->context, "reaches", offsetof(ReachId, number), sizeof(ReachId), reach_hash, reach_match);
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
	reach = APPEND(work->context, work->reach);
	reach->gsd = gsd_null ? NULL : DatumGetNumericCopy(NumericGetDatum(gsd));
	reach->shows = NULL;
	read_scope(reach, scope);
	return entry->number;
}

static void
add_class(Work *work, const KnownClass *known)
{
	Class	   *class = APPEND(work->context, work->classes);

	memset(class, 0, sizeof(Class));
	class->id = known->id;
	class->path = MemoryContextStrdup(work->context, known->path);
	class->keep_total = known->keep_total;
	class->max_gsd = known->max_gsd == NULL ? NULL : DatumGetNumericCopy(NumericGetDatum(known->max_gsd));
}

typedef struct TotalsAsked
{
	Work	   *work;
	uint64		at;
	LIST(int32) totals;
} TotalsAsked;

static void
receive_class(void *state, const Datum *values, const bool *nulls)
{
	TotalsAsked *asked = state;
	MemoryContext before = MemoryContextSwitchTo(asked->work->context);
	KnownClass	class = {
		.id = DatumGetInt32(values[CLASS_ID]),
		.path = text_to_cstring(DatumGetTextPP(values[CLASS_PATH])),
		.max_gsd = nulls[CLASS_MAX_GSD] ? NULL : DatumGetNumericCopy(values[CLASS_MAX_GSD]),
		.keep_total = DatumGetBool(values[CLASS_KEEP_TOTAL])
	};

	add_class(asked->work, &class);
	if (class.keep_total)
		*APPEND(asked->work->context, asked->totals) = class.id;
	know_class(asked->work->ledger, &class, asked->at);
	MemoryContextSwitchTo(before);
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
bool
path_lies_within(const char *path, const char *ancestor)
{
	size_t		length = strlen(ancestor);

	return strncmp(path, ancestor, length) == 0 && (path[length] == '.' || path[length] == '\0');
}

#define SH_PREFIX class_numbers
#define SH_ELEMENT_TYPE ClassNumber
#define SH_KEY_TYPE int32
#define SH_KEY id
#define SH_HASH_KEY(table, key) murmurhash32((uint32) (key))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

int32
class_number(ClassNumbers *numbers, int32 id)
{
	ClassNumber *entry = class_numbers_lookup(numbers, id);

	return entry == NULL ? NONE : entry->number;
}

/* A class that is needed: what the session knows of it, or else it is to be asked for. */
typedef struct Needed
{
	ClassNumbers *numbers;
	LIST(Datum) ids;
} Needed;

static void
need_class(Work *work, Needed *needed, int32 id)
{
	bool		found;
	ClassNumber *entry = class_numbers_insert(needed->numbers, id, &found);
	const KnownClass *known;

	if (found)
		return;
	entry->number = NONE;
	known = known_class(work->ledger, id);
	if (known != NULL)
		add_class(work, known);
	else
		*APPEND(work->context, needed->ids) = Int32GetDatum(id);
}

/* Classes in order: what lies below each, and what is above it. */
static void
link_classes(Work *work, ClassNumbers *numbers)
{
	int32		above = NONE;

	SORT(work->classes, path_order);
	for (size_t i = 0; i < work->classes.n; i++)
	{
		Class	   *class = &work->classes.at[i];
		bool		found;

		class_numbers_insert(numbers, class->id, &found)->number = (int32) i;
		while (above != NONE && !path_lies_within(class->path, work->classes.at[above].path))
			above = work->classes.at[above].parent;
		class->parent = above;
		for (int32 a = above; a != NONE; a = work->classes.at[a].parent)
			work->classes.at[a].below++;
		above = (int32) i;
	}
}

/* The classes of keys, sightings and shelters, and all with totals. */
ClassNumbers *
read_classes(Work *work)
{
	Needed		needed = {.numbers = class_numbers_create(work->context, 64, NULL)};
	TotalsAsked asked = {.work = work, .at = known_generation()};
	const int32 *totals;
	size_t		n_totals;
	bool		knows_totals = known_totals(work->ledger, &totals, &n_totals);

	work->classes.n = 0;
	for (size_t i = 0; i < work->keys.n; i++)
		need_class(work, &needed, work->keys.at[i].id.class);
	for (size_t i = 0; i < work->shown.n; i++)
		need_class(work, &needed, work->shown.at[i].class);
	for (size_t i = 0; i < work->shelters.n; i++)
		need_class(work, &needed, work->shelters.at[i].class);
	for (size_t i = 0; i < work->n_asked; i++)
		need_class(work, &needed, work->asked_classes[i]);
	if (knows_totals)
	{
		int32	   *ids = palloc(sizeof(int32) * Max(n_totals, 1));

		memcpy(ids, totals, sizeof(int32) * n_totals);
		/* (as `totals` lives until the next is asked for) */
		for (size_t i = 0; i < n_totals; i++)
			need_class(work, &needed, ids[i]);
	}
	if (needed.ids.n > 0 || !knows_totals)
	{
		ledger_ask(work->ledger, QUERY_CLASSES, (Parameter[]) {
			array_of(needed.ids.at, needed.ids.n), value_of(BoolGetDatum(!knows_totals))
		}, receive_class, &asked);
		if (!knows_totals)
			know_totals(work->ledger, asked.totals.at, asked.totals.n, asked.at);
	}
	link_classes(work, needed.numbers);
	for (size_t i = 0; i < work->shelters.n; i++)
		work->shelters.at[i].class = class_number(needed.numbers, work->shelters.at[i].class);
	return needed.numbers;
}

bool
classes_related(const Work *work, int32 a, int32 b)
{
	return (a <= b && b <= a + work->classes.at[a].below) || (b <= a && a <= b + work->classes.at[b].below);
}

static Reaching
find_reaching(const Reach *reach, const Class *class)
{
	bool		in_scope = false;

	for (int i = 0; i < reach->parts && !in_scope; i++)
		in_scope = path_lies_within(class->path, reach->scope[i]);
	if (!in_scope)
		return SHOWS_NOT;
	if (class->max_gsd == NULL)
		return SHOWS;
	if (reach->gsd == NULL)
		return SHOWS_PERHAPS;
	return DatumGetBool(DirectFunctionCall2(numeric_le, NumericGetDatum(reach->gsd), NumericGetDatum(class->max_gsd))) ? SHOWS : SHOWS_NOT;
}

Reaching
reach_shows(Work *work, int32 reach_number, int32 class_number)
{
	Reach	   *reach = &work->reach.at[reach_number];

	if (reach->shows == NULL)
	{
		reach->shows = palloc(Max(work->classes.n, 1));
		memset(reach->shows, -1, work->classes.n);
	}
	if (reach->shows[class_number] < 0)
		reach->shows[class_number] = (int8) find_reaching(reach, &work->classes.at[class_number]);
	return (Reaching) reach->shows[class_number];
}
