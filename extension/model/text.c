/*
 * text.c: parse the three types. Pure C; the forms are in text.h, printing in
 * text_print.c.
 *
 * Parsing is one pass over the text, without look-ups, allocation or locale. The cursor
 * keeps the first fault and then stands at the end of the text, where every further
 * step fails in vain: so a grammar is written below as the plain sequence of its parts.
 * A fault in a number or a time is noticed where that begins; what concerns the value as
 * a whole (order of times, say) is the check of model.h, noticed at the end.
 *
 * What is accepted beyond what is printed:
 * - decimals of any length: coordinates are rounded to steps, seconds to microseconds,
 *   the nearest and halves away from zero; a point needs digits on both sides, exponents
 *   are not accepted;
 * - T between date and time; seconds may be missing; 24:00:00 is the midnight after,
 *   and a 60th second (with or without decimals) belongs to the next minute;
 * - offsets to 15:59:59 on both sides, as +hh, +hhmm, +hh:mm, +hh:mm:ss or Z;
 * - durations of weeks, days, hours, minutes and seconds, in this order; years and
 *   months are not, having no fixed length.
 */
#include "text.h"
#include "calendar.h"

#include <string.h>

const char *const mode_names[3] = {"last_known", "certain", "possible"};

static const char count_form[] = "expected a count such as 2, 2..5 or 2.. (at least 2)";
static const char point_form[] = "expected POINT(longitude latitude)";
static const char box_form[] = "expected BOX(west south, east north)";
static const char age_form[] = "expected a duration such as P3DT12H";
static const char date_form[] = "expected a time such as 2024-12-13 09:00:00+00";
static const char clock_form[] = "expected a time of day such as 09:00:00+00 after the date";
static const char offset_form[] = "a time needs its offset from UTC, such as Z, +00 or +03:30";

/*
 * The cursor
 */
typedef struct Cursor
{
	const char *text;
	const char *at;
	TextFault	fault;
} Cursor;

static Cursor
cursor_on(const char *text)
{
	Cursor		c = {text, text, {FAULT_NONE, 0, NULL}};

	return c;
}

/* The first fault counts. */
static void
fail(Cursor *c, Fault kind, const char *where, const char *reason)
{
	if (c->fault.kind == FAULT_NONE)
	{
		c->fault.kind = kind;
		c->fault.offset = (size_t) (where - c->text);
		c->fault.reason = reason;
	}
	c->at += strlen(c->at);
}

static void
fail_syntax(Cursor *c, const char *reason)
{
	fail(c, FAULT_SYNTAX, c->at, reason);
}

/* ASCII only: what isdigit() and the like think depends on the locale. */
static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static char
lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char) (ch + ('a' - 'A')) : ch;
}

static bool
is_word_char(char ch)
{
	return is_digit(ch) || ch == '_' || (lower(ch) >= 'a' && lower(ch) <= 'z');
}

static void
skip_space(Cursor *c)
{
	while (*c->at == ' ' || (*c->at >= '\t' && *c->at <= '\r'))
		c->at++;
}

static bool
accept(Cursor *c, char ch)
{
	if (lower(*c->at) != ch)
		return false;
	c->at++;
	return true;
}

/* A whole word, in any case. */
static bool
accept_word(Cursor *c, const char *word)
{
	const char *at = c->at;

	for (; *word != '\0'; word++, at++)
		if (lower(*at) != *word)
			return false;
	if (is_word_char(*at))
		return false;
	c->at = at;
	return true;
}

/* A mark, with white space on either side. */
static void
expect(Cursor *c, char ch, const char *reason)
{
	skip_space(c);
	if (!accept(c, ch))
		fail_syntax(c, reason);
	skip_space(c);
}

static void
expect_end(Cursor *c)
{
	skip_space(c);
	if (*c->at != '\0')
		fail_syntax(c, "unexpected text after the value");
}

/* Turn the verdict of the value's own check into the cursor's fault, and give that. */
static TextFault
close_with(Cursor *c, Fault found, const char *reason)
{
	if (found != FAULT_NONE)
		fail(c, found, c->at, reason);
	return c->fault;
}

/*
 * Numbers
 */

/* Digits as a number that stays at `most` once it gets there. */
static int64_t
read_whole(Cursor *c, int64_t most)
{
	int64_t		value = 0;

	for (; is_digit(*c->at); c->at++)
	{
		int			digit = *c->at - '0';

		value = value > (most - digit) / 10 ? most : value * 10 + digit;
	}
	return value;
}

