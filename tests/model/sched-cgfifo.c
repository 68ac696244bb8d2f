// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo: the headers of bpf/ as they are, with what the kernel does around them. They keep their
 * state in globals, so there can be one of it at a time.
 */
#define CGFIFO_MAX_SLOTS 32768

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fifo.h"
#include "preempt.h"

/* The kernel takes the lock of the order here, see sched-counted.c. */
#ifndef ORDER_LOCK
#define ORDER_LOCK()
#endif

_Static_assert(CGFIFO_MAX_SLOTS >= MODEL_MAX_CGROUPS, "a slot for each cgroup");

struct cgfifo {
	struct model_machine machine;
	uint32_t *slot_of;  /* by cgroup */
	struct fifo *fifos; /* by slot and kind */
	struct fifo_task *tasks;
	uint64_t *prepaid_ns; /* by task */
	uint32_t *ran_on;     /* by task: the CPU, or MODEL_NONE */
	uint32_t ran_before;  /* the same, of the task picked last, before that */
	/* The task whose slice has just ended on a CPU, and which may go on there. */
	uint32_t prev, prev_cpu;
};

static void reset(const struct model_machine *machine)
{
	memset(slots, 0, sizeof(slots));
	memset(cpus, 0, sizeof(cpus));
	memset(vtree_members, 0, sizeof(vtree_members));
	memset(vtree_forks, 0, sizeof(vtree_forks));
	nr_free_slots = nr_used_slots = 0;
	order_nr_taken = vtree_nr_idle = 0;
	memset(order_pool, 0, sizeof(order_pool));
	clock_ns = 0;
	slice_longest_ns = 0;
	nr_cpus = nr_online = machine->nr_cpus;
	online_mask = cpuset_none();
	for (uint32_t cpu = 0; cpu < machine->nr_cpus; cpu++)
		cpuset_add(&online_mask, cpu_bit((__s32)cpu));
}

static uint32_t make_slot(struct cgfifo *c, uint32_t cgroup, uint32_t parent, uint32_t level,
			  uint32_t weight)
{
	uint32_t i = slot_make_locked(cgroup + 1, parent, level, weight);

	c->slot_of[cgroup] = i;
	slot_set_slice_locked(i, c->machine.slice_ns);
	fifo_init(&c->fifos[slot_leaf(i, CGFIFO_FREE)]);
	fifo_init(&c->fifos[slot_leaf(i, CGFIFO_BOUND)]);
	return i;
}

static void *cgfifo_make(const struct model_machine *machine)
{
	struct cgfifo *c = xcalloc(1, sizeof(*c));

	c->machine = *machine;
	c->slot_of = xcalloc(machine->max_cgroups, sizeof(*c->slot_of));
	c->fifos = xcalloc(CGFIFO_NR_KINDS * CGFIFO_MAX_SLOTS, sizeof(*c->fifos));
	c->tasks = xcalloc(machine->max_tasks, sizeof(*c->tasks));
	c->prepaid_ns = xcalloc(machine->max_tasks, sizeof(*c->prepaid_ns));
	c->ran_on = xcalloc(machine->max_tasks, sizeof(*c->ran_on));
	for (uint32_t i = 0; i < machine->max_tasks; i++)
		c->ran_on[i] = MODEL_NONE;
	c->prev = MODEL_NONE;
	reset(machine);
	make_slot(c, MODEL_ROOT, CGFIFO_ROOT_SLOT, 0, CGFIFO_WEIGHT_DFL);
	return c;
}

static void cgfifo_free(void *sched)
{
	struct cgfifo *c = sched;

	free(c->slot_of);
	free(c->fifos);
	free(c->tasks);
	free(c->prepaid_ns);
	free(c->ran_on);
	free(c);
}

static int cgfifo_cgroup_make(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct cgfifo *c = sched;
	uint32_t above = c->slot_of[parent];

	if (slot_at(above)->level >= CGFIFO_MAX_DEPTH)
		return -E2BIG;
	return make_slot(c, cgroup, above, slot_at(above)->level + 1, weight) == CGFIFO_NO_SLOT
		       ? -ENOSPC
		       : 0;
}

