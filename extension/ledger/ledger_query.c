/*
 * ledger_query.c: the queries that the derivation asks of a ledger's tables.
 *
 * Each takes arrays, so that one query serves one installation or a thousand, and is
 * shaped so that the rows wanted are found by an index. Plans are kept for the life of the
 * session and of the ledger's name, generic, and made for large tables (ledger_planning.c);
 * what else they need of the session's settings is told at the head of ledger_rights.c. Rows
 * are handed to a function as they come: a ledger may have more of them than should lie in
 * memory twice.
 */
#include "ledger_query.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger_planning.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "model.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#define MAX_PARAMETERS 8

struct Ledger
{
	Oid			schema;			/* hash key */
	NameData	name;
	Oid			presence_type;
	Oid			path_type;
	Oid			geometry_type;
	bool		reads_only;
	SPIPlanPtr	plans[LEDGER_QUERIES];
};

#define COLUMN(i) (1u << (i))

/* A row that counts: now, or as had been recorded and not yet retracted at an instant. */
#define LIVE(row, known_at) \
	"CASE WHEN " known_at " IS NULL THEN " row ".retracted_at IS NULL" \
	" ELSE " row ".recorded_at <= " known_at " AND coalesce(" row ".retracted_at > " known_at ", true) END"

/* Subjects of a report: individuals or counts, of some classes or (null) of all. */
#define WANTED(row, individuals, classes) \
	"(" row ".designation IS NOT NULL) = " individuals " AND (" classes " IS NULL OR " row ".asset_class_id = ANY (" classes "))"

/* Where installations are, exactly: presences are rounded. */
#define LIES_IN(row, area) \
	"EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = " row ".installation_id AND POSTGIS.ST_Intersects(" area ", i.location) OFFSET 0)"

/* A name as people may write it. */
#define PLAIN(name) "pg_catalog.translate(pg_catalog.lower(" name "), ' -', '')"

/*
 * LEDGER stands for the ledger's schema, OURS, LTREE and POSTGIS for those of extensions; $n
 * for arrays unless a parameter's type says otherwise.
 */
