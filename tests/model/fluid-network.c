// SPDX-License-Identifier: GPL-2.0-only
/* Building and asking the network of fluid-network.h. */
#include "fluid-network.h"

#include <math.h>
#include <stdlib.h>

#include "util/alloc.h"

void network_init(struct network *b, struct fluid *f)
{
	*b = (struct network){
		.fluid = f,
		.group_vertex = xcalloc(f->groups.n, sizeof(*b->group_vertex)),
		.mask_vertex = xcalloc(f->masks.n, sizeof(*b->mask_vertex)),
	};
}

void network_done(struct network *b)
{
	flow_done(&b->flow);
	free(b->group_vertex);
	free(b->mask_vertex);
	VEC_DONE(&b->forks);
	VEC_DONE(&b->units);
	VEC_DONE(&b->fixed);
}

/* One vertex per class of CPUs: those that are in the same masks. */
static void add_cpus(struct network *b)
{
	struct fluid *f = b->fluid;
	uint32_t class[MODEL_MAX_CPUS], size, cpu, other;

	for (cpu = 0; cpu < f->nr_cpus; cpu++) {
		for (other = 0; other < cpu; other++) {
			size_t m = 0;

			while (m < f->masks.n && model_mask_has(&f->masks.items[m], cpu) ==
							 model_mask_has(&f->masks.items[m], other))
				m++;
			if (m == f->masks.n)
				break;
		}
		class[cpu] = other;
	}
	for (cpu = 0; cpu < f->nr_cpus; cpu++) {
		if (class[cpu] != cpu)
			continue;
		size = 0;
		for (other = cpu; other < f->nr_cpus; other++)
			size += class[other] == cpu;
		uint32_t v = flow_vertex(&b->flow);

		flow_edge(&b->flow, v, FLOW_SINK, size);
		for (size_t m = 0; m < f->masks.n; m++)
			if (model_mask_has(&f->masks.items[m], cpu))
				flow_edge(&b->flow, b->mask_vertex[m], v, INFINITY);
	}
}

static void add_groups(struct network *b)
{
	struct fluid *f = b->fluid;
	struct fluid_group *g;

	for (size_t i = 0; i < f->groups.n; i++) {
		g = &f->groups.items[i];
		if (!g->tasks.n)
			continue;
		b->group_vertex[i] = flow_vertex(&b->flow);
		flow_edge(&b->flow, b->group_vertex[i], b->mask_vertex[g->mask],
			  (double)g->tasks.n);
	}
}

/* What every network begins with. */
static void network_begin(struct network *b)
{
	struct fluid *f = b->fluid;

	flow_done(&b->flow);
	flow_init(&b->flow,
		  (uint32_t)(2 + f->masks.n + f->nr_cpus + f->groups.n + b->forks.n + b->units.n));
	for (size_t m = 0; m < f->masks.n; m++)
		b->mask_vertex[m] = flow_vertex(&b->flow);
	add_cpus(b);
	add_groups(b);
}

static void link_subtree(struct network *b, uint32_t from, uint32_t node)
{
	struct fluid_node *n = &b->fluid->nodes[node];

	for (size_t i = 0; i < n->groups.n; i++)
		flow_edge(&b->flow, from, b->group_vertex[n->groups.items[i]], INFINITY);
	for (size_t i = 0; i < n->children.n; i++)
		link_subtree(b, from, n->children.items[i]);
}

void network_build(struct network *b)
{
	struct fluid *f = b->fluid;
	struct fork *p;

	network_begin(b);
	b->total = 0;
	VEC_FOREACH (g, &b->fixed) {
		struct fluid_group *group = &f->groups.items[*g];
		double rate = group->want * (double)group->tasks.n;

		flow_edge(&b->flow, FLOW_SOURCE, b->group_vertex[*g], rate);
		b->total += rate;
	}
	VEC_FOREACH (fork, &b->forks) {
		fork->vertex = flow_vertex(&b->flow);
		fork->edge = flow_edge(&b->flow, FLOW_SOURCE, fork->vertex, 0);
		b->total += fork->rate;
	}
	VEC_FOREACH (u, &b->units) {
		p = &b->forks.items[u->fork];
		if (f->nodes[p->node].groups.n) {
			u->vertex = b->group_vertex[u->item];
		} else {
			u->vertex = flow_vertex(&b->flow);
			link_subtree(b, u->vertex, u->item);
		}
		flow_edge(&b->flow, p->vertex, u->vertex, INFINITY);
		u->edge = flow_edge(&b->flow, FLOW_SOURCE, u->vertex, 0);
	}
}

bool network_is_feasible(struct network *b, double level, double *ret_missing)
{
	double rho, flow;

	VEC_FOREACH (p, &b->forks)
		p->left = p->rate;
	VEC_FOREACH (u, &b->units) {
		rho = u->full ? u->rho : level * u->nominal;
		flow_edge_set(&b->flow, u->edge, rho);
		b->forks.items[u->fork].left -= rho;
	}
	VEC_FOREACH (p, &b->forks)
		flow_edge_set(&b->flow, p->edge, fmax(0, p->left));
	flow = flow_run(&b->flow);
	if (flow >= b->total - NETWORK_EPSILON)
		return true;
	*ret_missing = b->total - flow;
	return false;
}

bool network_groups_feasible(struct network *b)
{
	struct fluid *f = b->fluid;
	double rate, total = 0;

	network_begin(b);
	for (size_t i = 0; i < f->groups.n; i++) {
		if (!f->groups.items[i].tasks.n)
			continue;
		rate = f->groups.items[i].want * (double)f->groups.items[i].tasks.n;
		flow_edge(&b->flow, FLOW_SOURCE, b->group_vertex[i], rate);
		total += rate;
	}
	return flow_run(&b->flow) >= total - NETWORK_EPSILON;
}

double network_capacity(struct network *b)
{
	struct fluid *f = b->fluid;

	network_begin(b);
	for (size_t i = 0; i < f->groups.n; i++)
		if (f->groups.items[i].tasks.n)
			flow_edge(&b->flow, FLOW_SOURCE, b->group_vertex[i], INFINITY);
	return flow_run(&b->flow);
}

bool network_is_cut(const struct network *b, const struct unit *u)
{
	return flow_is_before_cut(&b->flow, u->vertex) &&
	       !flow_is_before_cut(&b->flow, b->forks.items[u->fork].vertex);
}
