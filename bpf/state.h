/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the scheduler knows of cgroups and CPUs. Everything sits in global arrays, not in maps that
 * are looked up, so that the hot path reads it with one bounds check and may do so while it holds
 * the lock. Compiles into the scheduler, the model and the unit tests alike.
 */
#ifndef STATE_H
#define STATE_H

#include "cpuset.h"

#ifdef __bpf__
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

/* A global that only the scheduler sees. */
#define PRIVATE(name) SEC(".bss." #name) __hidden __attribute__((aligned(64)))
#else
#define can_loop      true
#define PRIVATE(name) __attribute__((unused))
#define SEC(name)     __attribute__((unused))
#endif

/* An atomic operation before which all is done, and after which nothing is yet. If nobody wants to
 * know what was there before, BPF has a form of it that orders nothing on arm64. */
#define STATE_ORDERED(op)                                                                          \
	({                                                                                         \
		__typeof__(op) before_ = (op);                                                     \
		asm volatile("" : : "r"(before_));                                                 \
	})

/* A set for a while, with the lock held. Not on the stack: long ones have no room there, and 7.3's
 * verifier looks at a function anew for each call that passes a part of the stack. */
#define CPUSET_LOCKED(name) static PRIVATE(order) struct cgfifo_cpuset name

/* Set at the start, then kept up to date by hotplug. */
__u32 nr_online = 1;
/* The same as a set. */
struct cgfifo_cpuset online_mask = {.word = {1}};
/* How many went away since the start and are not back: only then is cgfifo_cpu.is_away looked at.
 */
__u32 nr_away;

struct cgfifo_slot slots[CGFIFO_MAX_SLOTS] SEC(".bss.slots");
struct cgfifo_cpu cpus[CGFIFO_MAX_CPUS] SEC(".bss.cpus");
struct cgfifo_shared shared SEC(".bss.shared");

/* About the present, in ns, taken when a task stops; not of a run queue, as those leave out
 * interrupts and drift apart, each its own way. */
static PRIVATE(order) __u64 clock_ns;
/* The longest slice that a slot has had so far, in ns. */
static PRIVATE(order) __u32 slice_longest_ns;

static inline __attribute__((always_inline)) struct cgfifo_slot *slot_at(__u32 i)
{
	return &slots[i & (CGFIFO_MAX_SLOTS - 1)];
}

static inline __attribute__((always_inline)) struct cgfifo_cpu *cpu_at(__s32 cpu)
{
	return &cpus[cpu & (CGFIFO_MAX_CPUS - 1)];
}

/* With the lock held nothing may be called, not even to ask which CPU this is, so what is counted
 * there is not counted per CPU. */
static inline __attribute__((always_inline)) void stat_add_locked(enum cgfifo_stat stat)
{
	shared.counters.value[stat]++;
}

#endif
