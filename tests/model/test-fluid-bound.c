// SPDX-License-Identifier: GPL-2.0-only
/* The oracle under affinity, against cases that were worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "fluid.h"
#include "rng.h"

#define MAX 64

static struct fluid *f;
static uint32_t next_task;

static void machine(uint32_t nr_cpus)
{
	f = fluid_new(nr_cpus, MAX, MAX, NULL, NULL);
	next_task = 0;
}

static void teardown(void)
{
	fluid_free(f);
}

TestSuite(fluid_bound, .fini = teardown);

/* Threads that always have work, on the CPUs of this bit mask. */
static void busy(uint32_t cgroup, uint32_t threads, uint64_t cpus)
{
	struct model_mask mask = {.bits = {cpus}};

	while (threads--) {
		fluid_task(f, next_task, cgroup, &mask);
		fluid_arrive(f, next_task++, INFINITY);
	}
}

static void assert_rate(uint32_t cgroup, double want)
{
	cr_assert_float_eq(fluid_rate(f, cgroup), want, 1e-6, "cgroup %u gets %.9g CPUs, not %.9g",
			   cgroup, fluid_rate(f, cgroup), want);
}

#define ALL ~0ULL

Test(fluid_bound, affinity_that_does_not_matter)
{
	machine(2);
	for (uint32_t c = 1; c <= 3; c++)
		fluid_cgroup(f, c, 0, 100);
	busy(1, 1, 1);
	busy(2, 1, ALL);
	busy(3, 1, ALL);
	fluid_advance(f, 1);
	for (uint32_t c = 1; c <= 3; c++)
		assert_rate(c, 2 / 3.0);
}

/* 1 is entitled to 1.5 CPUs, but is confined to one. */
Test(fluid_bound, what_does_not_fit_goes_to_the_sibling)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 300);
	fluid_cgroup(f, 2, 0, 100);
	busy(1, 2, 1);
	busy(2, 2, ALL);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
}

/* Those that are confined to one CPU share it by weight; the other one is 3's. */
Test(fluid_bound, two_share_the_cpu_that_both_are_confined_to)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 300);
	fluid_cgroup(f, 3, 0, 100);
	busy(1, 1, 1);
	busy(2, 1, 1);
	busy(3, 2, ALL);
	fluid_advance(f, 1);
	assert_rate(1, 0.25);
	assert_rate(2, 0.75);
	assert_rate(3, 1);
}

/* The example in fluid-bound.h. 1 = {3 on CPU 0, 4 anywhere}, 2 on CPU 0. */
Test(fluid_bound, a_cgroup_comes_before_what_is_in_it)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 1, 100);
	fluid_cgroup(f, 4, 1, 100);
	busy(3, 1, 1);
	busy(4, 1, ALL);
	busy(2, 1, 1);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
	assert_rate(3, 0);
	assert_rate(4, 1);
}

/* The same within one leaf: threads are rated like children. */
Test(fluid_bound, threads_of_one_leaf_have_different_cpus)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	busy(1, 1, 1);
	busy(1, 1, ALL);
	busy(2, 1, 1);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
}

/*
 * 3 CPUs, 1 and 2 with 1.5 each; each has a child on CPU 0 only, and one anywhere with one thread.
 * The nominal 0.75 of both on CPU 0 do not fit: 0.5 each, and the others fill up to 1.
 */
Test(fluid_bound, children_of_different_parents_meet_on_a_cpu)
{
	machine(3);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 1, 100);
	fluid_cgroup(f, 4, 1, 100);
	fluid_cgroup(f, 5, 2, 100);
	fluid_cgroup(f, 6, 2, 100);
	busy(3, 1, 1);
	busy(4, 1, ALL);
	busy(5, 1, 1);
	busy(6, 1, ALL);
	fluid_advance(f, 1);
	assert_rate(1, 1.5);
	assert_rate(2, 1.5);
	assert_rate(3, 0.5);
	assert_rate(4, 1);
	assert_rate(5, 0.5);
	assert_rate(6, 1);
}

/* CPUs that overlap: 1 on {0, 1}, 2 on {1, 2}, 3 on {2}; weights 1, 1, 4. 3 would have 2 and fills
 * CPU 2; so 2 has only CPU 1, together with what 1 does not have from CPU 0; equal weights: 1 each.
 */
