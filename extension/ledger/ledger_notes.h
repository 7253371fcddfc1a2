/*
 * ledger_notes.h: what the running transaction has touched and not yet derived.
 *
 * (Theory at the head of ledger_notes.c.)
 */
#ifndef SIGHTINGS_LEDGER_NOTES_H
#define SIGHTINGS_LEDGER_NOTES_H

#include "postgres.h"

/* In the order in which merged notes come: what concerns everything is the last. */
typedef enum NoteKind
{
	NOTE_SPAN,					/* instants at an installation */
	NOTE_NAMED,					/* a designation, sighted there and then */
	NOTE_CLASS,					/* a class, everywhere */
	NOTE_SOURCE,				/* a source, everywhere */
	NOTE_ALL					/* everything */
} NoteKind;

typedef struct Note
{
	int64		installation;
	int64		since;
	int64		until;
	char	   *designation;
	int32		of;				/* a class, a source */
	SubTransactionId made_in;
	NoteKind	kind;
	bool		removes;		/* evidence was taken away */
} Note;

/* Copies the note and its designation. */
extern void note_add(Oid schema, const Note *note);

/* True once, and again after what was noted has been taken: the caller sees to it that it will be. */
extern bool note_first(Oid schema);

/* The schema that follows in the order of all, of those with notes; invalid: none. */
extern Oid	notes_next(Oid schema);

/* All that is noted, merged, in the current memory context; and the looks that were added, to be freed. */
typedef struct FreshLooks FreshLooks;
extern Note *notes_take(Oid schema, size_t *n, FreshLooks **fresh);

/* Sorted; what belongs together is one. Returns how many are left. */
extern size_t notes_merge(Note *notes, size_t n);

/* Looks that the transaction has added, noted, and not yet derived; at most some hundred thousand. */
extern void fresh_look_add(Oid schema, int64 installation, int64 observation, int64 observed_at);
extern bool fresh_look_find(Oid schema, int64 installation, int64 observation, int64 *observed_at);
extern void fresh_look_forget(Oid schema, int64 installation, int64 observation);

/* The same, when they were taken: are they all that were added since the last derivation? */
extern bool fresh_looks_are_all(const FreshLooks *looks);
extern bool is_fresh_look(const FreshLooks *looks, int64 installation, int64 observation);
extern void fresh_looks_free(FreshLooks *looks);

#endif
