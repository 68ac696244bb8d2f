// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flat order by virtual time, as most schedulers that flatten the tree have: each leaf is charged
 * what it ran over its share of the machine, compounded from the weights of all its active
 * ancestors. Interior cgroups have no account, so a herd of children that wake together gets more
 * than its parent's share.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "arith.h"
#include "fifo.h"

/* A share of the machine, and its cost, 1 / share, in units of 2^-SHIFT. */
#define SHARE_SHIFT 40
#define SHARE_MIN   (1ULL << (SHARE_SHIFT - 20))
#define COST_SHIFT  12
/* How long a leaf without work stays after virtual time has passed it, in ns. */
#define LINGER 200000ULL

static uint64_t cost_of(uint64_t share)
{
	return (1ULL << (SHARE_SHIFT + COST_SHIFT)) / (share < SHARE_MIN ? SHARE_MIN : share);
}

static uint64_t charge(uint64_t ns, uint64_t cost)
{
	return ns * cost >> COST_SHIFT;
}

struct flat_node {
	uint32_t parent, weight;
	bool active;
	uint64_t child_sum; /* weights of active children; in a leaf 1 while it is active */
	uint64_t vtime, cost, cost_gen;
	uint32_t running;
	struct fifo fifo;
};

struct flat {
	struct model_machine machine;
	struct flat_node *nodes;
	struct fifo_task *tasks;
	uint64_t *prepaid; /* per task: the virtual time that it was charged when it was picked */
	uint64_t now, gen;
	/* Leaves that wait, run, or have left only lately. */
	uint32_t *leaves, nr_leaves;
};

static void *flat_make(const struct model_machine *machine)
{
	struct flat *f = xcalloc(1, sizeof(*f));

	f->machine = *machine;
	f->nodes = xcalloc(machine->max_cgroups, sizeof(*f->nodes));
	f->leaves = xcalloc(machine->max_cgroups, sizeof(*f->leaves));
	f->tasks = xcalloc(machine->max_tasks, sizeof(*f->tasks));
	f->prepaid = xcalloc(machine->max_tasks, sizeof(*f->prepaid));
	f->gen = 1;
	for (uint32_t i = 0; i < machine->max_cgroups; i++)
		fifo_init(&f->nodes[i].fifo);
	f->nodes[MODEL_ROOT].parent = MODEL_NONE;
	return f;
}

static void flat_free(void *sched)
{
	struct flat *f = sched;

	free(f->nodes);
	free(f->leaves);
	free(f->tasks);
	free(f->prepaid);
	free(f);
}

static int flat_cgroup_make(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct flat *f = sched;

	f->nodes[cgroup].parent = parent;
	f->nodes[cgroup].weight = weight;
	f->nodes[cgroup].vtime = f->now;
	return 0;
}

static void activate(struct flat *f, uint32_t leaf)
{
	struct flat_node *n = &f->nodes[leaf];

	f->gen++;
	f->leaves[f->nr_leaves++] = leaf;
	n->child_sum = 1;
	while (!n->active) {
		n->active = true;
		if (n->parent == MODEL_NONE)
			return;
		f->nodes[n->parent].child_sum += n->weight;
		n = &f->nodes[n->parent];
	}
}

static void deactivate(struct flat *f, uint32_t number)
{
	struct flat_node *n = &f->nodes[f->leaves[number]];

	f->gen++;
	f->leaves[number] = f->leaves[--f->nr_leaves];
	n->child_sum = 0;
	while (n->active && !n->child_sum) {
		n->active = false;
		if (n->parent == MODEL_NONE)
			return;
		f->nodes[n->parent].child_sum -= n->weight;
		n = &f->nodes[n->parent];
	}
}

static void flat_cgroup_remove(void *sched, uint32_t cgroup)
{
	struct flat *f = sched;

	for (uint32_t i = f->nr_leaves; i-- > 0;)
		if (f->leaves[i] == cgroup)
			deactivate(f, i);
}