Test(fluid_bound, overlapping_cpus)
{
	machine(3);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 0, 400);
	busy(1, 3, 3);
	busy(2, 3, 6);
	busy(3, 3, 4);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
	assert_rate(3, 1);
}

/* Nobody may use CPUs 2 and 3. */
Test(fluid_bound, cpus_that_nobody_may_use)
{
	machine(4);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 300);
	busy(1, 4, 3);
	busy(2, 4, 3);
	fluid_advance(f, 1);
	assert_rate(0, 2);
	assert_rate(1, 0.5);
	assert_rate(2, 1.5);
}

/* One thread of weight 10000 on CPU 0: has it alone. The rest share the other 3 by weight. */
Test(fluid_bound, infeasible_and_confined)
{
	machine(4);
	fluid_cgroup(f, 1, 0, 10000);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 0, 200);
	busy(1, 1, 1);
	busy(2, 4, ALL);
	busy(3, 4, ALL);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
	assert_rate(3, 2);
}

/* The confined one is done at some time, and then nothing is confined any more. */
Test(fluid_bound, a_confined_burst_ends)
{
	struct model_mask cpu0 = {.bits = {1}};

	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 0, 200);
	busy(2, 1, 1);
	busy(3, 2, ALL);
	fluid_task(f, next_task, 1, &cpu0);
	fluid_arrive(f, next_task, 50); /* at half a CPU until 100 */
	fluid_advance(f, 99);
	assert_rate(1, 0.5);
	fluid_advance(f, 200);
	assert_rate(1, 0);
	assert_rate(2, 2 / 3.0);
	assert_rate(3, 4 / 3.0);
	cr_assert_float_eq(fluid_service(f, 1), 50, 1e-6);
}

/* Whatever the masks: no CPU is wasted that a thread may use, no thread has more than one, and a
 * parent has what its children have. */
Test(fluid_bound, random_masks_add_up)
{
	struct rng r = {.state = 1};
	uint64_t used = 0, cpus;
	double sum;

	machine(8);
	for (uint32_t c = 1; c <= 4; c++)
		fluid_cgroup(f, c, 0, (uint32_t)rng_range(&r, 1, 10000));
	for (uint32_t c = 5; c <= 24; c++) {
		fluid_cgroup(f, c, 1 + c % 4, (uint32_t)rng_range(&r, 1, 10000));
		cpus = rng_next(&r) & rng_next(&r) & 0xff;
		cpus |= 1ULL << rng_range(&r, 0, 7);
		used |= cpus;
		busy(c, 2, cpus);
	}
	fluid_advance(f, 1);
	assert_rate(0, __builtin_popcountll(used));
	for (uint32_t parent = 1; parent <= 4; parent++) {
		sum = 0;
		for (uint32_t c = 5; c <= 24; c++)
			if (1 + c % 4 == parent)
				sum += fluid_rate(f, c);
		assert_rate(parent, sum);
	}
	for (uint32_t c = 5; c <= 24; c++)
		cr_assert_leq(fluid_rate(f, c), 2 + 1e-6);
}

/* 20 cgroups below 4, some with one thread and a weight that is too much for that. */
static void random_tree(uint64_t seed)
{
	struct rng r = {.state = seed};

	for (uint32_t c = 1; c <= 4; c++)
		fluid_cgroup(f, c, 0, (uint32_t)rng_range_log(&r, 1, 1000));
	for (uint32_t c = 5; c <= 24; c++) {
		fluid_cgroup(f, c, 1 + c % 4, (uint32_t)rng_range_log(&r, 1, 10000));
		busy(c, (uint32_t)rng_range(&r, 1, 3), ALL);
	}
}

/* A giant that may only use CPU 7 takes just that: the others have what 7 CPUs give them, which the
 * simple way works out without a network. */
Test(fluid_bound, both_ways_agree)
{
	double want[25];

	for (uint64_t seed = 1; seed <= 50; seed++) {
		machine(7);
		random_tree(seed);
		fluid_advance(f, 1);
		for (uint32_t c = 0; c <= 24; c++)
			want[c] = fluid_rate(f, c);
		fluid_free(f);

		machine(8);
		random_tree(seed);
		fluid_cgroup(f, 25, 0, 10000);
		busy(25, 2, 1 << 7);
		fluid_advance(f, 1);
		assert_rate(25, 1);
		for (uint32_t c = 1; c <= 24; c++)
			assert_rate(c, want[c]);
		if (seed < 50)
			fluid_free(f);
	}
}
