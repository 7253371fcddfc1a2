/*
 * text.h: the text forms of the three types. Pure C.
 *
 *   sighting  2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00
 *   presence  2 POINT(35.9487 35.4008)@(2024-12-05 00:00:00+00,
 *             [2024-12-13 09:00:00+00, 2024-12-15 09:00:00+00], infinity)
 *   watch     [2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 37 36)
 *             possible max_age P3DT12H
 *
 * Counts: 2, 2..5, 2.. (at least 2), 0. A watch without BOX is of the whole world; mode
 * last_known and an unlimited age are not printed. A box over the antimeridian has its
 * western edge first: BOX(170 -20, -170 20).
 *
 * Times are ISO 8601 with a mandatory offset on input (Z, +00, +03:30, +0330) and UTC on
 * output, whatever DateStyle and TimeZone say: the forms do not depend on the session,
 * so that input and output are immutable and a dump means the same everywhere.
 * Years before 1 end in BC. White space between tokens is free, letter case too.
 */
#ifndef SIGHTINGS_TEXT_H
#define SIGHTINGS_TEXT_H

#include "model.h"

/* Longest output of each *_print, with its terminating zero. */
#define SIGHTING_TEXT 128
#define PRESENCE_TEXT 320
#define WATCH_TEXT 320

typedef struct TextFault
{
	Fault		kind;			/* FAULT_NONE: parsed */
	size_t		offset;			/* byte of the text at which it was noticed */
	const char *reason;			/* static words, lower case */
} TextFault;

/* Parse a whole zero-terminated text; also makes the value's own check (model.h). */
extern TextFault sighting_parse(const char *text, Sighting *s);
extern TextFault presence_parse(const char *text, Presence *p);
extern TextFault watch_parse(const char *text, Watch *w);

/* Print into a buffer of at least the size above; returns the length. */
extern size_t sighting_print(const Sighting *s, char *out);
extern size_t presence_print(const Presence *p, char *out);
extern size_t watch_print(const Watch *w, char *out);

/* "last_known", "certain", "possible"; mode_parse returns -1 for any other word. */
extern const char *const mode_names[3];
extern const char *mode_name(int32_t mode);
extern int	mode_parse(const char *word);

#endif
