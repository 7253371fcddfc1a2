/*
 * presence_write.h: rows of a ledger's presences, written without statements.
 *
 * (Theory at the head of presence_write.c.)
 */
#ifndef SIGHTINGS_PRESENCE_WRITE_H
#define SIGHTINGS_PRESENCE_WRITE_H

#include "postgres.h"

#include "model.h"
#include "storage/itemptr.h"

typedef struct PresenceWriter PresenceWriter;

/* What a row holds beside its run; presence_id 0: a new one. */
typedef struct PresenceRow
{
	int64		installation;
	int64		presence_id;
	int32		class;
	const char *status;			/* NULL: there is none */
	const char *designation;
} PresenceRow;

/* NULL: the table is not as a ledger's was made, or not the user's: it takes statements to write to it. */
extern PresenceWriter *presence_writer_begin(Oid table, Oid presence_type);
extern void presence_writer_add(PresenceWriter *writer, const PresenceRow *row, const Presence *run);
extern void presence_writer_change(PresenceWriter *writer, const ItemPointerData *at, const PresenceRow *row, const Presence *run);
extern void presence_writer_delete(PresenceWriter *writer, const ItemPointerData *at);
/* Only then is all of it in the indexes, and seen by what the transaction does next. */
extern void presence_writer_end(PresenceWriter *writer);

#endif
