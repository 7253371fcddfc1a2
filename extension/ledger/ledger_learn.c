/*
 * ledger_learn.c: what was known of the subjects of a slice by its dates. (Theory at the head of
 * ledger_report.h, 2.)
 *
 * Looks are read in rounds, ever more of them before each date, in the first no more than the last
 * complete one and what came after it. A subject is done when its evidence goes back to a single
 * number, after which nothing told before it matters, or to where its stored run began, or
 * to the first look.
 */
#include "ledger_report.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

/* Looks before a date, round by round; 0: all. */
static const int64 depths[] = {2, 8, 64, 512, 0};

/* What a key of the work stands for. */
typedef enum Side
{
	SIDE_FROM, SIDE_TO, SIDE_BOTH
} Side;

typedef struct KeySubject
{
	int32		subject;
	Side		side;
} KeySubject;

typedef struct Lesson
{
	Report	   *report;
	Learning	learning;
	Work		work;
	LIST(KeySubject) of_key;
	EvidenceUse use;			/* NULL: what was known by the dates is kept */
	void	   *state;
} Lesson;

/*
 * Up to so many complete looks back: each tells of most. One more than what was read before and
 * did not do, and then ever more.
 */
static void
choose_reported_window(Work *work pg_attribute_unused(), Span *span, const Look *looks, size_t n, int64 depth)
{
	const int32 wanted = 2 * span->completes + 1;
	size_t		before = 0;
	bool		all;

	while (before < n && looks[before].side < 0)
		before++;
	all = depth == 0 || before < (size_t) depth;
	span->window.hi = span->window.until;
	/* other looks at the instant of the farthest may have been cut off */
	span->window.lo = all ? TIME_BEGIN : looks[0].observed_at + 1;
	span->completes = 0;
	for (size_t i = before; i-- > 0 && looks[i].observed_at >= span->window.lo;)
		if (looks[i].complete && ++span->completes == wanted && depth != 0)
		{
			span->window.lo = looks[i].observed_at;
			break;
		}
}

static Span
span_until(int64 installation, int64 since, int64 until)
{
	return (Span) {.installation = installation, .window = {.since = since, .until = until}, .open = true};
}

/* Looks up to the date lie before the span, which is empty, or between the dates in it. */
static void
begin_spans(Lesson *lesson)
{
	Report	   *report = lesson->report;
	Work	   *work = &lesson->work;
	size_t		n = report->n_places;

	work->n_spans = lesson->learning == LEARN_EACH ? 2 * n : n;
	work->spans = MemoryContextAllocHuge(report->slice, sizeof(Span) * Max(work->n_spans, 1));
	for (size_t i = 0; i < n; i++)
	{
		const Place *p = &report->places[i];

		work->spans[i] = span_until(p->installation, lesson->learning == LEARN_ALL ? TIME_BEGIN :
									(lesson->learning == LEARN_BOTH ? p->from : p->to) + 1, p->to);
		if (lesson->learning == LEARN_EACH)
			work->spans[n + i] = span_until(p->installation, p->from + 1, p->from);
	}
}

static void
add_key(Lesson *lesson, int32 subject_number, Side side)
{
	const Report *report = lesson->report;
	const Subject *subject = &report->subjects.at[subject_number];
	KeyId		id = {subject->place + (side == SIDE_FROM ? (int32) report->n_places : 0), subject->class, subject->kind, subject->label};
	int32		key = key_number(&lesson->work, id, true);

	lesson->work.keys.at[key].done = false;
	*APPEND(report->slice, lesson->of_key) = (KeySubject) {subject_number, side};
}

static void
begin_keys(Lesson *lesson)
{
	const Report *report = lesson->report;

	for (size_t i = 0; i < report->subjects.n; i++)
		if (lesson->learning == LEARN_EACH)
		{
			if (!report->subjects.at[i].from_untold)
				add_key(lesson, (int32) i, SIDE_FROM);
			add_key(lesson, (int32) i, SIDE_TO);
		}
		else
			add_key(lesson, (int32) i, lesson->learning == LEARN_TO ? SIDE_TO : SIDE_BOTH);
}

/* Subjects are what the looks sighted. */
static bool
is_wanted_class(const Datum *classes, int n, int32 class)
{
	for (int i = 0; i < n; i++)
		if (DatumGetInt32(classes[i]) == class)
			return true;
	return n < 0;
}

