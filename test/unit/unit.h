/*
 * unit.h: the little that the unit tests of the pure files share.
 *
 * A case is one call of check(), or one property held against many random values; a
 * failed one prints one line. The random numbers are the program's own, from a fixed
 * seed: every run is the same.
 */
#ifndef SIGHTINGS_UNIT_H
#define SIGHTINGS_UNIT_H

#include "model.h"

/* Counts one case, and prints the words if it failed. Returns ok. */
extern bool check(bool ok, const char *words, ...) __attribute__((format(printf, 2, 3)));

/* A file of the source tree, given as on the command line: where test/cases is. */
extern const char *cases_directory;

extern uint64_t random_bits(void);
/* Both ends included. */
extern int64_t random_between(int64_t low, int64_t high);
/* In [0, 1). */
extern double random_part(void);

/* Of any kind: near and far times in any unit, infinities, all counts (index_key_test.c). */
extern Presence any_presence(void);
/* In the range, in whole units more often than not; the second is later than t. */
extern int64_t any_time(int64_t low, int64_t high);
extern int64_t any_time_after(int64_t t);

extern void test_model(void);
extern void test_geography(void);
extern void test_text(void);
extern void test_derive(void);
extern void test_rederive(void);
extern void test_answers(void);
extern void test_answers_worlds(void);
extern void test_answers_statuses(void);
extern void test_change(void);
extern void test_index_key(void);
extern void test_index_search(void);
extern void test_index_shape(void);

#endif
