/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs that need no tick (nohz_full=). A task that has one for itself runs without an end, and is
 * charged by whoever looks at the order meanwhile. Pure: compiles into the scheduler and the unit
 * tests alike. Who calls it holds the lock.
 *
 * On such a CPU the kernel is told of no end of a slice at all: what ends one is a timer while
 * others wait that may run there, and nothing while none do. So the kernel stops the tick, and
 * whether it does makes no difference to the order. A run without an end is over as soon as one
 * waits that may run there and no CPU sleeps for it: then this CPU is made to look, and the order
 * says who is next.
 *
 * The account of such a run would stand still, and who wakes would be placed behind a member that
 * seems to have got nothing. So it is paid for up to the present before a decision that depends on
 * it, by the clock; when it ends the difference to what it really ran is trued up, like a slice
 * that is charged in advance.
 *
 * While a CPU sleeps that may take who waits, that one is told, and those without a tick are left
 * alone. It may take somebody else, so it passes the word on to them when it has looked, also for
 * those who came meanwhile. Should it not look soon, as a real-time task has it, whoever looks next
 * does so instead.
 *
 * Its price: where others wait, an interrupt at the end of each slice, as exact as a limit's;
 * one for each CPU that runs without an end when the first one has to wait; and once in a
 * millisecond, at most, a walk over all that run so. A task that the kernel itself puts into the
 * queue of a CPU, and does not tell of, may wait there for up to a second, see cgfifo_tick(). Not
 * where a limit counts what runs, nor while anything is isolated: both need slices.
 */
#ifndef TICKLESS_H
#define TICKLESS_H

#include "core.h"

/* The CPUs that need no tick, and are there any? Set by the loader. */
FIXED bool tickless_cpus[CGFIFO_MAX_CPUS];
FIXED bool tickless_is_used;

/* How long a CPU that was told may take to look, before another does it for it, in ns. */
#define TICKLESS_PATIENCE (4 * ARITH_MSEC)

/* What one CPU runs without an end. */
struct tickless_run {
	__u64 since;   /* paid for up to this moment, by the monotonic clock; 0: there is none */
	__u64 paid_ns; /* since it began, but for the slice that was charged in advance */
	__u32 slot;
};

static PRIVATE(order) struct tickless_run tickless_runs[CGFIFO_MAX_CPUS];
/* How many there are. */
static PRIVATE(order) __u32 tickless_nr;

/* When a CPU was told of somebody, if it has not looked since; or only in vain, and looks again.
 * Read and written without the lock. */
struct tickless_word {
	__u64 told_at; /* by the monotonic clock; 0: it was not told, or has looked */
	bool again;
};
static PRIVATE(tickless) struct tickless_word tickless_words[CGFIFO_MAX_CPUS];
/* When any CPU was told last. */
static PRIVATE(tickless) volatile __u64 tickless_told_at;
/* An atomic operation on it is a barrier, and nothing else. */
static PRIVATE(tickless) __u32 tickless_fence;

static __always_inline struct tickless_run *tickless_at(__s32 cpu)
{
	return &tickless_runs[cpu & (CGFIFO_MAX_CPUS - 1)];
}

/* Does this CPU need no tick? */
static __always_inline bool tickless_may(__s32 cpu)
{
	return tickless_is_used && tickless_cpus[cpu & (CGFIFO_MAX_CPUS - 1)];
}

static __always_inline volatile struct tickless_word *tickless_word(__s32 cpu)
{
	return &tickless_words[cpu & (CGFIFO_MAX_CPUS - 1)];
}

/* A CPU that sleeps is told of somebody who waits by now. */
static __always_inline void tickless_tell(__s32 cpu, __u64 now)
{
	volatile struct tickless_word *word = tickless_word(cpu);

	word->again = false;
	word->told_at = tickless_told_at = now;
}

/* A CPU has looked, and who waits was not to be had yet: it looks again at once. */
static __always_inline void tickless_look_again(__s32 cpu)
{
	if (tickless_word(cpu)->told_at)
		tickless_word(cpu)->again = true;
}

/* Who waits was not told to any CPU that can look for him: the next one that looks passes it on. */
static __always_inline void tickless_tell_next(void)
{
	tickless_told_at = 0;
}

/* One waits, and no CPU sleeps. Is one on its way that was told of another, and will pass it on?
 * He has to be seen to wait before this is asked, as the CPU asks for him after it has looked. */
static __always_inline bool tickless_is_told(__u64 now)
{
	STATE_ORDERED(__sync_fetch_and_add(&tickless_fence, 1));
	for (__u32 cpu = 0; cpu < nr_cpus && can_loop; cpu++)
		if (now - tickless_word(cpu)->told_at < TICKLESS_PATIENCE)
			return true;
	return false;
}

/* A CPU has looked for work. Answers whether it interrupts those without a tick for who waits
 * still. */
static __always_inline bool tickless_has_looked(__s32 cpu, __u64 now)
{
	volatile struct tickless_word *word = tickless_word(cpu);

	if (word->again) {
		word->again = false;
		return false;
	}
	if (!word->told_at)
		return now - tickless_told_at >= TICKLESS_PATIENCE;
	word->told_at = 0;
	STATE_ORDERED(__sync_fetch_and_add(&tickless_fence, 1));
	return true;
}

/* A task of a slot begins on a CPU, and is paid for up to a moment. May it run without an end?
 * Then it does. */
static __always_inline bool tickless_begin(__s32 cpu, __u32 slot, __u64 paid_until)
{
	struct tickless_run *run = tickless_at(cpu);

	if (account_waits_for(cpu_bit(cpu)) || core_any() || limit_above(slot) != CGFIFO_ROOT_SLOT)
		return false;
	run->since = paid_until ?: 1;
	run->paid_ns = 0;
	run->slot = slot;
	tickless_nr++;
	return true;
}

/* A CPU serves a leaf still: note where each member above it is now. */
static __always_inline void tickless_note_clock(struct cgfifo_cpu *cpu, __u32 leaf)
{
	__u32 m, slot, rep = leaf;

	while (can_loop) {
		m = vtree_member(rep)->top;
		if (m == ORDER_NONE)
			return;
		slot = vtree_fork_of(m);
		account_note_clock(cpu, slot, m);
		if (slot == CGFIFO_ROOT_SLOT)
			return;
		rep = CGFIFO_NODE(slot);
	}
}

/* Pay for what a CPU runs without an end, up to now. Nothing, if it is paid for. */
static __always_inline void tickless_pay(__s32 cpu, __u64 now)
{
	struct tickless_run *run = tickless_at(cpu);
	__u64 ns = now - run->since;

	if (!run->since || !arith_before(run->since, now))
		return;
	run->since = now;
	run->paid_ns += ns;
	slot_charge_locked(run->slot, ns, 0);
	tickless_note_clock(cpu_at(cpu), CGFIFO_SELF(run->slot));
}

/* It ends. Answers what was paid for it: as used, and in the order. */
static __always_inline __u64 tickless_end(__s32 cpu)
{
	struct tickless_run *run = tickless_at(cpu);

	if (!run->since)
		return 0;
	run->since = 0;
	tickless_nr--;
	return run->paid_ns;
}

#endif
