/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is each cgroup entitled to, as a fraction of the machine? Non-logging, no I/O.
 *
 * The rule is the hierarchical fluid one: the machine is divided among the children of the root by
 * weight, each part among the children of that child, and so on; who cannot use its part leaves
 * the rest to its siblings, by weight again. Three things bound what one can use:
 *  - tasks that want to run can use one CPU each, so one busy thread of a cgroup with weight
 *    10000 on 4 CPUs is entitled to 25 %, and its siblings divide 75 %;
 *  - tasks that slept part of the time wanted what they got;
 *  - a limit (cpu.max) bounds a cgroup with all that is below it.
 * One that yields (cpu.idle) gets what its siblings leave.
 *
 * For a cgroup with tasks that want more, "entitled" is that division. For one that does not, it
 * is what it would get if it wanted all: the guarantee that stands behind its idleness. Example: a
 * database with weight 800 that uses 5 % beside a busy batch job with weight 200 is entitled to
 * 80 %, the job to 95 %. So the numbers of siblings need not add up to that of their parent.
 */
#ifndef POLICY_SHARE_H
#define POLICY_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct share_node {
	/* In. */
	size_t parent;	 /* index of its parent, which comes earlier; the first node is the root */
	uint32_t weight; /* among its siblings; of the root: ignored */
	uint32_t own_weight; /* of its own tasks among its children */
	bool wants_more;     /* its own tasks: do they want more than they have? */
	double demand;	     /* what its own tasks can use (wants_more), or did use */
	double limit;	     /* what it and all below may use; 0: it has no limit */
	bool yields;	     /* has no weight against siblings that do not */

	/* Out. */
	double entitled;
};

/* The machine is 1. Takes n log n steps. */
void share_compute(struct share_node *nodes, size_t n);

#endif
