// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios in which what is entitled stands still, and is hard to give: weights that are too
 * much for one thread, tasks confined to some CPUs; and weights that change all the time. */
#include "cases.h"
#include "fluid.h"
#include "scenario-tree.h"

static void add_busy_tasks(struct scenario *s, struct rng *r)
{
	uint32_t nr_leaves = scenario_nr_leaves(s);

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		if (scenario_is_leaf(s, c))
			for (uint32_t n = scenario_random_tasks(s, nr_leaves, r); n; n--)
				scenario_task(s, c, 0, load_busy());
}

/* One to three leaves of weight 10000 with one thread each. */
struct scenario *case_build_infeasible(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("infeasible", seed, &r);

	add_busy_tasks(s, &r);
	for (uint32_t n = (uint32_t)rng_range(&r, 1, 3); n; n--)
		scenario_task(s, scenario_cgroup(s, MODEL_ROOT, MODEL_WEIGHT_MAX), 0, load_busy());
	return s;
}

#define CHANGES_PER_SEC 100

struct scenario *case_build_weights(uint64_t seed)
{
	struct rng r;
	struct scenario *s = scenario_random("weights", seed, &r);
	double at = 0;

	add_busy_tasks(s, &r);
	while ((at += rng_exponential(&r, MODEL_SEC / CHANGES_PER_SEC)) < (double)s->duration_ns)
		scenario_change(s, (uint64_t)at, (uint32_t)rng_range(&r, 1, s->cgroups.n - 1),
				(uint32_t)rng_range_log(&r, 10, 1000));
	return s;
}

/* Some of the CPUs in mask, neighbours or not; at least one. */
static struct model_mask random_subset(const struct model_mask *mask, uint32_t nr_cpus,
				       struct rng *r)
{
	struct model_mask subset = {};
	uint32_t first = (uint32_t)rng_range(r, 0, nr_cpus - 1), cpu, left;
	double keep = rng_unit(r) < 0.5 ? 1 : 0.5;

	for (left = (uint32_t)rng_range_log(r, 1, nr_cpus), cpu = first; left;) {
		if (model_mask_has(mask, cpu) && (cpu == first || rng_unit(r) < keep)) {
			subset.bits[cpu / 64] |= 1ULL << (cpu % 64);
			left--;
		}
		cpu = (cpu + 1) % nr_cpus;
		if (cpu == first)
			break;
	}
	for (cpu = 0; cpu < MODEL_MASK_WORDS; cpu++)
		if (subset.bits[cpu])
			return subset;
	return *mask;
}

/* A cgroup's CPUs are some of its parent's, in one of four cases, or all of them. */
static void add_confined_tasks(struct scenario *s, struct rng *r)
{
	uint32_t *mask = xcalloc(s->cgroups.n, sizeof(*mask)), nr_leaves = scenario_nr_leaves(s);
	struct model_mask subset;

	for (uint32_t c = 1; c < s->cgroups.n; c++) {
		mask[c] = mask[s->cgroups.items[c].parent];
		if (rng_unit(r) < 0.25) {
			subset = random_subset(&s->masks.items[mask[c]], s->nr_cpus, r);
			mask[c] = scenario_mask(s, &subset);
		}
		if (scenario_is_leaf(s, c))
			for (uint32_t n = scenario_random_tasks(s, nr_leaves, r); n; n--)
				scenario_task(s, c, mask[c], load_busy());
	}
	free(mask);
}

/* What every cgroup gets when all are busy, with or without the masks. */
static struct fluid *steady_state(const struct scenario *s, bool with_masks)
{
	struct fluid *f =
		fluid_new(s->nr_cpus, (uint32_t)s->cgroups.n, (uint32_t)s->tasks.n, NULL, NULL);
	const struct scenario_task *t;

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		fluid_cgroup(f, c, s->cgroups.items[c].parent, s->cgroups.items[c].weight);
	for (uint32_t i = 0; i < s->tasks.n; i++) {
		t = &s->tasks.items[i];
		fluid_task(f, i, t->cgroup, &s->masks.items[with_masks ? t->mask : 0]);
		fluid_arrive(f, i, INFINITY);
	}
	fluid_advance(f, 1);
	return f;
}

/* Does the oracle let nobody starve because of the masks? See fluid-bound.h: it may. */
static bool is_kind(const struct scenario *s)
{
	struct fluid *bound = steady_state(s, true), *unbound = steady_state(s, false);
	bool kind = true;

	for (uint32_t c = 1; c < s->cgroups.n; c++)
		kind &= fluid_rate(bound, c) >= 0.1 * fluid_rate(unbound, c);
	fluid_free(bound);
	fluid_free(unbound);
	return kind;
}

struct scenario *case_build_affinity(uint64_t seed)
{
	struct rng r = {.state = seed};
	struct scenario *s;

	for (;;) {
		s = scenario_new("affinity", seed, (uint32_t)rng_range_log(&r, 2, 64));
		scenario_grow(s, &r, MODEL_ROOT, (uint32_t)rng_range_log(&r, 2, 60),
			      (uint32_t)rng_range(&r, 1, 8));
		add_confined_tasks(s, &r);
		if (s->masks.n > 1 && is_kind(s))
			return s;
		scenario_free(s);
	}
}
