/*
 * ledger_rights.h: work on a ledger's tables with the rights of their owner.
 *
 * (Theory at the head of ledger_rights.c.)
 */
#ifndef SIGHTINGS_LEDGER_RIGHTS_H
#define SIGHTINGS_LEDGER_RIGHTS_H

#include "postgres.h"

/* What is to be as before again. */
typedef struct Rights
{
	Oid			user;
	int			context;
	int			settings;
} Rights;

/* The settings alone, with the caller's rights: what they return is to be given back. */
extern int	settings_take(void);
extern void settings_return(int level);

extern void rights_take(Rights *before, Oid owner);
extern void rights_return(const Rights *before);

#endif
