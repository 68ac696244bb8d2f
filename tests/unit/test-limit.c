// SPDX-License-Identifier: GPL-2.0-only
/* bpf/limit.h: what is left of a quota, and what happens when nothing is; bpf/vtree.h: gates. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "limit.h"

#include "cpus.h"

#define ROOT   CGFIFO_ROOT_SLOT
#define CPU    cpu_at(0)
#define MS     ((__s64)ARITH_MSEC)
#define PERIOD (100 * ARITH_MSEC)

static __u32 make(__u32 parent)
{
	__u32 i = slot_make_locked(1, parent, slot_at(parent)->level + 1, 100);

	cr_assert_neq(i, CGFIFO_NO_SLOT);
	return i;
}

/* outer, with inner below it, and other beside. */
static __u32 outer, inner, other;

static void three(void)
{
	slot_make_locked(1, ROOT, 0, 100);
	outer = make(ROOT);
	inner = make(outer);
	other = make(ROOT);
	limit_clock_ns = ARITH_SEC;
}

TestSuite(limit, .init = three);

static void wait_for(__u32 slot, __u64 mask)
{
	__u32 loose = slot_wake_locked(slot);

	if (loose == ROOT)
		loose = limit_loose(slot);
	slot_at(slot)->nr_queued = 1;
	while (loose != ROOT)
		loose = limit_tie(loose);
	slot_enqueue_locked(slot, CGFIFO_FREE, CPUS(mask), CPU, true);
}

static void wait_in(__u32 slot)
{
	wait_for(slot, 1);
}

static void sleep_in(__u32 slot)
{
	slot_at(slot)->nr_queued = 0;
	slot_dequeue_locked(slot, CPU);
}

static void pay(__u32 slot, __s64 ns)
{
	limit_pay(slot, ns);
	if (limit_unsettled != ROOT)
		limit_settle(limit_unsettled);
	limit_unsettled = ROOT;
}

/* What the timer does. */
static void let_time_pass(__u64 ns)
{
	__u32 slot;

	limit_clock_ns += ns;
	while ((slot = limit_look()) != ROOT)
		while (slot != ROOT)
			slot = limit_tie(slot);
}

/* Would a CPU find it in the end? */
static bool waits_at_root(__u32 slot)
{
	__u32 m, rep = CGFIFO_SELF(slot);

	while ((m = vtree_member(rep)->top) != ORDER_NONE) {
		if (!order_waits(vtree_entry(m)))
			return false;
		if (vtree_fork_of(m) == ROOT)
			return true;
		rep = CGFIFO_NODE(vtree_fork_of(m));
	}
	return false;
}

Test(limit, nobody_is_limited_at_first)
{
	cr_assert_not(limit_applies(inner));
	limit_set(other, 10 * MS, PERIOD, 0);
	cr_assert(limit_applies(inner), "in doubt");
	cr_assert_eq(limit_above(inner), ROOT);
	cr_assert_not(limit_applies(inner));
	cr_assert_not(limit_stops(inner));
}

Test(limit, what_is_used_up_waits_for_the_next_period)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_in(inner);
	wait_in(other);
	pay(inner, 4 * MS);
	cr_assert(waits_at_root(inner));
	pay(inner, 6 * MS);
	cr_assert(limit_stops(inner));
	cr_assert_not(waits_at_root(inner));
	cr_assert(waits_at_root(other));
	let_time_pass(PERIOD - MS);
	cr_assert_not(waits_at_root(inner));
	let_time_pass(MS);
	cr_assert(waits_at_root(inner));
	cr_assert_eq(limit_at(outer)->left_ns, 10 * MS);
	cr_assert_eq(limit_at(outer)->nr_throttled, 1);
	cr_assert_eq(limit_at(outer)->throttled_ns, PERIOD);
}

Test(limit, what_was_run_too_long_is_paid_by_the_periods_that_follow)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_in(outer);
	pay(outer, 35 * MS);
	let_time_pass(PERIOD);
	let_time_pass(PERIOD);
	cr_assert(limit_stops(outer), "5 ms are still to be paid");
	let_time_pass(PERIOD);
	cr_assert_not(limit_stops(outer));
	cr_assert_eq(limit_at(outer)->left_ns, 5 * MS);
}

Test(limit, what_comes_back_opens_at_once)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_in(outer);
	pay(outer, 10 * MS);
	cr_assert(limit_stops(outer));
	pay(outer, -3 * MS);
	let_time_pass(0);
	cr_assert_not(limit_stops(outer));
	cr_assert(waits_at_root(outer));
}

