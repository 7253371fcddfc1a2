/*
 * answers_laws.h: answers asked of all of a subject's evidence at once, and what must hold of
 * each of them whatever the evidence. For the unit tests and the fuzz target.
 */
#ifndef SIGHTINGS_ANSWERS_LAWS_H
#define SIGHTINGS_ANSWERS_LAWS_H

#include "answers.h"

/* Two instants, and how old what was told may be. */
typedef struct Question
{
	int64_t		from;
	int64_t		to;
	int64_t		max_age;
} Question;

/* What is known by an instant, of evidence in order of time. */
extern Known known_by(const Evidence *evidence, size_t n, int64_t at);

/* Do both know the same of their last look, and carry the same? */
extern bool same_known(const Known *a, const Known *b);

/* The same of a status of the class of which `all` is told, narrowed by all of it and by the others. */
typedef struct Told
{
	const Evidence *evidence;
	size_t		n;
} Told;

#define MOST_STATUSES 4
extern Known status_by(Told all, const Told *statuses, size_t n, size_t which, int64_t at);

extern bool ask_change(const Evidence *evidence, size_t n, const Question *question, ReadingMode mode, ChangeAnswer *answer);
extern bool ask_inventory(const Evidence *evidence, size_t n, const Question *question, ReadingMode mode, InventoryAnswer *answer);
extern Turnover ask_turnover(const Evidence *evidence, size_t n, const Question *question);

/* Do no two pieces of it overlap, or touch? */
extern bool evidence_is_apart(const Evidence *evidence, size_t n);

/* NULL, or the law that the answers to a question break. */
extern const char *broken_law(const Evidence *evidence, size_t n, const Question *question);

/* The same of what is known by the two instants, of any subject. */
extern const char *broken_law_of_known(const Known *from, const Known *to, const Question *question);

/* The same of the evidence itself, once in order. */
extern const char *broken_order(const Evidence *evidence, size_t n);

/* A world: a history of counts by ticks. Does it have a number of these, between two of them? */
extern bool passes(const int *world, int64_t since, int64_t at, Counts c);

/* Law 1: in this world there were such numbers at both looks, and of whatever such numbers the row is true. */
extern bool row_is_true(const int *world, const Evidence *before, const Evidence *after, const ChangeAnswer *row);

#endif
