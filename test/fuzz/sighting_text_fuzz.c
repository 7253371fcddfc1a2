/*
 * sighting_text_fuzz.c: the text form of sighting (text_fuzz.h).
 */
#define TYPE Sighting
#define VERB(verb) sighting_##verb
#define TEXT_SIZE SIGHTING_TEXT

#include "text_fuzz.h"
