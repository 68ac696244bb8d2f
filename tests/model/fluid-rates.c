// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who gets which rate, given who is backlogged. Only what is below a change is worked out again;
 * what did not change keeps its rate and is not looked at, because service is kept as (service at a
 * time, rate since then).
 */
#include <math.h>

#include "fluid-bound.h"
#include "fluid-state.h"

void fluid_group_catch_up(struct fluid *f, struct fluid_group *g)
{
	g->service += g->rate * (f->now - g->at);
	g->at = f->now;
}

void fluid_node_settle(struct fluid *f, uint32_t node)
{
	struct fluid_node *n = &f->nodes[node];

	if (n->want == n->rate)
		return;
	if (f->watch)
		f->watch(f->data, node);
	n->service += n->rate * (f->now - n->at);
	n->at = f->now;
	n->rate = n->want;
}

void fluid_group_settle(struct fluid *f, uint32_t group)
{
	struct fluid_group *g = &f->groups.items[group];

	fluid_group_catch_up(f, g);
	g->rate = g->want;
	if (g->finite_pos != MODEL_NONE)
		f->done_at[g->finite_pos] =
			g->rate > 0 ? f->now + (g->target - g->service) / g->rate : INFINITY;
}

/*
 * Fill the children in proportion to their weights until the rate is used up; a child that is full
 * takes no more. In rounds: those that the others' level would fill are full, which raises the
 * level for the rest.
 */
void fluid_share_out(struct fluid *f, struct fluid_node *n)
{
	double left = n->want, level = INFINITY;
	uint64_t weights = 0;
	struct fluid_node *c;
	bool again = true;

	for (size_t i = 0; i < n->children.n; i++) {
		c = &f->nodes[n->children.items[i]];
		c->full = false;
		weights += c->weight;
	}
	while (weights && again) {
		again = false;
		level = n->want >= n->demand ? INFINITY : fmax(left, 0) / (double)weights;
		for (size_t i = 0; i < n->children.n; i++) {
			c = &f->nodes[n->children.items[i]];
			if (c->full || c->demand > c->weight * level)
				continue;
			c->full = again = true;
			left -= c->demand;
			weights -= c->weight;
		}
	}
	for (size_t i = 0; i < n->children.n; i++) {
		c = &f->nodes[n->children.items[i]];
		c->want = c->full ? c->demand : c->weight * level;
	}
}

/* Without affinity every leaf has at most one group with demand. */
static void settle_free(struct fluid *f, uint32_t node)
{
	struct fluid_node *n = &f->nodes[node];
	struct fluid_group *g;

	if (n->want == n->rate && !n->dirty)
		return;
	n->dirty = false;
	fluid_node_settle(f, node);
	if (n->groups.n) {
		g = &f->groups.items[n->groups.items[0]];
		g->want = n->rate / n->demand;
		fluid_group_settle(f, n->groups.items[0]);
	}
	fluid_share_out(f, n);
	for (size_t i = 0; i < n->children.n; i++)
		settle_free(f, n->children.items[i]);
}

/* The earliest of n times. Four at once, because each comparison has to wait for the last one, and
 * this is where a model of thousands of cgroups spends its time. */
static double earliest(const double *at, size_t n)
{
	double first[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (size_t j = 0; j < 4; j++)
			first[j] = at[i + j] < first[j] ? at[i + j] : first[j];
	for (; i < n; i++)
		first[0] = at[i] < first[0] ? at[i] : first[0];
	return fmin(fmin(first[0], first[1]), fmin(first[2], first[3]));
}

void fluid_settle(struct fluid *f)
{
	struct fluid_node *root = &f->nodes[MODEL_ROOT];

	if (!root->dirty)
		return;
	root->want = fmin(f->nr_cpus, root->demand);
	if (f->nr_bound)
		fluid_bound_settle(f);
	else
		settle_free(f, MODEL_ROOT);
	f->next_done = earliest(f->done_at, f->finite.n);
}
