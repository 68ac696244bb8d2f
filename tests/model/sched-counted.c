// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo once more, for counting what it does to memory (tally.h): the same files, compiled so that
 * each access is told, and around them who is at work. Twice: with sets of CPUs of one word, as on
 * machines of up to 64 CPUs, and with longer ones. COUNTED(name), of the command line, gives what
 * is in both a name for each.
 *
 * The kernel's order of things where a task's slice is over: the lock is held to charge it and to
 * pick the next (dispatch), to stop it (stopping), and to let it wait (enqueue).
 */
#define cpus		   COUNTED(cpus)
#define nr_away		   COUNTED(nr_away)
#define nr_cpus		   COUNTED(nr_cpus)
#define nr_online	   COUNTED(nr_online)
#define online_mask	   COUNTED(online_mask)
#define shared		   COUNTED(shared)
#define slots		   COUNTED(slots)
#define waits		   COUNTED(waits)
#define model_sched_cgfifo COUNTED(inner)

/* After the names, as these are members elsewhere. */
#include "counted.h"
#include "tally.h"
#define ORDER_LOCK() tally_lock()
#include "sched-cgfifo.c"

struct counted {
	struct cgfifo *inner;
	uint32_t *ran; /* by CPU: the task, or MODEL_NONE */
	uint32_t waker;
	bool is_told; /* the waker holds the lock still */
};

static void *counted_make(const struct model_machine *machine)
{
	struct counted *c = xcalloc(1, sizeof(*c));

	c->inner = cgfifo_make(machine);
	c->ran = xcalloc(MODEL_MAX_CPUS, sizeof(*c->ran));
	for (uint32_t i = 0; i < MODEL_MAX_CPUS; i++)
		c->ran[i] = MODEL_NONE;
	return c;
}

static void counted_free(void *sched)
{
	struct counted *c = sched;

	cgfifo_free(c->inner);
	free(c->ran);
	free(c);
}

static int counted_cgroup_make(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct counted *c = sched;

	return cgfifo_cgroup_make(c->inner, cgroup, parent, weight);
}

static void counted_cgroup_remove(void *sched, uint32_t cgroup)
{
	struct counted *c = sched;

	cgfifo_cgroup_remove(c->inner, cgroup);
}

static void counted_cgroup_weight(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns)
{
	struct counted *c = sched;

	cgfifo_cgroup_weight(c->inner, cgroup, weight, now_ns);
}

/* A timer wakes a task, and goes off where the task went to sleep. */
static void counted_wake(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
			 uint64_t now_ns)
{
	struct counted *c = sched;

	c->waker = home_of(c->inner, task, mask);
	c->is_told = true;
	tally_cpu(c->waker, now_ns);
	cgfifo_wake(c->inner, task, cgroup, mask, now_ns);
	tally_cpu(TALLY_NOBODY, now_ns);
}

static void counted_leave(void *sched, uint32_t task, uint64_t now_ns)
{
	struct counted *c = sched;

	cgfifo_leave(c->inner, task, now_ns);
}

/* What is left of stopping() when pick() has charged a task already. */
static void stop_one(struct counted *c, uint32_t task)
{
	uint32_t i = c->inner->slot_of[c->inner->tasks[task].cgroup];

	ORDER_LOCK();
	slot_charge_locked(i, 0, 0);
	wait_count(i, 0);
}

static uint32_t counted_pick(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	struct counted *c = sched;
	uint32_t task, prev = c->inner->prev_cpu == cpu ? c->inner->prev : MODEL_NONE;

	tally_cpu(cpu, now_ns);
	task = cgfifo_pick(c->inner, cpu, now_ns, ret_slice_ns);
	if (prev != MODEL_NONE && task != prev)
		stop_one(c, prev);
	if (task != MODEL_NONE && task != c->ran[cpu]) {
		tally_switch(c->inner->ran_before);
		c->ran[cpu] = task;
	}
	tally_cpu(TALLY_NOBODY, now_ns);
	return task;
}

static void counted_stop(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns,
			 bool still_runnable, uint64_t now_ns)
{
	struct counted *c = sched;

	tally_cpu(cpu, now_ns);
	cgfifo_stop(c->inner, cpu, task, ran_ns, still_runnable, now_ns);
	if (!still_runnable)
		wait_count(c->inner->slot_of[c->inner->tasks[task].cgroup], 0);
	tally_cpu(TALLY_NOBODY, now_ns);
}

/* The first time while the lock is held of wake(), then by a CPU that has run somebody else. */
static uint32_t counted_preempt(void *sched, uint32_t task, uint64_t now_ns)
{
	struct counted *c = sched;
	uint32_t cpu;

	tally_cpu(c->waker, now_ns);
	if (!c->is_told)
		ORDER_LOCK();
	c->is_told = false;
	cpu = cgfifo_preempt(c->inner, task, now_ns);
	if (cpu != MODEL_NONE)
		c->waker = cpu;
	tally_cpu(TALLY_NOBODY, now_ns);
	return cpu;
}

uint32_t COUNTED(levels)(void)
{
	return vtree_fork(CGFIFO_ROOT_SLOT)->order.height + 1;
}

const struct model_sched COUNTED(sched) = {
	.name = "counted",
	.summary = "cgfifo, and what it does to memory",
	.make = counted_make,
	.free = counted_free,
	.cgroup_make = counted_cgroup_make,
	.cgroup_remove = counted_cgroup_remove,
	.cgroup_weight = counted_cgroup_weight,
	.wake = counted_wake,
	.leave = counted_leave,
	.pick = counted_pick,
	.stop = counted_stop,
	.preempt = counted_preempt,
	.nr_preempts = PREEMPT_CHAIN,
};
