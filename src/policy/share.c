// SPDX-License-Identifier: GPL-2.0-only
/*
 * Water filling, one level of the tree at a time, from the root down, see share.h.
 *
 * At a node, its children and its own tasks are the vessels: each has a weight w and a demand d.
 * Pouring a capacity C raises one level L for all; a vessel holds min(d, w L), so it is full from
 * L = d/w on. Sorted by that, with prefix sums, the level for any C is one binary search, and so
 * is the level that would be if one vessel had no bottom, which is its guarantee.
 */
#include "policy/share.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "util/cleanup.h"

struct vessel {
	size_t node; /* index, or NO_NODE for the node's own tasks */
	double weight;
	double demand;
	double full_at; /* the level from which on it takes no more */
	/* Over this one and all that are full earlier. */
	double sum_demand;
	double sum_weight;
};

#define NO_NODE SIZE_MAX

/* The weight of one that yields: next to nothing beside the lowest real one, 1. */
#define WEIGHT_YIELDS 1e-6

/* What is known about a node besides the caller's struct. */
struct subtree {
	size_t first_child, next_sibling; /* NO_NODE: none */
	double demand;			  /* with everything below */
	bool wants_more;
	double given;	   /* its part, as things are */
	double guaranteed; /* its part, if it wanted all */
};

static int compare_full_at(const void *a, const void *b)
{
	const struct vessel *x = a, *y = b;

	return (x->full_at > y->full_at) - (x->full_at < y->full_at);
}

static void add_vessel(struct vessel *v, size_t node, double weight, double demand)
{
	*v = (struct vessel){.node = node, .weight = weight > 0 ? weight : 1, .demand = demand};
	v->full_at = v->demand / v->weight;
}

static size_t fill_vessels(const struct share_node *nodes, const struct subtree *trees, size_t top,
			   struct vessel *v)
{
	double demand = 0, weight = 0;
	size_t n = 0;

	for (size_t c = trees[top].first_child; c != NO_NODE; c = trees[c].next_sibling)
		add_vessel(&v[n++], c, nodes[c].yields ? WEIGHT_YIELDS : nodes[c].weight,
			   trees[c].demand);
	if (nodes[top].demand > 0)
		add_vessel(&v[n++], NO_NODE, nodes[top].own_weight, nodes[top].demand);

	qsort(v, n, sizeof(*v), compare_full_at);
	for (size_t i = 0; i < n; i++) {
		v[i].sum_demand = demand += v[i].demand;
		v[i].sum_weight = weight += v[i].weight;
	}
	return n;
}

/* What all vessels hold at this level, if the first n_full are full; "endless" takes without end
 * (NULL: none does). */
static double held(const struct vessel *v, size_t n, size_t n_full, double level,
		   const struct vessel *endless)
{
	double weight = v[n - 1].sum_weight, sum = 0;

	if (n_full > 0) {
		sum = v[n_full - 1].sum_demand;
		weight -= v[n_full - 1].sum_weight;
	}
	sum += level * weight;
	if (endless && endless < v + n_full)
		sum += level * endless->weight - endless->demand;
	return sum;
}

/* The level at which the vessels hold this capacity. When all are full before: that of the last. */
static double find_level(const struct vessel *v, size_t n, double capacity,
			 const struct vessel *endless)
{
	size_t low = 0, high = n; /* the number of full ones is in between */
	double none, slope;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (held(v, n, mid + 1, v[mid].full_at, endless) <= capacity)
			low = mid + 1;
		else
			high = mid;
	}
	none = held(v, n, low, 0, endless);
	slope = held(v, n, low, 1, endless) - none;
	if (slope <= 0)
		return v[n - 1].full_at;
	return (capacity - none) / slope;
}

static double min(double a, double b)
{
	return a < b ? a : b;
}

static double limit_of(const struct share_node *node)
{
	return node->limit > 0 ? min(node->limit, 1) : 1;
}

static void divide(const struct share_node *nodes, struct subtree *trees, size_t top,
		   struct vessel *v)
{
	size_t n = fill_vessels(nodes, trees, top, v);
	double level;

	if (n == 0)
		return;
	level = find_level(v, n, trees[top].given, NULL);
	for (size_t i = 0; i < n; i++) {
		struct subtree *t;

		if (v[i].node == NO_NODE)
			continue;
		t = &trees[v[i].node];
		t->given = min(v[i].demand, v[i].weight * level);
		t->guaranteed = min(v[i].weight * find_level(v, n, trees[top].guaranteed, &v[i]),
				    limit_of(&nodes[v[i].node]));
	}
}

static void link_children(const struct share_node *nodes, struct subtree *trees, size_t n)
{
	for (size_t i = 0; i < n; i++)
		trees[i] = (struct subtree){
			.first_child = NO_NODE,
			.next_sibling = NO_NODE,
			.demand = nodes[i].demand,
			.wants_more = nodes[i].wants_more,
		};
	for (size_t i = n; i-- > 1;) {
		struct subtree *parent = &trees[nodes[i].parent];

		trees[i].next_sibling = parent->first_child;
		parent->first_child = i;
		trees[i].demand = min(trees[i].demand, limit_of(&nodes[i]));
		parent->demand += trees[i].demand;
		parent->wants_more |= trees[i].wants_more;
	}
}

void share_compute(struct share_node *nodes, size_t n)
{
	_cleanup_free_ struct subtree *trees = xcalloc(n, sizeof(*trees));
	_cleanup_free_ struct vessel *v = xcalloc(n + 1, sizeof(*v));

	if (n == 0)
		return;
	link_children(nodes, trees, n);
	trees[0].given = trees[0].guaranteed = 1;
	for (size_t i = 0; i < n; i++) {
		divide(nodes, trees, i, v);
		nodes[i].entitled = trees[i].wants_more ? trees[i].given : trees[i].guaranteed;
	}
}