static void
discover_key(Lesson *lesson, int32 place, int32 class, SubjectKind kind, int32 label)
{
	Report	   *report = lesson->report;

	if (key_number(&lesson->work, (KeyId) {place, class, kind, label}, false) != NONE)
		return;
	*APPEND(report->slice, report->subjects) = (Subject) {.place = place, .class = class, .kind = kind, .label = label,
	.from_since = TIME_BEGIN, .to_since = TIME_BEGIN};
	add_key(lesson, (int32) report->subjects.n - 1, SIDE_BOTH);
}

/* A class, and those above it that keep a total. */
static void
discover_classes(Lesson *lesson, int32 place, int32 number, const Datum *wanted, int n)
{
	const Work *work = &lesson->work;
	bool		itself = true;

	for (int32 at = number; at != NONE; at = work->classes.at[at].parent, itself = false)
		if ((itself || work->classes.at[at].keep_total) && is_wanted_class(wanted, n, work->classes.at[at].id))
			discover_key(lesson, place, work->classes.at[at].id, OF_CLASS, NONE);
}

/* The totals asked for that count a class. */
static void
discover_totals(Lesson *lesson, int32 place, int32 number)
{
	const Work *work = &lesson->work;

	for (int32 at = number; at != NONE; at = work->classes.at[at].parent)
		if (is_total(lesson->report, work->classes.at[at].id))
			discover_key(lesson, place, work->classes.at[at].id, OF_CLASS, NONE);
}

static void
discover_keys(Lesson *lesson, ClassNumbers *numbers)
{
	const Report *report = lesson->report;
	Work	   *work = &lesson->work;
	Datum	   *classes = NULL;
	int			n = -1;

	if (report->has_classes)
		deconstruct_array(DatumGetArrayTypeP(report->classes), INT4OID, 4, true, TYPALIGN_INT, &classes, NULL, &n);
	for (size_t i = 0; i < work->shown.n; i++)
	{
		const Shown *shown = &work->shown.at[i];
		int32		label = report->kind == OF_INDIVIDUAL ? shown->designation : shown->status;
		int32		place = work->looks.at[shown->look].span;
		int32		number = class_number(numbers, shown->class);

		if (number == NONE)
			continue;
		if (report->totals.n > 0)
			discover_totals(lesson, place, number);
		else if (report->kind == OF_CLASS)
			discover_classes(lesson, place, number, classes, n);
		else if (label != NONE && is_wanted_class(classes, n, shown->class))
		{
			if (report->kind == OF_STATUS)
				discover_key(lesson, place, shown->class, OF_CLASS, NONE);
			discover_key(lesson, place, shown->class, report->kind, label);
		}
	}
}

LookSaid
look_said(const Work *work, const Evidence *e)
{
	if (e->look >= 0)
	{
		const Look *look = &work->looks.at[e->look];

		return (LookSaid) {true, look->observation, look->observed_at, look->source};
	}
	else
	{
		const Elsewhere *elsewhere = &work->elsewhere.at[ELSEWHERE_OF(e->look)];

		return (LookSaid) {true, elsewhere->observation, elsewhere->observed_at, elsewhere->source};
	}
}

/*
 * From where on a subject's evidence must be taken to tell what was known at an instant; false:
 * there is too little. (Where all is at hand all is taken: then the walk tells when runs began.)
 */
static bool
first_to_take(const Span *span, const Evidence *evidence, size_t n, int64 at, int64 since, size_t *first)
{
	*first = 0;
	if (span->window.lo == TIME_BEGIN)
		return true;
	if (evidence_last_exact(evidence, n, at, first))
		return true;
	if (since == TIME_BEGIN || span->window.lo > since)
		return false;
	while (*first < n && evidence[*first].at < since)
		++*first;
	return true;
}

static void
keep_known(const Lesson *lesson, Known *known, LookSaid *look, Known found)
{
	*known = found;
	if (found.told)
		*look = look_said(&lesson->work, &found.last);
}

