/*
 * answers_test.c: what a report may say of one subject: test/cases/answers.tsv, and the pieces
 * that no case there can name. (The laws, and all worlds: answers_worlds_test.c.)
 *
 * A line of answers.tsv is a question about a subject of which the looks told this:
 *
 *   TIME 2!      a complete look that told two        TIME 2..     a partial one that told two
 *   TIME 1-3!    a complete look, of one to three     TIME -       a partial one that saw none
 *   TIME 1-3!~   one, and two more told of a class above  TIME 1-3!^   two of them perhaps in a shelter
 *   TIME 1..?    a partial one, or of pixels of a size not known
 *   TIME/TIME    a look that began and ended          TIME 3! open=2! shut=1!   of it in two statuses
 *
 * numbered from 1 as they stand there; a question OF a status names it. All times are UTC; a day alone is the end of that day.
 * `mode` may name several modes with one answer; max_age is in days. Expected is `none` (no row)
 * or, with what is known of it, in this order:
 *
 *   changes    BEFORE -> AFTER WORD; change LEAST..MOST; looks BEFORE, AFTER; certain; doubt CODES
 *   inventory  COUNT STATE; look N told COUNT; since look N (the run's first); doubt CODES
 *   turnover   came N; left N; looks N (how many were taken)
 *   timeline   COUNT STATE; look N   (of the step that begins at `from` and ends at `to`)
 */
#include "unit.h"
#include "answers_laws.h"
#include "calendar.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 8
#define LOOKS 16
#define SUBJECTS (1 + MOST_STATUSES)

enum
{
	NAME, LOOKS_TEXT, QUESTION, FROM, TO, MODE, MAX_AGE, EXPECTED
};

/* What the looks told of all of a class, or of one status: in order of time, and when they ended as they stand there. */
typedef struct Subject
{
	const char *status;
	size_t		n;
	Evidence	evidence[LOOKS];
	int64_t		ended[LOOKS];
} Subject;

/* A line as read: all of the class, then its statuses. */
typedef struct Case
{
	int			looks;
	size_t		subjects;
	Subject		subject[SUBJECTS];
	size_t		asked;			/* the subject that is asked of */
	Question	question;
} Case;

/* "2024-01-31", "2024-01-31 09:00", "4714-11-24 00:00 BC"; false: unreadable. */
static bool
read_time(const char *text, int64_t *time)
{
	Stamp		t = {0};
	char		micros[7] = "";
	int			fields = sscanf(text, "%d-%d-%d %d:%d:%d.%6[0-9]", &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second, micros);
	bool		before_christ = strstr(text, " BC") != NULL;

	if (fields == 3)
		t.hour = 24;
	else if (fields < 5)
		return false;
	if (before_christ)
		t.year = 1 - t.year;
	if (stamp_fault(&t, before_christ) != NULL || !stamp_to_time(&t, time))
		return false;
	*time -= fields == 3;
	if (fields == 7)
		*time += atoi(micros);
	return true;
}

/* "2!", "1-3!~", "2..", "-" */
static bool
read_mark(const char *text, Evidence *e)
{
	int			end = 0;

	e->count = (Counts) {0, COUNT_UNBOUNDED};
	if (strcmp(text, "-") == 0)
		return true;
	if (sscanf(text, "%d-%d!%n", &e->count.min, &e->count.max, &end) != 2 || end == 0)
	{
		if (sscanf(text, "%d!%n", &e->count.min, &end) == 1 && end > 0)
			e->count.max = e->count.min;
		else if (sscanf(text, "%d..%n", &e->count.min, &end) == 1 && end > 0)
			e->count.max = COUNT_UNBOUNDED;
		else
			return false;
	}
	for (; text[end] != '\0'; end++)
		switch (text[end])
		{
			case '~':
				e->doubt |= DOUBT(TOLD_LESS_CLOSELY);
				break;
			case '^':
				e->doubt |= DOUBT(SHELTER);
				break;
			case '?':
				e->doubt |= DOUBT(PIXELS_UNKNOWN);
				break;
			default:
				return false;
		}
	return true;
}

