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
derive(const Sighting *given, size_t n, bool backwards, Presence *runs)
{
	Sighting   *evidence = malloc(n * sizeof(Sighting));
	size_t	   *scratch = malloc(2 * (n + 1) * sizeof(size_t));
	Presence   *written = malloc(n * sizeof(Presence));
	size_t		found;

	for (size_t i = 0; i < n; i++)
		evidence[i] = given[backwards ? n - 1 - i : i];
	found = derive_presences(evidence, n, scratch, written);
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
		PROMISE(runs[i - 1].last_seen <= runs[i].not_seen_at, "not seen at the core before, or later");
		PROMISE(runs[i - 1].gone_by <= runs[i].first_seen, "gone by the core after, or earlier");
	}
}

static Sighting
short_sighting(Input *in)
{
	Sighting	s;
	uint8_t		counts;

	s.observed_at = (int64_t) next_bytes(in, 1) % ORACLE_INSTANTS;
	counts = (uint8_t) next_bytes(in, 1);
	s.count_min = counts & 7;
	s.count_max = (counts >> 3 & 7) == 7 ? COUNT_UNBOUNDED : s.count_min + (counts >> 3 & 7);
	s.lon = counts >> 6;
	s.lat = (int32_t) next_bytes(in, 1) & 3;
	return s;
}

static Sighting
wild_sighting(Input *in)
{
	Sighting	s;

	s.observed_at = (int64_t) next_bytes(in, 8);
	s.lon = (int32_t) next_bytes(in, 4);
	s.lat = (int32_t) next_bytes(in, 4);
	s.count_min = (int32_t) next_bytes(in, 4);
	s.count_max = (int32_t) next_bytes(in, 4);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Sighting given[LONG];
	static Presence runs[LONG];
	static Presence again[LONG];
	Input		in = {data, size};
	bool		wild = next_bytes(&in, 1) & 1;
	size_t		n = 0;
	size_t		found;
	const char *reason;

	while (in.left > 0 && n < (wild ? LONG : SHORT))
	{
		given[n] = wild ? wild_sighting(&in) : short_sighting(&in);
		n += sighting_check(&given[n], &reason) == FAULT_NONE;
	}
	found = derive(given, n, false, runs);
	check_runs(runs, found);
	PROMISE(derive(given, n, true, again) == found && memcmp(runs, again, found * sizeof(Presence)) == 0,
			"the order of input does not matter");
	if (!wild)
		PROMISE(derive_oracle(given, n, again) == (int) found && memcmp(runs, again, found * sizeof(Presence)) == 0,
				"as by brute force");
	return 0;
}