/* Exactly n digits. */
static int
read_digits(Cursor *c, int n, const char *reason)
{
	int			value = 0;

	for (int i = 0; i < n; i++)
	{
		if (!is_digit(*c->at))
		{
			fail_syntax(c, reason);
			return 0;
		}
		value = value * 10 + (*c->at++ - '0');
	}
	return value;
}

/*
 * A point and its decimals, if there is one: to the nearest 10^-places, halves up. The
 * result may be a whole 1. `any` tells whether a digit was not 0, however far back.
 */
static int64_t
read_decimals(Cursor *c, int places, bool *any, const char *reason)
{
	int64_t		value = 0;
	bool		up = false;
	int			n = 0;

	*any = false;
	if (*c->at != '.')
		return 0;
	c->at++;
	if (!is_digit(*c->at))
		fail_syntax(c, reason);
	for (; is_digit(*c->at); c->at++)
	{
		int			digit = *c->at - '0';

		if (n < places)
			value = value * 10 + digit;
		else if (n == places)
			up = digit >= 5;
		if (n <= places)
			n++;
		*any |= digit != 0;
	}
	for (; n < places; n++)
		value *= 10;
	return value + up;
}

/* NaN and infinity are words for no place on the globe: a fault of their own. */
static bool
accept_not_finite(Cursor *c)
{
	return accept_word(c, "nan") || accept_word(c, "inf") || accept_word(c, "infinity");
}

static int32_t
read_coordinate(Cursor *c, int32_t limit, const char *out_of_range, const char *reason)
{
	const char *start;
	bool		negative;
	bool		any;
	int64_t		degrees;
	int64_t		steps;

	skip_space(c);
	start = c->at;
	negative = accept(c, '-');
	if (!negative)
		accept(c, '+');
	if (accept_not_finite(c))
		fail(c, FAULT_COORDINATE, start, out_of_range);
	if (!is_digit(*c->at))
		fail_syntax(c, reason);
	degrees = read_whole(c, INT32_MAX);
	steps = degrees * DEGREE + read_decimals(c, 7, &any, "expected digits after the decimal point");
	if (lower(*c->at) == 'e')
		fail_syntax(c, "a coordinate must be written without an exponent");
	/* limits are whole degrees; beyond one by less than half a step is beyond it */
	if (steps > limit || (degrees * DEGREE == limit && any))
	{
		fail(c, FAULT_COORDINATE, start, out_of_range);
		return 0;
	}
	return (int32_t) (negative ? -steps : steps);
}

/* A longitude and a latitude with white space between them. */
static void
read_position(Cursor *c, int32_t *lon, int32_t *lat, const char *reason)
{
	const char *gap;

	*lon = read_coordinate(c, LON_LIMIT, "longitude must be between -180 and 180 degrees", reason);
	gap = c->at;
	skip_space(c);
	if (c->at == gap)
		fail_syntax(c, reason);
	*lat = read_coordinate(c, LAT_LIMIT, "latitude must be between -90 and 90 degrees", reason);
}

static void
read_point(Cursor *c, int32_t *lon, int32_t *lat)
{
	skip_space(c);
	if (!accept_word(c, "point"))
		fail_syntax(c, point_form);
	expect(c, '(', point_form);
	read_position(c, lon, lat, point_form);
	expect(c, ')', point_form);
}

static void
read_box(Cursor *c, Watch *w)
{
	expect(c, '(', box_form);
	read_position(c, &w->lon_min, &w->lat_min, box_form);
	expect(c, ',', box_form);
	read_position(c, &w->lon_max, &w->lat_max, box_form);
	expect(c, ')', box_form);
}

/*
 * Counts
 */
static int32_t
read_count(Cursor *c)
{
	const char *start = c->at;
	int64_t		count;

	if (*c->at == '-' && is_digit(c->at[1]))
		fail(c, FAULT_COUNT, start, "a count must not be negative");
	if (!is_digit(*c->at))
		fail_syntax(c, count_form);
	count = read_whole(c, COUNT_UNBOUNDED);
	if (count == COUNT_UNBOUNDED)
		fail(c, FAULT_COUNT, start, "a count must be less than 2147483647");
	return (int32_t) count;
}

