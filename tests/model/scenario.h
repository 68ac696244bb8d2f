/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario: a machine, a tree of cgroups, tasks and what they do, and what changes while it runs.
 * Data only, made by the builders in scenario-*.c from a seed, and run by sim.c. The same name and
 * seed are the same scenario, whatever the scheduler.
 */
#ifndef MODEL_SCENARIO_H
#define MODEL_SCENARIO_H

#include "rng.h"
#include "sched.h"
#include "util/vec.h"

#define MODEL_MSEC 1000000ULL
#define MODEL_SEC  1000000000ULL

enum load_kind {
	LOAD_BUSY,    /* never sleeps */
	LOAD_SLEEPY,  /* runs a burst, then sleeps for a gap, which begins when the burst is done */
	LOAD_POISSON, /* bursts arrive at random times, done or not; their mean distance is the gap
		       */
	LOAD_PERIOD,  /* a burst at each multiple of the gap, unless the last one is not done yet */
};

struct load {
	enum load_kind kind;
	bool exponential;	     /* bursts have a mean of burst_lo, else they are lo..hi */
	uint64_t burst_lo, burst_hi; /* ns of work */
	uint64_t gap;		     /* ns; for LOAD_SLEEPY and LOAD_POISSON a mean */
	uint64_t phase;		     /* ns from the start to the first burst */
};

struct scenario_cgroup {
	uint32_t parent, weight;
	uint64_t slice_ns;	      /* of its own tasks; 0: the machine's */
	uint64_t made_at, removed_at; /* ns; removed at 0: never */
};

struct scenario_task {
	uint32_t cgroup;
	uint32_t mask; /* into masks; 0: all CPUs */
	struct load load;
};

struct scenario_change {
	uint64_t at;
	uint32_t cgroup, weight;
};

struct scenario {
	char name[32];
	uint64_t seed;
	uint32_t nr_cpus, cpus_per_llc;
	uint64_t slice_ns; /* the longest that there is */
	uint64_t duration_ns;
	uint32_t watch;	 /* the cgroup whose every second is looked at, or MODEL_NONE */
	double entitled; /* its entitlement, in CPUs */
	struct {
		struct scenario_cgroup *items;
		size_t n, allocated;
	} cgroups; /* the first one is the root; parents before children */
	struct {
		struct scenario_task *items;
		size_t n, allocated;
	} tasks;
	struct {
		struct scenario_change *items;
		size_t n, allocated;
	} changes; /* by time */
	struct {
		struct model_mask *items;
		size_t n, allocated;
	} masks;
};

/* An empty one: a root, the mask of all CPUs, no task. */
struct scenario *scenario_new(const char *name, uint64_t seed, uint32_t nr_cpus);
void scenario_free(struct scenario *s);

/* Each answers the number of what it made. */
uint32_t scenario_cgroup(struct scenario *s, uint32_t parent, uint32_t weight);
uint32_t scenario_task(struct scenario *s, uint32_t cgroup, uint32_t mask, struct load load);
uint32_t scenario_mask(struct scenario *s, const struct model_mask *mask);
void scenario_change(struct scenario *s, uint64_t at, uint32_t cgroup, uint32_t weight);

#endif
