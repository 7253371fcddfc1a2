/*
 * ledger_known.c: what a session knows of a ledger's classes and alerts.
 *
 * Theory of operation. Each look is held against the same few classes and names the same
 * scope as the one before: a loader who reads them again for each pays for it a twentieth of
 * his time. So the session keeps them, and a change of the ledger's table of classes has all
 * sessions forget them, by the message by which PostgreSQL has them forget what they know of
 * a table (relcache invalidation):
 *
 * 1. The triggers on the table send it (forget_classes). It reaches others when the change has
 *    been committed, and is read here before what is known is used; this session at its next
 *    command, and again if the change is rolled back.
 * 2. Who moves a class or makes it harder to tell waits for all derivations under way and holds
 *    off the next (ledger_pending.c) until the message is sent: none goes by what it was before.
 * 3. The message may come after a query's snapshot was taken and before its answer is kept:
 *    what was asked before it is not kept (known_generation).
 * 4. A transaction that sees the past - REPEATABLE READ, or a query's own snapshot - neither
 *    uses what is known nor adds to it.
 *
 * Which alerts an installation has, mostly none, is kept in the same way: to ask for each load is a
 * fifteenth of it. It is forgotten when alerts or classes change, or an installation moves.
 */
#include "ledger_known.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "compat.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Of each kind; then all is forgotten. */
#define MOST_KNOWN 10000

typedef struct KnownClasses
{
	Oid			schema;			/* hash key */
	Oid			table;			/* of the classes */
	Oid			alert_table;
	uint64		generation;		/* when it was empty */
	MemoryContext context;
	HTAB	   *classes;
	HTAB	   *scopes;
	HTAB	   *alerts;
	int32	   *totals;			/* NULL: not known */
	size_t		n_totals;
} KnownClasses;

typedef struct KnownScope
{
	void	   *scope;			/* hash key */
} KnownScope;

typedef struct InstallationAlerts
{
	int64		installation;	/* hash key */
	KnownAlert *alerts;
	size_t		n;
} InstallationAlerts;

static HTAB *known = NULL;
static uint64 generation = 0;

static uint32
scope_hash(const void *key, Size size pg_attribute_unused())
{
	const void *scope = *(void *const *) key;

	return hash_bytes(scope, (int) VARSIZE_ANY(scope));
}

static int
scope_match(const void *a, const void *b, Size size pg_attribute_unused())
{
	const void *left = *(void *const *) a;
	const void *right = *(void *const *) b;

	return VARSIZE_ANY(left) == VARSIZE_ANY(right) ? memcmp(left, right, VARSIZE_ANY(left)) : 1;
}

static void
on_change_of_table(Datum arg pg_attribute_unused(), Oid table)
{
	HASH_SEQ_STATUS scan;
	KnownClasses *of;

	if (!OidIsValid(table))
	{
		generation++;
		return;
	}
	hash_seq_init(&scan, known);
	while ((of = hash_seq_search(&scan)) != NULL)
		if (of->table == table || of->alert_table == table)
			generation++;
}

static void
create_known(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(KnownClasses)};

	known = hash_create("pg_sightings classes known", 8, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(on_change_of_table, (Datum) 0);
}

