/* SPDX-License-Identifier: GPL-2.0-only */
/* Two cgroups, and what tests of bpf/pick.h do with them. */
#ifndef TESTS_PICKS_H
#define TESTS_PICKS_H

#include <criterion/criterion.h>

#include "pick.h"

#include "cpus.h"

#define CPU cpu_at(0)

static __u32 a, b;

/* Two cgroups on one CPU, a with ten times the weight of b. */
static inline void two(void)
{
	slot_make_locked(1, CGFIFO_ROOT_SLOT, 0, 100);
	a = slot_make_locked(2, CGFIFO_ROOT_SLOT, 1, 1000);
	b = slot_make_locked(3, CGFIFO_ROOT_SLOT, 1, 100);
	clock_ns = ARITH_SEC;
	CPU->rescue_at = clock_ns;
}

static inline void wait_for(__u32 slot, __u64 mask)
{
	slot_at(slot)->nr_queued++;
	slot_wake_locked(slot);
	slot_enqueue_locked(slot, CGFIFO_FREE, CPUS(mask), CPU, true);
}

static inline void wait_in(__u32 slot)
{
	wait_for(slot, 1);
}

/* The CPU picks, and the task runs. */
static inline __u32 run(void)
{
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	slot_at(CPU->pick.slot)->nr_queued--;
	slot_at(CPU->pick.slot)->nr_running++;
	return CPU->pick.slot;
}

/* The slice of a task of slot own is over, which may run on these CPUs: does another run next? */
static inline bool picks_other(__u32 own, __u64 mask)
{
	CPU->pick.own_mask = *CPUS(mask);
	return pick_after(&CPU->pick, CPU, cpu_bit(0), own, false);
}

#endif
