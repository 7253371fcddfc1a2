/*
 * change_between.h: a question spelt out as arguments instead of a watch.
 *
 * The arguments are read here once, for the functions that answer the question
 * (change_between.c) and for the planner (change_supportfn.c, presence_selfuncs.c),
 * which must not raise an error for what the user wrote.
 */
#ifndef SIGHTINGS_CHANGE_BETWEEN_H
#define SIGHTINGS_CHANGE_BETWEEN_H

#include "pg_sightings.h"
#include "postgis.h"

/* The arguments beside the presence, in order. */
typedef enum QuestionForm
{
	FORM_AREA,					/* from_date, to_date, area, mode, max_age */
	FORM_RADIUS,				/* from_date, to_date, centre, metres, mode, max_age */
	FORM_AT_AREA,				/* at, area, mode, max_age */
	FORM_AT_RADIUS,				/* at, centre, metres, mode, max_age */
	FORM_AT,					/* at; last known */
	FORM_WATCH					/* a watch; it has no layout */
} QuestionForm;

#define QUESTION_ARGS 6			/* at most */

#define NO_PLACE (-1)

/* Where each argument lies, from 0; NO_PLACE where the form has none. */
typedef struct FormLayout
{
	int			n;
	int			to_date;
	int			area;
	int			metres;
	int			mode;
	int			max_age;
	const char *watch_function; /* makes the watch that an index is asked; NULL: an index is asked the instant itself */
} FormLayout;

extern const FormLayout form_layouts[];

/*
 * These raise no error: they return 0, or an SQLSTATE and a reason. read_times sets the
 * dates, mode and max_age of the watch; of an instant it makes two dates, a microsecond
 * apart. read_space sets the area and its box.
 */
extern int	read_times(QuestionForm form, const NullableDatum *args, Watch *w,
					   const char **reason);
extern int	read_space(QuestionForm form, const NullableDatum *args, Postgis *gis,
					   Area *area, const char **reason);
/* NULL among the arguments that must not be. */
extern bool question_is_null(QuestionForm form, const NullableDatum *args);
extern bool instant_is_infinite(QuestionForm form, const NullableDatum *args);

#endif
