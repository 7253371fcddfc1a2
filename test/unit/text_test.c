/*
 * text_test.c: what is printed parses back to the same value, what is malformed is
 * refused for the right reason at the right place, and times are those of a calendar
 * that is counted day by day.
 */
#include "unit.h"
#include "geography.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

#define SAMPLES 100000

/*
 * Random valid values: small and large numbers, few and many decimals, all limits.
 */
static int64_t
random_time(void)
{
	static const int64_t units[] = {1, 1000, 1000000, INT64_C(86400000000), INT64_C(31557600000000)};
	int64_t		unit = units[random_bits() % 5];

	switch (random_bits() % 8)
	{
		case 0:
			return TIME_FIRST + random_between(0, 3);
		case 1:
			return TIME_LAST - random_between(0, 3);
		case 2:
			return random_between(-1000000, 1000000);
		default:
			return random_between(TIME_FIRST / unit, TIME_LAST / unit) * unit;
	}
}

static int32_t
random_steps(int32_t limit)
{
	static const int32_t units[] = {1, 1000, DEGREE / 10, DEGREE};
	int32_t		unit = units[random_bits() % 4];

	return (int32_t) random_between(-limit / unit, limit / unit) * unit;
}

static void
random_count(int32_t *count_min, int32_t *count_max, int32_t least)
{
	int64_t		most = random_bits() % 2 ? 12 : COUNT_UNBOUNDED - 1;

	*count_min = (int32_t) random_between(0, most);
	*count_max = *count_min;
	if (random_bits() % 3 == 0)
		*count_max = (int32_t) random_between(*count_min, COUNT_UNBOUNDED);
	if (*count_max < least || random_bits() % 5 == 0)
		*count_max = COUNT_UNBOUNDED;
}

static Sighting
random_sighting(void)
{
	Sighting	s;

	s.observed_at = random_time();
	s.lon = random_steps(LON_LIMIT);
	s.lat = random_steps(LAT_LIMIT);
	random_count(&s.count_min, &s.count_max, 0);
	return s;
}

static Presence
random_presence(void)
{
	const char *reason;
	Presence	p;

	do
	{
		p.not_seen_at = random_bits() % 4 == 0 ? TIME_BEGIN : random_time();
		p.first_seen = random_time();
		p.last_seen = random_bits() % 4 == 0 ? p.first_seen : random_time();
		p.gone_by = random_bits() % 4 == 0 ? TIME_END : random_time();
		p.lon = random_steps(LON_LIMIT);
		p.lat = random_steps(LAT_LIMIT);
		random_count(&p.count_min, &p.count_max, 1);
	} while (presence_check(&p, &reason) != FAULT_NONE);
	return p;
}

static Watch
random_watch(void)
{
	static const int64_t units[] = {1, 1000000, 60000000, INT64_C(3600000000), INT64_C(86400000000)};
	int64_t		unit = units[random_bits() % 5];
	const char *reason;
	Watch		w = {0};

	do
	{
		w.from_date = random_time();
		w.to_date = random_time();
		w.lon_min = random_bits() % 4 == 0 ? -LON_LIMIT : random_steps(LON_LIMIT);
		w.lat_min = random_bits() % 4 == 0 ? -LAT_LIMIT : random_steps(LAT_LIMIT);
		w.lon_max = random_bits() % 4 == 0 ? LON_LIMIT : random_steps(LON_LIMIT);
		w.lat_max = random_bits() % 4 == 0 ? LAT_LIMIT : random_steps(LAT_LIMIT);
		w.mode = (int32_t) random_between(MODE_LAST_KNOWN, MODE_POSSIBLE);
		w.max_age = random_bits() % 2 ? AGE_UNLIMITED :
			random_between(1, random_bits() % 2 ? 100 : (AGE_UNLIMITED - 1) / unit) * unit;
	} while (watch_check(&w, &reason) != FAULT_NONE);
	return w;
}

