/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maximum flow with real capacities: how much can get from vertex FLOW_SOURCE to FLOW_SINK, and
 * which edges are in the way (a minimum cut).
 */
#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOW_SOURCE 0
#define FLOW_SINK   1
/* Less than this counts as nothing. */
#define FLOW_EPSILON 1e-9

struct flow_edge {
	uint32_t to, next; /* next edge from the same vertex */
	double capacity;
	double left; /* what could flow in addition */
};

struct flow {
	uint32_t *first; /* edge, by vertex; UINT32_MAX: none */
	uint32_t *at;	 /* while it runs: the edge that is tried */
	uint32_t *level; /* distance from the source, UINT32_MAX: cut off */
	uint32_t *queue;
	uint32_t nr_vertices, max_vertices;
	struct {
		struct flow_edge *items; /* i ^ 1 is the way back of i */
		size_t n, allocated;
	} edges;
};

/* No edges; source and sink and room for so many vertices in all. */
void flow_init(struct flow *f, uint32_t max_vertices);
void flow_done(struct flow *f);

uint32_t flow_vertex(struct flow *f);
/* Answers its number, for flow_edge_set(). */
uint32_t flow_edge(struct flow *f, uint32_t from, uint32_t to, double capacity);
void flow_edge_set(struct flow *f, uint32_t edge, double capacity);

/* The maximum. Starts from nothing each time. */
double flow_run(struct flow *f);
/* After that: is the vertex on the source's side of the minimum cut? */
bool flow_is_before_cut(const struct flow *f, uint32_t vertex);

#endif
