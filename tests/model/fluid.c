// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fluid system as it goes through time: who is backlogged, as work arrives and is done. The
 * rates that follow are worked out in fluid-rates.c.
 */
#include "fluid.h"

#include <math.h>
#include <stdlib.h>

#include "fluid-state.h"
#include "util/alloc.h"

/* Threads that are done within this many ns of each other are done together. */
#define TOGETHER_NS 1e-3

static void list_add(struct fluid_list *l, uint32_t item)
{
	*VEC_PUSH(l, SIZE_MAX) = item;
}

struct fluid *fluid_new(uint32_t nr_cpus, uint32_t max_cgroups, uint32_t max_tasks,
			fluid_watch watch, void *data)
{
	struct fluid *f = xcalloc(1, sizeof(*f));
	struct model_mask *all;

	f->nr_cpus = nr_cpus;
	f->max_cgroups = max_cgroups;
	f->watch = watch;
	f->data = data;
	f->next_done = INFINITY;
	f->nodes = xcalloc(max_cgroups, sizeof(*f->nodes));
	f->tasks = xcalloc(max_tasks, sizeof(*f->tasks));
	f->nodes[MODEL_ROOT].parent = MODEL_NONE;
	all = VEC_PUSH(&f->masks, 1);
	for (uint32_t cpu = 0; cpu < nr_cpus; cpu++)
		all->bits[cpu / 64] |= 1ULL << (cpu % 64);
	return f;
}

void fluid_free(struct fluid *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->max_cgroups; i++) {
		VEC_DONE(&f->nodes[i].children);
		VEC_DONE(&f->nodes[i].groups);
	}
	VEC_FOREACH (g, &f->groups)
		VEC_DONE(&g->tasks);
	VEC_DONE(&f->groups);
	VEC_DONE(&f->masks);
	VEC_DONE(&f->finite);
	free(f->done_at);
	free(f->nodes);
	free(f->tasks);
	free(f);
}

double fluid_now(const struct fluid *f)
{
	return f->now;
}

double fluid_service(const struct fluid *f, uint32_t cgroup)
{
	const struct fluid_node *n = &f->nodes[cgroup];

	return n->service + n->rate * (f->now - n->at);
}

double fluid_rate(const struct fluid *f, uint32_t cgroup)
{
	return f->nodes[cgroup].rate;
}

static void mark_dirty(struct fluid *f, uint32_t node)
{
	for (; node != MODEL_NONE; node = f->nodes[node].parent)
		f->nodes[node].dirty = true;
}

void fluid_cgroup(struct fluid *f, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct fluid_node *n = &f->nodes[cgroup];

	n->parent = parent;
	n->depth = f->nodes[parent].depth + 1;
	n->weight = weight;
	n->at = f->now;
}

void fluid_weight(struct fluid *f, uint32_t cgroup, uint32_t weight)
{
	f->nodes[cgroup].weight = weight;
	if (f->nodes[cgroup].demand)
		mark_dirty(f, cgroup);
}

static uint32_t mask_find(struct fluid *f, const struct model_mask *mask)
{
	struct model_mask usable;

	for (size_t i = 0; i < MODEL_MASK_WORDS; i++)
		usable.bits[i] = mask->bits[i] & f->masks.items[0].bits[i];
	for (size_t i = 0; i < f->masks.n; i++)
		if (!memcmp(&f->masks.items[i], &usable, sizeof(usable)))
			return (uint32_t)i;
	*VEC_PUSH(&f->masks, SIZE_MAX) = usable;
	return (uint32_t)f->masks.n - 1;
}

void fluid_task(struct fluid *f, uint32_t task, uint32_t cgroup, const struct model_mask *mask)
{
	uint32_t m = mask_find(f, mask), i;
	struct fluid_group *g;

	/* Those of a cgroup are mostly made one after another. */
	for (i = (uint32_t)f->groups.n; i-- > 0;)
		if (f->groups.items[i].node == cgroup && f->groups.items[i].mask == m)
			break;
	if (i == MODEL_NONE) {
		i = (uint32_t)f->groups.n;
		g = VEC_PUSH(&f->groups, SIZE_MAX);
		*g = (struct fluid_group){.node = cgroup, .mask = m, .target = INFINITY};
		g->finite_pos = MODEL_NONE;
		f->done_at = xreallocarray(f->done_at, f->groups.allocated, sizeof(*f->done_at));
	}
	f->tasks[task] = (struct fluid_task){.group = i, .pos = MODEL_NONE};
}

/* More or fewer backlogged threads in a leaf: count them all the way up, and let every cgroup on it
 * be in its parent's list exactly when it has some. */
