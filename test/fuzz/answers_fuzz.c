/*
 * answers_fuzz.c: evidence of any kind, and a question, against what must hold of every answer.
 * The first byte chooses: times and counts close together, which meet, or wild ones.
 */
#include "answers_laws.h"
#include "fuzz.h"

#define MOST 100

/* Exactly as much memory as there is evidence, so that one step beyond is noticed. */
typedef struct Given
{
	size_t		n;
	Evidence   *evidence;
} Given;

static Given
in_order(const Evidence *look, size_t n, bool backwards)
{
	Given		given = {0, malloc(n * sizeof(Evidence))};

	for (size_t i = 0; i < n; i++)
		given.evidence[i] = look[backwards ? n - 1 - i : i];
	given.n = evidence_in_order(given.evidence, n);
	return given;
}

static bool
is_same(const Given *a, const Given *b, size_t n)
{
	return n == 0 || memcmp(a->evidence, b->evidence, n * sizeof(Evidence)) == 0;
}

static Evidence
close_look(Input *in)
{
	Evidence	e = {0};
	uint8_t		time = (uint8_t) next_bytes(in, 1);
	uint8_t		counts = (uint8_t) next_bytes(in, 1);

	e.at = time & 15;
	e.since = e.at - (time >> 4) * (counts >> 7);
	e.count.min = counts & 3;
	e.count.max = (counts >> 2 & 3) == 3 ? COUNT_UNBOUNDED : e.count.min + (counts >> 2 & 3);
	e.doubt = (counts >> 4 & 1) * DOUBT(TOLD_LESS_CLOSELY);
	return e;
}

static Evidence
wild_look(Input *in)
{
	Evidence	e = {0};

	e.at = (int64_t) next_bytes(in, 8);
	e.since = (int64_t) next_bytes(in, 8);
	e.count.min = (int32_t) next_bytes(in, 4);
	e.count.max = (int32_t) next_bytes(in, 4);
	return e;
}

static bool
is_valid(const Evidence *e)
{
	return TIME_FIRST <= e->since && e->since <= e->at && e->at <= TIME_LAST &&
		0 <= e->count.min && e->count.min <= e->count.max && e->count.min < COUNT_UNBOUNDED;
}

static Question
next_question(Input *in, int bytes)
{
	Question	q;
	int64_t		later;

	q.from = (int64_t) next_bytes(in, bytes);
	later = (int64_t) next_bytes(in, bytes);
	q.max_age = (int64_t) (next_bytes(in, bytes) & INT64_MAX);
	if (q.max_age == 0)
		q.max_age = AGE_UNLIMITED;
	q.to = later < q.from ? q.from : later;
	q.from = later < q.from ? later : q.from;
	return q;
}

static void
promise_order(const Evidence *look, size_t n, const Given *given)
{
	Given		backwards = in_order(look, n, true);
	Given		again = in_order(given->evidence, given->n, false);
	const char *law = broken_order(given->evidence, given->n);

	PROMISE(law == NULL, law);
	PROMISE(given->n <= n, "no more evidence than looks");
	PROMISE(backwards.n == given->n && is_same(&backwards, given, given->n), "the order in which looks are given does not matter");
	PROMISE(again.n == given->n && is_same(&again, given, given->n), "evidence in order stays as it is");
	free(backwards.evidence);
	free(again.evidence);
}

/* What is told by a time is told by the looks until then; and a walk may begin where one number is told. */
static void
promise_walk(const Evidence *look, size_t n, const Given *given, const Question *q)
{
	static Evidence until[MOST];
	Known		whole = known_by(given->evidence, given->n, q->to);
	Known		part;
	Given		earlier;
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
		if (look[i].at <= q->to)
			until[kept++] = look[i];
	earlier = in_order(until, kept, false);
	PROMISE(earlier.n <= given->n && is_same(&earlier, given, earlier.n), "a later look changes nothing");
	part = known_by(earlier.evidence, earlier.n, TIME_END);
	PROMISE(same_known(&whole, &part) && whole.run_since == part.run_since && whole.runs == part.runs && whole.none_first == part.none_first,
			"a later look changes nothing that is known");
	for (size_t i = 0; i < earlier.n; i++)
	{
		size_t		last;

		part = known_by(earlier.evidence + i, earlier.n - i, TIME_END);
		PROMISE(!evidence_last_exact(earlier.evidence, i + 1, earlier.evidence[i].at, &last) || last != i || same_known(&whole, &part),
				"a walk may begin where one number is told");
	}
	free(earlier.evidence);
}

static bool
is_told_since(const Given *given, const Question *q, Counts count)
{
	for (size_t i = 0; i < given->n; i++)
		if (given->evidence[i].at >= q->from && given->evidence[i].at <= q->to &&
			given->evidence[i].count.min == count.min && given->evidence[i].count.max == count.max)
			return true;
	return false;
}

static void
promise_rest(const Given *given, const Question *q)
{
	Known		known = known_by(given->evidence, given->n, q->to);
	Persistence p = {{0}, {0}};
	TimelineState state = timeline_state(q->from, q->to, q->max_age, &known);

	PROMISE((state == TIMELINE_UNOBSERVED) == !known.told, "unobserved where nobody looked");
	PROMISE(state != TIMELINE_OBSERVED || is_told_since(given, q, known.carried), "observed in the step");
	persistence_take(&p, given->evidence, given->n);
	for (int k = 0; k < GAPS; k++)
		PROMISE(0 <= p.same[k] && p.same[k] <= p.pairs[k] && (size_t) p.pairs[k] <= given->n, "a pair for each look, at most");
}

/* Every fourth look tells of one status: whatever is told of all of the class, the laws hold of what is narrowed. */
static void
promise_statuses(const Evidence *look, size_t n, const Given *given, const Question *q)
{
	static Evidence of_status[MOST];
	Given		status[MOST_STATUSES];
	Told		told[MOST_STATUSES];

	for (size_t i = 0; i < MOST_STATUSES; i++)
	{
		size_t		kept = 0;

		for (size_t j = i; j < n; j += MOST_STATUSES)
			of_status[kept++] = look[j];
		status[i] = in_order(of_status, kept, false);
		told[i] = (Told) {status[i].evidence, status[i].n};
	}
	for (size_t i = 0; i < MOST_STATUSES; i++)
	{
		Told		all = {given->evidence, given->n};
		Known		from = status_by(all, told, MOST_STATUSES, i, q->from);
		Known		to = status_by(all, told, MOST_STATUSES, i, q->to);
		const char *law = broken_law_of_known(&from, &to, q);

		PROMISE(law == NULL, law);
	}
	for (size_t i = 0; i < MOST_STATUSES; i++)
		free(status[i].evidence);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Evidence look[MOST];
	Input		in = {data, size};
	bool		wild = next_bytes(&in, 1) & 1;
	Question	q = next_question(&in, wild ? 8 : 1);
	const char *law;
	Given		given;
	size_t		n = 0;

	while (in.left > 0 && n < MOST)
	{
		look[n] = wild ? wild_look(&in) : close_look(&in);
		look[n].look = (int32_t) n;
		n += is_valid(&look[n]);
	}
	given = in_order(look, n, false);
	promise_order(look, n, &given);
	law = broken_law(given.evidence, given.n, &q);
	PROMISE(law == NULL, law);
	promise_walk(look, n, &given, &q);
	promise_rest(&given, &q);
	promise_statuses(look, n, &given, &q);
	free(given.evidence);
	return 0;
}
