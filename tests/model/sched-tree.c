// SPDX-License-Identifier: GPL-2.0-only
/*
 * H-WF2Q+ by the book, as a reference for the oracle and for the simulation: slow, and short enough
 * to be seen to be right. Each fork has a virtual time, and each child a start there. From the root
 * down, a pick takes of the children that have work for the CPU and whose start has come the one
 * whose slice would be finished first; or, so that no CPU idles, the one whose start is next. (One
 * lock, and at each level all siblings are looked at.)
 *
 * A slice is charged when it is handed out, and what was not used comes back when it ends: so CPUs
 * that pick at the same time see each other's picks.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "fifo.h"
#include "util/vec.h"

struct tree_node {
	uint32_t parent, weight;
	uint32_t waiting,
		bound;	/* tasks in this subtree that wait; those that may not run everywhere */
	uint32_t ready; /* those that wait or run */
	double start;	/* in the virtual time of the parent's fork */
	double now;	/* virtual time of the fork below */
	struct {
		uint32_t *items;
		size_t n, allocated;
	} children;
	struct fifo fifo;
};

struct tree_task {
	double handed; /* ns that were charged when it was picked */
};

struct tree {
	struct model_machine machine;
	struct tree_node *nodes;
	struct fifo_task *fifo_tasks;
	struct tree_task *tasks;
};

static void *tree_make(const struct model_machine *machine)
{
	struct tree *t = xcalloc(1, sizeof(*t));

	t->machine = *machine;
	t->nodes = xcalloc(machine->max_cgroups, sizeof(*t->nodes));
	t->tasks = xcalloc(machine->max_tasks, sizeof(*t->tasks));
	t->fifo_tasks = xcalloc(machine->max_tasks, sizeof(*t->fifo_tasks));
	for (uint32_t i = 0; i < machine->max_cgroups; i++)
		fifo_init(&t->nodes[i].fifo);
	t->nodes[MODEL_ROOT].parent = MODEL_NONE;
	return t;
}

static void tree_free(void *sched)
{
	struct tree *t = sched;

	for (uint32_t i = 0; i < t->machine.max_cgroups; i++)
		VEC_DONE(&t->nodes[i].children);
	free(t->nodes);
	free(t->tasks);
	free(t->fifo_tasks);
	free(t);
}

static int tree_cgroup_make(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct tree *t = sched;

	t->nodes[cgroup].parent = parent;
	t->nodes[cgroup].weight = weight;
	t->nodes[cgroup].start = t->nodes[parent].now;
	*VEC_PUSH(&t->nodes[parent].children, MODEL_MAX_CGROUPS) = cgroup;
	return 0;
}

static void tree_cgroup_remove(void *sched, uint32_t cgroup)
{
	struct tree *t = sched;
	struct tree_node *parent = &t->nodes[t->nodes[cgroup].parent];
	size_t i = 0;

	while (parent->children.items[i] != cgroup)
		i++;
	parent->children.items[i] = parent->children.items[--parent->children.n];
}

/* Lag, the distance from the fork's virtual time times the weight, stays what it is. */
static void tree_cgroup_weight(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns)
{
	struct tree *t = sched;
	struct tree_node *n = &t->nodes[cgroup];
	double now = t->nodes[n->parent].now;

	n->start = now + (n->start - now) * n->weight / weight;
	n->weight = weight;
}

/* Unused credit is bounded by a slice for each CPU that the subtree can use: time that it could not
 * use is not owed to it. */
static void bound_credit(struct tree *t, struct tree_node *n)
{
	double cpus = fmin(t->machine.nr_cpus, n->ready);
	double oldest = t->nodes[n->parent].now - cpus * (double)t->machine.slice_ns / n->weight;

	n->start = fmax(n->start, oldest);
}

/* A task begins to wait; if it did not run before, it is new to the subtree's ready tasks. */
static void wait_begin(struct tree *t, uint32_t task, uint32_t woken)
{
	struct fifo_task *ft = &t->fifo_tasks[task];
	struct tree_node *n = &t->nodes[ft->cgroup];

	fifo_add(&n->fifo, t->fifo_tasks, task);
	for (;; n = &t->nodes[n->parent]) {
		n->waiting++;
		n->bound += ft->bound;
		n->ready += woken;
		if (n->parent == MODEL_NONE)
			return;
		if (n->ready == 1 && woken) /* what it left behind when it slept is no credit */
			n->start = fmax(n->start, t->nodes[n->parent].now);
		else
			bound_credit(t, n);
	}
}

static void wait_end(struct tree *t, uint32_t task, uint32_t gone)
{
	struct fifo_task *ft = &t->fifo_tasks[task];
	uint32_t i = ft->cgroup;

	fifo_remove(&t->nodes[i].fifo, t->fifo_tasks, task);
	for (; i != MODEL_NONE; i = t->nodes[i].parent) {
		t->nodes[i].waiting--;
		t->nodes[i].bound -= ft->bound;
		t->nodes[i].ready -= gone;
	}
}