static void
test_round_trips(void)
{
	char		text[PRESENCE_TEXT];
	bool		sightings = true;
	bool		presences = true;
	bool		watches = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		Sighting	s = random_sighting(), s2;
		Presence	p = random_presence(), p2;
		Watch		w = random_watch(), w2;

		sightings &= sighting_print(&s, text) == strlen(text) && strlen(text) < SIGHTING_TEXT &&
			sighting_parse(text, &s2).kind == FAULT_NONE && memcmp(&s, &s2, sizeof(s)) == 0;
		presences &= presence_print(&p, text) == strlen(text) && strlen(text) < PRESENCE_TEXT &&
			presence_parse(text, &p2).kind == FAULT_NONE && memcmp(&p, &p2, sizeof(p)) == 0;
		watches &= watch_print(&w, text) == strlen(text) && strlen(text) < WATCH_TEXT &&
			watch_parse(text, &w2).kind == FAULT_NONE && memcmp(&w, &w2, sizeof(w)) == 0;
	}
	check(sightings, "text: sightings printed and parsed are the same");
	check(presences, "text: presences printed and parsed are the same");
	check(watches, "text: watches printed and parsed are the same");
}

/*
 * Any text is either refused, inside itself and with a reason, or printed as one that
 * is the same value. Made by damaging a good one.
 */
static void
damage(char *text)
{
	static const char bytes[] = "0123456789.-+:,()[]@ TPZeBC_\t\xff";
	size_t		length = strlen(text);
	size_t		at = (size_t) random_between(0, (int64_t) length - 1);

	switch (random_bits() % 3)
	{
		case 0:
			memmove(text + at, text + at + 1, length - at);
			break;
		case 1:
			text[at] = bytes[random_bits() % (sizeof(bytes) - 1)];
			break;
		default:
			text[at] = '\0';
	}
}

static bool
fault_is_sound(TextFault fault, const char *text)
{
	return fault.kind != FAULT_NONE && fault.reason != NULL && fault.offset <= strlen(text);
}

static void
test_damage(void)
{
	char		text[PRESENCE_TEXT];
	char		again[PRESENCE_TEXT];
	bool		ok = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence(), p2;
		Watch		w = random_watch(), w2;
		TextFault	fault;

		presence_print(&p, text);
		damage(text);
		fault = presence_parse(text, &p);
		if (fault.kind == FAULT_NONE)
			ok &= presence_print(&p, again) > 0 && presence_parse(again, &p2).kind == FAULT_NONE &&
				memcmp(&p, &p2, sizeof(p)) == 0;
		else
			ok &= fault_is_sound(fault, text);
		watch_print(&w, text);
		damage(text);
		fault = watch_parse(text, &w);
		if (fault.kind == FAULT_NONE)
			ok &= watch_print(&w, again) > 0 && watch_parse(again, &w2).kind == FAULT_NONE &&
				memcmp(&w, &w2, sizeof(w)) == 0;
		else
			ok &= fault_is_sound(fault, text);
	}
	check(ok, "text: a damaged text is refused with a reason, or is another value");
}

/*
 * The calendar, one day after the other, from the first day to the last.
 */
typedef struct Day
{
	int			year;			/* 1 BC is 0 */
	int			month;
	int			day;
} Day;

static void
next_day(Day *d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = d->year % 400 == 0 || (d->year % 4 == 0 && d->year % 100 != 0);

	if (++d->day <= days[d->month - 1] + (leap && d->month == 2))
		return;
	d->day = 1;
	if (++d->month <= 12)
		return;
	d->month = 1;
	d->year++;
}

static void
test_calendar(void)
{
	const int64_t day = INT64_C(86400000000);
	Day			d = {-4713, 11, 24};
	char		text[SIGHTING_TEXT];
	char		expected[SIGHTING_TEXT];
	bool		prints = true;
	bool		parses = true;
	Sighting	s = {TIME_FIRST, 0, 0, 1, 1};

	while (s.observed_at < TIME_LAST)
	{
		snprintf(expected, sizeof(expected), "1 POINT(0 0)@%04d-%02d-%02d 00:00:00+00%s",
				 d.year > 0 ? d.year : 1 - d.year, d.month, d.day, d.year > 0 ? "" : " BC");
		sighting_print(&s, text);
		prints &= strcmp(text, expected) == 0;
		parses &= sighting_parse(expected, &s).kind == FAULT_NONE;
		if (s.observed_at > TIME_LAST - day)
			break;
		/* every day where calendars are wrong, then a step that meets every date */
		for (int i = d.year < 2500 ? 1 : 137; i > 0; i--)
		{
			next_day(&d);
			s.observed_at += day;
			if (s.observed_at > TIME_LAST - day)
				break;
		}
	}
	check(prints, "text: dates are printed as a calendar counted day by day has them");
	check(parses, "text: dates are parsed as a calendar counted day by day has them");
	check(d.year == 294276 && d.month == 12 && d.day == 31, "text: the calendar ends on its last day");
}

