// SPDX-License-Identifier: GPL-2.0-only
/* Service and lag of each cgroup; see meter.h. */
#include "meter.h"

#include <stdlib.h>

#include "util/alloc.h"

void meter_init(struct meter *m, struct fluid *f, uint32_t max_cgroups, uint32_t max_marks,
		uint32_t watch, uint32_t max_fine)
{
	*m = (struct meter){
		.fluid = f,
		.max_cgroups = max_cgroups,
		.nodes = xcalloc(max_cgroups, sizeof(*m->nodes)),
		.marks = xcalloc((size_t)max_cgroups * max_marks, sizeof(*m->marks)),
		.max_marks = max_marks,
		.watch = watch,
		.fine = xcalloc(max_fine, sizeof(*m->fine)),
		.max_fine = max_fine,
	};
	m->nodes[MODEL_ROOT].parent = MODEL_NONE;
}

void meter_done(struct meter *m)
{
	free(m->nodes);
	free(m->marks);
	free(m->fine);
	*m = (struct meter){};
}

void meter_touch(struct meter *m, uint32_t cgroup)
{
	struct meter_node *n = &m->nodes[cgroup];
	double now = fluid_now(m->fluid), lag, passed = now - n->at;

	n->real += n->running * passed;
	if (n->ready)
		n->ready_ns += passed;
	if (fluid_rate(m->fluid, cgroup) > 0)
		n->backlog_ns += passed;
	n->at = now;
	lag = fluid_service(m->fluid, cgroup) - n->real;
	if (lag > n->lag_max) {
		n->lag_max = lag;
		n->lag_max_at = now;
	} else if (lag < n->lag_min) {
		n->lag_min = lag;
		n->lag_min_at = now;
	}
}

void meter_add(struct meter *m, uint32_t leaf, int32_t running, int32_t ready)
{
	for (uint32_t c = leaf; c != MODEL_NONE; c = m->nodes[c].parent) {
		meter_touch(m, c);
		m->nodes[c].running += (uint32_t)running;
		m->nodes[c].ready += (uint32_t)ready;
	}
}

static struct meter_mark mark_now(struct meter *m, uint32_t cgroup)
{
	const struct meter_node *n = &m->nodes[cgroup];

	meter_touch(m, cgroup);
	return (struct meter_mark){
		.fluid = fluid_service(m->fluid, cgroup),
		.real = n->real,
		.backlog = n->backlog_ns,
		.ready = n->ready_ns,
	};
}

void meter_mark(struct meter *m)
{
	if (m->nr_marks == m->max_marks)
		return;
	for (uint32_t c = 0; c < m->max_cgroups; c++)
		m->marks[(size_t)m->nr_marks * m->max_cgroups + c] = mark_now(m, c);
	m->nr_marks++;
}

void meter_mark_fine(struct meter *m)
{
	if (m->nr_fine < m->max_fine)
		m->fine[m->nr_fine++] = mark_now(m, m->watch);
}

struct meter_mark meter_between(const struct meter *m, uint32_t cgroup, uint32_t from, uint32_t to)
{
	const struct meter_mark *a = &m->marks[(size_t)from * m->max_cgroups + cgroup];
	const struct meter_mark *b = &m->marks[(size_t)to * m->max_cgroups + cgroup];

	return (struct meter_mark){
		.fluid = b->fluid - a->fluid,
		.real = b->real - a->real,
		.backlog = b->backlog - a->backlog,
		.ready = b->ready - a->ready,
	};
}
