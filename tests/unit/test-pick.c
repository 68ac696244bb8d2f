// SPDX-License-Identifier: GPL-2.0-only
/* bpf/pick.h, bpf/preempt.h: who is next, who goes on, who is interrupted. */
#include "preempt.h"

#include "picks.h"

TestSuite(pick, .init = two);

Test(pick, one_that_may_not_go_on_makes_way_though_it_is_behind)
{
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 0, 3 * ARITH_MSEC);
	cr_assert(picks_other(a, 0), "nobody would run");
	cr_assert_eq(CPU->pick.slot, b);
}

Test(pick, the_heavier_goes_first_and_on_while_it_is_behind)
{
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 0, 3 * ARITH_MSEC); /* it ran for no time at all */
	cr_assert_not(picks_other(a, 1), "it is not ahead");
	slot_charge_locked(a, 30 * ARITH_MSEC, 0);
	cr_assert(picks_other(a, 1), "now it is");
	cr_assert_eq(CPU->pick.slot, b);
}

/* b's slice is ten times as long as a's, and charged while a makes way for it. */
Test(pick, who_makes_way_for_a_long_slice_loses_nothing)
{
	__u64 start;

	slot_configure_locked(a, ARITH_MSEC, false);
	slot_configure_locked(b, 10 * ARITH_MSEC, false);
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 2 * ARITH_MSEC, ARITH_MSEC);
	slot_at(a)->nr_running--;
	cr_assert(picks_other(a, 1));
	cr_assert_eq(CPU->pick.slot, b);
	start = vtree_start(CGFIFO_NODE(a));
	slot_enqueue_locked(a, CGFIFO_FREE, CPUS(1), CPU, false);
	cr_assert_eq(vtree_start(CGFIFO_NODE(a)), start);
}

Test(pick, one_that_wakes_interrupts_one_that_finishes_later)
{
	slot_wake_locked(a);
	wait_in(b);
	cr_assert_eq(run(), b);
	wait_in(a);
	cr_assert_eq(preempt_choose(a, CPUS(1), 0), 0);
	slot_charge_locked(b, 2 * ARITH_MSEC, 3 * ARITH_MSEC);
	cr_assert(picks_other(b, 1), "though its slice is not over");
	cr_assert_eq(CPU->pick.slot, a);
}

/* The search goes on with CPU 0 after the last one. */
Test(pick, every_cpu_is_looked_at)
{
	nr_online = nr_cpus = 4;
	online_mask = *CPUS(15);
	slot_wake_locked(a);
	wait_in(b);
	cr_assert_eq(run(), b);
	wait_in(a);
	cr_assert_eq(preempt_choose(a, CPUS(15), 3), 0);
}