/* The subject of a status, new where it was not told before; NULL: too many. */
static Subject *
subject_of(Case *c, const char *status)
{
	for (size_t i = 0; i < c->subjects; i++)
		if (strcmp(c->subject[i].status, status) == 0)
			return &c->subject[i];
	if (c->subjects == SUBJECTS)
		return NULL;
	c->subject[c->subjects].status = status;
	return &c->subject[c->subjects++];
}

/* The last look told this of a subject. */
static bool
read_told(Case *c, const char *status, const char *mark, Evidence look)
{
	Subject    *subject = subject_of(c, status);

	if (subject == NULL || !read_mark(mark, &look))
		return false;
	/* (a look that tells nothing begins no run) */
	if (look.count.min > 0 || look.count.max < COUNT_UNBOUNDED)
		subject->ended[look.look - 1] = look.at;
	subject->evidence[subject->n++] = look;
	return true;
}

static bool
read_span(char *text, Evidence *e)
{
	char	   *until = strchr(text, '/');

	if (until != NULL)
		*until++ = '\0';
	return read_time(text, &e->since) && read_time(until != NULL ? until : text, &e->at) && e->since <= e->at;
}

/* "2024-01-01 09:00/2024-01-05 09:00 2! open=1.." */
static bool
read_look(char *text, Case *c)
{
	char	   *told[SUBJECTS];
	int			n = 0;
	Evidence	look = {0};

	do
	{
		char	   *word = strrchr(text, ' ');

		if (word == NULL || n == SUBJECTS)
			return false;
		*word++ = '\0';
		told[n++] = word;
	} while (strchr(told[n - 1], '=') != NULL);
	if (!read_span(text, &look) || c->looks == LOOKS)
		return false;
	look.look = ++c->looks;
	for (int i = n - 1; i >= 0; i--)
	{
		char	   *mark = strchr(told[i], '=');

		if (mark != NULL)
			*mark++ = '\0';
		if (!read_told(c, mark != NULL ? told[i] : "", mark != NULL ? mark : told[i], look))
			return false;
	}
	return true;
}

static bool
read_looks(char *text, Case *c)
{
	subject_of(c, "");
	for (size_t i = 0; i < SUBJECTS; i++)
		for (int look = 0; look < LOOKS; look++)
			c->subject[i].ended[look] = TIME_BEGIN;
	for (char *look = text; look != NULL;)
	{
		char	   *next = strstr(look, "; ");

		if (next != NULL)
		{
			*next = '\0';
			next += 2;
		}
		if (!read_look(look, c))
			return false;
		look = next;
	}
	for (size_t i = 0; i < c->subjects; i++)
		c->subject[i].n = evidence_in_order(c->subject[i].evidence, c->subject[i].n);
	return true;
}

/* "inventory", "inventory of open" */
static bool
read_asked(char *question, Case *c)
{
	char	   *of = strstr(question, " of ");

	if (of == NULL)
		return true;
	*of = '\0';
	while (c->asked < c->subjects && strcmp(c->subject[c->asked].status, of + 4) != 0)
		c->asked++;
	return c->asked < c->subjects;
}

static bool
read_question(char **column, Question *q)
{
	q->from = TIME_BEGIN;
	q->max_age = AGE_UNLIMITED;
	if (column[MAX_AGE][0] != '\0')
		q->max_age = (int64_t) atol(column[MAX_AGE]) * DAY;
	return (column[FROM][0] == '\0' || read_time(column[FROM], &q->from)) && read_time(column[TO], &q->to);
}

static void add(char *text, const char *words, ...) __attribute__((format(printf, 2, 3)));

static void
add(char *text, const char *words, ...)
{
	va_list		args;

	va_start(args, words);
	vsprintf(text + strlen(text), words, args);
	va_end(args);
}

static void
add_counts(char *text, bool known, Counts c)
{
	if (!known)
		add(text, "?");
	else if (c.max == COUNT_UNBOUNDED)
		add(text, "%d..", c.min);
	else if (c.min < c.max)
		add(text, "%d..%d", c.min, c.max);
	else
		add(text, "%d", c.min);
}

static void
add_doubt(char *text, uint32_t doubt)
{
	const char *before = "; doubt ";

	for (int d = 0; d < DOUBTS; d++)
		if ((doubt & DOUBT(d)) != 0)
		{
			add(text, "%s%s", before, doubts[d].word);
			before = ",";
		}
}

