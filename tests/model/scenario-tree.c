// SPDX-License-Identifier: GPL-2.0-only
/* Trees and machines at random. */
#include "scenario-tree.h"

#define WIDTH_MAX 6

struct load load_busy(void)
{
	return (struct load){.kind = LOAD_BUSY};
}

static uint32_t random_weight(struct rng *r)
{
	return (uint32_t)rng_range_log(r, 10, 1000);
}

void scenario_grow(struct scenario *s, struct rng *r, uint32_t parent, uint32_t leaves,
		   uint32_t depth)
{
	uint32_t branches = (uint32_t)rng_range(r, 1, leaves < WIDTH_MAX ? leaves : WIDTH_MAX),
		 part;

	if (depth == 1) {
		for (uint32_t i = 0; i < leaves; i++)
			scenario_cgroup(s, parent, random_weight(r));
		return;
	}
	/* The first branch gets what the others leave, so that it is the deepest. */
	for (uint32_t i = branches; i-- > 0; leaves -= part) {
		part = i ? (uint32_t)rng_range(r, 1, (leaves - i) / (i + 1) ?: 1) : leaves;
		if (i && part == 1)
			scenario_cgroup(s, parent, random_weight(r));
		else
			scenario_grow(s, r, scenario_cgroup(s, parent, random_weight(r)), part,
				      depth - 1);
	}
}

struct scenario *scenario_random(const char *name, uint64_t seed, struct rng *r)
{
	struct scenario *s;

	r->state = seed;
	s = scenario_new(name, seed, (uint32_t)rng_range_log(r, 1, 64));
	scenario_grow(s, r, MODEL_ROOT, (uint32_t)rng_range_log(r, 2, 500),
		      (uint32_t)rng_range(r, 1, 8));
	return s;
}

bool scenario_is_leaf(const struct scenario *s, uint32_t cgroup)
{
	for (size_t i = cgroup + 1; i < s->cgroups.n; i++)
		if (s->cgroups.items[i].parent == cgroup)
			return false;
	return true;
}

uint32_t scenario_nr_leaves(const struct scenario *s)
{
	uint32_t n = 0;

	for (uint32_t c = 0; c < s->cgroups.n; c++)
		n += scenario_is_leaf(s, c);
	return n;
}
