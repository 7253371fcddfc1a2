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
	class->max_gsd = known->max_gsd == NULL ? NULL : DatumGetNumericCopy(NumericGetDatum(known->max_gsd));
}

typedef struct Asked
{
	Work	   *work;
	uint64		at;
} Asked;

/* id, path, max_gsd_m, is_parent */
static void
receive_class(void *state, const Datum *values, const bool *nulls)
{
	Asked	   *asked = state;
	MemoryContext before = MemoryContextSwitchTo(asked->work->context);
	KnownClass	class = {
		.id = DatumGetInt32(values[0]),
		.path = text_to_cstring(DatumGetTextPP(values[1])),
		.max_gsd = nulls[2] ? NULL : DatumGetNumericCopy(values[2]),
		.is_parent = DatumGetBool(values[3])
	};

	add_class(asked->work, &class);
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
static bool
lies_within(const char *path, const char *ancestor)
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

/* The classes of keys and sightings. */
ClassNumbers *
read_classes(Work *work)
{
	ClassNumbers *numbers = class_numbers_create(work->context, 64, NULL);
	LIST(Datum) ids = {0};
	Asked		asked = {work, known_generation()};
	Datum		values[2];
	bool		found;

	work->classes.n = 0;
	for (size_t i = 0; i < work->keys.n + work->shown.n; i++)
	{
		int32		id = i < work->keys.n ? work->keys.at[i].id.class : work->shown.at[i - work->keys.n].class;
		ClassNumber *entry = class_numbers_insert(numbers, id, &found);
		const KnownClass *known;

		if (found)
			continue;
		entry->number = NONE;
		known = known_class(work->ledger, id);
		if (known != NULL)
			add_class(work, known);
		else
			*APPEND(work->context, ids) = Int32GetDatum(id);
	}
	if (ids.n > 0)
	{
		values[0] = parameter_array(work->ledger, P_INT4, ids.at, ids.n);
		values[1] = BoolGetDatum(may_know(work->ledger));
		ledger_ask(work->ledger, QUERY_CLASSES, values, NULL, receive_class, &asked);
	}
	SORT(work->classes, path_order);
	for (size_t i = 0; i < work->classes.n; i++)
	{
		Class	   *class = &work->classes.at[i];

		class_numbers_lookup(numbers, class->id)->number = (int32) i;
		while (i + class->below + 1 < work->classes.n &&
			   lies_within(work->classes.at[i + class->below + 1].path, class->path))
			class->below++;
	}
	return numbers;
}

int32
class_number(ClassNumbers *numbers, int32 id)
{
	ClassNumber *entry = class_numbers_lookup(numbers, id);

	return entry == NULL ? NONE : entry->number;
}

/* Can looks of a reach show a class? */
bool
reach_shows(Work *work, int32 reach_number, int32 class_number)
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