static void
add_look(char *text, bool known, const Known *what)
{
	if (known)
		add(text, "%d", (int) what->last.look);
	else
		add(text, "-");
}

static void
add_change(char *text, const ChangeAnswer *a)
{
	if (!a->least_known && !a->most_known)
		return;
	add(text, "; change ");
	if (a->least_known)
		add(text, "%lld", (long long) a->least);
	if (!a->least_known || !a->most_known || a->least < a->most)
		add(text, "..");
	if (a->most_known && (!a->least_known || a->least < a->most))
		add(text, "%lld", (long long) a->most);
}

static Known
known_of(const Case *c, size_t subject, int64_t at)
{
	Told		told[SUBJECTS];

	for (size_t i = 0; i < c->subjects; i++)
		told[i] = (Told) {c->subject[i].evidence, c->subject[i].n};
	if (subject == 0)
		return known_by(told[0].evidence, told[0].n, at);
	return status_by(told[0], told + 1, c->subjects - 1, subject - 1, at);
}

static bool
print_change(const Case *c, ReadingMode mode, char *text)
{
	const Question *q = &c->question;
	Known		from = known_of(c, c->asked, q->from);
	Known		to = known_of(c, c->asked, q->to);
	Known		all_from = known_of(c, 0, q->from);
	Known		all_to = known_of(c, 0, q->to);
	ChangeAnswer a;

	if (!change_answer(q->from, q->to, mode, q->max_age, &from, &to, from.runs == to.runs, &a))
		return false;
	if (c->asked > 0)
		change_of_status(&a, &all_from, &all_to);
	add_counts(text, a.before_known, a.before);
	add(text, " -> ");
	add_counts(text, a.after_known, a.after);
	add(text, " %s", report_verdicts[a.verdict].word);
	add_change(text, &a);
	add(text, "; looks ");
	add_look(text, a.before_known, &from);
	add(text, ", ");
	add_look(text, a.after_known, &to);
	if (a.certain)
		add(text, "; certain");
	add_doubt(text, a.doubt);
	return true;
}

static bool
print_inventory(const Case *c, ReadingMode mode, char *text)
{
	Known		known = known_of(c, c->asked, c->question.to);
	InventoryAnswer a;
	int			first = 0;

	if (!inventory_answer(c->question.to, mode, c->question.max_age, &known, &a))
		return false;
	while (first < c->looks && c->subject[c->asked].ended[first] != known.run_since)
		first++;
	add_counts(text, a.known, a.count);
	add(text, " %s; look ", inventory_states[a.state].word);
	add_look(text, true, &known);
	add(text, " told ");
	add_counts(text, true, known.last.count);
	add(text, "; since look %d", first + 1);
	add_doubt(text, a.doubt);
	return true;
}

static bool
print_turnover(const Case *c, ReadingMode mode, char *text)
{
	const Subject *subject = &c->subject[c->asked];
	Turnover	t = ask_turnover(subject->evidence, subject->n, &c->question);

	(void) mode;
	if (t.begun)
		add(text, "came %lld; left %lld; looks %lld", (long long) t.came, (long long) t.left, (long long) t.looks);
	return t.begun;
}

static bool
print_timeline(const Case *c, ReadingMode mode, char *text)
{
	Known		known = known_of(c, c->asked, c->question.to);
	TimelineState state = timeline_state(c->question.from, c->question.to, c->question.max_age, &known);

	(void) mode;
	add_counts(text, state == TIMELINE_OBSERVED || state == TIMELINE_LAST_KNOWN, known.carried);
	add(text, " %s", timeline_states[state].word);
	if (state != TIMELINE_UNOBSERVED)
		add(text, "; look %d", (int) known.last.look);
	return true;
}

typedef bool (*Printer) (const Case *c, ReadingMode mode, char *text);

static Printer
find_printer(const char *question)
{
	static const struct
	{
		const char *question;
		Printer		print;
	}			printers[] = {
		{"changes", print_change}, {"inventory", print_inventory}, {"turnover", print_turnover}, {"timeline", print_timeline}
	};

	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); i++)
		if (strcmp(question, printers[i].question) == 0)
			return printers[i].print;
	return NULL;
}

