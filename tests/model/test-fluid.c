// SPDX-License-Identifier: GPL-2.0-only
/* The oracle against cases that were worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "fluid.h"

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

TestSuite(fluid, .fini = teardown);

static const struct model_mask everywhere = {.bits = {~0ULL}};

static uint32_t work_on(uint32_t cgroup, double ns, const struct model_mask *mask)
{
	fluid_task(f, next_task, cgroup, mask);
	fluid_arrive(f, next_task, ns);
	return next_task++;
}

static uint32_t work(uint32_t cgroup, double ns)
{
	return work_on(cgroup, ns, &everywhere);
}

static void busy(uint32_t cgroup, uint32_t threads)
{
	while (threads--)
		work(cgroup, INFINITY);
}

static void assert_service(uint32_t cgroup, double want)
{
	cr_assert_float_eq(fluid_service(f, cgroup), want, 1e-4,
			   "cgroup %u has %.9g at %.9g, not %.9g", cgroup, fluid_service(f, cgroup),
			   fluid_now(f), want);
}

static void assert_rate(uint32_t cgroup, double want)
{
	cr_assert_float_eq(fluid_rate(f, cgroup), want, 1e-9, "cgroup %u gets %.9g CPUs, not %.9g",
			   cgroup, fluid_rate(f, cgroup), want);
}

Test(fluid, siblings_share_by_weight)
{
	machine(1);
	fluid_cgroup(f, 1, 0, 300);
	fluid_cgroup(f, 2, 0, 100);
	busy(1, 1);
	busy(2, 1);
	fluid_advance(f, 1000);
	assert_service(1, 750);
	assert_service(2, 250);
	assert_service(0, 1000);
}

/*
 *	    root, 1 CPU
 *	  1 (100)   2 (300)
 *	 3   4       |
 *	(1) (3)      5 (10)
 */
Test(fluid, a_subtree_gets_its_share_whatever_is_in_it)
{
	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 300);
	fluid_cgroup(f, 3, 1, 1);
	fluid_cgroup(f, 4, 1, 3);
	fluid_cgroup(f, 5, 2, 10);
	busy(3, 7);
	busy(4, 1);
	busy(5, 1);
	fluid_advance(f, 1600);
	assert_service(1, 400);
	assert_service(2, 1200);
	assert_service(3, 100);
	assert_service(4, 300);
	assert_service(5, 1200);
}

Test(fluid, two_cpus_and_three_threads)
{
	machine(2);
	for (uint32_t c = 1; c <= 3; c++)
		fluid_cgroup(f, c, 0, 100);
	busy(1, 1);
	busy(2, 1);
	busy(3, 1);
	fluid_advance(f, 300);
	for (uint32_t c = 1; c <= 3; c++)
		assert_service(c, 200);
}

Test(fluid, one_thread_of_weight_10000_takes_one_cpu)
{
	machine(4);
	fluid_cgroup(f, 1, 0, 10000);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 0, 200);
	busy(1, 1);
	busy(2, 4);
	busy(3, 4);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
	assert_rate(3, 2);
}

/* What 3 cannot use goes to its sibling 4 first: their parent has 4 of 6 CPUs, however it uses
 * them. */
Test(fluid, what_one_cannot_use_goes_to_its_siblings_first)
{
	machine(6);
	fluid_cgroup(f, 1, 0, 200);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 1, 900);
	fluid_cgroup(f, 4, 1, 100);
	busy(2, 6);
	busy(3, 1);
	busy(4, 6);
	fluid_advance(f, 1);
	assert_rate(1, 4);
	assert_rate(2, 2);
	assert_rate(3, 1);
	assert_rate(4, 3);
}

/* With only 1 + 1 threads below it, 1 cannot use its 4; two go to 2. */
Test(fluid, what_a_parent_cannot_use_goes_to_its_siblings)
{
	machine(6);
	fluid_cgroup(f, 1, 0, 200);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 1, 900);
	fluid_cgroup(f, 4, 1, 100);
	busy(2, 6);
	busy(3, 1);
	busy(4, 1);
	fluid_advance(f, 1);
	assert_rate(1, 2);
	assert_rate(2, 4);
	assert_rate(3, 1);
	assert_rate(4, 1);
}

/* A chain of full ones: 1 is full at 1 CPU, which lets 2 have more than it can use, too. */
Test(fluid, filling_one_can_fill_the_next)
{
	machine(4);
	fluid_cgroup(f, 1, 0, 1000);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 0, 30);
	fluid_cgroup(f, 4, 0, 10);
	busy(1, 1);
	busy(2, 1);
	busy(3, 4);
	busy(4, 4);
	fluid_advance(f, 1);
	assert_rate(1, 1);
	assert_rate(2, 1);
	assert_rate(3, 1.5);
	assert_rate(4, 0.5);
}

