/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task wakes and no CPU is idle: should one stop what it runs? Pure: compiles into the
 * scheduler, the model and the unit tests alike. Called with the lock of the order held.
 *
 * The one that wakes and the one that runs are compared where their ways part: at the lowest fork
 * that both stand below, the member with the earlier finish has the right to run. Each CPU knows
 * the forks that it came through when it picked, see struct cgfifo_clock; and below those others
 * that it came through before. So the ways part at the uppermost fork that it left by another
 * member.
 */
#ifndef PREEMPT_H
#define PREEMPT_H

#include "pick.h"

/* CPUs that are looked at, from the one that the task comes from. */
#define PREEMPT_CPUS 8
/* How much earlier it has to be, in parts of its slice: a switch has its price. */
#define PREEMPT_MARGIN 4
/* CPUs that are interrupted for one that wakes, one after the other, if others go before it. */
#define PREEMPT_CHAIN 4

/* The search that is going on. In memory, so that the verifier takes what it reads for unknown. */
static PRIVATE(order) struct {
	__u64 most; /* by how much the best victim would be later */
	__u32 left; /* CPUs to look at */
	__u32 cpu;
	__u32 rep; /* on the way up from the leaf that wakes */
	__s32 victim;
	__s64 gain; /* where their ways part, as far as is seen by now */
} preempt_at;

/* Virtual time by which what runs, according to the clock, would finish later than member m. */
static __always_inline __s64 preempt_compare(const struct cgfifo_clock *clock, __u32 m)
{
	const struct vtree_member *runs = vtree_member(clock->member);
	__u64 margin = vtree_member(m)->span / PREEMPT_MARGIN;
	__u64 finish = clock->start + runs->span + (vtree_yields(clock->member) ? VTREE_YIELD : 0);

	return finish - vtree_entry(m)->finish - margin;
}

/* Virtual time by which what a CPU runs would finish later than what wakes, at the fork where their
 * ways part; not above 0 if it would not, or if they do not part. */
static __always_inline __s64 preempt_gain(__u32 leaf, const struct cgfifo_cpu *cpu)
{
	const struct cgfifo_clock *clock;
	__u32 m, slot;

	preempt_at.rep = leaf;
	preempt_at.gain = 0;
	while (can_loop) {
		m = vtree_member(preempt_at.rep)->top;
		if (m == ORDER_NONE)
			return 0;
		slot = vtree_fork_of(m);
		clock = &cpu->clock[slot_at(slot)->level & (CGFIFO_CLOCKS - 1)];
		if (clock->fork == slot && clock->member != m)
			preempt_at.gain = preempt_compare(clock, m);
		if (slot == CGFIFO_ROOT_SLOT)
			return preempt_at.gain;
		preempt_at.rep = CGFIFO_NODE(slot);
	}
	return 0;
}

/*
 * The CPU, of those in mask, that should pick again because a task of slot has woken that comes
 * from CPU from; or -1. That one if it can be: as a rule it is where the wake-up was seen, so that
 * it stops at once, while another has to be told by an interrupt. Else the one that runs what would
 * finish latest. It is the first of chain CPUs, see preempt_pass_on().
 */
static __always_inline __s32 preempt_chain(__u32 slot, const struct cgfifo_cpuset *mask, __u32 from,
					   __u32 chain)
{
	struct cpu_bit bit;
	__s64 gain;

	preempt_at.victim = -1;
	preempt_at.most = 0;
	preempt_at.cpu = from;
	preempt_at.left = nr_cpus < PREEMPT_CPUS ? nr_cpus : PREEMPT_CPUS;
	while (preempt_at.left && can_loop) {
		preempt_at.left--;
		bit = cpu_bit(preempt_at.cpu);
		if (mask->word[bit.word] & online_mask.word[bit.word] & bit.bit) {
			gain = preempt_gain(CGFIFO_SELF(slot), cpu_at(preempt_at.cpu));
			if (gain > 0 && (__u64)gain > preempt_at.most) {
				preempt_at.most = gain;
				preempt_at.victim = preempt_at.cpu;
				if (preempt_at.cpu == from)
					break;
			}
		}
		if (++preempt_at.cpu >= nr_cpus)
			preempt_at.cpu = 0;
	}
	if (preempt_at.victim >= 0) {
		cpu_at(preempt_at.victim)->woken = slot;
		cpu_at(preempt_at.victim)->interrupted = chain;
	}
	return preempt_at.victim;
}

/* The same, for one that wakes just now. */
static __always_inline __s32 preempt_choose(__u32 slot, const struct cgfifo_cpuset *mask,
					    __u32 from)
{
	return preempt_chain(slot, mask, from, PREEMPT_CHAIN);
}

/*
 * A CPU was interrupted for one that woke, and runs another that has waited and goes before it.
 * What runs elsewhere may still have to stop for it: else it would wait for the end of a slice.
 * Answers the next CPU, or -1. chain: what was in cpu->interrupted.
 */
static __always_inline __s32 preempt_pass_on(const struct cgfifo_cpu *c, __u32 cpu, __u32 chain)
{
	__u32 slot = c->woken;
	CPUSET_LOCKED(mask);

	slot_mask(slot_at(slot), &mask);
	cpuset_remove(&mask, cpu_bit(cpu));
	return cpuset_any(&mask) ? preempt_chain(slot, &mask, cpu, chain - 1) : -1;
}

#endif
