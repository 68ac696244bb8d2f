// SPDX-License-Identifier: GPL-2.0-only
/* policy/share: the division of the machine, by hand and by another method. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy/share.h"
#include "util/cleanup.h"

#define MAX_NODES 8

/* {parent, weight, demand of own tasks, do they want more, expected} */
struct expected_node {
	size_t parent;
	uint32_t weight;
	double demand;
	bool wants_more;
	double entitled;
	double limit;
	bool yields;
};

static const struct {
	const char *what;
	struct expected_node nodes[MAX_NODES];
} cases[] = {
	{"two siblings", {{0, 0, 0, 0, 1}, {0, 800, 1, 1, 0.8}, {0, 200, 1, 1, 0.2}}},
	{"alone", {{0, 0, 0, 0, 1}, {0, 1, 1, 1, 1}}},
	{"8 : 4 : 1",
	 {{0, 0, 0, 0, 1},
	  {0, 800, 1, 1, 8 / 13.},
	  {0, 400, 1, 1, 4 / 13.},
	  {0, 100, 1, 1, 1 / 13.}}},
	{"three levels: a half of a third",
	 {{0, 0, 0, 0, 1},
	  {0, 100, 0, 0, 1 / 3.},
	  {0, 200, 1, 1, 2 / 3.},
	  {1, 100, 1, 1, 1 / 6.},
	  {1, 100, 0, 0, 1 / 6.},
	  {4, 1, 1, 1, 1 / 6.}}},
	{"a herd behind a light parent gets what the parent gets",
	 {{0, 0, 0, 0, 1},
	  {0, 1000, 1, 1, 10 / 11.},
	  {0, 100, 0, 0, 1 / 11.},
	  {2, 100, 1, 1, 1 / 33.},
	  {2, 100, 1, 1, 1 / 33.},
	  {2, 100, 1, 1, 1 / 33.}}},
	{"one thread on 4 CPUs cannot use more than a quarter",
	 {{0, 0, 0, 0, 1},
	  {0, 10000, .25, 1, .25},
	  {0, 100, 1, 1, .75 / 2},
	  {0, 100, 1, 1, .75 / 2}}},
	{"infeasible below a parent: its siblings get it, not its cousins",
	 {{0, 0, 0, 0, 1},
	  {0, 100, 0, 0, .5},
	  {0, 100, 1, 1, .5},
	  {1, 900, .25, 1, .25},
	  {1, 100, 1, 1, .25}}},
	{"when a whole subtree cannot use its part, the cousins get it",
	 {{0, 0, 0, 0, 1}, {0, 300, 0, 0, .25}, {0, 100, 1, 1, .75}, {1, 100, .25, 1, .25}}},
	{"who wants little keeps its guarantee, and leaves the rest",
	 {{0, 0, 0, 0, 1}, {0, 800, .05, 0, .8}, {0, 200, 1, 1, .95}}},
	{"who sleeps has a guarantee too",
	 {{0, 0, 0, 0, 1}, {0, 300, 0, 0, .75}, {0, 100, 1, 1, 1}}},
	{"the guarantee of a child of an idle parent goes through the parent's",
	 {{0, 0, 0, 0, 1},
	  {0, 100, 0, 0, .5},
	  {0, 100, 1, 1, 1},
	  {1, 100, 0, 0, .5},
	  {1, 300, 0, 0, .5}}},
	{"nobody wants anything", {{0, 0, 0, 0, 1}, {0, 100, 0, 0, .9}, {0, 100, .1, 0, 1}}},
	{"everybody gets what they ask for",
	 {{0, 0, 0, 0, 1}, {0, 1, .25, 1, .25}, {0, 1000, .25, 1, .25}}},
	{"tasks directly in a parent compete with its children, weight 100",
	 {{0, 0, 0, 0, 1}, {0, 100, 1, 1, 1}, {1, 300, 1, 1, .75}}},
	{"a limit leaves the rest to the siblings",
	 {{0, 0, 0, 0, 1}, {0, 100, 1, 1, .1, .1}, {0, 100, 1, 1, .9}}},
	{"a limit counts for all below it",
	 {{0, 0, 0, 0, 1},
	  {0, 100, 0, 0, .2, .2},
	  {0, 100, 1, 1, .8},
	  {1, 300, 1, 1, .15},
	  {1, 100, 1, 1, .05}}},
	{"and for what is guaranteed",
	 {{0, 0, 0, 0, 1}, {0, 100, 0, 0, .3, .3}, {0, 100, 1, 1, 1}}},
	{"one that yields gets what its siblings leave",
	 {{0, 0, 0, 0, 1}, {0, 10000, 1, 1, .75, 0, true}, {0, 1, .25, 1, .25}}},
	{"tasks in the root too", {{0, 0, 1, 1, 1}, {0, 300, 1, 1, .75}}},
};

static size_t count_nodes(const struct expected_node *nodes)
{
	size_t n = 1;

	while (n < MAX_NODES && nodes[n].weight != 0)
		n++;
	return n;
}

