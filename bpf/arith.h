/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler's arithmetic: shares, costs, virtual time. Pure: no map, no helper, no kernel
 * type, so it compiles into the scheduler and into the unit tests alike.
 *
 * A share is the fraction of the machine that a cgroup is entitled to, in units of
 * 2^-ARITH_SHARE_SHIFT. Its cost is 1 / share, in units of 2^-ARITH_COST_SHIFT: running d ns
 * moves the cgroup's virtual time by d * cost. So among cgroups that always have work the
 * virtual times stay together exactly when each gets time in proportion to its share.
 */
#ifndef ARITH_H
#define ARITH_H

#include "cgfifo.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#define ARITH_SHARE_SHIFT 40
#define ARITH_SHARE_ONE	  (1ULL << ARITH_SHARE_SHIFT)
/* About one millionth: a smaller share would be worth nothing to its owner, and its virtual time
 * could overflow. */
#define ARITH_SHARE_MIN	 (1ULL << (ARITH_SHARE_SHIFT - 20))
#define ARITH_COST_SHIFT 12
#define ARITH_COST_ONE	 (1ULL << ARITH_COST_SHIFT)
/* 2 s: what one charge can be at most. Times the highest cost (2^32) it stays below 2^63. */
#define ARITH_CHARGE_MAX (1ULL << 31)

#define ARITH_MSEC 1000000ULL
#define ARITH_SEC  1000000000ULL

/*
 * How long the system's virtual time must have passed that of a cgroup without work before it
 * leaves, in ns of virtual time. Zero would be exact; a little more keeps a cgroup whose only
 * task sleeps and wakes all the time from leaving and coming at every wakeup.
 */
#define ARITH_LINGER (200 * 1000ULL)

/* A cgroup that waits for its debt to be paid waits at most about this long, in ns. Far below the
 * 30 s after which the kernel ejects a scheduler that lets a task wait. */
#define ARITH_WAIT_MAX (2 * ARITH_SEC)

/* Is virtual time a before b? Right across a wrap of the counter. */
static __always_inline bool arith_before(__u64 a, __u64 b)
{
	return (__s64)(a - b) < 0;
}

/*
 * Decisions without a branch, for loops that the verifier would otherwise walk once per
 * combination of answers: a yes is all ones, a no is 0. The barrier keeps the compiler from
 * turning them back into branches.
 */
static __always_inline __u64 arith_mask(__s64 negative_is_yes)
{
	__s64 yes = negative_is_yes >> 63;

	asm volatile("" : "+r"(yes));
	return yes;
}

static __always_inline __u64 arith_earlier(__u64 a, __u64 b)
{
	return arith_mask((__s64)(a - b));
}

static __always_inline __u64 arith_nonzero(__u64 a)
{
	__u64 negated = -a;

	asm volatile("" : "+r"(negated));
	return arith_mask((__s64)(a | negated));
}

static __always_inline __u64 arith_select(__u64 yes, __u64 a, __u64 b)
{
	return b ^ ((a ^ b) & yes);
}

static __always_inline __u64 arith_later(__u64 a, __u64 b)
{
	return arith_before(a, b) ? b : a;
}

/* The share of one of several siblings: weight out of sum of its parent's share. sum 0 (nobody
 * is active, not even the asker) counts as weight: the asker would be alone. */
static __always_inline __u64 arith_share_of(__u64 share, __u64 weight, __u64 sum)
{
	if (sum < weight)
		sum = weight;
	if (!sum)
		return share;
	return share * weight / sum;
}

static __always_inline __u64 arith_cost(__u64 share)
{
	if (share < ARITH_SHARE_MIN)
		share = ARITH_SHARE_MIN;
	return (ARITH_SHARE_ONE << ARITH_COST_SHIFT) / share;
}

/* The virtual time that ns of running is worth. */
static __always_inline __u64 arith_charge(__u64 ns, __u64 cost)
{
	if (ns > ARITH_CHARGE_MAX)
		ns = ARITH_CHARGE_MAX;
	return ns * cost >> ARITH_COST_SHIFT;
}

/*
 * Where a cgroup stands that comes back with work: where it left, but with no more credit than
 * one slice, so that sleeping does not save up time.
 */
static __always_inline __u64 arith_place(__u64 vtime, __u64 now, __u64 slice_ns)
{
	return arith_later(vtime, now - slice_ns);
}

/* Slices that the tasks of a cgroup bound to some CPUs can owe there. What they cannot get on
 * those CPUs their free siblings may get elsewhere, so the debt of all can grow far beyond what
 * the slower clock there pays off in a lifetime. */
#define ARITH_BOUND_SLICES 8

/*
 * The latest virtual time that a cgroup with nr_queued waiting tasks may have when the system's
 * is now. Virtual time runs at most nr_cpus times as fast as real time, so the first task is
 * served within ARITH_WAIT_MAX and a queue of n is served n times as often. A share too small for
 * that is raised, which costs the others at most slice_ns per ARITH_WAIT_MAX and task.
 */
static __always_inline __u64 arith_debt_limit(__u64 now, __u32 nr_cpus, __u32 nr_queued)
{
	return now + nr_cpus * ARITH_WAIT_MAX / (nr_queued + 1ULL);
}

/*
 * The lag of a cgroup whose weight changes stays the same amount of service: the distance to the
 * system's virtual time is scaled by old / new (the rule that EEVDF documents at
 * rescale_entity() in kernel/sched/fair.c, Linux 7.3). Weights are 1..10000.
 */
static __always_inline __u64 arith_rescale(__u64 vtime, __u64 now, __u32 old_weight,
					   __u32 new_weight)
{
	__s64 lag = (__s64)(vtime - now);
	__u64 size = lag < 0 ? -lag : lag;

	/* 2^48 ns is three days; more cannot be meant, and would overflow below. */
	if (size > 1ULL << 48)
		size = 1ULL << 48;
	if (!new_weight)
		return vtime;
	size = size * old_weight / new_weight;
	return lag < 0 ? now - size : now + size;
}

#endif