/*
 * Tables. Each input with what is printed for it.
 */
static void
test_sighting_forms(void)
{
	static const char *const forms[][2] = {
		{"2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00", "2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00"},
		{" \t\n\v\f\r2POINT ( 35.9487\n35.4008 ) @ 2024-12-13 09:00:00 +00 ", "2 POINT(35.9487 35.4008)@2024-12-13 09:00:00+00"},
		{"002 pOiNt(+035.94870 -0.0)@2024-12-13t09:00z", "2 POINT(35.9487 0)@2024-12-13 09:00:00+00"},
		{"2..5 POINT(0 0)@2024-12-13 09:00:00+00", "2..5 POINT(0 0)@2024-12-13 09:00:00+00"},
		{"2 .. 5 POINT(0 0)@2024-12-13 09:00:00+00", "2..5 POINT(0 0)@2024-12-13 09:00:00+00"},
		{"2.. POINT(0 0)@2024-12-13 09:00:00+00", "2.. POINT(0 0)@2024-12-13 09:00:00+00"},
		{"2..2 POINT(0 0)@2024-12-13 09:00:00+00", "2 POINT(0 0)@2024-12-13 09:00:00+00"},
		{"0..2147483646POINT(0 0)@2024-12-13 09:00:00+00", "0..2147483646 POINT(0 0)@2024-12-13 09:00:00+00"},
		{"1 POINT(-180 90)@2024-12-13 09:00:00+00", "1 POINT(-180 90)@2024-12-13 09:00:00+00"},
		{"1 POINT(180.000000000000000000000000000 -90)@2024-12-13 09:00:00+00", "1 POINT(180 -90)@2024-12-13 09:00:00+00"},
		{"1 POINT(179.99999995 -89.99999995)@2024-12-13 09:00:00+00", "1 POINT(180 -90)@2024-12-13 09:00:00+00"},
		{"1 POINT(0.00000005 -0.00000005)@2024-12-13 09:00:00+00", "1 POINT(0.0000001 -0.0000001)@2024-12-13 09:00:00+00"},
		{"1 POINT(0.000000049999999999999999999 -0.00000004)@2024-12-13 09:00:00+00", "1 POINT(0 0)@2024-12-13 09:00:00+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00.000001+00", "1 POINT(0 0)@2024-12-13 09:00:00.000001+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00.1200+00", "1 POINT(0 0)@2024-12-13 09:00:00.12+00"},
		{"1 POINT(0 0)@2024-12-31 23:59:59.9999995+00", "1 POINT(0 0)@2025-01-01 00:00:00+00"},
		{"1 POINT(0 0)@2024-12-31 23:59:59.99999949+00", "1 POINT(0 0)@2024-12-31 23:59:59.999999+00"},
		{"1 POINT(0 0)@2024-12-31 24:00:00+00", "1 POINT(0 0)@2025-01-01 00:00:00+00"},
		{"1 POINT(0 0)@2024-12-31 24:00+00", "1 POINT(0 0)@2025-01-01 00:00:00+00"},
		{"1 POINT(0 0)@2016-12-31 23:59:60+00", "1 POINT(0 0)@2017-01-01 00:00:00+00"},
		{"1 POINT(0 0)@2016-12-31 23:59:60.5+00", "1 POINT(0 0)@2017-01-01 00:00:00.5+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00+03:30", "1 POINT(0 0)@2024-12-13 05:30:00+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00-0330", "1 POINT(0 0)@2024-12-13 12:30:00+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00+15:59:59", "1 POINT(0 0)@2024-12-12 17:00:01+00"},
		{"1 POINT(0 0)@2024-12-13 09:00:00-15:59:59", "1 POINT(0 0)@2024-12-14 00:59:59+00"},
		{"1 POINT(0 0)@0044-03-15 12:00:00+00 BC", "1 POINT(0 0)@0044-03-15 12:00:00+00 BC"},
		{"1 POINT(0 0)@0001-12-31 23:59:60Z bc", "1 POINT(0 0)@0001-01-01 00:00:00+00"},
		{"1 POINT(0 0)@0001-02-29 00:00Z BC", "1 POINT(0 0)@0001-02-29 00:00:00+00 BC"},
		{"1 POINT(0 0)@2000-02-29 00:00Z", "1 POINT(0 0)@2000-02-29 00:00:00+00"},
		{"1 POINT(0 0)@4714-11-24 00:00:00+00 BC", "1 POINT(0 0)@4714-11-24 00:00:00+00 BC"},
		{"1 POINT(0 0)@4714-11-23 20:00:00-04 BC", "1 POINT(0 0)@4714-11-24 00:00:00+00 BC"},
		{"1 POINT(0 0)@294276-12-31 23:59:59.999999+00", "1 POINT(0 0)@294276-12-31 23:59:59.999999+00"},
		{"1 POINT(0 0)@294277-01-01 03:29:59.999999+0330", "1 POINT(0 0)@294276-12-31 23:59:59.999999+00"},
		{"1 POINT(0 0)@002024-12-13 09:00:00+00", "1 POINT(0 0)@2024-12-13 09:00:00+00"},
	};
	char		printed[SIGHTING_TEXT];
	Sighting	s;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
	{
		TextFault	fault = sighting_parse(forms[i][0], &s);

		if (!check(fault.kind == FAULT_NONE, "text: \"%s\" refused: %s", forms[i][0], fault.reason))
			continue;
		sighting_print(&s, printed);
		check(strcmp(printed, forms[i][1]) == 0, "text: \"%s\" printed as \"%s\"", forms[i][0], printed);
	}
}

