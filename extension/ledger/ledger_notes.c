/*
 * ledger_notes.c: what the running transaction has touched and not yet derived.
 *
 * Theory of operation. Notes lie in the backend's memory. A transaction's notes are taken,
 * all of a ledger at once, by its derivation: the deferred trigger of a row in the
 * ledger's table `pending` sees to it that this happens before the transaction commits or
 * is prepared. Afterwards nothing is left of them, whichever way it ended.
 *
 * Subtransactions: each note knows the one that made it, and notes that were taken know the
 * one that took them. When one aborts, the notes made in it go, those taken in it are back,
 * as what was derived from them is undone; and so is the row in `pending`: whether it was
 * there before tells the number of the subtransaction that added it. Numbers grow: what is
 * live with a number from that of an aborting subtransaction on belongs to it or to its
 * children. Too many notes cost time and nothing else, too few would lose evidence. The looks that
 * a transaction has added are known likewise; where some are not, alerts are told so.
 */
#include "ledger_notes.h"

#include "access/xact.h"
#include "ledger_list.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* An installation's spans, at most: more are joined where the gap is narrowest. */
#define MOST_SPANS 16

/* Notes are merged when there are as many, and then when they have doubled. */
#define FIRST_MERGE 4096

/* Looks remembered, at most: some 15 MB. */
#define MOST_FRESH 262144

/* Of as many it is asked which of them an aborting subtransaction added. */
#define MOST_SEARCHED 4096

typedef struct FreshLook FreshLook;

/* Notes that were taken in a subtransaction, or are back from it. */
typedef struct Batch
{
	struct Batch *next;
	Oid			schema;
	SubTransactionId taken_in;
	SubTransactionId queued_in;
	Note	   *at;
	size_t		n;
	FreshLook  *fresh;
	size_t		n_fresh;
	bool		lost_fresh;
} Batch;

typedef struct Notes
{
	struct Notes *next;
	Oid			schema;
	SubTransactionId queued_in;	/* that of the row in `pending`; none: invalid */
	size_t		merge_at;
	LIST(Note) list;
	Batch	   *back;
	HTAB	   *fresh;
	bool		lost_fresh;		/* some are not in it */
	SubTransactionId fresh_in;	/* the last that added one */
} Notes;

struct FreshLook
{
	int64		installation;	/* hash key, with the next */
	int64		observation;
	int64		observed_at;
	SubTransactionId made_in;
};

struct FreshLooks
{
	HTAB	   *looks;			/* NULL: there are none */
	bool		all;
};

/* Of the running transaction; in its memory. */
static Notes *all_notes = NULL;
static Batch *taken = NULL;

static void
forget_fresh(Notes *notes)
{
	if (notes->fresh != NULL)
		hash_destroy(notes->fresh);
	notes->fresh = NULL;
}

/* Those added in an aborting subtransaction; of very many, all. */
static void
forget_fresh_since(Notes *notes, SubTransactionId aborted)
{
	HASH_SEQ_STATUS scan;
	FreshLook  *look;

	if (notes->fresh == NULL || notes->fresh_in < aborted)
		return;
	if (hash_get_num_entries(notes->fresh) > MOST_SEARCHED)
	{
		forget_fresh(notes);
		notes->lost_fresh = true;
		return;
	}
	hash_seq_init(&scan, notes->fresh);
	while ((look = hash_seq_search(&scan)) != NULL)
		if (look->made_in >= aborted)
			hash_search(notes->fresh, look, HASH_REMOVE, NULL);
}

static void
at_transaction_end(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		all_notes = NULL;
		taken = NULL;
	}
}

static size_t
drop_made_in(Note *notes, size_t n, SubTransactionId aborted)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
		if (notes[i].made_in < aborted)
			notes[kept++] = notes[i];
	return kept;
}

static size_t
drop_fresh_made_in(FreshLook *looks, size_t n, SubTransactionId aborted)
{
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
		if (looks[i].made_in < aborted)
			looks[kept++] = looks[i];
	return kept;
}