static void tree_wake(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
		      uint64_t now_ns)
{
	struct tree *t = sched;
	struct fifo_task *ft = &t->fifo_tasks[task];

	ft->cgroup = cgroup;
	ft->mask = *mask;
	ft->bound = fifo_is_bound(mask, t->machine.nr_cpus);
	wait_begin(t, task, 1);
}

static void tree_leave(void *sched, uint32_t task, uint64_t now_ns)
{
	wait_end(sched, task, 1);
}

/* Does a task wait in this subtree that may run on cpu? */
static bool has_work(const struct tree *t, const struct tree_node *n, uint32_t cpu)
{
	if (!n->waiting || n->waiting > n->bound)
		return n->waiting;
	if (n->fifo.nr)
		return fifo_first(&n->fifo, t->fifo_tasks, cpu) != MODEL_NONE;
	for (size_t i = 0; i < n->children.n; i++)
		if (has_work(t, &t->nodes[n->children.items[i]], cpu))
			return true;
	return false;
}

/* The child that is next for a CPU, or MODEL_NONE. */
static uint32_t choose(const struct tree *t, const struct tree_node *n, uint32_t cpu)
{
	double best_finish = DBL_MAX, best_start = DBL_MAX, finish;
	uint32_t due = MODEL_NONE, next = MODEL_NONE;
	const struct tree_node *c;

	for (size_t i = 0; i < n->children.n; i++) {
		c = &t->nodes[n->children.items[i]];
		finish = c->start + (double)t->machine.slice_ns / c->weight;
		if ((c->start > n->now || finish >= best_finish) && c->start >= best_start)
			continue;
		if (!has_work(t, c, cpu))
			continue;
		if (c->start <= n->now && finish < best_finish) {
			best_finish = finish;
			due = n->children.items[i];
		}
		if (c->start < best_start) {
			best_start = c->start;
			next = n->children.items[i];
		}
	}
	return due != MODEL_NONE ? due : next;
}

/* What a child with weight 1 gets per ns that the fork gives out. A child that sleeps but had more
 * than it was due counts until that is made up for. */
static double per_weight(const struct tree *t, const struct tree_node *n)
{
	const struct tree_node *c;
	double weights = 0;

	for (size_t i = 0; i < n->children.n; i++) {
		c = &t->nodes[n->children.items[i]];
		if (c->ready || c->start > n->now)
			weights += c->weight;
	}
	return weights > 0 ? 1 / weights : 0;
}

/* A leaf got ns more (or fewer) than was charged. */
static void charge(struct tree *t, uint32_t leaf, double ns)
{
	struct tree_node *n = &t->nodes[leaf], *parent;

	for (; n->parent != MODEL_NONE; n = parent) {
		parent = &t->nodes[n->parent];
		parent->now += ns * per_weight(t, parent);
		n->start += ns / n->weight;
	}
}

static uint32_t tree_pick(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	struct tree *t = sched;
	uint32_t i = MODEL_ROOT, task, child;

	if (!has_work(t, &t->nodes[i], cpu))
		return MODEL_NONE;
	while (!t->nodes[i].fifo.nr) {
		child = choose(t, &t->nodes[i], cpu);
		t->nodes[i].now = fmax(t->nodes[i].now, t->nodes[child].start);
		i = child;
	}
	task = fifo_first(&t->nodes[i].fifo, t->fifo_tasks, cpu);
	wait_end(t, task, 0);
	t->tasks[task].handed = (double)t->machine.slice_ns;
	charge(t, i, t->tasks[task].handed);
	*ret_slice_ns = t->machine.slice_ns;
	return task;
}

static void tree_stop(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns,
		      bool still_runnable, uint64_t now_ns)
{
	struct tree *t = sched;
	uint32_t leaf = t->fifo_tasks[task].cgroup;

	charge(t, leaf, (double)ran_ns - t->tasks[task].handed);
	if (still_runnable) {
		wait_begin(t, task, 0);
		return;
	}
	for (uint32_t i = leaf; i != MODEL_NONE; i = t->nodes[i].parent)
		t->nodes[i].ready--;
}

extern const struct model_sched model_sched_tree;
const struct model_sched model_sched_tree = {
	.name = "tree",
	.summary = "H-WF2Q+ by the book: walks the tree at each pick; a reference, not fast",
	.make = tree_make,
	.free = tree_free,
	.cgroup_make = tree_cgroup_make,
	.cgroup_remove = tree_cgroup_remove,
	.cgroup_weight = tree_cgroup_weight,
	.wake = tree_wake,
	.leave = tree_leave,
	.pick = tree_pick,
	.stop = tree_stop,
};
