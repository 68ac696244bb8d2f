// SPDX-License-Identifier: GPL-2.0-only
/* bpf/tickless.h: running without an end. Of four CPUs the last three need no tick. */
#include <criterion/criterion.h>

#include "cpus.h"
#include "tickless.h"

#define ROOT CGFIFO_ROOT_SLOT
#define MS   ARITH_MSEC

static __u32 a, b;
static __u64 now;

static void four_cpus(void)
{
	nr_cpus = nr_online = 4;
	online_mask = *CPUS(15);
	tickless_is_used = tickless_cpus[1] = tickless_cpus[2] = tickless_cpus[3] = true;
	slot_make_locked(1, ROOT, 0, 100);
	a = slot_make_locked(2, ROOT, 1, 100);
	b = slot_make_locked(3, ROOT, 1, 300);
	now = limit_clock_ns = 1000 * MS;
}

TestSuite(tickless, .init = four_cpus);

/* A task of a slot that may run on some CPUs waits; it comes from one. */
static void wait_on(__u32 slot, __u64 mask, __s32 from)
{
	__u32 loose;

	slot_at(slot)->nr_queued++;
	for (loose = slot_wake_locked(slot); loose != ROOT; loose = limit_tie(loose))
		;
	slot_enqueue_locked(slot, CGFIFO_BOUND, CPUS(mask), cpu_at(from), true);
}

/* A CPU picks, and the task runs, with its first slice charged. Answers its slot. */
static __u32 run(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);

	cr_assert(pick_next(&c->pick, c, cpu_bit(cpu)));
	slot_at(c->pick.slot)->nr_queued--;
	slot_at(c->pick.slot)->nr_running++;
	return c->pick.slot;
}

/* The only task on a CPU, which begins. */
static bool begin_alone(__u32 slot, __s32 cpu)
{
	wait_on(slot, 1 << cpu, cpu);
	cr_assert_eq(run(cpu), slot);
	return tickless_begin(cpu, slot, now + 3 * MS);
}

/* In ns of running with weight 100. */
static __s64 ahead(__u32 slot, __u32 other)
{
	__s64 distance = (__s64)(vtree_start(CGFIFO_NODE(slot)) - vtree_start(CGFIFO_NODE(other)));

	return distance * 100 >> ARITH_FRACTION;
}

Test(tickless, only_some_cpus)
{
	cr_expect(!tickless_may(0) && tickless_may(1) && tickless_may(3));
	tickless_is_used = false;
	cr_expect(!tickless_may(1));
}

Test(tickless, begins_if_nobody_waits_for_this_cpu)
{
	wait_on(b, 1 << 0 | 1 << 2, 0);
	cr_expect(begin_alone(a, 1), "they wait for others");
	cr_expect_eq(tickless_nr, 1);
	cr_expect_neq(tickless_at(1)->since, 0);
	cr_expect(!tickless_begin(2, a, now));
	cr_expect_eq(tickless_at(2)->since, 0);
	cr_expect_eq(tickless_nr, 1);
}

Test(tickless, another_of_the_same_cgroup_waits)
{
	wait_on(a, 15, 1);
	wait_on(a, 15, 1);
	cr_assert_eq(run(1), a);
	cr_expect(!tickless_begin(1, a, now));
}

Test(tickless, not_with_a_limit)
{
	__u32 below = slot_make_locked(4, a, 2, 100);

	limit_set(a, 10 * MS, 100 * MS, 0);
	cr_expect(!begin_alone(below, 1));
	cr_expect(begin_alone(b, 2), "one without");
}

Test(tickless, not_while_anything_is_isolated)
{
	core_nr = 1;
	core_is_shared = true;
	cr_expect(!begin_alone(a, 1));
}

Test(tickless, is_paid_for_by_others)
{
	cr_assert(begin_alone(a, 1));
	tickless_pay(1, now);
	cr_expect_eq(slot_at(a)->usage_ns, 0, "its first slice was charged");
	tickless_pay(1, now + 3 * MS);
	cr_expect_eq(slot_at(a)->usage_ns, 0);
	tickless_pay(1, now + 503 * MS);
	cr_expect_eq(slot_at(a)->usage_ns, 500 * MS);
	tickless_pay(1, now + 503 * MS);
	tickless_pay(1, now + 1503 * MS);
	cr_expect_eq(slot_at(a)->usage_ns, 1500 * MS);
	tickless_pay(2, now + 1503 * MS);
	cr_expect_eq(tickless_end(1), 1500 * MS);
	cr_expect_eq(tickless_nr, 0);
	cr_expect_eq(tickless_end(1), 0, "once");
	tickless_pay(1, now + 2000 * MS);
	cr_expect_eq(slot_at(a)->usage_ns, 1500 * MS, "no more");
}

