/*
 * ledger_rights.c: work on a ledger's tables with the rights of their owner.
 *
 * As the triggers of foreign keys do: who may write an observation need not be allowed to
 * read the ledger, and row-level security must not hide evidence from the derivation. The
 * owner is that of the table whose trigger runs, so that whoever hangs one of our triggers
 * on a table of his own gains nothing by it.
 *
 * Queries name all that they use with its schema, or it lies in pg_catalog; nothing that the
 * caller's search_path names comes before. Hash and merge joins and sequential scans are
 * off: plans are kept for the session, and must not read all of a table on behalf of a
 * single row.
 *
 * After an error all this is put back by the end of the (sub)transaction.
 */
#include "ledger_rights.h"

#include "miscadmin.h"
#include "utils/guc.h"

static const struct
{
	const char *name;
	const char *value;
}			settings[] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"enable_seqscan", "off"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"jit", "off"},
};

int
settings_take(void)
{
	int			level = NewGUCNestLevel();

	for (size_t i = 0; i < lengthof(settings); i++)
		set_config_option(settings[i].name, settings[i].value, PGC_USERSET, PGC_S_SESSION,
						  GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
settings_return(int level)
{
	AtEOXact_GUC(true, level);
}

void
rights_take(Rights *before, Oid owner)
{
	GetUserIdAndSecContext(&before->user, &before->context);
	SetUserIdAndSecContext(owner, before->context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	before->settings = settings_take();
}

void
rights_return(const Rights *before)
{
	settings_return(before->settings);
	SetUserIdAndSecContext(before->user, before->context);
}
