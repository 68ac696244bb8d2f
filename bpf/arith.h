/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler's arithmetic: what running costs in virtual time, and how virtual times compare.
 * Pure: no map, no helper, no kernel type, so it compiles into the scheduler, the model and the
 * unit tests alike.
 *
 * Virtual time is local to a fork, a place where at least two active cgroups share what one has.
 * Running for d ns moves a member of weight w by d / w, in units of 2^-ARITH_FRACTION ns.
 */
#ifndef ARITH_H
#define ARITH_H

#include "cgfifo.h"
#ifndef __bpf__
#include <stdbool.h>
#endif

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* Long, and called in several places: a function of its own makes a program shorter, and patching
 * one takes the kernel as long as it is. With the lock held, unlike one that is global. */
#define ARITH_APART __attribute__((noinline, unused))

#define ARITH_FRACTION 10
/* A weight's inverse is 2^ARITH_INVERSE / weight: exact to 2.5 millionths at weight 10000, and
 * times the longest charge it stays below 2^62. */
#define ARITH_INVERSE 31

/* 2 s: what one charge can be at most. */
#define ARITH_CHARGE_MAX (1LL << 31)

#define ARITH_MSEC 1000000ULL
#define ARITH_SEC  1000000000ULL

/* Is virtual time a before b? Right across a wrap of the counter. */
static __always_inline bool arith_before(__u64 a, __u64 b)
{
	return (__s64)(a - b) < 0;
}

static __always_inline __u64 arith_later(__u64 a, __u64 b)
{
	return arith_before(a, b) ? b : a;
}

static __always_inline __u64 arith_earlier(__u64 a, __u64 b)
{
	return arith_before(a, b) ? a : b;
}

/*
 * Decisions without a branch, for loops that the verifier would otherwise walk once per
 * combination of answers: a yes is all ones, a no is 0. The barrier keeps the compiler from
 * turning them back into branches.
 */
static __always_inline __u64 arith_mask(__s64 negative_is_yes)
{
	__s64 yes = negative_is_yes >> 63;

	asm("" : "+r"(yes));
	return yes;
}

static __always_inline __u64 arith_is_before(__u64 a, __u64 b)
{
	return arith_mask((__s64)(a - b));
}

static __always_inline __u64 arith_is_set(__u64 a)
{
	__u64 negated = -a;

	asm("" : "+r"(negated));
	return arith_mask((__s64)(a | negated));
}

static __always_inline __u64 arith_select(__u64 yes, __u64 a, __u64 b)
{
	return b ^ ((a ^ b) & yes);
}

/* 2^ARITH_INVERSE / weight. A weight of 0 counts as 1. */
static __always_inline __u32 arith_inverse(__u32 weight)
{
	return (1U << ARITH_INVERSE) / (weight ?: 1);
}

static __always_inline __s64 arith_bounded(__s64 ns)
{
	if (ns > ARITH_CHARGE_MAX)
		ns = ARITH_CHARGE_MAX;
	if (ns < -ARITH_CHARGE_MAX)
		ns = -ARITH_CHARGE_MAX;
	return ns;
}

/* The virtual time that a slice is worth to a weight with this inverse. Without bounds, which a
 * slice does not need and the verifier would look beyond. */
static __always_inline __u64 arith_span(__u32 slice_ns, __u32 inverse)
{
	return (__u64)slice_ns * inverse >> (ARITH_INVERSE - ARITH_FRACTION);
}

/* The virtual time that ns of running is worth to a weight with this inverse; ns is negative when
 * something is given back. */
static __always_inline __s64 arith_charge(__s64 ns, __u32 inverse)
{
	return arith_bounded(ns) * inverse >> (ARITH_INVERSE - ARITH_FRACTION);
}

/* a / b, and 0 where b is: as BPF divides (RFC 9669), where a test of its own would have the
 * verifier look twice at all that follows. */
static __always_inline __u64 arith_divide(__u64 a, __u64 b)
{
#ifdef __bpf__
	asm("" : "+r"(b)); /* else the compiler takes b for set, before and after this */
	return a / b;
#else
	return b ? a / b : 0;
#endif
}

/* sum / weight, towards zero; 0 without a weight. BPF has no signed division before its fourth
 * version. */
static __always_inline __s64 arith_mean(__s64 sum, __u64 weight)
{
	return (__s64)(sum < 0 ? 0 - arith_divide(0 - (__u64)sum, weight)
			       : arith_divide((__u64)sum, weight));
}

/*
 * Where a member stands whose weight changes: its lag stays the same amount of service, so the
 * distance to the fork's virtual time is scaled by old / new (the rule that EEVDF documents at
 * rescale_entity() in kernel/sched/fair.c, Linux 7.3). Weights are 1..10000.
 */
static __always_inline __u64 arith_rescale(__u64 start, __u64 now, __u32 old_weight,
					   __u32 new_weight)
{
	__s64 lag = (__s64)(start - now);
	__u64 size = lag < 0 ? -(__u64)lag : (__u64)lag;

	/* More than 2^49 units, nine minutes at weight 1 and days at 1000, would overflow below. */
	if (size > 1ULL << 49)
		size = 1ULL << 49;
	if (!new_weight)
		return start;
	size = size * old_weight / new_weight;
	return lag < 0 ? now - size : now + size;
}

#endif
