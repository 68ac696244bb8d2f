/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler's memory: the slot table, the order, the CPUs, the tasks; and what is counted.
 * Everything sits in global arrays, not in maps that are looked up, so that the hot path reads it
 * with one bounds check and may do so while it holds the lock.
 */
#ifndef STATE_BPF_H
#define STATE_BPF_H

#include "cgfifo.h"
#include "compat.bpf.h"

/* A loop bound for the verifier without one for the reader (clang >= 19, kernel >= 6.9): the
 * verifier sees a loop that may end at any time, and walks it only a few times. */
#define can_loop                                                                                   \
	({                                                                                         \
		__label__ stop, done;                                                              \
		bool go_on = true;                                                                 \
		asm volatile goto("may_goto %l[stop]" :: ::stop);                                  \
		goto done;                                                                         \
stop:                                                                                              \
		go_on = false;                                                                     \
done:                                                                                              \
		go_on;                                                                             \
	})

#include "vtree.h"

/* Set by the loader, read only from then on. */
const volatile __u32 nr_shards = 1;

/* Set by the loader, then kept up to date by hotplug. */
__u32 nr_online = 1;

struct cgfifo_slot slots[CGFIFO_MAX_SLOTS] SEC(".bss.slots");
struct cgfifo_cpu cpus[CGFIFO_MAX_CPUS] SEC(".bss.cpus");
struct cgfifo_shared shared SEC(".bss.shared");

/*
 * The lock of everything below, and of vtime, mask, child_sum, flags and weight in the slots. Held
 * for a few dozen instructions, with the run queue's lock held and interrupts off. It is the one
 * global lock; counters and the rest of a slot are changed atomically without it.
 */
#define PRIVATE(name) SEC(".bss." #name) __hidden __attribute__((aligned(64)))

static PRIVATE(lock) struct bpf_spin_lock order_lock;
static PRIVATE(order) struct vtree order[CGFIFO_MAX_SHARDS];
/* Active cgroups without work, one leaf a slot, by the virtual time that they reached: those that
 * will leave. A key may be older than its slot's vtime; it is looked at again when its turn comes.
 */
static PRIVATE(order) struct vtree ghosts;
/* The latest of the CPUs' clocks: the system's virtual time. */
static PRIVATE(order) __u64 vtime_now;
/* Raised whenever a share may have changed: slots with an older cost_gen compute it anew. */
static PRIVATE(order) __u64 share_gen;
/* Slots that were used and are free again, and the first that never was. */
static PRIVATE(order) __u16 free_slots[CGFIFO_MAX_SLOTS];
static PRIVATE(order) __u32 nr_free_slots;
static PRIVATE(order) __u32 nr_used_slots;

/* What a task carries along. */
struct task_ctx {
	__u64 charged_at; /* se.sum_exec_runtime up to which its slot has been charged */
	__u64 prepaid;	  /* virtual time charged for the slice that it runs now */
	__u32 slot;	  /* where it belongs; it holds a reference */
	__u32 queued_on;  /* slot in one of whose FIFOs it waits, or CGFIFO_NO_SLOT */
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

static __always_inline struct cgfifo_slot *slot_at(__u32 i)
{
	return &slots[i & (CGFIFO_MAX_SLOTS - 1)];
}

static __always_inline struct cgfifo_cpu *cpu_at(__s32 cpu)
{
	return &cpus[cpu & (CGFIFO_MAX_CPUS - 1)];
}

static __always_inline struct task_ctx *task_find(struct task_struct *p)
{
	return bpf_task_storage_get(&tasks, p, NULL, 0);
}

/* Counters are per CPU, so a plain increment does. */
static __always_inline void stat_add(enum cgfifo_stat stat)
{
	cpu_at(bpf_get_smp_processor_id())->counters.value[stat]++;
}

/* With the lock held nothing may be called, not even to ask which CPU this is. */
static __always_inline void stat_add_locked(enum cgfifo_stat stat)
{
	shared.counters.value[stat]++;
}

#endif
