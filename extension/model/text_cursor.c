/*
 * text_cursor.c: steps over a text. Pure C; see text_cursor.h.
 */
#include "text_cursor.h"

#include <string.h>

Cursor
cursor_on(const char *text)
{
	Cursor		c = {text, text, {FAULT_NONE, 0, NULL}};

	return c;
}

void
fail_at(Cursor *c, Fault kind, const char *where, const char *reason)
{
	if (c->fault.kind == FAULT_NONE)
	{
		c->fault.kind = kind;
		c->fault.offset = (size_t) (where - c->text);
		c->fault.reason = reason;
	}
	c->at += strlen(c->at);
}

void
fail_syntax(Cursor *c, const char *reason)
{
	fail_at(c, FAULT_SYNTAX, c->at, reason);
}

bool
accept_word(Cursor *c, const char *word)
{
	const char *at = c->at;

	for (; *word != '\0'; word++, at++)
		if (lower(*at) != *word)
			return false;
	if (is_word_char(*at))
		return false;
	c->at = at;
	return true;
}

void
expect(Cursor *c, char ch, const char *reason)
{
	skip_space(c);
	if (!accept_char(c, ch))
		fail_syntax(c, reason);
	skip_space(c);
}

void
expect_end(Cursor *c)
{
	skip_space(c);
	if (*c->at != '\0')
		fail_syntax(c, "unexpected text after the value");
}

TextFault
close_with(Cursor *c, Fault found, const char *reason)
{
	if (found != FAULT_NONE)
		fail_at(c, found, c->at, reason);
	return c->fault;
}

int64_t
read_whole(Cursor *c, int64_t most)
{
	int64_t		value = 0;

	for (; is_digit(*c->at); c->at++)
	{
		int			digit = *c->at - '0';

		value = value > (most - digit) / 10 ? most : value * 10 + digit;
	}
	return value;
}

int
read_digits(Cursor *c, int n, const char *reason)
{
	int			value = 0;

	for (int i = 0; i < n; i++)
	{
		if (!is_digit(*c->at))
		{
			fail_syntax(c, reason);
			return 0;
		}
		value = value * 10 + (*c->at++ - '0');
	}
	return value;
}

int64_t
read_decimals(Cursor *c, int places, bool *any, const char *reason)
{
	int64_t		value = 0;
	bool		up = false;
	int			n = 0;

	*any = false;
	if (*c->at != '.')
		return 0;
	c->at++;
	if (!is_digit(*c->at))
		fail_syntax(c, reason);
	for (; is_digit(*c->at); c->at++)
	{
		int			digit = *c->at - '0';

		if (n < places)
			value = value * 10 + digit;
		else if (n == places)
			up = digit >= 5;
		if (n <= places)
			n++;
		*any |= digit != 0;
	}
	for (; n < places; n++)
		value *= 10;
	return value + up;
}
