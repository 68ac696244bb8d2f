// SPDX-License-Identifier: GPL-2.0-only
/* bpf/leaf.h: the order of the tasks of one cgroup, on CPUs of its own that run one after another.
 */
#include <criterion/criterion.h>

#include "leaf.h"

#define SLICE	  (3 * ARITH_MSEC)
#define SLOT	  7
#define MAX_TASKS 8

struct task {
	struct leaf_task leaf;
	__u32 cost;
	__u64 got; /* ns */
};

static struct task tasks[MAX_TASKS];
static unsigned int nr_tasks;

static __u32 cost_of(int nice)
{
	return leaf_cost(120 + nice, false);
}

static void init(void)
{
	leaf_init();
	slot_at(SLOT)->slice_ns = SLICE;
	clock_ns = ARITH_SEC;
}

TestSuite(leaf, .init = init);

static struct task *find_first(void)
{
	struct task *best = NULL;

	for (unsigned int i = 0; i < nr_tasks; i++)
		if (tasks[i].leaf.queued &&
		    (!best || arith_before(tasks[i].leaf.vtime, best->leaf.vtime)))
			best = &tasks[i];
	return best;
}

/* As the scheduler is told of it. */
static struct leaf_first first_of(const struct task *t)
{
	if (!t)
		return (struct leaf_first){};
	return (struct leaf_first){.vtime = t->leaf.vtime, .cost = t->cost};
}

static bool goes_on(struct task *t, __s32 cpu)
{
	struct leaf_first first = first_of(find_first());

	return leaf_goes_on(SLOT, &t->leaf, leaf_clock_of(cpu), &first, t->cost);
}

static void wait_in_line(struct task *t, __s32 cpu, bool wakes)
{
	struct leaf_first first = first_of(find_first());

	leaf_enqueue(SLOT, &t->leaf, wakes, leaf_clock_of(cpu), &first, t->cost);
}

static struct task *add(int nice)
{
	struct task *t = &tasks[nr_tasks++];

	*t = (struct task){.cost = cost_of(nice), .leaf.is_new = true};
	wait_in_line(t, 0, true);
	return t;
}

static struct task *take(__s32 cpu)
{
	struct task *t = find_first();

	leaf_run(SLOT, &t->leaf, leaf_clock_of(cpu), t->cost);
	leaf_dequeue(SLOT, &t->leaf);
	return t;
}

static void spend(struct task *t, __u64 ns)
{
	t->got += ns;
	leaf_charge(&t->leaf, ns, t->cost);
}

/* A number of slices on some CPUs, each by who runs there or goes first. */
static void run(unsigned int slices, unsigned int nr_cpus_here)
{
	struct task *on[MAX_TASKS] = {};

	for (unsigned int i = 0; i < slices; i++) {
		unsigned int cpu = i % nr_cpus_here;
		struct task *t = on[cpu];

		if (t && !goes_on(t, cpu) && find_first()) {
			wait_in_line(t, cpu, false);
			t = NULL;
		}
		t = on[cpu] = t ?: take(cpu);
		if (cpu == 0)
			clock_ns += SLICE;
		spend(t, SLICE);
	}
	for (unsigned int cpu = 0; cpu < nr_cpus_here; cpu++)
		wait_in_line(on[cpu], cpu, false);
}

static double share(const struct task *t)
{
	double all = 0;

	for (unsigned int i = 0; i < nr_tasks; i++)
		all += tasks[i].got;
	return t->got / all;
}

Test(leaf, a_nice_level_is_worth_a_quarter)
{
	cr_expect_eq(cost_of(0), 1U << LEAF_FRACTION);
	cr_expect_eq(cost_of(1), (1U << LEAF_FRACTION) * 5 / 4);
	cr_expect_float_eq(cost_of(19) / (double)cost_of(0), 69.389, 0.01);
	cr_expect_float_eq(cost_of(0) / (double)cost_of(-20), 86.736, 0.04);
	cr_expect_eq(leaf_cost(139, true), 341U << LEAF_FRACTION, "SCHED_IDLE");
	cr_expect_eq(leaf_cost(0, false), cost_of(0), "a priority of no nice level");
	cr_expect_eq(leaf_charge_of(~0ULL, cost_of(0)), (__u64)ARITH_CHARGE_MAX);
}

