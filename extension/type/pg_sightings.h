/*
 * pg_sightings.h: the SQL side of the model. Read model.h and change.h first.
 *
 * The three types are fixed-size, passed by reference, aligned on eight bytes:
 *
 *   sighting  24 bytes  observed_at 0, lon 8, lat 12, count_min 16, count_max 20
 *   presence  48 bytes  not_seen_at 0, first_seen 8, last_seen 16, gone_by 24,
 *                       lon 32, lat 36, count_min 40, count_max 44
 *   watch     48 bytes  from_date 0, to_date 8, max_age 16, lon_min 24, lat_min 28,
 *                       lon_max 32, lat_max 36, mode 40, reserved 44
 */
#ifndef PG_SIGHTINGS_H
#define PG_SIGHTINGS_H

#include "compat.h"
#include "change.h"
#include "model.h"
#include "datatype/timestamp.h"

StaticAssertDecl(sizeof(Sighting) == 24, "a sighting is 24 bytes on disk");
StaticAssertDecl(offsetof(Sighting, lon) == 8, "sighting: lon at 8");
StaticAssertDecl(offsetof(Sighting, count_max) == 20, "sighting: count_max at 20");
StaticAssertDecl(sizeof(Presence) == 48, "a presence is 48 bytes on disk");
StaticAssertDecl(offsetof(Presence, gone_by) == 24, "presence: gone_by at 24");
StaticAssertDecl(offsetof(Presence, lon) == 32, "presence: lon at 32");
StaticAssertDecl(offsetof(Presence, count_max) == 44, "presence: count_max at 44");
StaticAssertDecl(sizeof(Watch) == 48, "a watch is 48 bytes on disk");
StaticAssertDecl(offsetof(Watch, max_age) == 16, "watch: max_age at 16");
StaticAssertDecl(offsetof(Watch, lon_min) == 24, "watch: lon_min at 24");
StaticAssertDecl(offsetof(Watch, mode) == 40, "watch: mode at 40");

/* SQLSTATEs: class 22 (data exception), implementation-defined subclasses. */
#define ERRCODE_SIGHTINGS_SRID			MAKE_SQLSTATE('2', '2', 'S', '0', '1')
#define ERRCODE_SIGHTINGS_GEOMETRY		MAKE_SQLSTATE('2', '2', 'S', '0', '2')
#define ERRCODE_SIGHTINGS_COORDINATE	MAKE_SQLSTATE('2', '2', 'S', '0', '3')
#define ERRCODE_SIGHTINGS_COUNT			MAKE_SQLSTATE('2', '2', 'S', '0', '4')
#define ERRCODE_SIGHTINGS_TIME			MAKE_SQLSTATE('2', '2', 'S', '0', '5')
#define ERRCODE_SIGHTINGS_WATCH			MAKE_SQLSTATE('2', '2', 'S', '0', '6')
#define ERRCODE_SIGHTINGS_LEDGER		MAKE_SQLSTATE('2', '2', 'S', '0', '7')	/* PL/pgSQL raises it too */

/* Strategy numbers of the operator classes of presence; CREATE OPERATOR CLASS repeats the digits. */
typedef enum PresenceStrategy
{
	STRATEGY_CHANGED = 1,		/* <~> */
	STRATEGY_ARRIVED = 2,		/* @+ */
	STRATEGY_DEPARTED = 3,		/* @- */
	STRATEGY_STAYED = 4,		/* @= */
	STRATEGY_PASSED = 5,		/* @~ */
	STRATEGY_PRESENT = 6,		/* && */
	STRATEGY_THERE = 7,			/* @> timestamptz */
	STRATEGY_DISTANCE = 15		/* <-> */
} PresenceStrategy;

#define DatumGetSightingP(d) ((Sighting *) DatumGetPointer(d))
#define DatumGetPresenceP(d) ((Presence *) DatumGetPointer(d))
#define DatumGetWatchP(d) ((Watch *) DatumGetPointer(d))
#define PG_GETARG_SIGHTING_P(n) DatumGetSightingP(PG_GETARG_DATUM(n))
#define PG_GETARG_PRESENCE_P(n) DatumGetPresenceP(PG_GETARG_DATUM(n))
#define PG_GETARG_WATCH_P(n) DatumGetWatchP(PG_GETARG_DATUM(n))

/* value.c: what the three types' input and output share */
extern int	fault_sqlstate(Fault kind);
extern void check_value(Fault kind, const char *type, const char *reason);
extern void point_from_ewkb(const bytea *ewkb, int32_t *lon, int32_t *lat);
/* Argument n is a geometry; keeps what it needs for that in fn_extra. */
extern void point_from_geometry(FunctionCallInfo fcinfo, int n, int32_t *lon, int32_t *lat);
extern void count_from_range(Datum range, int32_t *count_min, int32_t *count_max);
extern void count_from_int(int32_t count, int32_t *count_min, int32_t *count_max);
extern Datum range_from_counts(CountRange counts);
extern int32_t steps_from_degrees(double degrees, int32_t limit, const char *name);
extern void check_srid(int srid);

/* watch.c: arguments that other functions take too */
extern int32_t mode_from_text(text *word);
extern int64_t age_from_interval(Interval *age);
/* Soft: NULL, or what is wrong in words. */
extern const char *age_of_interval(const Interval *age, int64_t *micros);

/* A text that could not be parsed, softly where the server can. */
#define PARSE_ERROR(fcinfo, type, text, fault) \
	input_error(fcinfo, \
				(errcode(fault_sqlstate((fault).kind)), \
				 errmsg("invalid input for type %s: \"%s\"", type, text), \
				 errdetail("At byte %zu: %s.", (fault).offset + 1, (fault).reason)))

/* One step of a comparison of a and b by one field after the other. */
#define ORDER(field) if (a->field != b->field) return a->field < b->field ? -1 : 1

/* presence_btree.c */
extern int	presence_order(const Presence *a, const Presence *b);

#endif
