/*
 * presence_gist.c: GiST operator classes of presence. How the index is laid out and
 * what its keys hold is told at the head of bounds_gist.c; here is what depends on
 * the type: packing, and searching, and nearest first.
 */
#include "bounds_gist.h"
#include "distance.h"
#include "index_query.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(presence_gist_consistent);
PG_FUNCTION_INFO_V1(presence_gist_compress);
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
 * What is searched for is the same for every entry of a scan, so it is kept in fn_extra,
 * which GiST has for each scan key of its own. The next rescan may bring another watch
 * at the same address, hence the comparison of what it holds.
 */
typedef struct CachedQuery
{
	int			strategy;
	TimestampTz at;				/* STRATEGY_THERE */
	uint64		words[sizeof(Watch) / sizeof(uint64)];	/* of the watch otherwise */
	KeySearch	search;
} CachedQuery;

StaticAssertDecl(sizeof(Watch) == 6 * sizeof(uint64), "a watch is six words");

/* Nearly always the same, so that one branch on all of it is the fastest. */
static inline bool
same_words(const uint64 *a, const uint64 *b)
{
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
			(a[3] ^ b[3]) | (a[4] ^ b[4]) | (a[5] ^ b[5])) == 0;
}

static inline bool
is_cached(const CachedQuery *cached, int strategy, Datum argument)
{
	if (cached == NULL || cached->strategy != strategy)
		return false;
	if (strategy == STRATEGY_THERE)
		return cached->at == DatumGetTimestampTz(argument);
	return same_words(cached->words, (const uint64 *) DatumGetPointer(argument));
}

static pg_noinline const KeySearch *
cache_query(FmgrInfo *flinfo, int strategy, Datum argument)
{
	CachedQuery *cached = flinfo->fn_extra;

	if (cached == NULL)
		flinfo->fn_extra = cached = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(CachedQuery));
	cached->search = presence_query(strategy, argument);
	if (strategy == STRATEGY_THERE)
		cached->at = DatumGetTimestampTz(argument);
	else
		memcpy(cached->words, DatumGetPointer(argument), sizeof(Watch));
	cached->strategy = strategy;
	return &cached->search;
}

/* Exact on leaves, so nothing is ever rechecked. */
Datum
presence_gist_consistent(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(SEARCH_ENTRY);
	Datum		argument = PG_GETARG_DATUM(SEARCH_QUERY);
	int			strategy = PG_GETARG_UINT16(SEARCH_STRATEGY);
	CachedQuery *cached = fcinfo->flinfo->fn_extra;
	const KeySearch *search;
	Presence	p;

	*(bool *) PG_GETARG_POINTER(SEARCH_RECHECK) = false;
	search = likely(is_cached(cached, strategy, argument)) ? &cached->search :
		cache_query(fcinfo->flinfo, strategy, argument);
	if (GIST_LEAF(entry))
		PG_RETURN_BOOL(search_has_leaf(search, KEY_BYTES(entry->key), KEY_LENGTH(entry->key), &p));
	PG_RETURN_BOOL(search_meets(search, KEY_BYTES(entry->key), KEY_LENGTH(entry->key)));
}

/* Metres to a point: exact on leaves, a lower bound on inner entries. */
Datum
presence_gist_distance(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(SEARCH_ENTRY);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(SEARCH_RECHECK);
	const QueryPoint *from = query_point(fcinfo->flinfo, PG_GETARG_OID(SEARCH_SUBTYPE), PG_GETARG_DATUM(SEARCH_QUERY));
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
