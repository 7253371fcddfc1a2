/*
 * index_page.h: the entries of a page of our R-trees. Bytes on disk may be anything: what is
 * read is held within the page.
 */
#ifndef SIGHTINGS_INDEX_PAGE_H
#define SIGHTINGS_INDEX_PAGE_H

#include "postgres.h"

#include "access/itup.h"
#include "access/tupmacs.h"
#include "storage/bufpage.h"
#include "utils/rel.h"

static pg_noinline void
page_is_damaged(Relation index)
{
	ereport(ERROR,
			errcode(ERRCODE_INDEX_CORRUPTED),
			errmsg("index \"%s\" holds an entry that cannot be read", RelationGetRelationName(index)),
			errhint("REINDEX it."));
}

static inline IndexTuple
entry_at(Relation index, Page page, ItemId item)
{
	IndexTuple	entry = (IndexTuple) (page + ItemIdGetOffset(item));

	if (unlikely(ItemIdGetOffset(item) > BLCKSZ - MAXALIGN(sizeof(IndexTupleData)) ||
				 ItemIdGetOffset(item) + IndexTupleSize(entry) > BLCKSZ))
		page_is_damaged(index);
	return entry;
}

/* The key of an entry; NULL if it is null. */
static inline const char *
entry_key(Relation index, IndexTuple entry)
{
	Size		start = IndexInfoFindDataOffset(entry->t_info);
	const char *key = (const char *) entry + start;

	/* (on inner pages included columns are null) */
	if (IndexTupleHasNulls(entry) && att_isnull(0, (uint8 *) entry + sizeof(IndexTupleData)))
		return NULL;
	if (unlikely(start >= IndexTupleSize(entry) || !VARATT_IS_SHORT(key) ||
				 start + VARSIZE_SHORT(key) > IndexTupleSize(entry)))
		page_is_damaged(index);
	return key;
}

#endif