static void
check_answer(int line, char **column, const Case *c, const char *mode)
{
	int			number = mode[0] == '\0' ? MODE_LAST_KNOWN : mode_parse(mode);
	Printer		print = find_printer(column[QUESTION]);
	const Subject *subject = &c->subject[c->asked];
	Known		from = known_of(c, c->asked, c->question.from);
	Known		to = known_of(c, c->asked, c->question.to);
	char		found[1024] = "";
	const char *law;

	if (!check(number >= 0 && print != NULL, "answers.tsv line %d: no such mode or question", line))
		return;
	if (!print(c, (ReadingMode) number, found))
		strcpy(found, "none");
	check(strcmp(found, column[EXPECTED]) == 0, "answers.tsv line %d, %s %s:\n  found    %s\n  expected %s",
		  line, column[NAME], mode, found, column[EXPECTED]);
	law = broken_order(subject->evidence, subject->n);
	if (law == NULL)
		law = broken_law(subject->evidence, subject->n, &c->question);
	if (law == NULL)
		law = broken_law_of_known(&from, &to, &c->question);
	check(law == NULL, "answers.tsv line %d, %s: %s", line, column[NAME], law);
}

static void
check_line(int line, char **column)
{
	Case		c = {0};

	if (!check(read_looks(column[LOOKS_TEXT], &c) && read_asked(column[QUESTION], &c) && read_question(column, &c.question), "answers.tsv line %d is malformed", line))
		return;
	for (char *mode = column[MODE]; mode != NULL;)
	{
		char	   *next = strchr(mode, ',');

		if (next != NULL)
			*next++ = '\0';
		check_answer(line, column, &c, mode);
		mode = next;
	}
}

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
	return n == COLUMNS && strchr(column[EXPECTED], '\t') == NULL;
}

static void
test_cases(void)
{
	char		path[1024];
	char		text[2048];
	char	   *column[COLUMNS];
	int			line = 1;
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/answers.tsv", cases_directory);
	file = fopen(path, "r");
	if (!check(file != NULL && fgets(text, sizeof(text), file) != NULL, "cannot read %s", path))
		return;
	while (fgets(text, sizeof(text), file) != NULL)
		if (check(split_line(text, column), "answers.tsv line %d: wrong number of columns", ++line))
			check_line(line, column);
	fclose(file);
	check(line > 250, "answers.tsv has only %d lines", line);
}

/* Every code has a word of its own, and words that say what it means. */
static void
check_words(const char *what, const Word *words, int n)
{
	for (int i = 0; i < n; i++)
	{
		check(words[i].word != NULL && words[i].meaning != NULL && words[i].meaning[0] != '\0', "answers: %s %d has no words", what, i);
		for (int j = 0; j < i; j++)
			check(strcmp(words[i].word, words[j].word) != 0, "answers: %s %s stands twice", what, words[i].word);
	}
}

static void
test_words(void)
{
	check_words("doubt", doubts, DOUBTS);
	check_words("verdict", report_verdicts, REPORT_VERDICTS);
	check_words("state of an inventory", inventory_states, INVENTORY_STATES);
	check_words("state of a timeline", timeline_states, TIMELINE_STATES);
}

static void
test_age(void)
{
	check(is_older(0, 5, 5) && !is_older(0, 5, 6), "answers: as old as the age is older");
	check(!is_older(5, 0, 5), "answers: what is to come is not old");
	check(!is_older(5, 5, 1), "answers: what is now is not old");
	check(is_older(TIME_BEGIN, TIME_END, AGE_UNLIMITED - 1), "answers: all of time is older than any age");
	check(!is_older(TIME_BEGIN, TIME_END, AGE_UNLIMITED), "answers: nothing is older than no age");
	check(!is_older(TIME_END, TIME_BEGIN, 1), "answers: and it does not end before it began");
	check(is_older(TIME_BEGIN, -1, AGE_UNLIMITED - 1) && is_older(TIME_BEGIN, -2, AGE_UNLIMITED - 1) && !is_older(TIME_BEGIN, -3, AGE_UNLIMITED - 1),
		  "answers: where the age in microseconds is as large as a number gets");
	check(is_older(TIME_FIRST, TIME_LAST, AGE_UNLIMITED - 1), "answers: so is all of the calendar");
	for (int i = 0; i < 100000; i++)
	{
		int64_t		since = any_time(TIME_FIRST, TIME_LAST);
		int64_t		until = any_time(TIME_FIRST, TIME_LAST);
		int64_t		age = random_bits() % 2 == 0 ? random_between(1, 100) : random_between(1, AGE_UNLIMITED - 1);

		/* (halves do not overflow; the parity decides where they are equal) */
		if (since / 4 + age / 4 + 2 < until / 4 && !check(is_older(since, until, age), "answers: older"))
			return;
		if (since / 4 + age / 4 > until / 4 + 2 && !check(!is_older(since, until, age), "answers: not older"))
			return;
	}
}

