/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy fair: which of a cgroup's own tasks goes first, by nice level. Pure: compiles into
 * the scheduler, the model and the unit tests alike.
 *
 * Each task has a virtual time: running for d ns moves it by d, times 1.25 for each nice level
 * above 0 (see sched(7)), divided by it for each below. Those that wait stand in one queue in that
 * order, and the earliest is taken; at the end of a slice the one that runs goes on as long as it
 * is earlier than all that wait. What the cgroup gets is not decided here, only who of it runs.
 *
 * Threads bound to different CPUs may move on at different speeds, so there is no virtual time that
 * all have in common. Who wakes or is new is measured by what its CPU ran last of this cgroup: it
 * saves up no more than one slice, and a new one begins one slice later, or else a stream of short
 * ones would leave nothing to the others. And none stands further from the first of those that wait
 * than what a few slices are worth to the one that is ahead: who had a CPU to itself has saved up
 * no more, and owes no more.
 *
 * So that nobody waits for ever, those that wait belong to one of two rounds, and when the older
 * takes too long, all that come stand behind it.
 *
 * There is no lock. What several CPUs change at once is either counted atomically or a hint.
 */
#ifndef LEAF_H
#define LEAF_H

#include "arith.h"
#include "state.h"

/* The static priority of nice level -20, and the number of levels (MAX_RT_PRIO and NICE_WIDTH of
 * the kernel's include/linux/sched/prio.h). */
#define LEAF_PRIO_MIN 100
#define LEAF_NICES    40
/* In the table of costs: nice level 0, and the policy SCHED_IDLE, which counts 3/1024 of that, as
 * in the kernel's fair class (WEIGHT_IDLEPRIO in kernel/sched/sched.h). */
#define LEAF_NICE_0    20
#define LEAF_IDLE      LEAF_NICES
#define LEAF_IDLE_COST (1024ULL / 3)
/* A cost is in units of 2^-LEAF_FRACTION: exact to 0.05 %, and times two seconds below 2^60. */
#define LEAF_FRACTION 20
/* How far from each other two tasks can stand, in slices of the one that is ahead ... */
#define LEAF_APART 2
/* ... which are longer than they should be by up to a tick of the kernel, as it looks at them only
 * then, in ns. Usual are 1 to 4 ms. */
#define LEAF_TICK (4 * ARITH_MSEC)
/* A round takes at most this long, in ns, and the time to serve each of its tasks once. Without,
 * one of nice 19 beside a few of nice -20, or one of SCHED_IDLE beside many of nice 0, would wait
 * for longer than the 30 s that the kernel allows. */
#define LEAF_ROUND_MAX (4 * ARITH_SEC)

/* The tasks of one slot, as long as its policy is fair. Virtual times are in ns of nice 0. */
struct leaf {
	__u64 now;   /* the task that was last given a slice, on any CPU */
	__u64 last;  /* the latest that was put in */
	__u64 since; /* when this round began, in ns */
	__u32 round;
	__u32 nr_queued[2]; /* tasks of this round and the one before, by the lowest bit */
};

/* What a task carries along. */
struct leaf_task {
	__u64 vtime;
	__u32 queued; /* 1 or 2: it waits, and belongs to an even or odd round; 0: it does not */
	bool is_new;  /* it has no virtual time yet */
	bool yields;  /* it has called sched_yield() */
};

/* What a CPU did last with a fair leaf. */
struct leaf_clock {
	__u64 now; /* the task that it gave a slice */
	__u64 at;  /* when, in ns */
	__u32 slot;
};

/* The first of those that wait. */
struct leaf_first {
	__u64 vtime;
	__u32 cost; /* 0: there is none */
};

static PRIVATE(leaves) struct leaf leaves[CGFIFO_MAX_SLOTS];
static PRIVATE(leaves) struct leaf_clock leaf_clocks[CGFIFO_MAX_CPUS];
/* Virtual ns for each ns, by nice level. */
static PRIVATE(leaves) __u32 leaf_costs[LEAF_NICES + 1];

static __always_inline struct leaf *leaf_at(__u32 slot)
{
	return &leaves[slot & (CGFIFO_MAX_SLOTS - 1)];
}

static __always_inline struct leaf_clock *leaf_clock_of(__s32 cpu)
{
	return &leaf_clocks[cpu & (CGFIFO_MAX_CPUS - 1)];
}

/* Once, before anything else. */
static __always_inline void leaf_init(void)
{
	leaf_costs[LEAF_NICE_0] = 1U << LEAF_FRACTION;
	leaf_costs[LEAF_IDLE] = LEAF_IDLE_COST << LEAF_FRACTION;
	for (__u32 i = LEAF_NICE_0 + 1; i < LEAF_NICES; i++)
		leaf_costs[i] = leaf_costs[i - 1] * 5 / 4;
	for (__u32 i = LEAF_NICE_0; i > 0; i--)
		leaf_costs[i - 1] = leaf_costs[i] * 4ULL / 5;
}

