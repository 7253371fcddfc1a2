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
new_hash(MemoryContext context, const char *name, Size key, Size entry, HashValueFunc hash, HashCompareFunc match)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hash = hash, .match = match, .hcxt = context};

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

Labels *
new_labels(MemoryContext context)
{
	Labels	   *labels = MemoryContextAllocZero(context, sizeof(Labels));

	labels->context = context;
	labels->numbers = new_hash(context, "labels", sizeof(char *), sizeof(Label), label_hash, label_match);
	labels->last = NONE;
	return labels;
}

/* Mostly it is the one before: most ledgers tell few statuses. */
static bool
is_last_label(const Labels *labels, const text *name)
{
	const char *last = labels->last == NONE ? NULL : labels->texts.at[labels->last];

	return last != NULL && strlen(last) == VARSIZE_ANY_EXHDR(name) &&
		memcmp(last, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)) == 0;
}

int32
label_number(Labels *labels, Datum datum)
{
	text	   *given = DatumGetTextPP(datum);
	char	   *name;
	bool		found;
	Label	   *label;

	if (is_last_label(labels, given))
		return labels->last;
	name = text_to_cstring(given);
	label = hash_search(labels->numbers, &name, HASH_ENTER, &found);
	if (!found)
	{
		label->text = MemoryContextStrdup(labels->context, name);
		label->number = (int32) labels->texts.n;
		*APPEND(labels->context, labels->texts) = label->text;
	}
	pfree(name);
	return labels->last = label->number;
}

const char *
label_text(const Labels *labels, int32 number)
{
	return labels->texts.at[number];
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

/* Between the two, the work's context is the current one. Within SPI. Labels may be another's. */
void
work_begin(Work *work)
{
	work->context = AllocSetContextCreate(CurrentMemoryContext, "derivation", ALLOCSET_DEFAULT_SIZES);
	work->caller = MemoryContextSwitchTo(work->context);
	work->key_numbers = new_hash(work->context, "keys", sizeof(KeyId), sizeof(KeyNumber), NULL, NULL);
	if (work->labels == NULL)
		work->labels = new_labels(work->context);
	if (work->known_at == 0)
		work->known_at = TIME_END;
}

void
work_end(Work *work)
{
	MemoryContextSwitchTo(work->caller);
	MemoryContextDelete(work->context);
}