static void cgfifo_cgroup_remove(void *sched, uint32_t cgroup)
{
	struct cgfifo *c = sched;

	slot_release_locked(c->slot_of[cgroup]);
}

static void cgfifo_cgroup_slice(void *sched, uint32_t cgroup, uint64_t slice_ns)
{
	struct cgfifo *c = sched;

	slot_configure_locked(c->slot_of[cgroup], slice_ns, false);
}

static void cgfifo_cgroup_weight(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns)
{
	struct cgfifo *c = sched;
	uint32_t i = c->slot_of[cgroup];

	clock_ns = now_ns;
	slot_at(i)->own_weight = weight;
	slot_configure_locked(i, slot_at(i)->slice_ns, false);
}

static enum cgfifo_kind kind_of(const struct fifo_task *t)
{
	return t->bound ? CGFIFO_BOUND : CGFIFO_FREE;
}

static struct fifo *fifo_of(struct cgfifo *c, const struct fifo_task *t)
{
	return &c->fifos[slot_leaf(c->slot_of[t->cgroup], kind_of(t))];
}

static struct cgfifo_cpuset mask_of(const struct fifo_task *t)
{
	struct cgfifo_cpuset mask;

	_Static_assert(MODEL_MASK_WORDS >= CGFIFO_SET_WORDS, "sets of the same size, or longer");
	memcpy(&mask, &t->mask, sizeof(mask));
	return mask;
}

static void enqueue(struct cgfifo *c, uint32_t task, uint32_t cpu, bool wakes)
{
	struct fifo_task *t = &c->tasks[task];
	struct cgfifo_cpuset mask = mask_of(t);
	uint32_t i = c->slot_of[t->cgroup];

	fifo_add(fifo_of(c, t), c->tasks, task);
	slot_at(i)->nr_queued++;
	if (slot_at(i)->flags & CGFIFO_SLOT_IDLE) {
		ORDER_LOCK();
		slot_wake_locked(i);
	}
	ORDER_LOCK();
	slot_enqueue_locked(i, kind_of(t), &mask, cpu_at((__s32)cpu), wakes);
}

/* It does not go on: it waits like all others. */
static void let_prev_wait(struct cgfifo *c)
{
	if (c->prev == MODEL_NONE)
		return;
	enqueue(c, c->prev, c->prev_cpu, false);
	c->prev = MODEL_NONE;
}

/* The CPU that a task comes from when it wakes: where it ran last, if it still may run there. */
static uint32_t home_of(const struct cgfifo *c, uint32_t task, const struct model_mask *mask)
{
	uint32_t cpu = c->ran_on[task];

	if (cpu != MODEL_NONE && model_mask_has(mask, cpu))
		return cpu;
	for (uint32_t w = 0; w < MODEL_MASK_WORDS; w++)
		if (mask->bits[w])
			return 64 * w + (uint32_t)__builtin_ctzll(mask->bits[w]);
	return 0;
}

static void cgfifo_wake(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
			uint64_t now_ns)
{
	struct cgfifo *c = sched;
	struct fifo_task *t = &c->tasks[task];

	let_prev_wait(c);
	clock_ns = now_ns;
	t->cgroup = cgroup;
	t->mask = *mask;
	t->bound = fifo_is_bound(mask, c->machine.nr_cpus);
	enqueue(c, task, home_of(c, task, mask), true);
}

static void cgfifo_leave(void *sched, uint32_t task, uint64_t now_ns)
{
	struct cgfifo *c = sched;
	struct fifo_task *t = &c->tasks[task];
	uint32_t i = c->slot_of[t->cgroup];

	let_prev_wait(c);
	clock_ns = now_ns;
	fifo_remove(fifo_of(c, t), c->tasks, task);
	slot_at(i)->nr_queued--;
	ORDER_LOCK();
	slot_dequeue_locked(i, cpu_at(0));
}

