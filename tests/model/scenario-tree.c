// SPDX-License-Identifier: GPL-2.0-only
/* Trees and machines at random. */
#include "scenario-tree.h"

#include "util/cleanup.h"

#define WIDTH_MAX 6

struct load load_busy(void)
{
	return (struct load){.kind = LOAD_BUSY};
}

struct load load_on_off(struct rng *r)
{
	struct load l = {.exponential = true};

	l.kind = rng_unit(r) < 0.5 ? LOAD_SLEEPY : LOAD_POISSON;
	l.burst_lo = l.burst_hi = rng_range_log(r, MODEL_MSEC / 2, 10 * MODEL_MSEC);
	l.gap = rng_range_log(r, 2 * MODEL_MSEC, 200 * MODEL_MSEC);
	/* Not more than a thread can do. */
	if (l.kind == LOAD_POISSON && l.gap < l.burst_lo * 5 / 4)
		l.gap = l.burst_lo * 5 / 4;
	l.phase = rng_range(r, 0, l.gap);
	return l;
}

struct load load_random(struct rng *r)
{
	return rng_unit(r) < 0.3 ? load_busy() : load_on_off(r);
}

uint32_t scenario_random_tasks(const struct scenario *s, uint32_t nr_leaves, struct rng *r)
{
	return (uint32_t)rng_range(r, 1, 1 + 4 * s->nr_cpus / nr_leaves);
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
	_cleanup_free_ bool *is_parent = xcalloc(s->cgroups.n, sizeof(*is_parent));
	uint32_t n = 0;

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		is_parent[s->cgroups.items[c].parent] = true;
	for (uint32_t c = 0; c < s->cgroups.n; c++)
		n += !is_parent[c];
	return n;
}

uint32_t scenario_depth(const struct scenario *s, uint32_t cgroup)
{
	uint32_t depth = 0;

	while ((cgroup = s->cgroups.items[cgroup].parent) != MODEL_NONE)
		depth++;
	return depth;
}

uint32_t scenario_levels(const struct scenario *s)
{
	uint32_t deepest = 0, depth;

	for (uint32_t c = 0; c < s->cgroups.n; c++) {
		depth = scenario_depth(s, c);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}
