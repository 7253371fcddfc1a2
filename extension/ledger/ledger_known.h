/*
 * ledger_known.h: what a session knows of a ledger's classes and alerts.
 *
 * (Theory at the head of ledger_known.c.)
 */
#ifndef SIGHTINGS_LEDGER_KNOWN_H
#define SIGHTINGS_LEDGER_KNOWN_H

#include "postgres.h"

#include "ledger_query.h"
#include "utils/numeric.h"

typedef struct KnownClass
{
	int32		id;				/* hash key */
	char	   *path;
	Numeric		max_gsd;		/* NULL: can be told at any */
	bool		keep_total;
} KnownClass;

/* To be asked before the tables are: what is learnt from them is kept only if this is the same afterwards. */
extern uint64 known_generation(void);

/* False: what is known of this ledger is not to be used now. */
extern bool may_know(const Ledger *ledger);

/* NULL: not known. Lives until the next call of any of these. */
extern const KnownClass *known_class(const Ledger *ledger, int32 id);
extern void know_class(const Ledger *ledger, const KnownClass *class, uint64 asked_at);

/* The classes with totals; false: not known. Likewise. */
extern bool known_totals(const Ledger *ledger, const int32 **ids, size_t *n);
extern void know_totals(const Ledger *ledger, const int32 *ids, size_t n, uint64 asked_at);

/* Has the scope (an array, not toasted) been found to name classes? */
extern bool is_known_scope(const Ledger *ledger, Datum scope);
extern void know_scope(const Ledger *ledger, Datum scope, uint64 asked_at);

/* What somebody watches at an installation. */
typedef struct KnownAlert
{
	int64		id;
	char	   *path;			/* of a class, with all below it; NULL: any */
	uint32		verdicts;		/* a bit each */
	bool		certain_only;
	bool		new_looks;
} KnownAlert;

/* Those of an installation, mostly none; false: not known. Likewise. */
extern bool known_alerts(const Ledger *ledger, int64 installation, const KnownAlert **alerts, size_t *n);
extern void know_alerts(const Ledger *ledger, int64 installation, const KnownAlert *alerts, size_t n, uint64 asked_at);

/* Which alerts there are, or where installations are, has changed; likewise. */
extern void forget_alerts(const Ledger *ledger);

/* The classes in a table have changed: all sessions forget them when this transaction commits, this one at its next command. */
extern void forget_classes(Oid asset_class);

/* Of all ledgers, in this session. */
extern void forget_known(void);

#endif