Test(limit, only_a_burst_is_saved_up)
{
	limit_set(outer, 10 * MS, PERIOD, 15 * MS);
	limit_clock_ns += 10 * PERIOD;
	cr_assert_eq(limit_slice(outer, 100 * ARITH_MSEC), 25 * ARITH_MSEC);
	pay(outer, 25 * MS);
	limit_clock_ns += PERIOD;
	pay(outer, 0);
	cr_assert_eq(limit_at(outer)->nr_bursts, 1);
	cr_assert_eq(limit_at(outer)->burst_used_ns, 15 * MS);
	cr_assert_eq(limit_at(outer)->nr_periods, 1, "it ran in one");
}

/* A slice that ran too long is paid for, and was not saved up. */
Test(limit, too_long_is_no_burst)
{
	limit_set(outer, 10 * MS, PERIOD, 15 * MS);
	pay(outer, 12 * MS);
	limit_clock_ns += PERIOD;
	pay(outer, 9 * MS);
	limit_clock_ns += PERIOD;
	pay(outer, 0);
	cr_assert_eq(limit_at(outer)->nr_bursts, 0);
	cr_assert_eq(limit_at(outer)->burst_used_ns, 0);
}

Test(limit, the_tightest_counts)
{
	limit_set(outer, 2 * MS, PERIOD, 0);
	limit_set(inner, 50 * MS, PERIOD, 0);
	wait_in(inner);
	cr_assert_eq(limit_slice(inner, 3 * ARITH_MSEC), 2 * ARITH_MSEC);
	pay(inner, 2 * MS);
	cr_assert(vtree_is_shut(outer));
	cr_assert_not(vtree_is_shut(inner));
	cr_assert_not(waits_at_root(inner));
	let_time_pass(PERIOD);
	cr_assert(waits_at_root(inner));
}

Test(limit, one_that_wakes_behind_a_shut_gate_waits_with_the_others)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_in(outer);
	pay(outer, 10 * MS);
	wait_in(inner);
	cr_assert_not(waits_at_root(inner));
	let_time_pass(PERIOD);
	cr_assert(waits_at_root(inner));
}

/* The timer was to tie it, and has not come to it: another slot was settled instead. */
Test(limit, one_that_ran_before_it_waited_is_found)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	limit_set(inner, 10 * MS, PERIOD, 0);
	slot_at(inner)->nr_running = 1;
	cr_assert_eq(slot_wake_locked(inner), inner);
	slot_at(inner)->nr_running = 0;
	wait_in(inner);
	cr_assert(waits_at_root(inner));
	vtree_untie(outer); /* and so it may be further up */
	cr_assert_not(waits_at_root(inner));
	wait_in(inner);
	cr_assert(waits_at_root(inner));
}

Test(limit, a_limit_that_is_lifted_lets_go)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_in(inner);
	pay(inner, 10 * MS);
	limit_open(outer);
	cr_assert_eq(limit_tie(outer), ROOT);
	limit_remove(outer);
	cr_assert(waits_at_root(inner));
	cr_assert_not(limit_nr);
	cr_assert_eq(vtree_member(CGFIFO_SELF(inner))->top, CGFIFO_NODE(outer), "a chain again");
}

Test(limit, what_is_left_is_for_all_that_wait)
{
	__u32 *nr = &slot_at(outer)->nr_queued;

	limit_set(outer, 8 * ARITH_MSEC, PERIOD, 0);
	*nr = 1;
	cr_expect_eq(limit_slice(outer, 20 * ARITH_MSEC), 8 * ARITH_MSEC, "nobody else");
	*nr = 2;
	cr_expect_eq(limit_slice(outer, 20 * ARITH_MSEC), 4 * ARITH_MSEC, "half");
	cr_expect_eq(limit_slice(outer, 5 * ARITH_MSEC), 5 * ARITH_MSEC, "enough for its slice");
	*nr = 64;
	cr_expect_eq(limit_slice(outer, 20 * ARITH_MSEC), 2 * ARITH_MSEC, "not in crumbs");
}

Test(limit, a_tight_slice_is_not_too_short_to_run)
{
	limit_set(outer, 10 * MS, PERIOD, 0);
	pay(outer, 10 * MS - 7);
	cr_assert_eq(limit_slice(outer, 3 * ARITH_MSEC), LIMIT_SLICE_MIN);
}

