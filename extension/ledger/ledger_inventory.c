/*
 * ledger_inventory.c: the report of what was there at a date.
 */
#include "ledger_report.h"

#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ledger_inventory);

enum
{
	COUNT_MIN = SUBJECT_COLUMNS, COUNT_MAX, STATE, TOLD_MIN, TOLD_MAX, LOOKED_AT, FIRST_SEEN_COLUMN,
	DOUBT_COLUMN, LOOK, SOURCES, PLACE, COLUMNS = PLACE + 3
};

static void
put_inventory_row(Report *report, const Subject *subject, const InventoryAnswer *answer)
{
	const Place *place = &report->places[subject->place];
	int64		since = subject->to_since != TIME_BEGIN ? subject->to_since : subject->to.run_since;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {0};

	if (!new_subject_row(report, subject, values, nulls))
		return;
	set_counts(values, nulls, COUNT_MIN, answer->known, answer->count);
	values[STATE] = CStringGetTextDatum(inventory_states[answer->state].word);
	set_counts(values, nulls, TOLD_MIN, true, subject->to.last.count);
	values[LOOKED_AT] = TimestampTzGetDatum(subject->to.last.at);
	values[FIRST_SEEN_COLUMN] = TimestampTzGetDatum(since);
	nulls[FIRST_SEEN_COLUMN] = subject->to.carried.min == 0;
	values[DOUBT_COLUMN] = Int32GetDatum((int32) answer->doubt);
	values[LOOK] = Int64GetDatum(subject->to_look.observation);
	values[SOURCES] = sources_said(report, &subject->to_look, &subject->to_look, &nulls[SOURCES]);
	set_place(values, PLACE, place);
	put_row(report, values, nulls, COLUMNS);
}

static void
put_inventory(Report *report)
{
	say_places(report);
	say_subjects(report);
	for (size_t i = 0; i < report->subjects.n; i++)
	{
		const Subject *subject = &report->subjects.at[i];
		InventoryAnswer answer;

		if (is_wanted(report, subject) && inventory_answer(report->places[subject->place].to, report->mode, report->max_age, &subject->to, &answer))
			put_inventory_row(report, subject, &answer);
	}
}

/* From the stored runs that are there. */
static void
put_stored(Report *report, int64 at)
{
	const Place date = {.from = at, .to = at};
	const Place *dates = &date;
	size_t		n_dates = 1;
	size_t		end;

	find_there(report, at);
	for (size_t first = 0; first < report->candidates.n; first = end)
	{
		end = begin_candidates(report, first, &dates, &n_dates);
		take_there(report, first, end);
		learn(report, LEARN_TO);
		keep_sighted(report, true);
		put_inventory(report);
	}
}

/* From all that was ever sighted: what may be there, and what nobody told of for too long. */
static void
put_all(Report *report, int64 at)
{
	Place	   *places = places_between(report, at, at);
	bool		now = !reads_all(report);

	if (now)
		find_there(report, at);
	for (size_t first = 0; first < report->installations.n; first += SLICE_ALL)
	{
		begin_slice(report, Min(SLICE_ALL, report->installations.n - first));
		memcpy(report->places, places + first, sizeof(Place) * report->n_places);
		if (now)
		{
			take_all(report);
			take_beginnings(report);
		}
		learn(report, now ? LEARN_TO : LEARN_ALL);
		if (now)
			keep_sighted(report, false);
		narrow_statuses(report);
		put_inventory(report);
	}
}

Datum
ledger_inventory(PG_FUNCTION_ARGS)
{
	enum
	{
		AT = REPORT_ARGUMENTS, MODE, MAX_AGE
	};
	Report		report;
	int64		at;
	int64		ignored;

	report_begin(fcinfo, &report);
	report_dates(fcinfo, AT, AT, MODE, MAX_AGE, &report, &at, &ignored);
	if (reads_all(&report) || report.kind == OF_STATUS || report.mode == MODE_POSSIBLE || report.max_age != AGE_UNLIMITED ||
		(report.has_area && report.has_installation))
		put_all(&report, at);
	else
		put_stored(&report, at);
	report_end(&report);
	return (Datum) 0;
}