static const struct
{
	const char *text;
	const char *types;			/* a letter each: see type_oid() */
	const char *result;			/* likewise; NULL: none */
	unsigned	nullable;		/* COLUMN(i) of the result may be null */
}			queries[LEDGER_QUERIES] = {
	/*
	 * looks of each span, and as many as the limits say before and after it; as they were known at
	 * an instant (LIVE), null: now
	 */
	[QUERY_LOOKS] = {
		"SELECT w.k::int, o.side, o.observation_id, o.observed_at, o.completeness = 'complete', o.scope, o.gsd_m, o.source_id, i.lon, i.lat"
		" FROM unnest($1, $2, $3) WITH ORDINALITY AS w(installation_id, a, b, k)"
		" CROSS JOIN LATERAL (SELECT POSTGIS.ST_X(i.location) AS lon, POSTGIS.ST_Y(i.location) AS lat"
		" FROM LEDGER.installation i WHERE i.installation_id = w.installation_id OFFSET 0) AS i"
		" CROSS JOIN LATERAL ("
		"(SELECT -1 AS side, p.observation_id, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at < w.a"
		" AND " LIVE("p", "$6") " ORDER BY p.observed_at DESC LIMIT $4)"
		" UNION ALL "
		"(SELECT 0, p.observation_id, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at >= w.a AND p.observed_at <= w.b"
		" AND " LIVE("p", "$6") ")"
		" UNION ALL "
		"(SELECT 1, p.observation_id, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at > w.b"
		" AND " LIVE("p", "$6") " ORDER BY p.observed_at LIMIT $5)) AS o",
	"LTTllt", "iiltbSniff", COLUMN(6)},
	/* the same, where there is nothing but the looks before each span, and nobody asks for its place */
	[QUERY_LOOKS_BEFORE] = {
		"SELECT w.k::int, -1, o.observation_id, o.observed_at, o.completeness = 'complete', o.scope, o.gsd_m, o.source_id"
		" FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, a, k)"
		" CROSS JOIN LATERAL (SELECT p.observation_id, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at < w.a"
		" AND " LIVE("p", "$4") " ORDER BY p.observed_at DESC LIMIT $3) AS o",
	"LTlt", "iiltbSni", COLUMN(6)},
	/*
	 * OFFSET 0, here and below, has each look ask for its own: joined otherwise, as a planner
	 * may that knows little, each row of an installation is compared with each of its looks.
	 */
	[QUERY_SIGHTINGS] = {
		"SELECT w.k::int, s.asset_class_id, s.status, s.designation, pg_catalog.lower(s.count), pg_catalog.upper(s.count),"
		" s.confidence >= $3"
		" FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" CROSS JOIN LATERAL (SELECT s.asset_class_id, s.status, s.designation, s.count, s.confidence"
		" FROM LEDGER.sighting s WHERE s.installation_id = w.installation_id AND s.observation_id = w.observation_id"
		" AND " LIVE("s", "$4") " OFFSET 0) AS s",
	"LLft", "iixxiib", COLUMN(3) | COLUMN(5)},
	[QUERY_STORED] = {
		"SELECT w.k::int, p.presence_id, p.asset_class_id, p.status, p.designation, p.run, p.place"
		" FROM unnest($1, $2, $3) WITH ORDINALITY AS w(installation_id, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT p.presence_id, p.asset_class_id, p.status, p.designation, p.run, p.ctid AS place"
		" FROM LEDGER.presence p WHERE p.installation_id = w.installation_id"
		" AND OURS.gone_by(p.run) >= w.lo AND OURS.not_seen_at(p.run) <= w.hi OFFSET 0) AS p",
	"LTT", "ilixxRc", COLUMN(3) | COLUMN(4)},
	[QUERY_SUBJECTS] = {
		"SELECT w.k::int, s.asset_class_id, s.individual, s.label"
		" FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, wanted, k)"
		" JOIN LEDGER.subject s ON s.installation_id = w.installation_id"
		" WHERE w.wanted",
	"LB", "iibx", 0},
	/* (by the index subject_counted: a port has few classes and many names) */
	[QUERY_COUNTED] = {
		"SELECT w.k::int, s.asset_class_id, s.individual, s.label"
		" FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, wanted, k)"
		" JOIN LEDGER.subject s ON s.installation_id = w.installation_id AND NOT s.individual"
		" WHERE w.wanted",
	"LB", "iibx", 0},
	/* (the first that follows a path in its order lies below it, if any does) */
	[QUERY_CLASSES] = {
		"SELECT c.asset_class_id, LTREE.ltree2text(c.path), c.max_gsd_m, $2 AND coalesce((SELECT d.path OPERATOR(LTREE.<@) c.path"
		" FROM LEDGER.asset_class d WHERE d.path OPERATOR(LTREE.>) c.path ORDER BY d.path LIMIT 1), false)"
		" FROM LEDGER.asset_class c WHERE c.asset_class_id = ANY ($1)",
	"Ib", "ixnb", COLUMN(2)},
	/*
	 * Sightings of numbers, at most so many of each, and when it was if it was at another
	 * installation in the window, so not here. LIMIT and + 0 keep it to the numbers asked for, by
	 * sighting_designation: a planner that knows nothing of the tables yet would go through all
	 * looks, or all of the class, for each. In the order of that index it stops when it has enough.
	 */
	[QUERY_ELSEWHERE] = {
		"SELECT w.k::int, o.observed_at, o.observation_id, o.source_id"
		" FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS w(installation_id, asset_class_id, label, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT s.installation_id, s.observation_id, s.installation_id <> w.installation_id AND s.confidence >= $6"
		" AND pg_catalog.lower(s.count) > 0 AND " LIVE("s", "$8") " AS tells FROM LEDGER.sighting s"
		" WHERE s.designation = w.label AND s.asset_class_id + 0 = w.asset_class_id"
		" ORDER BY s.asset_class_id LIMIT $7) AS s"
		" LEFT JOIN LATERAL (SELECT o.observed_at, o.observation_id, o.source_id FROM LEDGER.observation o"
		" WHERE s.tells AND o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" AND o.observed_at >= w.lo AND o.observed_at <= w.hi AND " LIVE("o", "$8") " OFFSET 0) AS o ON true",
	"LIXTTflt", "itli", COLUMN(1) | COLUMN(2) | COLUMN(3)},
	/*
	 * The same, of numbers with more sightings than that: look by look of the window, at most so
	 * many, at the installations that know the number.
	 */
	[QUERY_ELSEWHERE_THEN] = {
		"SELECT w.k::int, CASE WHEN EXISTS (SELECT FROM LEDGER.sighting s"
		" WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id"
		" AND s.designation || '' = w.label AND s.asset_class_id + 0 = w.asset_class_id AND s.confidence >= $6"
		" AND pg_catalog.lower(s.count) > 0 AND " LIVE("s", "$8") " OFFSET 0) THEN o.observed_at END, o.observation_id, o.source_id"
		" FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS w(installation_id, asset_class_id, label, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT o.installation_id, o.observation_id, o.observed_at, o.source_id"
		" FROM LEDGER.subject u CROSS JOIN LATERAL (SELECT o.installation_id, o.observation_id, o.observed_at, o.source_id FROM LEDGER.observation o"
		" WHERE o.installation_id = u.installation_id AND o.observed_at >= w.lo AND o.observed_at <= w.hi"
		" AND " LIVE("o", "$8") " OFFSET 0) AS o"
		" WHERE u.individual AND u.label = w.label AND u.asset_class_id = w.asset_class_id"
		" AND u.installation_id <> w.installation_id LIMIT $7) AS o",
	"LIXTTflt", "itli", COLUMN(1)},
	/* which keys are still sighted at all? */
	[QUERY_IS_SIGHTED] = {
		"SELECT w.k::int FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS w(installation_id, asset_class_id, individual, label, k)"
		" WHERE EXISTS (SELECT FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.asset_class_id = w.asset_class_id AND s.installation_id = w.installation_id"
		" AND CASE WHEN w.individual THEN s.designation ELSE s.status END = w.label"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL OFFSET 0)",
	"LIBX", "i", 0},
	[DELETE_KEYS] = {
		"DELETE FROM LEDGER.presence p"
		" USING unnest($1, $2, $3, $4) AS w(installation_id, asset_class_id, individual, label)"
		" WHERE p.installation_id = w.installation_id AND p.asset_class_id = w.asset_class_id"
		" AND CASE WHEN w.individual THEN p.designation ELSE p.status END = w.label",
	"LIBX", NULL, 0},
	[ADD_SUBJECTS] = {
		"INSERT INTO LEDGER.subject (installation_id, asset_class_id, individual, label)"
		" SELECT w.installation_id, w.asset_class_id, w.individual, w.label"
		" FROM unnest($1, $2, $3, $4) AS w(installation_id, asset_class_id, individual, label)"
		" ON CONFLICT DO NOTHING",
	"LIBX", NULL, 0},
	[ADD_RUNS] = {
		"INSERT INTO LEDGER.presence (installation_id, asset_class_id, status, designation, run)"
		" SELECT w.installation_id, w.asset_class_id, CASE WHEN NOT w.individual THEN w.label END,"
		" CASE WHEN w.individual THEN w.label END, w.run"
		" FROM unnest($1, $2, $3, $4, $5) AS w(installation_id, asset_class_id, individual, label, run)",
	"LIBXP", NULL, 0},
	[CHANGE_RUNS] = {
		"UPDATE LEDGER.presence p SET run = w.run"
		" FROM unnest($1, $2, $3) AS w(installation_id, presence_id, run)"
		" WHERE p.installation_id = w.installation_id AND p.presence_id = w.presence_id",
	"LLP", NULL, 0},
	/* parts of scopes that no class has or lies under; descendants follow a path in its order */
	[QUERY_NOWHERE] = {
		"SELECT w.k::int FROM unnest($1) WITH ORDINALITY AS w(part, k)"
		" WHERE NOT coalesce((SELECT c.path OPERATOR(LTREE.<@) w.part FROM LEDGER.asset_class c"
		" WHERE c.path OPERATOR(LTREE.>=) w.part ORDER BY c.path LIMIT 1), false)",
	"S", "i", 0},
	[QUERY_INSTANTS] = {
		"SELECT w.k::int, o.observed_at FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" JOIN LEDGER.observation o ON o.installation_id = w.installation_id AND o.observation_id = w.observation_id",
	"LL", "it", 0},
	[QUERY_NAMED] = {
		"SELECT w.k::int, s.asset_class_id, s.designation"
		" FROM unnest($1, $2) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" JOIN LEDGER.sighting s ON s.installation_id = w.installation_id AND s.observation_id = w.observation_id"
		" WHERE s.designation IS NOT NULL",
	"LL", "iix", 0},
	[ADD_PENDING] = {
		"INSERT INTO LEDGER.pending DEFAULT VALUES",
	"", NULL, 0},
	[LOCK_NAMED] = {
		"INSERT INTO LEDGER.individual AS i (designation, asset_class_id)"
		" SELECT DISTINCT w.designation, w.asset_class_id FROM unnest($1, $2) AS w(designation, asset_class_id)"
		" ORDER BY w.designation, w.asset_class_id"
		" ON CONFLICT (designation, asset_class_id) DO UPDATE SET derived_at = excluded.derived_at",
	"XI", NULL, 0},
	[LOCK_INSTALLATIONS] = {
		"INSERT INTO LEDGER.derivation AS d (installation_id)"
		" SELECT DISTINCT w.installation_id FROM unnest($1) AS w(installation_id) ORDER BY w.installation_id"
		" ON CONFLICT (installation_id) DO UPDATE SET derived_at = excluded.derived_at",
	"L", NULL, 0},
	[LOCK_CLASSES] = {
		"SELECT FROM LEDGER.ledger FOR SHARE",
	"", "", 0},
	[CHANGE_CLASSES] = {
		"UPDATE LEDGER.ledger SET classes_changed_at = clock_timestamp()",
	"", NULL, 0},
	[QUERY_ALL] = {
		"SELECT d.installation_id FROM LEDGER.derivation d",
	"", "l", 0},
	[QUERY_OF_CLASSES] = {
		"SELECT DISTINCT s.installation_id FROM LEDGER.subject s WHERE s.asset_class_id = ANY ($1)",
	"I", "l", 0},
	/* installations that know a designation which was sighted at another */
	[QUERY_OTHERS] = {
		"SELECT s.installation_id, w.k::int"
		" FROM unnest($1, $2, $3) WITH ORDINALITY AS w(installation_id, asset_class_id, label, k)"
		" JOIN LEDGER.subject s ON s.individual AND s.label = w.label AND s.asset_class_id = w.asset_class_id"
		" AND s.installation_id <> w.installation_id",
	"LIX", "li", 0},
	/* how many looks each span holds, up to a limit */
	[QUERY_COUNT] = {
		"SELECT w.k::int, (SELECT count(*) FROM (SELECT FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.observed_at >= w.a AND o.observed_at <= w.b LIMIT $4) AS o)"
		" FROM unnest($1, $2, $3) WITH ORDINALITY AS w(installation_id, a, b, k)",
	"LTTl", "il", 0},
	/* gaps between instants with few looks in them */
	[QUERY_NARROW] = {
		"SELECT w.k::int FROM unnest($1, $2, $3) WITH ORDINALITY AS w(installation_id, a, b, k)"
		" WHERE NOT EXISTS (SELECT FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.observed_at > w.a AND o.observed_at < w.b ORDER BY o.observed_at OFFSET 32 LIMIT 1)",
	"LTT", "i", 0},
	[FORGET_INSTALLATIONS] = {
		"DELETE FROM LEDGER.derivation d WHERE d.installation_id = ANY ($1)"
		" AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = d.installation_id)",
	"L", NULL, 0},
	[FORGET_SUBJECTS] = {
		"DELETE FROM LEDGER.subject s WHERE s.installation_id = ANY ($1)"
		" AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = s.installation_id)",
	"L", NULL, 0},
	/*
	 * What reports ask. A name is as it stands or, if $2, whatever its case, spaces and hyphens.
	 */
	[QUERY_INSTALLATION_NAMED] = {
		"SELECT i.installation_id FROM LEDGER.installation i WHERE CASE WHEN $2 THEN "
		PLAIN("i.name") " = " PLAIN("$1") " ELSE i.name = $1 END",
	"xb", "l", 0},
	[QUERY_INSTALLATION_NAMES] = {
		"SELECT i.name FROM LEDGER.installation i",
	"", "x", 0},
	/* and all that lies below */
	[QUERY_CLASSES_NAMED] = {
		"SELECT c.asset_class_id FROM LEDGER.asset_class c"
		" WHERE c.path OPERATOR(LTREE.<@) ARRAY(SELECT n.path FROM LEDGER.asset_class n"
		" WHERE EXISTS (SELECT FROM unnest(n.aliases || n.name) AS a(name)"
		" WHERE CASE WHEN $2 THEN " PLAIN("a.name") " = " PLAIN("$1") " ELSE pg_catalog.lower(a.name) = pg_catalog.lower($1) END))"
		" OR LTREE.ltree2text(c.path) = $1 OR starts_with(LTREE.ltree2text(c.path), $1 || '.')",
	"xb", "i", 0},
	[QUERY_CLASS_NAMES] = {
		"SELECT a.name FROM LEDGER.asset_class n CROSS JOIN LATERAL unnest(n.aliases || n.name) AS a(name)",
	"", "x", 0},
	/* runs that changed between two instants: anywhere, in an area, each installation between its own */
	[QUERY_CHANGED] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.changed_between(p.run, $1, $2, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$3", "$4"),
	"ttbI", "lixR", 0},
	[QUERY_CHANGED_IN] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.changed_between(p.run, $1, $2, $5, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$3", "$4") " AND " LIES_IN("p", "$6"),
	"ttbIgg", "lixR", 0},
	/* (OFFSET 0: by presence_window, whatever the planner thinks of the trees) */
	[QUERY_CHANGED_AT] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run"
		" FROM unnest($1, $2, $3) AS w(installation_id, a, b)"
		" CROSS JOIN LATERAL (SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run FROM LEDGER.presence p"
		" WHERE p.installation_id = w.installation_id AND OURS.gone_by(p.run) > w.a AND OURS.not_seen_at(p.run) < w.b OFFSET 0) AS p"
		" WHERE OURS.changed_between(p.run, w.a, w.b, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$4", "$5"),
	"LTTbI", "lixR", 0},
	/* runs that are there at an instant, likewise */
	[QUERY_THERE] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.present_at(p.run, $1, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$2", "$3"),
	"tbI", "lixR", 0},
	[QUERY_THERE_IN] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.present_at(p.run, $1, $4, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$2", "$3") " AND " LIES_IN("p", "$5"),
	"tbIgg", "lixR", 0},
	[QUERY_THERE_AT] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run"
		" FROM unnest($1) AS w(installation_id)"
		" CROSS JOIN LATERAL (SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run FROM LEDGER.presence p"
		" WHERE p.installation_id = w.installation_id AND OURS.gone_by(p.run) > $2 AND OURS.not_seen_at(p.run) < $2 OFFSET 0) AS p"
		" WHERE OURS.present_at(p.run, $2, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", "$3", "$4"),
	"LtbI", "lixR", 0},
	/* installations in an area; all */
	[QUERY_PLACES_IN] = {
		"SELECT i.installation_id FROM LEDGER.installation i WHERE $1 IS NULL OR POSTGIS.ST_Intersects($1, i.location)",
	"g", "l", 0},
	[QUERY_PLACES] = {
		"SELECT w.k::int, i.name, POSTGIS.ST_X(i.location), POSTGIS.ST_Y(i.location), i.location"
		" FROM unnest($1) WITH ORDINALITY AS w(installation_id, k)"
		" JOIN LEDGER.installation i ON i.installation_id = w.installation_id",
	"L", "ixffg", 0},
	/* what was ever sighted there */
	[QUERY_OF_PLACES] = {
		"SELECT w.k::int, s.asset_class_id, s.label FROM unnest($1) WITH ORDINALITY AS w(installation_id, k)"
		" JOIN LEDGER.subject s ON s.installation_id = w.installation_id"
		" WHERE s.individual = $2 AND ($3 IS NULL OR s.asset_class_id = ANY ($3))",
	"LbI", "iix", 0},
	[QUERY_CLASSES_SAID] = {
		"SELECT c.asset_class_id, c.name, LTREE.ltree2text(c.path) FROM LEDGER.asset_class c WHERE c.asset_class_id = ANY ($1)",
	"I", "ixx", 0},
	[QUERY_SOURCES_SAID] = {
		"SELECT s.source_id, s.name FROM LEDGER.source s WHERE s.source_id = ANY ($1)",
	"I", "ix", 0},
	/* the instants of the last looks, so many */
	[QUERY_LAST_LOOKS] = {
		"SELECT w.k::int, o.observed_at FROM unnest($1) WITH ORDINALITY AS w(installation_id, k)"
		" CROSS JOIN LATERAL (SELECT DISTINCT o.observed_at FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.retracted_at IS NULL ORDER BY o.observed_at DESC LIMIT $2) AS o",
	"Ll", "it", 0},
	/* which subjects had been sighted by an instant? */
	[QUERY_SIGHTED_BY] = {
		"SELECT w.k::int FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS w(installation_id, asset_class_id, label, until, k)"
		" WHERE EXISTS (SELECT FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.asset_class_id = w.asset_class_id AND s.installation_id = w.installation_id"
		" AND CASE WHEN $5 THEN s.designation ELSE s.status END = w.label"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL AND o.observed_at <= w.until OFFSET 0)",
	"LIXTb", "i", 0},
	/* where anything was recorded or retracted after an instant */
	[QUERY_RECORDED_SINCE] = {
		"SELECT o.installation_id FROM LEDGER.observation o WHERE o.recorded_at > $1 OR o.retracted_at > $1"
		" UNION SELECT s.installation_id FROM LEDGER.sighting s WHERE s.recorded_at > $1 OR s.retracted_at > $1",
	"t", "l", 0},
	[DELETE_RUNS] = {
		"DELETE FROM LEDGER.presence p"
		" USING unnest($1, $2) AS w(installation_id, presence_id)"
		" WHERE p.installation_id = w.installation_id AND p.presence_id = w.presence_id",
	"LL", NULL, 0},
};