/* What running costs a task of this static priority; is_idle: its policy is SCHED_IDLE. */
static __always_inline __u32 leaf_cost(__s32 static_prio, bool is_idle)
{
	__u32 i = static_prio - LEAF_PRIO_MIN;

	if (is_idle)
		i = LEAF_IDLE;
	return leaf_costs[i < LEAF_NICES + 1 ? i : LEAF_NICE_0];
}

/* The virtual time that ns of running is worth. */
static __always_inline __u64 leaf_charge_of(__u64 ns, __u32 cost)
{
	if (ns > ARITH_CHARGE_MAX)
		ns = ARITH_CHARGE_MAX;
	return ns * cost >> LEAF_FRACTION;
}

/* A task ran for ns. */
static __always_inline void leaf_charge(struct leaf_task *t, __u64 ns, __u32 cost)
{
	t->vtime += leaf_charge_of(ns, cost);
}

/* What one that wakes is measured by: what its CPU ran last of the slot, if that is not long ago;
 * else what any did, unless the first of those that wait is earlier. */
static __always_inline __u64 leaf_reference(__u32 slot, const struct leaf_clock *clock,
					    const struct leaf_first *first)
{
	const struct leaf *l = leaf_at(slot);

	if (clock->slot == slot && clock_ns - clock->at < slot_at(slot)->slice_ns + 2 * LEAF_TICK)
		return clock->now;
	return first && first->cost ? arith_earlier(first->vtime, l->now) : l->now;
}

/* It wakes, or has no virtual time yet. */
static __always_inline void leaf_wake(struct leaf_task *t, __u64 reference, __u64 slice_ns,
				      __u32 cost)
{
	if (t->is_new)
		t->vtime = reference + leaf_charge_of(slice_ns, cost);
	else
		t->vtime = arith_later(t->vtime, reference - slice_ns);
	t->is_new = false;
}

/* Begin a new round, if all of the one before were served. Answers whether they wait for too long.
 */
static __always_inline bool leaf_is_late(struct leaf *l)
{
	__u32 round = l->round;

	if (l->nr_queued[(round - 1) & 1])
		return (__s64)(clock_ns - l->since) > (__s64)LEAF_ROUND_MAX;
	if (__sync_val_compare_and_swap(&l->round, round, round + 1) == round)
		l->since = clock_ns;
	return false;
}

/* Bring it near to the first of those that wait. */
static __always_inline void leaf_approach(struct leaf_task *t, const struct leaf_first *first,
					  __u64 slice_ns, __u32 cost)
{
	__u64 apart = LEAF_APART * (slice_ns + LEAF_TICK);

	if (!first->cost)
		return;
	t->vtime = arith_later(t->vtime, first->vtime - leaf_charge_of(apart, first->cost));
	t->vtime = arith_earlier(t->vtime, first->vtime + leaf_charge_of(apart, cost));
}

/* It is put into the queue of its slot. Clock and first are of the CPU that it comes from. Answers
 * where. */
static __always_inline __u64 leaf_enqueue(__u32 slot, struct leaf_task *t, bool wakes,
					  const struct leaf_clock *clock,
					  const struct leaf_first *first, __u32 cost)
{
	__u64 slice_ns = slot_at(slot)->slice_ns;
	struct leaf *l = leaf_at(slot);

	if (wakes || t->is_new)
		leaf_wake(t, leaf_reference(slot, clock, first), slice_ns, cost);
	leaf_approach(t, first, slice_ns, cost);
	if (leaf_is_late(l))
		t->vtime = arith_later(t->vtime, l->last);
	l->last = arith_later(l->last, t->vtime);
	t->queued = 1 + (l->round & 1);
	__sync_fetch_and_add(&l->nr_queued[(t->queued - 1) & 1], 1);
	return t->vtime;
}

/* It is in the queue no more. */
static __always_inline void leaf_dequeue(__u32 slot, struct leaf_task *t)
{
	__sync_fetch_and_sub(&leaf_at(slot)->nr_queued[(t->queued - 1) & 1], 1);
	t->queued = 0;
}

static __always_inline void leaf_note(__u32 slot, const struct leaf_task *t,
				      struct leaf_clock *clock)
{
	leaf_at(slot)->now = clock->now = t->vtime;
	clock->at = clock_ns;
	clock->slot = slot;
}

/* A CPU gives it a slice, which it may not have waited for. */
static __always_inline void leaf_run(__u32 slot, struct leaf_task *t, struct leaf_clock *clock,
				     __u32 cost)
{
	if (!t->queued)
		leaf_wake(t, leaf_reference(slot, clock, NULL), slot_at(slot)->slice_ns, cost);
	leaf_note(slot, t, clock);
}

/* At the end of its slice: should it go on, before the first of those that wait? One that has
 * called sched_yield() gives way to that one. It keeps its virtual time, and may well go before the
 * next. */
static __always_inline bool leaf_goes_on(__u32 slot, struct leaf_task *t, struct leaf_clock *clock,
					 const struct leaf_first *first, __u32 cost)
{
	bool yields = t->yields;

	t->yields = false;
	leaf_approach(t, first, slot_at(slot)->slice_ns, cost);
	leaf_note(slot, t, clock);
	return first->cost && !yields && !leaf_is_late(leaf_at(slot)) &&
	       arith_before(t->vtime, first->vtime);
}

#endif
