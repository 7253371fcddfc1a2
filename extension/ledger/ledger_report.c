/*
 * ledger_report.c: arguments, names and rows of a ledger's reports. (Theory at the head of
 * ledger_report.h.)
 */
#include "ledger_report.h"

#include "executor/spi.h"
#include "geography.h"
#include "ledger_rights.h"
#include "postgis.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

/* As many bytes as the server compares. */
#define MOST_COMPARED 255

PG_FUNCTION_INFO_V1(ledger_arguments_are_known);
PG_FUNCTION_INFO_V1(ledger_installation_named);
PG_FUNCTION_INFO_V1(ledger_source_named);
PG_FUNCTION_INFO_V1(ledger_classes_named);

/*
 * Names
 */
typedef struct Numbers
{
	MemoryContext context;
	LIST(int64) found;
	int64		named;			/* how many of these are named themselves */
	int64		last_named;
} Numbers;

static void
receive_int64(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Numbers    *numbers = state;

	*APPEND(numbers->context, numbers->found) = DatumGetInt64(values[ONLY_COLUMN]);
}

static void
receive_class_named(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Numbers    *numbers = state;

	int32		id = DatumGetInt32(values[CLASS_NAMED_ID]);

	*APPEND(numbers->context, numbers->found) = id;
	if (DatumGetBool(values[CLASS_NAMED_ITSELF]))
	{
		numbers->named++;
		numbers->last_named = id;
	}
}

typedef struct Nearest
{
	MemoryContext context;
	const char *name;
	char	   *nearest;
	int			distance;
} Nearest;

static void
receive_name(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Nearest    *near = state;
	text	   *known = DatumGetTextPP(values[ONLY_COLUMN]);
	int			length = (int) VARSIZE_ANY_EXHDR(known);
	int			distance;

	if (length > MOST_COMPARED)
		return;
	distance = varstr_levenshtein_less_equal(near->name, (int) strlen(near->name), VARDATA_ANY(known), length,
											 1, 1, 1, near->distance, true);
	if (distance < near->distance)
	{
		near->distance = distance;
		near->nearest = MemoryContextStrdup(near->context, text_to_cstring(known));
	}
}

/* The known name that is nearest, if it is near. */
static void
refuse_name(Report *report, const char *kind, const char *table, const char *said, const char *detail, LedgerQuery names)
{
	Nearest		near = {report->context, said, NULL, 1 + (int) strlen(said) / 2};
	const char *schema = get_namespace_name(ledger_schema(report->ledger));

	if (strlen(said) <= MOST_COMPARED)
		ledger_ask(report->ledger, names, NULL, receive_name, &near);
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("unknown %s \"%s\"", kind, said),
			 errdetail(detail, quote_identifier(schema), table),
			 near.nearest != NULL ? errhint("Perhaps you meant \"%s\".", near.nearest) : 0));
}

/* As it is written, else whatever its case, spaces and hyphens. */
static size_t
ask_name(Report *report, LedgerQuery query, Datum name, RowReceiver receive, Numbers *numbers)
{
	for (int loosely = 0; numbers->found.n == 0 && loosely <= 1; loosely++)
		ledger_ask(report->ledger, query, (Parameter[]) {value_of(name), value_of(BoolGetDatum(loosely))}, receive, numbers);
	return numbers->found.n;
}

static void
find_installation(Report *report, Datum name)
{
	Numbers		numbers = {.context = report->context};

	/* (of several that differ in spaces alone none is meant) */
	if (ask_name(report, QUERY_INSTALLATION_NAMED, name, receive_int64, &numbers) != 1)
		refuse_name(report, "installation", "installation", TextDatumGetCString(name),
					"No row of %s.%s has this name.", QUERY_INSTALLATION_NAMES);
	report->has_installation = true;
	report->installation = numbers.found.at[0];
}

static void
find_source(Report *report, Datum name)
{
	Numbers		numbers = {.context = report->context};

	if (ask_name(report, QUERY_SOURCE_NAMED, name, receive_int64, &numbers) != 1)
		refuse_name(report, "source", "source", TextDatumGetCString(name),
					"No row of %s.%s has this name.", QUERY_SOURCE_NAMES);
	report->one_source = true;
	report->source = (int32) numbers.found.at[0];
}