static HTAB *ledgers = NULL;

/* A letter's type; small: one, capital: an array. */
static Oid
type_oid(const Ledger *ledger, char letter)
{
	switch (letter)
	{
		case 'i':
			return INT4OID;
		case 'l':
			return INT8OID;
		case 't':
			return TIMESTAMPTZOID;
		case 'b':
			return BOOLOID;
		case 'x':
			return TEXTOID;
		case 'n':
			return NUMERICOID;
		case 'c':
			return TIDOID;
		case 'R':
			return ledger->presence_type;
		case 'g':
			return ledger->geometry_type;
		case 'f':
			return FLOAT8OID;
		case 'I':
			return INT4ARRAYOID;
		case 'L':
			return INT8ARRAYOID;
		case 'T':
			return TIMESTAMPTZARRAYOID;
		case 'B':
			return BOOLARRAYOID;
		case 'X':
			return TEXTARRAYOID;
		case 'P':
			return get_array_type(ledger->presence_type);
		case 'S':
			return get_array_type(ledger->path_type);
	}
	elog(ERROR, "unknown type letter \"%c\"", letter);
}

Datum
parameter_array(Ledger *ledger, ParameterType type, const Datum *values, size_t n)
{
	static const struct
	{
		Oid			oid;
		int			length;
		bool		by_value;
		char		align;
	}			elements[] = {
		[P_INT4] = {INT4OID, 4, true, TYPALIGN_INT},
		[P_INT8] = {INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
		[P_TIME] = {TIMESTAMPTZOID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
		[P_BOOL] = {BOOLOID, 1, true, TYPALIGN_CHAR},
		[P_TEXT] = {TEXTOID, -1, false, TYPALIGN_INT},
		[P_PRESENCE] = {InvalidOid, sizeof(Presence), false, TYPALIGN_DOUBLE},
	};

	return PointerGetDatum(construct_array((Datum *) values, (int) n,
										   type == P_PRESENCE ? ledger->presence_type : elements[type].oid,
										   elements[type].length, elements[type].by_value, elements[type].align));
}

static void
refuse(const Ledger *ledger, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("schema \"%s\" is not that of a ledger", NameStr(ledger->name)),
			 errdetail("%s", detail)));
}

