/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: what every cgroup would get if CPU time were a fluid. Hierarchical generalised
 * processor sharing on several CPUs, exact but for the rounding of doubles.
 *
 * Where more than one definition is possible, this is the one taken:
 *
 * - Work arrives when it does in the simulated run (fluid_arrive()), in bursts of known size. The
 *   fluid system serves it at its own pace: it may be done earlier or later than the real one.
 * - A cgroup that has no backlog *in the fluid system* takes part in nothing, whatever the real
 *   scheduler still has to do for it.
 * - A thread uses at most one CPU. So a subtree with n backlogged threads takes at most n CPUs.
 * - The root has the capacity of all CPUs. At each fork the capacity of the parent is split among
 *   the backlogged children by weight; what a child cannot use goes to its siblings by their
 *   weights, and what no child can use never was the parent's but goes to the parent's siblings.
 *   (The rates are the weighted max-min fair ones, fork by fork from the root down.)
 * - The threads of one cgroup share its rate equally, as far as they can.
 * - A thread may be confined to some CPUs. Then "can use" is a question about all threads at once:
 *   rates are feasible if every thread's can be spread over its CPUs with no CPU above 1. See
 *   fluid-bound.h for what fairness means under that.
 * - A weight holds from the moment of its change on. A removed cgroup keeps the work that arrived
 *   (its subtree had a right to that time), but what its tasks had not yet done in the real run
 * when they were killed never arrived; see fluid_end().
 *
 * lag of a cgroup at a time = its service in the fluid system - its service in the real one, both
 * since the start: above 0, the real scheduler owes it something.
 *
 * Times and work are in ns, as doubles: their rounding is below 1 ns for months. Rates are in CPUs.
 */
#ifndef MODEL_FLUID_H
#define MODEL_FLUID_H

#include "sched.h"

struct fluid;

/* Called just before the rate of a cgroup changes, with fluid_service() of that moment. */
typedef void (*fluid_watch)(void *data, uint32_t cgroup);

/* Never NULL. Cgroups and tasks have numbers below the limits; the root is there. */
struct fluid *fluid_new(uint32_t nr_cpus, uint32_t max_cgroups, uint32_t max_tasks,
			fluid_watch watch, void *data);
void fluid_free(struct fluid *f);

void fluid_cgroup(struct fluid *f, uint32_t cgroup, uint32_t parent, uint32_t weight);
void fluid_weight(struct fluid *f, uint32_t cgroup, uint32_t weight);
/* A new task, without work, in a leaf; mask has at least one of the CPUs. */
void fluid_task(struct fluid *f, uint32_t task, uint32_t cgroup, const struct model_mask *mask);

/* Now. INFINITY is work that never ends. */
void fluid_arrive(struct fluid *f, uint32_t task, double work_ns);
/* The task is killed, with lost_ns of its work undone in the real run (INFINITY: it was endless).
 * That much of its backlog goes, if there still is as much. */
void fluid_end(struct fluid *f, uint32_t task, double lost_ns);

/* Let time pass; now_ns is not before that of the last call. */
void fluid_advance(struct fluid *f, double now_ns);
double fluid_now(const struct fluid *f);
/* Work rates out now, rather than when time passes: after many changes at the same time that is
 * done once. */
void fluid_refresh(struct fluid *f);

/* As of now: the time that a cgroup had since the start, and what it gets at the moment. The rate
 * is right once time has passed since the last change. */
double fluid_service(const struct fluid *f, uint32_t cgroup);
double fluid_rate(const struct fluid *f, uint32_t cgroup);

#endif