/* What is named, and all below it; of one class that is to be the only one of its name, it. */
static int32
find_classes(Report *report, Datum name, bool one)
{
	Numbers		numbers = {.context = report->context};
	Datum	   *ids;
	size_t		n = ask_name(report, QUERY_CLASSES_NAMED, name, receive_class_named, &numbers);

	if (n == 0)
		refuse_name(report, "asset class", "asset_class", TextDatumGetCString(name),
					"No row of %s.%s has this name, alias or path.", QUERY_CLASS_NAMES);
	if (one && numbers.named != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("\"%s\" names more than one asset class", TextDatumGetCString(name)),
				 errhint("Give its path.")));
	ids = palloc(sizeof(Datum) * n);
	for (size_t i = 0; i < n; i++)
		ids[i] = Int32GetDatum((int32) numbers.found.at[i]);
	report->has_classes = true;
	report->classes = ledger_array(report->ledger, 'I', ids, n);
	return (int32) numbers.last_named;
}

/*
 * Arguments
 */
static void
check_area(Report *report, Datum area)
{
	Postgis		gis;
	Area		checked;
	const char *reason = NULL;
	int			sqlstate;

	postgis_init(&gis, ledger_geometry_type(report->ledger), report->context);
	if (report->has_within)
		sqlstate = postgis_point(&gis, area, &checked.lon, &checked.lat, &reason);
	else
		sqlstate = postgis_area(&gis, area, &checked, &reason);
	if (sqlstate != 0)
		ereport(ERROR, (errcode(sqlstate), errmsg("%s", reason)));
	if (report->has_within && !box_within_metres(checked.lon, checked.lat, report->within, &checked.box))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("invalid within: %g", report->within),
				 errdetail("It says how many metres from a point at most, from 0 on.")));
	report->has_area = true;
	report->area = area;
	report->around = postgis_around(&gis, &checked.box);
}

static HTAB *
new_said(Report *report, const char *name, Size size)
{
	return new_hash(report->context, name, sizeof(int32), size, NULL, NULL);
}

typedef struct SourceSaid
{
	int32		id;				/* hash key */
	char	   *name;
} SourceSaid;

static void
report_open(Report *report, FunctionCallInfo fcinfo)
{
	Oid			schema;

	if (PG_ARGISNULL(ARG_LEDGER))
		ereport(ERROR, (errcode(ERRCODE_SIGHTINGS_LEDGER), errmsg("a report needs its ledger")));
	schema = get_rel_namespace(PG_GETARG_OID(ARG_LEDGER));
	if (!OidIsValid(schema))
		ereport(ERROR, (errcode(ERRCODE_SIGHTINGS_LEDGER), errmsg("there is no table with OID %u", PG_GETARG_OID(ARG_LEDGER))));
	report->mode = MODE_LAST_KNOWN;
	report->max_age = AGE_UNLIMITED;
	report->known_at = TIME_END;
	report->context = AllocSetContextCreate(CurrentMemoryContext, "report", ALLOCSET_DEFAULT_SIZES);
	report->slice = AllocSetContextCreate(report->context, "slice of a report", ALLOCSET_DEFAULT_SIZES);
	report->row = AllocSetContextCreate(report->context, "row of a report", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	report->caller = MemoryContextSwitchTo(report->context);
	report->settings = settings_take();
	report->ledger = ledger_open(schema, fcinfo->flinfo->fn_oid, true);
	report->labels = new_labels(report->context);
	report->classes_said = new_said(report, "classes said", sizeof(ClassSaid));
	report->sources_said = new_said(report, "sources said", sizeof(SourceSaid));
}

/* Which arguments say where it is, what, and who told it. */
typedef struct Filters
{
	int			area;
	int			within;			/* metres around a point that is the area */
	int			installation;
	int			asset;
	int			source;
} Filters;

static const Filters report_filters = {
	.area = ARG_AREA, .within = ARG_WITHIN, .installation = ARG_INSTALLATION, .asset = ARG_ASSET, .source = ARG_SOURCE
};

static void
take_within(Report *report, FunctionCallInfo fcinfo, const Filters *filters)
{
	report->has_within = !PG_ARGISNULL(filters->within);
	if (!report->has_within)
		return;
	if (PG_ARGISNULL(filters->area))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("within needs an area"),
				 errdetail("It says how many metres from a point at most; area is the point.")));
	report->within = PG_GETARG_FLOAT8(filters->within);
}

