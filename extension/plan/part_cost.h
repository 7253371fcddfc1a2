/*
 * part_cost.h: what a row looked up in a ledger's table in parts costs.
 *
 * (Theory at the head of part_cost.c.)
 */
#ifndef SIGHTINGS_PART_COST_H
#define SIGHTINGS_PART_COST_H

/* Hooks into planning; when the library is loaded. */
extern void part_cost_init(void);

#endif