/* One look a time, of one number or of at least so many. */
static Evidence
day_look(int64_t day, int32_t min, int32_t max)
{
	return (Evidence) {day * DAY, day * DAY, {min, max}, 0, 0};
}

static void
check_gap(const Evidence *evidence, size_t n, int gap, int64_t pairs, int64_t same, const char *name)
{
	Persistence p = {{0}, {0}};

	persistence_take(&p, evidence, n);
	check(p.pairs[gap] == pairs && p.same[gap] == same, "answers: persistence, %s: %lld of %lld pairs are the same, should be %lld of %lld",
		  name, (long long) p.same[gap], (long long) p.pairs[gap], (long long) same, (long long) pairs);
}

static void
test_persistence(void)
{
	const int32_t more = COUNT_UNBOUNDED;
	const Evidence daily[] = {day_look(0, 2, 2), day_look(1, 2, 2), day_look(2, 3, 3), day_look(3, 3, 3), day_look(4, 2, 2)};
	const Evidence partial[] = {day_look(0, 2, 2), day_look(1, 1, more), day_look(2, 2, 2)};
	Evidence	hours[] = {day_look(0, 2, 2), day_look(1, 2, 2)};
	Evidence	lasting[] = {day_look(0, 2, 2), day_look(3, 2, 2), day_look(4, 2, 2)};
	const Evidence last[] = {day_look(0, 2, 2), day_look(2048, 2, 2), day_look(4096, 3, 3)};
	Persistence twice = {{0}, {0}};

	check_gap(daily, 5, 0, 4, 2, "a day apart");
	check_gap(daily, 5, 1, 3, 0, "two days apart");
	check_gap(daily, 5, 2, 1, 1, "four days apart");
	check_gap(daily, 5, 3, 0, 0, "eight days apart");
	check_gap(daily, 0, 0, 0, 0, "no look");
	check_gap(partial, 3, 0, 0, 0, "what is no number is in no pair, nor does the look after take its place");
	check_gap(partial, 3, 1, 1, 1, "what is no number is passed over");
	hours[1].since--;
	check_gap(hours, 2, 0, 0, 0, "an instant less than a day");
	hours[1].since++;
	check_gap(hours, 2, 0, 1, 1, "a day");
	hours[1].since = hours[1].at += DAY - 1;
	check_gap(hours, 2, 0, 1, 1, "an instant less than two days");
	check_gap(hours, 2, 1, 0, 0, "an instant less than two days");
	lasting[1].since = 1 * DAY - 1;
	check_gap(lasting, 3, 0, 1, 1, "a look counts from when it began: too soon; the next are a day apart");
	check_gap(lasting, 3, 1, 0, 0, "a look that began within a day is not two days later");
	check_gap(last, 3, GAPS - 1, 2, 1, "the longest");
	persistence_take(&twice, daily, 5);
	persistence_take(&twice, partial, 3);
	check(twice.pairs[1] == 4 && twice.same[1] == 1, "answers: persistence adds up over subjects");
	check(persistence_word(19, 19) == NULL, "answers: of too few pairs nothing is said");
	check(strcmp(persistence_word(20, 20), "almost certain") == 0 && strcmp(persistence_word(95, 100), "almost certain") == 0 &&
		  strcmp(persistence_word(949, 1000), "very likely") == 0 && strcmp(persistence_word(55, 100), "likely") == 0 &&
		  strcmp(persistence_word(1, 2 * FEWEST_PAIRS), "almost no chance") == 0 && strcmp(persistence_word(0, 20), "almost no chance") == 0,
		  "answers: each word begins at its percent");
}

