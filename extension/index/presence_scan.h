/*
 * presence_scan.h: reading an R-tree of presences or sightings without GiST's own scan.
 */
#ifndef SIGHTINGS_PRESENCE_SCAN_H
#define SIGHTINGS_PRESENCE_SCAN_H

#include "pg_sightings.h"

#include "nodes/extensible.h"

/* Shown by EXPLAIN, and by which a plan finds its methods in another process. */
#define PRESENCE_SCAN "PresenceScan"

extern const CustomScanMethods presence_scan_methods;

/*
 * What a plan hands to its execution. custom_exprs holds the conditions, operators in the
 * index's family whose strategies these are; then, if nearest is to come first, the distance.
 */
extern List *presence_scan_private(Oid index, bool of_sightings, List *strategies);

#endif