static Notes *
find_notes(Oid schema)
{
	Notes	   *notes = all_notes;

	while (notes != NULL && notes->schema != schema)
		notes = notes->next;
	return notes;
}

/* Allocates nothing: it may not fail. */
static void
at_subtransaction_end(SubXactEvent event, SubTransactionId aborted,
					  SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	for (Notes *notes = all_notes; notes != NULL; notes = notes->next)
	{
		notes->list.n = drop_made_in(notes->list.at, notes->list.n, aborted);
		for (Batch *batch = notes->back; batch != NULL; batch = batch->next)
		{
			batch->n = drop_made_in(batch->at, batch->n, aborted);
			batch->n_fresh = drop_fresh_made_in(batch->fresh, batch->n_fresh, aborted);
		}
		if (notes->queued_in >= aborted)
			notes->queued_in = InvalidSubTransactionId;
		forget_fresh_since(notes, aborted);
	}
	for (Batch **link = &taken; *link != NULL;)
	{
		Batch	   *batch = *link;
		Notes	   *notes = find_notes(batch->schema);

		if (batch->taken_in < aborted)
		{
			link = &batch->next;
			continue;
		}
		*link = batch->next;
		batch->n = drop_made_in(batch->at, batch->n, aborted);
		batch->n_fresh = drop_fresh_made_in(batch->fresh, batch->n_fresh, aborted);
		batch->next = notes->back;
		notes->back = batch;
		notes->lost_fresh = notes->lost_fresh || batch->lost_fresh;
		if (batch->queued_in < aborted && batch->queued_in != InvalidSubTransactionId)
			notes->queued_in = batch->queued_in;
	}
}

static Notes *
notes_of(Oid schema)
{
	static bool registered = false;
	Notes	   *notes = find_notes(schema);

	if (notes != NULL)
		return notes;
	if (!registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
		registered = true;
	}
	notes = MemoryContextAllocZero(TopTransactionContext, sizeof(Notes));
	notes->schema = schema;
	notes->merge_at = FIRST_MERGE;
	notes->next = all_notes;
	all_notes = notes;
	return notes;
}

/* What belongs together is together; an installation's spans are in order of time. */
static int
note_order(const void *left, const void *right)
{
	const Note *a = left;
	const Note *b = right;

	BY(kind);
	BY(installation);
	BY(of);
	if (a->kind == NOTE_NAMED && strcmp(a->designation, b->designation) != 0)
		return strcmp(a->designation, b->designation);
	BY(since);
	return 0;
}

static bool
belong_together(const Note *a, const Note *b)
{
	if (a->kind != b->kind || a->installation != b->installation || a->of != b->of)
		return false;
	return a->kind == NOTE_SPAN ? b->since <= a->until :
		a->kind == NOTE_NAMED ? strcmp(a->designation, b->designation) == 0 : true;
}

static void
join(Note *note, const Note *more)
{
	note->since = Min(note->since, more->since);
	note->until = Max(note->until, more->until);
	note->removes = note->removes || more->removes;
	note->made_in = Min(note->made_in, more->made_in);
}

static int
widest_first(const void *left, const void *right)
{
	uint64		a = *(const uint64 *) left;
	uint64		b = *(const uint64 *) right;

	return a > b ? -1 : a < b;
}

/* Joins the spans of one installation that lie closest together, until few are left. */
static size_t
join_closest(Note *notes, size_t n)
{
	uint64	   *gaps = palloc_extended(sizeof(uint64) * n, MCXT_ALLOC_HUGE);
	uint64		least;
	size_t		kept = 1;

	for (size_t i = 1; i < n; i++)
		gaps[i - 1] = (uint64) notes[i].since - (uint64) notes[i - 1].until;
	qsort(gaps, n - 1, sizeof(uint64), widest_first);
	least = gaps[MOST_SPANS - 1];
	for (size_t i = 1; i < n; i++)
	{
		if ((uint64) notes[i].since - (uint64) notes[kept - 1].until > least)
			notes[kept++] = notes[i];
		else
			join(&notes[kept - 1], &notes[i]);
	}
	pfree(gaps);
	return kept;
}

