// SPDX-License-Identifier: GPL-2.0-only
/*
 * A herd: many children of one parent that wake together, beside a sibling that has enough work for
 * all CPUs, so that the parent's entitlement is a number.
 */
#include "cases.h"
#include "scenario-tree.h"

#define BUSY_WEIGHT 1000

/* A chain of 1 to 3 cgroups, each beside a busy one, so that the last one is entitled to about
 * share of the machine. */
static uint32_t herd_parent(struct scenario *s, struct rng *r, double share)
{
	uint32_t levels = (uint32_t)rng_range(r, 1, 3), parent = MODEL_ROOT, weight, busy;
	double part = pow(share, 1.0 / levels);

	s->entitled = s->nr_cpus;
	for (uint32_t i = 0; i < levels; i++) {
		weight = (uint32_t)lround(BUSY_WEIGHT * part / (1 - part));
		weight = weight < 1 ? 1 : weight > MODEL_WEIGHT_MAX ? MODEL_WEIGHT_MAX : weight;
		busy = scenario_cgroup(s, parent, BUSY_WEIGHT);
		for (uint32_t n = 2 * s->nr_cpus; n; n--)
			scenario_task(s, busy, 0, load_busy());
		parent = scenario_cgroup(s, parent, weight);
		s->entitled *= weight / (double)(weight + BUSY_WEIGHT);
	}
	return parent;
}

/* The children, in one flat family or in several below the parent. */
static void herd_children(struct scenario *s, struct rng *r, uint32_t parent, uint32_t n,
			  struct load l)
{
	uint32_t families = rng_unit(r) < 0.5 ? 1 : (uint32_t)rng_range(r, 2, 8), family = parent;

	for (uint32_t i = 0; i < n; i++) {
		if (families > 1 && i % (n / families + 1) == 0)
			family = scenario_cgroup(s, parent, MODEL_WEIGHT_DFL);
		scenario_task(s, scenario_cgroup(s, family, MODEL_WEIGHT_DFL), 0, l);
	}
}

struct scenario *case_build_herd(uint64_t seed)
{
	struct rng r = {.state = seed};
	struct scenario *s = scenario_new("herd", seed, (uint32_t)rng_range_log(&r, 1, 64));
	uint32_t n = (uint32_t)rng_range_log(&r, 10, 1000);
	double share = (double)rng_range_log(&r, 100, 5000) / 10000, demand, period;
	struct load l = {.kind = LOAD_PERIOD};

	s->watch = herd_parent(s, &r, share);
	l.burst_lo = rng_range_log(&r, MODEL_MSEC / 2, 10 * MODEL_MSEC);
	l.burst_hi = rng_range(&r, l.burst_lo, 2 * l.burst_lo);
	/* From half of what the parent is entitled to up to three times as much. */
	demand = s->entitled * (0.5 + 2.5 * rng_unit(&r));
	period = n * (double)(l.burst_lo + l.burst_hi) / 2 / demand;
	l.gap = (uint64_t)fmin(fmax(period, 20 * MODEL_MSEC), MODEL_SEC);
	l.phase = rng_range(&r, 0, l.gap - 1);
	herd_children(s, &r, s->watch, n, l);
	return s;
}
