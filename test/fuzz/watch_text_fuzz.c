/*
 * watch_text_fuzz.c: the text form of watch (text_fuzz.h).
 */
#define TYPE Watch
#define VERB(verb) watch_##verb
#define TEXT_SIZE WATCH_TEXT

#include "text_fuzz.h"
