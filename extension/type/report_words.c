/*
 * report_words.c: the words of reports, as SQL reads them. The words themselves stand in
 * answers.c; those of a stay in change.c, and what they mean here.
 */
#include "pg_sightings.h"

#include "answers.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "row_set.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(doubt_codes);
PG_FUNCTION_INFO_V1(doubt_text);
PG_FUNCTION_INFO_V1(report_words);

/* Bits as reports keep them, to codes. */
Datum
doubt_codes(PG_FUNCTION_ARGS)
{
	uint32_t	bits = (uint32_t) PG_GETARG_INT32(0);
	Datum		codes[DOUBTS];
	int			n = 0;

	for (int i = 0; i < DOUBTS; i++)
		if (bits & DOUBT(i))
			codes[n++] = CStringGetTextDatum(doubts[i].word);
	PG_RETURN_ARRAYTYPE_P(construct_array(codes, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static const char *
doubt_meaning(const text *code)
{
	for (int i = 0; i < DOUBTS; i++)
		if (VARSIZE_ANY_EXHDR(code) == strlen(doubts[i].word) &&
			memcmp(VARDATA_ANY(code), doubts[i].word, strlen(doubts[i].word)) == 0)
			return doubts[i].meaning;
	ereport(ERROR,
			(errcode(ERRCODE_SIGHTINGS_LEDGER),
			 errmsg("unknown code of a doubt: \"%s\"", text_to_cstring(code))));
}

/* NULL for none. */
Datum
doubt_text(PG_FUNCTION_ARGS)
{
	ArrayType  *codes = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *values;
	bool	   *nulls;
	int			n;
	StringInfoData words;

	deconstruct_array(codes, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	initStringInfo(&words);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			appendStringInfo(&words, "%s%s", words.len > 0 ? "; " : "", doubt_meaning(DatumGetTextPP(values[i])));
	if (words.len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(words.data));
}

static void
put_words(Tuplestorestate *store, TupleDesc desc, const char *about, const Word *words, int n)
{
	for (int i = 0; i < n; i++)
	{
		Datum		values[] = {CStringGetTextDatum(about), CStringGetTextDatum(words[i].word), CStringGetTextDatum(words[i].meaning)};
		bool		nulls[lengthof(values)] = {0};

		tuplestore_putvalues(store, desc, values, nulls);
	}
}

/* What verdict(presence, watch) says of a stay. */
static const char *const stay_meanings[VERDICTS] = {
	[VERDICT_ARRIVED] = "it began between the two dates and had not ended by the later",
	[VERDICT_DEPARTED] = "it had begun by the earlier date and ended between the two",
	[VERDICT_STAYED] = "it was there all the time",
	[VERDICT_PASSED] = "it came and went in between",
	[VERDICT_BEFORE] = "it had ended by the earlier date",
	[VERDICT_AFTER] = "it began after the later date",
};

/* -> (about, word, meaning) */
Datum
report_words(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Tuplestorestate *store = row_set_begin(fcinfo, &desc);

	for (int i = 0; i < VERDICTS; i++)
	{
		const Word	word = {verdict_names[i], stay_meanings[i]};

		put_words(store, desc, "verdict of a stay", &word, 1);
	}
	put_words(store, desc, "verdict of a change", report_verdicts, REPORT_VERDICTS);
	put_words(store, desc, "state of an inventory", inventory_states, INVENTORY_STATES);
	put_words(store, desc, "state of a timeline", timeline_states, TIMELINE_STATES);
	put_words(store, desc, "doubt", doubts, DOUBTS);
	return (Datum) 0;
}
