// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios on random trees: all busy; on and off. */
#include "cases.h"
#include "scenario-tree.h"

/* How many tasks a leaf gets: on average twice as many as there are CPUs for it, at least one. */
static uint32_t random_tasks(const struct scenario *s, uint32_t nr_leaves, struct rng *r)
{
	return (uint32_t)rng_range(r, 1, 1 + 4 * s->nr_cpus / nr_leaves);
}

struct scenario *case_build_busy(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("busy", seed, &r);
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = random_tasks(s, nr_leaves, &r); n; n--)
				scenario_task(s, c, 0, load_busy());
	return s;
}

/* Bursts of 0.5 to 10 ms on average, pauses of 2 to 200 ms; three in ten are busy all the time. */
static struct load random_load(struct rng *r)
{
	struct load l = {.exponential = true};

	if (rng_unit(r) < 0.3)
		return load_busy();
	l.kind = rng_unit(r) < 0.5 ? LOAD_SLEEPY : LOAD_POISSON;
	l.burst_lo = l.burst_hi = rng_range_log(r, MODEL_MSEC / 2, 10 * MODEL_MSEC);
	l.gap = rng_range_log(r, 2 * MODEL_MSEC, 200 * MODEL_MSEC);
	l.phase = rng_range(r, 0, l.gap);
	return l;
}

struct scenario *case_build_churn(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("churn", seed, &r);
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = random_tasks(s, nr_leaves, &r); n; n--)
				scenario_task(s, c, 0, random_load(&r));
	return s;
}
