// SPDX-License-Identifier: GPL-2.0-only
/* bpf/account-due.h: who may go on when its slice is over, and who counts in the virtual time. */
#include <criterion/criterion.h>

#include "two-below.h"

#define SLICE (3 * ARITH_MSEC)

TestSuite(account_due, .init = two_below_one);

static bool is_due(__u32 slot)
{
	return account_is_due(CGFIFO_SELF(slot), cpu_at(0));
}

static struct vtree_member *member_of(__u32 leaf)
{
	return vtree_member(vtree_member(CGFIFO_SELF(leaf))->top);
}

/* CPU 0 runs the one task of other, for n slices, and CPU 1 what the order says. Answers at the end
 * of how many slices CPU 1 could have gone on with what it ran. */
static int run(int n)
{
	struct cgfifo_cpu *c = cpu_at(1);
	int nr_due = 0;

	while (n--) {
		is_due(other);
		account_charge(CGFIFO_SELF(other), SLICE);
		cr_assert(pick_choose(&c->pick, c, cpu_bit(1)));
		account_charge(CGFIFO_SELF(c->pick.slot), SLICE);
		clock_ns += SLICE;
		nr_due += is_due(c->pick.slot);
	}
	return nr_due;
}

/* other is entitled to 1.8 CPUs, and has one task. */
static void other_has_more_than_it_can_use(void)
{
	weigh(other, 1000);
	slot_wake_locked(other);
	two_wait_for(a, 3);
	two_wait_for(b, 3);
	run(1000);
}

Test(account_due, who_cannot_use_its_share_does_not_count)
{
	other_has_more_than_it_can_use();
	struct vtree_fork *root = vtree_fork(CGFIFO_ROOT_SLOT);
	__u32 m = vtree_member(CGFIFO_SELF(other))->top;

	cr_expect_eq(vtree_member(m)->counts, 0);
	cr_expect_eq(root->weight, 100);
	cr_expect_eq(vtree_now(root), vtree_start(CGFIFO_NODE(parent)));
	cr_expect_not(arith_before(vtree_start(m),
				   vtree_now(root) -
					   ACCOUNT_UNUSED * account_credit(vtree_member(m), true) -
					   arith_span(SLICE, arith_inverse(100))));
}

/* a has all that other cannot use. */
Test(account_due, nobody_is_ahead_for_good_of_one_that_cannot_use_its_share)
{
	other_has_more_than_it_can_use();
	leave(b);
	cr_expect_eq(run(100), 100);
	cr_expect(is_due(other));
}

Test(account_due, it_counts_again_when_something_of_it_waits)
{
	other_has_more_than_it_can_use();
	struct cgfifo_cpuset mask = *CPUS(3);

	account_wait(CGFIFO_SELF(other), &mask, cpu_at(0), false);
	cr_expect_eq(member_of(other)->counts, 1000);
}

Test(account_due, it_counts_again_when_it_has_caught_up)
{
	other_has_more_than_it_can_use();
	for (int i = 0; i < 11 && !member_of(other)->counts; i++) {
		account_charge(CGFIFO_SELF(other), SLICE);
		is_due(other);
	}
	cr_expect_eq(member_of(other)->counts, 1000);
}

/* Else the virtual time of a fork in which it is alone would stand still. */
Test(account_due, it_counts_again_when_nobody_else_does)
{
	other_has_more_than_it_can_use();
	leave(a);
	leave(b);
	struct vtree_fork *root = vtree_fork(CGFIFO_ROOT_SLOT);

	cr_assert_eq(root->weight, 0);
	account_charge(CGFIFO_SELF(other), SLICE);
	cr_expect_eq(root->weight, 1000);
	__u64 before = vtree_now(root);
	account_charge(CGFIFO_SELF(other), SLICE);
	cr_expect_eq((__s64)(vtree_now(root) - before), arith_charge(SLICE, arith_inverse(1000)));
}

/* ... and is owed nothing of what it could not use before. */
Test(account_due, it_counts_with_the_weight_that_it_is_given)
{
	other_has_more_than_it_can_use();
	struct vtree_fork *root = vtree_fork(CGFIFO_ROOT_SLOT);

	weigh(other, 50);
	cr_expect_eq(member_of(other)->counts, 50);
	cr_expect_eq(root->weight, 150);
	cr_expect_eq(vtree_start(vtree_member(CGFIFO_SELF(other))->top), vtree_now(root));
}