static void
take_subject(Report *report, FunctionCallInfo fcinfo, const Filters *filters)
{
	take_within(report, fcinfo, filters);
	if (!PG_ARGISNULL(filters->source))
		find_source(report, PG_GETARG_DATUM(filters->source));
	if (!PG_ARGISNULL(filters->area))
		check_area(report, PG_GETARG_DATUM(filters->area));
	if (!PG_ARGISNULL(filters->installation))
		find_installation(report, PG_GETARG_DATUM(filters->installation));
	if (!PG_ARGISNULL(filters->asset))
		find_classes(report, PG_GETARG_DATUM(filters->asset), false);
}

static SubjectKind
kind_named(const char *by)
{
	for (int kind = 0; kind < SUBJECT_KINDS; kind++)
		if (strcmp(by, subject_kinds[kind]) == 0)
			return (SubjectKind) kind;
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("invalid by: \"%s\"", by),
			 errdetail("A report counts by class, by status or by individual.")));
}

static int
class_order(const void *left, const void *right)
{
	int32		a = *(const int32 *) left;
	int32		b = *(const int32 *) right;

	return (a > b) - (a < b);
}

/* What lies at or below a class, counted as the class itself. */
static void
take_total(Report *report, Datum name)
{
	if (report->has_classes || report->kind != OF_CLASS)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("total goes neither with asset nor with by"),
				 errdetail("It names one class, and tells of that alone: of all at or below it.")));
	*APPEND(report->context, report->totals) = find_classes(report, name, true);
}

static void
receive_total(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;

	*APPEND(report->context, report->totals) = DatumGetInt32(values[ONLY_COLUMN]);
}

/* What lies at or below each class at a depth of the tree; of those named, if any are. */
static void
take_depth(Report *report, int32 depth)
{
	if (report->totals.n > 0 || report->kind != OF_CLASS)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("depth goes neither with total nor with by")));
	ledger_ask(report->ledger, QUERY_CLASSES_AT, (Parameter[]) {
		value_of(Int32GetDatum(depth)), value_if(report->has_classes, report->classes)
	}, receive_total, report);
	if (report->totals.n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("no asset class lies at depth %d", depth),
				 errdetail("It is the number of names in a path: 1 for the roots of the tree.")));
	SORT(report->totals, class_order);
}

bool
is_total(const Report *report, int32 class)
{
	return report->totals.n > 0 && bsearch(&class, report->totals.at, report->totals.n, sizeof(int32), class_order) != NULL;
}

void
report_begin(FunctionCallInfo fcinfo, Report *report)
{
	MemSet(report, 0, sizeof(Report));
	report->store = row_set_begin(fcinfo, &report->desc);
	report_open(report, fcinfo);
	report->min_confidence = PG_ARGISNULL(ARG_MIN_CONFIDENCE) ? 0 : PG_GETARG_FLOAT8(ARG_MIN_CONFIDENCE);
	report->kind = PG_ARGISNULL(ARG_BY) ? OF_CLASS : kind_named(TextDatumGetCString(PG_GETARG_DATUM(ARG_BY)));
	if (!PG_ARGISNULL(ARG_KNOWN_AT))
		report->known_at = PG_GETARG_TIMESTAMPTZ(ARG_KNOWN_AT);
	take_subject(report, fcinfo, &report_filters);
	if (!PG_ARGISNULL(ARG_TOTAL))
		take_total(report, PG_GETARG_DATUM(ARG_TOTAL));
	if (!PG_ARGISNULL(ARG_DEPTH))
		take_depth(report, PG_GETARG_INT32(ARG_DEPTH));
}

void
report_end(Report *report)
{
	settings_return(report->settings);
	MemoryContextSwitchTo(report->caller);
	SPI_finish();
	MemoryContextDelete(report->context);
}

