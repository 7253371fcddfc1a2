/*
 * ledger_texts.c: the texts of the queries that the derivation and the reports ask of a ledger's
 * tables. (How they are asked is told at the head of ledger_query.c.)
 */
#include "ledger_texts.h"

/* A row that counts: now, or as had been recorded and not yet retracted at an instant. */
#define LIVE(row, known_at) \
	"CASE WHEN " known_at " IS NULL THEN " row ".retracted_at IS NULL" \
	" ELSE " row ".recorded_at <= " known_at " AND coalesce(" row ".retracted_at > " known_at ", true) END"

/* A look that counts, of any source or of one alone. */
#define LIVE_LOOK(row, known_at, source) LIVE(row, known_at) " AND (" source " IS NULL OR " row ".source_id = " source ")"

/*
 * Does the class of a row lie at or below that of another? (OFFSET 0: never by a hashed subplan. Of one
 * that depends on an outer row the parts of a partitioned table share the plan and have a table each,
 * and PostgreSQL fills only the first anew when that row changes.)
 */
#define BELOW(row, other) \
	"(" row ".asset_class_id = " other ".asset_class_id OR EXISTS (SELECT FROM LEDGER.asset_class c JOIN LEDGER.asset_class d" \
	" ON d.path OPERATOR(LTREE.<@) c.path WHERE c.asset_class_id = " other ".asset_class_id AND d.asset_class_id = " row ".asset_class_id OFFSET 0))"

/* From which confidence on sightings of a look are sure. */
#define THRESHOLD(look, of_ledger) \
	"coalesce((SELECT q.min_confidence FROM LEDGER.source q WHERE q.source_id = " look ".source_id), " of_ledger ")"

/* Subjects of a report: of a kind, of some classes or (null) of all. */
#define WANTED(row, kind, classes) \
	"CASE " kind " WHEN 'individual' THEN " row ".designation IS NOT NULL WHEN 'status' THEN " row ".status IS NOT NULL" \
	" ELSE " row ".designation IS NULL AND " row ".status IS NULL END" \
	" AND (" classes " IS NULL OR " row ".asset_class_id = ANY (" classes "))"

/* Is an installation in an area or, where metres are given, within so many of a point? */
#define IN_AREA(area, metres) \
	"CASE WHEN " metres " IS NULL THEN POSTGIS.ST_Intersects(" area ", i.location)" \
	" ELSE POSTGIS.ST_DWithin(POSTGIS.geography(" area "), POSTGIS.geography(i.location), " metres ", true) END"

/* Where installations are, exactly: presences are rounded. */
#define LIES_IN(row, area, metres) \
	"EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = " row ".installation_id AND " IN_AREA(area, metres) " OFFSET 0)"

/* A name as people may write it. */
#define PLAIN(name) "pg_catalog.translate(pg_catalog.lower(" name "), ' -', '')"

/*
 * LEDGER stands for the ledger's schema, OURS, LTREE and POSTGIS for those of extensions; :name
 * for a parameter. NUMBERED and NUMBER: where a row is to be given its number, the column and that.
 */
