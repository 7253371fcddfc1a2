/*
 * presence_scanpath.h: PresenceScan as the planner meets it.
 */
#ifndef SIGHTINGS_PRESENCE_SCANPATH_H
#define SIGHTINGS_PRESENCE_SCANPATH_H

/* Defines the setting that switches PresenceScan off, and hooks into planning; when the library is loaded. */
extern void presence_scanpath_init(void);

#endif
