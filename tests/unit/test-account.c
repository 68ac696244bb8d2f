// SPDX-License-Identifier: GPL-2.0-only
/* bpf/account.h, bpf/preempt.h: what is remembered of forks that were there before. */
#include <criterion/criterion.h>

#include "two-below.h"

#define CPU cpu_at(0)

TestSuite(account, .init = two_below_one);

/* For an hour CPU 1 picks, and a task of b runs elsewhere, if it does. */
static void an_hour_on_cpu_1(bool b_runs)
{
	for (int i = 0; i < 1200000; i++) {
		cr_assert(pick_next(&cpu_at(1)->pick, cpu_at(1), cpu_bit(1)));
		if (b_runs)
			slot_charge_locked(b, 3 * ARITH_MSEC, 0);
		clock_ns += 3 * ARITH_MSEC;
	}
}

/* How often of n times a CPU picks b, and not a. */
static __u32 turns_of_b(__u32 n)
{
	__u32 nr = 0;

	for (__u32 i = 0; i < n; i++) {
		cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
		nr += CPU->pick.slot == b;
	}
	return nr;
}

/* The fork was one before, for an hour. b is bound to CPU 0. */
Test(account, what_a_cpu_did_when_a_fork_was_one_before_does_not_count)
{
	two_wait_for(a, 3);
	two_wait_for(b, 3);
	turns_of_b(1200000);
	leave(b);
	cr_assert_eq(vtree_fork_of(vtree_member(CGFIFO_SELF(a))->top), CGFIFO_ROOT_SLOT);
	two_wait_for(b, 1);
	__u32 n = turns_of_b(1000);
	cr_expect(n > 400 && n < 600, "%u of 1000", n);
}

/* CPU 1 had all that was to do for an hour, before b came, which is bound to CPU 0. */
Test(account, what_a_cpu_did_long_ago_does_not_count)
{
	weigh(parent, 10);
	two_wait_for(other, 3);
	an_hour_on_cpu_1(false);
	two_wait_for(b, 1);
	__u32 n = turns_of_b(1000);
	cr_expect(n < 200, "%u of 1000", n);
}

/* The same, and b has run on CPU 0 all the time, alone. */
Test(account, who_was_alone_on_a_cpu_does_not_owe_for_that)
{
	weigh(parent, 10);
	slot_wake_locked(b);
	two_wait_for(other, 2);
	an_hour_on_cpu_1(true);
	wait_for(other, 3);
	two_wait_for(b, 1);
	__u32 n = turns_of_b(1000);
	cr_expect(n > 50 && n < 200, "%u of 1000", n);
}

/* a ran on CPU 0, and sleeps; something else runs there now. */
Test(account, one_that_wakes_interrupts_what_runs_now)
{
	weigh(parent, 1000);
	wait_for(b, 2);
	wait_for(a, 1);
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_eq(CPU->pick.slot, a);
	slot_at(a)->nr_queued--;
	slot_charge_locked(a, 0, 3 * ARITH_MSEC);
	wait_for(other, 1);
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_eq(CPU->pick.slot, other);
	slot_at(other)->nr_queued--;
	wait_for(a, 1);
	cr_expect_eq(preempt_choose(a, CPUS(1), 0), 0);
}

/* Nobody with cpu.idle has been there yet, and one of weight 1 had it all for 156 days of a CPU. */
Test(account, one_that_yields_is_found_in_a_fork_that_is_old)
{
	weigh(other, 1);
	slot_wake_locked(other);
	for (int i = 0; i < 3 << 21; i++) {
		account_charge(CGFIFO_SELF(other), ARITH_CHARGE_MAX);
		vtree_now(vtree_fork(CGFIFO_ROOT_SLOT));
	}
	slot_configure_locked(parent, 3 * ARITH_MSEC, true);
	wait_for(a, 3);
	cr_expect(pick_next(&CPU->pick, CPU, cpu_bit(0)));
}

/* CPU 0 has just served a light one. b, heavy and bound to it, is ahead of that one by spans, and
 * goes to wait after its slice. Answers how many it is ahead then. */
static __s64 ahead_of_a_light_one(__u32 spans)
{
	struct vtree_fork *f = vtree_fork(parent);
	__u64 served;
	__u32 m;

	weigh(a, 10);
	weigh(b, 800);
	two_wait_for(a, 3);
	slot_wake_locked(b);
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_eq(CPU->pick.slot, a);
	m = vtree_member(CGFIFO_SELF(a))->top;
	served = vtree_start(m) - vtree_member(m)->span;
	m = vtree_member(CGFIFO_SELF(b))->top;
	vtree_place(f, m, served + spans * vtree_member(m)->span);
	slot_at(b)->nr_queued++;
	slot_enqueue_locked(b, CGFIFO_BOUND, CPUS(1), CPU, false);
	return (__s64)(vtree_start(m) - served + vtree_member(m)->span / 2) /
	       (__s64)vtree_member(m)->span;
}

/* Its own slices are short beside those of whom its CPU served: all that are exact differ by as
 * much. */
Test(account, a_heavy_one_keeps_what_it_owes_beside_a_light_one)
{
	cr_expect_eq(ahead_of_a_light_one(60), 60);
}

Test(account, a_heavy_one_owes_no_more_than_a_slice_of_the_light_one)
{
	cr_expect_eq(ahead_of_a_light_one(1000), 80 + ACCOUNT_BOUND_SLICES);
}
