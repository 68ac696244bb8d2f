// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fair rates under affinity, level by level; what that means is in fluid-bound.h, and which rates
 * are feasible is asked of fluid-network.c.
 */
#include "fluid-bound.h"

#include <math.h>

#include "fluid-network.h"

/* Mark the units that stand in the way. If rounding hides them, all do: nothing can be raised by
 * more than rounding then. Answers how fast they rise together. */
static double mark_cut(struct network *b)
{
	double slope = 0;

	VEC_FOREACH (u, &b->units) {
		u->cut = !u->full && network_is_cut(b, u);
		if (u->cut)
			slope += u->nominal;
	}
	if (slope <= 0)
		VEC_FOREACH (u, &b->units)
			u->cut = !u->full;
	return slope;
}

/*
 * Raise the units from a level up to target, or as far as that is feasible; then those in the way
 * are full. From above: the cut that makes a level infeasible also says down to which level it
 * does, and there may be another one there. Answers the level reached.
 */
static double raise_level(struct network *b, double from, double target)
{
	double level = target, missing, slope;

	VEC_FOREACH (u, &b->units)
		u->cut = false;
	while (!network_is_feasible(b, level, &missing)) {
		slope = mark_cut(b);
		if (level <= from)
			break;
		level = slope > 0 ? fmax(from, level - missing / slope) : from;
	}
	VEC_FOREACH (u, &b->units) {
		if (u->full)
			continue;
		u->rho = level * u->nominal;
		u->full = u->cut;
	}
	return level;
}

/* The lowest level at which a fork has used its rate up; its units are full if that is level
 * already. INFINITY: all are. */
static double next_target(struct network *b, double level)
{
	double target = INFINITY;
	struct fork *fork;

	VEC_FOREACH (p, &b->forks) {
		p->left = p->rate;
		p->nominal = 0;
	}
	VEC_FOREACH (u, &b->units) {
		fork = &b->forks.items[u->fork];
		if (u->full)
			fork->left -= u->rho;
		else
			fork->nominal += u->nominal;
	}
	VEC_FOREACH (u, &b->units) {
		fork = &b->forks.items[u->fork];
		if (u->full)
			continue;
		u->full = fork->left <= (level + FLOW_EPSILON) * fork->nominal;
		if (!u->full)
			target = fmin(target, fork->left / fork->nominal);
	}
	return target;
}

/* Share out the rates of all forks of a level. */
static void fill_level(struct network *b)
{
	double level = 0, target;

	network_build(b);
	while (isfinite(target = next_target(b, level)))
		level = raise_level(b, level, target);
}

static void add_unit(struct network *b, uint32_t item, double weight, double weights)
{
	struct unit *u = VEC_PUSH(&b->units, SIZE_MAX);

	u->item = item;
	u->fork = (uint32_t)b->forks.n - 1;
	u->nominal = b->forks.items[u->fork].rate * weight / weights;
}

static void add_fork(struct network *b, uint32_t node)
{
	struct fluid *f = b->fluid;
	struct fluid_node *n = &f->nodes[node];
	struct fork *p = VEC_PUSH(&b->forks, SIZE_MAX);
	double weights = 0;

	p->node = node;
	p->rate = n->want;
	for (size_t i = 0; i < n->groups.n; i++)
		add_unit(b, n->groups.items[i], (double)f->groups.items[n->groups.items[i]].tasks.n,
			 n->demand);
	for (size_t i = 0; i < n->children.n; i++)
		weights += f->nodes[n->children.items[i]].weight;
	for (size_t i = 0; i < n->children.n; i++)
		add_unit(b, n->children.items[i], f->nodes[n->children.items[i]].weight, weights);
}

/* The result of a level: leaves are done with, the others are the next level's forks. */
static void next_level(struct network *b)
{
	struct fluid *f = b->fluid;
	struct network next = {};

	VEC_FOREACH (u, &b->units) {
		if (f->nodes[b->forks.items[u->fork].node].groups.n) {
			f->groups.items[u->item].want =
				u->rho / (double)f->groups.items[u->item].tasks.n;
			*VEC_PUSH(&b->fixed, SIZE_MAX) = u->item;
		} else {
			f->nodes[u->item].want = u->rho;
			*VEC_PUSH(&next.fixed, SIZE_MAX) = u->item;
		}
	}
	b->forks.n = b->units.n = 0;
	VEC_FOREACH (node, &next.fixed)
		add_fork(b, *node);
	VEC_DONE(&next.fixed);
}

/* Rates as they would be without affinity; if those are feasible, they are the fair ones. */
static void want_free(struct fluid *f, uint32_t node)
{
	struct fluid_node *n = &f->nodes[node];

	for (size_t i = 0; i < n->groups.n; i++)
		f->groups.items[n->groups.items[i]].want = n->want / n->demand;
	fluid_share_out(f, n);
	for (size_t i = 0; i < n->children.n; i++) {
		want_free(f, n->children.items[i]);
	}
}

static void settle_all(struct fluid *f, uint32_t node)
{
	struct fluid_node *n = &f->nodes[node];

	n->dirty = false;
	fluid_node_settle(f, node);
	for (size_t i = 0; i < n->groups.n; i++)
		fluid_group_settle(f, n->groups.items[i]);
	for (size_t i = 0; i < n->children.n; i++)
		settle_all(f, n->children.items[i]);
}

void fluid_bound_settle(struct fluid *f)
{
	struct network b;

	network_init(&b, f);
	want_free(f, MODEL_ROOT);
	if (!network_groups_feasible(&b)) {
		f->nodes[MODEL_ROOT].want = network_capacity(&b);
		add_fork(&b, MODEL_ROOT);
		while (b.forks.n) {
			fill_level(&b);
			next_level(&b);
		}
	}
	settle_all(f, MODEL_ROOT);
	network_done(&b);
}
