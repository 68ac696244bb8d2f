/* SPDX-License-Identifier: GPL-2.0-only */
/* Trees and machines at random, for the builders of scenarios. */
#ifndef MODEL_SCENARIO_TREE_H
#define MODEL_SCENARIO_TREE_H

#include "scenario.h"

/* A machine of 1..64 CPUs with a tree that is 1..8 levels deep and has 2..500 leaves,
 * weights 10..1000, all drawn with small numbers as likely as large ones; no task. */
struct scenario *scenario_random(const char *name, uint64_t seed, struct rng *r);

/* A subtree of exactly so many leaves below a cgroup, at most depth levels deep (>= 1). */
void scenario_grow(struct scenario *s, struct rng *r, uint32_t parent, uint32_t leaves,
		   uint32_t depth);

/* Has the cgroup no children? Only good once the tree is complete. */
bool scenario_is_leaf(const struct scenario *s, uint32_t cgroup);
uint32_t scenario_nr_leaves(const struct scenario *s);

/* How many levels below the root a cgroup is; and the deepest one. */
uint32_t scenario_depth(const struct scenario *s, uint32_t cgroup);
uint32_t scenario_levels(const struct scenario *s);

/* How many tasks a leaf gets: on average twice as many as there are CPUs for it, at least one. */
uint32_t scenario_random_tasks(const struct scenario *s, uint32_t nr_leaves, struct rng *r);

struct load load_busy(void);
/* Bursts of 0.5 to 10 ms on average, pauses of 2 to 200 ms. */
struct load load_on_off(struct rng *r);
/* The same, but three in ten are busy all the time. */
struct load load_random(struct rng *r);

#endif
