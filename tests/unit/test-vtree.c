// SPDX-License-Identifier: GPL-2.0-only
/* bpf/vtree.h: which cgroups are forks, and what their accounts say. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "account-due.h"
#include "slot.h"

#include "cpus.h"

#define ROOT CGFIFO_ROOT_SLOT

static __u32 make(__u32 parent, __u32 weight)
{
	__u32 i = slot_make_locked(1, parent, slot_at(parent)->level + 1, weight);

	cr_assert_neq(i, CGFIFO_NO_SLOT);
	return i;
}

static void root(void)
{
	slot_make_locked(1, ROOT, 0, 100);
}

TestSuite(vtree, .init = root);

/* The slot under whose fork a leaf stands. */
static __u32 fork_above(__u32 slot)
{
	return vtree_fork_of(vtree_member(CGFIFO_SELF(slot))->top);
}

Test(vtree, a_chain_is_left_out)
{
	__u32 a = make(ROOT, 100), b = make(a, 7), c = make(b, 5);

	vtree_activate(c);
	cr_assert_eq(fork_above(c), ROOT);
	cr_assert_eq(vtree_member(CGFIFO_SELF(c))->top, CGFIFO_NODE(a));
	cr_assert_eq(vtree_member(CGFIFO_NODE(a))->weight, 100, "that of the chain's upper end");
	vtree_leave(c);
	cr_assert_eq(vtree_fork(ROOT)->order.nr, 0);
	cr_assert_not(vtree_fork(a)->nr_active);
}

Test(vtree, a_second_member_makes_a_fork_and_its_end_a_chain)
{
	__u32 a = make(ROOT, 100), b = make(a, 7), c = make(b, 5), d = make(b, 3), e = make(a, 2);

	vtree_activate(c);
	vtree_activate(d);
	cr_assert_eq(fork_above(c), b);
	cr_assert_eq(fork_above(d), b);
	cr_assert_eq(vtree_member(CGFIFO_NODE(b))->top, CGFIFO_NODE(a));
	vtree_activate(e);
	cr_assert_eq(vtree_fork_of(vtree_member(CGFIFO_NODE(b))->top), a);
	cr_assert_eq(vtree_fork(a)->weight, 9);
	vtree_leave(c);
	cr_assert_eq(fork_above(d), a, "b is a chain again");
	vtree_leave(e);
	cr_assert_eq(fork_above(d), ROOT);
	vtree_leave(d);
	cr_assert_eq(vtree_fork(ROOT)->order.nr, 0);
}

Test(vtree, own_tasks_are_one_more_child)
{
	__u32 a = make(ROOT, 100), b = make(a, 7);

	vtree_activate(b);
	vtree_activate(a);
	cr_assert_eq(fork_above(a), a);
	cr_assert_eq(vtree_fork(a)->weight, 7 + CGFIFO_SELF_WEIGHT);
}

Test(vtree, a_wait_is_told_as_far_up_as_it_matters)
{
	__u32 a = make(ROOT, 100), b = make(a, 7), c = make(a, 5);
	struct cgfifo_cpu *cpu = cpu_at(0);

	vtree_activate(b);
	vtree_activate(c);
	account_wait(CGFIFO_SELF(b), CPUS(6), cpu, true);
	account_wait(CGFIFO_SELF(c), CPUS(3), cpu, true);
	cr_assert(account_waits_for(cpu_bit(0)) && account_waits_for(cpu_bit(2)));
	cr_assert_eq(account_pick(cpu, ANY_CPU(4)), b);
	cr_assert_eq(account_pick(cpu, ANY_CPU(8)), CGFIFO_NO_SLOT);
	account_wait_no_more(CGFIFO_SELF(b), cpu);
	cr_assert(account_waits_for(cpu_bit(0)) && !account_waits_for(cpu_bit(2)));
	account_wait_no_more(CGFIFO_SELF(c), cpu);
	cr_assert_not(account_waits_for(ANY_CPU(7)));
}

