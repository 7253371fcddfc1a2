/*
 * calendar.h: instants as dates and times of day. Pure C.
 *
 * The calendar is the proleptic Gregorian one; the year before 1 is 1 BC, here 0. As in
 * PostgreSQL 24:00:00 is the midnight after, and a 60th second belongs to the next minute.
 */
#ifndef SIGHTINGS_CALENDAR_H
#define SIGHTINGS_CALENDAR_H

#include "model.h"

/* In microseconds */
#define SECOND MICROS_PER_SECOND
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY MICROS_PER_DAY

#define SECOND_DECIMALS 6

typedef struct Stamp
{
	int			year;			/* 1 BC is 0 */
	int			month;
	int			day;
	int			hour;
	int			minute;
	int			second;
	int			microsecond;	/* may be 1000000, by rounding */
	int			offset;			/* seconds east of UTC */
} Stamp;

/*
 * NULL, or what is wrong with a stamp as written, apart from its offset; before_christ
 * tells whether its year was.
 */
extern const char *stamp_fault(const Stamp *t, bool before_christ);

/* False if that is out of range; the stamp must be without fault. */
extern bool stamp_to_time(const Stamp *t, int64_t *time);

/* In UTC; the time must be finite. */
extern Stamp stamp_of_time(int64_t time);

#endif
