// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios about what tenants do: splitting up into many cgroups, making and removing them;
 * and a machine with more of everything. */
#include "cases.h"
#include "scenario-tree.h"

#define TENANT_CHILDREN 100

/* The tenant has 100 busy tasks, all in one cgroup or each in its own. */
static struct scenario *tenant(uint64_t seed, bool split)
{
	struct rng r = {.state = seed};
	struct scenario *s = scenario_new("children", seed, (uint32_t)rng_range_log(&r, 1, 64));
	uint32_t others = (uint32_t)rng_range(&r, 1, 5), c;

	for (uint32_t i = 0; i < others; i++) {
		c = scenario_cgroup(s, MODEL_ROOT, (uint32_t)rng_range_log(&r, 10, 1000));
		for (uint32_t n = (uint32_t)rng_range(&r, 1, 2 * s->nr_cpus); n; n--)
			scenario_task(s, c, 0, load_busy());
	}
	/* Not so light that one slice in 10 s is more than 1 %. */
	s->watch = scenario_cgroup(s, MODEL_ROOT, (uint32_t)rng_range_log(&r, 300, 1000));
	for (uint32_t i = 0; i < TENANT_CHILDREN; i++) {
		c = split ? scenario_cgroup(s, s->watch, MODEL_WEIGHT_DFL) : s->watch;
		scenario_task(s, c, 0, load_busy());
	}
	return s;
}

struct scenario *case_build_children(uint64_t seed)
{
	return tenant(seed, true);
}

struct scenario *case_build_one_child(uint64_t seed)
{
	return tenant(seed, false);
}

/* Cgroups that live 50 ms to 2 s and have one task each; below cgroups that stay. */
static void add_passing(struct scenario *s, struct rng *r, uint32_t n)
{
	uint32_t stay = (uint32_t)s->cgroups.n, parent, c;
	uint64_t life;

	while (n--) {
		do
			parent = (uint32_t)rng_range(r, 0, stay - 1);
		while (parent && scenario_is_leaf(s, parent));
		c = scenario_cgroup(s, parent, (uint32_t)rng_range_log(r, 10, 1000));
		life = rng_range_log(r, 50 * MODEL_MSEC, 2 * MODEL_SEC);
		s->cgroups.items[c].made_at = rng_range(r, 1, s->duration_ns - life);
		s->cgroups.items[c].removed_at = s->cgroups.items[c].made_at + life;
		scenario_task(s, c, 0, load_on_off(r));
	}
}

struct scenario *case_build_lifecycle(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("lifecycle", seed, &r);
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = scenario_random_tasks(s, nr_leaves, &r); n; n--)
				scenario_task(s, c, 0, load_on_off(&r));
	add_passing(s, &r, (uint32_t)rng_range_log(&r, 10, 300));
	return s;
}

/* 256 CPUs, 10 000 leaves in a tree of four levels, one task each. */
struct scenario *case_build_big(uint64_t seed)
{
	struct rng r = {.state = seed};
	struct scenario *s = scenario_new("big", seed, 256);
	uint32_t first = 0, last = 0, end;

	for (uint32_t level = 0; level < 4; level++) {
		end = (uint32_t)s->cgroups.n;
		for (uint32_t parent = first; parent <= last; parent++)
			for (uint32_t i = 0; i < 10; i++)
				scenario_cgroup(s, parent, (uint32_t)rng_range_log(&r, 10, 1000));
		first = end;
		last = (uint32_t)s->cgroups.n - 1;
	}
	for (uint32_t c = first; c <= last; c++)
		scenario_task(s, c, 0, load_random(&r));
	return s;
}
