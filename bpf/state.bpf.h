/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What needs the kernel in the scheduler's memory: the lock, the tasks, the way from a cgroup's id
 * to its slot, references. The rest is in state.h.
 */
#ifndef STATE_BPF_H
#define STATE_BPF_H

#include "leaf.h"
#include "slot.h"

/*
 * The lock of the order: of everything in order.h, vtree.h and slot.h, and of mask, flags and
 * weight in the slots. Held for a few dozen instructions, with the run queue's lock held and
 * interrupts off. It is the one global lock; counters and the rest of a slot are changed
 * atomically without it.
 */
static PRIVATE(lock) struct bpf_spin_lock order_lock;

/* What a task carries along. */
struct task_ctx {
	__u64 charged_at; /* se.sum_exec_runtime up to which its slot has been charged; the kernel
			   * adds to it after a task has gone to sleep, until the next one runs */
	__u64 prepaid_ns; /* charged for the slice that it runs now */
	__u64 waited_ns;  /* that it has waited in its life, up to when it was last counted */
	__u32 slot;	  /* where it belongs; it holds a reference */
	__u32 queued_on;  /* slot in one of whose queues it waits, or CGFIFO_NO_SLOT */
	__u32 nr_past;	  /* times that it has gone on past a limit, see queue_leaves_kernel() */
	struct leaf_task leaf;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_ctx);
} tasks SEC(".maps");

/* Cgroup id -> slot; not for the hot path. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CGFIFO_MAX_SLOTS);
	__type(key, __u64);
	__type(value, __u32);
} cgroups SEC(".maps");

/* What the agent is told. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

static __always_inline struct task_ctx *task_find(struct task_struct *p)
{
	return bpf_task_storage_get(&tasks, p, NULL, 0);
}

/* The kernel's tick, in ns. */
FIXED __u64 tick_ns = 4000000;

/* By ticks, which is exact enough for what it is used for, and the cheapest clock of all. */
static __always_inline void clock_note(void)
{
	clock_ns = bpf_jiffies64() * tick_ns;
}

static __always_inline bool task_is_runnable(const struct task_struct *p)
{
	return p->scx.flags & bpf_core_enum_value(enum scx_ent_flags, SCX_TASK_QUEUED);
}

/* Does p, which was interrupted, stand in the middle of what RCU waits for? All that is to be freed
 * waits until it runs again, and 7.3 unloads the scheduler when that takes 21 s. Not asked of the
 * depth below: as long as one of these programs runs, the kernel has it one deeper. */
static __always_inline bool task_stops_rcu(const struct task_struct *p)
{
	return bpf_core_field_exists(p->rcu_blocked_node) && p->rcu_blocked_node;
}

/* Would it, if it was interrupted now? Of the task that a timer has found running. */
static __always_inline bool task_holds_rcu(const struct task_struct *p)
{
	return bpf_core_field_exists(p->rcu_read_lock_nesting) && p->rcu_read_lock_nesting > 0;
}

/* Counters are per CPU, so a plain increment does. */
static __always_inline void stat_add(enum cgfifo_stat stat)
{
	cpu_at(bpf_get_smp_processor_id())->counters.value[stat]++;
}

/* Is a CPU one of those that the kernel calls online? A function of its own for the verifier. */
__noinline bool cpu_is_online(__u32 cpu)
{
	const struct cpumask *online = scx_bpf_get_online_cpumask();
	bool is_online = bpf_cpumask_test_cpu(cpu, online);

	scx_bpf_put_cpumask(online);
	return is_online;
}

/*
 * Does this CPU go, for good? It still wakes tasks, and looks for one before it sleeps. Then nobody
 * may be kicked from here, and no timer set: both go through an irq_work, and one that is queued
 * once the CPU has flushed its list for the last time stays in it. The kernel raises the interrupt
 * only for a list that was empty, so after the CPU's return none of its irq_works would ever run
 * again: no kick, and on 7.3 no grace period of SRCU that begins there (7.3 hangs; 6.12 has the
 * same irq_work_queue()). It flushes after it has gone offline; while it comes it is online before
 * we are told, and may do both.
 */
static __always_inline bool this_cpu_is_away(void)
{
	__u32 cpu;

	if (!nr_away)
		return false;
	cpu = bpf_get_smp_processor_id();
	return cpu_at(cpu)->is_away && !cpu_is_online(cpu);
}

static __always_inline void slot_get(__u32 i)
{
	__sync_fetch_and_add(&slot_at(i)->nr_refs, 1);
}

#endif
