/*
 * change_test.c: the truth table against test/cases/change.tsv, which is made from the
 * definition by another way (change.py), and the tests of bounds against the leaf test.
 */
#include "unit.h"
#include "change.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS 13
#define SAMPLES 200000

/* Columns of the table; the questions stand in the order of the enum. */
enum
{
	KIND, PRESENCE, WATCH, ANSWERS, VERDICT = ANSWERS + QUESTIONS, HOLDING, THERE_FROM, THERE_TO
};

static bool
split_line(char *line, char **column)
{
	int			n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at != NULL && n < COLUMNS; n++)
	{
		column[n] = at;
		at = strchr(at, '\t');
		if (at != NULL)
			*at++ = '\0';
	}
	return n == COLUMNS;
}

static void
check_truth(int line, const char *what, const char *expected, bool found)
{
	check((expected[0] == 't') == found, "change.tsv line %d: %s should be %s", line, what, expected);
}

/* "{arrived,passed}" */
static void
check_verdicts(int line, const char *expected, const Presence *p, const Watch *w)
{
	char		found[100] = "{";

	for (int v = 0; v < VERDICTS; v++)
	{
		if (!presence_has((Verdict) v, p, w))
			continue;
		if (found[1] != '\0')
			strcat(found, ",");
		strcat(found, verdict_names[v]);
	}
	strcat(found, "}");
	check(strcmp(expected, found) == 0, "change.tsv line %d: verdicts %s should be %s", line, found, expected);
}

static void
test_line(int line, char **column)
{
	static const char *const questions[QUESTIONS] = {
		"arrived", "departed", "stayed", "passed", "changed", "present"
	};
	char		printed[PRESENCE_TEXT > WATCH_TEXT ? PRESENCE_TEXT : WATCH_TEXT];
	Presence	p;
	Watch		w;
	int			verdict;

	if (!check(presence_parse(column[PRESENCE], &p).kind == FAULT_NONE &&
			   watch_parse(column[WATCH], &w).kind == FAULT_NONE, "change.tsv line %d is malformed", line))
		return;
	presence_print(&p, printed);
	check(strcmp(printed, column[PRESENCE]) == 0, "change.tsv line %d: presence printed as %s", line, printed);
	watch_print(&w, printed);
	check(strcmp(printed, column[WATCH]) == 0, "change.tsv line %d: watch printed as %s", line, printed);
	for (int q = 0; q < QUESTIONS; q++)
		check_truth(line, questions[q], column[ANSWERS + q], presence_answers((Question) q, &p, &w));
	verdict = presence_verdict(&p, &w);
	check(strcmp(column[VERDICT], verdict < 0 ? "\\N" : verdict_names[verdict]) == 0,
		  "change.tsv line %d: verdict should be %s", line, column[VERDICT]);
	check_verdicts(line, column[HOLDING], &p, &w);
	check_truth(line, "there_from", column[THERE_FROM],
				presence_there(&p, w.from_date, (ReadingMode) w.mode, w.max_age));
	check_truth(line, "there_to", column[THERE_TO],
				presence_there(&p, w.to_date, (ReadingMode) w.mode, w.max_age));
}

static void
test_table(void)
{
	char		path[1024];
	char		text[2048];
	char	   *column[COLUMNS];
	int			line = 1;
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/change.tsv", cases_directory);
	file = fopen(path, "r");
	if (!check(file != NULL && fgets(text, sizeof(text), file) != NULL, "cannot read %s", path))
		return;
	while (fgets(text, sizeof(text), file) != NULL)
		if (check(split_line(text, column), "change.tsv line %d: wrong number of columns", ++line))
			test_line(line, column);
	fclose(file);
	check(line > 2000, "change.tsv has only %d lines", line);
}

/* Times close together, and infinities, so that everything meets everything. */
static Presence
random_presence(void)
{
	Presence	p = {0};

	p.not_seen_at = random_bits() % 6 == 0 ? TIME_BEGIN : random_between(0, 20);
	p.first_seen = random_between(p.not_seen_at == TIME_BEGIN ? 0 : p.not_seen_at + 1, 25);
	p.last_seen = random_between(p.first_seen, p.first_seen + 10);
	p.gone_by = random_bits() % 6 == 0 ? TIME_END : random_between(p.last_seen + 1, p.last_seen + 10);
	p.count_max = 1;
	return p;
}

