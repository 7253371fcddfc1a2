/*
 * calendar.c: instants as dates and times of day. Pure C; see calendar.h.
 */
#include "calendar.h"

static bool
is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* Towards minus infinity, unlike C's own. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/*
 * Days from 2000-01-01 to the first of March of a year. Years are counted from March
 * here, so that the leap day is the last of its year and the months before it have the
 * regular lengths that the next function relies on. 2000-03-01 is 60 days on.
 */
static int64_t
march_first(int64_t year)
{
	int64_t		since = year - 2000;

	return 60 + since * 365 + floor_div(since, 4) - floor_div(since, 100) + floor_div(since, 400);
}

/* Days from the first of March to the first of the n-th month after: 31 30 31 30 31 twice. */
static int
march_month(int n)
{
	return (153 * n + 2) / 5;
}

static int64_t
days_from_date(int year, int month, int day)
{
	bool		before_march = month < 3;

	return march_first(year - before_march) + march_month(month - 3 + 12 * before_march) + day - 1;
}

/* 146097 days are 400 years; the year guessed from that is at most one off. */
static void
date_from_days(int64_t days, Stamp *t)
{
	int64_t		year = 2000 + floor_div((days - 60) * 400, 146097);
	int			rest;
	int			month;

	while (march_first(year + 1) <= days)
		year++;
	while (march_first(year) > days)
		year--;
	rest = (int) (days - march_first(year));
	month = (5 * rest + 2) / 153;
	t->day = rest - march_month(month) + 1;
	t->month = month < 10 ? month + 3 : month - 9;
	t->year = (int) (month < 10 ? year : year + 1);
}

const char *
stamp_fault(const Stamp *t, bool before_christ)
{
	if (t->year == (before_christ ? 1 : 0))
		return "there is no year 0";
	if (t->month < 1 || t->month > 12)
		return "month must be between 1 and 12";
	if (t->day < 1 || t->day > days_in_month(t->year, t->month))
		return "the month has no such day";
	if (t->minute > 59 || t->second > 60)
		return "minute must be at most 59, second at most 60";
	if (t->hour > 24 || (t->hour == 24 && (t->minute > 0 || t->second > 0 || t->microsecond > 0)))
		return "time of day must be between 00:00:00 and 24:00:00";
	return NULL;
}

/* Range is judged in seconds first: the microseconds of year 999999 overflow. */
bool
stamp_to_time(const Stamp *t, int64_t *time)
{
	int64_t		seconds = days_from_date(t->year, t->month, t->day) * (DAY / SECOND) +
		t->hour * 3600 + t->minute * 60 + t->second - t->offset;

	if (seconds < TIME_FIRST / SECOND || seconds > TIME_LAST / SECOND)
		return false;
	*time = seconds * SECOND + t->microsecond;
	return *time <= TIME_LAST;
}

Stamp
stamp_of_time(int64_t time)
{
	Stamp		t = {0};
	int64_t		days = floor_div(time, DAY);
	int64_t		rest = time - days * DAY;

	date_from_days(days, &t);
	t.hour = (int) (rest / HOUR);
	t.minute = (int) (rest / MINUTE % 60);
	t.second = (int) (rest / SECOND % 60);
	t.microsecond = (int) (rest % SECOND);
	return t;
}
