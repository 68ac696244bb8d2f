// SPDX-License-Identifier: GPL-2.0-only
/* bpf/pick.h, bpf/preempt.h: who is next, who goes on, who is interrupted. */
#include <criterion/criterion.h>

#include "preempt.h"

#define CPU cpu_at(0)

static __u32 a, b;

/* Two cgroups on one CPU, a with ten times the weight of b. */
static void two(void)
{
	slot_make_locked(1, CGFIFO_ROOT_SLOT, 0, 100);
	a = slot_make_locked(2, CGFIFO_ROOT_SLOT, 1, 1000);
	b = slot_make_locked(3, CGFIFO_ROOT_SLOT, 1, 100);
	clock_ns = ARITH_SEC;
	CPU->rescue_at = clock_ns;
}

TestSuite(pick, .init = two);

static void wait_in(__u32 slot)
{
	slot_at(slot)->nr_queued++;
	slot_wake_locked(slot);
	slot_enqueue_locked(slot, CGFIFO_FREE, 1, CPU);
}

/* The CPU picks, and the task runs. */
static __u32 run(void)
{
	cr_assert(pick_next(&CPU->pick, CPU, 1));
	slot_at(CPU->pick.slot)->nr_queued--;
	slot_at(CPU->pick.slot)->nr_running++;
	return CPU->pick.slot;
}

Test(pick, the_heavier_goes_first_and_on_while_it_is_behind)
{
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 0, 3 * ARITH_MSEC); /* it ran for no time at all */
	cr_assert_not(pick_after(&CPU->pick, CPU, 1, a, 1, false), "it is not ahead");
	slot_charge_locked(a, 30 * ARITH_MSEC, 0);
	cr_assert(pick_after(&CPU->pick, CPU, 1, a, 1, false), "now it is");
	cr_assert_eq(CPU->pick.slot, b);
}

Test(pick, one_that_wakes_interrupts_one_that_finishes_later)
{
	slot_wake_locked(a);
	wait_in(b);
	cr_assert_eq(run(), b);
	wait_in(a);
	cr_assert_eq(preempt_choose(a, 1, 0), 0);
	slot_charge_locked(b, 0, 3 * ARITH_MSEC);
	cr_assert(pick_after(&CPU->pick, CPU, 1, b, 1, false), "though b is not ahead");
	cr_assert_eq(CPU->pick.slot, a);
}

/* The search goes on with CPU 0 after the last one. */
Test(pick, every_cpu_is_looked_at)
{
	nr_online = nr_cpus = 4;
	online_mask = 15;
	slot_wake_locked(a);
	wait_in(b);
	cr_assert_eq(run(), b);
	wait_in(a);
	cr_assert_eq(preempt_choose(a, 15, 3), 0);
}

Test(pick, a_lighter_one_interrupts_nobody)
{
	slot_wake_locked(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	wait_in(b);
	cr_assert_eq(preempt_choose(b, 1, 0), -1);
}

Test(pick, a_pick_that_comes_to_nothing_costs_nothing)
{
	struct vtree_fork *f = vtree_fork(CGFIFO_ROOT_SLOT);
	__u64 start;

	wait_in(a);
	wait_in(b);
	start = vtree_start(CGFIFO_NODE(a));
	cr_assert(pick_next(&CPU->pick, CPU, 1));
	cr_assert_eq(CPU->pick.slot, a);
	pick_undo(&CPU->pick, CPU, 1, false);
	cr_assert_leq(start - vtree_start(CGFIFO_NODE(a)), 1, "but for rounding");
	cr_assert_eq(slot_mask(slot_at(a)), 0, "nothing of a is for this CPU");
	cr_assert_eq(f->order.nr, 2);
	cr_assert_eq(run(), b);
}

/* What a fork says of those below it may be out of date. */
Test(pick, nobody_is_picked_where_nobody_waits)
{
	__u32 p = slot_make_locked(4, CGFIFO_ROOT_SLOT, 1, 100);
	__u32 x = slot_make_locked(5, p, 2, 100), y = slot_make_locked(6, p, 2, 100);

	wait_in(b);
	cr_assert_eq(run(), b);
	slot_wake_locked(x);
	slot_wake_locked(y);
	vtree_entry(CGFIFO_NODE(p))->mask = 1;
	slot_at(CGFIFO_NO_SLOT)->mask[CGFIFO_FREE] = 1;
	slot_charge_locked(b, 30 * ARITH_MSEC, 0);
	cr_assert_not(pick_next(&CPU->pick, CPU, 1));
	cr_assert_not(pick_after(&CPU->pick, CPU, 1, b, 2, false));
}

/* Even beside one that is always behind its share. */
Test(pick, who_waits_too_long_is_rescued)
{
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 0, 3 * ARITH_MSEC);
	clock_ns += 3 * ARITH_SEC;
	cr_assert(pick_after(&CPU->pick, CPU, 1, a, 1, false));
	cr_assert_eq(CPU->pick.slot, b);
	cr_assert_eq(CPU->pick.slice_ns, PICK_RESCUE_SLICE);
}