Oid
ledger_table(const Ledger *ledger, const char *name)
{
	Oid			table = get_relname_relid(name, ledger->schema);

	if (!OidIsValid(table))
		refuse(ledger, psprintf("It has no table \"%s\".", name));
	return table;
}

static Oid
column_type(const Ledger *ledger, const char *table_name, const char *name)
{
	Oid			table = ledger_table(ledger, table_name);
	AttrNumber	column = get_attnum(table, name);

	if (column == InvalidAttrNumber)
		refuse(ledger, psprintf("Its table \"%s\" has no column \"%s\".", table_name, name));
	return get_atttype(table, column);
}

static Oid
type_schema(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return schema;
}

/* What was kept of a ledger that was renamed or made anew is forgotten. */
Ledger *
ledger_open(Oid schema, Oid our_function, bool reads_only)
{
	char	   *name = get_namespace_name(schema);
	Oid			presence_type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("presence"),
												ObjectIdGetDatum(get_func_namespace(our_function)));
	Ledger	   *ledger;
	bool		found;

	if (name == NULL)
		elog(ERROR, "there is no schema %u", schema);
	if (ledgers == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Ledger)};

		ledgers = hash_create("pg_sightings ledgers", 8, &control, HASH_ELEM | HASH_BLOBS);
	}
	ledger = hash_search(ledgers, &schema, HASH_ENTER, &found);
	if (!found)
		memset((char *) ledger + sizeof(Oid), 0, sizeof(Ledger) - sizeof(Oid));
	if (strcmp(NameStr(ledger->name), name) != 0 || ledger->presence_type != presence_type)
	{
		for (int i = 0; i < LEDGER_QUERIES; i++)
			if (ledger->plans[i] != NULL)
				SPI_freeplan(ledger->plans[i]);
		memset(ledger->plans, 0, sizeof(ledger->plans));
		ledger->presence_type = InvalidOid;
		namestrcpy(&ledger->name, name);
		ledger->path_type = column_type(ledger, "asset_class", "path");
		ledger->geometry_type = column_type(ledger, "installation", "location");
		ledger->presence_type = presence_type;
	}
	ledger->reads_only = reads_only;
	return ledger;
}

