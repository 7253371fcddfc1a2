/*
 * presence_gist.c: GiST operator classes of presence. How the index is laid out and
 * what its keys hold is told at the head of bounds_gist.c; here is what depends on
 * the type: packing, and searching, and nearest first.
 */
#include "bounds_gist.h"
#include "distance.h"
#include "index_query.h"

PG_FUNCTION_INFO_V1(presence_gist_consistent);
PG_FUNCTION_INFO_V1(presence_gist_compress);
PG_FUNCTION_INFO_V1(presence_gist_fetch);
PG_FUNCTION_INFO_V1(presence_gist_distance);

Datum
presence_gist_compress(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	uint8_t		key[KEY_MAX];

	if (!entry->leafkey)
		PG_RETURN_POINTER(entry);
	PG_RETURN_POINTER(leaf_entry(entry, key, presence_pack(DatumGetPresenceP(entry->key), key)));
}

/*
 * GiST copies the value into a tuple before it fetches the next, and the entry is the
 * caller's own, so both can be used again: this runs once for every row of an
 * index-only scan.
 */
Datum
presence_gist_fetch(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	Presence   *p = fcinfo->flinfo->fn_extra;

	if (p == NULL)
		fcinfo->flinfo->fn_extra = p = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Presence));
	presence_unpack(KEY_BYTES(entry->key), KEY_LENGTH(entry->key), p);
	entry->key = PointerGetDatum(p);
	PG_RETURN_POINTER(entry);
}

/*
 * The limits of a question are the same for every entry of a scan, so they are kept in
 * fn_extra, which GiST has for each scan key of its own. The next rescan may bring
 * another watch at the same address, hence the comparison of bytes.
 */
typedef struct CachedQuery
{
	int			strategy;
	char		argument[sizeof(Watch)];
	IndexQuery	query;
} CachedQuery;

static const void *
argument_bytes(int strategy, Datum *argument, int *length)
{
	if (strategy == STRATEGY_THERE && FLOAT8PASSBYVAL)
	{
		*length = sizeof(Datum);
		return argument;
	}
	*length = strategy == STRATEGY_THERE ? sizeof(TimestampTz) : sizeof(Watch);
	return DatumGetPointer(*argument);
}

static const IndexQuery *
cached_query(FmgrInfo *flinfo, int strategy, Datum argument)
{
	CachedQuery *cached = flinfo->fn_extra;
	int			length;
	const void *bytes = argument_bytes(strategy, &argument, &length);

	if (cached == NULL)
		flinfo->fn_extra = cached = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(CachedQuery));
	else if (cached->strategy == strategy && memcmp(cached->argument, bytes, length) == 0)
		return &cached->query;
	cached->query = presence_query(strategy, argument);
	memcpy(cached->argument, bytes, length);
	cached->strategy = strategy;
	return &cached->query;
}

/* Exact on leaves, so nothing is ever rechecked. */
Datum
presence_gist_consistent(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	int			strategy = PG_GETARG_UINT16(2);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(4);
	const IndexQuery *query = cached_query(fcinfo->flinfo, strategy, PG_GETARG_DATUM(1));
	Bounds		b;
	Presence	p;

	*recheck = false;
	if (!query_reaches(query, KEY_BYTES(entry->key), KEY_LENGTH(entry->key)))
		PG_RETURN_BOOL(false);
	if (GIST_LEAF(entry))
	{
		presence_unpack(KEY_BYTES(entry->key), KEY_LENGTH(entry->key), &p);
		PG_RETURN_BOOL(query_matches_presence(query, &p));
	}
	b = bounds_from_datum(entry->key);
	PG_RETURN_BOOL(query_may_match(query, &b));
}

/* Metres to a point: exact on leaves, a lower bound on inner entries. */
Datum
presence_gist_distance(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(4);
	const QueryPoint *from = query_point(fcinfo->flinfo, PG_GETARG_OID(3), PG_GETARG_DATUM(1));
	Presence	p;
	Bounds		b;

	*recheck = false;
	if (!GIST_LEAF(entry))
	{
		b = bounds_from_datum(entry->key);
		PG_RETURN_FLOAT8(metres_to_bounds(from, &b));
	}
	presence_unpack(KEY_BYTES(entry->key), KEY_LENGTH(entry->key), &p);
	PG_RETURN_FLOAT8(metres_to(from, p.lon, p.lat));
}
