/*
 * derive_fuzz.c: short evidence against brute force, long and wild evidence against what
 * must hold of every derivation. The first byte chooses.
 */
#include "derive.h"
#include "derive_oracle.h"
#include "fuzz.h"

#define SHORT 24
#define LONG 200

/* Exactly as much memory as promised, so that one step beyond is noticed. */
static size_t
derive(const Evidence *given, size_t n, bool backwards, bool stored, Presence *runs)
{
	Evidence   *evidence = malloc(n * sizeof(Evidence));
	size_t	   *scratch;
	Presence   *written;
	size_t		found;

	for (size_t i = 0; i < n; i++)
		evidence[i] = given[backwards ? n - 1 - i : i];
	n = evidence_in_order(evidence, n);
	scratch = malloc(2 * (n + 1) * sizeof(size_t));
	written = malloc(n * sizeof(Presence));
	found = (stored ? derive_stored : derive_presences) (evidence, n, scratch, written);
	PROMISE(found <= n, "no more presences than evidence");
	if (found > 0)
		memcpy(runs, written, found * sizeof(Presence));
	free(evidence);
	free(scratch);
	free(written);
	return found;
}

static void
check_runs(const Presence *runs, size_t n)
{
	const char *reason;

	for (size_t i = 0; i < n; i++)
	{
		PROMISE(presence_check(&runs[i], &reason) == FAULT_NONE, "a derived presence is valid");
		if (i == 0)
			continue;
		PROMISE(runs[i - 1].last_seen < runs[i].first_seen, "in order of time");
		PROMISE(runs[i - 1].gone_by <= runs[i].first_seen, "gone by the core after, or earlier");
	}
}

static Evidence
short_evidence(Input *in)
{
	Evidence	e = {0};
	uint8_t		counts;

	e.at = (int64_t) next_bytes(in, 1) % ORACLE_INSTANTS;
	counts = (uint8_t) next_bytes(in, 1);
	e.count.min = counts & 7;
	e.count.max = (counts >> 3 & 7) == 7 ? COUNT_UNBOUNDED : e.count.min + (counts >> 3 & 7);
	e.since = e.at - (int64_t) (next_bytes(in, 1) & 7);
	return e;
}

/* false: there can be no such evidence. */
static bool
wild_evidence(Input *in, Evidence *e)
{
	*e = (Evidence) {0};
	e->at = (int64_t) next_bytes(in, 8);
	e->since = (int64_t) next_bytes(in, 8);
	e->count.min = (int32_t) next_bytes(in, 4);
	e->count.max = (int32_t) next_bytes(in, 4);
	return e->since >= TIME_FIRST && e->since <= e->at && e->at <= TIME_LAST && e->count.min >= 0 && e->count.min <= e->count.max &&
		e->count.min < COUNT_UNBOUNDED;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Evidence given[LONG];
	static Presence runs[LONG];
	static Presence again[LONG];
	Input		in = {data, size};
	bool		wild = next_bytes(&in, 1) & 1;
	size_t		n = 0;
	size_t		found;
	int64_t		reached = 0;

	while (in.left > 0 && n < (wild ? LONG : SHORT))
		if (wild)
			n += wild_evidence(&in, &given[n]);
		else
			given[n++] = short_evidence(&in);
	found = derive(given, n, false, false, runs);
	check_runs(runs, found);
	PROMISE(derive(given, n, true, false, again) == found && memcmp(runs, again, found * sizeof(Presence)) == 0,
			"the order of input does not matter");
	if (!wild)
		PROMISE(derive_oracle(given, n, again, &reached) == (int) found && memcmp(runs, again, found * sizeof(Presence)) == 0,
				"as by brute force");
	PROMISE(derive(given, n, false, true, again) == found, "as many are stored");
	check_runs(again, found);
	if (!wild && found > 0 && runs[found - 1].gone_by == TIME_END)
		PROMISE(again[found - 1].last_seen == reached, "an open run says when its count was reached");
	return 0;
}
