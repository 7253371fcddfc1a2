/*
 * unit.c: runs the unit tests of the pure files; exit status 1 if a case failed.
 *
 *   unit DIRECTORY [TEST...]     where the tables of cases lie (test/cases); some of the tests
 */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *cases_directory;

static long passed;
static long failed;

bool
check(bool ok, const char *words, ...)
{
	va_list		args;

	if (ok)
	{
		passed++;
		return true;
	}
	failed++;
	va_start(args, words);
	printf("FAILED ");
	vprintf(words, args);
	printf("\n");
	va_end(args);
	return false;
}

/* xorshift64* (Marsaglia; Vigna): small, fast, and the same everywhere. */
uint64_t
random_bits(void)
{
	static uint64_t state = UINT64_C(0x9E3779B97F4A7C15);

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545F4914F6CDD1D);
}

int64_t
random_between(int64_t low, int64_t high)
{
	uint64_t	span = (uint64_t) high - (uint64_t) low + 1;

	return (int64_t) ((uint64_t) low + (span == 0 ? random_bits() : random_bits() % span));
}

double
random_part(void)
{
	return (double) (random_bits() >> 11) / 9007199254740992.0;
}

static const struct
{
	const char *name;
	void		(*run) (void);
}			tests[] = {
	{"model", test_model},
	{"geography", test_geography},
	{"text", test_text},
	{"derive", test_derive},
	{"rederive", test_rederive},
	{"answers", test_answers},
	{"answers_worlds", test_answers_worlds},
	{"answers_statuses", test_answers_statuses},
	{"change", test_change},
	{"index_key", test_index_key},
	{"index_search", test_index_search},
	{"index_shape", test_index_shape},
};

#define TESTS (sizeof(tests) / sizeof(tests[0]))

/* NULL: all; false: there is no such test. */
static bool
run_test(const char *name)
{
	bool		found = false;

	for (size_t i = 0; i < TESTS; i++)
		if (name == NULL || strcmp(name, tests[i].name) == 0)
		{
			tests[i].run();
			found = true;
		}
	return found;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
	{
		fprintf(stderr, "usage: %s DIRECTORY [TEST...]\n", argv[0]);
		return 2;
	}
	cases_directory = argv[1];
	if (argc == 2)
		run_test(NULL);
	for (int i = 2; i < argc; i++)
		if (!run_test(argv[i]))
			check(false, "there is no test %s", argv[i]);
	printf("%ld passed, %ld failed\n", passed, failed);
	return failed > 0;
}
