/*
 * ledger_work.c: labels and keys by number, and arrays that grow: what a derivation holds
 * in memory. All of it lies in the work's own context.
 */
#include "ledger_work.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

void
reserve(Work *work, void **at, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return;
	*room = Max(2 * *room, 64);
	*at = *at == NULL ? MemoryContextAllocHuge(work->context, *room * size) : repalloc_huge(*at, *room * size);
}

Datum *
new_values(Work *work, size_t n)
{
	return MemoryContextAllocHuge(work->context, sizeof(Datum) * Max(n, 1));
}

HTAB *
new_hash(Work *work, const char *name, Size key, Size entry, HashValueFunc hash, HashCompareFunc match)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hash = hash, .match = match, .hcxt = work->context};

	if (hash == NULL)
		return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return hash_create(name, 256, &control, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

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

int32
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

int32
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

static void
new_numbers(Work *work)
{
	work->labels = new_hash(work, "labels", sizeof(char *), sizeof(Label), label_hash, label_match);
	work->key_numbers = new_hash(work, "keys", sizeof(KeyId), sizeof(KeyNumber), NULL, NULL);
}

/* Between the two, the work's context is the current one, and SPI is connected. */
void
work_begin(Work *work, Oid schema, Oid presence_type, bool reads_only)
{
	work->context = AllocSetContextCreate(CurrentMemoryContext, "derivation", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	work->caller = MemoryContextSwitchTo(work->context);
	new_numbers(work);
	work->reaches = new_reaches(work);
	work->ledger = ledger_open(schema, presence_type, reads_only);
}

void
work_end(Work *work)
{
	MemoryContextSwitchTo(work->caller);
	SPI_finish();
	MemoryContextDelete(work->context);
}

/* The type presence of the extension whose function is called. */
Oid
own_presence_type(FunctionCallInfo fcinfo)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("presence"),
						   ObjectIdGetDatum(get_func_namespace(fcinfo->flinfo->fn_oid)));
}
