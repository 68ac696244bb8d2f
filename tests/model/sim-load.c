// SPDX-License-Identifier: GPL-2.0-only
/* What tasks do with their lives: how much work, and when. Each has its own random numbers, so it
 * wants the same whatever the scheduler does to the others. */
#include "sim-state.h"

static const struct load *load_of(const struct sim *s, uint32_t task)
{
	return &s->scenario->tasks.items[task].load;
}

static void arrive_in(struct sim *s, uint32_t task, uint64_t ns)
{
	events_add(&s->events, s->now + ns, EVENT_WAKE, task, 0);
}

static uint64_t burst(const struct load *l, struct rng *r)
{
	uint64_t ns;

	if (l->kind == LOAD_BUSY)
		return SIM_ENDLESS;
	if (l->exponential)
		ns = (uint64_t)rng_exponential(r, (double)l->burst_lo);
	else
		ns = rng_range(r, l->burst_lo, l->burst_hi);
	return ns ? ns : 1;
}

static uint64_t random_gap(const struct load *l, struct rng *r)
{
	return 1 + (uint64_t)rng_exponential(r, (double)l->gap);
}

void sim_load_start(struct sim *s, uint32_t task)
{
	s->tasks[task].rng.state = s->scenario->seed * 1000003 + task;
	rng_next(&s->tasks[task].rng);
	arrive_in(s, task, load_of(s, task)->phase);
}

void sim_load_arrive(struct sim *s, uint32_t task)
{
	const struct load *l = load_of(s, task);
	struct sim_task *t = &s->tasks[task];
	uint64_t ns;

	if (t->state == TASK_GONE)
		return;
	ns = burst(l, &t->rng);
	fluid_arrive(s->fluid, task, ns == SIM_ENDLESS ? INFINITY : (double)ns);
	t->left = ns == SIM_ENDLESS ? ns : t->left + ns;
	if (s->sched->foresee)
		s->sched->foresee(s->priv, task, ns, s->now);
	if (l->kind == LOAD_POISSON)
		arrive_in(s, task, random_gap(l, &t->rng));
	if (t->state == TASK_ASLEEP)
		sim_wake(s, task);
}

void sim_load_done(struct sim *s, uint32_t task)
{
	const struct load *l = load_of(s, task);
	struct rng *r = &s->tasks[task].rng;

	if (l->kind == LOAD_SLEEPY)
		arrive_in(s, task, random_gap(l, r));
	else if (l->kind == LOAD_PERIOD)
		arrive_in(s, task, l->gap - (s->now + l->gap - l->phase) % l->gap);
}
