/*
 * fuzz.h: what the fuzz targets share. Each target is one function that libFuzzer calls
 * with bytes it makes up; a broken promise ends the run and leaves the bytes behind.
 */
#ifndef SIGHTINGS_FUZZ_H
#define SIGHTINGS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define PROMISE(holds, words) \
	do { \
		if (!(holds)) \
		{ \
			fprintf(stderr, "broken promise: %s\n", words); \
			abort(); \
		} \
	} while (0)

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next bytes of the input as a number; zeros once it has ended. */
typedef struct Input
{
	const uint8_t *data;
	size_t		left;
} Input;

static inline uint64_t
next_bytes(Input *in, int n)
{
	uint64_t	value = 0;

	for (int i = 0; i < n && in->left > 0; i++, in->left--)
		value |= (uint64_t) *in->data++ << (8 * i);
	return value;
}

/* A copy with a terminating zero, of exactly that size, so that reading on is noticed. */
static inline char *
as_text(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
