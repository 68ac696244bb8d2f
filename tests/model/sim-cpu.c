// SPDX-License-Identifier: GPL-2.0-only
/* CPUs and the tasks on them: picking, stopping, idling, interrupting. Checks what the scheduler
 * answers. */
#include <inttypes.h>

#include "sim-state.h"

static void wait_begin(struct sim *s, uint32_t task)
{
	struct sim_task *t = &s->tasks[task];

	t->state = TASK_WAITING;
	t->since = s->now;
	t->waits_pos = s->nr_waits;
	s->waits[s->nr_waits++] = task;
}

static void wait_end(struct sim *s, uint32_t task)
{
	struct sim_task *t = &s->tasks[task];
	uint32_t last = s->waits[--s->nr_waits];

	s->waits[t->waits_pos] = last;
	s->tasks[last].waits_pos = t->waits_pos;
	if (s->now - t->since > s->result->wait_max_ns)
		s->result->wait_max_ns = s->now - t->since;
}

static uint32_t leaf_of(const struct sim *s, uint32_t task)
{
	return s->scenario->tasks.items[task].cgroup;
}

/* The scheduler leaves a CPU idle: is there nobody for it? */
static void cpu_idle(struct sim *s, uint32_t cpu)
{
	s->idle.bits[cpu / 64] |= 1ULL << (cpu % 64);
	for (uint32_t i = 0; i < s->nr_waits; i++) {
		if (!model_mask_has(sim_mask(s, s->waits[i]), cpu))
			continue;
		s->result->idle_misses++;
		return;
	}
}

static void cpu_run(struct sim *s, uint32_t cpu, uint32_t task, uint64_t slice_ns)
{
	struct sim_task *t = &s->tasks[task];
	struct sim_cpu *c = &s->cpus[cpu];

	wait_end(s, task);
	meter_add(&s->result->meter, leaf_of(s, task), 1, 0);
	t->state = TASK_RUNNING;
	t->since = s->now;
	t->cpu = cpu;
	c->task = task;
	s->idle.bits[cpu / 64] &= ~(1ULL << (cpu % 64));
	s->result->picks++;
	events_add(&s->events, s->now + (slice_ns < t->left ? slice_ns : t->left), EVENT_SLICE, cpu,
		   ++c->stamp);
}

static void cpu_pick(struct sim *s, uint32_t cpu)
{
	uint64_t slice_ns = 0;
	uint32_t task = s->sched->pick(s->priv, cpu, s->now, &slice_ns);

	if (task == MODEL_NONE) {
		cpu_idle(s, cpu);
	} else if (task >= s->scenario->tasks.n || s->tasks[task].state != TASK_WAITING) {
		sim_fail(s, "CPU %u: picked task %u, which does not wait", cpu, task);
	} else if (!model_mask_has(sim_mask(s, task), cpu)) {
		sim_fail(s, "CPU %u: picked task %u, which may not run there", cpu, task);
	} else if (!slice_ns) {
		sim_fail(s, "CPU %u: picked task %u for no time", cpu, task);
	} else {
		cpu_run(s, cpu, task, slice_ns);
	}
}

/* An idle CPU for a task, where it ran last if that is one, or MODEL_NONE. */
static uint32_t idle_cpu_for(const struct sim *s, uint32_t task)
{
	const struct model_mask *mask = sim_mask(s, task);
	uint32_t last = s->tasks[task].cpu;
	uint64_t both;

	if (model_mask_has(&s->idle, last) && model_mask_has(mask, last))
		return last;
	for (uint32_t i = 0; i < MODEL_MASK_WORDS; i++) {
		both = s->idle.bits[i] & mask->bits[i];
		if (both)
			return 64 * i + (uint32_t)__builtin_ctzll(both);
	}
	return MODEL_NONE;
}

static void offer_to_idle(struct sim *s, uint32_t task)
{
	uint32_t cpu = idle_cpu_for(s, task);

	if (cpu != MODEL_NONE)
		cpu_pick(s, cpu);
}

/* Take the task off a CPU; the CPU has nothing to run then, and is not idle yet. */
static void cpu_stop(struct sim *s, uint32_t cpu, bool still_runnable)
{
	struct sim_cpu *c = &s->cpus[cpu];
	uint32_t task = c->task;
	struct sim_task *t = &s->tasks[task];
	uint64_t ran = s->now - t->since;

	if (t->left != SIM_ENDLESS)
		t->left -= ran;
	if (!t->left)
		still_runnable = false;
	c->task = MODEL_NONE;
	c->stamp++;
	meter_add(&s->result->meter, leaf_of(s, task), -1, still_runnable ? 0 : -1);
	if (still_runnable)
		wait_begin(s, task);
	else
		t->state = TASK_ASLEEP;
	s->sched->stop(s->priv, cpu, task, ran, still_runnable, s->now);
}

/* A task has woken and no CPU is idle. Answers whether one stopped. */
static bool interrupt_for(struct sim *s, uint32_t task)
{
	uint32_t cpu = s->sched->preempt(s->priv, task, s->now);

	if (cpu == MODEL_NONE)
		return false;
	if (cpu >= s->scenario->nr_cpus || s->cpus[cpu].task == MODEL_NONE) {
		sim_fail(s, "interrupted CPU %u, which is idle", cpu);
		return false;
	}
	s->result->preemptions++;
	sim_slice_end(s, cpu);
	return true;
}

void sim_wake(struct sim *s, uint32_t task)
{
	meter_add(&s->result->meter, leaf_of(s, task), 0, 1);
	wait_begin(s, task);
	s->sched->wake(s->priv, task, leaf_of(s, task), sim_mask(s, task), s->now);
	offer_to_idle(s, task);
	/* One CPU, or if that runs another which has waited, one more instead. */
	for (uint32_t n = 0; n < s->sched->nr_preempts && s->tasks[task].state == TASK_WAITING; n++)
		if (!interrupt_for(s, task))
			return;
}

void sim_slice_end(struct sim *s, uint32_t cpu)
{
	uint32_t task = s->cpus[cpu].task;
	struct sim_task *t = &s->tasks[task];

	cpu_stop(s, cpu, true);
	if (t->state == TASK_ASLEEP)
		sim_load_done(s, task);
	cpu_pick(s, cpu);
	/* Somebody else runs here now, but another CPU may be idle. */
	if (t->state == TASK_WAITING)
		offer_to_idle(s, task);
}

void sim_kill(struct sim *s, uint32_t task)
{
	struct sim_task *t = &s->tasks[task];
	enum task_state was = t->state;

	if (was == TASK_RUNNING) {
		cpu_stop(s, t->cpu, false);
	} else if (was == TASK_WAITING) {
		wait_end(s, task);
		meter_add(&s->result->meter, leaf_of(s, task), 0, -1);
		s->sched->leave(s->priv, task, s->now);
	}
	t->state = TASK_GONE;
	fluid_end(s->fluid, task, t->left == SIM_ENDLESS ? INFINITY : (double)t->left);
	if (was == TASK_RUNNING)
		cpu_pick(s, t->cpu);
}
