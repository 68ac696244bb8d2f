/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of functions through which the model drives a scheduler. Each one is an adapter in a
 * file of its own (sched-NAME.c) and a line in sched.c; nothing else of the model knows how it
 * works.
 *
 * The model calls one function at a time, with times that never go backwards. Cgroups, tasks and
 * CPUs are small numbers that the model chose; cgroup 0 is the root and exists from make() on.
 * Numbers of cgroups are not used again after cgroup_remove(). Tasks are in leaves only, and those
 * of one cgroup are to run first in, first out.
 *
 * What a task goes through, as the calls that the scheduler sees:
 *
 *     asleep --wake()--> waiting --pick()--> running --stop(still_runnable)--> waiting
 *        ^                  |                   |
 *        |                  +--leave()          +--stop(!still_runnable)--> asleep
 *        +---------------------+
 */
#ifndef MODEL_SCHED_H
#define MODEL_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_NONE	  UINT32_MAX
#define MODEL_ROOT	  0
#define MODEL_MAX_CPUS	  512
#define MODEL_MASK_WORDS  (MODEL_MAX_CPUS / 64)
#define MODEL_WEIGHT_MAX  10000
#define MODEL_WEIGHT_DFL  100
#define MODEL_MAX_CGROUPS 32768
#define MODEL_MAX_TASKS	  65536

/* CPUs, one bit each. */
struct model_mask {
	uint64_t bits[MODEL_MASK_WORDS];
};

/* What make() is told. Numbers of cgroups and tasks stay below their limits. */
struct model_machine {
	uint32_t nr_cpus;      /* 1..MODEL_MAX_CPUS */
	uint32_t cpus_per_llc; /* CPU n has the last-level cache n / cpus_per_llc */
	uint32_t max_cgroups;
	uint32_t max_tasks;
	uint64_t slice_ns;
};

struct model_sched {
	const char *name;
	const char *summary; /* for `model list` */

	/* Never NULL: out of memory ends the program. free() takes what make() gave. */
	void *(*make)(const struct model_machine *machine);
	void (*free)(void *sched);

	/* 0, or a negative errno, which ends the run. The parent exists. Weights: 1..10000. */
	int (*cgroup_make)(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight);
	/* It has no children, and none of its tasks waits or runs. */
	void (*cgroup_remove)(void *sched, uint32_t cgroup);
	/* NULL: it has one slice for all. Before the cgroup has a task; > 0. */
	void (*cgroup_slice)(void *sched, uint32_t cgroup, uint64_t slice_ns);
	void (*cgroup_weight)(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns);

	/* A sleeping (or new) task waits from now on, in this cgroup, for one of the CPUs in mask.
	 */
	void (*wake)(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
		     uint64_t now_ns);
	/* NULL but for a reference: so much work arrives (UINT64_MAX: without end) for a task,
	 * which wakes up next if it sleeps. No kernel can know this. */
	void (*foresee)(void *sched, uint32_t task, uint64_t work_ns, uint64_t now_ns);
	/* A waiting task waits no more, and has not run: it ends, or it moves to another cgroup or
	 * other CPUs, and then wakes there. */
	void (*leave)(void *sched, uint32_t task, uint64_t now_ns);

	/*
	 * The CPU has nothing to run. The answer is a waiting task, which runs there from now on
	 * for at most *ret_slice_ns (> 0); or MODEL_NONE, and then the CPU idles until a task wakes
	 * that may run there. The model counts it when a CPU idles while such a task waits.
	 */
	uint32_t (*pick)(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns);
	/* The task that ran here stops after ran_ns: at the end of its slice or interrupted (it
	 * waits again, behind those that wait already), or because it sleeps. */
	void (*stop)(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns, bool still_runnable,
		     uint64_t now_ns);

	/* A task that has just woken found no idle CPU: which CPU, of those that it may use and
	 * that are busy, should stop what it runs and pick again? MODEL_NONE: none. */
	uint32_t (*preempt)(void *sched, uint32_t task, uint64_t now_ns);
	/* How often that is asked for one task, as long as the CPU picks somebody else; 0: never.
	 */
	uint32_t nr_preempts;
};

static inline bool model_mask_has(const struct model_mask *mask, uint32_t cpu)
{
	return mask->bits[cpu / 64] >> (cpu % 64) & 1;
}

/* All schedulers, ended by NULL; and the one of this name, or NULL. */
extern const struct model_sched *const model_scheds[];
const struct model_sched *model_sched_find(const char *name);

#endif
