/* SPDX-License-Identifier: GPL-2.0-only */
/* A small tree for tests of the account: forks on two levels, on two CPUs. */
#ifndef TESTS_TWO_BELOW_H
#define TESTS_TWO_BELOW_H

#include "preempt.h"

#include "cpus.h"

/* Below the root a slot with two cgroups, and one beside it. */
static __u32 parent, a, b, other;

static void two_below_one(void)
{
	slot_make_locked(1, CGFIFO_ROOT_SLOT, 0, 100);
	parent = slot_make_locked(2, CGFIFO_ROOT_SLOT, 1, 100);
	a = slot_make_locked(3, parent, 2, 100);
	b = slot_make_locked(4, parent, 2, 100);
	other = slot_make_locked(5, CGFIFO_ROOT_SLOT, 1, 100);
	nr_online = nr_cpus = 2;
	online_mask = *CPUS(3);
	clock_ns = ARITH_SEC;
	cpu_at(0)->rescue_at = cpu_at(1)->rescue_at = clock_ns;
}

/* A task of a slot, for these CPUs. */
static void wait_for(__u32 slot, __u64 mask)
{
	slot_at(slot)->nr_queued++;
	slot_wake_locked(slot);
	slot_enqueue_locked(slot, CGFIFO_FREE, CPUS(mask), cpu_at(0), true);
}

/* Nothing of a slot waits, and it leaves. */
static void leave(__u32 slot)
{
	slot_at(slot)->nr_queued = 0;
	slot_dequeue_locked(slot, cpu_at(0));
	slot_leave_locked(slot);
}

/* A slot has another weight. */
static void weigh(__u32 slot, __u32 weight)
{
	slot_at(slot)->own_weight = weight;
	slot_configure_locked(slot, 3 * ARITH_MSEC, false);
}

/* Two tasks of a slot. */
static void two_wait_for(__u32 slot, __u64 mask)
{
	wait_for(slot, mask);
	wait_for(slot, mask);
}

#endif
