/*
 * text_fuzz.h: the target of a text form. A text is refused with a reason and a place in
 * it, or what is printed for it parses back to the same value and is printed likewise.
 * Defined by TYPE (Sighting), VERB(parse) and VERB(print), and TEXT_SIZE.
 */
#include "fuzz.h"
#include "text.h"

static void
parse_again(const TYPE *value)
{
	char	   *first = malloc(TEXT_SIZE);
	char	   *second = malloc(TEXT_SIZE);
	TYPE		again;

	PROMISE(VERB(print)(value, first) == strlen(first), "print returns the length");
	PROMISE(VERB(parse)(first, &again).kind == FAULT_NONE, "what is printed parses");
	PROMISE(memcmp(value, &again, sizeof(TYPE)) == 0, "it parses to the same value");
	VERB(print)(&again, second);
	PROMISE(strcmp(first, second) == 0, "and is printed likewise");
	free(first);
	free(second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = as_text(data, size);
	const char *reason;
	TYPE		value;
	TextFault	fault = VERB(parse)(text, &value);

	if (fault.kind == FAULT_NONE)
	{
		PROMISE(VERB(check)(&value, &reason) == FAULT_NONE, "what parses is valid");
		parse_again(&value);
	}
	else
		PROMISE(fault.reason != NULL && fault.offset <= strlen(text), "a fault has a reason and a place");
	free(text);
	return 0;
}
