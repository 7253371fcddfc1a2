/*
 * text_cursor.h: steps over a text, from which parsers are made. Pure C.
 *
 * The cursor keeps the first fault and then stands at the end of the text. Every further
 * step fails there too, and changes nothing. So a grammar is written as the plain sequence
 * of its parts, without a test after each.
 */
#ifndef SIGHTINGS_TEXT_CURSOR_H
#define SIGHTINGS_TEXT_CURSOR_H

#include "text.h"

typedef struct Cursor
{
	const char *text;
	const char *at;
	TextFault	fault;
} Cursor;

extern Cursor cursor_on(const char *text);

/* The first fault counts. */
extern void fail_at(Cursor *c, Fault kind, const char *where, const char *reason);
extern void fail_syntax(Cursor *c, const char *reason);

/* Turn the verdict of the value's own check into the cursor's fault, and give that. */
extern TextFault close_with(Cursor *c, Fault found, const char *reason);

/* ASCII only: what isdigit() and the like think depends on the locale. */
static inline bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static inline char
lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char) (ch + ('a' - 'A')) : ch;
}

static inline bool
is_word_char(char ch)
{
	return is_digit(ch) || ch == '_' || (lower(ch) >= 'a' && lower(ch) <= 'z');
}

static inline void
skip_space(Cursor *c)
{
	while (*c->at == ' ' || (*c->at >= '\t' && *c->at <= '\r'))
		c->at++;
}

static inline bool
accept_char(Cursor *c, char ch)
{
	if (lower(*c->at) != ch)
		return false;
	c->at++;
	return true;
}

/* A whole word, in any case. */
extern bool accept_word(Cursor *c, const char *word);

/* A mark, with white space on either side. */
extern void expect(Cursor *c, char ch, const char *reason);
extern void expect_end(Cursor *c);

/* Digits as a number that stays at `most` once it gets there. */
extern int64_t read_whole(Cursor *c, int64_t most);

/* Exactly n digits. */
extern int	read_digits(Cursor *c, int n, const char *reason);

/*
 * A point and its decimals, if there is one: to the nearest 10^-places, halves up. The
 * result may be a whole 1. `any` tells whether a digit was not 0, however far back.
 */
extern int64_t read_decimals(Cursor *c, int places, bool *any, const char *reason);

#endif