static void
read_count_range(Cursor *c, int32_t *count_min, int32_t *count_max)
{
	skip_space(c);
	*count_min = *count_max = read_count(c);
	skip_space(c);
	if (*c->at != '.')
		return;
	if (c->at[1] != '.')
	{
		fail_syntax(c, count_form);
		return;
	}
	c->at += 2;
	skip_space(c);
	*count_max = is_digit(*c->at) || *c->at == '-' ? read_count(c) : COUNT_UNBOUNDED;
}

/*
 * Times
 */
static void
read_date(Cursor *c, Stamp *t)
{
	const char *start = c->at;

	t->year = (int) read_whole(c, 1000000);
	if (c->at - start < 4 || c->at - start > 6)
		fail(c, FAULT_SYNTAX, start, date_form);
	if (!accept(c, '-'))
		fail_syntax(c, date_form);
	t->month = read_digits(c, 2, date_form);
	if (!accept(c, '-'))
		fail_syntax(c, date_form);
	t->day = read_digits(c, 2, date_form);
}

/* After a T or white space. */
static void
read_clock(Cursor *c, Stamp *t)
{
	const char *gap = c->at;
	bool		any;

	if (!accept(c, 't'))
		skip_space(c);
	if (c->at == gap)
		fail_syntax(c, clock_form);
	t->hour = read_digits(c, 2, clock_form);
	if (!accept(c, ':'))
		fail_syntax(c, clock_form);
	t->minute = read_digits(c, 2, clock_form);
	if (!accept(c, ':'))
		return;
	t->second = read_digits(c, 2, clock_form);
	t->microsecond = (int) read_decimals(c, 6, &any, "expected digits after the decimal point");
}

static void
read_offset(Cursor *c, Stamp *t)
{
	static const char form[] = "an offset has the form Z, +hh, +hhmm, +hh:mm or +hh:mm:ss";
	const char *start;
	bool		west;
	int			hours;
	int			minutes = 0;
	int			seconds = 0;

	skip_space(c);
	start = c->at;
	if (accept_word(c, "z"))
		return;
	west = accept(c, '-');
	if (!west && !accept(c, '+'))
		fail_syntax(c, offset_form);
	hours = read_digits(c, 2, form);
	if (is_digit(*c->at))
		minutes = read_digits(c, 2, form);
	else if (accept(c, ':'))
	{
		minutes = read_digits(c, 2, form);
		if (accept(c, ':'))
			seconds = read_digits(c, 2, form);
	}
	if (hours > 15 || minutes > 59 || seconds > 59)
		fail(c, FAULT_TIME, start, "an offset must be between -15:59:59 and +15:59:59");
	t->offset = (hours * 3600 + minutes * 60 + seconds) * (west ? -1 : 1);
}

/* Infinite ones too; the value's check knows where these may stand. */
static int64_t
read_time(Cursor *c)
{
	const char *start;
	const char *wrong;
	bool		before_christ;
	int64_t		time = 0;
	Stamp		t = {0};

	skip_space(c);
	start = c->at;
	if (accept_word(c, "infinity"))
		return TIME_END;
	if (accept_word(c, "-infinity"))
		return TIME_BEGIN;
	read_date(c, &t);
	read_clock(c, &t);
	read_offset(c, &t);
	skip_space(c);
	before_christ = accept_word(c, "bc");
	if (before_christ)
		t.year = 1 - t.year;
	if (c->fault.kind != FAULT_NONE)
		return 0;
	wrong = stamp_fault(&t, before_christ);
	if (wrong == NULL && !stamp_to_time(&t, &time))
		wrong = "a time must be between 4714-11-24 00:00:00+00 BC and 294276-12-31 23:59:59.999999+00";
	if (wrong != NULL)
		fail(c, FAULT_TIME, start, wrong);
	return time;
}

/*
 * Durations. The parts in their order; those from HOURS on stand after a T.
 */
static const struct
{
	char		letter;
	int64_t		microseconds;
}			duration_parts[] = {
	{'w', 7 * DAY}, {'d', DAY}, {'h', HOUR}, {'m', MINUTE}, {'s', SECOND}
};

#define HOURS 2
#define DURATION_PARTS 5