/* Weighted, the lag of all members of a fork is nil, whatever happens. */
static void check_sum(__u32 slot)
{
	struct vtree_fork *f = vtree_fork(slot);
	__u64 weight = 0;
	__s64 sum = 0;

	for (__u32 i = 0; i < f->order.nr; i++) {
		__u32 m = order_entry(order_find_place(&f->order, i))->ref;

		sum += (__s64)(vtree_start(m) - f->base) * vtree_member(m)->counts;
		weight += vtree_member(m)->counts;
	}
	cr_assert_eq(sum, f->sum, "fork %u: %lld, not %lld", slot, sum, f->sum);
	cr_assert_eq(weight, f->weight, "fork %u: %llu, not %llu", slot, weight, f->weight);
}

Test(vtree, nobody_owes_what_nobody_is_owed)
{
	enum {
		LEAVES = 40
	};
	__u32 leaf[LEAVES], parent[6], nr_out = 0;

	srand(2);
	online_mask = *CPUS(3);
	for (int i = 0; i < 6; i++)
		parent[i] = make(i < 3 ? ROOT : parent[i - 3], 1 + rand() % 500);
	for (int i = 0; i < LEAVES; i++)
		leaf[i] = make(parent[rand() % 6], 1 + rand() % 10000);
	for (int step = 0; step < 20000; step++) {
		__u32 i = leaf[rand() % LEAVES];
		bool active = vtree_is_active(CGFIFO_SELF(i));

		switch (rand() % 6) {
		case 0:
			vtree_activate(i);
			account_wait(CGFIFO_SELF(i), CPUS(1 + rand() % 3), cpu_at(0), true);
			break;
		case 1:
			account_wait_no_more(CGFIFO_SELF(i), cpu_at(0));
			if (active && rand() % 2)
				vtree_leave(i);
			break;
		case 2:
			slot_at(i)->conf_weight = 1 + rand() % 10000;
			slot_configure_locked(i, CGFIFO_SLICE_DFL_US * 1000, false);
			break;
		case 3:
			account_is_due(CGFIFO_SELF(i), cpu_at(0));
			nr_out +=
				active && !vtree_member(vtree_member(CGFIFO_SELF(i))->top)->counts;
			break;
		default:
			account_charge(CGFIFO_SELF(i), rand() % 6000000 - 1000000);
		}
		account_pick(cpu_at(0), ANY_CPU(1 + rand() % 2));
		check_sum(ROOT);
		for (int p = 0; p < 6; p++)
			check_sum(parent[p]);
	}
	for (int i = 0; i < LEAVES; i++) {
		account_wait_no_more(CGFIFO_SELF(leaf[i]), cpu_at(0));
		if (vtree_is_active(CGFIFO_SELF(leaf[i])))
			vtree_leave(leaf[i]);
	}
	cr_assert_eq(order_nr_taken, 0, "every block came back");
	cr_assert_eq(vtree_fork(ROOT)->weight, 0);
	cr_assert_gt(nr_out, 100, "that many times one did not count");
}

/* At the end of a slice nothing of it waits or runs for a moment. */
Test(vtree, what_has_work_stays_though_nothing_of_it_waits)
{
	__u32 a = make(ROOT, 100), b = make(ROOT, 100), c = make(ROOT, 100);

	slot_wake_locked(a);
	slot_wake_locked(b);
	slot_wake_locked(c);
	slot_sleep_locked(c);
	account_charge(CGFIFO_SELF(b), 100 * ARITH_MSEC);
	for (int i = 0; i < 9; i++)
		slot_look_locked(b);
	cr_assert(vtree_is_active(CGFIFO_SELF(a)));
	cr_assert_not(vtree_is_active(CGFIFO_SELF(c)));
}

Test(vtree, what_sleeps_stays_until_its_debt_is_paid)
{
	__u32 a = make(ROOT, 100), b = make(ROOT, 100);

	slot_wake_locked(a);
	slot_wake_locked(b);
	slot_at(b)->nr_running = 1;
	account_charge(CGFIFO_SELF(a), 5 * ARITH_MSEC);
	slot_sleep_locked(a);
	account_charge(CGFIFO_SELF(b), 4 * ARITH_MSEC);
	for (int i = 0; i < 4; i++)
		slot_look_locked(b);
	cr_assert(vtree_is_active(CGFIFO_SELF(a)), "b is still behind");
	account_charge(CGFIFO_SELF(b), 5 * ARITH_MSEC);
	for (int i = 0; i < 4; i++)
		slot_look_locked(b);
	cr_assert_not(vtree_is_active(CGFIFO_SELF(a)));
	cr_assert(vtree_is_active(CGFIFO_SELF(b)), "it has work");
}

