/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Those that are killed while their cgroup is throttled leave at once: what they still have to do
 * is to end, and others may wait for that. They go past the order, and what they run is a debt of
 * their cgroup.
 */
#ifndef LEAVE_BPF_H
#define LEAVE_BPF_H

#include "leaf.bpf.h"
#include "limit.h"

/* Slots in which some are to be looked for, a power of two. If more come at once, the tasks of
 * those that are forgotten leave when their limit lets them. */
#define LEAVE_SLOTS 1024

static PRIVATE(leave) struct {
	__u32 slot[LEAVE_SLOTS]; /* the root, which has no limit: this one is yet to be written */
	__u32 nr_noted;
	__u32 nr_seen;
} leave;

/* Is p on its way out, or is it the first thing that it will do when it runs? Between the moment
 * when it takes the signal off and that when it is exiting, only what its process is about to do
 * tells: ending, or another program in place of all threads but one. */
static __always_inline bool task_is_dying(const struct task_struct *p)
{
	const struct signal_struct *signal = p->signal;

	if (p->flags & PF_EXITING || p->pending.signal.sig[0] & SIGKILL_BIT)
		return true;
	return signal->flags & SIGNAL_GROUP_EXIT ||
	       (signal->group_exec_task && signal->group_exec_task != p);
}

/* Of a slot some are to leave. A cgroup that is killed says so for each of its tasks. */
static __always_inline void leave_note(__u32 slot)
{
	__u32 n = leave.nr_noted;

	/* Who asks whether there is a limit is told yes in doubt; this one has none. */
	if (slot == CGFIFO_ROOT_SLOT || leave.slot[(n - 1) & (LEAVE_SLOTS - 1)] == slot)
		return;
	n = __sync_fetch_and_add(&leave.nr_noted, 1);
	leave.slot[n & (LEAVE_SLOTS - 1)] = slot;
}

/* Each runs where it is, as that CPU is one that it may run on, and at once. */
static __always_inline void leave_queue(__u64 queue)
{
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;
	__s32 cpu;

	bpf_iter_scx_dsq_new(&it, queue, 0);
	while ((p = bpf_iter_scx_dsq_next(&it))) {
		if (!task_is_dying(p))
			continue;
		cpu = scx_bpf_task_cpu(p);
		if (compat_dsq_move(&it, p, SCX_DSQ_LOCAL_ON | cpu, 0))
			scx_bpf_kick_cpu(
				cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
	}
	bpf_iter_scx_dsq_destroy(&it);
}

/* A function of its own so that the verifier looks at it once. */
__noinline int leave_slot(__u32 slot)
{
	bpf_rcu_read_lock();
	leave_queue(slot_leaf(slot, CGFIFO_FREE));
	leave_queue(slot_leaf(slot, CGFIFO_BOUND));
	if (slot_at(slot)->flags & CGFIFO_SLOT_SORTED)
		leave_queue(leaf_queue(slot));
	bpf_rcu_read_unlock();
	return 0;
}

/* By the timer, which whoever notes a slot calls afterwards. */
static __always_inline void leave_all(void)
{
	__u32 slot;

	while (leave.nr_seen != leave.nr_noted && can_loop) {
		if (leave.nr_noted - leave.nr_seen > LEAVE_SLOTS)
			leave.nr_seen = leave.nr_noted - LEAVE_SLOTS;
		slot = __sync_lock_test_and_set(&leave.slot[leave.nr_seen & (LEAVE_SLOTS - 1)],
						CGFIFO_ROOT_SLOT);
		if (slot == CGFIFO_ROOT_SLOT)
			break;
		leave.nr_seen++;
		leave_slot(slot & (CGFIFO_MAX_SLOTS - 1));
	}
}

#endif
