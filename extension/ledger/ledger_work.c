/*
 * ledger_work.c: labels and keys by number. All of it lies in the work's own context.
 */
#include "ledger_work.h"

#include "compat.h"

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
		*APPEND(work->context, work->label_texts) = label->text;
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
		Key		   *key = APPEND(work->context, work->keys);

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

/* Between the two, the work's context is the current one. Within SPI. */
void
work_begin(Work *work)
{
	work->context = AllocSetContextCreate(CurrentMemoryContext, "derivation", ALLOCSET_DEFAULT_SIZES);
	work->caller = MemoryContextSwitchTo(work->context);
	new_numbers(work);
	work->reaches = new_reaches(work);
}

void
work_end(Work *work)
{
	MemoryContextSwitchTo(work->caller);
	MemoryContextDelete(work->context);
}