static void demand_add(struct fluid *f, uint32_t node, int32_t more)
{
	struct fluid_node *n = &f->nodes[node], *parent;
	uint32_t before, last;

	mark_dirty(f, node);
	for (;; node = n->parent, n = parent) {
		before = n->demand;
		n->demand += (uint32_t)more;
		if (n->parent == MODEL_NONE)
			return;
		parent = &f->nodes[n->parent];
		if (!before) {
			n->pos = (uint32_t)parent->children.n;
			list_add(&parent->children, node);
		} else if (!n->demand) {
			last = parent->children.items[--parent->children.n];
			parent->children.items[n->pos] = last;
			f->nodes[last].pos = n->pos;
			n->want = 0;
			fluid_node_settle(f, node);
		}
	}
}

/* Work out a group's earliest target again, after its tasks or theirs changed. */
static void group_retarget(struct fluid *f, uint32_t group)
{
	struct fluid_group *g = &f->groups.items[group];
	uint32_t last;

	g->target = INFINITY;
	for (size_t i = 0; i < g->tasks.n; i++)
		g->target = fmin(g->target, f->tasks[g->tasks.items[i]].target);
	if (isfinite(g->target) && g->finite_pos == MODEL_NONE) {
		g->finite_pos = (uint32_t)f->finite.n;
		list_add(&f->finite, group);
		f->done_at[g->finite_pos] = INFINITY; /* until its rate is settled */
	} else if (!isfinite(g->target) && g->finite_pos != MODEL_NONE) {
		last = f->finite.items[--f->finite.n];
		f->finite.items[g->finite_pos] = last;
		f->done_at[g->finite_pos] = f->done_at[f->finite.n];
		f->groups.items[last].finite_pos = g->finite_pos;
		g->finite_pos = MODEL_NONE;
	}
}

static void group_add(struct fluid *f, uint32_t task)
{
	struct fluid_task *t = &f->tasks[task];
	struct fluid_group *g = &f->groups.items[t->group];
	struct fluid_node *n = &f->nodes[g->node];

	if (!g->tasks.n) {
		g->pos = (uint32_t)n->groups.n;
		list_add(&n->groups, t->group);
	}
	t->pos = (uint32_t)g->tasks.n;
	list_add(&g->tasks, task);
	f->nr_bound += g->mask != 0;
	demand_add(f, g->node, 1);
}

static void group_remove(struct fluid *f, uint32_t task)
{
	struct fluid_task *t = &f->tasks[task];
	struct fluid_group *g = &f->groups.items[t->group];
	struct fluid_node *n = &f->nodes[g->node];
	uint32_t last = g->tasks.items[--g->tasks.n];

	g->tasks.items[t->pos] = last;
	f->tasks[last].pos = t->pos;
	t->pos = MODEL_NONE;
	if (!g->tasks.n) {
		g->want = 0;
		fluid_group_settle(f, t->group);
		last = n->groups.items[--n->groups.n];
		n->groups.items[g->pos] = last;
		f->groups.items[last].pos = g->pos;
	}
	f->nr_bound -= g->mask != 0;
	demand_add(f, g->node, -1);
}

void fluid_arrive(struct fluid *f, uint32_t task, double work_ns)
{
	struct fluid_task *t = &f->tasks[task];
	struct fluid_group *g = &f->groups.items[t->group];

	fluid_group_catch_up(f, g);
	if (t->pos == MODEL_NONE) {
		t->target = g->service + work_ns;
		group_add(f, task);
	} else {
		t->target += work_ns;
		mark_dirty(f, g->node);
	}
	group_retarget(f, t->group);
}

void fluid_end(struct fluid *f, uint32_t task, double lost_ns)
{
	struct fluid_task *t = &f->tasks[task];
	struct fluid_group *g = &f->groups.items[t->group];

	if (t->pos == MODEL_NONE)
		return;
	fluid_group_catch_up(f, g);
	if (!isfinite(lost_ns) || t->target - lost_ns <= g->service)
		group_remove(f, task);
	else
		t->target -= lost_ns;
	mark_dirty(f, g->node);
	group_retarget(f, t->group);
}

/* Everybody who has done its work by now leaves. */
static void complete(struct fluid *f)
{
	struct fluid_group *g;
	uint32_t group;

	/* From the end: a group that leaves the list is replaced by one that was looked at. */
	for (size_t i = f->finite.n; i-- > 0;) {
		if (f->done_at[i] > f->now + TOGETHER_NS)
			continue;
		group = f->finite.items[i];
		g = &f->groups.items[group];
		fluid_group_catch_up(f, g);
		for (size_t j = g->tasks.n; j-- > 0;)
			if (f->tasks[g->tasks.items[j]].target <= g->service + TOGETHER_NS)
				group_remove(f, g->tasks.items[j]);
		mark_dirty(f, g->node);
		group_retarget(f, group);
	}
}

void fluid_refresh(struct fluid *f)
{
	fluid_settle(f);
}

void fluid_advance(struct fluid *f, double now_ns)
{
	if (now_ns <= f->now)
		return;
	fluid_settle(f);
	while (f->next_done <= now_ns) {
		f->now = fmax(f->now, f->next_done);
		complete(f);
		fluid_settle(f);
	}
	f->now = now_ns;
}