/* It ran for a little less than the clock says, as another class was there in between. */
Test(tickless, what_it_really_ran_counts)
{
	__u64 ran = 1500 * MS, paid;
	__s64 joined;

	wait_on(b, 1 << 0, 0);
	slot_wake_locked(a);
	joined = ahead(a, b);
	cr_assert(begin_alone(a, 1));
	tickless_pay(1, now + 1503 * MS);
	cr_expect_leq(llabs(ahead(a, b) - joined - (__s64)(1503 * MS)), 1000);
	paid = tickless_end(1);
	slot_charge_locked(a, ran - paid, 3 * MS);
	cr_expect_eq(slot_at(a)->usage_ns, ran);
	cr_expect_leq(llabs(ahead(a, b) - joined - (__s64)ran), 1000);
}

/* A minute later one wakes that is bound to the same CPU: it is owed a few slices at most. */
Test(tickless, who_comes_later_is_owed_no_minute)
{
	cr_assert(begin_alone(a, 1));
	for (__u64 s = 1; s <= 60; s++)
		tickless_pay(1, now + s * ARITH_SEC);
	wait_on(b, 1 << 1, 1);
	cr_expect_leq(ahead(a, b), (__s64)(ACCOUNT_BOUND_SLICES * 3 * MS));
	cr_expect(account_waits_for(cpu_bit(1)));
	cr_expect_eq(preempt_choose(b, CPUS(1 << 1), 1), 1, "and it may interrupt");
}

/* One was told, and those without a tick are left alone until it has looked. */
Test(tickless, who_was_told_passes_on)
{
	tickless_tell(2, now);
	cr_expect(!tickless_has_looked(0, now + MS), "not told");
	tickless_tell(2, now + MS);
	cr_expect(tickless_is_told(now + MS), "another that waits by now is left to it");
	cr_expect(tickless_has_looked(2, now + MS));
	cr_expect(!tickless_is_told(now + MS));
	cr_expect(!tickless_has_looked(2, now + 2 * MS), "once");
}

/* Whom it was told of is on the way into the FIFO. */
Test(tickless, who_was_told_looks_again)
{
	tickless_look_again(1);
	cr_expect(tickless_has_looked(1, now + TICKLESS_PATIENCE), "it was not told");
	tickless_tell(2, now);
	for (int times = 0; times < 3; times++) {
		tickless_look_again(2);
		cr_expect(!tickless_has_looked(2, now + MS));
		cr_expect(tickless_is_told(now + MS));
	}
	cr_expect(tickless_has_looked(2, now + MS), "it has looked");
	tickless_tell(2, now + MS);
	tickless_look_again(2);
	tickless_tell(2, now + MS);
	cr_expect(tickless_has_looked(2, now + MS), "told again meanwhile");
	cr_expect(!tickless_is_told(now + MS));
}

Test(tickless, who_was_told_has_not_looked)
{
	tickless_tell(2, now);
	tickless_tell(3, now + MS);
	cr_expect(!tickless_has_looked(0, now + MS + TICKLESS_PATIENCE - 1));
	cr_expect(tickless_is_told(now + MS + TICKLESS_PATIENCE - 1));
	cr_expect(tickless_has_looked(0, now + MS + TICKLESS_PATIENCE), "whoever looks");
	cr_expect(!tickless_is_told(now + MS + TICKLESS_PATIENCE), "nor is another left to them");
	cr_expect(tickless_has_looked(0, now + ARITH_SEC), "again, as one may wait still");
	tickless_tell(3, now + ARITH_SEC);
	cr_expect(!tickless_has_looked(0, now + ARITH_SEC + MS));
	cr_expect(tickless_has_looked(2, now + ARITH_SEC + MS), "it looks at last");
	cr_expect(tickless_is_told(now + ARITH_SEC + MS), "and the other does not yet");
	tickless_tell_next();
	cr_expect(tickless_has_looked(0, now + ARITH_SEC + MS), "nobody could be told");
}

/* A real-time task has CPU 3, which was told, for long. */
Test(tickless, who_never_looks_is_not_waited_for)
{
	tickless_tell(3, now);
	tickless_tell(2, now + 10 * MS);
	cr_expect(tickless_is_told(now + 10 * MS));
	cr_expect(tickless_has_looked(2, now + 10 * MS));
	cr_expect(!tickless_is_told(now + 10 * MS), "CPU 3 had its time");
}