void
report_dates(FunctionCallInfo fcinfo, int from, int to, int mode, int max_age, Report *report, int64 *from_date, int64 *to_date)
{
	Watch		w = {0};
	const char *reason = NULL;
	Fault		fault;

	if (PG_ARGISNULL(from) || PG_ARGISNULL(to))
		ereport(ERROR,
				(errcode(ERRCODE_SIGHTINGS_LEDGER),
				 errmsg("a report needs its dates"),
				 errdetail("A date of the question is null.")));
	w.from_date = PG_GETARG_TIMESTAMPTZ(from);
	w.to_date = PG_GETARG_TIMESTAMPTZ(to);
	/* (a watch has two dates) */
	if (from == to && w.to_date != TIME_BEGIN && w.to_date != TIME_END)
		w.from_date = w.to_date == TIME_FIRST ? w.to_date++ : w.to_date - 1;
	w.mode = mode == NO_ARGUMENT || PG_ARGISNULL(mode) ? MODE_LAST_KNOWN : mode_from_text(PG_GETARG_TEXT_PP(mode));
	w.max_age = max_age == NO_ARGUMENT || PG_ARGISNULL(max_age) ? AGE_UNLIMITED : age_from_interval(PG_GETARG_INTERVAL_P(max_age));
	set_world_box(&w);
	fault = watch_check(&w, &reason);
	check_value(fault, "watch", reason);
	report->mode = w.mode;
	report->max_age = w.max_age;
	*from_date = PG_GETARG_TIMESTAMPTZ(from);
	*to_date = PG_GETARG_TIMESTAMPTZ(to);
}

/*
 * What stands in rows
 */

static void
receive_place(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;
	Place	   *place = &report->places[asked_row(values)];
	MemoryContext before = MemoryContextSwitchTo(report->slice);

	place->visible = true;
	place->name = datumCopy(values[PLACE_NAME], false, -1);
	place->lon = Float8GetDatum(DatumGetFloat8(values[PLACE_LON]));
	place->lat = Float8GetDatum(DatumGetFloat8(values[PLACE_LAT]));
	place->geometry = datumCopy(values[PLACE_LOCATION], false, -1);
	MemoryContextSwitchTo(before);
}

void
say_places(Report *report)
{
	Datum	   *ids = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(report->n_places, 1));

	for (size_t i = 0; i < report->n_places; i++)
		ids[i] = Int64GetDatum(report->places[i].installation);
	ledger_ask(report->ledger, QUERY_PLACES, (Parameter[]) {array_of(ids, report->n_places)}, receive_place, report);
}

static void
receive_class(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;
	int32		id = DatumGetInt32(values[SAID_ID]);
	ClassSaid  *said = hash_search(report->classes_said, &id, HASH_FIND, NULL);
	MemoryContext before = MemoryContextSwitchTo(report->context);

	if (said != NULL)
	{
		said->name = datumCopy(values[SAID_NAME], false, -1);
		said->path = datumCopy(values[SAID_PATH], false, -1);
	}
	MemoryContextSwitchTo(before);
}

static void
receive_source(void *state, const Datum *values, const bool *nulls pg_attribute_unused())
{
	Report	   *report = state;
	int32		id = DatumGetInt32(values[SAID_ID]);
	SourceSaid *said = hash_search(report->sources_said, &id, HASH_FIND, NULL);

	if (said != NULL)
		said->name = MemoryContextStrdup(report->context, text_to_cstring(DatumGetTextPP(values[SAID_NAME])));
}

/* Those that are new are asked for. */
static void
ask_said(Report *report, LedgerQuery query, Datum *ids, size_t n, RowReceiver receive)
{
	if (n > 0)
		ledger_ask(report->ledger, query, (Parameter[]) {array_of(ids, n)}, receive, report);
}

static size_t
add_source(Report *report, const LookSaid *look, Datum *ids, size_t n)
{
	bool		found;
	SourceSaid *said;

	if (!look->known)
		return n;
	said = hash_search(report->sources_said, &look->source, HASH_ENTER, &found);
	if (found)
		return n;
	said->name = NULL;
	ids[n] = Int32GetDatum(look->source);
	return n + 1;
}

