/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a scenario: CPUs that run what the scheduler picks, tasks that work and sleep, one event
 * after another; and tells the oracle what work arrives and the meter who runs. Deterministic.
 * Switching costs nothing, and a CPU that becomes free or is interrupted picks at once.
 */
#ifndef MODEL_SIM_H
#define MODEL_SIM_H

#include "meter.h"
#include "scenario.h"

/* What a run came to. */
struct sim_result {
	struct meter meter; /* meter.fluid is gone */
	uint64_t picks;	    /* tasks that were put on a CPU */
	uint64_t preemptions;
	uint64_t idle_misses; /* CPUs that were left idle while a task waited that may run there */
	uint64_t wait_max_ns; /* the longest that a task waited for a CPU */
	uint64_t events;
	char error[128]; /* what the scheduler did wrong; then the run ended there */
};

/* 0, or -EPROTO when the scheduler broke the rules of sched.h. Fill the result in either case; the
 * caller ends it with sim_result_done(). */
int sim_run(const struct scenario *s, const struct model_sched *sched, struct sim_result *ret);
void sim_result_done(struct sim_result *r);

#endif
