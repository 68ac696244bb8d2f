// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios on random trees: all busy; on and off. */
#include "cases.h"
#include "scenario-tree.h"

static struct scenario *random_busy(const char *name, uint64_t seed, struct rng *r)
{
	struct scenario *s = scenario_random(name, seed, r);
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = scenario_random_tasks(s, nr_leaves, r); n; n--)
				scenario_task(s, c, 0, load_busy());
	return s;
}

struct scenario *case_build_busy(uint64_t seed)
{
	struct rng r;

	return random_busy("busy", seed, &r);
}

#define SLICE_LEAST (MODEL_MSEC / 2)
#define SLICE_MOST  (12 * MODEL_MSEC)

/* The trees of busy, but for the slices. */
struct scenario *case_build_slices(uint64_t seed)
{
	struct rng r;
	struct scenario *s = random_busy("slices", seed, &r);

	s->slice_ns = SLICE_MOST;
	for (uint32_t c = 1; c < s->cgroups.n; c++)
		s->cgroups.items[c].slice_ns = rng_range_log(&r, SLICE_LEAST, SLICE_MOST);
	return s;
}

struct scenario *case_build_churn(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("churn", seed, &r);
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = scenario_random_tasks(s, nr_leaves, &r); n; n--)
				scenario_task(s, c, 0, load_on_off(&r));
	return s;
}