/* Whatever comes and goes: nobody who waits is lost once all gates are open, and no
 * block is lost. */
Test(limit, who_goes_on_past_it_is_not_stopped_after_the_same_time_again)
{
	for (__u32 times = 0; times < LIMIT_NR_PAST; times++) {
		cr_assert_geq(limit_slice_past(times), LIMIT_SLICE_MIN);
		cr_assert_lt(limit_slice_past(times), 2 * LIMIT_SLICE_MIN);
		cr_assert_neq(limit_slice_past(times), limit_slice_past(times + 1));
	}
}

Test(limit, nothing_is_lost_among_many_gates)
{
	__u32 slot[40], parent;

	slot[0] = outer;
	for (int i = 1; i < 40; i++) {
		parent = i < 4 ? ROOT : slot[rand() % i];
		slot[i] = make(slot_at(parent)->level > 6 ? ROOT : parent);
	}
	srand(1);
	for (int step = 0; step < 20000; step++) {
		__u32 i = slot[rand() % 40];

		switch (rand() % 7) {
		case 0:
			limit_set(i, (1 + rand() % 50) * MS, PERIOD, 0);
			break;
		case 1:
			limit_open(i);
			for (__u32 loose = i; loose != ROOT;)
				loose = limit_tie(loose);
			limit_remove(i);
			break;
		case 2:
			wait_in(i);
			break;
		case 3:
			sleep_in(i);
			break;
		case 4:
			pay(i, (rand() % 9) * MS);
			break;
		case 5:
			let_time_pass(rand() % (20 * MS));
			break;
		default:
			account_charge(CGFIFO_SELF(i), (rand() % 9) * MS);
			slot_look_locked(i);
		}
	}
	let_time_pass(ARITH_SEC * 100000); /* all debts are paid */
	for (int i = 0; i < 40; i++)
		cr_assert_eq(waits_at_root(slot[i]), slot_at(slot[i])->nr_queued, "slot %d", i);
	for (int i = 0; i < 40; i++)
		sleep_in(slot[i]);
	for (int i = 0; i < 10000; i++) {
		account_charge(CGFIFO_SELF(slot[i % 40]), MS);
		slot_look_locked(slot[i % 40]);
		let_time_pass(PERIOD);
	}
	for (int i = 0; i < 40; i++) {
		slot_leave_locked(slot[i]);
		limit_open(slot[i]);
		limit_remove(slot[i]);
	}
	cr_assert_eq(vtree_nr_idle, 0);
	cr_assert_eq(vtree_fork(ROOT)->order.nr, 0);
	cr_assert_eq(limit_order.nr, 0);
	cr_assert_eq(order_nr_taken, 0);
}

/* CPU 0 has come much further than CPU 1, on which both wait and one of them is let go on. */
Test(limit, one_that_is_bound_goes_on_by_its_own_cpu)
{
	__u32 fast = make(ROOT), n = 0;
	struct cgfifo_cpu *own = cpu_at(1);

	nr_online = nr_cpus = 2;
	online_mask = *CPUS(3);
	wait_for(fast, 1);
	wait_for(other, 2);
	for (int i = 0; i < 10000; i++) {
		account_charge(CGFIFO_SELF(account_pick(CPU, cpu_bit(0))), 30 * MS);
		account_charge(CGFIFO_SELF(account_pick(own, cpu_bit(1))), 3 * MS);
	}
	limit_set(outer, 10 * MS, PERIOD, 0);
	wait_for(inner, 2);
	pay(inner, 10 * MS);
	let_time_pass(PERIOD);
	for (int i = 0; i < 1000; i++) {
		__u32 slot = account_pick(own, cpu_bit(1));

		account_charge(CGFIFO_SELF(slot), 3 * MS);
		n += slot == inner;
	}
	cr_expect(n > 400 && n < 600, "%u of 1000", n);
}

Test(limit, the_first_cpu_of_a_set_is_found)
{
	struct cgfifo_cpuset set;

	nr_cpus = CGFIFO_SET_WORDS * CGFIFO_WORD_CPUS;
	for (__u32 cpu = 0; cpu < nr_cpus; cpu++) {
		set = cpuset_none();
		cpuset_add(&set, cpu_bit(cpu));
		cpuset_add(&set, cpu_bit(nr_cpus - 1));
		cr_expect_eq(limit_first_cpu(&set), (__s32)cpu);
	}
}
