/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bars: what a scheduler has to keep to. Each says how far the worst cgroup of a run is from what
 * the oracle gives it, as a multiple of what is allowed: 1.00 is just met, 2.00 missed by as much
 * again.
 */
#ifndef MODEL_BARS_H
#define MODEL_BARS_H

#include "sim.h"

struct bar_figure {
	double ratio;	 /* distance / allowed */
	uint32_t cgroup; /* the worst one; MODEL_NONE: nothing to judge */
	double distance_ns, allowed_ns;
	double at_s; /* where its window begins, or when the lag was so high */
};

struct model_bar {
	const char *name;
	const char *summary;
	/* other: the run of the case's other scenario, or NULL. */
	struct bar_figure (*judge)(const struct scenario *s, const struct sim_result *r,
				   const struct sim_result *other);
};

extern const struct model_bar bar_busy_1s, bar_busy_10s;
extern const struct model_bar bar_steady;
extern const struct model_bar bar_lag;
extern const struct model_bar bar_herd_most, bar_herd_least;
extern const struct model_bar bar_children;

/* How many CPUs the tasks of each cgroup can use at most: those that they are allowed, and one per
 * task. An array by cgroup, for the caller to free. */
uint32_t *bar_usable_cpus(const struct scenario *s);

#endif