const LedgerQueryText ledger_queries[LEDGER_QUERIES] = {
	/*
	 * looks of each span, and as many as the limits say before and after it; as they were known at
	 * an instant (LIVE), null: now; of one source, null: of all
	 */
	[QUERY_LOOKS] = {
		"SELECT w.k::int, o.side, o.observation_id, o.observed_at, o.completeness = 'complete', o.scope, o.gsd_m, o.source_id, coalesce(o.observed_from, o.observed_at), i.lon, i.lat"
		" FROM unnest(:installation_id, :since, :until) WITH ORDINALITY AS w(installation_id, since, until, k)"
		" CROSS JOIN LATERAL (SELECT POSTGIS.ST_X(i.location) AS lon, POSTGIS.ST_Y(i.location) AS lat"
		" FROM LEDGER.installation i WHERE i.installation_id = w.installation_id OFFSET 0) AS i"
		" CROSS JOIN LATERAL ("
		"(SELECT -1 AS side, p.observation_id, p.observed_from, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at < w.since"
		" AND " LIVE_LOOK("p", ":known_at", ":source") " ORDER BY p.observed_at DESC LIMIT :most_before)"
		" UNION ALL "
		"(SELECT 0, p.observation_id, p.observed_from, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at >= w.since AND p.observed_at <= w.until"
		" AND " LIVE_LOOK("p", ":known_at", ":source") ")"
		" UNION ALL "
		"(SELECT 1, p.observation_id, p.observed_from, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at > w.until"
		" AND " LIVE_LOOK("p", ":known_at", ":source") " ORDER BY p.observed_at LIMIT :most_after)) AS o",
		.parameters = {{"installation_id", 'L'}, {"since", 'T'}, {"until", 'T'}, {"most_before", 'l'}, {"most_after", 'l'}, {"known_at", 't'}, {"source", 'i'}},
		.result = "iiltbSnitff",
		.nullable = COLUMN(LOOK_GSD)},
	/* the same, where there is nothing but the looks before each span, and nobody asks for its place */
	[QUERY_LOOKS_BEFORE] = {
		"SELECT w.k::int, -1, o.observation_id, o.observed_at, o.completeness = 'complete', o.scope, o.gsd_m, o.source_id, coalesce(o.observed_from, o.observed_at)"
		" FROM unnest(:installation_id, :since) WITH ORDINALITY AS w(installation_id, since, k)"
		" CROSS JOIN LATERAL (SELECT p.observation_id, p.observed_from, p.observed_at, p.completeness, p.scope, p.gsd_m, p.source_id"
		" FROM LEDGER.observation p WHERE p.installation_id = w.installation_id AND p.observed_at < w.since"
		" AND " LIVE("p", ":known_at") " ORDER BY p.observed_at DESC LIMIT :most) AS o",
		.parameters = {{"installation_id", 'L'}, {"since", 'T'}, {"most", 'l'}, {"known_at", 't'}},
		.result = "iiltbSnit",
		.nullable = COLUMN(LOOK_GSD)},
	/*
	 * OFFSET 0, here and below, has each look ask for its own: joined otherwise, as a planner
	 * may that knows little, each row of an installation is compared with each of its looks.
	 */
	[QUERY_SIGHTINGS] = {
		"SELECT w.k::int, s.asset_class_id, s.status, s.designation, pg_catalog.lower(s.count), pg_catalog.upper(s.count),"
		" s.confidence"
		" FROM unnest(:installation_id, :observation_id) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" CROSS JOIN LATERAL (SELECT s.asset_class_id, s.status, s.designation, s.count, s.confidence"
		" FROM LEDGER.sighting s WHERE s.installation_id = w.installation_id AND s.observation_id = w.observation_id"
		" AND " LIVE("s", ":known_at") " OFFSET 0) AS s",
		.parameters = {{"installation_id", 'L'}, {"observation_id", 'L'}, {"known_at", 't'}},
		.result = "iixxiif",
		.nullable = COLUMN(SHOWN_STATUS) | COLUMN(SHOWN_DESIGNATION) | COLUMN(SHOWN_UPPER)},
	[QUERY_THRESHOLDS] = {
		"SELECT s.source_id, s.min_confidence FROM LEDGER.source s WHERE s.source_id = ANY (:sources) AND s.min_confidence IS NOT NULL",
		.parameters = {{"sources", 'I'}},
		.result = "if"},
	[QUERY_SHELTERS] = {
		"SELECT w.k::int, s.asset_class_id, s.hidden_max FROM pg_catalog.unnest(:installation_id) WITH ORDINALITY AS w(installation_id, k)"
		" JOIN LEDGER.shelter s ON s.installation_id = w.installation_id",
		.parameters = {{"installation_id", 'L'}},
		.result = "iii"},
	[QUERY_STORED] = {
		"SELECT w.k::int, p.presence_id, p.asset_class_id, p.status, p.designation, p.run, p.place"
		" FROM unnest(:installation_id, :lo, :hi) WITH ORDINALITY AS w(installation_id, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT p.presence_id, p.asset_class_id, p.status, p.designation, p.run, p.ctid AS place"
		" FROM LEDGER.presence p WHERE p.installation_id = w.installation_id"
		" AND OURS.gone_by(p.run) >= w.lo AND OURS.not_seen_at(p.run) <= w.hi OFFSET 0) AS p",
		.parameters = {{"installation_id", 'L'}, {"lo", 'T'}, {"hi", 'T'}},
		.result = "ilixxRc",
		.nullable = COLUMN(STORED_STATUS) | COLUMN(STORED_DESIGNATION)},
	/* all but individuals; of those all where it is wanted, else those of some labels */
	[QUERY_SUBJECTS] = {
		"SELECT w.k::int, s.asset_class_id, s.kind, s.label"
		" FROM unnest(:installation_id, :wanted) WITH ORDINALITY AS w(installation_id, wanted, k)"
		" CROSS JOIN LATERAL ("
		"(SELECT s.asset_class_id, s.kind, s.label FROM LEDGER.subject s"
		" WHERE s.installation_id = w.installation_id AND s.kind = ANY ('{class,status}'))"
		" UNION ALL "
		"(SELECT s.asset_class_id, s.kind, s.label FROM LEDGER.subject s"
		" WHERE s.installation_id = w.installation_id AND s.kind = 'individual' AND w.wanted)"
		" UNION ALL "
		"(SELECT s.asset_class_id, s.kind, s.label FROM LEDGER.subject s"
		" WHERE s.installation_id = w.installation_id AND s.kind = 'individual' AND NOT w.wanted AND s.label = ANY (:labels))) AS s",
		.parameters = {{"installation_id", 'L'}, {"wanted", 'B'}, {"labels", 'X'}},
		.result = "iixx"},
	/* individuals, each at one installation */
	[QUERY_SUBJECTS_SEEN] = {
		"SELECT w.k, s.asset_class_id, s.kind, s.label FROM unnest(:k, :installation_id, :label) AS w(k, installation_id, label)"
		" CROSS JOIN LATERAL (SELECT s.asset_class_id, s.kind, s.label FROM LEDGER.subject s"
		" WHERE s.installation_id = w.installation_id AND s.kind = 'individual' AND s.label = w.label OFFSET 0) AS s",
		.parameters = {{"k", 'I'}, {"installation_id", 'L'}, {"label", 'X'}},
		.result = "iixx"},
	/* and all that keep a total, if these are asked for */
	[QUERY_CLASSES] = {
		"SELECT c.asset_class_id, LTREE.ltree2text(c.path), c.max_gsd_m, c.keep_total"
		" FROM LEDGER.asset_class c WHERE c.asset_class_id = ANY (:classes)"
		" UNION ALL "
		"SELECT c.asset_class_id, LTREE.ltree2text(c.path), c.max_gsd_m, c.keep_total"
		" FROM LEDGER.asset_class c WHERE :totals AND c.keep_total AND c.asset_class_id <> ALL (:classes)",
		.parameters = {{"classes", 'I'}, {"totals", 'b'}},
		.result = "ixnb",
		.nullable = COLUMN(CLASS_MAX_GSD)},
	/*
	 * Sightings of numbers, at most so many of each, and when it was if it was at another
	 * installation in the window, so not here. LIMIT and + 0 keep it to the numbers asked for, by
	 * sighting_designation: a planner that knows nothing of the tables yet would go through all
	 * looks, or all of the class, for each. In the order of that index it stops when it has enough.
	 */
	[QUERY_ELSEWHERE] = {
		"SELECT w.k::int, o.observed_at, o.observation_id, o.source_id, o.since"
		" FROM unnest(:installation_id, :asset_class_id, :label, :lo, :hi) WITH ORDINALITY AS w(installation_id, asset_class_id, label, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT s.installation_id, s.observation_id, s.confidence, s.installation_id <> w.installation_id"
		" AND pg_catalog.lower(s.count) > 0 AND " LIVE("s", ":known_at") " AS tells FROM LEDGER.sighting s"
		" WHERE s.designation = w.label AND " BELOW("s", "w")
		" ORDER BY s.asset_class_id LIMIT :most) AS s"
		" LEFT JOIN LATERAL (SELECT o.observed_at, o.observation_id, o.source_id, coalesce(o.observed_from, o.observed_at) AS since"
		" FROM LEDGER.observation o"
		" WHERE s.tells AND o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" AND o.observed_at >= w.lo AND o.observed_at <= w.hi AND s.confidence >= " THRESHOLD("o", ":min_confidence") " AND " LIVE_LOOK("o", ":known_at", ":source") " OFFSET 0) AS o ON true",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"label", 'X'}, {"lo", 'T'}, {"hi", 'T'}, {"min_confidence", 'f'}, {"most", 'l'}, {"known_at", 't'}, {"source", 'i'}},
		.result = "itlit",
		.nullable = COLUMN(ELSEWHERE_OBSERVED_AT) | COLUMN(ELSEWHERE_OBSERVATION) | COLUMN(ELSEWHERE_SOURCE) | COLUMN(ELSEWHERE_SINCE)},
	/*
	 * The same, of numbers with more sightings than that: look by look of the window, at most so
	 * many, at the installations that know the number.
	 */
	[QUERY_ELSEWHERE_THEN] = {
		"SELECT w.k::int, CASE WHEN EXISTS (SELECT FROM LEDGER.sighting s"
		" WHERE s.installation_id = o.installation_id AND s.observation_id = o.observation_id"
		" AND s.designation || '' = w.label AND " BELOW("s", "w") " AND s.confidence >= " THRESHOLD("o", ":min_confidence")
		" AND pg_catalog.lower(s.count) > 0 AND " LIVE("s", ":known_at") " OFFSET 0) THEN o.observed_at END, o.observation_id, o.source_id, o.since"
		" FROM unnest(:installation_id, :asset_class_id, :label, :lo, :hi) WITH ORDINALITY AS w(installation_id, asset_class_id, label, lo, hi, k)"
		" CROSS JOIN LATERAL (SELECT o.installation_id, o.observation_id, o.observed_at, o.source_id, o.since"
		" FROM (SELECT DISTINCT u.installation_id FROM LEDGER.subject u WHERE u.kind = 'individual' AND u.label = w.label"
		" AND u.installation_id <> w.installation_id) AS u"
		" CROSS JOIN LATERAL (SELECT o.installation_id, o.observation_id, o.observed_at, o.source_id,"
		" coalesce(o.observed_from, o.observed_at) AS since FROM LEDGER.observation o"
		" WHERE o.installation_id = u.installation_id AND o.observed_at >= w.lo AND o.observed_at <= w.hi"
		" AND " LIVE_LOOK("o", ":known_at", ":source") " OFFSET 0) AS o LIMIT :most) AS o",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"label", 'X'}, {"lo", 'T'}, {"hi", 'T'}, {"min_confidence", 'f'}, {"most", 'l'}, {"known_at", 't'}, {"source", 'i'}},
		.result = "itlit",
		.nullable = COLUMN(ELSEWHERE_OBSERVED_AT)},
	/* which keys are still sighted at all? What lies below a class is sighted for it if its total is kept */
	[QUERY_IS_SIGHTED] = {
		"SELECT w.k::int FROM unnest(:installation_id, :asset_class_id, :kind, :label) WITH ORDINALITY AS w(installation_id, asset_class_id, kind, label, k)"
		" WHERE w.kind <> 'individual' AND EXISTS (SELECT FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.asset_class_id = w.asset_class_id AND s.installation_id = w.installation_id"
		" AND (w.kind = 'class' OR s.status = w.label)"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL OFFSET 0)"
		/* by sighting_designation (+ 0), as a port has a class and thousands of numbers */
		" OR w.kind = 'individual' AND EXISTS (SELECT FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.designation = w.label AND s.asset_class_id + 0 = w.asset_class_id AND s.installation_id + 0 = w.installation_id"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL OFFSET 0)"
		" OR w.kind = 'class' AND EXISTS (SELECT FROM LEDGER.asset_class c JOIN LEDGER.asset_class d ON d.path OPERATOR(LTREE.<@) c.path"
		" CROSS JOIN LATERAL (SELECT FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.asset_class_id = d.asset_class_id AND s.installation_id = w.installation_id"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL LIMIT 1) AS s"
		" WHERE c.asset_class_id = w.asset_class_id AND c.keep_total OFFSET 0)",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"kind", 'X'}, {"label", 'X'}},
		.result = "i"},
	/* (coalesce: a set to look in, built once; joined, each key would go through its class at the installation) */
	[DELETE_KEYS] = {
		"DELETE FROM LEDGER.presence p"
		" WHERE p.installation_id = ANY (ARRAY(SELECT DISTINCT w.installation_id FROM pg_catalog.unnest(:installation_id) AS w(installation_id)))"
		" AND coalesce((p.installation_id, p.asset_class_id, coalesce(p.status, ''), coalesce(p.designation, '')) IN"
		" (SELECT w.installation_id, w.asset_class_id, CASE WHEN w.kind = 'status' THEN w.label ELSE '' END,"
		" CASE WHEN w.kind = 'individual' THEN w.label ELSE '' END"
		" FROM unnest(:installation_id, :asset_class_id, :kind, :label) AS w(installation_id, asset_class_id, kind, label)), false)",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"kind", 'X'}, {"label", 'X'}}},
	[FORGET_KEYS] = {
		"DELETE FROM LEDGER.subject s"
		" USING unnest(:installation_id, :asset_class_id, :kind, :label) AS w(installation_id, asset_class_id, kind, label)"
		" WHERE s.installation_id = w.installation_id AND s.kind = w.kind AND s.label = w.label AND s.asset_class_id = w.asset_class_id",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"kind", 'X'}, {"label", 'X'}}},
	[ADD_SUBJECTS] = {
		"INSERT INTO LEDGER.subject (installation_id, asset_class_id, kind, label)"
		" SELECT w.installation_id, w.asset_class_id, w.kind, w.label"
		" FROM unnest(:installation_id, :asset_class_id, :kind, :label) AS w(installation_id, asset_class_id, kind, label)"
		" ON CONFLICT DO NOTHING",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"kind", 'X'}, {"label", 'X'}}},
	[ADD_RUNS] = {
		"INSERT INTO LEDGER.presence (NUMBEREDinstallation_id, asset_class_id, status, designation, run)"
		" SELECT NUMBERw.installation_id, w.asset_class_id, CASE WHEN w.kind = 'status' THEN w.label END,"
		" CASE WHEN w.kind = 'individual' THEN w.label END, w.run"
		" FROM unnest(:installation_id, :asset_class_id, :kind, :label, :run) AS w(installation_id, asset_class_id, kind, label, run)",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"kind", 'X'}, {"label", 'X'}, {"run", 'P'}}},
	[CHANGE_RUNS] = {
		"UPDATE LEDGER.presence p SET run = w.run"
		" FROM unnest(:installation_id, :presence_id, :run) AS w(installation_id, presence_id, run)"
		" WHERE p.installation_id = w.installation_id AND p.presence_id = w.presence_id",
		.parameters = {{"installation_id", 'L'}, {"presence_id", 'L'}, {"run", 'P'}}},
	/* parts of scopes that no class has or lies under; descendants follow a path in its order */
	[QUERY_NOWHERE] = {
		"SELECT w.k::int FROM pg_catalog.unnest(:part) WITH ORDINALITY AS w(part, k)"
		" WHERE NOT coalesce((SELECT c.path OPERATOR(LTREE.<@) w.part FROM LEDGER.asset_class c"
		" WHERE c.path OPERATOR(LTREE.>=) w.part ORDER BY c.path LIMIT 1), false)",
		.parameters = {{"part", 'S'}},
		.result = "i"},
	[QUERY_INSTANTS] = {
		"SELECT w.k::int, o.observed_at FROM unnest(:installation_id, :observation_id) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" JOIN LEDGER.observation o ON o.installation_id = w.installation_id AND o.observation_id = w.observation_id",
		.parameters = {{"installation_id", 'L'}, {"observation_id", 'L'}},
		.result = "it"},
	[QUERY_NAMED] = {
		"SELECT w.k::int, s.designation"
		" FROM unnest(:installation_id, :observation_id) WITH ORDINALITY AS w(installation_id, observation_id, k)"
		" JOIN LEDGER.sighting s ON s.installation_id = w.installation_id AND s.observation_id = w.observation_id"
		" WHERE s.designation IS NOT NULL",
		.parameters = {{"installation_id", 'L'}, {"observation_id", 'L'}},
		.result = "ix"},
	[ADD_PENDING] = {
		.text = "INSERT INTO LEDGER.pending DEFAULT VALUES"},
	[LOCK_NAMED] = {
		"INSERT INTO LEDGER.individual AS i (designation)"
		" SELECT DISTINCT w.designation FROM pg_catalog.unnest(:designation) AS w(designation) ORDER BY w.designation"
		" ON CONFLICT (designation) DO UPDATE SET derived_at = excluded.derived_at",
		.parameters = {{"designation", 'X'}}},
	[LOCK_INSTALLATIONS] = {
		"INSERT INTO LEDGER.derivation AS d (installation_id)"
		" SELECT DISTINCT w.installation_id FROM pg_catalog.unnest(:installation_id) AS w(installation_id) ORDER BY w.installation_id"
		" ON CONFLICT (installation_id) DO UPDATE SET derived_at = excluded.derived_at",
		.parameters = {{"installation_id", 'L'}}},
	[LOCK_CLASSES] = {
		"SELECT FROM LEDGER.ledger FOR SHARE",
		.result = ""},
	[CHANGE_CLASSES] = {
		.text = "UPDATE LEDGER.ledger SET classes_changed_at = clock_timestamp()"},
	[QUERY_ALL] = {
		"SELECT d.installation_id FROM LEDGER.derivation d",
		.result = "l"},
	/*
	 * installations where classes are counted or have shelter, or what lies below them is counted
	 * that they are now to be the total of; and those that know an individual of theirs
	 */
	[QUERY_OF_CLASSES] = {
		"SELECT s.installation_id FROM LEDGER.subject s WHERE s.asset_class_id = ANY (:classes || ARRAY("
		"SELECT b.asset_class_id FROM LEDGER.asset_class c JOIN LEDGER.asset_class b ON b.path OPERATOR(LTREE.<@) c.path"
		" WHERE c.asset_class_id = ANY (:classes) AND c.keep_total))"
		" UNION SELECT h.installation_id FROM LEDGER.shelter h WHERE h.asset_class_id = ANY (:classes)"
		" UNION SELECT o.installation_id FROM LEDGER.subject s JOIN LEDGER.subject o ON o.kind = 'individual' AND o.label = s.label"
		" WHERE s.kind = 'individual' AND s.asset_class_id = ANY (:classes)",
		.parameters = {{"classes", 'I'}},
		.result = "l"},
	/* installations that sources looked at, and those that know an individual of theirs */
	[QUERY_OF_SOURCES] = {
		"WITH at AS (SELECT DISTINCT o.installation_id FROM LEDGER.observation o WHERE o.source_id = ANY (:sources))"
		" SELECT a.installation_id FROM at a"
		" UNION SELECT o.installation_id FROM at a JOIN LEDGER.subject s ON s.installation_id = a.installation_id AND s.kind = 'individual'"
		" JOIN LEDGER.subject o ON o.kind = 'individual' AND o.label = s.label",
		.parameters = {{"sources", 'I'}},
		.result = "l"},
	/* installations that know a designation, of whatever class, which was sighted at another */
	[QUERY_OTHERS] = {
		"SELECT w.k::int, s.installation_id"
		" FROM unnest(:installation_id, :label) WITH ORDINALITY AS w(installation_id, label, k)"
		" JOIN LEDGER.subject s ON s.kind = 'individual' AND s.label = w.label AND s.installation_id <> w.installation_id",
		.parameters = {{"installation_id", 'L'}, {"label", 'X'}},
		.result = "il"},
	/* how many looks each span holds, up to a limit */
	[QUERY_COUNT] = {
		"SELECT w.k::int, (SELECT count(*) FROM (SELECT FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.observed_at >= w.since AND o.observed_at <= w.until LIMIT :most) AS o)"
		" FROM unnest(:installation_id, :since, :until) WITH ORDINALITY AS w(installation_id, since, until, k)",
		.parameters = {{"installation_id", 'L'}, {"since", 'T'}, {"until", 'T'}, {"most", 'l'}},
		.result = "il"},
	/* gaps between instants with few looks in them */
	[QUERY_NARROW] = {
		"SELECT w.k::int FROM unnest(:installation_id, :since, :until) WITH ORDINALITY AS w(installation_id, since, until, k)"
		" WHERE NOT EXISTS (SELECT FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.observed_at > w.since AND o.observed_at < w.until ORDER BY o.observed_at OFFSET 32 LIMIT 1)",
		.parameters = {{"installation_id", 'L'}, {"since", 'T'}, {"until", 'T'}},
		.result = "i"},
	[FORGET_INSTALLATIONS] = {
		"DELETE FROM LEDGER.derivation d WHERE d.installation_id = ANY (:installations)"
		" AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = d.installation_id)",
		.parameters = {{"installations", 'L'}}},
	[FORGET_SUBJECTS] = {
		"DELETE FROM LEDGER.subject s WHERE s.installation_id = ANY (:installations)"
		" AND NOT EXISTS (SELECT FROM LEDGER.installation i WHERE i.installation_id = s.installation_id)",
		.parameters = {{"installations", 'L'}}},
	/* each look since the beginning of which another ended, and which it is of those at its installation */
	[QUERY_OVERLAPS] = {
		"SELECT w.installation_id, w.since, w.until, w.place"
		" FROM (SELECT o.installation_id, coalesce(o.observed_from, o.observed_at) AS since, o.observed_at AS until,"
		" pg_catalog.lag(o.observed_at) OVER way AS before, row_number() OVER way AS place"
		" FROM LEDGER.observation o WHERE o.retracted_at IS NULL"
		" WINDOW way AS (PARTITION BY o.installation_id ORDER BY o.observed_at ROWS UNBOUNDED PRECEDING)) AS w"
		" WHERE w.before >= w.since",
		.result = "lttl"},
	/*
	 * Each time in which looks that overlap showed one designation at several installations, at each of
	 * these: whatever the class, and however sure.
	 */
	[QUERY_APART] = {
		"SELECT pg_catalog.unnest(g.installations), g.since, g.until, 0::bigint FROM ("
		"SELECT array_agg(DISTINCT m.installation_id) AS installations, min(m.since) AS since, max(m.until) AS until FROM ("
		"SELECT n.*, count(*) FILTER (WHERE n.since <= n.before IS NOT TRUE) OVER way AS meeting FROM ("
		"SELECT s.designation, s.installation_id, s.observation_id, coalesce(o.observed_from, o.observed_at) AS since, o.observed_at AS until,"
		" max(o.observed_at) OVER (PARTITION BY s.designation ORDER BY coalesce(o.observed_from, o.observed_at), o.observed_at, s.installation_id, s.observation_id"
		" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before"
		" FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" WHERE s.designation IS NOT NULL AND pg_catalog.lower(s.count) > 0 AND s.retracted_at IS NULL AND o.retracted_at IS NULL) AS n"
		" WINDOW way AS (PARTITION BY n.designation ORDER BY n.since, n.until, n.installation_id, n.observation_id ROWS UNBOUNDED PRECEDING)) AS m"
		" GROUP BY m.designation, m.meeting HAVING min(m.installation_id) < max(m.installation_id)) AS g",
		.result = "lttl"},
	/*
	 * An individual from sighting to sighting, at two installations farther apart than it goes in the most
	 * time that the two looks allow: if it could make each way in time, it could make all
	 */
	[QUERY_TOO_FAR] = {
		"SELECT DISTINCT w.installation_id, w.asset_class_id, w.designation, w.observed_at,"
		" pg_catalog.format('here (observation %s), and at %s (observation %s): %s km in %s hours', w.observation_id, here.name, w.from_look,"
		" round((far.metres / 1000::float8)::numeric, 1), round((far.seconds / 3600::float8)::numeric, 1))"
		" FROM (SELECT s.asset_class_id, s.designation, c.max_speed_kmh::float8 AS max_speed_kmh, s.installation_id, s.observation_id, o.observed_at,"
		" pg_catalog.lag(s.installation_id) OVER way AS from_id, pg_catalog.lag(s.observation_id) OVER way AS from_look,"
		" pg_catalog.lag(coalesce(o.observed_from, o.observed_at)) OVER way AS since"
		" FROM LEDGER.sighting s"
		" JOIN LEDGER.observation o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" JOIN LEDGER.asset_class c ON c.asset_class_id = s.asset_class_id"
		" WHERE c.max_speed_kmh IS NOT NULL AND s.designation IS NOT NULL AND pg_catalog.lower(s.count) > 0"
		" AND s.retracted_at IS NULL AND o.retracted_at IS NULL AND s.confidence >= " THRESHOLD("o", ":min_confidence")
		" WINDOW way AS (PARTITION BY s.designation, s.asset_class_id ORDER BY o.observed_at, s.installation_id, s.observation_id)) AS w"
		" JOIN LEDGER.installation there ON there.installation_id = w.installation_id"
		" JOIN LEDGER.installation here ON here.installation_id = w.from_id"
		" CROSS JOIN LATERAL (SELECT POSTGIS.ST_Distance(here.location::POSTGIS.geography, there.location::POSTGIS.geography, true) AS metres,"
		" extract(epoch FROM w.observed_at - w.since)::float8 AS seconds OFFSET 0) AS far"
		" WHERE w.from_id <> w.installation_id AND far.metres * 3.6::float8 > w.max_speed_kmh * far.seconds",
		.parameters = {{"min_confidence", 'f'}},
		.result = "lixtx"},
	/* what is watched at installations: there, in an area, everywhere */
	[QUERY_ALERTS] = {
		"SELECT w.k::int, a.alert_id, LTREE.ltree2text(c.path), a.verdicts, a.certain_only, a.new_looks"
		" FROM pg_catalog.unnest(:installation_id) WITH ORDINALITY AS w(installation_id, k)"
		" CROSS JOIN LATERAL (SELECT i.installation_id, i.location FROM LEDGER.installation i WHERE i.installation_id = w.installation_id OFFSET 0) AS i"
		" CROSS JOIN LATERAL ("
		"(SELECT a.alert_id, a.asset_class_id, a.verdicts, a.certain_only, a.new_looks FROM LEDGER.alert a"
		" WHERE a.installation_id = i.installation_id AND a.enabled)"
		" UNION ALL "
		"(SELECT a.alert_id, a.asset_class_id, a.verdicts, a.certain_only, a.new_looks FROM LEDGER.alert a"
		" WHERE a.area OPERATOR(POSTGIS.&&) i.location AND POSTGIS.ST_Intersects(a.area, i.location) AND a.enabled)"
		" UNION ALL "
		"(SELECT a.alert_id, a.asset_class_id, a.verdicts, a.certain_only, a.new_looks FROM LEDGER.alert a"
		" WHERE a.installation_id IS NULL AND a.area IS NULL AND a.enabled)) AS a"
		" LEFT JOIN LEDGER.asset_class c ON c.asset_class_id = a.asset_class_id",
		.parameters = {{"installation_id", 'L'}},
		.result = "ilxXbb",
		.nullable = COLUMN(ALERT_PATH)},
	[ADD_EVENTS] = {
		"INSERT INTO LEDGER.alert_event (NUMBEREDalert_id, installation_id, kind, asset_class_id, verdict, certain,"
		" count_before_min, count_before_max, count_after_min, count_after_max, doubt,"
		" before_looked_at, after_looked_at, before_look, after_look)"
		" SELECT NUMBERw.alert_id, w.installation_id, CASE WHEN w.of_change THEN 'change' ELSE 'look' END,"
		" CASE WHEN w.of_change THEN w.asset_class_id END, CASE WHEN w.of_change THEN w.verdict END, CASE WHEN w.of_change THEN w.certain END,"
		" nullif(w.before_min, -1), nullif(w.before_max, -1), nullif(w.after_min, -1), nullif(w.after_max, -1), CASE WHEN w.of_change THEN OURS.doubt_codes(w.doubt) END,"
		" nullif(w.before_at, '-infinity'), nullif(w.after_at, '-infinity'),"
		" CASE WHEN w.before_at > '-infinity' THEN nullif(w.before_look, -1) END, CASE WHEN w.after_at > '-infinity' THEN nullif(w.after_look, -1) END"
		" FROM unnest(:alert_id, :installation_id, :of_change, :asset_class_id, :verdict, :certain, :before_min, :before_max, :after_min, :after_max, :doubt, :before_at, :after_at, :before_look, :after_look)"
		" AS w(alert_id, installation_id, of_change, asset_class_id, verdict, certain, before_min, before_max, after_min, after_max, doubt, before_at, after_at, before_look, after_look)"
		/* (data restored alone bring events whose numbers have not been given out yet) */
		" ON CONFLICT DO NOTHING",
		.parameters = {{"alert_id", 'L'}, {"installation_id", 'L'}, {"of_change", 'B'}, {"asset_class_id", 'I'}, {"verdict", 'X'}, {"certain", 'B'}, {"before_min", 'I'}, {"before_max", 'I'}, {"after_min", 'I'}, {"after_max", 'I'}, {"doubt", 'I'}, {"before_at", 'T'}, {"after_at", 'T'}, {"before_look", 'L'}, {"after_look", 'L'}}},
	/*
	 * What reports ask. A name is as it stands or, if loosely, whatever its case, spaces and hyphens.
	 */
	[QUERY_INSTALLATION_NAMED] = {
		"SELECT i.installation_id FROM LEDGER.installation i WHERE CASE WHEN :loosely THEN "
		PLAIN("i.name") " = " PLAIN(":name") " ELSE i.name = :name END",
		.parameters = {{"name", 'x'}, {"loosely", 'b'}},
		.result = "l"},
	[QUERY_SOURCE_NAMED] = {
		"SELECT s.source_id::bigint FROM LEDGER.source s WHERE CASE WHEN :loosely THEN "
		PLAIN("s.name") " = " PLAIN(":name") " ELSE s.name = :name END",
		.parameters = {{"name", 'x'}, {"loosely", 'b'}},
		.result = "l"},
	[QUERY_SOURCE_NAMES] = {
		"SELECT s.name FROM LEDGER.source s",
		.result = "x"},
	[QUERY_INSTALLATION_NAMES] = {
		"SELECT i.name FROM LEDGER.installation i",
		.result = "x"},
	/* and all that lies below */
	[QUERY_CLASSES_NAMED] = {
		"SELECT c.asset_class_id, bool_or(n.asset_class_id = c.asset_class_id) FROM LEDGER.asset_class n"
		" JOIN LEDGER.asset_class c ON c.path OPERATOR(LTREE.<@) n.path"
		" WHERE LTREE.ltree2text(n.path) = :name OR EXISTS (SELECT FROM unnest(n.aliases || n.name) AS a(name)"
		" WHERE CASE WHEN :loosely THEN " PLAIN("a.name") " = " PLAIN(":name") " ELSE pg_catalog.lower(a.name) = pg_catalog.lower(:name) END)"
		" GROUP BY c.asset_class_id"
		" UNION ALL "
		/* (a path that only leads to classes) */
		"SELECT c.asset_class_id, false FROM LEDGER.asset_class c WHERE starts_with(LTREE.ltree2text(c.path), :name || '.')"
		" AND NOT EXISTS (SELECT FROM LEDGER.asset_class n WHERE LTREE.ltree2text(n.path) = :name)",
		.parameters = {{"name", 'x'}, {"loosely", 'b'}},
		.result = "ib"},
	[QUERY_CLASS_NAMES] = {
		"SELECT a.name FROM LEDGER.asset_class n CROSS JOIN LATERAL unnest(n.aliases || n.name) AS a(name)",
		.result = "x"},
	[QUERY_CLASSES_AT] = {
		"SELECT c.asset_class_id FROM LEDGER.asset_class c WHERE LTREE.nlevel(c.path) = :depth"
		" AND (:classes IS NULL OR c.asset_class_id = ANY (:classes))",
		.parameters = {{"depth", 'i'}, {"classes", 'I'}},
		.result = "i"},
	/* runs that changed between two instants: anywhere, in an area, each installation between its own */
	[QUERY_CHANGED] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.changed_between(p.run, :from_date, :to_date, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes"),
		.parameters = {{"from_date", 't'}, {"to_date", 't'}, {"kind", 'x'}, {"classes", 'I'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	[QUERY_CHANGED_IN] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.changed_between(p.run, :from_date, :to_date, :around, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes") " AND " LIES_IN("p", ":area", ":within"),
		.parameters = {{"from_date", 't'}, {"to_date", 't'}, {"kind", 'x'}, {"classes", 'I'}, {"around", 'g'}, {"area", 'g'}, {"within", 'f'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	/* (OFFSET 0: by presence_window, whatever the planner thinks of the trees) */
	[QUERY_CHANGED_AT] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run"
		" FROM unnest(:installation_id, :since, :until) AS w(installation_id, since, until)"
		" CROSS JOIN LATERAL (SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run FROM LEDGER.presence p"
		" WHERE p.installation_id = w.installation_id AND OURS.gone_by(p.run) > w.since AND OURS.not_seen_at(p.run) < w.until OFFSET 0) AS p"
		" WHERE OURS.changed_between(p.run, w.since, w.until, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes"),
		.parameters = {{"installation_id", 'L'}, {"since", 'T'}, {"until", 'T'}, {"kind", 'x'}, {"classes", 'I'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	/* runs that are there at an instant, likewise */
	[QUERY_THERE] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.present_at(p.run, :date, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes"),
		.parameters = {{"date", 't'}, {"kind", 'x'}, {"classes", 'I'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	[QUERY_THERE_IN] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run FROM LEDGER.presence p"
		" WHERE OURS.present_at(p.run, :date, :around, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes") " AND " LIES_IN("p", ":area", ":within"),
		.parameters = {{"date", 't'}, {"kind", 'x'}, {"classes", 'I'}, {"around", 'g'}, {"area", 'g'}, {"within", 'f'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	[QUERY_THERE_AT] = {
		"SELECT p.installation_id, p.asset_class_id, coalesce(p.designation, p.status), p.run"
		" FROM pg_catalog.unnest(:installation_id) AS w(installation_id)"
		" CROSS JOIN LATERAL (SELECT p.installation_id, p.asset_class_id, p.status, p.designation, p.run FROM LEDGER.presence p"
		" WHERE p.installation_id = w.installation_id AND OURS.gone_by(p.run) > :date AND OURS.not_seen_at(p.run) < :date OFFSET 0) AS p"
		" WHERE OURS.present_at(p.run, :date, NULL::POSTGIS.geometry, 'last_known', NULL::interval)"
		" AND " WANTED("p", ":kind", ":classes"),
		.parameters = {{"installation_id", 'L'}, {"date", 't'}, {"kind", 'x'}, {"classes", 'I'}},
		.result = "lixR",
		.nullable = COLUMN(RUN_LABEL)},
	/* installations in an area; all */
	[QUERY_PLACES_IN] = {
		"SELECT i.installation_id FROM LEDGER.installation i WHERE :area IS NULL OR " IN_AREA(":area", ":within"),
		.parameters = {{"area", 'g'}, {"within", 'f'}},
		.result = "l"},
	[QUERY_PLACES] = {
		"SELECT w.k::int, i.name, POSTGIS.ST_X(i.location), POSTGIS.ST_Y(i.location), i.location"
		" FROM pg_catalog.unnest(:installation_id) WITH ORDINALITY AS w(installation_id, k)"
		" JOIN LEDGER.installation i ON i.installation_id = w.installation_id",
		.parameters = {{"installation_id", 'L'}},
		.result = "ixffg"},
	/* what was ever sighted there */
	[QUERY_OF_PLACES] = {
		"SELECT w.k::int, s.asset_class_id, s.label FROM pg_catalog.unnest(:installation_id) WITH ORDINALITY AS w(installation_id, k)"
		" JOIN LEDGER.subject s ON s.installation_id = w.installation_id"
		" WHERE s.kind = :kind AND (:classes IS NULL OR s.asset_class_id = ANY (:classes))",
		.parameters = {{"installation_id", 'L'}, {"kind", 'x'}, {"classes", 'I'}},
		.result = "iix"},
	[QUERY_ALL_CLASSES] = {
		"SELECT c.asset_class_id FROM LEDGER.asset_class c",
		.result = "i"},
	[QUERY_CLASSES_SAID] = {
		"SELECT c.asset_class_id, c.name, LTREE.ltree2text(c.path) FROM LEDGER.asset_class c WHERE c.asset_class_id = ANY (:classes)",
		.parameters = {{"classes", 'I'}},
		.result = "ixx"},
	[QUERY_SOURCES_SAID] = {
		"SELECT s.source_id, s.name FROM LEDGER.source s WHERE s.source_id = ANY (:sources)",
		.parameters = {{"sources", 'I'}},
		.result = "ix"},
	/* the instants of the last looks, so many; of one source, null: of all */
	[QUERY_LAST_LOOKS] = {
		"SELECT w.k::int, o.observed_at FROM pg_catalog.unnest(:installation_id) WITH ORDINALITY AS w(installation_id, k)"
		" CROSS JOIN LATERAL (SELECT DISTINCT o.observed_at FROM LEDGER.observation o WHERE o.installation_id = w.installation_id"
		" AND o.retracted_at IS NULL AND (:source IS NULL OR o.source_id = :source) ORDER BY o.observed_at DESC LIMIT :most) AS o",
		.parameters = {{"installation_id", 'L'}, {"most", 'l'}, {"source", 'i'}},
		.result = "it"},
	/*
	 * Which subjects had been sighted by an instant? Sighting by sighting of the class there, until one is
	 * found; of a total of all classes below. Individuals by their number, by
	 * sighting_designation (+ 0), as a port has a class and thousands of numbers.
	 */
	[QUERY_SIGHTED_BY] = {
		"SELECT w.k::int FROM unnest(:installation_id, :asset_class_id, :label, :until) WITH ORDINALITY AS w(installation_id, asset_class_id, label, until, k)"
		" WHERE EXISTS (SELECT FROM LEDGER.sighting s WHERE s.asset_class_id = w.asset_class_id AND s.installation_id = w.installation_id"
		" AND (w.label = '' OR s.status = w.label) AND s.retracted_at IS NULL"
		" AND EXISTS (SELECT FROM LEDGER.observation o WHERE o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" AND o.retracted_at IS NULL AND o.observed_at <= w.until OFFSET 0) OFFSET 0)"
		" OR w.label = '' AND EXISTS (SELECT FROM LEDGER.asset_class c JOIN LEDGER.asset_class d ON d.path OPERATOR(LTREE.<@) c.path"
		" CROSS JOIN LATERAL (SELECT FROM LEDGER.sighting s"
		" WHERE s.asset_class_id = d.asset_class_id AND s.installation_id = w.installation_id AND s.retracted_at IS NULL"
		" AND EXISTS (SELECT FROM LEDGER.observation o WHERE o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" AND o.retracted_at IS NULL AND o.observed_at <= w.until OFFSET 0) LIMIT 1) AS s"
		" WHERE c.asset_class_id = w.asset_class_id AND c.keep_total OFFSET 0)",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"label", 'X'}, {"until", 'T'}},
		.result = "i"},
	[QUERY_NAMED_BY] = {
		"SELECT w.k::int FROM unnest(:installation_id, :asset_class_id, :label, :until) WITH ORDINALITY AS w(installation_id, asset_class_id, label, until, k)"
		" WHERE EXISTS (SELECT FROM LEDGER.sighting s WHERE s.designation = w.label AND s.asset_class_id + 0 = w.asset_class_id"
		" AND s.installation_id + 0 = w.installation_id AND s.retracted_at IS NULL"
		" AND EXISTS (SELECT FROM LEDGER.observation o WHERE o.installation_id = s.installation_id AND o.observation_id = s.observation_id"
		" AND o.retracted_at IS NULL AND o.observed_at <= w.until OFFSET 0) OFFSET 0)",
		.parameters = {{"installation_id", 'L'}, {"asset_class_id", 'I'}, {"label", 'X'}, {"until", 'T'}},
		.result = "i"},
	/* where anything was recorded or retracted after an instant */
	[QUERY_RECORDED_SINCE] = {
		"SELECT o.installation_id FROM LEDGER.observation o WHERE o.recorded_at > :since OR o.retracted_at > :since"
		" UNION SELECT s.installation_id FROM LEDGER.sighting s WHERE s.recorded_at > :since OR s.retracted_at > :since",
		.parameters = {{"since", 't'}},
		.result = "l"},
	[DELETE_RUNS] = {
		"DELETE FROM LEDGER.presence p"
		" USING unnest(:installation_id, :presence_id) AS w(installation_id, presence_id)"
		" WHERE p.installation_id = w.installation_id AND p.presence_id = w.presence_id",
		.parameters = {{"installation_id", 'L'}, {"presence_id", 'L'}}},
};
