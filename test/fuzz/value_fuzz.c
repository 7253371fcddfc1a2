/*
 * value_fuzz.c: the checks that binary input relies on. Any bytes as a value: refused
 * with a reason, or fit for everything that the server does with a valid one: printed
 * and parsed back, and asked every question.
 */
#include "change.h"
#include "fuzz.h"
#include "text.h"

static void
print_valid(const Sighting *s, const Presence *p, const Watch *w, const bool *valid)
{
	char	   *text = malloc(PRESENCE_TEXT);
	Sighting	s2;
	Presence	p2;
	Watch		w2;

	if (valid[0])
	{
		PROMISE(sighting_print(s, text) < SIGHTING_TEXT, "a sighting fits its buffer");
		PROMISE(sighting_parse(text, &s2).kind == FAULT_NONE && memcmp(s, &s2, sizeof(s2)) == 0, "sighting as text");
	}
	if (valid[1])
	{
		PROMISE(presence_print(p, text) < PRESENCE_TEXT, "a presence fits its buffer");
		PROMISE(presence_parse(text, &p2).kind == FAULT_NONE && memcmp(p, &p2, sizeof(p2)) == 0, "presence as text");
	}
	if (valid[2])
	{
		PROMISE(watch_print(w, text) < WATCH_TEXT, "a watch fits its buffer");
		PROMISE(watch_parse(text, &w2).kind == FAULT_NONE && memcmp(w, &w2, sizeof(w2)) == 0, "watch as text");
	}
	free(text);
}

/* The laws of the model, whatever the values. */
static void
ask(const Presence *p, Watch w)
{
	int			holding[3] = {0, 0, 0};

	w.max_age = AGE_UNLIMITED;
	w.lon_min = -LON_LIMIT;
	w.lon_max = LON_LIMIT;
	w.lat_min = -LAT_LIMIT;
	w.lat_max = LAT_LIMIT;
	for (w.mode = MODE_LAST_KNOWN; w.mode <= MODE_POSSIBLE; w.mode++)
	{
		for (int v = 0; v < VERDICTS; v++)
			holding[w.mode] += presence_has((Verdict) v, p, &w);
		PROMISE(presence_answers(ASK_CHANGED, p, &w) ==
				(presence_answers(ASK_ARRIVED, p, &w) || presence_answers(ASK_DEPARTED, p, &w)),
				"changed is arrived or departed");
	}
	PROMISE(holding[MODE_LAST_KNOWN] == 1, "one verdict in last_known");
	PROMISE(holding[MODE_CERTAIN] <= 1, "at most one in certain");
	PROMISE(holding[MODE_POSSIBLE] >= 1, "at least one in possible");
}

/* Bounds of one presence are met if and only if it answers; with max_age and box too. */
static void
ask_bounds(const Presence *p, const Watch *w)
{
	Bounds		b = {p->lon, p->lat, p->lon, p->lat,
		{p->not_seen_at, p->first_seen, p->last_seen, p->gone_by},
		{p->not_seen_at, p->first_seen, p->last_seen, p->gone_by}
	};

	for (int q = 0; q < QUESTIONS; q++)
	{
		ChangeLimits limits = change_limits((Question) q, w);
		bool		within = presence_within(p, &limits);

		PROMISE(bounds_may_meet(&b, &limits) == within, "bounds of one may meet as it does");
		PROMISE(bounds_all_within(&b, &limits) == within, "bounds of one are within as it is");
		PROMISE(within || !presence_answers((Question) q, p, w), "what answers is within");
	}
	(void) presence_there(p, w->from_date, (ReadingMode) w->mode, w->max_age);
	(void) presence_verdict(p, w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *reason = NULL;
	Sighting	s;
	Presence	p;
	Watch		w;
	bool		valid[3];

	if (size < sizeof(Presence) + sizeof(Watch))
		return 0;
	memcpy(&s, data, sizeof(s));
	memcpy(&p, data, sizeof(p));
	memcpy(&w, data + sizeof(p), sizeof(w));
	valid[0] = sighting_check(&s, &reason) == FAULT_NONE;
	valid[1] = presence_check(&p, &reason) == FAULT_NONE;
	valid[2] = watch_check(&w, &reason) == FAULT_NONE;
	print_valid(&s, &p, &w, valid);
	if (valid[1] && valid[2])
	{
		ask(&p, w);
		ask_bounds(&p, &w);
	}
	return 0;
}