static void
test_watch_forms(void)
{
	static const char *const forms[][2] = {
		{"[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 37 36) possible max_age P3DT12H",
		"[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(35 34, 37 36) possible max_age P3DT12H"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z]BOX(170 -20,-170 20)CERTAIN",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] BOX(170 -20, -170 20) certain"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] Last_Known", "[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00]"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] BOX(-180 -90, 180 90)", "[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00]"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] BOX(180 -90, -180 90)",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] BOX(180 -90, -180 90)"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] max_age p1w2dt3h4m5.060s",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] max_age P9DT3H4M5.06S"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] MAX_AGE PT36H90M3600S",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] max_age P1DT14H30M"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] max_age PT0.0000005S",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] max_age PT0.000001S"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] max_age P0DT0.9999999S",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] max_age PT1S"},
		{"[2000-01-01 00:00Z,2000-01-02 00:00Z] max_age P106751991DT4H54.775806S",
		"[2000-01-01 00:00:00+00, 2000-01-02 00:00:00+00] max_age P106751991DT4H54.775806S"},
	};
	char		printed[WATCH_TEXT];
	Watch		w;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
	{
		TextFault	fault = watch_parse(forms[i][0], &w);

		if (!check(fault.kind == FAULT_NONE, "text: \"%s\" refused: %s", forms[i][0], fault.reason))
			continue;
		watch_print(&w, printed);
		check(strcmp(printed, forms[i][1]) == 0, "text: \"%s\" printed as \"%s\"", forms[i][0], printed);
	}
}

/*
 * Malformed inputs: kind of the fault, and the byte where it is noticed; the end if it
 * is the value as a whole that is wrong.
 */
#define END SIZE_MAX

typedef struct Malformed
{
	const char *text;
	Fault		kind;
	size_t		offset;
} Malformed;

static void
check_malformed(const Malformed *m, TextFault fault)
{
	size_t		offset = m->offset == END ? strlen(m->text) : m->offset;

	check(fault.kind == m->kind && fault.offset == offset && fault.reason != NULL,
		  "text: \"%s\" gives fault %d at %zu (%s), not %d at %zu",
		  m->text, fault.kind, fault.offset, fault.reason ? fault.reason : "no reason", m->kind, offset);
}

