/*
 * presence_text_fuzz.c: the text form of presence (text_fuzz.h).
 */
#define TYPE Presence
#define VERB(verb) presence_##verb
#define TEXT_SIZE PRESENCE_TEXT

#include "text_fuzz.h"