/* What a look of one moment adds to others, and what the asker may rely on. */
static void
test_order(void)
{
	size_t		last;
	Evidence	e[4] = {
		{5, 5, {1, 3}, DOUBT(TOLD_LESS_CLOSELY), 1},
		{1, 5, {2, 2}, DOUBT(TOLD_LESS_CLOSELY), 2},
		{3, 5, {2, 2}, 0, 3},
		{0, 5, {0, COUNT_UNBOUNDED}, 0, 4},
	};

	check(evidence_in_order(e, 0) == 0, "answers: no evidence");
	check(evidence_in_order(e, 4) == 1 && e[0].look == 3 && e[0].since == 3 && e[0].doubt == 0 && e[0].count.min == 2 && e[0].count.max == 2,
		  "answers: of looks that end together the shortest that tells all counts");
	e[0] = (Evidence) {0, 5, {0, COUNT_UNBOUNDED}, 0, 4};
	check(evidence_in_order(e, 1) == 0, "answers: what tells nothing is no evidence");
	e[0] = (Evidence) {1, 1, {1, 1}, 0, 4};
	e[1] = (Evidence) {2, 2, {0, 2}, 0, 5};
	e[2] = (Evidence) {3, 3, {2, 2}, 0, 6};
	check(evidence_last_exact(e, 3, 3, &last) && last == 2, "answers: the last of one number");
	check(evidence_last_exact(e, 3, 2, &last) && last == 0, "answers: the last of one number by an instant");
	check(!evidence_last_exact(e, 3, 0, &last) && !evidence_last_exact(e + 1, 1, 3, &last), "answers: none of one number");
}

static void
test_corrected(void)
{
	const Evidence two = {1, 1, {2, 2}, 0, 1};
	const Evidence five = {3, 3, {5, 5}, 0, 2};
	Known		before = {0};
	Known		after = {0};
	ChangeAnswer answer;

	known_take(&before, &two);
	known_take(&after, &five);
	check(change_answer(2, 4, MODE_CERTAIN, AGE_UNLIMITED, &before, &after, false, &answer) && answer.certain && answer.doubt == 0,
		  "answers: two looks prove it");
	before.corrected = true;
	check(!change_answer(2, 4, MODE_CERTAIN, AGE_UNLIMITED, &before, &after, false, &answer), "answers: but not where one was taken back");
	check(change_answer(2, 4, MODE_LAST_KNOWN, AGE_UNLIMITED, &before, &after, false, &answer) && !answer.certain &&
		  answer.doubt == DOUBT(CORRECTED), "answers: what is known has changed, and it says why");
}

/* A status that keeps what another leaves is known as well as what it rests on. */
static void
test_corrected_status(void)
{
	const Evidence two = {1, 1, {2, 2}, 0, 1};
	const Evidence one = {3, 3, {1, COUNT_UNBOUNDED}, DOUBT(PIXELS_UNKNOWN), 2};

	for (int corrected = 0; corrected < 4; corrected++)
	{
		Known		all = {0};
		Known		status[2] = {{0}, {0}};

		known_take(&all, &two);
		known_take(&all, &one);
		known_take(&status[0], &two);
		known_take(&status[1], &one);
		status[0].corrected = (corrected & 1) != 0;
		status[1].corrected = (corrected & 2) != 0;
		statuses_narrow(&all, status, 2);
		check(status[0].carried.min == 1 && status[0].carried.max == 1 && status[1].carried.min == 1 && status[1].carried.max == 2,
			  "answers: of two one is left");
		check(status[0].last.look == 2 && status[0].last.doubt == DOUBT(PIXELS_UNKNOWN), "answers: the look that decides is named, with its doubt");
		check(status[0].corrected == (corrected != 0) && status[1].corrected == ((corrected & 2) != 0),
			  "answers: what rests on what was taken back is taken back");
	}
}

void
test_answers(void)
{
	test_cases();
	test_words();
	test_age();
	test_persistence();
	test_corrected();
	test_corrected_status();
	test_order();
}
