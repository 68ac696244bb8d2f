// SPDX-License-Identifier: GPL-2.0-only
/* Maximum flow by shortest augmenting paths, level by level (Dinitz). */
#include "flow.h"

#include <math.h>
#include <stdlib.h>

#include "util/vec.h"

#define NONE UINT32_MAX

void flow_init(struct flow *f, uint32_t max_vertices)
{
	*f = (struct flow){
		.first = xcalloc(max_vertices, sizeof(*f->first)),
		.at = xcalloc(max_vertices, sizeof(*f->at)),
		.level = xcalloc(max_vertices, sizeof(*f->level)),
		.queue = xcalloc(max_vertices, sizeof(*f->queue)),
		.max_vertices = max_vertices,
	};
	flow_vertex(f);
	flow_vertex(f);
}

void flow_done(struct flow *f)
{
	free(f->first);
	free(f->at);
	free(f->level);
	free(f->queue);
	VEC_DONE(&f->edges);
	*f = (struct flow){};
}

uint32_t flow_vertex(struct flow *f)
{
	f->first[f->nr_vertices] = NONE;
	return f->nr_vertices++;
}

static void half_edge(struct flow *f, uint32_t from, uint32_t to, double capacity)
{
	struct flow_edge e = {to, f->first[from], capacity, 0};

	f->first[from] = (uint32_t)f->edges.n;
	*VEC_PUSH(&f->edges, SIZE_MAX) = e;
}

uint32_t flow_edge(struct flow *f, uint32_t from, uint32_t to, double capacity)
{
	uint32_t edge = (uint32_t)f->edges.n;

	half_edge(f, from, to, capacity);
	half_edge(f, to, from, 0);
	return edge;
}

void flow_edge_set(struct flow *f, uint32_t edge, double capacity)
{
	f->edges.items[edge].capacity = capacity;
}

/* Distances from the source, over edges with something left. Answers whether the sink has one. */
static bool set_levels(struct flow *f)
{
	uint32_t head = 0, tail = 0, v, e;

	for (v = 0; v < f->nr_vertices; v++) {
		f->level[v] = NONE;
		f->at[v] = f->first[v];
	}
	f->level[FLOW_SOURCE] = 0;
	f->queue[tail++] = FLOW_SOURCE;
	while (head < tail) {
		v = f->queue[head++];
		for (e = f->first[v]; e != NONE; e = f->edges.items[e].next) {
			if (f->edges.items[e].left <= FLOW_EPSILON ||
			    f->level[f->edges.items[e].to] != NONE)
				continue;
			f->level[f->edges.items[e].to] = f->level[v] + 1;
			f->queue[tail++] = f->edges.items[e].to;
		}
	}
	return f->level[FLOW_SINK] != NONE;
}

/* Send up to limit from v to the sink, only ever one level further. As deep as the graph has
 * layers. */
static double push(struct flow *f, uint32_t v, double limit)
{
	double sent = 0, part;
	struct flow_edge *e;

	if (v == FLOW_SINK)
		return limit;
	for (; f->at[v] != NONE; f->at[v] = e->next) {
		e = &f->edges.items[f->at[v]];
		if (e->left <= FLOW_EPSILON || f->level[e->to] != f->level[v] + 1)
			continue;
		part = push(f, e->to, fmin(limit - sent, e->left));
		e->left -= part;
		f->edges.items[f->at[v] ^ 1].left += part;
		sent += part;
		if (limit - sent <= FLOW_EPSILON)
			break; /* this edge may have more */
	}
	return sent;
}

double flow_run(struct flow *f)
{
	double sum = 0;

	VEC_FOREACH (e, &f->edges)
		e->left = e->capacity;
	while (set_levels(f))
		sum += push(f, FLOW_SOURCE, INFINITY);
	return sum;
}

bool flow_is_before_cut(const struct flow *f, uint32_t vertex)
{
	return f->level[vertex] != NONE;
}