size_t
notes_merge(Note *notes, size_t n)
{
	size_t		joined = 0;
	size_t		kept = 0;
	size_t		next;

	qsort(notes, n, sizeof(Note), note_order);
	for (size_t i = 0; i < n; i++)
		if (joined > 0 && belong_together(&notes[joined - 1], &notes[i]))
			join(&notes[joined - 1], &notes[i]);
		else
			notes[joined++] = notes[i];
	for (size_t first = 0; first < joined; first = next)
	{
		size_t		more;

		for (next = first + 1; next < joined && notes[first].kind == NOTE_SPAN && notes[next].kind == NOTE_SPAN &&
			 notes[next].installation == notes[first].installation; next++)
			;
		memmove(&notes[kept], &notes[first], sizeof(Note) * (next - first));
		more = next - first;
		kept += more > MOST_SPANS ? join_closest(&notes[kept], more) : more;
	}
	return kept;
}

void
note_add(Oid schema, const Note *note)
{
	Notes	   *notes = notes_of(schema);
	char	   *designation = note->designation;
	Note	   *added;

	CHECK_FOR_INTERRUPTS();
	if (notes->list.n >= notes->merge_at)
	{
		notes->list.n = notes_merge(notes->list.at, notes->list.n);
		notes->merge_at = Max(FIRST_MERGE, 2 * notes->list.n);
	}
	if (designation != NULL)
		designation = MemoryContextStrdup(TopTransactionContext, designation);
	added = APPEND(TopTransactionContext, notes->list);
	*added = *note;
	added->designation = designation;
	added->made_in = GetCurrentSubTransactionId();
}

bool
note_first(Oid schema)
{
	Notes	   *notes = notes_of(schema);

	if (notes->queued_in != InvalidSubTransactionId || (notes->list.n == 0 && notes->back == NULL))
		return false;
	notes->queued_in = GetCurrentSubTransactionId();
	return true;
}

Oid
notes_next(Oid schema)
{
	Oid			next = InvalidOid;

	for (const Notes *notes = all_notes; notes != NULL; notes = notes->next)
		if (notes->queued_in != InvalidSubTransactionId && notes->schema > schema && (!OidIsValid(next) || notes->schema < next))
			next = notes->schema;
	return next;
}