/* The task that ends its slice here may go on. Answers it, or MODEL_NONE: pick another one. */
static uint32_t go_on(struct cgfifo *c, struct cgfifo_cpu *this, struct cpu_bit bit)
{
	uint32_t task = c->prev, i = c->slot_of[c->tasks[task].cgroup];

	this->pick.own_mask = mask_of(&c->tasks[task]);
	if (pick_after(&this->pick, this, bit, i, false))
		return MODEL_NONE;
	c->prev = MODEL_NONE;
	c->prepaid_ns[task] = slot_at(i)->slice_ns;
	account_charge(CGFIFO_SELF(i), (int64_t)c->prepaid_ns[task]);
	slot_at(i)->nr_running++;
	return task;
}

static uint32_t cgfifo_pick(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	struct cgfifo *c = sched;
	struct cgfifo_cpu *this = cpu_at((__s32)cpu);
	struct cgfifo_pick *k = &this->pick;
	struct cpu_bit bit = cpu_bit((__s32)cpu);
	struct fifo *fifo;
	uint32_t task;
	bool found;

	clock_ns = now_ns;
	if (c->prev != MODEL_NONE && c->prev_cpu == cpu) {
		task = go_on(c, this, bit);
		if (task != MODEL_NONE) {
			*ret_slice_ns = c->prepaid_ns[task];
			return task;
		}
		found = true;
	} else {
		ORDER_LOCK();
		found = pick_next(k, this, bit);
	}
	let_prev_wait(c);
	while (found) {
		fifo = &c->fifos[slot_leaf(k->slot, k->kind)];
		task = fifo_first(fifo, c->tasks, cpu);
		if (task == MODEL_NONE) {
			ORDER_LOCK();
			pick_undo(k, this, bit, false);
			ORDER_LOCK();
			found = pick_next(k, this, bit);
			continue;
		}
		fifo_remove(fifo, c->tasks, task);
		slot_at(k->slot)->nr_queued--;
		slot_at(k->slot)->nr_running++;
		c->prepaid_ns[task] = k->slice_ns;
		c->ran_before = c->ran_on[task];
		c->ran_on[task] = cpu;
		*ret_slice_ns = k->slice_ns;
		return task;
	}
	return MODEL_NONE;
}

static void cgfifo_stop(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns,
			bool still_runnable, uint64_t now_ns)
{
	struct cgfifo *c = sched;
	uint32_t i = c->slot_of[c->tasks[task].cgroup];

	let_prev_wait(c);
	clock_ns = now_ns;
	ORDER_LOCK(); /* if the task could go on, that of pick() */
	slot_at(i)->nr_running--;
	slot_charge_locked(i, ran_ns, c->prepaid_ns[task]);
	if (still_runnable) {
		c->prev = task;
		c->prev_cpu = cpu;
	} else {
		slot_sleep_locked(i);
	}
	if (!(++cpu_at((__s32)cpu)->nr_stops & 15))
		slot_look_locked(i);
}

static uint32_t cgfifo_preempt(void *sched, uint32_t task, uint64_t now_ns)
{
	struct cgfifo *c = sched;
	struct fifo_task *t = &c->tasks[task];
	struct cgfifo_cpuset mask = mask_of(t);
	__s32 cpu = preempt_choose(c->slot_of[t->cgroup], &mask, home_of(c, task, &t->mask));

	return cpu < 0 ? MODEL_NONE : (uint32_t)cpu;
}

extern const struct model_sched model_sched_cgfifo;
const struct model_sched model_sched_cgfifo = {
	.name = "cgfifo",
	.summary = "the scheduler's own headers: an account per fork of the tree",
	.make = cgfifo_make,
	.free = cgfifo_free,
	.cgroup_make = cgfifo_cgroup_make,
	.cgroup_remove = cgfifo_cgroup_remove,
	.cgroup_slice = cgfifo_cgroup_slice,
	.cgroup_weight = cgfifo_cgroup_weight,
	.wake = cgfifo_wake,
	.leave = cgfifo_leave,
	.pick = cgfifo_pick,
	.stop = cgfifo_stop,
	.preempt = cgfifo_preempt,
	.nr_preempts = PREEMPT_CHAIN,
};
