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

Parameter
known_at_parameter(const Work *work)
{
	return value_if(work->known_at != TIME_END, Int64GetDatum(work->known_at));
}

Parameter
source_parameter(const Work *work)
{
	return value_if(work->one_source, Int32GetDatum(work->source));
}

HTAB *
new_hash(MemoryContext context, const char *name, Size key, Size entry, HashValueFunc hash, HashCompareFunc match)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hash = hash, .match = match, .hcxt = context};

	if (hash == NULL)
		return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return hash_create(name, 256, &control, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

const char *const subject_kinds[SUBJECT_KINDS] = {"class", "status", "individual"};

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

Datum
label_datum(const Labels *labels, int32 number)
{
	return CStringGetTextDatum(number == NONE ? "" : label_text(labels, number));
}

static uint32
key_hash(KeyId id)
{
	uint32		hash = murmurhash32((uint32) id.span);

	hash = murmurhash32(hash ^ (uint32) id.class);
	return murmurhash32(hash ^ ((uint32) id.label << 2) ^ (uint32) id.kind);
}

static bool
same_key(KeyId a, KeyId b)
{
	return a.span == b.span && a.class == b.class && a.kind == b.kind && a.label == b.label;
}

#define SH_PREFIX key_numbers
#define SH_ELEMENT_TYPE KeyNumber
#define SH_KEY_TYPE KeyId
#define SH_KEY id
#define SH_HASH_KEY(table, key) key_hash(key)
#define SH_EQUAL(table, a, b) same_key(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

int32
key_number(Work *work, KeyId id, bool add)
{
	bool		found = true;
	KeyNumber  *entry = add ? key_numbers_insert(work->key_numbers, id, &found) : key_numbers_lookup(work->key_numbers, id);

	if (entry == NULL)
		return NONE;
	if (!found)
	{
		Key		   *key = APPEND(work->context, work->keys);

		*key = (Key) {.id = id, .done = true};
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
	work->key_numbers = key_numbers_create(work->context, 1024, NULL);
	if (work->labels == NULL)
		work->labels = new_labels(work->context);
}

void
work_end(Work *work)
{
	MemoryContextSwitchTo(work->caller);
	MemoryContextDelete(work->context);
}
