/*
 * text.c: parse the three types. Pure C; the forms are in text.h, printing in
 * text_print.c.
 *
 * Parsing is one pass over the text, without look-ups, allocation or locale, by steps
 * (text_cursor.h) of which the first that fails tells the fault. A fault in a number or
 * a time is noticed where that begins; what concerns the value as a whole (order of
 * times, say) is the check of model.h, noticed at the end.
 *
 * What is accepted beyond what is printed: decimals of any length, coordinates being
 * rounded to steps, the nearest and halves away from zero; a point needs digits on both
 * sides, exponents are not accepted. For times and durations see text_time.c.
 */
#include "text.h"
#include "text_cursor.h"
#include "text_time.h"

const char *const mode_names[MODES] = {
	[MODE_LAST_KNOWN] = "last_known", [MODE_CERTAIN] = "certain", [MODE_POSSIBLE] = "possible"
};

static const char count_form[] = "expected a count such as 2, 2..5 or 2.. (at least 2)";
static const char point_form[] = "expected POINT(longitude latitude)";
static const char box_form[] = "expected BOX(west south, east north)";

/*
 * Coordinates
 */

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
	negative = accept_char(c, '-');
	if (!negative)
		accept_char(c, '+');
	if (accept_not_finite(c))
		fail_at(c, FAULT_COORDINATE, start, out_of_range);
	if (!is_digit(*c->at))
		fail_syntax(c, reason);
	degrees = read_whole(c, INT32_MAX);
	steps = degrees * DEGREE + read_decimals(c, DEGREE_DECIMALS, &any, "expected digits after the decimal point");
	if (lower(*c->at) == 'e')
		fail_syntax(c, "a coordinate must be written without an exponent");
	/* limits are whole degrees; beyond one by less than half a step is beyond it */
	if (steps > limit || (degrees * DEGREE == limit && any))
	{
		fail_at(c, FAULT_COORDINATE, start, out_of_range);
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
		fail_at(c, FAULT_COUNT, start, "a count must not be negative");
	if (!is_digit(*c->at))
		fail_syntax(c, count_form);
	count = read_whole(c, COUNT_UNBOUNDED);
	if (count == COUNT_UNBOUNDED)
		fail_at(c, FAULT_COUNT, start, "a count must be less than 2147483647");
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
	for (int mode = 0; mode < MODES; mode++)
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
		fail_at(c, FAULT_WATCH, c->at, "mode must be last_known, certain or possible");
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
