/*
 * text_time.c: parse times and durations. Pure C; the forms are in text.h.
 *
 * What is accepted beyond what is printed:
 * - decimals of any length: seconds are rounded to microseconds, the nearest and halves
 *   away from zero;
 * - T between date and time; seconds may be missing; 24:00:00 is the midnight after,
 *   and a 60th second (with or without decimals) belongs to the next minute;
 * - offsets to 15:59:59 on both sides, as +hh, +hhmm, +hh:mm, +hh:mm:ss or Z;
 * - durations of weeks, days, hours, minutes and seconds, in this order; years and
 *   months are not, having no fixed length.
 */
#include "text_time.h"
#include "calendar.h"

static const char age_form[] = "expected a duration such as P3DT12H";
static const char date_form[] = "expected a time such as 2024-12-13 09:00:00+00";
static const char clock_form[] = "expected a time of day such as 09:00:00+00 after the date";
static const char offset_form[] = "a time needs its offset from UTC, such as Z, +00 or +03:30";

/*
 * Times
 */
static void
read_date(Cursor *c, Stamp *t)
{
	const char *start = c->at;

	t->year = (int) read_whole(c, 1000000);
	if (c->at - start < 4 || c->at - start > 6)
		fail_at(c, FAULT_SYNTAX, start, date_form);
	if (!accept_char(c, '-'))
		fail_syntax(c, date_form);
	t->month = read_digits(c, 2, date_form);
	if (!accept_char(c, '-'))
		fail_syntax(c, date_form);
	t->day = read_digits(c, 2, date_form);
}

/* After a T or white space. */
static void
read_clock(Cursor *c, Stamp *t)
{
	const char *gap = c->at;
	bool		any;

	if (!accept_char(c, 't'))
		skip_space(c);
	if (c->at == gap)
		fail_syntax(c, clock_form);
	t->hour = read_digits(c, 2, clock_form);
	if (!accept_char(c, ':'))
		fail_syntax(c, clock_form);
	t->minute = read_digits(c, 2, clock_form);
	if (!accept_char(c, ':'))
		return;
	t->second = read_digits(c, 2, clock_form);
	t->microsecond = (int) read_decimals(c, SECOND_DECIMALS, &any, "expected digits after the decimal point");
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
	west = accept_char(c, '-');
	if (!west && !accept_char(c, '+'))
		fail_syntax(c, offset_form);
	hours = read_digits(c, 2, form);
	if (is_digit(*c->at))
		minutes = read_digits(c, 2, form);
	else if (accept_char(c, ':'))
	{
		minutes = read_digits(c, 2, form);
		if (accept_char(c, ':'))
			seconds = read_digits(c, 2, form);
	}
	if (hours > 15 || minutes > 59 || seconds > 59)
		fail_at(c, FAULT_TIME, start, "an offset must be between -15:59:59 and +15:59:59");
	t->offset = (hours * 3600 + minutes * 60 + seconds) * (west ? -1 : 1);
}

int64_t
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
		fail_at(c, FAULT_TIME, start, wrong);
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
	int64_t		decimals = read_decimals(c, SECOND_DECIMALS, &any, "expected digits after the decimal point");
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

int64_t
read_duration(Cursor *c)
{
	const char *start;
	int64_t		total = 0;
	int			part = 0;
	bool		clock = false;

	skip_space(c);
	start = c->at;
	if (!accept_char(c, 'p'))
		fail_syntax(c, age_form);
	do
	{
		if (!clock && accept_char(c, 't'))
		{
			clock = true;
			part = HOURS;
		}
		if (!is_digit(*c->at))
			fail_syntax(c, age_form);
		else if (!read_duration_part(c, clock, &part, &total))
			fail_at(c, FAULT_WATCH, start, "max_age must be at most 106751991 days");
	} while (is_digit(*c->at) || (!clock && lower(*c->at) == 't'));
	return total;
}