/* other is entitled to 1.8 CPUs, and has two tasks that are bound to one. Both run what the order
 * says. */
static void other_is_bound_to_one(void)
{
	weigh(other, 1000);
	two_wait_for(other, 1);
	two_wait_for(a, 3);
	two_wait_for(b, 3);
	for (int i = 0; i < 1000; i++) {
		for (int cpu = 0; cpu < 2; cpu++) {
			struct cgfifo_cpu *c = cpu_at(cpu);

			cr_assert(pick_choose(&c->pick, c, cpu_bit(cpu)));
			cr_assert(i < 10 || (c->pick.slot == other) == !cpu);
			account_charge(CGFIFO_SELF(c->pick.slot), SLICE);
		}
		clock_ns += SLICE;
		slot_look_locked(other);
	}
}

Test(account_due, who_is_bound_to_less_than_its_share_does_not_count)
{
	other_is_bound_to_one();
	struct vtree_fork *root = vtree_fork(CGFIFO_ROOT_SLOT);
	struct cgfifo_cpuset one = *CPUS(1), both = *CPUS(3);

	cr_expect_eq(member_of(other)->counts, 0);
	cr_expect_eq(root->weight, 100);
	cr_expect_eq(vtree_now(root), vtree_start(CGFIFO_NODE(parent)), "where who comes joins");
	account_wait_no_more(CGFIFO_SELF(other), cpu_at(0));
	account_wait(CGFIFO_SELF(other), &one, cpu_at(0), false);
	cr_expect_eq(member_of(other)->counts, 0, "its other task begins to wait");
	account_wait(CGFIFO_SELF(other), &both, cpu_at(0), false);
	cr_expect_eq(member_of(other)->counts, 1000, "it may use both now");
}

/* Those that are bound to the same CPU are where it is. */
Test(account_due, who_is_bound_stays_where_it_is_with_another_weight)
{
	other_is_bound_to_one();
	__u32 m = vtree_member(CGFIFO_SELF(other))->top;
	__u64 start = vtree_start(m);

	for (__u32 weight = 100; weight <= 2000; weight += 1900) {
		weigh(other, weight);
		cr_expect_eq(vtree_start(m), start);
		cr_expect_eq(vtree_member(m)->counts, 0);
		cr_expect_eq(vtree_fork(CGFIFO_ROOT_SLOT)->weight, 100);
		cr_expect_eq(vtree_now(vtree_fork(CGFIFO_ROOT_SLOT)),
			     vtree_start(CGFIFO_NODE(parent)));
	}
}

Test(account_due, who_is_bound_counts_again_when_it_has_caught_up)
{
	other_is_bound_to_one();
	for (int i = 0; i < 100000 && !member_of(other)->counts; i++) {
		account_charge(CGFIFO_SELF(other), SLICE);
		slot_look_locked(other);
	}
	cr_expect_eq(member_of(other)->counts, 1000);
	cr_expect_not(account_is_far_behind(vtree_fork(CGFIFO_ROOT_SLOT),
					    vtree_member(CGFIFO_SELF(other))->top));
}

/* Where nobody waits, no task stops: the CPUs see to it that go on with what they run. */
Test(account_due, who_runs_alone_on_its_cpu_does_not_count_for_more)
{
	weigh(other, 1000);
	slot_wake_locked(other);
	slot_wake_locked(a);
	for (int i = 0; i < 1000; i++) {
		account_charge(CGFIFO_SELF(other), SLICE);
		account_charge(CGFIFO_SELF(a), SLICE);
	}
	account_recount_up(CGFIFO_SELF(a));
	cr_expect_eq(vtree_fork(CGFIFO_ROOT_SLOT)->weight, 1100);
	account_recount_up(CGFIFO_SELF(other));
	cr_expect_eq(vtree_fork(CGFIFO_ROOT_SLOT)->weight, 100);
}

/* other has waited, for what a runs, and has all that it needs now. */
static void other_has_waited(void)
{
	two_wait_for(a, 3);
	two_wait_for(other, 3);
	account_charge(CGFIFO_SELF(a), 300 * ARITH_MSEC);
	account_wait_no_more(CGFIFO_SELF(other), cpu_at(0));
}