/* The one that was there is ahead by the slice that runs; who comes is so by as much as a slice
 * moves them both, and nobody is owed what nobody owes. */
Test(vtree, who_joins_stands_beside_what_runs)
{
	__u32 a = make(ROOT, 100), b = make(ROOT, 200);
	struct vtree_fork *f = vtree_fork(CGFIFO_ROOT_SLOT);
	__u64 slice = (CGFIFO_SLICE_DFL_US * 1000ULL << ARITH_FRACTION), now;

	slot_wake_locked(a);
	account_charge(CGFIFO_SELF(a), CGFIFO_SLICE_DFL_US * 1000LL);
	now = vtree_now(f);
	cr_expect_leq(llabs((__s64)(now - slice / 100)), 100, "a alone is the virtual time");
	slot_wake_locked(b);
	cr_expect_leq(llabs((__s64)(now - slice / 300 - vtree_start(CGFIFO_NODE(b)))), 100);
	now -= slice / 300 * 200 / 300;
	cr_expect_leq(llabs((__s64)(now - vtree_now(f))), 100);
}

/* slot_wake() looks without the lock: if the flag were gone while the slot still counts, a task
 * that comes just then would be in no order. */
Test(vtree, who_was_reaped_still_looks_idle_and_is_counted_once)
{
	__u32 a = make(ROOT, 100), b = make(ROOT, 100);

	slot_wake_locked(a);
	slot_wake_locked(b);
	slot_at(b)->nr_running = 1;
	slot_sleep_locked(a);
	account_charge(CGFIFO_SELF(b), 9 * ARITH_MSEC);
	for (int i = 0; i < 4; i++)
		slot_look_locked(b);
	cr_assert_not(vtree_is_active(CGFIFO_SELF(a)));
	cr_assert(slot_at(a)->flags & CGFIFO_SLOT_IDLE);
	cr_assert_eq(vtree_nr_idle, 0);
	slot_wake_locked(a);
	cr_assert_not(slot_at(a)->flags & CGFIFO_SLOT_IDLE);
	cr_assert_eq(vtree_nr_idle, 0);
	slot_sleep_locked(a);
	slot_leave_locked(a);
	cr_assert_eq(vtree_nr_idle, 0);
}

Test(vtree, one_with_work_does_not_sleep)
{
	__u32 a = make(ROOT, 100);

	slot_wake_locked(a);
	slot_at(a)->nr_queued = 1;
	slot_sleep_locked(a);
	cr_assert_not(slot_at(a)->flags & CGFIFO_SLOT_IDLE);
	cr_assert_eq(vtree_nr_idle, 0);
}

/* b is ahead, as d, which sleeps, is behind: a stands back. Then d leaves, and a is a chain. */
Test(vtree, a_chain_does_not_stand_back)
{
	__u32 a = make(ROOT, 100), b = make(a, 100), d = make(a, 100), e = make(ROOT, 100);
	struct cgfifo_cpu *cpu = cpu_at(0);

	vtree_activate(e);
	vtree_activate(b);
	vtree_activate(d);
	account_wait(CGFIFO_SELF(b), CPUS(1), cpu, true);
	account_charge(CGFIFO_SELF(b), 9 * ARITH_MSEC);
	cr_assert_neq(vtree_member(CGFIFO_NODE(a))->hold, 0);
	vtree_leave(d);
	cr_assert_eq(vtree_member(CGFIFO_NODE(a))->rep, CGFIFO_SELF(b));
	account_charge(CGFIFO_SELF(b), 9 * ARITH_MSEC);
	account_wait_no_more(CGFIFO_SELF(b), cpu);
	account_wait(CGFIFO_SELF(b), CPUS(1), cpu, true);
	cr_expect_eq(vtree_member(CGFIFO_NODE(a))->hold, 0);
}