static void flat_cgroup_weight(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns)
{
	struct flat *f = sched;
	struct flat_node *n = &f->nodes[cgroup];

	if (n->active)
		f->nodes[n->parent].child_sum += (uint64_t)weight - n->weight;
	n->vtime = arith_rescale(n->vtime, f->now, n->weight, weight);
	n->weight = weight;
	f->gen++;
}

static uint64_t leaf_cost(struct flat *f, struct flat_node *leaf)
{
	uint64_t share = 1ULL << SHARE_SHIFT;
	struct flat_node *parent;

	if (leaf->cost_gen == f->gen)
		return leaf->cost;
	for (struct flat_node *n = leaf; n->parent != MODEL_NONE; n = parent) {
		parent = &f->nodes[n->parent];
		share = share * n->weight / (parent->child_sum ?: n->weight);
	}
	leaf->cost_gen = f->gen;
	return leaf->cost = cost_of(share);
}

static void wait_begin(struct flat *f, uint32_t task)
{
	struct flat_node *n = &f->nodes[f->tasks[task].cgroup];

	if (!n->child_sum)
		activate(f, f->tasks[task].cgroup);
	if (!n->fifo.nr)
		n->vtime = arith_later(n->vtime, f->now - f->machine.slice_ns);
	fifo_add(&n->fifo, f->tasks, task);
}

static void flat_wake(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
		      uint64_t now_ns)
{
	struct flat *f = sched;

	f->tasks[task].cgroup = cgroup;
	f->tasks[task].mask = *mask;
	f->tasks[task].bound = fifo_is_bound(mask, f->machine.nr_cpus);
	wait_begin(f, task);
}

static void flat_leave(void *sched, uint32_t task, uint64_t now_ns)
{
	struct flat *f = sched;

	fifo_remove(&f->nodes[f->tasks[task].cgroup].fifo, f->tasks, task);
}

/* The earliest leaf with work for a CPU, and the first such task there; on the way, those that
 * sleep and that virtual time has passed leave. */
static uint32_t earliest(struct flat *f, uint32_t cpu)
{
	uint32_t best = MODEL_NONE, task;
	uint64_t key = 0;
	struct flat_node *n;

	for (uint32_t i = f->nr_leaves; i-- > 0;) {
		n = &f->nodes[f->leaves[i]];
		if (!n->fifo.nr) {
			if (!n->running && arith_before(n->vtime + LINGER, f->now))
				deactivate(f, i);
			continue;
		}
		if (best != MODEL_NONE && !arith_before(n->vtime, key))
			continue;
		task = fifo_first(&n->fifo, f->tasks, cpu);
		if (task == MODEL_NONE)
			continue;
		best = task;
		key = n->vtime;
	}
	return best;
}

static uint32_t flat_pick(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	struct flat *f = sched;
	uint32_t task = earliest(f, cpu);
	struct flat_node *n;

	if (task == MODEL_NONE)
		return task;
	n = &f->nodes[f->tasks[task].cgroup];
	fifo_remove(&n->fifo, f->tasks, task);
	n->running++;
	f->now = arith_later(f->now, n->vtime);
	f->prepaid[task] = charge(f->machine.slice_ns, leaf_cost(f, n));
	n->vtime += f->prepaid[task];
	*ret_slice_ns = f->machine.slice_ns;
	return task;
}

static void flat_stop(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns,
		      bool still_runnable, uint64_t now_ns)
{
	struct flat *f = sched;
	struct flat_node *n = &f->nodes[f->tasks[task].cgroup];

	n->running--;
	n->vtime += charge(ran_ns, leaf_cost(f, n)) - f->prepaid[task];
	if (still_runnable)
		wait_begin(f, task);
}

extern const struct model_sched model_sched_flat;
const struct model_sched model_sched_flat = {
	.name = "flat",
	.summary = "one order by virtual time, shares compounded through the tree (cgfifo 0.1)",
	.make = flat_make,
	.free = flat_free,
	.cgroup_make = flat_cgroup_make,
	.cgroup_remove = flat_cgroup_remove,
	.cgroup_weight = flat_cgroup_weight,
	.wake = flat_wake,
	.leave = flat_leave,
	.pick = flat_pick,
	.stop = flat_stop,
};