/* One part, number and letter, that is not before `*part`; false if it is too long. */
static bool
read_duration_part(Cursor *c, bool clock, int *part, int64_t *total)
{
	int64_t		whole = read_whole(c, INT64_MAX);
	bool		decimal = *c->at == '.';
	bool		any;
	int64_t		decimals = read_decimals(c, 6, &any, "expected digits after the decimal point");
	int			end = clock ? DURATION_PARTS : HOURS;
	int64_t		length;

	while (*part < end && lower(*c->at) != duration_parts[*part].letter)
		(*part)++;
	if (*part == end || (decimal && *part != DURATION_PARTS - 1))
	{
		fail_syntax(c, age_form);
		return true;
	}
	c->at++;
	length = duration_parts[(*part)++].microseconds;
	return !__builtin_mul_overflow(whole, length, &length) &&
		!__builtin_add_overflow(length, decimals, &length) &&
		!__builtin_add_overflow(*total, length, total) &&
		*total != AGE_UNLIMITED;
}

static int64_t
read_duration(Cursor *c)
{
	const char *start;
	int64_t		total = 0;
	int			part = 0;
	bool		clock = false;

	skip_space(c);
	start = c->at;
	if (!accept(c, 'p'))
		fail_syntax(c, age_form);
	do
	{
		if (!clock && accept(c, 't'))
		{
			clock = true;
			part = HOURS;
		}
		if (!is_digit(*c->at))
			fail_syntax(c, age_form);
		else if (!read_duration_part(c, clock, &part, &total))
			fail(c, FAULT_WATCH, start, "max_age must be at most 106751991 days");
	} while (is_digit(*c->at) || (!clock && lower(*c->at) == 't'));
	return total;
}

/*
 * The three types
 */
TextFault
sighting_parse(const char *text, Sighting *s)
{
	Cursor		c = cursor_on(text);
	const char *reason = NULL;
	Fault		found;

	read_count_range(&c, &s->count_min, &s->count_max);
	read_point(&c, &s->lon, &s->lat);
	expect(&c, '@', "expected @ and the time after the point");
	s->observed_at = read_time(&c);
	expect_end(&c);
	found = sighting_check(s, &reason);
	return close_with(&c, found, reason);
}

TextFault
presence_parse(const char *text, Presence *p)
{
	static const char form[] = "expected (not_seen_at, [first_seen, last_seen], gone_by)";
	Cursor		c = cursor_on(text);
	const char *reason = NULL;
	Fault		found;

	read_count_range(&c, &p->count_min, &p->count_max);
	read_point(&c, &p->lon, &p->lat);
	expect(&c, '@', "expected @ and the times after the point");
	expect(&c, '(', form);
	p->not_seen_at = read_time(&c);
	expect(&c, ',', form);
	expect(&c, '[', form);
	p->first_seen = read_time(&c);
	expect(&c, ',', form);
	p->last_seen = read_time(&c);
	expect(&c, ']', form);
	expect(&c, ',', form);
	p->gone_by = read_time(&c);
	expect(&c, ')', form);
	expect_end(&c);
	found = presence_check(p, &reason);
	return close_with(&c, found, reason);
}

static int
accept_mode(Cursor *c)
{
	for (int mode = 0; mode < 3; mode++)
		if (accept_word(c, mode_names[mode]))
			return mode;
	return -1;
}

int
mode_parse(const char *word)
{
	Cursor		c = cursor_on(word);
	int			mode = accept_mode(&c);

	return *c.at == '\0' ? mode : -1;
}

/* What may follow the dates. */
static void
read_watch_options(Cursor *c, Watch *w)
{
	int			mode;

	if (accept_word(c, "box"))
		read_box(c, w);
	skip_space(c);
	mode = accept_mode(c);
	skip_space(c);
	if (accept_word(c, "max_age"))
		w->max_age = read_duration(c);
	else if (mode < 0 && is_word_char(*c->at))
		fail(c, FAULT_WATCH, c->at, "mode must be last_known, certain or possible");
	w->mode = mode < 0 ? MODE_LAST_KNOWN : mode;
}

TextFault
watch_parse(const char *text, Watch *w)
{
	static const char form[] = "expected [from_date, to_date]";
	const Watch world = {0, 0, AGE_UNLIMITED, -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, 0, 0};
	Cursor		c = cursor_on(text);
	const char *reason = NULL;
	Fault		found;

	*w = world;
	expect(&c, '[', form);
	w->from_date = read_time(&c);
	expect(&c, ',', form);
	w->to_date = read_time(&c);
	expect(&c, ']', form);
	read_watch_options(&c, w);
	expect_end(&c);
	found = watch_check(w, &reason);
	return close_with(&c, found, reason);
}