/* What was known by one date, or by both. */
static void
take_evidence(const Lesson *lesson, KeySubject of, const Evidence *evidence, size_t n, size_t first)
{
	Subject    *subject = &lesson->report->subjects.at[of.subject];
	const Place *place = &lesson->report->places[subject->place];
	Known		known = {0};
	size_t		i = first;

	if (of.side != SIDE_TO)
	{
		for (; i < n && evidence[i].at <= place->from; i++)
			known_take(&known, &evidence[i]);
		keep_known(lesson, &subject->from, &subject->from_look, known);
	}
	if (of.side == SIDE_FROM)
		return;
	for (; i < n; i++)
		known_take(&known, &evidence[i]);
	keep_known(lesson, &subject->to, &subject->to_look, known);
	subject->same_stay = of.side == SIDE_BOTH && subject->from.told && subject->from.runs == subject->to.runs;
}

/* The first look that told of the key itself. */
static int64
first_told(const Work *work, int32 key)
{
	for (size_t i = find_fact(work->facts.at, work->facts.n, key, 0); i < work->facts.n && work->facts.at[i].key == key; i++)
		if (work->facts.at[i].own)
			return work->looks.at[work->facts.at[i].look].observed_at;
	return TIME_END;
}

/* false: the window is too narrow. */
static bool
learn_key(Lesson *lesson, int32 key, int32 class, Cursors *at)
{
	KeySubject	of = lesson->of_key.at[key];
	const Subject *subject = &lesson->report->subjects.at[of.subject];
	const Place *place = &lesson->report->places[subject->place];
	const Span *span = &lesson->work.spans[lesson->work.keys.at[key].id.span];
	size_t		n = key_told(&lesson->work, key, class, at);
	size_t		first;

	if (!lesson->report->each_look)
		n = evidence_in_order(at->told, n);
	if (!first_to_take(span, at->told, n, of.side == SIDE_TO ? place->to : place->from,
					   of.side == SIDE_TO ? subject->to_since : subject->from_since, &first))
		return false;
	if (class != NONE)
		lesson->report->subjects.at[of.subject].has_below = lesson->work.classes.at[class].below > 0;
	if (subject->kind == OF_STATUS)
		lesson->report->subjects.at[of.subject].told_since = first_told(&lesson->work, key);
	if (lesson->use == NULL)
		take_evidence(lesson, of, at->told, n, first);
	else
		lesson->use(lesson->state, lesson->report, subject, &lesson->work, at->told, n, first);
	return true;
}

/* One round; false if no key is left. */
static bool
learn_round(Lesson *lesson, int64 depth)
{
	Work	   *work = &lesson->work;
	Cursors		at = {0};
	ClassNumbers *classes;
	bool		open = false;

	forget_evidence(work);
	read_looks(work, depth, false, choose_reported_window);
	read_sightings(work);
	read_shelters(work);
	classes = read_classes(work);
	if (lesson->learning == LEARN_ALL)
		discover_keys(lesson, classes);
	gather_facts(work, classes);
	read_elsewhere(work);
	for (size_t i = 0; i < work->n_spans; i++)
		work->spans[i].open = false;
	for (size_t i = 0; i < work->keys.n; i++)
	{
		Key		   *key = &work->keys.at[i];

		CHECK_FOR_INTERRUPTS();
		if (!key->done && !(key->done = learn_key(lesson, (int32) i, class_number(classes, key->id.class), &at)))
			open = work->spans[key->id.span].open = true;
	}
	return open;
}

void
learn_evidence(Report *report, Learning learning, EvidenceUse use, void *state)
{
	Lesson		lesson = {.report = report, .learning = learning, .use = use, .state = state};

	if (report->n_places == 0 || (report->subjects.n == 0 && learning != LEARN_ALL))
		return;
	lesson.work = (Work) {.ledger = report->ledger, .min_confidence = report->min_confidence,
		.known_at = report->known_at, .one_source = report->one_source, .source = report->source, .labels = report->labels,
		.asked_classes = report->totals.at, .n_asked = report->totals.n};
	begin_spans(&lesson);
	work_begin(&lesson.work);
	begin_keys(&lesson);
	for (size_t i = learning == LEARN_ALL || report->each_look ? lengthof(depths) - 1 : 0; i < lengthof(depths); i++)
		if (!learn_round(&lesson, depths[i]))
			break;
	work_end(&lesson.work);
}

void
learn(Report *report, Learning learning)
{
	learn_evidence(report, learning, NULL, NULL);
}