static void
forget(KnownClasses *of, Oid table, Oid alert_table)
{
	HASHCTL		alerts = {.keysize = sizeof(int64), .entrysize = sizeof(InstallationAlerts)};
	HASHCTL		class = {.keysize = sizeof(int32), .entrysize = sizeof(KnownClass)};
	HASHCTL		scope = {.keysize = sizeof(void *), .entrysize = sizeof(KnownScope), .hash = scope_hash, .match = scope_match};
	MemoryContext context;

	if (of->context != NULL)
		MemoryContextDelete(of->context);
	of->context = NULL;
	/* (it is kept when all of it is there) */
	context = class.hcxt = scope.hcxt = alerts.hcxt = AllocSetContextCreate(CurrentMemoryContext, "pg_sightings classes known", ALLOCSET_SMALL_SIZES);
	of->classes = hash_create("classes", 64, &class, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	of->scopes = hash_create("scopes", 64, &scope, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	of->alerts = hash_create("alerts", 64, &alerts, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	of->totals = NULL;
	MemoryContextSetParent(context, TopMemoryContext);
	of->context = context;
	of->table = table;
	of->alert_table = alert_table;
	of->generation = generation;
}

bool
may_know(const Ledger *ledger)
{
	return !IsolationUsesXactSnapshot() && !ledger_reads_only(ledger);
}

/* NULL: it is not to be used now. */
static KnownClasses *
known_of(const Ledger *ledger)
{
	Oid			schema = ledger_schema(ledger);
	KnownClasses *of;
	bool		found;

	if (!may_know(ledger))
		return NULL;
	if (known == NULL)
		create_known();
	AcceptInvalidationMessages();
	of = hash_search(known, &schema, HASH_ENTER, &found);
	if (!found)
		memset((char *) of + sizeof(Oid), 0, sizeof(KnownClasses) - sizeof(Oid));
	/* (another table of its name is there only after a change of this one) */
	if (of->context == NULL || of->generation != generation ||
		hash_get_num_entries(of->classes) > MOST_KNOWN || hash_get_num_entries(of->scopes) > MOST_KNOWN ||
		hash_get_num_entries(of->alerts) > MOST_KNOWN)
		forget(of, ledger_table(ledger, "asset_class"), ledger_table_if_any(ledger, "alert"));
	return of;
}

uint64
known_generation(void)
{
	return generation;
}

const KnownClass *
known_class(const Ledger *ledger, int32 id)
{
	KnownClasses *of = known_of(ledger);

	return of == NULL ? NULL : hash_search(of->classes, &id, HASH_FIND, NULL);
}

void
know_class(const Ledger *ledger, const KnownClass *class, uint64 asked_at)
{
	KnownClasses *of = known_of(ledger);
	KnownClass	kept = *class;
	KnownClass *entry;

	if (of == NULL || asked_at != generation)
		return;
	/* (what could fail before the entry is there) */
	kept.path = MemoryContextStrdup(of->context, class->path);
	if (class->max_gsd != NULL)
	{
		kept.max_gsd = MemoryContextAlloc(of->context, VARSIZE(class->max_gsd));
		memcpy(kept.max_gsd, class->max_gsd, VARSIZE(class->max_gsd));
	}
	entry = hash_search(of->classes, &class->id, HASH_ENTER, NULL);
	*entry = kept;
}

bool
known_totals(const Ledger *ledger, const int32 **ids, size_t *n)
{
	const KnownClasses *of = known_of(ledger);

	if (of == NULL || of->totals == NULL)
		return false;
	*ids = of->totals;
	*n = of->n_totals;
	return true;
}

void
know_totals(const Ledger *ledger, const int32 *ids, size_t n, uint64 asked_at)
{
	KnownClasses *of = known_of(ledger);
	int32	   *kept;

	if (of == NULL || asked_at != generation)
		return;
	kept = MemoryContextAlloc(of->context, sizeof(int32) * Max(n, 1));
	if (n > 0)
		memcpy(kept, ids, sizeof(int32) * n);
	of->totals = kept;
	of->n_totals = n;
}

bool
is_known_scope(const Ledger *ledger, Datum scope)
{
	KnownClasses *of = known_of(ledger);
	void	   *key = DatumGetPointer(scope);

	return of != NULL && hash_search(of->scopes, &key, HASH_FIND, NULL) != NULL;
}

void
know_scope(const Ledger *ledger, Datum scope, uint64 asked_at)
{
	KnownClasses *of = known_of(ledger);
	void	   *key;

	if (of == NULL || asked_at != generation)
		return;
	key = MemoryContextAlloc(of->context, VARSIZE_ANY(DatumGetPointer(scope)));
	memcpy(key, DatumGetPointer(scope), VARSIZE_ANY(DatumGetPointer(scope)));
	((KnownScope *) hash_search(of->scopes, &key, HASH_ENTER, NULL))->scope = key;
}

bool
known_alerts(const Ledger *ledger, int64 installation, const KnownAlert **alerts, size_t *n)
{
	const KnownClasses *of = known_of(ledger);
	const InstallationAlerts *found = of == NULL ? NULL : hash_search(of->alerts, &installation, HASH_FIND, NULL);

	if (found == NULL)
		return false;
	*alerts = found->alerts;
	*n = found->n;
	return true;
}

void
know_alerts(const Ledger *ledger, int64 installation, const KnownAlert *alerts, size_t n, uint64 asked_at)
{
	KnownClasses *of = known_of(ledger);
	KnownAlert *kept;
	InstallationAlerts *entry;

	if (of == NULL || asked_at != generation)
		return;
	kept = MemoryContextAlloc(of->context, sizeof(KnownAlert) * Max(n, 1));
	for (size_t i = 0; i < n; i++)
	{
		kept[i] = alerts[i];
		if (alerts[i].path != NULL)
			kept[i].path = MemoryContextStrdup(of->context, alerts[i].path);
	}
	entry = hash_search(of->alerts, &installation, HASH_ENTER, NULL);
	entry->alerts = kept;
	entry->n = n;
}

void
forget_alerts(const Ledger *ledger)
{
	Oid			alert = ledger_table_if_any(ledger, "alert");

	if (OidIsValid(alert))
		CacheInvalidateRelcacheByRelid(alert);
}

void
forget_classes(Oid asset_class)
{
	CacheInvalidateRelcacheByRelid(asset_class);
}

void
forget_known(void)
{
	generation++;
}