/* 100 of work at half speed is done at 200; then the other one has the CPU. */
Test(fluid, a_burst_ends_and_the_others_get_the_rest)
{
	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	work(1, 100);
	busy(2, 1);
	fluid_advance(f, 150);
	assert_service(1, 75);
	fluid_advance(f, 1000);
	assert_service(1, 100);
	assert_service(2, 900);
	assert_rate(1, 0);
	assert_rate(2, 1);
}

/* Three threads on two CPUs with 10, 20 and 30 of work: 2/3 each until 15, then 1 each. */
Test(fluid, threads_of_one_cgroup_share_equally)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	work(1, 10);
	work(1, 20);
	work(1, 30);
	fluid_advance(f, 15);
	assert_service(1, 30);
	fluid_advance(f, 25);
	assert_service(1, 50);
	fluid_advance(f, 35);
	assert_service(1, 60);
	fluid_advance(f, 99);
	assert_service(1, 60);
	assert_service(0, 60);
}

Test(fluid, work_that_arrives_later_adds_up)
{
	uint32_t t;

	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	busy(2, 1);
	t = work(1, 10);
	fluid_advance(f, 10);
	fluid_arrive(f, t, 10);
	fluid_advance(f, 40);
	assert_service(1, 20);
	fluid_advance(f, 100);
	assert_service(1, 20);
	fluid_arrive(f, t, 10);
	fluid_advance(f, 110);
	assert_service(1, 25);
}

Test(fluid, a_weight_holds_from_its_change_on)
{
	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	busy(1, 1);
	busy(2, 1);
	fluid_advance(f, 100);
	fluid_weight(f, 1, 300);
	fluid_advance(f, 200);
	assert_service(1, 50 + 75);
	assert_service(2, 50 + 25);
}

/* A change of a cgroup's weight while it sleeps must not be lost, nor keep later ones from being
 * seen. */
Test(fluid, a_weight_changes_while_nobody_is_there)
{
	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 1, 100);
	fluid_cgroup(f, 3, 0, 100);
	busy(3, 1);
	fluid_advance(f, 10);
	fluid_weight(f, 1, 300);
	fluid_advance(f, 20);
	work(2, 75);
	fluid_advance(f, 119);
	assert_service(2, 74.25);
	assert_rate(3, 0.25);
	fluid_advance(f, 130);
	assert_rate(3, 1);
}

Test(fluid, a_killed_task_takes_back_what_it_had_not_done)
{
	uint32_t endless, ahead, behind;

	machine(1);
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	endless = work(1, INFINITY);
	behind = work(2, 100);
	ahead = work(2, 100);
	fluid_advance(f, 100);
	assert_service(1, 50);
	assert_service(2, 50);
	fluid_end(f, endless, INFINITY);
	fluid_end(f, behind, 60); /* 40 of it were done really, but 25 here: 15 are left */
	fluid_end(f, ahead, 80);  /* 20 were done really: nothing is left */
	fluid_advance(f, 200);
	assert_service(1, 50);
	assert_service(2, 65);
}

Test(fluid, nobody_has_work)
{
	machine(2);
	fluid_cgroup(f, 1, 0, 100);
	fluid_advance(f, 100);
	assert_service(1, 0);
	work(1, 10);
	fluid_advance(f, 105);
	assert_service(1, 5);
	fluid_advance(f, 1000);
	assert_service(1, 10);
}

static uint32_t nr_watched;

static void watch(void *data, uint32_t cgroup)
{
	nr_watched++;
}

/* Those whose rate stays are not looked at: 2 has all it can use, whatever happens in 1. */
Test(fluid, only_changed_rates_are_told)
{
	f = fluid_new(4, MAX, MAX, watch, NULL);
	nr_watched = next_task = 0;
	fluid_cgroup(f, 1, 0, 100);
	fluid_cgroup(f, 2, 0, 100);
	fluid_cgroup(f, 3, 2, 100);
	busy(3, 1);
	fluid_advance(f, 10);
	cr_assert_eq(nr_watched, 3, "%u", nr_watched); /* the root, 2, 3 */
	work(1, 5);
	fluid_advance(f, 20);
	cr_assert_eq(nr_watched, 7, "%u", nr_watched); /* the root and 1, twice */
}