void
say_subjects(Report *report)
{
	size_t		n = report->subjects.n;
	Datum	   *ids = MemoryContextAllocHuge(report->slice, sizeof(Datum) * Max(2 * n, 1));
	size_t		asked = 0;
	bool		found;

	for (size_t i = 0; i < n; i++)
	{
		int32		class = report->subjects.at[i].class;
		ClassSaid  *said = hash_search(report->classes_said, &class, HASH_ENTER, &found);

		if (found)
			continue;
		said->name = said->path = (Datum) 0;
		ids[asked++] = Int32GetDatum(class);
	}
	ask_said(report, QUERY_CLASSES_SAID, ids, asked, receive_class);
	asked = 0;
	for (size_t i = 0; i < n; i++)
	{
		asked = add_source(report, &report->subjects.at[i].from_look, ids, asked);
		asked = add_source(report, &report->subjects.at[i].to_look, ids, asked);
	}
	ask_said(report, QUERY_SOURCES_SAID, ids, asked, receive_source);
	pfree(ids);
}

const ClassSaid *
class_said(Report *report, int32 id)
{
	bool		found;
	ClassSaid  *said = hash_search(report->classes_said, &id, HASH_ENTER, &found);
	Datum		value = Int32GetDatum(id);

	if (!found)
	{
		said->name = said->path = (Datum) 0;
		ask_said(report, QUERY_CLASSES_SAID, &value, 1, receive_class);
	}
	return said->name == (Datum) 0 ? NULL : said;
}

Datum
label_said(const Report *report, const Subject *subject, SubjectKind kind, bool *isnull)
{
	*isnull = subject->kind != kind || subject->label == NONE;
	return *isnull ? (Datum) 0 : CStringGetTextDatum(label_text(report->labels, subject->label));
}

