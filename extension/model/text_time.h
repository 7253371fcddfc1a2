/*
 * text_time.h: parse times and durations, parts of the text forms (text.h). Pure C.
 */
#ifndef SIGHTINGS_TEXT_TIME_H
#define SIGHTINGS_TEXT_TIME_H

#include "text_cursor.h"

/* Infinite ones too; the value's check knows where these may stand. */
extern int64_t read_time(Cursor *c);
extern int64_t read_duration(Cursor *c);

#endif