Oid
ledger_presence_type(const Ledger *ledger)
{
	return ledger->presence_type;
}

Oid
ledger_schema(const Ledger *ledger)
{
	return ledger->schema;
}

bool
ledger_reads_only(const Ledger *ledger)
{
	return ledger->reads_only;
}

Oid
ledger_geometry_type(const Ledger *ledger)
{
	return ledger->geometry_type;
}

Oid
ledger_path_type(const Ledger *ledger)
{
	return ledger->path_type;
}

static char *
query_text(const Ledger *ledger, LedgerQuery query)
{
	const struct
	{
		const char *word;
		Oid			schema;
	}			words[] = {
		{"LEDGER", ledger->schema},
		{"OURS", type_schema(ledger->presence_type)},
		{"LTREE", type_schema(ledger->path_type)},
		{"POSTGIS", type_schema(ledger->geometry_type)},
	};
	const char *at = queries[query].text;
	StringInfoData text;

	initStringInfo(&text);
	while (*at != '\0')
	{
		size_t		i = 0;

		while (i < lengthof(words) && strncmp(at, words[i].word, strlen(words[i].word)) != 0)
			i++;
		if (i == lengthof(words))
			appendStringInfoChar(&text, *at++);
		else
		{
			appendStringInfoString(&text, quote_identifier(get_namespace_name(words[i].schema)));
			at += strlen(words[i].word);
		}
	}
	return text.data;
}