Datum
text_or_null(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* "source day" of a look; NULL: nobody, or who may not be named. */
static char *
look_text(const Report *report, const LookSaid *look)
{
	const SourceSaid *said = hash_search(report->sources_said, &look->source, HASH_FIND, NULL);
	struct pg_tm tm;
	fsec_t		fraction;
	int			zone;

	if (said == NULL || said->name == NULL)
		return NULL;
	if (timestamp2tm(look->observed_at, &zone, &tm, &fraction, NULL, NULL) != 0)
		return MemoryContextStrdup(report->slice, said->name);
	return MemoryContextStrdup(report->slice, psprintf("%s %04d-%02d-%02d%s", said->name, tm.tm_year > 0 ? tm.tm_year : 1 - tm.tm_year,
													   tm.tm_mon, tm.tm_mday, tm.tm_year > 0 ? "" : " BC"));
}

/* The same, kept: a place's subjects mostly rest on the same two looks. */
static const char *
kept_text(const Report *report, const LookSaid *look, LookText *kept)
{
	if (!look->known)
		return NULL;
	if (!kept->look.known || kept->look.source != look->source || kept->look.observed_at != look->observed_at)
		*kept = (LookText) {*look, look_text(report, look)};
	return kept->text;
}

Datum
sources_said(Report *report, const LookSaid *a, const LookSaid *b, bool *isnull)
{
	const char *first = kept_text(report, a, &report->first_text);
	const char *second = kept_text(report, b, &report->second_text);

	if (first == NULL || (second != NULL && strcmp(first, second) == 0))
		return text_or_null(second, isnull);
	if (second == NULL)
		return text_or_null(first, isnull);
	return text_or_null(psprintf("%s, %s", first, second), isnull);
}

/* Until put_row the row's context is the current one. */
void
new_row(Report *report)
{
	CHECK_FOR_INTERRUPTS();
	MemoryContextReset(report->row);
	MemoryContextSwitchTo(report->row);
}

bool
new_subject_row(Report *report, const Subject *subject, Datum *values, bool *nulls)
{
	const Place *place = &report->places[subject->place];
	const ClassSaid *class = class_said(report, subject->class);

	if (!place->visible || class == NULL)
		return false;
	new_row(report);
	values[ROW_INSTALLATION] = place->name;
	values[ROW_ASSET_CLASS] = class->name;
	values[ROW_CLASS_PATH] = class->path;
	values[ROW_DESIGNATION] = label_said(report, subject, OF_INDIVIDUAL, &nulls[ROW_DESIGNATION]);
	values[ROW_STATUS] = label_said(report, subject, OF_STATUS, &nulls[ROW_STATUS]);
	return true;
}

/*
 * The type of the rows is that of the extension in the database, this library that of the session, which
 * may have begun before an update: columns that it does not know are null.
 */
void
put_row(Report *report, const Datum *values, const bool *nulls, int n)
{
	int			columns = report->desc->natts;

	if (columns > n)
	{
		Datum	   *all = palloc0(sizeof(Datum) * columns);
		bool	   *unknown = palloc(sizeof(bool) * columns);

		memset(unknown, true, sizeof(bool) * columns);
		values = memcpy(all, values, sizeof(Datum) * n);
		nulls = memcpy(unknown, nulls, sizeof(bool) * n);
	}
	tuplestore_putvalues(report->store, report->desc, (Datum *) values, (bool *) nulls);
	MemoryContextSwitchTo(report->context);
}

/*
 * What reports that are queries ask of their arguments
 */

Datum
ledger_arguments_are_known(PG_FUNCTION_ARGS)
{
	enum
	{
		FROM = ARG_LEDGER + 1, TO, MODE, MAX_AGE, AREA, INSTALLATION, ASSET, SOURCE, WITHIN
	};
	const Filters filters = {.area = AREA, .within = WITHIN, .installation = INSTALLATION, .asset = ASSET, .source = SOURCE};
	Report		report = {0};
	int64		from;
	int64		to;

	report_open(&report, fcinfo);
	report_dates(fcinfo, FROM, TO, MODE, MAX_AGE, &report, &from, &to);
	take_subject(&report, fcinfo, &filters);
	report_end(&report);
	PG_RETURN_BOOL(true);
}

/* Of these the argument after the ledger. */
#define ARG_NAME (ARG_LEDGER + 1)

Datum
ledger_installation_named(PG_FUNCTION_ARGS)
{
	Report		report = {0};

	if (PG_ARGISNULL(ARG_NAME))
		PG_RETURN_NULL();
	report_open(&report, fcinfo);
	find_installation(&report, PG_GETARG_DATUM(ARG_NAME));
	report_end(&report);
	PG_RETURN_INT64(report.installation);
}

Datum
ledger_source_named(PG_FUNCTION_ARGS)
{
	Report		report = {0};

	if (PG_ARGISNULL(ARG_NAME))
		PG_RETURN_NULL();
	report_open(&report, fcinfo);
	find_source(&report, PG_GETARG_DATUM(ARG_NAME));
	report_end(&report);
	PG_RETURN_INT32(report.source);
}

Datum
ledger_classes_named(PG_FUNCTION_ARGS)
{
	Report		report = {0};
	MemoryContext before = CurrentMemoryContext;
	Datum		classes;

	if (PG_ARGISNULL(ARG_NAME))
		PG_RETURN_NULL();
	report_open(&report, fcinfo);
	find_classes(&report, PG_GETARG_DATUM(ARG_NAME), false);
	MemoryContextSwitchTo(before);
	classes = datumCopy(report.classes, false, -1);
	MemoryContextSwitchTo(report.context);
	report_end(&report);
	PG_RETURN_DATUM(classes);
}

/* Two columns: at least, at most. */
void
set_counts(Datum *values, bool *nulls, int column, bool known, Counts count)
{
	values[column] = Int32GetDatum(count.min);
	values[column + 1] = Int32GetDatum(count.max);
	nulls[column] = !known;
	nulls[column + 1] = !known || count.max == COUNT_UNBOUNDED;
}

/* Three columns: longitude, latitude, geometry. */
void
set_place(Datum *values, int column, const Place *place)
{
	values[column] = place->lon;
	values[column + 1] = place->lat;
	values[column + 2] = place->geometry;
}

void
begin_slice(Report *report, size_t n)
{
	MemoryContextReset(report->slice);
	memset(&report->subjects, 0, sizeof(report->subjects));
	report->first_text = report->second_text = (LookText) {0};
	report->n_places = n;
	report->places = MemoryContextAllocExtended(report->slice, sizeof(Place) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}