/* As one does that lost CPUs for long, in a virtual machine. */
Test(account_due, who_catches_up_loses_nothing)
{
	other_has_waited();
	__u32 m = vtree_member(CGFIFO_SELF(other))->top;
	__u64 start = vtree_start(m);

	cr_assert(arith_before(start,
			       vtree_now(vtree_fork(CGFIFO_ROOT_SLOT)) -
				       ACCOUNT_UNUSED * account_credit(vtree_member(m), true)));
	account_charge(CGFIFO_SELF(a), SLICE);
	cr_expect(is_due(other));
	cr_expect_eq(vtree_start(m), start);
	cr_expect_eq(vtree_member(m)->counts, 100);
}

Test(account_due, who_falls_behind_though_all_that_it_has_runs_loses_most_of_that)
{
	other_has_waited();
	__u32 m = vtree_member(CGFIFO_SELF(other))->top;

	account_charge(CGFIFO_SELF(a), 20 * ARITH_MSEC);
	cr_expect(is_due(other));
	cr_expect_eq(vtree_member(m)->counts, 0);
	cr_expect_eq(vtree_start(m),
		     vtree_now(vtree_fork(CGFIFO_ROOT_SLOT)) -
			     ACCOUNT_UNUSED * account_credit(vtree_member(m), true));
}

/* a has one task, and is entitled to a_weight / (a_weight + 100) of a CPU, as parent is to one. The
 * others have run for so many ms. */
static void a_runs(__u32 a_weight, __u64 b_ms, __u64 other_ms)
{
	weigh(a, a_weight);
	slot_wake_locked(a);
	two_wait_for(b, 3);
	two_wait_for(other, 3);
	account_charge(CGFIFO_SELF(b), (__s64)(b_ms * ARITH_MSEC));
	account_charge(CGFIFO_SELF(other), (__s64)(other_ms * ARITH_MSEC));
}

Test(account_due, who_is_behind_goes_on)
{
	a_runs(900, 30, 40);
	cr_expect(is_due(a));
}

/* By 9 ms, of the 12 that may be owed to anybody: three slices, and one that is charged at once. */
Test(account_due, who_is_a_little_behind_counts)
{
	a_runs(900, 10, 10);
	cr_expect(is_due(a));
	cr_expect_eq(member_of(a)->counts, 900);
}

/* parent is 5 ms ahead: it was b that has run too much. */
Test(account_due, who_is_behind_goes_on_though_its_parent_is_ahead)
{
	a_runs(900, 30, 20);
	cr_expect(is_due(a));
}

/* By 15 ms, more than those 12. */
Test(account_due, who_is_behind_waits_when_its_parent_is_far_ahead)
{
	a_runs(900, 30, 0);
	cr_expect_not(is_due(a));
}

Test(account_due, who_is_ahead_waits)
{
	a_runs(900, 30, 60);
	account_charge(CGFIFO_SELF(a), 300 * ARITH_MSEC);
	cr_expect_not(is_due(a));
}

/* A quarter of a CPU is enough to go on for, a fifth is not. */
Test(account_due, who_is_behind_with_a_small_share_waits_its_turn)
{
	a_runs(25, 30, 20);
	cr_expect_not(is_due(a));
}

/* The same with a fifth of a CPU, but a is owed more than one thread can use. */
Test(account_due, who_cannot_use_its_share_goes_on_though_its_parent_is_ahead)
{
	weigh(parent, 10);
	a_runs(900, 100, 900);
	cr_expect_not(is_due(a));
	cr_expect_eq(member_of(a)->counts, 0);
	account_charge(CGFIFO_SELF(other), 50 * ARITH_MSEC);
	cr_expect(is_due(a));
}

/* Others of a wait themselves: it gets its share by turns. */
Test(account_due, who_has_others_that_wait_waits_its_turn)
{
	a_runs(900, 30, 20);
	two_wait_for(a, 3);
	cr_expect_not(is_due(a));
	cr_expect_eq(member_of(a)->counts, 900);
}

Test(account_due, who_yields_never_goes_on)
{
	slot_configure_locked(other, SLICE, true);
	slot_wake_locked(other);
	two_wait_for(a, 3);
	account_charge(CGFIFO_SELF(a), 300 * ARITH_MSEC);
	cr_expect_not(is_due(other));
}