Test(pick, a_lighter_one_interrupts_nobody)
{
	slot_wake_locked(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	wait_in(b);
	cr_assert_eq(preempt_choose(b, CPUS(1), 0), -1);
}

/* The CPU was interrupted, and its task is trued up by what it really ran. */
static bool interrupt(__u32 own, __u64 ran_ns)
{
	slot_charge_locked(own, ran_ns, 3 * ARITH_MSEC);
	slot_at(own)->nr_running--;
	return picks_other(own, 1);
}

/* c has waited for long, and takes the CPU that was interrupted for a. */
Test(pick, another_cpu_is_interrupted_instead)
{
	__u32 c = slot_make_locked(4, CGFIFO_ROOT_SLOT, 1, 1000);

	nr_online = nr_cpus = 2;
	online_mask = *CPUS(3);
	slot_wake_locked(a);
	wait_for(b, 3);
	wait_for(b, 3);
	cr_assert_eq(run(), b);
	cr_assert(pick_next(&cpu_at(1)->pick, cpu_at(1), cpu_bit(1)));
	wait_for(a, 3);
	wait_for(c, 3);
	slot_charge_locked(c, 0, 10 * ARITH_MSEC);
	cr_assert_eq(preempt_choose(a, CPUS(3), 0), 0);
	cr_assert_eq(CPU->interrupted, PREEMPT_CHAIN);
	cr_assert(interrupt(b, 0));
	cr_assert_eq(CPU->pick.slot, c);
	cr_assert_eq(preempt_pass_on(CPU, 0, PREEMPT_CHAIN), 1);
	cr_assert_eq(cpu_at(1)->woken, a);
	cr_assert_eq(cpu_at(1)->interrupted, PREEMPT_CHAIN - 1, "and so on, but not for ever");
}

Test(pick, a_pick_that_comes_to_nothing_costs_nothing)
{
	struct vtree_fork *f = vtree_fork(CGFIFO_ROOT_SLOT);
	__u64 start;

	wait_in(b);
	wait_in(a);
	start = vtree_start(CGFIFO_NODE(a));
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_eq(CPU->pick.slot, a);
	pick_undo(&CPU->pick, CPU, cpu_bit(0), false);
	cr_assert_leq(start - vtree_start(CGFIFO_NODE(a)), 1, "but for rounding");
	cr_assert_not(slot_waits(slot_at(a)), "nothing of a is for this CPU");
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
	order_set_mask(vtree_entry(CGFIFO_NODE(p)), *order_place_of(CGFIFO_NODE(p)), CPUS(1));
	slot_at(CGFIFO_NO_SLOT)->mask[CGFIFO_FREE] = *CPUS(1);
	slot_charge_locked(b, 30 * ARITH_MSEC, 0);
	cr_assert_not(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_not(picks_other(b, 2));
}

/* Even beside one that is always behind its share. */
Test(pick, who_waits_too_long_is_rescued)
{
	wait_in(b);
	wait_in(a);
	cr_assert_eq(run(), a);
	slot_charge_locked(a, 0, 3 * ARITH_MSEC);
	clock_ns += 3 * ARITH_SEC;
	cr_assert(picks_other(a, 1));
	cr_assert_eq(CPU->pick.slot, b);
	cr_assert_eq(CPU->pick.slice_ns, PICK_RESCUE_SLICE);
}

/* On two CPUs, n tasks wait in each of both cgroups. */
static void on_two_cpus(__u32 n)
{
	nr_online = nr_cpus = 2;
	online_mask = *CPUS(3);
	cpu_at(1)->rescue_at = clock_ns;
	slot_at(a)->nr_queued = slot_at(b)->nr_queued = n;
	slot_wake_locked(a);
	slot_wake_locked(b);
}

/* One slice on a CPU: was it for slot s? Who ran waits again. */
static bool serves(__s32 cpu, __u32 s)
{
	struct cgfifo_cpu *c = cpu_at(cpu);

	cr_assert(pick_next(&c->pick, c, cpu_bit(cpu)));
	slot_enqueue_locked(c->pick.slot, c->pick.kind, &slot_at(c->pick.slot)->mask[c->pick.kind],
			    c, false);
	return c->pick.slot == s;
}

/* b has tasks bound to each CPU, and is ahead on CPU 1 because of what it has of CPU 0. */
Test(pick, who_is_served_elsewhere_is_rescued_as_well)
{
	unsigned int nr = 0;

	on_two_cpus(4);
	slot_enqueue_locked(b, CGFIFO_BOUND, CPUS(3), CPU, true);
	slot_enqueue_locked(a, CGFIFO_BOUND, CPUS(2), cpu_at(1), true);
	for (int i = 0; i < 1000; i++) {
		clock_ns += 3 * ARITH_MSEC;
		serves(0, b);
		nr += serves(1, b);
	}
	cr_assert_geq(nr, 6, "%u times in 3 s, with four that are to run every 2 s", nr);
}

/* A task of b on CPU 0 sleeps and wakes, and leaves a bit behind; the last one that waits is bound
 * to CPU 1. */
Test(pick, who_looked_and_found_nothing_has_not_served)
{
	on_two_cpus(1);
	slot_enqueue_locked(b, CGFIFO_BOUND, CPUS(3), CPU, true);
	clock_ns += 3 * ARITH_SEC;
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	pick_undo(&CPU->pick, CPU, cpu_bit(0), false);
	slot_enqueue_locked(a, CGFIFO_BOUND, CPUS(2), cpu_at(1), true);
	slot_charge_locked(b, 30 * ARITH_MSEC, 0);
	cr_assert(serves(1, b), "b has waited on CPU 1 for 3 s");
}

/* A CPU that never comes to serve b, as another class has it, does not keep the other from doing it
 * in time. */
Test(pick, who_is_served_on_one_cpu_only_is_rescued_there)
{
	unsigned int nr = 0;

	on_two_cpus(4);
	slot_enqueue_locked(a, CGFIFO_BOUND, CPUS(1), CPU, true);
	slot_enqueue_locked(b, CGFIFO_BOUND, CPUS(3), CPU, true);
	slot_charge_locked(b, 3 * ARITH_SEC, 0);
	for (int i = 0; i < 1000; i++) {
		clock_ns += 3 * ARITH_MSEC;
		nr += serves(0, b);
	}
	cr_assert_geq(nr, 3, "%u times in 3 s", nr);
}

/* Two CPUs that look in turn, at 16 of 32 slots each time. */
Test(pick, each_cpu_looks_at_all_slots)
{
	__u32 last = b;
	bool found = false;

	for (__u64 id = 4; last < 31; id++)
		last = slot_make_locked(id, CGFIFO_ROOT_SLOT, 1, 100);
	on_two_cpus(2);
	slot_at(last)->nr_queued = 2;
	slot_wake_locked(last);
	slot_enqueue_locked(last, CGFIFO_BOUND, CPUS(2), cpu_at(1), true);
	slot_charge_locked(last, 3 * ARITH_SEC, 0);
	clock_ns += 3 * ARITH_SEC;
	slot_enqueue_locked(a, CGFIFO_BOUND, CPUS(3), CPU, true);
	for (int i = 0; i < 4; i++) {
		clock_ns += PICK_RESCUE_INTERVAL;
		serves(1, last);
		found |= cpu_at(1)->pick.slot == last;
		serves(0, a);
	}
	cr_assert(found, "CPU 1 never looked at slot %u", last);
}

/* Tasks of both kinds wait for two CPUs that pick in turn. */
Test(pick, free_and_bound_take_turns_on_each_cpu)
{
	unsigned int bound[2] = {};

	on_two_cpus(8);
	slot_enqueue_locked(b, CGFIFO_FREE, CPUS(3), CPU, true);
	slot_enqueue_locked(b, CGFIFO_BOUND, CPUS(3), CPU, true);
	for (int i = 0; i < 20; i++) {
		serves(i & 1, b);
		bound[i & 1] += cpu_at(i & 1)->pick.kind == CGFIFO_BOUND;
	}
	cr_assert_eq(bound[0], 5);
	cr_assert_eq(bound[1], 5);
}

#ifdef CGFIFO_WIDE
/* One is bound to CPU 0, another of the same cgroup to CPU 64; 64 looks first. */
Test(pick, beyond_64_cpus_none_is_taken_for_another)
{
	struct cgfifo_cpu *c = cpu_at(64);
	struct cgfifo_cpuset first = {.word = {1}};

	nr_cpus = 65;
	cpuset_add(&online_mask, cpu_bit(64));
	slot_at(a)->nr_queued = 1;
	slot_wake_locked(a);
	slot_enqueue_locked(a, CGFIFO_BOUND, &first, CPU, true);
	cr_assert_not(pick_next(&c->pick, c, cpu_bit(64)), "it is not for this CPU");
	cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	cr_assert_eq(CPU->pick.slot, a);
}
#endif

/* Two CPUs took the last two tasks at the same time, so neither saw that it was the last. */
Test(pick, a_cpu_that_is_not_there_does_not_keep_a_slot_waiting)
{
	nr_online = 2;
	nr_cpus = 8; /* possible */
	online_mask = *CPUS(3);
	wait_for(a, 0xff);
	wait_for(a, 0xff);
	cr_assert(pick_next(&cpu_at(0)->pick, cpu_at(0), cpu_bit(0)));
	cr_assert(pick_next(&cpu_at(1)->pick, cpu_at(1), cpu_bit(1)));
	slot_at(a)->nr_queued = 0;
	for (__u32 cpu = 0; cpu < 2; cpu++)
		if (pick_next(&cpu_at(cpu)->pick, cpu_at(cpu), cpu_bit(cpu)))
			pick_undo(&cpu_at(cpu)->pick, cpu_at(cpu), cpu_bit(cpu), false);
	cr_expect_not(slot_waits(slot_at(a)), "no CPU is left that could find out");
}
