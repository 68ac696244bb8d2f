/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cgfifo, compiled so that tally.h learns what it does to memory; see sched-counted.c. Not among
 * those that `model run` and `model sweep` offer: it decides the same, and takes longer.
 */
#ifndef MODEL_COUNTED_H
#define MODEL_COUNTED_H

#include "sched.h"

/* Machines of up to so many CPUs have the build with sets of CPUs of one word. */
#define COUNTED_NARROW_CPUS 64

extern const struct model_sched counted_narrow_sched, counted_wide_sched;

/* Levels of blocks in the order of the root's members, in the last run. */
uint32_t counted_narrow_levels(void);
uint32_t counted_wide_levels(void);

#endif
