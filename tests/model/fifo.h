/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks that wait, first in, first out, one queue per cgroup; for adapters that have no queue of
 * their own. A task is in at most one queue.
 */
#ifndef MODEL_FIFO_H
#define MODEL_FIFO_H

#include "sched.h"
#include "util/alloc.h"

struct fifo {
	uint32_t first, last;  /* MODEL_NONE: empty */
	uint32_t nr, nr_bound; /* bound: may not use all CPUs */
};

/* One per task, in an array by number. */
struct fifo_task {
	uint32_t cgroup, prev, next;
	bool bound;
	struct model_mask mask;
};

static inline void fifo_init(struct fifo *q)
{
	*q = (struct fifo){.first = MODEL_NONE, .last = MODEL_NONE};
}

static inline void fifo_add(struct fifo *q, struct fifo_task *tasks, uint32_t task)
{
	struct fifo_task *t = &tasks[task];

	t->next = MODEL_NONE;
	t->prev = q->last;
	*(q->last == MODEL_NONE ? &q->first : &tasks[q->last].next) = task;
	q->last = task;
	q->nr++;
	q->nr_bound += t->bound;
}

static inline void fifo_remove(struct fifo *q, struct fifo_task *tasks, uint32_t task)
{
	struct fifo_task *t = &tasks[task];

	*(t->prev == MODEL_NONE ? &q->first : &tasks[t->prev].next) = t->next;
	*(t->next == MODEL_NONE ? &q->last : &tasks[t->next].prev) = t->prev;
	q->nr--;
	q->nr_bound -= t->bound;
}

/* The first task that may run on cpu, or MODEL_NONE. */
static inline uint32_t fifo_first(const struct fifo *q, const struct fifo_task *tasks, uint32_t cpu)
{
	uint32_t i = q->first;

	while (i != MODEL_NONE && !model_mask_has(&tasks[i].mask, cpu))
		i = tasks[i].next;
	return i;
}

/* Does a task with this mask have fewer than all CPUs? */
static inline bool fifo_is_bound(const struct model_mask *mask, uint32_t nr_cpus)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < MODEL_MASK_WORDS; i++)
		n += (uint32_t)__builtin_popcountll(mask->bits[i]);
	return n < nr_cpus;
}

#endif