static Watch
random_watch(void)
{
	Watch		w = {0, 0, AGE_UNLIMITED, -LON_LIMIT, -LAT_LIMIT, LON_LIMIT, LAT_LIMIT, 0, 0};

	w.from_date = random_between(-2, 40);
	w.to_date = random_between(w.from_date + 1, 45);
	w.mode = (int32_t) random_between(MODE_LAST_KNOWN, MODE_POSSIBLE);
	if (random_bits() % 2 == 0)
		w.max_age = random_between(1, 12);
	return w;
}

static Bounds
bounds_of(const Presence *p)
{
	Bounds		b = {0, 0, 0, 0,
		{p->not_seen_at, p->first_seen, p->last_seen, p->gone_by},
		{p->not_seen_at, p->first_seen, p->last_seen, p->gone_by}
	};

	return b;
}

static void
widen_bounds(Bounds *b, const Presence *p)
{
	Bounds		other = bounds_of(p);

	for (int t = 0; t < TIMES; t++)
	{
		b->min[t] = other.min[t] < b->min[t] ? other.min[t] : b->min[t];
		b->max[t] = other.max[t] > b->max[t] ? other.max[t] : b->max[t];
	}
}

/* Presences of a page, their bounds, and a question. */
static void
test_page(bool *point, bool *may, bool *all)
{
	int			n = (int) random_between(1, 4);
	Watch		w = random_watch();
	ChangeLimits limits = random_bits() % 4 == 0 ?
		instant_limits(w.to_date, (ReadingMode) w.mode, w.max_age) :
		change_limits((Question) random_between(0, QUESTIONS - 1), &w);
	bool		some_within = false;
	bool		all_within = true;
	Bounds		page = {0};

	for (int i = 0; i < n; i++)
	{
		Presence	p = random_presence();
		Bounds		own = bounds_of(&p);
		bool		within = presence_within(&p, &limits);

		if (i == 0)
			page = own;
		widen_bounds(&page, &p);
		some_within |= within;
		all_within &= within;
		*point &= bounds_may_meet(&own, &limits) == within && bounds_all_within(&own, &limits) == within;
	}
	*may &= bounds_may_meet(&page, &limits) || !some_within;
	*all &= all_within || !bounds_all_within(&page, &limits);
}

static void
test_bounds(void)
{
	bool		point = true;
	bool		may = true;
	bool		all = true;

	for (int i = 0; i < SAMPLES; i++)
		test_page(&point, &may, &all);
	check(point, "change: for the bounds of one presence both bounds tests are the leaf test");
	check(may, "change: a presence within implies that its page may meet");
	check(all, "change: a page all within implies that each presence is");
}

/* The laws of the model, on random presences and watches. */
static void
test_laws(void)
{
	bool		chain = true;
	bool		one = true;
	bool		changed = true;

	for (int i = 0; i < SAMPLES; i++)
	{
		Presence	p = random_presence();
		Watch		w = random_watch();
		int			holding[3] = {0, 0, 0};

		w.max_age = AGE_UNLIMITED;
		for (int v = 0; v < VERDICTS; v++)
		{
			bool		has[3];

			for (w.mode = 0; w.mode < 3; w.mode++)
				holding[w.mode] += has[w.mode] = presence_has((Verdict) v, &p, &w);
			chain &= has[MODE_CERTAIN] <= has[MODE_LAST_KNOWN] && has[MODE_LAST_KNOWN] <= has[MODE_POSSIBLE];
		}
		one &= holding[MODE_LAST_KNOWN] == 1 && holding[MODE_CERTAIN] <= 1 && holding[MODE_POSSIBLE] >= 1;
		for (w.mode = 0; w.mode < 3; w.mode++)
			changed &= presence_answers(ASK_CHANGED, &p, &w) ==
				(presence_answers(ASK_ARRIVED, &p, &w) || presence_answers(ASK_DEPARTED, &p, &w));
	}
	check(chain, "change: certain implies last_known implies possible");
	check(one, "change: one verdict in last_known, at most one in certain, at least one in possible");
	check(changed, "change: changed is arrived or departed");
}

void
test_change(void)
{
	Presence	p = {0, 1, 2, 3, 0, 0, 1, 1};

	test_table();
	test_bounds();
	test_laws();
	for (int mode = 0; mode < 3; mode++)
		check(!presence_there(&p, TIME_BEGIN, (ReadingMode) mode, AGE_UNLIMITED) &&
			  !presence_there(&p, TIME_END, (ReadingMode) mode, AGE_UNLIMITED),
			  "change: nothing is there at infinity");
}
