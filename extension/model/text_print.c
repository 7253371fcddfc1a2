/*
 * text_print.c: print the three types. Pure C; the forms are in text.h.
 *
 * What is printed parses to the same value: numbers in full, without trailing zeros;
 * times in UTC, as PostgreSQL prints them there with DateStyle ISO. Each function writes
 * at `out` and returns where it stopped; the sizes in text.h allow for the longest of
 * every part.
 */
#include "text.h"
#include "calendar.h"
#include "geography.h"

#include <string.h>

static char *
put_text(char *out, const char *text)
{
	size_t		length = strlen(text);

	memcpy(out, text, length);
	return out + length;
}

/* With zeros in front up to `width` digits. */
static char *
put_whole(char *out, int64_t value, int width)
{
	char		digits[20];
	int			n = 0;

	while (value > 0 || n < width || n == 0)
	{
		digits[n++] = (char) ('0' + value % 10);
		value /= 10;
	}
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

/* A point and the decimals without trailing zeros; nothing at all for 0. */
static char *
put_decimals(char *out, int64_t value, int places)
{
	if (value == 0)
		return out;
	for (; value % 10 == 0; places--)
		value /= 10;
	*out++ = '.';
	return put_whole(out, value, places);
}

static char *
put_coordinate(char *out, int32_t steps)
{
	int64_t		size = steps;

	if (size < 0)
	{
		*out++ = '-';
		size = -size;
	}
	out = put_whole(out, size / DEGREE, 1);
	return put_decimals(out, size % DEGREE, DEGREE_DECIMALS);
}

static char *
put_position(char *out, int32_t lon, int32_t lat)
{
	out = put_coordinate(out, lon);
	*out++ = ' ';
	return put_coordinate(out, lat);
}

static char *
put_count_range(char *out, int32_t count_min, int32_t count_max)
{
	out = put_whole(out, count_min, 1);
	if (count_max == count_min)
		return out;
	out = put_text(out, "..");
	return count_max == COUNT_UNBOUNDED ? out : put_whole(out, count_max, 1);
}

/* "2 POINT(35.9487 35.4008)@" */
static char *
put_count_at_point(char *out, int32_t count_min, int32_t count_max, int32_t lon, int32_t lat)
{
	out = put_count_range(out, count_min, count_max);
	out = put_text(out, " POINT(");
	out = put_position(out, lon, lat);
	return put_text(out, ")@");
}

static char *
put_date(char *out, const Stamp *t)
{
	out = put_whole(out, t->year > 0 ? t->year : 1 - t->year, 4);
	*out++ = '-';
	out = put_whole(out, t->month, 2);
	*out++ = '-';
	return put_whole(out, t->day, 2);
}

static char *
put_clock(char *out, const Stamp *t)
{
	out = put_whole(out, t->hour, 2);
	*out++ = ':';
	out = put_whole(out, t->minute, 2);
	*out++ = ':';
	out = put_whole(out, t->second, 2);
	return put_decimals(out, t->microsecond, SECOND_DECIMALS);
}

static char *
put_time(char *out, int64_t time)
{
	Stamp		t;

	if (time == TIME_BEGIN)
		return put_text(out, "-infinity");
	if (time == TIME_END)
		return put_text(out, "infinity");
	t = stamp_of_time(time);
	out = put_date(out, &t);
	*out++ = ' ';
	out = put_clock(out, &t);
	out = put_text(out, "+00");
	return t.year > 0 ? out : put_text(out, " BC");
}

static char *
put_duration_part(char *out, int64_t value, char letter)
{
	if (value == 0)
		return out;
	out = put_whole(out, value, 1);
	*out++ = letter;
	return out;
}

/* P3DT12H */
static char *
put_duration(char *out, int64_t length)
{
	int64_t		seconds = length % MINUTE;

	*out++ = 'P';
	out = put_duration_part(out, length / DAY, 'D');
	if (length % DAY == 0)
		return out;
	*out++ = 'T';
	out = put_duration_part(out, length / HOUR % 24, 'H');
	out = put_duration_part(out, length / MINUTE % 60, 'M');
	if (seconds == 0)
		return out;
	out = put_whole(out, seconds / SECOND, 1);
	out = put_decimals(out, seconds % SECOND, SECOND_DECIMALS);
	*out++ = 'S';
	return out;
}

static size_t
finish(char *start, char *out)
{
	*out = '\0';
	return (size_t) (out - start);
}

size_t
sighting_print(const Sighting *s, char *out)
{
	char	   *at = put_count_at_point(out, s->count_min, s->count_max, s->lon, s->lat);

	return finish(out, put_time(at, s->observed_at));
}

size_t
presence_print(const Presence *p, char *out)
{
	char	   *at = put_count_at_point(out, p->count_min, p->count_max, p->lon, p->lat);

	*at++ = '(';
	at = put_time(at, p->not_seen_at);
	at = put_text(at, ", [");
	at = put_time(at, p->first_seen);
	at = put_text(at, ", ");
	at = put_time(at, p->last_seen);
	at = put_text(at, "], ");
	at = put_time(at, p->gone_by);
	*at++ = ')';
	return finish(out, at);
}

static char *
put_box(char *out, const Watch *w)
{
	out = put_text(out, " BOX(");
	out = put_position(out, w->lon_min, w->lat_min);
	out = put_text(out, ", ");
	out = put_position(out, w->lon_max, w->lat_max);
	*out++ = ')';
	return out;
}

/* No value that was let in has another; one from a damaged page may. */
const char *
mode_name(int32_t mode)
{
	return mode >= MODE_LAST_KNOWN && mode <= MODE_POSSIBLE ? mode_names[mode] : "damaged";
}

size_t
watch_print(const Watch *w, char *out)
{
	char	   *at = out;

	*at++ = '[';
	at = put_time(at, w->from_date);
	at = put_text(at, ", ");
	at = put_time(at, w->to_date);
	*at++ = ']';
	if (!box_is_world(w))
		at = put_box(at, w);
	if (w->mode != MODE_LAST_KNOWN)
	{
		*at++ = ' ';
		at = put_text(at, mode_name(w->mode));
	}
	if (w->max_age != AGE_UNLIMITED)
	{
		at = put_text(at, " max_age ");
		at = put_duration(at, w->max_age);
	}
	return finish(out, at);
}