static void
keep_fresh(Notes *notes, const FreshLook *look)
{
	if (notes->fresh == NULL)
	{
		HASHCTL		control = {.keysize = offsetof(FreshLook, observed_at), .entrysize = sizeof(FreshLook), .hcxt = TopTransactionContext};

		notes->fresh = hash_create("fresh looks", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	if (hash_get_num_entries(notes->fresh) < MOST_FRESH)
		*(FreshLook *) hash_search(notes->fresh, look, HASH_ENTER, NULL) = *look;
	else
		notes->lost_fresh = true;
}

/* Few enough that each subtransaction may keep its own. */
static void
remember_fresh(Batch *batch, const FreshLooks *fresh)
{
	HASH_SEQ_STATUS scan;
	FreshLook  *look;
	size_t		n = fresh->looks == NULL ? 0 : (size_t) hash_get_num_entries(fresh->looks);

	batch->lost_fresh = !fresh->all || n > MOST_SEARCHED;
	if (n == 0 || batch->lost_fresh)
		return;
	batch->fresh = MemoryContextAlloc(TopTransactionContext, sizeof(FreshLook) * n);
	hash_seq_init(&scan, fresh->looks);
	while ((look = hash_seq_search(&scan)) != NULL)
		batch->fresh[batch->n_fresh++] = *look;
}

/* Kept for the case that this subtransaction aborts; the outermost has nobody to go on after it. */
static void
remember_taken(const Notes *notes, Note *at, size_t n, const FreshLooks *fresh)
{
	Batch	   *batch = MemoryContextAlloc(TopTransactionContext, sizeof(Batch));

	*batch = (Batch) {
		.next = taken,
		.schema = notes->schema,
		.taken_in = GetCurrentSubTransactionId(),
		.queued_in = notes->queued_in,
		.at = at,
		.n = n
	};
	remember_fresh(batch, fresh);
	taken = batch;
}

/* With those that were taken by what has been undone since. */
static FreshLooks *
take_fresh(Notes *notes)
{
	FreshLooks *fresh = palloc(sizeof(FreshLooks));

	for (const Batch *batch = notes->back; batch != NULL; batch = batch->next)
		for (size_t i = 0; i < batch->n_fresh; i++)
			keep_fresh(notes, &batch->fresh[i]);
	*fresh = (FreshLooks) {notes->fresh, !notes->lost_fresh};
	notes->fresh = NULL;
	notes->lost_fresh = false;
	return fresh;
}

Note *
notes_take(Oid schema, size_t *n, FreshLooks **fresh)
{
	Notes	   *notes = find_notes(schema);
	size_t		all = 0;
	Note	   *at;
	Note	   *copy;

	*n = 0;
	if (notes == NULL)
	{
		*fresh = palloc0(sizeof(FreshLooks));
		return NULL;
	}
	*fresh = take_fresh(notes);
	all = notes->list.n;
	for (const Batch *batch = notes->back; batch != NULL; batch = batch->next)
		all += batch->n;
	at = MemoryContextAllocHuge(TopTransactionContext, sizeof(Note) * Max(all, 1));
	copy = palloc_extended(sizeof(Note) * Max(all, 1), MCXT_ALLOC_HUGE);
	for (const Batch *batch = notes->back; batch != NULL; batch = batch->next)
	{
		memcpy(&at[*n], batch->at, sizeof(Note) * batch->n);
		*n += batch->n;
	}
	if (notes->list.n > 0)
		memcpy(&at[*n], notes->list.at, sizeof(Note) * notes->list.n);
	*n = notes_merge(at, all);
	memcpy(copy, at, sizeof(Note) * *n);
	if (*n > 0 && GetCurrentTransactionNestLevel() > 1)
		remember_taken(notes, at, *n, *fresh);
	else
		pfree(at);
	notes->list.n = 0;
	notes->back = NULL;
	notes->queued_in = InvalidSubTransactionId;
	return copy;
}

void
fresh_look_add(Oid schema, int64 installation, int64 observation, int64 observed_at)
{
	Notes	   *notes = notes_of(schema);
	FreshLook	look = {installation, observation, observed_at, GetCurrentSubTransactionId()};

	notes->fresh_in = look.made_in;
	keep_fresh(notes, &look);
}

bool
fresh_look_find(Oid schema, int64 installation, int64 observation, int64 *observed_at)
{
	Notes	   *notes = find_notes(schema);
	FreshLook	wanted = {.installation = installation, .observation = observation};
	FreshLook  *found = notes == NULL || notes->fresh == NULL ? NULL : hash_search(notes->fresh, &wanted, HASH_FIND, NULL);

	if (found != NULL)
		*observed_at = found->observed_at;
	return found != NULL;
}

void
fresh_look_forget(Oid schema, int64 installation, int64 observation)
{
	Notes	   *notes = find_notes(schema);
	FreshLook	gone = {.installation = installation, .observation = observation};

	if (notes != NULL && notes->fresh != NULL)
		hash_search(notes->fresh, &gone, HASH_REMOVE, NULL);
}

bool
fresh_looks_are_all(const FreshLooks *looks)
{
	return looks->all;
}

bool
is_fresh_look(const FreshLooks *looks, int64 installation, int64 observation)
{
	FreshLook	wanted = {.installation = installation, .observation = observation};

	return looks->looks != NULL && hash_search(looks->looks, &wanted, HASH_FIND, NULL) != NULL;
}

void
fresh_looks_free(FreshLooks *looks)
{
	if (looks->looks != NULL)
		hash_destroy(looks->looks);
	pfree(looks);
}
