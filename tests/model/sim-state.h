/* SPDX-License-Identifier: GPL-2.0-only */
/* A run under way. For the sim*.c only: sim.c has the events, sim-cpu.c what happens on CPUs. */
#ifndef MODEL_SIM_STATE_H
#define MODEL_SIM_STATE_H

#include "events.h"
#include "sim.h"

#define SIM_ENDLESS UINT64_MAX

enum task_state {
	TASK_ASLEEP,
	TASK_WAITING,
	TASK_RUNNING,
	TASK_GONE,
};

struct sim_task {
	enum task_state state;
	uint32_t cpu;	    /* where it runs, or ran last */
	uint32_t waits_pos; /* in the list of waiting tasks */
	uint64_t left;	    /* ns of work, or SIM_ENDLESS */
	uint64_t since;	    /* when it began to wait, or to run */
	struct rng rng;
};

struct sim_cpu {
	uint32_t task; /* MODEL_NONE: idle */
	uint32_t stamp;
};

struct sim {
	const struct scenario *scenario;
	const struct model_sched *sched;
	void *priv; /* the scheduler's */
	struct fluid *fluid;
	struct sim_result *result;
	struct events events;
	uint64_t now;
	struct sim_cpu *cpus;
	struct model_mask idle;
	struct sim_task *tasks;
	uint32_t *waits; /* tasks that wait */
	uint32_t nr_waits;
};

/* The scheduler broke a rule; the first time counts. */
void sim_fail(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline const struct model_mask *sim_mask(const struct sim *s, uint32_t task)
{
	return &s->scenario->masks.items[s->scenario->tasks.items[task].mask];
}

/* A task that has got work wakes up, and gets a CPU if the scheduler wants that now. */
void sim_wake(struct sim *s, uint32_t task);
/* A slice is over. */
void sim_slice_end(struct sim *s, uint32_t cpu);
/* A task is gone, whatever it was doing. */
void sim_kill(struct sim *s, uint32_t task);
/* A task has done its work: when is there more? (In sim-load.c.) */
void sim_load_done(struct sim *s, uint32_t task);
/* The next burst of a task arrives, if the task is still there. */
void sim_load_arrive(struct sim *s, uint32_t task);
/* The task is new. */
void sim_load_start(struct sim *s, uint32_t task);

#endif