static void
test_malformed_sightings(void)
{
	static const Malformed table[] = {
		{"", FAULT_SYNTAX, 0},
		{"   ", FAULT_SYNTAX, 3},
		{"x", FAULT_SYNTAX, 0},
		{"2", FAULT_SYNTAX, 1},
		{"-2 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, 0},
		{"- POINT(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 0},
		{"+2 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 0},
		{"2.5 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 1},
		{"2...5 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 3},
		{"..5 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 0},
		{"2..-5 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, 3},
		{"5..2 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, END},
		{"2147483647 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, 0},
		{"2..2147483647 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, 3},
		{"99999999999999999999999 POINT(0 0)@2024-12-13 09:00:00+00", FAULT_COUNT, 0},
		{"2 POINTS(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 2},
		{"2 POINT Z(0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 8},
		{"2 POINT 0 0@2024-12-13 09:00:00+00", FAULT_SYNTAX, 8},
		{"2 POINT()@2024-12-13 09:00:00+00", FAULT_SYNTAX, 8},
		{"2 POINT(0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(0,0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(0-1)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(0 0 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 12},
		{"2 POINT(.5 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 8},
		{"2 POINT(5. 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 10},
		{"2 POINT(1e1 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(1.5E-1 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 11},
		{"2 POINT(0x10 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(1,5 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(--1 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(- 1 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(NaN 0)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 8},
		{"2 POINT(0 -Infinity)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 10},
		{"2 POINT(180.0000001 0)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 8},
		{"2 POINT(-180.00000000001 0)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 8},
		{"2 POINT(0 90.00000000000000000001)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 10},
		{"2 POINT(0 -91)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 10},
		{"2 POINT(999999999999999999999999999999 0)@2024-12-13 09:00:00+00", FAULT_COORDINATE, 8},
		{"2 POINT(\xd9\xa1 0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 8},
		{"2 POINT(0\xc2\xa0""0)@2024-12-13 09:00:00+00", FAULT_SYNTAX, 9},
		{"2 POINT(0 0) 2024-12-13 09:00:00+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@2024-12-13", FAULT_SYNTAX, 23},
		{"2 POINT(0 0)@2024-12-13 ", FAULT_SYNTAX, 24},
		{"2 POINT(0 0)@2024-12-13 09", FAULT_SYNTAX, 26},
		{"2 POINT(0 0)@2024-12-13 09:00:00", FAULT_SYNTAX, 32},
		{"2 POINT(0 0)@2024-12-13 09:00:00 BC", FAULT_SYNTAX, 33},
		{"2 POINT(0 0)@2024-12-13 09:00:00 UTC", FAULT_SYNTAX, 33},
		{"2 POINT(0 0)@2024-12-13 T09:00:00+00", FAULT_SYNTAX, 24},
		{"2 POINT(0 0)@2024-12-1309:00:00+00", FAULT_SYNTAX, 23},
		{"2 POINT(0 0)@2024-12-13 9:00:00+00", FAULT_SYNTAX, 25},
		{"2 POINT(0 0)@2024-12-13 09:0:00+00", FAULT_SYNTAX, 28},
		{"2 POINT(0 0)@2024-12-13 09:00:00.+00", FAULT_SYNTAX, 33},
		{"2 POINT(0 0)@2024-12-13 09:00:00,5+00", FAULT_SYNTAX, 32},
		{"2 POINT(0 0)@2024-12-13 09:00:00+3", FAULT_SYNTAX, 34},
		{"2 POINT(0 0)@2024-12-13 09:00:00+03:", FAULT_SYNTAX, 36},
		{"2 POINT(0 0)@2024-12-13 09:00:00+03:3", FAULT_SYNTAX, 37},
		{"2 POINT(0 0)@2024-12-13 09:00:00+03300", FAULT_SYNTAX, 37},
		{"2 POINT(0 0)@2024-12-13 09:00:00Zulu", FAULT_SYNTAX, 32},
		{"2 POINT(0 0)@2024-12-13 09:00:00+16", FAULT_TIME, 32},
		{"2 POINT(0 0)@2024-12-13 09:00:00-03:60", FAULT_TIME, 32},
		{"2 POINT(0 0)@2024-12-13 09:00:00-03:30:60", FAULT_TIME, 32},
		{"2 POINT(0 0)@24-12-13 09:00:00+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@2024-1-13 09:00:00+00", FAULT_SYNTAX, 19},
		{"2 POINT(0 0)@2024/12/13 09:00:00+00", FAULT_SYNTAX, 17},
		{"2 POINT(0 0)@13.12.2024 09:00:00+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@20241213 09:00:00+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@-2024-12-13 09:00:00+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@now", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@0000-12-13 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@0000-12-13 09:00:00+00 BC", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-00-13 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-13-13 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-00 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-11-31 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2023-02-29 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@1900-02-29 09:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@0002-02-29 09:00:00+00 BC", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-13 25:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-13 24:00:01+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-13 24:00:00.000001+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-13 09:60:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@2024-12-13 09:00:61+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@4714-11-23 23:59:59.999999+00 BC", FAULT_TIME, 13},
		{"2 POINT(0 0)@4714-11-24 00:00:00+00:00:01 BC", FAULT_TIME, 13},
		{"2 POINT(0 0)@294277-01-01 00:00:00+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@294276-12-31 23:59:59.9999995+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@294276-12-31 23:59:60+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@999999-12-31 23:59:59+00", FAULT_TIME, 13},
		{"2 POINT(0 0)@999999-12-31 23:59:59+00 BC", FAULT_TIME, 13},
		{"2 POINT(0 0)@1000000-12-31 23:59:59+00", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@infinity", FAULT_TIME, END},
		{"2 POINT(0 0)@-infinity", FAULT_TIME, END},
		{"2 POINT(0 0)@- infinity", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@infinityx", FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@2024-12-13 09:00:00+00 AD", FAULT_SYNTAX, 36},
		{"2 POINT(0 0)@2024-12-13 09:00:00+00 BCE", FAULT_SYNTAX, 36},
		{"2 POINT(0 0)@2024-12-13 09:00:00+00;", FAULT_SYNTAX, 35},
		{"2 POINT(0 0)@2024-12-13 09:00:00+00 2", FAULT_SYNTAX, 36},
	};
	Sighting	s;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_malformed(&table[i], sighting_parse(table[i].text, &s));
}

static void
test_malformed_presences(void)
{
#define TIMES_OF(n, f, l, g) "2 POINT(0 0)@(" n ", [" f ", " l "], " g ")"
#define T(day) "2024-12-" day " 00:00Z"
	static const Malformed table[] = {
		{TIMES_OF(T("01"), T("02"), T("03"), T("04")) "x", FAULT_SYNTAX, 91},
		{"0 POINT(0 0)@(-infinity, [" T("02") ", " T("03") "], infinity)", FAULT_COUNT, END},
		{"0..0 POINT(0 0)@(-infinity, [" T("02") ", " T("03") "], infinity)", FAULT_COUNT, END},
		{TIMES_OF("infinity", T("02"), T("03"), T("04")), FAULT_TIME, END},
		{TIMES_OF(T("01"), "-infinity", T("03"), T("04")), FAULT_TIME, END},
		{TIMES_OF(T("01"), T("02"), "infinity", "infinity"), FAULT_TIME, END},
		{TIMES_OF(T("01"), T("02"), T("03"), "-infinity"), FAULT_TIME, END},
		{TIMES_OF(T("02"), T("02"), T("03"), T("04")), FAULT_ORDER, END},
		{TIMES_OF(T("01"), T("03"), T("02"), T("04")), FAULT_ORDER, END},
		{TIMES_OF(T("01"), T("02"), T("03"), T("03")), FAULT_ORDER, END},
		{"2 POINT(0 0)@" T("01"), FAULT_SYNTAX, 13},
		{"2 POINT(0 0)@(" T("01") ", " T("02") ", " T("03") ", " T("04") ")", FAULT_SYNTAX, 33},
		{"2 POINT(0 0)@(" T("01") " [" T("02") ", " T("03") "], " T("04") ")", FAULT_SYNTAX, 32},
		{"2 POINT(0 0)@(" T("01") ", [" T("02") "], " T("04") ")", FAULT_SYNTAX, 51},
		{"2 POINT(0 0)@(" T("01") ", [" T("02") ", " T("03") ", " T("04") ")", FAULT_SYNTAX, 70},
		{"2 POINT(0 0)@(" T("01") ", [" T("02") ", " T("03") "] " T("04") ")", FAULT_SYNTAX, 72},
		{"2 POINT(0 0)@(" T("01") ", [" T("02") ", " T("03") "], " T("04"), FAULT_SYNTAX, 90},
	};
	Presence	p;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_malformed(&table[i], presence_parse(table[i].text, &p));
}

static void
test_malformed_watches(void)
{
#define DATES "[2000-01-01 00:00Z,2000-01-02 00:00Z]"
	static const Malformed table[] = {
		{"2000-01-01 00:00Z,2000-01-02 00:00Z", FAULT_SYNTAX, 0},
		{"(2000-01-01 00:00Z,2000-01-02 00:00Z)", FAULT_SYNTAX, 0},
		{"[2000-01-01,2000-01-02]", FAULT_SYNTAX, 11},
		{"[2000-01-01 00:00,2000-01-02 00:00]", FAULT_SYNTAX, 17},
		{"[2000-01-01 00:00Z]", FAULT_SYNTAX, 18},
		{"[2000-01-01 00:00Z,2000-01-01 00:00Z]", FAULT_ORDER, END},
		{"[2000-01-02 00:00Z,2000-01-01 00:00Z]", FAULT_ORDER, END},
		{"[-infinity,2000-01-01 00:00Z]", FAULT_TIME, END},
		{"[2000-01-01 00:00Z,infinity]", FAULT_TIME, END},
		{DATES " BOX", FAULT_SYNTAX, 41},
		{DATES " BOX(0 0, 1)", FAULT_SYNTAX, 48},
		{DATES " BOX(0 0 1 1)", FAULT_SYNTAX, 46},
		{DATES " BOX(0 0, 1 1", FAULT_SYNTAX, 50},
		{DATES " BOX(0 0, 181 1)", FAULT_COORDINATE, 47},
		{DATES " BOX(0 2, 1 1)", FAULT_WATCH, END},
		{DATES " BOX(0 0, 1 1) BOX(0 0, 1 1)", FAULT_WATCH, 52},
		{DATES " probable", FAULT_WATCH, 38},
		{DATES " possible certain", FAULT_SYNTAX, 47},
		{DATES " possible BOX(0 0, 1 1)", FAULT_SYNTAX, 47},
		{DATES " max_age", FAULT_SYNTAX, 45},
		{DATES " max_age 3 days", FAULT_SYNTAX, 46},
		{DATES " max_age P", FAULT_SYNTAX, 47},
		{DATES " max_age PT", FAULT_SYNTAX, 48},
		{DATES " max_age P3DT", FAULT_SYNTAX, 50},
		{DATES " max_age P3", FAULT_SYNTAX, 48},
		{DATES " max_age P3H", FAULT_SYNTAX, 48},
		{DATES " max_age PT3D", FAULT_SYNTAX, 49},
		{DATES " max_age P1Y", FAULT_SYNTAX, 48},
		{DATES " max_age P1M", FAULT_SYNTAX, 48},
		{DATES " max_age P1D1W", FAULT_SYNTAX, 50},
		{DATES " max_age P1D1D", FAULT_SYNTAX, 50},
		{DATES " max_age PT1S1S", FAULT_SYNTAX, 51},
		{DATES " max_age PT1HT1M", FAULT_SYNTAX, 50},
		{DATES " max_age P1.5D", FAULT_SYNTAX, 50},
		{DATES " max_age PT1.S", FAULT_SYNTAX, 50},
		{DATES " max_age -P1D", FAULT_SYNTAX, 46},
		{DATES " max_age P-1D", FAULT_SYNTAX, 47},
		{DATES " max_age P0D", FAULT_WATCH, END},
		{DATES " max_age PT0.0000004S", FAULT_WATCH, END},
		{DATES " max_age infinity", FAULT_SYNTAX, 46},
		{DATES " max_age P106751992D", FAULT_WATCH, 46},
		{DATES " max_age P106751991DT4H54.775807S", FAULT_WATCH, 46},
		{DATES " max_age P106751991DT4H54.775808S", FAULT_WATCH, 46},
		{DATES " max_age P99999999999999999999W", FAULT_WATCH, 46},
		{DATES " max_age P1D possible", FAULT_SYNTAX, 50},
	};
	Watch		w;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_malformed(&table[i], watch_parse(table[i].text, &w));
}

static void
test_missing_offset(void)
{
	Watch		w;
	TextFault	fault = watch_parse("[2000-01-01 00:00, 2000-01-02 00:00]", &w);

	check(fault.reason != NULL && strstr(fault.reason, "offset from UTC") != NULL,
		  "text: a missing offset is named in the reason");
}

static void
test_modes(void)
{
	static const char *const wrong[] = {"", "lastknown", "certain ", " certain", "certainly", "certai", "0"};

	for (int mode = 0; mode < 3; mode++)
		check(mode_parse(mode_names[mode]) == mode, "text: mode %s", mode_names[mode]);
	check(mode_parse("CERTAIN") == MODE_CERTAIN, "text: mode CERTAIN");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(mode_parse(wrong[i]) == -1, "text: mode \"%s\" is none", wrong[i]);
}

void
test_text(void)
{
	test_round_trips();
	test_damage();
	test_calendar();
	test_sighting_forms();
	test_watch_forms();
	test_malformed_sightings();
	test_malformed_presences();
	test_malformed_watches();
	test_missing_offset();
	test_modes();
}
