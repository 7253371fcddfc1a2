/*
 * unit.c: runs the unit tests of the pure files; exit status 1 if a case failed.
 *
 *   unit DIRECTORY        where the tables of cases lie (test/cases)
 */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>

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

int
main(int argc, char **argv)
{
	if (argc != 2)
	{
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	cases_directory = argv[1];
	test_model();
	test_geography();
	test_text();
	test_derive();
	test_rederive();
	test_change();
	test_index_key();
	test_index_search();
	test_index_shape();
	printf("%ld passed, %ld failed\n", passed, failed);
	return failed > 0;
}