Test(leaf, each_gets_what_its_level_is_worth)
{
	struct task *a = add(0), *b = add(5), *c = add(10), *d = add(19);

	run(10000, 1);
	cr_expect_float_eq(share(a), 0.6899, 0.002, "%f", share(a));
	cr_expect_float_eq(share(b), 0.2261, 0.002, "%f", share(b));
	cr_expect_float_eq(share(c), 0.0741, 0.001, "%f", share(c));
	cr_expect_float_eq(share(d), 0.0099, 0.0005, "%f", share(d));
}

Test(leaf, more_cpus_than_one)
{
	struct task *a = add(0), *b = add(0), *c = add(5), *d = add(5);

	run(10000, 2);
	cr_expect_float_eq(share(a), 0.3766, 0.004, "%f", share(a));
	cr_expect_float_eq(share(b), 0.3766, 0.004, "%f", share(b));
	cr_expect_float_eq(share(c), 0.1234, 0.004, "%f", share(c));
	cr_expect_float_eq(share(d), 0.1234, 0.004, "%f", share(d));
}

/* It can use one CPU of two, and what it cannot use gives it no right to more later. */
Test(leaf, one_that_has_a_cpu_to_itself_saves_nothing_up)
{
	struct task *heavy = add(-20), *a = add(0), *b = add(0);

	run(10000, 2);
	cr_expect_float_eq(share(heavy), 0.5, 0.01, "%f", share(heavy));
	heavy->cost = a->cost;
	heavy->got = a->got = b->got = 0;
	run(1000, 1);
	cr_expect_float_eq(share(heavy), 1 / 3., 0.01, "%f", share(heavy));
}

Test(leaf, who_sleeps_saves_up_one_slice)
{
	struct task *a = add(0), *b = add(0), *sleeper = add(0);

	leaf_dequeue(SLOT, &sleeper->leaf);
	run(1000, 1);
	cr_expect_float_eq(share(a), share(b), 0.001);
	wait_in_line(sleeper, 0, true);
	cr_expect_eq(take(0), sleeper);
	spend(sleeper, SLICE);
	cr_expect(goes_on(sleeper, 0));
	spend(sleeper, SLICE);
	cr_expect_not(goes_on(sleeper, 0));
}

/* ... and takes nothing from one that waits for long because it is nice. */
Test(leaf, who_sleeps_and_wakes_pays_for_it)
{
	struct task *a = add(0), *sleeper = add(0), *light = add(19);

	for (int i = 0; i < 1000; i++) {
		leaf_dequeue(SLOT, &sleeper->leaf);
		run(33, 1);
		wait_in_line(sleeper, 0, true);
		cr_expect_eq(take(0), sleeper);
		spend(sleeper, ARITH_MSEC);
		wait_in_line(sleeper, 0, false);
	}
	cr_expect_float_eq(share(light) / share(a), 1 / 69.4, 0.001, "%f", share(light));
}

/* A shell that forks all the time beside one that computes. */
Test(leaf, new_tasks_do_not_shut_out_old_ones)
{
	struct task *old = add(0);

	for (int i = 0; i < 100; i++) {
		nr_tasks = 1;
		add(0);
		run(2, 1);
	}
	nr_tasks = 1;
	cr_expect_gt(old->got, 90 * SLICE, "%llu", old->got);
}

/* By its level it would wait for 18 s. */
Test(leaf, nobody_waits_for_longer_than_the_kernel_allows)
{
	struct task *a = add(-20), *b = add(-20), *light = add(19);
	__u64 since = clock_ns, longest = 0, got = 0;

	while (clock_ns < 61 * ARITH_SEC) {
		run(1, 1);
		if (light->got == got)
			continue;
		got = light->got;
		longest = clock_ns - since > longest ? clock_ns - since : longest;
		since = clock_ns;
	}
	cr_expect_gt(longest, LEAF_ROUND_MAX);
	cr_expect_lt(longest, 2 * LEAF_ROUND_MAX + 10 * SLICE, "%llu", longest);
	cr_expect_float_eq(share(a), share(b), 0.001, "%f %f", share(a), share(b));
	cr_expect_lt(share(light), 0.002, "%f", share(light));
}