static SPIPlanPtr
query_plan(Ledger *ledger, LedgerQuery query)
{
	Oid			types[MAX_PARAMETERS];
	int			n = (int) strlen(queries[query].types);
	SPIPlanPtr	plan;

	if (ledger->plans[query] != NULL)
		return ledger->plans[query];
	/* (whose rows have no place) */
	if (query == QUERY_STORED && get_rel_relkind(ledger_table(ledger, "presence")) == RELKIND_VIEW)
		refuse(ledger, "Its \"presence\" is not a table.");
	for (int i = 0; i < n; i++)
		types[i] = type_oid(ledger, queries[query].types[i]);
	plan = SPI_prepare_cursor(query_text(ledger, query), n, types, CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "query %d cannot be prepared: %s", query, SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	ledger->plans[query] = plan;
	return plan;
}

typedef struct RowDestination
{
	DestReceiver pub;
	Ledger	   *ledger;
	LedgerQuery query;
	RowReceiver receive;
	void	   *state;
} RowDestination;

/*
 * The tables are the user's, who may have made others of their names or dropped a
 * constraint: what comes from them is believed to be of the types that it must have, and
 * not null, only after a look.
 */
static bool
receive_slot(TupleTableSlot *slot, DestReceiver *self)
{
	RowDestination *destination = (RowDestination *) self;
	unsigned	nullable = queries[destination->query].nullable;

	CHECK_FOR_INTERRUPTS();
	slot_getallattrs(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (slot->tts_isnull[i] && !(nullable & COLUMN(i)))
			refuse(destination->ledger, psprintf("A column is null that is not in a ledger: %s.",
											   NameStr(TupleDescAttr(slot->tts_tupleDescriptor, i)->attname)));
	destination->receive(destination->state, slot->tts_values, slot->tts_isnull);
	return true;
}

/* S: an array. */
static void
receive_startup(DestReceiver *self, int operation pg_attribute_unused(), TupleDesc desc)
{
	RowDestination *destination = (RowDestination *) self;
	const char *result = queries[destination->query].result;

	for (int i = 0; i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(desc, i)->atttypid;

		if (result[i] == 'S' ? !OidIsValid(get_element_type(type)) : type != type_oid(destination->ledger, result[i]))
			refuse(destination->ledger, psprintf("A column has another type than in a ledger: %s.", format_type_be(type)));
	}
}

static void
receive_end(DestReceiver *self pg_attribute_unused())
{
}

void
mark_numbered(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	((bool *) state)[DatumGetInt32(values[0]) - 1] = true;
}

uint64
ledger_ask(Ledger *ledger, LedgerQuery query, Datum *values, const char *nulls,
		   RowReceiver receive, void *state)
{
	SPIPlanPtr	plan = query_plan(ledger, query);
	int			n = (int) strlen(queries[query].types);
	ParamListInfo parameters = makeParamList(n);
	RowDestination destination = {
		.pub = {receive_slot, receive_startup, receive_end, receive_end, DestNone},
		.ledger = ledger,
		.query = query,
		.receive = receive,
		.state = state
	};
	SPIExecuteOptions options = {.params = parameters, .read_only = ledger->reads_only};
	MemoryContext before = CurrentMemoryContext;
	int			code;

	for (int i = 0; i < n; i++)
	{
		ParamExternData *p = &parameters->params[i];

		p->value = values[i];
		p->isnull = nulls != NULL && nulls[i] == 'n';
		p->pflags = PARAM_FLAG_CONST;
		p->ptype = type_oid(ledger, queries[query].types[i]);
	}
	if (receive != NULL)
		options.dest = &destination.pub;
	code = execute_for_large_tables(ledger->schema, plan, &options);
	/* SPI leaves its own, of which nothing is freed before the last query was asked */
	MemoryContextSwitchTo(before);
	if (code < 0)
		elog(ERROR, "query %d failed: %s", query, SPI_result_code_string(code));
	return SPI_processed;
}