Test(share, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct expected_node *e = cases[i].nodes;
		struct share_node nodes[MAX_NODES];
		size_t n = count_nodes(e);

		for (size_t k = 0; k < n; k++)
			nodes[k] = (struct share_node){
				.parent = e[k].parent,
				.weight = e[k].weight,
				.own_weight = 100,
				.demand = e[k].demand,
				.wants_more = e[k].wants_more,
				.limit = e[k].limit,
				.yields = e[k].yields,
			};
		share_compute(nodes, n);
		for (size_t k = 1; k < n; k++)
			cr_expect(fabs(nodes[k].entitled - e[k].entitled) < 1e-9,
				  "%s: node %zu is %f, not %f", cases[i].what, k, nodes[k].entitled,
				  e[k].entitled);
	}
}

/*
 * Another method: divide what is left among those that are not full, fill the ones that overflow,
 * repeat. Only for nodes with tasks or children, not both, that all want more.
 */
static void divide_slowly(struct share_node *nodes, const double *demand, size_t n, size_t top,
			  double capacity)
{
	bool full[64] = {};
	double left = capacity;

	nodes[top].entitled = capacity < demand[top] ? capacity : demand[top];
	left = nodes[top].entitled;
	for (bool again = true; again;) {
		double weights = 0;

		again = false;
		for (size_t i = 1; i < n; i++)
			if (nodes[i].parent == top && !full[i])
				weights += nodes[i].weight;
		for (size_t i = 1; i < n; i++) {
			if (nodes[i].parent != top || full[i])
				continue;
			nodes[i].entitled = left * nodes[i].weight / weights;
			if (demand[i] < nodes[i].entitled) {
				nodes[i].entitled = demand[i];
				left -= demand[i];
				full[i] = again = true;
				break;
			}
		}
	}
	for (size_t i = 1; i < n; i++)
		if (nodes[i].parent == top)
			divide_slowly(nodes, demand, n, i, nodes[i].entitled);
}

static size_t random_tree(struct share_node *nodes, double *demand)
{
	size_t n = 2 + (size_t)rand() % 40;
	bool has_child[64] = {};

	memset(nodes, 0, n * sizeof(*nodes));
	for (size_t i = 1; i < n; i++) {
		nodes[i].parent = (size_t)rand() % i;
		nodes[i].weight = 1 + (uint32_t)rand() % 10000;
		has_child[nodes[i].parent] = true;
	}
	for (size_t i = 0; i < n; i++) {
		demand[i] = has_child[i] ? 0 : (double)(1 + rand() % 8) / 8;
		nodes[i].demand = demand[i];
		nodes[i].wants_more = !has_child[i];
	}
	for (size_t i = n; i-- > 1;) {
		demand[i] = demand[i] < 1 ? demand[i] : 1;
		demand[nodes[i].parent] += demand[i];
	}
	return n;
}

Test(share, as_by_another_method)
{
	struct share_node fast[64], slow[64];
	double demand[64];

	srand(1);
	for (int round = 0; round < 5000; round++) {
		size_t n = random_tree(fast, demand);

		memcpy(slow, fast, sizeof(slow));
		share_compute(fast, n);
		divide_slowly(slow, demand, n, 0, 1);
		for (size_t i = 1; i < n; i++)
			cr_assert(fabs(fast[i].entitled - slow[i].entitled) < 1e-9,
				  "round %d node %zu of %zu: %f and %f", round, i, n,
				  fast[i].entitled, slow[i].entitled);
	}
}

/* A guarantee is what one gets by asking: ask, and compare. */
Test(share, a_guarantee_is_what_one_gets_by_asking)
{
	struct share_node before[64], after[64];
	double demand[64];

	srand(2);
	for (int round = 0; round < 5000; round++) {
		size_t n = random_tree(before, demand), who = 1 + (size_t)rand() % (n - 1);

		if (before[who].demand == 0) /* has children */
			continue;
		memcpy(after, before, sizeof(after));
		before[who].wants_more = false;
		before[who].demand = (double)(rand() % 100) / 400;
		after[who].demand = 1;
		share_compute(before, n);
		share_compute(after, n);
		cr_assert(fabs(before[who].entitled - after[who].entitled) < 1e-9,
			  "round %d node %zu of %zu: promised %f, got %f", round, who, n,
			  before[who].entitled, after[who].entitled);
	}
}

Test(share, no_nodes)
{
	share_compute(NULL, 0);
}

/* What a tenant makes below its own cgroup, with whatever weights, divides its share. */
Test(share, more_children_do_not_multiply_a_share)
{
	struct share_node nodes[203] = {
		{.parent = 0},
		{.parent = 0, .weight = 100, .own_weight = 100},
		{.parent = 0, .weight = 300, .own_weight = 100, .wants_more = true, .demand = 1},
	};

	for (size_t n = 1; n <= 200; n++) {
		nodes[2 + n] = (struct share_node){
			.parent = 1,
			.weight = 10000,
			.own_weight = 100,
			.wants_more = true,
			.demand = 1,
		};
		share_compute(nodes, 3 + n);
		cr_assert_float_eq(nodes[1].entitled, 0.25, 1e-9, "%zu children", n);
		cr_assert_float_eq(nodes[2].entitled, 0.75, 1e-9, "%zu children", n);
		cr_assert_float_eq(nodes[3].entitled, 0.25 / (double)n, 1e-9, "%zu", n);
	}
}
